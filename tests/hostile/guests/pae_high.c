// SPDX-License-Identifier: GPL-2.0-or-later
// Cases 36 and 37. A PAE entry whose frame number needs the upper half, in a Guest of 64 MB: the
// Host must look at all 64 bits.
#include "hostile.h"

HOSTILE("a frame beyond 4 GB");

void guest_main(void) {
    uint64_t *space = pae_new();

    pae_load(space);
    pae_set(space, 0x80000000, 0);
    *(uint64_t *)(uint32_t)(pae_directory(space, 0x80000000)[0] & ~0xfffull) =
        0x100200000ull | PTE_P | PTE_RW;
    (void)*(volatile uint32_t *)0x80000000;
    panic("escaped: a frame beyond memory was mapped");
}
