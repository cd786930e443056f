/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * vsock_ports.c - bind(2) of AF_VSOCK to ports that are privileged, chosen by the
 * kernel, and taken.
 */
#include "vsock.h"

/*
 * Privileged ports.  Within a user namespace, root's capabilities are not the
 * machine's, and a network namespace has no ports of AF_VSOCK of its own.
 */
static const struct port {
	const char *name;
	unsigned int port;
} privileged[] = {
	{ "0", 0 }, { "1", 1 }, { "512", 512 }, { "1022", 1022 }, { "1023", 1023 },
};

static void in_user_namespace(const void *row)
{
	const struct port *it = row;

	expect_errno(EACCES, bind_to(stream(), vsock_address(ANY, it->port)));
}

static void without_capability(const void *row)
{
	const struct port *it = row;

	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	expect_errno(EACCES, bind_to(stream(), vsock_address(ANY, it->port)));
}

/* The capability of the machine's root. */
static void with_capability(const void *row)
{
	const struct port *it = row;

	need_vsock_port(it->port);
	expect_value(0, bind_to(stream(), vsock_address(ANY, it->port)));
}

CASES(privileged)
{
	for (size_t i = 0; i < COUNT(privileged); i++) {
		const char *name = privileged[i].name;

		add_case(.name = name_case("bind.vsock.port_privileged[%s,user-"
					   "namespace]",
					   name),
			 .run_row = in_user_namespace, .row = &privileged[i], VSOCK,
			 .needs = NEEDS_NESTED_NAMESPACE,
			 .caps = SC_CAP(LINUX_CAP_NET_BIND_SERVICE));
		add_case(.name = name_case("bind.vsock.port_privileged[%s,no-"
					   "capability]",
					   name),
			 .run_row = without_capability, .row = &privileged[i], VSOCK,
			 .needs = NEEDS_REAL_ROOT);
		add_case(.name = name_case("bind.vsock.bound[privileged,%s]", name),
			 .run_row = with_capability, .row = &privileged[i], VSOCK,
			 .needs = NEEDS_REAL_ROOT,
			 .caps = SC_CAP(LINUX_CAP_NET_BIND_SERVICE));
	}
}

/* Ports that need no right: from the edge up. */
static const struct port unprivileged[] = {
	{ "1024", 1024 },
	{ "0x10001", 0x10001 },	      /* the low half of which is privileged */
	{ "0x80000001", 0x80000001 }, /* negative, as an int */
	{ "highest", 0xfffffffe },
};

static void needs_no_capability(const void *row)
{
	const struct port *it = row;

	need_vsock_port(it->port);
	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	expect_value(0, bind_to(stream(), vsock_address(ANY, it->port)));
}

CASES(unprivileged)
{
	for (size_t i = 0; i < COUNT(unprivileged); i++)
		add_case(.name = name_case("bind.vsock.bound[unprivileged,%s]",
					   unprivileged[i].name),
			 .run_row = needs_no_capability, .row = &unprivileged[i],
			 VSOCK);
}

CASE("bind.vsock.bound[no-capability]", VSOCK)
{
	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	drop_capability(LINUX_CAP_NET_ADMIN);
	drop_capability(LINUX_CAP_SYS_ADMIN);
	expect_value(0, bind_to(stream(), any(0)));
}

/* Ports that the kernel chooses. */
CASE("bind.vsock.bound[port-any]", VSOCK)
{
	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	expect_value(0, bind_to(stream(), vsock_address(ANY, LINUX_VMADDR_PORT_ANY)));
}

CASE("bind.name.vsock_chosen", VSOCK)
{
	struct address name;
	int fd = stream();

	must_bind(fd, vsock_address(ANY, LINUX_VMADDR_PORT_ANY));
	expect_chosen_name(&name, fd);
}

