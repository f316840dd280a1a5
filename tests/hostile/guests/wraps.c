// SPDX-License-Identifier: GPL-2.0-or-later
// Case 10. Segments whose base and offset add up to more than 4 GB: the sum wraps to the Guest's
// own low memory. Nothing above 4 GB can be named.
#include "hostile.h"

HOSTILE("addresses beyond 4 GB");

void guest_main(void) {
    uint32_t *space = pgdir_new();
    volatile uint32_t *low = (void *)0x7000;

    catch_traps();
    pgdir_load(space);
    low[0] = 0xabcd1234;
    /* Base 0xfffff000, limit 4 GB. */
    hypercall(LHCALL_LOAD_GDT_ENTRY, 6, 0xf000ffff, 0xffcfb3ff, 0);
    MUST(TRY("movl $0x31, %eax\n\tmov %eax, %fs\n\tmovl %fs:0x8000, %eax\n\tmovl %eax, 0x7004") ==
         NOTHING);
    MUST(low[1] == 0xabcd1234);
    MUST(TRY("movl $0xffffffff, %ebx\n\tmovl 0x7001(%ebx), %eax\n\tmovl %eax, 0x7008") == NOTHING);
    MUST(low[2] == 0xabcd1234);
    MUST(TRY("movl %fs:0x0, %eax") == 14 && fault_address() == 0xfffff000);
    contained();
}
