/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * inet.h - what is made of a socket or its network before bind(2) to an IPv4 address.
 */
#ifndef CASES_BIND_INET_H
#define CASES_BIND_INET_H

#include "types.h"

/* What is made so before the call; each gets the socket. */
static inline void freebind(int fd)
{
	must_option(fd, IPPROTO_IP, IP_FREEBIND, 1);
}

static inline void lo_subnet(int fd)
{
	(void)fd;
	add_local_address("lo", "192.0.2.1", 24);
}

#endif
