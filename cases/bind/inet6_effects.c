/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * inet6_effects.c - what a socket is once bind(2) has given it an IPv6 address, or has
 * refused to: its name, IPV6_V6ONLY, and the address that it sends from.
 */
#include <string.h>

#include "inet6.h"

/* The name: the scope is told where it counts, and is that of the socket's device. */
static const struct name_row {
	const char *variant;
	const char *address;
	unsigned int scope; /* as it is given */
	unsigned int told;  /* as it is told */
	void (*prepare)(int fd);
	unsigned int types;
	int length;
} names[] = {
	{ "::", "::", 0, 0, NULL, BOTH, 28 },
	{ "::1", "::1", 0, 0, NULL, BOTH, 28 },
	{ "::1,scope-given", "::1", NOBODY, 0, NULL, BOTH, 28 },
	{ "::1,device-lo", "::1", 0, 0, on_lo, BOTH, 28 },
	{ "::,device-lo", "::", 0, 0, on_lo, BOTH, 28 },
	{ "::,scope-given", "::", LO, 0, NULL, BOTH, 28 },
	{ "::1,24-bytes", "::1", NOBODY, 0, NULL, BOTH, 24 },
	{ "::1,128-bytes", "::1", 0, 0, NULL, BOTH, 128 },
	{ "fd00::1", "fd00::1", LO, 0, lo_global, BOTH, 28 },
	{ "2001:db8::1,freebind", "2001:db8::1", 0, 0, ip_freebind, BOTH, 28 },
	{ "::ffff:127.0.0.1", "::ffff:127.0.0.1", LO, 0, NULL, BOTH, 28 },
	{ "::ffff:0.0.0.0", "::ffff:0.0.0.0", 0, 0, NULL, BOTH, 28 },
	{ "::ffff:224.0.0.1", "::ffff:224.0.0.1", 0, 0, NULL, BOTH, 28 },
	{ "::ffff:192.0.2.1,freebind", "::ffff:192.0.2.1", 0, 0, ip_freebind, BOTH,
	  28 },
	{ "fe80::1,scope-lo", "fe80::1", LO, LO, lo_link_local, BOTH, 28 },
	{ "fe80::1,device-lo", "fe80::1", 0, LO, on_lo_link_local, BOTH, 28 },
	{ "fe80::1,device-lo,24-bytes", "fe80::1", NOBODY, LO, on_lo_link_local, BOTH,
	  24 },
	{ "fe80::1,scope-left-by-failed-bind", "fe80::1", 0, LO, left_to_lo, BOTH, 28 },
	{ "ff01::1,scope-lo", "ff01::1", LO, LO, NULL, SC_DGRAM, 28 },
	{ "ff02::1,scope-lo", "ff02::1", LO, LO, NULL, SC_DGRAM, 28 },
	{ "ff02::1,device-lo", "ff02::1", 0, LO, on_lo, SC_DGRAM, 28 },
	{ "ff05::1,scope-given", "ff05::1", LO, 0, NULL, SC_DGRAM, 28 },
	{ "ff0e::1", "ff0e::1", 0, 0, NULL, SC_DGRAM, 28 },
	{ "ff0e::1,device-lo", "ff0e::1", 0, 0, on_lo, SC_DGRAM, 28 },
};

/* The flow is none of the name's, whatever was given. */
static void named(const void *row)
{
	const struct typed *on = row;
	const struct name_row *it = on->row;
	int fd = must_socket(AF_INET6, on->type, 0);
	struct address given = inet6_scoped(it->address, PORT, it->scope);
	struct address name = inet6_scoped(it->address, PORT, it->told);

	if (it->prepare)
		it->prepare(fd);
	must_bind(fd, with_flowinfo(with_length(given, it->length)));
	expect_name(name.bytes, (unsigned int)name.length, fd);
}

CASES(names)
{
	for (size_t i = 0; i < COUNT(names); i++)
		for (size_t t = 0; t < COUNT(types); t++)
			if (has_type(&types[t], names[i].types))
				add_case(.name = name_case("bind.name.ip[%s,%s]",
							   names[i].variant,
							   types[t].name),
					 .run_row = named,
					 .row = of_type(&types[t], &names[i]),
					 .has = { FEATURE_FAMILY(AF_INET6) });
}

