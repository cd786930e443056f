/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * vsock_parts.c - recvfrom(2) of connections of AF_VSOCK to which bytes have come in
 * more than one packet: each of more than the transport joins to the one before; and
 * what is too much, marked by MSG_EOR, or ended while a call waits.
 */
#include <stdint.h>

#include "timeout.h"
#include "vsock.h"

/* virtio's transport joins packets of up to 128 bytes. */
#define PART 200

static unsigned char bytes[1 << 18];

/* Waits until so many bytes can be peeked at. */
static void wait_for_parts(int fd, long count)
{
	for (int i = 0; i < 2000 && !nothing_behind(); i++) {
		long came = t_recvfrom(fd, bytes, sizeof(bytes),
				       MSG_PEEK | MSG_DONTWAIT, NULL, NULL);
		struct timespec moment = { .tv_nsec = 1000000 };

		if (came >= count)
			return;
		nanosleep(&moment, NULL);
	}
	must(nothing_behind(), "not all has come");
}

/* Two packets, "aaa..." and "bbb...". */
static int with_two_parts(void)
{
	unsigned char part[PART];
	int fds[2];

	connect_two(SOCK_STREAM, fds);
	for (int i = 0; i < 2; i++) {
		memset(part, 'a' + i, sizeof(part));
		must(t_sendto(fds[1], part, PART, 0, NULL, 0) == PART,
		     "nothing was sent");
	}
	wait_for_parts(fds[0], 2L * PART);
	return fds[0];
}

static const struct asked {
	const char *rule, *name;
	size_t length;
	int flags;
	long value, next;
} asked[] = {
	{ "peeked", "first", PART, MSG_PEEK, PART, 2 * PART },
	{ "peeked", "into-second", PART + 50, MSG_PEEK, PART + 50, 2 * PART },
	{ "peeked", "both", 2 * PART, MSG_PEEK, 2 * PART, 2 * PART },
	{ "received", "first", PART, 0, PART, PART },
	{ "received", "part-of-first", PART - 50, 0, PART - 50, PART + 50 },
	{ "received", "into-second", PART + 50, 0, PART + 50, PART - 50 },
	{ "received", "both", 2 * PART, 0, 2 * PART, -EAGAIN },
	{ "received", "both,waitall", 2 * PART, MSG_WAITALL, 2 * PART, -EAGAIN },
};

static void of_two_parts(const void *data)
{
	const struct asked *row = data;
	int fd = with_two_parts();
	long came;

	memset(bytes, 0, 2 * PART);
	expect_value(row->value,
		     t_recvfrom(fd, inbox.buffer, row->length, row->flags, NULL, NULL));
	expect_that(nothing_behind() || inbox.buffer[0] == 'a', "another byte");
	expect_that(nothing_behind() || row->length <= PART ||
			    inbox.buffer[PART] == 'b',
		    "another byte");
	came = t_recvfrom(fd, bytes, 2 * PART, MSG_DONTWAIT, NULL, NULL);
	expect_that(came == row->next, "the next call gives %ld, not %ld", came,
		    row->next);
}

CASES(asked)
{
	for (size_t i = 0; i < COUNT(asked); i++)
		add_case(.name = name_case("recvfrom.stream.%s[vsock,two-packets,%s]",
					   asked[i].rule, asked[i].name),
			 .run_row = of_two_parts, .row = &asked[i],
			 .doors = doors_for(64, asked[i].flags, false), LOCAL);
}

/* The second cannot be written: the first counts. */
static void second_unwritable(int flags)
{
	unsigned char filled[PART + 20];
	int fd = with_two_parts();

	memset(filled, 0, sizeof(filled));
	expect_value(PART, t_recvfrom(fd, (void *)cut_off_after(filled, sizeof(filled)),
				      2 * PART, flags, NULL, NULL));
}

CASE("recvfrom.vsock.stream_fault", .doors = SC_RECV | SC_READ, LOCAL)
{
	second_unwritable(0);
}

CASE("recvfrom.vsock.stream_fault[peek]", .doors = SC_RECV, LOCAL)
{
	second_unwritable(MSG_PEEK);
}

CASE("recvfrom.vsock.unwritable[stream,peek]", .until = LINUX(6, 4), LOCAL)
{
	int fd = with_two_parts();

	expect_errno(ENOMEM, t_recvfrom(fd, (void *)unmapped_memory(), 64, MSG_PEEK,
					NULL, NULL));
}

CASE("recvfrom.buffer.unwritable[vsock,peek]", .since = LINUX(6, 4), LOCAL)
{
	int fd = with_two_parts();

	expect_errno(EFAULT, t_recvfrom(fd, (void *)unmapped_memory(), 64, MSG_PEEK,
					NULL, NULL));
}

/* A record in several packets, of which the first cannot be written: all of it is gone.
 */
#define LONG 100000

