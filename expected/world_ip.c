/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_ip.c - the IP families in a world: addresses, who receives what is sent to
 * them, and what calls change.
 */
#include <string.h>

#include <arpa/inet.h>

#include "constants.h"
#include "world_datagrams.h"
#include "world_families.h"
#include "world_ip.h"
#include "world_messages.h"
#include "world_ports.h"

static const unsigned char v4_prefix[12] = { [10] = 0xff, [11] = 0xff };
static const unsigned char any6[16];

bool ip_is_v4(const unsigned char address[16])
{
	return !memcmp(address, v4_prefix, sizeof(v4_prefix));
}

bool ip_is_any(const unsigned char address[16])
{
	return ip_is_v4(address) ? !memcmp(address + 12, any6, 4)
				 : !memcmp(address, any6, 16);
}

bool ip_only_v6(const unsigned char address[16])
{
	return !ip_is_v4(address) && !ip_is_any(address);
}

static void set_v4(unsigned char address[16], const void *four_bytes)
{
	memcpy(address, v4_prefix, sizeof(v4_prefix));
	memcpy(address + 12, four_bytes, 4);
}

void ip_name_of(int family, const struct call_address *given, struct ip_name *name)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	/* The bytes stand at any place of memory. */
	memcpy(&in, given->bytes, sizeof(in));
	memcpy(&in6, given->bytes, sizeof(in6));
	memset(name, 0, sizeof(*name));
	/* sin_port and sin6_port are at one place. */
	name->port = ntohs(in.sin_port);
	if (family == AF_INET) {
		set_v4(name->address, &in.sin_addr);
		return;
	}
	memcpy(name->address, &in6.sin6_addr, 16);
	if (given->addrlen >= (int)sizeof(in6))
		name->scope = in6.sin6_scope_id;
}

static bool is_link_local(const unsigned char address[16])
{
	return address[0] == 0xfe && (address[1] & 0xc0) == 0x80;
}

/* __ipv6_addr_needs_scope_id() */
bool ip_needs_scope(const unsigned char address[16])
{
	unsigned int scope = address[1] & 0xf;

	if (address[0] == 0xff)
		return scope == 1 || scope == 2;
	return is_link_local(address);
}

static bool same_bits(const unsigned char *a, const unsigned char *b, unsigned int bits)
{
	unsigned int whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole))
		return false;
	return !rest || a[whole] >> (8 - rest) == b[whole] >> (8 - rest);
}

/* Are all bits behind the prefix set (or clear)? */
static bool rest_is(const unsigned char *four_bytes, unsigned int prefix, bool set)
{
	for (unsigned int bit = prefix; bit < 32; bit++)
		if (!(four_bytes[bit / 8] >> (7 - bit % 8) & 1) == set)
			return false;
	return true;
}

/*
 * Which addresses a socket sees: those of the VRF that its interface belongs to; one
 * that is bound to none of a VRF sees those of no VRF.
 */
static bool sees(const struct world *world, unsigned int interface,
		 const struct world_interface *other)
{
	const struct world_interface *own = world_interface(world, interface);
	unsigned int vrf = own ? own->vrf : 0;

	return other->index && other->vrf == vrf;
}

/*
 * fib_add_ifaddr(): an address is local as soon as its interface has it, and stays so
 * where that is set down (fib_sync_down_dev() spares local routes); those of broadcast
 * are there only while it is up.
 */
static enum ip_kind kind_on(const struct world *world, const struct world_interface *at,
			    const struct world_address *local,
			    const unsigned char *four_bytes)
{
	const unsigned char *own = local->bytes + 12;
	/* On a loopback device the whole subnet is local. */
	enum ip_kind rest = at->index == 1 ? IP_LOCAL : IP_FOREIGN;
	bool old = world->kernel.version && world->kernel.version < LINUX(5, 14);

	if (!ip_is_v4(local->bytes))
		return IP_FOREIGN;
	if (!memcmp(own, four_bytes, 4))
		return IP_LOCAL;
	if (!same_bits(own, four_bytes, local->prefix))
		return IP_FOREIGN;
	if (local->prefix > 30 || !at->up)
		return rest;
	if (rest_is(four_bytes, local->prefix, true))
		return IP_BROADCAST;
	/* Linux 5.14 made the lowest address of a subnet an ordinary one. */
	if (old && rest_is(four_bytes, local->prefix, false))
		return IP_BROADCAST;
	return rest;
}

