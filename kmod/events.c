// SPDX-License-Identifier: GPL-2.0-or-later
/*L:400 Events
 *
 * Everything that happens between Guest and Host leaves one record, in a ring that
 * the Launcher maps.  Only the thread of the vCPU writes, so no lock is needed;
 * a record becomes visible when the Guest goes on (or the vCPU rests), because
 * only then is its duration known.
 *
 * The reader's cursor is in memory that the reader can write.  It is used for one
 * question, how much room is left, and a senseless value makes the ring full.
 * :*/
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <asm/msr.h>
#include "lg.h"

/* A turn of the run loop never writes more than the asynchronous ring and some. */
#define ROOM_FOR_A_TURN (LG_LOG_RECORDS + 188)

static u64 records_waiting(struct lg_cpu *cpu)
{
	return cpu->event_next - READ_ONCE(cpu->ring->tail);
}

bool lg_events_have_room(struct lg_cpu *cpu)
{
	if (READ_ONCE(cpu->event_mode) != LG_EVENTS_LOSSLESS)
		return true;
	return records_waiting(cpu) + ROOM_FOR_A_TURN <= cpu->ring_records;
}

static struct lg_event *record_at(struct lg_cpu *cpu, u64 n)
{
	struct lg_event *records = (void *)cpu->ring + LG_EVENT_RING_OFFSET;

	return &records[n & (cpu->ring_records - 1)];
}

/*
 * Up to where records can be written without another look: the end of what is free, or of
 * the ring's memory.  False: it is full.
 */
static noinline bool find_room(struct lg_cpu *cpu)
{
	struct lg_event *records = (void *)cpu->ring + LG_EVENT_RING_OFFSET;
	u64 waiting = records_waiting(cpu), at = cpu->event_next & (cpu->ring_records - 1);

	if (waiting >= cpu->ring_records)
		return false;
	cpu->event_at = &records[at];
	cpu->event_end = cpu->event_at + min(cpu->ring_records - waiting, cpu->ring_records - at);
	return true;
}

/* The next place in the ring, numbered; NULL if it is full, and then it is a loss. */
static __always_inline struct lg_event *next_record(struct lg_cpu *cpu)
{
	struct lg_event *e;

	if (unlikely(cpu->event_at == cpu->event_end) && !find_room(cpu)) {
		cpu->event_seq++;
		cpu->count.events_lost++;
		WRITE_ONCE(cpu->ring->lost, cpu->count.events_lost);
		return NULL;
	}
	e = cpu->event_at++;
	cpu->event_next++;
	e->seq = cpu->event_seq++;
	return e;
}

/*
 * Field by field, and none of them twice: `duration` comes when the record is published,
 * `spare` was zeroed with the ring.
 */
static __always_inline void fill_record(struct lg_cpu *cpu, struct lg_event *e, u32 kind_and_code,
					u32 d0, u32 d1, u32 d2, u32 d3)
{
	const struct lguest_data *data = cpu->data;
	const struct lg_regs *regs = cpu->regs;
	u32 flags, cs, blocked = 0;

	static_assert(LG_EVENT_FLAG_RING3 == 1 && LG_EVENT_FLAG_IRQ_OFF == 2);
	e->detail[0] = d0;
	e->detail[1] = d1;
	e->detail[2] = d2;
	e->detail[3] = d3;
	memcpy(&e->detail[4], &cpu->event_more, sizeof(cpu->event_more));
	barrier(); /* that frees registers, which need not be saved then */
	flags = cpu->slow.halted ? LG_EVENT_FLAG_HALTED : 0;
	cs = regs->cs;
	flags |= cs >> 1 & 1; /* rings 1 and 3 are all there are */
	if (data) {
		blocked = READ_ONCE(data->blocked_interrupts);
		flags |= ~READ_ONCE(data->irq_enabled) >> 8 & 2;
	}
	e->tsc = rdtsc();
	e->kind = kind_and_code;
	e->vcpu = cpu->id;
	e->flags = flags;
	e->regs.eax = regs->eax;
	e->regs.ebx = regs->ebx;
	e->regs.ecx = regs->ecx;
	e->regs.edx = regs->edx;
	e->regs.esi = regs->esi;
	e->regs.edi = regs->edi;
	e->regs.ebp = regs->ebp;
	e->regs.esp = regs->esp;
	e->regs.eip = regs->eip;
	e->regs.eflags = regs->eflags;
	e->regs.cs = cs;
	e->regs.ss = regs->ss;
	e->regs.ds = regs->ds;
	e->regs.es = regs->es;
	e->regs.fs = regs->fs;
	e->regs.gs = regs->gs;
	e->regs.cr2 = cpu->cr2;
	e->regs.cr3 = cpu->cr3;
	e->code = kind_and_code >> 16;
	e->host_cpu = raw_smp_processor_id();
	e->errcode = regs->errcode;
	e->irq_pending = cpu->irqs_pending;
	e->irq_blocked = blocked;
}

