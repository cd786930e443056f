/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_links.c - AF_PACKET, AF_NETLINK and AF_VSOCK in a world: what bind(2) and the
 * calls beside it change.
 *
 * A socket of AF_NETLINK or AF_VSOCK keeps its address in world_socket.name, as
 * getsockname(2) tells it; name_length is 0 as long as it is not bound.
 */
#include <string.h>

#include "constants.h"
#include "world_families.h"
#include "world_links.h"
#include "world_messages.h"

unsigned short world_packet_protocol(const struct world_socket *socket)
{
	/* packet_create(): "weird, but documented". */
	return socket->packet.bound ? socket->packet.protocol
				    : (unsigned short)socket->argument;
}

/* The interface, where it is one of the socket's own network namespace: lo is in each.
 */
static const struct world_interface *seen_by(const struct world_interface *interface,
					     const struct world_socket *socket)
{
	return interface && (interface->index == 1 || interface->network == socket->network) ? interface : NULL;
}

const struct world_interface *world_packet_device(const struct world *world,
						  const struct world_socket *socket,
						  const struct call *call)
{
	struct sockaddr_ll given;
	char name[sizeof(((struct sockaddr *)0)->sa_data) + 1] = "";

	if (socket->type == SOCK_PACKET) {
		/* The fourteen bytes need not end with a NUL. */
		memcpy(name, call->address.bytes + sizeof(sa_family_t),
		       sizeof(name) - 1);
		return seen_by(world_interface_named(world, name), socket);
	}
	memcpy(&given, call->address.bytes, sizeof(given));
	return seen_by(world_interface(world, (unsigned int)given.sll_ifindex), socket);
}

/* The protocol that is asked for; SOCK_PACKET has no place for one. */
static unsigned short packet_protocol_given(const struct world_socket *socket,
					    const struct call *call)
{
	struct sockaddr_ll given;

	memcpy(&given, call->address.bytes, sizeof(given));
	return socket->type == SOCK_PACKET ? 0 : given.sll_protocol;
}

void world_packet_bind(struct world *world, struct world_socket *socket,
		       const struct call *call)
{
	const struct world_interface *device = world_packet_device(world, socket, call);
	unsigned short before = world_packet_protocol(socket);
	unsigned short protocol = packet_protocol_given(socket, call);
	unsigned int ifindex = device ? device->index : 0;
	bool changes;

	if (!protocol)
		protocol = before;
	changes = protocol != before || ifindex != socket->packet.ifindex;
	socket->packet.bound = true;
	socket->packet.protocol = protocol;
	socket->packet.ifindex = ifindex;
	/* packet_do_bind(): only where there is something new to wait for. */
	if (changes && protocol && device && !device->up)
		socket->packet.down = true;
}

void world_packet_set_option(struct world_socket *socket, const struct call *call)
{
	if (socket->domain == AF_PACKET && call->option.optname == PACKET_FANOUT)
		socket->packet.fanout = true;
}

void world_packet_error_told(struct world_socket *socket, const struct call *call)
{
	if (socket->domain == AF_PACKET && call->option.level == SOL_SOCKET &&
	    call->option.optname == SO_ERROR)
		socket->packet.down = false;
}

struct sockaddr_nl world_netlink_name(const struct world_socket *socket)
{
	struct sockaddr_nl name;

	memcpy(&name, socket->name, sizeof(name));
	name.nl_family = AF_NETLINK;
	return name;
}

static void set_netlink_name(struct world_socket *socket, unsigned int pid,
			     unsigned int groups)
{
	struct sockaddr_nl name = { .nl_family = AF_NETLINK,
				    .nl_pid = pid,
				    .nl_groups = groups };

	memcpy(socket->name, &name, sizeof(name));
}

bool world_netlink_pid_used(const struct world *world,
			    const struct world_socket *asking, unsigned int pid)
{
	for (unsigned int i = 0; i < world->socket_count; i++) {
		const struct world_socket *other = &world->sockets[i];

		if (other->domain == AF_NETLINK && other != asking &&
		    other->protocol == asking->protocol &&
		    other->network == asking->network && other->name_length &&
		    !other->name_open && world_netlink_name(other).nl_pid == pid)
			return true;
	}
	return false;
}

