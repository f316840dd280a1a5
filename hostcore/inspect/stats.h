// SPDX-License-Identifier: GPL-2.0-or-later
// Counts and times of events, by kind and by what the kind's code means.
#pragma once

#include "lguest_uapi.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>

namespace lg {

struct EventCount {
    uint64_t count = 0;
    uint64_t ticks = 0;   // sum of durations
    uint64_t longest = 0; // ticks
};

class EventStats {
public:
    void add(std::span<const lg_event> events);

    uint64_t total() const { return total_; }
    uint64_t firstTsc() const { return firstTsc_; }
    uint64_t lastTsc() const { return lastTsc_; }
    std::map<std::string, EventCount> byKind() const;
    // "hypercall SET_PTE", "reflect #PF page fault", "irq delivered irq 0 (timer)", ...
    std::map<std::string, EventCount> byCode() const;

private:
    // The names are made at the end: an event costs one look into a small map.
    std::map<uint32_t, EventCount> counts_; // kind << 16 | code
    uint64_t total_ = 0;
    uint64_t firstTsc_ = 0, lastTsc_ = 0;
};

} // namespace lg
