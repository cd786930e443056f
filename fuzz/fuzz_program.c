/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fuzz_program.c - fuzzes what reads programs: any bytes are a program, which is the
 * same after each of its forms; any text is one, or is said to be none at a place of
 * it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "program.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_program: %s\n", what);
	abort();
}

static void check_bytes(const struct program *program)
{
	static unsigned char first[PROGRAM_BYTES_MAX], second[PROGRAM_BYTES_MAX];
	static struct program again;
	size_t length = program_encode(program, first, sizeof(first));

	must(length <= sizeof(first), "more bytes than there may be");
	program_decode(&again, first, length);
	must(program_equal(program, &again), "other bytes are another program");
	must(program_encode(&again, second, sizeof(second)) == length &&
		     !memcmp(first, second, length),
	     "the bytes are not canonical");
	again = *program;
	program_normalise(&again);
	must(program_equal(program, &again), "what was decoded was not normal");
}

static void check_text(const struct program *program)
{
	static struct program again;
	static char texts[2][64 * 1024];
	struct program_error error;

	for (int i = 0; i < 2; i++) {
		FILE *out = fmemopen(texts[i], sizeof(texts[i]), "w");

		must(out, "no memory for the text");
		texts[i][0] = '\0';
		program_print(i ? &again : program, out);
		fclose(out);
		if (!program_parse(&again, texts[i], &error)) {
			fprintf(stderr, "%s%u:%u: %s\n", texts[i], error.line,
				error.column, error.message);
			must(false, "what was printed cannot be parsed");
		}
		must(program_equal(program, &again), "the text is another program's");
	}
	must(!strcmp(texts[0], texts[1]), "the text is not canonical");
}

static void check_addresses(const struct program *program)
{
	unsigned char bytes[ADDRESS_BYTES_MAX];

	for (unsigned int i = 0; i < program->count; i++) {
		const char *path = (const char *)bytes + sizeof(short);
		size_t length =
			program_address_bytes(&program->calls[i].address, 1, 1, bytes);

		must(length >= 2 && length <= sizeof(bytes), "an address's length");
		if (bytes[0] != AF_UNIX || bytes[1])
			continue;
		must(path[0] != '/', "a path is absolute");
		must(!strstr(path, ".."), "a path leads upwards");
	}
}

/* The bytes as text: an error stands at a place of it, and says something. */
static void check_parser(const uint8_t *bytes, size_t length)
{
	static struct program program;
	struct program_error error;
	char *text = malloc(length + 1);

	must(text, "no memory for the text");
	memcpy(text, bytes, length);
	text[length] = '\0';
	if (program_parse(&program, text, &error)) {
		check_bytes(&program);
		check_text(&program);
	} else {
		must(error.line && error.column && *error.message, "an empty error");
	}
	free(text);
}

/* What the mutator makes is normal, and the same for the same seed. */
static void check_mutator(const struct program *program, unsigned long long seed)
{
	static struct program made[2], other;
	struct program_random random;

	for (int i = 0; i < 2; i++) {
		program_seed(&random, seed);
		program_make(&other, 1 + seed % PROGRAM_CALLS, &random);
		made[i] = *program;
		program_mutate(&made[i], seed & 1 ? &other : NULL, &random);
	}
	must(program_equal(&made[0], &made[1]), "a seed makes two things");
	check_bytes(&made[0]);
	check_text(&made[0]);
	check_bytes(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct program program;

	program_decode(&program, bytes, length);
	check_bytes(&program);
	check_text(&program);
	check_addresses(&program);
	check_mutator(&program, length ? bytes[length - 1] * 256U + bytes[0] : 0);
	if (length)
		check_parser(bytes, length);
	return 0;
}
