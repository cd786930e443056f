/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * shutdown.c - shutdown(2): which socket, and how.
 */
#include "sockcheck.h"

CASE("shutdown.fd.not_open", .anywhere = true)
{
	expect_errno(EBADF, t_shutdown(77, SHUT_WR));
}

CASE("shutdown.fd.path_only", .anywhere = true)
{
	int fd = open_descriptor(OPEN_PATH_ONLY);

	expect_errno(EBADF, t_shutdown(fd, SHUT_WR));
}

CASE("shutdown.fd.not_a_socket", .anywhere = true)
{
	int fd = open_descriptor(OPEN_FILE);

	expect_errno(ENOTSOCK, t_shutdown(fd, SHUT_WR));
}

CASE("shutdown.not_supported[netlink]", .has = { FEATURE_FAMILY(AF_NETLINK) })
{
	int fd = must_socket(AF_NETLINK, SOCK_RAW, 0);

	expect_errno(EOPNOTSUPP, t_shutdown(fd, 77));
}

CASE("shutdown.how_unknown[tcp]")
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	expect_errno(EINVAL, t_shutdown(fd, 3));
}

CASE("shutdown.how_unknown[unix]", .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	expect_errno(EINVAL, t_shutdown(fd, -1));
}

CASE("shutdown.not_connected", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	expect_errno(ENOTCONN, t_shutdown(fd, SHUT_RDWR));
}

CASE("shutdown.done[udp]")
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	must_connect(fd, inet("127.0.0.1", 5000));
	expect_value(0, t_shutdown(fd, SHUT_RD));
}

CASE("shutdown.done[listener]")
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	must_listen(fd);
	expect_value(0, t_shutdown(fd, SHUT_WR));
}

CASE("shutdown.done[unix]", .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	expect_value(0, t_shutdown(fd, SHUT_RDWR));
}
