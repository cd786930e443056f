/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * setsockopt_told.c - rules of getsockopt(2) that is asked for an option by the call
 * after the one that has set it, in which nothing can have changed it.
 */
#include "setsockopt_common.h"

/* What becomes of the number that was set. */
enum told {
	TOLD_IT,       /* it is told as it was set, */
	TOLD_BOOL,     /* as 0 or 1, */
	TOLD_BYTE,     /* as its lowest 8 bits, */
	TOLD_LEAST,    /* 0 as 1, and what is negative as the most there is, */
	TOLD_OFFSET,   /* what is negative as -1, */
	TOLD_POSITIVE, /* or, where it is negative, a default, of which nothing is said
			*/
};

static const struct told_option {
	int level, optname;
	unsigned int kinds;
	enum told told;
} told_options[] = {
	{ SOL_SOCKET, SO_BROADCAST, OF_ALL, TOLD_BOOL },
	{ SOL_SOCKET, SO_KEEPALIVE, OF_ALL, TOLD_BOOL },
	{ SOL_SOCKET, SO_OOBINLINE, OF_ALL, TOLD_BOOL },
	{ SOL_SOCKET, SO_DONTROUTE, OF_ALL, TOLD_BOOL },
	{ SOL_SOCKET, SO_REUSEADDR, OF_ALL, TOLD_BOOL },
	{ SOL_SOCKET, SO_REUSEPORT, OF_IP, TOLD_BOOL },
	{ SOL_SOCKET, SO_NO_CHECK, OF_ALL, TOLD_BOOL },
	{ SOL_SOCKET, SO_TIMESTAMP, OF_ALL, TOLD_BOOL },
	{ SOL_SOCKET, SO_TIMESTAMPNS, OF_ALL, TOLD_BOOL },
	{ SOL_SOCKET, SO_PASSCRED, OF_UNIX | OF_NETLINK, TOLD_BOOL },
	{ SOL_SOCKET, SO_PRIORITY, OF_ALL, TOLD_IT },
	{ SOL_SOCKET, LINUX_SO_MARK, OF_ALL, TOLD_IT },
	{ SOL_SOCKET, SO_PEEK_OFF, OF_UNIX | OF_UDP, TOLD_IT },
	/* TCP's is not more than half of what there is room for: tcp_set_rcvlowat(). */
	{ SOL_SOCKET, SO_RCVLOWAT, OF_ALL & ~OF_TCP, TOLD_LEAST },
	{ IPPROTO_IP, IP_PKTINFO, OF_IP, TOLD_BOOL },
	{ IPPROTO_IP, IP_RECVTTL, OF_IP, TOLD_BOOL },
	{ IPPROTO_IP, IP_RECVTOS, OF_IP, TOLD_BOOL },
	{ IPPROTO_IP, IP_RECVERR, OF_IP, TOLD_BOOL },
	{ IPPROTO_IP, IP_FREEBIND, OF_IP, TOLD_BOOL },
	{ IPPROTO_IP, IP_TRANSPARENT, OF_IP, TOLD_BOOL },
	{ IPPROTO_IP, IP_HDRINCL, OF_RAW, TOLD_BOOL },
	{ IPPROTO_IP, IP_NODEFRAG, OF_RAW, TOLD_BOOL },
	{ IPPROTO_IP, IP_MULTICAST_LOOP, OF_IP, TOLD_BOOL },
	{ IPPROTO_IP, IP_MULTICAST_ALL, OF_IP, TOLD_IT },
	{ IPPROTO_IP, IP_MTU_DISCOVER, OF_IP, TOLD_IT },
	{ IPPROTO_IP, IP_TTL, OF_IP, TOLD_POSITIVE },
	{ IPPROTO_IP, IP_MULTICAST_TTL, OF_IP & ~OF_TCP, TOLD_POSITIVE },
	/* TCP keeps the two bits of ECN for itself. */
	{ IPPROTO_IP, IP_TOS, OF_IP & ~OF_TCP, TOLD_BYTE },
	{ IPPROTO_IPV6, IPV6_V6ONLY, OF_IP, TOLD_BOOL },
	{ IPPROTO_IPV6, IPV6_RECVPKTINFO, OF_IP, TOLD_BOOL },
	{ IPPROTO_IPV6, IPV6_RECVHOPLIMIT, OF_IP, TOLD_BOOL },
	{ IPPROTO_IPV6, IPV6_RECVTCLASS, OF_IP, TOLD_BOOL },
	{ IPPROTO_IPV6, IPV6_RECVERR, OF_IP, TOLD_BOOL },
	{ IPPROTO_IPV6, IPV6_MULTICAST_LOOP, OF_IP, TOLD_IT },
	{ IPPROTO_IPV6, IPV6_MTU_DISCOVER, OF_IP, TOLD_IT },
	{ IPPROTO_IPV6, IPV6_UNICAST_HOPS, OF_IP, TOLD_POSITIVE },
	{ IPPROTO_IPV6, IPV6_MULTICAST_HOPS, OF_IP, TOLD_POSITIVE },
	{ IPPROTO_IPV6, IPV6_TCLASS, OF_IP & ~OF_TCP, TOLD_POSITIVE },
	{ IPPROTO_IPV6, IPV6_CHECKSUM, OF_RAW, TOLD_OFFSET },
	{ IPPROTO_TCP, TCP_NODELAY, OF_TCP, TOLD_BOOL },
	{ IPPROTO_TCP, TCP_CORK, OF_TCP, TOLD_BOOL },
	{ IPPROTO_TCP, TCP_KEEPIDLE, OF_TCP, TOLD_IT },
	{ IPPROTO_TCP, TCP_KEEPINTVL, OF_TCP, TOLD_IT },
	{ IPPROTO_TCP, TCP_KEEPCNT, OF_TCP, TOLD_IT },
	{ IPPROTO_TCP, TCP_SYNCNT, OF_TCP, TOLD_IT },
	{ IPPROTO_TCP, TCP_USER_TIMEOUT, OF_TCP, TOLD_IT },
	{ IPPROTO_UDP, LINUX_UDP_SEGMENT, OF_UDP, TOLD_IT },
};

