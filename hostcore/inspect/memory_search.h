// SPDX-License-Identifier: GPL-2.0-or-later
// Looking for bytes in a Guest's memory, and for what changed in it.
#pragma once

#include "inspect/guest_map.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lg {

enum class PatternKind { Text, Bytes, Value };

// "hello", "de ad be ef" or "dead beef", "0xdeadbeef" or "-1" (32 bits, the low byte first).
Result<Bytes> parsePattern(const std::string &text, PatternKind kind);

// Told how much is done of all of it; false = give up.
using MemoryProgress = std::function<bool(uint64_t done, uint64_t all)>;

// The first place at or after `from` in these ranges (by address), then from their beginning on.
// A match may reach from one range into the next if their addresses meet. nullopt: there is none,
// or it was given up.
Result<std::optional<uint32_t>> searchMemory(const MemoryReader &read,
                                             const std::vector<MappedRange> &ranges, uint32_t from,
                                             BytesView pattern, const MemoryProgress &progress);

// All of [0, bytes), in steps.
Result<Bytes> readAll(const MemoryReader &read, uint64_t bytes, const MemoryProgress &progress);

struct MemoryDifference {
    uint32_t address = 0;
    Bytes before, now; // of the same length
};

// Runs of bytes that differ; those that are near each other are one.
std::vector<MemoryDifference> compareMemory(BytesView before, BytesView now, size_t most);

} // namespace lg
