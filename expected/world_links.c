/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_links.c - AF_PACKET, AF_NETLINK and AF_VSOCK in a world: what bind(2) and the
 * calls beside it change.
 *
 * A socket of AF_NETLINK or AF_VSOCK keeps its address in world_socket.name, as
 * getsockname(2) tells it; name_length is 0 as long as it is not bound.
 */
#include <arpa/inet.h>
#include <string.h>

#include "constants.h"
#include "world_datagrams.h"
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

static int number(const struct call *call)
{
	int value;

	memcpy(&value, call->option.bytes, sizeof(value));
	return value;
}

void world_packet_set_option(struct world_socket *socket, const struct call *call)
{
	if (socket->domain != AF_PACKET)
		return;
	if (call->option.optname == PACKET_FANOUT)
		socket->packet.fanout = true;
	else if (call->option.optname == PACKET_AUXDATA)
		socket->packet.auxdata = number(call);
	else if (call->option.optname == PACKET_VNET_HDR)
		socket->packet.vnet_header = number(call);
}

void world_packet_segments(struct world *world, bool v4)
{
	unsigned short protocol = htons(v4 ? LINUX_ETH_P_IP : LINUX_ETH_P_IPV6);

	for (unsigned int i = 0; i < world->socket_count; i++) {
		struct world_socket *socket = &world->sockets[i];

		if (socket->domain == AF_PACKET && socket->network == world->network &&
		    world_packet_protocol(socket) == protocol)
			socket->packet.segments = true;
	}
}

void world_packet_link_down(struct world *world, unsigned int ifindex)
{
	/* packet_notifier(): those that listen. */
	for (unsigned int i = 0; i < world->socket_count; i++) {
		struct world_socket *socket = &world->sockets[i];

		if (socket->domain == AF_PACKET && socket->packet.ifindex == ifindex &&
		    socket->network == world->network && world_packet_protocol(socket))
			socket->packet.down = true;
	}
}

/* packet_recvmsg(): of the tag in a frame that has gone out, a socket of SOCK_DGRAM is
 * told as long as there is the device, which knows where in the frame it stands. */
static void forget_tags(struct world *world, unsigned int ifindex)
{
	for (unsigned int i = 0; i < world->socket_count; i++) {
		struct world_socket *socket = &world->sockets[i];

		if (socket->domain != AF_PACKET || socket->type != SOCK_DGRAM)
			continue;
		for (unsigned int k = 0; k < socket->queued; k++) {
			struct sockaddr_ll from;

			memcpy(&from, world->bytes + socket->queue[k].name_start,
			       sizeof(from));
			if (from.sll_pkttype == PACKET_OUTGOING &&
			    (unsigned int)from.sll_ifindex == ifindex)
				socket->queue[k].tag &= WORLD_TAG_IN_HEADER;
		}
	}
}

void world_packet_link_gone(struct world *world, unsigned int ifindex)
{
	forget_tags(world, ifindex);
	for (unsigned int i = 0; i < WORLD_INTERFACES; i++) {
		if (world->interfaces[i].index != ifindex)
			continue;
		if (world->interfaces[i].up)
			world_packet_link_down(world, ifindex);
		world->interfaces[i] = (struct world_interface){ .index = 0 };
	}
}

void world_packet_cut(struct world_socket *socket, unsigned int length)
{
	socket->packet.snap = length;
}

#define LO_INDEX 1

/* A frame, and what is told of it. */
struct frame {
	unsigned char bytes[WORLD_FRAME_KEPT];
	size_t length;
	struct sockaddr_ll from;
	unsigned int tag; /* as world_message.tag */
};

/* eth_type_trans(), where both the interface's own address and that of broadcasts are
 * all zeros: ones are an address like others then. */
static unsigned char packet_type(const unsigned char *destination)
{
	static const unsigned char zeros[6];

	if (destination[0] & 1)
		return PACKET_MULTICAST;
	return memcmp(destination, zeros, sizeof(zeros)) ? PACKET_OTHERHOST
							 : PACKET_HOST;
}

/* packet_snd(): without an address, what the socket is bound to. */
static struct sockaddr_ll destination_of(const struct world_socket *sender,
					 const struct call *call)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_protocol = world_packet_protocol(sender),
				  .sll_ifindex = (int)sender->packet.ifindex };

	if (call->message.to.addrlen)
		memcpy(&to, call->message.to.bytes, sizeof(to));
	return to;
}

