/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tcp_urgent_ends.c - recvfrom(2) with MSG_OOB on a connection of TCP that has ended,
 * or at which the urgent byte was announced and has not come.
 */
#include <unistd.h>

#include "tcp_urgent.h"

/* The other end has ended: the byte is there all the same. */
CASE("recvfrom.tcp.urgent_received[tcp,after-end]")
{
	struct ends ends = marked(&streams[0], "ab!cd");

	end_stream(&ends);
	expect_value(1, receive(ends.fd, 1, MSG_OOB));
	expect_left_then(&ends, "ab|cd", 0);
}

/* Both have: the connection is no more, and was ended in order. */
CASE("recvfrom.tcp.urgent_received[tcp,after-both-ends]")
{
	struct ends ends = marked(&streams[0], "ab!cd");

	end_stream(&ends);
	sc_must(SC_LINE, t_shutdown(ends.fd, SHUT_WR), "shutdown(2), SHUT_WR");
	wait_for_events(ends.fd, POLLHUP);
	expect_value(1, receive(ends.fd, 1, MSG_OOB));
	expect_left_then(&ends, "ab|cd", 0);
}

CASE("recvfrom.tcp.urgent_received[tcp,shut-down-here]")
{
	struct ends ends = marked(&streams[0], "ab!cd");

	sc_must(SC_LINE, t_shutdown(ends.fd, SHUT_RD), "shutdown(2), SHUT_RD");
	expect_value(1, receive(ends.fd, 1, MSG_OOB));
	expect_left_then(&ends, "ab|cd", 0);
}

/* Reset, it is not, though what stands in the stream is. */
static const struct lost {
	const char *name;
	size_t length;
	int flags;
} lost[] = {
	{ "reset", 1, 0 },
	{ "reset,peek", 1, MSG_PEEK },
	{ "reset,length-0", 0, 0 },
	{ "reset,dontwait", 1, MSG_DONTWAIT },
};

static void lost_by_reset(const void *data)
{
	const struct lost *row = data;
	struct ends ends = marked(&streams[0], "ab!cd");

	reset_stream(&ends);
	expect_errno(ENOTCONN, receive(ends.fd, row->length, MSG_OOB | row->flags));
	expect_left_then(&ends, "ab|cd", -ECONNRESET);
}

CASES(lost)
{
	for (size_t i = 0; i < COUNT(lost); i++)
		add_case(.name = name_case("recvfrom.tcp.urgent_not_connected[tcp,%s]",
					   lost[i].name),
			 .run_row = lost_by_reset, .row = &lost[i],
			 .doors = SC_RECVFROM | SC_RECV | SC_RECVMSG);
}

/* It is not taken by that, and refused as often as it is asked for. */
CASE("recvfrom.tcp.urgent_not_connected[tcp,reset,again]")
{
	struct ends ends = marked(&streams[0], "ab!cd");

	reset_stream(&ends);
	for (int i = 0; i < 2; i++)
		expect_errno(ENOTCONN, receive(ends.fd, 1, MSG_OOB));
	expect_left_then(&ends, "ab|cd", -ECONNRESET);
}

CASE("recvfrom.tcp.urgent_not_connected[tcp,before-buffer]")
{
	struct ends ends = marked(&streams[0], "ab!cd");

	reset_stream(&ends);
	expect_errno(ENOTCONN, t_recvfrom(ends.fd, (void *)unmapped_memory(), 1,
					  MSG_OOB, NULL, NULL));
}

/* Where none waits, that comes first; an error that waits is not told by MSG_OOB. */
static void nothing_urgent_after(const void *data)
{
	const char *sent = data;
	struct ends ends = marked(&streams[0], sent);

	if (strchr(sent, '!'))
		must(receive(ends.fd, 1, MSG_OOB) == 1, "the urgent byte is not given");
	reset_stream(&ends);
	expect_errno(EINVAL, receive(ends.fd, 1, MSG_OOB));
	expect_left_then(&ends, sent[0] == 'x' ? "x" : "ab|cd", -ECONNRESET);
}

CASES(nothing_urgent)
{
	add_case(.name = "recvfrom.tcp.no_urgent_data[tcp,before-reset]",
		 .run_row = nothing_urgent_after, .row = "x");
	add_case(.name = "recvfrom.tcp.no_urgent_data[tcp,before-reset,after-read]",
		 .run_row = nothing_urgent_after, .row = "ab!cd");
}

CASE("recvfrom.tcp.no_urgent_data[tcp,at-end]", .doors = doors_for(1, MSG_OOB, false))
{
	struct ends ends = connect_ends(&streams[0]);

	end_stream(&ends);
	expect_errno(EINVAL, receive(ends.fd, 1, MSG_OOB));
	expect_left_then(&ends, "", 0);
}

CASE("recvfrom.tcp.no_urgent_data[tcp,shut-down-here]")
{
	struct ends ends = connect_ends(&streams[0]);

	sc_must(SC_LINE, t_shutdown(ends.fd, SHUT_RD), "shutdown(2), SHUT_RD");
	expect_errno(EINVAL, receive(ends.fd, 1, MSG_OOB));
}

/* connect(2), AF_UNSPEC, throws it away. */
CASE("recvfrom.tcp.no_urgent_data[tcp,disconnected]")
{
	struct ends ends = marked(&streams[0], "ab!cd");

	must_connect(ends.fd, family_only(AF_UNSPEC, 16));
	expect_errno(EINVAL, receive(ends.fd, 1, MSG_OOB));
}

/* A byte that is announced, and cannot come as there is no room before it. */
static struct ends announced(const struct stream *it)
{
	int fd = must_socket(it->domain, SOCK_STREAM, 0);
	struct ends ends;

