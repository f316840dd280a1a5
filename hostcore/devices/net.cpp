// SPDX-License-Identifier: GPL-2.0-or-later
#include "devices/net.h"

#include "devices/chain.h"

namespace lg {

namespace {

constexpr uint32_t kMac = 1u << 5, kStatus = 1u << 16;
constexpr uint16_t kLinkUp = 1;

} // namespace

uint32_t NetDevice::features() const {
    return kMac | kStatus;
}

Bytes NetDevice::config() const {
    Bytes config(mac_.begin(), mac_.end());
    append(config, kLinkUp);
    return config;
}

void NetDevice::reset() {
    std::lock_guard lock(mutex_);
    waiting_.clear();
}

bool NetDevice::receive(BytesView frame) {
    std::lock_guard lock(mutex_);
    if (!netFrameOk(frame) || waiting_.size() >= kMostWaiting)
        return false;
    waiting_.emplace_back(frame.begin(), frame.end());
    return true;
}

Result<bool> NetDevice::service(unsigned index, VirtQueue &queue) {
    return index == kReceive ? giveFrames(queue) : takeFrames(queue);
}

Result<bool> NetDevice::giveFrames(VirtQueue &queue) {
    std::lock_guard lock(mutex_);
    bool did = false;
    for (unsigned i = 0; i < queue.count() && !waiting_.empty(); ++i) {
        auto popped = queue.pop();
        if (!popped)
            return Error{"net: " + popped.message()};
        const std::optional<VirtChain> &chain = *popped;
        if (!chain)
            break;
        Bytes packet(headerBytes()); // no offload; in virtio 1.0 it says "one buffer", too
        if (packet.size() == kNetHeaderBytes)
            storeAt<uint16_t>(packet, kLegacyNetHeaderBytes, 1);
        packet.insert(packet.end(), waiting_.front().begin(), waiting_.front().end());
        waiting_.pop_front();
        if (!chain->readable.empty() || bytesOf(chain->writable) < packet.size())
            return Error{"net: the Guest offers a buffer that a frame can't be written to"};
        queue.push(*chain, uint32_t(scatter(chain->writable, 0, packet)));
        did = true;
    }
    return did && queue.wantsInterrupt();
}

Result<bool> NetDevice::takeFrames(VirtQueue &queue) {
    bool did = false;
    for (unsigned i = 0; i < queue.count(); ++i) {
        auto popped = queue.pop();
        if (!popped)
            return Error{"net: " + popped.message()};
        const std::optional<VirtChain> &chain = *popped;
        if (!chain)
            break;
        if (!chain->writable.empty())
            return Error{"net: the Guest offers a buffer to be written to"};
        const size_t head = headerBytes();
        // One byte more than is allowed is enough to see that there are too many.
        const Bytes packet = gather(chain->readable, 0, head + kMaxEthernetBytes + 1);
        const auto bytes = BytesView(packet);
        if (bytes.size() > head && netHeaderOk(bytes.first(head)) &&
            netFrameOk(bytes.subspan(head)))
            send_(bytes.subspan(head));
        queue.push(*chain, 0);
        did = true;
    }
    return did && queue.wantsInterrupt();
}

} // namespace lg
