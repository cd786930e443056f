/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_dictionary.c - words for engines that know nothing of programs.
 */
#include <ctype.h>

#include "program_random.h"
#include "program_symbols.h"

/* Bytes that are no letters or digits as \xNN, which both engines read. */
static void print_entry(const void *bytes, size_t length, FILE *out)
{
	const unsigned char *at = bytes;

	fputc('"', out);
	for (size_t i = 0; i < length; i++)
		fprintf(out, isalnum(at[i]) || at[i] == '_' ? "%c" : "\\x%02x", at[i]);
	fputs("\"\n", out);
}

static void print_word(const char *word, FILE *out)
{
	size_t length = 0;

	while (word[length])
		length++;
	if (length > 1)
		print_entry(word, length, out);
}

static void print_symbols(FILE *out)
{
	size_t count;
	const struct option_name *options = program_options(&count);

	for (size_t i = 0; i < count; i++)
		print_word(options[i].name ? options[i].name : "", out);
	for (unsigned int class = 0; class < SYMBOL_CLASSES; class ++) {
		const struct symbol *symbols = program_symbols(class, &count);

		for (size_t i = 0; i < count; i++)
			print_word(symbols[i].name, out);
	}
}

static void print_words(const char *const *words, size_t count, FILE *out)
{
	for (size_t i = 0; i < count; i++)
		print_word(words[i], out);
}

/* The calls of phrases, each with its records. */
static void print_records(FILE *out)
{
	const struct program *phrase;
	unsigned char bytes[16 * PROGRAM_RECORD];
	static struct program one;

	for (unsigned int i = 0; (phrase = program_phrase_at(i)); i++)
		for (unsigned int call = 0; call < phrase->count; call++) {
			one.count = 1;
			one.calls[0] = phrase->calls[call];
			print_entry(bytes, program_encode(&one, bytes, sizeof(bytes)),
				    out);
		}
}

void program_print_dictionary(FILE *out)
{
	for (unsigned int kind = 0; kind < PROGRAM_KINDS; kind++)
		print_word(program_call_name((enum program_kind)kind), out);
	print_symbols(out);
	print_words(program_pointer_words, POINTER_KINDS, out);
	print_words(program_content_words, CONTENT_KINDS, out);
	print_words(program_control_words, CONTROL_KINDS, out);
	print_words(program_descriptor_words, FD_KINDS, out);
	print_records(out);
}
