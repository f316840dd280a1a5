// SPDX-License-Identifier: GPL-2.0-or-later
/*L:920 Looking at a vCPU
 *
 * It must be at rest: either it is not in the run loop, then its lock is free; or it
 * is, then it is called out and steps aside.
 * :*/
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include "lg.h"

int vcpu_rest(struct lg_cpu *cpu)
{
	int err;

	atomic_inc(&cpu->inspectors);
	if (mutex_trylock(&cpu->lock))
		return 0;
	lg_kick(cpu);
	err = mutex_lock_interruptible(&cpu->lock);
	if (err) {
		atomic_dec(&cpu->inspectors);
		wake_up(&cpu->wait);
	}
	return err;
}

void vcpu_go_on(struct lg_cpu *cpu)
{
	mutex_unlock(&cpu->lock);
	atomic_dec(&cpu->inspectors);
	wake_up(&cpu->wait);
}

struct lg_event_regs lg_all_registers(const struct lg_cpu *cpu)
{
	const struct lg_regs *r = cpu->regs;

	return (struct lg_event_regs){
		.eax = r->eax, .ebx = r->ebx, .ecx = r->ecx, .edx = r->edx, .esi = r->esi,
		.edi = r->edi, .ebp = r->ebp, .esp = r->esp, .eip = r->eip, .eflags = r->eflags,
		.cs = r->cs, .ss = r->ss, .ds = r->ds, .es = r->es, .fs = r->fs, .gs = r->gs,
		.cr2 = cpu->state->cr2, .cr3 = cpu->state->cr3,
	};
}

static void fill_state(struct lg_cpu *cpu, struct lg_vcpu_state *s)
{
	struct lguest *lg = cpu->lg;
	u64 now = ktime_get_ns();
	unsigned int i;

	memset(s, 0, sizeof(*s));
	s->vcpu = cpu->id;
	s->dead = lg->dead;
	s->regs = lg_all_registers(cpu);
	s->trapnum = cpu->regs->trapnum;
	s->errcode = cpu->regs->errcode;
	s->irq_pending = cpu->state->irqs_pending;
	if (cpu->data) {
		s->irq_blocked = READ_ONCE(cpu->data->blocked_interrupts);
		s->irq_enabled = READ_ONCE(cpu->data->irq_enabled);
		s->irq_told = READ_ONCE(cpu->data->irq_pending);
	}
	s->halted = cpu->slow.halted;
	s->stopped = lg_stop_reason(cpu);
	s->stop_detail = cpu->held_detail;
	s->stop_seq = cpu->held_seq;
	memcpy(s->breakpoints, cpu->breakpoints, sizeof(s->breakpoints));
	s->ss1 = cpu->state->ss1;
	s->esp1 = cpu->state->esp1;
	s->stack_pages = cpu->stack_pages;
	s->ts = cpu->ts;
	s->timer_armed = hrtimer_active(&cpu->timer);
	if (s->timer_armed)
		s->timer_ns = max_t(s64, 0, ktime_to_ns(hrtimer_get_remaining(&cpu->timer)));
	s->paging = lg->levels;
	s->started = cpu->online;
	s->lguest_data = cpu->data_gpa;
	s->kernel_address = lg->kernel_address;
	s->noirq_start = lg->noirq_iret ? lg->noirq_iret : lg->noirq_start;
	s->noirq_end = lg->noirq_iret ? lg->noirq_iret + 1 : lg->noirq_end;
	for (i = 0; i < LG_SHADOW_ROOTS; i++)
		s->shadow_roots += lg->roots[i].used;
	s->shadow_pages = lg->shadow_pages;
	s->held_pages = lg->held;
	for (i = 0; i < LGUEST_IRQS; i++)
		if (cpu->state->irqs_pending & BIT(i))
			s->irq_since_ns[i] = now - cpu->irq_since[i];
	memcpy(s->gdt_asked, cpu->gdt_asked, sizeof(s->gdt_asked));
	memcpy(s->gdt_installed, cpu->hw_gdt, sizeof(s->gdt_installed));
	memcpy(s->idt_asked, lg->idt_asked, sizeof(s->idt_asked));
	memcpy(s->idt_installed, cpu->hw_idt, sizeof(s->idt_installed));
	if (lg->dead)
		strscpy(s->reason, lg->reason, sizeof(s->reason));
}

static void add_switcher_page(struct lg_switcher_info *info, const void *address, u32 what,
			      u32 vcpu, u32 host, u32 guest)
{
	struct lg_switcher_page *page = &info->pages[info->count++];

	page->address = (unsigned long)address;
	page->pfn = vmalloc_to_pfn(address);
	page->what = what;
	page->vcpu = vcpu;
	page->host = host;
	page->guest = guest;
}

