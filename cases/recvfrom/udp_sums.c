/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * udp_sums.c - recvfrom(2) of UDP datagrams made by hand, whose checksums are right,
 * wrong or not there.
 */
#include <poll.h>

#include "sums.h"
#include "udp.h"

/* Datagrams made by hand: the header of UDP, 8 bytes, and then so many. */
#define HEADER	 8
#define HAND_MAX 300

static void send_by_hand(const struct version *version, int raw, unsigned int port,
			 size_t size, enum sum how)
{
	unsigned char datagram[HEADER + HAND_MAX] = { FROM >> 8, FROM & 0xff,
						      (unsigned char)(port >> 8),
						      (unsigned char)port };
	size_t length = HEADER + size;

	datagram[4] = (unsigned char)(length >> 8);
	datagram[5] = (unsigned char)length;
	memset(datagram + HEADER, how == RIGHT ? 'r' : 'w', size);
	sum_up(version, IPPROTO_UDP, datagram, length, length, how);
	send_bytes(raw, datagram, length, at(version, 0));
}

/* What poll(2) is told of is summed up by it: so another socket is waited for, to which
 * a datagram is sent afterwards. */
static int by_hand(const struct version *version, const size_t *sizes,
		   const enum sum *sums, size_t count)
{
	int fd = must_socket(version->domain, SOCK_DGRAM, 0);
	int witness = must_socket(version->domain, SOCK_DGRAM, 0);
	int raw = must_socket(version->domain, SOCK_RAW, IPPROTO_UDP);

	must_bind(fd, at(version, PORT));
	must_bind(witness, at(version, OTHER));
	must_bind(raw, at(version, 0));
	for (size_t i = 0; i < count; i++)
		send_by_hand(version, raw, PORT, sizes[i], sums[i]);
	send_by_hand(version, raw, OTHER, 1, RIGHT);
	wait_readable(witness);
	return fd;
}

/* Alone: short ones are summed up as they come, longer ones (CHECKSUM_BREAK is 76) as
 * they are copied. */
static const struct alone {
	const char *name;
	const struct version *version;
	size_t size;
	enum sum sum;
	bool comes;
} alone[] = {
	{ "udp,by-hand", &ip4, 4, RIGHT, true },
	{ "udp,by-hand,empty", &ip4, 0, RIGHT, true },
	{ "udp,by-hand,odd", &ip4, 3, RIGHT, true },
	{ "udp,by-hand,long", &ip4, 200, RIGHT, true },
	{ "udp,by-hand,long,odd", &ip4, 201, RIGHT, true },
	{ "udp,no-checksum", &ip4, 4, NONE, true },
	{ "udp,no-checksum,long", &ip4, 200, NONE, true },
	{ "udp,short", &ip4, 4, WRONG, false },
	{ "udp,empty", &ip4, 0, WRONG, false },
	{ "udp,long", &ip4, 200, WRONG, false },
	{ "udp6,by-hand", &ip6, 4, RIGHT, true },
	{ "udp6,by-hand,odd", &ip6, 3, RIGHT, true },
	{ "udp6,by-hand,long", &ip6, 200, RIGHT, true },
	{ "udp6,no-checksum", &ip6, 4, NONE, false },
	{ "udp6,no-checksum,long", &ip6, 200, NONE, false },
	{ "udp6,short", &ip6, 4, WRONG, false },
	{ "udp6,long", &ip6, 200, WRONG, false },
};

static void is_alone(const void *data)
{
	const struct alone *row = data;
	struct address from = at(row->version, FROM);
	int fd = by_hand(row->version, &row->size, &row->sum, 1);

	if (row->comes)
		expect_received((long)row->size, &from, ROOM,
				receive(fd, 300, MSG_DONTWAIT));
	else
		expect_errno(EAGAIN, receive(fd, 300, MSG_DONTWAIT));
	expect_nothing(fd);
}

/* Behind a long one that is wrong comes one of four bytes that is right: of whichever
 * flags and length the call has, nothing is left from the first. */
static const struct behind {
	const char *name;
	const char *rule;
	size_t length;
	int flags;
	long value;
} behind[] = {
	{ "whole", "datagram.received", 300, 0, 4 },
	{ "less-room", "datagram.received", 100, 0, 4 },
	{ "length-4", "datagram.received", 4, 0, 4 },
	{ "length-3", "datagram.cut", 3, 0, 3 },
	{ "length-0", "datagram.cut", 0, 0, 0 },
	{ "length-3,trunc", "datagram.length_told", 3, MSG_TRUNC, 4 },
	{ "peek", "datagram.peeked", 300, MSG_PEEK, 4 },
	{ "peek,length-3", "datagram.peeked", 3, MSG_PEEK, 3 },
	{ "peek,less-room", "datagram.peeked", 100, MSG_PEEK, 4 },
};

