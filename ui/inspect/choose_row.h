// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QTableView>

namespace ui {

// This row and no other. QTableView::selectRow() asks which keys are held: those of the order that
// led here would add rows.
inline void chooseRow(QTableView *table, int row) {
    table->selectionModel()->setCurrentIndex(table->model()->index(row, 0),
                                             QItemSelectionModel::ClearAndSelect |
                                                 QItemSelectionModel::Rows);
}

} // namespace ui
