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
#include <linux/mem_encrypt.h>
#include <linux/smp.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/pgtable.h>
#include "lg.h"

#define SH_P BIT_ULL(0)
#define SH_RW BIT_ULL(1)
#define SH_US BIT_ULL(2)
#define SH_A BIT_ULL(5)
#define SH_D BIT_ULL(6)
#define SH_NX BIT_ULL(63)
#define SH_TABLE (SH_P | SH_RW | SH_US | SH_A)
#define SH_FRAME 0x000ffffffffff000ULL

static u64 entry_of(const void *table, u64 flags)
{
	return __sme_set((u64)__pa(table)) | flags;
}

static u64 *table_of(u64 entry)
{
	return __va(__sme_clr(entry & SH_FRAME));
}

/*L:604 Tables and what lies behind them
 *
 * A directory or a last-level table is two pages: the first is what the processor
 * reads, the second is ours.  Behind each last-level entry stands the Guest's frame
 * number that it was made from, and its neighbours among the entries that lead to the
 * same frame.  These are a list, which begins in struct lg_frame: when the Launcher
 * loses the page, exactly they are removed.  It is linked both ways, so that taking one
 * out costs the same however long a Guest has made the list.  Behind each directory entry
 * stands the number of the last-level table; those of one directory are a list too.
 *
 * An entry is named by the number of its table and its place in it, 21 bits.  Number 0
 * is no table, so 0 ends a list.
 * :*/
#define SHADOW_PTS_MAX 4096 /* 32 MB of tables a Guest; beyond, all start anew */
#define CLEAN_TABLES_MAX 64

struct shadow_table {
	u64 entry[512];
	union {
		struct {
			u64 next : 21, prev : 21, pfn : 20;
		} link[512];
		u16 pt[512];
	};
};

static_assert(sizeof(struct shadow_table) == 2 * PAGE_SIZE);
static_assert(SHADOW_PTS_MAX * 512 <= 1 << 21 && LG_PFN_LIMIT_MAX <= 1 << 20);

struct shadow_pt {
	struct shadow_table *table;
	struct shadow_table *dir; /* where it hangs, at index */
	u32 guest;		  /* guest-physical address of the entry behind slot 0 */
	u16 next, index;
	u8 rights; /* LG_PTE_RW and LG_PTE_US of the Guest's directory entry */
	bool stale;
	DECLARE_BITMAP(present, 512);
};

