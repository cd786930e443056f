/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * epoll_ctl.c - epoll_ctl(2): each operation, on sockets of each kind; and what is
 * refused.
 */
#include <limits.h>
#include <sys/epoll.h>

#include "epoll.h"

/* epoll_ctl(2): each operation, on each kind. */
static void is_controlled(const void *data)
{
	int fd = open_kind(data), epoll = open_descriptor(OPEN_EPOLL);

	expect_value(0, control(epoll, EPOLL_CTL_ADD, fd, EPOLLIN));
	expect_value(0, control(epoll, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLET));
	expect_value(0, control(epoll, EPOLL_CTL_DEL, fd, 0));
	expect_value(0, control(epoll, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLEXCLUSIVE));
	expect_value(0, file_call(CALL_EPOLL_CTL, epoll, EPOLL_CTL_DEL, fd, 0));
}

static void is_there_already(const void *data)
{
	int fd = open_kind(data), epoll = watch(fd, EPOLLIN);

	expect_errno(EEXIST, control(epoll, EPOLL_CTL_ADD, fd, EPOLLIN));
	expect_errno(EEXIST, control(epoll, EPOLL_CTL_ADD, fd, EPOLLOUT));
}

static void is_not_there(const void *data)
{
	int fd = open_kind(data), epoll = open_descriptor(OPEN_EPOLL);

	expect_errno(ENOENT, control(epoll, EPOLL_CTL_MOD, fd, EPOLLIN));
	expect_errno(ENOENT, control(epoll, EPOLL_CTL_DEL, fd, 0));
}

static void is_gone(const void *data)
{
	int fd = open_kind(data), epoll = watch(fd, EPOLLIN);

	sc_must(SC_LINE, control(epoll, EPOLL_CTL_DEL, fd, 0), "epoll_ctl(2)");
	expect_errno(ENOENT, control(epoll, EPOLL_CTL_DEL, fd, 0));
}

/* By another descriptor it is another entry. */
static void is_added_by_duplicate(const void *data)
{
	int fd = open_kind(data), epoll = watch(fd, EPOLLIN);
	int other = (int)file_call(CALL_DUP, fd, 0);

	expect_value(0, control(epoll, EPOLL_CTL_ADD, other, EPOLLIN));
}

static void instance_is_socket(const void *data)
{
	int fd = open_kind(data), other = must_socket(AF_UNIX, SOCK_STREAM, 0);

	expect_errno(EINVAL, control(fd, EPOLL_CTL_ADD, other, EPOLLIN));
	expect_errno(EINVAL, control(fd, EPOLL_CTL_ADD, fd, EPOLLIN));
}

CASES(controls)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		const struct kind *kind = &kinds[k];

		add_on_kind(kind, is_controlled, kind, "epoll_ctl.done[%s]",
			    kind->name);
		if (!stands_for_family(kind))
			continue;
		add_on_kind(kind, is_no_instance, kind, "epoll_wait.not_epoll[%s]",
			    kind->name);
		add_on_kind(kind, instance_is_socket, kind, "epoll_ctl.not_epoll[%s]",
			    kind->name);
		add_on_kind(kind, is_there_already, kind, "epoll_ctl.added_twice[%s]",
			    kind->name);
		add_on_kind(kind, is_not_there, kind, "epoll_ctl.not_added[%s]",
			    kind->name);
		add_on_kind(kind, is_gone, kind, "epoll_ctl.not_added[%s,taken-away]",
			    kind->name);
		add_on_kind(kind, is_added_by_duplicate, kind,
			    "epoll_ctl.done[%s,duplicate]", kind->name);
	}
}

CASE("epoll_ctl.not_epoll[itself]", .anywhere = true)
{
	int epoll = open_descriptor(OPEN_EPOLL);

	expect_errno(EINVAL, control(epoll, EPOLL_CTL_ADD, epoll, EPOLLIN));
}

CASE("epoll_ctl.not_epoll[before-operation]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	expect_errno(EINVAL, control(fd, 9, fd, EPOLLIN));
}

static const int operations[] = { 0, 4, -1, INT_MIN };

static void is_unknown(const void *data)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);
	int epoll = open_descriptor(OPEN_EPOLL);

	expect_errno(EINVAL, control(epoll, *(const int *)data, fd, EPOLLIN));
	sc_must(SC_LINE, control(epoll, EPOLL_CTL_ADD, fd, EPOLLIN), "epoll_ctl(2)");
	expect_errno(EINVAL, control(epoll, *(const int *)data, fd, EPOLLIN));
}

CASES(operations)
{
	for (size_t i = 0; i < COUNT(operations); i++)
		add_case(.name = name_case("epoll_ctl.operation_unknown[%d]",
					   operations[i]),
			 .run_row = is_unknown, .row = &operations[i],
			 .anywhere = true);
}

CASE("epoll_ctl.not_open[instance]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	expect_errno(EBADF, control(9, EPOLL_CTL_ADD, fd, EPOLLIN));
	expect_errno(EBADF, control(-1, EPOLL_CTL_ADD, fd, EPOLLIN));
	expect_errno(EBADF, control(9, 77, fd, EPOLLIN));
}

