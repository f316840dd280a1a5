// SPDX-License-Identifier: GPL-2.0-or-later
// The tables that the processor saw, as far as a snapshot and the events behind it tell.
#pragma once

#include "lguest_uapi.h"
#include "machine/machine_state.h"

#include <map>
#include <span>
#include <string>
#include <unordered_map>

namespace lg {

class ShadowTables {
public:
    // Of all page directories alike from this address on; 0: nobody has said so yet.
    void setKernelAddress(uint32_t address) { kernel_ = address; }
    void load(std::span<const ShadowEntry> entries);

    void set(uint32_t cr3, uint32_t address, uint64_t value);
    void beginEmpty(uint32_t cr3);
    // What is dropped is filled again by faults, which are told.
    void drop(uint32_t cr3, uint32_t address, uint64_t bytes);
    // Put aside, to be compared with the Guest's tables before it is used again.
    void putAside(uint32_t cr3, bool everything);

    // The shadow's half of a walk; shadow_levels stays 0 when nothing is known.  What there is to
    // say about it besides, or nothing.
    std::string fill(lg_walk &walk) const;

private:
    struct Entry {
        uint64_t value = 0;
        uint32_t round = 0; // it is aside if its tables' round is a later one
    };
    struct Tables {
        std::unordered_map<uint32_t, Entry> entries; // by ShadowEntry::place
        uint32_t round = 0;
    };

    Tables &of(uint32_t cr3, uint32_t address);

    uint32_t kernel_ = 0;
    std::map<uint32_t, Tables> user_; // by page directory
    Tables shared_;
};

} // namespace lg
