// SPDX-License-Identifier: GPL-2.0-or-later
// Case 48. A trap stack of more pages than the ABI knows.
#include "hostile.h"

HOSTILE("a trap stack of three pages");

void guest_main(void) {
    hypercall(LHCALL_SET_STACK, LGUEST_KERNEL_DS, (uint32_t)page_alloc() + 4096, 3, 0);
}
