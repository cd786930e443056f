/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix.c - socket(2) for AF_UNIX: the whole table of types and protocols.
 */
#include <stdio.h>
#include <sys/stat.h>

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

/*
 * Memory of AF_UNIX is its sender's: in a cgroup, memory.current counts what waits at
 * sockets (Documentation/admin-guide/cgroup-v2.rst: "the total amount of memory
 * currently being used by the cgroup").  The kernel counts ahead, by the hundred
 * kilobytes.
 */
#define CGROUPS "/sys/fs/cgroup/"
#define COUNTED CGROUPS "sockcheck-counted"
#define PAIRS	16
#define SENT	100000

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	if (!file || fputs(text, file) < 0 || fclose(file))
		sc_skip("needs a cgroup that counts memory: %s", path);
}

static long memory_in_use(void)
{
	FILE *file = fopen(COUNTED "/memory.current", "re");
	long bytes = -1;

	if (!file || fscanf(file, "%ld", &bytes) != 1)
		sc_skip("needs memory.current");
	fclose(file);
	return bytes;
}

static void keep_some(const int fds[2])
{
	static const char text[SENT];

	must(t_sendto(fds[1], text, SENT, 0, NULL, 0) == SENT, "nothing was sent");
}

CASE("socket.unix.created[stream,memory-counted]", .has = { FEATURE_FAMILY(AF_UNIX) },
     .needs = NEEDS_GUEST | NEEDS_REAL_ROOT)
{
	long before, after;
	int fds[2];

	expect_descriptor(t_socket(AF_UNIX, SOCK_STREAM, 0));
	if (target_waits_not())
		return;
	write_text(CGROUPS "cgroup.subtree_control", "+memory");
	mkdir(COUNTED, 0755);
	write_text(COUNTED "/cgroup.procs", "0");
	before = memory_in_use();
	for (int i = 0; i < PAIRS; i++) {
		sc_must(SC_LINE, t_socketpair(AF_UNIX, SOCK_STREAM, 0, fds),
			"socketpair(2)");
		keep_some(fds);
	}
	after = memory_in_use();
	expect_that(after - before > PAIRS * SENT / 2,
		    "%ld bytes are counted of what waits", after - before);
}
