/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * queue.c - what ioctl(2) tells of what waits at a socket: how much, how much is
 * unsent, when it came; once nothing has come, and once something has.
 */
#include <sys/ioctl.h>
#include <time.h>

#include "states.h"

static void tells(int number, int fd, unsigned long request)
{
	int told = -2;

	t_ioctl(fd, request, &told, sizeof(told));
	expect_last_bytes(&number, sizeof(number));
}

/* Does the kind tell of its queues?  Echo sockets and netlink do not. */
static bool tells_queues(const struct kind *kind)
{
	return !is_ping(kind) && kind->domain != AF_NETLINK;
}

static void is_empty(const void *data)
{
	tells(0, open_kind(data), FIONREAD);
}

static void has_sent_nothing(const void *data)
{
	const struct kind *kind = data;
	int fd = open_kind(kind);

	tells(0, fd, TIOCOUTQ);
	if (kind->type == SOCK_STREAM && kind->domain != AF_UNIX)
		tells(0, fd, LINUX_SIOCOUTQNSD);
}

static void is_not_known(const void *data)
{
	int fd = open_kind(data), told = -2;

	expect_errno(ENOTTY, t_ioctl(fd, FIONREAD, &told, sizeof(told)));
	expect_errno(ENOTTY, t_ioctl(fd, TIOCOUTQ, &told, sizeof(told)));
	expect_that(told == -2, "the int is written all the same");
}

static void cannot_be_written(const void *data)
{
	int fd = open_kind(data);

	expect_errno(EFAULT, t_ioctl(fd, FIONREAD, NULL, sizeof(int)));
	expect_errno(EFAULT,
		     t_ioctl(fd, FIONREAD, (void *)unmapped_memory(), sizeof(int)));
	expect_errno(EFAULT, t_ioctl(fd, TIOCOUTQ, NULL, sizeof(int)));
}

static void add(const struct kind *kind, void (*run)(const void *), const char *rule,
		const char *what)
{
	add_on_kind(kind, run, kind, "ioctl.%s[%s,%s]", rule, kind->name, what);
}

CASES(empty)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		const struct kind *kind = &kinds[k];

		if (!tells_queues(kind)) {
			add(kind, is_not_known, "request_unknown", "queues");
			continue;
		}
		add(kind, is_empty, "waiting", "nothing");
		add(kind, has_sent_nothing, "unsent", "nothing");
		add(kind, cannot_be_written, "queue_unwritable", "nowhere");
	}
}

/* Sizes that are sent one after the other; what waits then, and is told. */
static const struct sizes {
	const char *name;
	int sizes[3]; /* up to the first that is negative */
	int first, sum;
} sizes[] = {
	{ "1", { 1, -1 }, 1, 1 },
	{ "1000", { 1000, -1 }, 1000, 1000 },
	{ "3-and-5", { 3, 5, -1 }, 3, 8 },
	{ "5-and-3-and-1", { 5, 3, 1 }, 5, 9 },
};

struct sizes_row {
	const struct kind *kind;
	const struct sizes *sizes;
};

static int due(const struct sizes_row *row)
{
	bool sums = row->kind->type == SOCK_STREAM || row->kind->type == SOCK_SEQPACKET;

	return sums ? row->sizes->sum : row->sizes->first;
}

static void all_sent(const struct sizes_row *row, int ends[2])
{
	two_ends(row->kind, ends);
	for (size_t i = 0; i < 3 && row->sizes->sizes[i] >= 0; i++)
		send_bytes(ends[1], (size_t)row->sizes->sizes[i]);
	wait_for_bytes(ends[0], due(row));
}

static void waits(const void *data)
{
	const struct sizes_row *row = data;
	int ends[2];

	all_sent(row, ends);
	tells(due(row), ends[0], FIONREAD);
	/* Nothing waits at the other end, and asking has taken nothing. */
	tells(0, ends[1], FIONREAD);
	tells(due(row), ends[0], FIONREAD);
}

/* What has been taken does not wait any more. */
static void is_taken(const void *data)
{
	const struct sizes_row *row = data;
	bool stream = row->kind->type == SOCK_STREAM;
	unsigned char byte;
	int ends[2];

	all_sent(row, ends);
	must(t_recvfrom(ends[0], &byte, 1, 0, NULL, NULL) == 1, "recvfrom(2)");
	tells(stream				  ? row->sizes->sum - 1
	      : row->kind->type == SOCK_SEQPACKET ? row->sizes->sum - row->sizes->first
						  : row->sizes->sizes[1],
	      ends[0], FIONREAD);
}

