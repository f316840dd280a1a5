// SPDX-License-Identifier: GPL-2.0-or-later
// Case 55. A timer of 1 ns, set again in each interrupt, and the longest there is.
#include "hostile.h"

HOSTILE("timers of one nanosecond");

static volatile uint32_t ticks;

static void tick(struct frame *frame) {
    (void)frame;
    ticks++;
    timer_set(1);
}

void guest_main(void) {
    set_handler(LGUEST_FIRST_IRQ_VECTOR, tick);
    irq_unblock(0);
    irq_enable();
    timer_set(0xffffffff);
    timer_set(1);
    while (ticks < 2000)
        halt();
    timer_set(0);
    contained();
}
