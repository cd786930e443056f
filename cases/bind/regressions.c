/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * regressions.c - what went wrong with bind(2) in Linux's history: each case is named
 * for the commit that mended it, and fails on a kernel without it.
 *
 * The table of pairs (ports_table.c) guards those that take two sockets; most here take
 * three, because what went wrong was what the kernel remembers of a port in short.
 */
#include <stdio.h>
#include <string.h>

#include "sockcheck.h"

#define PORT 4001
#define PEER 4002

enum option { NONE, ADDR = 1, SHARED = 2, ONLY = 4, USER = 8, GONE = 16 };

/* One bind: an address, options of the socket, and (of the last) what must come. */
struct step {
	const char *address;
	int options;
};

/*
 * ADDR: SO_REUSEADDR; SHARED: SO_REUSEPORT; ONLY: IPV6_V6ONLY; USER: another user's;
 * GONE: closed again once the next is bound.
 */
static const struct history {
	const char *commit;
	const char *rule; /* of the last step */
	int type;
	struct step steps[4]; /* all but the last succeed */
	int since, until;
} histories[] = {
	/* 88d7fcfa3b1f (5.8): any address matched the one that was remembered of
	 * sockets with SO_REUSEPORT, and so hid one without. */
	{ "88d7fcfa3b1f",
	  "inet6.port_in_use",
	  SOCK_STREAM,
	  { { "::1", NONE }, { "2001:db8::2", SHARED }, { "::", SHARED } },
	  0,
	  0 },
	{ "88d7fcfa3b1f,inet",
	  "inet.port_in_use",
	  SOCK_STREAM,
	  { { "127.0.0.1", NONE }, { "127.0.0.2", SHARED }, { "0.0.0.0", SHARED } },
	  0,
	  0 },
	{ "88d7fcfa3b1f,mapped",
	  "inet6.port_in_use",
	  SOCK_STREAM,
	  { { "127.0.0.1", NONE },
	    { "127.0.0.2", SHARED },
	    { "::ffff:0.0.0.0", SHARED } },
	  0,
	  0 },
	/* 637bc8bbe6c0 (4.14): the first socket's lack of SO_REUSEPORT was remembered
	 * for good; a later one sets it anew, for addresses that do not conflict. */
	{ "637bc8bbe6c0",
	  "inet.shared_by_reuseport",
	  SOCK_STREAM,
	  { { "127.0.0.1", NONE }, { "127.0.0.2", SHARED }, { "127.0.0.2", SHARED } },
	  0,
	  0 },
	{ "637bc8bbe6c0,conflict",
	  "inet.port_in_use",
	  SOCK_STREAM,
	  { { "127.0.0.1", NONE }, { "127.0.0.2", SHARED }, { "127.0.0.1", SHARED } },
	  0,
	  0 },
	{ "637bc8bbe6c0,third",
	  "inet.bound",
	  SOCK_STREAM,
	  { { "127.0.0.1", NONE }, { "127.0.0.2", SHARED }, { "127.0.0.3", SHARED } },
	  0,
	  0 },
	/* fbed24bcc678 (4.14): SO_REUSEPORT is remembered where the port was free. */
	{ "fbed24bcc678",
	  "inet.port_in_use",
	  SOCK_STREAM,
	  { { "127.0.0.1", SHARED }, { "127.0.0.1", NONE } },
	  0,
	  0 },
	/* cbb2fb5c72f4 (4.14): the family of the remembered address was not kept. */
	{ "cbb2fb5c72f4",
	  "inet6.port_in_use",
	  SOCK_STREAM,
	  { { "127.0.0.1", NONE }, { "::1", SHARED }, { "::", SHARED } },
	  0,
	  0 },
	{ "cbb2fb5c72f4,inet",
	  "inet.port_in_use",
	  SOCK_STREAM,
	  { { "::ffff:127.0.0.1", NONE }, { "::1", SHARED }, { "127.0.0.1", SHARED } },
	  0,
	  0 },
	/* What is remembered of SO_REUSEADDR: one socket without it is enough. */
	{ "28044fc1d495,reuseaddr",
	  "inet.port_in_use",
	  SOCK_STREAM,
	  { { "127.0.0.1", ADDR }, { "127.0.0.2", NONE }, { "0.0.0.0", ADDR } },
	  0,
	  0 },
	{ "28044fc1d495,reuseaddr-any",
	  "inet.shared_by_reuseaddr",
	  SOCK_STREAM,
	  { { "127.0.0.1", ADDR }, { "127.0.0.2", ADDR }, { "0.0.0.0", ADDR } },
	  0,
	  0 },
	{ "28044fc1d495,without-last",
	  "inet.port_in_use",
	  SOCK_STREAM,
	  { { "127.0.0.1", ADDR }, { "127.0.0.2", ADDR }, { "127.0.0.1", NONE } },
	  0,
	  0 },
	{ "28044fc1d495,without-gone",
	  "inet.shared_by_reuseaddr",
	  SOCK_STREAM,
	  { { "127.0.0.2", GONE }, { "127.0.0.1", ADDR }, { "127.0.0.1", ADDR } },
	  0,
	  0 },
	/* 28044fc1d495 (6.1): any address is looked for beside the one that is named.
	 */
	{ "28044fc1d495,any-first",
	  "inet.port_in_use",
	  SOCK_STREAM,
	  { { "0.0.0.0", NONE }, { "127.0.0.1", NONE } },
	  0,
	  0 },
	{ "28044fc1d495,any-last",
	  "inet.port_in_use",
	  SOCK_STREAM,
	  { { "127.0.0.1", NONE }, { "127.0.0.2", NONE }, { "0.0.0.0", NONE } },
	  0,
	  0 },
	{ "28044fc1d495,named",
	  "inet.port_in_use",
	  SOCK_STREAM,
	  { { "127.0.0.1", NONE }, { "127.0.0.2", NONE }, { "127.0.0.2", NONE } },
	  0,
	  0 },
	/* aa99e5f87bd5 (6.6): ::ffff:0.0.0.0 was not in the way of one address. */
	{ "aa99e5f87bd5",
	  "inet.port_in_use",
	  SOCK_STREAM,
	  { { "::ffff:0.0.0.0", NONE }, { "127.0.0.1", NONE } },
	  0,
	  0 },
	{ "aa99e5f87bd5,mapped",
	  "inet6.port_in_use",
	  SOCK_STREAM,
	  { { "0.0.0.0", NONE }, { "::ffff:127.0.0.1", NONE } },
	  0,
	  0 },
	/* c48ef9c4aed3 (6.6): ::ffff:127.0.0.1 was not in the way of 127.0.0.1. */
	{ "c48ef9c4aed3",
	  "inet.port_in_use",
	  SOCK_STREAM,
	  { { "::ffff:127.0.0.1", NONE }, { "127.0.0.1", NONE } },
	  0,
	  0 },
	{ "c48ef9c4aed3,reversed",
	  "inet6.port_in_use",
	  SOCK_STREAM,
	  { { "127.0.0.1", NONE }, { "::ffff:127.0.0.1", NONE } },
	  0,
	  0 },
	/* ea111449501e (6.9): :: that takes IPv6 only was in the way of a mapped one.
	 */
	{ "ea111449501e",
	  "inet6.bound",
	  SOCK_STREAM,
	  { { "::", ONLY }, { "::ffff:127.0.0.1", NONE } },
	  0,
	  0 },
	{ "ea111449501e,inet",
	  "inet.bound",
	  SOCK_STREAM,
	  { { "::", ONLY }, { "127.0.0.1", NONE } },
	  0,
	  0 },
	/* d91ef1e1b55f (6.9): :: that takes IPv6 only hid any address of IPv4. */
	{ "d91ef1e1b55f",
	  "inet.port_in_use",
	  SOCK_STREAM,
	  { { "0.0.0.0", NONE }, { "::", ONLY }, { "127.0.0.1", NONE } },
	  0,
	  0 },
	{ "d91ef1e1b55f,mapped",
	  "inet6.port_in_use",
	  SOCK_STREAM,
	  { { "::ffff:0.0.0.0", NONE }, { "::", ONLY }, { "::ffff:127.0.0.1", NONE } },
	  LINUX(6, 8),
	  0 },
	{ "5e07e672412b",
	  "inet6.port_in_use",
	  SOCK_STREAM,
	  { { "::ffff:0.0.0.0", NONE }, { "::ffff:127.0.0.1", NONE } },
	  LINUX(6, 8),
	  0 },
	{ "before-5e07e672412b",
	  "inet6.mapped_any_overlooked",
	  SOCK_STREAM,
	  { { "::ffff:0.0.0.0", NONE }, { "::ffff:127.0.0.1", NONE } },
	  LINUX(6, 1),
	  LINUX(6, 8) },
	{ "d91ef1e1b55f,reuseaddr",
	  "inet.port_in_use",
	  SOCK_STREAM,
	  { { "::", ONLY | ADDR }, { "::", ADDR }, { "127.0.0.1", NONE } },
	  0,
	  0 },
	{ "d91ef1e1b55f,reuseport",
	  "inet.port_in_use",
	  SOCK_STREAM,
	  { { "::", ONLY | SHARED }, { "::", SHARED }, { "127.0.0.1", NONE } },
	  0,
	  0 },
	/* e537dd15d0d4 needs more than ten sockets: see below. */
	/* A third user: whom the port was given to is asked of each socket. */
	{ "da5e36308d9f",
	  "inet.other_user_in_the_way",
	  SOCK_STREAM,
	  { { "127.0.0.1", SHARED },
	    { "127.0.0.1", SHARED },
	    { "127.0.0.1", SHARED | USER } },
	  0,
	  0 },
	{ "da5e36308d9f,any",
	  "inet.other_user_in_the_way",
	  SOCK_STREAM,
	  { { "127.0.0.2", SHARED },
	    { "0.0.0.0", SHARED },
	    { "127.0.0.1", SHARED | USER } },
	  0,
	  0 },
	{ "da5e36308d9f,udp",
	  "inet.other_user_in_the_way",
	  SOCK_DGRAM,
	  { { "127.0.0.1", SHARED },
	    { "127.0.0.1", SHARED },
	    { "127.0.0.1", SHARED | USER } },
	  0,
	  0 },
};

