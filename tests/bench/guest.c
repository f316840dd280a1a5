// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../resources/guests/kit/kit.h"

GUEST_ABOUT("Measures what each way between Guest and Host costs, in ticks of the TSC");

/*
 * Under QEMU's -icount shift=0 the TSC counts instructions: Guest, Switcher and Host
 * together. Each figure is the mean of many rounds, the loop's own few included.
 */
#define ROUNDS 2000u
#define PAGES 512u
#define WINDOW 0x50000000u
#define USER_STACK_TOP 0x48000000u

static uint32_t *space;

/* The shortest handler there is: what remains is the way there and back. */
__asm__(".globl bare_handler\nbare_handler:\n\tiret\n");
extern char bare_handler[];

static void load_bare_gate(uint32_t vector, uint32_t type) {
    uint32_t address = (uint32_t)bare_handler;

    hypercall(LHCALL_LOAD_IDT_ENTRY, vector, (LGUEST_KERNEL_CS << 16) | (address & 0xffff),
              (address & 0xffff0000) | 0xe000 | (type << 8), 0);
}

/* 32 bits are enough for a difference, and need no library to divide. */
static void report(const char *name, uint32_t ticks, uint32_t rounds) {
    print("%s %u\n", name, ticks / rounds);
}

static void measure_loop(void) {
    uint64_t began = cycles();

    for (uint32_t i = 0; i < ROUNDS; i++)
        __asm__ volatile("");
    report("loop", (uint32_t)(cycles() - began), ROUNDS);
}

static void measure_hypercall(void) {
    uint64_t began = cycles();

    for (uint32_t i = 0; i < ROUNDS; i++)
        hypercall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
    report("hypercall", (uint32_t)(cycles() - began), ROUNDS);
}

static void measure_trap(void) {
    uint64_t began = cycles();

    for (uint32_t i = 0; i < ROUNDS; i++)
        __asm__ volatile("int3");
    report("trap_ring1", (uint32_t)(cycles() - began), ROUNDS);
}

static void measure_port(void) {
    uint64_t began = cycles();

    for (uint32_t i = 0; i < ROUNDS; i++)
        __asm__ volatile("outb %al, $0x80");
    report("out80", (uint32_t)(cycles() - began), ROUNDS);
}

/* The page is in the Guest's tables and missing in the shadow only. */
static void measure_fill(void) {
    uint64_t began;

    for (uint32_t i = 0; i < PAGES; i++)
        pgdir_set(space, WINDOW + i * 4096,
                  (uint32_t)page_alloc() | PTE_P | PTE_RW | PTE_A | PTE_D);
    hypercall(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
    /* The first one pays for the tables above it, and for pinning; again, then. */
    for (int pass = 0; pass < 2; pass++) {
        began = cycles();
        for (uint32_t i = 0; i < PAGES; i++)
            *(volatile uint32_t *)(WINDOW + i * 4096) = i;
        report(pass ? "fill" : "fill_and_pin", (uint32_t)(cycles() - began), PAGES);
        hypercall(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
    }
}

static void page_fault(struct frame *frame) {
    (void)frame;
    pgdir_set(space, fault_address() & ~0xfffu, (uint32_t)page_alloc() | PTE_P | PTE_RW);
}

/* Missing in the Guest's tables as well: its handler, a new page, SET_PTE, again. */
static void measure_touch(void) {
    uint64_t began;

    for (uint32_t i = 0; i < PAGES; i++)
        pgdir_set(space, WINDOW + i * 4096, 0);
    set_handler(14, page_fault);
    began = cycles();
    for (uint32_t i = 0; i < PAGES; i++)
        *(volatile uint32_t *)(WINDOW + i * 4096) = i;
    report("touch", (uint32_t)(cycles() - began), PAGES);
}

USER_CODE __attribute__((noreturn)) static void user_main(void) {
    uint32_t low, high, began;

    __asm__ volatile("rdtsc" : "=a"(began), "=d"(high));
    for (uint32_t i = 0; i < ROUNDS; i++)
        __asm__ volatile("int $0x80" : : : "memory");
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    /* Ring 3 may not make hypercalls; this one ends in trap 13's handler. */
    __asm__ volatile("int $0x1f" : : "a"(low - began));
    __builtin_unreachable();
}

static void user_done(struct frame *frame) {
    report("system_call", frame->eax, ROUNDS);
    print("done\n");
    power_off();
}

static void measure_system_call(void) {
    static struct frame start = {.ds = USER_DS,
                                 .es = USER_DS,
                                 .ss = USER_DS,
                                 .cs = USER_CS,
                                 .eflags = 0x202,
                                 .esp = USER_STACK_TOP - 8};
    uint32_t at;

    for (at = 0; user_image + at < user_image_end; at += 4096)
        pgdir_set(space, USER_BASE + at, (uint32_t)(user_image + at) | PTE_P | PTE_RW | PTE_US);
    pgdir_set(space, USER_STACK_TOP - 4096, (uint32_t)page_alloc() | PTE_P | PTE_RW | PTE_US);
    user_segments();
    user_trap_stack((char *)page_alloc() + 4096);
    load_bare_gate(LGUEST_SYSCALL_VECTOR, 15);
    set_handler(13, user_done);
    start.eip = (uint32_t)user_main;
    frame_resume(&start);
}

void guest_main(void) {
    load_bare_gate(3, 15);
    space = pgdir_new();
    pgdir_load(space);
    measure_loop();
    measure_hypercall();
    measure_trap();
    measure_port();
    measure_fill();
    measure_touch();
    measure_system_call();
}
