// SPDX-License-Identifier: GPL-2.0-or-later
// What a Guest finds in its memory besides its kernel when it starts (GUEST_ABI.md, section 4).
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <string>

namespace lg {

constexpr uint32_t kPageBytes = 4096;
constexpr uint32_t kBootParamsAt = 0;
constexpr uint32_t kCommandLineAt = 0x1000;
constexpr uint32_t kFirstFreeAt = 0x2000; // behind the command line's page
constexpr uint32_t kBzImageAt = 0x100000;
constexpr uint32_t kBzImageAlignment = 0x1000000; // where a relocatable one may unpack itself

inline uint64_t roundUpToPage(uint64_t bytes) {
    return (bytes + kPageBytes - 1) & ~uint64_t(kPageBytes - 1);
}

// The page of boot parameters.  initrdBytes is the initrd's real size; it ends, rounded up to
// pages, at the top of memory.
Bytes makeBootParams(uint64_t memoryBytes, uint64_t initrdBytes, bool bzImage);

} // namespace lg
