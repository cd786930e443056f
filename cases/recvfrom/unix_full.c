/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_full.c - recvfrom(2) of an AF_UNIX socket that has taken as many datagrams as it
 * keeps, for which others wait: to receive one makes room, and tells them.
 */
#include <poll.h>

#include "unix.h"

#define FIRST "first"
#define LAST  "the last one"

/* A socket at which "first" waits and as much else as it takes, and who has sent that:
 * connected to it, but not it to that one, which a socketpair(2) is. */
static void fill(int fds[2])
{
	for (int i = 0; i < 2; i++)
		fds[i] = must_socket(AF_UNIX, SOCK_DGRAM, 0);
	must_bind(fds[0], unix_abstract("full", 4));
	must_connect(fds[1], unix_abstract("full", 4));
	must(t_sendto(fds[1], FIRST, BYTES_OF(FIRST), 0, NULL, 0) == BYTES_OF(FIRST),
	     "nothing was sent");
	send_until_full(fds[1]);
}

/* Takes all that waits, until the last one has come. */
static void expect_last(int fd)
{
	long came = 0;

	if (nothing_behind())
		return;
	while (came != BYTES_OF(LAST)) {
		wait_readable(fd);
		came = t_recvfrom(fd, inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL);
		expect_that(came > 0, "%ld came, before the last one", came);
	}
	expect_that(!memcmp(inbox.buffer, LAST, BYTES_OF(LAST)), "it is another");
}

static const struct made {
	const char *rule;
	const char *name;
	size_t length;
	int flags;
	long value;
} made[] = {
	{ "datagram.received", "sender-waits", 64, 0, 5 },
	{ "datagram.cut", "sender-waits", 3, 0, 3 },
	{ "datagram.length_told", "sender-waits", 3, MSG_TRUNC, 5 },
	{ "datagram.peeked", "sender-waits", 64, MSG_PEEK, 5 },
};

/* A writer that sleeps is woken, and sends what it has. */
static void wakes_sender(const void *data)
{
	const struct made *row = data;
	int fds[2];

	fill(fds);
	send_when_room(fds[1], LAST);
	expect_received(
		row->value, NULL, 0,
		t_recvfrom(fds[0], inbox.buffer, row->length, row->flags, NULL, NULL));
	expect_that(!memcmp(inbox.buffer, FIRST, row->length < 5 ? row->length : 5),
		    "another came");
	expect_last(fds[0]);
}

/* Where it is unwritable, it is gone, which makes room as well. */
CASE("recvfrom.buffer.unwritable[unix-dgram,sender-waits]", .doors = TWO_DOORS,
     HAS_UNIX)
{
	int fds[2];

	fill(fds);
	send_when_room(fds[1], LAST);
	expect_errno(EFAULT,
		     t_recvfrom(fds[0], (void *)unmapped_memory(), 64, 0, NULL, NULL));
	expect_last(fds[0]);
}

/* recvfrom(2) of a whole one has a rule of its own, where no address is wanted. */
CASES(made)
{
	for (size_t i = 0; i < COUNT(made); i++)
		add_case(.name = name_case("recvfrom.%s[unix-dgram,%s]", made[i].rule,
					   made[i].name),
			 .run_row = wakes_sender, .row = &made[i],
			 .doors = doors_for(made[i].length, made[i].flags, false) &
				  ~(i ? 0U : SC_RECVFROM),
			 HAS_UNIX);
}

/* Who was told by poll(2) that there is no room is told otherwise then. */
CASE("recvfrom.datagram.received[unix-dgram,sender-polls]", .doors = UNNAMED_DOORS,
     HAS_UNIX)
{
	int fds[2];

	fill(fds);
	must(target_waits_not() || !t_poll(fds[1], POLLOUT), "there is room");
	expect_received(5, NULL, 0,
			t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
	expect_that(target_waits_not() || t_poll(fds[1], POLLOUT) == 1,
		    "there is no room");
}
