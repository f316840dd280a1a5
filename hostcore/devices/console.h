// SPDX-License-Identifier: GPL-2.0-or-later
// virtio console: queue 0 takes the user's typing to the Guest, queue 1 brings its output.
#pragma once

#include "base/bytes.h"
#include "devices/device.h"

#include <deque>
#include <functional>
#include <mutex>

namespace lg {

struct TerminalSize {
    uint16_t columns = 0, rows = 0; // 0: nobody knows
};

class ConsoleDevice : public VirtioDevice {
public:
    static constexpr uint8_t kType = 3;
    static constexpr unsigned kInput = 0, kOutput = 1, kQueues = 2;
    static constexpr size_t kMaxWaiting = 64 << 10;

    // `output` may block; that is what slows a Guest that prints faster than anybody reads.
    explicit ConsoleDevice(std::function<void(BytesView)> output) : output_(std::move(output)) {}

    uint8_t type() const override { return kType; }
    unsigned queueCount() const override { return kQueues; }
    // EMERG_WRITE: single characters before there are queues (virtio 1.0, 5.3.4).
    static constexpr uint32_t kSizeFeature = 1u << 0, kEmergencyWrite = 1u << 2;
    uint32_t features() const override { return kSizeFeature | kEmergencyWrite; }
    uint32_t writtenFeatures() const override { return kEmergencyWrite; }
    Bytes config() const override;
    void configWritten(uint32_t offset, uint32_t value) override;
    Result<bool> service(unsigned index, VirtQueue &queue) override;

    // Typed, and not read by the Guest.
    Bytes waiting();
    // From any thread; how many bytes there was room for.  Follow it by a service of kInput.
    size_t feed(BytesView bytes);
    // Of the terminal, from any thread.  The transport has to tell the driver.
    void setSize(const TerminalSize &size) { size_ = size; }

private:
    Result<bool> bringOutput(VirtQueue &queue);
    Result<bool> takeInput(VirtQueue &queue);

    std::function<void(BytesView)> output_;
    std::atomic<TerminalSize> size_ = {};
    std::mutex mutex_;
    std::deque<uint8_t> waiting_;
};

} // namespace lg
