/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * doors_recvmsg.c - what recvmsg(2) has that recvfrom(2) has not: its header, what is
 * wrong with it, and what is written to it.
 */
#include "areas.h"

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
	static const struct iovec cut[2] = { { inbox.buffer, 64 }, { NULL, 0 } };

	return areas((void *)cut_off_after(cut, sizeof(cut[0])), 2);
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
