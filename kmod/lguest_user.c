// SPDX-License-Identifier: GPL-2.0-or-later
/*L:900 /dev/lguest
 *
 * The Launcher opens the device once for each Guest.  write() makes requests (an
 * array of longs, the first of which says what), read() runs the Guest, as they
 * always did; the position in the file is the number of the vCPU.  What an inspector
 * needs goes by ioctl() and mmap(), see lguest_uapi.h.
 * :*/
#include <linux/compat.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>
#include <linux/vmalloc.h>
#include <asm/tsc.h>
#include "lg.h"

#define EVENTFDS_MAX 64

atomic_t lg_guests = ATOMIC_INIT(0);

static struct lguest *guest_of(struct file *file)
{
	return smp_load_acquire(&file->private_data);
}

/*L:910 A Guest is made
 *
 * INITIALIZE comes from the thread that will run it: base of its memory in the
 * Launcher, how many pages, where it starts, and how far device memory reaches behind.
 * The start state is GUEST_ABI.md's section 4: flat segments in ring 1, everything else
 * zero.  esi = 0 has a meaning: it is the address of the boot parameters.
 * :*/
static void setup_regs(struct lg_cpu *cpu)
{
	struct lg_regs *regs = cpu->regs;

	memset(regs, 0, sizeof(*regs));
	regs->cs = LGUEST_KERNEL_CS;
	regs->ds = LGUEST_KERNEL_DS;
	regs->es = LGUEST_KERNEL_DS;
	regs->ss = LGUEST_KERNEL_DS;
	regs->eflags = lg_sanitise_eflags(0);
}

static void destroy_cpu(struct lg_cpu *cpu)
{
	hrtimer_cancel(&cpu->timer);
	lg_events_free(cpu);
	lg_unpin_data(cpu);
	free_spare_tables(cpu);
	kfree(cpu->fpu);
	kvfree(cpu->conditions);
	if (cpu->block)
		switcher_block_put(cpu->slot);
	if (cpu->task)
		put_task_struct(cpu->task);
	memset(cpu, 0, sizeof(*cpu));
}

static int create_cpu(struct lguest *lg, struct lg_cpu *cpu, unsigned int id)
{
	struct lg_descriptor *gdt;

	cpu->id = id;
	cpu->lg = lg;
	mutex_init(&cpu->lock);
	init_waitqueue_head(&cpu->wait);
	init_clockdev(cpu);
	cpu->armed_on = -1;
	cpu->in_guest = -1;
	cpu->slow.begins = true;
	/* The area of FXSAVE wants 16 bytes of alignment, which kmalloc has for 512. */
	cpu->fpu = lg_may_fail(kzalloc(LG_FPU_BYTES, GFP_KERNEL_ACCOUNT), NULL);
	if (!cpu->fpu)
		goto no_memory;
	*(u16 *)cpu->fpu = 0x37f;	  /* the control words after a reset */
	*(u32 *)(cpu->fpu + 24) = 0x1f80; /* Intel SDM vol. 1, 8.1.5 and 10.2.3 */

	cpu->block = lg_may_fail(switcher_block_get(&cpu->slot), NULL);
	if (!cpu->block) {
		destroy_cpu(cpu);
		return -ENOSPC;
	}
	cpu->state = cpu->block;
	cpu->regs = cpu->block + LG_REGS;
	cpu->state->origin.vcpu = id;
	cpu->state->irq_words = lg_no_irq_words;
	gdt = cpu->block + LG_GDT_OFFSET;
	cpu->hw_gdt = gdt;
	cpu->hw_idt = cpu->block + LG_IDT_OFFSET;
	setup_block(cpu);
	setup_guest_gdt(cpu);
	setup_guest_idt(cpu);
	setup_regs(cpu);
	lg_events_watch(cpu);
	return 0;

no_memory:
	destroy_cpu(cpu);
	return -ENOMEM;
}

