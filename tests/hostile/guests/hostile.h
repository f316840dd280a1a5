/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For Guests that attack their Host. Each file says which case of HOSTILE_GUEST.md it is, how the
 * attack works, and what a correct Host does. A Guest that is to live prints "contained" at its
 * end; one that is to die must not come so far (test_hostile.cpp has the reasons).
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "../../../resources/guests/kit/kit.h"

#define HOSTILE(text) GUEST_ABOUT("Attack: " text)

extern volatile uint32_t caught;       /* vector of the last trap of TRY(), NOTHING if none came */
extern volatile uint32_t caught_error; /* its error code */
extern volatile uint32_t resume_at, try_esp;
#define NOTHING 0xffffffffu

/* Handlers for all traps that a Guest may have; TRY() needs them. */
void catch_traps(void);

/* Runs instructions and tells which trap they caused; execution goes on at label 771. */
#define TRY(instruction)                                                                           \
    ({                                                                                             \
        caught = NOTHING;                                                                          \
        __asm__ volatile("movl $771f, resume_at\n\tmovl %esp, try_esp\n\tpushal\n\t" instruction   \
                         "\n771:\tmovl try_esp, %esp\n\tsubl $32, %esp\n\tpopal\n\tcld");          \
        caught;                                                                                    \
    })

/* Ends the Guest with a panic if the Host let it get away with something. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition))                                                                          \
            panic("escaped: %s (trap %d)", #condition, (int)caught);                               \
    } while (0)

static inline void contained(void) {
    print("contained\n");
    power_off();
}

static inline void load_gdt(uint32_t slot, uint32_t high) {
    hypercall(LHCALL_LOAD_GDT_ENTRY, slot, 0x0000ffff, high, 0);
}

/* Runs code in ring 3, on pages of its own; it comes back by any trap that catch_traps() has. */
void run_in_ring3(void (*code)(void));

#endif
