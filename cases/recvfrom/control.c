/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * control.c - recvmsg(2) of UDP, raw and echo sockets with room for control messages:
 * what each option has told, all of them in their order, and what is cut where there is
 * less room.
 */
#include <stdio.h>
#include <sys/time.h>

#include "ip.h"

#define PORT	 4040
#define FROM	 4041
#define PROTOCOL 253
#define NUMBER	 0x1234

/* What the sender has its packets say. */
#define TTL    33
#define TOS    0x10
#define HOPS   44
#define TCLASS 0x20

/* Who receives "data": the kind of socket, and where it is sent to. */
struct receiver {
	const char *name;
	int domain, type, protocol;
	const char *to, *from;
	bool v4; /* the packet */
	long size;
	unsigned long long caps;
};

static const struct receiver udp = { "udp",	  AF_INET, SOCK_DGRAM, 0, "127.0.0.9",
				     "127.0.0.2", true,	   4,	       0 };
/* The group of all hosts, which lo is in like any interface that is up. */
#define GROUP "224.0.0.1"
static const struct receiver udp_group = { "udp,group", AF_INET, SOCK_DGRAM, 0, GROUP,
					   "127.0.0.2", true,	 4,	     0 };
static const struct receiver udp6 = { "udp6", AF_INET6, SOCK_DGRAM, 0, "::1",
				      "::1",  false,	4,	    0 };
/* Sent without a label of its flow. */
static const struct receiver udp6_flow = { "udp6", AF_INET6, SOCK_DGRAM, 0, "::1",
					   "::1",  false,    4,		 0 };
static const struct receiver udp_mapped = {
	"udp6,mapped",	    AF_INET6, SOCK_DGRAM, 0, "::ffff:127.0.0.9",
	"::ffff:127.0.0.2", true,     4,	  0
};
static const struct receiver raw = { "raw",    AF_INET,	    SOCK_RAW,
				     PROTOCOL, "127.0.0.9", "127.0.0.2",
				     true,     24,	    NEEDS_RAW };
static const struct receiver raw6 = { "raw6", AF_INET6, SOCK_RAW, PROTOCOL, "::1",
				      "::1",  false,	4,	  NEEDS_RAW };
/* These are told of the reply. */
static const struct receiver ping = { "ping",	    AF_INET,	 SOCK_DGRAM,
				      IPPROTO_ICMP, "127.0.0.2", "127.0.0.9",
				      true,	    12,		 0 };
static const struct receiver ping6 = { "ping6",	       AF_INET6, SOCK_DGRAM,
				       IPPROTO_ICMPV6, "::1",	 "::1",
				       false,	       12,	 0 };

static bool is_echo(const struct receiver *it)
{
	return it->protocol == IPPROTO_ICMP || it->protocol == IPPROTO_ICMPV6;
}

/* The options, and what comes of each. */
enum what {
	NOTHING,
	TIME,
	TIME_NS,
	PKTINFO,
	TTL_OF,
	TOS_OF,
	ORIGDST,
	PKTINFO6,
	HOPLIMIT,
	CLASS,
	ORIGDST6,
	OPTIONS,
	GRO,
	TIME_NEW,
	TIME_NS_NEW,
	MARK,
	SUM,
	FRAGMENTS,
	OLD_OPTIONS,
	FLOW,
	HOP,
	DEST,
	ROUTE,
	OLD_INFO,
	OLD_HOPS,
	OLD_HOP,
	OLD_DEST,
	OLD_ROUTE,
	FRAGMENTS6,
};

