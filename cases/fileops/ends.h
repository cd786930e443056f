/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ends.h - two sockets of a kind, of which the second sends to the first; and waiting
 * for what is on its way between them.
 */
#ifndef CASES_FILEOPS_ENDS_H
#define CASES_FILEOPS_ENDS_H

#include <poll.h>

#include "kinds.h"

static const struct kind udp = { "udp", "ip", AF_INET, SOCK_DGRAM, 0, 0, false, 0 };
static const struct kind udp6 = { "udp6", "ip", AF_INET6, SOCK_DGRAM, 0, 0, false, 0 };
static const struct kind tcp = { "tcp", "tcp", AF_INET, SOCK_STREAM, 0, 0, true, 0 };

/* The kinds that can be had as two ends: of UDP, TCP and AF_UNIX. */
static inline bool has_two_ends(const struct kind *kind)
{
	static const char *const chosen[] = { "udp",	     "udp6",
					      "udplite",     "tcp",
					      "tcp6",	     "unix-dgram,pair",
					      "unix-stream", "unix-seqpacket" };

	for (size_t i = 0; i < COUNT(chosen); i++)
		if (!strcmp(kind->name, chosen[i]))
			return true;
	return false;
}

static inline void two_ends(const struct kind *kind, int ends[2])
{
	if (kind->domain == AF_UNIX) {
		sc_must(SC_LINE, t_socketpair(AF_UNIX, kind->type, 0, ends),
			"socketpair(2)");
		return;
	}
	ends[0] = must_socket(kind->domain, kind->type, kind->protocol);
	must_bind(ends[0], local(kind->domain));
	ends[1] = must_socket(kind->domain, kind->type, kind->protocol);
	if (kind->type == SOCK_STREAM)
		must_listen(ends[0]);
	must_connect(ends[1], local(kind->domain));
	if (kind->type == SOCK_STREAM)
		ends[0] = must_accept(ends[0]);
}

/* All that TCP has sent has come: over lo it has, once it is acknowledged.  AF_UNIX
 * delivers before the call returns; of UDP, who needs it waits for what it needs. */
static inline void settle(const int ends[2])
{
	wait_for_nothing_unsent(ends[1]);
}

static inline void send_bytes(int fd, size_t count)
{
	static const unsigned char bytes[1024];

	must(t_sendto(fd, bytes, count, 0, NULL, 0) == (long)count, "sendto(2)");
}

#endif
