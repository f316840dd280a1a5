// SPDX-License-Identifier: GPL-2.0-or-later
/*L:600 Two sets of page tables
 *
 * The Guest keeps its own tables, in its own memory, with frame numbers that begin
 * at 0: two levels, or three with PAE.  The processor never sees them.  It walks the
 * shadow: tables of the Host's, in the four-level form of 64-bit mode, which say the
 * same with true frame numbers.  The shadow starts empty and is filled when a fault
 * shows that something is missing; a hypercall tells us when the Guest changes an entry
 * that we may have copied.
 *
 * A root stands for one value of the Guest's CR3.  It needs a top table, one table
 * for the lowest 512 GB of which the first four entries are used, and for each of
 * these GB a directory, each entry of which leads to a table for 2 MB.  That is just
 * the shape of PAE; without PAE one entry of the Guest's directory is two of ours.
 *
 *   Guest, two levels    directory (4 MB an entry)          table, 1024 entries
 *   Guest, PAE           4 entries -> directory (2 MB)   -> table, 512 entries
 *   shadow      top   -> 4 entries -> directory (2 MB)   -> table, 512 entries
 *
 * Directories that lie wholly in the Guest's kernel part are shared by all roots: the
 * ABI says that this part is the same everywhere (GUEST_ABI.md, section 8).
 * :*/
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/smp.h>
#include <linux/vmalloc.h>
#include <asm/pgtable.h>
#include "shadow.h"

#define CLEAN_TABLES_MAX 64

static void *new_page(struct lguest *lg)
{
	void *page = lg_may_fail((void *)get_zeroed_page(GFP_KERNEL_ACCOUNT), NULL);

	if (page) {
		spin_lock(&lg->mmu_lock);
		lg->shadow_pages++;
		spin_unlock(&lg->mmu_lock);
	}
	return page;
}

static void free_one_page(struct lguest *lg, void *page)
{
	if (!page)
		return;
	free_page((unsigned long)page);
	lg->shadow_pages--;
}

/*
 * Tables are needed where nothing may sleep, so each vCPU brings two along.  One that
 * was given back is empty and goes to the next who needs one.
 */
bool shadow_top_up(struct lg_cpu *cpu)
{
	const gfp_t zeroed = GFP_KERNEL_ACCOUNT | __GFP_ZERO;

	while (unlikely(cpu->spares < ARRAY_SIZE(cpu->spare))) {
		void *table = lg_may_fail((void *)__get_free_pages(zeroed, 1), NULL);

		if (!table) {
			kill_cpu(cpu, "no memory for shadow page tables");
			return false;
		}
		cpu->spare[cpu->spares++] = table;
	}
	return true;
}

static void free_table(struct lguest *lg, struct page *page)
{
	list_del(&page->lru);
	__free_pages(page, 1);
	lg->shadow_pages -= 2;
}

/*L:606 Taking something away
 *
 * A vCPU in its Guest may have in its TLB what a table said a moment ago.  Its own
 * changes need no care: each stay begins with a load of CR3, which empties the TLB, and
 * no shadow entry is global.  But another vCPU may be in the Guest on another processor.
 * So whoever takes an entry or a right away calls those vCPUs out, and waits until they
 * are; only then a table is used again, or a frame given back.
 *
 * A vCPU says that it enters (in_guest) before it loads CR3, and we look at that after we
 * have changed the table: one of the two always sees the other.
 * :*/
static void come_out(void *unused)
{
}

static void call_out_others(struct lguest *lg, const struct lg_cpu *self)
{
	unsigned int i;

	if (lg->nr_cpus == 1 && self)
		return;
	cpumask_clear(lg->call_out);
	smp_mb(); /* the tables were changed before */
	for (i = 0; i < lg->nr_cpus; i++) {
		int n = READ_ONCE(lg->cpus[i].in_guest);

		if (&lg->cpus[i] != self && n >= 0)
			cpumask_set_cpu(n, lg->call_out);
	}
	if (!cpumask_empty(lg->call_out))
		smp_call_function_many(lg->call_out, come_out, NULL, true);
}