/* A socket of SOCK_RAW gives the header too; for one of SOCK_DGRAM it is made. */
static void build_frame(const struct world_socket *sender, const struct call *call,
			struct frame *frame)
{
	size_t header = sender->type == SOCK_RAW ? 0 : WORLD_FRAME_HEADER;
	size_t known = call->message.length;
	struct sockaddr_ll to = destination_of(sender, call);

	memset(frame, 0, sizeof(*frame));
	frame->length = header + call->message.length;
	if (known > sizeof(frame->bytes) - header)
		known = sizeof(frame->bytes) - header;
	if (header) {
		memcpy(frame->bytes, to.sll_addr, 6);
		memcpy(frame->bytes + 12, &to.sll_protocol, 2);
	}
	if (call->message.payload)
		memcpy(frame->bytes + header, call->message.payload, known);
	frame->from =
		(struct sockaddr_ll){ .sll_family = AF_PACKET,
				      .sll_protocol = to.sll_protocol,
				      .sll_ifindex = to.sll_ifindex,
				      .sll_hatype = to.sll_ifindex == LO_INDEX
							    ? LINUX_ARPHRD_LOOPBACK
							    : LINUX_ARPHRD_ETHER,
				      .sll_halen = 6 };
	frame->from.sll_pkttype = packet_type(frame->bytes);
	memcpy(frame->from.sll_addr, frame->bytes + 6, 6);
}

/* What SOCK_PACKET tells: the device by its name.  Bytes behind that are not set. */
static unsigned int keep_obsolete_name(struct world *world, const struct frame *frame)
{
	struct sockaddr_pkt name = { .spkt_family = LINUX_ARPHRD_LOOPBACK,
				     .spkt_device = "lo",
				     .spkt_protocol = frame->from.sll_protocol };

	return world_keep(world, (const unsigned char *)&name, sizeof(name));
}

/* virtio_net_hdr_from_skb(): all zeros, as the frame is no part of a larger one, and
 * its sums are its own matter. */
static void deliver_with_header(struct world *world, struct world_socket *to,
				struct world_message *message,
				const unsigned char *payload, size_t length)
{
	unsigned char bytes[WORLD_VNET_HEADER + WORLD_FRAME_KEPT] = { 0 };
	size_t known = length > WORLD_FRAME_KEPT ? WORLD_FRAME_KEPT : length;

	memcpy(bytes + WORLD_VNET_HEADER, payload, known);
	world_deliver(world, to, message, bytes, WORLD_VNET_HEADER + length);
}

/* A packet that comes while a long one fills the buffer is lost, and counted. */
static bool is_dropped(struct world_socket *to)
{
	if (!to->packet.small || !to->queued)
		return false;
	to->datagrams.drops++;
	return true;
}

static size_t header_of(const struct frame *frame)
{
	return WORLD_FRAME_HEADER + (frame->tag & WORLD_TAG_IN_HEADER ? WORLD_TAG : 0);
}

static void deliver_frame(struct world *world, struct world_socket *to,
			  const struct frame *frame, unsigned char type)
{
	size_t start = to->type == SOCK_DGRAM ? header_of(frame) : 0;
	size_t length = frame->length - start;
	struct world_message message = { .whole = (unsigned int)length,
					 .tag = frame->tag };
	struct sockaddr_ll from = frame->from;

	if (is_dropped(to))
		return;
	if (to->datagrams.told & TOLD_DROPS)
		message.header.drops = to->datagrams.drops;
	from.sll_pkttype = type;
	if (to->type == SOCK_PACKET) {
		message.name_length = sizeof(struct sockaddr_pkt);
		message.name_start = keep_obsolete_name(world, frame);
	} else {
		message.name_length = sizeof(from);
		message.name_start =
			world_keep(world, (const unsigned char *)&from, sizeof(from));
	}
	/* packet_rcv(): what has no bytes is taken for what a filter left none of,
	 * unless there is one. */
	if (!length && !to->packet.snap)
		return;
	if (to->packet.snap && length > to->packet.snap)
		length = to->packet.snap;
	if (to->packet.vnet_header)
		deliver_with_header(world, to, &message, frame->bytes + start, length);
	else
		world_deliver(world, to, &message, frame->bytes + start, length);
}

