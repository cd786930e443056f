/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ip.c - options of IPPROTO_IP and IPPROTO_IPV6: which kinds of sockets have them, how
 * long their values are and in which range.
 */
#include "setting.h"

#define IP(optname)   IPPROTO_IP, optname
#define IPV6(optname) IPPROTO_IPV6, optname

static const struct setting ip_unreadable[] = {
	{ "nowhere", UDP, IP(IP_TTL), 1, 4, LIES_NOWHERE, 0 },
	{ "null", TCP, IP(IP_TOS), 1, 4, LIES_AT_NULL, 0 },
	{ "last", UDP, IP(IP_PKTINFO), 1, 4, LIES_AT_END, 0 },
	{ "byte", UDP, IP(IP_RECVTTL), 1, 1, LIES_NOWHERE, 0 },
	{ "before-raw-only", TCP, IP(IP_HDRINCL), 1, 4, LIES_NOWHERE, 0 },
	{ "before-connection", TCP, IP(IP_MULTICAST_TTL), 1, 4, LIES_NOWHERE, 0 },
	{ "nowhere", RAW, IP(IP_MTU_DISCOVER), 1, 4, LIES_NOWHERE, 0 },
	{ "nowhere", TCP6, IP(IP_RECVERR), 1, 4, LIES_NOWHERE, 0 },
};

static const struct setting group_of_connection[] = {
	{ "join", TCP, IP(IP_ADD_MEMBERSHIP), 0, 8, LIES_WELL, 0 },
	{ "leave", TCP, IP(IP_DROP_MEMBERSHIP), 0, 8, LIES_WELL, 0 },
	{ "short", TCP6, IP(IP_ADD_MEMBERSHIP), 0, 4, LIES_WELL, 0 },
	{ "unreadable", TCP, IP(IP_ADD_MEMBERSHIP), 0, 8, LIES_NOWHERE, 0 },
};

static const struct setting ip_raw_only[] = {
	{ "header", TCP, IP(IP_HDRINCL), 1, 4, LIES_WELL, 0 },
	{ "header", UDP, IP(IP_HDRINCL), 0, 4, LIES_WELL, 0 },
	{ "header", PING, IP(IP_HDRINCL), 1, 4, LIES_WELL, 0 },
	{ "no-fragments", UDP6, IP(IP_NODEFRAG), 1, 4, LIES_WELL, 0 },
	{ "no-fragments-empty", TCP, IP(IP_NODEFRAG), 1, 0, LIES_WELL, 0 },
};

static const struct setting ttl_of_connection[] = {
	{ "one", TCP, IP(IP_MULTICAST_TTL), 1, 4, LIES_WELL, 0 },
	{ "out-of-range", TCP, IP(IP_MULTICAST_TTL), 256, 4, LIES_WELL, 0 },
	{ "empty", TCP6, IP(IP_MULTICAST_TTL), 1, 0, LIES_WELL, 0 },
};

static const struct setting ip_empty[] = {
	{ "ttl", UDP, IP(IP_TTL), 1, 0, LIES_WELL, 0 },
	{ "free", TCP, IP(IP_FREEBIND), 1, 0, LIES_WELL, 0 },
	{ "transparent", UDP, IP(IP_TRANSPARENT), 1, 0, LIES_WELL, 0 },
	{ "multicast-ttl", UDP, IP(IP_MULTICAST_TTL), 1, 0, LIES_AT_NULL, 0 },
	{ "loop", RAW, IP(IP_MULTICAST_LOOP), 1, 0, LIES_WELL, 0 },
	{ "all", UDP6, IP(IP_MULTICAST_ALL), 1, 0, LIES_WELL, 0 },
};

static const struct setting ip_out_of_range[] = {
	{ "ttl-zero", UDP, IP(IP_TTL), 0, 4, LIES_WELL, 0 },
	{ "ttl-above", TCP, IP(IP_TTL), 256, 4, LIES_WELL, 0 },
	{ "ttl-below", RAW, IP(IP_TTL), -2, 4, LIES_WELL, 0 },
	{ "ttl-byte", UDP, IP(IP_TTL), 0, 1, LIES_WELL, 0 },
	{ "multicast-ttl-above", UDP, IP(IP_MULTICAST_TTL), 256, 4, LIES_WELL, 0 },
	{ "multicast-ttl-below", UDP, IP(IP_MULTICAST_TTL), -2, 4, LIES_WELL, 0 },
	{ "all-above", UDP, IP(IP_MULTICAST_ALL), 2, 4, LIES_WELL, 0 },
	{ "all-below", TCP, IP(IP_MULTICAST_ALL), -1, 4, LIES_WELL, 0 },
	{ "mtu-above", UDP, IP(IP_MTU_DISCOVER), 6, 4, LIES_WELL, 0 },
	{ "mtu-below", TCP6, IP(IP_MTU_DISCOVER), -1, 4, LIES_WELL, 0 },
};

