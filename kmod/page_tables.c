// SPDX-License-Identifier: GPL-2.0-or-later
/*L:600 Two sets of page tables
 *
 * The Guest keeps its own tables, in its own memory, with frame numbers that begin
 * at 0.  The processor never sees them.  It walks the shadow: tables of the Host's,
 * in the four-level form of 64-bit mode, which say the same with true frame
 * numbers.  The shadow starts empty and is filled when a fault shows that something
 * is missing; a hypercall tells us when the Guest changes an entry that we may have
 * copied.
 *
 * A root stands for one value of the Guest's CR3.  It needs a top table, one table
 * for the lowest 512 GB of which the first four entries are used, and a page
 * directory for each GB.  Directories that lie wholly in the Guest's kernel part
 * are shared by all roots: the ABI says that this part is the same everywhere.
 * :*/
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/mem_encrypt.h>
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

#define SHADOW_PAGES_MAX 8192 /* 32 MB of tables a Guest; beyond, all start anew */

static u64 *table_of(u64 entry)
{
	return __va(__sme_clr(entry & SH_FRAME));
}

static u64 entry_of(void *table, u64 flags)
{
	return __sme_set((u64)__pa(table)) | flags;
}

static void *new_table(struct lguest *lg)
{
	void *page = (void *)get_zeroed_page(GFP_KERNEL_ACCOUNT);

	if (page)
		lg->shadow_pages++;
	return page;
}

