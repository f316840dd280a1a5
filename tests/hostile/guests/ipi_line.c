// SPDX-License-Identifier: GPL-2.0-or-later
// Case 58, for our own calls. An interrupt line that there is not.
#include "hostile.h"

HOSTILE("an interrupt line that there is not");

void guest_main(void) {
    hypercall(LHCALL_SEND_IPI, 0, LGUEST_IRQS - 1, 0, 0);
    hypercall(LHCALL_SEND_IPI, 0, LGUEST_IRQS, 0, 0);
}
