/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * datagram.c - recvfrom(2) of a datagram of four bytes that waits, over IPv4 and IPv6:
 * how much of it comes, what is told of its sender, and that not a byte is written
 * where none is due; and what is left when memory cannot be written.
 */
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "places.h"
#include "sockcheck.h"

#define PORT	  4020
#define FROM	  4021
#define SIZE	  4 /* of the datagram: "data" */
#define UNTOUCHED RESULT_FILL

static const struct family {
	const char *name;
	int domain;
	const char *local;
	int full; /* the size of an address */
} families[] = {
	{ "udp", AF_INET, "127.0.0.1", sizeof(struct sockaddr_in) },
	{ "udp6", AF_INET6, "::1", sizeof(struct sockaddr_in6) },
};

static int receiver(const struct family *family)
{
	int fd = must_socket(family->domain, SOCK_DGRAM, 0);
	int sender = must_socket(family->domain, SOCK_DGRAM, 0);

	must_bind(fd, ip_address(family->local, PORT));
	must_bind(sender, ip_address(family->local, FROM));
	must_send(sender, ip_address(family->local, PORT));
	wait_readable(fd);
	return fd;
}

static bool all_untouched(const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] != UNTOUCHED)
			return false;
	return true;
}

static long receive(int fd, size_t length, int flags, void *address, int room)
{
	memset(inbox.address, UNTOUCHED, sizeof(inbox.address));
	inbox.addrlen = (socklen_t)room;
	return t_recvfrom(fd, inbox.buffer, length, flags, address, &inbox.addrlen);
}

/* So many bytes of the datagram have come, and so many of an address, and no more. */
static void expect_no_more(long data, int name)
{
	expect_that(target_waits_not() || !memcmp(inbox.buffer, "data", (size_t)data),
		    "other bytes than those that were sent");
	expect_that(all_untouched(inbox.address + name,
				  sizeof(inbox.address) - (size_t)name),
		    "memory is written behind the address's first %d bytes", name);
}

/* Has the datagram gone, or does it still wait? */
static void expect_left(int fd, bool left)
{
	long came = receive(fd, sizeof(inbox.buffer), MSG_DONTWAIT, inbox.address, 128);

	expect_that(came == (left ? SIZE : -EAGAIN),
		    left ? "the datagram is gone: %ld"
			 : "the datagram still waits: %ld",
		    came);
}

static const int rooms[] = {
	0, 1, 2, 3, 4, 8, 15, 16, 17, 27, 28, 29, 128, 200, INT_MAX
};

static int written(int room, const struct family *family)
{
	return room < family->full ? room : family->full;
}

struct room_row {
	const struct family *family;
	int room;
};

static void with_room(const void *data)
{
	const struct room_row *row = data;
	int fd = receiver(row->family);
	struct address sender = ip_address(row->family->local, FROM);

	expect_received(SIZE, &sender, row->room,
			receive(fd, sizeof(inbox.buffer), 0, inbox.address, row->room));
	expect_no_more(SIZE, written(row->room, row->family));
	expect_left(fd, false);
}

static void with_negative_room(const void *data)
{
	const struct room_row *row = data;
	int fd = receiver(row->family);

	expect_errno(EINVAL,
		     receive(fd, sizeof(inbox.buffer), 0, inbox.address, row->room));
	expect_no_more(SIZE, 0);
	expect_that(inbox.addrlen == (socklen_t)row->room, "*addrlen is another");
	expect_left(fd, false);
}

static void add_room(const struct family *family, int room, const char *rule,
		     unsigned int doors, void (*run)(const void *))
{
	struct room_row row = { family, room };

	add_case(.name = name_case("recvfrom.%s[%s,%d]", rule, family->name, room),
		 .run_row = run, .row = keep_row(&row, sizeof(row)), .doors = doors,
		 .has = { FEATURE_FAMILY(family->domain) });
}

