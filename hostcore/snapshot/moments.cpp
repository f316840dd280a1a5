// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/moments.h"

#include "base/text.h"

#include <array>

namespace lg {

namespace {

// The order of events of several vCPUs may be wrong by so many rows.
constexpr uint64_t kDisorder = 2 * Recording::kMostInABlock;
// So many rows behind an event are asked whether the Guest did anything before the next snapshot.
constexpr uint64_t kLookAhead = 64;

constexpr ColumnSet kFew = columnSet(Column::Kind, Column::Code, Column::Vcpu, Column::Tsc,
                                     Column::Detail0, Column::Detail1);
constexpr ColumnSet kTables = kFew | columnSet(Column::Cr2, Column::Cr3, Column::Detail2,
                                               Column::Detail3, Column::Detail4, Column::Detail5);

// Memory is the same then as before.
bool isNeutral(const lg_event &event) {
    return event.kind == LG_EV_STOPPED || event.kind == LG_EV_DEAD || event.kind == LG_EV_SIGNAL ||
           (event.kind == LG_EV_RESUMED && !(event.code & LG_SET_MEMORY));
}

bool isOfTables(uint16_t kind) {
    return kind == LG_EV_HYPERCALL || kind == LG_EV_ASYNC_HYPERCALL ||
           kind == LG_EV_PAGE_TABLE_CHANGE || kind == LG_EV_PAGE_FAULT;
}

std::optional<lg_event> eventAt(const EventRows &rows, uint64_t row, ColumnSet wanted) {
    lg_event event = {};
    if (row < rows.first || row >= rows.end || rows.read(row, {&event, 1}, wanted) != 1)
        return std::nullopt;
    return event;
}

// Reads what lies between a snapshot and an event.
class Replay {
public:
    Replay(const EventRows &rows, uint64_t row, const lg_event &event) : rows_(rows), row_(row) {
        newest_.fill(UINT64_MAX);
        until_ = event.tsc;
    }

    Result<void> into(Moment &moment, const std::function<bool()> &goOn) {
        const uint64_t since = moment.snapshot().tsc;
        snapshotRow = rowAfter(rows_, since);
        const uint64_t back = snapshotRow - std::min(snapshotRow, kDisorder);
        std::vector<lg_event> block(Recording::kMostInABlock);
        for (uint64_t at = std::max(rows_.first, back); at <= row_;) {
            if (!goOn())
                return Error{"given up"};
            auto part = std::span(block).first(std::min<uint64_t>(block.size(), row_ + 1 - at));
            part = part.first(rows_.read(at, part, kFew));
            if (part.empty())
                break;
            auto between = [&](const lg_event &event) {
                return event.tsc > since && event.tsc <= until_;
            };
            const bool tables = std::any_of(part.begin(), part.end(), [&](const lg_event &event) {
                return isOfTables(event.kind) && between(event);
            });
            if (tables && rows_.read(at, part, kTables) != part.size())
                return Error{"the events cannot be read again"};
            for (size_t i = 0; i < part.size(); ++i)
                if (between(part[i]))
                    take(moment, part[i], at + i);
            at += part.size();
        }
        for (const uint64_t row : newest_)
            if (auto event = eventAt(rows_, row, kAllColumns))
                moment.setNewest(*event);
        return {};
    }

    uint64_t snapshotRow = 0, lost = 0;
    bool quiet = true; // the Guest did nothing

private:
    void take(Moment &moment, const lg_event &event, uint64_t row) {
        if (event.kind == LG_EV_NONE) {
            lost += event.detail[0] | uint64_t{event.detail[1]} << 32;
            quiet = false;
            return;
        }
        if (event.vcpu < newest_.size())
            newest_[event.vcpu] = row;
        quiet = quiet && isNeutral(event);
        if (isOfTables(event.kind))
            moment.apply(event);
    }

