/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * raw.c - bind(2) of raw sockets of the IP families, their names, and what comes to
 * them.
 */
#include <string.h>

#include "given.h"

#define WITHOUT_SCOPE offsetof(struct sockaddr_in6, sin6_scope_id)
#define NEEDS_RAW     .caps = SC_CAP(LINUX_CAP_NET_RAW)

/* What is set before bind(2), or wrong besides the address. */
enum {
	FREEBIND = 1 << 0,    /* IP_FREEBIND, or that of IPv6 */
	TRANSPARENT = 1 << 1, /* IP_TRANSPARENT, or that of IPv6 */
	CONNECTED = 1 << 4,   /* the socket is */
	ON_LO = 1 << 5,	      /* SO_BINDTODEVICE "lo" */
	ON_SECOND = 1 << 7,   /* SO_BINDTODEVICE to that */
	BOUND = 1 << 8,	      /* bound to 127.0.0.1 or ::1 already */
};

/* Needs a kernel that lets raw sockets of AF_INET be bound to foreign addresses. */
#define FOREIGN4 (FREEBIND | TRANSPARENT | NONLOCAL4)

struct row {
	const char *name;
	int error; /* 0: it is bound */
	const char *address;
	unsigned int port;
	unsigned int scope;
	int family;  /* -1: that of the address */
	int addrlen; /* -1: the address's own */
	unsigned int given;
};

#define OWN -1

