/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * again.c - bind(2) of an IP socket that has been used before: bound, listening,
 * connected, accepted, shut down, disconnected; and of one whose bind failed.
 */
#include "sockcheck.h"

#define PORT 4001
#define PEER 4002

/* One family's addresses; sc_type is the type. */
static const struct family {
	const char *name;
	int domain;
	const char *any, *one;
} families[] = {
	{ "inet", AF_INET, "0.0.0.0", "127.0.0.1" },
	{ "inet6", AF_INET6, "::", "::1" },
};

static int open_on(const struct family *family)
{
	return must_socket(family->domain, sc_type, 0);
}

/* A socket to connect to: a listener for streams. */
static int open_peer(const struct family *family)
{
	int fd = open_on(family);

	must_bind(fd, ip_address(family->one, PEER));
	if (sc_type == SOCK_STREAM)
		must_listen(fd);
	return fd;
}

static void disconnect(int fd)
{
	sc_must(SC_LINE, sc_connect_to(fd, family_only(AF_UNSPEC, 16)),
		"connect(AF_UNSPEC)");
}

/* What is done to the socket before the bind(2) that is looked at. */
static int bound(const struct family *family)
{
	int fd = open_on(family);

	must_bind(fd, ip_address(family->one, PORT));
	return fd;
}

static int bound_to_any(const struct family *family)
{
	int fd = open_on(family);

	must_bind(fd, ip_address(family->any, PORT));
	return fd;
}

static int bound_to_port_zero(const struct family *family)
{
	int fd = open_on(family);

	must_bind(fd, ip_address(family->one, 0));
	return fd;
}

static int bound_by_send(const struct family *family)
{
	int fd = open_on(family);

	open_peer(family);
	must_send(fd, ip_address(family->one, PEER));
	return fd;
}

static int listening(const struct family *family)
{
	int fd = bound(family);

	must_listen(fd);
	return fd;
}

static int listening_unbound(const struct family *family)
{
	int fd = open_on(family);

	must_listen(fd);
	return fd;
}

static int connected(const struct family *family)
{
	int fd = open_on(family);

	open_peer(family);
	must_connect(fd, ip_address(family->one, PEER));
	return fd;
}

static int bound_and_connected(const struct family *family)
{
	int fd = bound_to_any(family);

	open_peer(family);
	must_connect(fd, ip_address(family->one, PEER));
	return fd;
}

static int accepted(const struct family *family)
{
	int fd = open_on(family), listener = open_peer(family);

	must_connect(fd, ip_address(family->one, PEER));
	return must_accept(listener);
}

static int connected_and_shut_down(const struct family *family)
{
	int fd = connected(family);

	sc_must(SC_LINE, t_shutdown(fd, SHUT_WR), "shutdown(2)");
	return fd;
}

/* Port and address were asked for, so connect(AF_UNSPEC) leaves them. */
static int bound_and_disconnected(const struct family *family)
{
	int fd = bound_and_connected(family);

	disconnect(fd);
	return fd;
}

static int disconnected(const struct family *family)
{
	int fd = connected(family);

	disconnect(fd);
	return fd;
}

/* The port was the kernel's choice, so connect(AF_UNSPEC) gives it back. */
static int port_zero_disconnected(const struct family *family)
{
	int fd = open_on(family);

	open_peer(family);
	must_bind(fd, ip_address(family->one, 0));
	must_connect(fd, ip_address(family->one, PEER));
	disconnect(fd);
	return fd;
}

/* shutdown(2) ends listening; a port that was asked for stays. */
static int listener_shut_down(const struct family *family)
{
	int fd = listening(family);

	sc_must(SC_LINE, t_shutdown(fd, SHUT_RDWR), "shutdown(2)");
	return fd;
}

static int unbound_listener_shut_down(const struct family *family)
{
	int fd = listening_unbound(family);

	sc_must(SC_LINE, t_shutdown(fd, SHUT_RDWR), "shutdown(2)");
	return fd;
}

/* ENOTCONN, which changes nothing that bind(2) looks at. */
static int shut_down_unconnected(const struct family *family)
{
	int fd = open_on(family);

	t_shutdown(fd, SHUT_RDWR);
	return fd;
}

/* Nobody listens there: ECONNREFUSED, and the port is given back. */
static int connect_refused(const struct family *family)
{
	int fd = open_on(family);

	t_connect(fd, ip_address(family->one, PEER).bytes,
		  ip_address(family->one, PEER).length);
	return fd;
}

