/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * created_names.c - what a socket that socket(2) has just made is called, whose its
 * file is, and which descriptor it has.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>

#include "created.h"

/* Names before bind(2). */
static void name_inet(const void *row)
{
	const struct kind *kind = row;
	struct sockaddr_in any = { .sin_family = AF_INET };

	if (kind->type == SOCK_RAW)
		any.sin_port = htons((unsigned short)kind->protocol);
	expect_name(&any, sizeof(any), must_make(kind));
}

static void name_inet6(const void *row)
{
	const struct kind *kind = row;
	struct sockaddr_in6 any = { .sin6_family = AF_INET6 };

	if (kind->type == SOCK_RAW)
		any.sin6_port = htons((unsigned short)kind->protocol);
	expect_name(&any, sizeof(any), must_make(kind));
}

static void name_unix(const void *row)
{
	sa_family_t family = AF_UNIX;

	expect_name(&family, sizeof(family), must_make(row));
}

static void name_netlink(const void *row)
{
	struct sockaddr_nl none = { .nl_family = AF_NETLINK };

	expect_name(&none, sizeof(none), must_make(row));
}

static void name_vsock(const void *row)
{
	struct linux_sockaddr_vm any = { .svm_family = AF_VSOCK,
					 .svm_port = 0xffffffff,
					 .svm_cid = 0xffffffff };

	expect_name(&any, sizeof(any), must_make(row));
}

CASES(names)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		switch (kinds[i].so_domain) {
		case AF_INET:
			add(kinds[i].type == SOCK_RAW ? "name_inet_raw" : "name_inet",
			    &kinds[i], name_inet);
			break;
		case AF_INET6:
			add(kinds[i].type == SOCK_RAW ? "name_inet6_raw" : "name_inet6",
			    &kinds[i], name_inet6);
			break;
		case AF_UNIX:
			add("name_unix", &kinds[i], name_unix);
			break;
		case AF_NETLINK:
			add("name_netlink", &kinds[i], name_netlink);
			break;
		case AF_VSOCK:
			add("name_vsock", &kinds[i], name_vsock);
			break;
		}
}

CASE("socket.new.name_packet", .types = SC_RAW | SC_DGRAM,
     .caps = SC_CAP(LINUX_CAP_NET_RAW), .has = { FEATURE_FAMILY(AF_PACKET) })
{
	struct sockaddr_ll none = { .sll_family = AF_PACKET };

	expect_name(&none, 12, must_socket(AF_PACKET, sc_type, 0));
}

CASE("socket.new.name_packet[ETH_P_ARP]", .types = SC_RAW | SC_DGRAM,
     .caps = SC_CAP(LINUX_CAP_NET_RAW), .has = { FEATURE_FAMILY(AF_PACKET) })
{
	struct sockaddr_ll arp = { .sll_family = AF_PACKET,
				   .sll_protocol = htons(ETH_P_ARP) };

	expect_name(&arp, 12, must_socket(AF_PACKET, sc_type, htons(ETH_P_ARP)));
}

/* Of the protocol, two bytes are kept. */
CASE("socket.new.name_packet[-1]", .types = SC_RAW | SC_DGRAM,
     .caps = SC_CAP(LINUX_CAP_NET_RAW), .has = { FEATURE_FAMILY(AF_PACKET) })
{
	struct sockaddr_ll all = { .sll_family = AF_PACKET, .sll_protocol = 0xffff };

	expect_name(&all, 12, must_socket(AF_PACKET, sc_type, -1));
}

CASE("socket.new.name_obsolete_packet", .caps = SC_CAP(LINUX_CAP_NET_RAW),
     .has = { FEATURE_FAMILY(AF_PACKET) })
{
	struct sockaddr none = { .sa_family = AF_PACKET };

	expect_name(&none, sizeof(none), must_socket(AF_INET, SOCK_PACKET, 0));
}

/* Whose the file is. */
CASE("socket.new.stat_uid[root]", .needs = NEEDS_IDS)
{
	expect_value(0, t_fstat(must_socket(AF_UNIX, SOCK_STREAM, 0), STAT_UID));
}

CASE("socket.new.stat_uid[other]", .needs = NEEDS_IDS)
{
	set_effective_user(1000);
	expect_value(1000, t_fstat(must_socket(AF_INET, SOCK_STREAM, 0), STAT_UID));
}

CASE("socket.new.stat_gid[root]", .needs = NEEDS_IDS)
{
	expect_value(0, t_fstat(must_socket(AF_UNIX, SOCK_STREAM, 0), STAT_GID));
}

CASE("socket.new.stat_gid[other]", .needs = NEEDS_IDS)
{
	set_effective_group(1000);
	expect_value(1000, t_fstat(must_socket(AF_INET, SOCK_STREAM, 0), STAT_GID));
}

CASE("socket.new.stat_uid[filesystem]", .needs = NEEDS_IDS)
{
	set_filesystem_user(1234);
	expect_value(1234, t_fstat(must_socket(AF_INET, SOCK_STREAM, 0), STAT_UID));
}

CASE("socket.new.stat_gid[filesystem]", .needs = NEEDS_IDS)
{
	set_filesystem_group(1234);
	expect_value(1234, t_fstat(must_socket(AF_INET, SOCK_STREAM, 0), STAT_GID));
}

CASE("socket.new.stat_uid[self]", .anywhere = true)
{
	expect_value((long)the_world()->caller.fsuid,
		     t_fstat(must_socket(AF_INET, SOCK_DGRAM, 0), STAT_UID));
}

CASE("socket.new.stat_gid[self]", .anywhere = true)
{
	expect_value((long)the_world()->caller.fsgid,
		     t_fstat(must_socket(AF_INET, SOCK_DGRAM, 0), STAT_GID));
}

/* The lowest free descriptor. */
CASE("socket.inet.created[descriptor-3]", .anywhere = true)
{
	int lowest = world_lowest_free(the_world());

	/* 0, 1 and 2 are open, and no other; a stack may have numbers of its own. */
	expect_that(expect_descriptor(t_socket(AF_INET, SOCK_STREAM, 0)) == lowest,
		    "%d is the first that is free", lowest);
}

CASE("socket.inet.created[descriptor-hole]", .anywhere = true)
{
	int first = must_socket(AF_INET, SOCK_STREAM, 0), hole;

	hole = must_socket(AF_INET, SOCK_STREAM, 0);
	must_socket(AF_INET, SOCK_STREAM, 0);
	must_close(hole);
	expect_that(expect_descriptor(t_socket(AF_INET, SOCK_DGRAM, 0)) == first + 1,
		    "%d is the only hole", first + 1);
}

CASE("socket.unix.created[descriptor-0]", .anywhere = true,
     .has = { FEATURE_FAMILY(AF_UNIX) })
{
	need_own_descriptors();
	must_close(0);
	expect_that(expect_descriptor(t_socket(AF_UNIX, SOCK_DGRAM, 0)) == 0,
		    "0 is closed");
}

/* And it is open. */
CASE("socket.new.so_type[descriptor-0]", .anywhere = true,
     .has = { FEATURE_FAMILY(AF_UNIX) })
{
	need_own_descriptors();
	must_close(0);
	must(t_socket(AF_UNIX, SOCK_DGRAM, 0) == 0, "0 is not the lowest");
	expect_option(SOCK_DGRAM, 0, SOL_SOCKET, SO_TYPE);
}

CASE("socket.inet.created[descriptor-200]", .anywhere = true)
{
	occupy_descriptors_below(200);
	expect_that(expect_descriptor(t_socket(AF_INET, SOCK_DGRAM, 0)) == 200,
		    "all below 200 are open");
}
