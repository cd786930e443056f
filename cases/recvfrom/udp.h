/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * udp.h - the ports of cases of UDP, and its sockets.
 */
#ifndef CASES_RECVFROM_UDP_H
#define CASES_RECVFROM_UDP_H

#include "ip.h"

#define PORT  4060
#define FROM  4061
#define OTHER 4062

static inline int bound_at(const struct version *version, struct address address)
{
	int fd = must_socket(version->domain, SOCK_DGRAM, 0);

	must_bind(fd, address);
	return fd;
}

#endif
