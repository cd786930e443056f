/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * oracle_sent.c - what a call that sends leaves unknown: which socket has received it,
 * and what else may have seen it.
 */
#include "constants.h"
#include "oracle_doubt.h"
#include "world_datagrams.h"
#include "world_ip.h"
#include "world_tcp.h"

/* Of all sockets of the IP families, and those that see packets. */
static void doubt_all_ip(struct oracle *oracle, unsigned int what, const char *why)
{
	for (unsigned int i = 0; i < oracle->world.socket_count; i++) {
		const struct world_socket *other = &oracle->world.sockets[i];

		if (oracle_is_ip(other) || other->domain == AF_PACKET)
			oracle_doubt(oracle, other, what, why);
	}
}

/* As much of a packet's payload as the world keeps. */
#define FOLLOWED_PACKET 256

/* Flags of send(2) that change nothing of what is sent. */
#define PLAIN_FLAGS \
	(MSG_DONTWAIT | MSG_NOSIGNAL | MSG_EOR | MSG_DONTROUTE | MSG_CONFIRM | MSG_OOB)

/* The address of this machine, unicast, that a datagram is sent to. */
static bool goes_to_one(const struct world *world, const struct world_socket *sender,
			const struct call *call)
{
	struct ip_name to;
	enum ip_kind kind;

	world_ip_destination(world, sender, call, &to);
	kind = world_ip_kind(world, to.address, 0);
	return kind == IP_LOCAL || kind == IP_ANY;
}

#define ANY_NUMBER 2

/* Is it one of those that the kernel chooses from? */
static bool is_ephemeral(const struct world *world, unsigned int port)
{
	return world->settings.port_low <= port && port <= world->settings.port_high;
}

/* How many sockets could receive at the port: with two, which it is may depend on what
 * the world does not keep.  One whose name is in doubt may or may not, nor may one at
 * the port whose options are. */
static unsigned int receivers_at(const struct oracle *oracle,
				 const struct world_socket *sender, unsigned int port)
{
	const struct world *world = &oracle->world;
	bool ephemeral = is_ephemeral(world, port);
	unsigned int count = 0;

	for (unsigned int i = 0; port && i < world->socket_count; i++) {
		const struct world_socket *other = &world->sockets[i];

		if (!oracle_same_kin(other, sender))
			continue;
		if (other != sender && oracle_socket_doubts(oracle, other) & DOUBT_NAME)
			return ANY_NUMBER;
		if (other->port == port &&
		    oracle_socket_doubts(oracle, other) & DOUBT_OPTIONS)
			return ANY_NUMBER;
		count += other->port == port || (other->port_open && ephemeral);
	}
	return count;
}

/* Is it known of each other socket of its kind whether it is at this port, so that it
 * can be told which of them a datagram is for? */
static bool names_are_known(const struct oracle *oracle,
			    const struct world_socket *sender, unsigned int port)
{
	bool ephemeral = is_ephemeral(&oracle->world, port);

	for (unsigned int i = 0; i < oracle->world.socket_count; i++) {
		const struct world_socket *other = &oracle->world.sockets[i];

		if (oracle_same_kin(other, sender) &&
		    ((other->port_open && ephemeral) ||
		     (other != sender &&
		      oracle_socket_doubts(oracle, other) & DOUBT_NAME)))
			return false;
	}
	return true;
}

/* Where nobody receives it, who is told of that is asked the same way. */
static bool receiver_is_followed(const struct oracle *oracle,
				 const struct world_socket *sender,
				 const struct call *call)
{
	const struct world *world = &oracle->world;
	struct ip_name to;

	world_ip_destination(world, sender, call, &to);
	if (!goes_to_one(world, sender, call))
		return false;
	if (receivers_at(oracle, sender, to.port) <= 1 &&
	    receivers_at(oracle, sender, sender->port) <= 1)
		return true;
	return names_are_known(oracle, sender, to.port) &&
	       world_ip_receiver(world, sender, &to) &&
	       world_ip_receiver_is_sure(world, sender, &to);
}

static void after_udp_send(struct oracle *oracle, struct world_socket *sender,
			   const struct call *call)
{
	if (!receiver_is_followed(oracle, sender, call)) {
		oracle_doubt_kin(oracle, sender, DOUBT_QUEUE | DOUBT_STATE,
				 "which socket receives a datagram is not followed");
		oracle_doubt(oracle, sender, DOUBT_QUEUE | DOUBT_STATE,
			     "which socket receives a datagram is not followed");
	}
	oracle_doubt_onlookers(oracle);
}

static bool packet_is_followed(const struct oracle *oracle,
			       const struct world_socket *sender,
			       const struct call *call)
{
	return (oracle_is_experimental(sender) || oracle_is_echo(sender)) &&
	       !sender->datagrams.header_included &&
	       !(oracle_socket_doubts(oracle, sender) & ~DOUBT_CHANGED) &&
	       sender->interface <= 1 && call->message.payload &&
	       call->message.length <= FOLLOWED_PACKET &&
	       goes_to_one(&oracle->world, sender, call);
}