static void free_table(struct lguest *lg, void *table)
{
	if (!table)
		return;
	free_page((unsigned long)table);
	lg->shadow_pages--;
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
			void *next = new_table(lg);

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

static int map_switcher_in_guest(struct lg_cpu *cpu)
{
	static const u64 flags[LG_BLOCK_PAGES] = {
		[LG_BLOCK_STATE] = SH_RW | SH_D | SH_NX,
		[LG_BLOCK_IDT] = SH_NX,
		[LG_BLOCK_GDT] = SH_NX,
		[LG_BLOCK_STACK] = SH_RW | SH_D | SH_NX,
		[LG_BLOCK_LOG] = SH_RW | SH_D | SH_NX,
		[LG_BLOCK_LOG + 1] = SH_RW | SH_D | SH_NX,
	};
	unsigned long at;
	int i, err = 0;

	for (at = 0; at < LG_TEXT_BYTES && !err; at += PAGE_SIZE)
		err = map_in_half(cpu->lg, lg_switcher_text + at,
				  vmalloc_to_pfn(lg_switcher_text + at), 0);
	for (i = 0; i < LG_BLOCK_PAGES && !err; i++)
		if (flags[i]) /* the others wait for map_guest_data() */
			err = map_in_half(cpu->lg, cpu->block + i * PAGE_SIZE,
					  vmalloc_to_pfn(cpu->block + i * PAGE_SIZE), flags[i]);
	return err;
}

/*
 * struct lguest_data lies in one page or in two that need not be neighbours.  The
 * Switcher sees them side by side behind the block; so does the Host, at another place.
 */
int map_guest_data(struct lg_cpu *cpu)
{
	struct lguest *lg = cpu->lg;
	u32 first = lg->data_gpa >> PAGE_SHIFT, offset = offset_in_page(lg->data_gpa);
	u32 count = offset + lg->data_layout->size > PAGE_SIZE ? 2 : 1, i;
	void *at = cpu->block + LG_BLOCK_DATA * PAGE_SIZE;
	struct page *pages[2];
	int err;

	for (i = 0; i < count; i++) {
		pages[i] = lg_get_page(cpu, first + i);
		if (!pages[i])
			return -EFAULT;
		err = map_in_half(lg, at + i * PAGE_SIZE, page_to_pfn(pages[i]),
				  SH_RW | SH_D | SH_NX);
		if (err)
			return err;
	}
	lg->data_mapping = vmap(pages, count, VM_MAP, PAGE_KERNEL);
	if (!lg->data_mapping)
		return -ENOMEM;
	lg->data = lg->data_mapping + offset;
	cpu->state->guest_data = (unsigned long)at + offset;
	return 0;
}

/*L:620 Roots
 *
 * A Guest switches between its tables at every context switch, so the shadows of
 * the last few are kept.  When a new one is needed and all are taken, the one that
 * was not used for longest goes.
 * :*/
static bool is_kernel_gb(struct lguest *lg, unsigned int gb)
{
	return lg->kernel_address && ((u64)gb << 30) >= lg->kernel_address;
}

static void free_directory(struct lguest *lg, u64 *pd)
{
	int i;

	if (!pd)
		return;
	for (i = 0; i < 512; i++)
		if (pd[i] & SH_P)
			free_table(lg, table_of(pd[i]));
	free_table(lg, pd);
}

static void clear_root(struct lguest *lg, struct shadow_root *root)
{
	unsigned int gb;

	for (gb = 0; gb < 4; gb++) {
		free_directory(lg, root->pd[gb]);
		root->pd[gb] = NULL;
		if (root->pdpt)
			root->pdpt[gb] = lg->kernel_pd[gb] ?
				entry_of(lg->kernel_pd[gb], SH_TABLE) : 0;
	}
}

static void free_root(struct lguest *lg, struct shadow_root *root)
{
	clear_root(lg, root);
	free_table(lg, root->pdpt);
	free_table(lg, root->p4d);
	free_table(lg, root->top);
	memset(root, 0, sizeof(*root));
}

static bool make_root(struct lguest *lg, struct shadow_root *root)
{
	u64 *low;

	if (root->top)
		return true;
	root->top = new_table(lg);
	root->pdpt = new_table(lg);
	if (pgtable_l5_enabled())
		root->p4d = new_table(lg);
	if (!root->top || !root->pdpt || (pgtable_l5_enabled() && !root->p4d)) {
		free_root(lg, root);
		return false;
	}
	memcpy(root->top + 256, lg->half_top + 256, 256 * sizeof(u64));
	low = root->top;
	if (root->p4d) {
		low[0] = entry_of(root->p4d, SH_TABLE);
		low = root->p4d;
	}
	low[0] = entry_of(root->pdpt, SH_TABLE);
	root->cr3_value = entry_of(root->top, 0);
	clear_root(lg, root);
	return true;
}

static struct shadow_root *find_root(struct lguest *lg, u32 cr3)
{
	unsigned int i;

	for (i = 0; i < LG_SHADOW_ROOTS; i++)
		if (lg->roots[i].used && lg->roots[i].cr3 == cr3)
			return &lg->roots[i];
	return NULL;
}

static struct shadow_root *get_root(struct lg_cpu *cpu, u32 cr3)
{
	struct lguest *lg = cpu->lg;
	struct shadow_root *root = find_root(lg, cr3);
	unsigned int i;

	if (!root) {
		root = &lg->roots[0];
		for (i = 0; i < LG_SHADOW_ROOTS && root->used; i++)
			if (!lg->roots[i].used || lg->roots[i].last_used < root->last_used)
				root = &lg->roots[i];
		if (!make_root(lg, root)) {
			kill_cpu(cpu, "no memory for shadow page tables");
			return NULL;
		}
		if (root->used)
			clear_root(lg, root);
		root->used = true;
		root->cr3 = cr3;
	}
	root->last_used = ++lg->use_clock;
	return root;
}

int init_guest_page_tables(struct lguest *lg)
{
	struct lg_cpu *cpu = &lg->cpus[0];
	int err;

	lg->half_top = new_table(lg);
	if (!lg->half_top)
		return -ENOMEM;
	err = map_switcher_in_guest(cpu);
	if (err)
		return err;
	/* Until the Guest loads a table, virtual is physical. */
	cpu->root = get_root(cpu, 0);
	return cpu->root ? 0 : -ENOMEM;
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
	free_table(lg, table);
}

static void flush_all(struct lguest *lg)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		free_directory(lg, lg->kernel_pd[i]);
		lg->kernel_pd[i] = NULL;
	}
	for (i = 0; i < LG_SHADOW_ROOTS; i++)
		if (lg->roots[i].top)
			clear_root(lg, &lg->roots[i]);
}

