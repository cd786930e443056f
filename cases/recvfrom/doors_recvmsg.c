/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * doors_recvmsg.c - what recvmsg(2) has that recvfrom(2) has not: its header, and areas
 * in place of a buffer.
 */
#include "doors.h"

#define GARBAGE 0x5a5a5a5a

static struct iovec area;
static struct msghdr header;

/* A header of one area, with room for more than TEXT. */
static struct msghdr *whole(void)
{
	area = (struct iovec){ inbox.buffer, 64 };
	header = (struct msghdr){ .msg_iov = &area,
				  .msg_iovlen = 1,
				  .msg_flags = GARBAGE };
	return &header;
}

/* Headers that cannot be read. */
static struct msghdr *null(void)
{
	return NULL;
}

static struct msghdr *unmapped(void)
{
	return (void *)unmapped_memory();
}

static struct msghdr *protected(void)
{
	return (void *)protected_memory();
}

static struct msghdr *half(void)
{
	return (void *)cut_off_after(whole(), sizeof(header) / 2);
}

static struct msghdr *all_but_one(void)
{
	return (void *)cut_off_after(whole(), sizeof(header) - 1);
}

/* Names with a length that is none. */
static struct msghdr *named(socklen_t namelen)
{
	whole();
	header.msg_name = inbox.address;
	header.msg_namelen = namelen;
	return &header;
}

static struct msghdr *minus_one(void)
{
	return named((socklen_t)-1);
}

static struct msghdr *minus_storage(void)
{
	return named((socklen_t)-ADDRESS_BYTES_MAX);
}

static struct msghdr *least(void)
{
	return named((socklen_t)INT_MIN);
}

static struct msghdr *negative_and_many(void)
{
	minus_one();
	/* Which is a size_t or an int, as the C library has it. */
	memset(&header.msg_iovlen, 0xff, sizeof(header.msg_iovlen));
	return &header;
}

static struct msghdr *negative_and_no_areas(void)
{
	minus_one();
	header.msg_iov = (void *)unmapped_memory();
	return &header;
}

/* Areas, more than there may be, or where there are none. */
static struct iovec many[LINUX_UIO_MAXIOV + 1];

static struct msghdr *areas(struct iovec *at, size_t count)
{
	whole();
	header.msg_iov = at;
	header.msg_iovlen = count;
	return &header;
}

static struct msghdr *one_too_many(void)
{
	return areas(many, LINUX_UIO_MAXIOV + 1);
}

static struct msghdr *any_number(void)
{
	return areas(many, SIZE_MAX);
}

/* Of which the lower 32 bits are few. */
static struct msghdr *wide_number(void)
{
	if (sizeof(header.msg_iovlen) < 8)
		sc_skip("needs a msg_iovlen of 64 bits");
	return areas(many, ((size_t)1 << 31 << 1) + 1);
}

static struct msghdr *many_nowhere(void)
{
	return areas(NULL, LINUX_UIO_MAXIOV + 1);
}

static struct msghdr *areas_null(void)
{
	return areas(NULL, 1);
}

static struct msghdr *areas_unmapped(void)
{
	return areas((void *)unmapped_memory(), 1);
}

static struct msghdr *areas_protected(void)
{
	return areas((void *)protected_memory(), 2);
}

static struct msghdr *areas_half(void)
{
	static const struct iovec two[2] = { { inbox.buffer, 64 }, { NULL, 0 } };

	return areas((void *)cut_off_after(two, sizeof(two[0])), 2);
}

/* Lengths and places of areas. */
static struct iovec two[2];

static struct msghdr *two_areas(void *first, size_t length, void *second, size_t rest)
{
	two[0] = (struct iovec){ first, length };
	two[1] = (struct iovec){ second, rest };
	return areas(two, 2);
}

static struct msghdr *first_negative(void)
{
	return two_areas(inbox.buffer, (size_t)SSIZE_MAX + 1, inbox.buffer, 64);
}

static struct msghdr *second_negative(void)
{
	return two_areas(inbox.buffer, 64, inbox.buffer, SIZE_MAX);
}

static struct msghdr *negative_behind_foreign(void)
{
	return two_areas(foreign_memory(), 64, inbox.buffer, SIZE_MAX);
}

static struct msghdr *negative_nowhere(void)
{
	return two_areas(NULL, SIZE_MAX, NULL, 0);
}

