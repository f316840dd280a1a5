/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Host's own structures.  The paragraphs of the book are read by their numbers
 * (tools/book prints them so); a file holds those of one subject.
 */
#ifndef LG_H
#define LG_H

#include <linux/hrtimer.h>
#include <linux/jump_label.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "checks.h"
#include "compat.h"
#include "faults.h"
#include "lguest_saved.h"
#include "lguest_uapi.h"
#include "../switcher/layout.h"

#define LG_SHADOW_ROOTS 16
#define LG_PFN_LIMIT_MAX (1UL << 20) /* 4 GB */

struct lguest;

/*L:110 Two structures
 *
 * A Guest is a struct lguest: its memory, its shadow page tables, what it asked
 * its IDT to be.  Each of its processors is a struct lg_cpu with registers (in
 * the Switcher's block), a GDT, pending interrupts and a timer, and belongs to the
 * one thread of the Launcher that runs it.
 *
 * An inspector (an ioctl of another thread) may look at a vCPU only while it is at
 * rest: `lock` is held by the run loop, which steps aside at its top whenever
 * `inspectors` is not zero.
 * :*/
static_assert(offsetof(struct lg_event, halted) - offsetof(struct lg_event, vcpu) ==
	      offsetof(union lg_origin, halted));
static_assert(offsetof(struct lg_event, host_cpu) - offsetof(struct lg_event, vcpu) ==
	      offsetof(union lg_origin, host_cpu));

struct lg_cpu {
	unsigned int id;
	struct lguest *lg;
	struct task_struct *task; /* NULL: nobody has run it yet */
	struct mutex lock;
	atomic_t inspectors;
	wait_queue_head_t wait; /* halted, stopped, or for room in the ring */

	/* The Switcher's block, and typed views of it. */
	void *block;
	int slot;
	struct lg_state *state;
	struct lg_regs *regs;
	struct lg_descriptor *hw_gdt;
	struct lg_gate64 *hw_idt;
	int in_guest; /* the physical CPU on which it is in its Guest; -1 none */
	int armed_on; /* the physical CPU whose values the block holds; -1 none */
	unsigned long cr0_ts; /* its CR0 with TS set */
	struct preempt_notifier preempt;

	struct lg_descriptor gdt_asked[LGUEST_GDT_ENTRIES];
	u32 stack_pages;

	/* The page of conversation; NULL before INIT or VCPU_START. */
	struct lguest_data *data;
	u32 data_gpa;
	void *data_mapping;
	struct page *data_pages[2];

	struct shadow_root *root;
	void *spare[2]; /* tables for the shadow, if it should need them */
	unsigned int spares;

	atomic_t claimed; /* somebody starts or started it */
	bool online;	  /* it runs: the first from the beginning, others by VCPU_START */
	bool restored;	  /* LG_IOC_RESTORE_VCPU was here */
	bool reason_told;
	bool hcall; /* the registers hold a hypercall that has not been done */
	struct hcall_args hcall_args; /* the Host's copy of a call that is being done */
	u32 next_hcall; /* cursor in the asynchronous ring */
	u32 notify_address;

	/* An access to a device, which the Launcher does: device_io.c. */
	struct lg_io io;
	struct lg_insn io_insn;
	bool io_told;

	/* Why a turn of the run loop may have more to do: L:205. */
	union {
		struct {
			bool kicked; /* somebody wants it to look around; from any thread */
			/* These are written by the thread that has cpu->lock alone. */
			u8 begins : 1; /* no record of its start yet */
			u8 notify_pending : 1;
			u8 io : 1;	    /* the Launcher has to do something for it */
			u8 irq_waits : 1; /* raised, and could not be delivered yet */
			bool halted;
			bool lossless; /* there may be no room for records */
			bool held;     /* it has to stop: `held` below */
			bool stepping; /* it does one step */
		};
		u64 any;
	} slow;

	u32 irqs_seen; /* raised, and the event written */
	u64 irq_since[LGUEST_IRQS];
	struct hrtimer timer;

