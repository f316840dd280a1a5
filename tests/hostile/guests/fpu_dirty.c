// SPDX-License-Identifier: GPL-2.0-or-later
// Case 61. The first use of floating point finds empty registers, though other Guests and the
// Launcher have used theirs. Then it leaves all that may hurt: an unmasked exception that is
// pending, full registers, a division by zero unmasked in MXCSR; the Host must not take them along.
#include "hostile.h"

HOSTILE("floating-point registers, dirty and clean");

void guest_main(void) {
    static uint32_t registers[8][4] __attribute__((aligned(16)));
    static uint32_t area[128] __attribute__((aligned(16)));
    static const uint32_t all_unmasked = 0;
    static const uint16_t control = 0x340;

    catch_traps();
    __asm__ volatile("fxsave %0\n\t"
                     "movaps %%xmm0, 0(%1)\n\tmovaps %%xmm1, 16(%1)\n\tmovaps %%xmm2, 32(%1)\n\t"
                     "movaps %%xmm3, 48(%1)\n\tmovaps %%xmm4, 64(%1)\n\tmovaps %%xmm5, 80(%1)\n\t"
                     "movaps %%xmm6, 96(%1)\n\tmovaps %%xmm7, 112(%1)"
                     : "=m"(area)
                     : "r"(registers)
                     : "memory");
    for (uint32_t i = 0; i < 32; i++)
        MUST(!registers[i / 4][i % 4]);
    for (uint32_t i = 8; i < 40; i++) /* st0 to st7 */
        MUST(!area[i]);
    MUST((area[0] & 0xffff) == 0x37f && area[6] == 0x1f80 && !area[2] && !area[4]);

    for (uint32_t i = 0; i < 2000; i++) {
        __asm__ volatile("fninit\n\tfldcw %0\n\tfld1\n\tfldz\n\tfdivrp\n\tldmxcsr %1\n\t"
                         "pcmpeqd %%xmm0, %%xmm0\n\tpcmpeqd %%xmm7, %%xmm7"
                         :
                         : "m"(control), "m"(all_unmasked));
        hypercall(LHCALL_SEND_INTERRUPTS, 0, 0, 0, 0);
    }
    MUST(TRY("fwait") == 16);
    contained();
}
