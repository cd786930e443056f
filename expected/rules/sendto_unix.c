/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sendto_unix.c - rules of sendto(2) and sendmsg(2) for AF_UNIX: what is refused at
 * once, and what the other end, or a name, has to say; in the order of
 * unix_stream_sendmsg(), unix_seqpacket_sendmsg() and unix_dgram_sendmsg().
 */
#include <stddef.h>

#include "../world_messages.h"
#include "../world_unix.h"
#include "sendto_common.h"

#define SUN_PATH ((int)offsetof(struct sockaddr_un, sun_path))

static const struct world_socket *on_unix(const struct world *world,
					  const struct call *call)
{
	const struct world_socket *on = sender_of(world, call);

	return on && on->domain == AF_UNIX ? on : NULL;
}

/* Kernels may be made without the out-of-band byte of streams: CONFIG_AF_UNIX_OOB. */
static const struct world_socket *on_stream(const struct world *world,
					    const struct call *call)
{
	const struct world_socket *on = on_unix(world, call);

	return on && on->type == SOCK_STREAM && !has_flag(call, MSG_OOB) ? on : NULL;
}

static const struct world_socket *on_type(const struct world *world,
					  const struct call *call, int type)
{
	const struct world_socket *on = on_unix(world, call);

	return on && on->type == type ? on : NULL;
}

static bool nothing_urgent(const struct world *world, const struct call *call)
{
	return on_type(world, call, SOCK_STREAM) && has_flag(call, MSG_OOB) &&
	       !call->message.length;
}

static bool has_connection(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_stream(world, call);

	return on && has_address(call) && on->state == SOCKET_CONNECTED;
}

static bool has_none_for_address(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_stream(world, call);

	return on && has_address(call) && on->state != SOCKET_CONNECTED;
}

static bool record_error(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_type(world, call, SOCK_SEQPACKET);

	return on && on->error;
}

static bool not_connected(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_unix(world, call);

	return on && on->type != SOCK_DGRAM && unix_has_none(on) &&
	       (on->type != SOCK_STREAM || !has_flag(call, MSG_OOB));
}

static bool out_of_band(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_unix(world, call);

	return on && on->type != SOCK_STREAM && has_flag(call, MSG_OOB);
}

static bool address_malformed(const struct world *world, const struct call *call)
{
	int addrlen = call->message.to.addrlen;

	return on_type(world, call, SOCK_DGRAM) && has_address(call) &&
	       (addrlen <= SUN_PATH || addrlen > (int)sizeof(struct sockaddr_un) ||
		family_to(call) != AF_UNIX);
}

/* SO_SNDBUF as sockets have it from the start, less what unix_dgram_sendmsg() does. */
static bool exceeds_buffer(const struct world *world, const struct call *call)
{
	return call->message.length > (size_t)world->settings.wmem_default - 32;
}

/* Before or after it, since Linux 6.14, comes what else may be wrong with a datagram:
 * so this is of those that have nothing else wrong. */
static bool has_no_target(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_type(world, call, SOCK_DGRAM);

	return on && !has_address(call) && unix_has_none(on) && !on->error &&
	       !on->file.shut_write && is_readable(call) &&
	       !exceeds_buffer(world, call);
}

