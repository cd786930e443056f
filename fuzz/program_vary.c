/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_vary.c - variations of a program, for a corpus to begin with: sockets of each
 * kind, and each call that receives, also with all that control messages tell.
 */
#include <string.h>

#include "../expected/constants.h"
#include "program_random.h"

enum way {
	WAY_SAME,
	WAY_RECVMSG,
	WAY_READ,
	WAY_TOLD, /* recvmsg(2), and options that ask for control messages */
	WAYS
};

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

/* Behind the call that makes the socket; what returns nothing renames no result. */
static unsigned int ask(struct program *program, unsigned int at)
{
	int domain = program->calls[at].domain;
	unsigned int result = program_first_result(program, at), added = 0;

	for (size_t i = 0; i < COUNT(asked); i++) {
		struct program_call *place = &program->calls[at + 1];

		if (program->count == PROGRAM_CALLS ||
		    (asked[i].domain && asked[i].domain != domain))
			continue;
		memmove(place + 1, place,
			(program->count - at - 1) * sizeof(program->calls[0]));
		set_option(place, &asked[i], result);
		program->count++;
		added++;
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

bool program_variation(const struct program *program, unsigned int i,
		       struct program *other)
{
	enum way way = i % WAYS;

	if (!program_of_kind(program, i / WAYS, other))
		return false;
	if (way == WAY_SAME)
		return true;
	if (!receive_by(other, way) || (way == WAY_TOLD && !ask_for_all(other)))
		*other = *program;
	program_normalise(other);
	return true;
}
