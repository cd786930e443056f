/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_urgent.c - recvfrom(2) of a stream of AF_UNIX with out-of-band data, which Linux
 * has had since 5.15: the byte apart from the stream, the mark where it stood, and the
 * byte within the stream.
 *
 * Of what changed on the way, each with its fixes to older kernels: 6.9, "af_unix:
 * Don't peek OOB data without MSG_OOB"; 6.10, "af_unix: Don't stop recv(MSG_DONTWAIT)
 * if consumed OOB skb is at the head", "af_unix: Don't stop recv() at consumed ex-OOB
 * skb", "af_unix: Don't return OOB skb in manage_oob()".
 */
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "unix.h"

#define GIVES  "recvfrom.unix.urgent_received"
#define PEEKS  "recvfrom.unix.urgent_peeked"
#define UNWANT "recvfrom.unix.urgent_not_wanted"
#define MARK   "recvfrom.unix.urgent_mark"
#define PASSED "recvfrom.unix.urgent_passed"
#define INLINE "recvfrom.unix.urgent_inline"
#define NONE   "recvfrom.unix.stream_out_of_band"

#define STREAM	     SOCK_STREAM
#define URGENT(text) SEND_FLAGS(text, MSG_OOB)
#define INLINED	     SET(SO_OOBINLINE, 1)
#define NO_BYTE	     TAKE_ERROR(1, MSG_OOB, EINVAL)

