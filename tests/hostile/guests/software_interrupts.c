// SPDX-License-Identifier: GPL-2.0-or-later
// Cases 20, 22 and 24. INT n for all n. From ring 1 only the hypercall, the system call, and int3
// and into if there are gates; from ring 3 not even the hypercall. The rest is a general protection
// fault that names the vector, and no handler of the Host's runs.
#include "hostile.h"

HOSTILE("INT n for all n");

extern char int_table[];
__asm__(".text\n\t.balign 4\nint_table:\n"
        ".set n, 0\n.rept 256\n\t.byte 0xcd, n, 0xc3, 0x90\n.set n, n + 1\n.endr");

USER_CODE static void user_hypercall(void) {
    __asm__ volatile("int $0x1f" : : "a"(LHCALL_SHUTDOWN), "b"(0), "c"(1));
}
USER_CODE static void user_nmi(void) {
    __asm__ volatile("int $2");
}
USER_CODE static void user_timer(void) {
    __asm__ volatile("int $0x20");
}

static volatile uint32_t system_calls;

static void system_call(struct frame *frame) {
    (void)frame;
    system_calls++;
}

void guest_main(void) {
    uint32_t n;

    catch_traps();
    set_user_handler(LGUEST_SYSCALL_VECTOR, system_call);
    for (n = 0; n < 256; n++) {
        caught = NOTHING;
        if (n == LGUEST_TRAP_ENTRY)
            continue;
        __asm__ volatile("movl $1f, resume_at\n\tpushl %%ebp\n\tmovl %%esp, %%ebp\n\tcall *%0\n"
                         "1:\tmovl %%ebp, %%esp\n\tpopl %%ebp"
                         :
                         : "r"(int_table + 4 * n)
                         : "memory", "cc");
        if (n == 3 || n == 4)
            MUST(caught == n);
        else if (n == LGUEST_SYSCALL_VECTOR)
            MUST(caught == NOTHING && system_calls == 1);
        else
            MUST(caught == 13 && caught_error == n * 8 + 2);
    }
    run_in_ring3(user_hypercall);
    MUST(caught == 13 && caught_error == LGUEST_TRAP_ENTRY * 8 + 2);
    run_in_ring3(user_nmi);
    MUST(caught == 13 && caught_error == 2 * 8 + 2);
    run_in_ring3(user_timer);
    MUST(caught == 13 && caught_error == 0x20 * 8 + 2);
    contained();
}
