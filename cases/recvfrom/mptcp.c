/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * mptcp.c - recvfrom(2) of a stream of MPTCP: as of TCP, but for MSG_OOB, which means
 * nothing, and for calls that ask for nothing.
 */
#include "tcp_asked.h"

static const struct stream mptcps[] = {
	{ "mptcp", AF_INET, "127.0.0.1", LINUX_IPPROTO_MPTCP, FEATURE_MPTCP },
	{ "mptcp6", AF_INET6, "::1", LINUX_IPPROTO_MPTCP, FEATURE_MPTCP6 },
};

static const struct asked asked[] = {
	{ "stream.received", "all", 8, 0, "abcdefgh", "", 0 },
	{ "stream.received", "more", 64, 0, "abcdefgh", "", 0 },
	{ "stream.received", "less", 3, 0, "abc", "defgh", 0 },
	{ "stream.received", "across-sends", 5, 0, "abcde", "fgh", 0 },
	{ "stream.received", "waitall", 8, MSG_WAITALL, "abcdefgh", "", 0 },
	{ "stream.received", "dontwait", 64, MSG_DONTWAIT, "abcdefgh", "", 0 },
	{ "stream.received", "oob", 64, MSG_OOB, "abcdefgh", "", 0 },
	{ "stream.received", "unknown-flag", 64, 0x01000000, "abcdefgh", "", 0 },
	{ "stream.peeked", "all", 8, MSG_PEEK, "abcdefgh", "abcdefgh", 0 },
	{ "stream.peeked", "less", 3, MSG_PEEK, "abc", "abcdefgh", 0 },
	{ "stream.discarded", "less", 3, MSG_TRUNC, "", "defgh", 3 },
	{ "stream.discarded", "all", 8, MSG_TRUNC, "", "", 8 },
	{ "tcp.less_than_wanted", "waitall,dontwait", 64, MSG_WAITALL | MSG_DONTWAIT,
	  "abcdefgh", "", 0 },
	{ "mptcp.nothing_asked", "data-waits", 0, 0, "", "abcdefgh", 0 },
	{ "mptcp.nothing_asked", "data-waits,peek", 0, MSG_PEEK, "", "abcdefgh", 0 },
	{ "mptcp.nothing_asked", "data-waits,trunc", 0, MSG_TRUNC, "", "abcdefgh", 0 },
	{ "mptcp.nothing_asked", "data-waits,dontwait", 0, MSG_DONTWAIT, "", "abcdefgh",
	  0 },
	{ "ip.no_error_waits", "data-waits", 64, MSG_ERRQUEUE, "", "abcdefgh",
	  -EAGAIN },
};

CASES(asked)
{
	for (size_t s = 0; s < COUNT(mptcps); s++)
		for (size_t i = 0; i < COUNT(asked); i++)
			add_asked(&mptcps[s], &asked[i]);
}

/* Where nothing has come, or nothing can. */
enum state { NEW, LISTENING, CONNECTED, ENDED, SHUT };

static const struct empty {
	const char *rule;
	const char *name;
	enum state state;
	size_t length;
	int flags;
	long value;
} empties[] = {
	{ "tcp.not_connected", "length-64", NEW, 64, 0, -ENOTCONN },
	{ "tcp.not_connected", "peek", NEW, 64, MSG_PEEK, -ENOTCONN },
	{ "tcp.not_connected", "dontwait", NEW, 64, MSG_DONTWAIT, -ENOTCONN },
	{ "tcp.not_connected", "oob", NEW, 1, MSG_OOB, -ENOTCONN },
	{ "mptcp.nothing_asked", "not-connected", NEW, 0, 0, 0 },
	{ "tcp.listening", "length-64", LISTENING, 64, 0, -ENOTCONN },
	{ "tcp.listening", "length-0", LISTENING, 0, 0, -ENOTCONN },
	{ "tcp.listening", "oob", LISTENING, 1, MSG_OOB, -ENOTCONN },
	{ "ip.no_error_waits", "listening", LISTENING, 64, MSG_ERRQUEUE, -EAGAIN },
	{ "tcp.would_block", "dontwait", CONNECTED, 64, MSG_DONTWAIT, -EAGAIN },
	{ "tcp.would_block", "oob,dontwait", CONNECTED, 64, MSG_OOB | MSG_DONTWAIT,
	  -EAGAIN },
	{ "mptcp.nothing_asked", "connected", CONNECTED, 0, 0, 0 },
	{ "tcp.at_end", "length-64", ENDED, 64, 0, 0 },
	{ "tcp.at_end", "peek", ENDED, 64, MSG_PEEK, 0 },
	{ "tcp.at_end", "waitall", ENDED, 64, MSG_WAITALL, 0 },
	{ "mptcp.nothing_asked", "at-end", ENDED, 0, 0, 0 },
	{ "tcp.shut_down", "length-64", SHUT, 64, 0, 0 },
	{ "tcp.shut_down", "dontwait", SHUT, 64, MSG_DONTWAIT, 0 },
};

