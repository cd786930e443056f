/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * created.c - what a socket that socket(2) has just made is: its descriptor, its
 * options, its name, what it is as a file; and that a failed call leaves nothing.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "sockcheck.h"

/* Every kind of socket, and what its SO_ options tell. */
static const struct kind {
	const char *name;
	int domain, type, protocol;
	int so_domain, so_type, so_protocol, so_reuseaddr;
	int has;
} kinds[] = {
	{ "tcp", AF_INET, SOCK_STREAM, 0, AF_INET, SOCK_STREAM, IPPROTO_TCP, 0, 0 },
	{ "udp", AF_INET, SOCK_DGRAM, 0, AF_INET, SOCK_DGRAM, IPPROTO_UDP, 0, 0 },
	{ "udplite", AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE, AF_INET, SOCK_DGRAM,
	  IPPROTO_UDPLITE, 0, FEATURE_UDPLITE },
	{ "mptcp", AF_INET, SOCK_STREAM, LINUX_IPPROTO_MPTCP, AF_INET, SOCK_STREAM,
	  LINUX_IPPROTO_MPTCP, 0, FEATURE_MPTCP },
	{ "sctp", AF_INET, SOCK_SEQPACKET, 0, AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP, 0,
	  FEATURE_SCTP },
	{ "ping", AF_INET, SOCK_DGRAM, IPPROTO_ICMP, AF_INET, SOCK_DGRAM, IPPROTO_ICMP,
	  1, 0 },
	{ "raw-icmp", AF_INET, SOCK_RAW, IPPROTO_ICMP, AF_INET, SOCK_RAW, IPPROTO_ICMP,
	  1, 0 },
	{ "raw-raw", AF_INET, SOCK_RAW, IPPROTO_RAW, AF_INET, SOCK_RAW, IPPROTO_RAW, 1,
	  0 },
	{ "raw-200", AF_INET, SOCK_RAW, 200, AF_INET, SOCK_RAW, 200, 1, 0 },
	{ "tcp6", AF_INET6, SOCK_STREAM, 0, AF_INET6, SOCK_STREAM, IPPROTO_TCP, 0,
	  FEATURE_FAMILY(AF_INET6) },
	{ "udp6", AF_INET6, SOCK_DGRAM, 0, AF_INET6, SOCK_DGRAM, IPPROTO_UDP, 0,
	  FEATURE_FAMILY(AF_INET6) },
	{ "udplite6", AF_INET6, SOCK_DGRAM, IPPROTO_UDPLITE, AF_INET6, SOCK_DGRAM,
	  IPPROTO_UDPLITE, 0, FEATURE_UDPLITE6 },
	{ "mptcp6", AF_INET6, SOCK_STREAM, LINUX_IPPROTO_MPTCP, AF_INET6, SOCK_STREAM,
	  LINUX_IPPROTO_MPTCP, 0, FEATURE_MPTCP6 },
	{ "ping6", AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6, AF_INET6, SOCK_DGRAM,
	  IPPROTO_ICMPV6, 1, FEATURE_FAMILY(AF_INET6) },
	{ "raw6-icmpv6", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, AF_INET6, SOCK_RAW,
	  IPPROTO_ICMPV6, 1, FEATURE_FAMILY(AF_INET6) },
	{ "raw6-raw", AF_INET6, SOCK_RAW, IPPROTO_RAW, AF_INET6, SOCK_RAW, IPPROTO_RAW,
	  1, FEATURE_FAMILY(AF_INET6) },
	{ "raw6-mh", AF_INET6, SOCK_RAW, IPPROTO_MH, AF_INET6, SOCK_RAW, IPPROTO_MH, 1,
	  FEATURE_FAMILY(AF_INET6) },
	{ "unix-stream", AF_UNIX, SOCK_STREAM, 0, AF_UNIX, SOCK_STREAM, 0, 0,
	  FEATURE_FAMILY(AF_UNIX) },
	{ "unix-dgram", AF_UNIX, SOCK_DGRAM, 0, AF_UNIX, SOCK_DGRAM, 0, 0,
	  FEATURE_FAMILY(AF_UNIX) },
	{ "unix-seqpacket", AF_UNIX, SOCK_SEQPACKET, 0, AF_UNIX, SOCK_SEQPACKET, 0, 0,
	  FEATURE_FAMILY(AF_UNIX) },
	{ "unix-raw", AF_UNIX, SOCK_RAW, 0, AF_UNIX, SOCK_DGRAM, 0, 0,
	  FEATURE_FAMILY(AF_UNIX) },
	{ "unix-protocol", AF_UNIX, SOCK_STREAM, PF_UNIX, AF_UNIX, SOCK_STREAM, 0, 0,
	  FEATURE_FAMILY(AF_UNIX) },
	{ "netlink-route", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, AF_NETLINK, SOCK_RAW,
	  NETLINK_ROUTE, 0, 0 },
	{ "netlink-usersock", AF_NETLINK, SOCK_DGRAM, NETLINK_USERSOCK, AF_NETLINK,
	  SOCK_DGRAM, NETLINK_USERSOCK, 0, FEATURE_NETLINK(NETLINK_USERSOCK) },
	{ "packet-raw", AF_PACKET, SOCK_RAW, 0, AF_PACKET, SOCK_RAW, 0, 0,
	  FEATURE_FAMILY(AF_PACKET) },
	{ "packet-dgram", AF_PACKET, SOCK_DGRAM, 0, AF_PACKET, SOCK_DGRAM, 0, 0,
	  FEATURE_FAMILY(AF_PACKET) },
	{ "packet-obsolete", AF_INET, SOCK_PACKET, 0, AF_PACKET, SOCK_PACKET, 0, 0,
	  FEATURE_FAMILY(AF_PACKET) },
	{ "vsock-seqpacket", AF_VSOCK, SOCK_SEQPACKET, 0, AF_VSOCK, SOCK_SEQPACKET, 0,
	  0, FEATURE_FAMILY(AF_VSOCK) },
	{ "vsock-stream", AF_VSOCK, SOCK_STREAM, 0, AF_VSOCK, SOCK_STREAM, 0, 0,
	  FEATURE_FAMILY(AF_VSOCK) },
};

