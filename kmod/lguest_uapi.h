/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/*
 * What /dev/lguest says and understands.  One definition for the module, the
 * agent, the window and the bundled guests; it includes nothing but fixed-width
 * types and compiles as C in the kernel and as C++ outside.
 *
 * The first half is the interface of the original lguest (GUEST_ABI.md names the
 * paragraphs), the second half is ours and versioned: LG_UAPI_VERSION grows by
 * one whenever somebody who knows the one before would read something wrongly. (An ioctl
 * whose structure changes has another number by itself.)
 */
#ifndef LGUEST_UAPI_H
#define LGUEST_UAPI_H

#ifdef __KERNEL__
#include <linux/ioctl.h>
#include <linux/types.h>
#elif defined(LG_FREESTANDING)
#include <stdint.h>
typedef uint8_t __u8;
typedef uint16_t __u16;
typedef uint32_t __u32;
typedef uint64_t __u64;
#else
#include <linux/types.h>
#include <stdint.h>
#include <sys/ioctl.h>
#endif

#define LG_UAPI_VERSION 3

/* ---- The Guest's side (GUEST_ABI.md, sections 1 to 3) ------------------- */

#define LGUEST_TRAP_ENTRY 0x1f /* int $0x1f, allowed from ring 1 */
#define LGUEST_SYSCALL_VECTOR 0x80
#define LGUEST_FIRST_IRQ_VECTOR 32
#define LGUEST_IRQS 32
#define LGUEST_TIMER_IRQ 0
#define LHCALL_RING_SIZE 64
#define LGUEST_IF 0x200 /* irq_enabled speaks in EFLAGS.IF's position */

/* Segment selectors a Guest starts with: GDT entries 12 and 13 at ring 1. */
#define LGUEST_KERNEL_CS 0x61
#define LGUEST_KERNEL_DS 0x69
#define LGUEST_GDT_ENTRIES 32
#define LGUEST_IDT_ENTRIES 256

enum lg_hypercall {
	LHCALL_FLUSH_ASYNC = 0,
	LHCALL_LGUEST_INIT = 1,
	LHCALL_SHUTDOWN = 2,
	LHCALL_NEW_PGTABLE = 4,
	LHCALL_FLUSH_TLB = 5,
	LHCALL_LOAD_IDT_ENTRY = 6,
	LHCALL_SET_STACK = 7,
	LHCALL_TS = 8,
	LHCALL_SET_CLOCKEVENT = 9,
	LHCALL_HALT = 10,
	LHCALL_SET_PMD = 13,
	LHCALL_SET_PTE = 14,
	LHCALL_SET_PGD = 15,
	LHCALL_LOAD_TLS = 16,
	LHCALL_NOTIFY = 17,
	LHCALL_LOAD_GDT_ENTRY = 18,
	LHCALL_SEND_INTERRUPTS = 19,
	LHCALL_COUNT = 20,

	/*
	 * Ours, for Guests with several vCPUs (LG_IOC_VCPUS); the original had one.
	 * As with all others nothing is returned, and nonsense is the Guest's end.
	 */
	LHCALL_VCPU_START = 32, /* vCPU, gpa of its struct lguest_data, eip, esp: see below */
	LHCALL_SEND_IPI = 33,	/* vCPU, line: raises the line there */
	LHCALL_VCPU_INFO = 34	/* gpa of two words: own number and how many there are */
};

/*
 * VCPU_START: the vCPU must exist and not run yet. It begins at eip with esp in the
 * Guest's kernel segments, all other registers 0, on the caller's page tables and with
 * a copy of the caller's GDT. Shadow page tables and gates are common to all vCPUs: what one
 * changes holds for all when its hypercall is done, no matter on whose tables they
 * run. Its struct lguest_data is its own, of the era of the first one: virtual
 * interrupt flag, mask, cr2, time and ring of asynchronous hypercalls; the Host ignores
 * the fields that INIT read. The timer is its own as well; the Launcher's devices
 * raise their lines where the Launcher says (the file position of LHREQ_IRQ).
 */

#define LGUEST_SHUTDOWN_POWEROFF 1
#define LGUEST_SHUTDOWN_RESTART 2

struct hcall_args {
	__u32 arg0, arg1, arg2, arg3, arg4; /* eax ebx ecx edx esi */
};

