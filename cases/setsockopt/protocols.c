/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * protocols.c - options of TCP, UDP, raw, packet and netlink sockets: what is refused,
 * and what is set.
 */
#include "setting.h"

#define IN_TCP(optname)	    IPPROTO_TCP, optname
#define IN_UDP(optname)	    IPPROTO_UDP, optname
#define IN_UDPLITE(optname) SOL_UDPLITE, optname
#define IN_RAW(optname)	    SOL_RAW, optname
#define IN_ICMPV6(optname)  IPPROTO_ICMPV6, optname
#define IN_PACKET(optname)  LINUX_SOL_PACKET, optname
#define IN_NETLINK(optname) LINUX_SOL_NETLINK, optname

static const struct setting tcp_short[] = {
	{ "no-delay", TCP, IN_TCP(TCP_NODELAY), 1, 3, LIES_WELL, 0 },
	{ "cork-empty", TCP6, IN_TCP(TCP_CORK), 1, 0, LIES_AT_NULL, 0 },
	{ "repair", TCP, IN_TCP(LINUX_TCP_REPAIR), 1, 1, LIES_WELL, 0 },
	{ "queue", TCP, IN_TCP(TCP_REPAIR_QUEUE), 1, 1, LIES_WELL, 0 },
	{ "before-unknown", TCP, IN_TCP(9999), 1, 1, LIES_WELL, 0 },
};

static const struct setting tcp_unreadable[] = {
	{ "no-delay", TCP, IN_TCP(TCP_NODELAY), 1, 4, LIES_NOWHERE, 0 },
	{ "null", TCP6, IN_TCP(TCP_CORK), 1, 4, LIES_AT_NULL, 0 },
	{ "last", TCP, IN_TCP(TCP_MAXSEG), 1, 4, LIES_AT_END, 0 },
	{ "before-unknown", TCP, IN_TCP(9999), 1, 4, LIES_NOWHERE, 0 },
	{ "before-repair", TCP, IN_TCP(TCP_REPAIR_QUEUE), 1, 4, LIES_NOWHERE, 0 },
};

static const struct setting tcp_unknown[] = {
	{ "zero", TCP, IN_TCP(0), 1, 4, LIES_WELL, 0 },
	{ "high", TCP6, IN_TCP(9999), 1, 4, LIES_WELL, 0 },
	{ "negative", TCP, IN_TCP(-1), 1, 4, LIES_WELL, 0 },
};

static const struct setting tcp_out_of_range[] = {
	{ "segment-below", TCP, IN_TCP(TCP_MAXSEG), 87, 4, LIES_WELL, 0 },
	{ "segment-above", TCP6, IN_TCP(TCP_MAXSEG), 32768, 4, LIES_WELL, 0 },
	{ "segment-negative", TCP, IN_TCP(TCP_MAXSEG), -1, 4, LIES_WELL, 0 },
	{ "idle-zero", TCP, IN_TCP(TCP_KEEPIDLE), 0, 4, LIES_WELL, 0 },
	{ "idle-above", TCP, IN_TCP(TCP_KEEPIDLE), 32768, 4, LIES_WELL, 0 },
	{ "interval-zero", TCP6, IN_TCP(TCP_KEEPINTVL), 0, 4, LIES_WELL, 0 },
	{ "interval-above", TCP, IN_TCP(TCP_KEEPINTVL), 32768, 4, LIES_WELL, 0 },
	{ "count-zero", TCP, IN_TCP(TCP_KEEPCNT), 0, 4, LIES_WELL, 0 },
	{ "count-above", TCP6, IN_TCP(TCP_KEEPCNT), 128, 4, LIES_WELL, 0 },
	{ "tries-zero", TCP, IN_TCP(TCP_SYNCNT), 0, 4, LIES_WELL, 0 },
	{ "tries-above", TCP, IN_TCP(TCP_SYNCNT), 128, 4, LIES_WELL, 0 },
	{ "timeout-negative", TCP, IN_TCP(TCP_USER_TIMEOUT), -1, 4, LIES_WELL, 0 },
};

