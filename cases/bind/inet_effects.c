/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * inet_effects.c - what a socket is once bind(2) has given it an IPv4 address, or has
 * refused to: its name, and the address that it sends from.
 */
#include <string.h>

#include "inet.h"

/* A bind that was refused leaves the socket as it was: the next one may succeed. */
static const struct refused {
	const char *name;
	const char *address;
	int family;
	int error;
} refused[] = {
	{ "family", "127.0.0.1", AF_INET6, EAFNOSUPPORT },
	{ "unspec", "127.0.0.1", AF_UNSPEC, EAFNOSUPPORT },
	{ "not-local", "192.0.2.1", AF_INET, EADDRNOTAVAIL },
	{ "in-use", "127.0.0.2", AF_INET, EADDRINUSE },
};

static void bind_refused(int fd, int type, const struct refused *it)
{
	if (it->error == EADDRINUSE)
		must_bind(must_socket(AF_INET, type, 0), inet("0.0.0.0", PORT));
	must(bind_to(fd, with_family(inet(it->address, PORT), it->family)) ==
		     -it->error,
	     "the first bind is not refused as it should be");
}

static void bound_after_refusal(const void *row)
{
	const struct typed *on = row;
	int fd = must_socket(AF_INET, on->type, 0);

	bind_refused(fd, on->type, on->row);
	expect_value(0, bind_to(fd, inet("127.0.0.1", PORT + 1)));
}

/* Neither the address nor the port of the call that was refused are the socket's. */
static void name_after_refusal(const void *row)
{
	const struct typed *on = row;
	int fd = must_socket(AF_INET, on->type, 0);
	struct address name;

	bind_refused(fd, on->type, on->row);
	must_connect(fd, inet("127.0.0.1", 9));
	expect_chosen_name(&name, fd);
	expect_that(!memcmp(name.bytes + 4, inet("127.0.0.1", 0).bytes + 4, 4),
		    "the address of the bind that was refused is still there");
}

CASES(refused)
{
	for (size_t i = 0; i < COUNT(refused); i++) {
		for (size_t t = 0; t < COUNT(types); t++)
			add_case(.name = name_case("bind.inet.bound[after-refusal,%s,"
						   "%s]",
						   refused[i].name, types[t].name),
				 .run_row = bound_after_refusal,
				 .row = of_type(&types[t], &refused[i]));
		add_case(.name = name_case("bind.name.ephemeral_port[after-refusal,%s]",
					   refused[i].name),
			 .run_row = name_after_refusal,
			 .row = of_type(&types[1], &refused[i]));
	}
}

/*
 * The name is the address and the port, whatever kind of address it is: a broadcast or
 * multicast one is kept, though nothing is sent from it.
 */
static const struct name_row {
	const char *address;
	unsigned int port;
	void (*prepare)(int fd);
} names[] = {
	{ "0.0.0.0", 5000, NULL },	   { "127.0.0.1", 5000, NULL },
	{ "127.0.0.1", 0x1234, NULL },	   { "127.0.0.1", 65535, NULL },
	{ "127.1.2.3", 5000, NULL },	   { "127.0.0.0", 5000, NULL },
	{ "127.255.255.255", 5000, NULL }, { "224.0.0.1", 5000, NULL },
	{ "239.255.255.255", 5000, NULL }, { "255.255.255.255", 5000, NULL },
	{ "192.0.2.1", 5000, freebind },   { "192.0.2.255", 5000, lo_subnet },
	{ "192.0.2.77", 5000, lo_subnet },
};

/* Where sin_zero was not zero and bytes followed it, the name tells neither. */
static struct address with_rubbish(struct address address)
{
	memset(address.bytes + 8, 0xff, 56);
	return with_length(address, 64);
}

static void expect_named(const struct name_row *it, int type, struct address bound)
{
	int fd = must_socket(AF_INET, type, 0);
	struct address name = inet(it->address, it->port);

	if (it->prepare)
		it->prepare(fd);
	must_bind(fd, bound);
	expect_name(name.bytes, (unsigned int)name.length, fd);
}

static void named(const void *row)
{
	const struct typed *on = row;
	const struct name_row *it = on->row;

	expect_named(it, on->type, inet(it->address, it->port));
}

static void named_without_rubbish(const void *row)
{
	const struct typed *on = row;
	const struct name_row *it = on->row;

	expect_named(it, on->type, with_rubbish(inet(it->address, it->port)));
}

