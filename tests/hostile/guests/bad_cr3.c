// SPDX-License-Identifier: GPL-2.0-or-later
// Case 47. A page directory behind the end of memory.
#include "hostile.h"

HOSTILE("a page directory out of memory");

void guest_main(void) {
    hypercall(LHCALL_NEW_PGTABLE, 0xfffff000, 0, 0, 0);
}
