/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_unix_queue.c - what waits at sockets of AF_UNIX: what a call takes of it, and
 * how sending, receiving, naming and closing change it; as __unix_dgram_recvmsg(),
 * unix_stream_read_generic() and manage_oob() have it.
 */
#include <string.h>

#include "constants.h"
#include "smaller.h"
#include "world_families.h"
#include "world_messages.h"
#include "world_unix_queue.h"

static bool has_flag(const struct call *call, int flag)
{
	return call->message.flags & flag;
}

static bool peeks_at(const struct world_socket *on, const struct call *call)
{
	return on->peeks_at && has_flag(call, MSG_PEEK);
}

/* __skb_try_recv_from_queue(): the message that the peek offset points into.  One that
 * is empty is passed only once it has been peeked at. */
static unsigned int message_at_offset(const struct world_socket *on,
				      unsigned int *offset)
{
	unsigned int i = 0;

	for (; i < on->queued; i++) {
		const struct world_message *message = &on->queue[i];

		if (*offset < message->length || (!*offset && !message->peeked))
			break;
		*offset -= message->length;
	}
	return i;
}

static struct unix_take take_message(const struct world_socket *on,
				     const struct call *call)
{
	struct unix_take take = { 0 };
	const struct world_message *message;

	if (peeks_at(on, call)) {
		take.skipped = on->peek_offset;
		take.first = message_at_offset(on, &take.skipped);
	}
	take.last = take.first;
	take.found = take.first < on->queued;
	if (!take.found)
		return take;
	message = &on->queue[take.first];
	take.bytes = smaller(call->message.length, message->length - take.skipped);
	take.fault = call->message.writable < take.bytes;
	take.rights = message->rights ? message : NULL;
	return take;
}

unsigned int world_unix_front(const struct world_socket *on)
{
	unsigned int i = 0;

	while (i < on->queued && on->queue[i].mark)
		i++;
	return i;
}

/* Where a call on a stream begins: behind an out-of-band byte that stands in front, and
 * at the peek offset. */
static unsigned int first_of_stream(const struct world_socket *on,
				    const struct call *call, unsigned int *skipped)
{
	unsigned int i = world_unix_front(on);

	if (i < on->queued && on->queue[i].urgent && !on->urgent_inline)
		i++;
	*skipped = peeks_at(on, call) ? on->peek_offset : 0;
	while (i < on->queued && *skipped >= on->queue[i].length)
		*skipped -= on->queue[i++].length;
	return i;
}

static bool same_sender(const struct world_message *one,
			const struct world_message *other)
{
	return one->credentials.known == other->credentials.known &&
	       one->credentials.pid == other->credentials.pid &&
	       one->credentials.uid == other->credentials.uid &&
	       one->credentials.gid == other->credentials.gid;
}

static bool holds_urgent(const struct world_socket *on)
{
	for (unsigned int i = 0; i < on->queued; i++)
		if (on->queue[i].urgent)
			return true;
	return false;
}

/* Does a call that has come so far stop before this message? */
static enum unix_stop stops_before(const struct world_socket *on,
				   const struct unix_take *take, unsigned int i)
{
	if (i == take->first)
		return STOP_NOT;
	if (take->rights)
		return STOP_RIGHTS;
	/* manage_oob(): where an out-of-band byte was, as long as there is no other. */
	if (take->bytes &&
	    (on->queue[i].urgent || (on->queue[i].mark && !holds_urgent(on))))
		return STOP_MARK;
	/* "Never glue messages from different writers" */
	if (on->pass_credentials &&
	    !same_sender(&on->queue[take->first], &on->queue[i]))
		return STOP_CREDENTIALS;
	return STOP_NOT;
}