static const struct story stories[] = {
	{ GIVES,
	  "alone",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), DUE(1, MSG_OOB, "x"), NO_BYTE, EMPTY } },
	{ GIVES,
	  "length-64",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), DUE(64, MSG_OOB, "x"), EMPTY } },
	{ GIVES,
	  "last-of-three",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("abc"), DUE(64, MSG_OOB, "c"), TAKE(64, 0, "ab"), EMPTY } },
	{ GIVES,
	  "before-the-stream",
	  STREAM,
	  TWO_DOORS,
	  { SEND("ab"), URGENT("x"), DUE(1, MSG_OOB, "x"), TAKE(64, 0, "ab"), EMPTY } },
	{ GIVES,
	  "behind-what-is-read",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("abc"), TAKE(2, 0, "ab"), DUE(1, MSG_OOB, "c"), EMPTY } },
	{ GIVES,
	  "the-latest",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), URGENT("y"), DUE(1, MSG_OOB, "y"), NO_BYTE, TAKE(64, 0, "x"),
	    EMPTY } },
	{ GIVES,
	  "one-after-another",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), DUE(1, MSG_OOB, "x"), URGENT("y"), DUE(1, MSG_OOB, "y"),
	    EMPTY } },
	{ GIVES,
	  "dontwait",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), DUE(1, MSG_OOB | MSG_DONTWAIT, "x"), EMPTY } },
	{ GIVES,
	  "waitall",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), DUE(64, MSG_OOB | MSG_WAITALL, "x"), EMPTY } },
	{ GIVES,
	  "trunc",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), DUE(64, MSG_OOB | MSG_TRUNC, "x"), EMPTY } },
	{ GIVES,
	  "sender-closed",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("ab"), CLOSED, DUE(1, MSG_OOB, "b"), TAKE(64, 0, "a"),
	    TAKE(64, 0, "") } },
	{ GIVES,
	  "shut-down",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), STEP(DOES_SHUT_OWN, SHUT_RD), DUE(1, MSG_OOB, "x"),
	    TAKE(64, 0, "") } },
	{ GIVES,
	  "before-reset",
	  STREAM,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG,
	  { URGENT("x"), SEND_BACK("unread"), CLOSED, DUE(1, MSG_OOB, "x"),
	    TAKE_ERROR(64, 0, ECONNRESET) } },
	{ GIVES,
	  "inline-taken-back",
	  STREAM,
	  TWO_DOORS,
	  { INLINED, URGENT("x"), SET(SO_OOBINLINE, 0), DUE(1, MSG_OOB, "x"), EMPTY } },

	{ PEEKS,
	  "twice",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("ab"), DUE(1, MSG_OOB | MSG_PEEK, "b"),
	    DUE(64, MSG_OOB | MSG_PEEK, "b"), TAKE(1, MSG_OOB, "b"), NO_BYTE,
	    TAKE(64, 0, "a"), EMPTY } },
	{ PEEKS,
	  "behind-the-mark",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("ab"), TAKE(64, 0, "a"), DUE(1, MSG_OOB | MSG_PEEK, "b"),
	    TAKE(1, MSG_OOB, "b") } },

	{ UNWANT,
	  "length-0",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("ab"), TELLS(0, MSG_OOB, 1, ""), NO_BYTE, TAKE(64, 0, "a"),
	    EMPTY } },
	{ UNWANT,
	  "length-0,peek",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("ab"), TELLS(0, MSG_OOB | MSG_PEEK, 1, ""),
	    TAKE(1, MSG_OOB, "b") } },

	{ MARK,
	  "in-the-middle",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { SEND("ab"), URGENT("x"), SEND("cd"), DUE(64, 0, "ab"), TAKE(64, 0, "cd"),
	    EMPTY } },
	{ MARK,
	  "same-send",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { URGENT("abc"), DUE(64, 0, "ab"), TAKE(1, MSG_OOB, "c"), EMPTY } },
	{ MARK,
	  "part-read",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { URGENT("abc"), TAKE(1, 0, "a"), DUE(64, 0, "b"), TAKE(1, MSG_OOB, "c") } },
	{ MARK,
	  "peek",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("abc"), SEND("d"), DUE(64, MSG_PEEK, "ab"), DUE(64, MSG_PEEK, "ab"),
	    TAKE(1, MSG_OOB, "c"), TAKE(64, 0, "ab"), TAKE(64, 0, "d") } },
	{ MARK,
	  "waitall",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("abc"), DUE(64, MSG_WAITALL, "ab"), TAKE(1, MSG_OOB, "c") } },
	{ MARK,
	  "low-water",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { SET(SO_RCVLOWAT, 8), URGENT("abc"), DUE(64, 0, "ab"),
	    TAKE(1, MSG_OOB, "c") } },
	{ MARK,
	  "inline",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { INLINED, URGENT("abc"), SEND("d"), DUE(64, 0, "ab"), TAKE(64, 0, "cd"),
	    EMPTY } },
	{ MARK,
	  "of-the-latest",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { URGENT("ax"), URGENT("by"), DUE(64, 0, "axb"), TAKE(1, MSG_OOB, "y"),
	    EMPTY } },
	{ MARK,
	  "sender-closed",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { URGENT("abc"), CLOSED, DUE(64, 0, "ab"), TAKE(64, 0, "") } },
	/* Also where the byte has been received. */
	{ MARK,
	  "received",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { SEND("ab"), URGENT("x"), SEND("cd"), TAKE(1, MSG_OOB, "x"),
	    DUE(64, 0, "ab"), TAKE(64, 0, "cd"), EMPTY } },
	{ MARK,
	  "received,peek",
	  STREAM,
	  TWO_DOORS,
	  { SINCE(6, 10), SEND("ab"), URGENT("x"), SEND("cd"), TAKE(1, MSG_OOB, "x"),
	    DUE(64, MSG_PEEK, "ab"), TAKE(64, 0, "ab"), TAKE(64, 0, "cd") } },
	/* The latest mark only. */
	{ MARK,
	  "received,and-another",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { SINCE(6, 10), SEND("ab"), URGENT("x"), TAKE(1, MSG_OOB, "x"), URGENT("cy"),
	    DUE(64, 0, "abc"), TAKE(1, MSG_OOB, "y") } },

	{ PASSED,
	  "first",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { URGENT("x"), SEND("cd"), DUE(64, 0, "cd"), NO_BYTE, EMPTY } },
	{ PASSED,
	  "behind-the-mark",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { URGENT("ax"), SEND("cd"), TAKE(64, 0, "a"), DUE(64, 0, "cd"), NO_BYTE,
	    EMPTY } },
	{ PASSED,
	  "part",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { URGENT("x"), SEND("cd"), DUE(1, 0, "c"), TAKE(64, 0, "d"), EMPTY } },
	{ PASSED,
	  "two-sends",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { URGENT("x"), SEND("cd"), SEND("ef"), DUE(64, 0, "cdef"), EMPTY } },
	{ PASSED,
	  "waitall",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), SEND("cd"), DUE(2, MSG_WAITALL, "cd"), NO_BYTE } },
	{ PASSED,
	  "length-0",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), SEND("cd"), DUE(0, 0, ""), NO_BYTE, TAKE(64, 0, "cd") } },
	{ PASSED,
	  "peek",
	  STREAM,
	  TWO_DOORS,
	  { SINCE(6, 9), URGENT("x"), SEND("cd"), DUE(64, MSG_PEEK, "cd"),
	    DUE(1, MSG_PEEK, "c"), TAKE(1, MSG_OOB, "x"), TAKE(64, 0, "cd") } },
	{ "recvfrom.stream.received",
	  "urgent-received,dontwait",
	  STREAM,
	  TWO_DOORS,
	  { SINCE(6, 10), URGENT("x"), SEND("cd"), TAKE(1, MSG_OOB, "x"),
	    DUE(64, MSG_DONTWAIT, "cd"), EMPTY } },
	/* Of two marks that have gone by, the first is none any more. */
	{ "recvfrom.stream.received",
	  "two-urgent-received,dontwait",
	  STREAM,
	  TWO_DOORS,
	  { SEND("ab"), URGENT("x"), TAKE(1, MSG_OOB, "x"), URGENT("y"),
	    TAKE(1, MSG_OOB, "y"), TAKE(64, 0, "ab"), SEND("cd"),
	    DUE(64, MSG_DONTWAIT, "cd"), EMPTY } },
	/* What MSG_OOB has left in front of the stream is not in its way, nor in a
	 * peek's, which leaves it there. */
	{ "recvfrom.stream.peeked",
	  "urgent-received,dontwait",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), SEND("cd"), TAKE(1, MSG_OOB, "x"),
	    DUE(64, MSG_PEEK | MSG_DONTWAIT, "cd"),
	    DUE(64, MSG_PEEK | MSG_DONTWAIT, "cd"), TAKE(64, 0, "cd"), EMPTY } },
	{ "recvfrom.stream.received",
	  "urgent-received",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { URGENT("x"), SEND("cd"), TAKE(1, MSG_OOB, "x"), DUE(64, 0, "cd"), EMPTY } },
	{ "recvfrom.stream.received",
	  "up-to-the-mark",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { URGENT("abc"), DUE(2, 0, "ab"), TAKE(1, MSG_OOB, "c") } },
	/* Without anything behind it, it is lost all the same. */
	{ "recvfrom.unix.would_block",
	  "urgent-passed",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), DUE_ERROR(64, MSG_DONTWAIT, EAGAIN), NO_BYTE } },
	{ "recvfrom.unix.would_block",
	  "urgent-received",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), TAKE(1, MSG_OOB, "x"), DUE_ERROR(64, MSG_DONTWAIT, EAGAIN),
	    TAKE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },
	{ "recvfrom.unix.ended",
	  "urgent-passed",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { URGENT("x"), CLOSED, DUE(64, 0, ""), NO_BYTE } },
	{ "recvfrom.unix.ended",
	  "urgent-received",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { URGENT("x"), CLOSED, TAKE(1, MSG_OOB, "x"), DUE(64, 0, "") } },

	{ INLINE,
	  "alone",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { INLINED, URGENT("x"), DUE(64, 0, "x"), NO_BYTE, EMPTY } },
	{ INLINE,
	  "first",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { INLINED, URGENT("x"), SEND("cd"), DUE(64, 0, "xcd"), EMPTY } },
	{ INLINE,
	  "behind-the-mark",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { INLINED, URGENT("abx"), TAKE(64, 0, "ab"), DUE(64, 0, "x"), EMPTY } },
	{ INLINE,
	  "set-later",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { URGENT("x"), INLINED, DUE(64, 0, "x"), EMPTY } },
	{ INLINE,
	  "waitall",
	  STREAM,
	  TWO_DOORS,
	  { INLINED, URGENT("x"), SEND("cd"), DUE(3, MSG_WAITALL, "xcd"), EMPTY } },
	{ INLINE,
	  "peek",
	  STREAM,
	  TWO_DOORS,
	  { INLINED, URGENT("x"), SEND("cd"), DUE(64, MSG_PEEK, "xcd"),
	    DUE(64, 0, "xcd"), EMPTY } },
	{ INLINE,
	  "sender-closed",
	  STREAM,
	  TWO_DOORS | SC_READ,
	  { INLINED, URGENT("x"), CLOSED, DUE(64, 0, "x"), TAKE(64, 0, "") } },

	{ NONE,
	  "data-waits",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), TAKE(1, MSG_OOB, "x"), SEND("data"),
	    DUE_ERROR(1, MSG_OOB, EINVAL), TAKE(64, 0, "data") } },
	{ NONE,
	  "received",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), TAKE(1, MSG_OOB, "x"), DUE_ERROR(1, MSG_OOB, EINVAL) } },
	{ NONE,
	  "received,peek",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), TAKE(1, MSG_OOB, "x"),
	    DUE_ERROR(1, MSG_OOB | MSG_PEEK, EINVAL) } },
	{ NONE,
	  "passed",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), SEND("y"), TAKE(64, 0, "y"), DUE_ERROR(1, MSG_OOB, EINVAL) } },
	{ NONE,
	  "inline",
	  STREAM,
	  TWO_DOORS,
	  { INLINED, URGENT("x"), DUE_ERROR(1, MSG_OOB, EINVAL), TAKE(64, 0, "x") } },
	{ NONE,
	  "inline,peek",
	  STREAM,
	  TWO_DOORS,
	  { INLINED, URGENT("x"), DUE_ERROR(1, MSG_OOB | MSG_PEEK, EINVAL),
	    TAKE(64, 0, "x") } },
	{ NONE,
	  "inline,received",
	  STREAM,
	  TWO_DOORS,
	  { INLINED, URGENT("x"), TAKE(64, 0, "x"), SET(SO_OOBINLINE, 0),
	    DUE_ERROR(1, MSG_OOB, EINVAL) } },
	{ NONE,
	  "length-0",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), TAKE(1, MSG_OOB, "x"), DUE_ERROR(0, MSG_OOB, EINVAL) } },
	{ NONE,
	  "before-reset",
	  STREAM,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG,
	  { URGENT("x"), SEND_BACK("unread"), CLOSED, TAKE(1, MSG_OOB, "x"),
	    DUE_ERROR(1, MSG_OOB, EINVAL), TAKE_ERROR(64, 0, ECONNRESET) } },
	{ NONE,
	  "before-the-end",
	  STREAM,
	  TWO_DOORS,
	  { URGENT("x"), CLOSED, TAKE(1, MSG_OOB, "x"),
	    DUE_ERROR(1, MSG_OOB, EINVAL) } },

	/* What is unread at the sender may be such a byte; not where it was received.
	 */
	{ "recvfrom.unix.reset",
	  "urgent-unread",
	  STREAM,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG,
	  { SEND_BACK_FLAGS("x", MSG_OOB), CLOSED, DUE_ERROR(64, 0, ECONNRESET),
	    TAKE(64, 0, "") } },
};

