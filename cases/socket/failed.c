/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * failed.c - that a call of socket(2) that fails leaves nothing: neither a descriptor
 * nor a socket.
 */
#include "created.h"

/* A call that fails leaves no descriptor behind, whatever it failed for. */
static const struct failure {
	const char *name;
	int domain, type, protocol;
	int error;
	bool capable;
	int has, lacks;
} failures[] = {
	{ "flags", AF_INET, SOCK_STREAM | 0x10, 0, EINVAL, true, 0, 0 },
	{ "family-range", -1, SOCK_STREAM, 0, EAFNOSUPPORT, true, 0, 0 },
	{ "type-range", AF_INET, 11, 0, EINVAL, true, 0, 0 },
	{ "family", AF_UNSPEC, SOCK_STREAM, 0, EAFNOSUPPORT, true, 0, 0 },
	{ "inet-protocol-range", AF_INET, SOCK_STREAM, -1, EINVAL, true, 0, 0 },
	{ "inet-type", AF_INET, SOCK_RDM, 0, ESOCKTNOSUPPORT, true, 0, 0 },
	{ "inet-protocol", AF_INET, SOCK_STREAM, IPPROTO_UDP, EPROTONOSUPPORT, true, 0,
	  0 },
	{ "inet-raw", AF_INET, SOCK_RAW, IPPROTO_UDP, EPERM, false, 0, 0 },
	{ "inet6-raw", AF_INET6, SOCK_RAW, IPPROTO_UDP, EPERM, false,
	  FEATURE_FAMILY(AF_INET6), 0 },
	{ "inet6-protocol", AF_INET6, SOCK_STREAM, IPPROTO_UDP, EPROTONOSUPPORT, true,
	  FEATURE_FAMILY(AF_INET6), 0 },
	{ "inet6-protocol-range", AF_INET6, SOCK_STREAM, -1, EINVAL, true,
	  FEATURE_FAMILY(AF_INET6), 0 },
	{ "inet6-type", AF_INET6, SOCK_RDM, 0, ESOCKTNOSUPPORT, true,
	  FEATURE_FAMILY(AF_INET6), 0 },
	{ "packet-obsolete", AF_INET, SOCK_PACKET, 0, EPERM, false,
	  FEATURE_FAMILY(AF_PACKET), 0 },
	{ "netlink-protocol-range", AF_NETLINK, SOCK_RAW, 32, EPROTONOSUPPORT, true, 0,
	  0 },
	{ "vsock-type", AF_VSOCK, SOCK_RDM, 0, ESOCKTNOSUPPORT, true,
	  FEATURE_FAMILY(AF_VSOCK), 0 },
	{ "unix-protocol", AF_UNIX, SOCK_STREAM, 9, EPROTONOSUPPORT, true,
	  FEATURE_FAMILY(AF_UNIX), 0 },
	{ "unix-type", AF_UNIX, SOCK_RDM, 0, ESOCKTNOSUPPORT, true,
	  FEATURE_FAMILY(AF_UNIX), 0 },
	{ "packet", AF_PACKET, SOCK_RAW, 0, EPERM, false, FEATURE_FAMILY(AF_PACKET),
	  0 },
	{ "netlink-type", AF_NETLINK, SOCK_STREAM, 0, ESOCKTNOSUPPORT, true, 0, 0 },
	{ "netlink-protocol", AF_NETLINK, SOCK_RAW, 31, EPROTONOSUPPORT, true, 0,
	  FEATURE_NETLINK(31) },
	{ "vsock-protocol", AF_VSOCK, SOCK_STREAM, 1, EPROTONOSUPPORT, true,
	  FEATURE_FAMILY(AF_VSOCK), 0 },
	{ "vsock-transport", AF_VSOCK, SOCK_DGRAM, 0, ENODEV, true,
	  FEATURE_FAMILY(AF_VSOCK), FEATURE_VSOCK_DGRAM },
};

static void nothing_left(const void *row)
{
	const struct failure *failure = row;

	need_own_descriptors();
	if (!failure->capable)
		drop_capability(LINUX_CAP_NET_RAW);
	must(t_socket(failure->domain, failure->type, failure->protocol) ==
		     -failure->error,
	     "the call did not fail as it must");
	expect_errno(EBADF, t_fcntl(world_lowest_free(the_world()), F_GETFD, 0));
}

static void nothing_left_of_ping(const void *row)
{
	const int *call = row;
	int before = sockets_in_use();

	need_own_descriptors();
	must(t_socket(call[0], SOCK_DGRAM, call[1]) == -EACCES,
	     "the call did not fail as it must");
	expect_errno(EBADF, t_fcntl(3, F_GETFD, 0));
	expect_that(sockets_in_use() == before, "%d sockets are left",
		    sockets_in_use() - before);
}

