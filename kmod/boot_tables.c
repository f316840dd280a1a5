// SPDX-License-Identifier: GPL-2.0-or-later
/*L:660 The tables that a Guest begins on
 *
 * From 3.1 on a Guest builds its first page tables by itself and runs unpaged until then.  One of
 * 2.6.31 to 3.0 says INIT and jumps to its kernel addresses with the next instruction, so the Host
 * puts tables into the Guest's memory that lead there: all of RAM from the start of the
 * kernel's part, written when INIT comes, below the initrd, found by lguest_data.pgdir
 * (GUEST_ABI.md, section 4).  The Guest reads them, adds its own entries, and leaves them soon.
 *
 * Whether it uses PAE nobody tells, and here is no table yet to find it out from.  But one page
 * serves as the top of both kinds.  PAE has its four entries in the first 32 bytes, where a
 * directory of two levels has the lowest 32 MB of addresses; and the kernel's part, all
 * that anybody looks for, lies elsewhere in it:
 *
 *     byte 0        24         32                  3072                  4095
 *          |    PAE: 3 GB  |        empty           |  two levels: 3 GB ...  |
 *                   |                                   |
 *                   directory -> tables of 512          tables of 1024
 *
 * Until the first NEW_PGTABLE an address of the kernel's part is looked up both ways; at most
 * one of them knows an entry that the Guest has added (guest_pa()).  Low addresses are the physical
 * ones, as they were before INIT: the tables need not say so.
 * :*/
#include <linux/slab.h>
#include "lg.h"

#define BOOT_E820_SIZE 0x2d8 /* in the boot parameters at address 0 */
#define BOOT_RAMDISK_SIZE 0x21c
#define BOOT_ENTRY (LG_PTE_P | LG_PTE_RW | LG_PTE_US | LG_PTE_A | LG_PTE_D)

union boot_page {
	u32 two[1024];
	u64 pae[512];
};

static bool write_page(struct lg_cpu *cpu, u32 *at, union boot_page *page)
{
	bool good = lg_write(cpu, *at, page, PAGE_SIZE);

	memset(page, 0, PAGE_SIZE);
	*at += PAGE_SIZE;
	return good;
}

/* Pages that follow one another: entry i is for the frame or the table that is i pages on. */
static bool write_two(struct lg_cpu *cpu, u32 *at, union boot_page *page, u32 pages)
{
	u32 i;

	for (i = 0; i < pages; i++) {
		page->two[i % 1024] = i << PAGE_SHIFT | BOOT_ENTRY;
		if ((i % 1024 == 1023 || i + 1 == pages) && !write_page(cpu, at, page))
			return false;
	}
	return true;
}

static bool write_pae(struct lg_cpu *cpu, u32 *at, union boot_page *page, u32 pages)
{
	u32 i;

	for (i = 0; i < pages; i++) {
		page->pae[i % 512] = (u64)i << PAGE_SHIFT | BOOT_ENTRY;
		if ((i % 512 == 511 || i + 1 == pages) && !write_page(cpu, at, page))
			return false;
	}
	return true;
}

static bool write_tables(struct lg_cpu *cpu, const struct lg_boot_tables *t, u32 kernel_address,
			 union boot_page *page)
{
	u32 gb = kernel_address >> 30, at = t->at, i;
	u32 two = at + (1 + t->directories) * PAGE_SIZE, pae = two + t->two * PAGE_SIZE;

	for (i = 0; i < t->two; i++)
		page->two[(kernel_address >> 22) + i] = (two + i * PAGE_SIZE) | BOOT_ENTRY;
	for (i = 0; i < t->directories; i++)
		page->pae[gb + i] = (at + (1 + i) * PAGE_SIZE) | LG_PTE_P;
	if (!write_page(cpu, &at, page))
		return false;
	/* Directories of neighbouring GB are one long one. */
	for (i = 0; i < t->directories * 512; i++) {
		u32 n = i - ((kernel_address >> 21) & 511);

		if (n < t->pae)
			page->pae[i % 512] = (pae + n * PAGE_SIZE) | BOOT_ENTRY;
		if (i % 512 == 511 && !write_page(cpu, &at, page))
			return false;
	}
	return write_two(cpu, &at, page, t->pages) && write_pae(cpu, &at, page, t->pages);
}

/* False: the Guest is dead, and it knows why. */
bool make_boot_tables(struct lg_cpu *cpu, u32 data_end)
{
	struct lguest *lg = cpu->lg;
	struct lg_boot_tables t;
	union boot_page *page;
	u32 memory, initrd;
	bool good;

	if (!lg_read(cpu, BOOT_E820_SIZE, &memory, sizeof(memory)) ||
	    !lg_read(cpu, BOOT_RAMDISK_SIZE, &initrd, sizeof(initrd)))
		return false;
	if (!lg_boot_tables_fit(memory, initrd, lg->pfn_limit, lg->kernel_address, data_end, &t)) {
		kill_cpu(cpu, "no room for boot page tables in %u KB of memory, initrd %u KB",
			 memory >> 10, initrd >> 10);
		return false;
	}
	page = lg_may_fail(kzalloc(sizeof(*page), GFP_KERNEL_ACCOUNT), NULL);
	if (!page) {
		kill_cpu(cpu, "no memory for boot page tables");
		return false;
	}
	good = write_tables(cpu, &t, lg->kernel_address, page);
	kfree(page);
	lg->boot_tables = t.at;
	return good;
}
