// SPDX-License-Identifier: GPL-2.0-or-later
// Case 3. A call gate, TSS, LDT or task gate in the GDT leads to ring 0 or to tables of the
// Guest's making. None may be installed.
#include "hostile.h"

HOSTILE("call gate, TSS, LDT, task gate in the GDT");

void guest_main(void) {
    static const uint32_t types[] = {0x0000ec00, 0x0000e900, 0x0000e200, 0x0000e500,
                                     0x0000ee00, 0x0000ef00, 0x0000e400, 0x0000eb00};

    catch_traps();
    for (uint32_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        hypercall(LHCALL_LOAD_GDT_ENTRY, 6, (LGUEST_KERNEL_CS << 16) | 0x1000, types[i], 0);
        MUST(TRY("lcall $0x31, $0") == 13);
    }
    contained();
}
