// SPDX-License-Identifier: GPL-2.0-or-later
// Cases 23, 29, 30 and 31. ICEBP, INT3, INTO and single steps are the Guest's own traps; none may
// be taken inside the Switcher, and odd flags must not follow into the Host.
#include "hostile.h"

HOSTILE("breakpoints, single steps, odd flags");

void guest_main(void) {
    catch_traps();
    MUST(TRY(".byte 0xf1") == 1);
    MUST(TRY("int3") == 3);
    MUST(TRY("movb $0x7f, %al\n\taddb $1, %al\n\tinto") == 4);
    /* TF, then a hypercall: one debug trap, after an instruction of ours. */
    MUST(TRY("pushfl\n\torl $0x100, (%esp)\n\tpopfl\n\tnop") == 1);
    MUST(TRY("movl $19, %eax\n\tpushfl\n\torl $0x100, (%esp)\n\tpopfl\n\tint $0x1f") == 1);
    /* A step is put off by a load of ss, and must not be taken in the Switcher then. */
    MUST(TRY("movl $19, %eax\n\tmov %ss, %ecx\n\tpushfl\n\torl $0x100, (%esp)\n\tpopfl\n\t"
             "mov %ecx, %ss\n\tint $0x1f") == 1);
    MUST(TRY("mov %ss, %ecx\n\tpushfl\n\torl $0x100, (%esp)\n\tpopfl\n\tmov %ecx, %ss\n\t"
             "int3") != NOTHING);
    /* DF, AC and NT set while the Host works for us. */
    for (uint32_t i = 0; i < 1000; i++)
        __asm__ volatile("pushfl\n\torl $0x44400, (%%esp)\n\tpopfl\n\tmovl $19, %%eax\n\t"
                         "int $0x1f\n\tpushfl\n\tandl $~0x44400, (%%esp)\n\tpopfl\n\tcld"
                         :
                         :
                         : "eax", "memory", "cc");
    contained();
}
