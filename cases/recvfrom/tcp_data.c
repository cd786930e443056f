/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tcp_data.c - recvfrom(2) of bytes that wait on a connection of TCP: how many come,
 * what stays, what MSG_PEEK, MSG_TRUNC and the flags that mean nothing here change of
 * that, and what is lost with memory that cannot be written.
 */
#include <limits.h>
#include <sys/ioctl.h>

#include "places.h"
#include "tcp_asked.h"

static const struct asked asked[] = {
	{ "stream.received", "all", 8, 0, "abcdefgh", "", 0 },
	{ "stream.received", "more", 64, 0, "abcdefgh", "", 0 },
	{ "stream.received", "less", 3, 0, "abc", "defgh", 0 },
	{ "stream.received", "first-send", 4, 0, "abcd", "efgh", 0 },
	{ "stream.received", "across-sends", 5, 0, "abcde", "fgh", 0 },
	{ "stream.received", "one", 1, 0, "a", "bcdefgh", 0 },
	{ "stream.received", "all-but-one", 7, 0, "abcdefg", "h", 0 },
	{ "stream.received", "length-0", 0, 0, "", "abcdefgh", 0 },
	{ "stream.received", "length-0,waitall", 0, MSG_WAITALL, "", "abcdefgh", 0 },
	{ "stream.received", "dontwait", 64, MSG_DONTWAIT, "abcdefgh", "", 0 },
	{ "stream.received", "waitall,all", 8, MSG_WAITALL, "abcdefgh", "", 0 },
	{ "stream.received", "waitall,less", 5, MSG_WAITALL, "abcde", "fgh", 0 },
	{ "stream.received", "waitall,dontwait", 8, MSG_WAITALL | MSG_DONTWAIT,
	  "abcdefgh", "", 0 },
	{ "stream.received", "cmsg-cloexec", 64, MSG_CMSG_CLOEXEC, "abcdefgh", "", 0 },
	{ "stream.received", "dontroute", 64, MSG_DONTROUTE, "abcdefgh", "", 0 },
	{ "stream.received", "ctrunc", 64, MSG_CTRUNC, "abcdefgh", "", 0 },
	{ "stream.received", "0x10", 64, 0x10, "abcdefgh", "", 0 },
	{ "stream.received", "eor", 64, MSG_EOR, "abcdefgh", "", 0 },
	{ "stream.received", "fin", 64, 0x200, "abcdefgh", "", 0 },
	{ "stream.received", "syn", 64, 0x400, "abcdefgh", "", 0 },
	{ "stream.received", "confirm", 64, MSG_CONFIRM, "abcdefgh", "", 0 },
	{ "stream.received", "rst", 64, 0x1000, "abcdefgh", "", 0 },
	{ "stream.received", "nosignal", 64, MSG_NOSIGNAL, "abcdefgh", "", 0 },
	{ "stream.received", "more-flag", 64, MSG_MORE, "abcdefgh", "", 0 },
	{ "stream.received", "waitforone", 64, MSG_WAITFORONE, "abcdefgh", "", 0 },
	{ "stream.received", "batch", 64, 0x40000, "abcdefgh", "", 0 },
	{ "stream.received", "0x100000", 64, 0x100000, "abcdefgh", "", 0 },
	{ "stream.received", "0x01000000", 64, 0x01000000, "abcdefgh", "", 0 },
	{ "stream.received", "sock-devmem", 64, 0x2000000, "abcdefgh", "", 0 },
	{ "stream.received", "zerocopy", 64, 0x4000000, "abcdefgh", "", 0 },
	{ "stream.received", "fastopen", 64, 0x20000000, "abcdefgh", "", 0 },
	{ "stream.peeked", "all", 8, MSG_PEEK, "abcdefgh", "abcdefgh", 0 },
	{ "stream.peeked", "more", 64, MSG_PEEK, "abcdefgh", "abcdefgh", 0 },
	{ "stream.peeked", "less", 3, MSG_PEEK, "abc", "abcdefgh", 0 },
	{ "stream.peeked", "first-send", 4, MSG_PEEK, "abcd", "abcdefgh", 0 },
	{ "stream.peeked", "across-sends", 5, MSG_PEEK, "abcde", "abcdefgh", 0 },
	{ "stream.peeked", "length-0", 0, MSG_PEEK, "", "abcdefgh", 0 },
	{ "stream.peeked", "dontwait", 64, MSG_PEEK | MSG_DONTWAIT, "abcdefgh",
	  "abcdefgh", 0 },
	{ "stream.peeked", "waitall,all", 8, MSG_PEEK | MSG_WAITALL, "abcdefgh",
	  "abcdefgh", 0 },
	{ "stream.peeked", "waitall,across-sends", 6, MSG_PEEK | MSG_WAITALL, "abcdef",
	  "abcdefgh", 0 },
	{ "stream.discarded", "all", 8, MSG_TRUNC, "", "", 8 },
	{ "stream.discarded", "more", 64, MSG_TRUNC, "", "", 8 },
	{ "stream.discarded", "less", 3, MSG_TRUNC, "", "defgh", 3 },
	{ "stream.discarded", "across-sends", 6, MSG_TRUNC, "", "gh", 6 },
	{ "stream.discarded", "length-0", 0, MSG_TRUNC, "", "abcdefgh", 0 },
	{ "stream.discarded", "waitall", 8, MSG_TRUNC | MSG_WAITALL, "", "", 8 },
	{ "stream.discarded", "dontwait", 5, MSG_TRUNC | MSG_DONTWAIT, "", "fgh", 5 },
	{ "stream.discarded", "peek", 8, MSG_TRUNC | MSG_PEEK, "", "abcdefgh", 8 },
	{ "stream.discarded", "peek,more", 64, MSG_TRUNC | MSG_PEEK, "", "abcdefgh",
	  8 },
	{ "stream.discarded", "peek,less", 3, MSG_TRUNC | MSG_PEEK, "", "abcdefgh", 3 },
	{ "tcp.less_than_wanted", "waitall,dontwait", 64, MSG_WAITALL | MSG_DONTWAIT,
	  "abcdefgh", "", 0 },
	{ "tcp.less_than_wanted", "waitall,dontwait,peek", 64,
	  MSG_WAITALL | MSG_DONTWAIT | MSG_PEEK, "abcdefgh", "abcdefgh", 0 },
	{ "tcp.less_than_wanted", "waitall,dontwait,trunc", 64,
	  MSG_WAITALL | MSG_DONTWAIT | MSG_TRUNC, "", "", 8 },
};

