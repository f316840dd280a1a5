// SPDX-License-Identifier: GPL-2.0-or-later
// Case 53. Three descriptors of which the last lies behind the end of memory.
#include "hostile.h"

HOSTILE("an argument across the end of memory");

void guest_main(void) {
    /* The Launcher's device pages lie behind RAM; the very last address surely is outside. */
    hypercall(LHCALL_LOAD_TLS, 0xfffffff0, 0, 0, 0);
}
