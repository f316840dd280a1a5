// SPDX-License-Identifier: GPL-2.0-or-later
// The device's end of a split virtqueue (virtio 1.0, 2.4), knowing nothing of the transport: its
// three parts lie behind one another (the legacy layout, 2.6.2) or where the driver wants them.
// Everything in the ring may be a Guest's lie: pop() finds that out and says so in one line, and
// never reads or writes outside the Guest's RAM nor loops without end.
#pragma once

#include "base/result.h"
#include "machine/guest_ram.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lg {

struct VirtChain {
    uint16_t head = 0;
    std::vector<std::span<uint8_t>> readable; // by the device: the Guest's output
    std::vector<std::span<uint8_t>> writable; // by the device: the Guest's input
};

class VirtQueue {
public:
    static constexpr uint32_t kAlign = 4096;
    // Bytes of a ring with this many descriptors.
    static uint64_t ringBytes(uint16_t count);

    // The legacy layout, inside `ram.any()`; count is a power of two.  The memory must outlive
    // this.
    VirtQueue(const GuestRam &ram, uint64_t ringAddress, uint16_t count);

    struct Parts {
        uint64_t descriptors, available, used; // guest-physical
    };
    // As a driver chose it: each part in RAM and aligned as virtio 1.0, 2.4 says, or an Error.
    static Result<VirtQueue> make(const GuestRam &ram, const Parts &parts, uint16_t count);

    uint64_t address() const { return address_; }
    uint16_t count() const { return count_; }

    // The next chain that the Guest offers, if there is one.
    Result<std::optional<VirtChain>> pop();
    // Gives a chain back with this many bytes written.
    void push(const VirtChain &chain, uint32_t written);
    // After pushes: does the Guest want an interrupt for them?
    bool wantsInterrupt() const;
    // As at the beginning, with a ring of zeroes.
    void reset();

    // How far the device has come: all that a ring does not hold itself.
    struct Position {
        uint16_t nextAvail = 0, nextUsed = 0;
    };
    Position position() const { return {nextAvail_, nextUsed_}; }
    void setPosition(const Position &position) {
        nextAvail_ = position.nextAvail;
        nextUsed_ = position.nextUsed;
    }

private:
    VirtQueue(const GuestRam &ram, const Parts &parts, uint16_t count,
              std::span<uint8_t> (GuestRam::*within)(uint64_t, uint64_t) const);

    const GuestRam &ram_;
    uint64_t address_;
    uint16_t count_;
    std::span<uint8_t> descriptors_, available_, used_;
    uint16_t nextAvail_ = 0;
    uint16_t nextUsed_ = 0;
};

} // namespace lg
