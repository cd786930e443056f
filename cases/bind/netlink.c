/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * netlink.c - bind(2) of AF_NETLINK: each length and family, ports that are asked for,
 * chosen and taken, groups with and without privilege, and what a socket then gets.
 */
#include <unistd.h>

#include "sockcheck.h"

/* NETLINK_USERSOCK is for any use, and no part of the kernel listens there. */
#define ROUTE	 .has = { FEATURE_NETLINK(NETLINK_ROUTE) }
#define USERSOCK .has = { FEATURE_NETLINK(NETLINK_USERSOCK) }
#define ADMIN	 .caps = SC_CAP(LINUX_CAP_NET_ADMIN)

/* include/uapi/linux/rtnetlink.h, RTMGRP_LINK and RTMGRP_NEIGH. */
#define LINK_GROUP  1
#define NEIGH_GROUP 4

/* A port that no process has: their numbers end at 2^22. */
#define PORT 0x40000001U

static int usersock(void)
{
	return must_socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
}

static int route(void)
{
	return must_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
}

static const int lengths[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };

static void too_short(int type, int length)
{
	int fd = must_socket(AF_NETLINK, type, NETLINK_ROUTE);

	expect_errno(EINVAL,
		     bind_to(fd, with_length(netlink_address(PORT, 0), length)));
	/* It is not bound to what could be read of it either. */
	expect_errno(EINVAL, bind_to(fd, with_length(netlink_address(0, 0), length)));
}

static void raw_too_short(const void *row)
{
	too_short(SOCK_RAW, *(const int *)row);
}

static void dgram_too_short(const void *row)
{
	too_short(SOCK_DGRAM, *(const int *)row);
}

static const int long_lengths[] = { 12, 13, 16, 20, 64, 127, 128 };

static void long_enough(const void *row)
{
	const int *length = row;

	expect_value(0,
		     bind_to(route(), with_length(netlink_address(PORT, 0), *length)));
}

CASES(lengths)
{
	for (size_t i = 0; i < COUNT(lengths); i++) {
		add_case(.name = name_case("bind.netlink.addrlen_short[raw,%d]",
					   lengths[i]),
			 .run_row = raw_too_short, .row = &lengths[i], ROUTE,
			 .anywhere = true);
		add_case(.name = name_case("bind.netlink.addrlen_short[dgram,%d]",
					   lengths[i]),
			 .run_row = dgram_too_short, .row = &lengths[i], ROUTE,
			 .anywhere = true);
	}
	for (size_t i = 0; i < COUNT(long_lengths); i++)
		add_case(.name = name_case("bind.netlink.bound[addrlen,%d]",
					   long_lengths[i]),
			 .run_row = long_enough, .row = &long_lengths[i], ROUTE);
}

CASE("bind.netlink.bound", .types = SC_RAW | SC_DGRAM, ROUTE)
{
	int fd = must_socket(AF_NETLINK, sc_type, NETLINK_ROUTE);

	expect_value(0, bind_to(fd, netlink_address(PORT, 0)));
}

static const struct family {
	const char *name;
	int family;
} families[] = {
	{ "unspec", AF_UNSPEC },
	{ "unix", AF_UNIX },
	{ "inet", AF_INET },
	{ "inet6", AF_INET6 },
	{ "below", AF_NETLINK - 1 },
	{ "above", AF_NETLINK + 1 },
	{ "high-byte", AF_NETLINK + 0x100 },
	{ "all-bits", 0xffff },
};

static void other_family(const void *row)
{
	const struct family *it = row;

	expect_errno(EINVAL, bind_to(route(), with_family(netlink_address(PORT, 0),
							  it->family)));
}

CASES(families)
{
	for (size_t i = 0; i < COUNT(families); i++)
		add_case(.name = name_case("bind.netlink.family_unsupported[%s]",
					   families[i].name),
			 .run_row = other_family, .row = &families[i], ROUTE,
			 .anywhere = true);
}

CASE("bind.netlink.bound[nl_pad]", ROUTE)
{
	struct sockaddr_nl padded = { .nl_family = AF_NETLINK,
				      .nl_pad = 0xffff,
				      .nl_pid = PORT };

	expect_value(0, t_bind(route(), &padded, sizeof(padded)));
}