static const struct option {
	const char *name;
	int level, optname;
	int type; /* of the message, where it is another number */
} options[] = {
	[TIME] = { "timestamp", SOL_SOCKET, SO_TIMESTAMP, SCM_TIMESTAMP },
	[TIME_NS] = { "timestampns", SOL_SOCKET, SO_TIMESTAMPNS, SCM_TIMESTAMPNS },
	[PKTINFO] = { "pktinfo", IPPROTO_IP, IP_PKTINFO, IP_PKTINFO },
	[TTL_OF] = { "ttl", IPPROTO_IP, IP_RECVTTL, IP_TTL },
	[TOS_OF] = { "tos", IPPROTO_IP, IP_RECVTOS, IP_TOS },
	[ORIGDST] = { "origdst", IPPROTO_IP, IP_RECVORIGDSTADDR, IP_ORIGDSTADDR },
	[PKTINFO6] = { "pktinfo6", IPPROTO_IPV6, IPV6_RECVPKTINFO, IPV6_PKTINFO },
	[HOPLIMIT] = { "hoplimit", IPPROTO_IPV6, IPV6_RECVHOPLIMIT, IPV6_HOPLIMIT },
	[CLASS] = { "tclass", IPPROTO_IPV6, IPV6_RECVTCLASS, IPV6_TCLASS },
	[ORIGDST6] = { "origdst6", IPPROTO_IPV6, LINUX_IPV6_RECVORIGDSTADDR,
		       LINUX_IPV6_RECVORIGDSTADDR },
	[OPTIONS] = { "options", IPPROTO_IP, IP_RECVOPTS, IP_RECVOPTS },
	[GRO] = { "gro", IPPROTO_UDP, LINUX_UDP_GRO, LINUX_UDP_GRO },
	[TIME_NEW] = { "timestamp-new", SOL_SOCKET, LINUX_SO_TIMESTAMP_NEW,
		       LINUX_SO_TIMESTAMP_NEW },
	[TIME_NS_NEW] = { "timestampns-new", SOL_SOCKET, LINUX_SO_TIMESTAMPNS_NEW,
			  LINUX_SO_TIMESTAMPNS_NEW },
	[MARK] = { "mark", SOL_SOCKET, LINUX_SO_RCVMARK, SO_MARK },
	[SUM] = { "checksum", IPPROTO_IP, LINUX_IP_CHECKSUM, LINUX_IP_CHECKSUM },
	[FRAGMENTS] = { "fragsize", IPPROTO_IP, LINUX_IP_RECVFRAGSIZE,
			LINUX_IP_RECVFRAGSIZE },
	[FLOW] = { "flowinfo", IPPROTO_IPV6, LINUX_IPV6_FLOWINFO, LINUX_IPV6_FLOWINFO },
	[HOP] = { "hopopts", IPPROTO_IPV6, IPV6_RECVHOPOPTS, IPV6_HOPOPTS },
	[DEST] = { "dstopts", IPPROTO_IPV6, IPV6_RECVDSTOPTS, IPV6_DSTOPTS },
	[ROUTE] = { "rthdr", IPPROTO_IPV6, IPV6_RECVRTHDR, IPV6_RTHDR },
	[OLD_INFO] = { "2292pktinfo", IPPROTO_IPV6, IPV6_2292PKTINFO,
		       IPV6_2292PKTINFO },
	[OLD_HOPS] = { "2292hoplimit", IPPROTO_IPV6, IPV6_2292HOPLIMIT,
		       IPV6_2292HOPLIMIT },
	[OLD_HOP] = { "2292hopopts", IPPROTO_IPV6, IPV6_2292HOPOPTS, IPV6_2292HOPOPTS },
	[OLD_DEST] = { "2292dstopts", IPPROTO_IPV6, IPV6_2292DSTOPTS,
		       IPV6_2292DSTOPTS },
	[OLD_ROUTE] = { "2292rthdr", IPPROTO_IPV6, IPV6_2292RTHDR, IPV6_2292RTHDR },
	[FRAGMENTS6] = { "fragsize6", IPPROTO_IPV6, LINUX_IPV6_RECVFRAGSIZE,
			 LINUX_IPV6_RECVFRAGSIZE },
	[OLD_OPTIONS] = { "retopts", IPPROTO_IP, IP_RETOPTS, IP_RETOPTS },
};

#define WHATS 6

static void set_options(int fd, const enum what *asked, int value)
{
	for (size_t i = 0; i < WHATS && asked[i]; i++)
		must_option(fd, options[asked[i]].level, options[asked[i]].optname,
			    value);
}

static int open_receiver(const struct receiver *it)
{
	int fd;

	if (is_echo(it))
		set_ping_group_range(0, 0);
	fd = must_socket(it->domain, it->type, it->protocol);
	if (is_echo(it))
		must_bind(fd, ip_address(it->to, NUMBER));
	else if (it->type == SOCK_DGRAM)
		must_bind(fd,
			  ip_address(it->domain == AF_INET ? "0.0.0.0" : "::", PORT));
	return fd;
}

static void mark_packets(int fd, bool v4)
{
	must_option(fd, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_TTL : IPV6_UNICAST_HOPS,
		    v4 ? TTL : HOPS);
	must_option(fd, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_TOS : IPV6_TCLASS,
		    v4 ? TOS : TCLASS);
}

static void send_request(const struct receiver *it, int fd)
{
	unsigned char request[12] = { 8, [8] = 'd', 'a', 't', 'a' };

	if (!it->v4)
		request[0] = 128;
	send_bytes(fd, request, sizeof(request), ip_address(it->from, 0));
}

/* To a group there is no route: packets take the interface that they are sent by. */
static void send_by_lo(int fd)
{
	struct in_addr by = { htonl(INADDR_LOOPBACK) };

	must(!t_setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &by, sizeof(by)),
	     "IP_MULTICAST_IF");
}

/* Sends it from an address of its own; an echo socket asks by itself. */
static void send_data(const struct receiver *it, int fd)
{
	bool ports = it->type == SOCK_DGRAM && !is_echo(it);
	int sender = is_echo(it) ? fd : must_socket(it->domain, it->type, it->protocol);

	mark_packets(sender, it->v4);
	/* Else the kernel chooses a label for each pair of sockets. */
	if (it == &udp6_flow)
		must_option(sender, IPPROTO_IPV6, LINUX_IPV6_AUTOFLOWLABEL, 0);
	if (is_echo(it)) {
		send_request(it, fd);
	} else {
		must_bind(sender, ip_address(it->from, ports ? FROM : 0));
		if (it == &udp_group)
			send_by_lo(sender);
		must_send(sender, ip_address(it->to, ports ? PORT : 0));
	}
	wait_readable(fd);
}

/* What is due of one option: its bytes; none where only the length is known. */
struct due {
	unsigned char bytes[32];
	size_t length;
	bool open;
};

