/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * doors_recvmmsg.c - what recvmmsg(2) has that recvmsg(2) has not: a number of
 * messages, a timeout, and an error that waits.
 */
#include "doors.h"

/* As many as the world keeps, and one that is never reached. */
#define MESSAGES 5
#define ROOM	 16

static struct iovec areas[MESSAGES];
static struct mmsghdr messages[MESSAGES];

static const char *const texts[] = { "first", "second one", "3rd" };

static struct mmsghdr *prepare(void)
{
	for (size_t i = 0; i < MESSAGES; i++) {
		areas[i] = (struct iovec){ inbox.buffer + ROOM * i, ROOM };
		messages[i] = (struct mmsghdr){
			.msg_hdr = { .msg_iov = &areas[i],
				     .msg_iovlen = 1,
				     .msg_flags = 0x5a5a5a5a },
			.msg_len = 4711,
		};
	}
	return messages;
}

/* A datagram socket at which the first texts wait. */
static int with_texts(size_t count)
{
	int fds[2];

	pair(SOCK_DGRAM, fds);
	for (size_t i = 0; i < count; i++)
		send_text(fds[1], texts[i]);
	return fds[0];
}

static long receive(int fd, unsigned int count, int flags,
		    struct linux_timeout *timeout)
{
	return t_recvmmsg(fd, prepare(), count, flags, timeout);
}

/* So many have come, each whole and with its length; the others are as they were. */
static void expect_messages(size_t count)
{
	for (size_t i = 0; i < MESSAGES; i++) {
		size_t length = i < count ? strlen(texts[i]) : 0;

		if (i >= count) {
			expect_that(messages[i].msg_len == 4711 &&
					    messages[i].msg_hdr.msg_flags == 0x5a5a5a5a,
				    "message %zu is written", i);
			continue;
		}
		expect_that(messages[i].msg_len == length, "message %zu has %u bytes",
			    i, messages[i].msg_len);
		expect_that(!memcmp(areas[i].iov_base, texts[i], length),
			    "message %zu has other bytes", i);
		expect_that(!messages[i].msg_hdr.msg_flags,
			    "message %zu has msg_flags 0x%x", i,
			    (unsigned int)messages[i].msg_hdr.msg_flags);
	}
}

/* What waits still is the one with this number, or nothing. */
static void expect_next(int fd, size_t waiting, size_t next)
{
	long due = next < waiting ? (long)strlen(texts[next]) : -EAGAIN;
	long came = t_recvfrom(fd, inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL);

	expect_that(came == due, "then %ld comes, where %ld is due", came, due);
}

enum time { NEVER, OVER, LATER };

static const struct many {
	const char *name;
	size_t waiting;
	unsigned int asked;
	int flags;
	enum time time;
	size_t count;
} manys[] = {
	{ "1-of-1", 1, 1, 0, NEVER, 1 },
	{ "1-of-2", 2, 1, 0, NEVER, 1 },
	{ "2-of-2", 2, 2, 0, NEVER, 2 },
	{ "2-of-3", 3, 2, 0, NEVER, 2 },
	{ "3-of-3", 3, 3, 0, NEVER, 3 },
	{ "2-of-2,dontwait", 2, 2, MSG_DONTWAIT, NEVER, 2 },
	{ "3-of-2,dontwait", 2, 3, MSG_DONTWAIT, NEVER, 2 },
	{ "3-of-2,waitforone", 2, 3, MSG_WAITFORONE, NEVER, 2 },
	{ "2-of-3,waitforone", 3, 2, MSG_WAITFORONE, NEVER, 2 },
	{ "3-of-1,waitforone", 1, 3, MSG_WAITFORONE, NEVER, 1 },
	{ "1025-of-2,dontwait", 2, LINUX_UIO_MAXIOV + 1, MSG_DONTWAIT, NEVER, 2 },
	{ "uint-max-of-2,dontwait", 2, UINT_MAX, MSG_DONTWAIT, NEVER, 2 },
	{ "2-of-2,time-over", 2, 2, 0, OVER, 1 },
	{ "3-of-3,time-over", 3, 3, 0, OVER, 1 },
	{ "1-of-2,time-over", 2, 1, 0, OVER, 1 },
	{ "2-of-2,time-over,waitforone", 2, 2, MSG_WAITFORONE, OVER, 1 },
	{ "2-of-2,time-left", 2, 2, 0, LATER, 2 },
	{ "3-of-2,time-left,dontwait", 2, 3, MSG_DONTWAIT, LATER, 2 },
	{ "3-of-2,time-left,waitforone", 2, 3, MSG_WAITFORONE, LATER, 2 },
};

