/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * udp.c - recvfrom(2) of UDP: empty datagrams, several in their order, the longest;
 * from a peer only, where there is one; several as one, with UDP_SEGMENT and UDP_GRO;
 * and SO_PEEK_OFF.
 */
#include "udp.h"

static const struct kind {
	const char *name;
	const struct version *version;
	int protocol;
	int feature;
	size_t most; /* bytes that a datagram can have */
} kinds[] = {
	{ "udp", &ip4, 0, 0, 65507 },
	{ "udp6", &ip6, 0, 0, 65527 },
	{ "udp6,mapped", &mapped, 0, 0, 65507 },
	{ "udplite", &ip4, IPPROTO_UDPLITE, FEATURE_UDPLITE, 65507 },
};

static int bound(const struct kind *kind, unsigned int port)
{
	int fd = must_socket(kind->version->domain, SOCK_DGRAM, kind->protocol);

	must_bind(fd, at(kind->version, port));
	return fd;
}

/* A socket to which these have been sent, all of them from FROM. */
static int sent(const struct kind *kind, const char *first, const char *second)
{
	int fd = bound(kind, PORT), sender = bound(kind, FROM);

	send_bytes(sender, first, strlen(first), at(kind->version, PORT));
	if (second)
		send_bytes(sender, second, strlen(second), at(kind->version, PORT));
	wait_readable(fd);
	if (second && *first)
		wait_for_datagrams(fd, (int)strlen(first));
	return fd;
}

static void expect_bytes(const char *bytes)
{
	expect_that(!memcmp(inbox.buffer, bytes, strlen(bytes)),
		    "other bytes than were sent");
}

struct row {
	const struct kind *kind;
	size_t length;
	int flags;
	bool named; /* the sender's address is asked for */
};

/* An empty datagram: told from nothing by its sender, and taken like any other. */
static void comes_empty(const void *data)
{
	const struct row *row = data;
	struct address from = at(row->kind->version, FROM);
	int fd = sent(row->kind, "", NULL);

	if (row->named)
		expect_received(0, &from, ROOM, receive(fd, row->length, row->flags));
	else
		expect_value(0, t_recvfrom(fd, inbox.buffer, row->length, row->flags,
					   NULL, NULL));
	if (row->flags & MSG_PEEK)
		expect_that(receive(fd, 64, MSG_DONTWAIT) == 0, "the datagram is gone");
	expect_nothing(fd);
}

static void comes_empty_first(const void *data)
{
	const struct row *row = data;
	struct address from = at(row->kind->version, FROM);
	int fd = sent(row->kind, "", "data");

	expect_received(0, &from, ROOM, receive(fd, row->length, row->flags));
	if (row->flags & MSG_PEEK) {
		expect_received(0, &from, ROOM, receive(fd, row->length, row->flags));
		return;
	}
	wait_readable(fd);
	expect_that(receive(fd, 64, MSG_DONTWAIT) == 4,
		    "the second datagram is not next");
}

static const struct {
	const char *name;
	size_t length;
	int flags;
} of_empty[] = {
	{ "length-0", 0, 0 },
	{ "length-64", 64, 0 },
	{ "dontwait", 64, MSG_DONTWAIT },
	{ "trunc", 64, MSG_TRUNC },
	{ "waitall", 64, MSG_WAITALL },
	{ "oob", 64, MSG_OOB },
	{ "peek", 64, MSG_PEEK },
	{ "peek,length-0", 0, MSG_PEEK },
};

