/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * write.c - write(2) and writev(2) on sockets: what comes to the other end, what is
 * refused, and when SIGPIPE comes with it.
 */
#include <limits.h>
#include <stdint.h>
#include <sys/uio.h>

#include "sigpipe.h"
#include "states.h"

#define SIZE 6

static unsigned char bytes[64] = "abcdef";

/* The two calls, of the same bytes. */
enum door { WRITE, WRITEV };
static const char *const doors[] = { "write", "writev" };

/* In two areas, and one of nothing between them. */
static long put(enum door door, int fd, size_t length)
{
	size_t half = length / 2;
	struct iovec areas[3] = { { bytes, half },
				  { NULL, 0 },
				  { bytes + half, length - half } };

	return door == WRITE ? t_write(fd, bytes, length) : t_writev(fd, areas, 3);
}

struct row {
	const struct kind *kind;
	enum door door;
	const void *more;
};

/* What waits at the other end is what was written, and is whole. */
static void expect_arrived(int fd, long length)
{
	unsigned char got[sizeof(bytes)];
	long came;

	wait_readable(fd);
	came = t_recvfrom(fd, got, sizeof(got), MSG_DONTWAIT, NULL, NULL);
	expect_that(came == length, "%ld bytes come, not %ld", came, length);
	expect_that(target_waits_not() || !memcmp(got, bytes, (size_t)length),
		    "other bytes come than those that were written");
}

static void is_sent(const void *data)
{
	const struct row *row = data;
	int ends[2];

	two_ends(row->kind, ends);
	expect_value(SIZE, put(row->door, ends[1], SIZE));
	expect_arrived(ends[0], SIZE);
	expect_value(1, put(row->door, ends[1], 1));
	expect_arrived(ends[0], 1);
}

/* Nonblocking, there is room. */
static void is_sent_at_once(const void *data)
{
	const struct row *row = data;
	int ends[2];

	two_ends(row->kind, ends);
	sc_must(SC_LINE, t_fcntl(ends[1], F_SETFL, O_NONBLOCK | O_APPEND), "F_SETFL");
	expect_value(SIZE, put(row->door, ends[1], SIZE));
	expect_arrived(ends[0], SIZE);
}

/* Nothing, of a stream, is nothing; of datagrams it is an empty one. */
static void nothing_is_sent(const void *data)
{
	const struct row *row = data;
	bool datagram = row->kind->type != SOCK_STREAM;
	unsigned char got[8];
	int ends[2];
	long came;

	two_ends(row->kind, ends);
	expect_value(0, put(row->door, ends[1], 0));
	if (datagram && row->door == WRITE)
		wait_readable(ends[0]);
	came = t_recvfrom(ends[0], got, sizeof(got), MSG_DONTWAIT, NULL, NULL);
	expect_that(came == (datagram && row->door == WRITE ? 0 : -EAGAIN),
		    "recvfrom(2) gives %ld", came);
}

static void add(const struct kind *kind, enum door door, const char *rule,
		const char *how, void (*run)(const void *), const void *more)
{
	struct row row = { kind, door, more };

	add_on_kind(kind, run, &row, "%s.%s[%s%s]", doors[door], rule, kind->name, how);
}

CASES(sent)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		const struct kind *kind = &kinds[k];

		if (!has_two_ends(kind))
			continue;
		for (enum door door = WRITE; door <= WRITEV; door++) {
			add(kind, door, "sent", "", is_sent, NULL);
			add(kind, door, "sent", ",nonblocking", is_sent_at_once, NULL);
			add(kind, door, door == WRITE ? "sent" : "nothing", ",nothing",
			    nothing_is_sent, NULL);
		}
	}
}

/* The end that sends, as the first one: of datagrams, the other has no peer. */
static void sender_shut(const struct kind *kind, int ends[2], int how)
{
	int sender;

	two_ends(kind, ends);
	sender = ends[1];
	ends[1] = ends[0];
	ends[0] = sender;
	must_shut(sender, how);
}

static void sender_shut_write(const struct kind *kind, int ends[2])
{
	sender_shut(kind, ends, SHUT_WR);
}

static void sender_shut_both(const struct kind *kind, int ends[2])
{
	sender_shut(kind, ends, SHUT_RDWR);
}

