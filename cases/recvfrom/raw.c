/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * raw.c - recvfrom(2) of raw sockets: with the header of IPv4 and without that of IPv6,
 * which packets come to whom, ICMP_FILTER, IP_HDRINCL, IPV6_CHECKSUM.
 */
#include "waiting.h"

#define PROTOCOL 253 /* RFC 3692: for experiments */
#define OTHER	 254
#define HEADER	 20

static const struct kind {
	const char *name;
	int domain;
	const char *from, *to;
	size_t size; /* of what comes of "data" */
} kinds[] = {
	{ "raw", AF_INET, "127.0.0.2", "127.0.0.3", HEADER + 4 },
	{ "raw6", AF_INET6, "::1", "::1", 4 },
};

static int raw_at(const struct kind *kind, const char *address)
{
	int fd = must_socket(kind->domain, SOCK_RAW, PROTOCOL);

	must_bind(fd, ip_address(address, 0));
	return fd;
}

static void send_to(const struct kind *kind, int sender)
{
	must_send(sender, ip_address(kind->to, 0));
}

/* A socket to which "data" has been sent. */
static int receiver(const struct kind *kind)
{
	int fd = must_socket(kind->domain, SOCK_RAW, PROTOCOL);

	send_to(kind, raw_at(kind, kind->from));
	wait_readable(fd);
	return fd;
}

/* The header that is always there: version and length, total length, flags, TTL,
 * protocol, addresses; not the number and the checksum, which the kernel chooses. */
static void expect_header(const char *from, const char *to)
{
	static const unsigned char begin[] = { 0x45, 0, 0, HEADER + 4 };
	static const unsigned char middle[] = { 0x40, 0, 64, PROTOCOL };
	struct in_addr addresses[2];

	must(inet_pton(AF_INET, from, &addresses[0]) == 1, "an address");
	must(inet_pton(AF_INET, to, &addresses[1]) == 1, "an address");
	expect_that(!memcmp(inbox.buffer, begin, 4), "another length");
	expect_that(!memcmp(inbox.buffer + 6, middle, 4), "other flags, TTL, protocol");
	expect_that(!memcmp(inbox.buffer + 12, addresses, 8), "other addresses");
	expect_that(!memcmp(inbox.buffer + HEADER, "data", 4), "other bytes");
}

struct row {
	const struct kind *kind;
	const struct asked *asked;
	const struct bad *bad;
};

static void as_asked(const void *data)
{
	const struct row *row = data;
	size_t size = row->kind->size, length = length_asked(row->asked, size);
	struct address sender = ip_address(row->kind->from, 0);
	int fd = receiver(row->kind);
	bool told = row->asked->flags & MSG_TRUNC;

	expect_received((long)(told ? size : smaller(length, size)), &sender, ROOM,
			receive(fd, length, row->asked->flags));
	if (row->kind->domain == AF_INET && length >= size)
		expect_header(row->kind->from, row->kind->to);
	expect_waits(fd, size, row->asked->flags & MSG_PEEK);
}

static void cannot_be_written(const void *data)
{
	const struct row *row = data;
	int fd = receiver(row->kind);

	expect_errno(row->bad->error, receive_badly(fd, row->bad));
	expect_waits(fd, row->kind->size, row->bad->flags & MSG_PEEK);
}

CASES(waiting)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		int family = FEATURE_FAMILY(kinds[k].domain);

		for (size_t i = 0; i < COUNT(asked); i++)
			add_case(.name = name_case("recvfrom.%s[%s,%s]", asked[i].rule,
						   kinds[k].name, asked[i].name),
				 .run_row = as_asked,
				 .row = keep_row(
					 &(struct row){ &kinds[k], &asked[i], NULL },
					 sizeof(struct row)),
				 .doors = doors_for(1, 0, true), .caps = NEEDS_RAW,
				 .has = { family });
		for (size_t i = 0; i < COUNT(bads); i++)
			add_case(.name = name_case("recvfrom.%s[%s,%s]", bads[i].rule,
						   kinds[k].name, bads[i].name),
				 .run_row = cannot_be_written,
				 .row = keep_row(
					 &(struct row){ &kinds[k], NULL, &bads[i] },
					 sizeof(struct row)),
				 .caps = NEEDS_RAW, .has = { family });
	}
}

