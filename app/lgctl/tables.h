// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "inspect/stats.h"

#include <cstdio>
#include <map>
#include <string>

namespace lg {

// Counts and times, the most frequent first.  Times are in ticks when the clock isn't known.
void printEventTable(FILE *out, const std::map<std::string, EventCount> &counts, uint32_t tscKhz);

} // namespace lg
