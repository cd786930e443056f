/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tcp_ends.c - recvfrom(2) on a connection of TCP that ends: by the other end's close
 * or shutdown(2), by this one's, by a reset; with and without bytes that were left.
 */
#include <stdio.h>

#include "nobody.h"
#include "tcp_ends.h"

static void other_shuts_writing(struct ends *ends)
{
	end_stream(ends);
}

static void other_shuts_both(struct ends *ends)
{
	sc_must(SC_LINE, t_shutdown(ends->other, SHUT_RDWR), "shutdown(2), SHUT_RDWR");
	wait_for_events(ends->fd, POLLRDHUP);
}

/* Each end says that it sends no more, this one first or last. */
static void both_shut_writing(struct ends *ends)
{
	sc_must(SC_LINE, t_shutdown(ends->fd, SHUT_WR), "shutdown(2), SHUT_WR");
	wait_for_events(ends->other, POLLRDHUP);
	end_stream(ends);
}

/* The end, and then a reset: what this end sends comes to nobody. */
static void closes_and_resets(struct ends *ends)
{
	other_closes(ends);
	must(t_sendto(ends->fd, "x", 1, 0, NULL, 0) == 1, "nothing can be sent");
	wait_for_events(ends->fd, POLLERR);
}

static void shuts_both_here(struct ends *ends)
{
	sc_must(SC_LINE, t_shutdown(ends->fd, SHUT_RDWR), "shutdown(2), SHUT_RDWR");
}

/* A close with bytes that nobody has read. */
static void closes_with_unread(struct ends *ends)
{
	must(t_sendto(ends->fd, "xyz", 3, 0, NULL, 0) == 3, "nothing can be sent");
	wait_for_events(ends->other, POLLIN);
	must_close(ends->other);
	wait_for_events(ends->fd, POLLHUP);
}

/* Of an urgent byte that was read, its place in the stream has not been passed. */
static void closes_at_urgent(struct ends *ends)
{
	must(t_sendto(ends->fd, "!", 1, MSG_OOB, NULL, 0) == 1, "nothing can be sent");
	wait_for_events(ends->other, POLLPRI);
	must(receive(ends->other, 1, MSG_OOB) == 1, "the urgent byte is not given");
	must_close(ends->other);
	wait_for_events(ends->fd, POLLHUP);
}

static void other_disconnects(struct ends *ends)
{
	must_connect(ends->other, family_only(AF_UNSPEC, 16));
	wait_for_events(ends->fd, POLLHUP);
}

/* Bytes for an end that is shut both ways: it is reset, and says so. */
static void sent_to_shut(struct ends *ends)
{
	shuts_both_here(ends);
	wait_for_events(ends->other, POLLRDHUP);
	must(t_sendto(ends->other, "x", 1, 0, NULL, 0) == 1, "nothing can be sent");
	wait_for_events(ends->fd, POLLERR);
}

static const struct ending {
	const char *rule; /* with nothing left to read */
	const char *name;
	void (*happens)(struct ends *ends);
	long first, then; /* what a read of nothing gives, and the next one */
} endings[] = {
	{ "tcp.at_end", "closed", other_closes, 0, 0 },
	{ "tcp.at_end", "shut-writing", other_shuts_writing, 0, 0 },
	{ "tcp.at_end", "shut-both", other_shuts_both, 0, 0 },
	{ "tcp.at_end", "both-ends", both_shut_writing, 0, 0 },
	{ "tcp.at_end", "both-ends,late", both_shut_writing_late, 0, 0 },
	{ "tcp.at_end", "closed-and-reset", closes_and_resets, 0, 0 },
	{ "tcp.shut_down", "reading-here", shuts_reading_here, 0, 0 },
	{ "tcp.shut_down", "both-here", shuts_both_here, 0, 0 },
	{ "tcp.reset", "lingers-not", resets, -ECONNRESET, 0 },
	{ "tcp.reset", "closed-with-unread", closes_with_unread, -ECONNRESET, 0 },
	{ "tcp.reset", "closed-at-urgent", closes_at_urgent, -ECONNRESET, 0 },
	{ "tcp.reset", "other-disconnects", other_disconnects, -ECONNRESET, 0 },
	{ "tcp.reset", "sent-to-shut", sent_to_shut, -ECONNRESET, 0 },
};

