// SPDX-License-Identifier: GPL-2.0-or-later
#include "rows_model.h"

#include "ui/window/inner_names.h"
#include "ui/window/theme.h"

#include <QAction>
#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHeaderView>
#include <QTableView>

#include <algorithm>

namespace ui {

RowsModel::RowsModel(QStringList headers, QObject *parent)
    : QAbstractTableModel(parent), headers_(std::move(headers)) {}

void RowsModel::show(std::vector<Row> rows) {
    const int before = rowCount(), now = static_cast<int>(rows.size());
    if (now < before) {
        beginRemoveRows({}, now, before - 1);
        rows_.resize(rows.size());
        endRemoveRows();
    } else if (now > before) {
        beginInsertRows({}, before, now - 1);
        rows_.insert(rows_.end(), rows.begin() + before, rows.end());
        endInsertRows();
    }
    rows_ = std::move(rows);
    if (const int kept = std::min(before, now); kept > 0)
        emit dataChanged(index(0, 0), index(kept - 1, columnCount() - 1));
}

int RowsModel::rowCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int RowsModel::columnCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : static_cast<int>(headers_.size());
}

QVariant RowsModel::data(const QModelIndex &index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = rows_[static_cast<size_t>(index.row())];
    if (static_cast<size_t>(index.column()) >= row.size())
        return {};
    const Cell &cell = row[static_cast<size_t>(index.column())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
        return cell.text;
    case Qt::FontRole:
        return cell.code ? QVariant(QFontDatabase::systemFont(QFontDatabase::FixedFont))
                         : QVariant();
    case Qt::ForegroundRole: {
        const SignalColours colours = signalColours(QGuiApplication::palette());
        switch (cell.tone) {
        case Tone::Changed:
            return colours.changed;
        case Tone::Muted:
            return colours.muted;
        case Tone::Bad:
            return colours.error;
        case Tone::Good:
            return colours.okay;
        default:
            return {};
        }
    }
    default:
        return {};
    }
}

QVariant RowsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(headers_.value(section)) : QVariant();
}

QTableView *makeTable(QAbstractItemModel *model, const QString &name, const std::vector<int> &ems,
                      QWidget *parent) {
    auto *table = new QTableView(parent);
    table->setAccessibleName(name);
    table->setModel(model);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setAlternatingRowColors(true);
    table->setFrameShape(QFrame::NoFrame);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setTabKeyNavigation(false);
    table->setCornerButtonEnabled(false);
    QHeaderView *rows = table->verticalHeader();
    rows->hide();
    rows->setSectionResizeMode(QHeaderView::Fixed);
    rows->setMinimumSectionSize(1);
    rows->setDefaultSectionSize(table->fontMetrics().height() + 5);
    QHeaderView *columns = table->horizontalHeader();
    columns->setAccessibleName(QAbstractItemView::tr("%1: columns").arg(name));
    columns->setHighlightSections(false);
    columns->setMinimumSectionSize(20);
    const int em = table->fontMetrics().horizontalAdvance(QLatin1Char('0'));
    for (size_t i = 0; i < ems.size(); ++i) {
        const int column = static_cast<int>(i);
        if (ems[i] == 0)
            columns->setSectionResizeMode(column, QHeaderView::Stretch);
        else
            columns->resizeSection(column, ems[i] * em);
    }
    nameInnerParts(table);
    auto *copy = new QAction(QAbstractItemView::tr("Copy selected rows"), table);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    QObject::connect(copy, &QAction::triggered, table, [table] {
        QModelIndexList chosen = table->selectionModel()->selectedRows();
        std::sort(chosen.begin(), chosen.end());
        QStringList lines;
        for (const QModelIndex &row : std::as_const(chosen)) {
            QStringList cells;
            for (int column = 0; column < table->model()->columnCount(); ++column)
                cells += row.siblingAtColumn(column).data().toString();
            lines += cells.join(QLatin1Char('\t'));
        }
        QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
    });
    table->addAction(copy);
    table->setContextMenuPolicy(Qt::ActionsContextMenu);
    return table;
}

} // namespace ui
