/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_tcp.h - streams of the IP families in a world: what waits, the urgent byte, how
 * a connection ends, and what a call that receives comes to.
 */
#ifndef EXPECTED_WORLD_TCP_H
#define EXPECTED_WORLD_TCP_H

#include "world.h"

/* Is it a stream of TCP, or of MPTCP? */
bool world_is_tcp(const struct world_socket *socket);

/* What a call that receives finds in the stream, as things stand. */
struct tcp_reading {
	unsigned int start; /* of the bytes that wait, the first that it takes */
	unsigned int count; /* so many it takes */
	bool skipped;	    /* the byte before them is urgent, and is left out */
	bool at_mark;	    /* it stops before an urgent byte, short of what is asked */
};

void world_tcp_read(const struct world_socket *socket, const struct call *call,
		    struct tcp_reading *reading);

/* Would the call wait (for more), as far as it is the socket that says so? */
bool world_tcp_waits(const struct world_socket *socket, const struct call *call);

/* How many bytes it waits for: all with MSG_WAITALL, else SO_RCVLOWAT. */
unsigned int world_tcp_wanted(const struct world_socket *socket,
			      const struct call *call);

/* The socket as the call leaves its wait: with what comes to it meanwhile, if it waits
 * and something comes. */
void world_tcp_after_wait(const struct world *world, const struct call *call,
			  struct world_socket *after);

/* What calls change. */
void world_tcp_connect(struct world *world, struct world_socket *socket,
		       const struct call *call);
void world_tcp_connect_failed(struct world *world, struct world_socket *socket,
			      const struct call *call, int error);
void world_tcp_send(struct world *world, struct world_socket *sender,
		    const struct call *call);
/* A call that receives has given so many bytes, or a negative errno. */
void world_tcp_receive(struct world *world, struct world_socket *receiver,
		       const struct call *call, long value);
void world_tcp_close(struct world *world, struct world_socket *closed);
/* The connections that wait at a listener end with it: inet_csk_listen_stop(). */
void world_tcp_end_listener(struct world *world, const struct world_socket *listener);
void world_tcp_set_option(struct world_socket *socket, const struct call *call);

/* How much is told with the time of sending, at least (SOF_TIMESTAMPING_OPT_STATS): a
 * list of attributes that grows from release to release. */
#define TCP_STATISTICS 100

#endif
