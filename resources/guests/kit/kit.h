/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kit: all that a small Guest needs.  A Guest is one C file with a function
 * guest_main() and a line GUEST_ABOUT("what it teaches").
 *
 * When guest_main() begins there is a stack, .bss is zero, and the first hypercall
 * has introduced lguest_data to the Host.  Interrupts are off, no gate is loaded (a
 * trap without one ends the Guest with a reason), virtual addresses are physical.
 * When guest_main() returns the Guest powers off.
 */
#ifndef KIT_H
#define KIT_H

#define LG_FREESTANDING
#include "../../../kmod/lguest_uapi.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One line on what the Guest teaches; `lgctl guests` and the window show it. */
#define GUEST_ABOUT(text)                                                                          \
    __attribute__((section(".lguest.about"), used)) static const char guest_about[] = text
/* How many vCPUs the window offers it with, if not one. */
#define GUEST_VCPUS(count)                                                                         \
    __attribute__((section(".lguest.vcpus"), used)) static const uint8_t guest_vcpus = count

void guest_main(void);

/* ---- Hypercalls --------------------------------------------------------- */

static inline void hypercall(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    __asm__ volatile("int $0x1f" : : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d) : "memory");
}

/* Queued in the ring, done with the next real hypercall. */
void hypercall_later(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d);

__attribute__((noreturn)) void power_off(void);
__attribute__((noreturn)) void reboot(void);
/* Ends the Guest with a text: what a kernel's panic looks like to the Host. */
__attribute__((noreturn, format(printf, 1, 2))) void panic(const char *format, ...);

/* ---- Console ------------------------------------------------------------ */

void put_char(char c);
void put_text(const char *text);
/* %c %s %d %u %x %08x %p %% and nothing else. */
__attribute__((format(printf, 1, 2))) void print(const char *format, ...);
/* Prints what is still buffered. Each new line does, too. */
void console_flush(void);
/* The virtio console of the Launcher; false if it offers none. */
bool console_open(void);
/* The next key, or -1. Needs console_open() and interrupts for device_irq. */
int console_key(void);

/* ---- Interrupts and traps ----------------------------------------------- */

/* What a handler finds on the stack, in the order of kit/entry.S. */
struct frame {
    uint32_t edi, esi, ebp, esp_unused, ebx, edx, ecx, eax;
    uint32_t ds, es;
    uint32_t vector, errcode;
    uint32_t eip, cs, eflags;
    uint32_t esp, ss; /* only if it came from ring 3 */
};

typedef void handler_fn(struct frame *frame);

/* Loads the gate of this vector (an interrupt gate) and remembers the handler. */
void set_handler(uint32_t vector, handler_fn *handler);
/* The same with a trap gate (interrupts stay on) which ring 3 may use by `int`. */
void set_user_handler(uint32_t vector, handler_fn *handler);
void irq_enable(void);
void irq_disable(void);
void irq_unblock(uint32_t irq);
/* Sleeps until an interrupt has been handled. */
void halt(void);
/* Interrupt line 0 comes once, so many nanoseconds from now. */
void timer_set(uint32_t nanoseconds);
/* The Host's wall clock at the last interrupt, in milliseconds. */
uint64_t time_ms(void);
uint64_t cycles(void);

extern struct lguest_data lguest_data; /* of vCPU 0 */
extern uint32_t memory_size;           /* bytes, from the boot parameters */
extern char *command_line;

/* ---- Several vCPUs ------------------------------------------------------ */

/*
 * A Guest begins on vCPU 0; the others wait until they are started. Memory, page tables and
 * gates are common to all. Each has its own lguest_data, which is what irq_enable(),
 * irq_unblock(), timer_set(), fault_address() and time_ms() are about, and its own GDT. The
 * console is vCPU 0's. In ring 1 gs belongs to the kit: it leads to this structure.
 */
