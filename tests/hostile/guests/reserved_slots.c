// SPDX-License-Identifier: GPL-2.0-or-later
// Case 4. The slots of the Switcher's own segments and TSS. Writing them must change nothing:
// the next world switch still works.
#include "hostile.h"

HOSTILE("the Switcher's own GDT slots");

void guest_main(void) {
    static const uint32_t slots[] = {0, 1, 2, 3, 4, 5, 10, 11, 16, 17, 31};

    catch_traps();
    for (uint32_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
        load_gdt(slots[i], 0x00cffb00);
        hypercall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
    }
    MUST(TRY("ljmp $0x13, $771f") != NOTHING);
    MUST(TRY("movl $0x1b, %eax\n\tmov %eax, %ds") != NOTHING);
    contained();
}
