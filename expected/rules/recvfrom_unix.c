/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_unix.c - rules of recvfrom(2) for AF_UNIX where there is nothing to receive,
 * or an out-of-band byte is asked for, in the order of unix_stream_read_generic(),
 * unix_seqpacket_recvmsg() and
 * __unix_dgram_recvmsg().
 */
#include <string.h>

#include "../posix_sets.h"
#include "../world_unix_queue.h"
#include "recvfrom_common.h"
#include "recvfrom_unix.h"

static bool on_type(const struct world *world, const struct call *call, int type)
{
	return call_is_on(world, call, AF_UNIX) &&
	       call_socket(world, call)->type == type;
}

static bool is_connected(const struct world *world, const struct call *call)
{
	return call_socket(world, call)->state == SOCKET_CONNECTED;
}

static bool in_sockmap(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_UNIX) && call_socket(world, call)->in_sockmap;
}

static bool sockmap_out_of_band(const struct world *world, const struct call *call)
{
	return in_sockmap(world, call) && has_flag(call, MSG_OOB) &&
	       on_type(world, call, SOCK_STREAM);
}

static bool sockmap_asks_nothing(const struct world *world, const struct call *call)
{
	return in_sockmap(world, call) && !has_flag(call, MSG_OOB) &&
	       !call->message.length;
}

static bool stream_not_connected(const struct world *world, const struct call *call)
{
	return on_type(world, call, SOCK_STREAM) && !is_connected(world, call);
}

static bool seqpacket_not_connected(const struct world *world, const struct call *call)
{
	return on_type(world, call, SOCK_SEQPACKET) && !is_connected(world, call);
}

static bool out_of_band(const struct world *world, const struct call *call)
{
	return has_flag(call, MSG_OOB) && (on_type(world, call, SOCK_DGRAM) ||
					   on_type(world, call, SOCK_SEQPACKET));
}

static bool stream_out_of_band(const struct world *world, const struct call *call)
{
	return has_flag(call, MSG_OOB) && on_type(world, call, SOCK_STREAM);
}

/* The out-of-band byte, which is asked for and waits apart from the stream. */
static const struct world_message *urgent(const struct world *world,
					  const struct call *call)
{
	if (!stream_out_of_band(world, call))
		return NULL;
	return world_unix_urgent(call_socket(world, call));
}

/* It has no address to tell. */
static bool urgent_received(const struct world *world, const struct call *call)
{
	return urgent(world, call) && recvfrom_name_writable(call, 0);
}

static bool urgent_peeked(const struct world *world, const struct call *call)
{
	return urgent_received(world, call) && has_flag(call, MSG_PEEK);
}

static bool urgent_not_wanted(const struct world *world, const struct call *call)
{
	return urgent_received(world, call) && !call->message.length;
}

static bool urgent_unwritable(const struct world *world, const struct call *call)
{
	return urgent(world, call) && call->message.length && !call->message.writable;
}

static void no_name(const struct call *call, struct outcome *outcome)
{
	outcome->tells = call->message.name_wanted;
	outcome->told = 0;
}

static void give_urgent(const struct world *world, const struct call *call,
			struct outcome *outcome)
{
	const struct world_message *byte = urgent(world, call);

	outcome->value = 1;
	outcome->gives = true;
	outcome->data_length = call->message.length > 0;
	outcome->data_known = outcome->data_length && byte->kept;
	if (outcome->data_known)
		outcome->data[0] = *world_message_bytes(world, byte);
	outcome->flags |= MSG_OOB;
	no_name(call, outcome);
}

/* unix_stream_read_generic() has data before the error; __skb_try_recv_datagram() the
 * error before all. */
static bool reset(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return call_is_on(world, call, AF_UNIX) && on->error &&
	       (on->type != SOCK_STREAM || nothing_to_receive(world, call));
}

/* Where nothing is left, and nobody sends any more. */
static bool is_at_end(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	if (!call_is_on(world, call, AF_UNIX) || has_flag(call, MSG_OOB) || on->error ||
	    !nothing_to_receive(world, call))
		return false;
	if (on->type == SOCK_DGRAM)
		return on->shut_read && !does_not_wait(world, call);
	return on->shut_read || on->at_end;
}

