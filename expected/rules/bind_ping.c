/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_ping.c - rules of bind(2) for ICMP echo sockets, in the order of ping_bind() and
 * ping_check_bind_addr().  Their port is the identifier of the echo requests.
 */
#include <arpa/inet.h>

#include "bind_common.h"

static bool echo_call(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && on->type == SOCK_DGRAM &&
	       ((on->domain == AF_INET && on->protocol == IPPROTO_ICMP) ||
		(on->domain == AF_INET6 && on->protocol == IPPROTO_ICMPV6));
}

static bool ping_call(const struct world *world, const struct call *call)
{
	return echo_call(world, call) && call_is_on(world, call, AF_INET);
}

static bool ping6_call(const struct world *world, const struct call *call)
{
	return echo_call(world, call) && call_is_on(world, call, AF_INET6);
}

static struct ip_name name_of(const struct world *world, const struct call *call)
{
	struct ip_name name;

	ip_name_of(call_socket(world, call)->domain, &call->address, &name);
	return name;
}

static bool is_multicast(const unsigned char address[16])
{
	return address[0] == 0xff;
}

static bool is_link_local(const unsigned char address[16])
{
	return ip_needs_scope(address) && !is_multicast(address);
}

static bool addrlen_short(const struct world *world, const struct call *call)
{
	return ping_call(world, call) &&
	       call->address.addrlen < (int)sizeof(struct sockaddr_in);
}

static bool family_unsupported(const struct world *world, const struct call *call)
{
	int family = address_family(call);

	return ping_call(world, call) && family != AF_INET && family != AF_UNSPEC;
}

static bool unspec_not_any(const struct world *world, const struct call *call)
{
	return ping_call(world, call) && address_family(call) == AF_UNSPEC &&
	       !ip_is_any(name_of(world, call).address);
}

/* What the address of an AF_INET socket's call is to this machine. */
static enum ip_kind kind_of(const struct world *world, const struct call *call)
{
	return world_ip_kind(world, name_of(world, call).address,
			     call_socket(world, call)->interface);
}

static bool not_unicast(const struct world *world, const struct call *call)
{
	enum ip_kind kind;

	if (!ping_call(world, call))
		return false;
	kind = kind_of(world, call);
	return kind == IP_MULTICAST || kind == IP_BROADCAST;
}

static bool address_not_local(const struct world *world, const struct call *call)
{
	return ping_call(world, call) && !world->settings.ip_nonlocal_bind &&
	       !call_socket(world, call)->nonlocal &&
	       kind_of(world, call) == IP_FOREIGN;
}

static bool addrlen_short6(const struct world *world, const struct call *call)
{
	return ping6_call(world, call) &&
	       call->address.addrlen < (int)sizeof(struct sockaddr_in6);
}

static bool family_unsupported6(const struct world *world, const struct call *call)
{
	return ping6_call(world, call) && address_family(call) != AF_INET6;
}

static bool not_unicast6(const struct world *world, const struct call *call)
{
	struct ip_name name;

	if (!ping6_call(world, call))
		return false;
	name = name_of(world, call);
	return is_multicast(name.address) || ip_is_v4(name.address);
}

static bool link_local_without_scope6(const struct world *world,
				      const struct call *call)
{
	struct ip_name name;

	if (!ping6_call(world, call))
		return false;
	name = name_of(world, call);
	return is_link_local(name.address) && !name.scope;
}

static bool scope_without_interface6(const struct world *world, const struct call *call)
{
	unsigned int scope = ping6_call(world, call) ? name_of(world, call).scope : 0;

	return scope && !world_interface(world, scope);
}

static bool address_not_local6(const struct world *world, const struct call *call)
{
	struct ip_name name;

	if (!ping6_call(world, call) || world->settings.ipv6_nonlocal_bind ||
	    call_socket(world, call)->nonlocal)
		return false;
	name = name_of(world, call);
	return !ip_is_any(name.address) &&
	       !world_ip_has(world, name.address,
			     name.scope ? name.scope
					: call_socket(world, call)->interface);
}

static bool already_bound(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return echo_call(world, call) && (on->port || on->port_open);
}

static enum ip_conflict conflict(const struct world *world, const struct call *call)
{
	struct ip_name name;

	if (!echo_call(world, call))
		return PORT_FREE;
	name = name_of(world, call);
	return world_port_conflict(world, call_socket(world, call), &name);
}

static bool id_in_use(const struct world *world, const struct call *call)
{
	return conflict(world, call) == PORT_IN_USE;
}

static bool shared_by_reuseaddr(const struct world *world, const struct call *call)
{
	return conflict(world, call) == PORT_SHARED_REUSEADDR;
}

static bool id_left_open(const struct world *world, const struct call *call)
{
	return echo_call(world, call) && !name_of(world, call).port;
}

