// SPDX-License-Identifier: GPL-2.0-or-later
// Case 37. A directory entry for a 4 MB page, which would map memory beyond the Guest's.
#include "hostile.h"

HOSTILE("a directory entry for a large page");

void guest_main(void) {
    uint32_t *space = pgdir_new();

    space[0x50000000u >> 22] = 0x00000000 | PTE_P | PTE_RW | 0x80;
    pgdir_load(space);
    (void)*(volatile uint32_t *)0x50000000;
    panic("escaped: a large page was mapped");
}
