/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * udplite.c - recvfrom(2) of UDP-Lite: checksums that cover a part of a datagram, which
 * then is verified before it is copied.
 */
#include <stdio.h>

#include "sums.h"
#include "udp.h"

/* The header, and the first two bytes behind it. */
#define COVERED 10

static const struct kind {
	const char *name;
	const struct version *version;
	int feature;
} kinds[] = {
	{ "udplite", &ip4, FEATURE_UDPLITE },
	{ "udplite6", &ip6, FEATURE_UDPLITE6 },
	{ "udplite6,mapped", &mapped, FEATURE_UDPLITE6 },
};

static int bound(const struct kind *kind, unsigned int port)
{
	int fd = must_socket(kind->version->domain, SOCK_DGRAM, IPPROTO_UDPLITE);

	must_bind(fd, at(kind->version, port));
	return fd;
}

/* Covered as a whole. */
static void comes_covered(const void *data)
{
	const struct kind *kind = data;
	struct address from = at(kind->version, FROM);
	int fd = bound(kind, PORT), sender = bound(kind, FROM);

	send_bytes(sender, "data", 4, at(kind->version, PORT));
	wait_readable(fd);
	expect_received(4, &from, ROOM, receive(fd, 64, 0));
	expect_nothing(fd);
}

/* A socket to which "data" has been sent, with a sum over a part of it. */
static int sent(const struct kind *kind)
{
	int fd = bound(kind, PORT), sender = bound(kind, FROM);

	must_option(sender, SOL_UDPLITE, UDPLITE_SEND_CSCOV, COVERED);
	must_option(fd, SOL_UDPLITE, UDPLITE_RECV_CSCOV, COVERED);
	send_bytes(sender, "data", 4, at(kind->version, PORT));
	wait_readable(fd);
	return fd;
}

static void comes(const void *data)
{
	const struct kind *kind = data;
	struct address from = at(kind->version, FROM);
	int fd = sent(kind);

	expect_received(4, &from, ROOM, receive(fd, 64, 0));
	expect_nothing(fd);
}

static void is_cut(const void *data)
{
	const struct kind *kind = data;
	struct address from = at(kind->version, FROM);
	int fd = sent(kind);

	expect_received(3, &from, ROOM, receive(fd, 3, 0));
	expect_nothing(fd);
}

static void is_peeked(const void *data)
{
	const struct kind *kind = data;
	struct address from = at(kind->version, FROM);
	int fd = sent(kind);

	for (int i = 0; i < 2; i++)
		expect_received(4, &from, ROOM, receive(fd, 64, MSG_PEEK));
}

static void is_lost(const void *data)
{
	int fd = sent(data);

	expect_errno(EFAULT,
		     t_recvfrom(fd, (void *)unmapped_memory(), 64, 0, NULL, NULL));
	expect_nothing(fd);
}

CASES(partly_covered)
{
	static const struct {
		const char *name;
		void (*run)(const void *);
	} all[] = {
		{ "datagram.received[%s,covered]", comes_covered },
		{ "datagram.received[%s,partly-covered]", comes },
		{ "datagram.cut[%s,partly-covered]", is_cut },
		{ "datagram.peeked[%s,partly-covered]", is_peeked },
		{ "buffer.unwritable[%s,partly-covered]", is_lost },
	};
	char name[64];

	for (size_t i = 0; i < COUNT(all); i++)
		for (size_t k = 0; k < COUNT(kinds); k++) {
			snprintf(name, sizeof(name), all[i].name, kinds[k].name);
			add_case(.name = name_case("recvfrom.%s", name),
				 .run_row = all[i].run, .row = &kinds[k],
				 .has = { FEATURE_FAMILY(kinds[k].version->domain),
					  kinds[k].feature });
		}
}

/*
 * Datagrams made by hand: a header of 8 bytes, with the coverage in the place of the
 * length, and "data", or what has become of it on its way.
 */
static const struct by_hand {
	const char *name;
	unsigned int coverage; /* as it stands in the header */
	size_t covered;	       /* as it is meant */
	const char *text;
	enum sum sum;
	bool comes;
} by_hand[] = {
	{ "part", COVERED, COVERED, "data", RIGHT, true },
	{ "header", 8, 8, "data", RIGHT, true },
	{ "all-but-one", 11, 11, "data", RIGHT, true },
	{ "all", 12, 12, "data", RIGHT, true },
	{ "all,0", 0, 12, "data", RIGHT, true },
	{ "part,rest-changed", COVERED, COVERED, "dama", RIGHT, true },
	{ "part", COVERED, COVERED, "data", WRONG, false },
	{ "header", 8, 8, "data", WRONG, false },
	{ "all-but-one", 11, 11, "data", WRONG, false },
	{ "all", 12, 12, "data", WRONG, false },
	{ "all,0", 0, 12, "data", WRONG, false },
	{ "header,sum-of-all", 8, 12, "data", RIGHT, false },
	{ "part,no-checksum", COVERED, COVERED, "data", NONE, false },
	{ "all,no-checksum", 12, 12, "data", NONE, false },
};