static const struct setting tcp_accepted[] = {
	{ "no-delay", TCP, IN_TCP(TCP_NODELAY), 1, 4, LIES_WELL, 0 },
	{ "no-delay-negative", TCP6, IN_TCP(TCP_NODELAY), -1, 4, LIES_WELL, 0 },
	{ "cork", TCP, IN_TCP(TCP_CORK), 1, 4, LIES_WELL, 0 },
	{ "segment-default", TCP, IN_TCP(TCP_MAXSEG), 0, 4, LIES_WELL, 0 },
	{ "segment-least", TCP6, IN_TCP(TCP_MAXSEG), 88, 4, LIES_WELL, 0 },
	{ "segment-most", TCP, IN_TCP(TCP_MAXSEG), 32767, 4, LIES_WELL, 0 },
	{ "idle", TCP, IN_TCP(TCP_KEEPIDLE), 1, 4, LIES_WELL, 0 },
	{ "interval", TCP, IN_TCP(TCP_KEEPINTVL), 32767, 4, LIES_WELL, 0 },
	{ "count", TCP6, IN_TCP(TCP_KEEPCNT), 127, 4, LIES_WELL, 0 },
	{ "tries", TCP, IN_TCP(TCP_SYNCNT), 1, 4, LIES_WELL, 0 },
	{ "timeout", TCP, IN_TCP(TCP_USER_TIMEOUT), 0, 4, LIES_WELL, 0 },
};

static const struct setting queue_without_repair[] = {
	{ "receive", TCP, IN_TCP(TCP_REPAIR_QUEUE), LINUX_TCP_RECV_QUEUE, 4, LIES_WELL,
	  0 },
	{ "out-of-range", TCP6, IN_TCP(TCP_REPAIR_QUEUE), 3, 4, LIES_WELL, 0 },
};

static const struct setting udp_short[] = {
	{ "segment", UDP, IN_UDP(LINUX_UDP_SEGMENT), 1, 2, LIES_WELL, 0 },
	{ "empty", UDP6, IN_UDP(LINUX_UDP_GRO), 1, 0, LIES_AT_NULL, 0 },
	{ "before-unknown", UDP, IN_UDP(9999), 1, 3, LIES_WELL, 0 },
	{ "before-coverage", UDP, IN_UDPLITE(UDPLITE_SEND_CSCOV), 1, 3, LIES_WELL, 0 },
};

static const struct setting udp_unreadable[] = {
	{ "segment", UDP, IN_UDP(LINUX_UDP_SEGMENT), 1, 4, LIES_NOWHERE, 0 },
	{ "null", UDP6, IN_UDP(LINUX_UDP_SEGMENT), 1, 4, LIES_AT_NULL, 0 },
	{ "before-unknown", UDP, IN_UDP(9999), 1, 4, LIES_NOWHERE, 0 },
	{ "coverage", UDPLITE, IN_UDPLITE(UDPLITE_RECV_CSCOV), 8, 4, LIES_AT_END, 0 },
};

static const struct setting udp_unknown[] = {
	{ "zero", UDP, IN_UDP(0), 1, 4, LIES_WELL, 0 },
	{ "high", UDP6, IN_UDP(9999), 1, 4, LIES_WELL, 0 },
	{ "high", UDPLITE, IN_UDPLITE(9999), 1, 4, LIES_WELL, 0 },
};

static const struct setting coverage_unsupported[] = {
	{ "send", UDP, IN_UDPLITE(UDPLITE_SEND_CSCOV), 8, 4, LIES_WELL, 0 },
	{ "receive", UDP6, IN_UDP(UDPLITE_RECV_CSCOV), 8, 4, LIES_WELL, 0 },
};

static const struct setting segment_out_of_range[] = {
	{ "above", UDP, IN_UDP(LINUX_UDP_SEGMENT), 65536, 4, LIES_WELL, LINUX(4, 18) },
	{ "below", UDP6, IN_UDP(LINUX_UDP_SEGMENT), -1, 4, LIES_WELL, LINUX(4, 18) },
};

static const struct setting udp_accepted[] = {
	{ "segment", UDP, IN_UDP(LINUX_UDP_SEGMENT), 65535, 4, LIES_WELL,
	  LINUX(4, 18) },
	{ "segment-none", UDP6, IN_UDP(LINUX_UDP_SEGMENT), 0, 4, LIES_WELL,
	  LINUX(4, 18) },
	{ "together", UDP, IN_UDP(LINUX_UDP_GRO), 1, 4, LIES_WELL, LINUX(5, 0) },
	{ "coverage", UDPLITE, IN_UDPLITE(UDPLITE_SEND_CSCOV), 8, 4, LIES_WELL, 0 },
	{ "coverage-small", UDPLITE, IN_UDPLITE(UDPLITE_RECV_CSCOV), 1, 4, LIES_WELL,
	  0 },
	{ "coverage-large", UDPLITE, IN_UDPLITE(UDPLITE_SEND_CSCOV), 65536, 4,
	  LIES_WELL, 0 },
};

