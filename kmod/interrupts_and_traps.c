// SPDX-License-Identifier: GPL-2.0-or-later
/*L:700 Interrupts and traps
 *
 * Two things can be given to a Guest's kernel: an interrupt from outside, when it is
 * ready for one, and a trap that its own code ran into.  Both end in the same act,
 * doing by hand what a processor does in hardware: push a frame on the right stack
 * and continue at the gate's address.
 * :*/
#include <linux/nospec.h>
#include "records.h"

/*L:710 Reflection by the Host
 *
 * From ring 3 the stack is the one of SET_STACK, with the old stack pushed first;
 * from ring 1 it is the current one.  The flags that are pushed show the virtual
 * interrupt flag.  An interrupt gate switches interrupts off, a trap gate does not.
 *
 * @event reflect
 * :*/
#define FRAME_WORDS 6 /* error code, eip, cs, eflags; from ring 3 esp and ss as well */

/* Where the frame ends, for the handler to begin with. */
struct trap_stack {
	u32 esp, ss;
};

static bool push_words(struct lg_cpu *cpu, u32 esp, const u32 *words, unsigned int count)
{
	u32 bytes = count * 4, first = min_t(u32, bytes, PAGE_SIZE - offset_in_page(esp)), gpa;

	if (!guest_pa(cpu, esp, &gpa))
		goto no_stack;
	if (likely(first == bytes))
		return lg_write_words(cpu, gpa, words, count);
	/* A stack that is not aligned may continue on another page even within a word. */
	if (!lg_write(cpu, gpa, words, first))
		return false;
	if (!guest_pa(cpu, esp + first, &gpa))
		goto no_stack;
	return lg_write(cpu, gpa, (const u8 *)words + first, bytes - first);

no_stack:
	kill_cpu(cpu, "no stack for a trap: esp 0x%x", esp);
	return false;
}

/* False: the Guest is dead, and it knows why. */
static bool push_frame(struct lg_cpu *cpu, u32 vector, u32 errcode, struct trap_stack *stack)
{
	const struct lg_regs *regs = cpu->regs;
	u32 words[FRAME_WORDS] = { errcode, regs->eip, regs->cs, regs->eflags & ~LGUEST_IF,
				   regs->esp, regs->ss };
	unsigned int skip = lg_vector_has_errcode(vector) ? 0 : 1, count = 4 - skip;

	stack->esp = regs->esp;
	stack->ss = regs->ss;
	if ((regs->cs & 3) == 3) {
		stack->esp = cpu->state->esp1;
		stack->ss = cpu->state->ss1;
		count += 2;
	}
	if (!cpu->data || (READ_ONCE(cpu->data->irq_enabled) & LGUEST_IF))
		words[3] |= LGUEST_IF;
	stack->esp -= count * 4;
	return push_words(cpu, stack->esp, words + skip, count);
}

static void enter_gate(struct lg_cpu *cpu, struct lg_descriptor gate, struct trap_stack stack)
{
	struct lg_regs *regs = cpu->regs;

	regs->ss = stack.ss;
	regs->esp = stack.esp;
	regs->cs = LGUEST_KERNEL_CS;
	regs->eip = lg_gate_offset(gate);
	regs->eflags &= ~(u64)(X86_EFLAGS_TF | X86_EFLAGS_VM | X86_EFLAGS_RF | X86_EFLAGS_NT);
	if (lg_gate_is_interrupt(gate) && cpu->data)
		WRITE_ONCE(cpu->data->irq_enabled, 0);
}

/* False if the Guest has no gate for it. */
static bool reflect_trap(struct lg_cpu *cpu, u32 vector, u32 errcode)
{
	struct lg_descriptor gate = cpu->lg->idt_asked[array_index_nospec(vector, 256)];
	struct trap_stack stack;

	if (!lg_gate_present(gate))
		return false;
	if (!push_frame(cpu, vector, errcode, &stack))
		return true;
	lg_event4(cpu, LG_EV_REFLECT, vector, lg_gate_offset(gate), stack.esp, LG_REFLECT_HOST, 0);
	enter_gate(cpu, gate, stack);
	cpu->count.reflected_slow++;
	return true;
}

/*L:720 The Guest's IDT
 *
 * Asked for gate by gate.  None of its gates is ever in the hardware's IDT, which
 * leads into the Switcher 256 times; what the Guest's gates decide there is only who
 * may use `int n`: ring 1 for the hypercall, ring 3 for the system call and for a
 * breakpoint or overflow trap if the Guest's gate says so.
 * :*/
