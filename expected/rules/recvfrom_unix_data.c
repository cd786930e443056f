/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_unix_data.c - rules of recvfrom(2) and recvmsg(2) for what waits at a socket
 * of AF_UNIX, as far as it is not that of every family: recvfrom_message.c has the
 * rest.
 */
#include <string.h>

#include "../world_unix_queue.h"
#include "recvfrom_common.h"
#include "recvfrom_unix.h"

static bool is_recvmsg(const struct call *call)
{
	return call->name == CALL_RECVMSG || call->name == CALL_RECVMMSG;
}

const struct world_message *recvfrom_unix_first(const struct world *world,
						const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);
	struct unix_take take = world_unix_take(on, call);

	return take.found ? &on->queue[take.first] : NULL;
}

bool recvfrom_name_writable(const struct call *call, unsigned int length)
{
	if (!call->message.name_wanted)
		return true;
	return !call->message.addrlen_unreadable && call->message.room >= 0 &&
	       call->message.name_writable >=
		       smaller((size_t)call->message.room, length) &&
	       !(call->name == CALL_RECVFROM && call->message.addrlen_unwritable);
}

/* The bytes that are known, as many as are given. */
static void write_data(const struct world *world, const struct world_socket *on,
		       const struct unix_take *take, struct outcome *outcome)
{
	unsigned int skip = take->skipped;

	outcome->gives = true;
	outcome->data_length = take->bytes;
	for (unsigned int i = take->first; i <= take->last && i < on->queued; i++) {
		const struct world_message *message = &on->queue[i];
		size_t kept = message->kept > skip ? message->kept - skip : 0;
		size_t room = smaller(take->bytes, OUTCOME_DATA_MAX);
		size_t known = smaller(kept, room - outcome->data_known);

		memcpy(outcome->data + outcome->data_known,
		       world_message_bytes(world, message) + skip, known);
		outcome->data_known += (unsigned int)known;
		if (message->kept < message->length)
			return;
		skip = 0;
	}
}

/* Where control messages are put, and what room is left. */
struct control {
	struct outcome *outcome;
	size_t used, room;
};

static void put_bytes(struct control *to, size_t at, const void *bytes, size_t length)
{
	if (at + length <= sizeof(to->outcome->control))
		memcpy(to->outcome->control + at, bytes, length);
}

/* put_cmsg(): one for which there is not room enough is cut, unless not even its header
 * would fit. */
static void put(struct control *to, int type, const void *data, size_t length)
{
	struct cmsghdr header = { .cmsg_level = SOL_SOCKET, .cmsg_type = type };
	size_t left = to->room - to->used;

	if (left < CMSG_LEN(length))
		to->outcome->flags |= MSG_CTRUNC;
	if (left < sizeof(header))
		return;
	header.cmsg_len = smaller(CMSG_LEN(length), left);
	put_bytes(to, to->used, &header, sizeof(header));
	put_bytes(to, to->used + CMSG_LEN(0), data, header.cmsg_len - CMSG_LEN(0));
	to->used += smaller(CMSG_SPACE(length), left);
}

/* How many descriptors come, and which: the lowest that are free. */
#define DESCRIPTORS_MAX 64

/* A table of open files has so many places at first, NR_OPEN_DEFAULT: without memory
 * there is no larger one. */
#define FIRST_TABLE 64

static unsigned int descriptor_limit(const struct world *world)
{
	return world->facts & FACT_NO_MEMORY && world->caller.nofile > FIRST_TABLE
		       ? FIRST_TABLE
		       : world->caller.nofile;
}

static unsigned int free_descriptors(const struct world *world, unsigned int wanted,
				     int *fds)
{
	unsigned int count = 0;

	for (int fd = 0; fd < (int)descriptor_limit(world) && fd < WORLD_DESCRIPTORS;
	     fd++)
		if (count < wanted && count < DESCRIPTORS_MAX &&
		    !world_is_open(world, fd))
			fds[count++] = fd;
	return count;
}

/* How many descriptors there is room for: scm_max_fds(). */
static size_t room_for(const struct control *to)
{
	size_t left = to->room - to->used;

	return left < CMSG_LEN(0) ? 0 : (left - CMSG_LEN(0)) / sizeof(int);
}