#define RANGE(low, high) ((int)((unsigned int)(high) << 16 | (low)))

static const struct setting range_unreadable[] = {
	{ "nowhere", TCP, IP(LINUX_IP_LOCAL_PORT_RANGE), 0, 4, LIES_NOWHERE,
	  LINUX(6, 3) },
	{ "byte", UDP, IP(LINUX_IP_LOCAL_PORT_RANGE), 0, 1, LIES_NOWHERE, LINUX(6, 3) },
};

static const struct setting range_invalid[] = {
	{ "reversed", TCP, IP(LINUX_IP_LOCAL_PORT_RANGE), RANGE(5001, 5000), 4,
	  LIES_WELL, LINUX(6, 3) },
	{ "short", UDP, IP(LINUX_IP_LOCAL_PORT_RANGE), 0, 2, LIES_WELL, LINUX(6, 3) },
	{ "long", UDP6, IP(LINUX_IP_LOCAL_PORT_RANGE), 0, 8, LIES_WELL, LINUX(6, 3) },
	{ "empty", TCP6, IP(LINUX_IP_LOCAL_PORT_RANGE), 0, 0, LIES_WELL, LINUX(6, 3) },
};

static const struct setting range_accepted[] = {
	{ "both", TCP, IP(LINUX_IP_LOCAL_PORT_RANGE), RANGE(5000, 5001), 4, LIES_WELL,
	  LINUX(6, 3) },
	{ "one", UDP, IP(LINUX_IP_LOCAL_PORT_RANGE), RANGE(5000, 5000), 4, LIES_WELL,
	  LINUX(6, 3) },
	{ "lower", UDP6, IP(LINUX_IP_LOCAL_PORT_RANGE), RANGE(5000, 0), 4, LIES_WELL,
	  LINUX(6, 3) },
	{ "none", RAW, IP(LINUX_IP_LOCAL_PORT_RANGE), 0, 4, LIES_WELL, LINUX(6, 3) },
};

static const struct setting ip_unknown[] = {
	{ "zero", UDP, IP(0), 1, 4, LIES_WELL, 0 },
	{ "negative", TCP, IP(-1), 1, 4, LIES_WELL, 0 },
	{ "high", RAW, IP(9999), 1, 4, LIES_WELL, 0 },
	{ "high", UDP6, IP(9999), 1, 4, LIES_WELL, 0 },
	{ "empty", UDP, IP(9999), 1, 0, LIES_WELL, 0 },
	{ "unreadable", TCP, IP(9999), 1, 4, LIES_NOWHERE, 0 },
};

