// SPDX-License-Identifier: GPL-2.0-or-later
// The commands of lgctl.  Each adds its subcommand, and what it is to do goes into `action`.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

namespace lg {

// What lgctl returns to the shell; the same list is in the manual page.
enum ExitStatus {
    kExitGood = 0,    // done; of a Guest: it powered off in order
    kExitCrashed = 1, // the Guest ended itself with another text than "Power down"
    kExitUsage = 2,   // wrong options or arguments
    kExitKilled = 3,  // the Host or the user killed the Guest
    kExitRestart = 4, // the Guest asked for a restart
    kExitTimeout = 5, // --timeout was over
    kExitImage = 6,   // the image, the initrd or the memory can't make a Guest
    kExitHost = 7,    // no sandbox, no agent, no module, or they failed
    kExitTrace = 8,   // a recording can't be read or written
};

using Action = std::function<int()>;

void addGuestsCommand(CLI::App &app, Action &action);
void addRunCommand(CLI::App &app, Action &action);
void addSaveCommand(CLI::App &app, Action &action);
void addRestoreCommand(CLI::App &app, Action &action);
void addTraceCommand(CLI::App &app, Action &action);
void addInspectCommand(CLI::App &app, Action &action);
void addHostCommand(CLI::App &app, Action &action);

// "lgctl: message" on standard error; returns the status for convenience.
int complain(ExitStatus status, const std::string &message);

} // namespace lg
