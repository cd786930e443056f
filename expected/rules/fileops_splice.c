/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fileops_splice.c - rules of splice(2), tee(2), vmsplice(2), sendfile(2) and
 * copy_file_range(2) where one of the files is a socket; in the order of do_splice(),
 * do_tee(), do_sendfile() and vfs_copy_file_range().
 */
#include <limits.h>

#include "../smaller.h"
#include "../world_messages.h"
#include "fileops_send.h"

static bool is_usable(const struct world *world, int fd)
{
	return world_is_open(world, fd) && world->open[fd] != DESCRIPTOR_PATH;
}

static bool is_pipe(const struct world *world, int fd)
{
	return world->open[fd] == DESCRIPTOR_PIPE_READ ||
	       world->open[fd] == DESCRIPTOR_PIPE_WRITE;
}

/* splice(2): off_in, fd_out, off_out, len, flags. */
#define OFF_IN	0
#define OFF_OUT 2

static int other(const struct call *call)
{
	return (int)call->file.argument[1];
}

static bool splices_nothing(const struct world *world, const struct call *call)
{
	(void)world;
	return !call->file.argument[3];
}

/* SPLICE_F_MOVE, _NONBLOCK, _MORE and _GIFT are the four lowest bits. */
static bool unknown(long flags)
{
	return flags & ~15L;
}

static bool splice_flags_unknown(const struct world *world, const struct call *call)
{
	(void)world;
	return unknown(call->file.argument[4]);
}

static bool one_not_open(const struct world *world, const struct call *call)
{
	return !is_usable(world, call->fd) || !is_usable(world, other(call));
}

static bool pipe_has_no_offset(const struct world *world, const struct call *call)
{
	return (is_pipe(world, call->fd) && call->file.argument[OFF_IN]) ||
	       (is_pipe(world, other(call)) && call->file.argument[OFF_OUT]);
}

static bool offset_unreadable(const struct world *world, const struct call *call)
{
	(void)world;
	return call->file.argument[OFF_IN] == 2 || call->file.argument[OFF_OUT] == 2;
}

static bool wrong_end(const struct world *world, const struct call *call)
{
	return world->open[call->fd] == DESCRIPTOR_PIPE_WRITE ||
	       world->open[other(call)] == DESCRIPTOR_PIPE_READ;
}

static bool no_pipe(const struct world *world, const struct call *call)
{
	return !is_pipe(world, call->fd) && !is_pipe(world, other(call));
}

static bool socket_has_no_offset(const struct world *world, const struct call *call)
{
	return (world_socket(world, call->fd) && call->file.argument[OFF_IN]) ||
	       (world_socket(world, other(call)) && call->file.argument[OFF_OUT]);
}

static bool appends(const struct world *world, const struct call *call)
{
	const struct world_socket *to = world_socket(world, other(call));

	return to && to->file.append;
}

/* From a socket: the kinds whose queue the world follows. */
static const struct world_socket *source(const struct world *world,
					 const struct call *call)
{
	return world_socket(world, call->fd);
}

static bool at_end(const struct world *world, const struct call *call)
{
	const struct world_socket *from = source(world, call);

	return from && !from->queued && world_receives_no_more(from) &&
	       (is_tcp(from) || from->state == SOCKET_CONNECTED);
}

static bool tcp_not_connected(const struct world *world, const struct call *call)
{
	return source(world, call) && tcp_has_none(source(world, call));
}

static bool unix_not_connected(const struct world *world, const struct call *call)
{
	const struct world_socket *from = source(world, call);

	return from && from->type == SOCK_STREAM && unix_has_none(from);
}

static bool would_block(const struct world *world, const struct call *call)
{
	const struct world_socket *from = source(world, call);

	return from && !from->queued && from->nonblocking;
}

static bool moves_in(const struct world *world, const struct call *call)
{
	return source(world, call) && source(world, call)->queued;
}

static void tells_moved_in(const struct world *world, const struct call *call,
			   struct outcome *outcome)
{
	outcome->kind = OUTCOME_VALUE;
	outcome->value = (long)smaller((size_t)call->file.argument[3],
				       world_waiting(source(world, call)));
}

