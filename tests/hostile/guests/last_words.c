// SPDX-License-Identifier: GPL-2.0-or-later
// Case 59. The text of SHUTDOWN: not terminated before the end of memory, and full of what would
// steer a terminal. The Host reads no further than it may, and what it shows is harmless.
#include "hostile.h"

HOSTILE("terminal escapes as last words");

void guest_main(void) {
    static const char text[] = "\033]0;owned\007\033[2J\233bye";

    hypercall(LHCALL_SHUTDOWN, (uint32_t)text, LGUEST_SHUTDOWN_POWEROFF, 0, 0);
}
