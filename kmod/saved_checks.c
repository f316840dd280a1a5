// SPDX-License-Identifier: GPL-2.0-or-later
/*L:190 What a saved Guest may say
 *
 * A file with a saved Guest may have been made by anybody.  What the Host takes from it are
 * the values that it otherwise comes by in other ways: what hypercalls said, which were judged
 * one by one, and what the processor left behind when the Guest came out, which can be trusted
 * because the processor has judged it.  Here nobody has.  So each field is judged again, and
 * those of the second sort with more care than anywhere else: a selector that leads to
 * ring 0 is not refused by the instruction that returns to the Guest, it is obeyed.  A debugger
 * that sets registers is judged in the same way.
 * :*/
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif
#include "checks.h"

#define DESC_WRITE (1u << 9)
#define DESC_CODE (1u << 11)

static bool idt_ok(const struct lg_descriptor *idt)
{
	unsigned int vector;

	for (vector = 0; vector < LGUEST_IDT_ENTRIES; vector++) {
		if (!idt[vector].low && !idt[vector].high)
			continue;
		if (!lg_gate_present(idt[vector]) || !lg_gate_ok(idt[vector]) ||
		    lg_vector_is_reserved(vector))
			return false;
	}
	return true;
}

/* What INIT has read from the Guest, and what only some releases have. */
static bool era_ok(const struct lg_saved_guest *g)
{
	const struct lg_data_layout *layout = lg_data_layout_sized(g->data_bytes);

	if (!g->data_bytes)
		return !g->levels && !g->kernel_address && !g->boot_tables && !g->noirq_start &&
		       !g->noirq_end && !g->noirq_iret;
	if (!layout || !g->kernel_address || (g->kernel_address & 0xfff))
		return false;
	if (g->boot_tables && (!layout->pgdir || !lg_cr3_ok(g->boot_tables, 2, g->pfn_limit)))
		return false;
	if ((g->noirq_start || g->noirq_end) && !layout->noirq_start)
		return false;
	return !g->noirq_iret || layout->noirq_iret;
}

bool lg_saved_guest_ok(const struct lg_saved_guest *g, const struct lg_saved_shape *shape)
{
	if (g->pfn_limit != shape->pfn_limit || g->device_limit != shape->device_limit ||
	    g->vcpus != shape->vcpus)
		return false;
	if (g->levels != 0 && g->levels != 2 && g->levels != 3)
		return false;
	return era_ok(g) && idt_ok(g->idt);
}

/* The descriptor that the processor would find: all zero if none. */
static struct lg_descriptor installed(const struct lg_descriptor *gdt, __u16 selector)
{
	static const struct lg_descriptor nothing;
	unsigned int slot = selector >> 3;

	if ((selector & 4) || slot >= LGUEST_GDT_ENTRIES || lg_gdt_slot_is_ours(slot))
		return nothing;
	return lg_sanitise_descriptor(gdt[slot]);
}

static bool code_ok(__u16 cs, struct lg_descriptor d)
{
	unsigned int ring = cs & 3;

	return (ring == 1 || ring == 3) && (d.high & DESC_CODE) && lg_gate_dpl(d) == ring;
}

static bool stack_segment_ok(__u16 ss, struct lg_descriptor d, unsigned int ring)
{
	return (ss & 3) == ring && lg_gate_present(d) && !(d.high & DESC_CODE) &&
	       (d.high & DESC_WRITE) && lg_gate_dpl(d) == ring;
}

/* Null, or in a slot of the Guest's: that may have become empty since it was loaded. */
static bool data_segment_ok(__u16 selector)
{
	unsigned int slot = selector >> 3;

	return !slot ? !(selector & 4) :
	       !(selector & 4) && slot < LGUEST_GDT_ENTRIES && !lg_gdt_slot_is_ours(slot);
}

/*
 * Only segments can do harm: the rest of a Guest's registers is its own affair, and of its flags
 * each stay begins with lg_sanitise_eflags().
 */
bool lg_registers_ok(const struct lg_event_regs *r, const struct lg_descriptor *gdt)
{
	return code_ok(r->cs, installed(gdt, r->cs)) &&
	       stack_segment_ok(r->ss, installed(gdt, r->ss), r->cs & 3) &&
	       data_segment_ok(r->ds) && data_segment_ok(r->es) && data_segment_ok(r->fs) &&
	       data_segment_ok(r->gs);
}

/* FXRSTOR of a bit that the processor does not know is a fault (Intel SDM vol. 1, 11.6.6). */
static bool fpu_ok(const __u8 *fpu, __u32 mxcsr_mask)
{
	__u32 mxcsr;

	memcpy(&mxcsr, fpu + 24, sizeof(mxcsr));
	return !(mxcsr & ~mxcsr_mask);
}

/* Before the first SET_STACK there is none. */
static bool trap_stack_ok(const struct lg_saved_vcpu *s)
{
	return (!s->ss1 && !s->esp1 && !s->stack_pages) ||
	       lg_stack_ok(s->ss1, s->esp1, s->stack_pages);
}

/* It is in the shadow of what it says, or nowhere before INIT and the first page table. */
static bool place_ok(const struct lg_saved_vcpu *s, const struct lg_saved_shape *shape)
{
	__u32 at = s->lguest_data;

	if (!shape->data_bytes ? at :
				 !lg_data_place_ok(at, shape->data_bytes, shape->pfn_limit))
		return false;
	return shape->levels ? lg_cr3_ok(s->regs.cr3, shape->levels, shape->pfn_limit) :
			       !s->regs.cr3;
}

/* SET_CLOCKEVENT takes 32 bits. */
static bool timer_ok(const struct lg_saved_vcpu *s)
{
	return s->timer_armed <= 1 && s->timer_ns <= 0xffffffffu;
}

bool lg_saved_vcpu_ok(const struct lg_saved_vcpu *s, const struct lg_saved_shape *shape)
{
	if (s->vcpu >= shape->vcpus)
		return false;
	if (!s->started)
		return s->vcpu != 0; /* the first one always is */
	if (s->started != 1 || (s->vcpu && !shape->levels))
		return false;
	if (s->halted > 1 || s->hypercall > 1 || s->ts > 1 || s->next_hypercall >= LHCALL_RING_SIZE)
		return false;
	return lg_registers_ok(&s->regs, s->gdt) && trap_stack_ok(s) && place_ok(s, shape) &&
	       timer_ok(s) && fpu_ok(s->fpu, shape->mxcsr_mask);
}
