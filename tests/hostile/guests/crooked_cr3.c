// SPDX-License-Identifier: GPL-2.0-or-later
// Case 47. A page directory that is not aligned: its end would be on another page.
#include "hostile.h"

HOSTILE("a crooked page directory");

void guest_main(void) {
    hypercall(LHCALL_NEW_PGTABLE, (uint32_t)page_alloc() + 4, 0, 0, 0);
}
