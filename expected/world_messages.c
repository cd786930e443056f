/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_messages.c - what waits at a socket to be received, whatever the family.
 */
#include <string.h>

#include "constants.h"
#include "smaller.h"
#include "world_datagrams.h"
#include "world_families.h"
#include "world_ip.h"
#include "world_links.h"
#include "world_messages.h"
#include "world_tcp.h"
#include "world_unix_queue.h"

bool world_is_stream(const struct world_socket *socket)
{
	return socket->type == SOCK_STREAM;
}

unsigned int world_waiting(const struct world_socket *socket)
{
	unsigned int waiting = 0;

	if (!world_is_stream(socket))
		return socket->queued ? socket->queue[0].length : 0;
	for (unsigned int i = 0; i < socket->queued; i++)
		waiting += socket->queue[i].length;
	return waiting;
}

const unsigned char *world_message_bytes(const struct world *world,
					 const struct world_message *message)
{
	return world->bytes + message->start;
}

const unsigned char *world_message_name(const struct world *world,
					const struct world_message *message)
{
	return world->bytes + message->name_start;
}

struct world_socket *world_socket_by_id(struct world *world, unsigned int id)
{
	for (unsigned int i = 0; id && i < world->socket_count; i++)
		if (world->sockets[i].id == id)
			return &world->sockets[i];
	return NULL;
}

unsigned int world_keep(struct world *world, const unsigned char *bytes,
			unsigned int length)
{
	unsigned int start = world->bytes_used;

	if (length > WORLD_BYTES - start)
		return WORLD_BYTES;
	memcpy(world->bytes + start, bytes, length);
	world->bytes_used += length;
	return start;
}

/* More than a rule could state is not kept. */
#define KEPT_MAX 64

static void keep_payload(struct world *world, struct world_message *message,
			 const unsigned char *payload)
{
	unsigned int kept = message->length < KEPT_MAX ? message->length : KEPT_MAX;

	if (kept > WORLD_BYTES - world->bytes_used)
		kept = WORLD_BYTES - world->bytes_used;
	if (!payload)
		kept = 0;
	message->start = kept ? world_keep(world, payload, kept) : 0;
	message->kept = kept;
}

void world_deliver(struct world *world, struct world_socket *receiver,
		   struct world_message *message, const unsigned char *payload,
		   size_t length)
{
	struct world_message *last;

	if (world_is_stream(receiver) && !length)
		return;
	receiver->got++;
	message->length = (unsigned int)length;
	if (receiver->queued < WORLD_QUEUE) {
		keep_payload(world, message, payload);
		receiver->queue[receiver->queued++] = *message;
		return;
	}
	/* Of what else comes to a stream, only how much it is; datagrams are lost. */
	last = &receiver->queue[receiver->queued - 1];
	if (world_is_stream(receiver))
		last->length += message->length;
}

bool world_gives(const struct world_socket *socket, const struct call *call)
{
	if (socket->domain == AF_UNIX)
		return world_unix_take(socket, call).found;
	return socket->queued;
}

/* Who receives, and how that one is told who has sent. */
static struct world_socket *receiver_of(struct world *world,
					struct world_socket *sender,
					const struct call *call,
					struct world_message *message)
{
	switch (sender->domain) {
	case AF_INET:
	case AF_INET6:
		return world_ip_send(world, sender, call, message);
	case AF_NETLINK:
		return world_netlink_send(world, sender, call, message);
	default:
		return world_socket_by_id(world, sender->peer);
	}
}

static bool is_udp(const struct world_socket *socket)
{
	return (socket->domain == AF_INET || socket->domain == AF_INET6) &&
	       socket->type == SOCK_DGRAM;
}

static bool is_raw6(const struct world_socket *socket)
{
	return socket->domain == AF_INET6 && socket->type == SOCK_RAW;
}

/* udp_sendmsg() refuses more than IPv4 has room for before it looks where it goes;
 * udpv6_sendmsg() and rawv6_sendmsg() only what is no int, and all calls cut what they
 * are asked for to MAX_RW_COUNT. */
static bool comes_to_ip(const struct world *world, const struct world_socket *sender,
			const struct call *call)
{
	struct ip_name to;

	world_ip_destination(world, sender, call, &to);
	return !ip_is_v4(to.address) || call->message.length < 65536;
}

/* Sending tells of the error that waits; what is too long for IP is put to the queue of
 * errors, where the socket has one; with too many areas it does not come so far. */
void world_send_failed(struct world *world, struct world_socket *sender,
		       const struct call *call, int error)
{
	if (sender->error == error)
		sender->error = 0;
	else if ((is_udp(sender) || is_raw6(sender)) && error == EMSGSIZE &&
		 comes_to_ip(world, sender, call) &&
		 !(call->message.wrong & AREAS_TOO_MANY))
		world_too_long(world, sender, call);
}

