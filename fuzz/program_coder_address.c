/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_coder_address.c - moves addresses between a program's structures and its
 * bytes.
 */
#include <string.h>

#include "program_coder.h"

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

void move_address(struct coder *coder, struct program_address *address)
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
