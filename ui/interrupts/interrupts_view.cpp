// SPDX-License-Identifier: GPL-2.0-or-later
#include "interrupts_view.h"

#include "inspect/describe.h"
#include "ui/inspect/empty_note.h"
#include "ui/inspect/numbers.h"
#include "ui/inspect/rows_model.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>

#include <algorithm>

namespace ui {

namespace {

// How far back the beginning of a wait is looked for.
constexpr uint64_t kFar = 20'000;

QString count(uint64_t n) {
    return n ? QLocale().toString(static_cast<qulonglong>(n)) : QString();
}

// Delivered last, with interrupts off in each event since. Nobody tells the Host when a handler
// returns: who halts is in none, nor is a kernel whose stack has been no deeper since than when it
// was interrupted.
std::optional<unsigned> servedAt(const EventWindow &window, uint64_t end, unsigned vcpu,
                                 const lg_event_regs &regs) {
    const uint64_t stop = std::max(window.first(), end > kFar ? end - kFar : 0);
    uint32_t top = regs.esp;
    for (uint64_t at = end; at > stop; --at) {
        const lg_event event = window.at(at - 1);
        if (event.vcpu != vcpu)
            continue;
        if (event.kind == LG_EV_IRQ_DELIVERED && event.code < LGUEST_IRQS) {
            const bool sameStack = (event.regs.cs & 3) == 1;
            return (regs.cs & 3) == 1 && (!sameStack || top < event.regs.esp)
                       ? std::optional<unsigned>(event.code)
                       : std::nullopt;
        }
        if (isLoss(event) || event.kind == LG_EV_HALT || (event.irq_enabled & LGUEST_IF))
            break;
        if ((event.regs.cs & 3) == 1)
            top = std::max(top, event.regs.esp);
    }
    return std::nullopt;
}

} // namespace

InterruptsView::InterruptsView(QWidget *parent) : LiveView(parent) {
    setAccessibleName(tr("Interrupts"));
    now_ = new QToolButton(this);
    now_->setText(tr("Now"));
    now_->setCheckable(true);
    now_->setChecked(true);
    now_->setAutoRaise(true);
    now_->setAccessibleName(tr("Show the lines as they are now"));
    now_->setToolTip(tr("Show the lines as they are now; selecting an event in Traffic shows them "
                        "as they were then"));
    raise_ = new QPushButton(tr("Raise"), this);
    raise_->setObjectName(QStringLiteral("raiseIrq"));
    raise_->setAccessibleName(tr("Raise the selected line"));
    deliveries_ = new QPushButton(tr("Show deliveries"), this);
    deliveries_->setObjectName(QStringLiteral("showDeliveries"));
    deliveries_->setAccessibleName(tr("Show the deliveries of the selected line in Traffic"));
    bar()->addWidget(now_);
    bar()->addStretch(1);
    bar()->addWidget(raise_);
    bar()->addWidget(deliveries_);
    summary_ = new QLabel(this);
    summary_->setObjectName(QStringLiteral("interruptsSummary"));
    summary_->setAccessibleName(tr("State of the vCPU's interrupts"));
    summary_->setContentsMargins(8, 0, 8, 4);
    summary_->setWordWrap(true);
    body()->addWidget(summary_);
    model_ = new RowsModel({tr("Line"), tr("State"), tr("Has waited"), tr("Handler"),
                            tr("Delivered"), tr("Mean wait"), tr("Longest wait"), tr("Last")},
                           this);
    table_ = makeTable(model_, tr("Interrupt lines"), {8, 16, 11, 0, 10, 10, 12, 14}, this);
    table_->setObjectName(QStringLiteral("interruptsTable"));
    table_->setToolTip(
        tr("Likely in service: it was delivered, and interrupts have been off since. "
           "The Host is not told when the handler returns."));
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->horizontalHeader()->setMinimumSectionSize(60);
    empty_ = new EmptyNote(table_->viewport());
    body()->addWidget(table_, 1);
    connect(now_, &QToolButton::clicked, this, [this] {
        now_->setChecked(true);
        askSoon();
    });
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &InterruptsView::updateButtons);
    connect(raise_, &QPushButton::clicked, this, &InterruptsView::raise);
    connect(deliveries_, &QPushButton::clicked, this, [this] {
        emit filterWanted(QStringLiteral("kind == irq-delivered and irq == %1 and vcpu == %2")
                              .arg(table_->currentIndex().row())
                              .arg(vcpu()));
    });
    updateButtons();
}

