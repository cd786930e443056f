/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * inet6.c - IPv6 addresses of bind(2): which are local, their scope, IPv4-mapped ones.
 */
#include "inet6.h"

/* What is made so before the call; each gets the socket. */
static void freebind(int fd)
{
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_FREEBIND, 1);
}

static void freebind_off(int fd)
{
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_FREEBIND, 1);
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_FREEBIND, 0);
}

static void transparent(int fd)
{
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_TRANSPARENT, 1);
}

static void ip_transparent(int fd)
{
	must_option(fd, IPPROTO_IP, IP_TRANSPARENT, 1);
}

static void setting(int fd)
{
	(void)fd;
	set_ipv6_nonlocal_bind(true);
}

static void setting_off(int fd)
{
	(void)fd;
	set_ipv6_nonlocal_bind(true);
	set_ipv6_nonlocal_bind(false);
}

static void setting_of_ipv4(int fd)
{
	(void)fd;
	set_ip_nonlocal_bind(true);
}

static void lo_v4(int fd)
{
	(void)fd;
	add_local_address("lo", "192.0.2.1", 24);
}

static void on_lo_freebind(int fd)
{
	must_device(fd, "lo");
	freebind(fd);
}

static void v6only_on_lo(int fd)
{
	v6only(fd);
	must_device(fd, "lo");
}

/* A bind to a scope that is nobody's is refused, but binds the socket to it. */
static void left_to_nobody(int fd)
{
	must(bind_to(fd, inet6_scoped("fe80::1", PORT, NOBODY)) == -ENODEV,
	     "there is an interface %d", NOBODY);
}

/* The same with an address of 24 bytes leaves it as it was. */
static void not_left_to_lo(int fd)
{
	struct address address = inet6_scoped("fe80::1", PORT, LO);

	add_local_address("lo", "fe80::1", 64);
	must(bind_to(fd, with_length(address, 24)) == -EINVAL, "24 bytes hold a scope");
}

