/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * vsock_records.c - recvfrom(2) of both kinds of connection of AF_VSOCK: records,
 * waits, ends, and memory that cannot be written.
 */
#include <poll.h>
#include <stdio.h>

#include "timeout.h"
#include "vsock.h"

/* Milliseconds. */
#define TIMEOUT	     30
#define LONG_TIMEOUT 50

static const int types[] = { SOCK_STREAM, SOCK_SEQPACKET };
static const char *const type_names[] = { "stream", "seqpacket" };

static void send_data(int fd, const char *data, size_t length)
{
	must(t_sendto(fd, data, length, 0, NULL, 0) == (long)length,
	     "nothing was sent");
}

static int with_record(void)
{
	int fds[2];

	connect_two(SOCK_SEQPACKET, fds);
	send_data(fds[1], "record", 6);
	wait_readable(fds[0]);
	return fds[0];
}

static const struct asked {
	const char *name, *rule;
	size_t length;
	int flags;
	long value;
} asked[] = {
	{ "length-64", "received", 64, 0, 6 },
	{ "length-6", "received", 6, 0, 6 },
	{ "length-64,trunc", "received", 64, MSG_TRUNC, 6 },
	{ "length-64,waitall", "received", 64, MSG_WAITALL, 6 },
	{ "length-3", "cut", 3, 0, 3 },
	{ "length-3,trunc", "length_told", 3, MSG_TRUNC, 6 },
};

/* What there is no room for is gone. */
static void comes(const void *data)
{
	const struct asked *row = data;
	int fd = with_record();

	expect_value(row->value,
		     t_recvfrom(fd, inbox.buffer, row->length, row->flags, NULL, NULL));
	expect_next(fd, -EAGAIN);
}

CASES(asked)
{
	for (size_t i = 0; i < COUNT(asked); i++)
		add_case(.name = name_case("recvfrom.datagram.%s[vsock-seqpacket,%s]",
					   asked[i].rule, asked[i].name),
			 .run_row = comes, .row = &asked[i], LOCAL,
			 .doors = SC_RECV | SC_RECVMSG | SC_RECVMMSG |
				  (asked[i].flags ? 0 : SC_READ | SC_READV));
}