static void destroy_guest(struct lguest *lg)
{
	unsigned int i;

	lg_trace_remove(lg);
	for (i = 0; i < lg->nr_cpus; i++)
		hrtimer_cancel(&lg->cpus[i].timer);
	lg_memory_stop(lg);
	free_guest_page_tables(lg);
	lg_memory_exit(lg);
	for (i = 0; i < lg->nr_cpus; i++)
		destroy_cpu(&lg->cpus[i]);
	for (i = 0; i < lg->nr_eventfds; i++)
		eventfd_ctx_put(lg->eventfds[i].ctx);
	kfree(lg->eventfds);
	if (lg->stop_eventfd)
		eventfd_ctx_put(lg->stop_eventfd);
	if (lg->mm)
		mmdrop(lg->mm);
	kvfree(lg);
	atomic_dec(&lg_guests);
}

static int initialize(struct file *file, const unsigned long *args)
{
	unsigned long base = args[0], pfn_limit = args[1], start = args[2], device_limit = args[3];
	struct lguest *lg;
	int err;

	if (!pfn_limit || pfn_limit > LG_PFN_LIMIT_MAX || start > U32_MAX || !PAGE_ALIGNED(base) ||
	    base + (pfn_limit << PAGE_SHIFT) < base ||
	    base + (pfn_limit << PAGE_SHIFT) > TASK_SIZE_MAX ||
	    device_limit < pfn_limit || device_limit > LG_PFN_LIMIT_MAX)
		return -EINVAL;

	lg = lg_may_fail(kvzalloc(sizeof(*lg), GFP_KERNEL_ACCOUNT), NULL);
	if (!lg)
		return -ENOMEM;
	atomic_inc(&lg_guests);
	mutex_init(&lg->lock);
	mutex_init(&lg->eventfd_lock);
	spin_lock_init(&lg->idt_lock);
	lg->base = base;
	lg->pfn_limit = pfn_limit;
	lg->device_limit = device_limit;
	lg->mm = current->mm;
	mmgrab(lg->mm);
	lg_trace_add(lg);
	err = create_cpu(lg, &lg->cpus[0], 0);
	if (err)
		goto fail;
	lg->nr_cpus = 1;
	lg->cpus[0].task = get_task_struct(current);
	lg->cpus[0].regs->eip = start;
	atomic_set(&lg->cpus[0].claimed, 1);
	lg->cpus[0].online = true;
	err = init_guest_page_tables(lg);
	if (!err)
		err = lg_memory_init(lg);
	if (err)
		goto fail;

	/* Two threads may have come here with one file: the first one wins. */
	if (cmpxchg_release(&file->private_data, NULL, lg)) {
		err = -EBUSY;
		goto fail;
	}
	return 0;
fail:
	destroy_guest(lg);
	return err;
}

/* LG_IOC_VCPUS, under lg->lock: the others beside the first. */
static int lg_set_vcpus(struct lguest *lg, unsigned long count)
{
	int err;

	if (!count || count > LG_VCPUS_MAX)
		return -EINVAL;
	if (READ_ONCE(lg->ran) || lg->cpus[0].ring || lg->nr_cpus > count)
		return -EBUSY;
	while (lg->nr_cpus < count) {
		struct lg_cpu *cpu = &lg->cpus[lg->nr_cpus];

		err = create_cpu(lg, cpu, lg->nr_cpus);
		if (err)
			return err;
		err = map_block_in_guest(cpu);
		if (err) {
			destroy_cpu(cpu);
			return err;
		}
		smp_store_release(&lg->nr_cpus, lg->nr_cpus + 1);
	}
	return 0;
}

