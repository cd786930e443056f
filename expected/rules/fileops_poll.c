/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fileops_poll.c - rules of poll(2) and select(2) of one descriptor: which events hold
 * of a socket in each of its states.  A rule names the state, its outcome is all of
 * the events that were asked for, and those that need not be.
 */
#include <poll.h>
#include <string.h>

#include "../world_poll.h"
#include "fileops_common.h"

static void tells_events(unsigned int events, struct outcome *outcome)
{
	short revents = (short)events;

	outcome->kind = OUTCOME_VALUE;
	outcome->value = events != 0;
	outcome->length = sizeof(revents);
	memcpy(outcome->bytes, &revents, sizeof(revents));
}

static bool is_negative(const struct world *world, const struct call *call)
{
	(void)world;
	return call->fd < 0;
}

static void tells_nothing(const struct world *world, const struct call *call,
			  struct outcome *outcome)
{
	(void)world;
	(void)call;
	tells_events(0, outcome);
}

static void tells_invalid(const struct world *world, const struct call *call,
			  struct outcome *outcome)
{
	(void)world;
	(void)call;
	tells_events(POLLNVAL, outcome);
}

static void tells_socket(const struct world *world, const struct call *call,
			 struct outcome *outcome)
{
	unsigned int asked = (unsigned short)call->file.argument[0];

	tells_events(world_poll(world, call_socket(world, call)) &
			     (asked | POLLERR | POLLHUP),
		     outcome);
}

static bool connection_waits(const struct world *world, const struct call *call)
{
	return on_socket(world, call) &&
	       call_socket(world, call)->state == SOCKET_LISTENING &&
	       world_connection_waits(world, call_socket(world, call));
}

/* One of AF_UNIX that is shut down for reading is at its end: unix_poll(). */
static bool listens(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on_socket(world, call) && on->state == SOCKET_LISTENING &&
	       !(on->domain == AF_UNIX && on->shut_read);
}

static bool has_error(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on_socket(world, call) && (on->error || on->datagrams.error_count);
}

static bool not_connected(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && (on->type == SOCK_STREAM || on->type == SOCK_SEQPACKET) &&
	       on->state == SOCKET_UNCONNECTED;
}

static bool shut_down(const struct world *world, const struct call *call)
{
	return on_socket(world, call) &&
	       world_receives_no_more(call_socket(world, call)) &&
	       world_sends_no_more(call_socket(world, call));
}

static bool at_end(const struct world *world, const struct call *call)
{
	return on_socket(world, call) &&
	       world_receives_no_more(call_socket(world, call));
}

static bool has_urgent_data(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && call_socket(world, call)->file.urgent;
}

static bool has_no_room(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && call_socket(world, call)->file.full;
}

static bool waits_too_little(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && call_socket(world, call)->queued &&
	       !world_waits_enough(call_socket(world, call));
}

static bool is_readable(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && call_socket(world, call)->queued;
}

#define SOCKET_RULE(id_, says_, when_, ...)                                        \
	{                                                                          \
		.id = id_, .says = says_, .when = when_, .computed = tells_socket, \
		.cites = {                                                         \
			__VA_ARGS__                                                \
		}                                                                  \
	}
#define POLL_KERNEL                                             \
	KERNEL("net/ipv4/tcp.c", "tcp_poll"),                   \
		KERNEL("net/core/datagram.c", "datagram_poll"), \
		KERNEL("net/unix/af_unix.c", "unix_poll")

