/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tcp_wait.c - recvfrom(2) that waits on a connection of TCP: for the first bytes, for
 * all with MSG_WAITALL, for as many as SO_RCVLOWAT says; and what ends the wait.
 */
#include "tcp.h"

/* Milliseconds. */
#define TIMEOUT 30

/* What ends the wait. */
enum what {
	MORE,	     /* "efgh" is sent */
	URGENT,	     /* "ef!" is, of which the last is urgent */
	JUST_URGENT, /* "!" is */
	END,
	RESET,
	SHUTDOWN,
	DISCONNECT,
	TIME,
	SIGNAL,
	RESTARTING_SIGNAL,
};

static const struct scene {
	const char *rule;
	const char *name;
	const char *sent; /* waits already */
	enum what what;
	int lowat;
	size_t length;
	int flags;
	long value;
	const char *gives;
	const char *left;
	long then;
} scenes[] = {
	/* nothing is there */
	{ "tcp.came_meanwhile", "first-bytes", "", MORE, 0, 64, 0, 4, "efgh", "",
	  -EAGAIN },
	{ "tcp.came_meanwhile", "first-bytes,less-room", "", MORE, 0, 3, 0, 3, "efg",
	  "h", -EAGAIN },
	{ "tcp.came_meanwhile", "first-bytes,peek", "", MORE, 0, 64, MSG_PEEK, 4,
	  "efgh", "efgh", -EAGAIN },
	{ "tcp.came_meanwhile", "first-bytes,trunc", "", MORE, 0, 3, MSG_TRUNC, 3, "",
	  "h", -EAGAIN },
	{ "tcp.came_meanwhile", "first-bytes,waitall", "", MORE, 0, 4, MSG_WAITALL, 4,
	  "efgh", "", -EAGAIN },
	{ "tcp.came_meanwhile", "first-bytes,length-0", "", MORE, 0, 0, 0, 0, "",
	  "efgh", -EAGAIN },
	{ "tcp.at_end", "while-waiting", "", END, 0, 64, 0, 0, "", "", 0 },
	{ "tcp.at_end", "while-waiting,peek", "", END, 0, 64, MSG_PEEK, 0, "", "", 0 },
	{ "tcp.at_end", "while-waiting,waitall", "", END, 0, 64, MSG_WAITALL, 0, "", "",
	  0 },
	{ "tcp.reset", "while-waiting", "", RESET, 0, 64, 0, -ECONNRESET, "", "", 0 },
	{ "tcp.reset", "while-waiting,waitall", "", RESET, 0, 64, MSG_WAITALL,
	  -ECONNRESET, "", "", 0 },
	{ "tcp.shut_down", "while-waiting", "", SHUTDOWN, 0, 64, 0, 0, "", "", 0 },
	{ "tcp.shut_down", "while-waiting,peek", "", SHUTDOWN, 0, 64, MSG_PEEK, 0, "",
	  "", 0 },
	{ "tcp.disconnected", "nothing-there", "", DISCONNECT, 0, 64, 0, -EPIPE, "", "",
	  -ECONNRESET },
	{ "tcp.disconnected", "nothing-there,peek", "", DISCONNECT, 0, 64, MSG_PEEK,
	  -EPIPE, "", "", -ECONNRESET },
	/* MSG_WAITALL with some bytes there */
	{ "tcp.came_meanwhile", "waitall", "abcd", MORE, 0, 8, MSG_WAITALL, 8,
	  "abcdefgh", "", -EAGAIN },
	{ "tcp.came_meanwhile", "waitall,less-than-comes", "abcd", MORE, 0, 6,
	  MSG_WAITALL, 6, "abcdef", "gh", -EAGAIN },
	{ "tcp.came_meanwhile", "waitall,peek", "abcd", MORE, 0, 8,
	  MSG_WAITALL | MSG_PEEK, 8, "abcdefgh", "abcdefgh", -EAGAIN },
	{ "tcp.came_meanwhile", "waitall,trunc", "abcd", MORE, 0, 6,
	  MSG_WAITALL | MSG_TRUNC, 6, "", "gh", -EAGAIN },
	{ "tcp.came_meanwhile", "waitall,over-lowat", "abcd", MORE, 2, 8, MSG_WAITALL,
	  8, "abcdefgh", "", -EAGAIN },
	{ "tcp.less_than_wanted", "waitall,end", "abcd", END, 0, 8, MSG_WAITALL, 4,
	  "abcd", "", 0 },
	{ "tcp.less_than_wanted", "waitall,end,peek", "abcd", END, 0, 8,
	  MSG_WAITALL | MSG_PEEK, 4, "abcd", "abcd", 0 },
	{ "tcp.less_than_wanted", "waitall,reset", "abcd", RESET, 0, 8, MSG_WAITALL, 4,
	  "abcd", "", -ECONNRESET },
	{ "tcp.less_than_wanted", "waitall,shutdown", "abcd", SHUTDOWN, 0, 8,
	  MSG_WAITALL, 4, "abcd", "", 0 },
	{ "tcp.less_than_wanted", "waitall,disconnect", "abcd", DISCONNECT, 0, 8,
	  MSG_WAITALL, 4, "abcd", "", -ECONNRESET },
	{ "tcp.less_than_wanted", "waitall,time", "abcd", TIME, 0, 8, MSG_WAITALL, 4,
	  "abcd", "", -EAGAIN },
	{ "tcp.less_than_wanted", "waitall,time,peek", "abcd", TIME, 0, 8,
	  MSG_WAITALL | MSG_PEEK, 4, "abcd", "abcd", -EAGAIN },
	{ "tcp.less_than_wanted", "waitall,signal", "abcd", SIGNAL, 0, 8, MSG_WAITALL,
	  4, "abcd", "", -EAGAIN },
	{ "tcp.less_than_wanted", "waitall,signal,peek", "abcd", SIGNAL, 0, 8,
	  MSG_WAITALL | MSG_PEEK, 4, "abcd", "abcd", -EAGAIN },
	{ "tcp.less_than_wanted", "waitall,signal,sa_restart", "abcd",
	  RESTARTING_SIGNAL, 0, 8, MSG_WAITALL, 4, "abcd", "", -EAGAIN },
	{ "tcp.stops_at_mark", "while-waiting", "abcd", URGENT, 0, 8, MSG_WAITALL, 6,
	  "abcdef", "", -EAGAIN },
	{ "tcp.stops_at_mark", "while-waiting,just-urgent", "abcd", JUST_URGENT, 0, 8,
	  MSG_WAITALL, 4, "abcd", "", -EAGAIN },
	{ "tcp.stops_at_mark", "while-waiting,nothing-there", "", URGENT, 0, 8, 0, 2,
	  "ef", "", -EAGAIN },
	/* SO_RCVLOWAT.  tcp_data_ready() does not count what the call has taken: it
	 * sleeps on where less than that comes in addition, and what is there would do.
	 */
	{ "tcp.came_meanwhile", "lowat", "ab", MORE, 4, 64, 0, 6, "abefgh", "",
	  -EAGAIN },
	{ "tcp.came_meanwhile", "lowat,length-3", "ab", MORE, 4, 3, 0, 3, "abe", "fgh",
	  -EAGAIN },
	{ "tcp.came_meanwhile", "lowat,peek", "abcd", MORE, 6, 64, MSG_PEEK, 8,
	  "abcdefgh", "abcdefgh", -EAGAIN },
	{ "tcp.less_than_wanted", "lowat,end", "abcd", END, 8, 64, 0, 4, "abcd", "",
	  0 },
	{ "tcp.less_than_wanted", "lowat,reset", "abcd", RESET, 8, 64, 0, 4, "abcd", "",
	  -ECONNRESET },
	{ "tcp.less_than_wanted", "lowat,shutdown", "abcd", SHUTDOWN, 8, 64, 0, 4,
	  "abcd", "", 0 },
	{ "tcp.less_than_wanted", "lowat,time", "abcd", TIME, 8, 64, 0, 4, "abcd", "",
	  -EAGAIN },
	{ "tcp.less_than_wanted", "lowat-5,time", "abcd", TIME, 5, 64, 0, 4, "abcd", "",
	  -EAGAIN },
	{ "tcp.less_than_wanted", "lowat,signal", "abcd", SIGNAL, 8, 64, 0, 4, "abcd",
	  "", -EAGAIN },
	{ "wait.timed_out", "lowat,nothing-there", "", TIME, 8, 64, 0, -EAGAIN, "", "",
	  -EAGAIN },
	{ "wait.interrupted", "lowat,nothing-there", "", SIGNAL, 8, 64, 0, -EINTR, "",
	  "", -EAGAIN },
};

