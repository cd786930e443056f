/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_datagrams.c - UDP, raw and echo sockets of the IP families in a world: their
 * options, and the packets of IP that they send over lo, as far as anybody receives
 * them.
 */
#include <stddef.h>
#include <string.h>

#include <arpa/inet.h>

#include "constants.h"
#include "world_carried.h"
#include "world_datagrams.h"
#include "world_links.h"
#include "world_messages.h"

static int number(const struct call *call)
{
	int value = 0;

	/* An int, or a byte where the option takes one. */
	if (call->option.optlen >= sizeof(value))
		memcpy(&value, call->option.bytes, sizeof(value));
	else if (call->option.optlen)
		value = call->option.bytes[0];
	return value;
}

static void tell(struct world_socket *socket, enum told_control which,
		 const struct call *call)
{
	socket->datagrams.told &= ~(unsigned int)which;
	if (number(call))
		socket->datagrams.told |= which;
}

/* __sock_set_timestamps(): one of the four, which are two in two layouts. */
static void tell_time(struct world_socket *socket, const struct call *call)
{
	struct world_datagrams *it = &socket->datagrams;
	int optname = call->option.optname;
	bool is_new = optname == LINUX_SO_TIMESTAMP_NEW ||
		      optname == LINUX_SO_TIMESTAMPNS_NEW;

	it->told &= ~(unsigned int)(TOLD_TIMESTAMP | TOLD_TIMESTAMPNS);
	if (!number(call))
		return;
	it->told &= ~(unsigned int)TOLD_NEW_TIMES;
	it->told |= optname == SO_TIMESTAMP || optname == LINUX_SO_TIMESTAMP_NEW
			    ? TOLD_TIMESTAMP
			    : TOLD_TIMESTAMPNS;
	if (is_new)
		it->told |= TOLD_NEW_TIMES;
}

/* sock_set_timestamping() */
static void stamp(struct world_socket *socket, const struct call *call)
{
	socket->datagrams.stamps = number(call);
	socket->datagrams.told &= ~(unsigned int)TOLD_NEW_TIMES;
	if (call->option.optname == LINUX_SO_TIMESTAMPING_NEW)
		socket->datagrams.told |= TOLD_NEW_TIMES;
}

static void socket_option(struct world_socket *socket, const struct call *call)
{
	switch (call->option.optname) {
	case SO_TIMESTAMP:
	case SO_TIMESTAMPNS:
	case LINUX_SO_TIMESTAMP_NEW:
	case LINUX_SO_TIMESTAMPNS_NEW:
		tell_time(socket, call);
		break;
	case SO_TIMESTAMPING:
	case LINUX_SO_TIMESTAMPING_NEW:
		stamp(socket, call);
		break;
	case LINUX_SO_RXQ_OVFL:
		tell(socket, TOLD_DROPS, call);
		break;
	case LINUX_SO_RCVMARK:
		tell(socket, TOLD_MARK, call);
		break;
	default:
		break;
	}
}

/* Datagrams of no bytes are passed over, but for the first of all. */
const struct world_message *world_peeked(const struct world_socket *socket,
					 unsigned int *skipped)
{
	unsigned int offset = socket->peek_offset;

	for (unsigned int i = 0; i < socket->queued; i++) {
		const struct world_message *message = &socket->queue[i];

		if (offset < message->length || (!offset && !message->length)) {
			*skipped = offset;
			return message;
		}
		offset -= message->length;
	}
	return NULL;
}

static void ip_option(struct world_socket *socket, const struct call *call)
{
	struct world_datagrams *it = &socket->datagrams;

	switch (call->option.optname) {
	case IP_PKTINFO:
		tell(socket, TOLD_PKTINFO, call);
		break;
	case IP_RECVTTL:
		tell(socket, TOLD_TTL, call);
		break;
	case IP_RECVTOS:
		tell(socket, TOLD_TOS, call);
		break;
	case IP_RECVORIGDSTADDR:
		tell(socket, TOLD_ORIGDST, call);
		break;
	case IP_RECVOPTS:
		tell(socket, TOLD_OPTIONS, call);
		break;
	case IP_RETOPTS:
		tell(socket, TOLD_RETURNED, call);
		break;
	case LINUX_IP_CHECKSUM:
		tell(socket, TOLD_CHECKSUM, call);
		break;
	case LINUX_IP_RECVFRAGSIZE:
		tell(socket, TOLD_FRAGMENT, call);
		break;
	case IP_RECVERR:
		it->recverr = number(call);
		/* do_ip_setsockopt(): "if (!val) skb_errqueue_purge()" */
		if (!it->recverr)
			it->error_count = 0;
		break;
	case IP_TOS:
		it->tos = (unsigned char)number(call);
		break;
	case IP_TTL:
		it->ttl = (unsigned char)(number(call) < 0 ? 0 : number(call));
		break;
	case IP_HDRINCL:
		it->header_included = number(call);
		break;
	default:
		break;
	}
}