static const struct asked {
	const char *name;
	size_t length;
	int flags;
} asked[] = {
	{ "", 64, 0 },
	{ ",length-0", 0, 0 },
	{ ",peek", 64, MSG_PEEK },
	{ ",trunc", 64, MSG_TRUNC },
	{ ",waitall", 64, MSG_WAITALL },
	{ ",dontwait", 64, MSG_DONTWAIT },
	{ ",peek,waitall", 64, MSG_PEEK | MSG_WAITALL },
	{ ",unknown-flag", 64, 0x01000000 },
};

struct row {
	const struct stream *stream;
	const struct ending *ending;
	const struct asked *asked;
};

static void expect_end(long value, long came)
{
	(void)came;
	if (value < 0)
		expect_last_errno_in((int)-value);
	else
		sc_expect_value(SC_LINE, value, came);
}

/* Nothing is left: the end is told, again and again; an error once. */
static void nothing_left(const void *data)
{
	const struct row *row = data;
	const struct ending *it = row->ending;
	struct ends ends = connect_ends(row->stream);

	it->happens(&ends);
	expect_end(it->first, receive(ends.fd, row->asked->length, row->asked->flags));
	expect_left_then(&ends, "", it->then);
	expect_left_then(&ends, "", it->then);
}

/* Every door for the first of the calls; recvmmsg(2) has its own place for errors: see
 * below. */
static unsigned int doors_of(const struct row *row)
{
	bool error = row->ending->first < 0 ||
		     row->ending->happens == closes_and_resets;

	if (row->asked != &asked[0])
		return SC_RECVFROM;
	return stream_doors(row->stream, 1, 0) &
	       ~(error ? (unsigned int)SC_RECVMMSG : 0);
}

CASES(nothing_left)
{
	for (size_t s = 0; s < COUNT(streams); s++)
		for (size_t e = 0; e < COUNT(endings); e++)
			for (size_t i = 0; i < COUNT(asked); i++) {
				struct row row = { &streams[s], &endings[e],
						   &asked[i] };

				add_for(row.stream, doors_of(&row), nothing_left, row,
					"recvfrom.%s[%s,%s%s]", endings[e].rule,
					row.stream->name, endings[e].name,
					asked[i].name);
			}
}

/* What came before is read first, whatever has happened since. */
static const struct left {
	const char *rule;
	const char *name;
	size_t length;
	int flags;
	long value;
	const char *gives, *left;
} lefts[] = {
	{ "stream.received", "all", 4, 0, 4, "abcd", "" },
	{ "stream.received", "more", 64, 0, 4, "abcd", "" },
	{ "stream.received", "less", 3, 0, 3, "abc", "d" },
	{ "stream.received", "length-0", 0, 0, 0, "", "abcd" },
	{ "stream.received", "waitall", 4, MSG_WAITALL, 4, "abcd", "" },
	{ "stream.peeked", "peek", 64, MSG_PEEK, 4, "abcd", "abcd" },
	{ "stream.discarded", "trunc", 2, MSG_TRUNC, 2, "", "cd" },
	{ "stream.discarded", "trunc,more", 64, MSG_TRUNC, 4, "", "" },
	{ "tcp.less_than_wanted", "waitall,more", 64, MSG_WAITALL, 4, "abcd", "" },
	{ "tcp.less_than_wanted", "waitall,more,peek", 64, MSG_WAITALL | MSG_PEEK, 4,
	  "abcd", "abcd" },
};

struct left_row {
	const struct stream *stream;
	const struct ending *ending;
	const struct left *left;
};

static void something_left(const void *data)
{
	const struct left_row *row = data;
	const struct left *it = row->left;
	struct ends ends = connect_ends(row->stream);

	send_and_wait(&ends, "abcd", 0);
	row->ending->happens(&ends);
	expect_value(it->value, receive(ends.fd, it->length, it->flags));
	expect_bytes(it->gives);
	expect_left_then(&ends, it->left, row->ending->first);
	expect_left_then(&ends, "", row->ending->then);
}

