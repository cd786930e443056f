/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * inet.c - IPv4 addresses of bind(2): which are local to this machine, and what lets
 * one that is not be bound all the same.
 */
#include <string.h>

#include "inet.h"

static void freebind_off(int fd)
{
	must_option(fd, IPPROTO_IP, IP_FREEBIND, 1);
	must_option(fd, IPPROTO_IP, IP_FREEBIND, 0);
}

static void transparent(int fd)
{
	must_option(fd, IPPROTO_IP, IP_TRANSPARENT, 1);
}

static void transparent_off(int fd)
{
	must_option(fd, IPPROTO_IP, IP_TRANSPARENT, 1);
	must_option(fd, IPPROTO_IP, IP_TRANSPARENT, 0);
}

/* The option was given while the caller had the capability; that suffices. */
static void transparent_before(int fd)
{
	must_option(fd, IPPROTO_IP, IP_TRANSPARENT, 1);
	drop_capability(LINUX_CAP_NET_ADMIN);
	drop_capability(LINUX_CAP_NET_RAW);
}

static void setting(int fd)
{
	(void)fd;
	set_ip_nonlocal_bind(true);
}

static void setting_off(int fd)
{
	(void)fd;
	set_ip_nonlocal_bind(true);
	set_ip_nonlocal_bind(false);
}

static void setting_of_ipv6(int fd)
{
	(void)fd;
	set_ipv6_nonlocal_bind(true);
}

static void reuseaddr(int fd)
{
	must_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
}

static void lo_single(int fd)
{
	(void)fd;
	add_local_address("lo", "192.0.2.1", 32);
}

static void lo_pair(int fd)
{
	(void)fd;
	add_local_address("lo", "192.0.2.4", 31);
}

static void lo_odd_subnet(int fd)
{
	(void)fd;
	add_local_address("lo", "192.0.2.65", 27);
}

#define CAN_TRANSPARENT (SC_CAP(LINUX_CAP_NET_ADMIN) | SC_CAP(LINUX_CAP_NET_RAW))

