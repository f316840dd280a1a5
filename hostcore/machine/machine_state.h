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

// For a snapshot, which is for looking at and not for going on from.
struct SnapshotBegun {
    uint64_t tsc = 0;
    bool changes = false; // told are the pages that differ from the snapshot before
};

struct SnapshotPages : PageBatch {
    std::vector<uint32_t> zeros; // pages that are zero now, and were not
    bool end = false;
};

// An entry of the tables that the processor sees.
struct ShadowEntry {
    uint32_t cr3 = 0;   // the Guest's page directory that it stands for
    uint32_t place = 0; // the first virtual address that it is for, and its level: 0, 1 or 2
    uint64_t value = 0;

    uint32_t address() const { return place & ~0xfffu; }
    uint32_t level() const { return place & 0xfffu; }
};
static_assert(sizeof(ShadowEntry) == 16);

struct ShadowBatch {
    std::vector<ShadowEntry> entries;
    uint64_t next = 0; // where the next batch begins; 4 GB: that was all
};

} // namespace lg
