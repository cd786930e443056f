/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * control_carried.c - recvmsg(2) of UDP and raw sockets with control messages about
 * what a packet carries besides the fields of its header: options of IPv4, extension
 * headers of IPv6 by their new and their old names.
 */
#include "udp.h"

#define DUES	 4
#define PROTOCOL 253

/* What is asked for, and what comes of it. */
struct asked {
	int level, optname;
};

/* A receiver, to whose address a datagram of four bytes is sent. */
struct row {
	const char *name;
	const char *rule;
	const struct version *version;
	struct asked asked[DUES];
	struct control_due due[DUES];
	size_t count;
};

static int receiver(const struct row *row)
{
	int fd = must_socket(row->version->domain, SOCK_DGRAM, 0);

	must_bind(fd, at(row->version, PORT));
	for (size_t i = 0; i < DUES && row->asked[i].optname; i++)
		must_option(fd, row->asked[i].level, row->asked[i].optname, 1);
	return fd;
}

static int sender(const struct version *version)
{
	int fd = must_socket(version->v4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);

	must_bind(fd, version->v4 ? inet("127.0.0.2", FROM) : inet6("::1", FROM));
	return fd;
}

static void send_to_port(const struct version *version, int fd)
{
	must_send(fd, version->v4 ? inet("127.0.0.1", PORT) : inet6("::1", PORT));
}

static void set_bytes(int fd, int level, int optname, const void *bytes,
		      unsigned int length)
{
	sc_must(SC_LINE, t_setsockopt(fd, level, optname, bytes, length),
		"setsockopt(2)");
}

static void expect_controls(const struct row *row, int fd, long size)
{
	struct controls_received control;

	wait_readable(fd);
	expect_value(size, receive_control(fd, 64, MSG_PEEK, 256, &control));
	expect_due(&control, row->due, row->count);
	expect_value(size, receive_control(fd, 64, 0, 256, &control));
	expect_due(&control, row->due, row->count);
	expect_nothing(fd);
}

/* RFC 791, 3.1: three times 'no operation', and the end; a route to be recorded, with
 * room for one address. */
static const unsigned char pauses[4] = { 1, 1, 1, 0 };
static const unsigned char route[8] = { 7, 7, 4 };

#define RECVOPTS                        \
	{                               \
		IPPROTO_IP, IP_RECVOPTS \
	}
#define RETOPTS                        \
	{                              \
		IPPROTO_IP, IP_RETOPTS \
	}
#define RECVTTL                        \
	{                              \
		IPPROTO_IP, IP_RECVTTL \
	}
#define DUE(level_, type_, length_, ...)                                      \
	{                                                                     \
		.level = level_, .type = type_, .length = length_, .bytes = { \
			__VA_ARGS__                                           \
		}                                                             \
	}
/* The route has come, with the address that the sender has; of what an answer carries,
 * the room is full as well. */
#define ROUTE(type_) DUE(IPPROTO_IP, type_, 8, 7, 7, 8, 127, 0, 0, 2)

static const struct option_row {
	struct row row;
	const unsigned char *options;
	unsigned int length;
} option_rows[] = {
	{ { "udp,recvopts,pauses",
	    "options",
	    &ip4,
	    { RECVOPTS },
	    { DUE(IPPROTO_IP, IP_RECVOPTS, 4, 1, 1, 1, 0) },
	    1 },
	  pauses,
	  sizeof(pauses) },
	{ { "udp,recvopts,route",
	    "options",
	    &ip4,
	    { RECVOPTS },
	    { ROUTE(IP_RECVOPTS) },
	    1 },
	  route,
	  sizeof(route) },
	{ { "udp,retopts,pauses",
	    "options",
	    &ip4,
	    { RETOPTS },
	    { DUE(IPPROTO_IP, IP_RETOPTS, 0, 0) },
	    1 },
	  pauses,
	  sizeof(pauses) },
	{ { "udp,retopts,route",
	    "options",
	    &ip4,
	    { RETOPTS },
	    { ROUTE(IP_RETOPTS) },
	    1 },
	  route,
	  sizeof(route) },
	{ { "udp,recvopts,retopts,route",
	    "options",
	    &ip4,
	    { RETOPTS, RECVOPTS },
	    { ROUTE(IP_RECVOPTS), ROUTE(IP_RETOPTS) },
	    2 },
	  route,
	  sizeof(route) },
	{ { "udp,ttl,recvopts,route",
	    "options",
	    &ip4,
	    { RECVOPTS, RECVTTL },
	    { DUE(IPPROTO_IP, IP_TTL, 4, 64), ROUTE(IP_RECVOPTS) },
	    2 },
	  route,
	  sizeof(route) },
	{ { "udp6,mapped,recvopts,route",
	    "options",
	    &mapped,
	    { RECVOPTS },
	    { ROUTE(IP_RECVOPTS) },
	    1 },
	  route,
	  sizeof(route) },
	{ { "udp,recvopts,retopts,none",
	    "nothing_to_tell",
	    &ip4,
	    { RECVOPTS, RETOPTS },
	    { { .level = 0 } },
	    0 },
	  pauses,
	  0 },
	{ { "udp,ttl,checksum,route",
	    "told",
	    &ip4,
	    { RECVTTL, { IPPROTO_IP, LINUX_IP_CHECKSUM } },
	    { DUE(IPPROTO_IP, IP_TTL, 4, 64) },
	    1 },
	  route,
	  sizeof(route) },
	{ { "udp,route,not-asked",
	    "not_asked",
	    &ip4,
	    { { 0, 0 } },
	    { { .level = 0 } },
	    0 },
	  route,
	  sizeof(route) },
};

