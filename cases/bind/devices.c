/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * devices.c - bind(2) of TCP and UDP where there are other interfaces than lo: whose
 * addresses a socket may have, that is bound to an interface by SO_BINDTODEVICE or by a
 * scope, or to a VRF.
 */
#include <string.h>

#include "sockcheck.h"

#define PORT 5000

static const struct type {
	const char *name;
	int type;
} types[] = {
	{ "stream", SOCK_STREAM },
	{ "dgram", SOCK_DGRAM },
};

/*
 * Interface 2, "other", with addresses of each kind, of the family that is asked for;
 * lo has link-local and global ones of its own as well.
 */
#define LO    1
#define OTHER 2

static void give_addresses(bool inet6)
{
	if (!inet6) {
		add_local_address("other", "192.0.2.1", 24);
		add_local_address("other", "198.51.100.5", 30);
		return;
	}
	add_local_address("other", "fd00::1", 64);
	add_local_address("other", "fe80::2", 64);
	add_local_address("lo", "fd00:1::1", 128);
	add_local_address("lo", "fe80::1", 64);
}

static void other_up(bool inet6)
{
	must(add_interface("other") == OTHER, "the interface is not the second one");
	set_interface_up("other", true);
	give_addresses(inet6);
}

static void other_never_up(bool inet6)
{
	must(add_interface("other") == OTHER, "the interface is not the second one");
	give_addresses(inet6);
}

/* IPv6 addresses go when an interface is set down: keep_addr_on_down is off. */
static void other_down(bool inet6)
{
	(void)inet6;
	must(add_interface("other") == OTHER, "the interface is not the second one");
	set_interface_up("other", true);
	add_local_address("other", "192.0.2.1", 24);
	set_interface_up("other", false);
}

static void other_up_again(bool inet6)
{
	other_down(inet6);
	set_interface_up("other", true);
}

/* A single address, and one of a subnet of two, which have no broadcast address. */
static void other_narrow(bool inet6)
{
	(void)inet6;
	must(add_interface("other") == OTHER, "the interface is not the second one");
	set_interface_up("other", true);
	add_local_address("other", "192.0.2.1", 32);
	add_local_address("other", "198.51.100.4", 31);
}

/*
 * A VRF "red" (2) with addresses of its own, its slave "port" (3), and "other" (4), of
 * no VRF.
 */
#define RED   2
#define SLAVE 3

static void vrf(bool inet6)
{
	must(add_vrf("red", 10) == RED, "the VRF is not the second interface");
	set_interface_up("red", true);
	must(add_interface("port") == SLAVE, "the interface is not the third one");
	move_to_vrf("port", RED);
	set_interface_up("port", true);
	add_interface("other");
	set_interface_up("other", true);
	if (!inet6) {
		add_local_address("red", "203.0.113.1", 32);
		add_local_address("port", "198.51.100.1", 24);
		add_local_address("other", "192.0.2.1", 24);
		return;
	}
	add_local_address("red", "fd00:2::1", 128);
	add_local_address("port", "fd00:3::1", 64);
	add_local_address("port", "fe80::3", 64);
	add_local_address("other", "fd00::1", 64);
}

#define BOTH (SC_STREAM | SC_DGRAM)

