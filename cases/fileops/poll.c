/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * poll.c - poll(2) and select(2): the events of sockets of each kind in each state,
 * those that are asked for and those that need not be.
 */
#include <limits.h>

#include "states.h"

static void expect_events(short revents, int fd, short asked)
{
	t_poll(fd, asked);
	expect_last_value(revents != 0, &revents, sizeof(revents));
}

/* All at once; then none, when only those come that are never asked for. */
static void tells_all(const void *data)
{
	const struct state_row *row = data;
	short due = events_due(row->kind, row->state);
	int fd = make_state(row);

	expect_events(due, fd, ALL_EVENTS);
	expect_events(due & (POLLERR | POLLHUP), fd, 0);
}

/* Each alone: it comes, or does not, and nothing with it. */
static void tells_each(const void *data)
{
	static const short alone[] = { POLLIN,	   POLLPRI,    POLLOUT,	   POLLRDNORM,
				       POLLRDBAND, POLLWRNORM, POLLWRBAND, POLLRDHUP };
	const struct state_row *row = data;
	short due = events_due(row->kind, row->state);
	int fd = make_state(row);

	for (size_t i = 0; i < COUNT(alone); i++)
		expect_events(due & (alone[i] | POLLERR | POLLHUP), fd, alone[i]);
}

static bool one_by_one(const struct kind *kind)
{
	return !strcmp(kind->name, "tcp") || !strcmp(kind->name, "unix-stream") ||
	       !strcmp(kind->name, "udp");
}

CASES(states)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t s = 0; s < COUNT(states); s++) {
			struct state_row row = { &kinds[k], &states[s] };

			if (!has_state(&kinds[k], &states[s]))
				continue;
			add_on_kind(&kinds[k], tells_all, &row, "poll.%s[%s,%s]",
				    states[s].rule, kinds[k].name, states[s].name);
			if (one_by_one(&kinds[k]))
				add_on_kind(&kinds[k], tells_each, &row,
					    "poll.%s[%s,%s,one-by-one]", states[s].rule,
					    kinds[k].name, states[s].name);
		}
}

/* Asking is not taking: what holds, holds the next time. */
CASE("poll.readable[twice]")
{
	int ends[2];

	has_data(&tcp, ends);
	wait_readable(ends[0]);
	for (int i = 0; i < 2; i++)
		expect_events(POLLIN, ends[0], POLLIN);
}

/* Of an error too, which SO_ERROR would take. */
CASE("poll.error[twice]")
{
	int ends[2];

	other_left_data(&tcp, ends);
	wait_for_events(ends[0], POLLERR);
	for (int i = 0; i < 2; i++)
		expect_events(POLLERR | POLLHUP, ends[0], 0);
}

/* And one that a call has told is in the queue of errors still: datagram_poll(). */
CASE("poll.error[udp,told,queue-has-it]")
{
	int ends[2];

	is_new(&udp, ends);
	must_option(ends[0], IPPROTO_IP, IP_RECVERR, 1);
	must_connect(ends[0], local(AF_INET));
	must(t_sendto(ends[0], "v", 1, 0, NULL, 0) == 1, "nothing is sent");
	must(t_recvfrom(ends[0], inbox.buffer, 1, 0, NULL, NULL) == -ECONNREFUSED,
	     "no error is told");
	expect_events(POLLERR, ends[0], POLLIN);
}

/* Once that has taken it, the end of the connection is left. */
CASE("poll.shut_down[error-taken]")
{
	int ends[2], error = 0;
	socklen_t length = sizeof(error);

	other_left_data(&tcp, ends);
	wait_for_events(ends[0], POLLERR);
	t_getsockopt(ends[0], SOL_SOCKET, SO_ERROR, &error, &length);
	must(target_waits_not() || error == ECONNRESET || error == EPIPE,
	     "SO_ERROR is %d", error);
	expect_events(READABLE | WRITABLE | POLLRDHUP | POLLHUP, ends[0], ALL_EVENTS);
}

/* By the other descriptor, too. */
CASE("poll.readable[duplicate]")
{
	int ends[2], other;

	has_data(&udp, ends);
	wait_readable(ends[0]);
	other = (int)file_call(CALL_DUP, ends[0], 0);
	must_close(ends[0]);
	expect_events(POLLIN, other, POLLIN);
}

/* shutdown(2) by one descriptor, or by a child, is the socket's. */
CASE("poll.shut_down[by-duplicate]")
{
	int ends[2], other;

	two_ends(&tcp, ends);
	other = (int)file_call(CALL_DUP, ends[0], 0);
	must_shut(other, SHUT_RDWR);
	expect_events(POLLIN | POLLHUP, ends[0], POLLIN);
}

CASE("poll.at_end[by-child]")
{
	int ends[2];

	two_ends(&tcp, ends);
	child_shuts_down(ends[0], SHUT_RD);
	expect_events(POLLRDHUP, ends[0], POLLRDHUP);
}

