/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:500 The Switcher's layout
 *
 * While a Guest runs, the processor can see exactly two things of the Host: the
 * Switcher's text and the block of this vCPU.  Both lie in the upper half of the
 * 64-bit address space, at the same address in the Host's page tables and in
 * every shadow root, so that the instruction which changes CR3 is followed by
 * the instruction behind it.
 *
 * The Guest cannot touch either.  It runs in compatibility mode, where every
 * linear address is 32 bits wide (Intel SDM vol. 3, 3.3.7): addresses above 4 GB
 * are not forbidden to it, they cannot even be said.
 *
 * A block is LG_BLOCK_SIZE bytes, aligned to its size, so that any handler finds
 * the beginning by masking its own stack pointer:
 *
 *     page 0   state: the Host's values to restore, the Guest's to load
 *     page 1   IDT, read-only in the shadow roots
 *     page 2   GDT and TSS, read-only in the shadow roots
 *     page 3   stack; the processor's push for a trap completes struct lg_regs
 *     page 4-5 the Guest's struct lguest_data (only in the shadow roots)
 *     page 6-7 records of what the Switcher did by itself
 * :*/
#ifndef SWITCHER_LAYOUT_H
#define SWITCHER_LAYOUT_H

#define LG_BLOCK_SIZE 0x8000
#define LG_BLOCK_PAGES 8

#define LG_BLOCK_STATE 0
#define LG_BLOCK_IDT 1
#define LG_BLOCK_GDT 2
#define LG_BLOCK_STACK 3
#define LG_BLOCK_DATA 4 /* and the one behind it */
#define LG_BLOCK_LOG 6	/* and the one behind it */

#define LG_STACK_TOP 0x4000
#define LG_REGS_SIZE 96
#define LG_REGS (LG_STACK_TOP - LG_REGS_SIZE)
#define LG_IRET_FRAME (0x3800 - 40)
#define LG_IST_TOP 0x1000 /* the upper half of the state page: #DF only */
#define LG_IDT_OFFSET 0x1000
#define LG_GDT_OFFSET 0x2000
#define LG_TSS_OFFSET 0x2100
#define LG_TSS_SIZE 104

/*
 * Records (struct lg_event) that the Switcher writes when it reflects a trap by itself.
 * The run loop moves them into the ring whenever the Guest comes out; when they are full,
 * the next trap takes the long way.
 */
#define LG_LOG_OFFSET 0x6000
#define LG_LOG_RECORDS 64
#define LG_EVENT_SHIFT 7 /* a record has 128 bytes */
#define LG_E_TSC 8
#define LG_E_EAX 24
#define LG_E_EBX 28
#define LG_E_ECX 32
#define LG_E_EDX 36
#define LG_E_ESI 40
#define LG_E_EDI 44
#define LG_E_EBP 48
#define LG_E_ESP 52
#define LG_E_EIP 56
#define LG_E_EFLAGS 60
#define LG_E_CS 64
#define LG_E_SS 66
#define LG_E_DS 68
#define LG_E_ES 70
#define LG_E_FS 72
#define LG_E_GS 74
#define LG_E_CODE 18
#define LG_E_ERRCODE 92
#define LG_E_IRQ 96 /* enabled and blocked */
#define LG_E_HANDLER 104
#define LG_E_NEW_ESP 108

/* The guest-time GDT: slots which an i386 kernel leaves free (GUEST_ABI.md, 4). */
#define LG_SEL_CODE64 0x10 /* the same number as the Host's __KERNEL_CS */
#define LG_SEL_DATA 0x18   /* the same number as the Host's __KERNEL_DS */
#define LG_SEL_TSS 0x20
#define LG_TSS_BUSY_BYTE (LG_GDT_OFFSET + LG_SEL_TSS + 5)

