// SPDX-License-Identifier: GPL-2.0-or-later
// Case 48. A trap stack so near to 0 that a frame would wrap around to the end of the address
// space.
#include "hostile.h"

HOSTILE("a trap stack that wraps");

void guest_main(void) {
    hypercall(LHCALL_SET_STACK, LGUEST_KERNEL_DS, 16, 1, 0);
}
