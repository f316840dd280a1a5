// SPDX-License-Identifier: GPL-2.0-or-later
/*L:845 What the processor remembers
 *
 * A Guest leaves more behind than registers.  Predictors of branches have learnt its
 * jumps, and ring 1 counts as supervisor there, like the Host: what keeps user space from
 * training the kernel's predictions does not keep a Guest from it.  The other way round,
 * buffers inside some processors still hold what the Host has loaded last, and the Guest can
 * look for it.  So, where the processor needs it:
 *
 *   after a stay    an indirect branch prediction barrier (MSR 0x49, bit 0), and 32 calls that
 *                   fill the return stack with returns to nowhere; in the Switcher, before it
 *                   returns for the first time
 *   before a stay   VERW, which empties those buffers
 *
 * A trap that the Switcher reflects needs neither: no data of the Host's has been in sight.
 * The shadow's entries that are not present are zero, which names no memory (L1TF), and
 * the Guest's tables map nothing of the Host's that is worth reading (Meltdown).
 *
 * A barrier costs more than a hypercall.  The module's parameter `guard` is 0 for those who
 * trust their Guests, 1 to do all that the processor can, and decides by itself otherwise: not
 * with the kernel's `mitigations=off`, and only for flaws that the kernel knows of.
 * :*/
#include <linux/cpu.h>
#include <linux/moduleparam.h>
#include <asm/nospec-branch.h>
#include "lg.h"

static int guard = -1;
module_param(guard, int, 0444);
MODULE_PARM_DESC(guard, "against speculation: 0 nothing, 1 everything, otherwise what is needed");

DEFINE_STATIC_KEY_FALSE(lg_buffers_leak);
u32 lg_guard_after;

static bool buffers_leak(void)
{
#ifdef X86_BUG_RFDS
	if (boot_cpu_has_bug(X86_BUG_RFDS))
		return true;
#endif
	return boot_cpu_has_bug(X86_BUG_MDS) || boot_cpu_has_bug(X86_BUG_TAA) ||
	       boot_cpu_has_bug(X86_BUG_MMIO_STALE_DATA);
}

void speculation_init(void)
{
	bool all = guard == 1, needed = guard < 0 && !cpu_mitigations_off();

	lg_guard_after = 0;
	if (boot_cpu_has(X86_FEATURE_IBPB) &&
	    (all || (needed && boot_cpu_has_bug(X86_BUG_SPECTRE_V2))))
		lg_guard_after = LG_GUARD_BARRIER | LG_GUARD_RETURNS;
	if (all)
		lg_guard_after |= LG_GUARD_RETURNS;
	if (all || (needed && buffers_leak()))
		static_branch_enable(&lg_buffers_leak);
	pr_info("lg: guard against speculation:%s%s%s%s\n",
		lg_guard_after & LG_GUARD_BARRIER ? " barrier" : "",
		lg_guard_after & LG_GUARD_RETURNS ? " returns" : "",
		lg_guards_before() ? " buffers" : "",
		lg_guard_after || lg_guards_before() ? "" : " none");
}
