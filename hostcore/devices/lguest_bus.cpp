// SPDX-License-Identifier: GPL-2.0-or-later
#include "devices/lguest_bus.h"

#include "image/layout.h"

#include <algorithm>

namespace lg {

namespace {

constexpr uint64_t kStatusOffset = 4;
constexpr uint64_t kDescriptorHead = 5; // type, num_vq, feature_len, config_len, status
constexpr uint64_t kQueueConfigBytes = 8;
constexpr uint64_t kFeatureBytes = 4; // and once more for those that the driver takes
constexpr uint8_t kFailed = 0x80;

} // namespace

uint64_t LguestBus::deviceBytes(unsigned queues) {
    return kPageBytes + queues * roundUpToPage(VirtQueue::ringBytes(kQueueDescriptors));
}

LguestBus::LguestBus(const GuestRam &ram, const std::vector<VirtioDevice *> &devices) : ram_(ram) {
    uint64_t at = ram.ramBytes();
    uint64_t ringAt = at + kPageBytes;
    uint16_t line = 1;
    for (auto *device : devices) {
        unsigned count = device->queueCount();
        const Bytes config = device->config();
        const uint64_t features = kDescriptorHead + kQueueConfigBytes * count;
        auto descriptor = ram.any(at, features + 2 * kFeatureBytes + config.size());
        descriptor[0] = device->type();
        descriptor[1] = uint8_t(count);
        descriptor[2] = kFeatureBytes;
        descriptor[3] = uint8_t(config.size());
        storeAt(descriptor, features, device->features() & ~device->writtenFeatures());
        std::copy(config.begin(), config.end(),
                  descriptor.begin() + ptrdiff_t(features + 2 * kFeatureBytes));
        for (unsigned i = 0; i < count; ++i) {
            uint64_t queue = kDescriptorHead + kQueueConfigBytes * i;
            storeAt<uint16_t>(descriptor, queue, kQueueDescriptors);
            storeAt<uint16_t>(descriptor, queue + 2, line);
            storeAt<uint32_t>(descriptor, queue + 4, uint32_t(ringAt / kPageBytes));
            queues_.push_back(
                {device, i, line, VirtQueue(ram, ringAt, kQueueDescriptors), descriptors_.size()});
            ringAt += roundUpToPage(VirtQueue::ringBytes(kQueueDescriptors));
            ++line;
        }
        descriptors_.push_back({device, at + kStatusOffset, at + features + kFeatureBytes,
                                at + features + 2 * kFeatureBytes});
        at += descriptor.size();
    }
}

LguestBus::Notified LguestBus::notified(uint64_t address) {
    for (size_t i = 0; i < queues_.size(); ++i)
        if (queues_[i].ring.address() == address)
            return {Outcome::Kicked, i};
    for (size_t i = 0; i < descriptors_.size(); ++i) {
        if (descriptors_[i].statusAt - kStatusOffset != address)
            continue;
        std::lock_guard lock(mutex_);
        uint8_t status = ram_.any(descriptors_[i].statusAt, 1)[0];
        if (status == 0 || (status & kFailed))
            reset(i);
        return {Outcome::Done, 0};
    }
    return {};
}

void LguestBus::reset(size_t descriptor) {
    descriptors_[descriptor].device->reset();
    for (auto &queue : queues_)
        if (queue.descriptor == descriptor)
            queue.ring.reset();
}

void LguestBus::configChanged(size_t device) {
    const Bytes config = descriptors_[device].device->config();
    auto place = ram_.any(descriptors_[device].configAt, config.size());
    std::copy(config.begin(), config.end(), place.begin());
}

std::vector<VirtQueue::Position> LguestBus::positions() {
    std::lock_guard lock(mutex_);
    std::vector<VirtQueue::Position> positions;
    positions.reserve(queues_.size());
    for (const auto &queue : queues_)
        positions.push_back(queue.ring.position());
    return positions;
}

Result<void> LguestBus::setPositions(const std::vector<VirtQueue::Position> &positions) {
    std::lock_guard lock(mutex_);
    if (positions.size() != queues_.size())
        return Error{"the saved Guest had other devices"};
    for (size_t i = 0; i < queues_.size(); ++i)
        queues_[i].ring.setPosition(positions[i]);
    return {};
}

Result<bool> LguestBus::service(size_t index) {
    std::lock_guard lock(mutex_);
    auto &queue = queues_[index];
    const auto &descriptor = descriptors_[queue.descriptor];
    // No driver, no work: 3.1 and later never say DRIVER_OK aloud, so the byte decides.
    uint8_t status = ram_.any(descriptor.statusAt, 1)[0];
    if (status == 0 || (status & kFailed))
        return false;
    queue.device->accept(loadAt<uint32_t>(ram_.any(descriptor.acceptedAt, kFeatureBytes), 0));
    return queue.device->service(queue.index, queue.ring);
}

} // namespace lg