/* States in which nothing can be sent; with and without a byte. */
static const struct refusal {
	const char *rule;
	const char *name;
	unsigned int sorts;
	void (*make)(const struct kind *kind, int ends[2]);
	int error;
	bool signals; /* on a stream */
} refusals[] = {
	{ "tcp_not_connected", "new", TCP, is_new, EPIPE, true },
	{ "tcp_not_connected", "bound", TCP, is_bound, EPIPE, true },
	{ "tcp_not_connected", "listening", TCP, is_listening, EPIPE, true },
	{ "unix_not_connected", "new", LOCAL, is_new, ENOTCONN, false },
	{ "unix_not_connected", "bound", LOCAL, is_bound, ENOTCONN, false },
	{ "unix_not_connected", "listening", LOCAL, is_listening, ENOTCONN, false },
	{ "unix_not_connected", "shut-alone", LOCAL, shut_alone, ENOTCONN, false },
	{ "shut_down", "shut-write", TCP | LOCAL | DATAGRAM, sender_shut_write, EPIPE,
	  true },
	{ "shut_down", "shut-both", TCP | LOCAL | DATAGRAM, sender_shut_both, EPIPE,
	  true },
	{ "shut_down", "both-shut-write", TCP | LOCAL, both_shut_write, EPIPE, true },
	{ "shut_down", "other-shut-read", LOCAL, other_shut_read, EPIPE, true },
	{ "shut_down", "other-shut-both", LOCAL, other_shut_both, EPIPE, true },
	{ "shut_down", "other-closed", LOCAL, other_closed, EPIPE, true },
};

static void is_refused(const void *data)
{
	const struct row *row = data;
	const struct refusal *it = row->more;
	bool signals = it->signals && row->kind->type == SOCK_STREAM;
	int ends[2];

	hold_back_sigpipe();
	it->make(row->kind, ends);
	expect_errno(it->error, put(row->door, ends[0], SIZE));
	expect_signal(signals);
	/* Again, and it comes before memory that cannot be read. */
	if (row->door == WRITE)
		expect_errno(it->error, t_write(ends[0], unmapped_memory(), SIZE));
	else
		expect_errno(it->error, put(row->door, ends[0], SIZE));
	expect_signal(signals);
}

/* Nothing is refused too. */
static void nothing_is_refused(const void *data)
{
	const struct row *row = data;
	const struct refusal *it = row->more;
	int ends[2];

	hold_back_sigpipe();
	it->make(row->kind, ends);
	expect_errno(it->error, put(WRITE, ends[0], 0));
	expect_signal(it->signals && row->kind->type == SOCK_STREAM);
}

/* By writev(2) it is not even asked for. */
static void nothing_is_not_asked(const void *data)
{
	const struct row *row = data;
	const struct refusal *it = row->more;
	int ends[2];

	hold_back_sigpipe();
	it->make(row->kind, ends);
	expect_value(0, put(WRITEV, ends[0], 0));
	expect_value(0, t_writev(ends[0], NULL, 0));
	expect_signal(false);
}

CASES(refused)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(refusals); i++) {
			const struct refusal *it = &refusals[i];
			const struct kind *kind = &kinds[k];
			char how[64];

			if (!has_two_ends(kind) || !(it->sorts & sort_of(kind)))
				continue;
			snprintf(how, sizeof(how), ",%s", it->name);
			add(kind, WRITE, it->rule, how, is_refused, it);
			add(kind, WRITEV, it->rule, how, is_refused, it);
			add(kind, WRITEV, "nothing", how, nothing_is_not_asked, it);
			snprintf(how, sizeof(how), ",%s,nothing", it->name);
			add(kind, WRITE, it->rule, how, nothing_is_refused, it);
		}
}

/* Datagrams, to nobody: unconnected, or gone, or not receiving. */
static void has_no_peer(const void *data)
{
	const struct row *row = data;
	int fd = must_socket(row->kind->domain, row->kind->type, row->kind->protocol);

	expect_errno(EDESTADDRREQ, put(row->door, fd, SIZE));
	if (row->door == WRITE) {
		expect_errno(EDESTADDRREQ, t_write(fd, bytes, 0));
		expect_errno(EDESTADDRREQ, t_write(fd, unmapped_memory(), SIZE));
	}
}

static void has_no_peer_again(const void *data)
{
	const struct row *row = data;
	int ends[2];

	two_ends(row->kind, ends);
	sc_must(SC_LINE,
		sc_connect_to(ends[1], family_only(AF_UNSPEC, sizeof(sa_family_t))),
		"connect(2) to AF_UNSPEC");
	expect_errno(EDESTADDRREQ, put(row->door, ends[1], SIZE));
}

