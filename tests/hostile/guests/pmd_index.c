// SPDX-License-Identifier: GPL-2.0-or-later
// Case 40. The same for SET_PMD.
#include "hostile.h"

HOSTILE("a PAE directory index out of range");

void guest_main(void) {
    uint64_t *space = pae_new();

    pae_load(space);
    hypercall(LHCALL_SET_PMD, (uint32_t)pae_directory(space, 0), 511, 0, 0);
    hypercall(LHCALL_SET_PMD, 0xfffff000, 0, 0, 0); /* no table of ours: of no consequence */
    hypercall(LHCALL_SET_PMD, (uint32_t)pae_directory(space, 0), 0x80000000, 0, 0);
}
