/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_bytes.c - a program as bytes.
 *
 * A record begins with the call's number, then a byte for each thing that its arguments
 * say: the place of a value in its table.  LITERAL says that the value is in none: it
 * stands in a record of its own, behind this one, in the order of those that do.  So a
 * changed byte changes one argument, and all records stay where they are.
 *
 * One walk over the arguments serves both ways: it moves each value between structure
 * and record.
 */
#include <string.h>

#include "program_layout.h"

#define LITERAL	 255
#define OWN_PID	 254
#define SPECIALS 192 /* of descriptors: from here on none is a result */

struct coder {
	bool decodes;
	unsigned char head[PROGRAM_RECORD];
	size_t used; /* bytes of head */
	/* The literals: where they are read, up to end; or are collected. */
	const unsigned char *at, *end;
	unsigned char literals[16 * PROGRAM_RECORD];
	size_t literal_length;
};

/* The next record, with zeros in the place of what is missing. */
static void take_record(struct coder *coder, unsigned char record[PROGRAM_RECORD])
{
	size_t left = (size_t)(coder->end - coder->at);
	size_t taken = left < PROGRAM_RECORD ? left : PROGRAM_RECORD;

	memset(record, 0, PROGRAM_RECORD);
	if (taken)
		memcpy(record, coder->at, taken);
	coder->at += taken;
}

/* Moves bytes from or to a record of their own. */
static void move_literal(struct coder *coder, unsigned char *bytes, size_t length)
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

/* Moves one byte of the head. */
static unsigned char move_byte(struct coder *coder, unsigned char byte)
{
	unsigned char *place = &coder->head[coder->used++];

	if (!coder->decodes)
		*place = byte;
	return *place;
}

static void move_literal_number(struct coder *coder, long *value)
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

/* A number: its place among those of a table. */
static void move_value(struct coder *coder, const struct value_table *table,
		       long *value)
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

static void move_number(struct coder *coder, enum value_class class, long *value)
{
	move_value(coder, program_values(class), value);
}

static void move_int(struct coder *coder, enum value_class class, int *value)
{
	long number = *value;

	move_number(coder, class, &number);
	*value = (int)number;
}

static void move_unsigned(struct coder *coder, enum value_class class,
			  unsigned int *value)
{
	long number = *value;

	move_number(coder, class, &number);
	*value = (unsigned int)number;
}

static void move_descriptor(struct coder *coder, struct program_descriptor *fd)
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
static void move_pointer(struct coder *coder, struct program_pointer *pointer)
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

static void move_shape(struct coder *coder, struct program_address *address)
{
	size_t count, place = 0;
	const struct address_shape *shapes = program_shapes(&count);
	unsigned char byte, bytes[3];

	while (place < count && (shapes[place].family != address->family ||
				 shapes[place].form != address->form))
		place++;
	byte = move_byte(coder, place < count ? (unsigned char)place : LITERAL);
	if (byte != LITERAL) {
		place = program_place(byte, count, COMMON_SHAPES);
		address->family = shapes[place].family;
		address->form = (unsigned char)shapes[place].form;
		return;
	}
	bytes[0] = (unsigned char)address->family;
	bytes[1] = (unsigned char)(address->family >> 8);
	bytes[2] = address->form;
	move_literal(coder, bytes, sizeof(bytes));
	address->family = bytes[0] | bytes[1] << 8;
	address->form = bytes[2] % ADDRESS_FORMS;
}

static void move_host(struct coder *coder, struct program_address *address)
{
	size_t count, place = 0;
	size_t length = address->form == ADDRESS_INET ? 4 : 16;
	const unsigned char(*hosts)[16] =
		program_hosts((enum program_address_form)address->form, &count);
	unsigned char byte;

	while (place < count && memcmp(hosts[place], address->host, 16))
		place++;
	byte = move_byte(coder, place < count ? (unsigned char)place : LITERAL);
	if (byte == LITERAL)
		move_literal(coder, address->host, length);
	else
		memcpy(address->host, hosts[program_place(byte, count, COMMON_HOSTS)],
		       16);
}

static void move_name(struct coder *coder, struct program_address *address)
{
	size_t count, place = 0;
	const struct program_name *names =
		program_names((enum program_address_form)address->form, &count);
	unsigned char byte;

	while (place < count &&
	       memcmp(&names[place], &address->name, sizeof(address->name)))
		place++;
	byte = move_byte(coder, place < count ? (unsigned char)place : LITERAL);
	if (byte == LITERAL)
		move_literal(coder, (unsigned char *)&address->name,
			     sizeof(address->name));
	else
		address->name = names[program_place(byte, count, COMMON_NAMES)];
}