/* The page of conversation between Guest and Host, in the shape of 4.0 to 4.13. */
struct lguest_data {
	__u32 irq_enabled;
	__u32 blocked_interrupts;
	__u32 cr2;
	__u32 time_sec;
	__u32 time_nsec;
	__u32 irq_pending;
	__u8 hcall_status[LHCALL_RING_SIZE];
	struct hcall_args hcalls[LHCALL_RING_SIZE];
	__u32 reserve_mem;
	__u32 tsc_khz;
	__u32 noirq_iret;
	__u32 kernel_address;
	__u32 syscall_vec;
};

/* ---- The Launcher's side (GUEST_ABI.md, sections 11 and 12) ------------- */

/* write(): an array of longs of the caller's size, the first is the request. */
enum lguest_req {
	LHREQ_INITIALIZE = 0, /* base, pfn limit, start eip[, device pfn limit: struct lg_io] */
	LHREQ_GETDMA = 1,     /* 2.6.23 only: EINVAL */
	LHREQ_IRQ = 2,	      /* interrupt line */
	LHREQ_BREAK = 3,      /* up to 2.6.30: EINVAL */
	LHREQ_EVENTFD = 4,    /* guest-physical address, file descriptor */
	LHREQ_IO_DONE = 16    /* ours: the value that was read, or 0; see struct lg_io */
};

/*
 * The Guests of 4.0 to 4.13 find their devices on a PCI bus.  With a fourth argument of
 * INITIALIZE the guest-physical pages from pfn limit to the device pfn limit (at most 4 GB)
 * are device memory, and the ports 0xcf8 to 0xcff are the Launcher's.  An access of the Guest's
 * kernel to either makes read() return one of these, already decoded.  The Launcher answers
 * with LHREQ_IO_DONE on the same file position, and only then may read() again (else EBUSY). The
 * original left the decoding to the Launcher, with three more requests (GUEST_ABI.md, section 12).
 */
enum lg_io_what {
	LG_IO_PORT = 1,
	LG_IO_MEMORY = 2 /* guest-physical */
};

struct lg_io {
	__u32 what; /* lg_io_what */
	__u32 address;
	__u32 bytes; /* 1, 2 or 4 */
	__u32 write; /* 1: value was written; 0: something is to be read */
	__u32 value;
	__u32 zero; /* so that it is longer than the address of a notification */
};

#define LG_PCI_PORT_FIRST 0xcf8
#define LG_PCI_PORT_LAST 0xcff

/* ---- Ours: events ------------------------------------------------------- */

/*
 * One record for each thing that happens between Guest and Host, always 128
 * bytes.  detail[] is the kind's own; the table below says what it holds.
 */
enum lg_event_kind {
	LG_EV_NONE = 0,
	LG_EV_START = 1,	 /* detail: pfn limit, start eip */
	LG_EV_HYPERCALL = 2,	 /* detail: the four arguments; code: the number */
	LG_EV_ASYNC_HYPERCALL = 3, /* the same, taken from the ring */
	LG_EV_PAGE_FAULT = 4,	 /* served by the Host. detail: guest entry, shadow entry low,
				  * high, lg_fault_result */
	LG_EV_REFLECT = 5,	 /* a trap given to the Guest. code: vector; detail: handler eip,
				  * new esp, lg_reflect_path */
	LG_EV_EMULATE = 6,	 /* an instruction done for the Guest. detail: bytes low, high,
				  * port, length */
	LG_EV_IRQ_RAISED = 7,	 /* code: line. detail: pending set after */
	LG_EV_IRQ_HELD = 8,	 /* code: line. detail: lg_held_reason */
	LG_EV_IRQ_DELIVERED = 9, /* code: line. detail: handler eip, waited ns low, high */
	LG_EV_HOST_IRQ = 10,	 /* the Host's own interrupt ended a stay. code: vector */
	LG_EV_HALT = 11,
	LG_EV_WAKE = 12,
	LG_EV_NOTIFY = 13,	 /* detail: address, 1 = went to an eventfd */
	LG_EV_FPU = 14,		 /* #NM: the FPU is handed to the Guest */
	LG_EV_STOPPED = 15,	 /* an inspector holds the vCPU. code: lg_stop_reason; detail:
				  * condition or DR6, seq of the event that matched low, high,
				  * its kind */
	LG_EV_RESUMED = 16,	 /* code: lg_set_what, which somebody set while it was stopped */
	LG_EV_DEAD = 17,	 /* code: lg_death */
	LG_EV_SIGNAL = 18,	 /* the run loop went back to the Launcher for a signal */
	LG_EV_WORLD_SWITCH = 19, /* one stay in the Guest; tsc: when it was over, duration: all of
				  * it. code: the trap that ended it; detail: ticks until the Guest
				  * was entered, in the Guest, until the Host was back; traps
				  * reflected inside the Switcher meanwhile */
	LG_EV_PAGE_TABLE_CHANGE = 20, /* code: lg_table_change. detail: address, table or cr3;
				       * shadow entries dropped; old shadow entry low, high; new
				       * one low, high. Of SET_PGD and SET_PMD instead of these:
				       * 1, 0, the Guest's entry low, high; or 0 */
	LG_EV_KIND_COUNT = 21
};

