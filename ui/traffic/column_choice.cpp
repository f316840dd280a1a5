// SPDX-License-Identifier: GPL-2.0-or-later
#include "column_choice.h"

#include "event_model.h"

#include <QAction>
#include <QHeaderView>
#include <QMenu>
#include <QTableView>

namespace ui {

ColumnChoice::ColumnChoice(const EventModel *model, QTableView *table)
    : model_(model), table_(table), first_(table->horizontalHeader()->saveState()) {
    QHeaderView *header = table->horizontalHeader();
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    QObject::connect(header, &QWidget::customContextMenuRequested, header,
                     [this, header](const QPoint &at) {
                         auto *menu = new QMenu(header);
                         menu->setAttribute(Qt::WA_DeleteOnClose);
                         fill(menu);
                         menu->popup(header->mapToGlobal(at));
                     });
}

void ColumnChoice::fill(QMenu *menu) const {
    QHeaderView *header = table_->horizontalHeader();
    menu->setToolTipsVisible(true);
    const bool lanes = model_->lanes() > 0;
    const int seen = EventModel::ColumnCount - header->hiddenSectionCount();
    for (int place = 0; place < header->count(); ++place) {
        const int column = header->logicalIndex(place);
        if (column >= EventModel::ColumnCount)
            continue;
        QAction *action =
            menu->addAction(model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setCheckable(true);
        action->setChecked(!header->isSectionHidden(column));
        const bool last = action->isChecked() && seen == 1;
        action->setEnabled(!lanes && !last);
        action->setToolTip(
            lanes  ? tr("Not available: the vCPUs are side by side")
            : last ? tr("Not available: it is the only column")
                   : model_->headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString());
        QObject::connect(action, &QAction::toggled, header,
                         [header, column](bool on) { header->setSectionHidden(column, !on); });
    }
    menu->addSeparator();
    QAction *reset = menu->addAction(tr("All as at first"), header,
                                     [this, header] { header->restoreState(first_); });
    reset->setEnabled(!lanes);
    if (lanes)
        reset->setToolTip(tr("Not available: the vCPUs are side by side"));
}

} // namespace ui
