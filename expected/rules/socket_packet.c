/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * socket_packet.c - rules of socket(2) for AF_PACKET and for the obsolete (AF_INET,
 * SOCK_PACKET), in the order of packet_create().
 */
#include "../constants.h"
#include "lists.h"

static int type_of(const struct call *call)
{
	return call->socket.type & LINUX_SOCK_TYPE_MASK;
}

static bool obsolete(const struct call *call)
{
	return call->socket.domain == AF_INET && type_of(call) == SOCK_PACKET;
}

static bool obsolete_without_capability(const struct world *world,
					const struct call *call)
{
	return obsolete(call) && !world->caller.cap_net_raw;
}

static bool without_capability(const struct world *world, const struct call *call)
{
	return call->socket.domain == AF_PACKET && !world->caller.cap_net_raw;
}

static bool type_unsupported(const struct world *world, const struct call *call)
{
	(void)world;
	return call->socket.domain == AF_PACKET && type_of(call) != SOCK_RAW &&
	       type_of(call) != SOCK_DGRAM && type_of(call) != SOCK_PACKET;
}

static const struct rule socket_packet_rules[] = {
	{
		.id = "socket.packet.obsolete_without_capability",
		.says = "(AF_INET, SOCK_PACKET) is a packet socket and needs "
			"CAP_NET_RAW like one",
		.when = obsolete_without_capability,
		.outcome = FAILS(EPERM),
		.cites = { MANUAL_QUOTE("packet(7)", "EPERM",
					"User has insufficient privileges to carry out "
					"this operation."),
			   KERNEL("net/packet/af_packet.c", "packet_create"),
			   KERNEL("net/socket.c", "__sock_create") },
	},
	{
		.id = "socket.packet.without_capability",
		.says = "a packet socket needs CAP_NET_RAW in the user namespace that "
			"governs the network namespace, whatever its type",
		.when = without_capability,
		.outcome = FAILS(EPERM),
		.cites = { MANUAL_QUOTE("packet(7)", "EPERM",
					"User has insufficient privileges to carry out "
					"this operation."),
			   QUOTE("packet(7)",
				 "In order to create a packet socket, a process must "
				 "have the CAP_NET_RAW capability in the user "
				 "namespace "
				 "that governs its network namespace."),
			   KERNEL("net/packet/af_packet.c", "packet_create") },
	},
	{
		.id = "socket.packet.type_unsupported",
		.says = "a type other than raw, datagram and the obsolete SOCK_PACKET "
			"is refused",
		.when = type_unsupported,
		.outcome = FAILS(ESOCKTNOSUPPORT),
		.cites = { KERNEL("net/packet/af_packet.c", "packet_create"),
			   QUOTE("packet(7)",
				 "The socket_type is either SOCK_RAW for raw packets "
				 "including the link-level header or SOCK_DGRAM for "
				 "cooked packets with the link-level header "
				 "removed.") },
		/* packet(7) lists no errno for it, socket(2) none that fits. */
		.undocumented = true,
	},
};
RULE_LIST(socket_packet, CALL_SOCKET);
