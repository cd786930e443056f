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
#include "world_messages.h"
#include "world_tcp.h"

/* How much is sent at once decides where it fails: sk_stream_alloc_skb(), and what
 * SO_SNDBUF leaves room for.  Datagrams of IP take none of it over lo, and of AF_UNIX
 * those that there is never room for are refused. */
#define MUCH 16384

static bool sends_much(const struct world *world, const struct world_socket *on,
		       const struct call *call)
{
	bool message = call->name == CALL_SENDTO || call->name == CALL_SENDMSG;
	size_t most = (size_t)world->settings.wmem_default;

	/* import_ubuf() cuts one area to what can be sent, other kernels refuse it. */
	if (call->name == CALL_SENDMSG && !call->message.wrong &&
	    call_exceeds_addresses(call))
		return true;
	if (!oracle_is_sending(call) || call->message.length <= MUCH ||
	    call->message.foreign)
		return false;
	if (!message || on->type == SOCK_STREAM)
		return true;
	return !oracle_is_ip(on) && (!most || call->message.length < most);
}

/* write(2) is not asked where it is to go, as sendto(2) is: its rules say less. */
static bool writes(const struct call *call)
{
	return call->name == CALL_WRITE || call->name == CALL_WRITEV;
}

/* The byte's place is known to calls that receive only. */
static bool looks_at_urgent(const struct world_socket *on, const struct call *call)
{
	bool urgent = on->tcp.urgent != URGENT_NONE;

	for (unsigned int i = 0; i < on->queued; i++)
		urgent |= on->queue[i].urgent || on->queue[i].mark;
	return urgent && (call->name == CALL_POLL || call->name == CALL_IOCTL);
}

/* Nobody has followed what of it has been acknowledged; of a connection refused, the
 * SYN has not; and tcp_disconnect() leaves bytes that nobody sent. */
static bool asks_unsent(const struct oracle *oracle, const struct world_socket *on,
			const struct call *call)
{
	bool may_be_disconnected = world_is_tcp(on) &&
				   on->state == SOCKET_UNCONNECTED &&
				   oracle_socket_doubts(oracle, on) & DOUBT_CHANGED;

	return call->name == CALL_IOCTL &&
	       (oracle->world.sent || on->tcp.broken || may_be_disconnected) &&
	       (call->file.argument[0] == TIOCOUTQ ||
		call->file.argument[0] == LINUX_SIOCOUTQNSD);
}

/* Which of two faults is told has changed between releases: unix_dgram_sendmsg(). */
static bool is_twice_wrong(const struct world_socket *on, const struct call *call)
{
	return writes(call) && on->domain == AF_UNIX && on->type == SOCK_DGRAM &&
	       on->state != SOCKET_CONNECTED &&
	       (on->file.shut_write || call->message.readable < call->message.length);
}

/* manage_oob() drops a byte that unix_inq_len() counts for ever, since Linux 6.17:
 * "af_unix: Use cached value for SOCK_STREAM in unix_inq_len()".  fuzz/findings has it.
 */
static bool asks_what_was_dropped(const struct world_socket *on,
				  const struct call *call)
{
	return call->name == CALL_IOCTL && on->urgent_dropped &&
	       call->file.argument[0] == FIONREAD;
}

static bool asks_unix_mark(const struct world_socket *on, const struct call *call)
{
	return call->name == CALL_IOCTL && on->domain == AF_UNIX &&
	       on->type == SOCK_STREAM && call->file.argument[0] == LINUX_SIOCATMARK;
}

