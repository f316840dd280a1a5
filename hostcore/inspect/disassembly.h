// SPDX-License-Identifier: GPL-2.0-or-later
// A Guest's instructions in words.
#pragma once

#include "base/bytes.h"
#include "inspect/symbols.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lg {

struct Instruction {
    uint32_t address = 0;
    Bytes bytes;
    std::string text;               // in Intel's order
    std::string note;               // "hypercall", where a jump goes, what a number names; or ""
    std::optional<uint32_t> target; // of a jump or call
};

// What no processor can decode becomes a byte by itself.
std::vector<Instruction> disassemble(BytesView bytes, uint32_t address, const SymbolTable *symbols);

// Instructions have no marks where they begin: the earliest place at or after `address`, which is
// the address of bytes[0], from which decoding meets `known`, where one does begin.
uint32_t disassemblyStart(BytesView bytes, uint32_t address, uint32_t known,
                          const SymbolTable *symbols);

} // namespace lg
