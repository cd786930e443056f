/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_unix_queue.h - what waits at sockets of AF_UNIX: what a call takes of it, and
 * how sending, receiving, naming and closing change it.
 */
#ifndef EXPECTED_WORLD_UNIX_QUEUE_H
#define EXPECTED_WORLD_UNIX_QUEUE_H

#include "world.h"

/* Why a call on a stream takes no more, though it was asked for more. */
enum unix_stop {
	STOP_NOT,	  /* nothing else waits, or as much as it asked for has come */
	STOP_RIGHTS,	  /* behind descriptors that were passed */
	STOP_CREDENTIALS, /* before what another has sent */
	STOP_MARK,	  /* before the out-of-band byte */
	STOP_FAULT,	  /* before what cannot be written to the buffer */
};

/* What a call that receives, without MSG_OOB, takes. */
struct unix_take {
	bool found;		  /* there is something: maybe an empty message */
	unsigned int first, last; /* the messages, by their places in the queue */
	unsigned int skipped;	  /* bytes of the first that are left out */
	unsigned int bytes;	  /* that are written */
	bool fault;		  /* not even the first could be written */
	enum unix_stop stop;
	const struct world_message *rights; /* the one whose descriptors come */
};

struct unix_take world_unix_take(const struct world_socket *on,
				 const struct call *call);

/* The place of the first message that is not only the mark of an out-of-band byte. */
unsigned int world_unix_front(const struct world_socket *on);

/* The out-of-band byte that waits apart from the stream, or NULL. */
const struct world_message *world_unix_urgent(const struct world_socket *on);

/* How many bytes a call on a stream waits for: SO_RCVLOWAT, MSG_WAITALL. */
unsigned int world_unix_target(const struct world_socket *on, const struct call *call);

/* A call has sent something; has failed to; has received; has failed to: late, where it
 * had found something by then, and not at its arguments. */
void world_unix_sent(struct world *world, struct world_socket *sender,
		     const struct call *call);
void world_unix_send_failed(struct world *world, struct world_socket *sender,
			    const struct call *call, int error);
void world_unix_receive(struct world *world, struct world_socket *on,
			const struct call *call, const struct result *result);
void world_unix_receive_failed(struct world_socket *on, const struct call *call,
			       int error, bool late);

/* The socket gets a name that the kernel chooses, where it has none and wants
 * credentials. */
void world_unix_autobind(struct world_socket *socket);
/* It may have got a name, which is told of what it has sent, too. */
void world_unix_named(struct world *world, const struct world_socket *socket);
/* A datagram socket leaves its peer for another, or (0) none. */
void world_unix_leave(struct world *world, struct world_socket *socket,
		      unsigned int peer);
/* It is about to be closed. */
void world_unix_hang_up(struct world *world, const struct world_socket *closed);

#endif