static void add_empty(const struct kind *kind, size_t i)
{
	struct row row = { kind, of_empty[i].length, of_empty[i].flags, true };
	bool peeks = row.flags & MSG_PEEK;
	const char *rule = peeks ? "datagram.peeked" : "datagram.received";

	add_case(.name = name_case("recvfrom.%s[%s,empty,%s]", rule, kind->name,
				   of_empty[i].name),
		 .run_row = comes_empty, .row = keep_row(&row, sizeof(row)),
		 .doors = doors_for(1, 0, true),
		 .has = { FEATURE_FAMILY(kind->version->domain), kind->feature });
	add_case(.name = name_case("recvfrom.%s[%s,empty-first,%s]", rule, kind->name,
				   of_empty[i].name),
		 .run_row = comes_empty_first, .row = keep_row(&row, sizeof(row)),
		 .has = { FEATURE_FAMILY(kind->version->domain), kind->feature });
	row.named = false;
	add_case(.name = name_case("recvfrom.%s[%s,empty,%s,no-address]",
				   peeks ? rule : "address.not_wanted", kind->name,
				   of_empty[i].name),
		 .run_row = comes_empty, .row = keep_row(&row, sizeof(row)),
		 .has = { FEATURE_FAMILY(kind->version->domain), kind->feature });
}

CASES(empty)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(of_empty); i++)
			add_empty(&kinds[k], i);
}

/* recv(2), read(2) and readv(2) have no place for the sender's address. */
CASE("recvfrom.datagram.received[udp,empty]",
     .doors = SC_RECV | SC_READ | SC_READV | SC_RECVMSG | SC_RECVMMSG)
{
	int fd = sent(&kinds[0], "", NULL);

	expect_value(0, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
	expect_nothing(fd);
}

/* Two, of which a call takes one, however much it asks for, and loses the rest of one
 * that it has no room for. */
static void come_in_order(const void *data)
{
	const struct kind *kind = data;
	struct address from = at(kind->version, FROM);
	int fd = sent(kind, "first", "second");

	expect_received(5, &from, ROOM, receive(fd, 64, 0));
	expect_bytes("first");
	expect_received(6, &from, ROOM, receive(fd, 64, MSG_WAITALL));
	expect_bytes("second");
	expect_nothing(fd);
}

static void loses_the_rest(const void *data)
{
	const struct kind *kind = data;
	struct address from = at(kind->version, FROM);
	int fd = sent(kind, "first", "second");

	expect_received(2, &from, ROOM, receive(fd, 2, 0));
	expect_bytes("fi");
	expect_received(3, &from, ROOM, receive(fd, 3, 0));
	expect_bytes("sec");
	expect_nothing(fd);
}

static void peeks_at_the_first(const void *data)
{
	const struct kind *kind = data;
	struct address from = at(kind->version, FROM);
	int fd = sent(kind, "first", "second");

	for (int i = 0; i < 2; i++) {
		expect_received(5, &from, ROOM, receive(fd, 64, MSG_PEEK));
		expect_bytes("first");
	}
	expect_that(receive(fd, 64, 0) == 5, "the first datagram is gone");
	expect_received(6, &from, ROOM, receive(fd, 64, MSG_PEEK));
	expect_bytes("second");
}

/* SO_RCVLOWAT is for streams, MSG_OOB means nothing to UDP. */
static void ignores_low_water(const void *data)
{
	const struct kind *kind = data;
	struct address from = at(kind->version, FROM);
	int fd = bound(kind, PORT);

	must_option(fd, SOL_SOCKET, SO_RCVLOWAT, 1000);
	must_send(bound(kind, FROM), at(kind->version, PORT));
	wait_readable(fd);
	expect_received(4, &from, ROOM, receive(fd, 64, 0));
	expect_nothing(fd);
}

static void ignores_out_of_band(const void *data)
{
	const struct kind *kind = data;
	struct address from = at(kind->version, FROM);
	int fd = sent(kind, "data", NULL);

	expect_received(4, &from, ROOM, receive(fd, 64, MSG_OOB));
	expect_bytes("data");
	expect_nothing(fd);
}

/* Where it is connected, from its peer only. */
static void comes_from_peer(const void *data)
{
	const struct kind *kind = data;
	struct address from = at(kind->version, FROM);
	int sender = bound(kind, FROM), other = bound(kind, OTHER);
	int fd = bound(kind, PORT);

	must_connect(fd, from);
	must_send(other, at(kind->version, PORT));
	must_send(sender, at(kind->version, PORT));
	wait_readable(fd);
	expect_received(4, &from, ROOM, receive(fd, 64, 0));
	expect_nothing(fd);
}

static void comes_not_from_others(const void *data)
{
	const struct kind *kind = data;
	int sender = bound(kind, FROM), other = bound(kind, OTHER);
	int fd = bound(kind, PORT);

	must_connect(fd, at(kind->version, FROM));
	must_send(other, at(kind->version, PORT));
	must_send(other, at(kind->version, FROM));
	wait_readable(sender);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT));
}

