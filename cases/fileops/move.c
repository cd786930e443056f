/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * move.c - splice(2), sendfile(2), tee(2), vmsplice(2) and copy_file_range(2): bytes
 * that are moved between a socket and a pipe or a file, and what is refused.
 */
#include <poll.h>
#include <signal.h>

#include "move.h"

static void ignore_sigpipe(void)
{
	signal(SIGPIPE, SIG_IGN);
}

/* The other end of the socket has got the first letters, so many of them. */
static void expect_letters(int fd, long count)
{
	unsigned char got[64];
	long came;

	wait_readable(fd);
	came = t_recvfrom(fd, got, sizeof(got), MSG_DONTWAIT, NULL, NULL);
	expect_that(came == count, "%ld bytes come, not %ld", came, count);
	expect_that(target_waits_not() || !memcmp(got, "abcde", (size_t)count),
		    "other bytes come than those of the file");
}

struct row {
	const struct kind *kind;
	long length;
};

static const long lengths[] = { 1, WAITING - 1, WAITING, WAITING + 1, 4096 };

static long at_most(long one, long other)
{
	return one < other ? one : other;
}

/* From the pipe, by the end that is connected. */
static void moves_out(const void *data)
{
	const struct row *row = data;
	long due = at_most(row->length, WAITING);
	int ends[2], pipe[2];

	two_ends(row->kind, ends);
	open_pipe(pipe, WAITING);
	expect_value(due, splice_to(pipe[0], ends[1], row->length, 0));
	expect_letters(ends[0], due);
	expect_that(pipe_bytes(pipe[0]) == WAITING - due, "%ld bytes are left",
		    pipe_bytes(pipe[0]));
}

/* Into the pipe: of a datagram, the rest is gone. */
static void moves_in(const void *data)
{
	const struct row *row = data;
	long due = at_most(row->length, WAITING);
	bool stream = row->kind->type == SOCK_STREAM;
	unsigned char got[16];
	int ends[2], pipe[2];
	long left;

	two_ends(row->kind, ends);
	send_bytes(ends[1], WAITING);
	wait_for_bytes(ends[0], WAITING);
	open_pipe(pipe, 0);
	expect_value(due, splice_to(ends[0], pipe[1], row->length, 0));
	expect_that(pipe_bytes(pipe[0]) == due, "%ld bytes are in the pipe",
		    pipe_bytes(pipe[0]));
	left = t_recvfrom(ends[0], got, sizeof(got), MSG_DONTWAIT, NULL, NULL);
	expect_that(left == (stream && due < WAITING ? WAITING - due : -EAGAIN),
		    "recvfrom(2) gives %ld", left);
}

/*
 * Where more is asked for than there is, the last of it is sent as if more came, and
 * splice_eof() of the socket then ends the datagram: for UDP over IPv4.  Over IPv6,
 * udpv6_splice_eof() is never called, since inet6_dgram_ops does not name it (in Linux
 * 6.1 and 6.18 alike), and the datagram waits for what is sent next.
 */
static bool stays_corked(const struct row *row)
{
	return row->kind->domain == AF_INET6 && row->kind->type == SOCK_DGRAM &&
	       row->length > WAITING;
}

static void sends_file(const void *data)
{
	const struct row *row = data;
	long due = at_most(row->length, WAITING);
	int ends[2], file;

	two_ends(row->kind, ends);
	file = open_data(WAITING);
	expect_value(due, file_call(CALL_SENDFILE, ends[1], file, 0, row->length));
	if (!stays_corked(row))
		expect_letters(ends[0], due);
}

static void sends_rest(const void *data)
{
	const struct row *row = data;
	int ends[2], file;

	two_ends(row->kind, ends);
	file = open_data(WAITING);
	expect_value(1, file_call(CALL_SENDFILE, ends[1], file, 0, 1));
	expect_value(at_most(row->length, WAITING - 1),
		     file_call(CALL_SENDFILE, ends[1], file, 0, row->length));
}

/* From an offset that is given, which goes on; the file's own stays. */
static void sends_from_offset(const void *data)
{
	const struct row *row = data;
	long due = at_most(row->length, WAITING - 2);
	off_t offset = 2;
	int ends[2], file;

	two_ends(row->kind, ends);
	file = open_data(WAITING);
	expect_value(due, file_call(CALL_SENDFILE, ends[1], file, (long)&offset,
				    row->length));
	expect_that(target_waits_not() || offset == 2 + due, "the offset is %ld",
		    (long)offset);
	expect_value(at_most(row->length, WAITING),
		     file_call(CALL_SENDFILE, ends[1], file, 0, row->length));
}