static struct unix_take take_stream(const struct world_socket *on,
				    const struct call *call)
{
	struct unix_take take = { 0 };
	unsigned int left = 0;

	take.first = take.last = first_of_stream(on, call, &take.skipped);
	take.found = take.first < on->queued;
	for (unsigned int i = take.first; i < on->queued; i++) {
		const struct world_message *message = &on->queue[i];
		unsigned int skip = i == take.first ? take.skipped : 0, chunk;

		take.stop = stops_before(on, &take, i);
		if (take.stop)
			break;
		chunk = smaller(call->message.length - take.bytes,
				message->length - skip);
		if (call->message.writable < take.bytes + chunk) {
			take.fault = !take.bytes;
			take.stop = STOP_FAULT;
			break;
		}
		take.bytes += chunk;
		take.last = i;
		if (message->rights)
			take.rights = message;
		left = message->length - skip - chunk;
		if (left || take.bytes == call->message.length)
			break;
	}
	return take;
}

struct unix_take world_unix_take(const struct world_socket *on, const struct call *call)
{
	return world_is_stream(on) ? take_stream(on, call) : take_message(on, call);
}

const struct world_message *world_unix_urgent(const struct world_socket *on)
{
	for (unsigned int i = 0; !on->urgent_inline && i < on->queued; i++)
		if (on->queue[i].urgent)
			return &on->queue[i];
	return NULL;
}

unsigned int world_unix_target(const struct world_socket *on, const struct call *call)
{
	unsigned int low = on->low_water ? (unsigned int)on->low_water : 1;
	unsigned int target = smaller(call->message.length, low);

	if (has_flag(call, MSG_WAITALL))
		target = (unsigned int)call->message.length;
	return target ? target : 1;
}

static void drop(struct world_socket *on, unsigned int i)
{
	on->queued--;
	memmove(on->queue + i, on->queue + i + 1,
		(on->queued - i) * sizeof(on->queue[0]));
}

static void purge(struct world_socket *on)
{
	on->queued = 0;
}

void world_unix_autobind(struct world_socket *socket)
{
	if (!socket->pass_credentials || socket->name_length || socket->name_open)
		return;
	socket->name_open = true;
	socket->name_owner = socket->id;
}

/* unix_copy_addr() looks at the sender's name when the message is received. */
static void name_message(struct world *world, const struct world_socket *sender,
			 struct world_message *message)
{
	if (message->name_length || !sender->name_length)
		return;
	message->name_start = world_keep(world, sender->name, sender->name_length);
	message->name_length = sender->name_length;
}

void world_unix_named(struct world *world, const struct world_socket *socket)
{
	for (unsigned int i = 0; i < world->socket_count; i++) {
		struct world_socket *on = &world->sockets[i];

		for (unsigned int k = 0; k < on->queued; k++)
			if (on->domain == AF_UNIX && on->queue[k].sender == socket->id)
				name_message(world, socket, &on->queue[k]);
	}
}

/*
 * unix_dgram_disconnected(): what came from the old peer is lost, and that one is told,
 * where it is still connected to this socket.
 */
void world_unix_leave(struct world *world, struct world_socket *socket,
		      unsigned int peer)
{
	struct world_socket *old = world_socket_by_id(world, socket->peer);

	if (!socket->peer || socket->peer == peer || socket->type != SOCK_DGRAM)
		return;
	/* One that was its own peer is not any more. */
	if (old && old != socket && old->peer == socket->id && socket->queued)
		old->error = ECONNRESET;
	purge(socket);
	socket->peer = 0;
}

/* maybe_add_creds(): who sends is told where either end wants it, or where the other
 * has not been accepted yet. */
static void add_credentials(const struct world *world,
			    const struct world_socket *sender,
			    const struct world_socket *receiver,
			    const struct call *call, struct world_message *message)
{
	const unsigned int *given = call->message.credentials;
	const struct world_caller *caller = &world->caller;

	if (call->message.credentials_given)
		message->credentials = (struct world_credentials){ true, given[0],
								   given[1], given[2] };
	else if (sender->pass_credentials || receiver->pass_credentials ||
		 receiver->fd < 0)
		message->credentials = (struct world_credentials){ true, caller->pid,
								   caller->real_uid,
								   caller->real_gid };
}

