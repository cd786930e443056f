/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tcp_connecting.c - recvfrom(2) on a connection of TCP that does not come about, or
 * comes late: refused, not answered, dissolved by connect(2) to AF_UNSPEC.
 */
#include "tcp_ends.h"

/* A connection to where nobody listens: the call that waits for it takes the error. */
static void refused_at_once(const void *data)
{
	const struct stream *it = data;
	int fd = must_socket(it->domain, SOCK_STREAM, 0);
	struct address nobody = ip_address(it->local, TCP_PORT + 1);
	long came = t_connect(fd, nobody.bytes, nobody.length);

	must(came == -ECONNREFUSED, "connect(2) gave %ld", came);
	expect_errno(ENOTCONN, receive(fd, 64, 0));
}

/* One that does not leaves it to the next. */
static int refused_later(const struct stream *it)
{
	int fd = must_socket(it->domain, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct address nobody = ip_address(it->local, TCP_PORT + 1);
	long came = t_connect(fd, nobody.bytes, nobody.length);

	must(came == -EINPROGRESS, "connect(2) gave %ld", came);
	wait_for_events(fd, POLLHUP);
	return fd;
}

static void refused_is_told(const void *data)
{
	int fd = refused_later(data);

	expect_errno(ECONNREFUSED, receive(fd, 64, 0));
	for (int i = 0; i < 2; i++)
		expect_that(receive(fd, 64, 0) == 0, "it is not over");
}

static void refused_is_over(const void *data)
{
	int fd = refused_later(data);

	must(receive(fd, 64, 0) == -ECONNREFUSED, "the refusal is not told");
	expect_value(0, receive(fd, 64, 0));
}

static void refused_and_urgent(const void *data)
{
	int fd = refused_later(data);

	expect_errno(EINVAL, receive(fd, 1, MSG_OOB));
	expect_that(receive(fd, 64, 0) == -ECONNREFUSED, "the refusal is gone");
}

CASES(refused)
{
	for (size_t s = 0; s < COUNT(streams); s++) {
		const struct stream *it = &streams[s];

		add_case(.name = name_case("recvfrom.tcp.not_connected[%s,refused]",
					   it->name),
			 .run_row = refused_at_once, .row = it,
			 .has = { FEATURE_FAMILY(it->domain) });
		add_case(.name = name_case("recvfrom.tcp.refused[%s]", it->name),
			 .run_row = refused_is_told, .row = it,
			 .doors = SC_RECVFROM | SC_RECV | SC_RECVMSG | SC_READ |
				  SC_READV,
			 .has = { FEATURE_FAMILY(it->domain) });
		add_case(.name = name_case("recvfrom.tcp.over[%s,refused]", it->name),
			 .run_row = refused_is_over, .row = it,
			 .has = { FEATURE_FAMILY(it->domain) });
		add_case(.name = name_case("recvfrom.tcp.no_urgent_data[%s,refused]",
					   it->name),
			 .run_row = refused_and_urgent, .row = it,
			 .has = { FEATURE_FAMILY(it->domain) });
	}
}

CASE("recvmmsg.error_waits[tcp,refused]", .doors = SC_RECVMMSG)
{
	int fd = refused_later(&streams[0]);

	expect_errno(ECONNREFUSED, receive(fd, 64, 0));
	expect_that(receive(fd, 64, 0) == 0, "it is not over");
}

/* A second connect(2) takes the error. */
CASE("recvfrom.tcp.not_connected[tcp,refused-twice]")
{
	int fd = refused_later(&streams[0]);
	struct address nobody = ip_address("127.0.0.1", TCP_PORT + 1);
	long came = t_connect(fd, nobody.bytes, nobody.length);

	must(came == -ECONNREFUSED, "the second connect(2) gave %ld", came);
	expect_errno(ENOTCONN, receive(fd, 64, 0));
}

/* One that was refused can be tried again, and is refused again. */
CASE("recvfrom.tcp.not_connected[tcp,refused-again]")
{
	struct address nobody = ip_address("127.0.0.1", TCP_PORT + 1);
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);
	long came;

	for (int i = 0; i < 2; i++) {
		came = t_connect(fd, nobody.bytes, nobody.length);
		must(came == -ECONNREFUSED, "connect(2) gave %ld", came);
	}
	expect_errno(ENOTCONN, receive(fd, 64, 0));
}

/*
 * A listener with a backlog of one keeps two connections; the SYN of a third is not
 * answered, so that one is neither connected nor refused.
 */
static int silent(const struct stream *it)
{
	struct address local = ip_address(it->local, TCP_PORT);
	int listener = must_socket(it->domain, SOCK_STREAM, 0), fd = -1;
	long came = 0;

	must_bind(listener, local);
	sc_must(SC_LINE, t_listen(listener, 1), "listen(2)");
	for (int i = 0; i < 3; i++) {
		int type = SOCK_STREAM | (i == 2 ? SOCK_NONBLOCK : 0);

		fd = must_socket(it->domain, type, 0);
		came = t_connect(fd, local.bytes, local.length);
	}
	must(came == -EINPROGRESS, "the third connect(2) gave %ld", came);
	return fd;
}