	bool ts;       /* the Guest wants #NM at its next use of the FPU */
	bool fpu_live; /* its FPU state is loaded at each entry */
	u8 *fpu;       /* LG_FPU_BYTES for FXSAVE */

	struct lg_event_ring *ring;
	u32 event_mode;
	u64 watched;  /* kinds that somebody wants: the ring, a tracepoint */
	u64 recorded; /* those which go into the ring */
	u64 traced;   /* those with a tracepoint that is on */
	u64 stopping; /* those that a condition may match */
	u64 looked_at; /* one of the last two */
	struct lg_event unrecorded; /* where the others are put together */
	u32 ring_records;
	struct lg_event *event_end; /* of the room that is known; it is at state->event_at */
	struct lg_event *event_open; /* the first one that the reader may not see yet */

	/* stops.c */
	u32 held; /* lg_stop_reason; 0 = it may run */
	u32 held_detail, held_kind;
	u64 held_seq;
	bool stop_too; /* another vCPU's condition stops all */
	bool stop_noted, stop_told;
	u32 was_set; /* lg_set_what, by somebody, since it stopped */
	bool parked; /* its thread sleeps because of that, until the stop is over */
	bool halt_noted; /* it sleeps, or stopped on the way to sleep */
	struct lg_conditions *conditions;
	struct lg_breakpoint breakpoints[LG_BREAKPOINTS];
	u32 dr7;
	struct lg_regs step_from;
	bool step_trap; /* the processor has told the step's end */
	enum lg_flags_insn step_insn;
	unsigned long unusual; /* bits LG_STAY_*; 0 for a stay like any other */

	struct lg_counters count;
};

static_assert(sizeof(((struct lg_cpu *)0)->slow) == sizeof(u64)); /* all are in `any` */

/* What leads to one GB of the Guest's addresses: L:600. */
struct shadow_dir {
	struct shadow_table *table;
	u32 guest; /* guest-physical address of the PAE directory that it stands for */
	u16 first; /* of its last-level tables */
};

struct shadow_root {
	u32 cr3;
	bool used;
	u64 last_used;
	u64 *top;
	u64 cr3_value; /* what CR3 is loaded with */
	u64 *p4d; /* with five levels only */
	u64 *pdpt;
	struct shadow_dir dir[4]; /* those of the kernel's part are in struct lguest */
};

/* A page of the Guest's memory that the Host holds, and the shadow entries for it. */
struct lg_frame {
	struct page *page;
	u32 head; /* L:604 */
};

struct lguest {
	struct lg_cpu cpus[LG_VCPUS_MAX];
	unsigned int nr_cpus;
	struct mm_struct *mm;
	struct mutex lock; /* INITIALIZE, ioctls */

	unsigned long base; /* Launcher-virtual address of guest-physical 0 */
	u32 pfn_limit;
	u32 device_limit; /* device memory lies from pfn_limit to here: nowhere if equal */
	struct lg_frame *frames; /* by pfn */
	struct mmu_interval_notifier notifier;
	bool notified;
	u32 held; /* frames that have a page */

	const struct lg_data_layout *data_layout; /* NULL before INIT */
	u32 kernel_address;
	u32 boot_tables; /* guest-physical address; 0: none */
	u32 noirq_start, noirq_end, noirq_iret;

	/*
	 * The shadow, with all frames, is common to all vCPUs and behind this lock; nothing
	 * sleeps with it.  After what takes something away comes lg_shrunk().
	 */
	spinlock_t mmu_lock;
	unsigned int levels; /* of the Guest's page tables; 0: it has loaded none */
	u32 shadow_forgotten; /* entries that went away, counted */
	u32 shadow_changes; /* the Guest's words on changes, counted */
	struct shadow_root roots[LG_SHADOW_ROOTS];
	struct shadow_dir kernel_dir[4];
	u64 use_clock;
	struct shadow_pt *pts; /* last-level tables by number */
	u32 next_pt;
	u16 free_pt;
	bool shrunk;
	struct list_head clean_tables, retired_tables;
	unsigned int nr_clean_tables;
	u32 shadow_pages;
	cpumask_var_t call_out;
	u64 *half_top; /* the tables of the Switcher, copied into each root */

