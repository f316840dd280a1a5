/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/*
 * What /dev/lguest says and takes of a Guest that is saved, or made again from a file.  Versioned
 * by itself, as it lies in files: LG_SAVED_VERSION grows with each change of what follows.
 */
#ifndef LGUEST_SAVED_H
#define LGUEST_SAVED_H

#include "lguest_uapi.h"

#define LG_SAVED_VERSION 1

/*
 * A Guest at rest.  What is common to its vCPUs, then each of them.  Its memory is the Launcher's
 * own, so it is not here; nor is what the Host can find again (shadow tables), counts
 * (counters), or who looks on (events, conditions, breakpoints).
 */
struct lg_saved_guest {
	__u32 pfn_limit, device_limit, vcpus; /* those of INITIALIZE and LG_IOC_VCPUS */
	__u32 levels;	  /* of the Guest's page tables: 2, 3, or 0 before the first one */
	__u32 data_bytes; /* of its struct lguest_data, which tells the era; 0 before INIT */
	__u32 kernel_address;
	__u32 boot_tables; /* guest-physical; 0: none */
	__u32 noirq_start, noirq_end, noirq_iret;
	struct lg_descriptor idt[LGUEST_IDT_ENTRIES];
};

#define LG_FPU_BYTES 512 /* of FXSAVE */

struct lg_saved_vcpu {
	__u32 vcpu;    /* in */
	__u32 started; /* 0: it waits for LHCALL_VCPU_START, and the rest means nothing */
	struct lg_event_regs regs;
	__u32 lguest_data; /* guest-physical; 0 before INIT */
	__u32 halted;
	__u32 hypercall;      /* 1: regs hold one that has not been done */
	__u32 next_hypercall; /* place in the asynchronous ring */
	__u32 irq_pending;
	__u32 ss1, esp1, stack_pages;
	__u32 ts;
	__u32 timer_armed;
	__u32 tsc_khz; /* as INIT told the Guest, who may have believed it; not taken back */
	__u64 timer_ns; /* until it fires */
	__u64 tsc;	/* the time stamp counter; not taken back */
	__u64 irq_since_ns[LGUEST_IRQS];
	struct lg_descriptor gdt[LGUEST_GDT_ENTRIES];
	__u8 fpu[LG_FPU_BYTES];
};

#ifndef LG_FREESTANDING
/*
 * All vCPUs have been told to stop (LG_IOC_STOP, else EBUSY) and each is in read(), where it
 * has stopped: EAGAIN as long as one is not, which is soon.
 */
#define LG_IOC_SAVE_GUEST _IOR(LG_IOC_MAGIC, 16, struct lg_saved_guest)
#define LG_IOC_SAVE_VCPU _IOWR(LG_IOC_MAGIC, 17, struct lg_saved_vcpu)
/*
 * The same for vCPUs that have not entered their Guest yet (else EBUSY): the Guest first, then
 * each vCPU, each once.  EINVAL for a state that no Guest can have.
 */
#define LG_IOC_RESTORE_GUEST _IOW(LG_IOC_MAGIC, 18, struct lg_saved_guest)
#define LG_IOC_RESTORE_VCPU _IOW(LG_IOC_MAGIC, 19, struct lg_saved_vcpu)
#endif

LG_STATIC_ASSERT(sizeof(struct lg_saved_guest) == 40 + 8 * LGUEST_IDT_ENTRIES,
		 "one shape for all callers");
LG_STATIC_ASSERT(sizeof(struct lg_saved_vcpu) == 1152, "one shape for all callers");

#endif
