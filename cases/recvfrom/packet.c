/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * packet.c - recvfrom(2) and the doors beside it of packet sockets to which frames have
 * come: over lo, of a protocol of our own, which another packet socket has sent.
 */
#include <arpa/inet.h>
#include <string.h>

#include "packet.h"

/* Sends a frame with a header of its own. */
static void send_frame(int fd, const char *destination)
{
	unsigned char frame[HEADER + SIZE] = { 0 };

	memcpy(frame, destination, 6);
	memcpy(frame + 6, FROM, 6);
	frame[12] = ETHERTYPE_LOCAL >> 8;
	frame[13] = ETHERTYPE_LOCAL & 0xff;
	memcpy(frame + HEADER, TEXT, SIZE);
	send_to(fd, destination, ETHERTYPE_LOCAL, frame, sizeof(frame));
}

/* At which a frame waits. */
static int with_text(int type)
{
	int fd = receiver_of(type, ETHERTYPE_LOCAL);

	send_text(sender(SOCK_DGRAM));
	wait_readable(fd);
	return fd;
}

static void expect_name_only(int room)
{
	for (size_t i = (size_t)(room < FULL ? room : FULL); i < sizeof(inbox.address);
	     i++)
		expect_that(inbox.address[i] == RESULT_FILL,
			    "byte %zu behind the address is written", i);
}

/* To whom it goes.  On lo the address of broadcasts is all zeros, as its own is. */
static const struct destination {
	const char *name;
	const char *mac;
	int type;
} destinations[] = {
	{ "host", ZEROS, PACKET_HOST },
	{ "ones", "\xff\xff\xff\xff\xff\xff", PACKET_MULTICAST },
	{ "multicast", "\x01\x00\x5e\x00\x00\x01", PACKET_MULTICAST },
	{ "other-host", "\x02\x00\x00\x00\x00\x01", PACKET_OTHERHOST },
	{ "almost-host", "\x00\x00\x00\x00\x00\x01", PACKET_OTHERHOST },
};

struct row {
	const struct destination *to;
	int type;
};

static void comes_whole(const void *data)
{
	const struct row *row = data;
	int fd = receiver_of(row->type, ETHERTYPE_LOCAL);
	struct address from = told(FROM, row->to->type);

	send_frame(sender(SOCK_RAW), row->to->mac);
	wait_readable(fd);
	expect_received((long)size_on(row->type), &from, 128, receive(fd, 64, 0, 128));
	expect_name_only(128);
	expect_next(fd, -EAGAIN);
}

/* The kernel has made the header: from the interface's own address. */
static void comes_with_header(const void *data)
{
	const struct row *row = data;
	int fd = receiver_of(row->type, ETHERTYPE_LOCAL);
	struct address from = told(ZEROS, row->to->type);

	send_to(sender(SOCK_DGRAM), row->to->mac, ETHERTYPE_LOCAL, TEXT, SIZE);
	wait_readable(fd);
	expect_received((long)size_on(row->type), &from, FULL,
			receive(fd, 64, 0, FULL));
	expect_next(fd, -EAGAIN);
}

CASES(destinations)
{
	static const int types[] = { SOCK_RAW, SOCK_DGRAM };

	for (size_t i = 0; i < COUNT(destinations); i++)
		for (size_t t = 0; t < COUNT(types); t++) {
			struct row row = { &destinations[i], types[t] };
			const char *type = t ? "dgram" : "raw";

			add_case(.name = name_case("recvfrom.datagram.received[packet-"
						   "%s,%s]",
						   type, destinations[i].name),
				 .run_row = comes_whole,
				 .row = keep_row(&row, sizeof(row)),
				 .doors = doors_for(64, 0, true), PACKET);
			add_case(.name = name_case("recvfrom.datagram.received[packet-"
						   "%s,%s,header-made]",
						   type, destinations[i].name),
				 .run_row = comes_with_header,
				 .row = keep_row(&row, sizeof(row)), PACKET);
		}
}

/* Room for the address: all of it up to its twenty bytes. */
static const int rooms[] = { 0, 1, 2, 4, 8, 10, 11, 12, 17, 18, 19, 20, 21, 128 };

