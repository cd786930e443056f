/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * landlock.c - bind(2) of TCP sockets of a caller who has given up, by Landlock, the
 * right to each port but one: what it is refused, what not, and what Landlock says of
 * the address before the family can.
 */
#include <string.h>

#include "sockcheck.h"

/* The port that may be bound, and one that may not. */
#define ALLOWED 5000
#define REFUSED 5001

/* An AF_INET6 address may end before its scope. */
#define WITHOUT_SCOPE offsetof(struct sockaddr_in6, sin6_scope_id)

/* Faults besides those in the address. */
enum {
	BY_CGROUP = 1 << 0, /* a cgroup's program refuses */
	V6ONLY = 1 << 1,    /* IPV6_V6ONLY */
	BOUND = 1 << 2,	    /* the socket is bound already */
	LISTENS = 1 << 3,   /* it listens */
	IN_USE = 1 << 4,    /* another socket has the port */
};

/* What the address says of its family, if not its own: 0 is a family too. */
enum {
	OWN,
	UNSPEC,
	INET,
	INET6,
	UNIX,
	UNKNOWN_FAMILY,
};

static const struct row {
	const char *name;
	int error; /* 0: it is bound */
	int domain;
	const char *address;
	unsigned int port;
	int family;  /* OWN: that of the address */
	int addrlen; /* 0: the address's own */
	unsigned int faults;
} rows[] = {
	{ "landlock.port_refused[above]", EACCES, AF_INET, "127.0.0.1", ALLOWED + 1,
	  OWN, 0, 0 },
	{ "landlock.port_refused[below]", EACCES, AF_INET, "127.0.0.1", ALLOWED - 1,
	  OWN, 0, 0 },
	/* The allowed port with its two bytes exchanged, and with one of them only. */
	{ "landlock.port_refused[other-byte-order]", EACCES, AF_INET, "127.0.0.1",
	  (ALLOWED & 0xff) << 8 | ALLOWED >> 8, OWN, 0, 0 },
	{ "landlock.port_refused[low-byte]", EACCES, AF_INET, "127.0.0.1",
	  ALLOWED & 0xff, OWN, 0, 0 },
	{ "landlock.port_refused[any]", EACCES, AF_INET, "0.0.0.0", REFUSED, OWN, 0,
	  0 },
	{ "landlock.port_refused[unspec]", EACCES, AF_INET, "0.0.0.0", REFUSED, UNSPEC,
	  0, 0 },
	{ "landlock.port_refused[inet6]", EACCES, AF_INET6, "::1", REFUSED, OWN, 0, 0 },
	{ "landlock.port_refused[inet6,any]", EACCES, AF_INET6, "::", REFUSED, OWN, 0,
	  0 },
	{ "landlock.port_refused[inet6,mapped]", EACCES, AF_INET6, "::ffff:127.0.0.1",
	  REFUSED, OWN, 0, 0 },
	{ "landlock.port_refused[inet6,without-scope]", EACCES, AF_INET6, "::1",
	  REFUSED, OWN, WITHOUT_SCOPE, 0 },
	{ "landlock.port_refused[long]", EACCES, AF_INET, "127.0.0.1", REFUSED, 0,
	  sizeof(struct sockaddr_storage), 0 },

	{ "landlock.port_zero_refused[inet]", EACCES, AF_INET, "127.0.0.1", 0, OWN, 0,
	  0 },
	{ "landlock.port_zero_refused[inet,any]", EACCES, AF_INET, "0.0.0.0", 0, OWN, 0,
	  0 },
	{ "landlock.port_zero_refused[inet,unspec]", EACCES, AF_INET, "0.0.0.0", 0,
	  UNSPEC, 0, 0 },
	{ "landlock.port_zero_refused[inet6]", EACCES, AF_INET6, "::1", 0, OWN, 0, 0 },
	{ "landlock.port_zero_refused[inet6,any]", EACCES, AF_INET6, "::", 0, OWN, 0,
	  0 },

	/* What is allowed is bound. */
	{ "inet.bound[landlock,allowed]", 0, AF_INET, "127.0.0.1", ALLOWED, OWN, 0, 0 },
	{ "inet.bound[landlock,any]", 0, AF_INET, "0.0.0.0", ALLOWED, OWN, 0, 0 },
	{ "inet.bound[landlock,unspec]", 0, AF_INET, "0.0.0.0", ALLOWED, UNSPEC, 0, 0 },
	{ "inet6.bound[landlock,allowed]", 0, AF_INET6, "::1", ALLOWED, OWN, 0, 0 },
	{ "inet6.bound[landlock,any]", 0, AF_INET6, "::", ALLOWED, OWN, 0, 0 },
	{ "inet6.bound[landlock,mapped]", 0, AF_INET6, "::ffff:127.0.0.1", ALLOWED, OWN,
	  0, 0 },
	{ "inet6.bound[landlock,without-scope]", 0, AF_INET6, "::1", ALLOWED, 0,
	  WITHOUT_SCOPE, 0 },

	/* Nothing of the address is looked at that was not passed. */
	{ "landlock.addrlen_short[0]", EINVAL, AF_INET, "0.0.0.0", ALLOWED, OWN, -1,
	  0 },
	{ "landlock.addrlen_short[1]", EINVAL, AF_INET, "0.0.0.0", ALLOWED, OWN, 1, 0 },
	{ "landlock.addrlen_short[2]", EINVAL, AF_INET, "0.0.0.0", ALLOWED, OWN, 2, 0 },
	{ "landlock.addrlen_short[15]", EINVAL, AF_INET, "0.0.0.0", ALLOWED, OWN, 15,
	  0 },
	{ "landlock.addrlen_short[unspec,2]", EINVAL, AF_INET, "0.0.0.0", ALLOWED,
	  UNSPEC, 2, 0 },
	{ "landlock.addrlen_short[unspec,15]", EINVAL, AF_INET, "0.0.0.0", ALLOWED,
	  UNSPEC, 15, 0 },
	{ "landlock.addrlen_short[inet6,0]", EINVAL, AF_INET6, "::", ALLOWED, OWN, -1,
	  0 },
	{ "landlock.addrlen_short[inet6,1]", EINVAL, AF_INET6, "::", ALLOWED, OWN, 1,
	  0 },
	{ "landlock.addrlen_short[inet6,2]", EINVAL, AF_INET6, "::", ALLOWED, OWN, 2,
	  0 },
	{ "landlock.addrlen_short[inet6,16]", EINVAL, AF_INET6, "::", ALLOWED, OWN, 16,
	  0 },
	{ "landlock.addrlen_short[inet6,23]", EINVAL, AF_INET6, "::", ALLOWED, OWN, 23,
	  0 },
	{ "landlock.addrlen_short[inet6,unspec,15]", EINVAL, AF_INET6, "::", ALLOWED,
	  UNSPEC, 15, 0 },
	{ "landlock.addrlen_short[inet6,unspec,16]", EINVAL, AF_INET6, "::", ALLOWED,
	  UNSPEC, 16, 0 },
	{ "landlock.addrlen_short[inet6,unspec,23]", EINVAL, AF_INET6, "::", ALLOWED,
	  UNSPEC, 23, 0 },
	/* The length is that of the family that the address names. */
	{ "landlock.addrlen_short[inet,names-inet6]", EINVAL, AF_INET, "::", ALLOWED,
	  INET6, 23, 0 },
	{ "landlock.addrlen_short[inet6,names-inet]", EINVAL, AF_INET6, "0.0.0.0",
	  ALLOWED, INET, 15, 0 },

	{ "landlock.unspec_not_any[allowed-port]", EAFNOSUPPORT, AF_INET, "127.0.0.1",
	  ALLOWED, UNSPEC, 0, 0 },
	{ "landlock.unspec_not_any[last-bit]", EAFNOSUPPORT, AF_INET, "0.0.0.1",
	  ALLOWED, UNSPEC, 0, 0 },
	{ "landlock.unspec_not_any[first-bit]", EAFNOSUPPORT, AF_INET, "128.0.0.0",
	  ALLOWED, UNSPEC, 0, 0 },

	{ "landlock.family_differs[inet6-on-inet]", EINVAL, AF_INET, "::", ALLOWED, OWN,
	  0, 0 },
	{ "landlock.family_differs[inet6-on-inet,without-scope]", EINVAL, AF_INET,
	  "::", ALLOWED, OWN, WITHOUT_SCOPE, 0 },
	{ "landlock.family_differs[inet-on-inet6]", EINVAL, AF_INET6, "0.0.0.0",
	  ALLOWED, OWN, 0, 0 },
	/* With 16 bytes the family would say EINVAL too; with 28, EAFNOSUPPORT. */
	{ "landlock.family_differs[inet-on-inet6,long]", EINVAL, AF_INET6,
	  "::", ALLOWED, INET, 0, 0 },

	/* Other families are none of its business. */
	{ "inet.family_unsupported[landlock,unix]", EAFNOSUPPORT, AF_INET, "0.0.0.0",
	  REFUSED, UNIX, 0, 0 },
	{ "inet.family_unsupported[landlock,unknown]", EAFNOSUPPORT, AF_INET, "0.0.0.0",
	  REFUSED, UNKNOWN_FAMILY, 0, 0 },
	{ "inet.addrlen_short[landlock,unix,2]", EINVAL, AF_INET, "0.0.0.0", REFUSED,
	  UNIX, 2, 0 },
	{ "inet6.family_unsupported[landlock,unix]", EAFNOSUPPORT, AF_INET6,
	  "::", REFUSED, UNIX, 0, 0 },
	{ "inet6.addrlen_short[landlock,unix,23]", EINVAL, AF_INET6, "::", REFUSED,
	  UNIX, 23, 0 },

	/* Which is first: of Landlock's own checks... */
	{ "landlock.addrlen_short[before-family]", EINVAL, AF_INET6, "0.0.0.0", REFUSED,
	  INET, 15, 0 },
	{ "landlock.addrlen_short[before-port]", EINVAL, AF_INET, "0.0.0.0", REFUSED, 0,
	  15, 0 },
	{ "landlock.addrlen_short[before-unspec]", EINVAL, AF_INET, "127.0.0.1",
	  ALLOWED, UNSPEC, 15, 0 },
	{ "landlock.unspec_not_any[before-port]", EAFNOSUPPORT, AF_INET, "127.0.0.1",
	  REFUSED, UNSPEC, 0, 0 },
	{ "landlock.unspec_not_any[before-port-zero]", EAFNOSUPPORT, AF_INET,
	  "127.0.0.1", 0, UNSPEC, 0, 0 },
	{ "landlock.family_differs[before-port]", EINVAL, AF_INET, "::", REFUSED, OWN,
	  0, 0 },
	{ "landlock.family_differs[inet6,before-port]", EINVAL, AF_INET6, "0.0.0.0",
	  REFUSED, OWN, 0, 0 },
	{ "landlock.family_differs[before-port-zero]", EINVAL, AF_INET, "::", 0, OWN, 0,
	  0 },

	/* ... and of its own and the family's. */
	{ "landlock.port_refused[before-cgroup]", EACCES, AF_INET, "127.0.0.1", REFUSED,
	  0, 0, BY_CGROUP },
	{ "landlock.port_refused[inet6,before-cgroup]", EACCES, AF_INET6, "::1",
	  REFUSED, OWN, 0, BY_CGROUP },
	{ "landlock.port_zero_refused[before-cgroup]", EACCES, AF_INET, "127.0.0.1", 0,
	  0, 0, BY_CGROUP },
	{ "landlock.addrlen_short[before-cgroup]", EINVAL, AF_INET, "0.0.0.0", ALLOWED,
	  0, 15, BY_CGROUP },
	{ "landlock.unspec_not_any[before-cgroup]", EAFNOSUPPORT, AF_INET, "127.0.0.1",
	  ALLOWED, UNSPEC, 0, BY_CGROUP },
	{ "landlock.family_differs[before-cgroup]", EINVAL, AF_INET, "::", ALLOWED, 0,
	  0, BY_CGROUP },
	{ "inet.refused_by_cgroup[landlock-allows]", EPERM, AF_INET, "127.0.0.1",
	  ALLOWED, OWN, 0, BY_CGROUP },
	{ "landlock.port_refused[before-not-local]", EACCES, AF_INET, "192.0.2.1",
	  REFUSED, OWN, 0, 0 },
	{ "landlock.port_zero_refused[before-not-local]", EACCES, AF_INET, "192.0.2.1",
	  0, OWN, 0, 0 },
	{ "landlock.port_refused[inet6,before-not-local]", EACCES, AF_INET6,
	  "2001:db8::1", REFUSED, OWN, 0, 0 },
	{ "inet.address_not_local[landlock]", EADDRNOTAVAIL, AF_INET, "192.0.2.1",
	  ALLOWED, OWN, 0, 0 },
	{ "inet6.address_not_local[landlock]", EADDRNOTAVAIL, AF_INET6, "2001:db8::1",
	  ALLOWED, OWN, 0, 0 },
	{ "landlock.port_refused[before-multicast]", EACCES, AF_INET6, "ff02::1",
	  REFUSED, OWN, 0, 0 },
	{ "landlock.port_refused[before-ipv6only]", EACCES, AF_INET6,
	  "::ffff:127.0.0.1", REFUSED, OWN, 0, V6ONLY },
	{ "landlock.port_refused[before-link-local]", EACCES, AF_INET6, "fe80::1",
	  REFUSED, OWN, 0, 0 },
	{ "landlock.port_refused[before-already-bound]", EACCES, AF_INET, "127.0.0.1",
	  REFUSED, OWN, 0, BOUND },
	{ "landlock.port_zero_refused[before-already-bound]", EACCES, AF_INET,
	  "127.0.0.1", 0, 0, 0, BOUND },
	{ "landlock.port_refused[inet6,before-already-bound]", EACCES, AF_INET6, "::1",
	  REFUSED, OWN, 0, BOUND },
	{ "landlock.port_refused[before-listening]", EACCES, AF_INET, "127.0.0.1",
	  REFUSED, OWN, 0, BOUND | LISTENS },
	{ "landlock.port_refused[before-in-use]", EACCES, AF_INET, "127.0.0.1", REFUSED,
	  0, 0, IN_USE },
	{ "landlock.port_refused[inet6,before-in-use]", EACCES, AF_INET6, "::1",
	  REFUSED, OWN, 0, IN_USE },
	{ "landlock.family_differs[before-already-bound]", EINVAL, AF_INET,
	  "::", ALLOWED, OWN, 0, BOUND },
	{ "landlock.unspec_not_any[before-already-bound]", EAFNOSUPPORT, AF_INET,
	  "127.0.0.1", ALLOWED, UNSPEC, 0, BOUND },
};

