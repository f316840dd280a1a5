/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Switcher: everything that runs between Guest and Host.  layout.h describes
 * the memory that it works on.
 */
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/asm-offsets.h>
#include <asm/nospec-branch.h>
#include <asm/segment.h>
#include <asm/msr-index.h>
#include "../kmod/compat_asm.h"
#include "layout.h"

/* The trap frame below RSP0, as a stub leaves it. */
#define T_VECTOR 0
#define T_ERROR 8
#define T_RIP 16
#define T_CS 24
#define T_FLAGS 32
#define T_RSP 40
#define T_SS 48
#define T_SIZE 56

/* struct lg_regs, by offset. */
#define R_EAX 0
#define R_EBX 4
#define R_ECX 8
#define R_EDX 12
#define R_ESI 16
#define R_EDI 20
#define R_EBP 24
#define R_DS 32
#define R_ES 34
#define R_FS 36
#define R_GS 38
#define R_TRAPNUM 40
#define R_EIP 56
#define R_CS 64
#define R_EFLAGS 72
#define R_ESP 80
#define R_SS 88
#define R_SAVED_BY_US R_TRAPNUM /* what lies below the trap frame */

#define EFLAGS_IF 0x200
/* TF, IOPL, NT, RF, VM: never carried into a handler of the Guest. */
#define EFLAGS_NOT_FOR_HANDLERS 0x37100

	.section .switcher.text, "ax", @progbits
	.balign 4096
SYM_CODE_START(lg_switcher_text)
	/*L:510 The trap stubs
	 *
	 * One for each of the 256 vectors, 16 bytes apart, so that the IDT needs
	 * no table of addresses.  A stub makes all frames alike (an error code
	 * everywhere, then the vector) and jumps on by kind:
	 *
	 *   - what only the Host can decide goes to lg_trap;
	 *   - what belongs to the Guest by nature (divide error, breakpoint,
	 *     system call ...) tries lg_reflect first;
	 *   - #DF has a stack of its own and is always the end of the Guest.
	 * :*/
	.set vector, 0
	.rept 256
	.balign 16
	LG_UNWIND_HINT
	ENDBR
	.if vector != 8 && vector != 10 && vector != 11 && vector != 12 && \
	    vector != 13 && vector != 14 && vector != 17 && vector != 21 && \
	    vector != 29 && vector != 30
	pushq $0
	.endif
	pushq $vector
	.if vector == 8
	jmp lg_double_fault
	.elseif vector == 0x80
	jmp lg_system_call
	.elseif vector == 0 || (vector >= 3 && vector <= 6) || \
	    (vector >= 9 && vector <= 12) || vector == 16 || vector == 17 || \
	    vector == 19
	jmp lg_reflect
	.else
	jmp lg_trap
	.endif
	.set vector, vector + 1
	.endr
	.balign 16

	/*L:520 Entering the Guest
	 *
	 * Called with interrupts off and the block's address in RDI; the caller
	 * expects no register to survive but RBP and RSP.  The Guest's registers wait
	 * in the block; its RIP, CS, RFLAGS, RSP and SS are pushed a second time, as
	 * an IRETQ frame with a place of its own.  The others are loaded by MOV,
	 * never popped: an NMI in the middle pushes its frame below RSP, and
	 * whatever lies there would be lost.
	 *
	 * What cannot change while this thread stays on this processor (descriptor
	 * tables, selectors, the bases of FS and GS) the Host has put into the block
	 * beforehand.  CR3, CR4 and the LDT can: another processor may interrupt
	 * this one to change them.
	 *
	 * The order is the point.  RSP goes into the block first, then LIDT: from
	 * here on the only IDT that is live is ours, and each of its handlers
	 * finds a block under its feet.  Everything foreign (GDT, task register,
	 * CR4, CR3, segments) follows between the two LIDTs.
	 *
	 * There are two copies of it.  The second one leaves the time at which it had
	 * nothing left to do but load registers; who does not ask for it does not pay.
	 *
	 * @event world_switch
	 * :*/
	.macro lg_enter_guest timed
	LG_UNWIND_HINT
	pushq %rbp
	pushfq
	movq %rsp, LG_S_HOST_RSP(%rdi)
	sldt LG_S_HOST_LDT(%rdi)
	movq %cr3, %rax
	movq %rax, LG_S_HOST_CR3(%rdi)
	movq %cr4, %rax
	movq %rax, LG_S_HOST_CR4(%rdi)

	leaq (LG_IRET_FRAME + 40)(%rdi), %rsp
	pushq (LG_REGS + R_SS)(%rdi)
	pushq (LG_REGS + R_ESP)(%rdi)
	pushq (LG_REGS + R_EFLAGS)(%rdi)
	pushq (LG_REGS + R_CS)(%rdi)
	pushq (LG_REGS + R_EIP)(%rdi)
	.if !\timed
