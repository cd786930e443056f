/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fileops_dup.c - rules of dup(2), dup2(2), dup3(2) and close(2), in the order of
 * ksys_dup3().
 */
#include "fileops_common.h"

#define DUP_EBADF \
	MANUAL_QUOTE("dup(2)", "EBADF", "oldfd isn't an open file descriptor.")

static int new_fd(const struct call *call)
{
	return (int)call->file.argument[0];
}

static bool is_open(const struct world *world, const struct call *call)
{
	return world_is_open(world, call->fd);
}

static bool none_left(const struct world *world, const struct call *call)
{
	(void)call;
	return (unsigned int)world_lowest_free(world) >= world->caller.nofile;
}

static const struct rule fileops_dup_rules[] = {
	{
		.id = "dup.not_open",
		.says = "what is not open cannot be duplicated",
		.when = fd_not_open,
		.outcome = FAILS(EBADF),
		.cites = { DUP_EBADF, POSIX("dup", "EBADF"),
			   KERNEL("fs/file.c", "fget_raw") },
	},
	{
		.id = "dup.too_many",
		.says = "no descriptor is made from RLIMIT_NOFILE on",
		.when = none_left,
		.outcome = FAILS(EMFILE),
		.cites = { MANUAL_QUOTE("dup(2)", "EMFILE",
					"The per-process limit on the number of open "
					"file descriptors has been reached"),
			   POSIX("dup", "EMFILE"), KERNEL("fs/file.c", "alloc_fd") },
	},
	{
		.id = "dup.lowest",
		.says = "the new descriptor is the lowest that is free",
		.when = is_open,
		.outcome = DESCRIPTOR,
		.cites = { QUOTE("dup(2)",
				 "The new file descriptor number is guaranteed to be "
				 "the lowest-numbered file descriptor that was unused "
				 "in the calling process."),
			   POSIX("dup", NULL),
			   KERNEL("fs/file.c", "get_unused_fd_flags") },
	},
};
RULE_LIST(fileops_dup, CALL_DUP);

static bool out_of_range(const struct world *world, const struct call *call)
{
	return (unsigned int)new_fd(call) >= world->caller.nofile;
}

static bool is_same(const struct world *world, const struct call *call)
{
	return is_open(world, call) && call->fd == new_fd(call);
}

static void tells_new(const struct world *world, const struct call *call,
		      struct outcome *outcome)
{
	(void)world;
	outcome->kind = OUTCOME_VALUE;
	outcome->value = new_fd(call);
}

#define OUT_OF_RANGE(call_)                                                           \
	{                                                                             \
		.id = call_ ".out_of_range",                                          \
		.says = "a new descriptor from RLIMIT_NOFILE on, or below 0, is "     \
			"refused",                                                    \
		.when = out_of_range, .outcome = FAILS(EBADF),                        \
		.cites = { MANUAL_QUOTE("dup(2)", "EBADF",                            \
					"newfd is out of the allowed range for file " \
					"descriptors"),                               \
			   POSIX(call_, "EBADF"), KERNEL("fs/file.c", "ksys_dup3") }, \
	}
#define NOT_OPEN(call_)                                                               \
	{                                                                             \
		.id = call_ ".not_open",                                              \
		.says = "what is not open cannot be duplicated", .when = fd_not_open, \
		.outcome = FAILS(EBADF),                                              \
		.cites = { DUP_EBADF, POSIX(call_, "EBADF"),                          \
			   KERNEL("fs/file.c", "ksys_dup3") },                        \
	}
#define CHOSEN_NUMBER(call_)                                                     \
	{                                                                        \
		.id = call_ ".chosen",                                           \
		.says = "the new descriptor has the number that was asked for; " \
			"what it was open on is closed",                         \
		.when = is_open, .computed = tells_new,                          \
		.cites = { QUOTE("dup(2)",                                       \
				 "If the file descriptor newfd was previously "  \
				 "open, it is closed before being reused; the "  \
				 "close is performed silently"),                 \
			   POSIX(call_, NULL), KERNEL("fs/file.c", "do_dup2") }, \
	}

static const struct rule fileops_dup2_rules[] = {
	{
		.id = "dup2.same",
		.says = "a descriptor put in its own place stays, and is returned",
		.when = is_same,
		.computed = tells_new,
		.cites = { QUOTE("dup(2)",
				 "If oldfd is a valid file descriptor, and newfd has "
				 "the same value as oldfd, then dup2() does nothing, "
				 "and returns newfd."),
			   POSIX("dup2", NULL), KERNEL("fs/file.c", "ksys_dup3") },
	},
	OUT_OF_RANGE("dup2"),
	NOT_OPEN("dup2"),
	CHOSEN_NUMBER("dup2"),
};
RULE_LIST(fileops_dup2, CALL_DUP2);

static bool flags_unknown(const struct world *world, const struct call *call)
{
	(void)world;
	return call->file.argument[1] & ~(long)O_CLOEXEC;
}

static bool puts_on_itself(const struct world *world, const struct call *call)
{
	(void)world;
	return call->fd == new_fd(call);
}

static const struct rule fileops_dup3_rules[] = {
	{
		.id = "dup3.flags_unknown",
		.says = "flags other than O_CLOEXEC are refused, before the "
			"descriptors are looked at",
		.when = flags_unknown,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("dup(2)", "EINVAL",
					"(dup3()) flags contain an invalid value."),
			   KERNEL("fs/file.c", "ksys_dup3") },
	},
	{
		.id = "dup3.same",
		.says = "a descriptor cannot be put in its own place, be it open or "
			"not",
		.when = puts_on_itself,
		.outcome = FAILS(EINVAL),
		.posix = FAILS(EINVAL, EBADF),
		.cites = { MANUAL_QUOTE("dup(2)", "EINVAL",
					"(dup3()) oldfd was equal to newfd."),
			   POSIX("dup3", "EINVAL"), POSIX("dup3", "EBADF"),
			   KERNEL("fs/file.c", "ksys_dup3") },
	},
	OUT_OF_RANGE("dup3"),
	NOT_OPEN("dup3"),
	CHOSEN_NUMBER("dup3"),
};
RULE_LIST(fileops_dup3, CALL_DUP3);

static const struct rule fileops_close_rules[] = {
	{
		.id = "close.not_open",
		.says = "what is not open cannot be closed, nor what has been closed",
		.when = fd_not_open,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL_QUOTE("close(2)", "EBADF",
					"fd isn't a valid open file descriptor."),
			   POSIX("close", "EBADF"),
			   KERNEL("fs/open.c", "SYSCALL_DEFINE1") },
	},
	{
		.id = "close.closed",
		.says = "a socket is closed, in whatever state it is",
		.when = is_open,
		.outcome = RETURNS(0),
		.cites = { QUOTE("close(2)", "close() returns zero on success."),
			   POSIX("close", NULL), KERNEL("net/socket.c", "sock_close") },
	},
};
RULE_LIST(fileops_close, CALL_CLOSE);
