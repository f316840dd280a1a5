// SPDX-License-Identifier: GPL-2.0-or-later
// The Guests that come with lgscope.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lg {

struct BundledGuest {
    std::string name; // as in guest:NAME
    std::string path;
    std::string about; // one line, from the Guest itself (section .lguest.about)
    uint32_t vcpus;    // that it is best run with
};

// Where they lie: $LGSCOPE_GUESTS, else ../lib/lgscope/guests from the program.
std::string bundledGuestsFolder();
// Sorted by name; empty when there are none.
std::vector<BundledGuest> bundledGuests();
// "guest:hello" → path of hello; anything else is a path already.
Result<std::string> resolveGuest(const std::string &imageOrGuest);

} // namespace lg