/* connect(2) of the other end, and not what comes to this one, ends these. */
CASES(something_left)
{
	for (size_t e = 0; e < COUNT(endings); e++)
		for (size_t i = 0; i < COUNT(lefts); i++) {
			struct left_row row = { &streams[e % 2], &endings[e],
						&lefts[i] };

			add_for(row.stream, SC_RECVFROM, something_left, row,
				"recvfrom.%s[%s,%s,%s]", lefts[i].rule,
				row.stream->name, endings[e].name, lefts[i].name);
		}
}

/* proc(5), /proc/net/tcp: what waits to be received, the end among it, by the number of
 * the socket's file. */
static long listed_as_waiting(const struct stream *it, long number)
{
	bool v4 = it->domain == AF_INET;
	FILE *file = fopen(
		v4 ? "/proc/thread-self/net/tcp" : "/proc/thread-self/net/tcp6", "re");
	unsigned long waits, inode;
	long found = -1;
	char line[512];

	if (!file)
		sc_skip("needs /proc/net/tcp");
	while (found < 0 && fgets(line, sizeof(line), file))
		if (sscanf(line, "%*s %*s %*s %*s %*x:%lx %*s %*s %*s %*s %lu", &waits,
			   &inode) == 2 &&
		    (long)inode == number)
			found = (long)waits;
	fclose(file);
	return found;
}

/* Once the end is read, with the bytes before it or alone, nothing waits any more. */
static const struct read_to_end {
	const char *rule;
	const char *name;
	const char *sent;
	size_t length;
} reads_to_end[] = {
	{ "stream.received", "all", "abcd", 4 },
	{ "stream.received", "more", "abcd", 64 },
	{ "tcp.at_end", "nothing", "", 64 },
};

struct read_row {
	const struct stream *stream;
	const struct read_to_end *read;
};

static void nothing_waits(const void *data)
{
	const struct read_row *row = data;
	const struct read_to_end *it = row->read;
	struct ends ends = connect_ends(row->stream);
	long number = t_fstat(ends.fd, STAT_INO), told;

	send_and_wait(&ends, it->sent, 0);
	end_stream(&ends);
	if (!nothing_behind())
		expect_that(listed_as_waiting(row->stream, number) >=
				    (long)strlen(it->sent),
			    "what waits is not listed");
	expect_value((long)strlen(it->sent), receive(ends.fd, it->length, 0));
	expect_bytes(it->sent);
	if (nothing_behind())
		return;
	told = listed_as_waiting(row->stream, number);
	expect_that(!told, "%ld bytes are listed, and all are read", told);
}

CASES(nothing_waits)
{
	for (size_t s = 0; s < COUNT(streams); s++)
		for (size_t i = 0; i < COUNT(reads_to_end); i++) {
			struct read_row row = { &streams[s], &reads_to_end[i] };

			add_for(row.stream, SC_RECVFROM, nothing_waits, row,
				"recvfrom.%s[%s,shut-writing,%s,listed]",
				reads_to_end[i].rule, row.stream->name,
				reads_to_end[i].name);
		}
}

/* Bytes that come after shutdown(2) for reading are there to be read, too. */
CASE("recvfrom.stream.received[tcp,shut-before]", .doors = doors_for(1, 0, false))
{
	struct ends ends = connect_ends(&streams[0]);

	shuts_reading_here(&ends);
	send_and_wait(&ends, "abcd", 0);
	expect_value(2, receive(ends.fd, 2, 0));
	expect_bytes("ab");
	expect_left_then(&ends, "cd", 0);
}

CASE("recvfrom.tcp.less_than_wanted[tcp,shut-before,waitall]")
{
	struct ends ends = connect_ends(&streams[0]);

	shuts_reading_here(&ends);
	send_and_wait(&ends, "abcd", 0);
	expect_value(4, receive(ends.fd, 64, MSG_WAITALL));
	expect_bytes("abcd");
	expect_left_then(&ends, "", 0);
}

