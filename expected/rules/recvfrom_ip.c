/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_ip.c - rules of recvfrom(2) for AF_INET and AF_INET6 where there is nothing
 * to receive, in the order of udp_recvmsg(), raw_recvmsg() and ping_recvmsg().  All
 * but the error queue is of datagrams: for streams, see recvfrom_tcp.c.
 */
#include "recvfrom_ip.h"
#include "../posix_sets.h"
#include "../world_tcp.h"

static bool no_error_waits(const struct world *world, const struct call *call)
{
	return (on_ip_stream(world, call) || on_datagrams(world, call)) &&
	       has_flag(call, MSG_ERRQUEUE) &&
	       !call_socket(world, call)->datagrams.error_count;
}

static bool sent_with_statistics(const struct world *world, const struct call *call)
{
	return on_tcp(world, call) && has_flag(call, MSG_ERRQUEUE) &&
	       call_socket(world, call)->datagrams.error_count &&
	       call->message.writable >= smaller(call->message.length, TCP_STATISTICS);
}

/* With this much room for control messages there is room for all. */
#define CONTROL_ROOM 1024

/* What the statistics are, and how many, is the kernel's: so no call is judged that has
 * room for many of them, and none of their control message. */
static void statistics(const struct world *world, const struct call *call,
		       struct outcome *outcome)
{
	(void)world;
	outcome->gives = true;
	outcome->tells = call->message.name_wanted;
	outcome->data_length = smaller(call->message.length, TCP_STATISTICS);
	outcome->data_known = 0;
	outcome->value = (long)outcome->data_length;
	outcome->flags |= MSG_ERRQUEUE | MSG_TRUNC;
	if (call->message.control_room < CONTROL_ROOM)
		outcome->flags |= MSG_CTRUNC;
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

/* __sys_recvfrom() tells an address wherever one is wanted and nothing has failed: here
 * one without bytes. */
static bool datagram_shut(const struct world *world, const struct call *call)
{
	return datagrams_end(world, call) && !address_refused(call, 0);
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
		.id = "recvfrom.tcp.sent_at",
		.says = "with SOF_TIMESTAMPING_OPT_STATS the queue of errors of a "
			"connection tells when bytes were sent, and with it how the "
			"connection does: in a control message, and once more as what "
			"is received",
		.when = sent_with_statistics,
		.outcome = RETURNS(0),
		.computed = statistics,
		.cites = { TEXT("the kernel's "
				"Documentation/networking/timestamping.rst, "
				"SOF_TIMESTAMPING_OPT_STATS"),
			   KERNEL("net/socket.c", "__sock_recv_timestamp"),
			   KERNEL("net/ipv4/tcp.c", "tcp_get_timestamping_opt_stats"),
			   KERNEL("net/ipv4/ip_sockglue.c", "ip_recv_error"),
			   KERNEL("net/ipv6/datagram.c", "ipv6_recv_error") },
		.undocumented = true,
		.since = LINUX(5, 0),
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
		.computed = recvfrom_nothing_comes,
		.cites = { QUOTE("shutdown(2)",
				 "If how is SHUT_RD, further receptions will be "
				 "disallowed."),
			   KERNEL("net/core/datagram.c", "__skb_wait_for_more_packets"),
			   KERNEL("net/socket.c", "move_addr_to_user") },
	},
};
RULE_LIST(recvfrom_ip, CALL_RECVFROM);