/* To a socket, by splice(2) or (the socket being the first descriptor) sendfile(2). */
static const struct world_socket *sink(const struct world *world,
				       const struct call *call)
{
	return world_socket(world, call->name == CALL_SPLICE ? other(call) : call->fd);
}

static bool sink_broken(const struct world *world, const struct call *call)
{
	const struct world_socket *to = sink(world, call);

	return to && (tcp_has_none(to) ||
		      (to->state == SOCKET_CONNECTED && world_sends_no_more(to)));
}

static bool sink_not_connected(const struct world *world, const struct call *call)
{
	return sink(world, call) && unix_has_none(sink(world, call));
}

static bool sink_without_peer(const struct world *world, const struct call *call)
{
	return sink(world, call) && has_no_peer(sink(world, call));
}

static bool has_sink(const struct world *world, const struct call *call)
{
	return sink(world, call);
}

static void tells_moved_out(const struct world *world, const struct call *call,
			    struct outcome *outcome)
{
	outcome->kind = OUTCOME_VALUE;
	outcome->value =
		(long)smaller((size_t)call->file.argument[3], world->pipe_bytes);
}

/* What a socket says to whoever sends by it. */
#define SINK_RULES(call_)                                                             \
	{ .id = call_ ".broken",                                                      \
	  .says = "what is shut down for writing, or TCP without a connection, "      \
		  "takes nothing; SIGPIPE comes too, on a stream",                    \
	  .when = sink_broken,                                                        \
	  .outcome = FAILS(EPIPE),                                                    \
	  .cites = { MANUAL_QUOTE("ip(7)", "EPIPE",                                   \
				  "The connection was unexpectedly closed or shut "   \
				  "down by the other end."),                          \
		     MANUAL("unix(7)", "EPIPE"),                                      \
		     KERNEL("net/core/stream.c", "sk_stream_error"),                  \
		     KERNEL("net/unix/af_unix.c", "unix_stream_sendmsg") } },         \
		{ .id = call_ ".not_connected",                                       \
		  .says = "a socket of AF_UNIX that is not connected takes "          \
			  "nothing",                                                  \
		  .when = sink_not_connected,                                         \
		  .outcome = FAILS(ENOTCONN),                                         \
		  .cites = { MANUAL_QUOTE("unix(7)", "ENOTCONN",                      \
					  "Socket operation needs a target "          \
					  "address, but the socket is not "           \
					  "connected."),                              \
			     KERNEL("net/unix/af_unix.c", "unix_stream_sendmsg") } }, \
	{                                                                             \
		.id = call_ ".no_peer",                                               \
		.says = "a datagram socket that is not connected takes nothing",      \
		.when = sink_without_peer, .outcome = FAILS(EDESTADDRREQ),            \
		.cites = { KERNEL("net/ipv4/udp.c", "udp_sendmsg") },                 \
		.undocumented = true,                                                 \
	}

#define SPLICE_EINVAL(text) MANUAL_QUOTE("splice(2)", "EINVAL", text)

