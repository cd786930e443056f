/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ping.c - bind(2) of ICMP echo sockets: the address, and the port that is the
 * identifier of their echo requests.
 */
#include <arpa/inet.h>
#include <string.h>

#include "sockcheck.h"

#define ID 5000

/* What is set before bind(2), or wrong besides the address. */
enum {
	FREEBIND = 1 << 0,    /* IP_FREEBIND, or that of IPv6 */
	TRANSPARENT = 1 << 1, /* IP_TRANSPARENT, or that of IPv6 */
	NONLOCAL4 = 1 << 2,   /* net.ipv4.ip_nonlocal_bind */
	NONLOCAL6 = 1 << 3,   /* net.ipv6.ip_nonlocal_bind */
	ON_LO = 1 << 4,	      /* SO_BINDTODEVICE "lo" */
	SECOND = 1 << 5,      /* there is a second interface, without the address */
	ON_SECOND = 1 << 6,   /* SO_BINDTODEVICE to that */
	ADDRESSES = 1 << 7,   /* lo has 10.0.0.1/24 or fe80::1 and fd00::1 */
	BOUND = 1 << 8,	      /* the socket is bound, to the identifier 6000 */
	BOUND_ANY = 1 << 9,   /* or to one that the kernel chose */
	CONNECTED = 1 << 10,  /* connected, without having been bound */
	TAKEN = 1 << 11,      /* another socket has ID, with any address */
	TAKEN_ELSEWHERE = 1 << 12, /* with another address, of the other family */
	REUSE = 1 << 13,	   /* SO_REUSEADDR on it, then: else it is taken off */
	REUSE_OTHER = 1 << 14,	   /* SO_REUSEADDR on the other: likewise */
	REUSEPORT = 1 << 15,	   /* SO_REUSEPORT on both */
	UDP_HAS_IT = 1 << 16,	   /* a UDP socket has the port */
	UNPRIVILEGED = 1 << 17,	   /* CAP_NET_BIND_SERVICE is given up */
	BY_CGROUP = 1 << 18,	   /* a cgroup's program refuses TCP and UDP */
	OTHER_DEVICE = 1 << 19,	   /* the other is bound to the second interface */
	AS_MADE = 1 << 20, /* SO_REUSEADDR of both is as socket(2) left it: on */
};

struct row {
	const char *name;
	int error; /* 0: it is bound */
	const char *address;
	unsigned int port;
	unsigned int scope;
	int family;  /* OWN: that of the address */
	int addrlen; /* OWN: the address's own */
	unsigned int given;
};

#define OWN -1

