/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * connect.c - rules of connect(2) and getpeername(2): the descriptor and the address,
 * in the order of __sys_connect(), and what the families refuse.
 */
#include <string.h>

#include "../world_ip.h"
#include "connection_common.h"

static bool addrlen_out_of_range(const struct world *world, const struct call *call)
{
	(void)world;
	return call->address.addrlen < 0 || call->address.addrlen > ADDRESS_BYTES_MAX;
}

static bool address_unreadable(const struct world *world, const struct call *call)
{
	(void)world;
	return call->address.unreadable;
}

static int family_of(const struct call *call)
{
	sa_family_t family;

	memcpy(&family, call->address.bytes, sizeof(family));
	return family;
}

static bool on_tcp(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && world_is_tcp(on) && on->protocol == IPPROTO_TCP;
}

static bool on_udp(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && (on->domain == AF_INET || on->domain == AF_INET6) &&
	       on->type == SOCK_DGRAM && on->protocol == IPPROTO_UDP;
}

/* Without a family, nothing else is looked at. */
static bool no_family(const struct world *world, const struct call *call)
{
	return (on_tcp(world, call) || on_udp(world, call)) &&
	       call->address.addrlen < (int)sizeof(sa_family_t);
}

static bool dissolves(const struct world *world, const struct call *call)
{
	return on_udp(world, call) && family_of(call) == AF_UNSPEC;
}

static bool tcp_in_use(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on_tcp(world, call) && family_of(call) != AF_UNSPEC &&
	       !on->tcp.connecting && !on->nonblocking && !on->file.flags_set &&
	       (on->state == SOCKET_CONNECTED || on->state == SOCKET_LISTENING);
}

static bool listening(const struct world *world, const struct call *call)
{
	return on_tcp(world, call) && family_of(call) != AF_UNSPEC &&
	       call_socket(world, call)->state == SOCKET_LISTENING;
}

static int least_length(const struct world_socket *on)
{
	return on->domain == AF_INET ? (int)sizeof(struct sockaddr_in)
				     : SIN6_LEN_RFC2133;
}

/* An IPv6 datagram socket may be given an address of AF_INET, which is shorter. */
static bool address_short(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	if (!on_tcp(world, call) && !on_udp(world, call))
		return false;
	if (family_of(call) == AF_UNSPEC ||
	    (on_udp(world, call) && on->domain == AF_INET6 &&
	     family_of(call) == AF_INET))
		return false;
	return on->state == SOCKET_UNCONNECTED && !on->tcp.connecting &&
	       call->address.addrlen < least_length(on);
}

static bool family_wrong(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);
	int family = family_of(call);

	if ((!on_tcp(world, call) && !on_udp(world, call)) || family == AF_UNSPEC ||
	    family == on->domain || (on_udp(world, call) && family == AF_INET))
		return false;
	return on->state == SOCKET_UNCONNECTED && !on->tcp.connecting;
}

static bool unix_not_one(const struct world *world, const struct call *call)
{
	int family = family_of(call);

	if (!call_is_on(world, call, AF_UNIX) ||
	    (family == AF_UNSPEC && call_socket(world, call)->type == SOCK_DGRAM))
		return false;
	return call->address.addrlen <= (int)offsetof(struct sockaddr_un, sun_path) ||
	       call->address.addrlen > (int)sizeof(struct sockaddr_un) ||
	       family != AF_UNIX;
}

#define CONNECT_EINVAL KERNEL("net/ipv4/af_inet.c", "__inet_stream_connect")