static void has_no_name(const void *data)
{
	const struct row *row = data;

	expect_errno(ENOTCONN,
		     put(row->door, must_socket(AF_UNIX, SOCK_DGRAM, 0), SIZE));
}

static void other_is_gone(const void *data)
{
	const struct row *row = data;
	int ends[2];

	hold_back_sigpipe();
	other_closed(row->kind, ends);
	expect_errno(ECONNREFUSED, put(row->door, ends[0], SIZE));
	expect_signal(false);
}

static void other_receives_none(const void *data)
{
	const struct row *row = data;
	int ends[2];

	hold_back_sigpipe();
	other_shut_read(row->kind, ends);
	expect_errno(EPIPE, put(row->door, ends[0], SIZE));
	expect_signal(false);
}

CASES(datagrams)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (enum door door = WRITE; door <= WRITEV; door++) {
			const struct kind *kind = &kinds[k];
			bool ip = !strcmp(kind->rules, "ip") && !kind->connected &&
				  !is_ping(kind);

			if (ip)
				add(kind, door, "no_peer", "", has_no_peer, NULL);
			if (ip && has_two_ends(kind))
				add(kind, door, "no_peer", ",disconnected",
				    has_no_peer_again, NULL);
			if (!strcmp(kind->name, "unix-dgram"))
				add(kind, door, "unix_not_connected", "", has_no_name,
				    NULL);
			if (strcmp(kind->name, "unix-dgram,pair"))
				continue;
			add(kind, door, "other_gone", "", other_is_gone, NULL);
			add(kind, door, "other_receives_none", "", other_receives_none,
			    NULL);
		}
}

/* No room: a nonblocking socket does not wait for any. */
static void has_no_room(const void *data)
{
	const struct row *row = data;
	int ends[2];

	is_full(row->kind, ends);
	sc_must(SC_LINE, t_fcntl(ends[0], F_SETFL, O_NONBLOCK), "F_SETFL");
	expect_errno(EAGAIN, put(row->door, ends[0], SIZE));
}

CASES(full)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (enum door door = WRITE; door <= WRITEV; door++)
			if (sort_of(&kinds[k]) == LOCAL)
				add(&kinds[k], door, "would_block", "", has_no_room,
				    NULL);
}

/* Memory that cannot be read: nothing of it is sent. */
static void cannot_be_read(const void *data)
{
	const struct row *row = data;
	unsigned char got[8];
	int ends[2];
	long came;

	two_ends(row->kind, ends);
	expect_errno(EFAULT, t_write(ends[1], unmapped_memory(), SIZE));
	expect_errno(EFAULT, t_write(ends[1], protected_memory(), 1));
	expect_errno(EFAULT, t_write(ends[1], NULL, SIZE));
	came = t_recvfrom(ends[0], got, sizeof(got), MSG_DONTWAIT, NULL, NULL);
	expect_that(came == -EAGAIN, "recvfrom(2) gives %ld", came);
}

static void area_cannot_be_read(const void *data)
{
	const struct row *row = data;
	struct iovec area = { (void *)unmapped_memory(), SIZE };
	unsigned char got[8];
	int ends[2];
	long came;

	two_ends(row->kind, ends);
	expect_errno(EFAULT, t_writev(ends[1], &area, 1));
	came = t_recvfrom(ends[0], got, sizeof(got), MSG_DONTWAIT, NULL, NULL);
	expect_that(came == -EAGAIN, "recvfrom(2) gives %ld", came);
}

static void areas_cannot_be_read(const void *data)
{
	const struct row *row = data;
	struct iovec areas[2] = { { bytes, 1 }, { bytes, 1 } };
	int ends[2];

	two_ends(row->kind, ends);
	expect_errno(EFAULT, t_writev(ends[1], NULL, 1));
	expect_errno(EFAULT, t_writev(ends[1], unmapped_memory(), 1));
	expect_errno(EFAULT,
		     t_writev(ends[1], cut_off_after(areas, sizeof(areas) - 1), 2));
}

static void too_many_areas(const void *data)
{
	static const int counts[] = { IOV_MAX + 1, INT_MAX, -1, INT_MIN };
	static struct iovec areas[IOV_MAX + 1];
	const struct row *row = data;
	int ends[2];

	two_ends(row->kind, ends);
	for (size_t i = 0; i < COUNT(areas); i++)
		areas[i] = (struct iovec){ bytes, 1 };
	for (size_t i = 0; i < COUNT(counts); i++) {
		expect_errno(EINVAL, t_writev(ends[1], areas, counts[i]));
		expect_errno(EINVAL, t_writev(ends[1], NULL, counts[i]));
	}
}