/* Those that have a control message each, and do nothing else. */
static const struct {
	int optname;
	enum told_control which;
} ipv6_told[] = {
	{ IPV6_RECVPKTINFO, TOLD_PKTINFO6 },
	{ IPV6_RECVHOPLIMIT, TOLD_HOPLIMIT },
	{ IPV6_RECVTCLASS, TOLD_TCLASS },
	{ LINUX_IPV6_RECVORIGDSTADDR, TOLD_ORIGDST6 },
	{ LINUX_IPV6_FLOWINFO, TOLD_FLOW },
	{ LINUX_IPV6_RECVHOPOPTS, TOLD_HOPOPTS },
	{ LINUX_IPV6_RECVDSTOPTS, TOLD_DSTOPTS },
	{ LINUX_IPV6_RECVRTHDR, TOLD_ROUTING },
	{ LINUX_IPV6_2292PKTINFO, TOLD_OLD_PKTINFO },
	{ LINUX_IPV6_2292HOPLIMIT, TOLD_OLD_HOPLIMIT },
	{ LINUX_IPV6_2292HOPOPTS, TOLD_OLD_HOPOPTS },
	{ LINUX_IPV6_2292DSTOPTS, TOLD_OLD_DSTOPTS },
	{ LINUX_IPV6_2292RTHDR, TOLD_OLD_ROUTING },
	{ LINUX_IPV6_RECVPATHMTU, TOLD_PATHMTU },
	{ LINUX_IPV6_RECVFRAGSIZE, TOLD_FRAGMENT6 },
};

static void ipv6_option(struct world_socket *socket, const struct call *call)
{
	struct world_datagrams *it = &socket->datagrams;

	for (size_t i = 0; i < sizeof(ipv6_told) / sizeof(ipv6_told[0]); i++)
		if (ipv6_told[i].optname == call->option.optname)
			tell(socket, ipv6_told[i].which, call);

	switch (call->option.optname) {
	case IPV6_RECVERR:
		it->recverr6 = number(call);
		if (!it->recverr6)
			it->error_count = 0;
		break;
	case IPV6_TCLASS:
		it->tclass = (unsigned char)(number(call) < 0 ? 0 : number(call));
		break;
	case LINUX_IPV6_FLOWINFO_SEND:
		it->sends_flow = number(call);
		break;
	case IPV6_UNICAST_HOPS:
		it->hops = (unsigned char)(number(call) < 0 ? 0 : number(call));
		break;
	case IPV6_CHECKSUM:
		it->summed = number(call) >= 0;
		it->sum_offset = it->summed ? (unsigned int)number(call) : 0;
		break;
	default:
		break;
	}
}

void world_datagram_option(struct world_socket *socket, const struct call *call)
{
	int level = call->option.level, optname = call->option.optname;

	if (world_carry_option(socket, call) || world_sent_option(socket, call))
		return;
	if (level == SOL_SOCKET)
		socket_option(socket, call);
	else if (level == IPPROTO_IP)
		ip_option(socket, call);
	else if (level == IPPROTO_IPV6)
		ipv6_option(socket, call);
	else if (level == SOL_RAW && optname == LINUX_ICMP_FILTER)
		socket->datagrams.filtered = (unsigned int)number(call);
	else if (level == IPPROTO_UDP && optname == LINUX_UDP_GRO)
		tell(socket, TOLD_GRO, call);
	else if (level == IPPROTO_UDP && optname == LINUX_UDP_SEGMENT)
		socket->datagrams.segment = (unsigned short)number(call);
}

