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

bool oracle_is_echo(const struct world_socket *socket)
{
	return oracle_is_ip(socket) && world_is_echo(socket);
}

bool oracle_is_udp(const struct world_socket *socket)
{
	return oracle_is_ip(socket) && socket->type == SOCK_DGRAM &&
	       (socket->protocol == IPPROTO_UDP || socket->protocol == IPPROTO_UDPLITE);
}

bool oracle_same_kin(const struct world_socket *a, const struct world_socket *b)
{
	if (!oracle_is_ip(a) || !oracle_is_ip(b))
		return a->domain == b->domain;
	if (world_is_tcp(a) || world_is_tcp(b))
		return world_is_tcp(a) && world_is_tcp(b);
	if (oracle_is_echo(a) || oracle_is_echo(b))
		return oracle_is_echo(a) && oracle_is_echo(b);
	return a->type == b->type &&
	       (a->type == SOCK_RAW || a->protocol == b->protocol);
}

void oracle_doubt(struct oracle *oracle, const struct world_socket *socket,
		  unsigned int what, const char *why)
{
	if (!socket)
		return;
	oracle->why = why;
	if (socket->id < ORACLE_SOCKETS)
		oracle->doubts[socket->id] |= (unsigned char)what;
}

/* Of all that are of one kin with the socket, but itself. */
void oracle_doubt_kin(struct oracle *oracle, const struct world_socket *socket,
		      unsigned int what, const char *why)
{
	for (unsigned int i = 0; i < oracle->world.socket_count; i++) {
		const struct world_socket *other = &oracle->world.sockets[i];

		if (other->id != socket->id && oracle_same_kin(socket, other))
			oracle_doubt(oracle, other, what, why);
	}
}

void oracle_lose(struct oracle *oracle, const char *why)
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
			oracle_doubt(oracle, on, DOUBT_QUEUE,
				     "more messages wait than are kept");
	}
	if (world->bytes_used > WORLD_BYTES - 2 * ADDRESS_BYTES_MAX)
		oracle_lose(oracle, "more bytes were sent than are kept");
}

bool oracle_is_experimental(const struct world_socket *socket)
{
	return oracle_is_ip(socket) && socket->type == SOCK_RAW &&
	       (socket->protocol == 253 || socket->protocol == 254);
}

/* Packet sockets, and raw ones of a protocol that others speak, see what these send;
 * that is followed for cases only. */
void oracle_doubt_onlookers(struct oracle *oracle)
{
	for (unsigned int i = 0; i < oracle->world.socket_count; i++) {
		const struct world_socket *on = &oracle->world.sockets[i];

		if (on->domain == AF_PACKET ||
		    (on->type == SOCK_RAW && !oracle_is_experimental(on)))
			oracle_doubt(oracle, on, DOUBT_QUEUE | DOUBT_STATE,
				     "it may have seen packets of others");
	}
}

struct option_pair {
	int level, optname;
};

/* Options that the world follows for UDP, raw and echo sockets: what control messages
 * tell. */
static const struct option_pair of_datagrams[] = {
	{ IPPROTO_IP, IP_PKTINFO },	     { IPPROTO_IP, IP_RECVTTL },
	{ IPPROTO_IP, IP_RECVTOS },	     { IPPROTO_IPV6, IPV6_RECVPKTINFO },
	{ IPPROTO_IPV6, IPV6_RECVHOPLIMIT }, { IPPROTO_IPV6, IPV6_RECVTCLASS },
	{ SOL_SOCKET, SO_TIMESTAMP },	     { SOL_SOCKET, SO_TIMESTAMPNS },
};

/* And for UDP: the queue of errors. */
static const struct option_pair of_udp[] = {
	{ IPPROTO_IP, IP_RECVERR },
	{ IPPROTO_IPV6, IPV6_RECVERR },
	{ IPPROTO_IP, IP_MTU_DISCOVER },
	{ IPPROTO_IPV6, IPV6_MTU_DISCOVER },
};

/* And for all of IP: no control message of another than UDP's tells of them, and what
 * is sent to a group is not followed anyway. */
static const struct option_pair of_ip[] = {
	{ IPPROTO_IP, IP_TOS },
	{ IPPROTO_IP, IP_TTL },
	{ IPPROTO_IP, IP_MULTICAST_ALL },
	{ IPPROTO_IP, IP_MULTICAST_LOOP },
	{ IPPROTO_IP, IP_MULTICAST_TTL },
	{ IPPROTO_IPV6, IPV6_TCLASS },
	{ IPPROTO_IPV6, IPV6_UNICAST_HOPS },
	{ IPPROTO_IPV6, IPV6_MULTICAST_ALL },
	{ IPPROTO_IPV6, IPV6_MULTICAST_HOPS },
	{ IPPROTO_IPV6, IPV6_MULTICAST_LOOP },
};

static bool is_one_of(const struct option_pair *pairs, size_t count,
		      const struct call *call)
{
	for (size_t i = 0; i < count; i++)
		if (pairs[i].level == call->option.level &&
		    pairs[i].optname == call->option.optname)
			return true;
	return false;
}

