/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * created.c - what a socket that socket(2) has just made is, whatever the settings: its
 * options, and what it is as a file.
 */
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/xattr.h>

#include "created.h"

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

/* In its file system, a file has one attribute of the system's, which tells the name of
 * its protocol: sockfs_listxattr(), sockfs_xattr_get().  A security module lists its
 * own before it. */
#define ATTRIBUTE "system.sockprotoname"

static bool is_listed(const char *wanted, const char *names, ssize_t length)
{
	for (const char *name = names; name < names + length; name += strlen(name) + 1)
		if (!strcmp(name, wanted))
			return true;
	return false;
}

CASE("socket.new.statfs_type[unix,attribute]", .has = { FEATURE_FAMILY(AF_UNIX) },
     .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);
	char names[512] = "", value[64] = "";

	expect_value(LINUX_SOCKFS_MAGIC, t_fstatfs(fd));
	if (target_waits_not())
		return;
	expect_that(is_listed(ATTRIBUTE, names, flistxattr(fd, names, sizeof(names))),
		    "it has no attribute of that name");
	/* Since Linux 5.15, streams have a name of their own. */
	expect_that(fgetxattr(fd, ATTRIBUTE, value, sizeof(value) - 1) > 0 &&
			    !strncmp(value, "UNIX", 4),
		    "its protocol is told to be \"%s\"", value);
}

/* proc(5): /proc/net/unix "lists the UNIX domain sockets present within the system":
 * also those without a name, by the number of their file. */
static bool stands_in_list(long number)
{
	FILE *file = fopen("/proc/thread-self/net/unix", "re");
	char line[512];
	bool found = false;
	long told;

	if (!file)
		sc_skip("needs /proc/net/unix");
	while (!found && fgets(line, sizeof(line), file))
		found = sscanf(line, "%*s %*s %*s %*s %*s %*s %ld", &told) == 1 &&
			told == number;
	fclose(file);
	return found;
}

CASE("socket.new.stat_ino[unix,in-list]", .types = SC_STREAM | SC_DGRAM | SC_SEQPACKET,
     .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int fd = must_socket(AF_UNIX, sc_type, 0);
	long number = expect_positive(t_fstat(fd, STAT_INO));

	expect_that(target_waits_not() || stands_in_list(number),
		    "it does not stand in /proc/net/unix");
}

/* proc(5)'s /proc/pid/fdinfo has a line of AF_UNIX's own: how many descriptors wait. */
static int descriptors_waiting(int fd)
{
	char path[64], line[128];
	int count = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/thread-self/fdinfo/%d", fd);
	file = fopen(path, "re");
	if (!file)
		sc_skip("needs /proc/pid/fdinfo");
	while (fgets(line, sizeof(line), file))
		sscanf(line, "scm_fds: %d", &count);
	fclose(file);
	return count;
}

CASE("socket.new.stat_size[unix,descriptors-waiting]", .since = LINUX(5, 6),
     .types = SC_STREAM | SC_DGRAM | SC_SEQPACKET, .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	expect_value(0, t_fstat(fd, STAT_SIZE));
	expect_that(target_waits_not() || !descriptors_waiting(fd),
		    "%d descriptors wait at a new socket", descriptors_waiting(fd));
}

/* Each counts once. */
static const struct counted_row {
	const char *name, *protocol, *created;
	int domain, type, number;
	unsigned long long caps;
} counted_rows[] = {
	{ "unix-dgram", "UNIX", "unix", AF_UNIX, SOCK_DGRAM, 0, 0 },
	{ "netlink", "NETLINK", "netlink", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, 0 },
	{ "packet", "PACKET", "packet", AF_PACKET, SOCK_RAW, 0,
	  SC_CAP(LINUX_CAP_NET_RAW) },
};

