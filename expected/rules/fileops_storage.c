/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fileops_storage.c - rules of calls that want a file on a disk, or a directory, and
 * are refused of a socket: mmap(2), fsync(2), sync_file_range(2), readahead(2),
 * getdents(2), ftruncate(2), fallocate(2).  In the order of the checks of each.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "fileops_common.h"

/* Of mmap(2): length, prot, flags, offset; the address is the kernel's to choose. */
static bool offset_unaligned(const struct world *world, const struct call *call)
{
	(void)world;
	return call->file.argument[3] & 4095;
}

static bool length_zero(const struct world *world, const struct call *call)
{
	(void)world;
	return !call->file.argument[0];
}

static bool neither_shared_nor_private(const struct world *world,
				       const struct call *call)
{
	long type = call->file.argument[2] & MAP_TYPE;

	(void)world;
	return type < MAP_SHARED || type > MAP_SHARED_VALIDATE;
}

static bool on_tcp(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on && (on->domain == AF_INET || on->domain == AF_INET6) &&
	       on->type == SOCK_STREAM && on->protocol == IPPROTO_TCP;
}

static bool tcp_writable(const struct world *world, const struct call *call)
{
	return on_tcp(world, call) && call->file.argument[1] & (PROT_WRITE | PROT_EXEC);
}

static bool on_packet(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_PACKET);
}

#define MMAP_EINVAL                                                               \
	MANUAL_QUOTE("mmap(2)", "EINVAL",                                         \
		     "We don't like addr, length, or offset (e.g., they are too " \
		     "large, or not aligned on a page boundary).")

static const struct rule fileops_mmap_rules[] = {
	{
		.id = "mmap.offset_unaligned",
		.says = "an offset that is no multiple of the page size is refused, "
			"before the descriptor is looked at",
		.when = offset_unaligned,
		.outcome = FAILS(EINVAL),
		.posix = FAILS(EINVAL, ENODEV),
		.cites = { MMAP_EINVAL, POSIX("mmap", "EINVAL"),
			   POSIX("mmap", "ENODEV"),
			   KERNEL("arch/x86/kernel/sys_x86_64.c", "SYSCALL_DEFINE6") },
	},
	DESCRIPTOR_RULES("mmap", MANUAL_QUOTE("mmap(2)", "EBADF",
					      "fd is not a valid file descriptor (and "
					      "MAP_ANONYMOUS was not set).")),
	{
		.id = "mmap.length_zero",
		.says = "a length of 0 is refused, whatever the descriptor is open on",
		.when = length_zero,
		.outcome = FAILS(EINVAL),
		.posix = FAILS(EINVAL, ENODEV),
		.cites = { MANUAL_QUOTE("mmap(2)", "EINVAL", "length was 0."),
			   POSIX("mmap", "EINVAL"), POSIX("mmap", "ENODEV"),
			   KERNEL("mm/mmap.c", "do_mmap") },
	},
	{
		.id = "mmap.neither_shared_nor_private",
		.says = "flags without MAP_PRIVATE, MAP_SHARED and "
			"MAP_SHARED_VALIDATE are refused, before the socket is asked",
		.when = neither_shared_nor_private,
		.outcome = FAILS(EINVAL),
		.posix = FAILS(EINVAL, ENODEV),
		.cites = { MANUAL_QUOTE("mmap(2)", "EINVAL",
					"flags contained none of MAP_PRIVATE, "
					"MAP_SHARED, or MAP_SHARED_VALIDATE."),
			   POSIX("mmap", "EINVAL"), POSIX("mmap", "ENODEV"),
			   KERNEL("mm/mmap.c", "do_mmap") },
	},
	{
		.id = "mmap.tcp_writable",
		.says = "memory of a TCP socket, which receives into it, can be had "
			"for reading only",
		.when = tcp_writable,
		.outcome = FAILS(EPERM),
		/* mmap(2) has ENODEV and EPERM for other reasons only. */
		.cites = { KERNEL("net/ipv4/tcp.c", "tcp_mmap") },
		.undocumented = true,
	},
	{
		.id = "mmap.tcp",
		.says = "memory into which a TCP socket receives "
			"(TCP_ZEROCOPY_RECEIVE) "
			"can be had, whatever its state",
		.when = on_tcp,
		.outcome = RETURNS(0),
		.cites = { KERNEL("net/ipv4/tcp.c", "tcp_mmap") },
		.undocumented = true,
	},
	{
		.id = "mmap.packet_without_ring",
		.says = "a packet socket has nothing to map until it has a ring",
		.when = on_packet,
		.outcome = FAILS(EINVAL),
		.cites = { KERNEL("net/packet/af_packet.c", "packet_mmap") },
		.undocumented = true,
	},
	{
		.id = "mmap.no_device",
		.says = "any other socket cannot be mapped, for whichever access",
		.when = on_socket,
		.outcome = FAILS(ENODEV),
		.cites = { MANUAL_QUOTE("mmap(2)", "ENODEV",
					"The underlying filesystem of the specified "
					"file does not support memory mapping."),
			   POSIX("mmap", "ENODEV"),
			   KERNEL("net/core/sock.c", "sock_no_mmap") },
	},
};
RULE_LIST(fileops_mmap, CALL_MMAP);

