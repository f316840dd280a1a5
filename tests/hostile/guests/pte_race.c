// SPDX-License-Identifier: GPL-2.0-or-later
// Case 45. One vCPU changes an entry all the time, in silence and by hypercall, the other uses the
// page. It must find one page or the other or none at all, and each with its own rights.
#include "hostile.h"

HOSTILE("an entry that changes while the Host looks at it");

static uint32_t *space, *one, *two;
static volatile bool over;

static void change(void) {
    volatile uint32_t *entry = (uint32_t *)(space[0x50000000u >> 22] & ~0xfffu);

    for (uint32_t i = 0; !over; i++) {
        uint32_t values[] = {(uint32_t)one | PTE_P | PTE_RW, 0, (uint32_t)two | PTE_P,
                             (uint32_t)one | PTE_P | PTE_RW | PTE_A | PTE_D};

        *entry = values[i % 4];
        if (i % 3 == 0)
            hypercall(LHCALL_SET_PTE, (uint32_t)space, 0x50000000, values[i % 4], 0);
        if (i % 64 == 0)
            hypercall(LHCALL_FLUSH_TLB, i % 128 == 0, 0, 0, 0);
    }
}

void guest_main(void) {
    catch_traps();
    space = pgdir_new();
    one = page_alloc();
    two = page_alloc();
    one[1] = 0x11111111;
    two[1] = 0x22222222;
    pgdir_set(space, 0x50000000, 0);
    pgdir_load(space);
    vcpu_start(1, change);
    for (uint32_t i = 0; i < 100000; i++) {
        uint32_t found = 0;

        if (TRY("movl 0x50000004, %eax\n\tmovl %eax, 0x7000") == NOTHING) {
            found = *(volatile uint32_t *)0x7000;
            MUST(found == one[1] || found == two[1]);
        } else {
            MUST(caught == 14);
        }
        TRY("movl $1, 0x50000000");
        MUST(!two[0]); /* which is never writable */
    }
    over = true;
    contained();
}