/* netlink_autobind(): the process's number, or one that the kernel has not told. */
static void netlink_choose(struct world *world, struct world_socket *socket,
			   unsigned int groups)
{
	unsigned int pid = world->caller.pid;

	socket->name_length = sizeof(struct sockaddr_nl);
	socket->name_open = world_netlink_pid_used(world, socket, pid);
	set_netlink_name(socket, socket->name_open ? 0 : pid, groups);
}

void world_netlink_bind(struct world *world, struct world_socket *socket,
			const struct call *call)
{
	struct sockaddr_nl given;

	memcpy(&given, call->address.bytes, sizeof(given));
	if (!socket->name_length && !given.nl_pid) {
		netlink_choose(world, socket, given.nl_groups);
		return;
	}
	socket->name_length = sizeof(given);
	set_netlink_name(socket, given.nl_pid, given.nl_groups);
}

void world_netlink_connect(struct world *world, struct world_socket *socket)
{
	if (!socket->name_length)
		netlink_choose(world, socket, world_netlink_name(socket).nl_groups);
}

/* Of a message to a port: who has that port, and the sender's own. */
struct world_socket *world_netlink_send(struct world *world,
					struct world_socket *socket,
					const struct call *call,
					struct world_message *message)
{
	struct sockaddr_nl to, from;

	if (!socket->name_length)
		netlink_choose(world, socket, 0);
	memcpy(&to, call->message.to.bytes, sizeof(to));
	from = world_netlink_name(socket);
	from.nl_groups = 0;
	for (unsigned int i = 0; to.nl_pid && i < world->socket_count; i++) {
		struct world_socket *other = &world->sockets[i];

		if (other->domain != AF_NETLINK ||
		    other->protocol != socket->protocol ||
		    other->network != socket->network || !other->name_length ||
		    world_netlink_name(other).nl_pid != to.nl_pid)
			continue;
		message->name_length = sizeof(from);
		message->name_start =
			world_keep(world, (const unsigned char *)&from, sizeof(from));
		return other;
	}
	return NULL;
}

void world_netlink_set_option(struct world_socket *socket, const struct call *call)
{
	struct sockaddr_nl name = world_netlink_name(socket);
	unsigned int group;

	memcpy(&group, call->option.bytes, sizeof(group));
	if (socket->domain != AF_NETLINK || group < 1 || group > 32)
		return;
	if (call->option.optname == NETLINK_ADD_MEMBERSHIP)
		name.nl_groups |= 1U << (group - 1);
	else if (call->option.optname == NETLINK_DROP_MEMBERSHIP)
		name.nl_groups &= ~(1U << (group - 1));
	memcpy(socket->name, &name, sizeof(name));
}

struct linux_sockaddr_vm world_vsock_name(const struct world_socket *socket)
{
	struct linux_sockaddr_vm name;

	memcpy(&name, socket->name, sizeof(name));
	return name;
}

bool world_vsock_port_used(const struct world *world, const struct world_socket *asking,
			   unsigned int cid, unsigned int port)
{
	for (unsigned int i = 0; i < world->socket_count; i++) {
		const struct world_socket *other = &world->sockets[i];
		struct linux_sockaddr_vm name = world_vsock_name(other);

		/* __vsock_find_bound_socket(): whatever the type, and in whichever
		 * network namespace. */
		if (other->domain == AF_VSOCK && other != asking &&
		    other->name_length && !other->name_open && name.svm_port == port &&
		    (name.svm_cid == cid || name.svm_cid == LINUX_VMADDR_CID_ANY ||
		     cid == LINUX_VMADDR_CID_ANY))
			return true;
	}
	return false;
}

void world_vsock_bind(struct world *world, struct world_socket *socket,
		      const struct call *call)
{
	struct linux_sockaddr_vm given, name = { .svm_family = AF_VSOCK };

	(void)world;
	memcpy(&given, call->address.bytes, sizeof(given));
	name.svm_cid = given.svm_cid;
	name.svm_port = given.svm_port;
	memcpy(socket->name, &name, sizeof(name));
	socket->name_length = sizeof(name);
	socket->name_open = given.svm_port == LINUX_VMADDR_PORT_ANY;
}