struct beside_row {
	const struct kind *kind;
	const struct beside *beside;
};

static void asks_for_else(const void *data)
{
	const struct beside_row *row = data;
	int fd = receiver(row->kind);

	expect_errno(row->beside->error, receive(fd, 64, row->beside->flags));
	expect_waits(fd, row->kind->size, true);
}

static void add_beside(const struct kind *kind, const struct beside *it)
{
	struct beside_row row = { kind, it };

	add_case(.name = name_case("recvfrom.%s[%s,data-waits,%s]", it->rule,
				   kind->name, it->name),
		 .run_row = asks_for_else, .row = keep_row(&row, sizeof(row)),
		 .caps = NEEDS_RAW, .has = { FEATURE_FAMILY(kind->domain) });
}

static const struct beside at_once = { "oob,dontwait", "ip.out_of_band",
				       MSG_OOB | MSG_DONTWAIT, EOPNOTSUPP };

CASES(beside)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		for (size_t i = 0; i < COUNT(beside); i++)
			add_beside(&kinds[k], &beside[i]);
		add_beside(&kinds[k], &at_once);
	}
}

/* Each socket of the protocol gets it, the sender's own too. */
static void each_gets_it(const void *data)
{
	const struct kind *kind = data;
	struct address from = ip_address(kind->from, 0);
	int first = must_socket(kind->domain, SOCK_RAW, PROTOCOL);
	int second = must_socket(kind->domain, SOCK_RAW, PROTOCOL);
	int sender = must_socket(kind->domain, SOCK_RAW, PROTOCOL);
	int fds[] = { first, second, sender };

	must_bind(sender, from);
	must_send(sender, from);
	for (size_t i = 0; i < COUNT(fds); i++) {
		wait_readable(fds[i]);
		expect_received((long)kind->size, &from, ROOM,
				receive(fds[i], 64, MSG_DONTWAIT));
	}
}

/* Two wait in the order in which they were sent. */
static void come_in_order(const void *data)
{
	const struct kind *kind = data;
	struct address from = ip_address(kind->from, 0), to = ip_address(kind->to, 0);
	int fd = receiver(kind), sender = raw_at(kind, kind->from);

	send_bytes(sender, "another", 7, to);
	expect_received((long)kind->size, &from, ROOM, receive(fd, 64, MSG_DONTWAIT));
	wait_readable(fd);
	expect_received((long)kind->size + 3, &from, ROOM,
			receive(fd, 64, MSG_DONTWAIT));
	expect_that(!memcmp(inbox.buffer + kind->size - 4, "another", 7),
		    "other bytes");
	expect_nothing(fd);
}

/* By its protocol, its address and its peer, each of which it may have or not. */
static const struct taken {
	const char *name;
	const char *rule;
	int kind;
	int protocol;
	const char *bound, *peer;
} taken[] = {
	{ "raw,bound", "datagram.received", 0, PROTOCOL, "127.0.0.3", NULL },
	/* connect(2) also chooses an address, which is another one. */
	{ "raw,connected", "ip.would_block", 0, PROTOCOL, NULL, "127.0.0.2" },
	{ "raw,bound,connected", "datagram.received", 0, PROTOCOL, "127.0.0.3",
	  "127.0.0.2" },
	{ "raw,other-protocol", "ip.would_block", 0, OTHER, NULL, NULL },
	{ "raw,other-address", "ip.would_block", 0, PROTOCOL, "127.0.0.1", NULL },
	{ "raw,other-peer", "ip.would_block", 0, PROTOCOL, "127.0.0.3", "127.0.0.4" },
	{ "raw,ipproto_raw", "ip.would_block", 0, IPPROTO_RAW, NULL, NULL },
	{ "raw6,bound", "datagram.received", 1, PROTOCOL, "::1", NULL },
	{ "raw6,connected", "datagram.received", 1, PROTOCOL, NULL, "::1" },
	{ "raw6,other-protocol", "ip.would_block", 1, OTHER, NULL, NULL },
};

