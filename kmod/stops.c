// SPDX-License-Identifier: GPL-2.0-or-later
/*L:930 Stopping
 *
 * An inspector can hold all vCPUs (LG_IOC_STOP), or say beforehand when one of them has
 * to stop: at an event that matches a condition, after one step, or at a breakpoint (L:870
 * tells how). In each case the vCPU notes the reason where it happens, and stops at the next
 * turn of the run loop, before its Guest goes on. What it was about to do is done then: a
 * hypercall, an interrupt on its way.
 *
 * What a debugger sets meanwhile, registers or memory, is the Guest's when it goes on, and
 * the record of that says so: without it, no reader would understand what comes next.
 *
 * A trap that the Switcher would reflect by itself takes the way through the Host
 * while a condition may match it, for all that there is to compare is here.
 *
 * @event stopped @event resumed
 * :*/
#include <linux/slab.h>
#include "records.h"

#define STEP_INSN_MAX 15

/* By the vCPU's own thread. The first reason counts. */
void lg_hold(struct lg_cpu *cpu, enum lg_stop_reason why, u32 detail, const struct lg_event *e)
{
	if (cpu->held)
		return;
	cpu->held_detail = detail;
	cpu->held_seq = e ? e->seq : U64_MAX;
	cpu->held_kind = e ? e->kind : 0;
	cpu->slow.held = true;
	WRITE_ONCE(cpu->held, why);
}

void lg_match_conditions(struct lg_cpu *cpu, const struct lg_event *e)
{
	const struct lg_conditions *all = cpu->conditions;
	struct lguest *lg = cpu->lg;
	u32 i;

	for (i = 0; i < all->count; i++)
		if (lg_condition_matches(&all->at[i], e))
			break;
	if (i == all->count)
		return;
	lg_hold(cpu, LG_STOP_CONDITION, i, e);
	if (!(all->at[i].flags & LG_CONDITION_ALL_VCPUS))
		return;
	for (i = 0; i < lg->nr_cpus; i++) {
		if (&lg->cpus[i] == cpu)
			continue;
		WRITE_ONCE(lg->cpus[i].stop_too, true);
		lg_kick(&lg->cpus[i]);
	}
}

/* A step goes on although the vCPU, and perhaps all others, are stopped. */
bool lg_must_stop(struct lg_cpu *cpu)
{
	return (READ_ONCE(cpu->lg->stopped) || READ_ONCE(cpu->held) || READ_ONCE(cpu->stop_too)) &&
	       !READ_ONCE(cpu->slow.stepping);
}

u32 lg_stop_reason(struct lg_cpu *cpu)
{
	if (!lg_must_stop(cpu))
		return 0;
	return cpu->held ? cpu->held : cpu->lg->stopped ? LG_STOP_ASKED : LG_STOP_OTHER;
}

/* The vCPU is about to rest because it has to stop: one record for each time. */
void lg_note_stop(struct lg_cpu *cpu)
{
	if (cpu->stop_noted)
		return;
	cpu->stop_noted = true;
	lg_event4(cpu, LG_EV_STOPPED, lg_stop_reason(cpu), cpu->held_detail, (u32)cpu->held_seq,
		  cpu->held_seq >> 32, cpu->held_kind);
}

/* ... and after the record can be seen, whoever waits for it is told. */
void lg_tell_stop(struct lg_cpu *cpu)
{
	struct lguest *lg = cpu->lg;

	if (cpu->stop_told)
		return;
	cpu->stop_told = true;
	mutex_lock(&lg->eventfd_lock);
	if (lg->stop_eventfd)
		lg_eventfd_signal(lg->stop_eventfd);
	mutex_unlock(&lg->eventfd_lock);
}

/*
 * An instruction breakpoint at the place where it stopped must not stop it again: RF. Who has
 * written to memory may have written to page tables.
 */
void lg_note_go_on(struct lg_cpu *cpu)
{
	bool noted = cpu->stop_noted;
	u32 was_set = cpu->was_set;

	cpu->was_set = 0;
	cpu->stop_noted = false;
	cpu->stop_told = false;
	cpu->slow.held = false;
	cpu->held_detail = 0;
	cpu->held_seq = 0;
	cpu->held_kind = 0;
	if (cpu->dr7)
		cpu->regs->eflags |= X86_EFLAGS_RF;
	if (noted)
		lg_event(cpu, LG_EV_RESUMED, was_set);
	if ((was_set & LG_SET_MEMORY) && cpu->lg->levels)
		guest_flush(cpu, true);
}

