/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * udp_room.c - recvfrom(2) of UDP datagrams one after another: what has been received
 * takes no room and is counted; what is peeked at keeps its place, its room, and is
 * not.
 */
#include <poll.h>

#include "udp.h"

/* What was received takes no room any more, however little there is. */
#define TIMES 24

static void one_after_another(const struct version *version)
{
	struct address from = at(version, FROM);
	int fd = bound_at(version, at(version, PORT)), sender = bound_at(version, from);

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
	int fd = bound_at(version, at(version, PORT)), sender = bound_at(version, from);

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

/* What was received takes no room any more: more datagrams than there is room for, in
 * twos; or one by one, which no poll(2) has sorted before they are received. */
#define ROUNDS 16

/* SO_MEMINFO, SK_MEMINFO_RMEM_ALLOC: what waits has so many bytes of memory. */
static unsigned int memory_of(int fd)
{
	unsigned int memory[9] = { 0 };
	socklen_t length = sizeof(memory);

	sc_must(SC_LINE,
		t_getsockopt(fd, SOL_SOCKET, LINUX_SO_MEMINFO, memory, &length),
		"getsockopt(2) of SO_MEMINFO");
	return memory[0];
}

static void room_again(const struct version *version, int together)
{
	struct address from = at(version, FROM);
	int fd = bound_at(version, at(version, PORT)),
	    sender = bound_at(version, at(version, FROM));

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
	int fd = bound_at(version, at(version, PORT)),
	    sender = bound_at(version, at(version, FROM));

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
	int fd = bound_at(version, at(version, PORT)),
	    sender = bound_at(version, at(version, FROM));
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
