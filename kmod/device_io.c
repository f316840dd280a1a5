// SPDX-License-Identifier: GPL-2.0-or-later
/*L:770 Devices of the Launcher's
 *
 * From 4.0 on a Guest finds its devices on a PCI bus: it asks at the ports 0xcf8 to
 * 0xcff what is there, and then works with their registers, which lie in pages behind
 * its memory.  Both are for the Launcher to answer.  The access is decoded here, where
 * the registers are; read() gives it to the Launcher, who says the value with
 * LHREQ_IO_DONE; then the register gets it, the instruction is over, and the Guest goes on.
 * :*/
#include <linux/uaccess.h>
#include "records.h"

static u32 *guest_register(struct lg_cpu *cpu, const struct lg_insn *insn)
{
	struct lg_regs *r = cpu->regs;
	u32 *registers[8] = { &r->eax, &r->ecx, &r->edx, &r->ebx,
			      (u32 *)&r->esp, &r->ebp, &r->esi, &r->edi };

	return registers[insn->reg & (insn->reg_size == 1 ? 3 : 7)]; /* 4 is ah, not esp */
}

static void ask(struct lg_cpu *cpu, const struct lg_insn *insn, u32 what, u32 address)
{
	bool write = insn->what == LG_EMULATE_OUT || insn->what == LG_EMULATE_STORE;

	cpu->io = (struct lg_io){
		.what = what, .address = address, .bytes = insn->size, .write = write,
		.value = write ? lg_insn_from_reg(insn, *guest_register(cpu, insn)) : 0,
	};
	cpu->io_insn = *insn;
	cpu->io_told = false;
	cpu->slow.io = true;
	cpu->count.emulated++;
}

/* False if the port is nobody's. */
bool lg_port_io(struct lg_cpu *cpu, const struct lg_insn *insn, u32 port)
{
	if (cpu->lg->device_limit == cpu->lg->pfn_limit || port < LG_PCI_PORT_FIRST ||
	    port + insn->size - 1 > LG_PCI_PORT_LAST)
		return false;
	ask(cpu, insn, LG_IO_PORT, port);
	return true;
}

/* A page fault on a page of device memory, at a guest-physical address. */
void lg_memory_io(struct lg_cpu *cpu, u32 gpa)
{
	u8 bytes[LG_INSN_MAX] = { 0 };
	struct lg_insn insn = { 0 };
	u32 words[2];

	if ((cpu->regs->cs & 3) == 1)
		insn = lg_decode_access(bytes, fetch_instruction(cpu, bytes, sizeof(bytes)));
	if (insn.what == LG_EMULATE_NOT || offset_in_page(gpa) + insn.size > PAGE_SIZE) {
		kill_cpu(cpu, "no way to do this access to device memory at 0x%x (eip 0x%x)", gpa,
			 (u32)cpu->regs->eip);
		return;
	}
	memcpy(words, bytes, sizeof(words));
	lg_event4(cpu, LG_EV_EMULATE, 14, words[0], words[1], gpa, insn.length);
	ask(cpu, &insn, LG_IO_MEMORY, gpa);
}

/* What read() returns while an access waits for the Launcher. */
int lg_io_tell(struct lg_cpu *cpu, char __user *to, size_t size)
{
	if (cpu->io_told)
		return -EBUSY;
	if (size < sizeof(cpu->io) || copy_to_user(to, &cpu->io, sizeof(cpu->io)))
		return -EFAULT;
	cpu->io_told = true;
	return sizeof(cpu->io);
}

int lg_io_done(struct lg_cpu *cpu, u32 value)
{
	const struct lg_insn *insn = &cpu->io_insn;
	u32 *reg;
	int err = -EINVAL;

	if (!mutex_trylock(&cpu->lock))
		return -EBUSY;
	if (cpu->slow.io && cpu->io_told) {
		reg = guest_register(cpu, insn);
		if (!cpu->io.write)
			*reg = lg_insn_to_reg(insn, *reg, value);
		lg_insn_done(cpu->regs, insn->length);
		cpu->slow.io = false;
		err = 0;
	}
	mutex_unlock(&cpu->lock);
	return err;
}
