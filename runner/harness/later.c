/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * later.c - what happens to a stream while this process waits in a call: a child, which
 * shares the descriptors, sees it asleep and makes it happen.  And what a stream keeps
 * back: an urgent byte that is announced, bytes that more was said to follow.
 */
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "../../expected/world_messages.h"
#include "harness.h"

/* What the child does, to its descriptor. */
struct later {
	enum coming kind;
	int fd;
	const char *bytes;
	int flags;
};

static long dissolve(int fd)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	return session.target->connect(fd, &none, sizeof(none));
}

static long make_it_so(const struct later *later)
{
	switch (later->kind) {
	case COMES_BYTES:
		return session.target->sendto(later->fd, later->bytes,
					      strlen(later->bytes), later->flags, NULL,
					      0);
	case COMES_END:
		return session.target->shutdown(later->fd, SHUT_WR);
	case COMES_SHUTDOWN:
		return session.target->shutdown(later->fd, SHUT_RD);
	case COMES_RESET:
	case COMES_DISCONNECT:
		return dissolve(later->fd);
	default:
		return 0;
	}
}

/* In the world it stands until the call comes that waits for it. */
static void tell_world(int fd, const struct later *later)
{
	struct world_coming *coming = &world.coming;
	unsigned int length;

	*coming = (struct world_coming){ .kind = later->kind,
					 .socket = world_socket(&world, fd)->id,
					 .flags = later->flags };
	if (later->kind != COMES_BYTES)
		return;
	length = (unsigned int)strlen(later->bytes);
	coming->message.length = coming->message.kept = length;
	coming->message.start =
		world_keep(&world, (const unsigned char *)later->bytes, length);
}

static void happens(int fd, const struct later *later)
{
	tell_world(fd, later);
	if (child_at_next_wait(0))
		_exit(make_it_so(later) < 0);
}

void bytes_at_next_wait(int fd, int other, const char *bytes, int flags)
{
	happens(fd, &(struct later){ COMES_BYTES, other, bytes, flags });
}

void end_at_next_wait(int fd, int other)
{
	happens(fd, &(struct later){ COMES_END, other, NULL, 0 });
}

void reset_at_next_wait(int fd, int other)
{
	happens(fd, &(struct later){ COMES_RESET, other, NULL, 0 });
}

void shutdown_at_next_wait(int fd)
{
	happens(fd, &(struct later){ COMES_SHUTDOWN, fd, NULL, 0 });
}

void disconnect_at_next_wait(int fd)
{
	happens(fd, &(struct later){ COMES_DISCONNECT, fd, NULL, 0 });
}

/* Has the other end acknowledged all that this one has sent, as TCP_INFO tells? */
static bool all_acknowledged(int fd)
{
	struct tcp_info info;

	return read_tcp_info(fd, &info) && !info.tcpi_unacked;
}

/*
 * What fills the receiver's window, the urgent byte behind it, and a byte the other
 * way: its acknowledgement carries the urgent pointer, as every segment does until the
 * urgent byte is sent (tcp_transmit_skb()).
 */
static void fill_and_announce(int fd, int other)
{
	static const char filling[32768];
	double deadline = now_ms() + patience_ms();
	const struct target *target = session.target;
	struct tcp_info info;

	/* A kernel has it; one that does not tell is broken. */
	if (target->stack && !read_tcp_info(fd, &info))
		sc_skip("needs TCP_INFO");
	must(target->sendto(other, filling, sizeof(filling), MSG_DONTWAIT, NULL, 0) ==
		     (long)sizeof(filling),
	     "the send buffer is too small");
	must(target->sendto(other, "!", 1, MSG_OOB | MSG_DONTWAIT, NULL, 0) == 1,
	     "the send buffer is full");
	must(target->sendto(fd, "?", 1, 0, NULL, 0) == 1, "nothing can be sent back");
	while (!all_acknowledged(fd) && now_ms() < deadline)
		sched_yield();
	must(all_acknowledged(fd), "no acknowledgement comes");
}

void announce_urgent(int fd, int other)
{
	struct world_socket *receiver = world_socket_to_change(&world, fd);

	receiver->tcp.urgent = URGENT_ANNOUNCED;
	if (!session.target->imaginary)
		fill_and_announce(fd, other);
}

/*
 * What is kept back goes by itself after 200 ms (tcp(7), TCP_CORK), but not over an
 * interface that is down.
 */
void keep_back(int fd, const char *text)
{
	struct world_socket *sender = world_socket_to_change(&world, fd);
	struct world_message *unsent = &sender->tcp.unsent;
	unsigned int length = (unsigned int)strlen(text);
	unsigned int start = world_keep(&world, (const unsigned char *)text, length);

	if (!unsent->length)
		*unsent = (struct world_message){ .start = start };
	unsent->length += length;
	if (unsent->start + unsent->kept == start)
		unsent->kept += length;
	set_interface_up("lo", false);
	if (session.target->imaginary)
		return;
	must(session.target->sendto(fd, text, length, MSG_MORE, NULL, 0) ==
		     (long)length,
	     "nothing can be sent");
}
