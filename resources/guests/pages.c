// SPDX-License-Identifier: GPL-2.0-or-later
#include "kit/kit.h"

GUEST_ABOUT("Page tables of its own: faults, pages on demand, permissions, two address spaces");

#define WINDOW 0xbd000000u
#define PAGES 8

static uint32_t *space;
static volatile uint32_t faults, last_error;
static volatile bool expect_denial;

/*
 * A missing page is filled; a forbidden write is made possible, after a look at the
 * error code.  The address comes from lguest_data, because reading CR2 would trap.
 */
static void page_fault(struct frame *frame) {
    uint32_t address = fault_address() & ~0xfffu;

    faults++;
    last_error = frame->errcode;
    if (address < WINDOW || address >= WINDOW + PAGES * 4096)
        panic("page fault at %p, error %x, eip %p", (void *)fault_address(), frame->errcode,
              (void *)frame->eip);
    if (!(frame->errcode & 1)) {
        pgdir_set(space, address, (uint32_t)page_alloc() | PTE_P | PTE_RW);
        return;
    }
    if (!expect_denial)
        panic("page %p is there and was refused", (void *)address);
    pgdir_set(space, address, pgdir_get(space, address) | PTE_RW);
}

static void check(bool good, const char *what) {
    print("%s: %s\n", what, good ? "yes" : "NO");
    if (!good)
        panic("pages: not so: %s", what);
}

void guest_main(void) {
    volatile uint32_t *window = (void *)WINDOW;
    uint32_t *other, i;

    set_handler(14, page_fault);
    space = pgdir_new();
    pgdir_load(space);
    print("paging is on\n");

    for (i = 0; i < PAGES; i++)
        window[i * 1024] = i + 1;
    print("%u pages touched, %u faults\n", PAGES, faults);
    check(faults == PAGES && !(last_error & 1), "each first touch faulted as missing");
    check(pgdir_get(space, WINDOW) & PTE_D, "a written page is dirty in our own table");

    pgdir_set(space, WINDOW, (pgdir_get(space, WINDOW) & ~(PTE_RW | PTE_D)));
    check(window[0] == 1 && faults == PAGES, "reading a read-only page is fine");
    expect_denial = true;
    window[0] = 42;
    expect_denial = false;
    check(faults == PAGES + 1 && (last_error & 3) == 3, "writing it faults: present, write");
    check(window[0] == 42, "and works once it is allowed");

    other = pgdir_new();
    pgdir_set(other, WINDOW, (uint32_t)page_alloc() | PTE_P | PTE_RW);
    pgdir_load(other);
    check(window[0] == 0, "another address space has another page there");
    window[0] = 7;
    pgdir_load(space);
    check(window[0] == 42, "and the first still has its own");
    print("done\n");
}
