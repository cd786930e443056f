/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_control.c - rules of recvmsg(2) for what the options of a UDP, raw or echo
 * socket have told in control messages, in the order of sock_recv_cmsgs(),
 * udp_cmsg_recv(), ip_cmsg_recv_offset() and ip6_datagram_recv_ctl(), and in the room
 * that there is for them.
 */
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include "../world_ip.h"
#include "recvfrom_ip.h"

struct controls begin_controls(const struct call *call, struct outcome *outcome)
{
	size_t room = call->message.control_room;

	outcome->controls = outcome->marks;
	/* What lies between the messages is not written: cases have it there before. */
	memset(outcome->control, RESULT_FILL, sizeof(outcome->control));
	return (struct controls){ outcome, smaller(room, sizeof(outcome->control)) };
}

/* put_cmsg(): as much of it as there is room for, if that is a header at least. */
static unsigned int put(struct controls *to, int level, int type, const void *data,
			size_t length)
{
	struct outcome *outcome = to->outcome;
	struct cmsghdr header = { .cmsg_len = CMSG_LEN(length),
				  .cmsg_level = level,
				  .cmsg_type = type };
	size_t left = to->room - outcome->control_length;
	unsigned char *at = outcome->control + outcome->control_length;

	if (left < sizeof(header)) {
		outcome->flags |= MSG_CTRUNC;
		return 0;
	}
	if (left < header.cmsg_len) {
		outcome->flags |= MSG_CTRUNC;
		header.cmsg_len = left;
		length = left - sizeof(header);
	}
	memcpy(at, &header, sizeof(header));
	memcpy(at + sizeof(header), data, length);
	outcome->control_length += (unsigned int)smaller(CMSG_SPACE(length), left);
	return (unsigned int)length;
}

void add_control(struct controls *to, int level, int type, const void *data,
		 size_t length)
{
	put(to, level, type, data, length);
}

void add_open_control(struct controls *to, int level, int type, size_t length)
{
	static const unsigned char nothing[64];
	unsigned int at = to->outcome->control_length + sizeof(struct cmsghdr);
	unsigned int written = put(to, level, type, nothing, length);

	if (!written)
		return;
	to->outcome->control_open = at;
	to->outcome->control_open_length = written;
}

static void add_number(struct controls *to, int level, int type, int number)
{
	add_control(to, level, type, &number, sizeof(number));
}

