/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * oracle_doubt.c - going on from a call: the world follows it as far as it can, and
 * what that leaves unknown is noted.  Where it is not sure, it doubts: a call that is
 * not judged does no harm, a false alarm does.
 */
#include <string.h>

#include "constants.h"
#include "oracle.h"
#include "oracle_doubt.h"
#include "world_ip.h"
#include "world_tcp.h"

unsigned int oracle_socket_doubts(const struct oracle *oracle,
				  const struct world_socket *socket)
{
	return socket->id < ORACLE_SOCKETS ? oracle->doubts[socket->id] : DOUBT_ALL;
}

bool oracle_is_ip(const struct world_socket *socket)
{
	return socket->domain == AF_INET || socket->domain == AF_INET6;
}

static bool is_echo(const struct world_socket *socket)
{
	return oracle_is_ip(socket) && socket->type == SOCK_DGRAM &&
	       (socket->protocol == IPPROTO_ICMP || socket->protocol == IPPROTO_ICMPV6);
}

bool oracle_same_kin(const struct world_socket *a, const struct world_socket *b)
{
	if (!oracle_is_ip(a) || !oracle_is_ip(b))
		return a->domain == b->domain;
	if (world_is_tcp(a) || world_is_tcp(b))
		return world_is_tcp(a) && world_is_tcp(b);
	if (is_echo(a) || is_echo(b))
		return is_echo(a) && is_echo(b);
	return a->type == b->type &&
	       (a->type == SOCK_RAW || a->protocol == b->protocol);
}

static void doubt(struct oracle *oracle, const struct world_socket *socket,
		  unsigned int what, const char *why)
{
	if (!socket)
		return;
	oracle->why = why;
	if (socket->id < ORACLE_SOCKETS)
		oracle->doubts[socket->id] |= (unsigned char)what;
}

/* Of all that are of one kin with the socket, but itself. */
static void doubt_kin(struct oracle *oracle, const struct world_socket *socket,
		      unsigned int what, const char *why)
{
	for (unsigned int i = 0; i < oracle->world.socket_count; i++) {
		const struct world_socket *other = &oracle->world.sockets[i];

		if (other->id != socket->id && oracle_same_kin(socket, other))
			doubt(oracle, other, what, why);
	}
}

/* Of all sockets of the IP families, and those that see packets. */
static void doubt_all_ip(struct oracle *oracle, unsigned int what, const char *why)
{
	for (unsigned int i = 0; i < oracle->world.socket_count; i++) {
		const struct world_socket *other = &oracle->world.sockets[i];

		if (oracle_is_ip(other) || other->domain == AF_PACKET)
			doubt(oracle, other, what, why);
	}
}

static void lose(struct oracle *oracle, const char *why)
{
	oracle->lost = true;
	oracle->why = why;
}

bool oracle_is_sending(const struct call *call)
{
	return call->name == CALL_SENDTO || call->name == CALL_SENDMSG ||
	       call->name == CALL_WRITE || call->name == CALL_WRITEV;
}

/* What stood in a queue before a call, for all sockets. */
struct queues {
	unsigned int got[WORLD_SOCKETS], queued[WORLD_SOCKETS], ids[WORLD_SOCKETS];
	unsigned int count;
};

static void note_queues(const struct world *world, struct queues *queues)
{
	queues->count = world->socket_count;
	for (unsigned int i = 0; i < world->socket_count; i++) {
		queues->ids[i] = world->sockets[i].id;
		queues->got[i] = world->sockets[i].got;
		queues->queued[i] = world->sockets[i].queued;
	}
}

/* A queue that was full has lost a message, or the bounds between some. */
static void doubt_overflows(struct oracle *oracle, const struct queues *before)
{
	const struct world *world = &oracle->world;

	for (unsigned int i = 0; i < before->count && i < world->socket_count; i++) {
		const struct world_socket *on = &world->sockets[i];
		unsigned int came = on->got - before->got[i];

		if (on->id != before->ids[i] || !came ||
		    before->queued[i] + came <= WORLD_QUEUE)
			continue;
		if (!world_is_tcp(on))
			doubt(oracle, on, DOUBT_QUEUE,
			      "more messages wait than are kept");
	}
	if (world->bytes_used > WORLD_BYTES - 2 * ADDRESS_BYTES_MAX)
		lose(oracle, "more bytes were sent than are kept");
}

