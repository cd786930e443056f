/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_effects.c - rules of what other calls tell of an IP socket that has been bound:
 * its name, the options that bind(2) changes, what comes to it and where it comes from.
 */
#include <arpa/inet.h>

#include "bind_common.h"

static bool is_ip(const struct world_socket *on)
{
	return on->domain == AF_INET || on->domain == AF_INET6;
}

static bool has_name(const struct world_socket *on)
{
	return on && is_ip(on) && on->type != SOCK_RAW &&
	       (on->port || on->port_open || on->address_fixed);
}

static bool name_known(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return has_name(on) && !on->port_open;
}

static bool bound_by_program(const struct world *world, const struct call *call)
{
	return name_known(world, call) && call_socket(world, call)->bound_by_program;
}

static bool name_chosen(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return has_name(on) && on->port_open;
}

static void bound_name(const struct world *world, const struct call *call,
		       struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);

	outcome->length = ip_write_name(on->domain, on->address, on->port,
					on->interface, outcome->bytes);
}

static unsigned int chosen_port(const unsigned char *bytes)
{
	struct sockaddr_in in;

	memcpy(&in, bytes, sizeof(in));
	return ntohs(in.sin_port);
}

static bool port_allowed(const struct world *world, const struct call *call,
			 const unsigned char *bytes, unsigned int length)
{
	const struct world_socket *on = call_socket(world, call);
	unsigned char due[RESULT_BYTES_MAX];
	unsigned int port;

	if (length < sizeof(struct sockaddr_in))
		return false;
	port = chosen_port(bytes);
	return ip_write_name(on->domain, on->address, port, on->interface, due) ==
		       length &&
	       !memcmp(bytes, due, length) &&
	       world_port_choosable(world, on, on->address, port);
}

static unsigned int first_port(const struct world *world, const struct call *call,
			       unsigned char *bytes)
{
	const struct world_socket *on = call_socket(world, call);
	unsigned int port, high;

	world_port_range(world, on, &port, &high);
	while (port < high && !world_port_choosable(world, on, on->address, port))
		port++;
	return ip_write_name(on->domain, on->address, port, on->interface, bytes);
}

static const struct choice ephemeral_port = {
	.says = "the address, with a port of ip_local_port_range (and of "
		"IP_LOCAL_PORT_RANGE) that is not reserved and not in use",
	.allows = port_allowed,
	.example = first_port,
};

static const struct rule bind_names_rules[] = {
	{
		.id = "bind.name.by_connect_program",
		.says = "a BPF program of the caller's cgroup may bind a socket when "
			"it connects, if it has no port yet: its name is that address "
			"and port then",
		.when = bound_by_program,
		.outcome = RETURNS(0),
		.computed = bound_name,
		.posix_silent = true,
		.cites = { QUOTE("bpf-helpers(7)",
				 "Bind the socket associated to ctx to the address "
				 "pointed by addr, of length addr_len. This allows for "
				 "making outgoing connection from the desired IP "
				 "address"),
			   KERNEL("net/ipv4/af_inet.c", "__inet_bind"),
			   KERNEL("net/ipv6/af_inet6.c", "__inet6_bind") },
		.since = LINUX(5, 8),
	},
	{
		.id = "bind.name.ip",
		.says = "the name of an IP socket is the address and port that it was "
			"bound to",
		.when = name_known,
		.outcome = RETURNS(0),
		.computed = bound_name,
		.cites = { QUOTE("getsockname(2)",
				 "getsockname() returns the current address to which "
				 "the socket sockfd is bound"),
			   POSIX("getsockname", NULL),
			   KERNEL("net/ipv4/af_inet.c", "inet_getname"),
			   KERNEL("net/ipv6/af_inet6.c", "inet6_getname") },
	},
	{
		.id = "bind.name.ephemeral_port",
		.says = "port 0 stands for a port of the ephemeral range that is "
			"neither reserved nor in use",
		.when = name_chosen,
		.outcome = CHOSEN(ephemeral_port),
		.cites = { QUOTE("ip(7)",
				 "This file contains two integers that define the "
				 "default local port range allocated to sockets that "
				 "are not explicitly bound to a port number"),
			   KERNEL("net/ipv4/inet_connection_sock.c",
				  "inet_csk_find_open_port"),
			   KERNEL("net/ipv4/udp.c", "udp_lib_get_port") },
	},
};
RULE_LIST(bind_names, CALL_GETSOCKNAME);

/* Has bind(2) been called on it, even if it failed? */
static bool bind_was_tried(const struct world *world, const struct call *call)
{
	return has_name(call_socket(world, call)) ||
	       (world->last_call.name == CALL_BIND && world->last_call.fd == call->fd);
}

static bool asks_ipv6only(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_INET6) && bind_was_tried(world, call) &&
	       call->option.level == IPPROTO_IPV6 &&
	       call->option.optname == IPV6_V6ONLY;
}

static void tells_ipv6only(const struct world *world, const struct call *call,
			   struct outcome *outcome)
{
	int value = call_socket(world, call)->ipv6only;

	outcome->length = sizeof(value);
	memcpy(outcome->bytes, &value, sizeof(value));
}

static const struct rule bind_options_rules[] = {
	{
		.id = "bind.option.ipv6only",
		.says = "an IPv6 socket that is bound to an address that is neither "
			"any nor IPv4-mapped takes IPv6 only from then on; bound to "
			"another, a raw one, or where bind(2) failed, what it took "
			"before",
		.when = asks_ipv6only,
		.outcome = RETURNS(0),
		.computed = tells_ipv6only,
		.cites = { QUOTE("ipv6(7)", "the socket is restricted to sending and "
					    "receiving IPv6 packets only."),
			   KERNEL("net/ipv6/af_inet6.c", "__inet6_bind"),
			   KERNEL("net/ipv6/raw.c", "rawv6_bind") },
	},
};
RULE_LIST(bind_options, CALL_GETSOCKOPT);

static bool connection_waits(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	for (unsigned int i = 0; on && i < world->socket_count; i++)
		if (world->sockets[i].listener == on->id)
			return is_ip(on);
	return false;
}

static bool no_connection_waits(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && is_ip(on) && on->state == SOCKET_LISTENING && on->nonblocking;
}

static const struct rule bind_accepts_rules[] = {
	{
		.id = "bind.reaches.connection",
		.says = "a connection comes to the listener that is bound to its "
			"destination, the more closely the better",
		.when = connection_waits,
		.outcome = DESCRIPTOR,
		.posix_silent = true,
		.cites = { QUOTE("accept(2)",
				 "It extracts the first connection request on the "
				 "queue of pending connections for the listening "
				 "socket"),
			   POSIX("accept", NULL),
			   KERNEL("net/ipv4/inet_hashtables.c", "compute_score") },
	},
	{
		.id = "bind.reaches.no_connection",
		.says = "a connection to another address, or for a listener bound more "
			"closely, does not come",
		.when = no_connection_waits,
		.outcome = FAILS(EAGAIN),
		.posix_silent = true,
		.cites = { MANUAL("accept(2)", "EAGAIN"), POSIX("accept", "EAGAIN"),
			   KERNEL("net/ipv4/inet_hashtables.c", "compute_score") },
	},
};
RULE_LIST(bind_accepts, CALL_ACCEPT4);
