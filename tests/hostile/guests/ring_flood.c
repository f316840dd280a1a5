// SPDX-License-Identifier: GPL-2.0-or-later
// Case 54. The asynchronous ring, always full: each hypercall brings 64 more. The Host's work for
// one hypercall must be bounded, so that the Guest comes back.
#include "hostile.h"

HOSTILE("an asynchronous ring that never empties");

void guest_main(void) {
    for (uint32_t i = 0; i < LHCALL_RING_SIZE; i++)
        lguest_data.hcalls[i] = (struct hcall_args){LHCALL_FLUSH_TLB, 1, 0, 0, 0};
    for (uint32_t round = 0; round < 200; round++) {
        for (uint32_t i = 0; i < LHCALL_RING_SIZE; i++)
            *(volatile uint8_t *)&lguest_data.hcall_status[i] = 0;
        hypercall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
    }
    contained();
}
