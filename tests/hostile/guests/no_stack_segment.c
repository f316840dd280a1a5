// SPDX-License-Identifier: GPL-2.0-or-later
// Case 66. The segment of the trap stack does not exist. The frame is pushed, and the way back to
// the Guest would load the selector: that fault belongs to the Guest.
#include "hostile.h"

HOSTILE("a trap stack in no segment");

USER_CODE static void user(void) {
    __asm__ volatile("ud2");
}

void guest_main(void) {
    catch_traps();
    run_in_ring3(user);
    MUST(caught == 6);
    hypercall(LHCALL_SET_STACK, 0x31, (uint32_t)page_alloc() + 4096, 1, 0);
    run_in_ring3(user);
    panic("escaped: a handler ran without a stack segment");
}
