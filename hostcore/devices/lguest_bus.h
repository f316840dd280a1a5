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

    // Bytes above RAM for devices that have so many queues together.
    static uint64_t deviceBytes(unsigned queues);

    // Fills in the device page.  The devices come in this order; lines start at 1.
    LguestBus(const GuestRam &ram, const std::vector<VirtioDevice *> &devices);

    struct Queue {
        VirtioDevice *device;
        unsigned index; // in its device
        uint32_t line;
        VirtQueue ring;
        size_t descriptor; // in descriptors_
    };
    const std::vector<Queue> &queues() const { return queues_; }

    // Is this NOTIFY address one of ours?  Then what it means is done here, but for a kick.
    enum class Outcome { NotOurs, Done, Kicked };
    struct Notified {
        Outcome outcome = Outcome::NotOurs;
        size_t queue = 0; // for Kicked
    };
    Notified notified(uint64_t address);

    // A driver that looks from now on sees the device's configuration as it is now.  There is no
    // interrupt for that on this bus.
    void configChanged(size_t device);

    // How far each queue has come, and the same again for a Guest that is made anew: its device
    // page and rings are in its memory.  An Error: it had other devices.
    std::vector<VirtQueue::Position> positions();
    Result<void> setPositions(const std::vector<VirtQueue::Position> &positions);

    // Lets the device work on the queue; true = raise its line.
    Result<bool> service(size_t queue);

private:
    struct Descriptor {
        VirtioDevice *device;
        uint64_t statusAt, acceptedAt, configAt;
    };
    void reset(size_t descriptor);

    const GuestRam &ram_;
    std::mutex mutex_; // of the rings' state
    std::vector<Descriptor> descriptors_;
    std::vector<Queue> queues_;
};

} // namespace lg
