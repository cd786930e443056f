/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_inet6.c - rules of bind(2) for TCP and UDP of AF_INET6, in the order of
 * inet6_bind() and __inet6_bind().
 */
#define IP_FAMILY   AF_INET6
#define IP_RULE	    "bind.inet6."
#define IP_FILE	    "net/ipv6/af_inet6.c"
#define IP_FUNCTION "__inet6_bind"
#define IP_LEAST    SIN6_LEN_RFC2133
#include "../posix_sets.h"
#include "bind_ip.h"

static bool family_unsupported(const struct world *world, const struct call *call)
{
	return ip_call(world, call) && address_family(call) != AF_INET6;
}

static bool is_multicast(const struct call *call)
{
	return name_of(call).address[0] == 0xff;
}

static bool is_mapped(const struct call *call)
{
	return ip_is_v4(name_of(call).address);
}

static bool needs_scope(const struct call *call)
{
	return ip_needs_scope(name_of(call).address);
}

/* The interface that the address is looked for on: 0 for any. */
static unsigned int interface_for(const struct world *world, const struct call *call)
{
	unsigned int scope = name_of(call).scope;

	return needs_scope(call) && scope ? scope : call_socket(world, call)->interface;
}

static bool multicast_stream(const struct world *world, const struct call *call)
{
	return ip_call(world, call) && is_multicast(call) &&
	       call_socket(world, call)->type == SOCK_STREAM;
}

static bool mapped_on_ipv6only(const struct world *world, const struct call *call)
{
	return ip_call(world, call) && is_mapped(call) &&
	       call_socket(world, call)->ipv6only;
}

/* Whatever the version of IP, IP_FREEBIND and IPV6_FREEBIND are one. */
static bool may_be_foreign(const struct world *world, const struct call *call,
			   bool setting)
{
	return setting || call_socket(world, call)->nonlocal;
}

static bool mapped_not_local(const struct world *world, const struct call *call)
{
	return ip_call(world, call) && is_mapped(call) &&
	       !may_be_foreign(world, call, world->settings.ip_nonlocal_bind) &&
	       world_ip_kind(world, name_of(call).address,
			     call_socket(world, call)->interface) == IP_FOREIGN;
}

static bool link_local_without_scope(const struct world *world, const struct call *call)
{
	return ip_call(world, call) && needs_scope(call) && !interface_for(world, call);
}

static bool scope_without_interface(const struct world *world, const struct call *call)
{
	unsigned int index = ip_call(world, call) ? interface_for(world, call) : 0;

	/* :: is looked for nowhere; ::ffff:0.0.0.0 is. */
	return index && !world_interface(world, index) &&
	       (is_mapped(call) || !ip_is_any(name_of(call).address));
}

static bool address_not_local(const struct world *world, const struct call *call)
{
	struct ip_name name = name_of(call);

	return ip_call(world, call) && !is_mapped(call) && !is_multicast(call) &&
	       !ip_is_any(name.address) &&
	       !may_be_foreign(world, call, world->settings.ipv6_nonlocal_bind) &&
	       !world_ip_has(world, name.address, interface_for(world, call));
}

