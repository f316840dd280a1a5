// SPDX-License-Identifier: GPL-2.0-or-later
// What a Guest uses its memory for, as its own page tables tell it.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "inspect/symbols.h"
#include "lguest_uapi.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lg {

// Guest-physical memory.
using MemoryReader = std::function<Result<Bytes>(uint32_t address, uint32_t length)>;

// What a page is used for, as bits.
constexpr unsigned kPageMapped = 1;
constexpr unsigned kPageUser = 2;
constexpr unsigned kPageWritable = 4;
constexpr unsigned kPageTouched = 8; // accessed, in the Guest's own entry
constexpr unsigned kPageDirty = 16;
constexpr unsigned kPageTable = 32;
constexpr unsigned kPageText = 64;   // the kernel's code
constexpr unsigned kPageImage = 128; // something in it has a name
constexpr unsigned kPageStack = 256; // for traps from ring 3
constexpr unsigned kPageGuestData = 512;

// Virtual addresses without a hole, on physical ones without a hole.
struct MappedRange {
    uint32_t address = 0;
    uint32_t physical = 0;
    uint32_t pages = 0;
};

struct GuestMap {
    std::vector<uint16_t> pages;     // kPage... of each guest-physical page
    std::vector<MappedRange> mapped; // by address
    uint32_t cr3 = 0;                // the page directory that says so; 0 without paging

    std::optional<uint32_t> toPhysical(uint32_t address) const;
};

// Bounded by the form of the tables: at most 4 GB of addresses. What a table says beyond the
// Guest's memory is left out.
Result<GuestMap> mapGuest(const MemoryReader &read, const lg_vcpu_state &state,
                          uint64_t memoryBytes, const SymbolTable *symbols);

// "page table", "kernel text", ...: the one thing that tells most.
std::string pageUseName(uint16_t use);

} // namespace lg