/* What a bit of a mask of kinds stands for. */
#define LG_KIND(kind) (1ULL << (kind))
#define LG_KINDS_ALL (LG_KIND(LG_EV_KIND_COUNT) - 2)
/* A record for each stay would double their number: it has to be asked for. */
#define LG_KINDS_DEFAULT (LG_KINDS_ALL & ~LG_KIND(LG_EV_WORLD_SWITCH))

enum lg_table_change {
	LG_TABLE_SET_PTE = 1,
	LG_TABLE_SET_PGD = 2,
	LG_TABLE_SET_PMD = 3,
	LG_TABLE_FLUSH = 4,	/* dropped: tables put aside, to be compared before used again */
	LG_TABLE_NEW_ROOT = 5	/* dropped: 1 if the shadow begins empty */
};

enum lg_fault_result {
	LG_FAULT_FILLED = 0,	/* a shadow entry was made */
	LG_FAULT_UPGRADED = 1,	/* a shadow entry got more rights (first write, ring) */
	LG_FAULT_IDENTITY = 2	/* before the first page table: virtual is physical */
};

enum lg_reflect_path {
	LG_REFLECT_HOST = 0,	/* by the run loop, in C */
	LG_REFLECT_SWITCHER = 1 /* inside the Switcher, ring 0 never left */
};

enum lg_held_reason {
	LG_HELD_DISABLED = 1, /* irq_enabled is 0 */
	LG_HELD_WINDOW = 2,   /* between noirq_start and noirq_end, or at noirq_iret */
	LG_HELD_NO_GATE = 3   /* the Guest has no gate for the vector */
};

enum lg_stop_reason {
	LG_STOP_ASKED = 1,	/* LG_IOC_STOP */
	LG_STOP_CONDITION = 2,	/* an event matched */
	LG_STOP_STEP = 3,	/* LG_IOC_STEP is done */
	LG_STOP_BREAKPOINT = 4, /* LG_IOC_BREAKPOINTS: one was hit */
	LG_STOP_OTHER = 5	/* a condition on another vCPU stops all */
};

enum lg_set_what { /* bits */
	LG_SET_REGISTERS = 1,
	LG_SET_MEMORY = 2
};

enum lg_death {
	LG_DEATH_KILLED = 1,   /* the Host's reason, or a bad Guest */
	LG_DEATH_POWEROFF = 2, /* SHUTDOWN, reason 1: also what a panic looks like */
	LG_DEATH_RESTART = 3   /* SHUTDOWN, reason 2 */
};

#define LG_EVENT_DETAILS 6

/*
 * The whole of a 32-bit Guest's registers. Its ring is that of cs. The first seven, and the
 * last four segments, lie as in the Switcher's struct lg_regs: they are copied as blocks.
 */
struct lg_event_regs {
	__u32 eax, ebx, ecx, edx, esi, edi, ebp, esp, eip, eflags;
	__u16 cs, ss, ds, es, fs, gs;
	__u32 cr2, cr3;
};