static const struct row {
	const char *rule; /* behind "bind.inet6." */
	int error;	  /* or 0 */
	const char *address;
	unsigned int scope;
	const char *variant; /* what else the name says, or "" */
	void (*prepare)(int fd);
	unsigned int types;
	int length; /* 0: sizeof(struct sockaddr_in6) */
} rows[] = {
	{ "bound", 0, "::", 0, "", NULL, BOTH, 0 },
	{ "bound", 0, "::1", 0, "", NULL, BOTH, 0 },
	{ "bound", 0, "fd00::1", 0, ",lo-has-it", lo_global, BOTH, 0 },
	{ "bound", 0, "::1", 0, ",device-lo", on_lo, BOTH, 0 },
	{ "bound", 0, "::", 0, ",device-lo", on_lo, BOTH, 0 },
	/* The scope of one that is not link-local is not looked at. */
	{ "bound", 0, "::", NOBODY, ",scope-ignored", NULL, BOTH, 0 },
	{ "bound", 0, "::1", NOBODY, ",scope-ignored", NULL, BOTH, 0 },
	{ "bound", 0, "::1", 0xffffffff, ",scope-ignored", NULL, BOTH, 0 },
	{ "bound", 0, "fd00::1", NOBODY, ",scope-ignored", lo_global, BOTH, 0 },
	{ "bound", 0, "::ffff:127.0.0.1", NOBODY, ",scope-ignored", NULL, BOTH, 0 },
	{ "bound", 0, "ff0e::1", NOBODY, ",scope-ignored", NULL, SC_DGRAM, 0 },
	{ "bound", 0, "ff05::1", NOBODY, ",scope-ignored", NULL, SC_DGRAM, 0 },

	/* Foreign ones; in IPv6 the rest of a subnet of lo is not local. */
	{ "address_not_local", EADDRNOTAVAIL, "::2", 0, "", NULL, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "1::", 0, "", NULL, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "::1:0:0:1", 0, "", NULL, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "8000::1", 0, "", NULL, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "::127.0.0.1", 0, "", NULL, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "::ffff:0:127.0.0.1", 0, "", NULL, BOTH,
	  0 },
	{ "address_not_local", EADDRNOTAVAIL, "::fffe:127.0.0.1", 0, "", NULL, BOTH,
	  0 },
	{ "address_not_local", EADDRNOTAVAIL, "1::ffff:127.0.0.1", 0, "", NULL, BOTH,
	  0 },
	{ "address_not_local", EADDRNOTAVAIL, "64:ff9b::127.0.0.1", 0, "", NULL, BOTH,
	  0 },
	{ "address_not_local", EADDRNOTAVAIL, "2001:db8::1", 0, "", NULL, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "2002:7f00:1::", 0, "", NULL, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "fd00::1", 0, "", NULL, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "fec0::1", 0, "", NULL, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "fe7f::1", 0, "", NULL, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "fd80::1", 0, "", NULL, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "fd00::2", 0, ",lo-has-fd00::1/64",
	  lo_global, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "fd00::", 0, ",lo-has-fd00::1/64",
	  lo_global, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "2001:db8::1", 0, ",device-lo", on_lo,
	  BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "fe80::1", LO, ",foreign", NULL, BOTH,
	  0 },
	{ "address_not_local", EADDRNOTAVAIL, "fe80::2", LO, ",lo-has-fe80::1",
	  lo_link_local, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "fe80::1", 0, ",foreign,device-lo", on_lo,
	  BOTH, 0 },

	/* What lets one be bound that is not local. */
	{ "bound", 0, "2001:db8::1", 0, ",freebind", freebind, BOTH, 0 },
	{ "bound", 0, "2001:db8::1", 0, ",ip-freebind", ip_freebind, BOTH, 0 },
	{ "bound", 0, "2001:db8::1", 0, ",transparent", transparent, BOTH, 0 },
	{ "bound", 0, "2001:db8::1", 0, ",ip-transparent", ip_transparent, BOTH, 0 },
	{ "bound", 0, "2001:db8::1", 0, ",ip_nonlocal_bind", setting, BOTH, 0 },
	{ "bound", 0, "2001:db8::1", 0, ",device-lo,freebind", on_lo_freebind, BOTH,
	  0 },
	{ "bound", 0, "fe80::1", LO, ",freebind", freebind, BOTH, 0 },
	{ "bound", 0, "fe80::1", LO, ",ip_nonlocal_bind", setting, BOTH, 0 },
	{ "bound", 0, "::127.0.0.1", 0, ",freebind", freebind, BOTH, 0 },
	{ "bound", 0, "::1", 0, ",transparent", transparent, BOTH, 0 },
	{ "bound", 0, "::ffff:192.0.2.1", 0, ",freebind", freebind, BOTH, 0 },
	{ "bound", 0, "::ffff:192.0.2.1", 0, ",ip-freebind", ip_freebind, BOTH, 0 },
	{ "bound", 0, "::ffff:192.0.2.1", 0, ",transparent", transparent, BOTH, 0 },
	{ "bound", 0, "::ffff:192.0.2.1", 0, ",ip-transparent", ip_transparent, BOTH,
	  0 },
	/* Of a mapped address it is the setting of IPv4 that counts, else IPv6's. */
	{ "bound", 0, "::ffff:192.0.2.1", 0, ",ipv4-ip_nonlocal_bind", setting_of_ipv4,
	  BOTH, 0 },
	{ "mapped_not_local", EADDRNOTAVAIL, "::ffff:192.0.2.1", 0,
	  ",ipv6-ip_nonlocal_bind", setting, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "2001:db8::1", 0,
	  ",ipv4-ip_nonlocal_bind", setting_of_ipv4, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "2001:db8::1", 0, ",freebind-off",
	  freebind_off, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "2001:db8::1", 0, ",ip_nonlocal_bind-off",
	  setting_off, BOTH, 0 },

	/* Multicast: for datagrams only, and with a scope within an interface or link.
	 */
	{ "multicast_stream", EINVAL, "ff02::1", LO, "", NULL, SC_STREAM, 0 },
	{ "multicast_stream", EINVAL, "ff02::1", 0, "", NULL, SC_STREAM, 0 },
	{ "multicast_stream", EINVAL, "ff05::1", 0, "", NULL, SC_STREAM, 0 },
	{ "multicast_stream", EINVAL, "ff0e::1", 0, "", NULL, SC_STREAM, 0 },
	{ "multicast_stream", EINVAL, "ff00::", 0, "", NULL, SC_STREAM, 0 },
	{ "multicast_stream", EINVAL, "ffff::1", 0, "", NULL, SC_STREAM, 0 },
	{ "multicast_stream", EINVAL, "ff0e::1", 0, ",freebind", freebind, SC_STREAM,
	  0 },
	{ "multicast_stream", EINVAL, "ff0e::1", 0, ",transparent", transparent,
	  SC_STREAM, 0 },
	{ "multicast_stream", EINVAL, "ff0e::1", 0, ",ip_nonlocal_bind", setting,
	  SC_STREAM, 0 },
	{ "multicast_stream", EINVAL, "ff0e::1", 0, ",device-lo", on_lo, SC_STREAM, 0 },
	{ "bound", 0, "ff00::", 0, "", NULL, SC_DGRAM, 0 },
	{ "bound", 0, "ff03::1", 0, "", NULL, SC_DGRAM, 0 },
	{ "bound", 0, "ff04::1", 0, "", NULL, SC_DGRAM, 0 },
	{ "bound", 0, "ff05::1", 0, "", NULL, SC_DGRAM, 0 },
	{ "bound", 0, "ff06::1", 0, "", NULL, SC_DGRAM, 0 },
	{ "bound", 0, "ff08::1", 0, "", NULL, SC_DGRAM, 0 },
	{ "bound", 0, "ff0a::1", 0, "", NULL, SC_DGRAM, 0 },
	{ "bound", 0, "ff0e::1", 0, "", NULL, SC_DGRAM, 0 },
	{ "bound", 0, "ff0f::1", 0, "", NULL, SC_DGRAM, 0 },
	{ "bound", 0, "ff15::1", 0, "", NULL, SC_DGRAM, 0 },
	{ "bound", 0, "ff0e::1", 0, ",device-lo", on_lo, SC_DGRAM, 0 },
	{ "bound", 0, "ff01::1", LO, "", NULL, SC_DGRAM, 0 },
	{ "bound", 0, "ff02::1", LO, "", NULL, SC_DGRAM, 0 },
	{ "bound", 0, "ff12::1", LO, "", NULL, SC_DGRAM, 0 },
	{ "bound", 0, "ff02::1", 0, ",device-lo", on_lo, SC_DGRAM, 0 },
	{ "bound", 0, "ff01::1", 0, ",device-lo", on_lo, SC_DGRAM, 0 },
	{ "link_local_without_scope", EINVAL, "ff01::1", 0, "", NULL, SC_DGRAM, 0 },
	{ "link_local_without_scope", EINVAL, "ff02::1", 0, "", NULL, SC_DGRAM, 0 },
	{ "link_local_without_scope", EINVAL, "ff11::1", 0, "", NULL, SC_DGRAM, 0 },
	{ "link_local_without_scope", EINVAL, "ff12::1", 0, "", NULL, SC_DGRAM, 0 },
	{ "link_local_without_scope", EINVAL, "fff2::1", 0, "", NULL, SC_DGRAM, 0 },
	{ "scope_without_interface", ENODEV, "ff01::1", NOBODY, "", NULL, SC_DGRAM, 0 },
	{ "scope_without_interface", ENODEV, "ff02::1", NOBODY, "", NULL, SC_DGRAM, 0 },
	{ "scope_without_interface", ENODEV, "ff02::1", NOBODY, ",device-lo", on_lo,
	  SC_DGRAM, 0 },

	/* Link-local addresses. */
	{ "bound", 0, "fe80::1", LO, ",lo-has-it", lo_link_local, BOTH, 0 },
	{ "bound", 0, "fe80::1", 0, ",lo-has-it,device-lo", on_lo_link_local, BOTH, 0 },
	{ "bound", 0, "fe80::1", LO, ",lo-has-it,device-lo", on_lo_link_local, BOTH,
	  0 },
	{ "link_local_without_scope", EINVAL, "fe80::1", 0, "", NULL, BOTH, 0 },
	{ "link_local_without_scope", EINVAL, "fe80::1", 0, ",lo-has-it", lo_link_local,
	  BOTH, 0 },
	{ "link_local_without_scope", EINVAL, "fe80::", 0, "", NULL, BOTH, 0 },
	{ "link_local_without_scope", EINVAL, "fe90::1", 0, "", NULL, BOTH, 0 },
	{ "link_local_without_scope", EINVAL, "febf::1", 0, "", NULL, BOTH, 0 },
	{ "link_local_without_scope", EINVAL, "fe80::1", 0, ",freebind", freebind, BOTH,
	  0 },
	{ "link_local_without_scope", EINVAL, "fe80::1", 0, ",transparent", transparent,
	  BOTH, 0 },
	{ "link_local_without_scope", EINVAL, "fe80::1", 0, ",ip_nonlocal_bind",
	  setting, BOTH, 0 },
	{ "scope_without_interface", ENODEV, "fe80::1", NOBODY, "", NULL, BOTH, 0 },
	{ "scope_without_interface", ENODEV, "fe80::1", NOBODY, ",lo-has-it",
	  lo_link_local, BOTH, 0 },
	{ "scope_without_interface", ENODEV, "fe80::1", 0xffffffff, ",scope-minus-1",
	  NULL, BOTH, 0 },
	{ "scope_without_interface", ENODEV, "fe80::1", 0x01000000,
	  ",scope-in-network-order", lo_link_local, BOTH, 0 },
	{ "scope_without_interface", ENODEV, "fe80::1", 0x10001,
	  ",scope-low-bits-of-lo", lo_link_local, BOTH, 0 },
	{ "scope_without_interface", ENODEV, "fe80::1", NOBODY, ",freebind", freebind,
	  BOTH, 0 },
	{ "scope_without_interface", ENODEV, "fe80::1", NOBODY, ",ip_nonlocal_bind",
	  setting, BOTH, 0 },
	/* The scope comes before the device. */
	{ "scope_without_interface", ENODEV, "fe80::1", NOBODY, ",lo-has-it,device-lo",
	  on_lo_link_local, BOTH, 0 },

	/* An address of 24 to 27 bytes ends before its scope, whatever lies there. */
	{ "link_local_without_scope", EINVAL, "fe80::1", LO, ",addrlen-24",
	  lo_link_local, BOTH, 24 },
	{ "link_local_without_scope", EINVAL, "fe80::1", LO, ",addrlen-25",
	  lo_link_local, BOTH, 25 },
	{ "link_local_without_scope", EINVAL, "fe80::1", LO, ",addrlen-26",
	  lo_link_local, BOTH, 26 },
	{ "link_local_without_scope", EINVAL, "fe80::1", LO, ",addrlen-27",
	  lo_link_local, BOTH, 27 },
	{ "link_local_without_scope", EINVAL, "ff02::1", LO, ",addrlen-27", NULL,
	  SC_DGRAM, 27 },
	{ "bound", 0, "fe80::1", LO, ",addrlen-29", lo_link_local, BOTH, 29 },
	{ "bound", 0, "fe80::1", LO, ",addrlen-128", lo_link_local, BOTH, 128 },
	{ "bound", 0, "fe80::1", NOBODY, ",addrlen-24,device-lo", on_lo_link_local,
	  BOTH, 24 },
	{ "bound", 0, "fe80::1", NOBODY, ",addrlen-27,device-lo", on_lo_link_local,
	  BOTH, 27 },
	{ "bound", 0, "ff02::1", NOBODY, ",addrlen-27,device-lo", on_lo, SC_DGRAM, 27 },
	{ "bound", 0, "::1", 0, ",addrlen-24", NULL, BOTH, 24 },
	{ "bound", 0, "::ffff:127.0.0.1", 0, ",addrlen-24", NULL, BOTH, 24 },
	{ "address_not_local", EADDRNOTAVAIL, "2001:db8::1", 0, ",addrlen-24", NULL,
	  BOTH, 24 },

	/*
	 * The scope binds the socket to its interface before the address is looked for
	 * there, and stays when that fails: __inet6_bind(), "Override any existing
	 * binding, if another one is supplied by user".
	 */
	{ "bound", 0, "fe80::1", 0, ",scope-left-by-failed-bind", left_to_lo, BOTH, 0 },
	{ "link_local_without_scope", EINVAL, "fe80::1", 0,
	  ",no-scope-left-by-24-bytes", not_left_to_lo, BOTH, 0 },
	{ "scope_without_interface", ENODEV, "fe80::1", 0, ",left-by-failed-bind",
	  left_to_nobody, BOTH, 0 },
	{ "scope_without_interface", ENODEV, "::1", 0, ",left-by-failed-bind",
	  left_to_nobody, BOTH, 0 },
	{ "scope_without_interface", ENODEV, "ff0e::1", 0, ",left-by-failed-bind",
	  left_to_nobody, SC_DGRAM, 0 },
	{ "scope_without_interface", ENODEV, "::ffff:127.0.0.1", 0,
	  ",left-by-failed-bind", left_to_nobody, BOTH, 0 },
	{ "scope_without_interface", ENODEV, "::ffff:0.0.0.0", 0,
	  ",left-by-failed-bind", left_to_nobody, BOTH, 0 },
	{ "scope_without_interface", ENODEV, "::ffff:192.0.2.1", 0,
	  ",left-by-failed-bind", left_to_nobody, BOTH, 0 },
	{ "address_not_local", EADDRNOTAVAIL, "fe80::1", LO, ",left-by-failed-bind",
	  left_to_nobody, BOTH, 0 },
	{ "bound", 0, "::", 0, ",device-gone", left_to_nobody, BOTH, 0 },

	/* IPv4-mapped: what AF_INET could bind to; multicast by streams as well. */
	{ "bound", 0, "::ffff:0.0.0.0", 0, "", NULL, BOTH, 0 },
	{ "bound", 0, "::ffff:127.0.0.1", 0, "", NULL, BOTH, 0 },
	{ "bound", 0, "::ffff:127.1.2.3", 0, "", NULL, BOTH, 0 },
	{ "bound", 0, "::ffff:127.255.255.255", 0, "", NULL, BOTH, 0 },
	{ "bound", 0, "::ffff:224.0.0.1", 0, "", NULL, BOTH, 0 },
	{ "bound", 0, "::ffff:239.255.255.255", 0, "", NULL, BOTH, 0 },
	{ "bound", 0, "::ffff:255.255.255.255", 0, "", NULL, BOTH, 0 },
	{ "bound", 0, "::ffff:192.0.2.1", 0, ",lo-has-it", lo_v4, BOTH, 0 },
	{ "bound", 0, "::ffff:192.0.2.77", 0, ",lo-has-192.0.2.1/24", lo_v4, BOTH, 0 },
	{ "bound", 0, "::ffff:127.0.0.1", 0, ",device-lo", on_lo, BOTH, 0 },
	{ "bound", 0, "::ffff:127.0.0.1", 0, ",v6only-off", v6only_off, BOTH, 0 },
	{ "mapped_not_local", EADDRNOTAVAIL, "::ffff:192.0.2.1", 0, "", NULL, BOTH, 0 },
	{ "mapped_not_local", EADDRNOTAVAIL, "::ffff:128.0.0.0", 0, "", NULL, BOTH, 0 },
	{ "mapped_not_local", EADDRNOTAVAIL, "::ffff:126.255.255.255", 0, "", NULL,
	  BOTH, 0 },
	{ "mapped_not_local", EADDRNOTAVAIL, "::ffff:223.255.255.255", 0, "", NULL,
	  BOTH, 0 },
	{ "mapped_not_local", EADDRNOTAVAIL, "::ffff:240.0.0.1", 0, "", NULL, BOTH, 0 },
	{ "mapped_not_local", EADDRNOTAVAIL, "::ffff:255.255.255.254", 0, "", NULL,
	  BOTH, 0 },
	{ "mapped_not_local", EADDRNOTAVAIL, "::ffff:1.0.0.127", 0, "", NULL, BOTH, 0 },
	{ "mapped_not_local", EADDRNOTAVAIL, "::ffff:192.0.2.1", 0, ",device-lo", on_lo,
	  BOTH, 0 },
	{ "mapped_on_ipv6only", EINVAL, "::ffff:0.0.0.0", 0, "", v6only, BOTH, 0 },
	{ "mapped_on_ipv6only", EINVAL, "::ffff:127.0.0.1", 0, "", v6only, BOTH, 0 },
	{ "mapped_on_ipv6only", EINVAL, "::ffff:224.0.0.1", 0, "", v6only, BOTH, 0 },
	{ "mapped_on_ipv6only", EINVAL, "::ffff:255.255.255.255", 0, "", v6only, BOTH,
	  0 },
	{ "mapped_on_ipv6only", EINVAL, "::ffff:127.0.0.1", 0, ",device-lo",
	  v6only_on_lo, BOTH, 0 },
	{ "bound", 0, "::", 0, ",v6only", v6only, BOTH, 0 },
	{ "bound", 0, "::1", 0, ",v6only", v6only, BOTH, 0 },
};

