/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_normal.c - what programs may be: every argument in its range, nothing where
 * nothing is used, nothing that reaches beyond the run.
 */
#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "../expected/constants.h"
#include "program_layout.h"

unsigned int program_results(const struct program_call *call)
{
	switch (call->kind) {
	case PROGRAM_SOCKETPAIR:
		return 2;
	case PROGRAM_SOCKET:
	case PROGRAM_ACCEPT4:
	case PROGRAM_DUP:
		return 1;
	case PROGRAM_FCNTL:
		return call->command == F_DUPFD || call->command == F_DUPFD_CLOEXEC;
	default:
		return 0;
	}
}

unsigned int program_first_result(const struct program *program, unsigned int i)
{
	unsigned int results = 0;

	for (unsigned int call = 0; call < i; call++)
		results += program_results(&program->calls[call]);
	return results;
}

bool program_fcntl_takes_memory(int command)
{
	return command == F_GETLK || command == F_SETLK || command == F_SETLKW ||
	       command == F_GETOWN_EX || command == F_SETOWN_EX;
}

size_t program_argument_size(enum argument_kind kind)
{
	static const size_t sizes[] = {
		[ARGUMENT_NONE] = 0,
		[ARGUMENT_DESCRIPTOR] = sizeof(struct program_descriptor),
		[ARGUMENT_NUMBER] = sizeof(int),
		[ARGUMENT_OPTION] = 2 * sizeof(int),
		[ARGUMENT_POINTER] = sizeof(struct program_pointer),
		[ARGUMENT_ADDRESS] = sizeof(struct program_address),
		[ARGUMENT_ROOM] = sizeof(struct program_room),
		[ARGUMENT_BUFFER] = sizeof(struct program_buffer),
		[ARGUMENT_AREAS] = sizeof(struct program_areas),
		[ARGUMENT_CONTROL] = sizeof(struct program_control),
		[ARGUMENT_VALUE] = sizeof(struct program_value),
	};

	return sizes[kind];
}

/* A name written out: its length. */
static size_t written_out(const struct program_name *name, char text[ADDRESS_BYTES_MAX])
{
	size_t length = 0;

	for (unsigned int i = 0; i < name->times; i++)
		for (unsigned int byte = 0; byte < name->length; byte++)
			text[length++] = (char)name->bytes[byte];
	text[length] = '\0';
	return length;
}

static void normalise_path(struct program_name *name)
{
	char text[ADDRESS_BYTES_MAX];

	for (unsigned int i = 0; i < name->length; i++) {
		unsigned char *byte = &name->bytes[i];

		if (!isalnum(*byte) && !strchr("/._-", *byte))
			*byte = (unsigned char)('a' + *byte % 26);
		else if (!*byte)
			*byte = 'a';
	}
	if (name->bytes[0] == '/')
		name->bytes[0] = '_';
	written_out(name, text);
	for (unsigned int i = 0; strstr(text, "..") && i < name->length; i++)
		if (name->bytes[i] == '.')
			name->bytes[i] = '_';
}

#define NAME_MAX_LENGTH 125

void program_normalise_name(struct program_address *address)
{
	struct program_name *name = &address->name;

	if (address->form != ADDRESS_PATH && address->form != ADDRESS_ABSTRACT) {
		memset(name, 0, sizeof(*name));
		return;
	}
	name->length =
		name->length
			? (unsigned char)(1 + (name->length - 1) % PROGRAM_NAME_MAX)
			: 1;
	if (!name->times)
		name->times = 1;
	if (name->times * name->length > NAME_MAX_LENGTH)
		name->times = (unsigned char)(NAME_MAX_LENGTH / name->length);
	memset(name->bytes + name->length, 0, sizeof(name->bytes) - name->length);
	if (address->form == ADDRESS_PATH)
		normalise_path(name);
}

static void normalise_pointer(struct program_pointer *pointer)
{
	pointer->kind %= POINTER_KINDS;
	if (pointer->kind != POINTER_CUT_OFF)
		pointer->after = 0;
	else if (pointer->after > POINTER_AFTER_MAX)
		pointer->after = POINTER_AFTER_MAX;
}

/* A reference to a result that is not there yet is one to another; where there is none
 * at all, to nothing. */
static void normalise_descriptor(struct program_descriptor *fd, unsigned int results)
{
	fd->kind %= FD_KINDS;
	if (fd->kind == FD_RESULT && !results)
		fd->kind = FD_UNOPENED;
	fd->result = fd->kind == FD_RESULT ? (unsigned char)(fd->result % results) : 0;
}

static void keep_inet(struct program_address *kept, const struct program_address *given,
		      unsigned int results)
{
	memcpy(kept->host, given->host, given->form == ADDRESS_INET ? 4 : 16);
	if (given->form == ADDRESS_INET6)
		kept->scope = given->scope;
	kept->port_taken = given->port_taken && results;
	if (kept->port_taken)
		kept->port_of = (unsigned char)(given->port_of % results);
	else
		kept->port = given->port_taken ? 0 : given->port;
}

static void normalise_address(struct program_address *address, unsigned int results)
{
	struct program_address given = *address;

	memset(address, 0, sizeof(*address));
	address->family = given.family & 0xffff;
	address->form = given.form % ADDRESS_FORMS;
	address->length = given.length;
	address->pointer = given.pointer;
	address->name = given.name;
	program_normalise_name(address);
	normalise_pointer(&address->pointer);
	switch (address->form) {
	case ADDRESS_INET:
	case ADDRESS_INET6:
		keep_inet(address, &given, results);
		break;
	case ADDRESS_PACKET:
		address->protocol = given.protocol;
		address->ifindex = given.ifindex;
		address->halen = given.halen;
		break;
	case ADDRESS_NETLINK:
		address->own_pid = given.own_pid;
		address->pid = given.own_pid ? 0 : given.pid;
		address->groups = given.groups;
		break;
	case ADDRESS_VSOCK:
		address->cid = given.cid;
		address->vsock_port = given.vsock_port;
		break;
	default:
		break;
	}
}

