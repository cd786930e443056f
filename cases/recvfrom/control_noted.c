/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * control_noted.c - recvmsg(2) of UDP sockets with control messages about what the
 * kernel has noted of a datagram: its time by two options, the fragments it came in.
 */
#include <sys/time.h>

#include "udp.h"

#define BOTH_DOORS .doors = SC_RECVMSG | SC_RECVMMSG

static void expect_only(int fd, long size, const struct control_due *due, size_t count)
{
	struct controls_received control;

	wait_readable(fd);
	expect_value(size, receive_control(fd, 64, 0, 256, &control));
	expect_due(&control, due, count);
	expect_nothing(fd);
}

/* The times: which options are set, in their order, and what comes. */
#define NEW_TIME (2 * sizeof(long long))
#define OLD_TIME sizeof(struct timeval)
#define STAMPS	 (LINUX_SOF_TIMESTAMPING_RX_SOFTWARE | LINUX_SOF_TIMESTAMPING_SOFTWARE)
#define TIME(type_, length_)                                                        \
	{                                                                           \
		.level = SOL_SOCKET, .type = type_, .length = length_, .open = true \
	}

static const struct time_row {
	const char *name;
	struct {
		int optname, value;
	} set[2];
	struct control_due due[2];
	size_t count;
	int since;
} time_rows[] = {
	{ "new,taken-back",
	  { { LINUX_SO_TIMESTAMP_NEW, 1 }, { LINUX_SO_TIMESTAMP_NEW, 0 } },
	  { { .level = 0 } },
	  0,
	  LINUX(5, 1) },
	{ "and-timestamping",
	  { { SO_TIMESTAMP, 1 }, { SO_TIMESTAMPING, STAMPS } },
	  { TIME(SO_TIMESTAMP, OLD_TIME),
	    TIME(SO_TIMESTAMPING, 3 * sizeof(struct timespec)) },
	  2,
	  0 },
	{ "ns-and-timestamping",
	  { { SO_TIMESTAMPNS, 1 }, { SO_TIMESTAMPING, STAMPS } },
	  { TIME(SO_TIMESTAMPNS, sizeof(struct timespec)),
	    TIME(SO_TIMESTAMPING, 3 * sizeof(struct timespec)) },
	  2,
	  0 },
	{ "and-timestamping-new",
	  { { LINUX_SO_TIMESTAMP_NEW, 1 }, { LINUX_SO_TIMESTAMPING_NEW, STAMPS } },
	  { TIME(LINUX_SO_TIMESTAMP_NEW, NEW_TIME),
	    TIME(LINUX_SO_TIMESTAMPING_NEW, 3 * NEW_TIME) },
	  2,
	  LINUX(5, 1) },
};

struct time_of {
	const struct time_row *time;
	const struct version *version;
};

static void has_time(const void *data)
{
	const struct time_of *row = data;
	int fd = bound_at(row->version, at(row->version, PORT)),
	    other = bound_at(row->version, at(row->version, FROM));

	for (size_t i = 0; i < 2 && row->time->set[i].optname; i++)
		must_option(fd, SOL_SOCKET, row->time->set[i].optname,
			    row->time->set[i].value);
	must_send(other, at(row->version, PORT));
	expect_only(fd, 4, row->time->due, row->time->count);
}

CASES(times)
{
	static const struct version *const versions[] = { &ip4, &ip6 };

	for (size_t v = 0; v < COUNT(versions); v++)
		for (size_t i = 0; i < COUNT(time_rows); i++) {
			struct time_of row = { &time_rows[i], versions[v] };
			const char *rule = time_rows[i].count ? "told" : "not_asked";

			add_case(.name = name_case("recvfrom.control.%s[%s,time-%s]",
						   rule, v ? "udp6" : "udp",
						   time_rows[i].name),
				 .run_row = has_time, BOTH_DOORS,
				 .row = keep_row(&row, sizeof(row)),
				 .has = { FEATURE_FAMILY(versions[v]->domain) },
				 .since = time_rows[i].since);
		}
}

