/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_common.h - what the rules of recvfrom(2) look at, whatever the family.
 */
#ifndef EXPECTED_RULES_RECVFROM_COMMON_H
#define EXPECTED_RULES_RECVFROM_COMMON_H

#include "call_common.h"

static inline bool has_flag(const struct call *call, int flag)
{
	return call->message.flags & flag;
}

/* Shall the call come back at once?  __sys_recvfrom() makes the one of the other. */
static inline bool does_not_wait(const struct world *world, const struct call *call)
{
	return has_flag(call, MSG_DONTWAIT) || call_socket(world, call)->nonblocking;
}

/* Nothing waits anywhere: nobody has sent anything. */
static inline bool nothing_to_receive(const struct world *world)
{
	return !world->sent;
}

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
