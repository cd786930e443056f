/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ping.c - bind(2) of ICMP echo sockets: the address, and the port that is the
 * identifier of their echo requests.
 */
#include <string.h>

#include "ping.h"

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

static void check(int domain, const struct row *row)
{
	int fd;

	prepare_echo(domain, row->given);
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