/* Whatever a peek that has not asked for it gives, the byte stays. */
CASE("recvfrom.unix.urgent_received[peeked-before]", .doors = SC_RECVFROM | SC_RECVMSG,
     .since = LINUX(5, 15), HAS_UNIX)
{
	int fds[2];

	unix_pair(SOCK_STREAM, fds);
	must(t_sendto(fds[1], "x", 1, MSG_OOB, NULL, 0) == 1, "nothing was sent");
	must(t_sendto(fds[1], "cd", 2, 0, NULL, 0) == 2, "nothing was sent");
	t_recvfrom(fds[0], inbox.buffer, 64, MSG_PEEK | MSG_DONTWAIT, NULL, NULL);
	expect_value(1, t_recvfrom(fds[0], inbox.buffer, 1, MSG_OOB, NULL, NULL));
}

/* What Linux 6.9 brought, 6.1.192 has too; which of the releases before that one was
 * the first to have it is not looked for. */
CASE("recvfrom.unix.urgent_passed[peek,6.1.192]", .doors = SC_RECV | SC_RECVMSG,
     .since = RELEASE(6, 1, 192), .until = LINUX(6, 2), HAS_UNIX)
{
	int fds[2];

	unix_pair(SOCK_STREAM, fds);
	must(t_sendto(fds[1], "x", 1, MSG_OOB, NULL, 0) == 1, "nothing was sent");
	expect_that(t_recvfrom(fds[0], inbox.buffer, 64, MSG_PEEK | MSG_DONTWAIT, NULL,
			       NULL) == -EAGAIN,
		    "there is something besides the byte");
	must(t_sendto(fds[1], "cd", 2, 0, NULL, 0) == 2, "nothing was sent");
	expect_value(2, t_recvfrom(fds[0], inbox.buffer, 64, MSG_PEEK, NULL, NULL));
	expect_that(!memcmp(inbox.buffer, "cd", 2), "other bytes than \"cd\"");
	expect_value(1, t_recvfrom(fds[0], inbox.buffer, 1, MSG_PEEK, NULL, NULL));
	expect_that(inbox.buffer[0] == 'c', "another byte than \"c\"");
}