/* No case sets lo's hop limit, of which this is the default. */
#define HOP_LIMIT 64

void world_note_header(struct world_message *message, const struct world_socket *sender,
		       const unsigned char *from, const struct ip_name *to)
{
	const struct world_datagrams *by = &sender->datagrams;
	bool v4 = ip_is_v4(to->address);

	memcpy(message->header.to, to->address, 16);
	message->header.to_port = to->port;
	message->header.tos = v4 ? by->tos : by->tclass;
	message->header.ttl = v4 ? by->ttl : by->hops;
	if (!message->header.ttl)
		message->header.ttl = HOP_LIMIT;
	message->header.carried = world_carried_by(sender, from, to->address);
}

static bool is_echo(const struct world_socket *socket)
{
	return socket->type == SOCK_DGRAM &&
	       (socket->protocol == IPPROTO_ICMP || socket->protocol == IPPROTO_ICMPV6);
}

/* ipv4_pktinfo_prepare() notes them as the datagram comes, where they are asked for;
 * echo sockets have what ip_rcv() has noted anyway, which is the interface. */
static void note_arrival(const struct world_socket *receiver,
			 struct world_message *message)
{
	bool asked = receiver->datagrams.told & (TOLD_PKTINFO | TOLD_PKTINFO6);

	message->header.noted = is_echo(receiver) ? NOTED_INTERFACE
				: asked		  ? NOTED_ALL
						  : NOTED_NOTHING;
	if (receiver->datagrams.told & TOLD_DROPS)
		message->header.drops = receiver->datagrams.drops;
}

void world_udp_deliver(struct world *world, struct world_socket *sender,
		       struct world_socket *receiver, struct world_message *message,
		       const struct call *call)
{
	const unsigned char *payload = call->message.payload;
	size_t left = call->message.length, each = sender->datagrams.segment;

	note_arrival(receiver, message);
	message->header.fragment = (unsigned short)world_fragment(
		world, ip_is_v4(message->header.to), left);
	if (!each || left <= each) {
		world_deliver(world, receiver, message, payload, left);
		return;
	}
	world_packet_segments(world, ip_is_v4(message->header.to));
	message->header.segment = (unsigned short)each;
	if (receiver->datagrams.told & TOLD_GRO) {
		world_deliver(world, receiver, message, payload, left);
		return;
	}
	message->header.segment = 0;
	for (; left; payload += payload ? each : 0, left -= each) {
		struct world_message one = *message;

		if (each > left)
			each = left;
		world_deliver(world, receiver, &one, payload, each);
	}
}

bool world_sends_packets(const struct world_socket *socket)
{
	return (socket->domain == AF_INET || socket->domain == AF_INET6) &&
	       (socket->type == SOCK_RAW || is_echo(socket));
}

int world_sum_offset(const struct world_socket *socket)
{
	if (socket->domain != AF_INET6)
		return -1;
	if (socket->datagrams.summed)
		return (int)socket->datagrams.sum_offset;
	/* rawv6_init_sk() */
	if (socket->protocol == IPPROTO_ICMPV6)
		return 2;
	return socket->protocol == IPPROTO_MH ? 4 : -1;
}

unsigned int world_add_up(unsigned int sum, const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sum += i % 2 ? bytes[i] : (unsigned int)bytes[i] << 8;
	return sum;
}