static const struct row {
	int error; /* EADDRNOTAVAIL, or 0 where it is bound */
	const char *address;
	const char *variant; /* what else the name says, or "" */
	void (*prepare)(int fd);
	unsigned long long caps;
	int since, until;
} rows[] = {
	{ 0, "0.0.0.0", "", NULL, 0, 0, 0 },
	/* All of 127.0.0.0/8 is local to lo, its ends as well. */
	{ 0, "127.0.0.1", "", NULL, 0, 0, 0 },
	{ 0, "127.0.0.2", "", NULL, 0, 0, 0 },
	{ 0, "127.1.2.3", "", NULL, 0, 0, 0 },
	{ 0, "127.255.255.254", "", NULL, 0, 0, 0 },
	{ 0, "127.0.0.0", "", NULL, 0, 0, 0 },
	{ 0, "127.255.255.255", "", NULL, 0, 0, 0 },
	/* Multicast and broadcast addresses are as good, whoever listens to them. */
	{ 0, "224.0.0.0", "", NULL, 0, 0, 0 },
	{ 0, "224.0.0.1", "", NULL, 0, 0, 0 },
	{ 0, "232.1.2.3", "", NULL, 0, 0, 0 },
	{ 0, "239.255.255.255", "", NULL, 0, 0, 0 },
	{ 0, "255.255.255.255", "", NULL, 0, 0, 0 },
	/* Linux 5.3 made ordinary addresses of the rest of 0.0.0.0/8. */
	{ 0, "0.0.0.1", "", NULL, 0, 0, LINUX(5, 3) },
	{ 0, "0.255.255.255", "", NULL, 0, 0, LINUX(5, 3) },
	{ EADDRNOTAVAIL, "0.0.0.1", "", NULL, 0, LINUX(5, 3), 0 },
	{ EADDRNOTAVAIL, "0.1.0.0", "", NULL, 0, LINUX(5, 3), 0 },
	{ EADDRNOTAVAIL, "0.255.255.255", "", NULL, 0, LINUX(5, 3), 0 },
	/* Next to each range of special addresses. */
	{ EADDRNOTAVAIL, "1.0.0.0", "", NULL, 0, 0, 0 },
	{ EADDRNOTAVAIL, "126.255.255.255", "", NULL, 0, 0, 0 },
	{ EADDRNOTAVAIL, "128.0.0.0", "", NULL, 0, 0, 0 },
	{ EADDRNOTAVAIL, "223.255.255.255", "", NULL, 0, 0, 0 },
	{ EADDRNOTAVAIL, "240.0.0.0", "", NULL, 0, 0, 0 },
	{ EADDRNOTAVAIL, "240.0.0.1", "", NULL, 0, 0, 0 },
	{ EADDRNOTAVAIL, "255.0.0.1", "", NULL, 0, 0, 0 },
	{ EADDRNOTAVAIL, "255.255.255.254", "", NULL, 0, 0, 0 },
	{ EADDRNOTAVAIL, "254.255.255.255", "", NULL, 0, 0, 0 },
	/* The bytes of local, multicast and broadcast ones the other way round. */
	{ EADDRNOTAVAIL, "1.0.0.127", "", NULL, 0, 0, 0 },
	{ EADDRNOTAVAIL, "1.0.0.224", "", NULL, 0, 0, 0 },
	{ EADDRNOTAVAIL, "1.0.0.1", "", NULL, 0, 0, 0 },
	/* Somebody else's: private, link-local, public, of documentation. */
	{ EADDRNOTAVAIL, "10.0.0.1", "", NULL, 0, 0, 0 },
	{ EADDRNOTAVAIL, "169.254.1.1", "", NULL, 0, 0, 0 },
	{ EADDRNOTAVAIL, "192.168.0.1", "", NULL, 0, 0, 0 },
	{ EADDRNOTAVAIL, "8.8.8.8", "", NULL, 0, 0, 0 },
	{ EADDRNOTAVAIL, "192.0.2.1", "", NULL, 0, 0, 0 },

	/* What lets an address be bound that is not local. */
	{ 0, "192.0.2.1", ",freebind", freebind, 0, 0, 0 },
	{ 0, "192.0.2.1", ",transparent", transparent, CAN_TRANSPARENT, 0, 0 },
	{ 0, "192.0.2.1", ",transparent-before", transparent_before, CAN_TRANSPARENT, 0,
	  0 },
	{ 0, "192.0.2.1", ",ip_nonlocal_bind", setting, 0, 0, 0 },
	{ 0, "240.0.0.1", ",freebind", freebind, 0, 0, 0 },
	{ 0, "255.255.255.254", ",ip_nonlocal_bind", setting, 0, 0, 0 },
	{ 0, "0.0.0.1", ",freebind", freebind, 0, LINUX(5, 3), 0 },
	{ 0, "127.0.0.1", ",freebind", freebind, 0, 0, 0 },
	{ 0, "0.0.0.0", ",transparent", transparent, CAN_TRANSPARENT, 0, 0 },
	{ 0, "224.0.0.1", ",ip_nonlocal_bind", setting, 0, 0, 0 },
	/* And what does not. */
	{ EADDRNOTAVAIL, "192.0.2.1", ",freebind-off", freebind_off, 0, 0, 0 },
	{ EADDRNOTAVAIL, "192.0.2.1", ",transparent-off", transparent_off,
	  CAN_TRANSPARENT, 0, 0 },
	{ EADDRNOTAVAIL, "192.0.2.1", ",ip_nonlocal_bind-off", setting_off, 0, 0, 0 },
	{ EADDRNOTAVAIL, "192.0.2.1", ",ipv6-ip_nonlocal_bind", setting_of_ipv6, 0, 0,
	  0 },
	{ EADDRNOTAVAIL, "192.0.2.1", ",reuseaddr", reuseaddr, 0, 0, 0 },

	/* Addresses that lo has been given: all of its subnets are local. */
	{ 0, "192.0.2.1", ",lo-has-it", lo_single, 0, 0, 0 },
	{ EADDRNOTAVAIL, "192.0.2.2", ",lo-has-192.0.2.1", lo_single, 0, 0, 0 },
	{ EADDRNOTAVAIL, "192.0.2.0", ",lo-has-192.0.2.1", lo_single, 0, 0, 0 },
	{ 0, "192.0.2.4", ",lo-has-192.0.2.4/31", lo_pair, 0, 0, 0 },
	{ 0, "192.0.2.5", ",lo-has-192.0.2.4/31", lo_pair, 0, 0, 0 },
	{ EADDRNOTAVAIL, "192.0.2.6", ",lo-has-192.0.2.4/31", lo_pair, 0, 0, 0 },
	{ EADDRNOTAVAIL, "192.0.2.3", ",lo-has-192.0.2.4/31", lo_pair, 0, 0, 0 },
	{ 0, "192.0.2.1", ",lo-has-192.0.2.1/24", lo_subnet, 0, 0, 0 },
	{ 0, "192.0.2.77", ",lo-has-192.0.2.1/24", lo_subnet, 0, 0, 0 },
	{ 0, "192.0.2.0", ",lo-has-192.0.2.1/24", lo_subnet, 0, 0, 0 },
	{ 0, "192.0.2.255", ",lo-has-192.0.2.1/24", lo_subnet, 0, 0, 0 },
	{ EADDRNOTAVAIL, "192.0.3.1", ",lo-has-192.0.2.1/24", lo_subnet, 0, 0, 0 },
	{ EADDRNOTAVAIL, "192.0.1.255", ",lo-has-192.0.2.1/24", lo_subnet, 0, 0, 0 },
	{ 0, "192.0.2.94", ",lo-has-192.0.2.65/27", lo_odd_subnet, 0, 0, 0 },
	{ 0, "192.0.2.95", ",lo-has-192.0.2.65/27", lo_odd_subnet, 0, 0, 0 },
	{ EADDRNOTAVAIL, "192.0.2.96", ",lo-has-192.0.2.65/27", lo_odd_subnet, 0, 0,
	  0 },
	{ EADDRNOTAVAIL, "192.0.2.63", ",lo-has-192.0.2.65/27", lo_odd_subnet, 0, 0,
	  0 },
};