static const struct kind *kind_named(const char *name)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

static bool is_ping(const struct kind *kind)
{
	return kind->so_type == SOCK_DGRAM &&
	       (kind->protocol == IPPROTO_ICMP || kind->protocol == IPPROTO_ICMPV6);
}

/* The release that the kind is for: vsock has sequenced packets since 5.14. */
static int since_of(const struct kind *kind)
{
	bool young = kind->so_domain == AF_VSOCK && kind->so_type == SOCK_SEQPACKET;

	return young ? LINUX(5, 14) : 0;
}

static bool needs_capability(const struct kind *kind)
{
	return kind->so_domain == AF_PACKET ||
	       (kind->so_type == SOCK_RAW && kind->so_domain != AF_NETLINK);
}

static int must_make(const struct kind *kind)
{
	if (is_ping(kind))
		set_ping_group_range(0, 0);
	/* Some distributions have it off by default. */
	if (kind->protocol == LINUX_IPPROTO_MPTCP)
		set_mptcp_enabled(true);
	return must_socket(kind->domain, kind->type, kind->protocol);
}

static void add(const char *rule, const struct kind *kind, void (*run)(const void *))
{
	add_case(.name = name_case("socket.new.%s[%s]", rule, kind->name),
		 .run_row = run, .row = kind,
		 .has = { kind->has, FEATURE_FAMILY(kind->so_domain) },
		 .since = since_of(kind),
		 .caps = needs_capability(kind) ? SC_CAP(LINUX_CAP_NET_RAW) : 0,
		 .anywhere = !is_ping(kind) && kind->protocol != LINUX_IPPROTO_MPTCP);
}

static void so_type(const void *row)
{
	const struct kind *kind = row;

	expect_option(kind->so_type, must_make(kind), SOL_SOCKET, SO_TYPE);
}

static void so_domain(const void *row)
{
	const struct kind *kind = row;

	expect_option(kind->so_domain, must_make(kind), SOL_SOCKET, SO_DOMAIN);
}

static void so_protocol(const void *row)
{
	const struct kind *kind = row;

	expect_option(kind->so_protocol, must_make(kind), SOL_SOCKET, SO_PROTOCOL);
}

static void so_acceptconn(const void *row)
{
	expect_option(0, must_make(row), SOL_SOCKET, SO_ACCEPTCONN);
}

static void so_error(const void *row)
{
	int fd = must_make(row);

	expect_option(0, fd, SOL_SOCKET, SO_ERROR);
	expect_option(0, fd, SOL_SOCKET, SO_ERROR);
}

static void so_reuseaddr(const void *row)
{
	const struct kind *kind = row;

	expect_option(kind->so_reuseaddr, must_make(kind), SOL_SOCKET, SO_REUSEADDR);
}

static void so_rcvlowat(const void *row)
{
	expect_option(1, must_make(row), SOL_SOCKET, SO_RCVLOWAT);
}

static void so_sndlowat(const void *row)
{
	expect_option(1, must_make(row), SOL_SOCKET, SO_SNDLOWAT);
}

static void timeouts(const void *row)
{
	static const struct timeval never;
	int fd = must_make(row);

	expect_option_bytes(&never, sizeof(never), fd, SOL_SOCKET, SO_RCVTIMEO);
	expect_option_bytes(&never, sizeof(never), fd, SOL_SOCKET, SO_SNDTIMEO);
}

static void no_linger(const void *row)
{
	static const struct linger off;

	expect_option_bytes(&off, sizeof(off), must_make(row), SOL_SOCKET, SO_LINGER);
}

static void mode(const void *row)
{
	expect_value(S_IFSOCK | 0777, t_fstat(must_make(row), STAT_MODE));
}

static void links(const void *row)
{
	expect_value(1, t_fstat(must_make(row), STAT_NLINK));
}

static void size(const void *row)
{
	expect_value(0, t_fstat(must_make(row), STAT_SIZE));
}

static void file_system(const void *row)
{
	expect_value(LINUX_SOCKFS_MAGIC, t_fstatfs(must_make(row)));
}

static void inode(const void *row)
{
	long first = expect_positive(t_fstat(must_make(row), STAT_INO));
	long second = expect_positive(t_fstat(must_make(row), STAT_INO));

	expect_that(first != second, "two sockets share inode %ld", first);
}

static void proc_link(const void *row)
{
	int fd = must_make(row);
	long number = t_fstat(fd, STAT_INO);
	char text[64];

	must(number > 0, "the socket has no inode");
	snprintf(text, sizeof(text), "socket:[%ld]", number);
	expect_link(text, fd);
}

CASES(of_every_kind)
{
	static const struct {
		const char *rule;
		void (*run)(const void *row);
	} properties[] = {
		{ "so_type", so_type },		{ "so_domain", so_domain },
		{ "so_protocol", so_protocol }, { "so_acceptconn", so_acceptconn },
		{ "so_error", so_error },	{ "so_reuseaddr", so_reuseaddr },
		{ "so_rcvlowat", so_rcvlowat }, { "so_sndlowat", so_sndlowat },
		{ "timeout", timeouts },	{ "linger", no_linger },
		{ "stat_mode", mode },		{ "stat_nlink", links },
		{ "stat_size", size },		{ "stat_ino", inode },
		{ "statfs_type", file_system }, { "proc_link", proc_link },
	};

	for (size_t i = 0; i < COUNT(kinds); i++)
		for (size_t k = 0; k < COUNT(properties); k++)
			add(properties[k].rule, &kinds[i], properties[k].run);
}