static const struct rule fileops_splice_rules[] = {
	{
		.id = "splice.nothing",
		.says = "nothing is moved at once, whatever the other arguments are",
		.when = splices_nothing,
		.outcome = RETURNS(0),
		.cites = { KERNEL("fs/splice.c", "SYSCALL_DEFINE6") },
		.undocumented = true,
	},
	{
		.id = "splice.flags_unknown",
		.says = "flags with an unknown bit are refused, before the descriptors "
			"are looked at",
		.when = splice_flags_unknown,
		.outcome = FAILS(EINVAL),
		.cites = { KERNEL("fs/splice.c", "SYSCALL_DEFINE6") },
		.undocumented = true,
	},
	{
		.id = "splice.not_open",
		.says = "neither descriptor may be one that is not open, or is for the "
			"path only",
		.when = one_not_open,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL_QUOTE(
				   "splice(2)", "EBADF",
				   "One or both file descriptors are not valid, or "
				   "do not have proper read-write mode."),
			   KERNEL("fs/splice.c", "SYSCALL_DEFINE6") },
	},
	{
		.id = "splice.pipe_offset",
		.says = "a pipe has no offset",
		.when = pipe_has_no_offset,
		.outcome = FAILS(ESPIPE),
		.cites = { MANUAL_QUOTE(
				   "splice(2)", "ESPIPE",
				   "Either off_in or off_out was not NULL, but the "
				   "corresponding file descriptor refers to a "
				   "pipe."),
			   KERNEL("fs/splice.c", "__do_splice") },
	},
	{
		.id = "splice.offset_unreadable",
		.says = "an offset that cannot be read is refused",
		.when = offset_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { KERNEL("fs/splice.c", "__do_splice") },
		.undocumented = true,
	},
	{
		.id = "splice.wrong_end",
		.says = "nothing is read from the end of a pipe that is for writing, "
			"nor written to the other",
		.when = wrong_end,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL_QUOTE(
				   "splice(2)", "EBADF",
				   "One or both file descriptors are not valid, or "
				   "do not have proper read-write mode."),
			   KERNEL("fs/splice.c", "do_splice") },
	},
	{
		.id = "splice.no_pipe",
		.says = "between two sockets, or a socket and a file, there must be a "
			"pipe",
		.when = no_pipe,
		.outcome = FAILS(EINVAL),
		.cites = { SPLICE_EINVAL("Neither of the file descriptors refers to a "
					 "pipe."),
			   KERNEL("fs/splice.c", "do_splice") },
	},
	{
		.id = "splice.socket_offset",
		.says = "a socket has no offset",
		.when = socket_has_no_offset,
		.outcome = FAILS(EINVAL),
		.cites = { SPLICE_EINVAL("An offset was given for nonseekable device "
					 "(e.g., a pipe)."),
			   KERNEL("fs/splice.c", "do_splice") },
	},
	{
		.id = "splice.appends",
		.says = "a socket with O_APPEND takes nothing from a pipe",
		.when = appends,
		.outcome = FAILS(EINVAL),
		.cites = { SPLICE_EINVAL("The target file is opened in append mode."),
			   KERNEL("fs/splice.c", "do_splice") },
	},
	{
		.id = "splice.moved_in",
		.says = "of a stream as many bytes as wait, and of datagrams the "
			"first, "
			"are moved into the pipe, as far as was asked for",
		.when = moves_in,
		.computed = tells_moved_in,
		.cites = { QUOTE("splice(2)",
				 "Upon successful completion, splice() returns the "
				 "number of bytes spliced to or from the pipe."),
			   KERNEL("net/socket.c", "sock_splice_read"),
			   KERNEL("net/ipv4/tcp.c", "tcp_splice_read"),
			   KERNEL("net/unix/af_unix.c", "unix_stream_splice_read") },
	},
	{
		.id = "splice.at_end",
		.says = "once nothing more will come, nothing is moved",
		.when = at_end,
		.outcome = RETURNS(0),
		.cites = { QUOTE("splice(2)", "A return value of 0 means end of "
					      "input."),
			   KERNEL("net/ipv4/tcp.c", "tcp_splice_read"),
			   KERNEL("net/unix/af_unix.c", "unix_stream_read_generic") },
	},
	{
		.id = "splice.tcp_unconnected",
		.says = "nothing is moved from TCP without a connection",
		.when = tcp_not_connected,
		.outcome = FAILS(ENOTCONN),
		.cites = { MANUAL_QUOTE("ip(7)", "ENOTCONN",
					"The operation is defined only on a connected "
					"socket, but the socket wasn't connected."),
			   KERNEL("net/ipv4/tcp.c", "tcp_splice_read") },
	},
	{
		.id = "splice.unix_unconnected",
		.says = "nothing is moved from a stream of AF_UNIX without a "
			"connection",
		.when = unix_not_connected,
		.outcome = FAILS(EINVAL),
		/* splice(2) has it for other reasons, unix(7) ENOTCONN. */
		.cites = { KERNEL("net/unix/af_unix.c", "unix_stream_read_generic") },
		.undocumented = true,
	},
	{
		.id = "splice.would_block",
		.says = "where nothing waits, a nonblocking socket is not waited for",
		.when = would_block,
		.outcome = FAILS(EAGAIN),
		.cites = { MANUAL_QUOTE(
				   "splice(2)", "EAGAIN",
				   "SPLICE_F_NONBLOCK was specified in flags or "
				   "one of the file descriptors had been marked as "
				   "nonblocking (O_NONBLOCK), and the operation "
				   "would block."),
			   KERNEL("net/ipv4/tcp.c", "tcp_splice_read"),
			   KERNEL("net/unix/af_unix.c", "unix_stream_splice_read") },
	},
	SINK_RULES("splice"),
	{
		.id = "splice.moved_out",
		.says = "the bytes in the pipe, as far as was asked for, are sent by "
			"the socket",
		.when = has_sink,
		.computed = tells_moved_out,
		.cites = { QUOTE("splice(2)",
				 "Upon successful completion, splice() returns the "
				 "number of bytes spliced to or from the pipe."),
			   KERNEL("fs/splice.c", "do_splice_from") },
	},
};
RULE_LIST(fileops_splice, CALL_SPLICE);

