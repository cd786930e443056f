/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_ip.h - what the rules of recvfrom(2) for UDP, raw and echo sockets look at.
 */
#ifndef EXPECTED_RULES_RECVFROM_IP_H
#define EXPECTED_RULES_RECVFROM_IP_H

#include "recvfrom_common.h"

static inline bool on_datagrams(const struct world *world, const struct call *call)
{
	return on_ip(world, call) && (call_socket(world, call)->type == SOCK_DGRAM ||
				      call_socket(world, call)->type == SOCK_RAW);
}

static inline bool is_udp(const struct world_socket *socket)
{
	return socket->protocol == IPPROTO_UDP || socket->protocol == IPPROTO_UDPLITE;
}

/* raw_recvmsg() and ping_recvmsg() ask for MSG_OOB first; udp_recvmsg() never does. */
static inline bool refuses_out_of_band(const struct world *world,
				       const struct call *call)
{
	return on_datagrams(world, call) && has_flag(call, MSG_OOB) &&
	       (call_socket(world, call)->type == SOCK_RAW ||
		!is_udp(call_socket(world, call)));
}

static inline bool on_echo(const struct world *world, const struct call *call)
{
	return on_datagrams(world, call) &&
	       call_socket(world, call)->type == SOCK_DGRAM &&
	       !is_udp(call_socket(world, call));
}

/* Nothing waits, and nothing will: what would wait does not. */
static inline bool datagrams_end(const struct world *world, const struct call *call)
{
	return on_datagrams(world, call) && call_socket(world, call)->shut_read &&
	       nothing_to_receive(world, call) && !does_not_wait(world, call);
}

/* Does move_addr_to_user() find fault with where the address shall be told,
 * which has so many bytes? */
static inline bool address_refused(const struct call *call, size_t length)
{
	return call->message.name_wanted &&
	       (call->message.addrlen_unreadable || call->message.addrlen_unwritable ||
		call->message.room < 0 ||
		call->message.name_writable <
			smaller((size_t)call->message.room, length));
}

/* What a call gets of the message that waits first: recvfrom_message.c. */
void message_received(const struct world *world, const struct call *call,
		      struct outcome *outcome);

/* The bytes that the queue of errors has with the first cannot be written. */
static inline bool error_unwritable(const struct call *call,
				    const struct world_error *first)
{
	return call->message.writable <
	       smaller(call->message.length, first->message.length);
}

/* Control messages, as put_cmsg() lines them up in the room that there is. */
struct controls {
	struct outcome *outcome;
	size_t room;
	bool cut; /* of what comes with them, a part was taken, and the rest is gone */
};

struct controls begin_controls(const struct call *call, struct outcome *outcome);
void add_control(struct controls *to, int level, int type, const void *data,
		 size_t length);
/* The same where the first bytes are the kernel's own: a time. */
void add_open_control(struct controls *to, int level, int type, size_t length);

/* What a datagram's header says, as far as the socket's options ask for it: all of it;
 * only what options of all families ask for; of that, only the time that it came (and,
 * where it is stamped, by SO_TIMESTAMPING); only what the headers of IP say. */
void add_header_controls(const struct world_socket *on,
			 const struct world_header *header, struct controls *to);
void add_socket_controls(const struct world_socket *on,
			 const struct world_header *header, struct controls *to);
void add_time_controls(const struct world_socket *on, bool stamped,
		       struct controls *to);
void add_network_controls(const struct world_socket *on,
			  const struct world_header *header, struct controls *to);

#endif