static const struct rule fileops_poll_rules[] = {
	{
		.id = "poll.negative",
		.says = "a negative descriptor is overlooked",
		.when = is_negative,
		.computed = tells_nothing,
		.cites = { QUOTE("poll(2)",
				 "If this field is negative, then the corresponding "
				 "events field is ignored and the revents field "
				 "returns "
				 "zero."),
			   POSIX("poll", NULL), KERNEL("fs/select.c", "do_pollfd") },
	},
	{
		.id = "poll.not_open",
		.says = "of a descriptor that is not open, POLLNVAL is told, whatever "
			"is asked for",
		.when = fd_not_open,
		.computed = tells_invalid,
		.cites = { QUOTE("poll(2)",
				 "Invalid request: fd not open (only returned in "
				 "revents; ignored in events)."),
			   POSIX("poll", NULL), KERNEL("fs/select.c", "do_pollfd") },
	},
	{
		.id = "poll.path_only",
		.says = "of a descriptor opened with O_PATH, POLLNVAL is told",
		.when = fd_path_only,
		.computed = tells_invalid,
		.cites = { QUOTE("open(2)",
				 "The file itself is not opened, and other file "
				 "operations (e.g., read(2), write(2), fchmod(2), "
				 "fchown(2), fgetxattr(2), ioctl(2), mmap(2)) fail "
				 "with the error EBADF."),
			   KERNEL("fs/select.c", "do_pollfd") },
	},
	SOCKET_RULE(
		"poll.connection_waits",
		"a socket at which a connection waits can be read, and not written",
		connection_waits,
		QUOTE("accept(2)",
		      "A readable event will be delivered when a new connection is "
		      "attempted"),
		POSIX("listen", NULL),
		KERNEL("include/net/inet_connection_sock.h", "inet_csk_listen_poll"),
		KERNEL("net/unix/af_unix.c", "unix_poll")),
	SOCKET_RULE(
		"poll.listening",
		"a socket that listens, and at which no connection waits, can be "
		"neither read nor written",
		listens,
		QUOTE("accept(2)",
		      "A readable event will be delivered when a new connection is "
		      "attempted"),
		KERNEL("include/net/inet_connection_sock.h", "inet_csk_listen_poll"),
		KERNEL("net/unix/af_unix.c", "unix_writable")),
	SOCKET_RULE("poll.error",
		    "an error that waits is told of by POLLERR, asked for or not; as "
		    "long as it is in the queue of errors, also when a call has told "
		    "it",
		    has_error,
		    QUOTE("poll(2)", "Error condition (only returned in revents; "
				     "ignored in events)."),
		    QUOTE("socket(7)", "An asynchronous error occurred."),
		    POSIX("poll", NULL), POLL_KERNEL),
	{
		.id = "poll.not_connected",
		.says = "a socket that needs a connection and has none is hung up, and "
			"can be written",
		.when = not_connected,
		.computed = tells_socket,
		.cites = { QUOTE("poll(2)", "Hang up (only returned in revents; "
					    "ignored in events)."),
			   POLL_KERNEL },
		.undocumented = true,
	},
	SOCKET_RULE("poll.shut_down",
		    "a socket that is shut down for both directions, by whichever end, "
		    "is hung up, can be read, and be written, which fails at once",
		    shut_down,
		    QUOTE("poll(2)", "Hang up (only returned in revents; ignored in "
				     "events)."),
		    QUOTE("socket(7)", "A connection is broken (only for "
				       "connection-oriented protocols)."),
		    POSIX("poll", NULL), POLL_KERNEL),
	SOCKET_RULE("poll.at_end",
		    "a socket to which nothing more will come can be read, and tells "
		    "POLLRDHUP",
		    at_end,
		    QUOTE("poll(2)", "Stream socket peer closed connection, or shut "
				     "down writing half of connection."),
		    POSIX("poll", NULL), POLL_KERNEL),
	SOCKET_RULE("poll.urgent",
		    "urgent data is told of by POLLPRI, and is nothing to be read",
		    has_urgent_data,
		    QUOTE("poll(2)", "There is out-of-band data on a TCP socket (see "
				     "tcp(7))."),
		    QUOTE("socket(7)", "Urgent data arrived."),
		    KERNEL("net/ipv4/tcp.c", "tcp_poll")),
	SOCKET_RULE("poll.no_room",
		    "a socket of which all room for what it sends is taken cannot be "
		    "written",
		    has_no_room,
		    QUOTE("socket(7)",
			  "Socket has enough send buffer space for writing "
			  "new data."),
		    KERNEL("net/unix/af_unix.c", "unix_writable")),
	SOCKET_RULE(
		"poll.below_low_water",
		"TCP at which fewer bytes wait than SO_RCVLOWAT cannot be read",
		waits_too_little,
		QUOTE("socket(7)",
		      "Since Linux 2.6.28, select(2), poll(2), and epoll(7) indicate "
		      "a socket as readable only if at least SO_RCVLOWAT bytes are "
		      "available."),
		KERNEL("net/ipv4/tcp.c", "tcp_poll")),
	SOCKET_RULE("poll.readable",
		    "a socket at which something waits can be read, and written",
		    is_readable, QUOTE("poll(2)", "There is data to read."),
		    QUOTE("socket(7)", "New data arrived."), POSIX("poll", NULL),
		    POLL_KERNEL),
	SOCKET_RULE("poll.writable",
		    "any other socket can be written, and not read, as long as there "
		    "is room for what it sends",
		    on_socket,
		    QUOTE("poll(2)",
			  "Writing is now possible, though a write larger than the "
			  "available space in a socket or pipe will still block"),
		    QUOTE("socket(7)",
			  "Socket has enough send buffer space for writing "
			  "new data."),
		    POSIX("poll", NULL), POLL_KERNEL),
};
RULE_LIST(fileops_poll, CALL_POLL);

