// SPDX-License-Identifier: GPL-2.0-or-later
// Case 5. An index far behind the table. The Guest must be killed, nothing written.
#include "hostile.h"

HOSTILE("a GDT index out of range");

void guest_main(void) {
    load_gdt(0xffffffff, 0x00cffb00);
}
