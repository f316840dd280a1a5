// SPDX-License-Identifier: GPL-2.0-or-later
// Carries the event records of all vCPUs from the module's rings to the listener, nearly in the
// order in which they happened.  When the listener has no room they stay in their ring; the
// module then drops and counts, or holds the vCPU, as the mode says.
#pragma once

#include "machine/machine.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace lg {

class EventDrain {
public:
    EventDrain(int device, uint32_t vcpus, uint32_t records, MachineListener &listener);
    // What is still in the rings is lost; finish() first.
    ~EventDrain();

    Result<void> setMode(lg_event_mode mode, uint64_t kinds);
    // The Guest has ended: hand over all that is left, unless told to give up.
    void finish(const std::atomic<bool> &giveUp);

private:
    struct Ring {
        lg_event_ring *header = nullptr;
        const lg_event *records = nullptr;
        uint64_t head = 0; // as far as this round goes
        uint64_t lostTold = 0;
    };

    Result<void> map();
    void unmap();
    void run();
    bool drainSome(); // true = there may be more at once
    bool empty() const;
    bool deliver(uint32_t vcpu, uint64_t until, uint64_t lost);
    uint64_t endOfRun(const Ring &ring) const;

    const int device_;
    const uint32_t vcpus_;
    const uint32_t records_; // of each ring
    MachineListener &listener_;
    std::vector<Ring> rings_; // by vCPU; none before events are wanted

    std::mutex mutex_; // of all above, and of the rings' tails
    std::condition_variable wake_;
    lg_event_mode mode_ = LG_EVENTS_OFF;
    bool stop_ = false;
    std::thread thread_;
};

} // namespace lg