static const struct rule sendto_unix_refusals_rules[] = {
	{
		.id = "sendto.unix.nothing_urgent",
		.says = "of no bytes none can be out of band",
		.when = nothing_urgent,
		.outcome = FAILS(EOPNOTSUPP),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE(
				   "unix(7)", "EOPNOTSUPP",
				   "Stream operation called on non-stream oriented "
				   "socket or tried to use the out-of-band data "
				   "option."),
			   KERNEL("net/unix/af_unix.c", "unix_stream_sendmsg") },
	},
	{
		.id = "sendto.unix.connected",
		.says = "a stream that is connected takes no address, of whatever form",
		.when = has_connection,
		.outcome = FAILS(EISCONN),
		.cites = { MANUAL_QUOTE("sendto(2)", "EISCONN",
					"The connection-mode socket was connected "
					"already but a recipient was specified."),
			   MANUAL("unix(7)", "EISCONN"), POSIX("sendto", "EISCONN"),
			   KERNEL("net/unix/af_unix.c", "unix_stream_sendmsg") },
	},
	{
		.id = "sendto.unix.address_unconnected",
		.says = "a stream that is not connected takes no address either, of "
			"whatever form",
		.when = has_none_for_address,
		.outcome = FAILS(EOPNOTSUPP),
		.posix = FAILS(ENOTCONN, EPIPE),
		/* sendto(2) promises ENOTCONN, "when the socket was not actually
		 * connected". */
		.cites = { POSIX_SAYS("sendto", "ENOTCONN",
				      "the socket is not connected"),
			   POSIX("sendto", "EPIPE"),
			   KERNEL("net/unix/af_unix.c", "unix_stream_sendmsg") },
		.undocumented = true,
	},
	{
		.id = "sendto.unix.record_error",
		.says = "a socket of records tells the error that waits before all "
			"else",
		.when = record_error,
		.computed = tells_error,
		.cites = { QUOTE("unix(7)", "Remote socket was unexpectedly closed."),
			   KERNEL("net/unix/af_unix.c", "unix_seqpacket_sendmsg") },
	},
	{
		.id = "sendto.unix.not_connected",
		.says = "a stream, or a socket of records, that is not connected "
			"refuses to send, also nothing; no signal comes",
		.when = not_connected,
		.outcome = FAILS(ENOTCONN),
		.posix = POSIX_UNCONNECTED,
		.cites = { SENDTO_NO_TARGET, MANUAL("unix(7)", "ENOTCONN"),
			   POSIX("sendto", "ENOTCONN"), POSIX("sendto", "EDESTADDRREQ"),
			   KERNEL("net/unix/af_unix.c", "unix_stream_sendmsg"),
			   KERNEL("net/unix/af_unix.c", "unix_seqpacket_sendmsg") },
	},
	{
		.id = "sendto.unix.out_of_band",
		.says = "datagrams and records have nothing out of band",
		.when = out_of_band,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { SENDTO_FLAG, MANUAL("unix(7)", "EOPNOTSUPP"),
			   POSIX("sendto", "EOPNOTSUPP"),
			   KERNEL("net/unix/af_unix.c", "unix_dgram_sendmsg") },
	},
	{
		.id = "sendto.unix.address_malformed",
		.says = "what is no name of AF_UNIX is refused: too short, too long, "
			"of another family",
		.when = address_malformed,
		.outcome = FAILS(EINVAL),
		.posix = FAILS(EINVAL, EAFNOSUPPORT),
		.cites = { MANUAL_QUOTE("unix(7)", "EINVAL",
					"A common cause is that the value AF_UNIX was "
					"not specified in the sun_type field of passed "
					"addresses"),
			   POSIX("sendto", "EINVAL"), POSIX("sendto", "EAFNOSUPPORT"),
			   KERNEL("net/unix/af_unix.c", "unix_validate_addr") },
	},
	{
		.id = "sendto.unix.no_target",
		.says = "without an address, a datagram needs connect(2) before it",
		.when = has_no_target,
		.outcome = FAILS(ENOTCONN),
		.posix = POSIX_UNCONNECTED,
		.cites = { SENDTO_NO_TARGET, MANUAL("unix(7)", "ENOTCONN"),
			   POSIX("sendto", "ENOTCONN"), POSIX("sendto", "EDESTADDRREQ"),
			   KERNEL("net/unix/af_unix.c", "unix_dgram_sendmsg") },
	},
};
RULE_LIST(sendto_unix_refusals, CALL_SENDTO);

/* What the name of a datagram's receiver leads to. */
enum named {
	NAMED_UNKNOWN, /* nobody knows */
	NAMED_NOTHING, /* no file */
	NAMED_FORBIDDEN,
	NAMED_NOBODY, /* no socket that is open */
	NAMED_OTHER,  /* one of another type */
	NAMED_FOUND,
};

/* Of a file whose owner the caller is, as whoever has bound a socket is. */
static enum named may_write(const struct world *world, const struct world_path *file,
			    const struct world_socket *bound)
{
	if (world->caller.cap_dac_override || (file->mode & 0222) == 0222)
		return NAMED_FOUND;
	if (!bound || bound->uid != world->caller.fsuid || world->files.foreign)
		return NAMED_UNKNOWN;
	return file->mode & 0200 ? NAMED_FOUND : NAMED_FORBIDDEN;
}

