/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_families.h - what calls that have succeeded change of a socket in a world, by
 * family and by option.
 */
#ifndef EXPECTED_WORLD_FAMILIES_H
#define EXPECTED_WORLD_FAMILIES_H

#include "world.h"

/* world_options.c */
void world_set_option(struct world *world, struct world_socket *socket,
		      const struct call *call);

/* world_unix.c */
void world_unix_bind(struct world *world, struct world_socket *socket,
		     const struct call *call);
/* A datagram socket is connected to a name. */
void world_unix_connect(struct world *world, struct world_socket *socket,
			const struct call *call);
/* The listener of its type that a socket would be connected to, or NULL. */
const struct world_socket *world_unix_listener(const struct world *world,
					       const struct world_socket *socket,
					       const struct call *call);
/* Who receives what is sent, or NULL. */
struct world_socket *world_unix_send(struct world *world, struct world_socket *socket,
				     const struct call *call);

/* world_links.c: the families below IP. */
void world_packet_bind(struct world *world, struct world_socket *socket,
		       const struct call *call);
void world_netlink_bind(struct world *world, struct world_socket *socket,
			const struct call *call);
void world_vsock_bind(struct world *world, struct world_socket *socket,
		      const struct call *call);

void world_packet_set_option(struct world_socket *socket, const struct call *call);
/* Delivers to all packet sockets that see it. */
void world_packet_send(struct world *world, struct world_socket *socket,
		       const struct call *call);
/* An interface is set down, which the sockets that are bound to it are told. */
void world_packet_link_down(struct world *world, unsigned int ifindex);
/* The same, and there is no such interface any more. */
void world_packet_link_gone(struct world *world, unsigned int ifindex);
/* The packets that come to it are cut by a filter. */
void world_packet_cut(struct world_socket *socket, unsigned int length);
void world_packet_error_told(struct world_socket *socket, const struct call *call);
void world_netlink_set_option(struct world_socket *socket, const struct call *call);
void world_vsock_set_option(const struct world *world, struct world_socket *socket,
			    const struct call *call);
void world_netlink_connect(struct world *world, struct world_socket *socket);
struct world_socket *world_netlink_send(struct world *world,
					struct world_socket *socket,
					const struct call *call,
					struct world_message *message);

/*
 * world_other.c: families that are not IP.  And for all: the other end of a client's
 * connection, with the listener's name, which waits there to be accepted; NULL where
 * the world keeps no more sockets.
 */
struct world_socket *world_add_child(struct world *world, struct world_socket *client,
				     const struct world_socket *listener);
void world_other_connect(struct world *world, struct world_socket *socket,
			 const struct call *call);
void world_other_listen(struct world *world, struct world_socket *socket);
void world_other_name_told(struct world_socket *socket, const struct result *result);

#endif
