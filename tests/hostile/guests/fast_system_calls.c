// SPDX-License-Identifier: GPL-2.0-or-later
// Cases 17, 18 and 19. SYSENTER and SYSCALL enter ring 0 at the Host's address, on the Guest's page
// tables. Both must trap, in ring 1 and in ring 3, and with TF and NT set.
#include "hostile.h"

HOSTILE("SYSENTER and SYSCALL");

USER_CODE static void user_sysenter(void) {
    __asm__ volatile("sysenter");
}
USER_CODE static void user_syscall(void) {
    __asm__ volatile("syscall");
}

void guest_main(void) {
    catch_traps();
    MUST(TRY("sysenter") == 13 || caught == 6);
    MUST(TRY("syscall") == 6);
    MUST(TRY("pushfl\n\torl $0x4000, (%esp)\n\tpopfl\n\tsysenter") == 13 || caught == 6);
    MUST(TRY("pushfl\n\torl $0x100, (%esp)\n\tpopfl\n\tsysenter") != NOTHING);
    MUST(TRY("pushfl\n\torl $0x4100, (%esp)\n\tpopfl\n\tsyscall") != NOTHING);
    run_in_ring3(user_sysenter);
    MUST(caught == 13 || caught == 6);
    run_in_ring3(user_syscall);
    MUST(caught == 6);
    contained();
}
