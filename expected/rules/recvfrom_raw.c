/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_raw.c - rules of recvfrom(2) for what echo sockets alone do with a reply
 * that waits; what they and raw sockets do as all others, recvfrom_message.c has.
 */
#include "recvfrom_ip.h"

static bool has_first(const struct world *world, const struct call *call)
{
	return on_datagrams(world, call) && call_socket(world, call)->queued;
}

static bool length_not_told(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return has_first(world, call) && on_echo(world, call) &&
	       has_flag(call, MSG_TRUNC) && !has_flag(call, MSG_PEEK) &&
	       !address_refused(call, on->queue[0].name_length) &&
	       call->message.length < on->queue[0].length &&
	       call->message.writable >= call->message.length;
}

static const struct rule recvfrom_raw_rules[] = {
	{
		.id = "recvfrom.ping.length_not_told",
		.says = "an echo socket does not tell the length of a reply that was "
			"longer than the buffer, though MSG_TRUNC asks for it",
		.when = length_not_told,
		.outcome = RETURNS(0),
		.computed = message_received,
		/* recvfrom(2) says of MSG_TRUNC: "For raw (AF_PACKET), Internet
		 * datagram [...] sockets: return the real length". */
		.cites = { KERNEL("net/ipv4/ping.c", "ping_recvmsg") },
		.undocumented = true,
	},
};
RULE_LIST(recvfrom_raw, CALL_RECVFROM);