static struct address address_of(const struct row *row)
{
	static const int families[] = {
		[UNSPEC] = AF_UNSPEC, [INET] = AF_INET,	     [INET6] = AF_INET6,
		[UNIX] = AF_UNIX,     [UNKNOWN_FAMILY] = 99,
	};
	struct address made = ip_address(row->address, row->port);

	if (row->family)
		made = with_family(made, families[row->family]);
	if (row->addrlen)
		made = with_length(made, row->addrlen < 0 ? 0 : row->addrlen);
	return made;
}

/* Everything but Landlock itself, under which no more ports could be taken. */
static int prepare(const struct row *row)
{
	const char *local = row->domain == AF_INET ? "127.0.0.1" : "::1";
	int fd;

	if (row->faults & IN_USE)
		must_bind(must_socket(row->domain, SOCK_STREAM, 0),
			  ip_address(local, row->port));
	if (row->faults & BY_CGROUP)
		refuse_binds_by_cgroup(false);
	fd = must_socket(row->domain, SOCK_STREAM, 0);
	if (row->faults & V6ONLY)
		must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (row->faults & BOUND)
		must_bind(fd, ip_address(local, 6000));
	if (row->faults & LISTENS)
		must_listen(fd);
	return fd;
}

static void under_landlock(const void *data)
{
	const struct row *row = data;
	int fd = prepare(row);

	allow_bind_by_landlock(ALLOWED);
	if (row->error)
		expect_errno(row->error, bind_to(fd, address_of(row)));
	else
		expect_value(0, bind_to(fd, address_of(row)));
}

