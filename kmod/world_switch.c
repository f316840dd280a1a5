// SPDX-License-Identifier: GPL-2.0-or-later
/*L:800 The Host's side of the world switch
 *
 * The Switcher saves and restores what it must.  Everything that C can do in peace,
 * before interrupts go off and after they are on again, is done here: the values in
 * the block, model-specific registers, the FPU, the debug registers, and the Host's
 * own interrupts and NMIs that came while the Guest ran.
 * :*/
#include <linux/cpuhotplug.h>
#include <linux/hw_breakpoint.h>
#include <linux/percpu.h>
#include <linux/user-return-notifier.h>
#include <linux/cc_platform.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/fpu/api.h>
#include <asm/fsgsbase.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/special_insns.h>
#include "lg.h"

asmlinkage void lg_call_host_handler(unsigned long handler);

/* The assembler knows these by number. */
#define STATE_AT(field, offset) static_assert(offsetof(struct lg_state, field) == (offset))
STATE_AT(host_rsp, LG_S_HOST_RSP);
STATE_AT(host_cr3, LG_S_HOST_CR3);
STATE_AT(host_cr4, LG_S_HOST_CR4);
STATE_AT(guest_cr3, LG_S_GUEST_CR3);
STATE_AT(guest_cr4, LG_S_GUEST_CR4);
STATE_AT(guest_cr0, LG_S_GUEST_CR0);
STATE_AT(host_idtr, LG_S_HOST_IDTR);
STATE_AT(host_gdtr, LG_S_HOST_GDTR);
STATE_AT(host_gdtr_rw, LG_S_HOST_GDTR_RW);
STATE_AT(guest_idtr, LG_S_GUEST_IDTR);
STATE_AT(guest_gdtr, LG_S_GUEST_GDTR);
STATE_AT(host_fs_base, LG_S_HOST_FS_BASE);
STATE_AT(host_gs_base, LG_S_HOST_GS_BASE);
STATE_AT(host_ds, LG_S_HOST_DS);
STATE_AT(host_es, LG_S_HOST_ES);
STATE_AT(host_fs, LG_S_HOST_FS);
STATE_AT(host_gs, LG_S_HOST_GS);
STATE_AT(host_ldt, LG_S_HOST_LDT);
STATE_AT(host_tr, LG_S_HOST_TR);
STATE_AT(fsgsbase, LG_S_FSGSBASE);
STATE_AT(host_tss_desc, LG_S_HOST_TSS_DESC);
STATE_AT(guest_cr2, LG_S_GUEST_CR2);
STATE_AT(pending, LG_S_PENDING);
STATE_AT(fault_vector, LG_S_FAULT_VECTOR);
STATE_AT(fault_error, LG_S_FAULT_ERROR);
STATE_AT(fault_rip, LG_S_FAULT_RIP);
STATE_AT(esp1, LG_S_ESP1);
STATE_AT(ss1, LG_S_SS1);
STATE_AT(guest_data, LG_S_GUEST_DATA);
STATE_AT(reflected, LG_S_REFLECTED);
STATE_AT(log_on, LG_S_LOG_ON);
STATE_AT(log_used, LG_S_LOG_USED);
STATE_AT(log_full, LG_S_LOG_FULL);
STATE_AT(tsc_entered, LG_S_TSC_ENTERED);
STATE_AT(tsc_left, LG_S_TSC_LEFT);
STATE_AT(timed, LG_S_TIMED);
STATE_AT(event_at, LG_S_EVENT_AT);
STATE_AT(event_short, LG_S_EVENT_SHORT);
STATE_AT(event_seq, LG_S_EVENT_SEQ);
STATE_AT(events_lost, LG_S_EVENTS_LOST);
STATE_AT(irqs_pending, LG_S_IRQS_PENDING);
STATE_AT(cr2, LG_S_CR2);
STATE_AT(cr3, LG_S_CR2 + 4);
STATE_AT(origin, LG_S_ORIGIN);
STATE_AT(guard, LG_S_GUARD);
STATE_AT(irq_words, LG_S_IRQ_WORDS);
STATE_AT(reflect, LG_S_REFLECT);
#define EVENT_AT(field, offset) static_assert(offsetof(struct lg_event, field) == (offset))
EVENT_AT(seq, LG_E_SEQ);
EVENT_AT(tsc, LG_E_TSC);
EVENT_AT(kind, LG_E_KIND);
EVENT_AT(vcpu, LG_E_ORIGIN);
EVENT_AT(regs.eax, LG_E_EAX);
EVENT_AT(regs.ebx, LG_E_EBX);
EVENT_AT(regs.ecx, LG_E_ECX);
EVENT_AT(regs.edx, LG_E_EDX);
EVENT_AT(regs.esi, LG_E_ESI);
EVENT_AT(regs.edi, LG_E_EDI);
EVENT_AT(regs.ebp, LG_E_EBP);
EVENT_AT(regs.esp, LG_E_ESP);
EVENT_AT(regs.eip, LG_E_EIP);
EVENT_AT(regs.eflags, LG_E_EFLAGS);
EVENT_AT(regs.cs, LG_E_CS);
EVENT_AT(regs.ss, LG_E_SS);
EVENT_AT(regs.ds, LG_E_DS);
EVENT_AT(regs.es, LG_E_ES);
EVENT_AT(regs.fs, LG_E_FS);
EVENT_AT(regs.gs, LG_E_GS);
EVENT_AT(regs.cr2, LG_E_CR2);
EVENT_AT(regs.cr3, LG_E_CR2 + 4);
EVENT_AT(duration, LG_E_DURATION);
EVENT_AT(irq_pending, LG_E_IRQ_PENDING);
EVENT_AT(code, LG_E_CODE);
EVENT_AT(errcode, LG_E_ERRCODE);
EVENT_AT(irq_enabled, LG_E_IRQ);
EVENT_AT(detail[0], LG_E_HANDLER);
EVENT_AT(detail[1], LG_E_NEW_ESP);
EVENT_AT(detail[2], LG_E_BY);
EVENT_AT(detail[4], LG_E_LAST);
static_assert(sizeof(struct lg_event) == LG_EVENT_BYTES);
static_assert(LG_EV_REFLECT == LG_KIND_REFLECT && LG_REFLECT_SWITCHER == LG_BY_SWITCHER);
static_assert(sizeof(struct lg_regs) == LG_REGS_SIZE);
static_assert(sizeof(struct lg_state) <= LG_IST_TOP / 2);
static_assert(LG_SEL_CODE64 == __KERNEL_CS && LG_SEL_DATA == __KERNEL_DS);