static void comes(const void *data)
{
	const struct many *row = data;
	struct linux_timeout timeout = { row->time == LATER ? 1000 : 0, 0 };
	int fd = with_texts(row->waiting);

	expect_value((long)row->count, receive(fd, row->asked, row->flags,
					       row->time == NEVER ? NULL : &timeout));
	expect_messages(row->count);
	expect_next(fd, row->waiting, row->count);
	/* What is left of the time is written: do_recvmmsg().  It is never more. */
	expect_that(timeout.seconds >= 0 && timeout.nanoseconds >= 0 &&
			    timeout.seconds <= (row->time == LATER ? 1000 : 0),
		    "the timeout has become %ld s, %ld ns", (long)timeout.seconds,
		    (long)timeout.nanoseconds);
}

CASES(many)
{
	for (size_t i = 0; i < COUNT(manys); i++)
		add_case(.name = name_case("recvmmsg.received[%s]", manys[i].name),
			 .run_row = comes, .row = &manys[i], UNIX);
}

/* Each message has its own areas, which may be short. */
CASE("recvmmsg.received[cut]", UNIX)
{
	int fd = with_texts(3);

	memset(inbox.buffer, RESULT_FILL, sizeof(inbox.buffer));
	prepare();
	areas[1].iov_len = 3;
	expect_value(3, t_recvmmsg(fd, messages, 3, 0, NULL));
	expect_that(messages[0].msg_len == 5 && messages[2].msg_len == 3,
		    "the others are cut too");
	expect_that(messages[1].msg_len == 3 &&
			    messages[1].msg_hdr.msg_flags == MSG_TRUNC,
		    "the second has %u bytes, msg_flags 0x%x", messages[1].msg_len,
		    (unsigned int)messages[1].msg_hdr.msg_flags);
	expect_that(!messages[2].msg_hdr.msg_flags, "the third is marked");
	expect_that(!memcmp(inbox.buffer + ROOM, "sec\xa5", 4),
		    "the second has other bytes");
}

/* Messages of the IP families, and of seqpacket sockets. */
CASE("recvmmsg.received[udp]", .has = { FEATURE_FAMILY(AF_INET) })
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);
	struct address here = inet("127.0.0.1", 4030);

	must_bind(fd, here);
	for (int i = 0; i < 2; i++)
		sc_must(SC_LINE,
			t_sendto(fd, texts[i], strlen(texts[i]), 0, here.bytes,
				 here.length),
			"sendto(2)");
	wait_readable(fd);
	expect_value(2, receive(fd, 2, 0, NULL));
	expect_messages(2);
}

CASE("recvmmsg.received[seqpacket]", UNIX)
{
	int fds[2];

	pair(SOCK_SEQPACKET, fds);
	send_text(fds[1], texts[0]);
	send_text(fds[1], texts[1]);
	expect_value(2, receive(fds[0], 3, MSG_WAITFORONE, NULL));
	expect_that(messages[0].msg_len == 5 && messages[1].msg_len == 10,
		    "they have %u and %u bytes", messages[0].msg_len,
		    messages[1].msg_len);
}

/* Nothing is asked for: at once, whatever waits, where others would wait. */
static void asks_for_none(int fd, struct linux_timeout *timeout)
{
	expect_value(0, receive(fd, 0, 0, timeout));
	expect_messages(0);
}

CASE("recvmmsg.none_asked[nothing-waits]", UNIX)
{
	asks_for_none(with_texts(0), NULL);
}

CASE("recvmmsg.none_asked[one-waits]", UNIX)
{
	int fd = with_texts(1);

	asks_for_none(fd, NULL);
	expect_next(fd, 1, 0);
}

CASE("recvmmsg.none_asked[not-connected]", UNIX)
{
	asks_for_none(unconnected(), NULL);
}

