// SPDX-License-Identifier: GPL-2.0-or-later
/*L:400 Events
 *
 * Everything that happens between Guest and Host leaves one record, in a ring that
 * the Launcher maps.  Only the thread of the vCPU writes, so no lock is needed;
 * a record becomes visible when the Guest goes on (or the vCPU rests), because
 * only then is its duration known.
 *
 * L:402 says how one is written.  The reader's cursor is in memory that the reader
 * can write.  It is used for one question, how much room is left, and a senseless value
 * makes the ring full.
 * :*/
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "records.h"

/* A turn of the run loop never writes more than the asynchronous ring and some. */
#define ROOM_FOR_A_TURN 188

/* Before INIT: as if the flag were set and no line blocked. */
const u32 lg_no_irq_words[2] = { LGUEST_IF, 0 };

static u64 records_waiting(struct lg_cpu *cpu)
{
	return lg_records_written(cpu->state) - READ_ONCE(cpu->ring->tail);
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

/*
 * Where records can be written now: to the end of what is free, or of the ring's memory.  The
 * short way ends before, if nothing may be lost: what is left then is for this turn.
 *
 * A listener who comes meanwhile either is seen here or closes the short way after us: L:410.
 */
static noinline void find_room(struct lg_cpu *cpu)
{
	u64 waiting = records_waiting(cpu);
	u64 at = lg_records_written(cpu->state) & (cpu->ring_records - 1);
	u64 room = cpu->ring_records - min_t(u64, waiting, cpu->ring_records);
	u64 kept = cpu->event_mode == LG_EVENTS_LOSSLESS ? ROOM_FOR_A_TURN : 0;
	u64 here = min(room, cpu->ring_records - at);
	struct lg_state *s = cpu->state;
	bool nothing_open = cpu->event_open == s->event_at;

	s->event_at = ring_begin(cpu) + at;
	if (nothing_open)
		cpu->event_open = s->event_at;
	cpu->event_end = s->event_at + here;
	WRITE_ONCE(s->event_short, s->event_at + min(here, room - min(room, kept)));
	WRITE_ONCE(s->log_full, !room && !kept);
	smp_mb();
	if (READ_ONCE(cpu->looked_at))
		lg_close_short_way(s);
}

/* The next place in the ring, numbered; NULL if it is full, and then it is a loss. */
static struct lg_event *next_record(struct lg_cpu *cpu)
{
	struct lg_state *s = cpu->state;
	struct lg_event *e;

	if (s->event_at >= s->event_short)
		find_room(cpu);
	if (s->event_at == cpu->event_end) {
		s->event_seq++;
		s->events_lost++;
		WRITE_ONCE(cpu->ring->lost, s->events_lost);
		return NULL;
	}
	e = s->event_at++;
	e->seq = s->event_seq++;
	return e;
}

/* The long way: of any kind, for anybody: the ring, a tracepoint, a condition. */
void lg_write_event(struct lg_cpu *cpu, u32 kind_and_code, u32 d0, u32 d1, u32 d2, u32 d3,
		    u64 more)
{
	u64 bit = BIT_ULL((u16)kind_and_code);
	struct lg_event *e = cpu->recorded & bit ? next_record(cpu) : NULL;

	if (!e) {
		e = &cpu->unrecorded;
		e->seq = U64_MAX;
	}
	e->kind = kind_and_code;
	e->code = kind_and_code >> 16;
	e->detail[0] = d0;
	e->detail[1] = d1;
	e->detail[2] = d2;
	e->detail[3] = d3;
	lg_copy8(&e->detail[4], &more);
	lg_fill_record(e, cpu->regs);
	e->errcode = cpu->regs->errcode;
	if (cpu->traced & bit)
		lg_trace(e);
	if (cpu->stopping & bit)
		lg_match_conditions(cpu, e);
}

u32 lg_write_hypercall(struct lg_cpu *cpu)
{
	const struct hcall_args *args = &cpu->hcall_args;

	lg_write_event(cpu, LG_EV_HYPERCALL | args->arg0 << 16, args->arg1, args->arg2, args->arg3,
		       args->arg4, 0);
	return args->arg0;
}

static void show_records(struct lg_cpu *cpu)
{
	cpu->event_open = cpu->state->event_at;
	smp_store_release(&cpu->ring->head, lg_records_written(cpu->state));
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
	u64 written = lg_records_written(cpu->state);
	struct lg_event *e;

	/* An NMI on the way in: the Guest was not reached. */
	if (!entered)
		entered = left = ended;
	lg_event4(cpu, LG_EV_WORLD_SWITCH, cpu->regs->trapnum, entered - began, left - entered,
		  ended - left, reflected);
	if (lg_records_written(cpu->state) == written)
		return; /* lost, or for others only */
	e = cpu->state->event_at - 1;
	e->duration = min_t(u64, ended - began, U32_MAX);
	show_records(cpu);
}

/* What the Switcher recorded during this stay is complete.  If it lost some, is there room now? */
void lg_events_collect(struct lg_cpu *cpu)
{
	struct lg_state *s = cpu->state;

	s->log_used = 0;
	if (!cpu->ring)
		return;
	if (s->log_full) {
		WRITE_ONCE(cpu->ring->lost, s->events_lost);
		find_room(cpu);
	}
	show_records(cpu);
}

static void took_until(struct lg_event *e, const struct lg_event *end, u64 now)
{
	for (; e != end; e++)
		e->duration = min_t(u64, now - e->tsc, U32_MAX);
}

/* More than one record since the Guest came out; they may go around the ring's end. */
noinline void lg_publish_several(struct lg_cpu *cpu)
{
	struct lg_event *e = cpu->event_open, *at = cpu->state->event_at;
	u64 now = rdtsc();

	if (unlikely(at < e)) {
		took_until(e, ring_begin(cpu) + cpu->ring_records, now);
		e = ring_begin(cpu);
	}
	took_until(e, at, now);
	show_records(cpu);
}

int lg_events_configure(struct lg_cpu *cpu, const struct lg_events_config *config)
{
	int err;

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
		err = map_ring_in_guest(cpu, config->records * sizeof(struct lg_event));
		if (err) {
			lg_events_free(cpu);
			return err;
		}
		cpu->ring_records = config->records;
		cpu->ring->records = config->records;
		cpu->ring->version = LG_UAPI_VERSION;
	}
	WRITE_ONCE(cpu->event_mode, config->mode);
	lg_close_short_way(cpu->state); /* the next record looks which way is right */
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