/* Connected pairs of these take bytes from a file or a pipe as they are. */
static bool takes(const struct kind *kind)
{
	static const char *const chosen[] = { "udp", "udp6", "tcp", "tcp6",
					      "unix-stream" };

	for (size_t i = 0; i < COUNT(chosen); i++)
		if (!strcmp(kind->name, chosen[i]))
			return true;
	return false;
}

CASES(moves)
{
	static const struct {
		const char *name;
		void (*run)(const void *row);
	} ways[] = {
		{ "splice.moved_in[%s,%ld]", moves_in },
		{ "splice.moved_out[%s,%ld]", moves_out },
		{ "sendfile.sent[%s,%ld]", sends_file },
		{ "sendfile.sent[%s,%ld,rest]", sends_rest },
		{ "sendfile.sent[%s,%ld,from-offset]", sends_from_offset },
	};

	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t w = 0; takes(&kinds[k]) && w < COUNT(ways); w++)
			for (size_t i = 0; i < COUNT(lengths); i++) {
				struct row row = { &kinds[k], lengths[i] };
				char name[64];

				snprintf(name, sizeof(name), ways[w].name,
					 kinds[k].name, lengths[i]);
				add_on_kind(&kinds[k], ways[w].run, &row, "%s", name);
			}
}

/* States in which a socket takes nothing. */
static const struct refusal {
	const char *rule;
	const char *name;
	const char *kind;
	void (*make)(const struct kind *kind, int ends[2]);
	int error;
} refusals[] = {
	{ "broken", "new", "tcp", is_new, EPIPE },
	{ "broken", "new", "tcp6", is_new, EPIPE },
	{ "broken", "listening", "tcp", is_listening, EPIPE },
	{ "broken", "shut-write", "tcp", shut_write, EPIPE },
	{ "broken", "shut-write", "unix-stream", shut_write, EPIPE },
	{ "broken", "other-closed", "unix-stream", other_closed, EPIPE },
	{ "not_connected", "new", "unix-stream", is_new, ENOTCONN },
	{ "not_connected", "listening", "unix-stream", is_listening, ENOTCONN },
	{ "no_peer", "new", "udp", is_new, EDESTADDRREQ },
	{ "no_peer", "new", "udp6", is_new, EDESTADDRREQ },
};

struct refusal_row {
	const struct kind *kind;
	const struct refusal *refusal;
};

static void takes_no_pipe(const void *data)
{
	const struct refusal_row *row = data;
	int ends[2], pipe[2];

	ignore_sigpipe();
	row->refusal->make(row->kind, ends);
	open_pipe(pipe, WAITING);
	expect_errno(row->refusal->error, splice_to(pipe[0], ends[0], WAITING, 0));
}

static void takes_no_file(const void *data)
{
	const struct refusal_row *row = data;
	int ends[2], file;

	ignore_sigpipe();
	row->refusal->make(row->kind, ends);
	file = open_data(WAITING);
	expect_errno(row->refusal->error,
		     file_call(CALL_SENDFILE, ends[0], file, 0, WAITING));
}

/* Nothing, of a file that is at its end, or of which nothing is asked. */
static void takes_nothing(const void *data)
{
	const struct refusal_row *row = data;
	off_t behind = 2;
	int ends[2], file;

	ignore_sigpipe();
	row->refusal->make(row->kind, ends);
	file = open_data(1);
	expect_value(0, file_call(CALL_SENDFILE, ends[0], file, 0, 0));
	expect_value(0, file_call(CALL_SENDFILE, ends[0], file, (long)&behind, 9));
}

CASES(refusals)
{
	for (size_t i = 0; i < COUNT(refusals); i++)
		for (size_t k = 0; k < COUNT(kinds); k++) {
			const struct refusal *it = &refusals[i];
			const struct kind *kind = &kinds[k];
			struct refusal_row row = { kind, it };

			if (strcmp(kind->name, it->kind))
				continue;
			add_on_kind(kind, takes_no_pipe, &row, "splice.%s[%s,%s]",
				    it->rule, kind->name, it->name);
			add_on_kind(kind, takes_no_file, &row, "sendfile.%s[%s,%s]",
				    it->rule, kind->name, it->name);
			add_on_kind(kind, takes_nothing, &row,
				    "sendfile.nothing[%s,%s]", kind->name, it->name);
		}
}

