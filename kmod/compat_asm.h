/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between kernels for the assembler; compat.h has the rest. */
#ifndef LG_COMPAT_ASM_H
#define LG_COMPAT_ASM_H

#include <linux/version.h>
#include <asm/ibt.h>
#include <asm/unwind_hints.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define LG_UNWIND_HINT UNWIND_HINT_UNDEFINED
#else
#define LG_UNWIND_HINT UNWIND_HINT_EMPTY
#endif

#define LG_CALL_RDI CALL_NOSPEC rdi

#endif