/* With mmu_lock held: what was taken away is gone everywhere when this returns. */
void lg_shrunk(struct lguest *lg, const struct lg_cpu *self)
{
	struct page *page, *next;

	if (!lg->shrunk)
		return;
	lg->shrunk = false;
	call_out_others(lg, self);
	list_for_each_entry_safe(page, next, &lg->retired_tables, lru) {
		if (lg->nr_clean_tables < CLEAN_TABLES_MAX) {
			list_move(&page->lru, &lg->clean_tables);
			lg->nr_clean_tables++;
		} else {
			free_table(lg, page);
		}
	}
}

void lg_forget_frame(struct lguest *lg, u32 pfn)
{
	while (lg->frames[pfn].head)
		forget(lg, lg->frames[pfn].head);
}

void shadow_empty_pt(struct lguest *lg, u32 n)
{
	unsigned int slot;

	for_each_set_bit(slot, lg->pts[n].present, 512)
		forget(lg, n * 512 + slot);
}

static void retire(struct lguest *lg, struct shadow_table *table)
{
	list_add(&virt_to_page(table)->lru, &lg->retired_tables);
	lg->shrunk = true;
}

void shadow_drop_pt(struct lguest *lg, struct shadow_dir *dir, unsigned int index)
{
	u16 n = dir->table ? dir->table->pt[index] : 0, *at = &dir->first;

	if (!n)
		return;
	while (*at != n)
		at = &lg->pts[*at].next;
	*at = lg->pts[n].next;
	dir->table->entry[index] = 0;
	dir->table->pt[index] = 0;
	shadow_empty_pt(lg, n);
	retire(lg, lg->pts[n].table);
	lg->pts[n].table = NULL;
	lg->pts[n].next = lg->free_pt;
	lg->free_pt = n;
}

void shadow_drop_dir(struct lguest *lg, struct shadow_dir *dir)
{
	if (!dir->table)
		return;
	while (dir->first)
		shadow_drop_pt(lg, dir, lg->pts[dir->first].index);
	retire(lg, dir->table);
	dir->table = NULL;
}

/*L:610 The Switcher in every root
 *
 * The upper half of a root holds the Switcher's text, executable and read-only,
 * and the blocks of this Guest's vCPUs: state and stack writable, IDT, GDT and TSS
 * not.  These tables are made once for a Guest; each root copies their top entries.
 * A ring of records joins them when somebody records.
 * :*/
static u64 *walk_half(struct lguest *lg, unsigned long address)
{
	static const int shifts[] = { 48, 39, PUD_SHIFT, PMD_SHIFT };
	u64 *table = lg->half_top;
	int level;

	for (level = pgtable_l5_enabled() ? 0 : 1; level < ARRAY_SIZE(shifts); level++) {
		u64 *entry = &table[(address >> shifts[level]) & 511];

		if (!(*entry & SH_P)) {
			void *next = new_page(lg);

			if (!next)
				return NULL;
			*entry = entry_of(next, SH_P | SH_RW | SH_A);
		}
		table = table_of(*entry);
	}
	return &table[(address >> PAGE_SHIFT) & 511];
}

static int map_in_half(struct lguest *lg, const void *address, unsigned long pfn, u64 flags)
{
	u64 *entry = walk_half(lg, (unsigned long)address);

	if (!entry)
		return -ENOMEM;
	*entry = __sme_set((u64)pfn << PAGE_SHIFT) | SH_P | SH_A | flags;
	return 0;
}

int map_block_in_guest(struct lg_cpu *cpu)
{
	static const u64 flags[LG_BLOCK_PAGES] = {
		[LG_BLOCK_STATE] = SH_RW | SH_D | SH_NX,
		[LG_BLOCK_IDT] = SH_NX,
		[LG_BLOCK_GDT] = SH_NX,
		[LG_BLOCK_STACK] = SH_RW | SH_D | SH_NX,
	};
	int i, err = 0;

	for (i = 0; i < LG_BLOCK_PAGES && !err; i++)
		if (flags[i]) /* the others wait for map_guest_data() */
			err = map_in_half(cpu->lg, cpu->block + i * PAGE_SIZE,
					  vmalloc_to_pfn(cpu->block + i * PAGE_SIZE), flags[i]);
	return err;
}

