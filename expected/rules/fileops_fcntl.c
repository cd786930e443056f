/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fileops_fcntl.c - rules of fcntl(2) on a socket, command by command in the order of
 * do_fcntl(); and what is told of flags once they have been changed.
 */
#include <limits.h>
#include <string.h>

#include "../world_files.h"
#include "fileops_common.h"

/* A socket, and this command. */
static bool asks(const struct world *world, const struct call *call, int command)
{
	return on_socket(world, call) && call->fcntl.command == command;
}

static bool asks_one_of(const struct world *world, const struct call *call, int one,
			int other)
{
	return asks(world, call, one) || asks(world, call, other);
}

static const struct world_file *file_of(const struct world *world,
					const struct call *call)
{
	return &call_socket(world, call)->file;
}

/* These come before those of a socket that has just been made. */
static bool flags_of_duplicate(const struct world *world, const struct call *call)
{
	return asks(world, call, F_GETFD) && world_duplicate_of(world, call->fd) >= 0;
}

static bool descriptor_flags(const struct world *world, const struct call *call)
{
	return asks(world, call, F_GETFD) && file_of(world, call)->marked;
}

static void tells_descriptor_flags(const struct world *world, const struct call *call,
				   struct outcome *outcome)
{
	outcome->kind = OUTCOME_VALUE;
	outcome->value = world_closes_on_exec(world, call->fd) ? FD_CLOEXEC : 0;
}

static bool status_flags(const struct world *world, const struct call *call)
{
	return asks(world, call, F_GETFL) && file_of(world, call)->flags_set;
}

static void tells_status_flags(const struct world *world, const struct call *call,
			       struct outcome *outcome)
{
	outcome->kind = OUTCOME_VALUE;
	outcome->value = O_RDWR |
			 (call_socket(world, call)->nonblocking ? O_NONBLOCK : 0) |
			 (file_of(world, call)->async ? O_ASYNC : 0) |
			 (file_of(world, call)->append ? O_APPEND : 0);
}

static const struct rule fileops_flags_rules[] = {
	{
		.id = "dup.descriptor_flags",
		.says = "a descriptor made of another one has a close-on-exec flag of "
			"its own, which is off unless it was asked for",
		.when = flags_of_duplicate,
		.computed = tells_descriptor_flags,
		.cites = { QUOTE("dup(2)",
				 "The two file descriptors do not share file "
				 "descriptor flags (the close-on-exec flag)."),
			   POSIX("dup", NULL), KERNEL("fs/file.c", "alloc_fd") },
	},
	{
		.id = "fcntl.descriptor_flags",
		.says = "the close-on-exec flag is told as it was set last",
		.when = descriptor_flags,
		.computed = tells_descriptor_flags,
		.cites = { QUOTE("fcntl(2)",
				 "Return (as the function result) the file descriptor "
				 "flags; arg is ignored."),
			   POSIX("fcntl", NULL),
			   KERNEL("fs/file.c", "set_close_on_exec") },
	},
	{
		.id = "fcntl.status_flags",
		.says = "the access mode and the status flags are told as they were "
			"set last, by whichever descriptor of the socket",
		.when = status_flags,
		.computed = tells_status_flags,
		.cites = { QUOTE("fcntl(2)",
				 "Return (as the function result) the file access mode "
				 "and the file status flags; arg is ignored."),
			   POSIX("fcntl", NULL), KERNEL("fs/fcntl.c", "setfl") },
	},
};
RULE_LIST(fileops_flags, CALL_FCNTL);

static bool path_command_unknown(const struct world *world, const struct call *call)
{
	switch (call->fcntl.command) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
	case F_GETFD:
	case F_SETFD:
	case F_GETFL:
		return false;
	}
	return fd_path_only(world, call);
}

static bool duplicates(const struct world *world, const struct call *call)
{
	return asks_one_of(world, call, F_DUPFD, F_DUPFD_CLOEXEC);
}

/* The lowest descriptor that is free, from the argument on. */
static int lowest_from(const struct world *world, const struct call *call)
{
	int fd = (int)call->fcntl.argument;

	while (world_is_open(world, fd))
		fd++;
	return fd;
}

static bool duplicate_out_of_range(const struct world *world, const struct call *call)
{
	return duplicates(world, call) &&
	       (unsigned int)call->fcntl.argument >= world->caller.nofile;
}

