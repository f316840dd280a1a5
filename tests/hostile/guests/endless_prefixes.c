// SPDX-License-Identifier: GPL-2.0-or-later
// Case 28. Instructions at the Host's decoder: more prefixes than an instruction may have, and one
// that is cut off by the end of a page. The decoder must stay within what it has.
#include "hostile.h"

HOSTILE("instructions that are too long or cut off");

void guest_main(void) {
    uint32_t *space = pgdir_new();
    char *page = page_alloc();

    catch_traps();
    MUST(TRY(".byte "
             "0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0xe4") !=
         NOTHING);
    MUST(TRY(".byte 0xf0, 0x0f, 0xc7, 0xc8") == 6); /* lock cmpxchg8b %eax */
    MUST(TRY(".byte 0xf0, 0x90") == 6);             /* lock nop */
    MUST(TRY(".byte 0x66, 0x66, 0xef") != NOTHING); /* twice: not one that is done for us */
    /* "66 e7" at the end of a page, and no page behind it: the port cannot be fetched. */
    page[4094] = 0x66;
    page[4095] = (char)0xe7;
    pgdir_set(space, 0x50000000, (uint32_t)page | PTE_P | PTE_RW);
    pgdir_load(space);
    MUST(TRY("movl $0x50000ffe, %eax\n\tjmp *%eax") == 14);
    MUST(fault_address() == 0x50001000);
    contained();
}
