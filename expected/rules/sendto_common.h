/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sendto_common.h - what the rules of sendto(2) and sendmsg(2) look at, whatever the
 * family.
 */
#ifndef EXPECTED_RULES_SENDTO_COMMON_H
#define EXPECTED_RULES_SENDTO_COMMON_H

#include <string.h>

#include "../posix_sets.h"
#include "fileops_send.h"

/* Flags that change nothing of whether the bytes are sent. */
#define SENDING_FLAGS (MSG_DONTWAIT | MSG_NOSIGNAL | MSG_EOR | MSG_CONFIRM)

static inline bool has_flag(const struct call *call, int flag)
{
	return call->message.flags & flag;
}

static inline bool sends_plainly(const struct call *call, int besides)
{
	return !(call->message.flags & ~(SENDING_FLAGS | besides));
}

static inline bool has_address(const struct call *call)
{
	return call->message.to.addrlen > 0;
}

/* The family of the address; none where it has not been passed whole. */
static inline int family_to(const struct call *call)
{
	sa_family_t family;

	if (call->message.to.addrlen < (int)sizeof(family))
		return -1;
	memcpy(&family, call->message.to.bytes, sizeof(family));
	return family;
}

static inline bool waits_not(const struct world_socket *on, const struct call *call)
{
	return on->nonblocking || has_flag(call, MSG_DONTWAIT);
}

static inline bool is_readable(const struct call *call)
{
	return call->message.readable >= call->message.length;
}

/* The socket, as far as it is in the network namespace that the world knows, and
 * nothing else than bytes is sent: of control messages, no rule speaks. */
static inline const struct world_socket *sender_of(const struct world *world,
						   const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && on->network == world->network && !call->message.control_given &&
			       !call->message.foreign
		       ? on
		       : NULL;
}

static inline void tells_length(const struct world *world, const struct call *call,
				struct outcome *outcome)
{
	(void)world;
	outcome->kind = OUTCOME_VALUE;
	outcome->value = (long)call->message.length;
}

static inline void tells_error(const struct world *world, const struct call *call,
			       struct outcome *outcome)
{
	outcome->kind = OUTCOME_ERROR;
	outcome->errors[0] = call_socket(world, call)->error;
}

#define SENDTO_EINVAL MANUAL_QUOTE("sendto(2)", "EINVAL", "Invalid argument passed.")
#define SENDTO_FAULT                        \
	MANUAL_QUOTE("sendto(2)", "EFAULT", \
		     "An invalid user space address was specified for an argument.")
#define SENDTO_FLAG                                                                    \
	MANUAL_QUOTE("sendto(2)", "EOPNOTSUPP",                                        \
		     "Some bit in the flags argument is inappropriate for the socket " \
		     "type.")
#define SENDTO_NO_ADDRESS                         \
	MANUAL_QUOTE("sendto(2)", "EDESTADDRREQ", \
		     "The socket is not connection-mode, and no peer address is set.")
#define SENDTO_NO_TARGET                      \
	MANUAL_QUOTE("sendto(2)", "ENOTCONN", \
		     "The socket is not connected, and no target has been given.")
#define SENDTO_TOO_LONG                                                               \
	MANUAL_QUOTE("sendto(2)", "EMSGSIZE",                                         \
		     "The socket type requires that message be sent atomically, and " \
		     "the size of the message to be sent made this impossible.")
#define SENDTO_SHUT                                                                   \
	MANUAL_QUOTE("sendto(2)", "EPIPE",                                            \
		     "The local end has been shut down on a connection oriented "     \
		     "socket. In this case, the process will also receive a SIGPIPE " \
		     "unless MSG_NOSIGNAL is set.")
#define SENDTO_FULL                                                                  \
	MANUAL_QUOTE("sendto(2)", "EAGAIN",                                          \
		     "The socket is marked nonblocking and the requested operation " \
		     "would block.")
#define SENDTO_SENT                                                              \
	QUOTE("sendto(2)", "On success, these calls return the number of bytes " \
			   "sent."),                                             \
		POSIX("sendto", NULL)

#endif
