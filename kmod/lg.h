/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Host's own structures.  Reading order of the book: core.c, checks.c,
 * hypercalls.c, page_tables.c, segments.c, interrupts_and_traps.c,
 * world_switch.c, events.c, lguest_user.c, inspect.c, and ../switcher.
 */
#ifndef LG_H
#define LG_H

#include <linux/hrtimer.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "checks.h"
#include "compat.h"
#include "lguest_uapi.h"
#include "../switcher/layout.h"

#define LG_SHADOW_ROOTS 16

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
struct lg_cpu {
	unsigned int id;
	struct lguest *lg;
	struct task_struct *task;
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
	int armed_on; /* the physical CPU whose values the block holds; -1 none */
	unsigned long cr0_ts; /* its CR0 with TS set */
	struct preempt_notifier preempt;

	struct lg_descriptor gdt_asked[LGUEST_GDT_ENTRIES];
	u32 stack_pages;
	u32 cr3;
	u32 cr2; /* of the Guest's last page fault; the processor's own is often the Host's */
	struct shadow_root *root;

	bool started;
	bool hcall; /* the registers hold a hypercall that has not been done */
	bool halted;
	u32 next_hcall; /* cursor in the asynchronous ring */

	bool notify_pending;
	u32 notify_address;

	unsigned long irqs_pending;
	u32 irqs_seen; /* raised, and the event written */
	u64 irq_since[LGUEST_IRQS];
	struct hrtimer timer;

	bool ts;       /* the Guest wants #NM at its next use of the FPU */
	bool fpu_live; /* its FPU state is loaded at each entry */
	u8 *fpu;       /* 512 bytes for FXSAVE */

	struct lg_event_ring *ring;
	u32 event_mode;
	u32 ring_records;
	u64 event_seq;	/* the next record's number */
	u64 event_next; /* the next record's place */
	u64 event_published; /* what the reader may see; never read back from the ring */

	struct lg_counters count;
};

struct shadow_root {
	u32 cr3;
	bool used;
	u64 last_used;
	u64 *top;
	u64 cr3_value; /* what CR3 is loaded with */
	u64 *p4d; /* with five levels only */
	u64 *pdpt;
	u64 *pd[4]; /* one for each GB; those of the kernel part are shared */
};

struct lguest {
	struct lg_cpu cpus[LG_VCPUS_MAX];
	unsigned int nr_cpus;
	struct mm_struct *mm;
	struct mutex lock; /* INITIALIZE, ioctls */

	unsigned long base; /* Launcher-virtual address of guest-physical 0 */
	u32 pfn_limit;
	struct page **pages; /* pinned on first use, by pfn */
	u32 pinned;

	u32 data_gpa; /* struct lguest_data; 0 before INIT */
	const struct lg_data_layout *data_layout;
	struct lguest_data *data; /* the Host's view */
	void *data_mapping;
	u32 kernel_address;
	u32 noirq_start, noirq_end, noirq_iret;

	bool paging; /* the Guest has loaded a page table */
	struct shadow_root roots[LG_SHADOW_ROOTS];
	u64 *kernel_pd[4];
	u64 use_clock;
	u32 shadow_pages;
	u64 *half_top; /* the tables of the Switcher, copied into each root */

	struct lg_descriptor idt_asked[LGUEST_IDT_ENTRIES];

	struct mutex eventfd_lock;
	struct lg_eventfd *eventfds;
	unsigned int nr_eventfds;

