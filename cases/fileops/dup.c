/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * dup.c - descriptors that share a socket: dup(2), dup2(2), dup3(2), F_DUPFD, fork(2);
 * what they share and what they do not; and close(2).
 */
#include <limits.h>
#include <unistd.h>

#include "kinds.h"

/* The ways to a second descriptor. */
enum way { BY_DUP, BY_DUP2, BY_DUP3, BY_DUP3_CLOEXEC, BY_DUPFD, BY_DUPFD_CLOEXEC };

static const struct {
	const char *name;
	const char *rule;
	bool close_on_exec;
} ways[] = {
	[BY_DUP] = { "dup", "dup.lowest", false },
	[BY_DUP2] = { "dup2", "dup2.chosen", false },
	[BY_DUP3] = { "dup3", "dup3.chosen", false },
	[BY_DUP3_CLOEXEC] = { "dup3,cloexec", "dup3.chosen", true },
	[BY_DUPFD] = { "f_dupfd", "fcntl.duplicate", false },
	[BY_DUPFD_CLOEXEC] = { "f_dupfd_cloexec", "fcntl.duplicate", true },
};

#define CHOSEN_FD 9

static long duplicate_to(int fd, enum way way)
{
	switch (way) {
	case BY_DUP:
		return file_call(CALL_DUP, fd, 0);
	case BY_DUP2:
		return file_call(CALL_DUP2, fd, CHOSEN_FD);
	case BY_DUP3:
		return file_call(CALL_DUP3, fd, CHOSEN_FD, 0);
	case BY_DUP3_CLOEXEC:
		return file_call(CALL_DUP3, fd, CHOSEN_FD, O_CLOEXEC);
	case BY_DUPFD:
		return t_fcntl(fd, F_DUPFD, CHOSEN_FD);
	case BY_DUPFD_CLOEXEC:
		return t_fcntl(fd, F_DUPFD_CLOEXEC, CHOSEN_FD);
	}
	return -1;
}

static int must_duplicate(int fd, enum way way)
{
	long made = duplicate_to(fd, way);

	must(made >= 0, "no second descriptor could be made: %ld", made);
	return (int)made;
}

struct row {
	const struct kind *kind;
	enum way way;
};

/* One socket: whatever the descriptor, st_ino is the same. */
static bool is_same_socket(int one, int other)
{
	return target_waits_not() || t_fstat(one, STAT_INO) == t_fstat(other, STAT_INO);
}

static void is_made(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind), made;

	if (row->way == BY_DUP) {
		made = expect_descriptor(duplicate_to(fd, row->way));
	} else {
		made = CHOSEN_FD;
		expect_value(made, duplicate_to(fd, row->way));
	}
	expect_that(is_same_socket(fd, made), "it is another socket");
}

/* Its own flag: that of the first one is neither taken over nor changed. */
static void has_own_flag(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind), made;

	sc_must(SC_LINE, t_fcntl(fd, F_SETFD, FD_CLOEXEC), "F_SETFD");
	made = must_duplicate(fd, row->way);
	expect_value(ways[row->way].close_on_exec ? FD_CLOEXEC : 0,
		     t_fcntl(made, F_GETFD, 0));
}

static void leaves_first_flag(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind), made;

	made = must_duplicate(fd, row->way);
	sc_must(SC_LINE, t_fcntl(fd, F_SETFD, FD_CLOEXEC), "F_SETFD");
	sc_must(SC_LINE, t_fcntl(made, F_SETFD, 0), "F_SETFD");
	expect_value(FD_CLOEXEC, t_fcntl(fd, F_GETFD, 0));
}

/* The status flags and the owner, set by either, are told of both. */
static void shares_status_flags(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind), made = must_duplicate(fd, row->way);

	sc_must(SC_LINE, t_fcntl(made, F_SETFL, O_NONBLOCK), "F_SETFL");
	expect_value(O_RDWR | O_NONBLOCK, t_fcntl(fd, F_GETFL, 0));
	sc_must(SC_LINE, t_fcntl(fd, F_SETFL, O_APPEND), "F_SETFL");
	expect_value(O_RDWR | O_APPEND, t_fcntl(made, F_GETFL, 0));
}

static void shares_owner(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind), made = must_duplicate(fd, row->way);

	sc_must(SC_LINE, t_fcntl(made, F_SETOWN, getpid()), "F_SETOWN");
	expect_value(getpid(), t_fcntl(fd, F_GETOWN, 0));
}