static void due_number(struct due *due, int number)
{
	due->length = sizeof(number);
	memcpy(due->bytes, &number, sizeof(number));
}

static void due_address(struct due *due, struct address address)
{
	due->length = (size_t)address.length;
	memcpy(due->bytes, address.bytes, due->length);
}

static void due_pktinfo(struct due *due, const struct receiver *it)
{
	struct address to = ip_address(it->to, 0);
	struct in_pktinfo info = { .ipi_ifindex = 1 };

	/* Of a mapped address, the last four bytes. */
	memcpy(&info.ipi_addr, to.bytes + (it->domain == AF_INET ? 4 : 8 + 12),
	       sizeof(info.ipi_addr));
	/* fib_compute_spec_dst(): of a group, lo's own, which it would answer from. */
	info.ipi_spec_dst = it == &udp_group
				    ? (struct in_addr){ htonl(INADDR_LOOPBACK) }
				    : info.ipi_addr;
	due->length = sizeof(info);
	memcpy(due->bytes, &info, sizeof(info));
}

static void due_pktinfo6(struct due *due, const struct receiver *it)
{
	struct address to = ip_address(it->to, 0);
	struct in6_pktinfo info = { .ipi6_ifindex = 1 };

	memcpy(&info.ipi6_addr, to.bytes + 8, sizeof(info.ipi6_addr));
	due->length = sizeof(info);
	memcpy(due->bytes, &info, sizeof(info));
}

static struct address v4_of(const struct receiver *it)
{
	return inet(strncmp(it->to, "::ffff:", 7) ? it->to : it->to + 7, PORT);
}

static struct due due_of(enum what what, const struct receiver *it)
{
	static const unsigned char tos = TOS;
	struct due due = { .length = 0 };

	switch (what) {
	case TIME:
		due = (struct due){ .length = sizeof(struct timeval), .open = true };
		break;
	case TIME_NS:
		due = (struct due){ .length = sizeof(struct timespec), .open = true };
		break;
	case TIME_NEW:
	case TIME_NS_NEW:
		due = (struct due){ .length = 16, .open = true };
		break;
	case MARK:
		due_number(&due, 0);
		break;
	case PKTINFO:
		due_pktinfo(&due, it);
		break;
	case TTL_OF:
		due_number(&due, is_echo(it) ? 64 : TTL);
		break;
	case TOS_OF:
		due = (struct due){ .bytes = { tos }, .length = 1 };
		break;
	case ORIGDST:
		due_address(&due, v4_of(it));
		break;
	case FLOW:
		/* The traffic class before a label of zeros. */
		due = (struct due){ .bytes = { TCLASS >> 4, (TCLASS << 4) & 0xff },
				    .length = 4 };
		break;
	case HOP:
	case OLD_HOP:
		due = (struct due){ .bytes = { IPPROTO_DSTOPTS, 0, 1, 4 },
				    .length = 8 };
		break;
	case DEST:
	case OLD_DEST:
		due = (struct due){ .bytes = { IPPROTO_UDP, 0, 1, 4 }, .length = 8 };
		break;
	case OLD_INFO:
	case PKTINFO6:
		due_pktinfo6(&due, it);
		break;
	case OLD_HOPS:
	case HOPLIMIT:
		due_number(&due, is_echo(it) ? 64 : HOPS);
		break;
	case CLASS:
		due_number(&due, TCLASS);
		break;
	default:
		due_address(&due, ip_address(it->to, PORT));
		break;
	}
	return due;
}

/* The control messages that came are these, in this order, and no more. */
static void expect_controls(const struct controls_received *control,
			    const enum what *due, const struct receiver *it)
{
	size_t at = 0;

	for (size_t i = 0; i < WHATS && due[i]; i++) {
		const struct option *option = &options[due[i]];
		struct due one = due_of(due[i], it);
		struct cmsghdr header;

		expect_that(control->length >= at + CMSG_LEN(one.length),
			    "no room left for %s", option->name);
		memcpy(&header, control->bytes + at, sizeof(header));
		expect_that(header.cmsg_len == CMSG_LEN(one.length) &&
				    header.cmsg_level == option->level &&
				    header.cmsg_type == option->type,
			    "another control message in the place of %s", option->name);
		expect_that(one.open || !memcmp(control->bytes + at + CMSG_LEN(0),
						one.bytes, one.length),
			    "%s is another", option->name);
		at += CMSG_SPACE(one.length);
	}
	expect_that(control->length <= at, "%zu bytes of control messages, not %zu",
		    control->length, at);
}

/* A time that came stands there, and is the present. */
static void expect_present(const struct controls_received *control)
{
	struct timespec now;
	long seconds;

	memcpy(&seconds, control->bytes + CMSG_LEN(0), sizeof(seconds));
	clock_gettime(CLOCK_REALTIME, &now);
	expect_that(target_waits_not() || (now.tv_sec - seconds < 3600 &&
					   seconds - now.tv_sec < 3600),
		    "a time of %ld seconds", seconds);
}