SYM_INNER_LABEL(lg_enter_start, SYM_L_LOCAL)
	ANNOTATE_NOENDBR
	.endif
	lidt LG_S_GUEST_IDTR(%rdi)
	lgdt LG_S_GUEST_GDTR(%rdi)
	andb $~2, LG_TSS_BUSY_BYTE(%rdi) /* LTR wants an available TSS */
	movl $LG_SEL_TSS, %eax
	ltr %ax
	cmpw $0, LG_S_HOST_LDT(%rdi)
	je 1f
	xorl %eax, %eax
	lldt %ax
1:	movq LG_S_GUEST_CR4(%rdi), %rax
	movq %rax, %cr4
	movq LG_S_GUEST_CR0(%rdi), %rax
	testq %rax, %rax
	jz 2f
	movq %rax, %cr0
2:	movq LG_S_GUEST_CR3(%rdi), %rax
	movq %rax, %cr3
	/* A bad selector faults here, at CPL 0: lg_from_switcher knows. */
	movw (LG_REGS + R_DS)(%rdi), %ds
	movw (LG_REGS + R_ES)(%rdi), %es
	movw (LG_REGS + R_FS)(%rdi), %fs
	movw (LG_REGS + R_GS)(%rdi), %gs
	.if \timed
	rdtsc
	movl %eax, LG_S_TSC_ENTERED(%rdi)
	movl %edx, (LG_S_TSC_ENTERED + 4)(%rdi)
	.endif
	movl (LG_REGS + R_EAX)(%rdi), %eax
	movl (LG_REGS + R_EBX)(%rdi), %ebx
	movl (LG_REGS + R_ECX)(%rdi), %ecx
	movl (LG_REGS + R_EDX)(%rdi), %edx
	movl (LG_REGS + R_ESI)(%rdi), %esi
	movl (LG_REGS + R_EBP)(%rdi), %ebp
	movl (LG_REGS + R_EDI)(%rdi), %edi
	iretq
	.endm

SYM_INNER_LABEL(lg_switch_to_guest, SYM_L_GLOBAL)
	lg_enter_guest 0
SYM_INNER_LABEL(lg_switch_to_guest_timed, SYM_L_GLOBAL)
	lg_enter_guest 1
SYM_INNER_LABEL(lg_enter_end, SYM_L_LOCAL)
	ANNOTATE_NOENDBR

	/*L:530 Reflecting a trap without leaving
	 *
	 * A long-mode IDT can only lead to 64-bit code, so the processor cannot
	 * deliver a system call of the Guest's user space straight to the Guest's
	 * kernel in ring 1.  The Switcher does what the processor would have
	 * done: it pushes the 32-bit frame on the stack which the Guest named by
	 * SET_STACK and returns into the handler.  That costs some forty
	 * instructions instead of the several hundred of a way through the Host.
	 *
	 * R8 to R15 are free: a 32-bit Guest has none.  A fault while pushing
	 * (the stack's page is not in the shadow table yet) is no tragedy,
	 * nothing but memory below esp was changed: the trap then takes the long
	 * way, as if nothing had been tried.
	 *
	 * @event reflect
	 * :*/
SYM_INNER_LABEL(lg_system_call, SYM_L_LOCAL)
	LG_UNWIND_HINT
	testb $3, T_CS(%rsp)
	jz lg_from_switcher
	movl $LG_REFLECT_SYSCALL, %r8d
	jmp 1f
SYM_INNER_LABEL(lg_reflect, SYM_L_LOCAL)
	LG_UNWIND_HINT
	testb $3, T_CS(%rsp)
	jz lg_from_switcher
	movl T_VECTOR(%rsp), %r8d
1:	movq %rsp, %r9
	andq $-LG_BLOCK_SIZE, %r9
	movq LG_S_REFLECT(%r9,%r8,8), %r8
	btq $LG_REFLECT_VALID, %r8
	jnc lg_trap
	movq LG_S_GUEST_DATA(%r9), %r11
	movl (%r11), %r12d /* lguest_data.irq_enabled is the first field */
	andl $EFLAGS_IF, %r12d
	movl T_FLAGS(%rsp), %r13d
	andl $~EFLAGS_IF, %r13d
	orl %r12d, %r13d /* the image shows the virtual interrupt flag */
	testb $2, T_CS(%rsp)
	jz 3f
	movl LG_S_ESP1(%r9), %r10d
	movl LG_S_SS1(%r9), %r15d
	cmpl $64, %r10d /* a frame must not wrap around zero */
	jb lg_trap