/*
 * The records of a ring (not its header), where the Host has them.  They may lie in a part of
 * the address space that no root knows yet.  The caller holds lg->lock, as all do who may
 * need a table for the half.
 */
int map_ring_in_guest(struct lg_cpu *cpu, unsigned long bytes)
{
	void *ring = (void *)cpu->ring + LG_EVENT_RING_OFFSET;
	struct lguest *lg = cpu->lg;
	unsigned int i, root;
	unsigned long at;
	int err = 0;

	for (at = 0; at < bytes && !err; at += PAGE_SIZE)
		err = map_in_half(lg, ring + at, vmalloc_to_pfn(ring + at), SH_RW | SH_D | SH_NX);
	if (err) {
		for (at -= PAGE_SIZE; at; at -= PAGE_SIZE)
			*walk_half(lg, (unsigned long)ring + at - PAGE_SIZE) = 0;
		return err;
	}
	for (root = 0; root < LG_SHADOW_ROOTS; root++)
		for (i = 256; i < 512; i++)
			WRITE_ONCE(lg->roots[root].top[i], lg->half_top[i]);
	return 0;
}

static int map_text_in_guest(struct lguest *lg)
{
	unsigned long at;
	int err = 0;

	for (at = 0; at < LG_TEXT_BYTES && !err; at += PAGE_SIZE)
		err = map_in_half(lg, lg_switcher_text + at,
				  vmalloc_to_pfn(lg_switcher_text + at), 0);
	return err;
}

/* The page of conversation, where the Switcher looks for it. */
int map_guest_data(struct lg_cpu *cpu, unsigned int count, u32 offset)
{
	void *at = cpu->block + LG_BLOCK_DATA * PAGE_SIZE;
	unsigned int i;
	int err = 0;

	for (i = 0; i < count && !err; i++)
		err = map_in_half(cpu->lg, at + i * PAGE_SIZE, page_to_pfn(cpu->data_pages[i]),
				  SH_RW | SH_D | SH_NX);
	cpu->state->guest_data = (unsigned long)at + offset;
	return err;
}

/*L:620 Roots
 *
 * A Guest switches between its tables at every context switch, so the shadows of
 * the last few are kept.  When a new one is needed and all are taken, the one that
 * was not used for longest goes; never one that a vCPU is on.
 * :*/
static void clear_root(struct lguest *lg, struct shadow_root *root)
{
	unsigned int gb;

	for (gb = 0; gb < 4; gb++) {
		shadow_drop_dir(lg, &root->dir[gb]);
		root->pdpt[gb] = lg->kernel_dir[gb].table ?
			entry_of(lg->kernel_dir[gb].table, SH_TABLE) : 0;
	}
}

static void free_root(struct lguest *lg, struct shadow_root *root)
{
	free_one_page(lg, root->pdpt);
	free_one_page(lg, root->p4d);
	free_one_page(lg, root->top);
	memset(root, 0, sizeof(*root));
}

static int make_root(struct lguest *lg, struct shadow_root *root)
{
	u64 *low;

	root->top = new_page(lg);
	root->pdpt = new_page(lg);
	if (pgtable_l5_enabled())
		root->p4d = new_page(lg);
	if (!root->top || !root->pdpt || (pgtable_l5_enabled() && !root->p4d))
		return -ENOMEM;
	memcpy(root->top + 256, lg->half_top + 256, 256 * sizeof(u64));
	low = root->top;
	if (root->p4d) {
		low[0] = entry_of(root->p4d, SH_TABLE);
		low = root->p4d;
	}
	low[0] = entry_of(root->pdpt, SH_TABLE);
	root->cr3_value = entry_of(root->top, 0);
	return 0;
}

struct shadow_root *shadow_find_root(struct lguest *lg, u32 cr3)
{
	unsigned int i;

	for (i = 0; i < LG_SHADOW_ROOTS; i++)
		if (lg->roots[i].used && lg->roots[i].cr3 == cr3)
			return &lg->roots[i];
	return NULL;
}

