/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * socket_netlink.c - rules of socket(2) for AF_NETLINK, in the order of
 * netlink_create().
 */
#include "../constants.h"
#include "lists.h"

static bool type_unsupported(const struct world *world, const struct call *call)
{
	int type = call->socket.type & LINUX_SOCK_TYPE_MASK;

	(void)world;
	return call->socket.domain == AF_NETLINK && type != SOCK_RAW &&
	       type != SOCK_DGRAM;
}

static bool protocol_out_of_range(const struct world *world, const struct call *call)
{
	(void)world;
	return call->socket.domain == AF_NETLINK &&
	       (call->socket.protocol < 0 || call->socket.protocol >= MAX_LINKS);
}

static bool protocol_unregistered(const struct world *world, const struct call *call)
{
	return call->socket.domain == AF_NETLINK &&
	       !world_has(world, FEATURE_NETLINK(call->socket.protocol));
}

static const struct rule socket_netlink_rules[] = {
	{
		.id = "socket.netlink.type_unsupported",
		.says = "a type other than raw and datagram is refused",
		.when = type_unsupported,
		.outcome = FAILS(ESOCKTNOSUPPORT),
		.cites = { KERNEL("net/netlink/af_netlink.c", "netlink_create"),
			   QUOTE("netlink(7)", "Both SOCK_RAW and SOCK_DGRAM are valid "
					       "values for socket_type.") },
		/* netlink(7) has no section ERRORS. */
		.undocumented = true,
	},
	{
		.id = "socket.netlink.protocol_out_of_range",
		.says = "a netlink family below 0 or from MAX_LINKS on is refused",
		.when = protocol_out_of_range,
		.outcome = FAILS(EPROTONOSUPPORT),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE(
				   "socket(2)", "EPROTONOSUPPORT",
				   "The protocol type or the specified protocol is "
				   "not supported within this domain."),
			   POSIX("socket", "EPROTONOSUPPORT"),
			   KERNEL("net/netlink/af_netlink.c", "netlink_create") },
	},
	{
		.id = "socket.netlink.protocol_unregistered",
		.says = "a netlink family that no part of the kernel serves is refused",
		.when = protocol_unregistered,
		.outcome = FAILS(EPROTONOSUPPORT),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE(
				   "socket(2)", "EPROTONOSUPPORT",
				   "The protocol type or the specified protocol is "
				   "not supported within this domain."),
			   POSIX("socket", "EPROTONOSUPPORT"),
			   KERNEL("net/netlink/af_netlink.c", "netlink_create") },
	},
};
RULE_LIST(socket_netlink, CALL_SOCKET);
