// SPDX-License-Identifier: GPL-2.0-or-later
// Case 57. Handlers where nothing is, and on a page of ring 3: the trap goes there, and what
// happens then is the Guest's own affair.
#include "hostile.h"

HOSTILE("trap handlers at odd places");

static void gate(uint32_t vector, uint32_t address) {
    hypercall(LHCALL_LOAD_IDT_ENTRY, vector, (LGUEST_KERNEL_CS << 16) | (address & 0xffff),
              (address & 0xffff0000) | 0x8e00, 0);
}

void guest_main(void) {
    uint32_t *space = pgdir_new();
    uint8_t *page = page_alloc();

    catch_traps();
    page[0] = 0x0f; /* ud2 */
    page[1] = 0x0b;
    pgdir_set(space, 0x60000000, (uint32_t)page | PTE_P | PTE_RW | PTE_US);
    pgdir_load(space);
    gate(5, 0xb0000000);
    MUST(TRY("sub $8, %esp\n\tmovl $1, (%esp)\n\tmovl $2, 4(%esp)\n\tmovl $5, %eax\n\t"
             "bound %eax, (%esp)") == 14);
    MUST(fault_address() == 0xb0000000);
    gate(3, 0x60000000);
    MUST(TRY("int3") == 6);
    gate(0, 0xffffffff);
    MUST(TRY("xorl %ecx, %ecx\n\tdivl %ecx") == 14);
    contained();
}
