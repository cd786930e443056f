/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * descriptor.c - the descriptor of bind(2), and that it is looked at before the
 * address.
 */
#include <limits.h>
#include <poll.h>

#include "sockcheck.h"

/* Numbers that are no descriptor, with an address that is right. */
static const struct {
	const char *name;
	int fd;
} numbers[] = {
	{ "never-opened", 3 }, { "far", 1000000 },     { "negative", -1 },
	{ "at-fdcwd", -100 },  { "int-min", INT_MIN }, { "int-max", INT_MAX },
};

static void no_descriptor(const void *row)
{
	const int *fd = row;

	expect_errno(EBADF, bind_to(*fd, inet("127.0.0.1", 0)));
}

CASES(numbers)
{
	for (size_t i = 0; i < COUNT(numbers); i++)
		add_case(.name = name_case("bind.fd.not_open[%s]", numbers[i].name),
			 .run_row = no_descriptor, .row = &numbers[i].fd,
			 .anywhere = true);
}

CASE("bind.fd.not_open[closed]", .types = SC_STREAM | SC_DGRAM, .anywhere = true)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	must_close(fd);
	expect_errno(EBADF, bind_to(fd, inet("127.0.0.1", 0)));
}

CASE("bind.fd.path_only", .anywhere = true)
{
	int fd = open_descriptor(OPEN_PATH_ONLY);

	expect_errno(EBADF, bind_to(fd, inet("127.0.0.1", 0)));
}

static const struct {
	const char *name;
	enum descriptor_kind kind;
} others[] = {
	{ "file", OPEN_FILE },	 { "directory", OPEN_DIRECTORY }, { "pipe", OPEN_PIPE },
	{ "epoll", OPEN_EPOLL }, { "eventfd", OPEN_EVENT },
};

static void no_socket(const void *row)
{
	const enum descriptor_kind *kind = row;
	int fd = open_descriptor(*kind);

	expect_errno(ENOTSOCK, bind_to(fd, inet("127.0.0.1", 0)));
}

CASES(others)
{
	for (size_t i = 0; i < COUNT(others); i++)
		add_case(.name = name_case("bind.fd.not_a_socket[%s]", others[i].name),
			 .run_row = no_socket, .row = &others[i].kind,
			 .anywhere = true);
}

/* The descriptor comes before everything that can be wrong with the address. */
static const struct fault {
	const char *name;
	const void *(*address)(void); /* NULL: one that is right */
	int addrlen;
} faults[] = {
	{ "before-addrlen-negative", NULL, -1 },
	{ "before-addrlen-long", NULL, sizeof(struct sockaddr_storage) + 1 },
	{ "before-unmapped", unmapped_memory, sizeof(struct sockaddr_in) },
	{ "before-addrlen-short", NULL, 1 },
};

static long bind_faulty(int fd, const struct fault *fault)
{
	struct address right = inet("127.0.0.1", 0);

	return t_bind(fd, fault->address ? fault->address() : right.bytes,
		      fault->addrlen);
}

static void closed_first(const void *row)
{
	expect_errno(EBADF, bind_faulty(3, row));
}

static void path_only_first(const void *row)
{
	expect_errno(EBADF, bind_faulty(open_descriptor(OPEN_PATH_ONLY), row));
}

static void no_socket_first(const void *row)
{
	expect_errno(ENOTSOCK, bind_faulty(open_descriptor(OPEN_PIPE), row));
}

CASES(faults)
{
	for (size_t i = 0; i < COUNT(faults); i++) {
		add_case(.name = name_case("bind.fd.not_open[%s]", faults[i].name),
			 .run_row = closed_first, .row = &faults[i], .anywhere = true);
		add_case(.name = name_case("bind.fd.path_only[%s]", faults[i].name),
			 .run_row = path_only_first, .row = &faults[i],
			 .anywhere = true);
		add_case(.name = name_case("bind.fd.not_a_socket[%s]", faults[i].name),
			 .run_row = no_socket_first, .row = &faults[i],
			 .anywhere = true);
	}
}

/* A table of descriptors that a thread shares has its files held for the call. */
static void share_descriptors(void)
{
	another_thread_acts((struct act[ACTS]){ { .kind = ACT_SIGNAL } });
}

CASE("bind.fd.not_a_socket[shared-table]")
{
	int fd = open_descriptor(OPEN_PIPE);

	share_descriptors();
	expect_errno(ENOTSOCK, bind_to(fd, inet("127.0.0.1", 0)));
}

/* And no longer: once it is closed, the other end is told so. */
CASE("bind.fd.not_a_socket[shared-table,closed]")
{
	struct pollfd end = { .events = POLLIN };
	int pipe[2];

	open_pipe(pipe, 0);
	share_descriptors();
	expect_errno(ENOTSOCK, bind_to(pipe[1], inet("127.0.0.1", 0)));
	must_close(pipe[1]);
	end.fd = pipe[0];
	expect_that(target_waits_not() ||
			    (poll(&end, 1, 0) == 1 && end.revents & POLLHUP),
		    "the end of the pipe is open still");
}

CASE("bind.inet.address_not_local[shared-table]")
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	share_descriptors();
	expect_errno(EADDRNOTAVAIL, bind_to(fd, inet("192.0.2.1", 0)));
}
