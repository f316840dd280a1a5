// SPDX-License-Identifier: GPL-2.0-or-later
#include "switcher_view.h"

#include "../../switcher/layout.h"
#include "inspect/describe.h"
#include "inspect/differences.h"
#include "switch_diagram.h"
#include "ui/inspect/empty_note.h"
#include "ui/inspect/numbers.h"
#include "ui/inspect/rows_model.h"
#include "ui/window/inner_names.h"

#include <QCheckBox>
#include <QDateTime>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>

#include <algorithm>

namespace ui {

namespace {

// Enough for a mean, and quick to look through at each tick.
constexpr uint64_t kNewest = 2'000;

QString rights(uint32_t bits) {
    if (!(bits & LG_PAGE_PRESENT))
        return SwitcherView::tr("not mapped");
    return bits & LG_PAGE_WRITE  ? SwitcherView::tr("read, write")
           : bits & LG_PAGE_EXEC ? SwitcherView::tr("read, execute")
                                 : SwitcherView::tr("read only");
}

} // namespace

SwitcherView::SwitcherView(QWidget *parent) : LiveView(parent) {
    setAccessibleName(tr("Switcher"));
    rates_ = new QLabel(this);
    rates_->setObjectName(QStringLiteral("switcherRates"));
    rates_->setAccessibleName(tr("World switches per second"));
    measure_ = new QCheckBox(tr("Time each switch"), this);
    measure_->setObjectName(QStringLiteral("measureSwitches"));
    measure_->setAccessibleName(tr("Record the time of each world switch"));
    bar()->addWidget(rates_, 1);
    bar()->addWidget(measure_);
    diagram_ = new SwitchDiagram(this);
    body()->addWidget(diagram_);
    tables_ = new QTabWidget(this);
    tables_->setDocumentMode(true);
    tables_->setAccessibleName(tr("Tables of the processor"));
    tables_->tabBar()->setAccessibleName(tr("Choice of the table"));
    body()->addWidget(tables_, 1);

    pages_ = new RowsModel({tr("Address"), tr("Frame"), tr("What"), tr("In the Host's tables"),
                            tr("In the Guest's tables")},
                           this);
    gdt_ = new RowsModel({tr("Slot"), tr("Asked"), tr("Installed"), tr("Why they differ")}, this);
    idt_ = new RowsModel({tr("Vector"), tr("Asked"), tr("Installed"), tr("Why they differ")}, this);
    tss_ = new RowsModel({tr("Field"), tr("Asked"), tr("Installed"), tr("Why they differ")}, this);
    addTable(pages_, tr("Pages"), {19, 10, 20, 20, 0}, [this](int row) {
        return pages_->rows()[static_cast<size_t>(row)][2].text == tr("text") ? 510 : 500;
    });
    addTable(gdt_, tr("GDT"), {9, 34, 38, 0},
             [](int row) { return row >= 2 && row <= 5 ? 500 : 160; });
    addTable(idt_, tr("IDT"), {24, 28, 22, 0}, [this](int row) {
        const unsigned vector = vectors_[static_cast<size_t>(row)];
        return vector == LGUEST_TRAP_ENTRY         ? 210
               : vector == LGUEST_SYSCALL_VECTOR   ? 530
               : vector >= LGUEST_FIRST_IRQ_VECTOR ? 730
                                                   : 720;
    });
    addTable(tss_, tr("TSS"), {20, 22, 22, 0}, [](int) { return 830; });
    connect(diagram_, &SwitchDiagram::phaseChosen, this, &SwitcherView::explainWanted);
    connect(measure_, &QCheckBox::clicked, this, &SwitcherView::measure);
}

void SwitcherView::addTable(RowsModel *model, const QString &name, const std::vector<int> &ems,
                            const std::function<int(int row)> &paragraph) {
    QTableView *table = makeTable(model, name, ems, tables_);
    table->setToolTip(tr("Double click or press Enter to read why"));
    empty_.push_back(new EmptyNote(table->viewport()));
    tables_->addTab(table, name);
    connect(table, &QAbstractItemView::activated, this,
            [this, paragraph](const QModelIndex &index) {
                emit explainWanted(paragraph(index.row()));
            });
}

void SwitcherView::setSession(Session *session) {
    LiveView::setSession(session);
    measure_->setEnabled(session->live());
    measure_->setToolTip(
        session->live()
            ? tr("One event more for each stay in the Guest: it doubles their number")
            : tr("Not available: a recording has what was recorded (lgctl run --kinds all)"));
}

QString SwitcherView::rates() const {
    return rates_->text();
}

void SwitcherView::measure(bool on) {
    LiveInspector *inspector = session()->inspector();
    if (!inspector)
        return;
    inspector->setKinds(on ? LG_KINDS_ALL : LG_KINDS_DEFAULT, this,
                        [this, on](const lg::Result<void> &result) {
                            if (result)
                                return;
                            measure_->setChecked(!on);
                            emit failed(tr("World switches cannot be timed: %1")
                                            .arg(QString::fromStdString(result.message())),
                                        tr("The guest goes on."));
                        });
}

void SwitcherView::ask(Inspector &inspector) {
    const unsigned vcpu = this->vcpu();
    inspector.switcher(vcpu, this, [this](const lg::Result<lg_switcher_info> &result) {
        if (result)
            showPages(*result);
    });
    inspector.state(vcpu, this, [this](const lg::Result<lg_vcpu_state> &result) {
        if (result)
            showState(*result);
        else
            cannotAsk(QString::fromStdString(result.message()));
        if (moment())
            answered();
    });
    // Of a moment there are no rates.
    LiveInspector *live = moment() ? nullptr : session()->inspector();
    if (live)
        askRates(*live, 0);
    else
        rates_->setText(momentText());
}

// One vCPU after the other; the last answer ends the round.
void SwitcherView::askRates(LiveInspector &inspector, unsigned vcpu) {
    inspector.counters(vcpu, this, [this, vcpu](const lg::Result<lg_counters> &result) {
        if (result)
            showRates(vcpu, *result);
        LiveInspector *next = moment() ? nullptr : session()->inspector();
        if (next && vcpu + 1 < std::min<unsigned>(session()->vcpus(), LG_VCPUS_MAX))
            askRates(*next, vcpu + 1);
        else
            answered();
    });
}

void SwitcherView::cannotAsk(const QString &why) {
    if (!gdt_->rows().empty())
        return;
    for (EmptyNote *empty : empty_)
        empty->say(why);
    rates_->setText(tr("World switches"));
}

void SwitcherView::tick() {
    showTimes();
}

void SwitcherView::showTimes() {
    const EventWindowPtr window = session()->window();
    const uint32_t khz = session()->tscKhz();
    std::optional<SwitchTimes> last;
    SwitchTimes sum;
    QString end;
    double seen = 0;
    const uint64_t stop =
        std::max(window->first(), window->end() > kNewest ? window->end() - kNewest : 0);
    for (uint64_t at = window->end(); at > stop && khz; --at) {
        const lg_event event = window->at(at - 1);
        if (event.kind != LG_EV_WORLD_SWITCH || event.vcpu != vcpu())
            continue;
        const double us = 1000.0 / khz;
        const SwitchTimes times{event.detail[0] * us, event.detail[1] * us, event.detail[2] * us};
        if (!last) {
            last = times;
            end = QString::fromStdString(lg::codeText(event));
        }
        sum.in += times.in;
        sum.guest += times.guest;
        sum.out += times.out;
        ++seen;
    }
    if (seen > 0)
        sum = {sum.in / seen, sum.guest / seen, sum.out / seen};
    diagram_->show(last, end, sum);
}

void SwitcherView::showPages(const lg_switcher_info &info) {
    block_ = info.area;
    std::vector<Row> rows;
    for (uint32_t i = 0; i < info.count && i < LG_SWITCHER_MAX_PAGES; ++i) {
        const lg_switcher_page &page = info.pages[i];
        rows.push_back(
            {{hexText(page.address, 16), Tone::Plain, true},
             {hexText(page.pfn, 0), Tone::Plain, true},
             {QString::fromStdString(lg::switcherPageName(page.what))},
             {rights(page.host), page.host ? Tone::Plain : Tone::Muted},
             {rights(page.guest), page.host == page.guest ? Tone::Plain : Tone::Changed}});
    }
    pages_->show(std::move(rows));
}

void SwitcherView::showState(const lg_vcpu_state &state) {
    for (EmptyNote *empty : empty_)
        empty->say({});
    const auto differ = [](const QString &why) {
        return why.isEmpty() ? Tone::Muted : Tone::Changed;
    };
    std::vector<Row> rows;
    for (unsigned slot = 0; slot < LGUEST_GDT_ENTRIES; ++slot) {
        const lg_descriptor &asked = state.gdt_asked[slot], &got = state.gdt_installed[slot];
        const QString why = QString::fromStdString(lg::gdtDifference(slot, asked, got));
        const auto text = [](const lg_descriptor &d) {
            return QString::fromStdString(lg::descriptorText(d));
        };
        rows.push_back(
            {{tr("%1  (%2)").arg(slot).arg(hexText(slot * 8, 2))},
             {text(asked), asked.high ? Tone::Plain : Tone::Muted},
             {slot == LG_SEL_TSS / 8 + 1 ? tr("upper half of the TSS's address") : text(got),
              got.high || got.low ? differ(why) == Tone::Changed ? Tone::Changed : Tone::Plain
                                  : Tone::Muted},
             {why}});
    }
    gdt_->show(std::move(rows));

    rows.clear();
    vectors_.clear();
    for (unsigned vector = 0; vector < LGUEST_IDT_ENTRIES; ++vector) {
        const lg_descriptor &asked = state.idt_asked[vector];
        if (!(asked.high & 0x8000) && vector >= LGUEST_FIRST_IRQ_VECTOR &&
            vector != LGUEST_SYSCALL_VECTOR)
            continue;
        const lg_gate64 &got = state.idt_installed[vector];
        const unsigned irq = vector - LGUEST_FIRST_IRQ_VECTOR;
        const QString name = vector == LGUEST_TRAP_ENTRY ? tr("hypercall")
                             : irq < LGUEST_IRQS ? (irq == LGUEST_TIMER_IRQ ? tr("irq 0, timer")
                                                                            : tr("irq %1").arg(irq))
                                                 : QString::fromUtf8(lg::vectorName(vector));
        vectors_.push_back(vector);
        rows.push_back({{tr("%1  %2").arg(vector).arg(name)},
                        {QString::fromStdString(lg::gateText(asked, session()->symbols().get())),
                         asked.high ? Tone::Plain : Tone::Muted},
                        {QString::fromStdString(lg::gate64Text(got))},
                        {QString::fromStdString(lg::gateDifference(vector, asked, got))}});
    }
    idt_->show(std::move(rows));

    const uint64_t block = block_;
    const auto at = [block](uint64_t offset) {
        return block ? hexText(block + offset, 16) : QString();
    };
    tss_->show({{{tr("Stack for ring 1")},
                 {tr("%1:%2, pages: %3")
                      .arg(hexText(state.ss1, 4), hexText(state.esp1))
                      .arg(state.stack_pages),
                  Tone::Plain, true},
                 {tr("none")},
                 {tr("Traps enter the Switcher in ring 0; it switches to this stack by hand")}},
                {{tr("RSP0")},
                 {tr("none"), Tone::Muted},
                 {at(LG_STACK_TOP), Tone::Changed, true},
                 {tr("Top of the block's stack page: what a trap pushes completes the registers")}},
                {{tr("IST 1")},
                 {tr("none"), Tone::Muted},
                 {at(LG_IST_TOP), Tone::Changed, true},
                 {tr("For a double fault only, upper half of the state's page")}},
                {{tr("Permission of ports")},
                 {tr("none"), Tone::Muted},
                 {tr("no port"), Tone::Changed},
                 {tr("An access to a port traps, and the Host answers")}}});
}

void SwitcherView::showRates(unsigned vcpu, const lg_counters &counters) {
    Rate &rate = rate_.at(vcpu);
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const double seconds = static_cast<double>(now - rate.atMs) / 1000.0;
    if (rate.atMs && seconds > 0 && counters.switches >= rate.counters.switches) {
        rate.switches = static_cast<double>(counters.switches - rate.counters.switches) / seconds;
        rate.reflected =
            static_cast<double>(counters.reflected_fast - rate.counters.reflected_fast) / seconds;
    }
    if (session()->state() != Session::State::Running)
        rate.switches = rate.reflected = 0; // asked once more as it stopped
    rate.counters = counters;
    rate.atMs = now;
    QStringList words;
    for (unsigned i = 0; i < std::min<unsigned>(session()->vcpus(), LG_VCPUS_MAX); ++i) {
        const QString numbers =
            tr("%1 switches/s, %2 traps/s kept inside, %3 switches in all")
                .arg(QLocale().toString(rate_[i].switches, 'f', 0),
                     QLocale().toString(rate_[i].reflected, 'f', 0),
                     QLocale().toString(static_cast<qulonglong>(rate_[i].counters.switches)));
        words += session()->vcpus() > 1 ? tr("vCPU %1: %2").arg(i).arg(numbers) : numbers;
    }
    rates_->setText(words.join(QStringLiteral("\n")));
}

} // namespace ui
