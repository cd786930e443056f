/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvmsg.c - rules of recvmsg(2) and recvmmsg(2) where they are not those of
 * recvfrom(2): the header and its areas, in the order of ___sys_recvmsg(); the timeout
 * and the number of messages, in that of do_recvmmsg().
 */
#include <string.h>

#include "../rulebook.h"
#include "../world_messages.h"
#include "recvfrom_areas.h"

/* MSG_CMSG_COMPAT is what the kernel marks the calls of 32-bit programs with. */
static bool compat_flag(const struct world *world, const struct call *call)
{
	return (unsigned int)call->message.flags & LINUX_MSG_CMSG_COMPAT &&
	       world_has(world, FEATURE_COMPAT);
}

static bool header_unreadable(const struct world *world, const struct call *call)
{
	return call_socket(world, call) && is_wrong(call, HEADER_UNREADABLE);
}

static bool name_negative(const struct world *world, const struct call *call)
{
	return call_socket(world, call) && call->message.name_wanted &&
	       call->message.room < 0;
}

/* Would the call succeed, were it not for the header?  It is written to last. */
static bool header_read_only(const struct world *world, const struct call *call)
{
	struct call other = *call;
	const struct rule *rule;
	struct outcome outcome;

	if (!call_socket(world, call) || !is_wrong(call, HEADER_READ_ONLY))
		return false;
	other.message.wrong &= ~(unsigned int)HEADER_READ_ONLY;
	rule = rulebook_find(world, &other);
	if (!rule)
		return false;
	rule_outcome(rule, world, &other, &outcome);
	return outcome.kind != OUTCOME_ERROR && outcome.value >= 0;
}

static const struct rule recvmsg_header_rules[] = {
	{
		.id = "recvmsg.flags.compat",
		.says = "the flag by which the kernel knows calls of 32-bit programs "
			"is refused, before the descriptor is looked at",
		.when = compat_flag,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("recvmsg(2)", "EINVAL",
					"Invalid argument passed."),
			   KERNEL("net/socket.c", "__sys_recvmsg") },
	},
	{
		.id = "recvmsg.header.unreadable",
		.says = "a header that cannot be read is refused, once the descriptor "
			"has been looked at",
		.when = header_unreadable,
		.outcome = FAILS(EFAULT),
		/* recvmsg(2) has EFAULT of the receive buffers only. */
		.cites = { KERNEL("net/socket.c", "copy_msghdr_from_user") },
		.undocumented = true,
	},
	{
		.id = "recvmsg.header.name_negative",
		.says = "a negative msg_namelen is refused where an address is wanted, "
			"before anything is received",
		.when = name_negative,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("recvmsg(2)", "EINVAL",
					"Invalid argument passed."),
			   KERNEL("net/socket.c", "__copy_msghdr") },
	},
	{
		.id = "recvmsg.areas.too_many",
		.says = "more than 1024 areas are refused",
		.when = areas_too_many,
		.outcome = FAILS(EMSGSIZE),
		.cites = { POSIX("recvmsg", "EMSGSIZE"),
			   KERNEL("net/socket.c", "__copy_msghdr") },
	},
	{
		.id = "recvmsg.areas.memory",
		.says = "more than 8 areas need memory: where there is none, nothing "
			"is received",
		.when = areas_without_memory,
		.outcome = FAILS(ENOMEM),
		.cites = { MANUAL_QUOTE("recvmsg(2)", "ENOMEM",
					"Could not allocate memory for recvmsg()."),
			   POSIX("recvmsg", "ENOMEM"),
			   KERNEL("lib/iov_iter.c", "iovec_from_user") },
	},
	{
		.id = "recvmsg.areas.unreadable",
		.says = "areas that cannot be looked at are refused",
		.when = areas_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { KERNEL("lib/iov_iter.c", "copy_iovec_from_user") },
		.undocumented = true,
	},
	{
		.id = "recvmsg.areas.negative",
		.says = "an area whose length is more than SSIZE_MAX is refused, "
			"before "
			"the place of any is looked at",
		.when = area_negative,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("recvmsg(2)", "EINVAL",
					"Invalid argument passed."),
			   POSIX("recvmsg", "EINVAL"),
			   KERNEL("lib/iov_iter.c", "copy_iovec_from_user") },
	},
	{
		.id = "recvmsg.areas.foreign",
		.says = "an area that lies, or reaches, beyond the addresses that a "
			"process may have is refused, before anything is received",
		.when = area_foreign,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("recvmsg(2)", "EFAULT",
					"The receive buffer pointer(s) point outside "
					"the process's address space."),
			   KERNEL("lib/iov_iter.c", "__import_iovec") },
	},
	{
		.id = "recvmsg.header.read_only",
		.says = "a header that cannot be written has the call fail once the "
			"message is taken, or the end is seen",
		.when = header_read_only,
		.outcome = FAILS(EFAULT),
		.cites = { KERNEL("net/socket.c", "____sys_recvmsg") },
		.undocumented = true,
	},
};
RULE_LIST(recvmsg_header, CALL_RECVMSG);

