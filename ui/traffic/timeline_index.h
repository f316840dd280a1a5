// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "event_window.h"

#include <atomic>
#include <deque>
#include <optional>
#include <vector>

namespace ui {

// What a lane of the timeline tells apart.
enum class EventGroup { Hypercall, PageFault, Trap, Interrupt, Other, Count };
EventGroup groupOf(const lg_event &event);

using LaneCounts =
    std::array<std::array<uint32_t, static_cast<size_t>(EventGroup::Count)>, LG_VCPUS_MAX>;

// How much happened in each pixel's share of the time between `from` and `to`.
struct TimelineBins {
    uint64_t from = 0, to = 0; // ticks
    std::vector<LaneCounts> pixels;
    std::vector<uint8_t> lost; // a bit for each vCPU that lost something there
};

// Sums over stretches of events, so that a look at all of ten million costs some thousand steps.
// Belongs to one thread at a time.
class TimelineIndex {
public:
    // Takes what the window has more than the last time, or as much of it as there is time for:
    // false when there is more.
    bool extend(const EventWindow &window, const std::atomic<bool> &stop);
    std::optional<uint64_t> firstTsc() const;
    std::optional<uint64_t> lastTsc() const;
    unsigned vcpus() const { return vcpus_; }
    uint64_t indexed() const { return next_; }

    TimelineBins bins(const EventWindow &window, uint64_t from, uint64_t to, int pixels) const;
    // The event nearest to this time, of this vCPU if it has one near.
    std::optional<uint64_t> nearest(const EventWindow &window, uint64_t tsc, unsigned vcpu) const;
    // How many events lie between.
    uint64_t count(const EventWindow &window, uint64_t from, uint64_t to) const;

private:
    struct Stretch {
        uint64_t first = 0, end = 0;   // event indices
        uint64_t begins = 0, ends = 0; // ticks
        LaneCounts counts{};
        uint8_t lost = 0;
    };
    static constexpr uint64_t kStretch = EventWindow::kRead;
    // So many stretches are read event by event.
    static constexpr size_t kExact = 24;

    // What of an event it looks at.
    static constexpr lg::ColumnSet kLooksAt =
        lg::columnSet(lg::Column::Kind, lg::Column::Vcpu, lg::Column::Tsc);
    // Calls back with each event of [from, until) and its index.
    template <typename Each>
    static void forEach(const EventWindow &window, uint64_t from, uint64_t until, Each each);

    std::deque<Stretch> stretches_;
    uint64_t next_ = 0;
    unsigned vcpus_ = 1;
};

} // namespace ui