/* What waited before it was connected is received all the same. */
static void comes_from_before(const void *data)
{
	const struct kind *kind = data;
	struct address other = at(kind->version, OTHER);
	int fd = bound(kind, PORT);

	must_send(bound(kind, OTHER), at(kind->version, PORT));
	wait_readable(fd);
	must_connect(fd, at(kind->version, FROM));
	expect_received(4, &other, ROOM, receive(fd, 64, 0));
}

CASES(several)
{
	static const struct {
		const char *rule, *name;
		void (*run)(const void *);
	} rows[] = {
		{ "datagram.received", "in-order", come_in_order },
		{ "datagram.cut", "in-order", loses_the_rest },
		{ "datagram.peeked", "in-order", peeks_at_the_first },
		{ "datagram.received", "rcvlowat", ignores_low_water },
		{ "datagram.received", "oob", ignores_out_of_band },
		{ "datagram.received", "peer", comes_from_peer },
		{ "datagram.elsewhere", "not-the-peer", comes_not_from_others },
		{ "datagram.received", "before-connect", comes_from_before },
	};

	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(rows); i++)
			add_case(.name = name_case("recvfrom.%s[%s,%s]", rows[i].rule,
						   kinds[k].name, rows[i].name),
				 .run_row = rows[i].run, .row = &kinds[k],
				 .has = { FEATURE_FAMILY(kinds[k].version->domain),
					  kinds[k].feature });
}

/* The longest there is: whole, or one byte less of it. */
static unsigned char longest[65536];

static void comes_longest(const void *data)
{
	const struct row *row = data;
	struct address from = at(row->kind->version, FROM);
	int fd = bound(row->kind, PORT);
	size_t most = row->kind->most;
	bool told = row->flags & MSG_TRUNC;

	memset(longest, 'x', sizeof(longest));
	send_bytes(bound(row->kind, FROM), longest, most, at(row->kind->version, PORT));
	memset(longest, 0, sizeof(longest));
	wait_readable(fd);
	inbox.addrlen = ROOM;
	expect_received((long)(told || row->length > most ? most : row->length), &from,
			ROOM,
			t_recvfrom(fd, longest, row->length, row->flags, inbox.address,
				   &inbox.addrlen));
	expect_that(target_waits_not() ||
			    (longest[row->length - 1] == 'x') == (row->length <= most),
		    "the last byte is another");
	if (!(row->flags & MSG_PEEK))
		expect_nothing(fd);
}

CASES(longest)
{
	static const struct {
		const char *rule, *name;
		long more;
		int flags;
	} asked[] = {
		{ "datagram.received", "whole", 0, 0 },
		{ "datagram.received", "more-room", 1, 0 },
		{ "datagram.cut", "one-less", -1, 0 },
		{ "datagram.length_told", "one-less,trunc", -1, MSG_TRUNC },
		{ "datagram.peeked", "one-less,trunc", -1, MSG_PEEK | MSG_TRUNC },
	};

	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(asked); i++) {
			struct row row = { &kinds[k],
					   (size_t)((long)kinds[k].most +
						    asked[i].more),
					   asked[i].flags, true };

			add_case(.name = name_case("recvfrom.%s[%s,longest,%s]",
						   asked[i].rule, kinds[k].name,
						   asked[i].name),
				 .run_row = comes_longest,
				 .row = keep_row(&row, sizeof(row)),
				 .doors = doors_for(1, 0, true),
				 .has = { FEATURE_FAMILY(kinds[k].version->domain),
					  kinds[k].feature });
		}
}

