/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * setsockopt_ip.c - rules of setsockopt(2) at the levels IPPROTO_IP and IPPROTO_IPV6,
 * in the order of do_ip_setsockopt(), and of rawv6_setsockopt() and
 * do_ipv6_setsockopt().
 */
#include "setsockopt_common.h"

static bool at_ip(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);
	unsigned int kind = option_kind(world, call);

	return kind & OF_IP && call->option.level == IPPROTO_IP &&
	       (on->domain == AF_INET || kind != OF_RAW);
}

static bool at_ipv6(const struct world *world, const struct call *call)
{
	return option_kind(world, call) & OF_IP && call->option.level == IPPROTO_IPV6 &&
	       call_socket(world, call)->domain == AF_INET6;
}

/* Options of IPPROTO_IP whose value is an int, or a byte; of no bytes, it is 0. */
static const struct option ip_options[] = {
	{ IP_PKTINFO, OF_IP, ANY_NUMBER, 0 },
	{ IP_RECVTTL, OF_IP, ANY_NUMBER, 0 },
	{ IP_RECVTOS, OF_IP, ANY_NUMBER, 0 },
	{ IP_RECVOPTS, OF_IP, ANY_NUMBER, 0 },
	{ IP_RETOPTS, OF_IP, ANY_NUMBER, 0 },
	{ IP_RECVORIGDSTADDR, OF_IP, ANY_NUMBER, 0 },
	{ IP_RECVERR, OF_IP, ANY_NUMBER, 0 },
	{ IP_TOS, OF_IP, ANY_NUMBER, 0 },
	{ IP_TTL, OF_IP, 1, 255, 0 },
	{ IP_MTU_DISCOVER, OF_IP, IP_PMTUDISC_DONT, IP_PMTUDISC_OMIT, 0 },
	{ IP_FREEBIND, OF_IP, ANY_NUMBER, 0 },
	{ IP_TRANSPARENT, OF_IP, ANY_NUMBER, 0 },
	{ IP_MULTICAST_TTL, OF_IP & ~OF_TCP, -1, 255, 0 },
	{ IP_MULTICAST_LOOP, OF_IP, ANY_NUMBER, 0 },
	{ IP_MULTICAST_ALL, OF_IP, 0, 1, 0 },
	{ IP_HDRINCL, OF_RAW, ANY_NUMBER, 0 },
	{ IP_NODEFRAG, OF_RAW, ANY_NUMBER, 0 },
	{ LINUX_IP_BIND_ADDRESS_NO_PORT, OF_IP, ANY_NUMBER, LINUX(4, 2) },
};

static int ip_number(const struct call *call)
{
	if (call->option.optlen >= sizeof(int))
		return option_number(call);
	return call->option.optlen ? call->option.bytes[0] : 0;
}

static const struct option *ip_option(const struct world *world,
				      const struct call *call)
{
	const struct option *option = OPTION_IN(ip_options, call);

	return at_ip(world, call) && option && has_option(world, option) ? option
									 : NULL;
}

static bool ip_unreadable(const struct world *world, const struct call *call)
{
	return ip_option(world, call) &&
	       !value_readable(call, is_short_number(call) ? 1 : sizeof(int));
}

static bool joins_with_connection(const struct world *world, const struct call *call)
{
	return at_ip(world, call) && option_kind(world, call) == OF_TCP &&
	       (call->option.optname == IP_ADD_MEMBERSHIP ||
		call->option.optname == IP_DROP_MEMBERSHIP);
}

static bool ip_raw_only(const struct world *world, const struct call *call)
{
	return at_ip(world, call) && option_kind(world, call) != OF_RAW &&
	       (call->option.optname == IP_HDRINCL ||
		call->option.optname == IP_NODEFRAG);
}

static bool ip_transparent_forbidden(const struct world *world, const struct call *call)
{
	return at_ip(world, call) && call->option.optname == IP_TRANSPARENT &&
	       ip_number(call) && caller_may_not(world, call);
}

static bool ip_of_stream(const struct world *world, const struct call *call)
{
	return at_ip(world, call) && option_kind(world, call) == OF_TCP &&
	       call->option.optname == IP_MULTICAST_TTL;
}

