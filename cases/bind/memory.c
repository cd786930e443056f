/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * memory.c - bind(2) without memory: each allocation that it makes fails in turn, and
 * none may leave anything bound.
 */
#include <string.h>

#include "sockcheck.h"

static struct address autobind(void)
{
	return family_only(AF_UNIX, sizeof(sa_family_t));
}

static struct address abstract(void)
{
	return unix_abstract("sockcheck", 9);
}

static struct address one_group(void)
{
	return netlink_address(0, 1);
}

static struct address inet_port(void)
{
	return inet("127.0.0.1", 5000);
}

static struct address inet_any_port(void)
{
	return inet("0.0.0.0", 0);
}

static struct address inet6_port(void)
{
	return inet6("::1", 5000);
}

static struct address mapped_port(void)
{
	return inet6("::ffff:127.0.0.1", 5000);
}

static const struct row {
	const char *name;
	int error;
	int domain, type;
	bool reuseport; /* UDP allocates for a group only */
	struct address (*address)(void);
} rows[] = {
	{ "memory[unix,abstract]", ENOMEM, AF_UNIX, SOCK_STREAM, false, abstract },
	{ "memory[unix,abstract,dgram]", ENOMEM, AF_UNIX, SOCK_DGRAM, false, abstract },
	{ "memory[unix,autobind]", ENOMEM, AF_UNIX, SOCK_DGRAM, false, autobind },
	{ "memory[netlink,groups]", ENOMEM, AF_NETLINK, SOCK_RAW, false, one_group },
	{ "memory_for_port[inet,stream]", EADDRINUSE, AF_INET, SOCK_STREAM, false,
	  inet_port },
	{ "memory_for_port[inet,stream,any-port]", EADDRINUSE, AF_INET, SOCK_STREAM,
	  false, inet_any_port },
	{ "memory_for_port[inet,dgram,reuseport]", EADDRINUSE, AF_INET, SOCK_DGRAM,
	  true, inet_port },
	{ "memory_for_port[inet6,stream]", EADDRINUSE, AF_INET6, SOCK_STREAM, false,
	  inet6_port },
	{ "memory_for_port[inet6,stream,mapped]", EADDRINUSE, AF_INET6, SOCK_STREAM,
	  false, mapped_port },
	{ "memory_for_port[inet6,dgram,reuseport]", EADDRINUSE, AF_INET6, SOCK_DGRAM,
	  true, inet6_port },
};

static int make_socket(const struct row *row)
{
	int fd = must_socket(row->domain, row->type, 0);

	if (row->reuseport)
		must_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	return fd;
}

/* The name of the socket, filled up with zeros. */
static struct address told_name(int fd)
{
	struct address name = { .length = RESULT_BYTES_MAX };
	socklen_t addrlen = RESULT_BYTES_MAX;

	sc_must(SC_LINE, t_getsockname(fd, name.bytes, &addrlen), "getsockname(2)");
	name.length = (int)addrlen;
	return name;
}

/* The name is again the one of a socket that was never bound. */
static void check_unbound(int fd, const struct row *row)
{
	int other = make_socket(row);
	struct address name = told_name(fd), fresh = told_name(other);

	expect_that(!memcmp(&name, &fresh, sizeof(name)),
		    "bind(2) failed, but left a name");
	must_close(other);
}

/*
 * The number of allocations is the kernel's affair: the first that is not reached ends
 * the case.  Each is tried on a socket of its own, at one address: were anything left
 * of a bind that failed, the next would find the address in use, or be in its way.
 */
static void each_allocation(const void *data)
{
	const struct row *row = data;
	struct address address = row->address();
	bool seen = false;

	for (unsigned int n = 1; n <= 60; n++) {
		int fd = make_socket(row);
		bool failed;
		long value;

		fail_allocation(n);
		value = bind_to(fd, address);
		failed = allocation_failed();
		if (!failed) {
			expect_that(!value,
				    "%ld: a bind that failed has left the "
				    "address in use",
				    value);
			expect_that(seen, "no allocation that failed failed the call");
			return;
		}
		/* What is not needed now may be done without. */
		if (value) {
			expect_last_errno_in(row->error);
			check_unbound(fd, row);
			/* What has failed for want of memory can be tried again. */
			must(bind_to(fd, address) == 0, "it cannot be bound any more");
			seen = true;
		}
		must_close(fd);
	}
	sc_broken(SC_LINE, "more than 60 allocations in one bind(2)");
}

CASES(memory)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		add_case(.name = name_case("bind.limit.%s", rows[i].name),
			 .run_row = each_allocation, .row = &rows[i],
			 .has = { FEATURE_FAMILY(rows[i].domain) },
			 .needs = NEEDS_GUEST | NEEDS_FAULT_INJECTION);
}

/* Nor is the port left as one that connect(2), which has no other, would pass over. */
static void connects_from(unsigned int port)
{
	const struct linger reset = { 1, 0 };
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);
	struct address name;

	sc_must(SC_LINE, t_setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)),
		"setsockopt(2) of SO_LINGER");
	must_connect(fd, inet("127.0.0.1", 5000));
	name = told_name(fd);
	expect_that(port_of(&name) == port, "it has the port %u", port_of(&name));
	must_close(fd);
}

CASE("bind.limit.memory_for_port[inet,stream,then-connect]",
     .needs = NEEDS_GUEST | NEEDS_FAULT_INJECTION)
{
	int listener = must_socket(AF_INET, SOCK_STREAM, 0);
	bool failed = true;

	set_port_range(41000, 41000);
	must_bind(listener, inet("127.0.0.1", 5000));
	must_listen(listener);
	for (unsigned int n = 1; failed; n++) {
		int fd = must_socket(AF_INET, SOCK_STREAM, 0);
		long value;

		fail_allocation(n);
		value = bind_to(fd, inet("127.0.0.1", 41000));
		failed = allocation_failed();
		if (value)
			expect_last_errno_in(EADDRINUSE);
		must_close(fd);
		if (value)
			connects_from(41000);
	}
}

/*
 * Of a path, the first allocation is for the name, and the second for the walk to it;
 * what the file system then has no memory for, it may say in words of its own.
 */
static void no_memory_for_path(const void *data)
{
	const unsigned int *n = data;
	struct address path = unix_path("socket");
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	fail_allocation(*n);
	expect_errno(ENOMEM, bind_to(fd, path));
	must(allocation_failed(), "the call makes fewer allocations than %u", *n);
	expect_that(no_other_files(), "bind(2) failed, but left a file");
	must(bind_to(fd, path) == 0, "it cannot be bound any more");
	expect_that(socket_at("socket"), "there is no socket at the path");
}

CASES(path)
{
	static const unsigned int allocations[] = { 1, 2 };

	for (size_t i = 0; i < COUNT(allocations); i++)
		add_case(.name = name_case("bind.limit.memory[unix,path,%u]",
					   allocations[i]),
			 .run_row = no_memory_for_path, .row = &allocations[i],
			 .has = { FEATURE_FAMILY(AF_UNIX) },
			 .needs = NEEDS_GUEST | NEEDS_FAULT_INJECTION | NEEDS_MOUNTS);
}
