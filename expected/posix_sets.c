/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * posix_sets.c - what POSIX.1-2024 has of the outcome of more than one rule.
 */
#include "posix_sets.h"
#include "constants.h"

void posix_or_fails(struct outcome *outcome, int error)
{
	for (size_t i = 0; i < OUTCOME_ERRORS; i++) {
		if (outcome->errors[i] == error)
			return;
		if (!outcome->errors[i]) {
			outcome->errors[i] = error;
			return;
		}
	}
}

/* XSH 2.10.17, 2.10.19: local sockets, and TCP and UDP over IPv4, are always there. */
static bool is_everywhere(const struct call *call)
{
	int type = call->socket.type & LINUX_SOCK_TYPE_MASK;
	int protocol = call->socket.protocol;

	if (call->socket.domain == AF_UNIX)
		return !protocol && (type == SOCK_STREAM || type == SOCK_DGRAM);
	return call->socket.domain == AF_INET &&
	       ((type == SOCK_STREAM && (!protocol || protocol == IPPROTO_TCP)) ||
		(type == SOCK_DGRAM && (!protocol || protocol == IPPROTO_UDP)));
}

void posix_optional_socket(const struct world *world, const struct call *call,
			   struct outcome *outcome)
{
	(void)world;
	if (is_everywhere(call))
		return;
	if (call->socket.domain == AF_INET6)
		posix_or_fails(outcome, EAFNOSUPPORT);
	else
		posix_or_fails(outcome, ESOCKTNOSUPPORT);
	posix_or_fails(outcome, EPROTONOSUPPORT);
	posix_or_fails(outcome, EPROTOTYPE);
	posix_or_fails(outcome, EACCES);
}

void posix_reuse(const struct world *world, const struct call *call,
		 struct outcome *outcome)
{
	const struct world_socket *on = world_socket(world, call->fd);

	if (!on || !on->reuseaddr)
		return;
	outcome->kind = OUTCOME_VALUE;
	outcome->value = 0;
	posix_or_fails(outcome, EADDRINUSE);
}

void posix_nothing_urgent(const struct world *world, const struct call *call,
			  struct outcome *outcome)
{
	const struct world_socket *on = world_socket(world, call->fd);
	bool needs = on && on->type != SOCK_DGRAM && on->type != SOCK_RAW;

	if (!(call->message.flags & MSG_OOB))
		return;
	posix_or_fails(outcome, EINVAL);
	posix_or_fails(outcome, EOPNOTSUPP);
	posix_or_fails(outcome, EAGAIN);
	if (needs && on->state != SOCKET_CONNECTED)
		posix_or_fails(outcome, ENOTCONN);
	else if (needs && on->tcp.broken)
		posix_or_fails(outcome, ECONNRESET);
}

void posix_connecting(const struct world *world, const struct call *call,
		      struct outcome *outcome)
{
	const struct world_socket *on = world_socket(world, call->fd);

	if (on && on->tcp.connecting)
		posix_or_fails(outcome, ENOTCONN);
}

void posix_restarted(const struct world *world, const struct call *call,
		     struct outcome *outcome)
{
	(void)call;
	if (world->facts & FACT_SIGNAL_RESTARTS)
		outcome->errors[0] = EAGAIN;
}

void posix_protocol(const struct world *world, const struct call *call,
		    struct outcome *outcome)
{
	const struct world_socket *on = world_socket(world, call->fd);

	if (on && on->domain == AF_UNIX)
		outcome->bytes_ignored = true;
}
