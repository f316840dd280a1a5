// SPDX-License-Identifier: GPL-2.0-or-later
// Reads a recording in constant memory: an index of blocks and a few unpacked blocks, however
// long the file is.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "inspect/event_columns.h"
#include "inspect/filter.h"
#include "inspect/symbols.h"
#include "lguest_uapi.h"
#include "trace/meta.h"
#include "trace/snapshots.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lg {

// `count` records of this vCPU were lost before record number `before`.
struct TraceLoss {
    uint64_t before = 0;
    uint64_t count = 0;
    uint32_t vcpu = 0;
};

struct TraceConsole {
    uint64_t tsc = 0;
    uint64_t before = 0; // number of events that had been recorded when it came
    Bytes bytes;
};

// Any number of threads may use a Recording.  A damaged block is an Error of the call that needed
// it.
class Recording {
public:
    // A file that was cut off (kill -9, full disk) opens with what is whole; complete() is then
    // false.  Anything else that is wrong is one clear Error.
    static Result<std::unique_ptr<Recording>> open(const std::string &path);
    ~Recording();
    Recording(const Recording &) = delete;
    Recording &operator=(const Recording &) = delete;

    const TraceMeta &meta() const;
    std::shared_ptr<const SymbolTable> symbols() const; // never null, may be empty
    bool complete() const;
    uint64_t eventCount() const;
    // The earliest of all; another vCPU's first event may be older than the first that came.
    uint64_t firstTsc() const;
    uint64_t lostCount() const;
    const std::vector<TraceLoss> &losses() const;

    // For lists: keeps what lies around it, too.
    Result<lg_event> event(uint64_t number) const;
    // Fills `into` with the records from `first` on; returns how many there were. Of fields that
    // are not wanted the bytes stay as they are.
    Result<size_t> read(uint64_t first, std::span<lg_event> into,
                        ColumnSet wanted = kAllColumns) const;
    // Where the block ends that this event lies in. Reads that end there, too, unpack nothing
    // twice.
    uint64_t blockEnd(uint64_t number) const;
    static constexpr size_t kMostInABlock = 8192;

    // Appends the numbers, of [first, end), of the events that pass. Of a damaged block all are
    // given; the first damage is the Error.
    Result<void> find(const Filter &filter, uint64_t first, uint64_t end,
                      std::vector<uint64_t> &numbers) const;

    // Calls back with each event from `first` on that passes, in order, until it is told false.
    Result<void> visit(const Filter &filter, uint64_t first,
                       const std::function<bool(uint64_t, const lg_event &)> &each) const;

    const Snapshots &snapshots() const; // lives as long as the recording

    size_t consoleCount() const; // pieces of console output
    Result<TraceConsole> console(size_t index) const;

private:
    struct State;
    explicit Recording(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace lg
