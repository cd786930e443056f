/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ping.c - recvfrom(2) of echo sockets: the reply to a request, without the header of
 * IP, with the number of the socket; and what ping_recvmsg() does as no other.
 */
#include "waiting.h"

#define NUMBER 0x1234
#define SIZE   12 /* of a reply */

static const struct kind {
	const char *name;
	int domain;
	int protocol;
	const char *local, *asked;
	unsigned char request[SIZE];
	/* RFC 792 and RFC 4443: the type, the checksum, the number; the rest as sent.
	 */
	unsigned char reply[SIZE];
} kinds[] = {
	{ "ping",
	  AF_INET,
	  IPPROTO_ICMP,
	  "127.0.0.2",
	  "127.0.0.9",
	  { 8, 0, 9, 9, 9, 9, 0, 1, 'p', 'i', 'n', 'g' },
	  { 0, 0, 0x0e, 0xfa, 0x12, 0x34, 0, 1, 'p', 'i', 'n', 'g' } },
	{ "ping6",
	  AF_INET6,
	  IPPROTO_ICMPV6,
	  "::1",
	  "::1",
	  { 128, 0, 9, 9, 9, 9, 0, 1, 'p', 'i', 'n', 'g' },
	  { 129, 0, 0x8d, 0xb1, 0x12, 0x34, 0, 1, 'p', 'i', 'n', 'g' } },
};

static int echo_socket(const struct kind *kind, unsigned int number)
{
	int fd;

	set_ping_group_range(0, 0);
	fd = must_socket(kind->domain, SOCK_DGRAM, kind->protocol);
	if (number)
		must_bind(fd, ip_address(kind->local, number));
	return fd;
}

/* A socket that has asked for an echo. */
static int asker(const struct kind *kind)
{
	int fd = echo_socket(kind, NUMBER);

	send_bytes(fd, kind->request, SIZE, ip_address(kind->asked, 0));
	wait_readable(fd);
	return fd;
}

struct row {
	const struct kind *kind;
	const struct asked *asked;
	const struct bad *bad;
};

static bool echoes(const struct kind *kind, size_t bytes)
{
	return !memcmp(inbox.buffer, kind->reply, bytes);
}

/* MSG_TRUNC is none of its flags: never is more told than is copied. */
static void as_asked(const void *data)
{
	const struct row *row = data;
	struct address sender = ip_address(row->kind->asked, 0);
	size_t length = length_asked(row->asked, SIZE);
	int fd = asker(row->kind);

	expect_received((long)smaller(length, SIZE), &sender, ROOM,
			receive(fd, length, row->asked->flags));
	expect_that(echoes(row->kind, smaller(length, SIZE)), "another reply");
	expect_waits(fd, SIZE, row->asked->flags & MSG_PEEK);
}

static void cannot_be_written(const void *data)
{
	const struct row *row = data;
	int fd = asker(row->kind);

	expect_errno(row->bad->error, receive_badly(fd, row->bad));
	expect_waits(fd, SIZE, row->bad->flags & MSG_PEEK);
}

static const char *rule_of(const struct asked *it)
{
	return strcmp(it->rule, "datagram.length_told") ? it->rule
							: "ping.length_not_told";
}

CASES(waiting)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		int family = FEATURE_FAMILY(kinds[k].domain);

		for (size_t i = 0; i < COUNT(asked); i++)
			add_case(.name = name_case("recvfrom.%s[%s,%s]",
						   rule_of(&asked[i]), kinds[k].name,
						   asked[i].name),
				 .run_row = as_asked,
				 .row = keep_row(
					 &(struct row){ &kinds[k], &asked[i], NULL },
					 sizeof(struct row)),
				 .doors = doors_for(1, 0, true), .has = { family });
		for (size_t i = 0; i < COUNT(bads); i++)
			add_case(.name = name_case("recvfrom.%s[%s,%s]", bads[i].rule,
						   kinds[k].name, bads[i].name),
				 .run_row = cannot_be_written,
				 .row = keep_row(
					 &(struct row){ &kinds[k], NULL, &bads[i] },
					 sizeof(struct row)),
				 .has = { family });
	}
}

struct beside_row {
	const struct kind *kind;
	const struct beside *beside;
};

static void asks_for_else(const void *data)
{
	const struct beside_row *row = data;
	int fd = asker(row->kind);

	expect_errno(row->beside->error, receive(fd, 64, row->beside->flags));
	expect_waits(fd, SIZE, true);
}

