/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_conflict.c - who is in whose way on a port, in a world: the tables of TCP, UDP
 * and echo sockets, what TCP remembers of a port, and what the kernel may choose.
 */
#include <string.h>

#include "constants.h"
#include "world_ip.h"

/* Does a socket at this address take IPv4, IPv6? */
static bool takes(const unsigned char address[16], bool ipv6only, bool v4)
{
	if (ip_is_v4(address))
		return v4;
	if (ip_is_any(address))
		return v4 ? !ipv6only : true;
	return !v4;
}

/*
 * Is there an address at which both would receive?  Those that name one must name the
 * same; one that names none takes all of the versions of IP that it takes at all.  One
 * of IPv4 that was set to IPV6_V6ONLY afterwards, while it had no port, takes nothing
 * of IPv4: ipv6_rcv_saddr_equal().
 */
bool world_overlap(const unsigned char a[16], bool a_only, const unsigned char b[16],
		   bool b_only)
{
	if (ip_is_v4(a) && ip_is_v4(b) && (a_only || b_only))
		return false;
	if (!ip_is_any(a) && !ip_is_any(b))
		return !memcmp(a, b, 16);
	return (takes(a, a_only, true) && takes(b, b_only, true)) ||
	       (takes(a, a_only, false) && takes(b, b_only, false));
}

bool world_same_ports(const struct world_socket *a, const struct world_socket *b)
{
	int a_protocol = a->protocol, b_protocol = b->protocol;

	if (a->type != b->type || a->type == SOCK_RAW)
		return false;
	/* MPTCP's ports are TCP's; both kinds of echo sockets have one table. */
	if (a_protocol == LINUX_IPPROTO_MPTCP)
		a_protocol = IPPROTO_TCP;
	if (b_protocol == LINUX_IPPROTO_MPTCP)
		b_protocol = IPPROTO_TCP;
	if (a_protocol == IPPROTO_ICMPV6)
		a_protocol = IPPROTO_ICMP;
	if (b_protocol == IPPROTO_ICMPV6)
		b_protocol = IPPROTO_ICMP;
	return a_protocol == b_protocol;
}

bool world_is_echo(const struct world_socket *socket)
{
	return socket->type == SOCK_DGRAM &&
	       (socket->protocol == IPPROTO_ICMP || socket->protocol == IPPROTO_ICMPV6);
}

/*
 * A socket that was bound to any address of both versions of IP and then connected over
 * IPv6 still keeps any of IPv4 to itself: ipv4_rcv_saddr_equal() asks no more of it
 * than that it is not IPV6_V6ONLY.
 */
static bool keeps_ipv4(const struct world_socket *bound,
		       const unsigned char address[16],
		       const struct world_socket *other)
{
	return bound->domain == AF_INET && ip_is_any(address) &&
	       other->domain == AF_INET6 && !other->ipv6only;
}

/* The VRF that a socket is in by its interface, or 0: inet_sk_bound_l3mdev(). */
static unsigned int vrf_of(const struct world *world, const struct world_socket *socket)
{
	const struct world_interface *device =
		world_interface(world, socket->interface);

	if (!socket->interface || !device)
		return 0;
	return device->vrf;
}

/* What one other socket, which has the port, is to the one that binds. */
static enum ip_conflict conflict_with(const struct world *world,
				      const struct world_socket *bound,
				      const unsigned char address[16],
				      const struct world_socket *other)
{
	bool only = bound->ipv6only || ip_only_v6(address);

	/* ping_get_port() compares numbers only, and SO_REUSEADDR. */
	if (world_is_echo(bound))
		return bound->reuseaddr && other->reuseaddr ? PORT_SHARED_REUSEADDR
							    : PORT_IN_USE;
	if (bound->interface && other->interface &&
	    bound->interface != other->interface)
		return PORT_FREE;
	/* Each VRF has ports of its own, as far as TCP goes: since Linux 5.0. */
	if (bound->type == SOCK_STREAM && vrf_of(world, bound) != vrf_of(world, other))
		return PORT_FREE;
	if (!world_overlap(address, only, other->address, other->ipv6only) &&
	    !keeps_ipv4(bound, address, other))
		return PORT_FREE;
	if (bound->reuseport && other->reuseport) {
		if (!bound->own_group &&
		    (bound->uid == other->uid || other->state == SOCKET_TIME_WAIT))
			return PORT_SHARED_REUSEPORT;
		if (bound->reuseaddr && other->reuseaddr &&
		    other->state != SOCKET_LISTENING)
			return PORT_SHARED_REUSEADDR;
		return bound->own_group ? PORT_OTHER_GROUP : PORT_OTHER_USER;
	}
	if (bound->reuseaddr && other->reuseaddr)
		return other->state == SOCKET_LISTENING ? PORT_LISTENER
							: PORT_SHARED_REUSEADDR;
	return other->state == SOCKET_TIME_WAIT ? PORT_TIME_WAIT : PORT_IN_USE;
}