CASES(asked)
{
	for (size_t s = 0; s < COUNT(streams); s++)
		for (size_t i = 0; i < COUNT(asked); i++)
			add_asked(&streams[s], &asked[i]);
}

/* More than any buffer has.  The doors with areas have a limit of their own. */
static const struct length {
	const char *name;
	size_t length;
	unsigned int doors;
} lengths[] = {
	{ "length-int-max", INT_MAX, SC_RECVFROM | SC_RECV | SC_READ },
	{ "length-int-max-and-1", (size_t)INT_MAX + 1, SC_RECVFROM | SC_RECV },
	{ "length-ssize-max", (size_t)SSIZE_MAX, SC_RECVFROM | SC_RECV },
	{ "length-size-max", SIZE_MAX, SC_RECVFROM | SC_RECV },
};

static void huge(const void *data)
{
	const struct length *row = data;
	struct ends ends = connect_ends(&streams[0]);

	send_and_wait(&ends, "abcd", 0);
	expect_value(4, receive(ends.fd, row->length, 0));
	expect_bytes("abcd");
	expect_left(&ends, "");
}

CASES(huge)
{
	for (size_t i = 0; i < COUNT(lengths); i++)
		add_case(.name = name_case("recvfrom.stream.received[tcp,%s]",
					   lengths[i].name),
			 .run_row = huge, .row = &lengths[i],
			 .doors = lengths[i].doors);
}

/* A peek takes nothing, however often; the read then gives it once. */
CASE("recvfrom.stream.peeked[tcp,twice]", .doors = doors_for(1, MSG_PEEK, false))
{
	struct ends ends = connect_ends(&streams[0]);

	send_and_wait(&ends, "abcd", 0);
	for (int i = 0; i < 3; i++) {
		expect_value(4, receive(ends.fd, 64, MSG_PEEK));
		expect_bytes("abcd");
	}
	expect_left(&ends, "abcd");
}

CASE("recvfrom.stream.peeked[tcp,after-read]")
{
	struct ends ends = connect_ends(&streams[0]);

	send_and_wait(&ends, "abcdef", 0);
	must(receive(ends.fd, 2, 0) == 2, "two bytes are not read");
	expect_value(3, receive(ends.fd, 3, MSG_PEEK));
	expect_bytes("cde");
	expect_left(&ends, "cdef");
}

