// SPDX-License-Identifier: GPL-2.0-or-later
/*L:270 Several vCPUs
 *
 * The original had one processor for each Guest.  Here a Guest may have several: each
 * is a struct lg_cpu with a block of the Switcher's, registers, a GDT, pending
 * interrupts, a timer and a page of conversation of its own, run by a thread of its own.
 * Memory, shadow tables and gates belong to the Guest and are common.
 *
 * Three hypercalls are ours.  The first vCPU asks who is there, and starts the others one
 * after the other; until then their threads sleep in read().  An interrupt from one to
 * another is a line that is raised there, like a device's.
 * :*/
#include <linux/nospec.h>
#include "lg.h"

/* A vCPU that sleeps looks again; one that is in its Guest comes out. */
void lg_kick(struct lg_cpu *cpu)
{
	struct task_struct *task = READ_ONCE(cpu->task);

	smp_mb(); /* what it shall see was set before */
	WRITE_ONCE(cpu->slow.kicked, true);
	wake_up(&cpu->wait);
	if (task)
		kick_process(task);
}

void lg_kick_all(struct lguest *lg)
{
	unsigned int i;

	for (i = 0; i < lg->nr_cpus; i++)
		lg_kick(&lg->cpus[i]);
}

static struct lg_cpu *vcpu_by_number(struct lg_cpu *cpu, u32 number)
{
	if (number >= cpu->lg->nr_cpus) {
		kill_cpu(cpu, "there is no vCPU %u", number);
		return NULL;
	}
	return &cpu->lg->cpus[array_index_nospec(number, LG_VCPUS_MAX)];
}

void vcpu_info(struct lg_cpu *cpu, u32 gpa)
{
	u32 answer[2] = { cpu->id, cpu->lg->nr_cpus };

	lg_write(cpu, gpa, answer, sizeof(answer));
}

void vcpu_send_ipi(struct lg_cpu *cpu, u32 vcpu, u32 irq)
{
	struct lg_cpu *target = vcpu_by_number(cpu, vcpu);

	if (!target)
		return;
	if (irq >= LGUEST_IRQS) {
		kill_cpu(cpu, "bad line %u for vCPU %u", irq, vcpu);
		return;
	}
	set_interrupt(target, irq);
}

/*L:274 Starting a vCPU
 *
 * It begins in the kernel's flat segments, on the page tables of the one that starts it
 * and with a copy of its GDT, so that eip and esp mean the same there.  Its lock is taken
 * only by the one who has claimed it, and only while it sleeps offline: no two
 * vCPUs can wait for each other here.
 * :*/
void vcpu_start(struct lg_cpu *cpu, const struct hcall_args *args)
{
	struct lg_cpu *target = vcpu_by_number(cpu, args->arg1);
	struct lguest *lg = cpu->lg;
	u32 gpa = args->arg2;
	unsigned int i;
	int err;

	if (!target)
		return;
	if (!lg->levels) {
		kill_cpu(cpu, "VCPU_START before the first page table");
		return;
	}
	if (!lg_data_place_ok(gpa, lg->data_layout->size, lg->pfn_limit)) {
		kill_cpu(cpu, "bad lguest_data at 0x%x", gpa);
		return;
	}
	if (atomic_cmpxchg(&target->claimed, 0, 1)) {
		kill_cpu(cpu, "vCPU %u is started a second time", target->id);
		return;
	}
	mutex_lock(&target->lock);
	err = lg_pin_data(target, gpa, lg->data_layout->size);
	if (err) {
		mutex_unlock(&target->lock);
		kill_cpu(cpu, "no memory to share lguest_data (%d)", err);
		return;
	}
	target->regs->eip = args->arg3;
	target->regs->esp = args->arg4;
	for (i = 0; i < LGUEST_GDT_ENTRIES; i++)
		load_guest_gdt_entry(target, i, cpu->gdt_asked[i]);
	spin_lock(&lg->mmu_lock);
	target->state->cr3 = cpu->state->cr3;
	set_root(target, cpu->root);
	spin_unlock(&lg->mmu_lock);
	update_reflection(target);
	write_timestamp(target);
	smp_store_release(&target->online, true);
	mutex_unlock(&target->lock);
	lg_kick(target);
}
