// SPDX-License-Identifier: GPL-2.0-or-later
// Cases 53 and 59. The text of SHUTDOWN lies behind the end of memory.
#include "hostile.h"

HOSTILE("last words from nowhere");

void guest_main(void) {
    hypercall(LHCALL_SHUTDOWN, 0xfffff000, LGUEST_SHUTDOWN_POWEROFF, 0, 0);
}
