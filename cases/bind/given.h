/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * given.h - what the network has, and the caller may, when an echo socket or a raw one
 * is bound.
 */
#ifndef CASES_BIND_GIVEN_H
#define CASES_BIND_GIVEN_H

#include "sockcheck.h"

/* Bits of a row's `given`, above those that its own file has. */
enum {
	NONLOCAL4 = 1 << 24,	/* net.ipv4.ip_nonlocal_bind */
	NONLOCAL6 = 1 << 25,	/* net.ipv6.ip_nonlocal_bind */
	ADDRESSES = 1 << 26,	/* lo has 10.0.0.1/24 or fe80::1 and fd00::1 */
	SECOND = 1 << 27,	/* there is a second interface, without the address */
	BY_CGROUP = 1 << 28,	/* a cgroup's program refuses TCP and UDP */
	UNPRIVILEGED = 1 << 29, /* CAP_NET_BIND_SERVICE is given up */
};

static inline void prepare_network(int domain, unsigned int given)
{
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

#endif
