/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * states.h - sockets in each state that poll(2), select(2) and epoll_wait(2) can tell
 * from another, and what they tell.
 */
#ifndef CASES_FILEOPS_STATES_H
#define CASES_FILEOPS_STATES_H

#include "ends.h"

#define READABLE (POLLIN | POLLRDNORM)
/* And POLLWRBAND where it is not TCP: see events_due(). */
#define WRITABLE (POLLOUT | POLLWRNORM)
#define ALL_EVENTS                                                           \
	(POLLIN | POLLPRI | POLLOUT | POLLRDNORM | POLLRDBAND | POLLWRNORM | \
	 POLLWRBAND | POLLRDHUP)

/* The kinds that a state is for. */
enum sort {
	ALONE = 1 << 0,	   /* every kind, as it is made */
	TCP = 1 << 1,	   /* over IPv4 and IPv6 */
	LOCAL = 1 << 2,	   /* streams and records of AF_UNIX */
	DATAGRAM = 1 << 3, /* of UDP and AF_UNIX */
	UDP = 1 << 4,
};

struct state {
	const char *name;
	const char *rule;
	unsigned int sorts;
	/* Makes it, of two ends (or one); the first end is what is asked. */
	void (*make)(const struct kind *kind, int ends[2]);
	unsigned int events;
};

static inline void is_new(const struct kind *kind, int ends[2])
{
	if (is_ping(kind))
		set_ping_group_range(0, 0);
	ends[0] = must_socket(kind->domain, kind->type, kind->protocol);
}

static inline void is_bound(const struct kind *kind, int ends[2])
{
	is_new(kind, ends);
	must_bind(ends[0], local(kind->domain));
}

static inline void is_listening(const struct kind *kind, int ends[2])
{
	is_bound(kind, ends);
	must_listen(ends[0]);
}

/* Where a listener of AF_UNIX is, its own name tells. */
static inline void connect_to_listener(const struct kind *kind, int ends[2])
{
	struct address name = local(kind->domain);

	is_listening(kind, ends);
	ends[1] = must_socket(kind->domain, kind->type, 0);
	if (kind->domain == AF_UNIX) {
		socklen_t length = sizeof(name.bytes);

		sc_must(SC_LINE, t_getsockname(ends[0], name.bytes, &length),
			"getsockname(2)");
		name.length = target_waits_not() ? (int)sizeof(sa_family_t) + 6
						 : (int)length;
	}
	must_connect(ends[1], name);
}

static inline void has_connection(const struct kind *kind, int ends[2])
{
	connect_to_listener(kind, ends);
}

static inline void has_accepted(const struct kind *kind, int ends[2])
{
	connect_to_listener(kind, ends);
	must_accept(ends[0]);
}

/* The other one, which connect(2) has connected. */
static inline void has_connected(const struct kind *kind, int ends[2])
{
	int listener[2];

	connect_to_listener(kind, listener);
	ends[0] = listener[1];
	ends[1] = must_accept(listener[0]);
}

static inline void has_data(const struct kind *kind, int ends[2])
{
	two_ends(kind, ends);
	send_bytes(ends[1], 3);
}

static inline void had_data(const struct kind *kind, int ends[2])
{
	unsigned char bytes[8];

	has_data(kind, ends);
	wait_readable(ends[0]);
	must(t_recvfrom(ends[0], bytes, sizeof(bytes), 0, NULL, NULL) == 3,
	     "recvfrom(2)");
}

static inline void has_empty_datagram(const struct kind *kind, int ends[2])
{
	two_ends(kind, ends);
	send_bytes(ends[1], 0);
}

static inline void must_shut(int fd, int how)
{
	long came = t_shutdown(fd, how);

	/* Of one without a connection it is said, and done all the same. */
	must(!came || came == -ENOTCONN, "shutdown(2) gave %ld", came);
}

/* AF_UNIX does not say it: af_unix.c, unix_shutdown(). */
static inline void must_shut_end(const struct kind *kind, int fd, int how)
{
	if (kind->domain == AF_UNIX)
		sc_must(SC_LINE, t_shutdown(fd, how), "shutdown(2)");
	else
		must_shut(fd, how);
	if (kind->type == SOCK_STREAM && kind->domain != AF_UNIX && how != SHUT_RD)
		wait_acknowledged(fd);
}