void InterruptsView::setSession(Session *session) {
    LiveView::setSession(session);
    connect(session, &Session::stateChanged, this, &InterruptsView::updateButtons);
    now_->setEnabled(session->live());
    if (!session->live())
        now_->setToolTip(tr("Not available: a recording has no now"));
    updateButtons();
}

QString InterruptsView::summary() const {
    return summary_->text();
}

bool InterruptsView::now() const {
    return now_->isChecked();
}

void InterruptsView::showNow() {
    if (!session() || !session()->live() || now_->isChecked())
        return;
    now_->setChecked(true);
    askSoon();
}

bool InterruptsView::alive() const {
    return session() && (session()->state() == Session::State::Running ||
                         session()->state() == Session::State::Paused);
}

void InterruptsView::updateButtons() {
    // With the focus comes a current row that nobody sees.
    const bool chosen = table_->selectionModel()->hasSelection();
    const bool alive = this->alive();
    raise_->setEnabled(chosen && alive);
    raise_->setToolTip(!session() || !session()->live() ? tr("Not available: this is a recording")
                       : !alive                         ? tr("Not available: the guest has ended")
                       : !chosen                        ? tr("Not available: select a line first")
                                                        : tr("Raise the line as a device would"));
    deliveries_->setEnabled(chosen);
    deliveries_->setToolTip(chosen ? tr("Filter Traffic for the deliveries of this line")
                                   : tr("Not available: select a line first"));
}

void InterruptsView::raise() {
    LiveInspector *inspector = session() ? session()->inspector() : nullptr;
    const auto line = static_cast<uint32_t>(table_->currentIndex().row());
    if (!inspector || line >= LGUEST_IRQS)
        return;
    inspector->raiseIrq(vcpu(), line, this, [this, line](const lg::Result<void> &result) {
        if (!result)
            emit failed(tr("Line %1 was not raised: %2")
                            .arg(line)
                            .arg(QString::fromStdString(result.message())),
                        tr("The guest goes on."));
        askSoon();
    });
}

void InterruptsView::ask(Inspector &inspector) {
    const unsigned vcpu = this->vcpu();
    inspector.state(vcpu, this, [this, vcpu](const lg::Result<lg_vcpu_state> &result) {
        answered();
        if (!result) {
            cannotAsk(QString::fromStdString(result.message()));
            return;
        }
        const lg_vcpu_state &state = *result;
        for (unsigned line = 0; line < LGUEST_IRQS; ++line) {
            const lg_descriptor &gate = state.idt_asked[LGUEST_FIRST_IRQ_VECTOR + line];
            gates_[line] = gate.high & 0x8000 ? QString::fromStdString(lg::addressText(
                                                    (gate.high & 0xffff0000) | (gate.low & 0xffff),
                                                    session()->symbols().get()))
                                              : QString();
        }
        if (!now())
            return;
        Lines lines{state.irq_pending, state.irq_blocked, {}, {}, {}};
        const EventWindowPtr window = session()->window();
        if (!state.irq_enabled && !state.halted && window)
            lines.served = servedAt(*window, window->end(), vcpu, state.regs);
        for (unsigned line = 0; line < LGUEST_IRQS; ++line)
            if (state.irq_pending >> line & 1)
                lines.waitedUs[line] = static_cast<double>(state.irq_since_ns[line]) / 1e3;
        QStringList words = {
            momentText(), state.irq_enabled ? tr("interrupts enabled") : tr("interrupts disabled"),
            state.halted ? tr("halted") : tr("in ring %1").arg(state.regs.cs & 3)};
        if (!state.timer_armed)
            words += tr("timer off");
        else if (alive()) // else it never will
            words += tr("timer fires in %1")
                         .arg(microsecondsText(static_cast<double>(state.timer_ns) / 1e3));
        summary_->setText(words.join(QStringLiteral(" · ")));
        show(lines, vcpu);
    });
}

