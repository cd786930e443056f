/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arguments.c - sendto(2) and sendmsg(2): what is wrong with a call before the socket
 * is asked: its descriptor, the place of the buffer, the address, the header and the
 * areas.
 */
#include <limits.h>
#include <stdint.h>

#include "door.h"

static const unsigned char bytes[SIZE] = "abcdefg";

static struct address some_address(void)
{
	return inet("127.0.0.1", PORT);
}

static struct address bad_address(void)
{
	return with_length(some_address(), -1);
}

static const int closed[] = { 3, 1000000, -1, INT_MIN, INT_MAX };

struct fd_row {
	int number;
	enum descriptor_kind kind;
	enum door door;
};

static void is_not_open(const void *data)
{
	const struct fd_row *row = data;
	struct address good = some_address(), bad = bad_address();

	expect_errno(EBADF, put(row->door, row->number, bytes, SIZE, 0, NULL));
	expect_errno(EBADF, put(row->door, row->number, bytes, 0, MSG_OOB, &good));
	if (row->door == SENDMSG)
		expect_errno(EBADF, put(SENDMSG, row->number, bytes, SIZE, 0, &bad));
}

static void is_path_only(const void *data)
{
	const struct fd_row *row = data;
	int fd = open_descriptor(OPEN_PATH_ONLY);

	expect_errno(EBADF, put(row->door, fd, bytes, SIZE, 0, NULL));
	expect_errno(EBADF, put(row->door, fd, NULL, SIZE, 0, NULL));
}

static void is_no_socket(const void *data)
{
	const struct fd_row *row = data;
	struct address good = some_address();
	int fd = open_descriptor(row->kind);

	expect_errno(ENOTSOCK, put(row->door, fd, bytes, SIZE, 0, NULL));
	expect_errno(ENOTSOCK, put(row->door, fd, NULL, SIZE, 0, &good));
}

static void add_descriptor(const char *rule, const char *name, struct fd_row row,
			   void (*run)(const void *))
{
	for (row.door = SENDTO; row.door < DOORS; row.door++)
		add_case(.name = name_case("%s[%s%s]", rule, name, door_name(row.door)),
			 .run_row = run, .row = keep_row(&row, sizeof(row)),
			 .anywhere = true);
}

CASES(descriptors)
{
	static const struct {
		const char *name;
		enum descriptor_kind kind;
	} others[] = { { "file", OPEN_FILE },
		       { "directory", OPEN_DIRECTORY },
		       { "pipe", OPEN_PIPE },
		       { "epoll", OPEN_EPOLL },
		       { "eventfd", OPEN_EVENT } };
	char name[32];

	for (size_t i = 0; i < COUNT(closed); i++) {
		snprintf(name, sizeof(name), "%d", closed[i]);
		add_descriptor("sendto.fd.not_open", name,
			       (struct fd_row){ .number = closed[i] }, is_not_open);
	}
	add_descriptor("sendto.fd.path_only", "root", (struct fd_row){ 0 },
		       is_path_only);
	for (size_t i = 0; i < COUNT(others); i++)
		add_descriptor("sendto.fd.not_a_socket", others[i].name,
			       (struct fd_row){ .kind = others[i].kind }, is_no_socket);
}

/* The address is looked at once the descriptor is known to be a socket's. */
CASE("sendto.fd.not_open[before-address]", .anywhere = true)
{
	struct address bad = with_length(some_address(), 129);

	expect_errno(EBADF, put(SENDTO, 3, bytes, SIZE, 0, &bad));
	expect_errno(EBADF, t_sendto(3, bytes, SIZE, 0, unmapped_memory(), 16));
}

CASE("sendto.fd.not_a_socket[before-address]", .anywhere = true)
{
	struct address bad = with_length(some_address(), 129);
	int fd = open_descriptor(OPEN_PIPE);

	expect_errno(ENOTSOCK, put(SENDTO, fd, bytes, SIZE, 0, &bad));
	expect_errno(ENOTSOCK, t_sendto(fd, bytes, SIZE, 0, unmapped_memory(), 16));
}

CASE("sendto.fd.not_open[before-header,sendmsg]", .anywhere = true)
{
	if (target_is_narrow())
		sc_skip("the target makes headers of its own");
	expect_errno(EBADF, t_sendmsg(3, unmapped_memory(), 0));
}

static int not_open(void)
{
	return 3;
}