	spinlock_t idt_lock;
	struct lg_descriptor idt_asked[LGUEST_IDT_ENTRIES];

	struct mutex eventfd_lock;
	struct lg_eventfd *eventfds;
	struct eventfd_ctx *stop_eventfd;
	unsigned int nr_eventfds;

	struct list_head traced_guests;

	u32 dead; /* enum lg_death; after the reason */
	atomic_t dying;
	bool ran; /* a vCPU was run: their number is fixed */
	bool restored; /* LG_IOC_RESTORE_GUEST was here */
	bool stopped;
	unsigned int stops;
	char reason[LG_REASON_MAX];
};

struct lg_eventfd {
	u32 address;
	struct eventfd_ctx *ctx;
};

/* core.c */
extern unsigned long switcher_area;
bool lg_is_dead(struct lguest *lg);
void kill_guest(struct lg_cpu *cpu, enum lg_death how, const char *fmt, ...) __printf(3, 4);
#define kill_cpu(cpu, ...) kill_guest(cpu, LG_DEATH_KILLED, __VA_ARGS__)
void *switcher_block_get(int *slot);
void switcher_block_put(int slot);

/* run_loop.c */
int run_guest(struct lg_cpu *cpu, char __user *to, size_t size);

/* guest_memory.c; all but those that peek kill the Guest where they return false */
bool lg_peek(struct lguest *lg, u32 gpa, void *to, u32 bytes);
bool lg_read(struct lg_cpu *cpu, u32 gpa, void *to, u32 bytes);
bool lg_write(struct lg_cpu *cpu, u32 gpa, const void *from, u32 bytes);
bool lg_write_words(struct lg_cpu *cpu, u32 gpa, const u32 *words, unsigned int count);
bool lg_exchange(struct lg_cpu *cpu, u32 gpa, u64 old, u64 new, u32 bytes);

/* A page-table entry, of 4 or 8 bytes. */
static __always_inline bool lg_peek_entry(struct lguest *lg, u32 gpa, u64 *entry, u32 bytes)
{
	void __user *at = (void __user *)(lg->base + gpa);
	u32 low;

	if (unlikely(!lg_range_ok((u64)lg->pfn_limit << PAGE_SHIFT, gpa, bytes) ||
		     current->mm != lg->mm))
		return false;
	if (bytes == sizeof(u64))
		return !get_user(*entry, (u64 __user *)at);
	if (get_user(low, (u32 __user *)at))
		return false;
	*entry = low;
	return true;
}

bool lg_lock_frame(struct lguest *lg, u32 pfn) __acquires(&lg->mmu_lock);
int lg_memory_init(struct lguest *lg);
void lg_memory_stop(struct lguest *lg);
void lg_memory_exit(struct lguest *lg);
int lg_pin_data(struct lg_cpu *cpu, u32 gpa, u32 size);
void lg_unpin_data(struct lg_cpu *cpu);

/* hypercalls.c */
void do_hypercalls(struct lg_cpu *cpu);
void write_timestamp(struct lg_cpu *cpu);

/* vcpus.c */
void vcpu_start(struct lg_cpu *cpu, const struct hcall_args *args);
void vcpu_send_ipi(struct lg_cpu *cpu, u32 vcpu, u32 irq);
void vcpu_info(struct lg_cpu *cpu, u32 gpa);
void lg_kick(struct lg_cpu *cpu);
void lg_kick_all(struct lguest *lg);

/* shadow.c */
int init_guest_page_tables(struct lguest *lg);
void free_guest_page_tables(struct lguest *lg);
void set_root(struct lg_cpu *cpu, struct shadow_root *root);
void free_spare_tables(struct lg_cpu *cpu);
int map_block_in_guest(struct lg_cpu *cpu);
int map_ring_in_guest(struct lg_cpu *cpu, unsigned long bytes);
int map_guest_data(struct lg_cpu *cpu, unsigned int count, u32 offset);
void lg_forget_frame(struct lguest *lg, u32 pfn);
void lg_shrunk(struct lguest *lg, const struct lg_cpu *self);