static void bind_row(const void *row)
{
	const struct typed *on = row;
	const struct row *it = on->row;
	int fd = must_socket(AF_INET, on->type, 0);

	if (it->prepare)
		it->prepare(fd);
	if (it->error)
		expect_errno(it->error, bind_to(fd, inet(it->address, PORT)));
	else
		expect_value(0, bind_to(fd, inet(it->address, PORT)));
}

CASES(addresses)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t t = 0; t < COUNT(types); t++) {
			const struct row *row = &rows[i];

			add_case(.name = name_case("bind.inet.%s[%s%s%s,%s]",
						   row->error ? "address_not_local"
							      : "bound",
						   row->address, row->variant,
						   row->until ? ",before-5.3" : "",
						   types[t].name),
				 .run_row = bind_row, .row = of_type(&types[t], row),
				 .caps = row->caps, .since = row->since,
				 .until = row->until);
		}
}

/* The other protocols over IPv4 that share the function. */
static const struct protocol {
	const char *name;
	int type;
	int protocol;
	int feature;
} protocols[] = {
	{ "mptcp", SOCK_STREAM, LINUX_IPPROTO_MPTCP, FEATURE_MPTCP },
	{ "udplite", SOCK_DGRAM, IPPROTO_UDPLITE, FEATURE_UDPLITE },
};