struct behind_row {
	const struct version *version;
	const struct behind *behind;
};

static void is_behind(const void *data)
{
	static const size_t sizes[] = { 200, 250, 4 };
	static const enum sum sums[] = { WRONG, WRONG, RIGHT };
	const struct behind_row *row = data;
	struct address from = at(row->version, FROM);
	int fd = by_hand(row->version, sizes, sums, COUNT(sizes));

	expect_received(row->behind->value, &from, ROOM,
			receive(fd, row->behind->length, row->behind->flags));
	expect_that(!row->behind->length || inbox.buffer[0] == 'r',
		    "bytes of a datagram with a wrong checksum");
}

CASES(by_hand)
{
	static const struct version *const versions[] = { &ip4, &ip6 };

	for (size_t i = 0; i < COUNT(alone); i++)
		add_case(.name = name_case("recvfrom.%s[%s]",
					   alone[i].comes ? "datagram.received"
							  : "udp.checksum_wrong",
					   alone[i].name),
			 .run_row = is_alone, .row = &alone[i], .caps = NEEDS_RAW,
			 .has = { FEATURE_FAMILY(alone[i].version->domain) });
	for (size_t v = 0; v < COUNT(versions); v++)
		for (size_t i = 0; i < COUNT(behind); i++) {
			struct behind_row row = { versions[v], &behind[i] };

			add_case(.name = name_case("recvfrom.%s[%s,behind-wrong,%s]",
						   behind[i].rule,
						   versions[v]->v4 ? "udp" : "udp6",
						   behind[i].name),
				 .run_row = is_behind,
				 .row = keep_row(&row, sizeof(row)), .caps = NEEDS_RAW,
				 .doors = doors_for(1, 0, true),
				 .has = { FEATURE_FAMILY(versions[v]->domain) });
		}
}

/* A long one that is right, which is found out before it is copied. */
static const struct early {
	const char *name;
	const char *rule;
	size_t length;
	int flags;
	long value;
} early[] = {
	{ "whole", "datagram.peeked", 300, MSG_PEEK, 200 },
	{ "less-room", "datagram.peeked", 100, MSG_PEEK, 100 },
	{ "less-room", "datagram.cut", 100, 0, 100 },
	{ "less-room", "datagram.length_told", 100, MSG_TRUNC, 200 },
};

struct early_row {
	const struct version *version;
	const struct early *early;
};

static void is_early(const void *data)
{
	static const size_t size = 200;
	static const enum sum right = RIGHT;
	const struct early_row *row = data;
	struct address from = at(row->version, FROM);
	int fd = by_hand(row->version, &size, &right, 1);

	expect_received(row->early->value, &from, ROOM,
			receive(fd, row->early->length, row->early->flags));
	expect_that(inbox.buffer[0] == 'r', "other bytes than were sent");
	/* What was peeked at is verified by then. */
	if (row->early->flags & MSG_PEEK)
		expect_that(receive(fd, 300, 0) == (long)size, "it is gone");
	expect_nothing(fd);
}

CASES(early)
{
	static const struct version *const versions[] = { &ip4, &ip6 };

	for (size_t v = 0; v < COUNT(versions); v++)
		for (size_t i = 0; i < COUNT(early); i++) {
			struct early_row row = { versions[v], &early[i] };

			add_case(.name = name_case("recvfrom.%s[%s,by-hand,long,%s]",
						   early[i].rule,
						   versions[v]->v4 ? "udp" : "udp6",
						   early[i].name),
				 .run_row = is_early,
				 .row = keep_row(&row, sizeof(row)), .caps = NEEDS_RAW,
				 .has = { FEATURE_FAMILY(versions[v]->domain) });
		}
}

/* A long one that is wrong, which is found out before it is copied: as it is peeked at,
 * or cut; or as poll(2) asks for it. */
static const struct found {
	const char *name;
	const struct version *version;
	size_t length;
	int flags;
	bool polled;
} found[] = {
	{ "udp,long,peek", &ip4, 300, MSG_PEEK, false },
	{ "udp,long,cut", &ip4, 100, 0, false },
	{ "udp,long,polled", &ip4, 300, 0, true },
	{ "udp6,long,peek", &ip6, 300, MSG_PEEK, false },
	{ "udp6,long,cut", &ip6, 100, 0, false },
	{ "udp6,long,polled", &ip6, 300, 0, true },
};