static void is_taken(const void *data)
{
	const struct taken *row = data;
	const struct kind *kind = &kinds[row->kind];
	struct address from = ip_address(kind->from, 0);
	int fd = must_socket(kind->domain, SOCK_RAW, row->protocol);
	int witness = must_socket(kind->domain, SOCK_RAW, PROTOCOL);

	if (row->bound)
		must_bind(fd, ip_address(row->bound, 0));
	if (row->peer)
		must_connect(fd, ip_address(row->peer, 0));
	send_to(kind, raw_at(kind, kind->from));
	/* Both would have it. */
	wait_readable(witness);
	if (!strcmp(row->rule, "datagram.received")) {
		wait_readable(fd);
		expect_received((long)kind->size, &from, ROOM,
				receive(fd, 64, MSG_DONTWAIT));
	} else {
		expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT));
	}
}

CASES(taken)
{
	for (size_t i = 0; i < COUNT(taken); i++)
		add_case(.name = name_case("recvfrom.%s[%s]", taken[i].rule,
					   taken[i].name),
			 .run_row = is_taken, .row = &taken[i], .caps = NEEDS_RAW,
			 .has = { FEATURE_FAMILY(kinds[taken[i].kind].domain) });
	for (size_t k = 0; k < COUNT(kinds); k++) {
		add_case(.name = name_case("recvfrom.datagram.received[%s,each]",
					   kinds[k].name),
			 .run_row = each_gets_it, .row = &kinds[k], .caps = NEEDS_RAW,
			 .has = { FEATURE_FAMILY(kinds[k].domain) });
		add_case(.name = name_case("recvfrom.datagram.received[%s,in-order]",
					   kinds[k].name),
			 .run_row = come_in_order, .row = &kinds[k], .caps = NEEDS_RAW,
			 .has = { FEATURE_FAMILY(kinds[k].domain) });
	}
}

/* IP_HDRINCL: the header is the caller's but for what raw(7) says is filled in. */
static const struct given {
	const char *name;
	bool option; /* or IPPROTO_RAW, which implies it */
	unsigned char header[HEADER];
	const char *from;
} given
	[] = {
		{ "hdrincl",
		  true,
		  { 0x45, 0x10, 9,   9, 0x12, 0x34, 0x40, 0, 7, PROTOCOL,
		    0,	  0,	127, 0, 0,    8,    127,  0, 0, 3 },
		  "127.0.0.8" },
		{ "hdrincl,source-0",
		  true,
		  { 0x45, 0, 0, 0, 0x12, 0x34, 0,   0, 33, PROTOCOL,
		    9,	  9, 0, 0, 0,	 0,    127, 0, 0,  3 },
		  "127.0.0.2" },
		{ "ipproto_raw",
		  false,
		  { 0x45, 0xb8, 0,   0, 0xff, 0xff, 0x40, 0, 1, PROTOCOL,
		    9,	  9,	127, 0, 0,    8,    127,  0, 0, 3 },
		  "127.0.0.8" },
		{ "ipproto_raw,number-0",
		  false,
		  { 0x45, 0, 0,	  0, 0, 0, 0x40, 0, 64, PROTOCOL,
		    0,	  0, 127, 0, 0, 8, 127,	 0, 0,	3 },
		  "127.0.0.8" },
	};

