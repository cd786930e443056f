/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * mutator.c - the mutator of programs as libFuzzer asks for it, and as a library of
 * AFL++'s (AFL_CUSTOM_MUTATOR_LIBRARY).
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"
#include "program_random.h"

/* All else in the library is its own. */
#define EXPORTED __attribute__((visibility("default")))

EXPORTED size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t room,
					unsigned int seed);
EXPORTED size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_length,
					  const uint8_t *second, size_t second_length,
					  uint8_t *out, size_t room, unsigned int seed);
EXPORTED void *afl_custom_init(void *afl, unsigned int seed);
EXPORTED void afl_custom_deinit(void *mutator);
EXPORTED size_t afl_custom_fuzz(void *mutator, uint8_t *bytes, size_t length,
				uint8_t **out, uint8_t *added, size_t added_length,
				size_t room);
EXPORTED int32_t afl_custom_init_trim(void *mutator, uint8_t *bytes, size_t length);
EXPORTED size_t afl_custom_trim(void *mutator, uint8_t **out);
EXPORTED int32_t afl_custom_post_trim(void *mutator, uint8_t success);

/* One in so many is a new program: from a corpus that is empty, or has seen enough of
 * the same, that leads further than changes do. */
#define NEW_ONE_IN 8

static void change(struct program *program, const struct program *other,
		   struct program_random *random)
{
	if (random_below(random, NEW_ONE_IN))
		program_mutate(program, other, random);
	else
		program_make(program, 4 + random_below(random, 29), random);
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t room,
			       unsigned int seed)
{
	static struct program program;
	struct program_random random;

	program_seed(&random, seed);
	program_decode(&program, bytes, length);
	change(&program, NULL, &random);
	return program_encode_within(&program, bytes, room);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_length,
				 const uint8_t *second, size_t second_length,
				 uint8_t *out, size_t room, unsigned int seed)
{
	static struct program program, other;
	struct program_random random;

	program_seed(&random, seed);
	program_decode(&program, first, first_length);
	program_decode(&other, second, second_length);
	program_cross(&program, &other, &random);
	return program_encode_within(&program, out, room);
}

/* What AFL++ keeps for us between its calls. */
struct mutator {
	struct program_random random;
	struct program program, other;
	/* Trimming: calls that have been tried, and those of them that must stay. */
	unsigned int tried, kept;
	struct program shorter;
	uint8_t bytes[PROGRAM_BYTES_MAX];
};

void *afl_custom_init(void *afl, unsigned int seed)
{
	struct mutator *mutator = calloc(1, sizeof(*mutator));

	(void)afl;
	if (mutator)
		program_seed(&mutator->random, seed);
	return mutator;
}

void afl_custom_deinit(void *mutator)
{
	free(mutator);
}

size_t afl_custom_fuzz(void *data, uint8_t *bytes, size_t length, uint8_t **out,
		       uint8_t *added, size_t added_length, size_t room)
{
	struct mutator *mutator = data;

	program_decode(&mutator->program, bytes, length);
	program_decode(&mutator->other, added ? added : bytes,
		       added ? added_length : 0);
	change(&mutator->program, &mutator->other, &mutator->random);
	*out = mutator->bytes;
	return program_encode_within(
		&mutator->program, mutator->bytes,
		room < sizeof(mutator->bytes) ? room : sizeof(mutator->bytes));
}

/* A step for each call, from the last to the first: the program without it. */
int32_t afl_custom_init_trim(void *data, uint8_t *bytes, size_t length)
{
	struct mutator *mutator = data;

	program_decode(&mutator->program, bytes, length);
	mutator->tried = mutator->kept = 0;
	return (int32_t)mutator->program.count;
}

size_t afl_custom_trim(void *data, uint8_t **out)
{
	struct mutator *mutator = data;

	mutator->shorter = mutator->program;
	if (mutator->shorter.count > 1)
		program_remove(&mutator->shorter,
			       mutator->shorter.count - 1 - mutator->kept,
			       &mutator->random);
	*out = mutator->bytes;
	return program_encode(&mutator->shorter, mutator->bytes,
			      sizeof(mutator->bytes));
}

int32_t afl_custom_post_trim(void *data, uint8_t success)
{
	struct mutator *mutator = data;

	mutator->tried++;
	if (success)
		mutator->program = mutator->shorter;
	else
		mutator->kept++;
	return (int32_t)mutator->tried;
}