CASES(rooms)
{
	static const int negative[] = { -1, -16, -28, -128, INT_MIN };

	for (size_t f = 0; f < COUNT(families); f++) {
		for (size_t i = 0; i < COUNT(rooms); i++)
			if (rooms[i] < families[f].full)
				add_room(&families[f], rooms[i], "address.cut",
					 doors_for(1, 0, true), with_room);
		for (size_t i = 0; i < COUNT(negative); i++)
			add_room(&families[f], negative[i], "address.addrlen_negative",
				 SC_RECVFROM, with_negative_room);
	}
}

/* As much room as it takes, or more. */
static void with_more_room(const void *data)
{
	const struct room_row *row = data;
	int fd = receiver(row->family);
	struct address sender = ip_address(row->family->local, FROM);

	expect_received(SIZE, &sender, row->room,
			receive(fd, sizeof(inbox.buffer), 0, inbox.address, row->room));
	expect_no_more(SIZE, row->family->full);
	expect_left(fd, false);
}

CASES(more_room)
{
	for (size_t f = 0; f < COUNT(families); f++)
		for (size_t i = 0; i < COUNT(rooms); i++)
			if (rooms[i] >= families[f].full)
				add_room(&families[f], rooms[i], "datagram.received",
					 doors_for(1, 0, true), with_more_room);
}

/* How much of the datagram is asked for, and with which flags. */
static const struct asked {
	const char *name;
	const char *rule;
	size_t length;
	int flags;
	long value;
	int bytes; /* that are copied */
} asked[] = {
	{ "length-4", "datagram.received", SIZE, 0, SIZE, SIZE },
	{ "length-5", "datagram.received", 5, 0, SIZE, SIZE },
	{ "length-64", "datagram.received", 64, 0, SIZE, SIZE },
	{ "length-64,trunc", "datagram.received", 64, MSG_TRUNC, SIZE, SIZE },
	{ "length-int-max", "datagram.received", INT_MAX, 0, SIZE, SIZE },
	{ "length-ssize-max", "datagram.received", SSIZE_MAX, 0, SIZE, SIZE },
	{ "length-size-max", "datagram.received", SIZE_MAX, 0, SIZE, SIZE },
	{ "length-0", "datagram.cut", 0, 0, 0, 0 },
	{ "length-1", "datagram.cut", 1, 0, 1, 1 },
	{ "length-3", "datagram.cut", 3, 0, 3, 3 },
	{ "length-0,dontwait", "datagram.cut", 0, MSG_DONTWAIT, 0, 0 },
	{ "length-3,waitall", "datagram.cut", 3, MSG_WAITALL, 3, 3 },
	{ "length-0,trunc", "datagram.length_told", 0, MSG_TRUNC, SIZE, 0 },
	{ "length-1,trunc", "datagram.length_told", 1, MSG_TRUNC, SIZE, 1 },
	{ "length-3,trunc", "datagram.length_told", 3, MSG_TRUNC, SIZE, 3 },
	{ "length-3,trunc,dontwait", "datagram.length_told", 3,
	  MSG_TRUNC | MSG_DONTWAIT, SIZE, 3 },
	{ "length-0", "datagram.peeked", 0, MSG_PEEK, 0, 0 },
	{ "length-3", "datagram.peeked", 3, MSG_PEEK, 3, 3 },
	{ "length-4", "datagram.peeked", SIZE, MSG_PEEK, SIZE, SIZE },
	{ "length-64", "datagram.peeked", 64, MSG_PEEK, SIZE, SIZE },
	{ "length-64,waitall", "datagram.peeked", 64, MSG_PEEK | MSG_WAITALL, SIZE,
	  SIZE },
	{ "length-0,trunc", "datagram.peeked", 0, MSG_PEEK | MSG_TRUNC, SIZE, 0 },
	{ "length-3,trunc", "datagram.peeked", 3, MSG_PEEK | MSG_TRUNC, SIZE, 3 },
	{ "length-64,trunc", "datagram.peeked", 64, MSG_PEEK | MSG_TRUNC, SIZE, SIZE },
};

struct asked_row {
	const struct family *family;
	const struct asked *asked;
};

