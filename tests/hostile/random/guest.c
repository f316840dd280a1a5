// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../../resources/guests/kit/kit.h"
#include "code.h"

GUEST_ABOUT("Attack: random operations (command line: a seed and how many for vCPU 0)");

/*
 * Each vCPU makes random operations: hypercalls that are nearly right, changes of page tables with
 * and without a word to the Host, descriptors, gates, instructions in ring 1 and ring 3. A trap
 * ends the operation, not the Guest. Now and then one is as wrong as can be; the Host may kill the
 * Guest for it, and the test goes on with the next seed. The seed decides all that one vCPU does.
 */
#define WINDOW 0x50000000u
#define WINDOW_PAGES 64u /* 32 at the beginning of each of two tables */
#define FRAMES 32u
#define SPACES 3u
#define TICK_NS 2000000u
#define WILD 20000u /* one in so many is as wrong as can be */

extern char random_code[], random_code_end[];
extern uint32_t attempt(volatile uint32_t *kept, void (*code)(void), const uint32_t registers[7]);
extern __attribute__((noreturn)) void recover(uint32_t kept, uint32_t vector);

/* The test reads these when the Guest is dead. */
volatile uint32_t random_operations[LG_VCPUS_MAX];
volatile uint32_t random_last[LG_VCPUS_MAX]; /* the last: kind, and instruction * 256 */

struct worker {
    uint32_t random;
    volatile uint32_t kept;   /* esp, for recover(); 0 between operations */
    uint32_t seen;            /* operations at the last tick */
    bool armed;               /* there will be another tick */
    char *trap_stack, *stack; /* for traps out of ring 3, for operations */
    uint8_t *scratch;         /* a page to be spoilt */
};

static struct worker workers[LG_VCPUS_MAX];
static uint32_t count, limit;
static bool pae;
static void *spaces[SPACES], *tables[4], *directories[2];
static uint8_t *frames[FRAMES];

static struct worker *me(void) {
    return &workers[this_vcpu()->number];
}

static uint32_t rnd(void) {
    struct worker *w = me();

    w->random ^= w->random << 13;
    w->random ^= w->random >> 17;
    w->random ^= w->random << 5;
    return w->random;
}

static uint32_t below(uint32_t n) {
    return (rnd() >> 8) % n;
}

static bool one_in(uint32_t n) {
    return below(n) == 0;
}

static uint32_t window_address(void) {
    uint32_t page = below(WINDOW_PAGES);

    return WINDOW + (page % 32) * 4096 + (page / 32) * (pae ? 2u << 20 : 4u << 20) +
           below(1024) * 4;
}

static uint32_t selector(void) {
    return one_in(3) ? rnd() & 0xffff : (6 + below(26)) * 8 + below(4);
}

/* A number that somebody might not have thought of. */
static uint32_t odd(void) {
    switch (below(10)) {
    case 0:
        return 0;
    case 1:
        return ~0u;
    case 2:
        return 3u << below(31);
    case 3:
        return (1u << below(32)) - 1;
    case 4:
        return window_address();
    case 5:
        return (uint32_t)frames[below(FRAMES)] + below(4096);
    case 6:
        return selector();
    case 7:
        return memory_size - below(64);
    case 8:
        return (uint32_t)random_code + below(4096);
    default:
        return rnd();
    }
}

/* ---- Page tables -------------------------------------------------------- */

static void *space(void) {
    return spaces[below(SPACES)];
}

static uint64_t some_entry(void) {
    uint64_t entry = (uint32_t)frames[below(FRAMES)] | (below(8) & (PTE_RW | PTE_US)) | PTE_P;

    if (one_in(2))
        entry |= (rnd() & 0xf78) & ~0x80u; /* accessed, dirty, caching, global, ours */
    if (one_in(8))
        entry &= ~(uint64_t)PTE_P;
    if (one_in(WILD))
        entry |= 1u << below(32);
    if (pae && one_in(WILD))
        entry |= (uint64_t)(1u << below(32)) << 32;
    return one_in(6) ? 0 : entry;
}

static void *table_of(void *in, uint32_t address) {
    if (pae) {
        const uint64_t *directory = pae_directory(in, address);
        uint64_t entry = directory ? directory[pae_directory_index(address)] : 0;

        return entry & PTE_P ? (void *)((uint32_t)entry & ~0xfffu) : NULL;
    }
    return (void *)(((uint32_t *)in)[address >> 22] & ~0xfffu);
}

