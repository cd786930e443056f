/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_random.h - what the mutator's files share: numbers by chance, and programs
 * made of others' calls.
 */
#ifndef FUZZ_PROGRAM_RANDOM_H
#define FUZZ_PROGRAM_RANDOM_H

#include "program_layout.h"

/* 0 to limit - 1; 0 for a limit of 0. */
unsigned int random_below(struct program_random *random, unsigned int limit);
bool random_chance(struct program_random *random, unsigned int percent);
/* One of a table, mostly of its common values. */
long random_value(struct program_random *random, enum value_class values);

/* What a result is of, as far as the program shows: 0 for what is not known. */
struct origin {
	int domain, type;
};
void program_origins(const struct program *program,
		     struct origin origins[PROGRAM_DESCRIPTORS]);

/* What comes of them need not be normal: an argument of a call whose socket is of a
 * family, with so many results before it; one thing of its address; the arguments of
 * socket(2), of a kind that there is. */
void random_part(struct program_random *random, const struct argument *argument,
		 int domain, unsigned int results, struct program_call *call);
void change_address(struct program_random *random, struct program_address *address,
		    int domain, unsigned int results);
void random_socket(struct program_random *random, struct program_call *call);

/* A call as the next one of a program. */
void random_call(struct program_random *random, const struct program *program,
		 struct program_call *call);
/* Gives one argument of a call another value; `origins` are those of the results before
 * it. */
void random_argument(struct program_random *random, const struct origin *origins,
		     unsigned int results, struct program_call *call);

/* program_phrases.c: programs that lead somewhere: a connection, a datagram.  The i-th,
 * or NULL after the last; one by chance. */
const struct program *program_phrase_at(unsigned int i);
const struct program *program_phrase(struct program_random *random);

/* Calls of programs in a new order.  An item's `of` says whose: calls of one number
 * keep each other's results; what is not among them is taken from FIRST, or by chance.
 */
enum { FIRST, SECOND, SOURCES };
struct item {
	const struct program_call *call;
	unsigned int first_result; /* in the program that it comes from */
	unsigned char of;
};
struct items {
	unsigned int count;
	struct item items[3 * PROGRAM_CALLS];
};
/* Calls `begin` to `end` (not with it) of a program, put before the item `at`. */
void items_insert(struct items *items, unsigned int at, const struct program *program,
		  unsigned int begin, unsigned int end, unsigned char of);
void items_remove(struct items *items, unsigned int at);
/* The program that they are, cut off where there are too many. */
void items_build(const struct items *items, struct program *program,
		 struct program_random *random);

/* program_family.c: makes a socket, and all that is said of it, of another kind. */
void program_change_family(struct program *program, struct program_random *random);
/* The same for all that talk to the first one, and for the i-th kind, of which 0 is as
 * it is; false where there are no more. */
bool program_of_kind(const struct program *program, unsigned int i,
		     struct program *other);

#endif
