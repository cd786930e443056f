/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_symbols.h - the numbers of programs as a programmer writes them.
 */
#ifndef FUZZ_PROGRAM_SYMBOLS_H
#define FUZZ_PROGRAM_SYMBOLS_H

#include "../expected/symbols.h"
#include "program_layout.h"

/* Names besides those of enum value_class. */
enum symbol_class {
	SYMBOLS_IP_PROTOCOL = VALUE_CLASSES,
	SYMBOLS_NETLINK_PROTOCOL,
	SYMBOLS_FILE_FLAGS, /* of F_SETFL */
	SYMBOLS_LIMITS,	    /* INT_MAX and the like, which stand for any number */
	SYMBOLS_LEVEL,
	SYMBOL_CLASSES
};

/* The symbols of a class, an enum value_class or an enum symbol_class; there may be
 * none.  Of a class of flags, each is a flag. */
const struct symbol *program_symbols(unsigned int class, size_t *count);

/* The number of a name in a class, or false. */
bool program_symbol(unsigned int class, const char *name, size_t length, long *number);

/* The option whose name it is, at that level; or false. */
bool program_option_symbol(int level, const char *name, size_t length, int *optname);

/* Writes a number as those of its class are written, "MSG_PEEK|0x800". */
void program_print_number(unsigned int class, long number, FILE *out);
void program_print_protocol(int domain, int protocol, FILE *out);
void program_print_option(int level, int optname, FILE *out);

/* What memory is called; the words are indexed by enum program_pointer_kind (from
 * POINTER_NULL on), program_content and program_control_kind. */
extern const char *const program_pointer_words[POINTER_KINDS];
extern const char *const program_content_words[CONTENT_KINDS];
extern const char *const program_control_words[CONTROL_KINDS];
extern const char *const program_descriptor_words[FD_KINDS];

#endif
