// SPDX-License-Identifier: GPL-2.0-or-later
#include "kit/kit.h"

GUEST_ABOUT("Page tables with PAE: three levels, 64-bit entries, a change at each level");

/* In a GB of its own, and behind it a second 2 MB of the same directory. */
#define WINDOW 0xbd000000u
#define PAGES 8
#define NX (1ull << 63)

static uint64_t *space;
static volatile uint32_t faults, last_error;
static volatile bool expect_denial;

static void page_fault(struct frame *frame) {
    uint32_t address = fault_address() & ~0xfffu;

    faults++;
    last_error = frame->errcode;
    if (address < WINDOW || address >= WINDOW + (4u << 20))
        panic("page fault at %p, error %x, eip %p", (void *)fault_address(), frame->errcode,
              (void *)frame->eip);
    if (!(frame->errcode & 1)) {
        pae_set(space, address, (uint32_t)page_alloc() | PTE_P | PTE_RW);
        return;
    }
    if (!expect_denial)
        panic("page %p is there and was refused", (void *)address);
    pae_set(space, address, pae_get(space, address) | PTE_RW);
}

static void check(bool good, const char *what) {
    print("%s: %s\n", what, good ? "yes" : "NO");
    if (!good)
        panic("pae: not so: %s", what);
}

/* One entry of a directory leads to another table: 2 MB change at once. */
static void change_directory(volatile uint32_t *window) {
    uint64_t *directory = pae_directory(space, WINDOW);
    uint32_t index = pae_directory_index(WINDOW), *page = page_alloc();
    uint64_t *table = page_alloc(), before = directory[index];

    page[0] = 99;
    table[0] = (uint32_t)page | PTE_P | PTE_RW;
    directory[index] = (uint32_t)table | PTE_P | PTE_RW;
    hypercall(LHCALL_SET_PMD, (uint32_t)directory, index, 0, 0);
    check(window[0] == 99, "another table behind a directory entry");
    directory[index] = before;
    hypercall(LHCALL_SET_PMD, (uint32_t)directory, index, 0, 0);
    check(window[0] == 42, "and the old one again");
}

/* One of the four entries on top leads to another directory: 1 GB changes at once. */
static void change_top(volatile uint32_t *window) {
    uint64_t before = space[WINDOW >> 30], *directory = page_alloc();
    uint32_t missing = faults;

    space[WINDOW >> 30] = (uint32_t)directory | PTE_P;
    hypercall(LHCALL_SET_PGD, (uint32_t)space, WINDOW >> 30, 0, 0);
    check(window[0] == 0 && faults == missing + 1, "another directory on top: nothing is there");
    space[WINDOW >> 30] = before;
    hypercall(LHCALL_SET_PGD, (uint32_t)space, WINDOW >> 30, 0, 0);
    check(window[0] == 42, "and the old one again");
}

/* An entry that is changed in silence may be seen late, but not after a flush. */
static void change_in_silence(volatile uint32_t *window) {
    uint64_t *directory = pae_directory(space, WINDOW), *table;
    uint32_t *page = page_alloc();

    table = (uint64_t *)(uint32_t)(directory[pae_directory_index(WINDOW)] & ~0xfffull);
    page[0] = 77;
    table[0] = (uint32_t)page | PTE_P | PTE_RW;
    hypercall(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
    check(window[0] == 77, "an entry that nobody told of is seen after a flush");
}

void guest_main(void) {
    volatile uint32_t *window = (void *)WINDOW, *second = (void *)(WINDOW + (2u << 20));
    uint64_t *other;
    uint32_t i;

    set_handler(14, page_fault);
    space = pae_new();
    pae_load(space);
    print("paging with PAE is on\n");

    for (i = 0; i < PAGES; i++)
        window[i * 1024] = i + 1;
    print("%u pages touched, %u faults\n", PAGES, faults);
    check(faults == PAGES && !(last_error & 1), "each first touch faulted as missing");
    check(pae_get(space, WINDOW) & PTE_D, "a written page is dirty in our own table");
    second[0] = 5;
    check(faults == PAGES + 1 && window[0] == 1, "the next 2 MB have a table of their own");

    pae_set(space, WINDOW, pae_get(space, WINDOW) & ~(uint64_t)(PTE_RW | PTE_D));
    check(window[0] == 1 && faults == PAGES + 1, "reading a read-only page is fine");
    expect_denial = true;
    window[0] = 42;
    expect_denial = false;
    check(faults == PAGES + 2 && (last_error & 3) == 3, "writing it faults: present, write");
    check(window[0] == 42, "and works once it is allowed");

    change_directory(window);
    change_top(window);

    other = pae_new();
    pae_set(other, WINDOW, (uint32_t)page_alloc() | PTE_P | PTE_RW);
    pae_load(other);
    check(window[0] == 0, "another address space has another page there");
    window[0] = 7;
    pae_load(space);
    check(window[0] == 42, "and the first still has its own");
    change_in_silence(window);
    print("done\n");
}