#define NO_SYNC(call_)                                                            \
	{                                                                         \
		.id = call_ ".not_supported",                                     \
		.says = "a socket has nothing to synchronize with a disk",        \
		.when = on_socket, .outcome = FAILS(EINVAL),                      \
		.cites = { MANUAL_QUOTE("fsync(2)", "EINVAL",                     \
					"fd is bound to a special file (e.g., a " \
					"pipe, FIFO, or socket) which does not "  \
					"support synchronization."),              \
			   POSIX(call_, "EINVAL"),                                \
			   KERNEL("fs/sync.c", "vfs_fsync_range") },              \
	}
#define FSYNC_EBADF \
	MANUAL_QUOTE("fsync(2)", "EBADF", "fd is not a valid open file descriptor.")

static const struct rule fileops_fsync_rules[] = {
	DESCRIPTOR_RULES("fsync", FSYNC_EBADF),
	NO_SYNC("fsync"),
};
RULE_LIST(fileops_fsync, CALL_FSYNC);

static const struct rule fileops_fdatasync_rules[] = {
	DESCRIPTOR_RULES("fdatasync", FSYNC_EBADF),
	NO_SYNC("fdatasync"),
};
RULE_LIST(fileops_fdatasync, CALL_FDATASYNC);

/* SYNC_FILE_RANGE_WAIT_BEFORE, _WRITE and _WAIT_AFTER are the three lowest bits. */
static bool sync_flags_unknown(const struct world *world, const struct call *call)
{
	(void)world;
	return call->file.argument[2] & ~7L;
}

static bool range_negative(const struct world *world, const struct call *call)
{
	(void)world;
	return call->file.argument[0] < 0 || call->file.argument[1] < 0;
}

static const struct rule fileops_sync_file_range_rules[] = {
	DESCRIPTOR_RULES("sync_file_range",
			 MANUAL_QUOTE("sync_file_range(2)", "EBADF",
				      "fd is not a valid file descriptor.")),
	{
		.id = "sync_file_range.flags_unknown",
		.says = "flags with an unknown bit are refused, whatever the "
			"descriptor is open on",
		.when = sync_flags_unknown,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("sync_file_range(2)", "EINVAL",
					"flags specifies an invalid bit; or offset or "
					"nbytes is invalid."),
			   KERNEL("fs/sync.c", "sync_file_range") },
	},
	{
		.id = "sync_file_range.range_negative",
		.says = "a negative offset or end is refused, whatever the descriptor "
			"is open on",
		.when = range_negative,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("sync_file_range(2)", "EINVAL",
					"flags specifies an invalid bit; or offset or "
					"nbytes is invalid."),
			   KERNEL("fs/sync.c", "sync_file_range") },
	},
	{
		.id = "sync_file_range.not_a_file",
		.says = "a socket is no file with a range, also where nothing is asked "
			"for",
		.when = on_socket,
		.outcome = FAILS(ESPIPE),
		.cites = { MANUAL_QUOTE("sync_file_range(2)", "ESPIPE",
					"fd refers to something other than a regular "
					"file, a block device, or a directory."),
			   KERNEL("fs/sync.c", "sync_file_range") },
	},
};
RULE_LIST(fileops_sync_file_range, CALL_SYNC_FILE_RANGE);

