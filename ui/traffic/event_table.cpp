// SPDX-License-Identifier: GPL-2.0-or-later
#include "event_table.h"

#include "column_choice.h"
#include "event_model.h"
#include "kind_delegate.h"
#include "ui/inspect/choose_row.h"
#include "ui/inspect/numbers.h"
#include "ui/window/inner_names.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QScrollBar>

#include <algorithm>

namespace ui {

namespace {

// A million rows would make a clipboard that no program survives.
constexpr int kMaxCopiedRows = 100'000;

// Digits' widths of the column that tells the event in words.
constexpr int kLeastWords = 28;

} // namespace

EventTable::EventTable(EventModel *model, QWidget *parent) : QTableView(parent), events_(model) {
    setObjectName(QStringLiteral("trafficTable"));
    setAccessibleName(tr("Events"));
    setModel(model);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setShowGrid(false);
    setWordWrap(false);
    setAlternatingRowColors(true);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setItemDelegateForColumn(EventModel::Kind, new KindDelegate(this));

    // Fixed rows are what lets the table carry millions of them.
    QHeaderView *rows = verticalHeader();
    rows->hide();
    rows->setSectionResizeMode(QHeaderView::Fixed);
    rows->setMinimumSectionSize(1);
    rows->setDefaultSectionSize(fontMetrics().height() + 5);
    setUpColumns();
    columns_ = std::make_unique<ColumnChoice>(model, this);
    nameInnerParts(this);
    connect(verticalScrollBar(), &QAbstractSlider::actionTriggered, this, [this] {
        const auto *bar = verticalScrollBar();
        emit followWanted(bar->sliderPosition() >= bar->maximum());
    });

    instead_ = new QLabel(viewport());
    instead_->setObjectName(QStringLiteral("trafficEmpty"));
    instead_->setAccessibleName(tr("Why there are no events"));
    instead_->setAlignment(Qt::AlignCenter);
    instead_->setWordWrap(true);
    instead_->setForegroundRole(QPalette::PlaceholderText);
    instead_->setAttribute(Qt::WA_TransparentForMouseEvents);
}

EventTable::~EventTable() = default;

void EventTable::setUpColumns() {
    const int em = fontMetrics().horizontalAdvance(QLatin1Char('0'));
    QHeaderView *columns = horizontalHeader();
    columns->setAccessibleName(tr("Event columns"));
    columns->setHighlightSections(false);
    columns->setMinimumSectionSize(2 * em);
    columns->setSectionsMovable(true);
    columns->setSectionResizeMode(QHeaderView::Interactive);
    columns->setStretchLastSection(false);
    const std::pair<int, int> widths[] = {{EventModel::Number, 8},   {EventModel::Time, 11},
                                          {EventModel::Vcpu, 6},     {EventModel::Ring, 5},
                                          {EventModel::Kind, 16},    {EventModel::Symbol, 18},
                                          {EventModel::Duration, 9}, {EventModel::Since, 14}};
    for (const auto &[column, ems] : widths)
        columns->resizeSection(column, ems * em);
    columns->setSectionResizeMode(EventModel::What, QHeaderView::Stretch);
    columns->moveSection(EventModel::Since, EventModel::Time + 1);
    columns->hideSection(EventModel::Since);
}

// The words get what the others leave; in a narrow window enough to be read, and the list scrolls
// sideways.
void EventTable::fitWords() {
    QHeaderView *columns = horizontalHeader();
    if (columns->isSectionHidden(EventModel::What))
        return;
    const int least = kLeastWords * fontMetrics().horizontalAdvance(QLatin1Char('0'));
    const int others = columns->length() - columns->sectionSize(EventModel::What);
    const auto mode =
        viewport()->width() - others >= least ? QHeaderView::Stretch : QHeaderView::Interactive;
    if (mode == columns->sectionResizeMode(EventModel::What))
        return;
    columns->setSectionResizeMode(EventModel::What, mode);
    if (mode == QHeaderView::Interactive)
        columns->resizeSection(EventModel::What, least);
}

void EventTable::sayInstead(const QString &text) {
    instead_->setVisible(!text.isEmpty());
    instead_->setText(text);
    instead_->setGeometry(viewport()->rect());
}

void EventTable::centreOn(int row) {
    executeDelayedItemsLayout(); // of rows that have just come
    scrollTo(events_->index(row, 0), QAbstractItemView::PositionAtCenter);
}

void EventTable::resizeEvent(QResizeEvent *event) {
    QTableView::resizeEvent(event);
    instead_->setGeometry(viewport()->rect());
    fitWords();
    emit resized();
}

void EventTable::mousePressEvent(QMouseEvent *event) {
    emit followWanted(false);
    QTableView::mousePressEvent(event);
}

void EventTable::wheelEvent(QWheelEvent *event) {
    QTableView::wheelEvent(event);
    emit followWanted(verticalScrollBar()->value() >= verticalScrollBar()->maximum());
}

void EventTable::focusInEvent(QFocusEvent *event) {
    // Qt would make the first row current, and that is another moment for all views.
    if (!currentIndex().isValid())
        setCurrentIndex({});
    QTableView::focusInEvent(event);
}

void EventTable::keyPressEvent(QKeyEvent *event) {
    const int rows = events_->rowCount();
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        emit followWanted(false);
        if (!currentIndex().isValid() && rows > 0) {
            // From what is seen, not from the beginning.
            const int last = rowAt(viewport()->height() - 1);
            return chooseRow(this, last < 0 ? rows - 1 : last);
        }
        break;
    // The first and the last event, not the first and the last column.
    case Qt::Key_Home:
    case Qt::Key_End: {
        const bool end = event->key() == Qt::Key_End;
        emit followWanted(end);
        if (event->modifiers() & Qt::ShiftModifier || rows == 0)
            break;
        return chooseRow(this, end ? rows - 1 : 0);
    }
    case Qt::Key_Slash:
        return emit filterWanted();
    case Qt::Key_G:
        return emit goToWanted();
    case Qt::Key_Escape:
        return emit deselectWanted();
    default:
        break;
    }
    QTableView::keyPressEvent(event);
}

void EventTable::copySelected() const {
    const QHeaderView *header = horizontalHeader();
    std::vector<int> columns;
    for (int place = 0; place < header->count(); ++place)
        if (!header->isSectionHidden(header->logicalIndex(place)))
            columns.push_back(header->logicalIndex(place));
    QModelIndexList rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    QStringList lines;
    for (const QModelIndex &row : rows.first(std::min<qsizetype>(rows.size(), kMaxCopiedRows))) {
        QStringList cells;
        for (const int column : columns)
            cells += row.siblingAtColumn(column).data().toString();
        lines += cells.join(QLatin1Char('\t'));
    }
    if (rows.size() > kMaxCopiedRows)
        lines += tr("(%Ln more row(s) were not copied)", nullptr,
                    countable(rows.size() - kMaxCopiedRows));
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

} // namespace ui
