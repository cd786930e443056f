/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * setsockopt_protocols.c - rules of setsockopt(2) at the levels of protocols and of the
 * families below IP: TCP, UDP, raw, packet and netlink sockets.
 */
#include "setsockopt_common.h"

static bool at_tcp(const struct world *world, const struct call *call)
{
	return option_kind(world, call) == OF_TCP && call->option.level == IPPROTO_TCP;
}

static bool at_udp(const struct world *world, const struct call *call)
{
	return option_kind(world, call) == OF_UDP &&
	       (call->option.level == IPPROTO_UDP || call->option.level == SOL_UDPLITE);
}

static bool at_raw(const struct world *world, const struct call *call)
{
	return option_kind(world, call) == OF_RAW && call->option.level == SOL_RAW &&
	       call_socket(world, call)->domain == AF_INET;
}

static bool at_icmpv6(const struct world *world, const struct call *call)
{
	return option_kind(world, call) == OF_RAW &&
	       call->option.level == IPPROTO_ICMPV6 &&
	       call_socket(world, call)->domain == AF_INET6;
}

static bool at_packet(const struct world *world, const struct call *call)
{
	return option_kind(world, call) == OF_PACKET &&
	       call->option.level == LINUX_SOL_PACKET;
}

static bool at_netlink(const struct world *world, const struct call *call)
{
	return option_kind(world, call) == OF_NETLINK &&
	       call->option.level == LINUX_SOL_NETLINK;
}

/* Options of TCP whose value is an int.  include/net/tcp.h has the bounds: those of
 * TCP_MAXSEG are TCP_MIN_MSS and MAX_TCP_WINDOW, but for 0. */
static const struct option tcp_options[] = {
	{ TCP_NODELAY, OF_TCP, ANY_NUMBER, 0 },
	{ TCP_CORK, OF_TCP, ANY_NUMBER, 0 },
	{ TCP_MAXSEG, OF_TCP, 88, 32767, 0 },
	{ TCP_KEEPIDLE, OF_TCP, 1, 32767, 0 },
	{ TCP_KEEPINTVL, OF_TCP, 1, 32767, 0 },
	{ TCP_KEEPCNT, OF_TCP, 1, 127, 0 },
	{ TCP_SYNCNT, OF_TCP, 1, 127, 0 },
	{ TCP_USER_TIMEOUT, OF_TCP, 0, INT_MAX, 0 },
};

/* Three options are no ints: TCP_CONGESTION, TCP_ULP, TCP_FASTOPEN_KEY. */
static bool tcp_is_number(const struct world *world, const struct call *call)
{
	return at_tcp(world, call) &&
	       (OPTION_IN(tcp_options, call) || is_no_option(call) ||
		call->option.optname == LINUX_TCP_REPAIR ||
		call->option.optname == TCP_REPAIR_QUEUE);
}

static bool tcp_short(const struct world *world, const struct call *call)
{
	return tcp_is_number(world, call) && is_short_number(call);
}

static bool tcp_unreadable(const struct world *world, const struct call *call)
{
	return tcp_is_number(world, call) && is_unreadable_number(call);
}

static bool tcp_unknown(const struct world *world, const struct call *call)
{
	return at_tcp(world, call) && is_no_option(call);
}

static bool sets_repair(const struct world *world, const struct call *call)
{
	return at_tcp(world, call) && call->option.optname == LINUX_TCP_REPAIR;
}

static bool sets_queue(const struct world *world, const struct call *call)
{
	return at_tcp(world, call) && call->option.optname == TCP_REPAIR_QUEUE;
}

static bool repair_forbidden(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return sets_repair(world, call) &&
	       (on->state == SOCKET_LISTENING ||
		(on->network == world->network && !world->caller.cap_net_admin));
}

/* Off without a probe of the window, off, on. */
static bool repair_out_of_range(const struct world *world, const struct call *call)
{
	return sets_repair(world, call) &&
	       (option_number(call) < -1 || option_number(call) > 1);
}

