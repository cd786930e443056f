/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * order.c - the order of the checks of bind(2) of TCP and UDP: for each two faults that
 * one call can hold, the answer is the earlier check's.  Two that answer with the same
 * errno (EINVAL for a short address and for a socket that is bound) cannot be told
 * apart.
 */
#include "sockcheck.h"

#define PORT 5000
/* What another socket has. */
#define TAKEN 6000
/* Below ip_unprivileged_port_start. */
#define LOW 80

#define NOBODY 99 /* the index of no interface */

/* Faults that are not in the address. */
enum {
	NO_CAPABILITY = 1 << 0, /* CAP_NET_BIND_SERVICE is given up */
	IN_USE = 1 << 1,	/* another socket has the port */
	BOUND = 1 << 2,		/* the socket has a port */
	CONNECTED = 1 << 3,	/* the socket is connected */
	LISTENING = 1 << 4,	/* the socket listens; streams only */
	UNMAPPED = 1 << 5,	/* the address cannot be read */
	CUT_OFF = 1 << 6,	/* its last byte cannot be read */
	V6ONLY = 1 << 7,	/* IPV6_V6ONLY is set */
	DEVICE_GONE = 1 << 8,	/* the socket is bound to an interface that is not */
	STREAM_ONLY = 1 << 9,	/* the row is for streams */
	DGRAM_ONLY = 1 << 10,
};

