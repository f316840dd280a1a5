// SPDX-License-Identifier: GPL-2.0-or-later
// Case 53, for our own calls. A vCPU whose page of conversation lies across the end of memory.
#include "hostile.h"

HOSTILE("a vCPU with lguest_data out of memory");

void guest_main(void) {
    pgdir_load(pgdir_new());
    hypercall(LHCALL_VCPU_START, 1, 0xfffffc00, 0x100000, 0x8000);
}
