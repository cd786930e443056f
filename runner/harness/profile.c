/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * profile.c - by whose word a case is judged: Linux's documentation, or POSIX.1-2024's.
 */
#include <string.h>

#include "../../expected/posix.h"
#include "harness.h"

#define SILENT "POSIX.1-2024 does not say"

static const char *const names[] = {
	[PROFILE_LINUX] = "linux",
	[PROFILE_POSIX] = "posix",
};

const char *profile_name(void)
{
	return names[session.profile];
}

bool set_profile(const char *name)
{
	for (size_t i = 0; i < COUNT(names); i++)
		if (!strcmp(names[i], name)) {
			session.profile = (enum profile)i;
			return true;
		}
	return false;
}

static const struct rule *rule_of(const struct sc_case *tested)
{
	char id[256];

	snprintf(id, sizeof(id), "%.*s", (int)rule_length(tested->name), tested->name);
	return rulebook_by_id(id, NULL);
}

/* XSH 2.3: where a call holds several errors, any of them may be told. */
static bool holds_two_errors(const struct sc_case *tested)
{
	const char *variant = tested->name + rule_length(tested->name);

	for (; (variant = strpbrk(variant, "[,")); variant++)
		if (!strncmp(variant + 1, "before-", 7))
			return true;
	return false;
}

bool profile_skips(const struct sc_case *tested, char *why, size_t size)
{
	const struct rule *rule;

	if (session.profile != PROFILE_POSIX)
		return false;
	rule = rule_of(tested);
	/* A name of no rule is the case's error, which it shall tell. */
	if (!rule)
		return false;
	if (posix_stand(rule) == POSIX_SILENT)
		snprintf(why, size, SILENT);
	else if (tested->door == SC_RECVMMSG)
		snprintf(why, size, SILENT ": the function is none of its own");
	else if (holds_two_errors(tested))
		snprintf(why, size, SILENT " which of two errors is told");
	else
		return false;
	return true;
}

/* The case goes on as far as POSIX reaches: what comes after is not judged. */
void profile_before(const struct call *call)
{
	const char *beyond;

	if (session.profile == PROFILE_POSIX && posix_leaves(call, &beyond))
		sc_skip(SILENT ": %s", beyond);
}

void judged_outcome(struct outcome *due)
{
	const char *beyond;

	if (session.profile == PROFILE_LINUX) {
		rule_outcome(last.rule, &last.before, &last.call, due);
		return;
	}
	if (!posix_speaks(last.rule, &last.before, &last.call, &beyond))
		sc_skip(SILENT ": %s", beyond);
	posix_outcome(last.rule, &last.before, &last.call, due);
}