static const struct row {
	const char *name; /* behind "bind.": the earlier check, and the later one */
	int error;
	int domain; /* of the socket */
	int family; /* of the address, or 0 for the socket's; AF_MAX for AF_UNSPEC */
	const char *address;
	unsigned int port, scope;
	int length; /* 0: that of the address */
	unsigned int faults;
} rows[] = {
#define UNSPEC AF_MAX
#define ROW4(name, error, family, address, port, length, faults)               \
	{                                                                      \
		name, error, AF_INET, family, address, port, 0, length, faults \
	}
	ROW4("addrlen.out_of_range[before-unreadable,inet]", EINVAL, 0, "127.0.0.1",
	     PORT, 129, UNMAPPED),
	ROW4("addrlen.out_of_range[before-family,inet]", EINVAL, AF_INET6, "127.0.0.1",
	     PORT, 129, 0),
	ROW4("addrlen.out_of_range[before-unspec,inet]", EINVAL, UNSPEC, "127.0.0.1",
	     PORT, 129, 0),
	ROW4("addrlen.out_of_range[before-not-local,inet]", EINVAL, 0, "192.0.2.1",
	     PORT, 129, 0),
	ROW4("addrlen.out_of_range[before-privilege,inet]", EINVAL, 0, "127.0.0.1", LOW,
	     129, NO_CAPABILITY),
	ROW4("addrlen.out_of_range[before-in-use,inet]", EINVAL, 0, "127.0.0.1", TAKEN,
	     129, IN_USE),
	ROW4("addrlen.out_of_range[negative,before-unreadable,inet]", EINVAL, 0,
	     "127.0.0.1", PORT, -1, UNMAPPED),

	ROW4("address.unreadable[before-addrlen-short,inet]", EFAULT, 0, "127.0.0.1",
	     PORT, 15, UNMAPPED),
	ROW4("address.unreadable[last-byte,before-addrlen-short,inet]", EFAULT, 0,
	     "127.0.0.1", PORT, 15, CUT_OFF),
	ROW4("address.unreadable[before-family,inet]", EFAULT, AF_INET6, "127.0.0.1",
	     PORT, 16, CUT_OFF),
	ROW4("address.unreadable[before-unspec,inet]", EFAULT, UNSPEC, "127.0.0.1",
	     PORT, 16, CUT_OFF),
	ROW4("address.unreadable[before-not-local,inet]", EFAULT, 0, "192.0.2.1", PORT,
	     16, CUT_OFF),
	ROW4("address.unreadable[before-privilege,inet]", EFAULT, 0, "127.0.0.1", LOW,
	     16, CUT_OFF | NO_CAPABILITY),
	ROW4("address.unreadable[before-bound,inet]", EFAULT, 0, "127.0.0.1", PORT, 16,
	     CUT_OFF | BOUND),
	ROW4("address.unreadable[before-connected,inet]", EFAULT, 0, "127.0.0.1", PORT,
	     16, CUT_OFF | CONNECTED),
	ROW4("address.unreadable[before-listening,inet]", EFAULT, 0, "127.0.0.1", PORT,
	     16, CUT_OFF | LISTENING),
	ROW4("address.unreadable[before-in-use,inet]", EFAULT, 0, "127.0.0.1", TAKEN,
	     16, CUT_OFF | IN_USE),

	ROW4("inet.addrlen_short[before-family]", EINVAL, AF_INET6, "127.0.0.1", PORT,
	     15, 0),
	ROW4("inet.addrlen_short[before-unspec]", EINVAL, UNSPEC, "127.0.0.1", PORT, 15,
	     0),
	ROW4("inet.addrlen_short[before-not-local]", EINVAL, 0, "192.0.2.1", PORT, 15,
	     0),
	ROW4("inet.addrlen_short[before-privilege]", EINVAL, 0, "127.0.0.1", LOW, 15,
	     NO_CAPABILITY),
	ROW4("inet.addrlen_short[before-in-use]", EINVAL, 0, "127.0.0.1", TAKEN, 15,
	     IN_USE),

	ROW4("inet.family_unsupported[before-not-local]", EAFNOSUPPORT, AF_INET6,
	     "192.0.2.1", PORT, 0, 0),
	ROW4("inet.family_unsupported[before-privilege]", EAFNOSUPPORT, AF_INET6,
	     "127.0.0.1", LOW, 0, NO_CAPABILITY),
	ROW4("inet.family_unsupported[before-bound]", EAFNOSUPPORT, AF_INET6,
	     "127.0.0.1", PORT, 0, BOUND),
	ROW4("inet.family_unsupported[before-connected]", EAFNOSUPPORT, AF_INET6,
	     "127.0.0.1", PORT, 0, CONNECTED),
	ROW4("inet.family_unsupported[before-listening]", EAFNOSUPPORT, AF_INET6,
	     "127.0.0.1", PORT, 0, LISTENING),
	ROW4("inet.family_unsupported[before-in-use]", EAFNOSUPPORT, AF_INET6,
	     "127.0.0.1", TAKEN, 0, IN_USE),

	ROW4("inet.unspec_not_any[before-not-local]", EAFNOSUPPORT, UNSPEC, "192.0.2.1",
	     PORT, 0, 0),
	ROW4("inet.unspec_not_any[before-privilege]", EAFNOSUPPORT, UNSPEC, "127.0.0.1",
	     LOW, 0, NO_CAPABILITY),
	ROW4("inet.unspec_not_any[before-bound]", EAFNOSUPPORT, UNSPEC, "127.0.0.1",
	     PORT, 0, BOUND),
	ROW4("inet.unspec_not_any[before-connected]", EAFNOSUPPORT, UNSPEC, "127.0.0.1",
	     PORT, 0, CONNECTED),
	ROW4("inet.unspec_not_any[before-listening]", EAFNOSUPPORT, UNSPEC, "127.0.0.1",
	     PORT, 0, LISTENING),
	ROW4("inet.unspec_not_any[before-in-use]", EAFNOSUPPORT, UNSPEC, "127.0.0.1",
	     TAKEN, 0, IN_USE),

	ROW4("inet.address_not_local[before-privilege]", EADDRNOTAVAIL, 0, "192.0.2.1",
	     LOW, 0, NO_CAPABILITY),
	ROW4("inet.address_not_local[before-bound]", EADDRNOTAVAIL, 0, "192.0.2.1",
	     PORT, 0, BOUND),
	ROW4("inet.address_not_local[before-connected]", EADDRNOTAVAIL, 0, "192.0.2.1",
	     PORT, 0, CONNECTED),
	ROW4("inet.address_not_local[before-listening]", EADDRNOTAVAIL, 0, "192.0.2.1",
	     PORT, 0, LISTENING),
	ROW4("inet.address_not_local[before-in-use]", EADDRNOTAVAIL, 0, "192.0.2.1",
	     TAKEN, 0, IN_USE),

	ROW4("inet.port_privileged[before-bound]", EACCES, 0, "127.0.0.1", LOW, 0,
	     NO_CAPABILITY | BOUND),
	ROW4("inet.port_privileged[before-connected]", EACCES, 0, "127.0.0.1", LOW, 0,
	     NO_CAPABILITY | CONNECTED),
	ROW4("inet.port_privileged[before-listening]", EACCES, 0, "127.0.0.1", LOW, 0,
	     NO_CAPABILITY | LISTENING),
	ROW4("inet.port_privileged[before-in-use]", EACCES, 0, "127.0.0.1", LOW, 0,
	     NO_CAPABILITY | IN_USE),
	ROW4("inet.port_privileged[unspec,before-bound]", EACCES, UNSPEC, "0.0.0.0",
	     LOW, 0, NO_CAPABILITY | BOUND),

	ROW4("inet.already_bound[before-in-use]", EINVAL, 0, "127.0.0.1", TAKEN, 0,
	     BOUND | IN_USE),
	ROW4("inet.already_connected[before-in-use]", EINVAL, 0, "127.0.0.1", TAKEN, 0,
	     CONNECTED | IN_USE),
	ROW4("inet.already_connected[listening,before-in-use]", EINVAL, 0, "127.0.0.1",
	     TAKEN, 0, LISTENING | IN_USE),

#define ROW6(name, error, family, address, port, scope, length, faults)             \
	{                                                                           \
		name, error, AF_INET6, family, address, port, scope, length, faults \
	}
	ROW6("addrlen.out_of_range[before-unreadable,inet6]", EINVAL, 0, "::1", PORT, 0,
	     129, UNMAPPED),
	ROW6("addrlen.out_of_range[before-family,inet6]", EINVAL, AF_INET, "::1", PORT,
	     0, 129, 0),
	ROW6("addrlen.out_of_range[before-privilege,inet6]", EINVAL, 0, "::1", LOW, 0,
	     129, NO_CAPABILITY),
	ROW6("addrlen.out_of_range[before-scope,inet6]", EINVAL, 0, "fe80::1", PORT,
	     NOBODY, 129, 0),
	ROW6("addrlen.out_of_range[before-not-local,inet6]", EINVAL, 0, "2001:db8::1",
	     PORT, 0, 129, 0),
	ROW6("addrlen.out_of_range[before-in-use,inet6]", EINVAL, 0, "::1", TAKEN, 0,
	     129, IN_USE),

	ROW6("address.unreadable[before-addrlen-short,inet6]", EFAULT, 0, "::1", PORT,
	     0, 23, CUT_OFF),
	ROW6("address.unreadable[before-family,inet6]", EFAULT, AF_INET, "::1", PORT, 0,
	     28, CUT_OFF),
	ROW6("address.unreadable[before-multicast,inet6]", EFAULT, 0, "ff0e::1", PORT,
	     0, 28, CUT_OFF | STREAM_ONLY),
	ROW6("address.unreadable[before-privilege,inet6]", EFAULT, 0, "::1", LOW, 0, 28,
	     CUT_OFF | NO_CAPABILITY),
	ROW6("address.unreadable[before-bound,inet6]", EFAULT, 0, "::1", PORT, 0, 28,
	     CUT_OFF | BOUND),
	ROW6("address.unreadable[before-connected,inet6]", EFAULT, 0, "::1", PORT, 0,
	     28, CUT_OFF | CONNECTED),
	ROW6("address.unreadable[before-listening,inet6]", EFAULT, 0, "::1", PORT, 0,
	     28, CUT_OFF | LISTENING),
	ROW6("address.unreadable[before-mapped,inet6]", EFAULT, 0, "::ffff:127.0.0.1",
	     PORT, 0, 28, CUT_OFF | V6ONLY),
	ROW6("address.unreadable[before-scope,inet6]", EFAULT, 0, "fe80::1", PORT,
	     NOBODY, 28, CUT_OFF),
	ROW6("address.unreadable[before-not-local,inet6]", EFAULT, 0, "2001:db8::1",
	     PORT, 0, 28, CUT_OFF),
	ROW6("address.unreadable[before-in-use,inet6]", EFAULT, 0, "::1", TAKEN, 0, 28,
	     CUT_OFF | IN_USE),

	ROW6("inet6.addrlen_short[before-family]", EINVAL, AF_INET, "::1", PORT, 0, 23,
	     0),
	ROW6("inet6.addrlen_short[before-unspec]", EINVAL, UNSPEC, "::", PORT, 0, 23,
	     0),
	ROW6("inet6.addrlen_short[before-privilege]", EINVAL, 0, "::1", LOW, 0, 23,
	     NO_CAPABILITY),
	ROW6("inet6.addrlen_short[before-device-gone]", EINVAL, 0, "::1", PORT, 0, 23,
	     DEVICE_GONE),
	ROW6("inet6.addrlen_short[before-mapped-not-local]", EINVAL, 0,
	     "::ffff:192.0.2.1", PORT, 0, 23, 0),
	ROW6("inet6.addrlen_short[before-not-local]", EINVAL, 0, "2001:db8::1", PORT, 0,
	     23, 0),
	ROW6("inet6.addrlen_short[before-in-use]", EINVAL, 0, "::1", TAKEN, 0, 23,
	     IN_USE),

	ROW6("inet6.family_unsupported[before-multicast]", EAFNOSUPPORT, AF_INET,
	     "ff0e::1", PORT, 0, 0, STREAM_ONLY),
	ROW6("inet6.family_unsupported[before-privilege]", EAFNOSUPPORT, AF_INET, "::1",
	     LOW, 0, 0, NO_CAPABILITY),
	ROW6("inet6.family_unsupported[before-bound]", EAFNOSUPPORT, AF_INET, "::1",
	     PORT, 0, 0, BOUND),
	ROW6("inet6.family_unsupported[before-connected]", EAFNOSUPPORT, AF_INET, "::1",
	     PORT, 0, 0, CONNECTED),
	ROW6("inet6.family_unsupported[before-listening]", EAFNOSUPPORT, AF_INET, "::1",
	     PORT, 0, 0, LISTENING),
	ROW6("inet6.family_unsupported[before-mapped]", EAFNOSUPPORT, AF_INET,
	     "::ffff:127.0.0.1", PORT, 0, 0, V6ONLY),
	ROW6("inet6.family_unsupported[before-link-local]", EAFNOSUPPORT, AF_INET,
	     "fe80::1", PORT, 0, 0, 0),
	ROW6("inet6.family_unsupported[before-scope]", EAFNOSUPPORT, AF_INET, "fe80::1",
	     PORT, NOBODY, 0, 0),
	ROW6("inet6.family_unsupported[before-mapped-not-local]", EAFNOSUPPORT, AF_INET,
	     "::ffff:192.0.2.1", PORT, 0, 0, 0),
	ROW6("inet6.family_unsupported[before-not-local]", EAFNOSUPPORT, AF_INET,
	     "2001:db8::1", PORT, 0, 0, 0),
	ROW6("inet6.family_unsupported[before-in-use]", EAFNOSUPPORT, AF_INET, "::1",
	     TAKEN, 0, 0, IN_USE),
	ROW6("inet6.family_unsupported[unspec,before-bound]", EAFNOSUPPORT, UNSPEC,
	     "::", PORT, 0, 0, BOUND),

	ROW6("inet6.multicast_stream[before-privilege]", EINVAL, 0, "ff0e::1", LOW, 0,
	     0, NO_CAPABILITY | STREAM_ONLY),
	ROW6("inet6.multicast_stream[before-scope]", EINVAL, 0, "ff02::1", PORT, NOBODY,
	     0, STREAM_ONLY),
	ROW6("inet6.multicast_stream[before-device-gone]", EINVAL, 0, "ff0e::1", PORT,
	     0, 0, DEVICE_GONE | STREAM_ONLY),
	ROW6("inet6.multicast_stream[before-in-use]", EINVAL, 0, "ff0e::1", TAKEN, 0, 0,
	     IN_USE | STREAM_ONLY),

	ROW6("inet6.port_privileged[before-bound]", EACCES, 0, "::1", LOW, 0, 0,
	     NO_CAPABILITY | BOUND),
	ROW6("inet6.port_privileged[before-connected]", EACCES, 0, "::1", LOW, 0, 0,
	     NO_CAPABILITY | CONNECTED),
	ROW6("inet6.port_privileged[before-listening]", EACCES, 0, "::1", LOW, 0, 0,
	     NO_CAPABILITY | LISTENING),
	ROW6("inet6.port_privileged[before-mapped]", EACCES, 0, "::ffff:127.0.0.1", LOW,
	     0, 0, NO_CAPABILITY | V6ONLY),
	ROW6("inet6.port_privileged[before-link-local]", EACCES, 0, "fe80::1", LOW, 0,
	     0, NO_CAPABILITY),
	ROW6("inet6.port_privileged[before-scope]", EACCES, 0, "fe80::1", LOW, NOBODY,
	     0, NO_CAPABILITY),
	ROW6("inet6.port_privileged[before-mapped-not-local]", EACCES, 0,
	     "::ffff:192.0.2.1", LOW, 0, 0, NO_CAPABILITY),
	ROW6("inet6.port_privileged[before-not-local]", EACCES, 0, "2001:db8::1", LOW,
	     0, 0, NO_CAPABILITY),
	ROW6("inet6.port_privileged[before-in-use]", EACCES, 0, "::1", LOW, 0, 0,
	     NO_CAPABILITY | IN_USE),

	ROW6("inet6.already_bound[before-scope]", EINVAL, 0, "fe80::1", PORT, NOBODY, 0,
	     BOUND),
	ROW6("inet6.already_bound[before-mapped-not-local]", EINVAL, 0,
	     "::ffff:192.0.2.1", PORT, 0, 0, BOUND),
	ROW6("inet6.already_bound[before-not-local]", EINVAL, 0, "2001:db8::1", PORT, 0,
	     0, BOUND),
	ROW6("inet6.already_bound[before-in-use]", EINVAL, 0, "::1", TAKEN, 0, 0,
	     BOUND | IN_USE),
	ROW6("inet6.already_connected[before-scope]", EINVAL, 0, "fe80::1", PORT,
	     NOBODY, 0, CONNECTED),
	ROW6("inet6.already_connected[before-mapped-not-local]", EINVAL, 0,
	     "::ffff:192.0.2.1", PORT, 0, 0, CONNECTED),
	ROW6("inet6.already_connected[before-not-local]", EINVAL, 0, "2001:db8::1",
	     PORT, 0, 0, CONNECTED),
	ROW6("inet6.already_connected[before-in-use]", EINVAL, 0, "::1", TAKEN, 0, 0,
	     CONNECTED | IN_USE),
	ROW6("inet6.already_connected[listening,before-scope]", EINVAL, 0, "fe80::1",
	     PORT, NOBODY, 0, LISTENING),
	ROW6("inet6.already_connected[listening,before-not-local]", EINVAL, 0,
	     "2001:db8::1", PORT, 0, 0, LISTENING),
	ROW6("inet6.already_connected[listening,before-in-use]", EINVAL, 0, "::1",
	     TAKEN, 0, 0, LISTENING | IN_USE),

	ROW6("inet6.mapped_on_ipv6only[before-mapped-not-local]", EINVAL, 0,
	     "::ffff:192.0.2.1", PORT, 0, 0, V6ONLY),
	ROW6("inet6.mapped_on_ipv6only[before-device-gone]", EINVAL, 0,
	     "::ffff:127.0.0.1", PORT, 0, 0, V6ONLY | DEVICE_GONE),
	ROW6("inet6.mapped_on_ipv6only[before-in-use]", EINVAL, 0, "::ffff:127.0.0.1",
	     TAKEN, 0, 0, V6ONLY | IN_USE),
	ROW6("inet6.link_local_without_scope[before-not-local]", EINVAL, 0, "fe80::5",
	     PORT, 0, 0, 0),
	ROW6("inet6.link_local_without_scope[before-in-use]", EINVAL, 0, "fe80::5",
	     TAKEN, 0, 0, IN_USE),
	ROW6("inet6.link_local_without_scope[multicast,before-in-use]", EINVAL, 0,
	     "ff02::1", TAKEN, 0, 0, IN_USE | DGRAM_ONLY),
	ROW6("inet6.scope_without_interface[before-not-local]", ENODEV, 0, "fe80::5",
	     PORT, NOBODY, 0, 0),
	ROW6("inet6.scope_without_interface[device-gone,before-not-local]", ENODEV, 0,
	     "2001:db8::1", PORT, 0, 0, DEVICE_GONE),
	ROW6("inet6.scope_without_interface[device-gone,before-mapped-not-local]",
	     ENODEV, 0, "::ffff:192.0.2.1", PORT, 0, 0, DEVICE_GONE),
	ROW6("inet6.scope_without_interface[before-in-use]", ENODEV, 0, "fe80::5",
	     TAKEN, NOBODY, 0, IN_USE),
	ROW6("inet6.scope_without_interface[multicast,before-in-use]", ENODEV, 0,
	     "ff02::1", TAKEN, NOBODY, 0, IN_USE | DGRAM_ONLY),
	ROW6("inet6.address_not_local[before-in-use]", EADDRNOTAVAIL, 0, "2001:db8::1",
	     TAKEN, 0, 0, IN_USE),
	ROW6("inet6.mapped_not_local[before-in-use]", EADDRNOTAVAIL, 0,
	     "::ffff:192.0.2.1", TAKEN, 0, 0, IN_USE),
};

