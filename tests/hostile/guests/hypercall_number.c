// SPDX-License-Identifier: GPL-2.0-or-later
// Case 52. A negative number.
#include "hostile.h"

HOSTILE("hypercall number -1");

void guest_main(void) {
    hypercall(0xffffffff, 0, 0, 0, 0);
}
