/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * read.c - rules of read(2) and readv(2) of a socket where they are not those of
 * recvfrom(2), in the order of vfs_read(), import_iovec() and sock_read_iter().
 */
#include "recvfrom_areas.h"

static const struct rule readv_arguments_rules[] = {
	{
		.id = "readv.areas.too_many",
		.says = "a number of areas below 0 or above 1024 is refused",
		.when = areas_too_many,
		.outcome = FAILS(EINVAL),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("readv(2)", "EINVAL",
					"The vector count, iovcnt, is less than zero "
					"or greater than the permitted maximum."),
			   POSIX("readv", "EINVAL"),
			   KERNEL("lib/iov_iter.c", "iovec_from_user") },
	},
	{
		.id = "readv.areas.memory",
		.says = "more than 8 areas need memory: where there is none, nothing "
			"is received",
		.when = areas_without_memory,
		.outcome = FAILS(ENOMEM),
		/* Of sockets, POSIX's read() has it. */
		.cites = { POSIX("read", "ENOMEM"),
			   KERNEL("lib/iov_iter.c", "iovec_from_user") },
	},
	{
		.id = "readv.areas.unreadable",
		.says = "areas that cannot be looked at are refused",
		.when = areas_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { KERNEL("lib/iov_iter.c", "copy_iovec_from_user") },
		.undocumented = true,
	},
	{
		.id = "readv.areas.negative",
		.says = "an area whose length is more than SSIZE_MAX is refused, "
			"before "
			"the place of any is looked at",
		.when = area_negative,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("readv(2)", "EINVAL",
					"The sum of the iov_len values overflows an "
					"ssize_t value."),
			   POSIX("readv", "EINVAL"),
			   KERNEL("lib/iov_iter.c", "copy_iovec_from_user") },
	},
};
RULE_LIST(readv_arguments, CALL_READV);

/* vfs_read() looks at all that is asked for. */
static bool buffer_foreign(const struct world *world, const struct call *call)
{
	return area_foreign(world, call) ||
	       (call_socket(world, call) && call->name == CALL_READ &&
		call_exceeds_addresses(call));
}

static const struct rule read_arguments_rules[] = {
	{
		.id = "read.buffer.foreign",
		.says = "a buffer that lies, or reaches, beyond the addresses that a "
			"process may have is refused, once the descriptor has been "
			"looked at",
		.when = buffer_foreign,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("read(2)", "EFAULT",
					"buf is outside your accessible address "
					"space."),
			   KERNEL("fs/read_write.c", "vfs_read"),
			   KERNEL("lib/iov_iter.c", "__import_iovec") },
	},
};
RULE_LIST(read_arguments, CALL_READ);

/* sock_read_iter(): "Match SYS5 behaviour". */
static bool nothing_wanted(const struct world *world, const struct call *call)
{
	(void)world;
	return !call->message.length;
}

static const struct rule read_nothing_rules[] = {
	{
		.id = "read.nothing_wanted",
		.says = "no bytes are read at once, whatever the socket is and "
			"whatever "
			"waits there: it goes on waiting",
		.when = nothing_wanted,
		.outcome = RETURNS(0),
		.posix = RETURNS_OR_FAILS(0, ENOTCONN, ECONNRESET, EAGAIN),
		.cites = { QUOTE("read(2)", "a read() with a count of 0 returns zero "
					    "and has no other effects."),
			   POSIX("read", NULL),
			   POSIX_SAYS("read", "ENOTCONN",
				      "of no bytes: errors may be told"),
			   KERNEL("net/socket.c", "sock_read_iter") },
	},
};
RULE_LIST(read_nothing, CALL_READ);