/* What a call has passed over is no longer counted as its sender's. */
CASE("recvfrom.unix.urgent_passed[given-back]", .doors = SC_RECV | SC_RECVMSG,
     .since = LINUX(5, 15), HAS_UNIX)
{
	int fds[2], left = -1;

	unix_pair(SOCK_STREAM, fds);
	must(t_sendto(fds[1], "x", 1, MSG_OOB, NULL, 0) == 1, "nothing was sent");
	must(t_sendto(fds[1], "cd", 2, 0, NULL, 0) == 2, "nothing was sent");
	expect_value(2, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
	expect_that(target_waits_not() ||
			    (!t_ioctl(fds[1], SIOCOUTQ, &left, sizeof(left)) && !left),
		    "%d bytes are counted still", left);
}

CASES(stories)
{
	add_stories(stories, COUNT(stories));
}

static void urgent_pair(int fds[2], const char *text)
{
	struct step urgent = { DOES_SEND, strlen(text), MSG_OOB, 0, text };

	unix_pair(SOCK_STREAM, fds);
	send_bytes(fds[1], &urgent);
}

/* "af_unix: Don't return ECONNRESET for the consumed OOB skb": 6.10. */
CASE("recvfrom.unix.ended[unix-stream,urgent-received-by-who-closes]",
     .doors = TWO_DOORS | SC_READ, .since = LINUX(6, 10), HAS_UNIX)
{
	int fds[2];

	urgent_pair(fds, "x");
	must(t_recvfrom(fds[0], inbox.buffer, 1, MSG_OOB, NULL, NULL) == 1,
	     "the byte was not received");
	must_close(fds[0]);
	expect_received(0, NULL, 0,
			t_recvfrom(fds[1], inbox.buffer, 64, 0, NULL, NULL));
}

/* It has no sender, even where the socket has a name. */
static void has_no_sender(int flags)
{
	struct address nobody = family_only(AF_UNIX, 0);
	int fds[2];

	urgent_pair(fds, "x");
	must_bind(fds[1], unix_abstract("sender", 6));
	inbox.addrlen = NAME_ROOM;
	expect_received(1, &nobody, NAME_ROOM,
			t_recvfrom(fds[0], inbox.buffer, 1, MSG_OOB | flags,
				   inbox.address, &inbox.addrlen));
	expect_that(inbox.buffer[0] == 'x', "another byte has come");
}

CASE("recvfrom.unix.urgent_received[no-sender]",
     .doors = SC_RECVFROM | SC_RECVMSG | SC_RECVMMSG, HAS_UNIX)
{
	has_no_sender(0);
}

CASE("recvfrom.unix.urgent_peeked[no-sender]",
     .doors = SC_RECVFROM | SC_RECVMSG | SC_RECVMMSG, HAS_UNIX)
{
	has_no_sender(MSG_PEEK);
}

/* Is the byte still there, behind the one that was sent with it? */
static void expect_byte_left(int fd, bool left)
{
	long came = t_recvfrom(fd, inbox.buffer, 1, MSG_OOB, NULL, NULL);

	expect_that(came == (left ? 1 : -EINVAL), "%ld came", came);
	came = t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL);
	expect_that(came == 1 && inbox.buffer[0] == 'a', "%ld came of the stream",
		    came);
}