/* guest_walk.c */
bool guest_pa(struct lg_cpu *cpu, u32 address, u32 *gpa);
void guest_walk(struct lg_cpu *cpu, struct lg_walk *walk);

/* page_tables.c */
bool demand_page(struct lg_cpu *cpu, u32 address, u32 *errcode);
void guest_new_pagetable(struct lg_cpu *cpu, u32 cr3);
void guest_set_pte(struct lg_cpu *cpu, u32 cr3, u32 address, u64 pte);
void guest_set_pgd(struct lg_cpu *cpu, u32 cr3, u32 index);
void guest_set_pmd(struct lg_cpu *cpu, u32 directory, u32 index);
void guest_forget_all(struct lg_cpu *cpu);
void guest_flush(struct lg_cpu *cpu, bool everything);

/* boot_tables.c */
bool make_boot_tables(struct lg_cpu *cpu, u32 data_end);

/* segments.c */
void setup_guest_gdt(struct lg_cpu *cpu);
void load_guest_gdt_entry(struct lg_cpu *cpu, u32 slot, struct lg_descriptor asked);
void guest_load_tls(struct lg_cpu *cpu, u32 gpa);

/* device_io.c */
bool lg_port_io(struct lg_cpu *cpu, const struct lg_insn *insn, u32 port);
void lg_memory_io(struct lg_cpu *cpu, u32 gpa);
int lg_io_tell(struct lg_cpu *cpu, char __user *to, size_t size);
int lg_io_done(struct lg_cpu *cpu, u32 value);

/* interrupts_and_traps.c */
unsigned int fetch_instruction(struct lg_cpu *cpu, u8 *bytes, unsigned int count);
void setup_guest_idt(struct lg_cpu *cpu);
void load_guest_idt_entry(struct lg_cpu *cpu, u32 vector, struct lg_descriptor gate);
void update_reflection(struct lg_cpu *cpu);
void handle_trap(struct lg_cpu *cpu);
void deliver_interrupt(struct lg_cpu *cpu);
void set_interrupt(struct lg_cpu *cpu, unsigned int irq);
void guest_set_stack(struct lg_cpu *cpu, u32 ss, u32 esp, u32 pages);
void guest_set_clockevent(struct lg_cpu *cpu, u32 delta);
void init_clockdev(struct lg_cpu *cpu);

/* What makes a stay unusual: bits of lg_cpu.unusual. */
#define LG_STAY_TIMED 0
#define LG_STAY_STEP 1
#define LG_STAY_BREAKPOINTS 2

/* world_switch.c */
const char *world_switch_refusal(void);
int world_switch_init(void);
void world_switch_exit(void);
void setup_block(struct lg_cpu *cpu);
void arm_this_cpu(struct lg_cpu *cpu);
void load_guest_fpu(struct lg_cpu *cpu);
void save_guest_fpu(struct lg_cpu *cpu);
void set_guest_fpu(struct lg_cpu *cpu, bool live);
void guest_set_ts(struct lg_cpu *cpu, bool ts);
void call_host_interrupt(u32 vector);
void unusual_stay(struct lg_cpu *cpu);
void world_switch_attach(struct lg_cpu *cpu);
void world_switch_detach(struct lg_cpu *cpu);
extern const char lg_switcher_text[], lg_switcher_end[];
#define LG_TEXT_BYTES ((unsigned long)PAGE_ALIGN(lg_switcher_end - lg_switcher_text))

/* speculation.c */
DECLARE_STATIC_KEY_FALSE(lg_buffers_leak);
extern u32 lg_guard_after;
void speculation_init(void);

static __always_inline bool lg_guards_before(void)
{
	return static_branch_unlikely(&lg_buffers_leak);
}

/* Just before the Guest is entered: L:845. */
static __always_inline void lg_guard_before(void)
{
	static const u16 selector = __KERNEL_DS;

	if (lg_guards_before())
		asm volatile("verw %0" : : "m"(selector) : "cc");
}