static int pipe_end(void)
{
	return open_descriptor(OPEN_PIPE);
}

static int datagrams(void)
{
	return must_socket(AF_INET, SOCK_DGRAM, 0);
}

static int stream(void)
{
	return must_socket(AF_INET, SOCK_STREAM, 0);
}

static int local_datagrams(void)
{
	return must_socket(AF_UNIX, SOCK_DGRAM, 0);
}

static const struct foreign {
	const char *name;
	int (*open)(void);
	int flags;
	size_t length;
} foreign[] = {
	{ "before-not-open", not_open, 0, SIZE },
	{ "before-not-a-socket", pipe_end, 0, SIZE },
	{ "no-bytes,before-not-open", not_open, 0, 0 },
	{ "no-bytes", datagrams, 0, 0 },
	{ "before-no-peer", datagrams, 0, SIZE },
	{ "before-not-connected", stream, 0, SIZE },
	{ "before-out-of-band", local_datagrams, MSG_OOB, SIZE },
};

static void is_foreign(const void *data)
{
	const struct foreign *it = data;
	int fd = it->open();
	const void *buffer = foreign_memory();

	expect_errno(EFAULT, t_sendto(fd, buffer, it->length, it->flags, NULL, 0));
}

CASES(foreign)
{
	for (size_t i = 0; i < COUNT(foreign); i++)
		add_case(.name = name_case("sendto.buffer.foreign[%s]",
					   foreign[i].name),
			 .run_row = is_foreign, .row = &foreign[i], .anywhere = true);
}

/* Of sendmsg(2), the kernel takes of a length that is too long what it has room for. */
static const struct length {
	const char *name;
	int length;
	bool too_long;
} lengths[] = {
	{ "one-less-than-none", -1, false }, { "int-min", INT_MIN, false },
	{ "one-more-than-most", 129, true }, { "65535", 65535, true },
	{ "int-max", INT_MAX, true },
};

static void is_out_of_range(const void *data)
{
	const struct row *row = data;
	const struct length *it = row->more;
	struct address to = with_length(local(row->kind->domain), it->length);
	int fd = open_kind(row->kind);

	expect_errno(EINVAL, put(row->door, fd, bytes, SIZE, 0, &to));
	expect_errno(EINVAL, put(row->door, fd, NULL, SIZE, MSG_OOB, &to));
}

static void cannot_be_read(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind);
	struct address to = inet("127.0.0.1", PORT);
	const void *places[] = { unmapped_memory(), protected_memory(),
				 cut_off_after(to.bytes, 15) };
	struct iovec area = { (void *)bytes, SIZE };

	for (size_t i = 0; i < COUNT(places); i++) {
		struct msghdr header = { .msg_name = (void *)places[i],
					 .msg_namelen = 16,
					 .msg_iov = &area,
					 .msg_iovlen = 1 };

		expect_errno(EFAULT, row->door == SENDTO ? t_sendto(fd, bytes, SIZE, 0,
								    places[i], 16)
							 : t_sendmsg(fd, &header, 0));
	}
}

CASES(addresses)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		if (!stands_for_family(&kinds[k]))
			continue;
		add_doors(&kinds[k], "sendto.address.unreadable", "", cannot_be_read,
			  NULL);
		for (size_t i = 0; i < COUNT(lengths); i++)
			for (enum door door = SENDTO; door < DOORS; door++) {
				struct row row = { &kinds[k], door, &lengths[i] };

				if (door == SENDMSG && lengths[i].too_long)
					continue;
				add_on_kind(&kinds[k], is_out_of_range, &row,
					    "sendto.addrlen.out_of_range[%s,%s%s]",
					    kinds[k].name, lengths[i].name,
					    door_name(door));
			}
	}
}

/* What is wrong with a header or its areas is told whatever the socket is. */
static void need_own_headers(void)
{
	if (target_is_narrow())
		sc_skip("the target makes headers of its own");
}

static void header_cannot_be_read(const void *data)
{
	const struct row *row = data;
	struct msghdr header = { .msg_name = NULL };
	/* Of what lies behind the areas, not every target reads all. */
	size_t half = offsetof(struct msghdr, msg_iov);
	int fd;

	need_own_headers();
	fd = open_kind(row->kind);
	expect_errno(EFAULT, t_sendmsg(fd, NULL, 0));
	expect_errno(EFAULT, t_sendmsg(fd, unmapped_memory(), 0));
	expect_errno(EFAULT, t_sendmsg(fd, protected_memory(), MSG_OOB));
	expect_errno(EFAULT, t_sendmsg(fd, cut_off_after(&header, half), 0));
}