static bool sees(const struct world_socket *socket, const struct frame *frame,
		 unsigned short protocol)
{
	unsigned int index = socket->packet.ifindex;

	return socket->domain == AF_PACKET &&
	       world_packet_protocol(socket) == protocol &&
	       (!index || index == (unsigned int)frame->from.sll_ifindex);
}

/* Of a frame that is sent as one of a VLAN: the TCI and the protocol behind it. */
static bool is_tagged(const struct frame *frame)
{
	return frame->from.sll_protocol == htons(LINUX_ETH_P_8021Q) &&
	       frame->length >= WORLD_FRAME_HEADER + WORLD_TAG;
}

static void read_tag(struct frame *frame)
{
	const unsigned char *tag = frame->bytes + WORLD_FRAME_HEADER;

	frame->tag = WORLD_TAGGED | (unsigned int)(tag[0] << 8 | tag[1]);
	memcpy(&frame->from.sll_protocol, tag + 2, 2);
}

/* skb_vlan_untag(): as it comes in, the tag is no part of it any more. */
static void take_tag_off(struct frame *frame)
{
	unsigned char *from = frame->bytes + WORLD_FRAME_HEADER - 2 + WORLD_TAG;
	size_t left = (size_t)(frame->bytes + sizeof(frame->bytes) - from);

	read_tag(frame);
	memmove(from - WORLD_TAG, from, left);
	frame->length -= WORLD_TAG;
}

/* packet_recvmsg(): a socket of SOCK_DGRAM is told of the tag, which it has no part of
 * the header for; and of Ethernet, though not of lo, packet_parse_headers() has made
 * the tag a part of that. */
static void deliver_outgoing(struct world *world, struct world_socket *to,
			     const struct frame *frame)
{
	struct frame out = *frame;

	if (is_tagged(frame) && to->type == SOCK_DGRAM)
		read_tag(&out);
	if (is_tagged(frame) && frame->from.sll_hatype == LINUX_ARPHRD_ETHER)
		out.tag |= WORLD_TAG_IN_HEADER;
	deliver_frame(world, to, &out, PACKET_OUTGOING);
}

/* __netif_receive_skb_core(): behind those that ask for all protocols, a tag of a VLAN
 * for which there is no device is gone, and the frame is for another host. */
static void deliver_incoming(struct world *world, struct world_socket *to,
			     const struct frame *frame)
{
	const unsigned short all = htons(LINUX_ETH_P_ALL);
	struct frame in = *frame;
	unsigned char type = frame->from.sll_pkttype;

	if (is_tagged(frame))
		take_tag_off(&in);
	if (sees(to, &in, all)) {
		deliver_frame(world, to, &in, type);
	} else if (sees(to, &in, in.from.sll_protocol)) {
		if (in.tag & 0xfff)
			type = PACKET_OTHERHOST;
		in.tag = 0;
		deliver_frame(world, to, &in, type);
	}
}

/* __skb_tstamp_tx(): when it was handed to the device's queue, or to the device. */
static void stamp_frame(struct world *world, struct world_socket *sender,
			const struct frame *frame, unsigned int when)
{
	struct world_datagrams *it = &sender->datagrams;
	bool time_only = it->stamps & LINUX_SOF_TIMESTAMPING_OPT_TSONLY;
	struct world_error error = { .error = ENOMSG,
				     .origin = 4,
				     .info = when,
				     .stamped = it->stamps &
						LINUX_SOF_TIMESTAMPING_SOFTWARE };

	if (it->stamps & LINUX_SOF_TIMESTAMPING_OPT_ID)
		error.data = it->sent;
	world_enqueue_error(world, sender, &error, NULL, frame->bytes,
			    time_only ? 0 : frame->length);
}

static void tell_sent(struct world *world, struct world_socket *sender,
		      const struct frame *frame)
{
	int stamps = sender->datagrams.stamps;

	if (stamps & LINUX_SOF_TIMESTAMPING_TX_SCHED)
		stamp_frame(world, sender, frame, 1);
	if (stamps & LINUX_SOF_TIMESTAMPING_TX_SOFTWARE)
		stamp_frame(world, sender, frame, 0);
	if (stamps & LINUX_SOF_TIMESTAMPING_OPT_ID)
		sender->datagrams.sent++;
}