static int with_long_record(void)
{
	int fds[2];

	connect_two(SOCK_SEQPACKET, fds);
	must(t_sendto(fds[1], bytes, LONG, 0, NULL, 0) == LONG, "it was not sent");
	wait_readable(fds[0]);
	return fds[0];
}

CASE("recvfrom.vsock.unwritable[seqpacket,long]", .until = LINUX(6, 4), LOCAL)
{
	int fd = with_long_record();

	expect_errno(ENOMEM,
		     t_recvfrom(fd, (void *)unmapped_memory(), LONG, 0, NULL, NULL));
}

CASE("recvfrom.buffer.unwritable[vsock-seqpacket,long]", .since = LINUX(6, 4), LOCAL)
{
	int fd = with_long_record();

	expect_errno(EFAULT,
		     t_recvfrom(fd, (void *)unmapped_memory(), LONG, 0, NULL, NULL));
	expect_next(fd, -EAGAIN);
}

/* More than the buffer of the socket holds, 256 KiB, can never be there at once. */
static void wants_too_much(size_t length, int due)
{
	int fds[2];

	connect_two(SOCK_STREAM, fds);
	must(t_sendto(fds[1], "data", 4, 0, NULL, 0) == 4, "nothing was sent");
	wait_readable(fds[0]);
	set_timeout(fds[0], 30);
	if (due < 0)
		expect_errno(-due, t_recvfrom(fds[0], bytes, length, MSG_WAITALL, NULL,
					      NULL));
	else
		expect_value(due, t_recvfrom(fds[0], bytes, length, MSG_WAITALL, NULL,
					     NULL));
}

CASE("recvfrom.vsock.too_much_wanted", .doors = SC_RECV, LOCAL)
{
	wants_too_much(sizeof(bytes), -ENOMEM);
}

CASE("recvfrom.stream.received[vsock,nearly-too-much-wanted]", .doors = SC_RECV, LOCAL)
{
	wants_too_much(sizeof(bytes) - 1, 4);
}