/* select(2): the first set, the second and the third. */
#define READ_EVENTS  (POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR)
#define WRITE_EVENTS (POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR)
#define OTHER_EVENTS POLLPRI

static int sets_of(const struct world *world, const struct call *call)
{
	unsigned int events = world_poll(world, call_socket(world, call));
	int sets = (events & READ_EVENTS ? 1 : 0) | (events & WRITE_EVENTS ? 2 : 0) |
		   (events & OTHER_EVENTS ? 4 : 0);

	return sets & (int)call->file.argument[0];
}

static void tells_sets(const struct world *world, const struct call *call,
		       struct outcome *outcome)
{
	int sets = sets_of(world, call);

	outcome->kind = OUTCOME_VALUE;
	outcome->value = (sets & 1) + (sets >> 1 & 1) + (sets >> 2 & 1);
	outcome->length = sizeof(sets);
	memcpy(outcome->bytes, &sets, sizeof(sets));
}

static bool is_ready(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && sets_of(world, call);
}

#define SELECT_CITES                                                                \
	QUOTE("select(2)", "Within the Linux kernel source, we find the following " \
			   "definitions which show the correspondence between the " \
			   "readable, writable, and exceptional condition "         \
			   "notifications of select() and the event notifications " \
			   "provided by poll(2) and epoll(7)"),                     \
		POSIX("select", NULL), KERNEL("fs/select.c", "do_select")

static const struct rule fileops_select_rules[] = {
	{
		.id = "select.not_open",
		.says = "a descriptor that is not open may stand in no set",
		.when = fd_not_open,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL_QUOTE("select(2)", "EBADF",
					"An invalid file descriptor was given in one "
					"of the sets."),
			   POSIX("select", "EBADF"),
			   KERNEL("fs/select.c", "max_select_fd") },
	},
	{
		.id = "select.ready",
		.says = "a socket is told in each set in which it stands and for which "
			"poll(2) has an event; such sets are counted",
		.when = is_ready,
		.computed = tells_sets,
		.cites = { QUOTE("select(2)",
				 "On success, select() and pselect() return the number "
				 "of file descriptors contained in the three returned "
				 "descriptor sets"),
			   SELECT_CITES },
	},
	{
		.id = "select.not_ready",
		.says = "a socket for which there is no event is told in no set",
		.when = on_socket,
		.computed = tells_sets,
		.cites = { QUOTE("select(2)",
				 "The return value may be zero if the timeout expired "
				 "before any file descriptors became ready."),
			   SELECT_CITES },
	},
};
RULE_LIST(fileops_select, CALL_SELECT);
