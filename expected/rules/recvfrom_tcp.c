/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_tcp.c - rules of recvfrom(2) for streams of the IP families that have
 * nothing to give: where a call fails, and where it is at the end; in the order of
 * tcp_recvmsg_locked() and tcp_recv_urg().
 */
#include <string.h>

#include "../posix_sets.h"
#include "recvfrom_tcp.h"

static const struct world_socket *stream(const struct world *world,
					 const struct call *call)
{
	return on_ip_stream(world, call) ? call_socket(world, call) : NULL;
}

static bool listening(const struct world *world, const struct call *call)
{
	const struct world_socket *on = stream(world, call);

	return on && on->state == SOCKET_LISTENING;
}

static bool urgent_inline(const struct world *world, const struct call *call)
{
	return asks_for_urgent(world, call) && stream(world, call)->urgent_inline;
}

static bool no_urgent_data(const struct world *world, const struct call *call)
{
	return asks_for_urgent(world, call) &&
	       (stream(world, call)->tcp.urgent == URGENT_NONE ||
		stream(world, call)->tcp.urgent == URGENT_READ);
}

/* One that saw the other end's FIN is still good for it: SOCK_DONE. */
static bool urgent_not_connected(const struct world *world, const struct call *call)
{
	return asks_for_urgent(world, call) && stream(world, call)->tcp.broken &&
	       !stream(world, call)->at_end;
}

static bool urgent_unwritable(const struct world *world, const struct call *call)
{
	return asks_for_urgent(world, call) &&
	       stream(world, call)->tcp.urgent == URGENT_WAITS &&
	       !has_flag(call, MSG_TRUNC) && call->message.length &&
	       !call->message.writable;
}

static bool urgent_announced(const struct world *world, const struct call *call)
{
	return asks_for_urgent(world, call) &&
	       stream(world, call)->tcp.urgent == URGENT_ANNOUNCED &&
	       !no_more_reads(stream(world, call));
}

static bool repair_refuses(const struct world *world, const struct call *call)
{
	return in_repair(world, call) && !has_flag(call, MSG_PEEK);
}

static bool repair_without_queue(const struct world *world, const struct call *call)
{
	return in_repair(world, call) &&
	       stream(world, call)->tcp.repair_queue == LINUX_TCP_NO_QUEUE;
}

static bool send_queue_unwritable(const struct world *world, const struct call *call)
{
	size_t due;

	if (!on_send_queue(world, call))
		return false;
	due = stream(world, call)->tcp.unsent.length;
	if (due > call->message.length)
		due = call->message.length;
	return call->message.writable < due;
}

/* Is there nothing to read, and an error to be told of it?  The end comes first. */
static bool tells_error(const struct world *world, const struct call *call, int error)
{
	struct tcp_view view;

	if (!reads_stream(world, call) || !nothing_to_receive(world, call))
		return false;
	view = tcp_look(world, call);
	return !view.on.at_end && view.on.error == error;
}

static bool was_reset(const struct world *world, const struct call *call)
{
	return tells_error(world, call, ECONNRESET);
}

static bool was_refused(const struct world *world, const struct call *call)
{
	return tells_error(world, call, ECONNREFUSED);
}

static bool is_unreachable(const struct world *world, const struct call *call)
{
	return tells_error(world, call, EHOSTUNREACH);
}

static bool was_aborted(const struct world *world, const struct call *call)
{
	return tells_error(world, call, ECONNABORTED);
}

static bool disconnected(const struct world *world, const struct call *call)
{
	return reads_stream(world, call) && nothing_to_receive(world, call) &&
	       tcp_look(world, call).waited && world->coming.kind == COMES_DISCONNECT;
}

static bool not_connected(const struct world *world, const struct call *call)
{
	const struct world_socket *on = stream(world, call);

	return reads_stream(world, call) && on->state == SOCKET_UNCONNECTED &&
	       !on->tcp.connecting && !no_more_reads(on) &&
	       nothing_to_receive(world, call);
}

static bool would_block(const struct world *world, const struct call *call)
{
	return reads_stream(world, call) && nothing_to_receive(world, call) &&
	       !no_more_reads(stream(world, call)) && does_not_wait(world, call);
}