CASES(landlock)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		unsigned int needs = NEEDS_LANDLOCK;

		if (row->faults & BY_CGROUP)
			needs |= NEEDS_REAL_ROOT | NEEDS_CGROUP;
		add_case(.name = name_case("bind.%s", row->name),
			 .run_row = under_landlock, .row = row, .needs = needs,
			 .has = { FEATURE_FAMILY(row->domain) }, .since = LINUX(6, 7));
	}
}

/* What comes of AF_UNSPEC on an AF_INET6 socket is the one or the other. */
static const struct unspec {
	const char *name;
	const char *address;
	unsigned int port;
	int addrlen;
} unspecs[] = {
	{ "any", "::", ALLOWED, sizeof(struct sockaddr_in6) },
	{ "not-any", "::1", ALLOWED, sizeof(struct sockaddr_in6) },
	{ "without-scope", "::", ALLOWED, WITHOUT_SCOPE },
	{ "before-port", "::", REFUSED, sizeof(struct sockaddr_in6) },
	{ "before-port-zero", "::", 0, sizeof(struct sockaddr_in6) },
};

static void unspec_on_inet6(const void *data)
{
	const struct unspec *row = data;
	int fd = must_socket(AF_INET6, SOCK_STREAM, 0);
	struct address address = with_length(
		with_family(inet6(row->address, row->port), AF_UNSPEC), row->addrlen);

	allow_bind_by_landlock(ALLOWED);
	bind_to(fd, address);
	expect_last_errno_in(EAFNOSUPPORT, EINVAL);
}

