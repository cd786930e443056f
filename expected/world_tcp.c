/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_tcp.c - streams of the IP families in a world, as tcp_recvmsg_locked() and
 * those whom it reads after leave them: net/ipv4/tcp.c and tcp_input.c.
 */
#include <limits.h>
#include <string.h>

#include "constants.h"
#include "smaller.h"
#include "world_datagrams.h"
#include "world_ip.h"
#include "world_messages.h"
#include "world_tcp.h"

bool world_is_tcp(const struct world_socket *socket)
{
	return (socket->domain == AF_INET || socket->domain == AF_INET6) &&
	       socket->type == SOCK_STREAM &&
	       (socket->protocol == IPPROTO_TCP ||
		socket->protocol == LINUX_IPPROTO_MPTCP);
}

static bool has(const struct call *call, int flag)
{
	return call->message.flags & flag;
}

/* Where a peek starts: SO_PEEK_OFF. */
static unsigned int first_byte(const struct world_socket *socket,
			       const struct call *call)
{
	return has(call, MSG_PEEK) && socket->peeks_at ? socket->peek_offset : 0;
}

static bool is_marked(const struct world_socket *socket)
{
	return socket->tcp.urgent != URGENT_NONE && !socket->tcp.urgent_passed;
}

/*
 * A read never crosses the place of the urgent byte: it stops before it.  One that
 * starts there leaves the byte out, unless it is inline.
 */
void world_tcp_read(const struct world_socket *socket, const struct call *call,
		    struct tcp_reading *reading)
{
	unsigned int waits = world_waiting(socket), mark = socket->tcp.urgent_offset;
	size_t asked = call->message.length;

	*reading = (struct tcp_reading){ .start = first_byte(socket, call) };
	if (reading->start >= waits)
		return;
	if (is_marked(socket) && reading->start == mark && !socket->urgent_inline &&
	    asked) {
		reading->skipped = true;
		reading->start++;
	}
	reading->count = smaller(asked, waits - reading->start);
	if (is_marked(socket) && mark > reading->start &&
	    mark - reading->start < asked && mark <= waits) {
		reading->count = smaller(reading->count, mark - reading->start);
		reading->at_mark = true;
	}
}

unsigned int world_tcp_wanted(const struct world_socket *socket,
			      const struct call *call)
{
	unsigned int lowat = socket->low_water ? (unsigned int)socket->low_water : 1;
	unsigned int asked = smaller(call->message.length, INT_MAX);
	unsigned int wanted = has(call, MSG_WAITALL) ? asked : smaller(asked, lowat);

	return wanted ? wanted : 1;
}

/* Does the common path of tcp_recvmsg_locked() see the call? */
static bool reads_stream(const struct world_socket *socket, const struct call *call)
{
	if (has(call, MSG_ERRQUEUE) || socket->state == SOCKET_LISTENING)
		return false;
	if (has(call, MSG_OOB) && socket->protocol == IPPROTO_TCP)
		return false;
	return !socket->in_repair || (has(call, MSG_PEEK) &&
				      socket->tcp.repair_queue == LINUX_TCP_RECV_QUEUE);
}

static bool nothing_more_comes(const struct world_socket *socket)
{
	return socket->at_end || socket->shut_read || socket->tcp.broken ||
	       socket->error ||
	       (socket->state == SOCKET_UNCONNECTED && !socket->tcp.connecting);
}

bool world_tcp_waits(const struct world_socket *socket, const struct call *call)
{
	struct tcp_reading reading;

	if (!reads_stream(socket, call) || socket->nonblocking ||
	    has(call, MSG_DONTWAIT) || nothing_more_comes(socket))
		return false;
	world_tcp_read(socket, call, &reading);
	if (!reading.count)
		return call->message.length || world_waiting(socket) <= reading.start;
	return reading.count < world_tcp_wanted(socket, call) && !reading.at_mark;
}

/*
 * tcp_check_urg(): a newer urgent byte takes the place of an older one, which becomes
 * an ordinary byte of the stream; but where that is the next to be read, it is lost.
 */
static void mark_urgent(struct world_socket *receiver, unsigned int length)
{
	if (receiver->tcp.urgent && is_marked(receiver) &&
	    !receiver->tcp.urgent_offset && receiver->queued &&
	    !receiver->urgent_inline)
		world_take_bytes(receiver, 1);
	receiver->tcp.urgent = URGENT_WAITS;
	receiver->tcp.urgent_passed = false;
	receiver->tcp.urgent_offset = world_waiting(receiver) + length - 1;
}