static const struct setting raw_unknown[] = {
	{ "none", RAW, IN_RAW(9999), 1, 4, LIES_WELL, 0 },
	{ "next", RAW_OTHER, IN_RAW(2), 1, 4, LIES_WELL, 0 },
	{ "unreadable", RAW, IN_RAW(9999), 1, 4, LIES_NOWHERE, 0 },
};

static const struct setting filter_unsupported[] = {
	{ "filter", RAW_OTHER, IN_RAW(LINUX_ICMP_FILTER), 1, 4, LIES_WELL, 0 },
	{ "unreadable", RAW_OTHER, IN_RAW(LINUX_ICMP_FILTER), 1, 4, LIES_NOWHERE, 0 },
	{ "filter", RAW6_OTHER, IN_ICMPV6(LINUX_ICMP6_FILTER), 1, 32, LIES_WELL, 0 },
	{ "unknown", RAW6_OTHER, IN_ICMPV6(9999), 1, 32, LIES_WELL, 0 },
};

static const struct setting icmpv6_unknown[] = {
	{ "high", RAW6, IN_ICMPV6(9999), 1, 4, LIES_WELL, 0 },
	{ "zero", RAW6, IN_ICMPV6(0), 1, 32, LIES_NOWHERE, 0 },
};

static const struct setting filter_unreadable[] = {
	{ "nowhere", RAW, IN_RAW(LINUX_ICMP_FILTER), 1, 4, LIES_NOWHERE, 0 },
	{ "last", RAW, IN_RAW(LINUX_ICMP_FILTER), 1, 4, LIES_AT_END, 0 },
	{ "nowhere", RAW6, IN_ICMPV6(LINUX_ICMP6_FILTER), 1, 1, LIES_NOWHERE, 0 },
	{ "last", RAW6, IN_ICMPV6(LINUX_ICMP6_FILTER), 1, 32, LIES_AT_END, 0 },
};

static const struct setting filter_accepted[] = {
	{ "filter", RAW, IN_RAW(LINUX_ICMP_FILTER), 1, 4, LIES_WELL, 0 },
	{ "short", RAW, IN_RAW(LINUX_ICMP_FILTER), 1, 1, LIES_WELL, 0 },
	{ "empty", RAW, IN_RAW(LINUX_ICMP_FILTER), 1, 0, LIES_AT_NULL, 0 },
	{ "unreadable-behind", RAW, IN_RAW(LINUX_ICMP_FILTER), 1, 5, LIES_AT_END, 0 },
	{ "filter", RAW6, IN_ICMPV6(LINUX_ICMP6_FILTER), 1, 32, LIES_WELL, 0 },
	{ "short", RAW6, IN_ICMPV6(LINUX_ICMP6_FILTER), 1, 4, LIES_WELL, 0 },
	{ "long", RAW6, IN_ICMPV6(LINUX_ICMP6_FILTER), 1, 40, LIES_WELL, 0 },
};

static const struct setting packet_unknown[] = {
	{ "zero", PACKET, IN_PACKET(0), 1, 4, LIES_WELL, 0 },
	{ "high", PACKET, IN_PACKET(9999), 1, 4, LIES_WELL, 0 },
	{ "empty", PACKET, IN_PACKET(9999), 1, 0, LIES_WELL, 0 },
	{ "unreadable", PACKET, IN_PACKET(9999), 1, 4, LIES_NOWHERE, 0 },
};

static const struct setting packet_short[] = {
	{ "by-one", PACKET, IN_PACKET(PACKET_AUXDATA), 1, 3, LIES_WELL, 0 },
	{ "empty", PACKET, IN_PACKET(PACKET_AUXDATA), 1, 0, LIES_AT_NULL, 0 },
};

static const struct setting packet_unreadable[] = {
	{ "nowhere", PACKET, IN_PACKET(PACKET_AUXDATA), 1, 4, LIES_NOWHERE, 0 },
	{ "last", PACKET, IN_PACKET(PACKET_AUXDATA), 1, 4, LIES_AT_END, 0 },
};

static const struct setting packet_accepted[] = {
	{ "on", PACKET, IN_PACKET(PACKET_AUXDATA), 1, 4, LIES_WELL, 0 },
	{ "off", PACKET, IN_PACKET(PACKET_AUXDATA), 0, 4, LIES_WELL, 0 },
};