/* Whether it is for a socket whose name or peer is in doubt is so, too. */
static void after_packet_send(struct oracle *oracle, struct world_socket *sender,
			      const struct call *call)
{
	static const char why[] = "packets were sent";

	if (!packet_is_followed(oracle, sender, call)) {
		doubt_all_ip(oracle, DOUBT_QUEUE | DOUBT_STATE, why);
		return;
	}
	for (unsigned int i = 0; i < oracle->world.socket_count; i++) {
		const struct world_socket *other = &oracle->world.sockets[i];

		if (oracle_same_kin(other, sender) &&
		    oracle_socket_doubts(oracle, other) & ~DOUBT_CHANGED)
			oracle_doubt(oracle, other, DOUBT_QUEUE, why);
	}
}

static bool sends_plainly(const struct call *call, int flags)
{
	return !(flags & ~PLAIN_FLAGS) || call->name == CALL_WRITE ||
	       call->name == CALL_WRITEV;
}

/*
 * netlink_sendmsg() has given it to a group before the one that it is for refuses it.
 * inet_send_prepare() has given a port to a socket without one, if it was come to:
 * where an area of memory ends too high for any, that is of the architecture, and where
 * there is the flag of 32-bit programs, of the configuration. unix_dgram_sendmsg() may
 * have bound a socket that passes credentials by then: where, has changed between
 * releases.
 */
static void after_failed_send(struct oracle *oracle, const struct world_socket *sender,
			      const struct call *call, long value)
{
	bool early = value == -EFAULT ||
		     (unsigned int)call->message.flags & LINUX_MSG_CMSG_COMPAT;
	bool chosen = !sender->port || sender->port_open;

	if (sender->domain == AF_NETLINK || oracle_is_echo(sender) ||
	    (oracle_is_ip(sender) && sender->type == SOCK_DGRAM && chosen && early))
		oracle_doubt(oracle, sender, DOUBT_NAME, "a send that failed");
	if (sender->domain == AF_NETLINK && call->message.to.addrlen)
		oracle_doubt_kin(oracle, sender, DOUBT_QUEUE, "a send that failed");
	if (sender->domain == AF_UNIX && sender->pass_credentials &&
	    !sender->name_length)
		oracle_doubt(oracle, sender, DOUBT_NAME, "a send that failed");
}

void oracle_after_send(struct oracle *oracle, struct world_socket *sender,
		       const struct call *call, const struct result *result)
{
	bool message = call->name == CALL_SENDTO || call->name == CALL_SENDMSG;
	int flags = message ? call->message.flags : 0;

	oracle_doubt(oracle, sender, DOUBT_CHANGED, oracle->why);
	if (oracle_is_ip(sender))
		oracle_doubt_onlookers(oracle);
	/* It connects, too. */
	if (world_is_tcp(sender) && flags & MSG_FASTOPEN) {
		oracle_doubt(oracle, sender, DOUBT_ALL, "MSG_FASTOPEN");
		oracle_doubt_kin(oracle, sender, DOUBT_QUEUE | DOUBT_STATE,
				 "MSG_FASTOPEN");
	}
	if (result->value < 0) {
		after_failed_send(oracle, sender, call, result->value);
		return;
	}
	/* tcp_rcv_state_process() notes an urgent byte before it refuses the segment.
	 */
	if (flags & MSG_OOB && world_is_tcp(sender) && sender->tcp.broken)
		oracle_doubt_kin(oracle, sender, DOUBT_QUEUE, "an urgent byte refused");
	/* What MPTCP accepts from TCP is TCP, mptcp_accept(), and has urgent bytes. */
	if (flags & MSG_OOB && sender->protocol == LINUX_IPPROTO_MPTCP)
		oracle_doubt_kin(oracle, sender, DOUBT_QUEUE, "MSG_OOB by MPTCP");
	/* Of the last byte of so many, nobody knows which it is. */
	if (flags & MSG_OOB && result->value > OUTCOME_DATA_MAX)
		oracle_doubt_kin(oracle, sender, DOUBT_QUEUE, "a long urgent message");
	if (message && call->message.rights)
		oracle_lose(oracle, "descriptors are on their way");
	if (!sends_plainly(call, flags)) {
		oracle_doubt_kin(oracle, sender, DOUBT_QUEUE | DOUBT_STATE,
				 "flags of send(2) that are not followed");
		oracle_doubt(oracle, sender, DOUBT_ALL,
			     "flags of send(2) that are not followed");
	}
	if (world_sends_packets(sender) || sender->domain == AF_PACKET) {
		after_packet_send(oracle, sender, call);
	} else if (world_is_tcp(sender)) {
		oracle_doubt_onlookers(oracle);
		if (result->value > 16384) {
			oracle_doubt(oracle, sender, DOUBT_SENDING, "much was sent");
			oracle_doubt_kin(oracle, sender, DOUBT_QUEUE, "much was sent");
		}
	} else if (oracle_is_ip(sender)) {
		after_udp_send(oracle, sender, call);
	} else if (sender->domain == AF_NETLINK) {
		oracle_doubt_kin(oracle, sender, DOUBT_QUEUE, "what netlink answers");
		oracle_doubt(oracle, sender, DOUBT_QUEUE | DOUBT_NAME,
			     "what netlink answers");
	} else if (result->value > 16384) {
		oracle_doubt_kin(oracle, sender, DOUBT_SENDING, "much was sent");
		oracle_doubt(oracle, sender, DOUBT_SENDING, "much was sent");
	}
}