static int failed_in_use(const struct family *family)
{
	int fd = open_on(family), taken = open_on(family);

	must_bind(taken, ip_address(family->one, PEER));
	bind_to(fd, ip_address(family->one, PEER));
	return fd;
}

static int failed_not_local(const struct family *family)
{
	int fd = open_on(family);

	bind_to(fd, ip_address(family->domain == AF_INET ? "192.0.2.1" : "2001:db8::1",
			       PORT));
	return fd;
}

static int failed_wrong_family(const struct family *family)
{
	int fd = open_on(family);

	bind_to(fd, with_family(ip_address(family->one, PORT), AF_UNIX));
	return fd;
}

static int failed_privileged(const struct family *family)
{
	int fd = open_on(family);

	set_unprivileged_port_start(2000);
	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	bind_to(fd, ip_address(family->one, 80));
	return fd;
}

#define S SC_STREAM
#define D SC_DGRAM

static const struct history {
	const char *name;
	int (*make)(const struct family *family);
	unsigned int types;
	const char *rule; /* of a bind to one address and PORT: EINVAL, or "bound" */
} histories[] = {
	{ "bound", bound, S | D, "already_bound" },
	{ "bound-to-any", bound_to_any, S | D, "already_bound" },
	{ "bound-to-port-0", bound_to_port_zero, S | D, "already_bound" },
	{ "bound-by-send", bound_by_send, D, "already_bound" },
	{ "bound-and-disconnected", bound_and_disconnected, S | D, "already_bound" },
	{ "listener-shut-down", listener_shut_down, S, "already_bound" },
	{ "listening", listening, S, "already_connected" },
	{ "listening-unbound", listening_unbound, S, "already_connected" },
	{ "connected", connected, S | D, "already_connected" },
	{ "bound-and-connected", bound_and_connected, S | D, "already_connected" },
	{ "accepted", accepted, S, "already_connected" },
	{ "connected-and-shut-down", connected_and_shut_down, S | D,
	  "already_connected" },
	{ "after-disconnect", disconnected, S | D, "bound" },
	{ "after-port-0-and-disconnect", port_zero_disconnected, S | D, "bound" },
	{ "after-unbound-listener-shut-down", unbound_listener_shut_down, S, "bound" },
	{ "after-shutdown", shut_down_unconnected, S | D, "bound" },
	{ "after-connect-refused", connect_refused, S, "bound" },
	{ "after-failed-in-use", failed_in_use, S | D, "bound" },
	{ "after-failed-not-local", failed_not_local, S | D, "bound" },
	{ "after-failed-wrong-family", failed_wrong_family, S | D, "bound" },
	{ "after-failed-privileged", failed_privileged, S | D, "bound" },
};

/* To which address, where it does not succeed: all are refused alike. */
static const struct target_address {
	const char *name;
	bool any;
	unsigned int port;
} targets[] = {
	{ "same", false, PORT },
	{ "other-port", false, 4003 },
	{ "port-0", false, 0 },
	{ "any", true, PORT },
};

struct row {
	const struct family *family;
	const struct history *history;
	const struct target_address *to;
};

static void bind_again(const void *data)
{
	const struct row *row = data;
	const struct family *family = row->family;
	int fd = row->history->make(family);
	struct address address =
		ip_address(row->to->any ? family->any : family->one, row->to->port);

	if (row->history->rule[0] == 'b')
		expect_value(0, bind_to(fd, address));
	else
		expect_errno(EINVAL, bind_to(fd, address));
}

static void add_row(const struct row *wanted)
{
	const struct row *row = keep_row(wanted, sizeof(*wanted));

	add_case(.name = name_case("bind.%s.%s[%s,%s]", row->family->name,
				   row->history->rule, row->history->name,
				   row->to->name),
		 .types = row->history->types, .run_row = bind_again, .row = row,
		 .caps = row->history->make == failed_privileged
				 ? SC_CAP(LINUX_CAP_NET_BIND_SERVICE)
				 : 0);
}

CASES(histories)
{
	for (size_t f = 0; f < COUNT(families); f++)
		for (size_t h = 0; h < COUNT(histories); h++) {
			bool all = histories[h].make == bound ||
				   histories[h].make == listening;

			for (size_t t = 0; t < (all ? COUNT(targets) : 1); t++)
				add_row(&(struct row){ &families[f], &histories[h],
						       &targets[t] });
		}
}

