/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * packet_auxdata.c - recvmsg(2) of packet sockets with PACKET_AUXDATA: what the control
 * message says of a frame.
 */
#include <string.h>

#include "packet.h"

/* PACKET_AUXDATA, with room for all of its 36 bytes (for 32-bit programs, 32), or not:
 * of its header, at least; and with what comes to a multiple of a word. */
#define CONTROL_LEAST sizeof(struct cmsghdr)
#define CONTROL_MOST  CMSG_SPACE(20)
static const size_t control_rooms[] = { 0, 1, 15, 16, 17, 20, 35, 36, 37, 39, 40, 64 };

struct aux_row {
	size_t room;
	int type;
};

static void with_auxdata(const void *data)
{
	static unsigned char control[RESULT_CONTROL_MAX];
	const struct aux_row *row = data;
	int fd = receiver_of(row->type, ETHERTYPE_LOCAL);
	size_t controllen = row->room;

	need_own_control_layout();
	must_option(fd, SOL_PACKET, PACKET_AUXDATA, 1);
	memset(control, 0, sizeof(control));
	send_text(sender(SOCK_DGRAM));
	wait_readable(fd);
	expect_value((long)size_on(row->type),
		     t_recvmsg(fd, inbox.buffer, 64, 0, control, &controllen));
	expect_that(controllen == (row->room < CONTROL_LEAST  ? 0
				   : row->room < CONTROL_MOST ? row->room
							      : CONTROL_MOST),
		    "msg_controllen is %zu", controllen);
}

CASES(auxdata)
{
	for (size_t i = 0; i < COUNT(control_rooms); i++) {
		struct aux_row row = { control_rooms[i],
				       i % 2 ? SOCK_RAW : SOCK_DGRAM };

		add_case(.name = name_case("recvfrom.datagram.received[packet,auxdata,"
					   "room-%zu]",
					   control_rooms[i]),
			 .run_row = with_auxdata, .row = keep_row(&row, sizeof(row)),
			 .doors = SC_RECVMSG | SC_RECVMMSG, PACKET);
	}
}

static void expect_auxdata(int fd, long due, size_t length, int flags, unsigned int len,
			   unsigned int snaplen)
{
	static unsigned char control[64];
	struct tpacket_auxdata came;
	size_t controllen = sizeof(control);

	memset(control, 0, sizeof(control));
	expect_value(due,
		     t_recvmsg(fd, inbox.buffer, length, flags, control, &controllen));
	memcpy(&came, control + sizeof(struct cmsghdr), sizeof(came));
	expect_that(came.tp_len == len && came.tp_snaplen == snaplen,
		    "the packet is told to have had %u bytes, and to have %u",
		    came.tp_len, came.tp_snaplen);
}

static int with_auxdata_and_text(int type, unsigned int snap)
{
	int fd;

	need_own_control_layout();
	fd = receiver_of(type, ETHERTYPE_LOCAL);
	must_option(fd, SOL_PACKET, PACKET_AUXDATA, 1);
	if (snap)
		cut_packets(fd, snap);
	send_text(sender(SOCK_DGRAM));
	wait_readable(fd);
	return fd;
}

/* Its lengths are the packet's, whatever there was room for. */
CASE("recvfrom.datagram.cut[packet,auxdata]", PACKET)
{
	expect_auxdata(with_auxdata_and_text(SOCK_DGRAM, 0), 2, 2, 0, SIZE, SIZE);
}

CASE("recvfrom.datagram.received[packet,auxdata,filter]", PACKET)
{
	expect_auxdata(with_auxdata_and_text(SOCK_DGRAM, 3), 3, 64, 0, SIZE, 3);
}

CASE("recvfrom.datagram.received[packet,auxdata,filter,with-header]", PACKET)
{
	expect_auxdata(with_auxdata_and_text(SOCK_RAW, 15), 15, 64, 0, HEADER + SIZE,
		       15);
}

CASE("recvfrom.datagram.peeked[packet,auxdata]", PACKET)
{
	expect_auxdata(with_auxdata_and_text(SOCK_DGRAM, 0), SIZE, 64, MSG_PEEK, SIZE,
		       SIZE);
}

CASE("recvfrom.datagram.received[packet,auxdata,peeked-before]", PACKET)
{
	int fd = with_auxdata_and_text(SOCK_DGRAM, 0);

	sc_must(SC_LINE, receive(fd, 64, MSG_PEEK, FULL), "recvfrom(2)");
	expect_auxdata(fd, SIZE, 64, 0, SIZE, SIZE);
}

/* Once it has been taken back, nothing comes. */
CASE("recvfrom.datagram.received[packet,auxdata-off]", PACKET)
{
	int fd = receiver_of(SOCK_DGRAM, ETHERTYPE_LOCAL);
	unsigned char control[64];
	size_t controllen = sizeof(control);

	must_option(fd, SOL_PACKET, PACKET_AUXDATA, 1);
	must_option(fd, SOL_PACKET, PACKET_AUXDATA, 0);
	send_text(sender(SOCK_DGRAM));
	wait_readable(fd);
	expect_value(SIZE, t_recvmsg(fd, inbox.buffer, 64, 0, control, &controllen));
	expect_that(!controllen, "msg_controllen is %zu", controllen);
}
