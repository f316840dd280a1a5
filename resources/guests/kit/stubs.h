/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by entry.S and traps.c. */
#ifndef KIT_STUBS_H
#define KIT_STUBS_H
#define KIT_STUB_BYTES 16
#endif