static void has_options(const void *data)
{
	const struct option_row *row = data;
	int fd = receiver(&row->row), other = sender(row->row.version);

	if (row->length)
		set_bytes(other, IPPROTO_IP, IP_OPTIONS, row->options, row->length);
	send_to_port(row->row.version, other);
	expect_controls(&row->row, fd, 4);
}

/* Options are told as they came, and the room for them may be short. */
CASE("recvfrom.control.cut[udp,recvopts,route]", .doors = SC_RECVMSG | SC_RECVMMSG,
     .has = { FEATURE_FAMILY(AF_INET) })
{
	struct controls_received control;
	int fd = receiver(&option_rows[1].row), other = sender(&ip4);

	set_bytes(other, IPPROTO_IP, IP_OPTIONS, route, sizeof(route));
	send_to_port(&ip4, other);
	wait_readable(fd);
	expect_value(4, receive_control(fd, 64, 0, CMSG_LEN(7), &control));
	expect_that(control.length == CMSG_LEN(7), "%zu bytes", control.length);
}

/* RFC 8200, 4.2: options of their own to pass over, PadN, so that there are 8 bytes. */
#define OPTION(next) next, 0, 1, 4, 0, 0, 0, 0
static const unsigned char pad[8] = { OPTION(0) };

#define UDP IPPROTO_UDP
#define IP6(o)                               \
	{                                    \
		IPPROTO_IPV6, LINUX_IPV6_##o \
	}
/* What a message is called, and what header is next. */
#define EXTENSION(o, next) DUE(IPPROTO_IPV6, LINUX_IPV6_##o, 8, OPTION(next))

static const struct extension_row {
	struct row row;
	bool hop, destination;
} extension_rows[] = {
	{ { "udp6,hop",
	    "told",
	    &ip6,
	    { IP6(RECVHOPOPTS) },
	    { EXTENSION(HOPOPTS, UDP) },
	    1 },
	  true,
	  false },
	{ { "udp6,destination",
	    "told",
	    &ip6,
	    { IP6(RECVDSTOPTS) },
	    { EXTENSION(DSTOPTS, UDP) },
	    1 },
	  false,
	  true },
	{ { "udp6,hop,destination",
	    "told",
	    &ip6,
	    { IP6(RECVDSTOPTS), IP6(RECVHOPOPTS) },
	    { EXTENSION(HOPOPTS, IPPROTO_DSTOPTS), EXTENSION(DSTOPTS, UDP) },
	    2 },
	  true,
	  true },
	{ { "udp6,hop,of-both",
	    "told",
	    &ip6,
	    { IP6(RECVHOPOPTS), IP6(RECVRTHDR) },
	    { EXTENSION(HOPOPTS, IPPROTO_DSTOPTS) },
	    1 },
	  true,
	  true },
	{ { "udp6,destination,of-both",
	    "told",
	    &ip6,
	    { IP6(RECVDSTOPTS) },
	    { EXTENSION(DSTOPTS, UDP) },
	    1 },
	  true,
	  true },
	{ { "udp6,old,hop",
	    "told",
	    &ip6,
	    { IP6(2292HOPOPTS) },
	    { EXTENSION(2292HOPOPTS, UDP) },
	    1 },
	  true,
	  false },
	{ { "udp6,old,destination",
	    "told",
	    &ip6,
	    { IP6(2292DSTOPTS) },
	    { EXTENSION(2292DSTOPTS, UDP) },
	    1 },
	  false,
	  true },
	{ { "udp6,old,hop,destination",
	    "told",
	    &ip6,
	    { IP6(2292DSTOPTS), IP6(2292HOPOPTS) },
	    { EXTENSION(2292HOPOPTS, IPPROTO_DSTOPTS), EXTENSION(2292DSTOPTS, UDP) },
	    2 },
	  true,
	  true },
	{ { "udp6,new-and-old",
	    "told",
	    &ip6,
	    { IP6(2292DSTOPTS), IP6(RECVDSTOPTS) },
	    { EXTENSION(DSTOPTS, UDP), EXTENSION(2292DSTOPTS, UDP) },
	    2 },
	  false,
	  true },
	{ { "udp6,extensions,none",
	    "nothing_to_tell",
	    &ip6,
	    { IP6(RECVHOPOPTS), IP6(RECVDSTOPTS), IP6(2292HOPOPTS), IP6(2292DSTOPTS) },
	    { { .level = 0 } },
	    0 },
	  false,
	  false },
	{ { "udp6,extensions,routing-only",
	    "nothing_to_tell",
	    &ip6,
	    { IP6(RECVRTHDR), IP6(2292RTHDR) },
	    { { .level = 0 } },
	    0 },
	  true,
	  true },
};