static const struct rule address_rules[] = {
	{
		.id = "bind.inet6.addrlen_short",
		.says = "an addrlen below 24, which holds all but the scope, is "
			"refused",
		.when = addrlen_short,
		.outcome = FAILS(EINVAL),
		.posix = POSIX_LENGTH,
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL", "addrlen is wrong"),
			   POSIX("bind", "EINVAL"),
			   TEXT("RFC 2133, Basic Socket Interface Extensions for IPv6: "
				"struct sockaddr_in6 had no sin6_scope_id"),
			   KERNEL("net/ipv6/af_inet6.c", "inet6_bind") },
	},
	{
		.id = "bind.inet6.refused_by_cgroup",
		.says = "a BPF program attached to the caller's cgroup may refuse the "
			"address, before it is looked at",
		.when = refused_by_cgroup,
		.outcome = FAILS(EPERM),
		.cites = { KERNEL("kernel/bpf/cgroup.c",
				  "__cgroup_bpf_run_filter_sock_addr") },
		.undocumented = true,
		.since = LINUX(4, 17),
	},
	{
		.id = "bind.inet6.family_unsupported",
		.says = "an address of another family is refused, AF_UNSPEC too",
		.when = family_unsupported,
		.outcome = FAILS(EAFNOSUPPORT),
		/* bind(2) does not list it. */
		.cites = { POSIX("bind", "EAFNOSUPPORT"),
			   QUOTE("ipv6(7)", "sin6_family is always set to AF_INET6;"),
			   KERNEL("net/ipv6/af_inet6.c", "__inet6_bind") },
	},
	{
		.id = "bind.inet6.multicast_stream",
		.says = "a stream socket is not bound to a multicast address",
		.when = multicast_stream,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL",
					"addr is not a valid address for this socket's "
					"domain."),
			   QUOTE("ip(7)",
				 "In the current implementation, connection-oriented "
				 "sockets are allowed to use only unicast addresses."),
			   KERNEL("net/ipv6/af_inet6.c", "__inet6_bind") },
	},
	{
		.id = "bind.inet6.port_privileged",
		.says = "a port below ip_unprivileged_port_start needs "
			"CAP_NET_BIND_SERVICE over the network namespace",
		.when = port_privileged,
		.outcome = FAILS(EACCES),
		.posix = RETURNS_OR_FAILS(0, EACCES),
		.cites = { MANUAL_QUOTE("bind(2)", "EACCES",
					"The address is protected, and the user is not "
					"the superuser."),
			   MANUAL_QUOTE("ip(7)", "EACCES",
					"binding to a privileged port without "
					"superuser privileges (the "
					"CAP_NET_BIND_SERVICE capability)."),
			   QUOTE("ipv6(7)",
				 "sin6_port is the protocol port (see sin_port in "
				 "ip(7));"),
			   POSIX("bind", "EACCES"),
			   KERNEL("net/ipv6/af_inet6.c", "__inet6_bind") },
	},
	{
		.id = "bind.inet6.already_connected",
		.says = "a socket that listens or has been connected cannot be bound "
			"any more",
		.when = already_connected,
		.outcome = FAILS(EINVAL),
		.posix = FAILS(EINVAL, EISCONN),
		.cites = { MANUAL("bind(2)", "EINVAL"), POSIX("bind", "EINVAL"),
			   POSIX_SAYS("bind", "EISCONN",
				      "it is connected; it may fail"),
			   KERNEL("net/ipv6/af_inet6.c", "__inet6_bind") },
	},
	{
		.id = "bind.inet6.already_bound",
		.says = "a socket that has a port is not bound again",
		.when = already_bound,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL",
					"The socket is already bound to an address."),
			   POSIX("bind", "EINVAL"),
			   KERNEL("net/ipv6/af_inet6.c", "__inet6_bind") },
	},
	{
		.id = "bind.inet6.mapped_on_ipv6only",
		.says = "an IPv4-mapped address is refused on a socket with "
			"IPV6_V6ONLY",
		.when = mapped_on_ipv6only,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL",
					"addr is not a valid address for this socket's "
					"domain."),
			   QUOTE("ipv6(7)", "the socket is restricted to sending and "
					    "receiving IPv6 packets only."),
			   KERNEL("net/ipv6/af_inet6.c", "__inet6_bind") },
	},
	{
		.id = "bind.inet6.link_local_without_scope",
		.says = "a link-local address needs an interface, by its scope or by "
			"SO_BINDTODEVICE",
		.when = link_local_without_scope,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL",
					"addr is not a valid address for this socket's "
					"domain."),
			   QUOTE("ipv6(7)",
				 "Linux supports it only for link-local addresses, in "
				 "that case sin6_scope_id contains the interface "
				 "index"),
			   KERNEL("net/ipv6/af_inet6.c", "__inet6_bind") },
	},
	{
		.id = "bind.inet6.scope_without_interface",
		.says = "a scope that is the index of no interface is refused",
		.when = scope_without_interface,
		.outcome = FAILS(ENODEV),
		.cites = { MANUAL_QUOTE("ipv6(7)", "ENODEV",
					"The user tried to bind(2) to a link-local "
					"IPv6 address, but the sin6_scope_id in the "
					"supplied sockaddr_in6 structure is not a "
					"valid interface index."),
			   KERNEL("net/ipv6/af_inet6.c", "__inet6_bind") },
	},
	{
		.id = "bind.inet6.mapped_not_local",
		.says = "an IPv4-mapped address must be one that AF_INET could bind to",
		.when = mapped_not_local,
		.outcome = FAILS(EADDRNOTAVAIL),
		.cites = { MANUAL_QUOTE("bind(2)", "EADDRNOTAVAIL",
					"the requested address was not local."),
			   POSIX("bind", "EADDRNOTAVAIL"),
			   KERNEL("net/ipv6/af_inet6.c", "__inet6_bind") },
	},
	{
		.id = "bind.inet6.address_not_local",
		.says = "an address that is not any, multicast or of an interface "
			"(::1 and link-local ones: of the scope, or of the one that "
			"the socket is bound to) is refused without IPV6_FREEBIND, "
			"IPV6_TRANSPARENT and ip_nonlocal_bind",
		.when = address_not_local,
		.outcome = FAILS(EADDRNOTAVAIL),
		.cites = { MANUAL_QUOTE("bind(2)", "EADDRNOTAVAIL",
					"the requested address was not local."),
			   POSIX("bind", "EADDRNOTAVAIL"),
			   KERNEL("net/ipv6/af_inet6.c", "__inet6_bind"),
			   KERNEL("net/ipv6/addrconf.c", "__ipv6_chk_addr_and_flags") },
	},
};

/* Is somebody in the way whom this kernel overlooks, and nobody else? */
static bool mapped_any_overlooked(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);
	struct ip_name name = name_of(call);

	if (!ip_call(world, call) || !name.port || conflict(world, call) != PORT_FREE)
		return false;
	for (unsigned int i = 0; i < world->socket_count; i++)
		if (&world->sockets[i] != on && world->sockets[i].port == name.port &&
		    world_overlooks(world, on, name.address, &world->sockets[i]))
			return true;
	return false;
}

static const struct rule overlooked_rules[] = {
	{
		.id = "bind.inet6.mapped_any_overlooked",
		.says = "a TCP socket bound to ::ffff:0.0.0.0 is in the way of one "
			"that binds to a mapped address, but these kernels overlook it",
		.when = mapped_any_overlooked,
		.outcome = RETURNS(0),
		.cites = { TEXT("commit 5e07e672412b, tcp: Use bhash2 for v4-mapped-v6 "
				"non-wildcard address, mended it"),
			   KERNEL("net/ipv4/inet_hashtables.c",
				  "inet_bind2_bucket_match_addr_any") },
		.undocumented = true,
		.since = LINUX(6, 1),
		.until = LINUX(6, 8),
	},
};

const struct rule_list bind_inet6_overlooked = { CALL_BIND, overlooked_rules,
						 sizeof(overlooked_rules) /
							 sizeof(overlooked_rules[0]) };
const struct rule_list bind_inet6 = {
	CALL_BIND, address_rules, sizeof(address_rules) / sizeof(address_rules[0])
};
const struct rule_list bind_inet6_ports = {
	CALL_BIND, port_rules, sizeof(port_rules) / sizeof(port_rules[0])
};
