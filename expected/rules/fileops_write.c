/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fileops_write.c - rules of write(2) and writev(2) on a socket, which are send(2)
 * without flags: in the order of vfs_write() and vfs_writev(), and then of the family.
 */
#include <limits.h>

#include "../posix_sets.h"
#include "fileops_send.h"

static bool buffer_foreign(const struct world *world, const struct call *call)
{
	(void)world;
	return (call->message.foreign && call->message.length) ||
	       call_exceeds_addresses(call);
}

static bool tcp_not_connected(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && tcp_has_none(call_socket(world, call));
}

static bool unix_not_connected(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && unix_has_none(call_socket(world, call));
}

static bool no_peer(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && has_no_peer(call_socket(world, call));
}

static bool shut_down(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	/* __ip_append_data() does not ask raw sockets. */
	return on && sends_without_address(on) && on->type != SOCK_RAW &&
	       world_sends_no_more(on);
}

/* A stream of AF_UNIX or TCP has nothing to copy where it shall send nothing. */
static bool unreadable(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && sends_without_address(on) &&
	       call->message.readable < call->message.length;
}

/* Of datagrams of AF_UNIX the other end is asked last. */
static bool other_receives_none(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);
	const struct world_socket *other;

	if (!on || on->domain != AF_UNIX || on->type != SOCK_DGRAM)
		return false;
	other = world_socket_by_id((struct world *)world, on->peer);
	return other && other->shut_read;
}

static bool other_gone(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && on->domain == AF_UNIX && on->type == SOCK_DGRAM && on->peer &&
	       !world_socket_by_id((struct world *)world, on->peer);
}

static bool would_block(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && on->file.full && on->nonblocking;
}

static bool sends(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && sends_without_address(on);
}

static void tells_length(const struct world *world, const struct call *call,
			 struct outcome *outcome)
{
	(void)world;
	outcome->kind = OUTCOME_VALUE;
	outcome->value = (long)call->message.length;
}

#define WRITE_EPIPE                                                              \
	MANUAL_QUOTE("write(2)", "EPIPE",                                        \
		     "fd is connected to a pipe or socket whose reading end is " \
		     "closed.  When this happens the writing process will also " \
		     "receive a SIGPIPE signal.")

/* On a socket, write() is send() without flags. */
#define POSIX_AS_SEND                                                  \
	POSIX_SAYS("send", "ENOTCONN", "the socket is not connected"), \
		POSIX("send", "EDESTADDRREQ")

/* What both calls have in common once they have come to the socket. */
#define SENDING_RULES(call_)                                                           \
	{ .id = call_ ".tcp_not_connected",                                            \
	  .says = "TCP without a connection refuses to send, also nothing, as if "     \
		  "the connection were broken; SIGPIPE comes too",                     \
	  .when = tcp_not_connected,                                                   \
	  .outcome = FAILS(EPIPE),                                                     \
	  .posix = POSIX_UNCONNECTED,                                                  \
	  .cites = { WRITE_EPIPE, POSIX(call_, "EPIPE"), POSIX_AS_SEND,                \
		     KERNEL("net/core/stream.c", "sk_stream_wait_connect"),            \
		     KERNEL("net/core/stream.c", "sk_stream_error") } },               \
		{ .id = call_ ".unix_not_connected",                                   \
		  .says = "a socket of AF_UNIX that is not connected refuses to "      \
			  "send, also nothing; no signal comes",                       \
		  .when = unix_not_connected,                                          \
		  .outcome = FAILS(ENOTCONN),                                          \
		  .posix = POSIX_UNCONNECTED,                                          \
		  .cites = { MANUAL_QUOTE("unix(7)", "ENOTCONN",                       \
					  "Socket operation needs a target "           \
					  "address, but the socket is not "            \
					  "connected."),                               \
			     POSIX_AS_SEND,                                            \
			     KERNEL("net/unix/af_unix.c", "unix_stream_sendmsg"),      \
			     KERNEL("net/unix/af_unix.c", "unix_dgram_sendmsg") } },   \
		{ .id = call_ ".no_peer",                                              \
		  .says = "a datagram needs connect(2) before it, also an empty "      \
			  "one",                                                       \
		  .when = no_peer,                                                     \
		  .outcome = FAILS(EDESTADDRREQ),                                      \
		  .posix = FAILS(EDESTADDRREQ, ENOTCONN),                              \
		  .cites = { MANUAL_QUOTE("write(2)", "EDESTADDRREQ",                  \
					  "fd refers to a datagram socket for "        \
					  "which a peer address has not been set "     \
					  "using connect(2)."),                        \
			     POSIX_AS_SEND, KERNEL("net/ipv4/udp.c", "udp_sendmsg"),   \
			     KERNEL("net/ipv4/raw.c", "raw_sendmsg") } },              \
		{ .id = call_ ".shut_down",                                            \
		  .says = "a socket that is shut down for writing, or whose other "    \
			  "end is gone, refuses to send; on a stream SIGPIPE "         \
			  "comes too",                                                 \
		  .when = shut_down,                                                   \
		  .outcome = FAILS(EPIPE),                                             \
		  .posix = FAILS(EPIPE, ECONNRESET),                                   \
		  .cites = { WRITE_EPIPE, POSIX(call_, "EPIPE"),                       \
			     POSIX_SAYS(call_, "ECONNRESET",                           \
					"the peer has closed it"),                     \
			     KERNEL("net/ipv4/tcp.c", "tcp_sendmsg_locked"),           \
			     KERNEL("net/unix/af_unix.c", "unix_stream_sendmsg"),      \
			     KERNEL("net/core/sock.c", "sock_alloc_send_pskb") } },    \
		{ .id = call_ ".unreadable",                                           \
		  .says = "what cannot be read is not sent",                           \
		  .when = unreadable,                                                  \
		  .outcome = FAILS(EFAULT),                                            \
		  .cites = { MANUAL_QUOTE("write(2)", "EFAULT",                        \
					  "buf is outside your accessible address "    \
					  "space."),                                   \
			     KERNEL("net/ipv4/tcp.c", "tcp_sendmsg_locked"),           \
			     KERNEL("net/unix/af_unix.c", "unix_stream_sendmsg") } },  \
		{ .id = call_ ".other_gone",                                           \
		  .says = "a datagram of AF_UNIX to an end that has been closed is "   \
			  "refused",                                                   \
		  .when = other_gone,                                                  \
		  .outcome = FAILS(ECONNREFUSED),                                      \
		  .cites = { MANUAL("unix(7)", "ECONNREFUSED"),                        \
			     KERNEL("net/unix/af_unix.c", "unix_dgram_sendmsg") } },   \
		{ .id = call_ ".other_receives_none",                                  \
		  .says = "a datagram of AF_UNIX to an end that is shut down for "     \
			  "reading is refused, without a signal",                      \
		  .when = other_receives_none,                                         \
		  .outcome = FAILS(EPIPE),                                             \
		  .cites = { MANUAL("write(2)", "EPIPE"),                              \
			     KERNEL("net/unix/af_unix.c", "unix_dgram_sendmsg") } },   \
		{ .id = call_ ".would_block",                                          \
		  .says = "where there is no room, a nonblocking socket sends "        \
			  "nothing",                                                   \
		  .when = would_block,                                                 \
		  .outcome = FAILS(EAGAIN),                                            \
		  .cites = { MANUAL_QUOTE("write(2)", "EAGAIN",                        \
					  "The file descriptor fd refers to a socket " \
					  "and has been marked nonblocking "           \
					  "(O_NONBLOCK), and the write would block."), \
			     POSIX(call_, "EAGAIN"),                                   \
			     KERNEL("net/core/sock.c", "sock_alloc_send_pskb") } },    \
	{                                                                              \
		.id = call_ ".sent",                                                   \
		.says = "all of it is sent, and waits at the "                         \
			"other end",                                                   \
		.when = sends, .computed = tells_length, .cites = {                    \
			QUOTE("write(2)", "On success, the number of bytes written "   \
					  "is returned."),                             \
			POSIX(call_, NULL),                                            \
			KERNEL("net/socket.c", "sock_write_iter")                      \
		}                                                                      \
	}

