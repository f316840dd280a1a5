// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page tables of three levels, as an i386 with PAE has them. An entry of the top table may say
 * "present" and nothing else; what else is allowed stands in the two levels below it.
 */
#include "kit.h"

#define FRAME 0x000ffffffffff000ull

static uint64_t identity[4]; /* the directories of the one-to-one part, shared by all */

static void *table_of(uint64_t entry) {
    return (void *)(uint32_t)(entry & FRAME);
}

static void identity_add(uint32_t from, uint32_t to) {
    uint32_t address, i;

    for (address = from & ~0x1fffffu; address < to; address += 2u << 20) {
        uint64_t *directory, *table = page_alloc();

        if (!identity[address >> 30])
            identity[address >> 30] = (uint32_t)page_alloc() | PTE_P;
        directory = table_of(identity[address >> 30]);
        for (i = 0; i < 512; i++)
            table[i] = (address + i * 4096) | PTE_P | PTE_RW;
        directory[pae_directory_index(address)] = (uint32_t)table | PTE_P | PTE_RW;
    }
}

uint64_t *pae_new(void) {
    uint64_t *pdpt = page_alloc();
    uint32_t i;

    if (!identity[0]) {
        identity_add(0, ONE_TO_ONE);
        identity_add(memory_size, memory_size + DEVICES_SIZE);
    }
    for (i = 0; i < 4; i++) {
        uint64_t *directory;

        if (!identity[i])
            continue;
        directory = page_alloc();
        memcpy(directory, table_of(identity[i]), 4096);
        pdpt[i] = (uint32_t)directory | PTE_P;
    }
    return pdpt;
}

uint64_t *pae_directory(const uint64_t *pdpt, uint32_t address) {
    uint64_t top = pdpt[address >> 30];

    return top & PTE_P ? table_of(top) : NULL;
}

static uint64_t *entry_at(const uint64_t *pdpt, uint32_t address) {
    const uint64_t *directory = pae_directory(pdpt, address);
    uint64_t entry = directory ? directory[pae_directory_index(address)] : 0;

    return entry & PTE_P ? (uint64_t *)table_of(entry) + ((address >> 12) & 511) : NULL;
}

/* As everywhere: first the entry in memory, then the hypercall that tells the Host of it. */
void pae_set(uint64_t *pdpt, uint32_t address, uint64_t entry) {
    uint64_t *directory = pae_directory(pdpt, address), *at;

    if (!directory) {
        directory = page_alloc();
        pdpt[address >> 30] = (uint32_t)directory | PTE_P;
        hypercall(LHCALL_SET_PGD, (uint32_t)pdpt, address >> 30, 0, 0);
    }
    if (!(directory[pae_directory_index(address)] & PTE_P)) {
        directory[pae_directory_index(address)] = (uint32_t)page_alloc() | PTE_P | PTE_RW | PTE_US;
        hypercall(LHCALL_SET_PMD, (uint32_t)directory, pae_directory_index(address), 0, 0);
    }
    at = entry_at(pdpt, address);
    *at = entry;
    hypercall(LHCALL_SET_PTE, (uint32_t)pdpt, address, (uint32_t)entry, (uint32_t)(entry >> 32));
}

uint64_t pae_get(const uint64_t *pdpt, uint32_t address) {
    const volatile uint64_t *at = entry_at(pdpt, address);

    return at ? *at : 0;
}

void pae_load(uint64_t *pdpt) {
    hypercall(LHCALL_NEW_PGTABLE, (uint32_t)pdpt, 0, 0, 0);
}