static const struct port {
	const char *name;
	unsigned int pid;
} ports[] = {
	{ "0", 0 },
	{ "1", 1 },
	{ "PORT", PORT },
	{ "0x7fffffff", 0x7fffffff },
	{ "0x80000000", 0x80000000 },
	{ "-4096", (unsigned int)-4096 },
	{ "-1", (unsigned int)-1 },
};

static void asks_for(const void *row)
{
	const struct port *it = row;

	expect_value(0, bind_to(usersock(), netlink_address(it->pid, 0)));
}

static void names(const void *row)
{
	const struct port *it = row;
	struct sockaddr_nl due = { .nl_family = AF_NETLINK, .nl_pid = it->pid };
	int fd = usersock();

	/* 0 stands for this process's number, as nobody has it. */
	if (!due.nl_pid)
		due.nl_pid = (unsigned int)getpid();
	must_bind(fd, netlink_address(it->pid, 0));
	expect_name(&due, sizeof(due), fd);
}

static void has_already(const void *row)
{
	const struct port *it = row;

	must_bind(usersock(), netlink_address(it->pid, 0));
	expect_errno(EADDRINUSE,
		     bind_to(usersock(),
			     netlink_address(it->pid ? it->pid : (unsigned int)getpid(),
					     0)));
}

CASES(ports)
{
	for (size_t i = 0; i < COUNT(ports); i++) {
		add_case(.name = name_case("bind.netlink.bound[pid,%s]", ports[i].name),
			 .run_row = asks_for, .row = &ports[i], USERSOCK);
		add_case(.name = name_case("bind.name.netlink[pid,%s]", ports[i].name),
			 .run_row = names, .row = &ports[i], USERSOCK);
		add_case(.name = name_case("bind.netlink.pid_in_use[%s]",
					   ports[i].name),
			 .run_row = has_already, .row = &ports[i], USERSOCK);
	}
}

/* Whichever type the two sockets are of. */
CASE("bind.netlink.pid_in_use[other-type]", USERSOCK)
{
	must_bind(must_socket(AF_NETLINK, SOCK_DGRAM, NETLINK_USERSOCK),
		  netlink_address(PORT, 0));
	expect_errno(EADDRINUSE, bind_to(usersock(), netlink_address(PORT, 0)));
}

/* connect(2) binds too. */
CASE("bind.netlink.pid_in_use[by-connect]", USERSOCK)
{
	must_connect(usersock(), netlink_address(0, 0));
	expect_errno(EADDRINUSE,
		     bind_to(usersock(), netlink_address((unsigned int)getpid(), 0)));
}

CASE("bind.netlink.bound[free-next]", USERSOCK)
{
	must_bind(usersock(), netlink_address(PORT, 0));
	expect_value(0, bind_to(usersock(), netlink_address(PORT + 1, 0)));
}

CASE("bind.netlink.bound[free-other-protocol]",
     .has = { FEATURE_NETLINK(NETLINK_ROUTE), FEATURE_NETLINK(NETLINK_USERSOCK) })
{
	must_bind(route(), netlink_address(PORT, 0));
	expect_value(0, bind_to(usersock(), netlink_address(PORT, 0)));
}

CASE("bind.netlink.bound[free-other-namespace]", USERSOCK,
     .needs = NEEDS_NESTED_NAMESPACE)
{
	must_bind(usersock(), netlink_address(PORT, 0));
	enter_user_and_network_namespace();
	expect_value(0, bind_to(usersock(), netlink_address(PORT, 0)));
}

/* The namespace is the socket's, not its caller's. */
CASE("bind.netlink.pid_in_use[namespace-of-the-socket]", USERSOCK,
     .needs = NEEDS_NESTED_NAMESPACE)
{
	int fd = usersock();

	must_bind(usersock(), netlink_address(PORT, 0));
	enter_user_and_network_namespace();
	expect_errno(EADDRINUSE, bind_to(fd, netlink_address(PORT, 0)));
}

