/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tcp_ends.h - what becomes of a connection of TCP.
 */
#ifndef CASES_RECVFROM_TCP_ENDS_H
#define CASES_RECVFROM_TCP_ENDS_H

#include "tcp.h"

/* What becomes of the connection, once "abcd" has come or nothing has. */
static inline void other_closes(struct ends *ends)
{
	must_close(ends->other);
	wait_for_events(ends->fd, POLLRDHUP);
}

static inline void both_shut_writing_late(struct ends *ends)
{
	end_stream(ends);
	sc_must(SC_LINE, t_shutdown(ends->fd, SHUT_WR), "shutdown(2), SHUT_WR");
	wait_for_events(ends->fd, POLLHUP);
}

static inline void shuts_reading_here(struct ends *ends)
{
	sc_must(SC_LINE, t_shutdown(ends->fd, SHUT_RD), "shutdown(2), SHUT_RD");
}

static inline void resets(struct ends *ends)
{
	reset_stream(ends);
}

#endif
