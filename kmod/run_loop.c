// SPDX-License-Identifier: GPL-2.0-or-later
/*L:200 The run loop
 *
 * A thread of the Launcher calls read() on /dev/lguest and stays in here for as
 * long as the Guest needs nothing from the Launcher.  One turn:
 *
 *   1. hypercalls that the Guest made when it last came out;
 *   2. a notification: to whoever waits on an eventfd for this address, or back
 *      to the Launcher with the address as read()'s result; so is an access to a
 *      device;
 *   3. signals go back too (the freezer sends itself as one);
 *   4. an inspector who waits gets the vCPU;
 *   5. an interrupt, if one is pending and the Guest can take it;
 *   6. a dead Guest gives ENOENT, one that asked for a reboot ERESTART;
 *   7. a halted Guest sleeps until an interrupt comes;
 *   8. otherwise: into the Guest, and out again with a trap to handle.
 *
 * @event start @event signal @event notify
 * :*/
#include <linux/hw_breakpoint.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <asm/debugreg.h>
#include <asm/fpu/api.h>
#include "records.h"

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
		cpu->slow.notify_pending = false;
	return found;
}

static bool must_step_aside(struct lg_cpu *cpu)
{
	return atomic_read(&cpu->inspectors) || lg_must_stop(cpu);
}

/* Called with cpu->lock held; returns with it held. */
static void step_aside(struct lg_cpu *cpu)
{
	bool stopped = false;
	int err;

	do {
		/* The stop may come while it stands here for an inspector. */
		if (!stopped && lg_must_stop(cpu)) {
			stopped = true;
			lg_note_stop(cpu);
		}
		lg_events_publish(cpu);
		cpu->parked = stopped;
		mutex_unlock(&cpu->lock);
		if (stopped)
			lg_tell_stop(cpu);
		err = wait_event_interruptible(cpu->wait,
					       !must_step_aside(cpu) || lg_is_dead(cpu->lg) ||
					       (!stopped && lg_must_stop(cpu)));
		mutex_lock(&cpu->lock);
		cpu->parked = false;
		/* Resumed and stopped again before we had the lock: nothing has changed. */
	} while (!err && lg_must_stop(cpu) && !lg_is_dead(cpu->lg));
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

	return lg_next_irq(READ_ONCE(cpu->state->irqs_pending), blocked) >= 0;
}

/* An inspector may look at a sleeping vCPU without waking it. */
static void sleep_until_woken(struct lg_cpu *cpu)
{
	if (!cpu->halt_noted) {
		lg_event(cpu, LG_EV_HALT, 0);
		cpu->count.halts++;
		cpu->halt_noted = true;
		if (lg_must_stop(cpu))
			return; /* at this very record */
	}
	lg_events_publish(cpu);
	mutex_unlock(&cpu->lock);
	wait_event_interruptible(cpu->wait, interrupt_waits(cpu) || lg_is_dead(cpu->lg) ||
				 lg_must_stop(cpu));
	mutex_lock(&cpu->lock);
	lg_event(cpu, LG_EV_WAKE, 0);
	cpu->halt_noted = false;
}

/* One that no other vCPU has started yet. */
static void sleep_until_online(struct lg_cpu *cpu)
{
	lg_events_publish(cpu);
	mutex_unlock(&cpu->lock);
	wait_event_interruptible(cpu->wait, smp_load_acquire(&cpu->online) ||
				 lg_is_dead(cpu->lg) || lg_must_stop(cpu));
	mutex_lock(&cpu->lock);
}

