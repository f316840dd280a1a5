// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "inspect/disassembly.h"
#include "ui/inspect/live_view.h"

class QLabel;
class QTableView;

namespace ui {

class EmptyNote;
class RowsModel;

// The instructions around EIP and the stack, of now or of the selected event, as far as a snapshot
// tells.
class CodeView : public LiveView {
    Q_OBJECT
public:
    enum CodeColumn { Mark, Address, Bytes, Text, Note };
    enum StackColumn { Place, Offset, Value, Meaning };

    explicit CodeView(QWidget *parent = nullptr);

    void setSession(Session *session) override;
    void showMoment(const lg_event &event);
    void showNow();
    // Back to where the Guest is.
    void follow();
    // The instructions at another address; the moment stays.
    void goTo(uint32_t address);
    RowsModel *code() const { return code_; }
    RowsModel *stack() const { return stack_; }
    QTableView *codeTable() const { return codeTable_; }
    QString title() const;
    // The instruction that is shown as the next one.
    uint32_t eip() const { return eip_; }

signals:
    void memoryWanted(uint32_t address);

protected:
    void ask(Inspector &inspector) override;
    void cannotAsk(const QString &why) override;

private:
    void askAt(Inspector &inspector, uint32_t eip, uint32_t esp);
    void showCode();
    void showStack(const lg::GuestMemory &memory);
    void toggleBreakpoint();
    uint32_t addressAt(int row) const;

    RowsModel *code_;
    RowsModel *stack_;
    QTableView *codeTable_;
    QTableView *stackTable_;
    QLabel *title_;
    EmptyNote *noCode_;
    EmptyNote *noStack_;
    QAction *break_;
    std::vector<lg::Instruction> instructions_;
    std::optional<lg_event> event_;
    std::optional<uint32_t> elsewhere_;
    uint32_t eip_ = 0, esp_ = 0;
    uint32_t scrolledTo_ = 0;
};

} // namespace ui
