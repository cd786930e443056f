/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_scan.c - the words and numbers of a program's text, and what is wrong with
 * it.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>

#include "program_scan.h"

bool scan_fail(struct scanner *scanner, const char *at, const char *format, ...)
{
	struct program_error *error = scanner->error;
	va_list arguments;

	if (error->line)
		return false;
	error->line = scanner->number;
	error->column = (unsigned int)(at - scanner->line) + 1;
	va_start(arguments, format);
	vsnprintf(error->message, sizeof(error->message), format, arguments);
	va_end(arguments);
	return false;
}

char scan_peek(struct scanner *scanner)
{
	while (*scanner->at == ' ' || *scanner->at == '\t' || *scanner->at == '\r')
		scanner->at++;
	if (!*scanner->at || *scanner->at == '#')
		return '\n';
	return *scanner->at;
}

bool scan_take(struct scanner *scanner, char character)
{
	if (scan_peek(scanner) != character || character == '\n')
		return false;
	scanner->at++;
	return true;
}

/* What stands there, for a message. */
static const char *found(struct scanner *scanner, char text[40])
{
	struct word word = scan_word(scanner);
	char next = scan_peek(scanner);

	if (next == '\n')
		snprintf(text, 40, "the end of the line");
	else if (word.length)
		snprintf(text, 40, "'%.*s'", word.length > 30 ? 30 : (int)word.length,
			 word.text);
	else
		snprintf(text, 40, isprint((unsigned char)next) ? "'%c'" : "'\\x%02x'",
			 (unsigned char)next);
	return text;
}

bool scan_expect(struct scanner *scanner, char character, const char *what)
{
	char text[40];

	if (scan_take(scanner, character) ||
	    (character == '\n' && scan_peek(scanner) == '\n'))
		return true;
	return scan_fail(scanner, scanner->at, "%s comes here, not %s", what,
			 found(scanner, text));
}

bool scan_is_part(char character)
{
	return isalnum((unsigned char)character) || character == '_';
}

struct word scan_word(struct scanner *scanner)
{
	struct word word = { .length = 0 };

	scan_peek(scanner);
	word.text = scanner->at;
	if (isalpha((unsigned char)*word.text) || *word.text == '_')
		while (scan_is_part(word.text[word.length]))
			word.length++;
	return word;
}

bool scan_is(struct word word, const char *text)
{
	return word.length == strlen(text) && !memcmp(word.text, text, word.length);
}

bool scan_take_word(struct scanner *scanner, const char *text)
{
	struct word word = scan_word(scanner);

	if (!scan_is(word, text))
		return false;
	scanner->at += word.length;
	return true;
}

/* Adds names to a message; where there is no more room, dots. */
static void add_name(char *text, size_t size, const char *name)
{
	size_t length = strlen(text);

	if (length > 2 && !strcmp(text + length - 3, "..."))
		return;
	if (length + strlen(name) + sizeof(", , ...") > size)
		name = "...";
	snprintf(text + length, size - length, "%s%s", length ? ", " : "", name);
}

static void add_names(char *text, size_t size, unsigned int class)
{
	size_t count;
	const struct symbol *symbols = program_symbols(class, &count);

	for (size_t i = 0; i < count; i++)
		add_name(text, size, symbols[i].name);
}

static void add_class(char *text, size_t size, unsigned int class)
{
	add_names(text, size, class);
	if (class == VALUES_PROTOCOL) {
		add_names(text, size, SYMBOLS_IP_PROTOCOL);
		add_names(text, size, SYMBOLS_NETLINK_PROTOCOL);
	}
	if (class == VALUES_NUMBER)
		add_names(text, size, SYMBOLS_FILE_FLAGS);
}

static bool fail_number(struct scanner *scanner, unsigned int class, const char *what)
{
	char names[160] = "", text[40];

	add_class(names, sizeof(names), class);
	return scan_fail(scanner, scanner->at, "%s is a number%s%s, not %s", what,
			 *names ? " or of " : "", names, found(scanner, text));
}

static int digit_of(char character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	character = (char)(character | 0x20);
	return character >= 'a' && character <= 'f' ? character - 'a' + 10 : 99;
}

/* Digits, with a sign or 0x before them; of 64 bits. */
static bool scan_digits(struct scanner *scanner, const char *what, long *number)
{
	bool negative = *scanner->at == '-';
	const char *begin = scanner->at, *at = begin + negative;
	int base = at[0] == '0' && (at[1] | 0x20) == 'x' ? 16 : 10;
	unsigned long value = 0, most = ULONG_MAX;

	at += base == 16 ? 2 : 0;
	if (digit_of(*at) >= base)
		return scan_fail(scanner, begin, "%s: a number has digits", what);
	for (; digit_of(*at) < base; at++) {
		unsigned long digit = (unsigned long)digit_of(*at);

		if (value > (most - digit) / (unsigned long)base)
			return scan_fail(scanner, begin,
					 "%s: a number of more than 64 bits", what);
		value = value * (unsigned long)base + digit;
	}
	if (scan_is_part(*at))
		return scan_fail(scanner, begin, "%s: no number ends with '%c'", what,
				 *at);
	if (base == 10 && value > (unsigned long)LONG_MAX + negative)
		return scan_fail(scanner, begin, "%s: a number of more than 64 bits",
				 what);
	scanner->at = at;
	*number = (long)(negative ? 0 - value : value);
	return true;
}