static const struct row {
	const char *rule; /* behind "bind." */
	int error;	  /* or 0 */
	const char *address;
	unsigned int scope;
	const char *device;  /* SO_BINDTODEVICE, or NULL */
	const char *variant; /* what else the name says, or "" */
	void (*network)(bool inet6);
	unsigned int types;
	int since, until;
} rows[] = {
#define UP4(rule, error, address, device)                                         \
	{                                                                         \
		"inet." rule, error, address, 0, device, "", other_up, BOTH, 0, 0 \
	}
	/* IPv4: an address is local, or it is not; of which interface does not matter.
	 */
	UP4("bound", 0, "192.0.2.1", NULL),
	UP4("bound", 0, "192.0.2.1", "other"),
	UP4("bound", 0, "192.0.2.1", "lo"),
	UP4("bound", 0, "127.0.0.1", "other"),
	UP4("bound", 0, "127.1.2.3", "other"),
	UP4("bound", 0, "0.0.0.0", "other"),
	UP4("bound", 0, "224.0.0.1", "other"),
	UP4("bound", 0, "255.255.255.255", "other"),
	/* A subnet's highest address is its broadcast address; its others are foreign.
	 */
	UP4("bound", 0, "192.0.2.255", NULL),
	UP4("bound", 0, "192.0.2.255", "other"),
	UP4("bound", 0, "192.0.2.255", "lo"),
	UP4("bound", 0, "198.51.100.7", NULL),
	UP4("address_not_local", EADDRNOTAVAIL, "192.0.2.2", NULL),
	UP4("address_not_local", EADDRNOTAVAIL, "192.0.2.254", NULL),
	UP4("address_not_local", EADDRNOTAVAIL, "192.0.2.2", "other"),
	UP4("address_not_local", EADDRNOTAVAIL, "192.0.3.255", NULL),
	UP4("address_not_local", EADDRNOTAVAIL, "198.51.100.6", NULL),
	UP4("address_not_local", EADDRNOTAVAIL, "198.51.100.3", NULL),
	UP4("address_not_local", EADDRNOTAVAIL, "198.51.100.8", NULL),
	/* Linux 5.14 made the lowest address of a subnet an ordinary one. */
	{ "inet.address_not_local", EADDRNOTAVAIL, "192.0.2.0", 0, NULL, ",lowest",
	  other_up, BOTH, LINUX(5, 14), 0 },
	{ "inet.address_not_local", EADDRNOTAVAIL, "198.51.100.4", 0, NULL, ",lowest",
	  other_up, BOTH, LINUX(5, 14), 0 },
	{ "inet.bound", 0, "192.0.2.0", 0, NULL, ",lowest,before-5.14", other_up, BOTH,
	  0, LINUX(5, 14) },
	{ "inet6.mapped_not_local", EADDRNOTAVAIL, "::ffff:192.0.2.0", 0, NULL,
	  ",lowest", other_up, BOTH, LINUX(5, 14), 0 },
	{ "inet.bound", 0, "192.0.2.1", 0, NULL, ",narrow", other_narrow, BOTH, 0, 0 },
	{ "inet.bound", 0, "198.51.100.4", 0, NULL, ",narrow", other_narrow, BOTH, 0,
	  0 },
	{ "inet.address_not_local", EADDRNOTAVAIL, "198.51.100.5", 0, NULL, ",narrow",
	  other_narrow, BOTH, 0, 0 },
	{ "inet.address_not_local", EADDRNOTAVAIL, "192.0.2.255", 0, NULL, ",narrow",
	  other_narrow, BOTH, 0, 0 },
/*
 * An interface need not be up for its address to be local (fib_add_ifaddr(),
 * fib_sync_down_dev()), but for its broadcast address.
 */
#define STATE(rule, error, address, device, variant, network)                 \
	{                                                                     \
		rule, error, address, 0, device, variant, network, BOTH, 0, 0 \
	}
	STATE("inet.bound", 0, "192.0.2.1", NULL, ",never-up", other_never_up),
	STATE("inet.bound", 0, "192.0.2.1", NULL, ",down", other_down),
	STATE("inet.bound", 0, "192.0.2.1", "other", ",down", other_down),
	STATE("inet.bound", 0, "192.0.2.1", NULL, ",up-again", other_up_again),
	STATE("inet.bound", 0, "192.0.2.255", NULL, ",up-again", other_up_again),
	STATE("inet.address_not_local", EADDRNOTAVAIL, "192.0.2.255", NULL, ",never-up",
	      other_never_up),
	STATE("inet.address_not_local", EADDRNOTAVAIL, "192.0.2.255", NULL, ",down",
	      other_down),
	STATE("inet.address_not_local", EADDRNOTAVAIL, "192.0.2.2", NULL, ",down",
	      other_down),
	STATE("inet6.bound", 0, "fd00::1", NULL, ",never-up", other_never_up),
	STATE("inet6.bound", 0, "fe80::2", "other", ",never-up", other_never_up),
	STATE("inet6.bound", 0, "::ffff:192.0.2.1", NULL, ",down", other_down),
	STATE("inet6.mapped_not_local", EADDRNOTAVAIL, "::ffff:192.0.2.255", NULL,
	      ",down", other_down),

/* IPv6: ::1 and link-local addresses are of one interface, others of the host. */
#define UP6(rule, error, address, scope, device)                                       \
	{                                                                              \
		"inet6." rule, error, address, scope, device, "", other_up, BOTH, 0, 0 \
	}
	UP6("bound", 0, "fd00::1", 0, NULL),
	UP6("bound", 0, "fd00::1", 0, "other"),
	UP6("bound", 0, "fd00::1", 0, "lo"),
	UP6("bound", 0, "fd00:1::1", 0, NULL),
	UP6("bound", 0, "fd00:1::1", 0, "other"),
	UP6("bound", 0, "::1", 0, NULL),
	UP6("bound", 0, "::1", OTHER, NULL),
	UP6("bound", 0, "::1", OTHER, "lo"),
	UP6("bound", 0, "::", 0, "other"),
	UP6("address_not_local", EADDRNOTAVAIL, "::1", 0, "other"),
	UP6("address_not_local", EADDRNOTAVAIL, "::1", LO, "other"),
	UP6("address_not_local", EADDRNOTAVAIL, "fd00::2", 0, NULL),
	UP6("address_not_local", EADDRNOTAVAIL, "fd00::2", 0, "other"),
	UP6("address_not_local", EADDRNOTAVAIL, "fd00::", 0, NULL),
	UP6("bound", 0, "fe80::2", OTHER, NULL),
	UP6("bound", 0, "fe80::2", 0, "other"),
	UP6("bound", 0, "fe80::2", OTHER, "other"),
	UP6("bound", 0, "fe80::1", LO, NULL),
	UP6("address_not_local", EADDRNOTAVAIL, "fe80::2", LO, NULL),
	UP6("address_not_local", EADDRNOTAVAIL, "fe80::1", OTHER, NULL),
	UP6("address_not_local", EADDRNOTAVAIL, "fe80::2", 0, "lo"),
	UP6("address_not_local", EADDRNOTAVAIL, "fe80::1", 0, "other"),
	UP6("link_local_without_scope", EINVAL, "fe80::2", 0, NULL),
	/* A scope that is given overrides the device. */
	UP6("bound", 0, "fe80::2", OTHER, "lo"),
	UP6("bound", 0, "fe80::1", LO, "other"),
	UP6("address_not_local", EADDRNOTAVAIL, "fe80::2", LO, "other"),
	UP6("address_not_local", EADDRNOTAVAIL, "fe80::1", OTHER, "lo"),
	UP6("scope_without_interface", ENODEV, "fe80::2", OTHER + 1, "other"),
	{ "inet6.bound", 0, "ff02::1", OTHER, NULL, "", other_up, SC_DGRAM, 0, 0 },
	{ "inet6.bound", 0, "ff02::1", OTHER, "lo", "", other_up, SC_DGRAM, 0, 0 },
	{ "inet6.bound", 0, "ff02::1", 0, "other", "", other_up, SC_DGRAM, 0, 0 },
	{ "inet6.bound", 0, "ff0e::1", 0, "other", "", other_up, SC_DGRAM, 0, 0 },
	/* Mapped ones are IPv4's. */
	UP6("bound", 0, "::ffff:192.0.2.1", 0, NULL),
	UP6("bound", 0, "::ffff:192.0.2.1", 0, "lo"),
	UP6("bound", 0, "::ffff:192.0.2.1", 0, "other"),
	UP6("bound", 0, "::ffff:192.0.2.255", 0, "lo"),
	UP6("bound", 0, "::ffff:127.0.0.1", 0, "other"),
	UP6("mapped_not_local", EADDRNOTAVAIL, "::ffff:192.0.2.2", 0, NULL),
	UP6("mapped_not_local", EADDRNOTAVAIL, "::ffff:192.0.2.2", 0, "other"),

/* A VRF: its own addresses and its slaves', for sockets bound to any of them. */
#define VRF(rule, error, address, scope, device)                             \
	{                                                                    \
		rule, error, address, scope, device, ",vrf", vrf, BOTH, 0, 0 \
	}
	VRF("inet.bound", 0, "0.0.0.0", 0, "red"),
	VRF("inet.bound", 0, "203.0.113.1", 0, "red"),
	VRF("inet.bound", 0, "203.0.113.1", 0, "port"),
	VRF("inet.bound", 0, "198.51.100.1", 0, "red"),
	VRF("inet.bound", 0, "198.51.100.1", 0, "port"),
	VRF("inet.bound", 0, "198.51.100.255", 0, "red"),
	VRF("inet.bound", 0, "192.0.2.1", 0, NULL),
	VRF("inet.bound", 0, "192.0.2.1", 0, "other"),
	VRF("inet.bound", 0, "127.0.0.1", 0, "other"),
	VRF("inet.bound", 0, "224.0.0.1", 0, "red"),
	VRF("inet.bound", 0, "255.255.255.255", 0, "port"),
	VRF("inet.address_not_local", EADDRNOTAVAIL, "203.0.113.1", 0, NULL),
	VRF("inet.address_not_local", EADDRNOTAVAIL, "198.51.100.1", 0, NULL),
	VRF("inet.address_not_local", EADDRNOTAVAIL, "198.51.100.255", 0, NULL),
	VRF("inet.address_not_local", EADDRNOTAVAIL, "203.0.113.1", 0, "other"),
	VRF("inet.address_not_local", EADDRNOTAVAIL, "198.51.100.1", 0, "lo"),
	VRF("inet.address_not_local", EADDRNOTAVAIL, "192.0.2.1", 0, "red"),
	VRF("inet.address_not_local", EADDRNOTAVAIL, "192.0.2.1", 0, "port"),
	VRF("inet.address_not_local", EADDRNOTAVAIL, "127.0.0.1", 0, "red"),
	VRF("inet.address_not_local", EADDRNOTAVAIL, "127.0.0.1", 0, "port"),
	VRF("inet.address_not_local", EADDRNOTAVAIL, "198.51.100.2", 0, "red"),
	VRF("inet6.bound", 0, "::", 0, "red"),
	VRF("inet6.bound", 0, "fd00:2::1", 0, "red"),
	VRF("inet6.bound", 0, "fd00:2::1", 0, "port"),
	VRF("inet6.bound", 0, "fd00:3::1", 0, "red"),
	VRF("inet6.bound", 0, "fd00:3::1", 0, "port"),
	VRF("inet6.bound", 0, "fd00::1", 0, NULL),
	VRF("inet6.bound", 0, "fd00::1", 0, "other"),
	VRF("inet6.bound", 0, "fe80::3", 0, "port"),
	VRF("inet6.bound", 0, "fe80::3", SLAVE, NULL),
	VRF("inet6.bound", 0, "fe80::3", SLAVE, "red"),
	VRF("inet6.address_not_local", EADDRNOTAVAIL, "fe80::3", 0, "red"),
	VRF("inet6.address_not_local", EADDRNOTAVAIL, "fd00:2::1", 0, NULL),
	VRF("inet6.address_not_local", EADDRNOTAVAIL, "fd00:3::1", 0, NULL),
	VRF("inet6.address_not_local", EADDRNOTAVAIL, "fd00:3::1", 0, "other"),
	VRF("inet6.address_not_local", EADDRNOTAVAIL, "fd00::1", 0, "red"),
	VRF("inet6.address_not_local", EADDRNOTAVAIL, "fd00::1", 0, "port"),
	VRF("inet6.address_not_local", EADDRNOTAVAIL, "::1", 0, "red"),
	VRF("inet6.bound", 0, "::ffff:198.51.100.1", 0, "red"),
	VRF("inet6.bound", 0, "::ffff:203.0.113.1", 0, "port"),
	VRF("inet6.mapped_not_local", EADDRNOTAVAIL, "::ffff:198.51.100.1", 0, NULL),
	VRF("inet6.mapped_not_local", EADDRNOTAVAIL, "::ffff:127.0.0.1", 0, "red"),
};

