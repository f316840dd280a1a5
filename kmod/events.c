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

/* The next place in the ring, numbered; NULL if it is full, and then it is a loss. */
static struct lg_event *next_record(struct lg_cpu *cpu)
{
	struct lg_event *e;

	if (records_waiting(cpu) >= cpu->ring_records) {
		cpu->event_seq++;
		cpu->count.events_lost++;
		WRITE_ONCE(cpu->ring->lost, cpu->count.events_lost);
		return NULL;
	}
	e = record_at(cpu, cpu->event_next++);
	e->seq = cpu->event_seq++;
	return e;
}

void lg_write_event(struct lg_cpu *cpu, u32 kind_and_code, u32 d0, u32 d1, u32 d2, u32 d3)
{
	u16 kind = kind_and_code, code = kind_and_code >> 16;
	struct lguest_data *data = cpu->data;
	struct lg_regs *regs = cpu->regs;
	struct lg_event *e = cpu->recorded & BIT_ULL(kind) ? next_record(cpu) : NULL;

	if (!e) {
		e = &cpu->unrecorded;
		e->seq = U64_MAX;
	}
	*e = (struct lg_event){
		.seq = e->seq,
		.tsc = rdtsc(),
		.kind = kind,
		.vcpu = cpu->id,
		.flags = ((regs->cs & 3) == 3 ? LG_EVENT_FLAG_RING3 : 0) |
			 (data && !(READ_ONCE(data->irq_enabled) & LGUEST_IF) ?
				  LG_EVENT_FLAG_IRQ_OFF : 0) |
			 (cpu->slow.halted ? LG_EVENT_FLAG_HALTED : 0),
		.regs = {
			.eax = regs->eax, .ebx = regs->ebx, .ecx = regs->ecx, .edx = regs->edx,
			.esi = regs->esi, .edi = regs->edi, .ebp = regs->ebp, .esp = regs->esp,
			.eip = regs->eip, .eflags = regs->eflags, .cs = regs->cs, .ss = regs->ss,
			.ds = regs->ds, .es = regs->es, .fs = regs->fs, .gs = regs->gs,
			.cr2 = cpu->cr2, .cr3 = cpu->cr3,
		},
		.code = code,
		.host_cpu = raw_smp_processor_id(),
		.errcode = regs->errcode,
		.irq_pending = cpu->irqs_pending,
		.irq_blocked = data ? READ_ONCE(data->blocked_interrupts) : 0,
		.detail = { d0, d1, d2, d3, (u32)cpu->event_more, cpu->event_more >> 32 },
	};
	if (unlikely(cpu->looked_at & BIT_ULL(kind))) {
		if (cpu->traced & BIT_ULL(kind))
			lg_trace(e);
		if (cpu->stopping & BIT_ULL(kind))
			lg_match_conditions(cpu, e);
	}
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

/*
 * The Guest goes on, or rests: what is written now took until now.  What tells of the
 * stay itself was over before; its records come first.
 */
void lg_publish_events(struct lg_cpu *cpu)
{
	u64 n, now = rdtsc();

	for (n = max(cpu->event_published, cpu->event_timed); n != cpu->event_next; n++) {
		struct lg_event *e = record_at(cpu, n);

		e->duration = min_t(u64, now - e->tsc, U32_MAX);
	}
	cpu->event_published = cpu->event_next;
	smp_store_release(&cpu->ring->head, cpu->event_next);
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
		cpu->ring = vmalloc_user(LG_EVENT_RING_OFFSET +
					 config->records * sizeof(struct lg_event));
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
