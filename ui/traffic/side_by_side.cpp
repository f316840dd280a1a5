// SPDX-License-Identifier: GPL-2.0-or-later
#include "side_by_side.h"

#include "event_model.h"
#include "kind_delegate.h"

#include <QAction>
#include <QHeaderView>
#include <QTableView>

namespace ui {

namespace {

// What a lane says itself.
constexpr EventModel::Column kReplaced[] = {EventModel::Vcpu, EventModel::Kind, EventModel::What};

} // namespace

SideBySide::SideBySide(EventModel *model, QTableView *table, QObject *parent)
    : QObject(parent), model_(model), table_(table) {
    action_ = new QAction(tr("vCPUs side by side"), this);
    action_->setCheckable(true);
    action_->setShortcut(QKeySequence(tr("Ctrl+Shift+F5")));
    connect(action_, &QAction::toggled, this, &SideBySide::show);
    setVcpus(0);
}

void SideBySide::setVcpus(unsigned count) {
    if (count == vcpus_ && action_->isEnabled() == (count > 1))
        return;
    vcpus_ = count;
    action_->setEnabled(count > 1);
    action_->setToolTip(count > 1 ? tr("A column for each vCPU (%1)")
                                        .arg(action_->shortcut().toString(QKeySequence::NativeText))
                                  : tr("Not available: the Guest has one vCPU"));
    if (action_->isChecked())
        show(true);
}

QByteArray SideBySide::columns() const {
    return model_->lanes() ? columns_ : table_->horizontalHeader()->saveState();
}

void SideBySide::show(bool lanes) {
    QHeaderView *header = table_->horizontalHeader();
    if (lanes && model_->lanes() == 0)
        columns_ = header->saveState();
    model_->setLanes(lanes ? vcpus_ : 0);
    // The new columns belong to the chosen rows as well.
    QItemSelectionModel *chosen = table_->selectionModel();
    chosen->select(chosen->selection(), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    if (!lanes) {
        header->restoreState(columns_);
        return;
    }
    for (const auto column : kReplaced)
        header->hideSection(column);
    for (int n = 0; n < static_cast<int>(model_->lanes()); ++n) {
        const int column = EventModel::ColumnCount + n;
        if (!qobject_cast<KindDelegate *>(table_->itemDelegateForColumn(column)))
            table_->setItemDelegateForColumn(column, new KindDelegate(table_));
        header->setSectionResizeMode(column, QHeaderView::Stretch);
        // Where the words were; what is less important stays behind them.
        header->moveSection(header->visualIndex(column),
                            header->visualIndex(EventModel::What) + 1 + n);
    }
}

} // namespace ui