/* Either is closed, the other is the socket's still. */
static void outlives_first(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind), made;

	sc_must(SC_LINE, t_fcntl(fd, F_SETFL, O_NONBLOCK), "F_SETFL");
	made = must_duplicate(fd, row->way);
	must_close(fd);
	expect_value(O_RDWR | O_NONBLOCK, t_fcntl(made, F_GETFL, 0));
}

static void outlives_second(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind), made;

	made = must_duplicate(fd, row->way);
	sc_must(SC_LINE, t_fcntl(fd, F_SETFL, O_NONBLOCK), "F_SETFL");
	must_close(made);
	expect_value(O_RDWR | O_NONBLOCK, t_fcntl(fd, F_GETFL, 0));
}

static void is_closed_alone(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind), made = must_duplicate(fd, row->way);

	must_close(made);
	expect_errno(EBADF, t_fcntl(made, F_GETFL, 0));
}

static const struct {
	const char *name; /* of the kind, and of the way */
	void (*run)(const void *row);
} shared[] = {
	{ "dup.descriptor_flags[%s,%s]", has_own_flag },
	{ "fcntl.descriptor_flags[%s,not-that-of-%s]", leaves_first_flag },
	{ "fcntl.status_flags[%s,shared-by-%s]", shares_status_flags },
	{ "fcntl.owner[%s,shared-by-%s]", shares_owner },
	{ "fcntl.status_flags[%s,%s-outlives-first]", outlives_first },
	{ "fcntl.status_flags[%s,outlives-%s]", outlives_second },
	{ "fcntl.not_open[%s,%s-closed]", is_closed_alone },
};

static void add_shared(const struct row *row)
{
	for (size_t i = 0; i < COUNT(shared); i++) {
		char name[80];

		snprintf(name, sizeof(name), shared[i].name, row->kind->name,
			 ways[row->way].name);
		add_on_kind(row->kind, shared[i].run, row, "%s", name);
	}
}

CASES(duplicates)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t w = 0; w < COUNT(ways); w++) {
			struct row row = { &kinds[k], (enum way)w };

			if (w != BY_DUP && !stands_for_family(&kinds[k]))
				continue;
			add_on_kind(&kinds[k], is_made, &row, "%s[%s,%s]", ways[w].rule,
				    kinds[k].name, ways[w].name);
			if (stands_for_family(&kinds[k]))
				add_shared(&row);
		}
}

/* The number that is asked for, and those that are refused. */
static const struct fault {
	const char *rule;
	const char *name;
	enum call_name call;
	long argument[FILE_ARGUMENTS];
	int error;
	bool closed; /* what is to be duplicated is not open */
} faults[] = {
	{ "dup.not_open", "closed", CALL_DUP, { 0 }, EBADF, true },
	{ "dup2.not_open", "closed", CALL_DUP2, { CHOSEN_FD }, EBADF, true },
	{ "dup2.not_open", "same", CALL_DUP2, { 3 }, EBADF, true },
	{ "dup3.not_open", "closed", CALL_DUP3, { CHOSEN_FD }, EBADF, true },
	{ "dup2.out_of_range", "-1", CALL_DUP2, { -1 }, EBADF, false },
	{ "dup2.out_of_range", "int-max", CALL_DUP2, { INT_MAX }, EBADF, false },
	{ "dup3.out_of_range", "-1", CALL_DUP3, { -1 }, EBADF, false },
	{ "dup3.out_of_range", "int-max", CALL_DUP3, { INT_MAX }, EBADF, false },
	{ "dup3.flags_unknown",
	  "nonblock",
	  CALL_DUP3,
	  { CHOSEN_FD, O_NONBLOCK },
	  EINVAL,
	  false },
	{ "dup3.flags_unknown", "1", CALL_DUP3, { CHOSEN_FD, 1 }, EINVAL, false },
	{ "dup3.flags_unknown",
	  "both",
	  CALL_DUP3,
	  { CHOSEN_FD, O_CLOEXEC | 1 },
	  EINVAL,
	  false },
	{ "dup3.flags_unknown", "before-range", CALL_DUP3, { -1, 1 }, EINVAL, false },
	{ "dup3.flags_unknown",
	  "before-not-open",
	  CALL_DUP3,
	  { CHOSEN_FD, 1 },
	  EINVAL,
	  true },
	{ "dup3.same", "open", CALL_DUP3, { 3 }, EINVAL, false },
	{ "dup3.same", "cloexec", CALL_DUP3, { 3, O_CLOEXEC }, EINVAL, false },
	{ "dup3.same", "before-not-open", CALL_DUP3, { 3 }, EINVAL, true },
};