static int open_step(const struct history *history, const struct step *step)
{
	int fd;

	if (step->options & USER)
		set_filesystem_user(1000);
	fd = must_socket(strchr(step->address, ':') ? AF_INET6 : AF_INET, history->type,
			 0);
	if (step->options & ONLY)
		must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (step->options & ADDR)
		must_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (step->options & SHARED)
		must_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	return fd;
}

static void replay(const void *data)
{
	const struct history *history = data;
	const struct step *step = history->steps;
	int fd, gone = -1;

	add_local_address("lo", "2001:db8::2", 128);
	for (; step[1].address; step++) {
		fd = open_step(history, step);
		must_bind(fd, ip_address(step->address, PORT));
		if (gone >= 0)
			must_close(gone);
		gone = step->options & GONE ? fd : -1;
	}
	fd = open_step(history, step);
	if (strstr(history->rule, "the_way") || strstr(history->rule, "in_use"))
		expect_errno(EADDRINUSE, bind_to(fd, ip_address(step->address, PORT)));
	else
		expect_value(0, bind_to(fd, ip_address(step->address, PORT)));
}

static bool has_other_user(const struct history *history)
{
	for (size_t i = 0; i < COUNT(history->steps); i++)
		if (history->steps[i].options & USER)
			return true;
	return false;
}

