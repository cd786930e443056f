/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_ports.h - ports that the kernel has chosen, and who tells them.
 */
#ifndef EXPECTED_WORLD_PORTS_H
#define EXPECTED_WORLD_PORTS_H

#include "world.h"

/* Where the port in a name of the IP families stands. */
#define WORLD_PORT_AT 2

/* getsockname(2) has told the socket's name. */
void world_ip_name_told(struct world *world, struct world_socket *socket,
			const struct result *result);

/* A call that receives has told the sender of the first message that waits. */
void world_ip_sender_told(struct world *world, const struct world_socket *receiver,
			  const struct call *call, const struct result *result);

/* The socket gives its port up: what it has sent tells it no more. */
void world_ip_port_given_up(struct world *world, const struct world_socket *socket);

#endif
