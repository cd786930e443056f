/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * posix.h - what POSIX.1-2024 says of a call.  A rule states the result of Linux; where
 * POSIX allows others too, demands another, or leaves parts of it open, is said here.
 */
#ifndef EXPECTED_POSIX_H
#define EXPECTED_POSIX_H

#include "rulebook.h"

enum posix_stand {
	POSIX_SILENT,  /* says nothing of the rule's outcome */
	POSIX_AGREES,  /* demands it, as far as it speaks of it */
	POSIX_DIFFERS, /* demands or allows another: rule.posix */
};

enum posix_stand posix_stand(const struct rule *rule);

/*
 * Does it speak of a call like this, which lands in the rule: of the function, of its
 * flags, of an option, of a socket of this family?  Else what is beyond it is put into
 * *beyond, for people.
 */
bool posix_speaks(const struct rule *rule, const struct world *world,
		  const struct call *call, const char **beyond);

/* Does a call that may only prepare something lead beyond POSIX, so that it says
 * nothing of those after it?  As posix_speaks(). */
bool posix_leaves(const struct call *call, const char **beyond);

/* What POSIX has come of a call that lands in a rule of which it is not silent. */
void posix_outcome(const struct rule *rule, const struct world *world,
		   const struct call *call, struct outcome *outcome);

/* What the rule says of it without a look at the world: false where that cannot be
 * told. */
bool posix_stated(const struct rule *rule, struct outcome *outcome);

#endif