/* The timeout is as it was, then. */
CASE("recvmmsg.none_asked[time-left]", UNIX)
{
	struct linux_timeout timeout = { 1000, 7 };

	asks_for_none(with_texts(1), &timeout);
	expect_that(timeout.seconds == 1000 && timeout.nanoseconds == 7,
		    "the timeout is another");
}

CASE("recvmmsg.none_asked[messages-null]", UNIX)
{
	expect_value(0, t_recvmmsg(with_texts(1), NULL, 0, 0, NULL));
}

static const struct at_once {
	const char *name;
	unsigned int asked;
	int flags;
} at_once[] = {
	{ "1,dontwait", 1, MSG_DONTWAIT },
	{ "3,dontwait", 3, MSG_DONTWAIT },
	{ "3,dontwait,waitforone", 3, MSG_DONTWAIT | MSG_WAITFORONE },
	{ "3,dontwait,peek", 3, MSG_DONTWAIT | MSG_PEEK },
	{ "3,dontwait,trunc", 3, MSG_DONTWAIT | MSG_TRUNC },
};

static void would_block(const void *data)
{
	const struct at_once *row = data;

	expect_errno(EAGAIN, receive(with_texts(0), row->asked, row->flags, NULL));
	expect_messages(0);
}

CASES(at_once)
{
	for (size_t i = 0; i < COUNT(at_once); i++)
		add_case(.name = name_case("recvmmsg.would_block[%s]", at_once[i].name),
			 .run_row = would_block, .row = &at_once[i], UNIX);
}

/* The timeout is not written where nothing came. */
CASE("recvmmsg.would_block[before-read-only-timeout]", UNIX)
{
	struct linux_timeout timeout = { 1000, 0 };

	expect_errno(EAGAIN,
		     receive(with_texts(0), 1, MSG_DONTWAIT,
			     (void *)read_only_copy(&timeout, sizeof(timeout))));
}

CASE("recvmmsg.would_block[nonblocking]", UNIX)
{
	expect_errno(EAGAIN, receive(with_nothing(), 2, 0, NULL));
}

/* With MSG_PEEK, nothing goes away. */
static void peeks(int flags, struct linux_timeout *timeout, long due)
{
	int fd = with_texts(2);

	expect_value(due, receive(fd, 3, MSG_PEEK | flags, timeout));
	for (long i = 0; i < due; i++)
		expect_that(target_waits_not() ||
				    (messages[i].msg_len == 5 &&
				     !memcmp(areas[i].iov_base, texts[0], 5)),
			    "message %ld is not the first one", i);
	expect_next(fd, 2, 0);
}

CASE("recvmmsg.peeked[dontwait]", UNIX)
{
	peeks(MSG_DONTWAIT, NULL, 3);
}

CASE("recvmmsg.peeked[waiting]", UNIX)
{
	peeks(0, NULL, 3);
}

CASE("recvmmsg.peeked[time-over]", UNIX)
{
	peeks(0, &(struct linux_timeout){ 0, 0 }, 1);
}

/* Timeouts that are none. */
static const struct timeout {
	const char *name;
	struct linux_timeout timeout;
} timeouts[] = {
	{ "seconds-negative", { -1, 0 } },
	{ "nanoseconds-negative", { 0, -1 } },
	{ "nanoseconds-10^9", { 0, 1000000000 } },
	{ "nanoseconds-most", { 1, LONG_MAX } },
	{ "both-negative", { -1, -1 } },
};

static void is_invalid(const void *data)
{
	const struct timeout *row = data;
	struct linux_timeout timeout = row->timeout;
	int fd = with_texts(1);

	expect_errno(EINVAL, receive(fd, 1, 0, &timeout));
	expect_messages(0);
	expect_next(fd, 1, 0);
}

static void is_invalid_first(const void *data)
{
	const struct timeout *row = data;
	struct linux_timeout timeout = row->timeout;

	expect_errno(EINVAL, receive(3, 0, 0, &timeout));
}

