// SPDX-License-Identifier: GPL-2.0-or-later
/*L:940 Saving and making again
 *
 * A Guest that is stopped is its memory and not much more: registers, what its hypercalls have
 * said (GDT, IDT, stack, page table, timer), lines that were raised.  The shadow is not
 * part of it, for the Guest's own page tables say all that it says: a Guest that is
 * made again begins with an empty one, which faults fill.
 *
 * Both directions want a vCPU that stands still between two turns of the run loop, where
 * nothing is half done.  It has noted that it stopped, and the Launcher owes it no answer.
 * In the other direction it has not entered its Guest, so that there is nothing yet which
 * would have to be undone; and all that comes is judged by saved_checks.c.
 * :*/
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <asm/fpu/api.h>
#include "shadow.h"

/* The vCPU rests. */
static int parked(struct lg_cpu *cpu)
{
	if (!READ_ONCE(cpu->lg->stopped))
		return -EBUSY;
	return cpu->parked ? 0 : -EAGAIN;
}

static int all_parked(struct lguest *lg)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < lg->nr_cpus && !err; i++) {
		err = vcpu_rest(&lg->cpus[i]);
		if (err)
			break;
		err = parked(&lg->cpus[i]);
		vcpu_go_on(&lg->cpus[i]);
	}
	return err;
}

/* Which of those that judge a saved state are not in it. */
static struct lg_saved_shape shape_of(const struct lguest *lg)
{
	return (struct lg_saved_shape){
		.pfn_limit = lg->pfn_limit, .device_limit = lg->device_limit,
		.vcpus = lg->nr_cpus, .levels = lg->levels,
		.data_bytes = lg->data_layout ? lg->data_layout->size : 0,
	};
}

int lg_save_guest(struct lguest *lg, void __user *to)
{
	struct lg_saved_guest *s;
	int err = all_parked(lg);

	if (err)
		return err;
	s = lg_may_fail(kzalloc(sizeof(*s), GFP_KERNEL_ACCOUNT), NULL);
	if (!s)
		return -ENOMEM;
	s->pfn_limit = lg->pfn_limit;
	s->device_limit = lg->device_limit;
	s->vcpus = lg->nr_cpus;
	s->levels = lg->levels;
	s->data_bytes = shape_of(lg).data_bytes;
	s->kernel_address = lg->kernel_address;
	s->boot_tables = lg->boot_tables;
	s->noirq_start = lg->noirq_start;
	s->noirq_end = lg->noirq_end;
	s->noirq_iret = lg->noirq_iret;
	spin_lock(&lg->idt_lock);
	memcpy(s->idt, lg->idt_asked, sizeof(s->idt));
	spin_unlock(&lg->idt_lock);
	err = copy_to_user(to, s, sizeof(*s)) ? -EFAULT : 0;
	kfree(s);
	return err;
}

static void fill(struct lg_cpu *cpu, struct lg_saved_vcpu *s)
{
	u64 now = ktime_get_ns();
	unsigned int i;

	s->started = cpu->online;
	if (!cpu->online)
		return;
	s->regs = lg_all_registers(cpu);
	s->lguest_data = cpu->data_gpa;
	s->halted = cpu->slow.halted;
	s->hypercall = cpu->hcall;
	s->next_hypercall = cpu->next_hcall;
	/* In this order: a timer that fires now may be in both, but not in neither. */
	s->timer_armed = hrtimer_active(&cpu->timer);
	if (s->timer_armed)
		s->timer_ns = clamp_t(s64, ktime_to_ns(hrtimer_get_remaining(&cpu->timer)), 0,
				      U32_MAX);
	smp_rmb();
	s->irq_pending = READ_ONCE(cpu->state->irqs_pending);
	for (i = 0; i < LGUEST_IRQS; i++)
		if (s->irq_pending & BIT(i))
			s->irq_since_ns[i] = now - cpu->irq_since[i];
	s->ss1 = cpu->state->ss1;
	s->esp1 = cpu->state->esp1;
	s->stack_pages = cpu->stack_pages;
	s->ts = cpu->ts;
	if (cpu->data)
		memcpy(&s->tsc_khz, (u8 *)cpu->data + cpu->lg->data_layout->tsc_khz,
		       sizeof(s->tsc_khz));
	s->tsc = rdtsc();
	memcpy(s->gdt, cpu->gdt_asked, sizeof(s->gdt));
	memcpy(s->fpu, cpu->fpu, sizeof(s->fpu));
}

int lg_save_vcpu(struct lg_cpu *cpu, struct lg_saved_vcpu *s)
{
	u32 id = s->vcpu;
	int err = parked(cpu);

	if (err)
		return err;
	memset(s, 0, sizeof(*s));
	s->vcpu = id;
	fill(cpu, s);
	return 0;
}

static bool is_fresh(struct lguest *lg)
{
	unsigned int i;

	for (i = 0; i < lg->nr_cpus; i++)
		if (!lg->cpus[i].slow.begins)
			return false;
	return !lg->data_layout && !lg->levels && !lg->restored;
}