CASE("bind.name.vsock_chosen[seqpacket]", VSOCK, .since = LINUX(5, 14))
{
	struct address name;
	int fd = must_socket(AF_VSOCK, SOCK_SEQPACKET, 0);

	must_bind(fd, vsock_address(ANY, LINUX_VMADDR_PORT_ANY));
	expect_chosen_name(&name, fd);
}

CASE("bind.name.vsock_chosen[guest]", VSOCK)
{
	struct address name;
	int fd = stream();

	must_bind(fd, vsock_address(guest_cid(), LINUX_VMADDR_PORT_ANY));
	expect_chosen_name(&name, fd);
}

/* Each gets its own: none that a socket of this process has is among them. */
CASE("bind.name.vsock_chosen[several]", VSOCK)
{
	struct address name;

	for (int i = 0; i < 24; i++) {
		int fd = stream();

		must_bind(fd, vsock_address(ANY, LINUX_VMADDR_PORT_ANY));
		expect_chosen_name(&name, fd);
	}
}

/* The kernel tries 24 in their order, of which the first that is free is taken: none of
 * them is, if it is taken already. */
CASE("bind.name.vsock_chosen[next-ones-taken]", VSOCK)
{
	struct linux_sockaddr_vm first = { .svm_family = AF_VSOCK };
	socklen_t length = sizeof(first);
	struct address name;
	int fd = stream(), next;

	must_bind(fd, vsock_address(ANY, LINUX_VMADDR_PORT_ANY));
	must(!t_getsockname(fd, &first, &length), "getsockname(2)");
	/* Others may have some of them: what matters is that they are taken. */
	for (unsigned int i = 20; i <= 28; i++)
		bind_to(stream(), vsock_address(ANY, first.svm_port + i));
	next = stream();
	must_bind(next, vsock_address(ANY, LINUX_VMADDR_PORT_ANY));
	expect_chosen_name(&name, next);
}

/* Where none of those that it tries is free, it says so, and goes on behind them when
 * it is asked again. */
CASE("bind.name.vsock_chosen[next-ones-all-taken]", VSOCK)
{
	struct linux_sockaddr_vm first = { .svm_family = AF_VSOCK };
	socklen_t length = sizeof(first);
	struct address name;
	int fd = stream(), next = stream();
	long came;

	must_bind(fd, vsock_address(ANY, LINUX_VMADDR_PORT_ANY));
	must(!t_getsockname(fd, &first, &length), "getsockname(2)");
	for (unsigned int i = 1; i <= 24; i++)
		bind_to(stream(), vsock_address(ANY, first.svm_port + i));
	came = bind_to(next, vsock_address(ANY, LINUX_VMADDR_PORT_ANY));
	expect_that(!came || came == -EADDRNOTAVAIL, "bind(2) gives %ld", came);
	if (came)
		must_bind(next, vsock_address(ANY, LINUX_VMADDR_PORT_ANY));
	expect_chosen_name(&name, next);
}

static struct linux_sockaddr_vm chosen_name(int fd)
{
	struct linux_sockaddr_vm name = { .svm_family = AF_VSOCK };
	socklen_t length = sizeof(name);

	must(!t_getsockname(fd, &name, &length), "getsockname(2)");
	return name;
}

CASE("bind.vsock.port_in_use[chosen]", VSOCK)
{
	int fd = stream();

	must_bind(fd, vsock_address(ANY, LINUX_VMADDR_PORT_ANY));
	expect_errno(EADDRINUSE,
		     bind_to(stream(), vsock_address(ANY, chosen_name(fd).svm_port)));
}

/* Who is in whose way: context IDs and types of two sockets on one port. */
static const struct pair {
	const char *name;
	bool first_guest, second_guest;
	int first, second;
} pairs[] = {
	{ "any,any", false, false, SOCK_STREAM, SOCK_STREAM },
	{ "any,guest", false, true, SOCK_STREAM, SOCK_STREAM },
	{ "guest,any", true, false, SOCK_STREAM, SOCK_STREAM },
	{ "guest,guest", true, true, SOCK_STREAM, SOCK_STREAM },
	{ "stream,seqpacket", false, false, SOCK_STREAM, SOCK_SEQPACKET },
	{ "seqpacket,stream", false, false, SOCK_SEQPACKET, SOCK_STREAM },
	{ "seqpacket,seqpacket", false, false, SOCK_SEQPACKET, SOCK_SEQPACKET },
};

