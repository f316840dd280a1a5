// SPDX-License-Identifier: GPL-2.0-or-later
#include "event_store.h"

#include "trace/block_columns.h"
#include "trace/column_filter.h"

#include <algorithm>
#include <bit>
#include <list>
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
            return std::max(std::min(ticksOf(step), longest), shortest);
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
        count.shortest = std::min<uint64_t>(count.shortest, event.duration);
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

// The chunks that lists have lately looked into: who paints a row will paint the one beside it.
// From any thread.
class UnpackedChunks {
public:
    lg_event at(const std::shared_ptr<const EventChunk> &chunk, size_t place) {
        const std::lock_guard lock(mutex_);
        auto kept = std::find_if(kept_.begin(), kept_.end(),
                                 [&](const Kept &one) { return one.chunk == chunk; });
        if (kept == kept_.end()) {
            kept_.push_front({chunk, std::vector<lg_event>(chunk->packed->count)});
            lg::trace::BlockColumns columns;
            columns.enter(*chunk->packed);
            // The store packed them itself: nothing can be wrong with them.
            (void)columns.read(0, lg::kAllColumns, kept_.front().records);
            if (kept_.size() > kMost)
                kept_.pop_back();
        } else {
            kept_.splice(kept_.begin(), kept_, kept);
        }
        return kept_.front().records[place];
    }

private:
    static constexpr size_t kMost = 4;
    struct Kept {
        std::shared_ptr<const EventChunk> chunk;
        std::vector<lg_event> records;
    };
    std::mutex mutex_;
    std::list<Kept> kept_; // last used first
};

namespace {

// Holds the chunks it was made from alive, so that a view which is held still
// keeps its events although the store has long dropped them.  Records below
// end() are never written again: reading them needs no lock.
class StoreWindow final : public EventWindow {
public:
    StoreWindow(const std::deque<std::shared_ptr<const EventChunk>> &chunks, uint64_t first,
                uint64_t end, std::shared_ptr<UnpackedChunks> unpacked)
        : chunks_(chunks.begin(), chunks.end()), first_(first), end_(end),
          unpacked_(std::move(unpacked)) {}
    uint64_t first() const override { return first_; }
    uint64_t end() const override { return end_; }
    lg_event at(uint64_t index) const override {
        const auto &chunk = chunkOf(index);
        return chunk->packed ? unpacked_->at(chunk, placeOf(index))
                             : (*chunk->records)[placeOf(index)];
    }

    using EventWindow::read;
    size_t read(uint64_t from, std::span<lg_event> into, lg::ColumnSet wanted) const override {
        size_t done = 0;
        lg::trace::BlockColumns columns;
        while (from < end_ && done < into.size()) {
            const auto &chunk = chunkOf(from);
            const size_t place = placeOf(from);
            const auto part = into.subspan(
                done, std::min({into.size() - done, EventChunk::kEvents - place, end_ - from}));
            if (chunk->packed) {
                columns.enter(*chunk->packed);
                (void)columns.read(place, wanted, part);
            } else {
                std::copy_n(chunk->records->begin() + static_cast<std::ptrdiff_t>(place),
                            part.size(), part.begin());
            }
            done += part.size();
            from += part.size();
        }
        return done;
    }

