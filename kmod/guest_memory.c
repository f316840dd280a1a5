// SPDX-License-Identifier: GPL-2.0-or-later
/*L:130 The Guest's memory
 *
 * To the Guest it is physical memory from 0 upward; to the Launcher it is a piece
 * of its own address space, beginning at `base`.  The thread that runs a vCPU is a
 * thread of the Launcher, so the Host reads and writes the Guest's memory as any
 * driver does with its caller's: through the Launcher's own page tables, which swap
 * in, copy on write and refuse as the Launcher's mapping says.  The Host only checks
 * the address against the end of memory, sum and all, so that a length which wraps
 * around does no harm.  An address outside is the end of the Guest.
 * :*/
#include <linux/mmu_notifier.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include "lg.h"

/* Looks without harm: false if there is nothing to see. */
bool lg_peek(struct lguest *lg, u32 gpa, void *to, u32 bytes)
{
	return lg_range_ok((u64)lg->pfn_limit << PAGE_SHIFT, gpa, bytes) &&
	       current->mm == lg->mm &&
	       !copy_from_user(to, (void __user *)(lg->base + gpa), bytes);
}

bool lg_read(struct lg_cpu *cpu, u32 gpa, void *to, u32 bytes)
{
	if (lg_peek(cpu->lg, gpa, to, bytes))
		return true;
	memset(to, 0, bytes);
	kill_cpu(cpu, "bad read of %u bytes at address 0x%x", bytes, gpa);
	return false;
}

bool lg_write(struct lg_cpu *cpu, u32 gpa, const void *from, u32 bytes)
{
	struct lguest *lg = cpu->lg;

	if (lg_range_ok((u64)lg->pfn_limit << PAGE_SHIFT, gpa, bytes) && current->mm == lg->mm &&
	    !copy_to_user((void __user *)(lg->base + gpa), from, bytes))
		return true;
	kill_cpu(cpu, "bad write of %u bytes at address 0x%x", bytes, gpa);
	return false;
}

/* A trap's frame, say: few words that lie in one page. */
bool lg_write_words(struct lg_cpu *cpu, u32 gpa, const u32 *words, unsigned int count)
{
	struct lguest *lg = cpu->lg;
	u32 __user *at = (u32 __user *)(lg->base + gpa);
	unsigned int i;

	if (lg_range_ok((u64)lg->pfn_limit << PAGE_SHIFT, gpa, count * sizeof(*words)) &&
	    current->mm == lg->mm && user_write_access_begin(at, count * sizeof(*words))) {
		for (i = 0; i < count; i++)
			unsafe_put_user(words[i], at + i, fault);
		user_write_access_end();
		return true;
fault:
		user_write_access_end();
	}
	kill_cpu(cpu, "bad write of %zu bytes at address 0x%x", count * sizeof(*words), gpa);
	return false;
}

/*
 * Other vCPUs may write the same word at the same time, and the processor does this
 * atomically too.  False if it is no longer what it was, or cannot be written.
 */
bool lg_exchange(struct lg_cpu *cpu, u32 gpa, u64 old, u64 new, u32 bytes)
{
	struct lguest *lg = cpu->lg;
	void __user *at = (void __user *)(lg->base + gpa);
	int differs = -EFAULT;
	u32 old32 = old;

	if (lg_range_ok((u64)lg->pfn_limit << PAGE_SHIFT, gpa, bytes) && current->mm == lg->mm) {
		if (bytes == sizeof(u32))
			differs = __try_cmpxchg_user((u32 __user *)at, &old32, (u32)new, fault32);
		else
			differs = __try_cmpxchg_user((u64 __user *)at, &old, new, fault64);
	}
	if (differs < 0)
		kill_cpu(cpu, "bad write of %u bytes at address 0x%x", bytes, gpa);
	return !differs;
}

/*L:134 Frames
 *
 * The processor, for its part, does not ask the Launcher's tables: a shadow entry
 * holds the number of a true frame.  So for each page of the Guest that is in a shadow
 * table the Host holds a reference to the frame, taken at the first use, and a list of
 * all shadow entries that lead to it.
 *
 * The Launcher's memory stays the Launcher's all the while.  When the kernel wants to
 * take a page away (munmap, fork, swap, migration), it tells us first: every
 * shadow entry of the page goes, every vCPU that may have it in its TLB is called
 * out of its Guest, the reference is dropped, and only then the kernel goes on.  The
 * Guest's next access faults and finds the frame anew, or finds that there is none and
 * dies.
 * :*/
static unsigned long frame_address(struct lguest *lg, u32 pfn)
{
	return lg->base + ((unsigned long)pfn << PAGE_SHIFT);
}

/* Returns with mmu_lock held. False: there is no page, or the Launcher is being killed. */
bool lg_lock_frame(struct lguest *lg, u32 pfn)
	__acquires(&lg->mmu_lock)
{
	struct lg_frame *frame = &lg->frames[pfn];
	unsigned long seq;
	struct page *page;

	spin_lock(&lg->mmu_lock);
	while (unlikely(!frame->page)) {
		spin_unlock(&lg->mmu_lock);
		seq = mmu_interval_read_begin(&lg->notifier);
		if (lg_may_fail(get_user_pages_fast(frame_address(lg, pfn), 1, FOLL_WRITE, &page),
			    -ENOMEM) != 1)
			page = NULL;
		spin_lock(&lg->mmu_lock);
		if (!page || fatal_signal_pending(current)) {
			if (page)
				put_page(page);
			return false;
		}
		/* Not if it was taken away again in between, or another vCPU was here. */
		if (!frame->page && !mmu_interval_read_retry(&lg->notifier, seq)) {
			frame->page = page;
			lg->held++;
		} else {
			put_page(page);
		}
	}
	return true;
}

