/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_inet.c - rules of bind(2) for TCP and UDP of AF_INET, in the order of
 * inet_bind() and __inet_bind().
 */
#define IP_FAMILY   AF_INET
#define IP_RULE	    "bind.inet."
#define IP_FILE	    "net/ipv4/af_inet.c"
#define IP_FUNCTION "__inet_bind"
#define IP_LEAST    sizeof(struct sockaddr_in)
#include "../posix_sets.h"
#include "bind_ip.h"

static bool family_unsupported(const struct world *world, const struct call *call)
{
	int family = address_family(call);

	return ip_call(world, call) && family != AF_INET && family != AF_UNSPEC;
}

static bool unspec_not_any(const struct world *world, const struct call *call)
{
	return ip_call(world, call) && address_family(call) == AF_UNSPEC &&
	       !ip_is_any(name_of(call).address);
}

static bool address_not_local(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return ip_call(world, call) && !world->settings.ip_nonlocal_bind &&
	       !on->nonlocal &&
	       world_ip_kind(world, name_of(call).address, on->interface) == IP_FOREIGN;
}

static const struct rule address_rules[] = {
	{
		.id = "bind.inet.addrlen_short",
		.says = "an addrlen below sizeof(struct sockaddr_in) is refused",
		.when = addrlen_short,
		.outcome = FAILS(EINVAL),
		.posix = POSIX_LENGTH,
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL", "addrlen is wrong"),
			   POSIX("bind", "EINVAL"),
			   KERNEL("net/ipv4/af_inet.c", "inet_bind") },
	},
	{
		.id = "bind.inet.refused_by_cgroup",
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
		.id = "bind.inet.family_unsupported",
		.says = "an address of another family is refused",
		.when = family_unsupported,
		.outcome = FAILS(EAFNOSUPPORT),
		/* bind(2) does not list it. */
		.cites = { POSIX("bind", "EAFNOSUPPORT"),
			   QUOTE("ip(7)", "sin_family is always set to AF_INET. This "
					  "is required;"),
			   KERNEL("net/ipv4/af_inet.c", "__inet_bind") },
	},
	{
		.id = "bind.inet.unspec_not_any",
		.says = "AF_UNSPEC stands for AF_INET with INADDR_ANY only",
		.when = unspec_not_any,
		.outcome = FAILS(EAFNOSUPPORT),
		.cites = { POSIX("bind", "EAFNOSUPPORT"),
			   KERNEL("net/ipv4/af_inet.c", "__inet_bind") },
	},
	{
		.id = "bind.inet.address_not_local",
		.says = "an address that is not any, local, broadcast or multicast is "
			"refused without IP_FREEBIND, IP_TRANSPARENT and "
			"ip_nonlocal_bind",
		.when = address_not_local,
		.outcome = FAILS(EADDRNOTAVAIL),
		.cites = { MANUAL_QUOTE("bind(2)", "EADDRNOTAVAIL",
					"the requested address was not local."),
			   MANUAL("ip(7)", "EADDRNOTAVAIL"),
			   POSIX("bind", "EADDRNOTAVAIL"),
			   QUOTE("ip(7)", "If enabled, this boolean option allows "
					  "binding to an IP address that is nonlocal "
					  "or does not (yet) exist."),
			   KERNEL("net/ipv4/af_inet.c", "__inet_bind") },
	},
	{
		.id = "bind.inet.port_privileged",
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
			   POSIX("bind", "EACCES"),
			   KERNEL("net/ipv4/af_inet.c", "__inet_bind") },
	},
	{
		.id = "bind.inet.already_connected",
		.says = "a socket that listens or has been connected cannot be bound "
			"any more",
		.when = already_connected,
		.outcome = FAILS(EINVAL),
		.posix = FAILS(EINVAL, EISCONN),
		.cites = { MANUAL("bind(2)", "EINVAL"), POSIX("bind", "EINVAL"),
			   POSIX_SAYS("bind", "EISCONN",
				      "it is connected; it may fail"),
			   KERNEL("net/ipv4/af_inet.c", "__inet_bind") },
	},
	{
		.id = "bind.inet.already_bound",
		.says = "a socket that has a port is not bound again",
		.when = already_bound,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL",
					"The socket is already bound to an address."),
			   POSIX("bind", "EINVAL"),
			   KERNEL("net/ipv4/af_inet.c", "__inet_bind") },
	},
};

const struct rule_list bind_inet = { CALL_BIND, address_rules,
				     sizeof(address_rules) / sizeof(address_rules[0]) };
const struct rule_list bind_inet_ports = { CALL_BIND, port_rules,
					   sizeof(port_rules) / sizeof(port_rules[0]) };