static void urgent_unwritable(const void *memory, int flags)
{
	int fds[2];

	urgent_pair(fds, "ax");
	expect_errno(EFAULT, t_recvfrom(fds[0], (void *)memory, 1, MSG_OOB | flags,
					NULL, NULL));
	expect_byte_left(fds[0], flags & MSG_PEEK);
}

/* A socket that is accepted has none of its listener's options: unix_accept(). */
CASE("recvfrom.unix.urgent_received[listener-inline]", .doors = TWO_DOORS,
     .since = LINUX(5, 15), HAS_UNIX)
{
	struct address at = unix_abstract("inline", 6);
	int listener = must_socket(AF_UNIX, SOCK_STREAM, 0), client, fd;

	must_option(listener, SOL_SOCKET, SO_OOBINLINE, 1);
	must_bind(listener, at);
	must_listen(listener);
	client = must_socket(AF_UNIX, SOCK_STREAM, 0);
	must_connect(client, at);
	fd = must_accept(listener);
	must(t_sendto(client, "x", 1, MSG_OOB, NULL, 0) == 1, "nothing was sent");
	expect_value(1, t_recvfrom(fd, inbox.buffer, 1, MSG_OOB, NULL, NULL));
	expect_that(inbox.buffer[0] == 'x', "the byte is another");
}