void free_guest_page_tables(struct lguest *lg)
{
	unsigned int i;

	flush_all(lg);
	vunmap(lg->data_mapping);
	for (i = 0; i < LG_SHADOW_ROOTS; i++)
		free_root(lg, &lg->roots[i]);
	free_half(lg, lg->half_top, pgtable_l5_enabled() ? 5 : 4);
	lg->half_top = NULL;
	WARN_ON_ONCE(lg->shadow_pages);
}

/* The shadow's last-level entry for an address; NULL if there is no table. */
static u64 *shadow_entry(struct lg_cpu *cpu, struct shadow_root *root, u32 address, bool make)
{
	struct lguest *lg = cpu->lg;
	unsigned int gb = address >> 30, i;
	bool shared = is_kernel_gb(lg, gb);
	u64 **pd = shared ? &lg->kernel_pd[gb] : &root->pd[gb];
	u64 *pde;

	if (!*pd) {
		if (!make)
			return NULL;
		*pd = new_table(lg);
		if (!*pd)
			goto no_memory;
		if (shared) {
			for (i = 0; i < LG_SHADOW_ROOTS; i++)
				if (lg->roots[i].pdpt)
					lg->roots[i].pdpt[gb] = entry_of(*pd, SH_TABLE);
		} else {
			root->pdpt[gb] = entry_of(*pd, SH_TABLE);
		}
	}
	pde = &(*pd)[(address >> PMD_SHIFT) & 511];
	if (!(*pde & SH_P)) {
		void *table;

		if (!make)
			return NULL;
		table = new_table(lg);
		if (!table)
			goto no_memory;
		*pde = entry_of(table, SH_TABLE);
	}
	return &table_of(*pde)[(address >> PAGE_SHIFT) & 511];

no_memory:
	kill_cpu(cpu, "no memory for shadow page tables");
	return NULL;
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
 * One thing has no counterpart in the Guest: with SMEP, ring 1, being supervisor,
 * may not execute a page that ring 3 may touch.  An entry that the Guest's kernel
 * executes is made without the user bit, until user space asks for it again.
 *
 * @event page_fault
 * :*/
static bool install(struct lg_cpu *cpu, u32 address, u32 pfn, u32 rights, u32 errcode,
		    u32 guest_entry, enum lg_fault_result how)
{
	struct page *page = lg_get_page(cpu, pfn);
	struct lg_event *e;
	u64 *entry, value;

	if (!page) {
		kill_cpu(cpu, "no page behind guest-physical 0x%x", pfn << PAGE_SHIFT);
		return true;
	}
	if (cpu->lg->shadow_pages > SHADOW_PAGES_MAX)
		flush_all(cpu->lg);
	entry = shadow_entry(cpu, cpu->root, address, true);
	if (!entry)
		return true;

	value = __sme_set((u64)page_to_pfn(page) << PAGE_SHIFT) | SH_P | SH_A;
	if (rights & LG_PTE_RW)
		value |= SH_RW | SH_D;
	if ((rights & LG_PTE_US) &&
	    !((errcode & LG_PF_FETCH) && !(errcode & LG_PF_USER)))
		value |= SH_US;
	if (*entry & SH_P)
		how = LG_FAULT_UPGRADED;
	*entry = value;

	cpu->count.page_faults++;
	e = lg_event(cpu, LG_EV_PAGE_FAULT, 14);
	if (e) {
		e->detail[0] = guest_entry;
		e->detail[1] = (u32)value;
		e->detail[2] = value >> 32;
		e->detail[3] = how;
	}
	return true;
}

static bool read_entry(struct lg_cpu *cpu, u32 gpa, u32 *entry)
{
	return lg_read(cpu, gpa, entry, sizeof(*entry));
}

/*
 * Returns true if the access can be tried again (or the Guest is dead), false if
 * the fault is the Guest's, with *errcode as its handler has to see it.
 */
bool demand_page(struct lg_cpu *cpu, u32 address, u32 *errcode)
{
	struct lguest *lg = cpu->lg;
	u32 pgd_at, pte_at, pgd, pte = 0;
	int shown;

	if (!lg->paging) {
		if ((address >> PAGE_SHIFT) < lg->pfn_limit)
			return install(cpu, address, address >> PAGE_SHIFT, LG_PTE_RW, *errcode, 0,
				       LG_FAULT_IDENTITY);
		*errcode &= LG_PF_WRITE | LG_PF_USER;
		return false;
	}

	pgd_at = cpu->cr3 + (address >> 22) * 4;
	if (!read_entry(cpu, pgd_at, &pgd))
		return true;
	if (pgd & LG_PTE_P) {
		if (!lg_pgd_ok(pgd, lg->pfn_limit)) {
			kill_cpu(cpu, "bad page directory entry 0x%x", pgd);
			return true;
		}
		pte_at = (pgd & PAGE_MASK) + ((address >> 12) & 1023) * 4;
		if (!read_entry(cpu, pte_at, &pte))
			return true;
	}
	shown = lg_access_error(pgd, pte, *errcode);
	if (shown >= 0) {
		*errcode = shown;
		return false;
	}
	if (!lg_pte_ok(pte, lg->pfn_limit)) {
		kill_cpu(cpu, "bad page table entry 0x%x", pte);
		return true;
	}
	if (!(pte & LG_PTE_A) || ((*errcode & LG_PF_WRITE) && !(pte & LG_PTE_D))) {
		pte |= LG_PTE_A | (*errcode & LG_PF_WRITE ? LG_PTE_D : 0);
		if (!lg_write(cpu, pte_at, &pte, sizeof(pte)))
			return true;
	}
	if (!(pgd & LG_PTE_A)) {
		u32 accessed = pgd | LG_PTE_A;

		lg_write(cpu, pgd_at, &accessed, sizeof(accessed));
	}
	pgd &= pte;
	/* Writable only once it is dirty: the first write has to fault. */
	if (!(pte & LG_PTE_D))
		pgd &= ~LG_PTE_RW;
	return install(cpu, address, pte >> 12, pgd, *errcode, pte, LG_FAULT_FILLED);
}

/* What the Guest's own tables say about an address, without rights. */
bool guest_pa(struct lg_cpu *cpu, u32 address, u32 *gpa)
{
	struct lguest *lg = cpu->lg;
	u32 pgd, pte;

	if (!lg->paging) {
		*gpa = address;
		return (address >> PAGE_SHIFT) < lg->pfn_limit;
	}
	if (!read_entry(cpu, cpu->cr3 + (address >> 22) * 4, &pgd) || !(pgd & LG_PTE_P) ||
	    !lg_pgd_ok(pgd, lg->pfn_limit) ||
	    !read_entry(cpu, (pgd & PAGE_MASK) + ((address >> 12) & 1023) * 4, &pte) ||
	    !(pte & LG_PTE_P) || !lg_pte_ok(pte, lg->pfn_limit))
		return false;
	*gpa = (pte & PAGE_MASK) | offset_in_page(address);
	return true;
}

/*L:640 The Guest changes its tables
 *
 * It writes its own entry first and then says so.  We forget our copy, which is
 * always right: the next access faults and fills it again.
 *
 * No TLB has to be flushed here: the processor's is emptied by the load of CR3 with
 * which every stay of the Guest begins, and no shadow entry is global.
 * :*/
void guest_new_pagetable(struct lg_cpu *cpu, u32 cr3)
{
	struct lguest *lg = cpu->lg;

	if ((cr3 & ~PAGE_MASK) || !lg_range_ok((u64)lg->pfn_limit << PAGE_SHIFT, cr3, PAGE_SIZE)) {
		kill_cpu(cpu, "bad page table 0x%x", cr3);
		return;
	}
	if (!lg->paging) {
		/* What was virtual = physical until now means nothing any more. */
		flush_all(lg);
		lg->roots[0].used = false;
		lg->paging = true;
	}
	cpu->cr3 = cr3;
	cpu->root = get_root(cpu, cr3);
}

static void forget_entry(struct lg_cpu *cpu, struct shadow_root *root, u32 address)
{
	u64 *entry = shadow_entry(cpu, root, address, false);

	if (entry)
		*entry = 0;
}

void guest_set_pte(struct lg_cpu *cpu, u32 cr3, u32 address, u32 pte)
{
	struct lguest *lg = cpu->lg;
	struct shadow_root *root;
	unsigned int i;

	if ((pte & LG_PTE_P) && !lg_pte_ok(pte, lg->pfn_limit)) {
		kill_cpu(cpu, "bad page table entry 0x%x", pte);
		return;
	}
	if (is_kernel_gb(lg, address >> 30)) {
		forget_entry(cpu, cpu->root, address);
	} else if (lg->kernel_address && address >= lg->kernel_address) {
		for (i = 0; i < LG_SHADOW_ROOTS; i++)
			if (lg->roots[i].used)
				forget_entry(cpu, &lg->roots[i], address);
	} else {
		root = find_root(lg, cr3);
		if (root)
			forget_entry(cpu, root, address);
	}
}

/* A directory entry of the Guest's covers 4 MB: two tables of the shadow's. */
void guest_set_pgd(struct lg_cpu *cpu, u32 cr3, u32 index)
{
	struct lguest *lg = cpu->lg;
	struct shadow_root *root = find_root(lg, cr3);
	unsigned int gb, i;
	u64 *pd;

	if (index >= 1024) {
		kill_cpu(cpu, "bad page directory index %u", index);
		return;
	}
	gb = index >> 8;
	pd = is_kernel_gb(lg, gb) ? lg->kernel_pd[gb] : root ? root->pd[gb] : NULL;
	if (!pd)
		return;
	for (i = 0; i < 2; i++) {
		u64 *pde = &pd[(index * 2 + i) & 511];

		if (*pde & SH_P)
			free_table(lg, table_of(*pde));
		*pde = 0;
	}
}

void guest_flush(struct lg_cpu *cpu, bool everything)
{
	if (everything)
		flush_all(cpu->lg);
	else
		clear_root(cpu->lg, cpu->root);
}

/*L:650 A walk for the curious
 *
 * The same address, looked up in both sets of tables, level by level.
 * :*/
void guest_walk(struct lg_cpu *cpu, struct lg_walk *walk)
{
	struct lguest *lg = cpu->lg;
	u32 address = walk->address, cr3 = walk->cr3 ? walk->cr3 : cpu->cr3, entry;
	struct shadow_root *root = lg->paging ? find_root(lg, cr3) : cpu->root;
	u64 limit = (u64)lg->pfn_limit << PAGE_SHIFT, gpa = address, at;
	bool mapped = true;
	int level;

	*walk = (struct lg_walk){ .vcpu = walk->vcpu, .address = address };
	walk->levels = lg->paging ? 2 : 0;
	walk->cr3 = cr3;
	for (level = 0; level < walk->levels && mapped; level++) {
		at = level ? (walk->guest_entry[0] & PAGE_MASK & U32_MAX) +
				     ((address >> 12) & 1023) * 4 :
			     cr3 + (address >> 22) * 4;
		walk->guest_at[level] = at;
		/* Looking must not kill: only what surely can be read is read. */
		if (!lg_range_ok(limit, at, 4) || !lg_get_page(cpu, at >> PAGE_SHIFT) ||
		    !lg_read(cpu, at, &entry, 4)) {
			mapped = false;
			break;
		}
		walk->guest_entry[level] = entry;
		mapped = entry & LG_PTE_P;
		gpa = (entry & PAGE_MASK) | offset_in_page(address);
	}
	walk->mapped = mapped && lg_range_ok(limit, gpa, 1);
	walk->gpa = walk->mapped ? gpa : 0;
	if (walk->mapped && lg->pages[gpa >> PAGE_SHIFT])
		walk->host_pfn = page_to_pfn(lg->pages[gpa >> PAGE_SHIFT]);

	walk->shadow_levels = 3;
	if (root) {
		u64 *pd, *pt;

		walk->shadow_entry[0] = root->pdpt[address >> 30];
		if (!(walk->shadow_entry[0] & SH_P))
			return;
		pd = table_of(walk->shadow_entry[0]);
		walk->shadow_entry[1] = pd[(address >> PMD_SHIFT) & 511];
		if (!(walk->shadow_entry[1] & SH_P))
			return;
		pt = table_of(walk->shadow_entry[1]);
		walk->shadow_entry[2] = pt[(address >> PAGE_SHIFT) & 511];
	}
}