CASES(unspec)
{
	for (size_t i = 0; i < COUNT(unspecs); i++)
		add_case(.name = name_case("bind.landlock.unspec_on_inet6[%s]",
					   unspecs[i].name),
			 .run_row = unspec_on_inet6, .row = &unspecs[i],
			 .needs = NEEDS_LANDLOCK, .has = { FEATURE_FAMILY(AF_INET6) },
			 .since = LINUX(6, 7));
}

/* The descriptor and the address as such come first. */
CASE("bind.fd.not_open[before-landlock]", .needs = NEEDS_LANDLOCK, .since = LINUX(6, 7))
{
	allow_bind_by_landlock(ALLOWED);
	expect_errno(EBADF, bind_to(3, inet("127.0.0.1", REFUSED)));
}

CASE("bind.fd.not_a_socket[before-landlock]", .needs = NEEDS_LANDLOCK,
     .since = LINUX(6, 7))
{
	int fd = open_descriptor(OPEN_FILE);

	allow_bind_by_landlock(ALLOWED);
	expect_errno(ENOTSOCK, bind_to(fd, inet("127.0.0.1", REFUSED)));
}

CASE("bind.addrlen.out_of_range[before-landlock]", .needs = NEEDS_LANDLOCK,
     .since = LINUX(6, 7))
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	allow_bind_by_landlock(ALLOWED);
	expect_errno(EINVAL, bind_to(fd, with_length(inet("127.0.0.1", REFUSED), 129)));
}

