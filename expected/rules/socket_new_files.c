/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * socket_new_files.c - what a socket that socket(2) has just made is as a file, and
 * that a failed socket(2) leaves none: fcntl(2), fstat(2), fstatfs(2), /proc/self/fd.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "../constants.h"
#include "lists.h"

static bool is_socket(const struct world *world, const struct call *call)
{
	return world_socket(world, call->fd);
}

static bool asks_descriptor_flags(const struct world *world, const struct call *call)
{
	return is_socket(world, call) && call->fcntl.command == F_GETFD;
}

static void tells_descriptor_flags(const struct world *world, const struct call *call,
				   struct outcome *outcome)
{
	outcome->kind = OUTCOME_VALUE;
	outcome->value = world_socket(world, call->fd)->close_on_exec ? FD_CLOEXEC : 0;
}

static bool asks_status_flags(const struct world *world, const struct call *call)
{
	return is_socket(world, call) && call->fcntl.command == F_GETFL;
}

static void tells_status_flags(const struct world *world, const struct call *call,
			       struct outcome *outcome)
{
	outcome->kind = OUTCOME_VALUE;
	outcome->value = O_RDWR;
	if (world_socket(world, call->fd)->nonblocking)
		outcome->value |= O_NONBLOCK;
}

static bool after_failure(const struct world *world, const struct call *call)
{
	return call->fcntl.command == F_GETFD && !world_is_open(world, call->fd) &&
	       call->fd == world_lowest_free(world) &&
	       world->last_call.name == CALL_SOCKET && world->last_value < 0;
}

static const struct rule socket_new_fcntl_rules[] = {
	{
		.id = "socket.new.close_on_exec",
		.says = "FD_CLOEXEC is set if SOCK_CLOEXEC was given, and only then",
		.when = asks_descriptor_flags,
		.computed = tells_descriptor_flags,
		.cites = { QUOTE("socket(2)",
				 "Set the close-on-exec (FD_CLOEXEC) flag on "
				 "the new file descriptor."),
			   POSIX("socket", NULL),
			   KERNEL("net/socket.c", "sock_map_fd") },
	},
	{
		.id = "socket.new.status_flags",
		.says = "a socket is open for reading and writing; O_NONBLOCK is set "
			"if "
			"SOCK_NONBLOCK was given, and only then",
		.when = asks_status_flags,
		.computed = tells_status_flags,
		.cites = { QUOTE("socket(2)",
				 "Set the O_NONBLOCK file status flag on the open file "
				 "description (see open(2)) referred to by the new "
				 "file "
				 "descriptor."),
			   POSIX("socket", NULL),
			   KERNEL("net/socket.c", "sock_alloc_file") },
	},
	{
		.id = "socket.failed.no_descriptor",
		.says = "a call that failed leaves no descriptor behind",
		.when = after_failure,
		.outcome = FAILS(EBADF),
		.cites = { QUOTE("socket(2)",
				 "On error, -1 is returned, and errno is set "
				 "to indicate the error."),
			   MANUAL_QUOTE("fcntl(2)", "EBADF",
					"fd is not an open file descriptor"),
			   KERNEL("net/socket.c", "sock_map_fd") },
	},
};
RULE_LIST(socket_new_fcntl, CALL_FCNTL);

static bool asks_mode(const struct world *world, const struct call *call)
{
	return is_socket(world, call) && call->field == STAT_MODE;
}

static bool asks_uid(const struct world *world, const struct call *call)
{
	return is_socket(world, call) && call->field == STAT_UID;
}

static void tells_uid(const struct world *world, const struct call *call,
		      struct outcome *outcome)
{
	(void)call;
	outcome->kind = OUTCOME_VALUE;
	outcome->value = (long)world->caller.fsuid;
}

static bool asks_gid(const struct world *world, const struct call *call)
{
	return is_socket(world, call) && call->field == STAT_GID;
}

static void tells_gid(const struct world *world, const struct call *call,
		      struct outcome *outcome)
{
	(void)call;
	outcome->kind = OUTCOME_VALUE;
	outcome->value = (long)world->caller.fsgid;
}

static bool asks_nlink(const struct world *world, const struct call *call)
{
	return is_socket(world, call) && call->field == STAT_NLINK;
}

