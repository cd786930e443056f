/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * icmp.c - what the messages of ICMP and ICMPv6 come to, made by hand: the errno that
 * the next recvfrom(2) of a connected UDP, raw or echo socket tells, whether it tells
 * it, and what MSG_ERRQUEUE has of it with IP_RECVERR.
 */
#include "ip.h"

#define PORT	 4050
#define PEER	 4051
#define PROTOCOL 253

/* What ICMP says; of which error, and whether that one is final: without IP_RECVERR it
 * is told then only. */
struct news {
	const char *name;
	unsigned char type, code;
	unsigned int rest; /* the second word of the message */
	int error;
	bool final;
	unsigned int info; /* what ee_info is to be */
};

/* RFC 792, RFC 1122 (3.2.2.1), RFC 1812 (5.2.7.1). */
static const struct news of_ip4[] = {
	{ "net-unreachable", 3, 0, 0, ENETUNREACH, false, 0 },
	{ "host-unreachable", 3, 1, 0, EHOSTUNREACH, false, 0 },
	{ "protocol-unreachable", 3, 2, 0, ENOPROTOOPT, true, 0 },
	{ "port-unreachable", 3, 3, 0, ECONNREFUSED, true, 0 },
	{ "fragmentation-needed", 3, 4, 1400, EMSGSIZE, true, 1400 },
	{ "source-route-failed", 3, 5, 0, EOPNOTSUPP, false, 0 },
	{ "net-unknown", 3, 6, 0, ENETUNREACH, true, 0 },
	{ "host-unknown", 3, 7, 0, EHOSTDOWN, true, 0 },
	{ "host-isolated", 3, 8, 0, ENONET, true, 0 },
	{ "net-prohibited", 3, 9, 0, ENETUNREACH, true, 0 },
	{ "host-prohibited", 3, 10, 0, EHOSTUNREACH, true, 0 },
	{ "net-tos", 3, 11, 0, ENETUNREACH, false, 0 },
	{ "host-tos", 3, 12, 0, EHOSTUNREACH, false, 0 },
	{ "filtered", 3, 13, 0, EHOSTUNREACH, true, 0 },
	{ "precedence-violation", 3, 14, 0, EHOSTUNREACH, true, 0 },
	{ "precedence-cutoff", 3, 15, 0, EHOSTUNREACH, true, 0 },
	{ "time-exceeded", 11, 0, 0, EHOSTUNREACH, false, 0 },
	{ "parameter-problem", 12, 0, 0x09000000, EPROTO, true, 9 },
};

/* RFC 4443; what is in the second word is told as it is. */
static const struct news of_ip6[] = {
	{ "no-route", 1, 0, 0, ENETUNREACH, false, 0 },
	{ "prohibited", 1, 1, 0, EACCES, true, 0 },
	{ "beyond-scope", 1, 2, 0, EHOSTUNREACH, false, 0 },
	{ "address-unreachable", 1, 3, 0, EHOSTUNREACH, false, 0 },
	{ "port-unreachable", 1, 4, 0, ECONNREFUSED, true, 0 },
	{ "policy", 1, 5, 0, EACCES, true, 0 },
	{ "reject-route", 1, 6, 0, EACCES, true, 0 },
	{ "other-code", 1, 7, 0, EPROTO, true, 0 },
	{ "too-big", 2, 0, 1400, EMSGSIZE, true, 1400 },
	{ "time-exceeded", 3, 0, 0, EHOSTUNREACH, false, 0 },
	{ "parameter-problem", 4, 0, 40, EPROTO, true, 40 },
};

/* Messages that are about nothing, or not for a socket. */
static const struct news ignored[] = {
	{ "code-16", 3, 16, 0, 0, false, 0 },
	{ "reassembly-time", 11, 1, 0, 0, false, 0 },
	{ "source-quench", 4, 0, 0, 0, false, 0 },
};

