/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_make.c - calls by chance, as they may follow a program's.
 */
#include <string.h>

#include "../expected/constants.h"
#include "program_random.h"

void program_origins(const struct program *program,
		     struct origin origins[PROGRAM_DESCRIPTORS])
{
	unsigned int result = 0;

	for (unsigned int i = 0; i < program->count; i++) {
		const struct program_call *call = &program->calls[i];
		struct origin origin = { call->domain, call->type };

		if (call->kind != PROGRAM_SOCKET && call->kind != PROGRAM_SOCKETPAIR)
			origin = call->fd.kind == FD_RESULT && call->fd.result < result
					 ? origins[call->fd.result]
					 : (struct origin){ 0 };
		for (unsigned int made = program_results(call); made; made--)
			origins[result++] = origin;
	}
}

/* The family of the socket that a call is made of. */
static int domain_of(const struct program_call *call, const struct origin *origins,
		     unsigned int results)
{
	return call->fd.kind == FD_RESULT && call->fd.result < results
		       ? origins[call->fd.result].domain
		       : AF_INET;
}

/* How often each call is made of a hundred, and the more there are sockets, the less
 * often one more. */
static enum program_kind random_kind(struct program_random *random,
				     unsigned int results)
{
	static const unsigned char weights[PROGRAM_KINDS] = {
		[PROGRAM_SOCKET] = 12,	   [PROGRAM_BIND] = 14,
		[PROGRAM_CONNECT] = 8,	   [PROGRAM_LISTEN] = 4,
		[PROGRAM_ACCEPT4] = 4,	   [PROGRAM_SENDTO] = 10,
		[PROGRAM_RECVFROM] = 12,   [PROGRAM_SETSOCKOPT] = 8,
		[PROGRAM_GETSOCKOPT] = 3,  [PROGRAM_GETSOCKNAME] = 3,
		[PROGRAM_GETPEERNAME] = 2, [PROGRAM_SHUTDOWN] = 3,
		[PROGRAM_CLOSE] = 3,	   [PROGRAM_SOCKETPAIR] = 2,
		[PROGRAM_SENDMSG] = 4,	   [PROGRAM_RECVMSG] = 4,
		[PROGRAM_READ] = 2,	   [PROGRAM_WRITE] = 2,
		[PROGRAM_FCNTL] = 2,	   [PROGRAM_IOCTL] = 2,
		[PROGRAM_POLL] = 2,	   [PROGRAM_DUP] = 1,
	};
	unsigned int all = 0, chosen;

	if (!results || random_below(random, results) == 0)
		return random_chance(random, 85) ? PROGRAM_SOCKET : PROGRAM_SOCKETPAIR;
	for (unsigned int i = 0; i < PROGRAM_KINDS; i++)
		all += weights[i];
	chosen = random_below(random, all);
	for (unsigned int i = 0; i < PROGRAM_KINDS; i++) {
		if (chosen < weights[i])
			return (enum program_kind)i;
		chosen -= weights[i];
	}
	return PROGRAM_SOCKET;
}

void random_call(struct program_random *random, const struct program *program,
		 struct program_call *call)
{
	unsigned int results = program_first_result(program, program->count);
	struct origin origins[PROGRAM_DESCRIPTORS];
	const struct argument *argument;

	program_origins(program, origins);
	memset(call, 0, sizeof(*call));
	call->kind = (unsigned char)random_kind(random, results);
	argument = program_arguments_of((enum program_kind)call->kind);
	for (; argument->kind; argument++)
		random_part(random, argument, domain_of(call, origins, results),
			    results, call);
	if (call->kind == PROGRAM_SOCKET || call->kind == PROGRAM_SOCKETPAIR)
		random_socket(random, call);
	program_normalise_call(call, results);
}

void random_argument(struct program_random *random, const struct origin *origins,
		     unsigned int results, struct program_call *call)
{
	const struct argument *argument =
		program_arguments_of((enum program_kind)call->kind);
	unsigned int count = 0;
	int domain = domain_of(call, origins, results);

	while (argument[count].kind)
		count++;
	argument += random_below(random, count);
	if (argument->kind == ARGUMENT_ADDRESS)
		change_address(random, &call->address, domain, results);
	else
		random_part(random, argument, domain, results, call);
	program_normalise_call(call, results);
}