/* recvmmsg(2) as the case gives it; and as the door of one message. */
static bool of_many(const struct call *call)
{
	return call->name == CALL_RECVMMSGS;
}

static bool many_compat(const struct world *world, const struct call *call)
{
	return of_many(call) && compat_flag(world, call);
}

static bool timeout_unreadable(const struct world *world, const struct call *call)
{
	(void)world;
	return of_many(call) && is_wrong(call, TIMEOUT_UNREADABLE);
}

static bool timeout_invalid(const struct world *world, const struct call *call)
{
	(void)world;
	return of_many(call) && is_wrong(call, TIMEOUT_INVALID);
}

/*
 * Other calls tell it first too, but for streams: they have the bytes first.  Where
 * that is no difference, the rule is that of the family.
 */
static bool error_waits(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	if (!on || !on->error || has_flag(call, MSG_ERRQUEUE))
		return false;
	return of_many(call) || on->type == SOCK_STREAM || on->type == SOCK_SEQPACKET;
}

static void tell_error(const struct world *world, const struct call *call,
		       struct outcome *outcome)
{
	memset(outcome->errors, 0, sizeof(outcome->errors));
	outcome->errors[0] = call_socket(world, call)->error;
}

static bool none_asked(const struct world *world, const struct call *call)
{
	return of_many(call) && call_socket(world, call) && !call->message.asked;
}

static bool first_unreadable(const struct world *world, const struct call *call)
{
	return of_many(call) && call_socket(world, call) && !call->message.headers;
}

static bool many_no_error(const struct world *world, const struct call *call)
{
	return of_many(call) && on_ip(world, call) && has_flag(call, MSG_ERRQUEUE);
}

static bool many_at_end(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return of_many(call) && on && !on->queued && world_is_stream(on) &&
	       (on->shut_read || on->at_end);
}

static bool many_would_block(const struct world *world, const struct call *call)
{
	return of_many(call) && call_socket(world, call) &&
	       nothing_to_receive(world, call) && does_not_wait(world, call);
}

static bool timeout_read_only(const struct world *world, const struct call *call)
{
	return of_many(call) && call_socket(world, call) &&
	       is_wrong(call, TIMEOUT_READ_ONLY);
}

static bool many_peeked(const struct world *world, const struct call *call)
{
	return of_many(call) && call_socket(world, call) && has_flag(call, MSG_PEEK);
}

static bool many_received(const struct world *world, const struct call *call)
{
	return of_many(call) && call_socket(world, call) &&
	       !world_is_stream(call_socket(world, call));
}

/* What does not go away comes again and again: as many as are asked for. */
static void as_many_as_asked(const struct world *world, const struct call *call,
			     struct outcome *outcome)
{
	(void)world;
	outcome->value = (long)call->message.asked;
	if (is_wrong(call, TIMEOUT_OVER))
		outcome->value = 1;
}

/* The time is looked at when a message has come, and not before. */
static void as_many_as_wait(const struct world *world, const struct call *call,
			    struct outcome *outcome)
{
	outcome->value =
		(long)smaller(call->message.headers, call_socket(world, call)->queued);
	if (is_wrong(call, TIMEOUT_OVER) && outcome->value > 1)
		outcome->value = 1;
}

