/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * netlink_groups.c - bind(2) of AF_NETLINK to groups, with and without privilege: those
 * that anybody may join, and those that a protocol guards.
 */
#include "netlink.h"

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

/* The kernel tells a group of that a socket of TCP is gone only where somebody listens:
 * SKNLGRP_INET_TCP_DESTROY. */
CASE("bind.netlink.bound[groups,sock_diag,told]", .needs = NEEDS_GUEST,
     .has = { FEATURE_NETLINK(NETLINK_SOCK_DIAG) }, .since = LINUX(6, 1), ADMIN)
{
	int fd = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);

	expect_value(0, bind_to(fd, netlink_address(0, 1)));
	must_close(must_socket(AF_INET, SOCK_STREAM, 0));
	wait_readable(fd);
	expect_that(nothing_behind() || t_recvfrom(fd, inbox.buffer, 64, MSG_DONTWAIT,
						   NULL, NULL) > 0,
		    "nothing is told of a socket that is gone");
}