/* Options of one level: the kind, the rule, the option and what it is. */
static const struct option_row {
	const char *kind, *rule;
	int level, optname, value;
	int since;
} option_rows[] = {
	{ "unix-stream", "so_peek_off", SOL_SOCKET, SO_PEEK_OFF, -1, 0 },
	{ "unix-dgram", "so_peek_off", SOL_SOCKET, SO_PEEK_OFF, -1, 0 },
	{ "unix-seqpacket", "so_peek_off", SOL_SOCKET, SO_PEEK_OFF, -1, 0 },
	{ "udp", "so_peek_off", SOL_SOCKET, SO_PEEK_OFF, -1, 0 },
	{ "udp6", "so_peek_off", SOL_SOCKET, SO_PEEK_OFF, -1, 0 },

	{ "tcp", "ip_recverr", IPPROTO_IP, IP_RECVERR, 0, 0 },
	{ "udp", "ip_recverr", IPPROTO_IP, IP_RECVERR, 0, 0 },
	{ "udp6", "ip_recverr", IPPROTO_IP, IP_RECVERR, 0, 0 },
	{ "raw-icmp", "icmp_filter", SOL_RAW, LINUX_ICMP_FILTER, 0, 0 },

	/* What an AF_INET6 socket has for the IPv4 addresses that it may see. */
	{ "tcp6", "ip_multicast_ttl", IPPROTO_IP, IP_MULTICAST_TTL, 1, 0 },
	{ "udp6", "ip_multicast_ttl", IPPROTO_IP, IP_MULTICAST_TTL, 1, 0 },
	{ "udp6", "ip_multicast_loop", IPPROTO_IP, IP_MULTICAST_LOOP, 1, 0 },
	{ "udp6", "ip_multicast_all_of_ipv6", IPPROTO_IP, IP_MULTICAST_ALL, 0, 0 },

	{ "raw-icmp", "ip_hdrincl", IPPROTO_IP, IP_HDRINCL, 0, 0 },
	{ "raw-raw", "ip_hdrincl", IPPROTO_IP, IP_HDRINCL, 1, 0 },
	{ "raw-200", "ip_hdrincl", IPPROTO_IP, IP_HDRINCL, 0, 0 },
	{ "raw6-icmpv6", "ipv6_hdrincl", IPPROTO_IPV6, IPV6_HDRINCL, 0, 0 },
	{ "raw6-raw", "ipv6_hdrincl", IPPROTO_IPV6, IPV6_HDRINCL, 1, 0 },
	{ "raw6-mh", "ipv6_hdrincl", IPPROTO_IPV6, IPV6_HDRINCL, 0, 0 },
	{ "raw6-icmpv6", "ipv6_checksum", IPPROTO_IPV6, IPV6_CHECKSUM, 2, 0 },
	{ "raw6-mh", "ipv6_checksum", IPPROTO_IPV6, IPV6_CHECKSUM, 4, 0 },
	{ "raw6-raw", "ipv6_checksum", IPPROTO_IPV6, IPV6_CHECKSUM, -1, 0 },

	{ "tcp", "ip_multicast_ttl", IPPROTO_IP, IP_MULTICAST_TTL, 1, 0 },
	{ "udp", "ip_multicast_ttl", IPPROTO_IP, IP_MULTICAST_TTL, 1, 0 },
	{ "raw-icmp", "ip_multicast_ttl", IPPROTO_IP, IP_MULTICAST_TTL, 1, 0 },
	{ "udp", "ip_multicast_loop", IPPROTO_IP, IP_MULTICAST_LOOP, 1, 0 },
	{ "raw-icmp", "ip_multicast_loop", IPPROTO_IP, IP_MULTICAST_LOOP, 1, 0 },
	{ "udp", "ip_multicast_all", IPPROTO_IP, IP_MULTICAST_ALL, 1, 0 },
	{ "raw-icmp", "ip_multicast_all", IPPROTO_IP, IP_MULTICAST_ALL, 1, 0 },
	{ "tcp6", "ipv6_multicast_hops", IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 1, 0 },
	{ "udp6", "ipv6_multicast_hops", IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 1, 0 },
	{ "raw6-icmpv6", "ipv6_multicast_hops", IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 1,
	  0 },
	{ "udp6", "ipv6_multicast_loop", IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1, 0 },
	{ "raw6-icmpv6", "ipv6_multicast_loop", IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1,
	  0 },
	{ "udp6", "ipv6_multicast_all", IPPROTO_IPV6, IPV6_MULTICAST_ALL, 1,
	  LINUX(4, 20) },
	{ "raw6-icmpv6", "ipv6_multicast_all", IPPROTO_IPV6, IPV6_MULTICAST_ALL, 1,
	  LINUX(4, 20) },
	{ "tcp6", "ipv6_mtu_discover", IPPROTO_IPV6, IPV6_MTU_DISCOVER,
	  IPV6_PMTUDISC_WANT, 0 },
	{ "udp6", "ipv6_mtu_discover", IPPROTO_IPV6, IPV6_MTU_DISCOVER,
	  IPV6_PMTUDISC_WANT, 0 },

	{ "udplite", "udplite_coverage", SOL_UDPLITE, UDPLITE_SEND_CSCOV, 0, 0 },
	{ "udplite6", "udplite_coverage", SOL_UDPLITE, UDPLITE_RECV_CSCOV, 0, 0 },
};

static void option(const void *row)
{
	const struct option_row *it = row;

	expect_option(it->value, must_make(kind_named(it->kind)), it->level,
		      it->optname);
}

CASES(options)
{
	for (size_t i = 0; i < COUNT(option_rows); i++) {
		const struct option_row *it = &option_rows[i];
		const struct kind *kind = kind_named(it->kind);

		add_case(.name = name_case("socket.new.%s[%s]", it->rule, it->kind),
			 .run_row = option, .row = it, .since = it->since,
			 .has = { kind->has, FEATURE_FAMILY(kind->so_domain) },
			 .caps = needs_capability(kind) ? SC_CAP(LINUX_CAP_NET_RAW) : 0,
			 .anywhere = true);
	}
}

