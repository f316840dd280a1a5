// SPDX-License-Identifier: GPL-2.0-or-later
// The module's tracepoints, read from the kernel's own trace as text.
#pragma once

#include "base/result.h"

#include <string>

namespace lg {

// All of lguest:* on or off; on empties the kernel's trace first.
Result<void> setTracepoints(bool on);
// What has come since the last call, at most so much; "" for nothing.
Result<std::string> readTracepoints(size_t limit);

} // namespace lg
