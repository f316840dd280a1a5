// SPDX-License-Identifier: GPL-2.0-or-later
// Case 36. An entry for a frame that is not the Guest's, written behind the Host's back and then
// used.
#include "hostile.h"

HOSTILE("a frame beyond the end of memory");

void guest_main(void) {
    uint32_t *space = pgdir_new();

    pgdir_set(space, 0x50000000, (uint32_t)page_alloc() | PTE_P | PTE_RW);
    ((uint32_t *)(space[0x50000000u >> 22] & ~0xfffu))[0] = 0x7ffff000 | PTE_P | PTE_RW;
    pgdir_load(space);
    (void)*(volatile uint32_t *)0x50000000;
    panic("escaped: a frame beyond memory was mapped");
}
