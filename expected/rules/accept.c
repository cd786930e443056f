/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * accept.c - rules of accept4(2): the descriptor, the flags, the socket; in the order
 * of
 * __sys_accept4() and of the families' own.  What is accepted, and by whom, of the IP
 * families: bind_effects.c.
 */
#include "connection_common.h"

static bool flags_unknown(const struct world *world, const struct call *call)
{
	(void)world;
	return call->flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK);
}

static bool no_descriptor_left(const struct world *world, const struct call *call)
{
	(void)call;
	return (unsigned int)world_lowest_free(world) >= world->caller.nofile;
}

static bool no_memory(const struct world *world, const struct call *call)
{
	(void)call;
	return world->facts & FACT_NO_MEMORY;
}

static bool not_listening(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && makes_connections(on) && on->state != SOCKET_LISTENING;
}

static bool waits_on_unix(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	for (unsigned int i = 0; on && i < world->socket_count; i++)
		if (world->sockets[i].listener == on->id)
			return on->domain == AF_UNIX;
	return false;
}

static bool none_on_unix(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_UNIX) &&
	       call_socket(world, call)->nonblocking;
}

static const struct rule accept_arguments_rules[] = {
	DESCRIPTOR_NOT_OPEN("accept4", "accept(2)", "accept"),
	{
		.id = "accept4.flags.unknown",
		.says = "flags other than SOCK_CLOEXEC and SOCK_NONBLOCK are refused, "
			"before the socket is looked at",
		.when = flags_unknown,
		.outcome = FAILS(EINVAL),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("accept(2)", "EINVAL",
					"(accept4()) invalid value in flags."),
			   KERNEL("net/socket.c", "__sys_accept4_file") },
	},
	{
		.id = "accept4.limit.descriptors",
		.says = "no descriptor is given from the soft limit RLIMIT_NOFILE on, "
			"and no connection is taken",
		.when = no_descriptor_left,
		.outcome = FAILS(EMFILE),
		.cites = { MANUAL_QUOTE("accept(2)", "EMFILE",
					"The per-process limit on the number of open "
					"file descriptors has been reached."),
			   POSIX("accept", "EMFILE"),
			   KERNEL("net/socket.c", "__sys_accept4_file") },
	},
	DESCRIPTOR_NOT_A_SOCKET("accept4", "accept(2)", "accept"),
	{
		.id = "accept4.limit.memory",
		.says = "where memory for the new socket or its file cannot be had, no "
			"connection is taken",
		.when = no_memory,
		.outcome = FAILS(ENFILE, ENOMEM),
		.cites = { MANUAL_QUOTE("accept(2)", "ENOMEM",
					"Not enough free memory."),
			   MANUAL("accept(2)", "ENFILE"), POSIX("accept", "ENOMEM"),
			   POSIX("accept", "ENFILE"),
			   KERNEL("net/socket.c", "do_accept"),
			   KERNEL("net/socket.c", "sock_alloc_file") },
	},
	{
		.id = "accept4.not_supported",
		.says = "a socket that has no connections refuses",
		.when = has_no_connections,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { MANUAL_QUOTE("accept(2)", "EOPNOTSUPP",
					"The referenced socket is not of type "
					"SOCK_STREAM."),
			   POSIX("accept", "EOPNOTSUPP"),
			   KERNEL("net/core/sock.c", "sock_no_accept"),
			   KERNEL("net/unix/af_unix.c", "unix_accept") },
	},
	{
		.id = "accept4.not_listening",
		.says = "a socket that does not listen refuses, connected or not",
		.when = not_listening,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("accept(2)", "EINVAL",
					"Socket is not listening for connections"),
			   POSIX("accept", "EINVAL"),
			   KERNEL("net/ipv4/inet_connection_sock.c", "inet_csk_accept"),
			   KERNEL("net/unix/af_unix.c", "unix_accept") },
	},
};
RULE_LIST(accept_arguments, CALL_ACCEPT4);

/* accept(2) is restarted where the handler has SA_RESTART: signal(7). */
static bool interrupted_on_unix(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_UNIX) && world->facts & FACT_SIGNAL_COMES &&
	       (!(world->facts & FACT_SIGNAL_RESTARTS) ||
		call_socket(world, call)->receive_timeout);
}

static const struct rule accept_unix_rules[] = {
	{
		.id = "accept4.unix.connection",
		.says = "the connection that waits longest is taken",
		.when = waits_on_unix,
		.outcome = DESCRIPTOR,
		.cites = { QUOTE("accept(2)",
				 "It extracts the first connection request on the "
				 "queue of pending connections for the listening "
				 "socket"),
			   POSIX("accept", NULL),
			   KERNEL("net/unix/af_unix.c", "unix_accept") },
	},
	{
		.id = "accept4.unix.none_waits",
		.says = "where no connection waits, a nonblocking listener says so",
		.when = none_on_unix,
		.outcome = FAILS(EAGAIN),
		.cites = { MANUAL_QUOTE("accept(2)", "EAGAIN",
					"The socket is marked nonblocking and no "
					"connections are present to be accepted."),
			   POSIX("accept", "EAGAIN"),
			   KERNEL("net/unix/af_unix.c", "unix_accept") },
	},
	{
		.id = "accept4.unix.interrupted",
		.says = "a signal that is caught while no connection waits ends the "
			"wait",
		.when = interrupted_on_unix,
		.outcome = FAILS(EINTR),
		.cites = { MANUAL_QUOTE("accept(2)", "EINTR",
					"The system call was interrupted by a signal "
					"that was caught before a valid connection "
					"arrived; see signal(7)."),
			   POSIX("accept", "EINTR"),
			   KERNEL("net/core/datagram.c",
				  "__skb_wait_for_more_packets") },
	},
};
RULE_LIST(accept_unix, CALL_ACCEPT4);