CASES(names)
{
	for (size_t i = 0; i < COUNT(names) * COUNT(types); i++) {
		const struct name_row *name = &names[i / COUNT(types)];
		const struct type *type = &types[i % COUNT(types)];
		const struct typed *row = of_type(type, name);

		add_case(.name = name_case("bind.name.ip[%s:%u,%s]", name->address,
					   name->port, type->name),
			 .run_row = named, .row = row);
		add_case(.name = name_case("bind.name.ip[%s:%u,rubbish-in-sin-zero,%s]",
					   name->address, name->port, type->name),
			 .run_row = named_without_rubbish, .row = row);
	}
}

/* AF_UNSPEC was AF_INET. */
CASE("bind.name.ip[unspec]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);
	struct address any = inet("0.0.0.0", PORT);

	must_bind(fd, with_family(any, AF_UNSPEC));
	expect_name(any.bytes, (unsigned int)any.length, fd);
}

/* A bind that is refused because the socket is bound does not change its name. */
CASE("bind.name.ip[after-second-bind]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);
	struct address first = inet("127.0.0.1", PORT);

	must_bind(fd, first);
	must(bind_to(fd, inet("127.0.0.2", PORT + 1)) == -EINVAL,
	     "the second bind is not refused");
	expect_name(first.bytes, (unsigned int)first.length, fd);
}

static void expect_sent_from(int fd, struct address to, struct address from)
{
	int receiver = must_socket(AF_INET, SOCK_DGRAM, 0);

	must_bind(receiver, to);
	must_send(fd, to);
	wait_readable(receiver);
	expect_sender(from, 4, receiver);
}

/* __inet_bind(): "Use device" for what is sent, where the address cannot be a source.
 */
static const char *const no_sources[] = { "127.255.255.255", "224.0.0.1",
					  "239.255.255.255", "255.255.255.255" };

static void sent_from_device(const void *row)
{
	const char *const *text = row;
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	must_bind(fd, inet(*text, PORT));
	expect_sent_from(fd, inet("127.0.0.1", PORT + 1), inet("127.0.0.1", PORT));
}

CASES(no_sources)
{
	for (size_t i = 0; i < COUNT(no_sources); i++)
		add_case(.name = name_case(
				 "recvfrom.datagram.received[sender-bound-to-%s]",
				 no_sources[i]),
			 .run_row = sent_from_device, .row = &no_sources[i]);
}

/* Any local address is a source, of lo's subnet the lowest as well. */
static const char *const sources[] = { "127.0.0.2", "127.1.2.3", "127.0.0.0" };

static void sent_from_address(const void *row)
{
	const char *const *text = row;
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	must_bind(fd, inet(*text, PORT));
	expect_sent_from(fd, inet("127.0.0.1", PORT + 1), inet(*text, PORT));
}

CASES(sources)
{
	for (size_t i = 0; i < COUNT(sources); i++)
		add_case(.name = name_case(
				 "recvfrom.datagram.received[sender-bound-to-%s]",
				 sources[i]),
			 .run_row = sent_from_address, .row = &sources[i],
			 /* Before, 127.0.0.0 was lo's other broadcast address. */
			 .since = i == 2 ? LINUX(5, 14) : 0);
}

/* What /proc/net says of a socket of UDP: it counts from then on, and has an address
 * and no peer. */
static const struct listed {
	const char *name, *address, *protocol, *table;
	int ip_protocol, feature;
} lists[] = {
	{ "inet.bound[listed,udp]", "127.0.0.1", "UDP", "/proc/net/udp", 0, 0 },
	{ "inet.bound[listed,udplite]", "127.0.0.1", "UDP-Lite", "/proc/net/udplite",
	  IPPROTO_UDPLITE, FEATURE_UDPLITE },
	{ "inet6.bound[listed,udp]", "::1", "UDPv6", "/proc/net/udp6", 0,
	  FEATURE_FAMILY(AF_INET6) },
};

static void is_listed(const void *data)
{
	const struct listed *row = data;
	struct address name = ip_address(row->address, 4001);
	int domain = name.length == sizeof(struct sockaddr_in) ? AF_INET : AF_INET6;
	int fd = must_socket(domain, SOCK_DGRAM, row->ip_protocol);
	long before = sockets_of(row->protocol);

	expect_value(0, bind_to(fd, name));
	if (nothing_behind())
		return;
	expect_that(sockets_of(row->protocol) == before + 1, "it counts as %ld sockets",
		    sockets_of(row->protocol) - before);
	expect_that(in_table(row->table, &name), "it is not listed as bound");
	must_close(fd);
	expect_that(sockets_of(row->protocol) == before,
		    "it counts though it is closed");
}

CASES(lists)
{
	for (size_t i = 0; i < COUNT(lists); i++)
		add_case(.name = name_case("bind.%s", lists[i].name),
			 .run_row = is_listed, .row = &lists[i],
			 .has = { lists[i].feature });
}