static struct msghdr *first_foreign(void)
{
	return two_areas(foreign_memory(), 64, inbox.buffer, 64);
}

/* Where the first one would do. */
static struct msghdr *second_foreign(void)
{
	return two_areas(inbox.buffer, 64, foreign_memory(), 1);
}

static struct msghdr *one_foreign(void)
{
	whole();
	area.iov_base = foreign_memory();
	return &header;
}

/* Its place matters, whatever its length. */
static struct msghdr *foreign_and_empty(void)
{
	return two_areas(foreign_memory(), 0, inbox.buffer, 64);
}

static struct msghdr *reaches_out(void)
{
	foreign_memory();
	return two_areas(inbox.buffer, 64, inbox.buffer, (size_t)SSIZE_MAX);
}

/* Together they are more than SSIZE_MAX. */
static struct msghdr *too_much(void)
{
	foreign_memory();
	return two_areas(inbox.buffer, (size_t)SSIZE_MAX, inbox.buffer,
			 (size_t)SSIZE_MAX);
}

static struct msghdr *foreign_behind_unmapped(void)
{
	return two_areas((void *)unmapped_memory(), 64, foreign_memory(), 64);
}

static const struct refused {
	const char *rule;
	const char *name;
	struct msghdr *(*header)(void);
	int error;
} refused[] = {
	{ "header.unreadable", "null", null, EFAULT },
	{ "header.unreadable", "unmapped", unmapped, EFAULT },
	{ "header.unreadable", "protected", protected, EFAULT },
	{ "header.unreadable", "half", half, EFAULT },
	{ "header.unreadable", "all-but-one-byte", all_but_one, EFAULT },
	{ "header.name_negative", "-1", minus_one, EINVAL },
	{ "header.name_negative", "-128", minus_storage, EINVAL },
	{ "header.name_negative", "int-min", least, EINVAL },
	{ "header.name_negative", "before-too-many", negative_and_many, EINVAL },
	{ "header.name_negative", "before-no-areas", negative_and_no_areas, EINVAL },
	{ "areas.too_many", "1025", one_too_many, EMSGSIZE },
	{ "areas.too_many", "size-max", any_number, EMSGSIZE },
	{ "areas.too_many", "2^32+1", wide_number, EMSGSIZE },
	{ "areas.too_many", "before-unreadable", many_nowhere, EMSGSIZE },
	{ "areas.unreadable", "null", areas_null, EFAULT },
	{ "areas.unreadable", "unmapped", areas_unmapped, EFAULT },
	{ "areas.unreadable", "protected", areas_protected, EFAULT },
	{ "areas.unreadable", "half", areas_half, EFAULT },
	{ "areas.negative", "first,least", first_negative, EINVAL },
	{ "areas.negative", "second,most", second_negative, EINVAL },
	{ "areas.negative", "before-foreign", negative_behind_foreign, EINVAL },
	{ "areas.negative", "before-unwritable", negative_nowhere, EINVAL },
	{ "areas.foreign", "only", one_foreign, EFAULT },
	{ "areas.foreign", "first", first_foreign, EFAULT },
	{ "areas.foreign", "second", second_foreign, EFAULT },
	{ "areas.foreign", "no-bytes", foreign_and_empty, EFAULT },
	{ "areas.foreign", "reaches-out", reaches_out, EFAULT },
	{ "areas.foreign", "too-much-together", too_much, EFAULT },
	{ "areas.foreign", "before-unwritable", foreign_behind_unmapped, EFAULT },
};

/* And what waits goes on waiting. */
static void is_refused(const void *data)
{
	const struct refused *row = data;
	int fd = with_text();

	expect_errno(row->error, t_recvmsg_header(fd, row->header(), 0));
	expect_left(fd, true);
}

/* The same where something else would be said of the socket, or of the flags. */
static void before_nothing(const void *data)
{
	const struct refused *row = data;

	expect_errno(row->error, t_recvmsg_header(with_nothing(), row->header(), 0));
}

static void before_no_connection(const void *data)
{
	const struct refused *row = data;

	expect_errno(row->error, t_recvmsg_header(unconnected(), row->header(), 0));
}

static void before_flags(const void *data)
{
	const struct refused *row = data;

	expect_errno(row->error, t_recvmsg_header(with_text(), row->header(), MSG_OOB));
}

static void add(const struct refused *row, const char *before,
		void (*run)(const void *))
{
	add_case(.name = name_case("recvmsg.%s[%s%s]", row->rule, row->name, before),
		 .run_row = run, .row = row, UNIX);
}