struct lg_event {
	__u64 seq;	/* per vCPU, from 0, without holes: a hole is a loss */
	__u64 tsc;	/* time stamp counter when it began */
	__u16 kind;	/* lg_event_kind */
	__u16 code;	/* hypercall number, vector, line */
	__u8 vcpu;
	__u8 halted;	/* 1: it sleeps, or is about to */
	__u16 host_cpu; /* the processor on which the Guest last ran */
	struct lg_event_regs regs;
	__u32 duration; /* TSC ticks until the Guest could go on; 0: in the Switcher; saturates */
	__u32 irq_pending; /* lines raised and not delivered */
	__u32 errcode;	   /* as the processor pushed it */
	__u32 irq_enabled; /* the first two words of lguest_data; LGUEST_IF, 0 before INIT */
	__u32 irq_blocked;
	__u32 detail[LG_EVENT_DETAILS];
};

/* How records are kept when their ring is full. */
enum lg_event_mode {
	LG_EVENTS_OFF = 0,
	LG_EVENTS_DROP = 1,    /* the Guest is never slowed: losses are counted */
	LG_EVENTS_LOSSLESS = 2 /* the vCPU waits until the reader has caught up */
};

/*
 * mmap() of /dev/lguest at offset LG_MMAP_EVENTS(vcpu), after LG_IOC_EVENTS: one
 * page with this header, then `records` records.  The module writes head and
 * lost, the reader writes tail; both count records from the beginning and never
 * wrap in practice.  Record n lies at n modulo records.
 */
struct lg_event_ring {
	__u64 head;
	__u64 lost;
	__u32 records; /* a power of two */
	__u32 version; /* LG_UAPI_VERSION */
	__u8 pad[40];
	__u64 tail;
};

#define LG_EVENTS_MIN_RECORDS 256u
#define LG_EVENTS_MAX_RECORDS (1u << 20)
#define LG_EVENT_RING_OFFSET 4096u
#define LG_MMAP_EVENTS(vcpu) ((__u64)(vcpu) << 32)

#define LG_VCPUS_MAX 8

/* ---- Ours: inspection --------------------------------------------------- */

struct lg_events_config {
	__u32 mode;    /* lg_event_mode */
	__u32 records; /* power of two; ignored for OFF; fixed by the first call */
	__u64 kinds;   /* LG_KIND(...) of those that are recorded; ignored for OFF */
};

/*
 * Conditions: an event that matches stops its vCPU before the Guest goes on. All parts
 * of one must be true (its kind, vCPU, code, eip and each term), of several any one.
 * Nothing else is done in the module, so what cannot be said so cannot stop a Guest.
 */
enum lg_condition_field {
	LG_FIELD_EAX, LG_FIELD_EBX, LG_FIELD_ECX, LG_FIELD_EDX, LG_FIELD_ESI,
	LG_FIELD_EDI, LG_FIELD_EBP, LG_FIELD_ESP, LG_FIELD_EIP, LG_FIELD_EFLAGS,
	LG_FIELD_CS, LG_FIELD_SS, LG_FIELD_DS, LG_FIELD_ES, LG_FIELD_FS, LG_FIELD_GS,
	LG_FIELD_CR2, LG_FIELD_CR3,
	LG_FIELD_CODE, LG_FIELD_ERRCODE, LG_FIELD_PENDING, LG_FIELD_BLOCKED,
	LG_FIELD_ENABLED, LG_FIELD_HALTED, LG_FIELD_HOST_CPU,
	LG_FIELD_DETAIL0, LG_FIELD_DETAIL1, LG_FIELD_DETAIL2,
	LG_FIELD_DETAIL3, LG_FIELD_DETAIL4, LG_FIELD_DETAIL5,
	LG_FIELD_COUNT
};

enum lg_condition_op {
	LG_OP_EQ, LG_OP_NE, LG_OP_LT, LG_OP_LE, LG_OP_GT, LG_OP_GE, /* without sign */
	LG_OP_COUNT
};

/* (field & mask) op value */
struct lg_condition_term {
	__u16 field; /* lg_condition_field */
	__u16 op;    /* lg_condition_op */
	__u32 mask, value;
};

#define LG_CONDITION_TERMS 8
#define LG_CONDITIONS_MAX 32
#define LG_CONDITION_ALL_VCPUS 1u /* stop all of them */

struct lg_condition {
	__u64 kinds; /* STOPPED, RESUMED and DEAD never match */
	__u32 vcpus; /* a bit for each */
	__u32 flags; /* LG_CONDITION_* */
	__u32 code_first, code_last;
	__u32 eip_first, eip_last;
	__u32 count; /* of terms */
	__u32 pad;
	struct lg_condition_term terms[LG_CONDITION_TERMS];
};