static const struct row rows[] = {
	{ "addrlen_short[0]", EINVAL, "127.0.0.1", 0, 0, OWN, 0, 0 },
	{ "addrlen_short[1]", EINVAL, "127.0.0.1", 0, 0, OWN, 1, 0 },
	{ "addrlen_short[family]", EINVAL, "127.0.0.1", 0, 0, OWN, 2, 0 },
	{ "addrlen_short[address]", EINVAL, "127.0.0.1", 0, 0, OWN, 8, 0 },
	{ "addrlen_short[15]", EINVAL, "127.0.0.1", 0, 0, OWN, 15, 0 },

	{ "connected[local]", EINVAL, "127.0.0.1", 0, 0, OWN, OWN, CONNECTED },
	{ "connected[any]", EINVAL, "0.0.0.0", 0, 0, OWN, OWN, CONNECTED },
	{ "connected[bound-before]", EINVAL, "127.0.0.1", 0, 0, OWN, OWN,
	  BOUND | CONNECTED },
	{ "connected[before-family]", EINVAL, "127.0.0.1", 0, 0, AF_INET6, OWN,
	  CONNECTED },
	{ "connected[before-not-local]", EINVAL, "192.0.2.1", 0, 0, OWN, OWN,
	  CONNECTED },

	{ "address_not_local[documentation]", EADDRNOTAVAIL, "192.0.2.1", 0, 0, OWN,
	  OWN, 0 },
	{ "address_not_local[private]", EADDRNOTAVAIL, "10.0.0.1", 0, 0, OWN, OWN, 0 },
	{ "address_not_local[below-loopback]", EADDRNOTAVAIL, "126.255.255.255", 0, 0,
	  OWN, OWN, 0 },
	{ "address_not_local[above-loopback]", EADDRNOTAVAIL, "128.0.0.0", 0, 0, OWN,
	  OWN, 0 },
	{ "address_not_local[below-multicast]", EADDRNOTAVAIL, "223.255.255.255", 0, 0,
	  OWN, OWN, 0 },
	{ "address_not_local[above-multicast]", EADDRNOTAVAIL, "240.0.0.0", 0, 0, OWN,
	  OWN, 0 },
	{ "address_not_local[below-broadcast]", EADDRNOTAVAIL, "255.255.255.254", 0, 0,
	  OWN, OWN, 0 },
	{ "address_not_local[neighbour]", EADDRNOTAVAIL, "10.1.0.2", 0, 0, OWN, OWN,
	  SECOND },
	{ "address_not_local[on-lo]", EADDRNOTAVAIL, "192.0.2.1", 0, 0, OWN, OWN,
	  ON_LO },
	{ "address_not_local[ipv6-setting]", EADDRNOTAVAIL, "192.0.2.1", 0, 0, OWN, OWN,
	  NONLOCAL6 },
	{ "address_not_local[bound-before]", EADDRNOTAVAIL, "192.0.2.1", 0, 0, OWN, OWN,
	  BOUND },
	{ "address_not_local[before-family]", EADDRNOTAVAIL, "192.0.2.1", 0, 0,
	  AF_INET6, OWN, 0 },

	{ "family_ignored[unspec]", 0, "127.0.0.1", 0, 0, AF_UNSPEC, OWN, 0 },
	{ "family_ignored[unspec,any]", 0, "0.0.0.0", 0, 0, AF_UNSPEC, OWN, 0 },
	{ "family_ignored[unix]", 0, "127.0.0.1", 0, 0, AF_UNIX, OWN, 0 },
	{ "family_ignored[inet6]", 0, "127.0.0.1", 0, 0, AF_INET6, OWN, 0 },
	{ "family_ignored[unknown]", 0, "127.0.0.1", 0, 0, 0xffff, OWN, 0 },
	{ "family_ignored[bound-before]", 0, "127.0.0.2", 0, 0, AF_UNIX, OWN, BOUND },

	{ "bound_again[same]", 0, "127.0.0.1", 0, 0, OWN, OWN, BOUND },
	{ "bound_again[other]", 0, "127.0.0.2", 0, 0, OWN, OWN, BOUND },
	{ "bound_again[any]", 0, "0.0.0.0", 0, 0, OWN, OWN, BOUND },
	{ "bound_again[multicast]", 0, "224.0.0.1", 0, 0, OWN, OWN, BOUND },

	{ "bound[any]", 0, "0.0.0.0", 0, 0, OWN, OWN, 0 },
	{ "bound[loopback]", 0, "127.0.0.1", 0, 0, OWN, OWN, 0 },
	{ "bound[loopback-subnet]", 0, "127.255.255.254", 0, 0, OWN, OWN, 0 },
	{ "bound[loopback-broadcast]", 0, "127.255.255.255", 0, 0, OWN, OWN, 0 },
	{ "bound[broadcast]", 0, "255.255.255.255", 0, 0, OWN, OWN, 0 },
	{ "bound[first-multicast]", 0, "224.0.0.0", 0, 0, OWN, OWN, 0 },
	{ "bound[last-multicast]", 0, "239.255.255.255", 0, 0, OWN, OWN, 0 },
	{ "bound[added]", 0, "10.0.0.1", 0, 0, OWN, OWN, ADDRESSES },
	{ "bound[added-broadcast]", 0, "10.0.0.255", 0, 0, OWN, OWN, ADDRESSES },
	{ "bound[second-interface]", 0, "10.1.0.1", 0, 0, OWN, OWN, SECOND },
	{ "bound[other-interface]", 0, "127.0.0.1", 0, 0, OWN, OWN,
	  SECOND | ON_SECOND },
	{ "bound[on-lo]", 0, "127.0.0.1", 0, 0, OWN, OWN, ON_LO },
	{ "bound[long]", 0, "127.0.0.1", 0, 0, OWN, 128, 0 },
	{ "bound[port]", 0, "127.0.0.1", 5000, 0, OWN, OWN, 0 },
	/* There are no privileged ports here. */
	{ "bound[port-privileged]", 0, "127.0.0.1", 80, 0, OWN, OWN, UNPRIVILEGED },
	{ "bound[freebind]", 0, "192.0.2.1", 0, 0, OWN, OWN, FREEBIND },
	{ "bound[transparent]", 0, "192.0.2.1", 0, 0, OWN, OWN, TRANSPARENT },
	{ "bound[nonlocal-setting]", 0, "192.0.2.1", 0, 0, OWN, OWN, NONLOCAL4 },
	/* Programs at BPF_CGROUP_INET4_BIND and _POST_BIND are not asked. */
	{ "bound[not-asked-cgroup]", 0, "127.0.0.1", 5000, 0, OWN, OWN, BY_CGROUP },
};

