/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * vsock_overrun.c - recvfrom(2) of a connection of AF_VSOCK to which more has come than
 * there is room for: its buffer (SO_VM_SOCKETS_BUFFER_SIZE) is made smaller while what
 * the other end was allowed to send is on its way.
 *
 * What is sent is brought by a thread of the kernel, which a process of SCHED_FIFO does
 * not let run before it waits itself.
 */
#include "vsock.h"

#define LEAST 128

/* recvmmsg(2) asks for the error before it receives, and nobody else is told of it. */
#define DOORS (SC_RECVFROM | SC_RECV | SC_RECVMSG | SC_READ | SC_READV)

/* Of the releases before 6.1.192, which was the first to end the connection is not
 * looked for. */
#define OVERRUN                                                                     \
	LOCAL, .needs = NEEDS_GUEST | NEEDS_REAL_ROOT, .since = RELEASE(6, 1, 192), \
	       .until = LINUX(6, 2)

/* With "first" in front of what there was no room for. */
static int overrun(int type)
{
	static const char bytes[1000];
	const unsigned long long room = LEAST;
	int fds[2];

	connect_two(type, fds);
	must(t_sendto(fds[1], "first", 5, 0, NULL, 0) == 5, "nothing was sent");
	wait_readable(fds[0]);
	let_others_run(false);
	must(t_sendto(fds[1], bytes, sizeof(bytes), 0, NULL, 0) == (long)sizeof(bytes),
	     "nothing was sent");
	sc_must(SC_LINE,
		t_setsockopt(fds[0], AF_VSOCK, LINUX_SO_VM_SOCKETS_BUFFER_SIZE, &room,
			     sizeof(room)),
		"setsockopt(2)");
	let_others_run(true);
	wait_error(fds[0]);
	return fds[0];
}

CASE("recvfrom.vsock.overrun[stream]", .doors = DOORS, OVERRUN)
{
	int fd = overrun(SOCK_STREAM);

	expect_that(t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL) == 5,
		    "what came before is lost");
	expect_errno(ENOBUFS, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
	expect_errno(ENOBUFS, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
}

CASE("recvfrom.vsock.overrun[seqpacket]", .doors = DOORS, OVERRUN)
{
	int fd = overrun(SOCK_SEQPACKET);

	expect_errno(ENOBUFS, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
	/* Then there is none that waits. */
	expect_next(fd, 0);
}

CASE("recvfrom.stream.received[vsock,overrun]", .doors = DOORS, OVERRUN)
{
	expect_value(5,
		     t_recvfrom(overrun(SOCK_STREAM), inbox.buffer, 64, 0, NULL, NULL));
}