static const struct setting netlink_unreadable[] = {
	{ "nowhere", NETLINK, IN_NETLINK(NETLINK_PKTINFO), 1, 4, LIES_NOWHERE, 0 },
	{ "null", NETLINK, IN_NETLINK(NETLINK_NO_ENOBUFS), 1, 4, LIES_AT_NULL, 0 },
	{ "before-unknown", NETLINK, IN_NETLINK(9999), 1, 4, LIES_NOWHERE, 0 },
};

static const struct setting netlink_unknown[] = {
	{ "zero", NETLINK, IN_NETLINK(0), 1, 4, LIES_WELL, 0 },
	{ "high", NETLINK, IN_NETLINK(9999), 1, 4, LIES_WELL, 0 },
	{ "empty", NETLINK, IN_NETLINK(9999), 1, 0, LIES_WELL, 0 },
};

static const struct setting netlink_accepted[] = {
	{ "group-told", NETLINK, IN_NETLINK(NETLINK_PKTINFO), 1, 4, LIES_WELL, 0 },
	{ "no-overrun", NETLINK, IN_NETLINK(NETLINK_NO_ENOBUFS), 1, 4, LIES_WELL, 0 },
	{ "errors", NETLINK, IN_NETLINK(NETLINK_BROADCAST_ERROR), -1, 4, LIES_WELL, 0 },
	{ "short", NETLINK, IN_NETLINK(NETLINK_PKTINFO), 1, 3, LIES_NOWHERE, 0 },
	{ "empty", NETLINK, IN_NETLINK(NETLINK_NO_ENOBUFS), 1, 0, LIES_AT_NULL, 0 },
};

CASES(of_protocols)
{
	ADD_SETTINGS("setsockopt.tcp.short", EINVAL, tcp_short);
	ADD_SETTINGS("setsockopt.tcp.unreadable", EFAULT, tcp_unreadable);
	ADD_SETTINGS("setsockopt.tcp.unknown", ENOPROTOOPT, tcp_unknown);
	ADD_SETTINGS("setsockopt.tcp.out_of_range", EINVAL, tcp_out_of_range);
	ADD_SETTINGS("setsockopt.tcp.accepted", 0, tcp_accepted);
	ADD_SETTINGS("setsockopt.tcp.queue_without_repair", EPERM,
		     queue_without_repair);
	ADD_SETTINGS("setsockopt.udp.short", EINVAL, udp_short);
	ADD_SETTINGS("setsockopt.udp.unreadable", EFAULT, udp_unreadable);
	ADD_SETTINGS("setsockopt.udp.unknown", ENOPROTOOPT, udp_unknown);
	ADD_SETTINGS("setsockopt.udp.coverage_unsupported", ENOPROTOOPT,
		     coverage_unsupported);
	ADD_SETTINGS("setsockopt.udp.segment_out_of_range", EINVAL,
		     segment_out_of_range);
	ADD_SETTINGS("setsockopt.udp.accepted", 0, udp_accepted);
	ADD_SETTINGS("setsockopt.raw.unknown", ENOPROTOOPT, raw_unknown);
	ADD_SETTINGS("setsockopt.raw.filter_unsupported", EOPNOTSUPP,
		     filter_unsupported);
	ADD_SETTINGS("setsockopt.raw.icmpv6_unknown", ENOPROTOOPT, icmpv6_unknown);
	ADD_SETTINGS("setsockopt.raw.filter_unreadable", EFAULT, filter_unreadable);
	ADD_SETTINGS("setsockopt.raw.filter_accepted", 0, filter_accepted);
	ADD_SETTINGS("setsockopt.packet.unknown", ENOPROTOOPT, packet_unknown);
	ADD_SETTINGS("setsockopt.packet.short", EINVAL, packet_short);
	ADD_SETTINGS("setsockopt.packet.unreadable", EFAULT, packet_unreadable);
	ADD_SETTINGS("setsockopt.packet.accepted", 0, packet_accepted);
	ADD_SETTINGS("setsockopt.netlink.unreadable", EFAULT, netlink_unreadable);
	ADD_SETTINGS("setsockopt.netlink.unknown", ENOPROTOOPT, netlink_unknown);
	ADD_SETTINGS("setsockopt.netlink.accepted", 0, netlink_accepted);
}

static long set_tcp(int fd, int optname, int value)
{
	return t_setsockopt(fd, IPPROTO_TCP, optname, &value, sizeof(value));
}