static void bind_row(const void *row)
{
	const struct typed *on = row;
	const struct row *it = on->row;
	int fd = must_socket(AF_INET6, on->type, 0);
	struct address address = inet6_scoped(it->address, PORT, it->scope);

	if (it->prepare)
		it->prepare(fd);
	if (it->length)
		address = with_length(address, it->length);
	if (it->error)
		expect_errno(it->error, bind_to(fd, address));
	else
		expect_value(0, bind_to(fd, address));
}

static unsigned long long caps_for(void (*prepare)(int fd))
{
	return prepare == transparent || prepare == ip_transparent ? CAN_TRANSPARENT
								   : 0;
}

/* IPV6_FREEBIND came with Linux 4.15. */
static int since_for(void (*prepare)(int fd))
{
	return prepare == freebind || prepare == freebind_off ||
			       prepare == on_lo_freebind
		       ? LINUX(4, 15)
		       : 0;
}

/* The scope that a row gives is in its name, if nothing else says it. */
static const char *scope_text(const struct row *row)
{
	if (row->scope == LO)
		return "%lo";
	return row->scope == NOBODY ? "%nobody" : "";
}

CASES(addresses)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t t = 0; t < COUNT(types); t++) {
			const struct row *row = &rows[i];

			if (!has_type(&types[t], row->types))
				continue;
			add_case(.name = name_case("bind.inet6.%s[%s%s%s,%s]",
						   row->rule, row->address,
						   scope_text(row), row->variant,
						   types[t].name),
				 .run_row = bind_row, .row = of_type(&types[t], row),
				 .has = { FEATURE_FAMILY(AF_INET6) },
				 .caps = caps_for(row->prepare),
				 .since = since_for(row->prepare));
		}
}

