/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * oracle_limits.c - where a rule speaks of less than its condition lets through: cases
 * lead to worlds that are simpler than any sequence of calls may make them.
 */
#include <string.h>
#include <sys/ioctl.h>

#include "constants.h"
#include "oracle.h"
#include "oracle_doubt.h"
#include "world_tcp.h"

/* How much is sent at once decides where it fails: sk_stream_alloc_skb(), and what
 * SO_SNDBUF leaves room for. */
#define MUCH 16384

static bool sends_much(const struct call *call)
{
	return oracle_is_sending(call) && call->message.length > MUCH &&
	       !call->message.foreign;
}

/* The byte's place is known to calls that receive only. */
static bool looks_at_urgent(const struct world_socket *on, const struct call *call)
{
	bool urgent = on->tcp.urgent != URGENT_NONE;

	for (unsigned int i = 0; i < on->queued; i++)
		urgent |= on->queue[i].urgent || on->queue[i].mark;
	return urgent && (call->name == CALL_POLL || call->name == CALL_IOCTL);
}

/* Nobody has followed what of it has been acknowledged. */
static bool asks_unsent(const struct world *world, const struct call *call)
{
	return call->name == CALL_IOCTL && world->sent &&
	       (call->file.argument[0] == TIOCOUTQ ||
		call->file.argument[0] == LINUX_SIOCOUTQNSD);
}

/* Which of two faults is told has changed between releases: unix_dgram_sendmsg(). */
static bool is_twice_wrong(const struct world_socket *on, const struct call *call)
{
	return oracle_is_sending(call) && on->domain == AF_UNIX &&
	       on->type == SOCK_DGRAM && on->state != SOCKET_CONNECTED &&
	       (on->file.shut_write || call->message.readable < call->message.length);
}

static bool asks_unix_mark(const struct world_socket *on, const struct call *call)
{
	return call->name == CALL_IOCTL && on->domain == AF_UNIX &&
	       on->type == SOCK_STREAM && call->file.argument[0] == LINUX_SIOCATMARK;
}

/* connect(2) lets be connected to it; what is sent there is another matter. */
static bool sends_to_port_0(const struct world_socket *on, const struct call *call)
{
	return oracle_is_sending(call) && oracle_is_ip(on) && on->type == SOCK_DGRAM &&
	       !on->peer_port;
}

/* What is left of a connection that was broken may be used again, or may not. */
static bool is_broken(const struct world_socket *on, const struct call *call)
{
	bool ended = on->tcp.broken || (on->at_end && on->tcp.shut_write);

	return world_is_tcp(on) && ended &&
	       (call->name == CALL_BIND || call->name == CALL_CONNECT ||
		call->name == CALL_LISTEN || call->name == CALL_SHUTDOWN ||
		call->name == CALL_GETPEERNAME || call->name == CALL_ACCEPT4);
}

/* What MPTCP makes of an urgent byte: it has none, its peer may. */
static bool is_urgent_mptcp(const struct world *world, const struct world_socket *on,
			    const struct call *call)
{
	const struct world_socket *peer =
		world_socket_by_id((struct world *)world, on->peer);

	return call_receives(call->name) &&
	       (on->protocol == LINUX_IPPROTO_MPTCP ||
		(peer && peer->protocol == LINUX_IPPROTO_MPTCP)) &&
	       on->tcp.urgent;
}

bool oracle_beyond(const struct oracle *oracle, const struct world_socket *on,
		   const struct call *call)
{
	return is_broken(on, call) || is_urgent_mptcp(&oracle->world, on, call) ||
	       is_twice_wrong(on, call) || asks_unix_mark(on, call) ||
	       sends_to_port_0(on, call) || sends_much(call) ||
	       looks_at_urgent(on, call) || asks_unsent(&oracle->world, call);
}
