/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ports.c - the port of bind(2): privileged ones, and those that the kernel chooses.
 */

#include "group.h"

/* The sockets that have ports: each with an address that it can always bind to. */
static const struct protocol {
	const char *name; /* of the family, as rules spell it, and of the protocol */
	const char *family;
	int domain, type, protocol;
	const char *address;
	int feature;
} protocols[] = {
	{ "tcp", "inet", AF_INET, SOCK_STREAM, 0, "127.0.0.1", 0 },
	{ "udp", "inet", AF_INET, SOCK_DGRAM, 0, "127.0.0.1", 0 },
	{ "udplite", "inet", AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE, "127.0.0.1",
	  FEATURE_UDPLITE },
	{ "mptcp", "inet", AF_INET, SOCK_STREAM, LINUX_IPPROTO_MPTCP, "127.0.0.1",
	  FEATURE_MPTCP },
	{ "tcp", "inet6", AF_INET6, SOCK_STREAM, 0, "::1", 0 },
	{ "udp", "inet6", AF_INET6, SOCK_DGRAM, 0, "::1", 0 },
	{ "udplite", "inet6", AF_INET6, SOCK_DGRAM, IPPROTO_UDPLITE, "::1",
	  FEATURE_UDPLITE6 },
	{ "mptcp", "inet6", AF_INET6, SOCK_STREAM, LINUX_IPPROTO_MPTCP, "::1",
	  FEATURE_MPTCP6 },
};

static int open_protocol(const struct protocol *protocol)
{
	return must_socket(protocol->domain, protocol->type, protocol->protocol);
}

static struct address at_port(const struct protocol *protocol, unsigned int port)
{
	return ip_address(protocol->address, port);
}

/* A row of a table, for one protocol. */
struct port_row {
	const struct protocol *protocol;
	const char *name;
	unsigned int start; /* ip_unprivileged_port_start, or UNCHANGED */
	unsigned int port;
	bool capable;
	bool refused;
};

#define UNCHANGED 65536

static const struct port_row privileges[] = {
	{ NULL, "1", UNCHANGED, 1, false, true },
	{ NULL, "80", UNCHANGED, 80, false, true },
	{ NULL, "1023", UNCHANGED, 1023, false, true },
	{ NULL, "edge,1024", UNCHANGED, 1024, false, false },
	{ NULL, "65535", UNCHANGED, 65535, false, false },
	{ NULL, "capable,1", UNCHANGED, 1, true, false },
	{ NULL, "capable,1023", UNCHANGED, 1023, true, false },
	{ NULL, "start-0,1", 0, 1, false, false },
	{ NULL, "start-0,1023", 0, 1023, false, false },
	{ NULL, "start-80,79", 80, 79, false, true },
	{ NULL, "start-80,80", 80, 80, false, false },
	{ NULL, "start-2000,1999", 2000, 1999, false, true },
	{ NULL, "start-2000,2000", 2000, 2000, false, false },
	{ NULL, "start-2000,capable,1999", 2000, 1999, true, false },
};

static void bind_privileged(const void *data)
{
	const struct port_row *row = data;
	int fd = open_protocol(row->protocol);

	if (row->start != UNCHANGED)
		set_unprivileged_port_start(row->start);
	if (!row->capable)
		drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	if (row->refused)
		expect_errno(EACCES, bind_to(fd, at_port(row->protocol, row->port)));
	else
		expect_value(0, bind_to(fd, at_port(row->protocol, row->port)));
}

static void add_privilege(const struct port_row *row, const struct protocol *on)
{
	struct port_row copy = *row;

	copy.protocol = on;
	add_case(.name = name_case("bind.%s.%s[%sport-%s,%s]", on->family,
				   row->refused ? "port_privileged" : "bound",
				   row->refused ? "" : "privilege,", row->name,
				   on->name),
		 .run_row = bind_privileged, .row = keep_row(&copy, sizeof(copy)),
		 .has = { on->feature }, .caps = SC_CAP(LINUX_CAP_NET_BIND_SERVICE));
}

