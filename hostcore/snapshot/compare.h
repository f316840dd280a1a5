// SPDX-License-Identifier: GPL-2.0-or-later
// What is different in a Guest's memory between two moments.
#pragma once

#include "inspect/memory_search.h"
#include "snapshot/moment.h"

namespace lg {

struct MomentDifferences {
    std::vector<MemoryDifference> places; // by guest-physical address, up to as many as asked for
    std::vector<uint32_t> pages;          // those in which anything differs
    uint64_t bytes = 0;                   // that differ, told in `places` or not
};

// Both of the same recording.
Result<MomentDifferences> compareMoments(const Moment &before, const Moment &after, size_t most,
                                         const MemoryProgress &progress);

} // namespace lg
