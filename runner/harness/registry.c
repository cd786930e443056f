/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * registry.c - all cases: adding, sorting, finding and choosing them.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

static struct sc_case **cases;
static size_t count, room;

static void *allocate(void *old, size_t size)
{
	void *memory = realloc(old, size);

	if (!memory) {
		fputs("sockcheck: no memory for the list of cases\n", stderr);
		exit(2);
	}
	return memory;
}

static void add_one(const struct sc_case *added, int type, const char *name)
{
	struct sc_case *copy = allocate(NULL, sizeof(*copy));

	if (count == room) {
		room = room ? 2 * room : 1024;
		cases = allocate(cases, room * sizeof(*cases));
	}
	*copy = *added;
	copy->type = type;
	copy->name = name;
	cases[count++] = copy;
}

/* All names that were made: those from which others were made are no case's own. */
static struct made_name {
	struct made_name *next;
	char text[];
} * made_names;

const char *name_case(const char *format, ...)
{
	va_list arguments;
	char text[256];
	struct made_name *name;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	name = allocate(NULL, sizeof(*name) + strlen(text) + 1);
	name->next = made_names;
	made_names = name;
	return strcpy(name->text, text);
}

/* "a.b" and "stream" are "a.b[stream]"; "a.b[x]" and "stream" are "a.b[x,stream]". */
static const char *with_type(const char *name, const char *type)
{
	size_t length = strlen(name);

	if (length && name[length - 1] == ']')
		return name_case("%.*s,%s]", (int)length - 1, name, type);
	return name_case("%s[%s]", name, type);
}

void sc_add(const struct sc_case *added)
{
	static const struct {
		unsigned int bit;
		int type;
		const char *name;
	} types[] = {
		{ SC_STREAM, SOCK_STREAM, "stream" },
		{ SC_DGRAM, SOCK_DGRAM, "dgram" },
		{ SC_RAW, SOCK_RAW, "raw" },
		{ SC_SEQPACKET, SOCK_SEQPACKET, "seqpacket" },
	};

	if (!added->types)
		add_one(added, 0, added->name);
	for (size_t i = 0; i < COUNT(types); i++)
		if (added->types & types[i].bit)
			add_one(added, types[i].type,
				with_type(added->name, types[i].name));
}

static int by_name(const void *a, const void *b)
{
	const struct sc_case *const *left = a, *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

bool sort_cases(void)
{
	if (!count)
		return true;
	qsort(cases, count, sizeof(struct sc_case *), by_name);
	for (size_t i = 0; i + 1 < count; i++) {
		cases[i]->next = cases[i + 1];
		if (!strcmp(cases[i]->name, cases[i + 1]->name)) {
			fprintf(stderr,
				"sockcheck: two cases are named %s: %s:%d and %s:%d\n",
				cases[i]->name, cases[i]->file, cases[i]->line,
				cases[i + 1]->file, cases[i + 1]->line);
			return false;
		}
	}
	return true;
}

const struct sc_case *first_case(void)
{
	return count ? cases[0] : NULL;
}

const struct sc_case *find_case(const char *name)
{
	const struct sc_case wanted = { .name = name }, *key = &wanted;
	struct sc_case **found;

	if (!count)
		return NULL;
	found = bsearch(&key, cases, count, sizeof(struct sc_case *), by_name);
	return found ? *found : NULL;
}

size_t rule_length(const char *name)
{
	return strcspn(name, "[");
}

/* Is the text of this length what the pattern describes, to its end? */
static bool glob(const char *pattern, const char *text, size_t length)
{
	while (*pattern && *pattern != '*') {
		if (!length || (*pattern != '?' && *pattern != *text))
			return false;
		pattern++;
		text++;
		length--;
	}
	if (!*pattern)
		return !length;
	while (*pattern == '*')
		pattern++;
	for (size_t skipped = 0; skipped <= length; skipped++)
		if (glob(pattern, text + skipped, length - skipped))
			return true;
	return false;
}

bool matches(const char *pattern, const char *name)
{
	return glob(pattern, name, strlen(name)) ||
	       glob(pattern, name, rule_length(name));
}
