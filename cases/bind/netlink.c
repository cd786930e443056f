/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * netlink.c - bind(2) of AF_NETLINK: each length and family, ports that are asked for,
 * chosen and taken, what a socket then gets, and the order of the checks.
 */
#include <unistd.h>

#include "netlink.h"

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
