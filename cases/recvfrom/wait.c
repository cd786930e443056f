/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * wait.c - recvfrom(2) that waits, on sockets of each kind: for as long as SO_RCVTIMEO
 * says, or until a signal comes.
 */
#include "kinds.h"
#include "timeout.h"

/* Milliseconds. */
#define TIMEOUT	 30
#define FAR_AWAY 5000

static unsigned char buffer[64];

static const struct asked {
	const char *name;
	size_t length;
	int flags;
	bool every; /* on every kind, or on datagrams and streams of IP only */
} asked[] = {
	{ "length-64", 64, 0, true },
	{ "length-0", 0, 0, false },
	{ "peek", 64, MSG_PEEK, false },
	{ "waitall", 64, MSG_WAITALL, false },
};

struct row {
	const struct kind *kind;
	const struct asked *asked;
	bool restart; /* the handler has SA_RESTART */
};

static void times_out(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind);
	double begin;
	long came;

	set_timeout(fd, TIMEOUT);
	begin = now_in_milliseconds();
	came = t_recvfrom(fd, buffer, row->asked->length, row->asked->flags, NULL,
			  NULL);
	expect_last_errno_in(EAGAIN);
	expect_that(target_waits_not() ||
			    now_in_milliseconds() - begin >= TIMEOUT - TICK,
		    "it gave %ld after %.1f ms, where %d were set", came,
		    now_in_milliseconds() - begin, TIMEOUT);
}

/* Who waits leaves the processor to others: what is counted is its time on one, however
 * busy the machine is. */
#define LONG_TIMEOUT 50

static void sleeps(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind);
	double begin;

	set_timeout(fd, LONG_TIMEOUT);
	begin = busy_milliseconds();
	t_recvfrom(fd, buffer, row->asked->length, row->asked->flags, NULL, NULL);
	expect_last_errno_in(EAGAIN);
	expect_that(target_waits_not() ||
			    busy_milliseconds() - begin < LONG_TIMEOUT / 2.0,
		    "it was busy for %.1f of %d ms", busy_milliseconds() - begin,
		    LONG_TIMEOUT);
}

/* What is set to 0 waits for ever again: for a signal, here. */
static void timeout_taken_back(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind);

	set_timeout(fd, TIMEOUT);
	set_timeout(fd, 0);
	interrupt_next_wait(false);
	expect_errno(EINTR, t_recvfrom(fd, buffer, row->asked->length,
				       row->asked->flags, NULL, NULL));
}

static void is_interrupted(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind);

	if (row->restart)
		set_timeout(fd, FAR_AWAY);
	interrupt_next_wait(row->restart);
	expect_errno(EINTR, t_recvfrom(fd, buffer, row->asked->length,
				       row->asked->flags, NULL, NULL));
}

/* TCP alone forgets, once it has waited, that nothing has come for what it was asked.
 */
static bool wants_nothing(const struct row *row)
{
	return row->kind->type == SOCK_STREAM && !row->asked->length;
}

static void gives_nothing(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind);

	if (row->restart)
		set_timeout(fd, TIMEOUT);
	else
		interrupt_next_wait(false);
	expect_value(0, t_recvfrom(fd, inbox.buffer, 0, row->asked->flags, NULL, NULL));
}

static void add_nothing(struct row *row)
{
	for (int i = 0; i < 2; i++) {
		row->restart = i;
		add_case(.name = name_case("recvfrom.tcp.wants_nothing[%s,%s]",
					   row->kind->name, i ? "timeout" : "signal"),
			 .run_row = gives_nothing, .row = keep_row(row, sizeof(*row)),
			 .has = { FEATURE_FAMILY(row->kind->domain) });
	}
}

/* Of one kind of datagrams and one of streams, through each door. */
static unsigned int doors_of(const struct row *row)
{
	bool plain = row->asked == &asked[0] && row->kind->domain == AF_INET &&
		     !row->kind->protocol &&
		     row->kind->connected == (row->kind->type == SOCK_STREAM);

	return plain ? doors_for(row->asked->length, row->asked->flags, false) : 0;
}

static void add(const struct row *row, const char *rule, const char *how,
		void (*run)(const void *))
{
	add_case(.name = name_case("recvfrom.wait.%s[%s,%s%s]", rule, row->kind->name,
				   row->asked->name, how),
		 .run_row = run, .row = keep_row(row, sizeof(*row)),
		 .doors = doors_of(row), .caps = row->kind->caps,
		 .has = { FEATURE_FAMILY(row->kind->domain), row->kind->feature });
}

CASES(waits)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(asked); i++) {
			struct row row = { &kinds[k], &asked[i], false };
			bool ip = kinds[k].domain == AF_INET;

			if (!asked[i].every && !ip)
				continue;
			if (wants_nothing(&row)) {
				add_nothing(&row);
				continue;
			}
			add(&row, "timed_out", "", times_out);
			if (!i)
				add(&row, "timed_out", ",asleep", sleeps);
			add(&row, "interrupted", "", is_interrupted);
			row.restart = true;
			add(&row, "interrupted", ",sa_restart-and-timeout",
			    is_interrupted);
			if (!i)
				add(&row, "interrupted", ",timeout-taken-back",
				    timeout_taken_back);
		}
}