CASE("bind.netlink.bound[free-once-closed]", USERSOCK)
{
	int fd = usersock();

	must_bind(fd, netlink_address(PORT, 0));
	must_close(fd);
	expect_value(0, bind_to(usersock(), netlink_address(PORT, 0)));
}

/* Who was refused one port gets another. */
CASE("bind.netlink.bound[after-refusal]", USERSOCK)
{
	int fd = usersock();

	must_bind(usersock(), netlink_address(PORT, 0));
	must(bind_to(fd, netlink_address(PORT, 0)) == -EADDRINUSE, "the port is free");
	expect_value(0, bind_to(fd, netlink_address(PORT + 1, 0)));
}

CASE("bind.netlink.bound[chosen,after-refusal]", USERSOCK)
{
	int fd = usersock();

	must_bind(usersock(), netlink_address(PORT, 0));
	must(bind_to(fd, netlink_address(PORT, 0)) == -EADDRINUSE, "the port is free");
	expect_value(0, bind_to(fd, netlink_address(0, 0)));
}

CASE("bind.name.netlink_refused", USERSOCK)
{
	struct sockaddr_nl refused = { .nl_family = AF_NETLINK, .nl_pid = PORT };
	int fd = usersock();

	must_bind(usersock(), netlink_address(PORT, 0));
	must(bind_to(fd, netlink_address(PORT, 0)) == -EADDRINUSE, "the port is free");
	expect_name(&refused, sizeof(refused), fd);
}

/* The groups of a bind that is refused are not joined. */
CASE("bind.name.netlink_refused[groups]", ROUTE)
{
	struct sockaddr_nl refused = { .nl_family = AF_NETLINK, .nl_pid = PORT };
	int fd = route();

	must_bind(route(), netlink_address(PORT, 0));
	must(bind_to(fd, netlink_address(PORT, LINK_GROUP)) == -EADDRINUSE,
	     "the port is free");
	expect_name(&refused, sizeof(refused), fd);
}

/* The kernel chooses: the process's number, if nobody has it, and else another. */
CASE("bind.name.netlink_chosen[second]", USERSOCK)
{
	struct address name;
	int fd = usersock();

	must_bind(usersock(), netlink_address(0, 0));
	must_bind(fd, netlink_address(0, 0));
	expect_chosen_name(&name, fd);
}

CASE("bind.name.netlink_chosen[third]", USERSOCK)
{
	struct address second, third;
	int one = usersock(), other = usersock();

	must_bind(usersock(), netlink_address(0, 0));
	must_bind(one, netlink_address(0, 0));
	expect_chosen_name(&second, one);
	must_bind(other, netlink_address(0, 0));
	expect_chosen_name(&third, other);
}

CASE("bind.name.netlink_chosen[given-before]", USERSOCK)
{
	struct address name;
	int fd = usersock();

	must_bind(usersock(), netlink_address((unsigned int)getpid(), 0));
	must_bind(fd, netlink_address(0, 0));
	expect_chosen_name(&name, fd);
}

CASE("bind.name.netlink_chosen[groups]", ROUTE)
{
	struct address name;
	int fd = route();

	must_bind(route(), netlink_address(0, 0));
	must_bind(fd, netlink_address(0, LINK_GROUP));
	expect_chosen_name(&name, fd);
}

/* The process's number is free again when its socket is closed. */
CASE("bind.name.netlink[pid,once-closed]", USERSOCK)
{
	struct sockaddr_nl due = { .nl_family = AF_NETLINK,
				   .nl_pid = (unsigned int)getpid() };
	int fd = usersock();

	must_bind(fd, netlink_address(0, 0));
	must_close(fd);
	fd = usersock();
	must_bind(fd, netlink_address(0, 0));
	expect_name(&due, sizeof(due), fd);
}

CASE("bind.name.netlink[pid,other-protocol]",
     .has = { FEATURE_NETLINK(NETLINK_ROUTE), FEATURE_NETLINK(NETLINK_USERSOCK) })
{
	struct sockaddr_nl due = { .nl_family = AF_NETLINK,
				   .nl_pid = (unsigned int)getpid() };
	int fd = usersock();

	must_bind(route(), netlink_address(0, 0));
	must_bind(fd, netlink_address(0, 0));
	expect_name(&due, sizeof(due), fd);
}