#define REPAIRS .caps = SC_CAP(LINUX_CAP_NET_ADMIN)

static int in_repair(void)
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	must_option(fd, IPPROTO_TCP, LINUX_TCP_REPAIR, 1);
	return fd;
}

CASE("setsockopt.tcp.repair_forbidden[on]")
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EPERM, set_tcp(fd, LINUX_TCP_REPAIR, 1));
}

CASE("setsockopt.tcp.repair_forbidden[off]")
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EPERM, set_tcp(fd, LINUX_TCP_REPAIR, 0));
}

CASE("setsockopt.tcp.repair_forbidden[listening]", REPAIRS)
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	must_listen(fd);
	expect_errno(EPERM, set_tcp(fd, LINUX_TCP_REPAIR, 1));
}

CASE("setsockopt.tcp.repair_forbidden[out-of-range]")
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EPERM, set_tcp(fd, LINUX_TCP_REPAIR, 2));
}

CASE("setsockopt.tcp.repair_out_of_range[above]", REPAIRS)
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	expect_errno(EINVAL, set_tcp(fd, LINUX_TCP_REPAIR, 2));
}

CASE("setsockopt.tcp.repair_out_of_range[below]", REPAIRS)
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	expect_errno(EINVAL, set_tcp(fd, LINUX_TCP_REPAIR, -2));
}

CASE("setsockopt.tcp.repair_accepted[on]", REPAIRS)
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	expect_value(0, set_tcp(fd, LINUX_TCP_REPAIR, 1));
}

CASE("setsockopt.tcp.repair_accepted[off]", REPAIRS)
{
	expect_value(0, set_tcp(in_repair(), LINUX_TCP_REPAIR, 0));
}

CASE("setsockopt.tcp.repair_accepted[off-without-probe]", REPAIRS,
     .since = LINUX(4, 19))
{
	expect_value(0, set_tcp(in_repair(), LINUX_TCP_REPAIR, -1));
}

CASE("setsockopt.tcp.queue_without_repair[after]", REPAIRS)
{
	int fd = in_repair();

	must_option(fd, IPPROTO_TCP, LINUX_TCP_REPAIR, 0);
	expect_errno(EPERM, set_tcp(fd, TCP_REPAIR_QUEUE, LINUX_TCP_SEND_QUEUE));
}

CASE("setsockopt.tcp.queue_out_of_range[above]", REPAIRS)
{
	expect_errno(EINVAL, set_tcp(in_repair(), TCP_REPAIR_QUEUE, 3));
}

CASE("setsockopt.tcp.queue_out_of_range[below]", REPAIRS)
{
	expect_errno(EINVAL, set_tcp(in_repair(), TCP_REPAIR_QUEUE, -1));
}

CASE("setsockopt.tcp.accepted[queue]", REPAIRS)
{
	expect_value(0, set_tcp(in_repair(), TCP_REPAIR_QUEUE, LINUX_TCP_SEND_QUEUE));
}

CASE("setsockopt.tcp.accepted[listening]")
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	must_listen(fd);
	expect_value(0, set_tcp(fd, TCP_NODELAY, 1));
}

static const struct setting groups[] = {
	{ "join-0", NETLINK, IN_NETLINK(NETLINK_ADD_MEMBERSHIP), 0, 4, LIES_WELL, 0 },
	{ "leave-0", NETLINK, IN_NETLINK(NETLINK_DROP_MEMBERSHIP), 0, 4, LIES_WELL, 0 },
	{ "join-negative", NETLINK, IN_NETLINK(NETLINK_ADD_MEMBERSHIP), -1, 4,
	  LIES_WELL, 0 },
	{ "leave-most", NETLINK, IN_NETLINK(NETLINK_DROP_MEMBERSHIP), INT_MAX, 4,
	  LIES_WELL, 0 },
	{ "short", NETLINK, IN_NETLINK(NETLINK_ADD_MEMBERSHIP), 1, 3, LIES_WELL, 0 },
};

/* Some groups take CAP_NET_ADMIN. */
CASES(groups)
{
	for (size_t i = 0; i < COUNT(groups); i++) {
		struct setting_row row = { groups[i], EINVAL };

		add_case(.name = name_case("setsockopt.netlink.group_out_of_range[%s]",
					   groups[i].name),
			 .run_row = set_row, .row = keep_row(&row, sizeof(row)),
			 .caps = SC_CAP(LINUX_CAP_NET_ADMIN),
			 .has = { FEATURE_FAMILY(AF_NETLINK) });
	}
}
