/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ports_third.c - a third TCP socket at a port, or a fourth.  Where those that have it
 * did not conflict, the kernel remembers of the port in short what the last of them
 * allows (inet_csk_update_fastreuse()): whoever it lets in by that must be one that a
 * look at each socket would let in too, and whoever it does not is looked at.
 */
#include <string.h>

#include "group.h"

#define PORT  4001
#define STEPS 4

enum option {
	NONE,
	ADDR = 1,
	SHARED = 2,
	BOTH = 3,
	USER = 4,
	GROUP = 8,
	ONLY = 16,
	GONE = 32
};

/* USER: the socket is another user's; GROUP: it has a program for a group; ONLY:
 * IPV6_V6ONLY; GONE: it is closed before one binds that is not. */
struct step {
	const char *address;
	int options;
	const char *device; /* or NULL */
};

static const struct past {
	const char *rule, *name;  /* of the last step, which the others come before */
	struct step steps[STEPS]; /* three of them, or four */
	unsigned int needs;
} pasts[] = {
	{ "inet.other_user_in_the_way",
	  "remembered-user",
	  { { "127.0.0.2", NONE, NULL },
	    { "127.0.0.1", SHARED | USER, NULL },
	    { "127.0.0.1", SHARED, NULL } },
	  NEEDS_IDS },
	{ "inet6.other_user_in_the_way",
	  "remembered-user",
	  { { "fd00::2", NONE, NULL },
	    { "::1", SHARED | USER, NULL },
	    { "::1", SHARED, NULL } },
	  NEEDS_IDS | NEEDS_INTERFACE },
	{ "inet6.port_in_use",
	  "remembered-address",
	  { { "fd00::2", NONE, NULL },
	    { "::1", SHARED, NULL },
	    { "fd00::2", SHARED, NULL } },
	  NEEDS_INTERFACE },
	{ "inet6.shared_by_reuseport",
	  "remembered-address",
	  { { "fd00::2", NONE, NULL },
	    { "::1", SHARED, NULL },
	    { "::1", SHARED, NULL } },
	  NEEDS_INTERFACE },
	{ "inet.shared_by_reuseport",
	  "remembered-any",
	  { { "127.0.0.2", NONE, "other" },
	    { "0.0.0.0", SHARED, "lo" },
	    { "127.0.0.1", SHARED, "lo" } },
	  NEEDS_INTERFACE },
	/* Nothing is remembered of who has left. */
	{ "inet.other_user_in_the_way",
	  "gone-user",
	  { { "127.0.0.2", GONE, NULL },
	    { "127.0.0.1", SHARED | GONE, NULL },
	    { "127.0.0.1", SHARED | USER, NULL },
	    { "127.0.0.1", SHARED, NULL } },
	  NEEDS_IDS },
	/* One address is remembered, not any, though the one that binds names any. */
	{ "inet.port_in_use",
	  "remembered-mapped",
	  { { "127.0.0.2", NONE, NULL },
	    { "::ffff:127.0.0.1", SHARED, NULL },
	    { "0.0.0.0", SHARED, NULL } },
	  0 },
	/* Nothing of the first socket is remembered when a later one is. */
	{ "inet6.other_user_in_the_way",
	  "remembered-last",
	  { { "fd00::2", SHARED | USER, NULL },
	    { "127.0.0.2", NONE, NULL },
	    { "::1", SHARED, NULL },
	    { "fd00::2", SHARED, NULL } },
	  NEEDS_IDS | NEEDS_INTERFACE },
	{ "inet.port_in_use",
	  "remembered-last,any",
	  { { "127.0.0.1", SHARED, NULL },
	    { "127.0.0.2", NONE, NULL },
	    { "::", SHARED | ONLY, NULL },
	    { "127.0.0.2", SHARED, NULL } },
	  0 },
	{ "inet.shared_by_reuseport",
	  "forgotten,any",
	  { { "0.0.0.0", SHARED, "lo" },
	    { "127.0.0.2", NONE, "other" },
	    { "127.0.0.1", SHARED, "lo" } },
	  NEEDS_INTERFACE },
	{ "inet.shared_by_reuseport",
	  "forgotten",
	  { { "127.0.0.1", SHARED, NULL },
	    { "127.0.0.2", NONE, NULL },
	    { "127.0.0.1", SHARED, NULL } },
	  0 },
	{ "inet.port_in_use",
	  "forgotten",
	  { { "127.0.0.1", SHARED, NULL },
	    { "127.0.0.2", NONE, NULL },
	    { "127.0.0.2", SHARED, NULL } },
	  0 },
	{ "inet.shared_by_reuseport",
	  "both-options",
	  { { "127.0.0.1", BOTH, NULL },
	    { "127.0.0.2", NONE, NULL },
	    { "127.0.0.1", BOTH, NULL } },
	  0 },
	{ "inet.shared_by_reuseaddr",
	  "both-options,other-user",
	  { { "127.0.0.1", BOTH | USER, NULL },
	    { "127.0.0.2", NONE, NULL },
	    { "127.0.0.1", BOTH, NULL } },
	  NEEDS_IDS },
	{ "inet.shared_by_reuseaddr",
	  "any",
	  { { "0.0.0.0", ADDR, "lo" },
	    { "127.0.0.2", NONE, "other" },
	    { "127.0.0.1", ADDR, "lo" } },
	  NEEDS_INTERFACE },
	{ "inet.port_in_use",
	  "reuseaddr-after-none",
	  { { "127.0.0.1", NONE, NULL },
	    { "127.0.0.2", ADDR, NULL },
	    { "127.0.0.1", ADDR, NULL } },
	  0 },
	{ "inet.other_group_in_the_way",
	  "any,own-group",
	  { { "127.0.0.2", SHARED, NULL },
	    { "0.0.0.0", SHARED, NULL },
	    { "127.0.0.1", SHARED | GROUP, NULL } },
	  0 },
	{ "inet.shared_by_reuseaddr",
	  "both-options,own-group",
	  { { "127.0.0.1", BOTH, NULL },
	    { "127.0.0.2", NONE, NULL },
	    { "127.0.0.1", BOTH | GROUP, NULL } },
	  0 },
};

