/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ports_many.c - UDP sockets at a port that more than ten others have, each at an
 * address of its own: then the kernel looks for those at the address
 * (udp_lib_lport_inuse2()), by the same rules; and to whom of several that share one
 * what is sent there comes.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "group.h"

#define PORT 4003
#define MANY 12

enum option { NONE, ADDR = 1, SHARED = 2, BOTH = 3, USER = 4, GROUP = 8, ONLY = 16 };

static const struct row {
	const char *rule;
	const char *name;
	int first, second;	    /* options */
	const char *device, *other; /* of the first and of the second, or NULL */
	unsigned int needs;
} rows[] = {
	{ "port_in_use", "neither", NONE, NONE, NULL, NULL, 0 },
	{ "port_in_use", "reuseaddr-first", ADDR, NONE, NULL, NULL, 0 },
	{ "port_in_use", "reuseaddr-second", NONE, ADDR, NULL, NULL, 0 },
	{ "shared_by_reuseaddr", "reuseaddr", ADDR, ADDR, NULL, NULL, 0 },
	{ "port_in_use", "reuseport-first", SHARED, NONE, NULL, NULL, 0 },
	{ "port_in_use", "reuseport-second", NONE, SHARED, NULL, NULL, 0 },
	{ "shared_by_reuseport", "reuseport", SHARED, SHARED, NULL, NULL, 0 },
	{ "other_user_in_the_way", "reuseport", SHARED | USER, SHARED, NULL, NULL,
	  NEEDS_IDS },
	{ "other_group_in_the_way", "reuseport", SHARED, SHARED | GROUP, NULL, NULL,
	  0 },
	{ "shared_by_reuseaddr", "both,own-group", BOTH, BOTH | GROUP, NULL, NULL, 0 },
	{ "port_in_use", "same-device", NONE, NONE, "lo", "lo", 0 },
	{ "port_in_use", "device-first", NONE, NONE, "lo", NULL, 0 },
	{ "port_in_use", "device-second", NONE, NONE, NULL, "lo", 0 },
	{ "bound", "other-device", NONE, NONE, "other", "lo", NEEDS_INTERFACE },
};

static int open_socket(int options, const char *device)
{
	int fd;

	if (options & USER)
		set_filesystem_user(1000);
	fd = must_socket(AF_INET, SOCK_DGRAM, 0);
	if (options & USER)
		set_filesystem_user(0);
	if (options & ADDR)
		must_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (options & SHARED)
		must_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (options & GROUP)
		must_attach_program(fd);
	if (device)
		must_device(fd, device);
	return fd;
}

static struct address nth_address(unsigned int n)
{
	char text[32];

	snprintf(text, sizeof(text), "127.0.0.%u", n + 1);
	return inet(text, PORT);
}

static void one_more(const void *data)
{
	const struct row *row = data;
	int fd;

	if (row->needs & NEEDS_INTERFACE)
		add_interface("other");
	for (unsigned int i = 0; i < MANY; i++)
		must_bind(open_socket(row->first, row->device), nth_address(i));
	fd = open_socket(row->second, row->other);
	if (row->rule[0] == 's' || row->rule[0] == 'b')
		expect_value(0, bind_to(fd, nth_address(5)));
	else
		expect_errno(EADDRINUSE, bind_to(fd, nth_address(5)));
}

CASES(one_more)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		add_case(.name = name_case("bind.inet.%s[one-of-many,%s]", rows[i].rule,
					   rows[i].name),
			 .run_row = one_more, .row = &rows[i], .needs = rows[i].needs,
			 .caps = rows[i].needs & NEEDS_INTERFACE
					 ? SC_CAP(LINUX_CAP_NET_ADMIN)
					 : 0);
}

/* Of two that are in the way of a third, and not of each other, the one that was bound
 * last counts, as where there are few. */
