/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * limits.c - what socket(2) may run out of: descriptors, files, unix sockets, memory.
 */
#include "sockcheck.h"

static const struct kind {
	const char *name;
	int domain, type, protocol;
} kinds[] = {
	{ "inet,stream", AF_INET, SOCK_STREAM, 0 },
	{ "inet,dgram", AF_INET, SOCK_DGRAM, 0 },
	{ "inet6,stream", AF_INET6, SOCK_STREAM, 0 },
	{ "inet6,dgram", AF_INET6, SOCK_DGRAM, 0 },
	{ "unix,stream", AF_UNIX, SOCK_STREAM, 0 },
	{ "unix,dgram", AF_UNIX, SOCK_DGRAM, 0 },
	{ "netlink,raw", AF_NETLINK, SOCK_RAW, 0 },
	{ "packet,raw", AF_PACKET, SOCK_RAW, 0 },
	{ "vsock,stream", AF_VSOCK, SOCK_STREAM, 0 },
	{ "inet,raw", AF_INET, SOCK_RAW, IPPROTO_UDP },
	{ "inet6,raw", AF_INET6, SOCK_RAW, IPPROTO_UDP },
	{ "inet,mptcp", AF_INET, SOCK_STREAM, LINUX_IPPROTO_MPTCP },
	{ "inet,cloexec", AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0 },
};

static bool needs_raw(const struct kind *kind)
{
	return kind->domain == AF_PACKET || kind->type == SOCK_RAW;
}

static int second_feature(const struct kind *kind)
{
	return kind->protocol == LINUX_IPPROTO_MPTCP ? FEATURE_MPTCP : 0;
}

/* Some distributions have MPTCP off by default. */
static void prepare(const struct kind *kind)
{
	if (kind->protocol == LINUX_IPPROTO_MPTCP)
		set_mptcp_enabled(true);
}

static void no_descriptor(const void *row)
{
	const struct kind *kind = row;

	prepare(kind);
	/* Descriptors 0, 1 and 2 are open, and are all that there may be. */
	limit_descriptors(3);
	expect_errno(EMFILE, t_socket(kind->domain, kind->type, kind->protocol));
}

/* The last descriptor below the limit is given, the next is not. */
static void exactly_at_limit(const void *row)
{
	const struct kind *kind = row;

	prepare(kind);
	limit_descriptors(4);
	must_socket(kind->domain, kind->type, kind->protocol);
	expect_errno(EMFILE, t_socket(kind->domain, kind->type, kind->protocol));
	expect_errno(EMFILE, t_socket(kind->domain, kind->type, kind->protocol));
}

/*
 * Each allocation of the call fails in turn; none may leave a descriptor.
 * The number of them is the kernel's affair: the first that is not reached ends it.
 */
static void each_allocation(const void *row)
{
	const struct kind *kind = row;
	unsigned int substituted = 0;

	prepare(kind);
	for (unsigned int n = 1; n <= 60; n++) {
		bool failed;
		long value;
		int lowest;

		fail_allocation(n);
		lowest = world_lowest_free(the_world());
		value = t_socket(kind->domain, kind->type, kind->protocol);
		failed = allocation_failed();
		/* Where a large piece of memory cannot be had, a small one may do. */
		if (failed && value == lowest) {
			int type = 0;
			socklen_t length = sizeof(type);

			expect_that(!t_getsockopt(lowest, SOL_SOCKET, SO_TYPE, &type,
						  &length) &&
					    type == kind->type,
				    "it is not the socket that was asked for");
			must_close(lowest);
			substituted++;
			continue;
		}
		if (!failed) {
			expect_that(value == lowest,
				    "%ld, not %d: a call that failed has "
				    "left a descriptor",
				    value, lowest);
			expect_that(substituted < n - 1,
				    "no allocation that failed failed the call");
			return;
		}
		expect_last_errno_in(ENOBUFS, ENOMEM, ENFILE);
	}
	sc_broken(SC_LINE, "more than 60 allocations in one socket(2)");
}

static void no_file(const void *row)
{
	const struct kind *kind = row;

	prepare(kind);
	exhaust_files();
	expect_errno(ENFILE, t_socket(kind->domain, kind->type, kind->protocol));
}

