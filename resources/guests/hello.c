// SPDX-License-Identifier: GPL-2.0-or-later
#include "kit/kit.h"

GUEST_ABOUT("The smallest Guest: three hypercalls, one line of text, power off");

void guest_main(void) {
    print("Hello from ring 1.\n");
}