/* Shut for writing, an end reads as before. */
CASE("recvfrom.stream.received[tcp,shut-writing-here]", .doors = doors_for(1, 0, false))
{
	struct ends ends = connect_ends(&streams[0]);

	sc_must(SC_LINE, t_shutdown(ends.fd, SHUT_WR), "shutdown(2), SHUT_WR");
	wait_for_events(ends.other, POLLRDHUP);
	send_and_wait(&ends, "abcd", 0);
	expect_value(4, receive(ends.fd, 64, 0));
	expect_bytes("abcd");
	expect_left(&ends, "");
}

CASE("recvfrom.tcp.would_block[tcp,shut-writing-here]")
{
	struct ends ends = connect_ends(&streams[0]);

	sc_must(SC_LINE, t_shutdown(ends.fd, SHUT_WR), "shutdown(2), SHUT_WR");
	wait_for_events(ends.other, POLLRDHUP);
	expect_errno(EAGAIN, receive(ends.fd, 64, MSG_DONTWAIT));
}

/* What follows an error: the end, for every call. */
static const struct asked over_asked[] = {
	{ "reset", 64, 0 },
	{ "reset,length-0", 0, 0 },
	{ "reset,peek", 64, MSG_PEEK },
	{ "reset,waitall", 64, MSG_WAITALL },
	{ "reset,dontwait", 64, MSG_DONTWAIT },
	{ "reset,trunc", 64, MSG_TRUNC },
};

static void is_over(const void *data)
{
	const struct asked *row = data;
	struct ends ends = connect_ends(&streams[0]);

	reset_stream(&ends);
	must(receive(ends.fd, 1, 0) == -ECONNRESET, "the reset is not told");
	for (int i = 0; i < 2; i++)
		expect_value(0, receive(ends.fd, row->length, row->flags));
}

CASES(over)
{
	for (size_t i = 0; i < COUNT(over_asked); i++)
		add_case(.name = name_case("recvfrom.tcp.over[tcp,%s]",
					   over_asked[i].name),
			 .run_row = is_over, .row = &over_asked[i],
			 .doors = doors_for(over_asked[i].length, over_asked[i].flags,
					    false));
}

/* Who else takes the error that waits: SO_ERROR, and a peek, as any other call. */
static int pending(int fd)
{
	int error = -1;
	socklen_t length = sizeof(error);

	sc_must(SC_LINE, t_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length),
		"getsockopt(2) of SO_ERROR");
	return error;
}

CASE("recvfrom.tcp.over[tcp,reset,told-by-SO_ERROR]")
{
	struct ends ends = connect_ends(&streams[0]);
	int error;

	reset_stream(&ends);
	error = pending(ends.fd);
	expect_value(0, receive(ends.fd, 64, 0));
	expect_that(target_waits_not() || error == ECONNRESET, "SO_ERROR told %d",
		    error);
}

CASE("recvfrom.tcp.over[tcp,reset,told-to-peek]")
{
	struct ends ends = connect_ends(&streams[0]);

	reset_stream(&ends);
	must(receive(ends.fd, 1, MSG_PEEK) == -ECONNRESET, "the reset is not told");
	expect_value(0, receive(ends.fd, 64, 0));
}

/* MSG_ERRQUEUE does not take it. */
CASE("recvfrom.tcp.reset[tcp,after-error-queue]")
{
	struct ends ends = connect_ends(&streams[0]);

	reset_stream(&ends);
	must(receive(ends.fd, 1, MSG_ERRQUEUE) == -EAGAIN, "the error queue tells");
	expect_errno(ECONNRESET, receive(ends.fd, 64, 0));
}

/* Where the end was told first, the error stays for SO_ERROR: a broken pipe. */
CASE("recvfrom.tcp.at_end[tcp,error-stays]")
{
	struct ends ends = connect_ends(&streams[0]);
	int error;

	closes_and_resets(&ends);
	expect_value(0, receive(ends.fd, 64, 0));
	expect_value(0, receive(ends.fd, 64, 0));
	error = pending(ends.fd);
	expect_that(target_waits_not() || error == EPIPE, "SO_ERROR told %d", error);
}