/* No other descriptor is open, so that it is number 3. */
static void refuses_number(const void *data)
{
	const struct fault *it = data;
	int fd;

	need_own_descriptors();
	fd = must_socket(AF_UNIX, SOCK_STREAM, 0);
	must(fd == 3, "the first descriptor is %d", fd);
	if (it->closed)
		must_close(fd);
	expect_errno(it->error, t_file(it->call, fd, it->argument));
	expect_that(it->closed || t_fcntl(fd, F_GETFL, 0) == O_RDWR ||
			    target_waits_not(),
		    "the descriptor itself is closed");
}

CASES(faults)
{
	for (size_t i = 0; i < COUNT(faults); i++)
		add_case(.name = name_case("%s[%s]", faults[i].rule, faults[i].name),
			 .run_row = refuses_number, .row = &faults[i], .anywhere = true,
			 .has = { FEATURE_FAMILY(AF_UNIX) });
}

/* The limit itself is the first that is refused; below, the last is given. */
CASE("dup2.out_of_range[limit]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	limit_descriptors(20);
	expect_errno(EBADF, file_call(CALL_DUP2, fd, 20));
}

CASE("dup3.out_of_range[limit]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	limit_descriptors(20);
	expect_errno(EBADF, file_call(CALL_DUP3, fd, 20, 0));
}

CASE("dup2.chosen[last-below-limit]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	limit_descriptors(20);
	expect_value(19, file_call(CALL_DUP2, fd, 19));
}

CASE("fcntl.duplicate_out_of_range[limit]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	limit_descriptors(20);
	expect_errno(EINVAL, t_fcntl(fd, F_DUPFD, 20));
	expect_errno(EINVAL, t_fcntl(fd, F_DUPFD_CLOEXEC, 20));
}

CASE("fcntl.duplicate_out_of_range[negative]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	expect_errno(EINVAL, t_fcntl(fd, F_DUPFD, -1));
	expect_errno(EINVAL, t_fcntl(fd, F_DUPFD, INT_MIN));
}

CASE("fcntl.duplicate[last-below-limit]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	limit_descriptors(20);
	expect_value(19, t_fcntl(fd, F_DUPFD, 19));
}

CASE("fcntl.duplicate[next-free]", .anywhere = true)
{
	int fd;

	need_own_descriptors();
	fd = must_socket(AF_UNIX, SOCK_STREAM, 0);
	expect_value(4, t_fcntl(fd, F_DUPFD, 0));
	expect_value(7, t_fcntl(fd, F_DUPFD, 7));
	expect_value(8, t_fcntl(fd, F_DUPFD, 7));
	expect_value(5, t_fcntl(7, F_DUPFD, 3));
}

CASE("fcntl.duplicate_too_many[last-taken]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	limit_descriptors(20);
	sc_must(SC_LINE, t_fcntl(fd, F_DUPFD, 19), "F_DUPFD");
	expect_errno(EMFILE, t_fcntl(fd, F_DUPFD, 19));
	expect_errno(EMFILE, t_fcntl(fd, F_DUPFD_CLOEXEC, 19));
}

CASE("dup.too_many[limit]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	limit_descriptors(4);
	expect_errno(EMFILE, file_call(CALL_DUP, fd, 0));
}

CASE("dup.not_open[before-too-many]", .anywhere = true)
{
	limit_descriptors(3);
	expect_errno(EBADF, file_call(CALL_DUP, 3, 0));
}

CASE("dup2.same[socket]", .anywhere = true)
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	expect_value(fd, file_call(CALL_DUP2, fd, fd));
	expect_that(target_waits_not() || t_fcntl(fd, F_GETFL, 0) == O_RDWR,
		    "it is closed");
}

/* It stays, though no new one could be had there. */
CASE("dup2.same[above-limit]", .anywhere = true)
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	limit_descriptors(2);
	expect_value(fd, file_call(CALL_DUP2, fd, fd));
}

CASE("dup.lowest[gap]", .anywhere = true)
{
	int first = must_socket(AF_UNIX, SOCK_STREAM, 0);
	int second = must_socket(AF_UNIX, SOCK_STREAM, 0);

	must_close(first);
	expect_descriptor(file_call(CALL_DUP, second, 0));
}