/* A RST comes: tcp_reset(). */
static void reset(struct world_socket *socket)
{
	if (socket->tcp.broken || socket->state == SOCKET_UNCONNECTED)
		return;
	socket->tcp.broken = true;
	socket->error = socket->at_end && !socket->tcp.shut_write ? EPIPE : ECONNRESET;
}

/* tcp_disconnect(): what has come is thrown away, and the other end is told by a RST,
 * unless both ends had said that they are done. */
static void dissolve(struct world *world, struct world_socket *socket)
{
	struct world_socket *peer = world_socket_by_id(world, socket->peer);
	bool was_open = (socket->state == SOCKET_CONNECTED && !socket->tcp.broken &&
			 !(socket->at_end && socket->tcp.shut_write)) ||
			socket->tcp.connecting;

	if (was_open)
		socket->error = socket->in_repair ? ECONNABORTED : ECONNRESET;
	if (peer && was_open && !socket->in_repair)
		reset(peer);
	socket->queued = 0;
	socket->at_end = socket->shut_read = socket->file.shut_write = false;
	socket->tcp = (struct world_tcp){ 0 };
	socket->state = SOCKET_UNCONNECTED;
}

/* Bytes come, without those of world.bytes: the message says where they are. */
static void append(struct world_socket *receiver, const struct world_message *message)
{
	receiver->got++;
	if (receiver->queued < WORLD_QUEUE)
		receiver->queue[receiver->queued++] = *message;
	else
		receiver->queue[WORLD_QUEUE - 1].length += message->length;
}

static void arrive(const struct world *world, struct world_socket *receiver,
		   const struct world_message *message, int flags)
{
	if (flags & MSG_OOB && message->length) {
		mark_urgent(receiver, message->length);
		receiver->tcp.urgent_byte =
			message->kept == message->length
				? world_message_bytes(world, message)[message->kept - 1]
				: 0;
	}
	append(receiver, message);
}

static void come(const struct world *world, struct world_socket *socket)
{
	const struct world_coming *coming = &world->coming;

	switch (coming->kind) {
	case COMES_BYTES:
		arrive(world, socket, &coming->message, coming->flags);
		break;
	case COMES_END:
		socket->at_end = true;
		break;
	case COMES_RESET:
		reset(socket);
		break;
	case COMES_SHUTDOWN:
		socket->shut_read = true;
		break;
	case COMES_DISCONNECT:
	case COMES_NOTHING:
		break;
	}
}

static bool something_comes(const struct world *world,
			    const struct world_socket *socket, const struct call *call)
{
	return world->coming.kind && world->coming.socket == socket->id &&
	       world_tcp_waits(socket, call);
}

void world_tcp_after_wait(const struct world *world, const struct call *call,
			  struct world_socket *after)
{
	const struct world_socket *on = world_socket(world, call->fd);

	*after = *on;
	if (something_comes(world, on, call))
		come(world, after);
}

void world_tcp_connect(struct world *world, struct world_socket *socket,
		       const struct call *call)
{
	sa_family_t family;

	memcpy(&family, call->address.bytes, sizeof(family));
	if (family == AF_UNSPEC && socket->state == SOCKET_LISTENING)
		world_tcp_end_listener(world, socket);
	if (family == AF_UNSPEC)
		dissolve(world, socket);
	/* Asked again of one that did not wait: it stands. */
	else if (socket->state == SOCKET_CONNECTED)
		return;
	else
		/* Of a connection before it: tcp_connect_init(). */
		socket->error = 0;
	world_ip_connect(world, socket, call);
}

static unsigned int connections_at(const struct world *world,
				   const struct world_socket *listener)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < world->socket_count; i++)
		count += world->sockets[i].listener == listener->id;
	return count;
}

/* Will both ends be one, as nobody listens there? */
static bool is_itself(const struct world_socket *socket, const struct ip_name *to)
{
	return to->port && to->port == socket->port &&
	       (ip_is_any(socket->address) ||
		!memcmp(to->address, socket->address, sizeof(to->address)));
}

/*
 * A connection that is not waited for: it stands soon, or is refused soon, or (where
 * the listener keeps as many as its backlog says and one, sk_acceptq_is_full()) nothing
 * comes back.
 */
