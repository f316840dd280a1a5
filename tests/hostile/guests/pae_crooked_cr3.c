// SPDX-License-Identifier: GPL-2.0-or-later
// Case 47. A top table of PAE's that is not aligned to its 32 bytes.
#include "hostile.h"

HOSTILE("a crooked top table");

void guest_main(void) {
    uint64_t *space = pae_new();

    pae_load(space);
    hypercall(LHCALL_NEW_PGTABLE, (uint32_t)space + 8, 0, 0, 0);
}
