// SPDX-License-Identifier: GPL-2.0-or-later
// Case 53. NOTIFY with an address that is nothing at all. The Launcher must not read it as a text;
// it ends the Guest.
#include "hostile.h"

HOSTILE("a notification to nowhere");

void guest_main(void) {
    hypercall(LHCALL_NOTIFY, 0xfffffffc, 0, 0, 0);
}