/* What came by IPv4 has none of it. */
CASE("recvfrom.control.nothing_to_tell[udp6,mapped,old]", BOTH_DOORS,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = bound_at(&mapped, at(&mapped, PORT)),
	    other = bound_at(&mapped, at(&mapped, FROM));

	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_2292HOPLIMIT, 1);
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_2292PKTINFO, 1);
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_FLOWINFO, 1);
	must_send(other, at(&mapped, PORT));
	expect_only(fd, 4, NULL, 0);
}

/* lo lets no more than 1500 bytes pass: what is longer goes in fragments, the first of
 * which are full, in multiples of 8 bytes behind their headers. */
static const struct fragment_row {
	const char *name;
	const struct version *version;
	int level, optname;
	size_t length;
	int longest;
} fragment_rows[] = {
	{ "udp", &ip4, IPPROTO_IP, LINUX_IP_RECVFRAGSIZE, 2000, 1500 },
	{ "udp,just-too-long", &ip4, IPPROTO_IP, LINUX_IP_RECVFRAGSIZE, 1473, 1500 },
	{ "udp,fits", &ip4, IPPROTO_IP, LINUX_IP_RECVFRAGSIZE, 1472, 0 },
	{ "udp6", &ip6, IPPROTO_IPV6, LINUX_IPV6_RECVFRAGSIZE, 2000, 1496 },
	{ "udp6,just-too-long", &ip6, IPPROTO_IPV6, LINUX_IPV6_RECVFRAGSIZE, 1453,
	  1496 },
	{ "udp6,fits", &ip6, IPPROTO_IPV6, LINUX_IPV6_RECVFRAGSIZE, 1452, 0 },
	{ "udp6,mapped", &mapped, IPPROTO_IP, LINUX_IP_RECVFRAGSIZE, 2000, 1500 },
};

static void has_fragments(const void *data)
{
	static unsigned char text[2000];
	const struct fragment_row *row = data;
	struct control_due due = control_number(row->level, row->optname, row->longest);
	struct controls_received control;
	int fd, other;

	set_mtu("lo", 1500);
	fd = bound_at(row->version, at(row->version, PORT));
	other = bound_at(row->version, at(row->version, FROM));
	must_option(fd, row->level, row->optname, 1);
	send_bytes(other, text, row->length, at(row->version, PORT));
	wait_readable(fd);
	expect_value((long)row->length,
		     receive_control(fd, sizeof(inbox.buffer), 0, 256, &control));
	expect_due(&control, &due, row->longest ? 1 : 0);
}

/* Behind another message, of the options that are told before; or that one alone. */
static void fragments_and_address(const struct fragment_row *row, bool asked)
{
	static unsigned char text[2000];
	bool v4 = row->version->v4;
	struct address to = at(row->version, PORT);
	struct control_due due[2] = {
		{ .level = row->level,
		  .type = v4 ? IP_RECVORIGDSTADDR : LINUX_IPV6_RECVORIGDSTADDR,
		  .length = (size_t)to.length },
		control_number(row->level, row->optname, row->longest),
	};
	struct controls_received control;
	int fd, other;

	memcpy(due[0].bytes, to.bytes, due[0].length);
	set_mtu("lo", 1500);
	fd = bound_at(row->version, at(row->version, PORT));
	other = bound_at(row->version, at(row->version, FROM));
	must_option(fd, row->level, row->optname, asked);
	must_option(fd, row->level, due[0].type, 1);
	send_bytes(other, text, row->length, to);
	wait_readable(fd);
	expect_value((long)row->length,
		     receive_control(fd, sizeof(inbox.buffer), 0, 256, &control));
	expect_due(&control, due, asked ? 2 : 1);
}