static void change_entry(void) {
    void *in = space();
    uint32_t address = window_address();
    void *table = table_of(in, address);
    uint64_t entry = some_entry();

    if (!table)
        return;
    if (pae)
        ((volatile uint64_t *)table)[(address >> 12) & 511] = entry;
    else
        ((volatile uint32_t *)table)[(address >> 12) & 1023] = (uint32_t)entry;
    if (one_in(3))
        return; /* in silence */
    if (one_in(4))
        hypercall_later(LHCALL_SET_PTE, (uint32_t)in, address, (uint32_t)entry,
                        (uint32_t)(entry >> 32));
    else
        hypercall(LHCALL_SET_PTE, (uint32_t)in, address, (uint32_t)entry, (uint32_t)(entry >> 32));
}

/* Another table, or none, behind a directory entry of the window. */
static void change_directory(void) {
    void *in = space();
    uint32_t address = window_address(), entry;

    entry = one_in(4) ? 0 : (uint32_t)tables[below(4)] | PTE_P | (rnd() & (PTE_RW | PTE_US));
    if (one_in(WILD))
        entry |= 1u << below(32);
    if (pae) {
        uint64_t *directory = pae_directory(in, address);

        if (!directory)
            return;
        directory[pae_directory_index(address)] = entry;
        if (!one_in(3))
            hypercall(LHCALL_SET_PMD, (uint32_t)directory, pae_directory_index(address), 0, 0);
    } else {
        ((volatile uint32_t *)in)[address >> 22] = entry;
        if (!one_in(3))
            hypercall(LHCALL_SET_PGD, (uint32_t)in, address >> 22, 0, 0);
    }
}

/* Another directory, or none, behind PAE's second entry on top. */
static void change_top(void) {
    uint64_t *in = space(), entry;

    if (!pae)
        return;
    entry = one_in(4) ? 0 : (uint32_t)directories[below(2)] | PTE_P;
    if (one_in(WILD))
        entry |= 1u << below(12);
    in[WINDOW >> 30] = entry;
    if (!one_in(3))
        hypercall(LHCALL_SET_PGD, (uint32_t)in, WINDOW >> 30, 0, 0);
}

static void switch_space(void) {
    hypercall(LHCALL_NEW_PGTABLE, (uint32_t)space(), 0, 0, 0);
}

static void flush(void) {
    hypercall(LHCALL_FLUSH_TLB, below(2), 0, 0, 0);
}

static void touch(void) {
    for (uint32_t i = below(6); i < 6; i++) {
        volatile uint32_t *at = (void *)window_address();

        if (one_in(2))
            *at = rnd();
        else
            (void)*at;
    }
}

/* ---- Descriptors and gates ---------------------------------------------- */

static uint32_t descriptor_high(void) {
    static const uint32_t good[] = {0x00cff300, 0x00cffb00, 0x00cfb300, 0x00cfbb00, 0x00409200,
                                    0x00affb00, 0x0000ec00, 0x00008900, 0x000f9700, 0x00cf9e00};

    return one_in(3) ? rnd() : good[below(10)];
}