CASES(waiting)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(sizes); i++) {
			struct sizes_row row = { &kinds[k], &sizes[i] };

			if (!has_two_ends(&kinds[k]))
				continue;
			add_on_kind(&kinds[k], waits, &row, "ioctl.waiting[%s,%s]",
				    kinds[k].name, sizes[i].name);
			if (i >= 2)
				add_on_kind(&kinds[k], is_taken, &row,
					    "ioctl.waiting[%s,%s,one-taken]",
					    kinds[k].name, sizes[i].name);
		}
}

/* An empty datagram is nothing, too. */
CASE("ioctl.waiting[udp,empty-before-full]")
{
	int ends[2];

	two_ends(&udp, ends);
	send_bytes(ends[1], 0);
	send_bytes(ends[1], 4);
	wait_readable(ends[0]);
	tells(0, ends[0], FIONREAD);
}

/* Urgent data is no byte that waits, and at its place is the mark. */
CASE("ioctl.at_urgent_mark[tcp]")
{
	int ends[2];

	has_urgent_data(&tcp, ends);
	tells(1, ends[0], LINUX_SIOCATMARK);
}

CASE("ioctl.at_mark[tcp,data-before-urgent]")
{
	int ends[2];

	has_data_and_urgent(&tcp, ends);
	tells(0, ends[0], LINUX_SIOCATMARK);
}

CASE("ioctl.waiting[tcp,urgent]")
{
	int ends[2];

	has_urgent_data(&tcp, ends);
	tells(0, ends[0], FIONREAD);
}

CASE("ioctl.waiting[tcp,data-before-urgent]")
{
	int ends[2];

	has_data_and_urgent(&tcp, ends);
	tells(3, ends[0], FIONREAD);
}

/* unix(7), SIOCINQ: "this call returns the number of unread bytes in the receive
 * buffer"; the one that was passed over is none. */
