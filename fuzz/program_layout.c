/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_layout.c - the arguments of each call of a program.
 */
#include "program_layout.h"

#define AT(member) offsetof(struct program_call, member)
#define DESCRIPTOR                                                           \
	{                                                                    \
		ARGUMENT_DESCRIPTOR, VALUE_CLASSES, AT(fd), "the descriptor" \
	}
#define NUMBER(member, values)                               \
	{                                                    \
		ARGUMENT_NUMBER, values, AT(member), #member \
	}
#define OTHER(kind, member, name)                     \
	{                                             \
		kind, VALUE_CLASSES, AT(member), name \
	}
#define ADDRESS OTHER(ARGUMENT_ADDRESS, address, "address")
#define NAME	OTHER(ARGUMENT_ROOM, name, "name")
#define BUFFER	OTHER(ARGUMENT_BUFFER, buffer, "buffer")
#define HEADER	OTHER(ARGUMENT_POINTER, header, "header")
#define AREAS	OTHER(ARGUMENT_AREAS, areas, "areas")
#define OPTION	OTHER(ARGUMENT_OPTION, level, "option")
#define VALUE	OTHER(ARGUMENT_VALUE, value, "value")
#define FLAGS	NUMBER(flags, VALUES_MESSAGE_FLAGS)
#define SOCKET                                                    \
	NUMBER(domain, VALUES_DOMAIN), NUMBER(type, VALUES_TYPE), \
		NUMBER(protocol, VALUES_PROTOCOL)

static const struct argument arguments[PROGRAM_KINDS][PROGRAM_ARGUMENTS] = {
	[PROGRAM_SOCKET] = { SOCKET },
	[PROGRAM_BIND] = { DESCRIPTOR, ADDRESS },
	[PROGRAM_CONNECT] = { DESCRIPTOR, ADDRESS },
	[PROGRAM_LISTEN] = { DESCRIPTOR, NUMBER(backlog, VALUES_BACKLOG) },
	[PROGRAM_ACCEPT4] = { DESCRIPTOR, NAME, NUMBER(flags, VALUES_ACCEPT_FLAGS) },
	[PROGRAM_SENDTO] = { DESCRIPTOR, BUFFER, FLAGS, ADDRESS },
	[PROGRAM_RECVFROM] = { DESCRIPTOR, BUFFER, FLAGS, NAME },
	[PROGRAM_SETSOCKOPT] = { DESCRIPTOR, OPTION, VALUE },
	[PROGRAM_GETSOCKOPT] = { DESCRIPTOR, OPTION,
				 OTHER(ARGUMENT_ROOM, told, "value") },
	[PROGRAM_GETSOCKNAME] = { DESCRIPTOR, NAME },
	[PROGRAM_GETPEERNAME] = { DESCRIPTOR, NAME },
	[PROGRAM_SHUTDOWN] = { DESCRIPTOR, NUMBER(how, VALUES_HOW) },
	[PROGRAM_CLOSE] = { DESCRIPTOR },
	[PROGRAM_SOCKETPAIR] = { SOCKET, OTHER(ARGUMENT_POINTER, pair, "pair") },
	[PROGRAM_SENDMSG] = { DESCRIPTOR, HEADER, ADDRESS, BUFFER, AREAS,
			      OTHER(ARGUMENT_CONTROL, control, "control"), FLAGS },
	[PROGRAM_RECVMSG] = { DESCRIPTOR, HEADER, NAME, BUFFER, AREAS,
			      OTHER(ARGUMENT_ROOM, control_room, "control"), FLAGS },
	[PROGRAM_READ] = { DESCRIPTOR, BUFFER },
	[PROGRAM_WRITE] = { DESCRIPTOR, BUFFER },
	[PROGRAM_FCNTL] = { DESCRIPTOR, NUMBER(command, VALUES_COMMAND), VALUE },
	[PROGRAM_IOCTL] = { DESCRIPTOR, NUMBER(request, VALUES_REQUEST), VALUE },
	[PROGRAM_POLL] = { DESCRIPTOR, NUMBER(events, VALUES_EVENTS) },
	[PROGRAM_DUP] = { DESCRIPTOR },
};

const struct argument *program_arguments_of(enum program_kind kind)
{
	return arguments[kind];
}

static const struct {
	const char *name;
	enum call_name rule;
} names[PROGRAM_KINDS] = {
	[PROGRAM_SOCKET] = { "socket", CALL_SOCKET },
	[PROGRAM_BIND] = { "bind", CALL_BIND },
	[PROGRAM_CONNECT] = { "connect", CALL_CONNECT },
	[PROGRAM_LISTEN] = { "listen", CALL_LISTEN },
	[PROGRAM_ACCEPT4] = { "accept4", CALL_ACCEPT4 },
	[PROGRAM_SENDTO] = { "sendto", CALL_SENDTO },
	[PROGRAM_RECVFROM] = { "recvfrom", CALL_RECVFROM },
	[PROGRAM_SETSOCKOPT] = { "setsockopt", CALL_SETSOCKOPT },
	[PROGRAM_GETSOCKOPT] = { "getsockopt", CALL_GETSOCKOPT },
	[PROGRAM_GETSOCKNAME] = { "getsockname", CALL_GETSOCKNAME },
	[PROGRAM_GETPEERNAME] = { "getpeername", CALL_GETPEERNAME },
	[PROGRAM_SHUTDOWN] = { "shutdown", CALL_SHUTDOWN },
	[PROGRAM_CLOSE] = { "close", CALL_CLOSE },
	[PROGRAM_SOCKETPAIR] = { "socketpair", CALL_NONE },
	[PROGRAM_SENDMSG] = { "sendmsg", CALL_SENDMSG },
	[PROGRAM_RECVMSG] = { "recvmsg", CALL_RECVMSG },
	[PROGRAM_READ] = { "read", CALL_READ },
	[PROGRAM_WRITE] = { "write", CALL_WRITE },
	[PROGRAM_FCNTL] = { "fcntl", CALL_FCNTL },
	[PROGRAM_IOCTL] = { "ioctl", CALL_IOCTL },
	[PROGRAM_POLL] = { "poll", CALL_POLL },
	[PROGRAM_DUP] = { "dup", CALL_DUP },
};

const char *program_call_name(enum program_kind kind)
{
	return names[kind].name;
}

enum call_name program_rule_name(enum program_kind kind)
{
	return names[kind].rule;
}
