// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QObject>

class QAction;
class QTableView;

namespace ui {

class EventModel;

// The events of several vCPUs in columns beside each other, one row for each in the order of time,
// so that one sees what ran meanwhile; and back.
class SideBySide : public QObject {
    Q_OBJECT
public:
    SideBySide(EventModel *model, QTableView *table, QObject *parent);

    QAction *action() const { return action_; }
    void setVcpus(unsigned count);
    // How the columns are without lanes, for the settings.
    QByteArray columns() const;

private:
    void show(bool lanes);

    EventModel *model_;
    QTableView *table_;
    QAction *action_;
    unsigned vcpus_ = 0;
    QByteArray columns_; // as they were before
};

} // namespace ui
