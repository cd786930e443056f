/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_ports.c - ports that the kernel has chosen.  Nobody knows one until it is told:
 * by getsockname(2), or to who receives what was sent from it.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "world_datagrams.h"
#include "world_ports.h"

/* Calls visit with each message that waits and whose sender's port was not told. */
static void visit_untold(struct world *world, unsigned int sender,
			 void (*visit)(struct world *world,
				       struct world_message *message, in_port_t port),
			 in_port_t port)
{
	for (unsigned int i = 0; i < world->socket_count; i++)
		for (unsigned int k = 0; k < world->sockets[i].queued; k++) {
			struct world_message *message = &world->sockets[i].queue[k];

			if (message->port_open && message->sender == sender)
				visit(world, message, port);
		}
}

static void tell(struct world *world, struct world_message *message, in_port_t port)
{
	if (message->name_start + message->name_length <= WORLD_BYTES)
		memcpy(world->bytes + message->name_start + WORLD_PORT_AT, &port,
		       sizeof(port));
	message->port_open = false;
}

static void forget(struct world *world, struct world_message *message, in_port_t port)
{
	(void)world;
	(void)port;
	message->sender = 0;
}

static void take(struct world *world, struct world_socket *socket,
		 const struct result *result)
{
	in_port_t port;

	if (!socket->port_open || result->length < WORLD_PORT_AT + sizeof(port))
		return;
	memcpy(&port, result->bytes + WORLD_PORT_AT, sizeof(port));
	socket->port = ntohs(port);
	socket->port_open = false;
	visit_untold(world, socket->id, tell, port);
}

void world_ip_name_told(struct world *world, struct world_socket *socket,
			const struct result *result)
{
	take(world, socket, result);
}

void world_ip_sender_told(struct world *world, const struct world_socket *receiver,
			  const struct call *call, const struct result *result)
{
	const struct world_message *first = &receiver->queue[0];
	struct world_socket *sender;
	unsigned int skipped;

	if (receiver->peeks_at && call->message.flags & MSG_PEEK)
		first = world_peeked(receiver, &skipped);
	if (!receiver->queued || !first || !first->port_open ||
	    !call->message.name_wanted || call->message.flags & MSG_ERRQUEUE)
		return;
	sender = world_socket_by_id(world, first->sender);
	if (sender)
		take(world, sender, result);
}

void world_ip_port_given_up(struct world *world, const struct world_socket *socket)
{
	visit_untold(world, socket->id, forget, 0);
}
