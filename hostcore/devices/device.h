// SPDX-License-Identifier: GPL-2.0-or-later
// A virtio device as its transport sees it.
#pragma once

#include "base/bytes.h"
#include "devices/virtqueue.h"

#include <cstdint>

namespace lg {

class VirtioDevice {
public:
    virtual ~VirtioDevice() = default;

    virtual uint8_t type() const = 0; // virtio's number
    virtual unsigned queueCount() const = 0;

    // Bits 0 to 31 of the features that the device has (virtio 1.0, 5); a transport offers them or
    // not.
    virtual uint32_t features() const { return 0; }
    // Its configuration structure, as the driver reads it, and what happens when the driver
    // writes to it.
    virtual Bytes config() const { return {}; }
    virtual void configWritten(uint32_t /*offset*/, uint32_t /*value*/) {}

    // The queue may have something to do.  True = the Guest should get the queue's interrupt; an
    // Error = the Guest broke the rules and its device with them.  Called by one thread at a
    // time, and only while the Guest's driver is there.
    virtual Result<bool> service(unsigned index, VirtQueue &queue) = 0;
};

} // namespace lg