static void header_is_given(const void *data)
{
	const struct given *row = data;
	struct address from = ip_address(row->from, 0);
	unsigned char packet[HEADER + 4];
	int fd = must_socket(AF_INET, SOCK_RAW, PROTOCOL);
	int sender = must_socket(AF_INET, SOCK_RAW, row->option ? OTHER : IPPROTO_RAW);

	memcpy(packet, row->header, HEADER);
	memcpy(packet + HEADER, "data", 4);
	must_bind(sender, ip_address("127.0.0.2", 0));
	if (row->option)
		must_option(sender, IPPROTO_IP, IP_HDRINCL, 1);
	send_bytes(sender, packet, sizeof(packet), ip_address("127.0.0.3", 0));
	wait_readable(fd);
	expect_received(sizeof(packet), &from, ROOM, receive(fd, 64, MSG_DONTWAIT));
	expect_that(inbox.buffer[2] == 0 && inbox.buffer[3] == sizeof(packet),
		    "another length");
	expect_that(inbox.buffer[1] == row->header[1] &&
			    inbox.buffer[8] == row->header[8],
		    "another TOS or TTL");
	expect_that((!row->header[4] && !row->header[5]) ||
			    !memcmp(inbox.buffer + 4, row->header + 4, 2),
		    "another number");
}

CASES(given)
{
	for (size_t i = 0; i < COUNT(given); i++)
		add_case(.name = name_case("recvfrom.datagram.received[raw,%s]",
					   given[i].name),
			 .run_row = header_is_given, .row = &given[i],
			 .caps = NEEDS_RAW, .has = { FEATURE_FAMILY(AF_INET) });
}

/* An echo request and its answer, as a raw socket of ICMP sees both; their checksums
 * are those of RFC 792. */
static const unsigned char request[] = { 8, 0, 0x06, 0xfa, 0x12, 0x34,
					 0, 1, 'p',  'i',  'n',	 'g' };
static const unsigned char answer[] = { 0, 0, 0x0e, 0xfa, 0x12, 0x34,
					0, 1, 'p',  'i',  'n',	'g' };

/* A socket of ICMP that has sent itself a request; ICMP_FILTER. */
static int asker(unsigned int filter)
{
	int fd = must_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);

	must_bind(fd, ip_address("127.0.0.2", 0));
	if (filter)
		must_option(fd, SOL_RAW, LINUX_ICMP_FILTER, (int)filter);
	send_bytes(fd, request, sizeof(request), ip_address("127.0.0.2", 0));
	wait_readable(fd);
	return fd;
}

static void expect_icmp(int fd, const unsigned char *message)
{
	struct address from = ip_address("127.0.0.2", 0);

	wait_readable(fd);
	expect_received(HEADER + sizeof(request), &from, ROOM,
			receive(fd, 64, MSG_DONTWAIT));
	expect_that(!memcmp(inbox.buffer + HEADER, message, sizeof(request)),
		    "another message of ICMP");
}

CASE("recvfrom.datagram.received[raw,icmp,request-and-answer]", .caps = NEEDS_RAW)
{
	int fd = asker(0);

	expect_icmp(fd, request);
	expect_icmp(fd, answer);
	expect_nothing(fd);
}

CASE("recvfrom.datagram.received[raw,icmp,requests-filtered]", .caps = NEEDS_RAW)
{
	int fd = asker(1 << 8);

	expect_icmp(fd, answer);
	expect_nothing(fd);
}

CASE("recvfrom.datagram.received[raw,icmp,answers-filtered]", .caps = NEEDS_RAW)
{
	int witness = must_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	int fd;

	/* That one has no use for requests, so what wakes it is the answer. */
	must_option(witness, SOL_RAW, LINUX_ICMP_FILTER, 1 << 8);
	fd = asker(1 << 0);
	wait_readable(witness);
	expect_icmp(fd, request);
	expect_nothing(fd);
}

