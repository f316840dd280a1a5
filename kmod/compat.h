/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between the kernels that we build for, in one place. */
#ifndef LG_COMPAT_H
#define LG_COMPAT_H

#include <linux/eventfd.h>
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/thread_info.h>
#include <linux/version.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
#define lg_eventfd_signal(ctx) eventfd_signal(ctx)
#else
#define lg_eventfd_signal(ctx) eventfd_signal(ctx, 1)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define lg_hrtimer_setup(timer, fn, clock, mode)	\
	do {						\
		hrtimer_init(timer, clock, mode);	\
		(timer)->function = (fn);		\
	} while (0)
#else
#define lg_hrtimer_setup(timer, fn, clock, mode) hrtimer_setup(timer, fn, clock, mode)
#endif

/* What a thread has to see to before it goes into a Guest. */
#ifdef _TIF_NEED_RESCHED_LAZY
#define LG_TIF_RESCHED (_TIF_NEED_RESCHED | _TIF_NEED_RESCHED_LAZY)
#else
#define LG_TIF_RESCHED _TIF_NEED_RESCHED
#endif
#define LG_TIF_WORK (LG_TIF_RESCHED | _TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL)

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define lg_rdmsr(msr, value) rdmsrq(msr, value)
#define lg_wrmsr(msr, value) wrmsrq(msr, value)
#else
#define lg_rdmsr(msr, value) rdmsrl(msr, value)
#define lg_wrmsr(msr, value) wrmsrl(msr, value)
#endif

/* Control register bits by number: older headers do not name them all. */
#define LG_CR4_TSD	BIT_ULL(2)
#define LG_CR4_PCE	BIT_ULL(8)
#define LG_CR4_PCIDE	BIT_ULL(17)
#define LG_CR4_OSXSAVE	BIT_ULL(18)
#define LG_CR4_SMAP	BIT_ULL(21)
#define LG_CR4_PKE	BIT_ULL(22)
#define LG_CR4_CET	BIT_ULL(23)
#define LG_CR4_PKS	BIT_ULL(24)
#define LG_CR4_UINTR	BIT_ULL(25)
#define LG_CR4_LASS	BIT_ULL(27)
#define LG_CR4_FRED	BIT_ULL(32)

#endif
