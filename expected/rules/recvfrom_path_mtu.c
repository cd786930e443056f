/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_path_mtu.c - rules of recvfrom(2) for the path MTU that IPV6_RECVPATHMTU has
 * a UDP or raw socket be told of, once one of its datagrams was too long: in the order
 * of ipv6_recv_rxpmtu().  It comes before the error that waits, and before what was
 * sent.
 */
#include <string.h>

#include "../world_ip.h"
#include "recvfrom_ip.h"

/* struct ip6_mtuinfo, of RFC 3542, 11.3. */
struct mtu_info {
	struct sockaddr_in6 to;
	unsigned int mtu;
};

static bool path_mtu_waits(const struct world *world, const struct call *call)
{
	return on_datagrams(world, call) && !has_flag(call, MSG_ERRQUEUE) &&
	       !refuses_out_of_band(world, call) &&
	       call_socket(world, call)->datagrams.path_mtu &&
	       call_socket(world, call)->datagrams.told & TOLD_PATHMTU;
}

static bool addrlen_unreadable(const struct call *call)
{
	return call->message.addrlen_unreadable ||
	       (call->name == CALL_RECVFROM && call->message.addrlen_unwritable);
}

static bool addrlen_negative(const struct world *world, const struct call *call)
{
	return path_mtu_waits(world, call) && call->message.name_wanted &&
	       !addrlen_unreadable(call) && call->message.room < 0;
}

static bool address_unwritable(const struct world *world, const struct call *call)
{
	return path_mtu_waits(world, call) && call->message.name_wanted &&
	       (addrlen_unreadable(call) ||
		call->message.name_writable < smaller((size_t)call->message.room,
						      sizeof(struct sockaddr_in6)));
}

static void path_mtu_told(const struct world *world, const struct call *call,
			  struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);
	struct controls to = begin_controls(call, outcome);
	struct mtu_info info = { .mtu = on->datagrams.path_mtu };

	/* ipv6_local_rxpmtu(): its scope is the interface that was asked for, here lo.
	 */
	ip_write_name(AF_INET6, on->datagrams.path_to, 0, 1, (unsigned char *)&info.to);
	if (on->interface)
		info.to.sin6_scope_id = on->interface;
	outcome->gives = true;
	if (call->message.name_wanted) {
		outcome->tells = true;
		outcome->told = sizeof(info.to);
		outcome->length = (unsigned int)smaller(outcome->told,
							(size_t)call->message.room);
		memcpy(outcome->bytes, &info.to, outcome->length);
	}
	add_time_controls(on, false, &to);
	add_control(&to, IPPROTO_IPV6, LINUX_IPV6_PATHMTU, &info, sizeof(info));
}

static const struct rule recvfrom_path_mtu_rules[] = {
	{
		.id = "recvfrom.path_mtu.addrlen_negative",
		.says = "a negative *addrlen is refused, once the path MTU is taken",
		.when = addrlen_negative,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EINVAL",
					"Invalid argument passed."),
			   KERNEL("net/socket.c", "move_addr_to_user") },
	},
	{
		.id = "recvfrom.path_mtu.address_unwritable",
		.says = "memory for the address or its length that cannot be used is "
			"refused, once the path MTU is taken",
		.when = address_unwritable,
		.outcome = FAILS(EFAULT),
		.cites = { KERNEL("net/socket.c", "move_addr_to_user") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.path_mtu.told",
		.says = "with IPV6_RECVPATHMTU a call that comes after a datagram that "
			"was too long gives no bytes, but the address that it was for, "
			"without a port, and its path MTU in a control message",
		.when = path_mtu_waits,
		.outcome = RETURNS(0),
		.computed = path_mtu_told,
		.cites = { TEXT("RFC 3542, 11.3"),
			   KERNEL("net/ipv6/datagram.c", "ipv6_recv_rxpmtu"),
			   KERNEL("net/ipv6/udp.c", "udpv6_recvmsg"),
			   KERNEL("net/ipv6/raw.c", "rawv6_recvmsg") },
		.undocumented = true,
	},
};
RULE_LIST(recvfrom_path_mtu, CALL_RECVFROM);
