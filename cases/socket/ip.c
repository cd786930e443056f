/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ip.c - socket(2) for AF_INET and AF_INET6: the whole table of types and protocols.
 */
#include "table.h"

/*
 * The columns.  A protocol that not every kernel has comes with its feature for each
 * family: its cells stand for a kernel that has it, or one that has not.
 */
static const struct column {
	const char *name;
	int protocol;
	int feature, feature6;
	int since; /* the number is below IPPROTO_MAX from this release on */
} columns[] = {
	{ "0", 0, 0, 0, 0 },
	{ "icmp", IPPROTO_ICMP, 0, 0, 0 },
	{ "igmp", IPPROTO_IGMP, 0, 0, 0 },
	{ "tcp", IPPROTO_TCP, 0, 0, 0 },
	{ "udp", IPPROTO_UDP, 0, 0, 0 },
	{ "icmpv6", IPPROTO_ICMPV6, 0, 0, 0 },
	{ "200", 200, 0, 0, 0 }, /* unassigned */
	{ "raw", IPPROTO_RAW, 0, 0, 0 },
	{ "258", 258, 0, 0, LINUX(5, 6) }, /* more than a header's byte holds */
	{ "dccp", IPPROTO_DCCP, FEATURE_DCCP, FEATURE_DCCP6, 0 },
	{ "l2tp", LINUX_IPPROTO_L2TP, FEATURE_L2TP, FEATURE_L2TP6, 0 },
	{ "sctp", IPPROTO_SCTP, FEATURE_SCTP, FEATURE_SCTP, 0 },
	{ "udplite", IPPROTO_UDPLITE, FEATURE_UDPLITE, FEATURE_UDPLITE6, 0 },
	{ "smc", LINUX_IPPROTO_SMC, FEATURE_SMC, FEATURE_SMC, LINUX(5, 6) },
	{ "mptcp", LINUX_IPPROTO_MPTCP, FEATURE_MPTCP, FEATURE_MPTCP6, LINUX(5, 6) },
};

/*
 * The rows: a character a column, in the columns' order.
 *	c  created			p  EPROTONOSUPPORT
 *	s  ESOCKTNOSUPPORT		f  created with the column's feature,
 *					   EPROTONOSUPPORT without
 * A type of which only an optional protocol is registered comes twice: for a kernel
 * that lacks the protocol, and for one that has it.
 */
/* clang-format off */
static const struct row {
	const char *name;
	int type;
	const char *inet, *inet6;
	int has, lacks;
} rows[] = {
	/*			   0iitui2r2 dlsusm	0iitui2r2 dlsusm */
	{ "0", 0,		  "sssssssss" "ssssss", "sssssssss" "ssssss", 0, 0 },
	{ "stream", SOCK_STREAM,  "cppcppppp" "ppfpff", "cppcppppp" "ppfpff", 0, 0 },
	{ "dgram", SOCK_DGRAM,	  "ccppcpppp" "pfpfpp", "cpppccppp" "pfpfpp", 0, 0 },
	{ "raw", SOCK_RAW,	  "pcccccccc" "cccccc", "pcccccccc" "cccccc", 0, 0 },
	{ "rdm", SOCK_RDM,	  "sssssssss" "ssssss", "sssssssss" "ssssss", 0, 0 },
	{ "seqpacket", SOCK_SEQPACKET,
				  "sssssssss" "ssssss", "sssssssss" "ssssss",
	  0, FEATURE_SCTP },
	{ "seqpacket,with-sctp", SOCK_SEQPACKET,
				  "cpppppppp" "ppcppp", "cpppppppp" "ppcppp",
	  FEATURE_SCTP, 0 },
	{ "dccp", SOCK_DCCP,	  "sssssssss" "ssssss", "sssssssss" "ssssss",
	  0, FEATURE_DCCP },
	{ "dccp,with-dccp", SOCK_DCCP,
				  "cpppppppp" "cppppp", "cpppppppp" "cppppp",
	  FEATURE_DCCP, 0 },
	{ "7", 7,		  "sssssssss" "ssssss", "sssssssss" "ssssss", 0, 0 },
	{ "8", 8,		  "sssssssss" "ssssss", "sssssssss" "ssssss", 0, 0 },
	{ "9", 9,		  "sssssssss" "ssssss", "sssssssss" "ssssss", 0, 0 },
};
/* clang-format on */

/* Echo sockets are for groups within the range; ours is 0. */
static void run_echo(const void *row)
{
	set_ping_group_range(0, 0);
	run_cell(row);
}

/* Some distributions have MPTCP off by default. */
static void run_mptcp(const void *row)
{
	set_mptcp_enabled(true);
	run_cell(row);
}

static bool is_mptcp(const struct cell *cell)
{
	return cell->type == SOCK_STREAM && !cell->error &&
	       cell->protocol == LINUX_IPPROTO_MPTCP;
}

