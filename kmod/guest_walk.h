/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:624 A walk through the Guest's tables
 *
 * All that is known of an address: the directory entry and the last-level entry, where
 * each of them lies, and where the piece of the Guest's table begins that one of our
 * tables stands for.  A frame number beyond the Guest's memory or a forbidden bit ends
 * the walk.
 * :*/
#ifndef LG_GUEST_WALK_H
#define LG_GUEST_WALK_H

#include "lg.h"

struct guest_walk {
	u64 dir, pte; /* 0: not there */
	u32 dir_at, pte_at;
	u32 directory; /* of PAE: its guest-physical address; else 0 */
	u32 table;
};

enum walk_result { WALK_OK, WALK_BAD_TOP, WALK_BAD_DIR, WALK_UNREADABLE };

static inline u32 entry_bytes(unsigned int levels)
{
	return levels == 3 ? sizeof(u64) : sizeof(u32);
}

static inline enum walk_result walk_levels(struct lguest *lg, unsigned int levels, u32 cr3,
					   u32 address, struct guest_walk *w)
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

static inline enum walk_result walk_guest(struct lguest *lg, u32 cr3, u32 address,
					  struct guest_walk *w)
{
	return walk_levels(lg, lg->levels, cr3, address, w);
}

static inline bool walk_finds(struct lguest *lg, unsigned int levels, u32 cr3, u32 address,
			      struct guest_walk *w)
{
	return walk_levels(lg, levels, cr3, address, w) == WALK_OK && (w->dir & LG_PTE_P) &&
	       (w->pte & LG_PTE_P) && lg_pte_ok(w->pte, lg->pfn_limit);
}

bool guest_unpaged_pa(struct lguest *lg, u32 address, u32 *gpa);

#endif
