/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_other.c - what calls on sockets that are not of the IP families change.
 */
#include <string.h>

#include "constants.h"
#include "world_families.h"
#include "world_unix_queue.h"

/* A listener of this family, if there is one: enough to know what is accepted. */
static const struct world_socket *listener_of(const struct world *world, int domain)
{
	for (unsigned int i = 0; i < world->socket_count; i++)
		if (world->sockets[i].domain == domain &&
		    world->sockets[i].state == SOCKET_LISTENING)
			return &world->sockets[i];
	return NULL;
}

struct world_socket *world_add_child(struct world *world, struct world_socket *client,
				     const struct world_socket *listener)
{
	struct world_socket *child = &world->sockets[world->socket_count];

	if (world->socket_count == WORLD_SOCKETS)
		return NULL;
	*child = *listener;
	world->socket_count++;
	child->id = ++world->sockets_made;
	child->fd = -1;
	child->file = (struct world_file){ 0 };
	child->state = SOCKET_CONNECTED;
	child->listener = listener->id;
	child->peer = client->id;
	client->peer = child->id;
	/* unix_stream_connect() makes a new one; unix_sock_inherit_flags() gives it
	 * what the listener passes of credentials, and nothing else. */
	if (child->domain == AF_UNIX) {
		child->urgent_inline = child->timestamps = child->peeks_at = false;
		child->receive_timeout = false;
		child->low_water = 0;
	}
	return child;
}

void world_other_connect(struct world *world, struct world_socket *socket,
			 const struct call *call)
{
	const struct world_socket *listener = NULL;
	sa_family_t family;

	if (socket->domain == AF_UNIX)
		listener = world_unix_listener(world, socket, call);
	if (!listener)
		listener = listener_of(world, socket->domain);

	memcpy(&family, call->address.bytes, sizeof(family));
	if (family == AF_UNSPEC) {
		if (socket->domain == AF_UNIX)
			world_unix_leave(world, socket, 0);
		socket->state = SOCKET_UNCONNECTED;
		return;
	}
	if (socket->domain == AF_UNIX)
		world_unix_autobind(socket);
	socket->state = SOCKET_CONNECTED;
	if (socket->domain == AF_NETLINK)
		world_netlink_connect(world, socket);
	if (socket->type != SOCK_DGRAM && listener)
		world_add_child(world, socket, listener);
	else if (socket->domain == AF_UNIX)
		world_unix_connect(world, socket, call);
}

void world_other_listen(struct world *world, struct world_socket *socket)
{
	(void)world;
	socket->state = SOCKET_LISTENING;
}

void world_other_name_told(struct world_socket *socket, const struct result *result)
{
	/* Of a name that was cut, no more is known. */
	if (!socket->name_open || result->length > sizeof(socket->name) ||
	    result->told > result->length)
		return;
	socket->name_length = result->length;
	memcpy(socket->name, result->bytes, result->length);
	socket->name_open = false;
}