static bool is_echo(const struct cell *cell)
{
	return cell->type == SOCK_DGRAM && !cell->error &&
	       (cell->protocol == IPPROTO_ICMP || cell->protocol == IPPROTO_ICMPV6);
}

static const char *family_name(int domain)
{
	return domain == AF_INET ? "inet" : "inet6";
}

/* SOCK_DCCP is a module of its own for each family. */
static int of_family(int feature, int domain)
{
	return feature == FEATURE_DCCP && domain == AF_INET6 ? FEATURE_DCCP6 : feature;
}

/* One cell, with what its row, its column and its own outcome need. */
static void add_cell(const struct cell *cell, const char *outcome,
		     const struct row *row, const struct column *column, int has,
		     int lacks)
{
	int feature = cell->domain == AF_INET ? column->feature : column->feature6;
	bool raw = cell->type == SOCK_RAW && !cell->error;

	add_case(.name = name_case("socket.%s.%s[%s,%s]", family_name(cell->domain),
				   outcome, row->name, column->name),
		 .run_row = is_echo(cell)    ? run_echo
			    : is_mptcp(cell) ? run_mptcp
					     : run_cell,
		 .row = cell,
		 .has = { of_family(row->has, cell->domain), has,
			  cell->domain == AF_INET6 ? FEATURE_FAMILY(AF_INET6) : 0 },
		 .lacks = { of_family(row->lacks, cell->domain), lacks },
		 /* Raw sockets take any number: no module is asked for. */
		 .knows = raw || has || lacks ? 0 : feature, .since = column->since,
		 .caps = raw ? SC_CAP(LINUX_CAP_NET_RAW) : 0,
		 .anywhere = !is_echo(cell) && !is_mptcp(cell));
}

static void add_outcome(int domain, const struct row *row, const struct column *column,
			char letter)
{
	static struct cell cells[2 * COUNT(rows) * (COUNT(columns) + 4)];
	static size_t used;
	struct cell *cell = &cells[used];
	int feature = domain == AF_INET ? column->feature : column->feature6;

	*cell = (struct cell){ domain, row->type, column->protocol, 0 };
	used++;
	switch (letter) {
	case 'c':
		add_cell(cell, "created", row, column, 0, 0);
		break;
	case 'p':
		cell->error = EPROTONOSUPPORT;
		add_cell(cell, "protocol_unsupported", row, column, 0, 0);
		break;
	case 's':
		cell->error = ESOCKTNOSUPPORT;
		add_cell(cell, "type_unsupported", row, column, 0, 0);
		break;
	case 'f':
		add_cell(cell, "created", row, column, feature, 0);
		cell = &cells[used++];
		*cell = (struct cell){ domain, row->type, column->protocol,
				       EPROTONOSUPPORT };
		add_cell(cell, "protocol_unsupported", row, column, 0, feature);
		break;
	}
}

CASES(ip_table)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t k = 0; k < COUNT(columns); k++) {
			add_outcome(AF_INET, &rows[i], &columns[k], rows[i].inet[k]);
			add_outcome(AF_INET6, &rows[i], &columns[k], rows[i].inet6[k]);
		}
}

/*
 * The edges of the range: IPPROTO_MAX was 256 until Linux 5.6 numbered IPPROTO_MPTCP,
 * and is 263 since.
 */
static const struct edge {
	const char *name;
	int protocol;
	int until;
} edges[] = {
	{ "-1", -1, 0 },
	{ "INT_MIN", -0x7fffffff - 1, 0 },
	{ "263", 263, 0 },
	{ "INT_MAX", 0x7fffffff, 0 },
	{ "256", 256, LINUX(5, 6) },
	{ "0x10006", 0x10006, 0 }, /* TCP, if only two bytes were looked at */
	{ "0x206", 0x206, 0 },	   /* and if only one */
};

CASES(ip_edges)
{
	static const int domains[] = { AF_INET, AF_INET6 };
	static const struct {
		const char *name;
		int type;
	} types[] = {
		{ "stream", SOCK_STREAM },
		{ "dgram", SOCK_DGRAM },
		{ "raw", SOCK_RAW },
		{ "rdm", SOCK_RDM },
	};
	static struct cell cells[COUNT(domains) * COUNT(types) * COUNT(edges)];
	size_t used = 0;

	for (size_t d = 0; d < COUNT(domains); d++)
		for (size_t t = 0; t < COUNT(types); t++)
			for (size_t e = 0; e < COUNT(edges); e++) {
				struct cell *cell = &cells[used++];

				/* One type suffices for a release long gone. */
				if (edges[e].until && t)
					continue;
				*cell = (struct cell){ domains[d], types[t].type,
						       edges[e].protocol, EINVAL };
				add_case(.name = name_case("socket.%s.protocol_out_of_"
							   "range[%s,%s]",
							   family_name(domains[d]),
							   types[t].name,
							   edges[e].name),
					 .run_row = run_cell, .row = cell,
					 .has = { d ? FEATURE_FAMILY(AF_INET6) : 0 },
					 .until = edges[e].until, .anywhere = true);
			}
}
