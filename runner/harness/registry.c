/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * registry.c - all cases: adding, sorting, finding and choosing them.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "harness.h"

static struct sc_case **cases;
static size_t count, room;

static void *or_give_up(void *memory)
{
	if (!memory || memory == MAP_FAILED) {
		fputs("sockcheck: no memory for the list of cases\n", stderr);
		exit(2);
	}
	return memory;
}

/*
 * Cases, their names and their rows lie in memory that is shared with the processes of
 * cases: fork(2) would copy the page tables of any other for each of them.  Once the
 * list is made, nobody can write there any more.
 */
#define STORE_SIZE ((size_t)64 << 20) /* of addresses, not of memory */

static unsigned char *store;
static size_t stored;

static void *keep(size_t size)
{
	unsigned char *kept;

	if (!store)
		store = or_give_up(mmap(NULL, STORE_SIZE, PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1,
					0));
	size = (size + 15) & ~(size_t)15;
	kept = or_give_up(size <= STORE_SIZE - stored ? store + stored : NULL);
	stored += size;
	return kept;
}

const void *keep_row(const void *row, size_t size)
{
	return memcpy(keep(size), row, size);
}

const char *name_case(const char *format, ...)
{
	va_list arguments;
	char text[256];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return keep_row(text, strlen(text) + 1);
}

/* "a.b" and "stream" are "a.b[stream]"; "a.b[x]" and "stream" are "a.b[x,stream]". */
static const char *with_variant(const char *name, const char *variant)
{
	size_t length = strlen(name);

	if (!*variant)
		return name;
	if (length && name[length - 1] == ']')
		return name_case("%.*s,%s]", (int)length - 1, name, variant);
	return name_case("%s[%s]", name, variant);
}

static void add_variant(const struct sc_case *added, int type, unsigned int door,
			const char *name)
{
	struct sc_case *copy = keep(sizeof(*copy));

	if (count == room) {
		room = room ? 2 * room : 1024;
		cases = or_give_up(realloc(cases, room * sizeof(*cases)));
	}
	*copy = *added;
	copy->type = type;
	copy->door = door;
	copy->name = name;
	cases[count++] = copy;
}

static void add_one(const struct sc_case *added, int type, const char *name)
{
	static const struct {
		unsigned int bit;
		const char *name;
	} doors[] = {
		{ SC_RECVFROM, "" },	   { SC_RECV, "recv" },
		{ SC_RECVMSG, "recvmsg" }, { SC_RECVMMSG, "recvmmsg" },
		{ SC_READ, "read" },	   { SC_READV, "readv" },
	};

	if (!added->doors)
		add_variant(added, type, SC_RECVFROM, name);
	for (size_t i = 0; i < COUNT(doors); i++)
		if (added->doors & doors[i].bit)
			add_variant(added, type, doors[i].bit,
				    with_variant(name, doors[i].name));
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
				with_variant(added->name, types[i].name));
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
	mprotect(store, STORE_SIZE, PROT_READ);
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