/* Options that no bytes are too few for. */
static bool ip_empty(const struct world *world, const struct call *call)
{
	if (!at_ip(world, call) || call->option.optlen)
		return false;
	switch (call->option.optname) {
	case IP_TTL:
	case IP_FREEBIND:
	case IP_TRANSPARENT:
	case IP_MULTICAST_TTL:
	case IP_MULTICAST_LOOP:
	case IP_MULTICAST_ALL:
		return true;
	default:
		return false;
	}
}

/* IP_TTL's default is chosen by -1. */
static bool ip_is_in_range(const struct option *option, const struct call *call)
{
	return is_in_range(option, ip_number(call)) ||
	       (option->optname == IP_TTL && ip_number(call) == -1);
}

static bool ip_out_of_range(const struct world *world, const struct call *call)
{
	const struct option *option = ip_option(world, call);

	return option && !ip_is_in_range(option, call);
}

static bool sets_port_range(const struct world *world, const struct call *call)
{
	return at_ip(world, call) && call->option.optname == LINUX_IP_LOCAL_PORT_RANGE;
}

static bool range_unreadable(const struct world *world, const struct call *call)
{
	return sets_port_range(world, call) &&
	       !value_readable(call, is_short_number(call) ? 1 : sizeof(int));
}

static bool range_invalid(const struct world *world, const struct call *call)
{
	unsigned int low = (unsigned int)option_number(call) & 0xffff;
	unsigned int high = (unsigned int)option_number(call) >> 16;

	return sets_port_range(world, call) &&
	       (call->option.optlen != sizeof(int) || (low && high && low > high));
}

static bool range_accepted(const struct world *world, const struct call *call)
{
	return sets_port_range(world, call) && call->option.optlen == sizeof(int);
}

static bool ip_unknown(const struct world *world, const struct call *call)
{
	return at_ip(world, call) && is_no_option(call);
}

/* Who may not set IP_TRANSPARENT has been refused, but for what the world cannot know.
 */
static bool transparent_may_be_set(const struct world *world, const struct call *call,
				   int value)
{
	return !value || caller_may(world, call);
}

static bool ip_accepted(const struct world *world, const struct call *call)
{
	const struct option *option = ip_option(world, call);

	if (!option || !(option->kinds & option_kind(world, call)))
		return false;
	return option->optname != IP_TRANSPARENT ||
	       transparent_may_be_set(world, call, ip_number(call));
}

#define DO_IP KERNEL("net/ipv4/ip_sockglue.c", "do_ip_setsockopt")

