/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * told.c - what getsockopt(2) tells of an option that has just been set.
 */
#include "setting.h"

#define SOCKET(optname) SOL_SOCKET, optname
#define IP(optname)	IPPROTO_IP, optname
#define IPV6(optname)	IPPROTO_IPV6, optname
#define IN_TCP(optname) IPPROTO_TCP, optname
#define IN_UDP(optname) IPPROTO_UDP, optname
#define SET(value)	value, 4, LIES_WELL, 0
#define SET_BYTE(value) value, 1, LIES_WELL, 0

static const struct told_row {
	struct setting setting;
	int told;
} rows[] = {
	{ { "broadcast", UDP, SOCKET(SO_BROADCAST), SET(1) }, 1 },
	{ { "broadcast-high", TCP, SOCKET(SO_BROADCAST), SET(256) }, 1 },
	{ { "keep-alive-negative", TCP, SOCKET(SO_KEEPALIVE), SET(-1) }, 1 },
	{ { "keep-alive", UNIX_STREAM, SOCKET(SO_KEEPALIVE), SET(2) }, 1 },
	{ { "inline", TCP6, SOCKET(SO_OOBINLINE), SET(5) }, 1 },
	{ { "no-route", UDP, SOCKET(SO_DONTROUTE), SET(3) }, 1 },
	{ { "reuse", TCP, SOCKET(SO_REUSEADDR), SET(7) }, 1 },
	{ { "reuse-off", RAW, SOCKET(SO_REUSEADDR), SET(0) }, 0 },
	{ { "reuse-port", UDP6, SOCKET(SO_REUSEPORT), SET(2) }, 1 },
	{ { "no-sum", UDP, SOCKET(SO_NO_CHECK), SET(2) }, 1 },
	{ { "time", UDP, SOCKET(SO_TIMESTAMP), SET(2) }, 1 },
	{ { "time", PACKET, SOCKET(SO_TIMESTAMPNS), SET(2) }, 1 },
	{ { "credentials", UNIX_DGRAM, SOCKET(SO_PASSCRED), SET(2) }, 1 },
	{ { "credentials", NETLINK, SOCKET(SO_PASSCRED), SET(1) }, 1 },
	{ { "priority", TCP, SOCKET(SO_PRIORITY), SET(6) }, 6 },
	{ { "peek-offset", UNIX_STREAM, SOCKET(SO_PEEK_OFF), SET(7) }, 7 },
	{ { "peek-offset-negative", UDP, SOCKET(SO_PEEK_OFF), SET(-7) }, -7 },
	{ { "low-water", UDP, SOCKET(SO_RCVLOWAT), SET(100) }, 100 },
	{ { "low-water-zero", UNIX_STREAM, SOCKET(SO_RCVLOWAT), SET(0) }, 1 },
	{ { "low-water-negative", RAW, SOCKET(SO_RCVLOWAT), SET(-5) }, INT_MAX },
	{ { "information", UDP, IP(IP_PKTINFO), SET(2) }, 1 },
	{ { "ttl-told", UDP6, IP(IP_RECVTTL), SET(2) }, 1 },
	{ { "tos-told", RAW, IP(IP_RECVTOS), SET_BYTE(2) }, 1 },
	{ { "errors", TCP, IP(IP_RECVERR), SET(-1) }, 1 },
	{ { "free", TCP, IP(IP_FREEBIND), SET(2) }, 1 },
	{ { "header", RAW, IP(IP_HDRINCL), SET(2) }, 1 },
	{ { "no-fragments", RAW, IP(IP_NODEFRAG), SET(2) }, 1 },
	{ { "loop", UDP, IP(IP_MULTICAST_LOOP), SET(0) }, 0 },
	{ { "all", UDP, IP(IP_MULTICAST_ALL), SET(0) }, 0 },
	{ { "mtu", UDP, IP(IP_MTU_DISCOVER), SET(IP_PMTUDISC_PROBE) },
	  IP_PMTUDISC_PROBE },
	{ { "ttl", TCP, IP(IP_TTL), SET(9) }, 9 },
	{ { "ttl-byte", UDP, IP(IP_TTL), SET_BYTE(200) }, 200 },
	{ { "multicast-ttl", UDP, IP(IP_MULTICAST_TTL), SET(0) }, 0 },
	{ { "tos", UDP, IP(IP_TOS), SET(0x10) }, 0x10 },
	{ { "tos-high", RAW, IP(IP_TOS), SET(0x110) }, 0x10 },
	{ { "only", TCP6, IPV6(IPV6_V6ONLY), SET(2) }, 1 },
	{ { "information", UDP6, IPV6(IPV6_RECVPKTINFO), SET(2) }, 1 },
	{ { "hops-told", UDP6, IPV6(IPV6_RECVHOPLIMIT), SET(2) }, 1 },
	{ { "class-told", RAW6, IPV6(IPV6_RECVTCLASS), SET(2) }, 1 },
	{ { "errors", UDP6, IPV6(IPV6_RECVERR), SET(2) }, 1 },
	{ { "loop", UDP6, IPV6(IPV6_MULTICAST_LOOP), SET(0) }, 0 },
	{ { "mtu", UDP6, IPV6(IPV6_MTU_DISCOVER), SET(IPV6_PMTUDISC_DO) },
	  IPV6_PMTUDISC_DO },
	{ { "hops", TCP6, IPV6(IPV6_UNICAST_HOPS), SET(0) }, 0 },
	{ { "hops", UDP6, IPV6(IPV6_UNICAST_HOPS), SET(255) }, 255 },
	{ { "multicast-hops", UDP6, IPV6(IPV6_MULTICAST_HOPS), SET(3) }, 3 },
	{ { "class", UDP6, IPV6(IPV6_TCLASS), SET(255) }, 255 },
	{ { "checksum", RAW6_OTHER, IPV6(IPV6_CHECKSUM), SET(4) }, 4 },
	{ { "checksum-none", RAW6_OTHER, IPV6(IPV6_CHECKSUM), SET(-3) }, -1 },
	{ { "no-delay", TCP, IN_TCP(TCP_NODELAY), SET(2) }, 1 },
	{ { "cork", TCP6, IN_TCP(TCP_CORK), SET(2) }, 1 },
	{ { "idle", TCP, IN_TCP(TCP_KEEPIDLE), SET(99) }, 99 },
	{ { "interval", TCP, IN_TCP(TCP_KEEPINTVL), SET(32767) }, 32767 },
	{ { "count", TCP6, IN_TCP(TCP_KEEPCNT), SET(1) }, 1 },
	{ { "tries", TCP, IN_TCP(TCP_SYNCNT), SET(127) }, 127 },
	{ { "timeout", TCP, IN_TCP(TCP_USER_TIMEOUT), SET(12345) }, 12345 },
	{ { "segment", UDP, IN_UDP(LINUX_UDP_SEGMENT), SET(1000) }, 1000 },
};

static void told(const void *data)
{
	const struct told_row *row = data;
	int fd = make_kind(row->setting.kind), value = 0;
	socklen_t length = sizeof(value);

	sc_must(SC_LINE, set(fd, &row->setting), "setsockopt(2)");
	t_getsockopt(fd, row->setting.level, row->setting.optname, &value, &length);
	expect_last_value(0, &row->told, sizeof(row->told));
}

CASES(told)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct made *kind = &made[rows[i].setting.kind];

		add_case(.name = name_case("setsockopt.told[%s,%s]", kind->name,
					   rows[i].setting.name),
			 .run_row = told, .row = &rows[i], .caps = kind->caps,
			 .since = rows[i].setting.optname == LINUX_UDP_SEGMENT
					  ? LINUX(4, 18)
					  : 0,
			 .has = { FEATURE_FAMILY(kind->domain), kind->feature });
	}
}
