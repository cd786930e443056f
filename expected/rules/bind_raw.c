/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_raw.c - rules of bind(2) for raw sockets of the IP families, in the order of
 * raw_bind() and rawv6_bind(), and of the name that such a socket then has.
 */
#include <arpa/inet.h>

#include "../posix_sets.h"
#include "bind_common.h"

static bool raw_call(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_INET) &&
	       call_socket(world, call)->type == SOCK_RAW;
}

static bool raw6_call(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_INET6) &&
	       call_socket(world, call)->type == SOCK_RAW;
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

static bool is_connected(const struct world *world, const struct call *call)
{
	return call_socket(world, call)->state == SOCKET_CONNECTED;
}

static bool has_address(const struct world *world, const struct call *call)
{
	return !ip_is_any(call_socket(world, call)->address);
}

static bool addrlen_short(const struct world *world, const struct call *call)
{
	return raw_call(world, call) &&
	       call->address.addrlen < (int)sizeof(struct sockaddr_in);
}

static bool connected(const struct world *world, const struct call *call)
{
	return raw_call(world, call) && is_connected(world, call);
}

/* Linux 5.17 ("ipv4/raw: support binding to nonlocal addresses") lets raw sockets have
 * what those of TCP and UDP could have before. */
static bool may_be_foreign(const struct world *world, const struct call *call)
{
	if (world->kernel.version && world->kernel.version < LINUX(5, 17))
		return false;
	return world->settings.ip_nonlocal_bind || call_socket(world, call)->nonlocal;
}

static bool address_not_local(const struct world *world, const struct call *call)
{
	return raw_call(world, call) && !may_be_foreign(world, call) &&
	       world_ip_kind(world, name_of(world, call).address,
			     call_socket(world, call)->interface) == IP_FOREIGN;
}

static bool family_ignored(const struct world *world, const struct call *call)
{
	return raw_call(world, call) && address_family(call) != AF_INET;
}

static bool bound_again(const struct world *world, const struct call *call)
{
	return raw_call(world, call) && has_address(world, call);
}

static bool addrlen_short6(const struct world *world, const struct call *call)
{
	return raw6_call(world, call) && call->address.addrlen < SIN6_LEN_RFC2133;
}

static bool family_differs6(const struct world *world, const struct call *call)
{
	return raw6_call(world, call) && address_family(call) != AF_INET6;
}

static bool mapped6(const struct world *world, const struct call *call)
{
	return raw6_call(world, call) && ip_is_v4(name_of(world, call).address);
}

static bool connected6(const struct world *world, const struct call *call)
{
	return raw6_call(world, call) && is_connected(world, call);
}

/* The interface that the address is looked for on: 0 for any. */
static unsigned int interface_for(const struct world *world, const struct call *call)
{
	struct ip_name name = name_of(world, call);

	return ip_needs_scope(name.address) && name.scope
		       ? name.scope
		       : call_socket(world, call)->interface;
}

static bool link_local_without_scope6(const struct world *world,
				      const struct call *call)
{
	return raw6_call(world, call) && ip_needs_scope(name_of(world, call).address) &&
	       !interface_for(world, call);
}

static bool scope_without_interface6(const struct world *world, const struct call *call)
{
	unsigned int index = raw6_call(world, call) ? interface_for(world, call) : 0;

	return index && !world_interface(world, index) &&
	       !ip_is_any(name_of(world, call).address);
}

static bool address_not_local6(const struct world *world, const struct call *call)
{
	struct ip_name name;

	if (!raw6_call(world, call) || world->settings.ipv6_nonlocal_bind ||
	    call_socket(world, call)->nonlocal)
		return false;
	name = name_of(world, call);
	return !ip_is_any(name.address) && !is_multicast(name.address) &&
	       !world_ip_has(world, name.address, interface_for(world, call));
}

static bool bound_again6(const struct world *world, const struct call *call)
{
	return raw6_call(world, call) && has_address(world, call);
}

#define NOT_VALID                         \
	MANUAL_QUOTE("bind(2)", "EINVAL", \
		     "addr is not a valid address for this socket's domain.")
#define NOT_LOCAL                                             \
	MANUAL_QUOTE("bind(2)", "EADDRNOTAVAIL",              \
		     "the requested address was not local."), \
		POSIX("bind", "EADDRNOTAVAIL")
#define MAY_BE_BOUND                                                             \
	QUOTE("raw(7)", "A raw socket can be bound to a specific local address " \
			"using the bind(2) call.")

