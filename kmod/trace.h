/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tracepoints lguest:*, one for each kind of event.  The kernel's macros read this
 * file several times, each time with other meanings; trace.c says what it is for.
 */
#ifndef LG_TRACED_KINDS
/* Kinds that have a tracepoint, and its name. */
#define LG_TRACED_KINDS(X)			\
	X(START, start)				\
	X(HYPERCALL, hypercall)			\
	X(ASYNC_HYPERCALL, async_hypercall)	\
	X(PAGE_FAULT, page_fault)		\
	X(REFLECT, reflect)			\
	X(EMULATE, emulate)			\
	X(IRQ_RAISED, irq_raised)		\
	X(IRQ_HELD, irq_held)			\
	X(IRQ_DELIVERED, irq_delivered)		\
	X(HOST_IRQ, host_irq)			\
	X(HALT, halt)				\
	X(WAKE, wake)				\
	X(NOTIFY, notify)			\
	X(FPU, fpu)				\
	X(STOPPED, stopped)			\
	X(RESUMED, resumed)			\
	X(DEAD, dead)				\
	X(SIGNAL, signal)			\
	X(WORLD_SWITCH, world_switch)		\
	X(PAGE_TABLE_CHANGE, page_table_change)

/* Called when the first listener comes and when the last one goes. */
#define LG_TRACE_SWITCH(KIND, name)		\
	int lg_trace_##name##_on(void);		\
	void lg_trace_##name##_off(void);
LG_TRACED_KINDS(LG_TRACE_SWITCH)
#undef LG_TRACE_SWITCH
#endif

#undef TRACE_SYSTEM
#define TRACE_SYSTEM lguest

#if !defined(LG_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define LG_TRACE_H

#include <linux/tracepoint.h>
#include "lguest_uapi.h"

/* For tools that read the format: they do not know our enumerations. */
#define LG_HYPERCALL_NAMES						\
	{ LHCALL_FLUSH_ASYNC, "FLUSH_ASYNC" },				\
	{ LHCALL_LGUEST_INIT, "LGUEST_INIT" },				\
	{ LHCALL_SHUTDOWN, "SHUTDOWN" },				\
	{ LHCALL_NEW_PGTABLE, "NEW_PGTABLE" },				\
	{ LHCALL_FLUSH_TLB, "FLUSH_TLB" },				\
	{ LHCALL_LOAD_IDT_ENTRY, "LOAD_IDT_ENTRY" },			\
	{ LHCALL_SET_STACK, "SET_STACK" },				\
	{ LHCALL_TS, "TS" },						\
	{ LHCALL_SET_CLOCKEVENT, "SET_CLOCKEVENT" },			\
	{ LHCALL_HALT, "HALT" },					\
	{ LHCALL_SET_PMD, "SET_PMD" },					\
	{ LHCALL_SET_PTE, "SET_PTE" },					\
	{ LHCALL_SET_PGD, "SET_PGD" },					\
	{ LHCALL_LOAD_TLS, "LOAD_TLS" },				\
	{ LHCALL_NOTIFY, "NOTIFY" },					\
	{ LHCALL_LOAD_GDT_ENTRY, "LOAD_GDT_ENTRY" },			\
	{ LHCALL_SEND_INTERRUPTS, "SEND_INTERRUPTS" },			\
	{ LHCALL_VCPU_START, "VCPU_START" },				\
	{ LHCALL_SEND_IPI, "SEND_IPI" },				\
	{ LHCALL_VCPU_INFO, "VCPU_INFO" }
TRACE_DEFINE_ENUM(LHCALL_FLUSH_ASYNC);
TRACE_DEFINE_ENUM(LHCALL_LGUEST_INIT);
TRACE_DEFINE_ENUM(LHCALL_SHUTDOWN);
TRACE_DEFINE_ENUM(LHCALL_NEW_PGTABLE);
TRACE_DEFINE_ENUM(LHCALL_FLUSH_TLB);
TRACE_DEFINE_ENUM(LHCALL_LOAD_IDT_ENTRY);
TRACE_DEFINE_ENUM(LHCALL_SET_STACK);
TRACE_DEFINE_ENUM(LHCALL_TS);
TRACE_DEFINE_ENUM(LHCALL_SET_CLOCKEVENT);
TRACE_DEFINE_ENUM(LHCALL_HALT);
TRACE_DEFINE_ENUM(LHCALL_SET_PMD);
TRACE_DEFINE_ENUM(LHCALL_SET_PTE);
TRACE_DEFINE_ENUM(LHCALL_SET_PGD);
TRACE_DEFINE_ENUM(LHCALL_LOAD_TLS);
TRACE_DEFINE_ENUM(LHCALL_NOTIFY);
TRACE_DEFINE_ENUM(LHCALL_LOAD_GDT_ENTRY);
TRACE_DEFINE_ENUM(LHCALL_SEND_INTERRUPTS);
TRACE_DEFINE_ENUM(LHCALL_VCPU_START);
TRACE_DEFINE_ENUM(LHCALL_SEND_IPI);
TRACE_DEFINE_ENUM(LHCALL_VCPU_INFO);

