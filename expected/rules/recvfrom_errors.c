/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_errors.c - rules of recvfrom(2) for errors of UDP, raw and echo sockets: the
 * queue that MSG_ERRQUEUE reads, in the order of ip_recv_error() and ipv6_recv_error();
 * and the error that waits and is told by the next call.
 */
#include <string.h>
#include <time.h>

#include <linux/errqueue.h>

#include "../world_ip.h"
#include "../world_messages.h"
#include "recvfrom_ip.h"

/* The first error of the queue, where the call asks for it, or NULL. */
static const struct world_error *queued_error(const struct world *world,
					      const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	if (!on_datagrams(world, call) || !has_flag(call, MSG_ERRQUEUE) ||
	    refuses_out_of_band(world, call) || !on->datagrams.error_count)
		return NULL;
	return &on->datagrams.errors[0];
}

static bool is_queued(const struct world *world, const struct call *call)
{
	return queued_error(world, call);
}

static bool buffer_unwritable(const struct world *world, const struct call *call)
{
	const struct world_error *first = queued_error(world, call);

	return first && error_unwritable(call, first);
}

static bool addrlen_unreadable(const struct call *call)
{
	return call->message.addrlen_unreadable ||
	       (call->name == CALL_RECVFROM && call->message.addrlen_unwritable);
}

static bool addrlen_negative(const struct world *world, const struct call *call)
{
	return is_queued(world, call) && call->message.name_wanted &&
	       !addrlen_unreadable(call) && call->message.room < 0;
}

static bool address_unwritable(const struct world *world, const struct call *call)
{
	const struct world_error *first = queued_error(world, call);

	return first && call->message.name_wanted &&
	       (addrlen_unreadable(call) ||
		call->message.name_writable < smaller((size_t)call->message.room,
						      first->message.name_length));
}

/* What ICMP says comes from a sender, which the socket's options may ask about. */
static bool from_network(const struct world_error *error)
{
	return error->origin == SO_EE_ORIGIN_ICMP ||
	       error->origin == SO_EE_ORIGIN_ICMP6;
}

/* The options tell of the packet that told of the error, which has come to lo. */
static void add_packet_controls(const struct world_socket *on,
				const struct world_error *error, struct controls *to)
{
	struct world_header header = error->message.header;

	/* What ICMP says has come to lo, of what was sent it is what it was. */
	if (from_network(error))
		header.ttl = 64;
	header.tos = error->tos;
	add_network_controls(on, &header, to);
}

static void add_error_control(const struct world_socket *on,
			      const struct world_error *error, struct controls *to)
{
	struct sock_extended_err extended = { .ee_errno = (unsigned int)error->error,
					      .ee_origin = error->origin,
					      .ee_type = error->type,
					      .ee_code = error->code,
					      .ee_info = error->info,
					      .ee_data = error->data };
	/* The error, and the address of the offender behind it. */
	unsigned char bytes[sizeof(extended) + sizeof(struct sockaddr_in6)] = { 0 };
	bool v4 = on->domain == AF_INET;

	memcpy(bytes, &extended, sizeof(extended));
	if (from_network(error) || error->packet)
		ip_write_name(on->domain, error->offender, 0, 1,
			      bytes + sizeof(extended));
	add_control(to, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_RECVERR : IPV6_RECVERR,
		    bytes,
		    sizeof(extended) + (v4 ? sizeof(struct sockaddr_in)
					   : sizeof(struct sockaddr_in6)));
}

static void error_received(const struct world *world, const struct call *call,
			   struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);
	const struct world_error *error = queued_error(world, call);
	const struct world_message *message = &error->message;
	struct controls to = begin_controls(call, outcome);

	outcome->gives = true;
	outcome->data_length = smaller(call->message.length, message->length);
	outcome->value = (long)outcome->data_length;
	outcome->data_known =
		(unsigned int)smaller(outcome->data_length, message->kept);
	memcpy(outcome->data, world_message_bytes(world, message), outcome->data_known);
	outcome->data_open = message->open;
	outcome->flags |= MSG_ERRQUEUE;
	if (call->message.length < message->length)
		outcome->flags |= MSG_TRUNC;
	recvfrom_write_name(world, call, message, outcome);
	add_time_controls(on, error->stamped, &to);
	if (from_network(error) || error->packet)
		add_packet_controls(on, error, &to);
	add_error_control(on, error, &to);
}

static bool too_little_room(const struct world *world, const struct call *call)
{
	struct outcome outcome = { .kind = OUTCOME_VALUE };

	if (!is_queued(world, call) || !call->message.control_room)
		return false;
	error_received(world, call, &outcome);
	return outcome.flags & MSG_CTRUNC;
}