CASE("bind.address.unreadable[before-landlock]", .needs = NEEDS_LANDLOCK,
     .since = LINUX(6, 7))
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);
	struct address refused = inet("127.0.0.1", REFUSED);

	allow_bind_by_landlock(ALLOWED);
	expect_errno(EFAULT,
		     t_bind(fd, cut_off_after(refused.bytes, 8), refused.length));
}

/* Port 0 with its right, and without that of the port that is chosen in the end. */
CASE("bind.inet.bound_to_any_port[landlock,zero-allowed]", .needs = NEEDS_LANDLOCK,
     .since = LINUX(6, 7))
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	allow_bind_by_landlock(0);
	expect_value(0, bind_to(fd, inet("127.0.0.1", 0)));
}

CASE("bind.inet6.bound_to_any_port[landlock,zero-allowed]", .needs = NEEDS_LANDLOCK,
     .has = { FEATURE_FAMILY(AF_INET6) }, .since = LINUX(6, 7))
{
	int fd = must_socket(AF_INET6, SOCK_STREAM, 0);

	allow_bind_by_landlock(0);
	expect_value(0, bind_to(fd, inet6("::1", 0)));
}

/* That right says nothing of any other port, be it one that could be chosen. */
CASE("bind.landlock.port_refused[zero-allowed]", .needs = NEEDS_LANDLOCK,
     .since = LINUX(6, 7))
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	allow_bind_by_landlock(0);
	expect_errno(EACCES, bind_to(fd, inet("127.0.0.1", 40000)));
}