static void set_hw_gate(struct lg_cpu *cpu, u32 vector, unsigned int dpl, unsigned int ist)
{
	u64 handler = (unsigned long)lg_switcher_text + vector * 16;

	cpu->hw_idt[vector] = (struct lg_gate64){
		.low = (handler & 0xffff) | (LG_SEL_CODE64 << 16),
		.high = (handler & 0xffff0000) | 0x8e00 | (dpl << 13) | ist,
		.offset_high = handler >> 32,
	};
}

void setup_guest_idt(struct lg_cpu *cpu)
{
	u32 vector;

	for (vector = 0; vector < LGUEST_IDT_ENTRIES; vector++)
		set_hw_gate(cpu, vector, 0, vector == 8 ? 1 : 0);
	set_hw_gate(cpu, LGUEST_TRAP_ENTRY, 1, 0);
	set_hw_gate(cpu, LGUEST_SYSCALL_VECTOR, 3, 0);
}

/*
 * Which vectors the Switcher may reflect by itself: those with a gate, once there
 * is a lguest_data to read the virtual interrupt flag from.
 */
static void update_reflection_of(struct lg_cpu *cpu, u32 vector)
{
	struct lg_descriptor gate = cpu->lg->idt_asked[vector];
	u32 slot = vector == LGUEST_SYSCALL_VECTOR ? LG_REFLECT_SYSCALL : vector;
	u64 entry = 0;

	if (slot >= LG_REFLECT_ENTRIES || !lg_vector_may_be_reflected_in_switcher(vector))
		return;
	if (lg_gate_present(gate) && cpu->data && !lg_must_see(cpu, vector)) {
		entry = lg_gate_offset(gate) | BIT_ULL(LG_REFLECT_VALID);
		if (lg_vector_has_errcode(vector))
			entry |= BIT_ULL(LG_REFLECT_ERRCODE);
		if (lg_gate_is_interrupt(gate))
			entry |= BIT_ULL(LG_REFLECT_INTERRUPT);
	}
	WRITE_ONCE(cpu->state->reflect[slot], entry);
}

/*
 * On another vCPU the Switcher may be reading these at the same moment.  What it reads in
 * one piece is written in one piece: the entry for it, and of the hardware's gate, which
 * is only opened and shut, the byte with the DPL.
 */
static void install_gate(struct lg_cpu *cpu, u32 vector)
{
	struct lg_descriptor gate = cpu->lg->idt_asked[vector];

	/* The Guest's "ring 0 only" is ring 1 in truth. */
	if (vector == 3 || vector == 4)
		set_hw_gate(cpu, vector, lg_gate_present(gate) ? max(lg_gate_dpl(gate), 1U) : 0, 0);
	update_reflection_of(cpu, vector);
}

void update_reflection(struct lg_cpu *cpu)
{
	u32 vector;

	spin_lock(&cpu->lg->idt_lock);
	for (vector = 0; vector < 32; vector++)
		install_gate(cpu, vector);
	install_gate(cpu, LGUEST_SYSCALL_VECTOR);
	spin_unlock(&cpu->lg->idt_lock);
}

void load_guest_idt_entry(struct lg_cpu *cpu, u32 vector, struct lg_descriptor gate)
{
	static const struct lg_descriptor nothing;
	struct lguest *lg = cpu->lg;
	unsigned int i;

	if (vector >= LGUEST_IDT_ENTRIES) {
		kill_cpu(cpu, "bad IDT vector %u", vector);
		return;
	}
	if (lg_vector_is_reserved(vector))
		return;
	if (lg_gate_present(gate) && !lg_gate_ok(gate)) {
		kill_cpu(cpu, "bad IDT gate 0x%08x%08x for vector %u", gate.high, gate.low, vector);
		return;
	}
	vector = array_index_nospec(vector, LGUEST_IDT_ENTRIES);
	spin_lock(&lg->idt_lock);
	lg->idt_asked[vector] = lg_gate_present(gate) ? gate : nothing;
	for (i = 0; i < lg->nr_cpus; i++)
		install_gate(&lg->cpus[i], vector);
	spin_unlock(&lg->idt_lock);
}