/* Switches that are off on a new socket. */
static const struct switch_row {
	const char *kind, *name;
	int level, optname;
} switch_rows[] = {
#define SWITCH(kind, level, optname)           \
	{                                      \
		kind, #optname, level, optname \
	}
	SWITCH("tcp", SOL_SOCKET, SO_BROADCAST),
	SWITCH("udp", SOL_SOCKET, SO_BROADCAST),
	SWITCH("tcp", SOL_SOCKET, SO_DEBUG),
	SWITCH("udp", SOL_SOCKET, SO_DEBUG),
	SWITCH("tcp", SOL_SOCKET, SO_DONTROUTE),
	SWITCH("udp", SOL_SOCKET, SO_DONTROUTE),
	SWITCH("tcp", SOL_SOCKET, SO_KEEPALIVE),
	SWITCH("udp", SOL_SOCKET, SO_KEEPALIVE),
	SWITCH("tcp", SOL_SOCKET, SO_OOBINLINE),
	SWITCH("udp", SOL_SOCKET, SO_OOBINLINE),
	SWITCH("tcp", SOL_SOCKET, SO_REUSEPORT),
	SWITCH("udp", SOL_SOCKET, SO_REUSEPORT),
	SWITCH("tcp", SOL_SOCKET, SO_PRIORITY),
	SWITCH("udp", SOL_SOCKET, SO_PRIORITY),
	SWITCH("tcp", SOL_SOCKET, SO_MARK),
	SWITCH("udp", SOL_SOCKET, SO_MARK),
	SWITCH("tcp", SOL_SOCKET, SO_TIMESTAMP),
	SWITCH("udp", SOL_SOCKET, SO_TIMESTAMP),
	SWITCH("udp", SOL_SOCKET, SO_NO_CHECK),
	SWITCH("unix-stream", SOL_SOCKET, SO_PASSCRED),
	SWITCH("unix-dgram", SOL_SOCKET, SO_PASSCRED),
	SWITCH("tcp", IPPROTO_IP, IP_FREEBIND),
	SWITCH("udp", IPPROTO_IP, IP_FREEBIND),
	SWITCH("tcp", IPPROTO_IP, IP_TOS),
	SWITCH("udp", IPPROTO_IP, IP_TOS),
	SWITCH("raw-icmp", IPPROTO_IP, IP_NODEFRAG),
	SWITCH("tcp6", IPPROTO_IPV6, IPV6_RECVERR),
	SWITCH("udp6", IPPROTO_IPV6, IPV6_RECVERR),
	SWITCH("tcp", IPPROTO_TCP, TCP_NODELAY),
	SWITCH("tcp", IPPROTO_TCP, TCP_CORK),
};

/* Those that POSIX has, and those that only Linux has, are rules of their own. */
static const char *rule_of(const struct switch_row *it)
{
	static const int posix[] = { SO_BROADCAST, SO_DEBUG, SO_DONTROUTE, SO_KEEPALIVE,
				     SO_OOBINLINE };

	for (size_t i = 0; i < COUNT(posix); i++)
		if (it->level == SOL_SOCKET && it->optname == posix[i])
			return "switched_off";
	return "switched_off_linux";
}

static void switched_off(const void *row)
{
	const struct switch_row *it = row;

	expect_option(0, must_make(kind_named(it->kind)), it->level, it->optname);
}

CASES(switches)
{
	for (size_t i = 0; i < COUNT(switch_rows); i++) {
		const struct switch_row *it = &switch_rows[i];
		const struct kind *kind = kind_named(it->kind);

		add_case(.name = name_case("socket.new.%s[%s,%s]", rule_of(it),
					   it->name, it->kind),
			 .run_row = switched_off, .row = it,
			 .has = { kind->has, FEATURE_FAMILY(kind->so_domain) },
			 .caps = needs_capability(kind) ? SC_CAP(LINUX_CAP_NET_RAW) : 0,
			 .anywhere = true);
	}
}

/* Options that the network's settings decide. */
static void so_txrehash(const void *row)
{
	expect_option(1, must_make(row), SOL_SOCKET, SO_TXREHASH);
}

static void so_txrehash_off(const void *row)
{
	int fd;

	set_txrehash(0);
	fd = must_make(row);
	set_txrehash(1);
	expect_option(0, fd, SOL_SOCKET, SO_TXREHASH);
}

CASE("socket.new.ip_ttl[default]", .types = SC_STREAM | SC_DGRAM)
{
	expect_option(64, must_socket(AF_INET, sc_type, 0), IPPROTO_IP, IP_TTL);
}

CASE("socket.new.ip_ttl[set-before]", .types = SC_STREAM | SC_DGRAM)
{
	set_ip_default_ttl(33);
	expect_option(33, must_socket(AF_INET, sc_type, 0), IPPROTO_IP, IP_TTL);
}

CASE("socket.new.ip_ttl[inet6]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	set_ip_default_ttl(33);
	expect_option(33, must_socket(AF_INET6, sc_type, 0), IPPROTO_IP, IP_TTL);
}

CASE("socket.new.ip_ttl[set-after]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	set_ip_default_ttl(33);
	expect_option(33, fd, IPPROTO_IP, IP_TTL);
}

CASE("socket.new.ip_mtu_discover[default]", .types = SC_STREAM | SC_DGRAM)
{
	expect_option(IP_PMTUDISC_WANT, must_socket(AF_INET, sc_type, 0), IPPROTO_IP,
		      IP_MTU_DISCOVER);
}

CASE("socket.new.ip_mtu_discover[1]", .types = SC_STREAM | SC_DGRAM)
{
	set_ip_no_pmtu_disc(1);
	expect_option(IP_PMTUDISC_DONT, must_socket(AF_INET, sc_type, 0), IPPROTO_IP,
		      IP_MTU_DISCOVER);
}

CASE("socket.new.ip_mtu_discover[inet6,0]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	expect_option(IP_PMTUDISC_WANT, must_socket(AF_INET6, sc_type, 0), IPPROTO_IP,
		      IP_MTU_DISCOVER);
}

CASE("socket.new.ip_mtu_discover[inet6,1]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	set_ip_no_pmtu_disc(1);
	expect_option(IP_PMTUDISC_DONT, must_socket(AF_INET6, sc_type, 0), IPPROTO_IP,
		      IP_MTU_DISCOVER);
}

