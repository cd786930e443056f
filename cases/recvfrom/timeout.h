/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * timeout.h - SO_RCVTIMEO in milliseconds, and what time it is.
 */
#ifndef CASES_RECVFROM_TIMEOUT_H
#define CASES_RECVFROM_TIMEOUT_H

#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

#include "sockcheck.h"

/* A timer may be early by a tick, of which there are 100 a second at the least. */
#define TICK 10

static inline void set_timeout(int fd, long milliseconds)
{
	struct timeval timeout = { .tv_sec = milliseconds / 1000,
				   .tv_usec = milliseconds % 1000 * 1000 };

	sc_must(SC_LINE,
		t_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)),
		"setsockopt(2) of SO_RCVTIMEO");
}

static inline double now_in_milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* How long this process has had a processor. */
static inline double busy_milliseconds(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
}

#endif