static void *new_page(struct lguest *lg)
{
	void *page = lg_may_fail((void *)get_zeroed_page(GFP_KERNEL_ACCOUNT), NULL);

	if (page)
		lg->shadow_pages++;
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
static bool top_up(struct lg_cpu *cpu)
{
	while (unlikely(cpu->spares < ARRAY_SIZE(cpu->spare))) {
		void *table = lg_may_fail((void *)__get_free_pages(GFP_KERNEL_ACCOUNT | __GFP_ZERO, 1),
				      NULL);

		if (!table) {
			kill_cpu(cpu, "no memory for shadow page tables");
			return false;
		}
		cpu->spare[cpu->spares++] = table;
	}
	return true;
}

static struct shadow_table *take_table(struct lg_cpu *cpu)
{
	struct lguest *lg = cpu->lg;
	struct page *page = list_first_entry_or_null(&lg->clean_tables, struct page, lru);

	if (page) {
		list_del(&page->lru);
		lg->nr_clean_tables--;
		return page_address(page);
	}
	lg->shadow_pages += 2;
	return cpu->spare[--cpu->spares];
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

static void leave_shadow(struct lg_cpu *cpu)
	__releases(&cpu->lg->mmu_lock)
{
	lg_shrunk(cpu->lg, cpu);
	spin_unlock(&cpu->lg->mmu_lock);
}

static u64 *entry_at(struct lguest *lg, u32 id)
{
	return &lg->pts[id / 512].table->entry[id % 512];
}

/* Takes one last-level entry out of the shadow and out of its frame's list. */
static void forget(struct lguest *lg, u32 id)
{
	struct shadow_pt *pt = &lg->pts[id / 512];
	u32 slot = id % 512;
	u32 next = pt->table->link[slot].next, prev = pt->table->link[slot].prev;

	if (prev)
		lg->pts[prev / 512].table->link[prev % 512].next = next;
	else
		lg->frames[pt->table->link[slot].pfn].head = next;
	if (next)
		lg->pts[next / 512].table->link[next % 512].prev = prev;
	pt->table->entry[slot] = 0;
	lg->shadow_forgotten++;
	__clear_bit(slot, pt->present);
	lg->shrunk = true;
}

void lg_forget_frame(struct lguest *lg, u32 pfn)
{
	while (lg->frames[pfn].head)
		forget(lg, lg->frames[pfn].head);
}

static void remember(struct lguest *lg, u32 id, u32 pfn, u64 value)
{
	struct shadow_pt *pt = &lg->pts[id / 512];
	u64 *entry = &pt->table->entry[id % 512];
	u32 next;

	if (*entry & SH_P) {
		if (pt->table->link[id % 512].pfn == pfn) {
			if (*entry & ~value & (SH_RW | SH_US))
				lg->shrunk = true;
			*entry = value;
			return;
		}
		forget(lg, id);
	}
	next = lg->frames[pfn].head;
	if (next)
		lg->pts[next / 512].table->link[next % 512].prev = id;
	pt->table->link[id % 512].pfn = pfn;
	pt->table->link[id % 512].next = next;
	pt->table->link[id % 512].prev = 0;
	lg->frames[pfn].head = id;
	__set_bit(id % 512, pt->present);
	*entry = value;
}

static void empty_pt(struct lguest *lg, u32 n)
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

static void drop_pt(struct lguest *lg, struct shadow_dir *dir, unsigned int index)
{
	u16 n = dir->table ? dir->table->pt[index] : 0, *at = &dir->first;

	if (!n)
		return;
	while (*at != n)
		at = &lg->pts[*at].next;
	*at = lg->pts[n].next;
	dir->table->entry[index] = 0;
	dir->table->pt[index] = 0;
	empty_pt(lg, n);
	retire(lg, lg->pts[n].table);
	lg->pts[n].table = NULL;
	lg->pts[n].next = lg->free_pt;
	lg->free_pt = n;
}

static void drop_dir(struct lguest *lg, struct shadow_dir *dir)
{
	if (!dir->table)
		return;
	while (dir->first)
		drop_pt(lg, dir, lg->pts[dir->first].index);
	retire(lg, dir->table);
	dir->table = NULL;
}

/*L:610 The Switcher in every root
 *
 * The upper half of a root holds the Switcher's text, executable and read-only,
 * and the blocks of this Guest's vCPUs: state and stack writable, IDT, GDT and TSS
 * not.  These tables are made once for a Guest; each root copies their top entries.
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
		[LG_BLOCK_LOG] = SH_RW | SH_D | SH_NX,
		[LG_BLOCK_LOG + 1] = SH_RW | SH_D | SH_NX,
	};
	int i, err = 0;

	for (i = 0; i < LG_BLOCK_PAGES && !err; i++)
		if (flags[i]) /* the others wait for map_guest_data() */
			err = map_in_half(cpu->lg, cpu->block + i * PAGE_SIZE,
					  vmalloc_to_pfn(cpu->block + i * PAGE_SIZE), flags[i]);
	return err;
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
static bool is_kernel_gb(const struct lguest *lg, unsigned int gb)
{
	return lg->kernel_address && ((u64)gb << 30) >= lg->kernel_address;
}

static void clear_root(struct lguest *lg, struct shadow_root *root)
{
	unsigned int gb;

	for (gb = 0; gb < 4; gb++) {
		drop_dir(lg, &root->dir[gb]);
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

static struct shadow_root *find_root(struct lguest *lg, u32 cr3)
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

static struct shadow_root *get_root(struct lguest *lg, u32 cr3)
{
	struct shadow_root *root = find_root(lg, cr3), *candidate;

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
	set_root(&lg->cpus[0], get_root(lg, 0));
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

static void drop_all(struct lguest *lg)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		drop_dir(lg, &lg->kernel_dir[i]);
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
	drop_all(lg);
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

/*L:624 A walk through the Guest's tables
 *
 * All that is known of an address: the directory entry and the last-level entry, where
 * each of them lies, and where the piece of the Guest's table begins that one of our
 * tables stands for.  A frame number beyond the Guest's memory or a forbidden bit ends
 * the walk.
 * :*/
struct guest_walk {
	u64 dir, pte; /* 0: not there */
	u32 dir_at, pte_at;
	u32 directory; /* of PAE: its guest-physical address; else 0 */
	u32 table;
};

enum walk_result { WALK_OK, WALK_BAD_TOP, WALK_BAD_DIR, WALK_UNREADABLE };

static u32 entry_bytes(unsigned int levels)
{
	return levels == 3 ? sizeof(u64) : sizeof(u32);
}

static enum walk_result walk_levels(struct lguest *lg, unsigned int levels, u32 cr3, u32 address,
				    struct guest_walk *w)
{
	u32 size = entry_bytes(levels);

	*w = (struct guest_walk){ .dir_at = cr3 + (address >> 22) * 4 };
	if (levels == 3) {
		u64 top;

		if (!lg_peek_entry(lg, cr3 + (address >> 30) * 8, &top, size))
			return WALK_UNREADABLE;
		if (!(top & LG_PTE_P))
			return WALK_OK;
		w->dir = top;
		if (!lg_pdpte_ok(top, lg->pfn_limit))
			return WALK_BAD_TOP;
		w->directory = top & PAGE_MASK;
		w->dir_at = w->directory + ((address >> 21) & 511) * 8;
	}
	if (!lg_peek_entry(lg, w->dir_at, &w->dir, size))
		return WALK_UNREADABLE;
	if (!(w->dir & LG_PTE_P))
		return WALK_OK;
	if (!lg_pgd_ok(w->dir, lg->pfn_limit))
		return WALK_BAD_DIR;
	w->table = (w->dir & PAGE_MASK) + (levels == 3 ? 0 : (address >> 21) & 1) * 512 * size;
	w->pte_at = w->table + ((address >> 12) & 511) * size;
	return lg_peek_entry(lg, w->pte_at, &w->pte, size) ? WALK_OK : WALK_UNREADABLE;
}

static enum walk_result walk_guest(struct lguest *lg, u32 cr3, u32 address, struct guest_walk *w)
{
	return walk_levels(lg, lg->levels, cr3, address, w);
}

static bool walk_finds(struct lguest *lg, unsigned int levels, u32 cr3, u32 address,
		       struct guest_walk *w)
{
	return walk_levels(lg, levels, cr3, address, w) == WALK_OK && (w->dir & LG_PTE_P) &&
	       (w->pte & LG_PTE_P) && lg_pte_ok(w->pte, lg->pfn_limit);
}

/* Before the first NEW_PGTABLE: virtual is physical, but where the Host's tables lead. */
static bool unpaged_pa(struct lguest *lg, u32 address, u32 *gpa)
{
	struct guest_walk w;

	*gpa = address;
	if (!lg->boot_tables || address < lg->kernel_address)
		return (address >> PAGE_SHIFT) < lg->pfn_limit;
	if (!walk_finds(lg, 3, lg->boot_tables, address, &w) &&
	    !walk_finds(lg, 2, lg->boot_tables, address, &w))
		return false;
	*gpa = (w.pte & PAGE_MASK) | offset_in_page(address);
	return true;
}

/* What the Guest's own tables say about an address, without rights. */
bool guest_pa(struct lg_cpu *cpu, u32 address, u32 *gpa)
{
	struct lguest *lg = cpu->lg;
	struct guest_walk w;

	if (!lg->levels)
		return unpaged_pa(lg, address, gpa);
	if (!walk_finds(lg, lg->levels, cpu->cr3, address, &w))
		return false;
	*gpa = (w.pte & PAGE_MASK) | offset_in_page(address);
	return true;
}

/*L:626 A flush that keeps what is right
 *
 * FLUSH_TLB says that entries may have changed of which nobody told us.  Most have
 * not, and to throw all away would cost the Guest a fault for each page that it
 * touches next.  So a flush only takes the tables out of their directories.  At the
 * next fault in its 2 MB a table is compared with the Guest's, entry by entry, what
 * still agrees is kept, and the table is hung in again.
 * :*/
static u32 make_stale(struct lguest *lg, const struct shadow_dir *dir)
{
	u32 n, count = 0;

	if (!dir->table)
		return 0;
	for (n = dir->first; n; n = lg->pts[n].next) {
		lg->pts[n].stale = true;
		dir->table->entry[lg->pts[n].index] = 0;
		lg->shrunk = true;
		count++;
	}
	return count;
}

static u64 shadow_rights(u64 rights)
{
	u64 value = 0;

	/* Writable only once it is dirty: the first write has to fault. */
	if ((rights & LG_PTE_RW) && (rights & LG_PTE_D))
		value |= SH_RW | SH_D;
	if (rights & LG_PTE_US)
		value |= SH_US;
	return value;
}

static bool still_agrees(struct lguest *lg, const struct shadow_pt *pt, unsigned int slot)
{
	u64 guest = 0, allowed, shadow = pt->table->entry[slot];
	u32 size = entry_bytes(lg->levels);

	if (!lg->levels || !lg_peek_entry(lg, pt->guest + slot * size, &guest, size))
		return false;
	allowed = shadow_rights(guest & (pt->rights | LG_PTE_D));
	return (guest & LG_PTE_P) && (guest & LG_PTE_A) && !(guest & LG_PTE_PSE) &&
	       guest >> PAGE_SHIFT == pt->table->link[slot].pfn &&
	       !(shadow & ~allowed & (SH_RW | SH_US));
}

static u8 rights_of_dir(const struct lguest *lg, const struct guest_walk *w)
{
	return lg->levels ? w->dir & (LG_PTE_RW | LG_PTE_US) : LG_PTE_RW;
}

/* The table stands for what the walk has found, or begins anew. */
static void match_pt(struct lguest *lg, u32 n, const struct guest_walk *w)
{
	struct shadow_pt *pt = &lg->pts[n];
	unsigned int slot;

	if (pt->guest != w->table || pt->rights != rights_of_dir(lg, w)) {
		empty_pt(lg, n);
		pt->guest = w->table;
		pt->rights = rights_of_dir(lg, w);
	} else if (pt->stale) {
		pagefault_disable(); /* mmu_lock is held: what cannot be read at once, goes */
		for_each_set_bit(slot, pt->present, 512)
			if (!still_agrees(lg, pt, slot))
				forget(lg, n * 512 + slot);
		pagefault_enable();
	}
	pt->stale = false;
	pt->dir->entry[pt->index] = entry_of(pt->table, SH_TABLE);
}

static void hang_dir(struct lg_cpu *cpu, unsigned int gb, const struct guest_walk *w)
{
	struct lguest *lg = cpu->lg;
	bool shared = is_kernel_gb(lg, gb);
	struct shadow_dir *dir = shared ? &lg->kernel_dir[gb] : &cpu->root->dir[gb];
	u64 entry;
	int i;

	dir->table = take_table(cpu);
	memset(dir->table->pt, 0, sizeof(dir->table->pt));
	dir->first = 0;
	dir->guest = w->directory;
	entry = entry_of(dir->table, SH_TABLE);
	cpu->root->pdpt[gb] = entry;
	for (i = 0; shared && i < LG_SHADOW_ROOTS; i++)
		lg->roots[i].pdpt[gb] = entry;
}

static u32 new_pt(struct lg_cpu *cpu, struct shadow_dir *dir, unsigned int index,
		  const struct guest_walk *w)
{
	struct lguest *lg = cpu->lg;
	u32 n = lg->free_pt;

	if (n)
		lg->free_pt = lg->pts[n].next;
	else
		n = lg->next_pt++;
	lg->pts[n].table = take_table(cpu);
	lg->pts[n].dir = dir->table;
	lg->pts[n].index = index;
	lg->pts[n].next = dir->first;
	lg->pts[n].guest = w->table;
	lg->pts[n].rights = rights_of_dir(lg, w);
	dir->first = n;
	dir->table->pt[index] = n;
	dir->table->entry[index] = entry_of(lg->pts[n].table, SH_TABLE);
	return n;
}

/* The name of the shadow's last-level entry for an address, with all tables above it. */
static u32 make_entry(struct lg_cpu *cpu, u32 address, const struct guest_walk *w)
{
	struct lguest *lg = cpu->lg;
	unsigned int gb = address >> 30, index = (address >> 21) & 511;
	struct shadow_dir *dir = is_kernel_gb(lg, gb) ? &lg->kernel_dir[gb] : &cpu->root->dir[gb];
	u32 n;

	if (!lg->free_pt && lg->next_pt == SHADOW_PTS_MAX)
		drop_all(lg);
	if (dir->table && dir->guest != w->directory) {
		drop_dir(lg, dir);
		lg_shrunk(lg, cpu);
	}
	if (!dir->table)
		hang_dir(cpu, gb, w);
	n = dir->table->pt[index];
	if (!n)
		n = new_pt(cpu, dir, index, w);
	else if (lg->pts[n].stale || lg->pts[n].guest != w->table ||
		 lg->pts[n].rights != rights_of_dir(lg, w))
		match_pt(lg, n, w);
	return n * 512 + ((address >> 12) & 511);
}

/*L:630 Filling the shadow
 *
 * The processor faulted.  Three outcomes: the Guest's tables allow the access, and
 * the shadow merely lacked the entry, or had it without a right (a page becomes
 * writable in the shadow when it is first written, which is how its dirty bit
 * comes to be set); or they forbid it, and the Guest's own handler has to hear of it,
 * with the error code that a real processor would have given for its tables, not
 * for ours; or they make no sense, and the Guest dies.
 *
 * Between the look at the Guest's tables and the entry in ours another vCPU may have
 * changed them and told us.  Each such word counts shadow_changes up; if it moved, what
 * we saw is worth nothing, and the Guest just tries again.
 *
 * One thing has no counterpart in the Guest: with SMEP, ring 1, being supervisor,
 * may not execute a page that ring 3 may touch.  An entry that the Guest's kernel
 * executes is made without the user bit, until user space asks for it again.
 *
 * @event page_fault
 * :*/
static void install(struct lg_cpu *cpu, u32 address, const struct guest_walk *w, u32 changes,
		    u32 errcode, enum lg_fault_result how)
{
	struct lguest *lg = cpu->lg;
	u32 pfn = w->pte >> PAGE_SHIFT, id;
	u64 value;

	if (!top_up(cpu))
		return;
	if (!lg_lock_frame(lg, pfn)) {
		leave_shadow(cpu);
		kill_cpu(cpu, "no page behind guest-physical 0x%x", pfn << PAGE_SHIFT);
		return;
	}
	if (lg->shadow_changes != changes) {
		leave_shadow(cpu);
		return;
	}
	id = make_entry(cpu, address, w);
	value = shadow_rights(w->pte & (lg->pts[id / 512].rights | LG_PTE_D));
	if ((errcode & LG_PF_FETCH) && !(errcode & LG_PF_USER))
		value &= ~SH_US;
	value |= __sme_set((u64)page_to_pfn(lg->frames[pfn].page) << PAGE_SHIFT) | SH_P | SH_A;
	if (*entry_at(lg, id) & SH_P)
		how = LG_FAULT_UPGRADED;
	remember(lg, id, pfn, value);
	leave_shadow(cpu);

	cpu->count.page_faults++;
	lg_event4(cpu, LG_EV_PAGE_FAULT, 14, w->pte, (u32)value, value >> 32, how);
}

/* As the processor does it; false if the entry was changed under our hands. */
static bool mark_accessed(struct lg_cpu *cpu, struct guest_walk *w, u32 errcode)
{
	u32 size = entry_bytes(cpu->lg->levels);
	u64 marked = w->pte | LG_PTE_A | (errcode & LG_PF_WRITE ? LG_PTE_D : 0);

	if (marked != w->pte && !lg_exchange(cpu, w->pte_at, w->pte, marked, size))
		return false;
	w->pte = marked;
	if (!(w->dir & LG_PTE_A))
		lg_exchange(cpu, w->dir_at, w->dir, w->dir | LG_PTE_A, size);
	return true;
}

/*
 * Returns true if the access can be tried again (or the Guest is dead), false if
 * the fault is the Guest's, with *errcode as its handler has to see it.
 */
bool demand_page(struct lg_cpu *cpu, u32 address, u32 *errcode)
{
	struct lguest *lg = cpu->lg;
	u32 changes = READ_ONCE(lg->shadow_changes);
	struct guest_walk w;
	u32 gpa;
	int shown;

	smp_rmb();
	if (!lg->levels) {
		if (!unpaged_pa(lg, address, &gpa)) {
			*errcode &= LG_PF_WRITE | LG_PF_USER;
			return false;
		}
		w = (struct guest_walk){ .pte = (gpa & PAGE_MASK) | LG_PTE_RW | LG_PTE_D };
		install(cpu, address, &w, changes, *errcode, LG_FAULT_IDENTITY);
		return true;
	}
	switch (walk_guest(lg, cpu->cr3, address, &w)) {
	case WALK_OK:
		break;
	case WALK_BAD_TOP:
	case WALK_BAD_DIR:
		kill_cpu(cpu, "bad page directory entry 0x%llx", w.dir);
		return true;
	case WALK_UNREADABLE:
		kill_cpu(cpu, "page tables in no memory at 0x%x", w.dir_at);
		return true;
	}
	shown = lg_access_error(w.dir, w.pte, *errcode);
	if (shown >= 0) {
		*errcode = shown;
		return false;
	}
	if (!lg_pte_ok(w.pte, lg->device_limit)) {
		kill_cpu(cpu, "bad page table entry 0x%llx", w.pte);
		return true;
	}
	if (w.pte >> PAGE_SHIFT >= lg->pfn_limit) {
		lg_memory_io(cpu, (w.pte & PAGE_MASK) | offset_in_page(address));
		return true;
	}
	if (mark_accessed(cpu, &w, *errcode))
		install(cpu, address, &w, changes, *errcode, LG_FAULT_FILLED);
	return true;
}

/*L:638 Telling of changes
 *
 * Each word of the Guest's on its tables leaves a record of what it did to ours: the
 * shadow's entry before and after, or how many entries went away.  The record is
 * written when the lock is free again, and what it says is only looked up if somebody
 * wants it.
 *
 * @event page_table_change
 * :*/
struct change {
	const struct shadow_dir *dir; /* where to look for an entry */
	u64 before, after;
	u32 forgotten;
};

static bool changes_are_told(struct lg_cpu *cpu)
{
	return unlikely(READ_ONCE(cpu->watched) & LG_KIND(LG_EV_PAGE_TABLE_CHANGE));
}

static u64 shadow_value(struct lguest *lg, const struct shadow_dir *dir, u32 address)
{
	u32 n = dir && dir->table ? dir->table->pt[(address >> 21) & 511] : 0;

	return n ? lg->pts[n].table->entry[(address >> 12) & 511] : 0;
}

static void tell_change(struct lg_cpu *cpu, enum lg_table_change what, u32 address, u32 dropped,
			const struct change *c)
{
	u64 before = c ? c->before : 0;

	cpu->event_more = c ? c->after : 0;
	lg_event4(cpu, LG_EV_PAGE_TABLE_CHANGE, what, address, dropped, (u32)before, before >> 32);
	cpu->event_more = 0;
}

/*L:640 The Guest changes its tables
 *
 * It writes its own entry first and then says so.  An entry that it calls accessed is
 * one that it is about to use: if the frame is known we copy it at once, which saves
 * the fault.  Any other we forget, which is always right: the next access faults and
 * fills it again.
 *
 * Whether a Guest uses PAE nobody tells.  When it loads its first table, the address
 * which it runs at must be mapped there, or it could not go on; so we look for it both
 * ways.  Only a PAE table has a first entry without rights.
 * :*/
static unsigned int levels_of(struct lg_cpu *cpu, u32 cr3)
{
	struct guest_walk w;

	return walk_finds(cpu->lg, 3, cr3, cpu->regs->eip, &w) ? 3 : 2;
}

void guest_new_pagetable(struct lg_cpu *cpu, u32 cr3)
{
	struct lguest *lg = cpu->lg;
	unsigned int levels = lg->levels;
	bool fresh;

	if (!levels && !(cr3 & 31))
		levels = levels_of(cpu, cr3);
	if (!lg_cr3_ok(cr3, levels, lg->pfn_limit)) {
		kill_cpu(cpu, "bad page table 0x%x", cr3);
		return;
	}
	spin_lock(&lg->mmu_lock);
	if (!lg->levels) {
		/* What was virtual = physical until now means nothing any more. */
		drop_all(lg);
		cpu->root->used = false;
		lg->levels = levels;
		lg->shadow_changes++;
	}
	cpu->root = NULL;
	cpu->cr3 = cr3;
	fresh = changes_are_told(cpu) && !find_root(lg, cr3);
	set_root(cpu, get_root(lg, cr3));
	leave_shadow(cpu);
	tell_change(cpu, LG_TABLE_NEW_ROOT, cr3, fresh, NULL);
}

static void change_entry(struct lguest *lg, const struct shadow_dir *dir, u32 address, u64 pte)
{
	u32 n = dir->table ? dir->table->pt[(address >> 21) & 511] : 0;
	u32 slot = (address >> 12) & 511, pfn = pte >> PAGE_SHIFT;
	const struct shadow_pt *pt = &lg->pts[n];

	if (!n)
		return;
	if ((pte & LG_PTE_P) && (pte & LG_PTE_A) && pfn < lg->pfn_limit &&
	    lg->frames[pfn].page) {
		u64 frame = (u64)page_to_pfn(lg->frames[pfn].page) << PAGE_SHIFT;

		remember(lg, n * 512 + slot, pfn,
			 __sme_set(frame) | SH_P | SH_A |
				 shadow_rights(pte & (pt->rights | LG_PTE_D)));
	} else if (test_bit(slot, pt->present)) {
		forget(lg, n * 512 + slot);
	}
}

void guest_set_pte(struct lg_cpu *cpu, u32 cr3, u32 address, u64 pte)
{
	struct lguest *lg = cpu->lg;
	unsigned int gb = address >> 30, i;
	struct shadow_root *root;
	struct change c = { 0 };
	bool told = changes_are_told(cpu);

	if (lg->levels != 3)
		pte = (u32)pte;
	if ((pte & LG_PTE_P) && !lg_pte_ok(pte, lg->device_limit)) {
		kill_cpu(cpu, "bad page table entry 0x%llx", pte);
		return;
	}
	spin_lock(&lg->mmu_lock);
	lg->shadow_changes++;
	if (told) {
		root = find_root(lg, cr3);
		c.dir = is_kernel_gb(lg, gb) ? &lg->kernel_dir[gb] : root ? &root->dir[gb] : NULL;
		c.before = shadow_value(lg, c.dir, address);
		c.forgotten = lg->shadow_forgotten;
	}
	if (is_kernel_gb(lg, gb)) {
		change_entry(lg, &lg->kernel_dir[gb], address, pte);
	} else if (lg->kernel_address && address >= lg->kernel_address) {
		for (i = 0; i < LG_SHADOW_ROOTS; i++)
			if (lg->roots[i].used)
				change_entry(lg, &lg->roots[i].dir[gb], address, pte);
	} else {
		root = find_root(lg, cr3);
		if (root)
			change_entry(lg, &root->dir[gb], address, pte);
	}
	if (told) {
		c.after = shadow_value(lg, c.dir, address);
		c.forgotten = lg->shadow_forgotten - c.forgotten;
	}
	leave_shadow(cpu);
	tell_change(cpu, LG_TABLE_SET_PTE, address, c.forgotten, &c);
}

/* An entry of the top table: 4 MB, two tables of ours; or with PAE one of four. */
void guest_set_pgd(struct lg_cpu *cpu, u32 cr3, u32 index)
{
	struct lguest *lg = cpu->lg;
	struct shadow_root *root;
	struct shadow_dir *dir;
	u32 dropped;
	unsigned int gb;

	if (index >= (lg->levels == 3 ? 4 : 1024)) {
		kill_cpu(cpu, "bad page directory index %u", index);
		return;
	}
	gb = lg->levels == 3 ? index : index >> 8;
	spin_lock(&lg->mmu_lock);
	lg->shadow_changes++;
	dropped = lg->shadow_forgotten;
	if (!lg->levels)
		drop_all(lg); /* the Host's boot tables: nobody knows of which kind the index is */
	root = find_root(lg, cr3);
	dir = is_kernel_gb(lg, gb) ? &lg->kernel_dir[gb] : root ? &root->dir[gb] : NULL;
	if (dir && lg->levels == 3) {
		make_stale(lg, dir); /* the next walk sees whether it leads elsewhere now */
	} else if (dir) {
		drop_pt(lg, dir, (index * 2) & 511);
		drop_pt(lg, dir, (index * 2 + 1) & 511);
	}
	dropped = lg->shadow_forgotten - dropped;
	leave_shadow(cpu);
	tell_change(cpu, LG_TABLE_SET_PGD, cr3, dropped, NULL);
}

/* An entry of a PAE directory: all our directories that stand for it. */
void guest_set_pmd(struct lg_cpu *cpu, u32 directory, u32 index)
{
	struct lguest *lg = cpu->lg;
	unsigned int gb, i;
	u32 dropped;

	if (index >= 512) {
		kill_cpu(cpu, "bad page directory index %u", index);
		return;
	}
	directory &= PAGE_MASK;
	spin_lock(&lg->mmu_lock);
	lg->shadow_changes++;
	dropped = lg->shadow_forgotten;
	if (!lg->levels)
		drop_all(lg);
	for (gb = 0; gb < 4; gb++) {
		if (lg->kernel_dir[gb].guest == directory)
			drop_pt(lg, &lg->kernel_dir[gb], index);
		for (i = 0; i < LG_SHADOW_ROOTS; i++)
			if (lg->roots[i].used && lg->roots[i].dir[gb].guest == directory)
				drop_pt(lg, &lg->roots[i].dir[gb], index);
	}
	dropped = lg->shadow_forgotten - dropped;
	leave_shadow(cpu);
	tell_change(cpu, LG_TABLE_SET_PMD, directory, dropped, NULL);
}

void guest_flush(struct lg_cpu *cpu, bool everything)
{
	struct lguest *lg = cpu->lg;
	unsigned int gb, i;
	u32 aside = 0;

	spin_lock(&lg->mmu_lock);
	lg->shadow_changes++;
	for (gb = 0; gb < 4; gb++) {
		aside += make_stale(lg, &cpu->root->dir[gb]);
		for (i = 0; everything && i < LG_SHADOW_ROOTS; i++)
			aside += make_stale(lg, &lg->roots[i].dir[gb]);
		if (everything)
			aside += make_stale(lg, &lg->kernel_dir[gb]);
	}
	leave_shadow(cpu);
	tell_change(cpu, LG_TABLE_FLUSH, cpu->cr3, aside, NULL);
}

/* INIT says where the kernel's part begins: what was filled before is not shared. */
void guest_forget_all(struct lg_cpu *cpu)
{
	spin_lock(&cpu->lg->mmu_lock);
	cpu->lg->shadow_changes++;
	drop_all(cpu->lg);
	leave_shadow(cpu);
}

/*L:650 A walk for the curious
 *
 * The same address, looked up in both sets of tables, level by level.  Looking does no
 * harm: what cannot be read is shown as not mapped.
 * :*/
void guest_walk(struct lg_cpu *cpu, struct lg_walk *walk)
{
	struct lguest *lg = cpu->lg;
	u32 address = walk->address, cr3 = walk->cr3 ? walk->cr3 : cpu->cr3;
	const struct shadow_root *root;
	enum walk_result result = WALK_OK;
	struct guest_walk w = { 0 };
	const u64 *table;
	int level = 0;
	u32 gpa = 0;

	*walk = (struct lg_walk){
		.vcpu = walk->vcpu, .address = address, .cr3 = cr3, .levels = lg->levels,
	};
	if (lg->levels)
		result = walk_guest(lg, cr3, address, &w);
	if (lg->levels == 3) {
		walk->guest_at[level] = cr3 + (address >> 30) * 8;
		lg_peek_entry(lg, walk->guest_at[level], &walk->guest_entry[level], 8);
		level++;
	}
	if (lg->levels == 2 || w.directory) {
		walk->guest_at[level] = w.dir_at;
		walk->guest_entry[level++] = w.dir;
	}
	if (w.pte_at) {
		walk->guest_at[level] = w.pte_at;
		walk->guest_entry[level] = w.pte;
	}
	walk->mapped = lg->levels ? result == WALK_OK && (w.pte & LG_PTE_P) :
				    unpaged_pa(lg, address, &gpa);
	walk->gpa = lg->levels ? (w.pte & PAGE_MASK) | offset_in_page(address) : gpa;
	if ((walk->gpa >> PAGE_SHIFT) >= lg->pfn_limit)
		walk->mapped = 0;
	if (!walk->mapped)
		walk->gpa = 0;

	spin_lock(&lg->mmu_lock);
	if (walk->mapped && lg->frames[walk->gpa >> PAGE_SHIFT].page)
		walk->host_pfn = page_to_pfn(lg->frames[walk->gpa >> PAGE_SHIFT].page);
	root = lg->levels ? find_root(lg, cr3) : cpu->root;
	walk->shadow_levels = 3;
	table = root ? root->pdpt : NULL;
	for (level = 0; level < 3 && table; level++) {
		u64 entry = table[(address >> (30 - 9 * level)) & 511];

		walk->shadow_entry[level] = entry;
		table = entry & SH_P ? table_of(entry) : NULL;
	}
	spin_unlock(&lg->mmu_lock);
}
