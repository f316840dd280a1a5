// SPDX-License-Identifier: GPL-2.0-or-later
#include "kit/kit.h"

GUEST_ABOUT("Several vCPUs share work and page table (--vcpus 2; command line: forever)");
GUEST_VCPUS(2);

#define IPI_LINE 7
#define ITEMS 20000u
#define LAPS 50u
#define CHANGES 40u
#define TICKS 5u
#define WINDOW 0xbd000000u

static uint32_t *space;
static uint32_t count; /* vCPUs */
static volatile uint32_t arrived, phase;
static bool forever;

/* What one vCPU writes often is on a cache line that no other one writes. */
static struct {
    volatile uint32_t items, ipis, ticks, looks, stale, faults;
} __attribute__((aligned(64))) of[LG_VCPUS_MAX];

static uint32_t self(void) {
    return this_vcpu()->number;
}

static uint32_t fetch_add(volatile uint32_t *at, uint32_t value) {
    __asm__ volatile("lock xaddl %0, %1" : "+r"(value), "+m"(*at) : : "memory", "cc");
    return value;
}

static inline void pause(void) {
    __asm__ volatile("pause" : : : "memory");
}

/* All come here before any goes on. */
static void meet(void) {
    uint32_t now = phase;

    if (fetch_add(&arrived, 1) + 1 == count) {
        arrived = 0;
        phase = now + 1;
    } else {
        while (phase == now)
            pause();
    }
}

static void check(bool good, const char *what) {
    print("%s: %s\n", what, good ? "yes" : "NO");
    if (!good)
        panic("smp: not so: %s", what);
}

/* ---- Shared work: whoever has time takes the next item ------------------ */

static volatile uint32_t next_item;
static uint8_t done[ITEMS];

static void work(void) {
    for (uint32_t item; (item = fetch_add(&next_item, 1)) < ITEMS;) {
        done[item]++;
        of[self()].items++;
    }
}

/* ---- Interrupts: a token goes around ------------------------------------ */

static volatile uint32_t laps;

static void token(struct frame *frame) {
    (void)frame;
    of[self()].ipis++;
    if (self() == 0 && fetch_add(&laps, 1) + 1 == LAPS)
        return;
    send_ipi((self() + 1) % count, IPI_LINE);
}

static void tick(struct frame *frame) {
    (void)frame;
    if (++of[self()].ticks < TICKS)
        timer_set(2000000);
}

/* Sleeps between the interrupts. They are off while it decides, or the last might be missed. */
static void take_interrupts(void) {
    irq_unblock(IPI_LINE);
    irq_unblock(LGUEST_TIMER_IRQ);
    timer_set(2000000);
    if (self() == 0)
        send_ipi(1, IPI_LINE);
    while (of[self()].ticks < TICKS || of[self()].ipis < LAPS) {
        halt();
        irq_disable();
    }
}

/* ---- One page table: a change holds for all when the hypercall is done --- */

static volatile uint32_t version;

static void page_fault(struct frame *frame) {
    if (fault_address() != WINDOW || (frame->errcode & 1))
        panic("vCPU %u: page fault at %p, error %x, eip %p", self(), (void *)fault_address(),
              frame->errcode, (void *)frame->eip);
    of[self()].faults++;
    while (version < CHANGES + 1) /* vCPU 0 has taken it away, and will bring another */
        pause();
}

static void look(void) {
    while (version <= CHANGES) {
        uint32_t promised = version, found = *(volatile uint32_t *)WINDOW;

        of[self()].looks++;
        if (found < promised)
            of[self()].stale++;
    }
}

static void change(void) {
    uint32_t *pages[2] = {page_alloc(), page_alloc()};
    uint32_t seen = 0;

    for (uint32_t i = 1; i <= CHANGES; i++) {
        uint32_t *page = pages[i % 2];

        page[0] = i;
        pgdir_set(space, WINDOW, (uint32_t)page | PTE_P | PTE_RW);
        version = i; /* from now on nobody may find an older number there */
        for (uint32_t vcpu = 1; vcpu < count; vcpu++) {
            uint32_t looks = of[vcpu].looks;

            while (of[vcpu].looks == looks)
                pause();
        }
    }
    pgdir_set(space, WINDOW, 0);
    while (seen < count - 1) {
        seen = 0;
        for (uint32_t vcpu = 1; vcpu < count; vcpu++)
            seen += of[vcpu].faults != 0;
    }
    pages[0][0] = CHANGES + 1;
    pgdir_set(space, WINDOW, (uint32_t)pages[0] | PTE_P | PTE_RW);
    version = CHANGES + 1;
}

/* ---- To be looked at: each vCPU wakes for its timer, and sleeps again ------ */

static void wake_and_sleep(void) {
    irq_disable();
    while (forever) {
        timer_set(2000000);
        halt();
        irq_disable();
    }
}

/* ---- All of it ---------------------------------------------------------- */

static void other_vcpu(void) {
    meet();
    work();
    meet();
    take_interrupts();
    meet();
    look();
    meet();
    wake_and_sleep();
}

#define SUM(field)                                                                                 \
    ({                                                                                             \
        uint32_t total = 0;                                                                        \
        for (uint32_t vcpu = 0; vcpu < count; vcpu++)                                              \
            total += of[vcpu].field;                                                               \
        total;                                                                                     \
    })

void guest_main(void) {
    bool all_once = true, all_heard = true;

    forever = !strcmp(command_line, "forever");
    count = vcpu_count();
    if (count == 1) {
        print("this Guest is about several vCPUs: run it with --vcpus 2\n");
        return;
    }
    set_handler(14, page_fault);
    set_handler(LGUEST_FIRST_IRQ_VECTOR + IPI_LINE, token);
    set_handler(LGUEST_FIRST_IRQ_VECTOR + LGUEST_TIMER_IRQ, tick);
    space = pgdir_new();
    pgdir_load(space);
    pgdir_set(space, WINDOW, (uint32_t)page_alloc() | PTE_P | PTE_RW);
    for (uint32_t vcpu = 1; vcpu < count; vcpu++)
        vcpu_start(vcpu, other_vcpu);

    meet();
    print("%u vCPUs are here\n", count);
    work();
    meet();
    for (uint32_t i = 0; i < ITEMS; i++)
        all_once &= done[i] == 1;
    for (uint32_t vcpu = 0; vcpu < count; vcpu++)
        print("vCPU %u did %u of %u items\n", vcpu, of[vcpu].items, ITEMS);
    check(all_once && SUM(items) == ITEMS, "each item was done once");

    take_interrupts();
    meet();
    for (uint32_t vcpu = 0; vcpu < count; vcpu++)
        all_heard &= of[vcpu].ipis == LAPS && of[vcpu].ticks == TICKS;
    check(all_heard, "the token came by each vCPU in each lap, and each timer ticked");

    change();
    meet();
    print("%u looks at a page that changed %u times\n", SUM(looks), CHANGES);
    check(SUM(stale) == 0, "nobody saw an old page after the hypercall");
    check(SUM(faults) == count - 1, "when it was taken away each of the others faulted");
    print("done\n");
    wake_and_sleep();
}
