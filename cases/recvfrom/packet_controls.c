/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * packet_controls.c - what comes with a packet besides its bytes and its sender: control
 * messages about its time and what was dropped before it, the tag of a VLAN, and the
 * header of PACKET_VNET_HDR in its buffer.
 */
#include <sys/time.h>

#include "controls.h"
#include "packet.h"

#define BOTH_DOORS .doors = SC_RECVMSG | SC_RECVMMSG
#define AUXDATA	   20

static void expect_with_controls(int fd, long value, size_t length, int flags,
				 const struct control_due *due, size_t count)
{
	struct controls_received control;

	wait_readable(fd);
	expect_value(value, receive_control(fd, length, flags, 256, &control));
	expect_due(&control, due, count);
}

/* The times, and what the options of the packet's own come behind them. */
#define TIME(type_, length_) \
	{ .level = SOL_SOCKET, .type = type_, .length = length_, .open = true }
#define NEW_TIME (2 * sizeof(long long))

static const struct time_row {
	const char *name;
	int optname;
	struct control_due due;
	int since;
} times[] = {
	{ "timestamp", SO_TIMESTAMP, TIME(SO_TIMESTAMP, sizeof(struct timeval)), 0 },
	{ "timestampns", SO_TIMESTAMPNS, TIME(SO_TIMESTAMPNS, sizeof(struct timespec)),
	  0 },
	{ "timestamp-new", LINUX_SO_TIMESTAMP_NEW, TIME(LINUX_SO_TIMESTAMP_NEW, NEW_TIME),
	  LINUX(5, 1) },
	{ "timestampns-new", LINUX_SO_TIMESTAMPNS_NEW,
	  TIME(LINUX_SO_TIMESTAMPNS_NEW, NEW_TIME), LINUX(5, 1) },
};

static void has_time(const void *data)
{
	const struct time_row *row = data;
	int fd = receiver_of(SOCK_DGRAM, OURS);

	must_option(fd, SOL_SOCKET, row->optname, 1);
	send_text(sender(SOCK_DGRAM));
	expect_with_controls(fd, SIZE, 64, 0, &row->due, 1);
}

static struct control_due auxdata(unsigned int length, unsigned int net)
{
	struct control_due due = { LINUX_SOL_PACKET, PACKET_AUXDATA, AUXDATA, { 0 }, false };
	struct tpacket_auxdata told_of = { .tp_status = TP_STATUS_USER,
					   .tp_len = length,
					   .tp_snaplen = length,
					   .tp_net = (unsigned short)net };

	memcpy(due.bytes, &told_of, sizeof(told_of));
	return due;
}

CASE("recvfrom.datagram.received[packet,timestamp,auxdata]", BOTH_DOORS, PACKET)
{
	struct control_due due[] = { times[0].due, auxdata(SIZE, 0) };
	int fd = receiver_of(SOCK_DGRAM, OURS);

	must_option(fd, SOL_PACKET, PACKET_AUXDATA, 1);
	must_option(fd, SOL_SOCKET, SO_TIMESTAMP, 1);
	send_text(sender(SOCK_DGRAM));
	expect_with_controls(fd, SIZE, 64, 0, due, 2);
}

CASES(times)
{
	for (size_t i = 0; i < COUNT(times); i++)
		add_case(.name = name_case("recvfrom.datagram.received[packet,%s]",
					   times[i].name),
			 .run_row = has_time, .row = &times[i], BOTH_DOORS,
			 .since = times[i].since, PACKET);
}

/* SO_RXQ_OVFL: a long packet fills the smallest buffer, and what comes meanwhile is
 * lost, and counted with the next one that comes. */
#define LONG 8192

static void counts_drops(const void *data)
{
	static const unsigned char text[LONG];
	const int *lost = data;
	struct control_due due = control_number(SOL_SOCKET, LINUX_SO_RXQ_OVFL, *lost);
	int fd = receiver_of(SOCK_DGRAM, OURS), other = sender(SOCK_DGRAM);

	must_option(fd, SOL_SOCKET, SO_RCVBUF, 1);
	must_option(fd, SOL_SOCKET, LINUX_SO_RXQ_OVFL, 1);
	for (int i = 0; i <= *lost; i++)
		send_to(other, ZEROS, OURS, text, LONG);
	expect_next(fd, 64);
	send_text(other);
	expect_with_controls(fd, SIZE, 64, 0, &due, *lost ? 1 : 0);
}

