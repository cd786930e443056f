/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_netlink.c - rules of bind(2) for AF_NETLINK, in the order of netlink_bind(), and
 * of the name that getsockname(2) tells afterwards.
 */
#include "../world_links.h"
#include "bind_common.h"

/* Processes are numbered from 1 on, and the kernel chooses below this (as an int). */
#define HIGHEST_CHOSEN (-4097)

static bool netlink(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_NETLINK);
}

static struct sockaddr_nl given(const struct call *call)
{
	struct sockaddr_nl address;

	memcpy(&address, call->address.bytes, sizeof(address));
	return address;
}

static bool addrlen_short(const struct world *world, const struct call *call)
{
	return netlink(world, call) &&
	       call->address.addrlen < (int)sizeof(struct sockaddr_nl);
}

static bool family_unsupported(const struct world *world, const struct call *call)
{
	return netlink(world, call) && address_family(call) != AF_NETLINK;
}

/* NL_CFG_F_NONROOT_RECV, as the kernel's part that serves the protocol sets it. */
static bool groups_are_for_all(const struct world *world, int protocol)
{
	switch (protocol) {
	case NETLINK_ROUTE:
	case NETLINK_SOCK_DIAG:
	case NETLINK_SELINUX:
	case NETLINK_AUDIT:
	case NETLINK_KOBJECT_UEVENT:
	case NETLINK_GENERIC:
		return true;
	case NETLINK_CONNECTOR:
		/* "connector/cn_proc: Allow non-root users access". */
		return !world->kernel.version || world->kernel.version >= LINUX(6, 6);
	default:
		return false;
	}
}

/* CAP_NET_ADMIN over the network namespace of the socket. */
static bool is_admin(const struct world *world, const struct world_socket *on)
{
	return world->caller.cap_net_admin && on->network == world->network;
}

static bool groups_not_allowed(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return netlink(world, call) && given(call).nl_groups &&
	       !groups_are_for_all(world, on->protocol) && !is_admin(world, on);
}

static bool already_bound(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return netlink(world, call) && on->name_length &&
	       (on->name_open || world_netlink_name(on).nl_pid != given(call).nl_pid);
}

/* The groups of a protocol that are guarded one by one, from those without it. */
static unsigned int guarded_groups(const struct world *world, int protocol)
{
	switch (protocol) {
	case NETLINK_ROUTE:
		/* rtnetlink_bind(): RTNLGRP_IPV4_MROUTE_R and RTNLGRP_IPV6_MROUTE_R. */
		return 1U << (30 - 1) | 1U << (31 - 1);
	case NETLINK_CONNECTOR:
		/* cn_bind() of Linux 6.6 tests a bit of the group's number, where it
		 * means the group: those with an even number are refused. */
		return 0xaaaaaaaaU;
	case NETLINK_GENERIC:
		return world->guarded_groups;
	default:
		return 0;
	}
}

static bool group_refused(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);
	unsigned int groups = given(call).nl_groups;

	if (!netlink(world, call) || !groups)
		return false;
	/* audit_multicast_bind() asks for any group, and of the machine. */
	if (on->protocol == NETLINK_AUDIT)
		return !(world->caller.machine && world->caller.cap_audit_read);
	return groups & guarded_groups(world, on->protocol) && !is_admin(world, on);
}

static bool pid_in_use(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);
	unsigned int pid = given(call).nl_pid;

	return netlink(world, call) && !on->name_length && pid &&
	       world_netlink_pid_used(world, on, pid);
}