/* One send, read byte by byte. */
CASE("recvfrom.stream.received[tcp,byte-by-byte]", .doors = doors_for(1, 0, false))
{
	struct ends ends = connect_ends(&streams[0]);

	send_and_wait(&ends, "abcdef", 0);
	for (int i = 0; i < 6; i++) {
		expect_value(1, receive(ends.fd, 1, 0));
		expect_that(inbox.buffer[0] == "abcdef"[i], "byte %d is another", i);
	}
	expect_left(&ends, "");
}

/* Discarded bytes are gone, those behind them are not. */
CASE("recvfrom.stream.discarded[tcp,then-read]")
{
	struct ends ends = connect_ends(&streams[0]);

	send_and_wait(&ends, "abcdef", 0);
	for (int i = 0; i < 2; i++)
		expect_value(2, receive(ends.fd, 2, MSG_TRUNC));
	expect_left(&ends, "ef");
}

/* A send that fills many segments, in reads of odd sizes; each byte tells its place. */
#define MANY	   60000
#define PIECE	   3001
#define BYTE_AT(i) ((unsigned char)((i)*7 + (i) / 256))

static void read_pieces(struct ends *ends, int flags)
{
	for (int at = 0; at < MANY; at += PIECE) {
		int due = at + PIECE < MANY ? PIECE : MANY - at;

		expect_value(due, receive(ends->fd, (size_t)due, flags));
		for (int i = 0; !target_waits_not() && i < due; i++)
			expect_that(inbox.buffer[i] == BYTE_AT(at + i),
				    "byte %d of the stream is another", at + i);
	}
}

static void send_many(struct ends *ends)
{
	static unsigned char many[MANY];

	for (int i = 0; i < MANY; i++)
		many[i] = BYTE_AT(i);
	send_bytes(ends, many, sizeof(many), 0);
	wait_for_all(ends);
}

CASE("recvfrom.stream.received[tcp,many-pieces]", .doors = doors_for(1, 0, false))
{
	struct ends ends = connect_ends(&streams[0]);

	send_many(&ends);
	read_pieces(&ends, 0);
	expect_left(&ends, "");
}

CASE("recvfrom.stream.received[tcp,many-pieces,waitall]")
{
	struct ends ends = connect_ends(&streams[0]);

	send_many(&ends);
	read_pieces(&ends, MSG_WAITALL);
	expect_left(&ends, "");
}

/* Nobody is told as the sender, whatever room there is for an address. */
static const int rooms[] = { 0, 1, 16, 28, 128, INT_MAX };

struct room_row {
	const struct stream *stream;
	int room;
	int flags;
};

static bool untouched(const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] != RESULT_FILL)
			return false;
	return true;
}

static void no_address(const void *data)
{
	const struct room_row *row = data;
	struct ends ends = connect_ends(row->stream);
	struct address none = { .length = 0 };

	send_and_wait(&ends, "abcd", 0);
	memset(inbox.address, RESULT_FILL, sizeof(inbox.address));
	inbox.addrlen = (socklen_t)row->room;
	expect_received(4, &none, row->room,
			t_recvfrom(ends.fd, inbox.buffer, 64, 0, inbox.address,
				   &inbox.addrlen));
	expect_that(inbox.addrlen == 0, "*addrlen is %u", inbox.addrlen);
	expect_that(untouched(inbox.address, sizeof(inbox.address)),
		    "an address is written");
	expect_bytes("abcd");
	expect_left(&ends, "");
}

CASES(rooms)
{
	for (size_t s = 0; s < COUNT(streams); s++)
		for (size_t i = 0; i < COUNT(rooms); i++) {
			struct room_row row = { &streams[s], rooms[i], 0 };

			add_for(row.stream, doors_for(1, 0, true), no_address, row,
				"recvfrom.address.none[%s,room-%d]", row.stream->name,
				rooms[i]);
		}
}