/* IPV6_CHECKSUM: the kernel fills it in, and looks at it. */
static int raw6(int checksum_at)
{
	int fd = must_socket(AF_INET6, SOCK_RAW, PROTOCOL);

	if (checksum_at >= 0)
		must_option(fd, IPPROTO_IPV6, IPV6_CHECKSUM, checksum_at);
	return fd;
}

/* The pseudo-header has ::1 twice, the length 4 and the protocol 253; 'a' and 'b' are
 * 0x6162: 0xffff - (1 + 1 + 4 + 253 + 0x6162) is 0x9d9a. */
static void is_summed_up(const void *data)
{
	static const unsigned char right[] = { 'a', 'b', 0x9d, 0x9a };
	const int *looked_at = data;
	struct address from = inet6("::1", 0);
	int fd = raw6(*looked_at);

	send_bytes(raw6(2), "ab\7\7", 4, inet6("::1", 0));
	wait_readable(fd);
	expect_received(4, &from, ROOM, receive(fd, 64, MSG_DONTWAIT));
	expect_that(!memcmp(inbox.buffer, right, 4), "another checksum");
	expect_nothing(fd);
}

CASES(summed)
{
	static const int places[] = { -1, 2 };

	for (size_t i = 0; i < COUNT(places); i++)
		add_case(.name = name_case(
				 "recvfrom.datagram.received[raw6,checksum,%s]",
				 i ? "looked-at" : "not-looked-at"),
			 .run_row = is_summed_up, .row = &places[i], .caps = NEEDS_RAW,
			 .has = { FEATURE_FAMILY(AF_INET6) });
}

/* Without the option a packet comes with whatever is in it; with it, one that is summed
 * up wrong does not, but the next. */
CASE("recvfrom.datagram.received[raw6,no-checksum,not-looked-at]", .caps = NEEDS_RAW,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct address from = inet6("::1", 0);
	int fd = raw6(-1);

	send_bytes(raw6(-1), "ab\7\7", 4, from);
	wait_readable(fd);
	expect_received(4, &from, ROOM, receive(fd, 64, MSG_DONTWAIT));
	expect_that(!memcmp(inbox.buffer, "ab\7\7", 4), "other bytes");
}

static int summed_wrong(void)
{
	int witness = raw6(-1), fd = raw6(2);

	send_bytes(raw6(-1), "ab\7\7", 4, inet6("::1", 0));
	wait_readable(witness);
	return fd;
}

CASE("recvfrom.ip.would_block[raw6,wrong-checksum]", .caps = NEEDS_RAW,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	expect_errno(EAGAIN, receive(summed_wrong(), 64, MSG_DONTWAIT));
}

CASE("recvfrom.datagram.received[raw6,behind-a-wrong-checksum]", .caps = NEEDS_RAW,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct address from = inet6("::1", 0);
	int fd = summed_wrong();

	send_bytes(raw6(2), "ab\7\7good", 8, from);
	wait_readable(fd);
	expect_received(8, &from, ROOM, receive(fd, 64, MSG_DONTWAIT));
	expect_nothing(fd);
}

/* Nobody takes the protocol: told by ICMP, of which raw(7) says otherwise: "For
 * connected sockets, only EMSGSIZE and EPROTO are passed for compatibility". */
static int nobody_takes(int domain, bool connected, bool recverr)
{
	bool v4 = domain == AF_INET;
	struct address to = ip_address(v4 ? "127.0.0.3" : "fd00::2", 0);
	int fd = must_socket(domain, SOCK_RAW, PROTOCOL);

	if (!v4) {
		add_local_address("lo", "fd00::2", 128);
		wait_reachable("fd00::2");
	}
	must_bind(fd, ip_address(v4 ? "127.0.0.2" : "::1", 0));
	if (connected)
		must_connect(fd, to);
	if (recverr)
		must_option(fd, v4 ? IPPROTO_IP : IPPROTO_IPV6,
			    v4 ? IP_RECVERR : IPV6_RECVERR, 1);
	send_bytes(fd, "lost data", 9, to);
	wait_error(fd);
	return fd;
}