static const struct rule setsockopt_ip_rules[] = {
	{
		.id = "setsockopt.ip.unreadable",
		.says = "an int of IPPROTO_IP, or of fewer bytes the first, must be "
			"readable",
		.when = ip_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { OPTION_EFAULT, DO_IP },
	},
	{
		.id = "setsockopt.ip.group_of_connection",
		.says = "TCP joins and leaves no group, whatever the value is",
		.when = joins_with_connection,
		.outcome = FAILS(EPROTO),
		.cites = { DO_IP },
		.undocumented = true,
	},
	{
		.id = "setsockopt.ip.raw_only",
		.says = "IP_HDRINCL and IP_NODEFRAG are raw sockets' only",
		.when = ip_raw_only,
		.outcome = FAILS(ENOPROTOOPT),
		.cites = { QUOTE("ip(7)", "Valid only for SOCK_RAW sockets"),
			   MANUAL_QUOTE("ip(7)", "ENOPROTOOPT",
					"Invalid socket option passed."),
			   DO_IP },
	},
	{
		.id = "setsockopt.ip.transparent_forbidden",
		.says = "IP_TRANSPARENT is turned on by CAP_NET_ADMIN, or CAP_NET_RAW, "
			"only",
		.when = ip_transparent_forbidden,
		.outcome = FAILS(EPERM),
		.cites = { QUOTE("ip(7)",
				 "Enabling this socket option requires superuser "
				 "privileges (the CAP_NET_ADMIN capability)."),
			   OPTION_FORBIDDEN, DO_IP },
	},
	{
		.id = "setsockopt.ip.multicast_ttl_of_connection",
		.says = "TCP has no IP_MULTICAST_TTL",
		.when = ip_of_stream,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("ip(7)", "EINVAL", "Invalid argument passed."),
			   DO_IP },
	},
	{
		.id = "setsockopt.ip.empty",
		.says = "some options of IPPROTO_IP want a byte at least",
		.when = ip_empty,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_SHORT, DO_IP },
	},
	{
		.id = "setsockopt.ip.out_of_range",
		.says = "a number of IPPROTO_IP that is out of its range is refused",
		.when = ip_out_of_range,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_RANGE,
			   MANUAL_QUOTE("ip(7)", "EINVAL", "Invalid argument passed."),
			   DO_IP },
	},
	{
		.id = "setsockopt.ip.range_unreadable",
		.says = "IP_LOCAL_PORT_RANGE's value must be readable",
		.when = range_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { OPTION_EFAULT, DO_IP },
		.since = LINUX(6, 3),
	},
	{
		.id = "setsockopt.ip.range_invalid",
		.says = "IP_LOCAL_PORT_RANGE takes four bytes, and no lower bound "
			"above "
			"the upper one",
		.when = range_invalid,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_RANGE, DO_IP },
		.since = LINUX(6, 3),
	},
	{
		.id = "setsockopt.ip.range_accepted",
		.says = "IP_LOCAL_PORT_RANGE is set to two bounds, of which each may "
			"be "
			"0 for none",
		.when = range_accepted,
		.outcome = RETURNS(0),
		.cites = { OPTION_ACCEPTED, DO_IP },
		.since = LINUX(6, 3),
	},
	{
		.id = "setsockopt.ip.unknown",
		.says = "an option that IPPROTO_IP has not is refused, whatever the "
			"value is",
		.when = ip_unknown,
		.outcome = FAILS(ENOPROTOOPT),
		.cites = { QUOTE("ip(7)",
				 "When an invalid socket option is specified, "
				 "getsockopt(2) and setsockopt(2) fail with the error "
				 "ENOPROTOOPT."),
			   OPTION_UNKNOWN, DO_IP },
	},
	{
		.id = "setsockopt.ip.accepted",
		.says = "what IPPROTO_IP has for the kind of socket is set, by an int "
			"or "
			"by a byte",
		.when = ip_accepted,
		.outcome = RETURNS(0),
		.cites = { OPTION_ACCEPTED, DO_IP },
	},
};
RULE_LIST(setsockopt_ip, CALL_SETSOCKOPT);

/* Options of IPPROTO_IPV6 whose value is an int. */
static const struct option ipv6_options[] = {
	{ IPV6_V6ONLY, OF_IP, ANY_NUMBER, 0 },
	{ IPV6_RECVPKTINFO, OF_IP, ANY_NUMBER, 0 },
	{ IPV6_RECVHOPLIMIT, OF_IP, ANY_NUMBER, 0 },
	{ IPV6_RECVTCLASS, OF_IP, ANY_NUMBER, 0 },
	{ LINUX_IPV6_RECVORIGDSTADDR, OF_IP, ANY_NUMBER, 0 },
	{ LINUX_IPV6_FLOWINFO, OF_IP, ANY_NUMBER, 0 },
	{ LINUX_IPV6_FLOWINFO_SEND, OF_IP, ANY_NUMBER, 0 },
	{ LINUX_IPV6_2292PKTINFO, OF_IP, ANY_NUMBER, 0 },
	{ LINUX_IPV6_2292HOPLIMIT, OF_IP, ANY_NUMBER, 0 },
	{ IPV6_RECVERR, OF_IP, ANY_NUMBER, 0 },
	{ LINUX_IPV6_FREEBIND, OF_IP, ANY_NUMBER, LINUX(4, 15) },
	{ LINUX_IPV6_TRANSPARENT, OF_IP, ANY_NUMBER, 0 },
	{ IPV6_TCLASS, OF_IP, -1, 255, 0 },
	{ IPV6_UNICAST_HOPS, OF_IP, -1, 255, 0 },
	{ IPV6_MULTICAST_HOPS, OF_IP & ~OF_TCP, -1, 255, 0 },
	{ IPV6_MULTICAST_LOOP, OF_IP, 0, 1, 0 },
	{ IPV6_MULTICAST_ALL, OF_IP, ANY_NUMBER, LINUX(4, 20) },
	{ IPV6_MTU_DISCOVER, OF_IP, IPV6_PMTUDISC_DONT, IPV6_PMTUDISC_OMIT, 0 },
	{ IPV6_CHECKSUM, OF_RAW, ANY_NUMBER, 0 },
	{ IPV6_HDRINCL, OF_RAW, ANY_NUMBER, LINUX(4, 16) },
};

