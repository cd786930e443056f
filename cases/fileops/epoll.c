/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * epoll.c - epoll_wait(2): sockets of each kind in each state, by level, by edge and by
 * one shot; and what is refused.
 */
#include <limits.h>
#include <sys/epoll.h>

#include "epoll.h"

static void expect_told(unsigned int events, int epoll)
{
	struct epoll_event due = { .events = events, .data = { .u64 = DATA } };
	struct epoll_event told[4];

	memset(told, 0xa5, sizeof(told));
	t_epoll_wait(epoll, told, COUNT(told));
	expect_last_value(1, &due, sizeof(due));
}

static void expect_none(int epoll)
{
	struct epoll_event told[4];

	expect_value(0, t_epoll_wait(epoll, told, COUNT(told)));
}

/* By level: what poll(2) tells, as often as it is asked. */
static void tells_state(const void *data)
{
	const struct state_row *row = data;
	unsigned int due = (unsigned short)events_due(row->kind, row->state);
	int epoll = watch(make_state(row), ALL_EVENTS);

	expect_told(due, epoll);
	expect_told(due, epoll);
}

static void tells_none(const void *data)
{
	const struct state_row *row = data;
	int fd = make_state(row);

	expect_none(watch(fd, EPOLLPRI | EPOLLRDBAND));
	expect_none(watch(fd, 0));
}

/* By edge: once, and not again. */
static void tells_once(const void *data)
{
	const struct state_row *row = data;
	unsigned int due = (unsigned short)events_due(row->kind, row->state);
	int fd = make_state(row), epoll = watch(fd, ALL_EVENTS | EPOLLET);

	expect_told(due, epoll);
	/* Modified, it is told again. */
	sc_must(SC_LINE, control(epoll, EPOLL_CTL_MOD, fd, ALL_EVENTS | EPOLLET),
		"epoll_ctl(2)");
	expect_told(due, epoll);
}

static void tells_no_more(const void *data)
{
	const struct state_row *row = data;
	struct epoll_event told[4];
	int epoll = watch(make_state(row), ALL_EVENTS | EPOLLET);

	must(t_epoll_wait(epoll, told, COUNT(told)) == 1, "epoll_wait(2)");
	expect_none(epoll);
}

/* Does an event hold that is never asked for, or one of the two above? */
static bool has_special(const struct kind *kind, const struct state *state)
{
	return events_due(kind, state) & (POLLHUP | POLLERR | POLLPRI);
}

CASES(states)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t s = 0; s < COUNT(states); s++) {
			const struct kind *kind = &kinds[k];
			const struct state *state = &states[s];
			struct state_row row = { kind, state };
			bool chosen = stands_for_family(kind) ||
				      !strcmp(kind->name, "unix-seqpacket");

			if (!has_state(kind, state))
				continue;
			if (state->events)
				add_on_kind(kind, tells_state, &row,
					    "epoll_wait.ready[%s,%s]", kind->name,
					    state->name);
			if (!has_special(kind, state) && chosen)
				add_on_kind(kind, tells_none, &row,
					    "epoll_wait.not_ready[%s,%s]", kind->name,
					    state->name);
			if (!state->events || !chosen)
				continue;
			add_on_kind(kind, tells_once, &row,
				    "epoll_wait.ready[%s,%s,edge]", kind->name,
				    state->name);
			add_on_kind(kind, tells_no_more, &row,
				    "epoll_wait.not_ready[%s,%s,edge]", kind->name,
				    state->name);
		}
}

/* What comes later, on the kinds that have two ends. */
static void edge_of_more(const void *data)
{
	unsigned char byte;
	int ends[2], epoll;

	two_ends(data, ends);
	epoll = watch(ends[0], EPOLLIN | EPOLLET);
	send_bytes(ends[1], 3);
	wait_for_bytes(ends[0], 3);
	expect_told(EPOLLIN, epoll);
	send_bytes(ends[1], 2);
	settle(ends);
	wait_readable(epoll);
	expect_told(EPOLLIN, epoll);
	must(t_recvfrom(ends[0], &byte, 1, 0, NULL, NULL) == 1, "recvfrom(2)");
	send_bytes(ends[1], 2);
	settle(ends);
	wait_readable(epoll);
	expect_told(EPOLLIN, epoll);
}

