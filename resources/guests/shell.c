// SPDX-License-Identifier: GPL-2.0-or-later
#include "kit/kit.h"

GUEST_ABOUT("A monitor to talk to: type help, and look at what each command causes");

#define LINE_MAX 120
#define TICK_NS 200000000u

static char line[LINE_MAX];
static volatile uint32_t ticks_left;

static void tick(struct frame *frame) {
    (void)frame;
    if (!ticks_left)
        return;
    print("tick, %u left\n", --ticks_left);
    if (ticks_left)
        timer_set(TICK_NS);
}

static void general_protection(struct frame *frame) {
    print("the Host refused the instruction at %p (error %x); skipped\n", (void *)frame->eip,
          frame->errcode);
    frame->eip += 3; /* both commands that cause it use instructions of three bytes */
}

static void breakpoint(struct frame *frame) {
    print("breakpoint trap, reflected to this handler; eip was %p\n", (void *)frame->eip);
}

/* ---- Words --------------------------------------------------------------- */

static const char *next_word(const char *at) {
    while (*at && *at != ' ')
        at++;
    while (*at == ' ')
        at++;
    return at;
}

static bool is_word(const char *at, const char *word) {
    size_t length = strlen(word);

    return !memcmp(at, word, length) && (!at[length] || at[length] == ' ');
}

/* Hexadecimal with 0x, decimal without; false if it is neither. */
static bool number(const char *at, uint32_t *value) {
    uint32_t base = 10, digits = 0;

    if (at[0] == '0' && at[1] == 'x') {
        base = 16;
        at += 2;
    }
    *value = 0;
    for (; *at && *at != ' '; at++, digits++) {
        uint32_t digit;

        if (*at >= '0' && *at <= '9')
            digit = (uint32_t)(*at - '0');
        else if (*at >= 'a' && *at <= 'f')
            digit = (uint32_t)(*at - 'a') + 10;
        else
            return false;
        if (digit >= base)
            return false;
        *value = *value * base + digit;
    }
    return digits > 0;
}

/* ---- Commands ------------------------------------------------------------ */

static void peek(const char *arguments) {
    uint32_t address, i;

    if (!number(arguments, &address) || address > memory_size - 16) {
        print("peek ADDRESS, below 0x%x\n", memory_size - 16);
        return;
    }
    address &= ~3u;
    print("%08x:", address);
    for (i = 0; i < 4; i++)
        print(" %08x", ((const volatile uint32_t *)address)[i]);
    print("\n");
}

static void poke(const char *arguments) {
    uint32_t address, value;

    if (!number(arguments, &address) || !number(next_word(arguments), &value) ||
        address > memory_size - 4) {
        print("poke ADDRESS VALUE\n");
        return;
    }
    *(volatile uint32_t *)(address & ~3u) = value;
}

static void fault(const char *arguments) {
    (void)arguments;
    print("reading CR3, which ring 1 may not\n");
    __asm__ volatile("mov %%cr3, %%eax" : : : "eax");
}

static void breakpoint_command(const char *arguments) {
    (void)arguments;
    __asm__ volatile("int3");
}

static void ticks(const char *arguments) {
    uint32_t count;

    ticks_left = number(arguments, &count) && count ? count : 3;
    timer_set(TICK_NS);
}

static void memory(const char *arguments) {
    (void)arguments;
    print("%u MB of memory, lguest_data at %p\n", memory_size >> 20, (void *)&lguest_data);
}

static void time_command(const char *arguments) {
    (void)arguments;
    print("%u s by the Host's clock, TSC %s\n", lguest_data.time_sec,
          lguest_data.tsc_khz ? "usable" : "not usable");
}

static void calls(const char *arguments) {
    uint32_t count;

    if (!number(arguments, &count))
        count = 100;
    for (uint32_t i = 0; i < count; i++)
        hypercall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
    print("%u hypercalls made\n", count);
}

static void panic_command(const char *arguments) {
    panic("%s", *arguments ? arguments : "as you wish");
}

static void reboot_command(const char *arguments) {
    (void)arguments;
    reboot();
}

static void off(const char *arguments) {
    (void)arguments;
    power_off();
}

static void help(const char *arguments);

static const struct command {
    const char *name, *about;
    void (*run)(const char *arguments);
} commands[] = {
    {"help", "this list", help},
    {"peek", "ADDRESS: four words of memory", peek},
    {"poke", "ADDRESS VALUE: change a word", poke},
    {"fault", "an instruction that the Host refuses", fault},
    {"break", "a breakpoint trap, reflected to our handler", breakpoint_command},
    {"ticks", "COUNT: timer interrupts, five a second", ticks},
    {"calls", "COUNT: hypercalls that do nothing", calls},
    {"mem", "how much memory there is", memory},
    {"time", "the Host's wall clock", time_command},
    {"panic", "TEXT: end as a kernel does that gives up", panic_command},
    {"reboot", "start again", reboot_command},
    {"off", "power off", off},
};

static void help(const char *arguments) {
    (void)arguments;
    for (uint32_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        print("  %s", commands[i].name);
        for (size_t width = strlen(commands[i].name); width < 8; width++)
            put_char(' ');
        print("%s\n", commands[i].about);
    }
}

/* ---- The line editor ----------------------------------------------------- */

static int wait_for_key(void) {
    int key;

    console_flush();
    irq_disable();
    while ((key = console_key()) < 0) {
        halt();
        irq_disable();
    }
    irq_enable();
    return key;
}

static void read_line(void) {
    uint32_t used = 0;

    put_text("> ");
    for (;;) {
        int key = wait_for_key();

        if (key == '\r' || key == '\n')
            break;
        if (key == 0x7f || key == '\b') {
            if (used) {
                used--;
                put_text("\b \b");
            }
        } else if (key == 3) { /* ^C */
            used = 0;
            break;
        } else if (key >= ' ' && key < 0x7f && used < sizeof(line) - 1) {
            line[used++] = (char)key;
            put_char((char)key);
        }
    }
    line[used] = '\0';
    put_char('\n');
}

static void run_line(void) {
    const char *at = line;

    while (*at == ' ')
        at++;
    if (!*at)
        return;
    for (uint32_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (is_word(at, commands[i].name)) {
            commands[i].run(next_word(at));
            return;
        }
    }
    print("no such command: %s (try help)\n", at);
}

void guest_main(void) {
    set_handler(3, breakpoint);
    set_handler(13, general_protection);
    set_handler(LGUEST_FIRST_IRQ_VECTOR + LGUEST_TIMER_IRQ, tick);
    irq_unblock(LGUEST_TIMER_IRQ);
    if (!console_open())
        panic("the Launcher offers no console");
    irq_enable();
    print("lguest shell, %u MB. Type help.\n", memory_size >> 20);
    for (;;) {
        read_line();
        run_line();
    }
}