CASES(histories)
{
	for (size_t i = 0; i < COUNT(histories); i++)
		add_case(.name = name_case("bind.%s[%s]", histories[i].rule,
					   histories[i].commit),
			 .run_row = replay, .row = &histories[i],
			 .needs = has_other_user(&histories[i]) ? NEEDS_IDS : 0,
			 .since = histories[i].since, .until = histories[i].until);
}

/*
 * Three sockets without options, where the first two do not conflict: d91ef1e1b55f was
 * one of these orders.  Each address is bound by its own number in the list.
 */
static const struct {
	const char *name, *address;
	bool ipv6only;
	/* Does it take IPv4, IPv6; and is it any address of it? */
	bool v4, v6, any;
} kinds[] = {
	{ "4-any", "0.0.0.0", false, true, false, true },
	{ "4-one", "127.0.0.1", false, true, false, false },
	{ "4-two", "127.0.0.2", false, true, false, false },
	{ "6-any", "::", false, true, true, true },
	{ "6only-any", "::", true, false, true, true },
	{ "6-one", "::1", false, false, true, false },
	{ "mapped-any", "::ffff:0.0.0.0", false, true, false, true },
	{ "mapped-two", "::ffff:127.0.0.2", false, true, false, false },
};

/* The last group of an address: the number by which those of one version differ. */
static const char *last_of(const char *address)
{
	return address + strlen(address) - 1;
}

