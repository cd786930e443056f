/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tcp_repair.c - recvfrom(2) on a socket of TCP with TCP_REPAIR, whose queues can be
 * looked at and not be read.
 */
#include "tcp.h"

#define NEEDS_ADMIN SC_CAP(LINUX_CAP_NET_ADMIN)
#define NO_QUEUE    LINUX_TCP_NO_QUEUE
#define RECV_QUEUE  LINUX_TCP_RECV_QUEUE
#define SEND_QUEUE  LINUX_TCP_SEND_QUEUE

static void repair(int fd, int queue)
{
	must_option(fd, IPPROTO_TCP, LINUX_TCP_REPAIR, 1);
	if (queue != NO_QUEUE)
		must_option(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, queue);
}

static void end_repair(int fd)
{
	/* TCP_REPAIR_OFF_NO_WP: without a word to the other end. */
	must_option(fd, IPPROTO_TCP, LINUX_TCP_REPAIR, -1);
}

/* What has come, "abcd", stays in each case. */
static const struct asked {
	const char *rule;
	const char *name;
	int queue;
	size_t length;
	int flags;
	long value;
	const char *gives;
} asked[] = {
	{ "tcp.repair_peeks_only", "no-queue", NO_QUEUE, 64, 0, -EPERM, "" },
	{ "tcp.repair_peeks_only", "recv-queue", RECV_QUEUE, 64, 0, -EPERM, "" },
	{ "tcp.repair_peeks_only", "send-queue", SEND_QUEUE, 64, 0, -EPERM, "" },
	{ "tcp.repair_peeks_only", "recv-queue,length-0", RECV_QUEUE, 0, 0, -EPERM,
	  "" },
	{ "tcp.repair_peeks_only", "recv-queue,trunc", RECV_QUEUE, 64, MSG_TRUNC,
	  -EPERM, "" },
	{ "tcp.repair_peeks_only", "recv-queue,dontwait", RECV_QUEUE, 64, MSG_DONTWAIT,
	  -EPERM, "" },
	{ "tcp.repair_peeks_only", "recv-queue,waitall", RECV_QUEUE, 64, MSG_WAITALL,
	  -EPERM, "" },
	{ "tcp.repair_without_queue", "peek", NO_QUEUE, 64, MSG_PEEK, -EINVAL, "" },
	{ "tcp.repair_without_queue", "peek,length-0", NO_QUEUE, 0, MSG_PEEK, -EINVAL,
	  "" },
	{ "tcp.repair_without_queue", "peek,trunc", NO_QUEUE, 64, MSG_PEEK | MSG_TRUNC,
	  -EINVAL, "" },
	{ "tcp.repair_without_queue", "peek,dontwait", NO_QUEUE, 64,
	  MSG_PEEK | MSG_DONTWAIT, -EINVAL, "" },
	{ "stream.peeked", "repair", RECV_QUEUE, 64, MSG_PEEK, 4, "abcd" },
	{ "stream.peeked", "repair,less", RECV_QUEUE, 3, MSG_PEEK, 3, "abc" },
	{ "stream.discarded", "repair,peek", RECV_QUEUE, 3, MSG_PEEK | MSG_TRUNC, 3,
	  "" },
	{ "tcp.less_than_wanted", "repair,peek,waitall", RECV_QUEUE, 64,
	  MSG_PEEK | MSG_WAITALL | MSG_DONTWAIT, 4, "abcd" },
	/* Nothing waits to be acknowledged: the send queue is empty. */
	{ "tcp.send_queue_peeked", "empty", SEND_QUEUE, 64, MSG_PEEK, 0, "" },
	{ "tcp.send_queue_peeked", "empty,length-0", SEND_QUEUE, 0, MSG_PEEK, 0, "" },
	/* These come before. */
	{ "tcp.no_urgent_data", "before-repair", NO_QUEUE, 1, MSG_OOB, -EINVAL, "" },
	{ "tcp.no_urgent_data", "before-repair,recv-queue", RECV_QUEUE, 1, MSG_OOB,
	  -EINVAL, "" },
	{ "ip.no_error_waits", "before-repair", NO_QUEUE, 64, MSG_ERRQUEUE, -EAGAIN,
	  "" },
};

struct row {
	const struct stream *stream;
	const struct asked *asked;
};

static void as_asked(const void *data)
{
	const struct row *row = data;
	const struct asked *it = row->asked;
	struct ends ends = connect_ends(row->stream);
	long came;

	send_and_wait(&ends, "abcd", 0);
	repair(ends.fd, it->queue);
	came = receive(ends.fd, it->length, it->flags);
	if (it->value < 0)
		expect_last_errno_in((int)-it->value);
	else
		sc_expect_value(SC_LINE, it->value, came);
	expect_bytes(it->gives);
	end_repair(ends.fd);
	expect_left(&ends, "abcd");
}

