/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * memory.c - the calls that receive, without memory: each allocation that they make
 * fails in turn.  What waits is received without any; more areas than a few need one.
 */
#include "areas.h"

#define PORT	    4040
#define ALLOCATIONS 20
#define BY_GUEST    .needs = NEEDS_GUEST | NEEDS_FAULT_INJECTION

static const struct kind {
	const char *name, *rule;
	int domain, type, protocol;
	const char *address; /* of the IP families */
} kinds[] = {
	{ "udp", "datagram", AF_INET, SOCK_DGRAM, 0, "127.0.0.1" },
	{ "udp6", "datagram", AF_INET6, SOCK_DGRAM, 0, "::1" },
	{ "tcp", "stream", AF_INET, SOCK_STREAM, 0, "127.0.0.1" },
	{ "tcp6", "stream", AF_INET6, SOCK_STREAM, 0, "::1" },
	{ "unix-dgram", "datagram", AF_UNIX, SOCK_DGRAM, 0, NULL },
	{ "unix-seqpacket", "datagram", AF_UNIX, SOCK_SEQPACKET, 0, NULL },
	{ "unix-stream", "stream", AF_UNIX, SOCK_STREAM, 0, NULL },
};

/* Two that are connected, at the first of which "data" waits. */
static void with_data(const struct kind *kind, unsigned int port, int fds[2])
{
	if (kind->domain == AF_UNIX) {
		pair(kind->type, fds);
	} else if (kind->type == SOCK_STREAM) {
		int listener = must_socket(kind->domain, SOCK_STREAM, 0);

		must_bind(listener, ip_address(kind->address, port));
		must_listen(listener);
		fds[1] = must_socket(kind->domain, SOCK_STREAM, 0);
		must_connect(fds[1], ip_address(kind->address, port));
		fds[0] = must_accept(listener);
	} else {
		fds[0] = must_socket(kind->domain, kind->type, 0);
		must_bind(fds[0], ip_address(kind->address, port));
		fds[1] = must_socket(kind->domain, kind->type, 0);
		must_connect(fds[1], ip_address(kind->address, port));
	}
	must(t_sendto(fds[1], "data", 4, 0, NULL, 0) == 4, "nothing was sent");
	wait_readable(fds[0]);
}

/* Whatever fails, the data comes: it is there already. */
static void needs_none(const void *data)
{
	for (unsigned int n = 1; n <= ALLOCATIONS; n++) {
		int fds[2];
		bool failed;
		long came;

		with_data(data, PORT + n, fds);
		fail_allocation(n);
		came = t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL);
		failed = allocation_failed();
		sc_expect_received(SC_LINE, 4, NULL, 0, came);
		expect_that(!memcmp(inbox.buffer, "data", 4), "other bytes came");
		if (!failed)
			return;
	}
	sc_broken(SC_LINE, "more than %d allocations in one call", ALLOCATIONS);
}

CASES(needs_none)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		add_case(.name = name_case("recvfrom.%s.received[%s,no-memory]",
					   kinds[i].rule, kinds[i].name),
			 .run_row = needs_none, .row = &kinds[i],
			 .doors = SC_RECV | SC_RECVMSG | SC_READ,
			 .has = { FEATURE_FAMILY(kinds[i].domain) }, BY_GUEST);
}

/* One area more than there is room for in the kernel's own frame: what waits stays. */
#define AREAS_BEYOND 9

static void areas_need_some(bool by_readv)
{
	int fds[2];

	pair(SOCK_DGRAM, fds);
	must(t_sendto(fds[1], TEXT, SIZE, 0, NULL, 0) == SIZE, "nothing was sent");
	for (size_t i = 0; i < AREAS_BEYOND; i++)
		many[i] = (struct iovec){ inbox.buffer + i, 1 };
	memset(inbox.buffer, RESULT_FILL, AREAS_BEYOND);
	fail_allocation(1);
	if (by_readv)
		expect_errno(ENOMEM, t_readv(fds[0], many, AREAS_BEYOND));
	else
		expect_errno(ENOMEM,
			     t_recvmsg_header(fds[0], areas(many, AREAS_BEYOND), 0));
	expect_that(allocation_failed(), "no allocation has failed");
	expect_left(fds[0], true);
}

CASE("recvmsg.areas.memory", UNIX, BY_GUEST)
{
	areas_need_some(false);
}

CASE("readv.areas.memory", UNIX, BY_GUEST)
{
	areas_need_some(true);
}

/* As many as need none. */
CASE("recvfrom.datagram.received[recvmsg,areas-8,no-memory]", UNIX, BY_GUEST)
{
	int fds[2];

	pair(SOCK_DGRAM, fds);
	must(t_sendto(fds[1], TEXT, SIZE, 0, NULL, 0) == SIZE, "nothing was sent");
	for (size_t i = 0; i < AREAS_BEYOND - 1; i++)
		many[i] = (struct iovec){ inbox.buffer + i, 1 };
	fail_allocation(1);
	expect_value(SIZE, t_recvmsg_header(fds[0], areas(many, AREAS_BEYOND - 1), 0));
	expect_that(nothing_behind() || !allocation_failed(),
		    "an allocation has failed");
	expect_left(fds[0], false);
}
