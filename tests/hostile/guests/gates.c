// SPDX-License-Identifier: GPL-2.0-or-later
// Case 3. A call gate, TSS, LDT or task gate in the GDT leads to ring 0 or to tables of the
// Guest's making. None may be installed.
#include "hostile.h"

HOSTILE("call gate, TSS, LDT, task gate in the GDT");

/* Does the processor find a descriptor there? */
static bool is_there(uint32_t selector) {
    uint32_t rights = 0;

    __asm__ volatile("lar %1, %0\n\tjz 1f\n\txorl %0, %0\n1:" : "=&r"(rights) : "r"(selector));
    return rights;
}

void guest_main(void) {
    static const uint32_t types[] = {0x0000ec00, 0x0000e900, 0x0000e200, 0x0000e500,
                                     0x0000ee00, 0x0000ef00, 0x0000e400, 0x0000eb00};

    catch_traps();
    for (uint32_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        hypercall(LHCALL_LOAD_GDT_ENTRY, 6, (LGUEST_KERNEL_CS << 16) | 0x1000, types[i], 0);
        MUST(!is_there(0x31));
        MUST(TRY("lcall $0x31, $0") == 13);
    }
    /* In long mode a call gate has 16 bytes; this one would lead to the Switcher's 64-bit code
     * segment. */
    hypercall(LHCALL_LOAD_GDT_ENTRY, 6, 0x10 << 16 | 0x1000, 0x0010ec00, 0);
    hypercall(LHCALL_LOAD_GDT_ENTRY, 7, 0, 0, 0);
    MUST(TRY("lcall $0x31, $0") == 13);
    contained();
}