static void has_extensions(const void *data)
{
	const struct extension_row *row = data;
	int fd = receiver(&row->row), other = sender(&ip6);

	if (row->destination)
		set_bytes(other, IPPROTO_IPV6, LINUX_IPV6_DSTOPTS, pad, sizeof(pad));
	if (row->hop)
		set_bytes(other, IPPROTO_IPV6, LINUX_IPV6_HOPOPTS, pad, sizeof(pad));
	send_to_port(&ip6, other);
	expect_controls(&row->row, fd, 4);
}

/* They may be set once the sender is connected, too. */
CASE("recvfrom.control.told[udp6,destination,connected]",
     .doors = SC_RECVMSG | SC_RECVMMSG, .has = { FEATURE_FAMILY(AF_INET6) })
{
	static const struct row row = {
		.version = &ip6,
		.asked = { IP6(RECVDSTOPTS) },
		.due = { EXTENSION(DSTOPTS, UDP) },
		.count = 1,
	};
	int fd = receiver(&row), other = sender(&ip6);

	must_connect(other, at(&ip6, PORT));
	set_bytes(other, IPPROTO_IPV6, LINUX_IPV6_DSTOPTS, pad, sizeof(pad));
	sc_must(SC_LINE, t_sendto(other, "data", 4, 0, NULL, 0), "sendto(2)");
	wait_readable(fd);
	expect_controls(&row, fd, 4);
}

/* A raw socket's packets have them as well. */
CASE("recvfrom.control.told[raw6,hop,destination]", .doors = SC_RECVMSG | SC_RECVMMSG,
     .caps = NEEDS_RAW, .has = { FEATURE_FAMILY(AF_INET6) })
{
	static const struct row due = {
		.due = { EXTENSION(HOPOPTS, IPPROTO_DSTOPTS),
			 EXTENSION(DSTOPTS, PROTOCOL) },
		.count = 2,
	};
	int fd = must_socket(AF_INET6, SOCK_RAW, PROTOCOL);
	int other = must_socket(AF_INET6, SOCK_RAW, PROTOCOL);

	must_bind(other, inet6("::1", 0));
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_RECVHOPOPTS, 1);
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_RECVDSTOPTS, 1);
	set_bytes(other, IPPROTO_IPV6, LINUX_IPV6_HOPOPTS, pad, sizeof(pad));
	set_bytes(other, IPPROTO_IPV6, LINUX_IPV6_DSTOPTS, pad, sizeof(pad));
	must_send(other, inet6("::1", 0));
	expect_controls(&due, fd, 4);
}

/* RFC 8200, 4.4: a routing header of which nothing is left to be done; a raw socket
 * makes it, with destination options before and behind it. */
#define ROUTING(next)	   next, 0, 0, 0, 0, 0, 0, 0
#define LONG_ROUTING(next) next, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
/* A datagram of UDP from FROM to PORT, of 4 bytes. */
static const unsigned char datagram[12] = {
	FROM >> 8, FROM & 255, PORT >> 8, PORT & 255, 0, 12, 0, 0, 'd', 'a', 't', 'a'
};

