/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_names.h - a message of AF_UNIX that has a sender with a name, or none.
 */
#ifndef CASES_RECVFROM_UNIX_NAMES_H
#define CASES_RECVFROM_UNIX_NAMES_H

#include "places.h"
#include "unix.h"

static const int types[] = { SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM };

/* Has the message gone, or does it still wait? */
static inline void expect_left(int fd, bool left)
{
	long came = t_recvfrom(fd, inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL);

	expect_that(came == (left ? 4 : -EAGAIN), "%ld came", came);
}

static inline void send_data(int fd)
{
	must(t_sendto(fd, "data", 4, 0, NULL, 0) == 4, "nothing was sent");
}

#endif