void world_send(struct world *world, struct world_socket *sender,
		const struct call *call)
{
	struct world_message message = { 0 };
	struct world_socket *receiver;

	if (sender->domain == AF_PACKET) {
		world_packet_send(world, sender, call);
		return;
	}
	world->sent++;
	if (world_is_tcp(sender)) {
		world_tcp_send(world, sender, call);
		return;
	}
	if (sender->domain == AF_UNIX) {
		world_unix_sent(world, sender, call);
		return;
	}
	if (world_sends_packets(sender)) {
		world_ip_packet_send(world, sender, call);
		return;
	}
	receiver = receiver_of(world, sender, call, &message);
	message.ends_record = sender->domain == AF_VSOCK &&
			      sender->type == SOCK_SEQPACKET &&
			      call->message.flags & MSG_EOR;
	if (is_udp(sender))
		world_sent_at(world, sender, call);
	if (is_udp(sender) && receiver)
		world_udp_deliver(world, sender, receiver, &message, call);
	else if (is_udp(sender))
		world_refused(world, sender, call);
	else if (receiver)
		world_deliver(world, receiver, &message, call->message.payload,
			      call->message.length);
}

static void drop_first(struct world_socket *receiver)
{
	receiver->queued--;
	memmove(receiver->queue, receiver->queue + 1,
		receiver->queued * sizeof(receiver->queue[0]));
}

void world_take_bytes(struct world_socket *receiver, unsigned int count)
{
	while (count && receiver->queued) {
		struct world_message *first = &receiver->queue[0];

		if (count >= first->length) {
			count -= first->length;
			drop_first(receiver);
			continue;
		}
		first->length -= count;
		first->start += count;
		first->kept = first->kept > count ? first->kept - count : 0;
		count = 0;
	}
}

static void take(struct world_socket *receiver, unsigned int count)
{
	if (world_is_stream(receiver))
		world_take_bytes(receiver, count);
	else if (receiver->queued)
		drop_first(receiver);
}

/* Do the flags ask for what is not in the queue, or leave it there?  To UDP, MSG_OOB
 * means nothing. */
static bool leaves_queue(const struct world_socket *receiver, const struct call *call)
{
	int flags = MSG_PEEK | MSG_ERRQUEUE | (is_udp(receiver) ? 0 : MSG_OOB);

	return call->message.flags & flags;
}

/* sock_read_iter() does not even look where no bytes are wanted. */
static bool reads_nothing(const struct call *call)
{
	return (call->name == CALL_READ || call->name == CALL_READV) &&
	       !call->message.length;
}

/* sk_peek_offset_fwd() and _bwd(): never to before the first byte. */
void world_move_peek(struct world_socket *socket, long by)
{
	long at = (long)socket->peek_offset + by;

	if (socket->peeks_at)
		socket->peek_offset = at > 0 ? (unsigned int)at : 0;
}

/* The path MTU comes before all but what the queue of errors has, and goes with the
 * call that tells it, also where it fails at the address. */
static bool takes_path_mtu(struct world_socket *receiver, const struct call *call)
{
	struct world_datagrams *it = &receiver->datagrams;

	if (!it->path_mtu || !(it->told & TOLD_PATHMTU) ||
	    call->message.flags & MSG_ERRQUEUE)
		return false;
	it->path_mtu = 0;
	return true;
}

void world_receive(struct world_socket *receiver, const struct call *call, long value)
{
	if (takes_path_mtu(receiver, call))
		return;
	if (call->message.flags & MSG_ERRQUEUE)
		world_error_taken(receiver);
	else if (is_udp(receiver))
		world_move_peek(receiver,
				call->message.flags & MSG_PEEK ? value : -value);
	if (!leaves_queue(receiver, call) && !reads_nothing(call))
		take(receiver, (unsigned int)value);
}

/* An error that came after the first message is kept for the next call; that nothing
 * more waits is none. */
void world_receive_several(struct world_socket *receiver, const struct call *call,
			   long count)
{
	for (long i = 0; i < count; i++)
		world_receive(receiver, call, 0);
	if (count && (unsigned int)count == call->message.headers &&
	    call->message.headers < call->message.asked)
		receiver->error = EFAULT;
}

/* recvmmsg(2) fails with EFAULT where its timeout cannot be written: all is received
 * by then. */
static bool failed_at_timeout(struct world_socket *receiver, const struct call *call,
			      int error)
{
	unsigned int count = call->message.asked;

	if (call->name != CALL_RECVMMSGS || error != EFAULT ||
	    !(call->message.wrong & TIMEOUT_READ_ONLY))
		return false;
	if (count > receiver->queued)
		count = receiver->queued;
	world_receive_several(receiver, call, count);
	return true;
}

/* packet_rcv_vnet() refuses a frame once it has been taken. */
static bool failed_at_vnet_header(const struct world_socket *receiver,
				  const struct call *call, int error)
{
	return error == EINVAL && receiver->packet.vnet_header &&
	       (receiver->queued || receiver->packet.segments) &&
	       !(call->message.flags & MSG_ERRQUEUE) &&
	       (receiver->packet.segments || call->message.length < WORLD_VNET_HEADER);
}