CASES(privileges)
{
	for (size_t p = 0; p < COUNT(protocols); p++)
		for (size_t i = 0; i < COUNT(privileges); i++) {
			unsigned int port = privileges[i].port;

			/* The rarer protocols share the code: the edge is enough. */
			if (!protocols[p].feature || port == 1023 || port == 1024)
				add_privilege(&privileges[i], &protocols[p]);
		}
}

/* The capability counts over the network namespace, not in one's own user namespace. */
static void bind_in_user_namespace(const void *data)
{
	const struct protocol *protocol = data;
	int fd = open_protocol(protocol);

	enter_user_namespace();
	expect_errno(EACCES, bind_to(fd, at_port(protocol, 80)));
}

static void bind_port_zero_unprivileged(const void *data)
{
	const struct protocol *protocol = data;
	int fd = open_protocol(protocol);

	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	/* As far up as the range of ephemeral ports lets it. */
	set_unprivileged_port_start(32768);
	expect_value(0, bind_to(fd, at_port(protocol, 0)));
}

static void chosen_in_range(const void *data)
{
	const struct protocol *protocol = data;
	int fd = open_protocol(protocol);
	struct address name;

	set_port_range(41000, 41015);
	must_bind(fd, at_port(protocol, 0));
	expect_chosen_name(&name, fd);
	expect_that(port_of(&name) >= 41000 && port_of(&name) <= 41015,
		    "it is another port");
}

static void chosen_from_default_range(const void *data)
{
	const struct protocol *protocol = data;
	int fd = open_protocol(protocol);
	struct address name;

	must_bind(fd, at_port(protocol, 0));
	expect_chosen_name(&name, fd);
	/* ip(7), Documentation/networking/ip-sysctl.rst: 32768 to 60999. */
	expect_that(port_of(&name) >= 32768 && port_of(&name) <= 60999,
		    "it is another port");
}

/* The one port of four that is neither reserved nor in use. */
static void chosen_not_reserved_not_taken(const void *data)
{
	const struct protocol *protocol = data;
	int fd = open_protocol(protocol), taken = open_protocol(protocol);
	struct address name;

	set_port_range(41000, 41003);
	set_reserved_ports(41001, 41002);
	must_bind(taken, at_port(protocol, 41003));
	must_bind(fd, at_port(protocol, 0));
	expect_chosen_name(&name, fd);
	expect_that(port_of(&name) == 41000, "it is another port");
}

static void range_all_reserved(const void *data)
{
	const struct protocol *protocol = data;
	int fd = open_protocol(protocol);

	set_port_range(41000, 41003);
	set_reserved_ports(40999, 41003);
	expect_errno(EADDRINUSE, bind_to(fd, at_port(protocol, 0)));
}

/* Reserved ports may be asked for by number. */
static void reserved_by_number(const void *data)
{
	const struct protocol *protocol = data;
	int fd = open_protocol(protocol);

	set_reserved_ports(41000, 41003);
	expect_value(0, bind_to(fd, at_port(protocol, 41001)));
}

/* Whatever order the kernel tries them in, four sockets get the four ports there are,
 * and a fifth gets none. */
static void none_left(const void *data)
{
	const struct protocol *protocol = data;
	bool seen[4] = { false };
	struct address name;
	int fd;

	set_port_range(41000, 41003);
	for (size_t i = 0; i < COUNT(seen); i++) {
		socklen_t addrlen = RESULT_BYTES_MAX;

		fd = open_protocol(protocol);
		must_bind(fd, at_port(protocol, 0));
		t_getsockname(fd, name.bytes, &addrlen);
		expect_that(port_of(&name) - 41000 < 4, "it is another port");
		expect_that(!seen[port_of(&name) - 41000], "port %u is taken twice",
			    port_of(&name));
		seen[port_of(&name) - 41000] = true;
	}
	fd = open_protocol(protocol);
	expect_errno(EADDRINUSE, bind_to(fd, at_port(protocol, 0)));
}