/* tee(2): fd_out, len, flags. */
static int tee_other(const struct call *call)
{
	return (int)call->file.argument[0];
}

static bool tee_flags_unknown(const struct world *world, const struct call *call)
{
	(void)world;
	return unknown(call->file.argument[2]);
}

static bool tees_nothing(const struct world *world, const struct call *call)
{
	(void)world;
	return !call->file.argument[1];
}

static bool tee_not_open(const struct world *world, const struct call *call)
{
	return !is_usable(world, call->fd) || !is_usable(world, tee_other(call));
}

static bool tee_of_socket(const struct world *world, const struct call *call)
{
	return world_socket(world, call->fd) || world_socket(world, tee_other(call));
}

static const struct rule fileops_tee_rules[] = {
	{
		.id = "tee.flags_unknown",
		.says = "flags with an unknown bit are refused, before the descriptors "
			"are looked at",
		.when = tee_flags_unknown,
		.outcome = FAILS(EINVAL),
		.cites = { KERNEL("fs/splice.c", "SYSCALL_DEFINE4") },
		.undocumented = true,
	},
	{
		.id = "tee.nothing",
		.says = "nothing is copied at once, whatever the descriptors are",
		.when = tees_nothing,
		.outcome = RETURNS(0),
		.cites = { KERNEL("fs/splice.c", "SYSCALL_DEFINE4") },
		.undocumented = true,
	},
	{
		.id = "tee.not_open",
		.says = "neither descriptor may be one that is not open, or is for the "
			"path only",
		.when = tee_not_open,
		.outcome = FAILS(EBADF),
		.cites = { KERNEL("fs/splice.c", "SYSCALL_DEFINE4") },
		.undocumented = true,
	},
	{
		.id = "tee.not_a_pipe",
		.says = "nothing is copied from a socket, nor to one",
		.when = tee_of_socket,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("tee(2)", "EINVAL",
					"fd_in or fd_out does not refer to a pipe"),
			   KERNEL("fs/splice.c", "do_tee") },
	},
};
RULE_LIST(fileops_tee, CALL_TEE);

/* vmsplice(2): an array, its count, flags. */
static bool vmsplice_flags_unknown(const struct world *world, const struct call *call)
{
	(void)world;
	return unknown(call->file.argument[2]);
}

static bool too_many_areas(const struct world *world, const struct call *call)
{
	(void)world;
	return call->file.argument[1] < 0 || call->file.argument[1] > IOV_MAX;
}

static bool areas_unreadable(const struct world *world, const struct call *call)
{
	(void)world;
	return call->file.argument[1] && call->file.argument[0] != 1;
}

static bool has_no_bytes(const struct world *world, const struct call *call)
{
	(void)world;
	return !call->file.length;
}

