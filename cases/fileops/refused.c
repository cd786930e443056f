/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * refused.c - calls that are refused of every socket, as it has no offset, no directory
 * and no place on a disk: on each kind, with arguments that would be in order and such
 * as would be refused later; and what each refuses before it looks at the socket.
 */
#include <limits.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "kinds.h"

static unsigned char buffer[64];
static struct iovec vector[1] = { { buffer, sizeof(buffer) } };

#define BUFFER	  ((long)buffer)
#define VECTOR	  ((long)vector)
#define NO_MEMORY ((long)16) /* nothing is ever mapped there */
#define PAGE	  4096L

/* Refused of every kind of sockets, with this errno. */
static const struct refusal {
	const char *rule;
	int error;
	struct any_call call;
} refusals[] = {
	{ "lseek.not_seekable", ESPIPE, { "set", CALL_LSEEK, { 0, SEEK_SET } } },
	{ "lseek.not_seekable", ESPIPE, { "cur", CALL_LSEEK, { 0, SEEK_CUR } } },
	{ "lseek.not_seekable", ESPIPE, { "end", CALL_LSEEK, { 0, SEEK_END } } },
	{ "lseek.not_seekable", ESPIPE, { "data", CALL_LSEEK, { 0, SEEK_DATA } } },
	{ "lseek.not_seekable", ESPIPE, { "hole", CALL_LSEEK, { 0, SEEK_HOLE } } },
	{ "lseek.not_seekable", ESPIPE, { "negative", CALL_LSEEK, { -1, SEEK_SET } } },
	{ "pread.not_seekable", ESPIPE, { "start", CALL_PREAD, { BUFFER, 64, 0 } } },
	{ "pread.not_seekable", ESPIPE, { "further", CALL_PREAD, { BUFFER, 64, 9 } } },
	{ "pread.not_seekable", ESPIPE, { "nothing", CALL_PREAD, { BUFFER, 0, 0 } } },
	{ "pread.not_seekable", ESPIPE, { "no-memory", CALL_PREAD, { 16, 64, 0 } } },
	{ "pwrite.not_seekable", ESPIPE, { "start", CALL_PWRITE, { BUFFER, 4, 0 } } },
	{ "pwrite.not_seekable", ESPIPE, { "further", CALL_PWRITE, { BUFFER, 4, 9 } } },
	{ "pwrite.not_seekable", ESPIPE, { "nothing", CALL_PWRITE, { BUFFER, 0, 0 } } },
	{ "pwrite.not_seekable", ESPIPE, { "no-memory", CALL_PWRITE, { 16, 4, 0 } } },
	{ "preadv.not_seekable", ESPIPE, { "start", CALL_PREADV, { VECTOR, 1, 0 } } },
	{ "preadv.not_seekable", ESPIPE, { "nothing", CALL_PREADV, { VECTOR, 0, 0 } } },
	{ "preadv.not_seekable", ESPIPE, { "no-memory", CALL_PREADV, { 16, 1, 0 } } },
	{ "preadv.not_seekable",
	  ESPIPE,
	  { "too-many", CALL_PREADV, { VECTOR, 1025, 0 } } },
	{ "pwritev.not_seekable", ESPIPE, { "start", CALL_PWRITEV, { VECTOR, 1, 0 } } },
	{ "pwritev.not_seekable",
	  ESPIPE,
	  { "nothing", CALL_PWRITEV, { VECTOR, 0, 0 } } },
	{ "pwritev.not_seekable", ESPIPE, { "no-memory", CALL_PWRITEV, { 16, 1, 0 } } },
	{ "fsync.not_supported", EINVAL, { "", CALL_FSYNC, { 0 } } },
	{ "fdatasync.not_supported", EINVAL, { "", CALL_FDATASYNC, { 0 } } },
	{ "sync_file_range.not_a_file",
	  ESPIPE,
	  { "all", CALL_SYNC_FILE_RANGE, { 0, 0, 7 } } },
	{ "sync_file_range.not_a_file",
	  ESPIPE,
	  { "no-flags", CALL_SYNC_FILE_RANGE, { 0, 1, 0 } } },
	{ "readahead.not_applicable", EINVAL, { "page", CALL_READAHEAD, { 0, PAGE } } },
	{ "readahead.not_applicable", EINVAL, { "nothing", CALL_READAHEAD, { 0, 0 } } },
	{ "getdents.not_a_directory",
	  ENOTDIR,
	  { "room", CALL_GETDENTS, { BUFFER, 64 } } },
	{ "getdents.not_a_directory",
	  ENOTDIR,
	  { "before-no-room", CALL_GETDENTS, { BUFFER, 0 } } },
	{ "getdents.not_a_directory",
	  ENOTDIR,
	  { "before-no-memory", CALL_GETDENTS, { 16, 64 } } },
	{ "ftruncate.not_a_file", EINVAL, { "empty", CALL_FTRUNCATE, { 0 } } },
	{ "ftruncate.not_a_file", EINVAL, { "longer", CALL_FTRUNCATE, { 9 } } },
	{ "fallocate.not_a_file", ENODEV, { "room", CALL_FALLOCATE, { 0, 0, 9 } } },
	{ "fallocate.not_a_file",
	  ENODEV,
	  { "keep-size", CALL_FALLOCATE, { 1, 0, 9 } } },
	{ "fallocate.not_a_file",
	  ENODEV,
	  { "punch-hole", CALL_FALLOCATE, { 3, 0, 9 } } },
	{ "open.socket", ENXIO, { "reading", CALL_OPEN, { O_RDONLY } } },
	{ "open.socket", ENXIO, { "writing", CALL_OPEN, { O_WRONLY } } },
	{ "open.socket", ENXIO, { "both", CALL_OPEN, { O_RDWR } } },
	{ "open.socket", ENXIO, { "nonblock", CALL_OPEN, { O_RDWR | O_NONBLOCK } } },
	{ "open.link_not_followed",
	  ELOOP,
	  { "", CALL_OPEN, { O_RDONLY | O_NOFOLLOW } } },
	{ "open.not_a_directory",
	  ENOTDIR,
	  { "", CALL_OPEN, { O_RDONLY | O_DIRECTORY } } },
};

