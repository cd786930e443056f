/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * interface_gone.c - recvfrom(2) of sockets whose interface is taken away, before the
 * call or in the middle of it.
 */
#include "packet.h"

#define SIDE .needs = NEEDS_INTERFACE, PACKET

static int bound_to_side(int type)
{
	int index = (int)add_interface("side0"), fd;

	set_interface_up("side0", true);
	fd = receiver_of(type, 0);
	must_bind(fd, packet_address(ETHERTYPE_LOCAL, index));
	return fd;
}

CASE("recvfrom.packet.interface_down[gone]", .doors = doors_for(64, 0, true), SIDE)
{
	int fd = bound_to_side(SOCK_DGRAM);

	remove_interface("side0");
	expect_errno(ENETDOWN, receive(fd, 64, 0, FULL));
	expect_next(fd, -EAGAIN);
}

/* Going down is told; that it goes away then is not. */
CASE("recvfrom.packet.interface_down[down-then-gone]", SIDE)
{
	int fd = bound_to_side(SOCK_RAW);

	set_interface_up("side0", false);
	remove_interface("side0");
	expect_errno(ENETDOWN, receive(fd, 64, 0, FULL));
	expect_next(fd, -EAGAIN);
}

CASE("recvfrom.packet.would_block[down-told,then-gone]", SIDE)
{
	int fd = bound_to_side(SOCK_DGRAM);

	set_interface_up("side0", false);
	expect_next(fd, -ENETDOWN);
	remove_interface("side0");
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT, FULL));
}

CASE("recvfrom.packet.interface_down[goes-meanwhile]",
     .doors = SC_RECVFROM | SC_RECVMSG | SC_READ | SC_READV, SIDE)
{
	int fd = bound_to_side(SOCK_DGRAM);

	another_process_acts(
		(struct act[ACTS]){ { ACT_LINK_GONE, 0, "side0", { .length = 0 } } });
	expect_errno(ENETDOWN, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
	expect_next(fd, -EAGAIN);
}

/* Another interface's end is nothing to a socket; what comes over its own still does.
 */
CASE("recvfrom.datagram.received[packet,other-interface-gone]", SIDE)
{
	struct address from = told(ZEROS, PACKET_HOST);
	int fd = receiver_of(SOCK_DGRAM, ETHERTYPE_LOCAL);

	add_interface("side0");
	must_bind(fd, packet_address(ETHERTYPE_LOCAL, LO));
	remove_interface("side0");
	send_text(sender(SOCK_DGRAM));
	wait_readable(fd);
	expect_received(SIZE, &from, FULL, receive(fd, 64, 0, FULL));
}

/* A socket of UDP that is bound to it waits on, for nobody. */
CASE("recvfrom.wait.interrupted[udp,interface-gone]",
     .doors = SC_RECVFROM | SC_RECVMSG | SC_READ | SC_READV, .needs = NEEDS_INTERFACE,
     .has = { FEATURE_FAMILY(AF_INET) }, .caps = SC_CAP(LINUX_CAP_NET_RAW))
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	add_interface("side0");
	set_interface_up("side0", true);
	must_device(fd, "side0");
	must_bind(fd, inet("0.0.0.0", 4080));
	another_process_acts(
		(struct act[ACTS]){ { ACT_LINK_GONE, 0, "side0", { .length = 0 } },
				    { ACT_SIGNAL, 0, NULL, { .length = 0 } } });
	expect_errno(EINTR, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
}

CASE("recvfrom.ip.would_block[udp,interface-gone]", .needs = NEEDS_INTERFACE,
     .has = { FEATURE_FAMILY(AF_INET) }, .caps = SC_CAP(LINUX_CAP_NET_RAW))
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	add_interface("side0");
	set_interface_up("side0", true);
	must_device(fd, "side0");
	remove_interface("side0");
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT, FULL));
}
