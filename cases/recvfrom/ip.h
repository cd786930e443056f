/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ip.h - what cases of UDP, raw and echo sockets share: the versions of IP, receiving
 * into the inbox, messages of ICMP made by hand, control messages taken apart.
 */
#ifndef CASES_RECVFROM_IP_H
#define CASES_RECVFROM_IP_H

#include <string.h>
#include <time.h>

#include <arpa/inet.h>
#include <linux/errqueue.h>

#include "controls.h"
#include "sockcheck.h"

#define ROOM	  128 /* for an address */
#define NEEDS_RAW SC_CAP(LINUX_CAP_NET_RAW)

/* A version of IP as a socket uses it. */
struct version {
	const char *name;
	int domain;
	const char *local;
	bool v4; /* the packets are IPv4's */
};

static const struct version ip4 = { "ip4", AF_INET, "127.0.0.1", true };
static const struct version ip6 = { "ip6", AF_INET6, "::1", false };
static const struct version mapped = { "mapped", AF_INET6, "::ffff:127.0.0.1", true };

static inline struct address at(const struct version *version, unsigned int port)
{
	return ip_address(version->local, port);
}

static inline long receive(int fd, size_t length, int flags)
{
	memset(inbox.address, RESULT_FILL, sizeof(inbox.address));
	inbox.addrlen = ROOM;
	return t_recvfrom(fd, inbox.buffer, length, flags, inbox.address,
			  &inbox.addrlen);
}

/* Does nothing wait, and no error? */
static inline void expect_nothing(int fd)
{
	long came = receive(fd, 64, MSG_DONTWAIT);

	expect_that(came == -EAGAIN, "recvfrom(2) gives %ld, where nothing waits",
		    came);
}

static inline void expect_queue_empty(int fd)
{
	long came = receive(fd, 64, MSG_ERRQUEUE);

	expect_that(came == -EAGAIN, "the queue of errors gives %ld, where it is empty",
		    came);
}

static inline void send_bytes(int fd, const void *bytes, size_t length,
			      struct address to)
{
	sc_must(SC_LINE, t_sendto(fd, bytes, length, 0, to.bytes, to.length),
		"sendto(2)");
}

#endif