static void note_begin(struct lg_cpu *cpu)
{
	lg_event4(cpu, LG_EV_START, 0, cpu->lg->pfn_limit, cpu->regs->eip, 0, 0);
	cpu->slow.begins = false;
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

/*L:205 The other turn
 *
 * Most turns have nothing to do but a hypercall and to go in again.  Whatever else there may
 * be shows in `slow`, flags that are looked at as one number: set by the vCPU
 * itself, except `kicked`, which others set when they want it to look around.
 *
 * Returns 0 to go on, 1 to begin the next turn, or what read() shall return.
 * :*/
static int other_turn(struct lg_cpu *cpu, char __user *to, size_t size)
{
	struct lguest *lg = cpu->lg;

	WRITE_ONCE(cpu->slow.kicked, false);
	smp_mb(); /* what they want was set before */
	if (cpu->slow.notify_pending && !lg_is_dead(lg) && !deliver_notification(cpu)) {
		if (size < sizeof(u32) || put_user(cpu->notify_address, (u32 __user *)to))
			return -EFAULT;
		cpu->slow.notify_pending = false;
		return sizeof(u32);
	}
	if (lg_is_dead(lg)) {
		if (!cpu->reason_told)
			lg_event(cpu, LG_EV_DEAD, lg->dead);
		return tell_death(cpu, to, size);
	}
	if (cpu->slow.io)
		return lg_io_tell(cpu, to, size);
	if (signal_pending(current)) {
		lg_event(cpu, LG_EV_SIGNAL, 0);
		return -ERESTARTSYS;
	}
	if (cpu->slow.stepping && lg_step_is_over(cpu))
		return 1;
	if (must_step_aside(cpu)) {
		step_aside(cpu);
		return 1;
	}
	if (unlikely((cpu->stop_noted || cpu->slow.held) && !cpu->held))
		lg_note_go_on(cpu);
	if (!lg_events_have_room(cpu)) {
		wait_for_room(cpu);
		return 1;
	}
	if (unlikely(cpu->slow.begins)) {
		if (cpu->online)
			note_begin(cpu);
		else
			sleep_until_online(cpu);
		return 1;
	}
	if (cpu->hcall)
		return 1;
	deliver_interrupt(cpu);
	cpu->slow.irq_waits = !!READ_ONCE(cpu->state->irqs_pending);
	if (lg_is_dead(lg) || lg_must_stop(cpu) || (cpu->slow.stepping && lg_step_is_over(cpu)))
		return 1;
	if (cpu->slow.halted) {
		sleep_until_woken(cpu);
		return 1;
	}
	if (read_thread_flags() & LG_TIF_RESCHED)
		schedule();
	return 0;
}

/*L:860 One stay in the Guest
 *
 * The last look around is with interrupts off: whoever wants something of this vCPU
 * sets `kicked` (or a flag of the thread's) and then sends an interrupt.  Either we see
 * the one here, or the other ends the stay as soon as it has begun.
 *
 * What came in while the Guest ran goes to the Host's own handlers before anything
 * else: an NMI first, because NMIs are blocked until its handler returns; a machine
 * check; then the interrupt that ended the stay.
 * :*/
static void handle_host_event(struct lg_cpu *cpu, u32 vector, unsigned long breakpoints)
{
	u32 pending = cpu->state->pending;

	cpu->state->pending = 0;
	if ((pending & LG_PENDING_NMI) || vector == 2) {
		cpu->count.nmis++;
		asm volatile("int $2");
	}
	if ((pending & LG_PENDING_MC) || vector == 18) {
		cpu->count.machine_checks++;
		asm volatile("int $18");
	}
	if (breakpoints) /* by hand: hw_breakpoint_restore() is KVM's alone since 7.x */
		set_debugreg(breakpoints, 7);
	if (vector == 1)
		set_debugreg(DR6_RESERVED, 6);
	if (vector >= 32 && vector < 256 && vector != LGUEST_SYSCALL_VECTOR) {
		call_host_interrupt(vector);
		set_guest_fpu(cpu, false);
	}
}

static __always_inline void switch_to_guest(struct lg_state *s)
{
	LG_CALL_SWITCHER(lg_switch_to_guest, s);
}

/* False if something else has to be done first. */
static __always_inline bool run_guest_once(struct lg_cpu *cpu)
{
	struct lg_regs *regs = cpu->regs;
	unsigned long breakpoints = 0;
	bool fpu;

	lg_events_publish(cpu);
	fpu = cpu->fpu_live && !cpu->ts;
	if (unlikely(fpu))
		load_guest_fpu(cpu);
	local_irq_disable();
	if (unlikely(READ_ONCE(cpu->slow.kicked) || (read_thread_flags() & LG_TIF_WORK))) {
		local_irq_enable();
		if (fpu)
			save_guest_fpu(cpu);
		cpu->slow.kicked = true;
		return false;
	}
	if (unlikely(cpu->armed_on != smp_processor_id()))
		arm_this_cpu(cpu);
	if (unlikely(hw_breakpoint_active())) {
		get_debugreg(breakpoints, 7);
		set_debugreg(0, 7);
	}

	regs->eflags = lg_sanitise_eflags(regs->eflags);
	WRITE_ONCE(cpu->in_guest, cpu->armed_on);
	smp_mb(); /* before the load of CR3: L:606 */

	if (likely(!READ_ONCE(cpu->unusual))) {
		lg_guard_before();
		switch_to_guest(cpu->state);
	} else {
		unusual_stay(cpu);
	}

	WRITE_ONCE(cpu->in_guest, -1);
	cpu->count.switches++;
	if (unlikely(regs->trapnum != LGUEST_TRAP_ENTRY || cpu->state->pending ||
		     breakpoints))
		handle_host_event(cpu, regs->trapnum, breakpoints);
	local_irq_enable();
	if (unlikely(fpu))
		save_guest_fpu(cpu);
	if (unlikely(cpu->state->log_used))
		lg_events_collect(cpu);
	regs->eip = (u32)regs->eip;
	regs->esp = (u32)regs->esp;
	return true;
}

int run_guest(struct lg_cpu *cpu, char __user *to, size_t size)
{
	int result;

	if (mutex_lock_interruptible(&cpu->lock))
		return -ERESTARTSYS;
	world_switch_attach(cpu);
	cpu->slow.kicked = true;
	for (;;) {
		if (cpu->hcall)
			do_hypercalls(cpu);
		if (unlikely(READ_ONCE(cpu->slow.any))) {
			result = other_turn(cpu, to, size);
			if (result == 1) {
				cpu->slow.kicked = true; /* there may be more */
				continue;
			}
			if (result)
				break;
		}
		if (!run_guest_once(cpu))
			continue;
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
