// SPDX-License-Identifier: GPL-2.0-or-later
// Case 41. Tables that map themselves, changed through the mapping with no hypercall. Only the
// Guest's own view may suffer.
#include "hostile.h"

HOSTILE("page tables that map themselves");

void guest_main(void) {
    uint32_t *space = pgdir_new();
    volatile uint32_t *self = (void *)0xffc00000;

    catch_traps();
    space[1023] = (uint32_t)space | PTE_P | PTE_RW;
    pgdir_load(space);
    MUST((self[0xfffff000u >> 12] & ~0xfffu) == (uint32_t)space);
    for (uint32_t round = 0; round < 50; round++) {
        ((volatile uint32_t *)0xfffff000)[300] = round % 2 ? (uint32_t)space | PTE_P : 0;
        hypercall(LHCALL_SET_PGD, (uint32_t)space, 300, 0, 0);
        TRY("movl 300 * 0x400000, %eax");
    }
    contained();
}
