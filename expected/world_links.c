/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_links.c - AF_PACKET, AF_NETLINK and AF_VSOCK in a world: what bind(2) changes.
 */
#include <string.h>

#include "constants.h"
#include "world_families.h"

void world_packet_bind(struct world *world, struct world_socket *socket,
		       const struct call *call)
{
	(void)world;
	(void)socket;
	(void)call;
}

void world_netlink_bind(struct world *world, struct world_socket *socket,
			const struct call *call)
{
	(void)world;
	(void)socket;
	(void)call;
}

void world_vsock_bind(struct world *world, struct world_socket *socket,
		      const struct call *call)
{
	(void)world;
	(void)socket;
	(void)call;
}