/* With mmu_lock held, which those hold who look for a root to take. */
void set_root(struct lg_cpu *cpu, struct shadow_root *root)
{
	cpu->root = root;
	cpu->state->guest_cr3 = root->cr3_value;
}

static bool root_in_use(const struct lguest *lg, const struct shadow_root *root)
{
	unsigned int i;

	for (i = 0; i < lg->nr_cpus; i++)
		if (lg->cpus[i].root == root)
			return true;
	return false;
}

struct shadow_root *shadow_get_root(struct lguest *lg, u32 cr3)
{
	struct shadow_root *root = shadow_find_root(lg, cr3), *candidate;

	if (!root) {
		for (candidate = lg->roots; candidate < lg->roots + LG_SHADOW_ROOTS; candidate++) {
			if (root_in_use(lg, candidate))
				continue;
			if (!root || !candidate->used ||
			    (root->used && candidate->last_used < root->last_used))
				root = candidate;
		}
		clear_root(lg, root);
		root->used = true;
		root->cr3 = cr3;
	}
	root->last_used = ++lg->use_clock;
	return root;
}

static_assert(LG_SHADOW_ROOTS > LG_VCPUS_MAX);

int init_guest_page_tables(struct lguest *lg)
{
	unsigned int i;
	int err;

	spin_lock_init(&lg->mmu_lock);
	INIT_LIST_HEAD(&lg->clean_tables);
	INIT_LIST_HEAD(&lg->retired_tables);
	lg->next_pt = 1;
	lg->pts = lg_may_fail(kvcalloc(SHADOW_PTS_MAX, sizeof(*lg->pts), GFP_KERNEL_ACCOUNT), NULL);
	lg->half_top = new_page(lg);
	if (!lg->pts || !lg->half_top ||
	    !lg_may_fail(zalloc_cpumask_var(&lg->call_out, GFP_KERNEL_ACCOUNT), false))
		return -ENOMEM;
	err = map_text_in_guest(lg);
	if (!err)
		err = map_block_in_guest(&lg->cpus[0]);
	for (i = 0; i < LG_SHADOW_ROOTS && !err; i++)
		err = make_root(lg, &lg->roots[i]);
	if (err)
		return err;
	/* Until the Guest loads a table, virtual is physical. */
	set_root(&lg->cpus[0], shadow_get_root(lg, 0));
	return 0;
}

/* Roots share the tables under half_top; only it owns them. */
static void free_half(struct lguest *lg, u64 *table, int levels)
{
	int i;

	if (!table)
		return;
	for (i = 0; levels > 1 && i < 512; i++)
		if (table[i] & SH_P)
			free_half(lg, table_of(table[i]), levels - 1);
	free_one_page(lg, table);
}

void shadow_drop_all(struct lguest *lg)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		shadow_drop_dir(lg, &lg->kernel_dir[i]);
	for (i = 0; i < LG_SHADOW_ROOTS; i++)
		if (lg->roots[i].pdpt) /* not if make_root() had no memory */
			clear_root(lg, &lg->roots[i]);
}

/* No vCPU runs any more. */
void free_guest_page_tables(struct lguest *lg)
{
	struct page *page, *next;
	unsigned int i;

	if (!lg->half_top)
		goto out;
	spin_lock(&lg->mmu_lock);
	shadow_drop_all(lg);
	lg_shrunk(lg, NULL);
	list_for_each_entry_safe(page, next, &lg->clean_tables, lru)
		free_table(lg, page);
	spin_unlock(&lg->mmu_lock);
	for (i = 0; i < LG_SHADOW_ROOTS; i++)
		free_root(lg, &lg->roots[i]);
	free_half(lg, lg->half_top, pgtable_l5_enabled() ? 5 : 4);
out:
	free_cpumask_var(lg->call_out);
	kvfree(lg->pts);
	WARN_ON_ONCE(lg->shadow_pages);
}

/* What a vCPU brought along and did not use. */
void free_spare_tables(struct lg_cpu *cpu)
{
	while (cpu->spares)
		free_pages((unsigned long)cpu->spare[--cpu->spares], 1);
}

