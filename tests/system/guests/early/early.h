/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What early.S and early.c share: addresses, and places in struct early_data. */
#ifndef EARLY_H
#define EARLY_H

#define PAGE_OFFSET 0xc0000000
#define DATA_IRQ_ENABLED 0
#define COMMAND_LINE 0x1000
#define E820_SIZE 0x2d8

#endif