/* Does the Host have to see this trap before the Guest does? */
bool lg_must_see(struct lg_cpu *cpu, u32 vector)
{
	u32 i;

	if (cpu->slow.stepping || (cpu->dr7 && !lg_vector_is_fault(vector))) /* L:870: RF */
		return true;
	for (i = 0; cpu->conditions && i < cpu->conditions->count; i++)
		if (lg_condition_is_about_vector(&cpu->conditions->at[i], vector))
			return true;
	return false;
}

/* The vCPU rests; each has a copy of its own. */
int lg_set_conditions(struct lg_cpu *cpu, const struct lg_conditions *all)
{
	struct lg_conditions *copy = NULL;
	u64 kinds = 0;
	u32 i;

	if (all->count) {
		copy = lg_may_fail(kvmalloc(sizeof(*copy), GFP_KERNEL_ACCOUNT), NULL);
		if (!copy)
			return -ENOMEM;
		*copy = *all;
	}
	for (i = 0; i < all->count; i++)
		if (all->at[i].vcpus & BIT(cpu->id))
			kinds |= lg_condition_kinds(&all->at[i]);
	kvfree(cpu->conditions);
	cpu->conditions = copy;
	cpu->stopping = kinds;
	lg_events_watch(cpu);
	update_reflection(cpu);
	return 0;
}

void lg_set_breakpoints(struct lg_cpu *cpu, const struct lg_breakpoint *four)
{
	memcpy(cpu->breakpoints, four, sizeof(cpu->breakpoints));
	cpu->dr7 = lg_breakpoints_dr7(four);
	if (cpu->dr7)
		set_bit(LG_STAY_BREAKPOINTS, &cpu->unusual);
	else
		clear_bit(LG_STAY_BREAKPOINTS, &cpu->unusual);
	update_reflection(cpu);
}

/*L:935 One step
 *
 * The processor can stop after one instruction: EFLAGS.TF.  The Guest must not see that
 * it is set, so it is set in the frame with which the Guest is entered and nowhere else,
 * and what an instruction may have carried away of it is put right afterwards.
 *
 * Not each stay ends a step.  The Host's interrupt, a page that was missing in the shadow
 * only, the first use of the FPU: the instruction has not been done then, and the Guest
 * goes in again.  A step is over when the instruction is done, or when the Guest got a
 * trap or an interrupt instead: then it stands at the first instruction of its handler.
 * An instruction that the Switcher or the Host does for it counts as one, a hypercall
 * with all its effects too; of a repeated string instruction, each repetition.
 * :*/
int lg_step_begin(struct lg_cpu *cpu)
{
	if (!lg_must_stop(cpu) || lg_is_dead(cpu->lg) || !cpu->online)
		return -EINVAL;
	cpu->held = 0;
	cpu->stop_too = false;
	cpu->step_from = *cpu->regs;
	cpu->step_trap = false;
	cpu->slow.stepping = true;
	set_bit(LG_STAY_STEP, &cpu->unusual);
	update_reflection(cpu);
	return 0;
}

void lg_step_end(struct lg_cpu *cpu)
{
	if (!cpu->slow.stepping)
		return;
	cpu->slow.stepping = false;
	clear_bit(LG_STAY_STEP, &cpu->unusual);
	update_reflection(cpu);
}

/* pushf has pushed our flag. */
static void hide_flag(struct lg_cpu *cpu)
{
	u32 gpa;
	u8 byte; /* the second one of the flags holds TF as its lowest bit */

	if (guest_pa(cpu, (u32)cpu->regs->esp + 1, &gpa) && lg_peek(cpu->lg, gpa, &byte, 1)) {
		byte &= ~1;
		lg_write(cpu, gpa, &byte, 1);
	}
}

static enum lg_flags_insn next_insn(struct lg_cpu *cpu)
{
	u8 bytes[STEP_INSN_MAX];
	u32 count, gpa;

	for (count = 0; count < sizeof(bytes); count++)
		if (!guest_pa(cpu, (u32)cpu->regs->eip + count, &gpa) ||
		    !lg_peek(cpu->lg, gpa, &bytes[count], 1))
			break;
	return lg_flags_insn(bytes, count);
}

/* At each turn of the run loop that belongs to a step: true when it is over. */
bool lg_step_is_over(struct lg_cpu *cpu)
{
	const struct lg_regs *from = &cpu->step_from, *now = cpu->regs;

	if (!cpu->step_trap && from->eip == now->eip && from->cs == now->cs &&
	    from->esp == now->esp) {
		cpu->step_insn = next_insn(cpu);
		return false;
	}
	if (cpu->step_trap && cpu->step_insn == LG_FLAGS_PUSHED &&
	    !(from->eflags & X86_EFLAGS_TF))
		hide_flag(cpu);
	lg_step_end(cpu);
	lg_hold(cpu, LG_STOP_STEP, 0, NULL);
	return true;
}