void guest_set_stack(struct lg_cpu *cpu, u32 ss, u32 esp, u32 pages)
{
	if (!lg_stack_ok(ss, esp, pages)) {
		kill_cpu(cpu, "bad stack 0x%x:0x%x, %u pages", ss, esp, pages);
		return;
	}
	cpu->state->ss1 = ss;
	cpu->state->esp1 = esp;
	cpu->stack_pages = pages;
}

/*L:730 Delivering an interrupt
 *
 * The Launcher's devices and our timer raise lines at any moment, from any thread;
 * the Guest takes the lowest one that it has not blocked, and only where it can:
 * with its virtual interrupts on (or halted, which switches them on), outside the
 * few instructions where it is about to return from one, and if it has a gate.
 *
 * When an interrupt has to wait because interrupts are off, the Guest is told in
 * irq_pending, and asks again when it switches them on.  When none waits, the mark is
 * taken away again; the original forgot to, and each later switch cost a hypercall.
 *
 * @event irq_raised @event irq_held @event irq_delivered @event halt @event wake
 * :*/
static void note_raised(struct lg_cpu *cpu)
{
	u32 fresh = READ_ONCE(cpu->state->irqs_pending) & ~cpu->irqs_seen;

	while (fresh) {
		unsigned int irq = __ffs(fresh);

		lg_event4(cpu, LG_EV_IRQ_RAISED, irq, cpu->state->irqs_pending, 0, 0, 0);
		cpu->irqs_seen |= BIT(irq);
		fresh &= fresh - 1;
	}
}

static void note_held(struct lg_cpu *cpu, unsigned int irq, enum lg_held_reason why)
{
	lg_event4(cpu, LG_EV_IRQ_HELD, irq, why, 0, 0, 0);
}

/* Returns true if the mark was not what it should be. */
static bool set_irq_pending_flag(struct lg_cpu *cpu, bool waiting)
{
	u32 mark = waiting ? LGUEST_IF : 0;

	if (READ_ONCE(cpu->data->irq_pending) == mark)
		return false;
	WRITE_ONCE(cpu->data->irq_pending, mark);
	return true;
}

void deliver_interrupt(struct lg_cpu *cpu)
{
	struct lguest *lg = cpu->lg;
	struct lguest_data *data = cpu->data;
	struct lg_descriptor gate;
	struct trap_stack stack;
	u32 eip = cpu->regs->eip, gpa, flags, blocked;
	bool at_iret;
	u64 waited;
	int irq;

	if (!data)
		return;
	if (READ_ONCE(cpu->state->irqs_pending) & ~cpu->irqs_seen)
		note_raised(cpu);
	irq = lg_next_irq(READ_ONCE(cpu->state->irqs_pending), READ_ONCE(data->blocked_interrupts));
	if (irq < 0) {
		set_irq_pending_flag(cpu, false);
		return;
	}
	if (cpu->slow.halted) {
		lg_set_halted(cpu, false);
		WRITE_ONCE(data->irq_enabled, LGUEST_IF);
	}
	if (!(READ_ONCE(data->irq_enabled) & LGUEST_IF)) {
		if (set_irq_pending_flag(cpu, true))
			note_held(cpu, irq, LG_HELD_DISABLED);
		return;
	}
	if ((lg->noirq_start <= eip && eip < lg->noirq_end)) {
		note_held(cpu, irq, LG_HELD_WINDOW);
		return;
	}
	gate = lg->idt_asked[LGUEST_FIRST_IRQ_VECTOR + irq];
	if (!lg_gate_present(gate)) {
		note_held(cpu, irq, LG_HELD_NO_GATE);
		return;
	}

	clear_bit(irq, &cpu->state->irqs_pending);
	cpu->irqs_seen &= ~BIT(irq);
	waited = ktime_get_ns() - cpu->irq_since[irq];
	write_timestamp(cpu);
	/*
	 * About to IRET with the old frame still on the stack: a second frame would let
	 * stacks grow with every interrupt.  Enter the handler on the frame that is there,
	 * with its flags.
	 */
	at_iret = lg->noirq_iret && eip == lg->noirq_iret && (cpu->regs->cs & 3) == 1;
	if (at_iret && (!guest_pa(cpu, cpu->regs->esp + 8, &gpa) ||
			!lg_read(cpu, gpa, &flags, 4))) {
		kill_cpu(cpu, "bad stack at iret: esp 0x%x", (u32)cpu->regs->esp);
		return;
	}
	if (!at_iret && !push_frame(cpu, LGUEST_FIRST_IRQ_VECTOR + irq, 0, &stack))
		return;
	lg_event4(cpu, LG_EV_IRQ_DELIVERED, irq, lg_gate_offset(gate), (u32)waited, waited >> 32,
		  0);
	if (at_iret) {
		cpu->regs->eflags = flags & ~(X86_EFLAGS_TF | X86_EFLAGS_VM |
					      X86_EFLAGS_RF | X86_EFLAGS_NT);
		cpu->regs->eip = lg_gate_offset(gate);
		if (lg_gate_is_interrupt(gate))
			WRITE_ONCE(data->irq_enabled, 0);
	} else {
		enter_gate(cpu, gate, stack);
	}
	cpu->count.irqs_delivered++;
	blocked = READ_ONCE(data->blocked_interrupts);
	set_irq_pending_flag(cpu, lg_next_irq(READ_ONCE(cpu->state->irqs_pending), blocked) >= 0);
}

