// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QByteArray>
#include <QCoreApplication>

class QMenu;
class QTableView;

namespace ui {

class EventModel;

// Which of the list's columns are seen: the header's menu, and a part of the rows' menu for those
// who have no mouse. Begins with the columns as they are.
class ColumnChoice {
    Q_DECLARE_TR_FUNCTIONS(ColumnChoice)
public:
    ColumnChoice(const EventModel *model, QTableView *table);

    // One entry for each column, and one for all as they were at first; nothing while vCPUs stand
    // side by side, which has columns of its own.
    void fill(QMenu *menu) const;

private:
    const EventModel *model_;
    QTableView *table_;
    QByteArray first_;
};

} // namespace ui
