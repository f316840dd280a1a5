// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lives as a kernel of 2.6.31 to 3.0 does until its first process, in Linux's own order: on
 * page tables that the Host has made, to which it adds a mapping as early_ioremap() does; on its own;
 * with calls in the asynchronous ring; with an interrupt that comes while they are off.
 * Words of the command line: `vmcall` for hypercalls as in 2.6.31 to 2.6.33, `pae`; `lie`;
 * `reboot` instead of power off, as reboot(2) does it: the name of a command is NULL.
 */
#define LG_FREESTANDING
#include "../../../../kmod/lguest_uapi.h"
#include "early.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__attribute__((section(".lguest.about"), used)) static const char about[] =
    "Boots as the kernels of 2.6.31 to 3.0 do";

struct early_data {
    uint32_t irq_enabled, blocked_interrupts, cr2, time_sec, time_nsec, irq_pending;
    uint8_t hcall_status[LHCALL_RING_SIZE];
    struct hcall_args hcalls[LHCALL_RING_SIZE];
    uint32_t reserve_mem, tsc_khz, pgdir, noirq_start, noirq_end, kernel_address, syscall_vec;
};
_Static_assert(sizeof(struct early_data) == 1396, "GUEST_ABI.md, section 3");

extern char noirq_start[], noirq_end[], call_vmcall_site[];
void call_int(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d);
void call_vmcall(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d);
void trap_timer(void);
void trap_page_fault(void);
void trap_no_fpu(void);
void early_main(void);
void early_trap(uint32_t number, uint32_t *frame);

volatile struct early_data early_data = {
    .blocked_interrupts = 1,
    .hcall_status = {[0 ... LHCALL_RING_SIZE - 1] = 0xff},
    .noirq_start = (uint32_t)noirq_start,
    .noirq_end = (uint32_t)noirq_end,
    .kernel_address = PAGE_OFFSET,
    .syscall_vec = LGUEST_SYSCALL_VECTOR,
};

#define ENTRY 0x63u /* present, writable, accessed, dirty */
#define FIXMAP 0xffc00000u
#define MAPPED (16u << 20) /* by our own tables */

typedef struct {
    uint32_t word[1024];
} __attribute__((aligned(4096))) page;

static page fixmap_table, top, directory, tables[MAPPED >> 21], here, there;
static bool vmcall, pae;
static volatile uint32_t ticks, faults, fpu_traps;

static uint32_t pa(const volatile void *address) {
    return (uint32_t)address - PAGE_OFFSET;
}

static void *va(uint32_t address) {
    return (void *)(address + PAGE_OFFSET);
}

static void call(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    (vmcall ? call_vmcall : call_int)(number, a, b, c, d);
}

/* As an early console does: a few bytes from the stack at a time. */
static void say(const char *text) {
    while (*text) {
        char piece[17];
        uint32_t i;

        for (i = 0; i < 16 && text[i]; i++)
            piece[i] = text[i];
        piece[i] = '\0';
        text += i;
        call(LHCALL_NOTIFY, pa(piece), 0, 0, 0);
    }
}

static void check(bool good, const char *what) {
    say(what);
    say(good ? ": yes\n" : ": NO\n");
    if (!good)
        call(LHCALL_SHUTDOWN, pa(what), LGUEST_SHUTDOWN_POWEROFF, 0, 0);
}

static bool asked_for(const char *word) {
    const char *at;

    for (at = va(COMMAND_LINE); *at; at++) {
        uint32_t i = 0;

        while (word[i] && at[i] == word[i])
            i++;
        if (!word[i])
            return true;
    }
    return false;
}

/* ---- Page tables of either kind ------------------------------------------ */

static uint32_t get(const void *table, uint32_t index) {
    return ((const volatile uint32_t *)table)[pae ? index * 2 : index];
}

static void put(void *table, uint32_t index, uint32_t entry) {
    ((volatile uint32_t *)table)[pae ? index * 2 : index] = entry;
}

static uint32_t *directory_of(uint32_t pgdir, uint32_t address) {
    uint32_t *table = va(pgdir);

    return pae ? va(get(table, address >> 30) & ~0xfffu) : table;
}

static uint32_t directory_index(uint32_t address) {
    return pae ? (address >> 21) & 511 : address >> 22;
}

static uint32_t table_index(uint32_t address) {
    return (address >> 12) & (pae ? 511 : 1023);
}

static uint32_t walk(uint32_t address) {
    uint32_t entry = get(directory_of(early_data.pgdir, address), directory_index(address));

    if (!(entry & 1))
        return 0;
    return get(va(entry & ~0xfffu), table_index(address)) & ~0xfffu;
}

static void set_directory(uint32_t pgdir, uint32_t address, page *table) {
    uint32_t *dir = directory_of(pgdir, address), index = directory_index(address);

    put(dir, index, pa(table) | ENTRY);
    call(pae ? LHCALL_SET_PMD : LHCALL_SET_PGD, pa(dir), index, 0, 0);
}

static void on_the_hosts_tables(void) {
    uint32_t pgdir = early_data.pgdir;

    check(pgdir && !(pgdir & 4095), "the Host has made page tables");
    check(walk((uint32_t)early_main) == (pa(early_main) & ~0xfffu), "they lead to our code");
    check(walk(PAGE_OFFSET + pgdir) == pgdir, "and to themselves");
    check(!walk(FIXMAP), "the fixmap is empty");
    set_directory(pgdir, FIXMAP, &fixmap_table);
    put(&fixmap_table, table_index(FIXMAP), pa(&here) | ENTRY);
    call(LHCALL_SET_PTE, pgdir, FIXMAP, 0, 0);
    *(volatile uint32_t *)FIXMAP = 0x11111111;
    check(here.word[0] == 0x11111111, "a mapping of our own");
    there.word[0] = 0x22222222;
    put(&fixmap_table, table_index(FIXMAP), pa(&there) | ENTRY);
    call(LHCALL_SET_PTE, pgdir, FIXMAP, 0, 0);
    check(*(volatile uint32_t *)FIXMAP == 0x22222222, "which can be changed");
}