static const struct setting ip_accepted[] = {
	{ "information", UDP, IP(IP_PKTINFO), 1, 4, LIES_WELL, 0 },
	{ "ttl-told", UDP, IP(IP_RECVTTL), 1, 1, LIES_WELL, 0 },
	{ "tos-told", TCP, IP(IP_RECVTOS), -1, 4, LIES_WELL, 0 },
	{ "options-told", RAW, IP(IP_RECVOPTS), 1, 4, LIES_WELL, 0 },
	{ "options-returned", PING, IP(IP_RETOPTS), 1, 4, LIES_WELL, 0 },
	{ "destination-told", UDP6, IP(IP_RECVORIGDSTADDR), 1, 4, LIES_WELL, 0 },
	{ "errors", UDP, IP(IP_RECVERR), 1, 4, LIES_WELL, 0 },
	{ "errors-empty", UDP, IP(IP_RECVERR), 1, 0, LIES_AT_NULL, 0 },
	{ "tos", UDP, IP(IP_TOS), 0x10, 4, LIES_WELL, 0 },
	{ "tos-byte", TCP, IP(IP_TOS), 0x10, 1, LIES_WELL, 0 },
	{ "tos-three-bytes", UDP, IP(IP_TOS), 0x10, 3, LIES_WELL, 0 },
	{ "ttl-least", UDP, IP(IP_TTL), 1, 4, LIES_WELL, 0 },
	{ "ttl-most", TCP, IP(IP_TTL), 255, 4, LIES_WELL, 0 },
	{ "ttl-default", RAW, IP(IP_TTL), -1, 4, LIES_WELL, 0 },
	{ "ttl-byte", UDP, IP(IP_TTL), 255, 1, LIES_WELL, 0 },
	{ "ttl", TCP6, IP(IP_TTL), 9, 4, LIES_WELL, 0 },
	{ "mtu-do", UDP, IP(IP_MTU_DISCOVER), IP_PMTUDISC_DO, 4, LIES_WELL, 0 },
	{ "mtu-omit", UDP, IP(IP_MTU_DISCOVER), IP_PMTUDISC_OMIT, 4, LIES_WELL, 0 },
	{ "mtu-empty", TCP, IP(IP_MTU_DISCOVER), 1, 0, LIES_WELL, 0 },
	{ "free", TCP, IP(IP_FREEBIND), 1, 4, LIES_WELL, 0 },
	{ "multicast-ttl", UDP, IP(IP_MULTICAST_TTL), 0, 4, LIES_WELL, 0 },
	{ "multicast-ttl-default", UDP, IP(IP_MULTICAST_TTL), -1, 4, LIES_WELL, 0 },
	{ "loop", UDP, IP(IP_MULTICAST_LOOP), 0, 4, LIES_WELL, 0 },
	{ "loop", TCP, IP(IP_MULTICAST_LOOP), 7, 4, LIES_WELL, 0 },
	{ "all", UDP, IP(IP_MULTICAST_ALL), 0, 4, LIES_WELL, 0 },
	{ "header", RAW, IP(IP_HDRINCL), 1, 4, LIES_WELL, 0 },
	{ "no-fragments", RAW, IP(IP_NODEFRAG), 1, 4, LIES_WELL, 0 },
	{ "no-port", TCP, IP(LINUX_IP_BIND_ADDRESS_NO_PORT), 1, 4, LIES_WELL, 0 },
};

CASES(of_ip)
{
	ADD_SETTINGS("setsockopt.ip.unreadable", EFAULT, ip_unreadable);
	ADD_SETTINGS("setsockopt.ip.group_of_connection", EPROTO, group_of_connection);
	ADD_SETTINGS("setsockopt.ip.raw_only", ENOPROTOOPT, ip_raw_only);
	ADD_SETTINGS("setsockopt.ip.multicast_ttl_of_connection", EINVAL,
		     ttl_of_connection);
	ADD_SETTINGS("setsockopt.ip.empty", EINVAL, ip_empty);
	ADD_SETTINGS("setsockopt.ip.out_of_range", EINVAL, ip_out_of_range);
	ADD_SETTINGS("setsockopt.ip.range_unreadable", EFAULT, range_unreadable);
	ADD_SETTINGS("setsockopt.ip.range_invalid", EINVAL, range_invalid);
	ADD_SETTINGS("setsockopt.ip.range_accepted", 0, range_accepted);
	ADD_SETTINGS("setsockopt.ip.unknown", ENOPROTOOPT, ip_unknown);
	ADD_SETTINGS("setsockopt.ip.accepted", 0, ip_accepted);
}

static void give_up(void)
{
	drop_capability(LINUX_CAP_NET_ADMIN);
	drop_capability(LINUX_CAP_NET_RAW);
}

static long set_transparent(int fd, int domain, int value)
{
	int level = domain == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
	int optname = domain == AF_INET ? IP_TRANSPARENT : LINUX_IPV6_TRANSPARENT;

	return t_setsockopt(fd, level, optname, &value, sizeof(value));
}

CASE("setsockopt.ip.transparent_forbidden", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	give_up();
	expect_errno(EPERM, set_transparent(fd, AF_INET, 1));
}

CASE("setsockopt.ip.accepted[transparent-off]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	give_up();
	expect_value(0, set_transparent(fd, AF_INET, 0));
}

CASE("setsockopt.ip.accepted[transparent]", .caps = SC_CAP(LINUX_CAP_NET_ADMIN))
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	expect_value(0, set_transparent(fd, AF_INET, 1));
}

