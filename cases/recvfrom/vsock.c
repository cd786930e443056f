/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * vsock.c - recvfrom(2) of a stream of AF_VSOCK between two sockets of this machine,
 * for kernels that have a transport for that: vsock_connectible_recvmsg().
 */
#include "vsock.h"

static int with_data(const char *data, size_t length)
{
	int fds[2];

	connect_two(SOCK_STREAM, fds);
	must(t_sendto(fds[1], data, length, 0, NULL, 0) == (long)length,
	     "nothing was sent");
	wait_readable(fds[0]);
	return fds[0];
}

CASE("recvfrom.stream.received[vsock]", .doors = doors_for(64, 0, false), LOCAL)
{
	int fd = with_data("data", 4);

	expect_value(4, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
	expect_next(fd, -EAGAIN);
}

CASE("recvfrom.stream.received[vsock,one-byte]", .doors = doors_for(64, 0, false),
     LOCAL)
{
	int fd = with_data("x", 1);

	expect_value(1, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
	expect_next(fd, -EAGAIN);
}

CASE("recvfrom.stream.received[vsock,part]", .doors = doors_for(64, 0, false), LOCAL)
{
	int fd = with_data("data", 4);

	expect_value(3, t_recvfrom(fd, inbox.buffer, 3, 0, NULL, NULL));
	expect_next(fd, 1);
}

CASE("recvfrom.stream.peeked[vsock]", LOCAL)
{
	int fd = with_data("data", 4);

	for (int i = 0; i < 2; i++)
		expect_value(4, t_recvfrom(fd, inbox.buffer, 64, MSG_PEEK, NULL, NULL));
	expect_next(fd, 4);
}

CASE("recvfrom.address.none[vsock]", LOCAL)
{
	int fd = with_data("data", 4);

	inbox.addrlen = 128;
	expect_received(
		4, &(struct address){ .length = 0 }, 128,
		t_recvfrom(fd, inbox.buffer, 64, 0, inbox.address, &inbox.addrlen));
}

CASE("recvfrom.vsock.would_block[stream]", .doors = SC_RECVFROM | SC_RECV | SC_RECVMSG,
     LOCAL)
{
	int fds[2];

	connect_two(SOCK_STREAM, fds);
	expect_errno(EAGAIN,
		     t_recvfrom(fds[0], inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL));
}

/* It is told before the length is looked at, and before the end. */
CASE("recvfrom.vsock.out_of_band[data-waits]", LOCAL)
{
	int fd = with_data("data", 4);

	expect_errno(EOPNOTSUPP, t_recvfrom(fd, inbox.buffer, 0, MSG_OOB, NULL, NULL));
	expect_next(fd, 4);
}

CASE("recvfrom.vsock.out_of_band[before-shut-down]", LOCAL)
{
	int fds[2];

	connect_two(SOCK_STREAM, fds);
	sc_must(SC_LINE, t_shutdown(fds[0], SHUT_RD), "shutdown(2)");
	expect_errno(EOPNOTSUPP,
		     t_recvfrom(fds[0], inbox.buffer, 1, MSG_OOB, NULL, NULL));
}

CASE("recvfrom.vsock.wants_nothing[empty]", LOCAL)
{
	int fds[2];

	connect_two(SOCK_STREAM, fds);
	expect_value(0, t_recvfrom(fds[0], inbox.buffer, 0, 0, NULL, NULL));
}

CASE("recvfrom.vsock.wants_nothing[data-waits]", LOCAL)
{
	int fd = with_data("data", 4);

	expect_value(0, t_recvfrom(fd, inbox.buffer, 0, MSG_DONTWAIT, NULL, NULL));
	expect_next(fd, 4);
}

CASE("recvfrom.vsock.shut_down[empty]", LOCAL)
{
	int fds[2];

	connect_two(SOCK_STREAM, fds);
	sc_must(SC_LINE, t_shutdown(fds[0], SHUT_RD), "shutdown(2)");
	expect_value(0, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
}

/* What waits is no longer given. */
CASE("recvfrom.vsock.shut_down[data-waits]", LOCAL)
{
	int fd = with_data("data", 4);

	sc_must(SC_LINE, t_shutdown(fd, SHUT_RD), "shutdown(2)");
	expect_value(0, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
}