/* struct lg_state, by offset; world_switch.c asserts each one. */
#define LG_S_HOST_RSP 0
#define LG_S_HOST_CR3 8
#define LG_S_HOST_CR4 16
#define LG_S_GUEST_CR3 24
#define LG_S_GUEST_CR4 32
#define LG_S_GUEST_CR0 40
#define LG_S_HOST_IDTR 48
#define LG_S_HOST_GDTR 64
#define LG_S_HOST_GDTR_RW 80
#define LG_S_GUEST_IDTR 96
#define LG_S_GUEST_GDTR 112
#define LG_S_HOST_FS_BASE 128
#define LG_S_HOST_GS_BASE 136
#define LG_S_HOST_DS 144
#define LG_S_HOST_ES 146
#define LG_S_HOST_FS 148
#define LG_S_HOST_GS 150
#define LG_S_HOST_LDT 152
#define LG_S_HOST_TR 154
#define LG_S_FSGSBASE 156
#define LG_S_HOST_TSS_DESC 160
#define LG_S_GUEST_CR2 168
#define LG_S_PENDING 176
#define LG_S_FAULT_VECTOR 180
#define LG_S_FAULT_ERROR 184
#define LG_S_FAULT_RIP 192
#define LG_S_ESP1 200
#define LG_S_SS1 204
#define LG_S_GUEST_DATA 208
#define LG_S_REFLECTED 216
#define LG_S_LOG_ON 224
#define LG_S_LOG_COUNT 228
#define LG_S_TSC_ENTERED 232
#define LG_S_TSC_LEFT 240
#define LG_S_TIMED 248
#define LG_S_REFLECT 256

/* What came in while no handler of the Host could be reached. */
#define LG_PENDING_NMI 1
#define LG_PENDING_MC 2

/*
 * One entry for each vector that the Switcher may give to the Guest by itself:
 * 0 to 31 and, as number 32, the system call.  Low half: the handler's eip.
 */
#define LG_REFLECT_ENTRIES 33
#define LG_REFLECT_SYSCALL 32
#define LG_REFLECT_VALID 63	  /* bit: the Guest owns this vector */
#define LG_REFLECT_ERRCODE 62	  /* bit: the processor pushed an error code */
#define LG_REFLECT_INTERRUPT 61	  /* bit: an interrupt gate, irq_enabled goes to 0 */

/* lg_regs.trapnum when the Guest's own state could not be loaded. */
#define LG_TRAP_BAD_STATE 256
/* ... when an NMI or a machine check made the Switcher give the entry up. */
#define LG_TRAP_NOTHING 257

#ifndef __ASSEMBLY__
/* What the Switcher saves lies as in a record (struct lg_event_regs). */
struct lg_regs {
	__u32 eax, ebx, ecx, edx, esi, edi, ebp, pad;
	__u16 ds, es, fs, gs;
	/* A trap's stub, and before it the processor, push these. */
	__u64 trapnum, errcode;
	__u64 eip, cs, eflags, esp, ss;
};

struct lg_desc_ptr {
	__u16 size;
	__u64 address;
	__u8 pad[6];
} __attribute__((packed));

struct lg_state {
	__u64 host_rsp, host_cr3, host_cr4;
	__u64 guest_cr3, guest_cr4;
	__u64 guest_cr0; /* 0: leave CR0 as the Host has it; else with TS set */
	struct lg_desc_ptr host_idtr, host_gdtr, host_gdtr_rw;
	struct lg_desc_ptr guest_idtr, guest_gdtr;
	__u64 host_fs_base, host_gs_base;
	__u16 host_ds, host_es, host_fs, host_gs;
	__u16 host_ldt, host_tr;
	__u32 fsgsbase; /* the processor has WRGSBASE and the Host uses it */
	__u64 host_tss_desc; /* in the writable alias of the Host's GDT */
	__u64 guest_cr2;
	__u32 pending; /* LG_PENDING_* */
	__u32 fault_vector;
	__u64 fault_error, fault_rip;
	__u32 esp1, ss1; /* the stack for traps from ring 3 */
	__u64 guest_data; /* where lguest_data is seen on the Guest's tables */
	__u64 reflected;  /* traps given to the Guest without leaving */
	__u32 log_on;     /* somebody records events */
	__u32 log_count;  /* records written since the Guest last came out */
	__u64 tsc_entered, tsc_left; /* of a stay that is timed */
	__u32 timed;
	__u32 pad;
	__u64 reflect[LG_REFLECT_ENTRIES];
};
#endif
#endif