static const struct rule bind_raw_rules[] = {
	{
		.id = "bind.raw.addrlen_short",
		.says = "an addrlen below sizeof(struct sockaddr_in) is refused",
		.when = addrlen_short,
		.outcome = FAILS(EINVAL),
		.posix = POSIX_LENGTH,
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL", "addrlen is wrong"),
			   POSIX("bind", "EINVAL"),
			   KERNEL("net/ipv4/raw.c", "raw_bind") },
	},
	{
		.id = "bind.raw.connected",
		.says = "a raw socket that has been connected cannot be bound",
		.when = connected,
		.outcome = FAILS(EINVAL),
		.posix = RETURNS_OR_FAILS(0, EINVAL, EISCONN),
		.cites = { MANUAL("bind(2)", "EINVAL"), POSIX("bind", "EINVAL"),
			   POSIX_SAYS("bind", "EISCONN",
				      "it is connected; it may fail"),
			   KERNEL("net/ipv4/raw.c", "raw_bind") },
	},
	{
		.id = "bind.raw.address_not_local",
		.says = "an address that is not any, local, broadcast or multicast is "
			"refused without IP_FREEBIND, IP_TRANSPARENT and "
			"ip_nonlocal_bind",
		.when = address_not_local,
		.outcome = FAILS(EADDRNOTAVAIL),
		.cites = { NOT_LOCAL, MANUAL("ip(7)", "EADDRNOTAVAIL"),
			   KERNEL("net/ipv4/raw.c", "raw_bind") },
	},
	{
		.id = "bind.raw.family_ignored",
		.says = "the address is taken for one of AF_INET whatever family it "
			"names",
		.when = family_ignored,
		.outcome = RETURNS(0),
		.posix = FAILS(EAFNOSUPPORT),
		.cites = { QUOTE("ip(7)", "sin_family is always set to AF_INET. This "
					  "is required;"),
			   POSIX("bind", "EAFNOSUPPORT"),
			   KERNEL("net/ipv4/raw.c", "raw_bind") },
		.undocumented = true,
	},
	{
		.id = "bind.raw.bound_again",
		.says = "a raw socket that is bound is bound to another address",
		.when = bound_again,
		.outcome = RETURNS(0),
		.posix = RETURNS_OR_FAILS(0, EINVAL),
		.cites = { POSIX_SAYS("bind", "EINVAL",
				      "it is bound, and the protocol has no second "
				      "binding"),
			   KERNEL("net/ipv4/raw.c", "raw_bind") },
		.undocumented = true,
	},
	{
		.id = "bind.raw.bound",
		.says = "a raw socket is bound to a local address, to any, to "
			"broadcast or to multicast; the port is not looked at",
		.when = raw_call,
		.outcome = RETURNS(0),
		.cites = { MAY_BE_BOUND, POSIX("bind", NULL),
			   KERNEL("net/ipv4/raw.c", "raw_bind") },
	},

	{
		.id = "bind.raw6.addrlen_short",
		.says = "an addrlen below 24, which holds all but the scope, is "
			"refused",
		.when = addrlen_short6,
		.outcome = FAILS(EINVAL),
		.posix = POSIX_LENGTH,
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL", "addrlen is wrong"),
			   POSIX("bind", "EINVAL"),
			   TEXT("RFC 2133, Basic Socket Interface Extensions for IPv6: "
				"struct sockaddr_in6 had no sin6_scope_id"),
			   KERNEL("net/ipv6/raw.c", "rawv6_bind") },
	},
	{
		.id = "bind.raw6.family_differs",
		.says = "an address of another family is refused, with EINVAL where "
			"TCP and UDP say EAFNOSUPPORT",
		.when = family_differs6,
		.outcome = FAILS(EINVAL),
		.posix = FAILS(EAFNOSUPPORT),
		.cites = { NOT_VALID,
			   QUOTE("ipv6(7)", "sin6_family is always set to AF_INET6;"),
			   POSIX("bind", "EAFNOSUPPORT"),
			   KERNEL("net/ipv6/raw.c", "rawv6_bind") },
	},
	{
		.id = "bind.raw6.mapped",
		.says = "an IPv4-mapped address is not available to a raw socket, even "
			"where it is local",
		.when = mapped6,
		.outcome = FAILS(EADDRNOTAVAIL),
		.cites = { MANUAL("bind(2)", "EADDRNOTAVAIL"),
			   POSIX("bind", "EADDRNOTAVAIL"),
			   KERNEL("net/ipv6/raw.c", "rawv6_bind") },
	},
	{
		.id = "bind.raw6.connected",
		.says = "a raw socket that has been connected cannot be bound",
		.when = connected6,
		.outcome = FAILS(EINVAL),
		.posix = RETURNS_OR_FAILS(0, EINVAL, EISCONN),
		.cites = { MANUAL("bind(2)", "EINVAL"), POSIX("bind", "EINVAL"),
			   POSIX_SAYS("bind", "EISCONN",
				      "it is connected; it may fail"),
			   KERNEL("net/ipv6/raw.c", "rawv6_bind") },
	},
	{
		.id = "bind.raw6.link_local_without_scope",
		.says = "a link-local address needs an interface, by its scope or by "
			"SO_BINDTODEVICE",
		.when = link_local_without_scope6,
		.outcome = FAILS(EINVAL),
		.cites = { NOT_VALID,
			   QUOTE("ipv6(7)",
				 "Linux supports it only for link-local addresses, in "
				 "that case sin6_scope_id contains the interface "
				 "index"),
			   KERNEL("net/ipv6/raw.c", "rawv6_bind") },
	},
	{
		.id = "bind.raw6.scope_without_interface",
		.says = "a scope that is the index of no interface is refused",
		.when = scope_without_interface6,
		.outcome = FAILS(ENODEV),
		.cites = { MANUAL_QUOTE("ipv6(7)", "ENODEV",
					"The user tried to bind(2) to a link-local "
					"IPv6 address, but the sin6_scope_id in the "
					"supplied sockaddr_in6 structure is not a "
					"valid interface index."),
			   KERNEL("net/ipv6/raw.c", "rawv6_bind") },
	},
	{
		.id = "bind.raw6.address_not_local",
		.says = "an address that is neither any nor multicast nor of an "
			"interface is refused without IPV6_FREEBIND, IPV6_TRANSPARENT "
			"and ip_nonlocal_bind",
		.when = address_not_local6,
		.outcome = FAILS(EADDRNOTAVAIL),
		.cites = { NOT_LOCAL, KERNEL("net/ipv6/raw.c", "rawv6_bind") },
	},
	{
		.id = "bind.raw6.bound_again",
		.says = "a raw socket that is bound is bound to another address",
		.when = bound_again6,
		.outcome = RETURNS(0),
		.posix = RETURNS_OR_FAILS(0, EINVAL),
		.cites = { POSIX_SAYS("bind", "EINVAL",
				      "it is bound, and the protocol has no second "
				      "binding"),
			   KERNEL("net/ipv6/raw.c", "rawv6_bind") },
		.undocumented = true,
	},
	{
		.id = "bind.raw6.bound",
		.says = "a raw socket is bound to a local address, to any or to "
			"multicast; the port is not looked at",
		.when = raw6_call,
		.outcome = RETURNS(0),
		.cites = { QUOTE("bind(2)",
				 "bind() assigns the address specified by addr to the "
				 "socket referred to by the file descriptor sockfd."),
			   POSIX("bind", NULL),
			   KERNEL("net/ipv6/raw.c", "rawv6_bind") },
	},
};
RULE_LIST(bind_raw, CALL_BIND);