static enum named at_file(const struct world *world, const struct world_path *file,
			  const struct world_socket *on,
			  const struct world_socket **other)
{
	const struct world_socket *bound =
		world_socket_by_id((struct world *)world, file->socket);
	enum named may;

	if (file->kind == PATH_FILE && world->caller.cap_dac_override &&
	    !world->files.read_only)
		return NAMED_NOBODY;
	if (file->kind != PATH_SOCKET)
		return NAMED_UNKNOWN;
	may = may_write(world, file, bound);
	if (may != NAMED_FOUND)
		return may;
	if (!bound)
		return NAMED_NOBODY;
	*other = bound;
	return bound->type == on->type ? NAMED_FOUND : NAMED_OTHER;
}

/* Only paths of the case's own directory, which lead nowhere else. */
static bool is_plain_path(const struct call_address *to)
{
	const char *path = (const char *)to->bytes + SUN_PATH;

	return path[0] != '/' && !strstr(path, "..");
}

static enum named by_path(const struct world *world, const struct call *call,
			  const struct world_socket *on,
			  const struct world_socket **other)
{
	char place[WORLD_PATH_MAX] = "";
	const struct world_path *file;

	if (!is_plain_path(&call->message.to))
		return NAMED_UNKNOWN;
	switch (world_unix_path(world, &call->message.to, place)) {
	case UNIX_PATH_UNSEARCHABLE:
		return NAMED_FORBIDDEN;
	case UNIX_PATH_NOT_DIRECTORY:
	case UNIX_PATH_LOOP:
		return NAMED_UNKNOWN;
	case UNIX_PATH_EXISTS:
		file = place[0] ? world_file(world, place) : NULL;
		return file ? at_file(world, file, on, other) : NAMED_UNKNOWN;
	default:
		return NAMED_NOTHING;
	}
}

/* Abstract names are told apart by the type of their sockets, too. */
static enum named by_name(const struct world *world, const struct call *call,
			  const struct world_socket *on,
			  const struct world_socket **other)
{
	const struct call_address *to = &call->message.to;
	enum named nobody = NAMED_NOBODY;

	for (unsigned int i = 0; i < world->socket_count; i++) {
		const struct world_socket *one = &world->sockets[i];

		if (one->domain != AF_UNIX || one->name_owner != one->id ||
		    one->type != on->type || one->network != on->network)
			continue;
		if (one->name_open)
			nobody = NAMED_UNKNOWN;
		if (one->name_length != (unsigned int)to->addrlen ||
		    memcmp(one->name, to->bytes, one->name_length))
			continue;
		*other = one;
		return NAMED_FOUND;
	}
	return nobody;
}

/* Does it come so far that it asks who receives it, or is sent?  Of those with two
 * things wrong, no rule speaks. */
static const struct world_socket *sends_well(const struct world *world,
					     const struct call *call)
{
	const struct world_socket *on = on_unix(world, call);

	if (!on || !sends_plainly(call, 0) || !is_readable(call) || on->file.full)
		return NULL;
	return on->type != SOCK_DGRAM || (!on->error && !on->file.shut_write) ? on
									      : NULL;
}

static enum named find(const struct world *world, const struct call *call,
		       const struct world_socket **other)
{
	const struct world_socket *on = sends_well(world, call);

	*other = NULL;
	if (!on || on->type != SOCK_DGRAM || !has_address(call))
		return NAMED_UNKNOWN;
	return call->message.to.bytes[SUN_PATH] ? by_path(world, call, on, other)
						: by_name(world, call, on, other);
}

/* Does it go to somebody, whose name was given or who is the peer? */
static const struct world_socket *receiver(const struct world *world,
					   const struct call *call)
{
	const struct world_socket *on = sends_well(world, call), *other;

	if (!on || on->type != SOCK_DGRAM)
		return NULL;
	if (!has_address(call))
		return world_socket_by_id((struct world *)world, on->peer);
	return find(world, call, &other) == NAMED_FOUND ? other : NULL;
}

/* A socket that keeps its connection, or a datagram with an address or a peer. */
static const struct world_socket *has_target(const struct world *world,
					     const struct call *call)
{
	const struct world_socket *on = on_unix(world, call);

	if (!on || !sends_plainly(call, 0))
		return NULL;
	return has_address(call) || on->state == SOCKET_CONNECTED ? on : NULL;
}