/* Raw, echo and packet sockets see what others send; that is followed for cases only.
 */
static void doubt_onlookers(struct oracle *oracle)
{
	for (unsigned int i = 0; i < oracle->world.socket_count; i++) {
		const struct world_socket *on = &oracle->world.sockets[i];

		if (on->domain == AF_PACKET || on->type == SOCK_RAW)
			doubt(oracle, on, DOUBT_QUEUE | DOUBT_STATE,
			      "it may have seen packets of others");
	}
}

/* Flags of send(2) that change nothing of what is sent. */
#define PLAIN_FLAGS \
	(MSG_DONTWAIT | MSG_NOSIGNAL | MSG_EOR | MSG_DONTROUTE | MSG_CONFIRM | MSG_OOB)

/* The address of this machine, unicast, that a datagram is sent to. */
static bool goes_to_one(const struct world *world, const struct world_socket *sender,
			const struct call *call)
{
	struct ip_name to;
	enum ip_kind kind;

	world_ip_destination(sender, call, &to);
	kind = world_ip_kind(world, to.address, 0);
	return kind == IP_LOCAL || kind == IP_ANY;
}

/* How many sockets could receive at the port: with two, which it is may depend on what
 * the world does not keep. */
static unsigned int receivers_at(const struct world *world,
				 const struct world_socket *sender, unsigned int port)
{
	bool ephemeral = world->settings.port_low <= port &&
			 port <= world->settings.port_high;
	unsigned int count = 0;

	for (unsigned int i = 0; port && i < world->socket_count; i++) {
		const struct world_socket *other = &world->sockets[i];

		if (oracle_same_kin(other, sender))
			count += other->port == port || (other->port_open && ephemeral);
	}
	return count;
}

static void after_udp_send(struct oracle *oracle, struct world_socket *sender,
			   const struct call *call)
{
	const struct world *world = &oracle->world;
	struct ip_name to;

	world_ip_destination(sender, call, &to);
	if (!goes_to_one(world, sender, call) ||
	    receivers_at(world, sender, to.port) > 1 ||
	    receivers_at(world, sender, sender->port) > 1) {
		doubt_kin(oracle, sender, DOUBT_QUEUE | DOUBT_STATE,
			  "which socket receives a datagram is not followed");
		doubt(oracle, sender, DOUBT_QUEUE | DOUBT_STATE,
		      "which socket receives a datagram is not followed");
	}
	doubt_onlookers(oracle);
}

static bool sends_plainly(const struct call *call, int flags)
{
	return !(flags & ~PLAIN_FLAGS) || call->name == CALL_WRITE ||
	       call->name == CALL_WRITEV;
}

/*
 * netlink_sendmsg() has given it to a group before the one that it is for refuses it.
 * unix_dgram_sendmsg() may have bound a socket that passes credentials by then: where,
 * has changed between releases.
 */
static void after_failed_send(struct oracle *oracle, const struct world_socket *sender,
			      const struct call *call)
{
	if (sender->domain == AF_NETLINK || is_echo(sender))
		doubt(oracle, sender, DOUBT_NAME, "a send that failed");
	if (sender->domain == AF_NETLINK && call->message.to.addrlen)
		doubt_kin(oracle, sender, DOUBT_QUEUE, "a send that failed");
	if (sender->domain == AF_UNIX && sender->pass_credentials &&
	    !sender->name_length)
		doubt(oracle, sender, DOUBT_NAME, "a send that failed");
}

