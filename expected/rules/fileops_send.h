/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fileops_send.h - whether a socket could send to the other end, for the calls that
 * send without an address: write(2), writev(2), splice(2), sendfile(2).
 */
#ifndef EXPECTED_RULES_FILEOPS_SEND_H
#define EXPECTED_RULES_FILEOPS_SEND_H

#include "../world_poll.h"
#include "fileops_common.h"

static inline bool is_ip(const struct world_socket *socket)
{
	return socket->domain == AF_INET || socket->domain == AF_INET6;
}

static inline bool is_tcp(const struct world_socket *socket)
{
	return is_ip(socket) && socket->type == SOCK_STREAM &&
	       socket->protocol == IPPROTO_TCP;
}

/* TCP that has no connection says so as if it had been broken: EPIPE; MPTCP too. */
static inline bool tcp_has_none(const struct world_socket *socket)
{
	return (is_tcp(socket) ||
		(is_ip(socket) && socket->protocol == LINUX_IPPROTO_MPTCP)) &&
	       socket->state != SOCKET_CONNECTED;
}

static inline bool unix_has_none(const struct world_socket *socket)
{
	return socket->domain == AF_UNIX && socket->state != SOCKET_CONNECTED;
}

/* UDP and raw sockets; echo sockets look at what is sent first. */
static inline bool has_no_peer(const struct world_socket *socket)
{
	bool echo = socket->type == SOCK_DGRAM && (socket->protocol == IPPROTO_ICMP ||
						   socket->protocol == IPPROTO_ICMPV6);

	return is_ip(socket) && socket->type != SOCK_STREAM && !echo &&
	       socket->state != SOCKET_CONNECTED;
}

/* Is the socket one that these rules speak of? */
static inline bool sends_without_address(const struct world_socket *socket)
{
	return is_ip(socket) || socket->domain == AF_UNIX;
}

#endif