/*L:810 Where we do not load
 *
 * The world switch relies on a bare processor in 64-bit mode with an IDT.  Under
 * Xen's paravirtualisation this kernel is not in ring 0; with FRED ring 1 does not
 * exist; in an encrypted virtual machine an exception may strike at any instruction
 * of the Switcher.  A vector 0x80 that belongs to a device could not be told from the
 * Guest's system call.
 * :*/
const char *world_switch_refusal(void)
{
	const gate_desc *idt;
	struct desc_ptr dtr;
	u16 cs;

	asm("mov %%cs, %0" : "=r"(cs));
	if (cs & 3)
		return "this kernel does not run in ring 0 (a Guest itself?)";
	if (boot_cpu_has(X86_FEATURE_XENPV))
		return "this kernel is a Xen PV guest";
	if (__read_cr4() & LG_CR4_FRED)
		return "FRED is on, which knows no ring 1 (boot with fred=off)";
	if (cc_platform_has(CC_ATTR_GUEST_STATE_ENCRYPT) || boot_cpu_has(X86_FEATURE_TDX_GUEST))
		return "this is an encrypted virtual machine";
	if (!boot_cpu_has(X86_FEATURE_FXSR) || !boot_cpu_has(X86_FEATURE_NX) ||
	    !boot_cpu_has(X86_FEATURE_XMM2))
		return "the processor lacks FXSR, NX or SSE2";
	store_idt(&dtr);
	idt = (const gate_desc *)dtr.address;
	if (idt[LGUEST_SYSCALL_VECTOR].bits.dpl != 3)
		return "vector 0x80 is not the system call here (ia32_emulation is off)";
	return NULL;
}

/*L:815 CR4 for a Guest
 *
 * Off: what treats ring 1 as supervisor in ways that the Guest knows nothing of
 * (CET, LASS, protection keys, and SMAP: a kernel in ring 1 touches its user space's pages
 * without a word), what would let it save states which we do not (XSAVE), and the
 * performance counters.  The time stamp counter stays readable.  On, as the Host has
 * them: SMEP, UMIP.
 * :*/
#define CR4_NOT_FOR_GUESTS						\
	(LG_CR4_TSD | LG_CR4_PCE | LG_CR4_OSXSAVE | LG_CR4_SMAP | LG_CR4_PKE | \
	 LG_CR4_CET | LG_CR4_PKS | LG_CR4_UINTR | LG_CR4_LASS)

