/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * seeds.h - for each rule that programs reach, the smallest of them.
 */
#ifndef FUZZ_SEEDS_H
#define FUZZ_SEEDS_H

#include "execute.h"

/* Takes calls away from a program, as long as it reaches the rule and has what is due.
 * False where it does not. */
bool seeds_reduce(const struct executor *executor, struct program *program,
		  const struct rule *rule);

/* Writes it to the folder as text, by the rule's name; complains on stderr. */
void seeds_write(const char *folder, const struct program *program,
		 const struct rule *rule);

#endif
