/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * cgroup.c - bind(2) of TCP and UDP sockets that BPF programs of the caller's cgroup
 * are asked about: before the address is looked at, and when the socket has its port.
 */
#include <string.h>

#include "sockcheck.h"

#define BY_CGROUP .needs = NEEDS_REAL_ROOT | NEEDS_CGROUP, .since = LINUX(4, 17)

/* Faults besides those in the address. */
enum {
	UNPRIVILEGED = 1 << 0, /* CAP_NET_BIND_SERVICE is given up */
	BOUND = 1 << 1,	       /* the socket is bound already */
	LISTENS = 1 << 2,      /* it listens */
	IN_USE = 1 << 3,       /* another socket has the port */
	V6ONLY = 1 << 4,       /* IPV6_V6ONLY */
	NO_PORT = 1 << 5,      /* IP_BIND_ADDRESS_NO_PORT */
	FULL = 1 << 6,	       /* the only ephemeral port is in use */
	DGRAM = 1 << 7,	       /* UDP */
	LATE = 1 << 8,	       /* programs at POST_BIND */
	SHARE = 1 << 9,	       /* SO_REUSEADDR on both */
};

#define OWN   -1
#define EARLY "refused_by_cgroup"
#define AFTER "refused_by_cgroup_late"

static const struct row {
	const char *rule, *variant;
	int error; /* 0: it is bound */
	int domain;
	const char *address;
	unsigned int port;
	int family;  /* OWN: that of the address */
	int addrlen; /* OWN: the address's own */
	unsigned int given;
} rows[] = {
	{ EARLY, "stream", EPERM, AF_INET, "127.0.0.1", 5000, OWN, OWN, 0 },
	{ EARLY, "dgram", EPERM, AF_INET, "127.0.0.1", 5000, OWN, OWN, DGRAM },
	{ EARLY, "any", EPERM, AF_INET, "0.0.0.0", 5000, OWN, OWN, 0 },
	{ EARLY, "port-zero", EPERM, AF_INET, "127.0.0.1", 0, OWN, OWN, 0 },
	{ EARLY, "no-port", EPERM, AF_INET, "127.0.0.1", 0, OWN, OWN, NO_PORT },
	{ EARLY, "unspec", EPERM, AF_INET, "0.0.0.0", 5000, AF_UNSPEC, OWN, 0 },
	{ EARLY, "stream", EPERM, AF_INET6, "::1", 5000, OWN, OWN, 0 },
	{ EARLY, "dgram", EPERM, AF_INET6, "::1", 5000, OWN, OWN, DGRAM },
	{ EARLY, "any", EPERM, AF_INET6, "::", 5000, OWN, OWN, 0 },
	{ EARLY, "port-zero", EPERM, AF_INET6, "::1", 0, OWN, OWN, 0 },
	{ EARLY, "mapped", EPERM, AF_INET6, "::ffff:127.0.0.1", 5000, OWN, OWN, 0 },
	{ EARLY, "without-scope", EPERM, AF_INET6, "::1", 5000, OWN, 24, 0 },

	/* After addrlen, before the rest of the family's checks. */
	{ "addrlen_short", "before-cgroup", EINVAL, AF_INET, "127.0.0.1", 5000, OWN, 15,
	  0 },
	{ "addrlen_short", "before-cgroup", EINVAL, AF_INET6, "::1", 5000, OWN, 23, 0 },
	{ EARLY, "before-family", EPERM, AF_INET, "127.0.0.1", 5000, AF_UNIX, OWN, 0 },
	{ EARLY, "before-unspec", EPERM, AF_INET, "127.0.0.1", 5000, AF_UNSPEC, OWN,
	  0 },
	{ EARLY, "before-not-local", EPERM, AF_INET, "192.0.2.1", 5000, OWN, OWN, 0 },
	{ EARLY, "before-privileged", EPERM, AF_INET, "127.0.0.1", 80, OWN, OWN,
	  UNPRIVILEGED },
	{ EARLY, "before-bound", EPERM, AF_INET, "127.0.0.1", 5000, OWN, OWN, BOUND },
	{ EARLY, "before-listening", EPERM, AF_INET, "127.0.0.1", 5000, OWN, OWN,
	  BOUND | LISTENS },
	{ EARLY, "before-in-use", EPERM, AF_INET, "127.0.0.1", 5000, OWN, OWN, IN_USE },
	{ EARLY, "before-no-port-left", EPERM, AF_INET, "127.0.0.1", 0, OWN, OWN,
	  FULL },
	{ EARLY, "before-family", EPERM, AF_INET6, "::1", 5000, AF_INET, OWN, 0 },
	{ EARLY, "before-multicast", EPERM, AF_INET6, "ff05::1", 5000, OWN, OWN, 0 },
	{ EARLY, "before-privileged", EPERM, AF_INET6, "::1", 80, OWN, OWN,
	  UNPRIVILEGED },
	{ EARLY, "before-bound", EPERM, AF_INET6, "::1", 5000, OWN, OWN, BOUND },
	{ EARLY, "before-listening", EPERM, AF_INET6, "::1", 5000, OWN, OWN,
	  BOUND | LISTENS },
	{ EARLY, "before-ipv6only", EPERM, AF_INET6, "::ffff:127.0.0.1", 5000, OWN, OWN,
	  V6ONLY },
	{ EARLY, "before-scope", EPERM, AF_INET6, "fe80::1", 5000, OWN, OWN, 0 },
	{ EARLY, "before-not-local", EPERM, AF_INET6, "2001:db8::1", 5000, OWN, OWN,
	  0 },
	{ EARLY, "before-mapped-not-local", EPERM, AF_INET6, "::ffff:192.0.2.1", 5000,
	  OWN, OWN, 0 },
	{ EARLY, "before-in-use", EPERM, AF_INET6, "::1", 5000, OWN, OWN, IN_USE },

	{ AFTER, "stream", EPERM, AF_INET, "127.0.0.1", 5000, OWN, OWN, LATE },
	{ AFTER, "dgram", EPERM, AF_INET, "127.0.0.1", 5000, OWN, OWN, LATE | DGRAM },
	{ AFTER, "any", EPERM, AF_INET, "0.0.0.0", 5000, OWN, OWN, LATE },
	{ AFTER, "unspec", EPERM, AF_INET, "0.0.0.0", 5000, AF_UNSPEC, OWN, LATE },
	{ AFTER, "port-zero", EPERM, AF_INET, "127.0.0.1", 0, OWN, OWN, LATE },
	{ AFTER, "port-zero,dgram", EPERM, AF_INET, "127.0.0.1", 0, OWN, OWN,
	  LATE | DGRAM },
	{ AFTER, "port-with-no-port", EPERM, AF_INET, "127.0.0.1", 5000, OWN, OWN,
	  LATE | NO_PORT },
	{ AFTER, "shared", EPERM, AF_INET, "127.0.0.1", 5000, OWN, OWN,
	  LATE | IN_USE | SHARE },
	{ AFTER, "stream", EPERM, AF_INET6, "::1", 5000, OWN, OWN, LATE },
	{ AFTER, "dgram", EPERM, AF_INET6, "::1", 5000, OWN, OWN, LATE | DGRAM },
	{ AFTER, "any", EPERM, AF_INET6, "::", 5000, OWN, OWN, LATE },
	{ AFTER, "mapped", EPERM, AF_INET6, "::ffff:127.0.0.1", 5000, OWN, OWN, LATE },
	{ AFTER, "multicast", EPERM, AF_INET6, "ff05::1", 5000, OWN, OWN,
	  LATE | DGRAM },
	{ AFTER, "port-zero", EPERM, AF_INET6, "::1", 0, OWN, OWN, LATE },
	{ AFTER, "shared", EPERM, AF_INET6, "::1", 5000, OWN, OWN,
	  LATE | IN_USE | SHARE },

	/* Nothing is asked where no port is taken. */
	{ "address_without_port", "not-asked-cgroup", 0, AF_INET, "127.0.0.1", 0, OWN,
	  OWN, LATE | NO_PORT },
	{ "address_without_port", "not-asked-cgroup", 0, AF_INET6, "::1", 0, OWN, OWN,
	  LATE | NO_PORT },

	/* After everything else. */
	{ "addrlen_short", "before-cgroup-late", EINVAL, AF_INET, "127.0.0.1", 5000,
	  OWN, 15, LATE },
	{ "family_unsupported", "before-cgroup-late", EAFNOSUPPORT, AF_INET,
	  "127.0.0.1", 5000, AF_UNIX, OWN, LATE },
	{ "unspec_not_any", "before-cgroup-late", EAFNOSUPPORT, AF_INET, "127.0.0.1",
	  5000, AF_UNSPEC, OWN, LATE },
	{ "address_not_local", "before-cgroup-late", EADDRNOTAVAIL, AF_INET,
	  "192.0.2.1", 5000, OWN, OWN, LATE },
	{ "port_privileged", "before-cgroup-late", EACCES, AF_INET, "127.0.0.1", 80,
	  OWN, OWN, LATE | UNPRIVILEGED },
	{ "already_bound", "before-cgroup-late", EINVAL, AF_INET, "127.0.0.1", 5000,
	  OWN, OWN, LATE | BOUND },
	{ "already_connected", "before-cgroup-late", EINVAL, AF_INET, "127.0.0.1", 5000,
	  OWN, OWN, LATE | BOUND | LISTENS },
	{ "port_in_use", "before-cgroup-late", EADDRINUSE, AF_INET, "127.0.0.1", 5000,
	  OWN, OWN, LATE | IN_USE },
	{ "port_in_use", "dgram,before-cgroup-late", EADDRINUSE, AF_INET, "127.0.0.1",
	  5000, OWN, OWN, LATE | IN_USE | DGRAM },
	{ "no_port_left", "before-cgroup-late", EADDRINUSE, AF_INET, "127.0.0.1", 0,
	  OWN, OWN, LATE | FULL },
	{ "family_unsupported", "before-cgroup-late", EAFNOSUPPORT, AF_INET6, "::1",
	  5000, AF_INET, OWN, LATE },
	{ "multicast_stream", "before-cgroup-late", EINVAL, AF_INET6, "ff05::1", 5000,
	  OWN, OWN, LATE },
	{ "port_privileged", "before-cgroup-late", EACCES, AF_INET6, "::1", 80, OWN,
	  OWN, LATE | UNPRIVILEGED },
	{ "already_bound", "before-cgroup-late", EINVAL, AF_INET6, "::1", 5000, OWN,
	  OWN, LATE | BOUND },
	{ "mapped_on_ipv6only", "before-cgroup-late", EINVAL, AF_INET6,
	  "::ffff:127.0.0.1", 5000, OWN, OWN, LATE | V6ONLY },
	{ "mapped_not_local", "before-cgroup-late", EADDRNOTAVAIL, AF_INET6,
	  "::ffff:192.0.2.1", 5000, OWN, OWN, LATE },
	{ "link_local_without_scope", "before-cgroup-late", EINVAL, AF_INET6, "fe80::1",
	  5000, OWN, OWN, LATE },
	{ "address_not_local", "before-cgroup-late", EADDRNOTAVAIL, AF_INET6,
	  "2001:db8::1", 5000, OWN, OWN, LATE },
	{ "port_in_use", "before-cgroup-late", EADDRINUSE, AF_INET6, "::1", 5000, OWN,
	  OWN, LATE | IN_USE },
};