static void no_edge_of_less(const void *data)
{
	struct epoll_event told[4];
	unsigned char byte;
	int ends[2], epoll;

	two_ends(data, ends);
	epoll = watch(ends[0], EPOLLIN | EPOLLET);
	expect_none(epoll);
	for (int i = 0; i < 2; i++) {
		send_bytes(ends[1], 3);
		settle(ends);
		wait_readable(epoll);
		must(t_epoll_wait(epoll, told, COUNT(told)) == 1, "epoll_wait(2)");
	}
	must(t_recvfrom(ends[0], &byte, 1, 0, NULL, NULL) == 1, "recvfrom(2)");
	expect_none(epoll);
}

static void one_shot(const void *data)
{
	int ends[2], epoll;

	two_ends(data, ends);
	epoll = watch(ends[0], EPOLLIN | EPOLLONESHOT);
	send_bytes(ends[1], 3);
	wait_readable(ends[0]);
	expect_told(EPOLLIN, epoll);
	sc_must(SC_LINE, control(epoll, EPOLL_CTL_MOD, ends[0], EPOLLIN | EPOLLONESHOT),
		"epoll_ctl(2)");
	expect_told(EPOLLIN, epoll);
}

static void no_second_shot(const void *data)
{
	struct epoll_event told[4];
	int ends[2], epoll;

	two_ends(data, ends);
	epoll = watch(ends[0], EPOLLIN | EPOLLONESHOT);
	send_bytes(ends[1], 3);
	wait_readable(ends[0]);
	must(t_epoll_wait(epoll, told, COUNT(told)) == 1, "epoll_wait(2)");
	expect_none(epoll);
	send_bytes(ends[1], 3);
	settle(ends);
	expect_none(epoll);
}

/* Even of what is never asked for. */
static void no_second_hang_up(const void *data)
{
	struct epoll_event told[4];
	int epoll;

	(void)data;
	epoll = watch(must_socket(AF_INET, SOCK_STREAM, 0), EPOLLIN | EPOLLONESHOT);
	must(t_epoll_wait(epoll, told, COUNT(told)) == 1, "epoll_wait(2)");
	expect_none(epoll);
}

static void level_of_less(const void *data)
{
	unsigned char bytes[8];
	int ends[2], epoll;

	two_ends(data, ends);
	epoll = watch(ends[0], EPOLLIN);
	send_bytes(ends[1], 3);
	send_bytes(ends[1], 3);
	wait_readable(ends[0]);
	settle(ends);
	expect_told(EPOLLIN, epoll);
	must(t_recvfrom(ends[0], bytes, 2, 0, NULL, NULL) == 2, "recvfrom(2)");
	wait_readable(ends[0]);
	expect_told(EPOLLIN, epoll);
}

static void level_of_nothing(const void *data)
{
	unsigned char bytes[8];
	int ends[2], epoll;

	two_ends(data, ends);
	epoll = watch(ends[0], EPOLLIN);
	send_bytes(ends[1], 3);
	wait_readable(ends[0]);
	must(t_recvfrom(ends[0], bytes, sizeof(bytes), 0, NULL, NULL) == 3,
	     "recvfrom(2)");
	expect_none(epoll);
}

static void taken_away(const void *data)
{
	int ends[2], epoll;

	has_data(data, ends);
	wait_readable(ends[0]);
	epoll = watch(ends[0], EPOLLIN);
	sc_must(SC_LINE, control(epoll, EPOLL_CTL_DEL, ends[0], 0), "epoll_ctl(2)");
	expect_none(epoll);
}

/* The last descriptor that is closed takes the socket away. */
static void closed_away(const void *data)
{
	int ends[2], epoll;

	has_data(data, ends);
	wait_readable(ends[0]);
	epoll = watch(ends[0], EPOLLIN);
	must_close(ends[0]);
	expect_none(epoll);
}

