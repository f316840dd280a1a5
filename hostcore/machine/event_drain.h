// SPDX-License-Identifier: GPL-2.0-or-later
// Carries a vCPU's event records from the module's ring to the listener.  When the listener has
// no room they stay in the ring; the module then drops and counts, or holds the vCPU, as the
// mode says.
#pragma once

#include "machine/machine.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace lg {

class EventDrain {
public:
    EventDrain(int device, uint32_t vcpu, uint32_t records, MachineListener &listener);
    // What is still in the ring is lost; finish() first.
    ~EventDrain();

    Result<void> setMode(lg_event_mode mode);
    // The Guest has ended: hand over all that is left, unless told to give up.
    void finish(const std::atomic<bool> &giveUp);

private:
    Result<void> map();
    void run();
    bool drainSome(); // true = there may be more at once

    const int device_;
    const uint32_t vcpu_;
    const uint32_t records_;
    MachineListener &listener_;
    lg_event_ring *ring_ = nullptr;
    size_t mappedBytes_ = 0;
    uint64_t lostTold_ = 0;

    std::mutex mutex_; // of all above, and of the ring's tail
    std::condition_variable wake_;
    lg_event_mode mode_ = LG_EVENTS_OFF;
    bool stop_ = false;
    std::thread thread_;
};

} // namespace lg
