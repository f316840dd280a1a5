// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ui/traffic/event_window.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace ui {

class EmptyNote;
class RegisterModel;

// The Guest's registers at the selected event.
class RegistersView : public QWidget {
    Q_OBJECT
public:
    explicit RegistersView(QWidget *parent = nullptr);

    void show(const EventWindow &window, uint64_t eventIndex,
              const std::shared_ptr<const lg::SymbolTable> &symbols);
    // As they are now, beside those of the time before.
    void showState(const lg_vcpu_state &state, const std::optional<lg_event_regs> &before,
                   const QString &title, const std::shared_ptr<const lg::SymbolTable> &symbols);
    // What is shown is no longer now.
    void setTitle(const QString &title);
    void clear();
    // Of a Guest that runs: registers are to be had at its next stop, too.
    void setMayStop(bool may);
    RegisterModel *model() const { return model_; }
    QTableView *table() const { return table_; }

signals:
    void memoryWanted(uint32_t address);

private:
    void copyRows();
    void sayWhyEmpty();

    RegisterModel *model_;
    QTableView *table_;
    QLabel *title_;
    QLabel *detail_;
    EmptyNote *empty_;
    bool mayStop_ = true;
};

// The last event before this one on the same vCPU; looks a bounded way back.
std::optional<lg_event> eventBefore(const EventWindow &window, uint64_t eventIndex);

} // namespace ui
