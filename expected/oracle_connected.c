/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * oracle_connected.c - what connect(2) and accept4(2) leave unknown, and the end of a
 * connection by connect(2) with AF_UNSPEC.
 */
#include <string.h>

#include "constants.h"
#include "oracle_doubt.h"
#include "world_datagrams.h"
#include "world_ip.h"
#include "world_tcp.h"

/* Errors of connect(2) that come before it has changed anything. */
static bool failed_early(const struct call *call, int error)
{
	switch (error) {
	case EBADF:
	case ENOTSOCK:
	case EISCONN:
	case EALREADY:
		return true;
	case EFAULT:
		return call->address.unreadable;
	case EINVAL:
		return call->address.addrlen < 0 ||
		       call->address.addrlen > ADDRESS_BYTES_MAX;
	default:
		return false;
	}
}

/* The other end is as the listener was. */
static void doubt_child(struct oracle *oracle, const struct world_socket *client)
{
	struct world *world = &oracle->world;
	const struct world_socket *child = world_socket_by_id(world, client->peer);
	const struct world_socket *listener =
		child ? world_socket_by_id(world, child->listener) : NULL;

	oracle_doubt(oracle, child, DOUBT_CHANGED, oracle->why);
	if (listener)
		oracle_doubt(oracle, child, oracle_socket_doubts(oracle, listener),
			     oracle->why);
	if (listener && oracle_socket_doubts(oracle, listener) & DOUBT_STATE)
		oracle_doubt(oracle, client, DOUBT_STATE | DOUBT_QUEUE,
			     "a listener that is in doubt");
}

static bool is_own_name(const struct world_socket *on, const struct ip_name *name)
{
	return name->port == on->port &&
	       (!on->peer || ip_is_any(name->address) ||
		!memcmp(name->address, on->address, sizeof(on->address)));
}

static void after_tcp_connect(struct oracle *oracle, const struct world_socket *on,
			      const struct call *call, const struct result *result)
{
	bool stands = result->value >= 0 || result->value == -EINPROGRESS;
	/* POSIX, EINTR: "the connection request shall not be aborted, and the
	 * connection shall be established asynchronously": at the listener it waits, or
	 * will. */
	bool goes_on = stands || result->value == -EINTR;
	struct ip_name to;

	if (oracle_socket_doubts(oracle, on) & DOUBT_STATE) {
		oracle_doubt(oracle, on, DOUBT_ALL, "a connection that is in doubt");
		oracle_doubt_kin(oracle, on, DOUBT_QUEUE | DOUBT_STATE,
				 "a connection that is in doubt");
		return;
	}
	/* To itself, though another listens there: both ends are one. */
	ip_name_of(on->domain, &call->address, &to);
	if (stands && ((on->port_open && !on->peer) || is_own_name(on, &to))) {
		oracle_doubt(oracle, on, DOUBT_ALL, "a connection to itself");
		oracle_doubt_kin(oracle, on, DOUBT_QUEUE | DOUBT_STATE,
				 "a connection to itself");
		return;
	}
	world_ip_to_self(&oracle->world, on, &to);
	if (goes_on && !world_ip_receiver_is_sure(&oracle->world, on, &to)) {
		oracle_doubt(oracle, on, DOUBT_STATE | DOUBT_QUEUE,
			     "a connection of one of several listeners");
		oracle_doubt_kin(oracle, on, DOUBT_QUEUE | DOUBT_STATE,
				 "a connection of one of several listeners");
		return;
	}
	if (stands && on->peer && !on->tcp.connecting)
		return;
	if (result->value == -EINPROGRESS && on->error == ECONNREFUSED) {
		oracle_doubt(oracle, on, DOUBT_NAME,
			     "the name of a connection refused");
		return;
	}
	if (result->value >= 0 && on->state == SOCKET_UNCONNECTED)
		return;
	oracle_doubt(oracle, on, DOUBT_ALL, "a connection that is not followed");
	if (goes_on)
		oracle_doubt_kin(oracle, on, DOUBT_QUEUE | DOUBT_STATE,
				 "a connection that is not followed");
}

