// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../../resources/guests/kit/kit.h"

GUEST_ABOUT("Test: tasks in ring 3 keep their floating point while the timer switches them");

/*
 * Four tasks, each with its own x87, SSE and control registers, which change from round to round,
 * and a timer that takes the processor away all the time. Their kernel is Linux's in small: "lazy",
 * it sets the task-switched flag and changes registers at the next use (up to 3.6, and by choice
 * until 4.8); "eager", it changes them at each switch. A task that finds anything but what it has
 * put there ends the Guest. And a Guest begins with registers as after a reset, whoever ran before.
 */
#define TASKS 4
#define SLICE_NS 300000u
#define SWITCHES 1500u
#define PUT_OFF 8 /* rounds without floating point, now and then: nobody loads anything there */

enum { SYS_GO_ON, SYS_WRONG };

/* What FXSAVE writes: Intel SDM vol. 1, 10.5.1. */
struct fxsave {
    uint16_t control, status;
    uint8_t tags, reserved;
    uint16_t opcode;
    uint32_t pointers[4]; /* of the last instruction: not a task's own */
    uint32_t mxcsr, mxcsr_mask;
    uint32_t x87[8][4]; /* 10 bytes each: a mantissa and its exponent */
    uint32_t xmm[8][4];
    uint32_t unused[56];
} __attribute__((aligned(16)));
_Static_assert(sizeof(struct fxsave) == 512, "as the processor has it");

#define CONTROL_RESET 0x37fu
#define MXCSR_RESET 0x1f80u

/* ---- Ring 3 ------------------------------------------------------------- */

static inline uint32_t system_call(uint32_t number, uint32_t a, uint32_t b) {
    uint32_t result;

    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b) : "memory");
    return result;
}

/* A number that no other register of any task has in this round or the next. */
USER_CODE static uint32_t value(uint32_t task, uint32_t round, uint32_t at) {
    return (task + 1) << 28 | at << 20 | (round & 0xfffff);
}

USER_CODE static void fill(struct fxsave *mine, uint32_t task, uint32_t round) {
    __asm__ volatile("fninit");
    for (uint32_t i = 8; i-- > 0;) {
        uint32_t number = value(task, round, 64 + i), exponent = 16383 + 31;

        __asm__ volatile("fildl %0" : : "m"(number));
        for (; !(number >> 31); number <<= 1)
            exponent--;
        mine->x87[i][0] = 0;
        mine->x87[i][1] = number;
        mine->x87[i][2] = exponent;
        for (uint32_t word = 0; word < 4; word++)
            mine->xmm[i][word] = value(task, round, i * 4 + word);
    }
    mine->control = (uint16_t)(CONTROL_RESET & ~0xc00u) | (uint16_t)(task << 10); /* rounding */
    mine->mxcsr = MXCSR_RESET | task << 13;                                       /* as well */
    __asm__ volatile("movups 0(%0), %%xmm0\n\tmovups 16(%0), %%xmm1\n\t"
                     "movups 32(%0), %%xmm2\n\tmovups 48(%0), %%xmm3\n\t"
                     "movups 64(%0), %%xmm4\n\tmovups 80(%0), %%xmm5\n\t"
                     "movups 96(%0), %%xmm6\n\tmovups 112(%0), %%xmm7\n\t"
                     "fldcw %1\n\tldmxcsr %2"
                     :
                     : "r"(mine->xmm), "m"(mine->control), "m"(mine->mxcsr)
                     : "memory");
}

/* 0, or the number of what is not as it was put there. */
USER_CODE static uint32_t wrong(const struct fxsave *mine, struct fxsave *now) {
    __asm__ volatile("fxsave %0" : "=m"(*now) : : "memory");
    if (now->control != mine->control || now->mxcsr != mine->mxcsr)
        return 1;
    for (uint32_t i = 0; i < 8; i++) {
        for (uint32_t word = 0; word < 4; word++)
            if (now->xmm[i][word] != mine->xmm[i][word])
                return 10 + i;
        if (now->x87[i][0] != mine->x87[i][0] || now->x87[i][1] != mine->x87[i][1] ||
            (now->x87[i][2] & 0xffff) != mine->x87[i][2])
            return 20 + i;
    }
    return 0;
}

USER_CODE __attribute__((noreturn)) static void user_main(uint32_t task) {
    struct fxsave mine, now;

    for (uint32_t round = 0;; round++) {
        if (round / PUT_OFF % 4 != task) {
            fill(&mine, task, round);
            for (uint32_t look = 0; look < 20; look++) {
                for (volatile uint32_t work = 0; work < 500; work++)
                    ;
                uint32_t what = wrong(&mine, &now);
                if (what)
                    system_call(SYS_WRONG, what, round);
            }
        }
        system_call(SYS_GO_ON, 0, 0);
    }
}

