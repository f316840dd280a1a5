// SPDX-License-Identifier: GPL-2.0-or-later
/* The first and the last thing that a Guest does. */
#include "kit.h"

extern char kit_iret[];

/*
 * The page of conversation.  The Host recognises its shape by the two fields at the
 * end, so they are filled in before it is introduced; the timer begins blocked.
 */
struct vcpu first_vcpu = {
    .data = {.blocked_interrupts = ~0u,
             .hcall_status = {[0 ... LHCALL_RING_SIZE - 1] = 0xff},
             .noirq_iret = (uint32_t)kit_iret,
             .kernel_address = 0xc0000000,
             .syscall_vec = LGUEST_SYSCALL_VECTOR},
    .self = &first_vcpu,
};
__asm__(".globl lguest_data\n\t.set lguest_data, first_vcpu");

uint32_t memory_size;
char *command_line;

void kit_start(void);

/* Boot parameters, GUEST_ABI.md section 4: the first e820 entry and the command line. */
static uint32_t boot_word(uint32_t offset) {
    uint32_t address = offset;

    __asm__("" : "+r"(address)); /* keeps the compiler from reasoning about address 0 */
    return *(const volatile uint32_t *)address;
}

void kit_start(void) {
    memory_size = boot_word(0x2d0 + 8);
    command_line = (char *)boot_word(0x228);
    hypercall(LHCALL_LGUEST_INIT, (uint32_t)&lguest_data, 0, 0, 0);
    guest_main();
    power_off();
}

static void shut_down(const char *text, uint32_t how) {
    console_flush();
    hypercall(LHCALL_SHUTDOWN, (uint32_t)text, how, 0, 0);
    __builtin_unreachable();
}

void power_off(void) {
    shut_down("Power down", LGUEST_SHUTDOWN_POWEROFF);
    __builtin_unreachable();
}

void reboot(void) {
    shut_down("Restart", LGUEST_SHUTDOWN_RESTART);
    __builtin_unreachable();
}

void kit_crash(const char *text);

void kit_crash(const char *text) {
    shut_down(text, LGUEST_SHUTDOWN_POWEROFF);
}

/* The slots are taken in turn; one that the Host has not emptied yet means "do it now". */
void hypercall_later(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    struct vcpu *vcpu = this_vcpu();
    uint32_t next = vcpu->next_slot;
    volatile uint8_t *status = &vcpu->data.hcall_status[next];

    if (*status != 0xff) {
        hypercall(number, a, b, c, d);
        return;
    }
    vcpu->data.hcalls[next] = (struct hcall_args){number, a, b, c, d};
    __asm__ volatile("" ::: "memory");
    *status = 0;
    vcpu->next_slot = (next + 1) % LHCALL_RING_SIZE;
}