/* Linux 5.3 made ordinary addresses of the rest of 0.0.0.0/8, mapped as well. */
CASE("bind.inet6.mapped_not_local[::ffff:0.0.0.1]", .types = BOTH, .since = LINUX(5, 3),
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	expect_errno(EADDRNOTAVAIL, bind_to(fd, inet6("::ffff:0.0.0.1", PORT)));
}

CASE("bind.inet6.bound[::ffff:0.0.0.1,before-5.3]", .types = BOTH, .until = LINUX(5, 3),
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	expect_value(0, bind_to(fd, inet6("::ffff:0.0.0.1", PORT)));
}

/* net.ipv6.bindv6only counts when the socket is made, and an option after it. */
CASE("bind.inet6.mapped_on_ipv6only[bindv6only]", .types = BOTH,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd;

	set_bindv6only(1);
	fd = must_socket(AF_INET6, sc_type, 0);
	expect_errno(EINVAL, bind_to(fd, inet6("::ffff:127.0.0.1", PORT)));
}

CASE("bind.inet6.mapped_on_ipv6only[bindv6only-back-to-0]", .types = BOTH,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd;

	set_bindv6only(1);
	fd = must_socket(AF_INET6, sc_type, 0);
	set_bindv6only(0);
	expect_errno(EINVAL, bind_to(fd, inet6("::ffff:127.0.0.1", PORT)));
}