CASE("socket.new.ip_mtu_discover[2]", .types = SC_STREAM | SC_DGRAM)
{
	set_ip_no_pmtu_disc(2);
	expect_option(IP_PMTUDISC_DONT, must_socket(AF_INET, sc_type, 0), IPPROTO_IP,
		      IP_MTU_DISCOVER);
}

/* The socket keeps what it was made with. */
CASE("socket.new.ip_mtu_discover[set-after]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	set_ip_no_pmtu_disc(1);
	expect_option(IP_PMTUDISC_WANT, fd, IPPROTO_IP, IP_MTU_DISCOVER);
}

CASES(txrehash)
{
	static const char *const names[] = { "tcp", "tcp6" };

	for (size_t i = 0; i < COUNT(names); i++) {
		const struct kind *kind = kind_named(names[i]);

		add_case(.name = name_case("socket.new.so_txrehash[%s]", names[i]),
			 .run_row = so_txrehash, .row = kind, .has = { kind->has },
			 .since = LINUX(6, 2));
		add_case(.name = name_case("socket.new.so_txrehash[%s,off]", names[i]),
			 .run_row = so_txrehash_off, .row = kind, .has = { kind->has },
			 .since = LINUX(6, 2));
	}
}

CASE("socket.new.ipv6_mtu_discover[ip_no_pmtu_disc]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	set_ip_no_pmtu_disc(1);
	expect_option(IPV6_PMTUDISC_WANT, must_socket(AF_INET6, sc_type, 0),
		      IPPROTO_IPV6, IPV6_MTU_DISCOVER);
}

CASE("socket.new.ipv6_unicast_hops[64]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	set_ipv6_hop_limit(64);
	expect_option(64, must_socket(AF_INET6, sc_type, 0), IPPROTO_IPV6,
		      IPV6_UNICAST_HOPS);
}

CASE("socket.new.ipv6_unicast_hops[33]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	set_ipv6_hop_limit(33);
	expect_option(33, must_socket(AF_INET6, sc_type, 0), IPPROTO_IPV6,
		      IPV6_UNICAST_HOPS);
}

/* The socket has none of its own: it asks for the setting when it is asked. */
CASE("socket.new.ipv6_unicast_hops[set-after]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	set_ipv6_hop_limit(33);
	expect_option(33, fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS);
}

CASE("socket.new.ipv6_v6only[default]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	expect_option(0, must_socket(AF_INET6, sc_type, 0), IPPROTO_IPV6, IPV6_V6ONLY);
}

CASE("socket.new.ipv6_v6only[bindv6only]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	set_bindv6only(1);
	expect_option(1, must_socket(AF_INET6, sc_type, 0), IPPROTO_IPV6, IPV6_V6ONLY);
}

CASE("socket.new.ipv6_v6only[set-after]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	set_bindv6only(1);
	expect_option(0, fd, IPPROTO_IPV6, IPV6_V6ONLY);
}

CASE("socket.new.ipv6_v6only[ping6]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	set_ping_group_range(0, 0);
	expect_option(1, must_socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6),
		      IPPROTO_IPV6, IPV6_V6ONLY);
}

CASE("socket.inet.mptcp_disabled", .has = { FEATURE_MPTCP })
{
	set_mptcp_enabled(false);
	expect_errno(ENOPROTOOPT, t_socket(AF_INET, SOCK_STREAM, LINUX_IPPROTO_MPTCP));
}

CASE("socket.inet6.mptcp_disabled", .has = { FEATURE_MPTCP6 })
{
	set_mptcp_enabled(false);
	expect_errno(ENOPROTOOPT, t_socket(AF_INET6, SOCK_STREAM, LINUX_IPPROTO_MPTCP));
}

