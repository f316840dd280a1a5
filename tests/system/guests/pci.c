// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../../resources/guests/kit/kit.h"

GUEST_ABOUT("Finds the console on the PCI bus and writes to its registers");

#define WINDOW 0xbd000000u
#define CONSOLE 0x80000800u /* bus 0, device 1, function 0 */

static uint32_t *space;

static uint32_t config_read(uint32_t offset) {
    uint32_t value;

    __asm__ volatile("outl %0, %1" : : "a"(CONSOLE | offset), "Nd"((uint16_t)0xcf8));
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"((uint16_t)0xcfc));
    return value;
}

static uint8_t config_byte(uint32_t offset) {
    uint8_t value;

    __asm__ volatile("outl %0, %1" : : "a"(CONSOLE | (offset & ~3u)), "Nd"((uint16_t)0xcf8));
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"((uint16_t)(0xcfc + (offset & 3))));
    return value;
}

static void check(bool good, const char *what) {
    print("%s: %s\n", what, good ? "yes" : "NO");
    if (!good)
        panic("pci: not so: %s", what);
}

/* Each width, each way, as a driver may do it. */
static void registers(volatile uint8_t *page) {
    uint32_t wide = 0x12345678, extended;
    uint16_t half;

    check(*(volatile uint16_t *)(page + 18) == 2, "the console has two queues");
    __asm__ volatile("movl %1, %0" : "=m"(*(volatile uint32_t *)page) : "r"(1u));
    check(*(volatile uint32_t *)page == 1, "a register keeps what is written");
    check(*(volatile uint32_t *)(page + 4) == 1, "version 1 is offered");
    __asm__ volatile("movw $1, %0" : "=m"(*(volatile uint16_t *)(page + 22)));
    __asm__ volatile("movzwl %1, %0" : "=r"(extended) : "m"(*(volatile uint16_t *)(page + 24)));
    check(extended == 256, "zero extended");
    __asm__ volatile("movswl %1, %0" : "=r"(extended) : "m"(*(volatile uint16_t *)(page + 26)));
    check(extended == 0xffffffff, "sign extended");
    __asm__ volatile("movb %1, %h0" : "+Q"(wide) : "m"(page[18]));
    check(wide == 0x12340278, "one byte of a register");
    half = *(volatile uint16_t *)(page + 18);
    check(half == 2, "sixteen bits");
    for (const char *c = "said by EMERG_WRITE\n"; *c; c++)
        *(volatile uint32_t *)(page + 60 + 8) = (uint8_t)*c;
}

void guest_main(void) {
    uint32_t bar;

    check(config_read(0) == 0x10431af4, "device 1 is a virtio console");
    check(config_byte(0x3c) == 1, "its line is 1");
    check(config_byte(0x34) == 0x40, "its capabilities begin at 0x40");
    bar = config_read(0x10);
    space = pgdir_new();
    pgdir_set(space, WINDOW, bar | PTE_P | PTE_RW);
    pgdir_load(space);
    registers((volatile uint8_t *)WINDOW);
    if (!strcmp(command_line, "strange"))
        __asm__ volatile("lock incl %0" : "+m"(*(volatile uint32_t *)WINDOW));
    print("done\n");
}
