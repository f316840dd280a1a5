// SPDX-License-Identifier: GPL-2.0-or-later
// Case 45, for our own calls. Two vCPUs with one lguest_data: flags, time and ring are read and
// written by both and by the Host for both.
#include "hostile.h"

HOSTILE("two vCPUs with one lguest_data");

extern char shared_entry[];

__asm__("shared_entry:\n1:\tmovl $19, %eax\n\tint $0x1f\n\tjmp 1b");

void guest_main(void) {
    uint32_t *stack = page_alloc();

    catch_traps();
    pgdir_load(pgdir_new());
    hypercall(LHCALL_VCPU_START, 1, (uint32_t)&lguest_data, (uint32_t)shared_entry,
              (uint32_t)(stack + 1024));
    for (uint32_t i = 0; i < 5000; i++) {
        hypercall_later(LHCALL_FLUSH_TLB, 0, 0, 0, 0);
        hypercall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
        send_ipi(1, i % LGUEST_IRQS);
    }
    contained();
}
