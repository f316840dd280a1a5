// SPDX-License-Identifier: GPL-2.0-or-later
// Case 16. The policy: the time stamp counter may be read in all rings, performance counters in
// none, whatever the Host's own tools have switched on.
#include "hostile.h"

HOSTILE("RDTSC and RDPMC");

USER_CODE static void user_rdpmc(void) {
    __asm__ volatile("xorl %%ecx, %%ecx\n\trdpmc" : : : "eax", "ecx", "edx");
}
USER_CODE static void user_rdtsc(void) {
    __asm__ volatile("rdtsc\n\tint3" : : : "eax", "edx");
}

void guest_main(void) {
    catch_traps();
    MUST(TRY("rdtsc") == NOTHING);
    MUST(TRY("xorl %ecx, %ecx\n\trdpmc") == 13);
    MUST(TRY("movl $0x40000000, %ecx\n\trdpmc") == 13);
    run_in_ring3(user_rdpmc);
    MUST(caught == 13);
    run_in_ring3(user_rdtsc); /* its int3 is for ring 1 only: that is what must stop it */
    MUST(caught == 13 && caught_error == 3 * 8 + 2);
    contained();
}