static void not_closed_away(const void *data)
{
	int ends[2], epoll;

	has_data(data, ends);
	wait_readable(ends[0]);
	epoll = watch(ends[0], EPOLLIN);
	child_closes(ends[0]);
	expect_told(EPOLLIN, epoll);
}

static const struct {
	const char *name;
	void (*run)(const void *kind);
} steps[] = {
	{ "ready[%s,edge-of-more]", edge_of_more },
	{ "not_ready[%s,no-edge-of-less]", no_edge_of_less },
	{ "ready[%s,one-shot]", one_shot },
	{ "not_ready[%s,no-second-shot]", no_second_shot },
	{ "not_ready[%s,no-second-hang-up]", no_second_hang_up },
	{ "ready[%s,level-of-less]", level_of_less },
	{ "not_ready[%s,level-of-nothing]", level_of_nothing },
	{ "not_ready[%s,taken-away]", taken_away },
	{ "not_ready[%s,closed]", closed_away },
	{ "ready[%s,closed-by-child]", not_closed_away },
};

CASES(steps)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(steps); i++) {
			char name[64];

			if (!has_two_ends(&kinds[k]))
				continue;
			snprintf(name, sizeof(name), steps[i].name, kinds[k].name);
			add_on_kind(&kinds[k], steps[i].run, &kinds[k], "epoll_wait.%s",
				    name);
		}
}

/* Room at a socket is told to all that are connected to it, also to one that has sent
 * nothing there: by each of the events that tell of room. */
static const unsigned int events_of_room[] = { EPOLLOUT, EPOLLWRNORM, EPOLLWRBAND };

static void room_at_peer(const void *data)
{
	unsigned int event = *(const unsigned int *)data;
	unsigned char bytes[64];
	int fds[3], epoll;

	for (int i = 0; i < 3; i++)
		fds[i] = must_socket(AF_UNIX, SOCK_DGRAM, 0);
	must_bind(fds[0], unix_abstract("full", 4));
	must_connect(fds[1], unix_abstract("full", 4));
	must_connect(fds[2], unix_abstract("full", 4));
	send_until_full(fds[1]);
	epoll = watch(fds[2], event);
	sc_must(SC_LINE, t_recvfrom(fds[0], bytes, sizeof(bytes), 0, NULL, NULL),
		"recvfrom(2)");
	expect_told(event, epoll);
}

CASES(room_at_peer)
{
	static const char *const names[] = { "out", "normal", "band" };

	for (size_t i = 0; i < COUNT(names); i++)
		add_case(.name = name_case("epoll_wait.ready[unix-dgram,room-at-peer,"
					   "%s]",
					   names[i]),
			 .run_row = room_at_peer, .row = &events_of_room[i],
			 .has = { FEATURE_FAMILY(AF_UNIX) });
}

/* A packet socket's error is told to who watches when bind(2) makes it. */
CASE("epoll_wait.ready[packet,bound-to-interface-down]",
     .caps = SC_CAP(LINUX_CAP_NET_RAW), .has = { FEATURE_FAMILY(AF_PACKET) })
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0), epoll = watch(fd, EPOLLIN);

	set_interface_up("lo", false);
	must_bind(fd, packet_address(LINUX_ETH_P_ALL, 1));
	expect_told(EPOLLERR, epoll);
}

/* The same edge, of each of two sockets; and room for one only. */
CASE("epoll_wait.ready[two-sockets]")
{
	struct epoll_event due[2] = { { EPOLLOUT, { .u64 = DATA } },
				      { EPOLLOUT, { .u64 = DATA } } };
	struct epoll_event told[4];
	int one = must_socket(AF_INET, SOCK_DGRAM, 0);
	int epoll = watch(one, EPOLLOUT);
	int other = must_socket(AF_INET, SOCK_DGRAM, 0);

	sc_must(SC_LINE, control(epoll, EPOLL_CTL_ADD, other, EPOLLOUT),
		"epoll_ctl(2)");
	t_epoll_wait(epoll, told, 4);
	expect_last_value(2, due, sizeof(due));
	t_epoll_wait(epoll, told, 1);
	expect_last_value(1, due, sizeof(due[0]));
}

