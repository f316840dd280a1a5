// SPDX-License-Identifier: GPL-2.0-or-later
// virtio network device: queue 0 takes frames to the Guest, queue 1 brings its own.  A frame that
// nobody has room for is dropped, as on any cable; nothing waits without a bound.
#pragma once

#include "devices/device.h"
#include "devices/net_frame.h"

#include <array>
#include <deque>
#include <functional>
#include <mutex>

namespace lg {

using MacAddress = std::array<uint8_t, 6>;

class NetDevice : public VirtioDevice {
public:
    static constexpr uint8_t kType = 1;
    static constexpr unsigned kReceive = 0, kSend = 1, kQueues = 2;
    static constexpr size_t kMostWaiting = 256; // frames

    // `send` must not block; it drops what it has no room for.
    NetDevice(const MacAddress &mac, std::function<void(BytesView frame)> send)
        : mac_(mac), send_(std::move(send)) {}

    uint8_t type() const override { return kType; }
    unsigned queueCount() const override { return kQueues; }
    uint32_t features() const override;
    Bytes config() const override;
    Result<bool> service(unsigned index, VirtQueue &queue) override;
    void reset() override;

    // From any thread; false: it was dropped.  Follow it by a service of kReceive.
    bool receive(BytesView frame);

private:
    size_t headerBytes() const {
        return accepted(kVersion1) ? kNetHeaderBytes : kLegacyNetHeaderBytes;
    }
    Result<bool> giveFrames(VirtQueue &queue);
    Result<bool> takeFrames(VirtQueue &queue);

    const MacAddress mac_;
    const std::function<void(BytesView)> send_;
    std::mutex mutex_;
    std::deque<Bytes> waiting_;
};

} // namespace lg
