// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/symbols.h"

#include "base/number_text.h"

#include <algorithm>
#include <charconv>

namespace lg {

SymbolTable::SymbolTable(std::vector<Symbol> symbols, uint32_t virtualOffset)
    : symbols_(std::move(symbols)), virtualOffset_(virtualOffset) {
    std::stable_sort(symbols_.begin(), symbols_.end(),
                     [](const Symbol &a, const Symbol &b) { return a.address < b.address; });
    addresses_.reserve(symbols_.size());
    for (const auto &symbol : symbols_)
        addresses_.push_back(symbol.address);
}

namespace {

// Behind the last symbol, or behind the end of one whose size is known by more than the padding
// between functions, an address has no name.
constexpr uint32_t kPadding = 64, kUnknownReach = 64 << 10;

uint32_t longestReach(const Symbol &symbol) {
    return symbol.size ? symbol.size + kPadding : kUnknownReach;
}

} // namespace

size_t SymbolTable::behind(uint32_t address) const {
    return size_t(std::ranges::upper_bound(addresses_, address) - addresses_.begin());
}

// The first of those that share the address: the image puts the best name first.
const Symbol &SymbolTable::bestThere(size_t at) const {
    while (at > 0 && addresses_[at - 1] == addresses_[at])
        --at;
    return symbols_[at];
}

uint32_t SymbolTable::highest() const {
    if (symbols_.empty())
        return 0;
    const auto &last = bestThere(symbols_.size() - 1);
    return uint32_t(
        std::min<uint64_t>(uint64_t(last.address) + longestReach(last) - 1, UINT32_MAX));
}

std::optional<SymbolHit> SymbolTable::findExact(uint32_t address) const {
    const size_t after = behind(address);
    if (after == 0)
        return std::nullopt;
    const auto &best = bestThere(after - 1);
    const uint32_t offset = address - best.address;
    if (offset >= longestReach(best))
        return std::nullopt;
    return SymbolHit{best.name, offset};
}

std::optional<SymbolHit> SymbolTable::find(uint32_t address) const {
    if (auto hit = findExact(address))
        return hit;
    if (virtualOffset_ != 0 && address < virtualOffset_)
        return findExact(address + virtualOffset_);
    return std::nullopt;
}

std::optional<std::pair<uint32_t, uint32_t>> SymbolTable::reach(std::string_view name) const {
    auto first = address(name);
    auto self = first ? findExact(*first) : std::nullopt;
    if (!self || self->name != name)
        return std::nullopt; // another name of the place is the one that is shown
    const size_t after = behind(*first);
    uint64_t last = uint64_t(*first) + longestReach(bestThere(after - 1)) - 1;
    if (after != symbols_.size())
        last = std::min<uint64_t>(last, addresses_[after] - 1);
    return std::pair(*first, uint32_t(std::min<uint64_t>(last, UINT32_MAX)));
}

std::string SymbolTable::text(uint32_t address) const {
    auto hit = find(address);
    if (!hit)
        return "";
    std::string text(hit->name);
    if (hit->offset != 0)
        text.append("+0x").append(NumberText(hit->offset, 16, 1).view());
    return text;
}

std::optional<uint32_t> SymbolTable::address(std::string_view name) const {
    auto it = std::find_if(symbols_.begin(), symbols_.end(),
                           [&](const Symbol &symbol) { return symbol.name == name; });
    if (it == symbols_.end())
        return std::nullopt;
    return it->address;
}

std::string addressText(uint32_t address, const SymbolTable *symbols) {
    std::string text(NumberText(address, 16, 8).view());
    if (const auto name = symbols ? symbols->text(address) : ""; !name.empty())
        text.append(" ").append(name);
    return text;
}

std::optional<uint32_t> addressOf(const std::string &text, const SymbolTable &symbols) {
    if (auto named = symbols.address(text))
        return named;
    const bool prefix = text.starts_with("0x") || text.starts_with("0X");
    const char *begin = text.data() + (prefix ? 2 : 0), *end = text.data() + text.size();
    uint32_t number = 0;
    const auto parsed = std::from_chars(begin, end, number, 16);
    return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(number) : std::nullopt;
}

} // namespace lg
