// SPDX-License-Identifier: GPL-2.0-or-later
/*L:100 The Host
 *
 * lgscope's Host is this module.  It runs 32-bit kernels that know they are Guests
 * (they were built to make hypercalls instead of touching the machine), in ring 1
 * of an ordinary x86-64 kernel, without any virtualisation hardware.
 *
 * This file has what all the others stand on: loading and unloading, the
 * Switcher's place in memory, the end of a Guest, and the run loop.
 * :*/
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include "lg.h"

#define SWITCHER_BLOCKS 64
#define SWITCHER_BYTES ((unsigned long)SWITCHER_BLOCKS * LG_BLOCK_SIZE)

/*L:120 The Switcher mapping
 *
 * The Switcher must lie at one address in two worlds.  In the Host that is an
 * ordinary mapping of the kernel's; in a Guest's shadow tables the same frames are
 * entered at the same address.  A 32-bit Guest cannot say an address above 4 GB,
 * so any place in the kernel's half will do, and the kernel chooses it.
 *
 * Two pieces: the text, a page-aligned section of this module (what vmalloc() and
 * vmap() make is never executable), and the area, one block for each vCPU.  The
 * area is made once, at load: zeroed pages in one range of addresses, with room to
 * align the first block to its size, so that a block can be found by masking an
 * address inside it.
 * :*/
unsigned long switcher_area; /* of block 0; aligned */
static void *switcher_mapping;
static DECLARE_BITMAP(switcher_used, SWITCHER_BLOCKS);
static DEFINE_SPINLOCK(switcher_lock);

static void unmap_switcher(void)
{
	vfree(switcher_mapping);
	switcher_mapping = NULL;
	pr_info("lg: switcher unmapped\n");
}

static int map_switcher(void)
{
	unsigned long end;

	if (!PAGE_ALIGNED(lg_switcher_text)) {
		pr_err("lg: not loaded: the Switcher's text is not page aligned\n");
		return -ENOEXEC;
	}
	switcher_mapping = vzalloc(SWITCHER_BYTES + LG_BLOCK_SIZE);
	if (!switcher_mapping) {
		pr_err("lg: not loaded: no memory for the Switcher\n");
		return -ENOMEM;
	}
	switcher_area = ALIGN((unsigned long)switcher_mapping, LG_BLOCK_SIZE);
	end = switcher_area + SWITCHER_BYTES - 1;
	if (switcher_area < TASK_SIZE_MAX ||
	    (switcher_area >> PGDIR_SHIFT) != (end >> PGDIR_SHIFT)) {
		pr_err("lg: not loaded: no good place for the Switcher\n");
		unmap_switcher();
		return -EBUSY;
	}
	pr_info("lg: switcher mapped: %lu bytes of text, %u blocks of %u bytes\n", LG_TEXT_BYTES,
		SWITCHER_BLOCKS, LG_BLOCK_SIZE);
	return 0;
}

void *switcher_block_get(int *slot)
{
	void *block = NULL;
	unsigned int free;

	spin_lock(&switcher_lock);
	free = find_first_zero_bit(switcher_used, SWITCHER_BLOCKS);
	if (free < SWITCHER_BLOCKS) {
		__set_bit(free, switcher_used);
		*slot = free;
		block = (void *)(switcher_area + free * LG_BLOCK_SIZE);
	}
	spin_unlock(&switcher_lock);
	if (block)
		memset(block, 0, LG_BLOCK_PAGES * PAGE_SIZE);
	return block;
}

void switcher_block_put(int slot)
{
	spin_lock(&switcher_lock);
	__clear_bit(slot, switcher_used);
	spin_unlock(&switcher_lock);
}

/*L:140 The end of a Guest
 *
 * Whatever a Guest does wrong, it pays for alone: it is marked dead with a reason
 * in one line, the run loops of all its vCPUs notice, and the Launcher gets the
 * reason.  The first reason stays, later ones follow from it.
 *
 * @event dead
 * :*/
bool lg_is_dead(struct lguest *lg)
{
	return smp_load_acquire(&lg->dead);
}

