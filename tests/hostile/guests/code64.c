// SPDX-License-Identifier: GPL-2.0-or-later
// Case 1. A code segment with L = 1 would run 64-bit code, which can address the Switcher.
// The Host must not install it: using the selector faults.
#include "hostile.h"

HOSTILE("a 64-bit code segment");

void guest_main(void) {
    catch_traps();
    load_gdt(6, 0x00afbb00);
    MUST(TRY("ljmp $0x31, $771f") == 13);
    load_gdt(6, 0x00affb00);
    MUST(TRY("ljmp $0x33, $771f") != NOTHING);
    load_gdt(6, 0x00efbb00);
    MUST(TRY("ljmp $0x31, $771f") == 13);
    contained();
}
