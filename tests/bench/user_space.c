// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first process of a 32-bit Linux user space, in a Guest or on the bare machine: measures what
 * the kernel's services cost in ticks of the TSC, which are instructions under QEMU's -icount,
 * prints a line for each and restarts the machine. It stands alone, so that it is the same program
 * everywhere and wants no certain kernel.
 */
#include <stddef.h>
#include <stdint.h>

#define PASSES 8u
#define ROUNDS 200u
#define FORKS 10u
#define PAGES 256u
#define PAGE 4096u

/* arch/x86/entry/syscalls/syscall_32.tbl and the headers of the calls' arguments */
enum call {
    CALL_EXIT = 1,
    CALL_FORK = 2,
    CALL_READ = 3,
    CALL_WRITE = 4,
    CALL_WAITPID = 7,
    CALL_EXECVE = 11,
    CALL_GETPID = 20,
    CALL_KILL = 37,
    CALL_PIPE = 42,
    CALL_REBOOT = 88,
    CALL_MUNMAP = 91,
    CALL_RT_SIGRETURN = 173,
    CALL_RT_SIGACTION = 174,
    CALL_MMAP2 = 192
};
#define PROT_READ_WRITE 3
#define MAP_PRIVATE_ANONYMOUS 0x22
#define SIGUSR1 10
#define SA_SIGINFO 4u /* the frame that RT_SIGRETURN takes away */
#define SA_RESTORER 0x04000000u
#define REBOOT_MAGIC 0xfee1deadu
#define REBOOT_MAGIC2 672274793u
#define REBOOT_RESTART 0x01234567u

struct action {
    void (*handler)(int);
    uint32_t flags;
    void (*restorer)(void);
    uint32_t mask[2];
};

/* The stack is as the kernel left it: argc, argv[0], argv[1] or none. */
__asm__(".globl _start\n_start:\n"
        "\tmov %esp, %eax\n\tand $-16, %esp\n\tsub $12, %esp\n\tpush %eax\n\tcall begin\n"
        ".globl restorer\nrestorer:\n\tmov $173, %eax\n\tint $0x80\n");
extern void restorer(void);
_Static_assert(CALL_RT_SIGRETURN == 173, "the restorer says it in assembler");

static long call6(enum call number, long a, long b, long c, long d, long e, long f) {
    long result;

    __asm__ volatile("push %%ebp\n\tmov %[f], %%ebp\n\tint $0x80\n\tpop %%ebp"
                     : "=a"(result)
                     : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e), [f] "m"(f)
                     : "memory");
    return result;
}

static long call3(enum call number, long a, long b, long c) {
    long result;

    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}

static uint32_t ticks(void) {
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return low;
}

static void say(const char *text) {
    size_t length = 0;

    while (text[length])
        length++;
    call3(CALL_WRITE, 1, (long)text, (long)length);
}

__attribute__((noreturn)) static void leave(int code) {
    for (;;)
        call3(CALL_EXIT, code, 0, 0);
}

/* An init that ends is a kernel's panic, which tells whoever measures. */
static void demand(int good, const char *what) {
    if (good)
        return;
    say(what);
    say(" failed\n");
    leave(1);
}

static void report(const char *name, uint32_t value) {
    char digits[16];
    char *at = digits + sizeof digits;

    *--at = 0;
    *--at = '\n';
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    say(name);
    say(" ");
    say(at);
}

/* The best of some passes: in the others somebody else ran as well. */
static void measure(const char *name, void (*run)(uint32_t rounds), uint32_t rounds) {
    uint32_t best = ~0u;

    for (uint32_t pass = 0; pass < PASSES; pass++) {
        uint32_t began = ticks();

        uint32_t took;

        run(rounds);
        took = ticks() - began;
        if (took < best)
            best = took;
    }
    report(name, best / rounds);
}

static void compute(uint32_t rounds) {
    uint32_t x = 1;

    for (uint32_t i = 0; i < rounds; i++)
        __asm__ volatile("imul $1103515245, %0, %0\n\tadd $12345, %0" : "+r"(x));
}

static void getpid(uint32_t rounds) {
    while (rounds--)
        call3(CALL_GETPID, 0, 0, 0);
}

static char *map(uint32_t pages) {
    long at =
        call6(CALL_MMAP2, 0, (long)(pages * PAGE), PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);

    demand((unsigned long)at < -PAGE, "mmap");
    return (char *)at;
}

static void unmap(char *at, uint32_t pages) {
    demand(call3(CALL_MUNMAP, (long)at, (long)(pages * PAGE), 0) == 0, "munmap");
}

static void map_touch_unmap(uint32_t rounds) {
    while (rounds--) {
        char *at = map(1);

        *(volatile char *)at = 1;
        unmap(at, 1);
    }
}

static uint32_t best_of(uint32_t best, uint32_t began) {
    uint32_t took = (ticks() - began) / PAGES;

    return took < best ? took : best;
}

