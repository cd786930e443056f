/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_sent.c - what a sender of UDP is told of its own datagrams: in the queue of
 * errors, that one was too long, when one was sent (SO_TIMESTAMPING), that the bytes of
 * one are free again (MSG_ZEROCOPY); and the path MTU.
 */
#include <string.h>

#include <arpa/inet.h>

#include "constants.h"
#include "world_carried.h"
#include "world_datagrams.h"
#include "world_messages.h"

#define UDP_HEADER 8

static int number(const struct call *call)
{
	int value;

	memcpy(&value, call->option.bytes, sizeof(value));
	return value;
}

bool world_sent_option(struct world_socket *socket, const struct call *call)
{
	struct world_datagrams *it = &socket->datagrams;
	int level = call->option.level, optname = call->option.optname;

	if (level == IPPROTO_IP && optname == IP_MTU_DISCOVER)
		socket->pmtu_discovery = number(call);
	else if (level == IPPROTO_IPV6 && optname == IPV6_MTU_DISCOVER)
		it->whole6 = number(call) == IPV6_PMTUDISC_DO ||
			     number(call) == IPV6_PMTUDISC_PROBE;
	else if (level == IPPROTO_IPV6 && optname == LINUX_IPV6_DONTFRAG)
		it->dont_fragment = number(call);
	else if (level == SOL_SOCKET && optname == LINUX_SO_ZEROCOPY)
		it->zerocopy = number(call);
	else
		return false;
	return true;
}

/* Of lo; IPv4 can use no more than its packets can be long. */
static unsigned int mtu_of(const struct world *world, bool v4)
{
	unsigned int mtu = world->lo_mtu ? world->lo_mtu : 65536;

	return v4 && mtu > 65535 ? 65535 : mtu;
}

static bool goes_whole(const struct world_socket *sender, bool v4)
{
	if (!v4)
		return sender->datagrams.whole6 || sender->datagrams.dont_fragment;
	return sender->pmtu_discovery == IP_PMTUDISC_DO ||
	       sender->pmtu_discovery == IP_PMTUDISC_PROBE;
}

bool world_is_too_long(const struct world *world, const struct world_socket *sender,
		       const unsigned char *to, size_t length)
{
	bool v4 = ip_is_v4(to);
	unsigned int header = (v4 ? 20 : 40) + UDP_HEADER;

	if (length > (v4 ? 65507 : 65527))
		return true;
	return goes_whole(sender, v4) && header + length > mtu_of(world, v4);
}

/* ipv6_local_rxpmtu(): only of what shall not be cut. */
static void note_path(struct world_socket *sender, const struct ip_name *to,
		      unsigned int mtu)
{
	struct world_datagrams *it = &sender->datagrams;

	if (!it->dont_fragment || !(it->told & TOLD_PATHMTU) || ip_is_v4(to->address))
		return;
	it->path_mtu = mtu;
	memcpy(it->path_to, to->address, 16);
}

/* ip_local_error(), ipv6_local_error(): with an empty payload. */
void world_too_long(struct world *world, struct world_socket *sender,
		    const struct call *call)
{
	struct world_error error = { .error = EMSGSIZE, .origin = 1 };
	struct ip_name to;

	world_ip_destination(world, sender, call, &to);
	error.v4 = ip_is_v4(to.address);
	error.info = mtu_of(world, error.v4);
	note_path(sender, &to, error.info);
	/* recvfrom(2) has "the original destination address" there; __ip_append_data()
	 * has the port of the peer, or 0. */
	if (error.v4)
		to.port = sender->peer_port;
	if (error.v4 ? sender->datagrams.recverr : sender->datagrams.recverr6)
		world_enqueue_error(world, sender, &error, &to, NULL, 0);
}

#define LINK  14 /* the header of Ethernet, which lo has too */
#define FRAME 64 /* as much of a frame as is kept */

/* A frame with a datagram, and which of its bytes are the kernel's to choose. */
struct sent_frame {
	unsigned char bytes[FRAME];
	size_t length;
	unsigned long long open;
};

static void put16(unsigned char *bytes, unsigned int value)
{
	bytes[0] = (unsigned char)(value >> 8);
	bytes[1] = (unsigned char)value;
}

static void write_ip4(const struct world_socket *sender,
		      const struct world_header *header, const unsigned char *from,
		      size_t length, struct sent_frame *frame)
{
	unsigned char *head = frame->bytes + LINK;

	put16(frame->bytes + 12, LINUX_ETH_P_IP);
	head[0] = 0x45;
	head[1] = header->tos;
	put16(head + 2, (unsigned int)(20 + UDP_HEADER + length));
	if (sender->pmtu_discovery != IP_PMTUDISC_DONT)
		head[6] = 0x40;
	head[8] = header->ttl;
	head[9] = (unsigned char)sender->protocol;
	memcpy(head + 12, from + 12, 4);
	memcpy(head + 16, header->to + 12, 4);
	frame->open = (3ULL << 4 | 3ULL << 10) << LINK;
	frame->length = LINK + 20;
}