void world_tcp_connect_failed(struct world *world, struct world_socket *socket,
			      const struct call *call, int error)
{
	const struct world_socket *listener;
	struct ip_name to;

	/* It takes the error of one before it. */
	if (socket->error == error) {
		socket->error = 0;
		socket->tcp.broken = false;
	}
	if (error != EINPROGRESS)
		return;
	socket->error = 0;
	ip_name_of(socket->domain, &call->address, &to);
	world_ip_to_self(world, socket, &to);
	listener = world_ip_receiver(world, socket, &to);
	/* Of another machine, nobody answers: SO_BINDTODEVICE is a way to lo. */
	if (world_ip_kind(world, to.address, 0) == IP_FOREIGN) {
		socket->tcp.connecting = true;
	} else if (!listener && !is_itself(socket, &to)) {
		socket->error = ECONNREFUSED;
		socket->tcp.broken = true;
	} else if (listener &&
		   connections_at(world, listener) > listener->tcp.backlog) {
		socket->tcp.connecting = true;
	} else {
		world_ip_connect(world, socket, call);
	}
}

static void keep(struct world *world, const struct call *call,
		 struct world_message *message)
{
	unsigned int length = smaller(call->message.length, UINT_MAX);
	/* More than a rule could state is not kept. */
	unsigned int kept = smaller(length, 64);

	*message = (struct world_message){ .length = length };
	if (call->message.payload && kept <= WORLD_BYTES - world->bytes_used) {
		message->start = world_keep(world, call->message.payload, kept);
		message->kept = kept;
	}
}

/* In repair nothing is sent: the bytes go to the queue that was chosen. */
static void queue_in_repair(struct world *world, struct world_socket *socket,
			    const struct world_message *message)
{
	struct world_message *unsent = &socket->tcp.unsent;

	if (socket->tcp.repair_queue == LINUX_TCP_RECV_QUEUE)
		arrive(world, socket, message, 0);
	else if (unsent->length)
		unsent->length += message->length;
	else
		*unsent = *message;
}

/*
 * Who has closed, or has shut down both ways, takes no more: the answer is a RST, and
 * the latter's own connection is broken too (tcp_rcv_state_process()).
 */
static bool refuses_bytes(struct world_socket *receiver)
{
	if (receiver->state == SOCKET_CLOSING)
		return true;
	if (!receiver->shut_read || !receiver->tcp.shut_write)
		return false;
	reset(receiver);
	return true;
}

/* __skb_tstamp_tx(): when the last byte was handed to the device.  It is kept where it
 * comes with statistics, of which no other protocol has any. */
static void note_sent_at(struct world *world, struct world_socket *sender)
{
	const int needed = LINUX_SOF_TIMESTAMPING_TX_SOFTWARE |
			   LINUX_SOF_TIMESTAMPING_OPT_TSONLY |
			   LINUX_SOF_TIMESTAMPING_OPT_STATS;
	int stamps = sender->datagrams.stamps;
	struct world_error error = { .error = ENOMSG,
				     .origin = 4,
				     .stamped = stamps &
						LINUX_SOF_TIMESTAMPING_SOFTWARE };

	if ((stamps & needed) == needed)
		world_enqueue_error(world, sender, &error, NULL, NULL, TCP_STATISTICS);
}

void world_tcp_send(struct world *world, struct world_socket *sender,
		    const struct call *call)
{
	struct world_socket *receiver = world_socket_by_id(world, sender->peer);
	/* mptcp_sendmsg(): "silently ignore everything else". */
	bool has_urgent = sender->protocol == IPPROTO_TCP;
	struct world_message message;

	keep(world, call, &message);
	if (sender->in_repair) {
		queue_in_repair(world, sender, &message);
		return;
	}
	if (!receiver || !message.length || receiver->tcp.broken)
		return;
	note_sent_at(world, sender);
	if (refuses_bytes(receiver))
		reset(sender);
	else
		arrive(world, receiver, &message,
		       call->message.flags & (has_urgent ? ~0 : ~MSG_OOB));
}

/* So many bytes are gone, and with them, maybe, the place of the urgent one. */
static void consume(struct world_socket *receiver, unsigned int count)
{
	struct world_tcp *tcp = &receiver->tcp;

	if (!count)
		return;
	world_take_bytes(receiver, count);
	if (!tcp->urgent)
		return;
	if (tcp->urgent_passed || count > tcp->urgent_offset)
		tcp->urgent = URGENT_NONE;
	else
		tcp->urgent_offset -= count;
}

/* Could the address not be told, once the bytes were taken? */
static bool name_fails(const struct call *call)
{
	return call->message.name_wanted &&
	       (call->message.addrlen_unwritable || call->message.room < 0);
}

/*
 * A call that cannot write the byte, or the address, has taken it; one that is refused
 * has not: tcp_recv_urg().  EINVAL is either, and with SO_OOBINLINE the latter.
 */
