/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * socket_new_names.c - the name that getsockname(2) tells of a socket that socket(2)
 * has just made.
 */
#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

#include "../constants.h"
#include "lists.h"

static const struct world_socket *named(const struct world *world,
					const struct call *call, int domain)
{
	const struct world_socket *it = world_socket(world, call->fd);

	return it && it->domain == domain ? it : NULL;
}

static void name(struct outcome *outcome, const void *address, size_t length)
{
	outcome->kind = OUTCOME_VALUE;
	outcome->length = (unsigned int)length;
	memcpy(outcome->bytes, address, length);
}

/* inet_create() sets the port of a raw socket to its protocol. */
static in_port_t new_port(const struct world_socket *it)
{
	return it->type == SOCK_RAW ? htons((in_port_t)it->protocol) : 0;
}

static bool of_raw_inet(const struct world *world, const struct call *call)
{
	const struct world_socket *it = named(world, call, AF_INET);

	return it && it->type == SOCK_RAW;
}

static bool of_raw_inet6(const struct world *world, const struct call *call)
{
	const struct world_socket *it = named(world, call, AF_INET6);

	return it && it->type == SOCK_RAW;
}

static bool of_inet(const struct world *world, const struct call *call)
{
	return named(world, call, AF_INET);
}

static void name_inet(const struct world *world, const struct call *call,
		      struct outcome *outcome)
{
	struct sockaddr_in address = { .sin_family = AF_INET };

	address.sin_port = new_port(named(world, call, AF_INET));
	name(outcome, &address, sizeof(address));
}

static bool of_inet6(const struct world *world, const struct call *call)
{
	return named(world, call, AF_INET6);
}

static void name_inet6(const struct world *world, const struct call *call,
		       struct outcome *outcome)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6 };

	address.sin6_port = new_port(named(world, call, AF_INET6));
	name(outcome, &address, sizeof(address));
}

static bool of_unix(const struct world *world, const struct call *call)
{
	return named(world, call, AF_UNIX);
}

static void name_unix(const struct world *world, const struct call *call,
		      struct outcome *outcome)
{
	sa_family_t family = AF_UNIX;

	(void)world;
	(void)call;
	name(outcome, &family, sizeof(family));
}

static bool of_obsolete(const struct world *world, const struct call *call)
{
	const struct world_socket *it = named(world, call, AF_PACKET);

	return it && it->type == SOCK_PACKET;
}

static void name_obsolete(const struct world *world, const struct call *call,
			  struct outcome *outcome)
{
	struct sockaddr address = { .sa_family = AF_PACKET };

	(void)world;
	(void)call;
	name(outcome, &address, sizeof(address));
}

static bool of_packet(const struct world *world, const struct call *call)
{
	return named(world, call, AF_PACKET);
}

static void name_packet(const struct world *world, const struct call *call,
			struct outcome *outcome)
{
	const struct world_socket *it = named(world, call, AF_PACKET);
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = (unsigned short)it->argument,
	};

	/* packet_getname(): no device, so no hardware address. */
	name(outcome, &address, offsetof(struct sockaddr_ll, sll_addr));
}

static bool of_netlink(const struct world *world, const struct call *call)
{
	return named(world, call, AF_NETLINK);
}

static void name_netlink(const struct world *world, const struct call *call,
			 struct outcome *outcome)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };

	(void)world;
	(void)call;
	name(outcome, &address, sizeof(address));
}

static bool of_vsock(const struct world *world, const struct call *call)
{
	return named(world, call, AF_VSOCK);
}

static void name_vsock(const struct world *world, const struct call *call,
		       struct outcome *outcome)
{
	struct linux_sockaddr_vm address = {
		.svm_family = AF_VSOCK,
		.svm_port = LINUX_VMADDR_PORT_ANY,
		.svm_cid = LINUX_VMADDR_CID_ANY,
	};

	(void)world;
	(void)call;
	name(outcome, &address, sizeof(address));
}

static const struct rule socket_new_names_rules[] = {
	{
		.id = "socket.new.name_inet_raw",
		.says = "a new raw socket's name is 0.0.0.0, and its port its protocol",
		.when = of_raw_inet,
		.computed = name_inet,
		.cites = { QUOTE("ip(7)", "On raw sockets sin_port is set to the IP "
					  "protocol."),
			   KERNEL("net/ipv4/af_inet.c", "inet_getname") },
	},
	{
		.id = "socket.new.name_inet",
		.says = "a new socket's name is 0.0.0.0, port 0",
		.when = of_inet,
		.computed = name_inet,
		/* getsockname(2) speaks of bound sockets only. */
		.cites = { KERNEL("net/ipv4/af_inet.c", "inet_getname") },
		.undocumented = true,
	},
	{
		.id = "socket.new.name_inet6_raw",
		.says = "a new raw socket's name is ::, and its port its protocol",
		.when = of_raw_inet6,
		.computed = name_inet6,
		.cites = { QUOTE("ipv6(7)", "sin6_port is the protocol port (see "
					    "sin_port in ip(7))"),
			   QUOTE("ip(7)", "On raw sockets sin_port is set to the IP "
					  "protocol."),
			   KERNEL("net/ipv6/af_inet6.c", "inet6_getname") },
	},
	{
		.id = "socket.new.name_inet6",
		.says = "a new socket's name is ::, port 0",
		.when = of_inet6,
		.computed = name_inet6,
		.cites = { KERNEL("net/ipv6/af_inet6.c", "inet6_getname") },
		.undocumented = true,
	},
	{
		.id = "socket.new.name_unix",
		.says = "an unnamed socket's address is as long as its family",
		.when = of_unix,
		.computed = name_unix,
		.cites = { QUOTE("unix(7)",
				 "When the address of an unnamed socket is returned, "
				 "its length is sizeof(sa_family_t)"),
			   KERNEL("net/unix/af_unix.c", "unix_getname") },
	},
	{
		.id = "socket.new.name_obsolete_packet",
		.says = "a new SOCK_PACKET socket's name is that of no device",
		.when = of_obsolete,
		.computed = name_obsolete,
		.cites = { KERNEL("net/packet/af_packet.c", "packet_getname_spkt") },
		.undocumented = true,
	},
	{
		.id = "socket.new.name_packet",
		.says = "a new packet socket's name holds its protocol and no device",
		.when = of_packet,
		.computed = name_packet,
		.cites = { QUOTE("packet(7)", "It defaults to the socket's protocol."),
			   KERNEL("net/packet/af_packet.c", "packet_getname") },
	},
	{
		.id = "socket.new.name_netlink",
		.says = "a new netlink socket has port 0 and no groups",
		.when = of_netlink,
		.computed = name_netlink,
		.cites = { KERNEL("net/netlink/af_netlink.c", "netlink_getname") },
		.undocumented = true,
	},
	{
		.id = "socket.new.name_vsock",
		.says = "a new socket's name is any CID and any port",
		.when = of_vsock,
		.computed = name_vsock,
		/* vsock(7) has VMADDR_CID_ANY for binding. */
		.cites = { KERNEL("net/vmw_vsock/af_vsock.c", "__vsock_create") },
		.undocumented = true,
	},
};
RULE_LIST(socket_new_names, CALL_GETSOCKNAME);
