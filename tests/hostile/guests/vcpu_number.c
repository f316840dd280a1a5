// SPDX-License-Identifier: GPL-2.0-or-later
// Case 5, for our own calls. A vCPU that there is not.
#include "hostile.h"

HOSTILE("an interrupt for a vCPU that there is not");

void guest_main(void) {
    hypercall(LHCALL_SEND_IPI, 0x80000001, 1, 0, 0);
}
