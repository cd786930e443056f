/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * packet_vlan.c - recvfrom(2) and recvmsg(2) of packet sockets to which a frame with
 * the tag of a VLAN has come, for which there is no device.
 */
#include <string.h>

#include "packet.h"

#define TAG  4
#define VLAN 0x2123 /* priority 1, VLAN 0x123 */

static void send_tagged_over(int index, unsigned int tci)
{
	unsigned char frame[HEADER + TAG + SIZE] = { 0 };
	struct sockaddr_ll to = link_address(ZEROS, LINUX_ETH_P_8021Q);

	memcpy(frame + 6, FROM, 6);
	frame[12] = LINUX_ETH_P_8021Q >> 8;
	frame[13] = LINUX_ETH_P_8021Q & 0xff;
	frame[14] = (unsigned char)(tci >> 8);
	frame[15] = (unsigned char)tci;
	frame[16] = ETHERTYPE_LOCAL >> 8;
	frame[17] = ETHERTYPE_LOCAL & 0xff;
	memcpy(frame + HEADER + TAG, TEXT, SIZE);
	to.sll_ifindex = index;
	sc_must(SC_LINE,
		t_sendto(sender(SOCK_RAW), frame, sizeof(frame), 0, &to, sizeof(to)),
		"sendto(2)");
}

static void send_tagged(unsigned int tci)
{
	send_tagged_over(LO, tci);
}

/* Who asks for the protocol behind the tag gets the frame without it, as another
 * host's; with priority alone (VLAN 0) it is this host's. */
static const struct untagged {
	const char *name;
	int type;
	unsigned int tci;
	int from;
} untagged[] = {
	{ "raw", SOCK_RAW, VLAN, PACKET_OTHERHOST },
	{ "dgram", SOCK_DGRAM, VLAN, PACKET_OTHERHOST },
	{ "raw,priority", SOCK_RAW, 0x2000, PACKET_HOST },
	{ "dgram,priority", SOCK_DGRAM, 0x2000, PACKET_HOST },
};

static void comes_untagged(const void *data)
{
	const struct untagged *row = data;
	struct address from = told(FROM, row->from);
	int fd = receiver_of(row->type, ETHERTYPE_LOCAL);

	send_tagged(row->tci);
	wait_readable(fd);
	expect_received((long)size_on(row->type), &from, FULL,
			receive(fd, 64, 0, FULL));
	expect_next(fd, -EAGAIN);
}

CASES(untagged)
{
	for (size_t i = 0; i < COUNT(untagged); i++)
		add_case(.name = name_case("recvfrom.datagram.received[packet,vlan,%s]",
					   untagged[i].name),
			 .run_row = comes_untagged, .row = &untagged[i],
			 .doors = doors_for(64, 0, true), PACKET);
}

/* What PACKET_AUXDATA says of the tag. */
struct auxdata {
	long size;
	bool tagged;
};

static void expect_auxdata(int fd, struct auxdata due)
{
	unsigned char control[64] = { 0 };
	size_t controllen = sizeof(control);
	struct tpacket_auxdata came;

	expect_value(due.size,
		     t_recvmsg(fd, inbox.buffer, 64, 0, control, &controllen));
	memcpy(&came, control + sizeof(struct cmsghdr), sizeof(came));
	expect_that(!!(came.tp_status & TP_STATUS_VLAN_VALID) == due.tagged &&
			    !!(came.tp_status & TP_STATUS_VLAN_TPID_VALID) ==
				    due.tagged &&
			    came.tp_vlan_tci == (due.tagged ? VLAN : 0) &&
			    came.tp_vlan_tpid == (due.tagged ? LINUX_ETH_P_8021Q : 0),
		    "the tag is told to be 0x%04x of 0x%04x, with status 0x%x",
		    came.tp_vlan_tci, came.tp_vlan_tpid, came.tp_status);
}

static int with_auxdata(int type, unsigned int protocol)
{
	int fd;

	need_own_control_layout();
	fd = receiver_of(type, protocol);
	must_option(fd, SOL_PACKET, PACKET_AUXDATA, 1);
	send_tagged(VLAN);
	wait_readable(fd);
	return fd;
}

/* Who asks for all protocols is told of the tag, which is no part of the frame. */
CASE("recvfrom.datagram.received[packet,vlan,all,auxdata]", PACKET)
{
	int fd = with_auxdata(SOCK_RAW, LINUX_ETH_P_ALL);

	/* As it goes out, it is whole. */
	expect_auxdata(fd, (struct auxdata){ HEADER + TAG + SIZE, false });
	wait_readable(fd);
	expect_auxdata(fd, (struct auxdata){ HEADER + SIZE, true });
	expect_next(fd, -EAGAIN);
}

