/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * smaller.h - the smaller of two sizes.
 */
#ifndef EXPECTED_SMALLER_H
#define EXPECTED_SMALLER_H

#include <stddef.h>

static inline size_t smaller(size_t one, size_t other)
{
	return one < other ? one : other;
}

#endif
