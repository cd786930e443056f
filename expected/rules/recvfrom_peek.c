/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_peek.c - rules of recvfrom(2) for MSG_PEEK on a UDP socket that has
 * SO_PEEK_OFF, in the order of __skb_try_recv_from_queue() and udp_recvmsg().
 */
#include <string.h>

#include "../world_datagrams.h"
#include "recvfrom_ip.h"

static bool peeks(const struct world *world, const struct call *call)
{
	return on_datagrams(world, call) && is_udp(call_socket(world, call)) &&
	       call_socket(world, call)->peeks_at && has_flag(call, MSG_PEEK) &&
	       !has_flag(call, MSG_ERRQUEUE);
}

/* What there is to copy, from the offset on; no address is asked for in vain. */
static bool peeked_at_offset(const struct world *world, const struct call *call)
{
	const struct world_message *found;
	unsigned int skipped;

	if (!peeks(world, call))
		return false;
	found = world_peeked(call_socket(world, call), &skipped);
	return found &&
	       call->message.writable >=
		       smaller(call->message.length, found->length - skipped) &&
	       (!call->message.name_wanted ||
		(!call->message.addrlen_unreadable && call->message.room >= 0 &&
		 call->message.name_writable >=
			 smaller((size_t)call->message.room, found->name_length)));
}

static bool nothing_at_offset(const struct world *world, const struct call *call)
{
	unsigned int skipped;

	return peeks(world, call) && does_not_wait(world, call) &&
	       !nothing_to_receive(world, call) &&
	       !world_peeked(call_socket(world, call), &skipped);
}

static void peeked(const struct world *world, const struct call *call,
		   struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);
	struct controls to = begin_controls(call, outcome);
	const struct world_message *found;
	unsigned int skipped;
	size_t left;

	found = world_peeked(on, &skipped);
	left = found->length - skipped;
	outcome->gives = true;
	outcome->data_length = smaller(call->message.length, left);
	outcome->value = (long)(has_flag(call, MSG_TRUNC) ? found->length
							  : outcome->data_length);
	/* udp_recvmsg() takes what is skipped for missing, unless there is more room
	 * than for the rest. */
	if (call->message.length <= left && outcome->data_length < found->length)
		outcome->flags |= MSG_TRUNC;
	if (found->kept > skipped)
		outcome->data_known = (unsigned int)smaller(outcome->data_length,
							    found->kept - skipped);
	memcpy(outcome->data, world_message_bytes(world, found) + skipped,
	       outcome->data_known);
	recvfrom_write_name(world, call, found, outcome);
	add_header_controls(on, &found->header, &to);
}

static const struct rule recvfrom_peek_rules[] = {
	{
		.id = "recvfrom.udp.peeked_at_offset",
		.says = "with SO_PEEK_OFF, MSG_PEEK on a UDP socket gives what is "
			"behind "
			"the offset, of the datagram in which that lies, and moves the "
			"offset on",
		.when = peeked_at_offset,
		.outcome = RETURNS(0),
		.computed = peeked,
		.cites = { QUOTE("socket(7)", "which is currently supported only for "
					      "unix(7) sockets"),
			   KERNEL("net/ipv4/udp.c", "udp_recvmsg"),
			   KERNEL("net/ipv6/udp.c", "udpv6_recvmsg"),
			   KERNEL("net/core/datagram.c", "__skb_try_recv_from_queue") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.udp.nothing_at_offset",
		.says = "an offset of SO_PEEK_OFF behind all that waits at a UDP "
			"socket "
			"leaves MSG_PEEK nothing",
		.when = nothing_at_offset,
		.outcome = FAILS(EAGAIN),
		.posix_silent = true,
		.cites = { WOULD_BLOCK_CITES,
			   KERNEL("net/core/datagram.c", "__skb_try_recv_from_queue") },
	},
};
RULE_LIST(recvfrom_peek, CALL_RECVFROM);
