/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every value that a Guest or a Launcher can choose is judged here, once, by a
 * function with a name and no side effect.  This file and checks.c also build in
 * user space, where the unit tests and the fuzzers call them.
 */
#ifndef LG_CHECKS_H
#define LG_CHECKS_H

#include "lguest_saved.h"
#ifndef __KERNEL__
#include <stdbool.h>
#include <stddef.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Page-table bits of a 32-bit Guest, and of the shadow. */
#define LG_PTE_P 0x001u
#define LG_PTE_RW 0x002u
#define LG_PTE_US 0x004u
#define LG_PTE_A 0x020u
#define LG_PTE_D 0x040u
#define LG_PTE_PSE 0x080u
#define LG_PGD_ALLOWED (LG_PTE_P | LG_PTE_RW | LG_PTE_US | LG_PTE_A | LG_PTE_D)

/* The error code of a page fault (Intel SDM vol. 3, 5.7). */
#define LG_PF_PRESENT 1u
#define LG_PF_WRITE 2u
#define LG_PF_USER 4u
#define LG_PF_FETCH 16u

static inline bool lg_range_ok(__u64 limit_bytes, __u64 address, __u64 length)
{
	return address + length >= address && address + length <= limit_bytes;
}

/*L:155 Page-table entries
 *
 * A frame number must lie in the Guest's memory; with PAE that also refuses NX and all
 * other high bits, which the Guest was told do not exist.  Large pages do not, either.
 * In the four entries at PAE's top every bit but "present" is reserved for us.
 *
 * These stand in the header because they are asked at each fault.
 * :*/
static inline bool lg_pdpte_ok(__u64 entry, __u32 pfn_limit)
{
	return !(entry & 0xfff & ~(__u64)LG_PTE_P) && (entry >> 12) < pfn_limit;
}

static inline bool lg_pgd_ok(__u64 entry, __u32 pfn_limit)
{
	return !(entry & 0xfff & ~(__u64)LG_PGD_ALLOWED) && (entry >> 12) < pfn_limit;
}

static inline bool lg_pte_ok(__u64 entry, __u32 pfn_limit)
{
	return !(entry & LG_PTE_PSE) && (entry >> 12) < pfn_limit;
}

static inline bool lg_cr3_ok(__u32 cr3, unsigned int levels, __u32 pfn_limit)
{
	__u32 bytes = levels == 3 ? 32 : 4096;

	return !(cr3 & (bytes - 1)) && lg_range_ok((__u64)pfn_limit << 12, cr3, bytes);
}

/*
 * May this access happen by the Guest's own tables?  Returns the error code that
 * the Guest's handler has to see, or -1 if the access is allowed.
 */
static inline int lg_access_error(__u64 pgd, __u64 pte, __u32 errcode)
{
	__u64 both = pgd & pte;
	__u32 shown = errcode & (LG_PF_WRITE | LG_PF_USER);

	if (!(both & LG_PTE_P))
		return (int)shown;
	if ((errcode & LG_PF_WRITE) && !(both & LG_PTE_RW))
		return (int)(shown | LG_PF_PRESENT);
	if ((errcode & LG_PF_USER) && !(both & LG_PTE_US))
		return (int)(shown | LG_PF_PRESENT);
	return -1;
}

/* What of a GDT entry may be installed: all zero (not present) if nothing. */
struct lg_descriptor lg_sanitise_descriptor(struct lg_descriptor asked);
bool lg_gdt_slot_is_ours(unsigned int slot);

/* Gates: 14 and 15 are accepted, a gate that is not present clears. */
bool lg_gate_present(struct lg_descriptor gate);
bool lg_gate_ok(struct lg_descriptor gate);
bool lg_gate_is_interrupt(struct lg_descriptor gate);
unsigned int lg_gate_dpl(struct lg_descriptor gate);
__u32 lg_gate_offset(struct lg_descriptor gate);
bool lg_vector_is_reserved(unsigned int vector);
bool lg_vector_has_errcode(unsigned int vector);
bool lg_vector_is_fault(unsigned int vector);
bool lg_vector_may_be_reflected_in_switcher(unsigned int vector);

/*L:170 Flags
 *
 * Interrupts are always on for the processor, whatever the Guest believes
 * (irq_enabled is where it says what it wants); I/O privilege is never given;
 * virtual-8086 mode does not exist.  All that ring 1 may change by itself is left as
 * the Guest has it, or a stay of the Host in between would show: AC, which Linux from
 * 3.7 on looks at when it starts; NT, which does nothing but make the Guest's own IRET
 * fault.
 *
 * This stands in the header because it is done at each entry into the Guest.
 * :*/
#define LG_EFLAGS_FIXED 0x2u
#define LG_EFLAGS_IF 0x200u
#define LG_EFLAGS_GUEST 0x254dd5u /* CF PF AF ZF SF TF DF OF NT RF AC ID */

static inline __u64 lg_sanitise_eflags(__u64 eflags)
{
	return (eflags & LG_EFLAGS_GUEST) | LG_EFLAGS_FIXED | LG_EFLAGS_IF;
}

/* The stack that the Guest names for traps from ring 3. */
bool lg_stack_ok(__u32 ss, __u32 esp, __u32 pages);