static void counts_once(const void *data)
{
	const struct counted_row *row = data;
	long before = target_waits_not() ? 0 : sockets_of(row->protocol), after;

	expect_descriptor(t_socket(row->domain, row->type, row->number));
	after = target_waits_not() ? 1 : sockets_of(row->protocol);
	expect_that(after == before + 1, "there were %ld sockets of %s, and are %ld",
		    before, row->protocol, after);
}

CASES(counted_rows)
{
	for (size_t i = 0; i < COUNT(counted_rows); i++)
		add_case(.name = name_case("socket.%s.created[counted-once]",
					   counted_rows[i].created),
			 .run_row = counts_once, .row = &counted_rows[i],
			 .caps = counted_rows[i].caps,
			 .has = { FEATURE_FAMILY(counted_rows[i].domain) });
}

/* do_ip_setsockopt(), do_ipv6_setsockopt(): what has connections joins no group, which
 * ip(7) says of none. */
CASE("socket.inet.created[joins-group]", .types = SC_STREAM | SC_DGRAM)
{
	struct ip_mreq group = { { htonl(0xe0000105) }, { htonl(0x7f000001) } };
	int fd = expect_descriptor(t_socket(AF_INET, sc_type, 0));
	long came =
		t_setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group));

	expect_that(target_waits_not() ||
			    came == (sc_type == SOCK_STREAM ? -EPROTO : 0),
		    "setsockopt(2) of IP_ADD_MEMBERSHIP gives %ld", came);
}

CASE("socket.inet6.created[joins-group]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct ipv6_mreq group = { { { { 0xff, 0x02, [15] = 5 } } }, 1 };
	int fd = expect_descriptor(t_socket(AF_INET6, sc_type, 0));
	long came =
		t_setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &group, sizeof(group));

	expect_that(target_waits_not() ||
			    came == (sc_type == SOCK_STREAM ? -EPROTO : 0),
		    "setsockopt(2) of IPV6_JOIN_GROUP gives %ld", came);
}

/* IP_PKTOPTIONS tells what the options of ip(7) would tell of the last packet of a
 * connection: before there is any, the type of service is 0. */
static void no_packet_yet(int domain)
{
	int tos = -1, fd = expect_descriptor(t_socket(domain, SOCK_STREAM, 0));
	_Alignas(struct cmsghdr) unsigned char control[CMSG_SPACE(sizeof(int))] = { 0 };
	socklen_t length = sizeof(control);
	struct cmsghdr header;

	need_own_control_layout();
	must_option(fd, IPPROTO_IP, IP_RECVTOS, 1);
	sc_must(SC_LINE, t_getsockopt(fd, IPPROTO_IP, IP_PKTOPTIONS, control, &length),
		"getsockopt(2) of IP_PKTOPTIONS");
	if (target_waits_not())
		return;
	memcpy(&header, control, sizeof(header));
	memcpy(&tos, control + CMSG_LEN(0), sizeof(tos));
	expect_that(header.cmsg_level == IPPROTO_IP && header.cmsg_type == IP_TOS &&
			    !tos,
		    "a control message %d of level %d: %d", header.cmsg_type,
		    header.cmsg_level, tos);
}

CASE("socket.inet.created[packet-options]")
{
	no_packet_yet(AF_INET);
}

CASE("socket.inet6.created[packet-options]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	no_packet_yet(AF_INET6);
}

/* IP_MULTICAST_IF: "the local device for a multicast socket", of which a new one has
 * none; where no route leads to the group, it is not reached. */
static void has_no_device(int domain, const char *text)
{
	int fd = expect_descriptor(t_socket(domain, SOCK_DGRAM, 0));
	struct address group = ip_address(text, 5000);
	long came = t_sendto(fd, "data", 4, 0, group.bytes, group.length);

	expect_that(target_waits_not() || came == -ENETUNREACH,
		    "sendto(2) to a group gives %ld", came);
}

CASE("socket.inet.created[no-device-for-groups]")
{
	has_no_device(AF_INET, "224.0.1.5");
}

CASE("socket.inet6.created[no-device-for-groups]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	has_no_device(AF_INET6, "::ffff:224.0.1.5");
}
