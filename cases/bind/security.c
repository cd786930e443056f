/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * security.c - bind(2) that a security module refuses, of every family: after the
 * descriptor and the address as such, before all that the family asks.
 */
#include <string.h>

#include "sockcheck.h"

#define BY_SECURITY                                                   \
	.needs = NEEDS_REAL_ROOT | NEEDS_CGROUP | NEEDS_BPF_SECURITY, \
	.since = LINUX(6, 0)

/* Each with an address that would be bound, or with a fault of the family's own. */
static const struct row {
	const char *name;
	int domain, type, protocol;
	const char *ip; /* of the IP families; NULL: zeros behind the family */
	unsigned int port;
	int family; /* that the address names */
	int addrlen;
} rows[] = {
	{ "inet,stream", AF_INET, SOCK_STREAM, 0, "127.0.0.1", 5000, AF_INET, 16 },
	{ "inet,dgram", AF_INET, SOCK_DGRAM, 0, "127.0.0.1", 5000, AF_INET, 16 },
	{ "inet,any-port", AF_INET, SOCK_STREAM, 0, "0.0.0.0", 0, AF_INET, 16 },
	{ "inet,raw", AF_INET, SOCK_RAW, IPPROTO_UDP, "127.0.0.1", 0, AF_INET, 16 },
	{ "inet,ping", AF_INET, SOCK_DGRAM, IPPROTO_ICMP, "127.0.0.1", 1, AF_INET, 16 },
	{ "inet6,stream", AF_INET6, SOCK_STREAM, 0, "::1", 5000, AF_INET6, 28 },
	{ "inet6,dgram", AF_INET6, SOCK_DGRAM, 0, "::1", 5000, AF_INET6, 28 },
	{ "inet6,raw", AF_INET6, SOCK_RAW, IPPROTO_UDP, "::1", 0, AF_INET6, 28 },
	{ "unix", AF_UNIX, SOCK_STREAM, 0, NULL, 0, AF_UNIX, 8 },
	{ "unix,autobind", AF_UNIX, SOCK_DGRAM, 0, NULL, 0, AF_UNIX, 2 },
	{ "netlink", AF_NETLINK, SOCK_RAW, 0, NULL, 0, AF_NETLINK, 12 },
	{ "packet", AF_PACKET, SOCK_RAW, 0, NULL, 0, AF_PACKET, 20 },

	{ "before-addrlen-zero", AF_INET, SOCK_STREAM, 0, "127.0.0.1", 5000, AF_INET,
	  0 },
	{ "before-addrlen-short", AF_INET, SOCK_STREAM, 0, "127.0.0.1", 5000, AF_INET,
	  15 },
	{ "before-family", AF_INET, SOCK_STREAM, 0, "127.0.0.1", 5000, AF_UNIX, 16 },
	{ "before-unspec", AF_INET, SOCK_STREAM, 0, "127.0.0.1", 5000, AF_UNSPEC, 16 },
	{ "before-not-local", AF_INET, SOCK_STREAM, 0, "192.0.2.1", 5000, AF_INET, 16 },
	{ "before-raw-addrlen", AF_INET, SOCK_RAW, IPPROTO_UDP, "127.0.0.1", 0, AF_INET,
	  15 },
	{ "before-raw-not-local", AF_INET, SOCK_RAW, IPPROTO_UDP, "192.0.2.1", 0,
	  AF_INET, 16 },
	{ "before-ping-multicast", AF_INET, SOCK_DGRAM, IPPROTO_ICMP, "224.0.0.1", 1,
	  AF_INET, 16 },
	{ "before-inet6-addrlen", AF_INET6, SOCK_STREAM, 0, "::1", 5000, AF_INET6, 23 },
	{ "before-inet6-family", AF_INET6, SOCK_STREAM, 0, "::1", 5000, AF_INET, 28 },
	{ "before-inet6-multicast", AF_INET6, SOCK_STREAM, 0, "ff05::1", 5000, AF_INET6,
	  28 },
	{ "before-inet6-scope", AF_INET6, SOCK_STREAM, 0, "fe80::1", 5000, AF_INET6,
	  28 },
	{ "before-inet6-not-local", AF_INET6, SOCK_STREAM, 0, "2001:db8::1", 5000,
	  AF_INET6, 28 },
	{ "before-raw6-mapped", AF_INET6, SOCK_RAW, IPPROTO_UDP, "::ffff:127.0.0.1", 0,
	  AF_INET6, 28 },
	{ "before-unix-family", AF_UNIX, SOCK_STREAM, 0, NULL, 0, AF_INET, 8 },
	{ "before-unix-addrlen", AF_UNIX, SOCK_STREAM, 0, NULL, 0, AF_UNIX, 1 },
	{ "before-netlink-addrlen", AF_NETLINK, SOCK_RAW, 0, NULL, 0, AF_NETLINK, 11 },
	{ "before-packet-addrlen", AF_PACKET, SOCK_RAW, 0, NULL, 0, AF_PACKET, 19 },
};

