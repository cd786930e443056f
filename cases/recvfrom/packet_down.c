/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * packet_down.c - recvfrom(2) of packet sockets whose interface goes down, which is
 * told once.
 */
#include "packet.h"

/* The interface goes down: that is told once, before what waits, and by a peek too. */
static int with_lo_down(bool waiting)
{
	int fd = receiver_of(SOCK_DGRAM, 0);

	must_bind(fd, packet_address(ETHERTYPE_LOCAL, LO));
	if (waiting) {
		send_text(sender(SOCK_DGRAM));
		wait_readable(fd);
	}
	set_interface_up("lo", false);
	return fd;
}

static void goes_down(bool waiting, int call_flags)
{
	int fd = with_lo_down(waiting);

	expect_errno(ENETDOWN, receive(fd, 64, call_flags, FULL));
	expect_next(fd, waiting ? SIZE : -EAGAIN);
}

CASE("recvfrom.packet.interface_down[nothing-waits]", .doors = doors_for(64, 0, true),
     PACKET)
{
	goes_down(false, 0);
}

CASE("recvfrom.packet.interface_down[packet-waits]", .doors = doors_for(64, 0, true),
     PACKET)
{
	goes_down(true, 0);
}

CASE("recvfrom.packet.interface_down[dontwait]", PACKET)
{
	goes_down(false, MSG_DONTWAIT);
}

CASE("recvfrom.packet.interface_down[peek]", PACKET)
{
	goes_down(true, MSG_PEEK);
}

CASE("recvfrom.packet.interface_down[length-0]", PACKET)
{
	int fd = with_lo_down(true);

	expect_errno(ENETDOWN, receive(fd, 0, 0, FULL));
	expect_next(fd, SIZE);
}

/* The flags, and the error queue, come before it, and take nothing of it. */
CASE("recvfrom.packet.flags_unsupported[before-interface-down]", PACKET)
{
	int fd = with_lo_down(false);

	expect_errno(EINVAL, receive(fd, 64, MSG_OOB, FULL));
	expect_next(fd, -ENETDOWN);
}

CASE("recvfrom.packet.no_error_waits[before-interface-down]", PACKET)
{
	int fd = with_lo_down(false);

	expect_errno(EAGAIN, receive(fd, 64, MSG_ERRQUEUE, FULL));
	expect_next(fd, -ENETDOWN);
}

/* Who is bound to no interface, or asks for no protocol, is told nothing. */
CASE("recvfrom.packet.would_block[interface-down,not-bound]", PACKET)
{
	int fd = receiver_of(SOCK_DGRAM, ETHERTYPE_LOCAL);

	set_interface_up("lo", false);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT, FULL));
}

CASE("recvfrom.packet.would_block[interface-down,no-protocol]", PACKET)
{
	int fd = receiver_of(SOCK_DGRAM, 0);

	must_bind(fd, packet_address(0, LO));
	set_interface_up("lo", false);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT, FULL));
}

/* Up again, it receives again. */
CASE("recvfrom.datagram.received[packet,interface-up-again]", PACKET)
{
	int fd = with_lo_down(false);
	struct address from = told(ZEROS, PACKET_HOST);

	expect_next(fd, -ENETDOWN);
	set_interface_up("lo", true);
	send_text(sender(SOCK_DGRAM));
	wait_readable(fd);
	expect_received(SIZE, &from, FULL, receive(fd, 64, 0, FULL));
}
