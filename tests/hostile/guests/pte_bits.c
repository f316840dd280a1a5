// SPDX-License-Identifier: GPL-2.0-or-later
// Case 39. Entries with the bits for global pages and for caching: the Host leaves them out. What
// the Guest can see of it: a page that was called global is gone after a flush like any other.
#include "hostile.h"

HOSTILE("global and uncached pages");

void guest_main(void) {
    uint32_t *space = pgdir_new(), *one = page_alloc(), *two = page_alloc();
    volatile uint32_t *window = (void *)0x50000000;

    catch_traps();
    one[0] = 1;
    two[0] = 2;
    pgdir_load(space);
    for (uint32_t bits = 0; bits < 8; bits++) {
        uint32_t odd = (bits & 1 ? 0x100 : 0) | (bits & 2 ? 0x10 : 0) | (bits & 4 ? 8 : 0);

        pgdir_set(space, (uint32_t)window, (uint32_t)one | odd | PTE_P | PTE_RW);
        MUST(window[0] == 1);
        ((uint32_t *)(space[0x50000000u >> 22] & ~0xfffu))[0] = (uint32_t)two | odd | PTE_P;
        hypercall(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
        MUST(window[0] == 2);
        MUST(TRY("movl %eax, 0x50000000") == 14);
    }
    contained();
}