CASES(asked)
{
	for (size_t s = 0; s < COUNT(streams); s++)
		for (size_t i = 0; i < COUNT(asked); i++) {
			struct row row = { &streams[s], &asked[i] };

			add_case(.name = name_case("recvfrom.%s[%s,%s]", asked[i].rule,
						   streams[s].name, asked[i].name),
				 .run_row = as_asked,
				 .row = keep_row(&row, sizeof(row)),
				 .doors = stream_doors(row.stream, asked[i].length,
						       asked[i].flags),
				 .caps = NEEDS_ADMIN,
				 .has = { FEATURE_FAMILY(row.stream->domain) });
		}
}

/* The urgent byte is to be had in repair, too. */
CASE("recvfrom.tcp.urgent_received[tcp,repair]", .caps = NEEDS_ADMIN)
{
	struct ends ends = connect_ends(&streams[0]);

	send_and_wait(&ends, "ab!", MSG_OOB);
	repair(ends.fd, NO_QUEUE);
	expect_value(1, receive(ends.fd, 1, MSG_OOB));
	expect_bytes("!");
}

/*
 * What is sent in repair goes to a queue, and not to the other end.  From the send
 * queue it goes there all the same once the retransmission timer ends, after 200 ms
 * (tcp_retransmit_timer() asks for no repair), but not over an interface that is down.
 */
static struct ends queued(int queue, const char *text)
{
	struct ends ends = connect_ends(&streams[0]);

	if (queue == SEND_QUEUE && *text)
		set_interface_up("lo", false);
	repair(ends.fd, queue);
	must(!*text || t_sendto(ends.fd, text, strlen(text), 0, NULL, 0) ==
			       (long)strlen(text),
	     "nothing can be put to the queue");
	return ends;
}

static const struct unsent {
	const char *name;
	size_t length;
	int flags;
	const char *gives; /* of the "abcd" that is counted in any case */
} unsents[] = {
	{ "all", 4, 0, "abcd" },
	{ "more-room", 64, 0, "abcd" },
	{ "less-room", 3, 0, "abc" },
	{ "length-0", 0, 0, "" },
	{ "dontwait", 64, MSG_DONTWAIT, "abcd" },
	{ "waitall", 64, MSG_WAITALL, "abcd" },
	{ "trunc", 64, MSG_TRUNC, "abcd" },
};

static void peek_unsent(const void *data)
{
	const struct unsent *row = data;
	struct ends ends = queued(SEND_QUEUE, "abcd");

	for (int i = 0; i < 2; i++) {
		expect_value(4, receive(ends.fd, row->length, MSG_PEEK | row->flags));
		expect_bytes(row->gives);
	}
}

CASES(unsent)
{
	for (size_t i = 0; i < COUNT(unsents); i++)
		add_case(.name = name_case("recvfrom.tcp.send_queue_peeked[tcp,%s]",
					   unsents[i].name),
			 .run_row = peek_unsent, .row = &unsents[i],
			 .doors = doors_for(unsents[i].length, MSG_PEEK, false),
			 .caps = NEEDS_ADMIN);
}

/* What was kept back before, by MSG_MORE, stands in another list of the kernel's, and
 * is peeked at in the same way; behind what was sent, if anything was. */
static struct ends kept_back(const char *sent, const char *text)
{
	struct ends ends = queued(SEND_QUEUE, sent);

	end_repair(ends.fd);
	keep_back(ends.fd, text);
	repair(ends.fd, SEND_QUEUE);
	return ends;
}

static void peek_kept_back(const void *data)
{
	const struct unsent *row = data;
	struct ends ends = kept_back("", "abcd");

	for (int i = 0; i < 2; i++) {
		expect_value(4, receive(ends.fd, row->length, MSG_PEEK | row->flags));
		expect_bytes(row->gives);
	}
}

static void peek_both(const void *data)
{
	const struct unsent *row = data;
	struct ends ends = kept_back("ab", "cd");

	expect_value(4, receive(ends.fd, row->length, MSG_PEEK | row->flags));
	expect_bytes(row->gives);
}

CASES(kept_back)
{
	for (size_t i = 0; i < COUNT(unsents); i++) {
		add_case(.name = name_case("recvfrom.tcp.send_queue_peeked[tcp,"
					   "kept-back,%s]",
					   unsents[i].name),
			 .run_row = peek_kept_back, .row = &unsents[i],
			 .doors = doors_for(unsents[i].length, MSG_PEEK, false),
			 .caps = NEEDS_ADMIN);
		add_case(.name = name_case("recvfrom.tcp.send_queue_peeked[tcp,"
					   "sent-and-kept-back,%s]",
					   unsents[i].name),
			 .run_row = peek_both, .row = &unsents[i], .caps = NEEDS_ADMIN);
	}
}

