/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_errors.c - errors of UDP, raw and echo sockets in a world: whom a message of
 * ICMP is about, whether that one is told, and the queue that MSG_ERRQUEUE reads.
 */
#include <stddef.h>
#include <string.h>

#include <arpa/inet.h>

#include "constants.h"
#include "world_datagrams.h"
#include "world_messages.h"

/* What an ICMP message comes to: an errno, and whether it is told without IP_RECVERR.
 */
struct meaning {
	int error;
	bool fatal;
};

/* net/ipv4/icmp.c, icmp_err_convert[]: of the codes of ICMP_DEST_UNREACH. */
static const struct meaning unreachable[] = {
	{ ENETUNREACH, false },	 { EHOSTUNREACH, false }, { ENOPROTOOPT, true },
	{ ECONNREFUSED, true },	 { EMSGSIZE, true },	  { EOPNOTSUPP, false },
	{ ENETUNREACH, true },	 { EHOSTDOWN, true },	  { ENONET, true },
	{ ENETUNREACH, true },	 { EHOSTUNREACH, true },  { ENETUNREACH, false },
	{ EHOSTUNREACH, false }, { EHOSTUNREACH, true },  { EHOSTUNREACH, true },
	{ EHOSTUNREACH, true },
};

/* net/ipv6/icmp.c, tab_unreach[]: of those of ICMPV6_DEST_UNREACH. */
static const struct meaning unreachable6[] = {
	{ ENETUNREACH, false },	 { EACCES, true },	 { EHOSTUNREACH, false },
	{ EHOSTUNREACH, false }, { ECONNREFUSED, true }, { EACCES, true },
	{ EACCES, true },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* __udp4_lib_err(): false where it means nothing. */
static bool meaning_of4(const struct icmp_news *news, struct meaning *means)
{
	switch (news->type) {
	case 3: /* ICMP_DEST_UNREACH */
		if (news->code >= COUNT(unreachable))
			return false;
		*means = unreachable[news->code];
		return true;
	case 11: /* ICMP_TIME_EXCEEDED, where it is not about fragments */
		*means = (struct meaning){ EHOSTUNREACH, false };
		return news->code != 1;
	case 12: /* ICMP_PARAMETERPROB */
		*means = (struct meaning){ EPROTO, true };
		return true;
	default: /* ICMP_SOURCE_QUENCH */
		return false;
	}
}

/* icmpv6_err_convert(), and what __udp6_lib_err() makes of ICMPV6_PKT_TOOBIG. */
static bool meaning_of6(const struct icmp_news *news, struct meaning *means)
{
	switch (news->type) {
	case 1: /* ICMPV6_DEST_UNREACH */
		*means = (struct meaning){ EPROTO, true };
		if (news->code < COUNT(unreachable6))
			*means = unreachable6[news->code];
		return true;
	case 2: /* ICMPV6_PKT_TOOBIG */
		*means = (struct meaning){ EMSGSIZE, true };
		return true;
	case 3: /* ICMPV6_TIME_EXCEED */
		*means = (struct meaning){ EHOSTUNREACH, false };
		return true;
	default: /* ICMPV6_PARAMPROB */
		*means = (struct meaning){ EPROTO, true };
		return true;
	}
}

/* icmp_unreach(): the MTU, or where the problem is; icmpv6_rcv() hands all of it on. */
static unsigned int info_of(const struct icmp_news *news)
{
	if (!news->v4)
		return news->rest;
	if (news->type == 3 && news->code == 4)
		return news->rest & 0xffff;
	return news->type == 12 ? news->rest >> 24 : 0;
}

static unsigned int port_at(const struct icmp_news *news, size_t offset)
{
	return (unsigned int)news->bytes[offset] << 8 | news->bytes[offset + 1];
}

static bool is_udp(const struct world_socket *socket)
{
	return socket->type == SOCK_DGRAM &&
	       (socket->protocol == IPPROTO_UDP || socket->protocol == IPPROTO_UDPLITE);
}

/* Is it about what the socket has sent?  The lookups of the err_handlers. */
static bool is_about(const struct icmp_news *news, const struct world_socket *socket)
{
	bool connected = socket->state == SOCKET_CONNECTED;

	if (socket->protocol != news->protocol ||
	    (!ip_is_any(socket->address) && memcmp(socket->address, news->from, 16)))
		return false;
	/* ping_lookup() does not ask for the peer. */
	if (is_udp(socket))
		return socket->port == port_at(news, 0) &&
		       (socket->domain == AF_INET6 || news->v4) &&
		       (!connected || ((!socket->peer_port ||
					socket->peer_port == port_at(news, 2)) &&
				       !memcmp(socket->peer_address, news->to, 16)));
	if (socket->domain != (news->v4 ? AF_INET : AF_INET6))
		return false;
	if (socket->type == SOCK_DGRAM)
		return socket->port == port_at(news, 4);
	return socket->type == SOCK_RAW &&
	       (!connected || !memcmp(socket->peer_address, news->to, 16));
}

/* Where the payload of what was sent begins: behind the header of UDP; of raw and echo
 * sockets it is all of it. */
static size_t payload_start(const struct world_socket *socket)
{
	return is_udp(socket) ? 8 : 0;
}

/* sin6_flowinfo is the class and the label of what was sent: here it has no label. */
static void tell_flow(const struct world_socket *socket, unsigned char *name)
{
	uint32_t flow = htonl((uint32_t)socket->datagrams.tclass << 20);

	memcpy(name + offsetof(struct sockaddr_in6, sin6_flowinfo), &flow,
	       sizeof(flow));
}

void world_enqueue_error(struct world *world, struct world_socket *socket,
			 struct world_error *error, const struct ip_name *to,
			 const unsigned char *payload, size_t length)
{
	unsigned char name[ADDRESS_BYTES_MAX];
	struct world_message *message = &error->message;
	size_t kept = length < 64 ? length : 64;

	if (socket->datagrams.error_count == WORLD_ERRORS)
		return;
	message->length = (unsigned int)length;
	if (to) {
		message->name_length =
			ip_write_name(socket->domain, to->address, to->port, 1, name);
		if (socket->datagrams.sends_flow && !error->v4)
			tell_flow(socket, name);
		message->name_start = world_keep(world, name, message->name_length);
	}
	if (payload && kept) {
		message->start = world_keep(world, payload, (unsigned int)kept);
		message->kept = message->start < WORLD_BYTES ? (unsigned int)kept : 0;
	}
	socket->datagrams.errors[socket->datagrams.error_count++] = *error;
}

static void tell(struct world *world, struct world_socket *socket,
		 const struct icmp_news *news)
{
	bool queued = news->v4 ? socket->datagrams.recverr : socket->datagrams.recverr6;
	struct world_error error = { .v4 = news->v4,
				     .origin = news->v4 ? 2 : 3,
				     .type = news->type,
				     .code = news->code,
				     .tos = news->tos,
				     .info = info_of(news) };
	size_t start = payload_start(socket);
	struct meaning means;
	struct ip_name to = { .port = 0 };

	socket->datagrams.refused = true;
	if (!(news->v4 ? meaning_of4(news, &means) : meaning_of6(news, &means)))
		return;
	/* rawv6_err(), ping_err(): they have no eye for it as UDP has. */
	if (!news->v4 && means.error == EMSGSIZE && !is_udp(socket))
		means.fatal = false;
	if (!queued && (!means.fatal || socket->state != SOCKET_CONNECTED))
		return;
	error.error = means.error;
	memcpy(error.offender, news->offender, 16);
	memcpy(error.message.header.to, news->from, 16);
	/* ip_rcv_core() has noted the interface of what ICMP says. */
	error.message.header.noted = NOTED_INTERFACE;
	memcpy(to.address, news->to, 16);
	if (is_udp(socket))
		to.port = (unsigned short)port_at(news, 2);
	if (queued)
		world_enqueue_error(world, socket, &error, &to, news->bytes + start,
				    news->length - start);
	/* rawv6_err() and raw_err(): with IP_RECVERR, or where it is fatal. */
	socket->error = means.error;
}

void world_news(struct world *world, const struct icmp_news *news)
{
	/* icmp_socket_deliver(), icmpv6_notify(): eight bytes are the least. */
	if (news->length < 8)
		return;
	for (unsigned int i = 0; i < world->socket_count; i++)
		if (is_about(news, &world->sockets[i]))
			tell(world, &world->sockets[i], news);
}

/* Does what is sent to the address come to this machine, and to one interface of it? */
static bool is_here(const struct world *world, const struct ip_name *to)
{
	enum ip_kind kind = world_ip_kind(world, to->address, to->scope);

	return kind == IP_LOCAL ||
	       (kind == IP_LINK_LOCAL && world_ip_has(world, to->address, to->scope));
}

void world_refused(struct world *world, struct world_socket *sender,
		   const struct call *call)
{
	struct ip_name to;
	struct icmp_news news = { .type = 3, .code = 3 };
	unsigned char packet[8 + 64] = { 0 };
	size_t kept = call->message.length < 64 ? call->message.length : 64;

	sender->datagrams.refused = true;
	world_ip_destination(world, sender, call, &to);
	news.v4 = ip_is_v4(to.address);
	if (!is_here(world, &to) ||
	    (sender->state == SOCKET_CONNECTED &&
	     (memcmp(sender->peer_address, to.address, 16) ||
	      (sender->peer_port && sender->peer_port != to.port))))
		return;
	if (!news.v4) {
		news.type = 1;
		news.code = 4;
	}
	/* __icmp_send(); icmp6_send() leaves the traffic class alone. */
	news.tos = news.v4 ? 0xc0 | (sender->datagrams.tos & 0x1e) : 0;
	memcpy(news.offender, to.address, 16);
	memcpy(news.to, to.address, 16);
	world_ip_source(world, sender, &to, news.from);
	/* __udp4_lib_err() looks for who receives where it came from: not one that is
	 * bound to what is no source. */
	if (!ip_is_any(sender->address) && memcmp(sender->address, news.from, 16))
		return;
	news.protocol = sender->protocol;
	packet[2] = (unsigned char)(to.port >> 8);
	packet[3] = (unsigned char)to.port;
	if (call->message.payload)
		memcpy(packet + 8, call->message.payload, kept);
	news.bytes = packet;
	/* Of what it is about, the message has as much as makes it 576 bytes long, or
	 * 1280: RFC 1812, 4.3.2.3, and RFC 4443, 2.4. */
	news.length = news.v4 ? 576 - 20 - 8 - 20 : 1280 - 40 - 8 - 40;
	if (news.length > 8 + call->message.length)
		news.length = 8 + call->message.length;
	tell(world, sender, &news);
}

/* sock_dequeue_err_skb(): the error that waits becomes the next in the queue, or none;
 * those that are not ICMP's leave it alone. */
void world_error_taken(struct world_socket *socket)
{
	struct world_datagrams *it = &socket->datagrams;
	bool was_icmp, next_is_icmp;

	if (!it->error_count)
		return;
	was_icmp = it->errors[0].origin == 2 || it->errors[0].origin == 3;
	it->error_count--;
	memmove(it->errors, it->errors + 1, it->error_count * sizeof(it->errors[0]));
	next_is_icmp = it->error_count &&
		       (it->errors[0].origin == 2 || it->errors[0].origin == 3);
	if (next_is_icmp)
		socket->error = it->errors[0].error;
	else if (was_icmp)
		socket->error = 0;
}

void world_error_told(struct world_socket *socket, const struct call *call)
{
	if (call->option.level == SOL_SOCKET && call->option.optname == SO_ERROR)
		socket->error = 0;
}
