// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ui/inspect/live_view.h"

class QLabel;
class QPushButton;
class QTableView;
class QToolButton;

namespace ui {

class EmptyNote;
class RowsModel;

// The 32 interrupt lines of a vCPU, as they are now or as they were at the selected event.
class InterruptsView : public LiveView {
    Q_OBJECT
public:
    enum Column { Line, State, Waits, Gate, Deliveries, Mean, Longest, Last };

    explicit InterruptsView(QWidget *parent = nullptr);

    void setSession(Session *session) override;
    // As of an event, until somebody asks for now.
    void showMoment(const EventWindow &window, uint64_t eventIndex);
    void showNow();
    bool now() const;
    RowsModel *model() const { return model_; }
    QTableView *table() const { return table_; }
    QString summary() const;

signals:
    // Its deliveries, in the filter language.
    void filterWanted(const QString &filter);

protected:
    void ask(Inspector &inspector) override;
    void cannotAsk(const QString &why) override;

private:
    struct Lines {
        uint32_t pending = 0, blocked = 0;
        std::optional<unsigned> delivered, served; // at that moment; not long ago
        // How long each has waited; nullopt = not known.
        std::array<std::optional<double>, LGUEST_IRQS> waitedUs;
    };
    void show(const Lines &lines, unsigned vcpu);
    bool alive() const;
    void updateButtons();
    void raise();

    RowsModel *model_;
    QTableView *table_;
    EmptyNote *empty_;
    QToolButton *now_;
    QLabel *summary_;
    QPushButton *raise_;
    QPushButton *deliveries_;
    std::array<QString, LGUEST_IRQS> gates_;
};

} // namespace ui
