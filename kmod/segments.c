// SPDX-License-Identifier: GPL-2.0-or-later
/*L:300 Segments
 *
 * The Guest asks for GDT entries one at a time.  We remember what it asked, and
 * install what checks.c leaves of it, in the GDT of the Switcher's block: the two
 * tables are what the window shows side by side.  A few slots are not the Guest's
 * at all; they hold the 64-bit code segment, the data segment and the TSS with
 * which the Switcher works.
 * :*/
#include <linux/nospec.h>
#include "lg.h"

static const struct lg_descriptor flat_code = { 0x0000ffff, 0x00cfbb00 };
static const struct lg_descriptor flat_data = { 0x0000ffff, 0x00cfb300 };
static const struct lg_descriptor code64 = { 0x0000ffff, 0x00af9b00 };
static const struct lg_descriptor data64 = { 0x0000ffff, 0x00cf9300 };

void setup_guest_gdt(struct lg_cpu *cpu)
{
	u64 tss = (unsigned long)cpu->block + LG_TSS_OFFSET;

	cpu->hw_gdt[LG_SEL_CODE64 / 8] = code64;
	cpu->hw_gdt[LG_SEL_DATA / 8] = data64;
	/* An available 64-bit TSS takes two slots (Intel SDM vol. 3, 8.2.3). */
	cpu->hw_gdt[LG_SEL_TSS / 8].low = (u32)(tss << 16) | (LG_TSS_SIZE - 1);
	cpu->hw_gdt[LG_SEL_TSS / 8].high = ((tss >> 16) & 0xff) | (tss & 0xff000000) | 0x8900;
	cpu->hw_gdt[LG_SEL_TSS / 8 + 1].low = tss >> 32;
	cpu->hw_gdt[LG_SEL_TSS / 8 + 1].high = 0;

	cpu->gdt_asked[LGUEST_KERNEL_CS / 8] = flat_code;
	cpu->gdt_asked[LGUEST_KERNEL_DS / 8] = flat_data;
	cpu->hw_gdt[LGUEST_KERNEL_CS / 8] = flat_code;
	cpu->hw_gdt[LGUEST_KERNEL_DS / 8] = flat_data;
}

void load_guest_gdt_entry(struct lg_cpu *cpu, u32 slot, struct lg_descriptor asked)
{
	if (slot >= LGUEST_GDT_ENTRIES) {
		kill_cpu(cpu, "bad GDT slot %u", slot);
		return;
	}
	slot = array_index_nospec(slot, LGUEST_GDT_ENTRIES);
	cpu->gdt_asked[slot] = asked;
	if (!lg_gdt_slot_is_ours(slot))
		cpu->hw_gdt[slot] = lg_sanitise_descriptor(asked);
}

void guest_load_tls(struct lg_cpu *cpu, u32 gpa)
{
	struct lg_descriptor tls[3];
	unsigned int i;

	if (!lg_read(cpu, gpa, tls, sizeof(tls)))
		return;
	for (i = 0; i < 3; i++)
		load_guest_gdt_entry(cpu, 6 + i, tls[i]);
}
