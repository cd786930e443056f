/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * descriptor.c - the descriptor of recvfrom(2) and the doors beside it, and that it is
 * looked at before the flags and the sender's address, but after the place of the
 * buffer.
 */
#include <limits.h>
#include <stdint.h>

#include "sockcheck.h"

/* What else is passed with a descriptor that is wrong. */
static const struct rest {
	const char *name;
	size_t length;
	int flags;
} rests[] = {
	{ "one-byte", 1, 0 },
	{ "no-bytes", 0, 0 },
	{ "dontwait", 16, MSG_DONTWAIT },
	{ "before-flags", 16, MSG_OOB | MSG_ERRQUEUE | MSG_PEEK },
	{ "before-unknown-flags", 16, 0x7f000000 },
	{ "before-length", (size_t)SSIZE_MAX, 0 },
};

static long receive(int fd, const struct rest *rest)
{
	static unsigned char buffer[64];

	return t_recvfrom(fd, buffer, rest->length, rest->flags, NULL, NULL);
}

static const struct number {
	const char *name;
	int fd;
} numbers[] = {
	{ "never-opened", 3 }, { "far", 1000000 },     { "negative", -1 },
	{ "at-fdcwd", -100 },  { "int-min", INT_MIN }, { "int-max", INT_MAX },
};

static void no_descriptor(const void *row)
{
	const struct number *it = row;

	expect_errno(EBADF, receive(it->fd, &rests[0]));
}

static void not_open(const void *row)
{
	expect_errno(EBADF, receive(3, row));
}

static void path_only(const void *row)
{
	expect_errno(EBADF, receive(open_descriptor(OPEN_PATH_ONLY), row));
}

static void not_a_socket(const void *row)
{
	expect_errno(ENOTSOCK, receive(open_descriptor(OPEN_PIPE), row));
}

CASES(descriptors)
{
	for (size_t i = 0; i < COUNT(numbers); i++)
		add_case(.name = name_case("recvfrom.fd.not_open[%s]", numbers[i].name),
			 .run_row = no_descriptor, .row = &numbers[i],
			 .doors = doors_for(1, 0, false), .anywhere = true);
	for (size_t i = 0; i < COUNT(rests); i++) {
		const char *name = rests[i].name;
		unsigned int doors = doors_for(rests[i].length, rests[i].flags, false);

		add_case(.name = name_case("recvfrom.fd.not_open[%s]", name),
			 .run_row = not_open, .row = &rests[i], .doors = doors,
			 .anywhere = true);
		add_case(.name = name_case("recvfrom.fd.path_only[%s]", name),
			 .run_row = path_only, .row = &rests[i], .doors = doors,
			 .anywhere = true);
		add_case(.name = name_case("recvfrom.fd.not_a_socket[%s]", name),
			 .run_row = not_a_socket, .row = &rests[i],
			 .doors = doors & ~(SC_READ | SC_READV), .anywhere = true);
	}
}

CASE("recvfrom.fd.not_open[closed]", .types = SC_STREAM | SC_DGRAM, .anywhere = true)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	must_close(fd);
	expect_errno(EBADF, receive(fd, &rests[0]));
}

static const struct other {
	const char *name;
	enum descriptor_kind kind;
} others[] = {
	{ "file", OPEN_FILE },	 { "directory", OPEN_DIRECTORY }, { "pipe", OPEN_PIPE },
	{ "epoll", OPEN_EPOLL }, { "eventfd", OPEN_EVENT },
};

static void other_kind(const void *row)
{
	const struct other *it = row;

	expect_errno(ENOTSOCK, receive(open_descriptor(it->kind), &rests[0]));
}

CASES(others)
{
	for (size_t i = 0; i < COUNT(others); i++)
		add_case(.name = name_case("recvfrom.fd.not_a_socket[%s]",
					   others[i].name),
			 .run_row = other_kind, .row = &others[i],
			 .doors = doors_for(1, 1, false), .anywhere = true);
}

static int closed(void)
{
	return 3;
}

static int pipe_end(void)
{
	return open_descriptor(OPEN_PIPE);
}

static int datagrams(void)
{
	return must_socket(AF_INET, SOCK_DGRAM, 0);
}

static int stream(void)
{
	return must_socket(AF_INET, SOCK_STREAM, 0);
}

static int local_datagrams(void)
{
	return must_socket(AF_UNIX, SOCK_DGRAM, 0);
}

static const struct foreign {
	const char *name;
	int (*open)(void);
	int flags;
	bool empty;
} foreign[] = {
	{ "before-not-open", closed, 0, false },
	{ "no-bytes", datagrams, MSG_DONTWAIT, true },
	{ "no-bytes,before-not-open", closed, 0, true },
	{ "before-not-a-socket", pipe_end, 0, false },
	{ "before-would-block,inet,dgram", datagrams, MSG_DONTWAIT, false },
	{ "before-not-connected,inet,stream", stream, 0, false },
	{ "before-out-of-band,unix,dgram", local_datagrams, MSG_OOB, false },
	{ "before-error-queue,inet,dgram", datagrams, MSG_ERRQUEUE, false },
};

static void out_of_range(const void *row)
{
	const struct foreign *it = row;
	int fd = it->open();

	expect_errno(EFAULT, t_recvfrom(fd, foreign_memory(), it->empty ? 0 : 16,
					it->flags, NULL, NULL));
}

CASES(foreign)
{
	for (size_t i = 0; i < COUNT(foreign); i++)
		add_case(.name = name_case("recvfrom.buffer.foreign[%s]",
					   foreign[i].name),
			 .run_row = out_of_range, .row = &foreign[i], .anywhere = true);
}