/* Landlock's right does not stand for the capability. */
CASE("bind.inet.port_privileged[landlock-allows]", .needs = NEEDS_LANDLOCK,
     .since = LINUX(6, 7))
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	allow_bind_by_landlock(80);
	expect_errno(EACCES, bind_to(fd, inet("127.0.0.1", 80)));
}

CASE("bind.inet.bound[landlock,privileged]", .needs = NEEDS_LANDLOCK,
     .caps = SC_CAP(LINUX_CAP_NET_BIND_SERVICE), .since = LINUX(6, 7))
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	allow_bind_by_landlock(80);
	expect_value(0, bind_to(fd, inet("127.0.0.1", 80)));
}

/* Of two layers, both must allow. */
CASE("bind.landlock.port_refused[second-layer]", .needs = NEEDS_LANDLOCK,
     .since = LINUX(6, 7))
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	allow_bind_by_landlock(ALLOWED);
	allow_bind_by_landlock(REFUSED);
	expect_errno(EACCES, bind_to(fd, inet("127.0.0.1", ALLOWED)));
}

CASE("bind.inet.bound[landlock,two-layers]", .needs = NEEDS_LANDLOCK,
     .since = LINUX(6, 7))
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	allow_bind_by_landlock(ALLOWED);
	allow_bind_by_landlock(ALLOWED);
	expect_value(0, bind_to(fd, inet("127.0.0.1", ALLOWED)));
}

/* Who may not connect may still bind. */
CASE("bind.inet.bound[landlock,connect-only]", .needs = NEEDS_LANDLOCK,
     .since = LINUX(6, 7))
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	allow_connect_by_landlock(ALLOWED);
	expect_value(0, bind_to(fd, inet("127.0.0.1", REFUSED)));
}

/* It is the caller who is governed, so sockets made before are too. */
CASE("bind.landlock.port_refused[after-socket]", .needs = NEEDS_LANDLOCK,
     .since = LINUX(6, 7))
{
	int before = must_socket(AF_INET, SOCK_STREAM, 0), after;

	allow_bind_by_landlock(ALLOWED);
	after = must_socket(AF_INET, SOCK_STREAM, 0);
	expect_errno(EACCES, bind_to(before, inet("127.0.0.1", REFUSED)));
	expect_errno(EACCES, bind_to(after, inet("127.0.0.1", REFUSED)));
}

/* Sockets that are not TCP's, with a port that would be refused and with port 0. */
CASE("bind.inet.bound[landlock,udp]", .needs = NEEDS_LANDLOCK, .since = LINUX(6, 7))
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	allow_bind_by_landlock(ALLOWED);
	expect_value(0, bind_to(fd, inet("127.0.0.1", REFUSED)));
}

CASE("bind.inet.bound_to_any_port[landlock,udp]", .needs = NEEDS_LANDLOCK,
     .since = LINUX(6, 7))
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	allow_bind_by_landlock(ALLOWED);
	expect_value(0, bind_to(fd, inet("127.0.0.1", 0)));
}

CASE("bind.inet6.bound[landlock,udp]", .needs = NEEDS_LANDLOCK,
     .has = { FEATURE_FAMILY(AF_INET6) }, .since = LINUX(6, 7))
{
	int fd = must_socket(AF_INET6, SOCK_DGRAM, 0);

	allow_bind_by_landlock(ALLOWED);
	expect_value(0, bind_to(fd, inet6("::1", REFUSED)));
}

CASE("bind.inet.family_unsupported[landlock,udp]", .needs = NEEDS_LANDLOCK,
     .since = LINUX(6, 7))
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	allow_bind_by_landlock(ALLOWED);
	expect_errno(EAFNOSUPPORT, bind_to(fd, inet6("::", REFUSED)));
}

