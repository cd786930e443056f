/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * vrf.c - bind(2) of raw and echo sockets that are bound to a VRF or to an interface in
 * it: the addresses that they may have are the VRF's.
 */
#include <string.h>

#include "ping.h"

#define RED  2
#define PORT 3

static const struct row {
	const char *name;
	int domain;
	const char *device; /* or NULL */
	const char *address;
	bool local;
} rows[] = {
	{ "red,own", AF_INET, "red", "203.0.113.1", true },
	{ "red,of-slave", AF_INET, "red", "198.51.100.1", true },
	{ "slave,of-red", AF_INET, "port", "203.0.113.1", true },
	{ "red,loopback", AF_INET, "red", "127.0.0.1", false },
	{ "none,of-red", AF_INET, NULL, "203.0.113.1", false },
	{ "red,own", AF_INET6, "red", "fd00:2::1", true },
	{ "red,of-slave", AF_INET6, "red", "fd00:3::1", true },
	{ "none,of-red", AF_INET6, NULL, "fd00:2::1", false },
};

struct vrf_row {
	const struct row *row;
	bool raw;
};

static void make_vrf(int domain)
{
	must(add_vrf("red", 10) == RED, "the VRF is not the second interface");
	set_interface_up("red", true);
	must(add_interface("port") == PORT, "the interface is not the third one");
	move_to_vrf("port", RED);
	set_interface_up("port", true);
	if (domain == AF_INET) {
		add_local_address("red", "203.0.113.1", 32);
		add_local_address("port", "198.51.100.1", 24);
	} else {
		add_local_address("red", "fd00:2::1", 128);
		add_local_address("port", "fd00:3::1", 64);
	}
}

static void binds_in_vrf(const void *data)
{
	const struct vrf_row *row = data;
	const struct row *it = row->row;
	int fd;

	make_vrf(it->domain);
	if (!row->raw)
		set_ping_group_range(0, 0);
	fd = row->raw ? must_socket(it->domain, SOCK_RAW, IPPROTO_UDP)
		      : echo_socket(it->domain);
	if (it->device)
		must_device(fd, it->device);
	if (it->local)
		expect_value(0,
			     bind_to(fd, ip_address(it->address, row->raw ? 0 : ID)));
	else
		expect_errno(EADDRNOTAVAIL,
			     bind_to(fd, ip_address(it->address, row->raw ? 0 : ID)));
}

static const char *rule_of(const struct vrf_row *row)
{
	bool inet6 = row->row->domain == AF_INET6;

	if (row->raw)
		return name_case("bind.raw%s.%s", inet6 ? "6" : "",
				 row->row->local ? "bound" : "address_not_local");
	return row->row->local
		       ? "bind.ping.bound"
		       : name_case("bind.ping%s.address_not_local", inet6 ? "6" : "");
}

CASES(vrf)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		for (int raw = 0; raw < 2; raw++) {
			struct vrf_row row = { &rows[i], raw };

			add_case(.name = name_case("%s[vrf,%s,%s]", rule_of(&row),
						   rows[i].domain == AF_INET ? "inet"
									     : "inet6",
						   rows[i].name),
				 .run_row = binds_in_vrf,
				 .row = keep_row(&row, sizeof(row)),
				 .has = { FEATURE_FAMILY(rows[i].domain) },
				 .needs = NEEDS_INTERFACE | NEEDS_VRF,
				 .caps = SC_CAP(LINUX_CAP_NET_RAW) |
					 SC_CAP(LINUX_CAP_NET_ADMIN),
				 .since = LINUX(5, 0));
		}
}

/* What is sent within a VRF comes to the socket, from an address of the VRF. */
static void comes_in_vrf(const char *address, int type, int protocol)
{
	struct sockaddr_in6 from = { .sin6_family = AF_UNSPEC };
	socklen_t length = sizeof(from);
	struct address to = ip_address(address, type == SOCK_RAW ? 0 : ID);
	int domain = strchr(address, ':') ? AF_INET6 : AF_INET;
	unsigned char bytes[64];
	int fd, sender;

	make_vrf(domain);
	fd = must_socket(domain, type, protocol);
	sender = must_socket(domain, type, protocol);
	must_device(fd, "red");
	must_device(sender, "red");
	expect_value(0, bind_to(fd, to));
	if (nothing_behind())
		return;
	must_send(sender, to);
	wait_readable(fd);
	expect_that(t_recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT, &from, &length) >
			    0,
		    "nothing comes");
	expect_that(from.sin6_family == domain, "it has no sender");
}

#define IN_VRF                                                      \
	.needs = NEEDS_INTERFACE | NEEDS_VRF, .since = LINUX(5, 0), \
	.caps = SC_CAP(LINUX_CAP_NET_RAW) | SC_CAP(LINUX_CAP_NET_ADMIN)

CASE("bind.inet.bound[vrf,comes]", IN_VRF)
{
	comes_in_vrf("203.0.113.1", SOCK_DGRAM, 0);
}

CASE("bind.inet6.bound[vrf,comes]", .has = { FEATURE_FAMILY(AF_INET6) }, IN_VRF)
{
	comes_in_vrf("fd00:2::1", SOCK_DGRAM, 0);
}

CASE("bind.raw.bound[vrf,comes]", IN_VRF)
{
	comes_in_vrf("203.0.113.1", SOCK_RAW, 200);
}

CASE("bind.raw6.bound[vrf,comes]", .has = { FEATURE_FAMILY(AF_INET6) }, IN_VRF)
{
	comes_in_vrf("fd00:2::1", SOCK_RAW, 200);
}
