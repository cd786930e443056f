/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sendto_ip.c - rules of sendto(2) and sendmsg(2) for UDP, raw and echo sockets: what
 * is refused by its length, its flags or its address, in the order of
 * inet_send_prepare(), udp_sendmsg() and udpv6_sendmsg(), raw_sendmsg() and
 * rawv6_sendmsg(), ping_common_sendmsg() and its two callers.
 */
#include "sendto_ip.h"

/* ICMP's header, of which an echo socket has need. */
#define ICMP_HEADER 8

static bool no_port_left(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_datagrams(world, call);

	return on && !is_raw(on) && !on->port && !on->port_open &&
	       !world_port_left(world, on, on->address);
}

static bool too_long(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_datagrams(world, call);

	return on && call->message.length > LENGTH_MAX &&
	       (is_v4_udp(on, call) || (is_raw(on) && on->domain == AF_INET) ||
		is_echo(on));
}

static bool echo_short(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_datagrams(world, call);

	return on && is_echo(on) && call->message.length < ICMP_HEADER;
}

/* udpv6_sendmsg() does not look at the flag. */
static bool out_of_band(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_datagrams(world, call);

	return on && has_flag(call, MSG_OOB) &&
	       (is_v4_udp(on, call) || is_raw(on) || is_echo(on));
}

static bool echo_unreadable(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_datagrams(world, call);

	return on && is_echo(on) && call->message.readable < ICMP_HEADER;
}

/* Type 42 of ICMP, 160 of ICMPv6: RFC 8335's requests came with Linux 5.13. */
static bool may_be_request(const unsigned char *icmp)
{
	return icmp[0] == 42 || icmp[0] == 160;
}

static bool no_request(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_datagrams(world, call);

	return on && is_echo(on) && call->message.payload && !is_request(on, call) &&
	       !may_be_request(call->message.payload);
}

/* From here on, an echo socket sends what is known to be an echo request. */
static const struct world_socket *addressed(const struct world *world,
					    const struct call *call)
{
	const struct world_socket *on = on_datagrams(world, call);

	if (on && is_echo(on) && (!call->message.payload || !is_request(on, call)))
		return NULL;
	return on;
}

/* An address of IPv4 is looked at by udp_sendmsg() only. */
static int least_length(const struct world_socket *on, const struct call *call)
{
	if (on->domain == AF_INET)
		return sizeof(struct sockaddr_in);
	if (is_echo(on))
		return sizeof(struct sockaddr_in6);
	if (is_raw(on) || family_to(call) == AF_INET6)
		return SIN6_LEN_RFC2133;
	if (family_to(call) == AF_INET && !on->ipv6only)
		return sizeof(struct sockaddr_in);
	return sizeof(sa_family_t);
}

static bool address_short(const struct world *world, const struct call *call)
{
	const struct world_socket *on = addressed(world, call);

	return on && has_address(call) &&
	       call->message.to.addrlen < least_length(on, call);
}

static bool family_wrong(const struct world *world, const struct call *call)
{
	const struct world_socket *on = addressed(world, call);

	if (!on || !has_address(call) || is_udp6(on) ||
	    (family_to(call) == AF_UNSPEC && !is_echo(on)))
		return false;
	return family_to(call) != on->domain;
}

static bool udp6_family_wrong(const struct world *world, const struct call *call)
{
	const struct world_socket *on = addressed(world, call);

	return on && is_udp6(on) && !names_nobody(on, call) &&
	       family_to(call) != AF_INET6 && family_to(call) != AF_INET;
}

static bool only_v6(const struct world *world, const struct call *call)
{
	const struct world_socket *on = addressed(world, call);

	return on && on->ipv6only && is_handed_on(on, call);
}

static unsigned int port_to(const struct call *call)
{
	struct ip_name to;

	/* It stands at one place in both families' addresses. */
	ip_name_of(AF_INET, &call->message.to, &to);
	return to.port;
}

static bool port_zero(const struct world *world, const struct call *call)
{
	const struct world_socket *on = addressed(world, call);

	return on && is_udp(on) && !names_nobody(on, call) && !port_to(call);
}

static bool other_protocol(const struct world *world, const struct call *call)
{
	const struct world_socket *on = addressed(world, call);
	unsigned int port = port_to(call);

	if (!on || !is_raw6(on) || !has_address(call))
		return false;
	if (!port)
		return on->protocol > 255;
	return port > 255 ||
	       (port != (unsigned int)on->protocol && on->protocol != IPPROTO_RAW);
}

