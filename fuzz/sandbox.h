/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sandbox.h - where programs run: namespaces in which nothing is the host's, a folder
 * of their own, limits, and a clock that ends every wait.
 */
#ifndef FUZZ_SANDBOX_H
#define FUZZ_SANDBOX_H

#include "../expected/world.h"
#include "../runner/targets/target.h"

/* The limit of descriptors of programs; those that are not theirs are above it: AFL++
 * talks to its fuzzers by 198 and 199. */
#define SANDBOX_DESCRIPTORS 192

/* Above all descriptors of programs: from here on are those of the fuzzer itself. */
#define SANDBOX_OWN_DESCRIPTORS 512

/* What programs find open, by the numbers that come first. */
#define SANDBOX_FILE   3
#define SANDBOX_O_PATH 4

/*
 * Enters the sandbox, once, in a process that has one thread, and fills in the world
 * that each program finds.  With `ordinary`, no capability is left.  False, with a
 * sentence on stderr, where that cannot be.
 */
bool sandbox_enter(const struct target *target, bool ordinary, struct world *first);

/* Before a program: its working directory, its descriptors. */
void sandbox_begin(const struct target *target);

/* What a program leaves. */
struct leavings {
	int streams[2 * 64]; /* descriptors that may be connections of IP */
	unsigned int stream_count;
	bool files; /* in its folder */
	bool stale; /* what cannot be undone: connections in TIME_WAIT */
};

/* After it: closes all that it has opened, and undoes what it has left.  Where that
 * cannot be, there is another network namespace for the next. */
void sandbox_end(const struct target *target, const struct leavings *leavings);

/* The next program has a network namespace of its own, and is run with care. */
void sandbox_renew(const struct target *target);

/* Behind each of its calls: where it is run with care, what was sent has come. */
void sandbox_settle(void);

/* How many network namespaces there have been. */
unsigned long sandbox_namespaces(void);

#endif
