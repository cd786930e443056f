/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * listen.c - rules of listen(2) and shutdown(2): the descriptor, and what the family
 * makes of it.
 */
#include <string.h>

#include "../world_ip.h"
#include "connection_common.h"

static bool unix_without_name(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && on->domain == AF_UNIX && !on->name_length && !on->name_open;
}

static bool already_connected(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && makes_connections(on) &&
	       (on->state == SOCKET_CONNECTED || on->tcp.connecting);
}

/* Is it in the way of another, whatever SO_REUSEADDR says of listeners? */
static bool at_one_place(const struct world_socket *on,
			 const struct world_socket *other)
{
	return on->domain == AF_INET && other->domain == AF_INET &&
	       on->interface == other->interface &&
	       !memcmp(on->address, other->address, sizeof(on->address)) &&
	       !(on->reuseport && other->reuseport);
}

/* Do they share a port by an option that one of them has no more?  It was remembered.
 */
static bool shares_no_more(const struct world_socket *on,
			   const struct world_socket *other)
{
	return !(on->reuseaddr && other->reuseaddr) &&
	       !(on->reuseport && other->reuseport) &&
	       world_overlap(on->address, on->ipv6only, other->address,
			     other->ipv6only);
}

/* May it be let in by what is remembered of any socket at its port?  It needs
 * SO_REUSEPORT: sk_reuseport_match(). */
static bool may_be_let_in(const struct world *world, const struct world_socket *on)
{
	for (unsigned int i = 0; on->reuseport && i < world->socket_count; i++) {
		const struct world_socket *other = &world->sockets[i];

		if (other->port == on->port && world_is_tcp(other) &&
		    other->reuseport_remembered != REMEMBERED_NOTHING)
			return true;
	}
	return false;
}

/* Is another in the way of one that does not listen yet: at its place, so that it is
 * for sure; or at any? */
static bool listens_there(const struct world *world, const struct world_socket *on,
			  bool at_its_place)
{
	if (!world_is_tcp(on) || !on->port || on->state == SOCKET_LISTENING)
		return false;
	for (unsigned int i = 0; i < world->socket_count; i++) {
		const struct world_socket *other = &world->sockets[i];

		if (other == on || !world_is_tcp(other) || other->port != on->port)
			continue;
		if (other->state != SOCKET_LISTENING && !shares_no_more(on, other))
			continue;
		if (!at_its_place ||
		    (at_one_place(on, other) && !may_be_let_in(world, on)))
			return true;
	}
	return false;
}

static bool port_in_use(const struct world *world, const struct call *call)
{
	return listens_there(world, call_socket(world, call), true);
}

/* Another socket at the port may be in the way. */
static bool listens_beside(const struct world *world, const struct call *call)
{
	return listens_there(world, call_socket(world, call), false);
}

static bool marks_passive(const struct world *world, const struct call *call)
{
	return call_socket(world, call) && makes_connections(call_socket(world, call));
}

