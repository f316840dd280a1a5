// SPDX-License-Identifier: GPL-2.0-or-later
// What of the filter language can stop a Guest: the module compares a record with conditions of
// a fixed form before the Guest goes on, and knows no names and no time.
#pragma once

#include "inspect/filter.h"

#include "base/result.h"

#include <string>
#include <vector>

namespace lg {

// An event matches the filter exactly when it matches one of these.  The Error says in one line
// which part of the filter can't stop a Guest.
Result<std::vector<lg_condition>> conditionsOf(const Filter &filter, const SymbolTable *symbols);

// Of all these filters: any one stops the Guest, with all its vCPUs.
Result<std::vector<lg_condition>> stopConditions(const std::vector<std::string> &filters,
                                                 const SymbolTable *symbols);

} // namespace lg
