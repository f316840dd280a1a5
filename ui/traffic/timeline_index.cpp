// SPDX-License-Identifier: GPL-2.0-or-later
#include "timeline_index.h"

#include <algorithm>

namespace ui {

namespace {

// Of events: between two looks at whether somebody wants it to stop.
constexpr uint64_t kAtOnce = 1u << 18;

unsigned laneOf(const lg_event &event) {
    return std::min<unsigned>(event.vcpu, LG_VCPUS_MAX - 1);
}

void add(LaneCounts &counts, uint8_t &lost, const lg_event &event) {
    if (isLoss(event))
        lost = static_cast<uint8_t>(lost | 1u << laneOf(event));
    else
        ++counts[laneOf(event)][static_cast<size_t>(groupOf(event))];
}

} // namespace

EventGroup groupOf(const lg_event &event) {
    switch (event.kind) {
    case LG_EV_HYPERCALL:
    case LG_EV_ASYNC_HYPERCALL:
        return EventGroup::Hypercall;
    case LG_EV_PAGE_FAULT:
    case LG_EV_PAGE_TABLE_CHANGE:
        return EventGroup::PageFault;
    case LG_EV_REFLECT:
    case LG_EV_EMULATE:
    case LG_EV_FPU:
        return EventGroup::Trap;
    case LG_EV_IRQ_RAISED:
    case LG_EV_IRQ_HELD:
    case LG_EV_IRQ_DELIVERED:
        return EventGroup::Interrupt;
    default:
        return EventGroup::Other;
    }
}

template <typename Each>
void TimelineIndex::forEach(const EventWindow &window, uint64_t from, uint64_t until, Each each) {
    std::vector<lg_event> block(kStretch);
    for (uint64_t at = std::max(from, window.first()); at < until;) {
        const auto part = std::span(block).first(std::min(kStretch, until - at));
        const size_t got = window.read(at, part, kLooksAt);
        if (got == 0)
            return;
        for (size_t i = 0; i < got; ++i)
            each(block[i], at + i);
        at += got;
    }
}

bool TimelineIndex::extend(const EventWindow &window, const std::atomic<bool> &stop) {
    while (!stretches_.empty() && stretches_.front().end <= window.first())
        stretches_.pop_front();
    next_ = std::max(next_, window.first());
    const uint64_t until = std::min(window.end(), next_ + kAtOnce);
    std::vector<lg_event> block(kStretch);
    while (next_ < until && !stop) {
        if (stretches_.empty() || stretches_.back().end - stretches_.back().first >= kStretch)
            stretches_.push_back({next_, next_, ~0ull, 0, {}, 0});
        Stretch &last = stretches_.back();
        const uint64_t room = std::min(kStretch - (last.end - last.first), until - next_);
        const size_t got = window.read(next_, std::span(block).first(room), kLooksAt);
        if (got == 0)
            break;
        for (size_t i = 0; i < got; ++i) {
            const lg_event &event = block[i];
            vcpus_ = std::max(vcpus_, laneOf(event) + 1);
            add(last.counts, last.lost, event);
            last.begins = std::min<uint64_t>(last.begins, event.tsc);
            last.ends = std::max<uint64_t>(last.ends, event.tsc);
        }
        last.end += got;
        next_ += got;
    }
    return next_ >= window.end();
}

std::optional<uint64_t> TimelineIndex::firstTsc() const {
    return stretches_.empty() ? std::nullopt : std::optional(stretches_.front().begins);
}

std::optional<uint64_t> TimelineIndex::lastTsc() const {
    if (stretches_.empty())
        return std::nullopt;
    // A vCPU's events may come a little later than those of another.
    uint64_t last = stretches_.back().ends;
    if (stretches_.size() > 1)
        last = std::max(last, stretches_[stretches_.size() - 2].ends);
    return last;
}

TimelineBins TimelineIndex::bins(const EventWindow &window, uint64_t from, uint64_t to,
                                 int pixels) const {
    TimelineBins bins{from, std::max(to, from + 1), {}, {}};
    const auto width = static_cast<size_t>(std::max(1, pixels));
    bins.pixels.resize(width);
    bins.lost.resize(width);
    const double scale = static_cast<double>(width) / static_cast<double>(bins.to - from);
    const auto pixel = [&](uint64_t tsc) {
        const double x = static_cast<double>(tsc - from) * scale;
        return std::min(width - 1, static_cast<size_t>(x));
    };
    std::vector<const Stretch *> seen;
    for (const Stretch &one : stretches_)
        if (one.ends >= from && one.begins <= bins.to)
            seen.push_back(&one);
    for (const Stretch *one : seen) {
        const bool narrow =
            one->begins >= from && one->ends <= bins.to && pixel(one->begins) == pixel(one->ends);
        if (!narrow && seen.size() <= kExact) {
            forEach(window, one->first, one->end, [&](const lg_event &event, uint64_t) {
                if (event.tsc >= from && event.tsc <= bins.to)
                    add(bins.pixels[pixel(event.tsc)], bins.lost[pixel(event.tsc)], event);
            });
            continue;
        }
        // Spread evenly: within a stretch nobody can see the difference at this scale.
        const size_t first = pixel(std::max(one->begins, from));
        const size_t last = pixel(std::min(one->ends, bins.to));
        const size_t span = last - first + 1;
        for (size_t lane = 0; lane < LG_VCPUS_MAX; ++lane)
            for (size_t group = 0; group < one->counts[lane].size(); ++group)
                for (size_t x = 0; x < span && one->counts[lane][group]; ++x) {
                    const uint64_t count = one->counts[lane][group];
                    bins.pixels[first + x][lane][group] +=
                        static_cast<uint32_t>(count * (x + 1) / span - count * x / span);
                }
        for (size_t x = first; x <= last; ++x)
            bins.lost[x] |= one->lost;
    }
    return bins;
}

std::optional<uint64_t> TimelineIndex::nearest(const EventWindow &window, uint64_t tsc,
                                               unsigned vcpu) const {
    std::optional<uint64_t> best, other;
    uint64_t distance = ~0ull, otherDistance = ~0ull;
    // The stretches around that time; far ones cannot be nearer.
    const auto away = [tsc](const Stretch &one) {
        return tsc < one.begins ? one.begins - tsc : tsc > one.ends ? tsc - one.ends : 0;
    };
    for (const Stretch &one : stretches_) {
        if (away(one) >= distance)
            continue;
        if (away(one) > 0 && one.begins > tsc && best)
            break;
        forEach(window, one.first, one.end, [&](const lg_event &event, uint64_t at) {
            const uint64_t d = event.tsc > tsc ? event.tsc - tsc : tsc - event.tsc;
            if (event.vcpu == vcpu && d < distance) {
                distance = d;
                best = at;
            } else if (event.vcpu != vcpu && d < otherDistance) {
                otherDistance = d;
                other = at;
            }
        });
    }
    return best ? best : other;
}

uint64_t TimelineIndex::count(const EventWindow &window, uint64_t from, uint64_t to) const {
    uint64_t sum = 0;
    for (const Stretch &one : stretches_) {
        if (one.ends < from || one.begins > to)
            continue;
        if (one.begins >= from && one.ends <= to) {
            sum += one.end - one.first;
            continue;
        }
        forEach(window, one.first, one.end, [&](const lg_event &event, uint64_t) {
            sum += event.tsc >= from && event.tsc <= to ? 1 : 0;
        });
    }
    return sum;
}

} // namespace ui
