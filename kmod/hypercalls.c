// SPDX-License-Identifier: GPL-2.0-or-later
/*L:210 Hypercalls
 *
 * `int $0x1f` from ring 1: the number in eax, the arguments in ebx, ecx, edx and
 * esi (GUEST_ABI.md, section 2).  Nothing is returned, ever; a call that makes no
 * sense is the end of the Guest.  Each call has one function here or is one line
 * which leads to the file where its subject lives.
 * :*/
#include <linux/ktime.h>
#include <asm/tsc.h>
#include "records.h"

static void guest_init(struct lg_cpu *cpu, u32 gpa);

static void guest_shutdown(struct lg_cpu *cpu, u32 gpa, u32 how)
{
	struct lguest *lg = cpu->lg;
	u64 limit = (u64)lg->pfn_limit << PAGE_SHIFT;
	char text[129];
	u32 length = sizeof(text) - 1;

	if (how == LGUEST_SHUTDOWN_RESTART) {
		/* Linux names a command here and has none for an ordinary reboot: no address. */
		kill_guest(cpu, LG_DEATH_RESTART, "CRASH: restart");
		return;
	}
	memset(text, 0, sizeof(text));
	if (gpa < limit && gpa + (u64)length > limit)
		length = limit - gpa; /* a text may end with the memory */
	if (!lg_read(cpu, gpa, text, length))
		return;
	kill_guest(cpu, LG_DEATH_POWEROFF, "CRASH: %s", text);
}

/*L:220 One call
 *
 * The Guest's registers are the arguments; a copy of them is what we judge and
 * use, so that another look cannot find something else.  The record is written
 * first, as the Guest said it, then the call is done: page tables (4, 5, 13, 14, 15),
 * descriptors and gates (6, 16, 18), the stack for traps (7), the timer (9), sleep
 * (10), a word to the Launcher (17), other vCPUs (32 to 34), the end (2).  Before INIT
 * nothing else is allowed, because the Host does not know yet where to answer.
 *
 * @event hypercall @event async_hypercall
 * :*/
static struct lg_descriptor descriptor_in(const struct hcall_args *args)
{
	return (struct lg_descriptor){ .low = args->arg2, .high = args->arg3 };
}

static __always_inline void do_hcall(struct lg_cpu *cpu, u32 number, const struct hcall_args *args,
				     bool async)
{
	if (!cpu->data && number != LHCALL_LGUEST_INIT) {
		kill_cpu(cpu, "hypercall %u before INIT", number);
		return;
	}
	switch (number) {
	case LHCALL_FLUSH_ASYNC: /* the ring was emptied on the way here */
		break;
	case LHCALL_SEND_INTERRUPTS:
		cpu->slow.kicked = true; /* the run loop looks for them */
		break;
	case LHCALL_LGUEST_INIT:
		if (async)
			kill_cpu(cpu, "INIT from the asynchronous ring");
		else
			guest_init(cpu, args->arg1);
		break;
	case LHCALL_SHUTDOWN:
		guest_shutdown(cpu, args->arg1, args->arg2);
		break;
	case LHCALL_NEW_PGTABLE:
		guest_new_pagetable(cpu, args->arg1);
		break;
	case LHCALL_FLUSH_TLB:
		guest_flush(cpu, args->arg1);
		break;
	case LHCALL_SET_PTE:
		guest_set_pte(cpu, args->arg1, args->arg2,
			      args->arg3 | (u64)args->arg4 << 32);
		break;
	case LHCALL_SET_PMD:
		guest_set_pmd(cpu, args->arg1, args->arg2);
		break;
	case LHCALL_SET_PGD:
		guest_set_pgd(cpu, args->arg1, args->arg2);
		break;
	case LHCALL_LOAD_IDT_ENTRY:
		load_guest_idt_entry(cpu, args->arg1, descriptor_in(args));
		break;
	case LHCALL_LOAD_GDT_ENTRY:
		load_guest_gdt_entry(cpu, args->arg1, descriptor_in(args));
		break;
	case LHCALL_LOAD_TLS:
		guest_load_tls(cpu, args->arg1);
		break;
	case LHCALL_SET_STACK:
		guest_set_stack(cpu, args->arg1, args->arg2, args->arg3);
		break;
	case LHCALL_TS:
		guest_set_ts(cpu, args->arg1);
		break;
	case LHCALL_SET_CLOCKEVENT:
		guest_set_clockevent(cpu, args->arg1);
		break;
	case LHCALL_HALT:
		lg_set_halted(cpu, true);
		break;
	case LHCALL_NOTIFY:
		cpu->slow.notify_pending = true;
		cpu->notify_address = args->arg1;
		break;
	case LHCALL_VCPU_START:
		vcpu_start(cpu, args);
		break;
	case LHCALL_SEND_IPI:
		vcpu_send_ipi(cpu, args->arg1, args->arg2);
		break;
	case LHCALL_VCPU_INFO:
		vcpu_info(cpu, args->arg1);
		break;
	default:
		kill_cpu(cpu, "bad hypercall %u", number);
	}
}