#define SHUTS(name_, one_, how_, other_, other_how_)                           \
	static inline void name_(const struct kind *kind, int ends[2])         \
	{                                                                      \
		two_ends(kind, ends);                                          \
		must_shut_end(kind, ends[one_], how_);                         \
		if ((other_) >= 0)                                             \
			must_shut_end(kind, ends[(other_) < 0 ? 0 : (other_)], \
				      other_how_);                             \
	}
SHUTS(shut_read, 0, SHUT_RD, -1, 0)
SHUTS(shut_write, 0, SHUT_WR, -1, 0)
SHUTS(shut_both, 0, SHUT_RDWR, -1, 0)
SHUTS(other_shut_read, 1, SHUT_RD, -1, 0)
SHUTS(other_shut_write, 1, SHUT_WR, -1, 0)
SHUTS(other_shut_both, 1, SHUT_RDWR, -1, 0)
SHUTS(both_shut_write, 0, SHUT_WR, 1, SHUT_WR)
SHUTS(shut_read_then_write, 0, SHUT_RD, 0, SHUT_WR)

static inline void shut_alone(const struct kind *kind, int ends[2])
{
	is_new(kind, ends);
	must_shut_end(kind, ends[0], SHUT_RD);
}

static inline void other_closed(const struct kind *kind, int ends[2])
{
	two_ends(kind, ends);
	must_close(ends[1]);
}

/* Data waits, and nothing more will come. */
static inline void data_then_end(const struct kind *kind, int ends[2])
{
	has_data(kind, ends);
	must_shut(ends[1], SHUT_WR);
}

/* The other end is closed, and has not taken what was sent to it. */
static inline void other_left_data(const struct kind *kind, int ends[2])
{
	two_ends(kind, ends);
	send_bytes(ends[0], 3);
	wait_readable(ends[1]);
	must_close(ends[1]);
}

/* A byte of urgent data, alone or behind three others. */
static inline void has_urgent_data(const struct kind *kind, int ends[2])
{
	two_ends(kind, ends);
	send_urgent(ends[1], ends[0]);
}

static inline void has_data_and_urgent(const struct kind *kind, int ends[2])
{
	has_data(kind, ends);
	wait_for_bytes(ends[0], 3);
	send_urgent(ends[1], ends[0]);
}

/* Nobody has the port that it is connected to. */
static inline void was_refused(const struct kind *kind, int ends[2])
{
	is_new(kind, ends);
	must_connect(ends[0], local(kind->domain));
	send_in_vain(ends[0]);
}

/* The other end takes nothing, and there is little room. */
static inline void is_full(const struct kind *kind, int ends[2])
{
	two_ends(kind, ends);
	must_option(ends[0], SOL_SOCKET, SO_SNDBUF, 1);
	send_until_full(ends[0]);
}

static inline void below_low_water(const struct kind *kind, int ends[2])
{
	two_ends(kind, ends);
	must_option(ends[0], SOL_SOCKET, SO_RCVLOWAT, 4);
	send_bytes(ends[1], 3);
	wait_for_bytes(ends[0], 3);
}

static inline void at_low_water(const struct kind *kind, int ends[2])
{
	below_low_water(kind, ends);
	send_bytes(ends[1], 1);
	wait_for_bytes(ends[0], 4);
}

