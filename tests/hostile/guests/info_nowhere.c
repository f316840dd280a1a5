// SPDX-License-Identifier: GPL-2.0-or-later
// Case 53. An answer that is to be written across the end of the address space.
#include "hostile.h"

HOSTILE("an answer to be written nowhere");

void guest_main(void) {
    hypercall(LHCALL_VCPU_INFO, 0xfffffffc, 0, 0, 0);
}
