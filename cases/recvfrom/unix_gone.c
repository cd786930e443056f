/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_gone.c - recvfrom(2) of datagrams and records of AF_UNIX whose sender has left,
 * or is gone; and who is told.
 */
#include "unix.h"

/* A datagram socket that leaves its peer loses what came from it. */
static void leave_pair(int fds[2])
{
	unix_pair(SOCK_DGRAM, fds);
	must(t_sendto(fds[1], "lost", 4, 0, NULL, 0) == 4, "nothing was sent");
	must_connect(fds[0], family_only(AF_UNSPEC, sizeof(sa_family_t)));
}

CASE("recvfrom.unix.would_block[unix-dgram,disconnected]", .doors = FLAG_DOORS,
     HAS_UNIX)
{
	int fds[2];

	leave_pair(fds);
	expect_errno(EAGAIN,
		     t_recvfrom(fds[0], inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL));
}

/* And the peer is told, */
CASE("recvfrom.unix.reset[unix-dgram,peer-disconnected]",
     .doors = doors_for(64, 0, false), HAS_UNIX)
{
	int fds[2];

	leave_pair(fds);
	expect_errno(ECONNRESET, t_recvfrom(fds[1], inbox.buffer, 64, 0, NULL, NULL));
	expect_that(t_recvfrom(fds[1], inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL) ==
			    -EAGAIN,
		    "it is told twice");
}

/* unless nothing of it was lost. */
CASE("recvfrom.unix.would_block[unix-dgram,peer-disconnected]", .doors = FLAG_DOORS,
     HAS_UNIX)
{
	int fds[2];

	unix_pair(SOCK_DGRAM, fds);
	must_connect(fds[0], family_only(AF_UNSPEC, sizeof(sa_family_t)));
	expect_errno(EAGAIN,
		     t_recvfrom(fds[1], inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL));
}

/* One that was its own peer is no more so when it is to be told. */
CASE("recvfrom.unix.would_block[unix-dgram,own-peer,disconnected]", HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, SOCK_DGRAM, 0);

	must_bind(fd, unix_abstract("own", 3));
	must_connect(fd, unix_abstract("own", 3));
	must(t_sendto(fd, "lost", 4, 0, NULL, 0) == 4, "nothing was sent");
	must_connect(fd, family_only(AF_UNSPEC, sizeof(sa_family_t)));
	expect_errno(EAGAIN,
		     t_recvfrom(fd, inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL));
}

/* Two sockets with names, of which the second has sent to the first. */
static void two_named(int fds[2])
{
	for (int i = 0; i < 2; i++) {
		fds[i] = must_socket(AF_UNIX, SOCK_DGRAM, 0);
		must_bind(fds[i], unix_abstract(i ? "second" : "first", i ? 6 : 5));
	}
	must_send(fds[1], unix_abstract("first", 5));
}

/* To be connected for the first time, or again to the same, is not to leave anybody. */
CASE("recvfrom.datagram.received[unix-dgram,connected-later]", .doors = UNNAMED_DOORS,
     HAS_UNIX)
{
	int fds[2];

	two_named(fds);
	must_connect(fds[0], unix_abstract("second", 6));
	must_connect(fds[0], unix_abstract("second", 6));
	expect_received(4, NULL, 0,
			t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
}

/* The old peer is told nothing where it was not connected. */
CASE("recvfrom.unix.would_block[unix-dgram,reconnected]", .doors = FLAG_DOORS, HAS_UNIX)
{
	int fds[2], third = must_socket(AF_UNIX, SOCK_DGRAM, 0);

	two_named(fds);
	must_bind(third, unix_abstract("third", 5));
	must_connect(fds[0], unix_abstract("second", 6));
	must_connect(fds[0], unix_abstract("third", 5));
	expect_errno(EAGAIN,
		     t_recvfrom(fds[0], inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL));
	expect_errno(EAGAIN,
		     t_recvfrom(fds[1], inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL));
}

/* What waits from a peer that has closed is lost once a send(2) has found that out. */
CASE("recvfrom.unix.would_block[unix-dgram,peer-found-closed]", .doors = FLAG_DOORS,
     HAS_UNIX)
{
	int fds[2];
	long came;

	unix_pair(SOCK_DGRAM, fds);
	must(t_sendto(fds[1], "lost", 4, 0, NULL, 0) == 4, "nothing was sent");
	must_close(fds[1]);
	came = t_sendto(fds[0], "data", 4, MSG_NOSIGNAL, NULL, 0);
	must(target_waits_not() || came == -ECONNREFUSED, "send(2) gave %ld", came);
	expect_errno(EAGAIN,
		     t_recvfrom(fds[0], inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL));
}

/* send(2) tells the error of a connection of records, too. */
CASE("recvfrom.unix.ended[unix-seqpacket,reset-told-to-send]", .doors = ALL_DOORS,
     HAS_UNIX)
{
	int fds[2];
	long came;

	unix_pair(SOCK_SEQPACKET, fds);
	must(t_sendto(fds[0], "unread", 6, 0, NULL, 0) == 6, "nothing was sent");
	must_close(fds[1]);
	came = t_sendto(fds[0], "data", 4, MSG_NOSIGNAL, NULL, 0);
	must(target_waits_not() || came == -ECONNRESET, "send(2) gave %ld", came);
	expect_received(0, NULL, 0,
			t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
}

/* Nobody has accepted the connection, and then nobody can. */
static int client_of_closed(int type)
{
	int listener = must_socket(AF_UNIX, type, 0);
	int fd = must_socket(AF_UNIX, type, 0);

	must_bind(listener, unix_abstract("listener", 8));
	must_listen(listener);
	must_connect(fd, unix_abstract("listener", 8));
	must_close(listener);
	return fd;
}

CASE("recvfrom.unix.reset[listener-closed]", .types = SC_STREAM | SC_SEQPACKET,
     .doors = SC_RECVFROM | SC_RECV | SC_RECVMSG | SC_READ, HAS_UNIX)
{
	int fd = client_of_closed(sc_type);

	expect_errno(ECONNRESET, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
	expect_that(!t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL),
		    "the end does not follow");
}

CASE("recvmmsg.error_waits[listener-closed]", .types = SC_STREAM | SC_SEQPACKET,
     .doors = SC_RECVMMSG, HAS_UNIX)
{
	int fd = client_of_closed(sc_type);

	expect_errno(ECONNRESET, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
}