SYM_INNER_LABEL(lg_reflect_start, SYM_L_LOCAL)
	ANNOTATE_NOENDBR
	movl T_SS(%rsp), %r14d
	movl %r14d, -4(%r10)
	movl T_RSP(%rsp), %r14d
	movl %r14d, -8(%r10)
	subl $8, %r10d
	jmp 2f
3:	movl T_RSP(%rsp), %r10d
	movl T_SS(%rsp), %r15d
	cmpl $64, %r10d
	jb lg_trap
2:	movl %r13d, -4(%r10)
	movl T_CS(%rsp), %r14d
	movl %r14d, -8(%r10)
	movl T_RIP(%rsp), %r14d
	movl %r14d, -12(%r10)
	subl $12, %r10d
	btq $LG_REFLECT_ERRCODE, %r8
	jnc lg_reflect_commit
	movl T_ERROR(%rsp), %r14d
	movl %r14d, -4(%r10)
	subl $4, %r10d
SYM_INNER_LABEL(lg_reflect_commit, SYM_L_LOCAL)
	ANNOTATE_NOENDBR

	/*L:535 Recording a reflection
	 *
	 * Somebody watches: the trap leaves a record like any other event, with
	 * all registers, in the vCPU's ring itself.  The Host finds out when the
	 * Guest comes out, and shows it to the reader then.
	 *
	 * No room, or somebody who wants to see each event at once: the long way,
	 * as if nothing had been pushed.  Unless the ring is full and losses are
	 * allowed; then this is one.
	 * :*/
	cmpl $0, LG_S_LOG_ON(%r9)
	je lg_reflect_logged
	movl $1, LG_S_LOG_USED(%r9)
	movq LG_S_EVENT_AT(%r9), %r14
	cmpq LG_S_EVENT_SHORT(%r9), %r14
	jae lg_reflect_no_room
	movl %eax, LG_E_EAX(%r14)
	movl %ebx, LG_E_EBX(%r14)
	movl %ecx, LG_E_ECX(%r14)
	movl %edx, LG_E_EDX(%r14)
	movl %esi, LG_E_ESI(%r14)
	movl %edi, LG_E_EDI(%r14)
	movl %ebp, LG_E_EBP(%r14)
	movl T_RSP(%rsp), %eax
	movl %eax, LG_E_ESP(%r14)
	movl T_RIP(%rsp), %eax
	movl %eax, LG_E_EIP(%r14)
	movl T_FLAGS(%rsp), %eax
	movl %eax, LG_E_EFLAGS(%r14)
	movl T_CS(%rsp), %eax
	movw %ax, LG_E_CS(%r14)
	movl T_SS(%rsp), %eax
	movw %ax, LG_E_SS(%r14)
	movw %ds, LG_E_DS(%r14)
	movw %es, LG_E_ES(%r14)
	movw %fs, LG_E_FS(%r14)
	movw %gs, LG_E_GS(%r14)
	movq LG_S_CR2(%r9), %rax
	movq %rax, LG_E_CR2(%r14)
	movl $0, LG_E_DURATION(%r14)
	movq LG_S_IRQS_PENDING(%r9), %rax /* there are 32 lines */
	movq %rax, LG_E_IRQ_PENDING(%r14)
	movl T_ERROR(%rsp), %eax
	movl %eax, LG_E_ERRCODE(%r14)
	movq (%r11), %rax /* lguest_data.irq_enabled, blocked_interrupts */
	movq %rax, LG_E_IRQ(%r14)
	movl %r8d, LG_E_HANDLER(%r14)
	movl %r10d, LG_E_NEW_ESP(%r14)
	movq $LG_BY_SWITCHER, LG_E_BY(%r14)
	movq $0, LG_E_LAST(%r14)
	movw $LG_KIND_REFLECT, LG_E_KIND(%r14)
	movl T_VECTOR(%rsp), %eax
	movw %ax, LG_E_CODE(%r14)
	movl LG_S_ORIGIN(%r9), %eax
	movl %eax, LG_E_ORIGIN(%r14)
	movq LG_S_EVENT_SEQ(%r9), %rax
	movq %rax, LG_E_SEQ(%r14)
	rdtsc
	movl %eax, LG_E_TSC(%r14)
	movl %edx, (LG_E_TSC + 4)(%r14)
	movl LG_E_EAX(%r14), %eax
	movl LG_E_EDX(%r14), %edx
	incq LG_S_EVENT_SEQ(%r9)
	addq $LG_EVENT_BYTES, LG_S_EVENT_AT(%r9)