static const struct row rows[] = {
	{ "addrlen_short[0]", EINVAL, "127.0.0.1", ID, 0, OWN, 0, 0 },
	{ "addrlen_short[family]", EINVAL, "127.0.0.1", ID, 0, OWN, 2, 0 },
	{ "addrlen_short[15]", EINVAL, "127.0.0.1", ID, 0, OWN, 15, 0 },
	{ "addrlen_short[before-family]", EINVAL, "127.0.0.1", ID, 0, AF_INET6, 15, 0 },
	{ "addrlen_short[before-multicast]", EINVAL, "224.0.0.1", ID, 0, OWN, 15, 0 },
	{ "addrlen_short[before-not-local]", EINVAL, "192.0.2.1", ID, 0, OWN, 15, 0 },
	{ "addrlen_short[before-in-use]", EINVAL, "127.0.0.1", ID, 0, OWN, 15, TAKEN },

	{ "family_unsupported[inet6]", EAFNOSUPPORT, "127.0.0.1", ID, 0, AF_INET6, OWN,
	  0 },
	{ "family_unsupported[inet6,any]", EAFNOSUPPORT, "0.0.0.0", ID, 0, AF_INET6,
	  OWN, 0 },
	{ "family_unsupported[unix]", EAFNOSUPPORT, "0.0.0.0", ID, 0, AF_UNIX, OWN, 0 },
	{ "family_unsupported[unknown]", EAFNOSUPPORT, "0.0.0.0", ID, 0, 0xffff, OWN,
	  0 },
	{ "family_unsupported[before-multicast]", EAFNOSUPPORT, "224.0.0.1", ID, 0,
	  AF_UNIX, OWN, 0 },
	{ "family_unsupported[before-not-local]", EAFNOSUPPORT, "192.0.2.1", ID, 0,
	  AF_UNIX, OWN, 0 },
	{ "family_unsupported[before-bound]", EAFNOSUPPORT, "127.0.0.1", ID, 0, AF_UNIX,
	  OWN, BOUND },
	{ "family_unsupported[before-in-use]", EAFNOSUPPORT, "127.0.0.1", ID, 0,
	  AF_UNIX, OWN, TAKEN },

	{ "unspec_not_any[local]", EAFNOSUPPORT, "127.0.0.1", ID, 0, AF_UNSPEC, OWN,
	  0 },
	{ "unspec_not_any[last-bit]", EAFNOSUPPORT, "0.0.0.1", ID, 0, AF_UNSPEC, OWN,
	  0 },
	{ "unspec_not_any[first-bit]", EAFNOSUPPORT, "128.0.0.0", ID, 0, AF_UNSPEC, OWN,
	  0 },
	{ "unspec_not_any[before-multicast]", EAFNOSUPPORT, "224.0.0.1", ID, 0,
	  AF_UNSPEC, OWN, 0 },
	{ "unspec_not_any[before-not-local]", EAFNOSUPPORT, "192.0.2.1", ID, 0,
	  AF_UNSPEC, OWN, 0 },
	{ "unspec_not_any[before-bound]", EAFNOSUPPORT, "127.0.0.1", ID, 0, AF_UNSPEC,
	  OWN, BOUND },
	{ "unspec_not_any[before-in-use]", EAFNOSUPPORT, "127.0.0.1", ID, 0, AF_UNSPEC,
	  OWN, TAKEN },

	{ "not_unicast[first-multicast]", EADDRNOTAVAIL, "224.0.0.0", ID, 0, OWN, OWN,
	  0 },
	{ "not_unicast[last-multicast]", EADDRNOTAVAIL, "239.255.255.255", ID, 0, OWN,
	  OWN, 0 },
	{ "not_unicast[broadcast]", EADDRNOTAVAIL, "255.255.255.255", ID, 0, OWN, OWN,
	  0 },
	{ "not_unicast[loopback-broadcast]", EADDRNOTAVAIL, "127.255.255.255", ID, 0,
	  OWN, OWN, 0 },
	{ "not_unicast[added-broadcast]", EADDRNOTAVAIL, "10.0.0.255", ID, 0, OWN, OWN,
	  ADDRESSES },
	{ "not_unicast[multicast,freebind]", EADDRNOTAVAIL, "224.0.0.1", ID, 0, OWN,
	  OWN, FREEBIND },
	{ "not_unicast[broadcast,freebind]", EADDRNOTAVAIL, "255.255.255.255", ID, 0,
	  OWN, OWN, FREEBIND },
	{ "not_unicast[multicast,transparent]", EADDRNOTAVAIL, "224.0.0.1", ID, 0, OWN,
	  OWN, TRANSPARENT },
	{ "not_unicast[multicast,nonlocal-setting]", EADDRNOTAVAIL, "224.0.0.1", ID, 0,
	  OWN, OWN, NONLOCAL4 },
	{ "not_unicast[broadcast,nonlocal-setting]", EADDRNOTAVAIL, "255.255.255.255",
	  ID, 0, OWN, OWN, NONLOCAL4 },
	{ "not_unicast[before-bound]", EADDRNOTAVAIL, "224.0.0.1", ID, 0, OWN, OWN,
	  BOUND },
	{ "not_unicast[before-in-use]", EADDRNOTAVAIL, "224.0.0.1", ID, 0, OWN, OWN,
	  TAKEN },

	{ "address_not_local[documentation]", EADDRNOTAVAIL, "192.0.2.1", ID, 0, OWN,
	  OWN, 0 },
	{ "address_not_local[port-zero]", EADDRNOTAVAIL, "192.0.2.1", 0, 0, OWN, OWN,
	  0 },
	{ "address_not_local[above-multicast]", EADDRNOTAVAIL, "240.0.0.0", ID, 0, OWN,
	  OWN, 0 },
	{ "address_not_local[above-loopback]", EADDRNOTAVAIL, "128.0.0.0", ID, 0, OWN,
	  OWN, 0 },
	{ "address_not_local[neighbour]", EADDRNOTAVAIL, "10.1.0.2", ID, 0, OWN, OWN,
	  SECOND },
	{ "address_not_local[ipv6-setting]", EADDRNOTAVAIL, "192.0.2.1", ID, 0, OWN,
	  OWN, NONLOCAL6 },
	{ "address_not_local[before-bound]", EADDRNOTAVAIL, "192.0.2.1", ID, 0, OWN,
	  OWN, BOUND },
	{ "address_not_local[before-in-use]", EADDRNOTAVAIL, "192.0.2.1", ID, 0, OWN,
	  OWN, TAKEN },

	{ "already_bound[other-id]", EINVAL, "127.0.0.1", ID, 0, OWN, OWN, BOUND },
	{ "already_bound[same-id]", EINVAL, "127.0.0.1", 6000, 0, OWN, OWN, BOUND },
	{ "already_bound[id-zero]", EINVAL, "127.0.0.1", 0, 0, OWN, OWN, BOUND },
	{ "already_bound[any-address]", EINVAL, "0.0.0.0", ID, 0, OWN, OWN, BOUND },
	{ "already_bound[chosen-id]", EINVAL, "127.0.0.1", ID, 0, OWN, OWN, BOUND_ANY },
	{ "already_bound[connected]", EINVAL, "127.0.0.1", ID, 0, OWN, OWN, CONNECTED },
	{ "already_bound[before-in-use]", EINVAL, "127.0.0.1", ID, 0, OWN, OWN,
	  BOUND | TAKEN },
	{ "already_bound[before-shared]", EINVAL, "127.0.0.1", ID, 0, OWN, OWN,
	  BOUND | TAKEN | REUSE | REUSE_OTHER },

	/* Only the number counts, and SO_REUSEADDR of both. */
	{ "id_in_use[any-address]", EADDRINUSE, "0.0.0.0", ID, 0, OWN, OWN, TAKEN },
	{ "id_in_use[unspec]", EADDRINUSE, "0.0.0.0", ID, 0, AF_UNSPEC, OWN, TAKEN },
	{ "id_in_use[an-address]", EADDRINUSE, "127.0.0.1", ID, 0, OWN, OWN, TAKEN },
	{ "id_in_use[other-family]", EADDRINUSE, "127.0.0.1", ID, 0, OWN, OWN,
	  TAKEN_ELSEWHERE },
	{ "id_in_use[reuseaddr-here]", EADDRINUSE, "127.0.0.1", ID, 0, OWN, OWN,
	  TAKEN | REUSE },
	{ "id_in_use[reuseaddr-there]", EADDRINUSE, "127.0.0.1", ID, 0, OWN, OWN,
	  TAKEN | REUSE_OTHER },
	{ "id_in_use[reuseport]", EADDRINUSE, "127.0.0.1", ID, 0, OWN, OWN,
	  TAKEN | REUSEPORT },
	{ "id_in_use[other-device]", EADDRINUSE, "127.0.0.1", ID, 0, OWN, OWN,
	  TAKEN | SECOND | OTHER_DEVICE | ON_LO },
	{ "shared_by_reuseaddr[both]", 0, "127.0.0.1", ID, 0, OWN, OWN,
	  TAKEN | REUSE | REUSE_OTHER },
	{ "shared_by_reuseaddr[other-family]", 0, "127.0.0.1", ID, 0, OWN, OWN,
	  TAKEN_ELSEWHERE | REUSE | REUSE_OTHER },

	{ "shared_by_reuseaddr[from-start]", 0, "127.0.0.1", ID, 0, OWN, OWN,
	  TAKEN | AS_MADE },
	{ "shared_by_reuseaddr[any-address]", 0, "0.0.0.0", ID, 0, OWN, OWN,
	  TAKEN | AS_MADE },
	{ "shared_by_reuseaddr[unspec]", 0, "0.0.0.0", ID, 0, AF_UNSPEC, OWN,
	  TAKEN | AS_MADE },

	{ "bound_to_any_id[any]", 0, "0.0.0.0", 0, 0, OWN, OWN, 0 },
	{ "bound_to_any_id[unspec]", 0, "0.0.0.0", 0, 0, AF_UNSPEC, OWN, 0 },
	{ "bound_to_any_id[loopback]", 0, "127.0.0.1", 0, 0, OWN, OWN, 0 },
	{ "bound_to_any_id[taken]", 0, "127.0.0.1", 0, 0, OWN, OWN, TAKEN },

	{ "bound[any]", 0, "0.0.0.0", ID, 0, OWN, OWN, 0 },
	{ "bound[unspec]", 0, "0.0.0.0", ID, 0, AF_UNSPEC, OWN, 0 },
	{ "bound[loopback]", 0, "127.0.0.1", ID, 0, OWN, OWN, 0 },
	{ "bound[loopback-subnet]", 0, "127.255.255.254", ID, 0, OWN, OWN, 0 },
	{ "bound[added]", 0, "10.0.0.1", ID, 0, OWN, OWN, ADDRESSES },
	{ "bound[second-interface]", 0, "10.1.0.1", ID, 0, OWN, OWN, SECOND },
	{ "bound[other-interface]", 0, "127.0.0.1", ID, 0, OWN, OWN,
	  SECOND | ON_SECOND },
	{ "bound[long]", 0, "127.0.0.1", ID, 0, OWN, 128, 0 },
	{ "bound[first-id]", 0, "127.0.0.1", 1, 0, OWN, OWN, UNPRIVILEGED },
	{ "bound[privileged]", 0, "127.0.0.1", 1023, 0, OWN, OWN, UNPRIVILEGED },
	{ "bound[last-id]", 0, "127.0.0.1", 65535, 0, OWN, OWN, 0 },
	{ "bound[neighbouring-id]", 0, "127.0.0.1", ID + 1, 0, OWN, OWN, TAKEN },
	/* The kernel's table has 64 slots: the next identifier of the same slot. */
	{ "bound[same-slot]", 0, "127.0.0.1", ID + 64, 0, OWN, OWN, TAKEN },
	{ "bound[udp-has-it]", 0, "127.0.0.1", ID, 0, OWN, OWN, UDP_HAS_IT },
	{ "bound[freebind]", 0, "192.0.2.1", ID, 0, OWN, OWN, FREEBIND },
	{ "bound[transparent]", 0, "192.0.2.1", ID, 0, OWN, OWN, TRANSPARENT },
	{ "bound[nonlocal-setting]", 0, "192.0.2.1", ID, 0, OWN, OWN, NONLOCAL4 },
	{ "bound[not-asked-cgroup]", 0, "127.0.0.1", ID, 0, OWN, OWN, BY_CGROUP },
};