static void after_send(struct oracle *oracle, struct world_socket *sender,
		       const struct call *call, const struct result *result)
{
	bool message = call->name == CALL_SENDTO || call->name == CALL_SENDMSG;
	int flags = message ? call->message.flags : 0;

	doubt(oracle, sender, DOUBT_CHANGED, oracle->why);
	if (oracle_is_ip(sender))
		doubt_onlookers(oracle);
	/* It connects, too. */
	if (world_is_tcp(sender) && flags & MSG_FASTOPEN) {
		doubt(oracle, sender, DOUBT_ALL, "MSG_FASTOPEN");
		doubt_kin(oracle, sender, DOUBT_QUEUE | DOUBT_STATE, "MSG_FASTOPEN");
	}
	if (result->value < 0) {
		after_failed_send(oracle, sender, call);
		return;
	}
	/* Of the last byte of so many, nobody knows which it is. */
	if (flags & MSG_OOB && result->value > OUTCOME_DATA_MAX)
		doubt_kin(oracle, sender, DOUBT_QUEUE, "a long urgent message");
	if (message && call->message.rights)
		lose(oracle, "descriptors are on their way");
	if (!sends_plainly(call, flags)) {
		doubt_kin(oracle, sender, DOUBT_QUEUE | DOUBT_STATE,
			  "flags of send(2) that are not followed");
		doubt(oracle, sender, DOUBT_ALL,
		      "flags of send(2) that are not followed");
	}
	if ((oracle_is_ip(sender) && sender->type == SOCK_RAW) || is_echo(sender) ||
	    sender->domain == AF_PACKET) {
		doubt_all_ip(oracle, DOUBT_QUEUE | DOUBT_STATE, "packets were sent");
	} else if (world_is_tcp(sender)) {
		doubt_onlookers(oracle);
		if (result->value > 16384) {
			doubt(oracle, sender, DOUBT_SENDING, "much was sent");
			doubt_kin(oracle, sender, DOUBT_QUEUE, "much was sent");
		}
	} else if (oracle_is_ip(sender)) {
		after_udp_send(oracle, sender, call);
	} else if (sender->domain == AF_NETLINK) {
		doubt_kin(oracle, sender, DOUBT_QUEUE, "what netlink answers");
		doubt(oracle, sender, DOUBT_QUEUE | DOUBT_NAME, "what netlink answers");
	} else if (result->value > 16384) {
		doubt_kin(oracle, sender, DOUBT_SENDING, "much was sent");
		doubt(oracle, sender, DOUBT_SENDING, "much was sent");
	}
}

/* Options that no rule looks at, or that the world follows. */
static bool option_is_followed(const struct world_socket *on, const struct call *call)
{
	int optname = call->option.optname;

	switch (call->option.level) {
	case SOL_SOCKET:
		switch (optname) {
		case SO_REUSEADDR:
		case SO_REUSEPORT:
			/* The table of ports remembers what they were at bind(2). */
			return !on->port && !on->port_open;
		case SO_BINDTODEVICE:
		case SO_KEEPALIVE:
		case SO_BROADCAST:
		case SO_LINGER:
		case SO_PRIORITY:
		case SO_RCVTIMEO:
		case SO_SNDTIMEO:
		case SO_OOBINLINE:
			return true;
		case SO_PASSCRED:
			return on->domain == AF_UNIX;
		default:
			return false;
		}
	case IPPROTO_IPV6:
		return optname == IPV6_V6ONLY;
	case IPPROTO_TCP:
		return optname == TCP_NODELAY;
	default:
		return false;
	}
}

