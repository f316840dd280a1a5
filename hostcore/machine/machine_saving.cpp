// SPDX-License-Identifier: GPL-2.0-or-later
// A Guest at rest, out of its machine and into one.
#include "image/layout.h"
#include "machine/machine_parts.h"

#include <cerrno>
#include <cstring>
#include <x86intrin.h>

namespace lg {

void Machine::State::thaw() {
    frozen = false;
    thawed = true;
    wakeDevices();
}

bool Machine::State::freeze() {
    std::unique_lock lock(serving, std::try_to_lock);
    if (!lock || !set.disksIdle())
        return false;
    frozen = true;
    return true;
}

// Each is a question to the module; EAGAIN: a vCPU is on its way to where it stops.
Result<std::optional<MachineState>> Machine::State::save() {
    MachineState saved;
    saved.vcpus.resize(spec->vcpus);
    int failed = ioctl(device.get(), LG_IOC_SAVE_GUEST, &saved.guest);
    if (failed == 0 && !freeze())
        return std::optional<MachineState>();
    for (uint32_t vcpu = 0; failed == 0 && vcpu < spec->vcpus; ++vcpu) {
        saved.vcpus[vcpu].vcpu = vcpu;
        failed = ioctl(device.get(), LG_IOC_SAVE_VCPU, &saved.vcpus[vcpu]);
    }
    if (failed != 0 && (errno == EAGAIN || errno == EINTR))
        return std::optional<MachineState>();
    if (failed != 0)
        return errnoError("saving the Guest");
    saved.lguestQueues = bus.positions();
    saved.pci = pci.save();
    saved.typed = set.console().waiting();
    return std::optional(std::move(saved));
}

// A Guest that was told how fast it counts keeps time by it.
Result<void> Machine::State::checkTimeStampCounter(const MachineState &saved) const {
    constexpr uint64_t kPartsTolerated = 1000;
    lg_host_info info = {};
    if (ioctl(device.get(), LG_IOC_HOST_INFO, &info) != 0)
        return errnoError("asking for the clock's frequency");
    for (const auto &vcpu : saved.vcpus) {
        const uint64_t told = vcpu.tsc_khz, here = info.tsc_khz;
        if (told == 0)
            continue;
        if ((told > here ? told - here : here - told) > here / kPartsTolerated)
            return Error{"the saved Guest keeps time by a counter of " + std::to_string(told) +
                         " kHz, and that of this host has " + std::to_string(here)};
        if (__rdtsc() < vcpu.tsc)
            return Error{"the saved Guest keeps time by a counter that is ahead of this host's: "
                         "its time would stand still"};
    }
    return {};
}

bool Machine::State::tellAtRest(unsigned long number, const void *what) const {
    for (int tries = 0;; ++tries) {
        if (ioctl(device.get(), number, what) == 0)
            return true;
        if ((errno != EAGAIN && errno != EINTR) || tries == 1000)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

Result<void> Machine::State::restore(const MachineState &saved) {
    if (saved.vcpus.size() != spec->vcpus)
        return Error{"the saved Guest has another number of vCPUs"};
    if (auto possible = checkTimeStampCounter(saved); !possible)
        return possible;
    if (auto set = bus.setPositions(saved.lguestQueues); !set)
        return set;
    if (auto set = pci.restore(saved.pci); !set)
        return set;
    (void)set.console().feed(saved.typed);
    bool good = tellAtRest(LG_IOC_RESTORE_GUEST, &saved.guest);
    for (const auto &vcpu : saved.vcpus)
        good = good && tellAtRest(LG_IOC_RESTORE_VCPU, &vcpu);
    if (good)
        return {};
    if (errno == EINVAL)
        return Error{"the saved Guest's state makes no sense to the module"};
    return errnoError("restoring the Guest");
}

Result<std::optional<MachineState>> Machine::save() {
    if (auto resting = pause(); !resting)
        return resting.error();
    return state_->save();
}

PageBatch Machine::readPages(uint32_t first) const {
    static constexpr uint8_t kZero[kPageBytes] = {};
    const auto all = uint32_t(state_->ram.totalBytes() / kPageBytes);
    PageBatch batch;
    for (batch.next = first; batch.next < all && batch.pages.size() < kPagesPerBatch;
         ++batch.next) {
        auto page = state_->ram.any(uint64_t(batch.next) * kPageBytes, kPageBytes);
        if (std::memcmp(page.data(), kZero, kPageBytes) == 0)
            continue;
        batch.pages.push_back(batch.next);
        batch.bytes.insert(batch.bytes.end(), page.begin(), page.end());
    }
    return batch;
}

Result<void> Machine::checkAwaitsState() const {
    std::lock_guard lock(state_->mutex);
    if (state_->awaitsState)
        return {};
    return Error{"the Guest is not waiting for a saved one's memory and state"};
}

Result<void> Machine::beginRestore() {
    std::lock_guard lock(state_->mutex);
    if (!state_->fresh || state_->dead)
        return Error{
            "only a Guest that was launched paused, and has not gone on, can become a saved one"};
    // The device thread may be looking whether there is something to do.
    for (int tries = 0; !state_->freeze(); ++tries) {
        if (tries == 200)
            return Error{"a device of the Guest is at work"};
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    state_->fresh = false;
    state_->awaitsState = true;
    return state_->ram.clear();
}

Result<void> Machine::writePages(const PageBatch &batch) {
    if (auto wanted = checkAwaitsState(); !wanted)
        return wanted;
    if (batch.bytes.size() != batch.pages.size() * kPageBytes)
        return Error{"the saved Guest's memory is damaged"};
    for (size_t i = 0; i < batch.pages.size(); ++i) {
        auto place = state_->ram.any(uint64_t(batch.pages[i]) * kPageBytes, kPageBytes);
        if (place.empty())
            return Error{"the saved Guest has more memory than it says"};
        std::memcpy(place.data(), batch.bytes.data() + i * kPageBytes, kPageBytes);
    }
    return {};
}

Result<void> Machine::restore(const MachineState &state) {
    if (auto wanted = checkAwaitsState(); !wanted)
        return wanted;
    {
        std::lock_guard lock(state_->mutex);
        state_->awaitsState = false;
    }
    return state_->restore(state);
}

} // namespace lg