/*L:230 The asynchronous ring
 *
 * Calls whose effect can wait are written into 64 slots of lguest_data, and done
 * when the Guest next makes a real one.  The status bytes are the Guest's memory:
 * it may flip them while we look.  The walk is bounded by the size of the ring,
 * each slot is copied before it is judged, and nothing is read twice.
 * :*/
static noinline void do_async_hcalls(struct lg_cpu *cpu)
{
	const struct hcall_args *args;
	unsigned int i;

	for (i = 0; i < LHCALL_RING_SIZE; i++) {
		u32 n = cpu->next_hcall;
		u8 *status = &cpu->data->hcall_status[n];

		if (READ_ONCE(*status) == 0xff)
			return;
		cpu->hcall_args = *(volatile struct hcall_args *)&cpu->data->hcalls[n];
		cpu->next_hcall = (n + 1) % LHCALL_RING_SIZE;
		args = &cpu->hcall_args;
		lg_event4(cpu, LG_EV_ASYNC_HYPERCALL, args->arg0, args->arg1, args->arg2,
			  args->arg3, args->arg4);
		cpu->count.async_hypercalls++;
		do_hcall(cpu, args->arg0, args, true);
		WRITE_ONCE(*status, 0xff);
		if (lg_is_dead(cpu->lg) || cpu->slow.notify_pending)
			return;
	}
}

void do_hypercalls(struct lg_cpu *cpu)
{
	const struct lg_regs *regs = cpu->regs;
	u32 number;

	if (cpu->data && regs->eax != LHCALL_LGUEST_INIT &&
	    READ_ONCE(cpu->data->hcall_status[cpu->next_hcall]) != 0xff) {
		do_async_hcalls(cpu);
		/* A notification goes out first; the call stays and is repeated. */
		if (cpu->slow.notify_pending || lg_is_dead(cpu->lg))
			return;
	}
	cpu->hcall = false;
	number = regs->eax;
	cpu->hcall_args.arg0 = number;
	cpu->hcall_args.arg1 = regs->ebx;
	cpu->hcall_args.arg2 = regs->ecx;
	cpu->hcall_args.arg3 = regs->edx;
	cpu->hcall_args.arg4 = regs->esi;
	number = lg_event_hypercall(cpu, regs, number);
	cpu->count.hypercalls++;
	do_hcall(cpu, number, &cpu->hcall_args, false);
}

static void put_field(struct lg_cpu *cpu, u16 offset, u32 value)
{
	memcpy((u8 *)cpu->data + offset, &value, sizeof(value));
}

void write_timestamp(struct lg_cpu *cpu)
{
	struct timespec64 now;

	ktime_get_real_ts64(&now);
	WRITE_ONCE(cpu->data->time_sec, (u32)now.tv_sec);
	WRITE_ONCE(cpu->data->time_nsec, (u32)now.tv_nsec);
}

/*L:240 The first call
 *
 * INIT names the page of conversation.  It must lie in the Guest's memory as a
 * whole and tell which release wrote it.  Its frame is then entered a second time
 * near the Switcher's block, because the Switcher reads the virtual interrupt flag
 * from it while it knows nothing of the Guest's addresses.
 * :*/
static void guest_init(struct lg_cpu *cpu, u32 gpa)
{
	struct lguest *lg = cpu->lg;
	const struct lg_data_layout *layout;
	u8 copy[LG_DATA_MAX];
	u64 limit = (u64)lg->pfn_limit << PAGE_SHIFT;
	u32 size = sizeof(copy), word;
	int err;

	if (cpu->data) {
		kill_cpu(cpu, "INIT a second time");
		return;
	}
	if (!lg_data_place_ok(gpa, sizeof(struct lguest_data), lg->pfn_limit)) {
		kill_cpu(cpu, "bad lguest_data at 0x%x", gpa);
		return;
	}
	size = min_t(u64, size, limit - gpa);
	if (!lg_read(cpu, gpa, copy, size))
		return;
	layout = lg_data_layout(copy, size);
	if (!layout) {
		kill_cpu(cpu, "lguest_data of no known release (system call vector not 0x80?)");
		return;
	}
	lg->data_layout = layout;
	err = lg_pin_data(cpu, gpa, layout->size);
	if (err) {
		kill_cpu(cpu, "no memory to share lguest_data (%d)", err);
		return;
	}
	memcpy(&lg->kernel_address, copy + layout->kernel_address, 4);
	if (layout->noirq_start) {
		memcpy(&lg->noirq_start, copy + layout->noirq_start, 4);
		memcpy(&lg->noirq_end, copy + layout->noirq_end, 4);
	}
	if (layout->noirq_iret) {
		memcpy(&word, copy + layout->noirq_iret, 4);
		lg->noirq_iret = word;
	}
	put_field(cpu, layout->tsc_khz,
		  boot_cpu_has(X86_FEATURE_CONSTANT_TSC) && !check_tsc_unstable() ? tsc_khz : 0);
	put_field(cpu, layout->reserve_mem, 0); /* the Switcher takes none of its space */
	if (layout->pgdir) {
		if (!make_boot_tables(cpu, gpa + layout->size))
			return;
		put_field(cpu, layout->pgdir, lg->boot_tables);
	}
	write_timestamp(cpu);
	guest_forget_all(cpu);
	update_reflection(cpu);
}