static struct address address_of(const struct row *row)
{
	struct address made = ip_address(row->address, row->port);

	if (row->family != OWN)
		made = with_family(made, row->family);
	if (row->addrlen != OWN)
		made = with_length(made, row->addrlen);
	return made;
}

static int make_socket(const struct row *row)
{
	int fd = must_socket(row->domain, row->given & DGRAM ? SOCK_DGRAM : SOCK_STREAM,
			     0);

	if (row->given & SHARE)
		must_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (row->given & V6ONLY)
		must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (row->given & NO_PORT)
		must_option(fd, IPPROTO_IP, LINUX_IP_BIND_ADDRESS_NO_PORT, 1);
	return fd;
}

/* What is bound here is bound before any program is asked. */
static int prepare(const struct row *row)
{
	const char *local = row->domain == AF_INET ? "127.0.0.1" : "::1";
	int fd;

	if (row->given & FULL)
		set_port_range(40000, 40000);
	if (row->given & (IN_USE | FULL))
		must_bind(make_socket(row),
			  ip_address(local, row->given & FULL ? 40000 : row->port));
	if (!(row->given & BOUND)) {
		refuse_binds_by_cgroup(row->given & LATE);
		return make_socket(row);
	}
	/* A socket knows the programs of the cgroup that it was made in. */
	allow_binds_by_cgroup(row->given & LATE);
	fd = make_socket(row);
	must_bind(fd, ip_address(local, 6000));
	if (row->given & LISTENS)
		must_listen(fd);
	refuse_binds_by_cgroup(row->given & LATE);
	return fd;
}

