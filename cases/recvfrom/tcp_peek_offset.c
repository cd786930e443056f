/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tcp_peek_offset.c - recvfrom(2) with MSG_PEEK on a connection of TCP with
 * SO_PEEK_OFF: where a peek begins, and what moves that place.
 */
#include "tcp.h"

/* SO_PEEK_OFF.  "aabbccddeeff", as socket(7) has it. */
static struct ends peeking(const struct stream *it, int offset)
{
	struct ends ends = connect_ends(it);

	send_text(&ends, "aabbcc", 0);
	send_and_wait(&ends, "ddeeff", 0);
	must_option(ends.fd, SOL_SOCKET, SO_PEEK_OFF, offset);
	return ends;
}

static const struct peek_row {
	const char *name;
	int offset;
	size_t length;
	const char *gives;
} peeks[] = {
	{ "0", 0, 2, "aa" },
	{ "1", 1, 2, "ab" },
	{ "4", 4, 2, "cc" },
	{ "5,across-sends", 5, 3, "cdd" },
	{ "6", 6, 2, "dd" },
	{ "11", 11, 64, "f" },
	{ "0,more", 0, 64, "aabbccddeeff" },
	{ "4,length-0", 4, 0, "" },
};

struct peek_case {
	const struct stream *stream;
	const struct peek_row *row;
};

/* The next peek goes on, and none of it takes anything. */
static void peeks_on(const void *data)
{
	const struct peek_case *it = data;
	const struct peek_row *row = it->row;
	struct ends ends = peeking(it->stream, row->offset);
	size_t gone = strlen(row->gives) + (size_t)row->offset;

	expect_value((long)strlen(row->gives),
		     receive(ends.fd, row->length, MSG_PEEK | MSG_DONTWAIT));
	expect_bytes(row->gives);
	if (gone + row->length <= 12) {
		expect_value((long)strlen(row->gives),
			     receive(ends.fd, row->length, MSG_PEEK | MSG_DONTWAIT));
		expect_that(!memcmp(inbox.buffer, &"aabbccddeeff"[gone], row -> length),
			    "the second peek does not go on where the first ended");
	}
	expect_left(&ends, "aabbccddeeff");
}

static int peek_since(const struct stream *it)
{
	return it->domain == AF_INET ? LINUX(6, 9) : LINUX(6, 12);
}

CASES(peeks)
{
	for (size_t s = 0; s < COUNT(streams); s++)
		for (size_t i = 0; i < COUNT(peeks); i++) {
			struct peek_case it = { &streams[s], &peeks[i] };

			add_case(.name = name_case("recvfrom.tcp.peeked_on[%s,%s]",
						   it.stream->name, peeks[i].name),
				 .run_row = peeks_on, .row = keep_row(&it, sizeof(it)),
				 .doors = stream_doors(it.stream, 1, MSG_PEEK),
				 .since = peek_since(it.stream),
				 .has = { FEATURE_FAMILY(it.stream->domain) });
		}
}

/* What is read moves the place back, so that it stays where it was in the stream; it is
 * never before the front. */
CASE("recvfrom.tcp.peeked_on[tcp,as-socket(7)]", .since = LINUX(6, 9))
{
	struct ends ends = peeking(&streams[0], 4);

	expect_value(2, receive(ends.fd, 2, MSG_PEEK));
	expect_bytes("cc");
	expect_value(2, receive(ends.fd, 2, MSG_PEEK));
	expect_bytes("dd");
	must(receive(ends.fd, 2, 0) == 2, "two bytes are not read");
	expect_value(2, receive(ends.fd, 2, MSG_PEEK));
	expect_bytes("ee");
	expect_left(&ends, "bbccddeeff");
}

CASE("recvfrom.tcp.peeked_on[tcp,read-beyond]", .since = LINUX(6, 9))
{
	struct ends ends = peeking(&streams[0], 2);

	must(receive(ends.fd, 5, 0) == 5, "five bytes are not read");
	expect_value(2, receive(ends.fd, 2, MSG_PEEK));
	expect_bytes("cd");
	expect_left(&ends, "cddeeff");
}

