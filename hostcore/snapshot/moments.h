// SPDX-License-Identifier: GPL-2.0-or-later
// From an event to the Guest as it was then.
#pragma once

#include "snapshot/moment.h"

namespace lg {

// A list of events. A loss has a row of its own: kind NONE, its count in the first two details.
struct EventRows {
    uint64_t first = 0, end = 0;
    // As many as fit and lie together; 0 at the end. Fields not wanted stay as they are.
    std::function<size_t(uint64_t from, std::span<lg_event> into, ColumnSet wanted)> read;
};

// Without rows for losses.
EventRows rowsOf(const Recording &recording);
// The first row that is later; what comes before it may be a little later as well.
uint64_t rowAfter(const EventRows &rows, uint64_t tsc);

struct MomentAt {
    enum class How {
        Exact,  // nothing has happened between the snapshot and the event
        Before, // an older snapshot, and the changes of page tables since
        After,  // a younger one: there is no older one that is of use
    };
    std::shared_ptr<const Moment> moment;
    How how = How::Before;
    uint64_t row = 0;         // of the event
    uint64_t snapshotRow = 0; // the snapshot was taken before this one
    uint64_t lost = 0;        // events between them that nobody has
};

// Reads the events between a snapshot and the event. `goOn` is asked now and then; false: an
// Error.
Result<MomentAt> momentAt(const std::shared_ptr<const Recording> &snapshots, const EventRows &rows,
                          uint64_t row, const std::function<bool()> &goOn);
// One of the snapshots itself.
Result<std::shared_ptr<const Moment>> momentOf(const std::shared_ptr<const Recording> &snapshots,
                                               size_t number);

// "snapshot 2 (asked)": they are numbered from 1.
std::string snapshotText(const Snapshots &snapshots, size_t number);
// What is shown, in plain words: which snapshot, and what may be different by now. `first` is the
// number of the first event.
std::string momentText(const MomentAt &at, uint64_t first = 0);

} // namespace lg
