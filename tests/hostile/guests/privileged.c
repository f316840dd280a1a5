// SPDX-License-Identifier: GPL-2.0-or-later
// Cases 14 and 15. What belongs to ring 0 must trap in ring 1, each time, and change nothing. (INVD
// and WBINVD as well, but TCG executes them in any ring.)
#include "hostile.h"

HOSTILE("every privileged instruction");

void guest_main(void) {
    catch_traps();
    MUST(TRY("sti") == 13);
    MUST(TRY("hlt") == 13);
    MUST(TRY("clts") == 13);
    MUST(TRY("invlpg 0x100000") == 13);
    MUST(TRY("lgdt 0x100000") == 13);
    MUST(TRY("lidt 0x100000") == 13);
    MUST(TRY("xorl %eax, %eax\n\tlldt %ax") == 13);
    MUST(TRY("movl $0x20, %eax\n\tltr %ax") == 13);
    MUST(TRY("lmsw %ax") == 13);
    MUST(TRY("mov %eax, %cr0") == 13);
    MUST(TRY("mov %eax, %cr3") == 13);
    MUST(TRY("mov %eax, %cr4") == 13);
    MUST(TRY("mov %cr3, %eax") == 13);
    MUST(TRY("movl $0xc0000080, %ecx\n\trdmsr") == 13);
    MUST(TRY("movl $0xc0000080, %ecx\n\txorl %eax, %eax\n\txorl %edx, %edx\n\twrmsr") == 13);
    MUST(TRY("movl $0x174, %ecx\n\tmovl $0x10, %eax\n\txorl %edx, %edx\n\twrmsr") == 13);
    MUST(TRY("xorl %ecx, %ecx\n\txsetbv") != NOTHING);
    MUST(TRY("xorl %ecx, %ecx\n\trdpmc") != NOTHING);
    MUST(TRY("movw $0x60, %dx\n\tinsb") == 13);
    contained();
}
