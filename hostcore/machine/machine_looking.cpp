// SPDX-License-Identifier: GPL-2.0-or-later
// What a Guest looks like at the moment.
#include "image/layout.h"
#include "machine/machine_parts.h"

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdio>

namespace lg {

namespace {

template <typename T>
Result<T> ask(int device, unsigned long number, T question, const char *what) {
    if (ioctl(device, number, &question) != 0)
        return errnoError(what);
    return question;
}

Error noMemoryAt(uint64_t address) {
    char text[64];
    std::snprintf(text, sizeof text, "no memory of the Guest is at 0x%" PRIx64, address);
    return Error{text};
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

Result<std::span<uint8_t>> Machine::memoryAt(uint32_t vcpu, uint64_t address, size_t length,
                                             bool isVirtual) const {
    if (address > UINT32_MAX)
        return std::span<uint8_t>();
    const auto &ram = state_->ram;
    uint64_t at = address;
    if (isVirtual) {
        auto walked = walk(vcpu, uint32_t(at), 0);
        if (!walked)
            return walked.error();
        if (!walked->mapped)
            return std::span<uint8_t>();
        at = walked->gpa;
    }
    const size_t wanted = std::min<size_t>(length, kPageBytes - at % kPageBytes);
    return ram.any(at, at < ram.totalBytes() ? std::min<size_t>(wanted, ram.totalBytes() - at) : 0);
}

Result<Bytes> Machine::readMemory(uint32_t vcpu, uint32_t address, uint32_t length,
                                  bool isVirtual) const {
    Bytes bytes;
    while (bytes.size() < length) {
        auto part =
            memoryAt(vcpu, uint64_t(address) + bytes.size(), length - bytes.size(), isVirtual);
        if (!part)
            return part.error();
        if (part->empty())
            break;
        bytes.insert(bytes.end(), part->begin(), part->end());
    }
    if (bytes.empty() && length != 0)
        return noMemoryAt(address);
    return bytes;
}

Result<void> Machine::tellSet(const lg_set &what) {
    if (auto there = checkVcpu(what.vcpu); !there)
        return there.error();
    if (state_->tellAtRest(LG_IOC_SET, &what))
        return {};
    if (errno == EBUSY)
        return Error{"the vCPU is not stopped"};
    if (errno == EINVAL)
        return Error{"the Guest cannot have these segments"};
    return errnoError("setting what the Guest has");
}

Result<void> Machine::writeMemory(uint32_t vcpu, uint32_t address, BytesView bytes,
                                  bool isVirtual) {
    std::vector<std::span<uint8_t>> parts;
    for (size_t done = 0; done < bytes.size(); done += parts.back().size()) {
        auto part = memoryAt(vcpu, uint64_t(address) + done, bytes.size() - done, isVirtual);
        if (!part)
            return part.error();
        if (part->empty())
            return noMemoryAt(uint64_t(address) + done);
        parts.push_back(*part);
    }
    if (bytes.empty())
        return {};
    if (auto told = tellSet({vcpu, LG_SET_MEMORY, {}}); !told)
        return told;
    for (auto part : parts) {
        std::copy_n(bytes.begin(), part.size(), part.begin());
        bytes = bytes.subspan(part.size());
    }
    return {};
}

Result<void> Machine::setRegisters(uint32_t vcpu, const lg_event_regs &regs) {
    return tellSet({vcpu, LG_SET_REGISTERS, regs});
}

} // namespace lg