/* 12 and 13 are what the kit itself stands on, 14 and 15 ring 3's, 18 leads to this vCPU. */
static uint32_t free_slot(void) {
    static const uint8_t slots[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 16, 17,
                                    19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

    return one_in(WILD) ? odd() : slots[below(sizeof(slots))];
}

static void load_descriptor(void) {
    hypercall(LHCALL_LOAD_GDT_ENTRY, free_slot(), one_in(2) ? 0xffff : rnd(), descriptor_high(), 0);
}

static void load_tls(void) {
    uint32_t *words = (void *)me()->scratch;

    for (uint32_t i = 0; i < 3; i++) {
        words[2 * i] = rnd();
        words[2 * i + 1] = descriptor_high();
    }
    hypercall(LHCALL_LOAD_TLS, one_in(WILD) ? odd() : (uint32_t)words, 0, 0, 0);
}

/* Not those that this Guest lives by. */
static void load_gate(void) {
    uint32_t vector = 20 + below(236), address = odd(),
             type = one_in(WILD) ? below(16) : 14 + below(2);

    if (vector >= LGUEST_FIRST_IRQ_VECTOR && vector < LGUEST_FIRST_IRQ_VECTOR + LGUEST_IRQS)
        vector = 64 + below(64);
    if (vector == LGUEST_SYSCALL_VECTOR && !one_in(100))
        vector = 2;
    hypercall(LHCALL_LOAD_IDT_ENTRY, vector, (rnd() << 16) | (address & 0xffff),
              (address & 0xffff0000) | (one_in(5) ? 0 : 0x8000) | (below(4) << 13) | (type << 8),
              0);
}

/* ---- Interrupts, time, sleep -------------------------------------------- */

static void send(void) {
    hypercall(LHCALL_SEND_IPI, one_in(WILD) ? odd() : below(count), below(LGUEST_IRQS), 0, 0);
}

static void set_mask(void) {
    volatile struct lguest_data *data = &this_vcpu()->data;

    data->blocked_interrupts = rnd() & ~1u;
    data->irq_enabled = one_in(2) ? LGUEST_IF : rnd();
    if (one_in(4))
        data->irq_pending = rnd();
}

static void set_timer(void) {
    me()->armed = false;
    timer_set(one_in(3) ? odd() : below(1000000));
}

/* So that whatever is begun now ends. */
static void alarm(void) {
    volatile struct lguest_data *data = &this_vcpu()->data;

    data->blocked_interrupts &= ~1u;
    data->irq_enabled = LGUEST_IF;
    if (!me()->armed)
        timer_set(TICK_NS);
    me()->armed = true;
}

static void sleep(void) {
    alarm();
    timer_set(50000);
    halt();
}

static void info(void) {
    hypercall(LHCALL_VCPU_INFO, one_in(WILD) ? odd() : (uint32_t)me()->scratch, 0, 0, 0);
}

static void trivial(void) {
    static const uint8_t calls[] = {LHCALL_FLUSH_ASYNC, LHCALL_SEND_INTERRUPTS, LHCALL_TS};

    hypercall(calls[below(3)], below(2), rnd(), rnd(), rnd());
}

/* The ring's slots hold earlier calls: what is marked here is done once more. */
static void mark_ring(void) {
    this_vcpu()->data.hcall_status[below(LHCALL_RING_SIZE)] = (uint8_t)rnd();
}

static void later(void) {
    hypercall_later(one_in(2) ? LHCALL_FLUSH_TLB : LHCALL_TS, below(2), rnd(), rnd(), rnd());
}

static void trap_stack(void) {
    user_trap_stack(me()->trap_stack + 4096 - below(64) * 4);
}

/* ---- Instructions ------------------------------------------------------- */

static void (*some_code(void))(void) {
    uint32_t entries = (uint32_t)(random_code_end - random_code) / RANDOM_CODE_BYTES;
    uint32_t entry = below(entries);

    random_last[this_vcpu()->number] |= entry << 8;
    return (void (*)(void))(random_code + entry * RANDOM_CODE_BYTES);
}

static void spoil_scratch(void) {
    uint32_t *words = (uint32_t *)me()->scratch;

    for (uint32_t i = 0; i < 8; i++)
        words[i] = odd();
    words[1] = selector();
}

/* By a return into ring 3; only a trap comes back from there. */
static void go_to_ring3(void) {
    struct frame frame = {.ds = USER_DS, .es = USER_DS, .ss = USER_DS, .cs = USER_CS};

    alarm();
    frame.eax = odd();
    frame.ebx = odd();
    frame.ecx = odd();
    frame.edx = odd();
    frame.esi = frame.edi = window_address();
    frame.eflags = 0x202 | (one_in(4) ? rnd() & 0x40ffdd5 : 0);
    frame.esp = USER_STACK_TOP - this_vcpu()->number * 4096 - 64;
    frame.eip = one_in(4) ? odd() : (uint32_t)some_code();
    frame_resume(&frame);
}

static void jump_into_window(void) {
    alarm();
    ((void (*)(void))window_address())();
}

/* As wrong as can be. */
static void wild(void) {
    if (!one_in(1000))
        return;
    hypercall(one_in(2) ? below(40) : odd(), odd(), odd(), odd(), odd());
}

/* ---- The loop ----------------------------------------------------------- */

static const struct {
    void (*run)(void); /* NULL: instructions */
    uint32_t weight;
} operations[] = {
    {NULL, 30},
    {change_entry, 20},
    {touch, 25},
    {flush, 3},
    {change_directory, 2},
    {change_top, 1},
    {switch_space, 3},
    {load_descriptor, 6},
    {load_tls, 2},
    {load_gate, 4},
    {send, 4},
    {set_mask, 3},
    {set_timer, 3},
    {sleep, 1},
    {info, 2},
    {trivial, 10},
    {mark_ring, 2},
    {later, 4},
    {trap_stack, 2},
    {go_to_ring3, 10},
    {jump_into_window, 2},
    {wild, 1},
};
#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static uint32_t pick(void) {
    static uint32_t total;
    uint32_t at, i;

    if (!total)
        for (i = 0; i < OPERATIONS; i++)
            total += operations[i].weight;
    at = below(total);
    for (i = 0; at >= operations[i].weight; i++)
        at -= operations[i].weight;
    return i;
}

static __attribute__((noreturn)) void give_up(struct worker *w, const struct frame *frame) {
    uint32_t kept = w->kept;

    w->kept = 0; /* what comes now happens between operations */
    recover(kept, frame->vector);
}

static void trap(struct frame *frame) {
    struct worker *w = me();

    if (!w->kept)
        panic("trap %u at eip %p, error %x, address %p", frame->vector, (void *)frame->eip,
              frame->errcode, (void *)fault_address());
    give_up(w, frame);
}

