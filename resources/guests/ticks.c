// SPDX-License-Identifier: GPL-2.0-or-later
#include "kit/kit.h"

GUEST_ABOUT("The timer and halting: ten interrupts, and how late each one was");

#define TICKS 10
#define PERIOD_NS 100000000u

static volatile uint32_t ticks;

static void tick(struct frame *frame) {
    (void)frame;
    ticks++;
    if (ticks < TICKS)
        timer_set(PERIOD_NS);
}

void guest_main(void) {
    uint64_t began;
    uint32_t seen = 0;

    set_handler(LGUEST_FIRST_IRQ_VECTOR + LGUEST_TIMER_IRQ, tick);
    irq_unblock(LGUEST_TIMER_IRQ);
    timer_set(PERIOD_NS);
    began = time_ms();
    while (seen < TICKS) {
        halt();
        if (ticks == seen)
            continue;
        seen = ticks;
        print("tick %u of %u after %u ms (asked for %u)\n", seen, TICKS,
              (uint32_t)(time_ms() - began), seen * (PERIOD_NS / 1000000));
    }
    print("done\n");
}
