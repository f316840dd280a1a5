// SPDX-License-Identifier: GPL-2.0-or-later
/* Gates, interrupts, the timer. */
#include "kit.h"
#include "stubs.h"

extern char kit_stubs[];
void kit_handle(struct frame *frame);

static handler_fn *handlers[LGUEST_IDT_ENTRIES];

static void load_gate(uint32_t vector, uint32_t type, uint32_t dpl) {
    uint32_t address = (uint32_t)kit_stubs + vector * KIT_STUB_BYTES;

    hypercall(LHCALL_LOAD_IDT_ENTRY, vector, (LGUEST_KERNEL_CS << 16) | (address & 0xffff),
              (address & 0xffff0000) | 0x8000 | (dpl << 13) | (type << 8), 0);
}

void set_handler(uint32_t vector, handler_fn *handler) {
    handlers[vector] = handler;
    load_gate(vector, 14, 0);
}

void set_user_handler(uint32_t vector, handler_fn *handler) {
    handlers[vector] = handler;
    load_gate(vector, 15, 3);
}

void kit_handle(struct frame *frame) {
    if (!handlers[frame->vector])
        panic("trap %u at eip %p, error %x", frame->vector, (void *)frame->eip, frame->errcode);
    handlers[frame->vector](frame);
}

void irq_enable(void) {
    volatile struct lguest_data *data = &this_vcpu()->data;

    data->irq_enabled = LGUEST_IF;
    /* One that had to wait is delivered on the way back from this. */
    if (data->irq_pending)
        hypercall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
}

void irq_disable(void) {
    ((volatile struct lguest_data *)&this_vcpu()->data)->irq_enabled = 0;
}

void irq_unblock(uint32_t irq) {
    this_vcpu()->data.blocked_interrupts &= ~(1u << irq);
}

void halt(void) {
    hypercall(LHCALL_HALT, 0, 0, 0, 0);
}

void timer_set(uint32_t nanoseconds) {
    hypercall(LHCALL_SET_CLOCKEVENT, nanoseconds, 0, 0, 0);
}

uint64_t time_ms(void) {
    const volatile struct lguest_data *data = &this_vcpu()->data;

    return (uint64_t)data->time_sec * 1000 + data->time_nsec / 1000000;
}

uint64_t cycles(void) {
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return ((uint64_t)high << 32) | low;
}
