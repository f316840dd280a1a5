// SPDX-License-Identifier: GPL-2.0-or-later
// What of an event the filter language can ask for.
#pragma once

#include "lguest_uapi.h"

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
    // nullopt: this event has no such thing, and no comparison with it is true.
    std::optional<uint64_t> (*number)(const lg_event &);
    NameSpace names; // what a word on the right side may be
};

const std::vector<Field> &fields(); // the numeric ones
const Field *fieldByName(std::string_view name);
bool isTextField(std::string_view name); // symbol, text
std::vector<std::string> namesOf(NameSpace space);

} // namespace lg::filter
