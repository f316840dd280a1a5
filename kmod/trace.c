// SPDX-License-Identifier: GPL-2.0-or-later
/*L:410 Tracepoints
 *
 * Each kind of event is a tracepoint of the kernel as well (lguest:hypercall and so
 * on), for perf, trace-cmd, bpftrace and whoever else reads them.  They need no
 * Launcher that records: the same function tells the ring, the tracepoint and the
 * inspector's conditions.
 *
 * Nobody asks "is anybody listening?" at each event.  Every vCPU has one mask of the
 * kinds that somebody wants, and when a listener comes or goes the masks of all are
 * made anew.  The Switcher is told too.  It cannot call a tracepoint, so when one wants
 * to hear of reflections they take the long way, as do all records while somebody looks.
 * :*/
#include <linux/list.h>
#include <linux/spinlock.h>
#include "lg.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static LIST_HEAD(guests);
static DEFINE_SPINLOCK(guests_lock); /* and of all masks */
static u64 traced_kinds;

static void update_masks(struct lg_cpu *cpu)
{
	u64 told = cpu->recorded | traced_kinds;

	WRITE_ONCE(cpu->traced, traced_kinds);
	WRITE_ONCE(cpu->looked_at, traced_kinds | cpu->stopping);
	smp_mb();
	if (cpu->looked_at)
		lg_close_short_way(cpu->state);
	WRITE_ONCE(cpu->watched, told | cpu->stopping);
	/* What a condition may match is not left to the Switcher. */
	WRITE_ONCE(cpu->state->log_on, !!(told & BIT_ULL(LG_EV_REFLECT)));
	assign_bit(LG_STAY_TIMED, &cpu->unusual, cpu->watched & BIT_ULL(LG_EV_WORLD_SWITCH));
}

/* What the vCPU's ring or its conditions want has changed, or the vCPU is new. */
void lg_events_watch(struct lg_cpu *cpu)
{
	spin_lock(&guests_lock);
	update_masks(cpu);
	spin_unlock(&guests_lock);
}

void lg_trace_add(struct lguest *lg)
{
	spin_lock(&guests_lock);
	list_add(&lg->traced_guests, &guests);
	spin_unlock(&guests_lock);
}

void lg_trace_remove(struct lguest *lg)
{
	spin_lock(&guests_lock);
	list_del(&lg->traced_guests);
	spin_unlock(&guests_lock);
}

static void trace_kind(enum lg_event_kind kind, bool on)
{
	struct lguest *lg;
	unsigned int i;

	spin_lock(&guests_lock);
	traced_kinds = on ? traced_kinds | BIT_ULL(kind) : traced_kinds & ~BIT_ULL(kind);
	list_for_each_entry(lg, &guests, traced_guests)
		for (i = 0; i < LG_VCPUS_MAX; i++)
			if (lg->cpus[i].state) /* else there is none */
				update_masks(&lg->cpus[i]);
	spin_unlock(&guests_lock);
}

#define LG_TRACE_SWITCH(KIND, name)			\
	int lg_trace_##name##_on(void)			\
	{						\
		trace_kind(LG_EV_##KIND, true);		\
		return 0;				\
	}						\
	void lg_trace_##name##_off(void)		\
	{						\
		trace_kind(LG_EV_##KIND, false);	\
	}
LG_TRACED_KINDS(LG_TRACE_SWITCH)

#define LG_TRACE_CASE(KIND, name)	\
	case LG_EV_##KIND:		\
		trace_##name(e);	\
		break;

void lg_trace(const struct lg_event *e)
{
	switch (e->kind) {
	LG_TRACED_KINDS(LG_TRACE_CASE)
	}
}