struct empty_row {
	const struct stream *stream;
	const struct empty *empty;
};

static int open_in(const struct stream *it, enum state state)
{
	struct ends ends;

	if (state == NEW)
		return must_socket(it->domain, SOCK_STREAM, it->protocol);
	if (state == LISTENING)
		return listen_on(it);
	ends = connect_ends(it);
	if (state == ENDED)
		end_stream(&ends);
	if (state == SHUT)
		sc_must(SC_LINE, t_shutdown(ends.fd, SHUT_RD), "shutdown(2), SHUT_RD");
	return ends.fd;
}

static void nothing_there(const void *data)
{
	const struct empty_row *row = data;
	const struct empty *it = row->empty;
	int fd = open_in(row->stream, it->state);

	if (it->value < 0)
		expect_errno((int)-it->value, receive(fd, it->length, it->flags));
	else
		expect_value(it->value, receive(fd, it->length, it->flags));
}

CASES(empties)
{
	for (size_t s = 0; s < COUNT(mptcps); s++)
		for (size_t i = 0; i < COUNT(empties); i++) {
			struct empty_row row = { &mptcps[s], &empties[i] };

			add_for(row.stream,
				stream_doors(row.stream, empties[i].length,
					     empties[i].flags),
				nothing_there, row, "recvfrom.%s[%s,%s]",
				empties[i].rule, row.stream->name, empties[i].name);
		}
}

/* What came before the end is read first. */
CASE("recvfrom.stream.received[mptcp,before-end]", .has = { FEATURE_MPTCP })
{
	struct ends ends = connect_ends(&mptcps[0]);

	send_text(&ends, "abcd", 0);
	wait_for_all(&ends);
	end_stream(&ends);
	expect_value(3, receive(ends.fd, 3, 0));
	expect_bytes("abc");
	expect_left_then(&ends, "d", 0);
}

CASE("recvfrom.buffer.unwritable[mptcp,unmapped]", .has = { FEATURE_MPTCP })
{
	struct ends ends = connect_ends(&mptcps[0]);

	send_text(&ends, "abcd", 0);
	wait_for_all(&ends);
	expect_errno(EFAULT,
		     t_recvfrom(ends.fd, (void *)unmapped_memory(), 64, 0, NULL, NULL));
	expect_left(&ends, "abcd");
}

CASE("recvfrom.address.none[mptcp]", .has = { FEATURE_MPTCP })
{
	struct ends ends = connect_ends(&mptcps[0]);
	struct address none = { .length = 0 };

	send_text(&ends, "abcd", 0);
	wait_for_all(&ends);
	inbox.addrlen = 128;
	expect_received(4, &none, 128,
			t_recvfrom(ends.fd, inbox.buffer, 64, 0, inbox.address,
				   &inbox.addrlen));
}

CASE("recvfrom.wait.timed_out[mptcp]", .has = { FEATURE_MPTCP })
{
	struct ends ends = connect_ends(&mptcps[0]);

	set_timeout(ends.fd, 30);
	expect_errno(EAGAIN, receive(ends.fd, 64, 0));
}

CASE("recvfrom.tcp.came_meanwhile[mptcp,waitall]", .has = { FEATURE_MPTCP })
{
	struct ends ends = connect_ends(&mptcps[0]);

	send_text(&ends, "abcd", 0);
	wait_for_all(&ends);
	bytes_at_next_wait(ends.fd, ends.other, "efgh", 0);
	expect_value(8, receive(ends.fd, 8, MSG_WAITALL));
	expect_bytes("abcdefgh");
	expect_left(&ends, "");
}