CASES(drops)
{
	static const int losses[] = { 0, 1, 2 };

	for (size_t i = 0; i < COUNT(losses); i++)
		add_case(.name = name_case("recvfrom.datagram.received[packet,lost-%d]",
					   losses[i]),
			 .run_row = counts_drops, .row = &losses[i], BOTH_DOORS, PACKET);
}

/* A frame with a tag of IEEE 802.1Q: the tag, and behind it what the frame carries. */
#define TAGGED (HEADER + 4 + SIZE)

static void send_tagged(unsigned int tag)
{
	unsigned char frame[TAGGED] = { 0 };

	memcpy(frame + 6, FROM, 6);
	frame[12] = LINUX_ETH_P_8021Q >> 8;
	frame[14] = (unsigned char)(tag >> 8);
	frame[15] = (unsigned char)tag;
	frame[16] = OURS >> 8;
	frame[17] = OURS & 0xff;
	memcpy(frame + HEADER + 4, TEXT, SIZE);
	send_to(sender(SOCK_RAW), ZEROS, LINUX_ETH_P_8021Q, frame, sizeof(frame));
}

static struct control_due tagged_auxdata(unsigned int tag)
{
	struct control_due due = auxdata(HEADER + SIZE, HEADER);
	struct tpacket_auxdata it;

	memcpy(&it, due.bytes, sizeof(it));
	it.tp_status |= LINUX_TP_STATUS_VLAN_VALID | LINUX_TP_STATUS_VLAN_TPID_VALID;
	it.tp_vlan_tci = (unsigned short)tag;
	it.tp_vlan_tpid = LINUX_ETH_P_8021Q;
	memcpy(due.bytes, &it, sizeof(it));
	return due;
}

static const unsigned int tags[] = { 0, 1, 5, 0xfff, 0x2000, 0xe005 };

/* Who asks for all sees it go out with its tag, and come in without, which is told. */
static void is_seen_by_all(const void *data)
{
	const unsigned int *tag = data;
	struct control_due due[] = { auxdata(TAGGED, HEADER), tagged_auxdata(*tag) };
	int fd = receiver_of(SOCK_RAW, LINUX_ETH_P_ALL);

	must_option(fd, SOL_PACKET, PACKET_AUXDATA, 1);
	send_tagged(*tag);
	expect_with_controls(fd, TAGGED, 64, 0, &due[0], 1);
	expect_with_controls(fd, HEADER + SIZE, 64, 0, &due[1], 1);
	expect_next(fd, -EAGAIN);
}

/* Who asks for its protocol has it without a tag, as somebody else's where it has a
 * number. */
static void is_seen_by_one(const void *data)
{
	const unsigned int *tag = data;
	struct address from =
		told(FROM, *tag & 0xfff ? PACKET_OTHERHOST : PACKET_HOST);
	int fd = receiver_of(SOCK_DGRAM, OURS);

	send_tagged(*tag);
	wait_readable(fd);
	expect_received(SIZE, &from, FULL, receive(fd, 64, 0, FULL));
	expect_next(fd, -EAGAIN);
}

static void is_not_told_of_tag(const void *data)
{
	const unsigned int *tag = data;
	struct control_due due = auxdata(HEADER + SIZE, HEADER);
	int fd = receiver_of(SOCK_RAW, OURS);

	must_option(fd, SOL_PACKET, PACKET_AUXDATA, 1);
	send_tagged(*tag);
	expect_with_controls(fd, HEADER + SIZE, 64, 0, &due, 1);
}

CASES(tags)
{
	for (size_t i = 0; i < COUNT(tags); i++) {
		add_case(.name = name_case("recvfrom.datagram.received[packet,all,tag-"
					   "0x%x]",
					   tags[i]),
			 .run_row = is_seen_by_all, .row = &tags[i], BOTH_DOORS, PACKET);
		add_case(.name = name_case("recvfrom.datagram.received[packet,tag-0x%x]",
					   tags[i]),
			 .run_row = is_seen_by_one, .row = &tags[i],
			 .doors = doors_for(64, 0, true), PACKET);
		add_case(.name = name_case("recvfrom.datagram.received[packet,auxdata,"
					   "tag-0x%x]",
					   tags[i]),
			 .run_row = is_not_told_of_tag, .row = &tags[i], BOTH_DOORS,
			 PACKET);
	}
}

/* PACKET_VNET_HDR: ten bytes before the packet, all zeros of one that is whole. */
#define VNET  LINUX_VNET_HEADER
#define WHOLE (VNET + HEADER + SIZE)

