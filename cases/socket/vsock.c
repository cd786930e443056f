/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * vsock.c - socket(2) for AF_VSOCK: the whole table of types and protocols.
 */
#include <poll.h>
#include <sys/time.h>
#include <time.h>

#include "table.h"

static const struct {
	const char *name;
	int type;
	const char *outcome; /* with a protocol that AF_VSOCK has */
	int error;
	int since, until;
} types[] = {
	{ "0", 0, "type_unsupported", ESOCKTNOSUPPORT, 0, 0 },
	{ "stream", SOCK_STREAM, "created", 0, 0, 0 },
	{ "raw", SOCK_RAW, "type_unsupported", ESOCKTNOSUPPORT, 0, 0 },
	{ "rdm", SOCK_RDM, "type_unsupported", ESOCKTNOSUPPORT, 0, 0 },
	{ "seqpacket", SOCK_SEQPACKET, "created", 0, LINUX(5, 14), 0 },
	{ "seqpacket,old", SOCK_SEQPACKET, "type_unsupported", ESOCKTNOSUPPORT, 0,
	  LINUX(5, 14) },
	{ "dccp", SOCK_DCCP, "type_unsupported", ESOCKTNOSUPPORT, 0, 0 },
	{ "7", 7, "type_unsupported", ESOCKTNOSUPPORT, 0, 0 },
	{ "8", 8, "type_unsupported", ESOCKTNOSUPPORT, 0, 0 },
	{ "9", 9, "type_unsupported", ESOCKTNOSUPPORT, 0, 0 },
	{ "packet", SOCK_PACKET, "type_unsupported", ESOCKTNOSUPPORT, 0, 0 },
};

static const struct {
	const char *name;
	int protocol;
	bool supported;
} protocols[] = {
	{ "0", 0, true },
	{ "PF_VSOCK", AF_VSOCK, true },
	{ "1", 1, false },
	{ "41", AF_VSOCK + 1, false },
	{ "-1", -1, false },
	{ "INT_MAX", 0x7fffffff, false },
	{ "INT_MIN", -0x7fffffff - 1, false },
};

CASES(vsock_table)
{
	static struct cell cells[COUNT(types) * COUNT(protocols)];

	for (size_t i = 0; i < COUNT(cells); i++) {
		size_t t = i / COUNT(protocols), p = i % COUNT(protocols);
		const char *outcome = protocols[p].supported ? types[t].outcome
							     : "protocol_unsupported";

		cells[i] = (struct cell){ AF_VSOCK, types[t].type,
					  protocols[p].protocol,
					  protocols[p].supported ? types[t].error
								 : EPROTONOSUPPORT };
		add_case(.name = name_case("socket.vsock.%s[%s,%s]", outcome,
					   types[t].name, protocols[p].name),
			 .run_row = run_cell, .row = &cells[i],
			 .has = { FEATURE_FAMILY(AF_VSOCK) }, .since = types[t].since,
			 .until = types[t].until, .anywhere = true);
	}
}

/* A stream gets its transport when it is connected, a datagram socket when it is made.
 */
CASE("socket.vsock.no_transport", .has = { FEATURE_FAMILY(AF_VSOCK) },
     .lacks = { FEATURE_VSOCK_DGRAM }, .since = LINUX(5, 5), .anywhere = true)
{
	expect_errno(ENODEV, t_socket(AF_VSOCK, SOCK_DGRAM, 0));
}

CASE("socket.vsock.no_transport[PF_VSOCK]", .has = { FEATURE_FAMILY(AF_VSOCK) },
     .lacks = { FEATURE_VSOCK_DGRAM }, .since = LINUX(5, 5), .anywhere = true)
{
	expect_errno(ENODEV, t_socket(AF_VSOCK, SOCK_DGRAM, AF_VSOCK));
}

CASE("socket.vsock.created[dgram,0]",
     .has = { FEATURE_FAMILY(AF_VSOCK), FEATURE_VSOCK_DGRAM }, .anywhere = true)
{
	expect_descriptor(t_socket(AF_VSOCK, SOCK_DGRAM, 0));
}

CASE("socket.vsock.protocol_unsupported[dgram,1]", .has = { FEATURE_FAMILY(AF_VSOCK) },
     .anywhere = true)
{
	expect_errno(EPROTONOSUPPORT, t_socket(AF_VSOCK, SOCK_DGRAM, 1));
}

/* A connection that its caller does not wait for is one like others, and its time does
 * not run out. */
CASE("socket.vsock.created[stream,connected-later]",
     .has = { FEATURE_FAMILY(AF_VSOCK), FEATURE_VSOCK_LOCAL })
{
	struct address address = vsock_address(LINUX_VMADDR_CID_LOCAL, vsock_port(0));
	int listener = must_socket(AF_VSOCK, SOCK_STREAM, 0), other, fd;
	const struct timeval timeout = { .tv_usec = 20000 };
	const struct timespec past = { .tv_nsec = 60000000 };
	unsigned char bytes[8];

	need_vsock_port(vsock_port(0));
	must_bind(listener, address);
	must_listen(listener);
	other = expect_descriptor(t_socket(AF_VSOCK, SOCK_STREAM | SOCK_NONBLOCK, 0));
	if (target_waits_not())
		return;
	sc_must(SC_LINE,
		t_setsockopt(other, AF_VSOCK, LINUX_SO_VM_SOCKETS_CONNECT_TIMEOUT,
			     &timeout, sizeof(timeout)),
		"setsockopt(2) of SO_VM_SOCKETS_CONNECT_TIMEOUT");
	sc_connect_to(other, address);
	wait_readable(listener);
	fd = must_accept(listener);
	wait_for_events(other, POLLOUT);
	nanosleep(&past, NULL);
	expect_that(t_sendto(other, "data", 4, 0, NULL, 0) == 4, "nothing was sent");
	wait_readable(fd);
	expect_that(t_recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT, NULL, NULL) == 4,
		    "what was sent does not come");
}