CASE("bind.inet.port_in_use[one-of-many,last-of-two]", .needs = NEEDS_INTERFACE,
     .caps = SC_CAP(LINUX_CAP_NET_ADMIN))
{
	add_interface("other");
	for (unsigned int i = 0; i < MANY; i++)
		if (i != 5)
			must_bind(open_socket(NONE, NULL), nth_address(i));
	must_bind(open_socket(SHARED, "lo"), nth_address(5));
	must_bind(open_socket(NONE, "other"), nth_address(5));
	expect_errno(EADDRINUSE, bind_to(open_socket(SHARED, NULL), nth_address(5)));
}

/*
 * Two sockets at a port: of datagrams from many senders, how many come to each?  Those
 * of a group of SO_REUSEPORT divide them, by a hash of their addresses; a socket that
 * is bound more closely has them all, and two without a group are none.
 */
#define SENDERS 24

enum share { TO_FIRST, TO_SECOND, TO_BOTH, TO_ONE };

static const struct shared {
	const char *rule, *name;
	const char *first, *second, *to;
	int first_options, second_options;
	const char *device; /* of the first */
	enum share share;
} shares[] = {
	{ "inet.shared_by_reuseport", "group", "127.0.0.1", "127.0.0.1", "127.0.0.1",
	  SHARED, SHARED, NULL, TO_BOTH },
	{ "inet6.shared_by_reuseport", "group", "::1", "::1", "::1", SHARED, SHARED,
	  NULL, TO_BOTH },
	{ "inet.shared_by_reuseport", "one-and-any", "127.0.0.1", "0.0.0.0",
	  "127.0.0.1", SHARED, SHARED, NULL, TO_FIRST },
	{ "inet6.shared_by_reuseport", "one-and-any", "::1", "::", "::1", SHARED,
	  SHARED, NULL, TO_FIRST },
	/* IPV6_V6ONLY: neither has a group with one that takes IPv4. */
	{ "inet6.shared_by_reuseport", "one-and-only-any", "::1", "::", "::1", SHARED,
	  SHARED | ONLY, NULL, TO_FIRST },
	{ "inet6.shared_by_reuseport", "any-and-only-any",
	  "::", "::", "::ffff:127.0.0.1", SHARED, SHARED | ONLY, NULL, TO_FIRST },
	/* What is sent to an address of IPv4 goes to a socket of AF_INET, whichever was
	 * bound first: tools/testing/selftests/net/reuseport_dualstack.c. */
	{ "inet6.shared_by_reuseport", "inet-and-mapped", "127.0.0.1",
	  "::ffff:127.0.0.1", "127.0.0.1", SHARED, SHARED, NULL, TO_FIRST },
	{ "inet.shared_by_reuseport", "mapped-and-inet", "::ffff:127.0.0.1",
	  "127.0.0.1", "127.0.0.1", SHARED, SHARED, NULL, TO_SECOND },
	{ "inet6.shared_by_reuseport", "inet-any-and-any", "0.0.0.0", "::", "127.0.0.1",
	  SHARED, SHARED, NULL, TO_FIRST },
	{ "inet.shared_by_reuseport", "any-and-inet-any", "::", "0.0.0.0", "127.0.0.1",
	  SHARED, SHARED, NULL, TO_SECOND },
	{ "inet6.shared_by_reuseport", "mapped-one-and-any", "::ffff:127.0.0.1",
	  "::ffff:0.0.0.0", "127.0.0.1", SHARED, SHARED, NULL, TO_FIRST },
	/* A group is of one interface, or of none. */
	{ "inet.shared_by_reuseport", "device-and-none", "127.0.0.1", "127.0.0.1",
	  "127.0.0.1", SHARED, SHARED, "lo", TO_ONE },
	{ "inet.shared_by_reuseaddr", "device-and-none", "127.0.0.1", "127.0.0.1",
	  "127.0.0.1", ADDR, ADDR, "lo", TO_FIRST },
	{ "inet.shared_by_reuseaddr", "no-group", "127.0.0.1", "127.0.0.1", "127.0.0.1",
	  ADDR, ADDR, NULL, TO_ONE },
	{ "inet.shared_by_reuseaddr", "no-group-with-one-of-both", "127.0.0.1",
	  "127.0.0.1", "127.0.0.1", ADDR, BOTH, NULL, TO_ONE },
};