static bool repair_accepted(const struct world *world, const struct call *call)
{
	return sets_repair(world, call) &&
	       call_socket(world, call)->network == world->network &&
	       (option_number(call) >= 0 ||
		release_has(world->kernel.version, LINUX(4, 19), 0));
}

static bool queue_without_repair(const struct world *world, const struct call *call)
{
	return sets_queue(world, call) && !call_socket(world, call)->in_repair;
}

static bool queue_out_of_range(const struct world *world, const struct call *call)
{
	return sets_queue(world, call) && (option_number(call) < LINUX_TCP_NO_QUEUE ||
					   option_number(call) > LINUX_TCP_SEND_QUEUE);
}

static bool tcp_out_of_range(const struct world *world, const struct call *call)
{
	const struct option *option = OPTION_IN(tcp_options, call);
	int value = option_number(call);

	return at_tcp(world, call) && option && !is_in_range(option, value) &&
	       (option->optname != TCP_MAXSEG || value);
}

static bool tcp_accepted(const struct world *world, const struct call *call)
{
	return at_tcp(world, call) &&
	       (OPTION_IN(tcp_options, call) || sets_queue(world, call));
}

#define DO_TCP KERNEL("net/ipv4/tcp.c", "do_tcp_setsockopt")

static const struct rule setsockopt_tcp_rules[] = {
	{
		.id = "setsockopt.tcp.short",
		.says = "an int of TCP is passed whole, or is refused",
		.when = tcp_short,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_SHORT, DO_TCP },
	},
	{
		.id = "setsockopt.tcp.unreadable",
		.says = "an int of TCP must be readable",
		.when = tcp_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { OPTION_EFAULT, DO_TCP },
	},
	{
		.id = "setsockopt.tcp.unknown",
		.says = "an option that TCP has not is refused",
		.when = tcp_unknown,
		.outcome = FAILS(ENOPROTOOPT),
		.cites = { OPTION_UNKNOWN, DO_TCP },
	},
	{
		.id = "setsockopt.tcp.repair_forbidden",
		.says = "TCP_REPAIR takes CAP_NET_ADMIN, and is not for who listens",
		.when = repair_forbidden,
		.outcome = FAILS(EPERM),
		.cites = { KERNEL("net/ipv4/tcp.c", "tcp_can_repair_sock"), DO_TCP },
		.undocumented = true,
	},
	{
		.id = "setsockopt.tcp.repair_out_of_range",
		.says = "TCP_REPAIR is -1, 0 or 1",
		.when = repair_out_of_range,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_RANGE, DO_TCP },
	},
	{
		.id = "setsockopt.tcp.repair_accepted",
		.says = "who has CAP_NET_ADMIN takes a socket into repair and back",
		.when = repair_accepted,
		.outcome = RETURNS(0),
		.cites = { OPTION_ACCEPTED, DO_TCP },
	},
	{
		.id = "setsockopt.tcp.queue_without_repair",
		.says = "TCP_REPAIR_QUEUE is chosen in repair only",
		.when = queue_without_repair,
		.outcome = FAILS(EPERM),
		.cites = { DO_TCP },
		.undocumented = true,
	},
	{
		.id = "setsockopt.tcp.queue_out_of_range",
		.says = "a queue that TCP has not is refused",
		.when = queue_out_of_range,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_RANGE, DO_TCP },
	},
	{
		.id = "setsockopt.tcp.out_of_range",
		.says = "a number of TCP that is out of its range is refused",
		.when = tcp_out_of_range,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_RANGE, DO_TCP },
	},
	{
		.id = "setsockopt.tcp.accepted",
		.says = "what TCP has is set, to any number that is in its range",
		.when = tcp_accepted,
		.outcome = RETURNS(0),
		.cites = { OPTION_ACCEPTED, POSIX("setsockopt", NULL), DO_TCP },
	},
};
RULE_LIST(setsockopt_tcp, CALL_SETSOCKOPT);