bool world_overlooks(const struct world *world, const struct world_socket *bound,
		     const unsigned char address[16], const struct world_socket *other)
{
	int version = world->kernel.version;

	return version >= LINUX(6, 1) && version < LINUX(6, 8) &&
	       bound->type == SOCK_STREAM && bound->domain == AF_INET6 &&
	       ip_is_v4(address) && !ip_is_any(address) && other->domain == AF_INET6 &&
	       ip_is_v4(other->address) && ip_is_any(other->address);
}

#define FIRST_RANK (1U << 31)

/*
 * Of several of UDP, the last counts, where the port is shared with it by SO_REUSEPORT:
 * udp_lib_lport_inuse() comes to it first and asks no more, but passes over two that
 * both have SO_REUSEADDR.
 */
struct last {
	unsigned int rank;
	bool shares;
};

/* sk_add_node_rcu(): one of IPv6 with SO_REUSEPORT goes to the end of the list, any
 * other to its beginning. */
unsigned int world_rank(const struct world_socket *socket)
{
	bool at_end = socket->domain == AF_INET6 && socket->reuseport;

	return at_end ? FIRST_RANK - socket->port_taken
		      : FIRST_RANK + socket->port_taken;
}

static void look_at_last(struct last *last, const struct world_socket *bound,
			 const struct world_socket *other, enum ip_conflict conflict)
{
	if (world_rank(other) <= last->rank || conflict == PORT_FREE ||
	    (bound->reuseaddr && other->reuseaddr))
		return;
	last->rank = world_rank(other);
	last->shares = conflict == PORT_SHARED_REUSEPORT;
}

/* By a look at each socket that has the port, or at those only that come before the
 * last one counts. */
static enum ip_conflict port_conflict(const struct world *world,
				      const struct world_socket *bound,
				      const struct ip_name *name, bool at_each)
{
	enum ip_conflict worst = PORT_FREE;
	struct last last = { 0, false };

	for (unsigned int i = 0; i < world->socket_count; i++) {
		const struct world_socket *other = &world->sockets[i];
		enum ip_conflict conflict;

		if (other == bound || other->port != name->port || !name->port ||
		    !world_same_ports(bound, other))
			continue;
		conflict = conflict_with(world, bound, name->address, other);
		if (conflict >= PORT_TIME_WAIT &&
		    world_overlooks(world, bound, name->address, other))
			continue;
		if (conflict > worst)
			worst = conflict;
		look_at_last(&last, bound, other, conflict);
	}
	return last.shares && !at_each ? PORT_SHARED_REUSEPORT : worst;
}

/*
 * What allows a port of TCP to be shared is remembered as it was when the port was
 * taken: socket(7) has the option set "in the previous program that performed a bind(2)
 * to the port".  So it counts though it was taken back meanwhile: SO_REUSEADDR as long
 * as each who has the port had it, SO_REUSEPORT of one user's likewise (any address),
 * or else of the last (his address).  Since Linux 6.8 the first who takes a port counts
 * as one of several ("tcp: Check hlist_empty(&tb->bhash2) instead of
 * hlist_empty(&tb->owners)."), of which no more than the last is remembered.
 */
static bool remembers_all(const struct world *world)
{
	return world->kernel.version < LINUX(6, 8);
}

static bool has_same_port(const struct world *world, const struct world_socket *socket,
			  unsigned short port, const struct world_socket *other)
{
	return other != socket && port && other->port == port &&
	       socket->type == SOCK_STREAM && world_same_ports(socket, other) &&
	       vrf_of(world, socket) == vrf_of(world, other);
}

static bool reuse_remembered(const struct world *world,
			     const struct world_socket *socket, unsigned short port)
{
	for (unsigned int i = 0; i < world->socket_count; i++) {
		const struct world_socket *other = &world->sockets[i];

		if (has_same_port(world, socket, port, other) &&
		    !other->reuse_remembered)
			return false;
	}
	return remembers_all(world);
}

/* sk_reuseport_match() with the memory of one other. */
static bool matches(const struct world_socket *socket, const unsigned char address[16],
		    const struct world_socket *other)
{
	const unsigned char *has = other->address;

	if (!socket->reuseport || socket->own_group || socket->uid != other->uid)
		return false;
	if (other->reuseport_remembered != REMEMBERED_ONE)
		return other->reuseport_remembered == REMEMBERED_ANY;
	if (ip_is_any(has))
		return world_overlap(has, other->ipv6only, address,
				     socket->ipv6only || ip_only_v6(address));
	return !memcmp(has, address, 16);
}

