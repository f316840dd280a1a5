// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../resources/guests/kit/kit.h"

GUEST_ABOUT("Measures what each way between Guest and Host costs, in ticks of the TSC");

/*
 * Under QEMU's -icount shift=0 the TSC counts instructions: Guest, Switcher and Host
 * together. Each figure is the mean of many rounds, the loop's own few included.
 */
#define ROUNDS 2000u
#define PAGES 512u
#define WINDOW 0xbd000000u

static uint32_t *space;

/* The shortest handler there is: what remains is the way there and back. */
__asm__(".globl bare_handler\nbare_handler:\n\tiret\n");
extern char bare_handler[];

static void load_bare_gate(uint32_t vector, uint32_t type) {
    uint32_t address = (uint32_t)bare_handler;

    hypercall(LHCALL_LOAD_IDT_ENTRY, vector, (LGUEST_KERNEL_CS << 16) | (address & 0xffff),
              (address & 0xffff0000) | 0xe000 | (type << 8), 0);
}

#define PASSES 8u

/*
 * The best of some passes: in the others somebody else ran as well. 32 bits are enough for a
 * difference, and need no library to divide.
 */
static void measure(const char *name, void (*pass)(uint32_t number), uint32_t rounds) {
    uint32_t best = 0xffffffff;

    for (uint32_t i = 0; i < PASSES; i++) {
        uint64_t began = cycles();

        pass(i);
        if ((uint32_t)(cycles() - began) < best)
            best = (uint32_t)(cycles() - began);
    }
    print("%s %u\n", name, best / rounds);
}

static void nothing(uint32_t pass) {
    (void)pass;
    for (uint32_t i = 0; i < ROUNDS; i++)
        __asm__ volatile("");
}

static void hypercalls(uint32_t pass) {
    (void)pass;
    for (uint32_t i = 0; i < ROUNDS; i++)
        hypercall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
}

static void breakpoints(uint32_t pass) {
    (void)pass;
    for (uint32_t i = 0; i < ROUNDS; i++)
        __asm__ volatile("int3");
}

static void port_writes(uint32_t pass) {
    (void)pass;
    for (uint32_t i = 0; i < ROUNDS; i++)
        __asm__ volatile("outb %al, $0x80");
}

static uint32_t frames[PAGES];

static void touch(uint32_t pass) {
    for (uint32_t i = 0; i < PAGES / PASSES; i++)
        *(volatile uint32_t *)(WINDOW + (pass * (PAGES / PASSES) + i) * 4096) = i;
}

static void touch_each(const char *name) {
    measure(name, touch, PAGES / PASSES);
}

/* After a flush the first touch of a table pays for all of its pages, so all are one pass. */
static void measure_flush(void) {
    uint32_t best = 0xffffffff;

    for (uint32_t i = 0; i < PASSES; i++) {
        hypercall(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
        uint64_t began = cycles();

        for (uint32_t part = 0; part < PASSES; part++)
            touch(part);
        if ((uint32_t)(cycles() - began) < best)
            best = (uint32_t)(cycles() - began);
    }
    print("flush %u\n", best / PAGES);
}

static void map_all(uint32_t flags) {
    for (uint32_t i = 0; i < PAGES; i++)
        pgdir_set(space, WINDOW + i * 4096, flags ? frames[i] | flags : 0);
}

static void set_entries(uint32_t pass) {
    for (uint32_t i = 0; i < PAGES / PASSES; i++)
        pgdir_set(space, WINDOW + (pass * (PAGES / PASSES) + i) * 4096, PTE_P | PTE_RW | frames[0]);
}

/* The page is in the Guest's tables and missing in the shadow only. */
static void measure_fill(void) {
    for (uint32_t i = 0; i < PAGES; i++)
        frames[i] = (uint32_t)page_alloc();
    map_all(PTE_P | PTE_RW);
    measure("set_pte", set_entries, PAGES / PASSES);
    map_all(PTE_P | PTE_RW);
    touch_each("fill_and_hold"); /* the Launcher's pages are found, or made, as well */
    map_all(0);
    map_all(PTE_P | PTE_RW);
    touch_each("fill");
    measure_flush();
}

static uint32_t next_frame;

/* What Linux does at the first write to a page, as short as it can be done. */
static void page_fault(struct frame *frame) {
    uint32_t page = frames[next_frame++ % PAGES], count = 1024;
    void *at = (void *)page;

    (void)frame;
    __asm__ volatile("rep stosl" : "+D"(at), "+c"(count) : "a"(0) : "memory");
    pgdir_set(space, fault_address() & ~0xfffu, page | PTE_P | PTE_RW | PTE_A | PTE_D);
}

/* Missing in the Guest's tables as well: its handler, a cleared page, SET_PTE, again. */
static void measure_touch(void) {
    map_all(0);
    set_handler(14, page_fault);
    touch_each("touch");
}

/*
 * From the last moment that the Guest saw to the first instruction of its handler. Of many
 * interrupts the quickest: others are late because the Host had something else to do.
 */
static volatile uint32_t seen, shortest = ~0u, interrupts;

static void timer(struct frame *frame) {
    uint32_t late = (uint32_t)cycles() - seen;

    (void)frame;
    if (late < shortest)
        shortest = late;
    interrupts++;
    hypercall(LHCALL_SET_CLOCKEVENT, 20000, 0, 0, 0);
}

static void measure_timer(void) {
    set_handler(LGUEST_FIRST_IRQ_VECTOR, timer);
    irq_unblock(LGUEST_TIMER_IRQ);
    irq_enable();
    hypercall(LHCALL_SET_CLOCKEVENT, 20000, 0, 0, 0);
    while (interrupts < 50)
        seen = (uint32_t)cycles();
    irq_disable();
    hypercall(LHCALL_SET_CLOCKEVENT, 0, 0, 0, 0);
    print("timer %u\n", shortest);
}

USER_CODE __attribute__((noreturn)) static void user_main(void) {
    uint32_t low, high, began, best = 0xffffffff;

    for (uint32_t pass = 0; pass < PASSES; pass++) {
        __asm__ volatile("rdtsc" : "=a"(began), "=d"(high));
        for (uint32_t i = 0; i < ROUNDS; i++)
            __asm__ volatile("int $0x80" : : : "memory");
        __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
        if (low - began < best)
            best = low - began;
    }
    /* Ring 3 may not make hypercalls; this one ends in trap 13's handler. */
    __asm__ volatile("int $0x1f" : : "a"(best));
    __builtin_unreachable();
}

static void user_done(struct frame *frame) {
    print("system_call %u\n", frame->eax / ROUNDS);
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
    measure("loop", nothing, ROUNDS);
    measure("hypercall", hypercalls, ROUNDS);
    measure("trap_ring1", breakpoints, ROUNDS);
    measure("out80", port_writes, ROUNDS);
    measure_fill();
    measure_touch();
    measure_timer();
    measure_system_call();
}
