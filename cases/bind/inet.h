/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * inet.h - what is made of a socket or its network before bind(2) to an IPv4 address.
 */
#ifndef CASES_BIND_INET_H
#define CASES_BIND_INET_H

#include "sockcheck.h"

#define PORT 5000

static const struct type {
	const char *name;
	int type;
} types[] = {
	{ "stream", SOCK_STREAM },
	{ "dgram", SOCK_DGRAM },
};

/* A row of any of the tables below, on a socket of one type. */
struct typed {
	const void *row;
	int type;
};

static inline const struct typed *of_type(const struct type *type, const void *row)
{
	struct typed made = { row, type->type };

	return keep_row(&made, sizeof(made));
}

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