static const struct rule recvmmsgs_rules[] = {
	{
		.id = "recvmmsg.flags.compat",
		.says = "the flag by which the kernel knows calls of 32-bit programs "
			"is refused, before anything else is looked at",
		.when = many_compat,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("recvmsg(2)", "EINVAL",
					"Invalid argument passed."),
			   QUOTE("recvmmsg(2)", "Errors are as for recvmsg(2)."),
			   KERNEL("net/socket.c", "__sys_recvmmsg") },
	},
	{
		.id = "recvmmsg.timeout.unreadable",
		.says = "a timeout that cannot be read is refused, before the "
			"descriptor is looked at",
		.when = timeout_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { KERNEL("net/socket.c", "__sys_recvmmsg") },
		.undocumented = true,
	},
	{
		.id = "recvmmsg.timeout.invalid",
		.says = "a negative timeout, or one of a thousand million nanoseconds, "
			"is refused, before the descriptor is looked at",
		.when = timeout_invalid,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("recvmmsg(2)", "EINVAL", "timeout is invalid."),
			   KERNEL("net/socket.c", "do_recvmmsg") },
	},
	{
		.id = "recvmmsg.error_waits",
		.says = "an error that waits at the socket is told before any message, "
			"also of a stream",
		.when = error_waits,
		.outcome = FAILS(ECONNRESET, ECONNREFUSED, EPIPE, ECONNABORTED),
		.computed = tell_error,
		.cites = { QUOTE("recvmmsg(2)",
				 "The error code is expected to be returned on a "
				 "subsequent call to recvmmsg()."),
			   KERNEL("net/socket.c", "do_recvmmsg") },
	},
	{
		.id = "recvmmsg.none_asked",
		.says = "of no messages it receives none, and waits for none",
		.when = none_asked,
		.outcome = RETURNS(0),
		.cites = { QUOTE("recvmmsg(2)",
				 "A nonblocking call reads as many messages as are "
				 "available (up to the limit specified by vlen) and "
				 "returns immediately."),
			   KERNEL("net/socket.c", "do_recvmmsg") },
	},
	{
		.id = "recvmmsg.header.unreadable",
		.says = "where not even the first header can be read, nothing is "
			"received",
		.when = first_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { KERNEL("net/socket.c", "copy_msghdr_from_user") },
		.undocumented = true,
	},
	{
		.id = "recvmmsg.no_error_waits",
		.says = "with MSG_ERRQUEUE it does not tell the error that waits at "
			"the "
			"socket, but looks into the queue",
		.when = many_no_error,
		.outcome = FAILS(EAGAIN),
		.cites = { MANUAL("recvmsg(2)", "EAGAIN"),
			   QUOTE("recvfrom(2)",
				 "This flag specifies that queued errors should be "
				 "received from the socket error queue."),
			   KERNEL("net/socket.c", "do_recvmmsg") },
	},
	{
		.id = "recvmmsg.at_end",
		.says = "a stream that is at its end gives as many messages of no "
			"bytes "
			"as are asked for",
		.when = many_at_end,
		.outcome = RETURNS(0),
		.computed = as_many_as_asked,
		.cites = { KERNEL("net/socket.c", "do_recvmmsg") },
		.undocumented = true,
	},
	{
		.id = "recvmmsg.would_block",
		.says = "where not even one message waits, a call that shall not wait "
			"says so",
		.when = many_would_block,
		.outcome = FAILS(EAGAIN),
		.cites = { MANUAL_QUOTE("recvmsg(2)", "EAGAIN",
					"The socket is marked nonblocking and the "
					"receive operation would block"),
			   QUOTE("recvmmsg(2)", "Errors are as for recvmsg(2)."),
			   KERNEL("net/socket.c", "do_recvmmsg") },
	},
	{
		.id = "recvmmsg.timeout.read_only",
		.says = "a timeout that cannot be written has the call fail once the "
			"messages are taken",
		.when = timeout_read_only,
		.outcome = FAILS(EFAULT),
		.cites = { KERNEL("net/socket.c", "__sys_recvmmsg") },
		.undocumented = true,
	},
	{
		.id = "recvmmsg.peeked",
		.says = "with MSG_PEEK each message is the first one again",
		.when = many_peeked,
		.outcome = RETURNS(0),
		.computed = as_many_as_asked,
		.cites = { QUOTE("recvfrom(2)",
				 "This flag causes the receive operation to return "
				 "data from the beginning of the receive queue without "
				 "removing that data from the queue."),
			   KERNEL("net/socket.c", "do_recvmmsg") },
	},
	{
		.id = "recvmmsg.received",
		.says = "the messages that wait come in their order, as many as are "
			"asked for; one only where the time is over at once, and those "
			"before a header that cannot be read",
		.when = many_received,
		.outcome = RETURNS(0),
		.computed = as_many_as_wait,
		.cites = { QUOTE("recvmmsg(2)",
				 "A nonblocking call reads as many messages as are "
				 "available (up to the limit specified by vlen) and "
				 "returns immediately."),
			   QUOTE("recvmmsg(2)", "Turns on MSG_DONTWAIT after the first "
						"message has been received."),
			   QUOTE("recvmmsg(2)", "The timeout is checked only after the "
						"receipt of each "
						"datagram"),
			   QUOTE("recvmmsg(2)",
				 "If an error occurs after at least one message has "
				 "been received, the call succeeds, and returns the "
				 "number of messages received."),
			   KERNEL("net/socket.c", "do_recvmmsg") },
	},
};
RULE_LIST(recvmmsgs, CALL_RECVMMSG);
