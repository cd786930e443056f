/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * campaign.h - many programs against one target: what they reach, what they find.
 */
#ifndef FUZZ_CAMPAIGN_H
#define FUZZ_CAMPAIGN_H

#include "finding.h"

#define CAMPAIGN_RULES	  2048
#define CAMPAIGN_FINDINGS 1024

struct campaign {
	struct executor executor, other; /* of an other target: campaign_against() */
	const char *name;		 /* of its target, as it was given */
	struct tally tally;
	const char *folder; /* for findings; NULL: the first ends it */
	/* Of each rule by its place in the rulebook, how many calls landed in it. */
	unsigned long reached[CAMPAIGN_RULES];
	unsigned int last_rule;
	char keys[CAMPAIGN_FINDINGS][160];
	unsigned int findings;
	/* An engine's, which is told what happens as a number; or NULL. */
	void (*hit)(unsigned int place);
	double began;
};

/* Enters the sandbox for a target, by its name; NULL is the host.  False, said on
 * stderr, where that cannot be. */
bool campaign_open(struct campaign *campaign, const char *target, const char *folder);

/* Compares the target with another from now on.  False, said on stderr, where that
 * cannot be. */
bool campaign_against(struct campaign *campaign, const char *target);

/* Tries a program.  False where it found what ends the campaign. */
bool campaign_try(struct campaign *campaign, const struct program *program);

/* How many programs, calls and rules; and each finding, how often it came. */
void campaign_report(const struct campaign *campaign, FILE *out);

/* The rules that were reached, each with how many calls. */
void campaign_rules(const struct campaign *campaign, FILE *out);

/* How many rules the rulebook has; the i-th; the place of one. */
unsigned int campaign_rule_count(void);
const struct rule *campaign_rule(unsigned int i);

#endif
