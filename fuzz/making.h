/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * making.h - making one call of a program: its arguments laid out in memory, what the
 * oracle is told of it, and what came.
 */
#ifndef FUZZ_MAKING_H
#define FUZZ_MAKING_H

#include "arena.h"
#include "execute.h"

/* A call on its way: where its arguments lie. */
struct making {
	const struct target *target;
	const struct program_call *asked;
	struct made *made;
	unsigned int pid;
	int descriptor; /* of CONTROL_RIGHTS */
	int pair[2];	/* that socketpair(2) gave */
	struct place address, length, buffer, header, areas, control, value;
	long areas_count;
	bool unmodelled; /* the rulebook knows no call with such arguments */
};

/* Lays out the arguments, and describes the call in made->call.  False, with a reason
 * in made->skipped, where the target has no way to make it. */
bool making_prepare(struct making *making, int fd, unsigned short port);
/* Makes it: made->result, made->violation. */
void making_make(struct making *making);

#endif
