// SPDX-License-Identifier: GPL-2.0-or-later
#include "traffic_view.h"

#include "column_choice.h"
#include "event_model.h"
#include "event_table.h"
#include "filter_line.h"
#include "go_to_line.h"
#include "inspect/describe.h"
#include "match_finder.h"
#include "side_by_side.h"
#include "timeline.h"
#include "ui/inspect/choose_row.h"
#include "ui/inspect/numbers.h"
#include "ui/window/icons.h"
#include "ui/window/inner_names.h"
#include "ui/window/problem_label.h"
#include "ui/window/theme.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

QToolButton *button(QAction *action, QWidget *parent) {
    auto *made = new QToolButton(parent);
    made->setDefaultAction(action);
    made->setAutoRaise(true);
    made->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    made->setAccessibleName(action->text());
    return made;
}

// The Guest's address whose translation the event is about.
std::optional<uint32_t> translatedBy(const lg_event &event) {
    switch (event.kind) {
    case LG_EV_PAGE_FAULT:
        return event.regs.cr2;
    case LG_EV_REFLECT:
        return event.code == 14 ? std::optional(event.regs.cr2) : std::nullopt;
    case LG_EV_HYPERCALL:
    case LG_EV_ASYNC_HYPERCALL:
        return event.code == LHCALL_SET_PTE ? std::optional(event.detail[1]) : std::nullopt;
    case LG_EV_PAGE_TABLE_CHANGE:
        return event.code == LG_TABLE_SET_PTE ? std::optional(event.detail[0]) : std::nullopt;
    default:
        return std::nullopt;
    }
}

} // namespace