static const struct option *ipv6_option(const struct world *world,
					const struct call *call)
{
	const struct option *option = OPTION_IN(ipv6_options, call);

	return at_ipv6(world, call) && option && has_option(world, option) ? option
									   : NULL;
}

/* What raw sockets have of their own has its value read even if it is NULL. */
static bool is_raws_own(const struct call *call)
{
	return call->option.optname == IPV6_CHECKSUM ||
	       call->option.optname == IPV6_HDRINCL;
}

static bool ipv6_unreadable(const struct world *world, const struct call *call)
{
	bool by_raw = option_kind(world, call) == OF_RAW && is_raws_own(call);

	return at_ipv6(world, call) && is_unreadable_number(call) &&
	       (by_raw || !call->option.null);
}

static bool ipv6_raw_only(const struct world *world, const struct call *call)
{
	return at_ipv6(world, call) && option_kind(world, call) != OF_RAW &&
	       is_raws_own(call);
}

static bool ipv6_of_stream(const struct world *world, const struct call *call)
{
	return at_ipv6(world, call) && option_kind(world, call) == OF_TCP &&
	       call->option.optname == IPV6_MULTICAST_HOPS;
}

/* Of fewer bytes, 0 is read. */
static int ipv6_number(const struct call *call)
{
	return is_short_number(call) ? 0 : option_number(call);
}

static bool ipv6_transparent_forbidden(const struct world *world,
				       const struct call *call)
{
	return at_ipv6(world, call) && call->option.optname == LINUX_IPV6_TRANSPARENT &&
	       ipv6_number(call) && caller_may_not(world, call);
}

static bool ipv6_short(const struct world *world, const struct call *call)
{
	return ipv6_option(world, call) && is_short_number(call);
}

/* A raw socket has its protocol for a port. */
static bool v6only_late(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return at_ipv6(world, call) && call->option.optname == IPV6_V6ONLY &&
	       (on->type == SOCK_RAW || on->port || on->port_open);
}

static bool checksum_of_icmp(const struct world *world, const struct call *call)
{
	return at_ipv6(world, call) && call->option.optname == IPV6_CHECKSUM &&
	       call_socket(world, call)->protocol == IPPROTO_ICMPV6;
}

static bool checksum_odd(const struct world *world, const struct call *call)
{
	return at_ipv6(world, call) && call->option.optname == IPV6_CHECKSUM &&
	       option_number(call) > 0 && option_number(call) % 2;
}

static bool ipv6_out_of_range(const struct world *world, const struct call *call)
{
	const struct option *option = ipv6_option(world, call);

	return option && !is_in_range(option, option_number(call));
}

static bool ipv6_unknown(const struct world *world, const struct call *call)
{
	return at_ipv6(world, call) && is_no_option(call);
}

static bool ipv6_accepted(const struct world *world, const struct call *call)
{
	const struct option *option = ipv6_option(world, call);

	if (!option || !(option->kinds & option_kind(world, call)))
		return false;
	return option->optname != LINUX_IPV6_TRANSPARENT ||
	       transparent_may_be_set(world, call, ipv6_number(call));
}

#define DO_IPV6	 KERNEL("net/ipv6/ipv6_sockglue.c", "do_ipv6_setsockopt")
#define RAW_IPV6 KERNEL("net/ipv6/raw.c", "do_rawv6_setsockopt")

