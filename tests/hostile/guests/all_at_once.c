// SPDX-License-Identifier: GPL-2.0-or-later
// Case 52. All vCPUs commit the same crime at the same time: the Guest dies once, of one of them.
#include "hostile.h"

HOSTILE("four vCPUs that die at the same time");

static volatile uint32_t here;

static void die(void) {
    __asm__ volatile("lock incl %0" : "+m"(here));
    while (here < 4)
        ;
    hypercall(1000, 0, 0, 0, 0);
}

void guest_main(void) {
    pgdir_load(pgdir_new());
    for (uint32_t vcpu = 1; vcpu < 4; vcpu++)
        vcpu_start(vcpu, die);
    die();
}
