/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ports_table.c - two sockets and one port: which pairs may have it.
 *
 * A row is a pair: protocol, state of the first socket, the addresses, the options, the
 * user, the interfaces.  What must come is composed of three small tables: do the two
 * addresses overlap, do the interfaces, and if both do, what say the options.  Crossed
 * are: all addresses with the options on both sockets and all states; all other
 * options, another user and the interfaces with all states and those addresses that
 * each way of comparing them needs (one version of IP, both, any, one).
 */
#include <string.h>

#include "sockcheck.h"

#define PORT 4001
#define PEER 4002 /* what the first socket is connected to, where it is */

/* What the socket is bound to. */
static const struct kind {
	const char *name;
	int domain;
	bool ipv6only;
	const char *address;
	const char *peer; /* of the same version of IP */
} kinds[] = {
	{ "4-any", AF_INET, false, "0.0.0.0", "127.0.0.1" },
	{ "4-one", AF_INET, false, "127.0.0.1", "127.0.0.1" },
	{ "6-any", AF_INET6, false, "::", "::1" },
	{ "6-one", AF_INET6, false, "::1", "::1" },
	{ "6only-any", AF_INET6, true, "::", "::1" },
	{ "6only-one", AF_INET6, true, "::1", "::1" },
	{ "mapped-any", AF_INET6, false, "::ffff:0.0.0.0", "::ffff:127.0.0.1" },
	{ "mapped-one", AF_INET6, false, "::ffff:127.0.0.1", "::ffff:127.0.0.1" },
};

enum { V4_ANY, V4_ONE, V6_ANY, V6_ONE, ONLY_ANY, ONLY_ONE, MAPPED_ANY, MAPPED_ONE };

/*
 * Do the addresses overlap?  A line is the first socket's, a column the second's. "Any"
 * of IPv6 takes IPv4 too, unless IPV6_V6ONLY; a mapped address is one of IPv4: ipv6(7).
 */
static const char *const overlap[] = {
	/*		4* 4 6* 6 o* o m* m */
	[V4_ANY] = "xxx...xx",	   [V4_ONE] = "xxx...xx",     [V6_ANY] = "xxxxxxxx",
	[V6_ONE] = "..xxxx..",	   [ONLY_ANY] = "..xxxx..",   [ONLY_ONE] = "..xxxx..",
	[MAPPED_ANY] = "xxx...xx", [MAPPED_ONE] = "xxx...xx",
};

/*
 * The line of V6_ANY once connect(2) has chosen one address for it, here one of IPv6.
 * It still is in the way of any address of AF_INET (ipv4_rcv_saddr_equal()).
 */
static const char connected_over_ipv6[] = "x.xxxx..";

enum state { BOUND, LISTENING, CONNECTED, TIME_WAIT, UDP_BOUND, UDP_CONNECTED, STATES };

static const char *const state_names[] = {
	"tcp,bound",	"tcp,listening", "tcp,connected",
	"tcp,timewait", "udp,bound",	 "udp,connected",
};

#define ADDR	   1
#define BOTH	   3
#define REUSE_PORT 2

/*
 * What the options say of an overlap, by the state of the first socket in the order
 * above; then the same where the second is another user's:
 *	x in use, T in TIME_WAIT, L a listener is in the way, U another user is;
 *	A shared by SO_REUSEADDR, P shared by SO_REUSEPORT.
 */
static const struct reuse {
	const char *name;
	int first, second; /* ADDR, REUSE_PORT or both of them */
	const char *same_user, *other_user;
} reuses[] = {
	{ "neither", 0, 0, "xxxTxx", "xxxTxx" },
	{ "reuseaddr", ADDR, ADDR, "ALAAAA", "ALAAAA" },
	{ "reuseport", REUSE_PORT, REUSE_PORT, "PPPPPP", "UUUPUU" },
	{ "reuseaddr-first", ADDR, 0, "xxxTxx", "xxxTxx" },
	{ "reuseaddr-second", 0, ADDR, "xxxTxx", "xxxTxx" },
	{ "reuseport-first", REUSE_PORT, 0, "xxxTxx", "xxxTxx" },
	{ "reuseport-second", 0, REUSE_PORT, "xxxTxx", "xxxTxx" },
	{ "reuseaddr-then-reuseport", ADDR, REUSE_PORT, "xxxTxx", "xxxTxx" },
	{ "reuseport-then-reuseaddr", REUSE_PORT, ADDR, "xxxTxx", "xxxTxx" },
	{ "both", BOTH, BOTH, "PPPPPP", "AUAPAA" },
	{ "both-then-reuseaddr", BOTH, ADDR, "ALAAAA", "ALAAAA" },
	{ "reuseaddr-then-both", ADDR, BOTH, "ALAAAA", "ALAAAA" },
	{ "both-then-reuseport", BOTH, REUSE_PORT, "PPPPPP", "UUUPUU" },
};
#define REUSES_ON_BOTH 3 /* the first lines above */

