// SPDX-License-Identifier: GPL-2.0-or-later
/*L:150 What a Guest may say
 *
 * A Guest is a stranger with a ring of its own.  Everything that it hands to the
 * Host (addresses, page-table entries, descriptors, gates, flags, instructions)
 * passes one of the functions below on its way in.  They decide and do nothing
 * else, which is why they can be tested, and attacked by a fuzzer, as an ordinary
 * program.
 * :*/
#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <string.h>
#endif
#include "checks.h"

/*L:160 Descriptors
 *
 * All of the Host's protection rests on one thing: no selector of the Guest leads
 * to 64-bit code, to ring 0, or through a gate.  So system descriptors (S = 0),
 * conforming code and code with L = 1 are never installed; the rest gets at least
 * DPL 1, and its accessed bit set, so that the processor has no reason to write
 * to the table (Intel SDM vol. 3, 3.4.5).
 * :*/
#define DESC_S (1u << 12)
#define DESC_CODE (1u << 11)
#define DESC_CONFORMING (1u << 10) /* for code; expand-down for data */
#define DESC_ACCESSED (1u << 8)
#define DESC_DPL (3u << 13)
#define DESC_DPL1 (1u << 13)
#define DESC_P (1u << 15)
#define DESC_L (1u << 21)

struct lg_descriptor lg_sanitise_descriptor(struct lg_descriptor asked)
{
	static const struct lg_descriptor nothing;

	if (!(asked.high & DESC_P) || !(asked.high & DESC_S))
		return nothing;
	if (asked.high & DESC_L)
		return nothing;
	if ((asked.high & DESC_CODE) && (asked.high & DESC_CONFORMING))
		return nothing;
	if (!(asked.high & DESC_DPL))
		asked.high |= DESC_DPL1;
	asked.high |= DESC_ACCESSED;
	return asked;
}

/* 0 is null, 1 to 5 hold our 64-bit code, data and TSS; the rest as the original. */
bool lg_gdt_slot_is_ours(unsigned int slot)
{
	return slot <= 5 || slot == 10 || slot == 11 || slot == 16 || slot == 17 || slot == 31;
}

bool lg_gate_present(struct lg_descriptor gate)
{
	return gate.high & DESC_P;
}

bool lg_gate_ok(struct lg_descriptor gate)
{
	unsigned int type = (gate.high >> 8) & 0x1f;

	return type == 14 || type == 15;
}

bool lg_gate_is_interrupt(struct lg_descriptor gate)
{
	return ((gate.high >> 8) & 0x1f) == 14;
}

unsigned int lg_gate_dpl(struct lg_descriptor gate)
{
	return (gate.high >> 13) & 3;
}

__u32 lg_gate_offset(struct lg_descriptor gate)
{
	return (gate.low & 0xffff) | (gate.high & 0xffff0000);
}

/* NMI, #DF, 15 and the hypercall are never the Guest's. */
bool lg_vector_is_reserved(unsigned int vector)
{
	return vector == 2 || vector == 8 || vector == 15 || vector == LGUEST_TRAP_ENTRY;
}

bool lg_vector_has_errcode(unsigned int vector)
{
	return vector == 8 || (vector >= 10 && vector <= 14) || vector == 17;
}

/*
 * #DB leaves DR6 to be cleared, #NM lends the FPU, #GP may have to be emulated and
 * #PF may be the shadow's; 18 is the machine's.  In the eras of vmcall #UD is the
 * Host's as well, but only until the first hypercall has been rewritten.
 */
bool lg_vector_may_be_reflected_in_switcher(unsigned int vector)
{
	switch (vector) {
	case 0: case 3: case 4: case 5: case 9: case 10: case 11: case 12:
	case 16: case 17: case 19: case LGUEST_SYSCALL_VECTOR:
		return true;
	default:
		return false;
	}
}

bool lg_stack_ok(__u32 ss, __u32 esp, __u32 pages)
{
	return (ss & 7) == 1 && pages <= 2 && esp >= 64;
}

int lg_next_irq(__u32 pending, __u32 blocked)
{
	__u32 ready = pending & ~blocked;

	return ready ? __builtin_ctz(ready) : -1;
}

/*L:180 Three shapes of one structure
 *
 * struct lguest_data lost a field at its end now and then, and nothing in it says
 * which shape it has.  But a Guest fills two fields in statically: the address
 * where its kernel begins and the vector of its system call.  Only in the right
 * shape do both make sense (GUEST_ABI.md, section 0).
 * :*/
