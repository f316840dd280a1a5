// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/shadow_tables.h"

#include <array>

namespace lg {

namespace {

constexpr std::array<uint32_t, 3> kReach = {1u << 30, 1u << 21, 4096};

constexpr uint32_t placeOf(uint32_t address, uint32_t level) {
    return (address & ~(kReach[level] - 1)) | level;
}

} // namespace

ShadowTables::Tables &ShadowTables::of(uint32_t cr3, uint32_t address) {
    return kernel_ != 0 && address >= kernel_ ? shared_ : user_[cr3];
}

void ShadowTables::load(std::span<const ShadowEntry> entries) {
    for (const auto &entry : entries) {
        (void)user_[entry.cr3]; // that it is empty is known, too
        if (entry.level() < kReach.size())
            of(entry.cr3, entry.address()).entries[entry.place].value = entry.value;
    }
}

void ShadowTables::set(uint32_t cr3, uint32_t address, uint64_t value) {
    auto &tables = of(cr3, address);
    tables.entries[placeOf(address, 2)] = {value, tables.round};
}

void ShadowTables::beginEmpty(uint32_t cr3) {
    user_[cr3] = {};
}

void ShadowTables::drop(uint32_t cr3, uint32_t address, uint64_t bytes) {
    auto drop = [&](Tables &tables) {
        std::erase_if(tables.entries, [&](const auto &entry) {
            const uint32_t place = entry.first, level = place & 0xfff;
            return level != 0 && (place & ~0xfffu) - address < bytes;
        });
    };
    drop(of(cr3, address));
}

void ShadowTables::putAside(uint32_t cr3, bool everything) {
    if (!everything) {
        ++user_[cr3].round;
        return;
    }
    for (auto &[number, tables] : user_)
        ++tables.round;
    ++shared_.round;
}

std::string ShadowTables::fill(lg_walk &walk) const {
    const bool shared = kernel_ != 0 && walk.address >= kernel_;
    const auto root = user_.find(walk.cr3);
    if (!shared && root == user_.end())
        return "of the shadow of this page directory nothing is recorded";
    const Tables &tables = shared ? shared_ : root->second;
    walk.shadow_levels = 3;
    uint32_t round = tables.round;
    for (uint32_t level = 0; level < 3; ++level) {
        const auto entry = tables.entries.find(placeOf(walk.address, level));
        if (entry == tables.entries.end())
            continue;
        walk.shadow_entry[level] = entry->second.value;
        round = entry->second.round;
    }
    // The frame, without the bits above and below it.
    if (walk.shadow_entry[2] & 1)
        walk.host_pfn = (walk.shadow_entry[2] & 0xffffffffff000ull) >> 12;
    if (walk.shadow_entry[2] == 0)
        return {};
    if (round != tables.round)
        return "the Guest has flushed since: this entry is put aside until it is compared again";
    if (walk.shadow_entry[1] == 0)
        return "what leads to this entry of the shadow was made after the snapshot";
    return {};
}

} // namespace lg
