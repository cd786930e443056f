/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * doors_read.c - what read(2) and readv(2) of a socket have that recvfrom(2) has not:
 * nothing is wanted, the place of the buffer, and the areas.
 */
#include "doors.h"

#define READS SC_READ | SC_READV

static long read_from(int fd, void *buffer, size_t length)
{
	return t_recvfrom(fd, buffer, length, 0, NULL, NULL);
}

static int tcp(void)
{
	return must_socket(AF_INET, SOCK_STREAM, 0);
}

static int udp(void)
{
	return must_socket(AF_INET, SOCK_DGRAM, 0);
}

static int netlink(void)
{
	return must_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
}

static int seqpacket(void)
{
	return must_socket(AF_UNIX, SOCK_SEQPACKET, 0);
}

static int listening(void)
{
	int fd = tcp();

	must_bind(fd, inet("127.0.0.1", 0));
	must_listen(fd);
	return fd;
}

static int blocking_pair(void)
{
	int fds[2];

	pair(SOCK_STREAM, fds);
	return fds[0];
}

static int shut_pair(void)
{
	int fd = blocking_pair();

	sc_must(SC_LINE, t_shutdown(fd, SHUT_RD), "shutdown(2)");
	return fd;
}

/* Whatever another call would say of the socket, or wait for. */
static const struct socket {
	const char *name;
	int (*open)(void);
	int domain;
} sockets[] = {
	{ "udp", udp, AF_INET },
	{ "tcp", tcp, AF_INET },
	{ "tcp,listening", listening, AF_INET },
	{ "netlink", netlink, AF_NETLINK },
	{ "unix-stream", unconnected, AF_UNIX },
	{ "unix-seqpacket", seqpacket, AF_UNIX },
	{ "unix-dgram,nonblocking", with_nothing, AF_UNIX },
	{ "unix-stream,connected", blocking_pair, AF_UNIX },
	{ "unix-stream,shut-down", shut_pair, AF_UNIX },
};

static void wants_nothing(const void *data)
{
	const struct socket *row = data;

	expect_value(0, read_from(row->open(), inbox.buffer, 0));
}

/* The buffer may be nowhere, then. */
static void wants_nothing_nowhere(const void *data)
{
	const struct socket *row = data;

	expect_value(0, read_from(row->open(), NULL, 0));
}

CASES(nothing)
{
	for (size_t i = 0; i < COUNT(sockets); i++) {
		add_case(.name = name_case("read.nothing_wanted[%s]", sockets[i].name),
			 .run_row = wants_nothing, .row = &sockets[i], .doors = READS,
			 .has = { FEATURE_FAMILY(sockets[i].domain) });
		add_case(.name = name_case("read.nothing_wanted[%s,null]",
					   sockets[i].name),
			 .run_row = wants_nothing_nowhere, .row = &sockets[i],
			 .doors = READS, .has = { FEATURE_FAMILY(sockets[i].domain) });
	}
}

CASE("read.nothing_wanted[datagram-waits]", .doors = READS, UNIX)
{
	int fd = with_text();

	expect_value(0, read_from(fd, inbox.buffer, 0));
	expect_left(fd, true);
}

CASE("read.nothing_wanted[stream-waits]", .doors = READS, UNIX)
{
	int fds[2];

	pair(SOCK_STREAM, fds);
	send_text(fds[1], TEXT);
	expect_value(0, read_from(fds[0], inbox.buffer, 0));
	expect_left(fds[0], true);
}

/*
 * recv(2) says that read(2) leaves a datagram of no bytes where it is.  That holds for
 * a buffer of none only: with room, sock_read_iter() takes it, as recv(2) would.
 */
static int with_empty(void)
{
	int fds[2];

	pair(SOCK_DGRAM, fds);
	sc_must(SC_LINE, t_sendto(fds[1], "", 0, 0, NULL, 0), "sendto(2)");
	send_text(fds[1], TEXT);
	return fds[0];
}

CASE("read.nothing_wanted[empty-datagram-waits]", .doors = READS, UNIX)
{
	int fd = with_empty();

	expect_value(0, read_from(fd, inbox.buffer, 0));
	expect_that(t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL) == 0,
		    "the empty datagram is gone");
	expect_left(fd, true);
}

