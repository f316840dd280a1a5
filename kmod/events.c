// SPDX-License-Identifier: GPL-2.0-or-later
/*L:400 Events
 *
 * Everything that happens between Guest and Host leaves one record, in a ring that
 * the Launcher maps.  Only the thread of the vCPU writes, so no lock is needed;
 * a record becomes visible when the Guest goes on (or the vCPU rests), because
 * only then is its duration known.
 *
 * L:402 says how one is written.  The reader's cursor is in memory that the reader can write.  It is used for one
 * question, how much room is left, and a senseless value makes the ring full.
 * :*/
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "records.h"

/* A turn of the run loop never writes more than the asynchronous ring and some. */
#define ROOM_FOR_A_TURN (LG_LOG_RECORDS + 188)

/* Before INIT: as if the flag were set and no line blocked. */
const u32 lg_no_irq_words[2] = { LGUEST_IF, 0 };

static u64 records_waiting(struct lg_cpu *cpu)
{
	return lg_records_written(cpu) - READ_ONCE(cpu->ring->tail);
}

bool lg_events_have_room(struct lg_cpu *cpu)
{
	if (READ_ONCE(cpu->event_mode) != LG_EVENTS_LOSSLESS)
		return true;
	return records_waiting(cpu) + ROOM_FOR_A_TURN <= cpu->ring_records;
}

static struct lg_event *ring_begin(struct lg_cpu *cpu)
{
	return (void *)cpu->ring + LG_EVENT_RING_OFFSET;
}

/* A listener who comes meanwhile either is seen here or writes NULL after us: L:410. */
static void allow_short_way(struct lg_cpu *cpu)
{
	WRITE_ONCE(cpu->event_short, cpu->event_end);
	smp_mb();
	if (READ_ONCE(cpu->looked_at) || !cpu->data)
		WRITE_ONCE(cpu->event_short, NULL);
}

/*
 * Up to where records can be written without another look: the end of what is free, or of
 * the ring's memory.  False: it is full.
 */
static noinline bool find_room(struct lg_cpu *cpu)
{
	u64 waiting = records_waiting(cpu), at = lg_records_written(cpu) & (cpu->ring_records - 1);
	bool nothing_open = cpu->event_open == cpu->event_at;

	if (waiting >= cpu->ring_records)
		return false;
	cpu->event_at = ring_begin(cpu) + at;
	if (nothing_open)
		cpu->event_open = cpu->event_at;
	cpu->event_end = cpu->event_at + min(cpu->ring_records - waiting, cpu->ring_records - at);
	allow_short_way(cpu);
	return true;
}

/* The next place in the ring, numbered; NULL if it is full, and then it is a loss. */
static struct lg_event *next_record(struct lg_cpu *cpu)
{
	struct lg_event *e;

	if (unlikely(cpu->event_at == cpu->event_end) && !find_room(cpu)) {
		cpu->event_seq++;
		cpu->count.events_lost++;
		WRITE_ONCE(cpu->ring->lost, cpu->count.events_lost);
		return NULL;
	}
	e = cpu->event_at++;
	e->seq = cpu->event_seq++;
	return e;
}

/* Of any kind, for anybody: the ring, a tracepoint, a condition. */
void lg_write_event(struct lg_cpu *cpu, u32 kind_and_code, u32 d0, u32 d1, u32 d2, u32 d3)
{
	u64 bit = BIT_ULL((u16)kind_and_code);
	struct lg_event *e = cpu->recorded & bit ? next_record(cpu) : NULL;

	if (!e) {
		e = &cpu->unrecorded;
		e->seq = U64_MAX;
	}
	e->detail[0] = d0;
	e->detail[1] = d1;
	e->detail[2] = d2;
	e->detail[3] = d3;
	lg_copy8(&e->detail[4], &cpu->event_more);
	barrier(); /* that frees registers, which need not be saved then */
	lg_fill_record(cpu, e, kind_and_code, kind_and_code >> 16, cpu->regs, cpu->irq_words);
	e->errcode = cpu->regs->errcode;
	if (likely(!cpu->looked_at)) {
		if (unlikely(!cpu->event_short))
			allow_short_way(cpu);
		return;
	}
	if (cpu->traced & bit)
		lg_trace(e);
	if (cpu->stopping & bit)
		lg_match_conditions(cpu, e);
}

u32 lg_write_hypercall(struct lg_cpu *cpu)
{
	const struct hcall_args *args = &cpu->hcall_args;

	lg_write_event(cpu, LG_EV_HYPERCALL | args->arg0 << 16, args->arg1, args->arg2, args->arg3,
		       args->arg4);
	return args->arg0;
}