#define LG_FAULT_NAMES					\
	{ LG_FAULT_FILLED, "filled" },			\
	{ LG_FAULT_UPGRADED, "upgraded" },		\
	{ LG_FAULT_IDENTITY, "identity" }
TRACE_DEFINE_ENUM(LG_FAULT_FILLED);
TRACE_DEFINE_ENUM(LG_FAULT_UPGRADED);
TRACE_DEFINE_ENUM(LG_FAULT_IDENTITY);

#define LG_HELD_NAMES					\
	{ LG_HELD_DISABLED, "interrupts are off" },	\
	{ LG_HELD_WINDOW, "about to return" },		\
	{ LG_HELD_NO_GATE, "no gate" }
TRACE_DEFINE_ENUM(LG_HELD_DISABLED);
TRACE_DEFINE_ENUM(LG_HELD_WINDOW);
TRACE_DEFINE_ENUM(LG_HELD_NO_GATE);

#define LG_STOP_NAMES					\
	{ LG_STOP_ASKED, "asked" },			\
	{ LG_STOP_CONDITION, "condition" },		\
	{ LG_STOP_STEP, "step" },			\
	{ LG_STOP_BREAKPOINT, "breakpoint" },		\
	{ LG_STOP_OTHER, "other vCPU" }
TRACE_DEFINE_ENUM(LG_STOP_ASKED);
TRACE_DEFINE_ENUM(LG_STOP_CONDITION);
TRACE_DEFINE_ENUM(LG_STOP_STEP);
TRACE_DEFINE_ENUM(LG_STOP_BREAKPOINT);
TRACE_DEFINE_ENUM(LG_STOP_OTHER);

#define LG_TABLE_NAMES					\
	{ LG_TABLE_SET_PTE, "SET_PTE" },		\
	{ LG_TABLE_SET_PGD, "SET_PGD" },		\
	{ LG_TABLE_SET_PMD, "SET_PMD" },		\
	{ LG_TABLE_FLUSH, "flush" },			\
	{ LG_TABLE_NEW_ROOT, "new root" }
TRACE_DEFINE_ENUM(LG_TABLE_SET_PTE);
TRACE_DEFINE_ENUM(LG_TABLE_SET_PGD);
TRACE_DEFINE_ENUM(LG_TABLE_SET_PMD);
TRACE_DEFINE_ENUM(LG_TABLE_FLUSH);
TRACE_DEFINE_ENUM(LG_TABLE_NEW_ROOT);

#define LG_DEATH_NAMES					\
	{ LG_DEATH_KILLED, "killed" },			\
	{ LG_DEATH_POWEROFF, "powered off" },		\
	{ LG_DEATH_RESTART, "restart" }
TRACE_DEFINE_ENUM(LG_DEATH_KILLED);
TRACE_DEFINE_ENUM(LG_DEATH_POWEROFF);
TRACE_DEFINE_ENUM(LG_DEATH_RESTART);

/* What all have: where the Guest was.  `tsc` is when it happened, for those told later. */
#define LG_TRACE_PLACE_FIELDS	\
	__field(u64, tsc)	\
	__field(u32, eip)	\
	__field(u16, cs)	\
	__field(u8, vcpu)
#define LG_TRACE_PLACE			\
	__entry->tsc = e->tsc;		\
	__entry->eip = e->regs.eip;	\
	__entry->cs = e->regs.cs;	\
	__entry->vcpu = e->vcpu;
#define LG_TRACE_AT " vcpu %u ring %u eip 0x%08x"
#define LG_TRACE_AT_ARGS __entry->vcpu, __entry->cs & 3, __entry->eip