/* With MSG_EOR, a record is one that ends something. */
CASE("recvfrom.datagram.received[vsock-seqpacket,end-of-record]",
     .doors = SC_RECVMSG | SC_RECVMMSG, .since = LINUX(5, 16), LOCAL)
{
	int fds[2];

	connect_two(SOCK_SEQPACKET, fds);
	must(t_sendto(fds[1], "record", 6, MSG_EOR, NULL, 0) == 6, "nothing was sent");
	must(t_sendto(fds[1], "other", 5, 0, NULL, 0) == 5, "nothing was sent");
	wait_readable(fds[0]);
	expect_value(6, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
	wait_readable(fds[0]);
	expect_value(5, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
}

/* Its own end is shut down while it waits. */
CASE("recvfrom.vsock.shut_down[while-it-waits]", .types = SC_STREAM | SC_SEQPACKET,
     LOCAL)
{
	int fds[2];

	connect_two(sc_type, fds);
	shut_down_at_next_wait(fds[0], SHUT_RD);
	expect_value(0, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
}

/*
 * So it is where a record comes as well: the call is awake only when its end is shut
 * down, and whether the record is there by then is chance, so several are tried.
 */
#define ROUNDS 16

CASE("recvfrom.vsock.shut_down[while-it-waits,as-a-record-comes]",
     .needs = NEEDS_GUEST | NEEDS_REAL_ROOT, .since = LINUX(5, 14), LOCAL)
{
	struct address address = vsock_address(CID, vsock_port(0));
	int listener = must_socket(AF_VSOCK, SOCK_SEQPACKET, 0);

	need_vsock_port(vsock_port(0));
	must_bind(listener, address);
	must_listen(listener);
	for (int i = 0; i < ROUNDS; i++) {
		int sender = must_socket(AF_VSOCK, SOCK_SEQPACKET, 0), fd;

		must_connect(sender, address);
		fd = must_accept(listener);
		let_others_run(false);
		another_process_acts((struct act[ACTS]){
			{ .kind = ACT_SEND, .fd = sender, .text = "record" },
			{ .kind = ACT_SHUT_DOWN, .fd = fd } });
		let_others_run(true);
		expect_value(0, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
		must_close(fd);
		must_close(sender);
	}
}

/* There is a queue of errors, or the flag means nothing: none waits. */
CASE("recvfrom.vsock.no_error_waits", .types = SC_STREAM | SC_SEQPACKET,
     .doors = SC_RECV | SC_RECVMSG, LOCAL)
{
	int fds[2];

	connect_two(sc_type, fds);
	expect_errno(EAGAIN, t_recvfrom(fds[0], inbox.buffer, 64,
					MSG_ERRQUEUE | MSG_DONTWAIT, NULL, NULL));
}

/* Where there is a queue, nothing but it is looked at. */
CASE("recvfrom.vsock.error_queue_empty[data-waits]", .types = SC_STREAM | SC_SEQPACKET,
     .doors = SC_RECV | SC_RECVMSG, .since = LINUX(6, 7),
     .backported = RELEASE(6, 1, 64), LOCAL)
{
	int fds[2];

	connect_two(sc_type, fds);
	must(t_sendto(fds[1], "data", 4, 0, NULL, 0) == 4, "nothing was sent");
	wait_readable(fds[0]);
	expect_errno(EAGAIN, t_recvfrom(fds[0], inbox.buffer, 64,
					MSG_ERRQUEUE | MSG_DONTWAIT, NULL, NULL));
	expect_next(fds[0], 4);
}

CASE("recvfrom.vsock.error_queue_empty[not-connected]",
     .types = SC_STREAM | SC_SEQPACKET, .has = { FEATURE_FAMILY(AF_VSOCK) },
     .since = LINUX(6, 7), .backported = RELEASE(6, 1, 64))
{
	expect_errno(EAGAIN, t_recvfrom(must_socket(AF_VSOCK, sc_type, 0), inbox.buffer,
					64, MSG_ERRQUEUE | MSG_DONTWAIT, NULL, NULL));
}

/* Nobody listens: the attempt leaves the socket without a connection. */
CASE("recvfrom.vsock.not_connected[refused]", .types = SC_STREAM | SC_SEQPACKET, LOCAL)
{
	int fd = must_socket(AF_VSOCK, sc_type, 0);

	need_vsock_port(vsock_port(0));
	must(nothing_behind() ||
		     sc_connect_to(fd, vsock_address(CID, vsock_port(0))) < 0,
	     "somebody listens");
	expect_errno(ENOTCONN,
		     t_recvfrom(fd, inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL));
}

/* A peek waits for no more than there is, whatever it wants. */
CASE("recvfrom.stream.peeked[vsock,waitall]", .doors = SC_RECV, LOCAL)
{
	int fds[2];

	connect_two(SOCK_STREAM, fds);
	must(t_sendto(fds[1], "data", 4, 0, NULL, 0) == 4, "nothing was sent");
	wait_readable(fds[0]);
	expect_value(4, t_recvfrom(fds[0], inbox.buffer, 64, MSG_PEEK | MSG_WAITALL,
				   NULL, NULL));
}

/* Who sends is told of room, though little of it has been made, where what is left is
 * too little for a reader that waits for more: commit 93b808876682. */
#define PART_READ 100000

CASE("recvfrom.stream.received[vsock,low-water-above-rest]", .doors = SC_RECV,
     .since = LINUX(6, 8), .backported = RELEASE(6, 1, 75), LOCAL)
{
	struct timeval patience = { .tv_sec = 2 };
	int fds[2];

	connect_two(SOCK_STREAM, fds);
	must_option(fds[0], SOL_SOCKET, SO_RCVLOWAT, 2 * PART_READ);
	sc_must(SC_LINE,
		t_setsockopt(fds[1], SOL_SOCKET, SO_SNDTIMEO, &patience,
			     sizeof(patience)),
		"setsockopt(2) of SO_SNDTIMEO");
	must(t_sendto(fds[1], bytes, sizeof(bytes), 0, NULL, 0) == sizeof(bytes),
	     "the buffer holds less");
	wait_for_parts(fds[0], sizeof(bytes));
	expect_value(PART_READ, t_recvfrom(fds[0], bytes, PART_READ, 0, NULL, NULL));
	expect_that(nothing_behind() ||
			    t_sendto(fds[1], bytes, PART, 0, NULL, 0) == PART,
		    "who sends knows of no room");
}

/* Room is made anew each time, however much has gone through: here, by packets of which
 * sixteen nearly fill the buffer. */
#define PIECE 16000

static void fill_and_take(const int fds[2], long left)
{
	for (int i = 0; i < 16; i++)
		expect_that(t_sendto(fds[1], bytes, PIECE, 0, NULL, 0) == PIECE,
			    "who sends knows of no room for piece %d", i);
	wait_for_parts(fds[0], 16L * PIECE);
	expect_value(
		16L * PIECE - left,
		t_recvfrom(fds[0], bytes, (size_t)(16L * PIECE - left), 0, NULL, NULL));
}

CASE("recvfrom.stream.received[vsock,room-each-time]", .doors = SC_RECV, LOCAL)
{
	struct timeval patience = { .tv_sec = 2 };
	int fds[2];

	connect_two(SOCK_STREAM, fds);
	sc_must(SC_LINE,
		t_setsockopt(fds[1], SOL_SOCKET, SO_SNDTIMEO, &patience,
			     sizeof(patience)),
		"setsockopt(2) of SO_SNDTIMEO");
	for (int i = 0; i < 3; i++)
		fill_and_take(fds, 0);
	fill_and_take(fds, PIECE / 2);
	expect_that(nothing_behind() ||
			    t_sendto(fds[1], bytes, PIECE, 0, NULL, 0) == PIECE,
		    "who sends knows of no room behind what is left");
}
