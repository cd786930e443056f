/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_scan.h - the words and numbers of a program's text, and what is wrong with
 * it.
 */
#ifndef FUZZ_PROGRAM_SCAN_H
#define FUZZ_PROGRAM_SCAN_H

#include "program_symbols.h"

/* The highest number of a descriptor in text, as in fd999. */
#define NAMES_MAX 1000

struct scanner {
	const char *line; /* its first character */
	const char *at;
	unsigned int number; /* of the line, from 1 */
	struct program_error *error;
	/* Which result each fdN of the text stands for: its number plus 1, or 0. */
	unsigned char names[NAMES_MAX];
	unsigned int named; /* the number of the last fdN that was read */
};

struct word {
	const char *text;
	size_t length;
};

/* Says what is wrong at a place of the line; the first that is said counts.  Returns
 * false. */
bool scan_fail(struct scanner *scanner, const char *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Goes to what is no space, and tells what that is: '\n' at the end of the line, where
 * a comment begins too. */
char scan_peek(struct scanner *scanner);
/* Takes the character, if it is there. */
bool scan_take(struct scanner *scanner, char character);
/* The same, or else it is an error: `what` comes here. */
bool scan_expect(struct scanner *scanner, char character, const char *what);
/* A word of letters, digits and '_', not taken yet; of length 0 where there is none. */
struct word scan_word(struct scanner *scanner);
bool scan_is(struct word word, const char *text);
/* May the character be part of a word or number? */
bool scan_is_part(char character);
/* Takes the word, if it is there. */
bool scan_take_word(struct scanner *scanner, const char *text);

/* A number from least to most, or symbols of a class with '|' between them. */
bool scan_number(struct scanner *scanner, unsigned int class, const char *what,
		 long least, long most, long *number);
/* Likewise for what 32 bits hold, with a sign or without. */
bool scan_int(struct scanner *scanner, unsigned int class, const char *what,
	      int *number);
bool scan_unsigned(struct scanner *scanner, unsigned int class, const char *what,
		   unsigned int *number);

/* A string in quotes: at most `room` bytes of it. */
bool scan_string(struct scanner *scanner, unsigned char *bytes, size_t room,
		 size_t *length);

/* One of the words: its place. */
bool scan_choice(struct scanner *scanner, const char *const *words, size_t count,
		 const char *what, unsigned char *place);

#endif
