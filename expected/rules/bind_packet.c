/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_packet.c - rules of bind(2) for AF_PACKET, in the order of packet_bind() and
 * packet_bind_spkt(), and of what getsockname(2) and SO_ERROR tell afterwards.
 */
#include "../world_links.h"
#include "bind_common.h"

/* Made by the obsolete SOCK_PACKET: bound to a device's name, in a plain sockaddr. */
static bool obsolete(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_PACKET) &&
	       call_socket(world, call)->type == SOCK_PACKET;
}

static bool packet(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_PACKET);
}

static bool obsolete_addrlen(const struct world *world, const struct call *call)
{
	return obsolete(world, call) &&
	       call->address.addrlen != (int)sizeof(struct sockaddr);
}

static bool obsolete_no_device(const struct world *world, const struct call *call)
{
	return obsolete(world, call) &&
	       !world_packet_device(world, call_socket(world, call), call);
}

static bool addrlen_short(const struct world *world, const struct call *call)
{
	return packet(world, call) &&
	       call->address.addrlen < (int)sizeof(struct sockaddr_ll);
}

static bool family_unsupported(const struct world *world, const struct call *call)
{
	return packet(world, call) && address_family(call) != AF_PACKET;
}

static bool in_fanout(const struct world *world, const struct call *call)
{
	return packet(world, call) && call_socket(world, call)->packet.fanout;
}

static bool no_device(const struct world *world, const struct call *call)
{
	struct sockaddr_ll given;

	if (!packet(world, call))
		return false;
	memcpy(&given, call->address.bytes, sizeof(given));
	return given.sll_ifindex &&
	       !world_packet_device(world, call_socket(world, call), call);
}

static const struct rule bind_packet_rules[] = {
	{
		.id = "bind.packet.obsolete_addrlen",
		.says = "a SOCK_PACKET socket takes an addrlen of sizeof(struct "
			"sockaddr) and no other",
		.when = obsolete_addrlen,
		.outcome = FAILS(EINVAL),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL", "addrlen is wrong"),
			   POSIX("bind", "EINVAL"),
			   KERNEL("net/packet/af_packet.c", "packet_bind_spkt") },
	},
	{
		.id = "bind.packet.obsolete_no_device",
		.says = "a SOCK_PACKET socket is refused the name of no device; the "
			"family of the address is not looked at",
		.when = obsolete_no_device,
		.outcome = FAILS(ENODEV),
		.cites = { MANUAL_QUOTE("packet(7)", "ENODEV",
					"Unknown device name or interface index "
					"specified in interface address."),
			   KERNEL("net/packet/af_packet.c", "packet_bind_spkt"),
			   KERNEL("net/packet/af_packet.c", "packet_do_bind") },
	},
	{
		.id = "bind.packet.obsolete_bound",
		.says = "a SOCK_PACKET socket is bound to a device by its name, and "
			"keeps its protocol",
		.when = obsolete,
		.outcome = RETURNS(0),
		.posix_silent = true,
		.cites = { QUOTE("packet(7)",
				 "SOCK_PACKET uses the old struct sockaddr_pkt to "
				 "specify an interface"),
			   POSIX("bind", NULL),
			   KERNEL("net/packet/af_packet.c", "packet_bind_spkt") },
	},
	{
		.id = "bind.packet.addrlen_short",
		.says = "an addrlen below sizeof(struct sockaddr_ll) is refused",
		.when = addrlen_short,
		.outcome = FAILS(EINVAL),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL", "addrlen is wrong"),
			   POSIX("bind", "EINVAL"),
			   KERNEL("net/packet/af_packet.c", "packet_bind") },
	},
	{
		.id = "bind.packet.family_unsupported",
		.says = "an address of another family is refused",
		.when = family_unsupported,
		.outcome = FAILS(EINVAL),
		/* POSIX has EAFNOSUPPORT for it. */
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL",
					"addr is not a valid address for this socket's "
					"domain."),
			   QUOTE("packet(7)", "Always AF_PACKET"),
			   KERNEL("net/packet/af_packet.c", "packet_bind") },
	},
	{
		.id = "bind.packet.in_fanout_group",
		.says = "a socket of a fanout group is not bound again, since all of a "
			"group have one device and protocol",
		.when = in_fanout,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL("packet(7)", "EINVAL"),
			   QUOTE("packet(7)",
				 "subsequent packet sockets must have the same "
				 "protocol, device settings, fanout mode, and flags"),
			   KERNEL("net/packet/af_packet.c", "packet_do_bind") },
	},
	{
		.id = "bind.packet.no_device",
		.says = "an index that is neither 0 nor that of an interface is "
			"refused",
		.when = no_device,
		.outcome = FAILS(ENODEV),
		.cites = { MANUAL_QUOTE("packet(7)", "ENODEV",
					"Unknown device name or interface index "
					"specified in interface address."),
			   KERNEL("net/packet/af_packet.c", "packet_do_bind") },
	},
	{
		.id = "bind.packet.bound",
		.says = "a packet socket is bound, as often as one likes, to an "
			"interface or any, and to a protocol or (0) the one it has",
		.when = packet,
		.outcome = RETURNS(0),
		.posix_silent = true,
		.cites = { QUOTE("packet(7)",
				 "Fields used for binding are sll_family (should be "
				 "AF_PACKET), sll_protocol, and sll_ifindex."),
			   QUOTE("packet(7)", "It defaults to the socket's protocol."),
			   QUOTE("packet(7)", "0 matches any interface (only permitted "
					      "for binding)."),
			   POSIX("bind", NULL),
			   KERNEL("net/packet/af_packet.c", "packet_do_bind") },
	},
};
RULE_LIST(bind_packet, CALL_BIND);

