// SPDX-License-Identifier: GPL-2.0-or-later
// Case 57. A task gate in the IDT.
#include "hostile.h"

HOSTILE("a task gate in the IDT");

void guest_main(void) {
    hypercall(LHCALL_LOAD_IDT_ENTRY, 14, 0x00610000, 0x00008500, 0);
}