CASE("epoll_wait.not_ready[nothing-watched]", .anywhere = true)
{
	expect_none(open_descriptor(OPEN_EPOLL));
}

CASE("epoll_wait.ready[modified]")
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0), epoll = watch(fd, EPOLLIN);

	sc_must(SC_LINE, control(epoll, EPOLL_CTL_MOD, fd, EPOLLOUT), "epoll_ctl(2)");
	expect_told(EPOLLOUT, epoll);
}

CASE("epoll_wait.not_ready[modified]")
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0), epoll = watch(fd, EPOLLOUT);

	sc_must(SC_LINE, control(epoll, EPOLL_CTL_MOD, fd, EPOLLIN), "epoll_ctl(2)");
	expect_none(epoll);
}

static const int rooms[] = { 0, -1, INT_MIN, INT_MAX };

static void has_no_room(const void *data)
{
	int most = *(const int *)data;

	expect_errno(EINVAL, wait_on(open_descriptor(OPEN_EPOLL), most));
	expect_errno(EINVAL, wait_on(must_socket(AF_UNIX, SOCK_STREAM, 0), most));
}

static void has_no_room_at_all(const void *data)
{
	has_no_room(data);
	expect_errno(EINVAL, wait_on(20, *(const int *)data));
}

static void is_not_open(const void *data)
{
	expect_errno(EBADF, wait_on(20, *(const int *)data));
}

/* Linux 6.15 looks the descriptor up first. */
CASES(rooms)
{
	for (size_t i = 0; i < COUNT(rooms); i++) {
		add_case(.name = name_case("epoll_wait.no_room[%d]", rooms[i]),
			 .run_row = has_no_room, .row = &rooms[i], .anywhere = true,
			 .since = LINUX(6, 15));
		add_case(.name = name_case("epoll_wait.not_open[before-room,%d]",
					   rooms[i]),
			 .run_row = is_not_open, .row = &rooms[i], .anywhere = true,
			 .since = LINUX(6, 15));
		add_case(.name = name_case("epoll_wait.no_room_first[%d]", rooms[i]),
			 .run_row = has_no_room_at_all, .row = &rooms[i],
			 .anywhere = true, .until = LINUX(6, 15));
	}
}

CASE("epoll_wait.not_open[closed]", .anywhere = true)
{
	expect_errno(EBADF, wait_on(3, 1));
	expect_errno(EBADF, wait_on(-1, 1));
}

CASE("epoll_wait.not_open[path-only]", .anywhere = true)
{
	expect_errno(EBADF, wait_on(open_descriptor(OPEN_PATH_ONLY), 1));
}

CASE("epoll_wait.not_open[before-memory]", .anywhere = true)
{
	expect_errno(EBADF, t_epoll_wait(3, NULL, 1));
}

CASE("epoll_wait.not_epoll[before-memory]", .anywhere = true)
{
	expect_errno(EINVAL,
		     t_epoll_wait(must_socket(AF_UNIX, SOCK_STREAM, 0), NULL, 1));
}

CASE("epoll_wait.unwritable[null]")
{
	int epoll = watch(must_socket(AF_INET, SOCK_DGRAM, 0), EPOLLOUT);

	expect_errno(EFAULT, t_epoll_wait(epoll, NULL, 1));
}

CASE("epoll_wait.unwritable[unmapped]")
{
	int epoll = watch(must_socket(AF_INET, SOCK_DGRAM, 0), EPOLLOUT);

	expect_errno(EFAULT, t_epoll_wait(epoll, (void *)unmapped_memory(), 1));
}

/* Where nothing is told, nothing is written. */
CASE("epoll_wait.not_ready[null]")
{
	int epoll = watch(must_socket(AF_INET, SOCK_DGRAM, 0), EPOLLIN);

	expect_value(0, t_epoll_wait(epoll, NULL, 1));
}