CASE("dup.lowest[of-duplicate]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);
	int second = expect_descriptor(file_call(CALL_DUP, fd, 0));
	int third = expect_descriptor(file_call(CALL_DUP, second, 0));

	expect_that(is_same_socket(fd, third), "it is another socket");
}

/* Over another socket, which is gone; the same that was there stays open. */
CASE("dup2.chosen[over-socket]")
{
	int fd = must_socket(AF_UNIX, SOCK_DGRAM, 0);
	int other = must_socket(AF_INET, SOCK_DGRAM, 0);

	must_bind(other, local(AF_INET));
	expect_value(other, file_call(CALL_DUP2, fd, other));
	expect_that(is_same_socket(fd, other), "it is another socket");
	/* Its port is free again. */
	must_bind(must_socket(AF_INET, SOCK_DGRAM, 0), local(AF_INET));
}

CASE("dup3.chosen[over-own-duplicate]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_DGRAM, 0);
	int other = must_duplicate(fd, BY_DUP);

	expect_value(other, file_call(CALL_DUP3, fd, other, O_CLOEXEC));
	expect_that(is_same_socket(fd, other), "it is another socket");
}

/* The name too: bound by one, told of the other. */
CASE("dup.lowest[bound-by-duplicate]")
{
	struct address due = ip_address("127.0.0.1", PORT), told;
	socklen_t length = sizeof(told.bytes);
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);
	int other = expect_descriptor(file_call(CALL_DUP, fd, 0));

	must_bind(other, due);
	must_close(other);
	sc_must(SC_LINE, t_getsockname(fd, told.bytes, &length), "getsockname(2)");
	expect_that(length == (socklen_t)due.length &&
			    !memcmp(told.bytes, due.bytes, length),
		    "the socket has another name, or none");
}

/* What fork(2) makes shares too: here a child sets O_NONBLOCK, and closes it. */
static void child_makes_nonblocking(const void *data)
{
	int fd = open_kind(data);

	child_sets_flags(fd, O_NONBLOCK);
	expect_value(O_RDWR | O_NONBLOCK, t_fcntl(fd, F_GETFL, 0));
	child_closes(fd);
	expect_value(O_RDWR | O_NONBLOCK, t_fcntl(fd, F_GETFL, 0));
}

static void closes(const void *data)
{
	int fd = open_kind(data);

	expect_value(0, t_close(fd));
}

static void closes_twice(const void *data)
{
	int fd = open_kind(data);

	must_close(fd);
	expect_errno(EBADF, t_close(fd));
}

static void closes_both(const void *data)
{
	int fd = open_kind(data), made = must_duplicate(fd, BY_DUP2);

	expect_value(0, t_close(fd));
	expect_value(0, t_close(made));
}

CASES(closing)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		const struct kind *kind = &kinds[k];

		add_on_kind(kind, closes, kind, "close.closed[%s]", kind->name);
		add_on_kind(kind, closes_twice, kind, "close.not_open[%s,twice]",
			    kind->name);
		if (!stands_for_family(kind))
			continue;
		add_on_kind(kind, closes_both, kind, "close.closed[%s,and-duplicate]",
			    kind->name);
		add_on_kind(kind, child_makes_nonblocking, kind,
			    "fcntl.status_flags[%s,shared-by-fork]", kind->name);
	}
}

static const int never_open[] = { 3, 1000000, -1, INT_MIN, INT_MAX };

static void closes_nothing(const void *data)
{
	expect_errno(EBADF, t_close(*(const int *)data));
}

CASES(never_open)
{
	for (size_t i = 0; i < COUNT(never_open); i++)
		add_case(.name = name_case("close.not_open[%d]", never_open[i]),
			 .run_row = closes_nothing, .row = &never_open[i],
			 .anywhere = true);
}

/* A closed socket's port is free at once, in whatever state it was. */
CASE("close.closed[listening]")
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	must_bind(fd, local(AF_INET));
	must_listen(fd);
	expect_value(0, t_close(fd));
	must_bind(must_socket(AF_INET, SOCK_STREAM, 0), local(AF_INET));
}

CASE("close.closed[duplicate-keeps-port]")
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0), other;
	long came;

	must_bind(fd, local(AF_INET));
	must_duplicate(fd, BY_DUP);
	expect_value(0, t_close(fd));
	other = must_socket(AF_INET, SOCK_STREAM, 0);
	came = bind_to(other, local(AF_INET));
	expect_that(came == -EADDRINUSE, "the port is free: bind(2) gave %ld", came);
}
