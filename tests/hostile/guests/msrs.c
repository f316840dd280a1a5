// SPDX-License-Identifier: GPL-2.0-or-later
// Case 35, and 15 once more. Model-specific registers, among them those that record branches and
// single-step them: all of them fault, read or written.
#include "hostile.h"

HOSTILE("model-specific registers, DEBUGCTL among them");

void guest_main(void) {
    static const uint32_t registers[] = {0x1d9,      0x1db,      0x1dc,      0x345,      0x186,
                                         0xc1,       0x10,       0x1b,       0x174,      0x175,
                                         0x176,      0x277,      0x48,       0x49,       0x6a0,
                                         0xda0,      0xc0000080, 0xc0000081, 0xc0000082, 0xc0000083,
                                         0xc0000100, 0xc0000101, 0xc0000102, 0xc0000103};

    catch_traps();
    for (uint32_t i = 0; i < sizeof(registers) / sizeof(registers[0]); i++) {
        __asm__ volatile("movl %0, %%ecx" : : "r"(registers[i]) : "ecx");
        MUST(TRY("rdmsr") == 13 && caught_error == 0);
        __asm__ volatile("movl %0, %%ecx" : : "r"(registers[i]) : "ecx");
        MUST(TRY("movl $1, %eax\n\txorl %edx, %edx\n\twrmsr") == 13 && caught_error == 0);
    }
    contained();
}
