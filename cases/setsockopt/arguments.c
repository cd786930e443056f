/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arguments.c - setsockopt(2) before an option is looked at: the length, the
 * descriptor, the level; and which comes first.
 */
#include "setting.h"

static long turn_on(int fd)
{
	int on = 1;

	return t_setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
}

CASE("setsockopt.fd.not_open", .anywhere = true)
{
	expect_errno(EBADF, turn_on(77));
}

CASE("setsockopt.fd.not_open[negative]", .anywhere = true)
{
	expect_errno(EBADF, turn_on(-1));
}

CASE("setsockopt.fd.not_open[unreadable]", .anywhere = true)
{
	expect_errno(EBADF,
		     t_setsockopt(77, SOL_SOCKET, SO_BROADCAST, unmapped_memory(), 4));
}

CASE("setsockopt.fd.not_open[length-negative]", .since = LINUX(6, 7), .anywhere = true)
{
	expect_errno(EBADF,
		     t_setsockopt(77, SOL_SOCKET, SO_BROADCAST, NULL, (socklen_t)-1));
}

CASE("setsockopt.fd.path_only", .anywhere = true)
{
	expect_errno(EBADF, turn_on(open_descriptor(OPEN_PATH_ONLY)));
}

CASE("setsockopt.fd.not_a_socket", .anywhere = true)
{
	expect_errno(ENOTSOCK, turn_on(open_descriptor(OPEN_FILE)));
}

CASE("setsockopt.fd.not_a_socket[pipe]", .anywhere = true)
{
	expect_errno(ENOTSOCK, turn_on(open_descriptor(OPEN_PIPE)));
}

CASE("setsockopt.length.negative_at_first[not-open]", .until = LINUX(6, 7),
     .anywhere = true)
{
	expect_errno(EINVAL,
		     t_setsockopt(77, SOL_SOCKET, SO_BROADCAST, NULL, (socklen_t)-1));
}

CASE("setsockopt.length.negative_at_first[file]", .until = LINUX(6, 7),
     .anywhere = true)
{
	int fd = open_descriptor(OPEN_FILE);

	expect_errno(EINVAL,
		     t_setsockopt(fd, SOL_SOCKET, SO_BROADCAST, NULL, (socklen_t)-1));
}

static const struct setting negative[] = {
	{ "number", UDP, SOL_SOCKET, SO_BROADCAST, 1, -1, LIES_WELL, 0 },
	{ "least", TCP, SOL_SOCKET, SO_REUSEADDR, 1, INT_MIN, LIES_WELL, 0 },
	{ "device", UDP, SOL_SOCKET, SO_BINDTODEVICE, 0, -1, LIES_WELL, 0 },
	{ "unreadable", TCP6, SOL_SOCKET, SO_LINGER, 0, -1, LIES_NOWHERE, 0 },
	{ "before-level", UNIX_STREAM, IPPROTO_TCP, TCP_NODELAY, 1, -1, LIES_WELL, 0 },
	{ "before-option", NETLINK, LINUX_SOL_NETLINK, 9999, 1, -1, LIES_WELL, 0 },
};

/* Before the length, other than below nothing, and before the value. */
static const struct setting of_unix[] = {
	{ "tcp", UNIX_STREAM, IPPROTO_TCP, TCP_NODELAY, 1, 4, LIES_WELL, 0 },
	{ "ip", UNIX_DGRAM, IPPROTO_IP, IP_TTL, 1, 4, LIES_WELL, 0 },
	{ "none", UNIX_SEQPACKET, -1, 1, 1, 4, LIES_WELL, 0 },
	{ "unreadable", UNIX_DGRAM, IPPROTO_IPV6, IPV6_V6ONLY, 1, 4, LIES_NOWHERE, 0 },
	{ "short", UNIX_STREAM, IPPROTO_UDP, 1, 1, 0, LIES_WELL, 0 },
};

static const struct setting of_none[] = {
	{ "udp", TCP, IPPROTO_UDP, LINUX_UDP_SEGMENT, 1, 4, LIES_WELL, 0 },
	{ "tcp", UDP, IPPROTO_TCP, TCP_NODELAY, 1, 4, LIES_WELL, 0 },
	{ "tcp", UDPLITE, IPPROTO_TCP, TCP_NODELAY, 1, 4, LIES_WELL, 0 },
	{ "ipv6", TCP, IPPROTO_IPV6, IPV6_V6ONLY, 1, 4, LIES_WELL, 0 },
	{ "ipv6", UDP, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 1, 4, LIES_WELL, 0 },
	{ "raw", UDP6, SOL_RAW, 1, 1, 4, LIES_WELL, 0 },
	{ "udp", PING, IPPROTO_UDP, LINUX_UDP_SEGMENT, 1, 4, LIES_WELL, 0 },
	{ "ip", RAW6, IPPROTO_IP, IP_TTL, 1, 4, LIES_WELL, 0 },
	{ "icmpv6", RAW, IPPROTO_ICMPV6, 1, 1, 4, LIES_WELL, 0 },
	{ "icmpv6", PING6, IPPROTO_ICMPV6, 1, 1, 4, LIES_WELL, 0 },
	{ "ip", PACKET, IPPROTO_IP, IP_TTL, 1, 4, LIES_WELL, 0 },
	{ "packet", NETLINK, LINUX_SOL_PACKET, PACKET_AUXDATA, 1, 4, LIES_WELL, 0 },
	{ "netlink", PACKET, LINUX_SOL_NETLINK, NETLINK_PKTINFO, 1, 4, LIES_WELL, 0 },
	{ "none", TCP6, -1, 1, 1, 4, LIES_WELL, 0 },
	{ "unreadable", UDP, -1, 1, 1, 4, LIES_NOWHERE, 0 },
	{ "empty", TCP, -1, 1, 1, 0, LIES_WELL, 0 },
};

CASES(arguments)
{
	ADD_SETTINGS("setsockopt.length.negative", EINVAL, negative);
	ADD_SETTINGS("setsockopt.level.unix", EOPNOTSUPP, of_unix);
	ADD_SETTINGS("setsockopt.level.unknown", ENOPROTOOPT, of_none);
}
