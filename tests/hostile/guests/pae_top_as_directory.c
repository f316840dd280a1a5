// SPDX-License-Identifier: GPL-2.0-or-later
// Cases 37 and 41. The top table as its own directory and its own table: all that can be reached
// through it is what it names itself, and the accessed bit that a walk sets in it is forbidden in a
// top table.
#include "hostile.h"

HOSTILE("a top table that is its own directory");

void guest_main(void) {
    uint64_t *space;

    catch_traps();
    space = pae_new();
    pae_load(space);
    space[2] = (uint32_t)space | PTE_P;
    hypercall(LHCALL_SET_PGD, (uint32_t)space, 2, 0, 0);
    MUST(TRY("movl %eax, 0x80400000") == 14);
    (void)*(volatile uint32_t *)0x80400000;
    hypercall(LHCALL_FLUSH_TLB, 1, 0, 0, 0);
    panic("escaped: a top entry with a forbidden bit was used");
}