/* SO_BINDTODEVICE of each socket, and whether a packet could come to both. */
static const struct devices {
	const char *name;
	const char *first, *second;
	bool overlap;
} device_pairs[] = {
	{ "", NULL, NULL, true },
	{ ",same-device", "lo", "lo", true },
	{ ",device-first", "lo", NULL, true },
	{ ",device-second", NULL, "lo", true },
	{ ",other-device", "lo", "other", false },
};

struct pair {
	enum state state;
	const struct kind *first, *second;
	const struct reuse *reuse;
	const struct devices *devices;
	bool other_user;
	char due; /* of the tables above; '.' where nothing overlaps */
};

static int open_socket(const struct pair *pair, const struct kind *kind, int reuse,
		       const char *device)
{
	int fd = must_socket(kind->domain,
			     pair->state < UDP_BOUND ? SOCK_STREAM : SOCK_DGRAM, 0);

	if (kind->ipv6only)
		must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (reuse & ADDR)
		must_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (reuse & REUSE_PORT)
		must_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (device)
		must_device(fd, device);
	return fd;
}

static int listen_for(const struct kind *kind)
{
	int fd = must_socket(kind->domain, SOCK_STREAM, 0);

	must_bind(fd, ip_address(kind->peer, PEER));
	must_listen(fd);
	return fd;
}

/* Makes the first socket what it is to be, and returns when it is. */
static void make_first(const struct pair *pair)
{
	int fd = open_socket(pair, pair->first, pair->reuse->first,
			     pair->devices->first);
	int listener = -1, accepted = -1;

	must_bind(fd, ip_address(pair->first->address, PORT));
	switch (pair->state) {
	case LISTENING:
		must_listen(fd);
		break;
	case CONNECTED:
	case TIME_WAIT:
		listener = listen_for(pair->first);
		must_connect(fd, ip_address(pair->first->peer, PEER));
		accepted = must_accept(listener);
		break;
	case UDP_CONNECTED:
		must_connect(fd, ip_address(pair->first->peer, PEER));
		break;
	default:
		break;
	}
	if (pair->state == TIME_WAIT)
		leave_in_time_wait(fd, accepted);
}

static void bind_second(const void *row)
{
	const struct pair *pair = row;
	struct address address = ip_address(pair->second->address, PORT);
	int fd;

	if (pair->devices->second && strcmp(pair->devices->second, "lo"))
		add_interface(pair->devices->second);
	make_first(pair);
	if (pair->other_user)
		set_filesystem_user(1000);
	fd = open_socket(pair, pair->second, pair->reuse->second,
			 pair->devices->second);
	if (strchr("xTLU", pair->due))
		expect_errno(EADDRINUSE, bind_to(fd, address));
	else
		expect_value(0, bind_to(fd, address));
}

static const char *rule_of(char due)
{
	switch (due) {
	case 'x':
		return "port_in_use";
	case 'T':
		return "time_wait_in_the_way";
	case 'L':
		return "listener_in_the_way";
	case 'U':
		return "other_user_in_the_way";
	case 'A':
		return "shared_by_reuseaddr";
	case 'P':
		return "shared_by_reuseport";
	default:
		return "bound";
	}
}

static char due_of(const struct pair *pair)
{
	size_t first = (size_t)(pair->first - kinds);
	size_t second = (size_t)(pair->second - kinds);
	bool connected = pair->state == CONNECTED || pair->state == TIME_WAIT ||
			 pair->state == UDP_CONNECTED;

	if (!pair->devices->overlap ||
	    (connected && first == V6_ANY ? connected_over_ipv6
					  : overlap[first])[second] == '.')
		return '.';
	return (pair->other_user ? pair->reuse->other_user
				 : pair->reuse->same_user)[pair->state];
}