static void drop_frame(struct lguest *lg, struct lg_frame *frame)
{
	set_page_dirty(frame->page);
	put_page(frame->page);
	frame->page = NULL;
	lg->held--;
}

static bool page_is_going(struct mmu_interval_notifier *notifier,
			  const struct mmu_notifier_range *range, unsigned long seq)
{
	struct lguest *lg = container_of(notifier, struct lguest, notifier);
	unsigned long size = (unsigned long)lg->pfn_limit << PAGE_SHIFT;
	unsigned long start = max(range->start, lg->base) - lg->base;
	unsigned long end = min(range->end, lg->base + size) - lg->base;
	u32 first = start >> PAGE_SHIFT, last = PAGE_ALIGN(end) >> PAGE_SHIFT, pfn, chunk;

	spin_lock(&lg->mmu_lock);
	mmu_interval_set_seq(notifier, seq);
	while (first < last) {
		chunk = min_t(u32, last, first + 1024);
		for (pfn = first; pfn < chunk; pfn++)
			if (lg->frames[pfn].head)
				lg_forget_frame(lg, pfn);
		lg_shrunk(lg, NULL);
		for (pfn = first; pfn < chunk; pfn++)
			if (lg->frames[pfn].page)
				drop_frame(lg, &lg->frames[pfn]);
		first = chunk;
		/* A reader waits until we are through, so the lock may be left. */
		if (mmu_notifier_range_blockable(range))
			cond_resched_lock(&lg->mmu_lock);
	}
	spin_unlock(&lg->mmu_lock);
	return true;
}

static const struct mmu_interval_notifier_ops notifier_ops = { .invalidate = page_is_going };

int lg_memory_init(struct lguest *lg)
{
	int err;

	lg->frames = lg_may_fail(kvcalloc(lg->pfn_limit, sizeof(*lg->frames), GFP_KERNEL_ACCOUNT),
			     NULL);
	if (!lg->frames)
		return -ENOMEM;
	err = lg_may_fail(mmu_interval_notifier_insert(&lg->notifier, lg->mm, lg->base,
						   (unsigned long)lg->pfn_limit << PAGE_SHIFT,
						   &notifier_ops), -ENOMEM);
	lg->notified = !err;
	return err;
}

/* Nobody runs any more, so nobody needs to know. */
void lg_memory_stop(struct lguest *lg)
{
	if (lg->notified)
		mmu_interval_notifier_remove(&lg->notifier);
}

/* After the shadow tables are gone. */
void lg_memory_exit(struct lguest *lg)
{
	u32 pfn;

	for (pfn = 0; lg->frames && pfn < lg->pfn_limit; pfn++) {
		if (lg->frames[pfn].page)
			drop_frame(lg, &lg->frames[pfn]);
		if (!(pfn % 4096))
			cond_resched();
	}
	kvfree(lg->frames);
	lg->frames = NULL;
	WARN_ON_ONCE(lg->held);
}

/*L:138 The page of conversation
 *
 * struct lguest_data is different: Switcher and Host use it at any moment, with
 * interrupts off, so its frames are pinned until the vCPU goes, and the kernel leaves
 * them where they are.  It lies in one page or in two that need not be neighbours;
 * the Switcher sees them side by side behind the block, and so does the Host, at another
 * place.
 * :*/
int lg_pin_data(struct lg_cpu *cpu, u32 gpa, u32 size)
{
	struct lguest *lg = cpu->lg;
	u32 count = offset_in_page(gpa) + size > PAGE_SIZE ? 2 : 1;
	int pinned, err = -EFAULT;
	void *mapping;

	pinned = lg_may_fail(pin_user_pages_fast(frame_address(lg, gpa >> PAGE_SHIFT), count,
					     FOLL_WRITE | FOLL_LONGTERM, cpu->data_pages), -ENOMEM);
	if (pinned != count)
		goto unpin;
	err = -ENOMEM;
	mapping = lg_may_fail(vmap(cpu->data_pages, count, VM_MAP, PAGE_KERNEL), NULL);
	if (!mapping)
		goto unpin;
	err = map_guest_data(cpu, count, offset_in_page(gpa));
	if (err) {
		vunmap(mapping);
		goto unpin;
	}
	cpu->data_mapping = mapping;
	cpu->data_gpa = gpa;
	cpu->data = mapping + offset_in_page(gpa);
	cpu->state->irq_words = cpu->data;
	return 0;

unpin:
	if (pinned > 0)
		unpin_user_pages(cpu->data_pages, pinned);
	memset(cpu->data_pages, 0, sizeof(cpu->data_pages));
	return err;
}

void lg_unpin_data(struct lg_cpu *cpu)
{
	unsigned int count = cpu->data_pages[1] ? 2 : 1;

	if (!cpu->data_mapping)
		return;
	vunmap(cpu->data_mapping);
	unpin_user_pages_dirty_lock(cpu->data_pages, count, true);
}
