/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_tcp_bytes.c - rules of recvfrom(2) for what TCP gives that no other stream
 * does: the urgent byte and its mark, the queues of a socket in repair, what comes
 * while a call waits; after tcp_recv_urg() and tcp_recvmsg_locked().
 */
#include <string.h>

#include "../world_messages.h"
#include "recvfrom_tcp.h"

static bool urgent_waits(const struct world *world, const struct call *call)
{
	return asks_for_urgent(world, call) &&
	       call_socket(world, call)->tcp.urgent == URGENT_WAITS;
}

static bool urgent_has_no_room(const struct world *world, const struct call *call)
{
	return urgent_waits(world, call) && !call->message.length;
}

static bool urgent_discarded(const struct world *world, const struct call *call)
{
	return urgent_waits(world, call) && has_flag(call, MSG_TRUNC);
}

static bool urgent_peeked(const struct world *world, const struct call *call)
{
	return urgent_waits(world, call) && has_flag(call, MSG_PEEK);
}

static bool urgent_never_comes(const struct world *world, const struct call *call)
{
	return asks_for_urgent(world, call);
}

static void urgent_byte(const struct world *world, const struct call *call,
			struct outcome *outcome)
{
	bool comes = urgent_waits(world, call);

	outcome->gives = true;
	outcome->tells = call->message.name_wanted;
	if (comes)
		outcome->flags |= MSG_OOB;
	if (comes && !call->message.length)
		outcome->flags |= MSG_TRUNC;
	outcome->value = comes && call->message.length;
	if (!outcome->value || has_flag(call, MSG_TRUNC))
		return;
	outcome->data_length = outcome->data_known = 1;
	outcome->data[0] = call_socket(world, call)->tcp.urgent_byte;
}

#define URGENT(id_, says_, when_, ...)                                          \
	{                                                                       \
		.id = id_, .says = says_, .when = when_, .outcome = RETURNS(0), \
		.computed = urgent_byte, .cites = {                             \
			__VA_ARGS__,                                            \
			KERNEL("net/ipv4/tcp.c", "tcp_recv_urg")                \
		}                                                               \
	}

static const struct rule recvfrom_tcp_urgent_rules[] = {
	URGENT("recvfrom.tcp.urgent_without_room",
	       "MSG_OOB with no room takes the urgent byte all the same, and says by "
	       "MSG_TRUNC that it is lost",
	       urgent_has_no_room,
	       QUOTE("recvfrom(2)",
		     "is returned to indicate that expedited or out-of-band data was "
		     "received."),
	       QUOTE("recvfrom(2)", "The value 0 may also be returned if the requested "
				    "number of bytes to receive from a stream socket "
				    "was 0.")),
	URGENT("recvfrom.tcp.urgent_discarded",
	       "MSG_OOB with MSG_TRUNC counts the urgent byte, and writes nothing",
	       urgent_discarded,
	       QUOTE("tcp(7)",
		     "Since Linux 2.4.4, MSG_TRUNC also has this effect when used in "
		     "conjunction with MSG_OOB to receive out-of-band data.")),
	URGENT("recvfrom.tcp.urgent_peeked",
	       "MSG_OOB with MSG_PEEK gives the urgent byte, which stays",
	       urgent_peeked,
	       QUOTE("recvfrom(2)", "Thus, a subsequent receive call will return the "
				    "same data."),
	       POSIX("recvfrom", NULL)),
	URGENT("recvfrom.tcp.urgent_received",
	       "MSG_OOB gives the urgent byte, that one only and once, wherever in "
	       "the stream it stands",
	       urgent_waits,
	       QUOTE("recvfrom(2)", "This flag requests receipt of out-of-band data "
				    "that would not be received in the normal data "
				    "stream."),
	       QUOTE("recvfrom(2)",
		     "is returned to indicate that expedited or out-of-band data was "
		     "received."),
	       QUOTE("tcp(7)", "TCP provides limited support for out-of-band data, in "
			       "the form of (a single byte of) urgent data."),
	       POSIX("recvfrom", NULL)),
	URGENT("recvfrom.tcp.urgent_never_comes",
	       "where an urgent byte was announced and nothing more is read, MSG_OOB "
	       "gives 0",
	       urgent_never_comes,
	       QUOTE("shutdown(2)", "If how is SHUT_RD, further receptions will be "
				    "disallowed.")),
};
RULE_LIST(recvfrom_tcp_urgent, CALL_RECVFROM);

