/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_poll.c - what can be done with a socket at once, in a world: tcp_poll(),
 * datagram_poll(), unix_poll() and unix_dgram_poll(); and what an epoll instance makes
 * of it.
 */
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>

#include "constants.h"
#include "world_messages.h"
#include "world_poll.h"

static bool is_tcp(const struct world_socket *socket)
{
	return socket->type == SOCK_STREAM && socket->domain != AF_UNIX;
}

static bool keeps_connection(const struct world_socket *socket)
{
	return socket->type == SOCK_STREAM || socket->type == SOCK_SEQPACKET;
}

/* tcp_reset(): the connection is gone, which shuts both directions.  One that was
 * dissolved here has the error as well, and may begin anew: tcp_disconnect(). */
static bool was_reset(const struct world_socket *socket)
{
	bool reset = socket->error == ECONNRESET && socket->state != SOCKET_UNCONNECTED;

	return is_tcp(socket) && (reset || socket->tcp.broken);
}

bool world_connection_waits(const struct world *world,
			    const struct world_socket *listener)
{
	for (unsigned int i = 0; i < world->socket_count; i++)
		if (world->sockets[i].listener == listener->id)
			return true;
	return false;
}

bool world_receives_no_more(const struct world_socket *socket)
{
	return socket->shut_read || socket->at_end || was_reset(socket);
}

bool world_sends_no_more(const struct world_socket *socket)
{
	return socket->file.shut_write || was_reset(socket);
}

static unsigned int hung_up(const struct world_socket *socket)
{
	bool both = world_receives_no_more(socket) && world_sends_no_more(socket);

	/* "The goal is to prevent blocking on fresh not-connected or disconnected
	 * socket." */
	if (keeps_connection(socket) && socket->state == SOCKET_UNCONNECTED)
		return POLLHUP;
	return both ? POLLHUP : 0;
}

/* TCP has no bands. */
static unsigned int writable(const struct world_socket *socket)
{
	if (socket->file.full)
		return 0;
	return POLLOUT | POLLWRNORM | (is_tcp(socket) ? 0 : POLLWRBAND);
}

/* tcp_poll() alone respects SO_RCVLOWAT. */
bool world_waits_enough(const struct world_socket *socket)
{
	int least = is_tcp(socket) ? socket->low_water : 0;

	return socket->queued && (int)world_waiting(socket) >= least;
}

/* unix_poll(), which asks whether it is shut down; inet_csk_listen_poll() does not. */
static unsigned int listening_events(const struct world *world,
				     const struct world_socket *socket)
{
	unsigned int events =
		world_connection_waits(world, socket) ? POLLIN | POLLRDNORM : 0;

	if (socket->domain != AF_UNIX || !socket->shut_read)
		return events;
	return events | POLLIN | POLLRDNORM | POLLRDHUP |
	       (socket->file.shut_write ? POLLHUP : 0);
}

unsigned int world_poll(const struct world *world, const struct world_socket *socket)
{
	unsigned int events = 0;

	if (socket->state == SOCKET_LISTENING)
		return listening_events(world, socket);
	/* What the queue of errors has stays one when it was told by a call. */
	if (socket->error || socket->datagrams.error_count ||
	    (socket->domain == AF_PACKET && socket->packet.down))
		events |= POLLERR;
	if (world_receives_no_more(socket))
		events |= POLLIN | POLLRDNORM | POLLRDHUP;
	if (world_waits_enough(socket))
		events |= POLLIN | POLLRDNORM;
	if (socket->file.urgent)
		events |= POLLPRI;
	return events | hung_up(socket) | writable(socket);
}

/* unix_shutdown(): what one end does not receive, the other cannot send. */
void world_poll_shut(struct world *world, struct world_socket *socket, int how)
{
	struct world_socket *peer = world_socket_by_id(world, socket->peer);

	if (how != SHUT_RD)
		socket->file.shut_write = true;
	if (how != SHUT_WR && socket->domain == AF_UNIX && peer &&
	    keeps_connection(socket))
		peer->file.shut_write = true;
}

void world_poll_hang_up(struct world *world, struct world_socket *socket)
{
	world_poll_shut(world, socket, SHUT_RDWR);
}

const struct world_interest *world_interest(const struct world *world, int epoll,
					    int fd)
{
	const struct world_socket *on = world_socket(world, fd);

	for (unsigned int i = 0; on && i < world->interest_count; i++) {
		const struct world_interest *it = &world->interests[i];

		if (it->epoll == epoll && it->fd == fd && it->socket == on->id)
			return it;
	}
	return NULL;
}

static const struct world_socket *socket_of(const struct world *world,
					    const struct world_interest *interest)
{
	for (unsigned int i = 0; i < world->socket_count; i++)
		/* One that is closed may go on without a descriptor. */
		if (world->sockets[i].id == interest->socket &&
		    world->sockets[i].fd >= 0)
			return &world->sockets[i];
	return NULL;
}

static unsigned int wanted_of(const struct world_interest *interest)
{
	unsigned int wanted;

	memcpy(&wanted, interest->event, sizeof(wanted));
	return wanted;
}

unsigned int world_interest_events(const struct world *world,
				   const struct world_interest *interest)
{
	const struct world_socket *socket = socket_of(world, interest);
	unsigned int wanted = wanted_of(interest), events;

	if (!socket || interest->disabled)
		return 0;
	events = world_poll(world, socket) & (wanted | EPOLLERR | EPOLLHUP);
	/* Of an edge, only what is new: other events, or more that has come. */
	if (wanted & EPOLLET && interest->told == events &&
	    interest->got == socket->got)
		return 0;
	return events;
}

void world_epoll_ctl(struct world *world, const struct call *call)
{
	int fd = (int)call->file.argument[1];
	struct world_interest *it =
		(struct world_interest *)world_interest(world, call->fd, fd);

	if (call->file.argument[0] == EPOLL_CTL_DEL) {
		if (it)
			*it = world->interests[--world->interest_count];
		return;
	}
	if (!it && world_socket(world, fd) && world->interest_count < WORLD_INTERESTS)
		it = &world->interests[world->interest_count++];
	if (!it)
		return;
	*it = (struct world_interest){ .epoll = call->fd, .fd = fd };
	it->socket = world_socket(world, fd)->id;
	memcpy(it->event, call->file.bytes, sizeof(struct epoll_event));
}

void world_epoll_wait(struct world *world, const struct call *call, long count)
{
	for (unsigned int i = 0; count > 0 && i < world->interest_count; i++) {
		struct world_interest *it = &world->interests[i];
		unsigned int events = world_interest_events(world, it);

		if (it->epoll != call->fd || !events)
			continue;
		it->told = events;
		it->got = socket_of(world, it)->got;
		it->disabled = wanted_of(it) & EPOLLONESHOT;
		count--;
	}
}
