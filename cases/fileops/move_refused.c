/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * move_refused.c - splice(2), tee(2), vmsplice(2), sendfile(2) and copy_file_range(2)
 * on a socket of any kind, whatever its state: what is refused, and descriptors that
 * are not open.
 */
#include <limits.h>
#include <sys/uio.h>

#include "move.h"

/* On each kind: what is refused whatever the state is. */
static void has_no_offset(const void *data)
{
	static off_t offset;
	int fd = open_kind(data), pipe[2];

	open_pipe(pipe, WAITING);
	expect_errno(EINVAL,
		     file_call(CALL_SPLICE, pipe[0], 0, fd, (long)&offset, 1, 0));
	expect_errno(EINVAL,
		     file_call(CALL_SPLICE, fd, (long)&offset, pipe[1], 0, 1, 0));
}

static void pipe_has_no_offset(const void *data)
{
	static off_t offset;
	int fd = open_kind(data), pipe[2];

	open_pipe(pipe, WAITING);
	expect_errno(ESPIPE,
		     file_call(CALL_SPLICE, pipe[0], (long)&offset, fd, 0, 1, 0));
	expect_errno(ESPIPE,
		     file_call(CALL_SPLICE, fd, 0, pipe[1], (long)&offset, 1, 0));
	/* Before it is read, and before the socket's own. */
	expect_errno(ESPIPE, file_call(CALL_SPLICE, pipe[0], (long)unmapped_memory(),
				       fd, 0, 1, 0));
	expect_errno(ESPIPE, file_call(CALL_SPLICE, pipe[0], (long)&offset, fd,
				       (long)&offset, 1, 0));
}

static void offset_is_unreadable(const void *data)
{
	long nowhere = (long)unmapped_memory();
	int fd = open_kind(data), other = must_socket(AF_UNIX, SOCK_STREAM, 0), pipe[2];

	open_pipe(pipe, WAITING);
	expect_errno(EFAULT, file_call(CALL_SPLICE, pipe[0], 0, fd, nowhere, 1, 0));
	expect_errno(EFAULT, file_call(CALL_SPLICE, fd, nowhere, pipe[1], 0, 1, 0));
	/* Before it matters that there is no pipe, and that it is the wrong end. */
	expect_errno(EFAULT, file_call(CALL_SPLICE, fd, nowhere, other, 0, 1, 0));
	expect_errno(EFAULT, file_call(CALL_SPLICE, fd, nowhere, pipe[0], 0, 1, 0));
}

static void has_no_pipe(const void *data)
{
	static off_t offset;
	int fd = open_kind(data), other = must_socket(AF_UNIX, SOCK_STREAM, 0), file;

	expect_errno(EINVAL, splice_to(fd, other, 1, 0));
	expect_errno(EINVAL, splice_to(other, fd, 1, 0));
	expect_errno(EINVAL, splice_to(fd, fd, 1, 0));
	expect_errno(EINVAL, file_call(CALL_SPLICE, fd, (long)&offset, other, 0, 1, 0));
	file = open_data(WAITING);
	expect_errno(EINVAL, splice_to(file, fd, 1, 0));
	expect_errno(EINVAL, splice_to(fd, file, 1, 0));
}

static void is_wrong_end(const void *data)
{
	static off_t offset;
	int fd = open_kind(data), pipe[2];

	open_pipe(pipe, WAITING);
	expect_errno(EBADF, splice_to(pipe[1], fd, 1, 0));
	expect_errno(EBADF, splice_to(fd, pipe[0], 1, 0));
	/* Before the socket's offset. */
	expect_errno(EBADF,
		     file_call(CALL_SPLICE, fd, (long)&offset, pipe[0], 0, 1, 0));
}

static void appends(const void *data)
{
	int fd = open_kind(data), pipe[2];

	sc_must(SC_LINE, t_fcntl(fd, F_SETFL, O_APPEND), "F_SETFL");
	open_pipe(pipe, WAITING);
	expect_errno(EINVAL, splice_to(pipe[0], fd, 1, 0));
	expect_that(pipe_bytes(pipe[0]) == WAITING, "the pipe has %ld bytes left",
		    pipe_bytes(pipe[0]));
}

static void splices_nothing(const void *data)
{
	int fd = open_kind(data);

	expect_value(0, splice_to(fd, fd, 0, 0));
	expect_value(0, splice_to(fd, fd, 0, 16));
	expect_value(0, splice_to(30, 31, 0, 0));
}

