/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * minimise.h - a program made as small as it can be with the same finding.
 */
#ifndef FUZZ_MINIMISE_H
#define FUZZ_MINIMISE_H

#include "finding.h"

/* Takes calls away, then makes arguments plainer, as long as the finding's key stays.
 */
void minimise(const struct executor *executor, struct program *program,
	      struct finding *finding);

/* Takes a call out; references to its results become -1, later ones move up. */
void minimise_without(struct program *program, unsigned int index);

#endif
