/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_poll.h - what can be done with a socket at once, as poll(2), select(2) and
 * epoll_wait(2) tell it.
 */
#ifndef EXPECTED_WORLD_POLL_H
#define EXPECTED_WORLD_POLL_H

#include "world.h"

/* Is a connection waiting at a socket that listens? */
bool world_connection_waits(const struct world *world,
			    const struct world_socket *listener);

/* Does nothing come any more, and can nothing be sent, on a connection or for shutdown?
 */
bool world_receives_no_more(const struct world_socket *socket);
bool world_sends_no_more(const struct world_socket *socket);

/* Does enough wait to be read?  SO_RCVLOWAT. */
bool world_waits_enough(const struct world_socket *socket);

/* All events of poll(2) that hold of the socket, POLLIN and so on. */
unsigned int world_poll(const struct world *world, const struct world_socket *socket);

/* A socket has been shut down; or is about to be closed. */
void world_poll_shut(struct world *world, struct world_socket *socket, int how);
void world_poll_hang_up(struct world *world, struct world_socket *socket);

/* What an epoll instance would report of an interest now; 0 for nothing. */
unsigned int world_interest_events(const struct world *world,
				   const struct world_interest *interest);

/* The interest of an epoll instance in the socket behind a descriptor, or NULL. */
const struct world_interest *world_interest(const struct world *world, int epoll,
					    int fd);

/* epoll_ctl(2) and epoll_wait(2) have succeeded, the latter with so many events. */
void world_epoll_ctl(struct world *world, const struct call *call);
void world_epoll_wait(struct world *world, const struct call *call, long count);

#endif
