// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../../resources/guests/kit/kit.h"

GUEST_ABOUT("Test: begins as a kernel does that knows nothing of its Host, by loading tables");

/* The test starts it here, past the kit. */
__asm__(".globl raw_entry\n\t.type raw_entry, @function\nraw_entry:\n\tlidt 0\n\tjmp raw_entry");

void guest_main(void) {
    panic("not started at raw_entry");
}