static bool udp_short(const struct world *world, const struct call *call)
{
	return at_udp(world, call) && is_short_number(call);
}

static bool udp_unreadable(const struct world *world, const struct call *call)
{
	return at_udp(world, call) && is_unreadable_number(call);
}

static bool udp_unknown(const struct world *world, const struct call *call)
{
	return at_udp(world, call) && is_no_option(call);
}

/* The coverage of UDP-Lite is set to 8 where it would be less, and is no more than
 * 65535: all numbers are in range. */
static const struct option udp_options[] = {
	{ LINUX_UDP_SEGMENT, OF_UDP, 0, 65535, LINUX(4, 18) },
	{ LINUX_UDP_GRO, OF_UDP, ANY_NUMBER, LINUX(5, 0) },
	{ UDPLITE_SEND_CSCOV, OF_UDP, ANY_NUMBER, 0 },
	{ UDPLITE_RECV_CSCOV, OF_UDP, ANY_NUMBER, 0 },
};

static const struct option *udp_option(const struct world *world,
				       const struct call *call)
{
	const struct option *option = OPTION_IN(udp_options, call);

	return at_udp(world, call) && option && has_option(world, option) ? option
									  : NULL;
}

static bool coverage_unsupported(const struct world *world, const struct call *call)
{
	return at_udp(world, call) &&
	       (call->option.optname == UDPLITE_SEND_CSCOV ||
		call->option.optname == UDPLITE_RECV_CSCOV) &&
	       call_socket(world, call)->protocol == IPPROTO_UDP;
}

static bool udp_out_of_range(const struct world *world, const struct call *call)
{
	const struct option *option = udp_option(world, call);

	return option && !is_in_range(option, option_number(call));
}

static bool udp_accepted(const struct world *world, const struct call *call)
{
	return udp_option(world, call);
}

#define UDP_LIB KERNEL("net/ipv4/udp.c", "udp_lib_setsockopt")

static const struct rule setsockopt_udp_rules[] = {
	{
		.id = "setsockopt.udp.short",
		.says = "an int of UDP is passed whole, or is refused, before it is "
			"looked at what the option is",
		.when = udp_short,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_SHORT, UDP_LIB },
	},
	{
		.id = "setsockopt.udp.unreadable",
		.says = "an int of UDP is read before it is looked at what the option "
			"is",
		.when = udp_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { OPTION_EFAULT, UDP_LIB },
	},
	{
		.id = "setsockopt.udp.unknown",
		.says = "an option that UDP has not is refused",
		.when = udp_unknown,
		.outcome = FAILS(ENOPROTOOPT),
		.cites = { OPTION_UNKNOWN, UDP_LIB },
	},
	{
		.id = "setsockopt.udp.coverage_unsupported",
		.says = "the coverage of checksums is UDP-Lite's only",
		.when = coverage_unsupported,
		.outcome = FAILS(ENOPROTOOPT),
		.cites = { OPTION_UNKNOWN, UDP_LIB },
	},
	{
		.id = "setsockopt.udp.segment_out_of_range",
		.says = "UDP_SEGMENT is none of 16 bits",
		.when = udp_out_of_range,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_RANGE, UDP_LIB },
	},
	{
		.id = "setsockopt.udp.accepted",
		.says = "what UDP or UDP-Lite has is set",
		.when = udp_accepted,
		.outcome = RETURNS(0),
		.cites = { OPTION_ACCEPTED, UDP_LIB },
	},
};
RULE_LIST(setsockopt_udp, CALL_SETSOCKOPT);

static bool sets_icmp_filter(const struct world *world, const struct call *call)
{
	return at_raw(world, call) && call->option.optname == LINUX_ICMP_FILTER;
}

static bool raw_unknown(const struct world *world, const struct call *call)
{
	return at_raw(world, call) && call->option.optname != LINUX_ICMP_FILTER;
}

