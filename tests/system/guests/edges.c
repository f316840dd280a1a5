// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../../resources/guests/kit/kit.h"

GUEST_ABOUT("Test: what the Host does in a Guest's stead, and at the edges of pages");

static volatile uint32_t refused;
static char two_pages[8192] __attribute__((aligned(4096)));

static void general_protection(struct frame *frame) {
    refused++;
    frame->eip += 3;
}

static void check(bool good, const char *what) {
    if (!good)
        panic("edges: not so: %s", what);
    print("%s\n", what);
}

static void ports(void) {
    uint32_t eax = 0x12345678;

    __asm__ volatile("inb $0x60, %%al" : "+a"(eax));
    check(eax == 0x123456ff, "a byte from a port is all ones, the rest stays");
    __asm__ volatile("inb $0x42, %%al" : "+a"(eax));
    check(eax == 0x12345600, "but the old timer stands at 0");
    eax = 0x12345678;
    __asm__ volatile("inw %%dx, %%ax" : "+a"(eax) : "d"(0x1f0));
    check(eax == 0x1234ffff, "so is a word");
    __asm__ volatile("inl %%dx, %%eax" : "+a"(eax) : "d"(0x4d0));
    check(eax == 0xffffffff, "and a double word");
    __asm__ volatile("outb %%al, $0x80\n\toutl %%eax, %%dx\n\tcli" : : "a"(0), "d"(0x4d0));
    check(!refused, "writing to ports and cli are skipped");
}

static void registers(void) {
    uint32_t value = 1;

    __asm__ volatile("mov %%cr4, %0" : "=r"(value));
    check(value == 0, "cr4 reads as zero");
    value = 1;
    __asm__ volatile("mov %%dr7, %0\n\tmov %0, %%dr7" : "=r"(value));
    check(value == 0 && !refused, "so does a debug register");
    __asm__ volatile("mov %%cr3, %0" : "=r"(value));
    check(refused == 1, "cr3 is refused by a trap");
}

/* The call of kernels 2.6.30 to 2.6.33: the Host rewrites it, and then does it. */
static void vmcall(void) {
    extern char vmcall_place[];

    hypercall(LHCALL_FLUSH_ASYNC, 0, 0, 0, 0);
    __asm__ volatile(".globl vmcall_place\nvmcall_place:\n\tvmcall"
                     :
                     : "a"(LHCALL_SEND_INTERRUPTS)
                     : "memory");
    check(!memcmp(vmcall_place, "\xcd\x1f\x90", 3), "vmcall became int $0x1f");
}

/* The frame of a trap that lies half on one page, half on the next, and not aligned. */
static void stack_across_pages(void) {
    refused = 0;
    __asm__ volatile("movl %%esp, %%ebx\n\tmovl %0, %%esp\n\tmov %%cr3, %%eax\n\t"
                     "movl %%ebx, %%esp"
                     :
                     : "r"(two_pages + 4096 + 6)
                     : "eax", "ebx", "memory");
    check(refused == 1, "a trap's frame may cross a page");
}

/* lg_sanitise_eflags() is only half the story: a Guest's POPF must not do more. */
static void flags(void) {
    uint32_t after;

    __asm__ volatile("pushl $0x3202\n\tpopfl\n\tpushfl\n\tpopl %0" : "=r"(after));
    check((after & 0x3000) == 0, "I/O privilege cannot be taken");
    __asm__ volatile("pushl $0x2\n\tpopfl\n\tpushfl\n\tpopl %0" : "=r"(after));
    check(after & 0x200, "the processor's interrupt flag stays on");
}

void guest_main(void) {
    set_handler(13, general_protection);
    ports();
    registers();
    vmcall();
    stack_across_pages();
    flags();
    print("done\n");
}
