/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_peek_offset.c - recvfrom(2) with MSG_PEEK on sockets of AF_UNIX with
 * SO_PEEK_OFF: where a peek begins, how far it moves the offset, and how what is
 * received moves it back.
 */
#include <limits.h>

#include "timeout.h"
#include "unix.h"

#define STREAM	"recvfrom.unix.peek_offset_stream"
#define MESSAGE "recvfrom.unix.peek_offset_message"
#define BLOCKS	"recvfrom.unix.would_block"

#define OFFSET(value)  SET(SO_PEEK_OFF, value)
#define IS_NOW(value)  STEP(DOES_OFFSET, value)
#define PEEK(n, text)  DUE(n, MSG_PEEK, text)
#define NOTHING_BEHIND TAKE_ERROR(64, MSG_PEEK | MSG_DONTWAIT, EAGAIN)
#define TIMEOUT	       20

static const struct story stories[] = {
	/* socket(7) has this example. */
	{ STREAM,
	  "manual",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(4), SEND("aabbccddeeff"), PEEK(2, "cc"), IS_NOW(6), PEEK(2, "dd"),
	    IS_NOW(8), TAKE(2, 0, "aa"), IS_NOW(6), PEEK(2, "ee"), IS_NOW(8) } },
	{ STREAM,
	  "from-0",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(0), SEND("abcd"), PEEK(3, "abc"), IS_NOW(3), PEEK(64, "d"),
	    IS_NOW(4), NOTHING_BEHIND, IS_NOW(4), TAKE(64, 0, "abcd"), IS_NOW(0) } },
	{ STREAM,
	  "set-when-data-waits",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { SEND("abcd"), OFFSET(1), PEEK(2, "bc"), IS_NOW(3), OFFSET(0),
	    PEEK(64, "abcd"), IS_NOW(4) } },
	{ STREAM,
	  "two-sends",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(1), SEND("ab"), SEND("cd"), PEEK(64, "bcd"), IS_NOW(4),
	    NOTHING_BEHIND } },
	{ STREAM,
	  "second-send",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(2), SEND("ab"), SEND("cd"), PEEK(64, "cd"), IS_NOW(4) } },
	{ STREAM,
	  "part-of-second-send",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(3), SEND("ab"), SEND("cde"), SEND("f"), PEEK(1, "d"), IS_NOW(4),
	    PEEK(64, "ef"), IS_NOW(6) } },
	{ STREAM,
	  "third-send",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(3), SEND("a"), SEND("bc"), SEND("de"), PEEK(64, "de"), IS_NOW(5) } },
	{ STREAM,
	  "part-received",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { SEND("abc"), SEND("de"), TAKE(1, 0, "a"), OFFSET(1), PEEK(64, "cde"),
	    IS_NOW(4) } },
	{ STREAM,
	  "received-beyond",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(2), SEND("abcd"), TAKE(3, 0, "abc"), IS_NOW(0), PEEK(64, "d"),
	    IS_NOW(1) } },
	{ STREAM,
	  "received-across-sends",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(4), SEND("ab"), SEND("cdef"), TAKE(3, 0, "abc"), IS_NOW(1),
	    PEEK(64, "ef"), IS_NOW(3) } },
	{ STREAM,
	  "length-0",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(1), SEND("abcd"), PEEK(0, ""), IS_NOW(1), PEEK(64, "bcd") } },
	{ STREAM,
	  "waitall",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(1), SEND("ab"), SEND("cd"), DUE(64, MSG_PEEK | MSG_WAITALL, "bcd"),
	    IS_NOW(4) } },
	{ STREAM,
	  "urgent-byte",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(2), SEND("ab"), SEND_FLAGS("x", MSG_OOB), SEND("cd"),
	    PEEK(64, "xcd") } },
	{ STREAM,
	  "trunc",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(1), SEND("abcd"), DUE(2, MSG_PEEK | MSG_TRUNC, "bc"), IS_NOW(3) } },
	{ STREAM,
	  "what-comes-later",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(2), SEND("ab"), NOTHING_BEHIND, SEND("cd"), PEEK(64, "cd"),
	    IS_NOW(4) } },

	{ MESSAGE,
	  "from-0",
	  0,
	  TWO_DOORS,
	  { OFFSET(0), SEND("abcd"), PEEK(3, "abc"), IS_NOW(3), PEEK(64, "d"),
	    IS_NOW(4), NOTHING_BEHIND, IS_NOW(4), TAKE(64, 0, "abcd"), IS_NOW(0) } },
	{ MESSAGE,
	  "next-message",
	  0,
	  TWO_DOORS,
	  { OFFSET(0), SEND("ab"), SEND("cde"), PEEK(64, "ab"), IS_NOW(2),
	    PEEK(64, "cde"), IS_NOW(5), NOTHING_BEHIND } },
	{ MESSAGE,
	  "kept-apart",
	  0,
	  TWO_DOORS,
	  { OFFSET(1), SEND("ab"), SEND("cd"), PEEK(64, "b"), IS_NOW(2), PEEK(64, "cd"),
	    IS_NOW(4) } },
	/* To socket(7), MSG_TRUNC shows with any of these; see the rule. */
	{ MESSAGE,
	  "middle",
	  0,
	  TWO_DOORS,
	  { OFFSET(1), SEND("abcd"), PEEK(3, "bcd"), IS_NOW(4) } },
	/* There is room for more than is left, and for less than there was. */
	{ MESSAGE,
	  "middle,room-5",
	  0,
	  TWO_DOORS,
	  { OFFSET(2), SEND("abcd"), PEEK(5, "cd"), IS_NOW(4) } },
	{ MESSAGE,
	  "middle,cut",
	  0,
	  TWO_DOORS,
	  { OFFSET(1), SEND("abcd"), PEEK(2, "bc"), IS_NOW(3), PEEK(64, "d") } },
	{ MESSAGE,
	  "middle,length-told",
	  0,
	  TWO_DOORS,
	  { OFFSET(1), SEND("abcd"), TELLS(1, MSG_PEEK | MSG_TRUNC, 3, "b"), IS_NOW(2),
	    TELLS(64, MSG_PEEK | MSG_TRUNC, 2, "cd"), IS_NOW(4) } },
	{ MESSAGE,
	  "length-0",
	  0,
	  TWO_DOORS,
	  { OFFSET(1), SEND("abcd"), PEEK(0, ""), IS_NOW(1), PEEK(64, "bcd") } },
	{ MESSAGE,
	  "length-0,length-told",
	  0,
	  TWO_DOORS,
	  { OFFSET(1), SEND("abcd"), TELLS(0, MSG_PEEK | MSG_TRUNC, 3, ""),
	    IS_NOW(1) } },
	{ MESSAGE,
	  "second",
	  0,
	  TWO_DOORS,
	  { OFFSET(2), SEND("ab"), SEND("cd"), PEEK(64, "cd"), IS_NOW(4) } },
	{ MESSAGE,
	  "part-of-second",
	  0,
	  TWO_DOORS,
	  { OFFSET(3), SEND("ab"), SEND("cde"), PEEK(64, "de"), IS_NOW(5) } },
	/* One that is empty is peeked at once. */
	{ MESSAGE,
	  "empty",
	  0,
	  TWO_DOORS,
	  { OFFSET(0), SEND(""), SEND("x"), PEEK(64, ""), IS_NOW(0), PEEK(64, "x"),
	    IS_NOW(1), TAKE(64, 0, ""), IS_NOW(1), TAKE(64, 0, "x"), IS_NOW(0) } },
	{ MESSAGE,
	  "empty-between",
	  0,
	  TWO_DOORS,
	  { OFFSET(1), SEND("a"), SEND(""), SEND("b"), PEEK(64, ""), IS_NOW(1),
	    PEEK(64, "b"), IS_NOW(2) } },
	{ MESSAGE,
	  "empty,peeked-before",
	  0,
	  TWO_DOORS,
	  { SEND(""), SEND("x"), TAKE(64, MSG_PEEK, ""), OFFSET(0), PEEK(64, "x") } },
	{ MESSAGE,
	  "received",
	  0,
	  TWO_DOORS,
	  { OFFSET(3), SEND("ab"), SEND("cdef"), TAKE(64, 0, "ab"), IS_NOW(1),
	    PEEK(64, "def"), IS_NOW(4) } },
	{ MESSAGE,
	  "received-cut",
	  0,
	  TWO_DOORS,
	  { OFFSET(5), SEND("abcd"), SEND("efg"), TAKE(1, 0, "a"), IS_NOW(1),
	    PEEK(64, "fg"), IS_NOW(3) } },
	{ MESSAGE,
	  "received-beyond",
	  0,
	  TWO_DOORS,
	  { OFFSET(2), SEND("abcd"), SEND("efg"), TAKE(64, 0, "abcd"), IS_NOW(0),
	    PEEK(64, "efg"), IS_NOW(3) } },
	{ MESSAGE,
	  "what-comes-later",
	  0,
	  TWO_DOORS,
	  { OFFSET(2), SEND("ab"), NOTHING_BEHIND, SEND("cd"), PEEK(64, "cd"),
	    IS_NOW(4) } },

	/* Turned off. */
	{ "recvfrom.stream.peeked",
	  "offset-taken-back",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(0), SEND("abcd"), TAKE(2, MSG_PEEK, "ab"), OFFSET(-1),
	    PEEK(64, "abcd"), PEEK(64, "abcd"), IS_NOW(-1) } },
	{ "recvfrom.stream.peeked",
	  "offset-int-min",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(2), OFFSET(INT_MIN), SEND("abcd"), PEEK(64, "abcd"),
	    TAKE(64, 0, "abcd"), IS_NOW(INT_MIN) } },
	{ "recvfrom.stream.peeked",
	  "offset-of-new-socket",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { IS_NOW(-1), SEND("abcd"), PEEK(2, "ab"), IS_NOW(-1), PEEK(2, "ab") } },
	{ "recvfrom.datagram.peeked",
	  "offset-taken-back",
	  0,
	  TWO_DOORS,
	  { OFFSET(0), SEND("abcd"), TAKE(2, MSG_PEEK, "ab"), OFFSET(-1),
	    PEEK(64, "abcd"), PEEK(64, "abcd"), IS_NOW(-1) } },
	{ "recvfrom.datagram.peeked",
	  "offset-of-new-socket",
	  0,
	  TWO_DOORS,
	  { IS_NOW(-1), SEND("abcd"), PEEK(2, "ab"), IS_NOW(-1), PEEK(2, "ab") } },

	/* It is for MSG_PEEK only. */
	{ "recvfrom.stream.received",
	  "peek-offset",
	  SOCK_STREAM,
	  TWO_DOORS | SC_READ,
	  { OFFSET(2), SEND("ab"), SEND("cd"), DUE(3, 0, "abc"), DUE(64, 0, "d") } },
	{ "recvfrom.datagram.received",
	  "peek-offset",
	  0,
	  SC_RECV | SC_RECVMSG,
	  { OFFSET(2), SEND("abcd"), SEND("ef"), DUE(64, 0, "abcd"),
	    DUE(64, 0, "ef") } },

	/* Behind all that waits there is nothing. */
	{ BLOCKS,
	  "behind-the-data",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(4), SEND("abcd"), DUE_ERROR(64, MSG_PEEK | MSG_DONTWAIT, EAGAIN),
	    IS_NOW(4), TAKE(64, 0, "abcd") } },
	{ BLOCKS,
	  "far-behind-the-data",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(INT_MAX), SEND("ab"), SEND("cd"),
	    DUE_ERROR(64, MSG_PEEK | MSG_DONTWAIT, EAGAIN), IS_NOW(INT_MAX),
	    TAKE(64, 0, "abcd"), IS_NOW(INT_MAX - 4) } },
	{ BLOCKS,
	  "behind-the-message",
	  0,
	  TWO_DOORS,
	  { OFFSET(4), SEND("abcd"), DUE_ERROR(64, MSG_PEEK | MSG_DONTWAIT, EAGAIN),
	    IS_NOW(4), TAKE(64, 0, "abcd") } },
	{ BLOCKS,
	  "far-behind-the-messages",
	  0,
	  TWO_DOORS,
	  { OFFSET(INT_MAX), SEND("ab"), SEND("cd"),
	    DUE_ERROR(64, MSG_PEEK | MSG_DONTWAIT, EAGAIN), TAKE(64, 0, "ab"),
	    IS_NOW(INT_MAX - 2) } },
	/* unix_stream_read_generic() of 6.1 forgets the offset over a wait and gives
	 * what lies before it; that of 6.18 reads it again. */
	{ "recvfrom.wait.timed_out",
	  "behind-the-data",
	  SOCK_STREAM,
	  SC_RECVFROM,
	  { SINCE(6, 18), STEP(DOES_TIMEOUT, TIMEOUT), OFFSET(4), SEND("abcd"),
	    DUE_ERROR(64, MSG_PEEK, EAGAIN), TAKE(64, 0, "abcd") } },
	{ "recvfrom.wait.timed_out",
	  "behind-the-message",
	  0,
	  SC_RECVFROM,
	  { STEP(DOES_TIMEOUT, TIMEOUT), OFFSET(4), SEND("abcd"),
	    DUE_ERROR(64, MSG_PEEK, EAGAIN), TAKE(64, 0, "abcd") } },
	{ "recvfrom.unix.ended",
	  "behind-the-data",
	  SOCK_STREAM,
	  TWO_DOORS,
	  { OFFSET(4), SEND("abcd"), CLOSED, DUE(64, MSG_PEEK, ""),
	    TAKE(64, 0, "abcd") } },
	{ "recvfrom.unix.ended",
	  "behind-the-message",
	  SOCK_SEQPACKET,
	  TWO_DOORS,
	  { OFFSET(4), SEND("abcd"), CLOSED, DUE(64, MSG_PEEK, ""),
	    TAKE(64, 0, "abcd") } },
	{ "recvfrom.unix.shut_down",
	  "behind-the-message",
	  SOCK_DGRAM,
	  TWO_DOORS,
	  { OFFSET(4), SEND("abcd"), STEP(DOES_SHUT_OWN, SHUT_RD),
	    DUE(64, MSG_PEEK, ""), TAKE(64, 0, "abcd") } },
	{ "recvfrom.unix.reset",
	  "behind-the-data",
	  SOCK_STREAM,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG,
	  { OFFSET(4), SEND("abcd"), SEND_BACK("unread"), CLOSED,
	    DUE_ERROR(64, MSG_PEEK, ECONNRESET), TAKE(64, 0, "abcd"),
	    TAKE(64, 0, "") } },
};