static void is_found(const void *data)
{
	static const size_t size = 200;
	static const enum sum wrong = WRONG;
	const struct found *row = data;
	int fd = by_hand(row->version, &size, &wrong, 1);
	bool v4 = row->version->v4, looks = !row->polled && !target_waits_not();
	long before = looks ? udp_counter(v4, "InCsumErrors") : 0;

	if (row->polled)
		t_poll(fd, POLLIN);
	expect_errno(EAGAIN, receive(fd, row->length, MSG_DONTWAIT | row->flags));
	/* What poll(2) finds is counted as IPv4's: __first_packet_length(). */
	expect_that(!looks || udp_counter(v4, "InCsumErrors") == before + 1,
		    "it is not counted");
	expect_nothing(fd);
}

CASES(found)
{
	for (size_t i = 0; i < COUNT(found); i++)
		add_case(.name = name_case("recvfrom.udp.checksum_wrong[%s]",
					   found[i].name),
			 .run_row = is_found, .row = &found[i], .caps = NEEDS_RAW,
			 .has = { FEATURE_FAMILY(found[i].version->domain) });
}

/* What poll(2) drops takes no room any more: long ones that are wrong, more of them
 * than there is room for, one after the other.  Then there still is some for one that
 * is right. */
#define MORE_THAN_FIT 16

static void wrong_takes_no_room(const void *data)
{
	const struct version *version = data;
	struct address from = at(version, FROM);
	int fd = must_socket(version->domain, SOCK_DGRAM, 0);
	int witness = must_socket(version->domain, SOCK_DGRAM, 0);
	int raw = must_socket(version->domain, SOCK_RAW, IPPROTO_UDP);

	must_option(fd, SOL_SOCKET, SO_RCVBUF, 1);
	must_bind(fd, at(version, PORT));
	must_bind(witness, at(version, OTHER));
	must_bind(raw, at(version, 0));
	for (int i = 0; i < MORE_THAN_FIT; i++) {
		send_by_hand(version, raw, PORT, 200, WRONG);
		send_by_hand(version, raw, OTHER, 1, RIGHT);
		wait_readable(witness);
		receive(witness, 64, 0);
		expect_that(target_waits_not() || !t_poll(fd, POLLIN),
			    "what is wrong can be read");
	}
	send_by_hand(version, raw, PORT, 4, RIGHT);
	wait_readable(fd);
	expect_received(4, &from, ROOM, receive(fd, 64, 0));
}

CASES(wrong_takes_no_room)
{
	static const struct version *const versions[] = { &ip4, &ip6 };

	for (size_t v = 0; v < COUNT(versions); v++)
		add_case(.name = name_case("recvfrom.datagram.received"
					   "[%s,behind-many-wrong,polled]",
					   versions[v]->v4 ? "udp" : "udp6"),
			 .run_row = wrong_takes_no_room, .row = versions[v],
			 .caps = NEEDS_RAW,
			 .has = { FEATURE_FAMILY(versions[v]->domain) });
}

/* IP_CHECKSUM: the sum of the payload, where the kernel has added it up before it is
 * copied: of what is short, or of what is cut. */
static const struct told_row {
	const char *name;
	const struct version *version;
	size_t size, length;
	int flags;
	bool told;
} told_rows[] = {
	{ "udp,by-hand", &ip4, 4, 300, 0, true },
	{ "udp,by-hand,odd", &ip4, 3, 300, 0, true },
	{ "udp,by-hand,cut", &ip4, 4, 2, 0, true },
	{ "udp,by-hand,peek", &ip4, 4, 300, MSG_PEEK, true },
	{ "udp,by-hand,longest", &ip4, 68, 300, 0, true },
	{ "udp,by-hand,long", &ip4, 69, 300, 0, false },
	{ "udp,by-hand,long,cut", &ip4, 69, 68, 0, true },
	{ "udp,by-hand,long,cut,peek", &ip4, 69, 68, MSG_PEEK, false },
};