CASES(beside)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(beside); i++) {
			struct beside_row row = { &kinds[k], &beside[i] };

			add_case(.name = name_case("recvfrom.%s[%s,data-waits,%s]",
						   beside[i].rule, kinds[k].name,
						   beside[i].name),
				 .run_row = asks_for_else,
				 .row = keep_row(&row, sizeof(row)),
				 .has = { FEATURE_FAMILY(kinds[k].domain) });
		}
}

/* A socket without a number is given one by its first request; the kernel writes it
 * into the request, and the checksum. */
static void number_is_chosen(const void *data)
{
	const struct kind *kind = data;
	struct address sender = ip_address(kind->local, 0);
	int fd = echo_socket(kind, 0);
	unsigned char name[ROOM] = { 0 };
	socklen_t length = sizeof(name);

	send_bytes(fd, kind->request, SIZE, ip_address(kind->local, 0));
	wait_readable(fd);
	expect_received(SIZE, &sender, ROOM, receive(fd, 64, MSG_DONTWAIT));
	expect_that(inbox.buffer[0] == kind->reply[0] &&
			    !memcmp(inbox.buffer + 6, kind->reply + 6, SIZE - 6),
		    "another reply");
	sc_must(SC_LINE, t_getsockname(fd, name, &length), "getsockname(2)");
	expect_that(target_waits_not() || !memcmp(inbox.buffer + 4, name + 2, 2),
		    "another number than the socket's");
}

/* A reply comes to the socket that has its number, and to no other. */
static void comes_to_its_number(const void *data)
{
	const struct kind *kind = data;
	struct address sender = ip_address(kind->asked, 0);
	int other = echo_socket(kind, NUMBER + 1), fd = asker(kind);

	expect_received(SIZE, &sender, ROOM, receive(fd, 64, MSG_DONTWAIT));
	expect_that(echoes(kind, SIZE), "another reply");
	expect_nothing(other);
}

/* Echo sockets may share a number: the reply is for the last that was bound to it,
 * whoever has asked. */
static void comes_to_the_last(const void *data)
{
	const struct kind *kind = data;
	struct address sender = ip_address(kind->asked, 0);
	int first = echo_socket(kind, NUMBER), last = echo_socket(kind, NUMBER);

	send_bytes(first, kind->request, SIZE, sender);
	wait_readable(last);
	expect_received(SIZE, &sender, ROOM, receive(last, 64, MSG_DONTWAIT));
	expect_that(echoes(kind, SIZE), "another reply");
	expect_nothing(first);
}

static void come_in_order(const void *data)
{
	const struct kind *kind = data;
	struct address sender = ip_address(kind->asked, 0);
	unsigned char second[SIZE - 1];
	int fd = asker(kind);

	memcpy(second, kind->request, sizeof(second));
	send_bytes(fd, second, sizeof(second), sender);
	expect_received(SIZE, &sender, ROOM, receive(fd, 64, MSG_DONTWAIT));
	wait_readable(fd);
	expect_received(SIZE - 1, &sender, ROOM, receive(fd, 64, MSG_DONTWAIT));
	expect_nothing(fd);
}

CASES(numbers)
{
	static const struct {
		const char *name;
		void (*run)(const void *);
	} rows[] = {
		{ "number-chosen", number_is_chosen },
		{ "other-number", comes_to_its_number },
		{ "same-number", comes_to_the_last },
		{ "in-order", come_in_order },
	};

	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(rows); i++)
			add_case(.name = name_case("recvfrom.datagram.received[%s,%s]",
						   kinds[k].name, rows[i].name),
				 .run_row = rows[i].run, .row = &kinds[k],
				 .has = { FEATURE_FAMILY(kinds[k].domain) });
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
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_FLOWINFO_SEND, 1);
	send_bytes(fd, request, sizeof(request), from);
	wait_readable(fd);
	expect_received(12, &from, ROOM, receive(fd, 64, 0));
}

/* IPV6_FLOWINFO_SEND: the sender is told with the class of its packet, which is that of
 * the request. */
CASE("recvfrom.datagram.received[ping6,flow,class]", .doors = doors_for(1, 0, true),
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct address from = ip_address(kinds[1].asked, 0);
	uint32_t flow = htonl(0x20U << 20);
	int fd;

	set_auto_flowlabels(false);
	fd = echo_socket(&kinds[1], NUMBER);
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_FLOWINFO_SEND, 1);
	must_option(fd, IPPROTO_IPV6, IPV6_TCLASS, 0x20);
	send_bytes(fd, kinds[1].request, SIZE, from);
	wait_readable(fd);
	memcpy(from.bytes + offsetof(struct sockaddr_in6, sin6_flowinfo), &flow,
	       sizeof(flow));
	expect_received(SIZE, &from, ROOM, receive(fd, 64, 0));
	expect_that(echoes(&kinds[1], SIZE), "another reply");
}
