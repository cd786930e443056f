/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_datagram.c - rules of recvfrom(2) for a datagram of AF_INET or AF_INET6 that
 * waits: what of it is copied, and of its sender's address; in the order of
 * udp_recvmsg() and move_addr_to_user().  Where nothing is short and nothing is asked
 * besides, the rule is bind.reaches.datagram.
 */
#include "../world_ip.h"
#include "recvfrom_common.h"

static const struct world_datagram *waiting(const struct world *world,
					    const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);
	bool ip = on && (on->domain == AF_INET || on->domain == AF_INET6);

	return ip && on->queued && !has_flag(call, MSG_ERRQUEUE) ? &on->queue[0] : NULL;
}

static size_t smaller(size_t one, size_t other)
{
	return one < other ? one : other;
}

static size_t name_size(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_INET) ? sizeof(struct sockaddr_in)
						: sizeof(struct sockaddr_in6);
}

static bool buffer_unwritable(const struct world *world, const struct call *call)
{
	const struct world_datagram *first = waiting(world, call);

	return first &&
	       call->message.writable < smaller(call->message.length, first->length);
}

static bool addrlen_unreadable(const struct world *world, const struct call *call)
{
	return waiting(world, call) && call->message.name_wanted &&
	       call->message.addrlen_unreadable;
}

static bool addrlen_negative(const struct world *world, const struct call *call)
{
	return waiting(world, call) && call->message.name_wanted &&
	       call->message.room < 0;
}

static bool address_unwritable(const struct world *world, const struct call *call)
{
	return waiting(world, call) && call->message.name_wanted &&
	       call->message.name_writable <
		       smaller((size_t)call->message.room, name_size(world, call));
}

static bool peeked(const struct world *world, const struct call *call)
{
	return waiting(world, call) && has_flag(call, MSG_PEEK);
}

static bool is_cut(const struct world *world, const struct call *call)
{
	const struct world_datagram *first = waiting(world, call);

	return first && call->message.length < first->length;
}

static bool told_its_length(const struct world *world, const struct call *call)
{
	return is_cut(world, call) && has_flag(call, MSG_TRUNC);
}

static bool name_not_wanted(const struct world *world, const struct call *call)
{
	return waiting(world, call) && !call->message.name_wanted;
}

static bool name_cut(const struct world *world, const struct call *call)
{
	return waiting(world, call) &&
	       (size_t)call->message.room < name_size(world, call);
}

/* What comes in all these cases: bytes of the datagram, and of the sender's address. */
static void received(const struct world *world, const struct call *call,
		     struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);
	const struct world_datagram *first = &on->queue[0];

	outcome->value = has_flag(call, MSG_TRUNC)
				 ? (long)first->length
				 : (long)smaller(call->message.length, first->length);
	if (!call->message.name_wanted)
		return;
	outcome->tells = true;
	outcome->told = ip_write_name(on->domain, first->address, first->port,
				      on->interface, outcome->bytes);
	outcome->length =
		(unsigned int)smaller(outcome->told, (size_t)call->message.room);
}

#define RECEIVED(id_, says_, when_, ...)                                        \
	{                                                                       \
		.id = id_, .says = says_, .when = when_, .outcome = RETURNS(0), \
		.computed = received, .cites = {                                \
			__VA_ARGS__                                             \
		}                                                               \
	}

static const struct rule recvfrom_datagram_rules[] = {
	{
		.id = "recvfrom.buffer.unwritable",
		.says = "a buffer into which not all bytes that come can be written is "
			"refused, and the datagram is gone unless MSG_PEEK was asked",
		.when = buffer_unwritable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EFAULT",
					"The receive buffer pointer(s) point outside "
					"the process's address space."),
			   KERNEL("net/ipv4/udp.c", "udp_recvmsg"),
			   KERNEL("net/ipv6/udp.c", "udpv6_recvmsg") },
	},
	{
		.id = "recvfrom.address.addrlen_unreadable",
		.says = "where the sender's address is wanted and addrlen cannot be "
			"read, the call fails once the datagram is taken",
		.when = addrlen_unreadable,
		.outcome = FAILS(EFAULT),
		/* recvfrom(2) has EFAULT of the buffer only. */
		.cites = { KERNEL("net/socket.c", "move_addr_to_user") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.address.addrlen_negative",
		.says = "a negative *addrlen is refused, once the datagram is taken",
		.when = addrlen_negative,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EINVAL",
					"Invalid argument passed."),
			   KERNEL("net/socket.c", "move_addr_to_user") },
	},
	{
		.id = "recvfrom.address.unwritable",
		.says = "memory for the address into which it cannot be written is "
			"refused, once the datagram is taken",
		.when = address_unwritable,
		.outcome = FAILS(EFAULT),
		.cites = { KERNEL("net/socket.c", "move_addr_to_user") },
		.undocumented = true,
	},
	RECEIVED("recvfrom.datagram.peeked",
		 "with MSG_PEEK the datagram and its sender are told, and stay", peeked,
		 QUOTE("recvfrom(2)",
		       "This flag causes the receive operation to return data from the "
		       "beginning of the receive queue without removing that data from "
		       "the queue."),
		 POSIX("recvfrom", NULL), KERNEL("net/ipv4/udp.c", "udp_recvmsg")),
	RECEIVED("recvfrom.datagram.length_told",
		 "with MSG_TRUNC the length of the datagram is told, also where it was "
		 "longer than the buffer",
		 told_its_length,
		 QUOTE("recvfrom(2)",
		       "return the real length of the packet or datagram, even when it "
		       "was longer than the passed buffer."),
		 KERNEL("net/ipv4/udp.c", "udp_recvmsg")),
	RECEIVED("recvfrom.datagram.cut",
		 "of a datagram that is longer than the buffer the rest is discarded",
		 is_cut,
		 QUOTE("recvfrom(2)",
		       "If a message is too long to fit in the supplied buffer, excess "
		       "bytes may be discarded depending on the type of socket the "
		       "message is received from."),
		 POSIX("recvfrom", NULL), KERNEL("net/ipv4/udp.c", "udp_recvmsg")),
	RECEIVED("recvfrom.address.not_wanted",
		 "where addr is NULL, no address is told and addrlen is not looked at",
		 name_not_wanted,
		 QUOTE("recvfrom(2)",
		       "If the caller is not interested in the source "
		       "address, src_addr and addrlen should be specified "
		       "as NULL."),
		 KERNEL("net/socket.c", "__sys_recvfrom")),
	RECEIVED(
		"recvfrom.address.cut",
		"an address that is longer than *addrlen is cut, and *addrlen becomes "
		"what it would have taken",
		name_cut,
		QUOTE("recvfrom(2)",
		      "The returned address is truncated if the buffer provided is too "
		      "small; in this case, addrlen will return a value greater than "
		      "was supplied to the call."),
		POSIX("recvfrom", NULL), KERNEL("net/socket.c", "move_addr_to_user")),
};
RULE_LIST(recvfrom_datagram, CALL_RECVFROM);