static unsigned int folded(unsigned int sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void expect_sum(const struct told_row *row,
		       const struct controls_received *control)
{
	struct control_due due = { IPPROTO_IP, LINUX_IP_CHECKSUM, 4, { 0 }, true };
	unsigned char payload[HAND_MAX];
	unsigned int came;

	expect_due(control, &due, 1);
	if (target_waits_not())
		return;
	/* It is in network byte order, as the bytes are. */
	memset(payload, 'r', row->size);
	memcpy(&came, control->bytes + CMSG_LEN(0), sizeof(came));
	expect_that(ntohs((unsigned short)folded(came)) ==
			    folded(add_up(0, payload, row->size)),
		    "the sum is 0x%x", came);
}

static void has_checksum(const void *data)
{
	static const enum sum right = RIGHT;
	const struct told_row *row = data;
	struct controls_received control;
	int fd = by_hand(row->version, &row->size, &right, 1);

	must_option(fd, IPPROTO_IP, LINUX_IP_CHECKSUM, 1);
	expect_value((long)(row->size < row->length ? row->size : row->length),
		     receive_control(fd, row->length, MSG_DONTWAIT | row->flags, 256,
				     &control));
	if (row->told)
		expect_sum(row, &control);
	else
		expect_due(&control, NULL, 0);
}

/* SO_RXQ_OVFL: what was found wrong before a datagram came is counted with it, once
 * somebody has looked. */
static void counts_drops(const void *data)
{
	static const size_t sizes[] = { 200, 201 };
	static const enum sum sums[] = { WRONG, WRONG };
	const size_t *wrong = data;
	struct control_due due =
		control_number(SOL_SOCKET, LINUX_SO_RXQ_OVFL, (int)*wrong);
	struct controls_received control;
	int fd = by_hand(&ip4, sizes, sums, *wrong);

	must_option(fd, SOL_SOCKET, LINUX_SO_RXQ_OVFL, 1);
	expect_nothing(fd);
	must_send(must_socket(AF_INET, SOCK_DGRAM, 0), at(&ip4, PORT));
	wait_readable(fd);
	expect_value(4, receive_control(fd, 64, MSG_PEEK, 256, &control));
	expect_due(&control, &due, *wrong ? 1 : 0);
	expect_value(4, receive_control(fd, 64, 0, 256, &control));
	expect_due(&control, &due, *wrong ? 1 : 0);
}

/* SO_RXQ_OVFL: one whose bytes find no place is gone, and is counted; one that was
 * peeked at is neither. */
struct nowhere {
	const char *name;
	const struct version *version;
	int flags;
};

static void counts_nowhere(const void *data)
{
	const struct nowhere *row = data;
	struct control_due due = control_number(SOL_SOCKET, LINUX_SO_RXQ_OVFL, 1);
	int fd = must_socket(row->version->domain, SOCK_DGRAM, 0);
	int sender = must_socket(row->version->domain, SOCK_DGRAM, 0);
	struct controls_received control;
	long came;

	must_bind(fd, at(row->version, PORT));
	must_option(fd, SOL_SOCKET, LINUX_SO_RXQ_OVFL, 1);
	must_send(sender, at(row->version, PORT));
	wait_readable(fd);
	came = t_recvfrom(fd, (void *)unmapped_memory(), 64, row->flags, NULL, NULL);
	expect_that(came == -EFAULT, "recvfrom(2) into unmapped memory gives %ld",
		    came);
	must_send(sender, at(row->version, PORT));
	wait_readable(fd);
	if (row->flags & MSG_PEEK)
		must(receive(fd, 64, 0) == 4, "what was peeked at is gone");
	wait_readable(fd);
	expect_value(4, receive_control(fd, 64, 0, 256, &control));
	expect_due(&control, &due, row->flags & MSG_PEEK ? 0 : 1);
}

CASES(nowhere)
{
	static const struct nowhere rows[] = {
		{ "udp,copied-nowhere", &ip4, 0 },
		{ "udp,peeked-nowhere", &ip4, MSG_PEEK },
		{ "udp6,copied-nowhere", &ip6, 0 },
		{ "udp6,peeked-nowhere", &ip6, MSG_PEEK },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		add_case(.name = name_case("recvfrom.control.%s[%s]",
					   rows[i].flags ? "nothing_to_tell" : "drops",
					   rows[i].name),
			 .run_row = counts_nowhere, .row = &rows[i],
			 .doors = SC_RECVMSG | SC_RECVMMSG,
			 .has = { FEATURE_FAMILY(rows[i].version->domain) });
}

CASES(told)
{
	static const size_t wrongs[] = { 0, 1, 2 };

	for (size_t i = 0; i < COUNT(told_rows); i++)
		add_case(.name = name_case("recvfrom.control.%s[%s]",
					   told_rows[i].told ? "checksum"
							     : "nothing_to_tell",
					   told_rows[i].name),
			 .run_row = has_checksum, .row = &told_rows[i],
			 .caps = NEEDS_RAW, .doors = SC_RECVMSG | SC_RECVMMSG,
			 .has = { FEATURE_FAMILY(AF_INET) });
	for (size_t i = 0; i < COUNT(wrongs); i++)
		add_case(.name = name_case("recvfrom.control.%s[udp,dropped-%zu]",
					   wrongs[i] ? "drops" : "nothing_to_tell",
					   wrongs[i]),
			 .run_row = counts_drops, .row = &wrongs[i], .caps = NEEDS_RAW,
			 .doors = SC_RECVMSG | SC_RECVMMSG,
			 .has = { FEATURE_FAMILY(AF_INET) });
}