static const struct each {
	const char *rule, *variant;
	void (*run)(const void *row);
	unsigned int needs;
} each_protocol[] = {
	{ "port_privileged", "user-namespace", bind_in_user_namespace,
	  NEEDS_NESTED_NAMESPACE },
	{ "bound_to_any_port", "unprivileged", bind_port_zero_unprivileged, 0 },
	{ NULL, "range", chosen_in_range, 0 },
	{ NULL, "default-range", chosen_from_default_range, 0 },
	{ NULL, "not-reserved-not-taken", chosen_not_reserved_not_taken, 0 },
	{ "no_port_left", "reserved", range_all_reserved, 0 },
	{ "bound", "reserved-by-number", reserved_by_number, 0 },
	{ "no_port_left", "taken", none_left, 0 },
};

CASES(each_protocol)
{
	for (size_t p = 0; p < COUNT(protocols); p++)
		for (size_t i = 0; i < COUNT(each_protocol); i++) {
			const struct each *it = &each_protocol[i];
			const struct protocol *on = &protocols[p];

			add_case(.name = it->rule ? name_case("bind.%s.%s[%s,%s]",
							      on->family, it->rule,
							      it->variant, on->name)
						  : name_case("bind.name.ephemeral_port"
							      "[%s,%s,%s]",
							      it->variant, on->family,
							      on->name),
				 .run_row = it->run, .row = on, .needs = it->needs,
				 .has = { on->feature },
				 .caps = SC_CAP(LINUX_CAP_NET_BIND_SERVICE));
		}
}

/*
 * The last port of the range is found wherever it is: inet_csk_find_open_port() looks
 * at each second port, then at the others; with SO_REUSEADDR at the lower half, then at
 * the upper.
 */
#define LAST_OF 8
#define TIMES	16

struct last {
	const struct protocol *protocol;
	unsigned int left;
	bool reuseaddr;
};

static void last_one_left(const void *data)
{
	const struct last *row = data;
	struct address name;
	int fd;

	set_port_range(41000, 41000 + LAST_OF - 1);
	for (unsigned int i = 0; i < LAST_OF; i++)
		if (i != row->left)
			must_bind(open_protocol(row->protocol),
				  at_port(row->protocol, 41000 + i));
	/* Wherever the kernel begins to look. */
	for (int time = 0; time < TIMES; time++) {
		fd = open_protocol(row->protocol);
		if (row->reuseaddr)
			must_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
		must_bind(fd, at_port(row->protocol, 0));
		expect_chosen_name(&name, fd);
		expect_that(port_of(&name) == 41000 + row->left,
			    "the port is %u, not %u", port_of(&name),
			    41000 + row->left);
		must_close(fd);
	}
}

static void add_last(const struct last *row)
{
	add_case(.name = name_case("bind.name.ephemeral_port[last-left-%u%s,%s]",
				   row->left, row->reuseaddr ? ",reuseaddr" : "",
				   row->protocol->name),
		 .run_row = last_one_left, .row = keep_row(row, sizeof(*row)));
}

CASES(last_ones)
{
	for (size_t p = 0; p < 2; p++)
		for (unsigned int left = 0; left < LAST_OF; left++) {
			add_last(&(struct last){ &protocols[p], left, false });
			add_last(&(struct last){ &protocols[p], left, true });
		}
}

/* Documentation/networking/ip-sysctl.rst, ip_local_port_range: "If possible, it is
 * better these numbers have different parity": where they have not, TCP leaves the last
 * port out, and UDP does not. */