static void after_setsockopt(struct oracle *oracle, const struct world_socket *on,
			     const struct call *call, const struct result *result)
{
	if (result->value < 0)
		return;
	doubt(oracle, on, DOUBT_CHANGED, oracle->why);
	if (!option_is_followed(on, call))
		doubt(oracle, on,
		      DOUBT_OPTIONS | DOUBT_QUEUE | DOUBT_SENDING | DOUBT_STATE,
		      "an option that is not followed");
}

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

	doubt(oracle, child, DOUBT_CHANGED, oracle->why);
	if (listener)
		doubt(oracle, child, oracle_socket_doubts(oracle, listener),
		      oracle->why);
	if (listener && oracle_socket_doubts(oracle, listener) & DOUBT_STATE)
		doubt(oracle, client, DOUBT_STATE | DOUBT_QUEUE,
		      "a listener that is in doubt");
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

	/* To itself: both ends are one. */
	ip_name_of(on->domain, &call->address, &to);
	if (stands && (to.port == on->port || on->port_open) && !on->peer) {
		doubt(oracle, on, DOUBT_ALL, "a connection to itself");
		return;
	}
	if (stands && on->peer && !on->tcp.connecting)
		return;
	if (result->value == -EINPROGRESS && on->error == ECONNREFUSED) {
		doubt(oracle, on, DOUBT_NAME, "the name of a connection refused");
		return;
	}
	if (result->value >= 0 && on->state == SOCKET_UNCONNECTED)
		return;
	doubt(oracle, on, DOUBT_ALL, "a connection that is not followed");
	if (goes_on)
		doubt_kin(oracle, on, DOUBT_QUEUE | DOUBT_STATE,
			  "a connection that is not followed");
}

static void after_connect(struct oracle *oracle, struct world_socket *on,
			  const struct call *call, const struct result *result)
{
	doubt(oracle, on, DOUBT_CHANGED, oracle->why);
	doubt_child(oracle, on);
	if (result->value < 0 && failed_early(call, (int)-result->value))
		return;
	if (world_is_tcp(on)) {
		after_tcp_connect(oracle, on, call, result);
		doubt_onlookers(oracle);
		return;
	}
	/* unix_dgram_connect() and unix_stream_connect() give a name before they look
	 * for the other end. */
	if (on->domain == AF_UNIX && on->pass_credentials && !on->name_length)
		doubt(oracle, on, DOUBT_NAME, "a name that was given by itself");
	if (on->domain == AF_UNIX && result->value < 0)
		return;
	if (on->domain == AF_UNIX && (on->peer || on->state == SOCKET_UNCONNECTED))
		return;
	if (oracle_is_ip(on) && result->value >= 0 && on->type == SOCK_DGRAM &&
	    !is_echo(on) && on->state == SOCKET_UNCONNECTED)
		return;
	if (oracle_is_ip(on) && result->value >= 0 && on->type == SOCK_DGRAM &&
	    !is_echo(on)) {
		struct ip_name to = { .port = on->peer_port };

		/* ip6_datagram_connect() keeps the address of a connection before. */
		if (ip_is_v4(on->peer_address) != ip_is_v4(on->address))
			doubt(oracle, on, DOUBT_ALL, "a connection of two versions");
		memcpy(to.address, on->peer_address, 16);
		if (world_ip_kind(&oracle->world, to.address, 0) == IP_LOCAL)
			return;
	}
	doubt(oracle, on, DOUBT_ALL, "a connect(2) that is not followed");
	doubt_kin(oracle, on, DOUBT_QUEUE | DOUBT_STATE,
		  "a connect(2) that is not followed");
}

/*
 * tcp_disconnect() ends a listener, with all that wait at it.  A port that bind(2) has
 * not fixed is given back where the state changes, tcp_set_state(), and getsockname(2)
 * goes on to tell it: of inet_num and inet_sport, inet_put_port() clears the first.
 */
static void after_disconnect(struct oracle *oracle, const struct world_socket *on,
			     const struct world_socket *was)
{
	if (!on->port_fixed)
		doubt(oracle, on, DOUBT_NAME, "a port that was given back");
	if (was->state == SOCKET_LISTENING)
		doubt_kin(oracle, on, DOUBT_STATE | DOUBT_QUEUE,
			  "a listener that is one no more");
}

