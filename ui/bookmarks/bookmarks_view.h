// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ui/session/session.h"

#include <QWidget>

class QPushButton;
class QTableWidget;

namespace ui {

class EmptyNote;

// Events that somebody wants to find again, each with a note. Those of a recording are kept for
// the next time it is opened; a live Guest's go with it.
class BookmarksView : public QWidget {
    Q_OBJECT
public:
    explicit BookmarksView(QWidget *parent = nullptr);
    ~BookmarksView() override;

    // `key` names a recording among all that were ever opened; "" = nothing is kept.
    void setSession(Session *session, const QString &key);
    // Sets one at the event, or takes it away.
    void toggle(uint64_t eventIndex);
    bool has(uint64_t eventIndex) const;
    QTableWidget *table() const { return table_; }
    QAction *toggleAction() const { return toggle_; }

signals:
    void chosen(qulonglong eventIndex);

private:
    enum Column { Event, Time, What, Note, ColumnCount };

    int rowOf(uint64_t eventIndex) const;
    uint64_t indexAt(int row) const;
    void add(uint64_t eventIndex, const QString &note);
    void showState();
    void store() const;

    Session *session_ = nullptr;
    QString key_;
    QTableWidget *table_;
    QPushButton *remove_;
    EmptyNote *empty_;
    QAction *toggle_;
    bool restored_ = false;
};

} // namespace ui