/* The sockets, and what their packets have behind the header of IP. */
static const struct kind {
	const char *name;
	const struct version *version;
	int type, protocol;
	const char *peer, *offender;
	unsigned long long caps;
	unsigned int port; /* of its peer, or 0 */
	unsigned char carried[12];
	long begin; /* so much of which is not payload */
} kinds[] = {
	{ "udp",
	  &ip4,
	  SOCK_DGRAM,
	  IPPROTO_UDP,
	  "127.0.0.5",
	  "127.0.0.7",
	  NEEDS_RAW,
	  PEER,
	  { PORT >> 8, PORT & 0xff, PEER >> 8, PEER & 0xff, 0, 12, 0, 0, 'l', 'o', 's',
	    't' },
	  8 },
	{ "udp6",
	  &ip6,
	  SOCK_DGRAM,
	  IPPROTO_UDP,
	  "::1",
	  "::1",
	  NEEDS_RAW,
	  PEER,
	  { PORT >> 8, PORT & 0xff, PEER >> 8, PEER & 0xff, 0, 12, 0, 0, 'l', 'o', 's',
	    't' },
	  8 },
	{ "raw",
	  &ip4,
	  SOCK_RAW,
	  PROTOCOL,
	  "127.0.0.5",
	  "127.0.0.7",
	  NEEDS_RAW,
	  0,
	  { 'p', 'a', 'c', 'k', 'e', 't', ' ', 'l', 'o', 's', 't', '.' },
	  0 },
	{ "raw6",
	  &ip6,
	  SOCK_RAW,
	  PROTOCOL,
	  "::1",
	  "::1",
	  NEEDS_RAW,
	  0,
	  { 'p', 'a', 'c', 'k', 'e', 't', ' ', 'l', 'o', 's', 't', '.' },
	  0 },
	{ "ping",
	  &ip4,
	  SOCK_DGRAM,
	  IPPROTO_ICMP,
	  "127.0.0.5",
	  "127.0.0.7",
	  NEEDS_RAW,
	  0,
	  { 8, 0, 0, 0, PORT >> 8, PORT & 0xff, 0, 1, 'l', 'o', 's', 't' },
	  0 },
	{ "ping6",
	  &ip6,
	  SOCK_DGRAM,
	  IPPROTO_ICMPV6,
	  "::1",
	  "::1",
	  NEEDS_RAW,
	  0,
	  { 128, 0, 0, 0, PORT >> 8, PORT & 0xff, 0, 1, 'l', 'o', 's', 't' },
	  0 },
};

#define CARRIED 12
#define ICMP	8

/* RFC 1071 */
static void sum_up(unsigned char *bytes, size_t length)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < length; i++)
		sum += i % 2 ? bytes[i] : (unsigned int)bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	bytes[2] = (unsigned char)(~sum >> 8);
	bytes[3] = (unsigned char)~sum;
}

/* The header of the packet that the message is about; its length. */
static size_t write_header(const struct kind *kind, unsigned char *header)
{
	struct address from = at(kind->version, 0), to = ip_address(kind->peer, 0);

	memset(header, 0, 40);
	if (kind->version->v4) {
		header[0] = 0x45;
		header[3] = 20 + CARRIED;
		header[8] = 64;
		header[9] = (unsigned char)kind->protocol;
		memcpy(header + 12, from.bytes + 4, 4);
		memcpy(header + 16, to.bytes + 4, 4);
		return 20;
	}
	header[0] = 0x60;
	header[5] = CARRIED;
	header[6] = (unsigned char)kind->protocol;
	header[7] = 64;
	memcpy(header + 8, from.bytes + 8, 16);
	memcpy(header + 24, to.bytes + 8, 16);
	return 40;
}

/* Sends it from the offender to who sent the packet. */
static void say(const struct kind *kind, const struct news *news)
{
	unsigned char message[ICMP + 40 + CARRIED] = { news->type, news->code };
	size_t length = ICMP + write_header(kind, message + ICMP);
	bool v4 = kind->version->v4;
	int fd = must_socket(kind->version->domain, SOCK_RAW,
			     v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);

	for (int i = 0; i < 4; i++)
		message[4 + i] = (unsigned char)(news->rest >> (24 - 8 * i));
	memcpy(message + length, kind->carried, CARRIED);
	length += CARRIED;
	if (v4)
		sum_up(message, length);
	must_bind(fd, ip_address(kind->offender, 0));
	send_bytes(fd, message, length, at(kind->version, 0));
}

static int open_kind(const struct kind *kind, bool connected, bool recverr)
{
	bool v4 = kind->version->v4,
	     echo = kind->protocol == IPPROTO_ICMP || kind->protocol == IPPROTO_ICMPV6;
	int fd;

	if (echo)
		set_ping_group_range(0, 0);
	fd = must_socket(kind->version->domain, kind->type, kind->protocol);
	must_bind(fd, at(kind->version, kind->type == SOCK_RAW ? 0 : PORT));
	if (connected)
		must_connect(fd, ip_address(kind->peer, kind->port));
	if (recverr)
		must_option(fd, v4 ? IPPROTO_IP : IPPROTO_IPV6,
			    v4 ? IP_RECVERR : IPV6_RECVERR, 1);
	return fd;
}

struct row {
	const struct kind *kind;
	const struct news *news;
	bool connected, recverr;
};

static void is_told(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind, row->connected, row->recverr);

	say(row->kind, row->news);
	wait_error(fd);
	expect_errno(row->news->error, receive(fd, 64, 0));
	expect_nothing(fd);
}

