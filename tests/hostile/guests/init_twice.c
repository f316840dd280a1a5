// SPDX-License-Identifier: GPL-2.0-or-later
// Case 52. INIT a second time, with another page.
#include "hostile.h"

HOSTILE("INIT twice");

void guest_main(void) {
    hypercall(LHCALL_LGUEST_INIT, (uint32_t)page_alloc(), 0, 0, 0);
}