static enum ip_kind v4_kind(const struct world *world, const unsigned char *four_bytes,
			    unsigned int interface)
{
	static const unsigned char broadcast[4] = { 255, 255, 255, 255 };
	bool old = world->kernel.version && world->kernel.version < LINUX(5, 3);

	if (!memcmp(four_bytes, any6, 4))
		return IP_ANY;
	/* Linux 5.3 made the rest of 0.0.0.0/8 ordinary addresses. */
	if (!memcmp(four_bytes, broadcast, 4) || (old && !four_bytes[0]))
		return IP_BROADCAST;
	if ((four_bytes[0] & 0xf0) == 0xe0)
		return IP_MULTICAST;
	for (unsigned int i = 0; i < WORLD_INTERFACES; i++) {
		const struct world_interface *at = &world->interfaces[i];

		for (unsigned int k = 0; k < at->address_count; k++) {
			enum ip_kind kind =
				kind_on(world, at, &at->addresses[k], four_bytes);

			if (kind != IP_FOREIGN && sees(world, interface, at))
				return kind;
		}
	}
	return IP_FOREIGN;
}

/*
 * __ipv6_chk_addr_and_flags(): link-local addresses and ::1 must be on the interface
 * itself; any other may be on one that shares its VRF, or its having none.  It does not
 * matter whether the interface is up (though setting it down takes its addresses).
 */
bool world_ip_has(const struct world *world, const unsigned char address[16],
		  unsigned int interface)
{
	static const unsigned char loopback[16] = { [15] = 1 };
	bool of_one = is_link_local(address) || !memcmp(address, loopback, 16);

	for (unsigned int i = 0; i < WORLD_INTERFACES; i++) {
		const struct world_interface *at = &world->interfaces[i];

		if (!sees(world, interface, at) ||
		    (interface && of_one && at->index != interface))
			continue;
		for (unsigned int k = 0; k < at->address_count; k++)
			if (!memcmp(at->addresses[k].bytes, address, 16))
				return true;
	}
	return false;
}

enum ip_kind world_ip_kind(const struct world *world, const unsigned char address[16],
			   unsigned int interface)
{
	if (ip_is_v4(address))
		return v4_kind(world, address + 12, interface);
	if (ip_is_any(address))
		return IP_ANY;
	if (address[0] == 0xff)
		return IP_MULTICAST;
	if (is_link_local(address))
		return IP_LINK_LOCAL;
	return world_ip_has(world, address, interface) ? IP_LOCAL : IP_FOREIGN;
}

/* What the routes of a host that has only its own addresses choose as the source. */
static void source_for(const unsigned char to[16], unsigned char source[16])
{
	static const unsigned char loopback[4] = { 127, 0, 0, 1 };

	memmove(source, to, 16);
	if (ip_is_v4(to) && (to[12] == 127 || ip_is_any(to)))
		set_v4(source, loopback);
	else if (ip_is_any(to))
		source[15] = 1;
}

/* Is a datagram from the sender one of the peer that the socket is connected to?  It is
 * by its addresses; port 0 is any, and one that nobody has told is the sender's that it
 * was connected to. */
static bool is_peer(const struct world *world, const struct world_socket *socket,
		    const struct world_socket *sender, const struct ip_name *to)
{
	unsigned char source[16];

	world_ip_source(world, sender, to, source);
	if (sender->port_open && socket->peer_port)
		return socket->peer == sender->id;
	return !memcmp(socket->peer_address, source, 16) &&
	       (!socket->peer_port || socket->peer_port == sender->port);
}