static void refused(const void *data)
{
	const struct any_call_row *row = data;
	int fd = open_kind(row->kind);

	expect_errno(row->error, call_any(row->call, fd));
}

/* The first row of each rule is for every kind, the others for one of each family. */
static bool is_first(size_t i)
{
	return !i || strcmp(refusals[i].rule, refusals[i - 1].rule);
}

CASES(refusals)
{
	for (size_t i = 0; i < COUNT(refusals); i++)
		for (size_t k = 0; k < COUNT(kinds); k++) {
			const struct refusal *it = &refusals[i];
			struct any_call_row row = { &it->call, &kinds[k], it->error };

			if (!is_first(i) && !stands_for_family(&kinds[k]))
				continue;
			add_on_kind(&kinds[k], refused, &row, "%s[%s%s%s]", it->rule,
				    kinds[k].name, it->call.name[0] ? "," : "",
				    it->call.name);
		}
}

/* What each call is refused before it has a look at the socket, or at the descriptor.
 */
static const struct early {
	const char *rule;
	int error;
	struct any_call call;
} earlies[] = {
	{ "lseek.whence_unknown", EINVAL, { "5", CALL_LSEEK, { 0, 5 } } },
	{ "lseek.whence_unknown", EINVAL, { "-1", CALL_LSEEK, { 0, -1 } } },
	{ "lseek.whence_unknown", EINVAL, { "int-min", CALL_LSEEK, { 0, INT_MIN } } },
	{ "pread.offset_negative", EINVAL, { "-1", CALL_PREAD, { BUFFER, 64, -1 } } },
	{ "pread.offset_negative",
	  EINVAL,
	  { "min", CALL_PREAD, { BUFFER, 64, LONG_MIN } } },
	{ "pwrite.offset_negative", EINVAL, { "-1", CALL_PWRITE, { BUFFER, 64, -1 } } },
	{ "pwrite.offset_negative",
	  EINVAL,
	  { "min", CALL_PWRITE, { BUFFER, 64, LONG_MIN } } },
	{ "preadv.offset_negative", EINVAL, { "-1", CALL_PREADV, { VECTOR, 1, -1 } } },
	{ "preadv.offset_negative",
	  EINVAL,
	  { "min", CALL_PREADV, { VECTOR, 1, LONG_MIN } } },
	{ "pwritev.offset_negative",
	  EINVAL,
	  { "-1", CALL_PWRITEV, { VECTOR, 1, -1 } } },
	{ "pwritev.offset_negative",
	  EINVAL,
	  { "min", CALL_PWRITEV, { VECTOR, 1, LONG_MIN } } },
	{ "mmap.offset_unaligned",
	  EINVAL,
	  { "1", CALL_MMAP, { PAGE, PROT_READ, MAP_SHARED, 1 } } },
	{ "mmap.offset_unaligned",
	  EINVAL,
	  { "4095", CALL_MMAP, { PAGE, PROT_READ, MAP_SHARED, 4095 } } },
	{ "mmap.offset_unaligned",
	  EINVAL,
	  { "before-length", CALL_MMAP, { 0, PROT_READ, MAP_SHARED, 1 } } },
	{ "mmap.length_zero",
	  EINVAL,
	  { "shared", CALL_MMAP, { 0, PROT_READ, MAP_SHARED, 0 } } },
	{ "mmap.length_zero",
	  EINVAL,
	  { "private", CALL_MMAP, { 0, PROT_READ, MAP_PRIVATE, 0 } } },
	{ "mmap.neither_shared_nor_private",
	  EINVAL,
	  { "none", CALL_MMAP, { PAGE, PROT_READ, 0, 0 } } },
	{ "mmap.neither_shared_nor_private",
	  EINVAL,
	  { "fixed", CALL_MMAP, { PAGE, PROT_READ, MAP_NORESERVE, 0 } } },
	{ "sync_file_range.flags_unknown",
	  EINVAL,
	  { "8", CALL_SYNC_FILE_RANGE, { 0, 0, 8 } } },
	{ "sync_file_range.flags_unknown",
	  EINVAL,
	  { "before-range", CALL_SYNC_FILE_RANGE, { -1, 0, 15 } } },
	{ "sync_file_range.range_negative",
	  EINVAL,
	  { "offset", CALL_SYNC_FILE_RANGE, { -1, 1, 7 } } },
	{ "sync_file_range.range_negative",
	  EINVAL,
	  { "length", CALL_SYNC_FILE_RANGE, { 0, -1, 7 } } },
	{ "ftruncate.length_negative", EINVAL, { "-1", CALL_FTRUNCATE, { -1 } } },
	{ "ftruncate.length_negative",
	  EINVAL,
	  { "min", CALL_FTRUNCATE, { LONG_MIN } } },
	{ "fallocate.no_range", EINVAL, { "offset", CALL_FALLOCATE, { 0, -1, 9 } } },
	{ "fallocate.no_range", EINVAL, { "length-0", CALL_FALLOCATE, { 0, 0, 0 } } },
	{ "fallocate.no_range", EINVAL, { "length--1", CALL_FALLOCATE, { 0, 0, -1 } } },
	{ "fallocate.no_range",
	  EINVAL,
	  { "before-mode", CALL_FALLOCATE, { 0x40000000, 0, 0 } } },
	{ "fallocate.mode_unknown",
	  EOPNOTSUPP,
	  { "0x40000000", CALL_FALLOCATE, { 0x40000000, 0, 9 } } },
	{ "fallocate.mode_unknown",
	  EOPNOTSUPP,
	  { "0x101", CALL_FALLOCATE, { 0x101, 0, 9 } } },
	{ "flock.operation_unknown", EINVAL, { "0", CALL_FLOCK, { 0 } } },
	{ "flock.operation_unknown", EINVAL, { "nb-alone", CALL_FLOCK, { LOCK_NB } } },
	{ "flock.operation_unknown",
	  EINVAL,
	  { "sh-and-ex", CALL_FLOCK, { LOCK_SH | LOCK_EX } } },
};

