/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * known.c - the differences that are recorded of a target.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "known.h"

#define KEY_MAX	  160
#define KNOWN_MAX 2048

/* In the order of their keys. */
static struct known {
	char key[KEY_MAX];
	unsigned long times;
	bool recorded;
} all[KNOWN_MAX];
static unsigned int count;

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct known *)a)->key, ((const struct known *)b)->key);
}

bool known_read(const char *path)
{
	FILE *file = fopen(path, "re");

	if (!file) {
		fprintf(stderr, "sockcheck: %s: %s\n", path, strerror(errno));
		return false;
	}
	count = 0;
	while (count < KNOWN_MAX && fgets(all[count].key, KEY_MAX, file)) {
		all[count].key[strcspn(all[count].key, "\n")] = '\0';
		all[count].recorded = true;
		count += all[count].key[0] != '\0';
	}
	fclose(file);
	qsort(all, count, sizeof(all[0]), compare);
	return true;
}

void known_add(const char *key)
{
	if (count == KNOWN_MAX)
		return;
	all[count] = (struct known){ .recorded = false };
	snprintf(all[count].key, KEY_MAX, "%s", key);
	count++;
	qsort(all, count, sizeof(all[0]), compare);
}

static struct known *find(const char *key)
{
	struct known sought = { .recorded = false };

	snprintf(sought.key, KEY_MAX, "%s", key);
	return count ? bsearch(&sought, all, count, sizeof(all[0]), compare) : NULL;
}

/* Few are patterns of several rules. */
static struct known *find_pattern(const char *key)
{
	for (unsigned int i = 0; i < count; i++)
		if (strchr(all[i].key, '*') && !fnmatch(all[i].key, key, 0))
			return &all[i];
	return NULL;
}

bool known_has(const char *key)
{
	struct known *found = find(key);

	if (!found)
		found = find_pattern(key);
	if (found)
		found->times++;
	return found;
}

unsigned long known_times(const char *key)
{
	const struct known *found = find(key);

	return found ? found->times : 0;
}

unsigned int known_count(void)
{
	unsigned int recorded = 0;

	for (unsigned int i = 0; i < count; i++)
		recorded += all[i].recorded;
	return recorded;
}

unsigned int known_seen_count(void)
{
	unsigned int seen = 0;

	for (unsigned int i = 0; i < count; i++)
		seen += all[i].recorded && all[i].times;
	return seen;
}

void known_print(FILE *out)
{
	for (unsigned int i = 0; i < count; i++)
		if (all[i].recorded)
			fprintf(out, "%10lu %s\n", all[i].times, all[i].key);
}
