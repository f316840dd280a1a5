// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel has given away: taken before and after, it shows what is missing.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

struct Counts {
    uint64_t guests = 0;      // alive, as the module says; 0 when it isn't loaded
    uint64_t pinnedPages = 0; // taken by pin_user_pages() and not given back
    uint64_t slabKiB = 0;     // what can't be reclaimed of it
    uint64_t vmallocKiB = 0;
    uint64_t tablesKiB = 0; // page tables
    uint64_t freeKiB = 0;

    std::string text() const;
};

// Waits for what is freed late (RCU, work queues), and drops the caches first.
Counts count();
// An Error when anything is missing but a little of memory that is free.
lg::Result<void> compare(const Counts &before, const Counts &after, uint64_t littleKiB);