static void put_rights(const struct world *world, unsigned int count,
		       struct control *to)
{
	size_t fits = smaller(room_for(to), count);
	int fds[DESCRIPTORS_MAX];
	size_t given = free_descriptors(world, (unsigned int)fits, fds);

	if (given)
		put(to, SCM_RIGHTS, fds, given * sizeof(int));
	if (given < count)
		to->outcome->flags |= MSG_CTRUNC;
}

/* user_namespace(7): what no id of this namespace stands for is told as 65534, unless
 * /proc/sys/kernel/overflowuid says otherwise. */
#define NOBODY 65534

static void put_credentials(const struct world_message *message, struct control *to)
{
	const struct world_credentials *it = &message->credentials;
	unsigned int credentials[3] = { 0, NOBODY, NOBODY };

	if (it->known) {
		credentials[0] = it->pid;
		credentials[1] = it->uid;
		credentials[2] = it->gid;
	}
	put(to, SCM_CREDENTIALS, credentials, sizeof(credentials));
}

static bool tells_time(const struct world_socket *on)
{
	return on->timestamps && on->type != SOCK_STREAM;
}

/* scm_recv(): credentials, then descriptors. */
static void write_control(const struct world *world, const struct call *call,
			  const struct unix_take *take, struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);
	struct control to = { outcome, 0, call->message.control_room };

	if (!is_recvmsg(call))
		return;
	/* What lies between the messages is not written. */
	memset(outcome->control, RESULT_FILL, sizeof(outcome->control));
	/* Which time that is, nobody knows; it is put first, and cut as all else. */
	if (tells_time(on))
		put(&to, SO_TIMESTAMP, &(const struct timeval){ 0 },
		    sizeof(struct timeval));
	if (on->pass_credentials)
		put_credentials(&on->queue[take->first], &to);
	if (take->rights)
		put_rights(world, take->rights->rights, &to);
	outcome->controls = !tells_time(on) && to.used <= sizeof(outcome->control);
	outcome->control_length = outcome->controls ? (unsigned int)to.used : 0;
}

void recvfrom_unix_received(const struct world *world, const struct call *call,
			    struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);
	struct unix_take take = world_unix_take(on, call);
	const struct world_message *first = &on->queue[take.first];
	unsigned int left = first->length - take.skipped;

	write_data(world, on, &take, outcome);
	outcome->value = (long)take.bytes;
	if (!world_is_stream(on)) {
		if (has_flag(call, MSG_TRUNC))
			outcome->value = (long)left;
		if (call->message.length < left)
			outcome->flags |= MSG_TRUNC;
	}
	if (take.stop == STOP_FAULT)
		outcome->data_spilt = call->message.writable - take.bytes;
	recvfrom_write_name(world, call, &on->queue[take.last], outcome);
	write_control(world, call, &take, outcome);
}

/* Something waits that the call gives, and no memory is in its way. */
static bool takes(const struct world *world, const struct call *call,
		  struct unix_take *take)
{
	const struct world_socket *on = call_socket(world, call);

	if (!on || on->domain != AF_UNIX)
		return false;
	*take = world_unix_take(on, call);
	return take->found && !take->fault &&
	       recvfrom_name_writable(call, on->queue[take->first].name_length);
}

static bool peeks_at(const struct world *world, const struct call *call)
{
	return has_flag(call, MSG_PEEK) && call_socket(world, call)->peeks_at;
}

static bool on_stream(const struct world *world, const struct call *call)
{
	return world_is_stream(call_socket(world, call));
}

static bool stops_at(const struct world *world, const struct call *call,
		     enum unix_stop stop)
{
	struct unix_take take;

	return takes(world, call, &take) && on_stream(world, call) && take.stop == stop;
}

static bool second_unwritable(const struct world *world, const struct call *call)
{
	return stops_at(world, call, STOP_FAULT);
}

static bool stream_at_offset(const struct world *world, const struct call *call)
{
	struct unix_take take;

	return takes(world, call, &take) && on_stream(world, call) &&
	       peeks_at(world, call);
}

static bool message_at_offset(const struct world *world, const struct call *call)
{
	struct unix_take take;

	return takes(world, call, &take) && !on_stream(world, call) &&
	       peeks_at(world, call);
}

