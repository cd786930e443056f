/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * udplite.c - recvfrom(2) of UDP-Lite: checksums that cover a part of a datagram, which
 * then is verified before it is copied.
 */
#include <stdio.h>

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
