// SPDX-License-Identifier: GPL-2.0-or-later
// Case 11. SGDT, SIDT, SLDT, STR, SMSW tell where the Host's tables are, unless UMIP forbids it;
// then they trap. At most the Switcher's own addresses may show, never the kernel's text.
#include "hostile.h"

HOSTILE("reading the processor's tables");

static bool have_umip(void) {
    uint32_t eax = 7, ebx, ecx = 0, edx;

    __asm__("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    return ecx & 4;
}

void guest_main(void) {
    uint32_t expected;

    catch_traps();
    expected = have_umip() ? 13 : NOTHING;
    MUST(TRY("sgdt 0x8000") == expected);
    MUST(TRY("sidt 0x8000") == expected);
    MUST(TRY("str %eax") == expected);
    MUST(TRY("sldt %eax") == expected);
    MUST(TRY("smsw %eax") == expected);
    contained();
}