static const struct setting ipv6_unreadable[] = {
	{ "nowhere", UDP6, IPV6(IPV6_UNICAST_HOPS), 1, 4, LIES_NOWHERE, 0 },
	{ "last", TCP6, IPV6(IPV6_V6ONLY), 1, 4, LIES_AT_END, 0 },
	{ "before-unknown", UDP6, IPV6(9999), 1, 4, LIES_NOWHERE, 0 },
	{ "before-raw-only", TCP6, IPV6(IPV6_CHECKSUM), 1, 4, LIES_NOWHERE, 0 },
	{ "before-connection", TCP6, IPV6(IPV6_MULTICAST_HOPS), 1, 4, LIES_NOWHERE, 0 },
	{ "checksum", RAW6_OTHER, IPV6(IPV6_CHECKSUM), 1, 4, LIES_NOWHERE, 0 },
	{ "checksum-null", RAW6_OTHER, IPV6(IPV6_CHECKSUM), 1, 4, LIES_AT_NULL, 0 },
	{ "header-null", RAW6, IPV6(IPV6_HDRINCL), 1, 4, LIES_AT_NULL, 0 },
};

static const struct setting ipv6_raw_only[] = {
	{ "checksum", UDP6, IPV6(IPV6_CHECKSUM), 2, 4, LIES_WELL, 0 },
	{ "checksum-short", TCP6, IPV6(IPV6_CHECKSUM), 2, 3, LIES_WELL, 0 },
	{ "header", PING6, IPV6(IPV6_HDRINCL), 1, 4, LIES_WELL, 0 },
	{ "header-null", UDP6, IPV6(IPV6_HDRINCL), 1, 4, LIES_AT_NULL, 0 },
};

static const struct setting hops_of_connection[] = {
	{ "one", TCP6, IPV6(IPV6_MULTICAST_HOPS), 1, 4, LIES_WELL, 0 },
	{ "out-of-range", TCP6, IPV6(IPV6_MULTICAST_HOPS), 256, 4, LIES_WELL, 0 },
	{ "short", TCP6, IPV6(IPV6_MULTICAST_HOPS), 1, 3, LIES_WELL, 0 },
};

static const struct setting ipv6_short[] = {
	{ "only", TCP6, IPV6(IPV6_V6ONLY), 1, 3, LIES_WELL, 0 },
	{ "only-empty", UDP6, IPV6(IPV6_V6ONLY), 1, 0, LIES_AT_NULL, 0 },
	{ "only", RAW6, IPV6(IPV6_V6ONLY), 1, 1, LIES_WELL, 0 },
	{ "hops", UDP6, IPV6(IPV6_UNICAST_HOPS), 1, 1, LIES_WELL, 0 },
	{ "hops-unreadable", UDP6, IPV6(IPV6_UNICAST_HOPS), 1, 3, LIES_NOWHERE, 0 },
	{ "multicast-hops", UDP6, IPV6(IPV6_MULTICAST_HOPS), 1, 3, LIES_WELL, 0 },
	{ "loop", UDP6, IPV6(IPV6_MULTICAST_LOOP), 1, 1, LIES_WELL, 0 },
	{ "class", TCP6, IPV6(IPV6_TCLASS), 1, 1, LIES_WELL, 0 },
	{ "errors", UDP6, IPV6(IPV6_RECVERR), 1, 3, LIES_WELL, 0 },
	{ "information", PING6, IPV6(IPV6_RECVPKTINFO), 1, 3, LIES_WELL, 0 },
	{ "mtu", UDP6, IPV6(IPV6_MTU_DISCOVER), 1, 3, LIES_WELL, 0 },
	{ "free", TCP6, IPV6(LINUX_IPV6_FREEBIND), 1, 3, LIES_WELL, LINUX(4, 15) },
	{ "transparent", UDP6, IPV6(LINUX_IPV6_TRANSPARENT), 1, 3, LIES_WELL, 0 },
	{ "checksum", RAW6, IPV6(IPV6_CHECKSUM), 2, 3, LIES_WELL, 0 },
};

static const struct setting checksum_of_icmp[] = {
	{ "usual", RAW6, IPV6(IPV6_CHECKSUM), 2, 4, LIES_WELL, 0 },
	{ "none", RAW6, IPV6(IPV6_CHECKSUM), -1, 4, LIES_WELL, 0 },
	{ "odd", RAW6, IPV6(IPV6_CHECKSUM), 3, 4, LIES_WELL, 0 },
};

