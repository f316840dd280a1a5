// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

namespace lg {

// printf into a string.
__attribute__((format(printf, 1, 2))) std::string textf(const char *format, ...);

} // namespace lg
