/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_ip.c - rules of recvfrom(2) for AF_INET and AF_INET6 where there is nothing
 * to receive, in the order of udp_recvmsg(), raw_recvmsg() and ping_recvmsg().  All
 * but the error queue is of datagrams: for streams, see recvfrom_tcp.c.
 */
#include "recvfrom_ip.h"
#include "../posix_sets.h"

static bool no_error_waits(const struct world *world, const struct call *call)
{
	return (on_ip_stream(world, call) || on_datagrams(world, call)) &&
	       has_flag(call, MSG_ERRQUEUE) &&
	       !call_socket(world, call)->datagrams.error_count;
}

/* Something was sent that has come to another socket, or to none. */
static bool datagram_elsewhere(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on_ip(world, call) && on->type == SOCK_DGRAM && !on->queued &&
	       world->sent > on->got && does_not_wait(world, call);
}

static bool datagram_would_block(const struct world *world, const struct call *call)
{
	return on_datagrams(world, call) && nothing_to_receive(world, call) &&
	       does_not_wait(world, call);
}

static bool datagram_shut(const struct world *world, const struct call *call)
{
	return on_datagrams(world, call) && call_socket(world, call)->shut_read &&
	       nothing_to_receive(world, call);
}

static const struct rule recvfrom_ip_rules[] = {
	{
		.id = "recvfrom.ip.out_of_band",
		.says = "raw and echo sockets have no out-of-band data: MSG_OOB is "
			"refused",
		.when = refuses_out_of_band,
		.outcome = FAILS(EOPNOTSUPP),
		.posix_computed = posix_nothing_urgent,
		.cites = { POSIX("recvfrom", "EOPNOTSUPP"),
			   QUOTE("recvfrom(2)",
				 "Some protocols place expedited data at the head of "
				 "the normal data queue, and thus this flag cannot be "
				 "used with such protocols."),
			   POSIX_SAYS("recvfrom", "EINVAL",
				      "MSG_OOB, and no out-of-band data is there"),
			   POSIX("recvfrom", "EAGAIN"),
			   KERNEL("net/ipv4/raw.c", "raw_recvmsg"),
			   KERNEL("net/ipv4/ping.c", "ping_recvmsg"),
			   KERNEL("net/ipv6/raw.c", "rawv6_recvmsg") },
	},
	{
		.id = "recvfrom.ip.no_error_waits",
		.says = "MSG_ERRQUEUE never waits: with no error in the queue it says "
			"so at once, also of a socket that is not connected, listens "
			"or is shut down",
		.when = no_error_waits,
		.outcome = FAILS(EAGAIN),
		/* ip(7): "MSG_ERRQUEUE is not permitted on SOCK_STREAM sockets"; it is,
		 * as TCP has timestamps there. */
		.cites = { QUOTE("recvfrom(2)",
				 "This flag specifies that queued errors should be "
				 "received from the socket error queue."),
			   MANUAL("recvfrom(2)", "EAGAIN"),
			   KERNEL("net/ipv4/ip_sockglue.c", "ip_recv_error"),
			   KERNEL("net/ipv6/datagram.c", "ipv6_recv_error") },
	},
	{
		.id = "recvfrom.datagram.elsewhere",
		.says = "a datagram for another address, or for a socket bound more "
			"closely, does not come",
		.when = datagram_elsewhere,
		.outcome = FAILS(EAGAIN),
		.cites = { MANUAL("recvfrom(2)", "EAGAIN"), POSIX("recvfrom", "EAGAIN"),
			   KERNEL("net/ipv4/udp.c", "compute_score") },
	},
	{
		.id = "recvfrom.ip.would_block",
		.says = "a socket to which no datagram has come does not let a call "
			"wait that shall not, not even where it is shut down",
		.when = datagram_would_block,
		.outcome = FAILS(EAGAIN),
		.cites = { WOULD_BLOCK_CITES,
			   KERNEL("net/ipv4/udp.c", "__skb_recv_udp"),
			   KERNEL("net/core/datagram.c", "__skb_recv_datagram") },
	},
	{
		.id = "recvfrom.ip.shut_down",
		.says = "a call that would wait for a datagram does not, once the "
			"socket is shut down for reading",
		.when = datagram_shut,
		.outcome = RETURNS(0),
		.cites = { QUOTE("shutdown(2)",
				 "If how is SHUT_RD, further receptions will be "
				 "disallowed."),
			   KERNEL("net/core/datagram.c",
				  "__skb_wait_for_more_packets") },
	},
};
RULE_LIST(recvfrom_ip, CALL_RECVFROM);