static bool duplicate_too_many(const struct world *world, const struct call *call)
{
	return duplicates(world, call) &&
	       (unsigned int)lowest_from(world, call) >= world->caller.nofile;
}

static void tells_duplicate(const struct world *world, const struct call *call,
			    struct outcome *outcome)
{
	outcome->kind = OUTCOME_VALUE;
	outcome->value = lowest_from(world, call);
}

static bool sets_descriptor_flags(const struct world *world, const struct call *call)
{
	return asks(world, call, F_SETFD);
}

static bool sets_direct(const struct world *world, const struct call *call)
{
	return asks(world, call, F_SETFL) && call->fcntl.argument & O_DIRECT;
}

static bool sets_status_flags(const struct world *world, const struct call *call)
{
	return asks(world, call, F_SETFL);
}

static bool is_lock(const struct world *world, const struct call *call)
{
	return asks(world, call, F_GETLK) ||
	       asks_one_of(world, call, F_SETLK, F_SETLKW);
}

static bool lock_unreachable(const struct world *world, const struct call *call)
{
	return is_lock(world, call) && call->fcntl.unreachable;
}

/* struct flock begins with l_type, a short. */
static short lock_type(const struct call *call)
{
	short type;

	memcpy(&type, call->fcntl.numbers, sizeof(type));
	return type;
}

static bool lock_unknown(const struct world *world, const struct call *call)
{
	short type = lock_type(call);

	/* What is asked about may be no F_UNLCK: posix_test_lock(). */
	return is_lock(world, call) && type != F_RDLCK && type != F_WRLCK &&
	       (type != F_UNLCK || call->fcntl.command == F_GETLK);
}

static const struct rule fileops_fcntl_rules[] = {
	{
		.id = "fcntl.not_open",
		.says = "a descriptor that is not open is refused, whatever the "
			"command is",
		.when = fd_not_open,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL_QUOTE("fcntl(2)", "EBADF",
					"fd is not an open file descriptor"),
			   POSIX("fcntl", "EBADF"), KERNEL("fs/fcntl.c", "do_fcntl") },
	},
	{
		.id = "fcntl.path_only",
		.says = "of a descriptor opened with O_PATH only its own flags and the "
			"status flags can be asked, and it be duplicated",
		.when = path_command_unknown,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL("fcntl(2)", "EBADF"),
			   KERNEL("fs/fcntl.c", "check_fcntl_cmd") },
	},
	{
		.id = "fcntl.duplicate_out_of_range",
		.says = "a duplicate from RLIMIT_NOFILE on is refused, and from a "
			"negative number on",
		.when = duplicate_out_of_range,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("fcntl(2)", "EINVAL",
					"cmd is F_DUPFD and arg is negative or is "
					"greater than the maximum allowable value"),
			   POSIX("fcntl", "EINVAL"), KERNEL("fs/file.c", "f_dupfd") },
	},
	{
		.id = "fcntl.duplicate_too_many",
		.says = "where no descriptor below RLIMIT_NOFILE is free, none can be "
			"duplicated",
		.when = duplicate_too_many,
		.outcome = FAILS(EMFILE),
		.cites = { MANUAL_QUOTE("fcntl(2)", "EMFILE",
					"cmd is F_DUPFD and the per-process limit on "
					"the number of open file descriptors has been "
					"reached."),
			   POSIX("fcntl", "EMFILE"), KERNEL("fs/file.c", "alloc_fd") },
	},
	{
		.id = "fcntl.duplicate",
		.says = "a duplicate has the lowest number that is free, from the "
			"argument on",
		.when = duplicates,
		.computed = tells_duplicate,
		.cites = { QUOTE("fcntl(2)",
				 "Duplicate the file descriptor fd using the "
				 "lowest-numbered available file descriptor greater "
				 "than or equal to arg."),
			   POSIX("fcntl", NULL), KERNEL("fs/file.c", "f_dupfd") },
	},
	{
		.id = "fcntl.set_descriptor_flags",
		.says = "the close-on-exec flag is set and taken away; other bits are "
			"not looked at",
		.when = sets_descriptor_flags,
		.outcome = RETURNS(0),
		.cites = { QUOTE("fcntl(2)",
				 "Set the file descriptor flags to the value specified "
				 "by arg."),
			   POSIX("fcntl", NULL),
			   KERNEL("fs/file.c", "set_close_on_exec") },
	},
	{
		.id = "fcntl.direct",
		.says = "a socket cannot be O_DIRECT",
		.when = sets_direct,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("open(2)", "EINVAL",
					"The filesystem does not support the O_DIRECT "
					"flag."),
			   KERNEL("fs/fcntl.c", "setfl") },
	},
	{
		.id = "fcntl.set_status_flags",
		.says = "O_NONBLOCK, O_ASYNC and O_APPEND are set and taken away; the "
			"access mode and all other flags are not looked at",
		.when = sets_status_flags,
		.outcome = RETURNS(0),
		.cites = { QUOTE("fcntl(2)",
				 "On Linux, this command can change only the O_APPEND, "
				 "O_ASYNC, O_DIRECT, O_NOATIME, and O_NONBLOCK flags."),
			   QUOTE("socket(7)",
				 "It is possible to do nonblocking I/O on sockets by "
				 "setting the O_NONBLOCK flag on a socket file "
				 "descriptor using fcntl(2)."),
			   POSIX("fcntl", NULL), KERNEL("fs/fcntl.c", "setfl") },
	},
	{
		.id = "fcntl.lock_unreadable",
		.says = "a lock that cannot be read is refused",
		.when = lock_unreachable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("fcntl(2)", "EFAULT",
					"lock is outside your accessible address "
					"space."),
			   KERNEL("fs/fcntl.c", "do_fcntl") },
	},
	{
		.id = "fcntl.lock_unknown",
		.says = "a lock of no known type is refused, and F_GETLK one that is "
			"none",
		.when = lock_unknown,
		.outcome = FAILS(EINVAL),
		/* fcntl(2) has it of the command only. */
		.cites = { POSIX("fcntl", "EINVAL"),
			   KERNEL("fs/locks.c", "assign_type") },
	},
	{
		.id = "fcntl.lock",
		.says = "a socket can be locked as a file is, to no effect on anybody "
			"who shares the descriptor",
		.when = is_lock,
		.outcome = RETURNS(0),
		/* POSIX lets a file be one that does not support it. */
		.cites = { KERNEL("fs/locks.c", "fcntl_setlk") },
		.undocumented = true,
	},
};
RULE_LIST(fileops_fcntl, CALL_FCNTL);

