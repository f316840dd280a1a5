// SPDX-License-Identifier: GPL-2.0-or-later
// Case 21. The system call before there is a gate for it. The Host must not push a frame anywhere:
// the Guest dies of a trap without a handler.
#include "hostile.h"

HOSTILE("the system call without a gate");

void guest_main(void) {
    __asm__ volatile("int $0x80");
}