	u32 dead; /* enum lg_death */
	bool reason_told;
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
struct page *lg_get_page(struct lg_cpu *cpu, u32 pfn);
bool lg_access(struct lg_cpu *cpu, u32 gpa, void *buffer, u32 bytes, bool write);
int run_guest(struct lg_cpu *cpu, char __user *to, size_t size);
void *switcher_block_get(int *slot);
void switcher_block_put(int slot);
void lg_release_pages(struct lguest *lg);

/* hypercalls.c */
void do_hypercalls(struct lg_cpu *cpu);
void write_timestamp(struct lg_cpu *cpu);

/* page_tables.c */
int init_guest_page_tables(struct lguest *lg);
void free_guest_page_tables(struct lguest *lg);
int map_guest_data(struct lg_cpu *cpu);
bool demand_page(struct lg_cpu *cpu, u32 address, u32 *errcode);
bool guest_pa(struct lg_cpu *cpu, u32 address, u32 *gpa);
void guest_new_pagetable(struct lg_cpu *cpu, u32 cr3);
void guest_set_pte(struct lg_cpu *cpu, u32 cr3, u32 address, u32 pte);
void guest_set_pgd(struct lg_cpu *cpu, u32 cr3, u32 index);
void guest_flush(struct lg_cpu *cpu, bool everything);
void guest_walk(struct lg_cpu *cpu, struct lg_walk *walk);

/* segments.c */
void setup_guest_gdt(struct lg_cpu *cpu);
void load_guest_gdt_entry(struct lg_cpu *cpu, u32 slot, struct lg_descriptor asked);
void guest_load_tls(struct lg_cpu *cpu, u32 gpa);

/* interrupts_and_traps.c */
void setup_guest_idt(struct lg_cpu *cpu);
void load_guest_idt_entry(struct lg_cpu *cpu, u32 vector, struct lg_descriptor gate);
void update_reflection(struct lg_cpu *cpu);
void handle_trap(struct lg_cpu *cpu);
void deliver_interrupt(struct lg_cpu *cpu);
void lg_kick(struct lg_cpu *cpu);
void set_interrupt(struct lg_cpu *cpu, unsigned int irq);
void guest_set_stack(struct lg_cpu *cpu, u32 ss, u32 esp, u32 pages);
void guest_set_clockevent(struct lg_cpu *cpu, u32 delta);
void init_clockdev(struct lg_cpu *cpu);

/* world_switch.c */
const char *world_switch_refusal(void);
int world_switch_init(void);
void world_switch_exit(void);
void setup_block(struct lg_cpu *cpu);
void run_guest_once(struct lg_cpu *cpu);
void world_switch_attach(struct lg_cpu *cpu);
void world_switch_detach(struct lg_cpu *cpu);
extern const char lg_switcher_text[], lg_switcher_end[];
#define LG_TEXT_BYTES ((unsigned long)PAGE_ALIGN(lg_switcher_end - lg_switcher_text))

/* events.c */
struct lg_event *lg_write_event(struct lg_cpu *cpu, enum lg_event_kind kind, u16 code);
void lg_events_publish(struct lg_cpu *cpu);
void lg_events_collect(struct lg_cpu *cpu);
bool lg_events_have_room(struct lg_cpu *cpu);
int lg_events_configure(struct lg_cpu *cpu, const struct lg_events_config *config);
void lg_events_free(struct lg_cpu *cpu);

/* A record to complete, or NULL: nobody records, or the ring is full. */
static inline struct lg_event *lg_event(struct lg_cpu *cpu, enum lg_event_kind kind, u16 code)
{
	if (likely(READ_ONCE(cpu->event_mode) == LG_EVENTS_OFF))
		return NULL;
	return lg_write_event(cpu, kind, code);
}

/* The usual case of an access: inside one page that is pinned already. */
static inline void *lg_at_hand(struct lguest *lg, u32 gpa, u32 bytes)
{
	u32 pfn = gpa >> PAGE_SHIFT;

	if (pfn >= lg->pfn_limit || offset_in_page(gpa) + bytes > PAGE_SIZE || !lg->pages[pfn])
		return NULL;
	return page_address(lg->pages[pfn]) + offset_in_page(gpa);
}

/* False, and zeroes, if the range is not the Guest's: it has been killed then. */
static __always_inline bool lg_read(struct lg_cpu *cpu, u32 gpa, void *to, u32 bytes)
{
	void *at = lg_at_hand(cpu->lg, gpa, bytes);

	if (unlikely(!at))
		return lg_access(cpu, gpa, to, bytes, false);
	memcpy(to, at, bytes);
	return true;
}

static __always_inline bool lg_write(struct lg_cpu *cpu, u32 gpa, const void *from, u32 bytes)
{
	void *at = lg_at_hand(cpu->lg, gpa, bytes);

	if (unlikely(!at))
		return lg_access(cpu, gpa, (void *)from, bytes, true);
	memcpy(at, from, bytes);
	return true;
}

/* lguest_user.c */
extern atomic_t lg_guests;
int lguest_device_init(void);
void lguest_device_remove(void);

/* inspect.c */
int lg_control(struct lguest *lg, unsigned int cmd, void __user *user);

#endif
