/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tcp.h - a connection over lo, whose one end receives what the other sends.
 */
#ifndef CASES_RECVFROM_TCP_H
#define CASES_RECVFROM_TCP_H

#include <poll.h>
#include <stdint.h>
#include <string.h>

#include "sockcheck.h"
#include "timeout.h"

#define TCP_PORT 4030

struct stream {
	const char *name;
	int domain;
	const char *local;
	int protocol;
	int feature; /* besides the family */
};

static const struct stream streams[] = {
	{ "tcp", AF_INET, "127.0.0.1", 0, 0 },
	{ "tcp6", AF_INET6, "::1", 0, 0 },
};

struct ends {
	int fd;	   /* the end that receives: the one that has connected */
	int other; /* the end that sends: the one that was accepted */
	int listener;
	int sent; /* so many bytes, ever */
};

static inline int listen_on(const struct stream *it)
{
	int listener = must_socket(it->domain, SOCK_STREAM, it->protocol);

	must_bind(listener, ip_address(it->local, TCP_PORT));
	must_listen(listener);
	return listener;
}

static inline struct ends connect_socket(const struct stream *it, int fd)
{
	struct ends ends = { .fd = fd, .listener = listen_on(it) };

	must_connect(ends.fd, ip_address(it->local, TCP_PORT));
	ends.other = must_accept(ends.listener);
	/* What is sent goes at once, whatever has not been acknowledged. */
	must_option(ends.other, IPPROTO_TCP, TCP_NODELAY, 1);
	return ends;
}

static inline struct ends connect_ends(const struct stream *it)
{
	return connect_socket(it, must_socket(it->domain, SOCK_STREAM, it->protocol));
}

static inline void send_bytes(struct ends *ends, const void *bytes, size_t length,
			      int flags)
{
	must(t_sendto(ends->other, bytes, length, flags, NULL, 0) == (long)length,
	     "%zu bytes were not sent", length);
	ends->sent += (int)length;
}

static inline void send_text(struct ends *ends, const char *text, int flags)
{
	send_bytes(ends, text, strlen(text), flags);
}

/* All that was sent has come. */
static inline void wait_for_all(const struct ends *ends)
{
	wait_for_stream(ends->fd, ends->sent);
}

static inline void send_and_wait(struct ends *ends, const char *text, int flags)
{
	send_text(ends, text, flags);
	wait_for_all(ends);
}

/* The other end sends no more, and this one knows. */
static inline void end_stream(const struct ends *ends)
{
	sc_must(SC_LINE, t_shutdown(ends->other, SHUT_WR), "shutdown(2), SHUT_WR");
	wait_for_events(ends->fd, POLLRDHUP);
}

/* The other end is closed with SO_LINGER for no time, and this one knows. */
static inline void reset_stream(const struct ends *ends)
{
	struct linger none = { .l_onoff = 1 };

	sc_must(SC_LINE,
		t_setsockopt(ends->other, SOL_SOCKET, SO_LINGER, &none, sizeof(none)),
		"setsockopt(2) of SO_LINGER");
	must_close(ends->other);
	wait_for_events(ends->fd, POLLHUP);
}

static inline long receive(int fd, size_t length, int flags)
{
	return t_recvfrom(fd, inbox.buffer, length, flags, NULL, NULL);
}

/* The last call has given these bytes. */
static inline void expect_bytes(const char *text)
{
	expect_that(!memcmp(inbox.buffer, text, strlen(text)),
		    "other bytes than \"%s\"", text);
}

/*
 * What else there is to read, of which a bar parts what one read gives from what the
 * next does; and what a read behind all that gives.
 */
static inline void expect_left_then(const struct ends *ends, const char *left,
				    long then)
{
	long came;

	while (*left) {
		size_t length = strcspn(left, "|");

		came = receive(ends->fd, 64, MSG_DONTWAIT);
		expect_that(came == (long)length && !memcmp(inbox.buffer, left, length),
			    "what is left gave %ld, not \"%.*s\"", came, (int)length,
			    left);
		left += length + (left[length] == '|');
	}
	came = receive(ends->fd, 64, MSG_DONTWAIT);
	expect_that(came == then, "behind what is left came %ld, not %ld", came, then);
}

static inline void expect_left(const struct ends *ends, const char *left)
{
	expect_left_then(ends, left, -EAGAIN);
}

/* Every door, over IPv4: what lies behind them is the same for IPv6. */
static inline unsigned int stream_doors(const struct stream *it, size_t length,
					int flags)
{
	unsigned int doors = doors_for(length, flags, false);

	return it->domain == AF_INET ? doors : doors & SC_RECVFROM;
}

/* A case of a row, for each of the two families. */
#define add_for(stream, doors_, run_, row_, ...)                                       \
	add_case(.name = name_case(__VA_ARGS__), .doors = (doors_), .run_row = (run_), \
		 .row = keep_row(&(row_), sizeof(row_)),                               \
		 .has = { FEATURE_FAMILY((stream)->domain), (stream)->feature })

#endif