static void last_of_three(const void *data)
{
	const struct protocol *protocol = data;
	int fd;

	set_port_range(41000, 41002);
	for (unsigned int i = 0; i < 2; i++)
		must_bind(open_protocol(protocol), at_port(protocol, 41000 + i));
	fd = open_protocol(protocol);
	if (protocol->type == SOCK_STREAM)
		expect_errno(EADDRINUSE, bind_to(fd, at_port(protocol, 0)));
	else
		expect_value(0, bind_to(fd, at_port(protocol, 0)));
}

CASES(odd)
{
	for (size_t p = 0; p < COUNT(protocols); p++)
		add_case(.name = name_case(
				 "bind.%s.%s[last-of-three,%s]", protocols[p].family,
				 protocols[p].type == SOCK_STREAM ? "no_port_left"
								  : "bound_to_any_port",
				 protocols[p].name),
			 .run_row = last_of_three, .row = &protocols[p],
			 .has = { protocols[p].feature }, .since = LINUX(4, 5));
}

/* A range of one port, which another socket has: what is left of it? */
static const struct shared {
	const char *name;
	const char *rule; /* no_port_left or bound_to_any_port */
	int type;
	const char *taken, *wanted;
	int first_option, second_option; /* SO_REUSEADDR, SO_REUSEPORT or 0 */
	bool autobind_reuse;
	int since;
} shares[] = {
	{ "same-address", "no_port_left", SOCK_STREAM, "127.0.0.1", "127.0.0.1", 0, 0,
	  false, 0 },
	{ "any-address", "no_port_left", SOCK_STREAM, "127.0.0.1", "0.0.0.0", 0, 0,
	  false, 0 },
	{ "any-address-first", "no_port_left", SOCK_STREAM, "0.0.0.0", "127.0.0.1", 0,
	  0, false, 0 },
	{ "other-address", "bound_to_any_port", SOCK_STREAM, "127.0.0.1", "127.0.0.2",
	  0, 0, false, 0 },
	{ "reuseaddr", "no_port_left", SOCK_STREAM, "127.0.0.1", "127.0.0.1",
	  SO_REUSEADDR, SO_REUSEADDR, false, 0 },
	{ "reuseport", "no_port_left", SOCK_STREAM, "127.0.0.1", "127.0.0.1",
	  SO_REUSEPORT, SO_REUSEPORT, false, 0 },
	{ "reuseport,any-address-first", "no_port_left", SOCK_STREAM, "0.0.0.0",
	  "127.0.0.1", SO_REUSEPORT, SO_REUSEPORT, false, 0 },
	{ "reuseport,any-address", "no_port_left", SOCK_STREAM, "127.0.0.1", "0.0.0.0",
	  SO_REUSEPORT, SO_REUSEPORT, false, 0 },
	/* Linux 5.7, commit 4b01a9674231: net.ipv4.ip_autobind_reuse. */
	{ "autobind-reuse,reuseport", "no_port_left", SOCK_STREAM, "127.0.0.1",
	  "127.0.0.1", SO_REUSEPORT, SO_REUSEPORT, true, LINUX(5, 7) },
	{ "autobind-reuse,reuseaddr", "bound_to_any_port", SOCK_STREAM, "127.0.0.1",
	  "127.0.0.1", SO_REUSEADDR, SO_REUSEADDR, true, LINUX(5, 7) },
	{ "autobind-reuse,neither", "no_port_left", SOCK_STREAM, "127.0.0.1",
	  "127.0.0.1", 0, 0, true, LINUX(5, 7) },
	{ "autobind-reuse,one-side", "no_port_left", SOCK_STREAM, "127.0.0.1",
	  "127.0.0.1", 0, SO_REUSEADDR, true, LINUX(5, 7) },
	{ "same-address", "no_port_left", SOCK_DGRAM, "127.0.0.1", "127.0.0.1", 0, 0,
	  false, 0 },
	{ "any-address", "no_port_left", SOCK_DGRAM, "127.0.0.1", "0.0.0.0", 0, 0,
	  false, 0 },
	{ "other-address", "bound_to_any_port", SOCK_DGRAM, "127.0.0.1", "127.0.0.2", 0,
	  0, false, 0 },
	/* udp_lib_lport_inuse() counts no port as taken that may be shared. */
	{ "reuseaddr", "bound_to_any_port", SOCK_DGRAM, "127.0.0.1", "127.0.0.1",
	  SO_REUSEADDR, SO_REUSEADDR, false, 0 },
	{ "reuseaddr-one-side", "no_port_left", SOCK_DGRAM, "127.0.0.1", "127.0.0.1", 0,
	  SO_REUSEADDR, false, 0 },
	{ "reuseport", "bound_to_any_port", SOCK_DGRAM, "127.0.0.1", "127.0.0.1",
	  SO_REUSEPORT, SO_REUSEPORT, false, 0 },
};