#define LG_DEFINE_EVENT(class, name)					\
	DEFINE_EVENT_FN(class, name, TP_PROTO(const struct lg_event *e), TP_ARGS(e),	\
			lg_trace_##name##_on, lg_trace_##name##_off)

DECLARE_EVENT_CLASS(lg_plain,
	TP_PROTO(const struct lg_event *e),
	TP_ARGS(e),
	TP_STRUCT__entry(LG_TRACE_PLACE_FIELDS),
	TP_fast_assign(LG_TRACE_PLACE),
	TP_printk(LG_TRACE_AT, LG_TRACE_AT_ARGS)
);
LG_DEFINE_EVENT(lg_plain, halt);
LG_DEFINE_EVENT(lg_plain, wake);
LG_DEFINE_EVENT(lg_plain, fpu);
LG_DEFINE_EVENT(lg_plain, signal);

DECLARE_EVENT_CLASS(lg_resumed,
	TP_PROTO(const struct lg_event *e),
	TP_ARGS(e),
	TP_STRUCT__entry(LG_TRACE_PLACE_FIELDS __field(u32, set)),
	TP_fast_assign(LG_TRACE_PLACE __entry->set = e->code;),
	TP_printk("set meanwhile: %s" LG_TRACE_AT,
		  __print_flags(__entry->set, "|",
				{ LG_SET_REGISTERS, "registers" }, { LG_SET_MEMORY, "memory" }),
		  LG_TRACE_AT_ARGS)
);
LG_DEFINE_EVENT(lg_resumed, resumed);

DECLARE_EVENT_CLASS(lg_start,
	TP_PROTO(const struct lg_event *e),
	TP_ARGS(e),
	TP_STRUCT__entry(LG_TRACE_PLACE_FIELDS __field(u32, pages)),
	TP_fast_assign(LG_TRACE_PLACE __entry->pages = e->detail[0];),
	TP_printk("%u pages" LG_TRACE_AT, __entry->pages, LG_TRACE_AT_ARGS)
);
LG_DEFINE_EVENT(lg_start, start);

DECLARE_EVENT_CLASS(lg_hypercall,
	TP_PROTO(const struct lg_event *e),
	TP_ARGS(e),
	TP_STRUCT__entry(
		LG_TRACE_PLACE_FIELDS
		__field(u32, number)
		__field(u32, arg1)
		__field(u32, arg2)
		__field(u32, arg3)
		__field(u32, arg4)
	),
	TP_fast_assign(
		LG_TRACE_PLACE
		__entry->number = e->code;
		__entry->arg1 = e->detail[0];
		__entry->arg2 = e->detail[1];
		__entry->arg3 = e->detail[2];
		__entry->arg4 = e->detail[3];
	),
	TP_printk("%s (%u) 0x%x 0x%x 0x%x 0x%x" LG_TRACE_AT,
		  __print_symbolic(__entry->number, LG_HYPERCALL_NAMES), __entry->number,
		  __entry->arg1, __entry->arg2, __entry->arg3, __entry->arg4, LG_TRACE_AT_ARGS)
);
LG_DEFINE_EVENT(lg_hypercall, hypercall);
LG_DEFINE_EVENT(lg_hypercall, async_hypercall);

DECLARE_EVENT_CLASS(lg_page_fault,
	TP_PROTO(const struct lg_event *e),
	TP_ARGS(e),
	TP_STRUCT__entry(
		LG_TRACE_PLACE_FIELDS
		__field(u32, address)
		__field(u32, errcode)
		__field(u32, guest_entry)
		__field(u32, result)
		__field(u64, shadow_entry)
	),
	TP_fast_assign(
		LG_TRACE_PLACE
		__entry->address = e->regs.cr2;
		__entry->errcode = e->errcode;
		__entry->guest_entry = e->detail[0];
		__entry->shadow_entry = (u64)e->detail[2] << 32 | e->detail[1];
		__entry->result = e->detail[3];
	),
	TP_printk("address 0x%08x error 0x%x guest 0x%08x shadow 0x%llx %s" LG_TRACE_AT,
		  __entry->address, __entry->errcode, __entry->guest_entry, __entry->shadow_entry,
		  __print_symbolic(__entry->result, LG_FAULT_NAMES), LG_TRACE_AT_ARGS)
);
LG_DEFINE_EVENT(lg_page_fault, page_fault);

DECLARE_EVENT_CLASS(lg_reflect,
	TP_PROTO(const struct lg_event *e),
	TP_ARGS(e),
	TP_STRUCT__entry(
		LG_TRACE_PLACE_FIELDS
		__field(u32, vector)
		__field(u32, errcode)
		__field(u32, eax)
		__field(u32, cr2)
		__field(u32, handler)
		__field(u32, new_esp)
		__field(u32, in_switcher)
	),
	TP_fast_assign(
		LG_TRACE_PLACE
		__entry->vector = e->code;
		__entry->errcode = e->errcode;
		__entry->eax = e->regs.eax;
		__entry->cr2 = e->regs.cr2;
		__entry->handler = e->detail[0];
		__entry->new_esp = e->detail[1];
		__entry->in_switcher = e->detail[2];
	),
	TP_printk("vector %u error 0x%x eax 0x%x cr2 0x%08x to 0x%08x esp 0x%08x by the %s"
		  LG_TRACE_AT,
		  __entry->vector, __entry->errcode, __entry->eax, __entry->cr2, __entry->handler,
		  __entry->new_esp, __entry->in_switcher ? "Switcher" : "Host", LG_TRACE_AT_ARGS)
);
LG_DEFINE_EVENT(lg_reflect, reflect);

DECLARE_EVENT_CLASS(lg_emulate,
	TP_PROTO(const struct lg_event *e),
	TP_ARGS(e),
	TP_STRUCT__entry(
		LG_TRACE_PLACE_FIELDS
		__field(u32, vector)
		__field(u32, port)
		__field(u32, length)
		__array(u8, bytes, 8)
	),
	TP_fast_assign(
		LG_TRACE_PLACE
		__entry->vector = e->code;
		__entry->port = e->detail[2];
		__entry->length = e->detail[3];
		memcpy(__entry->bytes, e->detail, 8);
	),
	TP_printk("instruction %s length %u port 0x%x" LG_TRACE_AT,
		  __print_hex(__entry->bytes, 8), __entry->length, __entry->port, LG_TRACE_AT_ARGS)
);
LG_DEFINE_EVENT(lg_emulate, emulate);

DECLARE_EVENT_CLASS(lg_irq_raised,
	TP_PROTO(const struct lg_event *e),
	TP_ARGS(e),
	TP_STRUCT__entry(LG_TRACE_PLACE_FIELDS __field(u32, irq) __field(u32, pending)),
	TP_fast_assign(LG_TRACE_PLACE __entry->irq = e->code; __entry->pending = e->detail[0];),
	TP_printk("irq %u pending 0x%x" LG_TRACE_AT, __entry->irq, __entry->pending,
		  LG_TRACE_AT_ARGS)
);
LG_DEFINE_EVENT(lg_irq_raised, irq_raised);

DECLARE_EVENT_CLASS(lg_irq_held,
	TP_PROTO(const struct lg_event *e),
	TP_ARGS(e),
	TP_STRUCT__entry(LG_TRACE_PLACE_FIELDS __field(u32, irq) __field(u32, reason)),
	TP_fast_assign(LG_TRACE_PLACE __entry->irq = e->code; __entry->reason = e->detail[0];),
	TP_printk("irq %u: %s" LG_TRACE_AT, __entry->irq,
		  __print_symbolic(__entry->reason, LG_HELD_NAMES), LG_TRACE_AT_ARGS)
);
LG_DEFINE_EVENT(lg_irq_held, irq_held);

DECLARE_EVENT_CLASS(lg_irq_delivered,
	TP_PROTO(const struct lg_event *e),
	TP_ARGS(e),
	TP_STRUCT__entry(
		LG_TRACE_PLACE_FIELDS
		__field(u32, irq)
		__field(u32, handler)
		__field(u64, waited_ns)
	),
	TP_fast_assign(
		LG_TRACE_PLACE
		__entry->irq = e->code;
		__entry->handler = e->detail[0];
		__entry->waited_ns = (u64)e->detail[2] << 32 | e->detail[1];
	),
	TP_printk("irq %u to 0x%08x waited %llu ns" LG_TRACE_AT, __entry->irq, __entry->handler,
		  __entry->waited_ns, LG_TRACE_AT_ARGS)
);
LG_DEFINE_EVENT(lg_irq_delivered, irq_delivered);

DECLARE_EVENT_CLASS(lg_host_irq,
	TP_PROTO(const struct lg_event *e),
	TP_ARGS(e),
	TP_STRUCT__entry(LG_TRACE_PLACE_FIELDS __field(u32, vector)),
	TP_fast_assign(LG_TRACE_PLACE __entry->vector = e->code;),
	TP_printk("vector %u" LG_TRACE_AT, __entry->vector, LG_TRACE_AT_ARGS)
);
LG_DEFINE_EVENT(lg_host_irq, host_irq);

DECLARE_EVENT_CLASS(lg_notify,
	TP_PROTO(const struct lg_event *e),
	TP_ARGS(e),
	TP_STRUCT__entry(LG_TRACE_PLACE_FIELDS __field(u32, address) __field(u32, to_eventfd)),
	TP_fast_assign(
		LG_TRACE_PLACE
		__entry->address = e->detail[0];
		__entry->to_eventfd = e->detail[1];
	),
	TP_printk("address 0x%08x to %s" LG_TRACE_AT, __entry->address,
		  __entry->to_eventfd ? "an eventfd" : "the Launcher", LG_TRACE_AT_ARGS)
);
LG_DEFINE_EVENT(lg_notify, notify);

DECLARE_EVENT_CLASS(lg_stopped,
	TP_PROTO(const struct lg_event *e),
	TP_ARGS(e),
	TP_STRUCT__entry(LG_TRACE_PLACE_FIELDS __field(u32, why) __field(u32, detail)),
	TP_fast_assign(LG_TRACE_PLACE __entry->why = e->code; __entry->detail = e->detail[0];),
	TP_printk("%s %u" LG_TRACE_AT, __print_symbolic(__entry->why, LG_STOP_NAMES),
		  __entry->detail, LG_TRACE_AT_ARGS)
);
LG_DEFINE_EVENT(lg_stopped, stopped);

DECLARE_EVENT_CLASS(lg_world_switch,
	TP_PROTO(const struct lg_event *e),
	TP_ARGS(e),
	TP_STRUCT__entry(
		LG_TRACE_PLACE_FIELDS
		__field(u32, trap)
		__field(u32, in_ticks)
		__field(u32, guest_ticks)
		__field(u32, out_ticks)
		__field(u32, reflected)
	),
	TP_fast_assign(
		LG_TRACE_PLACE
		__entry->trap = e->code;
		__entry->in_ticks = e->detail[0];
		__entry->guest_ticks = e->detail[1];
		__entry->out_ticks = e->detail[2];
		__entry->reflected = e->detail[3];
	),
	TP_printk("trap %u after in %u guest %u out %u ticks, reflected %u" LG_TRACE_AT,
		  __entry->trap, __entry->in_ticks, __entry->guest_ticks, __entry->out_ticks,
		  __entry->reflected, LG_TRACE_AT_ARGS)
);
LG_DEFINE_EVENT(lg_world_switch, world_switch);

DECLARE_EVENT_CLASS(lg_page_table_change,
	TP_PROTO(const struct lg_event *e),
	TP_ARGS(e),
	TP_STRUCT__entry(
		LG_TRACE_PLACE_FIELDS
		__field(u32, what)
		__field(u32, address)
		__field(u32, dropped)
		__field(u64, old_entry)
		__field(u64, new_entry)
	),
	TP_fast_assign(
		LG_TRACE_PLACE
		__entry->what = e->code;
		__entry->address = e->detail[0];
		__entry->dropped = e->detail[1];
		__entry->old_entry = (u64)e->detail[3] << 32 | e->detail[2];
		__entry->new_entry = (u64)e->detail[5] << 32 | e->detail[4];
	),
	TP_printk("%s 0x%08x dropped %u shadow 0x%llx -> 0x%llx" LG_TRACE_AT,
		  __print_symbolic(__entry->what, LG_TABLE_NAMES), __entry->address,
		  __entry->dropped, __entry->old_entry, __entry->new_entry, LG_TRACE_AT_ARGS)
);
LG_DEFINE_EVENT(lg_page_table_change, page_table_change);

DECLARE_EVENT_CLASS(lg_dead,
	TP_PROTO(const struct lg_event *e),
	TP_ARGS(e),
	TP_STRUCT__entry(LG_TRACE_PLACE_FIELDS __field(u32, death)),
	TP_fast_assign(LG_TRACE_PLACE __entry->death = e->code;),
	TP_printk("%s" LG_TRACE_AT, __print_symbolic(__entry->death, LG_DEATH_NAMES),
		  LG_TRACE_AT_ARGS)
);
LG_DEFINE_EVENT(lg_dead, dead);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