static struct address address_of(const struct row *row)
{
	struct address made = row->ip ? ip_address(row->ip, row->port)
				      : family_only(row->family, row->addrlen);

	return with_length(with_family(made, row->family), row->addrlen);
}

static void by_security_module(const void *data)
{
	const struct row *row = data;
	int fd;

	if (row->protocol == IPPROTO_ICMP)
		set_ping_group_range(0, 0);
	refuse_binds_by_security_module();
	fd = must_socket(row->domain, row->type, row->protocol);
	expect_errno(EPERM, bind_to(fd, address_of(row)));
}

CASES(security)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		add_case(.name = name_case("bind.refused.security_module[%s]",
					   rows[i].name),
			 .run_row = by_security_module, .row = &rows[i],
			 .has = { FEATURE_FAMILY(rows[i].domain) },
			 .caps = SC_CAP(LINUX_CAP_NET_RAW), BY_SECURITY);
}

CASE("bind.refused.security_module[before-bound]", BY_SECURITY)
{
	int fd;

	refuse_binds_by_security_module();
	fd = must_socket(AF_INET, SOCK_STREAM, 0);
	must_listen(fd); /* which gives it a port without bind(2) */
	expect_errno(EPERM, bind_to(fd, inet("127.0.0.1", 5000)));
}

CASE("bind.refused.security_module[before-privileged]", BY_SECURITY)
{
	int fd;

	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	refuse_binds_by_security_module();
	fd = must_socket(AF_INET, SOCK_STREAM, 0);
	expect_errno(EPERM, bind_to(fd, inet("127.0.0.1", 80)));
}

/* The refused socket has no name. */
CASE("bind.refused.security_module[nothing-bound]", BY_SECURITY)
{
	struct address name = { .length = 0 }, none = inet("0.0.0.0", 0);
	socklen_t addrlen = sizeof(struct sockaddr_in);
	int fd;

	refuse_binds_by_security_module();
	fd = must_socket(AF_INET, SOCK_STREAM, 0);
	expect_errno(EPERM, bind_to(fd, inet("127.0.0.1", 5000)));
	sc_must(SC_LINE, t_getsockname(fd, name.bytes, &addrlen), "getsockname(2)");
	expect_that(!memcmp(name.bytes, none.bytes, sizeof(none.bytes)),
		    "the refused socket has a name");
}

/* What comes before it: the descriptor, addrlen, the memory. */
CASE("bind.fd.not_open[before-security]", BY_SECURITY)
{
	refuse_binds_by_security_module();
	expect_errno(EBADF, bind_to(3, inet("127.0.0.1", 5000)));
}

CASE("bind.fd.path_only[before-security]", BY_SECURITY)
{
	int fd = open_descriptor(OPEN_PATH_ONLY);

	refuse_binds_by_security_module();
	expect_errno(EBADF, bind_to(fd, inet("127.0.0.1", 5000)));
}

CASE("bind.fd.not_a_socket[before-security]", BY_SECURITY)
{
	int fd = open_descriptor(OPEN_FILE);

	refuse_binds_by_security_module();
	expect_errno(ENOTSOCK, bind_to(fd, inet("127.0.0.1", 5000)));
}

static void addrlen_first(int addrlen)
{
	int fd;

	refuse_binds_by_security_module();
	fd = must_socket(AF_INET, SOCK_STREAM, 0);
	expect_errno(EINVAL, bind_to(fd, with_length(inet("127.0.0.1", 0), addrlen)));
}

CASE("bind.addrlen.out_of_range[negative,before-security]", BY_SECURITY)
{
	addrlen_first(-1);
}

CASE("bind.addrlen.out_of_range[long,before-security]", BY_SECURITY)
{
	addrlen_first(ADDRESS_BYTES_MAX + 1);
}

CASE("bind.address.unreadable[before-security]", BY_SECURITY)
{
	int fd;

	refuse_binds_by_security_module();
	fd = must_socket(AF_INET, SOCK_STREAM, 0);
	expect_errno(EFAULT, t_bind(fd, unmapped_memory(), 16));
}