CASE("recvfrom.datagram.received[empty,room-64]", .doors = READS | SC_RECV, UNIX)
{
	int fd = with_empty();

	expect_value(0, read_from(fd, inbox.buffer, 64));
	expect_left(fd, true);
}

/* Nothing is wanted of a descriptor that is none. */
static const struct number {
	const char *rule;
	const char *name;
	int (*open)(void);
	size_t length;
	bool foreign;
} numbers[] = {
	{ "fd.not_open", "length-0", closed, 0, false },
	{ "fd.path_only", "length-0", path_only, 0, false },
	{ "fd.not_open", "before-foreign", closed, 64, true },
	{ "fd.path_only", "before-foreign", path_only, 64, true },
	{ "fd.not_open", "before-size-max", closed, SIZE_MAX, false },
	{ "fd.path_only", "before-size-max", path_only, SIZE_MAX, false },
};

static void no_descriptor(const void *data)
{
	const struct number *row = data;
	int fd = row->open();

	expect_errno(EBADF,
		     read_from(fd, row->foreign ? foreign_memory() : inbox.buffer,
			       row->length));
}

CASES(numbers)
{
	for (size_t i = 0; i < COUNT(numbers); i++)
		add_case(.name = name_case("recvfrom.%s[%s]", numbers[i].rule,
					   numbers[i].name),
			 .run_row = no_descriptor, .row = &numbers[i], .doors = READS,
			 .anywhere = true);
}

/* The place of the buffer comes before all that may be said of the socket. */
static const struct place {
	const char *name;
	int (*open)(void);
	bool foreign;
	size_t length;
} places[] = {
	{ "waiting", with_text, true, 64 },
	{ "no-bytes", with_text, true, 0 },
	{ "reaches-out,ssize-max", with_text, false, SSIZE_MAX },
	{ "before-would-block", with_nothing, true, 64 },
	{ "before-not-connected", unconnected, true, 64 },
	{ "before-shut-down", shut_pair, true, 64 },
	{ "before-not-connected,reaches-out", tcp, false, SSIZE_MAX },
};

static void is_foreign(const void *data)
{
	const struct place *row = data;
	void *buffer = foreign_memory();
	int fd = row->open();

	expect_errno(EFAULT,
		     read_from(fd, row->foreign ? buffer : inbox.buffer, row->length));
	if (row->open == with_text)
		expect_left(fd, true);
}

CASES(places)
{
	for (size_t i = 0; i < COUNT(places); i++)
		add_case(.name = name_case("read.buffer.foreign[%s]", places[i].name),
			 .run_row = is_foreign, .row = &places[i], .doors = READS,
			 .has = { FEATURE_FAMILY(AF_UNIX) });
}

/* Lengths that are negative as rw_verify_area() takes them, which would say EINVAL: the
 * place is looked at first. */
static void is_negative(size_t length)
{
	int fd = with_text();

	foreign_memory();
	expect_errno(EFAULT, read_from(fd, inbox.buffer, length));
	expect_left(fd, true);
}

CASE("read.buffer.foreign[reaches-out,size-max]", .doors = SC_READ, UNIX)
{
	is_negative(SIZE_MAX);
}

CASE("read.buffer.foreign[reaches-out,ssize-min]", .doors = SC_READ, UNIX)
{
	is_negative((size_t)SSIZE_MAX + 1);
}

/* readv(2) only. */
static struct iovec areas[2];
static struct iovec many[LINUX_UIO_MAXIOV + 1];

static const struct counted {
	const char *name;
	int count;
	bool nowhere;
} counted[] = {
	{ "1025", LINUX_UIO_MAXIOV + 1, false },
	{ "int-max", INT_MAX, false },
	{ "-1", -1, false },
	{ "int-min", INT_MIN, false },
	{ "1025,before-unreadable", LINUX_UIO_MAXIOV + 1, true },
};

static void has_too_many(const void *data)
{
	const struct counted *row = data;
	int fd = with_text();

	expect_errno(EINVAL, t_readv(fd, row->nowhere ? NULL : many, row->count));
	expect_left(fd, true);
}