static void asked(const void *data)
{
	const struct row *row = data;
	int fd;

	if (row->given & UNPRIVILEGED)
		drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	fd = prepare(row);
	if (row->error)
		expect_errno(row->error, bind_to(fd, address_of(row)));
	else
		expect_value(0, bind_to(fd, address_of(row)));
}

CASES(cgroup)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		add_case(.name = name_case("bind.%s.%s[%s]",
					   rows[i].domain == AF_INET ? "inet" : "inet6",
					   rows[i].rule, rows[i].variant),
			 .run_row = asked, .row = &rows[i],
			 .has = { FEATURE_FAMILY(rows[i].domain) }, BY_CGROUP);
}

/* Programs that allow it change nothing, at either hook. */
static const struct kind {
	const char *name;
	int domain, type;
	const char *address;
	bool late;
} kinds[] = {
	{ "inet.bound[cgroup-allows,stream]", AF_INET, SOCK_STREAM, "127.0.0.1",
	  false },
	{ "inet.bound[cgroup-allows,dgram]", AF_INET, SOCK_DGRAM, "127.0.0.1", false },
	{ "inet.bound[cgroup-allows-late,stream]", AF_INET, SOCK_STREAM, "127.0.0.1",
	  true },
	{ "inet.bound[cgroup-allows-late,dgram]", AF_INET, SOCK_DGRAM, "127.0.0.1",
	  true },
	{ "inet6.bound[cgroup-allows,stream]", AF_INET6, SOCK_STREAM, "::1", false },
	{ "inet6.bound[cgroup-allows,dgram]", AF_INET6, SOCK_DGRAM, "::1", false },
	{ "inet6.bound[cgroup-allows-late,stream]", AF_INET6, SOCK_STREAM, "::1",
	  true },
	{ "inet6.bound[cgroup-allows-late,dgram]", AF_INET6, SOCK_DGRAM, "::1", true },
};