/* On lo what goes out comes in, elsewhere nothing does; who asks for all protocols sees
 * both, unless it has sent it: dev_queue_xmit_nit(). */
void world_packet_send(struct world *world, struct world_socket *sender,
		       const struct call *call)
{
	struct frame frame;

	build_frame(sender, call, &frame);
	tell_sent(world, sender, &frame);
	for (unsigned int i = 0; i < world->socket_count; i++) {
		struct world_socket *to = &world->sockets[i];

		if (to->network != sender->network)
			continue;
		if (sees(to, &frame, htons(LINUX_ETH_P_ALL)) && to != sender)
			deliver_outgoing(world, to, &frame);
		if (frame.from.sll_ifindex == LO_INDEX)
			deliver_incoming(world, to, &frame);
	}
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

/* A dump is told in several messages, of which the first is there at once: how long it
 * is, and what it says, is the kernel's. */
#define DUMP_LENGTH 1024

static void begin_dump(struct world *world, struct world_socket *socket,
		       struct world_message *message)
{
	message->open = ~0ULL;
	world_deliver(world, socket, message, NULL, DUMP_LENGTH);
}

/* Two attributes behind struct rtgenmsg: the number, and a process of the namespace,
 * which is taken for this one. */
static void number_namespace(struct world *world, const struct world_socket *socket,
			     const struct call *call)
{
	size_t at = NLMSG_HDRLEN + NLMSG_ALIGN(1);
	struct nlattr attribute;

	if (call->message.length < at + sizeof(attribute) + sizeof(world->nsid.id))
		return;
	memcpy(&attribute, call->message.payload + at, sizeof(attribute));
	if (attribute.nla_type != LINUX_NETNSA_NSID)
		return;
	world->nsid.given = true;
	world->nsid.in = socket->network;
	world->nsid.of = world->network;
	memcpy(&world->nsid.id, call->message.payload + at + sizeof(attribute),
	       sizeof(world->nsid.id));
}

/* NLMSG_NOOP that asks to be acknowledged: netlink_rcv_skb(), netlink_ack(). */
static void kernel_answers(struct world *world, struct world_socket *socket,
			   const struct call *call)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
	} answer = { .header = { .nlmsg_len = sizeof(answer),
				 .nlmsg_type = NLMSG_ERROR,
				 .nlmsg_flags = LINUX_NLM_F_CAPPED,
				 .nlmsg_pid = world_netlink_name(socket).nl_pid } };
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct world_message message = { .name_length = sizeof(kernel) };
	struct nlmsghdr *asked = &answer.error.msg;

	if (!call->message.payload || call->message.length < sizeof(*asked))
		return;
	memcpy(asked, call->message.payload, sizeof(*asked));
	if (socket->protocol == NETLINK_ROUTE && asked->nlmsg_type == LINUX_RTM_NEWNSID)
		number_namespace(world, socket, call);
	message.name_start =
		world_keep(world, (const unsigned char *)&kernel, sizeof(kernel));
	if ((asked->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP) {
		begin_dump(world, socket, &message);
		return;
	}
	if (asked->nlmsg_type != NLMSG_NOOP || !(asked->nlmsg_flags & NLM_F_ACK))
		return;
	answer.header.nlmsg_seq = asked->nlmsg_seq;
	world_deliver(world, socket, &message, (const unsigned char *)&answer,
		      sizeof(answer));
}

/* do_one_broadcast(): of other namespaces, those that its own has a number for. */
static bool hears_of_other(const struct world *world, const struct world_socket *socket,
			   const struct world_socket *sender)
{
	return socket->netlink.all_nsid && world->nsid.given &&
	       socket->network == world->nsid.in && sender->network == world->nsid.of;
}

static bool listens(const struct world *world, const struct world_socket *socket,
		    const struct world_socket *sender, unsigned int group)
{
	return socket->domain == AF_NETLINK && socket->protocol == sender->protocol &&
	       (socket->network == sender->network ||
		hears_of_other(world, socket, sender)) &&
	       world_netlink_name(socket).nl_groups & 1U << (group - 1);
}

