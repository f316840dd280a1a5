// SPDX-License-Identifier: GPL-2.0-or-later
#include "kit/kit.h"

GUEST_ABOUT("As many hypercalls, traps and page faults a second as it can (command line: seconds)");

#define WINDOW 0xbd000000u
#define TICK_NS 10000000u
#define BATCH 200

static uint32_t *space, *page;
static uint32_t reflected;

static void tick(struct frame *frame) {
    (void)frame;
    timer_set(TICK_NS);
}

static void breakpoint(struct frame *frame) {
    (void)frame;
    reflected++;
}

static void page_fault(struct frame *frame) {
    (void)frame;
    pgdir_set(space, WINDOW, (uint32_t)page | PTE_P | PTE_RW);
}

static uint32_t hypercalls(void) {
    for (uint32_t i = 0; i < BATCH; i++)
        hypercall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
    return BATCH;
}

static uint32_t breakpoints(void) {
    for (uint32_t i = 0; i < BATCH; i++)
        __asm__ volatile("int3");
    // Under TCG the Host's tick may come right after a trap each time, in the handler's first
    // instruction, where interrupts are off; nothing else here would let the timer's in.
    irq_enable();
    return BATCH;
}

static uint32_t page_faults(void) {
    for (uint32_t i = 0; i < BATCH / 10; i++) {
        *(volatile uint32_t *)WINDOW = i;
        pgdir_set(space, WINDOW, 0);
    }
    return BATCH / 10;
}

static const struct {
    const char *name;
    uint32_t (*run)(void);
} winds[] = {
    {"hypercalls", hypercalls}, {"breakpoints", breakpoints}, {"page faults", page_faults}};

void guest_main(void) {
    uint32_t seconds = *command_line >= '1' && *command_line <= '9' ? *command_line - '0' : 3;

    set_handler(3, breakpoint);
    set_handler(14, page_fault);
    set_handler(LGUEST_FIRST_IRQ_VECTOR + LGUEST_TIMER_IRQ, tick);
    irq_unblock(LGUEST_TIMER_IRQ);
    space = pgdir_new();
    page = page_alloc();
    pgdir_load(space);
    irq_enable();
    timer_set(TICK_NS);

    for (uint32_t i = 0; i < sizeof(winds) / sizeof(winds[0]); i++) {
        uint64_t until = time_ms() + seconds * 1000 / 3;
        uint32_t began = (uint32_t)time_ms(), count = 0, took;

        while (time_ms() < until)
            count += winds[i].run();
        took = (uint32_t)time_ms() - began;
        print("%s: %u in %u ms\n", winds[i].name, count, took);
    }
    print("done\n");
}
