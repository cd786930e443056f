/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_messages.h - what waits at a socket to be received, whatever the family: how it
 * comes there, and what a call that receives takes of it.
 */
#ifndef EXPECTED_WORLD_MESSAGES_H
#define EXPECTED_WORLD_MESSAGES_H

#include "world.h"

/* Is it a stream of bytes, so that a call takes as many as it asks for, whatever the
 * calls that sent them? */
bool world_is_stream(const struct world_socket *socket);

/* How many bytes a call could take at most. */
unsigned int world_waiting(const struct world_socket *socket);

/* Does something wait that a call would give?  What it takes may lie behind the first
 * message, where AF_UNIX is asked to peek at an offset. */
bool world_gives(const struct world_socket *socket, const struct call *call);

/* Keeps bytes; where they start in world.bytes, which they do not where there is no
 * room for them. */
unsigned int world_keep(struct world *world, const unsigned char *bytes,
			unsigned int length);

/* Puts a message, whose name is set where it has one, at the end of a queue. */
void world_deliver(struct world *world, struct world_socket *receiver,
		   struct world_message *message, const unsigned char *payload,
		   size_t length);

/* So many bytes of a stream are gone. */
void world_take_bytes(struct world_socket *receiver, unsigned int count);

/* So many bytes have been peeked at (or, negative, taken): the offset of SO_PEEK_OFF
 * moves, where there is one. */
void world_move_peek(struct world_socket *socket, long by);

/* A call has sent something; has received so many bytes; has failed to receive; has
 * ended what the socket sends to the other end; is about to close it. */
void world_send(struct world *world, struct world_socket *sender,
		const struct call *call);
void world_send_failed(struct world *world, struct world_socket *sender,
		       const struct call *call, int error);
void world_receive(struct world_socket *receiver, const struct call *call, long value);
/* recvmmsg(2) has received so many messages. */
void world_receive_several(struct world_socket *receiver, const struct call *call,
			   long count);
void world_receive_failed(const struct world *world, struct world_socket *receiver,
			  const struct call *call, int error);
/* Was a call that receives refused for its arguments, before the socket was asked? */
bool world_never_asked(const struct world *world, const struct call *call, int error);
void world_end(struct world *world, struct world_socket *sender);
void world_hang_up(struct world *world, struct world_socket *closed);

#endif
