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

/* After it the instruction is done again. Not so after NMI, INT3, INTO, a machine check, INT n. */
bool lg_vector_is_fault(unsigned int vector)
{
	return vector < 32 && vector != 2 && vector != 3 && vector != 4 && vector != 18 &&
	       vector != LGUEST_TRAP_ENTRY;
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

const struct lg_data_layout *lg_data_layout_sized(__u32 size)
{
	size_t i;

	for (i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (layouts[i].size == size)
			return &layouts[i];
	return NULL;
}

/*L:185 Room for the Host's tables
 *
 * The tables that a Guest of 2.6.31 to 3.0 begins on lie below its initrd, and where they
 * themselves lead.  All these numbers are the Guest's: it may have written over its boot
 * parameters.  The last 128 MB of addresses are never RAM to a Linux kernel.
 * :*/
#define LOWEST_KERNEL 0x40000000u
#define NO_RAM_FROM 0xf8000000u

bool lg_boot_tables_fit(__u32 memory, __u32 initrd, __u32 pfn_limit, __u32 kernel_address,
			__u32 data_end, struct lg_boot_tables *t)
{
	__u32 top = memory >> 12, initrd_pages = (initrd >> 12) + !!(initrd & 0xfff), end, all;

	if (kernel_address < LOWEST_KERNEL || kernel_address >= NO_RAM_FROM ||
	    (kernel_address & 0x3fffff) || top > pfn_limit || initrd_pages > top)
		return false;
	t->pages = (NO_RAM_FROM - kernel_address) >> 12;
	if (t->pages > top)
		t->pages = top;
	t->directories = 4 - (kernel_address >> 30);
	t->two = (t->pages + 1023) / 1024;
	t->pae = (t->pages + 511) / 512;
	all = 1 + t->directories + t->two + t->pae;
	end = top - initrd_pages;
	if (end > t->pages)
		end = t->pages;
	if (all > end)
		return false;
	t->at = (end - all) << 12;
	return t->at >= data_end;
}

/*L:190 Instructions done for the Guest
 *
 * A kernel that was written for a bare machine pokes at ports, reads CR4 and
 * switches interrupts off in its first moments, before it has a handler for the
 * fault that this causes in ring 1.  These few are recognised and done for it, as
 * if there were a machine without devices: whatever is read is all ones, nearly.
 *
 * @event emulate
 * :*/
struct lg_insn lg_decode(const __u8 *bytes, size_t count)
{
	struct lg_insn insn = { .what = LG_EMULATE_NOT, .size = 4 };
	size_t at = 0;

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
	insn.reg_size = insn.size;
	insn.what = bytes[at] & 2 ? LG_EMULATE_OUT : LG_EMULATE_IN;
	return insn;
}

/*L:192 Accesses to device memory
 *
 * A device's registers are pages without memory: each access faults, and the Launcher does it.
 * What has to be known is how wide it is, what is written or which register takes what is
 * read, and how long the instruction is; where it goes the processor has told with the
 * fault.  Compilers and Linux's readl() and writel() use moves for this, in all their forms:
 *
 *   88 89 c6 c7 a2 a3           store: register, constant, accumulator
 *   8a 8b a0 a1 0f b6 b7 be bf  load: same width, accumulator, zero or sign extended
 *
 * Anything else (a string move, a read-modify-write) is not done.
 * :*/
static size_t modrm_length(const __u8 *at, size_t count)
{
	__u8 mod = at[0] >> 6, rm = at[0] & 7;
	size_t length = 1;

	if (rm == 4) {
		if (count < 2)
			return count + 1;
		length = 2;
		if (!mod && (at[1] & 7) == 5)
			return length + 4;
	}
	if (!mod)
		return rm == 5 ? length + 4 : length;
	return length + (mod == 1 ? 1 : 4);
}

struct lg_insn lg_decode_access(const __u8 *bytes, size_t count)
{
	static const struct lg_insn not_done;
	struct lg_insn insn = { .what = LG_EMULATE_LOAD, .reg_size = 4 };
	size_t at = 0, constant = 0;
	bool wide, modrm = true;
	__u8 opcode;

	/* Segments matter to the address only; 66 halves the width. */
	while (at < count && (bytes[at] == 0x66 || bytes[at] == 0x26 || bytes[at] == 0x2e ||
			      bytes[at] == 0x36 || bytes[at] == 0x3e || bytes[at] == 0x64 ||
			      bytes[at] == 0x65)) {
		if (bytes[at] == 0x66)
			insn.reg_size = 2;
		at++;
	}
	if (at >= count)
		return not_done;
	opcode = bytes[at++];
	wide = opcode & 1;
	if (opcode == 0x0f) {
		if (at >= count)
			return not_done;
		opcode = bytes[at++];
		if ((opcode & 0xf6) != 0xb6) /* b6 b7 be bf */
			return not_done;
		insn.sign = opcode & 8;
		insn.size = opcode & 1 ? 2 : 1;
	} else if ((opcode & 0xfc) == 0x88) {
		insn.what = opcode & 2 ? LG_EMULATE_LOAD : LG_EMULATE_STORE;
	} else if ((opcode & 0xfe) == 0xc6) {
		insn.what = LG_EMULATE_STORE;
		insn.constant = true;
	} else if ((opcode & 0xfc) == 0xa0) {
		insn.what = opcode & 2 ? LG_EMULATE_STORE : LG_EMULATE_LOAD;
		modrm = false;
		at += 4; /* the address */
	} else {
		return not_done;
	}
	if (!insn.size) {
		insn.size = wide ? insn.reg_size : 1;
		insn.reg_size = insn.size;
	}
	if (modrm) {
		if (at >= count || bytes[at] >> 6 == 3)
			return not_done;
		insn.reg = (bytes[at] >> 3) & 7;
		if (insn.constant && insn.reg)
			return not_done;
		at += modrm_length(bytes + at, count - at);
	}
	if (insn.constant)
		constant = insn.size;
	if (at + constant > count || at + constant > LG_INSN_MAX)
		return not_done;
	if (insn.constant)
		memcpy(&insn.value, bytes + at, constant);
	insn.length = at + constant;
	return insn;
}

static __u32 mask_of(unsigned int size)
{
	return size == 4 ? 0xffffffff : (1u << (size * 8)) - 1;
}

/* ah, ch, dh and bh are the second bytes of the first four. */
static unsigned int shift_of(const struct lg_insn *insn)
{
	return insn->reg_size == 1 && insn->reg >= 4 ? 8 : 0;
}

__u32 lg_insn_from_reg(const struct lg_insn *insn, __u32 reg)
{
	return insn->constant ? insn->value : (reg >> shift_of(insn)) & mask_of(insn->size);
}

__u32 lg_insn_to_reg(const struct lg_insn *insn, __u32 reg, __u32 value)
{
	__u32 mask = mask_of(insn->reg_size);
	unsigned int shift = shift_of(insn);

	value &= mask_of(insn->size);
	if (insn->sign && (value >> (insn->size * 8 - 1)) & 1)
		value |= ~mask_of(insn->size);
	return (reg & ~(mask << shift)) | (value & mask) << shift;
}

/*L:194 Conditions
 *
 * An inspector may ask that a vCPU stops at a certain event, before the Guest goes on.
 * There is no time to ask a program outside, and no program of a stranger's is run in
 * here: a condition is a few comparisons in a fixed form.
 * :*/
static const struct {
	__u8 offset, bytes;
} fields[LG_FIELD_COUNT] = {
#define REG(name, member) \
	[LG_FIELD_##name] = { offsetof(struct lg_event, regs.member),			\
			      sizeof(((struct lg_event *)0)->regs.member) }
#define FIELD(name, member) \
	[LG_FIELD_##name] = { offsetof(struct lg_event, member),			\
			      sizeof(((struct lg_event *)0)->member) }
	REG(EAX, eax), REG(EBX, ebx), REG(ECX, ecx), REG(EDX, edx), REG(ESI, esi),
	REG(EDI, edi), REG(EBP, ebp), REG(ESP, esp), REG(EIP, eip), REG(EFLAGS, eflags),
	REG(CS, cs), REG(SS, ss), REG(DS, ds), REG(ES, es), REG(FS, fs), REG(GS, gs),
	REG(CR2, cr2), REG(CR3, cr3),
	FIELD(CODE, code), FIELD(ERRCODE, errcode), FIELD(PENDING, irq_pending),
	FIELD(BLOCKED, irq_blocked), FIELD(ENABLED, irq_enabled),
	FIELD(HALTED, halted), FIELD(HOST_CPU, host_cpu),
	FIELD(DETAIL0, detail[0]), FIELD(DETAIL1, detail[1]), FIELD(DETAIL2, detail[2]),
	FIELD(DETAIL3, detail[3]), FIELD(DETAIL4, detail[4]), FIELD(DETAIL5, detail[5]),
#undef FIELD
#undef REG
};

bool lg_condition_ok(const struct lg_condition *c)
{
	__u32 i;

	if (c->count > LG_CONDITION_TERMS || (c->flags & ~LG_CONDITION_ALL_VCPUS))
		return false;
	for (i = 0; i < c->count; i++)
		if (c->terms[i].field >= LG_FIELD_COUNT || c->terms[i].op >= LG_OP_COUNT)
			return false;
	return true;
}

static __u32 field_of(const struct lg_event *e, unsigned int field)
{
	const __u8 *at = (const __u8 *)e + fields[field].offset;
	__u16 half;
	__u32 word;

	switch (fields[field].bytes) {
	case 1:
		return *at;
	case 2:
		memcpy(&half, at, sizeof(half));
		return half;
	default:
		memcpy(&word, at, sizeof(word));
		return word;
	}
}

static bool term_is_true(const struct lg_condition_term *term, const struct lg_event *e)
{
	__u32 have = field_of(e, term->field) & term->mask;

	switch (term->op) {
	case LG_OP_EQ:
		return have == term->value;
	case LG_OP_NE:
		return have != term->value;
	case LG_OP_LT:
		return have < term->value;
	case LG_OP_LE:
		return have <= term->value;
	case LG_OP_GT:
		return have > term->value;
	default:
		return have >= term->value;
	}
}

#define NEVER_STOPS (LG_KIND(LG_EV_STOPPED) | LG_KIND(LG_EV_RESUMED) | LG_KIND(LG_EV_DEAD))

__u64 lg_condition_kinds(const struct lg_condition *c)
{
	return c->kinds & LG_KINDS_ALL & ~NEVER_STOPS;
}

bool lg_condition_matches(const struct lg_condition *c, const struct lg_event *e)
{
	__u32 i;

	if (e->kind >= LG_EV_KIND_COUNT || !(lg_condition_kinds(c) & LG_KIND(e->kind)) ||
	    e->vcpu >= 32 || !(c->vcpus >> e->vcpu & 1) ||
	    e->code < c->code_first || e->code > c->code_last ||
	    e->regs.eip < c->eip_first || e->regs.eip > c->eip_last)
		return false;
	for (i = 0; i < c->count; i++)
		if (!term_is_true(&c->terms[i], e))
			return false;
	return true;
}

bool lg_condition_is_about_vector(const struct lg_condition *c, unsigned int vector)
{
	return (c->kinds & LG_KIND(LG_EV_REFLECT)) && c->code_first <= vector &&
	       vector <= c->code_last;
}

/*L:196 Breakpoints
 *
 * Four registers hold addresses, and DR7 says what each of them is about.  Only 32 bits
 * of an address can be asked for, so none can lie in the Host.
 * :*/
bool lg_breakpoint_ok(const struct lg_breakpoint *b)
{
	if (b->kind == LG_BREAK_NONE)
		return true;
	if (b->kind > LG_BREAK_ACCESS || (b->kind == LG_BREAK_EXECUTE && b->length != 1))
		return false;
	return (b->length == 1 || b->length == 2 || b->length == 4) &&
	       !(b->address & (b->length - 1u));
}

__u32 lg_breakpoints_dr7(const struct lg_breakpoint *four)
{
	/* In DR7: 0 execute, 1 write, 3 read or write. */
	static const __u8 rw[] = { 0, 0, 1, 3 };
	__u32 dr7 = 0;
	unsigned int i;

	for (i = 0; i < LG_BREAKPOINTS; i++)
		if (four[i].kind != LG_BREAK_NONE)
			dr7 |= 2u << (i * 2) |
			       (rw[four[i].kind & 3] | (four[i].length - 1u) << 2) << (16 + i * 4);
	return dr7 ? dr7 | 0x700 : 0; /* bit 10 is always set; LE and GE as is good custom */
}

/*L:198 Instructions that touch the trap flag
 *
 * A single step sets EFLAGS.TF behind the Guest's back.  Two kinds of instructions would
 * give that away: one that pushes the flags, and one that loads them, after which TF is
 * what the Guest wants.
 * :*/
enum lg_flags_insn lg_flags_insn(const __u8 *bytes, size_t count)
{
	size_t at;

	for (at = 0; at < count; at++) {
		switch (bytes[at]) {
		case 0x26: case 0x2e: case 0x36: case 0x3e: case 0x64: case 0x65:
		case 0x66: case 0x67: case 0xf0: case 0xf2: case 0xf3: /* prefixes */
			continue;
		case 0x9c:
			return LG_FLAGS_PUSHED;
		case 0x9d: case 0xcf:
			return LG_FLAGS_LOADED;
		default:
			return LG_FLAGS_KEPT;
		}
	}
	return LG_FLAGS_KEPT;
}