void kill_guest(struct lg_cpu *cpu, enum lg_death how, const char *fmt, ...)
{
	struct lguest *lg = cpu->lg;
	va_list args;
	char *c;

	if (atomic_cmpxchg(&lg->dying, 0, 1))
		return;
	va_start(args, fmt);
	vscnprintf(lg->reason, sizeof(lg->reason), fmt, args);
	va_end(args);
	/* The text may be the Guest's: nothing in it shall steer a terminal. */
	for (c = lg->reason; *c; c++)
		if ((*c < ' ' && *c != '\n' && *c != '\t') || *c >= 0x7f)
			*c = '?';
	smp_store_release(&lg->dead, how);
	lg_kick_all(lg);
}

/*L:200 The run loop
 *
 * A thread of the Launcher calls read() on /dev/lguest and stays in here for as
 * long as the Guest needs nothing from the Launcher.  One turn:
 *
 *   1. hypercalls that the Guest made when it last came out;
 *   2. a notification: to whoever waits on an eventfd for this address, or back
 *      to the Launcher with the address as read()'s result;
 *   3. signals go back too (the freezer sends itself as one);
 *   4. an inspector who waits gets the vCPU;
 *   5. an interrupt, if one is pending and the Guest can take it;
 *   6. a dead Guest gives ENOENT, one that asked for a reboot ERESTART;
 *   7. a halted Guest sleeps until an interrupt comes;
 *   8. otherwise: into the Guest, and out again with a trap to handle.
 *
 * @event start @event signal @event stopped @event notify
 * :*/
static bool deliver_notification(struct lg_cpu *cpu)
{
	struct lguest *lg = cpu->lg;
	bool found = false;
	unsigned int i;

	mutex_lock(&lg->eventfd_lock);
	for (i = 0; i < lg->nr_eventfds && !found; i++) {
		if (lg->eventfds[i].address == cpu->notify_address) {
			lg_eventfd_signal(lg->eventfds[i].ctx);
			found = true;
		}
	}
	mutex_unlock(&lg->eventfd_lock);

	lg_event4(cpu, LG_EV_NOTIFY, 0, cpu->notify_address, found, 0, 0);
	cpu->count.notifies++;
	if (found)
		cpu->notify_pending = false;
	return found;
}

static bool must_step_aside(struct lg_cpu *cpu)
{
	return atomic_read(&cpu->inspectors) || READ_ONCE(cpu->lg->stopped);
}

/* Called with cpu->lock held; returns with it held. */
static void step_aside(struct lg_cpu *cpu)
{
	bool stopped = READ_ONCE(cpu->lg->stopped);

	if (stopped)
		lg_event(cpu, LG_EV_STOPPED, 0);
	lg_events_publish(cpu);
	mutex_unlock(&cpu->lock);
	wait_event_interruptible(cpu->wait,
				 !must_step_aside(cpu) || lg_is_dead(cpu->lg));
	mutex_lock(&cpu->lock);
	if (stopped && !READ_ONCE(cpu->lg->stopped))
		lg_event(cpu, LG_EV_RESUMED, 0);
}

/* Lossless: the vCPU waits here, where it holds nothing, until there is room. */
static void wait_for_room(struct lg_cpu *cpu)
{
	lg_events_publish(cpu);
	mutex_unlock(&cpu->lock);
	wait_event_interruptible(cpu->wait,
				 lg_events_have_room(cpu) || lg_is_dead(cpu->lg) ||
				 must_step_aside(cpu));
	mutex_lock(&cpu->lock);
}

static bool interrupt_waits(struct lg_cpu *cpu)
{
	u32 blocked = cpu->data ? READ_ONCE(cpu->data->blocked_interrupts) : 0;

	return lg_next_irq(READ_ONCE(cpu->irqs_pending), blocked) >= 0;
}

/* An inspector may look at a sleeping vCPU without waking it. */
static void sleep_until_woken(struct lg_cpu *cpu)
{
	lg_event(cpu, LG_EV_HALT, 0);
	cpu->count.halts++;
	lg_events_publish(cpu);
	mutex_unlock(&cpu->lock);
	wait_event_interruptible(cpu->wait, interrupt_waits(cpu) || lg_is_dead(cpu->lg) ||
				 READ_ONCE(cpu->lg->stopped));
	mutex_lock(&cpu->lock);
	lg_event(cpu, LG_EV_WAKE, 0);
}

/* One that no other vCPU has started yet. */
static void sleep_until_online(struct lg_cpu *cpu)
{
	lg_events_publish(cpu);
	mutex_unlock(&cpu->lock);
	wait_event_interruptible(cpu->wait, smp_load_acquire(&cpu->online) ||
				 lg_is_dead(cpu->lg) || READ_ONCE(cpu->lg->stopped));
	mutex_lock(&cpu->lock);
}

