/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_stream.c - recvfrom(2) of a stream of AF_UNIX: how much of what several calls
 * have sent, peeked at, waited for, to the end and over it; and what comes while a call
 * waits.
 */
#include "unix.h"

#define GIVES "recvfrom.stream.received"
#define PEEKS "recvfrom.stream.peeked"
#define SHORT "recvfrom.unix.stream_short"
#define ENDED "recvfrom.unix.ended"
#define SHUT  "recvfrom.unix.shut_down"
#define RESET "recvfrom.unix.reset"
#define BLOCK "recvfrom.unix.would_block"

#define STREAM SOCK_STREAM
/* Milliseconds that SO_RCVTIMEO is set to where it is up. */
#define TIMEOUT 20

static const struct story stories[] = {
	{ GIVES,
	  "exact",
	  STREAM,
	  ALL_DOORS,
	  { SEND("data"), DUE(4, 0, "data"), EMPTY } },
	{ GIVES,
	  "more-room",
	  STREAM,
	  ALL_DOORS,
	  { SEND("data"), DUE(64, 0, "data"), EMPTY } },
	{ GIVES,
	  "part",
	  STREAM,
	  ALL_DOORS,
	  { SEND("data"), DUE(3, 0, "dat"), DUE(64, 0, "a"), EMPTY } },
	{ GIVES,
	  "byte-by-byte",
	  STREAM,
	  ALL_DOORS,
	  { SEND("abc"), DUE(1, 0, "a"), DUE(1, 0, "b"), DUE(1, 0, "c"), EMPTY } },
	{ GIVES,
	  "two-sends",
	  STREAM,
	  ALL_DOORS,
	  { SEND("ab"), SEND("cd"), DUE(64, 0, "abcd"), EMPTY } },
	{ GIVES,
	  "two-sends,exact",
	  STREAM,
	  ALL_DOORS,
	  { SEND("ab"), SEND("cd"), DUE(4, 0, "abcd"), EMPTY } },
	{ GIVES,
	  "two-sends,first-only",
	  STREAM,
	  ALL_DOORS,
	  { SEND("ab"), SEND("cd"), DUE(2, 0, "ab"), DUE(64, 0, "cd"), EMPTY } },
	{ GIVES,
	  "two-sends,part-of-second",
	  STREAM,
	  ALL_DOORS,
	  { SEND("ab"), SEND("cde"), DUE(3, 0, "abc"), DUE(64, 0, "de"), EMPTY } },
	{ GIVES,
	  "rest-and-next",
	  STREAM,
	  ALL_DOORS,
	  { SEND("abc"), SEND("de"), TAKE(1, 0, "a"), DUE(64, 0, "bcde"), EMPTY } },
	{ GIVES,
	  "four-sends",
	  STREAM,
	  ALL_DOORS,
	  { SEND("a"), SEND("bc"), SEND("def"), SEND("g"), DUE(64, 0, "abcdefg"),
	    EMPTY } },
	{ GIVES,
	  "length-0",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("data"), DUE(0, 0, ""), TAKE(64, 0, "data"), EMPTY } },
	{ GIVES,
	  "length-0,waitall",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("data"), DUE(0, MSG_WAITALL, ""), TAKE(64, 0, "data"), EMPTY } },
	{ GIVES,
	  "empty-send",
	  STREAM,
	  ALL_DOORS,
	  { SEND(""), SEND("x"), SEND(""), DUE(64, 0, "x"), EMPTY } },
	/* tcp(7) alone has another meaning for it. */
	{ GIVES,
	  "trunc",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("data"), DUE(2, MSG_TRUNC, "da"), TAKE(64, 0, "ta"), EMPTY } },
	{ GIVES,
	  "trunc,more-room",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("data"), DUE(64, MSG_TRUNC, "data"), EMPTY } },
	{ GIVES,
	  "errqueue",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("data"), DUE(64, MSG_ERRQUEUE, "data"), EMPTY } },
	{ GIVES,
	  "dontwait",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("ab"), SEND("cd"), DUE(64, MSG_DONTWAIT, "abcd"), EMPTY } },
	{ GIVES,
	  "waitall",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("ab"), SEND("cd"), DUE(4, MSG_WAITALL, "abcd"), EMPTY } },
	{ GIVES,
	  "waitall,less",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("ab"), SEND("cd"), DUE(3, MSG_WAITALL, "abc"), TAKE(64, 0, "d"),
	    EMPTY } },
	{ GIVES,
	  "low-water-reached",
	  STREAM,
	  ALL_DOORS,
	  { SET(SO_RCVLOWAT, 4), SEND("ab"), SEND("cd"), DUE(64, 0, "abcd"), EMPTY } },
	{ GIVES,
	  "low-water-above-length",
	  STREAM,
	  ALL_DOORS,
	  { SET(SO_RCVLOWAT, 100), SEND("data"), DUE(3, 0, "dat"), TAKE(1, 0, "a") } },
	{ GIVES,
	  "low-water-0",
	  STREAM,
	  ALL_DOORS,
	  { SET(SO_RCVLOWAT, 0), SEND("a"), DUE(64, 0, "a"), EMPTY } },
	{ GIVES,
	  "low-water-negative",
	  STREAM,
	  ALL_DOORS,
	  { SET(SO_RCVLOWAT, -1), SEND("data"), DUE(4, 0, "data"), EMPTY } },
	{ GIVES,
	  "sender-closed",
	  STREAM,
	  ALL_DOORS,
	  { SEND("ab"), SEND("cd"), CLOSED, DUE(3, 0, "abc"), DUE(64, 0, "d") } },
	{ GIVES,
	  "sender-shut-down",
	  STREAM,
	  ALL_DOORS,
	  { SEND("data"), STEP(DOES_SHUT, SHUT_WR), DUE(64, 0, "data") } },
	{ GIVES,
	  "shut-down",
	  STREAM,
	  ALL_DOORS,
	  { SEND("data"), STEP(DOES_SHUT_OWN, SHUT_RD), DUE(3, 0, "dat"),
	    DUE(64, 0, "a") } },
	{ GIVES,
	  "unread-at-the-sender",
	  STREAM,
	  ALL_DOORS,
	  { SEND_BACK("back"), SEND("data"), DUE(64, 0, "data"), EMPTY } },
	{ GIVES,
	  "reset-told-to-so_error",
	  STREAM,
	  ALL_DOORS,
	  { SEND("data"), SEND_BACK("unread"), CLOSED, STEP(DOES_ERROR, 0),
	    DUE(64, 0, "data"), TAKE(64, 0, "") } },
	/* recvmmsg(2) has the error first. */
	{ GIVES,
	  "before-reset",
	  STREAM,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG | SC_READ | SC_READV,
	  { SEND("data"), SEND_BACK("unread"), CLOSED, DUE(3, 0, "dat"),
	    DUE(64, 0, "a"), TAKE_ERROR(64, 0, ECONNRESET), TAKE(64, 0, "") } },

	{ PEEKS,
	  "whole",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("data"), DUE(64, MSG_PEEK, "data"), DUE(64, MSG_PEEK, "data"),
	    TAKE(64, 0, "data"), EMPTY } },
	{ PEEKS,
	  "part",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("data"), DUE(2, MSG_PEEK, "da"), DUE(3, MSG_PEEK, "dat"),
	    TAKE(64, 0, "data"), EMPTY } },
	{ PEEKS,
	  "length-0",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("data"), DUE(0, MSG_PEEK, ""), TAKE(64, 0, "data"), EMPTY } },
	{ PEEKS,
	  "two-sends",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("ab"), SEND("cd"), DUE(64, MSG_PEEK, "abcd"), TAKE(64, 0, "abcd"),
	    EMPTY } },
	{ PEEKS,
	  "two-sends,part-of-second",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("ab"), SEND("cd"), DUE(3, MSG_PEEK, "abc"), TAKE(64, 0, "abcd"),
	    EMPTY } },
	{ PEEKS,
	  "two-sends,first-only",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("ab"), SEND("cd"), DUE(2, MSG_PEEK, "ab"), TAKE(64, 0, "abcd"),
	    EMPTY } },
	{ PEEKS,
	  "three-sends",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("a"), SEND("b"), SEND("c"), DUE(64, MSG_PEEK, "abc"),
	    TAKE(64, 0, "abc"), EMPTY } },
	{ PEEKS,
	  "rest",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("abc"), SEND("de"), TAKE(1, 0, "a"), DUE(64, MSG_PEEK, "bcde"),
	    DUE(3, MSG_PEEK, "bcd"), TAKE(64, 0, "bcde"), EMPTY } },
	{ PEEKS,
	  "trunc",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("data"), DUE(2, MSG_PEEK | MSG_TRUNC, "da"), TAKE(64, 0, "data"),
	    EMPTY } },
	/* What there is, without waiting for more. */
	{ PEEKS,
	  "waitall",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("ab"), DUE(64, MSG_PEEK | MSG_WAITALL, "ab"), TAKE(64, 0, "ab"),
	    EMPTY } },
	{ PEEKS,
	  "low-water",
	  STREAM,
	  FLAG_DOORS,
	  { SET(SO_RCVLOWAT, 8), SEND("ab"), DUE(64, MSG_PEEK, "ab"),
	    TAKE(64, MSG_DONTWAIT, "ab") } },
	{ PEEKS,
	  "sender-closed",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("ab"), CLOSED, DUE(64, MSG_PEEK, "ab"), TAKE(64, 0, "ab"),
	    TAKE(64, MSG_PEEK, "") } },
	{ PEEKS,
	  "before-reset",
	  STREAM,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG,
	  { SEND("ab"), SEND_BACK("unread"), CLOSED,
	    DUE(64, MSG_PEEK | MSG_WAITALL, "ab"), TAKE(2, 0, "ab"),
	    TAKE_ERROR(64, 0, ECONNRESET) } },

	{ SHORT,
	  "waitall,timeout",
	  STREAM,
	  SC_RECVFROM,
	  { STEP(DOES_TIMEOUT, TIMEOUT), SEND("ab"), SEND("c"),
	    DUE(64, MSG_WAITALL, "abc"), EMPTY } },
	{ SHORT,
	  "waitall,one-less,timeout",
	  STREAM,
	  SC_RECVFROM,
	  { STEP(DOES_TIMEOUT, TIMEOUT), SEND("ab"), SEND("c"),
	    DUE(4, MSG_WAITALL, "abc"), EMPTY } },
	{ SHORT,
	  "waitall,dontwait",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("ab"), SEND("c"), DUE(64, MSG_WAITALL | MSG_DONTWAIT, "abc"),
	    EMPTY } },
	{ SHORT,
	  "waitall,sender-closed",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("ab"), SEND("c"), CLOSED, DUE(64, MSG_WAITALL, "abc"),
	    TAKE(64, MSG_WAITALL, "") } },
	{ SHORT,
	  "waitall,sender-shut-down",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("ab"), STEP(DOES_SHUT, SHUT_WR), DUE(64, MSG_WAITALL, "ab"),
	    TAKE(64, 0, "") } },
	{ SHORT,
	  "waitall,shut-down",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("ab"), STEP(DOES_SHUT_OWN, SHUT_RD), DUE(64, MSG_WAITALL, "ab"),
	    TAKE(64, 0, "") } },
	/* The error ends the wait, and is forgotten. */
	{ SHORT,
	  "waitall,reset",
	  STREAM,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG,
	  { SEND("ab"), SEND_BACK("unread"), CLOSED, DUE(64, MSG_WAITALL, "ab"),
	    TAKE(64, 0, "") } },
	{ SHORT,
	  "low-water,timeout",
	  STREAM,
	  SC_RECVFROM,
	  { SET(SO_RCVLOWAT, 8), STEP(DOES_TIMEOUT, TIMEOUT), SEND("abc"),
	    DUE(64, 0, "abc"), EMPTY } },
	{ SHORT,
	  "low-water,one-less,timeout",
	  STREAM,
	  SC_RECVFROM,
	  { SET(SO_RCVLOWAT, 4), STEP(DOES_TIMEOUT, TIMEOUT), SEND("abc"),
	    DUE(64, 0, "abc"), EMPTY } },
	{ SHORT,
	  "low-water-above-length,timeout",
	  STREAM,
	  SC_RECVFROM,
	  { SET(SO_RCVLOWAT, 100), STEP(DOES_TIMEOUT, TIMEOUT), SEND("abc"),
	    DUE(4, 0, "abc"), EMPTY } },
	{ SHORT,
	  "low-water-negative,timeout",
	  STREAM,
	  SC_RECVFROM,
	  { SET(SO_RCVLOWAT, -1), STEP(DOES_TIMEOUT, TIMEOUT), SEND("abc"),
	    DUE(4, 0, "abc"), EMPTY } },
	{ SHORT,
	  "low-water,dontwait",
	  STREAM,
	  FLAG_DOORS,
	  { SET(SO_RCVLOWAT, 8), SEND("abc"), DUE(64, MSG_DONTWAIT, "abc"), EMPTY } },
	{ SHORT,
	  "low-water,sender-closed",
	  STREAM,
	  ALL_DOORS,
	  { SET(SO_RCVLOWAT, 8), SEND("abc"), CLOSED, DUE(64, 0, "abc"),
	    TAKE(64, 0, "") } },

	{ ENDED,
	  "closed",
	  STREAM,
	  ALL_DOORS,
	  { CLOSED, DUE(64, 0, ""), DUE(64, 0, "") } },
	{ ENDED,
	  "closed,dontwait",
	  STREAM,
	  FLAG_DOORS,
	  { CLOSED, DUE(64, MSG_DONTWAIT, "") } },
	{ ENDED,
	  "shut-down",
	  STREAM,
	  ALL_DOORS,
	  { STEP(DOES_SHUT, SHUT_WR), DUE(64, 0, ""), DUE(64, 0, "") } },
	{ ENDED,
	  "shut-down-both-ways",
	  STREAM,
	  ALL_DOORS,
	  { STEP(DOES_SHUT, SHUT_RDWR), DUE(64, 0, "") } },
	{ ENDED,
	  "behind-data",
	  STREAM,
	  ALL_DOORS,
	  { SEND("ab"), SEND("cd"), CLOSED, TAKE(64, 0, "abcd"), DUE(64, 0, ""),
	    DUE(64, 0, "") } },
	{ ENDED, "peek", STREAM, FLAG_DOORS, { CLOSED, DUE(64, MSG_PEEK, "") } },
	{ ENDED, "trunc", STREAM, FLAG_DOORS, { CLOSED, DUE(64, MSG_TRUNC, "") } },
	{ ENDED, "waitall", STREAM, FLAG_DOORS, { CLOSED, DUE(64, MSG_WAITALL, "") } },
	{ ENDED, "length-0", STREAM, FLAG_DOORS, { CLOSED, DUE(0, 0, "") } },
	{ ENDED,
	  "low-water",
	  STREAM,
	  ALL_DOORS,
	  { SET(SO_RCVLOWAT, 8), CLOSED, DUE(64, 0, "") } },
	{ ENDED,
	  "reset-told-to-so_error",
	  STREAM,
	  ALL_DOORS,
	  { SEND_BACK("unread"), CLOSED, STEP(DOES_ERROR, 0), DUE(64, 0, "") } },

	{ SHUT,
	  "behind-data",
	  STREAM,
	  ALL_DOORS,
	  { SEND("data"), STEP(DOES_SHUT_OWN, SHUT_RD), TAKE(64, 0, "data"),
	    DUE(64, 0, "") } },
	{ SHUT,
	  "both-ways",
	  STREAM,
	  ALL_DOORS,
	  { STEP(DOES_SHUT_OWN, SHUT_RDWR), DUE(64, 0, "") } },
	{ SHUT,
	  "sender-closed",
	  STREAM,
	  ALL_DOORS,
	  { STEP(DOES_SHUT_OWN, SHUT_RD), CLOSED, DUE(64, 0, "") } },

	{ BLOCK,
	  "received",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("data"), TAKE(64, 0, "data"), DUE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },
	{ BLOCK,
	  "sender-shut-down-for-reading",
	  STREAM,
	  FLAG_DOORS,
	  { STEP(DOES_SHUT, SHUT_RD), DUE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },
	{ BLOCK,
	  "shut-down-for-writing",
	  STREAM,
	  FLAG_DOORS,
	  { STEP(DOES_SHUT_OWN, SHUT_WR), DUE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },
	{ BLOCK,
	  "sent-back",
	  STREAM,
	  FLAG_DOORS,
	  { SEND_BACK("back"), DUE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },
	{ BLOCK,
	  "empty-send",
	  STREAM,
	  FLAG_DOORS,
	  { SEND(""), DUE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },
	{ BLOCK,
	  "received,waitall",
	  STREAM,
	  FLAG_DOORS,
	  { SEND("data"), TAKE(64, 0, "data"),
	    DUE_ERROR(64, MSG_DONTWAIT | MSG_WAITALL, EAGAIN) } },

	{ RESET,
	  "closed",
	  STREAM,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG | SC_READ | SC_READV,
	  { SEND_BACK("unread"), CLOSED, DUE_ERROR(64, 0, ECONNRESET), TAKE(64, 0, ""),
	    TAKE(64, 0, "") } },
	{ RESET,
	  "part-read",
	  STREAM,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG,
	  { SEND("data"), SEND_BACK("unread"), CLOSED, TAKE(64, 0, "data"),
	    DUE_ERROR(64, 0, ECONNRESET), TAKE(64, 0, "") } },
	{ RESET,
	  "peek",
	  STREAM,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG,
	  { SEND_BACK("unread"), CLOSED, DUE_ERROR(64, MSG_PEEK, ECONNRESET),
	    TAKE(64, 0, "") } },
	{ RESET,
	  "dontwait",
	  STREAM,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG,
	  { SEND_BACK("unread"), CLOSED, DUE_ERROR(64, MSG_DONTWAIT, ECONNRESET),
	    TAKE(64, MSG_DONTWAIT, "") } },
	{ RESET,
	  "length-0",
	  STREAM,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG,
	  { SEND_BACK("unread"), CLOSED, DUE_ERROR(0, 0, ECONNRESET),
	    TAKE(64, 0, "") } },
	{ RESET,
	  "errqueue",
	  STREAM,
	  FLAG_DOORS,
	  { SEND_BACK("unread"), CLOSED, DUE_ERROR(64, MSG_ERRQUEUE, ECONNRESET),
	    TAKE(64, 0, "") } },
	{ "recvmmsg.error_waits",
	  "before-data",
	  STREAM,
	  SC_RECVMMSG,
	  { SEND("data"), SEND_BACK("unread"), CLOSED, DUE_ERROR(64, 0, ECONNRESET),
	    TAKE(64, 0, "data"), TAKE(64, 0, "") } },
	{ "recvmmsg.error_waits",
	  "before-data,peek",
	  STREAM,
	  SC_RECVMMSG,
	  { SEND("data"), SEND_BACK("unread"), CLOSED,
	    DUE_ERROR(64, MSG_PEEK, ECONNRESET), TAKE(64, MSG_PEEK, "data"),
	    TAKE(64, 0, "data") } },
};

CASES(stories)
{
	add_stories(stories, COUNT(stories));
}

/* Not earlier than SO_RCVTIMEO says, where less has come than is waited for. */
static void waits_for_more(int low_water, int flags)
{
	double begin;
	int fds[2];

	unix_pair(SOCK_STREAM, fds);
	set_timeout(fds[0], TIMEOUT);
	must_option(fds[0], SOL_SOCKET, SO_RCVLOWAT, low_water);
	must(t_sendto(fds[1], "abc", 3, 0, NULL, 0) == 3, "nothing was sent");
	begin = now_in_milliseconds();
	expect_received(3, NULL, 0,
			t_recvfrom(fds[0], inbox.buffer, 64, flags, NULL, NULL));
	expect_that(target_waits_not() ||
			    now_in_milliseconds() - begin >= TIMEOUT - TICK,
		    "it came back before %d ms were over", TIMEOUT);
}

CASE("recvfrom.unix.stream_short[waits,low-water]", HAS_UNIX)
{
	waits_for_more(4, 0);
}

CASE("recvfrom.unix.stream_short[waits,waitall]", HAS_UNIX)
{
	waits_for_more(1, MSG_WAITALL);
}

/* A signal ends the wait, with what has come. */
static void interrupted(bool restart, int low_water, int flags)
{
	int fds[2];

	unix_pair(SOCK_STREAM, fds);
	must_option(fds[0], SOL_SOCKET, SO_RCVLOWAT, low_water);
	must(t_sendto(fds[1], "abc", 3, 0, NULL, 0) == 3, "nothing was sent");
	interrupt_next_wait(restart);
	expect_received(3, NULL, 0,
			t_recvfrom(fds[0], inbox.buffer, 64, flags, NULL, NULL));
}

CASE("recvfrom.unix.stream_short[signal,waitall]", .doors = FLAG_DOORS, HAS_UNIX)
{
	interrupted(false, 1, MSG_WAITALL);
}

CASE("recvfrom.unix.stream_short[signal,waitall,sa_restart]", .doors = FLAG_DOORS,
     HAS_UNIX)
{
	interrupted(true, 1, MSG_WAITALL);
}

CASE("recvfrom.unix.stream_short[signal,low-water]", .doors = ALL_DOORS, HAS_UNIX)
{
	interrupted(false, 8, 0);
}

/* What comes while a call waits. */
static const struct later {
	const char *rule;
	const char *name;
	int type;
	const char *before; /* sent before the call, or NULL */
	int low_water, flags;
	size_t length;
	const char *due;
} laters[] = {
	{ GIVES, "nothing-yet", SOCK_STREAM, NULL, 1, 0, 64, "later" },
	{ GIVES, "nothing-yet,part", SOCK_STREAM, NULL, 1, 0, 3, "lat" },
	{ GIVES, "nothing-yet,length-0", SOCK_STREAM, NULL, 1, 0, 0, "" },
	{ GIVES, "waitall", SOCK_STREAM, "ab", 1, MSG_WAITALL, 7, "ablater" },
	{ GIVES, "waitall,part", SOCK_STREAM, "ab", 1, MSG_WAITALL, 4, "abla" },
	{ GIVES, "low-water", SOCK_STREAM, "ab", 3, 0, 64, "ablater" },
	{ PEEKS, "nothing-yet", SOCK_STREAM, NULL, 1, MSG_PEEK, 64, "later" },
	{ "recvfrom.datagram.received", "nothing-yet", SOCK_DGRAM, NULL, 1, 0, 64,
	  "later" },
	{ "recvfrom.datagram.received", "nothing-yet", SOCK_SEQPACKET, NULL, 1, 0, 64,
	  "later" },
	{ "recvfrom.datagram.cut", "nothing-yet", SOCK_DGRAM, NULL, 1, 0, 3, "lat" },
	{ "recvfrom.datagram.peeked", "nothing-yet", SOCK_DGRAM, NULL, 1, MSG_PEEK, 64,
	  "later" },
};

static void comes_later(const void *data)
{
	const struct later *row = data;
	size_t due = strlen(row->due);
	int fds[2];

	unix_pair(row->type, fds);
	must_option(fds[0], SOL_SOCKET, SO_RCVLOWAT, row->low_water);
	if (row->before)
		must(t_sendto(fds[1], row->before, strlen(row->before), 0, NULL, 0) > 0,
		     "nothing was sent");
	send_at_next_wait(fds[1], "later");
	expect_received(
		(long)due, NULL, 0,
		t_recvfrom(fds[0], inbox.buffer, row->length, row->flags, NULL, NULL));
	expect_that(!memcmp(inbox.buffer, row->due, due), "other bytes than \"%s\"",
		    row->due);
}

CASES(laters)
{
	for (size_t i = 0; i < COUNT(laters); i++) {
		bool message = laters[i].type != SOCK_STREAM && !laters[i].flags;
		unsigned int doors = laters[i].flags || !laters[i].length ? FLAG_DOORS
									  : ALL_DOORS;

		add_case(.name = name_case("%s[%s,while-it-waits,%s]", laters[i].rule,
					   type_word(laters[i].type), laters[i].name),
			 .run_row = comes_later, .row = &laters[i],
			 .doors = message ? UNNAMED_DOORS : doors, HAS_UNIX);
	}
}

/* The end, or the socket's own, comes while a call waits. */
static const struct ending {
	const char *rule;
	const char *name;
	int type;
	bool own;
	int how;
	const char *before; /* what has come by then */
	int flags;
} endings[] = {
	{ ENDED, "sender", SOCK_STREAM, false, SHUT_WR, "", 0 },
	{ ENDED, "sender", SOCK_SEQPACKET, false, SHUT_WR, "", 0 },
	{ ENDED, "sender,both-ways", SOCK_STREAM, false, SHUT_RDWR, "", 0 },
	{ ENDED, "sender,peek", SOCK_STREAM, false, SHUT_WR, "", MSG_PEEK },
	{ SHUT, "own", SOCK_STREAM, true, SHUT_RD, "", 0 },
	{ SHUT, "own", SOCK_SEQPACKET, true, SHUT_RD, "", 0 },
	{ SHUT, "own", SOCK_DGRAM, true, SHUT_RD, "", 0 },
	{ SHUT, "own,both-ways", SOCK_DGRAM, true, SHUT_RDWR, "", 0 },
	{ SHORT, "sender", SOCK_STREAM, false, SHUT_WR, "ab", MSG_WAITALL },
	{ SHORT, "own", SOCK_STREAM, true, SHUT_RD, "ab", MSG_WAITALL },
};

static void ends_later(const void *data)
{
	const struct ending *row = data;
	size_t due = strlen(row->before);
	int fds[2];

	unix_pair(row->type, fds);
	if (due)
		must(t_sendto(fds[1], row->before, due, 0, NULL, 0) == (long)due,
		     "nothing was sent");
	shut_down_at_next_wait(fds[!row->own], row->how);
	expect_received((long)due, NULL, 0,
			t_recvfrom(fds[0], inbox.buffer, 64, row->flags, NULL, NULL));
	expect_that(!memcmp(inbox.buffer, row->before, due), "other bytes than \"%s\"",
		    row->before);
}

CASES(endings)
{
	for (size_t i = 0; i < COUNT(endings); i++)
		add_case(.name = name_case("%s[%s,while-it-waits,%s]", endings[i].rule,
					   type_word(endings[i].type), endings[i].name),
			 .run_row = ends_later, .row = &endings[i], .doors = TWO_DOORS,
			 HAS_UNIX);
}
