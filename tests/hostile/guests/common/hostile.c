// SPDX-License-Identifier: GPL-2.0-or-later
#include "../hostile.h"


volatile uint32_t caught = NOTHING, caught_error, resume_at, try_esp;
static uint32_t saved_esp, saved_ebp;

static void leave_ring3(void) {
    /* Back on the stack that run_in_ring3() had, as its own return. */
    __asm__ volatile("movl %0, %%esp\n\tmovl %1, %%ebp\n\tjmp ring3_done"
                     :
                     : "r"(saved_esp), "r"(saved_ebp));
}

static void catch_one(struct frame *frame) {
    caught = frame->vector;
    caught_error = frame->errcode;
    if ((frame->cs & 3) == 3)
        leave_ring3();
    frame->eip = resume_at;
    frame->eflags &= ~0x4100u; /* TF, NT: not into what comes next */
}

void catch_traps(void) {
    for (uint32_t vector = 0; vector < 20; vector++)
        set_handler(vector, catch_one);
}

__attribute__((noinline)) void run_in_ring3(void (*code)(void)) {
    static struct frame start;
    static uint32_t *space;

    if (!space) {
        space = pgdir_new();
        pgdir_load(space);
        for (uint32_t at = 0; user_image + at < user_image_end; at += 4096)
            pgdir_set(space, USER_BASE + at, (uint32_t)(user_image + at) | PTE_P | PTE_RW | PTE_US);
        pgdir_set(space, USER_STACK_TOP - 4096, (uint32_t)page_alloc() | PTE_P | PTE_RW | PTE_US);
        user_segments();
        user_trap_stack((char *)page_alloc() + 4096);
    }
    start = (struct frame){.ds = USER_DS,
                           .es = USER_DS,
                           .ss = USER_DS,
                           .cs = USER_CS,
                           .eflags = 0x202,
                           .esp = USER_STACK_TOP - 8,
                           .eip = (uint32_t)code};
    caught = NOTHING;
    __asm__ volatile("movl %%esp, %0\n\tmovl %%ebp, %1\n\tpushl %2\n\tcall frame_resume\n\t"
                     ".globl ring3_done\nring3_done:"
                     : "=m"(saved_esp), "=m"(saved_ebp)
                     : "r"(&start)
                     : "eax", "ebx", "ecx", "edx", "esi", "edi", "memory", "cc");
}