CASES(timeouts)
{
	for (size_t i = 0; i < COUNT(timeouts); i++) {
		add_case(.name = name_case("recvmmsg.timeout.invalid[%s]",
					   timeouts[i].name),
			 .run_row = is_invalid, .row = &timeouts[i], UNIX);
		add_case(.name = name_case("recvmmsg.timeout.invalid[%s,before-not-"
					   "open]",
					   timeouts[i].name),
			 .run_row = is_invalid_first, .row = &timeouts[i],
			 .anywhere = true);
	}
}

CASE("recvmmsg.received[nanoseconds-999999999]", UNIX)
{
	expect_value(1, receive(with_texts(1), 1, 0,
				&(struct linux_timeout){ 1000, 999999999 }));
}

static void timeout_nowhere(const void *timeout)
{
	int fd = with_texts(1);

	expect_errno(EFAULT, receive(fd, 1, 0, (void *)timeout));
	expect_next(fd, 1, 0);
}

CASE("recvmmsg.timeout.unreadable[unmapped]", UNIX)
{
	timeout_nowhere(unmapped_memory());
}

CASE("recvmmsg.timeout.unreadable[protected]", UNIX)
{
	timeout_nowhere(protected_memory());
}

CASE("recvmmsg.timeout.unreadable[half]", UNIX)
{
	static const struct linux_timeout timeout = { 1000, 0 };

	timeout_nowhere(cut_off_after(&timeout, sizeof(timeout) / 2));
}

CASE("recvmmsg.timeout.unreadable[before-not-open]", .anywhere = true)
{
	expect_errno(EFAULT, receive(3, 1, 0, (void *)unmapped_memory()));
}

CASE("recvmmsg.timeout.unreadable[before-not-a-socket]", .anywhere = true)
{
	expect_errno(EFAULT, receive(pipe_end(), 1, 0, (void *)unmapped_memory()));
}

/* Written late: the messages are gone. */
CASE("recvmmsg.timeout.read_only[taken]", UNIX)
{
	struct linux_timeout timeout = { 1000, 0 };
	int fd = with_texts(3);

	expect_errno(
		EFAULT,
		receive(fd, 2, 0, (void *)read_only_copy(&timeout, sizeof(timeout))));
	expect_next(fd, 3, 2);
}

CASE("recvmmsg.flags.compat[before-timeout]", .has = { FEATURE_COMPAT },
     .anywhere = true)
{
	expect_errno(EINVAL, receive(3, 1, (int)LINUX_MSG_CMSG_COMPAT,
				     (void *)unmapped_memory()));
}

CASE("recvmmsg.flags.compat[waiting]",
     .has = { FEATURE_FAMILY(AF_UNIX), FEATURE_COMPAT })
{
	int fd = with_texts(1);

	expect_errno(EINVAL, receive(fd, 1, (int)LINUX_MSG_CMSG_COMPAT, NULL));
	expect_next(fd, 1, 0);
}

/* Headers that cannot be read: the first one, or one behind messages that came, whose
 * error is told by the next call. */
CASE("recvmmsg.header.unreadable[null]", UNIX)
{
	int fd = with_texts(1);

	expect_errno(EFAULT, t_recvmmsg(fd, NULL, 1, 0, NULL));
	expect_next(fd, 1, 0);
}

CASE("recvmmsg.header.unreadable[unmapped]", UNIX)
{
	int fd = with_texts(1);

	expect_errno(EFAULT, t_recvmmsg(fd, (void *)unmapped_memory(), 2, 0, NULL));
	expect_next(fd, 1, 0);
}

CASE("recvmmsg.header.unreadable[before-would-block]", UNIX)
{
	expect_errno(EFAULT,
		     t_recvmmsg(with_nothing(), (void *)unmapped_memory(), 1, 0, NULL));
}

static struct mmsghdr *one_message(void)
{
	return (void *)cut_off_after(prepare(), sizeof(messages[0]));
}

CASE("recvmmsg.received[second-header-unreadable]", UNIX)
{
	struct mmsghdr *cut = one_message();
	int fd = with_texts(2);

	expect_value(1, t_recvmmsg(fd, cut, 2, 0, NULL));
	expect_that(cut->msg_len == 5, "it has %u bytes", cut->msg_len);
}