static struct address of_pair(bool guest, unsigned int n)
{
	return vsock_address(guest ? guest_cid() : ANY, vsock_port(n));
}

static void in_the_way(const void *row)
{
	const struct pair *it = row;
	int first = must_socket(AF_VSOCK, it->first, 0);
	int second = must_socket(AF_VSOCK, it->second, 0);

	must_bind(first, of_pair(it->first_guest, 0));
	expect_errno(EADDRINUSE, bind_to(second, of_pair(it->second_guest, 0)));
}

static void beside(const void *row)
{
	const struct pair *it = row;
	int first = must_socket(AF_VSOCK, it->first, 0);
	int second = must_socket(AF_VSOCK, it->second, 0);

	must_bind(first, of_pair(it->first_guest, 0));
	expect_value(0, bind_to(second, of_pair(it->second_guest, 1)));
}

CASES(pairs)
{
	for (size_t i = 0; i < COUNT(pairs); i++) {
		bool old = pairs[i].first == SOCK_STREAM &&
			   pairs[i].second == SOCK_STREAM;

		add_case(.name = name_case("bind.vsock.port_in_use[%s]", pairs[i].name),
			 .run_row = in_the_way, .row = &pairs[i], VSOCK,
			 .since = old ? 0 : LINUX(5, 14));
		add_case(.name = name_case("bind.vsock.bound[next-port,%s]",
					   pairs[i].name),
			 .run_row = beside, .row = &pairs[i], VSOCK,
			 .since = old ? 0 : LINUX(5, 14));
	}
}

CASE("bind.vsock.port_in_use[by-listener]", VSOCK)
{
	int fd = stream();

	must_bind(fd, any(0));
	must_listen(fd);
	expect_errno(EADDRINUSE, bind_to(stream(), any(0)));
}

/* SO_REUSEADDR and SO_REUSEPORT change nothing. */
CASE("bind.vsock.port_in_use[reuseaddr]", VSOCK)
{
	int first = stream(), second = stream();

	must_option(first, SOL_SOCKET, SO_REUSEADDR, 1);
	must_option(second, SOL_SOCKET, SO_REUSEADDR, 1);
	must_bind(first, any(0));
	expect_errno(EADDRINUSE, bind_to(second, any(0)));
}

CASE("bind.vsock.port_in_use[other-namespace]", VSOCK, .needs = NEEDS_NESTED_NAMESPACE)
{
	must_bind(stream(), any(0));
	enter_user_and_network_namespace();
	expect_errno(EADDRINUSE, bind_to(stream(), any(0)));
}

CASE("bind.vsock.bound[free-once-closed]", VSOCK)
{
	int fd = stream();

	must_bind(fd, any(0));
	must_close(fd);
	expect_value(0, bind_to(stream(), any(0)));
}

/* The same port of two context IDs of this machine. */
CASE("bind.vsock.bound[other-cid]",
     .has = { FEATURE_FAMILY(AF_VSOCK), FEATURE_VSOCK_LOCAL })
{
	must_bind(stream(), vsock_address(guest_cid(), vsock_port(0)));
	expect_value(0, bind_to(stream(), vsock_address(LOCAL, vsock_port(0))));
}

/* Hashed to the same place, of 251: a multiple of that apart, and out of the range that
 * other cases have. */
CASE("bind.vsock.bound[same-hash]", VSOCK)
{
	must_bind(stream(), any(0));
	expect_value(
		0, bind_to(stream(), vsock_address(ANY, vsock_port(0) + (251U << 22))));
}
