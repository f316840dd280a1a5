// SPDX-License-Identifier: GPL-2.0-or-later
// Case 48. Ring 3 traps while the stack for it is not mapped. The Switcher's own push must fault
// harmlessly, and the Host then find no stack: the Guest dies.
#include "hostile.h"

HOSTILE("a trap stack that is not there");

USER_CODE static void user(void) {
    __asm__ volatile("int $0x80");
}

static void nothing(struct frame *frame) {
    (void)frame;
}

void guest_main(void) {
    catch_traps();
    set_user_handler(LGUEST_SYSCALL_VECTOR, nothing);
    hypercall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
    run_in_ring3(user); /* makes the space; the system call returns to what lies behind it */
    hypercall(LHCALL_SET_STACK, LGUEST_KERNEL_DS, 0xb0001000, 1, 0);
    run_in_ring3(user);
    panic("escaped: a frame was pushed nowhere");
}
