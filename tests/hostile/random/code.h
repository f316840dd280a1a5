/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RANDOM_CODE_H
#define RANDOM_CODE_H
#define RANDOM_CODE_BYTES 32
#endif