/* Records are kept apart. */
CASE("recvfrom.datagram.received[vsock-seqpacket,two]",
     .doors = SC_RECV | SC_RECVMSG | SC_READ, LOCAL)
{
	int fds[2];

	connect_two(SOCK_SEQPACKET, fds);
	send_data(fds[1], "first", 5);
	send_data(fds[1], "second", 6);
	wait_readable(fds[0]);
	expect_value(5, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
	wait_readable(fds[0]);
	expect_value(6, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
	expect_next(fds[0], -EAGAIN);
}

CASE("recvfrom.vsock.record_peeked", .until = LINUX(6, 6), LOCAL)
{
	int fd = with_record();

	expect_errno(ENOMEM, t_recvfrom(fd, inbox.buffer, 64, MSG_PEEK, NULL, NULL));
	expect_next(fd, 6);
}

CASE("recvfrom.datagram.peeked[vsock-seqpacket]", .since = LINUX(6, 6), LOCAL)
{
	int fd = with_record();

	for (int i = 0; i < 2; i++)
		expect_value(6, t_recvfrom(fd, inbox.buffer, 64, MSG_PEEK, NULL, NULL));
	expect_next(fd, 6);
}

/* What both kinds have in common. */
static void waits_not(const void *data)
{
	int fds[2];

	connect_two(*(const int *)data, fds);
	expect_errno(EAGAIN,
		     t_recvfrom(fds[0], inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL));
}

static void times_out(const void *data)
{
	int fds[2];

	connect_two(*(const int *)data, fds);
	set_timeout(fds[0], TIMEOUT);
	expect_errno(EAGAIN, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
}

static void sleeps(const void *data)
{
	double begin = busy_milliseconds();
	int fds[2];

	connect_two(*(const int *)data, fds);
	set_timeout(fds[0], LONG_TIMEOUT);
	expect_errno(EAGAIN, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
	expect_that(target_waits_not() ||
			    busy_milliseconds() - begin < LONG_TIMEOUT / 2.0,
		    "it was busy for %.1f of %d ms", busy_milliseconds() - begin,
		    LONG_TIMEOUT);
}

static void is_interrupted(const void *data)
{
	int fds[2];

	connect_two(*(const int *)data, fds);
	interrupt_next_wait(false);
	expect_errno(EINTR, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
}

static void refuses_out_of_band(const void *data)
{
	int fds[2];

	connect_two(*(const int *)data, fds);
	expect_errno(EOPNOTSUPP,
		     t_recvfrom(fds[0], inbox.buffer, 1, MSG_OOB, NULL, NULL));
}

static void wants_nothing(const void *data)
{
	int fds[2];

	connect_two(*(const int *)data, fds);
	expect_value(0, t_recvfrom(fds[0], inbox.buffer, 0, 0, NULL, NULL));
}

static void is_shut(const void *data)
{
	int fds[2];

	connect_two(*(const int *)data, fds);
	sc_must(SC_LINE, t_shutdown(fds[0], SHUT_RD), "shutdown(2)");
	expect_value(0, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
}

static void wait_for_end(int fd)
{
	wait_for_events(fd, POLLRDHUP);
}

static void sends_no_more(const void *data)
{
	int fds[2];

	connect_two(*(const int *)data, fds);
	send_data(fds[1], "last", 4);
	sc_must(SC_LINE, t_shutdown(fds[1], SHUT_WR), "shutdown(2)");
	wait_for_end(fds[0]);
	sc_must(SC_LINE, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL),
		"recvfrom(2)");
	expect_value(0, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
}

static void sends_no_more_to_peek(const void *data)
{
	int fds[2];

	connect_two(*(const int *)data, fds);
	sc_must(SC_LINE, t_shutdown(fds[1], SHUT_WR), "shutdown(2)");
	wait_for_end(fds[0]);
	expect_value(0, t_recvfrom(fds[0], inbox.buffer, 64, MSG_PEEK, NULL, NULL));
}

static void is_closed(const void *data)
{
	int fds[2];

	connect_two(*(const int *)data, fds);
	must_close(fds[1]);
	wait_for_end(fds[0]);
	expect_value(0, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
}

static void cannot_be_written(const void *data)
{
	int fds[2];

	connect_two(*(const int *)data, fds);
	send_data(fds[1], "data", 4);
	wait_readable(fds[0]);
	expect_errno(ENOMEM,
		     t_recvfrom(fds[0], (void *)unmapped_memory(), 64, 0, NULL, NULL));
}

static const struct {
	const char *name;
	void (*run)(const void *);
	int until;
} common[] = {
	{ "vsock.would_block[%s,connected]", waits_not, 0 },
	{ "wait.timed_out[vsock-%s]", times_out, 0 },
	{ "wait.timed_out[vsock-%s,asleep]", sleeps, 0 },
	{ "wait.interrupted[vsock-%s]", is_interrupted, 0 },
	{ "vsock.out_of_band[%s,connected]", refuses_out_of_band, 0 },
	{ "vsock.wants_nothing[%s,connected]", wants_nothing, 0 },
	{ "vsock.shut_down[%s,connected]", is_shut, 0 },
	{ "vsock.at_end[%s,shut-down]", sends_no_more, 0 },
	{ "vsock.at_end[%s,shut-down,peek]", sends_no_more_to_peek, 0 },
	{ "vsock.at_end[%s,closed]", is_closed, 0 },
	{ "vsock.unwritable[%s]", cannot_be_written, LINUX(6, 4) },
};

CASES(common)
{
	char format[64];

	for (size_t i = 0; i < COUNT(common); i++)
		for (size_t t = 0; t < COUNT(types); t++) {
			snprintf(format, sizeof(format), common[i].name, type_names[t]);
			add_case(.name = name_case("recvfrom.%s", format),
				 .run_row = common[i].run, .row = &types[t],
				 .until = common[i].until, LOCAL);
		}
}

/* Of a stream, MSG_WAITALL waits for all; a timeout ends that with what has come. */
CASE("recvfrom.stream.received[vsock,waitall,timeout]", LOCAL)
{
	int fds[2];

	connect_two(SOCK_STREAM, fds);
	set_timeout(fds[0], TIMEOUT);
	send_data(fds[1], "data", 4);
	expect_value(4, t_recvfrom(fds[0], inbox.buffer, 64, MSG_WAITALL, NULL, NULL));
}

/* The rest comes while it waits, or more than that. */
static void rest_comes(size_t wanted)
{
	int fds[2];

	connect_two(SOCK_STREAM, fds);
	send_data(fds[1], "data", 4);
	wait_readable(fds[0]);
	send_at_next_wait(fds[1], "more");
	expect_value((long)wanted,
		     t_recvfrom(fds[0], inbox.buffer, wanted, MSG_WAITALL, NULL, NULL));
	expect_that(nothing_behind() || !memcmp(inbox.buffer, "datamore", wanted),
		    "other bytes came");
	expect_next(fds[0], wanted == 8 ? -EAGAIN : 8 - (long)wanted);
}

CASE("recvfrom.stream.received[vsock,waitall,later-part]", .doors = SC_RECV, LOCAL)
{
	rest_comes(8);
}

CASE("recvfrom.stream.received[vsock,waitall,later-part,cut]", .doors = SC_RECV, LOCAL)
{
	rest_comes(6);
}

CASE("recvfrom.stream.received[vsock,waitall,two-parts]", LOCAL)
{
	int fds[2];

	connect_two(SOCK_STREAM, fds);
	send_data(fds[1], "data", 4);
	send_data(fds[1], "more", 4);
	expect_value(8, t_recvfrom(fds[0], inbox.buffer, 8, MSG_WAITALL, NULL, NULL));
	expect_next(fds[0], -EAGAIN);
}

/* Two packets, of which a call peeks at more than one. */
CASE("recvfrom.stream.peeked[vsock,two-parts]", LOCAL)
{
	int fds[2];

	connect_two(SOCK_STREAM, fds);
	send_data(fds[1], "data", 4);
	send_data(fds[1], "more", 4);
	sc_must(SC_LINE, t_shutdown(fds[1], SHUT_WR), "shutdown(2)");
	wait_for_end(fds[0]);
	expect_value(6, t_recvfrom(fds[0], inbox.buffer, 6, MSG_PEEK, NULL, NULL));
	expect_next(fds[0], 8);
}

/* A record that is longer than a packet of the transport, 64 KiB, comes in parts. */
#define LONG 100000

static unsigned char many[LONG];

static int with_long_record(void)
{
	int fds[2];

	connect_two(SOCK_SEQPACKET, fds);
	must(t_sendto(fds[1], many, LONG, 0, NULL, 0) == LONG, "it was not sent");
	wait_readable(fds[0]);
	return fds[0];
}

CASE("recvfrom.datagram.received[vsock-seqpacket,long]", .doors = SC_RECV | SC_READ,
     LOCAL)
{
	int fd = with_long_record();

	expect_value(LONG, t_recvfrom(fd, many, LONG, 0, NULL, NULL));
	expect_next(fd, -EAGAIN);
}

CASE("recvfrom.datagram.cut[vsock-seqpacket,long]", .doors = SC_RECV | SC_READ, LOCAL)
{
	int fd = with_long_record();

	expect_value(64, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
	expect_next(fd, -EAGAIN);
}

/* A call peeks at just as much as there is in the first of two packets. */
CASE("recvfrom.stream.peeked[vsock,first-part]", LOCAL)
{
	int fds[2];

	connect_two(SOCK_STREAM, fds);
	send_data(fds[1], "data", 4);
	send_data(fds[1], "more", 4);
	sc_must(SC_LINE, t_shutdown(fds[1], SHUT_WR), "shutdown(2)");
	wait_for_end(fds[0]);
	expect_value(4, t_recvfrom(fds[0], inbox.buffer, 4, MSG_PEEK, NULL, NULL));
	expect_next(fds[0], 8);
}

/* What has been received makes room: all in all, more comes than the buffer of the
 * socket, 256 KiB, holds at once. */
static void more_than_buffer(int type)
{
	struct timeval patience = { .tv_sec = 2 };
	int fds[2];

	connect_two(type, fds);
	sc_must(SC_LINE,
		t_setsockopt(fds[1], SOL_SOCKET, SO_SNDTIMEO, &patience,
			     sizeof(patience)),
		"setsockopt(2) of SO_SNDTIMEO");
	for (int i = 0; i < 5; i++) {
		expect_that(t_sendto(fds[1], many, LONG, 0, NULL, 0) == LONG,
			    "there is no room for part %d", i);
		wait_readable(fds[0]);
		expect_value(LONG,
			     t_recvfrom(fds[0], many, LONG, MSG_WAITALL, NULL, NULL));
	}
}

CASE("recvfrom.stream.received[vsock,more-than-buffer]", .doors = SC_RECV, LOCAL)
{
	more_than_buffer(SOCK_STREAM);
}

CASE("recvfrom.datagram.received[vsock-seqpacket,more-than-buffer]", .doors = SC_RECV,
     LOCAL)
{
	more_than_buffer(SOCK_SEQPACKET);
}
