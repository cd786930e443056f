/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * table.h - a cell of the tables of types and protocols: one call of socket(2), and
 * what it must give.
 */
#ifndef CASES_SOCKET_TABLE_H
#define CASES_SOCKET_TABLE_H

#include "sockcheck.h"

struct cell {
	int domain, type, protocol;
	int error; /* or 0 for a descriptor */
};

static inline void run_cell(const void *row)
{
	const struct cell *cell = row;

	if (cell->error)
		expect_errno(cell->error,
			     t_socket(cell->domain, cell->type, cell->protocol));
	else
		expect_descriptor(t_socket(cell->domain, cell->type, cell->protocol));
}

#endif
