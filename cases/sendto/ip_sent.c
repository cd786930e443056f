/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ip_sent.c - sendto(2) and sendmsg(2) on UDP, raw and echo sockets, to an address of
 * this machine: what is sent, and what still keeps it from that.
 */
#include "door.h"

#define MOST  65507 /* bytes in a datagram of UDP over IPv4 */
#define MOST6 65527 /* and over IPv6 */

static unsigned char much[MOST6 + 1], longer[65536];

static struct address destination(const struct kind *kind)
{
	return ip_address(kind->domain == AF_INET ? "127.0.0.1" : "::1",
			  kind->type == SOCK_RAW ? 0 : PORT);
}

static bool is_udp_kind(const struct kind *kind)
{
	return !strcmp(kind->rules, "ip") && kind->type == SOCK_DGRAM && !is_ping(kind);
}

/* To nobody, which no call is told of. */
static void is_sent(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	int fd = open_kind(row->kind);

	expect_value(SIZE, send_request(row->door, row->kind, fd, 0, &to));
}

static void is_sent_with_flags(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	int fd = open_kind(row->kind);
	int flags = MSG_DONTWAIT | MSG_NOSIGNAL | MSG_EOR;

	expect_value(SIZE, send_request(row->door, row->kind, fd, flags, &to));
}

static void is_confirmed(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	int fd = open_kind(row->kind);

	expect_value(SIZE, send_request(row->door, row->kind, fd, MSG_CONFIRM, &to));
}

/* All of an address that the kernel has room for, and what is behind it. */
static void is_long_address(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	int fd = open_kind(row->kind);

	to.length = ADDRESS_BYTES_MAX;
	expect_value(SIZE, send_request(row->door, row->kind, fd, 0, &to));
	to.length = ADDRESS_BYTES_MAX + 1;
	fd = open_kind(row->kind);
	if (row->door == SENDMSG)
		expect_value(SIZE, send_request(row->door, row->kind, fd, 0, &to));
}

/* For UDP over IPv4 and raw sockets, it is their own family's. */
static void is_no_family(const void *data)
{
	const struct row *row = data;
	struct address to = with_family(destination(row->kind), AF_UNSPEC);
	int fd = open_kind(row->kind);

	expect_value(SIZE, send_request(row->door, row->kind, fd, 0, &to));
}

static void arrives(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	int ends[2], fd;

	two_ends(row->kind, ends);
	must_close(ends[1]);
	fd = must_socket(row->kind->domain, row->kind->type, row->kind->protocol);
	expect_value(SIZE, send_request(row->door, row->kind, fd, 0, &to));
	expect_arrived(ends[0], request(row->kind->domain), SIZE);
	expect_value(0, put(row->door, fd, NULL, 0, 0, &to));
	expect_arrived(ends[0], request(row->kind->domain), 0);
	expect_value(1, put(row->door, fd, request(row->kind->domain), 1, 0, &to));
	expect_arrived(ends[0], request(row->kind->domain), 1);
}

static void arrives_at_peer(const void *data)
{
	const struct row *row = data;
	int ends[2];

	two_ends(row->kind, ends);
	expect_value(SIZE, send_request(row->door, row->kind, ends[1], 0, NULL));
	expect_arrived(ends[0], request(row->kind->domain), SIZE);
}

/* An address is stronger than connect(2). */
static void arrives_elsewhere(const void *data)
{
	const struct row *row = data;
	const struct kind *kind = row->kind;
	struct address to =
		ip_address(kind->domain == AF_INET ? "127.0.0.1" : "::1", PORT + 1);
	int ends[2], other = must_socket(kind->domain, kind->type, kind->protocol);

	must_bind(other, to);
	two_ends(kind, ends);
	expect_value(SIZE, send_request(row->door, kind, ends[1], 0, &to));
	expect_arrived(other, request(kind->domain), SIZE);
	expect_none_arrived(ends[0]);
}

/* UDP of IPv6 sends to IPv4 too, by addresses of both forms. */
static void arrives_by_v4(const void *data)
{
	const struct row *row = data;
	struct address mapped = inet6("::ffff:127.0.0.1", PORT);
	struct address four = inet("127.0.0.1", PORT);
	int other = must_socket(AF_INET, SOCK_DGRAM, 0);
	int fd = must_socket(AF_INET6, SOCK_DGRAM, 0);

	must_bind(other, four);
	expect_value(SIZE, send_request(row->door, row->kind, fd, 0, &mapped));
	expect_arrived(other, request(AF_INET6), SIZE);
	expect_value(SIZE, send_request(row->door, row->kind, fd, 0, &four));
	expect_arrived(other, request(AF_INET6), SIZE);
}

static void overlooks_flag(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	int ends[2];

	two_ends(row->kind, ends);
	expect_value(SIZE, send_request(row->door, row->kind, ends[1], MSG_OOB, &to));
	expect_arrived(ends[0], request(AF_INET6), SIZE);
}

static void is_most(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	size_t most = row->kind->domain == AF_INET ? MOST : MOST6;
	int fd = open_kind(row->kind);

	expect_value((long)most, put(row->door, fd, much, most, 0, &to));
}

static void is_more_than_most(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	size_t most = row->kind->domain == AF_INET ? MOST : MOST6;
	int fd = open_kind(row->kind);

	expect_errno(EMSGSIZE, put(row->door, fd, much, most + 1, 0, &to));
	expect_errno(EMSGSIZE, put(row->door, fd, unmapped_memory(), most + 1, 0, &to));
}

