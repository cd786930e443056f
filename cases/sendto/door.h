/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * door.h - sendto(2) and sendmsg(2) of the same bytes, and rows of cases for both.
 */
#ifndef CASES_SENDTO_DOOR_H
#define CASES_SENDTO_DOOR_H

#include "../fileops/sigpipe.h"
#include "../fileops/states.h"

#define SIZE 8

enum door { SENDTO, SENDMSG };
#define DOORS 2

/* As it stands in the names of cases. */
static inline const char *door_name(enum door door)
{
	return door == SENDTO ? "" : ",sendmsg";
}

/* sendmsg(2) has them in two areas, and one of nothing between them. */
static inline long put(enum door door, int fd, const void *buffer, size_t length,
		       int flags, const struct address *to)
{
	unsigned char *bytes = (unsigned char *)buffer;
	size_t first = length > 1;
	struct iovec areas[3] = { { bytes, first },
				  { NULL, 0 },
				  { bytes + first, length - first } };
	struct msghdr header = { .msg_name = to ? (void *)to->bytes : NULL,
				 .msg_namelen = to ? (socklen_t)to->length : 0,
				 .msg_iov = areas,
				 .msg_iovlen = COUNT(areas) };

	if (door == SENDTO)
		return t_sendto(fd, buffer, length, flags, to ? to->bytes : NULL,
				to ? to->length : 0);
	return t_sendmsg(fd, &header, flags);
}

/* An echo request of either version, which echo sockets need and others may send. */
static inline const unsigned char *request(int domain)
{
	static const unsigned char v4[SIZE] = { 8, 0, 0, 0, 0, 0, 0, 1 };
	static const unsigned char v6[SIZE] = { 128, 0, 0, 0, 0, 0, 0, 1 };

	return domain == AF_INET6 ? v6 : v4;
}

static inline long send_request(enum door door, const struct kind *kind, int fd,
				int flags, const struct address *to)
{
	return put(door, fd, request(kind->domain), SIZE, flags, to);
}

struct row {
	const struct kind *kind;
	enum door door;
	const void *more;
};

/* Adds a case for each door. */
static inline void add_doors(const struct kind *kind, const char *rule, const char *how,
			     void (*run)(const void *), const void *more)
{
	for (enum door door = SENDTO; door < DOORS; door++) {
		struct row row = { kind, door, more };

		add_on_kind(kind, run, &row, "%s[%s%s%s]", rule, kind->name, how,
			    door_name(door));
	}
}

/* What waits there is what was sent, and is whole. */
static inline void expect_arrived(int fd, const unsigned char *bytes, long length)
{
	unsigned char got[64];
	long came;

	wait_readable(fd);
	came = t_recvfrom(fd, got, sizeof(got), MSG_DONTWAIT, NULL, NULL);
	expect_that(came == length, "%ld bytes come, not %ld", came, length);
	expect_that(target_waits_not() || !memcmp(got, bytes, (size_t)length),
		    "other bytes come than those that were sent");
}

static inline void expect_none_arrived(int fd)
{
	unsigned char got[8];
	long came = t_recvfrom(fd, got, sizeof(got), MSG_DONTWAIT, NULL, NULL);

	expect_that(came == -EAGAIN, "recvfrom(2) gives %ld", came);
}

#endif