/* F_SETOWN takes an int, and a process group as a number below 0. */
static int owner_given(const struct call *call)
{
	return call->fcntl.command == F_SETOWN ? (int)call->fcntl.argument
					       : call->fcntl.numbers[1];
}

static bool sets_owner(const struct world *world, const struct call *call)
{
	return asks_one_of(world, call, F_SETOWN, F_SETOWN_EX);
}

static bool owner_unreachable(const struct world *world, const struct call *call)
{
	return asks_one_of(world, call, F_SETOWN_EX, F_GETOWN_EX) &&
	       call->fcntl.unreachable;
}

static bool owner_unknown(const struct world *world, const struct call *call)
{
	if (asks(world, call, F_SETOWN))
		return owner_given(call) == INT_MIN;
	return asks(world, call, F_SETOWN_EX) &&
	       (call->fcntl.numbers[0] < F_OWNER_TID ||
		call->fcntl.numbers[0] > F_OWNER_PGRP);
}

/* Nobody but the caller, and its process group, is an owner that cases name. */
static bool owner_gone(const struct world *world, const struct call *call)
{
	int owner = owner_given(call);

	if (asks(world, call, F_SETOWN) && owner < 0)
		owner = -owner;
	return sets_owner(world, call) && owner &&
	       (unsigned int)owner != world->caller.pid &&
	       (unsigned int)owner != world->caller.group;
}

static bool asks_owner(const struct world *world, const struct call *call)
{
	return asks(world, call, F_GETOWN);
}

static void tells_owner(const struct world *world, const struct call *call,
			struct outcome *outcome)
{
	const struct world_file *file = file_of(world, call);

	outcome->kind = OUTCOME_VALUE;
	outcome->value = file->owner_type == F_OWNER_PGRP ? -file->owner : file->owner;
}

static bool asks_owner_ex(const struct world *world, const struct call *call)
{
	return asks(world, call, F_GETOWN_EX);
}

static void tells_owner_ex(const struct world *world, const struct call *call,
			   struct outcome *outcome)
{
	const struct world_file *file = file_of(world, call);
	struct f_owner_ex owner = { file->owner_type, file->owner };