/* UDP_SEGMENT: one call sends several datagrams of so many bytes, the last of what is
 * left.  They come apart, unless UDP_GRO asks for them as one. */
#define EACH 4

static int segments(const struct kind *kind, const char *bytes, bool gro)
{
	int fd = bound(kind, PORT), sender = bound(kind, FROM);

	if (gro)
		must_option(fd, IPPROTO_UDP, LINUX_UDP_GRO, 1);
	must_option(sender, IPPROTO_UDP, LINUX_UDP_SEGMENT, EACH);
	send_bytes(sender, bytes, strlen(bytes), at(kind->version, PORT));
	wait_readable(fd);
	return fd;
}

struct segment_row {
	const struct kind *kind;
	const char *bytes;
};

static void come_apart(const void *data)
{
	const struct segment_row *row = data;
	struct address from = at(row->kind->version, FROM);
	int fd = segments(row->kind, row->bytes, false);
	size_t left = strlen(row->bytes);

	for (const char *bytes = row->bytes; left; bytes += EACH) {
		size_t size = left < EACH ? left : EACH;

		expect_received((long)size, &from, ROOM, receive(fd, 64, 0));
		expect_that(!memcmp(inbox.buffer, bytes, size), "other bytes");
		left -= size;
	}
	expect_nothing(fd);
}

static void come_as_one(const void *data)
{
	const struct segment_row *row = data;
	struct controls_received control;
	struct cmsghdr header;
	int each, fd = segments(row->kind, row->bytes, true);

	expect_value((long)strlen(row->bytes),
		     receive_control(fd, 64, 0, 64, &control));
	expect_bytes(row->bytes);
	memcpy(&header, control.bytes, sizeof(header));
	memcpy(&each, control.bytes + CMSG_LEN(0), sizeof(each));
	expect_that(header.cmsg_len == CMSG_LEN(sizeof(int)) &&
			    header.cmsg_level == IPPROTO_UDP &&
			    header.cmsg_type == LINUX_UDP_GRO,
		    "another control message");
	expect_that(each == EACH, "datagrams of %d bytes each", each);
	expect_nothing(fd);
}

/* What has come as one is not told of as several where UDP_GRO is taken back. */
static void is_not_told(const void *data)
{
	const struct segment_row *row = data;
	struct controls_received control;
	int fd = segments(row->kind, row->bytes, true);

	must_option(fd, IPPROTO_UDP, LINUX_UDP_GRO, 0);
	expect_value((long)strlen(row->bytes),
		     receive_control(fd, 64, 0, 64, &control));
	expect_due(&control, NULL, 0);
	expect_nothing(fd);
}

/* As one, of which there is less room: all that is behind it is lost. */
static void is_one_cut(const void *data)
{
	const struct segment_row *row = data;
	struct address from = at(row->kind->version, FROM);
	int fd = segments(row->kind, row->bytes, true);

	expect_received(5, &from, ROOM, receive(fd, 5, 0));
	expect_nothing(fd);
}

/* No longer than one of them: then there is nothing to tell. */
static void is_one_only(const void *data)
{
	const struct segment_row *row = data;
	struct controls_received control;
	int fd = segments(row->kind, row->bytes, true);

	expect_value((long)strlen(row->bytes),
		     receive_control(fd, 64, 0, 64, &control));
	expect_that(!control.length, "%zu bytes of control messages", control.length);
}