static void allowed(const void *data)
{
	const struct kind *kind = data;
	int fd;

	allow_binds_by_cgroup(kind->late);
	fd = must_socket(kind->domain, kind->type, 0);
	expect_value(0, bind_to(fd, ip_address(kind->address, 5000)));
}

/* Programs for the sockets of the other family are not asked, mapped address or not. */
static const struct kind others[] = {
	{ "inet.bound[cgroup-of-inet6]", AF_INET, SOCK_STREAM, "127.0.0.1", false },
	{ "inet.bound[cgroup-of-inet6,dgram]", AF_INET, SOCK_DGRAM, "127.0.0.1",
	  false },
	{ "inet.bound[cgroup-of-inet6,late]", AF_INET, SOCK_STREAM, "127.0.0.1", true },
	{ "inet6.bound[cgroup-of-inet]", AF_INET6, SOCK_STREAM, "::1", false },
	{ "inet6.bound[cgroup-of-inet,late]", AF_INET6, SOCK_STREAM, "::1", true },
	{ "inet6.bound[cgroup-of-inet,mapped]", AF_INET6, SOCK_STREAM,
	  "::ffff:127.0.0.1", false },
	{ "inet6.bound[cgroup-of-inet,mapped,late]", AF_INET6, SOCK_STREAM,
	  "::ffff:127.0.0.1", true },
};

static void other_family(const void *data)
{
	const struct kind *kind = data;
	int fd;

	refuse_other_binds_by_cgroup(kind->domain == AF_INET ? AF_INET6 : AF_INET,
				     kind->late);
	fd = must_socket(kind->domain, kind->type, 0);
	expect_value(0, bind_to(fd, ip_address(kind->address, 5000)));
}

CASES(kinds)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		add_case(.name = name_case("bind.%s", kinds[i].name),
			 .run_row = allowed, .row = &kinds[i],
			 .has = { FEATURE_FAMILY(kinds[i].domain) }, BY_CGROUP);
	for (size_t i = 0; i < COUNT(others); i++)
		add_case(.name = name_case("bind.%s", others[i].name),
			 .run_row = other_family, .row = &others[i],
			 .has = { FEATURE_FAMILY(others[i].domain) }, BY_CGROUP);
}

