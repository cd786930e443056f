/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * gcov-quiet.h - put before kernel/gcov/gcc_base.c of a User Mode Linux kernel.  There
 * the constructors that call __gcov_init() run before main(), when there is no current
 * task yet, whose number printk() would ask for: it may not say which version of gcc it
 * has met.
 */
#include <linux/printk.h>

#undef pr_info
#define pr_info(...) \
	do {         \
	} while (0)