/* The call gives something of which there is no sender. */
static bool gives_nobody(const struct world *world, const struct call *call)
{
	return call->message.name_wanted &&
	       (urgent(world, call) || is_at_end(world, call));
}

static bool nobody_without_addrlen(const struct world *world, const struct call *call)
{
	return gives_nobody(world, call) &&
	       (call->message.addrlen_unreadable ||
		(call->name == CALL_RECVFROM && call->message.addrlen_unwritable &&
		 call->message.room >= 0));
}

static bool nobody_addrlen_negative(const struct world *world, const struct call *call)
{
	return gives_nobody(world, call) && call->message.room < 0;
}

static bool shut_down(const struct world *world, const struct call *call)
{
	return is_at_end(world, call) && call_socket(world, call)->shut_read;
}

/* Nothing is written, and there is no sender to tell. */
static void give_end(const struct world *world, const struct call *call,
		     struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);

	outcome->gives = true;
	no_name(call, outcome);
	/* A stream gives credentials at its end, which are nobody's: no page says what
	 * they are. */
	if (on->type == SOCK_STREAM && on->pass_credentials)
		outcome->marks = false;
	else
		outcome->controls = outcome->marks;
}

static bool would_block(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_UNIX) && nothing_to_receive(world, call) &&
	       does_not_wait(world, call);
}

static void nothing_asked(const struct world *world, const struct call *call,
			  struct outcome *outcome)
{
	(void)world;
	outcome->gives = true;
	no_name(call, outcome);
}

