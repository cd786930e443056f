/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * kinds.h - sockets of each kind that can receive, connected where they must be, and to
 * which nobody has sent anything.
 */
#ifndef CASES_RECVFROM_KINDS_H
#define CASES_RECVFROM_KINDS_H

#include "sockcheck.h"

#define PORT	  4010
#define NEEDS_RAW SC_CAP(LINUX_CAP_NET_RAW)

/* A socket that may receive, and to which nobody sends. */
struct kind {
	const char *name;
	const char *rules; /* the second part of its rules' names */
	int domain;
	int type;
	int protocol;
	unsigned long long caps;
	bool connected;
	int feature; /* besides the family */
};

static const struct kind kinds[] = {
	{ "udp", "ip", AF_INET, SOCK_DGRAM, 0, 0, false, 0 },
	{ "udp6", "ip", AF_INET6, SOCK_DGRAM, 0, 0, false, 0 },
	{ "udplite", "ip", AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE, 0, false,
	  FEATURE_UDPLITE },
	{ "udp,connected", "ip", AF_INET, SOCK_DGRAM, 0, 0, true, 0 },
	{ "udp6,connected", "ip", AF_INET6, SOCK_DGRAM, 0, 0, true, 0 },
	{ "raw", "ip", AF_INET, SOCK_RAW, IPPROTO_ICMP, NEEDS_RAW, false, 0 },
	{ "raw6", "ip", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, NEEDS_RAW, false, 0 },
	{ "ping", "ip", AF_INET, SOCK_DGRAM, IPPROTO_ICMP, 0, false, 0 },
	{ "ping6", "ip", AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6, 0, false, 0 },
	{ "tcp", "tcp", AF_INET, SOCK_STREAM, 0, 0, true, 0 },
	{ "tcp6", "tcp", AF_INET6, SOCK_STREAM, 0, 0, true, 0 },
	{ "unix-dgram", "unix", AF_UNIX, SOCK_DGRAM, 0, 0, false, 0 },
	{ "unix-dgram,pair", "unix", AF_UNIX, SOCK_DGRAM, 0, 0, true, 0 },
	{ "unix-stream", "unix", AF_UNIX, SOCK_STREAM, 0, 0, true, 0 },
	{ "unix-seqpacket", "unix", AF_UNIX, SOCK_SEQPACKET, 0, 0, true, 0 },
	{ "packet-raw", "packet", AF_PACKET, SOCK_RAW, 0, NEEDS_RAW, false, 0 },
	{ "packet-dgram", "packet", AF_PACKET, SOCK_DGRAM, 0, NEEDS_RAW, false, 0 },
	{ "netlink-raw", "netlink", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, 0, false, 0 },
	{ "netlink-dgram", "netlink", AF_NETLINK, SOCK_DGRAM, NETLINK_USERSOCK, 0,
	  false, 0 },
};

static inline bool is_ping(const struct kind *kind)
{
	return kind->type == SOCK_DGRAM &&
	       (kind->protocol == IPPROTO_ICMP || kind->protocol == IPPROTO_ICMPV6);
}

/* An address of this host; of AF_UNIX, one that the kernel chooses. */
static inline struct address local(int domain)
{
	if (domain == AF_UNIX)
		return family_only(AF_UNIX, sizeof(sa_family_t));
	return ip_address(domain == AF_INET ? "127.0.0.1" : "::1", PORT);
}

/* One end of a connection over lo; the other stays open. */
static inline int connected_stream(const struct kind *kind)
{
	int listener = must_socket(kind->domain, SOCK_STREAM, 0), fd;

	must_bind(listener, local(kind->domain));
	must_listen(listener);
	fd = must_socket(kind->domain, SOCK_STREAM, 0);
	must_connect(fd, local(kind->domain));
	must_accept(listener);
	return fd;
}

static inline int connected(const struct kind *kind)
{
	int fd, fds[2];

	if (kind->domain == AF_UNIX) {
		sc_must(SC_LINE, t_socketpair(AF_UNIX, kind->type, 0, fds),
			"socketpair(2)");
		return fds[0];
	}
	if (kind->type == SOCK_STREAM)
		return connected_stream(kind);
	fd = must_socket(kind->domain, kind->type, kind->protocol);
	must_connect(fd,
		     ip_address(kind->domain == AF_INET ? "127.0.0.1" : "::1", PORT));
	return fd;
}

static inline int open_kind(const struct kind *kind)
{
	if (is_ping(kind))
		set_ping_group_range(0, 0);
	return kind->connected ? connected(kind)
			       : must_socket(kind->domain, kind->type, kind->protocol);
}

#endif
