// SPDX-License-Identifier: GPL-2.0-or-later
// Case 37. In the four entries on top of PAE's tables only "present" may be set: a writable bit
// there is reserved, and the Guest's death.
#include "hostile.h"

HOSTILE("a forbidden bit on top of PAE's tables");

void guest_main(void) {
    uint64_t *space = pae_new();

    pae_load(space);
    space[2] = (uint32_t)page_alloc() | PTE_P | PTE_RW;
    hypercall(LHCALL_SET_PGD, (uint32_t)space, 2, 0, 0);
    (void)*(volatile uint32_t *)0x80000000;
    panic("escaped: the entry was used");
}
