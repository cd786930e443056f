/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_message.c - recvfrom(2) of datagrams and records of AF_UNIX that nobody has
 * named: whole, cut, peeked at, empty, in their order; and what comes when their sender
 * is gone.
 */
#include "unix.h"

#define RECEIVED "recvfrom.datagram.received"
#define CUT	 "recvfrom.datagram.cut"
#define TOLD	 "recvfrom.datagram.length_told"
#define PEEKED	 "recvfrom.datagram.peeked"
#define OOB	 "recvfrom.unix.out_of_band"
#define BLOCKS	 "recvfrom.unix.would_block"
#define ENDED	 "recvfrom.unix.ended"
#define SHUT	 "recvfrom.unix.shut_down"
#define RESET	 "recvfrom.unix.reset"

/* Of both types, where none is given. */
static const struct story stories[] = {
	{ RECEIVED,
	  "exact",
	  0,
	  UNNAMED_DOORS,
	  { SEND("data"), DUE(4, 0, "data"), EMPTY } },
	{ RECEIVED,
	  "more-room",
	  0,
	  UNNAMED_DOORS,
	  { SEND("data"), DUE(64, 0, "data"), EMPTY } },
	{ RECEIVED,
	  "room-for-one-more",
	  0,
	  UNNAMED_DOORS,
	  { SEND("data"), DUE(5, 0, "data"), EMPTY } },
	{ RECEIVED,
	  "one-byte",
	  0,
	  UNNAMED_DOORS,
	  { SEND("x"), DUE(1, 0, "x"), EMPTY } },
	{ RECEIVED,
	  "in-order",
	  0,
	  UNNAMED_DOORS,
	  { SEND("one"), SEND("second"), SEND("3"), DUE(64, 0, "one"),
	    DUE(64, 0, "second"), DUE(64, 0, "3"), EMPTY } },
	{ RECEIVED,
	  "kept-apart",
	  0,
	  UNNAMED_DOORS,
	  { SEND("ab"), SEND("cd"), DUE(4, 0, "ab"), DUE(4, 0, "cd"), EMPTY } },
	{ RECEIVED,
	  "empty",
	  0,
	  UNNAMED_DOORS,
	  { SEND(""), SEND("next"), DUE(64, 0, ""), DUE(64, 0, "next"), EMPTY } },
	{ RECEIVED,
	  "empty-twice",
	  0,
	  UNNAMED_DOORS,
	  { SEND(""), SEND(""), DUE(64, 0, ""), DUE(64, 0, ""), EMPTY } },
	{ RECEIVED,
	  "empty,length-0",
	  0,
	  SC_RECV | SC_RECVMSG | SC_RECVMMSG,
	  { SEND(""), SEND("next"), DUE(0, 0, ""), DUE(64, 0, "next"), EMPTY } },
	{ RECEIVED,
	  "waitall",
	  0,
	  SC_RECV | SC_RECVMSG | SC_RECVMMSG,
	  { SEND("ab"), SEND("cd"), DUE(4, MSG_WAITALL, "ab"), TAKE(64, 0, "cd") } },
	{ RECEIVED,
	  "errqueue",
	  0,
	  SC_RECV | SC_RECVMSG | SC_RECVMMSG,
	  { SEND("data"), DUE(64, MSG_ERRQUEUE, "data"), EMPTY } },
	{ RECEIVED,
	  "dontwait",
	  0,
	  SC_RECV | SC_RECVMSG | SC_RECVMMSG,
	  { SEND("data"), DUE(64, MSG_DONTWAIT, "data"), EMPTY } },
	{ RECEIVED,
	  "trunc",
	  0,
	  SC_RECV | SC_RECVMSG | SC_RECVMMSG,
	  { SEND("data"), DUE(64, MSG_TRUNC, "data"), EMPTY } },
	{ RECEIVED,
	  "trunc,exact",
	  0,
	  SC_RECV | SC_RECVMSG | SC_RECVMMSG,
	  { SEND("data"), DUE(4, MSG_TRUNC, "data"), EMPTY } },
	{ RECEIVED,
	  "low-water",
	  0,
	  UNNAMED_DOORS,
	  { SET(SO_RCVLOWAT, 8), SEND("ab"), SEND("cd"), DUE(64, 0, "ab"),
	    DUE(64, 0, "cd"), EMPTY } },
	{ RECEIVED,
	  "sender-closed",
	  0,
	  UNNAMED_DOORS,
	  { SEND("one"), SEND("two"), CLOSED, DUE(64, 0, "one"), DUE(64, 0, "two") } },
	{ RECEIVED,
	  "sender-shut-down",
	  0,
	  UNNAMED_DOORS,
	  { SEND("data"), STEP(DOES_SHUT, SHUT_WR), DUE(64, 0, "data") } },
	{ RECEIVED,
	  "shut-down",
	  0,
	  UNNAMED_DOORS,
	  { SEND("data"), STEP(DOES_SHUT_OWN, SHUT_RD), DUE(64, 0, "data") } },
	{ RECEIVED,
	  "shut-down,dontwait",
	  0,
	  SC_RECV | SC_RECVMSG | SC_RECVMMSG,
	  { SEND("data"), STEP(DOES_SHUT_OWN, SHUT_RDWR),
	    DUE(64, MSG_DONTWAIT, "data") } },
	{ RECEIVED,
	  "unread-at-the-sender",
	  0,
	  UNNAMED_DOORS,
	  { SEND_BACK("back"), SEND("data"), DUE(64, 0, "data"), EMPTY } },
	{ RECEIVED,
	  "behind-one-that-was-cut",
	  0,
	  UNNAMED_DOORS,
	  { SEND("abcd"), SEND("ef"), TAKE(1, 0, "a"), DUE(64, 0, "ef"), EMPTY } },

	{ CUT, "length-0", 0, FLAG_DOORS, { SEND("data"), DUE(0, 0, ""), EMPTY } },
	{ CUT, "length-1", 0, ALL_DOORS, { SEND("data"), DUE(1, 0, "d"), EMPTY } },
	{ CUT, "length-3", 0, ALL_DOORS, { SEND("data"), DUE(3, 0, "dat"), EMPTY } },
	{ CUT,
	  "next-stays",
	  0,
	  ALL_DOORS,
	  { SEND("abcd"), SEND("efgh"), DUE(2, 0, "ab"), DUE(3, 0, "efg"), EMPTY } },
	{ CUT,
	  "waitall",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), DUE(3, MSG_WAITALL, "dat"), EMPTY } },
	{ CUT,
	  "errqueue",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), DUE(3, MSG_ERRQUEUE, "dat"), EMPTY } },

	{ TOLD,
	  "length-0",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), TELLS(0, MSG_TRUNC, 4, ""), EMPTY } },
	{ TOLD,
	  "length-1",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), TELLS(1, MSG_TRUNC, 4, "d"), EMPTY } },
	{ TOLD,
	  "length-3",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), SEND("next"), TELLS(3, MSG_TRUNC, 4, "dat"),
	    TAKE(64, 0, "next"), EMPTY } },
	{ TOLD,
	  "length-3,dontwait",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), TELLS(3, MSG_TRUNC | MSG_DONTWAIT, 4, "dat"), EMPTY } },

	{ PEEKED,
	  "length-64",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), SEND("next"), DUE(64, MSG_PEEK, "data"),
	    DUE(64, MSG_PEEK, "data"), TAKE(64, 0, "data"), TAKE(64, 0, "next"),
	    EMPTY } },
	{ PEEKED,
	  "length-0",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), DUE(0, MSG_PEEK, ""), TAKE(64, 0, "data"), EMPTY } },
	{ PEEKED,
	  "length-3",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), DUE(3, MSG_PEEK, "dat"), TAKE(64, 0, "data"), EMPTY } },
	{ PEEKED,
	  "length-3,trunc",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), TELLS(3, MSG_PEEK | MSG_TRUNC, 4, "dat"), TAKE(64, 0, "data"),
	    EMPTY } },
	{ PEEKED,
	  "length-0,trunc",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), TELLS(0, MSG_PEEK | MSG_TRUNC, 4, ""), TAKE(64, 0, "data"),
	    EMPTY } },
	{ PEEKED,
	  "length-64,trunc",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), DUE(64, MSG_PEEK | MSG_TRUNC, "data"), TAKE(64, 0, "data"),
	    EMPTY } },
	{ PEEKED,
	  "waitall",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), DUE(64, MSG_PEEK | MSG_WAITALL, "data"), TAKE(64, 0, "data"),
	    EMPTY } },
	{ PEEKED,
	  "empty",
	  0,
	  FLAG_DOORS,
	  { SEND(""), SEND("next"), DUE(64, MSG_PEEK, ""), DUE(64, MSG_PEEK, ""),
	    TAKE(64, 0, ""), TAKE(64, 0, "next"), EMPTY } },
	{ PEEKED,
	  "sender-closed",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), CLOSED, DUE(64, MSG_PEEK, "data"), TAKE(64, 0, "data") } },
	{ PEEKED,
	  "shut-down",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), STEP(DOES_SHUT_OWN, SHUT_RD), DUE(64, MSG_PEEK, "data"),
	    TAKE(64, 0, "data") } },

	{ OOB,
	  "data-waits",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), DUE_ERROR(64, MSG_OOB, EOPNOTSUPP), TAKE(64, 0, "data"),
	    EMPTY } },
	{ OOB,
	  "data-waits,peek",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), DUE_ERROR(64, MSG_OOB | MSG_PEEK, EOPNOTSUPP),
	    TAKE(64, 0, "data"), EMPTY } },
	{ OOB,
	  "sender-closed",
	  0,
	  FLAG_DOORS,
	  { CLOSED, DUE_ERROR(64, MSG_OOB, EOPNOTSUPP) } },
	{ OOB,
	  "before-reset",
	  SOCK_SEQPACKET,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG,
	  { SEND_BACK("unread"), CLOSED, DUE_ERROR(64, MSG_OOB, EOPNOTSUPP),
	    TAKE_ERROR(64, 0, ECONNRESET) } },

	/* Datagrams have no end, */
	{ BLOCKS,
	  "sender-closed",
	  SOCK_DGRAM,
	  FLAG_DOORS,
	  { CLOSED, DUE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },
	{ BLOCKS,
	  "sender-closed,unread",
	  SOCK_DGRAM,
	  FLAG_DOORS,
	  { SEND_BACK("unread"), CLOSED, DUE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },
	{ BLOCKS,
	  "sender-shut-down",
	  SOCK_DGRAM,
	  FLAG_DOORS,
	  { STEP(DOES_SHUT, SHUT_RDWR), DUE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },
	{ BLOCKS,
	  "received,shut-down",
	  SOCK_DGRAM,
	  FLAG_DOORS,
	  { SEND("data"), STEP(DOES_SHUT_OWN, SHUT_RD), TAKE(64, 0, "data"),
	    DUE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },
	/* and what the sender does not read is its own matter. */
	{ BLOCKS,
	  "received",
	  0,
	  FLAG_DOORS,
	  { SEND("data"), TAKE(64, 0, "data"), DUE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },
	{ BLOCKS,
	  "received-empty",
	  0,
	  FLAG_DOORS,
	  { SEND(""), TAKE(64, 0, ""), DUE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },
	{ BLOCKS,
	  "sender-shut-down-for-reading",
	  0,
	  FLAG_DOORS,
	  { STEP(DOES_SHUT, SHUT_RD), DUE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },
	{ BLOCKS,
	  "shut-down-for-writing",
	  0,
	  FLAG_DOORS,
	  { STEP(DOES_SHUT_OWN, SHUT_WR), DUE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },
	{ BLOCKS,
	  "sent-back",
	  0,
	  FLAG_DOORS,
	  { SEND_BACK("back"), DUE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },

	{ ENDED,
	  "closed",
	  SOCK_SEQPACKET,
	  ALL_DOORS,
	  { CLOSED, DUE(64, 0, ""), DUE(64, 0, "") } },
	{ ENDED,
	  "closed,dontwait",
	  SOCK_SEQPACKET,
	  FLAG_DOORS,
	  { CLOSED, DUE(64, MSG_DONTWAIT, ""), DUE(64, MSG_DONTWAIT, "") } },
	{ ENDED,
	  "shut-down",
	  SOCK_SEQPACKET,
	  ALL_DOORS,
	  { STEP(DOES_SHUT, SHUT_WR), DUE(64, 0, ""), DUE(64, 0, "") } },
	{ ENDED,
	  "shut-down-both-ways",
	  SOCK_SEQPACKET,
	  ALL_DOORS,
	  { STEP(DOES_SHUT, SHUT_RDWR), DUE(64, 0, "") } },
	{ ENDED,
	  "behind-records",
	  SOCK_SEQPACKET,
	  ALL_DOORS,
	  { SEND("one"), SEND("two"), CLOSED, TAKE(64, 0, "one"), TAKE(64, 0, "two"),
	    DUE(64, 0, ""), DUE(64, 0, "") } },
	{ ENDED,
	  "behind-an-empty-record",
	  SOCK_SEQPACKET,
	  ALL_DOORS,
	  { SEND(""), CLOSED, TAKE(64, 0, ""), DUE(64, 0, "") } },
	{ ENDED,
	  "behind-one-that-was-cut",
	  SOCK_SEQPACKET,
	  ALL_DOORS,
	  { SEND("data"), CLOSED, TAKE(1, 0, "d"), DUE(64, 0, "") } },
	{ ENDED,
	  "peek",
	  SOCK_SEQPACKET,
	  FLAG_DOORS,
	  { CLOSED, DUE(64, MSG_PEEK, ""), DUE(64, 0, "") } },
	{ ENDED,
	  "trunc",
	  SOCK_SEQPACKET,
	  FLAG_DOORS,
	  { CLOSED, DUE(64, MSG_TRUNC, "") } },
	{ ENDED, "length-0", SOCK_SEQPACKET, FLAG_DOORS, { CLOSED, DUE(0, 0, "") } },
	{ ENDED,
	  "low-water",
	  SOCK_SEQPACKET,
	  ALL_DOORS,
	  { SET(SO_RCVLOWAT, 8), CLOSED, DUE(64, 0, "") } },

	{ SHUT,
	  "behind-records",
	  SOCK_SEQPACKET,
	  ALL_DOORS,
	  { SEND("one"), STEP(DOES_SHUT_OWN, SHUT_RD), TAKE(64, 0, "one"),
	    DUE(64, 0, "") } },
	{ SHUT,
	  "behind-datagrams",
	  SOCK_DGRAM,
	  ALL_DOORS,
	  { SEND("one"), STEP(DOES_SHUT_OWN, SHUT_RD), TAKE(64, 0, "one"),
	    DUE(64, 0, "") } },
	{ SHUT,
	  "both-ways",
	  0,
	  ALL_DOORS,
	  { STEP(DOES_SHUT_OWN, SHUT_RDWR), DUE(64, 0, "") } },
	{ SHUT,
	  "sender-closed",
	  0,
	  ALL_DOORS,
	  { STEP(DOES_SHUT_OWN, SHUT_RD), CLOSED, DUE(64, 0, "") } },

	/* The error comes before the records that wait, once. */
	{ RESET,
	  "closed",
	  SOCK_SEQPACKET,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG | SC_READ,
	  { SEND_BACK("unread"), CLOSED, DUE_ERROR(64, 0, ECONNRESET), TAKE(64, 0, ""),
	    TAKE(64, 0, "") } },
	{ RESET,
	  "before-records",
	  SOCK_SEQPACKET,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG | SC_READV,
	  { SEND("one"), SEND_BACK("unread"), SEND("two"), CLOSED,
	    DUE_ERROR(64, 0, ECONNRESET), TAKE(64, 0, "one"), TAKE(64, 0, "two"),
	    TAKE(64, 0, "") } },
	{ RESET,
	  "peek",
	  SOCK_SEQPACKET,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG,
	  { SEND("one"), SEND_BACK("unread"), CLOSED,
	    DUE_ERROR(64, MSG_PEEK, ECONNRESET), TAKE(64, MSG_PEEK, "one"),
	    TAKE(64, 0, "one") } },
	{ RESET,
	  "dontwait",
	  SOCK_SEQPACKET,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG,
	  { SEND_BACK("unread"), CLOSED, DUE_ERROR(64, MSG_DONTWAIT, ECONNRESET),
	    TAKE(64, MSG_DONTWAIT, "") } },
	{ RESET,
	  "length-0",
	  SOCK_SEQPACKET,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG,
	  { SEND_BACK("unread"), CLOSED, DUE_ERROR(0, 0, ECONNRESET),
	    TAKE(64, 0, "") } },
	{ RESET,
	  "errqueue",
	  SOCK_SEQPACKET,
	  FLAG_DOORS,
	  { SEND_BACK("unread"), CLOSED, DUE_ERROR(64, MSG_ERRQUEUE, ECONNRESET),
	    TAKE(64, 0, "") } },
	{ RESET,
	  "shut-down-before",
	  SOCK_SEQPACKET,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG,
	  { SEND_BACK("unread"), STEP(DOES_SHUT, SHUT_WR), TAKE(64, 0, ""), CLOSED,
	    DUE_ERROR(64, 0, ECONNRESET), TAKE(64, 0, "") } },
	{ "recvmmsg.error_waits",
	  "records",
	  SOCK_SEQPACKET,
	  SC_RECVMMSG,
	  { SEND("one"), SEND_BACK("unread"), CLOSED, DUE_ERROR(64, 0, ECONNRESET),
	    TAKE(64, 0, "one"), TAKE(64, 0, "") } },
	/* SO_ERROR tells it as well. */
	{ ENDED,
	  "reset-told-to-so_error",
	  SOCK_SEQPACKET,
	  ALL_DOORS,
	  { SEND_BACK("unread"), CLOSED, STEP(DOES_ERROR, 0), DUE(64, 0, "") } },
	{ RECEIVED,
	  "reset-told-to-so_error",
	  SOCK_SEQPACKET,
	  UNNAMED_DOORS,
	  { SEND("one"), SEND_BACK("unread"), CLOSED, STEP(DOES_ERROR, 0),
	    DUE(64, 0, "one") } },
};

CASES(stories)
{
	add_stories(stories, COUNT(stories));
}

/* Flags that mean nothing here, with which the message comes as without. */
static const struct ignored {
	const char *name;
	int flags;
} ignored[] = {
	{ "cmsg-cloexec", MSG_CMSG_CLOEXEC },
	{ "dontroute", MSG_DONTROUTE },
	{ "ctrunc", MSG_CTRUNC },
	{ "0x10", 0x10 },
	{ "eor", MSG_EOR },
	{ "fin", 0x200 },
	{ "confirm", MSG_CONFIRM },
	{ "nosignal", MSG_NOSIGNAL },
	{ "more", MSG_MORE },
	{ "waitforone", MSG_WAITFORONE },
	{ "0x100000", 0x100000 },
	{ "0x01000000", 0x01000000 },
	{ "zerocopy", 0x4000000 },
	{ "fastopen", 0x20000000 },
};

CASES(ignored)
{
	static const int types[] = { SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM };

	for (size_t t = 0; t < COUNT(types); t++)
		for (size_t i = 0; i < COUNT(ignored); i++) {
			bool stream = types[t] == SOCK_STREAM;
			struct story story = {
				.rule = stream ? "recvfrom.stream.received" : RECEIVED,
				.name = name_case("flag-%s", ignored[i].name),
				.doors = SC_RECV | SC_RECVMSG,
				.steps = { SEND("data"),
					   DUE(64, ignored[i].flags, "data"), EMPTY },
			};

			add_story(&story, types[t]);
		}
}

/* unix(7): the limit of a datagram is "the doubled (see socket(7)) option value less 32
 * bytes used for overhead". */
#define SNDBUF 8192

static unsigned char big[2 * SNDBUF], came_big[64 * 1024 + 64], sent_big[64 * 1024];

static void largest_comes(int type)
{
	int fds[2];

	unix_pair(type, fds);
	must_option(fds[1], SOL_SOCKET, SO_SNDBUF, SNDBUF);
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (unsigned char)(i / 7);
	must(t_sendto(fds[1], big, sizeof(big) - 32, 0, NULL, 0) ==
		     (long)sizeof(big) - 32,
	     "the largest datagram was not sent");
	expect_received((long)sizeof(big) - 32, NULL, 0,
			t_recvfrom(fds[0], came_big, sizeof(came_big), 0, NULL, NULL));
	expect_that(target_waits_not() || !memcmp(came_big, big, sizeof(big) - 32),
		    "other bytes than those that were sent");
}

CASE("recvfrom.datagram.received[unix-dgram,largest]", .doors = UNNAMED_DOORS, HAS_UNIX)
{
	largest_comes(SOCK_DGRAM);
}

CASE("recvfrom.datagram.received[unix-seqpacket,largest]", .doors = UNNAMED_DOORS,
     HAS_UNIX)
{
	largest_comes(SOCK_SEQPACKET);
}

/* More than the pages of one piece of memory hold. */
static void sixty_four_kib(int type, size_t length, long value)
{
	int fds[2];

	unix_pair(type, fds);
	for (size_t i = 0; i < sizeof(sent_big); i++)
		sent_big[i] = (unsigned char)(i / 251);
	must(t_sendto(fds[1], sent_big, sizeof(sent_big), 0, NULL, 0) ==
		     (long)sizeof(sent_big),
	     "64 KiB were not sent");
	expect_received(value, NULL, 0,
			t_recvfrom(fds[0], came_big, length, 0, NULL, NULL));
	expect_that(target_waits_not() || !memcmp(came_big, sent_big, (size_t)value),
		    "other bytes than those that were sent");
}

CASE("recvfrom.datagram.received[unix-dgram,64-kib]", .doors = UNNAMED_DOORS, HAS_UNIX)
{
	sixty_four_kib(SOCK_DGRAM, sizeof(came_big), sizeof(sent_big));
}

CASE("recvfrom.datagram.received[unix-seqpacket,64-kib]", .doors = UNNAMED_DOORS,
     HAS_UNIX)
{
	sixty_four_kib(SOCK_SEQPACKET, sizeof(came_big), sizeof(sent_big));
}

CASE("recvfrom.datagram.cut[unix-dgram,64-kib]", .doors = ALL_DOORS, HAS_UNIX)
{
	sixty_four_kib(SOCK_DGRAM, sizeof(sent_big) - 1, sizeof(sent_big) - 1);
}