/* Names that begin with "6" are of rules of ping6; the others are common to both. */
static const struct row rows6[] = {
	{ "6.addrlen_short[0]", EINVAL, "::1", ID, 0, OWN, 0, 0 },
	{ "6.addrlen_short[family]", EINVAL, "::1", ID, 0, OWN, 2, 0 },
	{ "6.addrlen_short[16]", EINVAL, "::1", ID, 0, OWN, 16, 0 },
	{ "6.addrlen_short[without-scope]", EINVAL, "::1", ID, 0, OWN, 24, 0 },
	{ "6.addrlen_short[27]", EINVAL, "::1", ID, 0, OWN, 27, 0 },
	{ "6.addrlen_short[before-family]", EINVAL, "::1", ID, 0, AF_INET, 24, 0 },
	{ "6.addrlen_short[before-not-local]", EINVAL, "2001:db8::1", ID, 0, OWN, 24,
	  0 },
	{ "6.addrlen_short[before-in-use]", EINVAL, "::1", ID, 0, OWN, 24, TAKEN },

	{ "6.family_unsupported[inet]", EAFNOSUPPORT, "::1", ID, 0, AF_INET, OWN, 0 },
	{ "6.family_unsupported[unspec]", EAFNOSUPPORT, "::1", ID, 0, AF_UNSPEC, OWN,
	  0 },
	{ "6.family_unsupported[unspec,any]", EAFNOSUPPORT, "::", ID, 0, AF_UNSPEC, OWN,
	  0 },
	{ "6.family_unsupported[unix]", EAFNOSUPPORT, "::1", ID, 0, AF_UNIX, OWN, 0 },
	{ "6.family_unsupported[before-multicast]", EAFNOSUPPORT, "ff05::1", ID, 0,
	  AF_INET, OWN, 0 },
	{ "6.family_unsupported[before-scope]", EAFNOSUPPORT, "fe80::1", ID, 0, AF_INET,
	  OWN, 0 },
	{ "6.family_unsupported[before-no-interface]", EAFNOSUPPORT, "fe80::1", ID, 99,
	  AF_INET, OWN, 0 },
	{ "6.family_unsupported[before-not-local]", EAFNOSUPPORT, "2001:db8::1", ID, 0,
	  AF_INET, OWN, 0 },
	{ "6.family_unsupported[before-bound]", EAFNOSUPPORT, "::1", ID, 0, AF_INET,
	  OWN, BOUND },
	{ "6.family_unsupported[before-in-use]", EAFNOSUPPORT, "::1", ID, 0, AF_INET,
	  OWN, TAKEN },

	{ "6.not_unicast[multicast-site]", EINVAL, "ff05::1", ID, 0, OWN, OWN, 0 },
	{ "6.not_unicast[multicast-link]", EINVAL, "ff02::1", ID, 1, OWN, OWN, 0 },
	{ "6.not_unicast[multicast,freebind]", EINVAL, "ff05::1", ID, 0, OWN, OWN,
	  FREEBIND },
	{ "6.not_unicast[multicast,nonlocal-setting]", EINVAL, "ff05::1", ID, 0, OWN,
	  OWN, NONLOCAL6 },
	{ "6.not_unicast[mapped]", EINVAL, "::ffff:127.0.0.1", ID, 0, OWN, OWN, 0 },
	{ "6.not_unicast[mapped,any]", EINVAL, "::ffff:0.0.0.0", ID, 0, OWN, OWN, 0 },
	{ "6.not_unicast[mapped,freebind]", EINVAL, "::ffff:127.0.0.1", ID, 0, OWN, OWN,
	  FREEBIND },
	{ "6.not_unicast[before-no-interface]", EINVAL, "ff05::1", ID, 99, OWN, OWN,
	  0 },
	{ "6.not_unicast[mapped,before-no-interface]", EINVAL, "::ffff:127.0.0.1", ID,
	  99, OWN, OWN, 0 },
	{ "6.not_unicast[before-in-use]", EINVAL, "ff05::1", ID, 0, OWN, OWN, TAKEN },

	{ "6.link_local_without_scope[of-lo]", EINVAL, "fe80::1", ID, 0, OWN, OWN,
	  ADDRESSES },
	{ "6.link_local_without_scope[on-lo]", EINVAL, "fe80::1", ID, 0, OWN, OWN,
	  ADDRESSES | ON_LO },
	{ "6.link_local_without_scope[last]", EINVAL,
	  "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ID, 0, OWN, OWN, 0 },
	{ "6.link_local_without_scope[freebind]", EINVAL, "fe80::1", ID, 0, OWN, OWN,
	  FREEBIND },
	{ "6.link_local_without_scope[before-in-use]", EINVAL, "fe80::1", ID, 0, OWN,
	  OWN, ADDRESSES | TAKEN },

	{ "6.scope_without_interface[link-local]", ENODEV, "fe80::1", ID, 99, OWN, OWN,
	  ADDRESSES },
	{ "6.scope_without_interface[loopback]", ENODEV, "::1", ID, 99, OWN, OWN, 0 },
	{ "6.scope_without_interface[any]", ENODEV, "::", ID, 99, OWN, OWN, 0 },
	{ "6.scope_without_interface[freebind]", ENODEV, "fe80::1", ID, 99, OWN, OWN,
	  FREEBIND },
	{ "6.scope_without_interface[nonlocal-setting]", ENODEV, "fe80::1", ID, 99, OWN,
	  OWN, NONLOCAL6 },
	{ "6.scope_without_interface[on-lo]", ENODEV, "fe80::1", ID, 99, OWN, OWN,
	  ADDRESSES | ON_LO },
	{ "6.scope_without_interface[before-not-local]", ENODEV, "2001:db8::1", ID, 99,
	  OWN, OWN, 0 },
	{ "6.scope_without_interface[before-bound]", ENODEV, "::1", ID, 99, OWN, OWN,
	  BOUND },
	{ "6.scope_without_interface[before-in-use]", ENODEV, "::1", ID, 99, OWN, OWN,
	  TAKEN },

	{ "6.address_not_local[documentation]", EADDRNOTAVAIL, "2001:db8::1", ID, 0,
	  OWN, OWN, 0 },
	{ "6.address_not_local[after-loopback]", EADDRNOTAVAIL, "::2", ID, 0, OWN, OWN,
	  0 },
	{ "6.address_not_local[compatible]", EADDRNOTAVAIL, "::127.0.0.1", ID, 0, OWN,
	  OWN, 0 },
	{ "6.address_not_local[link-local]", EADDRNOTAVAIL, "fe80::2", ID, 1, OWN, OWN,
	  ADDRESSES },
	{ "6.address_not_local[with-scope]", EADDRNOTAVAIL, "2001:db8::1", ID, 1, OWN,
	  OWN, 0 },
	{ "6.address_not_local[on-lo]", EADDRNOTAVAIL, "2001:db8::1", ID, 0, OWN, OWN,
	  ON_LO },
	{ "6.address_not_local[ipv4-setting]", EADDRNOTAVAIL, "2001:db8::1", ID, 0, OWN,
	  OWN, NONLOCAL4 },
	{ "6.address_not_local[scope-of-other]", EADDRNOTAVAIL, "fe80::1", ID, 2, OWN,
	  OWN, ADDRESSES | SECOND },
	{ "6.address_not_local[loopback-scope-of-other]", EADDRNOTAVAIL, "::1", ID, 2,
	  OWN, OWN, SECOND },
	{ "6.address_not_local[loopback-on-other]", EADDRNOTAVAIL, "::1", ID, 0, OWN,
	  OWN, SECOND | ON_SECOND },
	{ "6.address_not_local[before-bound]", EADDRNOTAVAIL, "2001:db8::1", ID, 0, OWN,
	  OWN, BOUND },
	{ "6.address_not_local[before-in-use]", EADDRNOTAVAIL, "2001:db8::1", ID, 0,
	  OWN, OWN, TAKEN },

	{ ".already_bound[inet6]", EINVAL, "::1", ID, 0, OWN, OWN, BOUND },
	{ ".already_bound[inet6,chosen-id]", EINVAL, "::1", ID, 0, OWN, OWN,
	  BOUND_ANY },
	{ ".already_bound[inet6,connected]", EINVAL, "::1", ID, 0, OWN, OWN,
	  CONNECTED },
	{ ".already_bound[inet6,before-in-use]", EINVAL, "::1", ID, 0, OWN, OWN,
	  BOUND | TAKEN },
	{ ".id_in_use[inet6,any-address]", EADDRINUSE, "::", ID, 0, OWN, OWN, TAKEN },
	{ ".id_in_use[inet6,an-address]", EADDRINUSE, "::1", ID, 0, OWN, OWN, TAKEN },
	{ ".id_in_use[inet6,other-family]", EADDRINUSE, "::1", ID, 0, OWN, OWN,
	  TAKEN_ELSEWHERE },
	{ ".id_in_use[inet6,reuseaddr-here]", EADDRINUSE, "::1", ID, 0, OWN, OWN,
	  TAKEN | REUSE },
	{ ".id_in_use[inet6,reuseaddr-there]", EADDRINUSE, "::1", ID, 0, OWN, OWN,
	  TAKEN | REUSE_OTHER },
	{ ".shared_by_reuseaddr[inet6]", 0, "::1", ID, 0, OWN, OWN,
	  TAKEN | REUSE | REUSE_OTHER },
	{ ".shared_by_reuseaddr[inet6,from-start]", 0, "::1", ID, 0, OWN, OWN,
	  TAKEN | AS_MADE },
	{ ".shared_by_reuseaddr[inet6,other-family]", 0, "::1", ID, 0, OWN, OWN,
	  TAKEN_ELSEWHERE | REUSE | REUSE_OTHER },
	{ ".bound_to_any_id[inet6,any]", 0, "::", 0, 0, OWN, OWN, 0 },
	{ ".bound_to_any_id[inet6,loopback]", 0, "::1", 0, 0, OWN, OWN, 0 },
	{ ".bound[inet6,any]", 0, "::", ID, 0, OWN, OWN, 0 },
	{ ".bound[inet6,loopback]", 0, "::1", ID, 0, OWN, OWN, 0 },
	{ ".bound[inet6,any,scope]", 0, "::", ID, 1, OWN, OWN, 0 },
	{ ".bound[inet6,loopback,scope]", 0, "::1", ID, 1, OWN, OWN, 0 },
	{ ".bound[inet6,added]", 0, "fd00::1", ID, 0, OWN, OWN, ADDRESSES },
	{ ".bound[inet6,link-local]", 0, "fe80::1", ID, 1, OWN, OWN, ADDRESSES },
	/* The scope goes before the device. */
	{ ".bound[inet6,link-local,scope-over-device]", 0, "fe80::1", ID, 1, OWN, OWN,
	  ADDRESSES | SECOND | ON_SECOND },
	{ ".bound[inet6,other-interface]", 0, "fd00::1", ID, 0, OWN, OWN,
	  ADDRESSES | SECOND | ON_SECOND },
	{ ".bound[inet6,long]", 0, "::1", ID, 0, OWN, 128, 0 },
	{ ".bound[inet6,privileged]", 0, "::1", 1, 0, OWN, OWN, UNPRIVILEGED },
	{ ".bound[inet6,freebind]", 0, "2001:db8::1", ID, 0, OWN, OWN, FREEBIND },
	{ ".bound[inet6,transparent]", 0, "2001:db8::1", ID, 0, OWN, OWN, TRANSPARENT },
	{ ".bound[inet6,nonlocal-setting]", 0, "2001:db8::1", ID, 0, OWN, OWN,
	  NONLOCAL6 },
	{ ".bound[inet6,freebind,link-local]", 0, "fe80::2", ID, 1, OWN, OWN,
	  FREEBIND },
	{ ".bound[inet6,not-asked-cgroup]", 0, "::1", ID, 0, OWN, OWN, BY_CGROUP },
};

static int echo_socket(int domain)
{
	return must_socket(domain, SOCK_DGRAM,
			   domain == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);
}

static struct address any_of(int domain, unsigned int port)
{
	return ip_address(domain == AF_INET ? "0.0.0.0" : "::", port);
}

static struct address local_of(int domain, unsigned int port)
{
	return ip_address(domain == AF_INET ? "127.0.0.1" : "::1", port);
}

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

static void prepare_network(int domain, unsigned int given)
{
	set_ping_group_range(0, 0);
	if (given & NONLOCAL4)
		set_ip_nonlocal_bind(true);
	if (given & NONLOCAL6)
		set_ipv6_nonlocal_bind(true);
	if (given & ADDRESSES && domain == AF_INET) {
		add_local_address("lo", "10.0.0.1", 24);
	} else if (given & ADDRESSES) {
		add_local_address("lo", "fd00::1", 128);
		add_local_address("lo", "fe80::1", 64);
	}
	if (given & SECOND) {
		add_interface("second");
		set_interface_up("second", true);
		if (domain == AF_INET)
			add_local_address("second", "10.1.0.1", 24);
	}
	if (given & BY_CGROUP) {
		refuse_other_binds_by_cgroup(domain, false);
		refuse_other_binds_by_cgroup(domain, true);
	}
	if (given & UNPRIVILEGED)
		drop_capability(LINUX_CAP_NET_BIND_SERVICE);
}

/* Another socket that has the identifier, or has its number otherwise. */
static void prepare_other(int domain, unsigned int given)
{
	int other_domain = domain == AF_INET ? AF_INET6 : AF_INET;
	int fd;

	if (given & UDP_HAS_IT)
		must_bind(must_socket(domain, SOCK_DGRAM, 0), local_of(domain, ID));
	if (!(given & (TAKEN | TAKEN_ELSEWHERE)))
		return;
	fd = echo_socket(given & TAKEN ? domain : other_domain);
	if (!(given & AS_MADE))
		must_option(fd, SOL_SOCKET, SO_REUSEADDR, !!(given & REUSE_OTHER));
	if (given & REUSEPORT)
		must_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (given & OTHER_DEVICE)
		must_device(fd, "second");
	must_bind(fd, given & TAKEN ? any_of(domain, ID) : any_of(other_domain, ID));
}

static int prepare_socket(int domain, unsigned int given)
{
	int level = domain == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
	int fd = echo_socket(domain);

	if (given & FREEBIND)
		must_option(fd, level,
			    domain == AF_INET ? IP_FREEBIND : LINUX_IPV6_FREEBIND, 1);
	if (given & TRANSPARENT)
		must_option(fd, level,
			    domain == AF_INET ? IP_TRANSPARENT : LINUX_IPV6_TRANSPARENT,
			    1);
	if (given & (TAKEN | TAKEN_ELSEWHERE) && !(given & AS_MADE))
		must_option(fd, SOL_SOCKET, SO_REUSEADDR, !!(given & REUSE));
	if (given & REUSEPORT)
		must_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (given & ON_LO)
		must_device(fd, "lo");
	if (given & ON_SECOND)
		must_device(fd, "second");
	if (given & BOUND)
		must_bind(fd, local_of(domain, 6000));
	if (given & BOUND_ANY)
		must_bind(fd, local_of(domain, 0));
	if (given & CONNECTED)
		must_connect(fd, local_of(domain, 0));
	return fd;
}

static void check(int domain, const struct row *row)
{
	int fd;

	prepare_network(domain, row->given);
	prepare_other(domain, row->given);
	fd = prepare_socket(domain, row->given);
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
	return row->given & (TRANSPARENT | ADDRESSES | SECOND)
		       ? SC_CAP(LINUX_CAP_NET_ADMIN)
		       : 0;
}

/* Linux 5.17 and 5.18 let echo sockets have such addresses, by mistake. */
static int since_of(const struct row *row)
{
	return strstr(row->name, "not_unicast") ? LINUX(5, 19) : 0;
}

CASES(ping)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		add_case(.name = name_case("bind.ping.%s", rows[i].name),
			 .run_row = check_inet, .row = &rows[i],
			 .needs = needs_of(&rows[i]), .caps = caps_of(&rows[i]),
			 .has = { rows[i].given & TAKEN_ELSEWHERE
					  ? FEATURE_FAMILY(AF_INET6)
					  : 0 },
			 .since = since_of(&rows[i]));
	for (size_t i = 0; i < COUNT(rows6); i++)
		add_case(.name = name_case("bind.ping%s", rows6[i].name),
			 .run_row = check_inet6, .row = &rows6[i],
			 .needs = needs_of(&rows6[i]), .caps = caps_of(&rows6[i]),
			 .has = { FEATURE_FAMILY(AF_INET6) });
}

