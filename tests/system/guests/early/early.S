/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first steps of a Guest of 2.6.31 to 3.0: INIT at a physical address, and right behind it a
 * jump to where the kernel is linked.  A command line that begins with v asks for vmcall; one with l
 * makes it lie about the size of memory, which the Host reads where it wrote it itself.
 */
#include "early.h"

	.text
	.globl entry
entry:
	movl $1, %eax
	movl $(early_data - PAGE_OFFSET), %ebx
	cmpb $'l', COMMAND_LINE
	jne 0f
	movl $-1, E820_SIZE
0:	cmpb $'v', COMMAND_LINE
	je 1f
	int $0x1f
	jmp 2f
1:	vmcall
2:	movl $stack_top, %esp
	jmp early_main + PAGE_OFFSET

	/* call_int(number, a, b, c, d) and call_vmcall(): two forms of the same. */
	.macro HYPERCALL name, insn:vararg
	.globl \name
\name:
	pushl %ebx
	pushl %esi
	movl 12(%esp), %eax
	movl 16(%esp), %ebx
	movl 20(%esp), %ecx
	movl 24(%esp), %edx
	movl 28(%esp), %esi
	.globl \name\()_site
\name\()_site:
	\insn
	popl %esi
	popl %ebx
	ret
	.endm
	HYPERCALL call_int, int $0x1f
	HYPERCALL call_vmcall, vmcall

	/* Traps and the timer: C looks at the number, and at eip on the stack. */
	.macro TRAP name, number, errcode
	.globl \name
\name:
	.if !\errcode
	pushl $0
	.endif
	pushal
	leal 36(%esp), %eax
	pushl %eax
	pushl $\number
	call early_trap
	addl $8, %esp
	popal
	addl $4, %esp
	jmp early_iret
	.endm
	TRAP trap_timer, 32, 0
	TRAP trap_page_fault, 14, 1
	TRAP trap_no_fpu, 7, 0

	/* No interrupt may come between the two words on how things are when it returns. */
early_iret:
	pushl %eax
	movl 12(%esp), %eax
	andl $0x200, %eax
	.globl noirq_start, noirq_end
noirq_start:
	movl %eax, early_data + DATA_IRQ_ENABLED
	popl %eax
	iret
noirq_end:

	.bss
	.balign 4096
	.skip 8192
stack_top:

	.section .note.GNU-stack, "", @progbits
