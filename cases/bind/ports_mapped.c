/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ports_mapped.c - bind(2) to the port of a socket that has an address of IPv4 and
 * IPV6_V6ONLY.  bind(2) refuses that, but an address without a port
 * (IP_BIND_ADDRESS_NO_PORT) leaves the option to be set; the port comes later.  And of
 * two that have addresses of IPv4.
 */
#include <string.h>

#include "sockcheck.h"

#define MAPPED "::ffff:127.0.0.1"

/* listen(2) takes a port, and so does sendto(2), though it then cannot send. */
static void take_port(int fd, int type)
{
	if (type == SOCK_STREAM)
		must_listen(fd);
	else
		must(sc_send_to(fd, inet6(MAPPED, 4001)) == -ENETUNREACH ||
			     target_waits_not(),
		     "sendto(2) to IPv4 is not refused");
}

static unsigned int port_of_contradiction(int type)
{
	struct address name = { .length = 0 };
	socklen_t addrlen = sizeof(struct sockaddr_in6);
	int fd = must_socket(AF_INET6, type, 0);

	must_option(fd, IPPROTO_IP, LINUX_IP_BIND_ADDRESS_NO_PORT, 1);
	must_bind(fd, inet6(MAPPED, 0));
	must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	take_port(fd, type);
	sc_must(SC_LINE, t_getsockname(fd, name.bytes, &addrlen), "getsockname(2)");
	return port_of(&name);
}

/* Who takes IPv4 alone has nothing in common with it; who takes IPv6 has. */
static const struct beside {
	const char *name;
	const char *address;
	bool v6only, free;
} besides[] = {
	{ "inet.bound[beside-mapped-v6only", "127.0.0.1", false, true },
	{ "inet.bound[any,beside-mapped-v6only", "0.0.0.0", false, true },
	{ "inet6.bound[mapped,beside-mapped-v6only", MAPPED, false, true },
	{ "inet6.bound[mapped-any,beside-mapped-v6only", "::ffff:0.0.0.0", false,
	  true },
	{ "inet6.bound[any,v6only,beside-mapped-v6only", "::", true, true },
	{ "inet6.bound[loopback,beside-mapped-v6only", "::1", false, true },
	{ "inet6.port_in_use[any,beside-mapped-v6only", "::", false, false },
};

static void bind_beside(const void *data)
{
	const struct beside *row = data;
	struct address address =
		ip_address(row->address, port_of_contradiction(sc_type));
	int domain = address.length == sizeof(struct sockaddr_in) ? AF_INET : AF_INET6;
	int fd = must_socket(domain, sc_type, 0);

	if (row->v6only)
		must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (row->free)
		expect_value(0, bind_to(fd, address));
	else
		expect_errno(EADDRINUSE, bind_to(fd, address));
}

CASES(besides)
{
	for (size_t i = 0; i < COUNT(besides); i++)
		add_case(.name = name_case("bind.%s]", besides[i].name),
			 .types = SC_STREAM | SC_DGRAM, .run_row = bind_beside,
			 .row = &besides[i], .since = LINUX(4, 2),
			 .has = { FEATURE_FAMILY(AF_INET6) });
}

/* Nor has one that is of IPv6 alone, though IPV6_V6ONLY, which bind(2) has set, is
 * taken off it: "Only the unspecified and mapped address have a v4 equivalent." */
static void bind_beside_one(const void *data)
{
	const char *address = data;
	int domain = strchr(address, ':') ? AF_INET6 : AF_INET;
	struct address name = { .length = 0 };
	socklen_t addrlen = sizeof(struct sockaddr_in6);
	int fd = must_socket(AF_INET6, sc_type, 0);

	must_option(fd, IPPROTO_IP, LINUX_IP_BIND_ADDRESS_NO_PORT, 1);
	must_bind(fd, inet6("::1", 0));
	must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	if (sc_type == SOCK_STREAM)
		must_listen(fd);
	else
		must_send(fd, inet6("::1", 4001));
	sc_must(SC_LINE, t_getsockname(fd, name.bytes, &addrlen), "getsockname(2)");
	expect_value(0, bind_to(must_socket(domain, sc_type, 0),
				ip_address(address, port_of(&name))));
}

CASES(beside_one)
{
	add_case(.name = "bind.inet.bound[beside-ipv6]", .types = SC_STREAM | SC_DGRAM,
		 .run_row = bind_beside_one, .row = "127.0.0.1",
		 .has = { FEATURE_FAMILY(AF_INET6) }, .since = LINUX(4, 2));
	add_case(.name = "bind.inet6.bound[mapped,beside-ipv6]",
		 .types = SC_STREAM | SC_DGRAM, .run_row = bind_beside_one,
		 .row = MAPPED, .has = { FEATURE_FAMILY(AF_INET6) },
		 .since = LINUX(4, 2));
}

/* Of IPv4, two addresses have nothing in common, mapped or not. */
static const struct pair {
	const char *name, *first, *second;
} pairs[] = {
	{ "inet6.bound[mapped,beside-mapped", MAPPED, "::ffff:127.0.0.2" },
	{ "inet6.bound[mapped,beside-inet", "127.0.0.1", "::ffff:127.0.0.2" },
	{ "inet.bound[beside-mapped", MAPPED, "127.0.0.2" },
};

static void bind_two(const void *data)
{
	const struct pair *row = data;
	struct address first = ip_address(row->first, 4001);
	struct address second = ip_address(row->second, 4001);
	int domain = first.length == sizeof(struct sockaddr_in) ? AF_INET : AF_INET6;

	must_bind(must_socket(domain, sc_type, 0), first);
	domain = second.length == sizeof(struct sockaddr_in) ? AF_INET : AF_INET6;
	expect_value(0, bind_to(must_socket(domain, sc_type, 0), second));
}

CASES(pairs)
{
	for (size_t i = 0; i < COUNT(pairs); i++)
		add_case(.name = name_case("bind.%s]", pairs[i].name),
			 .types = SC_STREAM | SC_DGRAM, .run_row = bind_two,
			 .row = &pairs[i], .has = { FEATURE_FAMILY(AF_INET6) });
}
