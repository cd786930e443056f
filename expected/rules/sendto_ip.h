/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sendto_ip.h - datagrams of the IP families as sendto(2) and sendmsg(2) meet them:
 * what kind of socket it is, and where the address that was given leads.
 */
#ifndef EXPECTED_RULES_SENDTO_IP_H
#define EXPECTED_RULES_SENDTO_IP_H

#include "../world_datagrams.h"
#include "../world_ip.h"
#include "sendto_common.h"

/* What the header of a packet, or one of UDP, has for the length. */
#define LENGTH_MAX 0xffff

static inline bool is_udp(const struct world_socket *on)
{
	return is_ip(on) && on->type == SOCK_DGRAM &&
	       (on->protocol == IPPROTO_UDP || on->protocol == IPPROTO_UDPLITE);
}

static inline bool is_udp6(const struct world_socket *on)
{
	return is_udp(on) && on->domain == AF_INET6;
}

static inline bool is_raw(const struct world_socket *on)
{
	return is_ip(on) && on->type == SOCK_RAW;
}

static inline bool is_raw6(const struct world_socket *on)
{
	return is_raw(on) && on->domain == AF_INET6;
}

static inline bool is_echo(const struct world_socket *on)
{
	return is_ip(on) && world_is_echo(on);
}

/* udpv6_sendmsg() takes an address of AF_UNSPEC for none. */
static inline bool names_nobody(const struct world_socket *on, const struct call *call)
{
	return !has_address(call) || (is_udp6(on) && family_to(call) == AF_UNSPEC);
}

/* And then it forgets that the peer may have an address of IPv4. */
static inline bool forgets_peer(const struct world_socket *on, const struct call *call)
{
	return is_udp6(on) && has_address(call) && family_to(call) == AF_UNSPEC &&
	       ip_is_v4(on->peer_address);
}

static inline const struct world_socket *on_datagrams(const struct world *world,
						      const struct call *call)
{
	const struct world_socket *on = sender_of(world, call);

	if (!on || (!is_udp(on) && !is_raw(on) && !is_echo(on)))
		return NULL;
	return forgets_peer(on, call) ? NULL : on;
}

/* Does udpv6_sendmsg() hand it on to udp_sendmsg(), once it has looked at the address?
 */
static inline bool is_handed_on(const struct world_socket *on, const struct call *call)
{
	struct ip_name to;

	if (!is_udp6(on))
		return false;
	if (names_nobody(on, call))
		return on->state == SOCKET_CONNECTED && ip_is_v4(on->peer_address);
	if (family_to(call) == AF_INET)
		return true;
	if (family_to(call) != AF_INET6 || call->message.to.addrlen < SIN6_LEN_RFC2133)
		return false;
	ip_name_of(AF_INET6, &call->message.to, &to);
	return ip_is_v4(to.address) || (ip_is_any(to.address) && ip_is_v4(on->address));
}

/* Does udp_sendmsg() have it, be it that of a socket of AF_INET6? */
static inline bool is_v4_udp(const struct world_socket *on, const struct call *call)
{
	return is_udp(on) &&
	       (on->domain == AF_INET || (is_handed_on(on, call) && !on->ipv6only));
}

/* ping_supported(): the first two bytes of an echo request. */
static inline bool is_request(const struct world_socket *on, const struct call *call)
{
	const unsigned char *icmp = call->message.payload;

	return icmp[0] == (on->domain == AF_INET ? 8 : 128) && !icmp[1];
}

#endif
