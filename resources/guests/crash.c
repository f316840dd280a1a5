// SPDX-License-Identifier: GPL-2.0-or-later
#include "kit/kit.h"

GUEST_ABOUT(
    "Dies, and the Host says why (command line: trap, page, table, gdt, call, stack, panic)");

struct way {
    const char *name;
    void (*die)(void);
};

static void trap(void) {
    __asm__ volatile("ud2");
}

static void page(void) {
    *(volatile uint32_t *)0xdead0000 = 1;
}

static void table(void) {
    uint32_t *pgdir = pgdir_new();

    pgdir_load(pgdir);
    pgdir_set(pgdir, 0x50000000, 0xfffff000 | PTE_P | PTE_RW);
}

static void gdt(void) {
    hypercall(LHCALL_LOAD_GDT_ENTRY, 99, 0, 0, 0);
}

static void call(void) {
    hypercall(1234, 0, 0, 0, 0);
}

static void stack(void) {
    hypercall(LHCALL_SET_STACK, 0x18, 0x100000, 1, 0);
}

static void give_up(void) {
    panic("nothing works any more");
}

static const struct way ways[] = {
    {"trap", trap}, {"page", page},   {"table", table},   {"gdt", gdt},
    {"call", call}, {"stack", stack}, {"panic", give_up},
};

void guest_main(void) {
    for (uint32_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (*command_line && strcmp(command_line, ways[i].name))
            continue;
        print("about to die: %s\n", ways[i].name);
        ways[i].die();
        panic("still alive after %s", ways[i].name);
    }
    panic("no such way to die: %s", command_line);
}