CASE("recvmmsg.error_waits[of-an-unreadable-header]", UNIX)
{
	int fd = with_texts(2);

	sc_must(SC_LINE, t_recvmmsg(fd, one_message(), 2, 0, NULL), "recvmmsg(2)");
	expect_errno(EFAULT, receive(fd, 2, 0, NULL));
	/* Once. */
	expect_next(fd, 2, 1);
}

/* Also by one that asks for nothing. */
CASE("recvmmsg.error_waits[before-none-asked]", UNIX)
{
	int fd = with_texts(2);

	sc_must(SC_LINE, t_recvmmsg(fd, one_message(), 2, 0, NULL), "recvmmsg(2)");
	expect_errno(EFAULT, receive(fd, 0, 0, NULL));
	expect_next(fd, 2, 1);
}

CASE("recvmmsg.error_waits[before-header]", UNIX)
{
	int fd = with_texts(2);

	sc_must(SC_LINE, t_recvmmsg(fd, one_message(), 2, 0, NULL), "recvmmsg(2)");
	expect_errno(EFAULT, t_recvmmsg(fd, NULL, 1, 0, NULL));
	expect_next(fd, 2, 1);
}

/* That nothing more waits is no error. */
CASE("recvmmsg.would_block[kept-nothing]", UNIX)
{
	int fd = with_texts(1);

	sc_must(SC_LINE, receive(fd, 3, MSG_DONTWAIT, NULL), "recvmmsg(2)");
	expect_errno(EAGAIN, receive(fd, 3, MSG_DONTWAIT, NULL));
	expect_that(t_recvfrom(fd, inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL) ==
			    -EAGAIN,
		    "an error was kept");
}

/* A stream whose other end was closed with bytes unread, and that has some itself. */
static int reset_stream(void)
{
	int fds[2];

	pair(SOCK_STREAM, fds);
	send_text(fds[1], TEXT);
	send_text(fds[0], "unread");
	must_close(fds[1]);
	return fds[0];
}

CASE("recvmmsg.error_waits[stream,before-bytes]", UNIX)
{
	int fd = reset_stream();

	expect_errno(ECONNRESET, receive(fd, 1, 0, NULL));
	expect_left(fd, true);
}

/* The door of one message keeps it too. */
CASE("recvmmsg.error_waits[stream,one-message]", .doors = SC_RECVMMSG, UNIX)
{
	int fd = reset_stream();

	expect_errno(ECONNRESET, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
	expect_left(fd, true);
}

/* MSG_ERRQUEUE is for other errors: this one is left. */
static int reset_connection(void)
{
	int listener = must_socket(AF_INET, SOCK_STREAM, 0), fd, other;
	struct address here = inet("127.0.0.1", 4031);

	must_bind(listener, here);
	must_listen(listener);
	fd = must_socket(AF_INET, SOCK_STREAM, 0);
	must_connect(fd, here);
	other = must_accept(listener);
	send_text(fd, "unread");
	wait_readable(other);
	must_close(other);
	wait_readable(fd);
	return fd;
}

CASE("recvmmsg.no_error_waits[reset]")
{
	int fd = reset_connection();

	expect_errno(EAGAIN, receive(fd, 1, MSG_ERRQUEUE, NULL));
	expect_that(receive(fd, 1, 0, NULL) == -ECONNRESET, "the reset is forgotten");
}

CASE("recvmmsg.error_waits[reset]")
{
	int fd = reset_connection();

	expect_errno(ECONNRESET, receive(fd, 3, 0, NULL));
}

/* The end of a stream comes as often as it is asked for. */
CASE("recvmmsg.at_end[unix-stream]", UNIX)
{
	int fds[2];

	pair(SOCK_STREAM, fds);
	must_close(fds[1]);
	expect_value(3, receive(fds[0], 3, 0, NULL));
	for (size_t i = 0; i < 3; i++)
		expect_that(target_waits_not() || !messages[i].msg_len,
			    "message %zu has %u bytes", i, messages[i].msg_len);
}

CASE("recvmmsg.at_end[shut-down,time-over]", UNIX)
{
	int fds[2];

	pair(SOCK_STREAM, fds);
	sc_must(SC_LINE, t_shutdown(fds[0], SHUT_RD), "shutdown(2)");
	expect_value(1, receive(fds[0], 3, 0, &(struct linux_timeout){ 0, 0 }));
}
