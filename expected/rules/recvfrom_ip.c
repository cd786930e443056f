/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_ip.c - rules of recvfrom(2) for AF_INET and AF_INET6 where there is nothing
 * to receive: TCP in the order of tcp_recvmsg_locked(), datagrams in that of
 * udp_recvmsg(), raw_recvmsg() and ping_recvmsg().
 */
#include "recvfrom_ip.h"

static bool no_error_waits(const struct world *world, const struct call *call)
{
	return (on_tcp(world, call) || on_datagrams(world, call)) &&
	       has_flag(call, MSG_ERRQUEUE) &&
	       !call_socket(world, call)->datagrams.error_count;
}

static bool tcp_listening(const struct world *world, const struct call *call)
{
	return on_tcp(world, call) &&
	       call_socket(world, call)->state == SOCKET_LISTENING;
}

static bool no_urgent_data(const struct world *world, const struct call *call)
{
	return on_tcp(world, call) && has_flag(call, MSG_OOB);
}

static bool tcp_shut(const struct world *world, const struct call *call)
{
	return on_tcp(world, call) && call_socket(world, call)->shut_read &&
	       nothing_to_receive(world, call);
}

static bool tcp_not_connected(const struct world *world, const struct call *call)
{
	return on_tcp(world, call) &&
	       call_socket(world, call)->state == SOCKET_UNCONNECTED;
}

static bool tcp_would_block(const struct world *world, const struct call *call)
{
	return on_tcp(world, call) && nothing_to_receive(world, call) &&
	       does_not_wait(world, call);
}

/* tcp_recvmsg_locked() looks at the length again once it has waited. */
static bool tcp_wants_nothing(const struct world *world, const struct call *call)
{
	return on_tcp(world, call) && nothing_to_receive(world, call) &&
	       !call->message.length &&
	       (world->facts & FACT_SIGNAL_COMES ||
		call_socket(world, call)->receive_timeout);
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
		.cites = { POSIX("recvfrom", "EOPNOTSUPP"),
			   QUOTE("recvfrom(2)",
				 "Some protocols place expedited data at the head of "
				 "the normal data queue, and thus this flag cannot be "
				 "used with such protocols."),
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
		.id = "recvfrom.tcp.listening",
		.says = "nothing is received from a socket that listens",
		.when = tcp_listening,
		.outcome = FAILS(ENOTCONN),
		.cites = { NOT_CONNECTED_CITES,
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked") },
	},
	{
		.id = "recvfrom.tcp.no_urgent_data",
		.says = "MSG_OOB is refused where there is no out-of-band data, "
			"before it matters that there is no connection",
		.when = no_urgent_data,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL("recvfrom(2)", "EINVAL"), POSIX("recvfrom", "EINVAL"),
			   KERNEL("net/ipv4/tcp.c", "tcp_recv_urg") },
	},
	{
		.id = "recvfrom.tcp.shut_down",
		.says = "once shut down for reading, a socket is at its end, also one "
			"that never had a connection",
		.when = tcp_shut,
		.outcome = RETURNS(0),
		.cites = { QUOTE("shutdown(2)",
				 "If how is SHUT_RD, further receptions will be "
				 "disallowed."),
			   POSIX("recvfrom", NULL),
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked"),
			   KERNEL("net/ipv4/af_inet.c", "inet_shutdown") },
	},
	{
		.id = "recvfrom.tcp.not_connected",
		.says = "nothing is received from a TCP socket that has no "
			"connection",
		.when = tcp_not_connected,
		.outcome = FAILS(ENOTCONN),
		.cites = { NOT_CONNECTED_CITES,
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked") },
	},
	{
		.id = "recvfrom.tcp.would_block",
		.says = "a connection on which nothing has come does not let a call "
			"wait that shall not",
		.when = tcp_would_block,
		.outcome = FAILS(EAGAIN),
		.cites = { WOULD_BLOCK_CITES,
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked") },
	},
	{
		.id = "recvfrom.tcp.wants_nothing",
		.says = "a call for no bytes waits as any other does, and when its "
			"time "
			"is up or a signal has come it gives 0",
		.when = tcp_wants_nothing,
		.outcome = RETURNS(0),
		.cites = { KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked") },
		.undocumented = true,
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
