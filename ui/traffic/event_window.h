// SPDX-License-Identifier: GPL-2.0-or-later
// What the views read events from, be it a live guest or a recording.
#pragma once

#include "inspect/event_columns.h"
#include "inspect/filter.h"
#include "inspect/symbols.h"
#include "lguest_uapi.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace ui {

// An unchanging stretch of events [first, end).  A window may be read from any
// thread, so that filters work on it while the guest goes on producing.
class EventWindow {
public:
    virtual ~EventWindow() = default;
    virtual uint64_t first() const = 0;
    virtual uint64_t end() const = 0;
    // For the lists: one event, soon after another nearby.
    virtual lg_event at(uint64_t index) const = 0;
    // For counts and exports: as many as fit and lie together, in the order of arrival; 0 only at
    // the end. Fields that are not wanted may stay as they were.
    virtual size_t read(uint64_t from, std::span<lg_event> into, lg::ColumnSet wanted) const = 0;
    size_t read(uint64_t from, std::span<lg_event> into) const {
        return read(from, into, lg::kAllColumns);
    }
    // The events of [from, until) that the filter lets through, and lost ones.
    virtual std::vector<uint64_t> find(const lg::Filter &filter, const lg::SymbolTable *symbols,
                                       uint64_t from, uint64_t until) const;
    // So many at once are read at the least cost.
    static constexpr size_t kRead = 8192;
    bool contains(uint64_t index) const { return index >= first() && index < end(); }
};

using EventWindowPtr = std::shared_ptr<const EventWindow>;

// A loss takes a place of its own among the events: a record of kind NONE that
// says where the hole begins (seq) and how many records it swallowed.
inline bool isLoss(const lg_event &event) {
    return event.kind == LG_EV_NONE;
}

inline uint64_t lossCount(const lg_event &event) {
    return event.detail[0] | uint64_t{event.detail[1]} << 32;
}

lg_event makeLoss(uint8_t vcpu, uint64_t firstSeq, uint64_t count, uint64_t tsc);

struct KindCount {
    uint64_t events = 0;
    uint64_t timed = 0; // events whose duration is known
    uint64_t ticks = 0; // the sum of those durations
    uint64_t shortest = UINT64_MAX;
    uint64_t longest = 0;
    uint64_t longestIndex = 0; // which event that was
    // How many took how long: four steps for each power of two.
    std::array<uint32_t, 4 * 32> took{};

    // So many ticks that this share of the events took less, to the nearest step.
    uint64_t percentile(double share) const;
};

// Deliveries of one interrupt line to one vCPU.
struct IrqCount {
    uint64_t delivered = 0;
    uint64_t waitedNs = 0; // the sum
    uint64_t longestNs = 0;
    uint64_t lastTsc = 0;
};

struct EventCounts {
    std::array<KindCount, LG_EV_KIND_COUNT> kinds{};
    std::array<std::array<IrqCount, LGUEST_IRQS>, LG_VCPUS_MAX> irqs{};
    uint64_t seen = 0;
    uint64_t lost = 0;      // on the way from the guest
    uint64_t forgotten = 0; // seen, but no longer kept
    unsigned vcpus = 0;     // highest one seen, plus one

    void add(const lg_event &event, uint64_t index);
};

// Where windows come from.
class EventSource {
public:
    virtual ~EventSource() = default;
    virtual EventWindowPtr window() const = 0;
    virtual EventCounts counts() const = 0;
    virtual std::shared_ptr<const lg::SymbolTable> symbols() const = 0;
    virtual uint32_t tscKhz() const = 0;  // 0 = not known
    virtual uint64_t tscBase() const = 0; // what counts as time 0
    virtual bool live() const = 0;
};

} // namespace ui