static bool name_of_raw(const struct world *world, const struct call *call)
{
	return (raw_call(world, call) || raw6_call(world, call)) &&
	       has_address(world, call);
}

static void raw_name(const struct world *world, const struct call *call,
		     struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);
	in_port_t port = htons((in_port_t)on->protocol);
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = port };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = port };

	if (on->domain == AF_INET) {
		memcpy(&in.sin_addr, on->address + 12, 4);
		outcome->length = sizeof(in);
		memcpy(outcome->bytes, &in, sizeof(in));
		return;
	}
	memcpy(&in6.sin6_addr, on->address, 16);
	if (ip_needs_scope(on->address))
		in6.sin6_scope_id = on->interface;
	outcome->length = sizeof(in6);
	memcpy(outcome->bytes, &in6, sizeof(in6));
}

static const struct rule bind_raw_names_rules[] = {
	{
		.id = "bind.name.raw",
		.says = "the name of a raw socket is the address that it was last "
			"bound to; its port is the protocol, whatever was bound to",
		.when = name_of_raw,
		.outcome = RETURNS(0),
		.computed = raw_name,
		.posix_silent = true,
		.cites = { QUOTE("ip(7)",
				 "On raw sockets sin_port is set to the IP protocol."),
			   QUOTE("getsockname(2)",
				 "getsockname() returns the current address to which "
				 "the socket sockfd is bound"),
			   POSIX("getsockname", NULL),
			   KERNEL("net/ipv4/af_inet.c", "inet_getname"),
			   KERNEL("net/ipv6/af_inet6.c", "inet6_getname") },
	},
};
RULE_LIST(bind_raw_names, CALL_GETSOCKNAME);