static const struct row {
	const struct receiver *receiver;
	enum what asked[WHATS];
	enum what due[WHATS];
} rows[] = {
	{ &udp, { PKTINFO }, { PKTINFO } },
	{ &udp_group, { PKTINFO }, { PKTINFO } },
	{ &udp, { TTL_OF }, { TTL_OF } },
	{ &udp, { TOS_OF }, { TOS_OF } },
	{ &udp, { ORIGDST }, { ORIGDST } },
	{ &udp, { TIME }, { TIME } },
	{ &udp, { TIME_NS }, { TIME_NS } },
	{ &udp, { TIME, TIME_NS }, { TIME_NS } },
	{ &udp, { TIME_NS, TIME }, { TIME } },
	{ &udp, { PKTINFO, TTL_OF }, { PKTINFO, TTL_OF } },
	{ &udp, { TTL_OF, PKTINFO }, { PKTINFO, TTL_OF } },
	{ &udp, { TOS_OF, TTL_OF }, { TTL_OF, TOS_OF } },
	{ &udp, { ORIGDST, TOS_OF }, { TOS_OF, ORIGDST } },
	{ &udp, { TTL_OF, TIME }, { TIME, TTL_OF } },
	{ &udp, { OPTIONS, TTL_OF, GRO }, { TTL_OF } },
	{ &udp,
	  { ORIGDST, TOS_OF, TTL_OF, PKTINFO, TIME, OPTIONS },
	  { TIME, PKTINFO, TTL_OF, TOS_OF, ORIGDST } },
	{ &udp, { TIME_NEW }, { TIME_NEW } },
	{ &udp, { TIME_NS_NEW }, { TIME_NS_NEW } },
	{ &udp, { TIME_NEW, TIME }, { TIME } },
	{ &udp, { TIME_NS, TIME_NEW }, { TIME_NEW } },
	{ &udp, { MARK }, { MARK } },
	{ &udp, { TTL_OF, MARK, TIME }, { TIME, MARK, TTL_OF } },
	{ &udp, { SUM, FRAGMENTS, TTL_OF }, { TTL_OF } },
	{ &udp, { ORIGDST, SUM, FRAGMENTS }, { ORIGDST } },
	{ &udp, { OPTIONS, OLD_OPTIONS, ORIGDST, TTL_OF }, { TTL_OF, ORIGDST } },
	{ &udp6, { TIME_NS_NEW }, { TIME_NS_NEW } },
	{ &udp6, { MARK }, { MARK } },
	{ &udp6_flow, { FLOW }, { FLOW } },
	{ &udp6, { OLD_INFO }, { OLD_INFO } },
	{ &udp6, { OLD_HOPS }, { OLD_HOPS } },
	{ &udp6_flow,
	  { ROUTE, FRAGMENTS6, OLD_HOPS, OLD_INFO, FLOW, HOPLIMIT },
	  { HOPLIMIT, FLOW, OLD_INFO, OLD_HOPS } },
	{ &udp6, { PKTINFO6 }, { PKTINFO6 } },
	{ &udp6, { HOPLIMIT }, { HOPLIMIT } },
	{ &udp6, { CLASS }, { CLASS } },
	{ &udp6, { ORIGDST6 }, { ORIGDST6 } },
	{ &udp6, { TIME }, { TIME } },
	{ &udp6, { TTL_OF, HOPLIMIT }, { HOPLIMIT } },
	{ &udp6, { CLASS, HOPLIMIT, PKTINFO6 }, { PKTINFO6, HOPLIMIT, CLASS } },
	{ &udp6,
	  { ORIGDST6, CLASS, HOPLIMIT, PKTINFO6, TIME_NS },
	  { TIME_NS, PKTINFO6, HOPLIMIT, CLASS, ORIGDST6 } },
	{ &udp_mapped, { PKTINFO6 }, { PKTINFO6 } },
	{ &udp_mapped, { PKTINFO }, { PKTINFO } },
	{ &udp_mapped, { TTL_OF }, { TTL_OF } },
	{ &udp_mapped, { HOPLIMIT, TTL_OF }, { TTL_OF } },
	{ &udp_mapped, { TOS_OF }, { TOS_OF } },
	{ &udp_mapped, { ORIGDST }, { ORIGDST } },
	{ &udp_mapped, { TTL_OF, PKTINFO6, PKTINFO }, { PKTINFO6, PKTINFO, TTL_OF } },
	{ &raw, { TIME_NEW }, { TIME_NEW } },
	{ &raw, { MARK }, { MARK } },
	{ &raw6, { TIME_NEW }, { TIME_NEW } },
	{ &raw6, { MARK }, { MARK } },
	{ &raw, { PKTINFO }, { PKTINFO } },
	{ &raw, { TTL_OF }, { TTL_OF } },
	{ &raw, { TOS_OF }, { TOS_OF } },
	{ &raw, { TOS_OF, TTL_OF, PKTINFO, TIME }, { TIME, PKTINFO, TTL_OF, TOS_OF } },
	{ &raw6, { PKTINFO6 }, { PKTINFO6 } },
	{ &raw6, { HOPLIMIT }, { HOPLIMIT } },
	{ &raw6, { CLASS }, { CLASS } },
	{ &raw6,
	  { CLASS, HOPLIMIT, PKTINFO6, TIME },
	  { TIME, PKTINFO6, HOPLIMIT, CLASS } },
	{ &ping, { TTL_OF }, { TTL_OF } },
	{ &ping, { TOS_OF }, { TOS_OF } },
	{ &ping, { TOS_OF, TTL_OF, TIME }, { TIME, TTL_OF, TOS_OF } },
	{ &ping6, { PKTINFO6 }, { PKTINFO6 } },
	{ &ping6, { HOPLIMIT }, { HOPLIMIT } },
	{ &ping6, { HOPLIMIT, PKTINFO6, TIME }, { TIME, PKTINFO6, HOPLIMIT } },
};

