/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * liar.c - the host as a target that lies, for the tests of the fuzzers: where it
 * should answer with the errno that SOCKCHECK_LIE names ("bind:99"), it says that all
 * went well; with "recvfrom:leak", one byte more than is told is written.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../targets/host.h"
#include "../model.h"

static bool lies(const char *call, long value)
{
	const char *lie = getenv("SOCKCHECK_LIE");
	char told[64];

	snprintf(told, sizeof(told), "%s:%ld", call, -value);
	return lie && !strcmp(lie, told);
}

static long liar_bind(int fd, const struct sockaddr *address, int addrlen)
{
	long value = host_target.bind(fd, address, addrlen);

	return lies("bind", value) ? 0 : value;
}

static long liar_listen(int fd, int backlog)
{
	long value = host_target.listen(fd, backlog);

	return lies("listen", value) ? 0 : value;
}

static long liar_recvfrom(int fd, void *buffer, size_t length, int flags,
			  struct sockaddr *address, socklen_t *addrlen)
{
	const char *lie = getenv("SOCKCHECK_LIE");
	long value = host_target.recvfrom(fd, buffer, length, flags, address, addrlen);

	if (value > 0 && value < (long)length && lie && !strcmp(lie, "recvfrom:leak"))
		((char *)buffer)[value] = 'x';
	return value;
}

static void liar_version(char *text, size_t size)
{
	host_target.version(text, size);
}

static void liar_describe(struct world_kernel *kernel)
{
	host_target.describe(kernel);
}

static long liar_socket(int domain, int type, int protocol)
{
	return host_target.socket(domain, type, protocol);
}

static long liar_connect(int fd, const struct sockaddr *address, int addrlen)
{
	return host_target.connect(fd, address, addrlen);
}

static long liar_getsockname(int fd, struct sockaddr *address, socklen_t *addrlen)
{
	return host_target.getsockname(fd, address, addrlen);
}

static long liar_sendto(int fd, const void *buffer, size_t length, int flags,
			const struct sockaddr *address, socklen_t addrlen)
{
	return host_target.sendto(fd, buffer, length, flags, address, addrlen);
}

static long liar_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	return host_target.poll(fds, count, timeout_ms);
}

static long liar_close(int fd)
{
	return host_target.close(fd);
}

const struct target liar_target = {
	.name = "liar",
	.version = liar_version,
	.describe = liar_describe,
	.socket = liar_socket,
	.bind = liar_bind,
	.connect = liar_connect,
	.listen = liar_listen,
	.getsockname = liar_getsockname,
	.sendto = liar_sendto,
	.recvfrom = liar_recvfrom,
	.poll = liar_poll,
	.close = liar_close,
};

/* The same by another name, which the list of targets has too. */
const struct target model_target = {
	.name = "model",
	.version = liar_version,
	.describe = liar_describe,
	.socket = liar_socket,
	.bind = liar_bind,
	.close = liar_close,
};