/* Does the stream begin with the out-of-band byte? */
static bool begins_with_urgent(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);
	struct unix_take take;

	return takes(world, call, &take) && world_unix_front(on) < on->queued &&
	       on->queue[world_unix_front(on)].urgent;
}

static bool urgent_passed(const struct world *world, const struct call *call)
{
	return begins_with_urgent(world, call) &&
	       !call_socket(world, call)->urgent_inline;
}

static bool urgent_inline(const struct world *world, const struct call *call)
{
	return begins_with_urgent(world, call) &&
	       call_socket(world, call)->urgent_inline;
}

static bool stops_at_mark(const struct world *world, const struct call *call)
{
	return stops_at(world, call, STOP_MARK);
}

static bool stops_behind_rights(const struct world *world, const struct call *call)
{
	return stops_at(world, call, STOP_RIGHTS);
}

static bool stops_before_another(const struct world *world, const struct call *call)
{
	return stops_at(world, call, STOP_CREDENTIALS);
}

/* MSG_PEEK never waits for more. */
static bool falls_short(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);
	struct unix_take take;

	return takes(world, call, &take) && on_stream(world, call) &&
	       !has_flag(call, MSG_PEEK) && take.bytes < call->message.length &&
	       take.bytes < world_unix_target(on, call);
}

#define GIVES(id_, says_, when_, ...)                                           \
	{                                                                       \
		.id = id_, .says = says_, .when = when_, .outcome = RETURNS(0), \
		.computed = recvfrom_unix_received, .cites = {                  \
			__VA_ARGS__                                             \
		}                                                               \
	}

#define READ_GENERIC KERNEL("net/unix/af_unix.c", "unix_stream_read_generic")

static const struct rule recvfrom_unix_data_rules[] = {
	{
		.id = "recvfrom.unix.stream_fault",
		.says = "of a stream, what one call has sent and can be written whole "
			"counts, where what the next one has sent cannot; the rest "
			"stays",
		.when = second_unwritable,
		.outcome = RETURNS(0),
		.computed = recvfrom_unix_received,
		.cites = { QUOTE("recvfrom(2)",
				 "These calls return the number of bytes received, or "
				 "-1 if an error occurred."),
			   READ_GENERIC },
		.undocumented = true,
	},
	GIVES("recvfrom.unix.peek_offset_stream",
	      "with SO_PEEK_OFF, MSG_PEEK tells the bytes of a stream from the offset "
	      "on, which it moves behind them; what is received moves it back",
	      stream_at_offset,
	      QUOTE("socket(7)", "the next peek at data queued in the socket will "
				 "occur at the byte offset specified by the option "
				 "value."),
	      QUOTE("socket(7)",
		    "the \"peek offset\" will be decreased by the number of bytes "
		    "removed."),
	      READ_GENERIC, KERNEL("net/unix/af_unix.c", "unix_set_peek_off")),
	/* socket(7) has MSG_TRUNC for every peek that begins in the middle of a packet;
	 * the kernel sets it, as ever, where the rest is longer than the buffer. */
	GIVES("recvfrom.unix.peek_offset_message",
	      "with SO_PEEK_OFF, MSG_PEEK tells of the message that the offset points "
	      "into what is left of it, and moves the offset behind what was told",
	      message_at_offset,
	      QUOTE("socket(7)", "the next peek at data queued in the socket will "
				 "occur at the byte offset specified by the option "
				 "value."),
	      KERNEL("net/core/datagram.c", "__skb_try_recv_from_queue"),
	      KERNEL("net/unix/af_unix.c", "__unix_dgram_recvmsg")),
	GIVES("recvfrom.unix.urgent_passed",
	      "a stream that begins with an out-of-band byte that nobody has asked for "
	      "goes on behind it, and the byte is lost, unless MSG_PEEK was asked",
	      urgent_passed,
	      QUOTE("recvfrom(2)",
		    "This flag requests receipt of out-of-band data that would not be "
		    "received in the normal data stream."),
	      KERNEL("net/unix/af_unix.c", "manage_oob")),
	GIVES("recvfrom.unix.urgent_inline",
	      "with SO_OOBINLINE the out-of-band byte is received in the stream, at "
	      "the beginning of what a call gives",
	      urgent_inline,
	      QUOTE("socket(7)", "If this option is enabled, out-of-band data is "
				 "directly placed into the receive data stream."),
	      KERNEL("net/unix/af_unix.c", "manage_oob")),
	GIVES("recvfrom.unix.urgent_mark",
	      "a call on a stream stops before the out-of-band byte, however much it "
	      "asks for, also where SO_OOBINLINE is set",
	      stops_at_mark,
	      QUOTE("recvfrom(2)", "the next data to be received is of a different "
				   "type than that returned."),
	      KERNEL("net/unix/af_unix.c", "manage_oob")),
	GIVES("recvfrom.unix.barrier_rights",
	      "a call on a stream stops behind descriptors that were passed",
	      stops_behind_rights,
	      QUOTE("unix(7)", "When receiving from a stream socket, ancillary data "
			       "forms a kind of barrier for the received data."),
	      READ_GENERIC),
	GIVES("recvfrom.unix.barrier_credentials",
	      "with SO_PASSCRED a call on a stream stops before what was sent with "
	      "other credentials",
	      stops_before_another,
	      QUOTE("unix(7)", "When receiving from a stream socket, ancillary data "
			       "forms a kind of barrier for the received data."),
	      READ_GENERIC),
	GIVES("recvfrom.unix.stream_short",
	      "where a stream gives less than MSG_WAITALL or SO_RCVLOWAT asks for, the "
	      "call waits, and gives it when the stream ends, an error or a signal "
	      "comes, its time is up, or at once where it may not wait",
	      falls_short,
	      QUOTE("recvfrom(2)",
		    "However, the call may still return less data than requested if a "
		    "signal is caught, an error or disconnect occurs"),
	      QUOTE("socket(7)",
		    "If an input or output function blocks for this period of time, "
		    "and data has been sent or received, the return value of that "
		    "function will be the amount of data transferred"),
	      POSIX("recvfrom", NULL), READ_GENERIC),
};
RULE_LIST(recvfrom_unix_data, CALL_RECVFROM);

