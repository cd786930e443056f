/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * rtnetlink.h - requests to rtnetlink(7), and what it tells of routes.
 */
#ifndef RTNETLINK_H
#define RTNETLINK_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/rtnetlink.h>

#define REQUEST_BYTES_MAX 512

/* A request that grows by attributes. */
struct request {
	struct nlmsghdr header;
	unsigned char bytes[REQUEST_BYTES_MAX];
};

/* Begins a request of @type (RTM_...) with NLM_F_... @flags and its fixed part @body.
 */
void begin(struct request *request, int type, int flags, const void *body,
	   size_t length);

/* Appends an attribute, and returns where it is; one that is too long breaks the case.
 */
struct rtattr *append(struct request *request, int type, const void *data,
		      size_t length);

/* Ends a nest: the attribute holds what was appended since. */
void end_nest(struct request *request, struct rtattr *nest);

/* Asks the kernel, and returns its answer: 0 or a negative errno. */
int ask(struct request *request);

/* Returns a descriptor that hears of each new route of IPv6, or -1 where there is none
 * to be had.  The caller gives it to local_route_comes(). */
int hear_routes(void);

/* Waits, a second at most, for the local route to @address, 16 bytes, and closes @fd.
 */
bool local_route_comes(int fd, const void *address);

#endif