CASE("bind.inet6.bound[mapped,bindv6only-after-socket]", .types = BOTH,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	set_bindv6only(1);
	expect_value(0, bind_to(fd, inet6("::ffff:127.0.0.1", PORT)));
}

CASE("bind.inet6.bound[mapped,bindv6only,v6only-off]", .types = BOTH,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd;

	set_bindv6only(1);
	fd = must_socket(AF_INET6, sc_type, 0);
	must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	expect_value(0, bind_to(fd, inet6("::ffff:127.0.0.1", PORT)));
}

CASE("bind.inet6.bound[flowinfo-ignored]", .types = BOTH,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	expect_value(0, bind_to(fd, with_flowinfo(inet6("::1", PORT))));
}

/* What lets a foreign address be bound lifts neither port_privileged nor the like. */
CASE("bind.inet6.port_privileged[in-spite-of-freebind]", .types = BOTH,
     .since = LINUX(4, 15), .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	freebind(fd);
	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	expect_errno(EACCES, bind_to(fd, inet6("2001:db8::1", 80)));
}

CASE("bind.inet6.port_privileged[in-spite-of-ip_nonlocal_bind]", .types = BOTH,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	set_ipv6_nonlocal_bind(true);
	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	expect_errno(EACCES, bind_to(fd, inet6("2001:db8::1", 80)));
}