static bool asks_size(const struct world *world, const struct call *call)
{
	return is_socket(world, call) && call->field == STAT_SIZE;
}

static bool asks_ino(const struct world *world, const struct call *call)
{
	return is_socket(world, call) && call->field == STAT_INO;
}

#define SOCK_ALLOC KERNEL("net/socket.c", "sock_alloc")

static const struct rule socket_new_fstat_rules[] = {
	{
		.id = "socket.new.stat_mode",
		.says = "st_mode is a socket that all may read, write and execute",
		.when = asks_mode,
		.outcome = RETURNS(S_IFSOCK | S_IRWXU | S_IRWXG | S_IRWXO),
		/* inode(7) says S_IFSOCK; only the kernel's text says 0777. */
		.cites = { QUOTE("inode(7)", "S_IFSOCK 0140000 socket"),
			   POSIX("fstat", NULL), SOCK_ALLOC },
	},
	{
		.id = "socket.new.stat_uid",
		.says = "st_uid is the caller's user id for new files, which is the "
			"effective one but for setfsuid(2)",
		.when = asks_uid,
		.computed = tells_uid,
		.cites = { SOCK_ALLOC },
		.undocumented = true,
	},
	{
		.id = "socket.new.stat_gid",
		.says = "st_gid is the caller's group id for new files, which is the "
			"effective one but for setfsgid(2)",
		.when = asks_gid,
		.computed = tells_gid,
		.cites = { SOCK_ALLOC },
		.undocumented = true,
	},
	{
		.id = "socket.new.stat_nlink",
		.says = "st_nlink is 1",
		.when = asks_nlink,
		.outcome = RETURNS(1),
		.cites = { KERNEL("fs/inode.c", "inode_init_always") },
		.undocumented = true,
	},
	{
		.id = "socket.new.stat_size",
		.says = "st_size is 0",
		.when = asks_size,
		.outcome = RETURNS(0),
		.cites = { KERNEL("fs/inode.c", "inode_init_always") },
		.undocumented = true,
	},
	{
		.id = "socket.new.stat_ino",
		.says = "st_ino is a number above 0 that no other socket has",
		.when = asks_ino,
		.outcome = { .kind = OUTCOME_ANY_VALUE },
		.cites = { QUOTE("proc(5)",
				 "For sockets, that inode can be used to find more "
				 "information in one of the files under /proc/net/."),
			   SOCK_ALLOC },
	},
};
RULE_LIST(socket_new_fstat, CALL_FSTAT);

static const struct rule socket_new_fstatfs_rules[] = {
	{
		.id = "socket.new.statfs_type",
		.says = "f_type is SOCKFS_MAGIC",
		.when = is_socket,
		.outcome = RETURNS(LINUX_SOCKFS_MAGIC),
		.cites = { QUOTE("fstatfs(2)", "SOCKFS_MAGIC 0x534f434b"),
			   KERNEL("net/socket.c", "sockfs_init_fs_context") },
	},
};
RULE_LIST(socket_new_fstatfs, CALL_FSTATFS);

static bool knows_ino(const struct world *world, const struct call *call)
{
	const struct world_socket *it = world_socket(world, call->fd);

	return it && it->ino;
}

static void tells_link(const struct world *world, const struct call *call,
		       struct outcome *outcome)
{
	int length = snprintf((char *)outcome->bytes, sizeof(outcome->bytes),
			      "socket:[%lu]", world_socket(world, call->fd)->ino);

	outcome->kind = OUTCOME_VALUE;
	outcome->value = length;
	outcome->length = (unsigned int)length;
}

static const struct rule socket_new_readlink_rules[] = {
	{
		.id = "socket.new.proc_link",
		.says = "/proc/self/fd/N links to socket:[INODE]",
		.when = knows_ino,
		.computed = tells_link,
		.cites = { QUOTE("proc(5)",
				 "For file descriptors for pipes and sockets, "
				 "the entries will be symbolic links whose "
				 "content is the file type with the inode."),
			   KERNEL("net/socket.c", "sockfs_dname") },
	},
};
RULE_LIST(socket_new_readlink, CALL_READLINK);