/* The programs are those of the cgroup that the socket was made in. */
CASE("bind.inet.bound[made-outside-cgroup]", BY_CGROUP, .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	refuse_other_binds_by_cgroup(AF_INET, false);
	expect_value(0, bind_to(fd, inet("127.0.0.1", 5000)));
}

CASE("bind.inet.bound[made-outside-cgroup,late]", BY_CGROUP,
     .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	refuse_other_binds_by_cgroup(AF_INET, true);
	expect_value(0, bind_to(fd, inet("127.0.0.1", 5000)));
}

/* Is the socket's name that of one that was never bound? */
static bool has_no_name(int fd, int domain)
{
	struct address name = { .length = 0 }, none = family_only(domain, 0);
	socklen_t addrlen = sizeof(struct sockaddr_in6);

	sc_must(SC_LINE, t_getsockname(fd, name.bytes, &addrlen), "getsockname(2)");
	return !memcmp(name.bytes, none.bytes, sizeof(none.bytes));
}

/*
 * After either refusal nothing is bound: the socket has no name, and once the programs
 * are gone, it or another can have the address and the port.
 */
static const struct after {
	const char *name;
	int domain, type;
	const char *address;
	bool late;
} afters[] = {
	{ "inet." EARLY "[nothing-bound,stream]", AF_INET, SOCK_STREAM, "127.0.0.1",
	  false },
	{ "inet." EARLY "[nothing-bound,dgram]", AF_INET, SOCK_DGRAM, "127.0.0.1",
	  false },
	{ "inet." AFTER "[nothing-bound,stream]", AF_INET, SOCK_STREAM, "127.0.0.1",
	  true },
	{ "inet." AFTER "[nothing-bound,dgram]", AF_INET, SOCK_DGRAM, "127.0.0.1",
	  true },
	{ "inet6." EARLY "[nothing-bound,stream]", AF_INET6, SOCK_STREAM, "::1",
	  false },
	{ "inet6." AFTER "[nothing-bound,stream]", AF_INET6, SOCK_STREAM, "::1", true },
	{ "inet6." AFTER "[nothing-bound,dgram]", AF_INET6, SOCK_DGRAM, "::1", true },
	{ "inet6." AFTER "[nothing-bound,mapped]", AF_INET6, SOCK_STREAM,
	  "::ffff:127.0.0.1", true },
};

static void nothing_bound(const void *data)
{
	const struct after *row = data;
	struct address address = ip_address(row->address, 5000);
	int fd, other;

	refuse_binds_by_cgroup(row->late);
	fd = must_socket(row->domain, row->type, 0);
	other = must_socket(row->domain, row->type, 0);
	expect_errno(EPERM, bind_to(fd, address));
	expect_that(has_no_name(fd, row->domain), "the refused socket has a name");
	let_cgroup_bind_again();
	must_bind(other, address);
	must_close(other);
	must_bind(fd, address);
}

CASES(afters)
{
	for (size_t i = 0; i < COUNT(afters); i++)
		add_case(.name = name_case("bind.%s", afters[i].name),
			 .run_row = nothing_bound, .row = &afters[i],
			 .has = { FEATURE_FAMILY(afters[i].domain) }, BY_CGROUP);
}

/* Of what was refused late nothing is fixed either: the address and the port that
 * connect(2) chooses then are gone with the peer. */
static void nothing_fixed(const void *data)
{
	const struct after *row = data;
	struct sockaddr nowhere = { .sa_family = AF_UNSPEC };
	int fd, peer;

	refuse_binds_by_cgroup(true);
	fd = must_socket(row->domain, SOCK_DGRAM, 0);
	must(bind_to(fd, ip_address(row->address, 5000)) == -EPERM, "it is bound");
	let_cgroup_bind_again();
	peer = must_socket(row->domain, SOCK_DGRAM, 0);
	must_bind(peer, ip_address(row->address, 5001));
	must_connect(fd, ip_address(row->address, 5001));
	sc_must(SC_LINE, t_connect(fd, &nowhere, sizeof(nowhere)), "connect(2)");
	if (row->domain == AF_INET)
		expect_name(inet("0.0.0.0", 0).bytes, sizeof(struct sockaddr_in), fd);
	else
		expect_name(inet6("::", 0).bytes, sizeof(struct sockaddr_in6), fd);
}

