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
 *     page 6-7 nothing
 *
 * When somebody records, the shadow roots map one thing more, where the Host has it: this
 * vCPU's ring of event records, so that the Switcher can write those of what it does by
 * itself (L:535).  There is nothing in it but what this vCPU did.
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

#define LG_STACK_TOP 0x4000
#define LG_REGS_SIZE 96
#define LG_REGS (LG_STACK_TOP - LG_REGS_SIZE)
#define LG_IRET_FRAME (0x3800 - 40)
#define LG_IST_TOP 0x1000 /* the upper half of the state page: #DF only */
#define LG_IDT_OFFSET 0x1000
#define LG_GDT_OFFSET 0x2000
#define LG_TSS_OFFSET 0x2100
#define LG_TSS_SIZE 104

/* struct lg_event, which the Switcher writes when it reflects a trap by itself. */
#define LG_EVENT_BYTES 128
#define LG_E_SEQ 0
#define LG_E_TSC 8
#define LG_E_KIND 16
#define LG_E_ORIGIN 20
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
#define LG_E_CR2 76 /* and CR3 */
#define LG_E_DURATION 84
#define LG_E_IRQ_PENDING 88
#define LG_E_CODE 18
#define LG_E_ERRCODE 92
#define LG_E_IRQ 96 /* enabled and blocked */
#define LG_E_HANDLER 104
#define LG_E_NEW_ESP 108
#define LG_E_BY 112 /* who reflected it, and a zero */
#define LG_E_LAST 120
#define LG_KIND_REFLECT 5
#define LG_BY_SWITCHER 1

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
#define LG_S_LOG_USED 228
#define LG_S_LOG_FULL 232
#define LG_S_TIMED 236
#define LG_S_TSC_ENTERED 240
#define LG_S_TSC_LEFT 248
#define LG_S_EVENT_AT 256
#define LG_S_EVENT_SHORT 264
#define LG_S_EVENT_SEQ 272
#define LG_S_EVENTS_LOST 280
#define LG_S_IRQS_PENDING 288
#define LG_S_CR2 296 /* and CR3 */
#define LG_S_ORIGIN 304
#define LG_S_GUARD 308
#define LG_S_IRQ_WORDS 312
#define LG_S_REFLECT 320

/* What came in while no handler of the Host could be reached. */
#define LG_PENDING_NMI 1
#define LG_PENDING_MC 2

/* What to do before the Switcher returns to the Host: L:845. */
#define LG_GUARD_BARRIER 1
#define LG_GUARD_RETURNS 2

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

struct lg_event;

/* The part of a record that says whose it is. */
union lg_origin {
	struct {
		__u8 vcpu, halted;
		__u16 host_cpu;
	};
	__u32 word;
};

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
	__u32 log_on;   /* somebody wants to hear of reflections */
	__u32 log_used; /* the Switcher recorded something, or lost it */
	__u32 log_full; /* what finds no room is to be counted and lost */
	__u32 timed;
	__u64 tsc_entered, tsc_left; /* of a stay that is timed */
	/*
	 * Where the next record goes, up to where that needs no further look (NULL: one at
	 * once), its number, and how many had no room: L:400, L:402.
	 */
	struct lg_event *event_at, *event_short;
	__u64 event_seq, events_lost;
	/* What a record says beside the registers; `cr2` and `cr3` are the Guest's own. */
	unsigned long irqs_pending;
	__u32 cr2, cr3;
	union lg_origin origin;
	__u32 guard; /* LG_GUARD_* */
	const void *irq_words; /* the flag and mask that head lguest_data, where the Host has it */
	__u64 reflect[LG_REFLECT_ENTRIES];
};
#endif
#endif
