/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * accept4.c - accept4(2): the descriptor, the flags, sockets without connections.
 */
#include "sockcheck.h"

CASE("accept4.fd.not_open", .anywhere = true)
{
	expect_errno(EBADF, t_accept4(77, NULL, NULL, 0));
}

CASE("accept4.fd.path_only", .anywhere = true)
{
	int fd = open_descriptor(OPEN_PATH_ONLY);

	expect_errno(EBADF, t_accept4(fd, NULL, NULL, 0));
}

CASE("accept4.fd.not_a_socket", .anywhere = true)
{
	int fd = open_descriptor(OPEN_FILE);

	expect_errno(ENOTSOCK, t_accept4(fd, NULL, NULL, 0));
}

CASE("accept4.flags.unknown", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	expect_errno(EINVAL, t_accept4(fd, NULL, NULL, SOCK_NONBLOCK | 1));
}

CASE("accept4.limit.descriptors")
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	must_listen(fd);
	limit_descriptors((unsigned int)fd + 1);
	expect_errno(EMFILE, t_accept4(fd, NULL, NULL, 0));
}

/* Each allocation fails in turn; the connection waits until it can be taken. */
static void without_memory(int domain, int type, struct address address)
{
	int listener = must_socket(domain, type, 0);
	int client = must_socket(domain, type, 0);
	bool seen = false;

	must_bind(listener, address);
	must_listen(listener);
	must_connect(client, address);
	wait_readable(listener);
	for (unsigned int n = 1; n <= 60; n++) {
		bool failed;
		long value;
		int lowest;

		fail_allocation(n);
		lowest = world_lowest_free(the_world());
		value = t_accept4(listener, NULL, NULL, 0);
		failed = allocation_failed();
		if (!failed) {
			expect_that(value == lowest, "%ld, not %d", value, lowest);
			expect_that(seen, "no allocation that failed failed the call");
			return;
		}
		expect_last_errno_in(ENFILE, ENOMEM);
		seen = true;
	}
	sc_broken(SC_LINE, "more than 60 allocations in one accept4(2)");
}

#define BY_GUEST .needs = NEEDS_GUEST | NEEDS_FAULT_INJECTION

CASE("accept4.limit.memory[tcp]", BY_GUEST)
{
	without_memory(AF_INET, SOCK_STREAM, inet("127.0.0.1", 5000));
}

CASE("accept4.limit.memory[tcp6]", .has = { FEATURE_FAMILY(AF_INET6) }, BY_GUEST)
{
	without_memory(AF_INET6, SOCK_STREAM, inet6("::1", 5000));
}

CASE("accept4.limit.memory[unix]", .types = SC_STREAM | SC_SEQPACKET,
     .has = { FEATURE_FAMILY(AF_UNIX) }, BY_GUEST)
{
	without_memory(AF_UNIX, sc_type, unix_abstract("a", 1));
}

CASE("accept4.not_supported[udp]")
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	expect_errno(EOPNOTSUPP, t_accept4(fd, NULL, NULL, 0));
}

CASE("accept4.not_supported[unix]", .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int fd = must_socket(AF_UNIX, SOCK_DGRAM, 0);

	expect_errno(EOPNOTSUPP, t_accept4(fd, NULL, NULL, 0));
}

CASE("accept4.not_listening[tcp]")
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	expect_errno(EINVAL, t_accept4(fd, NULL, NULL, 0));
}

CASE("accept4.not_listening[unix]", .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	expect_errno(EINVAL, t_accept4(fd, NULL, NULL, 0));
}

CASE("accept4.unix.connection", .types = SC_STREAM | SC_SEQPACKET,
     .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int listener = must_socket(AF_UNIX, sc_type, 0);
	int client = must_socket(AF_UNIX, sc_type, 0);

	must_bind(listener, unix_abstract("a", 1));
	must_listen(listener);
	must_connect(client, unix_abstract("a", 1));
	expect_descriptor(t_accept4(listener, NULL, NULL, SOCK_CLOEXEC));
}

CASE("accept4.unix.none_waits", .types = SC_STREAM | SC_SEQPACKET,
     .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int listener = must_socket(AF_UNIX, sc_type | SOCK_NONBLOCK, 0);

	must_bind(listener, unix_abstract("a", 1));
	must_listen(listener);
	expect_errno(EAGAIN, t_accept4(listener, NULL, NULL, 0));
}

CASE("accept4.unix.interrupted", .types = SC_STREAM | SC_SEQPACKET,
     .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int listener = must_socket(AF_UNIX, sc_type, 0);

	must_bind(listener, unix_abstract("a", 1));
	must_listen(listener);
	interrupt_next_wait(false);
	expect_errno(EINTR, t_accept4(listener, NULL, NULL, 0));
}

/* SO_RCVTIMEO ends the wait as MSG_DONTWAIT would not let it begin. */
CASE("accept4.unix.interrupted[restart,timeout]", .types = SC_STREAM | SC_SEQPACKET,
     .has = { FEATURE_FAMILY(AF_UNIX) })
{
	struct {
		long seconds, microseconds;
	} minute = { 60, 0 };
	int listener = must_socket(AF_UNIX, sc_type, 0);

	must_bind(listener, unix_abstract("a", 1));
	must_listen(listener);
	sc_must(SC_LINE,
		t_setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &minute,
			     sizeof(minute)),
		"SO_RCVTIMEO");
	interrupt_next_wait(true);
	expect_errno(EINTR, t_accept4(listener, NULL, NULL, 0));
}
