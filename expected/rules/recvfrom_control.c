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

#include <arpa/inet.h>

#include "../world_carried.h"
#include "../world_ip.h"
#include "recvfrom_ip.h"

struct controls begin_controls(const struct call *call, struct outcome *outcome)
{
	size_t room = call->message.control_room;

	outcome->controls = outcome->marks;
	/* What lies between the messages is not written: cases have it there before. */
	memset(outcome->control, RESULT_FILL, sizeof(outcome->control));
	return (struct controls){
		.outcome = outcome,
		.room = smaller(room, sizeof(outcome->control)),
		.cut = outcome->flags & MSG_TRUNC && !has_flag(call, MSG_PEEK),
	};
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
	/* Of two times, all from the first to the last. */
	if (!to->outcome->control_open_length)
		to->outcome->control_open = at;
	to->outcome->control_open_length = at + written - to->outcome->control_open;
}

static void add_number(struct controls *to, int level, int type, int number)
{
	add_control(to, level, type, &number, sizeof(number));
}

/*
 * fib_compute_spec_dst(): of what was sent to this machine, where it was sent to; of
 * what was sent to a group, the source of the route back, which is lo's own address.
 */
static struct in_addr answered_from(const struct world_header *header)
{
	struct in_addr to;

	memcpy(&to, header->to + 12, sizeof(to));
	if (IN_MULTICAST(ntohl(to.s_addr)))
		to.s_addr = htonl(INADDR_LOOPBACK);
	return to;
}