CASE("bind.inet6.family_unsupported[in-spite-of-freebind]", .types = BOTH,
     .since = LINUX(4, 15), .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	freebind(fd);
	expect_errno(EAFNOSUPPORT,
		     bind_to(fd, with_family(inet6("2001:db8::1", PORT), AF_INET)));
}

CASE("bind.inet6.port_in_use[in-spite-of-freebind]", .types = BOTH,
     .since = LINUX(4, 15), .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	must_bind(must_socket(AF_INET6, sc_type, 0), inet6("::", PORT));
	freebind(fd);
	expect_errno(EADDRINUSE, bind_to(fd, inet6("2001:db8::1", PORT)));
}

CASE("bind.inet6.mapped_on_ipv6only[in-spite-of-freebind]", .types = BOTH,
     .since = LINUX(4, 15), .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	freebind(fd);
	v6only(fd);
	expect_errno(EINVAL, bind_to(fd, inet6("::ffff:192.0.2.1", PORT)));
}

/* MPTCP and UDPLITE share the function. */
static const struct protocol {
	const char *name;
	int type;
	int protocol;
	int feature;
} protocols[] = {
	{ "mptcp", SOCK_STREAM, LINUX_IPPROTO_MPTCP, FEATURE_MPTCP6 },
	{ "udplite", SOCK_DGRAM, IPPROTO_UDPLITE, FEATURE_UDPLITE6 },
};

