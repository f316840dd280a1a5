// SPDX-License-Identifier: GPL-2.0-or-later
#include "stops_view.h"

#include "inspect/symbols.h"
#include "ui/inspect/empty_note.h"
#include "ui/inspect/numbers.h"
#include "ui/inspect/rows_model.h"
#include "ui/session/stop_control.h"
#include "ui/traffic/filter_line.h"
#include "ui/window/inner_names.h"
#include "ui/window/problem_label.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>

#include <algorithm>

namespace ui {

namespace {

QString kindText(unsigned kind) {
    return kind == LG_BREAK_EXECUTE ? StopsView::tr("before the instruction at")
           : kind == LG_BREAK_WRITE ? StopsView::tr("after a write to")
                                    : StopsView::tr("after a read or write of");
}

} // namespace

StopsView::StopsView(QWidget *parent) : QWidget(parent) {
    setAccessibleName(tr("Stops"));
    filter_ = new FilterLine(this);
    filter_->setObjectName(QStringLiteral("stopFilter"));
    filter_->setClock(lg::kSomeClock);
    filter_->setAccessibleName(tr("Stop at events that match"));
    filter_->setPlaceholderText(tr("Stop at: kind == hypercall and code == HALT"));
    addFilter_ = new QPushButton(tr("Stop there"), this);
    addFilter_->setAccessibleName(tr("Stop at events that match the filter"));
    place_ = new QLineEdit(this);
    place_->setObjectName(QStringLiteral("stopPlace"));
    place_->setAccessibleName(tr("Address or symbol of a breakpoint"));
    place_->setPlaceholderText(tr("Address or symbol"));
    kind_ = new QComboBox(this);
    kind_->setAccessibleName(tr("Kind of the breakpoint"));
    kind_->addItem(tr("executes"), LG_BREAK_EXECUTE);
    kind_->addItem(tr("writes"), LG_BREAK_WRITE);
    kind_->addItem(tr("reads or writes"), LG_BREAK_ACCESS);
    addPlace_ = new QPushButton(tr("Break there"), this);
    addPlace_->setAccessibleName(tr("Set the breakpoint"));
    remove_ = new QPushButton(tr("Remove"), this);
    remove_->setObjectName(QStringLiteral("stopRemove"));
    remove_->setAccessibleName(tr("Remove the selected"));
    problem_ = new ProblemLabel(this);
    problem_->setObjectName(QStringLiteral("stopProblem"));
    problem_->setAccessibleName(tr("Why it cannot be set"));
    problem_->setWordWrap(true);
    problem_->hide();
    for (QWidget *whole : std::initializer_list<QWidget *>{kind_, place_})
        nameInnerParts(whole);
    model_ = new RowsModel({tr("Stops"), tr("What"), tr("Symbol")}, this);
    table_ = makeTable(model_, tr("What stops the Guest"), {24, 34, 0}, this);
    table_->setObjectName(QStringLiteral("stopsTable"));
    empty_ = new EmptyNote(table_->viewport());
    auto *grid = new QGridLayout;
    grid->setContentsMargins(6, 4, 6, 4);
    grid->setSpacing(4);
    grid->addWidget(filter_, 0, 0, 1, 2);
    grid->addWidget(addFilter_, 0, 2);
    grid->addWidget(place_, 1, 0);
    grid->addWidget(kind_, 1, 1);
    grid->addWidget(addPlace_, 1, 2);
    grid->addWidget(remove_, 2, 2);
    grid->addWidget(problem_, 2, 0, 1, 2);
    grid->setColumnStretch(0, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(grid);
    layout->addWidget(table_, 1);
    connect(addFilter_, &QPushButton::clicked, this, &StopsView::addFilter);
    connect(filter_, &QLineEdit::returnPressed, this, &StopsView::addFilter);
    connect(addPlace_, &QPushButton::clicked, this, &StopsView::addBreakpoint);
    connect(place_, &QLineEdit::returnPressed, this, &StopsView::addBreakpoint);
    connect(remove_, &QPushButton::clicked, this, &StopsView::removeSelected);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &StopsView::show);
    connect(filter_, &FilterLine::problemChanged, this,
            [this](const QString &text, int) { complain(text); });
    show();
}

void StopsView::setSession(Session *session) {
    session_ = session;
    if (StopControl *stops = session->stops()) {
        connect(stops, &StopControl::changed, this, &StopsView::show);
        connect(stops, &StopControl::failed, this, &StopsView::complain);
    }
    connect(session, &Session::stateChanged, this, &StopsView::show);
    show();
}

QString StopsView::problem() const {
    return problem_->isVisibleTo(this) ? problem_->text() : QString();
}

void StopsView::complain(const QString &why) {
    problem_->setText(why);
    problem_->setVisible(!why.isEmpty());
}

void StopsView::show() {
    const StopControl *stops = session_ ? session_->stops() : nullptr;
    const bool alive = stops && session_->inspector();
    const QString why = !session_ || !session_->live() ? tr("Not available: this is a recording")
                        : alive                        ? QString()
                                : tr("Not available: there is no Guest to stop");
    for (QWidget *part :
         std::initializer_list<QWidget *>{filter_, addFilter_, place_, kind_, addPlace_}) {
        part->setEnabled(why.isEmpty());
        part->setToolTip(why);
    }
    const bool chosen = table_->selectionModel()->hasSelection();
    remove_->setEnabled(alive && chosen);
    remove_->setToolTip(!why.isEmpty() ? why
                        : chosen       ? QString()
                                       : tr("Not available: select what is to be removed"));
    std::vector<Row> rows;
    if (stops) {
        for (const QString &filter : stops->filters())
            rows.push_back(
                {{tr("at events that match")}, {filter, Tone::Plain, true}, {QString()}});
        for (const lg_breakpoint &one : stops->breakpoints())
            rows.push_back(
                {{kindText(one.kind)},
                 {hexText(one.address), Tone::Plain, true},
                 {QString::fromStdString(session_->symbols()->text(one.address)), Tone::Muted}});
    }
    empty_->say(!rows.empty() ? QString()
                : session_ && !session_->live()
                    ? tr("A recording does not run, so there is nothing to stop.")
                    : tr("Nothing stops the Guest.\nSay an event or an address above."));
    model_->show(std::move(rows));
}

void StopsView::addFilter() {
    if (StopControl *stops = session_ ? session_->stops() : nullptr) {
        complain({});
        stops->addFilter(filter_->text());
    }
}

void StopsView::addBreakpoint() {
    StopControl *stops = session_ ? session_->stops() : nullptr;
    if (!stops)
        return;
    const auto address =
        lg::addressOf(place_->text().trimmed().toStdString(), *session_->symbols());
    if (!address) {
        complain(tr("“%1” is no address in hexadecimal and no symbol").arg(place_->text()));
        return;
    }
    complain({});
    const auto kind = static_cast<uint16_t>(kind_->currentData().toUInt());
    stops->addBreakpoint({*address, kind, static_cast<uint16_t>(kind == LG_BREAK_EXECUTE ? 1 : 4)});
}

void StopsView::removeSelected() {
    StopControl *stops = session_ ? session_->stops() : nullptr;
    const QModelIndexList rows = table_->selectionModel()->selectedRows();
    if (!stops || rows.isEmpty())
        return;
    const int row = rows.first().row(); // one request at a time, or the numbers would not fit
    const int filters = static_cast<int>(stops->filters().size());
    if (row < filters)
        stops->removeFilter(row);
    else
        stops->removeBreakpoint(static_cast<size_t>(row - filters));
    table_->clearSelection();
}

} // namespace ui