struct room_row {
	int room, type;
};

static void with_room(const void *data)
{
	const struct room_row *row = data;
	int fd = with_text(row->type);
	struct address from = told(ZEROS, PACKET_HOST);

	expect_received((long)size_on(row->type), &from, row->room,
			receive(fd, 64, 0, row->room));
	expect_name_only(row->room);
	expect_next(fd, -EAGAIN);
}

CASES(rooms)
{
	for (size_t i = 0; i < COUNT(rooms); i++) {
		struct room_row row = { rooms[i], i % 2 ? SOCK_RAW : SOCK_DGRAM };

		add_case(.name = name_case("recvfrom.%s[packet,room-%d]",
					   rooms[i] < FULL ? "address.cut"
							   : "datagram.received",
					   rooms[i]),
			 .run_row = with_room, .row = keep_row(&row, sizeof(row)),
			 .doors = rooms[i] < FULL ? doors_for(64, 0, true) : 0, PACKET);
	}
}

/* How much is asked for, and with which flags. */
static const struct asked {
	const char *name;
	const char *rule;
	size_t length;
	int flags;
	long value;
} asked[] = {
	{ "length-0", "datagram.cut", 0, 0, 0 },
	{ "length-1", "datagram.cut", 1, 0, 1 },
	{ "length-18", "datagram.cut", 18, 0, 18 },
	{ "length-18,dontwait", "datagram.cut", 18, MSG_DONTWAIT, 18 },
	{ "length-19", "datagram.received", 19, 0, 19 },
	{ "length-20", "datagram.received", 20, 0, 19 },
	{ "length-64,trunc", "datagram.received", 64, MSG_TRUNC, 19 },
	{ "length-0,trunc", "datagram.length_told", 0, MSG_TRUNC, 19 },
	{ "length-18,trunc", "datagram.length_told", 18, MSG_TRUNC, 19 },
	{ "length-0", "datagram.peeked", 0, MSG_PEEK, 0 },
	{ "length-18", "datagram.peeked", 18, MSG_PEEK, 18 },
	{ "length-64", "datagram.peeked", 64, MSG_PEEK, 19 },
	{ "length-18,trunc", "datagram.peeked", 18, MSG_PEEK | MSG_TRUNC, 19 },
	{ "length-64,dontwait", "datagram.peeked", 64, MSG_PEEK | MSG_DONTWAIT, 19 },
};

static void as_asked(const void *data)
{
	const struct asked *row = data;
	int fd = with_text(SOCK_RAW);
	struct address from = told(ZEROS, PACKET_HOST);

	expect_received(row->value, &from, FULL,
			receive(fd, row->length, row->flags, FULL));
	expect_next(fd, row->flags & MSG_PEEK ? HEADER + SIZE : -EAGAIN);
}

CASES(asked)
{
	for (size_t i = 0; i < COUNT(asked); i++)
		add_case(.name = name_case("recvfrom.%s[packet,%s]", asked[i].rule,
					   asked[i].name),
			 .run_row = as_asked, .row = &asked[i],
			 .doors = doors_for(asked[i].length, asked[i].flags, true),
			 PACKET);
}

/* Peeking changes nothing, of the sender's address too. */
CASE("recvfrom.datagram.received[packet,peeked-before]", PACKET)
{
	int fd = with_text(SOCK_DGRAM);
	struct address from = told(ZEROS, PACKET_HOST);

	sc_must(SC_LINE, receive(fd, 64, MSG_PEEK, FULL), "recvfrom(2)");
	expect_received(SIZE, &from, FULL, receive(fd, 64, 0, FULL));
}

