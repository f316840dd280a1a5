// SPDX-License-Identifier: GPL-2.0-or-later
// Case 13. WRFSBASE, WRGSBASE and SWAPGS exist in 64-bit mode only: invalid opcodes here.
#include "hostile.h"

HOSTILE("segment base instructions");

void guest_main(void) {
    catch_traps();
    MUST(TRY(".byte 0xf3, 0x0f, 0xae, 0xc0") == 6); /* rdfsbase eax */
    MUST(TRY(".byte 0xf3, 0x0f, 0xae, 0xd8") == 6); /* wrgsbase eax */
    MUST(TRY(".byte 0x0f, 0x01, 0xf8") == 6);       /* swapgs */
    contained();
}