/* A row on a socket of one type. */
static struct typed {
	const struct row *row;
	int type;
} typed_rows[2][COUNT(rows)];

static struct address loopback(int domain, unsigned int port)
{
	return domain == AF_INET ? inet("127.0.0.1", port) : inet6("::1", port);
}

static struct address address_of(const struct row *it)
{
	struct address made = it->domain == AF_INET
				      ? inet(it->address, it->port)
				      : inet6_scoped(it->address, it->port, it->scope);

	if (it->family)
		made = with_family(made, it->family == UNSPEC ? AF_UNSPEC : it->family);
	return it->length ? with_length(made, it->length) : made;
}

/* To a socket that listens, or is bound, at a port of its own. */
static void connect_it(int fd, const struct typed *on)
{
	struct address to = loopback(on->row->domain, PORT + 1);
	int other = must_socket(on->row->domain, on->type, 0);

	must_bind(other, to);
	if (on->type == SOCK_STREAM)
		must_listen(other);
	must_connect(fd, to);
}

static void take_port(const struct typed *on)
{
	int other = must_socket(on->row->domain, on->type, 0);
	const char *any = on->row->domain == AF_INET ? "0.0.0.0" : "::";

	must_bind(other, ip_address(any, on->row->port));
}

static void spoil(int fd, const struct typed *on)
{
	unsigned int faults = on->row->faults;

	if (faults & DEVICE_GONE)
		must(bind_to(fd, inet6_scoped("fe80::1", PORT, NOBODY)) == -ENODEV,
		     "there is an interface %d", NOBODY);
	if (faults & V6ONLY)
		must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (faults & IN_USE)
		take_port(on);
	if (faults & (BOUND | LISTENING))
		must_bind(fd, loopback(on->row->domain, PORT + 2));
	if (faults & LISTENING)
		must_listen(fd);
	if (faults & CONNECTED)
		connect_it(fd, on);
	if (faults & NO_CAPABILITY)
		drop_capability(LINUX_CAP_NET_BIND_SERVICE);
}