static const struct row rows6[] = {
	{ "addrlen_short[0]", EINVAL, "::1", 0, 0, OWN, 0, 0 },
	{ "addrlen_short[family]", EINVAL, "::1", 0, 0, OWN, 2, 0 },
	{ "addrlen_short[16]", EINVAL, "::1", 0, 0, OWN, 16, 0 },
	{ "addrlen_short[23]", EINVAL, "::1", 0, 0, OWN, 23, 0 },
	{ "addrlen_short[before-mapped]", EINVAL, "::ffff:127.0.0.1", 0, 0, OWN, 23,
	  0 },
	{ "addrlen_short[before-not-local]", EINVAL, "2001:db8::1", 0, 0, OWN, 23, 0 },

	{ "family_differs[inet]", EINVAL, "::1", 0, 0, AF_INET, OWN, 0 },
	{ "family_differs[unspec]", EINVAL, "::1", 0, 0, AF_UNSPEC, OWN, 0 },
	{ "family_differs[unspec,any]", EINVAL, "::", 0, 0, AF_UNSPEC, OWN, 0 },
	{ "family_differs[unix]", EINVAL, "::1", 0, 0, AF_UNIX, OWN, 0 },
	{ "family_differs[unknown]", EINVAL, "::1", 0, 0, 0xffff, OWN, 0 },
	{ "family_differs[before-mapped]", EINVAL, "::ffff:127.0.0.1", 0, 0, AF_INET,
	  OWN, 0 },
	{ "family_differs[before-not-local]", EINVAL, "2001:db8::1", 0, 0, AF_UNSPEC,
	  OWN, 0 },
	{ "family_differs[before-no-interface]", EINVAL, "fe80::1", 0, 99, AF_UNSPEC,
	  OWN, 0 },

	{ "mapped[local]", EADDRNOTAVAIL, "::ffff:127.0.0.1", 0, 0, OWN, OWN, 0 },
	{ "mapped[any]", EADDRNOTAVAIL, "::ffff:0.0.0.0", 0, 0, OWN, OWN, 0 },
	{ "mapped[foreign]", EADDRNOTAVAIL, "::ffff:192.0.2.1", 0, 0, OWN, OWN, 0 },
	{ "mapped[freebind]", EADDRNOTAVAIL, "::ffff:127.0.0.1", 0, 0, OWN, OWN,
	  FREEBIND },
	{ "mapped[nonlocal-settings]", EADDRNOTAVAIL, "::ffff:127.0.0.1", 0, 0, OWN,
	  OWN, NONLOCAL4 | NONLOCAL6 },
	{ "mapped[before-connected]", EADDRNOTAVAIL, "::ffff:127.0.0.1", 0, 0, OWN, OWN,
	  CONNECTED },

	{ "connected[local]", EINVAL, "::1", 0, 0, OWN, OWN, CONNECTED },
	{ "connected[any]", EINVAL, "::", 0, 0, OWN, OWN, CONNECTED },
	{ "connected[bound-before]", EINVAL, "::1", 0, 0, OWN, OWN, BOUND | CONNECTED },
	{ "connected[before-not-local]", EINVAL, "2001:db8::1", 0, 0, OWN, OWN,
	  CONNECTED },
	{ "connected[before-no-interface]", EINVAL, "fe80::1", 0, 99, OWN, OWN,
	  CONNECTED },
	{ "connected[multicast]", EINVAL, "ff05::1", 0, 0, OWN, OWN, CONNECTED },

	{ "link_local_without_scope[of-lo]", EINVAL, "fe80::1", 0, 0, OWN, OWN,
	  ADDRESSES },
	{ "link_local_without_scope[first]", EINVAL, "fe80::", 0, 0, OWN, OWN, 0 },
	{ "link_local_without_scope[last]", EINVAL,
	  "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0, 0, OWN, OWN, 0 },
	{ "link_local_without_scope[not-passed]", EINVAL, "fe80::1", 0, 1, OWN,
	  WITHOUT_SCOPE, ADDRESSES },
	{ "link_local_without_scope[27-bytes]", EINVAL, "fe80::1", 0, 1, OWN, 27,
	  ADDRESSES },
	{ "link_local_without_scope[multicast-interface]", EINVAL, "ff01::1", 0, 0, OWN,
	  OWN, 0 },
	{ "link_local_without_scope[multicast-link]", EINVAL, "ff02::1", 0, 0, OWN, OWN,
	  0 },
	{ "link_local_without_scope[multicast-flags]", EINVAL, "ff12::1", 0, 0, OWN,
	  OWN, 0 },
	{ "link_local_without_scope[freebind]", EINVAL, "fe80::1", 0, 0, OWN, OWN,
	  FREEBIND },

	{ "scope_without_interface[link-local]", ENODEV, "fe80::1", 0, 99, OWN, OWN,
	  0 },
	{ "scope_without_interface[multicast]", ENODEV, "ff02::1", 0, 99, OWN, OWN, 0 },
	{ "scope_without_interface[on-lo]", ENODEV, "fe80::1", 0, 99, OWN, OWN,
	  ADDRESSES | ON_LO },
	{ "scope_without_interface[freebind]", ENODEV, "fe80::1", 0, 99, OWN, OWN,
	  FREEBIND },

	{ "address_not_local[documentation]", EADDRNOTAVAIL, "2001:db8::1", 0, 0, OWN,
	  OWN, 0 },
	{ "address_not_local[after-loopback]", EADDRNOTAVAIL, "::2", 0, 0, OWN, OWN,
	  0 },
	{ "address_not_local[compatible]", EADDRNOTAVAIL, "::127.0.0.1", 0, 0, OWN, OWN,
	  0 },
	{ "address_not_local[link-local]", EADDRNOTAVAIL, "fe80::2", 0, 1, OWN, OWN,
	  ADDRESSES },
	{ "address_not_local[site-local]", EADDRNOTAVAIL, "fec0::1", 0, 0, OWN, OWN,
	  0 },
	{ "address_not_local[on-lo]", EADDRNOTAVAIL, "2001:db8::1", 0, 0, OWN, OWN,
	  ON_LO },
	{ "address_not_local[ipv4-setting]", EADDRNOTAVAIL, "2001:db8::1", 0, 0, OWN,
	  OWN, NONLOCAL4 },
	{ "address_not_local[scope-of-other]", EADDRNOTAVAIL, "fe80::1", 0, 2, OWN, OWN,
	  ADDRESSES | SECOND },
	{ "address_not_local[loopback-on-other]", EADDRNOTAVAIL, "::1", 0, 0, OWN, OWN,
	  SECOND | ON_SECOND },
	{ "address_not_local[scope-over-device]", EADDRNOTAVAIL, "fe80::1", 0, 2, OWN,
	  OWN, ADDRESSES | SECOND | ON_LO },
	{ "address_not_local[bound-before]", EADDRNOTAVAIL, "2001:db8::1", 0, 0, OWN,
	  OWN, BOUND },

	{ "bound_again[same]", 0, "::1", 0, 0, OWN, OWN, BOUND },
	{ "bound_again[other]", 0, "fd00::1", 0, 0, OWN, OWN, ADDRESSES | BOUND },
	{ "bound_again[any]", 0, "::", 0, 0, OWN, OWN, BOUND },
	{ "bound_again[multicast]", 0, "ff05::1", 0, 0, OWN, OWN, BOUND },

	{ "bound[any]", 0, "::", 0, 0, OWN, OWN, 0 },
	{ "bound[loopback]", 0, "::1", 0, 0, OWN, OWN, 0 },
	{ "bound[without-scope]", 0, "::1", 0, 0, OWN, WITHOUT_SCOPE, 0 },
	{ "bound[long]", 0, "::1", 0, 0, OWN, 128, 0 },
	{ "bound[added]", 0, "fd00::1", 0, 0, OWN, OWN, ADDRESSES },
	{ "bound[link-local]", 0, "fe80::1", 0, 1, OWN, OWN, ADDRESSES },
	{ "bound[link-local,on-lo]", 0, "fe80::1", 0, 0, OWN, OWN, ADDRESSES | ON_LO },
	{ "bound[link-local,on-lo,without-scope]", 0, "fe80::1", 0, 0, OWN,
	  WITHOUT_SCOPE, ADDRESSES | ON_LO },
	/* The scope goes before the device. */
	{ "bound[link-local,scope-over-device]", 0, "fe80::1", 0, 1, OWN, OWN,
	  ADDRESSES | SECOND | ON_SECOND },
	{ "bound[multicast-link]", 0, "ff02::1", 0, 1, OWN, OWN, 0 },
	{ "bound[multicast-link,on-lo]", 0, "ff02::1", 0, 0, OWN, OWN, ON_LO },
	{ "bound[multicast-reserved]", 0, "ff00::1", 0, 0, OWN, OWN, 0 },
	{ "bound[multicast-realm]", 0, "ff03::1", 0, 0, OWN, OWN, 0 },
	{ "bound[multicast-site]", 0, "ff05::1", 0, 0, OWN, OWN, 0 },
	{ "bound[multicast-global]", 0, "ff0e::1", 0, 0, OWN, OWN, 0 },
	/* A scope that says nothing of such an address is not looked at. */
	{ "bound[scope-ignored]", 0, "::1", 0, 99, OWN, OWN, 0 },
	{ "bound[scope-ignored,any]", 0, "::", 0, 99, OWN, OWN, 0 },
	{ "bound[scope-ignored,site-multicast]", 0, "ff05::1", 0, 99, OWN, OWN, 0 },
	{ "bound[other-interface]", 0, "fd00::1", 0, 0, OWN, OWN,
	  ADDRESSES | SECOND | ON_SECOND },
	{ "bound[freebind]", 0, "2001:db8::1", 0, 0, OWN, OWN, FREEBIND },
	{ "bound[transparent]", 0, "2001:db8::1", 0, 0, OWN, OWN, TRANSPARENT },
	{ "bound[nonlocal-setting]", 0, "2001:db8::1", 0, 0, OWN, OWN, NONLOCAL6 },
	{ "bound[freebind,link-local]", 0, "fe80::2", 0, 1, OWN, OWN, FREEBIND },
	{ "bound[port-privileged]", 0, "::1", 80, 0, OWN, OWN, UNPRIVILEGED },
	{ "bound[not-asked-cgroup]", 0, "::1", 5000, 0, OWN, OWN, BY_CGROUP },
};

static struct address address_of(const struct row *row)
{
	struct address made = ip_address(row->address, row->port);

	if (row->scope)
		made = inet6_scoped(row->address, row->port, row->scope);
	if (row->family != OWN)
		made = with_family(made, row->family);
	if (row->addrlen != OWN)
		made = with_length(made, row->addrlen);
	return made;
}

static int make_socket(int domain, int protocol, unsigned int given)
{
	int fd = must_socket(domain, SOCK_RAW, protocol);
	int level = domain == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
	struct address local = ip_address(domain == AF_INET ? "127.0.0.1" : "::1", 0);

	if (given & FREEBIND)
		must_option(fd, level,
			    domain == AF_INET ? IP_FREEBIND : LINUX_IPV6_FREEBIND, 1);
	if (given & TRANSPARENT)
		must_option(fd, level,
			    domain == AF_INET ? IP_TRANSPARENT : LINUX_IPV6_TRANSPARENT,
			    1);
	if (given & ON_LO)
		must_device(fd, "lo");
	if (given & ON_SECOND)
		must_device(fd, "second");
	if (given & BOUND)
		must_bind(fd, local);
	if (given & CONNECTED)
		must_connect(fd, local);
	return fd;
}

static void check(int domain, const struct row *row)
{
	int fd;

	prepare_network(domain, row->given);
	fd = make_socket(domain, IPPROTO_UDP, row->given);
	if (row->error)
		expect_errno(row->error, bind_to(fd, address_of(row)));
	else
		expect_value(0, bind_to(fd, address_of(row)));
}

static void check_inet(const void *row)
{
	check(AF_INET, row);
}

static void check_inet6(const void *row)
{
	check(AF_INET6, row);
}

static unsigned int needs_of(const struct row *row)
{
	return (row->given & SECOND ? NEEDS_INTERFACE : 0U) |
	       (row->given & BY_CGROUP ? NEEDS_REAL_ROOT | NEEDS_CGROUP : 0U);
}

static unsigned long long caps_of(const struct row *row)
{
	return SC_CAP(LINUX_CAP_NET_RAW) |
	       (row->given & (TRANSPARENT | ADDRESSES | SECOND)
			? SC_CAP(LINUX_CAP_NET_ADMIN)
			: 0);
}

CASES(raw)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		add_case(.name = name_case("bind.raw.%s", rows[i].name),
			 .run_row = check_inet, .row = &rows[i],
			 .needs = needs_of(&rows[i]), .caps = caps_of(&rows[i]),
			 .since = rows[i].given & FOREIGN4 ? LINUX(5, 17) : 0);
	for (size_t i = 0; i < COUNT(rows6); i++)
		add_case(.name = name_case("bind.raw6.%s", rows6[i].name),
			 .run_row = check_inet6, .row = &rows6[i],
			 .needs = needs_of(&rows6[i]), .caps = caps_of(&rows6[i]),
			 .has = { FEATURE_FAMILY(AF_INET6) });
}

