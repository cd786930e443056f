/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * socket_ip.h - the rules of socket(2) that AF_INET and AF_INET6 share: inet_create()
 * and inet6_create() make the same checks in the same order, each over its own table.
 *
 * The file of each family includes this one, once, having defined
 *   IP_FAMILY      the family
 *   IP_RULES       the name of the array of rules
 *   IP_RULE        what the rules' ids begin with
 *   IP_ECHO        the protocol of its echo sockets
 *   IP_ECHO_SINCE  the first release that has them
 *   IP_FILE        the file of its create function in the kernel's tree
 *   IP_FUNCTION    the create function
 */
#include "../constants.h"
#include "../posix_sets.h"
#include "lists.h"

static int ip_type(const struct call *call)
{
	return call->socket.type & LINUX_SOCK_TYPE_MASK;
}

/* A call for this family, and not one that __sock_create() hands to AF_PACKET. */
static bool ip_call(const struct call *call)
{
	return call->socket.domain == IP_FAMILY &&
	       !(IP_FAMILY == AF_INET && ip_type(call) == SOCK_PACKET);
}

static bool comes_to(const struct world *world, const struct call *call,
		     enum ip_match match)
{
	return ip_call(call) && world_ip_match(world, IP_FAMILY, ip_type(call),
					       call->socket.protocol, NULL) == match;
}

/* Does the call choose this protocol, by name or by 0? */
static bool chooses(const struct world *world, const struct call *call, int type,
		    int protocol)
{
	int chosen = -1;

	return ip_call(call) && ip_type(call) == type &&
	       world_ip_match(world, IP_FAMILY, type, call->socket.protocol, &chosen) ==
		       IP_MATCH &&
	       chosen == protocol;
}

static bool protocol_out_of_range(const struct world *world, const struct call *call)
{
	return ip_call(call) && (call->socket.protocol < 0 ||
				 call->socket.protocol >= world_ipproto_max(world));
}

static bool type_unsupported(const struct world *world, const struct call *call)
{
	return comes_to(world, call, IP_TYPE_UNSUPPORTED);
}

static bool protocol_unsupported(const struct world *world, const struct call *call)
{
	return comes_to(world, call, IP_PROTOCOL_UNSUPPORTED);
}

static bool raw_without_capability(const struct world *world, const struct call *call)
{
	return ip_call(call) && ip_type(call) == SOCK_RAW && !world->caller.cap_net_raw;
}

static bool ping_not_allowed(const struct world *world, const struct call *call)
{
	return chooses(world, call, SOCK_DGRAM, IP_ECHO) && !world_ping_allowed(world);
}

static bool mptcp_disabled(const struct world *world, const struct call *call)
{
	return chooses(world, call, SOCK_STREAM, LINUX_IPPROTO_MPTCP) &&
	       !world->settings.mptcp_enabled;
}

static const struct rule IP_RULES[] = {
	{
		.id = IP_RULE "protocol_out_of_range",
		.says = "a protocol below 0 or from IPPROTO_MAX on is no IP protocol",
		.when = protocol_out_of_range,
		.outcome = FAILS(EINVAL),
		.posix = FAILS(EPROTONOSUPPORT),
		.cites = { MANUAL_QUOTE("socket(2)", "EINVAL",
					"Unknown protocol, or "
					"protocol family not "
					"available."),
			   POSIX("socket", "EPROTONOSUPPORT"),
			   KERNEL(IP_FILE, IP_FUNCTION) },
	},
	{
		.id = IP_RULE "type_unsupported",
		.says = "a type for which no protocol of the family is registered is "
			"refused",
		.when = type_unsupported,
		.outcome = FAILS(ESOCKTNOSUPPORT),
		.posix = POSIX_NO_SUCH_TYPE,
		.cites = { MANUAL_QUOTE("ip(7)", "ESOCKTNOSUPPORT",
					"The socket is not configured or an unknown "
					"socket type was requested."),
			   QUOTE("socket(2)", "Some socket types may not be "
					      "implemented by all protocol families."),
			   POSIX_TYPE_CITES, KERNEL(IP_FILE, IP_FUNCTION) },
	},
	{
		.id = IP_RULE "protocol_unsupported",
		.says = "a protocol that does not go with the type is refused; raw "
			"sockets have no default, so 0 is no protocol for them",
		.when = protocol_unsupported,
		.outcome = FAILS(EPROTONOSUPPORT),
		.posix = FAILS(EPROTONOSUPPORT, EPROTOTYPE),
		.cites = { MANUAL_QUOTE(
				   "socket(2)", "EPROTONOSUPPORT",
				   "The protocol type or the specified protocol is "
				   "not supported within this domain."),
			   POSIX("socket", "EPROTONOSUPPORT"),
			   POSIX_SAYS("socket", "EPROTOTYPE",
				      "the protocol does not support the type"),
			   KERNEL(IP_FILE, IP_FUNCTION) },
	},
	{
		.id = IP_RULE "raw_without_capability",
		.says = "a raw socket needs CAP_NET_RAW in the user namespace that "
			"governs the network namespace",
		.when = raw_without_capability,
		.outcome = FAILS(EPERM),
		.posix = DESCRIPTOR_OR_FAILS(EACCES),
		.cites = { MANUAL_QUOTE("raw(7)", "EPERM",
					"The user doesn't have permission to open raw "
					"sockets."),
			   QUOTE("raw(7)",
				 "In order to create a raw socket, a process "
				 "must have the CAP_NET_RAW capability in the "
				 "user namespace that governs its network "
				 "namespace."),
			   POSIX_SAYS("socket", "EACCES",
				      "privileges are missing; it may fail"),
			   KERNEL(IP_FILE, IP_FUNCTION) },
	},
	{
		.id = IP_RULE "ping_not_allowed",
		.says = "an ICMP echo socket needs one of the caller's groups to be "
			"within net.ipv4.ping_group_range",
		.when = ping_not_allowed,
		.outcome = FAILS(EACCES),
		.posix = DESCRIPTOR_OR_FAILS(EACCES, EPROTONOSUPPORT, EPROTOTYPE),
		.cites = { MANUAL("socket(2)", "EACCES"),
			   QUOTE("icmp(7)",
				 "Range of the group IDs (minimum and maximum "
				 "group IDs, inclusive) that are allowed to "
				 "create ICMP Echo sockets."),
			   POSIX("socket", "EACCES"),
			   POSIX_SAYS("socket", "EPROTONOSUPPORT",
				      "not every implementation has the protocol"),
			   POSIX("socket", "EPROTOTYPE"),
			   KERNEL("net/ipv4/ping.c", "ping_init_sock") },
		.since = IP_ECHO_SINCE,
	},
	{
		.id = IP_RULE "mptcp_disabled",
		.says = "no MPTCP socket is made while net.mptcp.enabled is 0",
		.when = mptcp_disabled,
		.outcome = FAILS(ENOPROTOOPT),
		.cites = { TEXT("Documentation/networking/mptcp-sysctl.rst: enabled"),
			   KERNEL("net/mptcp/protocol.c", "mptcp_init_sock") },
		.undocumented = true,
		.since = LINUX(5, 6),
	},
};
