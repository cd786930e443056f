/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * areas.h - a header of recvmsg(2), and its areas.
 */
#ifndef CASES_RECVFROM_AREAS_H
#define CASES_RECVFROM_AREAS_H

#include "doors.h"

#define GARBAGE 0x5a5a5a5a

static struct iovec area;
static struct msghdr header;

/* A header of one area, with room for more than TEXT. */
static inline struct msghdr *whole(void)
{
	area = (struct iovec){ inbox.buffer, 64 };
	header = (struct msghdr){ .msg_iov = &area,
				  .msg_iovlen = 1,
				  .msg_flags = GARBAGE };
	return &header;
}

/* Areas, more than there may be, or where there are none. */
static struct iovec many[LINUX_UIO_MAXIOV + 1];

static inline struct msghdr *areas(struct iovec *at, size_t count)
{
	whole();
	header.msg_iov = at;
	header.msg_iovlen = count;
	return &header;
}

/* Lengths and places of areas. */
static struct iovec two[2];

static inline struct msghdr *two_areas(void *first, size_t length, void *second,
				       size_t rest)
{
	two[0] = (struct iovec){ first, length };
	two[1] = (struct iovec){ second, rest };
	return areas(two, 2);
}

#endif