static void as_asked(const void *data)
{
	const struct asked_row *row = data;
	const struct asked *it = row->asked;
	struct address sender = ip_address(row->family->local, FROM);
	int fd = receiver(row->family);

	expect_received(it->value, &sender, 128,
			receive(fd, it->length, it->flags, inbox.address, 128));
	expect_no_more(it->bytes, row->family->full);
	expect_left(fd, it->flags & MSG_PEEK);
}

/* Areas of recvmsg(2) may not be as long as the buffer of recvfrom(2). */
static unsigned int doors_of(const struct asked *it)
{
	return it->length > INT_MAX ? SC_RECVFROM
				    : doors_for(it->length, it->flags, true);
}

CASES(asked)
{
	for (size_t f = 0; f < COUNT(families); f++)
		for (size_t i = 0; i < COUNT(asked); i++) {
			struct asked_row row = { &families[f], &asked[i] };

			add_case(.name = name_case("recvfrom.%s[%s,%s]", asked[i].rule,
						   families[f].name, asked[i].name),
				 .run_row = as_asked,
				 .row = keep_row(&row, sizeof(row)),
				 .doors = doors_of(&asked[i]),
				 .has = { FEATURE_FAMILY(families[f].domain) });
		}
}

/* Twice the same: a peek takes nothing. */
CASE("recvfrom.datagram.peeked[twice]")
{
	struct address sender = ip_address("127.0.0.1", FROM);
	int fd = receiver(&families[0]);

	for (int i = 0; i < 2; i++)
		expect_received(SIZE, &sender, 128,
				receive(fd, 64, MSG_PEEK, inbox.address, 128));
	expect_left(fd, true);
}

/* Memory that cannot be written, or read. */
static const struct bad {
	const char *name;
	const char *rule;
	enum place buffer, address, addrlen;
	int flags;
	size_t length;
} bads[] = {
	{ "null", "buffer.unwritable", NOWHERE, WRITABLE, WRITABLE, 0, 64 },
	{ "unmapped", "buffer.unwritable", UNMAPPED, WRITABLE, WRITABLE, 0, 64 },
	{ "protected", "buffer.unwritable", PROTECTED, WRITABLE, WRITABLE, 0, 64 },
	{ "half", "buffer.unwritable", HALF, WRITABLE, WRITABLE, 0, 64 },
	{ "read-only", "buffer.unwritable", READ_ONLY, WRITABLE, WRITABLE, 0, 64 },
	{ "null,length-1", "buffer.unwritable", NOWHERE, WRITABLE, WRITABLE, 0, 1 },
	{ "null,peek", "buffer.unwritable", NOWHERE, WRITABLE, WRITABLE, MSG_PEEK, 64 },
	{ "unmapped,trunc", "buffer.unwritable", UNMAPPED, WRITABLE, WRITABLE,
	  MSG_TRUNC, 64 },
	{ "before-addrlen", "buffer.unwritable", UNMAPPED, WRITABLE, NOWHERE, 0, 64 },
	{ "before-address", "buffer.unwritable", UNMAPPED, UNMAPPED, WRITABLE, 0, 64 },
	{ "null", "address.addrlen_unreadable", WRITABLE, WRITABLE, NOWHERE, 0, 64 },
	{ "unmapped", "address.addrlen_unreadable", WRITABLE, WRITABLE, UNMAPPED, 0,
	  64 },
	{ "protected", "address.addrlen_unreadable", WRITABLE, WRITABLE, PROTECTED, 0,
	  64 },
	{ "null,peek", "address.addrlen_unreadable", WRITABLE, WRITABLE, NOWHERE,
	  MSG_PEEK, 64 },
	{ "before-address", "address.addrlen_unreadable", WRITABLE, UNMAPPED, NOWHERE,
	  0, 64 },
	{ "unmapped", "address.unwritable", WRITABLE, UNMAPPED, WRITABLE, 0, 64 },
	{ "read-only", "address.unwritable", WRITABLE, READ_ONLY, WRITABLE, 0, 64 },
	{ "read-only", "address.addrlen_unwritable", WRITABLE, WRITABLE, READ_ONLY, 0,
	  64 },
	{ "read-only,peek", "address.addrlen_unwritable", WRITABLE, WRITABLE, READ_ONLY,
	  MSG_PEEK, 64 },
	{ "protected", "address.unwritable", WRITABLE, PROTECTED, WRITABLE, 0, 64 },
	{ "half", "address.unwritable", WRITABLE, HALF, WRITABLE, 0, 64 },
	{ "unmapped,peek", "address.unwritable", WRITABLE, UNMAPPED, WRITABLE, MSG_PEEK,
	  64 },
	{ "before-cut", "address.unwritable", WRITABLE, UNMAPPED, WRITABLE, 0, 1 },
};

