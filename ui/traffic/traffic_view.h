// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "event_window.h"

#include <QTimer>
#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QTableView;
class QToolButton;

namespace ui {

class EventModel;
class EventTable;
class FilterLine;
class GoToLine;
class MatchFinder;
class SideBySide;
class Timeline;

// The list of everything that happens between Guest and Host.
class TrafficView : public QWidget {
    Q_OBJECT
public:
    explicit TrafficView(QWidget *parent = nullptr);
    ~TrafficView() override;

    void setSource(const EventSource *source);
    // Takes in what has come since the last time.
    void refresh();

    EventModel *model() const { return model_; }
    QTableView *table() const;
    FilterLine *filter() const { return filter_; }
    GoToLine *goToLine() const { return goToLine_; }
    Timeline *timeline() const { return timeline_; }
    bool following() const;
    bool held() const;
    void setHeld(bool held);
    void setFollowing(bool follow);
    // Shows the event; if the filter hides it, the one before it that is shown.
    void select(uint64_t eventIndex);
    // The last event before that time.
    void selectTime(uint64_t tsc);
    // No event is selected any more: the other views show now.
    void deselect();
    // The moment that the other views show; a filter may hide its row.
    std::optional<uint64_t> selected() const { return current_; }

    QAction *followAction() const { return follow_; }
    QAction *holdAction() const { return hold_; }
    QAction *copyAction() const { return copy_; }
    SideBySide *sideBySide() const { return sideBySide_; }
    QAction *filterAction() const { return focusFilter_; }
    QAction *goToAction() const { return goTo_; }
    QAction *hideAction() const { return hide_; }
    QAction *nextMatchAction() const { return next_; }
    QAction *previousMatchAction() const { return previous_; }
    // "" until there is something that the user should know.
    QString noteText() const;

signals:
    // nullopt = none is selected
    void eventSelected(std::optional<qulonglong> eventIndex);
    void tablesWanted(quint32 address);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void showMenu(const QPoint &at);
    void updateNotes();
    void updateEmpty();
    void updateVcpus(unsigned count);
    void noteSelection();
    void showSelection();
    void showSurroundings();
    int lastRowUpTo(uint64_t eventIndex) const;
    void placeProblem();
    void hideOthers(bool hide);
    void findMatch(bool forward);

    const EventSource *source_ = nullptr;
    EventModel *model_;
    EventTable *table_;
    FilterLine *filter_;
    Timeline *timeline_;
    SideBySide *sideBySide_;
    QComboBox *vcpus_;
    QToolButton *lanes_;
    GoToLine *goToLine_;
    QLabel *problem_;
    QLabel *shown_;
    QLabel *note_;
    QAction *follow_;
    QAction *hold_;
    QAction *copy_;
    QAction *focusFilter_;
    QAction *goTo_;
    QAction *hide_;
    QAction *next_;
    QAction *previous_;
    MatchFinder *finder_;
    QString searchNote_; // how the last search went, until something else is done
    std::optional<uint64_t> current_;
    bool removing_ = false;
    bool seeking_ = false; // another filter has not shown all its rows yet
};

} // namespace ui