/* Memory that cannot be written, or read. */
static const struct bad {
	const char *rule;
	const char *name;
	enum place buffer, addrlen;
	int flags;
	size_t length;
	int error;
	const char *left; /* of "abcd" */
} bads[] = {
	{ "buffer.unwritable", "null", NOWHERE, WRITABLE, 0, 64, EFAULT, "abcd" },
	{ "buffer.unwritable", "null,length-1", NOWHERE, WRITABLE, 0, 1, EFAULT,
	  "abcd" },
	{ "buffer.unwritable", "unmapped", UNMAPPED, WRITABLE, 0, 64, EFAULT, "abcd" },
	{ "buffer.unwritable", "protected", PROTECTED, WRITABLE, 0, 64, EFAULT,
	  "abcd" },
	{ "buffer.unwritable", "half", HALF, WRITABLE, 0, 64, EFAULT, "abcd" },
	{ "buffer.unwritable", "null,peek", NOWHERE, WRITABLE, MSG_PEEK, 64, EFAULT,
	  "abcd" },
	{ "buffer.unwritable", "null,waitall", NOWHERE, WRITABLE, MSG_WAITALL, 64,
	  EFAULT, "abcd" },
	{ "buffer.unwritable", "null,dontwait", NOWHERE, WRITABLE, MSG_DONTWAIT, 64,
	  EFAULT, "abcd" },
	{ "buffer.unwritable", "before-addrlen", UNMAPPED, NOWHERE, 0, 64, EFAULT,
	  "abcd" },
	{ "buffer.unwritable", "before-negative", UNMAPPED, NEGATIVE, 0, 64, EFAULT,
	  "abcd" },
	{ "address.addrlen_unreadable", "null", WRITABLE, NOWHERE, 0, 64, EFAULT, "" },
	{ "address.addrlen_unreadable", "null,length-1", WRITABLE, NOWHERE, 0, 1,
	  EFAULT, "bcd" },
	{ "address.addrlen_unreadable", "null,length-0", WRITABLE, NOWHERE, 0, 0,
	  EFAULT, "abcd" },
	{ "address.addrlen_unreadable", "unmapped", WRITABLE, UNMAPPED, 0, 64, EFAULT,
	  "" },
	{ "address.addrlen_unreadable", "protected", WRITABLE, PROTECTED, 0, 64, EFAULT,
	  "" },
	{ "address.addrlen_unreadable", "null,peek", WRITABLE, NOWHERE, MSG_PEEK, 64,
	  EFAULT, "abcd" },
	{ "address.addrlen_unreadable", "null,trunc", NOWHERE, NOWHERE, MSG_TRUNC, 2,
	  EFAULT, "cd" },
	{ "address.addrlen_unwritable", "read-only", WRITABLE, READ_ONLY, 0, 64, EFAULT,
	  "" },
	{ "address.addrlen_unwritable", "read-only,peek", WRITABLE, READ_ONLY, MSG_PEEK,
	  64, EFAULT, "abcd" },
	{ "address.addrlen_negative", "", WRITABLE, NEGATIVE, 0, 64, EINVAL, "" },
	{ "address.addrlen_negative", "length-1", WRITABLE, NEGATIVE, 0, 1, EINVAL,
	  "bcd" },
	{ "address.addrlen_negative", "peek", WRITABLE, NEGATIVE, MSG_PEEK, 64, EINVAL,
	  "abcd" },
	{ "address.addrlen_negative", "trunc", WRITABLE, NEGATIVE, MSG_TRUNC, 3, EINVAL,
	  "d" },
};

struct bad_row {
	const struct stream *stream;
	const struct bad *bad;
};

static void cannot_be_written(const void *data)
{
	const struct bad_row *row = data;
	const struct bad *it = row->bad;
	struct ends ends = connect_ends(row->stream);

	send_and_wait(&ends, "abcd", 0);
	inbox.addrlen = it->addrlen == NEGATIVE ? (socklen_t)-1 : 128;
	expect_errno(it->error, t_recvfrom(ends.fd, memory_at(it->buffer, inbox.buffer),
					   it->length, it->flags, inbox.address,
					   memory_at(it->addrlen, &inbox.addrlen)));
	expect_left(&ends, it->left);
}

CASES(bads)
{
	for (size_t s = 0; s < COUNT(streams); s++)
		for (size_t i = 0; i < COUNT(bads); i++) {
			struct bad_row row = { &streams[s], &bads[i] };

			add_for(row.stream, SC_RECVFROM, cannot_be_written, row,
				"recvfrom.%s[%s%s%s]", bads[i].rule, row.stream->name,
				*bads[i].name ? "," : "", bads[i].name);
		}
}