/* Of when a datagram was sent, and of nothing that went wrong. */
static bool is_time(const struct world *world, const struct call *call)
{
	const struct world_error *first = queued_error(world, call);

	return first && first->origin == SO_EE_ORIGIN_TIMESTAMPING &&
	       !(call->message.control_room && too_little_room(world, call));
}

/* Of bytes that were lent by MSG_ZEROCOPY. */
static bool is_given_back(const struct world *world, const struct call *call)
{
	const struct world_error *first = queued_error(world, call);

	return first && first->origin == SO_EE_ORIGIN_ZEROCOPY &&
	       !(call->message.control_room && too_little_room(world, call));
}

static bool is_cut(const struct world *world, const struct call *call)
{
	const struct world_error *first = queued_error(world, call);

	return first && call->message.length < first->message.length;
}

static bool with_room(const struct world *world, const struct call *call)
{
	return is_queued(world, call) && call->message.control_room;
}

/* Is this the error that waits, and is it for this call to tell? */
static bool waits(const struct world *world, const struct call *call, int error)
{
	return on_datagrams(world, call) && !has_flag(call, MSG_ERRQUEUE) &&
	       !refuses_out_of_band(world, call) &&
	       call_socket(world, call)->error == error;
}

/* What was told is not told again, and some are never told. */
static bool waits_no_more(const struct world *world, const struct call *call)
{
	return on_datagrams(world, call) && !has_flag(call, MSG_ERRQUEUE) &&
	       !refuses_out_of_band(world, call) &&
	       call_socket(world, call)->datagrams.refused &&
	       nothing_to_receive(world, call) && does_not_wait(world, call);
}

/* A datagram for it was dropped, and no other has come. */
static bool spoilt(const struct world *world, const struct call *call)
{
	return on_datagrams(world, call) && !has_flag(call, MSG_ERRQUEUE) &&
	       call_socket(world, call)->datagrams.spoilt &&
	       nothing_to_receive(world, call) && does_not_wait(world, call);
}

#define WAITS(name, error)                                                   \
	static bool name(const struct world *world, const struct call *call) \
	{                                                                    \
		return waits(world, call, error);                            \
	}
WAITS(refused, ECONNREFUSED)
WAITS(host_unreachable, EHOSTUNREACH)
WAITS(network_unreachable, ENETUNREACH)
WAITS(too_long, EMSGSIZE)
WAITS(parameter_problem, EPROTO)
WAITS(no_protocol, ENOPROTOOPT)
WAITS(host_down, EHOSTDOWN)
WAITS(host_isolated, ENONET)
WAITS(source_route, EOPNOTSUPP)
WAITS(prohibited, EACCES)

#define QUEUED(id_, says_, when_, ...)                                          \
	{                                                                       \
		.id = id_, .says = says_, .when = when_, .outcome = RETURNS(0), \
		.computed = error_received, .cites = {                          \
			__VA_ARGS__                                             \
		}                                                               \
	}

#define ERROR_QUEUE_KERNEL                                 \
	KERNEL("net/ipv4/ip_sockglue.c", "ip_recv_error"), \
		KERNEL("net/ipv6/datagram.c", "ipv6_recv_error")

/* Told once: sock_error().  It comes before what else waits. */
#define WAITING(id_, says_, when_, error, ...)                                    \
	{                                                                         \
		.id = id_, .says = says_, .when = when_, .outcome = FAILS(error), \
		.cites = {                                                        \
			__VA_ARGS__,                                              \
			KERNEL("net/ipv4/udp.c", "__skb_recv_udp"),               \
			KERNEL("net/core/datagram.c", "__skb_try_recv_datagram")  \
		}                                                                 \
	}

/* No page says which errno stands for these. */
#define UNDOCUMENTED(id_, says_, when_, error, ...)                               \
	{                                                                         \
		.id = id_, .says = says_, .when = when_, .outcome = FAILS(error), \
		.cites = { __VA_ARGS__ }, .undocumented = true                    \
	}

#define UNREACHABLE_KERNEL KERNEL("net/ipv4/udp.c", "__udp4_lib_err")