static const struct told_option *told_option(const struct world *world,
					     const struct call *call)
{
	unsigned int kind = option_kind(world, call);

	for (size_t i = 0; i < sizeof(told_options) / sizeof(told_options[0]); i++)
		if (is_option(call, told_options[i].level, told_options[i].optname) &&
		    told_options[i].kinds & kind)
			return &told_options[i];
	return NULL;
}

/* Of IPPROTO_IP a byte may do, or nothing for 0. */
static int number_set(const struct call *set)
{
	if (set->option.optlen >= sizeof(int))
		return option_number(set);
	return set->option.optlen ? set->option.bytes[0] : 0;
}

static bool was_just_set(const struct world *world, const struct call *call)
{
	const struct call *set = &world->last_call;
	const struct told_option *option = told_option(world, call);

	return option && set->name == CALL_SETSOCKOPT && !world->last_value &&
	       set->fd == call->fd &&
	       is_option(set, call->option.level, call->option.optname) &&
	       (option->told != TOLD_POSITIVE || number_set(set) >= 0);
}

static int number_told(enum told told, int set)
{
	switch (told) {
	case TOLD_BOOL:
		return set != 0;
	case TOLD_BYTE:
		return set & 0xff;
	case TOLD_LEAST:
		return set < 0 ? INT_MAX : set ? set : 1;
	case TOLD_OFFSET:
		return set < 0 ? -1 : set;
	default:
		return set;
	}
}

static void tells_number(const struct world *world, const struct call *call,
			 struct outcome *outcome)
{
	int value = number_told(told_option(world, call)->told,
				number_set(&world->last_call));

	outcome->length = sizeof(value);
	memcpy(outcome->bytes, &value, sizeof(value));
}

static const struct rule setsockopt_told_rules[] = {
	{
		.id = "setsockopt.told",
		.says = "what has just been set is told by getsockopt(2): what is on "
			"or "
			"off as 1 or 0, a number as it was set",
		.when = was_just_set,
		.outcome = RETURNS(0),
		.computed = tells_number,
		.cites = { QUOTE("socket(7)",
				 "The socket options listed below can be set by using "
				 "setsockopt(2) and read with getsockopt(2)"),
			   QUOTE("ip(7)", "IP supports some protocol-specific socket "
					  "options that "
					  "can be set with setsockopt(2) and read with "
					  "getsockopt(2)."),
			   KERNEL("net/core/sock.c", "sk_getsockopt"),
			   KERNEL("net/ipv4/ip_sockglue.c", "do_ip_getsockopt"),
			   KERNEL("net/ipv6/ipv6_sockglue.c", "do_ipv6_getsockopt"),
			   KERNEL("net/ipv4/tcp.c", "do_tcp_getsockopt"),
			   KERNEL("net/ipv4/udp.c", "udp_lib_getsockopt") },
	},
};
RULE_LIST(setsockopt_told, CALL_GETSOCKOPT);