/* queue_oob(): the last byte alone is out of band, and what was so before is not now.
 */
static void deliver(struct world *world, struct world_socket *receiver,
		    struct world_message message, const struct call *call)
{
	const unsigned char *payload = call->message.payload;
	size_t length = call->message.length;
	bool urgent = has_flag(call, MSG_OOB) && world_is_stream(receiver) && length;

	if (urgent && length > 1) {
		world_deliver(world, receiver, &message, payload, length - 1);
		message.rights = 0;
	}
	if (!urgent) {
		world_deliver(world, receiver, &message, payload, length);
		return;
	}
	for (unsigned int i = 0; i < receiver->queued; i++)
		receiver->queue[i].urgent = false;
	message.urgent = true;
	world_deliver(world, receiver, &message, payload ? payload + length - 1 : NULL,
		      1);
}

void world_unix_sent(struct world *world, struct world_socket *sender,
		     const struct call *call)
{
	struct world_message message = { .sender = sender->id };
	struct world_socket *receiver = world_unix_send(world, sender, call);

	if (!receiver) {
		/* To a peer that is no more: a target that makes nothing so says that
		 * it has gone well. */
		world_unix_send_failed(world, sender, call, ECONNREFUSED);
		return;
	}
	message.rights = call->message.rights;
	name_message(world, sender, &message);
	add_credentials(world, sender, receiver, call, &message);
	deliver(world, receiver, message, call);
}

/* Does it name a destination?  write(2) has no place for one. */
static bool sends_to(const struct call *call)
{
	return (call->name == CALL_SENDTO || call->name == CALL_SENDMSG) &&
	       call->message.to.addrlen;
}

/* unix_seqpacket_sendmsg() tells the error that waits, as does sock_alloc_send_pskb();
 * unix_dgram_sendmsg() leaves a peer that is no more. */
void world_unix_send_failed(struct world *world, struct world_socket *sender,
			    const struct call *call, int error)
{
	if (sender->type == SOCK_SEQPACKET ||
	    (sender->type == SOCK_DGRAM && sender->error == error))
		sender->error = 0;
	if (sender->type == SOCK_DGRAM && error == ECONNREFUSED && !sends_to(call)) {
		world_unix_leave(world, sender, 0);
		sender->state = SOCKET_UNCONNECTED;
	}
}