struct nobody {
	const char *name;
	int domain;
	bool connected, recverr;
};

static const struct nobody nobodies[] = {
	{ "raw,connected", AF_INET, true, false },
	{ "raw,recverr", AF_INET, false, true },
	{ "raw,connected,recverr", AF_INET, true, true },
	{ "raw6,connected", AF_INET6, true, false },
	{ "raw6,recverr", AF_INET6, false, true },
	{ "raw6,connected,recverr", AF_INET6, true, true },
};

static void is_told(const void *data)
{
	const struct nobody *row = data;
	int fd = nobody_takes(row->domain, row->connected, row->recverr);

	expect_errno(row->domain == AF_INET ? ENOPROTOOPT : EPROTO, receive(fd, 64, 0));
	expect_nothing(fd);
}

/* It wakes who waits for a packet. */
static void wakes(const void *data)
{
	const struct nobody *row = data;
	bool v4 = row->domain == AF_INET;
	int fd = must_socket(row->domain, SOCK_RAW, PROTOCOL);
	int error = v4 ? ENOPROTOOPT : EPROTO;

	if (!v4) {
		add_local_address("lo", "fd00::2", 128);
		wait_reachable("fd00::2");
	}
	must_bind(fd, ip_address(v4 ? "127.0.0.2" : "::1", 0));
	must_connect(fd, ip_address(v4 ? "127.0.0.3" : "fd00::2", 0));
	fail_next_wait(fd, error);
	expect_errno(error, receive(fd, 64, 0));
	expect_nothing(fd);
}

static void refuses_first(const void *data)
{
	const struct nobody *row = data;
	int fd = nobody_takes(row->domain, row->connected, row->recverr);

	expect_errno(EOPNOTSUPP, receive(fd, 64, MSG_OOB));
	expect_errno(EOPNOTSUPP, receive(fd, 64, MSG_OOB | MSG_ERRQUEUE));
}

/* What the packet carried, and where it went. */
static void is_queued(const void *data)
{
	const struct nobody *row = data;
	struct address to =
		ip_address(row->domain == AF_INET ? "127.0.0.3" : "fd00::2", 0);
	int fd = nobody_takes(row->domain, row->connected, row->recverr);

	expect_received(9, &to, ROOM, receive(fd, 64, MSG_ERRQUEUE));
	expect_that(!memcmp(inbox.buffer, "lost data", 9), "other bytes");
	expect_queue_empty(fd);
	expect_nothing(fd);
}

CASES(nobodies)
{
	for (size_t i = 0; i < COUNT(nobodies); i++) {
		const struct nobody *it = &nobodies[i];
		int family = FEATURE_FAMILY(it->domain);

		add_case(.name = name_case("recvfrom.error.%s[%s]",
					   it->domain == AF_INET ? "no_protocol"
								 : "parameter_problem",
					   it->name),
			 .run_row = is_told, .row = it, .caps = NEEDS_RAW,
			 .has = { family });
		if (!it->recverr)
			add_case(.name = name_case("recvfrom.error.%s[%s,wakes]",
						   it->domain == AF_INET
							   ? "no_protocol"
							   : "parameter_problem",
						   it->name),
				 .run_row = wakes, .row = it, .caps = NEEDS_RAW,
				 .has = { family });
		add_case(.name = name_case("recvfrom.ip.out_of_band[%s,before-error]",
					   it->name),
			 .run_row = refuses_first, .row = it, .caps = NEEDS_RAW,
			 .has = { family });
		if (it->recverr)
			add_case(.name = name_case("recvfrom.errqueue.received[%s]",
						   it->name),
				 .run_row = is_queued, .row = it, .caps = NEEDS_RAW,
				 .doors = doors_for(64, MSG_ERRQUEUE, true),
				 .has = { family });
	}
}
