/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix.c - socket(2) for AF_UNIX: the whole table of types and protocols.
 */
#include "table.h"

static const struct {
	const char *name;
	int type;
	const char *outcome; /* with a protocol that AF_UNIX has */
	int error;
} types[] = {
	{ "0", 0, "type_unsupported", ESOCKTNOSUPPORT },
	{ "stream", SOCK_STREAM, "created", 0 },
	{ "dgram", SOCK_DGRAM, "created", 0 },
	{ "raw", SOCK_RAW, "created", 0 }, /* a datagram socket: socket.new.so_type */
	{ "rdm", SOCK_RDM, "type_unsupported", ESOCKTNOSUPPORT },
	{ "seqpacket", SOCK_SEQPACKET, "created", 0 },
	{ "dccp", SOCK_DCCP, "type_unsupported", ESOCKTNOSUPPORT },
	{ "7", 7, "type_unsupported", ESOCKTNOSUPPORT },
	{ "8", 8, "type_unsupported", ESOCKTNOSUPPORT },
	{ "9", 9, "type_unsupported", ESOCKTNOSUPPORT },
	{ "packet", SOCK_PACKET, "type_unsupported", ESOCKTNOSUPPORT },
};

static const struct {
	const char *name;
	int protocol;
	bool supported;
} protocols[] = {
	{ "0", 0, true },
	{ "PF_UNIX", PF_UNIX, true },
	{ "2", 2, false },
	{ "tcp", IPPROTO_TCP, false },
	{ "-1", -1, false },
	{ "INT_MAX", 0x7fffffff, false },
	{ "INT_MIN", -0x7fffffff - 1, false },
	{ "0x10001", 0x10001, false }, /* PF_UNIX, if only two bytes were looked at */
};

CASES(unix_table)
{
	static struct cell cells[COUNT(types) * COUNT(protocols)];

	for (size_t i = 0; i < COUNT(cells); i++) {
		size_t t = i / COUNT(protocols), p = i % COUNT(protocols);
		const char *outcome = protocols[p].supported ? types[t].outcome
							     : "protocol_unsupported";

		cells[i] = (struct cell){ AF_UNIX, types[t].type, protocols[p].protocol,
					  protocols[p].supported ? types[t].error
								 : EPROTONOSUPPORT };
		add_case(.name = name_case("socket.unix.%s[%s,%s]", outcome,
					   types[t].name, protocols[p].name),
			 .run_row = run_cell, .row = &cells[i],
			 .has = { FEATURE_FAMILY(AF_UNIX) }, .anywhere = true);
	}
}