SYM_INNER_LABEL(lg_reflect_logged, SYM_L_LOCAL)
	ANNOTATE_NOENDBR
	btq $LG_REFLECT_INTERRUPT, %r8
	jnc 4f
	movl $0, (%r11)
4:	movl %r8d, %r8d
	movq %r8, T_RIP(%rsp)
	movq $0x61, T_CS(%rsp)
	andl $~EFLAGS_NOT_FOR_HANDLERS, %r13d
	orl $EFLAGS_IF, %r13d
	movq %r13, T_FLAGS(%rsp)
	movq %r10, T_RSP(%rsp)
	movq %r15, T_SS(%rsp)
	incq LG_S_REFLECTED(%r9)
	addq $16, %rsp /* vector and error code: an IRETQ frame is left */
	/*
	 * An NMI that came since the stub has only left a flag.  One that comes
	 * between this test and the end of IRETQ is sent to lg_reflect_abandon
	 * by lg_from_switcher.
	 */
	cmpl $0, (LG_S_PENDING - (LG_STACK_TOP - 40))(%rsp)
SYM_INNER_LABEL(lg_reflect_tested, SYM_L_LOCAL)
	ANNOTATE_NOENDBR
	jne lg_reflect_abandon
SYM_INNER_LABEL(lg_reflect_iret, SYM_L_LOCAL)
	ANNOTATE_NOENDBR
	iretq
SYM_INNER_LABEL(lg_reflect_end, SYM_L_LOCAL)
	ANNOTATE_NOENDBR
SYM_INNER_LABEL(lg_reflect_abandon, SYM_L_LOCAL)
	LG_UNWIND_HINT
	ANNOTATE_NOENDBR
	pushq $0
	pushq $LG_TRAP_NOTHING
	jmp lg_trap_save

SYM_INNER_LABEL(lg_reflect_no_room, SYM_L_LOCAL)
	LG_UNWIND_HINT
	cmpl $0, LG_S_LOG_FULL(%r9)
	je lg_trap
	incq LG_S_EVENT_SEQ(%r9)
	incq LG_S_EVENTS_LOST(%r9)
	jmp lg_reflect_logged

	/*L:540 Leaving the Guest
	 *
	 * The mirror image of the entry, for every trap that the Host has to see.
	 * The processor has pushed SS to RIP at the top of the block's stack; the
	 * registers below complete struct lg_regs.  Then the Host comes back piece
	 * by piece, its IDT last: until then a handler of the Host would find
	 * wrong tables under it.
	 *
	 * The Host's TSS is marked busy in its GDT, and LTR refuses a busy one.
	 * The GDT that the processor uses is a read-only alias, so for a moment
	 * the writable one is loaded.
	 *
	 * @event host_irq
	 * :*/
SYM_INNER_LABEL(lg_trap, SYM_L_LOCAL)
	LG_UNWIND_HINT
	testb $3, T_CS(%rsp)
	jz lg_from_switcher
SYM_INNER_LABEL(lg_trap_save, SYM_L_LOCAL)
	LG_UNWIND_HINT
	subq $R_SAVED_BY_US, %rsp
	movl %eax, R_EAX(%rsp)
	movl %ebx, R_EBX(%rsp)
	movl %ecx, R_ECX(%rsp)
	movl %edx, R_EDX(%rsp)
	movl %esi, R_ESI(%rsp)
	movl %edi, R_EDI(%rsp)
	movl %ebp, R_EBP(%rsp)
	movw %gs, R_GS(%rsp)
	movw %fs, R_FS(%rsp)
	movw %ds, R_DS(%rsp)
	movw %es, R_ES(%rsp)
	movq %rsp, %rdi
	andq $-LG_BLOCK_SIZE, %rdi
SYM_INNER_LABEL(lg_exit, SYM_L_LOCAL)
	LG_UNWIND_HINT
	cmpl $0, LG_S_TIMED(%rdi)
	jne 4f