/* The Switcher's entry keeps no register but RBP and RSP. */
#define LG_CALL_SWITCHER(entry, state)						\
	asm volatile("call " #entry						\
		     : "+D"(state), ASM_CALL_CONSTRAINT				\
		     :								\
		     : "rax", "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11",	\
		       "r12", "r13", "r14", "r15", "cc", "memory")

/* An instruction that the Host did for the Guest: L:870 tells what RF has to do with it. */
static inline void lg_insn_done(struct lg_regs *regs, u32 length)
{
	regs->eip = (u32)(regs->eip + length);
	regs->eflags &= ~(u64)X86_EFLAGS_RF;
}

static inline void lg_set_halted(struct lg_cpu *cpu, bool halted)
{
	cpu->slow.halted = halted;
	cpu->state->origin.halted = halted;
}

/* events.c */
extern const u32 lg_no_irq_words[2];
void lg_write_event(struct lg_cpu *cpu, u32 kind_and_code, u32 d0, u32 d1, u32 d2, u32 d3,
		    u64 more);
u32 lg_write_hypercall(struct lg_cpu *cpu);
void lg_publish_several(struct lg_cpu *cpu);
void lg_events_collect(struct lg_cpu *cpu);
bool lg_events_have_room(struct lg_cpu *cpu);
int lg_events_configure(struct lg_cpu *cpu, const struct lg_events_config *config);
void lg_events_free(struct lg_cpu *cpu);

void lg_note_stay(struct lg_cpu *cpu, u64 began, u64 ended, u32 reflected);

/* stops.c */
void lg_hold(struct lg_cpu *cpu, enum lg_stop_reason why, u32 detail, const struct lg_event *e);
void lg_match_conditions(struct lg_cpu *cpu, const struct lg_event *e);
bool lg_must_stop(struct lg_cpu *cpu);
u32 lg_stop_reason(struct lg_cpu *cpu);
void lg_note_stop(struct lg_cpu *cpu);
void lg_tell_stop(struct lg_cpu *cpu);
void lg_note_go_on(struct lg_cpu *cpu);
bool lg_must_see(struct lg_cpu *cpu, u32 vector);
int lg_set_conditions(struct lg_cpu *cpu, const struct lg_conditions *all);
void lg_set_breakpoints(struct lg_cpu *cpu, const struct lg_breakpoint *four);
int lg_step_begin(struct lg_cpu *cpu);
void lg_step_end(struct lg_cpu *cpu);
bool lg_step_is_over(struct lg_cpu *cpu);

/* trace.c */
void lg_trace(const struct lg_event *e);
void lg_trace_add(struct lguest *lg);
void lg_trace_remove(struct lguest *lg);
void lg_events_watch(struct lg_cpu *cpu);

/* From the next event on, each takes the long way; only the vCPU opens it again. */
static inline void lg_close_short_way(struct lg_state *s)
{
	WRITE_ONCE(s->event_short, NULL);
	WRITE_ONCE(s->log_full, 0);
}

/* Places that were taken, since the beginning: what was lost has a number and no place. */
static inline u64 lg_records_written(const struct lg_state *s)
{
	return s->event_seq - s->events_lost;
}

/* lguest_user.c */
extern atomic_t lg_guests;
int lguest_device_init(void);
void lguest_device_remove(void);

/* inspect.c */
int vcpu_rest(struct lg_cpu *cpu);
void vcpu_go_on(struct lg_cpu *cpu);
struct lg_event_regs lg_all_registers(const struct lg_cpu *cpu);
int lg_control(struct lguest *lg, unsigned int cmd, unsigned long arg);

/* saved.c */
int lg_save_guest(struct lguest *lg, void __user *to);
int lg_save_vcpu(struct lg_cpu *cpu, struct lg_saved_vcpu *saved);
int lg_restore_guest(struct lguest *lg, const void __user *from);
int lg_set(struct lg_cpu *cpu, const struct lg_set *want);
int lg_restore_vcpu(struct lg_cpu *cpu, const struct lg_saved_vcpu *saved);

#endif
