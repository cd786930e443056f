/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_vary.c - variations of a program, for a corpus to begin with: sockets of each
 * kind, also bound to a device; each call that receives, also with all that control
 * messages tell, with more room, with MSG_TRUNC, and once more; options that are taken
 * back once they have been of use, or never set.  At the end each looks at what has
 * come of its sockets.
 */
#include <poll.h>
#include <string.h>

#include "../expected/constants.h"
#include "program_random.h"

enum way {
	WAY_SAME,
	WAY_RECVMSG,
	WAY_READ,
	WAY_TOLD,	 /* recvmsg(2), and options that ask for control messages */
	WAY_LONG,	 /* with room for more than comes, and for a name */
	WAY_TRUNCATED,	 /* told how long it was */
	WAY_DEVICE,	 /* sockets of IP are bound to lo */
	WAY_AGAIN,	 /* what receives or binds does so twice */
	WAY_BACK,	 /* options are taken back behind bind(2) and the like */
	WAY_FIRST_UNSET, /* without the first option; without the last one */
	WAY_LAST_UNSET,
	WAYS
};

#define LONG 4096

/* Of datagrams; a socket of IPv6 has IPv4's, too, for what comes by that. */
static const struct asked {
	int domain, level, optname;
} asked[] = {
	{ AF_UNSPEC, IPPROTO_IP, IP_PKTINFO },
	{ AF_UNSPEC, IPPROTO_IP, IP_RECVTTL },
	{ AF_UNSPEC, IPPROTO_IP, IP_RECVTOS },
	{ AF_INET6, IPPROTO_IPV6, IPV6_RECVPKTINFO },
	{ AF_INET6, IPPROTO_IPV6, IPV6_RECVHOPLIMIT },
	{ AF_INET6, IPPROTO_IPV6, IPV6_RECVTCLASS },
};

static bool is_datagram_socket(const struct program_call *call)
{
	return call->kind == PROGRAM_SOCKET &&
	       (call->domain == AF_INET || call->domain == AF_INET6) &&
	       (call->type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) == SOCK_DGRAM;
}

/* A call that returns nothing renames no result.  Returns where it is to be written;
 * NULL where there is no room. */
static struct program_call *insert(struct program *program, unsigned int at)
{
	struct program_call *place = &program->calls[at];

	if (program->count == PROGRAM_CALLS)
		return NULL;
	memmove(place + 1, place, (program->count - at) * sizeof(*place));
	program->count++;
	return place;
}

static void set_option(struct program_call *call, const struct asked *option,
		       unsigned int result)
{
	memset(call, 0, sizeof(*call));
	call->kind = PROGRAM_SETSOCKOPT;
	call->fd.result = (unsigned char)result;
	call->level = option->level;
	call->optname = option->optname;
	call->value.numbers[0] = 1;
	call->value.length = sizeof(int);
}

/* Behind the call that makes the socket. */
static unsigned int ask(struct program *program, unsigned int at)
{
	int domain = program->calls[at].domain;
	unsigned int result = program_first_result(program, at), added = 0;

	for (size_t i = 0; i < COUNT(asked); i++) {
		struct program_call *place = asked[i].domain &&
							     asked[i].domain != domain
						     ? NULL
						     : insert(program, at + 1);

		if (place)
			set_option(place, &asked[i], result);
		added += place != NULL;
	}
	return added;
}

static bool ask_for_all(struct program *program)
{
	unsigned int added = 0;

	for (unsigned int i = 0; i < program->count; i++)
		if (is_datagram_socket(&program->calls[i]))
			added += ask(program, i);
	return added;
}

/* False where nothing is received that could be so. */
static bool receive_by(struct program *program, enum way way)
{
	bool changed = false;

	for (unsigned int i = 0; i < program->count; i++) {
		struct program_call *call = &program->calls[i];

		changed |= way == WAY_TOLD && call->kind == PROGRAM_RECVMSG;
		if (call->kind != PROGRAM_RECVFROM)
			continue;
		changed = true;
		call->kind = way == WAY_READ ? PROGRAM_READ : PROGRAM_RECVMSG;
		call->areas.count = 1;
		call->control_room.length = 128;
	}
	return changed;
}

static bool receives(const struct program_call *call)
{
	return call->kind == PROGRAM_RECVFROM || call->kind == PROGRAM_RECVMSG ||
	       call->kind == PROGRAM_READ;
}

static bool ask_for_name(struct program_call *call)
{
	if (!receives(call) || call->kind == PROGRAM_READ ||
	    call->name.pointer.kind != POINTER_NULL)
		return false;
	memset(&call->name, 0, sizeof(call->name));
	call->name.length = ADDRESS_BYTES_MAX;
	return true;
}

static bool receive_more(struct program *program)
{
	bool changed = false;

	for (unsigned int i = 0; i < program->count; i++) {
		struct program_call *call = &program->calls[i];

		changed |= ask_for_name(call);
		if (!receives(call) || call->buffer.pointer.kind != POINTER_GOOD ||
		    call->buffer.length < 0 || call->buffer.length >= LONG)
			continue;
		call->buffer.length = LONG;
		changed = true;
	}
	return changed;
}