int lg_restore_guest(struct lguest *lg, const void __user *from)
{
	struct lg_saved_shape shape = shape_of(lg);
	struct lg_saved_guest *s;
	int err = all_parked(lg);

	if (err)
		return err;
	if (!is_fresh(lg))
		return -EBUSY;
	s = lg_may_fail(memdup_user(from, sizeof(*s)), ERR_PTR(-ENOMEM));
	if (IS_ERR(s))
		return PTR_ERR(s);
	err = -EINVAL;
	if (!lg_saved_guest_ok(s, &shape))
		goto out;
	lg->restored = true;
	lg->data_layout = lg_data_layout_sized(s->data_bytes);
	lg->kernel_address = s->kernel_address;
	lg->boot_tables = s->boot_tables;
	lg->noirq_start = s->noirq_start;
	lg->noirq_end = s->noirq_end;
	lg->noirq_iret = s->noirq_iret;
	spin_lock(&lg->mmu_lock);
	lg->levels = s->levels;
	if (lg->levels)
		lg->cpus[0].root->used = false; /* where virtual was physical */
	spin_unlock(&lg->mmu_lock);
	spin_lock(&lg->idt_lock);
	memcpy(lg->idt_asked, s->idt, sizeof(s->idt));
	spin_unlock(&lg->idt_lock);
	err = 0;
out:
	kfree(s);
	return err;
}

static void take_registers(struct lg_cpu *cpu, const struct lg_event_regs *from)
{
	struct lg_regs *r = cpu->regs;

	r->eax = from->eax;
	r->ebx = from->ebx;
	r->ecx = from->ecx;
	r->edx = from->edx;
	r->esi = from->esi;
	r->edi = from->edi;
	r->ebp = from->ebp;
	r->esp = from->esp;
	r->eip = from->eip;
	r->eflags = lg_sanitise_eflags(from->eflags);
	r->cs = from->cs;
	r->ss = from->ss;
	r->ds = from->ds;
	r->es = from->es;
	r->fs = from->fs;
	r->gs = from->gs;
}

/*
 * A debugger's.  A hypercall that the vCPU was stopped at is still to be done, and then its
 * arguments are those that are set here.
 */
int lg_set(struct lg_cpu *cpu, const struct lg_set *want)
{
	if (!want->what || want->what & ~(LG_SET_REGISTERS | LG_SET_MEMORY))
		return -EINVAL;
	if (!cpu->online || !lg_must_stop(cpu))
		return -EBUSY;
	if (!cpu->parked)
		return -EAGAIN;
	if (want->what & LG_SET_REGISTERS) {
		if (!lg_registers_ok(&want->regs, cpu->gdt_asked))
			return -EINVAL;
		take_registers(cpu, &want->regs);
	}
	cpu->was_set |= want->what;
	return 0;
}

static void take_root(struct lg_cpu *cpu, u32 cr3)
{
	struct lguest *lg = cpu->lg;

	if (!lg->levels)
		return;
	spin_lock(&lg->mmu_lock);
	cpu->root = NULL;
	cpu->state->cr3 = cr3;
	set_root(cpu, shadow_get_root(lg, cr3));
	leave_shadow(cpu);
}

static void take_interrupts(struct lg_cpu *cpu, const struct lg_saved_vcpu *s)
{
	u64 now = ktime_get_ns();
	unsigned int i;

	for (i = 0; i < LGUEST_IRQS; i++) {
		if (!(s->irq_pending & BIT(i)))
			continue;
		cpu->irq_since[i] = now - s->irq_since_ns[i];
		set_bit(i, &cpu->state->irqs_pending);
	}
	if (s->timer_armed)
		hrtimer_start(&cpu->timer, ns_to_ktime(s->timer_ns), HRTIMER_MODE_REL);
}

/* Its memory is there already, and so is the lguest_data in it. */
static int take_started(struct lg_cpu *cpu, const struct lg_saved_vcpu *s)
{
	unsigned int i;
	int err;

	if (cpu->id && atomic_cmpxchg(&cpu->claimed, 0, 1))
		return -EBUSY;
	if (s->lguest_data) {
		err = lg_pin_data(cpu, s->lguest_data, cpu->lg->data_layout->size);
		if (err)
			return err;
	}
	take_registers(cpu, &s->regs);
	cpu->state->cr2 = s->regs.cr2;
	take_root(cpu, s->regs.cr3);
	for (i = 0; i < LGUEST_GDT_ENTRIES; i++)
		load_guest_gdt_entry(cpu, i, s->gdt[i]);
	memcpy(cpu->fpu, s->fpu, sizeof(s->fpu));
	cpu->hcall = s->hypercall;
	cpu->next_hcall = s->next_hypercall;
	cpu->state->ss1 = s->ss1;
	cpu->state->esp1 = s->esp1;
	cpu->stack_pages = s->stack_pages;
	guest_set_ts(cpu, s->ts);
	lg_set_halted(cpu, s->halted);
	update_reflection(cpu);
	if (cpu->data)
		write_timestamp(cpu);
	take_interrupts(cpu, s);
	smp_store_release(&cpu->online, true);
	return 0;
}

static int host_mxcsr_mask(u32 *mask)
{
	u8 *fpu = lg_may_fail(kzalloc(LG_FPU_BYTES, GFP_KERNEL_ACCOUNT), NULL);

	if (!fpu)
		return -ENOMEM;
	kernel_fpu_begin();
	asm volatile("fxsave %0" : "=m"(*fpu) : : "memory");
	kernel_fpu_end();
	memcpy(mask, fpu + 28, sizeof(*mask));
	if (!*mask)
		*mask = 0xffbf;
	kfree(fpu);
	return 0;
}

int lg_restore_vcpu(struct lg_cpu *cpu, const struct lg_saved_vcpu *s)
{
	struct lg_saved_shape shape = shape_of(cpu->lg);
	int err = parked(cpu);

	if (!err)
		err = host_mxcsr_mask(&shape.mxcsr_mask);
	if (err)
		return err;
	if (!cpu->lg->restored || cpu->restored || !cpu->slow.begins)
		return -EBUSY;
	if (!lg_saved_vcpu_ok(s, &shape))
		return -EINVAL;
	cpu->restored = true;
	return s->started ? take_started(cpu, s) : 0;
}