/* At ICMPv6's level the protocol is looked at before the option. */
static bool filter_unsupported(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return (sets_icmp_filter(world, call) && on->protocol != IPPROTO_ICMP) ||
	       (at_icmpv6(world, call) && on->protocol != IPPROTO_ICMPV6);
}

static bool icmpv6_unknown(const struct world *world, const struct call *call)
{
	return at_icmpv6(world, call) && call->option.optname != LINUX_ICMP6_FILTER;
}

/* struct icmp_filter, struct icmp6_filter: of a longer value, the rest is not read, and
 * of a shorter one, that is taken. */
static bool filter_unreadable(const struct world *world, const struct call *call)
{
	return (at_raw(world, call) && !value_readable(call, 4)) ||
	       (at_icmpv6(world, call) && !value_readable(call, 32));
}

static bool filter_accepted(const struct world *world, const struct call *call)
{
	return at_raw(world, call) || at_icmpv6(world, call);
}

static const struct rule setsockopt_raw_rules[] = {
	{
		.id = "setsockopt.raw.unknown",
		.says = "at SOL_RAW, IPv4 has ICMP_FILTER and nothing else",
		.when = raw_unknown,
		.outcome = FAILS(ENOPROTOOPT),
		.cites = { OPTION_UNKNOWN,
			   KERNEL("net/ipv4/raw.c", "do_raw_setsockopt") },
	},
	{
		.id = "setsockopt.raw.filter_unsupported",
		.says = "raw sockets of another protocol than ICMP have no filter of "
			"its "
			"types",
		.when = filter_unsupported,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { QUOTE("raw(7)",
				 "Enable a special filter for raw sockets bound "
				 "to the IPPROTO_ICMP protocol."),
			   OPTION_UNSUPPORTED,
			   KERNEL("net/ipv4/raw.c", "do_raw_setsockopt"),
			   KERNEL("net/ipv6/raw.c", "rawv6_setsockopt") },
	},
	{
		.id = "setsockopt.raw.icmpv6_unknown",
		.says = "at the level of ICMPv6, there is its filter and nothing else",
		.when = icmpv6_unknown,
		.outcome = FAILS(ENOPROTOOPT),
		.cites = { OPTION_UNKNOWN,
			   KERNEL("net/ipv6/raw.c", "rawv6_seticmpfilter") },
	},
	{
		.id = "setsockopt.raw.filter_unreadable",
		.says = "a filter must be readable",
		.when = filter_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { OPTION_EFAULT,
			   MANUAL_QUOTE("raw(7)", "EFAULT",
					"An invalid memory address was supplied."),
			   KERNEL("net/ipv4/raw.c", "raw_seticmpfilter"),
			   KERNEL("net/ipv6/raw.c", "rawv6_seticmpfilter") },
	},
	{
		.id = "setsockopt.raw.filter_accepted",
		.says = "a filter is set, by however few bytes of it",
		.when = filter_accepted,
		.outcome = RETURNS(0),
		.cites = { OPTION_ACCEPTED,
			   KERNEL("net/ipv4/raw.c", "raw_seticmpfilter"),
			   KERNEL("net/ipv6/raw.c", "rawv6_seticmpfilter") },
	},
};
RULE_LIST(setsockopt_raw, CALL_SETSOCKOPT);

static bool sets_auxdata(const struct world *world, const struct call *call)
{
	return at_packet(world, call) && call->option.optname == PACKET_AUXDATA;
}

static bool packet_unknown(const struct world *world, const struct call *call)
{
	return at_packet(world, call) && is_no_option(call);
}

static bool packet_short(const struct world *world, const struct call *call)
{
	return sets_auxdata(world, call) && is_short_number(call);
}

static bool packet_unreadable(const struct world *world, const struct call *call)
{
	return sets_auxdata(world, call) && is_unreadable_number(call);
}

#define PACKET_SETSOCKOPT KERNEL("net/packet/af_packet.c", "packet_setsockopt")