CASES(refused)
{
	const char *last = "";

	for (size_t i = 0; i < COUNT(refused); i++) {
		add(&refused[i], "", is_refused);
		/* Of each rule, the first row. */
		if (!strcmp(last, refused[i].rule))
			continue;
		last = refused[i].rule;
		add(&refused[i], ",before-would-block", before_nothing);
		add(&refused[i], ",before-not-connected", before_no_connection);
		add(&refused[i], ",before-out-of-band", before_flags);
	}
}

/* The descriptor comes before the header, and before the place of the buffer. */
static const struct bad_descriptor {
	const char *name;
	int (*open)(void);
	int error;
} bad_descriptors[] = {
	{ "not_open", closed, EBADF },
	{ "path_only", path_only, EBADF },
	{ "not_a_socket", pipe_end, ENOTSOCK },
};

struct bad_row {
	const struct bad_descriptor *fd;
	struct msghdr *(*header)(void);
};

static void descriptor_first(const void *data)
{
	const struct bad_row *row = data;
	int fd = row->fd->open();

	expect_errno(row->fd->error, t_recvmsg_header(fd, row->header(), 0));
}

CASES(descriptor_first)
{
	static const struct {
		const char *name;
		struct msghdr *(*header)(void);
	} headers[] = { { "header", unmapped },
			{ "name", minus_one },
			{ "too-many-areas", one_too_many },
			{ "foreign-area", first_foreign } };

	for (size_t d = 0; d < COUNT(bad_descriptors); d++)
		for (size_t h = 0; h < COUNT(headers); h++) {
			struct bad_row row = { &bad_descriptors[d], headers[h].header };

			add_case(.name = name_case("recvfrom.fd.%s[recvmsg,before-%s]",
						   row.fd->name, headers[h].name),
				 .run_row = descriptor_first,
				 .row = keep_row(&row, sizeof(row)), .anywhere = true);
		}
}

static void compat_first(const void *data)
{
	const struct bad_descriptor *row = data;
	int fd = row->open();

	expect_errno(EINVAL,
		     t_recvmsg_header(fd, unmapped(), (int)LINUX_MSG_CMSG_COMPAT));
}

CASES(compat)
{
	for (size_t d = 0; d < COUNT(bad_descriptors); d++)
		add_case(.name = name_case("recvmsg.flags.compat[before-%s]",
					   bad_descriptors[d].name),
			 .run_row = compat_first, .row = &bad_descriptors[d],
			 .has = { FEATURE_COMPAT }, .anywhere = true);
}

CASE("recvmsg.flags.compat[waiting]",
     .has = { FEATURE_FAMILY(AF_UNIX), FEATURE_COMPAT })
{
	int fd = with_text();

	expect_errno(EINVAL, t_recvmsg_header(fd, whole(), (int)LINUX_MSG_CMSG_COMPAT));
	expect_left(fd, true);
}

/* A call that fails leaves the header as it was. */
static void expect_untouched(const struct msghdr *before)
{
	expect_that(!memcmp(&header, before, sizeof(header)),
		    "the header is written where the call failed");
}

CASE("recvfrom.unix.would_block[recvmsg,header-left-alone]", UNIX)
{
	int fd = with_nothing();
	struct msghdr before;

	named(64);
	header.msg_control = inbox.buffer + 2048;
	header.msg_controllen = 64;
	before = header;
	expect_errno(EAGAIN, t_recvmsg_header(fd, &header, 0));
	expect_untouched(&before);
}

CASE("recvfrom.buffer.unwritable[recvmsg,header-left-alone]", UNIX)
{
	int fd = with_text();
	struct msghdr before;

	whole();
	area.iov_base = (void *)unmapped_memory();
	before = header;
	expect_errno(EFAULT, t_recvmsg_header(fd, &header, 0));
	expect_untouched(&before);
	expect_left(fd, false);
}

/* Written late: what was received is gone. */
static void read_only_header(int flags)
{
	int fd = with_text();
	struct msghdr *fixed = (void *)read_only_copy(whole(), sizeof(header));

	expect_errno(EFAULT, t_recvmsg_header(fd, fixed, flags));
	expect_that(target_waits_not() || !memcmp(inbox.buffer, TEXT, SIZE),
		    "the message has not come");
	expect_left(fd, flags & MSG_PEEK);
}

