// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_walk.h"
#include "shadow.h"

/* Before the first NEW_PGTABLE: virtual is physical, but where the Host's tables lead. */
bool guest_unpaged_pa(struct lguest *lg, u32 address, u32 *gpa)
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
		return guest_unpaged_pa(lg, address, gpa);
	if (!walk_finds(lg, lg->levels, cpu->state->cr3, address, &w))
		return false;
	*gpa = (w.pte & PAGE_MASK) | offset_in_page(address);
	return true;
}

/*L:650 A walk for the curious
 *
 * The same address, looked up in both sets of tables, level by level.  Looking does no
 * harm: what cannot be read is shown as not mapped.
 * :*/
void guest_walk(struct lg_cpu *cpu, struct lg_walk *walk)
{
	struct lguest *lg = cpu->lg;
	u32 address = walk->address, cr3 = walk->cr3 ? walk->cr3 : cpu->state->cr3;
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
				    guest_unpaged_pa(lg, address, &gpa);
	walk->gpa = lg->levels ? (w.pte & PAGE_MASK) | offset_in_page(address) : gpa;
	if ((walk->gpa >> PAGE_SHIFT) >= lg->pfn_limit)
		walk->mapped = 0;
	if (!walk->mapped)
		walk->gpa = 0;

	spin_lock(&lg->mmu_lock);
	if (walk->mapped && lg->frames[walk->gpa >> PAGE_SHIFT].page)
		walk->host_pfn = page_to_pfn(lg->frames[walk->gpa >> PAGE_SHIFT].page);
	root = lg->levels ? shadow_find_root(lg, cr3) : cpu->root;
	walk->shadow_levels = 3;
	table = root ? root->pdpt : NULL;
	for (level = 0; level < 3 && table; level++) {
		u64 entry = table[(address >> (30 - 9 * level)) & 511];

		walk->shadow_entry[level] = entry;
		table = entry & SH_P ? table_of(entry) : NULL;
	}
	spin_unlock(&lg->mmu_lock);
}