static const struct setting checksum_odd[] = {
	{ "one", RAW6_OTHER, IPV6(IPV6_CHECKSUM), 1, 4, LIES_WELL, 0 },
	{ "most", RAW6_OTHER, IPV6(IPV6_CHECKSUM), INT_MAX, 4, LIES_WELL, 0 },
};

static const struct setting ipv6_out_of_range[] = {
	{ "hops-above", UDP6, IPV6(IPV6_UNICAST_HOPS), 256, 4, LIES_WELL, 0 },
	{ "hops-below", TCP6, IPV6(IPV6_UNICAST_HOPS), -2, 4, LIES_WELL, 0 },
	{ "multicast-hops-above", UDP6, IPV6(IPV6_MULTICAST_HOPS), 256, 4, LIES_WELL,
	  0 },
	{ "multicast-hops-below", RAW6, IPV6(IPV6_MULTICAST_HOPS), -2, 4, LIES_WELL,
	  0 },
	{ "loop", UDP6, IPV6(IPV6_MULTICAST_LOOP), 2, 4, LIES_WELL, 0 },
	{ "class-above", TCP6, IPV6(IPV6_TCLASS), 256, 4, LIES_WELL, 0 },
	{ "class-below", UDP6, IPV6(IPV6_TCLASS), -2, 4, LIES_WELL, 0 },
	{ "mtu-above", UDP6, IPV6(IPV6_MTU_DISCOVER), 6, 4, LIES_WELL, 0 },
	{ "mtu-below", PING6, IPV6(IPV6_MTU_DISCOVER), -1, 4, LIES_WELL, 0 },
};

static const struct setting ipv6_unknown[] = {
	{ "zero", UDP6, IPV6(0), 1, 4, LIES_WELL, 0 },
	{ "negative", TCP6, IPV6(-1), 1, 4, LIES_WELL, 0 },
	{ "high", RAW6, IPV6(9999), 1, 4, LIES_WELL, 0 },
	{ "empty", PING6, IPV6(9999), 1, 0, LIES_WELL, 0 },
	{ "null", UDP6, IPV6(9999), 1, 4, LIES_AT_NULL, 0 },
};

static const struct setting ipv6_accepted[] = {
	{ "only", TCP6, IPV6(IPV6_V6ONLY), 1, 4, LIES_WELL, 0 },
	{ "only-null", UDP6, IPV6(IPV6_V6ONLY), 1, 4, LIES_AT_NULL, 0 },
	{ "only", PING6, IPV6(IPV6_V6ONLY), -1, 4, LIES_WELL, 0 },
	{ "information", UDP6, IPV6(IPV6_RECVPKTINFO), 1, 4, LIES_WELL, 0 },
	{ "hops-told", UDP6, IPV6(IPV6_RECVHOPLIMIT), 1, 4, LIES_WELL, 0 },
	{ "class-told", TCP6, IPV6(IPV6_RECVTCLASS), 1, 4, LIES_WELL, 0 },
	{ "destination-told", UDP6, IPV6(LINUX_IPV6_RECVORIGDSTADDR), 1, 4, LIES_WELL,
	  0 },
	{ "errors", UDP6, IPV6(IPV6_RECVERR), 1, 4, LIES_WELL, 0 },
	{ "free", TCP6, IPV6(LINUX_IPV6_FREEBIND), 1, 4, LIES_WELL, LINUX(4, 15) },
	{ "class", UDP6, IPV6(IPV6_TCLASS), 255, 4, LIES_WELL, 0 },
	{ "class-default", TCP6, IPV6(IPV6_TCLASS), -1, 4, LIES_WELL, 0 },
	{ "hops-most", UDP6, IPV6(IPV6_UNICAST_HOPS), 255, 4, LIES_WELL, 0 },
	{ "hops-zero", TCP6, IPV6(IPV6_UNICAST_HOPS), 0, 4, LIES_WELL, 0 },
	{ "hops-default", RAW6, IPV6(IPV6_UNICAST_HOPS), -1, 4, LIES_WELL, 0 },
	{ "multicast-hops", UDP6, IPV6(IPV6_MULTICAST_HOPS), 0, 4, LIES_WELL, 0 },
	{ "multicast-hops-default", RAW6, IPV6(IPV6_MULTICAST_HOPS), -1, 4, LIES_WELL,
	  0 },
	{ "loop", UDP6, IPV6(IPV6_MULTICAST_LOOP), 0, 4, LIES_WELL, 0 },
	{ "all", UDP6, IPV6(IPV6_MULTICAST_ALL), 0, 4, LIES_WELL, LINUX(4, 20) },
	{ "mtu", UDP6, IPV6(IPV6_MTU_DISCOVER), IPV6_PMTUDISC_PROBE, 4, LIES_WELL, 0 },
	{ "checksum", RAW6_OTHER, IPV6(IPV6_CHECKSUM), 4, 4, LIES_WELL, 0 },
	{ "checksum-none", RAW6_OTHER, IPV6(IPV6_CHECKSUM), -1, 4, LIES_WELL, 0 },
	{ "header", RAW6_OTHER, IPV6(IPV6_HDRINCL), 1, 4, LIES_WELL, LINUX(4, 16) },
	{ "unreadable-behind", UDP6, IPV6(IPV6_RECVERR), 1, 5, LIES_AT_END, 0 },
};