static const struct rule fileops_vmsplice_rules[] = {
	{
		.id = "vmsplice.flags_unknown",
		.says = "flags with an unknown bit are refused, before the descriptor "
			"is looked at",
		.when = vmsplice_flags_unknown,
		.outcome = FAILS(EINVAL),
		.cites = { KERNEL("fs/splice.c", "SYSCALL_DEFINE4") },
		.undocumented = true,
	},
	{
		.id = "vmsplice.not_open",
		.says = "a descriptor that is not open, or is for the path only, is "
			"refused",
		.when = fd_not_usable,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL_QUOTE("vmsplice(2)", "EBADF",
					"fd either not valid, or doesn't refer to a "
					"pipe."),
			   KERNEL("fs/splice.c", "vmsplice_type") },
	},
	{
		.id = "vmsplice.too_many",
		.says = "more areas than IOV_MAX are refused, before it matters that "
			"it is a socket",
		.when = too_many_areas,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("vmsplice(2)", "EINVAL",
					"nr_segs is greater than IOV_MAX"),
			   KERNEL("lib/iov_iter.c", "iovec_from_user") },
	},
	{
		.id = "vmsplice.areas_unreadable",
		.says = "what says where the areas are must be readable",
		.when = areas_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { KERNEL("lib/iov_iter.c", "iovec_from_user") },
		.undocumented = true,
	},
	{
		.id = "vmsplice.nothing",
		.says = "areas without a byte are taken, of a socket too",
		.when = has_no_bytes,
		.outcome = RETURNS(0),
		.cites = { KERNEL("fs/splice.c", "SYSCALL_DEFINE4") },
		.undocumented = true,
	},
	{
		.id = "vmsplice.not_a_pipe",
		.says = "a socket is no pipe",
		.when = on_socket,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL_QUOTE("vmsplice(2)", "EBADF",
					"fd either not valid, or doesn't refer to a "
					"pipe."),
			   KERNEL("fs/splice.c", "vmsplice_to_pipe") },
	},
};
RULE_LIST(fileops_vmsplice, CALL_VMSPLICE);

/* copy_file_range(2) is given what splice(2) is given. */
static bool copy_flags(const struct world *world, const struct call *call)
{
	(void)world;
	return call->file.argument[4];
}

static bool copies_socket(const struct world *world, const struct call *call)
{
	return world_socket(world, call->fd) || world_socket(world, other(call));
}

static const struct rule fileops_copy_file_range_rules[] = {
	{
		.id = "copy_file_range.not_open",
		.says = "neither descriptor may be one that is not open, or is for the "
			"path only",
		.when = one_not_open,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL_QUOTE("copy_file_range(2)", "EBADF",
					"One or more file descriptors are not valid."),
			   KERNEL("fs/read_write.c", "SYSCALL_DEFINE6") },
	},
	{
		.id = "copy_file_range.offset_unreadable",
		.says = "an offset that cannot be read is refused, before it matters "
			"what the files are",
		.when = offset_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { KERNEL("fs/read_write.c", "SYSCALL_DEFINE6") },
		.undocumented = true,
	},
	{
		.id = "copy_file_range.flags_unknown",
		.says = "there are no flags",
		.when = copy_flags,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("copy_file_range(2)", "EINVAL",
					"The flags argument is not 0."),
			   KERNEL("fs/read_write.c", "SYSCALL_DEFINE6") },
	},
	{
		.id = "copy_file_range.not_a_file",
		.says = "nothing is copied from a socket, nor to one, not even nothing",
		.when = copies_socket,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("copy_file_range(2)", "EINVAL",
					"Either fd_in or fd_out is not a regular "
					"file."),
			   KERNEL("fs/read_write.c", "generic_file_rw_checks") },
	},
};
RULE_LIST(fileops_copy_file_range, CALL_COPY_FILE_RANGE);

/* sendfile(2): in_fd, offset, count; the descriptor is out_fd. */
static int file_of(const struct call *call)
{
	return (int)call->file.argument[0];
}

static bool send_offset_unreadable(const struct world *world, const struct call *call)
{
	(void)world;
	return call->file.argument[1] == 2;
}

static bool input_not_open(const struct world *world, const struct call *call)
{
	return !is_usable(world, file_of(call));
}

static bool input_not_seekable(const struct world *world, const struct call *call)
{
	return world_socket(world, file_of(call)) && call->file.argument[1];
}

static bool count_negative(const struct world *world, const struct call *call)
{
	(void)world;
	return call->file.argument[2] < 0;
}

static bool output_not_open(const struct world *world, const struct call *call)
{
	return !is_usable(world, call->fd);
}

static bool output_appends(const struct world *world, const struct call *call)
{
	return sink(world, call) && sink(world, call)->file.append;
}

static bool input_is_socket(const struct world *world, const struct call *call)
{
	return world_socket(world, file_of(call));
}