struct lg_conditions {
	__u32 count; /* 0: none from now on */
	__u32 pad;
	struct lg_condition at[LG_CONDITIONS_MAX];
};

/* Breakpoints in the processor's debug registers, at linear addresses. */
enum lg_breakpoint_kind {
	LG_BREAK_NONE = 0,
	LG_BREAK_EXECUTE = 1,	/* before the instruction; length 1 */
	LG_BREAK_WRITE = 2,	/* after the write */
	LG_BREAK_ACCESS = 3	/* after a read or write */
};

#define LG_BREAKPOINTS 4

struct lg_breakpoint {
	__u32 address; /* a multiple of the length */
	__u16 kind;    /* lg_breakpoint_kind */
	__u16 length;  /* 1, 2 or 4 */
};

struct lg_breakpoints {
	__u32 vcpu;
	__u32 pad;
	struct lg_breakpoint at[LG_BREAKPOINTS];
};

struct lg_descriptor {
	__u32 low, high;
};

/* A gate of the hardware's IDT in long mode (Intel SDM vol. 3, 7.14.1). */
struct lg_gate64 {
	__u32 low, high, offset_high, zero;
};

#define LG_REASON_MAX 192

/* One vCPU at rest.  LG_IOC_STATE halts a running one for a moment to take it. */
struct lg_vcpu_state {
	__u32 vcpu; /* in: which */
	__u32 dead; /* lg_death or 0 */
	struct lg_event_regs regs;
	__u32 trapnum; /* why it last came out */
	__u32 errcode;
	__u32 irq_pending;   /* lines raised and not delivered */
	__u32 irq_blocked;   /* the Guest's mask */
	__u32 irq_enabled;   /* 0 or LGUEST_IF */
	__u32 irq_told;	     /* lguest_data.irq_pending as the Guest sees it */
	__u32 halted;
	__u32 stopped; /* lg_stop_reason, 0 = not */
	__u32 ss1, esp1, stack_pages;
	__u32 ts;
	__u32 timer_armed;
	__u32 paging;  /* 0 = still 1:1 (L:660); else levels of the Guest's tables: 2, PAE 3 */
	__u32 started; /* 0 = waits for LHCALL_VCPU_START */
	__u32 lguest_data;
	__u32 kernel_address;
	__u32 noirq_start, noirq_end;
	__u32 shadow_roots;
	__u32 shadow_pages; /* 4 KiB pages of shadow tables */
	__u32 held_pages;   /* of the Launcher's memory, by a reference; may shrink at any time */
	__u32 stop_detail; /* number of the condition, or bits of DR6 */
	__u64 stop_seq;	   /* of the event that matched; all ones if it was not recorded */
	__u64 timer_ns; /* nanoseconds until the timer fires */
	__u64 irq_since_ns[LGUEST_IRQS]; /* how long each pending line has waited */
	struct lg_descriptor gdt_asked[LGUEST_GDT_ENTRIES];
	struct lg_descriptor gdt_installed[LGUEST_GDT_ENTRIES];
	struct lg_descriptor idt_asked[LGUEST_IDT_ENTRIES];
	struct lg_gate64 idt_installed[LGUEST_IDT_ENTRIES];
	struct lg_breakpoint breakpoints[LG_BREAKPOINTS];
	char reason[LG_REASON_MAX]; /* of death, nul-terminated */
};

struct lg_counters {
	__u32 vcpu; /* in */
	__u32 pad;
	__u64 switches;	      /* entries into the Guest */
	__u64 reflected_fast; /* inside the Switcher */
	__u64 reflected_slow; /* by the run loop */
	__u64 hypercalls;
	__u64 async_hypercalls;
	__u64 page_faults; /* served by the Host */
	__u64 emulated;
	__u64 irqs_delivered;
	__u64 host_irqs;
	__u64 nmis;
	__u64 machine_checks;
	__u64 halts;
	__u64 notifies;
	__u64 fpu_loads;
	__u64 events_lost;
};

/* What somebody sets while a vCPU is stopped: LG_IOC_SET. */
struct lg_set {
	__u32 vcpu;
	__u32 what;		   /* lg_set_what; memory is the Launcher's to write to */
	struct lg_event_regs regs; /* if it is they; cr2 and cr3 are not taken */
};