CASE("recvmsg.header.read_only[taken]", UNIX)
{
	read_only_header(0);
}

CASE("recvmsg.header.read_only[peek]", UNIX)
{
	read_only_header(MSG_PEEK);
}

CASE("recvfrom.unix.would_block[recvmsg,before-read-only-header]", UNIX)
{
	int fd = with_nothing();

	expect_errno(EAGAIN,
		     t_recvmsg_header(
			     fd, (void *)read_only_copy(whole(), sizeof(header)), 0));
}

/* Of a stream, too. */
CASE("recvmsg.header.read_only[stream]", UNIX)
{
	int fds[2];

	pair(SOCK_STREAM, fds);
	send_text(fds[1], TEXT);
	expect_errno(EFAULT,
		     t_recvmsg_header(fds[0],
				      (void *)read_only_copy(whole(), sizeof(header)),
				      0));
	expect_left(fds[0], false);
}

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

/* Without msg_name its length is not looked at, nor written. */
static const struct unnamed {
	const char *name;
	socklen_t namelen;
} unnamed[] = {
	{ "-1", (socklen_t)-1 },
	{ "int-min", (socklen_t)INT_MIN },
	{ "128", 128 },
	{ "0", 0 },
};

static void without_name(const void *data)
{
	const struct unnamed *row = data;
	int fd = with_text();

	whole();
	header.msg_namelen = row->namelen;
	expect_value(SIZE, t_recvmsg_header(fd, &header, 0));
	expect_that(header.msg_namelen == row->namelen, "msg_namelen is another");
}

CASES(unnamed)
{
	for (size_t i = 0; i < COUNT(unnamed); i++)
		add_case(.name = name_case("recvfrom.datagram.received[recvmsg,no-name,"
					   "namelen-%s]",
					   unnamed[i].name),
			 .run_row = without_name, .row = &unnamed[i], UNIX);
}

/* No control message comes, whatever there is room for: the length becomes 0. */
static const struct controls {
	const char *name;
	bool place;
	size_t length;
} controls[] = {
	{ "null,controllen-64", false, 64 },
	{ "null,controllen-size-max", false, SIZE_MAX },
	{ "controllen-0", true, 0 },
	{ "controllen-1", true, 1 },
	{ "controllen-64", true, 64 },
};

static void without_control(const void *data)
{
	const struct controls *row = data;
	unsigned char *place = inbox.buffer + 2048;
	int fd = with_text();

	memset(place, RESULT_FILL, 64);
	whole();
	header.msg_control = row->place ? place : NULL;
	header.msg_controllen = row->length;
	expect_value(SIZE, t_recvmsg_header(fd, &header, 0));
	expect_that(!header.msg_controllen, "msg_controllen is %zu",
		    (size_t)header.msg_controllen);
	for (size_t i = 0; i < 64; i++)
		expect_that(place[i] == RESULT_FILL, "msg_control is written");
}

CASES(controls)
{
	for (size_t i = 0; i < COUNT(controls); i++)
		add_case(.name = name_case("recvfrom.datagram.received[recvmsg,no-"
					   "control,%s]",
					   controls[i].name),
			 .run_row = without_control, .row = &controls[i], UNIX);
}

/* msg_flags is written whatever was there, and not read. */
static const struct flags {
	const char *name;
	int before, flags;
} flags[] = {
	{ "zero", 0, 0 },
	{ "all", -1, 0 },
	{ "peek", MSG_PEEK, 0 },
	{ "dontwait-and-oob", MSG_DONTWAIT | MSG_OOB, 0 },
	{ "cmsg-cloexec", 0, MSG_CMSG_CLOEXEC },
	{ "waitall", 0, MSG_WAITALL },
};

static void with_flags(const void *data)
{
	const struct flags *row = data;
	int fd = with_text();

	whole();
	header.msg_flags = row->before;
	expect_value(SIZE, t_recvmsg_header(fd, &header, row->flags));
	expect_that(header.msg_flags == (row->flags & MSG_CMSG_CLOEXEC),
		    "msg_flags is 0x%x", (unsigned int)header.msg_flags);
	expect_left(fd, false);
}

CASES(flags)
{
	for (size_t i = 0; i < COUNT(flags); i++)
		add_case(.name = name_case("recvfrom.datagram.received[recvmsg,flags-"
					   "%s]",
					   flags[i].name),
			 .run_row = with_flags, .row = &flags[i], UNIX);
}