TrafficView::TrafficView(QWidget *parent) : QWidget(parent) {
    setAccessibleName(tr("Traffic"));
    model_ = new EventModel(this);
    // Before the table connects: when rows go, it would choose another current one by itself.
    connect(model_, &QAbstractItemModel::rowsAboutToBeRemoved, this, [this] { removing_ = true; });

    filter_ = new FilterLine(this);
    vcpus_ = new QComboBox(this);
    vcpus_->setObjectName(QStringLiteral("vcpuChoice"));
    vcpus_->setAccessibleName(tr("Which vCPU"));
    vcpus_->setToolTip(tr("Show the events of one virtual processor, or of all"));
    vcpus_->addItem(tr("All vCPUs"), -1);

    follow_ = new QAction(themedIcon(Icon::Follow), tr("Follow"), this);
    follow_->setCheckable(true);
    follow_->setChecked(true);
    follow_->setShortcut(QKeySequence(tr("Ctrl+Shift+End")));
    follow_->setToolTip(tr("Keep the newest event in sight (%1)")
                            .arg(follow_->shortcut().toString(QKeySequence::NativeText)));
    hold_ = new QAction(themedIcon(Icon::Hold), tr("Hold still"), this);
    hold_->setCheckable(true);
    hold_->setShortcut(QKeySequence(tr("Ctrl+Shift+H")));
    hold_->setToolTip(tr("Stop this list, not the Guest: events go on being collected (%1)")
                          .arg(hold_->shortcut().toString(QKeySequence::NativeText)));
    copy_ = new QAction(themedIcon(Icon::Copy), tr("Copy selected events"), this);
    copy_->setShortcut(QKeySequence::Copy);
    copy_->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    focusFilter_ = new QAction(themedIcon(Icon::Search), tr("Go to the filter"), this);
    focusFilter_->setShortcut(QKeySequence(tr("Ctrl+Shift+L")));
    goTo_ = new QAction(tr("Go to an event or a time"), this);
    goTo_->setShortcut(QKeySequence(tr("Ctrl+Shift+F6")));
    hide_ = new QAction(tr("Hide what the filter does not match"), this);
    hide_->setCheckable(true);
    hide_->setChecked(true);
    hide_->setShortcut(QKeySequence(tr("Ctrl+Shift+F7")));
    filter_->addAction(hide_, QLineEdit::LeadingPosition);
    next_ = new QAction(tr("Next event that matches the filter"), this);
    next_->setShortcut(QKeySequence(Qt::Key_F3));
    previous_ = new QAction(tr("Previous event that matches the filter"), this);
    previous_->setShortcut(QKeySequence(Qt::SHIFT | Qt::Key_F3));
    for (QAction *action : {next_, previous_}) // elsewhere the keys are the Guest's
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addActions({next_, previous_});
    finder_ = new MatchFinder(this);

    table_ = new EventTable(model_, this);
    table_->addAction(copy_);
    sideBySide_ = new SideBySide(model_, table_, this);

    nameInnerParts(vcpus_);

    problem_ = new ProblemLabel(this);
    problem_->setObjectName(QStringLiteral("filterProblem"));
    problem_->setAccessibleName(tr("Filter problem"));
    problem_->setMargin(3);
    problem_->setFrameShape(QFrame::StyledPanel);
    problem_->setAutoFillBackground(true);
    problem_->hide();
    goToLine_ = new GoToLine(model_, this);
    shown_ = new QLabel(this);
    shown_->setObjectName(QStringLiteral("trafficShown"));
    shown_->setAccessibleName(tr("Events shown"));
    note_ = new QLabel(this);
    note_->setObjectName(QStringLiteral("trafficNote"));
    note_->setAccessibleName(tr("Events that are missing"));
    timeline_ = new Timeline(this);
    connect(timeline_, &Timeline::eventChosen, this, &TrafficView::select);
    auto *top = new QHBoxLayout;
    top->setContentsMargins(4, 4, 4, 4);
    top->setSpacing(4);
    top->addWidget(filter_, 1);
    top->addWidget(vcpus_);
    lanes_ = button(sideBySide_->action(), this);
    lanes_->hide(); // until there are several
    top->addWidget(lanes_);
    top->addWidget(button(follow_, this));
    top->addWidget(button(hold_, this));
    auto *bottom = new QHBoxLayout;
    bottom->setContentsMargins(6, 2, 6, 2);
    bottom->setSpacing(8);
    bottom->addWidget(goToLine_);
    bottom->addWidget(shown_);
    bottom->addStretch(1);
    bottom->addWidget(note_);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(timeline_);
    layout->addWidget(table_, 1);
    layout->addLayout(bottom);

    connect(filter_, &FilterLine::filterChanged, this, [this](const lg::Filter &filter) {
        finder_->cancel();
        searchNote_.clear();
        model_->setFilter(filter);
        updateNotes();
    });
    connect(hide_, &QAction::toggled, this, &TrafficView::hideOthers);
    hideOthers(true);
    connect(next_, &QAction::triggered, this, [this] { findMatch(true); });
    connect(previous_, &QAction::triggered, this, [this] { findMatch(false); });
    connect(finder_, &MatchFinder::found, this, [this](qulonglong index) {
        searchNote_.clear();
        select(index);
        updateNotes();
    });
    connect(finder_, &MatchFinder::nothing, this, [this](bool forward) {
        searchNote_ =
            forward ? tr("nothing further down matches") : tr("nothing further up matches");
        updateNotes();
    });
    connect(filter_, &FilterLine::problemChanged, this, [this](const QString &text, int position) {
        problem_->setText(tr("At character %1: %2").arg(position + 1).arg(text));
        problem_->setVisible(!text.isEmpty());
        placeProblem();
    });
    connect(vcpus_, &QComboBox::currentIndexChanged, this,
            [this] { model_->setVcpu(vcpus_->currentData().toInt()); });
    connect(follow_, &QAction::toggled, this, [this](bool on) {
        if (on)
            table_->scrollToBottom();
    });
    connect(hold_, &QAction::toggled, this, [this](bool on) {
        if (!on)
            refresh();
        updateNotes();
    });
    connect(focusFilter_, &QAction::triggered, this, [this] {
        filter_->setFocus(Qt::ShortcutFocusReason);
        filter_->selectAll();
    });
    connect(goToLine_, &GoToLine::eventWanted, this, [this](qulonglong index) {
        if (const EventWindowPtr window = model_->window();
            window && window->first() < window->end())
            select(std::clamp<uint64_t>(index, window->first(), window->end() - 1));
    });
    connect(goToLine_, &GoToLine::timeWanted, this, &TrafficView::selectTime);
    connect(goToLine_, &GoToLine::closed, table_, qOverload<>(&QWidget::setFocus));
    connect(copy_, &QAction::triggered, table_, &EventTable::copySelected);
    connect(table_, &QWidget::customContextMenuRequested, this, &TrafficView::showMenu);
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &TrafficView::noteSelection);
    connect(model_, &QAbstractItemModel::rowsRemoved, this, [this] { removing_ = false; });
    connect(model_, &QAbstractItemModel::modelReset, this, [this] {
        seeking_ = true;
        showSelection();
        updateEmpty();
    });
    connect(model_, &EventModel::filteringChanged, this, [this] {
        showSurroundings();
        updateNotes();
    });
    connect(model_, &QAbstractItemModel::rowsInserted, this, [this] {
        updateEmpty();
        if (!table_->currentIndex().isValid())
            showSelection();
        if (follow_->isChecked())
            table_->scrollToBottom();
    });
    connect(table_, &EventTable::filterWanted, focusFilter_, &QAction::trigger);
    connect(table_, &EventTable::goToWanted, goTo_, &QAction::trigger);
    connect(table_, &EventTable::deselectWanted, this, &TrafficView::deselect);
    connect(table_, &EventTable::followWanted, this,
            [this](bool follow) { follow_->setChecked(follow && follow_->isEnabled()); });
    // Not at once: the rows are still being laid out.
    connect(
        table_, &EventTable::resized, this,
        [this] {
            if (follow_->isChecked())
                table_->scrollToBottom();
        },
        Qt::QueuedConnection);
    updateEmpty();
    updateNotes();
}