/* As long as one descriptor is left, the other end is told nothing. */
CASE("poll.writable[other-closed,duplicate-left]")
{
	int ends[2];

	sc_must(SC_LINE, t_socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair(2)");
	sc_must(SC_LINE, file_call(CALL_DUP, ends[1], 0), "dup(2)");
	must_close(ends[1]);
	expect_events(0, ends[0], POLLIN | POLLRDHUP);
}

CASE("poll.shut_down[other-closed,duplicate-closed]")
{
	int ends[2], other;

	sc_must(SC_LINE, t_socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair(2)");
	other = (int)file_call(CALL_DUP, ends[1], 0);
	must_close(ends[1]);
	must_close(other);
	expect_events(POLLIN | POLLRDHUP | POLLHUP, ends[0], POLLIN | POLLRDHUP);
}

/* dup2(2) over the last descriptor of the other end closes that. */
CASE("poll.shut_down[other-closed,by-dup2]")
{
	int ends[2];

	sc_must(SC_LINE, t_socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair(2)");
	sc_must(SC_LINE, file_call(CALL_DUP2, ends[0], ends[1]), "dup2(2)");
	expect_events(POLLIN | POLLRDHUP | POLLHUP, ends[0], POLLIN | POLLRDHUP);
}

static const int closed[] = { 3, 100000, INT_MAX };
static const int negative[] = { -1, -4, INT_MIN };

static void is_invalid(const void *data)
{
	expect_events(POLLNVAL, *(const int *)data, ALL_EVENTS);
	expect_events(POLLNVAL, *(const int *)data, 0);
}

static void is_overlooked(const void *data)
{
	expect_events(0, *(const int *)data, ALL_EVENTS);
}

CASES(descriptors)
{
	for (size_t i = 0; i < COUNT(closed); i++)
		add_case(.name = name_case("poll.not_open[%d]", closed[i]),
			 .run_row = is_invalid, .row = &closed[i], .anywhere = true);
	for (size_t i = 0; i < COUNT(negative); i++)
		add_case(.name = name_case("poll.negative[%d]", negative[i]),
			 .run_row = is_overlooked, .row = &negative[i],
			 .anywhere = true);
}

CASE("poll.not_open[closed]", .types = SC_STREAM | SC_DGRAM, .anywhere = true)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	must_close(fd);
	expect_events(POLLNVAL, fd, POLLIN | POLLOUT);
}

CASE("poll.path_only[root]", .anywhere = true)
{
	expect_events(POLLNVAL, open_descriptor(OPEN_PATH_ONLY), POLLIN | POLLOUT);
}

/* select(2): in which of the three sets the socket is left. */
static void expect_sets(int due, int fd, unsigned int asked)
{
	t_select(fd, asked);
	expect_last_value((due & 1) + (due >> 1 & 1) + (due >> 2 & 1), &due,
			  sizeof(due));
}

/* "Correspondence between select() and poll() notifications" */
static int sets_due(short due)
{
	return (due & (POLLIN | POLLHUP | POLLERR) ? 1 : 0) |
	       (due & (POLLOUT | POLLERR) ? 2 : 0) | (due & POLLPRI ? 4 : 0);
}

static void is_selected(const void *data)
{
	const struct state_row *row = data;
	int due = sets_due(events_due(row->kind, row->state));
	int fd = make_state(row);

	expect_sets(due, fd, 7);
	for (unsigned int set = 1; set <= 4; set <<= 1)
		if (due & (int)set)
			expect_sets((int)set, fd, set);
}

static void is_not_selected(const void *data)
{
	const struct state_row *row = data;
	int due = sets_due(events_due(row->kind, row->state));
	int fd = make_state(row);

	for (unsigned int set = 1; set <= 4; set <<= 1)
		if (!(due & (int)set))
			expect_sets(0, fd, set);
	expect_sets(0, fd, 0);
}

CASES(selects)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t s = 0; s < COUNT(states); s++) {
			struct state_row row = { &kinds[k], &states[s] };

			if (!has_state(&kinds[k], &states[s]))
				continue;
			if (states[s].events)
				add_on_kind(&kinds[k], is_selected, &row,
					    "select.ready[%s,%s]", kinds[k].name,
					    states[s].name);
			if (one_by_one(&kinds[k]))
				add_on_kind(&kinds[k], is_not_selected, &row,
					    "select.not_ready[%s,%s]", kinds[k].name,
					    states[s].name);
		}
}

static void select_closed(const void *data)
{
	const unsigned int *sets = data;
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	must_close(fd);
	expect_errno(EBADF, t_select(fd, *sets));
	expect_errno(EBADF, t_select(20, *sets));
}

CASES(select_closed)
{
	static const unsigned int sets[] = { 1, 2, 4, 7 };

	for (size_t i = 0; i < COUNT(sets); i++)
		add_case(.name = name_case("select.not_open[sets-%u]", sets[i]),
			 .run_row = select_closed, .row = &sets[i], .anywhere = true);
}
