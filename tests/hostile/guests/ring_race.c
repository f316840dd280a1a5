// SPDX-License-Identifier: GPL-2.0-or-later
// Case 54. The status bytes and the arguments of the asynchronous ring are flipped by the other
// vCPU while the Host works through it. Its work stays bounded, and what it judged is what it does.
#include "hostile.h"

HOSTILE("an asynchronous ring that changes while it is read");

static volatile bool over;

static void flip(void) {
    static const uint32_t numbers[] = {LHCALL_FLUSH_ASYNC, LHCALL_SEND_INTERRUPTS, LHCALL_TS,
                                       LHCALL_FLUSH_TLB, LHCALL_SET_CLOCKEVENT};

    for (uint32_t i = 0; !over; i++) {
        volatile struct hcall_args *call = &lguest_data.hcalls[i % LHCALL_RING_SIZE];

        call->arg0 = numbers[i % 5];
        call->arg1 = 0;
        *(volatile uint8_t *)&lguest_data.hcall_status[i % LHCALL_RING_SIZE] = (uint8_t)i;
    }
}

void guest_main(void) {
    pgdir_load(pgdir_new());
    memset(lguest_data.hcalls, 0, sizeof(lguest_data.hcalls));
    vcpu_start(1, flip);
    for (uint32_t i = 0; i < 20000; i++)
        hypercall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
    over = true;
    contained();
}