CASE("ioctl.waiting[unix-stream,urgent-passed]", .since = LINUX(5, 15),
     .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int ends[2];

	sc_must(SC_LINE, t_socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair(2)");
	must(t_sendto(ends[1], "x", 1, MSG_OOB, NULL, 0) == 1, "nothing was sent");
	send_bytes(ends[1], 2);
	must(t_recvfrom(ends[0], inbox.buffer, 64, 0, NULL, NULL) > 0, "nothing came");
	tells(0, ends[0], FIONREAD);
}

/* The end that a stream has come to is no byte that waits. */
CASE("ioctl.waiting[tcp,end]")
{
	int ends[2];

	two_ends(&tcp, ends);
	send_bytes(ends[1], 4);
	sc_must(SC_LINE, t_shutdown(ends[1], SHUT_WR), "shutdown(2)");
	wait_for_events(ends[0], POLLRDHUP);
	tells(4, ends[0], FIONREAD);
}

/* Nor when it has been received: tcp_inq(). */
CASE("ioctl.waiting[tcp,end-taken]")
{
	int ends[2];

	two_ends(&tcp, ends);
	sc_must(SC_LINE, t_shutdown(ends[1], SHUT_WR), "shutdown(2)");
	wait_for_events(ends[0], POLLRDHUP);
	must(!t_recvfrom(ends[0], inbox.buffer, 4, 0, NULL, NULL), "it is not the end");
	tells(0, ends[0], FIONREAD);
}

/* Sockets that listen, with a connection waiting or without. */
static const struct listening {
	const char *name;
	int domain, type;
	bool sends; /* SIOCOUTQ is refused, too */
} listening[] = {
	{ "tcp", AF_INET, SOCK_STREAM, true },
	{ "tcp6", AF_INET6, SOCK_STREAM, true },
	{ "unix-stream", AF_UNIX, SOCK_STREAM, false },
	{ "unix-seqpacket", AF_UNIX, SOCK_SEQPACKET, false },
};

static void listens(const void *data)
{
	const struct listening *it = data;
	int fd = must_socket(it->domain, it->type, 0), told = -2;

	must_bind(fd, local(it->domain));
	must_listen(fd);
	expect_errno(EINVAL, t_ioctl(fd, FIONREAD, &told, sizeof(told)));
	expect_errno(EINVAL, t_ioctl(fd, FIONREAD, NULL, sizeof(told)));
	if (!it->sends)
		return;
	expect_errno(EINVAL, t_ioctl(fd, TIOCOUTQ, &told, sizeof(told)));
	expect_errno(EINVAL, t_ioctl(fd, LINUX_SIOCOUTQNSD, &told, sizeof(told)));
	expect_errno(EINVAL, t_ioctl(fd, TIOCOUTQ, NULL, sizeof(told)));
}

static void is_alone(const void *data)
{
	const struct listening *it = data;
	int fd = must_socket(it->domain, it->type, 0);

	tells(0, fd, FIONREAD);
}

static void is_no_mark(const void *data)
{
	const struct listening *it = data;
	int fd = must_socket(it->domain, it->type, 0);

	tells(0, fd, LINUX_SIOCATMARK);
	must_bind(fd, local(it->domain));
	must_listen(fd);
	tells(0, fd, LINUX_SIOCATMARK);
}

static void has_no_marks(const void *data)
{
	char room[64] = "";

	t_ioctl(open_kind(data), LINUX_SIOCATMARK, room, sizeof(room));
	expect_last_errno_in(EOPNOTSUPP, ENOTTY);
}

CASES(listening)
{
	for (size_t i = 0; i < COUNT(listening); i++) {
		const struct listening *it = &listening[i];

		add_case(.name = name_case("ioctl.queue_listening[%s]", it->name),
			 .run_row = listens, .row = it,
			 .has = { FEATURE_FAMILY(it->domain) });
		add_case(.name = name_case("ioctl.waiting[%s,unconnected]", it->name),
			 .run_row = is_alone, .row = it,
			 .has = { FEATURE_FAMILY(it->domain) });
		if (it->sends)
			add_case(.name = name_case("ioctl.at_mark[%s]", it->name),
				 .run_row = is_no_mark, .row = it,
				 .has = { FEATURE_FAMILY(it->domain) });
	}
	for (size_t k = 0; k < COUNT(kinds); k++)
		if (kinds[k].domain == AF_UNIX && kinds[k].type != SOCK_STREAM)
			add_case(.name = name_case("ioctl.no_marks[%s]", kinds[k].name),
				 .run_row = has_no_marks, .row = &kinds[k],
				 .has = { FEATURE_FAMILY(AF_UNIX) },
				 .since = LINUX(5, 15));
}

/* A timestamp, once a datagram has been taken; not while it waits. */
static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

struct stamp_row {
	const struct kind *kind;
	unsigned long request;
	bool asked_before;
};

static void taken_one(const struct stamp_row *row, int ends[2])
{
	unsigned char byte;
	long stamp[2];

	two_ends(row->kind, ends);
	if (row->asked_before)
		t_ioctl(ends[0], row->request, stamp, sizeof(stamp));
	send_bytes(ends[1], 1);
	wait_readable(ends[0]);
	must(t_recvfrom(ends[0], &byte, 1, 0, NULL, NULL) == 1, "recvfrom(2)");
}

static void is_stamped(const void *data)
{
	const struct stamp_row *row = data;
	bool micro = row->request == LINUX_SIOCGSTAMP;
	double begin = now(), told;
	long stamp[2] = { -1, -1 };
	int ends[2];

	taken_one(row, ends);
	t_ioctl(ends[0], row->request, stamp, sizeof(stamp));
	expect_last_chosen();
	told = (double)stamp[0] + (double)stamp[1] / (micro ? 1e6 : 1e9);
	/* Its last digits are cut off, or those of a double. */
	expect_that(target_waits_not() ||
			    (told >= begin - 2e-6 && told <= now() + 2e-6),
		    "%f is told, which is not between %f and %f", told, begin, now());
}

static void stamp_unwritable(const void *data)
{
	const struct stamp_row *row = data;
	int ends[2];

	taken_one(row, ends);
	expect_errno(EFAULT, t_ioctl(ends[0], row->request, NULL, 2 * sizeof(long)));
}

static void not_yet_taken(const void *data)
{
	const struct stamp_row *row = data;
	long stamp[2];
	int ends[2];

	two_ends(row->kind, ends);
	send_bytes(ends[1], 1);
	wait_readable(ends[0]);
	expect_errno(ENOENT, t_ioctl(ends[0], row->request, stamp, sizeof(stamp)));
}

CASES(stamps)
{
	static const struct kind *const stamped[] = { &udp, &udp6 };

	for (size_t k = 0; k < COUNT(stamped); k++)
		for (int i = 0; i < 4; i++) {
			struct stamp_row row = { stamped[k],
						 i & 1 ? LINUX_SIOCGSTAMPNS
						       : LINUX_SIOCGSTAMP,
						 i & 2 };
			const char *how = i & 1 ? "ns" : "us";

			add_on_kind(stamped[k], is_stamped, &row,
				    "ioctl.stamp[%s,%s%s]", stamped[k]->name, how,
				    i & 2 ? ",asked-before" : "");
			if (i & 2)
				continue;
			add_on_kind(stamped[k], stamp_unwritable, &row,
				    "ioctl.stamp_unwritable[%s,%s]", stamped[k]->name,
				    how);
			add_on_kind(stamped[k], not_yet_taken, &row,
				    "ioctl.no_stamp[%s,%s,not-yet-taken]",
				    stamped[k]->name, how);
		}
}
