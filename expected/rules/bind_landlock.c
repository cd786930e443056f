/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_landlock.c - rules of bind(2) where Landlock governs TCP ports: what it answers
 * itself, before the family looks at the address, in the order of
 * current_check_access_socket() in security/landlock/net.c (since Linux 6.7).
 *
 * That file is younger than the kernel whose functions are cited, so the hook that
 * calls it is named instead.
 */
#include <stddef.h>

#include "bind_common.h"

/*
 * Which sockets Landlock's rights over TCP ports are about.  At first that was each
 * stream socket; Linux 6.14 ("landlock: Fix non-TCP sockets restriction", also in later
 * releases of 6.12) left those of MPTCP, SCTP and SMC out.
 */
static bool governed(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);
	bool old = world->kernel.version && world->kernel.version < LINUX(6, 14);

	if (!(world->facts & FACT_LANDLOCK_BIND) || !on || on->type != SOCK_STREAM)
		return false;
	if (on->domain != AF_INET && on->domain != AF_INET6)
		return false;
	return on->protocol == IPPROTO_TCP || old;
}

/* How long the address must be, by the family that it names; an AF_INET6 socket wants
 * an AF_UNSPEC one as long as its own. */
static size_t least_length(const struct world *world, const struct call *call)
{
	switch (address_family(call)) {
	case AF_UNSPEC:
		return call_is_on(world, call, AF_INET6) ? SIN6_LEN_RFC2133
							 : sizeof(struct sockaddr_in);
	case AF_INET:
		return sizeof(struct sockaddr_in);
	case AF_INET6:
		return SIN6_LEN_RFC2133;
	default:
		return sizeof(sa_family_t);
	}
}

static bool addrlen_short(const struct world *world, const struct call *call)
{
	size_t length = (size_t)call->address.addrlen;

	return governed(world, call) &&
	       (length < sizeof(sa_family_t) || length < least_length(world, call));
}

static bool unspec_on_inet6(const struct world *world, const struct call *call)
{
	return governed(world, call) && call_is_on(world, call, AF_INET6) &&
	       address_family(call) == AF_UNSPEC;
}

static struct ip_name name_of(const struct world *world, const struct call *call)
{
	struct ip_name name;

	ip_name_of(call_socket(world, call)->domain, &call->address, &name);
	return name;
}

static bool unspec_not_any(const struct world *world, const struct call *call)
{
	struct ip_name name;

	if (!governed(world, call) || !call_is_on(world, call, AF_INET) ||
	    address_family(call) != AF_UNSPEC)
		return false;
	name = name_of(world, call);
	return !ip_is_any(name.address);
}

static bool family_differs(const struct world *world, const struct call *call)
{
	int family = address_family(call);

	return governed(world, call) && (family == AF_INET || family == AF_INET6) &&
	       !call_is_on(world, call, family);
}

/* Of an address of the IP families; any other is left to the socket's family. */
static bool refused(const struct world *world, const struct call *call,
		    unsigned int *port)
{
	int family = address_family(call);

	if (!governed(world, call) ||
	    (family != AF_INET && family != AF_INET6 && family != AF_UNSPEC))
		return false;
	*port = name_of(world, call).port;
	return *port != world->caller.landlock_port;
}

static bool port_zero_refused(const struct world *world, const struct call *call)
{
	unsigned int port;

	return refused(world, call, &port) && !port;
}

static bool port_refused(const struct world *world, const struct call *call)
{
	unsigned int port;

	return refused(world, call, &port);
}

#define LANDLOCK_CITES                                                  \
	TEXT("security/landlock/net.c: current_check_access_socket()"), \
		KERNEL("security/security.c", "security_socket_bind")

static const struct rule bind_landlock_rules[] = {
	{
		.id = "bind.landlock.addrlen_short",
		.says = "an addrlen below that of an address of the family that is "
			"named is refused, whatever the socket's family",
		.when = addrlen_short,
		.outcome = FAILS(EINVAL),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL", "addrlen is wrong"),
			   POSIX("bind", "EINVAL"), LANDLOCK_CITES },
		.since = LINUX(6, 7),
	},
	{
		.id = "bind.landlock.unspec_on_inet6",
		.says = "AF_UNSPEC is refused on an AF_INET6 socket",
		.when = unspec_on_inet6,
		/*
		 * EINVAL until Linux 6.19 ("landlock: Fix TCP handling of short
		 * AF_UNSPEC addresses"), and since then what the family itself says;
		 * releases of older kernels have the change too.
		 */
		.outcome = FAILS(EAFNOSUPPORT, EINVAL),
		.posix_silent = true,
		.cites = { POSIX("bind", "EAFNOSUPPORT"),
			   MANUAL_QUOTE("bind(2)", "EINVAL",
					"addr is not a valid address for this socket's "
					"domain."),
			   LANDLOCK_CITES },
		.since = LINUX(6, 7),
	},
	{
		.id = "bind.landlock.unspec_not_any",
		.says = "AF_UNSPEC stands for AF_INET with INADDR_ANY only, whatever "
			"the port",
		.when = unspec_not_any,
		.outcome = FAILS(EAFNOSUPPORT),
		.posix_silent = true,
		.cites = { POSIX("bind", "EAFNOSUPPORT"), LANDLOCK_CITES },
		.since = LINUX(6, 7),
	},
	{
		.id = "bind.landlock.family_differs",
		.says = "an address of the other IP family is refused, with EINVAL "
			"where the family itself says EAFNOSUPPORT",
		.when = family_differs,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL",
					"addr is not a valid address for this socket's "
					"domain."),
			   LANDLOCK_CITES },
		.since = LINUX(6, 7),
	},
	{
		.id = "bind.landlock.port_zero_refused",
		.says = "port 0, for which the kernel would choose one, has a right of "
			"its own: that to a port says nothing of it",
		.when = port_zero_refused,
		.outcome = FAILS(EACCES),
		.cites = { TEXT("include/uapi/linux/landlock.h: struct "
				"landlock_net_port_attr, on port 0"),
			   LANDLOCK_CITES },
		.undocumented = true,
		.since = LINUX(6, 7),
	},
	{
		.id = "bind.landlock.port_refused",
		.says = "where Landlock governs the binding of TCP sockets, a port "
			"that no rule of it allows is refused, before the family looks "
			"at the address",
		.when = port_refused,
		.outcome = FAILS(EACCES),
		/* landlock(7) of these pages knows rights over files only. */
		.cites = { TEXT("Documentation/userspace-api/landlock.rst: network "
				"flags"),
			   LANDLOCK_CITES },
		.undocumented = true,
		.since = LINUX(6, 7),
	},
};
RULE_LIST(bind_landlock, CALL_BIND);
