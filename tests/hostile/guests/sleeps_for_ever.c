// SPDX-License-Identifier: GPL-2.0-or-later
// Case 56. HALT with every line blocked and interrupts off: only the Host can end this sleep.
#include "hostile.h"

HOSTILE("a sleep that nothing ends");

void guest_main(void) {
    print("asleep\n");
    for (;;)
        halt();
}
