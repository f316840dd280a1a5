// SPDX-License-Identifier: GPL-2.0-or-later
// Tells the listener when a vCPU has stopped by itself: at an event that matched a condition, at
// a breakpoint, after a step.
#pragma once

#include "base/unique_fd.h"
#include "machine/machine.h"

#include <array>
#include <atomic>
#include <mutex>
#include <thread>

namespace lg {

class StopWatch {
public:
    StopWatch(int device, uint32_t vcpus, MachineListener &listener);
    ~StopWatch();

    // After INITIALIZE.
    Result<void> start();
    // The ioctls that let vCPUs go on: what was told is over then. 0, or -1 and errno.
    int resume();
    int step(uint32_t vcpu);
    bool anyStopped() const;

private:
    void run();
    void look(uint32_t vcpu);

    const int device_;
    const uint32_t vcpus_;
    MachineListener &listener_;
    UniqueFd wake_; // the module's word, or the end
    std::atomic<bool> stop_ = false;
    mutable std::mutex mutex_;
    std::array<bool, LG_VCPUS_MAX> told_ = {};
    std::thread thread_;
};

} // namespace lg