static void normalise_control(struct program_control *control, unsigned int results)
{
	control->kind %= CONTROL_KINDS;
	if (control->kind != CONTROL_RIGHTS) {
		control->descriptor = (struct program_descriptor){ 0 };
		control->count = 0;
	} else {
		normalise_descriptor(&control->descriptor, results);
		control->count %= 1001;
	}
}

static bool names_owner(const struct program_call *call)
{
	if (call->kind == PROGRAM_FCNTL)
		return call->command == F_SETOWN || call->command == F_SETOWN_EX;
	return call->kind == PROGRAM_IOCTL &&
	       (call->request == LINUX_FIOSETOWN || call->request == LINUX_SIOCSPGRP);
}

/* Who gets a signal: nobody, this process, or a number that is no process's. */
static void normalise_owner(struct program_value *value, unsigned int i)
{
	int number = value->numbers[i];

	if (value->own_pid >> i & 1 || !number || number == INT_MAX ||
	    number == INT_MIN)
		return;
	value->own_pid = (unsigned char)(value->own_pid | 1U << i);
	value->numbers[i] = 0;
}

/* Which signal: one that is ignored, or none. */
static void normalise_signal(struct program_value *value)
{
	int number = value->numbers[0];

	value->own_pid = 0;
	if (number > 0 && number <= 64 && number != 23 && number != 29)
		value->numbers[0] = 29;
}

static void normalise_value(struct program_call *call)
{
	struct program_value *value = &call->value;
	bool number = call->kind == PROGRAM_FCNTL &&
		      !program_fcntl_takes_memory(call->command);

	value->own_pid &= (1U << PROGRAM_NUMBERS) - 1;
	for (unsigned int i = 0; i < PROGRAM_NUMBERS; i++)
		if (value->own_pid >> i & 1)
			value->numbers[i] = 0;
	if (call->kind != PROGRAM_SETSOCKOPT)
		value->length = 0;
	if (number) {
		memset(value->numbers + 1, 0, 3 * sizeof(int));
		value->own_pid &= 1;
		value->pointer = (struct program_pointer){ 0 };
	}
	if (names_owner(call))
		normalise_owner(value, call->command == F_SETOWN_EX ? 1 : 0);
	if (call->kind == PROGRAM_FCNTL && call->command == F_SETSIG)
		normalise_signal(value);
	normalise_pointer(&value->pointer);
}

static void normalise_room(struct program_room *room, enum program_kind kind)
{
	normalise_pointer(&room->pointer);
	normalise_pointer(&room->length_pointer);
	if (kind == PROGRAM_RECVMSG)
		room->length_pointer = (struct program_pointer){ 0 };
}

static void normalise_argument(struct program_call *call,
			       const struct argument *argument, unsigned int results)
{
	void *member = (char *)call + argument->offset;
	struct program_buffer *buffer = member;
	struct program_areas *areas = member;

	switch (argument->kind) {
	case ARGUMENT_DESCRIPTOR:
		normalise_descriptor(member, results);
		break;
	case ARGUMENT_POINTER:
		normalise_pointer(member);
		break;
	case ARGUMENT_ADDRESS:
		normalise_address(member, results);
		break;
	case ARGUMENT_ROOM:
		normalise_room(member, (enum program_kind)call->kind);
		break;
	case ARGUMENT_BUFFER:
		/* What is received overwrites what there is. */
		if (call->kind == PROGRAM_RECVFROM || call->kind == PROGRAM_RECVMSG ||
		    call->kind == PROGRAM_READ)
			buffer->content = CONTENT_BYTES;
		buffer->content %= CONTENT_KINDS;
		normalise_pointer(&buffer->pointer);
		break;
	case ARGUMENT_AREAS:
		normalise_pointer(&areas->pointer);
		break;
	case ARGUMENT_CONTROL:
		normalise_control(member, results);
		break;
	case ARGUMENT_VALUE:
		normalise_value(call);
		break;
	default:
		break;
	}
}

/* Padding of structures counts, too: it is copied from what has been zeroed. */
static void keep_arguments(struct program_call *call)
{
	struct program_call given = *call;
	const struct argument *argument;

	memset(call, 0, sizeof(*call));
	call->kind = given.kind % PROGRAM_KINDS;
	argument = program_arguments_of((enum program_kind)call->kind);
	for (; argument->kind; argument++)
		memcpy((char *)call + argument->offset,
		       (const char *)&given + argument->offset,
		       program_argument_size(argument->kind));
}

void program_normalise_call(struct program_call *call, unsigned int results)
{
	const struct argument *argument;

	keep_arguments(call);
	argument = program_arguments_of((enum program_kind)call->kind);
	for (; argument->kind; argument++)
		normalise_argument(call, argument, results);
}

void program_normalise(struct program *program)
{
	unsigned int results = 0;

	if (program->count > PROGRAM_CALLS)
		program->count = PROGRAM_CALLS;
	for (unsigned int i = 0; i < program->count; i++) {
		program_normalise_call(&program->calls[i], results);
		results += program_results(&program->calls[i]);
	}
}
