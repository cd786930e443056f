/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * connection.c - sendto(2) and sendmsg(2) on streams and records, of TCP and AF_UNIX:
 * what is sent, what is refused, and when SIGPIPE comes with it.
 */
#include "door.h"

static const unsigned char bytes[SIZE] = "abcdefg";

static bool is_tcp_kind(const struct kind *kind)
{
	return !strcmp(kind->rules, "tcp");
}

/* Of either, with an address that is none. */
static struct address odd_address(void)
{
	return with_length(family_only(65535, 2), 1);
}

static void is_sent(const void *data)
{
	const struct row *row = data;
	int ends[2];

	two_ends(row->kind, ends);
	expect_value(SIZE, put(row->door, ends[1], bytes, SIZE, 0, NULL));
	expect_arrived(ends[0], bytes, SIZE);
	expect_value(1, put(row->door, ends[1], bytes, 1, MSG_DONTWAIT | MSG_NOSIGNAL,
			    NULL));
	expect_arrived(ends[0], bytes, 1);
	expect_value(SIZE, put(row->door, ends[0], bytes, SIZE, MSG_EOR, NULL));
	expect_arrived(ends[1], bytes, SIZE);
}

static void nothing_is_sent(const void *data)
{
	const struct row *row = data;
	int ends[2];

	two_ends(row->kind, ends);
	expect_value(0, put(row->door, ends[1], bytes, 0, 0, NULL));
	if (row->kind->type == SOCK_STREAM)
		expect_none_arrived(ends[0]);
	else
		expect_arrived(ends[0], bytes, 0);
}

/* TCP and records do not look at it. */
static void address_is_ignored(const void *data)
{
	const struct row *row = data;
	struct address odd = odd_address();
	int ends[2];

	two_ends(row->kind, ends);
	expect_value(SIZE, put(row->door, ends[1], bytes, SIZE, 0, &odd));
	expect_arrived(ends[0], bytes, SIZE);
}

static void is_urgent(const void *data)
{
	const struct row *row = data;
	int ends[2];

	two_ends(row->kind, ends);
	expect_value(SIZE, put(row->door, ends[1], bytes, SIZE, MSG_OOB, NULL));
	expect_arrived(ends[0], bytes, SIZE - 1);
}

/* The end that sends, as the first one. */
static void sender_shut(const struct kind *kind, int ends[2])
{
	two_ends(kind, ends);
	must_shut(ends[0], SHUT_WR);
}

static void sender_shut_both(const struct kind *kind, int ends[2])
{
	two_ends(kind, ends);
	must_shut(ends[0], SHUT_RDWR);
}

static const struct state_refused {
	const char *tcp_rule, *unix_rule; /* NULL: not of these */
	const char *name;
	void (*make)(const struct kind *kind, int ends[2]);
	int tcp_error, unix_error;
} states_refused[] = {
	{ "not_connected", "not_connected", "new", is_new, EPIPE, ENOTCONN },
	{ "not_connected", "not_connected", "bound", is_bound, EPIPE, ENOTCONN },
	{ "not_connected", "not_connected", "listening", is_listening, EPIPE,
	  ENOTCONN },
	{ NULL, "not_connected", "shut-alone", shut_alone, 0, ENOTCONN },
	{ "shut_down", "shut_down", "shut-write", sender_shut, EPIPE, EPIPE },
	{ "shut_down", "shut_down", "shut-both", sender_shut_both, EPIPE, EPIPE },
	{ "shut_down", "shut_down", "both-shut-write", both_shut_write, EPIPE, EPIPE },
	{ NULL, "shut_down", "other-shut-read", other_shut_read, 0, EPIPE },
	{ NULL, "shut_down", "other-shut-both", other_shut_both, 0, EPIPE },
	{ NULL, "shut_down", "other-closed", other_closed, 0, EPIPE },
};

static void is_refused(const void *data)
{
	const struct row *row = data;
	const struct state_refused *it = row->more;
	int error = is_tcp_kind(row->kind) ? it->tcp_error : it->unix_error;
	bool signals = error == EPIPE && row->kind->type == SOCK_STREAM;
	int ends[2];

	hold_back_sigpipe();
	it->make(row->kind, ends);
	expect_errno(error, put(row->door, ends[0], bytes, SIZE, 0, NULL));
	expect_signal(signals);
	expect_errno(error, put(row->door, ends[0], bytes, SIZE, MSG_NOSIGNAL, NULL));
	expect_signal(false);
	expect_errno(error, put(row->door, ends[0], bytes, 0, 0, NULL));
	expect_signal(signals);
	expect_errno(error, put(row->door, ends[0], unmapped_memory(), SIZE,
				MSG_NOSIGNAL | MSG_DONTWAIT, NULL));
	expect_signal(false);
}