static const struct rule setsockopt_packet_rules[] = {
	{
		.id = "setsockopt.packet.unknown",
		.says = "an option that packet sockets have not is refused, whatever "
			"the "
			"value is",
		.when = packet_unknown,
		.outcome = FAILS(ENOPROTOOPT),
		.cites = { OPTION_UNKNOWN, PACKET_SETSOCKOPT },
	},
	{
		.id = "setsockopt.packet.short",
		.says = "PACKET_AUXDATA takes an int",
		.when = packet_short,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_SHORT, PACKET_SETSOCKOPT },
	},
	{
		.id = "setsockopt.packet.unreadable",
		.says = "PACKET_AUXDATA's value must be readable",
		.when = packet_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { OPTION_EFAULT,
			   MANUAL_QUOTE("packet(7)", "EFAULT",
					"User passed invalid memory address."),
			   PACKET_SETSOCKOPT },
	},
	{
		.id = "setsockopt.packet.accepted",
		.says = "PACKET_AUXDATA is set to any number",
		.when = sets_auxdata,
		.outcome = RETURNS(0),
		.cites = { OPTION_ACCEPTED, PACKET_SETSOCKOPT },
	},
};
RULE_LIST(setsockopt_packet, CALL_SETSOCKOPT);

/* Of fewer bytes than an int has, none is read, and it is 0. */
static unsigned int netlink_number(const struct call *call)
{
	return is_short_number(call) ? 0 : (unsigned int)option_number(call);
}

static bool netlink_unreadable(const struct world *world, const struct call *call)
{
	return at_netlink(world, call) && is_unreadable_number(call);
}

static bool netlink_unknown(const struct world *world, const struct call *call)
{
	return at_netlink(world, call) && is_no_option(call);
}

/* Who has CAP_NET_ADMIN may have any group that there is; nobody has so many. */
#define NO_GROUP 0x40000000U

static bool group_out_of_range(const struct world *world, const struct call *call)
{
	unsigned int group = netlink_number(call);

	return at_netlink(world, call) &&
	       (call->option.optname == NETLINK_ADD_MEMBERSHIP ||
		call->option.optname == NETLINK_DROP_MEMBERSHIP) &&
	       call_socket(world, call)->network == world->network &&
	       world->caller.cap_net_admin && (!group || group >= NO_GROUP);
}

static bool netlink_accepted(const struct world *world, const struct call *call)
{
	return at_netlink(world, call) &&
	       (call->option.optname == NETLINK_PKTINFO ||
		call->option.optname == NETLINK_NO_ENOBUFS ||
		call->option.optname == NETLINK_BROADCAST_ERROR);
}

#define NETLINK_SETSOCKOPT KERNEL("net/netlink/af_netlink.c", "netlink_setsockopt")

static const struct rule setsockopt_netlink_rules[] = {
	{
		.id = "setsockopt.netlink.unreadable",
		.says = "of netlink, an int is read before it is looked at what the "
			"option is",
		.when = netlink_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { OPTION_EFAULT, NETLINK_SETSOCKOPT },
	},
	{
		.id = "setsockopt.netlink.unknown",
		.says = "an option that netlink has not is refused",
		.when = netlink_unknown,
		.outcome = FAILS(ENOPROTOOPT),
		.cites = { OPTION_UNKNOWN, NETLINK_SETSOCKOPT },
	},
	{
		.id = "setsockopt.netlink.group_out_of_range",
		.says = "a group that netlink has not, of which 0 is one, is refused",
		.when = group_out_of_range,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_RANGE, NETLINK_SETSOCKOPT },
	},
	{
		.id = "setsockopt.netlink.accepted",
		.says = "what is on or off of netlink is set, to 0 by a value that is "
			"too "
			"short for an int",
		.when = netlink_accepted,
		.outcome = RETURNS(0),
		.cites = { OPTION_ACCEPTED, NETLINK_SETSOCKOPT },
	},
};
RULE_LIST(setsockopt_netlink, CALL_SETSOCKOPT);