static void bind_in_range_of_one(const void *data)
{
	const struct shared *row = data;
	int first = must_socket(AF_INET, row->type, 0);
	int second = must_socket(AF_INET, row->type, 0);

	set_port_range(41000, 41000);
	if (row->autobind_reuse)
		set_autobind_reuse(true);
	if (row->first_option)
		must_option(first, SOL_SOCKET, row->first_option, 1);
	if (row->second_option)
		must_option(second, SOL_SOCKET, row->second_option, 1);
	must_bind(first, inet(row->taken, 41000));
	if (row->rule[0] == 'n')
		expect_errno(EADDRINUSE, bind_to(second, inet(row->wanted, 0)));
	else
		expect_value(0, bind_to(second, inet(row->wanted, 0)));
}

CASES(shares)
{
	for (size_t i = 0; i < COUNT(shares); i++)
		add_case(.name = name_case("bind.inet.%s[one-port,%s,%s]",
					   shares[i].rule, shares[i].name,
					   shares[i].type == SOCK_STREAM ? "tcp"
									 : "udp"),
			 .run_row = bind_in_range_of_one, .row = &shares[i],
			 .since = shares[i].since);
}

/* That one socket would share its port says nothing of the others that have it: each is
 * looked at, in whichever order they were bound. */
static void bind_beside_two(const void *data)
{
	const bool *sharing_last = data;
	int fds[3];

	set_port_range(41000, 41000);
	for (size_t i = 0; i < COUNT(fds); i++)
		fds[i] = must_socket(AF_INET, SOCK_DGRAM, 0);
	must_option(fds[*sharing_last], SOL_SOCKET, SO_REUSEPORT, 1);
	must_option(fds[2], SOL_SOCKET, SO_REUSEPORT, 1);
	must_bind(fds[0], inet("127.0.0.1", 41000));
	must_bind(fds[1], inet("127.0.0.2", 41000));
	expect_errno(EADDRINUSE, bind_to(fds[2], inet("0.0.0.0", 0)));
}

CASES(beside_two)
{
	static const bool sharing_last[] = { false, true };

	for (size_t i = 0; i < COUNT(sharing_last); i++)
		add_case(.name = name_case("bind.inet.no_port_left[one-port,"
					   "reuseport-of-two-%s,udp]",
					   sharing_last[i] ? "last" : "first"),
			 .run_row = bind_beside_two, .row = &sharing_last[i]);
}

/* Linux 5.7, the last commit of the series of 4b01a9674231 ("... more than one sockets
 * haveing SO_REUSEADDR and SO_REUSEPORT per EUID"): one user's sockets with both
 * options do not share a port that nobody has asked for. */
static int with_both_options(void)
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	must_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	must_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	return fd;
}

CASE("bind.inet.no_port_left[both-options]", .since = LINUX(5, 7))
{
	set_port_range(41000, 41000);
	set_autobind_reuse(true);
	must_bind(with_both_options(), inet("127.0.0.1", 41000));
	expect_errno(EADDRINUSE, bind_to(with_both_options(), inet("127.0.0.1", 0)));
}

