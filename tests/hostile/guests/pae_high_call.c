// SPDX-License-Identifier: GPL-2.0-or-later
// Case 36. The same as pae_high, but told by SET_PTE: the upper half of the entry comes in a
// register of its own.
#include "hostile.h"

HOSTILE("a frame beyond 4 GB, by hypercall");

void guest_main(void) {
    uint64_t *space = pae_new();

    pae_load(space);
    pae_set(space, 0x80000000, 0);
    hypercall(LHCALL_SET_PTE, (uint32_t)space, 0x80000000, 0x00200000 | PTE_P | PTE_RW | PTE_A, 1);
    panic("escaped: the entry was taken");
}
