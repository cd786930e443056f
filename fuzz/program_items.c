/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_items.c - programs made of others' calls: each keeps meaning the result that
 * it meant, whatever that is called now.
 */
#include <string.h>

#include "program_random.h"

void items_insert(struct items *items, unsigned int at, const struct program *program,
		  unsigned int begin, unsigned int end, unsigned char of)
{
	unsigned int result = program_first_result(program, begin);
	unsigned int count = end - begin;

	if (items->count + count > COUNT(items->items))
		return;
	memmove(&items->items[at + count], &items->items[at],
		(items->count - at) * sizeof(items->items[0]));
	for (unsigned int i = 0; i < count; i++) {
		const struct program_call *call = &program->calls[begin + i];

		items->items[at + i] = (struct item){ call, result, of };
		result += program_results(call);
	}
	items->count += count;
}

void items_remove(struct items *items, unsigned int at)
{
	items->count--;
	memmove(&items->items[at], &items->items[at + 1],
		(items->count - at) * sizeof(items->items[0]));
}

/* New numbers of results, plus 1; 0 for one that is not there. */
struct renaming {
	unsigned char names[SOURCES][PROGRAM_DESCRIPTORS];
};

static void rename_result(const struct renaming *renaming, unsigned char of,
			  unsigned int results, struct program_random *random,
			  unsigned char *result)
{
	unsigned char name = renaming->names[of][*result % PROGRAM_DESCRIPTORS];

	if (!name)
		name = renaming->names[FIRST][*result % PROGRAM_DESCRIPTORS];
	*result = name ? (unsigned char)(name - 1)
		       : (unsigned char)random_below(random, results);
}

/* All that a call says of results. */
static void rename_call(const struct renaming *renaming, unsigned char of,
			unsigned int results, struct program_random *random,
			struct program_call *call)
{
	if (call->fd.kind == FD_RESULT)
		rename_result(renaming, of, results, random, &call->fd.result);
	if (call->control.kind == CONTROL_RIGHTS &&
	    call->control.descriptor.kind == FD_RESULT)
		rename_result(renaming, of, results, random,
			      &call->control.descriptor.result);
	if (call->address.port_taken)
		rename_result(renaming, of, results, random, &call->address.port_of);
}

void items_build(const struct items *items, struct program *program,
		 struct program_random *random)
{
	struct renaming renaming = { .names = { { 0 } } };
	static struct program built;
	unsigned int results = 0;

	built.count = 0;
	for (unsigned int i = 0; i < items->count && i < PROGRAM_CALLS; i++) {
		const struct item *item = &items->items[i];
		struct program_call *call = &built.calls[built.count++];

		*call = *item->call;
		rename_call(&renaming, item->of, results, random, call);
		program_normalise_call(call, results);
		for (unsigned int made = 0; made < program_results(call); made++)
			renaming.names[item->of][item->first_result + made] =
				(unsigned char)++results;
	}
	memcpy(program->calls, built.calls, built.count * sizeof(built.calls[0]));
	program->count = built.count;
}