/* A row on a socket of one type. */
struct typed {
	const struct row *row;
	int type;
};

static int domain_of(const struct row *row)
{
	return strchr(row->address, ':') ? AF_INET6 : AF_INET;
}

static void bind_row(const void *row)
{
	const struct typed *on = row;
	const struct row *it = on->row;
	int domain = domain_of(it), fd = must_socket(domain, on->type, 0);
	struct address address = domain == AF_INET
					 ? inet(it->address, PORT)
					 : inet6_scoped(it->address, PORT, it->scope);

	/* A mapped address is one of IPv4. */
	it->network(!strchr(it->address, '.'));
	if (it->device)
		must_device(fd, it->device);
	if (it->error)
		expect_errno(it->error, bind_to(fd, address));
	else
		expect_value(0, bind_to(fd, address));
}

static const char *name_of(const struct row *row, const char *type)
{
	static const char *const scopes[] = { "", "%1", "%2", "%3", "%4" };

	return name_case("bind.%s[%s%s%s%s%s,%s]", row->rule, row->address,
			 scopes[row->scope], row->device ? ",device-" : ",no-device",
			 row->device ? row->device : "", row->variant, type);
}

/* Addresses of a VRF have been its own since Linux 5.0 at the latest. */
static int since_for(const struct row *row)
{
	return row->network == vrf ? LINUX(5, 0) : row->since;
}