static bool receive_truncated(struct program *program)
{
	bool changed = false;

	for (unsigned int i = 0; i < program->count; i++) {
		struct program_call *call = &program->calls[i];

		if (!receives(call) || call->kind == PROGRAM_READ ||
		    call->flags & MSG_TRUNC)
			continue;
		call->flags |= MSG_TRUNC;
		changed = true;
	}
	return changed;
}

static void set_device(struct program_call *call, unsigned int result)
{
	static const char name[sizeof(int)] = "lo";

	set_option(call, &(struct asked){ AF_UNSPEC, SOL_SOCKET, SO_BINDTODEVICE },
		   result);
	memcpy(&call->value.numbers[0], name, sizeof(name));
}

static bool bind_to_device(struct program *program)
{
	bool changed = false;

	for (unsigned int i = 0; i < program->count; i++) {
		const struct program_call *call = &program->calls[i];
		struct program_call *place = NULL;

		if (call->kind == PROGRAM_SOCKET &&
		    (call->domain == AF_INET || call->domain == AF_INET6))
			place = insert(program, i + 1);
		if (place)
			set_device(place, program_first_result(program, i));
		changed |= place != NULL;
	}
	return changed;
}

static bool do_again(struct program *program)
{
	bool changed = false;

	for (unsigned int i = 0; i < program->count; i++) {
		const struct program_call call = program->calls[i];
		struct program_call *place = NULL;

		if (receives(&call) || call.kind == PROGRAM_BIND)
			place = insert(program, i + 1);
		if (!place)
			continue;
		*place = call;
		changed = true;
		i++;
	}
	return changed;
}

/* Does the call use what the socket's options were? */
static bool uses_options(const struct program_call *call, unsigned int result)
{
	return call->fd.kind == FD_RESULT && call->fd.result == result &&
	       (call->kind == PROGRAM_BIND || call->kind == PROGRAM_CONNECT ||
		call->kind == PROGRAM_LISTEN);
}

static bool take_back(struct program *program)
{
	bool changed = false;

	for (unsigned int i = 0; i < program->count; i++) {
		const struct program_call set = program->calls[i];
		struct program_call *place = NULL;
		unsigned int use = i + 1;

		if (set.kind != PROGRAM_SETSOCKOPT || set.fd.kind != FD_RESULT ||
		    !set.value.numbers[0])
			continue;
		while (use < program->count &&
		       !uses_options(&program->calls[use], set.fd.result))
			use++;
		if (use < program->count)
			place = insert(program, use + 1);
		if (!place)
			continue;
		*place = set;
		memset(place->value.numbers, 0, sizeof(place->value.numbers));
		changed = true;
	}
	return changed;
}

static bool unset(struct program *program, bool last)
{
	unsigned int at = PROGRAM_CALLS;

	for (unsigned int i = 0; i < program->count; i++)
		if (program->calls[i].kind == PROGRAM_SETSOCKOPT &&
		    (last || at == PROGRAM_CALLS))
			at = i;
	if (at == PROGRAM_CALLS)
		return false;
	program->count--;
	memmove(&program->calls[at], &program->calls[at + 1],
		(program->count - at) * sizeof(program->calls[0]));
	memset(&program->calls[program->count], 0, sizeof(program->calls[0]));
	return true;
}

/* Asks each result for its names, and for what can be done with it. */
static void look(struct program *program)
{
	static const unsigned char kinds[] = { PROGRAM_GETSOCKNAME, PROGRAM_GETPEERNAME,
					       PROGRAM_POLL };
	unsigned int results = program_first_result(program, program->count);

	for (unsigned int i = 0; i < results * COUNT(kinds); i++) {
		struct program_call *call = insert(program, program->count);

		if (!call)
			return;
		memset(call, 0, sizeof(*call));
		call->kind = kinds[i % COUNT(kinds)];
		call->fd.result = (unsigned char)(i / COUNT(kinds));
		call->name.length = ADDRESS_BYTES_MAX;
		call->events = POLLIN | POLLOUT;
	}
}

static bool change_way(struct program *program, enum way way)
{
	switch (way) {
	case WAY_RECVMSG:
	case WAY_READ:
		return receive_by(program, way);
	case WAY_TOLD:
		return receive_by(program, way) && ask_for_all(program);
	case WAY_LONG:
		return receive_more(program);
	case WAY_TRUNCATED:
		return receive_truncated(program);
	case WAY_DEVICE:
		return bind_to_device(program);
	case WAY_AGAIN:
		return do_again(program);
	case WAY_BACK:
		return take_back(program);
	case WAY_FIRST_UNSET:
	case WAY_LAST_UNSET:
		return unset(program, way == WAY_LAST_UNSET);
	default:
		return true;
	}
}

bool program_variation(const struct program *program, unsigned int i,
		       struct program *other)
{
	enum way way = i % WAYS;

	if (!program_of_kind(program, i / WAYS, other))
		return false;
	if (change_way(other, way))
		look(other);
	else
		*other = *program;
	program_normalise(other);
	return true;
}
