/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * differ.h - a program on two targets: the first call that they answer differently.
 */
#ifndef FUZZ_DIFFER_H
#define FUZZ_DIFFER_H

#include "execute.h"

/*
 * Runs the program on the executor's target and on that of executor->against, and tells
 * `watch` of the first's calls as far as both have made the same ones, with the same
 * answers; made.other is the second's where the two differ.  Where a difference from
 * the rulebook is known of either, all that comes behind it may be its consequence, and
 * is not told.
 */
unsigned int differ_execute(const struct executor *executor,
			    const struct program *program, execute_watch watch,
			    void *context);

#endif