/* mptcp_recvmsg() does not begin, where tcp_recvmsg_locked() looks at the queue. */
static bool mptcp_asks_nothing(const struct world *world, const struct call *call)
{
	return on_ip_stream(world, call) && !on_tcp(world, call) &&
	       !call->message.length;
}

static const struct rule recvfrom_tcp_rules[] = {
	{
		.id = "recvfrom.tcp.listening",
		.says = "nothing is received from a socket that listens",
		.when = listening,
		.outcome = FAILS(ENOTCONN),
		.cites = { NOT_CONNECTED_CITES,
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked"),
			   KERNEL("net/mptcp/protocol.c", "mptcp_recvmsg") },
	},
	{
		.id = "recvfrom.tcp.urgent_inline",
		.says = "with SO_OOBINLINE there is no out-of-band data: MSG_OOB is "
			"refused, whatever waits",
		.when = urgent_inline,
		.outcome = FAILS(EINVAL),
		.posix_computed = posix_nothing_urgent,
		.cites = { MANUAL("recvfrom(2)", "EINVAL"),
			   QUOTE("tcp(7)",
				 "When the SO_OOBINLINE socket option is enabled, "
				 "urgent data is put into the normal data stream"),
			   POSIX("recvfrom", "EINVAL"), POSIX("recvfrom", "EAGAIN"),
			   POSIX_SAYS("recvfrom", "EOPNOTSUPP",
				      "flags that the type does not support"),
			   KERNEL("net/ipv4/tcp.c", "tcp_recv_urg") },
	},
	{
		.id = "recvfrom.tcp.no_urgent_data",
		.says = "MSG_OOB is refused where there is no out-of-band data (any "
			"more), before it matters that there is no connection",
		.when = no_urgent_data,
		.outcome = FAILS(EINVAL),
		.posix_computed = posix_nothing_urgent,
		.cites = { MANUAL("recvfrom(2)", "EINVAL"), POSIX("recvfrom", "EINVAL"),
			   POSIX("recvfrom", "EAGAIN"),
			   POSIX_SAYS("recvfrom", "EOPNOTSUPP",
				      "flags that the type does not support"),
			   KERNEL("net/ipv4/tcp.c", "tcp_recv_urg") },
	},
	{
		.id = "recvfrom.tcp.urgent_not_connected",
		.says = "when the connection is reset, its out-of-band data is lost",
		.when = urgent_not_connected,
		.outcome = FAILS(ENOTCONN),
		.posix_computed = posix_nothing_urgent,
		.cites = { MANUAL("recvfrom(2)", "ENOTCONN"),
			   POSIX("recvfrom", "ENOTCONN"),
			   POSIX_SAYS("recvfrom", "EINVAL",
				      "MSG_OOB, and no out-of-band data is there"),
			   POSIX("recvfrom", "EAGAIN"),
			   POSIX_SAYS("recvfrom", "EOPNOTSUPP",
				      "flags that the type does not support"),
			   KERNEL("net/ipv4/tcp.c", "tcp_recv_urg") },
	},
	{
		.id = "recvfrom.tcp.urgent_unwritable",
		.says = "a buffer into which the urgent byte cannot be written is "
			"refused; the byte is gone then, unless MSG_PEEK was asked",
		.when = urgent_unwritable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EFAULT",
					"The receive buffer pointer(s) point outside "
					"the process's address space."),
			   KERNEL("net/ipv4/tcp.c", "tcp_recv_urg") },
	},
	{
		.id = "recvfrom.tcp.urgent_announced",
		.says = "MSG_OOB never waits: where an urgent byte is announced and "
			"has not come, it says so",
		.when = urgent_announced,
		.outcome = FAILS(EAGAIN),
		.posix_computed = posix_nothing_urgent,
		.cites = { MANUAL("recvfrom(2)", "EAGAIN"), POSIX("recvfrom", "EAGAIN"),
			   POSIX_SAYS("recvfrom", "EINVAL",
				      "MSG_OOB, and no out-of-band data is there"),
			   POSIX_SAYS("recvfrom", "EOPNOTSUPP",
				      "flags that the type does not support"),
			   KERNEL("net/ipv4/tcp.c", "tcp_recv_urg") },
	},
	{
		.id = "recvfrom.tcp.repair_peeks_only",
		.says = "a socket with TCP_REPAIR lets nothing be taken, but peeked at",
		.when = repair_refuses,
		.outcome = FAILS(EPERM),
		.cites = { KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.tcp.repair_without_queue",
		.says = "a socket with TCP_REPAIR is peeked at in a queue that "
			"TCP_REPAIR_QUEUE has chosen",
		.when = repair_without_queue,
		.outcome = FAILS(EINVAL),
		.cites = { KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.tcp.send_queue_unwritable",
		.says = "a buffer into which the bytes of the send queue cannot be "
			"written is refused",
		.when = send_queue_unwritable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL("recvfrom(2)", "EFAULT"),
			   KERNEL("net/ipv4/tcp.c", "tcp_peek_sndq") },
	},
	{
		.id = "recvfrom.mptcp.nothing_asked",
		.says = "a call for no bytes gives 0 at once, also where there is no "
			"connection",
		.when = mptcp_asks_nothing,
		.outcome = RETURNS(0),
		.cites = { QUOTE("recvfrom(2)",
				 "The value 0 may also be returned if the requested "
				 "number of bytes to receive from a stream socket was "
				 "0."),
			   KERNEL("net/mptcp/protocol.c", "mptcp_recvmsg") },
	},
	{
		.id = "recvfrom.tcp.reset",
		.says = "that the connection was reset is told once what had come is "
			"read, and once only",
		.when = was_reset,
		.outcome = FAILS(ECONNRESET),
		.cites = { POSIX("recvfrom", "ECONNRESET"),
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked"),
			   KERNEL("net/ipv4/tcp_input.c", "tcp_reset"),
			   KERNEL("net/ipv4/tcp.c", "tcp_disconnect") },
	},
	{
		.id = "recvfrom.tcp.refused",
		.says = "that the connection was refused is told, once, where "
			"connect(2) did not wait for it",
		.when = was_refused,
		.outcome = FAILS(ECONNREFUSED),
		.cites = { MANUAL_QUOTE("recvfrom(2)", "ECONNREFUSED",
					"A remote host refused to allow the network "
					"connection (typically because it is not "
					"running the requested service)."),
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked"),
			   KERNEL("net/ipv4/tcp_input.c", "tcp_reset") },
	},
	{
		.id = "recvfrom.tcp.unreachable",
		.says = "with IP_RECVERR, what ICMP has to say of a connection that "
			"stands is told once what had come is read, and once only",
		.when = is_unreachable,
		.outcome = FAILS(EHOSTUNREACH),
		.posix_silent = true,
		.cites = { QUOTE("ip(7)",
				 "IP_RECVERR is valid for TCP, but all errors are "
				 "returned by socket function return or SO_ERROR "
				 "only."),
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked"),
			   KERNEL("net/ipv4/tcp_ipv4.c", "tcp_v4_err") },
	},
	{
		.id = "recvfrom.tcp.aborted",
		.says = "a connection that was dissolved in repair was aborted, which "
			"is told once",
		.when = was_aborted,
		.outcome = FAILS(ECONNABORTED),
		.cites = { KERNEL("net/ipv4/tcp.c", "tcp_disconnect"),
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked") },
		.undocumented = true,
	},
	{
		/* The stable series of 6.1 has it as mainline since 6.6: commit
		 * 419ce133ab92. */
		.id = "recvfrom.tcp.disconnected",
		.says = "who waits while another process dissolves the association "
			"is told that the pipe is broken",
		.when = disconnected,
		.outcome = FAILS(EPIPE),
		.cites = { KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked"),
			   KERNEL("net/core/sock.c", "sk_wait_data") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.tcp.not_connected",
		.says = "nothing is received from a stream socket that has no "
			"connection",
		.when = not_connected,
		.outcome = FAILS(ENOTCONN),
		.cites = { NOT_CONNECTED_CITES,
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked"),
			   KERNEL("net/mptcp/protocol.c", "mptcp_recvmsg") },
	},
	{
		.id = "recvfrom.tcp.would_block",
		.says = "a connection on which nothing has come, or which does not "
			"stand yet, does not let a call wait that shall not",
		.when = would_block,
		.outcome = FAILS(EAGAIN),
		.posix_computed = posix_connecting,
		.cites = { WOULD_BLOCK_CITES, POSIX("recvfrom", "ENOTCONN"),
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked"),
			   KERNEL("net/mptcp/protocol.c", "mptcp_recvmsg") },
	},
};
RULE_LIST(recvfrom_tcp, CALL_RECVFROM);

static bool ends(const struct world *world, const struct call *call)
{
	return reads_stream(world, call) && nothing_to_receive(world, call);
}

static bool at_end(const struct world *world, const struct call *call)
{
	return ends(world, call) && tcp_look(world, call).on.at_end;
}

static bool shut_down(const struct world *world, const struct call *call)
{
	return ends(world, call) && tcp_look(world, call).on.shut_read;
}

static bool connection_over(const struct world *world, const struct call *call)
{
	return ends(world, call) && stream(world, call)->tcp.broken;
}

static const struct rule recvfrom_tcp_ends_rules[] = {
	{
		.id = "recvfrom.tcp.at_end",
		.says = "when all that the other end has sent before its end is read, "
			"each call gives 0, whatever else has become of the connection",
		.when = at_end,
		.outcome = RETURNS(0),
		.computed = recvfrom_nothing_comes,
		.cites = { QUOTE("recvfrom(2)",
				 "When a stream socket peer has performed an orderly "
				 "shutdown, the return value will be 0 (the "
				 "traditional \"end-of-file\" return)."),
			   POSIX("recvfrom", NULL),
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked"),
			   KERNEL("net/ipv4/tcp_input.c", "tcp_fin"),
			   KERNEL("net/mptcp/protocol.c", "mptcp_recvmsg") },
	},
	{
		.id = "recvfrom.tcp.shut_down",
		.says = "once shut down for reading, a socket is at its end when what "
			"has come is read, also one that never had a connection",
		.when = shut_down,
		.outcome = RETURNS(0),
		.computed = recvfrom_nothing_comes,
		.posix_silent = true,
		.cites = { QUOTE("shutdown(2)",
				 "If how is SHUT_RD, further receptions will be "
				 "disallowed."),
			   POSIX("recvfrom", NULL),
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked"),
			   KERNEL("net/ipv4/af_inet.c", "inet_shutdown") },
	},
	{
		.id = "recvfrom.tcp.over",
		.says = "once it has been told that the connection was reset or "
			"refused, each call gives 0",
		.when = connection_over,
		.outcome = RETURNS(0),
		.computed = recvfrom_nothing_comes,
		.cites = { KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked"),
			   KERNEL("net/ipv4/tcp.c", "tcp_done") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.tcp.wants_nothing",
		.says = "a call for no bytes waits as any other does, and when its "
			"time is up or a signal has come it gives 0",
		.when = wait_was_for_nothing,
		.outcome = RETURNS(0),
		.computed = recvfrom_nothing_comes,
		.cites = { KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked") },
		.undocumented = true,
	},
};
RULE_LIST(recvfrom_tcp_ends, CALL_RECVFROM);

static bool sets_peek_offset(const struct world *world, const struct call *call)
{
	return on_tcp(world, call) && call->option.level == SOL_SOCKET &&
	       call->option.optname == SO_PEEK_OFF &&
	       call->option.optlen >= sizeof(int);
}

static const struct rule recvfrom_tcp_options_rules[] = {
	{
		/* IPv6 has it since 6.12, of which no case speaks: commits
		 * 05ea491641d3 and be9a4fb831b8. */
		.id = "recvfrom.tcp.peek_offset_refused",
		.says = "TCP had no SO_PEEK_OFF before Linux 6.9: to set it is refused",
		.when = sets_peek_offset,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { QUOTE("socket(7)", "This option, which is currently "
					      "supported only for unix(7) sockets"),
			   KERNEL("net/core/sock.c", "sk_setsockopt") },
		.until = LINUX(6, 9),
	},
};
RULE_LIST(recvfrom_tcp_options, CALL_SETSOCKOPT);
