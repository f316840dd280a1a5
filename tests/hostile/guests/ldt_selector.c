// SPDX-License-Identifier: GPL-2.0-or-later
// Case 7. A selector into an LDT, which a Guest does not have. Loading it must fault.
#include "hostile.h"

HOSTILE("selectors into the LDT");

void guest_main(void) {
    catch_traps();
    MUST(TRY("movl $0x07, %eax\n\tmov %eax, %fs") == 13);
    MUST(TRY("movl $0x0f, %eax\n\tmov %eax, %ds") == 13);
    MUST(TRY("ljmp $0x0f, $771f") == 13);
    contained();
}