static bool no_peer(const struct world *world, const struct call *call)
{
	const struct world_socket *on = addressed(world, call);

	return on && names_nobody(on, call) && on->state != SOCKET_CONNECTED;
}

#define SENDS_UDP                                \
	KERNEL("net/ipv4/udp.c", "udp_sendmsg"), \
		KERNEL("net/ipv6/udp.c", "udpv6_sendmsg")
#define SENDS_RAW                                \
	KERNEL("net/ipv4/raw.c", "raw_sendmsg"), \
		KERNEL("net/ipv6/raw.c", "rawv6_sendmsg")
#define SENDS_ECHO KERNEL("net/ipv4/ping.c", "ping_common_sendmsg")

static const struct rule sendto_ip_refusals_rules[] = {
	{
		.id = "sendto.ip.no_port_left",
		.says = "a socket that needs a port, where each of the ephemeral range "
			"is in use, is told to try again, before all else",
		.when = no_port_left,
		.outcome = FAILS(EAGAIN),
		.cites = { MANUAL_QUOTE("sendto(2)", "EAGAIN",
					"it was determined that all port numbers in "
					"the ephemeral port range are currently in "
					"use."),
			   KERNEL("net/ipv4/af_inet.c", "inet_send_prepare") },
	},
	{
		.id = "sendto.ip.too_long",
		.says = "more than 65535 bytes are refused before the flags and the "
			"address, but for those of UDP and raw sockets of IPv6",
		.when = too_long,
		.outcome = FAILS(EMSGSIZE),
		.cites = { SENDTO_TOO_LONG, POSIX("sendto", "EMSGSIZE"),
			   KERNEL("net/ipv4/udp.c", "udp_sendmsg"),
			   KERNEL("net/ipv4/raw.c", "raw_sendmsg"), SENDS_ECHO },
	},
	{
		.id = "sendto.ip.echo_short",
		.says = "an echo socket sends nothing that is shorter than ICMP's "
			"header",
		.when = echo_short,
		.outcome = FAILS(EINVAL),
		.cites = { SENDTO_EINVAL, SENDS_ECHO },
	},
	{
		.id = "sendto.ip.out_of_band",
		.says = "datagrams have nothing out of band; UDP that goes by IPv6 "
			"overlooks the flag",
		.when = out_of_band,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { SENDTO_FLAG, POSIX("sendto", "EOPNOTSUPP"),
			   KERNEL("net/ipv4/udp.c", "udp_sendmsg"), SENDS_RAW,
			   SENDS_ECHO },
	},
	{
		.id = "sendto.ip.echo_unreadable",
		.says = "an echo socket reads ICMP's header before it looks at the "
			"address",
		.when = echo_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { SENDTO_FAULT, SENDS_ECHO },
	},
	{
		.id = "sendto.ip.echo_other",
		.says = "an echo socket sends echo requests only",
		.when = no_request,
		.outcome = FAILS(EINVAL),
		.cites = { SENDTO_EINVAL, SENDS_ECHO },
	},
	{
		.id = "sendto.ip.address_short",
		.says = "an address shorter than the family's is refused; UDP over "
			"IPv6 takes one of AF_INET",
		.when = address_short,
		.outcome = FAILS(EINVAL),
		.cites = { SENDTO_EINVAL, POSIX("sendto", "EINVAL"), SENDS_UDP,
			   SENDS_RAW, KERNEL("net/ipv6/ping.c", "ping_v6_sendmsg") },
	},
	{
		.id = "sendto.ip.family_wrong",
		.says = "an address of another family is refused; AF_UNSPEC is taken "
			"for the socket's own, but by echo sockets",
		.when = family_wrong,
		.outcome = FAILS(EAFNOSUPPORT),
		/* sendto(2) has no such error. */
		.cites = { POSIX("sendto", "EAFNOSUPPORT"),
			   KERNEL("net/ipv4/udp.c", "udp_sendmsg"), SENDS_RAW,
			   KERNEL("net/ipv4/ping.c", "ping_v4_sendmsg") },
	},
	{
		.id = "sendto.ip.udp6_family_wrong",
		.says = "UDP over IPv6 refuses an address that is neither of IPv6 nor "
			"of IPv4; AF_UNSPEC is taken for no address",
		.when = udp6_family_wrong,
		.outcome = FAILS(EINVAL),
		.posix = FAILS(EAFNOSUPPORT),
		.cites = { SENDTO_EINVAL, POSIX("sendto", "EAFNOSUPPORT"),
			   KERNEL("net/ipv6/udp.c", "udpv6_sendmsg") },
	},
	{
		.id = "sendto.ip.only_v6",
		.says = "a socket with IPV6_V6ONLY sends nothing by IPv4",
		.when = only_v6,
		.outcome = FAILS(ENETUNREACH),
		/* sendto(2) has no such error. */
		.cites = { QUOTE("ipv6(7)",
				 "If this flag is set to true (nonzero), then the "
				 "socket is restricted to sending and receiving IPv6 "
				 "packets only."),
			   POSIX("sendto", "ENETUNREACH"),
			   KERNEL("net/ipv6/udp.c", "udpv6_sendmsg") },
	},
	{
		.id = "sendto.ip.port_zero",
		.says = "nobody is sent a datagram of UDP at port 0",
		.when = port_zero,
		.outcome = FAILS(EINVAL),
		.cites = { SENDTO_EINVAL, SENDS_UDP },
	},
	{
		.id = "sendto.ip.other_protocol",
		.says = "where the address for a raw socket of IPv6 has the number of "
			"a protocol in the place of the port, that is the socket's; "
			"and to an address, none is sent that has more than 8 bits",
		.when = other_protocol,
		.outcome = FAILS(EINVAL),
		.cites = { SENDTO_EINVAL, KERNEL("net/ipv6/raw.c", "rawv6_sendmsg") },
	},
	{
		.id = "sendto.ip.no_peer",
		.says = "without an address, a datagram needs connect(2) before it",
		.when = no_peer,
		.outcome = FAILS(EDESTADDRREQ),
		.posix = FAILS(EDESTADDRREQ, ENOTCONN),
		.cites = { SENDTO_NO_ADDRESS, POSIX("sendto", "EDESTADDRREQ"),
			   POSIX_SAYS("sendto", "ENOTCONN",
				      "the socket is not connected"),
			   SENDS_UDP, SENDS_RAW },
	},
};
RULE_LIST(sendto_ip_refusals, CALL_SENDTO);

