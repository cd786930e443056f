/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * created.h - every kind of socket, and what a new one of it is: for the cases of what
 * socket(2) has made.
 */
#ifndef CASES_SOCKET_CREATED_H
#define CASES_SOCKET_CREATED_H

#include <string.h>

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

static inline const struct kind *kind_named(const char *name)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

static inline bool is_ping(const struct kind *kind)
{
	return kind->so_type == SOCK_DGRAM &&
	       (kind->protocol == IPPROTO_ICMP || kind->protocol == IPPROTO_ICMPV6);
}

/* The release that the kind is for: vsock has sequenced packets since 5.14. */
static inline int since_of(const struct kind *kind)
{
	bool young = kind->so_domain == AF_VSOCK && kind->so_type == SOCK_SEQPACKET;

	return young ? LINUX(5, 14) : 0;
}

static inline bool needs_capability(const struct kind *kind)
{
	return kind->so_domain == AF_PACKET ||
	       (kind->so_type == SOCK_RAW && kind->so_domain != AF_NETLINK);
}

static inline int must_make(const struct kind *kind)
{
	if (is_ping(kind))
		set_ping_group_range(0, 0);
	/* Some distributions have it off by default. */
	if (kind->protocol == LINUX_IPPROTO_MPTCP)
		set_mptcp_enabled(true);
	return must_socket(kind->domain, kind->type, kind->protocol);
}

static inline void add(const char *rule, const struct kind *kind,
		       void (*run)(const void *))
{
	add_case(.name = name_case("socket.new.%s[%s]", rule, kind->name),
		 .run_row = run, .row = kind,
		 .has = { kind->has, FEATURE_FAMILY(kind->so_domain) },
		 .since = since_of(kind),
		 .caps = needs_capability(kind) ? SC_CAP(LINUX_CAP_NET_RAW) : 0,
		 .anywhere = !is_ping(kind) && kind->protocol != LINUX_IPPROTO_MPTCP);
}

#endif
