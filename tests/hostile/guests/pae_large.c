// SPDX-License-Identifier: GPL-2.0-or-later
// Case 37. A directory entry of PAE's for a page of 2 MB.
#include "hostile.h"

HOSTILE("a large page with PAE");

void guest_main(void) {
    uint64_t *space = pae_new();

    pae_load(space);
    pae_set(space, 0x80000000, 0);
    pae_directory(space, 0x80000000)[0] = PTE_P | PTE_RW | 0x80;
    hypercall(LHCALL_SET_PMD, (uint32_t)pae_directory(space, 0x80000000), 0, 0, 0);
    (void)*(volatile uint32_t *)0x80000000;
    panic("escaped: a large page was mapped");
}
