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

EventDrain::EventDrain(int device, uint32_t vcpu, uint32_t records, MachineListener &listener)
    : device_(device), vcpu_(vcpu),
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
    if (ring_)
        munmap(ring_, mappedBytes_);
}

Result<void> EventDrain::map() {
    size_t bytes = LG_EVENT_RING_OFFSET + size_t(records_) * sizeof(lg_event);
    void *place = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, device_,
                       off_t(LG_MMAP_EVENTS(vcpu_)));
    if (place == MAP_FAILED)
        return errnoError("mapping the ring of events");
    auto *ring = static_cast<lg_event_ring *>(place);
    if (ring->version != LG_UAPI_VERSION || ring->records != records_) {
        munmap(place, bytes);
        return Error{"the module's ring of events has another layout than this program's"};
    }
    ring_ = ring;
    mappedBytes_ = bytes;
    thread_ = std::thread([this] { run(); });
    return {};
}

Result<void> EventDrain::setMode(lg_event_mode mode) {
    lg_events_config config = {uint32_t(mode), records_};
    if (ioctl(device_, LG_IOC_EVENTS, &config) != 0)
        return errnoError("setting the way events are kept");
    std::lock_guard lock(mutex_);
    if (mode != LG_EVENTS_OFF && !ring_)
        if (auto mapped = map(); !mapped)
            return mapped;
    mode_ = mode;
    wake_.notify_all();
    return {};
}

bool EventDrain::drainSome() {
    const auto *records = reinterpret_cast<const lg_event *>(reinterpret_cast<uint8_t *>(ring_) +
                                                             LG_EVENT_RING_OFFSET);
    uint64_t head = std::atomic_ref(ring_->head).load(std::memory_order_acquire);
    uint64_t lost = std::atomic_ref(ring_->lost).load(std::memory_order_relaxed);
    uint64_t tail = ring_->tail;
    if (head == tail && lost == lostTold_)
        return false;
    // Up to the end of the ring: the next call takes what lies at its beginning.
    uint64_t at = tail & (records_ - 1);
    size_t count = size_t(std::min<uint64_t>({head - tail, records_ - at, kBatch}));
    if (!listener_.events(vcpu_, {records + at, count}, lost))
        return false;
    lostTold_ = lost;
    std::atomic_ref(ring_->tail).store(tail + count, std::memory_order_release);
    if (mode_ == LG_EVENTS_LOSSLESS)
        ioctl(device_, LG_IOC_DRAINED);
    return tail + count != head;
}

void EventDrain::run() {
    std::unique_lock lock(mutex_);
    while (!stop_) {
        if (drainSome())
            continue;
        bool empty = std::atomic_ref(ring_->head).load(std::memory_order_acquire) == ring_->tail;
        if (mode_ == LG_EVENTS_OFF && empty)
            wake_.wait(lock);
        else
            wake_.wait_for(lock, kPause);
    }
}

void EventDrain::finish(const std::atomic<bool> &giveUp) {
    std::unique_lock lock(mutex_);
    while (ring_ && !giveUp) {
        if (drainSome())
            continue;
        bool empty = std::atomic_ref(ring_->head).load(std::memory_order_acquire) == ring_->tail;
        if (empty)
            return;
        lock.unlock();
        listener_.waitForRoom(std::chrono::milliseconds(50));
        lock.lock();
    }
}

} // namespace lg