static const struct rule listen_outcomes_rules[] = {
	DESCRIPTOR_NOT_OPEN("listen", "listen(2)", "listen"),
	DESCRIPTOR_NOT_A_SOCKET("listen", "listen(2)", "listen"),
	{
		.id = "listen.not_supported",
		.says = "a socket that has no connections refuses",
		.when = has_no_connections,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { MANUAL_QUOTE("listen(2)", "EOPNOTSUPP",
					"The socket is not of a type that supports the "
					"listen() operation."),
			   POSIX("listen", "EOPNOTSUPP"),
			   KERNEL("net/core/sock.c", "sock_no_listen") },
	},
	{
		.id = "listen.unix.no_name",
		.says = "a socket of AF_UNIX without a name refuses",
		.when = unix_without_name,
		.outcome = FAILS(EINVAL),
		.posix = FAILS(EDESTADDRREQ),
		/* listen(2) has no EINVAL. */
		.cites = { POSIX_SAYS("listen", "EDESTADDRREQ",
				      "the socket is not bound, and the protocol does "
				      "not listen on one that is not"),
			   KERNEL("net/unix/af_unix.c", "unix_listen") },
	},
	{
		.id = "listen.connected",
		.says = "a socket that is connected refuses",
		.when = already_connected,
		.outcome = FAILS(EINVAL),
		.cites = { POSIX("listen", "EINVAL"),
			   KERNEL("net/ipv4/af_inet.c", "inet_listen"),
			   KERNEL("net/unix/af_unix.c", "unix_listen") },
	},
	{
		.id = "listen.port_in_use",
		.says = "a port at which another socket listens, or which it has by an "
			"option that this one has no more, with the same address and "
			"without SO_REUSEPORT on both, is refused",
		.when = port_in_use,
		.outcome = FAILS(EADDRINUSE),
		.cites = { MANUAL_QUOTE("listen(2)", "EADDRINUSE",
					"Another socket is already listening on the "
					"same port."),
			   KERNEL("net/ipv4/inet_connection_sock.c",
				  "inet_csk_listen_start"),
			   KERNEL("net/ipv4/inet_connection_sock.c",
				  "inet_csk_bind_conflict") },
	},
	{
		.id = "listen.port_shared",
		.says = "where another socket listens at the port, or has it by an "
			"option that one of the two has no more, it depends on "
			"addresses and options whether this one may",
		.when = listens_beside,
		.outcome = RETURNS_OR_FAILS(0, EADDRINUSE),
		.cites = { MANUAL_QUOTE("listen(2)", "EADDRINUSE",
					"Another socket is already listening on the "
					"same port."),
			   KERNEL("net/ipv4/inet_connection_sock.c",
				  "inet_csk_listen_start"),
			   KERNEL("net/ipv4/inet_connection_sock.c",
				  "inet_csk_bind_conflict") },
	},
	{
		.id = "listen.listens",
		.says = "a socket listens, whatever the backlog; again, the backlog is "
			"another",
		.when = marks_passive,
		.outcome = RETURNS(0),
		.cites = { QUOTE("listen(2)",
				 "listen() marks the socket referred to by sockfd as a "
				 "passive socket"),
			   POSIX("listen", NULL),
			   KERNEL("net/ipv4/af_inet.c", "inet_listen"),
			   KERNEL("net/unix/af_unix.c", "unix_listen") },
	},
};
RULE_LIST(listen_outcomes, CALL_LISTEN);

static bool not_of_family(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_PACKET) ||
	       call_is_on(world, call, AF_NETLINK);
}

/* The families below know no other way to end one. */
static bool ends_known(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && is_known(on) && on->protocol != LINUX_IPPROTO_MPTCP;
}

static bool how_unknown(const struct world *world, const struct call *call)
{
	return ends_known(world, call) &&
	       (call->how < SHUT_RD || call->how > SHUT_RDWR);
}

static bool ip_not_connected(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return ends_known(world, call) &&
	       (on->domain == AF_INET || on->domain == AF_INET6) &&
	       on->state == SOCKET_UNCONNECTED && !on->tcp.connecting;
}

static const struct rule shutdown_outcomes_rules[] = {
	DESCRIPTOR_NOT_OPEN("shutdown", "shutdown(2)", "shutdown"),
	DESCRIPTOR_NOT_A_SOCKET("shutdown", "shutdown(2)", "shutdown"),
	{
		.id = "shutdown.not_supported",
		.says = "packet and netlink sockets cannot be shut down, whatever how "
			"says",
		.when = not_of_family,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { KERNEL("net/core/sock.c", "sock_no_shutdown") },
		.undocumented = true,
	},
	{
		.id = "shutdown.how_unknown",
		.says = "how is SHUT_RD, SHUT_WR or SHUT_RDWR, connected or not",
		.when = how_unknown,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("shutdown(2)", "EINVAL",
					"An invalid value was specified in how"),
			   POSIX("shutdown", "EINVAL"),
			   KERNEL("net/ipv4/af_inet.c", "inet_shutdown"),
			   KERNEL("net/unix/af_unix.c", "unix_shutdown") },
	},
	{
		.id = "shutdown.not_connected",
		.says = "an IP socket that is not connected says so",
		.when = ip_not_connected,
		.outcome = FAILS(ENOTCONN),
		.cites = { MANUAL_QUOTE("shutdown(2)", "ENOTCONN",
					"The specified socket is not connected."),
			   POSIX("shutdown", "ENOTCONN"),
			   KERNEL("net/ipv4/af_inet.c", "inet_shutdown") },
	},
	{
		.id = "shutdown.done",
		.says = "a connection is shut down, a listener too; sockets of AF_UNIX "
			"also without a connection",
		.when = ends_known,
		.outcome = RETURNS(0),
		.posix = RETURNS_OR_FAILS(0, ENOTCONN),
		.cites = { QUOTE("shutdown(2)",
				 "The shutdown() call causes all or part of a "
				 "full-duplex connection on the socket associated with "
				 "sockfd to be shut down."),
			   POSIX("shutdown", "ENOTCONN"),
			   KERNEL("net/ipv4/af_inet.c", "inet_shutdown"),
			   KERNEL("net/unix/af_unix.c", "unix_shutdown") },
	},
};
RULE_LIST(shutdown_outcomes, CALL_SHUTDOWN);