static void sum_up(unsigned char *bytes)
{
	struct address address = inet6("::1", 0);
	unsigned int sum = IPPROTO_UDP + sizeof(datagram);

	for (size_t twice = 0; twice < 2; twice++)
		for (size_t i = 0; i < 16; i++)
			sum += (unsigned int)address.bytes[8 + i] << (i % 2 ? 0 : 8);
	for (size_t i = 0; i < sizeof(datagram); i++)
		sum += (unsigned int)bytes[i] << (i % 2 ? 0 : 8);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	bytes[6] = (unsigned char)(~sum >> 8);
	bytes[7] = (unsigned char)~sum;
}

/* Sends it behind these headers, of so many times 8 bytes together. */
static void send_behind(const unsigned char *headers, size_t count, int first)
{
	unsigned char packet[3 * 8 + sizeof(datagram)];
	int raw = must_socket(AF_INET6, SOCK_RAW, first);

	memcpy(packet, headers, count * 8);
	memcpy(packet + count * 8, datagram, sizeof(datagram));
	sum_up(packet + count * 8);
	must_bind(raw, inet6("::1", 0));
	send_bytes(raw, packet, count * 8 + sizeof(datagram), inet6("::1", 0));
}

#define ROUTE6(o, next) DUE(IPPROTO_IPV6, LINUX_IPV6_##o, 8, ROUTING(next))
#define DST		IPPROTO_DSTOPTS
#define RT		IPPROTO_ROUTING

static const struct routing_row {
	struct row row;
	unsigned char headers[24];
	size_t headers_count;
	int first;
} routing_rows[] = {
	{ { "udp6,routing",
	    "told",
	    &ip6,
	    { IP6(RECVRTHDR) },
	    { ROUTE6(RTHDR, UDP) },
	    1 },
	  { ROUTING(UDP) },
	  1,
	  RT },
	{ { "udp6,old,routing",
	    "told",
	    &ip6,
	    { IP6(2292RTHDR) },
	    { ROUTE6(2292RTHDR, UDP) },
	    1 },
	  { ROUTING(UDP) },
	  1,
	  RT },
	{ { "udp6,routing,destination",
	    "told",
	    &ip6,
	    { IP6(RECVDSTOPTS), IP6(RECVRTHDR) },
	    { EXTENSION(DSTOPTS, RT), ROUTE6(RTHDR, DST), EXTENSION(DSTOPTS, UDP) },
	    3 },
	  { OPTION(RT), ROUTING(DST), OPTION(UDP) },
	  3,
	  DST },
	{ { "udp6,long-routing,destination",
	    "told",
	    &ip6,
	    { IP6(RECVDSTOPTS), IP6(RECVRTHDR) },
	    { DUE(IPPROTO_IPV6, LINUX_IPV6_RTHDR, 16, LONG_ROUTING(DST)),
	      EXTENSION(DSTOPTS, UDP) },
	    2 },
	  { LONG_ROUTING(DST), OPTION(UDP) },
	  3,
	  RT },
	{ { "udp6,routing,of-all",
	    "told",
	    &ip6,
	    { IP6(RECVRTHDR) },
	    { ROUTE6(RTHDR, DST) },
	    1 },
	  { OPTION(RT), ROUTING(DST), OPTION(UDP) },
	  3,
	  DST },
	{ { "udp6,destination,of-all",
	    "told",
	    &ip6,
	    { IP6(RECVDSTOPTS) },
	    { EXTENSION(DSTOPTS, RT), EXTENSION(DSTOPTS, UDP) },
	    2 },
	  { OPTION(RT), ROUTING(DST), OPTION(UDP) },
	  3,
	  DST },
	{ { "udp6,old,routing,destination",
	    "told",
	    &ip6,
	    { IP6(2292DSTOPTS), IP6(2292RTHDR) },
	    { EXTENSION(2292DSTOPTS, RT), ROUTE6(2292RTHDR, DST),
	      EXTENSION(2292DSTOPTS, UDP) },
	    3 },
	  { OPTION(RT), ROUTING(DST), OPTION(UDP) },
	  3,
	  DST },
	{ { "udp6,old,destination,before-routing",
	    "told",
	    &ip6,
	    { IP6(2292DSTOPTS) },
	    { EXTENSION(2292DSTOPTS, RT) },
	    1 },
	  { OPTION(RT), ROUTING(UDP) },
	  2,
	  DST },
};