static bool too_long(const struct world *world, const struct call *call)
{
	const struct world_socket *on = has_target(world, call);

	return on && on->type != SOCK_STREAM && world->settings.wmem_default &&
	       !on->file.full && exceeds_buffer(world, call);
}

static bool error_waits(const struct world *world, const struct call *call)
{
	const struct world_socket *on = has_target(world, call);

	return on && on->type == SOCK_DGRAM && on->error;
}

static bool shut_down(const struct world *world, const struct call *call)
{
	const struct world_socket *on = has_target(world, call);

	return on && world_sends_no_more(on);
}

static bool would_block(const struct world *world, const struct call *call)
{
	const struct world_socket *on = has_target(world, call);

	return on && on->file.full && waits_not(on, call) && call->message.length;
}

static bool unreadable(const struct world *world, const struct call *call)
{
	const struct world_socket *on = has_target(world, call);

	return on && !on->file.full && !is_readable(call);
}

static bool no_name(const struct world *world, const struct call *call)
{
	const struct world_socket *other;

	return find(world, call, &other) == NAMED_NOTHING;
}

static bool no_permission(const struct world *world, const struct call *call)
{
	const struct world_socket *other;

	return find(world, call, &other) == NAMED_FORBIDDEN;
}

static bool nobody(const struct world *world, const struct call *call)
{
	const struct world_socket *other;

	return find(world, call, &other) == NAMED_NOBODY;
}

static bool other_type(const struct world *world, const struct call *call)
{
	const struct world_socket *other;

	return find(world, call, &other) == NAMED_OTHER;
}

/* unix_may_send() */
static bool peer_of_another(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);
	const struct world_socket *other = receiver(world, call);

	return other && other->peer && other->peer != on->id;
}

static bool other_gone(const struct world *world, const struct call *call)
{
	const struct world_socket *on = sends_well(world, call);

	return on && on->type == SOCK_DGRAM && !has_address(call) && on->peer &&
	       !world_socket_by_id((struct world *)world, on->peer);
}

static bool receives_none(const struct world *world, const struct call *call)
{
	const struct world_socket *other = receiver(world, call);

	return other && other->shut_read;
}

/* There is room for some datagrams, at least, at who receives them. */
static bool sends(const struct world *world, const struct call *call)
{
	const struct world_socket *on = sends_well(world, call);
	const struct world_socket *other = receiver(world, call);

	if (!on)
		return false;
	if (on->type == SOCK_DGRAM)
		return other && other->queued < WORLD_QUEUE;
	return on->state == SOCKET_CONNECTED &&
	       (on->type == SOCK_SEQPACKET || !has_address(call));
}

/* POSIX has no abstract names; an address on a connection may be refused. */
static void posix_sends(const struct world *world, const struct call *call,
			struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);

	if (has_address(call) && on && on->type != SOCK_DGRAM)
		posix_or_fails(outcome, EISCONN);
}

#define SENDS_DATAGRAM KERNEL("net/unix/af_unix.c", "unix_dgram_sendmsg")

