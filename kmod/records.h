/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:402 A record at the price of its copy
 *
 * Most of a record is there already, in the form that it has in the record: the
 * Switcher saves registers so, the Guest keeps its interrupt flag and mask side by side,
 * and whose record it is changes seldom.  So eight bytes go at a time.  The processor's own
 * push is the exception, each of its five words being 64 bits wide.
 *
 * A record gets its duration when the Guest goes on, and only then the reader sees it.
 * What happens most, a hypercall that is the only record of its turn, has no branch taken
 * and no call on that way.
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
	      offsetof(struct lg_cpu, cr3) - offsetof(struct lg_cpu, cr2));
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

/* All but seq, duration and details.  The error code is 0: the caller may know better. */
static __always_inline void lg_fill_record(struct lg_cpu *cpu, struct lg_event *e, u16 kind,
					   u16 code, const struct lg_regs *regs,
					   const void *irq_words)
{
	u32 low, high;

	*(u32 *)&e->kind = kind; /* a store of 16 bits is slow when it is a constant */
	e->code = code;
	*(u32 *)&e->vcpu = cpu->origin.word;
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
	lg_copy8(&e->regs.cr2, &cpu->cr2);
	*lg_8_at(&e->irq_pending) = cpu->irqs_pending; /* there are 32 lines */
	lg_copy8(&e->irq_enabled, irq_words);
}

/*
 * The hypercall in cpu->hcall_args.  The short way is for the ring alone; L:410 says when it
 * is closed.  Returns the number, so that nobody has to keep it while the long way is taken.
 */
static __always_inline u32 lg_event_hypercall(struct lg_cpu *cpu, const struct lg_regs *regs,
					      u32 number)
{
	const struct hcall_args *args = &cpu->hcall_args;
	struct lg_event *e;

	if (!(cpu->watched & BIT_ULL(LG_EV_HYPERCALL)))
		return number;
	e = cpu->event_at;
	if (unlikely(e >= cpu->event_short))
		return lg_write_hypercall(cpu);
	e->seq = cpu->event_seq;
	lg_copy8(&e->detail[0], &args->arg1);
	lg_copy8(&e->detail[2], &args->arg3);
	*lg_8_at(&e->detail[4]) = 0;
	lg_fill_record(cpu, e, LG_EV_HYPERCALL, number, regs, cpu->data);
	barrier(); /* these stay in memory, and take one instruction each */
	cpu->event_seq++;
	cpu->event_at++;
	return number;
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

/* The Guest goes on, or rests: what is written now took until now. */
static __always_inline void lg_events_publish(struct lg_cpu *cpu)
{
	struct lg_event *e = cpu->event_open;

	if (e == cpu->event_at)
		return;
	if (unlikely(e + 1 != cpu->event_at)) {
		lg_publish_several(cpu);
		return;
	}
	e->duration = lg_ticks_since(&e->tsc);
	cpu->event_open = e + 1;
	smp_store_release(&cpu->ring->head, lg_records_written(cpu));
}

#endif