/* How well a socket fits what comes in; 0 for not at all. */
static unsigned int fits(const struct world *world, const struct world_socket *socket,
			 const struct world_socket *sender, const struct ip_name *to)
{
	unsigned int score = 1;

	/* A port that is not known is none that anybody has named. */
	if (!to->port || socket->port != to->port ||
	    !world_same_ports(socket, sender) ||
	    !world_overlap(socket->address, socket->ipv6only, to->address, false))
		return 0;
	if (socket->type == SOCK_STREAM ? socket->state != SOCKET_LISTENING
					: socket->state == SOCKET_CONNECTED &&
						  !is_peer(world, socket, sender, to))
		return 0;
	/* What comes over loopback came in at lo. */
	if (socket->interface > 1)
		return 0;
	score += socket->interface ? 4 : 0;
	score += socket->state == SOCKET_CONNECTED ? 8 : 0;
	score += ip_is_v4(to->address) && socket->domain == AF_INET ? 1 : 0;
	return score + (ip_is_any(socket->address) ? 0 : 16);
}

const struct world_socket *world_ip_receiver(const struct world *world,
					     const struct world_socket *sender,
					     const struct ip_name *to)
{
	const struct world_socket *best = NULL;
	unsigned int best_score = 0;

	for (unsigned int i = 0; i < world->socket_count; i++) {
		unsigned int score = fits(world, &world->sockets[i], sender, to);

		if (score > best_score) {
			best_score = score;
			best = &world->sockets[i];
		}
	}
	return best;
}

/* udp_reuseport_add_sock(): do two share what comes for either, by a hash? */
static bool share_port(const struct world_socket *a, const struct world_socket *b)
{
	return a->reuseport && b->reuseport && a->port == b->port &&
	       a->domain == b->domain && !memcmp(a->address, b->address, 16);
}

bool world_ip_receiver_is_sure(const struct world *world,
			       const struct world_socket *sender,
			       const struct ip_name *to)
{
	const struct world_socket *best = world_ip_receiver(world, sender, to);
	unsigned int best_score = best ? fits(world, best, sender, to) : 0;
	unsigned int connected = 0;

	for (unsigned int i = 0; best && i < world->socket_count; i++) {
		const struct world_socket *other = &world->sockets[i];
		unsigned int score = fits(world, other, sender, to);

		if (other != best && (score == best_score || share_port(best, other)))
			return false;
		connected += score && other->state == SOCKET_CONNECTED;
	}
	/* Of these it matters also on which processor they have received before. */
	return connected <= 1;
}

void world_ip_bind(struct world *world, struct world_socket *socket,
		   const struct call *call)
{
	sa_family_t family;
	struct ip_name name;

	socket->port_taken = ++world->ports_taken;
	ip_name_of(socket->domain, &call->address, &name);
	memcpy(&family, call->address.bytes, sizeof(family));
	/* ping_set_saddr() leaves what it was bound to before. */
	if (world_is_echo(socket) && family == AF_UNSPEC)
		memcpy(name.address, socket->address, 16);
	memcpy(socket->address, name.address, 16);
	if (is_link_local(name.address) || name.address[0] == 0xff)
		socket->scope = name.scope;
	if (ip_needs_scope(name.address) && name.scope)
		socket->interface = name.scope;
	/* A raw socket is of IPv6 only, and the option is not looked at: rawv6_bind().
	 */
	if (ip_only_v6(name.address) && socket->type != SOCK_RAW)
		socket->ipv6only = true;
	/* Raw sockets do not keep theirs when they are disconnected: no
	 * SOCK_BINDADDR_LOCK. */
	if (socket->type == SOCK_RAW)
		return;
	/* __inet6_bind(): what is mapped is an address, though it be any of IPv4. */
	socket->address_fixed |= !ip_is_any(name.address) ||
				 (socket->domain == AF_INET6 && ip_is_v4(name.address));
	socket->port = name.port;
	socket->port_fixed |= name.port != 0;
	socket->port_open = !name.port && !socket->address_no_port;
	if (socket->port || socket->port_open)
		world_remember_port(world, socket, true);
}