/* Those of which only one has SO_REUSEPORT besides do, by SO_REUSEADDR. */
CASE("bind.inet.bound_to_any_port[both-options-first]", .since = LINUX(5, 7))
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	set_port_range(41000, 41000);
	set_autobind_reuse(true);
	must_bind(with_both_options(), inet("127.0.0.1", 41000));
	must_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	expect_value(0, bind_to(fd, inet("127.0.0.1", 0)));
}

CASE("bind.inet.bound_to_any_port[both-options-second]", .since = LINUX(5, 7))
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	set_port_range(41000, 41000);
	set_autobind_reuse(true);
	must_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	must_bind(fd, inet("127.0.0.1", 41000));
	expect_value(0, bind_to(with_both_options(), inet("127.0.0.1", 0)));
}

/* One in TIME_WAIT counts as one user's. */
static void beside_time_wait(void)
{
	int listener = must_socket(AF_INET, SOCK_STREAM, 0);
	int fd = with_both_options();

	set_port_range(41000, 41000);
	set_autobind_reuse(true);
	must_bind(listener, inet("127.0.0.1", 5000));
	must_listen(listener);
	must_bind(fd, inet("127.0.0.1", 41000));
	must_connect(fd, inet("127.0.0.1", 5000));
	leave_in_time_wait(fd, must_accept(listener));
	expect_errno(EADDRINUSE, bind_to(with_both_options(), inet("127.0.0.1", 0)));
}

CASE("bind.inet.no_port_left[both-options,time-wait]", .since = LINUX(5, 7))
{
	beside_time_wait();
}

CASE("bind.inet.no_port_left[both-options,time-wait,user]", .since = LINUX(5, 7),
     .needs = NEEDS_IDS)
{
	set_filesystem_user(1000);
	beside_time_wait();
}

/* Who shares a port that nobody has asked for has it as those that asked: a third is
 * kept out by each of them. */
CASE("bind.inet.listener_in_the_way[chosen-by-other]", .since = LINUX(5, 7))
{
	int fds[3];

	set_port_range(41000, 41000);
	set_autobind_reuse(true);
	for (size_t i = 0; i < COUNT(fds); i++) {
		fds[i] = must_socket(AF_INET, SOCK_STREAM, 0);
		must_option(fds[i], SOL_SOCKET, SO_REUSEADDR, 1);
	}
	must_bind(fds[0], inet("127.0.0.1", 41000));
	must_bind(fds[1], inet("127.0.0.1", 0));
	must_listen(fds[0]);
	expect_errno(EADDRINUSE, bind_to(fds[2], inet("127.0.0.1", 41000)));
}

/* Nor is one of a group of its own kept out by SO_REUSEPORT. */
CASE("bind.inet.bound_to_any_port[both-options,own-group]", .since = LINUX(5, 7))
{
	int fd = with_both_options();

	set_port_range(41000, 41000);
	set_autobind_reuse(true);
	must_bind(with_both_options(), inet("127.0.0.1", 41000));
	must_attach_program(fd);
	expect_value(0, bind_to(fd, inet("127.0.0.1", 0)));
}

/* Two users' do, by SO_REUSEADDR. */
CASE("bind.inet.bound_to_any_port[both-options,other-user]", .since = LINUX(5, 7),
     .needs = NEEDS_IDS)
{
	set_port_range(41000, 41000);
	set_autobind_reuse(true);
	must_bind(with_both_options(), inet("127.0.0.1", 41000));
	set_filesystem_user(1000);
	expect_value(0, bind_to(with_both_options(), inet("127.0.0.1", 0)));
}

/* The port that listen(2) chooses for a socket without one is a listener's from the
 * first moment on. */