    std::vector<uint64_t> find(const lg::Filter &filter, const lg::SymbolTable *symbols,
                               uint64_t from, uint64_t until) const override {
        std::vector<uint64_t> found;
        std::vector<uint32_t> places;
        lg::trace::BlockColumns columns;
        lg::trace::ColumnFilter asked(filter, symbols);
        until = std::min(until, end_);
        while (from < until) {
            const auto &chunk = chunkOf(from);
            const size_t place = placeOf(from);
            const uint64_t end = std::min(until, from + (EventChunk::kEvents - place));
            // Losses pass every filter, which ColumnFilter does not know.
            if (chunk->packed && !(chunk->packed->head.kinds & lg::trace::headBit(LG_EV_NONE))) {
                places.clear();
                columns.enter(*chunk->packed);
                (void)asked.find(columns, static_cast<uint32_t>(place),
                                 static_cast<uint32_t>(place + (end - from)), places);
                for (const uint32_t at : places)
                    found.push_back(from - place + at);
            } else {
                const auto some = EventWindow::find(filter, symbols, from, end);
                found.insert(found.end(), some.begin(), some.end());
            }
            from = end;
        }
        return found;
    }

private:
    const std::shared_ptr<const EventChunk> &chunkOf(uint64_t index) const {
        return chunks_[(index - first_) / EventChunk::kEvents];
    }
    // The first one begins a chunk, as whole ones are dropped.
    size_t placeOf(uint64_t index) const { return (index - first_) % EventChunk::kEvents; }

    std::vector<std::shared_ptr<const EventChunk>> chunks_;
    uint64_t first_;
    uint64_t end_;
    std::shared_ptr<UnpackedChunks> unpacked_;
};

} // namespace

EventStore::EventStore(uint64_t capacity, uint64_t bytes)
    : capacity_(std::max(capacity, 2 * kChunkEvents)), mostBytes_(bytes),
      unpacked_(std::make_shared<UnpackedChunks>()) {}

void EventStore::push(const lg_event &event) {
    if (written_ == 0)
        tscBase_ = event.tsc;
    if (written_ % kChunkEvents == 0)
        turnChunk();
    (*records_)[written_++ % kChunkEvents] = event;
}

void EventStore::turnChunk() {
    packOne();
    auto chunk = std::make_shared<EventChunk>();
    chunk->records = std::make_unique_for_overwrite<std::array<lg_event, kChunkEvents>>();
    records_ = chunk->records.get();
    std::vector<std::shared_ptr<const EventChunk>> oldest; // freed when nobody has to wait for it
    const std::lock_guard lock(mutex_);
    bytes_ += chunk->bytes();
    chunks_.push_back(std::move(chunk));
    end_ = written_;
    if (chunks_.size() * kChunkEvents <= capacity_ && bytes_ <= mostBytes_)
        return;
    // Some more than has to go: who lists them has work each time.
    while ((chunks_.size() * kChunkEvents > capacity_ - capacity_ / kDropShare ||
            bytes_ > mostBytes_ - mostBytes_ / kDropShare) &&
           chunks_.size() > std::min(kRawChunks, capacity_ / kChunkEvents)) {
        bytes_ -= chunks_.front()->bytes();
        oldest.push_back(std::move(chunks_.front()));
        chunks_.pop_front();
        first_ += kChunkEvents;
    }
}

// Before another one comes: the newest that is now old enough. Only append() changes chunks_, and
// it is ours: reading it needs no lock.
void EventStore::packOne() {
    if (chunks_.size() < kRawChunks)
        return;
    auto &old = chunks_[chunks_.size() - kRawChunks];
    const auto packed = packer_.pack(*old->records);
    if (packed.empty())
        return; // no memory: it stays as it is
    auto chunk = std::make_shared<EventChunk>();
    chunk->packed = std::make_unique<const lg::trace::PackedEvents>(packed, kChunkEvents);
    std::shared_ptr<const EventChunk> next = std::move(chunk);
    const std::lock_guard lock(mutex_);
    bytes_ += next->bytes();
    bytes_ -= old->bytes();
    old.swap(next); // what it was is freed behind the lock, or by the last window that has it
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
    return std::make_shared<StoreWindow>(chunks_, first_, end_, unpacked_);
}

EventCounts EventStore::counts() const {
    const std::lock_guard lock(mutex_);
    EventCounts counts = counts_;
    counts.forgotten = first_;
    return counts;
}

uint64_t EventStore::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

uint64_t EventStore::tscBase() const {
    return tscBase_;
}

} // namespace ui