/*L:840 The FPU
 *
 * The Guest has a floating-point state of its own.  It is not loaded for its own
 * sake: the Guest enters with CR0.TS set, and only if it uses the FPU a #NM brings it
 * out, and from then on each entry loads its state and each exit saves it, until the
 * next interrupt of the Host's.  So neither the Launcher's registers nor another
 * task's are ever in the Guest's reach, and a Guest without floating point pays
 * nothing.
 *
 * @event fpu
 * :*/
void load_guest_fpu(struct lg_cpu *cpu)
{
	kernel_fpu_begin();
	asm volatile("fxrstor %0" : : "m"(*cpu->fpu));
}

void save_guest_fpu(struct lg_cpu *cpu)
{
	asm volatile("fxsave %0" : "=m"(*cpu->fpu));
	kernel_fpu_end();
}

static void update_cr0(struct lg_cpu *cpu)
{
	cpu->state->guest_cr0 = cpu->fpu_live && !cpu->ts ? 0 : cpu->cr0_ts;
}

/* Lent, or taken back. */
void set_guest_fpu(struct lg_cpu *cpu, bool live)
{
	cpu->fpu_live = live;
	update_cr0(cpu);
}

void guest_set_ts(struct lg_cpu *cpu, bool ts)
{
	cpu->ts = ts;
	update_cr0(cpu);
}

/*L:820 System calls without an IDT
 *
 * SYSCALL and SYSENTER enter ring 0 at an address in a register, past every table of
 * ours, and a Guest may execute them.  So while Guests run on a processor, EFER.SCE
 * is off and SYSENTER_CS is 0: both fault then.  Writing these registers is slow, and
 * the Host needs them only when it returns to its own user space; so they are written
 * once, at the first entry, and a user-return notifier puts the Host's values back.
 * If the thread has been scheduled out in between we do not trust that they are
 * still off (another hypervisor may have been here) and write them again.
 * :*/
struct cpu_msrs {
	struct user_return_notifier notifier;
	bool armed;
	u64 efer;
	u32 sysenter_cs;
};

static DEFINE_PER_CPU(struct cpu_msrs, cpu_msrs);

static void restore_msrs(struct cpu_msrs *m)
{
	unsigned long flags;

	local_irq_save(flags);
	if (m->armed) {
		m->armed = false;
		user_return_notifier_unregister(&m->notifier);
		lg_wrmsr(MSR_EFER, m->efer);
		lg_wrmsr(MSR_IA32_SYSENTER_CS, m->sysenter_cs);
	}
	local_irq_restore(flags);
}

static void on_user_return(struct user_return_notifier *notifier)
{
	restore_msrs(container_of(notifier, struct cpu_msrs, notifier));
}

static void disarm_this_cpu(void *unused)
{
	restore_msrs(this_cpu_ptr(&cpu_msrs));
}

static int cpu_going_down(unsigned int n)
{
	disarm_this_cpu(NULL);
	return 0;
}

/*
 * A selector of the thread's, as it is put back.  One that leads into an LDT becomes null:
 * another thread of the process could change its LDT meanwhile, and the load would
 * fault where nothing may.
 */