	must_option(fd, SOL_SOCKET, SO_RCVBUF, 8192);
	ends = connect_socket(it, fd);
	announce_urgent(ends.fd, ends.other);
	return ends;
}

struct announced_row {
	const struct stream *stream;
	const struct lost *asked;
};

static void not_there_yet(const void *data)
{
	const struct announced_row *row = data;
	struct ends ends = announced(row->stream);

	/* Blocking sockets do not wait for it either. */
	expect_errno(EAGAIN,
		     receive(ends.fd, row->asked->length, MSG_OOB | row->asked->flags));
}

static const struct lost announced_asked[] = {
	{ "length-1", 1, 0 },	       { "length-0", 0, 0 },
	{ "peek", 1, MSG_PEEK },       { "dontwait", 1, MSG_DONTWAIT },
	{ "waitall", 1, MSG_WAITALL }, { "trunc", 1, MSG_TRUNC },
};

CASES(announced)
{
	for (size_t s = 0; s < COUNT(streams); s++)
		for (size_t i = 0; i < COUNT(announced_asked); i++) {
			struct announced_row row = { &streams[s], &announced_asked[i] };

			add_for(row.stream, stream_doors(row.stream, 1, MSG_OOB),
				not_there_yet, row,
				"recvfrom.tcp.urgent_announced[%s,%s]",
				row.stream->name, row.asked->name);
		}
}

CASE("recvfrom.tcp.urgent_announced[tcp,before-buffer]")
{
	struct ends ends = announced(&streams[0]);

	expect_errno(EAGAIN, t_recvfrom(ends.fd, (void *)unmapped_memory(), 1, MSG_OOB,
					NULL, NULL));
}

CASE("recvfrom.tcp.urgent_inline[tcp,before-announced]")
{
	struct ends ends = announced(&streams[0]);

	must_option(ends.fd, SOL_SOCKET, SO_OOBINLINE, 1);
	expect_errno(EINVAL, receive(ends.fd, 1, MSG_OOB));
}

CASE("recvfrom.tcp.urgent_never_comes[tcp,shut-down-here]",
     .doors = doors_for(1, MSG_OOB, false))
{
	struct ends ends = announced(&streams[0]);

	sc_must(SC_LINE, t_shutdown(ends.fd, SHUT_RD), "shutdown(2), SHUT_RD");
	expect_value(0, receive(ends.fd, 1, MSG_OOB));
}

CASE("recvfrom.tcp.urgent_not_connected[tcp,before-announced]")
{
	struct ends ends = announced(&streams[0]);

	reset_stream(&ends);
	expect_errno(ENOTCONN, receive(ends.fd, 1, MSG_OOB));
}

/* Where the byte that is announced comes next, a read waits for it as for any other,
 * and is interrupted, or told that it would wait. */
#define FAR_AWAY 60000

static const struct next {
	const char *rule;
	const char *name;
	bool signal, restarting, timed;
	int flags;
	int error;
} nexts[] = {
	{ "wait.interrupted", "signal", true, false, false, 0, EINTR },
	{ "wait.interrupted", "signal,peek", true, false, false, MSG_PEEK, EINTR },
	{ "wait.interrupted", "signal,waitall", true, false, false, MSG_WAITALL,
	  EINTR },
	{ "wait.interrupted", "signal,so_rcvtimeo", true, false, true, 0, EINTR },
	{ "wait.interrupted", "sa_restart,so_rcvtimeo", true, true, true, 0, EINTR },
	{ "tcp.would_block", "dontwait", false, false, false, MSG_DONTWAIT, EAGAIN },
	{ "tcp.would_block", "dontwait,peek", false, false, false,
	  MSG_DONTWAIT | MSG_PEEK, EAGAIN },
};

static void announced_next(const void *data)
{
	const struct next *row = data;
	struct ends ends = connect_ends(&streams[0]);

	announce_urgent_here(ends.fd);
	if (row->timed)
		set_timeout(ends.fd, FAR_AWAY);
	if (row->signal)
		interrupt_next_wait(row->restarting);
	expect_errno(row->error, receive(ends.fd, 64, row->flags));
}

/* "Are we at urgent data? Stop if we have read anything or have SIGURG pending", and
 * not behind it: tcp_recvmsg_locked().  The signal and what follows the byte come at
 * once. */
CASE("recvfrom.wait.interrupted[tcp,urgent-comes]",
     .caps = SC_CAP(LINUX_CAP_NET_ADMIN) | SC_CAP(LINUX_CAP_NET_RAW))
{
	struct ends ends = connect_ends(&streams[0]);

	sc_must(SC_LINE, t_fcntl(ends.fd, F_SETOWN, getpid()), "F_SETOWN");
	urgent_at_next_wait(ends.fd, "!data");
	expect_errno(EINTR, receive(ends.fd, 64, 0));
}

/* A peek that began at the mark goes on behind what it has, when more comes. */
CASE("recvfrom.tcp.mark_skipped[tcp,peek,waitall,more-comes]")
{
	struct ends ends = marked(&streams[0], "!cd");

	bytes_at_next_wait(ends.fd, ends.other, "ef", 0);
	expect_value(4, receive(ends.fd, 4, MSG_PEEK | MSG_WAITALL));
	expect_bytes("cdef");
}

CASES(nexts)
{
	for (size_t i = 0; i < COUNT(nexts); i++)
		add_case(.name = name_case("recvfrom.%s[tcp,announced-next,%s]",
					   nexts[i].rule, nexts[i].name),
			 .run_row = announced_next, .row = &nexts[i],
			 .doors = doors_for(1, nexts[i].flags, false) & ~SC_RECVMMSG,
			 .caps = SC_CAP(LINUX_CAP_NET_ADMIN) |
				 SC_CAP(LINUX_CAP_NET_RAW));
}