static int domain_of(const char *address)
{
	return strchr(address, ':') ? AF_INET6 : AF_INET;
}

static int open_shared(const char *address, int options, const char *device)
{
	int fd = must_socket(domain_of(address), SOCK_DGRAM, 0);

	if (options & ADDR)
		must_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (options & SHARED)
		must_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (options & ONLY)
		must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (device)
		must_device(fd, device);
	return fd;
}

static void count_one(const int fds[2], int came[2])
{
	struct pollfd poll_fds[2] = { { fds[0], POLLIN, 0 }, { fds[1], POLLIN, 0 } };
	unsigned char bytes[64];

	expect_that(poll(poll_fds, 2, 2000) == 1, "not one of them is readable");
	for (int i = 0; i < 2; i++)
		if (poll_fds[i].revents) {
			t_recvfrom(fds[i], bytes, sizeof(bytes), MSG_DONTWAIT, NULL,
				   NULL);
			came[i]++;
		}
}

static void divides(const void *data)
{
	const struct shared *row = data;
	int fds[2], came[2] = { 0, 0 };

	need_own_descriptors();
	fds[0] = open_shared(row->first, row->first_options, row->device);
	fds[1] = open_shared(row->second, row->second_options, NULL);
	must_bind(fds[0], ip_address(row->first, PORT));
	expect_value(0, bind_to(fds[1], ip_address(row->second, PORT)));
	if (nothing_behind())
		return;
	for (int i = 0; i < SENDERS; i++) {
		int sender = must_socket(domain_of(row->to), SOCK_DGRAM, 0);

		must_send(sender, ip_address(row->to, PORT));
		count_one(fds, came);
		must_close(sender);
	}
	expect_that(row->share == TO_FIRST    ? came[0] == SENDERS
		    : row->share == TO_SECOND ? came[1] == SENDERS
		    : row->share == TO_ONE    ? came[0] == SENDERS || came[1] == SENDERS
					      : came[0] && came[1],
		    "%s came to the first, %s to the second",
		    came[0] == SENDERS ? "all"
		    : came[0]	       ? "some"
				       : "none",
		    came[1] == SENDERS ? "all"
		    : came[1]	       ? "some"
				       : "none");
}

CASES(divides)
{
	for (size_t i = 0; i < COUNT(shares); i++)
		add_case(.name = name_case("bind.%s[udp,comes,%s]", shares[i].rule,
					   shares[i].name),
			 .run_row = divides, .row = &shares[i],
			 .has = { FEATURE_FAMILY(domain_of(shares[i].first)),
				  FEATURE_FAMILY(domain_of(shares[i].second)) });
}

/* Of the sockets at a port, the one that udp_lib_lport_inuse() meets first decides: of
 * IPv6 with SO_REUSEPORT it is the last, as sk_add_node_rcu() puts it to the end. */