#define HOST_SELECTOR(reg)						\
static u16 host_selector_##reg(void)					\
{									\
	u16 selector;							\
									\
	asm volatile("mov %%" #reg ", %0" : "=r"(selector));		\
	return selector & 4 ? 0 : selector;				\
}

HOST_SELECTOR(ds)
HOST_SELECTOR(es)
HOST_SELECTOR(fs)
HOST_SELECTOR(gs)

/* With interrupts off, on the processor that will enter the Guest. */
void arm_this_cpu(struct lg_cpu *cpu)
{
	struct cpu_msrs *m = this_cpu_ptr(&cpu_msrs);
	struct lg_state *s = cpu->state;
	int n = smp_processor_id();
	unsigned long tr;

	if (!m->armed) {
		lg_rdmsr(MSR_EFER, m->efer);
		lg_rdmsr(MSR_IA32_SYSENTER_CS, m->sysenter_cs);
		m->notifier.on_user_return = on_user_return;
		user_return_notifier_register(&m->notifier);
		m->armed = true;
	}
	lg_wrmsr(MSR_EFER, m->efer & ~(u64)EFER_SCE);
	lg_wrmsr(MSR_IA32_SYSENTER_CS, 0);

	/* What the block has to know of this processor and this thread. */
	native_store_gdt((struct desc_ptr *)&s->host_gdtr);
	store_idt((struct desc_ptr *)&s->host_idtr);
	store_tr(tr);
	s->host_tr = tr;
	s->host_gdtr_rw.size = GDT_SIZE - 1;
	s->host_gdtr_rw.address = (unsigned long)get_cpu_gdt_rw(n);
	s->host_tss_desc = (unsigned long)(get_cpu_gdt_rw(n) + GDT_ENTRY_TSS);
	s->host_ds = host_selector_ds();
	s->host_es = host_selector_es();
	s->host_fs = host_selector_fs();
	s->host_gs = host_selector_gs();
	s->host_fs_base = x86_fsbase_read_cpu();
	lg_rdmsr(MSR_GS_BASE, s->host_gs_base);
	s->fsgsbase = boot_cpu_has(X86_FEATURE_FSGSBASE);
	s->guest_cr4 = __read_cr4() & ~CR4_NOT_FOR_GUESTS;
	cpu->cr0_ts = read_cr0() | X86_CR0_TS;
	update_cr0(cpu);
	cpu->armed_on = n;
	s->origin.host_cpu = n;
}

static void sched_in(struct preempt_notifier *notifier, int n)
{
	container_of(notifier, struct lg_cpu, preempt)->armed_on = -1;
}

static void sched_out(struct preempt_notifier *notifier, struct task_struct *next)
{
}

static struct preempt_ops preempt_ops = { .sched_in = sched_in, .sched_out = sched_out };
static enum cpuhp_state hotplug_state;

int world_switch_init(void)
{
	int state = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "lguest:online", NULL,
					      cpu_going_down);

	if (state < 0)
		return state;
	hotplug_state = state;
	preempt_notifier_inc();
	return 0;
}

void world_switch_exit(void)
{
	preempt_notifier_dec();
	cpuhp_remove_state_nocalls(hotplug_state);
	on_each_cpu(disarm_this_cpu, NULL, 1);
}

/* The thread is about to stay in the run loop. */
void world_switch_attach(struct lg_cpu *cpu)
{
	cpu->armed_on = -1;
	preempt_notifier_init(&cpu->preempt, &preempt_ops);
	preempt_notifier_register(&cpu->preempt);
}

void world_switch_detach(struct lg_cpu *cpu)
{
	preempt_notifier_unregister(&cpu->preempt);
	cpu->armed_on = -1;
}

/*L:830 A fresh block
 *
 * The IDT's and GDT's addresses, and a TSS of which long mode uses two things: RSP0,
 * where the processor's pushes complete struct lg_regs, and one interrupt stack for
 * #DF.  The I/O bitmap lies beyond the limit: every port faults.
 * :*/
void setup_block(struct lg_cpu *cpu)
{
	unsigned long block = (unsigned long)cpu->block;
	struct x86_hw_tss *tss = cpu->block + LG_TSS_OFFSET;
	struct lg_state *s = cpu->state;

	BUILD_BUG_ON(sizeof(*tss) != LG_TSS_SIZE);
	tss->sp0 = block + LG_STACK_TOP;
	tss->ist[0] = block + LG_IST_TOP;
	tss->io_bitmap_base = LG_TSS_SIZE;
	s->guard = lg_guard_after;
	s->guest_idtr.size = LGUEST_IDT_ENTRIES * sizeof(struct lg_gate64) - 1;
	s->guest_idtr.address = block + LG_IDT_OFFSET;
	s->guest_gdtr.size = LGUEST_GDT_ENTRIES * sizeof(struct lg_descriptor) - 1;
	s->guest_gdtr.address = block + LG_GDT_OFFSET;
}

void call_host_interrupt(u32 vector)
{
	const gate_desc *gate;
	struct desc_ptr dtr;

	store_idt(&dtr);
	gate = (const gate_desc *)dtr.address + vector;
	lg_call_host_handler(gate_offset(gate));
}