/* recvmmsg(2) tells an error before anything else. */
static const struct mmsg {
	const char *name;
	const char *sent;
	void (*happens)(struct ends *ends);
	int error;
	int flags;
} mmsgs[] = {
	{ "reset", "", resets, ECONNRESET, 0 },
	{ "reset,before-bytes", "abcd", resets, ECONNRESET, 0 },
	{ "reset,before-bytes,peek", "abcd", resets, ECONNRESET, MSG_PEEK },
	{ "reset,before-bytes,dontwait", "abcd", resets, ECONNRESET, MSG_DONTWAIT },
	{ "reset,before-urgent-byte", "ab!", resets, ECONNRESET, MSG_OOB },
	{ "broken-pipe,before-end", "", closes_and_resets, EPIPE, 0 },
	{ "broken-pipe,before-bytes", "abcd", closes_and_resets, EPIPE, 0 },
};

static void by_recvmmsg(const void *data)
{
	const struct mmsg *row = data;
	struct ends ends = connect_ends(&streams[0]);

	if (*row->sent)
		send_and_wait(&ends, row->sent, row->flags & MSG_OOB);
	row->happens(&ends);
	expect_errno(row->error, receive(ends.fd, 64, row->flags));
	expect_left_then(&ends, row->flags & MSG_OOB ? "ab" : row->sent, 0);
}

CASES(mmsgs)
{
	for (size_t i = 0; i < COUNT(mmsgs); i++)
		add_case(.name = name_case("recvmmsg.error_waits[tcp,%s]",
					   mmsgs[i].name),
			 .run_row = by_recvmmsg, .row = &mmsgs[i],
			 .doors = SC_RECVMMSG);
}

/* An address is told to be none with the end, too, and where it cannot be, that is an
 * error. */
static const struct addressed {
	const char *rule;
	const char *name;
	void (*happens)(struct ends *ends);
	int room;
	int error;
} addressed[] = {
	{ "tcp.at_end", "address-wanted", other_closes, 128, 0 },
	{ "tcp.at_end", "address-wanted,room-0", other_closes, 0, 0 },
	{ "tcp.shut_down", "address-wanted", shuts_reading_here, 128, 0 },
	{ "address.addrlen_unreadable", "at-end", other_closes, NO_ADDRLEN, EFAULT },
	{ "address.addrlen_unreadable", "shut-down", shuts_reading_here, NO_ADDRLEN,
	  EFAULT },
	{ "address.addrlen_negative", "at-end", other_closes, -1, EINVAL },
	{ "address.addrlen_negative", "shut-down", shuts_reading_here, -1, EINVAL },
	{ "tcp.reset", "before-addrlen", resets, NO_ADDRLEN, ECONNRESET },
	{ "tcp.reset", "before-negative", resets, -1, ECONNRESET },
};

static void with_address(const void *data)
{
	const struct addressed *row = data;
	struct ends ends = connect_ends(&streams[0]);

	row->happens(&ends);
	expect_nobody(ends.fd, row->room, row->error);
}

CASES(addressed)
{
	for (size_t i = 0; i < COUNT(addressed); i++)
		add_case(.name = name_case("recvfrom.%s[tcp,%s]", addressed[i].rule,
					   addressed[i].name),
			 .run_row = with_address, .row = &addressed[i]);
}

CASE("recvfrom.tcp.over[tcp,reset,address-wanted]")
{
	struct ends ends = connect_ends(&streams[0]);
	struct address none = { .length = 0 };

	reset_stream(&ends);
	must(receive(ends.fd, 1, 0) == -ECONNRESET, "the reset is not told");
	inbox.addrlen = 128;
	expect_received(0, &none, 128,
			t_recvfrom(ends.fd, inbox.buffer, 64, 0, inbox.address,
				   &inbox.addrlen));
}