static bool obsolete_name(const struct world *world, const struct call *call)
{
	return obsolete(world, call) && call_socket(world, call)->packet.bound;
}

static void tell_device(const struct world *world, const struct call *call,
			struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);
	const struct world_interface *device =
		world_interface(world, on->packet.ifindex);
	struct sockaddr name = { .sa_family = AF_PACKET };
	size_t length = device ? strlen(device->name) : 0;

	/* Cut off so that a NUL ends it. */
	if (length > sizeof(name.sa_data) - 1)
		length = sizeof(name.sa_data) - 1;
	if (device)
		memcpy(name.sa_data, device->name, length);
	outcome->length = sizeof(name);
	memcpy(outcome->bytes, &name, sizeof(name));
}

static bool has_name(const struct world *world, const struct call *call)
{
	return packet(world, call) && call_socket(world, call)->packet.bound;
}

static void tell_name(const struct world *world, const struct call *call,
		      struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);
	const struct world_interface *device =
		world_interface(world, on->packet.ifindex);
	struct sockaddr_ll name = { .sll_family = AF_PACKET,
				    .sll_protocol = on->packet.protocol };

	if (device) {
		name.sll_ifindex = (int)device->index;
		/* The loopback interface is the only one that is not an Ethernet's. */
		name.sll_hatype = device->index == 1 ? LINUX_ARPHRD_LOOPBACK
						     : LINUX_ARPHRD_ETHER;
		name.sll_halen = sizeof(device->hardware);
		memcpy(name.sll_addr, device->hardware, sizeof(device->hardware));
	}
	outcome->length =
		(unsigned int)offsetof(struct sockaddr_ll, sll_addr) + name.sll_halen;
	memcpy(outcome->bytes, &name, outcome->length);
}

static const struct rule bind_packet_names_rules[] = {
	{
		.id = "bind.name.packet_obsolete",
		.says = "the name of a SOCK_PACKET socket is its device's, cut off to "
			"thirteen bytes and a NUL",
		.when = obsolete_name,
		.outcome = RETURNS(0),
		.computed = tell_device,
		.cites = { QUOTE("packet(7)",
				 "This means the names of network devices longer than "
				 "14 bytes will be truncated to fit into "
				 "spkt_device."),
			   QUOTE("getsockname(2)",
				 "getsockname() returns the current address to which "
				 "the socket sockfd is bound"),
			   KERNEL("net/packet/af_packet.c", "packet_getname_spkt") },
	},
	{
		.id = "bind.name.packet",
		.says = "the name of a packet socket is its protocol and its "
			"interface, with that one's type and address, and as long as "
			"the address",
		.when = has_name,
		.outcome = RETURNS(0),
		.computed = tell_name,
		.posix_silent = true,
		.cites = { QUOTE("getsockname(2)",
				 "getsockname() returns the current address to which "
				 "the socket sockfd is bound"),
			   QUOTE("packet(7)", "sll_hatype is an ARP type as defined in "
					      "the <linux/if_arp.h> include file."),
			   QUOTE("packet(7)",
				 "contain the physical-layer (e.g., IEEE 802.3) "
				 "address and its length."),
			   POSIX("getsockname", NULL),
			   KERNEL("net/packet/af_packet.c", "packet_getname") },
	},
};
RULE_LIST(bind_packet_names, CALL_GETSOCKNAME);

static bool asks_error(const struct world *world, const struct call *call)
{
	return has_name(world, call) && call->option.level == SOL_SOCKET &&
	       call->option.optname == SO_ERROR;
}

static bool asks_error_down(const struct world *world, const struct call *call)
{
	return asks_error(world, call) && call_socket(world, call)->packet.down;
}

static void tell_down(const struct world *world, const struct call *call,
		      struct outcome *outcome)
{
	int error = ENETDOWN;

	(void)world;
	(void)call;
	outcome->length = sizeof(error);
	memcpy(outcome->bytes, &error, sizeof(error));
}

/* The int is 0. */
static void tell_no_error(const struct world *world, const struct call *call,
			  struct outcome *outcome)
{
	(void)world;
	(void)call;
	outcome->length = sizeof(int);
}

static const struct rule bind_packet_errors_rules[] = {
	{
		.id = "bind.packet.device_down",
		.says = "a socket that is newly bound, with a protocol, to an "
			"interface "
			"that is down has ENETDOWN waiting, which SO_ERROR tells",
		.when = asks_error_down,
		.outcome = RETURNS(0),
		.computed = tell_down,
		/* packet(7) says the opposite, and has ENETDOWN among its errors. */
		.cites = { QUOTE("packet(7)",
				 "They don't have the concept of a pending error."),
			   KERNEL("net/packet/af_packet.c", "packet_do_bind") },
		.undocumented = true,
	},
	{
		.id = "bind.packet.no_error",
		.says = "a socket that is bound to an interface that is up, to any or "
			"to what it was bound to before, or of which SO_ERROR has "
			"told, "
			"has no error waiting",
		.when = asks_error,
		.outcome = RETURNS(0),
		.computed = tell_no_error,
		.posix_silent = true,
		.cites = { QUOTE("socket(7)",
				 "Get and clear the pending socket error."),
			   POSIX("getsockopt", NULL),
			   KERNEL("net/packet/af_packet.c", "packet_do_bind") },
	},
};
RULE_LIST(bind_packet_errors, CALL_GETSOCKOPT);
