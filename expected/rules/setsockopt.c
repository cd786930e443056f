/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * setsockopt.c - rules of setsockopt(2) before an option is looked at: the length, the
 * descriptor, the level, in the order of __sys_setsockopt().
 */
#include "connection_common.h"
#include "setsockopt_common.h"

static bool length_negative(const struct world *world, const struct call *call)
{
	(void)world;
	return call->option.optlen > INT_MAX;
}

static bool length_negative_without_socket(const struct world *world,
					   const struct call *call)
{
	return length_negative(world, call) && !call_socket(world, call);
}

static bool unix_level(const struct world *world, const struct call *call)
{
	return option_kind(world, call) == OF_UNIX && call->option.level != SOL_SOCKET;
}

static bool is_level_of_ip(const struct world_socket *on, unsigned int kind, int level)
{
	bool v6 = on->domain == AF_INET6;

	switch (level) {
	case IPPROTO_IP:
		/* ipv6_setsockopt(): IPv4's are an IPv6 socket's too, but a raw one's.
		 */
		return !v6 || kind != OF_RAW;
	case IPPROTO_IPV6:
		return v6;
	case IPPROTO_TCP:
		return kind == OF_TCP;
	case IPPROTO_UDP:
	case SOL_UDPLITE:
		return kind == OF_UDP;
	case SOL_RAW:
		return kind == OF_RAW;
	case IPPROTO_ICMPV6:
		return v6 && kind == OF_RAW;
	default:
		return false;
	}
}

static bool level_unknown(const struct world *world, const struct call *call)
{
	unsigned int kind = option_kind(world, call);
	int level = call->option.level;

	if (!kind || level == SOL_SOCKET)
		return false;
	switch (kind) {
	case OF_UNIX:
		return false;
	case OF_PACKET:
		return level != LINUX_SOL_PACKET;
	case OF_NETLINK:
		return level != LINUX_SOL_NETLINK;
	default:
		return !is_level_of_ip(call_socket(world, call), kind, level);
	}
}

static const struct rule setsockopt_arguments_rules[] = {
	{
		.id = "setsockopt.length.negative_at_first",
		.says = "before Linux 6.7, a negative length is refused before the "
			"descriptor is looked at",
		.when = length_negative_without_socket,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_SHORT, KERNEL("net/socket.c", "__sys_setsockopt") },
		.until = LINUX(6, 7),
	},
	DESCRIPTOR_NOT_OPEN("setsockopt", "setsockopt(2)", "setsockopt"),
	DESCRIPTOR_NOT_A_SOCKET("setsockopt", "setsockopt(2)", "setsockopt"),
	{
		.id = "setsockopt.length.negative",
		.says = "a negative length is refused, whatever the option is",
		.when = length_negative,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_SHORT, KERNEL("net/socket.c", "__sys_setsockopt") },
	},
	{
		.id = "setsockopt.level.unix",
		.says = "AF_UNIX has no options but those of SOL_SOCKET, and says so "
			"of "
			"any other level",
		.when = unix_level,
		.outcome = FAILS(EOPNOTSUPP),
		.posix = FAILS(ENOPROTOOPT, EINVAL),
		.cites = { POSIX_SAYS("setsockopt", "ENOPROTOOPT",
				      "the option is not supported by the protocol"),
			   POSIX_SAYS("setsockopt", "EINVAL",
				      "the option is invalid at the level"),
			   KERNEL("net/socket.c", "__sys_setsockopt") },
		.undocumented = true,
	},
	{
		.id = "setsockopt.level.unknown",
		.says = "a level that the protocol has not is refused before the value "
			"is looked at",
		.when = level_unknown,
		.outcome = FAILS(ENOPROTOOPT),
		.posix = FAILS(ENOPROTOOPT, EINVAL),
		.cites = { OPTION_UNKNOWN, OPTION_POSIX_UNKNOWN,
			   POSIX_SAYS("setsockopt", "EINVAL",
				      "the option is invalid at the level"),
			   KERNEL("net/ipv4/ip_sockglue.c", "ip_setsockopt"),
			   KERNEL("net/ipv6/ipv6_sockglue.c", "ipv6_setsockopt"),
			   KERNEL("net/packet/af_packet.c", "packet_setsockopt"),
			   KERNEL("net/netlink/af_netlink.c", "netlink_setsockopt") },
	},
};
RULE_LIST(setsockopt_arguments, CALL_SETSOCKOPT);
