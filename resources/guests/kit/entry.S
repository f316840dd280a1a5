/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a Guest begins.  The Host starts it in ring 1 with flat segments, esi = 0
 * (the address of the boot parameters) and no stack at all.
 */
#include "stubs.h"

	.section .text.entry, "ax"
	.globl guest_entry
guest_entry:
	movl $boot_stack_top, %esp
	movl kit_gs, %eax
	movl %eax, %gs
	xorl %ebp, %ebp
	call kit_start

	/* 256 stubs, KIT_STUB_BYTES apart; a zero where the processor has no error code. */
	.text
	.balign 16
	.globl kit_stubs
kit_stubs:
	.set vector, 0
	.rept 256
	.balign KIT_STUB_BYTES
	.if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17)
	pushl $0
	.endif
	pushl $vector
	jmp kit_trap
	.set vector, vector + 1
	.endr

kit_trap:
	pushl %es
	pushl %ds
	pushal
	cld
	movl $0x69, %eax
	movl %eax, %ds
	movl %eax, %es
	movl kit_gs, %eax
	movl %eax, %gs
	pushl %esp
	call kit_handle
	addl $4, %esp

	/*
	 * Back to where it came from.  EFLAGS.IF is always set for the processor;
	 * what the Guest wants stands in lguest_data.irq_enabled, its first field.
	 * Between saying "on" there and IRET no interrupt may push another frame:
	 * noirq_iret names the one instruction that is left in between. Each vCPU
	 * has a lguest_data of its own, to which gs leads. The way back to ring 3
	 * empties gs, which is why each trap loads it again.
	 */
kit_return:
	popal
	popl %ds
	popl %es
	addl $8, %esp
	pushl 8(%esp)
	popl %gs:first_vcpu
	.globl kit_iret
kit_iret:
	iret

	.globl frame_resume
frame_resume:
	movl 4(%esp), %esp
	jmp kit_return

	/* Where vcpu_start() sends another vCPU; all but esp is zero. */
	.globl kit_vcpu_entry
kit_vcpu_entry:
	popl %eax
	pushl %eax
	call kit_vcpu_main

	/*
	 * A selector whose base is 0 on vCPU 0 and elsewhere the distance between that
	 * vCPU's structure and the first one's.
	 */
	.data
	.globl kit_gs
kit_gs:
	.long 0x69

	.bss
	.balign 4096
	.globl boot_stack
boot_stack:
	.skip 16384
	.globl boot_stack_top
boot_stack_top:

	.section .note.GNU-stack, "", @progbits
