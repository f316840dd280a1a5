// SPDX-License-Identifier: GPL-2.0-or-later
// Case 8. A segment register is loaded, then its descriptor is taken away: the Host faults when it
// loads the register for the next stay. That fault is the Guest's death, not the Host's.
#include "hostile.h"

HOSTILE("a descriptor that goes while it is in use");

void guest_main(void) {
    catch_traps();
    load_gdt(6, 0x00cfb300);
    MUST(TRY("movl $0x31, %eax\n\tmov %eax, %fs") == NOTHING);
    load_gdt(6, 0);
    panic("escaped: still running with a segment that is not there");
}
