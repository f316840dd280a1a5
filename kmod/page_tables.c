// SPDX-License-Identifier: GPL-2.0-or-later
/*L:626 A flush that keeps what is right
 *
 * FLUSH_TLB says that entries may have changed of which nobody told us.  Most have
 * not, and to throw all away would cost the Guest a fault for each page that it
 * touches next.  So a flush only takes the tables out of their directories.  At the
 * next fault in its 2 MB a table is compared with the Guest's, entry by entry, what
 * still agrees is kept, and the table is hung in again.
 * :*/
#include <linux/uaccess.h>
#include "guest_walk.h"
#include "records.h"
#include "shadow.h"

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
		shadow_empty_pt(lg, n);
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
		shadow_drop_all(lg);
	if (dir->table && dir->guest != w->directory) {
		shadow_drop_dir(lg, dir);
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

	if (!shadow_top_up(cpu))
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
		if (!guest_unpaged_pa(lg, address, &gpa)) {
			*errcode &= LG_PF_WRITE | LG_PF_USER;
			return false;
		}
		w = (struct guest_walk){ .pte = (gpa & PAGE_MASK) | LG_PTE_RW | LG_PTE_D };
		install(cpu, address, &w, changes, *errcode, LG_FAULT_IDENTITY);
		return true;
	}
	switch (walk_guest(lg, cpu->state->cr3, address, &w)) {
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
 * wants it.  With SET_PTE the Guest hands its entry over; of a directory's it says only
 * which one, so the record has it from the Guest's memory.
 *
 * @event page_table_change
 * :*/
struct change {
	u64 before, after;
};
#define NO_ENTRY ((struct change){ 0, 0 })

static bool changes_are_told(struct lg_cpu *cpu)
{
	return unlikely(READ_ONCE(cpu->watched) & LG_KIND(LG_EV_PAGE_TABLE_CHANGE));
}

static __always_inline void tell_change(struct lg_cpu *cpu, enum lg_table_change what, u32 address,
					u32 dropped, struct change c)
{
	lg_event6(cpu, LG_EV_PAGE_TABLE_CHANGE, what, address, dropped, (u32)c.before,
		  c.before >> 32, c.after);
}

static noinline void tell_directory(struct lg_cpu *cpu, enum lg_table_change what, u32 table,
				    u32 index, u32 dropped)
{
	u32 levels = cpu->lg->levels, size = entry_bytes(levels);
	struct change c = { 0 };

	if (changes_are_told(cpu) && levels)
		c.before = lg_peek_entry(cpu->lg, table + index * size, &c.after, size);
	tell_change(cpu, what, table, dropped, c);
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
		shadow_drop_all(lg);
		cpu->root->used = false;
		lg->levels = levels;
		lg->shadow_changes++;
	}
	cpu->root = NULL;
	cpu->state->cr3 = cr3;
	fresh = changes_are_told(cpu) && !shadow_find_root(lg, cr3);
	set_root(cpu, shadow_get_root(lg, cr3));
	leave_shadow(cpu);
	tell_change(cpu, LG_TABLE_NEW_ROOT, cr3, fresh, NO_ENTRY);
}

/* If `told`, says what the entry was and what it is. */
static void change_entry(struct lguest *lg, const struct shadow_dir *dir, u32 address, u64 pte,
			 struct change *told)
{
	u32 n = dir->table ? dir->table->pt[(address >> 21) & 511] : 0;
	u32 slot = (address >> 12) & 511, pfn = pte >> PAGE_SHIFT;
	const struct shadow_pt *pt = &lg->pts[n];

	if (!n)
		return;
	if (told)
		told->before = pt->table->entry[slot];
	if ((pte & LG_PTE_P) && (pte & LG_PTE_A) && pfn < lg->pfn_limit &&
	    lg->frames[pfn].page) {
		u64 frame = (u64)page_to_pfn(lg->frames[pfn].page) << PAGE_SHIFT;

		remember(lg, n * 512 + slot, pfn,
			 __sme_set(frame) | SH_P | SH_A |
				 shadow_rights(pte & (pt->rights | LG_PTE_D)));
	} else if (test_bit(slot, pt->present)) {
		forget(lg, n * 512 + slot);
	}
	if (told)
		told->after = pt->table->entry[slot];
}

void guest_set_pte(struct lg_cpu *cpu, u32 cr3, u32 address, u64 pte)
{
	struct lguest *lg = cpu->lg;
	unsigned int gb = address >> 30, i;
	struct shadow_root *root;
	struct change c = NO_ENTRY, *told = changes_are_told(cpu) ? &c : NULL;
	u32 dropped;

	if (lg->levels != 3)
		pte = (u32)pte;
	if ((pte & LG_PTE_P) && !lg_pte_ok(pte, lg->device_limit)) {
		kill_cpu(cpu, "bad page table entry 0x%llx", pte);
		return;
	}
	spin_lock(&lg->mmu_lock);
	lg->shadow_changes++;
	dropped = lg->shadow_forgotten;
	if (is_kernel_gb(lg, gb)) {
		change_entry(lg, &lg->kernel_dir[gb], address, pte, told);
	} else if (lg->kernel_address && address >= lg->kernel_address) {
		for (i = 0; i < LG_SHADOW_ROOTS; i++)
			if (lg->roots[i].used)
				change_entry(lg, &lg->roots[i].dir[gb], address, pte,
					     lg->roots[i].cr3 == cr3 ? told : NULL);
	} else {
		root = shadow_find_root(lg, cr3);
		if (root)
			change_entry(lg, &root->dir[gb], address, pte, told);
	}
	dropped = lg->shadow_forgotten - dropped;
	leave_shadow(cpu);
	tell_change(cpu, LG_TABLE_SET_PTE, address, dropped, c);
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
		shadow_drop_all(lg); /* the Host's boot tables: of which kind is the index? */
	root = shadow_find_root(lg, cr3);
	dir = is_kernel_gb(lg, gb) ? &lg->kernel_dir[gb] : root ? &root->dir[gb] : NULL;
	if (dir && lg->levels == 3) {
		make_stale(lg, dir); /* the next walk sees whether it leads elsewhere now */
	} else if (dir) {
		shadow_drop_pt(lg, dir, (index * 2) & 511);
		shadow_drop_pt(lg, dir, (index * 2 + 1) & 511);
	}
	dropped = lg->shadow_forgotten - dropped;
	leave_shadow(cpu);
	tell_directory(cpu, LG_TABLE_SET_PGD, cr3, index, dropped);
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
		shadow_drop_all(lg);
	for (gb = 0; gb < 4; gb++) {
		if (lg->kernel_dir[gb].guest == directory)
			shadow_drop_pt(lg, &lg->kernel_dir[gb], index);
		for (i = 0; i < LG_SHADOW_ROOTS; i++)
			if (lg->roots[i].used && lg->roots[i].dir[gb].guest == directory)
				shadow_drop_pt(lg, &lg->roots[i].dir[gb], index);
	}
	dropped = lg->shadow_forgotten - dropped;
	leave_shadow(cpu);
	tell_directory(cpu, LG_TABLE_SET_PMD, directory, index, dropped);
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
	tell_change(cpu, LG_TABLE_FLUSH, cpu->state->cr3, aside, NO_ENTRY);
}

/* INIT says where the kernel's part begins: what was filled before is not shared. */
void guest_forget_all(struct lg_cpu *cpu)
{
	spin_lock(&cpu->lg->mmu_lock);
	cpu->lg->shadow_changes++;
	shadow_drop_all(cpu->lg);
	leave_shadow(cpu);
}
