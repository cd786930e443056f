/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * effects.c - what the errno of bind(2) does not show: the address that packets leave
 * from, and which of two sockets a packet or a connection reaches.
 */
#include <string.h>

#include "sockcheck.h"

#define PORT 4001
#define PEER 4002

/* A socket of a pair: "" for an address means that there is none. */
struct end {
	const char *address;
	const char *device;
	bool ipv6only;
};

static int domain_of(const char *address)
{
	return strchr(address, ':') ? AF_INET6 : AF_INET;
}

static int open_end(const struct end *end, int type, unsigned int port)
{
	int fd = must_socket(domain_of(end->address), type | SOCK_NONBLOCK, 0);

	/* That both may have the port; only one receives. */
	if (type == SOCK_DGRAM)
		must_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	else
		must_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (end->ipv6only)
		must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (end->device)
		must_device(fd, end->device);
	must_bind(fd, ip_address(end->address, port));
	if (type == SOCK_STREAM)
		must_listen(fd);
	return fd;
}

/*
 * Two sockets on a port.  What is sent to the destination comes to the first and not to
 * the second, whichever was bound first.
 */
static const struct reach {
	const char *name;
	const char *to;
	const char *from; /* what the receiver sees */
	struct end gets, misses;
	unsigned int needs;
	/* Listeners can only overlap with SO_REUSEPORT; where interfaces alone tell
	 * them apart, inet_lhash2_lookup() takes the first group that fits at all. */
	bool datagrams_only;
} reaches[] = {
	{ "one-before-any",
	  "127.0.0.1",
	  "127.0.0.1",
	  { .address = "127.0.0.1" },
	  { .address = "0.0.0.0" },
	  0,
	  false },
	{ "any-for-another",
	  "127.0.0.2",
	  "127.0.0.1",
	  { .address = "0.0.0.0" },
	  { .address = "127.0.0.1" },
	  0,
	  false },
	{ "one-not-other",
	  "127.0.0.2",
	  "127.0.0.1",
	  { .address = "127.0.0.2" },
	  { .address = "127.0.0.1" },
	  0,
	  false },
	{ "one-before-any6",
	  "::1",
	  "::1",
	  { .address = "::1" },
	  { .address = "::" },
	  0,
	  false },
	{ "inet-before-inet6",
	  "127.0.0.1",
	  "127.0.0.1",
	  { .address = "0.0.0.0" },
	  { .address = "::" },
	  0,
	  false },
	{ "inet6-for-ipv6",
	  "::1",
	  "::1",
	  { .address = "::" },
	  { .address = "0.0.0.0" },
	  0,
	  false },
	{ "inet-not-v6only",
	  "127.0.0.1",
	  "127.0.0.1",
	  { .address = "0.0.0.0" },
	  { .address = "::", .ipv6only = true },
	  0,
	  false },
	{ "any6-not-v6only",
	  "127.0.0.1",
	  "::ffff:127.0.0.1",
	  { .address = "::" },
	  { .address = "::", .ipv6only = true },
	  0,
	  false },
	{ "mapped-before-any",
	  "127.0.0.1",
	  "::ffff:127.0.0.1",
	  { .address = "::ffff:127.0.0.1" },
	  { .address = "0.0.0.0" },
	  0,
	  false },
	{ "mapped-any-not-for-ipv6",
	  "::1",
	  "::1",
	  { .address = "::" },
	  { .address = "::ffff:0.0.0.0" },
	  0,
	  false },
	{ "device-before-none",
	  "127.0.0.1",
	  "127.0.0.1",
	  { .address = "0.0.0.0", .device = "lo" },
	  { .address = "0.0.0.0" },
	  0,
	  true },
	{ "device-before-none6",
	  "::1",
	  "::1",
	  { .address = "::", .device = "lo" },
	  { .address = "::" },
	  0,
	  true },
	{ "none-not-other-device",
	  "127.0.0.1",
	  "127.0.0.1",
	  { .address = "0.0.0.0" },
	  { .address = "0.0.0.0", .device = "other" },
	  NEEDS_INTERFACE,
	  false },
	{ "none-not-other-device6",
	  "::1",
	  "::1",
	  { .address = "::" },
	  { .address = "::", .device = "other" },
	  NEEDS_INTERFACE,
	  false },
};

