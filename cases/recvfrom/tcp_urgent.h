/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tcp_urgent.h - a connection of TCP at which an urgent byte waits.
 */
#ifndef CASES_RECVFROM_TCP_URGENT_H
#define CASES_RECVFROM_TCP_URGENT_H

#include "tcp.h"

/* Sends a text of which each exclamation mark is an urgent byte, the last one of what
 * is sent with it; all that was sent has come then. */
static inline void send_marked(struct ends *ends, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "!");
		bool urgent = text[length] == '!';

		send_bytes(ends, text, length + urgent, urgent ? MSG_OOB : 0);
		text += length + urgent;
	}
	wait_for_all(ends);
}

static inline struct ends marked(const struct stream *it, const char *text)
{
	struct ends ends = connect_ends(it);

	send_marked(&ends, text);
	return ends;
}

#endif
