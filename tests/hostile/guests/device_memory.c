// SPDX-License-Identifier: GPL-2.0-or-later
// Case 50. Reads of the window where PCI devices have their registers, of each width at each place
// of the page: the Launcher answers all of them. Then one that begins on the page and ends on the
// next: nobody can do it, and the Guest dies with a reason.
#include "hostile.h"

HOSTILE("odd accesses to device memory");

#define WINDOW 0xbd000000u

void guest_main(void) {
    uint32_t *space = pgdir_new(), bar;

    __asm__ volatile("outl %0, %%dx" : : "a"(0x80000810), "d"(0xcf8));
    __asm__ volatile("inl %%dx, %0" : "=a"(bar) : "d"(0xcfc));
    pgdir_set(space, WINDOW, bar | PTE_P | PTE_RW);
    pgdir_set(space, WINDOW + 4096, bar | PTE_P | PTE_RW);
    pgdir_load(space);
    for (uint32_t at = 0; at <= 4092; at++) {
        (void)*(volatile uint8_t *)(WINDOW + at);
        (void)*(volatile uint16_t *)(WINDOW + at);
        (void)*(volatile uint32_t *)(WINDOW + at);
    }
    print("all are answered\n");
    (void)*(volatile uint32_t *)(WINDOW + 4094);
    print("read beyond the page\n");
}