static int add_eventfd(struct lguest *lg, unsigned long address, int fd)
{
	struct lg_eventfd *list;
	struct eventfd_ctx *ctx;
	int err = 0;
	unsigned int i;

	if (!address || address > U32_MAX)
		return -EINVAL;
	ctx = eventfd_ctx_fdget(fd);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);

	mutex_lock(&lg->eventfd_lock);
	/* A device that was reset registers again: the new one counts. */
	for (i = 0; i < lg->nr_eventfds; i++) {
		if (lg->eventfds[i].address == address) {
			eventfd_ctx_put(lg->eventfds[i].ctx);
			lg->eventfds[i].ctx = ctx;
			goto out;
		}
	}
	list = NULL;
	if (lg->nr_eventfds < EVENTFDS_MAX)
		list = lg_may_fail(krealloc_array(lg->eventfds, lg->nr_eventfds + 1, sizeof(*list),
					      GFP_KERNEL_ACCOUNT), NULL);
	if (!list) {
		err = lg->nr_eventfds < EVENTFDS_MAX ? -ENOMEM : -ENOSPC;
		eventfd_ctx_put(ctx);
		goto out;
	}
	lg->eventfds = list;
	list[lg->nr_eventfds++] = (struct lg_eventfd){ .address = address, .ctx = ctx };
out:
	mutex_unlock(&lg->eventfd_lock);
	return err;
}

/* One long of the caller's size: a 32-bit Launcher on a 64-bit Host is welcome. */
static int get_long(const char __user **at, size_t *left, unsigned long *value)
{
	if (in_compat_syscall()) {
		u32 word;

		if (*left < sizeof(word))
			return -EINVAL;
		if (get_user(word, (const u32 __user *)*at))
			return -EFAULT;
		*value = word;
		*at += sizeof(word);
		*left -= sizeof(word);
		return 0;
	}
	if (*left < sizeof(*value))
		return -EINVAL;
	if (get_user(*value, (const unsigned long __user *)*at))
		return -EFAULT;
	*at += sizeof(*value);
	*left -= sizeof(*value);
	return 0;
}

static int get_longs(const char __user **at, size_t *left, unsigned long *values, int count)
{
	int err = 0;

	while (count-- && !err)
		err = get_long(at, left, values++);
	return err;
}

static ssize_t lguest_write(struct file *file, const char __user *in, size_t size, loff_t *off)
{
	struct lguest *lg = guest_of(file);
	unsigned long request, args[4];
	unsigned int count;
	size_t word = in_compat_syscall() ? 4 : 8;
	int err;

	err = get_long(&in, &size, &request);
	if (err)
		return err;
	if (request == LHREQ_INITIALIZE) {
		if (lg)
			return -EBUSY;
		count = size >= 4 * word ? 4 : 3;
		err = get_longs(&in, &size, args, count);
		if (count == 3)
			args[3] = args[1]; /* no device memory */
		if (!err)
			err = initialize(file, args);
		return err ? err : count * word;
	}
	if (!lg || *off < 0 || *off >= lg->nr_cpus)
		return -EINVAL;
	if (lg_is_dead(lg))
		return -ENOENT;
	switch (request) {
	case LHREQ_IRQ:
		err = get_longs(&in, &size, args, 1);
		if (!err && args[0] >= LGUEST_IRQS)
			err = -EINVAL;
		if (!err)
			set_interrupt(&lg->cpus[array_index_nospec(*off, LG_VCPUS_MAX)], args[0]);
		return err;
	case LHREQ_IO_DONE:
		err = get_longs(&in, &size, args, 1);
		return err ? err : lg_io_done(&lg->cpus[array_index_nospec(*off, LG_VCPUS_MAX)],
					      args[0]);
	case LHREQ_EVENTFD:
		err = get_longs(&in, &size, args, 2);
		return err ? err : add_eventfd(lg, args[0], args[1]);
	default:
		return -EINVAL;
	}
}

static ssize_t lguest_read(struct file *file, char __user *to, size_t size, loff_t *off)
{
	struct lguest *lg = guest_of(file);
	struct lg_cpu *cpu;

	if (!lg || *off < 0 || *off >= lg->nr_cpus)
		return -EINVAL;
	cpu = &lg->cpus[array_index_nospec(*off, LG_VCPUS_MAX)];
	if (current->mm != lg->mm)
		return -EPERM;
	if (!READ_ONCE(cpu->task)) {
		get_task_struct(current);
		if (cmpxchg(&cpu->task, NULL, current))
			put_task_struct(current);
	}
	if (current != READ_ONCE(cpu->task))
		return -EPERM;
	WRITE_ONCE(lg->ran, true);
	return run_guest(cpu, to, size);
}

