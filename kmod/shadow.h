/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shadow's form and what is done with one entry of it; shadow.c, which begins with L:600. */
#ifndef LG_SHADOW_H
#define LG_SHADOW_H

#include <linux/bitmap.h>
#include <linux/mem_encrypt.h>
#include "lg.h"

#define SH_P BIT_ULL(0)
#define SH_RW BIT_ULL(1)
#define SH_US BIT_ULL(2)
#define SH_A BIT_ULL(5)
#define SH_D BIT_ULL(6)
#define SH_NX BIT_ULL(63)
#define SH_TABLE (SH_P | SH_RW | SH_US | SH_A)
#define SH_FRAME 0x000ffffffffff000ULL

static inline u64 entry_of(const void *table, u64 flags)
{
	return __sme_set((u64)__pa(table)) | flags;
}

static inline u64 *table_of(u64 entry)
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

bool shadow_top_up(struct lg_cpu *cpu);
void shadow_empty_pt(struct lguest *lg, u32 n);
void shadow_drop_pt(struct lguest *lg, struct shadow_dir *dir, unsigned int index);
void shadow_drop_dir(struct lguest *lg, struct shadow_dir *dir);
void shadow_drop_all(struct lguest *lg);
struct shadow_root *shadow_find_root(struct lguest *lg, u32 cr3);
struct shadow_root *shadow_get_root(struct lguest *lg, u32 cr3);

/* After shadow_top_up(), two times at most. */
static inline struct shadow_table *take_table(struct lg_cpu *cpu)
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

static inline void leave_shadow(struct lg_cpu *cpu)
	__releases(&cpu->lg->mmu_lock)
{
	lg_shrunk(cpu->lg, cpu);
	spin_unlock(&cpu->lg->mmu_lock);
}

static inline u64 *entry_at(struct lguest *lg, u32 id)
{
	return &lg->pts[id / 512].table->entry[id % 512];
}

/* Takes one last-level entry out of the shadow and out of its frame's list. */
static inline void forget(struct lguest *lg, u32 id)
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

static inline void remember(struct lguest *lg, u32 id, u32 pfn, u64 value)
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

static inline bool is_kernel_gb(const struct lguest *lg, unsigned int gb)
{
	return lg->kernel_address && ((u64)gb << 30) >= lg->kernel_address;
}

#endif
