/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * doors.h - what the cases of recvmsg(2), recvmmsg(2) and read(2) share: sockets at
 * which known messages wait, and memory that is no good.
 */
#ifndef CASES_RECVFROM_DOORS_H
#define CASES_RECVFROM_DOORS_H

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "sockcheck.h"

#define TEXT "abcdefgh"
#define SIZE 8
#define UNIX .has = { FEATURE_FAMILY(AF_UNIX) }

static inline void pair(int type, int fds[2])
{
	sc_must(SC_LINE, t_socketpair(AF_UNIX, type, 0, fds), "socketpair(2)");
}

static inline void send_text(int fd, const char *text)
{
	sc_must(SC_LINE, t_sendto(fd, text, strlen(text), 0, NULL, 0), "sendto(2)");
}

/* A datagram socket at which TEXT waits. */
static inline int with_text(void)
{
	int fds[2];

	pair(SOCK_DGRAM, fds);
	send_text(fds[1], TEXT);
	return fds[0];
}

/* One at which nothing does, and that shall not wait. */
static inline int with_nothing(void)
{
	int fds[2];

	pair(SOCK_DGRAM | SOCK_NONBLOCK, fds);
	return fds[0];
}

static inline int closed(void)
{
	return 3;
}

static inline int pipe_end(void)
{
	return open_descriptor(OPEN_PIPE);
}

static inline int path_only(void)
{
	return open_descriptor(OPEN_PATH_ONLY);
}

static inline int unconnected(void)
{
	return must_socket(AF_UNIX, SOCK_STREAM, 0);
}

/* What waits is TEXT still, or nothing. */
static inline void expect_left(int fd, bool left)
{
	long came = t_recvfrom(fd, inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL);

	expect_that(came == (left ? SIZE : -EAGAIN),
		    left ? "the message is gone: %ld" : "the message waits: %ld", came);
}

#endif