struct reach_row {
	const struct reach *reach;
	bool misses; /* the case looks at the one that gets nothing */
	bool gets_first;
};

/* Binds both, in the order of the row; fds[0] is the one that gets it. */
static void open_both(const struct reach_row *row, int type, int fds[2])
{
	const struct reach *reach = row->reach;

	if (reach->needs & NEEDS_INTERFACE)
		add_interface("other");
	if (row->gets_first)
		fds[0] = open_end(&reach->gets, type, PORT);
	fds[1] = open_end(&reach->misses, type, PORT);
	if (!row->gets_first)
		fds[0] = open_end(&reach->gets, type, PORT);
}

static void datagram_reaches(const void *data)
{
	const struct reach_row *row = data;
	const struct reach *reach = row->reach;
	struct address sender = ip_address(reach->from, PEER);
	const char *own = domain_of(reach->to) == AF_INET6 ? "::1" : "127.0.0.1";
	int fds[2], fd = must_socket(domain_of(reach->to), SOCK_DGRAM, 0);
	unsigned char buffer[8];

	open_both(row, SOCK_DGRAM, fds);
	must_bind(fd, ip_address(own, PEER));
	must_send(fd, ip_address(reach->to, PORT));
	if (!row->misses) {
		expect_sender(sender, 4, fds[0]);
		return;
	}
	/* Once the one has it, the other would have it too. */
	wait_readable(fds[0]);
	expect_errno(EAGAIN, t_recvfrom(fds[1], buffer, sizeof(buffer), MSG_DONTWAIT,
					NULL, NULL));
}

static void connection_reaches(const void *data)
{
	const struct reach_row *row = data;
	int fds[2], fd = must_socket(domain_of(row->reach->to), SOCK_STREAM, 0);

	open_both(row, SOCK_STREAM, fds);
	must_connect(fd, ip_address(row->reach->to, PORT));
	wait_readable(fds[0]);
	if (row->misses)
		expect_errno(EAGAIN, t_accept4(fds[1], NULL, NULL, 0));
	else
		expect_descriptor(t_accept4(fds[0], NULL, NULL, 0));
}

static void add_reach(const struct reach_row *wanted)
{
	const struct reach_row *row = keep_row(wanted, sizeof(*wanted));
	const char *order = row->gets_first ? "first" : "second";
	const char *no = row->misses ? "no_" : "";

	add_case(.name = name_case("recvfrom.datagram.%s[%s,bound-%s]",
				   row->misses ? "elsewhere" : "received",
				   row->reach->name, order),
		 .run_row = datagram_reaches, .row = row, .needs = row->reach->needs);
	if (row->reach->datagrams_only)
		return;
	add_case(.name = name_case("bind.reaches.%sconnection[%s,bound-%s]", no,
				   row->reach->name, order),
		 .run_row = connection_reaches, .row = row, .needs = row->reach->needs);
}

CASES(reaches)
{
	for (size_t i = 0; i < COUNT(reaches); i++)
		for (int order = 0; order < 2; order++)
			for (int misses = 0; misses < 2; misses++)
				add_reach(&(struct reach_row){ &reaches[i], misses,
							       order });
}

