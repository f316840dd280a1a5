// SPDX-License-Identifier: GPL-2.0-or-later
// Case 40. SET_PGD with an index behind the directory: there would be the Switcher, if anything.
#include "hostile.h"

HOSTILE("a directory index out of range");

void guest_main(void) {
    uint32_t *space = pgdir_new();

    pgdir_load(space);
    hypercall(LHCALL_SET_PGD, (uint32_t)space, 1023, 0, 0);
    hypercall(LHCALL_SET_PGD, (uint32_t)space, 1024, 0, 0);
}