/* Nothing of what makes packets, or sends them elsewhere, has been set. */
static bool is_ordinary(const struct world_socket *on)
{
	const struct world_datagrams *it = &on->datagrams;
	bool own_header = is_raw(on) &&
			  (it->header_included || on->protocol == IPPROTO_RAW);

	return !own_header && !on->interface && !on->nonlocal && !it->segment &&
	       !it->sends_flow && !it->carries.options_length &&
	       !it->carries.extension_count;
}

/* Has it an address from which it can send there? */
static bool fits_source(const struct world *world, const struct world_socket *on,
			const struct ip_name *to)
{
	enum ip_kind kind = world_ip_kind(world, on->address, 0);
	bool v4 = ip_is_v4(on->address);

	if (kind == IP_ANY)
		return ip_is_v4(to->address) || !v4;
	/* __inet_bind(): of others of IPv4, "use device"; __inet6_bind() does not. */
	return v4 == ip_is_v4(to->address) &&
	       (kind == IP_LOCAL || (on->domain == AF_INET &&
				     (kind == IP_BROADCAST || kind == IP_MULTICAST)));
}

/* ping_v6_sendmsg() does not take it for the loopback's address, as others do. */
static bool is_any_for_echo(const struct world_socket *on, const struct call *call)
{
	struct ip_name to;

	ip_name_of(on->domain, &call->message.to, &to);
	return is_echo(on) && on->domain == AF_INET6 && has_address(call) &&
	       ip_is_any(to.address);
}

/* raw_probe_proto_opt() and rawv6_probe_proto_opt() read so many bytes of a protocol
 * that they know, by which a route may be chosen; with fewer they refuse. */
static size_t probed(const struct world_socket *on)
{
	if (!is_raw(on))
		return 0;
	if (on->domain == AF_INET)
		return on->protocol == IPPROTO_ICMP ? 2 : 0;
	if (on->protocol == IPPROTO_MH)
		return 4;
	return on->protocol == IPPROTO_ICMPV6 ? 2 : 0;
}

