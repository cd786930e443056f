/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * chosen.c - cases that are chosen by their names in a file, one a line.
 */
#include <stdlib.h>
#include <string.h>

#include "harness.h"

static const struct sc_case **chosen;
static size_t count;

static int by_address(const void *a, const void *b)
{
	const struct sc_case *const *left = a, *const *right = b;

	return (*left > *right) - (*left < *right);
}

static bool add(const struct sc_case *added)
{
	const struct sc_case **more = realloc(chosen, (count + 1) * sizeof(*more));

	if (!more)
		return false;
	chosen = more;
	chosen[count++] = added;
	return true;
}

bool choose_cases(const char *path, char *why, size_t size)
{
	FILE *file = fopen(path, "re");
	char line[1024];

	if (!file) {
		snprintf(why, size, "%s: %s", path, errno_name(errno));
		return false;
	}
	*why = '\0';
	while (!*why && fgets(line, sizeof(line), file)) {
		const struct sc_case *found;

		line[strcspn(line, "\n")] = '\0';
		found = *line ? find_case(line) : NULL;
		if (*line && !found)
			snprintf(why, size, "%s: no case is named '%s'", path, line);
		else if (found && !add(found))
			snprintf(why, size, "%s: %s", path, errno_name(errno));
	}
	fclose(file);
	if (!*why && !count)
		snprintf(why, size, "%s: no case is named there", path);
	qsort(chosen, count, sizeof(*chosen), by_address);
	return !*why;
}

bool is_chosen(const struct sc_case *tested)
{
	return count && bsearch(&tested, chosen, count, sizeof(*chosen), by_address);
}