struct vcpu {
    struct lguest_data data; /* first: kit/entry.S counts on it */
    struct vcpu *self;
    uint32_t number;
    uint32_t next_slot; /* of hypercall_later() */
    void (*main)(void);
};

extern struct vcpu first_vcpu;

static inline struct vcpu *this_vcpu(void) {
    struct vcpu *self;

    __asm__("movl %%gs:first_vcpu+%c1, %0" : "=r"(self) : "i"(offsetof(struct vcpu, self)));
    return self;
}

/* How many there are (lgctl run --vcpus). */
uint32_t vcpu_count(void);
/* Runs a function there, with interrupts off, on the caller's page tables; then it sleeps. */
void vcpu_start(uint32_t number, void (*main)(void));
/* Raises an interrupt line of that vCPU. */
static inline void send_ipi(uint32_t number, uint32_t line) {
    hypercall(LHCALL_SEND_IPI, number, line, 0, 0);
}

/* ---- Page tables -------------------------------------------------------- */

#define PTE_P 1u
#define PTE_RW 2u
#define PTE_US 4u
#define PTE_A 0x20u
#define PTE_D 0x40u

/*
 * The kit maps one to one what it uses itself: memory, of a large one the first GB, and the
 * pages of the Launcher's devices behind all of it. Free for experiments is what lies below
 * 0xc0000000, where the kernel's part begins that is the same in all tables.
 */
#define ONE_TO_ONE (memory_size < (1u << 30) ? memory_size : 1u << 30)
#define DEVICES_SIZE (1u << 20)

/* A zeroed page of the Guest's memory; panics when there is none left. */
void *page_alloc(void);
void page_free(void *page);
/* A new directory: ONE_TO_ONE and the devices' pages, for ring 1 only. */
uint32_t *pgdir_new(void);
/* Enters a page and tells the Host; 0 as entry removes it. */
void pgdir_set(uint32_t *pgdir, uint32_t address, uint32_t entry);
uint32_t pgdir_get(const uint32_t *pgdir, uint32_t address);
void pgdir_load(uint32_t *pgdir);
static inline uint32_t fault_address(void) {
    return this_vcpu()->data.cr2;
}

/*
 * The same with PAE: a table of four entries, 64 bits each, below it directories of 2 MB an entry,
 * below them tables of 512 entries. All memory is mapped one to one here too. A Guest has one kind
 * of tables or the other: the Host sees which at the first that is loaded.
 */
uint64_t *pae_new(void);
void pae_set(uint64_t *pdpt, uint32_t address, uint64_t entry);
uint64_t pae_get(const uint64_t *pdpt, uint32_t address);
void pae_load(uint64_t *pdpt);
/* The directory of an address and its index there; NULL if there is no directory. */
uint64_t *pae_directory(const uint64_t *pdpt, uint32_t address);
static inline uint32_t pae_directory_index(uint32_t address) {
    return (address >> 21) & 511;
}

/* ---- User mode ---------------------------------------------------------- */

#define USER_CS 0x73
#define USER_DS 0x7b

/* GDT entries 14 and 15: flat code and data for ring 3. */
void user_segments(void);
/* The stack on which traps from ring 3 arrive. */
void user_trap_stack(void *top);
/* Continues at the state in `frame`, in whichever ring it names. */
__attribute__((noreturn)) void frame_resume(struct frame *frame);
/*
 * Code and constants for ring 3.  They are linked at USER_BASE, and lie in memory from
 * user_image to user_image_end until somebody maps them there.  User code may use
 * nothing but what is marked like this, and its stack.
 */
#define USER_BASE 0xbe000000u
#define USER_STACK_TOP 0xbf000000u
#define USER_CODE __attribute__((section(".user.text"), noinline))
#define USER_DATA __attribute__((section(".user.data")))
extern char user_image[], user_image_end[];

/* ---- What the compiler may call ----------------------------------------- */

void *memcpy(void *to, const void *from, size_t count);
void *memset(void *to, int value, size_t count);
int memcmp(const void *a, const void *b, size_t count);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);

#endif
