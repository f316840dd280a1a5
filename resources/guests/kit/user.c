// SPDX-License-Identifier: GPL-2.0-or-later
/* What ring 3 needs: two segments, and a stack for the way back. */
#include "kit.h"

void user_segments(void) {
    /* Flat, 4 GB, DPL 3: code and data. */
    hypercall(LHCALL_LOAD_GDT_ENTRY, USER_CS / 8, 0x0000ffff, 0x00cffb00, 0);
    hypercall(LHCALL_LOAD_GDT_ENTRY, USER_DS / 8, 0x0000ffff, 0x00cff300, 0);
}

void user_trap_stack(void *top) {
    hypercall(LHCALL_SET_STACK, LGUEST_KERNEL_DS, (uint32_t)top, 1, 0);
}