static const struct rule bind_netlink_rules[] = {
	{
		.id = "bind.netlink.addrlen_short",
		.says = "an addrlen below sizeof(struct sockaddr_nl) is refused",
		.when = addrlen_short,
		.outcome = FAILS(EINVAL),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL", "addrlen is wrong"),
			   POSIX("bind", "EINVAL"),
			   KERNEL("net/netlink/af_netlink.c", "netlink_bind") },
	},
	{
		.id = "bind.netlink.family_unsupported",
		.says = "an address of another family is refused",
		.when = family_unsupported,
		.outcome = FAILS(EINVAL),
		/* POSIX has EAFNOSUPPORT for it. */
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL",
					"addr is not a valid address for this socket's "
					"domain."),
			   KERNEL("net/netlink/af_netlink.c", "netlink_bind") },
	},
	{
		.id = "bind.netlink.groups_not_allowed",
		.says = "groups need CAP_NET_ADMIN over the socket's network "
			"namespace, where the protocol does not let everybody listen",
		.when = groups_not_allowed,
		.outcome = FAILS(EPERM),
		/* The errno stands nowhere: netlink(7) has no section ERRORS. */
		.cites = { QUOTE("netlink(7)",
				 "Only processes with an effective UID of 0 or the "
				 "CAP_NET_ADMIN capability may send or listen to a "
				 "netlink multicast group."),
			   QUOTE("netlink(7)",
				 "Some Linux kernel subsystems may additionally allow "
				 "other users to send and/or receive messages."),
			   KERNEL("net/netlink/af_netlink.c", "netlink_allowed"),
			   KERNEL("net/netlink/af_netlink.c", "netlink_bind") },
		.undocumented = true,
	},
	{
		.id = "bind.netlink.already_bound",
		.says = "a socket that has a port keeps it: it is bound again with the "
			"same nl_pid only, not with 0 either",
		.when = already_bound,
		.outcome = FAILS(EINVAL),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL",
					"The socket is already bound to an address."),
			   POSIX("bind", "EINVAL"),
			   KERNEL("net/netlink/af_netlink.c", "netlink_bind") },
	},
	{
		.id = "bind.netlink.group_refused",
		.says = "a protocol that lets everybody listen may ask for a "
			"capability for some groups: NETLINK_AUDIT for CAP_AUDIT_READ "
			"over the machine, others for CAP_NET_ADMIN",
		.when = group_refused,
		.outcome = FAILS(EPERM),
		/* netlink(7) names neither the groups nor the error. */
		.cites = { KERNEL("net/core/rtnetlink.c", "rtnetlink_bind"),
			   KERNEL("kernel/audit.c", "audit_multicast_bind"),
			   KERNEL("net/netlink/genetlink.c", "genl_bind"),
			   KERNEL("net/netlink/af_netlink.c", "netlink_bind") },
		.undocumented = true,
	},
	{
		.id = "bind.netlink.pid_in_use",
		.says = "an nl_pid that another socket of the protocol has, in the "
			"same "
			"network namespace, is refused",
		.when = pid_in_use,
		.outcome = FAILS(EADDRINUSE),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("bind(2)", "EADDRINUSE",
					"The given address is already in use."),
			   POSIX("bind", "EADDRINUSE"),
			   QUOTE("netlink(7)",
				 "it is up to the application to make sure that "
				 "nl_pid is unique."),
			   KERNEL("net/netlink/af_netlink.c", "netlink_insert") },
	},
	{
		.id = "bind.netlink.bound",
		.says = "a netlink socket is bound to a port of its own and to groups; "
			"a second time, to other groups",
		.when = netlink,
		.outcome = RETURNS(0),
		.posix_silent = true,
		.cites = { QUOTE("netlink(7)",
				 "There are two ways to assign nl_pid to a netlink "
				 "socket."),
			   QUOTE("netlink(7)",
				 "When bind(2) is called on the socket, the nl_groups "
				 "field in the sockaddr_nl should be set to a bit mask "
				 "of the groups which it wishes to listen to."),
			   POSIX("bind", NULL),
			   KERNEL("net/netlink/af_netlink.c", "netlink_bind") },
	},
};
RULE_LIST(bind_netlink, CALL_BIND);

/* A bind that has just been refused, for a port that another has. */
static bool pid_just_refused(const struct world *world, const struct call *call)
{
	const struct call *before = &world->last_call;

	return netlink(world, call) && !call_socket(world, call)->name_length &&
	       before->name == CALL_BIND && before->fd == call->fd &&
	       world->last_value == -EADDRINUSE;
}

static void tell_refused(const struct world *world, const struct call *call,
			 struct outcome *outcome)
{
	struct sockaddr_nl name = world_netlink_name(call_socket(world, call));

