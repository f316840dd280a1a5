// SPDX-License-Identifier: GPL-2.0-or-later
#include "devices/virtqueue.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <string>

namespace lg {

namespace {

struct Descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags;
    uint16_t next;
};
static_assert(sizeof(Descriptor) == 16);

constexpr uint16_t kNext = 1, kWrite = 2;
constexpr uint16_t kNoInterrupt = 1;
constexpr uint64_t kAvailFlags = 0, kAvailIndex = 2, kAvailRing = 4;
constexpr uint64_t kUsedIndex = 2, kUsedRing = 4;

Error lie(const std::string &text) {
    return {"virtqueue: " + text};
}

uint16_t load16(std::span<uint8_t> part, uint64_t offset) {
    auto *place = reinterpret_cast<uint16_t *>(part.data() + offset);
    return std::atomic_ref(*place).load(std::memory_order_acquire);
}

void store16(std::span<uint8_t> part, uint64_t offset, uint16_t value) {
    auto *place = reinterpret_cast<uint16_t *>(part.data() + offset);
    std::atomic_ref(*place).store(value, std::memory_order_release);
}

} // namespace

uint64_t VirtQueue::ringBytes(uint16_t count) {
    uint64_t front = 16ull * count + 6 + 2ull * count;
    front = (front + kAlign - 1) & ~uint64_t(kAlign - 1);
    return front + 6 + 8ull * count;
}

VirtQueue::VirtQueue(const GuestRam &ram, const Parts &parts, uint16_t count,
                     std::span<uint8_t> (GuestRam::*within)(uint64_t, uint64_t) const)
    : ram_(ram), address_(parts.descriptors), count_(count),
      descriptors_((ram.*within)(parts.descriptors, 16ull * count)),
      available_((ram.*within)(parts.available, 6 + 2ull * count)),
      used_((ram.*within)(parts.used, 6 + 8ull * count)) {}

VirtQueue::VirtQueue(const GuestRam &ram, uint64_t ringAddress, uint16_t count)
    : VirtQueue(ram,
                {ringAddress, ringAddress + 16ull * count,
                 ringAddress + ringBytes(count) - (6 + 8ull * count)},
                count, &GuestRam::any) {
    assert(!used_.empty() && (count & (count - 1)) == 0);
}

Result<VirtQueue> VirtQueue::make(const GuestRam &ram, const Parts &parts, uint16_t count) {
    if (count == 0 || (count & (count - 1)) != 0)
        return lie("a queue of " + std::to_string(count) + " descriptors");
    if (parts.descriptors % 16 != 0 || parts.available % 2 != 0 || parts.used % 4 != 0)
        return lie("a queue whose parts are not aligned");
    VirtQueue queue(ram, parts, count, &GuestRam::ram);
    if (queue.descriptors_.empty() || queue.available_.empty() || queue.used_.empty())
        return lie("a queue outside memory");
    return queue;
}

Result<std::optional<VirtChain>> VirtQueue::pop() {
    uint16_t offered = load16(available_, kAvailIndex);
    if (offered == nextAvail_)
        return std::optional<VirtChain>();
    if (uint16_t(offered - nextAvail_) > count_)
        return lie("the index of offered buffers jumped from " + std::to_string(nextAvail_) +
                   " to " + std::to_string(offered));
    VirtChain chain;
    chain.head = load16(available_, kAvailRing + 2ull * (nextAvail_ % count_));
    uint32_t index = chain.head;
    for (uint32_t links = 0;; ++links) {
        if (index >= count_)
            return lie("descriptor " + std::to_string(index) + " of " + std::to_string(count_));
        if (links == count_)
            return lie("a chain of descriptors goes round in a circle");
        // One copy: what was checked is what is used.
        auto descriptor = loadAt<Descriptor>(descriptors_, sizeof(Descriptor) * index);
        if (descriptor.flags & ~(kNext | kWrite))
            return lie("descriptor with unknown flags " + std::to_string(descriptor.flags));
        auto bytes = ram_.ram(descriptor.address, descriptor.length);
        if (bytes.size() != descriptor.length)
            return lie("descriptor " + std::to_string(index) + " reaches outside memory");
        (descriptor.flags & kWrite ? chain.writable : chain.readable).push_back(bytes);
        if (!(descriptor.flags & kNext))
            break;
        index = descriptor.next;
    }
    ++nextAvail_;
    return std::optional(std::move(chain));
}

void VirtQueue::push(const VirtChain &chain, uint32_t written) {
    uint64_t entry = kUsedRing + 8ull * (nextUsed_ % count_);
    storeAt<uint32_t>(used_, entry, chain.head);
    storeAt<uint32_t>(used_, entry + 4, written);
    ++nextUsed_;
    store16(used_, kUsedIndex, nextUsed_);
}

bool VirtQueue::wantsInterrupt() const {
    // The new index must be visible before the Guest's wish is read, or both may sleep.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    return !(load16(available_, kAvailFlags) & kNoInterrupt);
}

void VirtQueue::reset() {
    for (auto part : {descriptors_, available_, used_})
        std::fill(part.begin(), part.end(), uint8_t(0));
    nextAvail_ = nextUsed_ = 0;
}

} // namespace lg