static bool symbol_of(unsigned int class, struct word word, long *number)
{
	if (program_symbol(class, word.text, word.length, number) ||
	    program_symbol(SYMBOLS_LIMITS, word.text, word.length, number))
		return true;
	if (class == VALUES_PROTOCOL)
		return symbol_of(SYMBOLS_IP_PROTOCOL, word, number) ||
		       symbol_of(SYMBOLS_NETLINK_PROTOCOL, word, number);
	return class == VALUES_NUMBER && symbol_of(SYMBOLS_FILE_FLAGS, word, number);
}

static bool scan_htons(struct scanner *scanner, long *number)
{
	if (!scan_take_word(scanner, "htons") || !scan_expect(scanner, '(', "'('") ||
	    !scan_number(scanner, VALUES_ETHERNET_PROTOCOL, "what htons() turns", 0,
			 0xffff, number) ||
	    !scan_expect(scanner, ')', "')'"))
		return false;
	*number = htons((unsigned short)*number);
	return true;
}

static bool scan_term(struct scanner *scanner, unsigned int class, const char *what,
		      long *number)
{
	char next = scan_peek(scanner);
	struct word word = scan_word(scanner);

	if (next == '-' || isdigit((unsigned char)next))
		return scan_digits(scanner, what, number);
	if (class == VALUES_PROTOCOL && scan_is(word, "htons"))
		return scan_htons(scanner, number);
	if (!word.length || !symbol_of(class, word, number))
		return fail_number(scanner, class, what);
	scanner->at += word.length;
	return true;
}

bool scan_number(struct scanner *scanner, unsigned int class, const char *what,
		 long least, long most, long *number)
{
	const char *begin;
	long term;

	*number = 0;
	scan_peek(scanner);
	begin = scanner->at;
	do {
		if (!scan_term(scanner, class, what, &term))
			return false;
		*number |= term;
	} while (scan_take(scanner, '|'));
	if (*number < least || *number > most)
		return scan_fail(scanner, begin, "%s is from %ld to %ld, not %ld", what,
				 least, most, *number);
	return true;
}

bool scan_int(struct scanner *scanner, unsigned int class, const char *what,
	      int *number)
{
	long value;

	if (!scan_number(scanner, class, what, INT_MIN, UINT_MAX, &value))
		return false;
	*number = (int)value;
	return true;
}

bool scan_unsigned(struct scanner *scanner, unsigned int class, const char *what,
		   unsigned int *number)
{
	return scan_int(scanner, class, what, (int *)number);
}

/* One character of a string, or what a backslash makes of those behind it. */
static bool scan_character(struct scanner *scanner, unsigned char *byte)
{
	const char *at = scanner->at;
	int high, low;

	*byte = (unsigned char)*at;
	if (*at != '\\') {
		scanner->at++;
		return true;
	}
	if (at[1] == '"' || at[1] == '\\') {
		*byte = (unsigned char)at[1];
		scanner->at += 2;
		return true;
	}
	high = at[1] == 'x' ? digit_of(at[2]) : 99;
	low = high < 16 ? digit_of(at[3]) : 99;
	if (low >= 16)
		return scan_fail(scanner, at,
				 "behind a backslash comes \", \\ or x and two digits");
	*byte = (unsigned char)(high << 4 | low);
	scanner->at += 4;
	return true;
}

bool scan_string(struct scanner *scanner, unsigned char *bytes, size_t room,
		 size_t *length)
{
	const char *begin = scanner->at;

	*length = 0;
	if (!scan_expect(scanner, '"', "a string in quotes"))
		return false;
	while (*scanner->at != '"') {
		if (!*scanner->at)
			return scan_fail(scanner, begin, "the string does not end");
		if (*length >= room)
			return scan_fail(scanner, scanner->at,
					 "the string has more than %zu bytes: a longer "
					 "name repeats one, \"x\" * 107",
					 room);
		if (!scan_character(scanner, &bytes[*length]))
			return false;
		++*length;
	}
	scanner->at++;
	return true;
}

bool scan_choice(struct scanner *scanner, const char *const *words, size_t count,
		 const char *what, unsigned char *place)
{
	struct word word = scan_word(scanner);
	char names[200] = "", text[40];

	for (size_t i = 0; i < count; i++)
		if (scan_is(word, words[i])) {
			*place = (unsigned char)i;
			scanner->at += word.length;
			return true;
		}
	for (size_t i = 0; i < count; i++)
		if (*words[i])
			add_name(names, sizeof(names), words[i]);
	return scan_fail(scanner, scanner->at, "%s is one of %s; not %s", what, names,
			 found(scanner, text));
}