static const struct rule sendto_unix_ways_rules[] = {
	{
		.id = "sendto.unix.too_long",
		.says = "a datagram or record that SO_SNDBUF has no room for is "
			"refused",
		.when = too_long,
		.outcome = FAILS(EMSGSIZE),
		.cites = { SENDTO_TOO_LONG, POSIX("sendto", "EMSGSIZE"),
			   SENDS_DATAGRAM },
	},
	{
		.id = "sendto.unix.error_waits",
		.says = "a socket of datagrams tells the error that waits, and sends "
			"nothing",
		.when = error_waits,
		.computed = tells_error,
		.cites = { QUOTE("unix(7)", "Remote socket was unexpectedly closed."),
			   KERNEL("net/core/sock.c", "sock_alloc_send_pskb") },
	},
	{
		.id = "sendto.unix.shut_down",
		.says = "a socket that is shut down for writing, or whose other end "
			"receives no more, refuses to send; on a stream SIGPIPE comes "
			"too, without MSG_NOSIGNAL",
		.when = shut_down,
		.outcome = FAILS(EPIPE),
		.posix = FAILS(EPIPE, ECONNRESET),
		.cites = { SENDTO_SHUT, MANUAL("unix(7)", "EPIPE"),
			   POSIX("sendto", "EPIPE"),
			   KERNEL("net/unix/af_unix.c", "unix_stream_sendmsg"),
			   KERNEL("net/core/sock.c", "sock_alloc_send_pskb") },
	},
	{
		.id = "sendto.unix.would_block",
		.says = "where there is no room, who does not want to wait is told so",
		.when = would_block,
		.outcome = FAILS(EAGAIN),
		.cites = { SENDTO_FULL, POSIX("sendto", "EAGAIN"),
			   KERNEL("net/core/sock.c", "sock_alloc_send_pskb") },
	},
	{
		.id = "sendto.unix.unreadable",
		.says = "what cannot be read is not sent",
		.when = unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { SENDTO_FAULT, MANUAL("unix(7)", "EFAULT"),
			   KERNEL("net/unix/af_unix.c", "unix_stream_sendmsg"),
			   SENDS_DATAGRAM },
	},
	{
		.id = "sendto.unix.no_name",
		.says = "a path at which there is no file is refused",
		.when = no_name,
		.outcome = FAILS(ENOENT),
		.cites = { MANUAL("unix(7)", "ENOENT"), POSIX("sendto", "ENOENT"),
			   KERNEL("net/unix/af_unix.c", "unix_find_bsd") },
	},
	{
		.id = "sendto.unix.not_permitted",
		.says = "sending to a path needs the right to write to the socket's "
			"file, and to search the directories before it",
		.when = no_permission,
		.outcome = FAILS(EACCES),
		.cites = { MANUAL_QUOTE("sendto(2)", "EACCES",
					"Write permission is denied on the destination "
					"socket file, or search permission is denied "
					"for one of the directories the path prefix."),
			   POSIX("sendto", "EACCES"),
			   KERNEL("net/unix/af_unix.c", "unix_find_bsd") },
	},
	{
		.id = "sendto.unix.nobody",
		.says = "a name that no socket has, or none that is open, is refused",
		.when = nobody,
		.outcome = FAILS(ECONNREFUSED),
		.cites = { MANUAL_QUOTE("unix(7)", "ECONNREFUSED",
					"This error can also occur if the target "
					"pathname is not a socket."),
			   KERNEL("net/unix/af_unix.c", "unix_find_bsd"),
			   KERNEL("net/unix/af_unix.c", "unix_find_abstract") },
	},
	{
		.id = "sendto.unix.other_type",
		.says = "a path at which there is a socket of another type is refused",
		.when = other_type,
		.outcome = FAILS(EPROTOTYPE),
		.cites = { MANUAL_QUOTE("unix(7)", "EPROTOTYPE",
					"Remote socket does not match the local socket "
					"type (SOCK_DGRAM versus SOCK_STREAM)."),
			   KERNEL("net/unix/af_unix.c", "unix_find_bsd") },
	},
	{
		.id = "sendto.unix.peer_of_another",
		.says = "a socket that is connected to another takes nothing from this "
			"one",
		.when = peer_of_another,
		.outcome = FAILS(EPERM),
		.cites = { QUOTE("connect(2)",
				 "the only address from which datagrams are received"),
			   KERNEL("net/unix/af_unix.c", "unix_may_send") },
		.undocumented = true,
	},
	{
		.id = "sendto.unix.other_gone",
		.says = "a datagram to an end that has been closed is refused",
		.when = other_gone,
		.outcome = FAILS(ECONNREFUSED),
		.cites = { MANUAL("unix(7)", "ECONNREFUSED"), SENDS_DATAGRAM },
	},
	{
		.id = "sendto.unix.receives_none",
		.says = "a datagram to an end that is shut down for reading is "
			"refused, without a signal",
		.when = receives_none,
		.outcome = FAILS(EPIPE),
		.cites = { MANUAL("unix(7)", "EPIPE"), SENDS_DATAGRAM },
	},
	{
		.id = "sendto.unix.sent",
		.says = "all of it is sent; a socket of records overlooks an address",
		.when = sends,
		.computed = tells_length,
		.posix_computed = posix_sends,
		.cites = { SENDTO_SENT,
			   POSIX_SAYS("sendto", "EISCONN",
				      "an address on a connection"),
			   KERNEL("net/unix/af_unix.c", "unix_stream_sendmsg"),
			   SENDS_DATAGRAM },
	},
};
RULE_LIST(sendto_unix_ways, CALL_SENDTO);
