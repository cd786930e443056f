/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * flags.c - the flags in socket(2)'s type: unknown ones are refused, and the two that
 * there are, are really set.
 */
#include "sockcheck.h"

static const struct flag_row {
	const char *name;
	int type;
	int descriptor_flags; /* F_GETFD */
	int status_flags;     /* F_GETFL */
} legal_rows[] = {
	{ "none", 0, 0, O_RDWR },
	{ "SOCK_CLOEXEC", SOCK_CLOEXEC, FD_CLOEXEC, O_RDWR },
	{ "SOCK_NONBLOCK", SOCK_NONBLOCK, 0, O_RDWR | O_NONBLOCK },
	{ "both", SOCK_CLOEXEC | SOCK_NONBLOCK, FD_CLOEXEC, O_RDWR | O_NONBLOCK },
};

/* A family and a type each. */
static const struct {
	const char *name;
	int domain, type;
} kinds[] = {
	{ "tcp", AF_INET, SOCK_STREAM },
	{ "udp", AF_INET, SOCK_DGRAM },
	{ "unix-stream", AF_UNIX, SOCK_STREAM },
	{ "unix-dgram", AF_UNIX, SOCK_DGRAM },
	{ "netlink", AF_NETLINK, SOCK_RAW },
	{ "unix-seqpacket", AF_UNIX, SOCK_SEQPACKET },
	{ "tcp6", AF_INET6, SOCK_STREAM },
	{ "udp6", AF_INET6, SOCK_DGRAM },
};

static void single_bit(const void *row)
{
	unsigned int bit = 1U << *(const int *)row;

	expect_errno(EINVAL, t_socket(AF_INET, SOCK_STREAM | (int)bit, 0));
}

static void with_legal_flags(const void *row)
{
	unsigned int bit = 1U << *(const int *)row;

	expect_errno(EINVAL,
		     t_socket(AF_INET,
			      SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK | (int)bit, 0));
}

/* The four lowest bits are the type; the others are flags, of which two are known. */
CASES(single_bits)
{
	static int bits[32];

	for (int bit = 4; bit < 32; bit++) {
		int flag = (int)(1U << bit);

		bits[bit] = bit;
		if (flag == SOCK_CLOEXEC || flag == SOCK_NONBLOCK)
			continue;
		add_case(.name = name_case("socket.flags.unknown[bit%d]", bit),
			 .run_row = single_bit, .row = &bits[bit], .anywhere = true);
		add_case(.name = name_case("socket.flags.unknown[bit%d,legal]", bit),
			 .run_row = with_legal_flags, .row = &bits[bit],
			 .anywhere = true);
	}
}

CASE("socket.flags.unknown[-1]", .anywhere = true)
{
	expect_errno(EINVAL, t_socket(AF_INET, -1, 0));
}

CASE("socket.flags.unknown[INT_MIN]", .anywhere = true)
{
	expect_errno(EINVAL, t_socket(AF_INET, (int)(1U << 31), 0));
}

CASE("socket.flags.unknown[INT_MAX]", .anywhere = true)
{
	expect_errno(EINVAL, t_socket(AF_INET, 0x7fffffff, 0));
}

/* What other systems number otherwise, POSIX.1-2024's SOCK_CLOFORK too, is unknown. */
CASE("socket.flags.unknown[FreeBSD-SOCK_CLOEXEC]", .anywhere = true)
{
	expect_errno(EINVAL, t_socket(AF_UNIX, SOCK_STREAM | 0x10000000, 0));
}

CASE("socket.flags.unknown[FreeBSD-SOCK_NONBLOCK]", .anywhere = true)
{
	expect_errno(EINVAL, t_socket(AF_UNIX, SOCK_STREAM | 0x20000000, 0));
}

struct legal_row {
	const struct flag_row *flags;
	int domain, type;
};

static void close_on_exec(const void *row)
{
	const struct legal_row *legal = row;
	int fd = must_socket(legal->domain, legal->type | legal->flags->type, 0);

	expect_value(legal->flags->descriptor_flags, t_fcntl(fd, F_GETFD, 0));
}

static void status_flags(const void *row)
{
	const struct legal_row *legal = row;
	int fd = must_socket(legal->domain, legal->type | legal->flags->type, 0);

	expect_value(legal->flags->status_flags, t_fcntl(fd, F_GETFL, 0));
}

CASES(legal_flags)
{
	static struct legal_row rows[COUNT(legal_rows) * COUNT(kinds)];

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct flag_row *flags = &legal_rows[i / COUNT(kinds)];
		const char *kind = kinds[i % COUNT(kinds)].name;

		rows[i] = (struct legal_row){ flags, kinds[i % COUNT(kinds)].domain,
					      kinds[i % COUNT(kinds)].type };
		add_case(.name = name_case("socket.new.close_on_exec[%s,%s]",
					   flags->name, kind),
			 .run_row = close_on_exec, .row = &rows[i],
			 .has = { FEATURE_FAMILY(rows[i].domain) }, .anywhere = true);
		add_case(.name = name_case("socket.new.status_flags[%s,%s]",
					   flags->name, kind),
			 .run_row = status_flags, .row = &rows[i],
			 .has = { FEATURE_FAMILY(rows[i].domain) }, .anywhere = true);
	}
}
