// SPDX-License-Identifier: GPL-2.0-or-later
// Cases 17 and 19. SYSENTER and SYSCALL enter ring 0 at the Host's address, on the Guest's page
// tables. Both must trap, in ring 1 and in ring 3.
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
    run_in_ring3(user_sysenter);
    MUST(caught == 13 || caught == 6);
    run_in_ring3(user_syscall);
    MUST(caught == 6);
    contained();
}
