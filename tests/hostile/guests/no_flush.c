// SPDX-License-Identifier: GPL-2.0-or-later
// Case 42. Entries are removed and frames given away without a word to the Host; then one single
// address is told of. What a stale entry shows is the Guest's own frame, and nothing is stale after
// the word.
#include "hostile.h"

HOSTILE("page tables that change in silence");

#define PAGES 64

void guest_main(void) {
    uint32_t *space = pgdir_new(), *frames[PAGES], *table;

    catch_traps();
    pgdir_load(space);
    for (uint32_t i = 0; i < PAGES; i++) {
        frames[i] = page_alloc();
        frames[i][0] = i;
        pgdir_set(space, 0x50000000 + i * 4096, (uint32_t)frames[i] | PTE_P | PTE_RW);
        (void)*(volatile uint32_t *)(0x50000000 + i * 4096);
    }
    table = (uint32_t *)(space[0x50000000u >> 22] & ~0xfffu);
    for (uint32_t round = 0; round < 20; round++) {
        for (uint32_t i = 0; i < PAGES; i++)
            table[i] = round % 2 ? 0 : (uint32_t)frames[(i + round) % PAGES] | PTE_P;
        hypercall(LHCALL_SET_PTE, (uint32_t)space, 0x50000000 + 5 * 4096, table[5], 0);
        MUST(TRY("movl 0x50005000, %eax") == (round % 2 ? 14u : NOTHING));
        for (uint32_t i = 0; i < PAGES && !(round % 2); i++)
            MUST(*(volatile uint32_t *)(0x50000000 + i * 4096) < PAGES);
        hypercall(LHCALL_FLUSH_TLB, 1, 0, 0, 0);
        for (uint32_t i = 0; i < PAGES && !(round % 2); i++)
            MUST(*(volatile uint32_t *)(0x50000000 + i * 4096) == (i + round) % PAGES);
    }
    contained();
}