CASE("bind.unix.bound_abstract[landlock,stream]", .needs = NEEDS_LANDLOCK,
     .has = { FEATURE_FAMILY(AF_UNIX) }, .since = LINUX(6, 7))
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	allow_bind_by_landlock(ALLOWED);
	/* Where an address of AF_INET has its port, there is none. */
	expect_value(0, bind_to(fd, unix_abstract("\x13\x89", 2)));
}

CASE("bind.raw.bound[landlock]", .needs = NEEDS_LANDLOCK,
     .caps = SC_CAP(LINUX_CAP_NET_RAW), .since = LINUX(6, 7))
{
	int fd = must_socket(AF_INET, SOCK_RAW, IPPROTO_TCP);

	allow_bind_by_landlock(ALLOWED);
	expect_value(0, bind_to(fd, inet("127.0.0.1", REFUSED)));
}

CASE("bind.ping.bound[landlock]", .needs = NEEDS_LANDLOCK, .since = LINUX(6, 7))
{
	int fd;

	set_ping_group_range(0, 0);
	fd = must_socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
	allow_bind_by_landlock(ALLOWED);
	expect_value(0, bind_to(fd, inet("127.0.0.1", REFUSED)));
}

/* MPTCP is not TCP, as Landlock sees it since Linux 6.14. */
CASE("bind.inet.bound[landlock,mptcp]", .needs = NEEDS_LANDLOCK,
     .has = { FEATURE_MPTCP }, .since = LINUX(6, 14))
{
	int fd;

	set_mptcp_enabled(true);
	fd = must_socket(AF_INET, SOCK_STREAM, LINUX_IPPROTO_MPTCP);
	allow_bind_by_landlock(ALLOWED);
	expect_value(0, bind_to(fd, inet("127.0.0.1", REFUSED)));
}

CASE("bind.inet6.bound[landlock,mptcp]", .needs = NEEDS_LANDLOCK,
     .has = { FEATURE_MPTCP6 }, .since = LINUX(6, 14))
{
	int fd;

	set_mptcp_enabled(true);
	fd = must_socket(AF_INET6, SOCK_STREAM, LINUX_IPPROTO_MPTCP);
	allow_bind_by_landlock(ALLOWED);
	expect_value(0, bind_to(fd, inet6("::1", REFUSED)));
}

/* Is the socket's name the one that it had before it was bound to anything? */
static bool has_no_name(int fd, int domain)
{
	struct address name = { .length = 0 }, none = family_only(domain, 0);
	socklen_t addrlen = sizeof(struct sockaddr_in6);

	sc_must(SC_LINE, t_getsockname(fd, name.bytes, &addrlen), "getsockname(2)");
	return !memcmp(name.bytes, none.bytes, sizeof(none.bytes));
}

/* After the refusal nothing is bound: neither the socket, nor the port to it. */
static void refused_and_bound(int domain, const char *text)
{
	int other = must_socket(domain, SOCK_DGRAM, 0);
	int fd = must_socket(domain, SOCK_STREAM, 0);

	allow_bind_by_landlock(ALLOWED);
	expect_errno(EACCES, bind_to(fd, ip_address(text, REFUSED)));
	expect_that(has_no_name(fd, domain), "the refused socket has a name");
	must_bind(fd, ip_address(text, ALLOWED));
	must_bind(other, ip_address(text, REFUSED));
}

CASE("bind.landlock.port_refused[nothing-bound]", .needs = NEEDS_LANDLOCK,
     .since = LINUX(6, 7))
{
	refused_and_bound(AF_INET, "127.0.0.1");
}

CASE("bind.landlock.port_refused[inet6,nothing-bound]", .needs = NEEDS_LANDLOCK,
     .has = { FEATURE_FAMILY(AF_INET6) }, .since = LINUX(6, 7))
{
	refused_and_bound(AF_INET6, "::1");
}

CASE("bind.landlock.port_zero_refused[nothing-bound]", .needs = NEEDS_LANDLOCK,
     .since = LINUX(6, 7))
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	allow_bind_by_landlock(ALLOWED);
	expect_errno(EACCES, bind_to(fd, inet("127.0.0.1", 0)));
	expect_that(has_no_name(fd, AF_INET), "the refused socket has a name");
	must_bind(fd, inet("127.0.0.1", ALLOWED));
}