#define NOT_VALID                         \
	MANUAL_QUOTE("bind(2)", "EINVAL", \
		     "addr is not a valid address for this socket's domain.")
#define NOT_LOCAL                                             \
	MANUAL_QUOTE("bind(2)", "EADDRNOTAVAIL",              \
		     "the requested address was not local."), \
		POSIX("bind", "EADDRNOTAVAIL")
#define CHECKED_BY KERNEL("net/ipv4/ping.c", "ping_check_bind_addr")

static const struct rule bind_ping_rules[] = {
	{
		.id = "bind.ping.addrlen_short",
		.says = "an addrlen below sizeof(struct sockaddr_in) is refused",
		.when = addrlen_short,
		.outcome = FAILS(EINVAL),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL", "addrlen is wrong"),
			   POSIX("bind", "EINVAL"), CHECKED_BY },
	},
	{
		.id = "bind.ping.family_unsupported",
		.says = "an address of another family is refused",
		.when = family_unsupported,
		.outcome = FAILS(EAFNOSUPPORT),
		.posix_silent = true,
		.cites = { POSIX("bind", "EAFNOSUPPORT"),
			   QUOTE("ip(7)", "sin_family is always set to AF_INET. This "
					  "is required;"),
			   CHECKED_BY },
	},
	{
		.id = "bind.ping.unspec_not_any",
		.says = "AF_UNSPEC stands for AF_INET with INADDR_ANY only",
		.when = unspec_not_any,
		.outcome = FAILS(EAFNOSUPPORT),
		.posix_silent = true,
		.cites = { POSIX("bind", "EAFNOSUPPORT"), CHECKED_BY },
	},
	{
		.id = "bind.ping.not_unicast",
		.says = "a broadcast or multicast address is refused, with IP_FREEBIND "
			"and ip_nonlocal_bind too",
		.when = not_unicast,
		.outcome = FAILS(EADDRNOTAVAIL),
		/* But not in Linux 5.17 and 5.18: "ipv4: ping: fix bind address
		 * validity check". */
		.posix_silent = true,
		.cites = { MANUAL("bind(2)", "EADDRNOTAVAIL"),
			   POSIX("bind", "EADDRNOTAVAIL"), CHECKED_BY },
	},
	{
		.id = "bind.ping.address_not_local",
		.says = "an address that is neither any nor local is refused without "
			"IP_FREEBIND, IP_TRANSPARENT and ip_nonlocal_bind",
		.when = address_not_local,
		.outcome = FAILS(EADDRNOTAVAIL),
		.posix_silent = true,
		.cites = { NOT_LOCAL, MANUAL("ip(7)", "EADDRNOTAVAIL"), CHECKED_BY },
	},
	{
		.id = "bind.ping6.addrlen_short",
		.says = "an addrlen below sizeof(struct sockaddr_in6) is refused: here "
			"the scope must be passed",
		.when = addrlen_short6,
		.outcome = FAILS(EINVAL),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL", "addrlen is wrong"),
			   POSIX("bind", "EINVAL"), CHECKED_BY },
	},
	{
		.id = "bind.ping6.family_unsupported",
		.says = "an address of another family is refused, AF_UNSPEC too",
		.when = family_unsupported6,
		.outcome = FAILS(EAFNOSUPPORT),
		.posix_silent = true,
		.cites = { POSIX("bind", "EAFNOSUPPORT"),
			   QUOTE("ipv6(7)", "sin6_family is always set to AF_INET6;"),
			   CHECKED_BY },
	},
	{
		.id = "bind.ping6.not_unicast",
		.says = "a multicast or IPv4-mapped address is refused",
		.when = not_unicast6,
		.outcome = FAILS(EINVAL),
		.cites = { NOT_VALID, CHECKED_BY },
	},
	{
		.id = "bind.ping6.link_local_without_scope",
		.says = "a link-local address needs a scope; SO_BINDTODEVICE does not "
			"stand for it",
		.when = link_local_without_scope6,
		.outcome = FAILS(EINVAL),
		.cites = { NOT_VALID,
			   QUOTE("ipv6(7)",
				 "Linux supports it only for link-local addresses, in "
				 "that case sin6_scope_id contains the interface "
				 "index"),
			   CHECKED_BY },
	},
	{
		.id = "bind.ping6.scope_without_interface",
		.says = "a scope that is the index of no interface is refused, of "
			"whatever address",
		.when = scope_without_interface6,
		.outcome = FAILS(ENODEV),
		.cites = { MANUAL_QUOTE("ipv6(7)", "ENODEV",
					"the sin6_scope_id in the supplied "
					"sockaddr_in6 structure is not a valid "
					"interface index."),
			   CHECKED_BY },
	},
	{
		.id = "bind.ping6.address_not_local",
		.says = "an address that is neither any nor of an interface is refused "
			"without IPV6_FREEBIND, IPV6_TRANSPARENT and ip_nonlocal_bind",
		.when = address_not_local6,
		.outcome = FAILS(EADDRNOTAVAIL),
		.posix_silent = true,
		.cites = { NOT_LOCAL, CHECKED_BY },
	},
	{
		.id = "bind.ping.already_bound",
		.says = "an echo socket that has an identifier is not bound again",
		.when = already_bound,
		.outcome = FAILS(EINVAL),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL",
					"The socket is already bound to an address."),
			   POSIX("bind", "EINVAL"),
			   KERNEL("net/ipv4/ping.c", "ping_bind") },
	},
	{
		.id = "bind.ping.id_in_use",
		.says = "an identifier is in use where another echo socket has it, of "
			"either family and whatever the address, and one of them has "
			"SO_REUSEADDR no more",
		.when = id_in_use,
		.outcome = FAILS(EADDRINUSE),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("bind(2)", "EADDRINUSE",
					"The given address is already in use."),
			   POSIX("bind", "EADDRINUSE"),
			   KERNEL("net/ipv4/ping.c", "ping_get_port") },
	},
	{
		.id = "bind.ping.shared_by_reuseaddr",
		.says = "echo sockets may share an identifier, as long as all have "
			"SO_REUSEADDR, which they have from the start",
		.when = shared_by_reuseaddr,
		.outcome = RETURNS(0),
		.cites = { QUOTE("socket(7)",
				 "a socket may bind, except when there is an active "
				 "listening socket bound to the address."),
			   KERNEL("net/ipv4/ping.c", "ping_get_port") },
	},
	{
		.id = "bind.ping.bound_to_any_id",
		.says = "port 0 binds to an identifier that the kernel chooses",
		.when = id_left_open,
		.outcome = RETURNS(0),
		.posix_silent = true,
		.cites = { QUOTE("ip(7)", "the port number in a socket address is "
					  "specified as 0 when calling bind(2);"),
			   POSIX("bind", NULL),
			   KERNEL("net/ipv4/ping.c", "ping_get_port") },
	},
	{
		.id = "bind.ping.bound",
		.says = "the port of the address becomes the identifier; none needs a "
			"capability",
		.when = echo_call,
		.outcome = RETURNS(0),
		.posix_silent = true,
		.cites = { QUOTE("bind(2)",
				 "bind() assigns the address specified by addr to the "
				 "socket referred to by the file descriptor sockfd."),
			   POSIX("bind", NULL),
			   KERNEL("net/ipv4/ping.c", "ping_bind") },
	},
};
RULE_LIST(bind_ping, CALL_BIND);