	outcome->kind = OUTCOME_VALUE;
	outcome->length = sizeof(owner);
	memcpy(outcome->bytes, &owner, sizeof(owner));
}

static bool asks_signal(const struct world *world, const struct call *call)
{
	return asks(world, call, F_GETSIG);
}

static void tells_signal(const struct world *world, const struct call *call,
			 struct outcome *outcome)
{
	outcome->kind = OUTCOME_VALUE;
	outcome->value = file_of(world, call)->signal;
}

static bool sets_signal(const struct world *world, const struct call *call)
{
	return asks(world, call, F_SETSIG);
}

static bool signal_unknown(const struct world *world, const struct call *call)
{
	/* include/linux/signal.h, valid_signal(): 64 is the last. */
	return sets_signal(world, call) && (unsigned long)call->fcntl.argument > 64;
}

static const struct rule fileops_owner_rules[] = {
	{
		.id = "fcntl.owner_unreachable",
		.says = "a struct f_owner_ex that cannot be read or written is refused",
		.when = owner_unreachable,
		.outcome = FAILS(EFAULT),
		/* fcntl(2) has EFAULT of locks only. */
		.cites = { KERNEL("fs/fcntl.c", "f_setown_ex") },
		.undocumented = true,
	},
	{
		.id = "fcntl.owner_unknown",
		.says = "an owner of no known type is refused, and INT_MIN, which is "
			"no process group's number",
		.when = owner_unknown,
		.outcome = FAILS(EINVAL),
		.cites = { POSIX("fcntl", "EINVAL"), KERNEL("fs/fcntl.c", "f_setown"),
			   KERNEL("fs/fcntl.c", "f_setown_ex") },
	},
	{
		.id = "fcntl.owner_gone",
		.says = "an owner that is no process or process group is refused",
		.when = owner_gone,
		.outcome = FAILS(ESRCH),
		.cites = { POSIX("fcntl", "ESRCH"), KERNEL("fs/fcntl.c", "f_setown"),
			   KERNEL("fs/fcntl.c", "f_setown_ex") },
	},
	{
		.id = "fcntl.set_owner",
		.says = "a thread, a process, a process group or (0) nobody becomes "
			"the owner, to whom signals go",
		.when = sets_owner,
		.outcome = RETURNS(0),
		.cites = { QUOTE("fcntl(2)",
				 "Set the process ID or process group ID that will "
				 "receive SIGIO and SIGURG signals for events on the "
				 "file descriptor fd."),
			   POSIX("fcntl", NULL), KERNEL("fs/fcntl.c", "f_setown") },
	},
	{
		.id = "fcntl.owner",
		.says = "the owner is told, a process group by a number below 0, 0 "
			"where there is none",
		.when = asks_owner,
		.computed = tells_owner,
		.cites = { QUOTE("fcntl(2)",
				 "Process IDs are returned as positive values; process "
				 "group IDs are returned as negative values"),
			   POSIX("fcntl", NULL), KERNEL("fs/fcntl.c", "f_getown") },
	},
	{
		.id = "fcntl.owner_ex",
		.says = "the owner is told with its type; a thread of number 0 where "
			"none was ever set",
		.when = asks_owner_ex,
		.computed = tells_owner_ex,
		.cites = { QUOTE("fcntl(2)",
				 "Return the current file descriptor owner settings as "
				 "defined by a previous F_SETOWN_EX operation."),
			   KERNEL("fs/fcntl.c", "f_getown_ex") },
	},
	{
		.id = "fcntl.signal",
		.says = "the signal that is sent is told, 0 standing for SIGIO",
		.when = asks_signal,
		.computed = tells_signal,
		.cites = { QUOTE("fcntl(2)",
				 "Return (as the function result) the signal sent when "
				 "input or output becomes possible."),
			   KERNEL("fs/fcntl.c", "do_fcntl") },
	},
	{
		.id = "fcntl.signal_unknown",
		.says = "a number that is no signal's is refused",
		.when = signal_unknown,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("fcntl(2)", "EINVAL",
					"cmd is F_SETSIG and arg is not an allowable "
					"signal number."),
			   KERNEL("fs/fcntl.c", "do_fcntl") },
	},
	{
		.id = "fcntl.set_signal",
		.says = "any signal can be the one that is sent",
		.when = sets_signal,
		.outcome = RETURNS(0),
		.cites = { QUOTE("fcntl(2)",
				 "Set the signal sent when input or output becomes "
				 "possible to the value given in arg."),
			   KERNEL("fs/fcntl.c", "do_fcntl") },
	},
};
RULE_LIST(fileops_owner, CALL_FCNTL);

