// SPDX-License-Identifier: GPL-2.0-or-later
// Case 58, for our own calls. Two vCPUs raise all lines of each other as fast as they can, with
// handlers and without. Lines are bits, not queues: nothing piles up.
#include "hostile.h"

HOSTILE("interrupts between vCPUs without end");

static volatile uint32_t taken;
static volatile bool over;

static void take(struct frame *frame) {
    (void)frame;
    taken++;
}

static void flood(void) {
    irq_unblock(3);
    irq_unblock(4);
    irq_enable();
    for (uint32_t i = 0; !over; i++)
        send_ipi(0, i % LGUEST_IRQS);
}

void guest_main(void) {
    pgdir_load(pgdir_new());
    set_handler(LGUEST_FIRST_IRQ_VECTOR + 3, take); /* line 4 has none */
    vcpu_start(1, flood);
    irq_unblock(3);
    irq_unblock(4);
    irq_enable();
    for (uint32_t i = 0; i < 20000; i++)
        send_ipi(1, i % LGUEST_IRQS);
    while (taken < 100)
        __asm__ volatile("pause");
    over = true;
    contained();
}
