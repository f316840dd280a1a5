// SPDX-License-Identifier: GPL-2.0-or-later
#include "code_view.h"

#include "inspect/describe.h"
#include "ui/inspect/choose_row.h"
#include "ui/inspect/empty_note.h"
#include "ui/inspect/numbers.h"
#include "ui/inspect/rows_model.h"
#include "ui/session/stop_control.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QTableView>

#include <algorithm>

namespace ui {

namespace {

// Bytes before and behind the place; the longest instruction has 15.
constexpr uint32_t kBefore = 96, kBehind = 320;
constexpr uint32_t kStackBytes = 256;

} // namespace

CodeView::CodeView(QWidget *parent) : LiveView(parent) {
    setAccessibleName(tr("Code and stack"));
    title_ = new QLabel(this);
    title_->setObjectName(QStringLiteral("codeTitle"));
    title_->setAccessibleName(tr("Where the Guest is"));
    title_->setWordWrap(true);
    bar()->addWidget(title_, 1);
    code_ = new RowsModel(
        {QString(), tr("Address"), tr("Bytes"), tr("Instruction"), tr("Where to")}, this);
    stack_ = new RowsModel({tr("Stack"), tr("esp +"), tr("Value"), tr("Meaning")}, this);
    auto *halves = new QSplitter(Qt::Vertical, this);
    halves->setAccessibleName(tr("Code and stack"));
    codeTable_ = makeTable(code_, tr("Instructions"), {4, 10, 15, 27, 0}, halves);
    codeTable_->setObjectName(QStringLiteral("codeTable"));
    stackTable_ = makeTable(stack_, tr("Stack"), {11, 7, 11, 0}, halves);
    stackTable_->setObjectName(QStringLiteral("stackTable"));
    noCode_ = new EmptyNote(codeTable_->viewport());
    noStack_ = new EmptyNote(stackTable_->viewport());
    halves->addWidget(codeTable_);
    halves->addWidget(stackTable_);
    halves->setStretchFactor(0, 3);
    halves->setStretchFactor(1, 2);
    halves->handle(1)->setAccessibleName(tr("Border between code and stack"));
    body()->addWidget(halves, 1);

    break_ = new QAction(tr("Breakpoint at this instruction"), this);
    break_->setShortcut(QKeySequence(Qt::Key_F9));
    break_->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(break_, &QAction::triggered, this, &CodeView::toggleBreakpoint);
    auto *follow = new QAction(tr("Show this address in Memory"), this);
    connect(follow, &QAction::triggered, this, [this] {
        if (const QModelIndex row = codeTable_->currentIndex(); row.isValid())
            emit memoryWanted(addressAt(row.row()));
    });
    auto *here = new QAction(tr("Back to where the Guest is"), this);
    here->setShortcut(QKeySequence(Qt::Key_Home));
    here->setShortcutContext(Qt::WidgetShortcut);
    connect(here, &QAction::triggered, this, &CodeView::follow);
    codeTable_->addActions({break_, follow, here});
    // Enter follows: a jump to its target, a word of the stack into Memory.
    connect(codeTable_, &QAbstractItemView::activated, this, [this](const QModelIndex &index) {
        const auto &one = instructions_.at(static_cast<size_t>(index.row()));
        if (one.target)
            goTo(*one.target);
        else
            emit memoryWanted(one.address);
    });
    connect(stackTable_, &QAbstractItemView::activated, this, [this](const QModelIndex &index) {
        emit memoryWanted(stack_->index(index.row(), Value).data().toString().toUInt(nullptr, 16));
    });
}

void CodeView::setSession(Session *session) {
    LiveView::setSession(session);
    if (StopControl *stops = session->stops())
        connect(stops, &StopControl::changed, this, &CodeView::showCode);
}

QString CodeView::title() const {
    return title_->text();
}

void CodeView::showMoment(const lg_event &event) {
    event_ = event;
    elsewhere_.reset();
    setVcpu(event.vcpu);
    askSoon();
}

void CodeView::showNow() {
    if (!event_)
        return;
    event_.reset();
    askSoon();
}

void CodeView::follow() {
    elsewhere_.reset();
    scrolledTo_ = 0;
    askSoon();
}

void CodeView::goTo(uint32_t address) {
    elsewhere_ = address;
    askSoon();
}

uint32_t CodeView::addressAt(int row) const {
    return instructions_.at(static_cast<size_t>(row)).address;
}

void CodeView::toggleBreakpoint() {
    StopControl *stops = session() ? session()->stops() : nullptr;
    if (const QModelIndex row = codeTable_->currentIndex(); stops && row.isValid())
        stops->toggleBreakpoint(addressAt(row.row()));
}

void CodeView::ask(Inspector &inspector) {
    if (event_) {
        const QString place =
            QString::fromStdString(lg::addressText(event_->regs.eip, session()->symbols().get()));
        title_->setText(moment()
                            ? tr("%1\n%2").arg(place, momentText())
                            : tr("At the selected event: %1 (memory as it is now)").arg(place));
        askAt(inspector, event_->regs.eip, event_->regs.esp);
        return;
    }
    inspector.state(vcpu(), this, [this](const lg::Result<lg_vcpu_state> &state) {
        Inspector *next = this->inspector();
        if (!state || !next) {
            answered();
            cannotAsk(state ? session()->whyNoInspector()
                            : QString::fromStdString(state.message()));
            return;
        }
        title_->setText(tr("%1 · ring %2 · %3")
                            .arg(session()->stopped() ? tr("Now, stopped") : momentText())
                            .arg(state->regs.cs & 3)
                            .arg(QString::fromStdString(
                                lg::addressText(state->regs.eip, session()->symbols().get()))));
        askAt(*next, state->regs.eip, state->regs.esp);
    });
}

void CodeView::askAt(Inspector &inspector, uint32_t eip, uint32_t esp) {
    eip_ = eip;
    esp_ = esp;
    const uint32_t place = elsewhere_.value_or(eip);
    const auto take = [this, place](const lg::Result<lg::GuestMemory> &memory) {
        noCode_->say(
            memory
                ? QString()
                : tr("The code cannot be read: %1").arg(QString::fromStdString(memory.message())));
        instructions_.clear();
        if (memory) {
            const lg::SymbolTable *symbols = session()->symbols().get();
            const uint32_t start =
                lg::disassemblyStart(memory->bytes, memory->address, place, symbols);
            instructions_ = lg::disassemble(
                lg::BytesView(memory->bytes).subspan(start - memory->address), start, symbols);
            // The last may be cut off.
            if (instructions_.size() > 1)
                instructions_.pop_back();
        }
        showCode();
    };
    const uint32_t from = place - std::min(place, kBefore);
    inspector.memory(vcpu(), from, place - from + kBehind, true, this,
                     [this, take, place](const lg::Result<lg::GuestMemory> &memory) {
                         Inspector *next = this->inspector();
                         // What is before it may not be mapped.
                         if ((!memory || memory->address + memory->bytes.size() <= place) && next)
                             next->memory(vcpu(), place, kBehind, true, this, take);
                         else
                             take(memory);
                     });
    inspector.memory(vcpu(), esp, kStackBytes, true, this,
                     [this](const lg::Result<lg::GuestMemory> &memory) {
                         answered();
                         noStack_->say(memory ? QString()
                                              : tr("The stack cannot be read: %1")
                                                    .arg(QString::fromStdString(memory.message())));
                         if (memory)
                             showStack(*memory);
                         else
                             stack_->show({});
                     });
}

void CodeView::showCode() {
    const StopControl *stops = session()->stops();
    std::vector<Row> rows;
    int current = -1;
    const uint32_t place = elsewhere_.value_or(eip_);
    for (const lg::Instruction &one : instructions_) {
        const bool next = one.address == eip_;
        const bool stop = stops && stops->hasBreakpoint(one.address);
        if (one.address == place)
            current = static_cast<int>(rows.size());
        QString bytes;
        for (const uint8_t byte : one.bytes)
            bytes += hexText(byte, 2);
        const Tone tone = next ? Tone::Changed : Tone::Plain;
        rows.push_back({{QString(stop ? QStringLiteral("●") : QString()) +
                             (next ? QStringLiteral("▶") : QString()),
                         stop ? Tone::Bad : tone},
                        {hexText(one.address), Tone::Muted, true},
                        {bytes, Tone::Muted, true},
                        {QString::fromStdString(one.text), tone, true},
                        {QString::fromStdString(one.note), Tone::Muted}});
    }
    code_->show(std::move(rows));
    // Follows the Guest, and leaves alone who reads.
    if (current >= 0 && scrolledTo_ != place) {
        scrolledTo_ = place;
        chooseRow(codeTable_, current);
        codeTable_->scrollTo(code_->index(std::max(0, current - 4), 0),
                             QAbstractItemView::PositionAtTop);
    }
}

void CodeView::showStack(const lg::GuestMemory &memory) {
    const lg::SymbolTable &symbols = *session()->symbols();
    std::vector<Row> rows;
    for (size_t at = 0; at + 4 <= memory.bytes.size(); at += 4) {
        const auto value = lg::loadAt<uint32_t>(memory.bytes, at);
        const std::string name = value >= 0x10000 ? symbols.text(value) : std::string();
        rows.push_back({{hexText(memory.address + at), Tone::Muted, true},
                        {hexText(at, 2), Tone::Muted, true},
                        {hexText(value), Tone::Plain, true},
                        {name.empty() ? QString::number(static_cast<int32_t>(value))
                                      : QString::fromStdString(name),
                         name.empty() ? Tone::Muted : Tone::Plain}});
    }
    stack_->show(std::move(rows));
}

void CodeView::cannotAsk(const QString &why) {
    if (!instructions_.empty() && session()->live())
        return; // what was read stays to be looked at
    instructions_.clear();
    code_->show({});
    stack_->show({});
    noCode_->say(why);
    if (event_)
        title_->setText(
            QString::fromStdString(lg::addressText(event_->regs.eip, session()->symbols().get())));
}

} // namespace ui