/* The names of echo sockets: the identifier is the port, and its bytes are in order. */
CASE("bind.name.ip[ping]")
{
	struct address name = inet("127.0.0.1", 0x1234);
	int fd;

	prepare_network(AF_INET, 0);
	fd = echo_socket(AF_INET);
	must_bind(fd, name);
	expect_name(name.bytes, sizeof(struct sockaddr_in), fd);
}

CASE("bind.name.ip[ping,unspec]")
{
	struct address name = inet("0.0.0.0", 0x1234);
	int fd;

	prepare_network(AF_INET, 0);
	fd = echo_socket(AF_INET);
	must_bind(fd, with_family(name, AF_UNSPEC));
	expect_name(name.bytes, sizeof(struct sockaddr_in), fd);
}

CASE("bind.name.ip[ping6]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct address name = inet6("::1", 0x1234);
	int fd;

	prepare_network(AF_INET6, 0);
	fd = echo_socket(AF_INET6);
	must_bind(fd, name);
	expect_name(name.bytes, sizeof(struct sockaddr_in6), fd);
}

CASE("bind.name.ip[ping6,link-local]", .has = { FEATURE_FAMILY(AF_INET6) },
     .caps = SC_CAP(LINUX_CAP_NET_ADMIN))
{
	struct address name = inet6_scoped("fe80::1", 0x1234, 1);
	int fd;

	prepare_network(AF_INET6, ADDRESSES);
	fd = echo_socket(AF_INET6);
	must_bind(fd, name);
	expect_name(name.bytes, sizeof(struct sockaddr_in6), fd);
}

