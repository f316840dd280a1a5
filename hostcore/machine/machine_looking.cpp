// SPDX-License-Identifier: GPL-2.0-or-later
// What a Guest looks like at the moment.
#include "image/layout.h"
#include "machine/machine_parts.h"

#include <cstdio>

namespace lg {

namespace {

template <typename T>
Result<T> ask(int device, unsigned long number, T question, const char *what) {
    if (ioctl(device, number, &question) != 0)
        return errnoError(what);
    return question;
}

} // namespace

Result<void> Machine::checkVcpu(uint32_t vcpu) const {
    if (vcpu < state_->spec->vcpus)
        return {};
    return Error{"the Guest has no vCPU " + std::to_string(vcpu)};
}

Result<lg_vcpu_state> Machine::state(uint32_t vcpu) const {
    if (auto there = checkVcpu(vcpu); !there)
        return there.error();
    lg_vcpu_state state = {};
    state.vcpu = vcpu;
    return ask(state_->device.get(), LG_IOC_STATE, state, "asking for the registers");
}

Result<lg_counters> Machine::counters(uint32_t vcpu) const {
    if (auto there = checkVcpu(vcpu); !there)
        return there.error();
    lg_counters counters = {};
    counters.vcpu = vcpu;
    return ask(state_->device.get(), LG_IOC_COUNTERS, counters, "asking for the counters");
}

Result<lg_switcher_info> Machine::switcher(uint32_t vcpu) const {
    if (auto there = checkVcpu(vcpu); !there)
        return there.error();
    lg_switcher_info switcher = {};
    switcher.vcpu = vcpu;
    return ask(state_->device.get(), LG_IOC_SWITCHER, switcher, "asking for the Switcher");
}

Result<lg_walk> Machine::walk(uint32_t vcpu, uint32_t address, uint32_t cr3) const {
    if (auto there = checkVcpu(vcpu); !there)
        return there.error();
    lg_walk walk = {};
    walk.vcpu = vcpu;
    walk.address = address;
    walk.cr3 = cr3;
    return ask(state_->device.get(), LG_IOC_WALK, walk, "walking the page tables");
}

Result<Bytes> Machine::readMemory(uint32_t vcpu, uint32_t address, uint32_t length,
                                  bool isVirtual) const {
    Bytes bytes;
    const auto &ram = state_->ram;
    while (bytes.size() < length) {
        uint64_t at = uint64_t(address) + bytes.size();
        if (at > UINT32_MAX)
            break;
        size_t wanted = std::min<size_t>(length - bytes.size(), kPageBytes - at % kPageBytes);
        if (isVirtual) {
            auto walked = walk(vcpu, uint32_t(at), 0);
            if (!walked)
                return walked.error();
            if (!walked->mapped)
                break;
            at = walked->gpa;
        }
        wanted = at < ram.totalBytes() ? std::min<size_t>(wanted, ram.totalBytes() - at) : 0;
        auto part = ram.any(at, wanted);
        if (part.empty())
            break;
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    if (bytes.empty() && length != 0) {
        char text[64];
        std::snprintf(text, sizeof text, "no memory of the Guest is at 0x%x", address);
        return Error{text};
    }
    return bytes;
}

} // namespace lg
