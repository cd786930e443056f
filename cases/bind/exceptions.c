/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * exceptions.c - ports that others have, and sockets for which that counts less (under
 * TCP_REPAIR) or more (with a SO_REUSEPORT group of their own); and sockets bound to
 * devices amid so many that the kernel looks for them by address.
 */
#include <stdio.h>
#include <string.h>

#include "group.h"

#define PORT 4003
#define PEER 4004

static const struct family {
	const char *name;
	int domain;
	const char *one;
	const char *any;
} families[] = {
	{ "inet", AF_INET, "127.0.0.1", "0.0.0.0" },
	{ "inet6", AF_INET6, "::1", "::" },
};

enum owner { BOUND, BOUND_ANY, LISTENING, CONNECTED, TIME_WAIT };

static const struct owned {
	const char *name;
	enum owner owner;
} owners[] = {
	{ "bound", BOUND },	    { "bound-any", BOUND_ANY },
	{ "listening", LISTENING }, { "connected", CONNECTED },
	{ "time-wait", TIME_WAIT },
};

struct repair_row {
	const struct family *family;
	enum owner owner;
	bool ended; /* TCP_REPAIR is off again */
};

static int listening_at(const struct family *family, unsigned int port)
{
	int fd = must_socket(family->domain, SOCK_STREAM, 0);

	must_bind(fd, ip_address(family->one, port));
	must_listen(fd);
	return fd;
}

static void take_port(const struct family *family, enum owner owner)
{
	int fd, listener;

	if (owner == LISTENING) {
		listening_at(family, PORT);
		return;
	}
	listener = owner == BOUND || owner == BOUND_ANY ? -1
							: listening_at(family, PEER);
	fd = must_socket(family->domain, SOCK_STREAM, 0);
	must_bind(fd, ip_address(owner == BOUND_ANY ? family->any : family->one, PORT));
	if (listener < 0)
		return;
	must_connect(fd, ip_address(family->one, PEER));
	if (owner == TIME_WAIT)
		leave_in_time_wait(fd, must_accept(listener));
}

static void bind_in_repair(const void *data)
{
	const struct repair_row *row = data;
	int fd;

	take_port(row->family, row->owner);
	fd = must_socket(row->family->domain, SOCK_STREAM, 0);
	must_option(fd, IPPROTO_TCP, LINUX_TCP_REPAIR, 1);
	if (row->ended)
		must_option(fd, IPPROTO_TCP, LINUX_TCP_REPAIR, 0);
	if (row->ended)
		expect_errno(EADDRINUSE,
			     bind_to(fd, ip_address(row->family->one, PORT)));
	else
		expect_value(0, bind_to(fd, ip_address(row->family->one, PORT)));
}

static void add_repair(const struct family *family, const struct owned *owned,
		       bool ended)
{
	const char *rule = owned->owner == TIME_WAIT ? "time_wait_in_the_way"
						     : "port_in_use";
	struct repair_row row = { family, owned->owner, ended };

	add_case(.name = name_case("bind.%s.%s[%s%s]", family->name,
				   ended ? rule : "taken_in_repair", owned->name,
				   ended ? ",repair-off" : ""),
		 .run_row = bind_in_repair, .row = keep_row(&row, sizeof(row)),
		 .caps = SC_CAP(LINUX_CAP_NET_ADMIN),
		 .has = { FEATURE_FAMILY(family->domain) }, .since = LINUX(3, 5));
}

CASES(repair)
{
	for (size_t f = 0; f < COUNT(families); f++)
		for (size_t i = 0; i < COUNT(owners); i++) {
			add_repair(&families[f], &owners[i], false);
			add_repair(&families[f], &owners[i], true);
		}
}

enum group { MEMBER, FIRST, OTHER_ADDRESS, SHARES_ADDRESS };

static const struct grouped {
	const char *rule; /* behind the family's name */
	const char *name;
	enum group group;
} groups[] = {
	{ "other_group_in_the_way", "own-group", MEMBER },
	{ "bound", "own-group-first", FIRST },
	{ "bound", "own-group-alone", OTHER_ADDRESS },
	{ "shared_by_reuseaddr", "own-group", SHARES_ADDRESS },
};

struct group_row {
	const struct family *family;
	const struct grouped *grouped;
	int type;
};

static int in_group(const struct group_row *row)
{
	int fd = must_socket(row->family->domain, row->type, 0);

	must_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (row->grouped->group == SHARES_ADDRESS)
		must_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	return fd;
}

