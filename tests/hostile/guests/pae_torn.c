// SPDX-License-Identifier: GPL-2.0-or-later
// Case 45. A 64-bit entry whose halves are written one after the other while the other vCPU faults
// on it. The Host may see any mixture, but it must use what it judged: the end is a bad entry, for
// the mixture of a present low half and a high half beyond memory.
#include "hostile.h"

HOSTILE("an entry of two halves");

static uint64_t *space;
static uint32_t *page;

static void linger(uint32_t turns) {
    for (volatile uint32_t i = 0; i < turns; i++)
        ;
}

static void change(void) {
    volatile uint32_t *entry =
        (uint32_t *)(uint32_t)(pae_directory(space, 0x80000000)[0] & ~0xfffull);

    for (uint32_t i = 0;; i++) {
        entry[1] = 0;
        entry[0] = (uint32_t)page | PTE_P | PTE_RW;
        linger(i % 64);
        entry[1] = 0x7;
        linger(i % 64);
        entry[0] = 0;
        hypercall(LHCALL_SET_PTE, (uint32_t)space, 0x80000000, 0, 0);
    }
}

void guest_main(void) {
    catch_traps();
    space = pae_new();
    page = page_alloc();
    page[0] = 0x12345678;
    pae_load(space);
    pae_set(space, 0x80000000, 0);
    vcpu_start(1, change);
    for (;;)
        if (TRY("movl 0x80000000, %eax\n\tmovl %eax, 0x7000") == NOTHING)
            MUST(*(volatile uint32_t *)0x7000 == 0x12345678);
}
