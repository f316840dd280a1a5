// SPDX-License-Identifier: GPL-2.0-or-later
// Case 49. The page fault handler faults itself, for ever: its stack grows down until there is
// none. Each round is the Guest's own time; the end is its own death.
#include "hostile.h"

HOSTILE("a page fault in the page fault handler");

static void page_fault(struct frame *frame) {
    (void)frame;
    *(volatile uint32_t *)0x60000000 = 1;
}

void guest_main(void) {
    uint32_t *space = pgdir_new();

    set_handler(14, page_fault);
    pgdir_load(space);
    __asm__ volatile("movl $0x3000, %%esp\n\tmovl $1, 0x60000000" : : : "memory");
    panic("escaped: the fault went away");
}
