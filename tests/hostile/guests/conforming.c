// SPDX-License-Identifier: GPL-2.0-or-later
// Case 2. Conforming code runs in the ring of its caller and can be called from any ring below:
// with a base and a DPL of the Guest's choice it is not installed at all.
#include "hostile.h"

HOSTILE("conforming code segments");

void guest_main(void) {
    catch_traps();
    for (uint32_t dpl = 0; dpl < 4; dpl++) {
        load_gdt(6, 0x00cf9e00 | dpl << 13);
        MUST(TRY("lcall $0x31, $771f") == 13);
        MUST(TRY("ljmp $0x33, $771f") == 13);
    }
    contained();
}
