/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * finding.h - a difference between what a target did and what is documented: found,
 * confirmed, told.
 */
#ifndef FUZZ_FINDING_H
#define FUZZ_FINDING_H

#include "execute.h"

#define FINDING_KEY_MAX 160

struct finding {
	bool found;
	struct made made;	   /* the call */
	char key[FINDING_KEY_MAX]; /* the same for the same rule and difference */
	char due[256], came[256];
};

/* What a run of a program has seen. */
struct tally {
	unsigned long programs, calls, skipped, judged;
};

/*
 * Runs a program and looks for its first difference that is not known: known.h.
 * `reached` (or NULL) is told of each call that landed in a rule.  A finding is
 * confirmed: it comes again in each of three more runs.
 */
typedef void (*rule_watch)(void *context, const struct made *made,
			   const struct oracle *oracle);
void finding_look(const struct executor *executor, const struct program *program,
		  struct finding *finding, struct tally *tally, rule_watch reached,
		  void *context);

/* The key of a call's difference: its rule, and the kind of what came. */
void finding_key(const struct made *made, char *key, size_t size);

/* The rule, its citations, the call and what was due and came, and the program. */
void finding_print(const struct finding *finding, const struct program *program,
		   FILE *out);

/* How many differences did not come again. */
unsigned long finding_fleeting(void);

#endif