static bool asks_lease(const struct world *world, const struct call *call)
{
	return asks(world, call, F_GETLEASE);
}

static bool sets_lease(const struct world *world, const struct call *call)
{
	return asks(world, call, F_SETLEASE);
}

static bool wants_notices(const struct world *world, const struct call *call)
{
	/* Of no events but DN_MULTISHOT: nothing is wanted any more. */
	return asks(world, call, F_NOTIFY) &&
	       (unsigned int)call->fcntl.argument & ~(unsigned int)DN_MULTISHOT;
}

static bool wants_pipe_size(const struct world *world, const struct call *call)
{
	return asks_one_of(world, call, LINUX_F_SETPIPE_SZ, LINUX_F_GETPIPE_SZ);
}

static bool wants_seals(const struct world *world, const struct call *call)
{
	return asks_one_of(world, call, LINUX_F_ADD_SEALS, LINUX_F_GET_SEALS);
}

static bool command_unknown(const struct world *world, const struct call *call)
{
	/* F_LINUX_SPECIFIC_BASE is 1024; below, all others have had their turn. */
	return on_socket(world, call) &&
	       (call->fcntl.command < 0 || call->fcntl.command > 2048 ||
		(call->fcntl.command > 100 && call->fcntl.command < 1024));
}

static const struct rule fileops_special_rules[] = {
	{
		.id = "fcntl.no_lease",
		.says = "of a socket nobody has a lease",
		.when = asks_lease,
		.outcome = RETURNS(F_UNLCK),
		.cites = { QUOTE("fcntl(2)",
				 "Indicates what type of lease is associated with the "
				 "file descriptor fd by returning either F_RDLCK, "
				 "F_WRLCK, or F_UNLCK"),
			   KERNEL("fs/locks.c", "fcntl_getlease") },
	},
	{
		.id = "fcntl.lease",
		.says = "no lease of a socket can be had, nor given up",
		.when = sets_lease,
		.outcome = FAILS(EINVAL),
		.cites = { QUOTE("fcntl(2)",
				 "Leases may be taken out only on regular files."),
			   KERNEL("fs/locks.c", "generic_setlease") },
		.undocumented = true,
	},
	{
		.id = "fcntl.not_a_directory",
		.says = "a socket is no directory to be told about; without "
			"CONFIG_DNOTIFY, or with /proc/sys/fs/dir-notify-enable at 0, "
			"nothing is",
		.when = wants_notices,
		.outcome = FAILS(ENOTDIR, EINVAL),
		.cites = { MANUAL_QUOTE("fcntl(2)", "ENOTDIR",
					"F_NOTIFY was specified in cmd, but fd does "
					"not refer to a directory."),
			   MANUAL("fcntl(2)", "EINVAL"),
			   KERNEL("fs/notify/dnotify/dnotify.c", "fcntl_dirnotify") },
	},
	{
		.id = "fcntl.not_a_pipe",
		.says = "a socket has no capacity of a pipe, to be set or told",
		.when = wants_pipe_size,
		.outcome = FAILS(EBADF),
		/* fcntl(2) has EBADF of descriptors that are not open only. */
		.cites = { KERNEL("fs/pipe.c", "pipe_fcntl") },
		.undocumented = true,
	},
	{
		.id = "fcntl.no_seals",
		.says = "a socket cannot be sealed and has no seals",
		.when = wants_seals,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE(
				   "fcntl(2)", "EINVAL",
				   "cmd is F_ADD_SEALS or F_GET_SEALS and the "
				   "filesystem containing the inode referred to by "
				   "fd does not support sealing."),
			   KERNEL("mm/memfd.c", "memfd_fcntl") },
	},
	{
		.id = "fcntl.command_unknown",
		.says = "a command that is none is refused",
		.when = command_unknown,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("fcntl(2)", "EINVAL",
					"The value specified in cmd is not recognized "
					"by this kernel."),
			   POSIX("fcntl", "EINVAL"), KERNEL("fs/fcntl.c", "do_fcntl") },
	},
};
RULE_LIST(fileops_special, CALL_FCNTL);
