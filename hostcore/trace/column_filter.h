// SPDX-License-Identifier: GPL-2.0-or-later
// A filter asked about a whole block of events at once: column by column, and only those columns
// that it names. It says the same as Filter::matches().
#pragma once

#include "inspect/filter.h"
#include "inspect/text_search.h"
#include "trace/block_columns.h"

#include <map>
#include <vector>

namespace lg::trace {

// Belongs to one thread; filter and symbols must outlive it.
class ColumnFilter {
public:
    ColumnFilter(const Filter &filter, const SymbolTable *symbols)
        : filter_(filter), symbols_(symbols) {}

    // The places in the block, [first, end), of the events that match.
    Result<void> find(BlockColumns &block, uint32_t first, uint32_t end,
                      std::vector<uint32_t> &places);

private:
    using Alive = std::vector<uint8_t>; // a 1 for each event that may still match

    Result<void> narrow(const filter::Node &node, BlockColumns &block, Alive &alive);
    Result<void> narrowNumber(const filter::Node &node, BlockColumns &block, Alive &alive);
    Result<void> narrowSymbol(const filter::Node &node, BlockColumns &block, Alive &alive);
    Result<void> narrowCode(const filter::Node &node, BlockColumns &block, Alive &alive);
    Result<void> narrowText(const filter::Node &node, BlockColumns &block, Alive &alive);

    // What was found out for an address; they are few and come again and again.
    struct Known {
        uint32_t value = 0;
        uint8_t is = 0; // 1: no, 2: yes
    };
    template <typename Ask>
    static bool remembered(std::vector<Known> &known, uint32_t value, Ask ask);

    const Filter &filter_;
    const SymbolTable *symbols_;
    Alive alive_;
    std::map<const filter::Node *, std::vector<Known>> known_;
    std::map<const filter::Node *, TextSearch> searches_;
};

} // namespace lg::trace