static bool is_followed_of_ip(const struct world_socket *on, const struct call *call)
{
	if (!oracle_is_ip(on) || call->option.optlen < sizeof(int))
		return false;
	return is_one_of(of_ip, sizeof(of_ip) / sizeof(of_ip[0]), call) ||
	       ((oracle_is_udp(on) || oracle_is_echo(on) ||
		 oracle_is_experimental(on)) &&
		is_one_of(of_datagrams, sizeof(of_datagrams) / sizeof(of_datagrams[0]),
			  call)) ||
	       (oracle_is_udp(on) &&
		is_one_of(of_udp, sizeof(of_udp) / sizeof(of_udp[0]), call));
}

/* Options that no rule looks at, or that the world follows. */
static bool option_is_followed(const struct world_socket *on, const struct call *call)
{
	int optname = call->option.optname;

	if (is_followed_of_ip(on, call))
		return true;
	switch (call->option.level) {
	case SOL_SOCKET:
		switch (optname) {
		case SO_REUSEPORT:
			/* UDP's list has a place for it since bind(2): world_rank(). */
			return on->type == SOCK_STREAM || (!on->port && !on->port_open);
		case SO_REUSEADDR:
		case SO_BINDTODEVICE:
		case SO_KEEPALIVE:
		case SO_BROADCAST:
		case SO_LINGER:
		case SO_PRIORITY:
		case SO_RCVTIMEO:
		case SO_SNDTIMEO:
		case SO_OOBINLINE:
			return true;
		case SO_DEBUG:
		case SO_DONTROUTE:
		case SO_MARK:
		case SO_TXREHASH:
			return true;
		case SO_PASSCRED:
			return on->domain == AF_UNIX;
		case SO_RCVLOWAT:
			return world_is_tcp(on);
		case SO_PEEK_OFF:
			return on->domain == AF_UNIX || oracle_is_udp(on);
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
	oracle_doubt(oracle, on, DOUBT_CHANGED, oracle->why);
	if (!option_is_followed(on, call))
		oracle_doubt(oracle, on,
			     DOUBT_OPTIONS | DOUBT_QUEUE | DOUBT_SENDING | DOUBT_STATE,
			     "an option that is not followed");
}

/* What waited is read by now, if that was in doubt: nothing more is there. */
static void after_receive(struct oracle *oracle, struct world_socket *on,
			  const struct call *call, const struct result *result)
{
	int odd = MSG_OOB | MSG_ERRQUEUE | MSG_PEEK | MSG_WAITALL;

	/* skb_consume_udp() has moved it, where it was the address that failed. */
	if (result->value == -EFAULT && oracle_is_ip(on) && on->peeks_at)
		oracle_doubt(oracle, on, DOUBT_QUEUE | DOUBT_OPTIONS,
			     "a peek offset after a failure");
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
		oracle_doubt_kin(oracle, was, DOUBT_STATE | DOUBT_QUEUE,
				 "the end of a connection that is in doubt");
	/* Its queue is not that of its TCP, which has nothing left to be reset for. */
	if (was->protocol == LINUX_IPPROTO_MPTCP && was->queued)
		oracle_doubt_kin(oracle, was, DOUBT_STATE | DOUBT_QUEUE,
				 "MPTCP that was closed unread");
	/* unix_release_sock() shuts down those that wait at a listener. */
	if (was->domain == AF_UNIX && was->state == SOCKET_LISTENING)
		oracle_doubt_kin(oracle, was, DOUBT_STATE | DOUBT_QUEUE,
				 "a listener that is one no more");
	if (world_is_tcp(was))
		oracle_doubt_onlookers(oracle);
}

/* Of what AF_UNIX tells, credentials are followed. */
static bool brings_descriptors(const struct result *result)
{
	struct msghdr header = { .msg_control = (void *)result->control,
				 .msg_controllen = result->control_length };
	const struct cmsghdr *message = CMSG_FIRSTHDR(&header);

	if (result->control_length > sizeof(result->control))
		return true;
	for (; message; message = CMSG_NXTHDR(&header, (struct cmsghdr *)message))
		if (message->cmsg_level != SOL_SOCKET ||
		    message->cmsg_type != SCM_CREDENTIALS)
			return true;
	return false;
}

static void after_descriptors(struct oracle *oracle, const struct call *call,
			      const struct result *result)
{
	const struct world *world = &oracle->world;
	const struct world_socket *on = world_socket(world, call->fd);

	if (world->socket_count == WORLD_SOCKETS)
		oracle_lose(oracle, "there are more sockets than the world keeps");
	if (world->duplicate_count == WORLD_DUPLICATES)
		oracle_lose(oracle, "there are more duplicates than the world keeps");
	if (world->path_count == WORLD_PATHS)
		oracle_lose(oracle, "there are more files than the world keeps");
	if (call_receives(call->name) && result->value >= 0 && on &&
	    on->domain == AF_UNIX && brings_descriptors(result))
		oracle_lose(oracle, "descriptors may have come");
}

/* netlink_insert() has set the port by then; an interface that is not there stays; an
 * ended connection's address does not, where its port is not to be had again. */
static void after_failed_bind(struct oracle *oracle, const struct world_socket *on,
			      const struct result *result)
{
	if (result->value < 0 && on->domain == AF_NETLINK)
		oracle_doubt(oracle, on, DOUBT_NAME, "a bind(2) that failed");
	if (result->value < 0 && world_is_tcp(on) && (on->at_end || on->tcp.broken))
		oracle_doubt(oracle, on, DOUBT_NAME, "a bind(2) that failed");
	if (result->value < 0 && on->domain == AF_INET6 && on->interface > 1)
		oracle_doubt(oracle, on, DOUBT_NAME | DOUBT_OPTIONS,
			     "a bind(2) that failed");
}

/* netlink_autobind() chooses a name that nobody has: another than without them. */
static void after_choice(struct oracle *oracle, const struct world_socket *on)
{
	if (on->domain != AF_NETLINK)
		return;
	for (unsigned int i = 0; i < oracle->world.socket_count; i++) {
		const struct world_socket *other = &oracle->world.sockets[i];

		if (other->id != on->id && oracle_same_kin(on, other) &&
		    oracle_socket_doubts(oracle, other) & DOUBT_NAME)
			oracle_doubt(oracle, on, DOUBT_NAME,
				     "a name that another may have");
	}
}

static void after_call(struct oracle *oracle, struct world_socket *on,
		       const struct call *call, const struct result *result)
{
	switch (call->name) {
	case CALL_SENDTO:
	case CALL_SENDMSG:
	case CALL_WRITE:
	case CALL_WRITEV:
		oracle_after_send(oracle, on, call, result);
		after_choice(oracle, on);
		break;
	case CALL_CONNECT:
		oracle_after_connect(oracle, on, call, result);
		after_choice(oracle, on);
		break;
	case CALL_SETSOCKOPT:
		after_setsockopt(oracle, on, call, result);
		break;
	case CALL_BIND:
		oracle_doubt(oracle, on, DOUBT_CHANGED, oracle->why);
		after_failed_bind(oracle, on, result);
		after_choice(oracle, on);
		break;
	case CALL_ACCEPT4:
		oracle_after_failed_accept(oracle, on, result);
		break;
	case CALL_SHUTDOWN:
		oracle_doubt(oracle, on, DOUBT_CHANGED, oracle->why);
		/* It is shut all the same, and so is what listens then. */
		if (result->value < 0 && world_is_tcp(on))
			oracle_doubt(oracle, on, DOUBT_ALL,
				     "a shutdown(2) that failed");
		break;
	case CALL_FCNTL:
		if (call->fcntl.command == F_SETFL &&
		    call->fcntl.argument & (O_NOATIME | O_DIRECT))
			oracle_doubt(oracle, on, DOUBT_OPTIONS, "flags of files");
		oracle_doubt(oracle, on, DOUBT_CHANGED, oracle->why);
		break;
	case CALL_LISTEN:
	case CALL_IOCTL:
		oracle_doubt(oracle, on, DOUBT_CHANGED, oracle->why);
		break;
	default:
		break;
	}
	if (call_receives(call->name))
		after_receive(oracle, on, call, result);
}

/* tcp_set_state(): with the connection goes the port, if it was not bind(2)'s. */
static void doubt_broken(struct oracle *oracle)
{
	for (unsigned int i = 0; i < oracle->world.socket_count; i++) {
		const struct world_socket *on = &oracle->world.sockets[i];

		if (world_is_tcp(on) && on->tcp.broken && !on->port_fixed)
			oracle_doubt(oracle, on, DOUBT_NAME,
				     "a port that was given back");
	}
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
		oracle_after_unknown_accept(oracle, &was, call, result);
	after_descriptors(oracle, call, result);
	doubt_broken(oracle);
	on = world_socket(world, call->fd);
	if (on && on->id == id)
		after_call(oracle, world_socket_to_change(world, call->fd), call,
			   result);
	if (on && on->id == id && result->value >= 0 &&
	    oracle_is_disconnected(call, on, &was))
		oracle_after_disconnect(oracle, on, &was);
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
		oracle_lose(oracle, why);
	oracle_doubt(oracle, on, DOUBT_ALL, why);
	if (on)
		oracle_doubt_kin(oracle, on, shared, why);
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
			oracle_lose(oracle,
				    "there are more sockets than the world keeps");
		return;
	}
	for (int i = 0; i < 2; i++) {
		struct world_socket *end = world_socket_to_change(world, fds[i]);

		if (!end || !world_socket(world, fds[1 - i])) {
			oracle_lose(oracle, "a pair of sockets that is not followed");
			return;
		}
		end->state = SOCKET_CONNECTED;
		end->peer = world_socket(world, fds[1 - i])->id;
		oracle_doubt(oracle, end, DOUBT_CHANGED, oracle->why);
	}
}