static const struct protocol_row {
	const char *rule;
	const char *address;
	int length;
	int family;
	int error;
} protocol_rows[] = {
	{ "bound", "0.0.0.0", 16, AF_INET, 0 },
	{ "bound", "0.0.0.0", 16, AF_UNSPEC, 0 },
	{ "bound", "127.0.0.1", 16, AF_INET, 0 },
	{ "bound", "224.0.0.1", 16, AF_INET, 0 },
	{ "bound", "255.255.255.255", 16, AF_INET, 0 },
	{ "addrlen_short", "127.0.0.1", 15, AF_INET, EINVAL },
	{ "family_unsupported", "127.0.0.1", 16, AF_INET6, EAFNOSUPPORT },
	{ "unspec_not_any", "127.0.0.1", 16, AF_UNSPEC, EAFNOSUPPORT },
	{ "address_not_local", "192.0.2.1", 16, AF_INET, EADDRNOTAVAIL },
};

struct protocol_case {
	const struct protocol *protocol;
	const struct protocol_row *row;
};

static struct protocol_case protocol_cases[COUNT(protocols)][COUNT(protocol_rows)];

static void bind_protocol(const void *row)
{
	const struct protocol_case *it = row;
	int fd = must_socket(AF_INET, it->protocol->type, it->protocol->protocol);
	struct address address =
		with_length(with_family(inet(it->row->address, PORT), it->row->family),
			    it->row->length);

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
			bool unspec = row->family == AF_UNSPEC;

			protocol_cases[i][k] =
				(struct protocol_case){ &protocols[i], row };
			add_case(.name = name_case("bind.inet.%s[%s%s,%s]", row->rule,
						   unspec ? "unspec," : "",
						   row->address, protocols[i].name),
				 .run_row = bind_protocol, .row = &protocol_cases[i][k],
				 .has = { protocols[i].feature });
		}
}

/* AF_UNSPEC is as good as AF_INET where the address is any; the port may be set. */
CASE("bind.inet.bound[unspec]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	expect_value(0, bind_to(fd, with_family(inet("0.0.0.0", PORT), AF_UNSPEC)));
}

CASE("bind.inet.bound_to_any_port[unspec,all-zero]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	expect_value(0, bind_to(fd, family_only(AF_UNSPEC, 16)));
}

/* What lies in sin_zero, or behind it, is not the address. */
CASE("bind.inet.bound[unspec,sin-zero-set]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);
	struct address any = with_family(inet("0.0.0.0", PORT), AF_UNSPEC);

	memset(any.bytes + 8, 0xff, 20);
	expect_value(0, bind_to(fd, with_length(any, 28)));
}

static const char *const not_any[] = { "127.0.0.1", "0.0.0.1",	       "1.0.0.0",
				       "0.1.0.0",   "0.0.1.0",	       "192.0.2.1",
				       "224.0.0.1", "255.255.255.255", "128.0.0.0" };

static void unspec_not_any(const void *row)
{
	const struct typed *on = row;
	const char *const *text = on->row;
	int fd = must_socket(AF_INET, on->type, 0);

	expect_errno(EAFNOSUPPORT,
		     bind_to(fd, with_family(inet(*text, PORT), AF_UNSPEC)));
}

static void unspec_not_any_port_0(const void *row)
{
	const struct typed *on = row;
	const char *const *text = on->row;
	int fd = must_socket(AF_INET, on->type, 0);

	expect_errno(EAFNOSUPPORT, bind_to(fd, with_family(inet(*text, 0), AF_UNSPEC)));
}

CASES(unspec)
{
	for (size_t i = 0; i < COUNT(not_any); i++)
		for (size_t t = 0; t < COUNT(types); t++) {
			const struct typed *row = of_type(&types[t], &not_any[i]);

			add_case(.name = name_case("bind.inet.unspec_not_any[%s,%s]",
						   not_any[i], types[t].name),
				 .run_row = unspec_not_any, .row = row);
			add_case(.name = name_case("bind.inet.unspec_not_any[%s,"
						   "port-0,%s]",
						   not_any[i], types[t].name),
				 .run_row = unspec_not_any_port_0, .row = row);
		}
}

/*
 * What lets a foreign address be bound lifts nothing else: neither the family, nor the
 * port's privilege, nor its being in use.
 */
