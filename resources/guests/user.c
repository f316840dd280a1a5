// SPDX-License-Identifier: GPL-2.0-or-later
#include "kit/kit.h"

GUEST_ABOUT("Ring 3: three tasks with system calls, switched by the timer (command line: forever)");

#define TASKS 3
#define SLICE_NS 10000000u
#define KERNEL_STACK 4096

enum { SYS_WRITE, SYS_TIME, SYS_EXIT, SYS_SELF };

/* ---- Ring 3 ------------------------------------------------------------- */

static inline uint32_t system_call(uint32_t number, uint32_t a) {
    uint32_t result;

    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a) : "memory");
    return result;
}

USER_DATA static const char name_of[TASKS][8] = {"one", "two", "three"};
USER_DATA static const char says[] = " says ";
USER_DATA static const char new_line[] = "\n";

USER_CODE static void user_number(uint32_t value) {
    char digits[12];
    uint32_t at = sizeof(digits) - 1;

    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    system_call(SYS_WRITE, (uint32_t)&digits[at]);
}

/* Each task counts, and every so often says how far it has come. */
USER_CODE __attribute__((noreturn)) static void user_main(uint32_t rounds) {
    uint32_t self = system_call(SYS_SELF, 0);

    for (uint32_t round = 1; !rounds || round <= rounds; round++) {
        uint32_t until = system_call(SYS_TIME, 0) + 150 + 50 * self;

        while (system_call(SYS_TIME, 0) < until)
            for (volatile uint32_t work = 0; work < 20000; work++)
                ;
        system_call(SYS_WRITE, (uint32_t)name_of[self]);
        system_call(SYS_WRITE, (uint32_t)says);
        user_number(round);
        system_call(SYS_WRITE, (uint32_t)new_line);
    }
    system_call(SYS_EXIT, 0);
    __builtin_unreachable();
}

/* ---- Ring 1 ------------------------------------------------------------- */

struct task {
    uint32_t *pgdir;
    struct frame *frame; /* on its kernel stack, while another task runs */
    char *stack_top;
    bool alive;
};

static struct task tasks[TASKS];
static uint32_t current, switches, system_calls;

static void *user_page(struct task *task, uint32_t address) {
    void *page = page_alloc();

    pgdir_set(task->pgdir, address, (uint32_t)page | PTE_P | PTE_RW | PTE_US);
    return page;
}

static void task_make(struct task *task, uint32_t rounds) {
    uint32_t at, *stack;

    task->pgdir = pgdir_new();
    for (at = 0; user_image + at < user_image_end; at += 4096)
        memcpy(user_page(task, USER_BASE + at), user_image + at, 4096);
    stack = user_page(task, USER_STACK_TOP - 4096);
    stack[1023] = rounds; /* the argument, above where a return address would be */

    task->stack_top = (char *)page_alloc() + KERNEL_STACK;
    task->frame = (struct frame *)(task->stack_top - sizeof(struct frame));
    task->frame->ds = task->frame->es = task->frame->ss = USER_DS;
    task->frame->cs = USER_CS;
    task->frame->eflags = 0x202;
    task->frame->eip = (uint32_t)user_main;
    task->frame->esp = USER_STACK_TOP - 8;
    task->alive = true;
}

static void __attribute__((noreturn)) switch_to(uint32_t next) {
    current = next;
    switches++;
    /* As Linux does it: both wait in the ring until the next real hypercall. */
    hypercall_later(LHCALL_SET_STACK, LGUEST_KERNEL_DS, (uint32_t)tasks[next].stack_top, 1, 0);
    hypercall_later(LHCALL_NEW_PGTABLE, (uint32_t)tasks[next].pgdir, 0, 0, 0);
    hypercall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
    frame_resume(tasks[next].frame);
}

static uint32_t next_task(void) {
    for (uint32_t i = 1; i <= TASKS; i++)
        if (tasks[(current + i) % TASKS].alive)
            return (current + i) % TASKS;
    print("all tasks are done: %u switches, %u system calls\n", switches, system_calls);
    power_off();
}

static void tick(struct frame *frame) {
    timer_set(SLICE_NS);
    if ((frame->cs & 3) != 3)
        return; /* system calls are not interrupted in the middle */
    tasks[current].frame = frame;
    if (next_task() != current)
        switch_to(next_task());
}

static void handle_system_call(struct frame *frame) {
    system_calls++;
    switch (frame->eax) {
    case SYS_WRITE:
        /* A lesson for another day: this believes a pointer from ring 3. */
        put_text((const char *)frame->ebx);
        break;
    case SYS_TIME:
        frame->eax = (uint32_t)time_ms();
        break;
    case SYS_SELF:
        frame->eax = current;
        break;
    case SYS_EXIT:
        print("task %u exits\n", current);
        tasks[current].alive = false;
        switch_to(next_task());
    default:
        panic("task %u makes system call %u", current, frame->eax);
    }
}

static void fault(struct frame *frame) {
    panic("task %u: trap %u at eip %p, address %p", current, frame->vector, (void *)frame->eip,
          (void *)fault_address());
}

void guest_main(void) {
    uint32_t rounds = strcmp(command_line, "forever") ? 5 : 0;

    set_handler(LGUEST_FIRST_IRQ_VECTOR + LGUEST_TIMER_IRQ, tick);
    set_user_handler(LGUEST_SYSCALL_VECTOR, handle_system_call);
    set_handler(13, fault);
    set_handler(14, fault);
    user_segments();
    for (uint32_t i = 0; i < TASKS; i++)
        task_make(&tasks[i], rounds);
    print("%u tasks in ring 3\n", TASKS);
    irq_unblock(LGUEST_TIMER_IRQ);
    timer_set(SLICE_NS);
    switch_to(0);
}
