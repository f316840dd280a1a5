// SPDX-License-Identifier: GPL-2.0-or-later
// Case 48. A trap stack in a segment of ring 3.
#include "hostile.h"

HOSTILE("a trap stack in ring 3");

void guest_main(void) {
    user_segments();
    hypercall(LHCALL_SET_STACK, USER_DS, (uint32_t)page_alloc() + 4096, 1, 0);
}
