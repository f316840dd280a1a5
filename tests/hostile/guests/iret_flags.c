// SPDX-License-Identifier: GPL-2.0-or-later
// Case 26. IRET with VM, NT and IOPL in the image. Ring 1 cannot set IOPL and VM: they are ignored.
// NT it may set, and its IRET then faults (no nested tasks in long mode); also when the Host was
// there in between, which must not show. The ring stays.
#include "hostile.h"

HOSTILE("IRET with VM, NT, IOPL");

void guest_main(void) {
    uint32_t flags;

    catch_traps();
    MUST(TRY("pushl $0x23202\n\tpushl $0x61\n\tpushl $771f\n\tiret") == NOTHING);
    __asm__ volatile("pushfl\n\tpopl %0" : "=r"(flags));
    MUST(!(flags & 0x23000));
    MUST(TRY("pushfl\n\torl $0x4000, (%esp)\n\tpopfl\n\tmovl %esp, %ebx\n\tpushl $0x202\n\t"
             "pushl $0x61\n\tpushl $771f\n\tiret") == 13);
    MUST(TRY("pushfl\n\torl $0x4000, (%esp)\n\tpopfl\n\txorl %eax, %eax\n\tint $0x1f\n\tpushl "
             "$0x202\n\t"
             "pushl $0x61\n\tpushl $771f\n\tiret") == 13);
    __asm__ volatile("mov %%cs, %0" : "=r"(flags));
    MUST((flags & 3) == 1);
    contained();
}
