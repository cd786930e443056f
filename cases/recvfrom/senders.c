/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * senders.c - whom recvfrom(2) of UDP, raw and echo sockets names as the sender: one
 * that is bound to what is no source, one at another address than it sends to, and one
 * of a link-local address, with its scope.
 */
#include "udp.h"

/* __inet_bind(): bound to multicast or broadcast, it sends from the device's own. */
static void from_no_source(const char *text)
{
	struct address from = inet("127.0.0.1", FROM);
	int fd = bound_at(&ip4, inet("127.0.0.1", PORT));
	int sender = bound_at(&ip4, inet(text, FROM));

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
	int fd = bound_at(&ip4, inet("127.0.0.1", PORT));

	send_bytes(bound_at(&ip4, from), "data", 4, inet("127.0.0.1", PORT));
	wait_readable(fd);
	expect_received(4, &from, ROOM, receive(fd, 64, 0));
}

/* The address that connect(2) by IPv6 has chosen is not where it sends from by IPv4. */
CASE("recvfrom.datagram.received[udp,sender-connected-by-ipv6]")
{
	struct address from = inet("127.0.0.1", FROM);
	int fd = bound_at(&ip4, inet("127.0.0.1", PORT));
	int sender = bound_at(&ip6, inet6("::", FROM));

	must_connect(sender, inet6("::1", FROM));
	send_bytes(sender, "data", 4, inet6("::ffff:127.0.0.1", PORT));
	wait_readable(fd);
	expect_received(4, &from, ROOM, receive(fd, 64, 0));
}

/* What is sent to 0.0.0.0 goes to the sender's own address, and without one to
 * 127.0.0.1: ip_route_output_key_hash_rcu(). */
static void to_any(const char *sender_at, const char *receiver_at)
{
	struct address from = inet(sender_at, FROM);
	int fd = bound_at(&ip4, inet(receiver_at, PORT));

	send_bytes(bound_at(&ip4, from), "data", 4, inet("0.0.0.0", PORT));
	wait_readable(fd);
	expect_received(4, &from, ROOM, receive(fd, 64, 0));
}

CASE("recvfrom.datagram.received[udp,to-any,sender-at-one]")
{
	to_any("127.0.0.3", "127.0.0.3");
}

CASE("recvfrom.datagram.received[udp,to-any,sender-at-one,receiver-at-any]")
{
	to_any("127.0.0.3", "0.0.0.0");
}

CASE("recvfrom.datagram.elsewhere[udp,to-any,sender-at-one]")
{
	int fd = bound_at(&ip4, inet("127.0.0.1", PORT));

	send_bytes(bound_at(&ip4, inet("127.0.0.3", FROM)), "data", 4,
		   inet("0.0.0.0", PORT));
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT));
}

/* udp_sendmsg() takes AF_UNSPEC for AF_INET. */
CASE("recvfrom.datagram.received[udp,to-unspec]")
{
	struct address from = inet("127.0.0.1", FROM), to = inet("127.0.0.1", PORT);
	int fd = bound_at(&ip4, to);

	memset(to.bytes, AF_UNSPEC, sizeof(sa_family_t));
	send_bytes(bound_at(&ip4, from), "data", 4, to);
	wait_readable(fd);
	expect_received(4, &from, ROOM, receive(fd, 64, 0));
}

CASE("recvfrom.datagram.received[udp,to-any,sender-at-multicast]")
{
	struct address from = inet("127.0.0.1", FROM);
	int fd = bound_at(&ip4, inet("127.0.0.1", PORT));

	send_bytes(bound_at(&ip4, inet("224.0.0.1", FROM)), "data", 4,
		   inet("0.0.0.0", PORT));
	wait_readable(fd);
	expect_received(4, &from, ROOM, receive(fd, 64, 0));
}

/* ipv6(7): sin6_scope_id of a link-local address is the interface's index, 1 for lo; of
 * UDP, raw and echo sockets alike. */