/* The lowest line which is pending and not blocked; -1 for none. */
int lg_next_irq(__u32 pending, __u32 blocked);

/* Where a struct lguest_data may lie. */
bool lg_data_place_ok(__u32 gpa, __u32 size, __u32 pfn_limit);

/* Which eras' lguest_data this is, by what the Guest has written into it. */
struct lg_data_layout {
	__u16 size;
	__u16 irq_pending;
	__u16 reserve_mem;
	__u16 tsc_khz;
	__u16 pgdir;	   /* 0: none */
	__u16 noirq_start; /* 0: none */
	__u16 noirq_end;
	__u16 noirq_iret; /* 0: none */
	__u16 kernel_address;
	__u16 syscall_vec;
};

#define LG_DATA_MAX 1396
const struct lg_data_layout *lg_data_layout(const __u8 *data, size_t size);

/* Where the Host's first page tables for a Guest go, and how many: boot_tables.c. */
struct lg_boot_tables {
	__u32 at;    /* guest-physical, of the top table; all others follow */
	__u32 pages; /* of RAM that they lead to */
	__u32 directories, two, pae;
};
/* Sizes in bytes, as the boot parameters have them; data_end: what is the kernel's for sure. */
bool lg_boot_tables_fit(__u32 memory, __u32 initrd, __u32 pfn_limit, __u32 kernel_address,
			__u32 data_end, struct lg_boot_tables *tables);

/* An instruction that the Host does for the Guest's kernel. */
enum lg_emulate {
	LG_EMULATE_NOT = 0,
	LG_EMULATE_SKIP,    /* cli, out, mov to debug or control registers */
	LG_EMULATE_IN,	    /* in: the accumulator gets all ones, or a port's value */
	LG_EMULATE_READ_ZERO, /* mov from cr4 or a debug register */
	LG_EMULATE_VMCALL,    /* rewrite to int $0x1f */
	LG_EMULATE_OUT,	      /* out, to a port that somebody has */
	LG_EMULATE_LOAD,      /* from memory into a register */
	LG_EMULATE_STORE      /* from a register, or a constant, into memory */
};

struct lg_insn {
	enum lg_emulate what;
	unsigned int length;
	unsigned int size; /* operand: 1, 2 or 4 bytes */
	unsigned int reg;  /* for READ_ZERO: 0 eax .. 7 edi */
	unsigned int port; /* 0xffff0000 + 0 when it stands in dx */
	bool port_in_dx;
	/* For LOAD and STORE: size is that of the access in memory. */
	unsigned int reg_size; /* of the register: larger than size for movzx and movsx */
	bool sign;	       /* movsx */
	bool constant;	       /* STORE: of this value, not of a register */
	__u32 value;
};

#define LG_INSN_MAX 15 /* Intel SDM vol. 2, 2.3.11 */
struct lg_insn lg_decode(const __u8 *bytes, size_t count);
/* An instruction that faulted on device memory. */
struct lg_insn lg_decode_access(const __u8 *bytes, size_t count);
/* A register of the instruction's, as the 32-bit register that it is part of. */
__u32 lg_insn_from_reg(const struct lg_insn *insn, __u32 reg);
__u32 lg_insn_to_reg(const struct lg_insn *insn, __u32 reg, __u32 value);

/* Conditions that stop a vCPU: may it be one, and is it true of an event. */
bool lg_condition_ok(const struct lg_condition *condition);
__u64 lg_condition_kinds(const struct lg_condition *condition);
bool lg_condition_matches(const struct lg_condition *condition, const struct lg_event *event);
/* Could it match a trap of this number that the Guest gets? */
bool lg_condition_is_about_vector(const struct lg_condition *condition, unsigned int vector);

/* The layout of this size; NULL: no release has it. */
const struct lg_data_layout *lg_data_layout_sized(__u32 size);

/* A saved Guest (L:190): may it have been one?  What the Host knows of it, to compare with. */
struct lg_saved_shape {
	__u32 pfn_limit, device_limit, vcpus;
	__u32 levels, data_bytes; /* of lg_saved_guest, once that is taken: for its vCPUs */
	__u32 mxcsr_mask;	  /* of this processor (Intel SDM vol. 1, 11.6.6) */
};
/* Segments with which the Guest may be entered; its GDT as it asked for it. */
bool lg_registers_ok(const struct lg_event_regs *regs, const struct lg_descriptor *gdt);
bool lg_saved_guest_ok(const struct lg_saved_guest *saved, const struct lg_saved_shape *shape);
bool lg_saved_vcpu_ok(const struct lg_saved_vcpu *saved, const struct lg_saved_shape *shape);

/* Hardware breakpoints, and DR7 for four of them (Intel SDM vol. 3, 18.2.4). */
bool lg_breakpoint_ok(const struct lg_breakpoint *breakpoint);
__u32 lg_breakpoints_dr7(const struct lg_breakpoint *four);

/* What an instruction does to the flag that steps it. */
enum lg_flags_insn {
	LG_FLAGS_KEPT = 0,
	LG_FLAGS_PUSHED, /* pushf shows it to the Guest */
	LG_FLAGS_LOADED	 /* popf, iret: from now on it is what the Guest wants */
};

enum lg_flags_insn lg_flags_insn(const __u8 *bytes, size_t count);

#ifdef __cplusplus
}
#endif
#endif