struct bad_row {
	const struct family *family;
	const struct bad *bad;
};

static void cannot_be_written(const void *data)
{
	const struct bad_row *row = data;
	const struct bad *it = row->bad;
	int fd = receiver(row->family);

	memset(inbox.address, UNTOUCHED, sizeof(inbox.address));
	inbox.addrlen = 128;
	expect_errno(EFAULT,
		     t_recvfrom(fd, memory_at(it->buffer, inbox.buffer), it->length,
				it->flags, memory_at(it->address, inbox.address),
				memory_at(it->addrlen, &inbox.addrlen)));
	/* Of an address that cannot be written, 6.1 leaves *addrlen alone, as
	 * move_addr_to_user() writes it last, and 6.18 does not; no page says which. */
	expect_that(it->address != WRITABLE || inbox.addrlen == 128,
		    "*addrlen is another");
	expect_left(fd, it->flags & MSG_PEEK);
}

CASES(bad)
{
	for (size_t f = 0; f < COUNT(families); f++)
		for (size_t i = 0; i < COUNT(bads); i++) {
			struct bad_row row = { &families[f], &bads[i] };

			add_case(.name = name_case("recvfrom.%s[%s,%s]", bads[i].rule,
						   families[f].name, bads[i].name),
				 .run_row = cannot_be_written,
				 .row = keep_row(&row, sizeof(row)),
				 .has = { FEATURE_FAMILY(families[f].domain) });
		}
}

/* Without addr, addrlen may point anywhere, and hold anything. */
static const struct unwanted {
	const char *name;
	enum place addrlen;
	int value;
} unwanted[] = {
	{ "null", NOWHERE, 0 },	   { "unmapped", UNMAPPED, 0 },
	{ "zero", WRITABLE, 0 },   { "negative", WRITABLE, -1 },
	{ "room", WRITABLE, 128 },
};

struct unwanted_row {
	const struct family *family;
	const struct unwanted *unwanted;
};

static void without_address(const void *data)
{
	const struct unwanted_row *row = data;
	const struct unwanted *it = row->unwanted;
	int fd = receiver(row->family);

	memset(inbox.address, UNTOUCHED, sizeof(inbox.address));
	inbox.addrlen = (socklen_t)it->value;
	expect_received(SIZE, NULL, 0,
			t_recvfrom(fd, inbox.buffer, 64, 0, NULL,
				   memory_at(it->addrlen, &inbox.addrlen)));
	expect_that(inbox.addrlen == (socklen_t)it->value, "*addrlen is another");
	expect_no_more(SIZE, 0);
	expect_left(fd, false);
}

CASES(unwanted)
{
	for (size_t f = 0; f < COUNT(families); f++)
		for (size_t i = 0; i < COUNT(unwanted); i++) {
			struct unwanted_row row = { &families[f], &unwanted[i] };

			add_case(.name = name_case("recvfrom.address.not_wanted[%s,"
						   "addrlen-%s]",
						   families[f].name, unwanted[i].name),
				 .run_row = without_address,
				 .row = keep_row(&row, sizeof(row)),
				 .has = { FEATURE_FAMILY(families[f].domain) });
		}
}

/* An addrlen that no process may have. */
CASE("recvfrom.address.addrlen_unreadable[udp,foreign]")
{
	socklen_t *addrlen = foreign_memory();

	expect_errno(EFAULT, t_recvfrom(receiver(&families[0]), inbox.buffer, 64, 0,
					inbox.address, addrlen));
}