/* Where the Switcher lies: the same addresses in the Host and in every shadow root. */
struct lg_switcher_page {
	__u64 address;
	__u64 pfn;
	__u32 what;  /* lg_switcher_what */
	__u32 vcpu;  /* owner, for the pages of a vCPU */
	__u32 host;  /* LG_PAGE_* in the Host's tables */
	__u32 guest; /* LG_PAGE_* in this Guest's tables */
};

enum lg_switcher_what {
	LG_SWITCHER_TEXT = 1,
	LG_SWITCHER_STATE = 2,
	LG_SWITCHER_IDT = 3,
	LG_SWITCHER_GDT_TSS = 4,
	LG_SWITCHER_STACK = 5,
	LG_SWITCHER_GUEST_DATA = 6, /* the Guest's lguest_data, for reflections */
	LG_SWITCHER_LOG = 7	    /* where the ring of event records begins, while one is kept */
};

#define LG_PAGE_PRESENT 1u
#define LG_PAGE_WRITE 2u
#define LG_PAGE_EXEC 4u

#define LG_SWITCHER_MAX_PAGES 16
struct lg_switcher_info {
	__u32 vcpu; /* in */
	__u32 count;
	__u64 area;	  /* the whole reserved area */
	__u64 area_bytes;
	__u64 text;
	__u64 text_bytes;
	struct lg_switcher_page pages[LG_SWITCHER_MAX_PAGES];
};

/* One walk of a guest-virtual address through both sets of tables. */
struct lg_walk {
	__u32 vcpu;    /* in */
	__u32 address; /* in: guest-virtual */
	__u32 cr3;     /* in: 0 = the current one */
	__u32 levels;  /* of the Guest's tables: 0 = no paging yet, 2, or 3 with PAE */
	__u64 guest_entry[4];  /* top first */
	__u64 guest_at[4];     /* guest-physical address of each entry */
	__u64 shadow_entry[5]; /* PDPT, PD, PT; top first, unused = 0 */
	__u32 shadow_levels;
	__u32 mapped;	 /* 1 = the Guest's tables translate it */
	__u64 gpa;
	__u64 host_pfn; /* 0 = the Host holds no page for it */
};

struct lg_host_info {
	__u32 version;	     /* LG_UAPI_VERSION */
	__u32 vcpus_max;     /* per guest */
	__u32 guests;	     /* alive now */
	__u32 tsc_khz;	     /* to turn tsc and duration into time */
	__u32 paging_levels; /* of the Host: 4 or 5 */
	__u32 features;	     /* LG_HOST_* */
	char kernel[64];
};

#define LG_HOST_PTI 1u
#define LG_HOST_SMAP 2u
#define LG_HOST_SMEP 4u
#define LG_HOST_PCID 8u
#define LG_HOST_UMIP 16u
#define LG_HOST_BARRIER 32u /* against speculation, at each stay: an indirect branch barrier */
#define LG_HOST_RETURNS 64u /* ... a fresh return stack */
#define LG_HOST_BUFFERS 128u /* ... VERW */

#ifndef LG_FREESTANDING
#define LG_IOC_MAGIC 'L'
/* Any descriptor of the device, without a guest too. */
#define LG_IOC_HOST_INFO _IOR(LG_IOC_MAGIC, 0, struct lg_host_info)
/* EINVAL before INITIALIZE, EPERM from another address space. */
/* For all vCPUs, each with a ring of its own. */
#define LG_IOC_EVENTS _IOW(LG_IOC_MAGIC, 1, struct lg_events_config)
#define LG_IOC_DRAINED _IO(LG_IOC_MAGIC, 2) /* lossless: tail has moved */
#define LG_IOC_STATE _IOWR(LG_IOC_MAGIC, 3, struct lg_vcpu_state)
#define LG_IOC_COUNTERS _IOWR(LG_IOC_MAGIC, 4, struct lg_counters)
#define LG_IOC_SWITCHER _IOWR(LG_IOC_MAGIC, 5, struct lg_switcher_info)
#define LG_IOC_WALK _IOWR(LG_IOC_MAGIC, 6, struct lg_walk)
#define LG_IOC_STOP _IO(LG_IOC_MAGIC, 7)   /* all vCPUs; counted, undone by close */
/* All vCPUs, whatever stopped them; EINVAL when nothing did. */
#define LG_IOC_RESUME _IO(LG_IOC_MAGIC, 8)
#define LG_IOC_KILL _IO(LG_IOC_MAGIC, 9)   /* dies with "killed by the Launcher" */
/*
 * How many vCPUs the Guest has: 1 (the rule) to LG_VCPUS_MAX, else EINVAL. After
 * INITIALIZE and before the first read() and the first LG_IOC_EVENTS, else EBUSY. vCPU n
 * belongs to the first thread that read()s at file position n (use pread()); that
 * read() sleeps until LHCALL_VCPU_START. A death is told to each of them: ENOENT or
 * ERESTART once, then the reason, as ever.
 */
