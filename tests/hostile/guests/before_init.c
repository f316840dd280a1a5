// SPDX-License-Identifier: GPL-2.0-or-later
// Case 52. A hypercall before INIT. (The test starts this one at raw_entry, past the kit.)
#include "hostile.h"

HOSTILE("a hypercall before INIT");

__asm__(".globl raw_entry\n\t.type raw_entry, @function\nraw_entry:\n\tmovl $10, %eax\n\tint "
        "$0x1f\n\tjmp raw_entry");

void guest_main(void) {
    panic("not started at raw_entry");
}