static void has_routing(const void *data)
{
	const struct routing_row *row = data;
	int fd = receiver(&row->row);

	send_behind(row->headers, row->headers_count, row->first);
	expect_controls(&row->row, fd, 4);
}

static void add_row(const struct row *row, void (*run)(const void *), const void *data,
		    unsigned long long caps)
{
	add_case(.name = name_case("recvfrom.control.%s[%s]", row->rule, row->name),
		 .run_row = run, .row = data, .caps = caps,
		 .doors = SC_RECVMSG | SC_RECVMMSG,
		 .has = { FEATURE_FAMILY(AF_INET),
			  FEATURE_FAMILY(row->version->domain) });
}

CASES(carried)
{
	for (size_t i = 0; i < COUNT(option_rows); i++)
		add_row(&option_rows[i].row, has_options, &option_rows[i], 0);
	for (size_t i = 0; i < COUNT(extension_rows); i++)
		add_row(&extension_rows[i].row, has_extensions, &extension_rows[i],
			NEEDS_RAW);
	for (size_t i = 0; i < COUNT(routing_rows); i++)
		add_row(&routing_rows[i].row, has_routing, &routing_rows[i], NEEDS_RAW);
}

/* An address of the link is told with its interface's index, which lo's is 1. */
CASE("recvfrom.control.told[udp6,origdst6,link-local]",
     .doors = SC_RECVMSG | SC_RECVMMSG, .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct control_due due = { .level = IPPROTO_IPV6,
				   .type = LINUX_IPV6_RECVORIGDSTADDR };
	struct address to = inet6_scoped("fe80::1", PORT, 1);
	struct controls_received control;
	int fd, other;

	add_local_address("lo", "fe80::1", 64);
	wait_reachable("fe80::1");
	fd = must_socket(AF_INET6, SOCK_DGRAM, 0);
	other = must_socket(AF_INET6, SOCK_DGRAM, 0);
	must_bind(fd, inet6("::", PORT));
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_RECVORIGDSTADDR, 1);
	must_bind(other, inet6_scoped("fe80::1", FROM, 1));
	must_send(other, to);
	wait_readable(fd);
	due.length = (size_t)to.length;
	memcpy(due.bytes, to.bytes, due.length);
	expect_value(4, receive_control(fd, 64, 0, 256, &control));
	expect_due(&control, &due, 1);
}

/* Where there is no header of options, what is there is not taken for one: ports of
 * which the first would be one of 8 bytes. */
CASE("recvfrom.control.nothing_to_tell[udp6,extensions,none,port-4096]",
     .doors = SC_RECVMSG | SC_RECVMMSG, .has = { FEATURE_FAMILY(AF_INET6) })
{
	static const int asked[] = { LINUX_IPV6_RECVHOPOPTS, LINUX_IPV6_2292HOPOPTS,
				     LINUX_IPV6_RECVDSTOPTS, LINUX_IPV6_2292DSTOPTS };
	struct controls_received control;
	int fd = must_socket(AF_INET6, SOCK_DGRAM, 0), other;

	must_bind(fd, inet6("::1", PORT));
	for (size_t i = 0; i < COUNT(asked); i++)
		must_option(fd, IPPROTO_IPV6, asked[i], 1);
	other = must_socket(AF_INET6, SOCK_DGRAM, 0);
	must_bind(other, inet6("::1", 4096));
	must_send(other, inet6("::1", PORT));
	wait_readable(fd);
	expect_value(4, receive_control(fd, 64, 0, 256, &control));
	expect_due(&control, NULL, 0);
}

/* IPV6_ORIGDSTADDR has the port from behind the header: where there are no two ports,
 * it is not told. */
CASE("recvfrom.control.nothing_to_tell[raw6,origdst6,two-bytes]",
     .doors = SC_RECVMSG | SC_RECVMMSG, .caps = NEEDS_RAW,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct controls_received control;
	int fd = must_socket(AF_INET6, SOCK_RAW, PROTOCOL);

	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_RECVORIGDSTADDR, 1);
	send_bytes(fd, "ab", 2, inet6("::1", 0));
	wait_readable(fd);
	expect_value(2, receive_control(fd, 64, 0, 256, &control));
	expect_due(&control, NULL, 0);
}
