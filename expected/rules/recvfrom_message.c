/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_message.c - rules of recvfrom(2) for a message that waits, or bytes of a
 * stream, whatever the family: how much is copied, and what of the sender's address; in
 * the order of the protocols' recvmsg and move_addr_to_user().
 */
#include <stdint.h>
#include <string.h>

#include "../world_messages.h"
#include "../world_ports.h"
#include "../world_unix_queue.h"
#include "recvfrom_ip.h"
#include "recvfrom_tcp.h"
#include "recvfrom_unix.h"

/* The first message that waits, or NULL.  Bytes of TCP may come while the call waits,
 * and nobody is told as their sender. */
static const struct world_message *waiting(const struct world *world,
					   const struct call *call)
{
	static const struct world_message bytes;
	const struct world_socket *on = call_socket(world, call);

	if (on_ip_stream(world, call))
		return reads_stream(world, call) && !nothing_to_receive(world, call)
			       ? &bytes
			       : NULL;
	/* Of AF_UNIX it may be another than the first: recvfrom_unix_first(). */
	if (on && on->domain == AF_UNIX)
		return recvfrom_unix_first(world, call);
	return on && on->queued ? &on->queue[0] : NULL;
}

static bool on_stream(const struct world *world, const struct call *call)
{
	return world_is_stream(call_socket(world, call));
}

static bool buffer_unwritable(const struct world *world, const struct call *call)
{
	const struct world_message *first = waiting(world, call);
	size_t due = first ? first->length : 0;

	if (on_ip_stream(world, call))
		due = tcp_bytes_at_once(world, call);
	if (first && call_is_on(world, call, AF_UNIX))
		return world_unix_take(call_socket(world, call), call).fault;
	return first && !discards(world, call) &&
	       call->message.writable < smaller(call->message.length, due);
}

/* Also where TCP has come to its end, or gives an urgent byte, and where datagrams have
 * come to theirs. */
static bool address_is_told(const struct world *world, const struct call *call)
{
	return waiting(world, call) || tcp_succeeds(world, call) ||
	       datagrams_end(world, call);
}

static bool addrlen_unreadable(const struct world *world, const struct call *call)
{
	return address_is_told(world, call) && call->message.name_wanted &&
	       call->message.addrlen_unreadable;
}

static bool addrlen_negative(const struct world *world, const struct call *call)
{
	return address_is_told(world, call) && call->message.name_wanted &&
	       call->message.room < 0;
}

static bool address_unwritable(const struct world *world, const struct call *call)
{
	const struct world_message *first = waiting(world, call);

	return first && call->message.name_wanted &&
	       call->message.name_writable <
		       smaller((size_t)call->message.room, first->name_length);
}

static bool addrlen_unwritable(const struct world *world, const struct call *call)
{
	return address_is_told(world, call) && call->name == CALL_RECVFROM &&
	       call->message.name_wanted && call->message.addrlen_unwritable;
}

static bool message_peeked(const struct world *world, const struct call *call)
{
	return waiting(world, call) && !on_stream(world, call) &&
	       has_flag(call, MSG_PEEK);
}

static bool stream_peeked(const struct world *world, const struct call *call)
{
	return waiting(world, call) && on_stream(world, call) &&
	       has_flag(call, MSG_PEEK);
}

static bool is_cut(const struct world *world, const struct call *call)
{
	const struct world_message *first = waiting(world, call);

	return first && !on_stream(world, call) && call->message.length < first->length;
}

static bool told_its_length(const struct world *world, const struct call *call)
{
	return is_cut(world, call) && has_flag(call, MSG_TRUNC) &&
	       !on_echo(world, call);
}

static bool stream_discarded(const struct world *world, const struct call *call)
{
	return waiting(world, call) && discards(world, call);
}

static bool name_not_wanted(const struct world *world, const struct call *call)
{
	/* The doors that have no place for one are not asked. */
	return waiting(world, call) && !on_stream(world, call) &&
	       call->name == CALL_RECVFROM && !call->message.name_wanted;
}

static bool name_missing(const struct world *world, const struct call *call)
{
	const struct world_message *first = waiting(world, call);

	return first && call->message.name_wanted && !first->name_length;
}

