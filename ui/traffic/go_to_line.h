// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <QLineEdit>

namespace ui {

class EventModel;

// A line for the number of an event, or for a time in seconds. Hidden until it is wanted; Return
// goes there, Escape puts it away.
class GoToLine : public QLineEdit {
    Q_OBJECT
public:
    explicit GoToLine(const EventModel *model, QWidget *parent = nullptr);

    void open();

signals:
    // Counted from 0, perhaps beyond the end.
    void eventWanted(qulonglong index);
    // A reading of the cycle counter.
    void timeWanted(qulonglong tsc);
    void closed();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void go();

    const EventModel *model_;
};

} // namespace ui