static bool urgent_is_refused(const struct world_socket *receiver,
			      const struct call *call, long value)
{
	if (value >= 0 || value == -EFAULT)
		return false;
	return value != -EINVAL || !name_fails(call) || receiver->urgent_inline;
}

static void receive_urgent(struct world_socket *receiver, const struct call *call)
{
	if (!has(call, MSG_PEEK) && receiver->tcp.urgent == URGENT_WAITS)
		receiver->tcp.urgent = URGENT_READ;
}

/* The bytes that could not be copied stay, but not the urgent one before them. */
static void receive_fault(struct world_socket *receiver,
			  const struct tcp_reading *reading)
{
	if (!reading->skipped)
		return;
	world_take_bytes(receiver, 1);
	receiver->tcp.urgent_passed = true;
}

static void receive_stream(struct world_socket *receiver, const struct call *call,
			   long value)
{
	struct tcp_reading reading;
	unsigned int count;

	world_tcp_read(receiver, call, &reading);
	if (value == -EFAULT && !has(call, MSG_TRUNC) &&
	    call->message.writable < reading.count) {
		receive_fault(receiver, &reading);
		return;
	}
	count = value >= 0 ? (unsigned int)value : 0;
	/* ___sys_recvmsg() writes the header last of all. */
	if (value < 0 &&
	    (name_fails(call) || call->message.wrong & (unsigned int)HEADER_READ_ONLY))
		count = reading.count;
	if (has(call, MSG_PEEK)) {
		world_move_peek(receiver, count);
		return;
	}
	consume(receiver, count + reading.skipped);
	world_move_peek(receiver, -(long)count);
}

void world_tcp_receive(struct world *world, struct world_socket *receiver,
		       const struct call *call, long value)
{
	if (something_comes(world, receiver, call)) {
		if (world->coming.kind == COMES_DISCONNECT)
			dissolve(world, receiver);
		else
			come(world, receiver);
		world->coming.kind = COMES_NOTHING;
	}
	if (has(call, MSG_ERRQUEUE)) {
		if (value >= 0)
			world_error_taken(receiver);
		return;
	}
	/* do_recvmmsg() tells an error before it reads. */
	if (call->name == CALL_RECVMMSG && value < 0 && receiver->error == -value) {
		receiver->error = 0;
		return;
	}
	if (value < 0 && world_never_asked(world, call, (int)-value))
		return;
	if (has(call, MSG_OOB) && receiver->protocol == IPPROTO_TCP) {
		if (!urgent_is_refused(receiver, call, value))
			receive_urgent(receiver, call);
	} else if (!receiver->in_repair && !(has(call, MSG_PEEK) && value < 0)) {
		receive_stream(receiver, call, value);
	}
	if (value < 0 && receiver->error == -value)
		receiver->error = 0;
}

void world_tcp_end_listener(struct world *world, const struct world_socket *listener)
{
	for (unsigned int i = 0; i < world->socket_count; i++) {
		struct world_socket *child = &world->sockets[i];
		struct world_socket *client;

		if (child->listener != listener->id)
			continue;
		client = world_socket_by_id(world, child->peer);
		if (client) {
			reset(client);
			client->peer = 0;
		}
		/* Nobody has it, nor is it in anybody's way. */
		child->listener = child->peer = 0;
		child->state = SOCKET_UNCONNECTED;
		child->port = 0;
		child->port_open = false;
	}
}

/*
 * __tcp_close(): what was not read, or SO_LINGER without a time, makes it a reset; else
 * the other end sees the end of what was sent.
 */
void world_tcp_close(struct world *world, struct world_socket *closed)
{
	struct world_socket *peer = world_socket_by_id(world, closed->peer);

	if (closed->state == SOCKET_LISTENING)
		world_tcp_end_listener(world, closed);
	if (!peer || closed->tcp.broken || closed->in_repair)
		return;
	closed->reset_on_close |= closed->queued != 0;
	if (closed->reset_on_close)
		reset(peer);
	else
		peer->at_end = true;
}

void world_tcp_set_option(struct world_socket *socket, const struct call *call)
{
	int value;

	memcpy(&value, call->option.bytes, sizeof(value));
	if (call->option.level != IPPROTO_TCP)
		return;
	if (call->option.optname == TCP_REPAIR_QUEUE)
		socket->tcp.repair_queue = value;
	else if (call->option.optname == LINUX_TCP_REPAIR)
		socket->tcp.repair_queue = LINUX_TCP_NO_QUEUE;
}
