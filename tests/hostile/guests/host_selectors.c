// SPDX-License-Identifier: GPL-2.0-or-later
// Cases 25 and 27. The selectors of the Host's own segments and of the Switcher's: all must fault.
#include "hostile.h"

HOSTILE("far jumps to the Host's selectors");

void guest_main(void) {
    catch_traps();
    MUST(TRY("ljmp $0x08, $771f") != NOTHING);
    MUST(TRY("ljmp $0x10, $771f") == 13);
    MUST(TRY("ljmp $0x11, $771f") == 13);
    MUST(TRY("ljmp $0x18, $771f") == 13);
    MUST(TRY("ljmp $0x20, $771f") == 13);
    MUST(TRY("ljmp $0x23, $771f") != NOTHING);
    MUST(TRY("ljmp $0x33, $771f") != NOTHING);
    MUST(TRY("lcall $0x20, $0") == 13); /* the Switcher's TSS: a task switch */
    MUST(TRY("ljmp $0x28, $0") == 13);
    MUST(TRY("lcall $0x10, $0x100000") == 13);
    MUST(TRY("movl $0x18, %eax\n\tmov %eax, %ds") == 13);
    MUST(TRY("movl $0x18, %eax\n\tmov %eax, %ss") == 13);
    contained();
}