static const struct lg_data_layout layouts[] = {
	/* 4.0 to 4.13 */
	{ .size = 1388, .irq_pending = 20, .reserve_mem = 1368, .tsc_khz = 1372,
	  .noirq_iret = 1376, .kernel_address = 1380, .syscall_vec = 1384 },
	/* 3.1 to 3.19 */
	{ .size = 1392, .irq_pending = 20, .reserve_mem = 1368, .tsc_khz = 1372,
	  .noirq_start = 1376, .noirq_end = 1380, .kernel_address = 1384, .syscall_vec = 1388 },
	/* 2.6.31 to 3.0 */
	{ .size = 1396, .irq_pending = 20, .reserve_mem = 1368, .tsc_khz = 1372, .pgdir = 1376,
	  .noirq_start = 1380, .noirq_end = 1384, .kernel_address = 1388, .syscall_vec = 1392 },
};

bool lg_data_place_ok(__u32 gpa, __u32 size, __u32 pfn_limit)
{
	return gpa && !(gpa & 3) && lg_range_ok((__u64)pfn_limit << 12, gpa, size);
}

static __u32 field(const __u8 *data, __u16 offset)
{
	__u32 value;

	memcpy(&value, data + offset, sizeof(value));
	return value;
}

const struct lg_data_layout *lg_data_layout(const __u8 *data, size_t size)
{
	size_t i;

	for (i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		const struct lg_data_layout *l = &layouts[i];
		__u32 address;

		if (size < l->size || field(data, l->syscall_vec) != LGUEST_SYSCALL_VECTOR)
			continue;
		address = field(data, l->kernel_address);
		if (address && !(address & 0xfff))
			return l;
	}
	return NULL;
}

/*L:190 Instructions done for the Guest
 *
 * A kernel that was written for a bare machine pokes at ports, reads CR4 and
 * switches interrupts off in its first moments, before it has a handler for the
 * fault that this causes in ring 1.  These few are recognised and done for it, as
 * if there were a machine without devices: whatever is read is all ones.
 *
 * @event emulate
 * :*/
struct lg_insn lg_decode(const __u8 *bytes, size_t count)
{
	struct lg_insn insn = { .what = LG_EMULATE_NOT, .size = 4 };
	size_t at = 0;
	bool in;

	if (count > 0 && bytes[0] == 0x66) {
		insn.size = 2;
		at = 1;
	}
	if (at >= count)
		return insn;

	switch (bytes[at]) {
	case 0xfa: /* cli */
		insn.what = LG_EMULATE_SKIP;
		insn.length = at + 1;
		return insn;
	case 0xe4: case 0xe5: case 0xe6: case 0xe7: /* in, out: immediate port */
		if (at + 1 >= count)
			return insn;
		insn.port = bytes[at + 1];
		insn.length = at + 2;
		break;
	case 0xec: case 0xed: case 0xee: case 0xef: /* in, out: port in dx */
		insn.port_in_dx = true;
		insn.length = at + 1;
		break;
	case 0x0f:
		if (at || count < 3)
			return insn;
		if (bytes[1] == 0x01 && bytes[2] == 0xc1) {
			insn.what = LG_EMULATE_VMCALL;
			insn.length = 3;
		} else if (bytes[1] == 0x20 && (bytes[2] & 0xf8) == 0xe0) { /* mov %cr4, r */
			insn.what = LG_EMULATE_READ_ZERO;
			insn.reg = bytes[2] & 7;
			insn.length = 3;
		} else if (bytes[1] == 0x21 && bytes[2] >= 0xc0) { /* mov %dr, r */
			insn.what = LG_EMULATE_READ_ZERO;
			insn.reg = bytes[2] & 7;
			insn.length = 3;
		} else if (bytes[1] == 0x23 && bytes[2] >= 0xc0) { /* mov r, %dr */
			insn.what = LG_EMULATE_SKIP;
			insn.length = 3;
		}
		return insn;
	default:
		return insn;
	}
	if (!(bytes[at] & 1))
		insn.size = 1;
	in = !(bytes[at] & 2);
	insn.what = in ? LG_EMULATE_IN : LG_EMULATE_SKIP;
	return insn;
}
