/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fileops_queue.c - rules of the requests of ioctl(2) that tell of what waits to be
 * received or sent: FIONREAD, SIOCOUTQ, SIOCATMARK; in the order of tcp_ioctl(),
 * udp_ioctl() and unix_ioctl().
 */
#include <string.h>
#include <sys/ioctl.h>

#include "../world_messages.h"
#include "fileops_common.h"

static bool asks(const struct world *world, const struct call *call, long request)
{
	return on_socket(world, call) && call->file.argument[0] == request;
}

static bool is_ip(const struct world_socket *socket)
{
	return socket->domain == AF_INET || socket->domain == AF_INET6;
}

static bool is_tcp(const struct world_socket *socket)
{
	/* A raw socket may have the protocol, too. */
	return is_ip(socket) && socket->type == SOCK_STREAM &&
	       socket->protocol == IPPROTO_TCP;
}

/* Echo sockets have no such requests, netlink and AF_VSOCK neither. */
static bool tells_queues(const struct world_socket *socket)
{
	if (is_ip(socket))
		return socket->type != SOCK_DGRAM ||
		       (socket->protocol != IPPROTO_ICMP &&
			socket->protocol != IPPROTO_ICMPV6);
	return socket->domain == AF_UNIX || socket->domain == AF_PACKET;
}

static bool asks_waiting(const struct world *world, const struct call *call)
{
	return asks(world, call, FIONREAD) && tells_queues(call_socket(world, call));
}

static bool asks_unsent(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	if (asks(world, call, LINUX_SIOCOUTQNSD))
		return is_tcp(on);
	return asks(world, call, TIOCOUTQ) && tells_queues(on);
}

static bool asks_mark(const struct world *world, const struct call *call)
{
	return asks(world, call, LINUX_SIOCATMARK) && is_tcp(call_socket(world, call));
}

static bool listens(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	if (!on || on->state != SOCKET_LISTENING)
		return false;
	return asks_waiting(world, call) || (is_tcp(on) && asks_unsent(world, call));
}

static bool unwritable(const struct world *world, const struct call *call)
{
	return (asks_waiting(world, call) || asks_unsent(world, call) ||
		asks_mark(world, call)) &&
	       call->file.reachable < call->file.length;
}

/* Of records of AF_UNIX too it is all that waits; of datagrams the first. */
static unsigned int waiting(const struct world_socket *socket)
{
	unsigned int sum = 0;

	if (socket->domain != AF_UNIX || socket->type != SOCK_SEQPACKET)
		return world_waiting(socket);
	for (unsigned int i = 0; i < socket->queued; i++)
		sum += socket->queue[i].length;
	return sum;
}

static void tells_int(int number, struct outcome *outcome)
{
	outcome->kind = OUTCOME_VALUE;
	outcome->length = sizeof(number);
	memcpy(outcome->bytes, &number, sizeof(number));
}

static void tells_waiting(const struct world *world, const struct call *call,
			  struct outcome *outcome)
{
	tells_int((int)waiting(call_socket(world, call)), outcome);
}

/* No case looks while something is on its way. */
static void tells_none(const struct world *world, const struct call *call,
		       struct outcome *outcome)
{
	(void)world;
	(void)call;
	tells_int(0, outcome);
}

static bool nothing_sent(const struct world *world, const struct call *call)
{
	return asks_unsent(world, call) && !world->sent;
}

static bool at_urgent_data(const struct world *world, const struct call *call)
{
	return asks_mark(world, call) && call_socket(world, call)->file.urgent &&
	       !call_socket(world, call)->queued;
}

static void tells_mark(const struct world *world, const struct call *call,
		       struct outcome *outcome)
{
	(void)world;
	(void)call;
	tells_int(1, outcome);
}

static bool no_marks(const struct world *world, const struct call *call)
{
	return asks(world, call, LINUX_SIOCATMARK) &&
	       call_is_on(world, call, AF_UNIX) &&
	       call_socket(world, call)->type != SOCK_STREAM;
}