static void knows_no_such_flag(const void *data)
{
	int fd = open_kind(data);

	expect_errno(EINVAL, splice_to(fd, fd, 1, 16));
	expect_errno(EINVAL, splice_to(30, 31, 1, 0x40000000));
}

static void tees_none(const void *data)
{
	int fd = open_kind(data), pipe[2];

	open_pipe(pipe, WAITING);
	expect_errno(EINVAL, file_call(CALL_TEE, fd, pipe[1], 1, 0));
	expect_errno(EINVAL, file_call(CALL_TEE, pipe[0], fd, 1, 0));
	expect_errno(EINVAL, file_call(CALL_TEE, fd, fd, 1, 0));
}

static void tees_nothing(const void *data)
{
	int fd = open_kind(data);

	expect_value(0, file_call(CALL_TEE, fd, fd, 0, 0));
	expect_value(0, file_call(CALL_TEE, fd, 30, 0, 0));
}

static void tee_knows_no_such_flag(const void *data)
{
	int fd = open_kind(data);

	expect_errno(EINVAL, file_call(CALL_TEE, fd, fd, 1, 16));
	expect_errno(EINVAL, file_call(CALL_TEE, 30, 31, 1, 16));
	expect_errno(EINVAL, file_call(CALL_TEE, fd, fd, 0, 16));
}

static unsigned char bytes[16];
static struct iovec areas[2] = { { bytes, 1 }, { bytes, 2 } };
static struct iovec empty[2] = { { bytes, 0 }, { NULL, 0 } };

static void is_no_pipe(const void *data)
{
	int fd = open_kind(data);

	expect_errno(EBADF, file_call(CALL_VMSPLICE, fd, (long)areas, 2, 0));
}

static void vmsplices_nothing(const void *data)
{
	int fd = open_kind(data);

	expect_value(0, file_call(CALL_VMSPLICE, fd, (long)empty, 2, 0));
	expect_value(0, file_call(CALL_VMSPLICE, fd, 0, 0, 0));
}

static void vmsplice_knows_no_such_flag(const void *data)
{
	int fd = open_kind(data);

	expect_errno(EINVAL, file_call(CALL_VMSPLICE, fd, (long)areas, 2, 16));
	expect_errno(EINVAL, file_call(CALL_VMSPLICE, 30, (long)areas, 2, 16));
}

static void has_too_many_areas(const void *data)
{
	int fd = open_kind(data);

	expect_errno(EINVAL, file_call(CALL_VMSPLICE, fd, (long)areas, IOV_MAX + 1, 0));
	expect_errno(EINVAL, file_call(CALL_VMSPLICE, fd, 16, IOV_MAX + 1, 0));
}

static void areas_are_unreadable(const void *data)
{
	int fd = open_kind(data);

	expect_errno(EFAULT, file_call(CALL_VMSPLICE, fd, 0, 1, 0));
	expect_errno(EFAULT,
		     file_call(CALL_VMSPLICE, fd, (long)unmapped_memory(), 1, 0));
}

static void is_not_copied(const void *data)
{
	static off_t offset;
	int fd = open_kind(data), file = open_data(WAITING);

	expect_errno(EINVAL, file_call(CALL_COPY_FILE_RANGE, fd, 0, file, 0, 1, 0));
	expect_errno(EINVAL, file_call(CALL_COPY_FILE_RANGE, file, 0, fd, 0, 1, 0));
	expect_errno(EINVAL, file_call(CALL_COPY_FILE_RANGE, fd, 0, fd, 0, 1, 0));
	expect_errno(EINVAL, file_call(CALL_COPY_FILE_RANGE, file, 0, fd, 0, 0, 0));
	expect_errno(EINVAL, file_call(CALL_COPY_FILE_RANGE, fd, (long)&offset, file,
				       (long)&offset, 1, 0));
}

static void copy_has_no_flags(const void *data)
{
	int fd = open_kind(data);

	expect_errno(EINVAL, file_call(CALL_COPY_FILE_RANGE, fd, 0, fd, 0, 1, 1));
}