/* Of another socket that is told of everything, so that it has come by then. */
static void let_pass(const struct kind *kind)
{
	struct kind other = *kind;
	struct news news = { .type = kind->version->v4 ? 3 : 1,
			     .code = kind->version->v4 ? 3 : 4 };
	int fd = must_socket(kind->version->domain, SOCK_DGRAM, 0);

	must_bind(fd, at(kind->version, PORT + 9));
	must_option(fd, kind->version->v4 ? IPPROTO_IP : IPPROTO_IPV6,
		    kind->version->v4 ? IP_RECVERR : IPV6_RECVERR, 1);
	other.protocol = IPPROTO_UDP;
	other.carried[0] = (PORT + 9) >> 8;
	other.carried[1] = (PORT + 9) & 0xff;
	say(&other, &news);
	wait_error(fd);
}

static void is_not_told(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind, row->connected, row->recverr);

	say(row->kind, row->news);
	let_pass(row->kind);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT));
	expect_queue_empty(fd);
}

static void is_queued(const void *data)
{
	const struct row *row = data;
	bool v4 = row->kind->version->v4;
	struct address offender = ip_address(row->kind->offender, 0);
	struct sock_extended_err error = {
		.ee_errno = (unsigned int)row->news->error,
		.ee_origin = v4 ? SO_EE_ORIGIN_ICMP : SO_EE_ORIGIN_ICMP6,
		.ee_type = row->news->type,
		.ee_code = row->news->code,
		.ee_info = row->news->info,
	};
	struct controls_received control;
	long size = CARRIED - row->kind->begin;
	int fd = open_kind(row->kind, row->connected, row->recverr);

	say(row->kind, row->news);
	wait_error(fd);
	expect_value(size, receive_control(fd, 64, MSG_ERRQUEUE, 200, &control));
	expect_that(!memcmp(inbox.buffer, row->kind->carried + row->kind->begin,
			    (size_t)size),
		    "other bytes than were sent");
	expect_that(control.length >= CMSG_LEN(sizeof(error) + (size_t)offender.length),
		    "control messages of %zu bytes", control.length);
	expect_that(!memcmp(control.bytes + CMSG_LEN(0), &error, sizeof(error)),
		    "another error");
	expect_that(!memcmp(control.bytes + CMSG_LEN(sizeof(error)), offender.bytes,
			    (size_t)offender.length),
		    "another offender");
	expect_queue_empty(fd);
	expect_nothing(fd);
}

/* The packet's destination is told as the address. */
static void is_named(const void *data)
{
	const struct row *row = data;
	struct address to = ip_address(row->kind->peer, row->kind->port);
	int fd = open_kind(row->kind, row->connected, row->recverr);

	say(row->kind, row->news);
	wait_error(fd);
	expect_received(CARRIED - row->kind->begin, &to, ROOM,
			receive(fd, 64, MSG_ERRQUEUE));
	expect_queue_empty(fd);
}

static const char *rule_for(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return "error.refused";
	case EHOSTUNREACH:
		return "error.host_unreachable";
	case ENETUNREACH:
		return "error.network_unreachable";
	case EMSGSIZE:
		return "error.too_long";
	case EPROTO:
		return "error.parameter_problem";
	case ENOPROTOOPT:
		return "error.no_protocol";
	case EHOSTDOWN:
		return "error.host_down";
	case ENONET:
		return "error.host_isolated";
	case EOPNOTSUPP:
		return "error.source_route";
	default:
		return "error.prohibited";
	}
}

static void add(const struct row *row, const char *rule, void (*run)(const void *))
{
	add_case(.name = name_case("recvfrom.%s[%s,icmp,%s%s%s]", rule, row->kind->name,
				   row->news->name, row->connected ? ",connected" : "",
				   row->recverr ? ",recverr" : ""),
		 .run_row = run, .row = keep_row(row, sizeof(*row)),
		 .caps = row->kind->caps,
		 .has = { FEATURE_FAMILY(row->kind->version->domain) });
}

/* raw6 and echo sockets of IPv6 have no eye for ICMPV6_PKT_TOOBIG: it is not final. */
static bool is_final(const struct kind *kind, const struct news *news)
{
	return news->final && (strcmp(news->name, "too-big") || kind == &kinds[1]);
}

static void add_news(const struct kind *kind, const struct news *news)
{
	struct row row = { kind, news, true, false };
	bool final = is_final(kind, news);

	add(&row, final ? rule_for(news->error) : "error.none_waits",
	    final ? is_told : is_not_told);
	row.connected = false;
	add(&row, "error.none_waits", is_not_told);
	row.recverr = true;
	add(&row, rule_for(news->error), is_told);
	add(&row, "errqueue.explained", is_queued);
	add(&row, "errqueue.received", is_named);
}

CASES(news)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		bool v4 = kinds[k].version->v4;
		size_t count = v4 ? COUNT(of_ip4) : COUNT(of_ip6);

		for (size_t i = 0; i < count; i++)
			add_news(&kinds[k], v4 ? &of_ip4[i] : &of_ip6[i]);
	}
	for (size_t i = 0; i < COUNT(ignored); i++)
		add(&(struct row){ &kinds[0], &ignored[i], true, true },
		    "error.none_waits", is_not_told);
}
