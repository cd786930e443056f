/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ping.h - what is set or made before an ICMP echo socket is bound.
 */
#ifndef CASES_BIND_PING_H
#define CASES_BIND_PING_H

#include "given.h"

#define ID 5000

/* What is set before bind(2), or wrong besides the address. */
enum {
	FREEBIND = 1 << 0,	   /* IP_FREEBIND, or that of IPv6 */
	TRANSPARENT = 1 << 1,	   /* IP_TRANSPARENT, or that of IPv6 */
	ON_LO = 1 << 4,		   /* SO_BINDTODEVICE "lo" */
	ON_SECOND = 1 << 6,	   /* SO_BINDTODEVICE to that */
	BOUND = 1 << 8,		   /* the socket is bound, to the identifier 6000 */
	BOUND_ANY = 1 << 9,	   /* or to one that the kernel chose */
	CONNECTED = 1 << 10,	   /* connected, without having been bound */
	TAKEN = 1 << 11,	   /* another socket has ID, with any address */
	TAKEN_ELSEWHERE = 1 << 12, /* with another address, of the other family */
	REUSE = 1 << 13,	   /* SO_REUSEADDR on it, then: else it is taken off */
	REUSE_OTHER = 1 << 14,	   /* SO_REUSEADDR on the other: likewise */
	REUSEPORT = 1 << 15,	   /* SO_REUSEPORT on both */
	UDP_HAS_IT = 1 << 16,	   /* a UDP socket has the port */
	OTHER_DEVICE = 1 << 19,	   /* the other is bound to the second interface */
	AS_MADE = 1 << 20, /* SO_REUSEADDR of both is as socket(2) left it: on */
};

static inline int echo_socket(int domain)
{
	return must_socket(domain, SOCK_DGRAM,
			   domain == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);
}

static inline struct address any_of(int domain, unsigned int port)
{
	return ip_address(domain == AF_INET ? "0.0.0.0" : "::", port);
}

static inline struct address local_of(int domain, unsigned int port)
{
	return ip_address(domain == AF_INET ? "127.0.0.1" : "::1", port);
}

/* An echo socket is for those that the setting names. */
static inline void prepare_echo(int domain, unsigned int given)
{
	set_ping_group_range(0, 0);
	prepare_network(domain, given);
}

/* Another socket that has the identifier, or has its number otherwise. */
static inline void prepare_other(int domain, unsigned int given)
{
	int other_domain = domain == AF_INET ? AF_INET6 : AF_INET;
	int fd;

	if (given & UDP_HAS_IT)
		must_bind(must_socket(domain, SOCK_DGRAM, 0), local_of(domain, ID));
	if (!(given & (TAKEN | TAKEN_ELSEWHERE)))
		return;
	fd = echo_socket(given & TAKEN ? domain : other_domain);
	if (!(given & AS_MADE))
		must_option(fd, SOL_SOCKET, SO_REUSEADDR, !!(given & REUSE_OTHER));
	if (given & REUSEPORT)
		must_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (given & OTHER_DEVICE)
		must_device(fd, "second");
	must_bind(fd, given & TAKEN ? any_of(domain, ID) : any_of(other_domain, ID));
}

static inline int prepare_socket(int domain, unsigned int given)
{
	int level = domain == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
	int fd = echo_socket(domain);

	if (given & FREEBIND)
		must_option(fd, level,
			    domain == AF_INET ? IP_FREEBIND : LINUX_IPV6_FREEBIND, 1);
	if (given & TRANSPARENT)
		must_option(fd, level,
			    domain == AF_INET ? IP_TRANSPARENT : LINUX_IPV6_TRANSPARENT,
			    1);
	if (given & (TAKEN | TAKEN_ELSEWHERE) && !(given & AS_MADE))
		must_option(fd, SOL_SOCKET, SO_REUSEADDR, !!(given & REUSE));
	if (given & REUSEPORT)
		must_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (given & ON_LO)
		must_device(fd, "lo");
	if (given & ON_SECOND)
		must_device(fd, "second");
	if (given & BOUND)
		must_bind(fd, local_of(domain, 6000));
	if (given & BOUND_ANY)
		must_bind(fd, local_of(domain, 0));
	if (given & CONNECTED)
		must_connect(fd, local_of(domain, 0));
	return fd;
}

#endif
