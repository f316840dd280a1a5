// SPDX-License-Identifier: GPL-2.0-or-later
// Names of a Guest's addresses, from its own symbol table.
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lg {

struct Symbol {
    uint32_t address = 0;
    uint32_t size = 0; // 0 = not known: reaches to the next symbol
    std::string name;
};

struct SymbolHit {
    std::string_view name; // lives as long as the table
    uint32_t offset = 0;
};

// Immutable once made, so any number of threads may ask.
class SymbolTable {
public:
    SymbolTable() = default;
    // virtualOffset: link address minus physical address of the kernel's text (0xC0000000 for an
    // ordinary Linux), so that an address from before paging finds its name too.
    SymbolTable(std::vector<Symbol> symbols, uint32_t virtualOffset);

    bool empty() const { return symbols_.empty(); }
    size_t size() const { return symbols_.size(); }
    uint32_t virtualOffset() const { return virtualOffset_; }
    const std::vector<Symbol> &all() const { return symbols_; } // sorted by address

    // The last address that may have a name, as linked; 0 without symbols.
    uint32_t highest() const;
    std::optional<SymbolHit> find(uint32_t address) const;
    // "schedule+0x1c", or "" when the address has no name.
    std::string text(uint32_t address) const;
    std::optional<uint32_t> address(std::string_view name) const;
    // The first and last address for which find() gives this name (as linked).
    std::optional<std::pair<uint32_t, uint32_t>> reach(std::string_view name) const;

private:
    // The first one behind the address, and the best name of where a symbol is.
    size_t behind(uint32_t address) const;
    const Symbol &bestThere(size_t at) const;
    std::optional<SymbolHit> findExact(uint32_t address) const;

    std::vector<Symbol> symbols_;
    std::vector<uint32_t> addresses_; // of the symbols: close together, for who looks for one
    uint32_t virtualOffset_ = 0;
};

// A symbol, or a number in hexadecimal with or without 0x.
std::optional<uint32_t> addressOf(const std::string &text, const SymbolTable &symbols);

// "c0104a2c" and, when it has one, " schedule+0x1c".
std::string addressText(uint32_t address, const SymbolTable *symbols);

} // namespace lg
