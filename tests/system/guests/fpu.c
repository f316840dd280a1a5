// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../../resources/guests/kit/kit.h"

GUEST_ABOUT("Test: floating-point registers survive the Host, the Launcher and other Guests");

/*
 * Fills the x87 stack and all SSE registers with a pattern (from the command line's first
 * letter), comes out again and again, by hypercall, by timer, by host interrupt, and looks
 * whether the pattern is still there. Then the same with the task-switched flag in use.
 */
static uint32_t pattern[4] __attribute__((aligned(16)));
static uint32_t found[8][4] __attribute__((aligned(16)));
static volatile uint32_t ticks, device_not_available;

static void tick(struct frame *frame) {
    (void)frame;
    ticks++;
    timer_set(2000000);
}

static void no_fpu(struct frame *frame) {
    (void)frame;
    device_not_available++;
    hypercall(LHCALL_TS, 0, 0, 0, 0);
}

static void fill(void) {
    __asm__ volatile("movaps %0, %%xmm0\n\tmovaps %0, %%xmm1\n\tmovaps %0, %%xmm2\n\t"
                     "movaps %0, %%xmm3\n\tmovaps %0, %%xmm4\n\tmovaps %0, %%xmm5\n\t"
                     "movaps %0, %%xmm6\n\tmovaps %0, %%xmm7\n\tfninit\n\tfildl %0"
                     :
                     : "m"(pattern));
}

static void check(const char *when) {
    uint32_t integer;

    __asm__ volatile("movaps %%xmm0, 0(%1)\n\tmovaps %%xmm1, 16(%1)\n\tmovaps %%xmm2, 32(%1)\n\t"
                     "movaps %%xmm3, 48(%1)\n\tmovaps %%xmm4, 64(%1)\n\tmovaps %%xmm5, 80(%1)\n\t"
                     "movaps %%xmm6, 96(%1)\n\tmovaps %%xmm7, 112(%1)\n\tfistl %0"
                     : "=m"(integer)
                     : "r"(found)
                     : "memory");
    if (integer != pattern[0])
        panic("%s: st0 is %x, not %x", when, integer, pattern[0]);
    for (uint32_t i = 0; i < 8; i++)
        if (memcmp(found[i], pattern, sizeof(pattern)))
            panic("%s: xmm%u is %08x, not %08x", when, i, found[i][0], pattern[0]);
}

void guest_main(void) {
    uint32_t rounds = 0;

    for (uint32_t i = 0; i < 4; i++)
        pattern[i] = 0x01010101u * (uint32_t)(*command_line ? *command_line & 0x7f : 'f');
    set_handler(LGUEST_FIRST_IRQ_VECTOR + LGUEST_TIMER_IRQ, tick);
    set_handler(7, no_fpu);
    irq_unblock(LGUEST_TIMER_IRQ);
    irq_enable();
    timer_set(1000000);
    fill();
    while (ticks < 300) {
        for (volatile uint32_t work = 0; work < 1000; work++)
            ;
        if (rounds++ % 16 == 0)
            hypercall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
        check("while ticking");
    }
    print("pattern %08x kept over %u ticks\n", pattern[0], ticks);

    hypercall(LHCALL_TS, 1, 0, 0, 0);
    check("after the task-switched flag");
    if (device_not_available != 1)
        panic("#NM came %u times, not once", device_not_available);
    print("#NM came once after TS\n");
}
