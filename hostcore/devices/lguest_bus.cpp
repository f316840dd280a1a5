// SPDX-License-Identifier: GPL-2.0-or-later
#include "devices/lguest_bus.h"

#include "image/layout.h"

namespace lg {

namespace {

constexpr uint64_t kStatusOffset = 4;
constexpr uint64_t kDescriptorHead = 5; // type, num_vq, feature_len, config_len, status
constexpr uint64_t kQueueConfigBytes = 8;
constexpr uint8_t kFailed = 0x80;

} // namespace

uint64_t LguestBus::deviceBytes(const std::vector<unsigned> &queueCounts) {
    uint64_t bytes = kPageBytes;
    for (unsigned count : queueCounts)
        bytes += count * roundUpToPage(VirtQueue::ringBytes(kQueueDescriptors));
    return bytes;
}

LguestBus::LguestBus(const GuestRam &ram, const std::vector<VirtioDevice *> &devices) : ram_(ram) {
    uint64_t at = ram.ramBytes();
    uint64_t ringAt = at + kPageBytes;
    uint16_t line = 1;
    for (auto *device : devices) {
        unsigned count = device->queueCount();
        auto descriptor = ram.any(at, kDescriptorHead + kQueueConfigBytes * count);
        descriptor[0] = device->type();
        descriptor[1] = uint8_t(count);
        for (unsigned i = 0; i < count; ++i) {
            uint64_t config = kDescriptorHead + kQueueConfigBytes * i;
            storeAt<uint16_t>(descriptor, config, kQueueDescriptors);
            storeAt<uint16_t>(descriptor, config + 2, line);
            storeAt<uint32_t>(descriptor, config + 4, uint32_t(ringAt / kPageBytes));
            queues_.push_back(
                {device, i, line, VirtQueue(ram, ringAt, kQueueDescriptors), at + kStatusOffset});
            ringAt += roundUpToPage(VirtQueue::ringBytes(kQueueDescriptors));
            ++line;
        }
        descriptors_.push_back(at);
        at += descriptor.size();
    }
}

LguestBus::Notified LguestBus::notified(uint64_t address) {
    for (size_t i = 0; i < queues_.size(); ++i)
        if (queues_[i].ring.address() == address)
            return {Outcome::Kicked, i};
    for (uint64_t descriptor : descriptors_) {
        if (descriptor != address)
            continue;
        std::lock_guard lock(mutex_);
        uint8_t status = ram_.any(descriptor, kDescriptorHead)[kStatusOffset];
        if (status == 0 || (status & kFailed))
            for (auto &queue : queues_)
                if (queue.statusAt == descriptor + kStatusOffset)
                    queue.ring.reset();
        return {Outcome::Done, 0};
    }
    return {};
}

Result<bool> LguestBus::service(size_t index) {
    std::lock_guard lock(mutex_);
    auto &queue = queues_[index];
    // No driver, no work: 3.1 and later never say DRIVER_OK aloud, so the byte decides.
    uint8_t status = ram_.any(queue.statusAt, 1)[0];
    if (status == 0 || (status & kFailed))
        return false;
    return queue.device->service(queue.index, queue.ring);
}

} // namespace lg
