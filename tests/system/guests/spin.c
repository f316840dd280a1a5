// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../../resources/guests/kit/kit.h"

GUEST_ABOUT("Test: spins for ever with interrupts off; only the Host can end it");

void guest_main(void) {
    print("spinning\n");
    for (;;)
        __asm__ volatile("pause");
}
