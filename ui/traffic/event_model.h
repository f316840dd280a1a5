// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "event_window.h"
#include "inspect/filter.h"
#include "match_list.h"

#include <QAbstractTableModel>
#include <QElapsedTimer>

#include <map>
#include <optional>
#include <vector>

namespace ui {

// The rows of the traffic list: a window's events, all or those that a filter
// lets through.  Filtering runs in workers, each a stretch at a time, and the rows
// arrive as it goes; lost events pass every filter.
class EventModel : public QAbstractTableModel {
    Q_OBJECT
public:
    // Behind them a lane for each vCPU, if there are lanes: what happened stands in that of its
    // vCPU.
    enum Column { Number, Time, Vcpu, Ring, Kind, What, Symbol, Duration, Since, ColumnCount };
    static constexpr int EventIndexRole = Qt::UserRole;
    static constexpr int KindRole = Qt::UserRole + 1;

    explicit EventModel(QObject *parent = nullptr);

    // A new source starts from nothing; the filter stays.
    void setSource(const EventSource *source);
    // Takes what has come since; the rows stand still between two calls, but for the oldest ones,
    // which go soon after one.
    void refresh();
    void setFilter(const lg::Filter &filter);
    // Hide what the filter does not let through, as at first, or show all and colour the others.
    void setHiding(bool hiding);
    bool hiding() const { return hiding_; }
    // -1 = all
    void setVcpu(int vcpu);

    void setLanes(unsigned count);
    unsigned lanes() const { return lanes_; }

    const lg::Filter &filter() const { return filter_; }
    // What the rows have in common.
    const lg::Filter &shownFilter() const { return hiding_ ? filter_ : everything_; }
    // The filter, on the vCPU that is chosen.
    lg::Filter filterHere() const { return here(filter_); }
    bool filtering() const { return scanning_; }
    bool filtered() const { return !shownFilter().matchesAll() || vcpu_ >= 0; }
    // How many events of the window have been looked at, of how many.
    uint64_t scanned() const;
    uint64_t total() const { return window_ ? window_->end() - window_->first() : 0; }

    EventWindowPtr window() const { return window_; }
    uint64_t eventIndex(int row) const;
    std::optional<lg_event> event(int row) const;
    int rowOf(uint64_t eventIndex) const; // -1 = not shown
    QString timeText(const lg_event &event) const;
    QString durationText(uint64_t ticks) const;
    // What the cycle counter said so many seconds after the first event; the first one's where a
    // second's length is not known.
    uint64_t tscAt(double seconds) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

signals:
    void filteringChanged();

private:
    struct Scan {
        uint64_t end;
        std::vector<uint64_t> matches;
        qint64 ms;
    };

    void restart();
    void forget();
    void forgetBefore(uint64_t first);
    void scanOn();
    void scanDone(unsigned generation, uint64_t from, Scan scan);
    void showFound();
    lg::Filter here(const lg::Filter &filter) const;
    bool marked(const lg_event &event) const;
    QString text(const lg_event &event, uint64_t index, int column) const;
    QString sinceText(const lg_event &event, int row) const;
    QString laneText(const lg_event &event, uint64_t index, unsigned lane) const;

    const EventSource *source_ = nullptr;
    EventWindowPtr window_;
    std::shared_ptr<const lg::SymbolTable> symbols_;
    lg::Filter filter_, everything_;
    bool hiding_ = true;
    int vcpu_ = -1;
    unsigned lanes_ = 0;
    // Not filtered: rows are [first_, end_).  Filtered: rows are those of matches_.
    uint64_t first_ = 0;
    uint64_t end_ = 0;
    MatchList matches_;
    uint64_t scannedTo_ = 0;        // what is in matches_
    uint64_t askedTo_ = 0;          // what workers have been given
    std::map<uint64_t, Scan> done_; // what they found and nobody sees yet, by its beginning
    unsigned working_ = 0;
    uint64_t stretch_ = 0; // events for a worker at a time
    bool scanning_ = false;
    bool forgetting_ = false;
    unsigned generation_ = 0;
    QElapsedTimer shown_;
};

} // namespace ui