/*
 * IPV6_V6ONLY: an address that is neither any nor mapped sets it; a bind that has
 * failed leaves it, as does one to any.
 */
static void take_port(int type)
{
	must_bind(must_socket(AF_INET6, type, 0), inet6("::1", PORT));
}

static void no_port_with_address(int fd)
{
	must_option(fd, IPPROTO_IP, LINUX_IP_BIND_ADDRESS_NO_PORT, 1);
}

static const struct only_row {
	int only; /* what is expected */
	const char *name;
	const char *address;
	unsigned int scope, port;
	void (*prepare)(int fd);
	unsigned int types;
	const char *refused; /* an address to which a bind fails before */
	int refusal;
} only_rows[] = {
	{ 0, "any", "::", 0, PORT, NULL, BOTH, NULL, 0 },
	{ 0, "any,port-0", "::", 0, 0, NULL, BOTH, NULL, 0 },
	{ 1, "any,v6only", "::", 0, PORT, v6only, BOTH, NULL, 0 },
	{ 0, "any,v6only-off", "::", 0, PORT, v6only_off, BOTH, NULL, 0 },
	{ 1, "loopback", "::1", 0, PORT, NULL, BOTH, NULL, 0 },
	{ 1, "loopback,port-0", "::1", 0, 0, NULL, BOTH, NULL, 0 },
	{ 1, "loopback,no-port", "::1", 0, 0, no_port_with_address, BOTH, NULL, 0 },
	{ 1, "loopback,v6only", "::1", 0, PORT, v6only, BOTH, NULL, 0 },
	{ 1, "global", "fd00::1", 0, PORT, lo_global, BOTH, NULL, 0 },
	{ 1, "foreign,freebind", "2001:db8::1", 0, PORT, ip_freebind, BOTH, NULL, 0 },
	{ 1, "compatible,freebind", "::127.0.0.1", 0, PORT, ip_freebind, BOTH, NULL,
	  0 },
	{ 1, "link-local", "fe80::1", LO, PORT, lo_link_local, BOTH, NULL, 0 },
	{ 1, "multicast", "ff0e::1", 0, PORT, NULL, SC_DGRAM, NULL, 0 },
	{ 1, "multicast,link", "ff02::1", LO, PORT, NULL, SC_DGRAM, NULL, 0 },
	{ 0, "mapped", "::ffff:127.0.0.1", 0, PORT, NULL, BOTH, NULL, 0 },
	{ 0, "mapped,port-0", "::ffff:127.0.0.1", 0, 0, NULL, BOTH, NULL, 0 },
	{ 0, "mapped-any", "::ffff:0.0.0.0", 0, PORT, NULL, BOTH, NULL, 0 },
	{ 0, "mapped-multicast", "::ffff:224.0.0.1", 0, PORT, NULL, BOTH, NULL, 0 },
	{ 0, "any,after-port-in-use", "::", 0, PORT + 1, NULL, BOTH, "::1",
	  EADDRINUSE },
	{ 1, "any,v6only,after-port-in-use", "::", 0, PORT + 1, v6only, BOTH, "::1",
	  EADDRINUSE },
	{ 0, "mapped,after-port-in-use", "::ffff:127.0.0.1", 0, PORT + 1, NULL, BOTH,
	  "::1", EADDRINUSE },
	{ 0, "any,after-not-local", "::", 0, PORT + 1, NULL, BOTH, "2001:db8::1",
	  EADDRNOTAVAIL },
	{ 1, "any,v6only,after-not-local", "::", 0, PORT + 1, v6only, BOTH,
	  "2001:db8::1", EADDRNOTAVAIL },
	{ 1, "any,v6only,after-mapped", "::", 0, PORT + 1, v6only, BOTH,
	  "::ffff:127.0.0.1", EINVAL },
	{ 0, "any,after-link-local", "::", 0, PORT + 1, NULL, BOTH, "fe80::1", EINVAL },
	{ 0, "any,after-mapped-not-local", "::", 0, PORT + 1, NULL, BOTH,
	  "::ffff:192.0.2.1", EADDRNOTAVAIL },
};

