/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * rewritten.c - recvfrom(2) of UDP sockets in a cgroup whose BPF program puts another
 * sender in the place of each.
 */
#include "udp.h"

#define PUT 4063 /* what the program puts in the place of the port */

#define BY_CGROUP .needs = NEEDS_REAL_ROOT | NEEDS_CGROUP, .since = LINUX(5, 2)

static const struct kind {
	const char *name;
	const struct version *version;
	int protocol;
	int feature;
} kinds[] = {
	{ "udp", &ip4, 0, 0 },
	{ "udp6", &ip6, 0, 0 },
	{ "udp6,mapped", &mapped, 0, 0 },
	{ "udplite", &ip4, IPPROTO_UDPLITE, FEATURE_UDPLITE },
};

static const struct asked {
	const char *name;
	int room, flags;
} asked[] = {
	{ "whole", 128, 0 },	   { "room-3", 3, 0 },
	{ "room-2", 2, 0 },	   { "room-0", 0, 0 },
	{ "peek", 128, MSG_PEEK }, { "dontwait", 128, MSG_DONTWAIT },
};

struct row {
	const struct kind *kind;
	const struct asked *asked;
};

/* The program is that of the cgroup in which the receiver was made. */
static int with_datagram(const struct kind *kind)
{
	int fd, from;

	rewrite_senders_by_cgroup(PUT);
	fd = must_socket(kind->version->domain, SOCK_DGRAM, kind->protocol);
	from = must_socket(kind->version->domain, SOCK_DGRAM, kind->protocol);
	must_bind(fd, at(kind->version, PORT));
	must_bind(from, at(kind->version, FROM));
	send_bytes(from, "data", 4, at(kind->version, PORT));
	wait_readable(fd);
	return fd;
}

static void another_is_told(const void *data)
{
	const struct row *row = data;
	struct address put = at(row->kind->version, PUT);
	int fd = with_datagram(row->kind);

	memset(inbox.address, RESULT_FILL, sizeof(inbox.address));
	inbox.addrlen = (socklen_t)row->asked->room;
	expect_received(4, &put, row->asked->room,
			t_recvfrom(fd, inbox.buffer, 64, row->asked->flags,
				   inbox.address, &inbox.addrlen));
}

CASES(rewritten)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(asked); i++) {
			struct row row = { &kinds[k], &asked[i] };

			add_case(.name = name_case("recvfrom.address.rewritten[%s,%s]",
						   kinds[k].name, asked[i].name),
				 .run_row = another_is_told,
				 .row = keep_row(&row, sizeof(row)),
				 .doors = doors_for(64, asked[i].flags, true),
				 .has = { FEATURE_FAMILY(kinds[k].version->domain),
					  kinds[k].feature },
				 BY_CGROUP);
		}
}

/* Where no address is wanted, nothing is asked. */
CASE("recvfrom.address.not_wanted[udp,rewritten]", BY_CGROUP)
{
	int fd = with_datagram(&kinds[0]);

	expect_value(4, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
}
