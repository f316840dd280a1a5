// SPDX-License-Identifier: GPL-2.0-or-later
// Case 48. A trap in ring 1 with esp at 8: the frame would lie at both ends of the address space.
// There is nothing at the upper one, and above that nothing of the Host's is within reach.
#include "hostile.h"

HOSTILE("a frame that wraps around 4 GB");

void guest_main(void) {
    catch_traps();
    pgdir_load(pgdir_new());
    TRY("movl $8, %esp\n\tint3");
    panic("escaped: a frame was pushed nowhere");
}