static bool name_cut(const struct world *world, const struct call *call)
{
	const struct world_message *first = waiting(world, call);

	return first && call->message.name_wanted &&
	       (size_t)call->message.room < first->name_length;
}

static bool from_stream(const struct world *world, const struct call *call)
{
	return waiting(world, call) && on_stream(world, call);
}

static bool whole(const struct world *world, const struct call *call)
{
	return waiting(world, call);
}

/* The bytes that are known of the first messages, as many as are given. */
static void write_data(const struct world *world, const struct world_socket *on,
		       struct outcome *outcome)
{
	size_t room = smaller(outcome->data_length, OUTCOME_DATA_MAX);

	for (unsigned int i = 0; i < on->queued; i++) {
		const struct world_message *message = &on->queue[i];
		size_t known = smaller(message->kept, room - outcome->data_known);

		memcpy(outcome->data + outcome->data_known,
		       world_message_bytes(world, message), known);
		outcome->data_known += (unsigned int)known;
		if (message->kept < message->length || !world_is_stream(on))
			return;
	}
}

void recvfrom_nothing_comes(const struct world *world, const struct call *call,
			    struct outcome *outcome)
{
	(void)world;
	outcome->gives = true;
	outcome->tells = call->message.name_wanted;
}

void recvfrom_write_name(const struct world *world, const struct call *call,
			 const struct world_message *message, struct outcome *outcome)
{
	if (!call->message.name_wanted)
		return;
	outcome->tells = true;
	outcome->told = message->name_length;
	outcome->length =
		(unsigned int)smaller(outcome->told, (size_t)call->message.room);
	if (outcome->length)
		memcpy(outcome->bytes, world_message_name(world, message),
		       outcome->length);
	/* ip(7) has an ephemeral port allocated then: nobody knows which. */
	if (message->port_open)
		memset(outcome->bytes_open + WORLD_PORT_AT, 0xff, sizeof(uint16_t));
}

/* A program sees the senders of what UDP receives, and nothing of the queue of errors.
 */
static bool sender_rewritten(const struct world *world, const struct call *call)
{
	const struct world_message *first = waiting(world, call);

	return first && world->sender_port && on_datagrams(world, call) &&
	       is_udp(call_socket(world, call)) && call->message.name_wanted;
}

static void put_sender_port(const struct world *world, struct outcome *outcome)
{
	unsigned char port[2] = { (unsigned char)(world->sender_port >> 8),
				  (unsigned char)world->sender_port };

	for (unsigned int i = 0; i < sizeof(port); i++)
		if (outcome->length > 2 + i)
			outcome->bytes[2 + i] = port[i];
}

static void write_controls(const struct world *world, const struct call *call,
			   const struct world_message *first, struct outcome *outcome)
{
	struct controls to;

	if (!on_datagrams(world, call))
		return;
	to = begin_controls(call, outcome);
	add_header_controls(call_socket(world, call), &first->header, &to);
}

/* What comes in all these cases: bytes of the message, and of the sender's address. */
void message_received(const struct world *world, const struct call *call,
		      struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);
	size_t waits = world_waiting(on);

	if (on->domain == AF_UNIX) {
		recvfrom_unix_received(world, call, outcome);
		return;
	}
	outcome->gives = true;
	outcome->data_length = smaller(call->message.length, waits);
	outcome->value = (long)outcome->data_length;
	if (discards(world, call)) {
		outcome->data_length = 0;
	} else if (!world_is_stream(on)) {
		/* ping_recvmsg() knows nothing of it. */
		if (has_flag(call, MSG_TRUNC) && !on_echo(world, call))
			outcome->value = (long)waits;
		if (call->message.length < waits)
			outcome->flags |= MSG_TRUNC;
	}
	if (on->queue[0].ends_record)
		outcome->flags |= MSG_EOR;
	write_data(world, on, outcome);
	outcome->data_open = on->queue[0].open;
	/* A datagram is summed up as it is copied; what was in one that is found wrong
	 * is left behind the next. */
	outcome->litters = on->datagrams.spoilt;
	recvfrom_write_name(world, call, &on->queue[0], outcome);
	if (sender_rewritten(world, call))
		put_sender_port(world, outcome);
	link_controls(world, call, outcome);
	write_controls(world, call, &on->queue[0], outcome);
}

