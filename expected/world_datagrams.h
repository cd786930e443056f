/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_datagrams.h - UDP, raw and echo sockets of the IP families in a world: their
 * options, what is sent by them and comes to whom; and the errors that are told of it.
 */
#ifndef EXPECTED_WORLD_DATAGRAMS_H
#define EXPECTED_WORLD_DATAGRAMS_H

#include "world_ip.h"

/* An option that only these sockets have, or that makes control messages. */
void world_datagram_option(struct world_socket *socket, const struct call *call);

/* What the header of a datagram says that is sent to an address. */
void world_note_header(struct world_message *message, const struct world_socket *sender,
		       const unsigned char *from, const struct ip_name *to);

/* Puts a datagram of UDP into a queue: as several, where its sender has UDP_SEGMENT and
 * its receiver not UDP_GRO. */
void world_udp_deliver(struct world *world, struct world_socket *sender,
		       struct world_socket *receiver, struct world_message *message,
		       const struct call *call);

/* The datagram in which the offset of SO_PEEK_OFF lies, and how much of it that skips;
 * NULL for none. */
const struct world_message *world_peeked(const struct world_socket *socket,
					 unsigned int *skipped);

/* Does the socket send packets of IP that are not UDP's or TCP's: raw, echo? */
bool world_sends_packets(const struct world_socket *socket);
void world_ip_packet_send(struct world *world, struct world_socket *sender,
			  const struct call *call);

/* Where are the two bytes of the checksum that a raw socket of AF_INET6 has the kernel
 * fill in and look at?  Negative for nowhere. */
int world_sum_offset(const struct world_socket *socket);

/*
 * world_errors.c: who is told of an error that came by ICMP, and what the queue of
 * errors has.
 */

/* An ICMP message about something that was sent. */
struct icmp_news {
	bool v4;
	unsigned char type, code;
	unsigned int rest;	    /* the second word of the message */
	unsigned char offender[16]; /* its sender */
	unsigned char tos;	    /* of its packet */
	unsigned char from[16];	    /* what it is about: the addresses, */
	unsigned char to[16];
	int protocol;		    /* what the packet carried, */
	const unsigned char *bytes; /* behind the header of IP */
	size_t length;
};

void world_news(struct world *world, const struct icmp_news *news);
/* Nobody has received a datagram of UDP: is its sender told? */
void world_refused(struct world *world, struct world_socket *sender,
		   const struct call *call);
/* Puts an error to the end of the queue, with the name of an address or without; its
 * message has the payload's length. */
void world_enqueue_error(struct world *world, struct world_socket *socket,
			 struct world_error *error, const struct ip_name *to,
			 const unsigned char *payload, size_t length);

/*
 * world_sent.c: what a sender is told of its own datagrams.
 */

/* Is a datagram longer than the socket may send to the address? */
bool world_is_too_long(const struct world *world, const struct world_socket *sender,
		       const unsigned char *to, size_t length);
/* Then the sender's queue is told so, with the MTU. */
void world_too_long(struct world *world, struct world_socket *sender,
		    const struct call *call);
/* A datagram was sent: the sender's queue is told when, with the frame that was sent or
 * without, and that its bytes are its own again, where it asks for that. */
void world_sent_at(struct world *world, struct world_socket *sender,
		   const struct call *call);
/* An option by which a socket asks for that; false for other options. */
bool world_sent_option(struct world_socket *socket, const struct call *call);
/* A call has taken the first error from the queue, or SO_ERROR the one that waits. */
void world_error_taken(struct world_socket *socket);
void world_error_told(struct world_socket *socket, const struct call *call);

/* The checksum of RFC 1071 over bytes, with what has been added up before. */
unsigned int world_add_up(unsigned int sum, const unsigned char *bytes, size_t length);
unsigned int world_fold(unsigned int sum);

#endif
