// SPDX-License-Identifier: GPL-2.0-or-later
// What a Guest is beside its memory, and its memory in portions: for a file, or from one.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "devices/pci_bus.h"
#include "lguest_saved.h"

#include <vector>

namespace lg {

struct MachineState {
    lg_saved_guest guest = {};
    std::vector<lg_saved_vcpu> vcpus;
    std::vector<VirtQueue::Position> lguestQueues;
    PciBus::Saved pci;
    Bytes typed; // on the console, and not read by the Guest
};

// Only its shape is checked here; what is in it is judged by those whom it concerns: the module
// (saved_checks.c), the buses.
Bytes encodeState(const MachineState &state);
Result<MachineState> decodeState(BytesView bytes);

struct PageBatch {
    std::vector<uint32_t> pages; // their numbers, growing
    Bytes bytes;                 // kPageBytes for each
    uint32_t next = 0;           // where the next batch begins
};
constexpr size_t kPagesPerBatch = 512;

} // namespace lg
