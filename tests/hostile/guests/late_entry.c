// SPDX-License-Identifier: GPL-2.0-or-later
// Case 45. One vCPU changes an entry and tells of it, again and again, while the other faults on
// the page. When SET_PTE is done nobody may find an older page, not even one whose fault was being
// served meanwhile.
#include "hostile.h"

HOSTILE("an entry that comes too late");

#define FRAMES 8

static uint32_t *space;
static volatile uint32_t *frames[FRAMES];
static volatile uint32_t version;
static volatile bool over;

static void change(void) {
    for (uint32_t i = 1; !over; i++) {
        volatile uint32_t *frame = frames[i % FRAMES];

        frame[0] = i;
        pgdir_set(space, 0x50000000, (uint32_t)frame | PTE_P | PTE_RW);
        version = i;
    }
}

void guest_main(void) {
    catch_traps();
    space = pgdir_new();
    for (uint32_t i = 0; i < FRAMES; i++)
        frames[i] = page_alloc();
    pgdir_set(space, 0x50000000, (uint32_t)frames[0] | PTE_P | PTE_RW);
    pgdir_load(space);
    vcpu_start(1, change);
    while (version < 60000) {
        uint32_t promised = version, found = *(volatile uint32_t *)0x50000000;

        if (found < promised)
            panic("escaped: page %u was found when %u had been promised", found, promised);
    }
    over = true;
    contained();
}
