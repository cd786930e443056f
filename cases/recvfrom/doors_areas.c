/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * doors_areas.c - areas in place of a buffer, of recvmsg(2) and readv(2): each byte in
 * its place, as many areas as there may be, and none.
 */
#include "areas.h"

/*
 * Areas that can be used: each byte in its place, and not one beside it.  In the text
 * of a row, a letter is a byte that comes to where it stands in the buffer, a dot one
 * that must be left alone.
 */
static const struct spread {
	const char *name;
	struct {
		int at; /* -1: nowhere */
		size_t length;
	} areas[5];
	size_t count;
	const char *rule;
	long value;
	const char *buffer;
} spread[] = {
	{ "none", { { 0, 0 } }, 0, "datagram.cut", 0, "................" },
	{ "empty", { { 0, 0 } }, 1, "datagram.cut", 0, "................" },
	{ "empty-nowhere", { { -1, 0 } }, 1, "datagram.cut", 0, "................" },
	{ "exact", { { 2, 8 } }, 1, "datagram.received", 8, "..abcdefgh......" },
	{ "two",
	  { { 2, 5 }, { 7, 3 } },
	  2,
	  "datagram.received",
	  8,
	  "..abcdefgh......" },
	{ "two-apart",
	  { { 1, 3 }, { 10, 5 } },
	  2,
	  "datagram.received",
	  8,
	  ".abc......defgh." },
	{ "backwards",
	  { { 12, 2 }, { 8, 2 }, { 4, 2 }, { 0, 2 } },
	  4,
	  "datagram.received",
	  8,
	  "gh..ef..cd..ab.." },
	{ "two,more-room",
	  { { 8, 6 }, { 0, 6 } },
	  2,
	  "datagram.received",
	  8,
	  "gh......abcdef.." },
	{ "third-not-reached",
	  { { 8, 4 }, { 0, 4 }, { 4, 4 } },
	  3,
	  "datagram.received",
	  8,
	  "efgh....abcd...." },
	{ "empty-between",
	  { { 0, 4 }, { 5, 0 }, { -1, 0 }, { 9, 4 } },
	  4,
	  "datagram.received",
	  8,
	  "abcd.....efgh..." },
	{ "empty-first-and-last",
	  { { -1, 0 }, { 3, 8 }, { 0, 0 } },
	  3,
	  "datagram.received",
	  8,
	  "...abcdefgh....." },
	{ "unwritable-not-reached",
	  { { 4, 8 }, { -1, 8 } },
	  2,
	  "datagram.received",
	  8,
	  "....abcdefgh...." },
	{ "cut-in-second",
	  { { 0, 3 }, { 8, 4 } },
	  2,
	  "datagram.cut",
	  7,
	  "abc.....defg...." },
	{ "single-bytes",
	  { { 9, 1 }, { 7, 1 }, { 5, 1 }, { 3, 1 } },
	  4,
	  "datagram.cut",
	  4,
	  "...d.c.b.a......" },
};

static struct iovec *spread_areas(const struct spread *row)
{
	static struct iovec made[5];

	for (size_t i = 0; i < row->count; i++)
		made[i] = (struct iovec){ row->areas[i].at < 0
						  ? NULL
						  : inbox.buffer + row->areas[i].at,
					  row->areas[i].length };
	return made;
}

static void expect_spread(const struct spread *row)
{
	for (size_t i = 0; row->buffer && i < 16; i++)
		expect_that(inbox.buffer[i] == (row->buffer[i] == '.' ? RESULT_FILL
								      : row->buffer[i]),
			    "byte %zu of the buffer is 0x%02x where '%c' is due", i,
			    inbox.buffer[i], row->buffer[i]);
}

static void comes_spread(const void *data)
{
	const struct spread *row = data;
	int fd = with_text();

	memset(inbox.buffer, RESULT_FILL, 64);
	expect_value(row->value,
		     t_recvmsg_header(fd, areas(spread_areas(row), row->count), 0));
	expect_spread(row);
	expect_left(fd, false);
}