static const struct protocol_row {
	const char *rule;
	int error;
	const char *address;
	int length;
} protocol_rows[] = {
	{ "bound", 0, "::", 28 },
	{ "bound", 0, "::1", 28 },
	{ "bound", 0, "::ffff:127.0.0.1", 28 },
	{ "addrlen_short", EINVAL, "::1", 23 },
	{ "link_local_without_scope", EINVAL, "fe80::1", 28 },
	{ "mapped_not_local", EADDRNOTAVAIL, "::ffff:192.0.2.1", 28 },
	{ "address_not_local", EADDRNOTAVAIL, "2001:db8::1", 28 },
};

struct protocol_case {
	const struct protocol *protocol;
	const struct protocol_row *row;
};

static struct protocol_case protocol_cases[COUNT(protocols)][COUNT(protocol_rows)];

static void bind_protocol(const void *row)
{
	const struct protocol_case *it = row;
	int fd = must_socket(AF_INET6, it->protocol->type, it->protocol->protocol);
	struct address address =
		with_length(inet6(it->row->address, PORT), it->row->length);

	if (it->row->error)
		expect_errno(it->row->error, bind_to(fd, address));
	else
		expect_value(0, bind_to(fd, address));
}

CASES(protocols)
{
	for (size_t i = 0; i < COUNT(protocols); i++)
		for (size_t k = 0; k < COUNT(protocol_rows); k++) {
			const struct protocol_row *row = &protocol_rows[k];

			protocol_cases[i][k] =
				(struct protocol_case){ &protocols[i], row };
			add_case(.name = name_case("bind.inet6.%s[%s,%s]", row->rule,
						   row->address, protocols[i].name),
				 .run_row = bind_protocol, .row = &protocol_cases[i][k],
				 .has = { protocols[i].feature });
		}
}

CASE("bind.inet6.multicast_stream[mptcp]", .has = { FEATURE_MPTCP6 })
{
	int fd = must_socket(AF_INET6, SOCK_STREAM, LINUX_IPPROTO_MPTCP);

	expect_errno(EINVAL, bind_to(fd, inet6("ff0e::1", PORT)));
}