/* A second name does not come of a bind(2) that is refused. */
CASE("bind.name.ip[kept,inet]", .types = SC_STREAM | SC_DGRAM)
{
	struct address first = inet("127.0.0.1", PORT);
	int fd = must_socket(AF_INET, sc_type, 0);

	must_bind(fd, first);
	bind_to(fd, inet("127.0.0.2", 4003));
	expect_name(first.bytes, sizeof(struct sockaddr_in), fd);
}

CASE("bind.name.ip[kept,inet6]", .types = SC_STREAM | SC_DGRAM)
{
	struct address first = inet6("::1", PORT);
	int fd = must_socket(AF_INET6, sc_type, 0);

	must_bind(fd, first);
	bind_to(fd, inet6("::", 4003));
	expect_name(first.bytes, sizeof(struct sockaddr_in6), fd);
}

/* connect(2) chooses the address of a socket that is bound to any; connect(AF_UNSPEC)
 * puts back what bind(2) was asked for. */
static void name_after(const struct family *family, bool bound_to_one, bool back)
{
	int fd = open_on(family);
	struct address due =
		ip_address(bound_to_one || !back ? family->one : family->any, PORT);

	open_peer(family);
	must_bind(fd, ip_address(bound_to_one ? family->one : family->any, PORT));
	must_connect(fd, ip_address(family->one, PEER));
	if (back)
		disconnect(fd);
	expect_name(due.bytes, (unsigned int)due.length, fd);
}

static void any_connected(const void *row)
{
	name_after(row, false, false);
}

static void any_disconnected(const void *row)
{
	name_after(row, false, true);
}

static void one_disconnected(const void *row)
{
	name_after(row, true, true);
}

/*
 * The port that the kernel chose is given back, the address that was asked for is not.
 * A stream's name goes on showing the port, though it has it no more: tcp_disconnect()
 * leaves inet_sport as it was, of which nothing is documented.
 */
static void port_zero_name(const void *data)
{
	const struct family *family = data;
	struct address due = ip_address(family->one, 0);
	int fd = port_zero_disconnected(family);

	expect_name(due.bytes, (unsigned int)due.length, fd);
}

CASES(names)
{
	static const struct {
		const char *name;
		void (*run)(const void *row);
		unsigned int types;
	} rows[] = {
		{ "any-connected", any_connected, S | D },
		{ "any-disconnected", any_disconnected, S | D },
		{ "one-disconnected", one_disconnected, S | D },
		{ "port-0-disconnected", port_zero_name, D },
	};

	for (size_t f = 0; f < COUNT(families); f++)
		for (size_t i = 0; i < COUNT(rows); i++)
			add_case(.name = name_case("bind.name.ip[%s,%s]", rows[i].name,
						   families[f].name),
				 .types = rows[i].types, .run_row = rows[i].run,
				 .row = &families[f]);
}

/* What is mapped is an address that was asked for, though it be any of IPv4:
 * __inet6_bind() locks it, and what connect(2) chooses for it stays, too. */
static void mapped_any_name(const void *data)
{
	const char *peer = data;
	int fd = open_on(&families[1]);
	struct address due = inet6(peer ? peer : "::ffff:0.0.0.0", PORT);

	open_peer(&families[0]);
	must_bind(fd, inet6("::ffff:0.0.0.0", PORT));
	if (peer)
		must_connect(fd, inet6(peer, PEER));
	disconnect(fd);
	expect_name(due.bytes, (unsigned int)due.length, fd);
}

CASES(mapped_any_names)
{
	add_case(.name = "bind.name.ip[mapped-any-disconnected,inet6]", .types = S | D,
		 .run_row = mapped_any_name, .row = NULL);
	add_case(.name = "bind.name.ip[mapped-any-connected-and-disconnected,inet6]",
		 .types = S | D, .run_row = mapped_any_name, .row = "::ffff:127.0.0.1");
}

/* A socket whose bind failed has no name. */
static void no_name(const struct family *family, int fd)
{
	struct address none = ip_address(family->any, 0);

	expect_name(none.bytes, (unsigned int)none.length, fd);
}

static void no_name_in_use(const void *row)
{
	no_name(row, failed_in_use(row));
}

static void no_name_not_local(const void *row)
{
	no_name(row, failed_not_local(row));
}

static void no_name_none_left(const void *data)
{
	const struct family *family = data;
	int fd = open_on(family);

	set_port_range(41000, 41000);
	set_reserved_ports(41000, 41000);
	bind_to(fd, ip_address(family->one, 0));
	no_name(family, fd);
}