static void bind_with_own_group(const void *data)
{
	const struct group_row *row = data;
	struct address address = ip_address(row->family->one, PORT);
	int fd;

	if (row->grouped->group == OTHER_ADDRESS)
		must_bind(in_group(row), ip_address(row->family->one, PEER));
	else if (row->grouped->group != FIRST)
		must_bind(in_group(row), address);
	fd = in_group(row);
	must_attach_program(fd);
	if (row->grouped->group == MEMBER)
		expect_errno(EADDRINUSE, bind_to(fd, address));
	else
		expect_value(0, bind_to(fd, address));
}

CASES(groups)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM };

	for (size_t f = 0; f < COUNT(families); f++)
		for (size_t g = 0; g < COUNT(groups); g++)
			for (size_t t = 0; t < COUNT(types); t++) {
				struct group_row row = { &families[f], &groups[g],
							 types[t] };
				bool stream = types[t] == SOCK_STREAM;

				add_case(.name = name_case(
						 "bind.%s.%s[%s,%s]", families[f].name,
						 groups[g].rule, groups[g].name,
						 stream ? "stream" : "dgram"),
					 .run_row = bind_with_own_group,
					 .row = keep_row(&row, sizeof(row)),
					 .has = { FEATURE_FAMILY(families[f].domain) },
					 .since = LINUX(4, 6));
			}
}

/*
 * The one that was bound last counts, where it allows sharing: what stands behind it,
 * with SO_REUSEADDR alone, is not asked.
 */
CASE("bind.inet.shared_by_reuseport[behind-reuseaddr]", .types = SC_STREAM | SC_DGRAM)
{
	static const struct {
		bool address, port;
	} shares[] = { { true, false }, { true, true }, { false, true } };
	int fds[COUNT(shares)];

	for (size_t i = 0; i < COUNT(shares); i++) {
		fds[i] = must_socket(AF_INET, sc_type, 0);
		must_option(fds[i], SOL_SOCKET, SO_REUSEADDR, shares[i].address);
		must_option(fds[i], SOL_SOCKET, SO_REUSEPORT, shares[i].port);
	}
	must_bind(fds[0], inet("127.0.0.1", PORT));
	must_bind(fds[1], inet("127.0.0.1", PORT));
	expect_value(0, bind_to(fds[2], inet("127.0.0.1", PORT)));
}

/*
 * Twelve sockets on one port, so that udp_lib_lport_inuse2() looks for them by address,
 * each of them and the last one bound to a device or to none.
 */
static const struct crowd_row {
	const char *name;
	const char *rule;
	const char *crowd;  /* device of the crowd, or NULL */
	const char *device; /* and of the last one */
} crowds[] = {
	{ "same-device", "port_in_use", "lo", "lo" },
	{ "device-and-none", "port_in_use", "lo", NULL },
	{ "none-and-device", "port_in_use", NULL, "lo" },
	{ "other-device", "bound", "lo", "other" },
};

static void bind_in_crowd(const void *data)
{
	const struct crowd_row *row = data;
	char text[sizeof("127.0.1.-2147483648")];
	int fd;

	if (row->device && !strcmp(row->device, "other"))
		add_interface("other");
	for (int i = 1; i <= 12; i++) {
		snprintf(text, sizeof(text), "127.0.1.%d", i);
		fd = must_socket(AF_INET, SOCK_DGRAM, 0);
		if (row->crowd)
			must_device(fd, row->crowd);
		must_bind(fd, inet(text, PORT));
	}
	fd = must_socket(AF_INET, SOCK_DGRAM, 0);
	if (row->device)
		must_device(fd, row->device);
	if (!strcmp(row->rule, "bound"))
		expect_value(0, bind_to(fd, inet("127.0.1.5", PORT)));
	else
		expect_errno(EADDRINUSE, bind_to(fd, inet("127.0.1.5", PORT)));
}

CASES(crowds_of_devices)
{
	for (size_t i = 0; i < COUNT(crowds); i++) {
		const char *device = crowds[i].device;
		bool second = device && !strcmp(device, "other");

		add_case(.name = name_case("bind.inet.%s[crowd,%s]", crowds[i].rule,
					   crowds[i].name),
			 .run_row = bind_in_crowd, .row = &crowds[i],
			 .needs = second ? NEEDS_INTERFACE : 0);
	}
}
