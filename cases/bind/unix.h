/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix.h - what the cases of bind(2) for AF_UNIX share.
 */
#ifndef CASES_BIND_UNIX_H
#define CASES_BIND_UNIX_H

#include <string.h>

#include "sockcheck.h"

#define HAS_UNIX .has = { FEATURE_FAMILY(AF_UNIX) }

/* offsetof(struct sockaddr_un, sun_path), and the longest address. */
#define SUN_PATH 2
#define SUN_SIZE 110

#define ALL_TYPES (SC_STREAM | SC_DGRAM | SC_SEQPACKET)

/* The socket's name is this address, as a condition besides what the case asserts. */
static inline bool is_named(int fd, struct address address)
{
	unsigned char name[RESULT_BYTES_MAX];
	socklen_t length = sizeof(name);

	memset(name, 0xa5, sizeof(name));
	return !t_getsockname(fd, name, &length) &&
	       length == (socklen_t)address.length &&
	       !memcmp(name, address.bytes, length);
}

/* It has none: unix(7), "its length is sizeof(sa_family_t)". */
static inline bool is_unnamed(int fd)
{
	return is_named(fd, family_only(AF_UNIX, SUN_PATH));
}

/* An abstract name that is text, without the NUL at its end. */
static inline struct address abstract_text(const char *text)
{
	return unix_abstract(text, strlen(text));
}

static inline struct address autobind(void)
{
	return family_only(AF_UNIX, SUN_PATH);
}

/* A new socket, bound. */
static inline int bound_socket(int type, struct address address)
{
	int fd = must_socket(AF_UNIX, type, 0);

	must_bind(fd, address);
	return fd;
}

#endif