static void note_begin(struct lg_cpu *cpu)
{
	lg_event4(cpu, LG_EV_START, 0, cpu->lg->pfn_limit, cpu->regs->eip, 0, 0);
	cpu->begun = true;
}

static int tell_death(struct lg_cpu *cpu, char __user *to, size_t size)
{
	struct lguest *lg = cpu->lg;
	size_t length;

	if (lg->dead == LG_DEATH_RESTART)
		return -ERESTART;
	if (!cpu->reason_told) {
		cpu->reason_told = true;
		return -ENOENT;
	}
	length = min(size, strlen(lg->reason) + 1);
	if (copy_to_user(to, lg->reason, length))
		return -EFAULT;
	return length;
}

int run_guest(struct lg_cpu *cpu, char __user *to, size_t size)
{
	struct lguest *lg = cpu->lg;
	int result;

	if (mutex_lock_interruptible(&cpu->lock))
		return -ERESTARTSYS;
	world_switch_attach(cpu);
	for (;;) {
		if (cpu->hcall && !lg_is_dead(lg))
			do_hypercalls(cpu);

		if (cpu->notify_pending && !lg_is_dead(lg) && !deliver_notification(cpu)) {
			result = -EFAULT;
			if (size >= sizeof(u32) && !put_user(cpu->notify_address,
							     (u32 __user *)to)) {
				cpu->notify_pending = false;
				result = sizeof(u32);
			}
			break;
		}
		if (lg_is_dead(lg)) {
			if (!cpu->reason_told)
				lg_event(cpu, LG_EV_DEAD, lg->dead);
			result = tell_death(cpu, to, size);
			break;
		}
		if (signal_pending(current)) {
			lg_event(cpu, LG_EV_SIGNAL, 0);
			result = -ERESTARTSYS;
			break;
		}
		if (must_step_aside(cpu)) {
			step_aside(cpu);
			continue;
		}
		if (!lg_events_have_room(cpu)) {
			wait_for_room(cpu);
			continue;
		}
		if (unlikely(!cpu->begun)) {
			if (cpu->online)
				note_begin(cpu);
			else
				sleep_until_online(cpu);
			continue;
		}
		if (cpu->hcall || cpu->notify_pending)
			continue;
		if (cpu->irqs_pending || (cpu->data && cpu->data->irq_pending)) {
			deliver_interrupt(cpu);
			if (lg_is_dead(lg))
				continue;
		}
		if (cpu->halted) {
			sleep_until_woken(cpu);
			continue;
		}
		if (need_resched())
			cond_resched();
		run_guest_once(cpu);
		if (cpu->regs->trapnum == LGUEST_TRAP_ENTRY)
			cpu->hcall = true;
		else
			handle_trap(cpu);
	}
	lg_events_publish(cpu);
	world_switch_detach(cpu);
	mutex_unlock(&cpu->lock);
	return result;
}

/*L:105 Loading and unloading
 *
 * First a look at the machine: where the world switch cannot be safe, the module
 * says why and does not load.  Then one piece after the other is set up, and when
 * one fails those before it are taken down again, in reverse.
 * :*/
static int __init lg_init(void)
{
	const char *refusal = world_switch_refusal();
	int err;

	if (refusal) {
		pr_err("lg: not loaded: %s\n", refusal);
		return -ENODEV;
	}
	err = map_switcher();
	if (err)
		return err;
	err = world_switch_init();
	if (err) {
		pr_err("lg: not loaded: no processor could be prepared (%d)\n", err);
		goto unmap;
	}
	err = lguest_device_init();
	if (err) {
		pr_err("lg: not loaded: no device /dev/lguest (%d)\n", err);
		goto switch_exit;
	}
	pr_info("lg: ready\n");
	return 0;

switch_exit:
	world_switch_exit();
unmap:
	unmap_switcher();
	return err;
}

static void __exit lg_fini(void)
{
	lguest_device_remove();
	world_switch_exit();
	unmap_switcher();
	pr_info("lg: unloaded\n");
}

module_init(lg_init);
module_exit(lg_fini);
MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lgscope developers");
MODULE_DESCRIPTION("A Host for 32-bit lguest Guests on x86-64");