/* From any thread, and from the timer. */
void set_interrupt(struct lg_cpu *cpu, unsigned int irq)
{
	irq = array_index_nospec(irq, LGUEST_IRQS);
	if (!test_and_set_bit(irq, &cpu->state->irqs_pending))
		cpu->irq_since[irq] = ktime_get_ns();
	lg_kick(cpu);
}

/*L:740 The timer
 *
 * One shot, in nanoseconds from now; 0 switches it off.  It raises line 0.  The
 * shortest wait is what the Guests themselves promise to keep.  A change of the
 * Host's date neither holds it back nor brings it forward.
 * :*/
#define CLOCK_MIN_DELTA 1000

static enum hrtimer_restart clockdev_fn(struct hrtimer *timer)
{
	set_interrupt(container_of(timer, struct lg_cpu, timer), LGUEST_TIMER_IRQ);
	return HRTIMER_NORESTART;
}

void init_clockdev(struct lg_cpu *cpu)
{
	lg_hrtimer_setup(&cpu->timer, clockdev_fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
}

void guest_set_clockevent(struct lg_cpu *cpu, u32 delta)
{
	if (!delta) {
		hrtimer_cancel(&cpu->timer);
		return;
	}
	delta = max_t(u32, delta, CLOCK_MIN_DELTA);
	hrtimer_start(&cpu->timer, ns_to_ktime(delta), HRTIMER_MODE_REL);
}

/*L:750 Instructions that trap
 *
 * A general protection fault of the Guest's kernel may be an instruction which we do
 * for it (checks.c says which).  The bytes are fetched through its page tables, as
 * many as can be had.
 *
 * @event emulate
 * :*/
unsigned int fetch_instruction(struct lg_cpu *cpu, u8 *bytes, unsigned int count)
{
	u32 eip = cpu->regs->eip, gpa;
	unsigned int first = min_t(unsigned int, count, PAGE_SIZE - offset_in_page(eip));

	if (!guest_pa(cpu, eip, &gpa))
		return 0;
	if (first == sizeof(u64)) /* nearly always */
		return lg_peek_entry(cpu->lg, gpa, (u64 *)bytes, first) ? first : 0;
	if (!lg_read(cpu, gpa, bytes, first))
		return 0;
	if (first == count || !guest_pa(cpu, eip + first, &gpa) ||
	    !lg_read(cpu, gpa, bytes + first, count - first))
		return first;
	return count;
}

static u32 port_value(u32 port)
{
	switch (port) {
	case 0x64: /* the keyboard controller's status: data to read, nothing to wait for */
		return 1;
	case 0x42: /* a timer that stands at its end: with all ones Linux reads it 100 000 times */
		return 0;
	default:
		return 0xffffffff;
	}
}

static bool emulate(struct lg_cpu *cpu, u32 vector)
{
	static const u8 int_1f[3] = { 0xcd, LGUEST_TRAP_ENTRY, 0x90 };
	struct lg_regs *regs = cpu->regs;
	u32 *gpr[8] = { &regs->eax, &regs->ecx, &regs->edx, &regs->ebx,
			(u32 *)&regs->esp, &regs->ebp, &regs->esi, &regs->edi };
	u8 bytes[8] __aligned(8) = { 0 };
	struct lg_insn insn;
	u32 words[2], port, gpa;

	if ((regs->cs & 3) != 1)
		return false;
	insn = lg_decode(bytes, fetch_instruction(cpu, bytes, sizeof(bytes)));
	if (vector == 6 && insn.what != LG_EMULATE_VMCALL)
		return false;
	port = insn.port_in_dx ? regs->edx & 0xffff : insn.port;
	switch (insn.what) {
	case LG_EMULATE_NOT:
		return false;
	case LG_EMULATE_LOAD:
	case LG_EMULATE_STORE:
		return false; /* not of lg_decode() */
	case LG_EMULATE_SKIP:
		break;
	case LG_EMULATE_IN:
	case LG_EMULATE_OUT:
		if (lg_port_io(cpu, &insn, port))
			goto told;
		if (insn.what == LG_EMULATE_IN)
			regs->eax = lg_insn_to_reg(&insn, regs->eax, port_value(port));
		break;
	case LG_EMULATE_READ_ZERO:
		*gpr[insn.reg] = 0;
		break;
	case LG_EMULATE_VMCALL:
		/* The hypercall of another era: from now on it is ours. */
		if (offset_in_page(regs->eip) > PAGE_SIZE - sizeof(int_1f) ||
		    !guest_pa(cpu, regs->eip, &gpa))
			return false;
		lg_write(cpu, gpa, int_1f, sizeof(int_1f));
		goto rewritten;
	}
	lg_insn_done(regs, insn.length);
rewritten:
	cpu->count.emulated++;
told:
	memcpy(words, bytes, sizeof(words));
	lg_event4(cpu, LG_EV_EMULATE, vector, words[0], words[1], port, insn.length);
	return true;
}

/*L:760 What to do with a trap
 *
 * The Guest came out, and not for a hypercall (that waits for the top of the run
 * loop).  An interrupt of the Host's has been handled already; a page fault may be ours
 * to serve; what remains is the Guest's own, and a Guest without a handler for it is dead.
 * :*/
static bool handle_page_fault(struct lg_cpu *cpu)
{
	u32 address = cpu->state->guest_cr2, errcode = cpu->regs->errcode;

	cpu->state->cr2 = address;
	if (demand_page(cpu, address, &errcode))
		return true;
	cpu->regs->errcode = errcode;
	if (cpu->data)
		WRITE_ONCE(cpu->data->cr2, address);
	return false;
}

static void unhandled(struct lg_cpu *cpu, u32 vector)
{
	/* What somebody sees who takes just any kernel. */
	const char *hint = cpu->lg->data_layout ? "" :
			   ", before its first hypercall (no CONFIG_LGUEST_GUEST?)";

	if (vector == 14)
		kill_cpu(cpu, "unhandled page fault at eip 0x%x (address 0x%x, error %u)%s",
			 (u32)cpu->regs->eip, cpu->state->cr2, (u32)cpu->regs->errcode, hint);
	else
		kill_cpu(cpu, "unhandled trap %u at eip 0x%x (error 0x%x)%s", vector,
			 (u32)cpu->regs->eip, (u32)cpu->regs->errcode, hint);
}

void handle_trap(struct lg_cpu *cpu)
{
	struct lg_regs *regs = cpu->regs;
	u32 vector = regs->trapnum;

	switch (vector) {
	case 2:
	case 18:
	case LG_TRAP_NOTHING:
		return; /* the Host's, and done */
	case 6:
	case 13:
		/* int3 and into from ring 3 fault when the Guest's gate forbids them */
		if (!(regs->errcode & 0xffff) && emulate(cpu, vector))
			return;
		break;
	case 7:
		set_guest_fpu(cpu, true);
		cpu->count.fpu_loads++;
		lg_event(cpu, LG_EV_FPU, vector);
		if (!cpu->ts)
			return;
		break;
	case 14:
		if (handle_page_fault(cpu))
			return;
		break;
	case LGUEST_SYSCALL_VECTOR:
		break;
	case LG_TRAP_BAD_STATE:
		kill_cpu(cpu, "unhandled trap 256: bad registers (trap %u, error 0x%llx, eip 0x%x)",
			 cpu->state->fault_vector, cpu->state->fault_error, (u32)regs->eip);
		return;
	default:
		if (vector >= 32) {
			lg_event(cpu, LG_EV_HOST_IRQ, vector);
			cpu->count.host_irqs++;
			return;
		}
	}
	if (!reflect_trap(cpu, vector, regs->errcode))
		unhandled(cpu, vector);
}