static bool conflict(size_t a, size_t b)
{
	if (!(kinds[a].v4 && kinds[b].v4) && !(kinds[a].v6 && kinds[b].v6))
		return false;
	return kinds[a].any || kinds[b].any ||
	       !strcmp(last_of(kinds[a].address), last_of(kinds[b].address));
}

struct triple {
	size_t of[3];
	bool refused;
};

static int open_kind(size_t kind)
{
	int fd = must_socket(strchr(kinds[kind].address, ':') ? AF_INET6 : AF_INET,
			     SOCK_STREAM, 0);

	if (kinds[kind].ipv6only)
		must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	return fd;
}

static void bind_three(const void *data)
{
	const struct triple *triple = data;
	const char *last = kinds[triple->of[2]].address;
	int fd;

	for (size_t i = 0; i < 2; i++)
		must_bind(open_kind(triple->of[i]),
			  ip_address(kinds[triple->of[i]].address, PORT));
	fd = open_kind(triple->of[2]);
	if (triple->refused)
		expect_errno(EADDRINUSE, bind_to(fd, ip_address(last, PORT)));
	else
		expect_value(0, bind_to(fd, ip_address(last, PORT)));
}

/* See since_of() in ports_table.c: the one in the way is overlooked by Linux 6.1. */
static bool overlooked_before(const struct triple *triple)
{
	size_t third = triple->of[2], in_the_way = 0, mapped_any = 0;

	for (size_t i = 0; i < 2; i++) {
		in_the_way += conflict(triple->of[i], third);
		mapped_any += !strcmp(kinds[triple->of[i]].name, "mapped-any");
	}
	return !strcmp(kinds[third].name, "mapped-two") && mapped_any &&
	       in_the_way == 1;
}

static void add_triple(size_t first, size_t second, size_t third)
{
	struct triple triple = { { first, second, third },
				 conflict(first, third) || conflict(second, third) };

	add_case(.name = name_case("bind.%s.%s[three,%s,%s,%s]",
				   strchr(kinds[third].address, ':') ? "inet6" : "inet",
				   triple.refused ? "port_in_use" : "bound",
				   kinds[first].name, kinds[second].name,
				   kinds[third].name),
		 .run_row = bind_three, .row = keep_row(&triple, sizeof(triple)),
		 .since = overlooked_before(&triple) ? LINUX(6, 8) : 0);
}

CASES(triples)
{
	for (size_t first = 0; first < COUNT(kinds); first++)
		for (size_t second = 0; second < COUNT(kinds); second++)
			for (size_t third = 0; third < COUNT(kinds); third++)
				if (!conflict(first, second))
					add_triple(first, second, third);
}

