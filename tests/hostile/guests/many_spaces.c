// SPDX-License-Identifier: GPL-2.0-or-later
// Case 46. More address spaces than the Host keeps shadows of, each touched sparsely over 3 GB, so
// that every page costs a table. The Host's memory for shadows must stay bounded.
#include "hostile.h"

HOSTILE("sparse touches in many address spaces");

#define SPACES 40
#define FIRST 0x10000000u
#define LAST 0xc0000000u
#define STEP 0x00400000u

void guest_main(void) {
    uint32_t *spaces[SPACES], page = (uint32_t)page_alloc() | PTE_P | PTE_RW, i, at;

    spaces[0] = pgdir_new();
    for (at = FIRST; at < LAST; at += STEP)
        pgdir_set(spaces[0], at, page);
    for (i = 1; i < SPACES; i++)
        spaces[i] = memcpy(pgdir_new(), spaces[0], 4096);
    for (i = 0; i < SPACES; i++) {
        pgdir_load(spaces[i]);
        for (at = FIRST; at < LAST; at += STEP)
            (*(volatile uint32_t *)at)++;
    }
    MUST(*(volatile uint32_t *)FIRST == SPACES * ((LAST - FIRST) / STEP));
    contained();
}