/* What comes besides the data is a matter of recvmsg(2). */
static bool comes_with(const struct world *world, const struct call *call,
		       struct unix_take *take)
{
	return is_recvmsg(call) && takes(world, call, take);
}

static bool passes_rights(const struct world *world, const struct call *call)
{
	struct unix_take take;

	return comes_with(world, call, &take) && take.rights;
}

static bool passes_credentials(const struct world *world, const struct call *call)
{
	struct unix_take take;

	return comes_with(world, call, &take) &&
	       call_socket(world, call)->pass_credentials;
}

static bool is_cut(const struct world *world, const struct call *call)
{
	struct outcome outcome = { 0 };

	recvfrom_unix_received(world, call, &outcome);
	return outcome.flags & MSG_CTRUNC;
}

static bool rights_refused(const struct world *world, const struct call *call)
{
	struct unix_take take;
	int fds[DESCRIPTORS_MAX];

	return comes_with(world, call, &take) && take.rights &&
	       free_descriptors(world, take.rights->rights, fds) <
		       smaller(take.rights->rights, DESCRIPTORS_MAX) &&
	       is_cut(world, call);
}

static bool rights_memory(const struct world *world, const struct call *call)
{
	return world->facts & FACT_NO_MEMORY && rights_refused(world, call);
}

static bool rights_cut(const struct world *world, const struct call *call)
{
	return passes_rights(world, call) && is_cut(world, call);
}

static bool rights_peeked(const struct world *world, const struct call *call)
{
	return passes_rights(world, call) && has_flag(call, MSG_PEEK);
}

static bool time_told(const struct world *world, const struct call *call)
{
	struct unix_take take;

	return comes_with(world, call, &take) && tells_time(call_socket(world, call));
}

static bool credentials_cut(const struct world *world, const struct call *call)
{
	return passes_credentials(world, call) && is_cut(world, call);
}

static bool credentials_unknown(const struct world *world, const struct call *call)
{
	return passes_credentials(world, call) &&
	       !recvfrom_unix_first(world, call)->credentials.known;
}

#define SCM_RECV KERNEL("include/net/scm.h", "scm_recv")