/* 936a192f9740 (6.2): what is in TIME_WAIT was not looked for by its address. */
static void accepted_in_time_wait(int domain, const char *address, const char *wanted)
{
	int listener = must_socket(domain, SOCK_STREAM, 0);
	int fd = must_socket(domain, SOCK_STREAM, 0), accepted;

	must_bind(listener, ip_address(address, PORT));
	must_listen(listener);
	must_connect(fd, ip_address(address, PORT));
	accepted = must_accept(listener);
	must_close(listener);
	leave_in_time_wait(accepted, fd);
	fd = must_socket(strchr(wanted, ':') ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
	expect_errno(EADDRINUSE, bind_to(fd, ip_address(wanted, PORT)));
}

CASE("bind.inet.time_wait_in_the_way[936a192f9740]")
{
	accepted_in_time_wait(AF_INET, "127.0.0.1", "127.0.0.1");
}

CASE("bind.inet.time_wait_in_the_way[936a192f9740,any]")
{
	accepted_in_time_wait(AF_INET, "127.0.0.1", "0.0.0.0");
}

CASE("bind.inet6.time_wait_in_the_way[936a192f9740]")
{
	accepted_in_time_wait(AF_INET6, "::1", "::1");
}

CASE("bind.inet6.time_wait_in_the_way[936a192f9740,any]")
{
	accepted_in_time_wait(AF_INET6, "::1", "::");
}

CASE("bind.inet6.time_wait_in_the_way[936a192f9740,mapped]")
{
	accepted_in_time_wait(AF_INET, "127.0.0.1", "::ffff:127.0.0.1");
}

/*
 * 77934dc6db0d and e0833d1fedb0 (6.1): connect(2) chooses an address for a socket that
 * is bound to any; where it is refused, the socket is bound to any again, and the
 * kernel looks for it there.
 */
static int refused_connect(void)
{
	struct address nobody = inet("127.0.0.1", PEER);
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	must_bind(fd, inet("0.0.0.0", PORT));
	t_connect(fd, nobody.bytes, nobody.length);
	return fd;
}

CASE("bind.name.ip[77934dc6db0d]")
{
	struct address any = inet("0.0.0.0", PORT);

	expect_name(any.bytes, sizeof(struct sockaddr_in), refused_connect());
}

CASE("bind.inet.port_in_use[e0833d1fedb0,other-address]")
{
	refused_connect();
	expect_errno(EADDRINUSE, bind_to(must_socket(AF_INET, SOCK_STREAM, 0),
					 inet("127.0.0.2", PORT)));
}

CASE("bind.inet.port_in_use[e0833d1fedb0,same-address]")
{
	refused_connect();
	expect_errno(EADDRINUSE, bind_to(must_socket(AF_INET, SOCK_STREAM, 0),
					 inet("127.0.0.1", PORT)));
}

CASE("bind.inet.bound[e0833d1fedb0,closed]")
{
	must_close(refused_connect());
	expect_value(0, bind_to(must_socket(AF_INET, SOCK_STREAM, 0),
				inet("127.0.0.2", PORT)));
}

/*
 * More than ten UDP sockets on one port: udp_lib_get_port() then looks by address.
 * e537dd15d0d4 (7.0, and in the stable releases of 2026): so looked at, any address did
 * not find those that are bound to one.
 */
static void crowd(void)
{
	char text[sizeof("127.0.1.-2147483648")];

	for (int i = 1; i <= 12; i++) {
		snprintf(text, sizeof(text), "127.0.1.%d", i);
		must_bind(must_socket(AF_INET, SOCK_DGRAM, 0), inet(text, PORT));
	}
}

static const struct crowded {
	const char *name;
	const char *rule;
	const char *extra; /* bound after the crowd, or NULL */
	const char *address;
} crowded[] = {
	{ "free-address", "inet.bound", NULL, "127.0.1.77" },
	{ "first-address", "inet.port_in_use", NULL, "127.0.1.1" },
	{ "middle-address", "inet.port_in_use", NULL, "127.0.1.6" },
	{ "last-address", "inet.port_in_use", NULL, "127.0.1.12" },
	{ "mapped-free", "inet6.bound", NULL, "::ffff:127.0.1.77" },
	{ "mapped-taken", "inet6.port_in_use", NULL, "::ffff:127.0.1.5" },
	{ "inet6-free", "inet6.bound", NULL, "::1" },
	{ "inet6-taken", "inet6.port_in_use", "::1", "::1" },
	{ "e537dd15d0d4,any", "inet.port_in_use", NULL, "0.0.0.0" },
	{ "e537dd15d0d4,any6", "inet6.port_in_use", NULL, "::" },
	{ "e537dd15d0d4,mapped-any", "inet6.port_in_use", NULL, "::ffff:0.0.0.0" },
};

static void bind_in_crowd(const void *data)
{
	const struct crowded *row = data;
	int fd;

	crowd();
	if (row->extra)
		must_bind(must_socket(AF_INET6, SOCK_DGRAM, 0),
			  ip_address(row->extra, PORT));
	fd = must_socket(strchr(row->address, ':') ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
	if (strstr(row->rule, "in_use"))
		expect_errno(EADDRINUSE, bind_to(fd, ip_address(row->address, PORT)));
	else
		expect_value(0, bind_to(fd, ip_address(row->address, PORT)));
}

CASES(crowds)
{
	for (size_t i = 0; i < COUNT(crowded); i++)
		add_case(.name = name_case("bind.%s[crowd,%s]", crowded[i].rule,
					   crowded[i].name),
			 .run_row = bind_in_crowd, .row = &crowded[i]);
}

/* The crowd on any address of IPv6, which takes IPv4 too, or on one that all share. */
static const struct sharing_crowd {
	const char *name;
	const char *rule;
	const char *crowd;
	int crowd_options, options;
	const char *address;
} sharing[] = {
	{ "reuseport", "inet.shared_by_reuseport", "127.0.0.1", SHARED, SHARED,
	  "127.0.0.1" },
	{ "reuseport-any", "inet.shared_by_reuseport", "0.0.0.0", SHARED, SHARED,
	  "127.0.0.1" },
	{ "reuseport-without", "inet.port_in_use", "127.0.0.1", SHARED, NONE,
	  "127.0.0.1" },
	{ "reuseport-any-without", "inet.port_in_use", "0.0.0.0", SHARED, NONE,
	  "127.0.0.1" },
	{ "reuseport-other-user", "inet.other_user_in_the_way", "127.0.0.1", SHARED,
	  SHARED | USER, "127.0.0.1" },
	{ "reuseaddr", "inet.shared_by_reuseaddr", "127.0.0.1", ADDR, ADDR,
	  "127.0.0.1" },
	{ "reuseaddr-without", "inet.port_in_use", "127.0.0.1", ADDR, NONE,
	  "127.0.0.1" },
	{ "reuseaddr-other-address", "inet.bound", "127.0.0.1", ADDR, NONE,
	  "127.0.0.2" },
	{ "any6,one4", "inet.port_in_use", "::", ADDR, NONE, "127.0.0.1" },
	{ "any6only,one4", "inet.bound", "::", ADDR | ONLY, NONE, "127.0.0.1" },
	{ "any6,one6", "inet6.port_in_use", "::", ADDR, NONE, "::1" },
	{ "any6only,one6", "inet6.port_in_use", "::", ADDR | ONLY, NONE, "::1" },
};

static void bind_to_shared(const void *data)
{
	const struct sharing_crowd *row = data;
	struct history history = { .type = SOCK_DGRAM };
	struct step member = { row->crowd, row->crowd_options };
	struct step last = { row->address, row->options };
	int fd;

	for (int i = 0; i < 12; i++)
		must_bind(open_step(&history, &member), ip_address(row->crowd, PORT));
	fd = open_step(&history, &last);
	if (strstr(row->rule, "in_use") || strstr(row->rule, "the_way"))
		expect_errno(EADDRINUSE, bind_to(fd, ip_address(row->address, PORT)));
	else
		expect_value(0, bind_to(fd, ip_address(row->address, PORT)));
}

CASES(sharing)
{
	for (size_t i = 0; i < COUNT(sharing); i++)
		add_case(.name = name_case("bind.%s[crowd,%s]", sharing[i].rule,
					   sharing[i].name),
			 .run_row = bind_to_shared, .row = &sharing[i],
			 .needs = sharing[i].options & USER ? NEEDS_IDS : 0);
}