/*
 * UDP's connect(2) that fails has chosen a port, where there was none:
 * inet_dgram_connect() does it before it looks at the address, and
 * __ip6_datagram_connect() puts the peer back. It leaves the interface of a link-local
 * one.
 */
static bool failed_and_left_a_port(struct world_socket *on, const struct call *call,
				   const struct result *result)
{
	struct ip_name to;
	sa_family_t family;

	if (!oracle_is_udp(on) || result->value >= 0 || result->value == -EAGAIN ||
	    call->address.addrlen < (int)sizeof(family))
		return false;
	memcpy(&family, call->address.bytes, sizeof(family));
	ip_name_of(family, &call->address, &to);
	if (family == AF_UNSPEC || ip_needs_scope(to.address))
		return false;
	if (!on->port)
		on->port_open = true;
	return true;
}

/* Of raw and echo sockets only the names are followed, of connections to one address of
 * this machine and of what comes behind these. */
static bool is_named_only(const struct oracle *oracle, const struct world_socket *on,
			  const struct result *result)
{
	if (!world_sends_packets(on) || result->value < 0)
		return false;
	if (on->state == SOCKET_UNCONNECTED)
		return true;
	/* ip_route_output_key_hash_rcu(): of lo, IGMP has no address to come from. */
	if (on->protocol == IPPROTO_IGMP && on->interface)
		return false;
	return ip_is_v4(on->peer_address) == ip_is_v4(on->address) &&
	       world_ip_kind(&oracle->world, on->peer_address, 0) == IP_LOCAL;
}

/* __ip4_datagram_connect() leaves the address that it failed at where udp_sendmsg()
 * finds it: fuzz/findings/udp-sends-to-whom-connect-refused.md. */
static bool after_udp_refused(struct oracle *oracle, const struct world_socket *on,
			      const struct result *result)
{
	static const char why[] = "a connection of UDP behind which another failed";

	if (!oracle_is_udp(on) || result->value >= 0 || on->state != SOCKET_CONNECTED ||
	    !ip_is_v4(on->peer_address))
		return false;
	oracle_doubt(oracle, on, DOUBT_ALL, why);
	oracle_doubt_kin(oracle, on, DOUBT_QUEUE, why);
	return true;
}

/* __udp_disconnect() leaves sk_v6_daddr as it is, so that of IPv6 only the peer before
 * is heard: fuzz/findings/udp6-dissolved-hears-its-old-peer-only.md. */
static void after_udp_dissolved(struct oracle *oracle, const struct world_socket *on)
{
	if (on->domain == AF_INET6)
		oracle_doubt(oracle, on, DOUBT_OPTIONS,
			     "an association of IPv6 that was dissolved");
}

void oracle_after_connect(struct oracle *oracle, struct world_socket *on,
			  const struct call *call, const struct result *result)
{
	oracle_doubt(oracle, on, DOUBT_CHANGED, oracle->why);
	doubt_child(oracle, on);
	if (result->value < 0 && failed_early(call, (int)-result->value))
		return;
	/* DCCP's and SCTP's connections begin with packets, too. */
	if (oracle_is_ip(on) && on->type != SOCK_DGRAM && on->type != SOCK_RAW)
		oracle_doubt_onlookers(oracle);
	if (world_is_tcp(on)) {
		after_tcp_connect(oracle, on, call, result);
		return;
	}
	if (after_udp_refused(oracle, on, result) ||
	    failed_and_left_a_port(on, call, result))
		return;
	/* unix_dgram_connect() and unix_stream_connect() give a name before they look
	 * for the other end. */
	if (on->domain == AF_UNIX && on->pass_credentials && !on->name_length)
		oracle_doubt(oracle, on, DOUBT_NAME, "a name that was given by itself");
	if (on->domain == AF_UNIX && result->value < 0)
		return;
	if (on->domain == AF_UNIX && (on->peer || on->state == SOCKET_UNCONNECTED))
		return;
	/* __udp_disconnect(): a raw socket that is dissolved has no port any more. */
	if (is_named_only(oracle, on, result)) {
		if (on->type == SOCK_RAW && on->state == SOCKET_UNCONNECTED)
			oracle_doubt(oracle, on, DOUBT_NAME,
				     "a raw socket that was dissolved");
		if (on->state == SOCKET_UNCONNECTED)
			after_udp_dissolved(oracle, on);
		oracle_doubt(oracle, on, DOUBT_QUEUE | DOUBT_SENDING,
			     "a connection of packets");
		return;
	}
	if (oracle_is_ip(on) && result->value >= 0 && on->type == SOCK_DGRAM &&
	    !oracle_is_echo(on) && on->state == SOCKET_UNCONNECTED) {
		after_udp_dissolved(oracle, on);
		return;
	}
	if (oracle_is_ip(on) && result->value >= 0 && on->type == SOCK_DGRAM &&
	    !oracle_is_echo(on)) {
		struct ip_name to = { .port = on->peer_port };

		/* ip6_datagram_connect() keeps the address of a connection before. */
		if (ip_is_v4(on->peer_address) != ip_is_v4(on->address))
			oracle_doubt(oracle, on, DOUBT_ALL,
				     "a connection of two versions");
		memcpy(to.address, on->peer_address, 16);
		if (world_ip_kind(&oracle->world, to.address, 0) == IP_LOCAL)
			return;
	}
	oracle_doubt(oracle, on, DOUBT_ALL, "a connect(2) that is not followed");
	oracle_doubt_kin(oracle, on, DOUBT_QUEUE | DOUBT_STATE,
			 "a connect(2) that is not followed");
}