#define WRITE_EBADF                       \
	MANUAL_QUOTE("write(2)", "EBADF", \
		     "fd is not a valid file descriptor or is not open for writing.")

static const struct rule fileops_write_rules[] = {
	DESCRIPTOR_RULES("write", WRITE_EBADF),
	{
		.id = "write.buffer_foreign",
		.says = "a buffer that begins or ends beyond the addresses that a "
			"process may have is refused before the socket is asked",
		.when = buffer_foreign,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("write(2)", "EFAULT",
					"buf is outside your accessible address "
					"space."),
			   KERNEL("fs/read_write.c", "vfs_write") },
	},
	SENDING_RULES("write"),
};
RULE_LIST(fileops_write, CALL_WRITE);

static bool too_many_areas(const struct world *world, const struct call *call)
{
	(void)world;
	return call->message.areas < 0 || call->message.areas > IOV_MAX;
}

static bool areas_unreadable(const struct world *world, const struct call *call)
{
	(void)world;
	return call->message.areas_unreadable;
}

static bool writes_nothing(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && !call->message.length;
}

static const struct rule fileops_writev_rules[] = {
	DESCRIPTOR_RULES("writev", WRITE_EBADF),
	{
		.id = "writev.too_many",
		.says = "fewer areas than none, or more than IOV_MAX, are refused, "
			"before the memory is looked at",
		.when = too_many_areas,
		.outcome = FAILS(EINVAL),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE(
				   "writev(2)", "EINVAL",
				   "The vector count, iovcnt, is less than zero or "
				   "greater than the permitted maximum."),
			   POSIX("writev", "EINVAL"),
			   KERNEL("lib/iov_iter.c", "iovec_from_user") },
	},
	{
		.id = "writev.areas_unreadable",
		.says = "what says where the areas are must be readable, whatever the "
			"socket's state is",
		.when = areas_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL("write(2)", "EFAULT"),
			   QUOTE("writev(2)",
				 "The errors are as given for read(2) and write(2)."),
			   KERNEL("lib/iov_iter.c", "iovec_from_user") },
	},
	{
		.id = "writev.nothing",
		.says = "areas without a byte are written without asking the socket, "
			"of which no datagram is sent",
		.when = writes_nothing,
		.outcome = RETURNS(0),
		/* write(2) leaves it open for all but regular files. */
		.cites = { KERNEL("fs/read_write.c", "do_iter_write") },
		.undocumented = true,
	},
	SENDING_RULES("writev"),
};
RULE_LIST(fileops_writev, CALL_WRITEV);