CASE("epoll_ctl.not_open[target]", .anywhere = true)
{
	int epoll = open_descriptor(OPEN_EPOLL);
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	sc_must(SC_LINE, control(epoll, EPOLL_CTL_ADD, fd, EPOLLIN), "epoll_ctl(2)");
	must_close(fd);
	expect_errno(EBADF, control(epoll, EPOLL_CTL_DEL, fd, 0));
	expect_errno(EBADF, control(epoll, EPOLL_CTL_ADD, -1, EPOLLIN));
	expect_errno(EBADF, control(epoll, 77, fd, EPOLLIN));
}

CASE("epoll_ctl.not_open[path-only]", .anywhere = true)
{
	int epoll = open_descriptor(OPEN_EPOLL);
	int path = open_descriptor(OPEN_PATH_ONLY);

	expect_errno(EBADF, control(epoll, EPOLL_CTL_ADD, path, EPOLLIN));
	expect_errno(EBADF, control(path, EPOLL_CTL_ADD, epoll, EPOLLIN));
}

/* A number that has been given again is not what was watched. */
CASE("epoll_ctl.not_added[number-given-again]", .anywhere = true)
{
	int epoll = open_descriptor(OPEN_EPOLL);
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	sc_must(SC_LINE, control(epoll, EPOLL_CTL_ADD, fd, EPOLLIN), "epoll_ctl(2)");
	must_close(fd);
	must(must_socket(AF_UNIX, SOCK_DGRAM, 0) == fd, "another number was given");
	expect_errno(ENOENT, control(epoll, EPOLL_CTL_MOD, fd, EPOLLIN));
}

CASE("epoll_ctl.no_events[directory]", .anywhere = true)
{
	int epoll = open_descriptor(OPEN_EPOLL);
	int directory = open_descriptor(OPEN_DIRECTORY);

	expect_errno(EPERM, control(epoll, EPOLL_CTL_ADD, directory, EPOLLIN));
	expect_errno(EPERM, control(must_socket(AF_UNIX, SOCK_STREAM, 0), EPOLL_CTL_ADD,
				    directory, EPOLLIN));
}

CASE("epoll_ctl.event_unreadable[null]", .anywhere = true)
{
	int epoll = open_descriptor(OPEN_EPOLL);
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	expect_errno(EFAULT, file_call(CALL_EPOLL_CTL, epoll, EPOLL_CTL_ADD, fd, 0));
	expect_errno(EFAULT, file_call(CALL_EPOLL_CTL, epoll, EPOLL_CTL_MOD, fd, 0));
	/* Before the descriptors, and the operation. */
	expect_errno(EFAULT, file_call(CALL_EPOLL_CTL, 20, EPOLL_CTL_ADD, 21, 0));
	expect_errno(EFAULT, file_call(CALL_EPOLL_CTL, 20, 77, 21, 0));
}

CASE("epoll_ctl.event_unreadable[unmapped]", .anywhere = true)
{
	int epoll = open_descriptor(OPEN_EPOLL);
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	expect_errno(EFAULT, file_call(CALL_EPOLL_CTL, epoll, EPOLL_CTL_ADD, fd,
				       (long)unmapped_memory()));
}

/* EPOLLEXCLUSIVE goes with these only, and with EPOLL_CTL_ADD. */
static const unsigned int not_exclusive[] = { EPOLLONESHOT, EPOLLRDHUP,	 EPOLLPRI,
					      EPOLLRDNORM,  EPOLLWRNORM, EPOLLMSG };

static void is_misused(const void *data)
{
	unsigned int events = *(const unsigned int *)data | EPOLLEXCLUSIVE | EPOLLIN;
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);
	int epoll = open_descriptor(OPEN_EPOLL);

	expect_errno(EINVAL, control(epoll, EPOLL_CTL_ADD, fd, events));
}

CASES(exclusive)
{
	for (size_t i = 0; i < COUNT(not_exclusive); i++)
		add_case(.name = name_case("epoll_ctl.exclusive_misused[0x%x]",
					   not_exclusive[i]),
			 .run_row = is_misused, .row = &not_exclusive[i],
			 .anywhere = true);
}

CASE("epoll_ctl.exclusive_misused[modify]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0), epoll = watch(fd, EPOLLIN);

	expect_errno(EINVAL,
		     control(epoll, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLEXCLUSIVE));
}

/* Before it turns out that there is nothing to modify. */
CASE("epoll_ctl.exclusive_misused[before-not-added]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);
	int epoll = open_descriptor(OPEN_EPOLL);

	expect_errno(EINVAL,
		     control(epoll, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLEXCLUSIVE));
}

CASE("epoll_ctl.exclusive_modified[plain]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);
	int epoll = watch(fd, EPOLLIN | EPOLLEXCLUSIVE);

	expect_errno(EINVAL, control(epoll, EPOLL_CTL_MOD, fd, EPOLLIN));
}

CASE("epoll_ctl.done[exclusive-with-all-it-may]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);
	int epoll = open_descriptor(OPEN_EPOLL);

	expect_value(0, control(epoll, EPOLL_CTL_ADD, fd,
				EPOLLEXCLUSIVE | EPOLLIN | EPOLLOUT | EPOLLERR |
					EPOLLHUP | EPOLLWAKEUP | EPOLLET));
}