static bool is_time(enum what what)
{
	return what == TIME || what == TIME_NS || what == TIME_NEW ||
	       what == TIME_NS_NEW;
}

/* Linux 5.1, and 5.19. */
static int since_of(const struct row *row)
{
	int since = 0;

	for (size_t i = 0; i < WHATS && row->asked[i]; i++)
		if (row->asked[i] == MARK)
			since = LINUX(5, 19);
		else if (!since &&
			 (row->asked[i] == TIME_NEW || row->asked[i] == TIME_NS_NEW))
			since = LINUX(5, 1);
	return since;
}

/* SO_RCVMARK is for those who may set a mark. */
static unsigned long long caps_of(const struct row *row)
{
	for (size_t i = 0; i < WHATS && row->asked[i]; i++)
		if (row->asked[i] == MARK)
			return row->receiver->caps | NEEDS_RAW;
	return row->receiver->caps;
}

static void is_told(const void *data)
{
	const struct row *row = data;
	struct controls_received control;
	int fd = open_receiver(row->receiver);

	set_options(fd, row->asked, 1);
	send_data(row->receiver, fd);
	expect_value(row->receiver->size,
		     receive_control(fd, 64, MSG_DONTWAIT, 256, &control));
	expect_controls(&control, row->due, row->receiver);
	if (is_time(row->due[0]))
		expect_present(&control);
	expect_nothing(fd);
}

/* With the datagram cut, and without taking it. */
static void is_told_of_less(const void *data)
{
	const struct row *row = data;
	struct controls_received control;
	int fd = open_receiver(row->receiver);

	set_options(fd, row->asked, 1);
	send_data(row->receiver, fd);
	expect_value(3, receive_control(fd, 3, MSG_PEEK, 256, &control));
	expect_controls(&control, row->due, row->receiver);
	expect_value(3, receive_control(fd, 3, 0, 256, &control));
	expect_controls(&control, row->due, row->receiver);
	expect_nothing(fd);
}

static const char *named(const struct receiver *receiver, const enum what *asked)
{
	static char text[128];
	int length = snprintf(text, sizeof(text), "%s", receiver->name);

	for (size_t i = 0; i < WHATS && asked[i]; i++)
		length += snprintf(text + length, sizeof(text) - (size_t)length, ",%s",
				   options[asked[i]].name);
	return text;
}

CASES(told)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct receiver *it = rows[i].receiver;
		const char *name = named(it, rows[i].asked);

		add_case(.name = name_case("recvfrom.control.told[%s]", name),
			 .run_row = is_told, .row = &rows[i], .caps = caps_of(&rows[i]),
			 .since = since_of(&rows[i]), .doors = SC_RECVMSG | SC_RECVMMSG,
			 .has = { FEATURE_FAMILY(it->domain) });
		add_case(.name = name_case("recvfrom.control.told[%s,cut,peek]", name),
			 .run_row = is_told_of_less, .row = &rows[i],
			 .caps = caps_of(&rows[i]), .since = since_of(&rows[i]),
			 .has = { FEATURE_FAMILY(it->domain) });
	}
}

/* Options that have nothing to say of this packet, or were taken back. */
static const struct row silent[] = {
	{ &udp, { OPTIONS }, { NOTHING } },
	{ &udp, { GRO }, { NOTHING } },
	{ &udp, { SUM }, { NOTHING } },
	{ &udp, { FRAGMENTS }, { NOTHING } },
	{ &udp, { OLD_OPTIONS }, { NOTHING } },
	{ &raw, { SUM, FRAGMENTS, OPTIONS }, { NOTHING } },
	{ &udp6, { TTL_OF }, { NOTHING } },
	{ &udp6, { PKTINFO, TOS_OF, ORIGDST }, { NOTHING } },
	{ &udp_mapped, { HOPLIMIT }, { NOTHING } },
	{ &udp_mapped, { CLASS, ORIGDST6 }, { NOTHING } },
	{ &ping6, { TTL_OF }, { NOTHING } },
	{ &udp6, { FRAGMENTS6 }, { NOTHING } },
	{ &udp6, { HOP, DEST }, { NOTHING } },
	{ &udp6, { OLD_HOP, OLD_DEST, OLD_ROUTE, ROUTE }, { NOTHING } },
};

static void is_silent(const void *data)
{
	const struct row *row = data;
	struct controls_received control;
	int fd = open_receiver(row->receiver);

	set_options(fd, row->asked, 1);
	send_data(row->receiver, fd);
	expect_value(row->receiver->size, receive_control(fd, 64, 0, 256, &control));
	expect_that(!control.length, "%zu bytes of control messages", control.length);
}