CASES(earlies)
{
	for (size_t i = 0; i < COUNT(earlies); i++)
		for (size_t k = 0; k < COUNT(kinds); k++) {
			const struct early *it = &earlies[i];
			struct any_call_row row = { &it->call, &kinds[k], it->error };

			if (stands_for_family(&kinds[k]))
				add_on_kind(&kinds[k], refused, &row, "%s[%s,%s]",
					    it->rule, kinds[k].name, it->call.name);
		}
}

/* Those that come before the descriptor is looked at, of one that is not open. */
static void refused_of_nothing(const void *data)
{
	const struct early *it = data;

	expect_errno(it->error, call_any(&it->call, 3));
}

static bool is_blind(const struct early *it)
{
	static const char *const rules[] = {
		"pread.offset_negative",   "pwrite.offset_negative",
		"preadv.offset_negative",  "pwritev.offset_negative",
		"mmap.offset_unaligned",   "ftruncate.length_negative",
		"flock.operation_unknown",
	};

	for (size_t i = 0; i < COUNT(rules); i++)
		if (!strcmp(rules[i], it->rule))
			return true;
	return false;
}

CASES(blind)
{
	for (size_t i = 0; i < COUNT(earlies); i++)
		if (is_blind(&earlies[i]))
			add_case(.name = name_case("%s[before-descriptor,%s]",
						   earlies[i].rule,
						   earlies[i].call.name),
				 .run_row = refused_of_nothing, .row = &earlies[i],
				 .anywhere = true);
}