/* ---- Ring 1 ------------------------------------------------------------- */

struct task {
    struct fxsave fpu;
    uint32_t *pgdir;
    struct frame *frame; /* on its kernel stack, while another task runs */
    char *stack_top;
};

static struct task tasks[TASKS];
static struct fxsave fresh;
static uint32_t current, owner, switches, loads;
static bool lazy;

static void task_make(uint32_t number) {
    struct task *task = &tasks[number];
    uint32_t *stack = page_alloc();

    task->pgdir = pgdir_new();
    for (uint32_t at = 0; user_image + at < user_image_end; at += 4096) {
        char *page = page_alloc();

        memcpy(page, user_image + at, 4096);
        pgdir_set(task->pgdir, USER_BASE + at, (uint32_t)page | PTE_P | PTE_RW | PTE_US);
    }
    pgdir_set(task->pgdir, USER_STACK_TOP - 4096, (uint32_t)stack | PTE_P | PTE_RW | PTE_US);
    stack[1020] = number; /* the argument, above where a return address would be */

    task->fpu = fresh;
    task->stack_top = (char *)page_alloc() + 4096;
    task->frame = (struct frame *)(task->stack_top - sizeof(struct frame));
    task->frame->ds = task->frame->es = task->frame->ss = USER_DS;
    task->frame->cs = USER_CS;
    task->frame->eflags = 0x202;
    task->frame->eip = (uint32_t)user_main;
    task->frame->esp = USER_STACK_TOP - 20; /* 16-byte aligned before that address */
}

static void load_fpu(uint32_t next) {
    if (owner == next)
        return;
    __asm__ volatile("fxsave %0\n\tfxrstor %1" : "=m"(tasks[owner].fpu) : "m"(tasks[next].fpu));
    owner = next;
    loads++;
}

static void __attribute__((noreturn)) switch_to(uint32_t next) {
    current = next;
    if (switches++ == SWITCHES) {
        print("%u switches, registers changed %s, all was kept\n", SWITCHES,
              loads > SWITCHES / 4 ? "often" : "too rarely");
        power_off();
    }
    hypercall_later(LHCALL_SET_STACK, LGUEST_KERNEL_DS, (uint32_t)tasks[next].stack_top, 1, 0);
    hypercall_later(LHCALL_NEW_PGTABLE, (uint32_t)tasks[next].pgdir, 0, 0, 0);
    if (lazy)
        hypercall_later(LHCALL_TS, next != owner, 0, 0, 0);
    hypercall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
    if (!lazy)
        load_fpu(next);
    frame_resume(tasks[next].frame);
}

static void tick(struct frame *frame) {
    timer_set(SLICE_NS);
    if ((frame->cs & 3) != 3)
        return;
    tasks[current].frame = frame;
    switch_to((current + 1) % TASKS);
}

static void no_fpu(struct frame *frame) {
    (void)frame;
    hypercall(LHCALL_TS, 0, 0, 0, 0);
    load_fpu(current);
}

static void handle_system_call(struct frame *frame) {
    if (frame->eax == SYS_WRONG)
        panic("task %u, round %u: %u is not what it was", current, frame->ecx, frame->ebx);
}

static void begins_fresh(void) {
    static const uint32_t none[4];

    __asm__ volatile("fxsave %0" : "=m"(fresh) : : "memory");
    if (fresh.control != CONTROL_RESET || fresh.mxcsr != MXCSR_RESET || fresh.tags)
        panic("it begins with %x and %x", fresh.control, fresh.mxcsr);
    for (uint32_t i = 0; i < 8; i++)
        if (memcmp(fresh.xmm[i], none, 16) || memcmp(fresh.x87[i], none, 10))
            panic("it begins with somebody's register %u", i);
}

void guest_main(void) {
    begins_fresh();
    lazy = !strcmp(command_line, "lazy");
    set_handler(7, no_fpu);
    set_handler(LGUEST_FIRST_IRQ_VECTOR + LGUEST_TIMER_IRQ, tick);
    set_user_handler(LGUEST_SYSCALL_VECTOR, handle_system_call);
    user_segments();
    for (uint32_t i = 0; i < TASKS; i++)
        task_make(i);
    irq_unblock(LGUEST_TIMER_IRQ);
    timer_set(SLICE_NS);
    switch_to(0);
}