static int host_info(void __user *arg)
{
	struct lg_host_info info = {
		.version = LG_UAPI_VERSION,
		.vcpus_max = LG_VCPUS_MAX,
		.guests = atomic_read(&lg_guests),
		.tsc_khz = tsc_khz,
		.paging_levels = pgtable_l5_enabled() ? 5 : 4,
		.features = (boot_cpu_has(X86_FEATURE_PTI) ? LG_HOST_PTI : 0) |
			    (boot_cpu_has(X86_FEATURE_SMAP) ? LG_HOST_SMAP : 0) |
			    (boot_cpu_has(X86_FEATURE_SMEP) ? LG_HOST_SMEP : 0) |
			    (boot_cpu_has(X86_FEATURE_PCID) ? LG_HOST_PCID : 0) |
			    (boot_cpu_has(X86_FEATURE_UMIP) ? LG_HOST_UMIP : 0) |
			    (lg_guard_after & LG_GUARD_BARRIER ? LG_HOST_BARRIER : 0) |
			    (lg_guard_after & LG_GUARD_RETURNS ? LG_HOST_RETURNS : 0) |
			    (lg_guards_before() ? LG_HOST_BUFFERS : 0),
	};

	strscpy(info.kernel, init_utsname()->release, sizeof(info.kernel));
	return copy_to_user(arg, &info, sizeof(info)) ? -EFAULT : 0;
}

static long lguest_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct lguest *lg = guest_of(file);
	void __user *user = (void __user *)arg;
	unsigned int i;
	int err;

	if (cmd == LG_IOC_HOST_INFO)
		return host_info(user);
	if (!lg)
		return -EINVAL;
	if (current->mm != lg->mm)
		return -EPERM;
	if (cmd == LG_IOC_DRAINED) {
		for (i = 0; i < lg->nr_cpus; i++)
			wake_up(&lg->cpus[i].wait);
		return 0;
	}
	if (mutex_lock_interruptible(&lg->lock))
		return -ERESTARTSYS;
	err = cmd == LG_IOC_VCPUS ? lg_set_vcpus(lg, arg) : lg_control(lg, cmd, arg);
	mutex_unlock(&lg->lock);
	return err;
}

static int lguest_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct lguest *lg = guest_of(file);
	unsigned long vcpu = vma->vm_pgoff >> (32 - PAGE_SHIFT);
	struct lg_event_ring *ring;
	int err = -EINVAL;

	if (!lg || vcpu >= lg->nr_cpus || (vma->vm_pgoff & ((1UL << (32 - PAGE_SHIFT)) - 1)))
		return -EINVAL;
	mutex_lock(&lg->lock);
	ring = lg->cpus[array_index_nospec(vcpu, LG_VCPUS_MAX)].ring;
	if (ring)
		err = lg_may_fail(remap_vmalloc_range(vma, ring, 0), -EAGAIN);
	mutex_unlock(&lg->lock);
	return err;
}

/*
 * The last reference is gone, so no thread is in read() or ioctl(); a mapping of the
 * ring holds a reference too.
 */
static int lguest_release(struct inode *inode, struct file *file)
{
	struct lguest *lg = file->private_data;

	if (lg)
		destroy_guest(lg);
	return 0;
}

/* misc_open() leaves the device in private_data; ours is empty until INITIALIZE. */
static int lguest_open(struct inode *inode, struct file *file)
{
	file->private_data = NULL;
	return 0;
}

static const struct file_operations lguest_fops = {
	.owner = THIS_MODULE,
	.open = lguest_open,
	.release = lguest_release,
	.read = lguest_read,
	.write = lguest_write,
	.unlocked_ioctl = lguest_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = lguest_mmap,
	.llseek = default_llseek,
};

static struct miscdevice lguest_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "lguest",
	.mode = 0600,
	.fops = &lguest_fops,
};

int lguest_device_init(void)
{
	return misc_register(&lguest_device);
}

void lguest_device_remove(void)
{
	misc_deregister(&lguest_device);
}