static const struct silence {
	const char *name;
	size_t length;
	int flags;
} silent_asked[] = {
	{ "connecting", 64, 0 },
	{ "connecting,length-0", 0, 0 },
	{ "connecting,peek", 64, MSG_PEEK },
	{ "connecting,dontwait", 64, MSG_DONTWAIT },
	{ "connecting,waitall", 64, MSG_WAITALL },
};

struct silent_row {
	const struct stream *stream;
	const struct silence *asked;
};

static void while_connecting(const void *data)
{
	const struct silent_row *row = data;
	int fd = silent(row->stream);

	expect_errno(EAGAIN, receive(fd, row->asked->length, row->asked->flags));
}

CASES(connecting)
{
	for (size_t s = 0; s < COUNT(streams); s++)
		for (size_t i = 0; i < COUNT(silent_asked); i++) {
			struct silent_row row = { &streams[s], &silent_asked[i] };

			add_for(row.stream,
				stream_doors(row.stream, row.asked->length,
					     row.asked->flags),
				while_connecting, row,
				"recvfrom.tcp.would_block[%s,%s]", row.stream->name,
				row.asked->name);
		}
}

CASE("recvfrom.tcp.no_urgent_data[tcp,connecting]")
{
	expect_errno(EINVAL, receive(silent(&streams[0]), 1, MSG_OOB));
}

CASE("recvfrom.tcp.reset[tcp,connecting,disconnected]")
{
	int fd = silent(&streams[0]);

	must_connect(fd, family_only(AF_UNSPEC, 16));
	expect_errno(ECONNRESET, receive(fd, 64, 0));
	expect_that(receive(fd, 64, 0) == -ENOTCONN, "it is connected");
}

/* One that waits for nobody, and is connected at once. */
CASE("recvfrom.stream.received[tcp,connected-later]")
{
	struct ends ends = { .listener = listen_on(&streams[0]) };
	struct address local = ip_address("127.0.0.1", TCP_PORT);

	ends.fd = must_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	must(t_connect(ends.fd, local.bytes, local.length) == -EINPROGRESS,
	     "connect(2) has waited");
	ends.other = must_accept(ends.listener);
	send_and_wait(&ends, "abcd", 0);
	expect_value(4, receive(ends.fd, 64, 0));
	expect_bytes("abcd");
	expect_left(&ends, "");
}

/* connect(2), AF_UNSPEC: what had come is gone, and the reset is told here too. */
static const struct dissolved {
	const char *name;
	const char *sent;
	void (*before)(struct ends *ends);
	long first, then;
} dissolved[] = {
	{ "", "", NULL, -ECONNRESET, -ENOTCONN },
	{ ",data-waits", "abcd", NULL, -ECONNRESET, -ENOTCONN },
	{ ",at-end", "abcd", other_closes, -ECONNRESET, -ENOTCONN },
	{ ",shut-reading", "abcd", shuts_reading_here, -ECONNRESET, -ENOTCONN },
	{ ",reset", "", resets, -ECONNRESET, -ENOTCONN },
};

static void dissolve(const void *data)
{
	const struct dissolved *row = data;
	struct ends ends = connect_ends(&streams[0]);

	if (*row->sent)
		send_and_wait(&ends, row->sent, 0);
	if (row->before)
		row->before(&ends);
	must_connect(ends.fd, family_only(AF_UNSPEC, 16));
	expect_errno(ECONNRESET, receive(ends.fd, 64, 0));
	expect_left_then(&ends, "", row->then);
	expect_left_then(&ends, "", row->then);
}

CASES(dissolved)
{
	for (size_t i = 0; i < COUNT(dissolved); i++)
		add_case(.name = name_case("recvfrom.tcp.reset[tcp,disconnected%s]",
					   dissolved[i].name),
			 .run_row = dissolve, .row = &dissolved[i],
			 .doors = SC_RECVFROM | SC_RECVMSG | SC_READ);
}

CASE("recvfrom.tcp.not_connected[tcp,disconnected]", .doors = doors_for(1, 0, false))
{
	struct ends ends = connect_ends(&streams[0]);

	must_connect(ends.fd, family_only(AF_UNSPEC, 16));
	must(receive(ends.fd, 64, 0) == -ECONNRESET, "the reset is not told");
	expect_errno(ENOTCONN, receive(ends.fd, 64, 0));
}

/* Both ends had said that they are done: there is nothing to reset. */
CASE("recvfrom.tcp.not_connected[tcp,disconnected,both-ends]")
{
	struct ends ends = connect_ends(&streams[0]);

	both_shut_writing_late(&ends);
	must_connect(ends.fd, family_only(AF_UNSPEC, 16));
	expect_errno(ENOTCONN, receive(ends.fd, 64, 0));
}

/* shutdown(2) of a connection that is dissolved is forgotten with it. */
CASE("recvfrom.tcp.not_connected[tcp,disconnected,shut-reading]")
{
	struct ends ends = connect_ends(&streams[0]);

	shuts_reading_here(&ends);
	must_connect(ends.fd, family_only(AF_UNSPEC, 16));
	must(receive(ends.fd, 64, 0) == -ECONNRESET, "the reset is not told");
	expect_errno(ENOTCONN, receive(ends.fd, 64, 0));
}