static void on_tables_of_our_own(void) {
    uint32_t address;

    if (pae)
        put(&top, PAGE_OFFSET >> 30, pa(&directory) | 1);
    for (address = 0; address < MAPPED; address += 4096) {
        page *table = &tables[address / (pae ? 2u << 20 : 4u << 20)];

        put(table, table_index(address), address | ENTRY);
        put(pae ? &directory : &top, directory_index(PAGE_OFFSET + address), pa(table) | ENTRY);
    }
    early_data.pgdir = pa(&top);
    call(LHCALL_NEW_PGTABLE, pa(&top), 0, 0, 0);
    check(walk((uint32_t)early_main) == (pa(early_main) & ~0xfffu), "our own tables");
}

/* ---- Traps ----------------------------------------------------------------- */

void early_trap(uint32_t number, uint32_t *frame) {
    if (number == 32) {
        ticks++;
    } else if (number == 7) {
        fpu_traps++;
        call(LHCALL_TS, 0, 0, 0, 0);
    } else {
        faults++;
        frame[0] += 2; /* behind the `movl (%eax), %eax` of touch() */
    }
}

static void gate(uint32_t vector, void (*handler)(void)) {
    uint32_t at = (uint32_t)handler;

    call(LHCALL_LOAD_IDT_ENTRY, vector, 0x610000 | (at & 0xffff), (at & 0xffff0000) | 0x8e00, 0);
}

static void touch(uint32_t address) {
    __asm__ volatile("movl (%%eax), %%eax" : "+a"(address));
}

static void traps(void) {
    gate(14, trap_page_fault);
    gate(7, trap_no_fpu);
    gate(32, trap_timer);
    touch(0x100000);
    check(faults == 1 && early_data.cr2 == 0x100000, "low addresses are gone");
    touch(FIXMAP);
    check(faults == 2 && early_data.cr2 == FIXMAP, "the old mapping is gone");
    call(LHCALL_TS, 1, 0, 0, 0);
    __asm__ volatile("fnop");
    check(fpu_traps == 1, "the FPU is lent at its first use");
}

/* ---- Lazy modes ------------------------------------------------------------- */

static void later(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    static uint32_t next;

    if (early_data.hcall_status[next] != 0xff) {
        call(number, a, b, c, d);
        return;
    }
    early_data.hcalls[next] = (struct hcall_args){number, a, b, c, d};
    __asm__ volatile("" ::: "memory");
    early_data.hcall_status[next] = 0;
    next = (next + 1) % LHCALL_RING_SIZE;
}

/* More changes than the ring holds: one in the middle is made at once, after those before it. */
static void lazy(void) {
    uint32_t address = PAGE_OFFSET + MAPPED - (100u << 12), i, right = 0;
    page *table = &tables[(address - PAGE_OFFSET) / (pae ? 2u << 20 : 4u << 20)];

    for (i = 0; i < 100; i++)
        touch(address + (i << 12)); /* so that there is something to change */
    for (i = 0; i < 100; i++) {
        put(table, table_index(address + (i << 12)), pa(&there) | ENTRY);
        later(LHCALL_SET_PTE, early_data.pgdir, address + (i << 12), pa(&there) | ENTRY, 0);
    }
    call(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
    for (i = 0; i < 100; i++)
        right += *(volatile uint32_t *)(address + (i << 12)) == 0x22222222;
    check(right == 100, "a hundred lazy changes");
    for (i = 0, right = 0; i < LHCALL_RING_SIZE; i++)
        right += early_data.hcall_status[i] == 0xff;
    check(right == LHCALL_RING_SIZE, "the ring is empty");
}

/* ---- Time --------------------------------------------------------------------- */

static void time(void) {
    early_data.blocked_interrupts = 0;
    call(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
    while (!early_data.irq_pending)
        __asm__ volatile("pause");
    check(!ticks, "no interrupt while they are off");
    early_data.irq_enabled = 0x200;
    call(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
    check(ticks == 1 && !early_data.irq_pending, "it comes when they are on");
    while (ticks < 10) {
        early_data.irq_enabled = 0; /* it must not come before the sleep */
        call(LHCALL_SET_CLOCKEVENT, 1000000, 0, 0, 0);
        call(LHCALL_HALT, 0, 0, 0, 0);
        early_data.irq_enabled = 0x200;
    }
    check(early_data.time_sec != 0, "ten ticks, and the time is known");
}

void early_main(void) {
    vmcall = asked_for("vmcall");
    pae = asked_for("pae");
    check(early_data.reserve_mem == 0, "all addresses are ours");
    on_the_hosts_tables();
    on_tables_of_our_own();
    traps();
    lazy();
    time();
    if (vmcall)
        check(*(volatile uint16_t *)call_vmcall_site == 0x1fcd, "vmcall became int $0x1f");
    say("done\n");
    if (asked_for("reboot"))
        call(LHCALL_SHUTDOWN, pa(0), LGUEST_SHUTDOWN_RESTART, 0, 0);
    call(LHCALL_SHUTDOWN, pa("Power down"), LGUEST_SHUTDOWN_POWEROFF, 0, 0);
}
