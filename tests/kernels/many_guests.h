// SPDX-License-Identifier: GPL-2.0-or-later
// What every kernel and every machine has to bear.
#pragma once

#include "running_host.h"

// All bundled Guests at the same time, each to the end that is its own.
lg::Result<void> runBundledGuests(RunningHost &host);
// Attacks on what differs between kernels and processors: segments, gates, system calls, flags,
// tables.
lg::Result<void> runHostileGuests(RunningHost &host);
// No line of the kernel's log tells of a warning, and no Guest is left.
lg::Result<void> checkClean(RunningHost &host);
