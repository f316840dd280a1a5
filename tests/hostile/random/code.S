/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions for the random Guest, RANDOM_CODE_BYTES apart, for ring 1 and ring 3.  It calls
 * one with random registers: eax, ebx, ecx, edx anything, esi and edi in memory that may
 * be spoilt.  Most of them trap, which is how they end.
 */
#include "code.h"

	.macro try text:req
	.balign RANDOM_CODE_BYTES
	\text
	ret
	.endm

	.section .user.text, "ax", @progbits
	.balign 4096
	.globl random_code
random_code:
	/* What belongs to ring 0. */
	try "cli"
	try "sti"
	try "hlt"
	try "clts"
	try "invlpg (%ebx)"
	try "lgdt (%esi)"
	try "lidt (%esi)"
	try "lldt %ax"
	try "ltr %ax"
	try "lmsw %ax"
	try "mov %eax, %cr0"
	try "mov %eax, %cr2"
	try "mov %eax, %cr3"
	try "mov %eax, %cr4"
	try "mov %cr0, %eax"
	try "mov %cr2, %eax"
	try "mov %cr3, %eax"
	try "mov %cr4, %eax"
	try "mov %eax, %dr0"
	try "mov %eax, %dr6"
	try "mov %eax, %dr7"
	try "mov %dr7, %eax"
	try "rdmsr"
	try "wrmsr"
	try "rdpmc"
	try "xsetbv"
	try "xgetbv"
	try ".byte 0x0f, 0x01, 0xca"
	try ".byte 0x0f, 0x01, 0xcb"
	try ".byte 0x0f, 0x01, 0xc8"
	try ".byte 0x0f, 0x01, 0xf8"
	try ".byte 0xf3, 0x0f, 0xae, 0xd8"
	try "sysenter"
	try "syscall"
	try "sysexit"
	try "sysret"
	/* Ports, some of them done for the Guest. */
	try "inb %dx, %al"
	try "inw %dx, %ax"
	try "inl %dx, %eax"
	try "outb %al, %dx"
	try "outl %eax, %dx"
	try "inb $0x60, %al"
	try "outb %al, $0x80"
	try "insb"
	try "insl"
	try "outsb"
	try "rep insb"
	/* What tells of the processor. */
	try "sgdt (%esi)"
	try "sidt (%esi)"
	try "str %eax"
	try "sldt %eax"
	try "smsw %eax"
	try "cpuid"
	try "rdtsc"
	try ".byte 0x0f, 0x01, 0xf9"
	/* Traps on purpose. */
	try "ud2"
	try "int3"
	try "into"
	try ".byte 0xf1"
	try "int $2"
	try "int $8"
	try "int $0x20"
	try "int $0x80"
	try "int $0xff"
	try "divl %ecx"
	try "bound %eax, (%esi)"
	try ".byte 0xf0, 0x0f, 0xc7, 0xc8"
	try ".byte 0xf0, 0x90"
	try ".byte 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x90"
	/* Flags, with and without something behind. */
	try "pushl %edx; popfl"
	try "pushl %edx; popfl; nop; nop"
	try "pushl %edx; orl $0x100, (%esp); popfl; cpuid"
	try "pushl %edx; orl $0x4000, (%esp); popfl; iret"
	try "pushl %edx; orl $0x100, (%esp); popfl; mov %ss, %eax; mov %eax, %ss; nop"
	/* Segments. */
	try "mov %eax, %ds; movl (%esi), %ecx"
	try "mov %eax, %es; movl %es:(%esi), %ecx"
	try "mov %eax, %fs; movl %fs:(%ebx), %ecx"
	try "mov %eax, %gs; movl %gs:(%ebx), %ecx"
	try "mov %eax, %fs; movl $19, %eax; int $0x1f; movl %fs:(%ebx), %ecx"
	try "mov %eax, %ds; mov %ebx, %es; int3"
	try "pushl %eax; popl %ds"
	try "lds (%esi), %eax"
	try "les (%esi), %eax"
	try "lfs (%esi), %eax"
	try "movl $0x69, %ecx; mov %eax, %ss; mov %ecx, %ss"
	try "lar %ax, %ebx"
	try "lsl %ax, %ebx"
	try "verr %ax"
	try "verw %ax"
	try "arpl %ax, %bx"
	/* Far away. */
	try "ljmp *(%esi)"
	try "lcall *(%esi)"
	try "pushl %eax; pushl %ebx; lret"
	try "pushl %edx; pushl %eax; pushl %ebx; iret"
	try "pushl %eax; pushl %edx; pushl $0x202; pushl %ecx; pushl %ebx; iret"
	try "jmp *%ebx"
	try "call *%ebx"
	/* Floating point. */
	try "fninit"
	try "fld1; fldz; fdivrp; fwait"
	try "fldcw (%esi)"
	try "fxsave (%esi)"
	try "fxrstor (%esi)"
	try "fnsave (%esi)"
	try "frstor (%esi)"
	try "ldmxcsr (%esi)"
	try "emms"
	try "movaps (%esi), %xmm0"
	try "pcmpeqd %xmm3, %xmm3"
	/* Memory at places that may not be there. */
	try "movl (%ebx), %ecx"
	try "lock xaddl %eax, (%esi)"
	try "cmpxchg8b (%esi)"
	try "movl $64, %ecx; rep movsl"
	try "movl $64, %ecx; rep stosl"
	try "prefetcht0 (%ebx)"
	try "pause"
	.balign RANDOM_CODE_BYTES
	.globl random_code_end
random_code_end:

	/*
	 * attempt(place to keep esp in, code, registers): calls the code with these registers on a
	 * stack of its own, and returns ~0; or recover() makes it return the vector of a trap. While
	 * it can do so the place is not zero.
	 */
	.text
	.globl attempt
attempt:
	pushal
	movl 36(%esp), %eax
	movl 40(%esp), %ecx
	movl 44(%esp), %ebp
	movl %esp, (%eax)
	movl 24(%ebp), %esp
	pushl %eax
	pushl $attempt_back
	pushl %ecx
	movl 0(%ebp), %eax
	movl 4(%ebp), %ebx
	movl 8(%ebp), %ecx
	movl 12(%ebp), %edx
	movl 16(%ebp), %esi
	movl 20(%ebp), %edi
	ret
attempt_back:
	popl %eax
	movl $0x69, %ecx
	movl %ecx, %ds
	movl (%eax), %esp
	movl $0, (%eax)
	movl $~0, 28(%esp)
attempt_over:
	/* The code may have left anything behind. */
	pushl $2
	popfl
	movl $0x69, %eax
	movl %eax, %ds
	movl %eax, %es
	xorl %eax, %eax
	movl %eax, %fs
	movl kit_gs, %eax
	movl %eax, %gs
	popal
	ret

	/* recover(what attempt() kept, vector) */
	.globl recover
recover:
	movl 8(%esp), %eax
	movl 4(%esp), %esp
	movl %eax, 28(%esp)
	jmp attempt_over

	.section .note.GNU-stack, "", @progbits