struct row {
	const struct stream *stream;
	const struct scene *scene;
};

static void arrange(const struct ends *ends, enum what what)
{
	switch (what) {
	case MORE:
		bytes_at_next_wait(ends->fd, ends->other, "efgh", 0);
		break;
	case URGENT:
		bytes_at_next_wait(ends->fd, ends->other, "ef!", MSG_OOB);
		break;
	case JUST_URGENT:
		bytes_at_next_wait(ends->fd, ends->other, "!", MSG_OOB);
		break;
	case END:
		end_at_next_wait(ends->fd, ends->other);
		break;
	case RESET:
		reset_at_next_wait(ends->fd, ends->other);
		break;
	case SHUTDOWN:
		shutdown_at_next_wait(ends->fd);
		break;
	case DISCONNECT:
		disconnect_at_next_wait(ends->fd);
		break;
	case TIME:
		set_timeout(ends->fd, TIMEOUT);
		break;
	case SIGNAL:
	case RESTARTING_SIGNAL:
		interrupt_next_wait(what == RESTARTING_SIGNAL);
		break;
	}
}

static void wait_for_it(const void *data)
{
	const struct row *row = data;
	const struct scene *it = row->scene;
	struct ends ends = connect_ends(row->stream);
	double began;
	long came;

	if (it->lowat)
		must_option(ends.fd, SOL_SOCKET, SO_RCVLOWAT, it->lowat);
	if (*it->sent)
		send_and_wait(&ends, it->sent, 0);
	arrange(&ends, it->what);
	began = now_in_milliseconds();
	came = receive(ends.fd, it->length, it->flags);
	if (it->value < 0)
		expect_last_errno_in((int)-it->value);
	else
		sc_expect_value(SC_LINE, it->value, came);
	expect_that(it->what != TIME || target_waits_not() ||
			    now_in_milliseconds() - began >= TIMEOUT - TICK,
		    "it has not waited for its time");
	expect_bytes(it->gives);
	expect_left_then(&ends, it->left, it->then);
}