static const struct exception {
	const char *name;
	void (*prepare)(int fd);
	unsigned long long caps;
} exceptions[] = {
	{ "freebind", freebind, 0 },
	{ "transparent", transparent, CAN_TRANSPARENT },
	{ "ip_nonlocal_bind", setting, 0 },
};

static void family_all_the_same(const void *row)
{
	const struct typed *on = row;
	const struct exception *it = on->row;
	int fd = must_socket(AF_INET, on->type, 0);

	it->prepare(fd);
	expect_errno(EAFNOSUPPORT,
		     bind_to(fd, with_family(inet("192.0.2.1", PORT), AF_INET6)));
}

static void unspec_all_the_same(const void *row)
{
	const struct typed *on = row;
	const struct exception *it = on->row;
	int fd = must_socket(AF_INET, on->type, 0);

	it->prepare(fd);
	expect_errno(EAFNOSUPPORT,
		     bind_to(fd, with_family(inet("192.0.2.1", PORT), AF_UNSPEC)));
}

static void privilege_all_the_same(const void *row)
{
	const struct typed *on = row;
	const struct exception *it = on->row;
	int fd = must_socket(AF_INET, on->type, 0);

	it->prepare(fd);
	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	expect_errno(EACCES, bind_to(fd, inet("192.0.2.1", 80)));
}

static void in_use_all_the_same(const void *row)
{
	const struct typed *on = row;
	const struct exception *it = on->row;
	int fd = must_socket(AF_INET, on->type, 0);

	must_bind(must_socket(AF_INET, on->type, 0), inet("0.0.0.0", PORT));
	it->prepare(fd);
	expect_errno(EADDRINUSE, bind_to(fd, inet("192.0.2.1", PORT)));
}

static void bound_all_the_same(const void *row)
{
	const struct typed *on = row;
	const struct exception *it = on->row;
	int fd = must_socket(AF_INET, on->type, 0);

	it->prepare(fd);
	must_bind(fd, inet("127.0.0.1", PORT));
	expect_errno(EINVAL, bind_to(fd, inet("192.0.2.1", PORT + 1)));
}

CASES(exceptions)
{
	static const struct {
		const char *rule;
		void (*run)(const void *row);
	} still[] = {
		{ "family_unsupported", family_all_the_same },
		{ "unspec_not_any", unspec_all_the_same },
		{ "port_privileged", privilege_all_the_same },
		{ "port_in_use", in_use_all_the_same },
		{ "already_bound", bound_all_the_same },
	};

	for (size_t i = 0; i < COUNT(exceptions) * COUNT(types); i++) {
		const struct exception *exception = &exceptions[i / COUNT(types)];
		const struct type *type = &types[i % COUNT(types)];

		for (size_t k = 0; k < COUNT(still); k++)
			add_case(.name = name_case("bind.inet.%s[in-spite-of-%s,%s]",
						   still[k].rule, exception->name,
						   type->name),
				 .run_row = still[k].run,
				 .row = of_type(type, exception),
				 .caps = exception->caps);
	}
}

/* The option is one socket's own. */
CASE("bind.inet.address_not_local[freebind-of-another-socket]",
     .types = SC_STREAM | SC_DGRAM)
{
	int other = must_socket(AF_INET, sc_type, 0);
	int fd = must_socket(AF_INET, sc_type, 0);

	freebind(other);
	expect_errno(EADDRNOTAVAIL, bind_to(fd, inet("192.0.2.1", PORT)));
}

/* Nor may it be foreign where the kernel is to choose the port. */
CASE("bind.inet.address_not_local[any-port]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	expect_errno(EADDRNOTAVAIL, bind_to(fd, inet("192.0.2.1", 0)));
}

/* An address that comes later is local from then on. */
CASE("bind.inet.bound[address-came-later]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	must(bind_to(fd, inet("192.0.2.1", PORT)) == -EADDRNOTAVAIL,
	     "192.0.2.1 is not foreign");
	add_local_address("lo", "192.0.2.1", 32);
	expect_value(0, bind_to(fd, inet("192.0.2.1", PORT)));
}