/* Of a call that finds bytes, or to which they come. */
static bool bytes_come(const struct world *world, const struct call *call,
		       struct tcp_view *view)
{
	if (!reads_stream(world, call) || nothing_to_receive(world, call))
		return false;
	*view = tcp_look(world, call);
	return true;
}

static bool peeks_on(const struct world *world, const struct call *call)
{
	struct tcp_view view;

	return bytes_come(world, call, &view) && has_flag(call, MSG_PEEK) &&
	       view.on.peeks_at;
}

/* What comes while the call waits is copied to the rest of the buffer. */
static bool rest_unwritable(const struct world *world, const struct call *call)
{
	struct tcp_view view;

	return bytes_come(world, call, &view) && !discards(world, call) &&
	       call->message.writable < view.reading.count;
}

static bool mark_skipped(const struct world *world, const struct call *call)
{
	struct tcp_view view;

	return bytes_come(world, call, &view) && view.reading.skipped;
}

static bool stops_at_mark(const struct world *world, const struct call *call)
{
	struct tcp_view view;

	return bytes_come(world, call, &view) && view.reading.at_mark;
}

static bool urgent_in_stream(const struct world *world, const struct call *call)
{
	struct tcp_view view;

	return bytes_come(world, call, &view) && view.on.tcp.urgent &&
	       view.on.urgent_inline && view.reading.count &&
	       view.reading.start == view.on.tcp.urgent_offset;
}

static bool less_than_wanted(const struct world *world, const struct call *call)
{
	struct tcp_view view;

	return bytes_come(world, call, &view) &&
	       view.reading.count < world_tcp_wanted(&view.on, call) &&
	       call->message.length;
}

static bool came_meanwhile(const struct world *world, const struct call *call)
{
	struct tcp_view view;

	return bytes_come(world, call, &view) && view.waited;
}

/* The bytes that are known of a stream, from one on, as many as are given. */
static void write_bytes(const struct world *world, const struct world_socket *on,
			size_t start, struct outcome *outcome)
{
	size_t room = smaller(outcome->data_length, OUTCOME_DATA_MAX);

	for (unsigned int i = 0; i < on->queued && outcome->data_known < room; i++) {
		const struct world_message *message = &on->queue[i];
		size_t skipped = smaller(start, message->length), known;

		start -= skipped;
		if (skipped == message->length)
			continue;
		known = message->kept > skipped ? message->kept - skipped : 0;
		known = smaller(known, room - outcome->data_known);
		memcpy(outcome->data + outcome->data_known,
		       world_message_bytes(world, message) + skipped, known);
		outcome->data_known += (unsigned int)known;
		if (skipped + known < message->length)
			return;
	}
}

static void give(const struct world *world, const struct call *call, size_t count,
		 struct outcome *outcome)
{
	struct tcp_view view = tcp_look(world, call);

	outcome->gives = true;
	outcome->value = (long)count;
	outcome->tells = call->message.name_wanted;
	outcome->data_length = discards(world, call) ? 0 : count;
	write_bytes(world, &view.on, view.reading.start, outcome);
}

static void bytes(const struct world *world, const struct call *call,
		  struct outcome *outcome)
{
	give(world, call, tcp_look(world, call).reading.count, outcome);
}

static void bytes_before_wait(const struct world *world, const struct call *call,
			      struct outcome *outcome)
{
	struct tcp_view view = tcp_look(world, call);

	give(world, call, view.at_once, outcome);
	/* What was copied before the fault may stand there. */
	outcome->data_length = smaller(call->message.writable, view.reading.count);
}

/* skb_copy_datagram_iter() is content to copy less than it was told to, where there is
 * no more room. */
static void unsent_bytes(const struct world *world, const struct call *call,
			 struct outcome *outcome)
{
	const struct world_message *unsent = &call_socket(world, call)->tcp.unsent;

	outcome->gives = true;
	outcome->value = unsent->length;
	outcome->tells = call->message.name_wanted;
	outcome->data_length = smaller(call->message.length, unsent->length);
	outcome->data_known = (unsigned int)smaller(outcome->data_length, unsent->kept);
	memcpy(outcome->data, world_message_bytes(world, unsent), outcome->data_known);
}