static void is_taken_back(const void *data)
{
	const struct row *row = data;
	struct controls_received control;
	int fd = open_receiver(row->receiver);

	set_options(fd, row->asked, 1);
	set_options(fd, row->asked, 0);
	send_data(row->receiver, fd);
	expect_value(row->receiver->size, receive_control(fd, 64, 0, 256, &control));
	expect_that(!control.length, "%zu bytes of control messages", control.length);
}

static void is_not_asked(const void *data)
{
	const struct receiver *it = data;
	struct controls_received control;
	int fd = open_receiver(it);

	send_data(it, fd);
	expect_value(it->size, receive_control(fd, 64, 0, 256, &control));
	expect_that(!control.length, "%zu bytes of control messages", control.length);
}

CASES(silent)
{
	static const struct receiver *const all[] = { &udp,  &udp6, &udp_mapped, &raw,
						      &raw6, &ping, &ping6 };

	for (size_t i = 0; i < COUNT(silent); i++)
		add_case(.name = name_case("recvfrom.control.nothing_to_tell[%s]",
					   named(silent[i].receiver, silent[i].asked)),
			 .run_row = is_silent, .row = &silent[i],
			 .caps = silent[i].receiver->caps,
			 .doors = SC_RECVMSG | SC_RECVMMSG,
			 .has = { FEATURE_FAMILY(silent[i].receiver->domain) });
	for (size_t i = 0; i < COUNT(all); i++)
		add_case(.name = name_case("recvfrom.control.not_asked[%s]",
					   all[i]->name),
			 .run_row = is_not_asked, .row = all[i], .caps = all[i]->caps,
			 .doors = SC_RECVMSG | SC_RECVMMSG,
			 .has = { FEATURE_FAMILY(all[i]->domain) });
	for (size_t i = 0; i < COUNT(rows); i++)
		if (!rows[i].asked[1])
			add_case(.name = name_case(
					 "recvfrom.control.not_asked[%s,"
					 "taken-back]",
					 named(rows[i].receiver, rows[i].asked)),
				 .run_row = is_taken_back, .row = &rows[i],
				 .caps = caps_of(&rows[i]), .since = since_of(&rows[i]),
				 .has = { FEATURE_FAMILY(rows[i].receiver->domain) });
}

/* Extension headers of IPv6, which hold padding only, and the options that tell of
 * them.
 */
static const struct row headed[] = {
	{ &udp6, { HOP }, { HOP } },
	{ &udp6, { DEST }, { DEST } },
	{ &udp6, { OLD_HOP }, { OLD_HOP } },
	{ &udp6, { OLD_DEST }, { OLD_DEST } },
	{ &udp6, { DEST, HOP, HOPLIMIT }, { HOPLIMIT, HOP, DEST } },
	{ &udp6, { ROUTE, HOP }, { HOP } },
	{ &udp6,
	  { OLD_DEST, DEST, OLD_HOP, HOP, ORIGDST6, OLD_ROUTE },
	  { HOP, DEST, OLD_HOP, OLD_DEST, ORIGDST6 } },
};

static void is_headed(const void *data)
{
	static const unsigned char padding[8] = { 0, 0, 1, 4 };
	const struct row *row = data;
	const struct receiver *it = row->receiver;
	struct controls_received control;
	int fd = open_receiver(it), from = must_socket(it->domain, it->type, 0);

	set_options(fd, row->asked, 1);
	sc_must(SC_LINE,
		t_setsockopt(from, IPPROTO_IPV6, IPV6_HOPOPTS, padding,
			     sizeof(padding)),
		"setsockopt(IPV6_HOPOPTS)");
	sc_must(SC_LINE,
		t_setsockopt(from, IPPROTO_IPV6, IPV6_DSTOPTS, padding,
			     sizeof(padding)),
		"setsockopt(IPV6_DSTOPTS)");
	mark_packets(from, false);
	must_bind(from, ip_address(it->from, FROM));
	must_send(from, ip_address(it->to, PORT));
	wait_readable(fd);
	expect_value(it->size, receive_control(fd, 64, 0, 256, &control));
	expect_controls(&control, row->due, it);
}

CASES(headed)
{
	for (size_t i = 0; i < COUNT(headed); i++)
		add_case(.name = name_case("recvfrom.control.told[%s,headers]",
					   named(headed[i].receiver, headed[i].asked)),
			 .run_row = is_headed, .row = &headed[i], .caps = NEEDS_RAW,
			 .doors = SC_RECVMSG | SC_RECVMMSG,
			 .has = { FEATURE_FAMILY(AF_INET6) });
}

/* The mark is the sender's. */
static void is_marked(const void *data)
{
	const struct receiver *it = data;
	struct controls_received control;
	int fd = open_receiver(it), from = must_socket(it->domain, it->type, 0);
	unsigned int came;

	must_option(fd, SOL_SOCKET, LINUX_SO_RCVMARK, 1);
	must_option(from, SOL_SOCKET, SO_MARK, 0x1234);
	must_send(from, ip_address(it->to, PORT));
	wait_readable(fd);
	expect_value(it->size, receive_control(fd, 64, 0, 256, &control));
	memcpy(&came, control.bytes + CMSG_LEN(0), sizeof(came));
	expect_that(control.length == CMSG_SPACE(sizeof(came)) && came == 0x1234,
		    "a mark of 0x%x", came);
}