/* What takes its time has it once. */
static unsigned int doors_of(const struct stream *stream, const struct scene *it)
{
	if (it->what == TIME)
		return SC_RECVFROM;
	return stream_doors(stream, it->length, it->flags);
}

CASES(scenes)
{
	for (size_t s = 0; s < COUNT(streams); s++)
		for (size_t i = 0; i < COUNT(scenes); i++) {
			struct row row = { &streams[s], &scenes[i] };

			add_for(row.stream, doors_of(row.stream, &scenes[i]),
				wait_for_it, row, "recvfrom.%s[%s,%s]", scenes[i].rule,
				row.stream->name, scenes[i].name);
		}
}

/* What comes meanwhile, and cannot be copied: the bytes that could be count. */
static const struct fault {
	const char *name;
	size_t writable; /* of which four are taken by what was there */
	size_t length;
	int flags;
} faults[] = {
	{ "waitall", 4, 8, MSG_WAITALL },
	{ "waitall,half", 6, 8, MSG_WAITALL },
	{ "waitall,all-but-one", 7, 8, MSG_WAITALL },
	{ "waitall,peek", 4, 8, MSG_WAITALL | MSG_PEEK },
};

static void rest_cannot_be_written(const void *data)
{
	const struct fault *row = data;
	struct ends ends = connect_ends(&streams[0]);
	unsigned char room[8] = { 0 };
	unsigned char *buffer = (unsigned char *)cut_off_after(room, row->writable);

	send_and_wait(&ends, "abcd", 0);
	bytes_at_next_wait(ends.fd, ends.other, "efgh", 0);
	expect_value(4,
		     t_recvfrom(ends.fd, buffer, row->length, row->flags, NULL, NULL));
	expect_that(!memcmp(buffer, "abcd", 4), "other bytes than were sent");
	expect_left(&ends, row->flags & MSG_PEEK ? "abcdefgh" : "efgh");
}

