/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * family.c - socket(2)'s domain: the edges of the range and beyond, and families in it
 * that nobody registered; and its type's own range.
 */
#include "sockcheck.h"

static void out_of_range(const void *row)
{
	const int *domain = row;

	expect_errno(EAFNOSUPPORT, t_socket(*domain, SOCK_STREAM, 0));
}

CASES(families_out_of_range)
{
	static const struct {
		const char *name;
		int domain;
		int since;
	} rows[] = {
		{ "-1", -1, 0 },
		{ "INT_MIN", -0x7fffffff - 1, 0 },
		{ "INT_MAX", 0x7fffffff, 0 },
		/* Linux 5.15 numbered AF_MCTP: AF_MAX is 46 since. */
		{ "46", 46, LINUX(5, 15) },
		{ "47", 47, 0 },
		{ "64", 64, 0 },
		{ "255", 255, 0 },
		{ "256", 256, 0 },
		/* AF_INET, if only two bytes, or one, were looked at. */
		{ "0x10002", 0x10002, 0 },
		{ "0x102", 0x102, 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		add_case(.name = name_case("socket.family.out_of_range[%s]",
					   rows[i].name),
			 .run_row = out_of_range, .row = &rows[i].domain,
			 .since = rows[i].since, .anywhere = true);
}

static void unregistered(const void *row)
{
	const int *domain = row;

	expect_errno(EAFNOSUPPORT, t_socket(*domain, SOCK_STREAM, 0));
}

static void unregistered_dgram(const void *row)
{
	const int *domain = row;

	expect_errno(EAFNOSUPPORT, t_socket(*domain, SOCK_DGRAM | SOCK_CLOEXEC, 1));
}

#define FAMILY(name)        \
	{                   \
#name, name \
	}

/* Every number of the range: which of them this kernel has, decides what can be asked.
 */
CASES(families_unregistered)
{
	static const struct {
		const char *name;
		int domain;
	} rows[] = {
		FAMILY(AF_UNSPEC),  FAMILY(AF_UNIX),	   FAMILY(AF_AX25),
		FAMILY(AF_IPX),	    FAMILY(AF_APPLETALK),  FAMILY(AF_NETROM),
		FAMILY(AF_BRIDGE),  FAMILY(AF_ATMPVC),	   FAMILY(AF_X25),
		FAMILY(AF_INET6),   FAMILY(AF_ROSE),	   FAMILY(AF_DECnet),
		FAMILY(AF_NETBEUI), FAMILY(AF_SECURITY),   FAMILY(AF_KEY),
		FAMILY(AF_PACKET),  FAMILY(AF_ASH),	   FAMILY(AF_ECONET),
		FAMILY(AF_ATMSVC),  FAMILY(AF_RDS),	   FAMILY(AF_SNA),
		FAMILY(AF_IRDA),    FAMILY(AF_PPPOX),	   FAMILY(AF_WANPIPE),
		FAMILY(AF_LLC),	    FAMILY(AF_IB),	   FAMILY(AF_MPLS),
		FAMILY(AF_CAN),	    FAMILY(AF_TIPC),	   FAMILY(AF_BLUETOOTH),
		FAMILY(AF_IUCV),    FAMILY(AF_RXRPC),	   FAMILY(AF_ISDN),
		FAMILY(AF_PHONET),  FAMILY(AF_IEEE802154), FAMILY(AF_CAIF),
		FAMILY(AF_ALG),	    FAMILY(AF_NFC),	   FAMILY(AF_VSOCK),
		FAMILY(AF_KCM),	    FAMILY(AF_QIPCRTR),	   FAMILY(AF_SMC),
		FAMILY(AF_XDP),	    FAMILY(AF_MCTP),
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		int feature = FEATURE_FAMILY(rows[i].domain);
		int since = rows[i].domain == AF_MCTP ? LINUX(5, 15) : 0;

		add_case(.name = name_case("socket.family.unregistered[%s]",
					   rows[i].name),
			 .run_row = unregistered, .row = &rows[i].domain,
			 .lacks = { feature }, .since = since, .anywhere = true);
		/* What else the call holds does not matter. */
		add_case(.name = name_case("socket.family.unregistered[%s,dgram]",
					   rows[i].name),
			 .run_row = unregistered_dgram, .row = &rows[i].domain,
			 .lacks = { feature }, .since = since, .anywhere = true);
	}
}

static void type_out_of_range(const void *row)
{
	const int *call = row;

	expect_errno(EINVAL, t_socket(call[0], call[1], 0));
}

/* SOCK_PACKET (10) is the last type; the type's four bits hold up to 15. */
CASES(types_out_of_range)
{
	static const struct {
		const char *name;
		int domain;
	} domains[] = {
		{ "inet", AF_INET },	   { "inet6", AF_INET6 },
		{ "unix", AF_UNIX },	   { "packet", AF_PACKET },
		{ "netlink", AF_NETLINK }, { "unspec", AF_UNSPEC },
	};
	static int calls[COUNT(domains) * 5][2];
	size_t used = 0;

	for (size_t i = 0; i < COUNT(domains); i++)
		for (int type = 11; type <= 15; type++) {
			calls[used][0] = domains[i].domain;
			calls[used][1] = type;
			add_case(.name = name_case("socket.type.out_of_range[%s,%d]",
						   domains[i].name, type),
				 .run_row = type_out_of_range, .row = calls[used++],
				 .anywhere = true);
		}
}

CASE("socket.type.out_of_range[inet,15,legal-flags]", .anywhere = true)
{
	expect_errno(EINVAL, t_socket(AF_INET, 15 | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}