static void system_call(struct frame *frame) {
    trap(frame);
}

/* An operation that lasts from one tick to the next is given up. */
static void tick(struct frame *frame) {
    struct worker *w = me();
    uint32_t now = random_operations[this_vcpu()->number];

    w->armed = true;
    timer_set(TICK_NS);
    if (w->kept && w->seen == now) {
        w->seen = now - 1;
        give_up(w, frame);
    }
    w->seen = now;
}

static void nothing(struct frame *frame) {
    (void)frame;
}

static void work(void) {
    uint32_t number = this_vcpu()->number;
    struct worker *w = me();

    trap_stack();
    while (number || random_operations[0] < limit) {
        uint32_t kind = pick(), registers[7];
        void (*run)(void) = operations[kind].run;

        random_operations[number]++;
        random_last[number] = kind;
        for (uint32_t i = 0; i < 6; i++)
            registers[i] = i < 4       ? odd()
                           : one_in(2) ? (uint32_t)w->scratch
                                       : window_address() & ~15u;
        registers[6] = (uint32_t)w->stack + 4096 - 256;
        if (!run) {
            spoil_scratch();
            alarm();
            run = some_code();
        }
        attempt(&w->kept, run, registers);
    }
}

static void fill_space(void *in) {
    uint32_t at, vcpu, address;

    /*
     * The kit maps more than there is, for the devices, and below its code there are zeroes, which
     * are instructions that lead up to it: nobody shall come there by accident.
     */
    if (pae)
        pae_directory(in, memory_size)[pae_directory_index(memory_size)] = 0;
    else
        ((uint32_t *)in)[memory_size >> 22] = 0;
    for (at = 0; at < 0x100000; at += 4096)
        if (pae)
            pae_set(in, at, 0);
        else
            pgdir_set(in, at, 0);

    for (at = 0; user_image + at < user_image_end; at += 4096)
        if (pae)
            pae_set(in, USER_BASE + at, (uint32_t)(user_image + at) | PTE_P | PTE_RW | PTE_US);
        else
            pgdir_set(in, USER_BASE + at, (uint32_t)(user_image + at) | PTE_P | PTE_RW | PTE_US);
    for (vcpu = 0; vcpu < LG_VCPUS_MAX; vcpu++) {
        address = USER_STACK_TOP - (vcpu + 1) * 4096;
        if (pae)
            pae_set(in, address, (uint32_t)page_alloc() | PTE_P | PTE_RW | PTE_US);
        else
            pgdir_set(in, address, (uint32_t)page_alloc() | PTE_P | PTE_RW | PTE_US);
    }
    for (at = 0; at < 2; at++)
        if (pae)
            pae_set(in, WINDOW + at * (2u << 20), 0);
        else
            pgdir_set(in, WINDOW + at * (4u << 20), 0);
}

static uint32_t number_from(const char **text) {
    uint32_t number = 0;

    while (**text >= '0' && **text <= '9')
        number = number * 10 + (uint32_t)(*(*text)++ - '0');
    while (**text == ' ')
        (*text)++;
    return number;
}

void guest_main(void) {
    const char *text = command_line;
    uint32_t seed = number_from(&text), i, sum = 0;

    limit = number_from(&text);
    pae = seed & 1;
    count = vcpu_count();
    for (i = 0; i < 20; i++)
        set_handler(i, trap);
    set_user_handler(LGUEST_SYSCALL_VECTOR, system_call);
    set_handler(LGUEST_FIRST_IRQ_VECTOR + LGUEST_TIMER_IRQ, tick);
    for (i = 1; i < LGUEST_IRQS - 4; i++) /* the last four have none */
        set_handler(LGUEST_FIRST_IRQ_VECTOR + i, nothing);
    user_segments();
    for (i = 0; i < FRAMES; i++)
        frames[i] = page_alloc();
    for (i = 0; i < 4; i++)
        tables[i] = page_alloc();
    for (i = 0; i < 2; i++)
        directories[i] = page_alloc();
    for (i = 0; i < SPACES; i++)
        fill_space(spaces[i] = pae ? (void *)pae_new() : (void *)pgdir_new());
    hypercall(LHCALL_NEW_PGTABLE, (uint32_t)spaces[0], 0, 0, 0);
    for (i = 0; i < count; i++) {
        workers[i].random = seed * 2654435761u + i * 40503u + 1;
        workers[i].trap_stack = page_alloc();
        workers[i].stack = page_alloc();
        workers[i].scratch = page_alloc();
    }
    for (i = 1; i < count; i++)
        vcpu_start(i, work);
    work();
    for (i = 0; i < count; i++)
        sum += random_operations[i];
    print("%u operations\n", sum);
}