static const struct state states[] = {
	{ "new", "writable", ALONE, is_new, WRITABLE },
	{ "new", "not_connected", TCP | LOCAL, is_new, WRITABLE | POLLHUP },
	{ "bound", "not_connected", TCP | LOCAL, is_bound, WRITABLE | POLLHUP },
	{ "bound", "writable", DATAGRAM, is_bound, WRITABLE },
	{ "shut-alone", "not_connected", TCP | LOCAL, shut_alone,
	  READABLE | WRITABLE | POLLHUP | POLLRDHUP },
	{ "shut-alone", "at_end", DATAGRAM, shut_alone,
	  READABLE | WRITABLE | POLLRDHUP },
	{ "listening", "listening", TCP | LOCAL, is_listening, 0 },
	{ "connection", "connection_waits", TCP | LOCAL, has_connection, READABLE },
	{ "accepted", "listening", TCP | LOCAL, has_accepted, 0 },
	{ "connected", "writable", TCP | LOCAL, has_connected, WRITABLE },
	{ "two-ends", "writable", TCP | LOCAL | DATAGRAM, two_ends, WRITABLE },
	{ "data", "readable", TCP | LOCAL | DATAGRAM, has_data, READABLE | WRITABLE },
	{ "data-taken", "writable", TCP | LOCAL | DATAGRAM, had_data, WRITABLE },
	{ "empty-datagram", "readable", DATAGRAM, has_empty_datagram,
	  READABLE | WRITABLE },
	{ "shut-read", "at_end", TCP | LOCAL | DATAGRAM, shut_read,
	  READABLE | WRITABLE | POLLRDHUP },
	{ "shut-write", "writable", TCP | LOCAL | DATAGRAM, shut_write, WRITABLE },
	{ "shut-both", "shut_down", TCP | LOCAL | DATAGRAM, shut_both,
	  READABLE | WRITABLE | POLLRDHUP | POLLHUP },
	{ "shut-read-then-write", "shut_down", TCP | LOCAL | DATAGRAM,
	  shut_read_then_write, READABLE | WRITABLE | POLLRDHUP | POLLHUP },
	{ "other-shut-read", "writable", TCP | LOCAL | DATAGRAM, other_shut_read,
	  WRITABLE },
	{ "other-shut-write", "at_end", TCP | LOCAL, other_shut_write,
	  READABLE | WRITABLE | POLLRDHUP },
	{ "other-shut-write", "writable", DATAGRAM, other_shut_write, WRITABLE },
	{ "other-shut-both", "at_end", TCP, other_shut_both,
	  READABLE | WRITABLE | POLLRDHUP },
	{ "other-shut-both", "shut_down", LOCAL, other_shut_both,
	  READABLE | WRITABLE | POLLRDHUP | POLLHUP },
	{ "other-shut-both", "writable", DATAGRAM, other_shut_both, WRITABLE },
	{ "both-shut-write", "shut_down", TCP | LOCAL, both_shut_write,
	  READABLE | WRITABLE | POLLRDHUP | POLLHUP },
	{ "other-closed", "at_end", TCP, other_closed,
	  READABLE | WRITABLE | POLLRDHUP },
	{ "other-closed", "shut_down", LOCAL, other_closed,
	  READABLE | WRITABLE | POLLRDHUP | POLLHUP },
	{ "other-closed", "writable", DATAGRAM, other_closed, WRITABLE },
	{ "data-then-end", "at_end", TCP | LOCAL, data_then_end,
	  READABLE | WRITABLE | POLLRDHUP },
	{ "refused", "error", UDP, was_refused, WRITABLE | POLLERR },
	{ "urgent", "urgent", TCP, has_urgent_data, WRITABLE | POLLPRI },
	{ "data-and-urgent", "urgent", TCP, has_data_and_urgent,
	  READABLE | WRITABLE | POLLPRI },
	{ "full", "no_room", LOCAL, is_full, 0 },
	{ "below-low-water", "below_low_water", TCP, below_low_water, WRITABLE },
	{ "at-low-water", "readable", TCP, at_low_water, READABLE | WRITABLE },
	{ "below-low-water", "readable", LOCAL, below_low_water, READABLE | WRITABLE },
	{ "other-left-data", "error", TCP | LOCAL, other_left_data,
	  READABLE | WRITABLE | POLLRDHUP | POLLHUP | POLLERR },
};

static inline unsigned int sort_of(const struct kind *kind)
{
	if (kind->domain == AF_UNIX)
		return kind->type == SOCK_DGRAM ? DATAGRAM : LOCAL;
	if (kind->type == SOCK_STREAM)
		return TCP;
	return has_two_ends(kind) ? DATAGRAM | UDP : 0;
}

/* Is the state one that a socket of the kind can be in? */
static inline bool has_state(const struct kind *kind, const struct state *state)
{
	if (state->sorts == ALONE)
		return !kind->connected && !(sort_of(kind) & (TCP | LOCAL));
	/* One of each kind is enough. */
	if (!strcmp(kind->name, "udp,connected") ||
	    !strcmp(kind->name, "udp6,connected") || !strcmp(kind->name, "unix-dgram"))
		return false;
	return state->sorts & sort_of(kind);
}

static inline short events_due(const struct kind *kind, const struct state *state)
{
	bool band = state->events & POLLOUT && sort_of(kind) != TCP;

	return (short)(state->events | (band ? POLLWRBAND : 0));
}

struct state_row {
	const struct kind *kind;
	const struct state *state;
};

/* Makes the state, and waits until all that is due has come. */
static inline int make_state(const struct state_row *row)
{
	int ends[2];

	row->state->make(row->kind, ends);
	wait_for_events(ends[0], events_due(row->kind, row->state));
	return ends[0];
}

#endif
