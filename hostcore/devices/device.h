// SPDX-License-Identifier: GPL-2.0-or-later
// A virtio device as its transport sees it.
#pragma once

#include "base/bytes.h"
#include "devices/virtqueue.h"

#include <atomic>
#include <cstdint>

namespace lg {

class VirtioDevice {
public:
    virtual ~VirtioDevice() = default;

    virtual uint8_t type() const = 0; // virtio's number
    virtual unsigned queueCount() const = 0;

    // Bits 0 to 31 of the features that the device has (virtio 1.0, 5).
    virtual uint32_t features() const { return 0; }
    // Those of them that live by configWritten(): not for a transport that sees no such writes.
    virtual uint32_t writtenFeatures() const { return 0; }
    // Its configuration structure, as the driver reads it, and what happens when the driver
    // writes to it.
    virtual Bytes config() const { return {}; }
    virtual void configWritten(uint32_t /*offset*/, uint32_t /*value*/) {}

    // The queue may have something to do.  True = the Guest should get the queue's interrupt; an
    // Error = the Guest broke the rules and its device with them.  Called by one thread at a
    // time, and only while the Guest's driver is there.
    virtual Result<bool> service(unsigned index, VirtQueue &queue) = 0;
    // The driver starts anew: nobody waits any more for what is under way.
    virtual void reset() {}

    // Which features the driver took; a transport says so before it calls service().
    static constexpr uint64_t kVersion1 = 1ull << 32;
    void accept(uint64_t features) { accepted_ = features; }
    bool accepted(uint64_t feature) const { return accepted_ & feature; }

private:
    std::atomic<uint64_t> accepted_ = 0;
};

} // namespace lg