/* Commit 79eecf631c14: an older kernel tells the protocol of the tag, and does not tell
 * the tag. */
CASE("recvfrom.datagram.received[packet,vlan,all,dgram,auxdata]", .since = LINUX(6, 11),
     .backported = RELEASE(6, 1, 103), PACKET)
{
	int fd = with_auxdata(SOCK_DGRAM, LINUX_ETH_P_ALL);

	expect_auxdata(fd, (struct auxdata){ TAG + SIZE, true });
	wait_readable(fd);
	expect_auxdata(fd, (struct auxdata){ SIZE, true });
	expect_next(fd, -EAGAIN);
}

/* For others it is gone. */
CASE("recvfrom.datagram.received[packet,vlan,auxdata]", PACKET)
{
	expect_auxdata(with_auxdata(SOCK_DGRAM, ETHERTYPE_LOCAL),
		       (struct auxdata){ SIZE, false });
}

/* What goes out over another interface does not come in, and the tag belongs to the
 * header of Ethernet; where the interface is gone before the frame is read, nobody
 * knows where in that the tag stands. */
static const struct leaving {
	const char *name;
	int type;
	bool gone, tagged;
	long size;
} leavings[] = {
	{ "all,raw,auxdata,out", SOCK_RAW, false, false, HEADER + TAG + SIZE },
	{ "all,raw,auxdata,interface-gone", SOCK_RAW, true, false,
	  HEADER + TAG + SIZE },
	{ "all,dgram,auxdata,out", SOCK_DGRAM, false, true, SIZE },
	{ "all,dgram,auxdata,interface-gone", SOCK_DGRAM, true, false, SIZE },
};

static void goes_out(const void *data)
{
	const struct leaving *row = data;
	int index = (int)add_interface("side0"), fd;

	need_own_control_layout();
	set_interface_open("side0");
	fd = receiver_of(row->type, 0);
	must_bind(fd, packet_address(LINUX_ETH_P_ALL, index));
	must_option(fd, SOL_PACKET, PACKET_AUXDATA, 1);
	send_tagged_over(index, VLAN);
	wait_readable(fd);
	if (row->gone) {
		remove_interface("side0");
		expect_next(fd, -ENETDOWN);
	}
	expect_auxdata(fd, (struct auxdata){ row->size, row->tagged });
	expect_next(fd, -EAGAIN);
}

CASES(leavings)
{
	for (size_t i = 0; i < COUNT(leavings); i++)
		add_case(.name = name_case("recvfrom.datagram.received[packet,vlan,%s]",
					   leavings[i].name),
			 .run_row = goes_out, .row = &leavings[i],
			 .since = LINUX(6, 11), .backported = RELEASE(6, 1, 103),
			 .needs = NEEDS_INTERFACE, PACKET);
}

/* As it goes out, a frame with the tag is of the tag's protocol for who gets the tag as
 * a part of it, and of the one behind the tag for who does not:
 * commit 79eecf631c14. */
static void tells_protocol(const void *data)
{
	int type = *(const int *)data;
	struct address from = told(FROM, PACKET_OUTGOING);
	int fd = receiver_of(type, LINUX_ETH_P_ALL);

	if (type == SOCK_RAW) {
		unsigned short protocol = htons(LINUX_ETH_P_8021Q);

		memcpy(from.bytes + offsetof(struct sockaddr_ll, sll_protocol),
		       &protocol, sizeof(protocol));
	}
	send_tagged(VLAN);
	wait_readable(fd);
	expect_received((long)size_on(type) + TAG, &from, FULL,
			receive(fd, 64, 0, FULL));
}

CASES(protocols)
{
	static const int types[] = { SOCK_RAW, SOCK_DGRAM };

	for (size_t i = 0; i < COUNT(types); i++)
		add_case(.name = name_case("recvfrom.datagram.received[packet,vlan,all,"
					   "%s,address]",
					   types[i] == SOCK_RAW ? "raw" : "dgram"),
			 .run_row = tells_protocol, .row = &types[i],
			 .since = LINUX(6, 11), .backported = RELEASE(6, 1, 103),
			 .doors = SC_RECVFROM | SC_RECVMSG, PACKET);
}