/* An identifier that the kernel chooses may be any but 0 and those that are in use. */
static void chosen(int domain)
{
	struct address name, other;
	int fd;

	prepare_network(domain, 0);
	fd = echo_socket(domain);
	must_bind(fd, local_of(domain, 0));
	expect_chosen_name(&name, fd);
	fd = echo_socket(domain);
	must_bind(fd, local_of(domain, 0));
	expect_chosen_name(&other, fd);
	expect_that(port_of(&name) != port_of(&other), "both have one identifier");
}

CASE("bind.name.ping_id[inet]")
{
	chosen(AF_INET);
}

CASE("bind.name.ping_id[inet6]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	chosen(AF_INET6);
}

/* Neither the range of ephemeral ports nor a connection makes a difference. */
CASE("bind.name.ping_id[outside-range]")
{
	struct address name;
	int fd;

	prepare_network(AF_INET, 0);
	set_port_range(40000, 40000);
	set_reserved_ports(1024, 39999);
	must_bind(echo_socket(AF_INET), local_of(AF_INET, 40000));
	fd = echo_socket(AF_INET);
	must_bind(fd, local_of(AF_INET, 0));
	expect_chosen_name(&name, fd);
}

CASE("bind.name.ping_id[connected]")
{
	struct address name;
	int fd;

	prepare_network(AF_INET, 0);
	fd = prepare_socket(AF_INET, CONNECTED);
	expect_chosen_name(&name, fd);
}

