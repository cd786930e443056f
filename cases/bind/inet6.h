/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * inet6.h - what is made of a socket or its network before bind(2) to an IPv6 address.
 */
#ifndef CASES_BIND_INET6_H
#define CASES_BIND_INET6_H

#include <string.h>

#include "types.h"

/* An index that no interface has, and that of lo. */
#define NOBODY 99
#define LO     1

static inline void ip_freebind(int fd)
{
	must_option(fd, IPPROTO_IP, IP_FREEBIND, 1);
}

static inline void v6only(int fd)
{
	must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
}

static inline void v6only_off(int fd)
{
	must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
}

static inline void lo_link_local(int fd)
{
	(void)fd;
	add_local_address("lo", "fe80::1", 64);
}

static inline void lo_global(int fd)
{
	(void)fd;
	add_local_address("lo", "fd00::1", 64);
}

static inline void on_lo(int fd)
{
	must_device(fd, "lo");
}

static inline void on_lo_link_local(int fd)
{
	add_local_address("lo", "fe80::1", 64);
	must_device(fd, "lo");
}

static inline void left_to_lo(int fd)
{
	add_local_address("lo", "fe80::1", 64);
	must(bind_to(fd, inet6_scoped("fe80::2", PORT, LO)) == -EADDRNOTAVAIL,
	     "fe80::2 is local");
}

#define BOTH		(SC_STREAM | SC_DGRAM)
#define CAN_TRANSPARENT (SC_CAP(LINUX_CAP_NET_ADMIN) | SC_CAP(LINUX_CAP_NET_RAW))

static inline bool has_type(const struct type *type, unsigned int wanted)
{
	return wanted & (type->type == SOCK_STREAM ? SC_STREAM : SC_DGRAM);
}

static inline struct address with_flowinfo(struct address address)
{
	memset(address.bytes + offsetof(struct sockaddr_in6, sin6_flowinfo), 0xff, 4);
	return address;
}

#endif