/*L:870 Unusual stays
 *
 * When an inspector wants one of three things of a stay, it takes this way: the times of
 * its phases; a single step, for which EFLAGS.TF is set while the Guest runs; or
 * breakpoints, which are in the debug registers only meanwhile.  The Host's own
 * breakpoints are in its memory and come back from there.
 *
 * A #DB that one of the last two has caused is not the Guest's, and nobody tells it.
 * One by a flag of its own is; both can come at once.  An instruction breakpoint strikes
 * before its instruction, so RF is set, which lets it pass the next time (Intel SDM vol. 3,
 * 18.3.1.1).  The flag is about that one instruction.  A fault leaves it set, because the
 * instruction is to be done again; but INT n pushes it as it was although it is done then,
 * and QEMU sets it in the frame of any interrupt.  Left there, the breakpoint of the next
 * instruction would be passed as well, so the flag is cleared after such a stay, before the
 * Host writes the frame; and while there are breakpoints the Switcher reflects nothing but
 * faults.  A write that the Host does for the Guest, as the frame of a trap, touches no
 * breakpoint.
 *
 * @event world_switch
 * :*/
#define DR6_ENABLED_BREAKPOINTS(dr7) \
	(((dr7) >> 1 & 1) | ((dr7) >> 2 & 2) | ((dr7) >> 3 & 4) | ((dr7) >> 4 & 8))

/* Whether the #DB was ours alone. */
static bool debug_trap_is_ours(struct lg_cpu *cpu, bool stepping, bool guest_steps)
{
	unsigned long dr6;
	unsigned int n;
	u32 hits;

	get_debugreg(dr6, 6);
	hits = dr6 & DR6_ENABLED_BREAKPOINTS(cpu->dr7);
	for (n = 0; n < LG_BREAKPOINTS; n++)
		if ((hits & BIT(n)) && cpu->breakpoints[n].kind == LG_BREAK_EXECUTE)
			cpu->regs->eflags |= X86_EFLAGS_RF;
	if (hits)
		lg_hold(cpu, LG_STOP_BREAKPOINT, hits, NULL);
	if (!(dr6 & DR_STEP))
		return hits;
	if (stepping)
		cpu->step_trap = true;
	return !guest_steps;
}

void unusual_stay(struct lg_cpu *cpu)
{
	unsigned long what = READ_ONCE(cpu->unusual);
	bool stepping = what & BIT(LG_STAY_STEP), breakpoints = what & BIT(LG_STAY_BREAKPOINTS);
	struct lg_regs *regs = cpu->regs;
	bool guest_steps = regs->eflags & X86_EFLAGS_TF;
	bool passing = regs->eflags & X86_EFLAGS_RF;
	u32 entered = regs->eip;
	struct lg_state *s = cpu->state, *clobbered = s;
	u64 began, ended, reflected = s->reflected;
	unsigned long host[LG_BREAKPOINTS] = { 0 };

	if (breakpoints) {
		get_debugreg(host[0], 0);
		get_debugreg(host[1], 1);
		get_debugreg(host[2], 2);
		get_debugreg(host[3], 3);
		set_debugreg((unsigned long)cpu->breakpoints[0].address, 0);
		set_debugreg((unsigned long)cpu->breakpoints[1].address, 1);
		set_debugreg((unsigned long)cpu->breakpoints[2].address, 2);
		set_debugreg((unsigned long)cpu->breakpoints[3].address, 3);
		set_debugreg(DR6_RESERVED, 6);
		set_debugreg((unsigned long)cpu->dr7, 7);
	}
	if (stepping)
		regs->eflags |= X86_EFLAGS_TF;
	s->tsc_entered = 0;
	s->timed = 1;
	lg_guard_before();
	began = rdtsc();
	LG_CALL_SWITCHER(lg_switch_to_guest_timed, clobbered);
	ended = rdtsc();
	s->timed = 0;

	if (breakpoints)
		set_debugreg(0, 7);
	if (breakpoints && !lg_vector_is_fault(regs->trapnum) && !(passing && (u32)regs->eip == entered))
		regs->eflags &= ~(u64)X86_EFLAGS_RF;
	if (regs->trapnum == 1 && debug_trap_is_ours(cpu, stepping, guest_steps))
		regs->trapnum = LG_TRAP_NOTHING;
	/* After popf and iret the flag is the Guest's own word. */
	if (stepping && !(cpu->step_trap && cpu->step_insn == LG_FLAGS_LOADED)) {
		regs->eflags &= ~(u64)X86_EFLAGS_TF;
		if (guest_steps)
			regs->eflags |= X86_EFLAGS_TF;
	}
	if (breakpoints) { /* DR7 is the caller's */
		set_debugreg(host[0], 0);
		set_debugreg(host[1], 1);
		set_debugreg(host[2], 2);
		set_debugreg(host[3], 3);
	}
	set_debugreg(DR6_RESERVED, 6);
	if (s->log_used)
		lg_events_collect(cpu);
	lg_note_stay(cpu, began, ended, s->reflected - reflected);
}