static void show_records(struct lg_cpu *cpu)
{
	cpu->event_open = cpu->event_at;
	smp_store_release(&cpu->ring->head, lg_records_written(cpu));
}

/*L:405 The time of a world switch
 *
 * Somebody wants to know what a stay in the Guest costs.  Then four values of the time
 * stamp counter are taken, two by the run loop and two by the Switcher, which cuts the
 * stay into the way there, the Guest's own time, and the way back.  The record carries
 * the end of the stay as its time, because what the Switcher reflected meanwhile comes
 * before it.
 *
 * @event world_switch
 * :*/
void lg_note_stay(struct lg_cpu *cpu, u64 began, u64 ended, u32 reflected)
{
	u64 entered = cpu->state->tsc_entered, left = cpu->state->tsc_left;
	struct lg_event *e;

	/* An NMI on the way in: the Guest was not reached. */
	if (!entered)
		entered = left = ended;
	if (!(cpu->watched & BIT_ULL(LG_EV_WORLD_SWITCH)))
		return;
	e = cpu->event_at;
	lg_write_event(cpu, LG_EV_WORLD_SWITCH | (u32)cpu->regs->trapnum << 16, entered - began,
		       left - entered, ended - left, reflected);
	if (cpu->event_at == e)
		return; /* lost, or for others only */
	e = cpu->event_at - 1;
	e->duration = min_t(u64, ended - began, U32_MAX);
	show_records(cpu);
}

/*
 * What the Switcher recorded during this stay comes before anything that the Host has
 * to say about its end.  Most of each record is there; what did not change during the
 * stay is added.
 */
void lg_events_collect(struct lg_cpu *cpu)
{
	const struct lg_event *log = cpu->block + LG_LOG_OFFSET;
	u32 count = min_t(u32, cpu->state->log_count, LG_LOG_RECORDS), i;

	cpu->state->log_count = 0;
	for (i = 0; i < count; i++) {
		struct lg_event *e = NULL;
		u64 seq = U64_MAX;

		if (cpu->recorded & BIT_ULL(LG_EV_REFLECT))
			e = next_record(cpu);
		if (e)
			seq = e->seq;
		else
			e = &cpu->unrecorded;
		*e = log[i];
		e->seq = seq;
		e->kind = LG_EV_REFLECT;
		e->vcpu = cpu->id;
		e->host_cpu = cpu->origin.host_cpu;
		e->duration = 0;
		lg_copy8(&e->regs.cr2, &cpu->cr2);
		e->irq_pending = cpu->irqs_pending;
		e->detail[2] = LG_REFLECT_SWITCHER;
		if (cpu->traced & BIT_ULL(LG_EV_REFLECT))
			lg_trace(e);
	}
	if (cpu->ring)
		show_records(cpu);
}

/* More than one record since the Guest came out; they may go around the ring's end. */
noinline void lg_publish_several(struct lg_cpu *cpu)
{
	const struct lg_event *end = ring_begin(cpu) + cpu->ring_records;
	struct lg_event *e = cpu->event_open;

	while (e != cpu->event_at) {
		e->duration = lg_ticks_since(&e->tsc);
		if (++e == end && e != cpu->event_at)
			e = ring_begin(cpu);
	}
	show_records(cpu);
}

int lg_events_configure(struct lg_cpu *cpu, const struct lg_events_config *config)
{
	if (config->mode > LG_EVENTS_LOSSLESS)
		return -EINVAL;
	if (config->mode == LG_EVENTS_OFF) {
		WRITE_ONCE(cpu->event_mode, LG_EVENTS_OFF);
		cpu->recorded = 0;
		lg_events_watch(cpu);
		cpu->slow.lossless = false;
		return 0;
	}
	if (!cpu->ring) {
		if (config->records < LG_EVENTS_MIN_RECORDS ||
		    config->records > LG_EVENTS_MAX_RECORDS ||
		    (config->records & (config->records - 1)))
			return -EINVAL;
		cpu->ring = lg_may_fail(vmalloc_user(LG_EVENT_RING_OFFSET +
						 config->records * sizeof(struct lg_event)), NULL);
		if (!cpu->ring)
			return -ENOMEM;
		cpu->ring_records = config->records;
		cpu->ring->records = config->records;
		cpu->ring->version = LG_UAPI_VERSION;
	}
	WRITE_ONCE(cpu->event_mode, config->mode);
	cpu->recorded = config->kinds & LG_KINDS_ALL;
	lg_events_watch(cpu);
	cpu->slow.lossless = config->mode == LG_EVENTS_LOSSLESS;
	return 0;
}

void lg_events_free(struct lg_cpu *cpu)
{
	vfree(cpu->ring);
	cpu->ring = NULL;
}