static void send_by_hand(const struct kind *kind, int raw, unsigned int port,
			 const struct by_hand *it)
{
	unsigned char datagram[12] = { FROM >> 8,
				       FROM & 0xff,
				       (unsigned char)(port >> 8),
				       (unsigned char)port,
				       (unsigned char)(it->coverage >> 8),
				       (unsigned char)it->coverage };
	const struct version *version = kind->version->v4 ? &ip4 : &ip6;

	memcpy(datagram + 8, "data", 4);
	sum_up(version, IPPROTO_UDPLITE, datagram, sizeof(datagram), it->covered,
	       it->sum);
	/* As if it had been changed on its way. */
	memcpy(datagram + 8, it->text, 4);
	send_bytes(raw, datagram, sizeof(datagram), at(version, 0));
}

/* poll(2) sums up what waits: so another socket is waited for. */
static int come_by_hand(const struct kind *kind, const struct by_hand *const *all,
			size_t count)
{
	int fd = bound(kind, PORT), witness = bound(kind, OTHER);
	int raw = must_socket(kind->version->v4 ? AF_INET : AF_INET6, SOCK_RAW,
			      IPPROTO_UDPLITE);

	for (size_t i = 0; i < count; i++)
		send_by_hand(kind, raw, PORT, all[i]);
	send_by_hand(kind, raw, OTHER, &by_hand[0]);
	wait_readable(witness);
	return fd;
}

struct by_hand_row {
	const struct kind *kind;
	const struct by_hand *it;
	int flags;
};

static void comes_by_hand(const void *data)
{
	const struct by_hand_row *row = data;
	struct address from = at(row->kind->version, FROM);
	int fd = come_by_hand(row->kind, &row->it, 1);

	if (row->it->comes)
		expect_received(4, &from, ROOM, receive(fd, 64, MSG_DONTWAIT));
	else
		expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT | row->flags));
	expect_that(!row->it->comes || !memcmp(inbox.buffer, row->it->text, 4),
		    "other bytes than \"%s\"", row->it->text);
	expect_nothing(fd);
}

/* Behind two that are wrong comes one that is right. */
static void comes_behind(const void *data)
{
	const struct kind *kind = data;
	const struct by_hand *all[] = { &by_hand[6], &by_hand[8], &by_hand[5] };
	struct address from = at(kind->version, FROM);
	int fd = come_by_hand(kind, all, COUNT(all));

	expect_received(4, &from, ROOM, receive(fd, 64, 0));
	expect_that(!memcmp(inbox.buffer, by_hand[5].text, 4),
		    "other bytes than \"%s\"", by_hand[5].text);
	expect_nothing(fd);
}

static void add_by_hand(const struct kind *kind, const struct by_hand *it, int flags)
{
	struct by_hand_row row = { kind, it, flags };

	add_case(.name = name_case("recvfrom.%s[%s,by-hand,%s%s]",
				   it->comes ? "datagram.received"
					     : "udp.checksum_wrong",
				   kind->name, it->name, flags ? ",peek" : ""),
		 .run_row = comes_by_hand, .row = keep_row(&row, sizeof(row)),
		 .caps = NEEDS_RAW,
		 .has = { FEATURE_FAMILY(kind->version->domain), kind->feature });
}

CASES(by_hand)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		for (size_t i = 0; i < COUNT(by_hand); i++) {
			add_by_hand(&kinds[k], &by_hand[i], 0);
			if (!by_hand[i].comes)
				add_by_hand(&kinds[k], &by_hand[i], MSG_PEEK);
		}
		add_case(.name = name_case("recvfrom.datagram.received[%s,by-hand,"
					   "behind-wrong]",
					   kinds[k].name),
			 .run_row = comes_behind, .row = &kinds[k], .caps = NEEDS_RAW,
			 .doors = doors_for(64, 0, true),
			 .has = { FEATURE_FAMILY(kinds[k].version->domain),
				  kinds[k].feature });
	}
}