TrafficView::~TrafficView() = default;

// Over what is below the filter: nothing moves while a filter is typed that is not whole yet.
void TrafficView::placeProblem() {
    const QRect filter = filter_->geometry();
    const int width = std::min(problem_->sizeHint().width(), rect().right() - filter.left());
    problem_->setGeometry(filter.left(), filter.bottom() + 2, width, problem_->sizeHint().height());
    problem_->raise();
}

void TrafficView::resizeEvent(QResizeEvent *event) {
    QWidget::resizeEvent(event);
    placeProblem();
}

void TrafficView::setSource(const EventSource *source) {
    source_ = source;
    const bool live = source && source->live();
    follow_->setChecked(live);
    follow_->setEnabled(live);
    hold_->setChecked(false);
    hold_->setEnabled(live);
    if (source && !live) {
        follow_->setToolTip(tr("Not available: a recording does not grow"));
        hold_->setToolTip(tr("Not available: a recording stands still already"));
    }
    current_.reset();
    model_->setSource(source);
    timeline_->setSource(source);
    emit eventSelected(std::nullopt);
    refresh();
}

QTableView *TrafficView::table() const {
    return table_;
}
bool TrafficView::following() const {
    return follow_->isChecked();
}
bool TrafficView::held() const {
    return hold_->isChecked();
}
void TrafficView::setHeld(bool held) {
    hold_->setChecked(held);
}
void TrafficView::setFollowing(bool follow) {
    follow_->setChecked(follow);
}

void TrafficView::refresh() {
    if (!source_)
        return;
    if (!held())
        model_->refresh();
    if (source_->tscBase()) // the first event is there
        filter_->setClock({source_->tscKhz(), source_->tscBase()});
    timeline_->refresh(model_->window());
    updateVcpus(source_->counts().vcpus);
    updateNotes();
}

void TrafficView::updateVcpus(unsigned count) {
    for (unsigned n = static_cast<unsigned>(vcpus_->count()) - 1; n < count; ++n)
        vcpus_->addItem(tr("vCPU %1").arg(n), static_cast<int>(n));
    sideBySide_->setVcpus(count);
    lanes_->setVisible(count > 1);
}

void TrafficView::updateEmpty() {
    table_->sayInstead(model_->rowCount() > 0 ? QString()
                       : !source_             ? tr("No guest and no recording here.")
                       : !model_->filtered() || model_->total() == 0
                           ? tr("Nothing has happened yet.\nEvents appear here as the Guest runs.")
                       : model_->filtering()
                           ? tr("Looking…")
                           : tr("No event passes the filter.\nEscape clears it."));
}

QString TrafficView::noteText() const {
    return note_->text();
}

void TrafficView::updateNotes() {
    const auto rows = static_cast<uint64_t>(model_->rowCount());
    QString shown = model_->filtered()
                        ? tr("%1 of %2 event(s)", nullptr, countable(model_->total()))
                              .arg(numberText(rows), numberText(model_->total()))
                        : tr("%1 event(s)", nullptr, countable(rows)).arg(numberText(rows));
    if (model_->filtering() && model_->total() > 0)
        shown += tr(", filtered %1 %").arg(100 * model_->scanned() / model_->total());
    if (finder_->looking())
        shown += tr(" — looking…");
    else if (!searchNote_.isEmpty())
        shown += QStringLiteral(" — ") + searchNote_;
    if (held())
        shown += tr(" — held still");
    shown_->setText(shown);

    QStringList notes;
    if (source_) {
        const EventCounts counts = source_->counts();
        if (counts.lost)
            notes += tr("%1 lost on the way").arg(numberText(counts.lost));
        if (counts.forgotten)
            notes += tr("oldest %1 no longer kept").arg(numberText(counts.forgotten));
    }
    note_->setText(notes.join(QStringLiteral(" · ")));
    tint(note_, QPalette::WindowText, signalColours(palette()).loss);
    if (model_->rowCount() == 0)
        updateEmpty();
}

void TrafficView::noteSelection() {
    const QModelIndex row = table_->currentIndex();
    if (removing_ || !row.isValid() || current_ == model_->eventIndex(row.row()))
        return;
    current_ = model_->eventIndex(row.row());
    searchNote_.clear();
    timeline_->setMoment(model_->window()->at(*current_).tsc);
    emit eventSelected(current_);
}

// Another filter does not change the moment that the user looks at: its row is found again as
// soon as it is there, and until then the other views keep showing it.
void TrafficView::showSelection() {
    const int row = current_ ? model_->rowOf(*current_) : -1;
    if (row < 0)
        return;
    chooseRow(table_, row);
    if (!follow_->isChecked())
        table_->centreOn(row);
}

