/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * packet.h - packet sockets, and frames of a protocol of our own that come to them over
 * lo.
 */
#ifndef CASES_RECVFROM_PACKET_H
#define CASES_RECVFROM_PACKET_H

#include <arpa/inet.h>
#include <string.h>

#include "links.h"
#include "sockcheck.h"

#define PACKET .caps = SC_CAP(LINUX_CAP_NET_RAW), .has = { FEATURE_FAMILY(AF_PACKET) }
#define LO     1
#define OTHERS 0x88b6 /* as ETHERTYPE_LOCAL, the second one */
#define TEXT   "frame"
#define SIZE   5
#define HEADER 14
#define FULL   ((int)sizeof(struct sockaddr_ll))

/* Where a frame goes and comes from. */
#define ZEROS "\0\0\0\0\0\0"
#define FROM  "\x02\x11\x22\x33\x44\x55"

static inline int receiver_of(int type, unsigned int protocol)
{
	return must_socket(AF_PACKET, type, htons((unsigned short)protocol));
}

/* One that only sends. */
static inline int sender(int type)
{
	return must_socket(AF_PACKET, type, 0);
}

static inline struct sockaddr_ll link_address(const char *mac, unsigned int protocol)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET,
				       .sll_protocol = htons((unsigned short)protocol),
				       .sll_ifindex = LO,
				       .sll_halen = 6 };

	memcpy(address.sll_addr, mac, 6);
	return address;
}

/* Sends a frame whose header the kernel makes. */
static inline void send_to(int fd, const char *destination, unsigned int protocol,
			   const void *text, size_t length)
{
	struct sockaddr_ll to = link_address(destination, protocol);

	sc_must(SC_LINE, t_sendto(fd, text, length, 0, &to, sizeof(to)), "sendto(2)");
}

static inline void send_text(int fd)
{
	send_to(fd, ZEROS, ETHERTYPE_LOCAL, TEXT, SIZE);
}

static inline struct address told(const char *source, int type)
{
	struct sockaddr_ll from = link_address(source, ETHERTYPE_LOCAL);
	struct address address = { .length = FULL };

	from.sll_hatype = LINUX_ARPHRD_LOOPBACK;
	from.sll_pkttype = (unsigned char)type;
	memcpy(address.bytes, &from, sizeof(from));
	return address;
}

static inline size_t size_on(int type)
{
	return type == SOCK_DGRAM ? SIZE : HEADER + SIZE;
}

#endif
