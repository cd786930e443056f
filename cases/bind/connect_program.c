/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * connect_program.c - the names of sockets that a BPF program of the caller's cgroup
 * has bound when they connected: bpf_bind(), which is bind(2) without its lock.
 */
#include <string.h>

#include "sockcheck.h"

#define PEER 4002

static const struct row {
	const char *rule;
	const char *name;
	const char *address; /* that the program binds to */
	unsigned int port;
	const char *bound; /* an address that the socket has before, or NULL */
	const char *peer;
} rows[] = {
	{ "by_connect_program", "port", "127.0.0.5", 4003, NULL, "127.0.0.1" },
	{ "by_connect_program", "port-6", "::1", 4003, NULL, "::1" },
	{ "by_connect_program", "mapped", "::ffff:127.0.0.5", 4003, NULL,
	  "::ffff:127.0.0.1" },
	/* An address without a port: connect(2) chooses one. */
	{ "ephemeral_port", "by-connect-program", "127.0.0.5", 0, NULL, "127.0.0.1" },
	{ "ephemeral_port", "by-connect-program,6", "::1", 0, NULL, "::1" },
	/* What is bound is not bound again. */
	{ "ip", "before-connect-program", "127.0.0.5", 4003, "127.0.0.6", "127.0.0.1" },
	{ "ip", "before-connect-program,6", "::1", 4003, "::1", "::1" },
	{ "ip", "before-connect-program,no-port", "127.0.0.5", 0, "127.0.0.6",
	  "127.0.0.1" },
};

#define BOUND 4004

static int connected(const struct row *row)
{
	int domain = ip_address(row->peer, 0).length == sizeof(struct sockaddr_in)
			     ? AF_INET
			     : AF_INET6;
	int peer, fd;

	bind_by_cgroup_at_connect(ip_address(row->address, row->port));
	peer = must_socket(domain, sc_type, 0);
	fd = must_socket(domain, sc_type, 0);
	must_bind(peer, ip_address(row->peer, PEER));
	if (sc_type == SOCK_STREAM)
		must_listen(peer);
	if (row->bound)
		must_bind(fd, ip_address(row->bound, BOUND));
	must_connect(fd, ip_address(row->peer, PEER));
	return fd;
}

static void is_named(const void *data)
{
	const struct row *row = data;
	struct address due = row->bound ? ip_address(row->bound, BOUND)
					: ip_address(row->address, row->port);
	int fd = connected(row);

	if (port_of(&due))
		expect_name(due.bytes, (unsigned int)due.length, fd);
	else
		expect_chosen_name(&due, fd);
}

CASES(rows)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		add_case(.name = name_case("bind.name.%s[%s]", rows[i].rule,
					   rows[i].name),
			 .types = SC_STREAM | SC_DGRAM, .run_row = is_named,
			 .row = &rows[i], .needs = NEEDS_REAL_ROOT | NEEDS_CGROUP,
			 .since = LINUX(5, 8), .has = { FEATURE_FAMILY(AF_INET6) });
}

/* The programs that are asked when a socket has its port are those of bind(2), not of
 * bpf_bind(): one that refuses each does not matter. */
static void not_asked_late(const void *data)
{
	const struct row *row = data;
	struct address due = ip_address(row->address, row->port);
	int domain = row == &rows[0] ? AF_INET : AF_INET6, fd, peer;

	peer = must_socket(domain, sc_type, 0);
	must_bind(peer, ip_address(row->peer, PEER));
	if (sc_type == SOCK_STREAM)
		must_listen(peer);
	bind_by_cgroup_at_connect(due);
	refuse_other_binds_by_cgroup(domain, true);
	fd = must_socket(domain, sc_type, 0);
	must_connect(fd, ip_address(row->peer, PEER));
	expect_name(due.bytes, (unsigned int)due.length, fd);
}

CASES(not_asked_late)
{
	for (size_t i = 0; i < 2; i++)
		add_case(.name = name_case("bind.name.%s[%s,not-asked-late]",
					   rows[i].rule, rows[i].name),
			 .types = SC_STREAM | SC_DGRAM, .run_row = not_asked_late,
			 .row = &rows[i], .needs = NEEDS_REAL_ROOT | NEEDS_CGROUP,
			 .since = LINUX(5, 8), .has = { FEATURE_FAMILY(AF_INET6) });
}

/* The port of an address without one is chosen by connect(2) itself: it may be that of
 * another connection, to another peer. */
static void shares_port(const void *data)
{
	const struct row *row = data;
	int domain = row == &rows[3] ? AF_INET : AF_INET6, fds[2];
	struct address names[2];

	set_port_range(41000, 41000);
	bind_by_cgroup_at_connect(ip_address(row->address, 0));
	for (unsigned int i = 0; i < 2; i++) {
		int peer = must_socket(domain, SOCK_STREAM, 0);
		socklen_t addrlen = RESULT_BYTES_MAX;

		fds[i] = must_socket(domain, SOCK_STREAM, 0);
		must_bind(peer, ip_address(row->peer, PEER + i));
		must_listen(peer);
		must_connect(fds[i], ip_address(row->peer, PEER + i));
		if (!i)
			expect_chosen_name(&names[i], fds[i]);
		else
			sc_must(SC_LINE,
				t_getsockname(fds[i], names[i].bytes, &addrlen),
				"getsockname(2)");
	}
	names[1].length = names[0].length;
	expect_that(!memcmp(names[0].bytes, names[1].bytes, (size_t)names[0].length),
		    "the second has another name than the first");
}

CASES(shares_port)
{
	for (size_t i = 3; i < 5; i++)
		add_case(.name = name_case("bind.name.%s[%s,shared]", rows[i].rule,
					   rows[i].name),
			 .run_row = shares_port, .row = &rows[i],
			 .needs = NEEDS_REAL_ROOT | NEEDS_CGROUP, .since = LINUX(5, 8),
			 .has = { FEATURE_FAMILY(AF_INET6) });
}
