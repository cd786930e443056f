/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * later.c - what happens to a stream while this process waits in a call: a child, which
 * shares the descriptors, sees it asleep and makes it happen.
 */
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