/*
 * tcp_disconnect() ends a listener, with all that wait at it.  A port that bind(2) has
 * not fixed is given back where the state changes, tcp_set_state(), and getsockname(2)
 * goes on to tell it: of inet_num and inet_sport, inet_put_port() clears the first.
 */
void oracle_after_disconnect(struct oracle *oracle, const struct world_socket *on,
			     const struct world_socket *was)
{
	if (!on->port_fixed)
		oracle_doubt(oracle, on, DOUBT_NAME, "a port that was given back");
	/* mptcp_disconnect() leaves the addresses as they are. */
	if (on->protocol == LINUX_IPPROTO_MPTCP)
		oracle_doubt(oracle, on, DOUBT_ALL, "a connection of MPTCP dissolved");
	if (was->state == SOCKET_LISTENING)
		oracle_doubt_kin(oracle, on, DOUBT_STATE | DOUBT_QUEUE,
				 "a listener that is one no more");
}

bool oracle_is_disconnected(const struct call *call, const struct world_socket *on,
			    const struct world_socket *was)
{
	sa_family_t family;

	if (!world_is_tcp(on))
		return false;
	if (was->state == SOCKET_LISTENING && on->state != SOCKET_LISTENING)
		return true;
	memcpy(&family, call->address.bytes, sizeof(family));
	return call->name == CALL_CONNECT && family == AF_UNSPEC;
}

/* Where the name could not be told, the connection was taken and is gone. */
void oracle_after_failed_accept(struct oracle *oracle, const struct world_socket *on,
				const struct result *result)
{
	if (on->state != SOCKET_LISTENING ||
	    (result->value != -EFAULT && result->value != -EINVAL))
		return;
	oracle_doubt(oracle, on, DOUBT_STATE | DOUBT_QUEUE,
		     "an accept4(2) that failed");
	oracle_doubt_kin(oracle, on, DOUBT_STATE | DOUBT_QUEUE,
			 "an accept4(2) that failed");
	if (world_is_tcp(on))
		oracle_doubt_onlookers(oracle);
}

/* Of a connection that nobody has followed, it is known whose listener has given it. */
void oracle_after_unknown_accept(struct oracle *oracle,
				 const struct world_socket *listener,
				 const struct call *call, const struct result *result)
{
	int type = listener->type | (call->flags & (SOCK_NONBLOCK | SOCK_CLOEXEC));
	struct call made = {
		.name = CALL_SOCKET,
		.fd = -1,
		.socket = { listener->domain, type, listener->protocol },
	};

	if (listener->id)
		world_apply(&oracle->world, &made, result);
	if (world_socket(&oracle->world, (int)result->value))
		oracle_doubt(oracle, world_socket(&oracle->world, (int)result->value),
			     DOUBT_ALL, "a connection that is not followed");
	else
		oracle_lose(oracle, "a connection that is not followed");
}
