/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * main.c - sockcheck-fuzz: programs against a target without a fuzzing engine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "finding.h"

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static unsigned long long next(unsigned long long *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static struct { char key[160]; unsigned long count; } found[4096];
static unsigned int found_count;

static bool is_new(const char *key)
{
	for (unsigned int i = 0; i < found_count; i++)
		if (!strcmp(found[i].key, key)) {
			found[i].count++;
			return false;
		}
	if (found_count == 4096)
		return false;
	snprintf(found[found_count].key, sizeof(found[0].key), "%s", key);
	found[found_count++].count = 1;
	return true;
}

static struct { const struct rule *rule; unsigned long count; } reached[4096];
static void reach(void *context, const struct rule *rule)
{
	unsigned int i = 0;
	(void)context;
	for (; reached[i].rule && reached[i].rule != rule; i++);
	reached[i].rule = rule;
	reached[i].count++;
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 5;
	unsigned long long state = argc > 2 ? strtoull(argv[2], NULL, 0) : 88172645463325252ULL;
	char why[256];
	static struct executor executor;
	static struct program program;
	static unsigned char bytes[64 * 24 * 2];
	struct finding finding;
	struct tally tally = { 0 };
	double begin, end;

	executor.target = target_by_name("host", why, sizeof(why));
	executor.ordinary = getenv("ORDINARY") != NULL;
	if (!execute_open(&executor))
		return 2;
	begin = now();
	end = begin + seconds;
	while (now() < end) {
		size_t length = 24 * (4 + next(&state) % 40);
		for (size_t i = 0; i < length; i++)
			bytes[i] = (unsigned char)(next(&state) >> 24);
		program_decode(&program, bytes, length);
		finding_look(&executor, &program, &finding, &tally, reach, NULL);
		if (finding.found && is_new(finding.key))
			finding_print(&finding, &program, stdout);
	}
	end = now();
	printf("%lu programs, %lu calls, %lu judged, %lu skipped, %.0f programs/s %.0f calls/s, fleeting %lu\n",
	       tally.programs, tally.calls, tally.judged, tally.skipped, tally.programs / (end - begin), tally.calls / (end - begin), finding_fleeting());
	for (unsigned int i = 0; i < found_count; i++)
		printf("%6lu %s\n", found[i].count, found[i].key);
	for (unsigned int i = 0; reached[i].rule; i++)
		printf("reached %6lu %s\n", reached[i].count, reached[i].rule->id);
	return 0;
}