CASE("recvfrom.tcp.peeked_on[tcp,discarded]", .since = LINUX(6, 9))
{
	struct ends ends = peeking(&streams[0], 4);

	must(receive(ends.fd, 3, MSG_TRUNC) == 3, "three bytes are not discarded");
	expect_value(2, receive(ends.fd, 2, MSG_PEEK));
	expect_bytes("cc");
	expect_left(&ends, "bccddeeff");
}

CASE("recvfrom.tcp.peeked_on[tcp,trunc]", .since = LINUX(6, 9))
{
	struct ends ends = peeking(&streams[0], 4);

	expect_value(2, receive(ends.fd, 2, MSG_PEEK | MSG_TRUNC));
	expect_value(2, receive(ends.fd, 2, MSG_PEEK));
	expect_bytes("dd");
	expect_left(&ends, "aabbccddeeff");
}

/* A peek that fails to copy goes on from where it did not get. */
CASE("recvfrom.buffer.unwritable[tcp,peek-offset]", .since = LINUX(6, 9))
{
	struct ends ends = peeking(&streams[0], 4);

	expect_errno(EFAULT, t_recvfrom(ends.fd, NULL, 2, MSG_PEEK, NULL, NULL));
	must(receive(ends.fd, 2, MSG_PEEK) == 2, "two bytes are not peeked at");
	expect_bytes("cc");
	expect_left(&ends, "aabbccddeeff");
}

/* Behind all that has come there is nothing to peek at, though there is to read. */
static const struct behind {
	const char *name;
	int offset;
} behinds[] = { { "peek-offset-12", 12 }, { "peek-offset-13", 13 } };

static void behind_all(const void *data)
{
	const struct behind *row = data;
	struct ends ends = peeking(&streams[0], row->offset);

	expect_errno(EAGAIN, receive(ends.fd, 64, MSG_PEEK | MSG_DONTWAIT));
	expect_left(&ends, "aabbccddeeff");
}

CASES(behinds)
{
	for (size_t i = 0; i < COUNT(behinds); i++)
		add_case(.name = name_case("recvfrom.tcp.would_block[tcp,%s]",
					   behinds[i].name),
			 .run_row = behind_all, .row = &behinds[i],
			 .since = LINUX(6, 9));
}

/* A negative one is as none: peeks start at the front. */
CASE("recvfrom.stream.peeked[tcp,peek-offset-negative]", .since = LINUX(6, 9))
{
	struct ends ends = peeking(&streams[0], 4);

	must_option(ends.fd, SOL_SOCKET, SO_PEEK_OFF, -1);
	for (int i = 0; i < 2; i++) {
		expect_value(2, receive(ends.fd, 2, MSG_PEEK));
		expect_bytes("aa");
	}
	expect_left(&ends, "aabbccddeeff");
}

/* A read is none of a peek's business, other than that the place moves. */
CASE("recvfrom.stream.received[tcp,peek-offset]", .since = LINUX(6, 9))
{
	struct ends ends = peeking(&streams[0], 4);

	expect_value(3, receive(ends.fd, 3, 0));
	expect_bytes("aab");
	expect_left(&ends, "bccddeeff");
}

static void no_peek_offset(const void *row)
{
	const struct stream *it = row;
	struct ends ends = connect_ends(it);
	int zero = 0;

	expect_errno(EOPNOTSUPP, t_setsockopt(ends.fd, SOL_SOCKET, SO_PEEK_OFF, &zero,
					      sizeof(zero)));
}

CASES(no_peek_offset)
{
	for (size_t s = 0; s < COUNT(streams); s++)
		add_case(.name = name_case("recvfrom.tcp.peek_offset_refused[%s]",
					   streams[s].name),
			 .run_row = no_peek_offset, .row = &streams[s],
			 .until = LINUX(6, 9),
			 .has = { FEATURE_FAMILY(streams[s].domain) });
}