static const struct place {
	const char *name;
	size_t writable;
	int flags;
} places[] = {
	{ "unmapped", 0, 0 },
	{ "half", 2, 0 },
	{ "unmapped,trunc", 0, MSG_TRUNC },
};

static void unsent_unwritable(const void *data)
{
	const struct place *row = data;
	struct ends ends = queued(SEND_QUEUE, "abcd");
	unsigned char room[4] = { 0 };

	expect_errno(EFAULT,
		     t_recvfrom(ends.fd, (void *)cut_off_after(room, row->writable), 64,
				MSG_PEEK | row->flags, NULL, NULL));
}

/* Of two pieces the first is too long for the memory, and the second would fit. */
CASE("recvfrom.tcp.send_queue_unwritable[tcp,two-pieces]", .caps = NEEDS_ADMIN)
{
	struct ends ends = queued(SEND_QUEUE, "abcd");
	unsigned char room[4] = { 0 };

	must(t_sendto(ends.fd, "ef", 2, 0, NULL, 0) == 2, "the queue takes no more");
	expect_errno(EFAULT, t_recvfrom(ends.fd, (void *)cut_off_after(room, 2), 64,
					MSG_PEEK, NULL, NULL));
}

/* So it is of two that are kept back, which MSG_EOR keeps apart: there is no way any
 * more to where they are to go. */
CASE("recvfrom.tcp.send_queue_unwritable[tcp,no-way,two-pieces]", .caps = NEEDS_ADMIN,
     .needs = NEEDS_INTERFACE)
{
	static const struct stream elsewhere = { "tcp", AF_INET, "192.0.2.1", 0, 0 };
	unsigned char room[4] = { 0 };
	struct ends ends;

	add_interface("other");
	add_local_address("other", elsewhere.local, 24);
	set_interface_up("other", true);
	ends = connect_ends(&elsewhere);
	remove_interface("other");
	keep_back(ends.fd, "ab");
	must(t_sendto(ends.fd, "cd", 2, MSG_MORE | MSG_EOR, NULL, 0) == 2 &&
		     t_sendto(ends.fd, "e", 1, MSG_MORE, NULL, 0) == 1,
	     "the queue takes no more");
	repair(ends.fd, SEND_QUEUE);
	expect_errno(EFAULT, t_recvfrom(ends.fd, (void *)cut_off_after(room, 1), 64,
					MSG_PEEK, NULL, NULL));
}

/* Here what was sent can be written, and what was kept back cannot. */
static void kept_back_unwritable(const void *data)
{
	const struct place *row = data;
	struct ends ends = kept_back(row->writable ? "ab" : "", "cd");
	unsigned char room[4] = { 0 };

	expect_errno(EFAULT,
		     t_recvfrom(ends.fd, (void *)cut_off_after(room, row->writable), 64,
				MSG_PEEK | row->flags, NULL, NULL));
}

CASES(unwritable)
{
	for (size_t i = 0; i < COUNT(places); i++) {
		add_case(.name = name_case("recvfrom.tcp.send_queue_unwritable[tcp,%s]",
					   places[i].name),
			 .run_row = unsent_unwritable, .row = &places[i],
			 .caps = NEEDS_ADMIN);
		add_case(.name = name_case("recvfrom.tcp.send_queue_unwritable[tcp,"
					   "kept-back,%s]",
					   places[i].name),
			 .run_row = kept_back_unwritable, .row = &places[i],
			 .caps = NEEDS_ADMIN);
	}
}

/* The other queue, which the socket fills by itself then. */
CASE("recvfrom.stream.peeked[tcp,repair,put-to-queue]",
     .doors = doors_for(1, MSG_PEEK, false), .caps = NEEDS_ADMIN)
{
	struct ends ends = queued(RECV_QUEUE, "abcd");

	expect_value(4, receive(ends.fd, 64, MSG_PEEK));
	expect_bytes("abcd");
	end_repair(ends.fd);
	expect_left(&ends, "abcd");
}

CASE("recvfrom.tcp.would_block[tcp,repair,recv-queue]", .caps = NEEDS_ADMIN)
{
	struct ends ends = connect_ends(&streams[0]);

	repair(ends.fd, RECV_QUEUE);
	expect_errno(EAGAIN, receive(ends.fd, 64, MSG_PEEK | MSG_DONTWAIT));
}

/* The send queue has no part in what is received. */
CASE("recvfrom.tcp.would_block[tcp,repair,put-to-other-queue]", .caps = NEEDS_ADMIN)
{
	struct ends ends = queued(SEND_QUEUE, "abcd");

	must_option(ends.fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, RECV_QUEUE);
	expect_errno(EAGAIN, receive(ends.fd, 64, MSG_PEEK | MSG_DONTWAIT));
}

