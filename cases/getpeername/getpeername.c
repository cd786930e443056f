/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * getpeername.c - getpeername(2): who has a peer.
 */
#include "sockcheck.h"

static long peer_of(int fd, struct address *peer)
{
	socklen_t addrlen = sizeof(peer->bytes);
	long value = t_getpeername(fd, peer->bytes, &addrlen);

	peer->length = (int)addrlen;
	return value;
}

CASE("getpeername.fd.not_open", .anywhere = true)
{
	struct address peer;

	expect_errno(EBADF, peer_of(77, &peer));
}

CASE("getpeername.fd.path_only", .anywhere = true)
{
	struct address peer;
	int fd = open_descriptor(OPEN_PATH_ONLY);

	expect_errno(EBADF, peer_of(fd, &peer));
}

CASE("getpeername.fd.not_a_socket", .anywhere = true)
{
	struct address peer;
	int fd = open_descriptor(OPEN_FILE);

	expect_errno(ENOTSOCK, peer_of(fd, &peer));
}

CASE("getpeername.not_supported", .caps = SC_CAP(LINUX_CAP_NET_RAW),
     .has = { FEATURE_FAMILY(AF_PACKET) })
{
	struct address peer;
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	expect_errno(EOPNOTSUPP, peer_of(fd, &peer));
}

CASE("getpeername.not_connected", .types = SC_STREAM | SC_DGRAM)
{
	struct address peer;
	int fd = must_socket(AF_INET, sc_type, 0);

	expect_errno(ENOTCONN, peer_of(fd, &peer));
}

/* Of UDP connected to port 0, whatever the address. */
static const struct portless {
	const char *name;
	int domain;
	const char *address;
} portless[] = {
	{ "port-0", AF_INET, "127.0.0.1" },
	{ "port-0,any", AF_INET, "0.0.0.0" },
	{ "port-0,inet6", AF_INET6, "::1" },
	{ "port-0,inet6,any", AF_INET6, "::" },
};

static void has_no_port(const void *data)
{
	const struct portless *row = data;
	struct address peer;
	int fd = must_socket(row->domain, SOCK_DGRAM, 0);

	must_connect(fd, ip_address(row->address, 0));
	expect_errno(ENOTCONN, peer_of(fd, &peer));
}

CASES(portless)
{
	for (size_t i = 0; i < COUNT(portless); i++)
		add_case(.name = name_case("getpeername.not_connected[%s]",
					   portless[i].name),
			 .run_row = has_no_port, .row = &portless[i],
			 .has = { FEATURE_FAMILY(portless[i].domain) });
}

CASE("getpeername.ip.connected")
{
	struct address peer, due = inet("127.0.0.1", 5000);
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	must_connect(fd, due);
	sc_forget();
	peer_of(fd, &peer);
	expect_last_bytes(due.bytes, (unsigned int)due.length);
}