CASES(nothing_left)
{
	static const int pings[2][2] = { { AF_INET, IPPROTO_ICMP },
					 { AF_INET6, IPPROTO_ICMPV6 } };

	for (size_t i = 0; i < COUNT(failures); i++)
		add_case(.name = name_case("socket.failed.no_descriptor[%s]",
					   failures[i].name),
			 .run_row = nothing_left, .row = &failures[i],
			 .has = { failures[i].has }, .lacks = { failures[i].lacks },
			 .since = failures[i].error == ENODEV ? LINUX(5, 5) : 0,
			 .anywhere = true);
	add_case(.name = "socket.failed.no_descriptor[ping]",
		 .run_row = nothing_left_of_ping, .row = pings[0]);
	add_case(.name = "socket.failed.no_descriptor[ping6]",
		 .run_row = nothing_left_of_ping, .row = pings[1],
		 .has = { FEATURE_FAMILY(AF_INET6) });
}

CASE("socket.failed.no_descriptor[limit]", .anywhere = true)
{
	limit_descriptors(3);
	must(t_socket(AF_INET, SOCK_STREAM, 0) == -EMFILE,
	     "the call did not fail as it must");
	expect_errno(EBADF, t_fcntl(3, F_GETFD, 0));
}

CASE("socket.failed.no_descriptor[cgroup]", .needs = NEEDS_REAL_ROOT | NEEDS_CGROUP,
     .since = LINUX(4, 10))
{
	refuse_sockets_by_cgroup();
	must(t_socket(AF_INET, SOCK_STREAM, 0) == -EPERM,
	     "the call did not fail as it must");
	expect_errno(EBADF, t_fcntl(3, F_GETFD, 0));
}

CASE("socket.failed.no_descriptor[mptcp]", .has = { FEATURE_MPTCP })
{
	set_mptcp_enabled(false);
	must(t_socket(AF_INET, SOCK_STREAM, LINUX_IPPROTO_MPTCP) == -ENOPROTOOPT,
	     "the call did not fail as it must");
	expect_errno(EBADF, t_fcntl(3, F_GETFD, 0));
}

CASE("socket.failed.no_descriptor[packet-type]", .caps = SC_CAP(LINUX_CAP_NET_RAW),
     .has = { FEATURE_FAMILY(AF_PACKET) })
{
	must(t_socket(AF_PACKET, SOCK_STREAM, 0) == -ESOCKTNOSUPPORT,
	     "the call did not fail as it must");
	expect_errno(EBADF, t_fcntl(3, F_GETFD, 0));
}

/* The number that was reserved for the descriptor is given back: the next gets it. */
CASE("socket.failed.no_descriptor[files]", .needs = NEEDS_GUEST)
{
	exhaust_files();
	must(t_socket(AF_INET, SOCK_STREAM, 0) == -ENFILE,
	     "the call did not fail as it must");
	expect_errno(EBADF, t_fcntl(3, F_GETFD, 0));
	allow_files();
	expect_that(t_socket(AF_INET, SOCK_STREAM, 0) == 3,
		    "the number was not given back");
}

/*
 * Nor does it leave a socket behind that no descriptor leads to: the kernel counts them
 * in /proc/net/sockstat.  (Netlink's are freed some time after they are closed.)
 */
static void no_socket(const void *row)
{
	const struct kind *kind = row;
	int before = sockets_in_use();

	limit_descriptors(3);
	for (int i = 0; i < 8; i++)
		must(t_socket(kind->domain, kind->type, kind->protocol) == -EMFILE,
		     "the call did not fail as it must");
	expect_errno(EBADF, t_fcntl(3, F_GETFD, 0));
	limit_descriptors(8);
	expect_that(sockets_in_use() == before, "%d sockets are left of 8 failed calls",
		    sockets_in_use() - before);
}

CASES(no_socket_left)
{
	static const char *const names[] = { "tcp", "udp", "raw-icmp", "tcp6",
					     "unix-stream" };

	for (size_t i = 0; i < COUNT(names); i++) {
		const struct kind *kind = kind_named(names[i]);

		add_case(.name = name_case("socket.failed.no_descriptor[no-socket,%s]",
					   names[i]),
			 .run_row = no_socket, .row = kind, .has = { kind->has },
			 .caps = needs_capability(kind) ? SC_CAP(LINUX_CAP_NET_RAW)
							: 0);
	}
}
