/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * links.h - receiving on sockets of the families below IP: packet, netlink, vsock.
 */
#ifndef CASES_RECVFROM_LINKS_H
#define CASES_RECVFROM_LINKS_H

#include <string.h>

#include "sockcheck.h"

/* With so much room for an address. */
static inline long receive(int fd, size_t length, int flags, int room)
{
	memset(inbox.address, RESULT_FILL, sizeof(inbox.address));
	inbox.addrlen = (socklen_t)room;
	return t_recvfrom(fd, inbox.buffer, length, flags, inbox.address,
			  &inbox.addrlen);
}

/* What the next call gives: so many bytes, or nothing. */
static inline void expect_next(int fd, long due)
{
	long came = t_recvfrom(fd, inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL);

	expect_that(came == due, "the next call gives %ld, not %ld", came, due);
}

#endif