static void add_segments(const struct kind *kind, const char *bytes, const char *rule,
			 const char *how, unsigned int doors, void (*run)(const void *))
{
	struct segment_row row = { kind, bytes };

	add_case(.name = name_case("recvfrom.%s[%s,%s,%zu-bytes]", rule, kind->name,
				   how, strlen(bytes)),
		 .run_row = run, .row = keep_row(&row, sizeof(row)), .doors = doors,
		 .has = { FEATURE_FAMILY(kind->version->domain) },
		 .since = LINUX(5, 0));
}

CASES(segments)
{
	static const char *const bytes[] = { "aaaabbbb", "aaaabbbbcccc", "aaaabbbbcc",
					     "aaaab" };

	for (size_t k = 0; k < 3; k++) {
		const struct kind *kind = &kinds[k];

		for (size_t i = 0; i < COUNT(bytes); i++) {
			add_segments(kind, bytes[i], "datagram.received", "segments",
				     doors_for(1, 0, true), come_apart);
			add_segments(kind, bytes[i], "control.told", "gro",
				     SC_RECVMSG | SC_RECVMMSG, come_as_one);
		}
		add_segments(kind, "aaaabbbb", "datagram.cut", "gro",
			     doors_for(1, 0, true), is_one_cut);
		add_segments(kind, "aaaabbbb", "control.not_asked", "gro-taken-back",
			     SC_RECVMSG | SC_RECVMMSG, is_not_told);
		add_segments(kind, "aaaa", "control.nothing_to_tell", "gro",
			     SC_RECVMSG | SC_RECVMMSG, is_one_only);
	}
}

/* SO_PEEK_OFF: "first" and "second" wait, of which each peek gives what is behind the
 * last; what is received takes the offset back. */
struct peek {
	size_t length;
	int flags;
	long value; /* or 0: there is nothing */
	const char *bytes;
};

static const struct peeks {
	const char *name;
	int offset;
	struct peek first[3]; /* the last of which is asserted */
} peek_rows[] = {
	{ "offset-0", 0, { { 64, 0, 5, "first" } } },
	{ "offset-2", 2, { { 64, 0, 3, "rst" } } },
	{ "offset-2,length-3", 2, { { 3, 0, 3, "rst" } } },
	{ "offset-2,length-2", 2, { { 2, 0, 2, "rs" } } },
	{ "offset-2,length-4", 2, { { 4, 0, 3, "rst" } } },
	{ "offset-4", 4, { { 64, 0, 1, "t" } } },
	{ "offset-5", 5, { { 64, 0, 6, "second" } } },
	{ "offset-7", 7, { { 64, 0, 4, "cond" } } },
	{ "offset-10", 10, { { 64, 0, 1, "d" } } },
	{ "offset-11", 11, { { 64, 0, 0, "" } } },
	{ "offset-12", 12, { { 64, 0, 0, "" } } },
	{ "moves", 0, { { 2, 0, 2, "fi" }, { 64, 0, 3, "rst" } } },
	{ "moves-on", 0, { { 64, 0, 5, "first" }, { 64, 0, 6, "second" } } },
	{ "moves-to-the-end",
	  0,
	  { { 64, 0, 5, "first" }, { 64, 0, 6, "second" }, { 64, 0, 0, "" } } },
	{ "trunc", 2, { { 64, MSG_TRUNC, 5, "rst" } } },
	{ "trunc,length-1", 0, { { 1, MSG_TRUNC, 5, "f" }, { 64, 0, 6, "second" } } },
	{ "waitall", 2, { { 64, MSG_WAITALL, 3, "rst" } } },
};

struct peek_row {
	const struct kind *kind;
	const struct peeks *peeks;
};

static long peek(int fd, const struct peek *it)
{
	return receive(fd, it->length, MSG_PEEK | MSG_DONTWAIT | it->flags);
}