CASE("socket.inet.created[tcp,mptcp-disabled]", .has = { FEATURE_MPTCP })
{
	set_mptcp_enabled(false);
	expect_descriptor(t_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
}

/* net.core.*_default are the machine's: what they are is taken from there. */
static void default_buffer(int domain, int bytes, int optname)
{
	if (!bytes)
		sc_skip("needs to read /proc/sys/net/core/%cmem_default",
			optname == SO_RCVBUF ? 'r' : 'w');
	expect_option(bytes, must_socket(domain, SOCK_DGRAM, 0), SOL_SOCKET, optname);
}

CASE("socket.new.so_rcvbuf[udp]", .anywhere = true)
{
	default_buffer(AF_INET, the_world()->settings.rmem_default, SO_RCVBUF);
}

CASE("socket.new.so_sndbuf[udp]", .anywhere = true)
{
	default_buffer(AF_INET, the_world()->settings.wmem_default, SO_SNDBUF);
}

CASE("socket.new.so_rcvbuf[unix-dgram]", .anywhere = true)
{
	default_buffer(AF_UNIX, the_world()->settings.rmem_default, SO_RCVBUF);
}

CASE("socket.new.so_sndbuf[unix-dgram]", .anywhere = true)
{
	default_buffer(AF_UNIX, the_world()->settings.wmem_default, SO_SNDBUF);
}

/* TCP's are the network namespace's own. */
static void tcp_buffer(int domain, int bytes, int optname)
{
	set_tcp_buffers(70000, 30000);
	expect_option(bytes, must_socket(domain, SOCK_STREAM, 0), SOL_SOCKET, optname);
}

static void mptcp_buffer(const char *kind, int bytes, int optname)
{
	set_tcp_buffers(70000, 30000);
	expect_option(bytes, must_make(kind_named(kind)), SOL_SOCKET, optname);
}

CASE("socket.new.so_rcvbuf_mptcp[mptcp]", .has = { FEATURE_MPTCP },
     .since = LINUX(6, 1))
{
	mptcp_buffer("mptcp", 70000, SO_RCVBUF);
}

CASE("socket.new.so_rcvbuf_mptcp[mptcp6]", .has = { FEATURE_MPTCP6 },
     .since = LINUX(6, 1))
{
	mptcp_buffer("mptcp6", 70000, SO_RCVBUF);
}

CASE("socket.new.so_sndbuf_mptcp[mptcp]", .has = { FEATURE_MPTCP },
     .since = LINUX(6, 1))
{
	mptcp_buffer("mptcp", 30000, SO_SNDBUF);
}

CASE("socket.new.so_sndbuf_mptcp[mptcp6]", .has = { FEATURE_MPTCP6 },
     .since = LINUX(6, 1))
{
	mptcp_buffer("mptcp6", 30000, SO_SNDBUF);
}

/* Each option is an unsigned long long. */
static void vsock_buffer(const char *kind, int optname, unsigned long long bytes)
{
	expect_option_bytes(&bytes, sizeof(bytes), must_make(kind_named(kind)),
			    AF_VSOCK, optname);
}

CASE("socket.new.vsock_buffer[size]", .has = { FEATURE_FAMILY(AF_VSOCK) },
     .since = LINUX(5, 5), .anywhere = true)
{
	vsock_buffer("vsock-stream", LINUX_SO_VM_SOCKETS_BUFFER_SIZE, 262144);
}

CASE("socket.new.vsock_buffer[least]", .has = { FEATURE_FAMILY(AF_VSOCK) },
     .since = LINUX(5, 5), .anywhere = true)
{
	vsock_buffer("vsock-stream", LINUX_SO_VM_SOCKETS_BUFFER_MIN_SIZE, 128);
}

CASE("socket.new.vsock_buffer[most]", .has = { FEATURE_FAMILY(AF_VSOCK) },
     .since = LINUX(5, 5), .anywhere = true)
{
	vsock_buffer("vsock-stream", LINUX_SO_VM_SOCKETS_BUFFER_MAX_SIZE, 262144);
}

CASE("socket.new.icmp6_filter", .has = { FEATURE_FAMILY(AF_INET6) },
     .caps = SC_CAP(LINUX_CAP_NET_RAW), .anywhere = true)
{
	static const unsigned char none[32];

	expect_option_bytes(none, sizeof(none), must_make(kind_named("raw6-icmpv6")),
			    IPPROTO_ICMPV6, LINUX_ICMP6_FILTER);
}

CASE("socket.new.so_rcvbuf_tcp[tcp]")
{
	tcp_buffer(AF_INET, 70000, SO_RCVBUF);
}

CASE("socket.new.so_rcvbuf_tcp[tcp6]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	tcp_buffer(AF_INET6, 70000, SO_RCVBUF);
}

CASE("socket.new.so_sndbuf_tcp[tcp]")
{
	tcp_buffer(AF_INET, 30000, SO_SNDBUF);
}

CASE("socket.new.so_sndbuf_tcp[tcp6]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	tcp_buffer(AF_INET6, 30000, SO_SNDBUF);
}

/* Names before bind(2). */
static void name_inet(const void *row)
{
	const struct kind *kind = row;
	struct sockaddr_in any = { .sin_family = AF_INET };

	if (kind->type == SOCK_RAW)
		any.sin_port = htons((unsigned short)kind->protocol);
	expect_name(&any, sizeof(any), must_make(kind));
}

static void name_inet6(const void *row)
{
	const struct kind *kind = row;
	struct sockaddr_in6 any = { .sin6_family = AF_INET6 };

	if (kind->type == SOCK_RAW)
		any.sin6_port = htons((unsigned short)kind->protocol);
	expect_name(&any, sizeof(any), must_make(kind));
}

static void name_unix(const void *row)
{
	sa_family_t family = AF_UNIX;

	expect_name(&family, sizeof(family), must_make(row));
}

static void name_netlink(const void *row)
{
	struct sockaddr_nl none = { .nl_family = AF_NETLINK };

	expect_name(&none, sizeof(none), must_make(row));
}

static void name_vsock(const void *row)
{
	struct linux_sockaddr_vm any = { .svm_family = AF_VSOCK,
					 .svm_port = 0xffffffff,
					 .svm_cid = 0xffffffff };

	expect_name(&any, sizeof(any), must_make(row));
}

CASES(names)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		switch (kinds[i].so_domain) {
		case AF_INET:
			add(kinds[i].type == SOCK_RAW ? "name_inet_raw" : "name_inet",
			    &kinds[i], name_inet);
			break;
		case AF_INET6:
			add(kinds[i].type == SOCK_RAW ? "name_inet6_raw" : "name_inet6",
			    &kinds[i], name_inet6);
			break;
		case AF_UNIX:
			add("name_unix", &kinds[i], name_unix);
			break;
		case AF_NETLINK:
			add("name_netlink", &kinds[i], name_netlink);
			break;
		case AF_VSOCK:
			add("name_vsock", &kinds[i], name_vsock);
			break;
		}
}

CASE("socket.new.name_packet", .types = SC_RAW | SC_DGRAM,
     .caps = SC_CAP(LINUX_CAP_NET_RAW), .has = { FEATURE_FAMILY(AF_PACKET) })
{
	struct sockaddr_ll none = { .sll_family = AF_PACKET };

	expect_name(&none, 12, must_socket(AF_PACKET, sc_type, 0));
}

CASE("socket.new.name_packet[ETH_P_ARP]", .types = SC_RAW | SC_DGRAM,
     .caps = SC_CAP(LINUX_CAP_NET_RAW), .has = { FEATURE_FAMILY(AF_PACKET) })
{
	struct sockaddr_ll arp = { .sll_family = AF_PACKET,
				   .sll_protocol = htons(ETH_P_ARP) };

	expect_name(&arp, 12, must_socket(AF_PACKET, sc_type, htons(ETH_P_ARP)));
}

/* Of the protocol, two bytes are kept. */
CASE("socket.new.name_packet[-1]", .types = SC_RAW | SC_DGRAM,
     .caps = SC_CAP(LINUX_CAP_NET_RAW), .has = { FEATURE_FAMILY(AF_PACKET) })
{
	struct sockaddr_ll all = { .sll_family = AF_PACKET, .sll_protocol = 0xffff };

	expect_name(&all, 12, must_socket(AF_PACKET, sc_type, -1));
}

CASE("socket.new.name_obsolete_packet", .caps = SC_CAP(LINUX_CAP_NET_RAW),
     .has = { FEATURE_FAMILY(AF_PACKET) })
{
	struct sockaddr none = { .sa_family = AF_PACKET };

	expect_name(&none, sizeof(none), must_socket(AF_INET, SOCK_PACKET, 0));
}