static void copy_offset_is_unreadable(const void *data)
{
	long nowhere = (long)unmapped_memory();
	int fd = open_kind(data), file = open_data(WAITING);

	expect_errno(EFAULT,
		     file_call(CALL_COPY_FILE_RANGE, fd, nowhere, file, 0, 1, 0));
	expect_errno(EFAULT,
		     file_call(CALL_COPY_FILE_RANGE, file, 0, fd, nowhere, 1, 0));
	/* Before the flags. */
	expect_errno(EFAULT,
		     file_call(CALL_COPY_FILE_RANGE, fd, nowhere, file, 0, 1, 1));
}

static void is_no_source(const void *data)
{
	int fd = open_kind(data), other = must_socket(AF_UNIX, SOCK_STREAM, 0), file;

	expect_errno(EINVAL, file_call(CALL_SENDFILE, other, fd, 0, 1));
	expect_errno(EINVAL, file_call(CALL_SENDFILE, fd, fd, 0, 1));
	expect_errno(EINVAL, file_call(CALL_SENDFILE, fd, fd, 0, 0));
	file = open_data(WAITING);
	expect_errno(EINVAL, file_call(CALL_SENDFILE, file, fd, 0, 1));
}

static void has_no_offset_to_send(const void *data)
{
	static off_t offset;
	int fd = open_kind(data);

	expect_errno(ESPIPE, file_call(CALL_SENDFILE, fd, fd, (long)&offset, 1));
	/* Before the count, and before where it goes to. */
	expect_errno(ESPIPE, file_call(CALL_SENDFILE, fd, fd, (long)&offset, -1));
	expect_errno(ESPIPE, file_call(CALL_SENDFILE, 30, fd, (long)&offset, 1));
}

static void send_offset_is_unreadable(const void *data)
{
	long nowhere = (long)unmapped_memory();
	int fd = open_kind(data);

	expect_errno(EFAULT, file_call(CALL_SENDFILE, fd, fd, nowhere, 1));
	expect_errno(EFAULT, file_call(CALL_SENDFILE, 30, 31, nowhere, 1));
}

static void count_is_negative(const void *data)
{
	int fd, file;

	if (sizeof(long) < 8)
		sc_skip("needs a program of 64 bits: of others, no count is negative "
			"to a kernel that is");
	fd = open_kind(data);
	file = open_data(WAITING);
	expect_errno(EINVAL, file_call(CALL_SENDFILE, fd, file, 0, -1));
	expect_errno(EINVAL, file_call(CALL_SENDFILE, fd, file, 0, LONG_MIN));
	/* Before where it goes to. */
	expect_errno(EINVAL, file_call(CALL_SENDFILE, 30, file, 0, -1));
}

static void file_is_not_appended(const void *data)
{
	int fd = open_kind(data), file;

	sc_must(SC_LINE, t_fcntl(fd, F_SETFL, O_APPEND), "F_SETFL");
	file = open_data(WAITING);
	expect_errno(EINVAL, file_call(CALL_SENDFILE, fd, file, 0, 1));
	expect_errno(EINVAL, file_call(CALL_SENDFILE, fd, file, 0, 0));
}

static const struct {
	const char *rule;
	void (*run)(const void *kind);
	bool every;
} steps[] = {
	{ "splice.socket_offset", has_no_offset, true },
	{ "splice.pipe_offset", pipe_has_no_offset, false },
	{ "splice.offset_unreadable", offset_is_unreadable, false },
	{ "splice.no_pipe", has_no_pipe, true },
	{ "splice.wrong_end", is_wrong_end, false },
	{ "splice.appends", appends, true },
	{ "splice.nothing", splices_nothing, false },
	{ "splice.flags_unknown", knows_no_such_flag, false },
	{ "tee.not_a_pipe", tees_none, true },
	{ "tee.nothing", tees_nothing, false },
	{ "tee.flags_unknown", tee_knows_no_such_flag, false },
	{ "vmsplice.not_a_pipe", is_no_pipe, true },
	{ "vmsplice.nothing", vmsplices_nothing, false },
	{ "vmsplice.flags_unknown", vmsplice_knows_no_such_flag, false },
	{ "vmsplice.too_many", has_too_many_areas, false },
	{ "vmsplice.areas_unreadable", areas_are_unreadable, false },
	{ "copy_file_range.not_a_file", is_not_copied, true },
	{ "copy_file_range.flags_unknown", copy_has_no_flags, false },
	{ "copy_file_range.offset_unreadable", copy_offset_is_unreadable, false },
	{ "sendfile.input_is_socket", is_no_source, true },
	{ "sendfile.input_not_seekable", has_no_offset_to_send, false },
	{ "sendfile.offset_unreadable", send_offset_is_unreadable, false },
	{ "sendfile.count_negative", count_is_negative, false },
	{ "sendfile.output_appends", file_is_not_appended, false },
};

