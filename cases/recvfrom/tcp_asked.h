/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tcp_asked.h - what is asked of a stream of TCP or MPTCP at which eight bytes wait,
 * and what it gives.
 */
#ifndef CASES_RECVFROM_TCP_ASKED_H
#define CASES_RECVFROM_TCP_ASKED_H

#include "tcp.h"

/* Two sends, "abcd" and "efgh", wait. */
struct asked {
	const char *rule;
	const char *name;
	size_t length;
	int flags;
	const char *gives;
	const char *left;
	long value; /* where it is not the bytes that are written */
};

struct asked_row {
	const struct stream *stream;
	const struct asked *asked;
};

static inline void as_asked(const void *data)
{
	const struct asked_row *row = data;
	const struct asked *it = row->asked;
	struct ends ends = connect_ends(row->stream);

	send_text(&ends, "abcd", 0);
	send_and_wait(&ends, "efgh", 0);
	if (it->value < 0)
		expect_errno((int)-it->value, receive(ends.fd, it->length, it->flags));
	else
		expect_value(it->value ? it->value : (long)strlen(it->gives),
			     receive(ends.fd, it->length, it->flags));
	expect_bytes(it->gives);
	expect_left(&ends, it->left);
}

static inline void add_asked(const struct stream *stream, const struct asked *it)
{
	struct asked_row row = { stream, it };

	add_for(stream, stream_doors(stream, it->length, it->flags), as_asked, row,
		"recvfrom.%s[%s,%s]", it->rule, stream->name, it->name);
}

#endif