5:	movq %cr2, %rax
	movq %rax, LG_S_GUEST_CR2(%rdi)
	movq LG_S_HOST_CR3(%rdi), %rax
	movq %rax, %cr3
	movq LG_S_HOST_CR4(%rdi), %rax
	movq %rax, %cr4
	clts
	lgdt LG_S_HOST_GDTR_RW(%rdi)
	movq LG_S_HOST_TSS_DESC(%rdi), %rax
	andb $~2, 5(%rax)
	movw LG_S_HOST_TR(%rdi), %ax
	ltr %ax
	lgdt LG_S_HOST_GDTR(%rdi)
	cmpw $0, LG_S_HOST_LDT(%rdi)
	je 1f
	lldt LG_S_HOST_LDT(%rdi)
1:	movw LG_S_HOST_DS(%rdi), %ds
	movw LG_S_HOST_ES(%rdi), %es
	movw LG_S_HOST_FS(%rdi), %fs
	movw LG_S_HOST_GS(%rdi), %gs
	cmpl $0, LG_S_FSGSBASE(%rdi)
	je 2f
	movq LG_S_HOST_FS_BASE(%rdi), %rax
	wrfsbase %rax
	movq LG_S_HOST_GS_BASE(%rdi), %rax
	wrgsbase %rax
	jmp 3f
2:	movl $MSR_FS_BASE, %ecx
	movl LG_S_HOST_FS_BASE(%rdi), %eax
	movl (LG_S_HOST_FS_BASE + 4)(%rdi), %edx
	wrmsr
	movl $MSR_GS_BASE, %ecx
	movl LG_S_HOST_GS_BASE(%rdi), %eax
	movl (LG_S_HOST_GS_BASE + 4)(%rdi), %edx
	wrmsr
3:	movl $__KERNEL_DS, %eax
	movl %eax, %ss
	cmpl $0, LG_S_GUARD(%rdi)
	jne lg_guard
SYM_INNER_LABEL(lg_guarded, SYM_L_LOCAL)
	ANNOTATE_NOENDBR
	lidt LG_S_HOST_IDTR(%rdi) /* and no guess goes past it */
	movq LG_S_HOST_RSP(%rdi), %rsp
	popfq
	popq %rbp
	RET
4:	rdtsc
	movl %eax, LG_S_TSC_LEFT(%rdi)
	movl %edx, (LG_S_TSC_LEFT + 4)(%rdi)
	jmp 5b
SYM_INNER_LABEL(lg_guard, SYM_L_LOCAL)
	LG_UNWIND_HINT
	testl $LG_GUARD_BARRIER, LG_S_GUARD(%rdi)
	jz 6f
	movl $MSR_IA32_PRED_CMD, %ecx
	movl $PRED_CMD_IBPB, %eax
	xorl %edx, %edx
	wrmsr
6:	testl $LG_GUARD_RETURNS, LG_S_GUARD(%rdi)
	jz lg_guarded
	.rept 32
	ANNOTATE_INTRA_FUNCTION_CALL
	call 7f
	int3
7:	LG_UNWIND_HINT
	addq $8, %rsp
	.endr
	jmp lg_guarded

	/*L:550 Traps inside the Switcher
	 *
	 * A trap that finds CPL 0 interrupted the Switcher itself.  There are
	 * three windows, and what is right differs:
	 *
	 *   window       NMI or machine check        fault
	 *   entry        give the entry up: exit     the Guest's registers were bad
	 *   reflection   flag; if already past the   in the pushes: the long way;
	 *                test, abandon               at IRETQ: bad registers
	 *   elsewhere    flag, and go on             does not happen
	 *
	 * An NMI must not end in IRET before the Host's own handler has run: IRET
	 * unblocks NMIs, and a second one would overwrite the Host's stack of the
	 * first (Intel SDM vol. 3, 7.7.1).  Hence the return by POPF and RET.  The C
	 * code that comes next runs the Host's handler before anything else.
	 * :*/
SYM_INNER_LABEL(lg_from_switcher, SYM_L_LOCAL)
	LG_UNWIND_HINT
	pushq %r8
	pushq %r9
	pushq %r10
	movq %rsp, %r9
	andq $-LG_BLOCK_SIZE, %r9
	movq (24 + T_RIP)(%rsp), %r10
	cmpl $2, (24 + T_VECTOR)(%rsp)
	je lg_nmi
	cmpl $18, (24 + T_VECTOR)(%rsp)
	je lg_machine_check

	leaq lg_reflect_start(%rip), %r8
	cmpq %r8, %r10
	jb 1f
	leaq lg_reflect_commit(%rip), %r8
	cmpq %r8, %r10
	jae 1f
	leaq (LG_STACK_TOP - T_SIZE)(%r9), %rsp
	jmp lg_trap_save

