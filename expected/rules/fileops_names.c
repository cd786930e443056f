/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fileops_names.c - rules of what a socket is as a file with a name and an owner: its
 * link in /proc is opened, flock(2) locks it, fchmod(2) gives it other bits.
 */
#include <sys/file.h>
#include <sys/stat.h>

#include "fileops_common.h"

static bool opens(const struct world *world, const struct call *call, long flag)
{
	return on_socket(world, call) && call->file.argument[0] & flag;
}

/* do_open() and may_open(): the last part of the path is not to be a link. */
static bool follows_not(const struct world *world, const struct call *call)
{
	return opens(world, call, O_NOFOLLOW) && !opens(world, call, O_PATH);
}

static bool wants_directory(const struct world *world, const struct call *call)
{
	return opens(world, call, O_DIRECTORY);
}

static bool opens_path_only(const struct world *world, const struct call *call)
{
	return opens(world, call, O_PATH);
}

static const struct rule fileops_open_rules[] = {
	{
		.id = "open.no_such_link",
		.says = "there is no link in /proc/self/fd for what is not open",
		.when = fd_not_open,
		.outcome = FAILS(ENOENT),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("open(2)", "ENOENT",
					"O_CREAT is not set and the named file does "
					"not exist."),
			   QUOTE("proc(5)",
				 "This is a subdirectory containing one entry for each "
				 "file which the process has open, named by its file "
				 "descriptor"),
			   POSIX("open", "ENOENT"),
			   KERNEL("fs/proc/fd.c", "proc_lookupfd_common") },
	},
	{
		.id = "open.link_not_followed",
		.says = "with O_NOFOLLOW, the link itself is refused",
		.when = follows_not,
		.outcome = FAILS(ELOOP),
		.cites = { MANUAL_QUOTE("open(2)", "ELOOP",
					"pathname was a symbolic link, and flags "
					"specified O_NOFOLLOW but not O_PATH."),
			   KERNEL("fs/namei.c", "may_open") },
	},
	{
		.id = "open.not_a_directory",
		.says = "a socket is no directory",
		.when = wants_directory,
		.outcome = FAILS(ENOTDIR),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("open(2)", "ENOTDIR",
					"O_DIRECTORY was specified and pathname was "
					"not a directory."),
			   POSIX("open", "ENOTDIR"), KERNEL("fs/namei.c", "do_open") },
	},
	{
		.id = "open.path_only",
		.says = "a descriptor that is only for its path can be had",
		.when = opens_path_only,
		.outcome = RETURNS(0),
		.cites = { QUOTE("open(2)",
				 "Obtain a file descriptor that can be used for two "
				 "purposes: to indicate a location in the filesystem "
				 "tree and to perform operations that act purely at "
				 "the "
				 "file descriptor level."),
			   KERNEL("fs/open.c", "do_dentry_open") },
	},
	{
		.id = "open.socket",
		.says = "a socket cannot be opened by its link in /proc/self/fd, of "
			"whichever family it is",
		.when = on_socket,
		.outcome = FAILS(ENXIO),
		.cites = { MANUAL_QUOTE("open(2)", "ENXIO",
					"The file is a UNIX domain socket."),
			   KERNEL("fs/inode.c", "no_open") },
	},
};
RULE_LIST(fileops_open, CALL_OPEN);

static bool operation_unknown(const struct world *world, const struct call *call)
{
	long operation = call->file.argument[0] & ~(long)LOCK_NB;

	(void)world;
	return operation != LOCK_SH && operation != LOCK_EX && operation != LOCK_UN;
}

static const struct rule fileops_flock_rules[] = {
	{
		.id = "flock.operation_unknown",
		.says = "an operation that is none is refused, before the descriptor "
			"is looked at",
		.when = operation_unknown,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("flock(2)", "EINVAL", "operation is invalid."),
			   KERNEL("fs/locks.c", "flock_translate_cmd") },
	},
	DESCRIPTOR_RULES("flock", MANUAL_QUOTE("flock(2)", "EBADF",
					       "fd is not an open file descriptor.")),
	{
		.id = "flock.socket",
		.says = "a socket can be locked and unlocked like any open file",
		.when = on_socket,
		.outcome = RETURNS(0),
		.cites = { QUOTE("flock(2)",
				 "Apply or remove an advisory lock on the open file "
				 "specified by fd."),
			   KERNEL("fs/locks.c", "flock_lock_inode") },
	},
};
RULE_LIST(fileops_flock, CALL_FLOCK);

static const struct rule fileops_fchmod_rules[] = {
	DESCRIPTOR_RULES("fchmod",
			 MANUAL_QUOTE("fchmod(2)", "EBADF",
				      "(fchmod()) The file descriptor fd is not "
				      "valid.")),
	{
		.id = "fchmod.socket",
		.says = "the owner of a socket may give it other permission bits",
		.when = on_socket,
		.outcome = RETURNS(0),
		.posix_silent = true,
		.cites = { QUOTE("fchmod(2)",
				 "The effective UID of the calling process must match "
				 "the owner of the file, or the process must be "
				 "privileged"),
			   POSIX("fchmod", NULL),
			   KERNEL("net/socket.c", "sockfs_setattr") },
	},
};
RULE_LIST(fileops_fchmod, CALL_FCHMOD);

static bool asks_changed_mode(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && call->field == STAT_MODE &&
	       call_socket(world, call)->mode_flipped;
}

static void tells_changed_mode(const struct world *world, const struct call *call,
			       struct outcome *outcome)
{
	outcome->kind = OUTCOME_VALUE;
	outcome->value = S_IFSOCK | (0777L ^ call_socket(world, call)->mode_flipped);
}

static const struct rule fileops_mode_rules[] = {
	{
		.id = "fchmod.told",
		.says = "fstat(2) tells the bits that fchmod(2) has given",
		.when = asks_changed_mode,
		.computed = tells_changed_mode,
		.posix_silent = true,
		.cites = { QUOTE("fchmod(2)",
				 "The chmod() and fchmod() system calls change a "
				 "file's mode bits."),
			   POSIX("fchmod", NULL),
			   KERNEL("net/socket.c", "sockfs_setattr") },
	},
};
RULE_LIST(fileops_mode, CALL_FSTAT);