	name.nl_pid = given(&world->last_call).nl_pid;
	outcome->length = sizeof(name);
	memcpy(outcome->bytes, &name, sizeof(name));
}

static bool chosen(const struct world *world, const struct call *call)
{
	return netlink(world, call) && call_socket(world, call)->name_open;
}

/* Is it one that the kernel may have chosen? */
static bool choosable(const struct world *world, const struct call *call,
		      unsigned int pid)
{
	return (int)pid <= HIGHEST_CHOSEN &&
	       !world_netlink_pid_used(world, call_socket(world, call), pid);
}

static bool name_allowed(const struct world *world, const struct call *call,
			 const unsigned char *bytes, unsigned int length)
{
	struct sockaddr_nl name, due = world_netlink_name(call_socket(world, call));

	if (length != sizeof(name))
		return false;
	memcpy(&name, bytes, sizeof(name));
	due.nl_pid = name.nl_pid;
	return !memcmp(&name, &due, sizeof(name)) &&
	       choosable(world, call, name.nl_pid);
}

static unsigned int first_name(const struct world *world, const struct call *call,
			       unsigned char *bytes)
{
	struct sockaddr_nl name = world_netlink_name(call_socket(world, call));

	name.nl_pid = (unsigned int)HIGHEST_CHOSEN;
	while (!choosable(world, call, name.nl_pid))
		name.nl_pid--;
	memcpy(bytes, &name, sizeof(name));
	return sizeof(name);
}

static const struct choice free_pid = {
	.says = "the groups, with an nl_pid that no other socket of the protocol has "
		"and that is no process's: as an int, -4097 or below",
	.allows = name_allowed,
	.example = first_name,
};

/* Bound, or a member of groups though it is not. */
static bool has_name(const struct world *world, const struct call *call)
{
	return netlink(world, call) &&
	       (call_socket(world, call)->name_length ||
		world_netlink_name(call_socket(world, call)).nl_groups);
}

static void tell_name(const struct world *world, const struct call *call,
		      struct outcome *outcome)
{
	struct sockaddr_nl name = world_netlink_name(call_socket(world, call));

	outcome->length = sizeof(name);
	memcpy(outcome->bytes, &name, sizeof(name));
}

static const struct rule bind_netlink_names_rules[] = {
	{
		.id = "bind.name.netlink_refused",
		.says = "a socket that was refused an nl_pid in use is not bound, and "
			"yet that number is in its name",
		.when = pid_just_refused,
		.outcome = RETURNS(0),
		.computed = tell_refused,
		/* netlink_insert() stores the number before it knows. */
		.cites = { KERNEL("net/netlink/af_netlink.c", "netlink_insert"),
			   KERNEL("net/netlink/af_netlink.c", "netlink_getname") },
		.undocumented = true,
	},
	{
		.id = "bind.name.netlink_chosen",
		.says = "where the process's number is taken, an nl_pid of 0 stands "
			"for one that no other socket has",
		.when = chosen,
		.outcome = CHOSEN(free_pid),
		.cites = { QUOTE("netlink(7)",
				 "The kernel assigns the process ID to the first "
				 "netlink socket the process opens and assigns a "
				 "unique nl_pid to every netlink socket that the "
				 "process subsequently creates."),
			   KERNEL("net/netlink/af_netlink.c", "netlink_autobind") },
	},
	{
		.id = "bind.name.netlink",
		.says = "the name of a netlink socket is its nl_pid (the process's "
			"number where 0 was asked for and that is free) and its groups",
		.when = has_name,
		.outcome = RETURNS(0),
		.computed = tell_name,
		.posix_silent = true,
		.cites = { QUOTE("getsockname(2)",
				 "getsockname() returns the current address to which "
				 "the socket sockfd is bound"),
			   QUOTE("netlink(7)", "If the application sets it to 0, the "
					       "kernel takes care of assigning it."),
			   POSIX("getsockname", NULL),
			   KERNEL("net/netlink/af_netlink.c", "netlink_getname") },
	},
};
RULE_LIST(bind_netlink_names, CALL_GETSOCKNAME);
