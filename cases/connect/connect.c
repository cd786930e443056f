/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * connect.c - connect(2): what is refused before anything is sent.
 */
#include "sockcheck.h"

CASE("connect.fd.not_open", .anywhere = true)
{
	expect_errno(EBADF, sc_connect_to(77, inet("127.0.0.1", 5000)));
}

CASE("connect.fd.path_only", .anywhere = true)
{
	int fd = open_descriptor(OPEN_PATH_ONLY);

	expect_errno(EBADF, sc_connect_to(fd, inet("127.0.0.1", 5000)));
}

CASE("connect.fd.not_a_socket", .anywhere = true)
{
	int fd = open_descriptor(OPEN_FILE);

	expect_errno(ENOTSOCK, sc_connect_to(fd, inet("127.0.0.1", 5000)));
}

CASE("connect.addrlen.out_of_range[file]", .since = LINUX(5, 5), .anywhere = true)
{
	int fd = open_descriptor(OPEN_FILE);

	expect_errno(EINVAL,
		     sc_connect_to(fd, with_length(inet("127.0.0.1", 5000), -1)));
}

CASE("connect.addrlen.out_of_range", .types = SC_STREAM | SC_DGRAM,
     .since = LINUX(5, 5))
{
	int fd = must_socket(AF_INET, sc_type, 0);

	expect_errno(EINVAL,
		     sc_connect_to(fd, with_length(inet("127.0.0.1", 5000), 129)));
}

CASE("connect.address.unreadable", .types = SC_STREAM | SC_DGRAM, .since = LINUX(5, 5))
{
	int fd = must_socket(AF_INET, sc_type, 0);

	expect_errno(EFAULT, t_connect(fd, unmapped_memory(), 16));
}

CASE("connect.address.no_family", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	expect_errno(EINVAL,
		     sc_connect_to(fd, with_length(inet("127.0.0.1", 5000), 1)));
}

CASE("connect.udp.dissolved")
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	must_connect(fd, inet("127.0.0.1", 5000));
	expect_value(0, sc_connect_to(fd, family_only(AF_UNSPEC, 16)));
}

CASE("connect.tcp.listening")
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	must_listen(fd);
	expect_errno(EISCONN, sc_connect_to(fd, inet("127.0.0.1", 5000)));
}

CASE("connect.tcp.connected")
{
	int listener = must_socket(AF_INET, SOCK_STREAM, 0);
	int client = must_socket(AF_INET, SOCK_STREAM, 0);

	must_bind(listener, inet("127.0.0.1", 5000));
	must_listen(listener);
	must_connect(client, inet("127.0.0.1", 5000));
	expect_errno(EISCONN, sc_connect_to(client, inet("127.0.0.1", 5000)));
}

CASE("connect.ip.address_short", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	expect_errno(EINVAL,
		     sc_connect_to(fd, with_length(inet("127.0.0.1", 5000), 15)));
}

CASE("connect.ip.address_short[inet6]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	expect_errno(EINVAL, sc_connect_to(fd, with_length(inet6("::1", 5000), 23)));
}

CASE("connect.ip.family_wrong", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	expect_errno(EAFNOSUPPORT,
		     sc_connect_to(fd, with_family(inet("127.0.0.1", 5000), AF_INET6)));
}

CASE("connect.unix.not_a_name[family]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	expect_errno(EINVAL, sc_connect_to(fd, inet("127.0.0.1", 5000)));
}

CASE("connect.unix.not_a_name[short]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	expect_errno(EINVAL, sc_connect_to(fd, family_only(AF_UNIX, 2)));
}