1:	movl (24 + T_VECTOR)(%rsp), %r8d
	movl %r8d, LG_S_FAULT_VECTOR(%r9)
	movq (24 + T_ERROR)(%rsp), %r8
	movq %r8, LG_S_FAULT_ERROR(%r9)
	movq %r10, LG_S_FAULT_RIP(%r9)
	leaq lg_reflect_iret(%rip), %r8
	cmpq %r8, %r10
	je 2f
	movq $LG_TRAP_BAD_STATE, (LG_REGS + R_TRAPNUM)(%r9)
	movq %r9, %rdi
	leaq LG_REGS(%r9), %rsp
	jmp lg_exit
2:	leaq (LG_STACK_TOP - 40)(%r9), %rsp
	pushq $0
	pushq $LG_TRAP_BAD_STATE
	jmp lg_trap_save

SYM_INNER_LABEL(lg_nmi, SYM_L_LOCAL)
	LG_UNWIND_HINT
	orl $LG_PENDING_NMI, LG_S_PENDING(%r9)
	jmp 3f
SYM_INNER_LABEL(lg_machine_check, SYM_L_LOCAL)
	LG_UNWIND_HINT
	orl $LG_PENDING_MC, LG_S_PENDING(%r9)
3:	leaq lg_enter_start(%rip), %r8
	cmpq %r8, %r10
	jb 4f
	leaq lg_enter_end(%rip), %r8
	cmpq %r8, %r10
	jae 4f
	movq $LG_TRAP_NOTHING, (LG_REGS + R_TRAPNUM)(%r9)
	movq %r9, %rdi
	leaq LG_REGS(%r9), %rsp
	jmp lg_exit
4:	leaq lg_reflect_tested(%rip), %r8
	cmpq %r8, %r10
	jb 5f
	leaq lg_reflect_end(%rip), %r8
	cmpq %r8, %r10
	jae 5f
	leaq lg_reflect_abandon(%rip), %r10
5:	/* Back to r10 without IRET: its address and flags go above the old RSP. */
	movq (24 + T_FLAGS)(%rsp), %r8
	movq (24 + T_RSP)(%rsp), %r9
	movq %r10, -8(%r9)
	movq %r8, -16(%r9)
	leaq -16(%r9), %r9
	movq %r9, (24 + T_VECTOR)(%rsp)
	popq %r10
	popq %r9
	popq %r8
	popq %rsp
	popfq
	ANNOTATE_UNRET_SAFE
	ret
	int3

SYM_INNER_LABEL(lg_double_fault, SYM_L_LOCAL)
	LG_UNWIND_HINT
	movq %rsp, %r9
	andq $-LG_BLOCK_SIZE, %r9
	movl $8, LG_S_FAULT_VECTOR(%r9)
	movq T_RIP(%rsp), %r8
	movq %r8, LG_S_FAULT_RIP(%r9)
	movq $LG_TRAP_BAD_STATE, (LG_REGS + R_TRAPNUM)(%r9)
	movq %r9, %rdi
	leaq LG_REGS(%r9), %rsp
	jmp lg_exit
SYM_INNER_LABEL(lg_switcher_end, SYM_L_GLOBAL)
	ANNOTATE_NOENDBR
	int3
	.balign 4096, 0xcc
SYM_CODE_END(lg_switcher_text)

	.text
	/*L:340 Handing an interrupt to the Host
	 *
	 * The processor has acknowledged the interrupt that ended the Guest's
	 * stay, so nobody will deliver it again: the Host's handler has to be
	 * called with the frame that it expects.  The flags in it have IF set,
	 * as if interrupts had been on a moment before: some handlers of late
	 * kernels leave work undone for the code that they interrupted when they
	 * see them off.
	 *
	 * @event host_irq
	 * :*/
SYM_FUNC_START(lg_call_host_handler)
	pushq %rbp
	movq %rsp, %rbp
	andq $-16, %rsp
	pushq $__KERNEL_DS
	pushq %rbp
	pushfq
	orq $EFLAGS_IF, (%rsp)
	pushq $__KERNEL_CS
	LG_CALL_RDI
	leaq (%rbp), %rsp
	popq %rbp
	RET
SYM_FUNC_END(lg_call_host_handler)