/* The doors have no place for an address, and yet the buffer. */
CASE("recvfrom.buffer.unwritable[tcp,unmapped,doors]", .doors = doors_for(1, 0, false))
{
	struct ends ends = connect_ends(&streams[0]);

	send_and_wait(&ends, "abcd", 0);
	expect_errno(EFAULT,
		     t_recvfrom(ends.fd, (void *)unmapped_memory(), 64, 0, NULL, NULL));
	expect_left(&ends, "abcd");
}

/* Bytes that are discarded need no buffer, nor do none at all. */
CASE("recvfrom.stream.discarded[tcp,buffer-null]", .doors = SC_RECVFROM | SC_RECV)
{
	struct ends ends = connect_ends(&streams[0]);

	send_and_wait(&ends, "abcd", 0);
	expect_value(2, t_recvfrom(ends.fd, NULL, 2, MSG_TRUNC, NULL, NULL));
	expect_left(&ends, "cd");
}

CASE("recvfrom.stream.received[tcp,length-0,buffer-null]",
     .doors = SC_RECVFROM | SC_RECV)
{
	struct ends ends = connect_ends(&streams[0]);

	send_and_wait(&ends, "abcd", 0);
	expect_value(0, t_recvfrom(ends.fd, NULL, 0, 0, NULL, NULL));
	expect_left(&ends, "abcd");
}

/* The error queue is another one: what waits in the stream stays there. */
static const struct queue_row {
	const char *name;
	int flags;
} queues[] = {
	{ "data-waits", 0 },
	{ "data-waits,peek", MSG_PEEK },
	{ "data-waits,trunc", MSG_TRUNC },
	{ "data-waits,waitall", MSG_WAITALL },
	{ "data-waits,dontwait", MSG_DONTWAIT },
};

static void error_queue(const void *data)
{
	const struct queue_row *row = data;
	struct ends ends = connect_ends(&streams[0]);

	send_and_wait(&ends, "abcd", 0);
	expect_errno(EAGAIN, receive(ends.fd, 64, MSG_ERRQUEUE | row->flags));
	expect_left(&ends, "abcd");
}

CASES(queues)
{
	for (size_t i = 0; i < COUNT(queues); i++)
		add_case(.name = name_case("recvfrom.ip.no_error_waits[tcp,%s]",
					   queues[i].name),
			 .run_row = error_queue, .row = &queues[i],
			 .doors = doors_for(1, MSG_ERRQUEUE, false));
}

/* SO_RCVLOWAT holds nothing back from a call that shall not wait, or that asks for no
 * more than there is. */
static const struct lowat_row {
	const char *rule;
	const char *name;
	int lowat;
	size_t length;
	int flags;
	long value;
	const char *left;
} lowats[] = {
	{ "tcp.less_than_wanted", "lowat-8,dontwait", 8, 64, MSG_DONTWAIT, 4, "" },
	{ "tcp.less_than_wanted", "lowat-5,dontwait", 5, 64, MSG_DONTWAIT, 4, "" },
	{ "tcp.less_than_wanted", "lowat-8,dontwait,peek", 8, 64,
	  MSG_DONTWAIT | MSG_PEEK, 4, "abcd" },
	{ "tcp.less_than_wanted", "lowat-negative,dontwait", -1, 64, MSG_DONTWAIT, 4,
	  "" },
	{ "stream.received", "lowat-4", 4, 64, 0, 4, "" },
	{ "stream.received", "lowat-3", 3, 64, 0, 4, "" },
	{ "stream.received", "lowat-0", 0, 64, 0, 4, "" },
	{ "stream.received", "lowat-8,length-4", 8, 4, 0, 4, "" },
	{ "stream.received", "lowat-8,length-2", 8, 2, 0, 2, "cd" },
	{ "stream.received", "lowat-8,length-0", 8, 0, 0, 0, "abcd" },
	{ "stream.peeked", "lowat-4", 4, 64, MSG_PEEK, 4, "abcd" },
	{ "stream.received", "lowat-1,waitall,length-4", 1, 4, MSG_WAITALL, 4, "" },
};

static void low_water(const void *data)
{
	const struct lowat_row *row = data;
	struct ends ends = connect_ends(&streams[0]);

	must_option(ends.fd, SOL_SOCKET, SO_RCVLOWAT, row->lowat);
	send_and_wait(&ends, "abcd", 0);
	expect_value(row->value, receive(ends.fd, row->length, row->flags));
	expect_left(&ends, row->left);
}

