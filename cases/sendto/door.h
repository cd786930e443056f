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

static inline long put(enum door door, int fd, const void *buffer, size_t length,
		       int flags, const struct address *to)
{
	struct iovec area = { (void *)buffer, length };
	struct msghdr header = { .msg_name = to ? (void *)to->bytes : NULL,
				 .msg_namelen = to ? (socklen_t)to->length : 0,
				 .msg_iov = &area,
				 .msg_iovlen = 1 };

	if (door == SENDTO)
		return t_sendto(fd, buffer, length, flags, to ? to->bytes : NULL,
				to ? to->length : 0);
	return t_sendmsg(fd, &header, flags);
}

/* In two areas, and one of nothing between them. */
static inline long put_in_areas(int fd, const unsigned char *bytes, size_t length)
{
	unsigned char *first = (unsigned char *)bytes;
	struct iovec areas[3] = { { first, 1 },
				  { NULL, 0 },
				  { first + 1, length - 1 } };
	struct msghdr header = { .msg_iov = areas, .msg_iovlen = COUNT(areas) };

	return t_sendmsg(fd, &header, 0);
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

/* The same for sendmsg(2) alone. */
static inline void add_sendmsg(const struct kind *kind, const char *rule,
			       const char *how, void (*run)(const void *))
{
	struct row row = { kind, SENDMSG, NULL };

	add_on_kind(kind, run, &row, "%s[%s%s%s]", rule, kind->name, how,
		    door_name(SENDMSG));
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

/* What stands in several areas is one message. */
static inline void is_sent_in_areas(const void *data)
{
	const struct row *row = data;
	const unsigned char *bytes = request(row->kind->domain);
	int ends[2];

	two_ends(row->kind, ends);
	expect_value(SIZE, put_in_areas(ends[1], bytes, SIZE));
	expect_arrived(ends[0], bytes, SIZE);
}

#endif