CASES(devices)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t t = 0; t < COUNT(types); t++) {
			const struct row *row = &rows[i];
			struct typed typed = { row, types[t].type };
			bool stream = types[t].type == SOCK_STREAM;

			if (!(row->types & (stream ? SC_STREAM : SC_DGRAM)))
				continue;
			add_case(.name = name_of(row, types[t].name),
				 .run_row = bind_row,
				 .row = keep_row(&typed, sizeof(typed)),
				 .needs = NEEDS_INTERFACE |
					  (row->network == vrf ? NEEDS_VRF : 0u),
				 .since = since_for(row), .until = row->until,
				 .has = { FEATURE_FAMILY(domain_of(row)) });
		}
}

/* An address that a socket of another device could not have, but by its exceptions. */
CASE("bind.inet6.bound[::1,device-other,freebind]", .types = BOTH,
     .needs = NEEDS_INTERFACE, .since = LINUX(4, 15),
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	other_up(true);
	must_device(fd, "other");
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_FREEBIND, 1);
	expect_value(0, bind_to(fd, inet6("::1", PORT)));
}

CASE("bind.inet6.bound[::1,device-other,ip_nonlocal_bind]", .types = BOTH,
     .needs = NEEDS_INTERFACE, .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	other_up(true);
	must_device(fd, "other");
	set_ipv6_nonlocal_bind(true);
	expect_value(0, bind_to(fd, inet6("::1", PORT)));
}