/* Protocols: each with the name that it has after bind(2), whatever port was passed. */
static const struct name {
	const char *name;
	int protocol;
	const char *address;
	unsigned int scope; /* of the name: the interface */
	unsigned int given;
} names[] = {
	{ "udp", IPPROTO_UDP, "127.0.0.1", 0, 0 },
	{ "icmp", IPPROTO_ICMP, "127.0.0.2", 0, 0 },
	{ "raw", IPPROTO_RAW, "127.0.0.1", 0, 0 },
	{ "200", 200, "127.0.0.1", 0, 0 },
	{ "multicast", IPPROTO_UDP, "224.0.0.1", 0, 0 },
	{ "broadcast", IPPROTO_UDP, "255.255.255.255", 0, 0 },
	{ "foreign", IPPROTO_UDP, "192.0.2.1", 0, FREEBIND },
	{ "bound-again", IPPROTO_UDP, "127.0.0.3", 0, BOUND },
	{ "inet6,udp", IPPROTO_UDP, "::1", 0, 0 },
	{ "inet6,icmpv6", IPPROTO_ICMPV6, "::1", 0, 0 },
	{ "inet6,link-local", IPPROTO_UDP, "fe80::1", 1, ADDRESSES },
	{ "inet6,multicast-link", IPPROTO_UDP, "ff02::1", 1, 0 },
	{ "inet6,multicast-site", IPPROTO_UDP, "ff05::1", 0, 0 },
	{ "inet6,multicast-site,on-lo", IPPROTO_UDP, "ff05::1", 0, ON_LO },
	{ "inet6,foreign", IPPROTO_UDP, "2001:db8::1", 0, FREEBIND },
	{ "inet6,bound-again", IPPROTO_UDP, "ff05::1", 0, BOUND },
};