static void most_areas(const void *data)
{
	static struct iovec areas[IOV_MAX];
	const struct row *row = data;
	int ends[2];

	two_ends(row->kind, ends);
	for (size_t i = 0; i < COUNT(areas); i++)
		areas[i] = (struct iovec){ bytes, 1 };
	expect_value(IOV_MAX, t_writev(ends[1], areas, IOV_MAX));
}

static void is_foreign(const void *data)
{
	const struct row *row = data;
	int ends[2];

	if (sizeof(void *) < 8 || target_is_narrow())
		sc_skip("needs pointers of 64 bits");
	two_ends(row->kind, ends);
	expect_errno(EFAULT, t_write(ends[1], (void *)-4096L, SIZE));
}

/* It begins where it may, and would end where none does. */
static void is_too_long(const void *data)
{
	const struct row *row = data;
	int fd;

	if (sizeof(void *) < 8 || target_is_narrow())
		sc_skip("needs lengths of 64 bits");
	fd = must_socket(row->kind->domain, row->kind->type, row->kind->protocol);
	expect_errno(EFAULT, t_write(fd, bytes, SIZE_MAX));
	expect_errno(EFAULT, t_write(fd, bytes, (size_t)SSIZE_MAX));
}

static void is_foreign_before_peer(const void *data)
{
	const struct row *row = data;
	int fd;

	if (sizeof(void *) < 8 || target_is_narrow())
		sc_skip("needs pointers of 64 bits");
	fd = must_socket(row->kind->domain, row->kind->type, row->kind->protocol);
	expect_errno(EFAULT, t_write(fd, (void *)-4096L, SIZE));
}

CASES(memory)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		const struct kind *kind = &kinds[k];

		if (!has_two_ends(kind))
			continue;
		add(kind, WRITE, "unreadable", "", cannot_be_read, NULL);
		add(kind, WRITEV, "unreadable", "", area_cannot_be_read, NULL);
		add(kind, WRITEV, "areas_unreadable", "", areas_cannot_be_read, NULL);
		add(kind, WRITEV, "too_many", "", too_many_areas, NULL);
		add(kind, WRITEV, "sent", ",most-areas", most_areas, NULL);
		add(kind, WRITE, "buffer_foreign", "", is_foreign, NULL);
		add(kind, WRITE, "buffer_foreign", ",before-state",
		    is_foreign_before_peer, NULL);
		if (sort_of(kind) & UDP)
			add(kind, WRITE, "buffer_foreign", ",too-long", is_too_long,
			    NULL);
	}
}

static const int closed[] = { 3, 1000000, -1, INT_MIN };

static void is_not_open(const void *data)
{
	int fd = *(const int *)data;

	expect_errno(EBADF, t_write(fd, bytes, SIZE));
	expect_errno(EBADF, t_write(fd, NULL, SIZE));
	expect_errno(EBADF, t_write(fd, bytes, 0));
}

static void is_not_open_for_areas(const void *data)
{
	int fd = *(const int *)data;
	struct iovec area = { bytes, 1 };

	expect_errno(EBADF, t_writev(fd, &area, 1));
	expect_errno(EBADF, t_writev(fd, NULL, 1));
	expect_errno(EBADF, t_writev(fd, NULL, -1));
	expect_errno(EBADF, t_writev(fd, NULL, 0));
}

CASES(descriptors)
{
	for (size_t i = 0; i < COUNT(closed); i++) {
		add_case(.name = name_case("write.not_open[%d]", closed[i]),
			 .run_row = is_not_open, .row = &closed[i], .anywhere = true);
		add_case(.name = name_case("writev.not_open[%d]", closed[i]),
			 .run_row = is_not_open_for_areas, .row = &closed[i],
			 .anywhere = true);
	}
}

CASE("write.path_only[root]", .anywhere = true)
{
	int fd = open_descriptor(OPEN_PATH_ONLY);

	expect_errno(EBADF, t_write(fd, bytes, 1));
	expect_errno(EBADF, t_write(fd, NULL, 1));
}

CASE("writev.path_only[root]", .anywhere = true)
{
	int fd = open_descriptor(OPEN_PATH_ONLY);
	struct iovec area = { bytes, 1 };

	expect_errno(EBADF, t_writev(fd, &area, 1));
	expect_errno(EBADF, t_writev(fd, NULL, 2000));
}
