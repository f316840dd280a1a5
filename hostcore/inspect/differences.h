// SPDX-License-Identifier: GPL-2.0-or-later
// Why the processor has something else than the Guest asked for, in one line; "" when it has not.
#pragma once

#include "lguest_uapi.h"

#include <string>

namespace lg {

std::string gdtDifference(unsigned slot, const lg_descriptor &asked,
                          const lg_descriptor &installed);
std::string gateDifference(unsigned vector, const lg_descriptor &asked, const lg_gate64 &installed);
// Between the Guest's tables and the shadow's, for one address.
std::string walkDifference(const lg_walk &walk);

} // namespace lg