CASES(lowats)
{
	for (size_t i = 0; i < COUNT(lowats); i++)
		add_case(.name = name_case("recvfrom.%s[tcp,%s]", lowats[i].rule,
					   lowats[i].name),
			 .run_row = low_water, .row = &lowats[i],
			 .doors = doors_for(lowats[i].length, lowats[i].flags, false));
}

/* A socket that polls busily is told the same: over lo there is no device to poll. */
CASE("recvfrom.stream.received[tcp,busy-poll]", .needs = NEEDS_REAL_ROOT)
{
	struct ends ends = connect_ends(&streams[0]);

	must_option(ends.fd, SOL_SOCKET, SO_BUSY_POLL, 50);
	send_and_wait(&ends, "abcd", 0);
	expect_value(4, receive(ends.fd, 64, 0));
	expect_bytes("abcd");
	expect_left(&ends, "");
}

CASE("recvfrom.tcp.would_block[tcp,busy-poll]", .needs = NEEDS_REAL_ROOT)
{
	struct ends ends = connect_ends(&streams[0]);

	must_option(ends.fd, SOL_SOCKET, SO_BUSY_POLL, 50);
	expect_errno(EAGAIN, receive(ends.fd, 64, MSG_DONTWAIT));
}

/* A connection whose receiver has room for a segment or two, and no more. */
static struct ends narrow(const struct stream *it)
{
	int fd = must_socket(it->domain, SOCK_STREAM, 0);

	set_mtu("lo", 1500);
	must_option(fd, SOL_SOCKET, SO_RCVBUF, 2048);
	return connect_socket(it, fd);
}

static int told(int fd, unsigned int request)
{
	int number = 0;

	must(!t_ioctl(fd, request, &number, sizeof(number)), "ioctl(2) is refused");
	return number;
}

/* Until the other end is told that there is no room, and keeps something back; no
 * acknowledgement is left over that would tell it more, later. */
static int fill(const struct ends *ends)
{
	static const char bytes[1024];

	for (int i = 0; i < 64; i++)
		if (t_sendto(ends->other, bytes, sizeof(bytes), MSG_DONTWAIT, NULL,
			     0) == -EAGAIN)
			break;
	if (nothing_behind())
		return 0;
	wait_readable(ends->fd);
	wait_all_acknowledged(ends->other);
	return told(ends->other, LINUX_SIOCOUTQNSD);
}

/*
 * RFC 9293, 3.8.6.2.2: a window that was closed is told to be open as soon as there is
 * room enough, which is when the call has taken what waited: tcp_cleanup_rbuf().  The
 * other end needs not ask, as it would do some 200 ms later.  It may ask all the same
 * where the machine is busy.
 */
struct window {
	const struct stream *stream;
	const char *name;
	int more; /* bytes that the call waits for, behind those that wait */
	int flags;
};

static void opens_window(const void *data)
{
	const struct window *row = data;
	struct ends ends = narrow(row->stream);
	int kept_back, waiting;
	long probes;

	for (int i = 0; i < 5; i++) {
		kept_back = fill(&ends);
		must(kept_back || nothing_behind(), "the window does not close");
		waiting = nothing_behind() ? 1024 : told(ends.fd, FIONREAD);
		probes = tcp_counter("TCPWinProbe");
		waiting += row->more;
		expect_value(waiting, receive(ends.fd, (size_t)waiting, row->flags));
		if (nothing_behind())
			return;
		wait_for_less_unsent(ends.other, kept_back);
		if (tcp_counter("TCPWinProbe") == probes)
			return;
	}
	expect_that(false, "the other end is not told of the room before it asks");
}

/* MSG_WAITALL: so it is when the call goes to sleep, for what can come only then. */
CASES(windows)
{
	static const struct window windows[] = {
		{ &streams[0], "window-opens", 0, 0 },
		{ &streams[1], "window-opens", 0, 0 },
		{ &streams[0], "window-opens,waitall", 1, MSG_WAITALL },
		{ &streams[1], "window-opens,waitall", 1, MSG_WAITALL },
	};

	for (size_t i = 0; i < COUNT(windows); i++)
		add_for(windows[i].stream, SC_RECVFROM, opens_window, windows[i],
			"recvfrom.stream.received[%s,%s]", windows[i].stream->name,
			windows[i].name);
}