static void write_ip6(const struct world_socket *sender,
		      const struct world_header *header, const unsigned char *from,
		      size_t length, struct sent_frame *frame)
{
	unsigned char *head = frame->bytes + LINK;

	put16(frame->bytes + 12, LINUX_ETH_P_IPV6);
	head[0] = (unsigned char)(0x60 | header->tos >> 4);
	head[1] = (unsigned char)(header->tos << 4);
	put16(head + 4, (unsigned int)(UDP_HEADER + length));
	head[6] = (unsigned char)sender->protocol;
	head[7] = header->ttl;
	memcpy(head + 8, from, 16);
	memcpy(head + 24, header->to, 16);
	/* The flow label. */
	frame->open = 7ULL << 1 << LINK;
	frame->length = LINK + 40;
}

static void write_frame(const struct world_socket *sender,
			const struct world_header *header, const unsigned char *from,
			const struct call *call, struct sent_frame *frame)
{
	size_t length = call->message.length, kept = length;
	unsigned char *udp;

	memset(frame, 0, sizeof(*frame));
	if (ip_is_v4(header->to))
		write_ip4(sender, header, from, length, frame);
	else
		write_ip6(sender, header, from, length, frame);
	udp = frame->bytes + frame->length;
	put16(udp, sender->port);
	put16(udp + 2, header->to_port);
	put16(udp + 4, (unsigned int)(UDP_HEADER + length));
	frame->open |= (sender->port_open ? 3ULL << 6 | 3ULL : 3ULL << 6)
		       << frame->length;
	frame->length += UDP_HEADER;
	if (kept > FRAME - frame->length)
		kept = FRAME - frame->length;
	if (call->message.payload)
		memcpy(frame->bytes + frame->length, call->message.payload, kept);
	frame->length += length;
}

/* __skb_tstamp_tx(): when it was handed to the device's queue, or to the device. */
static void stamp(struct world *world, struct world_socket *sender,
		  const struct call *call, unsigned int when)
{
	struct world_datagrams *it = &sender->datagrams;
	struct world_error error = { .error = ENOMSG,
				     .origin = 4,
				     .info = when,
				     .stamped = it->stamps &
						LINUX_SOF_TIMESTAMPING_SOFTWARE };
	struct world_message message = { 0 };
	struct sent_frame frame;
	struct ip_name to;
	unsigned char from[16];

	if (it->stamps & LINUX_SOF_TIMESTAMPING_OPT_ID)
		error.data = it->sent;
	if (it->stamps & LINUX_SOF_TIMESTAMPING_OPT_TSONLY) {
		world_enqueue_error(world, sender, &error, NULL, NULL, 0);
		return;
	}
	world_ip_destination(world, sender, call, &to);
	world_ip_source(world, sender, &to, from);
	world_note_header(&message, sender, from, &to);
	write_frame(sender, &message.header, from, call, &frame);
	error.v4 = ip_is_v4(to.address);
	error.message.header = message.header;
	/* Of what it carries besides, nothing is noted. */
	error.message.header.carried =
		(struct world_carried){ .unlabelled =
						message.header.carried.unlabelled };
	error.message.header.noted = sender->domain == AF_INET6 ? NOTED_INTERFACE
								: NOTED_ALL;
	error.message.open = frame.open;
	error.tos = message.header.tos;
	memcpy(error.offender, from, 16);
	/* IPv4 has more to say of it only where it is asked to, IPv6 always has. */
	error.packet = sender->domain == AF_INET6 ||
		       it->stamps & LINUX_SOF_TIMESTAMPING_OPT_CMSG;
	world_enqueue_error(world, sender, &error, NULL, frame.bytes, frame.length);
}

/* Over lo it is copied after all: SO_EE_CODE_ZEROCOPY_COPIED.  What is told of one is
 * told of the next with it: skb_zerocopy_notify_extend(). */
static void give_back(struct world *world, struct world_socket *sender)
{
	struct world_datagrams *it = &sender->datagrams;
	unsigned int number_of = it->copied++;
	struct world_error error = {
		.origin = 5, .code = 1, .info = number_of, .data = number_of
	};
	struct world_error *last = it->error_count ? &it->errors[it->error_count - 1]
						   : NULL;

	if (last && last->origin == error.origin && last->data + 1 == number_of)
		last->data = number_of;
	else
		world_enqueue_error(world, sender, &error, NULL, NULL, 0);
}

void world_sent_at(struct world *world, struct world_socket *sender,
		   const struct call *call)
{
	struct world_datagrams *it = &sender->datagrams;
	int stamps = it->stamps;

	if (stamps & LINUX_SOF_TIMESTAMPING_TX_SCHED)
		stamp(world, sender, call, 1);
	if (stamps & LINUX_SOF_TIMESTAMPING_TX_SOFTWARE)
		stamp(world, sender, call, 0);
	if (stamps & LINUX_SOF_TIMESTAMPING_OPT_ID)
		it->sent++;
	if (it->zerocopy && call->message.flags & LINUX_MSG_ZEROCOPY &&
	    call->message.length)
		give_back(world, sender);
}