CASE("bind.name.netlink[nl_pad]", USERSOCK)
{
	struct sockaddr_nl padded = { .nl_family = AF_NETLINK,
				      .nl_pad = 0xffff,
				      .nl_pid = PORT };
	struct sockaddr_nl due = { .nl_family = AF_NETLINK, .nl_pid = PORT };
	int fd = usersock();

	must(!t_bind(fd, &padded, sizeof(padded)), "bind(2)");
	expect_name(&due, sizeof(due), fd);
}

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

/*
 * Who may listen to the groups of which protocol, by everybody's right (all) or with
 * CAP_NET_ADMIN only; from which release on.
 */
static const struct policy {
	const char *name;
	int protocol;
	bool all;
	int since, until;
} policies[] = {
	{ "route", NETLINK_ROUTE, true, 0, 0 },
	{ "usersock", NETLINK_USERSOCK, false, 0, 0 },
	{ "sock_diag", NETLINK_SOCK_DIAG, true, LINUX(6, 1), 0 },
	{ "xfrm", NETLINK_XFRM, false, 0, 0 },
	{ "fib_lookup", NETLINK_FIB_LOOKUP, false, 0, 0 },
	{ "connector", NETLINK_CONNECTOR, true, LINUX(6, 6), 0 },
	{ "connector,old", NETLINK_CONNECTOR, false, 0, LINUX(6, 6) },
	{ "netfilter", NETLINK_NETFILTER, false, 0, 0 },
	{ "kobject_uevent", NETLINK_KOBJECT_UEVENT, true, 0, 0 },
	{ "generic", NETLINK_GENERIC, true, 0, 0 },
};

static void with_capability(const void *row)
{
	const struct policy *it = row;
	int fd = must_socket(AF_NETLINK, SOCK_RAW, it->protocol);

	expect_value(0, bind_to(fd, netlink_address(0, 1)));
}

static void without_capability(const void *row)
{
	const struct policy *it = row;
	int fd;

	drop_capability(LINUX_CAP_NET_ADMIN);
	fd = must_socket(AF_NETLINK, SOCK_RAW, it->protocol);
	if (it->all)
		expect_value(0, bind_to(fd, netlink_address(0, 1)));
	else
		expect_errno(EPERM, bind_to(fd, netlink_address(0, 1)));
}

/* A port alone needs no right. */
static void no_groups(const void *row)
{
	const struct policy *it = row;
	int fd;

	drop_capability(LINUX_CAP_NET_ADMIN);
	fd = must_socket(AF_NETLINK, SOCK_RAW, it->protocol);
	expect_value(0, bind_to(fd, netlink_address(PORT, 0)));
}

CASES(policies)
{
	for (size_t i = 0; i < COUNT(policies); i++) {
		const struct policy *it = &policies[i];
		int has = FEATURE_NETLINK(it->protocol);

		add_case(.name = name_case("bind.netlink.bound[groups,%s]", it->name),
			 .run_row = with_capability, .row = it, .has = { has },
			 .since = it->since, .until = it->until, ADMIN);
		add_case(.name = name_case(
				 it->all ? "bind.netlink.bound[groups,%s,no-"
					   "capability]"
					 : "bind.netlink.groups_not_allowed[%s]",
				 it->name),
			 .run_row = without_capability, .row = it, .has = { has },
			 .since = it->since, .until = it->until);
		add_case(.name = name_case("bind.netlink.bound[no-groups,%s,no-"
					   "capability]",
					   it->name),
			 .run_row = no_groups, .row = it, .has = { has },
			 .since = it->since, .until = it->until);
	}
}

/* Each single group: the last bit is none of those that are guarded. */
static const struct group {
	const char *name;
	unsigned int groups;
} groups[] = {
	{ "1", 1 },	    { "2", 2 },		  { "28", 1U << 27 },
	{ "29", 1U << 28 }, { "32", 0x80000000 }, { "all", 0xffffffff },
};

static void joins(const void *row)
{
	const struct group *it = row;

	expect_value(0, bind_to(route(), netlink_address(0, it->groups)));
}

