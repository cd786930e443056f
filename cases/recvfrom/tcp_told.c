/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tcp_told.c - recvfrom(2) and recvmsg(2) of TCP sockets with options that tell of the
 * bytes in control messages: TCP_INQ and SO_TIMESTAMP.  What is received is the same.
 */
#include <netinet/tcp.h>

#include "controls.h"
#include "tcp.h"

/* include/uapi/linux/tcp.h: Linux 4.18. */
#define LINUX_TCP_INQ 36

static struct ends with_bytes(const struct stream *it, int level, int optname)
{
	struct ends ends = connect_ends(it);

	must_option(ends.fd, level, optname, 1);
	must(t_sendto(ends.other, "bytes", 5, 0, NULL, 0) == 5, "nothing was sent");
	wait_for_stream(ends.fd, 5);
	return ends;
}

static void with_inq(const void *data)
{
	struct ends ends = with_bytes(data, IPPROTO_TCP, LINUX_TCP_INQ);

	expect_value(3, receive(ends.fd, 3, 0));
	expect_value(2, receive(ends.fd, 64, 0));
}

static void with_times(const void *data)
{
	struct ends ends = with_bytes(data, SOL_SOCKET, SO_TIMESTAMP);

	expect_value(3, receive(ends.fd, 3, 0));
	expect_value(2, receive(ends.fd, 64, 0));
}

/* Through recvmsg(2), a control message says how many bytes are left. */
static void tells_left(const void *data)
{
	struct ends ends = with_bytes(data, IPPROTO_TCP, LINUX_TCP_INQ);
	struct controls_received control;
	struct control_due due = control_number(IPPROTO_TCP, LINUX_TCP_INQ, 2);

	expect_value(3, receive_control(ends.fd, 3, 0, 64, &control));
	if (!nothing_behind())
		expect_due(&control, &due, 1);
	due = control_number(IPPROTO_TCP, LINUX_TCP_INQ, 0);
	expect_value(2, receive_control(ends.fd, 64, 0, 64, &control));
	if (!nothing_behind())
		expect_due(&control, &due, 1);
}

static void tells_nothing_left(const void *data)
{
	struct ends ends = with_bytes(data, IPPROTO_TCP, LINUX_TCP_INQ);
	struct controls_received control;

	must(receive(ends.fd, 64, 0) == 5, "the bytes do not come");
	need_own_control_layout();
	control.length = 64;
	expect_errno(EAGAIN, t_recvmsg(ends.fd, inbox.buffer, 64, MSG_DONTWAIT,
				       control.bytes, &control.length));
	for (size_t i = 0; i < 64; i++)
		expect_that(
			control.bytes[i] == RESULT_FILL,
			"byte %zu of the control messages is written, and none is due",
			i);
}

/* tcp_inq_hint(): at the end, 1 is told, so that the caller asks once more. */
static void tells_end(const void *data)
{
	struct control_due due = control_number(IPPROTO_TCP, LINUX_TCP_INQ, 1);
	struct ends ends = with_bytes(data, IPPROTO_TCP, LINUX_TCP_INQ);
	struct controls_received control;

	must(receive(ends.fd, 64, 0) == 5, "the bytes do not come");
	sc_must(SC_LINE, t_shutdown(ends.other, SHUT_WR), "shutdown(2)");
	wait_readable(ends.fd);
	expect_value(0, receive_control(ends.fd, 64, 0, 64, &control));
	if (!nothing_behind())
		expect_due(&control, &due, 1);
}

/* At its end, with SO_BUSY_POLL, there is nothing to poll for. */
static void polls_not(const void *data)
{
	struct ends ends = connect_ends(data);

	must_option(ends.fd, SOL_SOCKET, SO_BUSY_POLL, 50);
	sc_must(SC_LINE, t_shutdown(ends.other, SHUT_WR), "shutdown(2)");
	wait_readable(ends.fd);
	for (int i = 0; i < 2; i++)
		expect_value(0, receive(ends.fd, 64, 0));
}

/*
 * SO_TIMESTAMP tells when the segment came, of those that come once the kernel takes
 * the time, which it begins to do when the first socket asks: it may take a moment.
 */
static void tells_time(const void *data)
{
	struct control_due due = {
		SOL_SOCKET, SCM_TIMESTAMP, sizeof(struct timeval), { 0 }, true
	};
	struct ends ends = with_bytes(data, SOL_SOCKET, SO_TIMESTAMP);
	struct controls_received control = { .length = 0 };

	need_own_control_layout();
	expect_value(5, receive(ends.fd, 64, 0));
	if (nothing_behind())
		return;
	for (int i = 0; i < 1000 && !control.length; i++) {
		struct timespec moment = { .tv_nsec = 1000000 };

		nanosleep(&moment, NULL);
		must(t_sendto(ends.other, "b", 1, 0, NULL, 0) == 1, "nothing was sent");
		wait_readable(ends.fd);
		receive_control(ends.fd, 1, 0, 64, &control);
	}
	expect_due(&control, &due, 1);
}

CASES(told)
{
	for (size_t i = 0; i < COUNT(streams); i++) {
		/* Of the others, msg_flags says that there was no room for it. */
		add_for(&streams[i], SC_RECVFROM | SC_RECV | SC_READ, with_inq,
			streams[i], "recvfrom.stream.received[%s,told-inq]",
			streams[i].name);
		add_for(&streams[i], SC_RECVFROM | SC_RECV | SC_READ, with_times,
			streams[i], "recvfrom.stream.received[%s,told-time]",
			streams[i].name);
		add_for(&streams[i], SC_RECVMSG, tells_left, streams[i],
			"recvfrom.stream.received[%s,told-inq,control]",
			streams[i].name);
		add_for(&streams[i], SC_RECVMSG, tells_nothing_left, streams[i],
			"recvfrom.tcp.would_block[%s,told-inq]", streams[i].name);
		add_for(&streams[i], SC_RECVMSG, tells_end, streams[i],
			"recvfrom.tcp.at_end[%s,told-inq]", streams[i].name);
		add_for(&streams[i], SC_RECVFROM, tells_time, streams[i],
			"recvfrom.stream.received[%s,told-time,control]",
			streams[i].name);
		add_case(.name = name_case("recvfrom.tcp.at_end[%s,busy-poll]",
					   streams[i].name),
			 .run_row = polls_not, .row = &streams[i],
			 .needs = NEEDS_REAL_ROOT,
			 .has = { FEATURE_FAMILY(streams[i].domain) });
	}
}