CASES(marked)
{
	static const struct receiver *const all[] = { &udp, &udp6, &udp_mapped };

	for (size_t i = 0; i < COUNT(all); i++)
		add_case(.name = name_case("recvfrom.control.told[%s,mark,marked]",
					   all[i]->name),
			 .run_row = is_marked, .row = all[i],
			 .caps = NEEDS_RAW | SC_CAP(LINUX_CAP_NET_ADMIN),
			 .since = LINUX(5, 19),
			 .has = { FEATURE_FAMILY(all[i]->domain) });
}

/* In less room: so many bytes are written, and MSG_CTRUNC says that some were not. */
#define HEAD		CMSG_LEN(0)
#define NUMBER_LENGTH	CMSG_LEN(sizeof(int))
#define PKTINFO_LENGTH	CMSG_LEN(sizeof(struct in_pktinfo))
#define PKTINFO_SPACE	CMSG_SPACE(sizeof(struct in_pktinfo))
#define PKTINFO6_LENGTH CMSG_LEN(sizeof(struct in6_pktinfo))
#define PKTINFO6_SPACE	CMSG_SPACE(sizeof(struct in6_pktinfo))
#define SMALLER(a, b)	((a) < (b) ? (a) : (b))

static const struct cut {
	const struct receiver *receiver;
	enum what asked[WHATS];
	size_t room, written;
	bool cut;
} cuts[] = {
	{ &udp, { PKTINFO }, 1, 0, true },
	{ &udp, { PKTINFO }, HEAD - 1, 0, true },
	{ &udp, { PKTINFO }, HEAD, HEAD, true },
	{ &udp, { PKTINFO }, HEAD + 1, HEAD + 1, true },
	{ &udp, { PKTINFO }, PKTINFO_LENGTH - 1, PKTINFO_LENGTH - 1, true },
	/* Whole, without what rounds it up. */
	{ &udp, { PKTINFO }, PKTINFO_LENGTH, PKTINFO_LENGTH, false },
	{ &udp,
	  { PKTINFO },
	  PKTINFO_LENGTH + 3,
	  SMALLER(PKTINFO_LENGTH + 3, PKTINFO_SPACE),
	  false },
	{ &udp, { TOS_OF }, HEAD, HEAD, true },
	{ &udp, { TOS_OF }, HEAD + 1, HEAD + 1, false },
	{ &udp, { TTL_OF }, NUMBER_LENGTH - 1, NUMBER_LENGTH - 1, true },
	{ &udp, { TTL_OF }, NUMBER_LENGTH, NUMBER_LENGTH, false },
	{ &udp, { TIME }, HEAD, HEAD, true },
	{ &udp,
	  { TIME },
	  CMSG_LEN(sizeof(struct timeval)) - 1,
	  CMSG_LEN(sizeof(struct timeval)) - 1,
	  true },
	{ &udp, { PKTINFO, TTL_OF }, PKTINFO_SPACE, PKTINFO_SPACE, true },
	{ &udp, { PKTINFO, TTL_OF }, PKTINFO_SPACE + HEAD - 1, PKTINFO_SPACE, true },
	{ &udp, { PKTINFO, TTL_OF }, PKTINFO_SPACE + HEAD, PKTINFO_SPACE + HEAD, true },
	{ &udp,
	  { PKTINFO, TTL_OF },
	  PKTINFO_SPACE + NUMBER_LENGTH - 1,
	  PKTINFO_SPACE + NUMBER_LENGTH - 1,
	  true },
	{ &udp,
	  { PKTINFO, TTL_OF },
	  PKTINFO_SPACE + NUMBER_LENGTH,
	  PKTINFO_SPACE + NUMBER_LENGTH,
	  false },
	{ &udp6, { PKTINFO6 }, HEAD - 1, 0, true },
	{ &udp6, { PKTINFO6 }, PKTINFO6_LENGTH - 1, PKTINFO6_LENGTH - 1, true },
	{ &udp6, { PKTINFO6 }, PKTINFO6_LENGTH, PKTINFO6_LENGTH, false },
	{ &udp6, { PKTINFO6, HOPLIMIT }, PKTINFO6_SPACE, PKTINFO6_SPACE, true },
	{ &udp6,
	  { PKTINFO6, HOPLIMIT },
	  PKTINFO6_SPACE + NUMBER_LENGTH - 1,
	  PKTINFO6_SPACE + NUMBER_LENGTH - 1,
	  true },
	{ &udp6,
	  { PKTINFO6, HOPLIMIT },
	  PKTINFO6_SPACE + NUMBER_LENGTH,
	  PKTINFO6_SPACE + NUMBER_LENGTH,
	  false },
	{ &raw, { TTL_OF }, NUMBER_LENGTH - 1, NUMBER_LENGTH - 1, true },
	{ &raw6, { HOPLIMIT }, NUMBER_LENGTH - 1, NUMBER_LENGTH - 1, true },
	{ &ping, { TTL_OF }, NUMBER_LENGTH - 1, NUMBER_LENGTH - 1, true },
	{ &ping6, { HOPLIMIT }, NUMBER_LENGTH - 1, NUMBER_LENGTH - 1, true },
};