static int open_step(const struct step *step)
{
	bool inet6 = strchr(step->address, ':');
	int fd;

	if (step->options & USER)
		set_filesystem_user(1000);
	fd = must_socket(inet6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
	if (step->options & USER)
		set_filesystem_user(0);
	if (step->options & ADDR)
		must_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (step->options & SHARED)
		must_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (step->options & GROUP)
		must_attach_program(fd);
	if (step->options & ONLY)
		must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (step->device)
		must_device(fd, step->device);
	return fd;
}

static void binds_last(const void *data)
{
	const struct past *past = data;
	const struct step *last = &past->steps[past->steps[3].address ? 3 : 2];
	size_t gone = 0;
	int fd, fds[STEPS];

	if (past->needs & NEEDS_INTERFACE) {
		add_interface("other");
		set_interface_up("other", true);
		if (!strncmp(past->rule, "inet6", 5))
			add_local_address("lo", "fd00::2", 128);
	}
	for (const struct step *step = past->steps; step < last; step++) {
		while (gone && !(step->options & GONE))
			must_close(fds[--gone]);
		fds[gone] = open_step(step);
		must_bind(fds[gone], ip_address(step->address, PORT));
		gone += !!(step->options & GONE);
	}
	fd = open_step(last);
	if (strstr(past->rule, "shared_by"))
		expect_value(0, bind_to(fd, ip_address(last->address, PORT)));
	else
		expect_errno(EADDRINUSE, bind_to(fd, ip_address(last->address, PORT)));
}

CASES(pasts)
{
	for (size_t i = 0; i < COUNT(pasts); i++)
		add_case(.name = name_case("bind.%s[%s,%s]", pasts[i].rule,
					   pasts[i].steps[3].address ? "fourth"
								     : "third",
					   pasts[i].name),
			 .run_row = binds_last, .row = &pasts[i],
			 .needs = pasts[i].needs,
			 .caps = pasts[i].needs & NEEDS_INTERFACE
					 ? SC_CAP(LINUX_CAP_NET_ADMIN)
					 : 0);
}

/*
 * An option that is taken back once its socket is bound: TCP remembers of a port what
 * all who have taken it allowed then (socket(7): "this option was set both in the
 * previous program that performed a bind(2) to the port and in the program that wants
 * to reuse the port"), as far as a kernel remembers it; UDP looks what they allow now.
 */
static const struct taken_back {
	const char *name;
	int option;
	const char *second; /* has the option, too, and keeps it; or NULL */
	const char *last;
	bool listens, other_user;
	bool old; /* world_ip.c: no longer since Linux 6.8 */
	char due; /* of TCP: A, P: shared, by which option; x: in use */
} backs[] = {
	{ "alone", ADDR, NULL, "127.0.0.1", false, false, true, 'A' },
	{ "second", ADDR, "127.0.0.2", "127.0.0.1", false, false, true, 'A' },
	{ "any", ADDR, "127.0.0.2", "0.0.0.0", false, false, true, 'A' },
	{ "listens", ADDR, NULL, "127.0.0.1", true, false, false, 'x' },
	{ "alone", SHARED, NULL, "127.0.0.1", false, false, false, 'P' },
	{ "second", SHARED, "127.0.0.2", "127.0.0.1", false, false, true, 'P' },
	{ "any", SHARED, "127.0.0.2", "0.0.0.0", false, false, true, 'P' },
	{ "listens", SHARED, NULL, "127.0.0.1", true, false, false, 'P' },
	{ "other-user", SHARED, NULL, "127.0.0.1", false, true, false, 'x' },
};

static int open_with(int type, int option)
{
	int fd = must_socket(AF_INET, type, 0);

	must_option(fd, SOL_SOCKET, option == ADDR ? SO_REUSEADDR : SO_REUSEPORT, 1);
	return fd;
}

static void binds_after(const struct taken_back *row, int type)
{
	int fd = open_with(type, row->option);

	must_bind(fd, inet("127.0.0.1", PORT));
	if (row->second)
		must_bind(open_with(type, row->option), inet(row->second, PORT));
	if (row->listens && type == SOCK_STREAM)
		must_listen(fd);
	must_option(fd, SOL_SOCKET, row->option == ADDR ? SO_REUSEADDR : SO_REUSEPORT,
		    0);
	if (row->other_user)
		set_filesystem_user(1000);
	fd = open_with(type, row->option);
	if (type == SOCK_STREAM && row->due != 'x')
		expect_value(0, bind_to(fd, inet(row->last, PORT)));
	else
		expect_errno(EADDRINUSE, bind_to(fd, inet(row->last, PORT)));
}

static void tcp_binds_after(const void *row)
{
	binds_after(row, SOCK_STREAM);
}

static void udp_binds_after(const void *row)
{
	binds_after(row, SOCK_DGRAM);
}

CASES(taken_back)
{
	for (size_t i = 0; i < COUNT(backs); i++) {
		const char *option = backs[i].option == ADDR ? "reuseaddr"
							     : "reuseport";
		const char *rule = backs[i].due == 'A'	 ? "shared_by_reuseaddr"
				   : backs[i].due == 'P' ? "shared_by_reuseport"
							 : "port_in_use";

		add_case(.name = name_case("bind.inet.%s[tcp,%s-taken-back,%s]", rule,
					   option, backs[i].name),
			 .run_row = tcp_binds_after, .row = &backs[i],
			 .needs = backs[i].other_user ? NEEDS_IDS : 0,
			 .until = backs[i].old ? LINUX(6, 8) : 0);
		if (!backs[i].second && !backs[i].listens)
			add_case(.name = name_case("bind.inet.port_in_use"
						   "[udp,%s-taken-back,%s]",
						   option, backs[i].name),
				 .run_row = udp_binds_after, .row = &backs[i],
				 .needs = backs[i].other_user ? NEEDS_IDS : 0);
	}
}

/* Of the last that has taken the port, any address is remembered where it had any. */
static void binds_beside_any(const void *data)
{
	const char *const *addresses = data;
	int other, any, last;

	add_interface("other");
	set_interface_up("other", true);
	other = must_socket(AF_INET, SOCK_STREAM, 0);
	must_device(other, "other");
	must_bind(other, inet("127.0.0.2", PORT));
	any = must_socket(strchr(addresses[0], ':') ? AF_INET6 : AF_INET, SOCK_STREAM,
			  0);
	must_device(any, "lo");
	must_option(any, SOL_SOCKET, SO_REUSEPORT, 1);
	must_bind(any, ip_address(addresses[0], PORT));
	must_option(any, SOL_SOCKET, SO_REUSEPORT, 0);
	last = must_socket(AF_INET, SOCK_STREAM, 0);
	must_device(last, "lo");
	must_option(last, SOL_SOCKET, SO_REUSEPORT, 1);
	expect_value(0, bind_to(last, inet(addresses[1], PORT)));
}

CASES(beside_any)
{
	static const char *const addresses[][2] = {
		{ "0.0.0.0", "127.0.0.1" },
		{ "::", "127.0.0.1" },
		{ "::ffff:0.0.0.0", "127.0.0.1" },
	};

	for (size_t i = 0; i < COUNT(addresses); i++)
		add_case(.name = name_case("bind.inet.shared_by_reuseport"
					   "[tcp,reuseport-taken-back,beside,%s]",
					   addresses[i][0]),
			 .run_row = binds_beside_any, .row = addresses[i],
			 .needs = NEEDS_INTERFACE, .has = { FEATURE_FAMILY(AF_INET6) },
			 .caps = SC_CAP(LINUX_CAP_NET_ADMIN));
}

/* What is remembered is for who binds: who listens is looked at. */
CASE("bind.inet.shared_by_reuseaddr[tcp,reuseaddr-taken-back,listens-then]")
{
	int first = open_with(SOCK_STREAM, ADDR), second = open_with(SOCK_STREAM, ADDR);
	long came;

	must_bind(first, inet("127.0.0.1", PORT));
	expect_value(0, bind_to(second, inet("127.0.0.1", PORT)));
	must_option(first, SOL_SOCKET, SO_REUSEADDR, 0);
	came = t_listen(second, 8);
	expect_that(target_waits_not() || came == -EADDRINUSE, "listen(2) gives %ld",
		    came);
}

/* Each VRF has ports of its own: a socket of none, and one of another, do not see them.
 */
#define RED  2
#define BLUE 3

static const struct vrf {
	const char *rule, *name;
	const char *first, *second; /* devices, or NULL */
} vrfs[] = {
	{ "bound", "none-then-red", NULL, "red" },
	{ "bound", "red-then-none", "red", NULL },
	{ "bound", "red-then-blue", "red", "blue" },
	{ "bound", "none-then-slave", NULL, "port" },
	{ "port_in_use", "red-twice", "red", "red" },
	{ "port_in_use", "slave-twice", "port", "port" },
};

struct vrf_row {
	const struct vrf *vrf;
	int domain;
	bool any_port;
};

static int open_in(int domain, const char *device)
{
	int fd = must_socket(domain, SOCK_STREAM, 0);

	if (device)
		must_device(fd, device);
	return fd;
}

static void binds_in_vrf(const void *data)
{
	const struct vrf_row *row = data;
	const char *any = row->domain == AF_INET ? "0.0.0.0" : "::";
	int fd;

	must(add_vrf("red", 10) == RED, "the VRF is not the second interface");
	must(add_vrf("blue", 11) == BLUE, "the VRF is not the third interface");
	add_interface("port");
	move_to_vrf("port", RED);
	if (row->any_port)
		set_port_range(PORT, PORT);
	must_bind(open_in(row->domain, row->vrf->first), ip_address(any, PORT));
	fd = open_in(row->domain, row->vrf->second);
	if (!strcmp(row->vrf->rule, "bound"))
		expect_value(0, bind_to(fd, ip_address(any, row->any_port ? 0 : PORT)));
	else
		expect_errno(EADDRINUSE,
			     bind_to(fd, ip_address(any, row->any_port ? 0 : PORT)));
}

static void add_vrf_case(const struct vrf *vrf, int domain, bool any_port)
{
	struct vrf_row row = { vrf, domain, any_port };
	const char *rule = vrf->rule;

	if (any_port)
		rule = !strcmp(rule, "bound") ? "bound_to_any_port" : "no_port_left";
	add_case(.name = name_case("bind.%s.%s[vrf,%s]",
				   domain == AF_INET ? "inet" : "inet6", rule,
				   vrf->name),
		 .run_row = binds_in_vrf, .row = keep_row(&row, sizeof(row)),
		 .has = { FEATURE_FAMILY(domain) },
		 .needs = NEEDS_INTERFACE | NEEDS_VRF,
		 .caps = SC_CAP(LINUX_CAP_NET_ADMIN), .since = LINUX(5, 0));
}

CASES(vrfs)
{
	for (size_t i = 0; i < COUNT(vrfs); i++)
		for (int any_port = 0; any_port < 2; any_port++) {
			add_vrf_case(&vrfs[i], AF_INET, any_port);
			add_vrf_case(&vrfs[i], AF_INET6, any_port);
		}
}