/* Whose the file is. */
CASE("socket.new.stat_uid[root]", .needs = NEEDS_IDS)
{
	expect_value(0, t_fstat(must_socket(AF_UNIX, SOCK_STREAM, 0), STAT_UID));
}

CASE("socket.new.stat_uid[other]", .needs = NEEDS_IDS)
{
	set_effective_user(1000);
	expect_value(1000, t_fstat(must_socket(AF_INET, SOCK_STREAM, 0), STAT_UID));
}

CASE("socket.new.stat_gid[root]", .needs = NEEDS_IDS)
{
	expect_value(0, t_fstat(must_socket(AF_UNIX, SOCK_STREAM, 0), STAT_GID));
}

CASE("socket.new.stat_gid[other]", .needs = NEEDS_IDS)
{
	set_effective_group(1000);
	expect_value(1000, t_fstat(must_socket(AF_INET, SOCK_STREAM, 0), STAT_GID));
}

CASE("socket.new.stat_uid[filesystem]", .needs = NEEDS_IDS)
{
	set_filesystem_user(1234);
	expect_value(1234, t_fstat(must_socket(AF_INET, SOCK_STREAM, 0), STAT_UID));
}

CASE("socket.new.stat_gid[filesystem]", .needs = NEEDS_IDS)
{
	set_filesystem_group(1234);
	expect_value(1234, t_fstat(must_socket(AF_INET, SOCK_STREAM, 0), STAT_GID));
}

CASE("socket.new.stat_uid[self]", .anywhere = true)
{
	expect_value((long)the_world()->caller.fsuid,
		     t_fstat(must_socket(AF_INET, SOCK_DGRAM, 0), STAT_UID));
}

CASE("socket.new.stat_gid[self]", .anywhere = true)
{
	expect_value((long)the_world()->caller.fsgid,
		     t_fstat(must_socket(AF_INET, SOCK_DGRAM, 0), STAT_GID));
}

/* The lowest free descriptor. */
CASE("socket.inet.created[descriptor-3]", .anywhere = true)
{
	int lowest = lowest_descriptor();

	/* 0, 1 and 2 are open, and no other; a stack may have numbers of its own. */
	expect_that(expect_descriptor(t_socket(AF_INET, SOCK_STREAM, 0)) == lowest,
		    "%d is the first that is free", lowest);
}

CASE("socket.inet.created[descriptor-hole]", .anywhere = true)
{
	int first = must_socket(AF_INET, SOCK_STREAM, 0), hole;

	hole = must_socket(AF_INET, SOCK_STREAM, 0);
	must_socket(AF_INET, SOCK_STREAM, 0);
	must_close(hole);
	expect_that(expect_descriptor(t_socket(AF_INET, SOCK_DGRAM, 0)) == first + 1,
		    "%d is the only hole", first + 1);
}

CASE("socket.unix.created[descriptor-0]", .anywhere = true)
{
	must_close(0);
	expect_that(expect_descriptor(t_socket(AF_UNIX, SOCK_DGRAM, 0)) == 0,
		    "0 is closed");
}

CASE("socket.inet.created[descriptor-200]", .anywhere = true)
{
	occupy_descriptors_below(200);
	expect_that(expect_descriptor(t_socket(AF_INET, SOCK_DGRAM, 0)) == 200,
		    "all below 200 are open");
}

/* A call that fails leaves no descriptor behind, whatever it failed for. */
static const struct failure {
	const char *name;
	int domain, type, protocol;
	int error;
	bool capable;
	int has, lacks;
} failures[] = {
	{ "flags", AF_INET, SOCK_STREAM | 0x10, 0, EINVAL, true, 0, 0 },
	{ "family-range", -1, SOCK_STREAM, 0, EAFNOSUPPORT, true, 0, 0 },
	{ "type-range", AF_INET, 11, 0, EINVAL, true, 0, 0 },
	{ "family", AF_UNSPEC, SOCK_STREAM, 0, EAFNOSUPPORT, true, 0, 0 },
	{ "inet-protocol-range", AF_INET, SOCK_STREAM, -1, EINVAL, true, 0, 0 },
	{ "inet-type", AF_INET, SOCK_RDM, 0, ESOCKTNOSUPPORT, true, 0, 0 },
	{ "inet-protocol", AF_INET, SOCK_STREAM, IPPROTO_UDP, EPROTONOSUPPORT, true, 0,
	  0 },
	{ "inet-raw", AF_INET, SOCK_RAW, IPPROTO_UDP, EPERM, false, 0, 0 },
	{ "inet6-raw", AF_INET6, SOCK_RAW, IPPROTO_UDP, EPERM, false,
	  FEATURE_FAMILY(AF_INET6), 0 },
	{ "inet6-protocol", AF_INET6, SOCK_STREAM, IPPROTO_UDP, EPROTONOSUPPORT, true,
	  FEATURE_FAMILY(AF_INET6), 0 },
	{ "inet6-protocol-range", AF_INET6, SOCK_STREAM, -1, EINVAL, true,
	  FEATURE_FAMILY(AF_INET6), 0 },
	{ "inet6-type", AF_INET6, SOCK_RDM, 0, ESOCKTNOSUPPORT, true,
	  FEATURE_FAMILY(AF_INET6), 0 },
	{ "packet-obsolete", AF_INET, SOCK_PACKET, 0, EPERM, false,
	  FEATURE_FAMILY(AF_PACKET), 0 },
	{ "netlink-protocol-range", AF_NETLINK, SOCK_RAW, 32, EPROTONOSUPPORT, true, 0,
	  0 },
	{ "vsock-type", AF_VSOCK, SOCK_RDM, 0, ESOCKTNOSUPPORT, true,
	  FEATURE_FAMILY(AF_VSOCK), 0 },
	{ "unix-protocol", AF_UNIX, SOCK_STREAM, 9, EPROTONOSUPPORT, true,
	  FEATURE_FAMILY(AF_UNIX), 0 },
	{ "unix-type", AF_UNIX, SOCK_RDM, 0, ESOCKTNOSUPPORT, true,
	  FEATURE_FAMILY(AF_UNIX), 0 },
	{ "packet", AF_PACKET, SOCK_RAW, 0, EPERM, false, FEATURE_FAMILY(AF_PACKET),
	  0 },
	{ "netlink-type", AF_NETLINK, SOCK_STREAM, 0, ESOCKTNOSUPPORT, true, 0, 0 },
	{ "netlink-protocol", AF_NETLINK, SOCK_RAW, 31, EPROTONOSUPPORT, true, 0,
	  FEATURE_NETLINK(31) },
	{ "vsock-protocol", AF_VSOCK, SOCK_STREAM, 1, EPROTONOSUPPORT, true,
	  FEATURE_FAMILY(AF_VSOCK), 0 },
	{ "vsock-transport", AF_VSOCK, SOCK_DGRAM, 0, ENODEV, true,
	  FEATURE_FAMILY(AF_VSOCK), FEATURE_VSOCK_DGRAM },
};

