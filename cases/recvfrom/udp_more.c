/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * udp_more.c - recvfrom(2) of UDP sockets whose senders are bound to what is no source;
 * of many datagrams one after another; and of empty ones that are peeked at.
 */
#include <stdint.h>

#include "udp.h"

static int bound(const struct version *version, struct address address)
{
	int fd = must_socket(version->domain, SOCK_DGRAM, 0);

	must_bind(fd, address);
	return fd;
}

/* __inet_bind(): bound to multicast or broadcast, it sends from the device's own. */
static void from_no_source(const char *text)
{
	struct address from = inet("127.0.0.1", FROM);
	int fd = bound(&ip4, inet("127.0.0.1", PORT));
	int sender = bound(&ip4, inet(text, FROM));

	send_bytes(sender, "data", 4, inet("127.0.0.1", PORT));
	wait_readable(fd);
	expect_received(4, &from, ROOM, receive(fd, 64, 0));
}

CASE("recvfrom.datagram.received[udp,sender-at-multicast]")
{
	from_no_source("224.0.0.1");
}

CASE("recvfrom.datagram.received[udp,sender-at-broadcast]")
{
	from_no_source("127.255.255.255");
}

CASE("recvfrom.datagram.received[udp,sender-at-all-broadcast]")
{
	from_no_source("255.255.255.255");
}

CASE("recvfrom.datagram.received[udp,sender-at-one]")
{
	struct address from = inet("127.0.0.3", FROM);
	int fd = bound(&ip4, inet("127.0.0.1", PORT));

	send_bytes(bound(&ip4, from), "data", 4, inet("127.0.0.1", PORT));
	wait_readable(fd);
	expect_received(4, &from, ROOM, receive(fd, 64, 0));
}

/* What was received takes no room any more, however little there is. */
#define TIMES 24

static void one_after_another(const struct version *version)
{
	struct address from = at(version, FROM);
	int fd = bound(version, at(version, PORT)), sender = bound(version, from);

	must_option(fd, SOL_SOCKET, SO_RCVBUF, 1);
	for (int i = 0; i < TIMES; i++) {
		send_bytes(sender, "data", 4, at(version, PORT));
		wait_readable(fd);
		expect_received(4, &from, ROOM, receive(fd, 64, 0));
	}
}

CASE("recvfrom.datagram.received[udp,one-after-another]",
     .doors = doors_for(64, 0, true))
{
	one_after_another(&ip4);
}

CASE("recvfrom.datagram.received[udp6,one-after-another]",
     .doors = doors_for(64, 0, true), .has = { FEATURE_FAMILY(AF_INET6) })
{
	one_after_another(&ip6);
}

/* Empty, it is the first as often as it is peeked at. */
static void empty_peeked(const struct version *version)
{
	struct address from = at(version, FROM);
	int fd = bound(version, at(version, PORT)), sender = bound(version, from);

	send_bytes(sender, "", 0, at(version, PORT));
	send_bytes(sender, "data", 4, at(version, PORT));
	wait_readable(fd);
	for (int i = 0; i < 3; i++)
		expect_received(0, &from, ROOM, receive(fd, 64, MSG_PEEK));
	must(receive(fd, 64, 0) == 0, "it is not received");
	expect_received(4, &from, ROOM, receive(fd, 64, MSG_PEEK));
}

CASE("recvfrom.datagram.peeked[udp,empty,again]", .doors = doors_for(64, 1, true))
{
	empty_peeked(&ip4);
}

CASE("recvfrom.datagram.peeked[udp6,empty,again]", .doors = doors_for(64, 1, true),
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	empty_peeked(&ip6);
}

/* IPV6_FLOWINFO tells the class and the label; where both are 0, it tells nothing. */
CASE("recvfrom.control.nothing_to_tell[udp6,no-flow]",
     .doors = SC_RECVMSG | SC_RECVMMSG, .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct controls_received control;
	int fd = bound(&ip6, at(&ip6, PORT)), sender = bound(&ip6, at(&ip6, FROM));

	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_FLOWINFO, 1);
	must_option(sender, IPPROTO_IPV6, LINUX_IPV6_AUTOFLOWLABEL, 0);
	send_bytes(sender, "data", 4, at(&ip6, PORT));
	wait_readable(fd);
	expect_value(4, receive_control(fd, 64, 0, 64, &control));
	expect_that(!control.length, "%zu bytes of control messages", control.length);
}

/* An addrlen that no process may have. */
CASE("recvfrom.address.addrlen_unreadable[udp,foreign]")
{
	int fd = bound(&ip4, at(&ip4, PORT)), sender = bound(&ip4, at(&ip4, FROM));

	if (sizeof(void *) < 8 || target_is_narrow())
		sc_skip("needs pointers of 64 bits, of which half are foreign");
	send_bytes(sender, "data", 4, at(&ip4, PORT));
	wait_readable(fd);
	expect_errno(EFAULT, t_recvfrom(fd, inbox.buffer, 64, 0, inbox.address,
					(socklen_t *)(intptr_t)-4096));
}

/* IPV6_FLOWINFO_SEND: an echo's sender is told with its class and label, here none. */
CASE("recvfrom.datagram.received[ping6,flow]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	unsigned char request[12] = { 128, [8] = 'd', 'a', 't', 'a' };
	struct address from = ip_address("::1", 0);
	int fd;

	set_ping_group_range(0, 0);
	set_auto_flowlabels(false);
	fd = must_socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6);
	/* include/uapi/linux/in6.h */
	must_option(fd, IPPROTO_IPV6, 33, 1);
	send_bytes(fd, request, sizeof(request), from);
	wait_readable(fd);
	expect_received(12, &from, ROOM, receive(fd, 64, 0));
}