static void name_after_bind(const void *data)
{
	const struct name *row = data;
	struct address name = ip_address(row->address, (unsigned int)row->protocol);
	struct address bound = ip_address(row->address, 5000);
	int domain = name.length == sizeof(struct sockaddr_in) ? AF_INET : AF_INET6;
	int fd;

	if (row->scope) {
		name = inet6_scoped(row->address, (unsigned int)row->protocol,
				    row->scope);
		bound = inet6_scoped(row->address, 5000, row->scope);
	}
	prepare_network(domain, row->given);
	fd = make_socket(domain, row->protocol, row->given);
	must_bind(fd, bound);
	expect_name(name.bytes, (unsigned int)name.length, fd);
}

CASES(names)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		bool v6 = names[i].name[0] == 'i' && names[i].name[1] == 'n';
		bool free4 = !v6 && names[i].given & FREEBIND;

		add_case(.name = name_case("bind.name.raw[%s]", names[i].name),
			 .run_row = name_after_bind, .row = &names[i],
			 .has = { FEATURE_FAMILY(v6 ? AF_INET6 : AF_INET) },
			 .caps = SC_CAP(LINUX_CAP_NET_RAW) |
				 SC_CAP(LINUX_CAP_NET_ADMIN),
			 .since = free4 ? LINUX(5, 17) : 0);
	}
}

