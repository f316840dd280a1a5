// SPDX-License-Identifier: GPL-2.0-or-later
// The PCI bus of 4.0 to 4.13 (GUEST_ABI.md, section 12): configuration space at the ports 0xcf8 to
// 0xcff, virtio 1.0 devices with one page of registers each in the window behind all memory.
// What it reads and writes are the accesses that lg.ko has decoded (struct lg_io).
#pragma once

#include "devices/device.h"
#include "image/layout.h"
#include "lguest_uapi.h"

#include <mutex>
#include <optional>
#include <vector>

namespace lg {

class PciBus {
public:
    static constexpr uint16_t kQueueDescriptors = 256;
    static uint64_t windowBytes(size_t devices) { return devices * kPageBytes; }

    // The devices come in this order as 1, 2, ..., which are their interrupt lines, too: the
    // console has to be the first.  `window` is the guest-physical address of the registers.
    PciBus(const GuestRam &ram, uint64_t window, const std::vector<VirtioDevice *> &devices);

    struct Kick {
        size_t device;
        unsigned queue;
    };
    struct Answer {
        uint32_t value = ~0u;     // of a read
        std::optional<Kick> kick; // the driver wants this queue to be serviced
    };
    // One access, from the thread of a vCPU.  An Error: the driver broke the rules.
    Result<Answer> access(const lg_io &io);

    // The device's configuration is another; true = raise line(device).
    bool configChanged(size_t device);
    // Lets the device work on the queue, if its driver is there; true = raise line(device).
    Result<bool> service(const Kick &kick);
    static uint32_t line(size_t device) { return uint32_t(device) + 1; }

    // What its drivers have told the devices, and the same again for a Guest that is made anew.
    struct SavedQueue {
        VirtQueue::Parts parts = {};
        uint16_t count = 0, enabled = 0;
        VirtQueue::Position position;
    };
    struct SavedFunction {
        uint32_t featureSelect = 0, driverFeatureSelect = 0;
        uint64_t driverFeatures = 0;
        uint16_t queueSelect = 0;
        uint8_t status = 0, isr = 0, generation = 0, sizing = 0;
        uint8_t windowBar = 0, zero = 0;
        uint32_t windowOffset = 0, windowLength = 0;
    };
    struct Saved {
        uint32_t address = 0;
        std::vector<SavedFunction> functions;
        std::vector<SavedQueue> queues; // of all functions, in their order
    };
    Saved save();
    // An Error: it had other devices, or queues that no driver can have made.
    Result<void> restore(const Saved &saved);

private:
    struct Queue {
        VirtQueue::Parts parts = {};
        uint16_t count = kQueueDescriptors;
        std::optional<VirtQueue> ring = {}; // once it is enabled
    };
    struct Function {
        VirtioDevice *device = nullptr;
        Bytes config = {}; // configuration space
        uint32_t featureSelect = 0, driverFeatureSelect = 0;
        uint64_t driverFeatures = 0;
        uint16_t queueSelect = 0;
        uint8_t status = 0, isr = 0, generation = 0;
        bool sizing = false; // all ones were written to the BAR
        std::vector<Queue> queues = {};
    };

    Result<Answer> configAccess(const lg_io &io);
    Result<Answer> registers(Function &function, uint32_t offset, const lg_io &io);
    uint32_t readRegister(Function &function, uint32_t offset, uint32_t bytes) const;
    Result<void> writeCommon(Function &function, uint32_t offset, uint32_t value);
    Result<Answer> pciWindow(Function &function, const lg_io &io);
    void reset(Function &function);

    const GuestRam &ram_;
    uint64_t window_;
    std::mutex mutex_;
    uint32_t address_ = 0; // what was written to 0xcf8
    std::vector<Function> functions_;
};

} // namespace lg