static const struct scoped {
	const char *name;
	int type, protocol;
	unsigned int port;
} scopes[] = {
	{ "udp6", SOCK_DGRAM, 0, PORT },
	{ "udplite6", SOCK_DGRAM, IPPROTO_UDPLITE, PORT },
	{ "raw6", SOCK_RAW, 253, 0 },
	{ "ping6", SOCK_DGRAM, IPPROTO_ICMPV6, PORT },
};

static void from_link_local(const void *data)
{
	static const unsigned char request[12] = { 128, [8] = 'd', 'a', 't', 'a' };
	const struct scoped *row = data;
	struct address address = inet6_scoped("fe80::1", row->port, 1);
	struct address from = inet6_scoped("fe80::1", 0, 1);
	int fd;

	set_ping_group_range(0, 0);
	add_local_address("lo", "fe80::1", 64);
	wait_reachable("fe80::1");
	fd = must_socket(AF_INET6, row->type, row->protocol);
	must_bind(fd, address);
	if (row->protocol != IPPROTO_ICMPV6 && row->type == SOCK_DGRAM)
		from = address;
	/* Each sends to itself, an echo socket by way of the kernel. */
	send_bytes(fd, request, sizeof(request),
		   row->protocol == IPPROTO_ICMPV6 ? from : address);
	wait_readable(fd);
	must(receive(fd, 64, MSG_PEEK | MSG_DONTWAIT) == 12, "it does not come");
	expect_received(12, &from, ROOM, receive(fd, 64, 0));
}

/* A sender at one address of the machine is told by that, wherever else the datagram
 * goes to. */
static void from_other_address(const void *data)
{
	const struct scoped *row = data;
	struct address from = inet6("fd00::2", row->port ? FROM : 0);
	int fd, sender;

	add_local_address("lo", "fd00::2", 128);
	wait_reachable("fd00::2");
	fd = must_socket(AF_INET6, row->type, row->protocol);
	sender = must_socket(AF_INET6, row->type, row->protocol);
	must_bind(fd, inet6("::1", row->port));
	must_bind(sender, from);
	send_bytes(sender, "data", 4, inet6("::1", row->port));
	wait_readable(fd);
	expect_received(4, &from, ROOM, receive(fd, 64, 0));
}

CASES(scopes)
{
	for (size_t i = 0; i < 3; i++)
		add_case(.name = name_case("recvfrom.datagram.received"
					   "[%s,from-other-address]",
					   scopes[i].name),
			 .run_row = from_other_address, .row = &scopes[i],
			 .caps = NEEDS_RAW | SC_CAP(LINUX_CAP_NET_ADMIN),
			 .has = { FEATURE_FAMILY(AF_INET6),
				  scopes[i].protocol == IPPROTO_UDPLITE
					  ? FEATURE_UDPLITE6
					  : 0 });
	for (size_t i = 0; i < COUNT(scopes); i++)
		add_case(.name = name_case("recvfrom.datagram.received[%s,link-local]",
					   scopes[i].name),
			 .run_row = from_link_local, .row = &scopes[i],
			 .doors = doors_for(1, 0, true),
			 .caps = NEEDS_RAW | SC_CAP(LINUX_CAP_NET_ADMIN),
			 .has = { FEATURE_FAMILY(AF_INET6),
				  scopes[i].protocol == IPPROTO_UDPLITE
					  ? FEATURE_UDPLITE6
					  : 0 });
}

/* rawv6_bind(): bound to multicast, it sends from the address that the route has. */
CASE("recvfrom.datagram.received[raw6,from-multicast]", .caps = NEEDS_RAW,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct address from = inet6("::1", 0);
	int fd = must_socket(AF_INET6, SOCK_RAW, 253);
	int sender = must_socket(AF_INET6, SOCK_RAW, 253);

	must_bind(fd, from);
	must_bind(sender, inet6_scoped("ff02::5", 0, 1));
	send_bytes(sender, "data", 4, from);
	wait_readable(fd);
	expect_received(4, &from, ROOM, receive(fd, 64, 0));
}
