/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * packet_controls.c - recvmsg(2) of packet sockets with control messages about the time
 * of a packet and what was dropped before it.
 */
#include <sys/time.h>

#include "controls.h"
#include "packet.h"

#define BOTH_DOORS .doors = SC_RECVMSG | SC_RECVMMSG
#define AUXDATA	   20

static void expect_with_controls(int fd, long value, size_t length, int flags,
				 const struct control_due *due, size_t count)
{
	struct controls_received control;

	wait_readable(fd);
	expect_value(value, receive_control(fd, length, flags, 256, &control));
	expect_due(&control, due, count);
}

/* The times, and what the options of the packet's own come behind them. */
#define TIME(type_, length_)                                                        \
	{                                                                           \
		.level = SOL_SOCKET, .type = type_, .length = length_, .open = true \
	}
#define NEW_TIME (2 * sizeof(long long))

static const struct time_row {
	const char *name;
	int optname;
	struct control_due due;
	int since;
} times[] = {
	{ "timestamp", SO_TIMESTAMP, TIME(SO_TIMESTAMP, sizeof(struct timeval)), 0 },
	{ "timestampns", SO_TIMESTAMPNS, TIME(SO_TIMESTAMPNS, sizeof(struct timespec)),
	  0 },
	{ "timestamp-new", LINUX_SO_TIMESTAMP_NEW,
	  TIME(LINUX_SO_TIMESTAMP_NEW, NEW_TIME), LINUX(5, 1) },
	{ "timestampns-new", LINUX_SO_TIMESTAMPNS_NEW,
	  TIME(LINUX_SO_TIMESTAMPNS_NEW, NEW_TIME), LINUX(5, 1) },
};

static void has_time(const void *data)
{
	const struct time_row *row = data;
	int fd = receiver_of(SOCK_DGRAM, ETHERTYPE_LOCAL);

	must_option(fd, SOL_SOCKET, row->optname, 1);
	send_text(sender(SOCK_DGRAM));
	expect_with_controls(fd, SIZE, 64, 0, &row->due, 1);
}

static struct control_due auxdata(unsigned int length, unsigned int net)
{
	struct control_due due = {
		LINUX_SOL_PACKET, PACKET_AUXDATA, AUXDATA, { 0 }, false
	};
	struct tpacket_auxdata told_of = { .tp_status = TP_STATUS_USER,
					   .tp_len = length,
					   .tp_snaplen = length,
					   .tp_net = (unsigned short)net };

	memcpy(due.bytes, &told_of, sizeof(told_of));
	return due;
}

CASE("recvfrom.datagram.received[packet,timestamp,auxdata]", BOTH_DOORS, PACKET)
{
	struct control_due due[] = { times[0].due, auxdata(SIZE, 0) };
	int fd = receiver_of(SOCK_DGRAM, ETHERTYPE_LOCAL);

	must_option(fd, SOL_PACKET, PACKET_AUXDATA, 1);
	must_option(fd, SOL_SOCKET, SO_TIMESTAMP, 1);
	send_text(sender(SOCK_DGRAM));
	expect_with_controls(fd, SIZE, 64, 0, due, 2);
}

CASES(times)
{
	for (size_t i = 0; i < COUNT(times); i++)
		add_case(.name = name_case("recvfrom.datagram.received[packet,%s]",
					   times[i].name),
			 .run_row = has_time, .row = &times[i], BOTH_DOORS,
			 .since = times[i].since, PACKET);
}

/* SO_RXQ_OVFL: a long packet fills the smallest buffer, and what comes meanwhile is
 * lost, and counted with the next one that comes. */
#define LONG 8192

static void counts_drops(const void *data)
{
	static const unsigned char text[LONG];
	const int *lost = data;
	struct control_due due = control_number(SOL_SOCKET, LINUX_SO_RXQ_OVFL, *lost);
	int fd = receiver_of(SOCK_DGRAM, ETHERTYPE_LOCAL), other = sender(SOCK_DGRAM);

	must_option(fd, SOL_SOCKET, SO_RCVBUF, 1);
	must_option(fd, SOL_SOCKET, LINUX_SO_RXQ_OVFL, 1);
	for (int i = 0; i <= *lost; i++)
		send_to(other, ZEROS, ETHERTYPE_LOCAL, text, LONG);
	wait_readable(fd);
	wait_for_drops(fd, (unsigned int)*lost);
	expect_next(fd, 64);
	send_text(other);
	wait_readable(fd);
	expect_with_controls(fd, SIZE, 64, 0, &due, *lost ? 1 : 0);
}

CASES(drops)
{
	static const int losses[] = { 0, 1, 2 };

	for (size_t i = 0; i < COUNT(losses); i++)
		add_case(.name = name_case("recvfrom.datagram.received[packet,lost-%d]",
					   losses[i]),
			 .run_row = counts_drops, .row = &losses[i], BOTH_DOORS,
			 PACKET);
}
