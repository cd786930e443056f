/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * nobody.h - the end of what comes: there is no sender to tell, whose address is
 * wanted.
 */
#ifndef CASES_RECVFROM_NOBODY_H
#define CASES_RECVFROM_NOBODY_H

#include "sockcheck.h"

#define NO_ADDRLEN -2 /* for room: addrlen is NULL */

/* A call gives 0 and tells an address of no bytes; or fails, as it cannot. */
static inline void expect_nobody(int fd, int room, int error)
{
	socklen_t *addrlen = room == NO_ADDRLEN ? NULL : &inbox.addrlen;
	struct address none = { .length = 0 };

	inbox.addrlen = (socklen_t)room;
	t_recvfrom(fd, inbox.buffer, 64, 0, inbox.address, addrlen);
	if (error)
		expect_last_errno_in(error);
	else
		sc_expect_received(SC_LINE, 0, &none, room, 0);
	expect_that(error || inbox.addrlen == 0, "*addrlen is %u", inbox.addrlen);
}

#endif