/*
 * __inet6_bind() and rawv6_bind() bind the socket to the interface that is its scope
 * before they look for the address there, and leave it so when it is not found.
 * ping_bind() puts it back.
 */
void world_ip_bind_failed(struct world_socket *socket, const struct call *call,
			  int error)
{
	struct ip_name name;

	if (socket->domain != AF_INET6 || world_is_echo(socket) ||
	    (error != ENODEV && error != EADDRNOTAVAIL && error != EADDRINUSE))
		return;
	ip_name_of(AF_INET6, &call->address, &name);
	if (ip_needs_scope(name.address) && name.scope)
		socket->interface = name.scope;
}

static void disconnect(struct world_socket *socket)
{
	socket->state = SOCKET_UNCONNECTED;
	socket->peer = 0;
	socket->peer_port = 0;
	if (!socket->address_fixed) {
		memset(socket->address, 0, 16);
		if (socket->domain == AF_INET)
			set_v4(socket->address, any6);
	}
	if (!socket->port_fixed) {
		socket->port = 0;
		socket->port_open = false;
	}
}

/* The connection's other end. */
static void add_child(struct world *world, struct world_socket *client,
		      const struct world_socket *listener, const struct ip_name *to)
{
	struct world_socket *child = world_add_child(world, client, listener);

	if (!child)
		return;
	memcpy(child->address, to->address, 16);
	/* sk_clone_lock() */
	child->address_fixed = child->port_fixed = false;
}

/* bpf_bind(): what has a port is refused, as bind(2) refuses it, and connects from
 * there. */
static void bind_at_connect(struct world *world, struct world_socket *socket)
{
	struct call bind = { .name = CALL_BIND, .address = world->bound_at_connect };
	sa_family_t family;

	memcpy(&family, bind.address.bytes, sizeof(family));
	if (!bind.address.addrlen || family != socket->domain || socket->port ||
	    socket->port_open)
		return;
	world_ip_bind(world, socket, &bind);
	socket->bound_by_program = true;
}

/* __inet_bind(): of these, "use device", which goes for any address too. */
static bool is_no_source(const struct world *world, const unsigned char address[16])
{
	enum ip_kind kind = world_ip_kind(world, address, 0);

	return kind == IP_ANY || kind == IP_BROADCAST || kind == IP_MULTICAST;
}

/* Has it an address from which it sends by IPv4?  Not one that connect(2) by IPv6 has
 * chosen: that leaves inet_saddr alone. */
static bool is_from_v4(const struct world *world, const struct world_socket *socket)
{
	return ip_is_v4(socket->address) && !is_no_source(world, socket->address);
}

void world_ip_connect(struct world *world, struct world_socket *socket,
		      const struct call *call)
{
	const struct world_socket *receiver;
	struct ip_name to;
	sa_family_t family;

	memcpy(&family, call->address.bytes, sizeof(family));
	if (family == AF_UNSPEC) {
		world_ip_port_given_up(world, socket);
		disconnect(socket);
		return;
	}
	bind_at_connect(world, socket);
	ip_name_of(family, &call->address, &to);
	world_ip_to_self(world, socket, &to);
	receiver = world_ip_receiver(world, socket, &to);
	socket->state = SOCKET_CONNECTED;
	/* To any address is to this machine. */
	if (ip_is_any(to.address))
		source_for(to.address, socket->peer_address);
	else
		memcpy(socket->peer_address, to.address, 16);
	socket->peer_port = to.port;
	/* tcp_v4_connect() replaces one that is none to send from, too. */
	if (ip_is_any(socket->address) ||
	    (socket->type == SOCK_STREAM && socket->domain == AF_INET &&
	     !is_from_v4(world, socket)))
		source_for(to.address, socket->address);
	if (!socket->port)
		socket->port_open = true;
	/* tcp_rcv_synsent_state_process(): its own SYN comes, and both ends are one. */
	if (!receiver && socket->type == SOCK_STREAM && to.port == socket->port &&
	    !memcmp(to.address, socket->address, sizeof(to.address)))
		socket->peer = socket->id;
	if (!receiver)
		return;
	if (socket->type == SOCK_STREAM)
		add_child(world, socket, receiver, &to);
	else
		socket->peer = receiver->id;
}