/* Somebody looks at it now, or it is not for the ring at all, or there is no room at hand. */
static noinline void write_and_show(struct lg_cpu *cpu, u32 kind_and_code, u32 d0, u32 d1, u32 d2,
				    u32 d3)
{
	u64 bit = BIT_ULL((u16)kind_and_code);
	struct lg_event *e = cpu->recorded & bit ? next_record(cpu) : NULL;

	if (!e) {
		e = &cpu->unrecorded;
		e->seq = U64_MAX;
	}
	fill_record(cpu, e, kind_and_code, d0, d1, d2, d3);
	if (cpu->traced & bit)
		lg_trace(e);
	if (cpu->stopping & bit)
		lg_match_conditions(cpu, e);
}

/* Who is here wants the kind: if nobody looks at it now, it is for the ring. */
void lg_write_event(struct lg_cpu *cpu, u32 kind_and_code, u32 d0, u32 d1, u32 d2, u32 d3)
{
	struct lg_event *e = cpu->event_at;

	if (unlikely(e == cpu->event_end || (cpu->looked_at & BIT_ULL((u16)kind_and_code)))) {
		write_and_show(cpu, kind_and_code, d0, d1, d2, d3);
		return;
	}
	cpu->event_at = e + 1;
	cpu->event_next++;
	e->seq = cpu->event_seq++;
	fill_record(cpu, e, kind_and_code, d0, d1, d2, d3);
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
	lg_write_event(cpu, LG_EV_WORLD_SWITCH | (u32)cpu->regs->trapnum << 16, entered - began,
		       left - entered, ended - left, reflected);
	if (cpu->event_next == cpu->event_published)
		return;
	e = record_at(cpu, cpu->event_next - 1);
	if (e->kind == LG_EV_WORLD_SWITCH)
		e->duration = min_t(u64, ended - began, U32_MAX);
	cpu->event_timed = cpu->event_next;
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
		e->flags = (e->regs.cs & 3) == 3 ? LG_EVENT_FLAG_RING3 : 0;
		e->regs.cr2 = cpu->cr2;
		e->regs.cr3 = cpu->cr3;
		e->host_cpu = raw_smp_processor_id();
		e->irq_pending = cpu->irqs_pending;
		e->detail[2] = LG_REFLECT_SWITCHER;
		if (cpu->traced & BIT_ULL(LG_EV_REFLECT))
			lg_trace(e);
	}
	cpu->event_timed = cpu->event_next;
}

static void took_until(struct lg_event *e, u64 now)
{
	u64 ticks = now - e->tsc;

	e->duration = likely(!(ticks >> 32)) ? ticks : U32_MAX;
}

/*
 * The Guest goes on, or rests: what is written now took until now.  What tells of the
 * stay itself was over before; its records come first.
 */
void lg_publish_events(struct lg_cpu *cpu)
{
	u64 n = cpu->event_timed, now = rdtsc();

	if (likely(cpu->event_next - n == 1)) {
		took_until(cpu->event_at - 1, now);
		n++;
	}
	for (; n != cpu->event_next; n++)
		took_until(record_at(cpu, n), now);
	cpu->event_timed = n;
	cpu->event_published = n;
	smp_store_release(&cpu->ring->head, n);
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