static void is_longer_than_path(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	bool v4 = row->kind->domain == AF_INET;
	size_t most = 1500 - (v4 ? 28 : 48);
	int fd;

	set_mtu("lo", 1500);
	fd = open_kind(row->kind);
	must_option(fd, v4 ? IPPROTO_IP : IPPROTO_IPV6,
		    v4 ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER, IP_PMTUDISC_DO);
	must(put(row->door, fd, much, most, 0, &to) == (long)most, "it is not sent");
	expect_errno(EMSGSIZE, put(row->door, fd, much, most + 1, 0, &to));
}

static void tells_error(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	int ends[2];

	was_refused(row->kind, ends);
	expect_errno(ECONNREFUSED, send_request(row->door, row->kind, ends[0], 0, &to));
	must(send_request(row->door, row->kind, ends[0], 0, NULL) == SIZE,
	     "it is told twice");
	wait_for_events(ends[0], POLLERR);
	expect_errno(ECONNREFUSED,
		     put(row->door, ends[0], unmapped_memory(), SIZE, 0, NULL));
}

static void sends_no_more(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	int fd = open_kind(row->kind);

	hold_back_sigpipe();
	if (row->kind->type == SOCK_DGRAM && !is_ping(row->kind) &&
	    !row->kind->connected)
		must_connect(fd, to);
	must_shut(fd, SHUT_WR);
	expect_errno(EPIPE, send_request(row->door, row->kind, fd, 0, &to));
	expect_errno(EPIPE, send_request(row->door, row->kind, fd, MSG_NOSIGNAL, &to));
	expect_signal(false);
}

/* Raw sockets are not asked. */
static void is_sent_all_the_same(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	int fd = open_kind(row->kind);

	must_shut(fd, SHUT_RDWR);
	expect_value(SIZE, send_request(row->door, row->kind, fd, 0, &to));
}

static void is_longest_raw(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	int fd = open_kind(row->kind);

	expect_errno(EMSGSIZE, put(row->door, fd, longer, sizeof(longer), 0, &to));
}

static void sends_no_more_to_peer(const void *data)
{
	const struct row *row = data;
	int ends[2];

	hold_back_sigpipe();
	two_ends(row->kind, ends);
	must_shut(ends[1], SHUT_RDWR);
	expect_errno(EPIPE, send_request(row->door, row->kind, ends[1], 0, NULL));
	expect_errno(EPIPE, put(row->door, ends[1], unmapped_memory(), SIZE, 0, NULL));
	expect_errno(EPIPE, put(row->door, ends[1], NULL, 0, 0, NULL));
	expect_signal(false);
	expect_none_arrived(ends[0]);
}

static void cannot_be_read(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	int fd = open_kind(row->kind);

	expect_errno(EFAULT, put(row->door, fd, unmapped_memory(), SIZE, 0, &to));
	expect_errno(EFAULT, put(row->door, fd, protected_memory(), SIZE, 0, &to));
	expect_errno(EFAULT,
		     put(row->door, fd, cut_off_after("1234567", 7), SIZE, 0, &to));
}

static bool any(const struct kind *kind)
{
	return !strcmp(kind->rules, "ip");
}

static bool knows_no_family(const struct kind *kind)
{
	return any(kind) && !is_ping(kind) &&
	       (kind->type == SOCK_RAW || kind->domain == AF_INET);
}

static bool is_no_echo(const struct kind *kind)
{
	return any(kind) && !is_ping(kind);
}

static bool is_raw_kind(const struct kind *kind)
{
	return any(kind) && kind->type == SOCK_RAW;
}

static bool is_raw6_kind(const struct kind *kind)
{
	return is_raw_kind(kind) && kind->domain == AF_INET6;
}

static bool is_no_raw(const struct kind *kind)
{
	return any(kind) && !is_raw_kind(kind);
}

static bool is_udp_pair(const struct kind *kind)
{
	return is_udp_kind(kind) && has_two_ends(kind);
}

static bool is_plain_udp6(const struct kind *kind)
{
	return is_udp_pair(kind) && kind->domain == AF_INET6;
}

static const struct sending {
	const char *rule;
	const char *how;
	bool (*fits)(const struct kind *kind);
	void (*run)(const void *row);
} sendings[] = {
	{ "sent", "", any, is_sent },
	{ "sent", ",flags", any, is_sent_with_flags },
	{ "sent", ",confirm", any, is_confirmed },
	{ "sent", ",long-address", any, is_long_address },
	{ "sent", ",no-family", knows_no_family, is_no_family },
	{ "sent", ",arrives", is_udp_pair, arrives },
	{ "sent", ",peer", is_udp_pair, arrives_at_peer },
	{ "sent", ",elsewhere", is_udp_pair, arrives_elsewhere },
	{ "sent", ",by-v4", is_plain_udp6, arrives_by_v4 },
	{ "sent", ",out-of-band", is_plain_udp6, overlooks_flag },
	{ "sent", ",most", is_udp_kind, is_most },
	{ "too_long_for_path", "", is_udp_kind, is_more_than_most },
	{ "too_long_for_path", ",mtu", is_udp_pair, is_longer_than_path },
	{ "error_waits", "", is_udp_pair, tells_error },
	{ "too_long_for_path", "", is_raw6_kind, is_longest_raw },
	{ "sent", ",shut", is_raw_kind, is_sent_all_the_same },
	{ "shut_down", "", is_no_raw, sends_no_more },
	{ "shut_down", ",peer", is_udp_pair, sends_no_more_to_peer },
	{ "unreadable", "", is_no_echo, cannot_be_read },
};

CASES(sendings)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(sendings); i++)
			if (sendings[i].fits(&kinds[k]))
				add_doors(&kinds[k],
					  name_case("sendto.ip.%s", sendings[i].rule),
					  sendings[i].how, sendings[i].run, NULL);
}

CASES(areas)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		if (is_udp_pair(&kinds[k]))
			add_sendmsg(&kinds[k], "sendto.ip.sent", ",areas",
				    is_sent_in_areas);
}
