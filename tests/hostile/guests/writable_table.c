// SPDX-License-Identifier: GPL-2.0-or-later
// Case 41. The Guest maps the page of its own page table, writable, and writes entries there, for
// frames it has and for frames it has not. Until it uses one nothing happens; then it gets its own
// page, or dies.
#include "hostile.h"

HOSTILE("a page table that is mapped writable");

void guest_main(void) {
    uint32_t *space = pgdir_new(), *page = page_alloc();
    volatile uint32_t *table = (void *)0x50001000, *window = (void *)0x50000000;

    pgdir_set(space, 0x50000000, 0);
    pgdir_set(space, 0x50001000, (space[0x50000000u >> 22] & ~0xfffu) | PTE_P | PTE_RW);
    pgdir_load(space);
    for (uint32_t i = 0; i < 1000; i++) {
        page[0] = i;
        table[0] = 0x7ff00000 | PTE_P | PTE_RW;
        table[0] = (uint32_t)page | PTE_P | PTE_RW;
        hypercall(LHCALL_SET_PTE, (uint32_t)space, 0x50000000, table[0], 0);
        MUST(window[0] == i);
    }
    table[0] = 0x7ff00000 | PTE_P | PTE_RW;
    hypercall(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
    (void)window[0];
    panic("escaped: a frame beyond memory was mapped");
}