/* A message that there is no room for is lost, and the receiver is told of that. */
static void broadcast_to(struct world *world, struct world_socket *receiver,
			 const struct world_message *sent, const struct call *call)
{
	struct world_message message = *sent;

	if (receiver->netlink.small && receiver->queued) {
		if (!receiver->netlink.no_enobufs)
			receiver->error = ENOBUFS;
		return;
	}
	world_deliver(world, receiver, &message, call->message.payload,
		      call->message.length);
}

/* To all of a group but the sender, and but who gets it by its port. */
static void netlink_broadcast(struct world *world, struct world_socket *sender,
			      const struct call *call, struct world_message *message,
			      unsigned int pid)
{
	for (unsigned int i = 0; i < world->socket_count; i++) {
		struct world_socket *to = &world->sockets[i];

		if (to == sender || !listens(world, to, sender, message->group) ||
		    world_netlink_name(to).nl_pid == pid)
			continue;
		message->from_other = to->network != sender->network;
		broadcast_to(world, to, message, call);
	}
}

/* The first group that is named: ffs() in netlink_sendmsg(). */
static unsigned int first_group(unsigned int groups)
{
	unsigned int group = 1;

	while (groups && !(groups & 1U << (group - 1)))
		group++;
	return groups ? group : 0;
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
	message->group = first_group(to.nl_groups);
	/* netlink_sendmsg(): whether or not anybody wants them. */
	message->credentials = (struct world_credentials){ true, world->caller.pid,
							   world->caller.real_uid,
							   world->caller.real_gid };
	from.nl_groups = message->group ? 1U << (message->group - 1) : 0;
	if (!to.nl_pid && !message->group)
		kernel_answers(world, socket, call);
	message->name_length = sizeof(from);
	message->name_start =
		world_keep(world, (const unsigned char *)&from, sizeof(from));
	if (message->group)
		netlink_broadcast(world, socket, call, message, to.nl_pid);
	for (unsigned int i = 0; to.nl_pid && i < world->socket_count; i++) {
		struct world_socket *other = &world->sockets[i];

		if (other->domain != AF_NETLINK ||
		    other->protocol != socket->protocol ||
		    other->network != socket->network || !other->name_length ||
		    world_netlink_name(other).nl_pid != to.nl_pid)
			continue;
		return other;
	}
	return NULL;
}

void world_netlink_set_option(struct world_socket *socket, const struct call *call)
{
	struct sockaddr_nl name = world_netlink_name(socket);
	unsigned int group;

	memcpy(&group, call->option.bytes, sizeof(group));
	if (socket->domain != AF_NETLINK)
		return;
	if (call->option.optname == NETLINK_PKTINFO)
		socket->netlink.pktinfo = group;
	else if (call->option.optname == NETLINK_NO_ENOBUFS)
		socket->netlink.no_enobufs = group;
	else if (call->option.optname == LINUX_NETLINK_LISTEN_ALL_NSID)
		socket->netlink.all_nsid = group;
	if (group < 1 || group > 32)
		return;
	if (call->option.optname == NETLINK_ADD_MEMBERSHIP)
		name.nl_groups |= 1U << (group - 1);
	else if (call->option.optname == NETLINK_DROP_MEMBERSHIP)
		name.nl_groups &= ~(1U << (group - 1));
	memcpy(socket->name, &name, sizeof(name));
}

/* virtio_transport_recv_enqueue(): what the other end has sent by the call before has
 * not come yet when the room for it is taken away. */
void world_vsock_set_option(const struct world *world, struct world_socket *socket,
			    const struct call *call)
{
	const struct call *before = &world->last_call;
	const struct world_socket *sender = world_socket(world, before->fd);
	unsigned long long room;

	/* Of later releases it is not looked for. */
	if (world->kernel.version >= LINUX(6, 2))
		return;
	if (socket->domain != AF_VSOCK || before->name != CALL_SENDTO || !sender ||
	    sender->peer != socket->id || !socket->queued ||
	    call->option.optname != LINUX_SO_VM_SOCKETS_BUFFER_SIZE ||
	    call->option.optlen < sizeof(room))
		return;
	memcpy(&room, call->option.bytes, sizeof(room));
	if (before->message.length <= room)
		return;
	socket->overrun = socket->at_end = true;
	socket->queued--;
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
