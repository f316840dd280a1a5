// SPDX-License-Identifier: GPL-2.0-or-later
// Case 9. A stack segment of 16 bits: IRET then loads only half of the stack pointer, and the other
// half keeps what the Host had there. It may show a piece of the Switcher's address, never the
// stack of the kernel; on each way back it must be the same piece.
#include "hostile.h"

HOSTILE("half a stack pointer");

void guest_main(void) {
    uint32_t first = 0, found;

    catch_traps();
    load_gdt(6, 0x000fb300); /* base 0, limit 1 MB, 16 bits */
    for (uint32_t i = 0; i < 100; i++) {
        __asm__ volatile("movl %%esp, %%edi\n\tmovl $0x8000, %%ebx\n\tmovl $0x31, %%ecx\n\t"
                         "mov %%ecx, %%ss\n\tmovl %%ebx, %%esp\n\tmovl $19, %%eax\n\tint $0x1f\n\t"
                         "movl %%esp, %0\n\tmovl $0x69, %%ecx\n\tmov %%ecx, %%ss\n\t"
                         "movl %%edi, %%esp"
                         : "=&d"(found)
                         :
                         : "eax", "ebx", "ecx", "edi", "memory");
        MUST((found & 0xffff) == 0x8000);
        if (!i)
            first = found;
        MUST(found == first);
    }
    print("the upper half was %x\n", first >> 16);
    contained();
}
