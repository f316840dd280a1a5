// SPDX-License-Identifier: GPL-2.0-or-later
// Case 57. A vector behind the table.
#include "hostile.h"

HOSTILE("an IDT vector out of range");

void guest_main(void) {
    hypercall(LHCALL_LOAD_IDT_ENTRY, 256, 0, 0x0000ef00, 0);
}