CASE("recvfrom.unix.urgent_unwritable[null]", .doors = TWO_DOORS, HAS_UNIX)
{
	urgent_unwritable(NULL, 0);
}

CASE("recvfrom.unix.urgent_unwritable[unmapped]", .doors = TWO_DOORS, HAS_UNIX)
{
	urgent_unwritable(unmapped_memory(), 0);
}

CASE("recvfrom.unix.urgent_unwritable[unmapped,peek]", .doors = TWO_DOORS, HAS_UNIX)
{
	urgent_unwritable(unmapped_memory(), MSG_PEEK);
}

/* The address is asked for in vain, and its length must be good all the same. */
static void urgent_to_nobody(int error, socklen_t *addrlen)
{
	int fds[2];

	urgent_pair(fds, "ax");
	expect_errno(error, t_recvfrom(fds[0], inbox.buffer, 1, MSG_OOB, inbox.address,
				       addrlen));
	expect_byte_left(fds[0], false);
}

CASE("recvfrom.unix.nobody_without_addrlen[urgent]", HAS_UNIX)
{
	urgent_to_nobody(EFAULT, NULL);
}

CASE("recvfrom.unix.nobody_addrlen_negative[urgent]", HAS_UNIX)
{
	inbox.addrlen = (socklen_t)-1;
	urgent_to_nobody(EINVAL, &inbox.addrlen);
}
