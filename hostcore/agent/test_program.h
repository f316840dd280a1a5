// SPDX-License-Identifier: GPL-2.0-or-later
// A test's own sandbox may have one program more, kTestProgram: what must happen beside the agent,
// or to it.
#pragma once

#include "base/result.h"
#include "wire/cbor.h"

#include <string>
#include <vector>

namespace lg {

constexpr char kTestProgram[] = "/tests/program";

// Returns when it has ended, with its exit status (128 and more: a signal) and all that it wrote.
Result<wire::Json> runTestProgram(const std::vector<std::string> &arguments);

} // namespace lg
