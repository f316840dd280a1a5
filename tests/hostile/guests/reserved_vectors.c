// SPDX-License-Identifier: GPL-2.0-or-later
// Case 57. Gates for NMI, double fault and the hypercall itself are ignored, whatever they say; so
// hypercalls go on working.
#include "hostile.h"

HOSTILE("gates for the Host's own vectors");

void guest_main(void) {
    static const uint32_t vectors[] = {2, 8, 15, 31};

    for (uint32_t i = 0; i < 4; i++)
        hypercall(LHCALL_LOAD_IDT_ENTRY, vectors[i], 0, 0x0000ef00, 0);
    hypercall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
    contained();
}