static const struct rule fileops_readahead_rules[] = {
	DESCRIPTOR_RULES("readahead",
			 MANUAL_QUOTE("readahead(2)", "EBADF",
				      "fd is not a valid file descriptor or is not "
				      "open for reading.")),
	{
		.id = "readahead.not_applicable",
		.says = "nothing of a socket can be read ahead",
		.when = on_socket,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("readahead(2)", "EINVAL",
					"fd does not refer to a file type to which "
					"readahead() can be applied."),
			   KERNEL("mm/readahead.c", "ksys_readahead") },
	},
};
RULE_LIST(fileops_readahead, CALL_READAHEAD);

static const struct rule fileops_getdents_rules[] = {
	DESCRIPTOR_RULES("getdents", MANUAL_QUOTE("getdents(2)", "EBADF",
						  "Invalid file descriptor fd.")),
	{
		.id = "getdents.not_a_directory",
		.says = "a socket is no directory, which is said before the buffer is "
			"looked at",
		.when = on_socket,
		.outcome = FAILS(ENOTDIR),
		.cites = { MANUAL_QUOTE("getdents(2)", "ENOTDIR",
					"File descriptor does not refer to a "
					"directory."),
			   KERNEL("fs/readdir.c", "iterate_dir") },
	},
};
RULE_LIST(fileops_getdents, CALL_GETDENTS);

static bool size_negative(const struct world *world, const struct call *call)
{
	(void)world;
	return call->file.argument[0] < 0;
}

static const struct rule fileops_ftruncate_rules[] = {
	{
		.id = "ftruncate.length_negative",
		.says = "a negative length is refused, before the descriptor is looked "
			"at",
		.when = size_negative,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE(
				   "ftruncate(2)", "EINVAL",
				   "The argument length is negative or larger than "
				   "the maximum file size."),
			   POSIX("ftruncate", "EINVAL"),
			   KERNEL("fs/open.c", "do_sys_ftruncate") },
	},
	DESCRIPTOR_RULES("ftruncate",
			 MANUAL_QUOTE("ftruncate(2)", "EBADF",
				      "fd is not a valid file descriptor.")),
	{
		.id = "ftruncate.not_a_file",
		.says = "a socket has no length that could be set, not even to the 0 "
			"that it is",
		.when = on_socket,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("ftruncate(2)", "EINVAL",
					"fd does not reference a regular file or a "
					"POSIX shared memory object."),
			   KERNEL("fs/open.c", "do_sys_ftruncate") },
	},
};
RULE_LIST(fileops_ftruncate, CALL_FTRUNCATE);

/* Of fallocate(2): mode, offset, length. */
static bool allocates_no_range(const struct world *world, const struct call *call)
{
	(void)world;
	return call->file.argument[1] < 0 || call->file.argument[2] <= 0;
}

/* A bit that none of the modes is, up to now. */
static bool mode_unknown(const struct world *world, const struct call *call)
{
	(void)world;
	return call->file.argument[0] & ~0xffL;
}

static const struct rule fileops_fallocate_rules[] = {
	DESCRIPTOR_RULES("fallocate",
			 MANUAL_QUOTE("fallocate(2)", "EBADF",
				      "fd is not a valid file descriptor, or is not "
				      "opened for writing.")),
	{
		.id = "fallocate.no_range",
		.says = "a negative offset and a length of 0 or less are refused, "
			"whatever the mode and the descriptor are",
		.when = allocates_no_range,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("fallocate(2)", "EINVAL",
					"offset was less than 0, or len was less than "
					"or equal to 0."),
			   KERNEL("fs/open.c", "vfs_fallocate") },
	},
	{
		.id = "fallocate.mode_unknown",
		.says = "a mode with an unknown bit is refused, whatever the "
			"descriptor is open on",
		.when = mode_unknown,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { MANUAL_QUOTE("fallocate(2)", "EOPNOTSUPP",
					"the mode is not supported by the filesystem "
					"containing the file referred to by fd."),
			   KERNEL("fs/open.c", "vfs_fallocate") },
	},
	{
		.id = "fallocate.not_a_file",
		.says = "a socket has no room that could be allocated, or given up",
		.when = on_socket,
		.outcome = FAILS(ENODEV),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("fallocate(2)", "ENODEV",
					"fd does not refer to a regular file or a "
					"directory."),
			   POSIX("posix_fallocate", "ENODEV"),
			   KERNEL("fs/open.c", "vfs_fallocate") },
	},
};
RULE_LIST(fileops_fallocate, CALL_FALLOCATE);
