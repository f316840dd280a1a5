// SPDX-License-Identifier: GPL-2.0-or-later
// virtio entropy source: one queue, whose buffers are filled with the Host's random bytes.
#pragma once

#include "devices/device.h"

namespace lg {

class EntropyDevice : public VirtioDevice {
public:
    static constexpr uint8_t kType = 4;
    static constexpr unsigned kQueues = 1;
    // Of each buffer; the Guest learns how much it got.
    static constexpr size_t kMostBytes = 4096;

    uint8_t type() const override { return kType; }
    unsigned queueCount() const override { return kQueues; }
    Result<bool> service(unsigned index, VirtQueue &queue) override;
};

} // namespace lg
