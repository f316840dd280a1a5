// SPDX-License-Identifier: GPL-2.0-or-later
// Case 41. A directory as its own table: what the Guest reaches and changes through it is its own
// tables, by their own rights, and nothing of the Host's.
#include "hostile.h"

HOSTILE("PAE tables that map themselves");

void guest_main(void) {
    uint64_t *space, *directory;
    volatile uint64_t *through;

    catch_traps();
    space = pae_new();
    pae_load(space);
    directory = page_alloc();
    space[2] = (uint32_t)directory | PTE_P;
    directory[3] = (uint32_t)directory | PTE_P | PTE_RW;
    hypercall(LHCALL_SET_PGD, (uint32_t)space, 2, 0, 0);
    through = (volatile uint64_t *)(0x80000000 + 3 * 0x200000 + 3 * 0x1000);
    for (uint32_t round = 0; round < 50; round++) {
        through[5] = round % 2 ? (uint32_t)directory | PTE_P : 0;
        hypercall(LHCALL_SET_PMD, (uint32_t)directory, 5, 0, 0);
        TRY("movl 0x80a05000, %eax");
    }
    MUST((through[3] & ~0xfffull) == (uint32_t)directory);
    contained();
}
