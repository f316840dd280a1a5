// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../../resources/guests/kit/kit.h"

GUEST_ABOUT("Test: instructions for an inspector to step through");

volatile uint32_t watched;
volatile uint32_t seen_flags;
static volatile uint32_t debug_traps;

__asm__(".globl bare_handler\nbare_handler:\n\tiret\n");
extern char bare_handler[];

static void debug_trap(struct frame *frame) {
    debug_traps++;
    frame->eflags &= ~0x100u;
}

static void bare_gate(uint32_t vector) {
    uint32_t address = (uint32_t)bare_handler;

    hypercall(LHCALL_LOAD_IDT_ENTRY, vector, (LGUEST_KERNEL_CS << 16) | (address & 0xffff),
              (address & 0xffff0000) | 0x8f00, 0);
}

/* Each label is a place where the test expects the Guest to stand. */
__asm__(".globl stepped, step_1, step_2, step_3, step_4, step_5, step_6, step_7, step_8, step_9\n"
        ".globl step_10, step_11\n"
        "stepped: pushfl\n"
        "step_1: popl %eax\n"
        "step_2: movl %eax, seen_flags\n"
        "step_3: pushl %eax\n"
        "step_4: popfl\n"
        "step_5: int3\n"            /* its handler is one iret, back to step_6 */
        "step_6: movl $0, %eax\n"
        "step_7: int $0x1f\n"       /* FLUSH_ASYNC */
        "step_8: outb %al, $0x80\n" /* the Host does it */
        "step_9: movl $0x50000000, %ecx\n"
        "step_10: movl %eax, (%ecx)\n" /* a page that only the shadow lacks */
        "step_11: ret\n");
void stepped(void);

/* The Guest steps itself: its own flag, and a trap of its own after the nop. */
static void own_step(void) {
    __asm__ volatile("pushfl\n\torl $0x100, (%%esp)\n\tpopfl\n\tnop" : : : "cc", "memory");
}

void guest_main(void) {
    uint32_t *space = pgdir_new();

    bare_gate(3);
    set_handler(1, debug_trap);
    pgdir_set(space, 0x50000000, (uint32_t)page_alloc() | PTE_P | PTE_RW);
    pgdir_load(space);
    stepped();
    own_step();
    for (uint32_t i = 1; i <= 3; i++)
        watched = i;
    print("flags %x, own traps %u\n", seen_flags & 0x100, debug_traps);
    timer_set(1000000);
    power_off();
}