static void both_faults(const void *row)
{
	const struct typed *on = row;
	const struct row *it = on->row;
	struct address address = address_of(it);
	const void *passed = address.bytes;
	int fd = must_socket(it->domain, on->type, 0);

	spoil(fd, on);
	if (it->faults & UNMAPPED)
		passed = unmapped_memory();
	if (it->faults & CUT_OFF)
		passed = cut_off_after(address.bytes, (size_t)address.length - 1);
	expect_errno(it->error, t_bind(fd, passed, address.length));
}

/* "bind.a.b[c]" and "stream" are "bind.a.b[c,stream]". */
static const char *name_of(const struct row *row, const char *type)
{
	int length = 0;

	while (row->name[length] && row->name[length] != ']')
		length++;
	return name_case("bind.%.*s,%s]", length, row->name, type);
}

CASES(order)
{
	for (size_t i = 0; i < COUNT(rows) * 2; i++) {
		const struct row *row = &rows[i / 2];
		bool stream = i % 2;
		bool takes_port = row->faults & IN_USE && row->port == LOW;

		if (row->faults & (stream ? DGRAM_ONLY : STREAM_ONLY | LISTENING))
			continue;
		typed_rows[stream][i / 2] =
			(struct typed){ row, stream ? SOCK_STREAM : SOCK_DGRAM };
		add_case(.name = name_of(row, stream ? "stream" : "dgram"),
			 .run_row = both_faults, .row = &typed_rows[stream][i / 2],
			 .caps = takes_port ? SC_CAP(LINUX_CAP_NET_BIND_SERVICE) : 0,
			 .has = { FEATURE_FAMILY(row->domain) });
	}
}