#define LG_IOC_VCPUS _IO(LG_IOC_MAGIC, 10) /* the number is the argument itself */
/* In the place of those before; EINVAL if one makes no sense. For all vCPUs. */
#define LG_IOC_CONDITIONS _IOW(LG_IOC_MAGIC, 11, struct lg_conditions)
/*
 * One vCPU, which is stopped, does one thing: an instruction, or the delivery of a trap
 * or interrupt. Returns at once; then the vCPU is stopped again, by LG_STOP_STEP. A
 * halted one waits for its interrupt. The argument is the vCPU's number.
 */
#define LG_IOC_STEP _IO(LG_IOC_MAGIC, 12)
#define LG_IOC_BREAKPOINTS _IOW(LG_IOC_MAGIC, 13, struct lg_breakpoints)
/* An eventfd which is told whenever a vCPU has stopped; the argument itself, -1: none. */
#define LG_IOC_STOP_EVENTFD _IO(LG_IOC_MAGIC, 14)
/*
 * Of a vCPU that has started and is stopped, by whatever (else EBUSY; EAGAIN as long as it is on
 * its way to where it stops). EINVAL for segments that the Guest itself could not load. Of
 * eflags it gets what it may have. The record of its going on tells of it, and when memory was
 * written the shadow is compared with the Guest's tables again.
 */
#define LG_IOC_SET _IOW(LG_IOC_MAGIC, 15, struct lg_set)
#endif

#ifdef __cplusplus
#define LG_STATIC_ASSERT(cond, text) static_assert(cond, text)
#else
#define LG_STATIC_ASSERT(cond, text) _Static_assert(cond, text)
#endif

LG_STATIC_ASSERT(sizeof(struct lg_event) == 128, "an event record is 128 bytes");
LG_STATIC_ASSERT(sizeof(struct lg_event_regs) == 60, "ten registers, six segments, cr2, cr3");
LG_STATIC_ASSERT(sizeof(struct hcall_args) == 20, "GUEST_ABI.md, section 2");
LG_STATIC_ASSERT(sizeof(struct lguest_data) == 1388, "GUEST_ABI.md, section 3, column G/H");
/* The same for 32-bit callers, where a 64-bit number asks for less alignment. */
LG_STATIC_ASSERT(sizeof(struct lg_vcpu_state) == 7312, "one shape for all callers");
LG_STATIC_ASSERT(sizeof(struct lg_events_config) == 16, "one shape for all callers");
LG_STATIC_ASSERT(sizeof(struct lg_condition) == 136, "one shape for all callers");
LG_STATIC_ASSERT(sizeof(struct lg_conditions) == 8 + 136 * LG_CONDITIONS_MAX,
		 "one shape for all callers");
LG_STATIC_ASSERT(sizeof(struct lg_breakpoints) == 40, "one shape for all callers");
LG_STATIC_ASSERT(sizeof(struct lg_counters) == 128, "one shape for all callers");
LG_STATIC_ASSERT(sizeof(struct lg_switcher_info) == 552, "one shape for all callers");
LG_STATIC_ASSERT(sizeof(struct lg_set) == 68, "one shape for all callers");
LG_STATIC_ASSERT(sizeof(struct lg_walk) == 144, "one shape for all callers");
LG_STATIC_ASSERT(sizeof(struct lg_host_info) == 88, "one shape for all callers");
LG_STATIC_ASSERT(sizeof(struct lg_io) == 24, "one shape for all callers");
LG_STATIC_ASSERT(sizeof(struct lg_event_ring) == 72, "tail has a cache line of its own");

#endif
