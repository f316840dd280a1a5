// SPDX-License-Identifier: GPL-2.0-or-later
#include "event_store.h"

#include <algorithm>
#include <bit>
#include <vector>

namespace ui {

lg_event makeLoss(uint8_t vcpu, uint64_t firstSeq, uint64_t count, uint64_t tsc) {
    lg_event loss{};
    loss.kind = LG_EV_NONE;
    loss.vcpu = vcpu;
    loss.seq = firstSeq;
    loss.tsc = tsc;
    loss.detail[0] = static_cast<uint32_t>(count);
    loss.detail[1] = static_cast<uint32_t>(count >> 32);
    return loss;
}

namespace {

// Durations of 4 ticks and more: the power of two, and the two bits behind its first.
size_t stepOf(uint32_t ticks) {
    if (ticks < 4)
        return ticks;
    const int power = std::bit_width(ticks) - 1;
    return static_cast<size_t>(4 * (power - 1)) + ((ticks >> (power - 2)) & 3);
}

// The middle of a step.
uint64_t ticksOf(size_t step) {
    if (step < 8)
        return step;
    const size_t power = step / 4 + 1;
    const uint64_t begin = (uint64_t{4} + step % 4) << (power - 2);
    return begin + (uint64_t{1} << (power - 2)) / 2;
}

} // namespace

uint64_t KindCount::percentile(double share) const {
    const auto wanted = static_cast<uint64_t>(share * static_cast<double>(timed));
    uint64_t seen = 0;
    for (size_t step = 0; step < took.size(); ++step)
        if (seen += took[step]; seen > wanted)
            return std::min(ticksOf(step), longest);
    return longest;
}

void EventCounts::add(const lg_event &event, uint64_t index) {
    ++seen;
    vcpus = std::max(vcpus, event.vcpu + 1u);
    // A kind from a newer module is counted with NONE rather than refused.
    KindCount &count = kinds[event.kind < LG_EV_KIND_COUNT ? event.kind : 0u];
    ++count.events;
    if (event.duration) {
        ++count.timed;
        count.ticks += event.duration;
        ++count.took[stepOf(event.duration)];
        if (event.duration > count.longest) {
            count.longest = event.duration;
            count.longestIndex = index;
        }
    }
    if (event.kind == LG_EV_IRQ_DELIVERED && event.vcpu < LG_VCPUS_MAX &&
        event.code < LGUEST_IRQS) {
        IrqCount &irq = irqs[event.vcpu][event.code];
        const uint64_t waited = uint64_t{event.detail[2]} << 32 | event.detail[1];
        ++irq.delivered;
        irq.waitedNs += waited;
        irq.longestNs = std::max(irq.longestNs, waited);
        irq.lastTsc = event.tsc;
    }
}

namespace {

// Holds the chunks it was made from alive, so that a view which is held still
// keeps its events although the store has long dropped them.  Records below
// end() are never written again: reading them needs no lock.
class StoreWindow final : public EventWindow {
public:
    StoreWindow(const std::deque<std::shared_ptr<EventStore::Chunk>> &chunks, uint64_t first,
                uint64_t end)
        : chunks_(chunks.begin(), chunks.end()), first_(first), end_(end) {}
    uint64_t first() const override { return first_; }
    uint64_t end() const override { return end_; }
    lg_event at(uint64_t index) const override { return record(index); }
    using EventWindow::read;
    size_t read(uint64_t from, std::span<lg_event> into, lg::ColumnSet) const override {
        size_t n = 0;
        for (uint64_t i = from; i < end_ && n < into.size(); ++i)
            into[n++] = record(i);
        return n;
    }

private:
    const lg_event &record(uint64_t index) const {
        const uint64_t offset = index - first_;
        return chunks_[offset / EventStore::kChunkEvents]
            ->events[offset % EventStore::kChunkEvents];
    }

    std::vector<std::shared_ptr<const EventStore::Chunk>> chunks_;
    uint64_t first_;
    uint64_t end_;
};

} // namespace

EventStore::EventStore(uint64_t capacity) : capacity_(std::max(capacity, 2 * kChunkEvents)) {}

void EventStore::push(const lg_event &event) {
    if (written_ == 0)
        tscBase_ = event.tsc;
    if (written_ % kChunkEvents == 0)
        turnChunk();
    chunk_->events[written_++ % kChunkEvents] = event;
}

void EventStore::turnChunk() {
    chunk_ = std::make_shared_for_overwrite<Chunk>();
    std::shared_ptr<Chunk> oldest; // freed when nobody has to wait for it
    const std::lock_guard lock(mutex_);
    chunks_.push_back(chunk_);
    end_ = written_;
    if (chunks_.size() * kChunkEvents > capacity_) {
        oldest.swap(chunks_.front());
        chunks_.pop_front();
        first_ += kChunkEvents;
    }
}

void EventStore::append(std::span<const lg_event> events) {
    const std::lock_guard writing(writing_);
    for (const lg_event &event : events) {
        uint64_t &next = nextSeq_[event.vcpu];
        if (known_[event.vcpu] && event.seq > next) {
            counting_.lost += event.seq - next;
            push(makeLoss(event.vcpu, next, event.seq - next, event.tsc));
        }
        known_[event.vcpu] = true;
        next = event.seq + 1;
        counting_.add(event, written_);
        push(event);
    }
    const std::lock_guard lock(mutex_);
    end_ = written_;
    counts_ = counting_;
}

EventWindowPtr EventStore::window() const {
    const std::lock_guard lock(mutex_);
    return std::make_shared<StoreWindow>(chunks_, first_, end_);
}

EventCounts EventStore::counts() const {
    const std::lock_guard lock(mutex_);
    EventCounts counts = counts_;
    counts.forgotten = first_;
    return counts;
}

uint64_t EventStore::tscBase() const {
    return tscBase_;
}

} // namespace ui