static const struct rule fileops_queue_rules[] = {
	{
		.id = "ioctl.queue_listening",
		.says = "a socket that listens has nothing waiting, and TCP nothing "
			"unsent; it says so before the memory is looked at",
		.when = listens,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("ioctl(2)", "EINVAL",
					"request or argp is not valid."),
			   QUOTE("tcp(7)",
				 "The socket must not be in LISTEN state, otherwise an "
				 "error (EINVAL) is returned."),
			   QUOTE("unix(7)",
				 "The socket must not be in LISTEN state, otherwise an "
				 "error (EINVAL) is returned."),
			   KERNEL("net/ipv4/tcp.c", "tcp_ioctl"),
			   KERNEL("net/unix/af_unix.c", "unix_inq_len") },
	},
	{
		.id = "ioctl.queue_unwritable",
		.says = "how much waits, or is unsent, is not written where that "
			"cannot be",
		.when = unwritable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("ioctl(2)", "EFAULT",
					"argp references an inaccessible memory area."),
			   KERNEL("net/ipv4/tcp.c", "tcp_ioctl"),
			   KERNEL("net/ipv4/udp.c", "udp_ioctl"),
			   KERNEL("net/unix/af_unix.c", "unix_ioctl") },
	},
	{
		.id = "ioctl.waiting",
		.says = "FIONREAD tells how many bytes of a stream wait, how long the "
			"first datagram is, of records of AF_UNIX how long all are",
		.when = asks_waiting,
		.computed = tells_waiting,
		/* unix(7) does not speak of SOCK_SEQPACKET. */
		.cites = { QUOTE("udp(7)",
				 "Returns the size of the next pending datagram in the "
				 "integer in bytes, or 0 when no datagram is pending."),
			   QUOTE("tcp(7)", "Returns the amount of queued unread data "
					   "in the receive buffer."),
			   QUOTE("unix(7)", "this call returns the number of unread "
					    "bytes in the receive buffer."),
			   KERNEL("net/ipv4/tcp.c", "tcp_ioctl"),
			   KERNEL("net/ipv4/udp.c", "udp_ioctl"),
			   KERNEL("net/unix/af_unix.c", "unix_inq_len") },
	},
	{
		.id = "ioctl.unsent",
		.says = "SIOCOUTQ, and for TCP SIOCOUTQNSD, tell 0 where nothing was "
			"sent",
		.when = nothing_sent,
		.computed = tells_none,
		.cites = { QUOTE("tcp(7)",
				 "Returns the amount of unsent data in the socket send "
				 "queue."),
			   QUOTE("udp(7)", "Returns the number of data bytes in the "
					   "local send queue."),
			   KERNEL("net/ipv4/tcp.c", "tcp_ioctl"),
			   KERNEL("net/ipv4/udp.c", "udp_ioctl") },
	},
	{
		.id = "ioctl.at_urgent_mark",
		.says = "TCP is at its mark where urgent data comes next",
		.when = at_urgent_data,
		.computed = tells_mark,
		.posix_silent = true,
		.cites = { QUOTE("tcp(7)",
				 "Returns true (i.e., value is nonzero) if the inbound "
				 "data stream is at the urgent mark."),
			   POSIX("sockatmark", NULL),
			   KERNEL("net/ipv4/tcp.c", "tcp_ioctl") },
	},
	{
		.id = "ioctl.at_mark",
		.says = "without urgent data, or where other data is before it, TCP "
			"is not at its mark, in whatever state it is",
		.when = asks_mark,
		.computed = tells_none,
		.posix_silent = true,
		.cites = { QUOTE("tcp(7)",
				 "Returns true (i.e., value is nonzero) if the inbound "
				 "data stream is at the urgent mark."),
			   POSIX("sockatmark", NULL),
			   KERNEL("net/ipv4/tcp.c", "tcp_ioctl") },
	},
	{
		.id = "ioctl.no_marks",
		.says = "datagrams and records of AF_UNIX have no marks; without "
			"CONFIG_AF_UNIX_OOB nobody knows the request",
		.when = no_marks,
		.outcome = FAILS(EOPNOTSUPP, ENOTTY),
		.cites = { MANUAL("ioctl(2)", "ENOTTY"),
			   KERNEL("net/unix/af_unix.c", "unix_ioctl") },
		.since = LINUX(5, 15),
	},
};
RULE_LIST(fileops_queue, CALL_IOCTL);
