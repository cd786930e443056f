/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * listen.c - listen(2): who may, and who may not.
 */
#include "sockcheck.h"

CASE("listen.fd.not_open", .anywhere = true)
{
	expect_errno(EBADF, t_listen(77, 1));
}

CASE("listen.fd.path_only", .anywhere = true)
{
	int fd = open_descriptor(OPEN_PATH_ONLY);

	expect_errno(EBADF, t_listen(fd, 1));
}

CASE("listen.fd.not_a_socket", .anywhere = true)
{
	int fd = open_descriptor(OPEN_FILE);

	expect_errno(ENOTSOCK, t_listen(fd, 1));
}

CASE("listen.not_supported[udp]")
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	expect_errno(EOPNOTSUPP, t_listen(fd, 1));
}

CASE("listen.not_supported[unix]", .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int fd = must_socket(AF_UNIX, SOCK_DGRAM, 0);

	expect_errno(EOPNOTSUPP, t_listen(fd, 1));
}

CASE("listen.unix.no_name", .types = SC_STREAM | SC_SEQPACKET,
     .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	expect_errno(EINVAL, t_listen(fd, 1));
}

CASE("listen.connected[tcp]")
{
	int listener = must_socket(AF_INET, SOCK_STREAM, 0);
	int client = must_socket(AF_INET, SOCK_STREAM, 0);

	must_bind(listener, inet("127.0.0.1", 5000));
	must_listen(listener);
	must_connect(client, inet("127.0.0.1", 5000));
	expect_errno(EINVAL, t_listen(client, 1));
}

CASE("listen.port_in_use")
{
	int first = must_socket(AF_INET, SOCK_STREAM, 0);
	int second = must_socket(AF_INET, SOCK_STREAM, 0);

	must_option(first, SOL_SOCKET, SO_REUSEADDR, 1);
	must_option(second, SOL_SOCKET, SO_REUSEADDR, 1);
	must_bind(first, inet("127.0.0.1", 5000));
	must_bind(second, inet("127.0.0.1", 5000));
	must_listen(first);
	expect_errno(EADDRINUSE, t_listen(second, 1));
}

CASE("listen.port_shared[reuseport]")
{
	int first = must_socket(AF_INET, SOCK_STREAM, 0);
	int second = must_socket(AF_INET, SOCK_STREAM, 0);

	must_option(first, SOL_SOCKET, SO_REUSEPORT, 1);
	must_option(second, SOL_SOCKET, SO_REUSEPORT, 1);
	must_bind(first, inet("127.0.0.1", 5000));
	must_bind(second, inet("127.0.0.1", 5000));
	must_listen(first);
	expect_value(0, t_listen(second, 1));
}

CASE("listen.listens")
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	expect_value(0, t_listen(fd, 0));
}

CASE("listen.listens[again]")
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	must_listen(fd);
	expect_value(0, t_listen(fd, -1));
}