CASE("bind.inet6.port_in_use[udp,group-behind-another]", .since = LINUX(4, 6))
{
	int fds[3];

	for (size_t i = 0; i < COUNT(fds); i++)
		fds[i] = must_socket(i ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
	must_bind(fds[0], inet("127.0.0.1", PORT));
	must_option(fds[1], IPPROTO_IPV6, IPV6_V6ONLY, 1);
	must_option(fds[1], SOL_SOCKET, SO_REUSEPORT, 1);
	must_bind(fds[1], inet6("::", PORT));
	must_option(fds[2], SOL_SOCKET, SO_REUSEPORT, 1);
	expect_errno(EADDRINUSE, bind_to(fds[2], inet6("::", PORT)));
}

/* A socket without SO_REUSEPORT has no part in the group of those that have it, though
 * it shares their port by SO_REUSEADDR. */
CASE("bind.inet.shared_by_reuseaddr[udp,comes,beside-group]")
{
	static const int options[] = { BOTH, ADDR, BOTH };
	int fds[3];

	need_own_descriptors();
	for (size_t i = 0; i < COUNT(fds); i++)
		fds[i] = open_shared("127.0.0.1", options[i], NULL);
	must_bind(fds[0], inet("127.0.0.1", PORT));
	expect_value(0, bind_to(fds[1], inet("127.0.0.1", PORT)));
	must_bind(fds[2], inet("127.0.0.1", PORT));
	if (nothing_behind())
		return;
	for (int i = 0; i < SENDERS; i++) {
		int came[2] = { 0, 0 }, sender = must_socket(AF_INET, SOCK_DGRAM, 0);

		must_send(sender, inet("127.0.0.1", PORT));
		count_one((const int[]){ fds[0], fds[2] }, came);
		must_close(sender);
	}
}

/* What a program of BPF that has to choose in a group is told of it: bind_inany, "Is
 * sock bound to an INANY address?", include/uapi/linux/bpf.h. */
static const struct told {
	const char *rule, *name, *address, *to;
	bool any;
} tells[] = {
	{ "inet.bound", "any", "0.0.0.0", "127.0.0.1", true },
	{ "inet.bound", "one", "127.0.0.1", "127.0.0.1", false },
	{ "inet6.bound", "any", "::", "::1", true },
	{ "inet6.bound", "one", "::1", "::1", false },
	{ "inet6.bound", "mapped-any", "::ffff:0.0.0.0", "::ffff:127.0.0.1", false },
};

static void tells_program(const void *data)
{
	const struct told *row = data;
	int fd = open_shared(row->address, SHARED, NULL);
	int witness = open_shared(row->to, 0, NULL);
	int sender = open_shared(row->to, 0, NULL);

	expect_value(0, bind_to(fd, ip_address(row->address, PORT)));
	let_in_by_any_address(fd);
	must_bind(witness, ip_address(row->to, PORT + 1));
	must_send(sender, ip_address(row->to, PORT));
	must_send(open_shared(row->to, 0, NULL), ip_address(row->to, PORT + 1));
	wait_readable(witness);
	expect_that(target_waits_not() || !!t_poll(fd, POLLIN) == row->any,
		    "the program is told that it is bound to %s address",
		    row->any ? "one" : "any");
}

CASES(tells)
{
	for (size_t i = 0; i < COUNT(tells); i++)
		add_case(.name = name_case("bind.%s[udp,group-program,%s]",
					   tells[i].rule, tells[i].name),
			 .run_row = tells_program, .row = &tells[i],
			 .needs = NEEDS_REAL_ROOT, .since = LINUX(4, 19),
			 .has = { FEATURE_FAMILY(domain_of(tells[i].address)) });
}

/* Nor have two users a group, who share a port by SO_REUSEADDR. */
CASE("bind.inet.shared_by_reuseaddr[udp,comes,other-user]", .needs = NEEDS_IDS)
{
	int fds[2], came[2] = { 0, 0 };

	need_own_descriptors();
	fds[0] = open_socket(BOTH, NULL);
	must_bind(fds[0], inet("127.0.0.1", PORT));
	fds[1] = open_socket(BOTH | USER, NULL);
	expect_value(0, bind_to(fds[1], inet("127.0.0.1", PORT)));
	if (nothing_behind())
		return;
	for (int i = 0; i < SENDERS; i++) {
		int sender = must_socket(AF_INET, SOCK_DGRAM, 0);

		must_send(sender, inet("127.0.0.1", PORT));
		count_one(fds, came);
		must_close(sender);
	}
	expect_that(!came[0] || !came[1], "%d came to one user, %d to the other",
		    came[0], came[1]);
}
