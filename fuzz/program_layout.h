/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_layout.h - the arguments of each call of a program, in the order in which the
 * manual, the text and the bytes have them; and the values of each that matter.
 */
#ifndef FUZZ_PROGRAM_LAYOUT_H
#define FUZZ_PROGRAM_LAYOUT_H

#include "program.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum argument_kind {
	ARGUMENT_NONE,
	ARGUMENT_DESCRIPTOR, /* struct program_descriptor */
	ARGUMENT_NUMBER,     /* int, of the argument's `values` */
	ARGUMENT_OPTION,     /* level and optname */
	ARGUMENT_POINTER,    /* struct program_pointer */
	ARGUMENT_ADDRESS,    /* struct program_address */
	ARGUMENT_ROOM,	     /* struct program_room */
	ARGUMENT_BUFFER,     /* struct program_buffer */
	ARGUMENT_AREAS,	     /* struct program_areas */
	ARGUMENT_CONTROL,    /* struct program_control */
	ARGUMENT_VALUE,	     /* struct program_value */
};

/* The tables of numbers that matter. */
enum value_class {
	VALUES_DOMAIN,
	VALUES_TYPE,
	VALUES_PROTOCOL,
	VALUES_BACKLOG,
	VALUES_MESSAGE_FLAGS,
	VALUES_ACCEPT_FLAGS,
	VALUES_HOW,
	VALUES_COMMAND,
	VALUES_REQUEST,
	VALUES_EVENTS,
	VALUES_BUFFER_LENGTH,
	VALUES_ROOM,
	VALUES_AREAS,
	VALUES_RIGHTS,
	VALUES_OPTLEN,
	VALUES_NUMBER, /* of struct program_value */
	VALUES_PORT,
	VALUES_SCOPE,
	VALUES_ETHERNET_PROTOCOL,
	VALUES_INTERFACE,
	VALUES_HALEN,
	VALUES_NETLINK_PID,
	VALUES_NETLINK_GROUPS,
	VALUES_CID,
	VALUES_VSOCK_PORT,
	VALUE_CLASSES
};

struct argument {
	enum argument_kind kind;
	enum value_class values; /* of ARGUMENT_NUMBER */
	size_t offset;		 /* in struct program_call */
	const char *name;	 /* in messages, and of a room in text */
};

#define PROGRAM_ARGUMENTS 8

/* The arguments of a call, up to one of ARGUMENT_NONE. */
const struct argument *program_arguments_of(enum program_kind kind);

/* The numbers of a class that matter, the common ones first. */
struct value_table {
	const long *values;
	size_t count, common;
};
const struct value_table *program_values(enum value_class values);

/* The place in a table that a byte means: beyond the table, one of the common ones. */
size_t program_place(unsigned char byte, size_t count, size_t common);

struct option_name {
	int level, optname;
	const char *name; /* NULL for an unknown one */
};
const struct option_name *program_options(size_t *count);

/* Families with what follows them. */
struct address_shape {
	int family;
	enum program_address_form form;
};
#define COMMON_SHAPES 11
const struct address_shape *program_shapes(size_t *count);

/* Hosts of 4 or (INET6) 16 bytes, and names. */
#define COMMON_HOSTS 4
#define COMMON_NAMES 3
const unsigned char (*program_hosts(enum program_address_form form, size_t *count))[16];
const struct program_name *program_names(enum program_address_form form, size_t *count);

/* The size of an argument's member, or of both of an option, in struct program_call. */
size_t program_argument_size(enum argument_kind kind);

/* Makes one call normal, before which there are so many results. */
void program_normalise_call(struct program_call *call, unsigned int results);
/* By what they encode to. */
bool program_calls_equal(const struct program_call *a, const struct program_call *b);

/* Makes what an address says of a name one that it may be. */
void program_normalise_name(struct program_address *address);

/* The length of an address that is all there and no longer, a path's with its NUL. */
int program_exact_length(const struct program_address *address);

/* The lengths of it that matter, the exact one first: how many. */
#define LENGTHS_MAX 20
size_t program_lengths(const struct program_address *address, long all[LENGTHS_MAX]);

#endif