/* The socket that has come to looking for a route, and where that is to lead. */
static const struct world_socket *on_its_way(const struct world *world,
					     const struct call *call,
					     struct ip_name *to)
{
	const struct world_socket *on = addressed(world, call);

	if (!on || !sends_plainly(call, MSG_OOB) || !is_ordinary(on) ||
	    !world->interfaces[0].up || is_any_for_echo(on, call) ||
	    call->message.length < probed(on) ||
	    (names_nobody(on, call) && is_udp(on) && !on->peer_port))
		return NULL;
	world_ip_destination(world, on, call, to);
	/* Only UDP goes from one version to the other. */
	if (on->domain == AF_INET6 && !is_udp(on) && ip_is_v4(to->address))
		return NULL;
	return !to->scope && fits_source(world, on, to) ? on : NULL;
}

/* Is there nothing but lo, as it was made? */
static bool has_only_lo(const struct world *world)
{
	for (unsigned int i = 1; i < WORLD_INTERFACES; i++)
		if (world->interfaces[i].index)
			return false;
	return world->interfaces[0].address_count == 2;
}

/* Of the lowest network, and of the highest, kernels have thought otherwise. */
static bool is_usual(const unsigned char address[16])
{
	return !ip_is_v4(address) || (address[12] && address[12] < 240);
}

static bool unreachable(const struct world *world, const struct call *call)
{
	const struct world_socket *on;
	struct ip_name to;

	on = on_its_way(world, call, &to);
	return on && call->message.readable >= probed(on) && has_only_lo(world) &&
	       is_usual(to.address) &&
	       world_ip_kind(world, to.address, 0) == IP_FOREIGN;
}

/* Who is connected has been asked by connect(2). */
static bool broadcast(const struct world *world, const struct call *call)
{
	struct ip_name to;
	const struct world_socket *on = on_its_way(world, call, &to);

	return on && !on->broadcasts && has_address(call) && is_usual(to.address) &&
	       world_ip_kind(world, to.address, 0) == IP_BROADCAST;
}

/* Likewise, to this machine itself. */
static const struct world_socket *to_itself(const struct world *world,
					    const struct call *call, struct ip_name *to)
{
	const struct world_socket *on = on_its_way(world, call, to);

	return on && world_ip_kind(world, to->address, 0) == IP_LOCAL ? on : NULL;
}

/* A packet is as long as its header can say; of IPv6, that does not count itself. */
static bool too_long_for_path(const struct world *world, const struct call *call)
{
	struct ip_name to;
	const struct world_socket *on = to_itself(world, call, &to);

	if (on && is_raw6(on))
		return call->message.length > LENGTH_MAX &&
		       call->message.readable >= probed(on);
	return on && is_udp(on) &&
	       world_is_too_long(world, on, to.address, call->message.length);
}

static bool error_waits(const struct world *world, const struct call *call)
{
	struct ip_name to;
	const struct world_socket *on = to_itself(world, call, &to);

	return on && is_udp(on) && on->error;
}

/* What raw and echo sockets send is followed as long as it goes in one packet, and
 * these have looked at it before: raw_probe_proto_opt(), rawv6_probe_proto_opt(). */
#define PROBED	   4
#define ONE_PACKET 1280

static bool is_followed(const struct world_socket *on, const struct call *call)
{
	int sum = is_raw(on) ? world_sum_offset(on) : -1;
	size_t least = sum < 0 ? 0 : (size_t)sum + 2;

	if (least < PROBED && is_raw(on))
		least = PROBED;
	return is_udp(on) ||
	       ((is_raw(on) || !on->error) && call->message.length >= least &&
		call->message.length <= ONE_PACKET);
}

/* __ip_append_data() asks only those whose packets have a header of their protocol. */
static bool shut_down(const struct world *world, const struct call *call)
{
	struct ip_name to;
	const struct world_socket *on = to_itself(world, call, &to);

	return on && on->file.shut_write && !is_raw(on) && is_followed(on, call);
}

static bool unreadable(const struct world *world, const struct call *call)
{
	struct ip_name to;
	const struct world_socket *on = to_itself(world, call, &to);

	return on && is_followed(on, call) && !is_readable(call);
}

