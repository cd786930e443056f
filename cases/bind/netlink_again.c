/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * netlink_again.c - bind(2) of AF_NETLINK a second time: the port stays, and the groups
 * are replaced.
 */
#include <unistd.h>

#include <string.h>

#include "netlink.h"

/* The second time, the port stays and the groups are replaced. */
static const struct again {
	const char *name;
	unsigned int first, groups;
} agains[] = {
	{ "more", LINK_GROUP, LINK_GROUP | NEIGH_GROUP },
	{ "others", LINK_GROUP, NEIGH_GROUP },
	{ "none", LINK_GROUP | NEIGH_GROUP, 0 },
	{ "first", 0, LINK_GROUP },
	{ "last", LINK_GROUP, 0x80000000 },
	{ "same", LINK_GROUP, LINK_GROUP },
};

static void replaces(const void *row)
{
	const struct again *it = row;
	int fd = route();

	must_bind(fd, netlink_address(PORT, it->first));
	expect_value(0, bind_to(fd, netlink_address(PORT, it->groups)));
}

static void tells_replaced(const void *row)
{
	const struct again *it = row;
	struct sockaddr_nl due = { .nl_family = AF_NETLINK,
				   .nl_pid = PORT,
				   .nl_groups = it->groups };
	int fd = route();

	must_bind(fd, netlink_address(PORT, it->first));
	must_bind(fd, netlink_address(PORT, it->groups));
	expect_name(&due, sizeof(due), fd);
}

CASES(agains)
{
	for (size_t i = 0; i < COUNT(agains); i++) {
		add_case(.name = name_case("bind.netlink.bound[again,groups,%s]",
					   agains[i].name),
			 .run_row = replaces, .row = &agains[i], ROUTE);
		add_case(.name = name_case("bind.name.netlink[again,groups,%s]",
					   agains[i].name),
			 .run_row = tells_replaced, .row = &agains[i], ROUTE);
	}
}

/* Groups that were joined otherwise are replaced as well. */
static void joined_then_bound(unsigned int groups)
{
	struct sockaddr_nl due = { .nl_family = AF_NETLINK, .nl_groups = 1U << 4 };
	int fd = route();

	must_option(fd, LINUX_SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 5);
	expect_name(&due, sizeof(due), fd);
	must_bind(fd, netlink_address(PORT, groups));
	due.nl_pid = PORT;
	due.nl_groups = groups;
	expect_name(&due, sizeof(due), fd);
}

CASE("bind.name.netlink[joined-before]", ROUTE)
{
	joined_then_bound(LINK_GROUP);
}

CASE("bind.name.netlink[joined-before,none]", ROUTE)
{
	joined_then_bound(0);
}

/* Of a group that was left, nothing is left. */
CASE("bind.netlink.bound[joined-and-left]", ROUTE)
{
	int fd = route();

	must_option(fd, LINUX_SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 5);
	must_option(fd, LINUX_SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, 5);
	expect_value(0, bind_to(fd, netlink_address(PORT, 0)));
}

CASE("bind.name.netlink[joined-and-left]", ROUTE)
{
	struct sockaddr_nl due = { .nl_family = AF_NETLINK, .nl_pid = PORT };
	int fd = route();

	must_option(fd, LINUX_SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 5);
	must_option(fd, LINUX_SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, 5);
	must_bind(fd, netlink_address(PORT, 0));
	expect_name(&due, sizeof(due), fd);
}

/* A group above 32 has no bit in nl_groups: bind(2) leaves it. */
CASE("bind.netlink.bound[joined-above-32]", ROUTE)
{
	unsigned int groups[4] = { 0 };
	socklen_t length = sizeof(groups);
	int fd = route();

	must_option(fd, LINUX_SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 33);
	expect_value(0, bind_to(fd, netlink_address(PORT, LINK_GROUP)));
	if (nothing_behind())
		return;
	sc_must(SC_LINE,
		t_getsockopt(fd, LINUX_SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, groups,
			     &length),
		"getsockopt(2) of NETLINK_LIST_MEMBERSHIPS");
	expect_that(groups[0] == LINK_GROUP && groups[1] == 1,
		    "it is in groups 0x%x, and 0x%x above 32", groups[0], groups[1]);
}

/* What no port of the protocol is told of unless somebody listens: uevents. */
CASE("bind.netlink.bound[comes,uevent]", ADMIN, .needs = NEEDS_INTERFACE,
     .has = { FEATURE_NETLINK(NETLINK_KOBJECT_UEVENT) })
{
	int fd = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT);
	static char text[4096];

	expect_value(0, bind_to(fd, netlink_address(0, 1)));
	add_interface("other");
	if (nothing_behind())
		return;
	wait_readable(fd);
	expect_that(t_recvfrom(fd, text, sizeof(text) - 1, MSG_DONTWAIT, NULL, NULL) >
			    0,
		    "nothing comes");
	expect_that(!strncmp(text, "add@", 4), "it is \"%.40s\"", text);
}

static const struct second {
	const char *name;
	unsigned int first, pid;
} seconds[] = {
	{ "other", PORT, PORT + 1 },
	{ "lower-bits", PORT, PORT & 0xffff },
	{ "0", PORT, 0 },
	{ "chosen,0", 0, 0 },
	{ "chosen,other", 0, PORT },
};

static void twice(const void *row)
{
	const struct second *it = row;
	int fd = usersock();

	must_bind(fd, netlink_address(it->first, 0));
	expect_errno(EINVAL, bind_to(fd, netlink_address(it->pid, 0)));
}

CASES(seconds)
{
	for (size_t i = 0; i < COUNT(seconds); i++)
		add_case(.name = name_case("bind.netlink.already_bound[%s]",
					   seconds[i].name),
			 .run_row = twice, .row = &seconds[i], USERSOCK);
}

CASE("bind.netlink.already_bound[connected,0]", USERSOCK)
{
	int fd = usersock();

	must_connect(fd, netlink_address(0, 0));
	expect_errno(EINVAL, bind_to(fd, netlink_address(0, 0)));
}

CASE("bind.netlink.already_bound[connected,other]", USERSOCK)
{
	int fd = usersock();

	must_connect(fd, netlink_address(0, 0));
	expect_errno(EINVAL, bind_to(fd, netlink_address(PORT, 0)));
}

CASE("bind.netlink.bound[again,connected]", USERSOCK)
{
	int fd = usersock();

	must_connect(fd, netlink_address(0, 0));
	expect_value(0, bind_to(fd, netlink_address((unsigned int)getpid(), 0)));
}

CASE("bind.netlink.bound[again,chosen]", USERSOCK)
{
	int fd = usersock();

	must_bind(fd, netlink_address(0, 0));
	expect_value(0, bind_to(fd, netlink_address((unsigned int)getpid(), 0)));
}

/* To end a connection does not bind. */
CASE("bind.netlink.bound[disconnected]", USERSOCK)
{
	int fd = usersock();

	must_connect(fd, family_only(AF_UNSPEC, sizeof(sa_family_t)));
	expect_value(0, bind_to(fd, netlink_address(PORT, 0)));
}
