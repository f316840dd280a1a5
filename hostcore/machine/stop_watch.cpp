// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine/stop_watch.h"

#include <algorithm>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace lg {

StopWatch::StopWatch(int device, uint32_t vcpus, MachineListener &listener)
    : device_(device), vcpus_(vcpus), listener_(listener), wake_(eventfd(0, EFD_CLOEXEC)) {}

StopWatch::~StopWatch() {
    if (!thread_.joinable())
        return;
    stop_ = true;
    uint64_t one = 1;
    [[maybe_unused]] ssize_t written = write(wake_.get(), &one, sizeof one);
    thread_.join();
}

Result<void> StopWatch::start() {
    if (ioctl(device_, LG_IOC_STOP_EVENTFD, wake_.get()) != 0)
        return errnoError("asking to be told when a vCPU stops");
    thread_ = std::thread([this] { run(); });
    return {};
}

// With the lock: between a look and the telling nobody goes on.
int StopWatch::resume() {
    std::lock_guard lock(mutex_);
    told_.fill(false);
    return ioctl(device_, LG_IOC_RESUME);
}

int StopWatch::step(uint32_t vcpu) {
    std::lock_guard lock(mutex_);
    told_[vcpu] = false;
    return ioctl(device_, LG_IOC_STEP, vcpu);
}

bool StopWatch::anyStopped() const {
    std::lock_guard lock(mutex_);
    return std::find(told_.begin(), told_.end(), true) != told_.end();
}

void StopWatch::run() {
    uint64_t times;
    while (read(wake_.get(), &times, sizeof times) == sizeof times && !stop_)
        for (uint32_t vcpu = 0; vcpu < vcpus_; ++vcpu)
            look(vcpu);
}

void StopWatch::look(uint32_t vcpu) {
    lg_vcpu_state state = {};
    state.vcpu = vcpu;
    {
        std::lock_guard lock(mutex_);
        if (told_[vcpu])
            return;
        if (ioctl(device_, LG_IOC_STATE, &state) != 0 || state.stopped <= LG_STOP_ASKED)
            return;
        told_[vcpu] = true;
    }
    listener_.stopped(
        {vcpu, lg_stop_reason(state.stopped), state.stop_detail, state.stop_seq, state.regs.eip});
}

} // namespace lg