static void peeks_at_offset(const void *data)
{
	const struct peek_row *row = data;
	const struct peek *it = row->peeks->first;
	struct address from = at(row->kind->version, FROM);
	int fd = sent(row->kind, "first", "second");

	must_option(fd, SOL_SOCKET, SO_PEEK_OFF, row->peeks->offset);
	for (; it < row->peeks->first + 2 && it[1].length; it++)
		must(peek(fd, it) == it->value, "a peek gives something else");
	if (it->value)
		expect_received(it->value, &from, ROOM, peek(fd, it));
	else
		expect_errno(EAGAIN, peek(fd, it));
	expect_bytes(it->bytes);
	expect_that(receive(fd, 64, 0) == 5, "the first datagram is gone");
}

/* Of "first" the offset had all, and what has gone counts no more. */
static void is_taken_back(const void *data)
{
	const struct kind *kind = data;
	struct address from = at(kind->version, FROM);
	int fd = sent(kind, "first", "second");

	must_option(fd, SOL_SOCKET, SO_PEEK_OFF, 7);
	must(receive(fd, 64, 0) == 5, "the first datagram is not the first");
	expect_received(4, &from, ROOM, receive(fd, 64, MSG_PEEK | MSG_DONTWAIT));
	expect_bytes("cond");
}

/* A negative one is none. */
static void is_taken_away(const void *data)
{
	const struct kind *kind = data;
	struct address from = at(kind->version, FROM);
	int fd = sent(kind, "first", "second");

	must_option(fd, SOL_SOCKET, SO_PEEK_OFF, 2);
	must_option(fd, SOL_SOCKET, SO_PEEK_OFF, -1);
	for (int i = 0; i < 2; i++) {
		expect_received(5, &from, ROOM, receive(fd, 64, MSG_PEEK));
		expect_bytes("first");
	}
}

/* Nobody has looked at the socket, by poll(2) or otherwise, since the datagrams came:
 * the peek is the first to go through them, and none has a byte behind the offset. */
static void has_nothing_at_offset(const void *data)
{
	const struct kind *kind = data;
	int fd = bound(kind, PORT), sender = bound(kind, FROM);

	must_option(fd, SOL_SOCKET, SO_PEEK_OFF, 11);
	send_bytes(sender, "first", 5, at(kind->version, PORT));
	send_bytes(sender, "second", 6, at(kind->version, PORT));
	expect_errno(EAGAIN, receive(fd, 64, MSG_PEEK | MSG_DONTWAIT));
	expect_that(receive(fd, 64, 0) == 5, "the first datagram is gone");
}

CASES(peeks)
{
	for (size_t k = 0; k < 3; k++) {
		int family = FEATURE_FAMILY(kinds[k].version->domain);

		for (size_t i = 0; i < COUNT(peek_rows); i++) {
			const struct peeks *it = &peek_rows[i];
			struct peek_row row = { &kinds[k], it };
			bool none = !it->first[0].value ||
				    !strcmp(it->name, "moves-to-the-end");

			add_case(.name = name_case("recvfrom.udp.%s[%s,%s]",
						   none ? "nothing_at_offset"
							: "peeked_at_offset",
						   kinds[k].name, it->name),
				 .run_row = peeks_at_offset,
				 .row = keep_row(&row, sizeof(row)),
				 .doors = doors_for(1, 0, true), .has = { family });
		}
		add_case(.name = name_case(
				 "recvfrom.udp.nothing_at_offset[%s,not-polled]",
				 kinds[k].name),
			 .run_row = has_nothing_at_offset, .row = &kinds[k],
			 .doors = doors_for(1, 0, true), .has = { family });
		add_case(.name = name_case(
				 "recvfrom.udp.peeked_at_offset[%s,taken-back]",
				 kinds[k].name),
			 .run_row = is_taken_back, .row = &kinds[k], .has = { family });
		add_case(.name = name_case("recvfrom.datagram.peeked[%s,offset-off]",
					   kinds[k].name),
			 .run_row = is_taken_away, .row = &kinds[k], .has = { family });
	}
}