/* A bind(2) that fails leaves the name that there was. */
CASE("bind.name.raw[after-failure]", NEEDS_RAW)
{
	struct address name = inet("127.0.0.1", IPPROTO_UDP);
	int fd = make_socket(AF_INET, IPPROTO_UDP, BOUND);

	must(bind_to(fd, inet("192.0.2.1", 0)) == -EADDRNOTAVAIL, "it is bound");
	expect_name(name.bytes, sizeof(struct sockaddr_in), fd);
}

CASE("bind.name.raw[inet6,after-failure]", NEEDS_RAW,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct address name = inet6("::1", IPPROTO_UDP);
	int fd = make_socket(AF_INET6, IPPROTO_UDP, BOUND);

	must(bind_to(fd, inet6("2001:db8::1", 0)) == -EADDRNOTAVAIL, "it is bound");
	expect_name(name.bytes, sizeof(struct sockaddr_in6), fd);
}

/* One address serves any number of raw sockets, of one protocol or of several. */
CASE("bind.raw.bound[shared]", NEEDS_RAW)
{
	int first = must_socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
	int second = must_socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
	int third = must_socket(AF_INET, SOCK_RAW, IPPROTO_TCP);

	expect_value(0, bind_to(first, inet("127.0.0.1", 5000)));
	expect_value(0, bind_to(second, inet("127.0.0.1", 5000)));
	expect_value(0, bind_to(third, inet("127.0.0.1", 5000)));
}

