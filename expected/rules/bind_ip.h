/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_ip.h - what the rules of bind(2) for TCP and UDP share between AF_INET and
 * AF_INET6, and those of them that are about ports, which the two families share.
 *
 * The file of each family includes this one, once, having defined
 *   IP_FAMILY    the family
 *   IP_RULE      what the rules' ids begin with
 *   IP_FILE      the file of its bind function in the kernel's tree
 *   IP_FUNCTION  the bind function
 *   IP_LEAST     the least addrlen of an address of the family
 */
#include "../posix_sets.h"
#include "bind_common.h"

/* Raw sockets and echo sockets have a bind function of their own. */
static bool ip_call(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && on->domain == IP_FAMILY && on->type != SOCK_RAW &&
	       on->protocol != IPPROTO_ICMP && on->protocol != IPPROTO_ICMPV6;
}

static struct ip_name name_of(const struct call *call)
{
	struct ip_name name;

	ip_name_of(IP_FAMILY, &call->address, &name);
	return name;
}

static bool addrlen_short(const struct world *world, const struct call *call)
{
	return ip_call(world, call) && call->address.addrlen < (int)IP_LEAST;
}

static bool refused_by_cgroup(const struct world *world, const struct call *call)
{
	return ip_call(world, call) && world->facts & FACT_CGROUP_REFUSES_BIND;
}

static bool port_privileged(const struct world *world, const struct call *call)
{
	unsigned int port = name_of(call).port;

	return ip_call(world, call) && port &&
	       port < world->settings.unprivileged_port_start &&
	       !world->caller.cap_net_bind_service;
}

static bool already_bound(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return ip_call(world, call) && on->state == SOCKET_UNCONNECTED &&
	       (on->port || on->port_open);
}

static bool already_connected(const struct world *world, const struct call *call)
{
	return ip_call(world, call) &&
	       call_socket(world, call)->state != SOCKET_UNCONNECTED;
}

static enum ip_conflict conflict(const struct world *world, const struct call *call)
{
	struct ip_name name = name_of(call);

	return ip_call(world, call)
		       ? world_port_conflict(world, call_socket(world, call), &name)
		       : PORT_FREE;
}

static bool no_port_left(const struct world *world, const struct call *call)
{
	struct ip_name name = name_of(call);
	const struct world_socket *on = call_socket(world, call);

	return ip_call(world, call) && !name.port && !on->address_no_port &&
	       !world_port_left(world, on, name.address);
}

static bool time_wait_in_the_way(const struct world *world, const struct call *call)
{
	return conflict(world, call) == PORT_TIME_WAIT;
}

static bool listener_in_the_way(const struct world *world, const struct call *call)
{
	return conflict(world, call) == PORT_LISTENER;
}

static bool other_user_in_the_way(const struct world *world, const struct call *call)
{
	return conflict(world, call) == PORT_OTHER_USER;
}

static bool other_group_in_the_way(const struct world *world, const struct call *call)
{
	return conflict(world, call) == PORT_OTHER_GROUP;
}

static bool taken_in_repair(const struct world *world, const struct call *call)
{
	return conflict(world, call) != PORT_FREE &&
	       call_socket(world, call)->in_repair;
}

static bool port_in_use(const struct world *world, const struct call *call)
{
	return conflict(world, call) == PORT_IN_USE;
}

static bool refused_by_cgroup_late(const struct world *world, const struct call *call)
{
	/* Nothing is asked where no port was taken: __inet_bind(). */
	return ip_call(world, call) && world->facts & FACT_CGROUP_REFUSES_BOUND &&
	       (name_of(call).port || !call_socket(world, call)->address_no_port);
}

static bool shared_by_reuseaddr(const struct world *world, const struct call *call)
{
	return conflict(world, call) == PORT_SHARED_REUSEADDR;
}

static bool shared_by_reuseport(const struct world *world, const struct call *call)
{
	return conflict(world, call) == PORT_SHARED_REUSEPORT;
}

static bool address_without_port(const struct world *world, const struct call *call)
{
	return ip_call(world, call) && !name_of(call).port &&
	       call_socket(world, call)->address_no_port;
}

static bool port_left_open(const struct world *world, const struct call *call)
{
	return ip_call(world, call) && !name_of(call).port;
}