/* Below TAKEN a number's place, from there on the result whose port it is. */
#define TAKEN 64
static void move_port(struct coder *coder, struct program_address *address)
{
	const struct value_table *ports = program_values(VALUES_PORT);
	long port = address->port;
	size_t place = 0;
	unsigned char byte;

	while (place < ports->count && ports->values[place] != port)
		place++;
	if (address->port_taken)
		place = TAKEN + (size_t)address->port_of;
	else if (place >= ports->count)
		place = LITERAL;
	byte = move_byte(coder, (unsigned char)place);
	address->port_taken = byte >= TAKEN && byte != LITERAL;
	address->port_of = 0;
	address->port = 0;
	if (byte == LITERAL) {
		move_literal_number(coder, &port);
		address->port = (unsigned short)port;
	} else if (address->port_taken) {
		address->port_of = (unsigned char)(byte - TAKEN);
	} else {
		place = program_place(byte, ports->count, ports->common);
		address->port = (unsigned short)ports->values[place];
	}
}

static void move_halen(struct coder *coder, unsigned char *halen)
{
	unsigned int number = *halen;

	move_unsigned(coder, VALUES_HALEN, &number);
	*halen = (unsigned char)number;
}

static void move_ethernet_protocol(struct coder *coder, unsigned short *protocol)
{
	unsigned int number = *protocol;

	move_unsigned(coder, VALUES_ETHERNET_PROTOCOL, &number);
	*protocol = (unsigned short)number;
}

/* OWN_PID, or a number that is not the process's id. */
static void move_pid(struct coder *coder, struct program_address *address)
{
	if (coder->decodes ? coder->head[coder->used] == OWN_PID : address->own_pid) {
		move_byte(coder, OWN_PID);
		address->own_pid = true;
	} else {
		move_unsigned(coder, VALUES_NETLINK_PID, &address->pid);
	}
}

/* The three bytes that follow the shape. */
static void move_form(struct coder *coder, struct program_address *address)
{
	size_t end = coder->used + 3;

	switch (address->form) {
	case ADDRESS_INET:
	case ADDRESS_INET6:
		move_host(coder, address);
		move_port(coder, address);
		if (address->form == ADDRESS_INET6)
			move_unsigned(coder, VALUES_SCOPE, &address->scope);
		break;
	case ADDRESS_PATH:
	case ADDRESS_ABSTRACT:
		move_name(coder, address);
		break;
	case ADDRESS_PACKET:
		move_ethernet_protocol(coder, &address->protocol);
		move_unsigned(coder, VALUES_INTERFACE, &address->ifindex);
		move_halen(coder, &address->halen);
		break;
	case ADDRESS_NETLINK:
		move_pid(coder, address);
		move_unsigned(coder, VALUES_NETLINK_GROUPS, &address->groups);
		break;
	case ADDRESS_VSOCK:
		move_unsigned(coder, VALUES_CID, &address->cid);
		move_unsigned(coder, VALUES_VSOCK_PORT, &address->vsock_port);
		break;
	default:
		break;
	}
	coder->used = end;
}

/* Those relative to the exact length come first. */
#define RELATIVE 3
static const long lengths[] = { 0,	    -1,	 1,   0,  1,
				2,	    128, 129, -1, -2147483647 - 1,
				2147483647, 3,	 8,   15, 24,
				16,	    28,	 110 };

size_t program_lengths(const struct program_address *address, long all[LENGTHS_MAX])
{
	for (size_t i = 0; i < COUNT(lengths); i++)
		all[i] =
			lengths[i] + (i < RELATIVE ? program_exact_length(address) : 0);
	return COUNT(lengths);
}

static void move_address(struct coder *coder, struct program_address *address)
{
	long all[LENGTHS_MAX], length = address->length;
	struct value_table table = { .values = all, .common = 1 };

	move_shape(coder, address);
	move_form(coder, address);
	if (coder->decodes)
		program_normalise_name(address);
	table.count = program_lengths(address, all);
	move_value(coder, &table, &length);
	address->length = (int)length;
	move_pointer(coder, &address->pointer);
}

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

	coder.end = coder.at + length;
	memset(program, 0, sizeof(*program));
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