void world_ip_listen(struct world *world, struct world_socket *socket)
{
	bool first = !socket->port && !socket->port_open;

	/* __inet_listen_sk() sets the backlog only. */
	if (socket->state == SOCKET_LISTENING)
		return;
	socket->state = SOCKET_LISTENING;
	socket->port_taken = ++world->ports_taken;
	if (!socket->port)
		socket->port_open = true;
	world_remember_port(world, socket, first);
}

/* shutdown(2) for reading ends listening: inet_shutdown(). */
void world_ip_shutdown(struct world_socket *socket, int how)
{
	if (socket->state == SOCKET_LISTENING && how != SHUT_WR)
		disconnect(socket);
}

void world_ip_destination(const struct world *world, const struct world_socket *socket,
			  const struct call *call, struct ip_name *to)
{
	sa_family_t family;

	memcpy(&family, call->message.to.bytes, sizeof(family));
	memset(to, 0, sizeof(*to));
	/* AF_UNSPEC is the socket's own family for udp_sendmsg(), raw_sendmsg() and
	 * rawv6_sendmsg(), and no address for udpv6_sendmsg(). */
	if (family == AF_UNSPEC &&
	    (socket->domain == AF_INET || socket->type == SOCK_RAW))
		family = (sa_family_t)socket->domain;
	if (call->message.to.addrlen && family != AF_UNSPEC) {
		ip_name_of(family, &call->message.to, to);
	} else {
		memcpy(to->address, socket->peer_address, 16);
		to->port = socket->peer_port;
	}
	/* ipv6(7): of other addresses the scope is not looked at. */
	if (!ip_needs_scope(to->address))
		to->scope = 0;
	world_ip_to_self(world, socket, to);
}

void world_ip_to_self(const struct world *world, const struct world_socket *socket,
		      struct ip_name *to)
{
	if (!ip_is_any(to->address))
		return;
	/* ip_route_output_key_hash_rcu(): where it comes from, if that is said. */
	if (ip_is_v4(to->address) && is_from_v4(world, socket)) {
		memcpy(to->address, socket->address, 16);
		return;
	}
	/* udpv6_sendmsg() and tcp_v6_connect() have it by the version that the socket's
	 * own address is of. */
	if (socket->domain == AF_INET6 && ip_is_v4(socket->address))
		set_v4(to->address, any6);
	source_for(to->address, to->address);
}

void world_ip_source(const struct world *world, const struct world_socket *socket,
		     const struct ip_name *to, unsigned char source[16])
{
	memcpy(source, socket->address, 16);
	if (ip_is_v4(to->address) ? !is_from_v4(world, socket)
				  : is_no_source(world, socket->address))
		source_for(to->address, source);
}

struct world_socket *world_ip_send(struct world *world, struct world_socket *socket,
				   const struct call *call,
				   struct world_message *message)
{
	unsigned char name[ADDRESS_BYTES_MAX], source[16];
	struct world_socket *receiver;
	struct ip_name to;

