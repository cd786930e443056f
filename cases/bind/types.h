/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * types.h - rows of bind(2) of TCP and UDP that are asked of a socket of either type.
 */
#ifndef CASES_BIND_TYPES_H
#define CASES_BIND_TYPES_H

#include "sockcheck.h"

#define PORT 5000

static const struct type {
	const char *name;
	int type;
} types[] = {
	{ "stream", SOCK_STREAM },
	{ "dgram", SOCK_DGRAM },
};

/* A row of any table, on a socket of one type. */
struct typed {
	const void *row;
	int type;
};

static inline const struct typed *of_type(const struct type *type, const void *row)
{
	struct typed made = { row, type->type };

	return keep_row(&made, sizeof(made));
}

#endif