    const EventRows &rows_;
    const uint64_t row_;
    uint64_t until_;
    std::array<uint64_t, LG_VCPUS_MAX> newest_;
};

// Nothing happens between the event and that snapshot, which is younger.
bool nothingUntil(const EventRows &rows, uint64_t row, uint64_t tsc) {
    for (uint64_t at = row + 1; at <= row + kLookAhead; ++at) {
        const auto event = eventAt(rows, at, kFew);
        if (!event || event->tsc > tsc)
            return true;
        if (!isNeutral(*event))
            return false;
    }
    return false;
}

} // namespace

EventRows rowsOf(const Recording &recording) {
    return {0, recording.eventCount(),
            [&recording](uint64_t from, std::span<lg_event> into, ColumnSet wanted) {
                auto got = recording.read(from, into, wanted);
                return got ? *got : size_t{0};
            }};
}

uint64_t rowAfter(const EventRows &rows, uint64_t tsc) {
    uint64_t low = rows.first, high = rows.end;
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        const auto event = eventAt(rows, middle, columnSet(Column::Tsc));
        if (event && event->tsc <= tsc)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

Result<MomentAt> momentAt(const std::shared_ptr<const Recording> &recording, const EventRows &rows,
                          uint64_t row, const std::function<bool()> &goOn) {
    const Snapshots &snapshots = recording->snapshots();
    if (snapshots.count() == 0)
        return Error{"there is no snapshot of the Guest's memory"};
    const auto event = eventAt(rows, row, kAllColumns);
    if (!event)
        return Error{"there is no such event"};
    const auto older = snapshots.before(event->tsc);
    const size_t next = older ? *older + 1 : 0;
    MomentAt at;
    at.row = row;
    auto younger = [&](MomentAt::How how) -> Result<MomentAt> {
        auto moment = Moment::open(recording, next);
        if (!moment)
            return moment.error();
        (*moment)->setNewest(*event);
        at.how = how;
        at.moment = *moment;
        at.snapshotRow = rowAfter(rows, snapshots.at(next).tsc);
        return at;
    };
    if (next < snapshots.count() && nothingUntil(rows, row, snapshots.at(next).tsc))
        return younger(MomentAt::How::Exact);
    if (!older)
        return younger(MomentAt::How::After);
    auto moment = Moment::open(recording, *older);
    if (!moment)
        return moment.error();
    Replay replay(rows, row, *event);
    if (auto read = replay.into(**moment, goOn); !read)
        return read.error();
    if ((*moment)->pagingBegan() && next < snapshots.count())
        return younger(MomentAt::How::After);
    (*moment)->setNewest(*event);
    at.how = replay.quiet ? MomentAt::How::Exact : MomentAt::How::Before;
    at.moment = *moment;
    at.snapshotRow = replay.snapshotRow;
    at.lost = replay.lost;
    return at;
}

Result<std::shared_ptr<const Moment>> momentOf(const std::shared_ptr<const Recording> &snapshots,
                                               size_t number) {
    auto moment = Moment::open(snapshots, number);
    if (!moment)
        return moment.error();
    return std::shared_ptr<const Moment>(*moment);
}

std::string snapshotText(const Snapshots &snapshots, size_t number) {
    return "snapshot " + std::to_string(number + 1) + " (" + snapshots.at(number).why + ")";
}

std::string momentText(const MomentAt &at, uint64_t first) {
    const auto &moment = *at.moment;
    const auto &recording = moment.recording();
    const std::string name = snapshotText(recording.snapshots(), moment.number());
    const std::string event = "As of event " + std::to_string(at.row + first) + ": ";
    const std::string place = " at event " + std::to_string(at.snapshotRow + first);
    if (at.how == MomentAt::How::Exact)
        return event + name + ", taken at that moment";
    if (at.how == MomentAt::How::After)
        return event + name + " of later," + place +
               ", as none before it is of use; memory and page tables may have been different";
    std::string text = event + name + place + " and " + std::to_string(moment.changes()) +
                       (moment.changes() == 1 ? " change" : " changes") +
                       " of page tables since; other memory may have changed since";
    if (at.lost != 0)
        text += ", and " + std::to_string(at.lost) + " events between them are lost";
    if (!recording.meta().selection.empty())
        text += "; events were left out of this recording, and so may be changes of tables";
    return text;
}

} // namespace lg