static const struct rule setsockopt_ipv6_rules[] = {
	{
		.id = "setsockopt.ipv6.unreadable",
		.says = "at IPPROTO_IPV6, an int is read before it is looked at what "
			"the "
			"option is; NULL is 0",
		.when = ipv6_unreadable,
		.outcome = FAILS(EFAULT),
		.posix_silent = true,
		.cites = { OPTION_EFAULT, DO_IPV6 },
	},
	{
		.id = "setsockopt.ipv6.raw_only",
		.says = "IPV6_CHECKSUM and IPV6_HDRINCL are raw sockets' only",
		.when = ipv6_raw_only,
		.outcome = FAILS(ENOPROTOOPT),
		.cites = { OPTION_UNKNOWN, DO_IPV6 },
	},
	{
		.id = "setsockopt.ipv6.multicast_hops_of_connection",
		.says = "TCP has no IPV6_MULTICAST_HOPS",
		.when = ipv6_of_stream,
		.outcome = FAILS(ENOPROTOOPT),
		.posix = RETURNS_OR_FAILS(0, ENOPROTOOPT, EINVAL),
		.cites = { OPTION_UNKNOWN, OPTION_POSIX_UNKNOWN,
			   POSIX_SAYS("setsockopt", "EINVAL",
				      "the option is invalid at the level"),
			   DO_IPV6 },
	},
	{
		.id = "setsockopt.ipv6.transparent_forbidden",
		.says = "IPV6_TRANSPARENT is turned on by CAP_NET_ADMIN, or "
			"CAP_NET_RAW, "
			"only",
		.when = ipv6_transparent_forbidden,
		.outcome = FAILS(EPERM),
		.cites = { DO_IPV6 },
		.undocumented = true,
	},
	{
		.id = "setsockopt.ipv6.short",
		.says = "an int of IPPROTO_IPV6 is passed whole, or is refused",
		.when = ipv6_short,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_SHORT, DO_IPV6, RAW_IPV6 },
	},
	{
		.id = "setsockopt.ipv6.v6only_late",
		.says = "IPV6_V6ONLY is set before a socket has a port, and never of a "
			"raw one",
		.when = v6only_late,
		.outcome = FAILS(EINVAL),
		.cites = { DO_IPV6 },
		.undocumented = true,
	},
	{
		.id = "setsockopt.ipv6.checksum_of_icmp",
		.says = "where the checksum of ICMPv6 stands is not chosen",
		.when = checksum_of_icmp,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_RANGE, TEXT("RFC 3542, 3.1: Checksums"), RAW_IPV6 },
	},
	{
		.id = "setsockopt.ipv6.checksum_odd",
		.says = "a checksum at an odd offset is refused",
		.when = checksum_odd,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_RANGE, TEXT("RFC 3542, 3.1: Checksums"), RAW_IPV6 },
	},
	{
		.id = "setsockopt.ipv6.out_of_range",
		.says = "a number of IPPROTO_IPV6 that is out of its range is refused",
		.when = ipv6_out_of_range,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_RANGE,
			   QUOTE("ipv6(7)", "-1 in the value means use the route "
					    "default, otherwise it should be between 0 "
					    "and 255."),
			   DO_IPV6 },
	},
	{
		.id = "setsockopt.ipv6.unknown",
		.says = "an option that IPPROTO_IPV6 has not is refused",
		.when = ipv6_unknown,
		.outcome = FAILS(ENOPROTOOPT),
		.cites = { OPTION_UNKNOWN, DO_IPV6 },
	},
	{
		.id = "setsockopt.ipv6.accepted",
		.says = "what IPPROTO_IPV6 has for the kind of socket is set, by NULL "
			"to "
			"0",
		.when = ipv6_accepted,
		.outcome = RETURNS(0),
		.cites = { OPTION_ACCEPTED, POSIX("setsockopt", NULL), DO_IPV6,
			   RAW_IPV6 },
	},
};
RULE_LIST(setsockopt_ipv6, CALL_SETSOCKOPT);
