// SPDX-License-Identifier: GPL-2.0-or-later
/* More than one processor: counting them, starting them, telling which one this is. */
#include "kit.h"

#define GS_SLOT 18
#define GS_SELECTOR (GS_SLOT * 8 + 1)

extern uint32_t kit_gs;
extern char kit_vcpu_entry[];
void kit_vcpu_main(struct vcpu *vcpu);

uint32_t vcpu_count(void) {
    static volatile uint32_t answer[2];

    hypercall(LHCALL_VCPU_INFO, (uint32_t)answer, 0, 0, 0);
    return answer[1];
}

/* Data for ring 1 from this base to its end, around 4 GB; %gs:first_vcpu is then the vCPU's own. */
static void load_gs(const struct vcpu *vcpu) {
    uint32_t base = (uint32_t)vcpu - (uint32_t)&first_vcpu;

    hypercall(LHCALL_LOAD_GDT_ENTRY, GS_SLOT, 0xffff | base << 16,
              0x00cfb300 | (base & 0xff000000) | ((base >> 16) & 0xff), 0);
    __asm__ volatile("movl %0, %%gs" : : "r"(GS_SELECTOR));
}

void kit_vcpu_main(struct vcpu *vcpu) {
    load_gs(vcpu);
    vcpu->main();
    for (;;)
        halt();
}

void vcpu_start(uint32_t number, void (*main)(void)) {
    struct vcpu *vcpu = page_alloc();
    uint32_t *stack = (uint32_t *)((char *)page_alloc() + 4096);

    if (kit_gs != GS_SELECTOR) {
        load_gs(&first_vcpu);
        kit_gs = GS_SELECTOR;
    }
    vcpu->data.blocked_interrupts = ~0u;
    memset(vcpu->data.hcall_status, 0xff, sizeof(vcpu->data.hcall_status));
    vcpu->self = vcpu;
    vcpu->number = number;
    vcpu->main = main;
    *--stack = (uint32_t)vcpu;
    hypercall(LHCALL_VCPU_START, number, (uint32_t)&vcpu->data, (uint32_t)kit_vcpu_entry,
              (uint32_t)stack);
}
