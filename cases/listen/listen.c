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

/* What the port remembers is of use to the second, not to the first. */
CASE("listen.port_in_use[reuseport-taken-back]")
{
	int first = must_socket(AF_INET, SOCK_STREAM, 0);
	int second = must_socket(AF_INET, SOCK_STREAM, 0);

	must_option(first, SOL_SOCKET, SO_REUSEPORT, 1);
	must_bind(first, inet("127.0.0.1", 5000));
	must_option(first, SOL_SOCKET, SO_REUSEPORT, 0);
	must_option(second, SOL_SOCKET, SO_REUSEPORT, 1);
	must_bind(second, inet("127.0.0.1", 5000));
	expect_errno(EADDRINUSE, t_listen(first, 1));
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

/* Of two that share a port by SO_REUSEPORT, one listens again once it has ended: with
 * net.ipv4.tcp_migrate_req it has stayed in their group. */
static void listens_again(bool migrates, bool beside_any)
{
	int fds[2], any;

	if (migrates)
		set_tcp_migrate_req(true);
	for (int i = 0; i < 2; i++) {
		fds[i] = must_socket(AF_INET, SOCK_STREAM, 0);
		must_option(fds[i], SOL_SOCKET, SO_REUSEPORT, 1);
		must_bind(fds[i], inet("127.0.0.1", 5000));
		must_listen(fds[i]);
	}
	if (beside_any) {
		any = must_socket(AF_INET, SOCK_STREAM, 0);
		must_option(any, SOL_SOCKET, SO_REUSEPORT, 1);
		must_bind(any, inet("0.0.0.0", 5000));
	}
	sc_must(SC_LINE, t_shutdown(fds[0], SHUT_RDWR), "shutdown(2)");
	expect_value(0, t_listen(fds[0], 8));
}

CASE("listen.port_shared[again]")
{
	listens_again(false, false);
}

CASE("listen.port_shared[again,migrates]", .since = LINUX(5, 14))
{
	listens_again(true, false);
}

CASE("listen.port_shared[again,migrates,beside-any]", .since = LINUX(5, 14))
{
	listens_again(true, true);
}