/* IP_CHECKSUM, the last option but that of the fragments, asks for a message that this
 * datagram has none of: nobody has added it up by poll(2), and what follows the option
 * is not asked for. */
static void has_unasked_fragments_alone(const void *data)
{
	static unsigned char text[2000];
	const struct fragment_row *row = data;
	struct controls_received control;
	int fd, other;

	set_mtu("lo", 1500);
	fd = bound_at(row->version, at(row->version, PORT));
	other = bound_at(row->version, at(row->version, FROM));
	must_option(fd, IPPROTO_IP, LINUX_IP_CHECKSUM, 1);
	send_bytes(other, text, row->length, at(row->version, PORT));
	expect_value((long)row->length,
		     receive_control(fd, sizeof(inbox.buffer), 0, 256, &control));
	expect_due(&control, NULL, 0);
}

static void has_fragments_and_address(const void *data)
{
	fragments_and_address(data, true);
}

static void has_unasked_fragments(const void *data)
{
	fragments_and_address(data, false);
}

CASES(fragments_and_sums)
{
	static const struct fragment_row *const rows[] = { &fragment_rows[0],
							   &fragment_rows[6] };

	for (size_t i = 0; i < COUNT(rows); i++)
		add_case(.name = name_case("recvfrom.control.nothing_to_tell[%s,"
					   "checksum,fragments-not-asked]",
					   rows[i]->name),
			 .run_row = has_unasked_fragments_alone, .row = rows[i],
			 BOTH_DOORS,
			 .has = { FEATURE_FAMILY(rows[i]->version->domain) });
}

CASES(fragments_and_addresses)
{
	static const struct fragment_row *const rows[] = { &fragment_rows[0],
							   &fragment_rows[3] };

	for (size_t i = 0; i < COUNT(rows); i++) {
		add_case(.name = name_case("recvfrom.control.fragment[%s,origdst]",
					   rows[i]->name),
			 .run_row = has_fragments_and_address, .row = rows[i],
			 BOTH_DOORS, .since = LINUX(4, 15),
			 .has = { FEATURE_FAMILY(rows[i]->version->domain) });
		add_case(.name = name_case("recvfrom.control.told[%s,origdst,"
					   "fragments-not-asked]",
					   rows[i]->name),
			 .run_row = has_unasked_fragments, .row = rows[i], BOTH_DOORS,
			 .since = LINUX(4, 15),
			 .has = { FEATURE_FAMILY(rows[i]->version->domain) });
	}
}

CASES(fragments)
{
	for (size_t i = 0; i < COUNT(fragment_rows); i++)
		add_case(.name = name_case("recvfrom.control.%s[%s]",
					   fragment_rows[i].longest ? "fragment"
								    : "nothing_to_tell",
					   fragment_rows[i].longest
						   ? fragment_rows[i].name
						   : name_case("%s,fragment",
							       fragment_rows[i].name)),
			 .run_row = has_fragments, .row = &fragment_rows[i], BOTH_DOORS,
			 .has = { FEATURE_FAMILY(fragment_rows[i].version->domain) },
			 .since = LINUX(4, 15));
}

/* IPV6_FLOWINFO tells the class and the label; where both are 0, it tells nothing. */
CASE("recvfrom.control.nothing_to_tell[udp6,no-flow]",
     .doors = SC_RECVMSG | SC_RECVMMSG, .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct controls_received control;
	int fd = bound_at(&ip6, at(&ip6, PORT)),
	    sender = bound_at(&ip6, at(&ip6, FROM));

	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_FLOWINFO, 1);
	must_option(sender, IPPROTO_IPV6, LINUX_IPV6_AUTOFLOWLABEL, 0);
	send_bytes(sender, "data", 4, at(&ip6, PORT));
	wait_readable(fd);
	expect_value(4, receive_control(fd, 64, 0, 64, &control));
	expect_that(!control.length, "%zu bytes of control messages", control.length);
}