static void is_full_end(const void *data)
{
	const struct row *row = data;
	int ends[2];

	is_full(row->kind, ends);
	expect_errno(EAGAIN, put(row->door, ends[0], bytes, SIZE, MSG_DONTWAIT, NULL));
	expect_errno(EAGAIN, put(row->door, ends[0], unmapped_memory(), SIZE,
				 MSG_DONTWAIT, NULL));
}

static void is_full_nonblocking(const void *data)
{
	const struct row *row = data;
	int ends[2];

	is_full(row->kind, ends);
	sc_must(SC_LINE, t_fcntl(ends[0], F_SETFL, O_NONBLOCK), "F_SETFL");
	expect_errno(EAGAIN, put(row->door, ends[0], bytes, SIZE, 0, NULL));
}

static void cannot_be_read(const void *data)
{
	const struct row *row = data;
	int ends[2];

	two_ends(row->kind, ends);
	expect_errno(EFAULT, put(row->door, ends[1], unmapped_memory(), SIZE, 0, NULL));
	expect_errno(EFAULT, put(row->door, ends[1], protected_memory(), 1, 0, NULL));
	expect_none_arrived(ends[0]);
}

static void has_urgent_nothing(const void *data)
{
	const struct row *row = data;
	struct address odd = odd_address();
	int ends[2];

	two_ends(row->kind, ends);
	expect_errno(EOPNOTSUPP, put(row->door, ends[1], bytes, 0, MSG_OOB, NULL));
	expect_errno(EOPNOTSUPP, put(row->door, ends[1], bytes, 0, MSG_OOB, &odd));
	is_new(row->kind, ends);
	expect_errno(EOPNOTSUPP, put(row->door, ends[0], bytes, 0, MSG_OOB, NULL));
}

static void is_connected(const void *data)
{
	const struct row *row = data;
	struct address odd = odd_address(), name = unix_abstract("name", 4);
	int ends[2];

	two_ends(row->kind, ends);
	expect_errno(EISCONN, put(row->door, ends[1], bytes, SIZE, 0, &name));
	expect_errno(EISCONN, put(row->door, ends[1], bytes, SIZE, 0, &odd));
	must_shut(ends[1], SHUT_WR);
	expect_errno(EISCONN, put(row->door, ends[1], NULL, 0, 0, &odd));
}

static void is_not_connected(const void *data)
{
	const struct row *row = data;
	struct address odd = odd_address(), name = unix_abstract("name", 4);
	int ends[2];

	is_new(row->kind, ends);
	expect_errno(EOPNOTSUPP, put(row->door, ends[0], bytes, SIZE, 0, &name));
	expect_errno(EOPNOTSUPP, put(row->door, ends[0], bytes, SIZE, 0, &odd));
	is_listening(row->kind, ends);
	expect_errno(EOPNOTSUPP, put(row->door, ends[0], bytes, SIZE, 0, &odd));
}

static void is_connected_and_has_path(const void *data)
{
	const struct row *row = data;
	struct address path = unix_path("name");
	int ends[2];

	two_ends(row->kind, ends);
	expect_errno(EISCONN, put(row->door, ends[1], bytes, SIZE, 0, &path));
}

static void is_not_connected_and_has_path(const void *data)
{
	const struct row *row = data;
	struct address path = unix_path("name");
	int ends[2];

	is_new(row->kind, ends);
	expect_errno(EOPNOTSUPP, put(row->door, ends[0], bytes, SIZE, 0, &path));
}

static void has_record_out_of_band(const void *data)
{
	const struct row *row = data;
	int ends[2];

	two_ends(row->kind, ends);
	expect_errno(EOPNOTSUPP, put(row->door, ends[1], bytes, SIZE, MSG_OOB, NULL));
	must_shut(ends[1], SHUT_WR);
	expect_errno(EOPNOTSUPP, put(row->door, ends[1], bytes, 0, MSG_OOB, NULL));
}

/* What was not read when the other end was closed is told first. */
static void tells_record_error(const void *data)
{
	const struct row *row = data;
	struct address odd = odd_address();
	int ends[2];

	other_left_data(row->kind, ends);
	expect_errno(ECONNRESET, put(row->door, ends[0], bytes, SIZE, MSG_OOB, &odd));
	must(put(row->door, ends[0], bytes, SIZE, MSG_NOSIGNAL, NULL) == -EPIPE,
	     "it is told twice");
}