static void tells_joined(const void *row)
{
	const struct group *it = row;
	struct sockaddr_nl due = { .nl_family = AF_NETLINK,
				   .nl_pid = PORT,
				   .nl_groups = it->groups };
	int fd = usersock();

	must_bind(fd, netlink_address(PORT, it->groups));
	expect_name(&due, sizeof(due), fd);
}

static void may_not_join(const void *row)
{
	const struct group *it = row;

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EPERM, bind_to(usersock(), netlink_address(0, it->groups)));
}

CASES(groups)
{
	for (size_t i = 0; i < COUNT(groups); i++) {
		add_case(.name = name_case("bind.netlink.bound[group,%s]",
					   groups[i].name),
			 .run_row = joins, .row = &groups[i], ROUTE, ADMIN);
		add_case(.name = name_case("bind.name.netlink[group,%s]",
					   groups[i].name),
			 .run_row = tells_joined, .row = &groups[i], USERSOCK, ADMIN);
		add_case(.name = name_case("bind.netlink.groups_not_allowed[group,%s]",
					   groups[i].name),
			 .run_row = may_not_join, .row = &groups[i], USERSOCK);
	}
}

/* A capability of another user namespace says nothing of this network. */
CASE("bind.netlink.groups_not_allowed[nested]", USERSOCK,
     .needs = NEEDS_NESTED_NAMESPACE)
{
	enter_user_namespace();
	expect_errno(EPERM, bind_to(usersock(), netlink_address(0, 1)));
}

/* And one over another network namespace says nothing of the socket's. */
CASE("bind.netlink.groups_not_allowed[namespace-of-the-socket]", USERSOCK,
     .needs = NEEDS_NESTED_NAMESPACE)
{
	int fd = usersock();

	enter_user_and_network_namespace();
	expect_errno(EPERM, bind_to(fd, netlink_address(0, 1)));
}

CASE("bind.netlink.bound[groups,governing]", USERSOCK, .needs = NEEDS_NESTED_NAMESPACE)
{
	drop_capability(LINUX_CAP_NET_ADMIN);
	enter_user_and_network_namespace();
	expect_value(0, bind_to(usersock(), netlink_address(0, 1)));
}

/* CAP_NET_ADMIN is what it takes, and it alone. */
CASE("bind.netlink.bound[groups,no-other-capability]", USERSOCK, ADMIN)
{
	drop_capability(LINUX_CAP_NET_RAW);
	drop_capability(LINUX_CAP_SYS_ADMIN);
	expect_value(0, bind_to(usersock(), netlink_address(0, 1)));
}

/* The socket may be used without groups after it was refused some. */
CASE("bind.netlink.bound[after-refused-groups]", USERSOCK)
{
	int fd = usersock();

	drop_capability(LINUX_CAP_NET_ADMIN);
	must(bind_to(fd, netlink_address(PORT, 1)) == -EPERM, "groups are allowed");
	expect_value(0, bind_to(fd, netlink_address(PORT + 1, 0)));
}

/* Groups of NETLINK_ROUTE that are guarded: RTNLGRP_IPV4_MROUTE_R, IPV6_MROUTE_R. */
static const struct group guarded[] = {
	{ "route,30", 1U << 29 },
	{ "route,31", 1U << 30 },
	{ "route,30-and-31", 3U << 29 },
	{ "route,after-others", LINK_GROUP | NEIGH_GROUP | 1U << 29 },
	{ "route,all", 0xffffffff },
};

static void guards(const void *row)
{
	const struct group *it = row;

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EPERM, bind_to(route(), netlink_address(0, it->groups)));
}

static void guards_not(const void *row)
{
	const struct group *it = row;

	expect_value(0, bind_to(route(), netlink_address(0, it->groups)));
}

CASES(guarded)
{
	for (size_t i = 0; i < COUNT(guarded); i++) {
		add_case(.name = name_case("bind.netlink.group_refused[%s]",
					   guarded[i].name),
			 .run_row = guards, .row = &guarded[i], ROUTE);
		add_case(.name = name_case("bind.netlink.bound[guarded,%s]",
					   guarded[i].name),
			 .run_row = guards_not, .row = &guarded[i], ROUTE, ADMIN);
	}
	for (size_t i = 0; i < COUNT(groups) - 1; i++)
		add_case(.name = name_case("bind.netlink.bound[unguarded,%s]",
					   groups[i].name),
			 .run_row = joins, .row = &groups[i], ROUTE);
}