/* Each page read first, then written; and pages that are written at once. */
static void measure_pages(void) {
    uint32_t read = ~0u, copied = ~0u, written = ~0u, unmapped = ~0u;

    for (uint32_t pass = 0; pass < PASSES; pass++) {
        char *at = map(PAGES);
        uint32_t began = ticks();

        for (uint32_t i = 0; i < PAGES; i++)
            (void)*(volatile char *)(at + i * PAGE);
        read = best_of(read, began);
        began = ticks();
        for (uint32_t i = 0; i < PAGES; i++)
            *(volatile char *)(at + i * PAGE) = 1;
        copied = best_of(copied, began);
        began = ticks();
        unmap(at, PAGES);
        unmapped = best_of(unmapped, began);
        at = map(PAGES);
        began = ticks();
        for (uint32_t i = 0; i < PAGES; i++)
            *(volatile char *)(at + i * PAGE) = 1;
        written = best_of(written, began);
        unmap(at, PAGES);
    }
    report("fault_w", written);
    report("fault_r0", read);
    report("fault_cow", copied);
    report("munmap_pg", unmapped);
}

static void wait_for(long child) {
    demand(call3(CALL_WAITPID, child, 0, 0) == child, "waitpid");
}

static void fork_exit(uint32_t rounds) {
    while (rounds--) {
        long child = call3(CALL_FORK, 0, 0, 0);

        if (child == 0)
            leave(0);
        wait_for(child);
    }
}

static void fork_exec(uint32_t rounds) {
    while (rounds--) {
        long child = call3(CALL_FORK, 0, 0, 0);

        if (child == 0) {
            static const char *const arguments[] = {"/init", "exit", 0}, *const environment[] = {0};

            call3(CALL_EXECVE, (long)arguments[0], (long)arguments, (long)environment);
            leave(1);
        }
        wait_for(child);
    }
}

static void pass_byte(int from, int to) {
    char byte = 0;

    demand(call3(CALL_READ, from, (long)&byte, 1) == 1, "read");
    demand(call3(CALL_WRITE, to, (long)&byte, 1) == 1, "write");
}

static void use_fpu(void) {
    __asm__ volatile("fldpi\n\tfld1\n\tfaddp\n\tfstp %st(0)");
}

static void nothing(void) {}

static int there[2], back[2];
static void (*between)(void);

static void ping(uint32_t rounds) {
    char byte = 1;

    while (rounds--) {
        between();
        demand(call3(CALL_WRITE, there[1], (long)&byte, 1) == 1, "write");
        demand(call3(CALL_READ, back[0], (long)&byte, 1) == 1, "read");
    }
}

static void measure_two(const char *name, void (*work)(void)) {
    long child;

    between = work;
    child = call3(CALL_FORK, 0, 0, 0);
    if (child == 0)
        for (uint32_t i = 0; i < PASSES * ROUNDS; i++) {
            pass_byte(there[0], back[1]);
            work();
        }
    if (child == 0)
        leave(0);
    measure(name, ping, ROUNDS);
    wait_for(child);
}

static void to_itself(uint32_t rounds) {
    char byte = 1;

    while (rounds--) {
        demand(call3(CALL_WRITE, there[1], (long)&byte, 1) == 1, "write");
        demand(call3(CALL_READ, there[0], (long)&byte, 1) == 1, "read");
    }
}

static volatile uint32_t caught;

static void catch (int number) {
    (void)number;
    caught++;
}

static void signal_itself(uint32_t rounds) {
    long self = call3(CALL_GETPID, 0, 0, 0);
    uint32_t before = caught;

    for (uint32_t i = 0; i < rounds; i++)
        call3(CALL_KILL, self, SIGUSR1, 0);
    demand(caught - before == rounds, "signal");
}

__attribute__((used, noreturn)) static void begin(const long *stack) {
    static const struct action action = {
        .handler = catch, .flags = SA_SIGINFO | SA_RESTORER, .restorer = restorer};

    if (stack[0] > 1 && *(const char *)stack[2] == 'e')
        leave(0);
    say("user space begins\n");
    demand(call3(CALL_PIPE, (long)there, 0, 0) == 0 && call3(CALL_PIPE, (long)back, 0, 0) == 0,
           "pipe");
    demand(call6(CALL_RT_SIGACTION, SIGUSR1, (long)&action, 0, sizeof action.mask, 0, 0) == 0,
           "sigaction");
    measure("cpu", compute, ROUNDS);
    measure("getpid80", getpid, ROUNDS);
    measure_pages();
    measure("mmap1unmap", map_touch_unmap, ROUNDS);
    measure("fork_exit", fork_exit, FORKS);
    measure("fork_exec", fork_exec, FORKS);
    measure_two("pipe_rt", nothing);
    measure("pipe_self", to_itself, ROUNDS);
    measure_two("pipe_fpu", use_fpu);
    measure("signal", signal_itself, ROUNDS);
    say("user space ends\n");
    call6(CALL_REBOOT, (long)REBOOT_MAGIC, (long)REBOOT_MAGIC2, (long)REBOOT_RESTART, 0, 0, 0);
    leave(1);
}