/* The descriptors that have come are open. */
static void open_received(struct world *world, const struct result *result)
{
	unsigned char control[RESULT_CONTROL_MAX];
	struct msghdr header = { .msg_control = control };
	struct cmsghdr *message;

	if (result->control_length > sizeof(control))
		return;
	memcpy(control, result->control, sizeof(control));
	header.msg_controllen = result->control_length;
	for (message = CMSG_FIRSTHDR(&header); message;
	     message = CMSG_NXTHDR(&header, message)) {
		size_t count = (message->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		int fd;

		if (message->cmsg_level != SOL_SOCKET ||
		    message->cmsg_type != SCM_RIGHTS ||
		    message->cmsg_len > result->control_length)
			continue;
		for (size_t i = 0; i < count; i++) {
			memcpy(&fd, CMSG_DATA(message) + i * sizeof(fd), sizeof(fd));
			if (fd >= 0 && fd < WORLD_DESCRIPTORS)
				world->open[fd] = DESCRIPTOR_OPEN;
		}
	}
}

/* manage_oob(): an out-of-band byte in front is part of the stream, or is gone. */
static void pass_mark(struct world_socket *on)
{
	while (world_is_stream(on) && on->queued && on->queue[0].mark)
		drop(on, 0);
	if (!world_is_stream(on) || !on->queued || !on->queue[0].urgent)
		return;
	if (on->urgent_inline) {
		on->queue[0].urgent = false;
		return;
	}
	on->urgent_dropped = true;
	drop(on, 0);
}

/* So many bytes of a stream are gone; descriptors come with the first byte of theirs,
 * and with a call for none. */
static void take_bytes(struct world_socket *on, unsigned int count)
{
	while (on->queued) {
		struct world_message *first = &on->queue[0];
		unsigned int taken = smaller(count, first->length);

		first->rights = 0;
		count -= taken;
		first->length -= taken;
		first->start += taken;
		first->kept -= smaller(taken, first->kept);
		if (!first->length)
			drop(on, 0);
		if (!count)
			return;
	}
}

static void peeked(struct world_socket *on, const struct unix_take *take)
{
	if (!take->found)
		return;
	if (!world_is_stream(on) && !on->queue[take->first].length)
		on->queue[take->first].peeked = true;
	world_move_peek(on, take->bytes);
}

/* unix_stream_recv_urg() leaves its place in the stream marked. */
static void take_urgent(struct world_socket *on, const struct call *call)
{
	const struct world_message *urgent = world_unix_urgent(on);
	struct world_message *taken;

	if (!urgent || !world_is_stream(on) || has_flag(call, MSG_PEEK))
		return;
	taken = &on->queue[urgent - on->queue];
	taken->urgent = false;
	taken->mark = true;
	taken->length = taken->kept = 0;
}

static void taken(struct world_socket *on, const struct call *call, unsigned int bytes)
{
	if (!world_is_stream(on) && on->queued) {
		world_move_peek(on, -(long)on->queue[0].length);
		drop(on, 0);
	} else if (world_is_stream(on)) {
		/* An error that ends a wait for more is not told any more. */
		if (bytes < call->message.length &&
		    bytes < world_unix_target(on, call) &&
		    !world_unix_take(on, call).stop)
			on->error = 0;
		pass_mark(on);
		take_bytes(on, bytes);
		world_move_peek(on, -(long)bytes);
	}
}

void world_unix_receive(struct world *world, struct world_socket *on,
			const struct call *call, const struct result *result)
{
	struct unix_take take = world_unix_take(on, call);

	open_received(world, result);
	/* sock_read_iter() does not even look where no bytes are wanted. */
	if ((call->name == CALL_READ || call->name == CALL_READV) &&
	    !call->message.length)
		return;
	/* Nor does unix_bpf_recvmsg(). */
	if (on->in_sockmap && !call->message.length)
		return;
	if (has_flag(call, MSG_OOB))
		take_urgent(on, call);
	else if (has_flag(call, MSG_PEEK))
		peeked(on, &take);
	else
		taken(on, call, (unsigned int)result->value);
}

/*
 * A message that could not be copied is gone, as is one whose sender's address could
 * not be.  Bytes of a stream that could not be copied stay; where it was the address,
 * they are gone.
 */
void world_unix_receive_failed(struct world_socket *on, const struct call *call,
			       int error, bool late)
{
	struct unix_take take = world_unix_take(on, call);
	bool had = take.found && late;

	if (on->error == error)
		on->error = 0;
	else if (!late && error != EAGAIN && error != EINTR)
		return;
	else if (has_flag(call, MSG_OOB))
		take_urgent(on, call);
	else if (had && has_flag(call, MSG_PEEK) && !take.fault)
		peeked(on, &take);
	else if (had && !has_flag(call, MSG_PEEK) &&
		 !(take.fault && world_is_stream(on)))
		taken(on, call, take.bytes);
	else if (!has_flag(call, MSG_PEEK))
		pass_mark(on);
}

/* A client that nobody has accepted is told when nobody can any more. */
void world_unix_hang_up(struct world *world, const struct world_socket *closed)
{
	for (unsigned int i = 0; i < world->socket_count; i++) {
		const struct world_socket *child = &world->sockets[i];
		struct world_socket *client;

		if (child->domain != AF_UNIX || child->listener != closed->id)
			continue;
		client = world_socket_by_id(world, child->peer);
		if (client) {
			client->error = ECONNRESET;
			client->at_end = true;
		}
	}
}