/* A third socket that has it no more is refused, though the two before share. */
CASE("bind.ping.id_in_use[third]")
{
	int fds[3];

	prepare_network(AF_INET, 0);
	for (size_t i = 0; i < COUNT(fds); i++)
		fds[i] = echo_socket(AF_INET);
	must_option(fds[2], SOL_SOCKET, SO_REUSEADDR, 0);
	must_bind(fds[0], local_of(AF_INET, ID));
	must_bind(fds[1], local_of(AF_INET, ID));
	expect_errno(EADDRINUSE, bind_to(fds[2], local_of(AF_INET, ID)));
}

/* One of the others suffices, whichever it is in the kernel's list. */
static void one_of_two_alone(size_t alone)
{
	int fds[3];

	prepare_network(AF_INET, 0);
	for (size_t i = 0; i < COUNT(fds); i++)
		fds[i] = echo_socket(AF_INET);
	must_bind(fds[0], local_of(AF_INET, ID));
	must_bind(fds[1], local_of(AF_INET, ID));
	must_option(fds[alone], SOL_SOCKET, SO_REUSEADDR, 0);
	expect_errno(EADDRINUSE, bind_to(fds[2], local_of(AF_INET, ID)));
}

CASE("bind.ping.id_in_use[first-alone]")
{
	one_of_two_alone(0);
}