CASES(of_ipv6)
{
	ADD_SETTINGS("setsockopt.ipv6.unreadable", EFAULT, ipv6_unreadable);
	ADD_SETTINGS("setsockopt.ipv6.raw_only", ENOPROTOOPT, ipv6_raw_only);
	ADD_SETTINGS("setsockopt.ipv6.multicast_hops_of_connection", ENOPROTOOPT,
		     hops_of_connection);
	ADD_SETTINGS("setsockopt.ipv6.short", EINVAL, ipv6_short);
	ADD_SETTINGS("setsockopt.ipv6.checksum_of_icmp", EINVAL, checksum_of_icmp);
	ADD_SETTINGS("setsockopt.ipv6.checksum_odd", EINVAL, checksum_odd);
	ADD_SETTINGS("setsockopt.ipv6.out_of_range", EINVAL, ipv6_out_of_range);
	ADD_SETTINGS("setsockopt.ipv6.unknown", ENOPROTOOPT, ipv6_unknown);
	ADD_SETTINGS("setsockopt.ipv6.accepted", 0, ipv6_accepted);
}

#define HAS_IPV6 .has = { FEATURE_FAMILY(AF_INET6) }

CASE("setsockopt.ipv6.transparent_forbidden", .types = SC_STREAM | SC_DGRAM, HAS_IPV6)
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	give_up();
	expect_errno(EPERM, set_transparent(fd, AF_INET6, 1));
}

CASE("setsockopt.ipv6.accepted[transparent]", .caps = SC_CAP(LINUX_CAP_NET_ADMIN),
     HAS_IPV6)
{
	int fd = must_socket(AF_INET6, SOCK_STREAM, 0);

	expect_value(0, set_transparent(fd, AF_INET6, 1));
}

static long set_only(int fd, int value)
{
	return t_setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &value, sizeof(value));
}

CASE("setsockopt.ipv6.v6only_late[bound]", .types = SC_STREAM | SC_DGRAM, HAS_IPV6)
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	must_bind(fd, inet6("::1", 5000));
	expect_errno(EINVAL, set_only(fd, 1));
}

CASE("setsockopt.ipv6.v6only_late[chosen,off]", .types = SC_STREAM | SC_DGRAM, HAS_IPV6)
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	must_bind(fd, inet6("::", 0));
	expect_errno(EINVAL, set_only(fd, 0));
}

CASE("setsockopt.ipv6.v6only_late[listening]", HAS_IPV6)
{
	int fd = must_socket(AF_INET6, SOCK_STREAM, 0);

	must_listen(fd);
	expect_errno(EINVAL, set_only(fd, 1));
}

CASE("setsockopt.ipv6.v6only_late[connected]", HAS_IPV6)
{
	int fd = must_socket(AF_INET6, SOCK_DGRAM, 0);

	must_connect(fd, inet6("::1", 5000));
	expect_errno(EINVAL, set_only(fd, 1));
}

CASE("setsockopt.ipv6.v6only_late[raw]", .caps = SC_CAP(LINUX_CAP_NET_RAW), HAS_IPV6)
{
	int fd = must_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);

	expect_errno(EINVAL, set_only(fd, 1));
}