/* From a socket at which nothing waits. */
static void gives_nothing(const void *data)
{
	int ends[2], pipe[2];

	two_ends(data, ends);
	must_shut(ends[1], SHUT_WR);
	wait_for_events(ends[0], POLLRDHUP);
	open_pipe(pipe, 0);
	expect_value(0, splice_to(ends[0], pipe[1], 9, 0));
}

static void gives_rest_first(const void *data)
{
	int ends[2], pipe[2];

	two_ends(data, ends);
	send_bytes(ends[1], WAITING);
	must_shut(ends[1], SHUT_WR);
	wait_for_events(ends[0], POLLRDHUP);
	open_pipe(pipe, 0);
	sc_must(SC_LINE, splice_to(ends[0], pipe[1], 9, 0), "splice(2)");
	expect_value(0, splice_to(ends[0], pipe[1], 9, 0));
}

static void would_block(const void *data)
{
	int ends[2], pipe[2];

	two_ends(data, ends);
	sc_must(SC_LINE, t_fcntl(ends[0], F_SETFL, O_NONBLOCK), "F_SETFL");
	open_pipe(pipe, 0);
	expect_errno(EAGAIN, splice_to(ends[0], pipe[1], 9, 0));
}

static void is_unconnected(const void *data)
{
	const struct kind *kind = data;
	int error = kind->domain == AF_UNIX ? EINVAL : ENOTCONN;
	int ends[2], pipe[2];

	is_new(kind, ends);
	open_pipe(pipe, 0);
	expect_errno(error, splice_to(ends[0], pipe[1], 9, 0));
	must_bind(ends[0], local(kind->domain));
	must_listen(ends[0]);
	expect_errno(error, splice_to(ends[0], pipe[1], 9, 0));
}

CASES(empty)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		const struct kind *kind = &kinds[k];

		if (takes(kind))
			add_on_kind(kind, would_block, kind, "splice.would_block[%s]",
				    kind->name);
		if (kind->type != SOCK_STREAM)
			continue;
		add_on_kind(kind, gives_nothing, kind, "splice.at_end[%s]", kind->name);
		add_on_kind(kind, gives_rest_first, kind,
			    "splice.at_end[%s,rest-taken]", kind->name);
		add_on_kind(kind, is_unconnected, kind, "splice.%s_unconnected[%s]",
			    kind->domain == AF_UNIX ? "unix" : "tcp", kind->name);
	}
}

/* A duplicate of a socket is moved from as the socket itself is. */
CASE("splice.moved_in[duplicate]")
{
	int ends[2], pipe[2], other;

	has_data(&tcp, ends);
	wait_for_bytes(ends[0], 3);
	other = (int)file_call(CALL_DUP, ends[0], 0);
	must_close(ends[0]);
	open_pipe(pipe, 0);
	expect_value(3, splice_to(other, pipe[1], 9, 0));
}

/* A descriptor that was sent with the bytes has no place in a pipe: it is closed. */
CASE("splice.moved_in[unix-stream,descriptor-sent]", .has = { FEATURE_FAMILY(AF_UNIX) })
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr header;
	} control = { .header = { .cmsg_len = CMSG_LEN(sizeof(int)),
				  .cmsg_level = SOL_SOCKET,
				  .cmsg_type = SCM_RIGHTS } };
	struct iovec area = { (void *)"x", 1 };
	struct msghdr header = { .msg_iov = &area,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control) };
	struct pollfd end = { .events = POLLIN };
	int ends[2], pipe[2], sent[2];

	need_own_control_layout();
	sc_must(SC_LINE, t_socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair(2)");
	open_pipe(sent, 0);
	open_pipe(pipe, 0);
	memcpy(control.bytes + CMSG_LEN(0), &sent[1], sizeof(int));
	must(t_sendmsg(ends[1], &header, 0) == 1, "nothing was sent");
	must_close(sent[1]);
	expect_value(1, splice_to(ends[0], pipe[1], 9, 0));
	end.fd = sent[0];
	expect_that(target_waits_not() ||
			    (poll(&end, 1, 0) == 1 && end.revents & POLLHUP),
		    "the end of the pipe that was sent is open still");
}