void InterruptsView::cannotAsk(const QString &why) {
    if (!model_->rows().empty() || !now())
        return;
    summary_->setText({});
    empty_->say(session() && !session()->live()
                    ? tr("Select an event in Traffic\nto see the interrupt lines at that moment.")
                    : why);
}

void InterruptsView::showMoment(const EventWindow &window, uint64_t eventIndex) {
    const lg_event event = window.at(eventIndex);
    if (isLoss(event))
        return;
    now_->setChecked(false);
    setVcpu(event.vcpu);
    Lines lines{event.irq_pending, event.irq_blocked, {}, {}, {}};
    if (event.kind == LG_EV_IRQ_DELIVERED)
        lines.delivered = event.code;
    else
        lines.served = servedAt(window, eventIndex + 1, event.vcpu, event.regs);
    const uint32_t khz = session()->tscKhz();
    uint32_t open = event.irq_pending;
    const uint64_t stop = std::max(window.first(), eventIndex > kFar ? eventIndex - kFar : 0);
    for (uint64_t at = eventIndex + 1; at > stop && open && khz; --at) {
        const lg_event earlier = window.at(at - 1);
        if (earlier.vcpu != event.vcpu)
            continue;
        if (isLoss(earlier))
            break;
        if (earlier.kind == LG_EV_IRQ_RAISED && earlier.code < LGUEST_IRQS &&
            open >> earlier.code & 1) {
            open &= ~(1u << earlier.code);
            lines.waitedUs[earlier.code] =
                static_cast<double>(event.tsc - earlier.tsc) * 1000.0 / khz;
        }
    }
    QStringList words = {tr("As of the selected event"),
                         event.irq_enabled & LGUEST_IF ? tr("interrupts enabled")
                                                       : tr("interrupts disabled"),
                         event.halted ? tr("halted") : tr("in ring %1").arg(lg::ringOf(event)),
                         tr("the timer then is not known"),
                         session()->live() ? tr("deliveries and waits are those up to now")
                                           : tr("deliveries and waits are those of the whole "
                                                "recording")};
    summary_->setText(words.join(QStringLiteral(" · ")));
    show(lines, event.vcpu);
}

void InterruptsView::show(const Lines &lines, unsigned vcpu) {
    empty_->say({});
    const EventCounts counts = session()->counts();
    const EventWindowPtr window = session()->window();
    const uint64_t last = window->end() > window->first() ? window->at(window->end() - 1).tsc : 0;
    const uint32_t khz = session()->tscKhz();
    std::vector<Row> rows;
    for (unsigned line = 0; line < LGUEST_IRQS; ++line) {
        const bool pending = lines.pending >> line & 1, blocked = lines.blocked >> line & 1;
        const bool delivered = lines.delivered == line, served = lines.served == line;
        const IrqCount &irq = counts.irqs[std::min<unsigned>(vcpu, LG_VCPUS_MAX - 1)][line];
        const auto &waited = lines.waitedUs[line];
        rows.push_back({
            {line == LGUEST_TIMER_IRQ ? tr("%1 timer").arg(line) : QString::number(line)},
            {delivered            ? tr("delivered")
             : served && pending  ? tr("likely in service, pending")
             : served             ? tr("likely in service")
             : pending && blocked ? tr("pending, blocked")
             : pending            ? tr("pending")
             : blocked            ? tr("blocked")
                                  : tr("open"),
             pending || delivered || served ? Tone::Changed
             : blocked                      ? Tone::Muted
                                            : Tone::Good},
            {waited    ? microsecondsText(*waited)
             : pending ? tr("not known")
                       : QString(),
             Tone::Changed},
            {gates_[line], Tone::Plain, true},
            {count(irq.delivered)},
            {irq.delivered ? microsecondsText(static_cast<double>(irq.waitedNs) / 1e3 /
                                              static_cast<double>(irq.delivered))
                           : QString()},
            {irq.delivered ? microsecondsText(static_cast<double>(irq.longestNs) / 1e3)
                           : QString()},
            {irq.delivered && khz && last >= irq.lastTsc
                 ? tr("%1 ago").arg(
                       microsecondsText(static_cast<double>(last - irq.lastTsc) * 1000.0 / khz))
                 : QString(),
             Tone::Muted},
        });
    }
    model_->show(std::move(rows));
}

} // namespace ui