unsigned int world_fold(unsigned int sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

#define IP_HEADER   20
#define PACKET_MAX  1500
#define ICMP_HEADER 8

/* On its way over lo; the header of IPv4, where it has one, is among the bytes. */
struct packet {
	bool v4;
	unsigned char from[16], to[16];
	int protocol;
	unsigned char tos, ttl;
	struct world_carried carried;
	unsigned char bytes[PACKET_MAX];
	size_t length, head; /* of which so much is the header */
	unsigned long long open;
};

static unsigned char *payload_of(struct packet *packet)
{
	return packet->bytes + packet->head;
}

/* The sum of the payload, or of its first bytes, with the header that protocols of IP
 * see: of UDP over both versions, and of ICMP over IPv6. */
static unsigned int sum_of_first(struct packet *packet, size_t covered, bool pseudo)
{
	size_t length = packet->length - packet->head;
	unsigned int sum = world_add_up(0, payload_of(packet), covered);

	if (!pseudo)
		return world_fold(sum);
	sum = world_add_up(sum, packet->from + (packet->v4 ? 12 : 0),
			   packet->v4 ? 4 : 16);
	sum = world_add_up(sum, packet->to + (packet->v4 ? 12 : 0),
			   packet->v4 ? 4 : 16);
	return world_fold(sum + (unsigned int)length + (unsigned int)packet->protocol);
}

static unsigned int payload_sum(struct packet *packet, bool pseudo)
{
	return sum_of_first(packet, packet->length - packet->head, pseudo);
}

static void put16(unsigned char *bytes, unsigned int value)
{
	bytes[0] = (unsigned char)(value >> 8);
	bytes[1] = (unsigned char)value;
}

static unsigned int get16(const unsigned char *bytes)
{
	return (unsigned int)bytes[0] << 8 | bytes[1];
}

/* Fills in the two bytes of the checksum that stand at an offset of the payload. */
static void fill_sum(struct packet *packet, size_t offset, bool pseudo)
{
	unsigned char *at = payload_of(packet) + offset;

	put16(at, 0);
	put16(at, ~payload_sum(packet, pseudo) & 0xffff);
}

/* Which bytes of a header of IPv4 are the kernel's own: the number of the packet, and
 * the checksum. */
#define HEADER_OPEN ((3ULL << 4) | (3ULL << 10))

static void write_header(struct packet *packet, bool whole)
{
	unsigned char *head = packet->bytes;

	head[0] = 0x45;
	head[1] = packet->tos;
	put16(head + 2, (unsigned int)packet->length);
	/* Don't fragment, for path MTU discovery; see ip(7). */
	put16(head + 6, whole ? 0x4000 : 0);
	head[8] = packet->ttl;
	head[9] = (unsigned char)packet->protocol;
	memcpy(head + 12, packet->from + 12, 4);
	memcpy(head + 16, packet->to + 12, 4);
	packet->open |= HEADER_OPEN;
}

/* ping_recvmsg(), with IPV6_FLOWINFO_SEND: the class, and here no label. */
static void tell_flow(const struct packet *packet, unsigned char *name)
{
	uint32_t flow = htonl((uint32_t)packet->tos << 20);

	memcpy(name + offsetof(struct sockaddr_in6, sin6_flowinfo), &flow,
	       sizeof(flow));
}

static void name_sender(struct world *world, const struct packet *packet,
			const struct world_socket *receiver, unsigned int port,
			struct world_message *message)
{
	unsigned char name[ADDRESS_BYTES_MAX];

	/* What comes over lo came in at the interface 1. */
	message->name_length =
		ip_write_name(receiver->domain, packet->from, port, 1, name);
	if (is_echo(receiver) && receiver->datagrams.sends_flow && !packet->v4)
		tell_flow(packet, name);
	message->name_start = world_keep(world, name, message->name_length);
}

static void queue_packet(struct world *world, struct world_socket *receiver,
			 struct packet *packet, size_t skipped)
{
	struct world_message message = { .open = packet->open >> skipped };

	name_sender(world, packet, receiver, 0, &message);
	memcpy(message.header.to, packet->to, 16);
	message.header.tos = packet->tos;
	message.header.ttl = packet->ttl;
	message.header.carried = packet->carried;
	note_arrival(receiver, &message);
	world_deliver(world, receiver, &message, packet->bytes + skipped,
		      packet->length - skipped);
}

/* raw_v4_match(), raw_v6_match(): its addresses, where it has any, are the packet's. */
static bool takes_packet(const struct world_socket *socket, const struct packet *packet)
{
	if (socket->domain != (packet->v4 ? AF_INET : AF_INET6) ||
	    socket->interface > 1)
		return false;
	if (!ip_is_any(socket->address) && memcmp(socket->address, packet->to, 16))
		return false;
	return socket->state != SOCKET_CONNECTED ||
	       !memcmp(socket->peer_address, packet->from, 16);
}

/* icmp(7), ICMP_FILTER: types up to 31 have a bit each. */
static bool is_filtered(const struct world_socket *socket, struct packet *packet)
{
	unsigned char type = payload_of(packet)[0];

	return packet->v4 && packet->protocol == IPPROTO_ICMP && type < 32 &&
	       socket->datagrams.filtered >> type & 1;
}

/* rawv6_rcv_skb(): what is summed up wrong does not come. */
static bool is_spoilt(const struct world_socket *socket, struct packet *packet)
{
	return world_sum_offset(socket) >= 0 && payload_sum(packet, true) != 0xffff;
}

/* False where no raw socket is for it, whether its filter lets it through or not. */
static bool reach_raw(struct world *world, struct packet *packet)
{
	bool reached = false;

	for (unsigned int i = 0; i < world->socket_count; i++) {
		struct world_socket *socket = &world->sockets[i];

		if (socket->type != SOCK_RAW || socket->protocol != packet->protocol ||
		    !takes_packet(socket, packet))
			continue;
		reached = true;
		if (!is_filtered(socket, packet) && !is_spoilt(socket, packet))
			queue_packet(world, socket, packet, 0);
	}
	return reached;
}

/* An echo request comes back as a reply; see icmp_echo() and icmpv6_echo_reply(). */
static void answer_echo(const struct packet *asked, struct packet *reply)
{
	memset(reply, 0, sizeof(*reply));
	reply->v4 = asked->v4;
	reply->protocol = asked->protocol;
	memcpy(reply->from, asked->to, 16);
	memcpy(reply->to, asked->from, 16);
	reply->tos = asked->tos;
	reply->ttl = HOP_LIMIT;
	reply->head = asked->v4 ? IP_HEADER : 0;
	reply->length = reply->head + asked->length - asked->head;
	memcpy(payload_of(reply), asked->bytes + asked->head,
	       asked->length - asked->head);
	reply->open = (asked->open >> asked->head) << reply->head;
	if (reply->v4)
		write_header(reply, false);
	payload_of(reply)[0] = reply->v4 ? 0 : 129;
	fill_sum(reply, 2, !reply->v4);
}

/* Without its number, which the kernel may have chosen and not told, it goes to the
 * socket that asked; of several with one number, to the one that ping_lookup() meets
 * first. */
static void reach_echo(struct world *world, const struct world_socket *asked,
		       struct packet *packet)
{
	unsigned int port = get16(payload_of(packet) + 4);
	struct world_socket *first = NULL;

	for (unsigned int i = 0; i < world->socket_count; i++) {
		struct world_socket *socket = &world->sockets[i];

		if (is_echo(socket) &&
		    (asked->port_open ? socket == asked : socket->port == port) &&
		    socket->domain == (packet->v4 ? AF_INET : AF_INET6) &&
		    (ip_is_any(socket->address) ||
		     !memcmp(socket->address, packet->to, 16)) &&
		    (!first || world_rank(socket) > world_rank(first)))
			first = socket;
	}
	if (first)
		queue_packet(world, first, packet, packet->head);
}

static void spread_news(struct world *world, struct packet *packet)
{
	const unsigned char *icmp = payload_of(packet), *inner = icmp + ICMP_HEADER;
	size_t head = packet->v4 ? IP_HEADER : 40;
	struct icmp_news news = { .v4 = packet->v4,
				  .type = icmp[0],
				  .code = icmp[1],
				  .rest = get16(icmp + 4) << 16 | get16(icmp + 6),
				  .tos = packet->tos };

	if (packet->length < packet->head + ICMP_HEADER + head + 8)
		return;
	memcpy(news.offender, packet->from, 16);
	if (packet->v4) {
		memcpy(news.from, packet->from, 12);
		memcpy(news.from + 12, inner + 12, 4);
		memcpy(news.to, packet->from, 12);
		memcpy(news.to + 12, inner + 16, 4);
		news.protocol = inner[9];
	} else {
		memcpy(news.from, inner + 8, 16);
		memcpy(news.to, inner + 24, 16);
		news.protocol = inner[6];
	}
	news.bytes = inner + head;
	news.length = packet->length - packet->head - ICMP_HEADER - head;
	world_news(world, &news);
}

static void go(struct world *world, const struct world_socket *sender,
	       struct packet *packet);

/* The types of ICMP that lead any further. */
static void reach_icmp(struct world *world, const struct world_socket *sender,
		       struct packet *packet)
{
	unsigned char type = payload_of(packet)[0];
	struct packet reply;

	if (packet->length < packet->head + ICMP_HEADER ||
	    payload_sum(packet, !packet->v4) != 0xffff)
		return;
	if (type == (packet->v4 ? 8 : 128)) {
		answer_echo(packet, &reply);
		go(world, sender, &reply);
	} else if (type == (packet->v4 ? 0 : 129)) {
		reach_echo(world, sender, packet);
	} else if (packet->v4 ? type == 3 || type == 4 || type == 11 || type == 12
			      : type >= 1 && type <= 4) {
		spread_news(world, packet);
	}
}

#define UDP_HEADER 8
/* include/linux/skbuff.h: what is longer is summed up as it is copied. */
#define CHECKSUM_BREAK 76

/* How many bytes of a datagram its checksum covers: of UDP-Lite, as many as stand in
 * the place of the length, or with 0 there all (RFC 3828).  0 where it cannot be so. */
static size_t bytes_covered(struct packet *packet)
{
	size_t length = packet->length - packet->head;
	unsigned int told;

	if (length < UDP_HEADER)
		return 0;
	told = get16(payload_of(packet) + 4);
	if (packet->protocol == IPPROTO_UDP)
		return told == length ? length : 0;
	if (!told)
		return length;
	return told >= UDP_HEADER && told <= length ? told : 0;
}

/* A checksum of 0 is none, which only UDP over IPv4 allows. */
static bool summed_wrong(struct packet *packet, size_t covered)
{
	if (get16(payload_of(packet) + 6))
		return sum_of_first(packet, covered, true) != 0xffff;
	return !packet->v4 || packet->protocol != IPPROTO_UDP;
}

/* What is noted of a datagram that comes. */
static void note_header(struct packet *packet, size_t covered,
			struct world_message *message)
{
	unsigned char *udp = payload_of(packet);

	memcpy(message->header.to, packet->to, 16);
	message->header.to_port = (unsigned short)get16(udp + 2);
	message->header.tos = packet->tos;
	message->header.ttl = packet->ttl;
	message->header.carried = packet->carried;
	if (get16(udp + 6) && packet->protocol == IPPROTO_UDP)
		message->header.summed = covered <= CHECKSUM_BREAK ? SUMMED
								   : SUMMED_IF_CUT;
}

/* Long datagrams, and those that are covered in part, are summed up as they are copied
 * only, and then left out as if they had never come. */
static void reach_udp(struct world *world, struct packet *packet)
{
	struct world_socket as = { .domain = packet->v4 ? AF_INET : AF_INET6,
				   .type = SOCK_DGRAM,
				   .protocol = packet->protocol };
	unsigned char *udp = payload_of(packet);
	size_t length = packet->length - packet->head;
	size_t covered = bytes_covered(packet);
	struct ip_name to = { .port = (unsigned short)get16(udp + 2) };
	struct world_message message = { .length = 0 };
	struct world_socket *receiver;

	if (!covered)
		return;
	memcpy(to.address, packet->to, 16);
	receiver = (struct world_socket *)world_ip_receiver(world, &as, &to);
	if (!receiver)
		return;
	if (summed_wrong(packet, covered)) {
		receiver->datagrams.spoilt = true;
		receiver->datagrams.spoilt_waiting += length > CHECKSUM_BREAK ||
						      covered < length;
		return;
	}
	name_sender(world, packet, receiver, get16(udp), &message);
	note_header(packet, covered, &message);
	note_arrival(receiver, &message);
	world_deliver(world, receiver, &message, udp + UDP_HEADER, length - UDP_HEADER);
}

/* ip_protocol_deliver_rcu(): to raw sockets first; what nobody wants is refused. */
/* ip6_protocol_deliver_rcu(): an extension header that a raw socket has sent as its
 * payload.  Behind it is what it names. */
static bool strip_extension(struct packet *packet)
{
	unsigned char *bytes = packet->bytes;
	unsigned int length = extension_length(bytes);

	if (packet->v4 || packet->length < length || length > EXTENSION_BYTES_MAX ||
	    (packet->protocol != IPPROTO_ROUTING &&
	     packet->protocol != IPPROTO_DSTOPTS))
		return false;
	world_carry_extension(&packet->carried, (unsigned char)packet->protocol, bytes);
	packet->protocol = bytes[0];
	packet->length -= length;
	memmove(bytes, bytes + length, packet->length);
	return true;
}

static void go(struct world *world, const struct world_socket *sender,
	       struct packet *packet)
{
	bool reached = reach_raw(world, packet);
	/* ICMP_PROT_UNREACH; ICMPV6_UNK_NEXTHDR, which is at the byte 6. */
	struct icmp_news news = { .v4 = packet->v4,
				  .type = packet->v4 ? 3 : 4,
				  .code = packet->v4 ? 2 : 1,
				  .rest = packet->v4 ? 0 : 6 };

	if (strip_extension(packet)) {
		go(world, sender, packet);
	} else if (packet->protocol == IPPROTO_UDP ||
		   packet->protocol == IPPROTO_UDPLITE) {
		reach_udp(world, packet);
	} else if (packet->protocol == (packet->v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6)) {
		reach_icmp(world, sender, packet);
	} else if (!reached) {
		memcpy(news.offender, packet->to, 16);
		memcpy(news.from, packet->from, 16);
		memcpy(news.to, packet->to, 16);
		/* __icmp_send(): IPTOS_PREC_INTERNETCONTROL */
		news.tos = packet->v4 ? (packet->tos & 0x1e) | 0xc0 : 0;
		news.protocol = packet->protocol;
		news.bytes = payload_of(packet);
		news.length = packet->length - packet->head;
		world_news(world, &news);
	}
}

/* raw(7): the length and the checksum are always filled in, the source address and the
 * number of the packet where they are zero. */
static void take_header(struct packet *packet)
{
	unsigned char *head = packet->bytes;

	packet->head = (size_t)(head[0] & 0xf) * 4;
	packet->open |= 3ULL << 10;
	if (!get16(head + 4))
		packet->open |= 3ULL << 4;
	put16(head + 2, (unsigned int)packet->length);
	if (!memcmp(head + 12, "\0\0\0\0", 4))
		memcpy(head + 12, packet->from + 12, 4);
	memcpy(packet->from + 12, head + 12, 4);
	memcpy(packet->to + 12, head + 16, 4);
	packet->tos = head[1];
	packet->ttl = head[8];
	packet->protocol = head[9];
}

/* ping_v4_push_pending_frames(): the number of the socket, and the checksum. */
static void fill_echo(const struct world_socket *sender, struct packet *packet)
{
	put16(payload_of(packet) + 4, sender->port);
	fill_sum(packet, 2, !packet->v4);
	if (sender->port_open)
		packet->open |= (3ULL << 2 | 3ULL << 4) << packet->head;
}

void world_ip_packet_send(struct world *world, struct world_socket *sender,
			  const struct call *call)
{
	const unsigned char *payload = call->message.payload;
	size_t length = call->message.length;
	struct world_message header = { .length = 0 };
	struct packet packet = { .protocol = sender->protocol };
	struct ip_name to;
	bool included = sender->datagrams.header_included ||
			(sender->protocol == IPPROTO_RAW && sender->domain == AF_INET);

	if (!payload || length > PACKET_MAX - IP_HEADER)
		return;
	if (is_echo(sender) && !sender->port)
		sender->port_open = true;
	world_ip_destination(world, sender, call, &to);
	world_ip_source(world, sender, &to, packet.from);
	world_note_header(&header, sender, packet.from, &to);
	packet.v4 = sender->domain == AF_INET;
	packet.tos = header.header.tos;
	packet.ttl = header.header.ttl;
	packet.carried = header.header.carried;
	memcpy(packet.to, to.address, 16);
	packet.head = packet.v4 && !included ? IP_HEADER : 0;
	packet.length = packet.head + length;
	memcpy(payload_of(&packet), payload, length);
	if (included)
		take_header(&packet);
	else if (packet.v4)
		write_header(&packet, sender->pmtu_discovery != IP_PMTUDISC_DONT);
	if (is_echo(sender))
		fill_echo(sender, &packet);
	else if (world_sum_offset(sender) >= 0)
		fill_sum(&packet, (size_t)world_sum_offset(sender), true);
	go(world, sender, &packet);
}