static void add_pktinfo(const struct world_header *header, struct controls *to)
{
	struct in_pktinfo info = { .ipi_ifindex = header->noted != NOTED_NOTHING };

	memcpy(&info.ipi_addr, header->to + 12, 4);
	if (header->noted == NOTED_ALL)
		info.ipi_spec_dst = answered_from(header);
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

/* The time is noted as a packet comes where anybody on the machine has asked for it:
 * with SO_TIMESTAMP beside it, SO_TIMESTAMPING is sure of one. */
static bool stamped_as_it_came(const struct world_socket *on)
{
	return on->datagrams.told & (TOLD_TIMESTAMP | TOLD_TIMESTAMPNS) &&
	       on->datagrams.stamps & LINUX_SOF_TIMESTAMPING_SOFTWARE;
}

/* The new layout has 64 bits for each number, everywhere. */
#define NEW_TIME (2 * sizeof(long long))

void add_time_controls(const struct world_socket *on, bool stamped, struct controls *to)
{
	unsigned int told = on->datagrams.told;
	bool is_new = told & TOLD_NEW_TIMES;

	if (told & TOLD_TIMESTAMP)
		add_open_control(to, SOL_SOCKET,
				 is_new ? LINUX_SO_TIMESTAMP_NEW : SO_TIMESTAMP,
				 is_new ? NEW_TIME : sizeof(struct timeval));
	if (told & TOLD_TIMESTAMPNS)
		add_open_control(to, SOL_SOCKET,
				 is_new ? LINUX_SO_TIMESTAMPNS_NEW : SO_TIMESTAMPNS,
				 is_new ? NEW_TIME : sizeof(struct timespec));
	if (stamped || stamped_as_it_came(on))
		add_open_control(to, SOL_SOCKET,
				 is_new ? LINUX_SO_TIMESTAMPING_NEW : SO_TIMESTAMPING,
				 3 * (is_new ? NEW_TIME : sizeof(struct timespec)));
}

/* __sock_recv_cmsgs() */
void add_socket_controls(const struct world_socket *on,
			 const struct world_header *header, struct controls *to)
{
	unsigned int told = on->datagrams.told;

	add_time_controls(on, false, to);
	if (told & TOLD_DROPS && header->drops)
		add_number(to, SOL_SOCKET, LINUX_SO_RXQ_OVFL, (int)header->drops);
	if (told & TOLD_MARK)
		add_number(to, SOL_SOCKET, LINUX_SO_MARK, (int)header->carried.mark);
}

/* ip_options_echo(): of the routes that were recorded; nothing of other options. */
static void add_returned(const struct world_carried *carried, struct controls *to)
{
	unsigned char returned[sizeof(carried->options)] = { 0 };
	size_t length = carried->options[0] == 7 ? carried->options[1] : 0;

	memcpy(returned, carried->options, length);
	add_control(to, IPPROTO_IP, IP_RETOPTS, returned, (length + 3) & ~3UL);
}

/* The sum of the payload, as it was added up and not folded yet: as it came, or as a
 * part of it was to be copied; what is copied whole is added up on the way. */
static void add_checksum(const struct world_header *header, struct controls *to)
{
	if (header->summed == SUMMED || (header->summed == SUMMED_IF_CUT && to->cut))
		add_open_control(to, IPPROTO_IP, LINUX_IP_CHECKSUM, sizeof(int));
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
	/* ip(7) has IP_OPTIONS as their type. */
	if (told & TOLD_OPTIONS && header->carried.options_length)
		add_control(to, IPPROTO_IP, IP_RECVOPTS, header->carried.options,
			    header->carried.options_length);
	if (told & TOLD_RETURNED && header->carried.options_length)
		add_returned(&header->carried, to);
	if (told & TOLD_ORIGDST)
		add_destination(header, AF_INET, to);
	if (told & TOLD_CHECKSUM)
		add_checksum(header, to);
	if (told & TOLD_FRAGMENT && header->fragment)
		add_number(to, IPPROTO_IP, LINUX_IP_RECVFRAGSIZE, header->fragment);
}

static void add_extensions(const struct world_carried *carried, unsigned char kind,
			   int type, struct controls *to)
{
	for (unsigned int i = 0; i < carried->extension_count; i++)
		if (carried->extensions[i].kind == kind)
			add_control(to, IPPROTO_IPV6, type,
				    carried->extensions[i].bytes,
				    extension_length(carried->extensions[i].bytes));
}

/* RFC 3542: the hop-by-hop options, and the others in the order of the packet. */
static void add_ip6_extensions(unsigned int told, const struct world_carried *carried,
			       struct controls *to)
{
	if (told & TOLD_HOPOPTS)
		add_extensions(carried, IPPROTO_HOPOPTS, LINUX_IPV6_HOPOPTS, to);
	for (unsigned int i = 0; i < carried->extension_count; i++) {
		const struct world_extension *one = &carried->extensions[i];

		if (one->kind == IPPROTO_DSTOPTS && told & TOLD_DSTOPTS)
			add_control(to, IPPROTO_IPV6, LINUX_IPV6_DSTOPTS, one->bytes,
				    extension_length(one->bytes));
		if (one->kind == IPPROTO_ROUTING && told & TOLD_ROUTING)
			add_control(to, IPPROTO_IPV6, LINUX_IPV6_RTHDR, one->bytes,
				    extension_length(one->bytes));
	}
}

/* RFC 2292: the same, but for the order; with their old names. */
static void add_ip6_old(unsigned int told, const struct world_header *header,
			struct controls *to)
{
	struct in6_pktinfo info = { .ipi6_ifindex = 1 };

	memcpy(&info.ipi6_addr, header->to, 16);
	if (told & TOLD_OLD_PKTINFO)
		add_control(to, IPPROTO_IPV6, LINUX_IPV6_2292PKTINFO, &info,
			    sizeof(info));
	if (told & TOLD_OLD_HOPLIMIT)
		add_number(to, IPPROTO_IPV6, LINUX_IPV6_2292HOPLIMIT, header->ttl);
	if (told & TOLD_OLD_HOPOPTS)
		add_extensions(&header->carried, IPPROTO_HOPOPTS,
			       LINUX_IPV6_2292HOPOPTS, to);
}

/* Destination options before the routing header, that one, and those behind it. */
static void add_ip6_old_extensions(unsigned int told,
				   const struct world_carried *carried,
				   struct controls *to)
{
	for (unsigned int i = 0; i < carried->extension_count; i++) {
		const struct world_extension *one = &carried->extensions[i];

		if (one->kind == IPPROTO_DSTOPTS && told & TOLD_OLD_DSTOPTS)
			add_control(to, IPPROTO_IPV6, LINUX_IPV6_2292DSTOPTS,
				    one->bytes, extension_length(one->bytes));
		if (one->kind == IPPROTO_ROUTING && told & TOLD_OLD_ROUTING)
			add_control(to, IPPROTO_IPV6, LINUX_IPV6_2292RTHDR, one->bytes,
				    extension_length(one->bytes));
	}
}

/* The traffic class and the flow label, where these are not all 0; a label that the
 * kernel makes is its own. */
static void add_flow(const struct world_header *header, struct controls *to)
{
	unsigned int flow = htonl((unsigned int)header->tos << 20);

	if (!header->carried.unlabelled)
		add_open_control(to, IPPROTO_IPV6, LINUX_IPV6_FLOWINFO, sizeof(flow));
	else if (flow)
		add_control(to, IPPROTO_IPV6, LINUX_IPV6_FLOWINFO, &flow, sizeof(flow));
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
	if (told & TOLD_FLOW)
		add_flow(header, to);
	add_ip6_extensions(told, &header->carried, to);
	add_ip6_old(told, header, to);
	add_ip6_old_extensions(told, &header->carried, to);
	if (told & TOLD_ORIGDST6)
		add_destination(header, AF_INET6, to);
	if (told & TOLD_FRAGMENT6 && header->fragment)
		add_number(to, IPPROTO_IPV6, LINUX_IPV6_RECVFRAGSIZE, header->fragment);
}

void add_header_controls(const struct world_socket *on,
			 const struct world_header *header, struct controls *to)
{
	unsigned int told = on->datagrams.told;

	add_socket_controls(on, header, to);
	if (told & TOLD_GRO && header->segment)
		add_number(to, IPPROTO_UDP, LINUX_UDP_GRO, header->segment);
	add_network_controls(on, header, to);
}

void add_network_controls(const struct world_socket *on,
			  const struct world_header *header, struct controls *to)
{
	unsigned int told = on->datagrams.told;

	/* What has no room for ports has none: a raw socket may be sent so little. */
	if (on->type == SOCK_RAW && header == &on->queue[0].header &&
	    on->queue[0].length < 2 * sizeof(in_port_t))
		told &= ~(unsigned int)TOLD_ORIGDST6;
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
	/* TOLD_NEW_TIMES asks for none by itself. */
	return with_room(world, call) && !(call_socket(world, call)->datagrams.told &
					   ~(unsigned int)TOLD_NEW_TIMES);
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

/* Only as much of IP_PKTINFO as there is whatever the socket asks for; IPV6_PKTINFO
 * has no local address, but the interface. */
static bool partly_known(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);
	const struct world_header *header = on ? &on->queue[0].header : NULL;

	if (!with_room(world, call) || !ip_is_v4(header->to))
		return false;
	return (on->datagrams.told & TOLD_PKTINFO && header->noted != NOTED_ALL) ||
	       (on->datagrams.told & TOLD_PKTINFO6 && header->noted == NOTED_NOTHING);
}

/* Is a control message of one of these options among those that come? */
static bool tells(const struct world *world, const struct call *call, unsigned int told)
{
	const struct world_socket *on = call_socket(world, call);
	struct outcome with, without;
	struct world_socket alone;
	struct controls to;

	if (!with_room(world, call) || !(on->datagrams.told & told))
		return false;
	with = (struct outcome){ .kind = OUTCOME_VALUE, .marks = true };
	if (call->message.length < on->queue[0].length)
		with.flags = MSG_TRUNC;
	without = with;
	to = begin_controls(call, &with);
	add_header_controls(on, &on->queue[0].header, &to);
	alone = *on;
	alone.datagrams.told &= ~told;
	to = begin_controls(call, &without);
	add_header_controls(&alone, &on->queue[0].header, &to);
	return with.control_length != without.control_length;
}

#define TELLS(name, told)                                                    \
	static bool name(const struct world *world, const struct call *call) \
	{                                                                    \
		return tells(world, call, told);                             \
	}
TELLS(options_told, TOLD_OPTIONS | TOLD_RETURNED)
TELLS(fragment_told, TOLD_FRAGMENT | TOLD_FRAGMENT6)
TELLS(checksum_told, TOLD_CHECKSUM)
TELLS(drops_told, TOLD_DROPS)

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
			"local address; of an echo socket, never the latter; so does "
			"IPV6_RECVPKTINFO of a datagram of IPv4",
		.when = partly_known,
		.outcome = RETURNS(0),
		.computed = message_received,
		/* ip(7) promises both. */
		.cites = { KERNEL("net/ipv4/ip_sockglue.c", "ipv4_pktinfo_prepare"),
			   KERNEL("net/ipv4/ip_sockglue.c", "ip_cmsg_recv_pktinfo"),
			   KERNEL("net/ipv6/datagram.c",
				  "ip6_datagram_recv_common_ctl"),
			   KERNEL("net/ipv4/ping.c", "ping_recvmsg") },
		.undocumented = true,
	},
	CONTROL_RULE("recvfrom.control.drops",
		     "SO_RXQ_OVFL tells how many datagrams had been dropped when this "
		     "one came, where any had",
		     drops_told,
		     QUOTE("socket(7)",
			   "Indicates that an unsigned 32-bit value ancillary message "
			   "(cmsg) should be attached to received skbs indicating the "
			   "number of packets dropped by the socket since its "
			   "creation."),
		     KERNEL("net/socket.c", "__sock_recv_cmsgs")),
	CONTROL_RULE("recvfrom.control.options",
		     "IP_RECVOPTS tells the options of the header, in a message of its "
		     "own name, and IP_RETOPTS what of them an answer would carry",
		     options_told,
		     /* It has IP_OPTIONS as their name. */
		     QUOTE("ip(7)", "The routing header and other options are already "
				    "filled in for the local host."),
		     KERNEL("net/ipv4/ip_sockglue.c", "ip_cmsg_recv_opts"),
		     KERNEL("net/ipv4/ip_options.c", "__ip_options_echo")),
	{
		.id = "recvfrom.control.fragment",
		.says = "of a datagram that came in fragments, IP_RECVFRAGSIZE and "
			"IPV6_RECVFRAGSIZE tell the length of the longest",
		.when = fragment_told,
		.outcome = RETURNS(0),
		.computed = message_received,
		.cites = { KERNEL("net/ipv4/ip_sockglue.c", "ip_cmsg_recv_fragsize"),
			   KERNEL("net/ipv6/datagram.c",
				  "ip6_datagram_recv_specific_ctl") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.control.checksum",
		.says = "IP_CHECKSUM tells the sum of a datagram that was added up as "
			"it came",
		.when = checksum_told,
		.outcome = RETURNS(0),
		.computed = message_received,
		.cites = { KERNEL("net/ipv4/ip_sockglue.c", "ip_cmsg_recv_checksum") },
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