/* The address that a datagram leaves from: the sender's own, where it can be one. */
static const struct source {
	const char *name;
	const char *bound;
	const char *to;
	const char *from;
} sources[] = {
	{ "one", "127.0.0.2", "127.0.0.1", "127.0.0.2" },
	{ "another", "127.1.2.3", "127.0.0.1", "127.1.2.3" },
	{ "any", "0.0.0.0", "127.0.0.1", "127.0.0.1" },
	{ "any-broadcast", "255.255.255.255", "127.0.0.1", "127.0.0.1" },
	{ "subnet-broadcast", "127.255.255.255", "127.0.0.1", "127.0.0.1" },
	{ "multicast", "224.0.0.251", "127.0.0.1", "127.0.0.1" },
	{ "inet6-one", "::1", "::1", "::1" },
	{ "inet6-another", "2001:db8::2", "::1", "2001:db8::2" },
	{ "inet6-any", "::", "::1", "::1" },
	{ "inet6-multicast", "ff0e::fb", "::1", "::1" },
	{ "mapped-one", "::ffff:127.0.0.2", "::ffff:127.0.0.1", "::ffff:127.0.0.2" },
	{ "mapped-any", "::ffff:0.0.0.0", "::ffff:127.0.0.1", "::ffff:127.0.0.1" },
};

static void leaves_from(const void *data)
{
	const struct source *row = data;
	int receiver = must_socket(domain_of(row->to), SOCK_DGRAM, 0);
	int sender = must_socket(domain_of(row->bound), SOCK_DGRAM, 0);

	if (!strncmp(row->bound, "2001", 4))
		add_local_address("lo", row->bound, 128);
	must_bind(receiver, ip_address(row->to, PORT));
	must_bind(sender, ip_address(row->bound, PEER));
	must_send(sender, ip_address(row->to, PORT));
	expect_sender(ip_address(row->from, PEER), 4, receiver);
}

CASES(sources)
{
	for (size_t i = 0; i < COUNT(sources); i++)
		add_case(.name = name_case("recvfrom.datagram.received[source,%s]",
					   sources[i].name),
			 .run_row = leaves_from, .row = &sources[i]);
}

/* A connection leaves from the address and port that its socket is bound to. */
static void connects_from(const char *bound, const char *to)
{
	int listener = must_socket(domain_of(to), SOCK_STREAM, 0);
	int fd = must_socket(domain_of(bound), SOCK_STREAM, 0);
	struct address name = ip_address(bound, PEER);

	must_bind(listener, ip_address(to, PORT));
	must_listen(listener);
	must_bind(fd, name);
	must_connect(fd, ip_address(to, PORT));
	expect_name(name.bytes, (unsigned int)name.length, fd);
}

CASE("bind.name.ip[connects-from,inet]")
{
	connects_from("127.0.0.2", "127.0.0.1");
}

CASE("bind.name.ip[connects-from,mapped]")
{
	connects_from("::ffff:127.0.0.2", "::ffff:127.0.0.1");
}

/* A bind that was refused takes nothing from the socket that has the port. */
CASE("recvfrom.datagram.received[after-refused-bind]")
{
	struct address port = inet("127.0.0.1", PORT), peer = inet("127.0.0.1", PEER);
	int receiver = must_socket(AF_INET, SOCK_DGRAM, 0);
	int refused = must_socket(AF_INET, SOCK_DGRAM, 0);
	int sender = must_socket(AF_INET, SOCK_DGRAM, 0);

	must_bind(receiver, port);
	bind_to(refused, port);
	must_bind(sender, peer);
	must_send(sender, port);
	expect_sender(peer, 4, receiver);
}

/* Nor does the socket receive that was refused, or that has gone to another port. */
CASE("recvfrom.datagram.elsewhere[after-refused-bind]")
{
	struct address port = inet("127.0.0.1", PORT), other = inet("127.0.0.1", 4003);
	int receiver = must_socket(AF_INET, SOCK_DGRAM, 0);
	int refused = must_socket(AF_INET, SOCK_DGRAM, 0);
	int sender = must_socket(AF_INET, SOCK_DGRAM, 0);
	unsigned char buffer[8];

	must_bind(receiver, port);
	bind_to(refused, port);
	must_bind(refused, other);
	must_send(sender, port);
	wait_readable(receiver);
	expect_errno(EAGAIN, t_recvfrom(refused, buffer, sizeof(buffer), MSG_DONTWAIT,
					NULL, NULL));
}
