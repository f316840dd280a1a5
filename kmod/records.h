/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:402 A record at the price of its copy
 *
 * Most of a record is there already, in the form that it has in the record: the
 * Switcher saves registers so, the Guest keeps its interrupt flag and mask side by side,
 * and whose record it is changes seldom.  So eight bytes go at a time.  The processor's own
 * push is the exception, each of its five words being 64 bits wide.
 *
 * Where the next record goes, and what all records say, is kept in the Switcher's block,
 * because the Switcher writes records as well (L:535).  Up to `event_short` there is
 * room, and nobody who has to hear of each event at once; one comparison tells both.
 *
 * A record gets its duration when the Guest goes on, and only then the reader sees it.
 * It is written in line where it happens: a call would have to carry the details, and
 * so would the registers until it is made.
 * :*/
#ifndef LG_RECORDS_H
#define LG_RECORDS_H

#include <asm/msr.h>
#include "lg.h"

#define LG_SAME_PLACE(field, first)						\
	static_assert(offsetof(struct lg_event_regs, field) -			\
		      offsetof(struct lg_event_regs, first) ==			\
		      offsetof(struct lg_regs, field) - offsetof(struct lg_regs, first))
LG_SAME_PLACE(ebx, eax);
LG_SAME_PLACE(ecx, eax);
LG_SAME_PLACE(edx, eax);
LG_SAME_PLACE(esi, eax);
LG_SAME_PLACE(edi, eax);
LG_SAME_PLACE(ebp, eax);
LG_SAME_PLACE(es, ds);
LG_SAME_PLACE(fs, ds);
LG_SAME_PLACE(gs, ds);
#undef LG_SAME_PLACE
static_assert(offsetof(struct lg_event_regs, cr3) - offsetof(struct lg_event_regs, cr2) ==
	      offsetof(struct lg_state, cr3) - offsetof(struct lg_state, cr2));
static_assert(offsetof(struct lg_event, irq_blocked) - offsetof(struct lg_event, irq_enabled) ==
	      offsetof(struct lguest_data, blocked_interrupts) -
	      offsetof(struct lguest_data, irq_enabled));
static_assert(offsetof(struct lg_event, errcode) ==
	      offsetof(struct lg_event, irq_pending) + sizeof(u32));

static __always_inline void lg_copy8(void *to, const void *from)
{
	*(u64 *)to = *(const u64 *)from;
}

static __always_inline u64 *lg_8_at(u32 *two)
{
	return (u64 *)two;
}

/* They lie in the same block. */
static __always_inline struct lg_state *lg_state_of(const struct lg_regs *regs)
{
	return (void *)regs - LG_REGS;
}

/* All but what, seq, duration and details.  The error code is 0: the caller may know better. */
static __always_inline void lg_fill_record(struct lg_event *e, const struct lg_regs *regs)
{
	struct lg_state *s = lg_state_of(regs);
	u32 low, high;

	*(u32 *)&e->vcpu = s->origin.word;
	asm volatile("rdtsc" : "=a"(low), "=d"(high));
	((u32 *)&e->tsc)[0] = low;
	((u32 *)&e->tsc)[1] = high;
	lg_copy8(&e->regs.eax, &regs->eax);
	lg_copy8(&e->regs.ecx, &regs->ecx);
	lg_copy8(&e->regs.esi, &regs->esi);
	e->regs.ebp = regs->ebp;
	e->regs.esp = regs->esp;
	e->regs.eip = regs->eip;
	e->regs.eflags = regs->eflags;
	e->regs.cs = regs->cs;
	e->regs.ss = regs->ss;
	lg_copy8(&e->regs.ds, &regs->ds);
	lg_copy8(&e->regs.cr2, &s->cr2);
	*lg_8_at(&e->irq_pending) = s->irqs_pending; /* there are 32 lines */
	lg_copy8(&e->irq_enabled, s->irq_words);
}

/* The place for a record that takes the short way, and its number: now it is written. */
static __always_inline void lg_take_place(struct lg_state *s, struct lg_event *e)
{
	e->seq = s->event_seq;
	barrier(); /* these stay in memory, and take one instruction each */
	s->event_seq++;
	s->event_at++;
}

