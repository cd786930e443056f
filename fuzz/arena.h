/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arena.h - the memory that the calls of a program are given: a place for each
 * argument, which ends where nothing can be reached, so that each byte that a call
 * reads or writes too much is seen.
 */
#ifndef FUZZ_ARENA_H
#define FUZZ_ARENA_H

#include "program.h"

enum slot {
	SLOT_ADDRESS,
	SLOT_LENGTH,
	SLOT_BUFFER,
	SLOT_HEADER,
	SLOT_AREAS,
	SLOT_CONTROL,
	SLOT_VALUE,
	SLOTS
};

/* Where an argument lies. */
struct place {
	void *pass;	    /* what the call is given */
	unsigned char *own; /* the same memory, as far as it is there; or NULL */
	size_t room;	    /* of `own` */
	size_t readable;    /* how much of what is passed the target can read, write */
	size_t writable;
	bool foreign;
	bool whole; /* all that is asked for can be read and written */
};

/* Behind what is asked for, so many bytes of a place that is written to are watched. */
#define ARENA_WATCHED 64

/* Makes the memory, once; false, with errno, where that fails. */
bool arena_make(void);

/* Memory of `length` bytes that the target reads: it ends where nothing is mapped. */
struct place arena_input(enum slot slot, const struct program_pointer *pointer,
			 size_t length);
/* Memory that it writes: filled, with ARENA_WATCHED bytes behind it, as far as `filled`
 * bytes, which is then the room of what is ours. */
struct place arena_output(enum slot slot, const struct program_pointer *pointer,
			  size_t length, size_t filled);

/* From `written` on, is all of an output still as it was filled? */
bool arena_untouched(const struct place *place, size_t written);

#endif