static void nothing_left(const void *row)
{
	const struct failure *failure = row;

	if (!failure->capable)
		drop_capability(LINUX_CAP_NET_RAW);
	must(t_socket(failure->domain, failure->type, failure->protocol) ==
		     -failure->error,
	     "the call did not fail as it must");
	expect_errno(EBADF, t_fcntl(lowest_descriptor(), F_GETFD, 0));
}

static void nothing_left_of_ping(const void *row)
{
	const int *call = row;

	must(t_socket(call[0], SOCK_DGRAM, call[1]) == -EACCES,
	     "the call did not fail as it must");
	expect_errno(EBADF, t_fcntl(3, F_GETFD, 0));
}

CASES(nothing_left)
{
	static const int pings[2][2] = { { AF_INET, IPPROTO_ICMP },
					 { AF_INET6, IPPROTO_ICMPV6 } };

	for (size_t i = 0; i < COUNT(failures); i++)
		add_case(.name = name_case("socket.failed.no_descriptor[%s]",
					   failures[i].name),
			 .run_row = nothing_left, .row = &failures[i],
			 .has = { failures[i].has }, .lacks = { failures[i].lacks },
			 .since = failures[i].error == ENODEV ? LINUX(5, 5) : 0,
			 .anywhere = true);
	add_case(.name = "socket.failed.no_descriptor[ping]",
		 .run_row = nothing_left_of_ping, .row = pings[0]);
	add_case(.name = "socket.failed.no_descriptor[ping6]",
		 .run_row = nothing_left_of_ping, .row = pings[1],
		 .has = { FEATURE_FAMILY(AF_INET6) });
}

CASE("socket.failed.no_descriptor[limit]", .anywhere = true)
{
	limit_descriptors(3);
	must(t_socket(AF_INET, SOCK_STREAM, 0) == -EMFILE,
	     "the call did not fail as it must");
	expect_errno(EBADF, t_fcntl(3, F_GETFD, 0));
}

CASE("socket.failed.no_descriptor[cgroup]", .needs = NEEDS_REAL_ROOT | NEEDS_CGROUP,
     .since = LINUX(4, 10))
{
	refuse_sockets_by_cgroup();
	must(t_socket(AF_INET, SOCK_STREAM, 0) == -EPERM,
	     "the call did not fail as it must");
	expect_errno(EBADF, t_fcntl(3, F_GETFD, 0));
}

CASE("socket.failed.no_descriptor[mptcp]", .has = { FEATURE_MPTCP })
{
	set_mptcp_enabled(false);
	must(t_socket(AF_INET, SOCK_STREAM, LINUX_IPPROTO_MPTCP) == -ENOPROTOOPT,
	     "the call did not fail as it must");
	expect_errno(EBADF, t_fcntl(3, F_GETFD, 0));
}

CASE("socket.failed.no_descriptor[packet-type]", .caps = SC_CAP(LINUX_CAP_NET_RAW),
     .has = { FEATURE_FAMILY(AF_PACKET) })
{
	must(t_socket(AF_PACKET, SOCK_STREAM, 0) == -ESOCKTNOSUPPORT,
	     "the call did not fail as it must");
	expect_errno(EBADF, t_fcntl(3, F_GETFD, 0));
}

/* The number that was reserved for the descriptor is given back: the next gets it. */
CASE("socket.failed.no_descriptor[files]", .needs = NEEDS_GUEST)
{
	exhaust_files();
	must(t_socket(AF_INET, SOCK_STREAM, 0) == -ENFILE,
	     "the call did not fail as it must");
	expect_errno(EBADF, t_fcntl(3, F_GETFD, 0));
	allow_files();
	expect_that(t_socket(AF_INET, SOCK_STREAM, 0) == 3,
		    "the number was not given back");
}

/*
 * Nor does it leave a socket behind that no descriptor leads to: the kernel counts them
 * in /proc/net/sockstat.  (Netlink's are freed some time after they are closed.)
 */
static void no_socket(const void *row)
{
	const struct kind *kind = row;
	int before = sockets_in_use();

	limit_descriptors(3);
	for (int i = 0; i < 8; i++)
		must(t_socket(kind->domain, kind->type, kind->protocol) == -EMFILE,
		     "the call did not fail as it must");
	expect_errno(EBADF, t_fcntl(3, F_GETFD, 0));
	limit_descriptors(8);
	expect_that(sockets_in_use() == before, "%d sockets are left of 8 failed calls",
		    sockets_in_use() - before);
}

CASES(no_socket_left)
{
	static const char *const names[] = { "tcp", "udp", "raw-icmp", "tcp6",
					     "unix-stream" };

	for (size_t i = 0; i < COUNT(names); i++) {
		const struct kind *kind = kind_named(names[i]);

		add_case(.name = name_case("socket.failed.no_descriptor[no-socket,%s]",
					   names[i]),
			 .run_row = no_socket, .row = kind, .has = { kind->has },
			 .caps = needs_capability(kind) ? SC_CAP(LINUX_CAP_NET_RAW)
							: 0);
	}
}