CASE("bind.ping.id_in_use[second-alone]")
{
	one_of_two_alone(1);
}

/* A socket that is closed, or refused, has no identifier any more. */
CASE("bind.ping.bound[after-close]")
{
	int first, second;

	prepare_network(AF_INET, 0);
	first = prepare_socket(AF_INET, TAKEN);
	second = prepare_socket(AF_INET, TAKEN);
	must_bind(first, local_of(AF_INET, ID));
	must_close(first);
	expect_value(0, bind_to(second, local_of(AF_INET, ID)));
}

CASE("bind.ping.bound[after-refusal]")
{
	int first, second;

	prepare_network(AF_INET, 0);
	first = prepare_socket(AF_INET, TAKEN);
	second = prepare_socket(AF_INET, TAKEN);
	must_bind(first, local_of(AF_INET, ID));
	must(bind_to(second, local_of(AF_INET, ID)) == -EADDRINUSE, "it is bound");
	expect_value(0, bind_to(second, local_of(AF_INET, ID + 1)));
}

/* Disconnected, a socket that bind(2) gave no identifier has none. */
CASE("bind.ping.bound[disconnected]")
{
	int fd;

	prepare_network(AF_INET, 0);
	fd = prepare_socket(AF_INET, CONNECTED);
	must_connect(fd, family_only(AF_UNSPEC, sizeof(struct sockaddr_in)));
	expect_value(0, bind_to(fd, local_of(AF_INET, ID)));
}

/* ... and one that it gave an identifier keeps it. */
CASE("bind.ping.already_bound[disconnected]")
{
	int fd;

	prepare_network(AF_INET, 0);
	fd = prepare_socket(AF_INET, BOUND | CONNECTED);
	must_connect(fd, family_only(AF_UNSPEC, sizeof(struct sockaddr_in)));
	expect_errno(EINVAL, bind_to(fd, local_of(AF_INET, ID)));
}

/* What a socket that was refused still is: bound to no address, and to no interface
 * but its own. */
static bool has_no_name(int fd, int domain)
{
	struct address name = { .length = 0 }, none = family_only(domain, 0);
	socklen_t addrlen = sizeof(struct sockaddr_in6);

	sc_must(SC_LINE, t_getsockname(fd, name.bytes, &addrlen), "getsockname(2)");
	return !memcmp(name.bytes, none.bytes, sizeof(none.bytes));
}

/* SO_BINDTOIFINDEX, since Linux 5.1. */
#define LINUX_SO_BINDTOIFINDEX 62

static int device_of(int fd)
{
	int index = -1;
	socklen_t length = sizeof(index);

	sc_must(SC_LINE,
		t_getsockopt(fd, SOL_SOCKET, LINUX_SO_BINDTOIFINDEX, &index, &length),
		"getsockopt(2), SO_BINDTOIFINDEX");
	return index;
}

