// SPDX-License-Identifier: GPL-2.0-or-later
// What a recording knows of the Guest's memory: lgctl trace snapshots, look, diff.
#pragma once

#include "commands.h"

namespace lg {

void addMomentCommands(CLI::App &trace, Action &action);

} // namespace lg
