/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * packet_vnet.c - recvfrom(2) of packet sockets with PACKET_VNET_HDR: struct
 * virtio_net_hdr before each frame, all zeros for one that stands alone.
 */
#include <string.h>

#include "packet.h"

#define VNET 10

static int with_header_before(void)
{
	int fd = receiver_of(SOCK_RAW, ETHERTYPE_LOCAL);

	must_option(fd, SOL_PACKET, PACKET_VNET_HDR, 1);
	return fd;
}

static int with_text_behind(void)
{
	int fd = with_header_before();

	send_text(sender(SOCK_DGRAM));
	wait_readable(fd);
	return fd;
}

/* How much is asked for, and with which flags. */
static const struct asked {
	const char *name;
	const char *rule;
	size_t length;
	int flags;
	long value;
} asked[] = {
	{ "bytes-10", "cut", 10, 0, 10 },
	{ "bytes-28", "cut", 28, 0, 28 },
	{ "bytes-29", "received", 29, 0, 29 },
	{ "bytes-64", "received", 64, 0, 29 },
	{ "bytes-11,trunc", "length_told", 11, MSG_TRUNC, 29 },
	{ "bytes-64", "peeked", 64, MSG_PEEK, 29 },
	{ "bytes-11,trunc", "peeked", 11, MSG_PEEK | MSG_TRUNC, 29 },
};

static void as_asked(const void *data)
{
	static const unsigned char zeros[VNET];
	const struct asked *row = data;
	int fd = with_text_behind();
	struct address from = told(ZEROS, PACKET_HOST);

	expect_received(row->value, &from, FULL,
			receive(fd, row->length, row->flags, FULL));
	expect_that(!memcmp(inbox.buffer, zeros, VNET),
		    "struct virtio_net_hdr is not all zeros");
	expect_next(fd, row->flags & MSG_PEEK ? VNET + HEADER + SIZE : -EAGAIN);
}

CASES(asked)
{
	for (size_t i = 0; i < COUNT(asked); i++)
		add_case(.name = name_case(
				 "recvfrom.datagram.%s[packet,vnet-header,%s]",
				 asked[i].rule, asked[i].name),
			 .run_row = as_asked, .row = &asked[i],
			 .doors = doors_for(asked[i].length, asked[i].flags, true),
			 PACKET);
}

static const size_t too_short[] = { 0, 1, 9 };

static void is_too_short(const void *data)
{
	const size_t *length = data;
	int fd = with_text_behind();

	expect_errno(EINVAL, receive(fd, *length, 0, FULL));
	expect_next(fd, -EAGAIN);
}

CASES(too_short)
{
	for (size_t i = 0; i < COUNT(too_short); i++)
		add_case(.name = name_case("recvfrom.packet.no_room_for_header[length-"
					   "%zu]",
					   too_short[i]),
			 .run_row = is_too_short, .row = &too_short[i],
			 .doors = doors_for(too_short[i], 0, true), PACKET);
}

CASE("recvfrom.packet.no_room_for_header[peek]", PACKET)
{
	int fd = with_text_behind();

	expect_errno(EINVAL, receive(fd, 9, MSG_PEEK, FULL));
	expect_next(fd, VNET + HEADER + SIZE);
}

/*
 * Several datagrams that UDP_SEGMENT has put into one packet, which passes lo as it is:
 * VIRTIO_NET_HDR_GSO_UDP_L4, of Linux 6.2, is the first number for such a one.
 */
static int with_segments_behind(bool v4)
{
	struct address to = v4 ? inet("127.0.0.1", 4060) : inet6("::1", 4060);
	int domain = v4 ? AF_INET : AF_INET6;
	int from = must_socket(domain, SOCK_DGRAM, 0);
	int fd;

	must_bind(must_socket(domain, SOCK_DGRAM, 0), to);
	must_option(from, IPPROTO_UDP, LINUX_UDP_SEGMENT, 4);
	fd = receiver_of(SOCK_RAW, v4 ? LINUX_ETH_P_IP : LINUX_ETH_P_IPV6);
	must_option(fd, SOL_PACKET, PACKET_VNET_HDR, 1);
	sc_must(SC_LINE, t_sendto(from, "aaaabbbb", 8, 0, to.bytes, to.length),
		"sendto(2)");
	wait_readable(fd);
	return fd;
}

/* The rulebook does not say what else of IP comes to a packet socket. */
static void expect_gone(int fd)
{
	if (!nothing_behind())
		expect_next(fd, -EAGAIN);
}

static void is_untold(const void *data)
{
	const bool *v4 = data;
	int fd = with_segments_behind(*v4);

	expect_errno(EINVAL, receive(fd, 64, 0, FULL));
	expect_gone(fd);
}

CASES(segments)
{
	static const bool v4[] = { true, false };

	for (size_t i = 0; i < COUNT(v4); i++)
		add_case(.name = name_case("recvfrom.packet.segments_untold[ip%d]",
					   v4[i] ? 4 : 6),
			 .run_row = is_untold, .row = &v4[i],
			 .doors = doors_for(64, 0, true),
			 .caps = SC_CAP(LINUX_CAP_NET_RAW),
			 .has = { FEATURE_FAMILY(AF_PACKET),
				  FEATURE_FAMILY(v4[i] ? AF_INET : AF_INET6) },
			 .since = LINUX(5, 0), .until = LINUX(6, 2));
}

CASE("recvfrom.packet.segments_untold[peek]", .since = LINUX(5, 0),
     .until = LINUX(6, 2), PACKET)
{
	int fd = with_segments_behind(true);

	expect_errno(EINVAL, receive(fd, 64, MSG_PEEK, FULL));
	expect_errno(EINVAL, receive(fd, 64, 0, FULL));
	expect_gone(fd);
}

CASE("recvfrom.packet.would_block[vnet-header]", PACKET)
{
	expect_errno(EAGAIN, receive(with_header_before(), 4, MSG_DONTWAIT, FULL));
}

CASE("recvfrom.buffer.unwritable[packet,vnet-header]", PACKET)
{
	int fd = with_text_behind();

	expect_errno(EFAULT,
		     t_recvfrom(fd, (void *)unmapped_memory(), 64, 0, NULL, NULL));
	expect_next(fd, -EAGAIN);
}

/* Its lengths are the frame's alone. */
CASE("recvfrom.datagram.received[packet,vnet-header,auxdata]", PACKET)
{
	unsigned char control[64] = { 0 };
	size_t controllen = sizeof(control);
	struct tpacket_auxdata came;
	int fd;

	need_own_control_layout();
	fd = with_header_before();
	must_option(fd, SOL_PACKET, PACKET_AUXDATA, 1);
	send_text(sender(SOCK_DGRAM));
	wait_readable(fd);
	expect_value(VNET + HEADER + SIZE,
		     t_recvmsg(fd, inbox.buffer, 64, 0, control, &controllen));
	memcpy(&came, control + sizeof(struct cmsghdr), sizeof(came));
	expect_that(came.tp_len == HEADER + SIZE && came.tp_snaplen == HEADER + SIZE,
		    "the packet is told to have had %u bytes, and to have %u",
		    came.tp_len, came.tp_snaplen);
}

CASE("recvfrom.datagram.received[packet,vnet-header-off]", PACKET)
{
	int fd = with_header_before();
	struct address from = told(ZEROS, PACKET_HOST);

	must_option(fd, SOL_PACKET, PACKET_VNET_HDR, 0);
	send_text(sender(SOCK_DGRAM));
	wait_readable(fd);
	expect_received(HEADER + SIZE, &from, FULL, receive(fd, 64, 0, FULL));
}