static const struct rule recvmsg_unix_rules[] = {
	GIVES("recvmsg.unix.time_told",
	      "with SO_TIMESTAMP the time at which a message was sent comes before all "
	      "else",
	      time_told,
	      QUOTE("socket(7)",
		    "The timestamp control message is sent with level SOL_SOCKET and a "
		    "cmsg_type of SCM_TIMESTAMP."),
	      KERNEL("net/unix/af_unix.c", "__unix_dgram_recvmsg"),
	      KERNEL("net/socket.c", "__sock_recv_timestamp")),
	{
		.id = "recvmsg.unix.rights_memory",
		.says = "descriptors for which a larger table is needed, and no memory "
			"can be had, are closed, and msg_flags say MSG_CTRUNC",
		.when = rights_memory,
		.outcome = RETURNS(0),
		.computed = recvfrom_unix_received,
		/* unix(7) has it of RLIMIT_NOFILE. */
		.cites = { KERNEL("net/core/scm.c", "scm_detach_fds"),
			   KERNEL("fs/file.c", "expand_files") },
		.undocumented = true,
	},
	GIVES("recvmsg.unix.rights_refused",
	      "descriptors for which RLIMIT_NOFILE leaves no number are closed, and "
	      "msg_flags say MSG_CTRUNC",
	      rights_refused,
	      QUOTE("unix(7)", "would cause the process to exceed its RLIMIT_NOFILE "
			       "resource limit (see getrlimit(2)), the excess file "
			       "descriptors are automatically closed in the receiving "
			       "process."),
	      KERNEL("net/core/scm.c", "scm_detach_fds")),
	GIVES("recvmsg.unix.rights_cut",
	      "descriptors for which there is no room are closed, and msg_flags say "
	      "MSG_CTRUNC",
	      rights_cut,
	      QUOTE("unix(7)", "then the ancillary data is truncated (or discarded) "
			       "and the excess file descriptors are automatically "
			       "closed in the receiving process."),
	      POSIX("recvmsg", NULL), KERNEL("net/core/scm.c", "scm_detach_fds"),
	      SCM_RECV),
	GIVES("recvmsg.unix.rights_peeked",
	      "MSG_PEEK gives duplicates of the descriptors, which come again with the "
	      "data",
	      rights_peeked,
	      QUOTE("recvfrom(2)",
		    "Thus, a subsequent receive call will return the same data."),
	      KERNEL("net/unix/af_unix.c", "unix_peek_fds")),
	GIVES("recvmsg.unix.rights",
	      "descriptors come as the lowest that are free, behind the credentials "
	      "where these are wanted; of a stream with the first byte that was sent "
	      "with them",
	      passes_rights,
	      QUOTE("unix(7)", "in the receiving process it is likely that a different "
			       "file descriptor number will be used."),
	      POSIX("recvmsg", NULL), KERNEL("net/core/scm.c", "scm_detach_fds"),
	      SCM_RECV),
	GIVES("recvmsg.unix.credentials_cut",
	      "credentials for which there is no room are cut, and msg_flags say "
	      "MSG_CTRUNC",
	      credentials_cut,
	      QUOTE("unix(7)", "In both of these cases, the MSG_CTRUNC flag will be "
			       "set in the msg.msg_flags value returned by "
			       "recvmsg(2)."),
	      KERNEL("net/core/scm.c", "put_cmsg"), SCM_RECV),
	{
		.id = "recvmsg.unix.credentials_unknown",
		.says = "what was sent before either end had set SO_PASSCRED comes "
			"from process 0 and from nobody",
		.when = credentials_unknown,
		.outcome = RETURNS(0),
		.computed = recvfrom_unix_received,
		/* unix(7) has the sender's in each message that is received once the
		 * option is set; they are attached when it is sent. */
		.cites = { KERNEL("net/unix/af_unix.c", "maybe_add_creds"), SCM_RECV },
		.undocumented = true,
	},
	GIVES("recvmsg.unix.credentials",
	      "with SO_PASSCRED the process, real user and real group of the sender "
	      "come, or those that it has given",
	      passes_credentials,
	      QUOTE("unix(7)",
		    "The returned credentials are those specified by the sender using "
		    "SCM_CREDENTIALS, or a default that includes the sender's PID, "
		    "real user ID, and real group ID"),
	      KERNEL("net/unix/af_unix.c", "maybe_add_creds"), SCM_RECV),
};
RULE_LIST(recvmsg_unix, CALL_RECVMSG);
