// SPDX-License-Identifier: GPL-2.0-or-later
// Case 26. An interrupt that arrives at the Guest's last IRET is entered on the frame that lies on
// its stack, with the flags in it: there the Guest writes what it likes, I/O privilege for one. The
// Host must not load it. (The test starts this one at raw_entry, so that noirq_iret is an
// instruction on a page of its own, which faults.)
#include "hostile.h"

HOSTILE("flags in the frame of an interrupt");

#define LINE 5

extern char far_iret[], line_handler[];
volatile uint32_t saved_esp, seen_flags, frame_flags;

__asm__(".pushsection .text\n\t.balign 4096\nfar_iret:\n\tiret\n\t.balign 4096\n\t.popsection\n"
        ".globl raw_entry\n\t.type raw_entry, @function\n"
        "raw_entry:\n\tmovl $far_iret, first_vcpu + 1376\n\tjmp guest_entry");

static void attempt(void) {
    __asm__ volatile(
        "pushal\n\tmovl %esp, saved_esp\n\tpushl $0x3202\n\tpushl $0x61\n\tpushl $1f\n\t"
        "movl $0x200, first_vcpu\n\tjmp far_iret\n"
        "line_handler:\n\tpushfl\n\tpopl seen_flags\n\tmovl 8(%esp), %eax\n\t"
        "movl %eax, frame_flags\n"
        "1:\tmovl saved_esp, %esp\n\tpopal");
}

void guest_main(void) {
    uint32_t *space = pgdir_new(), address = (uint32_t)line_handler, hits = 0;

    catch_traps();
    pgdir_load(space);
    hypercall(LHCALL_LOAD_IDT_ENTRY, LGUEST_FIRST_IRQ_VECTOR + LINE,
              (LGUEST_KERNEL_CS << 16) | (address & 0xffff), (address & 0xffff0000) | 0x8e00, 0);
    irq_unblock(LINE);
    for (uint32_t i = 0; i < 1000; i++) {
        irq_disable();
        send_ipi(0, LINE);
        pgdir_set(space, (uint32_t)far_iret, (uint32_t)far_iret | PTE_P | PTE_RW);
        frame_flags = 0;
        attempt();
        MUST(!(seen_flags & 0x23000));
        hits += (frame_flags & 0x3000) != 0;
    }
    MUST(hits);
    contained();
}