static const struct ordinary {
	const char *tcp_rule, *unix_rule; /* NULL: not of these */
	const char *how;
	void (*run)(const void *row);
	int type; /* 0: of both */
} ordinary[] = {
	{ "sent", "sent", "", is_sent, 0 },
	{ "sent", "sent", ",nothing", nothing_is_sent, 0 },
	{ "sent", NULL, ",address", address_is_ignored, 0 },
	{ NULL, "sent", ",address", address_is_ignored, SOCK_SEQPACKET },
	{ "sent", NULL, ",urgent", is_urgent, 0 },
	{ NULL, "would_block", "", is_full_end, 0 },
	{ NULL, "would_block", ",nonblocking", is_full_nonblocking, 0 },
	{ "unreadable", "unreadable", "", cannot_be_read, 0 },
	{ NULL, "nothing_urgent", "", has_urgent_nothing, SOCK_STREAM },
	{ NULL, "connected", "", is_connected, SOCK_STREAM },
	{ NULL, "address_unconnected", "", is_not_connected, SOCK_STREAM },
	{ NULL, "connected", ",path", is_connected_and_has_path, SOCK_STREAM },
	{ NULL, "address_unconnected", ",path", is_not_connected_and_has_path,
	  SOCK_STREAM },
	{ NULL, "out_of_band", "", has_record_out_of_band, SOCK_SEQPACKET },
	{ NULL, "record_error", "", tells_record_error, SOCK_SEQPACKET },
};

static void add_kind(const struct kind *kind, const char *tcp_rule,
		     const char *unix_rule, const char *how,
		     void (*run)(const void *row), const void *more)
{
	bool is_tcp = is_tcp_kind(kind);
	const char *rule = is_tcp ? tcp_rule : unix_rule;

	if (rule)
		add_doors(kind,
			  name_case("sendto.%s.%s", is_tcp ? "tcp" : "unix", rule), how,
			  run, more);
}

CASES(connections)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		const struct kind *kind = &kinds[k];

		if (!has_two_ends(kind) || kind->type == SOCK_DGRAM)
			continue;
		add_sendmsg(kind,
			    is_tcp_kind(kind) ? "sendto.tcp.sent" : "sendto.unix.sent",
			    ",areas", is_sent_in_areas);
		for (size_t i = 0; i < COUNT(states_refused); i++) {
			const struct state_refused *it = &states_refused[i];

			add_kind(kind, it->tcp_rule, it->unix_rule,
				 name_case(",%s", it->name), is_refused, it);
		}
		for (size_t i = 0; i < COUNT(ordinary); i++) {
			const struct ordinary *it = &ordinary[i];

			if (!it->type || kind->type == it->type)
				add_kind(kind, it->tcp_rule, it->unix_rule, it->how,
					 it->run, NULL);
		}
	}
}

/* Of TCP, nothing that is sent is acknowledged any more, so that there is no room. */
static void fill(const struct kind *kind, int ends[2])
{
	two_ends(kind, ends);
	must_option(ends[0], SOL_SOCKET, SO_SNDBUF, 1);
	set_interface_up("lo", false);
	send_until_full(ends[0]);
}

static void tcp_is_full(const void *data)
{
	const struct row *row = data;
	int ends[2];

	fill(row->kind, ends);
	expect_errno(EAGAIN, put(row->door, ends[0], bytes, SIZE, MSG_DONTWAIT, NULL));
	expect_errno(EAGAIN, put(row->door, ends[0], unmapped_memory(), SIZE,
				 MSG_DONTWAIT, NULL));
}

static void tcp_is_full_nonblocking(const void *data)
{
	const struct row *row = data;
	int ends[2];

	fill(row->kind, ends);
	sc_must(SC_LINE, t_fcntl(ends[0], F_SETFL, O_NONBLOCK), "F_SETFL");
	expect_errno(EAGAIN, put(row->door, ends[0], bytes, SIZE, 0, NULL));
}

CASES(full)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		if (!is_tcp_kind(&kinds[k]) || kinds[k].domain != AF_INET)
			continue;
		add_doors(&kinds[k], "sendto.tcp.would_block", "", tcp_is_full, NULL);
		add_doors(&kinds[k], "sendto.tcp.would_block", ",nonblocking",
			  tcp_is_full_nonblocking, NULL);
	}
}