static void is_cut(const void *data)
{
	const struct cut *row = data;
	struct controls_received control;
	int fd = open_receiver(row->receiver);

	memset(control.bytes, RESULT_FILL, sizeof(control.bytes));
	set_options(fd, row->asked, 1);
	send_data(row->receiver, fd);
	expect_value(row->receiver->size,
		     receive_control(fd, 64, 0, row->room, &control));
	expect_that(control.length == row->written, "%zu bytes of control messages",
		    control.length);
	expect_that(control.bytes[row->room] == RESULT_FILL,
		    "a byte behind the room is written");
	expect_nothing(fd);
}

/* Without any memory for them, nor with an address wanted, nothing is told but that. */
static void has_no_memory(const void *data)
{
	const struct row *row = data;
	const struct receiver *it = row->receiver;
	bool ports = it->type == SOCK_DGRAM && !is_echo(it);
	struct address from = ip_address(it->from, ports ? FROM : 0);
	int fd = open_receiver(it);

	set_options(fd, row->asked, 1);
	send_data(it, fd);
	expect_received(it->size, &from, ROOM, receive(fd, 64, 0));
	expect_nothing(fd);
}

/* IP_PKTINFO that is set when the datagram has come already knows of its address only:
 * the interface is noted as it comes. */
static void is_asked_late(const void *data)
{
	const struct receiver *it = data;
	struct address to = ip_address("127.0.0.9", 0);
	struct controls_received control;
	struct in_pktinfo info;
	int fd = open_receiver(it);

	send_data(it, fd);
	must_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
	expect_value(it->size, receive_control(fd, 64, 0, 256, &control));
	memcpy(&info, control.bytes + CMSG_LEN(0), sizeof(info));
	expect_that(!info.ipi_ifindex && !info.ipi_spec_dst.s_addr &&
			    !memcmp(&info.ipi_addr, to.bytes + 4, 4),
		    "it knows of interface %d", info.ipi_ifindex);
}

CASE("recvfrom.control.pktinfo_incomplete[udp6,mapped,pktinfo6,late]",
     .doors = SC_RECVMSG | SC_RECVMMSG, .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct address to = ip_address(udp_mapped.to, 0);
	struct controls_received control;
	struct in6_pktinfo info;
	int fd = open_receiver(&udp_mapped);

	send_data(&udp_mapped, fd);
	must_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
	expect_value(udp_mapped.size, receive_control(fd, 64, 0, 256, &control));
	expect_that(control.length >= CMSG_SPACE(sizeof(info)), "nothing is told");
	memcpy(&info, control.bytes + CMSG_LEN(0), sizeof(info));
	expect_that(!info.ipi6_ifindex && !memcmp(&info.ipi6_addr, to.bytes + 8, 16),
		    "it knows of interface %u", info.ipi6_ifindex);
}

/* An echo socket is told the interface, but never its own address. */
CASE("recvfrom.control.pktinfo_incomplete[ping]", .doors = SC_RECVMSG | SC_RECVMMSG)
{
	struct address to = ip_address("127.0.0.2", 0);
	struct controls_received control;
	struct in_pktinfo info;
	int fd = open_receiver(&ping);

	must_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
	send_data(&ping, fd);
	expect_value(12, receive_control(fd, 64, 0, 256, &control));
	memcpy(&info, control.bytes + CMSG_LEN(0), sizeof(info));
	expect_that(info.ipi_ifindex == 1 && !info.ipi_spec_dst.s_addr &&
			    !memcmp(&info.ipi_addr, to.bytes + 4, 4),
		    "it knows of interface %d", info.ipi_ifindex);
}

CASES(late)
{
	static const struct receiver *const all[] = { &udp, &udp_mapped, &raw };

	for (size_t i = 0; i < COUNT(all); i++)
		add_case(.name = name_case(
				 "recvfrom.control.pktinfo_incomplete[%s,late]",
				 all[i]->name),
			 .run_row = is_asked_late, .row = all[i], .caps = all[i]->caps,
			 .has = { FEATURE_FAMILY(all[i]->domain) });
	for (size_t i = 0; i < COUNT(rows); i++)
		add_case(.name = name_case("recvfrom.datagram.received[%s,no-control]",
					   named(rows[i].receiver, rows[i].asked)),
			 .run_row = has_no_memory, .row = &rows[i],
			 .caps = caps_of(&rows[i]), .since = since_of(&rows[i]),
			 .doors = SC_RECVMSG | SC_RECVMMSG,
			 .has = { FEATURE_FAMILY(rows[i].receiver->domain) });
}

CASES(cuts)
{
	for (size_t i = 0; i < COUNT(cuts); i++)
		add_case(.name = name_case("recvfrom.control.%s[%s,room-%zu]",
					   cuts[i].cut ? "cut" : "told",
					   named(cuts[i].receiver, cuts[i].asked),
					   cuts[i].room),
			 .run_row = is_cut, .row = &cuts[i],
			 .caps = cuts[i].receiver->caps,
			 .doors = SC_RECVMSG | SC_RECVMMSG,
			 .has = { FEATURE_FAMILY(cuts[i].receiver->domain) });
}