/* Is the socket without port and groups, as it was made? */
static bool is_nameless(int fd)
{
	struct sockaddr_nl name = { .nl_pid = 1 };
	socklen_t length = sizeof(name);

	return !t_getsockname(fd, &name, &length) && !name.nl_pid && !name.nl_groups;
}

CASE("bind.netlink.group_refused[not-bound]", ROUTE)
{
	int fd = route();

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EPERM, bind_to(fd, netlink_address(PORT, LINK_GROUP | 1U << 29)));
	expect_that(is_nameless(fd), "what was refused has changed its name");
}

CASE("bind.netlink.group_refused[namespace-of-the-socket]", ROUTE,
     .needs = NEEDS_NESTED_NAMESPACE)
{
	int fd = route();

	enter_user_and_network_namespace();
	expect_errno(EPERM, bind_to(fd, netlink_address(0, 1U << 29)));
}

/* Of NETLINK_AUDIT every group is, and by a capability over the machine. */
#define AUDIT .has = { FEATURE_NETLINK(NETLINK_AUDIT) }

static const struct group audit_groups[] = {
	{ "audit,1", 1 },
	{ "audit,2", 2 },
	{ "audit,32", 0x80000000 },
	{ "audit,all", 0xffffffff },
};

static void audit_guards(const void *row)
{
	const struct group *it = row;
	int fd = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);

	expect_errno(EPERM, bind_to(fd, netlink_address(0, it->groups)));
}

CASES(audit)
{
	for (size_t i = 0; i < COUNT(audit_groups); i++)
		add_case(.name = name_case("bind.netlink.group_refused[%s]",
					   audit_groups[i].name),
			 .run_row = audit_guards, .row = &audit_groups[i], AUDIT,
			 .needs = NEEDS_NESTED_NAMESPACE);
}

CASE("bind.netlink.group_refused[audit,no-capability]", AUDIT, .needs = NEEDS_REAL_ROOT)
{
	int fd = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);

	drop_capability(LINUX_CAP_AUDIT_READ);
	expect_errno(EPERM, bind_to(fd, netlink_address(0, 1)));
}

CASE("bind.netlink.bound[audit,capability]", AUDIT, .needs = NEEDS_REAL_ROOT,
     .caps = SC_CAP(LINUX_CAP_AUDIT_READ))
{
	int fd = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_value(0, bind_to(fd, netlink_address(0, 1)));
}

CASE("bind.netlink.bound[audit,no-groups]", AUDIT, .needs = NEEDS_NESTED_NAMESPACE)
{
	int fd = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);

	expect_value(0, bind_to(fd, netlink_address(PORT, 0)));
}

/*
 * NETLINK_CONNECTOR guards the groups with an even number: cn_bind() takes the number
 * for a mask.  Since 6.6; before, all of its groups are the administrator's.
 */
static const struct group connector_groups[] = {
	{ "connector,2", 1U << 1 },
	{ "connector,4", 1U << 3 },
	{ "connector,32", 1U << 31 },
	{ "connector,1-and-2", 3 },
};

static void connector_guards(const void *row)
{
	const struct group *it = row;
	int fd = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_CONNECTOR);

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EPERM, bind_to(fd, netlink_address(0, it->groups)));
}

static void connector_allows(const void *row)
{
	const struct group *it = row;
	int fd = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_CONNECTOR);

	expect_value(0, bind_to(fd, netlink_address(0, it->groups)));
}

CASES(connector)
{
	for (size_t i = 0; i < COUNT(connector_groups); i++) {
		const char *name = connector_groups[i].name;

		add_case(.name = name_case("bind.netlink.group_refused[%s]", name),
			 .run_row = connector_guards, .row = &connector_groups[i],
			 .has = { FEATURE_NETLINK(NETLINK_CONNECTOR) },
			 .since = LINUX(6, 6));
		add_case(.name = name_case("bind.netlink.bound[guarded,%s]", name),
			 .run_row = connector_allows, .row = &connector_groups[i],
			 .has = { FEATURE_NETLINK(NETLINK_CONNECTOR) }, ADMIN);
	}
}

