/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_bytes.c - a program as bytes: its calls, one after the other.
 */
#include <string.h>

#include "program_coder.h"

static void move_room(struct coder *coder, struct program_room *room)
{
	move_int(coder, VALUES_ROOM, &room->length);
	move_pointer(coder, &room->pointer);
	move_pointer(coder, &room->length_pointer);
}

static void move_buffer(struct coder *coder, struct program_buffer *buffer)
{
	buffer->content = move_byte(coder, buffer->content) % CONTENT_KINDS;
	move_number(coder, VALUES_BUFFER_LENGTH, &buffer->length);
	move_pointer(coder, &buffer->pointer);
}

static void move_areas(struct coder *coder, struct program_areas *areas)
{
	move_number(coder, VALUES_AREAS, &areas->count);
	move_pointer(coder, &areas->pointer);
}

static void move_control(struct coder *coder, struct program_control *control)
{
	unsigned int count = control->count;

	control->kind = move_byte(coder, control->kind) % CONTROL_KINDS;
	move_descriptor(coder, &control->descriptor);
	move_unsigned(coder, VALUES_RIGHTS, &count);
	control->count = (unsigned short)(count % 1001);
}

static void move_numbers(struct coder *coder, struct program_value *value)
{
	for (size_t i = 0; i < PROGRAM_NUMBERS; i++) {
		unsigned int bit = 1U << i;

		if (coder->decodes ? coder->head[coder->used] == OWN_PID
				   : value->own_pid & bit) {
			move_byte(coder, OWN_PID);
			value->own_pid = (unsigned char)(value->own_pid | bit);
		} else {
			move_int(coder, VALUES_NUMBER, &value->numbers[i]);
		}
	}
}

static void move_option(struct coder *coder, struct program_call *call)
{
	size_t count, place = 0;
	const struct option_name *options = program_options(&count);
	long both = (long)((unsigned long)(unsigned int)call->level << 32 |
			   (unsigned int)call->optname);
	unsigned char byte;

	while (place < count && (options[place].level != call->level ||
				 options[place].optname != call->optname))
		place++;
	byte = move_byte(coder, place < count ? (unsigned char)place : LITERAL);
	if (byte == LITERAL) {
		move_literal_number(coder, &both);
		call->level = (int)((unsigned long)both >> 32);
		call->optname = (int)((unsigned long)both & 0xffffffff);
	} else {
		call->level = options[byte % count].level;
		call->optname = options[byte % count].optname;
	}
}

static void move_argument(struct coder *coder, const struct argument *argument,
			  struct program_call *call)
{
	void *member = (char *)call + argument->offset;
	struct program_value *value = member;

	switch (argument->kind) {
	case ARGUMENT_DESCRIPTOR:
		move_descriptor(coder, member);
		break;
	case ARGUMENT_NUMBER:
		move_int(coder, argument->values, member);
		break;
	case ARGUMENT_OPTION:
		move_option(coder, call);
		break;
	case ARGUMENT_POINTER:
		move_pointer(coder, member);
		break;
	case ARGUMENT_ADDRESS:
		move_address(coder, member);
		break;
	case ARGUMENT_ROOM:
		move_room(coder, member);
		break;
	case ARGUMENT_BUFFER:
		move_buffer(coder, member);
		break;
	case ARGUMENT_AREAS:
		move_areas(coder, member);
		break;
	case ARGUMENT_CONTROL:
		move_control(coder, member);
		break;
	case ARGUMENT_VALUE:
		move_numbers(coder, value);
		move_int(coder, VALUES_OPTLEN, &value->length);
		move_pointer(coder, &value->pointer);
		break;
	case ARGUMENT_NONE:
		break;
	}
}

static void move_call(struct coder *coder, struct program_call *call)
{
	const struct argument *argument;

	call->kind = move_byte(coder, call->kind) % PROGRAM_KINDS;
	argument = program_arguments_of((enum program_kind)call->kind);
	for (; argument->kind; argument++)
		move_argument(coder, argument, call);
}

void program_decode(struct program *program, const void *bytes, size_t length)
{
	struct coder coder = { .decodes = true, .at = bytes };

	memset(program, 0, sizeof(*program));
	if (!length)
		return;
	coder.end = coder.at + length;
	while (program->count < PROGRAM_CALLS && coder.at < coder.end) {
		take_record(&coder, coder.head);
		coder.used = 0;
		move_call(&coder, &program->calls[program->count++]);
	}
	program_normalise(program);
}

/* The record of a call, and those of its literals. */
static size_t encode_call(const struct program_call *call, struct coder *coder)
{
	struct program_call copy = *call;

	*coder = (struct coder){ .decodes = false };
	move_call(coder, &copy);
	return PROGRAM_RECORD + coder->literal_length;
}

static void write_call(const struct coder *coder, char *bytes)
{
	memcpy(bytes, coder->head, PROGRAM_RECORD);
	memcpy(bytes + PROGRAM_RECORD, coder->literals, coder->literal_length);
}

size_t program_encode(const struct program *program, void *bytes, size_t room)
{
	struct coder coder;
	size_t length = 0;

	for (unsigned int i = 0; i < program->count; i++) {
		size_t size = encode_call(&program->calls[i], &coder);

		if (length + size <= room)
			write_call(&coder, (char *)bytes + length);
		else
			room = 0;
		length += size;
	}
	return length;
}

size_t program_encode_within(const struct program *program, void *bytes, size_t room)
{
	struct coder coder;
	size_t length = 0;

	for (unsigned int i = 0; i < program->count; i++) {
		size_t size = encode_call(&program->calls[i], &coder);

		if (length + size > room)
			break;
		write_call(&coder, (char *)bytes + length);
		length += size;
	}
	return length;
}

/* What else the structures hold is padding. */
bool program_calls_equal(const struct program_call *a, const struct program_call *b)
{
	struct coder codes[2];
	size_t length = encode_call(a, &codes[0]);

	return encode_call(b, &codes[1]) == length &&
	       !memcmp(codes[0].head, codes[1].head, PROGRAM_RECORD) &&
	       !memcmp(codes[0].literals, codes[1].literals, length - PROGRAM_RECORD);
}

bool program_equal(const struct program *a, const struct program *b)
{
	if (a->count != b->count)
		return false;
	for (unsigned int i = 0; i < a->count; i++)
		if (!program_calls_equal(&a->calls[i], &b->calls[i]))
			return false;
	return true;
}
