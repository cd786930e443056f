/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * rulebook.h - asking the rulebook.
 */
#ifndef EXPECTED_RULEBOOK_H
#define EXPECTED_RULEBOOK_H

#include "rule.h"

/*
 * The rule that a call lands in: the first of its call's rules that holds on this
 * kernel and whose condition is true.  NULL where the rulebook says nothing of the
 * call.
 */
const struct rule *rulebook_find(const struct world *world, const struct call *call);

/* The rule with an id, or NULL.  Its call is put into *call where that is not NULL. */
const struct rule *rulebook_by_id(const char *id, enum call_name *call);

/* What the rule says must come of the call. */
void rule_outcome(const struct rule *rule, const struct world *world,
		  const struct call *call, struct outcome *outcome);

/* What a rule states of it without a look at the world. */
void outcome_from(const struct stated *stated, struct outcome *outcome);

/* Is the result one that the outcome allows? */
bool outcome_allows(const struct outcome *outcome, const struct world *world,
		    const struct call *call, const struct result *result);

/* Does the outcome hold the errno? */
bool outcome_has_error(const struct outcome *outcome, int error);

/* Calls visit with every rule, in the order of the checks. */
void rulebook_visit(void (*visit)(const struct rule *rule, enum call_name call,
				  void *context),
		    void *context);

#endif