CASE("bind.netlink.bound[unguarded,connector,3]",
     .has = { FEATURE_NETLINK(NETLINK_CONNECTOR) }, .since = LINUX(6, 6))
{
	int fd = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_CONNECTOR);

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_value(0, bind_to(fd, netlink_address(0, 1U << 2)));
}

#define GENERIC \
	.has = { FEATURE_NETLINK(NETLINK_GENERIC), FEATURE_MPTCP }, .since = LINUX(6, 1)

static int generic(void)
{
	return must_socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
}

CASE("bind.netlink.group_refused[generic]", GENERIC)
{
	unsigned int guarded_group = guarded_generic_group();
	int fd = generic();

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EPERM, bind_to(fd, netlink_address(0, guarded_group)));
	expect_errno(EPERM, bind_to(fd, netlink_address(0, guarded_group | 1)));
}

CASE("bind.netlink.bound[guarded,generic]", GENERIC, ADMIN)
{
	expect_value(0,
		     bind_to(generic(), netlink_address(0, guarded_generic_group())));
}

/* The group beside it, of the same family, is everybody's. */
CASE("bind.netlink.bound[unguarded,generic]", GENERIC)
{
	unsigned int guarded_group = guarded_generic_group();
	int fd = generic();

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_value(0, bind_to(fd, netlink_address(0, guarded_group >> 1)));
}

/* What a socket is told of by its groups: a change of an interface. */
CASE("bind.netlink.bound[comes,group]", ROUTE, ADMIN)
{
	int fd = route();

	expect_value(0, bind_to(fd, netlink_address(0, LINK_GROUP)));
	expect_that(link_change_comes(fd, true), "the group's message does not come");
	/* And no longer, once it is bound again without. */
	expect_value(0, bind_to(fd, netlink_address((unsigned int)getpid(), 0)));
	expect_that(!link_change_comes(fd, false), "a message comes without a group");
	expect_value(0, bind_to(fd, netlink_address((unsigned int)getpid(),
						    LINK_GROUP | NEIGH_GROUP)));
	expect_that(link_change_comes(fd, true), "the group's message does not come");
}

CASE("bind.netlink.bound[comes,no-group]", ROUTE, ADMIN)
{
	int fd = route();

	expect_value(0, bind_to(fd, netlink_address(PORT, 0)));
	expect_that(!link_change_comes(fd, false), "a message comes without a group");
}

CASE("bind.netlink.bound[comes,other-group]", ROUTE, ADMIN)
{
	int fd = route();

	expect_value(0, bind_to(fd, netlink_address(PORT, NEIGH_GROUP)));
	expect_that(!link_change_comes(fd, false), "another group's message comes");
}

CASE("bind.netlink.pid_in_use[comes-not]", ROUTE, ADMIN)
{
	int fd = route();

	must_bind(route(), netlink_address(PORT, 0));
	expect_errno(EADDRINUSE, bind_to(fd, netlink_address(PORT, LINK_GROUP)));
	expect_that(!link_change_comes(fd, false), "the refused group's message comes");
}

CASE("bind.netlink.already_bound[comes-as-before]", ROUTE, ADMIN)
{
	int fd = route();

	must_bind(fd, netlink_address(PORT, LINK_GROUP));
	expect_errno(EINVAL, bind_to(fd, netlink_address(PORT + 1, 0)));
	expect_that(link_change_comes(fd, true), "the group's message does not come");
}

CASE("bind.netlink.already_bound[comes-not]", ROUTE, ADMIN)
{
	int fd = route();

	must_bind(fd, netlink_address(PORT, 0));
	expect_errno(EINVAL, bind_to(fd, netlink_address(PORT + 1, LINK_GROUP)));
	expect_that(!link_change_comes(fd, false), "the refused group's message comes");
}

/* And by its port: what is sent there. */
CASE("bind.netlink.bound[comes,port]", USERSOCK)
{
	int fd = usersock();

	expect_value(0, bind_to(fd, netlink_address(PORT, 0)));
	expect_that(message_comes(fd, PORT, true),
		    "a message to its port does not come");
	expect_that(!message_comes(fd, PORT + 1, false),
		    "a message to another port comes");
}