/*
 * Linux 6.1 to 6.7 overlook a TCP socket bound to ::ffff:0.0.0.0 where another binds to
 * one mapped address (regressions.c has what comes there): commit 5e07e672412b.
 */
static int since_of(const struct pair *pair)
{
	bool overlooked = pair->first == &kinds[MAPPED_ANY] &&
			  pair->second == &kinds[MAPPED_ONE] &&
			  (pair->state == BOUND || pair->state == LISTENING) &&
			  strchr("xTLU", pair->due);

	return overlooked ? LINUX(6, 8) : 0;
}

static void add_pair(struct pair pair)
{
	pair.due = due_of(&pair);
	add_case(.name = name_case("bind.%s.%s[%s,%s,%s,%s%s%s]",
				   pair.second->domain == AF_INET ? "inet" : "inet6",
				   rule_of(pair.due), state_names[pair.state],
				   pair.first->name, pair.second->name,
				   pair.reuse->name, pair.devices->name,
				   pair.other_user ? ",other-user" : ""),
		 .run_row = bind_second, .row = keep_row(&pair, sizeof(pair)),
		 .needs = (pair.other_user ? NEEDS_IDS : 0) |
			  (pair.devices->overlap ? 0 : NEEDS_INTERFACE),
		 .since = since_of(&pair));
}

/* All states of a pair. */
static void add_states(struct pair pair)
{
	for (pair.state = BOUND; pair.state < STATES; pair.state++)
		add_pair(pair);
}

CASES(addresses)
{
	for (size_t first = 0; first < COUNT(kinds); first++)
		for (size_t second = 0; second < COUNT(kinds); second++)
			for (size_t i = 0; i < REUSES_ON_BOTH; i++)
				add_states((struct pair){ .first = &kinds[first],
							  .second = &kinds[second],
							  .reuse = &reuses[i],
							  .devices = device_pairs });
}

/* One of each way in which two addresses can be compared and found to overlap. */
static const struct {
	int first, second;
} overlapping[] = {
	{ V4_ONE, V4_ONE }, { V4_ANY, V4_ANY }, { V6_ONE, V6_ONE },
	{ V6_ANY, V6_ANY }, { V4_ONE, V6_ANY }, { V6_ANY, V4_ONE },
};

CASES(options)
{
	for (size_t k = 0; k < COUNT(overlapping); k++)
		for (size_t i = REUSES_ON_BOTH; i < COUNT(reuses); i++)
			add_states(
				(struct pair){ .first = &kinds[overlapping[k].first],
					       .second = &kinds[overlapping[k].second],
					       .reuse = &reuses[i],
					       .devices = device_pairs });
}

/* Another user: IPv4 with all options, IPv6 and both with those on both sockets. */
CASES(users)
{
	for (size_t k = 0; k < COUNT(overlapping); k++)
		for (size_t i = 0; i < COUNT(reuses); i++)
			if (k == 0 || i < REUSES_ON_BOTH)
				add_states((struct pair){
					.first = &kinds[overlapping[k].first],
					.second = &kinds[overlapping[k].second],
					.reuse = &reuses[i],
					.devices = device_pairs,
					.other_user = true });
}

/*
 * Interfaces.  A socket that is bound to another interface than lo can name 127.0.0.1,
 * but not ::1, which is lo's.
 */
CASES(devices)
{
	static const struct {
		int first, second;
	} any_interface[] = {
		{ V4_ONE, V4_ONE },
		{ V4_ANY, V4_ANY },
		{ V6_ANY, V6_ANY },
		{ V4_ONE, V6_ANY },
	};

	for (size_t k = 0; k < COUNT(any_interface); k++)
		for (size_t i = 0; i < REUSES_ON_BOTH; i++)
			for (size_t d = 1; d < COUNT(device_pairs); d++)
				add_states((struct pair){
					.first = &kinds[any_interface[k].first],
					.second = &kinds[any_interface[k].second],
					.reuse = &reuses[i],
					.devices = &device_pairs[d] });
}

/* An interface in common does not make another user the same. */
CASES(users_and_devices)
{
	for (size_t d = 1; d < COUNT(device_pairs); d++)
		add_states((struct pair){ .first = &kinds[V4_ONE],
					  .second = &kinds[V4_ONE],
					  .reuse = &reuses[2],
					  .devices = &device_pairs[d],
					  .other_user = true });
}