static const struct rule recvfrom_unix_rules[] = {
	{
		.id = "recvfrom.unix.sockmap_out_of_band",
		.says = "a stream in a sockmap of BPF has no out-of-band data: MSG_OOB "
			"is refused, whatever waits",
		.when = sockmap_out_of_band,
		.outcome = FAILS(EOPNOTSUPP),
		.posix_computed = posix_nothing_urgent,
		.cites = { MANUAL_QUOTE("unix(7)", "EOPNOTSUPP",
					"tried to use the out-of-band data option."),
			   POSIX("recvfrom", "EOPNOTSUPP"),
			   POSIX_SAYS("recvfrom", "EINVAL",
				      "MSG_OOB, and no out-of-band data is there"),
			   POSIX("recvfrom", "EAGAIN"),
			   KERNEL("net/unix/unix_bpf.c", "unix_bpf_recvmsg") },
		.since = LINUX(5, 15),
	},
	{
		.id = "recvfrom.unix.sockmap_asks_nothing",
		.says = "a call for no bytes of a socket in a sockmap of BPF gives 0 "
			"at once, whatever waits, which stays",
		.when = sockmap_asks_nothing,
		.outcome = RETURNS(0),
		.computed = nothing_asked,
		.cites = { KERNEL("net/unix/unix_bpf.c", "unix_bpf_recvmsg") },
		.undocumented = true,
		.since = LINUX(5, 15),
	},
	{
		.id = "recvfrom.unix.stream_not_connected",
		.says = "nothing is received from a stream without a connection, "
			"whatever the flags",
		.when = stream_not_connected,
		.outcome = FAILS(EINVAL),
		/* recvfrom(2) and POSIX have ENOTCONN for it. */
		.posix = FAILS(ENOTCONN),
		.posix_computed = posix_nothing_urgent,
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EINVAL",
					"Invalid argument passed."),
			   POSIX("recvfrom", "ENOTCONN"),
			   KERNEL("net/unix/af_unix.c", "unix_stream_read_generic") },
	},
	{
		.id = "recvfrom.unix.seqpacket_not_connected",
		.says = "nothing is received from a SOCK_SEQPACKET socket without a "
			"connection, whatever the flags",
		.when = seqpacket_not_connected,
		.outcome = FAILS(ENOTCONN),
		.cites = { NOT_CONNECTED_CITES,
			   KERNEL("net/unix/af_unix.c", "unix_seqpacket_recvmsg") },
	},
	{
		.id = "recvfrom.unix.out_of_band",
		.says = "datagrams and records have no out-of-band data: MSG_OOB is "
			"refused",
		.when = out_of_band,
		.outcome = FAILS(EOPNOTSUPP),
		.posix_computed = posix_nothing_urgent,
		.cites = { MANUAL_QUOTE("unix(7)", "EOPNOTSUPP",
					"tried to use the out-of-band data option."),
			   POSIX("recvfrom", "EOPNOTSUPP"),
			   POSIX_SAYS("recvfrom", "EINVAL",
				      "MSG_OOB, and no out-of-band data is there"),
			   POSIX("recvfrom", "EAGAIN"),
			   KERNEL("net/unix/af_unix.c", "__unix_dgram_recvmsg") },
	},
	{
		.id = "recvfrom.unix.urgent_unwritable",
		.says = "a buffer into which the out-of-band byte cannot be written is "
			"refused; the byte is then gone unless MSG_PEEK was asked",
		.when = urgent_unwritable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EFAULT",
					"The receive buffer pointer(s) point outside "
					"the process's address space."),
			   KERNEL("net/unix/af_unix.c", "unix_stream_recv_urg") },
		.since = LINUX(5, 15),
	},
	{
		.id = "recvfrom.unix.nobody_without_addrlen",
		.says = "at the end, and with the out-of-band byte, there is no sender "
			"to tell, and yet the call fails where addrlen cannot be read "
			"or written",
		.when = nobody_without_addrlen,
		.outcome = FAILS(EFAULT),
		.cites = { KERNEL("net/socket.c", "move_addr_to_user") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.unix.nobody_addrlen_negative",
		.says = "where there is no sender to tell, too, a negative *addrlen is "
			"refused",
		.when = nobody_addrlen_negative,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EINVAL",
					"Invalid argument passed."),
			   KERNEL("net/socket.c", "move_addr_to_user") },
	},
	{
		.id = "recvfrom.unix.urgent_not_wanted",
		.says = "MSG_OOB with no room for the byte gives 1 all the same, and "
			"the byte is gone unless MSG_PEEK was asked",
		.when = urgent_not_wanted,
		.outcome = RETURNS(1),
		.computed = give_urgent,
		.cites = { KERNEL("net/unix/af_unix.c", "unix_stream_recv_urg") },
		.undocumented = true,
		.since = LINUX(5, 15),
	},
	{
		.id = "recvfrom.unix.urgent_peeked",
		.says = "MSG_OOB and MSG_PEEK tell the out-of-band byte, which stays",
		.when = urgent_peeked,
		.outcome = RETURNS(1),
		.computed = give_urgent,
		.cites = { QUOTE("recvfrom(2)",
				 "Thus, a subsequent receive call will return the same "
				 "data."),
			   POSIX("recvfrom", NULL),
			   KERNEL("net/unix/af_unix.c", "unix_stream_recv_urg") },
		.since = LINUX(5, 15),
	},
	{
		.id = "recvfrom.unix.urgent_received",
		.says = "MSG_OOB gives the last byte of what was sent out of band, "
			"before all that waits in the stream",
		.when = urgent_received,
		.outcome = RETURNS(1),
		.computed = give_urgent,
		/* unix(7) still says that there is no such thing. */
		.cites = { QUOTE("recvfrom(2)",
				 "This flag requests receipt of out-of-band data that "
				 "would not be received in the normal data stream."),
			   QUOTE("recvfrom(2)",
				 "is returned to indicate that expedited or "
				 "out-of-band data was received."),
			   POSIX("recvfrom", NULL),
			   KERNEL("net/unix/af_unix.c", "unix_stream_recv_urg") },
		.since = LINUX(5, 15),
	},
	{
		.id = "recvfrom.unix.stream_out_of_band",
		.says = "MSG_OOB is refused where a stream has no out-of-band data "
			"apart, or the kernel (without CONFIG_AF_UNIX_OOB) none on any "
			"stream",
		.when = stream_out_of_band,
		.outcome = FAILS(EINVAL, EOPNOTSUPP),
		.posix_computed = posix_nothing_urgent,
		.cites = { MANUAL("recvfrom(2)", "EINVAL"), POSIX("recvfrom", "EINVAL"),
			   POSIX("recvfrom", "EOPNOTSUPP"), POSIX("recvfrom", "EAGAIN"),
			   KERNEL("net/unix/af_unix.c", "unix_stream_read_generic") },
		.since = LINUX(5, 15),
	},
	{
		.id = "recvfrom.unix.no_out_of_band",
		.says = "streams had no out-of-band data before Linux 5.15: MSG_OOB "
			"is refused",
		.when = stream_out_of_band,
		.outcome = FAILS(EOPNOTSUPP),
		.posix_computed = posix_nothing_urgent,
		.cites = { QUOTE("unix(7)",
				 "UNIX domain sockets do not support the transmission "
				 "of out-of-band data"),
			   POSIX("recvfrom", "EOPNOTSUPP"),
			   POSIX_SAYS("recvfrom", "EINVAL",
				      "MSG_OOB, and no out-of-band data is there"),
			   POSIX("recvfrom", "EAGAIN"),
			   KERNEL("net/unix/af_unix.c", "unix_stream_read_generic") },
		.until = LINUX(5, 15),
	},
	{
		.id = "recvfrom.unix.reset",
		.says = "where the other end was closed with data unread, or left "
			"what was sent to it, the next call is told so, once: on a "
			"stream when its data is read, else before any",
		.when = reset,
		.outcome = FAILS(ECONNRESET),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("unix(7)", "ECONNRESET",
					"Remote socket was unexpectedly closed."),
			   POSIX("recvfrom", "ECONNRESET"),
			   KERNEL("net/unix/af_unix.c", "unix_release_sock"),
			   KERNEL("net/unix/af_unix.c", "unix_dgram_disconnected"),
			   KERNEL("net/core/datagram.c", "__skb_try_recv_datagram") },
	},
	{
		.id = "recvfrom.unix.shut_down",
		.says = "once shut down for reading, a socket is at its end; of "
			"datagrams, for a call that would wait",
		.when = shut_down,
		.outcome = RETURNS(0),
		.computed = give_end,
		.posix_silent = true,
		.cites = { QUOTE("shutdown(2)",
				 "If how is SHUT_RD, further receptions will be "
				 "disallowed."),
			   POSIX("recvfrom", NULL),
			   KERNEL("net/unix/af_unix.c", "unix_stream_read_generic"),
			   KERNEL("net/unix/af_unix.c", "__unix_dgram_recvmsg") },
	},
	{
		.id = "recvfrom.unix.ended",
		.says = "when the other end of a connection was closed, or shut down "
			"for writing, and all it sent is read, a call gives 0, and no "
			"sender",
		.when = is_at_end,
		.outcome = RETURNS(0),
		.computed = give_end,
		.cites = { QUOTE("recvfrom(2)",
				 "When a stream socket peer has performed an orderly "
				 "shutdown, the return value will be 0 (the "
				 "traditional \"end-of-file\" return)."),
			   POSIX("recvfrom", NULL),
			   KERNEL("net/unix/af_unix.c", "unix_stream_read_generic"),
			   KERNEL("net/unix/af_unix.c", "__unix_dgram_recvmsg") },
	},
	{
		.id = "recvfrom.unix.would_block",
		.says = "a socket to which nothing was sent does not let a call wait "
			"that shall not; MSG_ERRQUEUE means nothing here",
		.when = would_block,
		.outcome = FAILS(EAGAIN),
		.cites = { WOULD_BLOCK_CITES,
			   KERNEL("net/unix/af_unix.c", "unix_stream_read_generic"),
			   KERNEL("net/unix/af_unix.c", "__unix_dgram_recvmsg") },
	},
};
RULE_LIST(recvfrom_unix, CALL_RECVFROM);
