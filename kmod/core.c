// SPDX-License-Identifier: GPL-2.0-or-later
/*L:100 The Host
 *
 * lgscope's Host is this module.  It runs 32-bit kernels that know they are Guests
 * (they were built to make hypercalls instead of touching the machine), in ring 1
 * of an ordinary x86-64 kernel, without any virtualisation hardware.
 *
 * This file has what all the others stand on: loading and unloading, the
 * Switcher's place in memory, and the end of a Guest.
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
	switcher_mapping = lg_may_fail(vzalloc(SWITCHER_BYTES + LG_BLOCK_SIZE), NULL);
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

/*L:105 Loading and unloading
 *
 * First a look at the machine: where the world switch cannot be safe, the module
 * says why and does not load.  Then one piece after the other is set up, and when
 * one fails those before it are taken down again, in reverse.
 * :*/
#ifdef LG_FAULTS
int lg_fail_at;
module_param_named(fail_at, lg_fail_at, int, 0600);
#endif

static int __init lg_init(void)
{
	const char *refusal = world_switch_refusal();
	int err;

	if (refusal) {
		pr_err("lg: not loaded: %s\n", refusal);
		return -ENODEV;
	}
	speculation_init();
	err = map_switcher();
	if (err)
		return err;
	err = lg_may_fail(world_switch_init(), -ENOMEM);
	if (err) {
		pr_err("lg: not loaded: no processor could be prepared (%d)\n", err);
		goto unmap;
	}
	err = lg_may_fail(lguest_device_init(), -ENOMEM);
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