/* Whatever comes of it (unix_stream_read_generic() of 6.1 forgets the offset over a
 * wait), a peek behind what is there waits for as long as it may. */
CASE("recvfrom.stream.received[unix,peek-behind-before]", .doors = SC_RECV, HAS_UNIX)
{
	double begin;
	int fds[2];

	unix_pair(SOCK_STREAM, fds);
	must_option(fds[0], SOL_SOCKET, SO_PEEK_OFF, 5);
	must(t_sendto(fds[1], "ab", 2, 0, NULL, 0) == 2, "nothing was sent");
	must(t_sendto(fds[1], "cde", 3, 0, NULL, 0) == 3, "nothing was sent");
	set_timeout(fds[0], TIMEOUT);
	begin = now_in_milliseconds();
	t_recvfrom(fds[0], inbox.buffer, 64, MSG_PEEK, NULL, NULL);
	expect_that(target_waits_not() ||
			    now_in_milliseconds() - begin >= TIMEOUT - TICK,
		    "it did not wait as long as SO_RCVTIMEO says");
	expect_value(5, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
}

/* And no longer than until something comes, of the same length as well. */
#define FAR_AWAY 3000

CASE("recvfrom.stream.received[unix,peek-behind-until-more]", .doors = SC_RECV,
     HAS_UNIX)
{
	double begin;
	int fds[2];

	unix_pair(SOCK_STREAM, fds);
	must_option(fds[0], SOL_SOCKET, SO_PEEK_OFF, 2);
	must(t_sendto(fds[1], "ab", 2, 0, NULL, 0) == 2, "nothing was sent");
	set_timeout(fds[0], FAR_AWAY);
	send_at_next_wait(fds[1], "cd");
	begin = now_in_milliseconds();
	t_recvfrom(fds[0], inbox.buffer, 64, MSG_PEEK, NULL, NULL);
	expect_that(target_waits_not() || now_in_milliseconds() - begin < FAR_AWAY,
		    "it waits on though something has come");
	expect_value(4, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
}

CASES(stories)
{
	add_stories(stories, COUNT(stories));
}

/* What could not be copied does not move the offset; what could, does, whatever becomes
 * of the sender's address. */
static void offset_after(int error, void *buffer, int room, int offset)
{
	int fds[2];

	unix_pair(sc_type, fds);
	must_option(fds[0], SOL_SOCKET, SO_PEEK_OFF, 1);
	must(t_sendto(fds[1], "abcd", 4, 0, NULL, 0) == 4, "nothing was sent");
	inbox.addrlen = (socklen_t)room;
	expect_errno(error, t_recvfrom(fds[0], buffer, 2, MSG_PEEK, inbox.address,
				       &inbox.addrlen));
	expect_that(target_waits_not() || option_of(fds[0], SO_PEEK_OFF) == offset,
		    "SO_PEEK_OFF is not %d", offset);
}

CASE("recvfrom.buffer.unwritable[unix,peek-offset]",
     .types = SC_DGRAM | SC_SEQPACKET | SC_STREAM, HAS_UNIX)
{
	offset_after(EFAULT, (void *)unmapped_memory(), NAME_ROOM, 1);
}

CASE("recvfrom.address.addrlen_negative[unix,peek-offset]",
     .types = SC_DGRAM | SC_SEQPACKET | SC_STREAM, HAS_UNIX)
{
	offset_after(EINVAL, inbox.buffer, -1, 3);
}