CASE("recvfrom.tcp.at_end[tcp,repair]", .caps = NEEDS_ADMIN)
{
	struct ends ends = connect_ends(&streams[0]);

	end_stream(&ends);
	repair(ends.fd, RECV_QUEUE);
	expect_value(0, receive(ends.fd, 64, MSG_PEEK));
}

/* Without a connection: repair first, then that. */
static const struct alone {
	const char *rule;
	const char *name;
	int queue;
	int flags;
	int error;
} alones[] = {
	{ "tcp.repair_peeks_only", "before-not-connected", RECV_QUEUE, 0, EPERM },
	{ "tcp.repair_without_queue", "before-not-connected", NO_QUEUE, MSG_PEEK,
	  EINVAL },
	{ "tcp.not_connected", "repair", RECV_QUEUE, MSG_PEEK, ENOTCONN },
};

static void without_connection(const void *data)
{
	const struct alone *row = data;
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	repair(fd, row->queue);
	expect_errno(row->error, receive(fd, 64, row->flags));
}

CASES(alones)
{
	for (size_t i = 0; i < COUNT(alones); i++)
		add_case(.name = name_case("recvfrom.%s[tcp,%s]", alones[i].rule,
					   alones[i].name),
			 .run_row = without_connection, .row = &alones[i],
			 .caps = NEEDS_ADMIN);
}

/* Nor is an error told, or taken, in repair. */
CASE("recvfrom.tcp.repair_peeks_only[tcp,before-reset]", .caps = NEEDS_ADMIN)
{
	struct ends ends = connect_ends(&streams[0]);

	reset_stream(&ends);
	repair(ends.fd, RECV_QUEUE);
	expect_errno(EPERM, receive(ends.fd, 64, 0));
	expect_that(receive(ends.fd, 64, MSG_PEEK) == -ECONNRESET, "the reset is gone");
}

CASE("recvfrom.tcp.repair_peeks_only[tcp,before-buffer]", .caps = NEEDS_ADMIN)
{
	struct ends ends = connect_ends(&streams[0]);

	send_and_wait(&ends, "abcd", 0);
	repair(ends.fd, RECV_QUEUE);
	expect_errno(EPERM,
		     t_recvfrom(ends.fd, (void *)unmapped_memory(), 64, 0, NULL, NULL));
}

CASE("recvfrom.buffer.unwritable[tcp,repair,peek]", .caps = NEEDS_ADMIN)
{
	struct ends ends = connect_ends(&streams[0]);

	send_and_wait(&ends, "abcd", 0);
	repair(ends.fd, RECV_QUEUE);
	expect_errno(EFAULT, t_recvfrom(ends.fd, (void *)unmapped_memory(), 64,
					MSG_PEEK, NULL, NULL));
}

/* A repaired socket reads as before. */
CASE("recvfrom.stream.received[tcp,after-repair]", .caps = NEEDS_ADMIN)
{
	struct ends ends = connect_ends(&streams[0]);

	repair(ends.fd, RECV_QUEUE);
	end_repair(ends.fd);
	send_and_wait(&ends, "abcd", 0);
	expect_value(4, receive(ends.fd, 64, 0));
	expect_bytes("abcd");
	expect_left(&ends, "");
}

/* A connection that is dissolved in repair is not reset: the other end hears nothing.
 */
CASE("recvfrom.tcp.aborted[tcp]", .caps = NEEDS_ADMIN,
     .doors = SC_RECVFROM | SC_RECV | SC_RECVMSG | SC_READ | SC_READV)
{
	struct ends ends = connect_ends(&streams[0]);

	repair(ends.fd, RECV_QUEUE);
	must_connect(ends.fd, family_only(AF_UNSPEC, 16));
	end_repair(ends.fd);
	expect_errno(ECONNABORTED, receive(ends.fd, 64, 0));
	expect_left_then(&ends, "", -ENOTCONN);
	expect_that(receive(ends.other, 64, MSG_DONTWAIT) == -EAGAIN,
		    "the other end is told");
}

CASE("recvfrom.tcp.aborted[tcp,peek,repair]", .caps = NEEDS_ADMIN)
{
	struct ends ends = connect_ends(&streams[0]);

	repair(ends.fd, RECV_QUEUE);
	must_connect(ends.fd, family_only(AF_UNSPEC, 16));
	repair(ends.fd, RECV_QUEUE);
	expect_errno(ECONNABORTED, receive(ends.fd, 64, MSG_PEEK));
}

CASE("recvmmsg.error_waits[tcp,aborted]", .caps = NEEDS_ADMIN, .doors = SC_RECVMMSG)
{
	struct ends ends = connect_ends(&streams[0]);

	repair(ends.fd, RECV_QUEUE);
	must_connect(ends.fd, family_only(AF_UNSPEC, 16));
	expect_errno(ECONNABORTED, receive(ends.fd, 64, 0));
}