/*
 * Is more asked for than a process has addresses, where that is not cut to what a call
 * can give before it is looked at?  vfs_read() does not; for one area of recvmsg(2)
 * import_ubuf() does, since Linux 6.4 ("iov_iter: import single vector iovecs as
 * ITER_UBUF").
 */
static bool reaches_out(const struct world *world, const struct call *call)
{
	return call_exceeds_addresses(call) &&
	       (call->name == CALL_READ ||
		(call->name != CALL_RECVFROM &&
		 !release_has(world->kernel.version, LINUX(6, 4), 0)));
}

bool world_never_asked(const struct world *world, const struct call *call, int error)
{
	unsigned int before = HEADER_UNREADABLE | AREAS_TOO_MANY | AREAS_UNREADABLE |
			      AREA_NEGATIVE | TIMEOUT_UNREADABLE | TIMEOUT_INVALID;

	if (error == EFAULT && (call->message.foreign || reaches_out(world, call)))
		return true;
	/* recvfrom(2) looks at the length of the name when it writes that. */
	if (error == EINVAL && call->message.room < 0 && call->name != CALL_RECVFROM)
		return true;
	return call->message.wrong & before;
}

/* Does it fail once something has been received, and not at its arguments? */
static bool failed_late(const struct world *world, const struct call *call, int error)
{
	if (reaches_out(world, call))
		return false;
	if (call->name == CALL_RECVMMSGS || call->message.foreign ||
	    call->message.wrong & ~(unsigned int)HEADER_READ_ONLY)
		return false;
	return error == EFAULT || (error == EINVAL && call->name == CALL_RECVFROM &&
				   call->message.name_wanted && call->message.room < 0);
}

/* Echo sockets do not. */
static bool counts_failed(const struct world_socket *receiver)
{
	return is_udp(receiver) && receiver->protocol != IPPROTO_ICMP &&
	       receiver->protocol != IPPROTO_ICMPV6;
}

/*
 * A message that could not be copied is gone, as one is whose sender's address could
 * not be.  Bytes of a stream that could not be copied stay; where it was the address,
 * they are gone.
 */
void world_receive_failed(const struct world *world, struct world_socket *receiver,
			  const struct call *call, int error)
{
	unsigned int due = smaller(call->message.length, world_waiting(receiver));
	bool copied = error == EINVAL || call->message.writable >= due;

	if (failed_at_timeout(receiver, call, error))
		return;
	/* What it has looked for something to receive among, it has dropped. */
	if (error == EAGAIN) {
		receiver->datagrams.drops += receiver->datagrams.spoilt_waiting;
		receiver->datagrams.spoilt_waiting = 0;
	}
	if (failed_late(world, call, error) && takes_path_mtu(receiver, call))
		return;
	if (receiver->domain == AF_UNIX) {
		world_unix_receive_failed(receiver, call, error,
					  failed_late(world, call, error));
		return;
	}
	if (call->message.flags & MSG_ERRQUEUE && failed_late(world, call, error))
		world_error_taken(receiver);
	if ((failed_late(world, call, error) ||
	     failed_at_vnet_header(receiver, call, error)) &&
	    !leaves_queue(receiver, call) && (copied || !world_is_stream(receiver))) {
		/* udp_recvmsg(): one whose bytes found no place counts as dropped. */
		receiver->datagrams.drops += counts_failed(receiver) && !copied;
		receiver->packet.segments = false;
		take(receiver, due);
	}
	/* __vsock_seqpacket_recvmsg(): the record is gone. */
	if (error == ENOBUFS && receiver->overrun && receiver->queued)
		take(receiver, due);
	if (receiver->error == error)
		receiver->error = 0;
	if (error == ENETDOWN)
		receiver->packet.down = false;
}

static bool keeps_connection(const struct world_socket *socket)
{
	return socket->type == SOCK_STREAM || socket->type == SOCK_SEQPACKET;
}

void world_end(struct world *world, struct world_socket *sender)
{
	struct world_socket *peer = world_socket_by_id(world, sender->peer);

	if (peer && keeps_connection(sender))
		peer->at_end = true;
}

/* Where what was not read begins.  Since 6.10, "af_unix: Don't return ECONNRESET for
 * the consumed OOB skb", unix_release_sock() takes a record of no bytes for one that
 * has been read. */
static unsigned int unread(const struct world *world, const struct world_socket *on)
{
	unsigned int front = world_unix_front(on);

	if (on->domain == AF_UNIX && on->type == SOCK_SEQPACKET && on->queued &&
	    !on->queue[0].length && release_has(world->kernel.version, LINUX(6, 10), 0))
		front = 1;
	return front;
}

/* What was not read when a socket is closed, the other end is told of as a reset. */
void world_hang_up(struct world *world, struct world_socket *closed)
{
	struct world_socket *peer = world_socket_by_id(world, closed->peer);

	if (world_is_tcp(closed)) {
		world_tcp_close(world, closed);
		return;
	}
	if (closed->domain == AF_UNIX)
		world_unix_hang_up(world, closed);
	world_end(world, closed);
	if (peer && keeps_connection(closed) && unread(world, closed) < closed->queued)
		peer->error = ECONNRESET;
}
