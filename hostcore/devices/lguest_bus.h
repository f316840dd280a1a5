// SPDX-License-Identifier: GPL-2.0-or-later
// The lguest bus of 2.6.24 to 3.19 (GUEST_ABI.md, section 11): a page of packed descriptors
// right above RAM, the rings behind it, one interrupt line for each queue, kicks by NOTIFY.
#pragma once

#include "devices/device.h"

#include <memory>
#include <mutex>
#include <vector>

namespace lg {

class LguestBus {
public:
    static constexpr uint16_t kQueueDescriptors = 256;

    // Bytes above RAM for these numbers of queues, one number for each device.
    static uint64_t deviceBytes(const std::vector<unsigned> &queueCounts);

    // Fills in the device page.  The devices come in this order; lines start at 1.
    LguestBus(const GuestRam &ram, const std::vector<VirtioDevice *> &devices);

    struct Queue {
        VirtioDevice *device;
        unsigned index; // in its device
        uint32_t line;
        VirtQueue ring;
        uint64_t statusAt;
    };
    const std::vector<Queue> &queues() const { return queues_; }

    // Is this NOTIFY address one of ours?  Then what it means is done here, but for a kick.
    enum class Outcome { NotOurs, Done, Kicked };
    struct Notified {
        Outcome outcome = Outcome::NotOurs;
        size_t queue = 0; // for Kicked
    };
    Notified notified(uint64_t address);

    // Lets the device work on the queue; true = raise its line.
    Result<bool> service(size_t queue);

private:
    const GuestRam &ram_;
    std::mutex mutex_;                  // of the rings' state
    std::vector<uint64_t> descriptors_; // where they are
    std::vector<Queue> queues_;
};

} // namespace lg
