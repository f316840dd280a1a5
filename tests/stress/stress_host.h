// SPDX-License-Identifier: GPL-2.0-or-later
// The tests' own sandbox, and the program in it.
#pragma once

#include "running_host.h"

// Runs the program with these arguments; an Error, with what it said, when it ends with another
// status than 0.
lg::Result<std::string> runProgram(RunningHost &host, const std::vector<std::string> &arguments);
// The kernel's count of an interrupt, "NMI" or "MCE".
uint64_t interrupts(RunningHost &host, const std::string &name);
// The log is clean, nothing holds the module, and with the usual one a Guest runs.
lg::Result<void> checkUnharmed(RunningHost &host);
// How often a test does what it does: the environment variable's number, or the usual one.
unsigned timesFrom(const char *variable, unsigned usual);
