/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * connection_common.h - what the rules of calls that make, take and end connections
 * look at.
 */
#ifndef EXPECTED_RULES_CONNECTION_COMMON_H
#define EXPECTED_RULES_CONNECTION_COMMON_H

#include "../world_tcp.h"
#include "call_common.h"

/* Does the socket have connections, as those of unix(7) and tcp(7) do? */
static inline bool makes_connections(const struct world_socket *socket)
{
	if (socket->domain == AF_UNIX)
		return socket->type != SOCK_DGRAM;
	return world_is_tcp(socket);
}

/* Families that these rules speak of: others have not been looked at. */
static inline bool is_known(const struct world_socket *socket)
{
	switch (socket->domain) {
	case AF_UNIX:
	case AF_PACKET:
	case AF_NETLINK:
		return true;
	case AF_INET:
	case AF_INET6:
		return world_is_tcp(socket) || socket->type == SOCK_RAW ||
		       socket->type == SOCK_DGRAM;
	default:
		return false;
	}
}

static inline bool has_no_connections(const struct world *world,
				      const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && is_known(on) && !makes_connections(on);
}

/* The rules of the descriptor of a call of sockets, by the manual's own page. */
#define DESCRIPTOR_NOT_OPEN(call_, page_, posix_)                                 \
	{ .id = call_ ".fd.not_open",                                             \
	  .says = "a descriptor that is not open is refused",                     \
	  .when = fd_not_open,                                                    \
	  .outcome = FAILS(EBADF),                                                \
	  .cites = { MANUAL(page_, "EBADF"), POSIX(posix_, "EBADF"),              \
		     KERNEL("net/socket.c", "sockfd_lookup_light") } },           \
	{                                                                         \
		.id = call_ ".fd.path_only",                                      \
		.says = "a descriptor opened with O_PATH is refused as one that " \
			"is not open",                                            \
		.when = fd_path_only, .outcome = FAILS(EBADF), .cites = {         \
			MANUAL(page_, "EBADF"),                                   \
			KERNEL("fs/file.c", "__fget_light")                       \
		}                                                                 \
	}
#define DESCRIPTOR_NOT_A_SOCKET(call_, page_, posix_)                        \
	{                                                                    \
		.id = call_ ".fd.not_a_socket",                              \
		.says = "a descriptor of anything but a socket is refused",  \
		.when = fd_no_socket, .outcome = FAILS(ENOTSOCK), .cites = { \
			MANUAL(page_, "ENOTSOCK"),                           \
			POSIX(posix_, "ENOTSOCK"),                           \
			KERNEL("net/socket.c", "sock_from_file")             \
		}                                                            \
	}

#endif