/* connect(2) lets be connected to it; what is sent there is another matter. */
static bool sends_to_port_0(const struct world_socket *on, const struct call *call)
{
	return writes(call) && oracle_is_ip(on) && on->type == SOCK_DGRAM &&
	       !on->peer_port && (on->state == SOCKET_CONNECTED || oracle_is_echo(on));
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

/* Of MPTCP, cases look at little more than what is made and bound.  mptcp_bind()
 * refuses who is connected before it looks at the address; and it binds the socket of
 * its TCP, of which its own does not have all options. */
static bool is_mptcp(const struct world_socket *on, const struct call *call)
{
	bool binds = call->name == CALL_BIND && on->state != SOCKET_CONNECTED &&
		     !on->tcp.connecting && !on->tcp.broken;

	bool asks = call->name == CALL_GETSOCKOPT &&
		    (call->option.level == SOL_SOCKET || (!on->port && !on->port_open));

	return on->protocol == LINUX_IPPROTO_MPTCP && !binds && !asks &&
	       call->name != CALL_GETSOCKNAME && call->name != CALL_LISTEN &&
	       call->name != CALL_CLOSE;
}

/* Of SCTP, DCCP and L2TP, cases look at how sockets are made, and at nothing that these
 * do. */
static bool is_only_made(const struct world_socket *on, const struct call *call)
{
	return oracle_is_ip(on) && on->type != SOCK_RAW && call->name != CALL_CLOSE &&
	       (on->protocol == IPPROTO_SCTP || on->protocol == LINUX_IPPROTO_L2TP ||
		on->type == SOCK_SEQPACKET || on->type == SOCK_DCCP);
}

/* A read of nothing beside an out-of-band byte. */
static bool reads_nothing_urgent(const struct world_socket *on, const struct call *call)
{
	bool urgent = false;

	for (unsigned int i = 0; i < on->queued; i++)
		urgent |= on->queue[i].urgent || on->queue[i].mark;
	return urgent && call_receives(call->name) && !call->message.length;
}

/* A sender's name that the kernel has chosen, or may have, is told where it is
 * received.
 */
static bool tells_open_name(const struct oracle *oracle, const struct world_socket *on,
			    const struct call *call)
{
	struct world *world = (struct world *)&oracle->world;

	for (unsigned int i = 0; call_receives(call->name) && i < on->queued; i++) {
		const struct world_socket *sender =
			world_socket_by_id(world, on->queue[i].sender);

		if (on->domain == AF_UNIX && sender &&
		    (sender->name_open ||
		     oracle_socket_doubts(oracle, sender) & DOUBT_NAME))
			return true;
	}
	return false;
}

/* unix_may_send(): the peer has turned to another, and takes nothing from this one. */
static bool sends_to_deserter(const struct oracle *oracle,
			      const struct world_socket *on, const struct call *call)
{
	const struct world_socket *peer =
		world_socket_by_id((struct world *)&oracle->world, on->peer);

	return writes(call) && on->domain == AF_UNIX && on->type == SOCK_DGRAM &&
	       peer && peer->peer && peer->peer != on->id;
}

/* Which groups are guarded, a case finds out; see world.guarded_groups. */
static bool may_be_guarded(const struct world *world, const struct world_socket *on,
			   const struct call *call)
{
	return on->domain == AF_NETLINK && !world->caller.cap_net_admin &&
	       (call->name == CALL_BIND || call->name == CALL_SETSOCKOPT);
}

static bool is_strange_connection(const struct world *world,
				  const struct world_socket *on,
				  const struct call *call)
{
	return is_broken(on, call) || is_mptcp(on, call) || is_only_made(on, call) ||
	       is_urgent_mptcp(world, on, call) || looks_at_urgent(on, call) ||
	       reads_nothing_urgent(on, call);
}

/* An error that waits is told by what is written next, but on a stream of AF_UNIX: no
 * rule says so. */
static bool tells_error(const struct world_socket *on, const struct call *call)
{
	bool tells = oracle_is_ip(on) ||
		     (on->domain == AF_UNIX && on->type != SOCK_STREAM);

	return writes(call) && tells && on->error;
}

static bool sends_strangely(const struct world *world, const struct world_socket *on,
			    const struct call *call)
{
	return tells_error(on, call) || is_twice_wrong(on, call) ||
	       sends_to_port_0(on, call) || sends_much(world, on, call);
}

bool oracle_beyond(const struct oracle *oracle, const struct world_socket *on,
		   const struct call *call)
{
	const struct world *world = &oracle->world;

	return is_strange_connection(world, on, call) ||
	       sends_strangely(world, on, call) || asks_unix_mark(on, call) ||
	       asks_what_was_dropped(on, call) || asks_unsent(oracle, on, call) ||
	       tells_open_name(oracle, on, call) ||
	       sends_to_deserter(oracle, on, call) || may_be_guarded(world, on, call);
}