/* A failed bind leaves the socket bound to its scope: then ::1 is not there any more.
 */
CASE("bind.inet6.address_not_local[scope-left-by-failed-bind]", .types = BOTH,
     .needs = NEEDS_INTERFACE, .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	other_up(true);
	must(bind_to(fd, inet6_scoped("fe80::9", PORT, OTHER)) == -EADDRNOTAVAIL,
	     "fe80::9 is local");
	expect_errno(EADDRNOTAVAIL, bind_to(fd, inet6("::1", PORT)));
}

static void expect_scope(const char *text, unsigned int given, const char *device,
			 unsigned int told)
{
	int fd = must_socket(AF_INET6, sc_type, 0);
	struct address name = inet6_scoped(text, PORT, told);

	other_up(true);
	if (device)
		must_device(fd, device);
	must_bind(fd, inet6_scoped(text, PORT, given));
	expect_name(name.bytes, (unsigned int)name.length, fd);
}

CASE("bind.name.ip[scope-of-other]", .types = BOTH, .needs = NEEDS_INTERFACE,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	expect_scope("fe80::2", OTHER, NULL, OTHER);
}

CASE("bind.name.ip[scope-by-device-other]", .types = BOTH, .needs = NEEDS_INTERFACE,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	expect_scope("fe80::2", 0, "other", OTHER);
}

CASE("bind.name.ip[scope-overrides-device]", .types = BOTH, .needs = NEEDS_INTERFACE,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	expect_scope("fe80::2", OTHER, "lo", OTHER);
}

CASE("bind.name.ip[multicast,scope-overrides-device]", .types = SC_DGRAM,
     .needs = NEEDS_INTERFACE, .has = { FEATURE_FAMILY(AF_INET6) })
{
	expect_scope("ff02::1", OTHER, "lo", OTHER);
}

CASE("bind.name.ip[no-scope,device-other]", .types = BOTH, .needs = NEEDS_INTERFACE,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	expect_scope("fd00::1", LO, "other", 0);
}
