// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page tables of two levels, as an i386 without PAE has them.  The order matters:
 * first the entry in memory, then the hypercall that tells the Host of it.
 */
#include "kit.h"

extern char guest_end[];

static void *free_list;
static uint32_t next_page;
static uint32_t *identity; /* the tables of the one-to-one part, shared by all */

void *page_alloc(void) {
    void *page = free_list;

    if (page) {
        free_list = *(void **)page;
    } else {
        if (!next_page)
            next_page = (uint32_t)guest_end;
        if (next_page + 4096 > ONE_TO_ONE)
            panic("out of memory");
        page = (void *)next_page;
        next_page += 4096;
    }
    return memset(page, 0, 4096);
}

void page_free(void *page) {
    *(void **)page = free_list;
    free_list = page;
}

static void identity_add(uint32_t from, uint32_t to) {
    uint32_t table, i;

    for (table = from >> 22; table <= (to - 1) >> 22; table++) {
        uint32_t *entries = page_alloc();

        for (i = 0; i < 1024; i++)
            entries[i] = ((table * 1024 + i) << 12) | PTE_P | PTE_RW;
        identity[table] = (uint32_t)entries | PTE_P | PTE_RW;
    }
}

uint32_t *pgdir_new(void) {
    if (!identity) {
        identity = page_alloc();
        identity_add(0, ONE_TO_ONE);
        identity_add(memory_size, memory_size + DEVICES_SIZE);
    }
    return memcpy(page_alloc(), identity, 4096);
}

static uint32_t *entry_at(const uint32_t *pgdir, uint32_t address) {
    uint32_t top = pgdir[address >> 22];

    if (!(top & PTE_P))
        return NULL;
    return (uint32_t *)(top & ~0xfffu) + ((address >> 12) & 1023);
}

void pgdir_set(uint32_t *pgdir, uint32_t address, uint32_t entry) {
    uint32_t *at = entry_at(pgdir, address);

    if (!at) {
        pgdir[address >> 22] = (uint32_t)page_alloc() | PTE_P | PTE_RW | PTE_US;
        hypercall(LHCALL_SET_PGD, (uint32_t)pgdir, address >> 22, 0, 0);
        at = entry_at(pgdir, address);
    }
    *at = entry;
    hypercall(LHCALL_SET_PTE, (uint32_t)pgdir, address, entry, 0);
}

uint32_t pgdir_get(const uint32_t *pgdir, uint32_t address) {
    const volatile uint32_t *at = entry_at(pgdir, address);

    return at ? *at : 0;
}

void pgdir_load(uint32_t *pgdir) {
    hypercall(LHCALL_NEW_PGTABLE, (uint32_t)pgdir, 0, 0, 0);
}
