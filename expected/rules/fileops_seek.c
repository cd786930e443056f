/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fileops_seek.c - rules of lseek(2), pread(2), pwrite(2), preadv(2) and pwritev(2) of
 * a socket, which has no place to seek to: in the order of ksys_lseek() and
 * ksys_pread64().
 */
#include <unistd.h>

#include "fileops_common.h"

/* include/uapi/linux/fs.h, SEEK_MAX: SEEK_HOLE. */
#define WHENCE_MAX 4

static bool whence_unknown(const struct world *world, const struct call *call)
{
	(void)world;
	return (unsigned int)call->file.argument[1] > WHENCE_MAX;
}

static const struct rule fileops_lseek_rules[] = {
	DESCRIPTOR_RULES("lseek", MANUAL_QUOTE("lseek(2)", "EBADF",
					       "fd is not an open file descriptor.")),
	{
		.id = "lseek.whence_unknown",
		.says = "a whence that is none is refused, before it matters what the "
			"descriptor is open on",
		.when = whence_unknown,
		.outcome = FAILS(EINVAL),
		.posix = FAILS(EINVAL, ESPIPE),
		.cites = { MANUAL_QUOTE("lseek(2)", "EINVAL", "whence is not valid."),
			   POSIX("lseek", "EINVAL"), POSIX("lseek", "ESPIPE"),
			   KERNEL("fs/read_write.c", "ksys_lseek") },
	},
	{
		.id = "lseek.not_seekable",
		.says = "a socket has no offset, whatever whence is",
		.when = on_socket,
		.outcome = FAILS(ESPIPE),
		.cites = { MANUAL_QUOTE("lseek(2)", "ESPIPE",
					"fd is associated with a pipe, socket, or "
					"FIFO."),
			   POSIX("lseek", "ESPIPE"),
			   KERNEL("net/socket.c", "sock_alloc_file"),
			   KERNEL("fs/read_write.c", "vfs_llseek") },
	},
};
RULE_LIST(fileops_lseek, CALL_LSEEK);

/* Of all four calls, the offset is the third argument behind the descriptor. */
static bool offset_negative(const struct world *world, const struct call *call)
{
	(void)world;
	return call->file.argument[2] < 0;
}

#define OFFSET_NEGATIVE(call_, function_, ...)                                      \
	{                                                                           \
		.id = call_ ".offset_negative",                                     \
		.says = "a negative offset is refused, before the descriptor is "   \
			"looked at", /* lseek(2) speaks of the resulting offset, of \
				      * which a socket has none. */                 \
			.when = offset_negative, .outcome = FAILS(EINVAL),          \
		.cites = { KERNEL("fs/read_write.c", function_) },                  \
		.undocumented = true, __VA_ARGS__                                   \
	}

#define NO_OFFSET(call_, page_, quote_, function_, ...)                                \
	{                                                                              \
		.id = call_ ".not_seekable",                                           \
		.says = "a socket has no offset, so nothing is at one, however "       \
			"little is asked for and wherever the memory lies",            \
		.when = on_socket, .outcome = FAILS(ESPIPE),                           \
		.cites = { MANUAL_QUOTE("lseek(2)", "ESPIPE",                          \
					"fd is associated with a pipe, socket, or "    \
					"FIFO."),                                      \
			   QUOTE(page_, quote_), KERNEL("fs/read_write.c", function_), \
			   __VA_ARGS__ },                                              \
	}

/* A negative offset is an error in a regular file and a block special file; of a socket
 * there is none. */
#define POSIX_NO_OFFSET(call_)  \
	.posix = FAILS(ESPIPE), \
	.cites[1] = POSIX_SAYS(call_, "ESPIPE", "the file is incapable of seeking")

#define READ_AS_LSEEK                                                           \
	"pread() can fail and set errno to any error specified for read(2) or " \
	"lseek(2)."
#define WRITE_AS_LSEEK                                                            \
	"pwrite() can fail and set errno to any error specified for write(2) or " \
	"lseek(2)."
#define VECTOR_AS_LSEEK                                                         \
	"preadv(), preadv2(), pwritev(), and pwritev2() can also fail for the " \
	"same reasons as lseek(2)."
#define LSEEK_EBADF \
	MANUAL_QUOTE("lseek(2)", "EBADF", "fd is not an open file descriptor.")

static const struct rule fileops_pread_rules[] = {
	OFFSET_NEGATIVE("pread", "ksys_pread64", POSIX_NO_OFFSET("pread")),
	DESCRIPTOR_RULES("pread", LSEEK_EBADF, QUOTE("pread(2)", READ_AS_LSEEK)),
	NO_OFFSET("pread", "pread(2)", READ_AS_LSEEK, "ksys_pread64",
		  POSIX("pread", "ESPIPE")),
};
RULE_LIST(fileops_pread, CALL_PREAD);

static const struct rule fileops_pwrite_rules[] = {
	OFFSET_NEGATIVE("pwrite", "ksys_pwrite64", POSIX_NO_OFFSET("pwrite")),
	DESCRIPTOR_RULES("pwrite", LSEEK_EBADF, QUOTE("pread(2)", WRITE_AS_LSEEK)),
	NO_OFFSET("pwrite", "pread(2)", WRITE_AS_LSEEK, "ksys_pwrite64",
		  POSIX("pwrite", "ESPIPE")),
};
RULE_LIST(fileops_pwrite, CALL_PWRITE);

static const struct rule fileops_preadv_rules[] = {
	OFFSET_NEGATIVE("preadv", "do_preadv"),
	DESCRIPTOR_RULES("preadv", LSEEK_EBADF, QUOTE("preadv(2)", VECTOR_AS_LSEEK)),
	NO_OFFSET("preadv", "preadv(2)", VECTOR_AS_LSEEK, "do_preadv"),
};
RULE_LIST(fileops_preadv, CALL_PREADV);

static const struct rule fileops_pwritev_rules[] = {
	OFFSET_NEGATIVE("pwritev", "do_pwritev"),
	DESCRIPTOR_RULES("pwritev", LSEEK_EBADF, QUOTE("preadv(2)", VECTOR_AS_LSEEK)),
	NO_OFFSET("pwritev", "preadv(2)", VECTOR_AS_LSEEK, "do_pwritev"),
};
RULE_LIST(fileops_pwritev, CALL_PWRITEV);
