/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_coder.c - moves values between a program's structures and its bytes.
 */
#include <string.h>

#include "program_coder.h"

_Static_assert(sizeof(long) == 8, "programs hold lengths of 64 bits");

void take_record(struct coder *coder, unsigned char record[PROGRAM_RECORD])
{
	size_t left = (size_t)(coder->end - coder->at);
	size_t taken = left < PROGRAM_RECORD ? left : PROGRAM_RECORD;

	memset(record, 0, PROGRAM_RECORD);
	if (taken)
		memcpy(record, coder->at, taken);
	coder->at += taken;
}

void move_literal(struct coder *coder, unsigned char *bytes, size_t length)
{
	unsigned char record[PROGRAM_RECORD] = { 0 };

	if (coder->decodes) {
		take_record(coder, record);
		memcpy(bytes, record, length);
		return;
	}
	memcpy(record, bytes, length);
	memcpy(coder->literals + coder->literal_length, record, sizeof(record));
	coder->literal_length += sizeof(record);
}

unsigned char move_byte(struct coder *coder, unsigned char byte)
{
	unsigned char *place = &coder->head[coder->used++];

	if (!coder->decodes)
		*place = byte;
	return *place;
}

void move_literal_number(struct coder *coder, long *value)
{
	unsigned char bytes[8];
	unsigned long long number = (unsigned long long)*value;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(number >> 8 * i);
	move_literal(coder, bytes, sizeof(bytes));
	number = 0;
	for (size_t i = 0; i < sizeof(bytes); i++)
		number |= (unsigned long long)bytes[i] << 8 * i;
	*value = (long)number;
}

size_t program_place(unsigned char byte, size_t count, size_t common)
{
	return byte < count ? byte : byte % common;
}

void move_value(struct coder *coder, const struct value_table *table, long *value)
{
	size_t place = 0;
	unsigned char byte;

	if (!coder->decodes)
		while (place < table->count && table->values[place] != *value)
			place++;
	byte = move_byte(coder, place < table->count ? (unsigned char)place : LITERAL);
	if (byte == LITERAL)
		move_literal_number(coder, value);
	else
		*value =
			table->values[program_place(byte, table->count, table->common)];
}

void move_number(struct coder *coder, enum value_class class, long *value)
{
	move_value(coder, program_values(class), value);
}

void move_int(struct coder *coder, enum value_class class, int *value)
{
	long number = *value;

	move_number(coder, class, &number);
	*value = (int)number;
}

void move_unsigned(struct coder *coder, enum value_class class, unsigned int *value)
{
	long number = *value;

	move_number(coder, class, &number);
	*value = (unsigned int)number;
}

void move_descriptor(struct coder *coder, struct program_descriptor *fd)
{
	unsigned char byte =
		move_byte(coder, fd->kind == FD_RESULT
					 ? fd->result
					 : (unsigned char)(SPECIALS + fd->kind - 1));

	*fd = (struct program_descriptor){ 0 };
	if (byte < SPECIALS)
		fd->result = byte;
	else
		fd->kind = (unsigned char)(1 + (byte - SPECIALS) % (FD_KINDS - 1));
}

/* Up to POINTER_CUT_OFF the kind; above, after how many bytes; what is left is good. */
void move_pointer(struct coder *coder, struct program_pointer *pointer)
{
	unsigned char byte =
		move_byte(coder, (unsigned char)(pointer->kind + pointer->after));

	*pointer = (struct program_pointer){ 0 };
	if (byte < POINTER_CUT_OFF) {
		pointer->kind = byte;
	} else if (byte - POINTER_CUT_OFF <= POINTER_AFTER_MAX) {
		pointer->kind = POINTER_CUT_OFF;
		pointer->after = (unsigned char)(byte - POINTER_CUT_OFF);
	}
}