/*
 * The hypercall in cpu->hcall_args.  The short way is for the ring alone; L:410 says when it
 * is closed.  Returns the number, so that nobody has to keep it while the long way is taken.
 */
static __always_inline u32 lg_event_hypercall(struct lg_cpu *cpu, const struct lg_regs *regs,
					      u32 number)
{
	const struct hcall_args *args = &cpu->hcall_args;
	struct lg_state *s = lg_state_of(regs);
	struct lg_event *e;

	if (!(cpu->watched & BIT_ULL(LG_EV_HYPERCALL)))
		return number;
	e = s->event_at;
	if (unlikely(e >= s->event_short))
		return lg_write_hypercall(cpu);
	lg_copy8(&e->detail[0], &args->arg1);
	lg_copy8(&e->detail[2], &args->arg3);
	*lg_8_at(&e->detail[4]) = 0;
	e->kind = LG_EV_HYPERCALL;
	e->code = number;
	lg_fill_record(e, regs);
	lg_take_place(s, e);
	return number;
}

/*
 * One record of any kind: four details and, for the kind that has more, the last two as one.
 * Nothing is computed when nobody wants the kind.
 */
static __always_inline void lg_event6(struct lg_cpu *cpu, u32 kind, u32 code, u32 d0, u32 d1,
				      u32 d2, u32 d3, u64 more)
{
	const struct lg_regs *regs;
	struct lg_state *s;
	struct lg_event *e;

	if (!unlikely(READ_ONCE(cpu->watched) & BIT_ULL(kind)))
		return;
	regs = cpu->regs;
	s = lg_state_of(regs);
	e = s->event_at;
	if (unlikely(e >= s->event_short)) {
		lg_write_event(cpu, kind | (u32)(u16)code << 16, d0, d1, d2, d3, more);
		return;
	}
	e->kind = kind;
	e->code = code;
	e->detail[0] = d0;
	e->detail[1] = d1;
	e->detail[2] = d2;
	e->detail[3] = d3;
	*lg_8_at(&e->detail[4]) = more;
	barrier(); /* that frees registers */
	lg_fill_record(e, regs);
	e->errcode = regs->errcode;
	lg_take_place(s, e);
}

static __always_inline void lg_event4(struct lg_cpu *cpu, u32 kind, u32 code, u32 d0, u32 d1,
				      u32 d2, u32 d3)
{
	lg_event6(cpu, kind, code, d0, d1, d2, d3, 0);
}

static __always_inline void lg_event(struct lg_cpu *cpu, u32 kind, u32 code)
{
	lg_event4(cpu, kind, code, 0, 0, 0, 0);
}

/* Ticks since `then`, saturated. */
static __always_inline u32 lg_ticks_since(const u64 *then)
{
	u32 low, high;

	asm volatile("rdtsc\n\t"
		     "sub %2, %%eax\n\t"
		     "sbb %3, %%edx\n\t"
		     "jz 1f\n\t"
		     "mov $-1, %%eax\n"
		     "1:"
		     : "=&a"(low), "=&d"(high)
		     : "m"(((const u32 *)then)[0]), "m"(((const u32 *)then)[1])
		     : "cc");
	return low;
}

/* That one more is there; who shares the page may write nonsense there, and reads it himself. */
static __always_inline void lg_show_record(struct lg_cpu *cpu, struct lg_event *e)
{
	e->duration = lg_ticks_since(&e->tsc);
	smp_wmb(); /* first the record, then that there is one */
	cpu->ring->head++;
}

/*
 * The Guest goes on, or rests: what is written now took until now.  Mostly that is nothing, one
 * record, or two: a hypercall and what it changed.
 */
static __always_inline void lg_events_publish(struct lg_cpu *cpu)
{
	const struct lg_event *at = lg_state_of(cpu->regs)->event_at;
	struct lg_event *e = cpu->event_open;

	if (unlikely(e + 1 != at)) {
		if (e == at)
			return;
		if (e + 2 != at) {
			lg_publish_several(cpu);
			return;
		}
		lg_show_record(cpu, e++);
	}
	lg_show_record(cpu, e);
	cpu->event_open = e + 1;
}

#endif