/* The same areas through readv(2); without any, it does not even look. */
static void is_read_spread(const void *data)
{
	const struct spread *row = data;
	int fd = with_text();

	memset(inbox.buffer, RESULT_FILL, 64);
	expect_value(row->value, t_readv(fd, spread_areas(row), (int)row->count));
	expect_spread(row);
	expect_left(fd, !row->value);
}

CASES(spread)
{
	for (size_t i = 0; i < COUNT(spread); i++) {
		/* Where the same bytes are due twice in a place, what is left there
		 * last is no one's to say. */
		if (!spread[i].buffer)
			continue;
		add_case(.name = name_case("recvfrom.%s[recvmsg,areas-%s]",
					   spread[i].rule, spread[i].name),
			 .run_row = comes_spread, .row = &spread[i], UNIX);
		add_case(.name = name_case("%s[areas-%s%s]",
					   spread[i].value ? name_case("recvfrom.%s",
								       spread[i].rule)
							   : "read.nothing_wanted",
					   spread[i].name,
					   spread[i].value ? ",readv" : ""),
			 .run_row = is_read_spread, .row = &spread[i], UNIX);
	}
}

/* As many as there may be, of a byte each. */
static void all_areas(void)
{
	for (size_t i = 0; i < LINUX_UIO_MAXIOV; i++)
		many[i] = (struct iovec){ inbox.buffer + 2 * i, 1 };
}

CASE("recvfrom.datagram.received[recvmsg,areas-1024]", UNIX)
{
	int fd = with_text();

	all_areas();
	expect_value(SIZE, t_recvmsg_header(fd, areas(many, LINUX_UIO_MAXIOV), 0));
	expect_that(inbox.buffer[14] == 'h', "the last byte is not in its area");
}

CASE("recvfrom.datagram.received[readv,areas-1024]", UNIX)
{
	int fd = with_text();

	all_areas();
	expect_value(SIZE, t_readv(fd, many, LINUX_UIO_MAXIOV));
	expect_that(inbox.buffer[14] == 'h', "the last byte is not in its area");
}

CASE("recvfrom.datagram.length_told[recvmsg,no-areas]", UNIX)
{
	int fd = with_text();

	expect_value(SIZE, t_recvmsg_header(fd, areas(NULL, 0), MSG_TRUNC));
	expect_left(fd, false);
}

CASE("recvfrom.datagram.length_told[recvmsg,two-areas]", UNIX)
{
	int fd = with_text();

	expect_value(SIZE, t_recvmsg_header(
				   fd, two_areas(inbox.buffer, 2, inbox.buffer + 8, 3),
				   MSG_TRUNC));
}

CASE("recvfrom.datagram.peeked[recvmsg,no-areas]", UNIX)
{
	int fd = with_text();

	expect_value(0, t_recvmsg_header(fd, areas(NULL, 0), MSG_PEEK));
	expect_left(fd, true);
}

CASE("recvfrom.datagram.peeked[recvmsg,two-areas]", UNIX)
{
	int fd = with_text();

	expect_value(SIZE,
		     t_recvmsg_header(fd,
				      two_areas(inbox.buffer, 3, inbox.buffer + 32, 64),
				      MSG_PEEK));
	expect_left(fd, true);
}

/* Some of what comes has no place: the message is gone. */
static void half_unwritable(void *first, void *second, bool by_readv)
{
	int fd = with_text();
	struct msghdr *given = two_areas(first, 4, second, 4);

	if (by_readv)
		expect_errno(EFAULT, t_readv(fd, two, 2));
	else
		expect_errno(EFAULT, t_recvmsg_header(fd, given, 0));
	expect_left(fd, false);
}

CASE("recvfrom.buffer.unwritable[recvmsg,first-area]", UNIX)
{
	half_unwritable((void *)unmapped_memory(), inbox.buffer, false);
}

CASE("recvfrom.buffer.unwritable[recvmsg,second-area]", UNIX)
{
	half_unwritable(inbox.buffer, (void *)unmapped_memory(), false);
}

CASE("recvfrom.buffer.unwritable[readv,second-area]", UNIX)
{
	half_unwritable(inbox.buffer, (void *)protected_memory(), true);
}

CASE("recvfrom.buffer.unwritable[recvmsg,area-null]", UNIX)
{
	half_unwritable(NULL, inbox.buffer, false);
}
