/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * udp_more.c - recvfrom(2) of UDP sockets whose senders are bound to what is no source;
 * from link-local addresses; of many datagrams one after another; of empty ones that
 * are peeked at; and what is counted.
 */
#include <poll.h>
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

/* What was received takes no room any more: more datagrams than there is room for, in
 * twos; or one by one, which no poll(2) has sorted before they are received. */
#define ROUNDS 16

/* SO_MEMINFO, SK_MEMINFO_RMEM_ALLOC: what waits has so many bytes of memory. */
static unsigned int memory_of(int fd)
{
	unsigned int memory[9] = { 0 };
	socklen_t length = sizeof(memory);

	sc_must(SC_LINE, t_getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &length),
		"getsockopt(2) of SO_MEMINFO");
	return memory[0];
}

static void room_again(const struct version *version, int together)
{
	struct address from = at(version, FROM);
	int fd = bound(version, at(version, PORT)),
	    sender = bound(version, at(version, FROM));

	must_option(fd, SOL_SOCKET, SO_RCVBUF, 1);
	for (int i = 0; i < ROUNDS; i++) {
		for (int k = 0; k < together; k++)
			send_bytes(sender, "data", 4, at(version, PORT));
		for (int k = 0; k < together; k++) {
			if (together > 1)
				wait_readable(fd);
			must(receive(fd, 64, 0) == 4, "it is another");
		}
	}
	send_bytes(sender, "last", 4, at(version, PORT));
	expect_received(4, &from, ROOM, receive(fd, 64, 0));
	t_poll(fd, POLLIN);
	expect_that(!memory_of(fd), "nothing waits, in %u bytes", memory_of(fd));
}

/* What is peeked at still has its memory. */
static void memory_kept(const void *data)
{
	const struct version *version = data;
	struct address from = at(version, FROM);
	int fd = bound(version, at(version, PORT)),
	    sender = bound(version, at(version, FROM));

	must_option(fd, SOL_SOCKET, SO_RCVBUF, 1);
	send_bytes(sender, "data", 4, at(version, PORT));
	for (int i = 0; i < 2; i++) {
		expect_received(4, &from, ROOM, receive(fd, 64, MSG_PEEK));
		expect_that(target_waits_not() || memory_of(fd),
			    "what is peeked at has no memory");
	}
}

static void room_again_by_one(const void *version)
{
	room_again(version, 1);
}

static void room_again_by_two(const void *version)
{
	room_again(version, 2);
}

static bool counted(const struct version *version, const char *name, long due)
{
	return nothing_behind() || udp_counter(version->v4, name) == due;
}

/* RFC 4113, udpInDatagrams: "delivered to UDP users", which one that is peeked at is
 * not yet; and one that finds no place is an error (udpInErrors). */
static void counts(const void *data)
{
	const struct version *version = data;
	struct address from = at(version, FROM);
	int fd = bound(version, at(version, PORT)),
	    sender = bound(version, at(version, FROM));
	long before = udp_counter(version->v4, "InDatagrams");
	long errors = udp_counter(version->v4, "InErrors");

	for (int i = 0; i < 2; i++)
		send_bytes(sender, "data", 4, at(version, PORT));
	wait_readable(fd);
	for (int i = 0; i < 2; i++) {
		int flags = i ? 0 : MSG_PEEK;

		must(receive(fd, 64, MSG_PEEK) == 4, "it is another");
		expect_that(counted(version, "InDatagrams", before),
			    "what was peeked at counts as delivered");
		t_recvfrom(fd, (void *)unmapped_memory(), 64, flags, NULL, NULL);
		expect_that(counted(version, "InErrors", errors + i),
			    "there are %ld errors",
			    udp_counter(version->v4, "InErrors") - errors);
	}
	expect_received(4, &from, ROOM, receive(fd, 64, 0));
	expect_that(counted(version, "InDatagrams", before + 1),
		    "what was received does not count as delivered");
}

CASES(room_and_counters)
{
	static const struct version *const versions[] = { &ip4, &ip6, &mapped };

	for (size_t v = 0; v < COUNT(versions); v++) {
		add_case(.name = name_case(
				 "recvfrom.datagram.received[udp,%s,room-again]",
				 versions[v]->name),
			 .run_row = room_again_by_one, .row = versions[v],
			 .has = { FEATURE_FAMILY(versions[v]->domain) });
		add_case(.name = name_case(
				 "recvfrom.datagram.received[udp,%s,room-again,two]",
				 versions[v]->name),
			 .run_row = room_again_by_two, .row = versions[v],
			 .has = { FEATURE_FAMILY(versions[v]->domain) });
		add_case(.name = name_case(
				 "recvfrom.datagram.peeked[udp,%s,memory-kept]",
				 versions[v]->name),
			 .run_row = memory_kept, .row = versions[v],
			 .has = { FEATURE_FAMILY(versions[v]->domain) });
		add_case(.name = name_case("recvfrom.datagram.received[udp,%s,counted]",
					   versions[v]->name),
			 .run_row = counts, .row = versions[v],
			 .has = { FEATURE_FAMILY(versions[v]->domain) });
	}
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