CASES(faults)
{
	for (size_t i = 0; i < COUNT(faults); i++)
		add_case(.name = name_case("recvfrom.tcp.rest_unwritable[tcp,%s]",
					   faults[i].name),
			 .run_row = rest_cannot_be_written, .row = &faults[i]);
}

/* The first ones that come cannot be copied: they stay. */
CASE("recvfrom.buffer.unwritable[tcp,while-waiting]", .doors = doors_for(1, 0, false))
{
	struct ends ends = connect_ends(&streams[0]);

	bytes_at_next_wait(ends.fd, ends.other, "efgh", 0);
	expect_errno(EFAULT,
		     t_recvfrom(ends.fd, (void *)unmapped_memory(), 64, 0, NULL, NULL));
	expect_left(&ends, "efgh");
}

/* Nor can the address, where the end comes. */
CASE("recvfrom.address.addrlen_unreadable[tcp,while-waiting]")
{
	struct ends ends = connect_ends(&streams[0]);

	end_at_next_wait(ends.fd, ends.other);
	expect_errno(EFAULT,
		     t_recvfrom(ends.fd, inbox.buffer, 64, 0, inbox.address, NULL));
	expect_left_then(&ends, "", 0);
}

/* An urgent byte alone is none to end the wait with, where it stands first; MSG_PEEK
 * leaves it, and waits behind it all the same. */
static const struct first_urgent {
	const char *rule;
	const char *name;
	const char *comes;
	int flags;
	long value;
	const char *gives;
	bool stays;
} firsts[] = {
	{ "tcp.mark_skipped", "bytes-come", "efgh", 0, 4, "efgh", false },
	{ "tcp.mark_skipped", "bytes-come,peek", "efgh", MSG_PEEK, 4, "efgh", true },
	{ "wait.timed_out", "behind-urgent-byte", NULL, 0, -EAGAIN, "", false },
	{ "wait.timed_out", "behind-urgent-byte,peek", NULL, MSG_PEEK, -EAGAIN, "",
	  true },
};

static void waits_behind_urgent(const void *data)
{
	const struct first_urgent *row = data;
	struct ends ends = connect_ends(&streams[0]);
	long came;

	send_and_wait(&ends, "!", MSG_OOB);
	if (row->comes)
		bytes_at_next_wait(ends.fd, ends.other, row->comes, 0);
	else
		set_timeout(ends.fd, TIMEOUT);
	came = receive(ends.fd, 64, row->flags);
	if (row->value < 0)
		expect_last_errno_in((int)-row->value);
	else
		sc_expect_value(SC_LINE, row->value, came);
	expect_bytes(row->gives);
	came = receive(ends.fd, 1, MSG_OOB);
	expect_that(came == (row->stays ? 1 : -EINVAL), "MSG_OOB gave %ld afterwards",
		    came);
}

CASES(firsts)
{
	for (size_t i = 0; i < COUNT(firsts); i++)
		add_case(.name = name_case("recvfrom.%s[tcp,%s]", firsts[i].rule,
					   firsts[i].name),
			 .run_row = waits_behind_urgent, .row = &firsts[i]);
}

/* Behind all that a peek has seen, the next one waits for more. */
CASE("recvfrom.tcp.peeked_on[tcp,while-waiting]", .since = LINUX(6, 9))
{
	struct ends ends = connect_ends(&streams[0]);

	send_and_wait(&ends, "abcd", 0);
	must_option(ends.fd, SOL_SOCKET, SO_PEEK_OFF, 4);
	bytes_at_next_wait(ends.fd, ends.other, "efgh", 0);
	expect_value(4, receive(ends.fd, 64, MSG_PEEK));
	expect_bytes("efgh");
	expect_left(&ends, "abcdefgh");
}

CASE("recvfrom.tcp.peeked_on[tcp,while-waiting,waitall]", .since = LINUX(6, 9))
{
	struct ends ends = connect_ends(&streams[0]);

	send_and_wait(&ends, "abcd", 0);
	must_option(ends.fd, SOL_SOCKET, SO_PEEK_OFF, 2);
	bytes_at_next_wait(ends.fd, ends.other, "efgh", 0);
	expect_value(6, receive(ends.fd, 6, MSG_PEEK | MSG_WAITALL));
	expect_bytes("cdefgh");
	expect_left(&ends, "abcdefgh");
}