CASES(nothing_fixed)
{
	for (size_t i = 0; i < COUNT(afters); i++)
		if (afters[i].late && afters[i].type == SOCK_DGRAM)
			add_case(.name = name_case("socket.new.name_%s[refused-late,"
						   "disconnected]",
						   afters[i].domain == AF_INET
							   ? "inet"
							   : "inet6"),
				 .run_row = nothing_fixed, .row = &afters[i],
				 .has = { FEATURE_FAMILY(afters[i].domain) },
				 BY_CGROUP);
}

/* A socket that was refused late takes what it took before: IPV6_V6ONLY is put back. */
static void v6only_after(int type, bool before)
{
	int fd;

	refuse_binds_by_cgroup(true);
	fd = must_socket(AF_INET6, type, 0);
	must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, before);
	must(bind_to(fd, inet6("::1", 5000)) == -EPERM, "it is bound");
	must(has_no_name(fd, AF_INET6), "it has a name");
	let_cgroup_bind_again();
	/* Which only a socket that takes IPv4 can be. */
	if (before)
		expect_errno(EINVAL, bind_to(fd, inet6("::ffff:127.0.0.1", 5000)));
	else
		expect_value(0, bind_to(fd, inet6("::ffff:127.0.0.1", 5000)));
}

CASE("bind.inet6.bound[ipv6only-put-back]", BY_CGROUP, .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	v6only_after(sc_type, false);
}

CASE("bind.inet6.mapped_on_ipv6only[put-back]", BY_CGROUP,
     .types = SC_STREAM | SC_DGRAM, .has = { FEATURE_FAMILY(AF_INET6) })
{
	v6only_after(sc_type, true);
}

/* A program may lift the need for the capability: BPF_RET_BIND_NO_CAP_NET_BIND_SERVICE.
 */
CASE("bind.inet.bound[privileged,cgroup-lifts]", .types = SC_STREAM | SC_DGRAM,
     .needs = NEEDS_REAL_ROOT | NEEDS_CGROUP, .since = LINUX(5, 12))
{
	int fd;

	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	allow_privileged_ports_by_cgroup();
	fd = must_socket(AF_INET, sc_type, 0);
	expect_value(0, bind_to(fd, inet("127.0.0.1", 80)));
}

CASE("bind.inet6.bound[privileged,cgroup-lifts]", .types = SC_STREAM | SC_DGRAM,
     .needs = NEEDS_REAL_ROOT | NEEDS_CGROUP, .since = LINUX(5, 12),
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd;

	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	allow_privileged_ports_by_cgroup();
	fd = must_socket(AF_INET6, sc_type, 0);
	expect_value(0, bind_to(fd, inet6("::1", 80)));
}

/* One that only allows does not. */
CASE("bind.inet.port_privileged[cgroup-allows]", BY_CGROUP,
     .types = SC_STREAM | SC_DGRAM)
{
	int fd;

	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	allow_binds_by_cgroup(false);
	fd = must_socket(AF_INET, sc_type, 0);
	expect_errno(EACCES, bind_to(fd, inet("127.0.0.1", 80)));
}

CASE("bind.inet6.port_privileged[cgroup-allows]", BY_CGROUP,
     .types = SC_STREAM | SC_DGRAM, .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd;

	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	allow_binds_by_cgroup(false);
	fd = must_socket(AF_INET6, sc_type, 0);
	expect_errno(EACCES, bind_to(fd, inet6("::1", 80)));
}

/* The descriptor and the address as such come before the programs. */
CASE("bind.addrlen.out_of_range[before-cgroup]", BY_CGROUP)
{
	int fd;

	refuse_binds_by_cgroup(false);
	fd = must_socket(AF_INET, SOCK_STREAM, 0);
	expect_errno(EINVAL, bind_to(fd, with_length(inet("127.0.0.1", 0), 129)));
}

CASE("bind.address.unreadable[before-cgroup]", BY_CGROUP)
{
	int fd;

	refuse_binds_by_cgroup(false);
	fd = must_socket(AF_INET, SOCK_STREAM, 0);
	expect_errno(EFAULT, t_bind(fd, unmapped_memory(), 16));
}