CASE("bind.raw6.bound[shared]", NEEDS_RAW, .has = { FEATURE_FAMILY(AF_INET6) })
{
	int first = must_socket(AF_INET6, SOCK_RAW, IPPROTO_UDP);
	int second = must_socket(AF_INET6, SOCK_RAW, IPPROTO_UDP);

	expect_value(0, bind_to(first, inet6("::1", 5000)));
	expect_value(0, bind_to(second, inet6("::1", 5000)));
}

/* Once it is disconnected, a raw socket can be bound again. */
CASE("bind.raw.bound[disconnected]", NEEDS_RAW)
{
	int fd = make_socket(AF_INET, IPPROTO_UDP, CONNECTED);

	must_connect(fd, family_only(AF_UNSPEC, sizeof(struct sockaddr_in)));
	expect_value(0, bind_to(fd, inet("127.0.0.1", 0)));
}

CASE("bind.raw6.bound[disconnected]", NEEDS_RAW, .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = make_socket(AF_INET6, IPPROTO_UDP, CONNECTED);

	must_connect(fd, family_only(AF_UNSPEC, sizeof(struct sockaddr_in6)));
	expect_value(0, bind_to(fd, inet6("::1", 0)));
}

/* Where a packet, as a raw socket receives it, has UDP's destination port: behind the
 * header of IP. */
#define PORT_AT (20 + 2)

/*
 * What comes to a raw socket that is bound: datagrams to its address and to no other.
 * The one for another address, told apart by its port, is sent first, so that it would
 * be there by then.
 */
static void check_packets(int fd, const char *address, const char *other)
{
	struct address to = inet(address, 9);
	int sender = must_socket(AF_INET, SOCK_DGRAM, 0);
	unsigned char bytes[128];

	if (nothing_behind())
		return;
	must_send(sender, inet(other, 10));
	must_send(sender, to);
	wait_readable(fd);
	memset(bytes, 0, sizeof(bytes));
	expect_that(t_recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT, NULL, NULL) > 0,
		    "nothing comes to the address that it is bound to");
	expect_that(!bytes[PORT_AT] && bytes[PORT_AT + 1] == 9,
		    "what comes was for another address");
	expect_that(t_recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT, NULL, NULL) ==
			    -EAGAIN,
		    "more comes than was for its address");
}

CASE("bind.raw.bound[packets]", NEEDS_RAW)
{
	int fd = must_socket(AF_INET, SOCK_RAW, IPPROTO_UDP);

	expect_value(0, bind_to(fd, inet("127.0.0.2", 0)));
	check_packets(fd, "127.0.0.2", "127.0.0.1");
}

/* Bound again, it has the second address only. */
CASE("bind.raw.bound_again[packets]", NEEDS_RAW)
{
	int fd = make_socket(AF_INET, IPPROTO_UDP, BOUND);

	expect_value(0, bind_to(fd, inet("127.0.0.2", 0)));
	check_packets(fd, "127.0.0.2", "127.0.0.1");
}