/* fib_compute_spec_dst(): of what was sent to this machine, where it was sent to. */
static void add_pktinfo(const struct world_header *header, struct controls *to)
{
	struct in_pktinfo info = { .ipi_ifindex = header->noted != NOTED_NOTHING };

	memcpy(&info.ipi_addr, header->to + 12, 4);
	if (header->noted == NOTED_ALL)
		memcpy(&info.ipi_spec_dst, header->to + 12, 4);
	add_control(to, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
}

static void add_destination(const struct world_header *header, int domain,
			    struct controls *to)
{
	unsigned char name[ADDRESS_BYTES_MAX];
	unsigned int length =
		ip_write_name(domain, header->to, header->to_port, 1, name);

	if (domain == AF_INET)
		add_control(to, IPPROTO_IP, IP_ORIGDSTADDR, name, length);
	else
		add_control(to, IPPROTO_IPV6, LINUX_IPV6_RECVORIGDSTADDR, name, length);
}

static void add_times(unsigned int told, struct controls *to)
{
	if (told & TOLD_TIMESTAMP)
		add_open_control(to, SOL_SOCKET, SO_TIMESTAMP, sizeof(struct timeval));
	if (told & TOLD_TIMESTAMPNS)
		add_open_control(to, SOL_SOCKET, SO_TIMESTAMPNS,
				 sizeof(struct timespec));
	/* Two numbers of 64 bits, of programs of 32 bits too. */
	if (told & TOLD_TIME_NEW)
		add_open_control(to, SOL_SOCKET, LINUX_SO_TIMESTAMP_NEW, 16);
	if (told & TOLD_TIMENS_NEW)
		add_open_control(to, SOL_SOCKET, LINUX_SO_TIMESTAMPNS_NEW, 16);
}

static void add_ip(unsigned int told, const struct world_header *header,
		   struct controls *to)
{
	if (told & TOLD_PKTINFO)
		add_pktinfo(header, to);
	if (told & TOLD_TTL)
		add_number(to, IPPROTO_IP, IP_TTL, header->ttl);
	/* One byte, as ip(7) has it. */
	if (told & TOLD_TOS)
		add_control(to, IPPROTO_IP, IP_TOS, &header->tos, 1);
	if (told & TOLD_ORIGDST)
		add_destination(header, AF_INET, to);
}

/* An extension header of eight bytes of padding, before another. */
static void add_padding(struct controls *to, int type, int next)
{
	const unsigned char header[8] = { (unsigned char)next, 0, 1, 4 };

	add_control(to, IPPROTO_IPV6, type, header, sizeof(header));
}

static void add_headers(unsigned int told, const struct world_header *header,
			struct controls *to)
{
	int behind = header->destination_options ? IPPROTO_DSTOPTS : IPPROTO_UDP;
	unsigned char flow[4] = { header->tos >> 4, (unsigned char)(header->tos << 4) };

	if (told & TOLD_FLOW && header->tos)
		add_control(to, IPPROTO_IPV6, LINUX_IPV6_FLOWINFO, flow, sizeof(flow));
	if (told & TOLD_HOP && header->hop_options)
		add_padding(to, IPV6_HOPOPTS, behind);
	if (told & TOLD_DEST && header->destination_options)
		add_padding(to, IPV6_DSTOPTS, IPPROTO_UDP);
}

/* As RFC 2292 had it. */
static void add_old(unsigned int told, const struct world_header *header,
		    const struct in6_pktinfo *info, struct controls *to)
{
	int behind = header->destination_options ? IPPROTO_DSTOPTS : IPPROTO_UDP;

	if (told & TOLD_OLD_INFO)
		add_control(to, IPPROTO_IPV6, IPV6_2292PKTINFO, info, sizeof(*info));
	if (told & TOLD_OLD_HOPS)
		add_number(to, IPPROTO_IPV6, IPV6_2292HOPLIMIT, header->ttl);
	if (told & TOLD_OLD_HOP && header->hop_options)
		add_padding(to, IPV6_2292HOPOPTS, behind);
	if (told & TOLD_OLD_DEST && header->destination_options)
		add_padding(to, IPV6_2292DSTOPTS, IPPROTO_UDP);
}

/* Of a socket of AF_INET6; what came by IPv4 has only the address in common. */
static void add_ip6(unsigned int told, const struct world_header *header,
		    struct controls *to)
{
	bool v4 = ip_is_v4(header->to);
	struct in6_pktinfo info = { .ipi6_ifindex = !v4 ||
						    header->noted != NOTED_NOTHING };

	memcpy(&info.ipi6_addr, header->to, 16);
	if (told & TOLD_PKTINFO6)
		add_control(to, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
	if (v4) {
		add_ip(told, header, to);
		return;
	}
	if (told & TOLD_HOPLIMIT)
		add_number(to, IPPROTO_IPV6, IPV6_HOPLIMIT, header->ttl);
	if (told & TOLD_TCLASS)
		add_number(to, IPPROTO_IPV6, IPV6_TCLASS, header->tos);
	add_headers(told, header, to);
	add_old(told, header, &info, to);
	if (told & TOLD_ORIGDST6)
		add_destination(header, AF_INET6, to);
}

void add_header_controls(const struct world *world, const struct world_socket *on,
			 const struct world_header *header, struct controls *to)
{
	unsigned int told = on->datagrams.told;

	(void)world;
	add_times(told, to);
	if (told & TOLD_MARK)
		add_control(to, SOL_SOCKET, SO_MARK, &header->mark,
			    sizeof(header->mark));
	if (told & TOLD_GRO && header->segment)
		add_number(to, IPPROTO_UDP, LINUX_UDP_GRO, header->segment);
	if (on->domain == AF_INET)
		add_ip(told, header, to);
	else
		add_ip6(told, header, to);
}

/* Of a message that waits: is it received, with memory for control messages? */
static bool with_room(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on_datagrams(world, call) && on->queued && call->message.control_room &&
	       call->message.writable >=
		       smaller(call->message.length, on->queue[0].length);
}

static struct outcome control_of(const struct world *world, const struct call *call)
{
	struct outcome outcome = { .kind = OUTCOME_VALUE, .marks = true };

	message_received(world, call, &outcome);
	return outcome;
}

static bool nothing_asked_for(const struct world *world, const struct call *call)
{
	return with_room(world, call) && !call_socket(world, call)->datagrams.told;
}

/* Options were set, but have nothing to say of this datagram. */
static bool nothing_to_tell(const struct world *world, const struct call *call)
{
	struct outcome outcome;

	if (!with_room(world, call))
		return false;
	outcome = control_of(world, call);
	return !outcome.control_length && !(outcome.flags & MSG_CTRUNC);
}

static bool too_little_room(const struct world *world, const struct call *call)
{
	return with_room(world, call) && control_of(world, call).flags & MSG_CTRUNC;
}

/* Only as much of IP_PKTINFO as there is whatever the socket asks for. */
static bool partly_known(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return with_room(world, call) && on->datagrams.told & TOLD_PKTINFO &&
	       ip_is_v4(on->queue[0].header.to) &&
	       on->queue[0].header.noted != NOTED_ALL;
}

#define CONTROL_RULE(id_, says_, when_, ...)                                    \
	{                                                                       \
		.id = id_, .says = says_, .when = when_, .outcome = RETURNS(0), \
		.computed = message_received, .cites = {                        \
			__VA_ARGS__                                             \
		}                                                               \
	}

static const struct rule recvfrom_control_rules[] = {
	CONTROL_RULE("recvfrom.control.not_asked",
		     "where no option asks for control messages there are none: "
		     "msg_controllen becomes 0",
		     nothing_asked_for,
		     QUOTE("recvfrom(2)", "upon return from a successful call it will "
					  "contain the length of the control message "
					  "sequence."),
		     KERNEL("net/socket.c", "____sys_recvmsg")),
	CONTROL_RULE("recvfrom.control.nothing_to_tell",
		     "an option whose control message is about something that the "
		     "datagram does not have adds none",
		     nothing_to_tell,
		     QUOTE("recvfrom(2)", "upon return from a successful call it will "
					  "contain the length of the control message "
					  "sequence."),
		     KERNEL("net/ipv6/datagram.c", "ip6_datagram_recv_specific_ctl"),
		     KERNEL("net/ipv4/ip_sockglue.c", "ip_cmsg_recv_offset")),
	CONTROL_RULE(
		"recvfrom.control.cut",
		"control messages that there is no room for are left out, the last "
		"one that there is some room for is cut, and MSG_CTRUNC says so",
		too_little_room,
		QUOTE("recvfrom(2)", "indicates that some control data was discarded "
				     "due to lack of space in the buffer for ancillary "
				     "data."),
		KERNEL("net/core/scm.c", "put_cmsg")),
	{
		.id = "recvfrom.control.pktinfo_incomplete",
		.says = "IP_PKTINFO that is set when the datagram has come already "
			"tells where it was sent to, but neither the interface nor the "
			"local address; of an echo socket, never the latter",
		.when = partly_known,
		.outcome = RETURNS(0),
		.computed = message_received,
		/* ip(7) promises both. */
		.cites = { KERNEL("net/ipv4/ip_sockglue.c", "ipv4_pktinfo_prepare"),
			   KERNEL("net/ipv4/ip_sockglue.c", "ip_cmsg_recv_pktinfo"),
			   KERNEL("net/ipv4/ping.c", "ping_recvmsg") },
		.undocumented = true,
	},
	CONTROL_RULE("recvfrom.control.told",
		     "what options ask for comes in control messages: the time, then "
		     "what the header of IP says",
		     with_room,
		     QUOTE("ip(7)", "ipi_ifindex is the unique index of the interface "
				    "the packet was received on."),
		     QUOTE("ip(7)", "When this flag is set, pass a IP_TTL control "
				    "message with the time-to-live field of the "
				    "received packet as a 32 bit integer."),
		     QUOTE("ip(7)", "It contains a byte which specifies the Type of "
				    "Service/Precedence field of the packet header."),
		     QUOTE("socket(7)", "The timestamp control message is sent with "
					"level SOL_SOCKET"),
		     QUOTE("ipv6(7)", "Set delivery of control messages for incoming "
				      "datagrams containing extension headers from "
				      "the received packet."),
		     KERNEL("net/socket.c", "__sock_recv_cmsgs"),
		     KERNEL("net/ipv4/ip_sockglue.c", "ip_cmsg_recv_offset"),
		     KERNEL("net/ipv6/datagram.c", "ip6_datagram_recv_ctl")),
};
RULE_LIST(recvfrom_control, CALL_RECVMSG);