#define PORT_CITES                                                                     \
	MANUAL_QUOTE("bind(2)", "EADDRINUSE", "The given address is already in use."), \
		POSIX("bind", "EADDRINUSE")

/* The port: after everything that the family itself has to say of the address. */
static const struct rule port_rules[] = {
	{
		.id = IP_RULE "no_port_left",
		.says = "port 0 is refused where each port of the ephemeral range is "
			"in use or reserved",
		.when = no_port_left,
		.outcome = FAILS(EADDRINUSE),
		.cites = { MANUAL_QUOTE("bind(2)", "EADDRINUSE",
					"it was determined that all port numbers in "
					"the ephemeral port range are currently in "
					"use."),
			   QUOTE("ip(7)", "If the range of ephemeral ports is "
					  "exhausted, then the relevant system call "
					  "returns an error"),
			   KERNEL("net/ipv4/inet_connection_sock.c",
				  "inet_csk_get_port"),
			   KERNEL("net/ipv4/udp.c", "udp_lib_get_port") },
	},
	{
		.id = IP_RULE "taken_in_repair",
		.says = "a TCP socket under TCP_REPAIR binds to a port whoever has it",
		.when = taken_in_repair,
		.outcome = RETURNS(0),
		/* tcp(7) does not have TCP_REPAIR (Linux 3.5). */
		.cites = { KERNEL("net/ipv4/inet_connection_sock.c",
				  "inet_csk_get_port"),
			   KERNEL("net/ipv4/tcp.c", "do_tcp_setsockopt") },
		.undocumented = true,
		.since = LINUX(3, 5),
	},
	{
		.id = IP_RULE "time_wait_in_the_way",
		.says = "a port that a connection in TIME_WAIT still has is in use, "
			"unless both sockets have SO_REUSEADDR or SO_REUSEPORT",
		.when = time_wait_in_the_way,
		.outcome = FAILS(EADDRINUSE),
		.posix = RETURNS_OR_FAILS(0, EADDRINUSE),
		.cites = { PORT_CITES, KERNEL("net/ipv4/inet_connection_sock.c",
					      "inet_csk_bind_conflict") },
	},
	{
		.id = IP_RULE "listener_in_the_way",
		.says = "SO_REUSEADDR on both sockets does not let one bind to a port "
			"on which the other listens",
		.when = listener_in_the_way,
		.outcome = FAILS(EADDRINUSE),
		.posix_computed = posix_reuse,
		.cites = { PORT_CITES,
			   QUOTE("socket(7)",
				 "a socket may bind, except when there is an active "
				 "listening socket bound to the address."),
			   POSIX_SAYS(
				   "XSH 2.10.16", NULL,
				   "SO_REUSEADDR: as far as the protocol supports it"),
			   KERNEL("net/ipv4/inet_connection_sock.c",
				  "inet_csk_bind_conflict") },
	},
	{
		.id = IP_RULE "other_user_in_the_way",
		.says = "SO_REUSEPORT on both sockets does not let one user bind to "
			"another's port",
		.when = other_user_in_the_way,
		.outcome = FAILS(EADDRINUSE),
		.posix_silent = true,
		.cites = { PORT_CITES,
			   QUOTE("socket(7)",
				 "To prevent port hijacking, all of the processes "
				 "binding to the same address must have the same "
				 "effective UID."),
			   KERNEL("net/ipv4/inet_connection_sock.c",
				  "inet_csk_bind_conflict"),
			   KERNEL("net/ipv4/udp.c", "udp_lib_lport_inuse") },
	},
	{
		.id = IP_RULE "other_group_in_the_way",
		.says = "a socket that was given a group of SO_REUSEPORT before it was "
			"bound joins no other group at a port",
		.when = other_group_in_the_way,
		.outcome = FAILS(EADDRINUSE),
		/* socket(7) attaches programs to groups only, which bound sockets have.
		 */
		.posix_silent = true,
		.cites = { PORT_CITES,
			   KERNEL("net/ipv4/inet_connection_sock.c",
				  "inet_csk_bind_conflict"),
			   KERNEL("net/ipv4/udp.c", "udp_lib_lport_inuse") },
		.since = LINUX(4, 6),
	},
	{
		.id = IP_RULE "port_in_use",
		.says = "a port is in use where another socket has it, an address and "
			"an interface in common, and not both SO_REUSEADDR or both "
			"SO_REUSEPORT",
		.when = port_in_use,
		.outcome = FAILS(EADDRINUSE),
		.posix_computed = posix_reuse,
		.cites = { PORT_CITES,
			   MANUAL_QUOTE("ip(7)", "EADDRINUSE",
					"Tried to bind to an address already in use."),
			   QUOTE("socket(7)",
				 "Linux will allow port reuse only with the "
				 "SO_REUSEADDR option when this option was set both "
				 "in the previous program that performed a bind(2) to "
				 "the port and in the program that wants to reuse the "
				 "port."),
			   POSIX_SAYS(
				   "XSH 2.10.16", NULL,
				   "SO_REUSEADDR: as far as the protocol supports it"),
			   KERNEL("net/ipv4/inet_connection_sock.c",
				  "inet_csk_bind_conflict"),
			   KERNEL("net/ipv4/udp.c", "udp_lib_lport_inuse") },
	},
	{
		.id = IP_RULE "refused_by_cgroup_late",
		.says = "a BPF program attached to the caller's cgroup may refuse the "
			"socket once it has its port, which it then gives back",
		.when = refused_by_cgroup_late,
		.outcome = FAILS(EPERM),
		.cites = { KERNEL("kernel/bpf/cgroup.c", "__cgroup_bpf_run_filter_sk"),
			   KERNEL(IP_FILE, IP_FUNCTION) },
		.undocumented = true,
		.since = LINUX(4, 17),
	},
	{
		.id = IP_RULE "shared_by_reuseaddr",
		.says = "two sockets that both have SO_REUSEADDR may bind to one port, "
			"where none listens",
		.when = shared_by_reuseaddr,
		.outcome = RETURNS(0),
		.posix_computed = posix_reuse,
		.cites = { QUOTE("socket(7)",
				 "a socket may bind, except when there is an active "
				 "listening socket bound to the address."),
			   POSIX("bind", NULL),
			   POSIX_SAYS(
				   "XSH 2.10.16", NULL,
				   "SO_REUSEADDR: as far as the protocol supports it"),
			   KERNEL("net/ipv4/inet_connection_sock.c",
				  "inet_csk_bind_conflict"),
			   KERNEL("net/ipv4/udp.c", "udp_lib_lport_inuse") },
	},
	{
		.id = IP_RULE "shared_by_reuseport",
		.says = "sockets of one user that all have SO_REUSEPORT may bind to "
			"one "
			"port, where it listens too",
		.when = shared_by_reuseport,
		.outcome = RETURNS(0),
		.cites = { QUOTE("socket(7)",
				 "Permits multiple AF_INET or AF_INET6 sockets to be "
				 "bound to an identical socket address."),
			   KERNEL("net/ipv4/inet_connection_sock.c",
				  "inet_csk_bind_conflict"),
			   KERNEL("net/ipv4/udp.c", "udp_lib_lport_inuse") },
	},
	{
		.id = IP_RULE "address_without_port",
		.says = "with IP_BIND_ADDRESS_NO_PORT, port 0 binds to the address "
			"alone: no port is taken",
		.when = address_without_port,
		.outcome = RETURNS(0),
		.cites = { QUOTE("ip(7)",
				 "Inform the kernel to not reserve an ephemeral port "
				 "when using bind(2) with a port number of 0."),
			   KERNEL(IP_FILE, IP_FUNCTION) },
		.since = LINUX(4, 2),
	},
	{
		.id = IP_RULE "bound_to_any_port",
		.says = "port 0 binds to the address and to a port that the kernel "
			"chooses",
		.when = port_left_open,
		.outcome = RETURNS(0),
		.cites = { QUOTE("ip(7)", "the port number in a socket address is "
					  "specified as 0 when calling bind(2);"),
			   POSIX("bind", NULL),
			   KERNEL("net/ipv4/inet_connection_sock.c",
				  "inet_csk_find_open_port"),
			   KERNEL("net/ipv4/udp.c", "udp_lib_get_port") },
	},
	{
		.id = IP_RULE "bound",
		.says = "a local address and a port that is free are bound",
		.when = ip_call,
		.outcome = RETURNS(0),
		.cites = { QUOTE("bind(2)",
				 "bind() assigns the address specified by addr to the "
				 "socket referred to by the file descriptor sockfd."),
			   POSIX("bind", NULL), KERNEL(IP_FILE, IP_FUNCTION) },
	},
};