#define GIVES(id_, says_, when_, computed_, ...)                                \
	{                                                                       \
		.id = id_, .says = says_, .when = when_, .outcome = RETURNS(0), \
		.computed = computed_, .cites = {                               \
			__VA_ARGS__,                                            \
			KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked")          \
		}                                                               \
	}

#define LESS_QUOTE                                                                    \
	QUOTE("recvfrom(2)", "However, the call may still return less data than "     \
			     "requested if a signal is caught, an error or "          \
			     "disconnect occurs, or the next data to be received is " \
			     "of a different type than that returned.")

static const struct rule recvfrom_tcp_bytes_rules[] = {
	{
		.id = "recvfrom.tcp.send_queue_peeked",
		.says = "of a socket with TCP_REPAIR, MSG_PEEK gives what stands in "
			"its send queue, if that one was chosen, and tells how long "
			"that is, whatever there is room for",
		.when = on_send_queue,
		.outcome = RETURNS(0),
		.computed = unsent_bytes,
		.cites = { KERNEL("net/ipv4/tcp.c", "tcp_peek_sndq") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.tcp.rest_unwritable",
		.says = "where bytes are copied, and what comes while the call waits "
			"for more cannot be, the first count and the rest stays",
		.when = rest_unwritable,
		.outcome = RETURNS(0),
		.computed = bytes_before_wait,
		.cites = { LESS_QUOTE, KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked") },
	},
	GIVES("recvfrom.tcp.mark_skipped",
	      "a read that starts at the urgent byte gives what follows it",
	      mark_skipped, bytes,
	      QUOTE("tcp(7)",
		    "If the SO_OOBINLINE socket option is not set, and SIOCATMARK "
		    "returns true, then the next read from the socket will return the "
		    "bytes following the urgent data")),
	GIVES("recvfrom.tcp.stops_at_mark",
	      "a read stops before the urgent byte, whether that has been read or not, "
	      "and does not wait there",
	      stops_at_mark, bytes,
	      QUOTE("tcp(7)", "Note that a read never reads across the urgent mark."),
	      LESS_QUOTE),
	GIVES("recvfrom.tcp.urgent_in_stream",
	      "with SO_OOBINLINE, a read that starts at the urgent byte gives it, and "
	      "what follows",
	      urgent_in_stream, bytes,
	      QUOTE("tcp(7)",
		    "If the SO_OOBINLINE socket option is set, and SIOCATMARK "
		    "returns true, then the next read from the socket will "
		    "return the urgent data.")),
	{
		.id = "recvfrom.tcp.peeked_on",
		.says = "with SO_PEEK_OFF a peek starts where the one before has "
			"ended; a read moves that place back by what it takes",
		.when = peeks_on,
		.outcome = RETURNS(0),
		.computed = bytes,
		.cites = { QUOTE("socket(7)",
				 "At the same time, the \"peek offset\" will be "
				 "incremented by the number of bytes that were peeked "
				 "from the queue, so that a subsequent peek will "
				 "return the next data in the queue."),
			   QUOTE("socket(7)",
				 "If data is removed from the front of the queue via a "
				 "call to recv(2) (or similar) without the MSG_PEEK "
				 "flag, the \"peek offset\" will be decreased by the "
				 "number of bytes removed."),
			   /* 6.1 has no more of it for TCP than this. */
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked") },
		.since = LINUX(6, 9),
	},
	GIVES("recvfrom.tcp.less_than_wanted",
	      "a call that waits for more (MSG_WAITALL, SO_RCVLOWAT) gives what has "
	      "come "
	      "when its time is up, a signal or the end comes, or it shall not wait",
	      less_than_wanted, bytes, LESS_QUOTE,
	      QUOTE("socket(7)",
		    "If an input or output function blocks for this period of time, "
		    "and data has been sent or received, the return value of that "
		    "function will be the amount of data transferred"),
	      POSIX("recvfrom", NULL)),
	GIVES("recvfrom.tcp.came_meanwhile",
	      "a call waits for the first bytes; with MSG_WAITALL for all, and else "
	      "for "
	      "as many as SO_RCVLOWAT says",
	      came_meanwhile, bytes,
	      QUOTE("recvfrom(2)", "This flag requests that the operation block until "
				   "the full request is satisfied."),
	      QUOTE("recvfrom(2)", "If no messages are available at the socket, the "
				   "receive calls wait for a message to arrive"),
	      QUOTE("socket(7)",
		    "Specify the minimum number of bytes in the buffer until the "
		    "socket layer will pass the data to the protocol (SO_SNDLOWAT) or "
		    "the user on receiving (SO_RCVLOWAT)."),
	      POSIX("recvfrom", NULL)),
};
RULE_LIST(recvfrom_tcp_bytes, CALL_RECVFROM);
