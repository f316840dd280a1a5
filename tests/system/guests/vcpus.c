// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../../resources/guests/kit/kit.h"

GUEST_ABOUT("Test: four vCPUs of which two spin, one sleeps, and one is never started");

#define LINE 9

static volatile uint32_t here, heard;

static void line(struct frame *frame) {
    (void)frame;
    heard = this_vcpu()->number;
}

static void spin(void) {
    here = here | 2;
    for (;;)
        __asm__ volatile("pause");
}

static void sleep(void) {
    here = here | 4;
    irq_unblock(LINE);
    for (;;)
        halt();
}

static void wait_for(uint32_t who) {
    while (!(here & who))
        __asm__ volatile("pause");
}

void guest_main(void) {
    set_handler(LGUEST_FIRST_IRQ_VECTOR + LINE, line);
    pgdir_load(pgdir_new());
    vcpu_start(1, spin);
    wait_for(2);
    vcpu_start(2, sleep);
    wait_for(4);
    if (!strcmp(command_line, "reboot"))
        reboot();
    for (volatile uint32_t i = 0; i < 3000000; i++) /* until it sleeps indeed */
        ;
    print("all are at it\n");
    for (;;)
        if (heard) {
            print("vCPU %u heard line %u\n", heard, LINE);
            heard = 0;
        }
}