static void chosen_by_listen(const void *data)
{
	const struct protocol *protocol = data;
	int listener = open_protocol(protocol), fd = open_protocol(protocol);
	socklen_t addrlen = RESULT_BYTES_MAX;
	struct address name;

	must_option(listener, SOL_SOCKET, SO_REUSEADDR, 1);
	must_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	must_listen(listener);
	t_getsockname(listener, name.bytes, &addrlen);
	expect_errno(EADDRINUSE, bind_to(fd, at_port(protocol, port_of(&name))));
}

CASES(chosen_by_listen)
{
	for (size_t p = 0; p < COUNT(protocols); p++)
		if (protocols[p].type == SOCK_STREAM)
			add_case(.name = name_case("bind.%s.listener_in_the_way"
						   "[chosen-by-listen,%s]",
						   protocols[p].family,
						   protocols[p].name),
				 .run_row = chosen_by_listen, .row = &protocols[p],
				 .has = { protocols[p].feature });
}

/* IP_LOCAL_PORT_RANGE: the lower bound in the low half of the number. */
#define RANGE(low, high) ((int)((unsigned int)(high) << 16 | (unsigned int)(low)))

static const struct range {
	const char *name;
	int option;
	unsigned int low, high;
} ranges[] = {
	{ "both", RANGE(41100, 41103), 41100, 41103 },
	{ "lower", RANGE(41998, 0), 41998, 41999 },
	{ "upper", RANGE(0, 41001), 41000, 41001 },
	{ "none", RANGE(0, 0), 41000, 41999 },
	/* Bounds outside the network namespace's own do not count. */
	{ "below", RANGE(1, 2), 41000, 41999 },
	{ "above", RANGE(42000, 42001), 41000, 41999 },
	{ "lower-outside", RANGE(1, 41001), 41000, 41001 },
	{ "upper-outside", RANGE(41998, 50000), 41998, 41999 },
};

static void chosen_from_option(const struct protocol *protocol,
			       const struct range *range)
{
	int fd = open_protocol(protocol);
	struct address name;

	set_port_range(41000, 41999);
	must_option(fd, IPPROTO_IP, LINUX_IP_LOCAL_PORT_RANGE, range->option);
	must_bind(fd, at_port(protocol, 0));
	expect_chosen_name(&name, fd);
	expect_that(port_of(&name) >= range->low && port_of(&name) <= range->high,
		    "it is another port");
}

static void chosen_tcp(const void *row)
{
	chosen_from_option(&protocols[0], row);
}

static void chosen_udp(const void *row)
{
	chosen_from_option(&protocols[1], row);
}

static void chosen_tcp6(const void *row)
{
	chosen_from_option(&protocols[4], row);
}

CASES(ranges)
{
	static const struct {
		const char *name;
		void (*run)(const void *row);
	} by[] = { { "tcp", chosen_tcp },
		   { "udp", chosen_udp },
		   { "tcp6", chosen_tcp6 } };

	for (size_t k = 0; k < COUNT(by); k++)
		for (size_t i = 0; i < COUNT(ranges); i++)
			add_case(.name = name_case("bind.name.ephemeral_port"
						   "[option,%s,%s]",
						   ranges[i].name, by[k].name),
				 .run_row = by[k].run, .row = &ranges[i],
				 .since = LINUX(6, 3));
}

CASE("bind.inet.no_port_left[option]", .types = SC_STREAM | SC_DGRAM,
     .since = LINUX(6, 3))
{
	int taken = must_socket(AF_INET, sc_type, 0);
	int fd = must_socket(AF_INET, sc_type, 0);

	must_option(fd, IPPROTO_IP, LINUX_IP_LOCAL_PORT_RANGE, RANGE(41000, 41000));
	must_bind(taken, inet("127.0.0.1", 41000));
	expect_errno(EADDRINUSE, bind_to(fd, inet("127.0.0.1", 0)));
}

/* IP_BIND_ADDRESS_NO_PORT. */
static void without_port(const void *data)
{
	const struct protocol *protocol = data;
	int fd = open_protocol(protocol);

	must_option(fd, IPPROTO_IP, LINUX_IP_BIND_ADDRESS_NO_PORT, 1);
	expect_value(0, bind_to(fd, at_port(protocol, 0)));
}