CASE("bind.netlink.bound[comes,chosen-port]", USERSOCK)
{
	int fd = usersock();

	expect_value(0, bind_to(fd, netlink_address(0, 0)));
	expect_that(message_comes(fd, (unsigned int)getpid(), true),
		    "a message to the process's number does not come");
}

CASE("bind.netlink.pid_in_use[comes-to-the-first]", USERSOCK)
{
	int first = usersock(), second = usersock();

	must_bind(first, netlink_address(PORT, 0));
	expect_errno(EADDRINUSE, bind_to(second, netlink_address(PORT, 0)));
	expect_that(!message_comes(second, PORT, false),
		    "a message comes to the socket that was refused the port");
	/* That message waits here. */
	expect_that(message_comes(first, PORT, true),
		    "a message does not come to the socket that has the port");
}

/*
 * The order of the checks: addrlen and family (both EINVAL), the right to groups
 * (EPERM), the port it has (EINVAL), each group (EPERM), the port that others have.
 */
CASE("bind.netlink.addrlen_short[before-groups]", USERSOCK)
{
	int fd = usersock();

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EINVAL, bind_to(fd, with_length(netlink_address(0, 1), 11)));
}

CASE("bind.netlink.addrlen_short[before-pid]", USERSOCK)
{
	must_bind(usersock(), netlink_address(PORT, 0));
	expect_errno(EINVAL,
		     bind_to(usersock(), with_length(netlink_address(PORT, 0), 8)));
}

CASE("bind.netlink.family_unsupported[before-groups]", USERSOCK)
{
	int fd = usersock();

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EINVAL, bind_to(fd, with_family(netlink_address(0, 1), AF_INET)));
}

CASE("bind.netlink.family_unsupported[before-pid]", USERSOCK)
{
	must_bind(usersock(), netlink_address(PORT, 0));
	expect_errno(EINVAL, bind_to(usersock(),
				     with_family(netlink_address(PORT, 0), AF_INET)));
}

CASE("bind.netlink.groups_not_allowed[before-already-bound]", USERSOCK)
{
	int fd = usersock();

	must_bind(fd, netlink_address(PORT, 0));
	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EPERM, bind_to(fd, netlink_address(PORT + 1, 1)));
}

CASE("bind.netlink.groups_not_allowed[before-pid]", USERSOCK)
{
	int fd = usersock();

	must_bind(usersock(), netlink_address(PORT, 0));
	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EPERM, bind_to(fd, netlink_address(PORT, 1)));
}

/* The right is asked for each time, whatever groups it has. */
CASE("bind.netlink.groups_not_allowed[again]", USERSOCK, ADMIN)
{
	int fd = usersock();

	must_bind(fd, netlink_address(PORT, 1));
	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EPERM, bind_to(fd, netlink_address(PORT, 1)));
}

CASE("bind.netlink.already_bound[before-group]", ROUTE)
{
	int fd = route();

	must_bind(fd, netlink_address(PORT, 0));
	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EINVAL, bind_to(fd, netlink_address(PORT + 1, 1U << 29)));
}

/* The port that it asks for is another's, but the first thing is that it has one. */
CASE("bind.netlink.already_bound[before-pid]", ROUTE)
{
	int fd = route();

	must_bind(route(), netlink_address(PORT, 0));
	must_bind(fd, netlink_address(PORT + 1, 0));
	expect_errno(EINVAL, bind_to(fd, netlink_address(PORT, 0)));
}

CASE("bind.netlink.group_refused[before-pid]", ROUTE)
{
	int fd = route();

	must_bind(route(), netlink_address(PORT, 0));
	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EPERM, bind_to(fd, netlink_address(PORT, 1U << 29)));
}

/* A socket that has its port is asked for the groups too. */
CASE("bind.netlink.group_refused[again]", ROUTE, ADMIN)
{
	int fd = route();

	must_bind(fd, netlink_address(PORT, 1U << 29));
	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EPERM, bind_to(fd, netlink_address(PORT, 1U << 29)));
}
