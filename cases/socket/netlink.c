/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * netlink.c - socket(2) for AF_NETLINK: each protocol, the edges of their range, and
 * each type.
 */
#include "table.h"

static const char *const protocol_names[MAX_LINKS] = {
	"route",
	"1",
	"usersock",
	"firewall",
	"sock_diag",
	"nflog",
	"xfrm",
	"selinux",
	"iscsi",
	"audit",
	"fib_lookup",
	"connector",
	"netfilter",
	"ip6_fw",
	"dnrtmsg",
	"kobject_uevent",
	"generic",
	"17",
	"scsitransport",
	"ecryptfs",
	"rdma",
	"crypto",
	"smc",
	"23",
	"24",
	"25",
	"26",
	"27",
	"28",
	"29",
	"30",
	"31",
};

/* Served by every kernel that has AF_NETLINK: ROUTE, USERSOCK, KOBJECT_UEVENT, GENERIC.
 */
static bool always_served(int protocol)
{
	return protocol == NETLINK_ROUTE || protocol == NETLINK_USERSOCK ||
	       protocol == NETLINK_KOBJECT_UEVENT || protocol == NETLINK_GENERIC;
}

/* Without a number in any release, or numbered and never served by the kernel's tree.
 */
static bool never_served(int protocol)
{
	return protocol == NETLINK_UNUSED || protocol == 17 || protocol >= 22;
}

/* Which of the protocols this kernel serves decides what can be asked of each. */
CASES(netlink_protocols)
{
	static const struct {
		const char *name;
		int type;
	} types[] = { { "raw", SOCK_RAW }, { "dgram", SOCK_DGRAM } };
	static struct cell cells[2 * COUNT(types) * MAX_LINKS];
	size_t used = 0;

	for (int protocol = 0; protocol < MAX_LINKS; protocol++)
		for (size_t t = 0; t < COUNT(types); t++) {
			const char *name = protocol_names[protocol];
			int feature = FEATURE_NETLINK(protocol);

			cells[used] =
				(struct cell){ AF_NETLINK, types[t].type, protocol, 0 };
			if (!never_served(protocol))
				add_case(.name = name_case(
						 "socket.netlink.created[%s,%s]",
						 types[t].name, name),
					 .run_row = run_cell, .row = &cells[used],
					 .has = { feature }, .anywhere = true);
			used++;
			cells[used] = (struct cell){ AF_NETLINK, types[t].type,
						     protocol, EPROTONOSUPPORT };
			if (!always_served(protocol))
				add_case(.name = name_case("socket.netlink.protocol_"
							   "unregistered[%s,%s]",
							   types[t].name, name),
					 .run_row = run_cell, .row = &cells[used],
					 .has = { FEATURE_FAMILY(AF_NETLINK) },
					 .lacks = { feature }, .anywhere = true);
			used++;
		}
}

CASES(netlink_edges)
{
	static const struct {
		const char *name;
		struct cell cell;
	} rows[] = {
		{ "raw,-1", { AF_NETLINK, SOCK_RAW, -1, EPROTONOSUPPORT } },
		{ "raw,32", { AF_NETLINK, SOCK_RAW, 32, EPROTONOSUPPORT } },
		{ "raw,33", { AF_NETLINK, SOCK_RAW, 33, EPROTONOSUPPORT } },
		{ "raw,256", { AF_NETLINK, SOCK_RAW, 256, EPROTONOSUPPORT } },
		{ "raw,0x10000", { AF_NETLINK, SOCK_RAW, 0x10000, EPROTONOSUPPORT } },
		{ "raw,INT_MAX",
		  { AF_NETLINK, SOCK_RAW, 0x7fffffff, EPROTONOSUPPORT } },
		{ "raw,INT_MIN",
		  { AF_NETLINK, SOCK_RAW, -0x7fffffff - 1, EPROTONOSUPPORT } },
		{ "dgram,-1", { AF_NETLINK, SOCK_DGRAM, -1, EPROTONOSUPPORT } },
		{ "dgram,32", { AF_NETLINK, SOCK_DGRAM, 32, EPROTONOSUPPORT } },
		{ "dgram,INT_MAX",
		  { AF_NETLINK, SOCK_DGRAM, 0x7fffffff, EPROTONOSUPPORT } },
		{ "dgram,INT_MIN",
		  { AF_NETLINK, SOCK_DGRAM, -0x7fffffff - 1, EPROTONOSUPPORT } },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		add_case(.name = name_case("socket.netlink.protocol_out_of_range[%s]",
					   rows[i].name),
			 .run_row = run_cell, .row = &rows[i].cell,
			 .has = { FEATURE_FAMILY(AF_NETLINK) }, .anywhere = true);
}

CASES(netlink_types)
{
	static const struct {
		const char *name;
		struct cell cell;
	} rows[] = {
		{ "0", { AF_NETLINK, 0, NETLINK_ROUTE, ESOCKTNOSUPPORT } },
		{ "stream",
		  { AF_NETLINK, SOCK_STREAM, NETLINK_ROUTE, ESOCKTNOSUPPORT } },
		{ "rdm", { AF_NETLINK, SOCK_RDM, NETLINK_ROUTE, ESOCKTNOSUPPORT } },
		{ "seqpacket",
		  { AF_NETLINK, SOCK_SEQPACKET, NETLINK_ROUTE, ESOCKTNOSUPPORT } },
		{ "dccp", { AF_NETLINK, SOCK_DCCP, NETLINK_ROUTE, ESOCKTNOSUPPORT } },
		{ "7", { AF_NETLINK, 7, NETLINK_ROUTE, ESOCKTNOSUPPORT } },
		{ "8", { AF_NETLINK, 8, NETLINK_ROUTE, ESOCKTNOSUPPORT } },
		{ "9", { AF_NETLINK, 9, NETLINK_ROUTE, ESOCKTNOSUPPORT } },
		{ "packet",
		  { AF_NETLINK, SOCK_PACKET, NETLINK_ROUTE, ESOCKTNOSUPPORT } },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		add_case(.name = name_case("socket.netlink.type_unsupported[%s]",
					   rows[i].name),
			 .run_row = run_cell, .row = &rows[i].cell,
			 .has = { FEATURE_FAMILY(AF_NETLINK) }, .anywhere = true);
}
