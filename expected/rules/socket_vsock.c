/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * socket_vsock.c - rules of socket(2) for AF_VSOCK, in the order of vsock_create().
 */
#include "../constants.h"
#include "lists.h"

static int type_of(const struct call *call)
{
	return call->socket.type & LINUX_SOCK_TYPE_MASK;
}

static bool protocol_unsupported(const struct world *world, const struct call *call)
{
	(void)world;
	return call->socket.domain == AF_VSOCK && call->socket.protocol != 0 &&
	       call->socket.protocol != AF_VSOCK;
}

static bool type_unsupported(const struct world *world, const struct call *call)
{
	int type = type_of(call);

	/* Linux 5.14 added SOCK_SEQPACKET; vsock(7) does not know it yet. */
	if (type == SOCK_SEQPACKET)
		return call->socket.domain == AF_VSOCK && world->kernel.version &&
		       world->kernel.version < LINUX(5, 14);
	return call->socket.domain == AF_VSOCK && type != SOCK_STREAM &&
	       type != SOCK_DGRAM;
}

static bool no_transport(const struct world *world, const struct call *call)
{
	return call->socket.domain == AF_VSOCK && type_of(call) == SOCK_DGRAM &&
	       !world_has(world, FEATURE_VSOCK_DGRAM);
}

static const struct rule socket_vsock_rules[] = {
	{
		.id = "socket.vsock.protocol_unsupported",
		.says = "a protocol other than 0 and AF_VSOCK is refused",
		.when = protocol_unsupported,
		.outcome = FAILS(EPROTONOSUPPORT),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("vsock(7)", "EPROTONOSUPPORT",
					"Invalid socket protocol number. The protocol "
					"should always be 0."),
			   POSIX("socket", "EPROTONOSUPPORT"),
			   KERNEL("net/vmw_vsock/af_vsock.c", "vsock_create") },
	},
	{
		.id = "socket.vsock.type_unsupported",
		.says = "a type other than stream, datagram and (since 5.14) sequenced "
			"packet is refused",
		.when = type_unsupported,
		.outcome = FAILS(ESOCKTNOSUPPORT),
		.cites = { MANUAL_QUOTE("vsock(7)", "ESOCKTNOSUPPORT",
					"Unsupported socket type in socket(2)."),
			   KERNEL("net/vmw_vsock/af_vsock.c", "vsock_create") },
	},
	{
		.id = "socket.vsock.no_transport",
		.says = "a datagram socket needs a transport that carries datagrams",
		.when = no_transport,
		.outcome = FAILS(ENODEV),
		.cites = { KERNEL("net/vmw_vsock/af_vsock.c", "vsock_assign_transport"),
			   QUOTE("vsock(7)",
				 "Availability of these socket types is "
				 "dependent on the underlying hypervisor.") },
		.undocumented = true,
		/* The core of 5.5 takes several transports at once and gives a socket
		 * its own when it is made or connected. */
		.since = LINUX(5, 5),
	},
};
RULE_LIST(socket_vsock, CALL_SOCKET);