#define RECEIVED(id_, says_, when_, ...)                                        \
	{                                                                       \
		.id = id_, .says = says_, .when = when_, .outcome = RETURNS(0), \
		.computed = message_received, .cites = {                        \
			__VA_ARGS__                                             \
		}                                                               \
	}

static const struct rule recvfrom_faults_rules[] = {
	{
		.id = "recvfrom.buffer.unwritable",
		.says = "a buffer into which not all bytes that come can be written is "
			"refused; a message is then gone unless MSG_PEEK was asked, "
			"bytes of a stream stay",
		.when = buffer_unwritable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EFAULT",
					"The receive buffer pointer(s) point outside "
					"the process's address space."),
			   KERNEL("net/ipv4/udp.c", "udp_recvmsg"),
			   KERNEL("net/ipv6/udp.c", "udpv6_recvmsg"),
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked"),
			   KERNEL("net/unix/af_unix.c", "__unix_dgram_recvmsg"),
			   KERNEL("net/netlink/af_netlink.c", "netlink_recvmsg") },
	},
	{
		.id = "recvfrom.address.addrlen_unreadable",
		.says = "where the sender's address is wanted and addrlen cannot be "
			"read, the call fails once the data is taken",
		.when = addrlen_unreadable,
		.outcome = FAILS(EFAULT),
		/* recvfrom(2) has EFAULT of the buffer only. */
		.cites = { KERNEL("net/socket.c", "move_addr_to_user") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.address.addrlen_negative",
		.says = "a negative *addrlen is refused, once the data is taken",
		.when = addrlen_negative,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EINVAL",
					"Invalid argument passed."),
			   KERNEL("net/socket.c", "move_addr_to_user") },
	},
	{
		.id = "recvfrom.address.unwritable",
		.says = "memory for the address into which it cannot be written is "
			"refused, once the data is taken",
		.when = address_unwritable,
		.outcome = FAILS(EFAULT),
		.cites = { KERNEL("net/socket.c", "move_addr_to_user") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.address.addrlen_unwritable",
		.says = "where *addrlen cannot be written, the call fails once the "
			"data is taken",
		.when = addrlen_unwritable,
		.outcome = FAILS(EFAULT),
		.cites = { KERNEL("net/socket.c", "move_addr_to_user") },
		.undocumented = true,
	},
};
RULE_LIST(recvfrom_faults, CALL_RECVFROM);