static long send_areas(int fd, const void *areas, size_t count)
{
	struct msghdr header = { .msg_iov = (struct iovec *)areas,
				 .msg_iovlen = count };

	return t_sendmsg(fd, &header, 0);
}

static void too_many_areas(const void *data)
{
	static struct iovec areas[LINUX_UIO_MAXIOV + 1];
	static const size_t counts[] = { LINUX_UIO_MAXIOV + 1, INT_MAX };
	const struct row *row = data;
	int fd;

	need_own_headers();
	fd = open_kind(row->kind);
	for (size_t i = 0; i < COUNT(areas); i++)
		areas[i] = (struct iovec){ (void *)bytes, 1 };
	for (size_t i = 0; i < COUNT(counts); i++) {
		expect_errno(EMSGSIZE, send_areas(fd, areas, counts[i]));
		expect_errno(EMSGSIZE, send_areas(fd, NULL, counts[i]));
	}
}

static void areas_cannot_be_read(const void *data)
{
	const struct row *row = data;
	struct iovec areas[2] = { { (void *)bytes, 1 }, { (void *)bytes, 1 } };
	int fd;

	need_own_headers();
	fd = open_kind(row->kind);
	expect_errno(EFAULT, send_areas(fd, NULL, 1));
	expect_errno(EFAULT, send_areas(fd, unmapped_memory(), 1));
	expect_errno(EFAULT,
		     send_areas(fd, cut_off_after(areas, sizeof(areas) - 1), 2));
}

static void area_is_negative(const void *data)
{
	const struct row *row = data;
	struct iovec areas[2] = { { NULL, 1 }, { (void *)bytes, SIZE_MAX } };
	int fd;

	need_own_headers();
	fd = open_kind(row->kind);
	expect_errno(EINVAL, send_areas(fd, areas, 2));
	areas[1].iov_len = (size_t)SSIZE_MAX + 1;
	expect_errno(EINVAL, send_areas(fd, areas + 1, 1));
}

static void area_is_foreign(const void *data)
{
	const struct row *row = data;
	struct iovec areas[2] = { { (void *)bytes, 1 }, { foreign_memory(), SIZE } };
	int fd = open_kind(row->kind);

	expect_errno(EFAULT, send_areas(fd, areas, 2));
	expect_errno(EFAULT, send_areas(fd, areas + 1, 1));
}

static void has_compat_flag(const void *data)
{
	const struct row *row = data;
	int flag = (int)LINUX_MSG_CMSG_COMPAT;

	if (target_is_narrow())
		sc_skip("the target's own calls have the flag");
	expect_errno(EINVAL,
		     put(SENDMSG, open_kind(row->kind), bytes, SIZE, flag, NULL));
	expect_errno(EINVAL, put(SENDMSG, 1000000, bytes, SIZE, flag, NULL));
}

CASES(headers)
{
	static const struct {
		const char *rule;
		void (*run)(const void *);
	} wrongs[] = {
		{ "sendmsg.header.unreadable", header_cannot_be_read },
		{ "sendmsg.areas.too_many", too_many_areas },
		{ "sendmsg.areas.unreadable", areas_cannot_be_read },
		{ "sendmsg.areas.negative", area_is_negative },
		{ "sendmsg.areas.foreign", area_is_foreign },
	};

	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(wrongs); i++) {
			struct row row = { &kinds[k], SENDMSG, NULL };

			if (stands_for_family(&kinds[k]))
				add_on_kind(&kinds[k], wrongs[i].run, &row, "%s[%s]",
					    wrongs[i].rule, kinds[k].name);
		}
	for (size_t k = 0; k < COUNT(kinds); k++) {
		struct row row = { &kinds[k], SENDMSG, NULL };

		if (stands_for_family(&kinds[k]) && !kinds[k].feature)
			add_case(.name = name_case("sendmsg.flags.compat[%s]",
						   kinds[k].name),
				 .run_row = has_compat_flag,
				 .row = keep_row(&row, sizeof(row)),
				 .has = { FEATURE_FAMILY(kinds[k].domain),
					  FEATURE_COMPAT });
	}
}