/* No port is taken, so it does not matter that none is left. */
static void without_port_none_left(const void *data)
{
	const struct protocol *protocol = data;
	int fd = open_protocol(protocol);

	set_port_range(41000, 41000);
	set_reserved_ports(41000, 41000);
	must_option(fd, IPPROTO_IP, LINUX_IP_BIND_ADDRESS_NO_PORT, 1);
	expect_value(0, bind_to(fd, at_port(protocol, 0)));
}

static void name_without_port(const void *data)
{
	const struct protocol *protocol = data;
	struct address bound = at_port(protocol, 0);
	int fd = open_protocol(protocol);

	must_option(fd, IPPROTO_IP, LINUX_IP_BIND_ADDRESS_NO_PORT, 1);
	must_bind(fd, bound);
	expect_name(bound.bytes, (unsigned int)bound.length, fd);
}

/* What has no port can be bound again. */
static void again_with_port(const void *data)
{
	const struct protocol *protocol = data;
	int fd = open_protocol(protocol);

	must_option(fd, IPPROTO_IP, LINUX_IP_BIND_ADDRESS_NO_PORT, 1);
	must_bind(fd, at_port(protocol, 0));
	expect_value(0, bind_to(fd, at_port(protocol, 4001)));
}

/* A port that is asked for is taken nevertheless. */
static void number_despite_option(const void *data)
{
	const struct protocol *protocol = data;
	int first = open_protocol(protocol), second = open_protocol(protocol);

	must_option(first, IPPROTO_IP, LINUX_IP_BIND_ADDRESS_NO_PORT, 1);
	must_bind(first, at_port(protocol, 4001));
	expect_errno(EADDRINUSE, bind_to(second, at_port(protocol, 4001)));
}

/* connect(2) chooses the port, of the range. */
static void port_by_connect(const void *data)
{
	const struct protocol *protocol = data;
	int fd = open_protocol(protocol), peer = open_protocol(protocol);
	struct address name;

	set_port_range(41000, 41015);
	must_bind(peer, at_port(protocol, 4002));
	if (protocol->type == SOCK_STREAM)
		must_listen(peer);
	must_option(fd, IPPROTO_IP, LINUX_IP_BIND_ADDRESS_NO_PORT, 1);
	must_bind(fd, at_port(protocol, 0));
	must_connect(fd, at_port(protocol, 4002));
	expect_chosen_name(&name, fd);
	expect_that(port_of(&name) >= 41000 && port_of(&name) <= 41015,
		    "it is another port");
}

CASES(without_port)
{
	static const struct each rows[] = {
		{ "address_without_port", "loopback", without_port, 0 },
		{ "address_without_port", "none-left", without_port_none_left, 0 },
		{ NULL, "without-port", name_without_port, 0 },
		{ "bound", "after-address-without-port", again_with_port, 0 },
		{ "port_in_use", "address-no-port-set", number_despite_option, 0 },
		{ "ephemeral_port", "by-connect", port_by_connect, 0 },
	};
	static const size_t on[] = { 0, 1, 4, 5 };

	for (size_t p = 0; p < COUNT(on); p++)
		for (size_t i = 0; i < COUNT(rows); i++) {
			const struct protocol *it = &protocols[on[p]];
			bool of_name = !rows[i].rule || rows[i].run == port_by_connect;

			add_case(.name = name_case(
					 "bind.%s.%s[%s,%s%s]",
					 of_name ? "name" : it->family,
					 rows[i].rule ? rows[i].rule : "ip",
					 rows[i].variant, it->name,
					 of_name && it->domain == AF_INET6 ? "6" : ""),
				 .run_row = rows[i].run, .row = it,
				 .since = LINUX(4, 2));
		}
}
