// SPDX-License-Identifier: GPL-2.0-or-later
// Case 52, for our own calls. A vCPU that runs is started again.
#include "hostile.h"

HOSTILE("a vCPU started twice");

static void nothing(void) {}

void guest_main(void) {
    pgdir_load(pgdir_new());
    vcpu_start(1, nothing);
    vcpu_start(1, nothing);
}
