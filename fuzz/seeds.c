/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * seeds.c - for each rule that programs reach, the smallest of them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "minimise.h"
#include "seeds.h"

struct search {
	const struct rule *rule;
	bool reached;
	unsigned int index;
};

static bool look(void *context, const struct made *made, const struct oracle *oracle)
{
	struct search *search = context;

	(void)oracle;
	if (!made->skipped && made->judgement.rule == search->rule &&
	    made->judgement.judged == JUDGED_ALLOWED) {
		search->reached = true;
		search->index = made->index;
	}
	return !search->reached;
}

static bool reaches(const struct executor *executor, const struct program *program,
		    struct search *search)
{
	search->reached = false;
	execute(executor, program, look, search);
	return search->reached;
}

bool seeds_reduce(const struct executor *executor, struct program *program,
		  const struct rule *rule)
{
	static struct program candidate;
	struct search search = { .rule = rule };

	if (!reaches(executor, program, &search))
		return false;
	while (program->count > search.index + 1)
		minimise_without(program, program->count - 1);
	for (unsigned int i = program->count; i-- > 0;) {
		candidate = *program;
		minimise_without(&candidate, i);
		if (reaches(executor, &candidate, &search))
			*program = candidate;
	}
	return reaches(executor, program, &search);
}

void seeds_write(const char *folder, const struct program *program,
		 const struct rule *rule)
{
	char path[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.txt", folder, rule->id);
	file = fopen(path, "we");
	if (!file) {
		fprintf(stderr, "sockcheck: %s: %s\n", path, strerror(errno));
		return;
	}
	program_print(program, file);
	fclose(file);
}
