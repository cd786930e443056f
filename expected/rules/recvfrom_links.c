/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_links.c - rules of recvfrom(2) for AF_PACKET, AF_NETLINK and AF_VSOCK where
 * there is nothing to receive, in the order of packet_recvmsg(), netlink_recvmsg() and
 * vsock_connectible_recvmsg().
 */
#include "../world_links.h"
#include "recvfrom_common.h"

/* What packet_recvmsg() knows. */
#define PACKET_FLAGS (MSG_PEEK | MSG_DONTWAIT | MSG_TRUNC | MSG_ERRQUEUE)

static bool packet_flags(const struct world *world, const struct call *call)
{
	/* Its highest bit, MSG_CMSG_COMPAT, is the kernel's own. */
	return call_is_on(world, call, AF_PACKET) &&
	       call->message.flags & 0x7fffffff & ~PACKET_FLAGS;
}

static bool packet_no_error_waits(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_PACKET) && has_flag(call, MSG_ERRQUEUE);
}

static bool packet_would_block(const struct world *world, const struct call *call)
{
	/* What others send comes to it too. */
	return call_is_on(world, call, AF_PACKET) &&
	       (!world->sent || !world_packet_protocol(call_socket(world, call))) &&
	       nothing_to_receive(world, call) && does_not_wait(world, call);
}

static const struct rule recvfrom_packet_rules[] = {
	{
		.id = "recvfrom.packet.flags_unsupported",
		.says = "a packet socket takes MSG_PEEK, MSG_DONTWAIT, MSG_TRUNC and "
			"MSG_ERRQUEUE, and refuses every other flag",
		.when = packet_flags,
		.outcome = FAILS(EINVAL),
		/* POSIX has EOPNOTSUPP for it. */
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EINVAL",
					"Invalid argument passed."),
			   KERNEL("net/packet/af_packet.c", "packet_recvmsg") },
	},
	{
		.id = "recvfrom.packet.no_error_waits",
		.says = "MSG_ERRQUEUE never waits: with no error in the queue it says "
			"so at once",
		.when = packet_no_error_waits,
		.outcome = FAILS(EAGAIN),
		.cites = { MANUAL("recvfrom(2)", "EAGAIN"),
			   KERNEL("net/core/sock.c", "sock_recv_errqueue") },
	},
	{
		.id = "recvfrom.packet.would_block",
		.says = "a socket to which no packet has come does not let a call wait "
			"that shall not",
		.when = packet_would_block,
		.outcome = FAILS(EAGAIN),
		.cites = { WOULD_BLOCK_CITES,
			   KERNEL("net/packet/af_packet.c", "packet_recvmsg") },
	},
};
RULE_LIST(recvfrom_packet, CALL_RECVFROM);

static bool netlink_out_of_band(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_NETLINK) && has_flag(call, MSG_OOB);
}

static bool netlink_would_block(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	/* The kernel may have something to say to a socket that has a port. */
	return on && on->domain == AF_NETLINK &&
	       (!on->name_length || on->protocol == NETLINK_USERSOCK) &&
	       nothing_to_receive(world, call) && does_not_wait(world, call);
}

static const struct rule recvfrom_netlink_rules[] = {
	{
		.id = "recvfrom.netlink.out_of_band",
		.says = "netlink has no out-of-band data: MSG_OOB is refused",
		.when = netlink_out_of_band,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { POSIX("recvfrom", "EOPNOTSUPP"),
			   KERNEL("net/netlink/af_netlink.c", "netlink_recvmsg") },
	},
	{
		.id = "recvfrom.netlink.would_block",
		.says = "a socket to which no message has come does not let a call "
			"wait that shall not; MSG_ERRQUEUE means nothing here",
		.when = netlink_would_block,
		.outcome = FAILS(EAGAIN),
		.cites = { WOULD_BLOCK_CITES,
			   KERNEL("net/netlink/af_netlink.c", "netlink_recvmsg") },
	},
};
RULE_LIST(recvfrom_netlink, CALL_RECVFROM);

static bool vsock_not_connected(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_VSOCK) &&
	       call_socket(world, call)->type != SOCK_DGRAM &&
	       !has_flag(call, MSG_ERRQUEUE) &&
	       call_socket(world, call)->state != SOCKET_CONNECTED;
}

static const struct rule recvfrom_vsock_rules[] = {
	{
		.id = "recvfrom.vsock.not_connected",
		.says = "nothing is received from a socket that has no connection",
		.when = vsock_not_connected,
		.outcome = FAILS(ENOTCONN),
		.cites = { NOT_CONNECTED_CITES, KERNEL("net/vmw_vsock/af_vsock.c",
						       "vsock_connectible_recvmsg") },
	},
};
RULE_LIST(recvfrom_vsock, CALL_RECVFROM);