static void fill_switcher(struct lg_cpu *cpu, struct lg_switcher_info *info)
{
	u32 rw = LG_PAGE_PRESENT | LG_PAGE_WRITE, rx = LG_PAGE_PRESENT | LG_PAGE_EXEC;
	unsigned long at;

	memset(info, 0, sizeof(*info));
	info->vcpu = cpu->id;
	info->area = (unsigned long)cpu->block;
	info->area_bytes = LG_BLOCK_SIZE;
	info->text = (unsigned long)lg_switcher_text;
	info->text_bytes = LG_TEXT_BYTES;
	for (at = 0; at < LG_TEXT_BYTES && info->count < LG_SWITCHER_MAX_PAGES - 7; at += PAGE_SIZE)
		add_switcher_page(info, lg_switcher_text + at, LG_SWITCHER_TEXT, cpu->id, rx, rx);
	add_switcher_page(info, cpu->block, LG_SWITCHER_STATE, cpu->id, rw, rw);
	add_switcher_page(info, cpu->block + LG_IDT_OFFSET, LG_SWITCHER_IDT, cpu->id, rw,
			  LG_PAGE_PRESENT);
	add_switcher_page(info, cpu->block + LG_GDT_OFFSET, LG_SWITCHER_GDT_TSS, cpu->id, rw,
			  LG_PAGE_PRESENT);
	add_switcher_page(info, cpu->block + LG_BLOCK_STACK * PAGE_SIZE, LG_SWITCHER_STACK,
			  cpu->id, rw, rw);
	if (cpu->ring)
		add_switcher_page(info, (void *)cpu->ring + LG_EVENT_RING_OFFSET, LG_SWITCHER_LOG,
				  cpu->id, rw, rw);
	/* At this address the Host has the block's own page, which nobody uses. */
	if (cpu->data) {
		add_switcher_page(info, cpu->block + LG_BLOCK_DATA * PAGE_SIZE,
				  LG_SWITCHER_GUEST_DATA, cpu->id, 0, rw);
		info->pages[info->count - 1].pfn = page_to_pfn(cpu->data_pages[0]);
	}
}

/* Only when all vCPUs have come to rest is it true that the Guest is stopped. */
static int stop_all(struct lguest *lg)
{
	unsigned int i;
	int err = 0;

	lg->stops++;
	WRITE_ONCE(lg->stopped, true);
	lg_kick_all(lg);
	for (i = 0; i < lg->nr_cpus; i++) {
		err = vcpu_rest(&lg->cpus[i]);
		if (err)
			break;
		lg_step_end(&lg->cpus[i]); /* one that waited for an interrupt */
		vcpu_go_on(&lg->cpus[i]);
	}
	if (err && !--lg->stops) { /* a signal: the caller may ask again, and that counts */
		WRITE_ONCE(lg->stopped, false);
		lg_kick_all(lg);
	}
	return err;
}

static int resume_all(struct lguest *lg)
{
	bool any = lg->stops;
	unsigned int i;

	for (i = 0; i < lg->nr_cpus; i++)
		any = any || READ_ONCE(lg->cpus[i].held) || READ_ONCE(lg->cpus[i].stop_too);
	if (!any)
		return -EINVAL;
	if (lg->stops && --lg->stops)
		return 0;
	/* In this order: one that runs may be held again at once, and that is not ours to undo. */
	for (i = 0; i < lg->nr_cpus; i++) {
		WRITE_ONCE(lg->cpus[i].held, 0);
		WRITE_ONCE(lg->cpus[i].stop_too, false);
	}
	smp_store_release(&lg->stopped, false);
	for (i = 0; i < lg->nr_cpus; i++)
		wake_up(&lg->cpus[i].wait);
	return 0;
}

static int set_conditions(struct lguest *lg, void __user *arg)
{
	struct lg_conditions *all;
	unsigned int i;
	int err = 0;

	all = memdup_user(arg, sizeof(*all));
	if (IS_ERR(all))
		return PTR_ERR(all);
	if (all->count > LG_CONDITIONS_MAX)
		err = -EINVAL;
	for (i = 0; !err && i < all->count; i++)
		if (!lg_condition_ok(&all->at[i]))
			err = -EINVAL;
	for (i = 0; i < lg->nr_cpus && !err; i++) {
		err = vcpu_rest(&lg->cpus[i]);
		if (err)
			break;
		err = lg_set_conditions(&lg->cpus[i], all);
		vcpu_go_on(&lg->cpus[i]);
	}
	kfree(all);
	return err;
}

static struct lg_cpu *vcpu_numbered(struct lguest *lg, unsigned long id)
{
	return id < lg->nr_cpus ? &lg->cpus[array_index_nospec(id, LG_VCPUS_MAX)] : NULL;
}

static int step(struct lguest *lg, unsigned long id)
{
	struct lg_cpu *cpu = vcpu_numbered(lg, id);
	int err;

	if (!cpu)
		return -EINVAL;
	err = vcpu_rest(cpu);
	if (err)
		return err;
	err = lg_step_begin(cpu);
	vcpu_go_on(cpu);
	return err;
}