static bool is_disconnected(const struct call *call, const struct world_socket *on,
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

/* What waited is read by now, if that was in doubt: nothing more is there. */
static void after_receive(struct oracle *oracle, struct world_socket *on,
			  const struct call *call, const struct result *result)
{
	int odd = MSG_OOB | MSG_ERRQUEUE | MSG_PEEK | MSG_WAITALL;

	if (result->value != -EAGAIN || call->message.flags & odd || on->peeks_at ||
	    on->urgent_inline || on->tcp.urgent || on->low_water)
		return;
	if (on->id < ORACLE_SOCKETS && oracle->doubts[on->id] & DOUBT_QUEUE) {
		on->queued = 0;
		oracle->doubts[on->id] &= (unsigned char)~DOUBT_QUEUE;
	}
}

/* The other end of what is closed or shut down, where that was in doubt, is too. */
static void after_end(struct oracle *oracle, const struct world_socket *was,
		      unsigned int doubts)
{
	if (doubts & (DOUBT_STATE | DOUBT_QUEUE))
		doubt_kin(oracle, was, DOUBT_STATE | DOUBT_QUEUE,
			  "the end of a connection that is in doubt");
	/* unix_release_sock() shuts down those that wait at a listener. */
	if (was->domain == AF_UNIX && was->state == SOCKET_LISTENING)
		doubt_kin(oracle, was, DOUBT_STATE | DOUBT_QUEUE,
			  "a listener that is one no more");
	if (world_is_tcp(was))
		doubt_onlookers(oracle);
}

static void after_descriptors(struct oracle *oracle, const struct call *call,
			      const struct result *result)
{
	const struct world *world = &oracle->world;

	if (world->socket_count == WORLD_SOCKETS)
		lose(oracle, "there are more sockets than the world keeps");
	if (world->duplicate_count == WORLD_DUPLICATES)
		lose(oracle, "there are more duplicates than the world keeps");
	if (world->path_count == WORLD_PATHS)
		lose(oracle, "there are more files than the world keeps");
	if (call_receives(call->name) && result->value >= 0 && result->control_length)
		lose(oracle, "descriptors may have come");
}

/* netlink_insert() has set the port by then; an interface that is not there stays. */
static void after_failed_bind(struct oracle *oracle, const struct world_socket *on,
			      const struct result *result)
{
	if (result->value < 0 && on->domain == AF_NETLINK)
		doubt(oracle, on, DOUBT_NAME, "a bind(2) that failed");
	if (result->value < 0 && on->domain == AF_INET6 && on->interface > 1)
		doubt(oracle, on, DOUBT_NAME | DOUBT_OPTIONS, "a bind(2) that failed");
}

/* Where the name could not be told, the connection was taken and is gone. */
static void after_failed_accept(struct oracle *oracle, const struct world_socket *on,
				const struct result *result)
{
	if (on->state != SOCKET_LISTENING ||
	    (result->value != -EFAULT && result->value != -EINVAL))
		return;
	doubt(oracle, on, DOUBT_STATE | DOUBT_QUEUE, "an accept4(2) that failed");
	doubt_kin(oracle, on, DOUBT_STATE | DOUBT_QUEUE, "an accept4(2) that failed");
}

/* Of a connection that nobody has followed, it is known whose listener has given it. */
static void after_unknown_accept(struct oracle *oracle,
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
		doubt(oracle, world_socket(&oracle->world, (int)result->value),
		      DOUBT_ALL, "a connection that is not followed");
	else
		lose(oracle, "a connection that is not followed");
}

static void after_call(struct oracle *oracle, struct world_socket *on,
		       const struct call *call, const struct result *result)
{
	switch (call->name) {
	case CALL_SENDTO:
	case CALL_SENDMSG:
	case CALL_WRITE:
	case CALL_WRITEV:
		after_send(oracle, on, call, result);
		break;
	case CALL_CONNECT:
		after_connect(oracle, on, call, result);
		break;
	case CALL_SETSOCKOPT:
		after_setsockopt(oracle, on, call, result);
		break;
	case CALL_BIND:
		doubt(oracle, on, DOUBT_CHANGED, oracle->why);
		after_failed_bind(oracle, on, result);
		break;
	case CALL_ACCEPT4:
		after_failed_accept(oracle, on, result);
		break;
	case CALL_SHUTDOWN:
		doubt(oracle, on, DOUBT_CHANGED, oracle->why);
		/* It is shut all the same, and so is what listens then. */
		if (result->value < 0 && world_is_tcp(on))
			doubt(oracle, on, DOUBT_ALL, "a shutdown(2) that failed");
		break;
	case CALL_FCNTL:
		if (call->fcntl.command == F_SETFL &&
		    call->fcntl.argument & (O_NOATIME | O_DIRECT))
			doubt(oracle, on, DOUBT_OPTIONS, "flags of files");
		doubt(oracle, on, DOUBT_CHANGED, oracle->why);
		break;
	case CALL_LISTEN:
	case CALL_IOCTL:
		doubt(oracle, on, DOUBT_CHANGED, oracle->why);
		break;
	default:
		break;
	}
	if (call_receives(call->name))
		after_receive(oracle, on, call, result);
}

/* A stream takes what it has room for; the world is told of that much. */
static void shorten(struct call *sent, const struct result *result)
{
	bool sends = sent->name == CALL_SENDTO || sent->name == CALL_SENDMSG;

	if (sends && result->value > 0 && (size_t)result->value < sent->message.length)
		sent->message.length = (size_t)result->value;
}

void oracle_take(struct oracle *oracle, const struct call *call,
		 const struct result *result)
{
	struct world *world = &oracle->world;
	const struct world_socket *on = world_socket(world, call->fd);
	unsigned int id = on ? on->id : 0;
	unsigned int doubts = on ? oracle_socket_doubts(oracle, on) : 0;
	struct world_socket was = { .id = 0 };
	struct call taken = *call;
	struct queues queues;

	if (on)
		was = *on;
	note_queues(world, &queues);
	shorten(&taken, result);
	world_apply(world, &taken, result);
	doubt_overflows(oracle, &queues);
	if (call->name == CALL_ACCEPT4 && result->value >= 0 &&
	    !world_socket(world, (int)result->value))
		after_unknown_accept(oracle, &was, call, result);
	after_descriptors(oracle, call, result);
	on = world_socket(world, call->fd);
	if (on && on->id == id)
		after_call(oracle, world_socket_to_change(world, call->fd), call,
			   result);
	if (on && on->id == id && result->value >= 0 && is_disconnected(call, on, &was))
		after_disconnect(oracle, on, &was);
	if (id && result->value >= 0 &&
	    (call->name == CALL_CLOSE || call->name == CALL_SHUTDOWN))
		after_end(oracle, &was, doubts);
}

void oracle_deviated(struct oracle *oracle, const struct call *call,
		     const struct result *result, const struct outcome *due)
{
	const unsigned int shared = DOUBT_STATE | DOUBT_QUEUE | DOUBT_NAME;
	static const char why[] = "another result than is due";
	const struct world_socket *on = world_socket(&oracle->world, call->fd);

	/* Two ways to fail come to the same. */
	if (due->kind == OUTCOME_ERROR && result->value < 0)
		return;
	if (call->name == CALL_SOCKET || call->name == CALL_ACCEPT4)
		on = world_socket(&oracle->world, (int)result->value);
	/* What a descriptor is open on may be anything else. */
	if (call->name == CALL_CLOSE || call->name == CALL_DUP ||
	    (!on && result->value >= 0))
		lose(oracle, why);
	doubt(oracle, on, DOUBT_ALL, why);
	if (on)
		doubt_kin(oracle, on, shared, why);
}

void oracle_take_pair(struct oracle *oracle, const struct call *call,
		      const struct result *result, const int fds[2])
{
	struct world *world = &oracle->world;
	struct call half = *call;

	half.name = CALL_SOCKET;
	half.fd = -1;
	for (int i = 0; !result->value && i < 2; i++)
		world_apply(world, &half, &(struct result){ .value = fds[i] });
	if (result->value || world->socket_count == WORLD_SOCKETS) {
		if (!result->value)
			lose(oracle, "there are more sockets than the world keeps");
		return;
	}
	for (int i = 0; i < 2; i++) {
		struct world_socket *end = world_socket_to_change(world, fds[i]);

		if (!end || !world_socket(world, fds[1 - i])) {
			lose(oracle, "a pair of sockets that is not followed");
			return;
		}
		end->state = SOCKET_CONNECTED;
		end->peer = world_socket(world, fds[1 - i])->id;
		doubt(oracle, end, DOUBT_CHANGED, oracle->why);
	}
}
