// SPDX-License-Identifier: GPL-2.0-or-later
// Case 6. One vCPU changes three descriptors in memory, word by word, while the other hands them
// over by LOAD_TLS and from the asynchronous ring. The Host must judge the copy that it installs:
// no mixture of two descriptors may become 64-bit code, ring 0 or a gate.
#include "hostile.h"

HOSTILE("descriptors that change while they are read");

static volatile uint32_t tls[3][2];
static volatile bool over;

static void change(void) {
    static const uint32_t highs[] = {0x00cff300, 0x00affb00, 0x00cf9b00, 0x0000ec00, 0x00cffb00};

    for (uint32_t i = 0; !over; i++) {
        uint32_t high = highs[i % 5];

        tls[0][0] = i % 2 ? 0x0000ffff : (LGUEST_KERNEL_CS << 16) | 0x1000;
        tls[0][1] = high;
        lguest_data.hcalls[i % LHCALL_RING_SIZE].arg3 = high;
    }
}

void guest_main(void) {
    uint32_t installed = 0;

    catch_traps();
    pgdir_load(pgdir_new());
    vcpu_start(1, change);
    for (uint32_t i = 0; i < 20000; i++) {
        uint32_t rights = 0;

        hypercall_later(LHCALL_LOAD_GDT_ENTRY, 6, 0x0000ffff, 0x00cff300, 0);
        hypercall(i % 2 ? LHCALL_LOAD_TLS : LHCALL_FLUSH_ASYNC, (uint32_t)tls, 0, 0, 0);
        /* The processor tells what it would use: nothing, or a segment of ring 1 or 3 without L. */
        __asm__ volatile("lar %1, %0\n\tjz 1f\n\txorl %0, %0\n1:" : "=&r"(rights) : "r"(0x33));
        if (!rights)
            continue;
        installed++;
        MUST((rights & 0x1000) && (rights & 0x6000) && !(rights & 0x200000));
    }
    over = true;
    MUST(installed);
    contained();
}