/* The end needs no buffer. */
CASE("recvfrom.tcp.at_end[tcp,buffer-null]", .doors = SC_RECVFROM | SC_RECV)
{
	struct ends ends = connect_ends(&streams[0]);

	other_closes(&ends);
	expect_value(0, t_recvfrom(ends.fd, NULL, 64, 0, NULL, NULL));
}

CASE("recvfrom.tcp.reset[tcp,before-buffer]", .doors = SC_RECVFROM | SC_RECV)
{
	struct ends ends = connect_ends(&streams[0]);

	reset_stream(&ends);
	expect_errno(ECONNRESET, t_recvfrom(ends.fd, NULL, 64, 0, NULL, NULL));
}

/* Bytes that cannot be copied stay in spite of the end, and of a reset. */
static void fault_at_end(const void *data)
{
	const struct ending *row = data;
	struct ends ends = connect_ends(&streams[0]);

	send_and_wait(&ends, "abcd", 0);
	row->happens(&ends);
	expect_errno(EFAULT,
		     t_recvfrom(ends.fd, (void *)unmapped_memory(), 64, 0, NULL, NULL));
	expect_left_then(&ends, "abcd", row->first);
}

CASES(fault_at_end)
{
	for (size_t e = 0; e < COUNT(endings); e++)
		add_case(.name = name_case("recvfrom.buffer.unwritable[tcp,%s]",
					   endings[e].name),
			 .run_row = fault_at_end, .row = &endings[e]);
}

/* A listener that closes resets whom it has not accepted. */
static void never_accepted(const void *data)
{
	const struct stream *it = data;
	int listener = listen_on(it);
	int fd = must_socket(it->domain, SOCK_STREAM, 0);

	must_connect(fd, ip_address(it->local, TCP_PORT));
	wait_readable(listener);
	must_close(listener);
	wait_for_events(fd, POLLHUP);
	expect_errno(ECONNRESET, receive(fd, 64, 0));
	expect_that(receive(fd, 64, 0) == 0, "it is not over");
}

CASES(never_accepted)
{
	for (size_t s = 0; s < COUNT(streams); s++)
		add_case(.name = name_case("recvfrom.tcp.reset[%s,never-accepted]",
					   streams[s].name),
			 .run_row = never_accepted, .row = &streams[s],
			 .has = { FEATURE_FAMILY(streams[s].domain) });
}

#define NEEDS_MESSAGES (SC_CAP(LINUX_CAP_NET_ADMIN) | SC_CAP(LINUX_CAP_NET_RAW))

/* IP_RECVERR: ICMP's word is told, and the connection stands. */
static struct ends unreachable(const char *text)
{
	struct ends ends = connect_ends(&streams[0]);

	must_option(ends.fd, IPPROTO_IP, IP_RECVERR, 1);
	if (*text)
		send_and_wait(&ends, text, 0);
	tell_unreachable(ends.fd);
	return ends;
}

CASE("recvfrom.tcp.unreachable[tcp]", .caps = NEEDS_MESSAGES,
     .doors = doors_for(64, 0, false) & ~SC_RECVMMSG)
{
	struct ends ends = unreachable("");

	expect_errno(EHOSTUNREACH, receive(ends.fd, 64, 0));
	expect_left_then(&ends, "", -EAGAIN);
}

/* What had come is read before. */
CASE("recvfrom.tcp.unreachable[tcp,behind-bytes]", .caps = NEEDS_MESSAGES,
     .doors = doors_for(64, 0, false) & ~SC_RECVMMSG)
{
	struct ends ends = unreachable("abcd");

	must(receive(ends.fd, 64, 0) == 4, "the bytes do not come");
	expect_errno(EHOSTUNREACH, receive(ends.fd, 64, 0));
	expect_left_then(&ends, "", -EAGAIN);
}

/* It ends the wait for more. */
CASE("recvfrom.tcp.less_than_wanted[tcp,waitall,unreachable]", .caps = NEEDS_MESSAGES)
{
	struct ends ends = unreachable("abcd");

	expect_value(4, receive(ends.fd, 8, MSG_WAITALL));
	expect_bytes("abcd");
}