static const struct rule connect_refusals_rules[] = {
	DESCRIPTOR_NOT_OPEN("connect", "connect(2)", "connect"),
	{
		.id = "connect.addrlen.out_of_range",
		.says = "an addrlen below 0 or above sizeof(struct sockaddr_storage) "
			"is refused, before the descriptor is asked whether it is a "
			"socket's",
		.when = addrlen_out_of_range,
		.outcome = FAILS(EINVAL),
		.since = LINUX(5, 5),
		/* connect(2) has no EINVAL. */
		.cites = { POSIX("connect", "EINVAL"),
			   KERNEL("net/socket.c", "move_addr_to_kernel") },
	},
	{
		.id = "connect.address.unreadable",
		.says = "an address of which not all addrlen bytes can be read is "
			"refused",
		.when = address_unreadable,
		.outcome = FAILS(EFAULT),
		.since = LINUX(5, 5),
		.cites = { MANUAL_QUOTE("connect(2)", "EFAULT",
					"The socket structure address is outside the "
					"user's address space."),
			   KERNEL("net/socket.c", "move_addr_to_kernel") },
	},
	DESCRIPTOR_NOT_A_SOCKET("connect", "connect(2)", "connect"),
	{
		.id = "connect.address.no_family",
		.says = "an address that has no room for a family is refused",
		.when = no_family,
		.outcome = FAILS(EINVAL),
		.cites = { POSIX("connect", "EINVAL"), CONNECT_EINVAL,
			   KERNEL("net/ipv4/af_inet.c", "inet_dgram_connect") },
	},
	{
		.id = "connect.udp.dissolved",
		.says = "AF_UNSPEC dissolves the association of UDP, also where there "
			"is none",
		.when = dissolves,
		.outcome = RETURNS(0),
		.cites = { QUOTE("connect(2)", "connecting to an address with the "
					       "sa_family member of "
					       "sockaddr set to AF_UNSPEC"),
			   POSIX("connect", NULL),
			   KERNEL("net/ipv4/af_inet.c", "inet_dgram_connect") },
	},
	{
		.id = "connect.tcp.listening",
		.says = "a listener cannot be connected, whatever the address",
		.when = listening,
		.outcome = FAILS(EISCONN),
		.posix = FAILS(EOPNOTSUPP),
		.cites = { MANUAL("connect(2)", "EISCONN"),
			   POSIX_SAYS("connect", "EOPNOTSUPP", "the socket listens"),
			   CONNECT_EINVAL },
	},
	{
		.id = "connect.tcp.connected",
		.says = "what is connected is not connected again, whatever the "
			"address",
		.when = tcp_in_use,
		.outcome = FAILS(EISCONN),
		.cites = { MANUAL_QUOTE("connect(2)", "EISCONN",
					"The socket is already connected."),
			   POSIX("connect", "EISCONN"), CONNECT_EINVAL },
	},
	{
		.id = "connect.ip.address_short",
		.says = "an address shorter than the family's is refused",
		.when = address_short,
		.outcome = FAILS(EINVAL),
		.cites = { POSIX("connect", "EINVAL"),
			   KERNEL("net/ipv4/tcp_ipv4.c", "tcp_v4_connect"),
			   KERNEL("net/ipv6/tcp_ipv6.c", "tcp_v6_connect"),
			   KERNEL("net/ipv4/datagram.c", "__ip4_datagram_connect") },
	},
	{
		.id = "connect.ip.family_wrong",
		.says = "an address of another family is refused; UDP over IPv6 takes "
			"one of AF_INET",
		.when = family_wrong,
		.outcome = FAILS(EAFNOSUPPORT),
		.cites = { MANUAL_QUOTE("connect(2)", "EAFNOSUPPORT",
					"The passed address didn't have the correct "
					"address family in its sa_family field."),
			   POSIX("connect", "EAFNOSUPPORT"),
			   KERNEL("net/ipv4/tcp_ipv4.c", "tcp_v4_connect"),
			   KERNEL("net/ipv4/datagram.c", "__ip4_datagram_connect") },
	},
	{
		.id = "connect.unix.not_a_name",
		.says = "what is no name of AF_UNIX is refused: too short, too long, "
			"of another family",
		.when = unix_not_one,
		.outcome = FAILS(EINVAL),
		.posix = FAILS(EINVAL, EAFNOSUPPORT),
		.cites = { MANUAL("unix(7)", "EINVAL"), POSIX("connect", "EINVAL"),
			   POSIX("connect", "EAFNOSUPPORT"),
			   KERNEL("net/unix/af_unix.c", "unix_validate_addr") },
	},
};
RULE_LIST(connect_refusals, CALL_CONNECT);

static bool no_peer_names(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_PACKET);
}

static bool has_no_peer(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	if (!on || !is_known(on) || on->domain == AF_NETLINK)
		return false;
	if (on->state == SOCKET_CONNECTED && on_udp(world, call))
		return !on->peer_port;
	return on->state != SOCKET_CONNECTED && !on->tcp.connecting;
}

/* An accepted socket's is not kept. */
static bool peer_known(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && (on->domain == AF_INET || on->domain == AF_INET6) &&
	       on->type != SOCK_RAW && on->state == SOCKET_CONNECTED && on->peer_port &&
	       !on->tcp.connecting;
}

static void tells_peer(const struct world *world, const struct call *call,
		       struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);

	outcome->kind = OUTCOME_VALUE;
	outcome->length = ip_write_name(on->domain, on->peer_address, on->peer_port,
					on->interface, outcome->bytes);
}

static const struct rule peer_names_rules[] = {
	DESCRIPTOR_NOT_OPEN("getpeername", "getpeername(2)", "getpeername"),
	DESCRIPTOR_NOT_A_SOCKET("getpeername", "getpeername(2)", "getpeername"),
	{
		.id = "getpeername.not_supported",
		/* POSIX's EOPNOTSUPP is of its own families. */
		.says = "packet sockets have no peers",
		.when = no_peer_names,
		.outcome = FAILS(EOPNOTSUPP),
		.undocumented = true,
		.cites = { KERNEL("net/packet/af_packet.c", "packet_getname") },
	},
	{
		.id = "getpeername.not_connected",
		.says = "a socket that is not connected has no peer, nor has one of "
			"UDP that is connected to port 0",
		.when = has_no_peer,
		.outcome = FAILS(ENOTCONN),
		.cites = { MANUAL_QUOTE("getpeername(2)", "ENOTCONN",
					"The socket is not connected."),
			   POSIX("getpeername", "ENOTCONN"),
			   KERNEL("net/ipv4/af_inet.c", "inet_getname"),
			   KERNEL("net/unix/af_unix.c", "unix_getname") },
	},
	{
		.id = "getpeername.ip.connected",
		.says = "the peer is the address and port that was connected to; any "
			"address is this machine's",
		.when = peer_known,
		.computed = tells_peer,
		.cites = { QUOTE("getpeername(2)",
				 "getpeername() returns the address of the peer "
				 "connected to the socket sockfd"),
			   POSIX("getpeername", NULL),
			   KERNEL("net/ipv4/af_inet.c", "inet_getname"),
			   KERNEL("net/ipv6/af_inet6.c", "inet6_getname") },
	},
};
RULE_LIST(peer_names, CALL_GETPEERNAME);