// -1: there is none.
int TrafficView::lastRowUpTo(uint64_t eventIndex) const {
    int low = 0, high = model_->rowCount() - 1;
    while (low < high) {
        const int middle = low + (high - low + 1) / 2;
        if (model_->eventIndex(middle) <= eventIndex)
            low = middle;
        else
            high = middle - 1;
    }
    return high;
}

// A filter that hides the moment shows its rows from there, not from the beginning.
void TrafficView::showSurroundings() {
    if (!seeking_ || model_->filtering())
        return;
    seeking_ = false;
    if (current_ && model_->rowOf(*current_) < 0 && !follow_->isChecked())
        table_->centreOn(lastRowUpTo(*current_));
}

void TrafficView::select(uint64_t eventIndex) {
    int row = model_->rowOf(eventIndex);
    // Others hear of new events before the list does.
    if (row < 0 && !held()) {
        model_->refresh();
        row = model_->rowOf(eventIndex);
    }
    if (row < 0)
        row = lastRowUpTo(eventIndex);
    if (row < 0)
        return;
    follow_->setChecked(false);
    chooseRow(table_, row);
    table_->centreOn(row);
}

void TrafficView::selectTime(uint64_t tsc) {
    const EventWindowPtr window = model_->window();
    if (!window || window->first() >= window->end())
        return;
    uint64_t low = window->first(), high = window->end() - 1;
    while (low < high) {
        const uint64_t middle = low + (high - low + 1) / 2;
        lg_event event;
        window->read(middle, {&event, 1}, lg::columnSet(lg::Column::Kind, lg::Column::Tsc));
        if (event.tsc <= tsc)
            low = middle;
        else
            high = middle - 1;
    }
    select(low);
}

void TrafficView::hideOthers(bool hide) {
    model_->setHiding(hide);
    hide_->setIcon(themedIcon(hide ? Icon::Hide : Icon::Mark));
    hide_->setToolTip(
        (hide ? tr("What the filter does not match is hidden. Press to see all, with "
                   "what matches in colour; F3 goes to the next")
              : tr("All is shown, with what the filter matches in colour; F3 goes to "
                   "the next. Press to hide the others")) +
        QStringLiteral(" (%1)").arg(hide_->shortcut().toString(QKeySequence::NativeText)));
    showSelection();
    updateNotes();
}

// From the selected event, else from the end that one comes from.
void TrafficView::findMatch(bool forward) {
    const EventWindowPtr window = model_->window();
    if (!window || window->first() >= window->end())
        return;
    if (model_->filter().matchesAll()) {
        searchNote_ = tr("write a filter, for something to look for");
        updateNotes();
        return;
    }
    searchNote_.clear();
    const uint64_t from = current_  ? *current_ + (forward ? 1 : 0)
                          : forward ? window->first()
                                    : window->end();
    finder_->start({window, model_->filterHere(), source_->symbols(), from, forward});
    updateNotes();
}

void TrafficView::deselect() {
    if (!current_)
        return;
    current_.reset();
    table_->clearSelection();
    table_->setCurrentIndex({});
    timeline_->setMoment(std::nullopt);
    emit eventSelected(std::nullopt);
}

void TrafficView::showMenu(const QPoint &at) {
    const QModelIndex index = table_->indexAt(at);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (const auto event = index.isValid() ? model_->event(index.row()) : std::nullopt;
        event && !isLoss(*event)) {
        const QString kind = QString::fromUtf8(lg::kindName(event->kind)).replace(' ', '-');
        const auto offer = [&](const QString &filter) {
            menu->addAction(tr("Show only %1").arg(filter), this,
                            [this, filter] { filter_->replaceText(filter); });
        };
        offer(QStringLiteral("kind == %1").arg(kind));
        if (event->kind == LG_EV_HYPERCALL || event->kind == LG_EV_ASYNC_HYPERCALL ||
            event->kind == LG_EV_REFLECT)
            offer(QStringLiteral("kind == %1 and code == %2").arg(kind).arg(event->code));
        offer(QStringLiteral("eip == 0x%1").arg(event->regs.eip, 8, 16, QLatin1Char('0')));
        offer(QStringLiteral("vcpu == %1").arg(event->vcpu));
        menu->addSeparator();
        if (const auto address = translatedBy(*event))
            menu->addAction(tr("Page tables of %1").arg(hexText(*address)), this,
                            [this, address] { emit tablesWanted(*address); });
    }
    menu->addAction(copy_);
    menu->addAction(goTo_);
    table_->columns()->fill(menu->addMenu(tr("Columns")));
    menu->popup(table_->viewport()->mapToGlobal(at));
}

} // namespace ui