static int set_breakpoints(struct lguest *lg, void __user *arg)
{
	struct lg_breakpoints want;
	struct lg_cpu *cpu;
	unsigned int i;
	int err;

	if (copy_from_user(&want, arg, sizeof(want)))
		return -EFAULT;
	cpu = vcpu_numbered(lg, want.vcpu);
	if (!cpu)
		return -EINVAL;
	for (i = 0; i < LG_BREAKPOINTS; i++)
		if (!lg_breakpoint_ok(&want.at[i]))
			return -EINVAL;
	err = vcpu_rest(cpu);
	if (err)
		return err;
	lg_set_breakpoints(cpu, want.at);
	vcpu_go_on(cpu);
	return 0;
}

static int set_stop_eventfd(struct lguest *lg, int fd)
{
	struct eventfd_ctx *ctx = NULL;

	if (fd != -1)
		ctx = eventfd_ctx_fdget(fd);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	mutex_lock(&lg->eventfd_lock);
	swap(lg->stop_eventfd, ctx);
	mutex_unlock(&lg->eventfd_lock);
	if (ctx)
		eventfd_ctx_put(ctx);
	return 0;
}

static int configure_events(struct lguest *lg, void __user *arg)
{
	struct lg_events_config config;
	unsigned int i;
	int err = 0;

	if (copy_from_user(&config, arg, sizeof(config)))
		return -EFAULT;
	for (i = 0; i < lg->nr_cpus && !err; i++) {
		struct lg_cpu *cpu = &lg->cpus[i];

		err = vcpu_rest(cpu);
		if (err)
			break;
		err = lg_events_configure(cpu, &config);
		vcpu_go_on(cpu);
	}
	return err;
}

/* Copies a request in, fills it while the vCPU rests, and copies it out. */
static int inspect(struct lguest *lg, unsigned int cmd, void __user *arg)
{
	size_t size = _IOC_SIZE(cmd);
	struct lg_cpu *cpu;
	void *buffer;
	u32 id;
	int err;

	if (get_user(id, (u32 __user *)arg)) /* each begins with the vCPU's number */
		return -EFAULT;
	if (id >= lg->nr_cpus)
		return -EINVAL;
	cpu = &lg->cpus[array_index_nospec(id, LG_VCPUS_MAX)];
	buffer = lg_may_fail(kvzalloc(size, GFP_KERNEL_ACCOUNT), NULL);
	if (!buffer)
		return -ENOMEM;
	err = -EFAULT;
	if (copy_from_user(buffer, arg, size))
		goto out;
	err = vcpu_rest(cpu);
	if (err)
		goto out;
	switch (cmd) {
	case LG_IOC_STATE:
		fill_state(cpu, buffer);
		break;
	case LG_IOC_COUNTERS:
		*(struct lg_counters *)buffer = cpu->count;
		((struct lg_counters *)buffer)->vcpu = id;
		((struct lg_counters *)buffer)->reflected_fast = cpu->state->reflected;
		((struct lg_counters *)buffer)->events_lost = cpu->state->events_lost;
		break;
	case LG_IOC_SWITCHER:
		fill_switcher(cpu, buffer);
		break;
	case LG_IOC_WALK:
		guest_walk(cpu, buffer);
		break;
	case LG_IOC_SAVE_VCPU:
		err = lg_save_vcpu(cpu, buffer);
		break;
	case LG_IOC_RESTORE_VCPU:
		err = lg_restore_vcpu(cpu, buffer);
		break;
	case LG_IOC_SET:
		err = lg_set(cpu, buffer);
		break;
	}
	vcpu_go_on(cpu);
	if (!err && (_IOC_DIR(cmd) & _IOC_READ))
		err = copy_to_user(arg, buffer, size) ? -EFAULT : 0;
out:
	kvfree(buffer);
	return err;
}

/* The ioctls about a Guest; the caller holds lg->lock. */
int lg_control(struct lguest *lg, unsigned int cmd, unsigned long arg)
{
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case LG_IOC_EVENTS:
		return configure_events(lg, user);
	case LG_IOC_STATE:
	case LG_IOC_COUNTERS:
	case LG_IOC_SWITCHER:
	case LG_IOC_WALK:
	case LG_IOC_SAVE_VCPU:
	case LG_IOC_RESTORE_VCPU:
	case LG_IOC_SET:
		return inspect(lg, cmd, user);
	case LG_IOC_SAVE_GUEST:
		return lg_save_guest(lg, user);
	case LG_IOC_RESTORE_GUEST:
		return lg_restore_guest(lg, user);
	case LG_IOC_STOP:
		return stop_all(lg);
	case LG_IOC_RESUME:
		return resume_all(lg);
	case LG_IOC_KILL:
		kill_guest(&lg->cpus[0], LG_DEATH_KILLED, "killed by the Launcher");
		return 0;
	case LG_IOC_CONDITIONS:
		return set_conditions(lg, user);
	case LG_IOC_STEP:
		return step(lg, arg);
	case LG_IOC_BREAKPOINTS:
		return set_breakpoints(lg, user);
	case LG_IOC_STOP_EVENTFD:
		return set_stop_eventfd(lg, arg);
	default:
		return -ENOTTY;
	}
}
