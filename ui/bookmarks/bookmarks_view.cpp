// SPDX-License-Identifier: GPL-2.0-or-later
#include "bookmarks_view.h"

#include "inspect/describe.h"
#include "ui/inspect/empty_note.h"
#include "ui/inspect/numbers.h"
#include "ui/window/inner_names.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QPushButton>
#include <QSettings>
#include <QTableWidget>

namespace ui {

namespace {

// Of one recording; more is no help in finding anything again.
constexpr int kMost = 1000;

} // namespace

BookmarksView::BookmarksView(QWidget *parent) : QWidget(parent) {
    setAccessibleName(tr("Bookmarks"));
    table_ = new QTableWidget(0, ColumnCount, this);
    table_->setObjectName(QStringLiteral("bookmarksTable"));
    table_->setAccessibleName(tr("Bookmarked events"));
    table_->setHorizontalHeaderLabels({tr("Event"), tr("Time (s)"), tr("What"), tr("Note")});
    table_->setShowGrid(false);
    table_->setWordWrap(false);
    table_->setAlternatingRowColors(true);
    table_->setFrameShape(QFrame::NoFrame);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setTabKeyNavigation(false);
    table_->setCornerButtonEnabled(false);
    table_->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::SelectedClicked |
                            QAbstractItemView::AnyKeyPressed);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(table_->fontMetrics().height() + 5);
    QHeaderView *columns = table_->horizontalHeader();
    columns->setAccessibleName(tr("Bookmark columns"));
    columns->setHighlightSections(false);
    columns->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    const int em = table_->fontMetrics().horizontalAdvance(QLatin1Char('0'));
    columns->resizeSection(Event, 9 * em);
    columns->resizeSection(Time, 11 * em);
    columns->resizeSection(What, 28 * em);
    columns->setStretchLastSection(true);
    nameInnerParts(table_);
    table_->setToolTip(tr("Double click or press Enter to select the event; F2 writes its note"));
    empty_ = new EmptyNote(table_->viewport());

    toggle_ = new QAction(tr("Bookmark the selected event, or forget it"), this);
    toggle_->setShortcut(QKeySequence(tr("Ctrl+Shift+Z")));
    remove_ = new QPushButton(tr("Forget the selected"), this);
    remove_->setObjectName(QStringLiteral("bookmarkRemove"));
    remove_->setAccessibleName(tr("Forget the selected bookmarks"));
    auto *top = new QHBoxLayout;
    top->setContentsMargins(6, 4, 6, 4);
    top->addStretch(1);
    top->addWidget(remove_);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(table_, 1);
    connect(table_, &QAbstractItemView::activated, this,
            [this](const QModelIndex &index) { emit chosen(indexAt(index.row())); });
    connect(table_, &QTableWidget::itemChanged, this, &BookmarksView::store);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &BookmarksView::showState);
    connect(remove_, &QPushButton::clicked, this, [this] {
        while (table_->selectionModel()->hasSelection())
            table_->removeRow(table_->selectionModel()->selectedRows().first().row());
        showState();
        store();
    });
    showState();
}

BookmarksView::~BookmarksView() {
    table_->disconnect(this);
    table_->selectionModel()->disconnect(this);
}

void BookmarksView::setSession(Session *session, const QString &key) {
    session_ = session;
    key_ = key;
    if (!key_.isEmpty())
        for (const QVariant &entry : QSettings().value("bookmarks/" + key_).toList()) {
            const QStringList parts = entry.toStringList();
            add(parts.value(0).toULongLong(), parts.value(1));
        }
    restored_ = true;
    showState();
}

uint64_t BookmarksView::indexAt(int row) const {
    return table_->item(row, Event)->data(Qt::UserRole).toULongLong();
}

int BookmarksView::rowOf(uint64_t eventIndex) const {
    for (int row = 0; row < table_->rowCount(); ++row)
        if (indexAt(row) == eventIndex)
            return row;
    return -1;
}

bool BookmarksView::has(uint64_t eventIndex) const {
    return rowOf(eventIndex) >= 0;
}

// In the order of time.
void BookmarksView::add(uint64_t eventIndex, const QString &note) {
    const EventWindowPtr window = session_->window();
    if (!window->contains(eventIndex) || has(eventIndex) || table_->rowCount() >= kMost)
        return;
    const lg_event event = window->at(eventIndex);
    int row = 0;
    while (row < table_->rowCount() && indexAt(row) < eventIndex)
        ++row;
    const QSignalBlocker quiet(table_); // it is stored once, when all of it is there
    table_->insertRow(row);
    const uint32_t khz = session_->tscKhz();
    const QString texts[] = {
        numberText(eventIndex + 1), // as Traffic counts
        khz ? QLocale().toString(
                  static_cast<double>(event.tsc - session_->tscBase()) / 1000.0 / khz, 'f', 6)
            : numberText(event.tsc),
        QString::fromStdString(lg::describe(event, session_->symbols().get())), note};
    for (int column = 0; column < ColumnCount; ++column) {
        auto *item = new QTableWidgetItem(texts[column]);
        if (column != Note)
            item->setFlags(item->flags() & ~Qt::ItemIsEditable);
        item->setToolTip(texts[column]);
        table_->setItem(row, column, item);
    }
    table_->item(row, Event)->setData(Qt::UserRole, static_cast<qulonglong>(eventIndex));
}

void BookmarksView::toggle(uint64_t eventIndex) {
    if (const int row = rowOf(eventIndex); row >= 0) {
        table_->removeRow(row);
    } else {
        add(eventIndex, {});
        if (const int added = rowOf(eventIndex); added >= 0)
            table_->setCurrentCell(added, Note);
    }
    showState();
    store();
}

void BookmarksView::showState() {
    const bool chosen = table_->selectionModel()->hasSelection();
    remove_->setEnabled(chosen);
    remove_->setToolTip(chosen ? QString() : tr("Not available: select what is to be forgotten"));
    empty_->say(table_->rowCount()
                    ? QString()
                    : tr("Select an event in Traffic and press %1\nto find it again here.")
                          .arg(toggle_->shortcut().toString(QKeySequence::NativeText)));
}

void BookmarksView::store() const {
    if (key_.isEmpty() || !restored_)
        return;
    QVariantList all;
    for (int row = 0; row < table_->rowCount(); ++row)
        all +=
            QVariant(QStringList{QString::number(indexAt(row)), table_->item(row, Note)->text()});
    QSettings settings;
    if (all.isEmpty())
        settings.remove("bookmarks/" + key_);
    else
        settings.setValue("bookmarks/" + key_, all);
}

} // namespace ui