CASE("recvfrom.address.not_wanted[packet]", PACKET)
{
	int fd = with_text(SOCK_DGRAM);

	expect_value(SIZE, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
}

/* A packet of no bytes does not come at all; its header does. */
CASE("recvfrom.datagram.received[packet,no-bytes-before]",
     .doors = doors_for(64, 0, true), PACKET)
{
	struct address from = told(ZEROS, PACKET_HOST);
	int fd = receiver_of(SOCK_DGRAM, ETHERTYPE_LOCAL), other = sender(SOCK_DGRAM);

	send_to(other, ZEROS, ETHERTYPE_LOCAL, "", 0);
	send_text(other);
	wait_readable(fd);
	expect_received(SIZE, &from, FULL, receive(fd, 64, 0, FULL));
	expect_next(fd, -EAGAIN);
}

CASE("recvfrom.datagram.received[packet,header-only]", PACKET)
{
	struct address from = told(ZEROS, PACKET_HOST);
	int fd = receiver_of(SOCK_RAW, ETHERTYPE_LOCAL);

	send_to(sender(SOCK_DGRAM), ZEROS, ETHERTYPE_LOCAL, "", 0);
	wait_readable(fd);
	expect_received(HEADER, &from, FULL, receive(fd, 64, 0, FULL));
}

CASE("recvfrom.buffer.unwritable[packet,gone]", .doors = doors_for(64, 0, false),
     PACKET)
{
	int fd = with_text(SOCK_DGRAM);

	expect_errno(EFAULT,
		     t_recvfrom(fd, (void *)unmapped_memory(), 64, 0, NULL, NULL));
	expect_next(fd, -EAGAIN);
}

CASE("recvfrom.buffer.unwritable[packet,peek]", PACKET)
{
	int fd = with_text(SOCK_DGRAM);

	expect_errno(EFAULT, t_recvfrom(fd, (void *)unmapped_memory(), 64, MSG_PEEK,
					NULL, NULL));
	expect_next(fd, SIZE);
}

/* Flags that are refused take nothing. */
static const struct flag {
	const char *name;
	int flag;
} refused[] = {
	{ "oob", MSG_OOB },
	{ "dontroute", MSG_DONTROUTE },
	{ "ctrunc", MSG_CTRUNC },
	{ "eor", MSG_EOR },
	{ "waitall", MSG_WAITALL },
	{ "confirm", MSG_CONFIRM },
	{ "nosignal", MSG_NOSIGNAL },
	{ "more", MSG_MORE },
	{ "cmsg-cloexec", MSG_CMSG_CLOEXEC },
};

static void is_refused(const void *data)
{
	const struct flag *row = data;
	int fd = with_text(SOCK_DGRAM);

	expect_errno(EINVAL, receive(fd, 64, row->flag, FULL));
	expect_next(fd, SIZE);
}

CASES(refused)
{
	for (size_t i = 0; i < COUNT(refused); i++)
		add_case(.name = name_case("recvfrom.packet.flags_unsupported[waiting,"
					   "%s]",
					   refused[i].name),
			 .run_row = is_refused, .row = &refused[i],
			 .doors = doors_for(64, 1, true), PACKET);
}

CASE("recvfrom.packet.no_error_waits[packet-waits]", PACKET)
{
	int fd = with_text(SOCK_DGRAM);

	expect_errno(EAGAIN, receive(fd, 64, MSG_ERRQUEUE, FULL));
	expect_next(fd, SIZE);
}

/* Who asks for all protocols is told of what goes out, and of what comes in. */
CASE("recvfrom.datagram.received[packet,all,outgoing-and-incoming]", PACKET)
{
	int fd = receiver_of(SOCK_DGRAM, LINUX_ETH_P_ALL);
	struct address out = told(FROM, PACKET_OUTGOING);
	struct address in = told(FROM, PACKET_OTHERHOST);

	send_frame(sender(SOCK_RAW), FROM);
	wait_readable(fd);
	expect_received(SIZE, &out, FULL, receive(fd, 64, 0, FULL));
	wait_readable(fd);
	expect_received(SIZE, &in, FULL, receive(fd, 64, 0, FULL));
	expect_next(fd, -EAGAIN);
}

CASE("recvfrom.datagram.received[packet,all,with-header]", PACKET)
{
	int fd = receiver_of(SOCK_RAW, LINUX_ETH_P_ALL);
	struct address out = told(FROM, PACKET_OUTGOING);
	struct address in = told(FROM, PACKET_HOST);

	send_frame(sender(SOCK_RAW), ZEROS);
	wait_readable(fd);
	expect_received(HEADER + SIZE, &out, FULL, receive(fd, 64, 0, FULL));
	wait_readable(fd);
	expect_received(HEADER + SIZE, &in, FULL, receive(fd, 64, 0, FULL));
}

/* Its own frames it only sees come in. */
CASE("recvfrom.datagram.received[packet,all,own]", PACKET)
{
	int fd = receiver_of(SOCK_DGRAM, LINUX_ETH_P_ALL);
	struct address in = told(ZEROS, PACKET_HOST);

	send_text(fd);
	wait_readable(fd);
	expect_received(SIZE, &in, FULL, receive(fd, 64, 0, FULL));
	expect_next(fd, -EAGAIN);
}

/* Of another protocol nothing comes; what is sent after it shows that it would have. */
CASE("recvfrom.datagram.received[packet,other-protocol-before]", PACKET)
{
	int fd = receiver_of(SOCK_DGRAM, ETHERTYPE_LOCAL), other = sender(SOCK_DGRAM);
	struct address from = told(ZEROS, PACKET_HOST);

	send_to(other, ZEROS, OTHERS, "others", 6);
	send_text(other);
	wait_readable(fd);
	expect_received(SIZE, &from, FULL, receive(fd, 64, 0, FULL));
	expect_next(fd, -EAGAIN);
}

CASE("recvfrom.packet.would_block[no-protocol]", PACKET)
{
	int fd = with_text(SOCK_DGRAM), deaf = sender(SOCK_DGRAM);

	send_text(sender(SOCK_DGRAM));
	expect_next(fd, SIZE);
	expect_errno(EAGAIN, receive(deaf, 64, MSG_DONTWAIT, FULL));
}

/* Each socket has its own copy. */
CASE("recvfrom.datagram.received[packet,two-receivers]", PACKET)
{
	int first = receiver_of(SOCK_DGRAM, ETHERTYPE_LOCAL);
	int fd = with_text(SOCK_RAW);
	struct address from = told(ZEROS, PACKET_HOST);

	expect_received(HEADER + SIZE, &from, FULL, receive(fd, 64, 0, FULL));
	wait_readable(first);
	expect_received(SIZE, &from, FULL, receive(first, 64, 0, FULL));
}

/* A filter leaves a part of it: that is its length. */
CASE("recvfrom.datagram.received[packet,filter]", PACKET)
{
	int fd = receiver_of(SOCK_DGRAM, ETHERTYPE_LOCAL);
	struct address from = told(ZEROS, PACKET_HOST);

	cut_packets(fd, 3);
	send_text(sender(SOCK_DGRAM));
	wait_readable(fd);
	expect_received(3, &from, FULL, receive(fd, 64, 0, FULL));
}

CASE("recvfrom.datagram.length_told[packet,filter]", PACKET)
{
	int fd = receiver_of(SOCK_DGRAM, ETHERTYPE_LOCAL);
	struct address from = told(ZEROS, PACKET_HOST);

	cut_packets(fd, 3);
	send_text(sender(SOCK_DGRAM));
	wait_readable(fd);
	expect_received(3, &from, FULL, receive(fd, 2, MSG_TRUNC, FULL));
}

/* With a filter, a packet of no bytes is not taken for one that it left nothing of. */
CASE("recvfrom.datagram.received[packet,no-bytes,filter]",
     .doors = doors_for(64, 0, true), PACKET)
{
	struct address from = told(ZEROS, PACKET_HOST);
	int fd = receiver_of(SOCK_DGRAM, ETHERTYPE_LOCAL);

	cut_packets(fd, 3);
	send_to(sender(SOCK_DGRAM), ZEROS, ETHERTYPE_LOCAL, "", 0);
	wait_readable(fd);
	expect_received(0, &from, FULL, receive(fd, 64, 0, FULL));
	expect_next(fd, -EAGAIN);
}

/* SOCK_PACKET has another address, of 18 bytes. */
static int obsolete(void)
{
	int fd = must_socket(AF_INET, SOCK_PACKET, htons(ETHERTYPE_LOCAL));

	send_text(sender(SOCK_DGRAM));
	wait_readable(fd);
	return fd;
}

#define OBSOLETE                           \
	.caps = SC_CAP(LINUX_CAP_NET_RAW), \
	.has = { FEATURE_FAMILY(AF_PACKET), FEATURE_FAMILY(AF_INET) }

CASE("recvfrom.packet.obsolete_name[room-18]", OBSOLETE)
{
	struct sockaddr_pkt name;
	int fd = obsolete();

	expect_open_sender(HEADER + SIZE, receive(fd, 64, 0, 18));
	memcpy(&name, inbox.address, sizeof(name));
	expect_that(name.spkt_family == LINUX_ARPHRD_LOOPBACK &&
			    !memcmp(name.spkt_device, "lo", 3) &&
			    name.spkt_protocol == htons(ETHERTYPE_LOCAL),
		    "the address is {%u, \"%.14s\", 0x%04x}", name.spkt_family,
		    (const char *)name.spkt_device, ntohs(name.spkt_protocol));
	expect_that(inbox.addrlen == 18 && inbox.address[18] == RESULT_FILL,
		    "the address has %u bytes", inbox.addrlen);
	expect_next(fd, -EAGAIN);
}

CASE("recvfrom.packet.obsolete_name[room-128]", .doors = doors_for(64, 0, true),
     OBSOLETE)
{
	int fd = obsolete();

	expect_open_sender(HEADER + SIZE, receive(fd, 64, 0, 128));
	expect_that(inbox.addrlen == 18 && inbox.address[18] == RESULT_FILL,
		    "the address has %u bytes", inbox.addrlen);
}

static void cut_obsolete(const void *data)
{
	const int *room = data;
	struct address name = { .length = 18 };
	int fd = obsolete();

	/* A struct sockaddr_pkt from its beginning to the NUL. */
	memcpy(name.bytes, &(const unsigned short){ LINUX_ARPHRD_LOOPBACK }, 2);
	memcpy(name.bytes + 2, "lo", 3);
	expect_received(HEADER + SIZE, &name, *room, receive(fd, 64, 0, *room));
	expect_name_only(*room);
}

CASES(obsolete)
{
	static const int cut_rooms[] = { 0, 1, 2, 4, 5 };

	for (size_t i = 0; i < COUNT(cut_rooms); i++)
		add_case(.name = name_case("recvfrom.address.cut[packet,obsolete,room-"
					   "%d]",
					   cut_rooms[i]),
			 .run_row = cut_obsolete, .row = &cut_rooms[i], OBSOLETE);
}

/* What is sent without an address goes out over the interface that its sender is bound
 * to, as of the protocol that it has then. */
CASE("recvfrom.datagram.received[packet,sender-bound]", .types = SC_RAW | SC_DGRAM,
     PACKET)
{
	static const unsigned char frame[HEADER + SIZE + 1] = ZEROS ZEROS
		"\x88\xb5" TEXT;
	struct address from = told(ZEROS, PACKET_HOST);
	int fd = receiver_of(SOCK_DGRAM, ETHERTYPE_LOCAL), other = sender(sc_type);
	size_t header = sc_type == SOCK_RAW ? 0 : HEADER,
	       whole = HEADER + SIZE - header;

	must_bind(other, packet_address(ETHERTYPE_LOCAL, LO));
	sc_must(SC_LINE, t_sendto(other, frame + header, whole, 0, NULL, 0),
		"sendto(2)");
	wait_readable(fd);
	expect_received(SIZE, &from, FULL, receive(fd, 64, 0, FULL));
}

/* Bound to all of them, it goes out over none. */
CASE("recvfrom.packet.would_block[sender-bound-to-any]", PACKET)
{
	int fd = receiver_of(SOCK_DGRAM, ETHERTYPE_LOCAL), other = sender(SOCK_DGRAM);

	must_bind(other, packet_address(ETHERTYPE_LOCAL, LO));
	must_bind(other, packet_address(ETHERTYPE_LOCAL, 0));
	expect_that(nothing_behind() ||
			    t_sendto(other, TEXT, SIZE, 0, NULL, 0) == -ENXIO,
		    "it goes out over some interface");
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT, FULL));
}