/* A bind(2) that is refused leaves the address at which it receives. */
CASE("bind.raw.address_not_local[packets]", NEEDS_RAW)
{
	int fd = make_socket(AF_INET, IPPROTO_UDP, BOUND);

	expect_errno(EADDRNOTAVAIL, bind_to(fd, inet("192.0.2.1", 0)));
	check_packets(fd, "127.0.0.1", "127.0.0.2");
}

/*
 * The same for AF_INET6, which has one address that is local from the start: a route to
 * one that is added comes when it pleases.  So one socket is bound to an address that
 * nobody has, and sees nothing of what comes to the others.
 */
CASE("bind.raw6.bound[packets]", NEEDS_RAW, .has = { FEATURE_FAMILY(AF_INET6) })
{
	int elsewhere = make_socket(AF_INET6, IPPROTO_UDP, FREEBIND);
	int fd = must_socket(AF_INET6, SOCK_RAW, IPPROTO_UDP);
	unsigned char bytes[64];

	expect_value(0, bind_to(elsewhere, inet6("2001:db8::1", 0)));
	expect_value(0, bind_to(fd, inet6("::1", 0)));
	if (nothing_behind())
		return;
	must_send(must_socket(AF_INET6, SOCK_DGRAM, 0), inet6("::1", 9));
	wait_readable(fd);
	expect_that(t_recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT, NULL, NULL) > 0,
		    "nothing comes to the address that it is bound to");
	expect_that(t_recvfrom(elsewhere, bytes, sizeof(bytes), MSG_DONTWAIT, NULL,
			       NULL) == -EAGAIN,
		    "what was for another address comes too");
}

/* What is sent comes from the address that the socket is bound to. */
CASE("bind.raw.bound[source]", NEEDS_RAW)
{
	struct sockaddr_in from = { .sin_family = AF_UNSPEC };
	socklen_t length = sizeof(from);
	int fd = must_socket(AF_INET, SOCK_RAW, 200);
	int receiver = must_socket(AF_INET, SOCK_RAW, 200);
	struct address bound = inet("127.0.0.2", 0);
	unsigned char bytes[64];

	must_bind(receiver, inet("127.0.0.1", 0));
	expect_value(0, bind_to(fd, bound));
	if (nothing_behind())
		return;
	must_send(fd, inet("127.0.0.1", 0));
	wait_readable(receiver);
	expect_that(t_recvfrom(receiver, bytes, sizeof(bytes), MSG_DONTWAIT, &from,
			       &length) > 0,
		    "nothing comes");
	expect_that(!memcmp(&from.sin_addr,
			    bound.bytes + offsetof(struct sockaddr_in, sin_addr), 4),
		    "it comes from another address");
}

/* Bound to multicast or broadcast, it sends from an address of the device: raw_bind().
 */
static void sends_from_device(const char *bound)
{
	struct sockaddr_in from = { .sin_family = AF_UNSPEC };
	socklen_t length = sizeof(from);
	int fd = must_socket(AF_INET, SOCK_RAW, 200);
	int receiver = must_socket(AF_INET, SOCK_RAW, 200);
	struct address source = inet("127.0.0.1", 0);
	unsigned char bytes[64];

	must_bind(receiver, inet("127.0.0.1", 0));
	expect_value(0, bind_to(fd, inet(bound, 0)));
	if (nothing_behind())
		return;
	must_send(fd, inet("127.0.0.1", 0));
	wait_readable(receiver);
	expect_that(t_recvfrom(receiver, bytes, sizeof(bytes), MSG_DONTWAIT, &from,
			       &length) > 0,
		    "nothing comes");
	expect_that(!memcmp(&from.sin_addr,
			    source.bytes + offsetof(struct sockaddr_in, sin_addr), 4),
		    "it comes from an address that is not the device's");
}

CASE("bind.raw.bound[multicast,source]", NEEDS_RAW)
{
	sends_from_device("224.0.0.1");
}

CASE("bind.raw.bound[broadcast,source]", NEEDS_RAW)
{
	sends_from_device("127.255.255.255");
}

CASE("bind.raw.bound[all-broadcast,source]", NEEDS_RAW)
{
	sends_from_device("255.255.255.255");
}