static const struct world_socket *remembered(const struct world *world,
					     const struct world_socket *socket,
					     const unsigned char address[16],
					     unsigned short port)
{
	for (unsigned int i = 0; i < world->socket_count; i++) {
		const struct world_socket *other = &world->sockets[i];

		if (has_same_port(world, socket, port, other) &&
		    matches(socket, address, other))
			return other;
	}
	return NULL;
}

/* inet_csk_update_fastreuse(); who listens may have the port already. */
void world_remember_port(struct world *world, struct world_socket *taker, bool first)
{
	const struct world_socket *match =
		remembered(world, taker, taker->address, taker->port);
	bool reuse = (taker->reuseaddr || taker->in_repair) &&
		     taker->state != SOCKET_LISTENING &&
		     reuse_remembered(world, taker, taker->port);

	for (unsigned int i = 0; i < world->socket_count; i++) {
		struct world_socket *other = &world->sockets[i];

		if (!has_same_port(world, taker, taker->port, other))
			continue;
		first = false;
		other->reuse_remembered = reuse;
		if (!match)
			other->reuseport_remembered = REMEMBERED_NOTHING;
	}
	taker->reuse_remembered = reuse;
	if (match)
		taker->reuseport_remembered = match->reuseport_remembered;
	else if (!taker->reuseport)
		taker->reuseport_remembered = REMEMBERED_NOTHING;
	else if (taker->reuseport_remembered == REMEMBERED_NOTHING)
		taker->reuseport_remembered =
			first && remembers_all(world) ? REMEMBERED_ANY : REMEMBERED_ONE;
}

enum ip_conflict world_port_conflict(const struct world *world,
				     const struct world_socket *bound,
				     const struct ip_name *name)
{
	bool stream = bound->type == SOCK_STREAM;
	enum ip_conflict conflict = port_conflict(world, bound, name, stream);

	if (!stream || conflict < PORT_TIME_WAIT)
		return conflict;
	if (remembered(world, bound, name->address, name->port))
		return PORT_SHARED_REUSEPORT;
	if (bound->reuseaddr && reuse_remembered(world, bound, name->port))
		return PORT_SHARED_REUSEADDR;
	return conflict;
}

void world_port_range(const struct world *world, const struct world_socket *socket,
		      unsigned int *low, unsigned int *high)
{
	*low = world->settings.port_low;
	*high = world->settings.port_high;
	/* ip(7), IP_LOCAL_PORT_RANGE: no further than the network namespace's own. */
	if (*low <= socket->range_low && socket->range_low <= *high)
		*low = socket->range_low;
	if (*low <= socket->range_high && socket->range_high <= *high)
		*high = socket->range_high;
}

bool world_port_choosable(const struct world *world, const struct world_socket *socket,
			  const unsigned char address[16], unsigned int port)
{
	const struct world_settings *settings = &world->settings;
	struct ip_name name = { .port = (unsigned short)port };
	unsigned int low, high;
	enum ip_conflict conflict;

	if (world_is_echo(socket)) {
		low = 1;
		high = 65535;
	} else {
		world_port_range(world, socket, &low, &high);
		/* inet_csk_find_open_port() tries an even number of ports. */
		if (socket->type == SOCK_STREAM && high > low && (high - low) % 2 == 0)
			high--;
		if (settings->reserved_low <= port && port <= settings->reserved_high)
			return false;
	}
	if (port < low || port > high)
		return false;
	memcpy(name.address, address, 16);
	/* Where it chooses, udp_lib_lport_inuse() notes each port that it comes to. */
	conflict = port_conflict(world, socket, &name, socket->type == SOCK_DGRAM);
	/* UDP may choose a port that the options let it share; TCP one that nobody has,
	 * unless ip_autobind_reuse lets SO_REUSEADDR count. */
	if (conflict == PORT_SHARED_REUSEADDR && !world_is_echo(socket))
		return socket->type == SOCK_DGRAM || settings->autobind_reuse;
	if (conflict == PORT_SHARED_REUSEPORT)
		return socket->type == SOCK_DGRAM;
	return conflict == PORT_FREE;
}

bool world_port_left(const struct world *world, const struct world_socket *socket,
		     const unsigned char address[16])
{
	unsigned int low, high;

	world_port_range(world, socket, &low, &high);
	/* A range that no case can have filled need not be looked at one by one. */
	if (high - low > WORLD_SOCKETS + (unsigned int)world->settings.reserved_high -
				 world->settings.reserved_low)
		return true;
	for (unsigned int port = low; port <= high; port++)
		if (world_port_choosable(world, socket, address, port))
			return true;
	return false;
}