	if (socket->type == SOCK_STREAM)
		return world_socket_by_id(world, socket->peer);
	if (!socket->port)
		socket->port_open = true;
	world_ip_destination(world, socket, call, &to);
	receiver = (struct world_socket *)world_ip_receiver(world, socket, &to);
	if (!receiver)
		return NULL;
	world_ip_source(world, socket, &to, source);
	world_note_header(message, socket, source, &to);
	message->name_length = ip_write_name(receiver->domain, source, socket->port,
					     receiver->interface, name);
	message->name_start = world_keep(world, name, message->name_length);
	message->port_open = socket->port_open;
	message->sender = socket->port_open ? socket->id : 0;
	return receiver;
}

/* Is it an argument that is looked at before the socket? */
static bool fails_at_once(const struct call *call, int error)
{
	bool sends = call->name == CALL_SENDTO || call->name == CALL_SENDMSG;
	int addrlen = sends ? call->message.to.addrlen : 0;
	/* sendmsg(2) writes nothing to the header. */
	unsigned int wrong = call->message.wrong & ~(unsigned int)HEADER_READ_ONLY;

	/* rw_verify_area() */
	if (call->name == CALL_WRITE && (ssize_t)call->message.length < 0)
		return true;
	/* sendmsg(2) takes of an address that is too long what there is room for. */
	if (call->name == CALL_SENDMSG && addrlen > ADDRESS_BYTES_MAX)
		addrlen = ADDRESS_BYTES_MAX;
	if (call->name == CALL_SENDMSG &&
	    (unsigned int)call->message.flags & LINUX_MSG_CMSG_COMPAT)
		return true;
	if (error == EFAULT)
		return call->message.foreign || wrong ||
		       (sends && call->message.to.unreadable);
	return wrong || addrlen < 0 || addrlen > ADDRESS_BYTES_MAX;
}

/* inet_send_prepare(): "We may need to bind the socket", before the protocol looks at
 * anything. */
void world_ip_send_failed(const struct world *world, struct world_socket *socket,
			  const struct call *call, int error)
{
	bool found_none = error == EAGAIN &&
			  !world_port_left(world, socket, socket->address);

	if (socket->type == SOCK_DGRAM && !socket->port && !found_none &&
	    !fails_at_once(call, error))
		socket->port_open = true;
}

static void forget(struct world *world, struct world_socket *socket)
{
	*socket = world->sockets[--world->socket_count];
}

bool world_ip_close(struct world *world, struct world_socket *socket)
{
	struct world_socket *peer = world_socket_by_id(world, socket->peer);

	if (socket->type != SOCK_STREAM || socket->state != SOCKET_CONNECTED || !peer)
		return true;
	if (socket->reset_on_close || peer->state == SOCKET_UNCONNECTED) {
		peer->peer = 0;
		/* One that waits to be accepted goes on waiting: tcp_done(). */
		if (peer->fd < 0 && !peer->listener)
			forget(world, peer);
		return true;
	}
	if (peer->state == SOCKET_CLOSING) {
		peer->state = SOCKET_TIME_WAIT;
		return true;
	}
	socket->state = peer == socket ? SOCKET_TIME_WAIT : SOCKET_CLOSING;
	socket->fd = -1;
	return false;
}

/* Is the scope of the address told?  ipv6_iface_scope_id(). */
static bool tells_scope(const unsigned char address[16])
{
	if (address[0] == 0xff)
		return (address[1] & 0xf) == 1 || (address[1] & 0xf) == 2;
	return address[0] == 0xfe && (address[1] & 0xc0) == 0x80;
}

unsigned int ip_write_name(int domain, const unsigned char address[16],
			   unsigned int port, unsigned int scope, unsigned char *bytes)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons((unsigned short)port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
				    .sin6_port = htons((unsigned short)port) };

	if (domain == AF_INET) {
		memcpy(&in.sin_addr, address + 12, 4);
		memcpy(bytes, &in, sizeof(in));
		return sizeof(in);
	}
	memcpy(&in6.sin6_addr, address, 16);
	if (tells_scope(address))
		in6.sin6_scope_id = scope;
	memcpy(bytes, &in6, sizeof(in6));
	return sizeof(in6);
}
