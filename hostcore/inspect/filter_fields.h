// SPDX-License-Identifier: GPL-2.0-or-later
// What of an event the filter language can ask for.
#pragma once

#include "inspect/event_columns.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lg::filter {

enum class NameSpace { None, Kinds, Codes, Vectors };

struct Field {
    std::string_view name;
    std::string_view about;
    Column column;
    uint64_t mask;   // of the column's bits
    uint64_t kinds;  // which events have it; about others no comparison is true
    NameSpace names; // what a word on the right side may be

    bool inAll() const { return kinds == ~0ull; }
    bool in(uint32_t kind) const { return inAll() || (kind < 64 && kinds >> kind & 1); }
    // nullopt: this event has no such thing.
    std::optional<uint64_t> number(const lg_event &event) const;
};

const std::vector<Field> &fields(); // the numeric ones
const Field *fieldByName(std::string_view name);
bool isTextField(std::string_view name); // symbol, text
std::vector<std::string> namesOf(NameSpace space);

} // namespace lg::filter
