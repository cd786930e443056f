/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_common.h - what the rules of recvfrom(2) look at, whatever the family.
 */
#ifndef EXPECTED_RULES_RECVFROM_COMMON_H
#define EXPECTED_RULES_RECVFROM_COMMON_H

#include "../smaller.h"
#include "../world_messages.h"
#include "../world_tcp.h"
#include "call_common.h"

/* So many areas need no memory: UIO_FASTIOV. */
#define AREAS_WITHOUT_MEMORY 8

static inline bool has_flag(const struct call *call, int flag)
{
	return call->message.flags & flag;
}

/* Shall the call come back at once?  __sys_recvfrom() makes the one of the other. */
static inline bool does_not_wait(const struct world *world, const struct call *call)
{
	return has_flag(call, MSG_DONTWAIT) || call_socket(world, call)->nonblocking;
}

static inline bool on_ip(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_INET) || call_is_on(world, call, AF_INET6);
}

/* Of TCP, or of MPTCP? */
static inline bool on_ip_stream(const struct world *world, const struct call *call)
{
	return call_socket(world, call) && world_is_tcp(call_socket(world, call));
}

static inline bool on_tcp(const struct world *world, const struct call *call)
{
	return on_ip_stream(world, call) &&
	       call_socket(world, call)->protocol == IPPROTO_TCP;
}

/* A stream, as a call leaves its wait. */
static inline bool no_bytes_come(const struct world *world, const struct call *call)
{
	struct world_socket after;
	struct tcp_reading reading;

	world_tcp_after_wait(world, call, &after);
	world_tcp_read(&after, call, &reading);
	return !reading.count &&
	       (call->message.length || world_waiting(&after) <= reading.start);
}

/* Does nothing wait at the socket, as far as the world has followed it? */
static inline bool nothing_to_receive(const struct world *world,
				      const struct call *call)
{
	return on_ip_stream(world, call) ? no_bytes_come(world, call)
					 : !world_gives(call_socket(world, call), call);
}

/* tcp(7): does MSG_TRUNC have the bytes discarded? */
static inline bool discards(const struct world *world, const struct call *call)
{
	return on_ip_stream(world, call) && has_flag(call, MSG_TRUNC);
}

/* recvfrom_message.c: nothing comes, as is the end of what does; an address that is
 * wanted is told to have no bytes. */
void recvfrom_nothing_comes(const struct world *world, const struct call *call,
			    struct outcome *outcome);
/* The sender's address, where it is asked for, as far as there is
 * room for it. */
void recvfrom_write_name(const struct world *world, const struct call *call,
			 const struct world_message *message, struct outcome *outcome);

/* recvfrom_links.c: the control messages that come with a message of these families. */
void link_controls(const struct world *world, const struct call *call,
		   struct outcome *outcome);

#define WOULD_BLOCK_CITES                                                         \
	MANUAL_QUOTE("recvfrom(2)", "EAGAIN",                                     \
		     "The socket is marked nonblocking and the receive "          \
		     "operation would block"),                                    \
		QUOTE("recvfrom(2)", "If no messages are available at the "       \
				     "socket, the receive calls wait for a "      \
				     "message to arrive, unless the socket is "   \
				     "nonblocking (see fcntl(2)), in which case " \
				     "the value -1 is returned"),                 \
		POSIX("recvfrom", "EAGAIN")

#define NOT_CONNECTED_CITES                                                     \
	MANUAL_QUOTE("recvfrom(2)", "ENOTCONN",                                 \
		     "The socket is associated with a connection-oriented "     \
		     "protocol and has not been connected (see connect(2) and " \
		     "accept(2))."),                                            \
		POSIX("recvfrom", "ENOTCONN")

#endif