static const struct rule recvfrom_errors_rules[] = {
	{
		.id = "recvfrom.errqueue.buffer_unwritable",
		.says = "a buffer into which what the error is about cannot be written "
			"is refused, and the error is gone",
		.when = buffer_unwritable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EFAULT",
					"The receive buffer pointer(s) point outside "
					"the process's address space."),
			   ERROR_QUEUE_KERNEL },
	},
	{
		.id = "recvfrom.errqueue.addrlen_negative",
		.says = "a negative *addrlen is refused, once the error is taken",
		.when = addrlen_negative,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EINVAL",
					"Invalid argument passed."),
			   KERNEL("net/socket.c", "move_addr_to_user") },
	},
	{
		.id = "recvfrom.errqueue.address_unwritable",
		.says = "memory for the address or its length that cannot be used is "
			"refused, once the error is taken",
		.when = address_unwritable,
		.outcome = FAILS(EFAULT),
		.cites = { KERNEL("net/socket.c", "move_addr_to_user") },
		.undocumented = true,
	},
	QUEUED("recvfrom.errqueue.control_cut",
	       "where there is not room for all control messages, MSG_CTRUNC says so, "
	       "and the error is gone all the same",
	       too_little_room,
	       QUOTE("recvfrom(2)",
		     "indicates that some control data was discarded due "
		     "to lack of space in the buffer for ancillary "
		     "data."),
	       KERNEL("net/core/scm.c", "put_cmsg"), ERROR_QUEUE_KERNEL),
	{
		.id = "recvfrom.errqueue.sent_at",
		.says = "with SO_TIMESTAMPING the queue of errors tells when a "
			"datagram was sent, with its frame and no address; with "
			"SOF_TIMESTAMPING_OPT_TSONLY without either",
		.when = is_time,
		.outcome = RETURNS(0),
		.computed = error_received,
		.cites = { TEXT("the kernel's "
				"Documentation/networking/timestamping.rst, "
				"2.1.1 and 2.1.2"),
			   KERNEL("net/core/skbuff.c", "__skb_complete_tx_timestamp"),
			   KERNEL("net/socket.c", "__sock_recv_timestamp"),
			   ERROR_QUEUE_KERNEL },
		.undocumented = true,
	},
	{
		.id = "recvfrom.errqueue.given_back",
		.says = "with SO_ZEROCOPY the queue of errors tells which calls with "
			"MSG_ZEROCOPY have their bytes back, from the first to the "
			"last, and whether they were copied after all",
		.when = is_given_back,
		.outcome = RETURNS(0),
		.computed = error_received,
		.cites = { TEXT("the kernel's Documentation/networking/"
				"msg_zerocopy.rst, Notification Reception"),
			   KERNEL("net/core/skbuff.c", "__msg_zerocopy_callback"),
			   ERROR_QUEUE_KERNEL },
		.undocumented = true,
	},
	QUEUED("recvfrom.errqueue.explained",
	       "a control message has the error, its origin, its type and code and "
	       "who says so; what options tell of that one's packet comes before it",
	       with_room,
	       QUOTE("recvfrom(2)",
		     "The error is passed in an ancillary message with a "
		     "type dependent on the protocol (for IPv4 "
		     "IP_RECVERR)."),
	       QUOTE("ip(7)", "ee_type and ee_code are set from the type and code "
			      "fields of the ICMP header."),
	       QUOTE("ip(7)", "The message also contains the sockaddr_in of the node "
			      "caused the error, which can be accessed with the "
			      "SO_EE_OFFENDER macro."),
	       ERROR_QUEUE_KERNEL),
	QUEUED("recvfrom.errqueue.cut",
	       "of what the error is about, what does not fit into the buffer is lost",
	       is_cut,
	       QUOTE("recvfrom(2)",
		     "The payload of the original packet that caused the "
		     "error is passed as normal data via msg_iovec."),
	       QUOTE("recvfrom(2)",
		     "indicates that the trailing portion of a datagram "
		     "was discarded because the datagram was larger than "
		     "the buffer supplied."),
	       ERROR_QUEUE_KERNEL),
	QUEUED("recvfrom.errqueue.received",
	       "MSG_ERRQUEUE gives what the first error of the queue is about, and the "
	       "address that it was sent to; the error is gone then, also with "
	       "MSG_PEEK",
	       is_queued,
	       QUOTE("recvfrom(2)",
		     "The payload of the original packet that caused the "
		     "error is passed as normal data via msg_iovec."),
	       QUOTE("recvfrom(2)", "The original destination address of the datagram "
				    "that caused the error is supplied via msg_name."),
	       QUOTE("recvfrom(2)", "For error receives, the MSG_ERRQUEUE flag is set "
				    "in the msghdr."),
	       ERROR_QUEUE_KERNEL),
	WAITING("recvfrom.error.refused",
		"where an earlier datagram of a connected socket was refused, or with "
		"IP_RECVERR of any, the next call tells so, before it gives what waits",
		refused, ECONNREFUSED,
		MANUAL_QUOTE("recvfrom(2)", "ECONNREFUSED",
			     "A remote host refused to allow the network connection"),
		MANUAL_QUOTE("udp(7)", "ECONNREFUSED",
			     "No receiver was associated with the destination address. "
			     "This might be caused by a previous packet sent over the "
			     "socket.")),
	WAITING("recvfrom.error.host_unreachable",
		"the next call tells that a host cannot be reached, or a packet took "
		"too long to",
		host_unreachable, EHOSTUNREACH,
		MANUAL_QUOTE("ip(7)", "EHOSTUNREACH",
			     "This error can be caused by an ICMP message from a "
			     "remote router or for the local routing table."),
		UNREACHABLE_KERNEL),
	WAITING("recvfrom.error.too_long",
		"the next call tells that a datagram was longer than a router lets "
		"pass",
		too_long, EMSGSIZE,
		MANUAL_QUOTE("ip(7)", "EMSGSIZE",
			     "Datagram is bigger than an MTU on the path and it cannot "
			     "be fragmented."),
		UNREACHABLE_KERNEL),
	WAITING("recvfrom.error.parameter_problem",
		"the next call tells that a header was found wrong", parameter_problem,
		EPROTO,
		MANUAL_QUOTE("raw(7)", "EPROTO",
			     "An ICMP error has arrived reporting a parameter "
			     "problem."),
		UNREACHABLE_KERNEL),
	UNDOCUMENTED("recvfrom.error.network_unreachable",
		     "the next call tells that a network cannot be reached",
		     network_unreachable, ENETUNREACH, UNREACHABLE_KERNEL,
		     KERNEL("net/ipv6/icmp.c", "icmpv6_err_convert")),
	/* raw(7): "For connected sockets, only EMSGSIZE and EPROTO are passed". */
	UNDOCUMENTED("recvfrom.error.no_protocol",
		     "the next call tells that nobody there takes the protocol",
		     no_protocol, ENOPROTOOPT, UNREACHABLE_KERNEL,
		     KERNEL("net/ipv4/raw.c", "raw_err")),
	UNDOCUMENTED("recvfrom.error.host_down",
		     "the next call tells that a host is not known", host_down,
		     EHOSTDOWN, UNREACHABLE_KERNEL),
	UNDOCUMENTED("recvfrom.error.host_isolated",
		     "the next call tells that a host is isolated", host_isolated,
		     ENONET, UNREACHABLE_KERNEL),
	UNDOCUMENTED("recvfrom.error.source_route",
		     "the next call tells that a source route has failed", source_route,
		     EOPNOTSUPP, UNREACHABLE_KERNEL),
	UNDOCUMENTED("recvfrom.error.prohibited",
		     "the next call tells that an IPv6 router may not pass it on",
		     prohibited, EACCES,
		     KERNEL("net/ipv6/icmp.c", "icmpv6_err_convert")),
	{
		.id = "recvfrom.udp.checksum_wrong",
		.says = "a datagram with a wrong checksum, or over IPv6 with none, "
			"does "
			"not come",
		.when = spoilt,
		.outcome = FAILS(EAGAIN),
		.posix_silent = true,
		.cites = { WOULD_BLOCK_CITES,
			   QUOTE("udp(7)",
				 "UDP generates and checks checksums to catch "
				 "transmission errors."),
			   KERNEL("net/ipv4/udp.c", "udp_recvmsg"),
			   KERNEL("net/ipv6/udp.c", "udpv6_recvmsg") },
	},
	{
		.id = "recvfrom.error.none_waits",
		.says = "an error is told once; one that a router may still mend, or "
			"of "
			"a datagram of a socket that is not connected, is not told "
			"without IP_RECVERR",
		.when = waits_no_more,
		.outcome = FAILS(EAGAIN),
		/* udp(7) has it otherwise: "All fatal errors will be passed to the user
		 * as an error return even when the socket is not connected." */
		.posix_silent = true,
		.cites = { WOULD_BLOCK_CITES,
			   QUOTE("ip(7)", "This is useful for reliable error handling "
					  "on unconnected sockets."),
			   UNREACHABLE_KERNEL,
			   KERNEL("net/ipv6/udp.c", "__udp6_lib_err") },
	},
};
RULE_LIST(recvfrom_errors, CALL_RECVFROM);

static bool asks_for_error(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on_datagrams(world, call) && on->error &&
	       call->option.level == SOL_SOCKET && call->option.optname == SO_ERROR &&
	       call->option.optlen >= sizeof(int);
}

static void error_told(const struct world *world, const struct call *call,
		       struct outcome *outcome)
{
	outcome->length = sizeof(int);
	memcpy(outcome->bytes, &call_socket(world, call)->error, sizeof(int));
}

static const struct rule recvfrom_error_options_rules[] = {
	{
		.id = "recvfrom.error.so_error",
		.says = "SO_ERROR tells the error that waits, and no call does then",
		.when = asks_for_error,
		.outcome = RETURNS(0),
		.computed = error_told,
		.cites = { QUOTE("socket(7)",
				 "Get and clear the pending socket error."),
			   POSIX("getsockopt", NULL),
			   KERNEL("net/core/sock.c", "sk_getsockopt") },
	},
};
RULE_LIST(recvfrom_error_options, CALL_GETSOCKOPT);