CASES(no_names)
{
	static const struct {
		const char *name;
		void (*run)(const void *row);
	} rows[] = {
		{ "bind-in-use", no_name_in_use },
		{ "bind-not-local", no_name_not_local },
		{ "bind-none-left", no_name_none_left },
	};

	for (size_t f = 0; f < COUNT(families); f++)
		for (size_t i = 0; i < COUNT(rows); i++)
			add_case(.name = name_case("socket.new.name_%s[%s]",
						   families[f].name, rows[i].name),
				 .types = S | D, .run_row = rows[i].run,
				 .row = &families[f]);
}

/* When a port is free again. */
static void free_after_close(const void *data)
{
	const struct family *family = data;
	int fd = bound(family);

	must_close(fd);
	expect_value(0, bind_to(open_on(family), ip_address(family->one, PORT)));
}

static void free_after_listener_closed(const void *data)
{
	const struct family *family = data;
	int fd = listening(family);

	must_close(fd);
	expect_value(0, bind_to(open_on(family), ip_address(family->one, PORT)));
}

/* What a bind that was refused had asked for stays free. */
static void free_after_refusal(const void *data)
{
	const struct family *family = data;
	int fd = bound(family);

	bind_to(fd, ip_address(family->one, 4003));
	expect_value(0, bind_to(open_on(family), ip_address(family->one, 4003)));
}

/* A connection that was reset leaves no TIME_WAIT. */
static void free_after_reset(const void *data)
{
	const struct family *family = data;
	const struct linger none = { .l_onoff = 1, .l_linger = 0 };
	int listener = open_peer(family), fd = bound(family);

	must_connect(fd, ip_address(family->one, PEER));
	must_accept(listener);
	sc_must(SC_LINE, t_setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none)),
		"SO_LINGER");
	must_close(fd);
	expect_value(0, bind_to(open_on(family), ip_address(family->one, PORT)));
}

/* The listener is closed, but a connection that it accepted still has its port. */
static void kept_by_accepted(const void *data)
{
	const struct family *family = data;
	int listener = open_peer(family), fd = open_on(family);

	must_connect(fd, ip_address(family->one, PEER));
	must_accept(listener);
	must_close(listener);
	expect_errno(EADDRINUSE,
		     bind_to(open_on(family), ip_address(family->one, PEER)));
}

CASES(frees)
{
	static const struct {
		const char *rule, *name;
		void (*run)(const void *row);
		unsigned int types;
	} rows[] = {
		{ "bound", "free-after-close", free_after_close, S | D },
		{ "bound", "free-after-listener-closed", free_after_listener_closed,
		  S },
		{ "bound", "free-after-refusal", free_after_refusal, S | D },
		{ "bound", "free-after-reset", free_after_reset, S },
		{ "port_in_use", "kept-by-accepted", kept_by_accepted, S },
	};

	for (size_t f = 0; f < COUNT(families); f++)
		for (size_t i = 0; i < COUNT(rows); i++)
			add_case(.name = name_case("bind.%s.%s[%s]", families[f].name,
						   rows[i].rule, rows[i].name),
				 .types = rows[i].types, .run_row = rows[i].run,
				 .row = &families[f]);
}

/* A bind(2) that is refused puts IPV6_V6ONLY back, which it sets for one address. */
static const struct put_back {
	const char *name;
	const char *address;
	bool taken; /* by another socket; else there is no such address here */
	int ipv6only;
} put_backs[] = {
	{ "in-use,clear", "::1", true, 0 },
	{ "in-use,set", "::1", true, 1 },
	{ "not-local,clear", "2001:db8::1", false, 0 },
	{ "not-local,set", "2001:db8::1", false, 1 },
	{ "any-in-use,clear", "::", true, 0 },
	{ "any-in-use,set", "::", true, 1 },
};

static void option_put_back(const void *data)
{
	const struct put_back *row = data;
	struct address address = inet6(row->address, PORT);
	int fd = must_socket(AF_INET6, sc_type, 0);

	must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, row->ipv6only);
	if (row->taken)
		must_bind(must_socket(AF_INET6, sc_type, 0), address);
	bind_to(fd, address);
	expect_option(row->ipv6only, fd, IPPROTO_IPV6, IPV6_V6ONLY);
}

CASES(put_backs)
{
	for (size_t i = 0; i < COUNT(put_backs); i++)
		add_case(.name = name_case("bind.option.ipv6only[put-back,%s]",
					   put_backs[i].name),
			 .types = S | D, .run_row = option_put_back,
			 .row = &put_backs[i]);
}
