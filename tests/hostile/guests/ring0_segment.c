// SPDX-License-Identifier: GPL-2.0-or-later
// Case 2. A descriptor with DPL 0. The Host must raise it to 1 and set the accessed bit.
#include "hostile.h"

HOSTILE("segments of ring 0");

static uint32_t rights(uint32_t selector) {
    uint32_t result = 0;

    __asm__ volatile("lar %1, %0" : "+r"(result) : "r"(selector) : "cc");
    return result;
}

void guest_main(void) {
    catch_traps();
    load_gdt(6, 0x00cf9a00);
    load_gdt(7, 0x00cf9200);
    MUST(((rights(0x31) >> 13) & 3) == 1);
    MUST(((rights(0x39) >> 13) & 3) == 1);
    MUST(rights(0x39) & 0x100);
    /* A return to it as to ring 0 must not get there. */
    TRY("pushl $0x30\n\tpushl $771f\n\tlretl");
    uint32_t cs;
    __asm__ volatile("mov %%cs, %0" : "=r"(cs));
    MUST((cs & 3) == 1);
    contained();
}