/* The descriptor: each call with arguments that are in order, and such as are not. */
static const struct descriptor_call {
	const char *call;
	struct any_call arguments;
} descriptor_calls[] = {
	{ "lseek", { "cur", CALL_LSEEK, { 0, SEEK_CUR } } },
	{ "lseek", { "before-whence", CALL_LSEEK, { 0, 9 } } },
	{ "pread", { "start", CALL_PREAD, { BUFFER, 64, 0 } } },
	{ "pwrite", { "start", CALL_PWRITE, { BUFFER, 64, 0 } } },
	{ "preadv", { "start", CALL_PREADV, { VECTOR, 1, 0 } } },
	{ "preadv", { "before-vector", CALL_PREADV, { NO_MEMORY, 1, 0 } } },
	{ "pwritev", { "start", CALL_PWRITEV, { VECTOR, 1, 0 } } },
	{ "pwritev", { "before-vector", CALL_PWRITEV, { NO_MEMORY, 1, 0 } } },
	{ "mmap", { "page", CALL_MMAP, { PAGE, PROT_READ, MAP_SHARED, 0 } } },
	{ "mmap", { "before-length", CALL_MMAP, { 0, PROT_READ, MAP_SHARED, 0 } } },
	{ "mmap", { "before-flags", CALL_MMAP, { PAGE, PROT_READ, 0, 0 } } },
	{ "fsync", { "", CALL_FSYNC, { 0 } } },
	{ "fdatasync", { "", CALL_FDATASYNC, { 0 } } },
	{ "sync_file_range", { "all", CALL_SYNC_FILE_RANGE, { 0, 0, 7 } } },
	{ "sync_file_range", { "before-flags", CALL_SYNC_FILE_RANGE, { 0, 0, 8 } } },
	{ "sync_file_range", { "before-range", CALL_SYNC_FILE_RANGE, { -1, 0, 7 } } },
	{ "readahead", { "page", CALL_READAHEAD, { 0, PAGE } } },
	{ "getdents", { "room", CALL_GETDENTS, { BUFFER, 64 } } },
	{ "ftruncate", { "empty", CALL_FTRUNCATE, { 0 } } },
	{ "fallocate", { "room", CALL_FALLOCATE, { 0, 0, 9 } } },
	{ "fallocate", { "before-range", CALL_FALLOCATE, { 0, 0, 0 } } },
	{ "fallocate", { "before-mode", CALL_FALLOCATE, { 0x40000000, 0, 9 } } },
	{ "flock", { "sh", CALL_FLOCK, { LOCK_SH | LOCK_NB } } },
	{ "flock", { "un", CALL_FLOCK, { LOCK_UN } } },
	{ "fchmod", { "", CALL_FCHMOD, { 0700 } } },
};

static const struct {
	const char *name;
	int fd;
} closed[] = {
	{ "never-opened", 3 },
	{ "far", 1000000 },
	{ "negative", -1 },
	{ "int-min", INT_MIN },
};

struct descriptor_row {
	const struct any_call *call;
	int fd;
};

static void not_open(const void *data)
{
	const struct descriptor_row *row = data;

	expect_errno(EBADF, call_any(row->call, row->fd));
}

static void path_only(const void *data)
{
	expect_errno(EBADF, call_any(data, open_descriptor(OPEN_PATH_ONLY)));
}

static void once_closed(const void *data)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	must_close(fd);
	expect_errno(EBADF, call_any(data, fd));
}

CASES(descriptors)
{
	for (size_t i = 0; i < COUNT(descriptor_calls); i++) {
		const struct descriptor_call *it = &descriptor_calls[i];
		const char *comma = it->arguments.name[0] ? "," : "";

		for (size_t k = 0; k < COUNT(closed); k++) {
			struct descriptor_row row = { &it->arguments, closed[k].fd };

			add_case(.name = name_case("%s.not_open[%s%s%s]", it->call,
						   closed[k].name, comma,
						   it->arguments.name),
				 .run_row = not_open,
				 .row = keep_row(&row, sizeof(row)), .anywhere = true);
		}
		add_case(.name = name_case("%s.not_open[closed%s%s]", it->call, comma,
					   it->arguments.name),
			 .run_row = once_closed, .row = &it->arguments,
			 .anywhere = true);
		add_case(.name = name_case("%s.path_only[%s]", it->call,
					   it->arguments.name[0] ? it->arguments.name
								 : "root"),
			 .run_row = path_only, .row = &it->arguments, .anywhere = true);
	}
}
