/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * epoll.h - an epoll instance that watches a socket.
 */
#ifndef CASES_FILEOPS_EPOLL_H
#define CASES_FILEOPS_EPOLL_H

#include <sys/epoll.h>

#include "states.h"

#ifndef EPOLLEXCLUSIVE
#define EPOLLEXCLUSIVE (1U << 28)
#endif

#define DATA 0x0123456789abcdefULL

static inline long control(int epoll, int operation, int fd, unsigned int events)
{
	struct epoll_event event = { .events = events, .data = { .u64 = DATA } };

	return file_call(CALL_EPOLL_CTL, epoll, operation, fd, (long)&event);
}

static inline int watch(int fd, unsigned int events)
{
	int epoll = open_descriptor(OPEN_EPOLL);

	sc_must(SC_LINE, control(epoll, EPOLL_CTL_ADD, fd, events), "epoll_ctl(2)");
	return epoll;
}

/* Descriptors, memory and room that epoll_wait(2) refuses. */
static inline long wait_on(int fd, int most)
{
	static struct epoll_event told[4];

	return t_epoll_wait(fd, told, most);
}

static inline void is_no_instance(const void *data)
{
	expect_errno(EINVAL, wait_on(open_kind(data), 1));
}

#endif