CASES(steps)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(steps); i++)
			if (steps[i].every || stands_for_family(&kinds[k]))
				add_on_kind(&kinds[k], steps[i].run, &kinds[k],
					    "%s[%s]", steps[i].rule, kinds[k].name);
}

/* Descriptors that are not open, on either side. */
static void one_is_not_open(const void *data)
{
	const struct any_call *it = data;
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);
	long argument[FILE_ARGUMENTS];

	memcpy(argument, it->argument, sizeof(argument));
	/* The place of the other descriptor holds -2. */
	for (size_t i = 0; i < FILE_ARGUMENTS; i++)
		if (argument[i] == -2) {
			argument[i] = fd;
			expect_errno(EBADF, t_file(it->call, 30, argument));
			expect_errno(EBADF, t_file(it->call, -1, argument));
			argument[i] = 30;
			expect_errno(EBADF, t_file(it->call, fd, argument));
			argument[i] = -1;
			expect_errno(EBADF, t_file(it->call, fd, argument));
		}
}

static void one_is_path_only(const void *data)
{
	const struct any_call *it = data;
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);
	int path = open_descriptor(OPEN_PATH_ONLY);
	long argument[FILE_ARGUMENTS];

	memcpy(argument, it->argument, sizeof(argument));
	for (size_t i = 0; i < FILE_ARGUMENTS; i++)
		if (argument[i] == -2) {
			argument[i] = fd;
			expect_errno(EBADF, t_file(it->call, path, argument));
			argument[i] = path;
			expect_errno(EBADF, t_file(it->call, fd, argument));
		}
}

static const struct any_call between_two[] = {
	{ "splice.not_open", CALL_SPLICE, { 0, -2, 0, 1, 0 } },
	{ "tee.not_open", CALL_TEE, { -2, 1, 0 } },
	{ "copy_file_range.not_open", CALL_COPY_FILE_RANGE, { 0, -2, 0, 1, 0 } },
};

CASES(between_two)
{
	for (size_t i = 0; i < COUNT(between_two); i++) {
		add_case(.name = name_case("%s[one]", between_two[i].name),
			 .run_row = one_is_not_open, .row = &between_two[i],
			 .anywhere = true);
		add_case(.name = name_case("%s[path-only]", between_two[i].name),
			 .run_row = one_is_path_only, .row = &between_two[i],
			 .anywhere = true);
	}
}

CASE("vmsplice.not_open[closed]", .anywhere = true)
{
	expect_errno(EBADF, file_call(CALL_VMSPLICE, 30, (long)areas, 2, 0));
	expect_errno(EBADF, file_call(CALL_VMSPLICE, -1, (long)areas, 2, 0));
	/* Before the areas. */
	expect_errno(EBADF, file_call(CALL_VMSPLICE, 30, 0, 2000, 0));
	expect_errno(EBADF, file_call(CALL_VMSPLICE, 30, 0, 0, 0));
}

CASE("vmsplice.not_open[path-only]", .anywhere = true)
{
	expect_errno(EBADF, file_call(CALL_VMSPLICE, open_descriptor(OPEN_PATH_ONLY),
				      (long)areas, 2, 0));
}

CASE("sendfile.input_not_open[closed]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	expect_errno(EBADF, file_call(CALL_SENDFILE, fd, 30, 0, 1));
	expect_errno(EBADF, file_call(CALL_SENDFILE, fd, -1, 0, 1));
	/* Before the count, and the other one. */
	expect_errno(EBADF, file_call(CALL_SENDFILE, 31, 30, 0, -1));
}

CASE("sendfile.input_not_open[path-only]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	expect_errno(EBADF, file_call(CALL_SENDFILE, fd,
				      open_descriptor(OPEN_PATH_ONLY), 0, 1));
}

CASE("sendfile.output_not_open[closed]", .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	expect_errno(EBADF, file_call(CALL_SENDFILE, 30, fd, 0, 1));
	expect_errno(EBADF, file_call(CALL_SENDFILE, -1, fd, 0, 1));
	expect_errno(EBADF, file_call(CALL_SENDFILE, open_descriptor(OPEN_PATH_ONLY),
				      fd, 0, 1));
}