/* What is left of the file; an offset that is given is one that cases set to 2. */
static size_t left(const struct world *world, const struct call *call)
{
	size_t offset = call->file.argument[1] ? 2 : world->data_offset;

	return smaller((size_t)call->file.argument[2],
		       offset < world->data_size ? world->data_size - offset : 0);
}

static bool sends_nothing(const struct world *world, const struct call *call)
{
	return sink(world, call) && !left(world, call);
}

static void tells_sent(const struct world *world, const struct call *call,
		       struct outcome *outcome)
{
	outcome->kind = OUTCOME_VALUE;
	outcome->value = (long)left(world, call);
}

#define SENDFILE_EBADF                                                               \
	MANUAL_QUOTE("sendfile(2)", "EBADF",                                         \
		     "The input file was not opened for reading or the output file " \
		     "was not opened for writing."),                                 \
		KERNEL("fs/read_write.c", "do_sendfile")

static const struct rule fileops_sendfile_rules[] = {
	{
		.id = "sendfile.offset_unreadable",
		.says = "an offset that cannot be read is refused, before the "
			"descriptors are looked at",
		.when = send_offset_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("sendfile(2)", "EFAULT", "Bad address."),
			   KERNEL("fs/read_write.c", "SYSCALL_DEFINE4") },
	},
	{
		.id = "sendfile.input_not_open",
		.says = "what is sent must be open, and not for the path only",
		.when = input_not_open,
		.outcome = FAILS(EBADF),
		.cites = { SENDFILE_EBADF },
	},
	{
		.id = "sendfile.input_not_seekable",
		.says = "a socket has no offset to send from",
		.when = input_not_seekable,
		.outcome = FAILS(ESPIPE),
		.cites = { MANUAL_QUOTE("sendfile(2)", "ESPIPE",
					"offset is not NULL but the input file is not "
					"seekable."),
			   KERNEL("fs/read_write.c", "do_sendfile") },
	},
	{
		.id = "sendfile.count_negative",
		.says = "a negative count is refused, before the socket is looked at",
		.when = count_negative,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("sendfile(2)", "EINVAL",
					"or count is negative."),
			   KERNEL("fs/read_write.c", "rw_verify_area") },
	},
	{
		.id = "sendfile.output_not_open",
		.says = "where it is sent to must be open, and not for the path only",
		.when = output_not_open,
		.outcome = FAILS(EBADF),
		.cites = { SENDFILE_EBADF },
	},
	{
		.id = "sendfile.output_appends",
		.says = "a socket with O_APPEND is sent no file, not even nothing",
		.when = output_appends,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("sendfile(2)", "EINVAL",
					"out_fd has the O_APPEND flag set."),
			   KERNEL("fs/splice.c", "do_splice_direct") },
	},
	{
		.id = "sendfile.input_is_socket",
		.says = "nothing is sent from a socket, to another one or to a file, "
			"not even nothing",
		.when = input_is_socket,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE(
				   "sendfile(2)", "EINVAL",
				   "an mmap(2)-like operation is not available for "
				   "in_fd"),
			   QUOTE("sendfile(2)",
				 "The in_fd argument must correspond to a file which "
				 "supports mmap(2)-like operations (i.e., it cannot be "
				 "a socket)."),
			   KERNEL("fs/splice.c", "splice_direct_to_actor") },
	},
	{
		.id = "sendfile.nothing",
		.says = "at the end of the file, or where nothing is asked for, "
			"nothing "
			"is sent, in whatever state the socket is",
		.when = sends_nothing,
		.outcome = RETURNS(0),
		.cites = { QUOTE("sendfile(2)",
				 "If the transfer was successful, the number of bytes "
				 "written to out_fd is returned."),
			   KERNEL("fs/splice.c", "splice_direct_to_actor") },
	},
	SINK_RULES("sendfile"),
	{
		.id = "sendfile.sent",
		.says = "the file is sent from its offset on, or the one that is "
			"given, "
			"as far as was asked for",
		.when = has_sink,
		.computed = tells_sent,
		.cites = { QUOTE("sendfile(2)",
				 "If the transfer was successful, the number of bytes "
				 "written to out_fd is returned."),
			   KERNEL("fs/read_write.c", "do_sendfile") },
	},
};
RULE_LIST(fileops_sendfile, CALL_SENDFILE);