CASES(limits)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		const struct kind *kind = &kinds[i];
		unsigned long long caps = needs_raw(kind) && kind->domain != AF_NETLINK
						  ? SC_CAP(LINUX_CAP_NET_RAW)
						  : 0;
		const int has = FEATURE_FAMILY(kind->domain);
		const int also = second_feature(kind);

		add_case(.name = name_case("socket.limit.descriptors[%s]", kind->name),
			 .run_row = no_descriptor, .row = kind, .has = { has, also },
			 .caps = caps, .anywhere = !also);
		add_case(.name = name_case("socket.limit.descriptors[%s,exactly]",
					   kind->name),
			 .run_row = exactly_at_limit, .row = kind, .has = { has, also },
			 .caps = caps, .anywhere = !also);
		/* AF_UNIX has a limit of its own, by the same setting, that answers
		 * first. */
		if (kind->domain != AF_UNIX)
			add_case(.name = name_case("socket.limit.files[%s]",
						   kind->name),
				 .run_row = no_file, .row = kind, .has = { has, also },
				 .caps = caps, .needs = NEEDS_GUEST);
		add_case(.name = name_case("socket.limit.memory[%s]", kind->name),
			 .run_row = each_allocation, .row = kind, .has = { has, also },
			 .caps = caps, .needs = NEEDS_GUEST | NEEDS_FAULT_INJECTION);
	}
}

CASE("socket.limit.descriptors[zero]", .anywhere = true)
{
	limit_descriptors(0);
	expect_errno(EMFILE, t_socket(AF_INET, SOCK_STREAM, 0));
}

/* A limit below what is open already closes nothing, and lets nothing more be opened.
 */
CASE("socket.limit.descriptors[below-open]", .anywhere = true)
{
	occupy_descriptors_below(10);
	limit_descriptors(5);
	expect_errno(EMFILE, t_socket(AF_UNIX, SOCK_STREAM, 0));
}

CASE("socket.limit.descriptors[all]", .anywhere = true)
{
	occupy_descriptors_below((int)the_world()->caller.nofile - 1);
	must_socket(AF_INET, SOCK_DGRAM, 0);
	expect_errno(EMFILE, t_socket(AF_INET, SOCK_DGRAM, 0));
}

CASE("socket.inet.created[limit-raised]", .anywhere = true)
{
	limit_descriptors(3);
	must(t_socket(AF_INET, SOCK_STREAM, 0) == -EMFILE, "the limit does not hold");
	limit_descriptors(4);
	expect_descriptor(t_socket(AF_INET, SOCK_STREAM, 0));
}

/* Full but for a hole below the limit: the hole is used. */
CASE("socket.unix.created[hole-below-limit]", .anywhere = true)
{
	int hole;

	limit_descriptors(6);
	must_socket(AF_UNIX, SOCK_STREAM, 0);
	hole = must_socket(AF_UNIX, SOCK_STREAM, 0);
	must_socket(AF_UNIX, SOCK_STREAM, 0);
	must(t_socket(AF_UNIX, SOCK_STREAM, 0) == -EMFILE, "the limit does not hold");
	must_close(hole);
	expect_that(expect_descriptor(t_socket(AF_UNIX, SOCK_STREAM, 0)) == 4,
		    "the hole was 4");
}

/* CAP_SYS_ADMIN overrides the limit of files, but not that of unix sockets. */
CASE("socket.limit.unix_sockets", .needs = NEEDS_GUEST, .since = LINUX(5, 15))
{
	set_file_max(2);
	for (int i = 0; i < 4; i++)
		must_socket(AF_UNIX, SOCK_DGRAM, 0);
	expect_errno(ENFILE, t_socket(AF_UNIX, SOCK_DGRAM, 0));
	expect_errno(ENFILE, t_socket(AF_UNIX, SOCK_STREAM, 0));
}

CASE("socket.limit.unix_sockets_old", .needs = NEEDS_GUEST, .until = LINUX(5, 15))
{
	set_file_max(2);
	for (int i = 0; i < 4; i++)
		must_socket(AF_UNIX, SOCK_DGRAM, 0);
	t_socket(AF_UNIX, SOCK_DGRAM, 0);
	expect_last_errno_in(ENFILE, ENOMEM);
}

/* CAP_SYS_ADMIN overrides the limit of files. */
CASE("socket.inet.created[beyond-file-max]", .needs = NEEDS_GUEST)
{
	set_file_max(1);
	expect_descriptor(t_socket(AF_INET, SOCK_STREAM, 0));
}

/* A socket that is closed makes room again. */
CASE("socket.unix.created[below-unix-limit]", .needs = NEEDS_GUEST,
     .since = LINUX(5, 15))
{
	int fd = -1;

	set_file_max(2);
	for (int i = 0; i < 4; i++)
		fd = must_socket(AF_UNIX, SOCK_DGRAM, 0);
	must(t_socket(AF_UNIX, SOCK_DGRAM, 0) == -ENFILE, "the limit does not hold");
	must_close(fd);
	expect_descriptor(t_socket(AF_UNIX, SOCK_DGRAM, 0));
}
