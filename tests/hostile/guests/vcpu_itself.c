// SPDX-License-Identifier: GPL-2.0-or-later
// Case 52, for our own calls. The first vCPU starts itself.
#include "hostile.h"

HOSTILE("a vCPU that starts itself");

static void nothing(void) {}

void guest_main(void) {
    pgdir_load(pgdir_new());
    vcpu_start(0, nothing);
}
