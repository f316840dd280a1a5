// SPDX-License-Identifier: GPL-2.0-or-later
// Case 48. The trap stack is a page that ring 3 may write. With SMAP the Host must reach it through
// the Guest's own rights, not through its own.
#include "hostile.h"

HOSTILE("a trap stack on a user page");

static uint32_t *space;

USER_CODE static void user(void) {
    __asm__ volatile("ud2");
}

void guest_main(void) {
    catch_traps();
    run_in_ring3(user);
    MUST(caught == 6);
    space = pgdir_new();
    for (uint32_t at = 0; user_image + at < user_image_end; at += 4096)
        pgdir_set(space, USER_BASE + at, (uint32_t)(user_image + at) | PTE_P | PTE_RW | PTE_US);
    pgdir_set(space, USER_STACK_TOP - 4096, (uint32_t)page_alloc() | PTE_P | PTE_RW | PTE_US);
    pgdir_set(space, 0x60000000, (uint32_t)page_alloc() | PTE_P | PTE_RW | PTE_US);
    pgdir_load(space);
    user_trap_stack((void *)0x60001000);
    for (uint32_t i = 0; i < 100; i++) {
        run_in_ring3(user);
        MUST(caught == 6);
        hypercall(LHCALL_FLUSH_TLB, i % 2, 0, 0, 0);
    }
    contained();
}