static int with_vnet_header(void)
{
	int fd = receiver_of(SOCK_RAW, OURS);

	must_option(fd, SOL_PACKET, LINUX_PACKET_VNET_HDR, 1);
	send_text(sender(SOCK_DGRAM));
	wait_readable(fd);
	return fd;
}

static const struct vnet_row {
	const char *name;
	size_t length;
	int flags;
	long value;
} vnet_rows[] = {
	{ "length-64", 64, 0, WHOLE },
	{ "length-29", WHOLE, 0, WHOLE },
	{ "length-28", WHOLE - 1, 0, WHOLE - 1 },
	{ "length-11", VNET + 1, 0, VNET + 1 },
	{ "length-10", VNET, 0, VNET },
	{ "length-10,trunc", VNET, MSG_TRUNC, WHOLE },
	{ "length-64,trunc", 64, MSG_TRUNC, WHOLE },
	{ "length-64,peek", 64, MSG_PEEK, WHOLE },
	{ "length-12,peek,trunc", VNET + 2, MSG_PEEK | MSG_TRUNC, WHOLE },
};

static void has_vnet_header(const void *data)
{
	static const unsigned char zeros[VNET];
	const struct vnet_row *row = data;
	struct address from = told(ZEROS, PACKET_HOST);
	int fd = with_vnet_header();

	expect_received(row->value, &from, FULL,
			receive(fd, row->length, row->flags, FULL));
	expect_that(!memcmp(inbox.buffer, zeros, VNET), "the header is not all zeros");
	expect_next(fd, row->flags & MSG_PEEK ? WHOLE : -EAGAIN);
}

static void has_no_room(const void *data)
{
	const size_t *length = data;
	int fd = with_vnet_header();

	expect_errno(EINVAL, receive(fd, *length, 0, FULL));
	expect_next(fd, -EAGAIN);
}

CASES(vnet)
{
	static const size_t lengths[] = { 0, 1, VNET - 1 };

	for (size_t i = 0; i < COUNT(vnet_rows); i++)
		add_case(.name = name_case("recvfrom.packet.vnet_header[%s]",
					   vnet_rows[i].name),
			 .run_row = has_vnet_header, .row = &vnet_rows[i],
			 .doors = doors_for(vnet_rows[i].length, vnet_rows[i].flags,
					    true),
			 PACKET);
	for (size_t i = 0; i < COUNT(lengths); i++)
		add_case(.name = name_case("recvfrom.packet.vnet_header_short[length-"
					   "%zu]",
					   lengths[i]),
			 .run_row = has_no_room, .row = &lengths[i],
			 .doors = doors_for(lengths[i], 0, true), PACKET);
}

CASE("recvfrom.packet.vnet_header_short[peek]", PACKET)
{
	int fd = with_vnet_header();

	expect_errno(EINVAL, receive(fd, VNET - 1, MSG_PEEK, FULL));
	expect_next(fd, WHOLE);
}

CASE("recvfrom.packet.vnet_header[address-not-wanted]", PACKET)
{
	expect_value(WHOLE, t_recvfrom(with_vnet_header(), inbox.buffer, 64, 0, NULL,
				       NULL));
}

CASE("recvfrom.packet.flags_unsupported[vnet-header-short]", PACKET)
{
	int fd = with_vnet_header();

	expect_errno(EINVAL, receive(fd, 1, MSG_OOB, FULL));
	expect_next(fd, WHOLE);
}

CASE("recvfrom.packet.would_block[vnet-header-short]", PACKET)
{
	int fd = receiver_of(SOCK_RAW, OURS);

	must_option(fd, SOL_PACKET, LINUX_PACKET_VNET_HDR, 1);
	expect_errno(EAGAIN, receive(fd, 1, MSG_DONTWAIT, FULL));
}

CASE("recvfrom.buffer.unwritable[packet,vnet-header]", PACKET)
{
	int fd = with_vnet_header();

	expect_errno(EFAULT,
		     t_recvfrom(fd, (void *)unmapped_memory(), 64, 0, NULL, NULL));
	expect_next(fd, -EAGAIN);
}

CASE("recvfrom.datagram.received[packet,vnet-header-off]", PACKET)
{
	struct address from = told(ZEROS, PACKET_HOST);
	int fd = receiver_of(SOCK_RAW, OURS);

	must_option(fd, SOL_PACKET, LINUX_PACKET_VNET_HDR, 1);
	must_option(fd, SOL_PACKET, LINUX_PACKET_VNET_HDR, 0);
	send_text(sender(SOCK_DGRAM));
	wait_readable(fd);
	expect_received(HEADER + SIZE, &from, FULL, receive(fd, 64, 0, FULL));
}
