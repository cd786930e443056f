/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_mutate.c - changes programs: each time by a few steps of those below.
 */
#include <string.h>

#include "program_random.h"

/* All calls of a program. */
static void take_all(struct items *items, const struct program *program)
{
	items->count = 0;
	items_insert(items, 0, program, 0, program->count, FIRST);
}

/* A call of the program, by chance; one at least is there. */
static unsigned int some_call(const struct program *program,
			      struct program_random *random)
{
	return random_below(random, program->count);
}

/* A new call, anywhere but mostly at the end, made for what is before it. */
static void insert_call(struct program *program, struct program_random *random)
{
	static struct program before;
	unsigned int at = random_chance(random, 40)
				  ? program->count
				  : random_below(random, program->count + 1);
	struct items items;

	take_all(&items, program);
	before = *program;
	before.count = at;
	if (at == PROGRAM_CALLS)
		return;
	random_call(random, &before, &before.calls[at]);
	before.count++;
	/* It knows results by the names that they have in the program. */
	items_insert(&items, at, &before, at, at + 1, SECOND);
	items_build(&items, program, random);
}

static void delete_calls(struct program *program, struct program_random *random)
{
	unsigned int at = some_call(program, random);
	unsigned int count = random_chance(random, 70) ? 1
						       : 1 + random_below(random, 6);
	struct items items;

	take_all(&items, program);
	while (count-- && items.count > 1 && at < items.count)
		items_remove(&items, at);
	items_build(&items, program, random);
}

void program_remove(struct program *program, unsigned int i,
		    struct program_random *random)
{
	struct items items;

	take_all(&items, program);
	items_remove(&items, i);
	items_build(&items, program, random);
}

static void swap_calls(struct program *program, struct program_random *random)
{
	unsigned int a = some_call(program, random), b = some_call(program, random);
	struct items items;
	struct item item;

	if (random_chance(random, 50))
		b = (a + 1) % program->count;
	take_all(&items, program);
	item = items.items[a];
	items.items[a] = items.items[b];
	items.items[b] = item;
	items_build(&items, program, random);
}

static void repeat_call(struct program *program, struct program_random *random)
{
	unsigned int i = some_call(program, random);
	struct items items;

	take_all(&items, program);
	items_insert(&items, i + random_below(random, program->count - i + 1), program,
		     i, i + 1, SECOND);
	items_build(&items, program, random);
}

static void change_argument(struct program *program, struct program_random *random)
{
	unsigned int i = some_call(program, random);
	struct origin origins[PROGRAM_DESCRIPTORS];
	struct program_call call = program->calls[i];
	struct items items;

	/* Where fcntl(2) begins or ceases to have a result, all others are renamed. */
	program_origins(program, origins);
	take_all(&items, program);
	random_argument(random, origins, program_first_result(program, i), &call);
	items.items[i].call = &call;
	items_build(&items, program, random);
}

/* Calls of another program, put anywhere into this. */
static void splice(struct program *program, const struct program *other,
		   struct program_random *random)
{
	unsigned int begin = random_below(random, other->count);
	unsigned int end = begin + 1 + random_below(random, other->count - begin);
	struct items items;

	if (random_chance(random, 50))
		begin = 0;
	take_all(&items, program);
	items_insert(&items, random_below(random, program->count + 1), other, begin,
		     end, SECOND);
	items_build(&items, program, random);
}

/* The beginning of this program, and the end of the other. */
void program_cross(struct program *program, const struct program *other,
		   struct program_random *random)
{
	unsigned int kept = random_below(random, program->count + 1);
	unsigned int begin = random_below(random, other->count);
	struct items items = { .count = 0 };

	items_insert(&items, 0, program, 0, kept, FIRST);
	items_insert(&items, kept, other, begin, other->count, SECOND);
	items_build(&items, program, random);
}

static bool makes(const struct program *program, unsigned int i, unsigned int result)
{
	unsigned int first = program_first_result(program, i);

	return result >= first && result < first + program_results(&program->calls[i]);
}

/*
 * Repeats what has been done to a socket on a second one: each call of it comes twice,
 * at once or after all others.
 */
static void repeat_history(struct program *program, struct program_random *random)
{
	unsigned int results = program_first_result(program, program->count);
	unsigned int result = random_below(random, results);
	bool at_once = random_chance(random, 50);
	struct items items;

	if (!results)
		return;
	take_all(&items, program);
	for (unsigned int i = 0, at = 0; i < program->count; i++) {
		const struct program_call *call = &program->calls[i];

		at++;
		if (!makes(program, i, result) &&
		    (call->fd.kind != FD_RESULT || call->fd.result != result))
			continue;
		items_insert(&items, at_once ? at : items.count, program, i, i + 1,
			     SECOND);
		at += at_once;
	}
	items_build(&items, program, random);
}

static void step(struct program *program, const struct program *other,
		 struct program_random *random)
{
	unsigned int chance = random_below(random, 100);

	if (!program->count || chance < 20)
		insert_call(program, random);
	else if (chance < 55)
		change_argument(program, random);
	else if (chance < 65)
		delete_calls(program, random);
	else if (chance < 71)
		swap_calls(program, random);
	else if (chance < 77)
		repeat_call(program, random);
	else if (chance < 82)
		repeat_history(program, random);
	else if (chance < 86)
		program_change_family(program, random);
	else if (chance < 92)
		splice(program, program_phrase(random), random);
	else if (other && other->count && chance < 96)
		program_cross(program, other, random);
	else if (other && other->count)
		splice(program, other, random);
	else
		change_argument(program, random);
}

void program_mutate(struct program *program, const struct program *other,
		    struct program_random *random)
{
	do
		step(program, other, random);
	while (random_chance(random, 50));
}

static void add_call(struct program *program, struct program_random *random)
{
	random_call(random, program, &program->calls[program->count]);
	program->count++;
}

void program_make(struct program *program, unsigned int calls,
		  struct program_random *random)
{
	memset(program, 0, sizeof(*program));
	if (calls > PROGRAM_CALLS)
		calls = PROGRAM_CALLS;
	while (program->count < calls) {
		if (random_chance(random, 10) ||
		    (!program->count && random_chance(random, 50)))
			splice(program, program_phrase(random), random);
		else
			add_call(program, random);
	}
	program->count = calls;
}
