// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine/event_drain.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <sys/mman.h>

namespace lg {

namespace {

constexpr size_t kBatch = 4096; // records in one message: 512 KiB
constexpr auto kPause = std::chrono::milliseconds(4);

} // namespace

EventDrain::EventDrain(int device, uint32_t vcpus, uint32_t records, MachineListener &listener)
    : device_(device), vcpus_(vcpus),
      records_(std::bit_ceil(std::clamp(records, LG_EVENTS_MIN_RECORDS, LG_EVENTS_MAX_RECORDS))),
      listener_(listener) {}

EventDrain::~EventDrain() {
    {
        std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable())
        thread_.join();
    unmap();
}

void EventDrain::unmap() {
    for (auto &ring : rings_)
        munmap(ring.header, LG_EVENT_RING_OFFSET + size_t(records_) * sizeof(lg_event));
    rings_.clear();
}

Result<void> EventDrain::map() {
    size_t bytes = LG_EVENT_RING_OFFSET + size_t(records_) * sizeof(lg_event);
    while (rings_.size() < vcpus_) {
        void *place = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, device_,
                           off_t(LG_MMAP_EVENTS(rings_.size())));
        if (place == MAP_FAILED) {
            auto error = errnoError("mapping a ring of events");
            unmap();
            return error;
        }
        Ring ring;
        ring.header = static_cast<lg_event_ring *>(place);
        ring.records = reinterpret_cast<const lg_event *>(static_cast<uint8_t *>(place) +
                                                          LG_EVENT_RING_OFFSET);
        rings_.push_back(ring);
        if (ring.header->version != LG_UAPI_VERSION || ring.header->records != records_) {
            unmap();
            return Error{"the module's ring of events has another layout than this program's"};
        }
    }
    thread_ = std::thread([this] { run(); });
    return {};
}

Result<void> EventDrain::setMode(lg_event_mode mode, uint64_t kinds) {
    lg_events_config config = {uint32_t(mode), records_, kinds};
    if (ioctl(device_, LG_IOC_EVENTS, &config) != 0)
        return errnoError("setting the way events are kept");
    std::lock_guard lock(mutex_);
    if (mode != LG_EVENTS_OFF && rings_.empty())
        if (auto mapped = map(); !mapped)
            return mapped;
    mode_ = mode;
    wake_.notify_all();
    return {};
}

bool EventDrain::empty() const {
    return std::all_of(rings_.begin(), rings_.end(), [](const Ring &ring) {
        return std::atomic_ref(ring.header->head).load(std::memory_order_acquire) ==
               ring.header->tail;
    });
}

// A run of one vCPU's records ends where an older one of another begins, at the end of the ring
// (what lies at its beginning comes next), or when a message is full.
uint64_t EventDrain::endOfRun(const Ring &ring) const {
    uint64_t others = UINT64_MAX, tail = ring.header->tail, mask = records_ - 1;
    for (const auto &other : rings_)
        if (&other != &ring && other.header->tail != other.head)
            others = std::min<uint64_t>(others, other.records[other.header->tail & mask].tsc);
    uint64_t end = std::min<uint64_t>({ring.head, tail + records_ - (tail & mask), tail + kBatch});
    uint64_t at = tail + 1;
    while (at < end && ring.records[at & mask].tsc <= others)
        ++at;
    return std::min(at, end);
}

bool EventDrain::deliver(uint32_t vcpu, uint64_t until, uint64_t lost) {
    auto &ring = rings_[vcpu];
    uint64_t tail = ring.header->tail;
    if (!listener_.events(vcpu, {ring.records + (tail & (records_ - 1)), size_t(until - tail)},
                          lost))
        return false;
    ring.lostTold = lost;
    std::atomic_ref(ring.header->tail).store(until, std::memory_order_release);
    return true;
}

bool EventDrain::drainSome() {
    // What comes in while this goes on waits for the next round: a busy vCPU must not keep the
    // others waiting.
    std::vector<uint64_t> lost;
    for (auto &ring : rings_) {
        ring.head = std::atomic_ref(ring.header->head).load(std::memory_order_acquire);
        lost.push_back(std::atomic_ref(ring.header->lost).load(std::memory_order_relaxed));
    }
    // One that waits in lossless mode goes on as soon as a message's worth of room is there.
    uint64_t untold = 0;
    auto tell = [&] {
        if (untold != 0 && mode_ == LG_EVENTS_LOSSLESS)
            ioctl(device_, LG_IOC_DRAINED);
        untold = 0;
    };
    bool did = false, room = true;
    while (room) {
        const Ring *oldest = nullptr;
        for (const auto &ring : rings_)
            if (ring.header->tail != ring.head &&
                (!oldest || ring.records[ring.header->tail & (records_ - 1)].tsc <
                                oldest->records[oldest->header->tail & (records_ - 1)].tsc))
                oldest = &ring;
        if (!oldest)
            break;
        auto vcpu = uint32_t(oldest - rings_.data());
        uint64_t from = oldest->header->tail, until = endOfRun(*oldest);
        room = deliver(vcpu, until, lost[vcpu]);
        if (!room)
            break;
        did = true;
        untold += until - from;
        if (untold >= kBatch)
            tell();
    }
    tell();
    for (uint32_t vcpu = 0; room && vcpu < rings_.size(); ++vcpu)
        if (rings_[vcpu].lostTold != lost[vcpu])
            room = deliver(vcpu, rings_[vcpu].header->tail, lost[vcpu]);
    return did && room && !empty();
}

void EventDrain::run() {
    std::unique_lock lock(mutex_);
    while (!stop_) {
        if (drainSome())
            continue;
        if (mode_ == LG_EVENTS_OFF && empty())
            wake_.wait(lock);
        else
            wake_.wait_for(lock, kPause);
    }
}

void EventDrain::finish(const std::atomic<bool> &giveUp) {
    std::unique_lock lock(mutex_);
    while (!giveUp) {
        if (drainSome())
            continue;
        if (empty())
            return;
        lock.unlock();
        listener_.waitForRoom(std::chrono::milliseconds(50));
        lock.lock();
    }
}

} // namespace lg