static const struct rule recvfrom_message_rules[] = {
	{
		.id = "recvfrom.address.rewritten",
		.says = "a BPF program attached to the cgroup of a UDP socket may put "
			"another sender in the place of a datagram's",
		.when = sender_rewritten,
		.outcome = RETURNS(0),
		.computed = message_received,
		.cites = { TEXT("bpf-helpers and include/uapi/linux/bpf.h, "
				"BPF_CGROUP_UDP4_RECVMSG"),
			   KERNEL("net/ipv4/udp.c", "udp_recvmsg"),
			   KERNEL("net/ipv6/udp.c", "udpv6_recvmsg") },
		.undocumented = true,
	},
	RECEIVED("recvfrom.datagram.peeked",
		 "with MSG_PEEK the datagram and its sender are told, and stay",
		 message_peeked,
		 QUOTE("recvfrom(2)",
		       "This flag causes the receive operation to return data from the "
		       "beginning of the receive queue without removing that data from "
		       "the queue."),
		 POSIX("recvfrom", NULL), KERNEL("net/ipv4/udp.c", "udp_recvmsg"),
		 KERNEL("net/unix/af_unix.c", "__unix_dgram_recvmsg")),
	RECEIVED("recvfrom.datagram.length_told",
		 "with MSG_TRUNC the length of the datagram is told, also where it was "
		 "longer than the buffer",
		 told_its_length,
		 QUOTE("recvfrom(2)",
		       "return the real length of the packet or datagram, even when it "
		       "was longer than the passed buffer."),
		 KERNEL("net/ipv4/udp.c", "udp_recvmsg"),
		 KERNEL("net/unix/af_unix.c", "__unix_dgram_recvmsg"),
		 KERNEL("net/netlink/af_netlink.c", "netlink_recvmsg")),
	RECEIVED("recvfrom.datagram.cut",
		 "of a datagram that is longer than the buffer the rest is discarded",
		 is_cut,
		 QUOTE("recvfrom(2)",
		       "If a message is too long to fit in the supplied buffer, excess "
		       "bytes may be discarded depending on the type of socket the "
		       "message is received from."),
		 POSIX("recvfrom", NULL), KERNEL("net/ipv4/udp.c", "udp_recvmsg"),
		 KERNEL("net/unix/af_unix.c", "__unix_dgram_recvmsg")),
	RECEIVED("recvfrom.stream.discarded",
		 "with MSG_TRUNC bytes of a TCP stream are discarded: they count as "
		 "received, and nothing is written",
		 stream_discarded,
		 QUOTE("tcp(7)",
		       "causes the received bytes of data to be discarded, rather than "
		       "passed back in a caller-supplied buffer."),
		 KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked")),
	RECEIVED("recvfrom.stream.peeked",
		 "with MSG_PEEK bytes of a stream are told, and stay", stream_peeked,
		 QUOTE("recvfrom(2)",
		       "This flag causes the receive operation to return data from the "
		       "beginning of the receive queue without removing that data from "
		       "the queue."),
		 POSIX("recvfrom", NULL),
		 KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked"),
		 KERNEL("net/unix/af_unix.c", "unix_stream_read_generic")),
	RECEIVED("recvfrom.address.not_wanted",
		 "where addr is NULL, no address is told and addrlen is not looked at",
		 name_not_wanted,
		 QUOTE("recvfrom(2)",
		       "If the caller is not interested in the source "
		       "address, src_addr and addrlen should be specified "
		       "as NULL."),
		 KERNEL("net/socket.c", "__sys_recvfrom")),
	RECEIVED("recvfrom.address.none",
		 "where there is no sender's address to tell, *addrlen becomes 0 and "
		 "nothing is written at addr",
		 name_missing,
		 QUOTE("recvfrom(2)",
		       "If src_addr is not NULL, and the underlying protocol provides "
		       "the source address of the message, that source address is "
		       "placed in the buffer pointed to by src_addr."),
		 KERNEL("net/socket.c", "move_addr_to_user"),
		 KERNEL("net/unix/af_unix.c", "unix_copy_addr")),
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
	RECEIVED("recvfrom.stream.received",
		 "a stream gives what has come, as much as is asked for, whatever the "
		 "calls that sent it; the rest stays",
		 from_stream,
		 QUOTE("recvfrom(2)",
		       "The receive calls normally return any data available, up to "
		       "the requested amount, rather than waiting for receipt of the "
		       "full amount requested."),
		 POSIX("recvfrom", NULL),
		 KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked"),
		 KERNEL("net/unix/af_unix.c", "unix_stream_read_generic")),
	RECEIVED("recvfrom.datagram.received",
		 "a message that there is room for comes whole, to the socket that is "
		 "bound to its destination, the more closely the better, with the "
		 "address that its sender is bound to, and is gone then",
		 whole,
		 QUOTE("recvfrom(2)",
		       "If src_addr is not NULL, and the underlying protocol provides "
		       "the source address of the message, that source address is "
		       "placed in the buffer pointed to by src_addr."),
		 QUOTE("udp(7)", "In order to receive packets, the socket can be bound "
				 "to a local address first by using bind(2)."),
		 QUOTE("ip(7)", "is called on a datagram socket that was not "
				"previously bound."),
		 POSIX("recvfrom", NULL), KERNEL("net/ipv4/udp.c", "compute_score"),
		 KERNEL("net/unix/af_unix.c", "__unix_dgram_recvmsg"),
		 KERNEL("net/netlink/af_netlink.c", "netlink_recvmsg")),
};
RULE_LIST(recvfrom_message, CALL_RECVFROM);