static void tells_only(const void *row)
{
	const struct typed *on = row;
	const struct only_row *it = on->row;
	int fd = must_socket(AF_INET6, on->type, 0);

	if (it->prepare)
		it->prepare(fd);
	if (it->refusal == EADDRINUSE)
		take_port(on->type);
	if (it->refused)
		must(bind_to(fd, inet6(it->refused, PORT)) == -it->refusal,
		     "the first bind is not refused as it should be");
	must_bind(fd, inet6_scoped(it->address, it->port, it->scope));
	expect_option(it->only, fd, IPPROTO_IPV6, IPV6_V6ONLY);
}

CASES(only)
{
	for (size_t i = 0; i < COUNT(only_rows); i++)
		for (size_t t = 0; t < COUNT(types); t++)
			if (has_type(&types[t], only_rows[i].types))
				add_case(.name = name_case("bind.option.ipv6only[%s,"
							   "%s]",
							   only_rows[i].name,
							   types[t].name),
					 .run_row = tells_only,
					 .row = of_type(&types[t], &only_rows[i]),
					 .has = { FEATURE_FAMILY(AF_INET6) });
}

CASE("bind.option.ipv6only[any,bindv6only]", .types = BOTH,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd;

	set_bindv6only(1);
	fd = must_socket(AF_INET6, sc_type, 0);
	must_bind(fd, inet6("::", PORT));
	expect_option(1, fd, IPPROTO_IPV6, IPV6_V6ONLY);
}

/* Of a raw socket the option is not looked at, and bind(2) leaves it. */
CASE("bind.option.ipv6only[loopback,raw]", .caps = SC_CAP(LINUX_CAP_NET_RAW),
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, SOCK_RAW, 253);

	must_bind(fd, inet6("::1", 0));
	expect_option(0, fd, IPPROTO_IPV6, IPV6_V6ONLY);
}

/* A second bind, which is refused, changes nothing of what the first one set. */
CASE("bind.option.ipv6only[any,after-second-bind]", .types = BOTH,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	must_bind(fd, inet6("::", PORT));
	must(bind_to(fd, inet6("::1", PORT + 1)) == -EINVAL,
	     "the second bind is not refused");
	expect_option(0, fd, IPPROTO_IPV6, IPV6_V6ONLY);
}

/* A bind that was refused leaves no address behind, neither ::1 nor a mapped one. */
static const char *const in_use[] = { "::1", "::ffff:127.0.0.2" };

static void address_forgotten(const void *row)
{
	const char *const *text = row;
	int fd = must_socket(AF_INET6, SOCK_DGRAM, 0);
	struct address peer = ip_address("::ffff:127.0.0.1", 9), name;

	must_bind(must_socket(AF_INET6, SOCK_DGRAM, 0), inet6("::", PORT));
	must(bind_to(fd, inet6(*text, PORT)) == -EADDRINUSE, "the port is not in use");
	must_connect(fd, peer);
	expect_chosen_name(&name, fd);
	expect_that(!memcmp(name.bytes + 8, inet6("::ffff:127.0.0.1", 0).bytes + 8, 16),
		    "the address of the bind that was refused is still there");
}

CASES(forgotten)
{
	for (size_t i = 0; i < COUNT(in_use); i++)
		add_case(.name = name_case("bind.name.ephemeral_port[after-refusal,"
					   "in-use,%s]",
					   in_use[i]),
			 .run_row = address_forgotten, .row = &in_use[i],
			 .has = { FEATURE_FAMILY(AF_INET6) });
}

/* What is bound to a multicast address sends from an ordinary one. */
static const char *const no_sources[] = { "ff0e::1", "ff05::1" };

static void sent_from_device(const void *row)
{
	const char *const *text = row;
	int receiver = must_socket(AF_INET6, SOCK_DGRAM, 0);
	int fd = must_socket(AF_INET6, SOCK_DGRAM, 0);

	must_bind(receiver, inet6("::1", PORT + 1));
	must_bind(fd, inet6(*text, PORT));
	must_send(fd, inet6("::1", PORT + 1));
	wait_readable(receiver);
	expect_sender(inet6("::1", PORT), 4, receiver);
}

CASES(no_sources)
{
	for (size_t i = 0; i < COUNT(no_sources); i++)
		add_case(.name = name_case(
				 "recvfrom.datagram.received[sender-bound-to-%s]",
				 no_sources[i]),
			 .run_row = sent_from_device, .row = &no_sources[i],
			 .has = { FEATURE_FAMILY(AF_INET6) });
}
