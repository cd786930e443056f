/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_carried.h - what packets of IP carry besides the fields of their header:
 * options of IPv4, extension headers of IPv6, a mark.
 */
#ifndef EXPECTED_WORLD_CARRIED_H
#define EXPECTED_WORLD_CARRIED_H

#include "world_ip.h"

/* setsockopt(2) of what the socket's packets shall carry; false for other options. */
bool world_carry_option(struct world_socket *socket, const struct call *call);

/* What a packet of the socket from and to these addresses comes with. */
struct world_carried world_carried_by(const struct world_socket *sender,
				      const unsigned char *from,
				      const unsigned char *to);

/* How long an extension header says that it is, in bytes. */
static inline unsigned int extension_length(const unsigned char *bytes)
{
	return (bytes[1] + 1U) * 8;
}

/* Adds an extension header, which names the one that is next; it is no longer than is
 * kept of one. */
void world_carry_extension(struct world_carried *carried, unsigned char kind,
			   const unsigned char *bytes);

/* The length of the longest fragment that a datagram of UDP is sent in over lo, of
 * which this is the MTU; 0 where it is sent whole. */
unsigned int world_fragment(const struct world *world, bool v4, size_t length);

#endif