CASES(counted)
{
	for (size_t i = 0; i < COUNT(counted); i++)
		add_case(.name = name_case("readv.areas.too_many[%s]", counted[i].name),
			 .run_row = has_too_many, .row = &counted[i], UNIX);
}

static const struct iovec *null(void)
{
	return NULL;
}

static const struct iovec *unmapped(void)
{
	return unmapped_memory();
}

static const struct iovec *protected(void)
{
	return protected_memory();
}

static const struct iovec *half(void)
{
	areas[0] = (struct iovec){ inbox.buffer, 64 };
	return cut_off_after(areas, sizeof(areas[0]));
}

static const struct iovec *both(void *first, size_t length, void *second, size_t rest)
{
	areas[0] = (struct iovec){ first, length };
	areas[1] = (struct iovec){ second, rest };
	return areas;
}

static const struct iovec *first_negative(void)
{
	return both(inbox.buffer, (size_t)SSIZE_MAX + 1, inbox.buffer, 64);
}

static const struct iovec *second_negative(void)
{
	return both(inbox.buffer, 64, inbox.buffer, SIZE_MAX);
}

static const struct iovec *negative_behind_foreign(void)
{
	return both(foreign_memory(), 64, inbox.buffer, SIZE_MAX);
}

static const struct iovec *second_foreign(void)
{
	return both(inbox.buffer, 64, foreign_memory(), 64);
}

static const struct iovec *empty_and_foreign(void)
{
	return both(NULL, 0, foreign_memory(), 0);
}

/* Each could be had alone; together they would be more than SSIZE_MAX. */
static const struct iovec *too_much(void)
{
	foreign_memory();
	return both(inbox.buffer, SSIZE_MAX, inbox.buffer, SSIZE_MAX);
}

static const struct bad_areas {
	const char *rule;
	const char *name;
	const struct iovec *(*areas)(void);
	int error;
} wrongs[] = {
	{ "readv.areas.unreadable", "null", null, EFAULT },
	{ "readv.areas.unreadable", "unmapped", unmapped, EFAULT },
	{ "readv.areas.unreadable", "protected", protected, EFAULT },
	{ "readv.areas.unreadable", "half", half, EFAULT },
	{ "readv.areas.negative", "first", first_negative, EINVAL },
	{ "readv.areas.negative", "second", second_negative, EINVAL },
	{ "readv.areas.negative", "before-foreign", negative_behind_foreign, EINVAL },
	{ "read.buffer.foreign", "readv,second-area", second_foreign, EFAULT },
	{ "read.buffer.foreign", "readv,before-no-bytes", empty_and_foreign, EFAULT },
	{ "read.buffer.foreign", "readv,too-much-together", too_much, EFAULT },
};

static void is_wrong(const void *data)
{
	const struct bad_areas *row = data;
	int fd = with_text();

	expect_errno(row->error, t_readv(fd, row->areas(), 2));
	expect_left(fd, true);
}

static void is_wrong_first(const void *data)
{
	const struct bad_areas *row = data;

	expect_errno(row->error, t_readv(unconnected(), row->areas(), 2));
}

CASES(wrong)
{
	for (size_t i = 0; i < COUNT(wrongs); i++) {
		add_case(.name = name_case("%s[%s]", wrongs[i].rule, wrongs[i].name),
			 .run_row = is_wrong, .row = &wrongs[i], UNIX);
		add_case(.name = name_case("%s[%s,before-not-connected]",
					   wrongs[i].rule, wrongs[i].name),
			 .run_row = is_wrong_first, .row = &wrongs[i], UNIX);
	}
}

/* The descriptor comes before the areas. */
CASE("recvfrom.fd.not_open[readv,before-too-many-areas]", .anywhere = true)
{
	expect_errno(EBADF, t_readv(3, many, -1));
}

CASE("recvfrom.fd.not_open[readv,before-unreadable-areas]", .anywhere = true)
{
	expect_errno(EBADF, t_readv(3, NULL, 1));
}

CASE("recvfrom.fd.path_only[readv,before-too-many-areas]", .anywhere = true)
{
	expect_errno(EBADF, t_readv(path_only(), many, -1));
}