static bool id_chosen(const struct world *world, const struct call *call)
{
	return echo_call(world, call) && call_socket(world, call)->port_open;
}

/* The name of the socket with an identifier; its length is returned. */
static unsigned int write_id(const struct world_socket *on, unsigned int id,
			     unsigned char *bytes)
{
	in_port_t port = htons((in_port_t)id);
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = port };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = port };

	if (on->domain == AF_INET) {
		memcpy(&in.sin_addr, on->address + 12, 4);
		memcpy(bytes, &in, sizeof(in));
		return sizeof(in);
	}
	memcpy(&in6.sin6_addr, on->address, 16);
	if (ip_needs_scope(on->address))
		in6.sin6_scope_id = on->interface;
	memcpy(bytes, &in6, sizeof(in6));
	return sizeof(in6);
}

static bool id_allowed(const struct world *world, const struct call *call,
		       const unsigned char *bytes, unsigned int length)
{
	const struct world_socket *on = call_socket(world, call);
	unsigned char due[RESULT_BYTES_MAX];
	struct sockaddr_in in;

	if (length < sizeof(in))
		return false;
	memcpy(&in, bytes, sizeof(in));
	return write_id(on, ntohs(in.sin_port), due) == length &&
	       !memcmp(bytes, due, length) &&
	       world_port_choosable(world, on, on->address, ntohs(in.sin_port));
}

static unsigned int first_id(const struct world *world, const struct call *call,
			     unsigned char *bytes)
{
	const struct world_socket *on = call_socket(world, call);
	unsigned int id = 1;

	while (id < 65535 && !world_port_choosable(world, on, on->address, id))
		id++;
	return write_id(on, id, bytes);
}

static const struct choice any_id = {
	.says = "the address, with an identifier from 1 to 65535 that is not in use",
	.allows = id_allowed,
	.example = first_id,
};

static const struct rule bind_ping_names_rules[] = {
	{
		.id = "bind.name.ping_id",
		.says = "port 0 stands for any identifier that no echo socket has: the "
			"ephemeral range and the reserved ports say nothing of it, and "
			"none is shared",
		.when = id_chosen,
		.outcome = CHOSEN(any_id),
		.cites = { KERNEL("net/ipv4/ping.c", "ping_get_port") },
		.undocumented = true,
	},
};
RULE_LIST(bind_ping_names, CALL_GETSOCKNAME);