CASE("bind.ping.id_in_use[nothing-bound]")
{
	int fd;

	prepare_network(AF_INET, 0);
	prepare_other(AF_INET, TAKEN);
	fd = prepare_socket(AF_INET, TAKEN);
	expect_errno(EADDRINUSE, bind_to(fd, local_of(AF_INET, ID)));
	expect_that(has_no_name(fd, AF_INET), "the refused socket has a name");
}

CASE("bind.ping.id_in_use[inet6,nothing-bound]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd;

	prepare_network(AF_INET6, 0);
	prepare_other(AF_INET6, TAKEN);
	fd = prepare_socket(AF_INET6, TAKEN);
	expect_errno(EADDRINUSE, bind_to(fd, local_of(AF_INET6, ID)));
	expect_that(has_no_name(fd, AF_INET6), "the refused socket has a name");
}

/* The scope of a link-local address becomes the socket's interface... */
CASE("bind.ping.bound[inet6,device-set]", .has = { FEATURE_FAMILY(AF_INET6) },
     .caps = SC_CAP(LINUX_CAP_NET_ADMIN), .since = LINUX(5, 1))
{
	int fd;

	prepare_network(AF_INET6, ADDRESSES);
	fd = echo_socket(AF_INET6);
	expect_value(0, bind_to(fd, inet6_scoped("fe80::1", ID, 1)));
	expect_that(nothing_behind() || device_of(fd) == 1,
		    "it is not bound to the interface");
}

/* ... that of another address does not ... */
CASE("bind.ping.bound[inet6,device-not-set]", .has = { FEATURE_FAMILY(AF_INET6) },
     .since = LINUX(5, 1))
{
	int fd;

	prepare_network(AF_INET6, 0);
	fd = echo_socket(AF_INET6);
	expect_value(0, bind_to(fd, inet6_scoped("::1", ID, 1)));
	expect_that(nothing_behind() || !device_of(fd), "it is bound to the interface");
}

/* ... and where the identifier is in use, it is put back: to none, or to another. */
CASE("bind.ping.id_in_use[inet6,device-restored]", .has = { FEATURE_FAMILY(AF_INET6) },
     .caps = SC_CAP(LINUX_CAP_NET_ADMIN), .since = LINUX(5, 1))
{
	int fd;

	prepare_network(AF_INET6, ADDRESSES);
	prepare_other(AF_INET6, TAKEN);
	fd = prepare_socket(AF_INET6, TAKEN);
	expect_errno(EADDRINUSE, bind_to(fd, inet6_scoped("fe80::1", ID, 1)));
	expect_that(nothing_behind() || !device_of(fd),
		    "the refused socket is bound to an interface");
}

CASE("bind.ping.id_in_use[inet6,other-device-restored]",
     .has = { FEATURE_FAMILY(AF_INET6) }, .needs = NEEDS_INTERFACE,
     .caps = SC_CAP(LINUX_CAP_NET_ADMIN), .since = LINUX(5, 1))
{
	int fd;

	prepare_network(AF_INET6, ADDRESSES | SECOND);
	prepare_other(AF_INET6, TAKEN);
	fd = prepare_socket(AF_INET6, TAKEN | ON_SECOND);
	expect_errno(EADDRINUSE, bind_to(fd, inet6_scoped("fe80::1", ID, 1)));
	expect_that(nothing_behind() || device_of(fd) == 2,
		    "the refused socket is bound to another interface");
}

CASE("bind.ping6.address_not_local[device-kept]", .has = { FEATURE_FAMILY(AF_INET6) },
     .caps = SC_CAP(LINUX_CAP_NET_ADMIN), .since = LINUX(5, 1))
{
	int fd;

	prepare_network(AF_INET6, ADDRESSES);
	fd = echo_socket(AF_INET6);
	expect_errno(EADDRNOTAVAIL, bind_to(fd, inet6_scoped("fe80::2", ID, 1)));
	expect_that(nothing_behind() || !device_of(fd),
		    "the refused socket is bound to an interface");
}

/*
 * The identifier goes out with the echo requests, and the replies that have it come
 * back to the socket.
 */
static void check_echo(int fd, int domain)
{
	/* Type, code, checksum, identifier, sequence: the kernel fills in two. */
	unsigned char request[8] = { domain == AF_INET ? 8 : 128, [7] = 1 };
	unsigned char reply[64] = { 0 };
	struct address to = local_of(domain, 0);

	if (nothing_behind())
		return;
	sc_must(SC_LINE, t_sendto(fd, request, sizeof(request), 0, to.bytes, to.length),
		"sendto(2) of an echo request");
	wait_readable(fd);
	expect_that(t_recvfrom(fd, reply, sizeof(reply), MSG_DONTWAIT, NULL, NULL) ==
			    sizeof(request),
		    "no reply comes");
	expect_that(reply[0] == (domain == AF_INET ? 0 : 129), "it is no reply");
	expect_that((reply[4] << 8 | reply[5]) == ID,
		    "it has the identifier %d, not that which was bound",
		    reply[4] << 8 | reply[5]);
}

CASE("bind.ping.bound[echo]")
{
	int fd;

	prepare_network(AF_INET, 0);
	fd = echo_socket(AF_INET);
	expect_value(0, bind_to(fd, local_of(AF_INET, ID)));
	check_echo(fd, AF_INET);
}

CASE("bind.ping.bound[inet6,echo]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd;

	prepare_network(AF_INET6, 0);
	fd = echo_socket(AF_INET6);
	expect_value(0, bind_to(fd, local_of(AF_INET6, ID)));
	check_echo(fd, AF_INET6);
}