static bool sends(const struct world *world, const struct call *call)
{
	struct ip_name to;
	const struct world_socket *on = to_itself(world, call, &to);

	return on && is_followed(on, call) && is_readable(call);
}

/* Datagrams have nothing out of band, and who is shut down does not send. */
static void posix_sends(const struct world *world, const struct call *call,
			struct outcome *outcome)
{
	if (!has_flag(call, MSG_OOB) && !call_socket(world, call)->file.shut_write)
		return;
	outcome->kind = OUTCOME_ERROR;
	posix_or_fails(outcome, has_flag(call, MSG_OOB) ? EOPNOTSUPP : EPIPE);
}

static const struct rule sendto_ip_ways_rules[] = {
	{
		.id = "sendto.ip.unreachable",
		.says = "an address to which no route leads is refused",
		.when = unreachable,
		.outcome = FAILS(ENETUNREACH),
		/* ip(7) has EHOSTUNREACH for it. */
		.cites = { POSIX("sendto", "ENETUNREACH"),
			   KERNEL("net/ipv4/route.c", "ip_route_output_key_hash_rcu"),
			   KERNEL("net/ipv6/ip6_output.c", "ip6_dst_lookup_tail") },
	},
	{
		.id = "sendto.ip.broadcast",
		.says = "an address of broadcast needs SO_BROADCAST",
		.when = broadcast,
		.outcome = FAILS(EACCES),
		.cites = { MANUAL_QUOTE("sendto(2)", "EACCES",
					"(For UDP sockets) An attempt was made to send "
					"to a network/broadcast address as though it "
					"was a unicast address."),
			   MANUAL_QUOTE("ip(7)", "EACCES",
					"sending a packet to a broadcast address "
					"without having the SO_BROADCAST flag set"),
			   KERNEL("net/ipv4/udp.c", "udp_sendmsg"),
			   KERNEL("net/ipv4/raw.c", "raw_sendmsg"),
			   KERNEL("net/ipv4/ping.c", "ping_v4_sendmsg") },
	},
	{
		.id = "sendto.ip.too_long_for_path",
		.says = "a datagram that is longer than a packet can be, or than the "
			"path lets through where it shall not be cut, is refused",
		.when = too_long_for_path,
		.outcome = FAILS(EMSGSIZE),
		.cites = { SENDTO_TOO_LONG, MANUAL("ip(7)", "EMSGSIZE"),
			   POSIX("sendto", "EMSGSIZE"),
			   KERNEL("net/ipv4/ip_output.c", "__ip_append_data"),
			   KERNEL("net/ipv6/ip6_output.c", "__ip6_append_data") },
	},
	{
		.id = "sendto.ip.error_waits",
		.says = "an error that what was sent before has caused is told, and "
			"nothing is sent",
		.when = error_waits,
		.computed = tells_error,
		.cites = { QUOTE("udp(7)",
				 "This might be caused by a previous packet sent over "
				 "the socket."),
			   KERNEL("net/core/sock.c", "sock_alloc_send_pskb") },
	},
	{
		.id = "sendto.ip.shut_down",
		.says = "a socket that is shut down for writing refuses to send, but "
			"for raw ones; no signal comes",
		.when = shut_down,
		.outcome = FAILS(EPIPE),
		.cites = { MANUAL("sendto(2)", "EPIPE"), POSIX("sendto", "EPIPE"),
			   KERNEL("net/core/sock.c", "sock_alloc_send_pskb") },
	},
	{
		.id = "sendto.ip.unreadable",
		.says = "what cannot be read is not sent",
		.when = unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { SENDTO_FAULT,
			   KERNEL("net/ipv4/ip_output.c", "ip_generic_getfrag") },
	},
	{
		.id = "sendto.ip.sent",
		.says = "a datagram to this machine is sent, whether anybody receives "
			"it or not; a raw socket is not kept from it by shutdown(2)",
		.when = sends,
		.computed = tells_length,
		.posix_computed = posix_sends,
		.cites = { SENDTO_SENT,
			   QUOTE("sendto(2)", "No indication of failure to deliver is "
					      "implicit in a send()."),
			   POSIX_SAYS("sendto", "EOPNOTSUPP",
				      "a flag that is not supported"),
			   POSIX("sendto", "EPIPE"), SENDS_UDP },
	},
};
RULE_LIST(sendto_ip_ways, CALL_SENDTO);
