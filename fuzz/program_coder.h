/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_coder.h - moves arguments between a program's structures and its bytes.
 *
 * A record begins with the call's number, then a byte for each thing that its arguments
 * say: the place of a value in its table.  LITERAL says that the value is in none: it
 * stands in a record of its own, behind this one, in the order of those that do.  So a
 * changed byte changes one argument, and all records stay where they are.
 *
 * One walk over the arguments serves both ways: each function moves a value from the
 * structure to the record, or, where the coder decodes, back.
 */
#ifndef FUZZ_PROGRAM_CODER_H
#define FUZZ_PROGRAM_CODER_H

#include "program_layout.h"

#define LITERAL	 255
#define OWN_PID	 254
#define SPECIALS 192 /* of descriptors: from here on none is a result */

/* The most records of one call: no call has as many things that can be literals. */
#define CALL_RECORDS 16

struct coder {
	bool decodes;
	unsigned char head[PROGRAM_RECORD];
	size_t used; /* bytes of head */
	/* The literals: where they are read, up to end; or are collected. */
	const unsigned char *at, *end;
	unsigned char literals[(CALL_RECORDS - 1) * PROGRAM_RECORD];
	size_t literal_length;
};

/* The next record, with zeros in the place of what is missing. */
void take_record(struct coder *coder, unsigned char record[PROGRAM_RECORD]);
/* One byte of the head; bytes, or a number, in a record of their own. */
unsigned char move_byte(struct coder *coder, unsigned char byte);
void move_literal(struct coder *coder, unsigned char *bytes, size_t length);
void move_literal_number(struct coder *coder, long *value);

/* A number: its place among those of a table. */
void move_value(struct coder *coder, const struct value_table *table, long *value);
void move_number(struct coder *coder, enum value_class class, long *value);
void move_int(struct coder *coder, enum value_class class, int *value);
void move_unsigned(struct coder *coder, enum value_class class, unsigned int *value);

void move_descriptor(struct coder *coder, struct program_descriptor *fd);
void move_pointer(struct coder *coder, struct program_pointer *pointer);
void move_address(struct coder *coder, struct program_address *address);

#endif
